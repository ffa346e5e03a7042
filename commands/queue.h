/* Numbers that wait for their turn, each at most once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct queue;

/* For the numbers below `size`. */
struct queue *queue_open(size_t size);
void queue_close(struct queue **queue);

bool queue_is_empty(const struct queue *queue);
bool queue_holds(const struct queue *queue, size_t number);

/* The number must not be there yet. */
void queue_append(struct queue *queue, size_t number);
void queue_put_first(struct queue *queue, size_t number);

/* Takes the first out; the queue must not be empty. */
size_t queue_take(struct queue *queue);

/* It need not be there. */
void queue_remove(struct queue *queue, size_t number);
void queue_clear(struct queue *queue);
