/* A ring of links; the link behind the last number is its beginning and its end, so nothing
 * here asks whether the queue is empty. */
#include "commands/queue.h"

#include "base/fatal.h"

#include <stdlib.h>

struct link {
	size_t next, former; /* itself: it is not in the queue */
};

struct queue {
	size_t size;
	struct link link[];
};

static void
insert(struct queue *q, size_t former, size_t number)
{
	size_t next = q->link[former].next;

	q->link[number] = (struct link){ next, former };
	q->link[former].next = number;
	q->link[next].former = number;
}

struct queue *
queue_open(size_t size)
{
	struct queue *q = calloc(1, sizeof *q + (size + 1) * sizeof q->link[0]);

	if (q == NULL)
		fatal("out of memory");
	q->size = size;
	for (size_t i = 0; i <= size; i++)
		q->link[i] = (struct link){ i, i };
	return q;
}

void
queue_close(struct queue **q)
{
	free(*q);
	*q = NULL;
}

bool
queue_holds(const struct queue *q, size_t number)
{
	return q->link[number].next != number;
}

bool
queue_is_empty(const struct queue *q)
{
	return !queue_holds(q, q->size);
}

void
queue_append(struct queue *q, size_t number)
{
	insert(q, q->link[q->size].former, number);
}

void
queue_put_first(struct queue *q, size_t number)
{
	insert(q, q->size, number);
}

void
queue_remove(struct queue *q, size_t number)
{
	struct link link = q->link[number];

	q->link[link.former].next = link.next;
	q->link[link.next].former = link.former;
	q->link[number] = (struct link){ number, number };
}

size_t
queue_take(struct queue *q)
{
	size_t first = q->link[q->size].next;

	queue_remove(q, first);
	return first;
}

void
queue_clear(struct queue *q)
{
	while (!queue_is_empty(q))
		queue_take(q);
}
