/* What only this host can tell: whether its clock is kept right, and which certificate lies
 * on its disk for our own domain. It costs no packet. */
#include "probes/probe.h"

#include "base/text.h"
#include "net/keyfile.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

static const char clock_task[] = "clock", file_task[] = "certificate";

static void
wants(const struct partner *partner, struct plan *plan)
{
	const struct local *local = run_local(partner->asked);

	if (partner->asked->names_only)
		return;
	wish(plan, &(struct task){ .probe = &host_probe, .about = clock_task });
	if (partner->role == ROLE_OWN && local != NULL && local->chain != NULL)
		wish(plan, &(struct task){ .probe = &host_probe, .about = file_task });
}

/* Asking changes nothing and needs no privilege; a sandbox may refuse it all the same. */
static void
look_at_clock(void *self)
{
	struct work *work = self;
	struct clock_fact fact = { 0 };
	struct timex kernel = { .modes = 0 };
	int64_t began = plan_now(work->plan);

	if (adjtimex(&kernel) == -1) {
		work_saw(work, began, OUTCOME_NOT_TRIED, strerror(errno), FACT_CLOCK,
			&fact);
	} else {
		fact.state = kernel.status & STA_UNSYNC ? CLOCK_UNSYNCHRONISED
							: CLOCK_SYNCHRONISED;
		fact.most_wrong = (int)kernel.maxerror;
		work_saw(work, began, OUTCOME_OK, NULL, FACT_CLOCK, &fact);
	}
	work_done(work);
}

/* A key that only the server may read is no trouble: it is left out. */
static void
read_file(struct work *work, const struct local *local, struct arena *arena)
{
	int64_t began = plan_now(work->plan);
	const struct certificate_fact *certificate;
	struct file_fact fact = { .path = local->chain };
	const char *trouble;
	struct keyfile *file = keyfile_open(local->chain, NULL, arena, &trouble);
	size_t certificates;

	if (file == NULL) {
		work_saw(work, began, OUTCOME_NOT_TRIED, trouble, FACT_FILE, &fact);
		return;
	}
	if (local->key != NULL && !text_same(local->key, local->chain))
		(void)keyfile_add_key(file, local->key, NULL, arena, &trouble);
	keyfile_fact(file, arena, &fact);
	work_saw(work, began, OUTCOME_OK, NULL, FACT_FILE, &fact);
	certificates = keyfile_certificates(file, arena, &certificate);
	for (size_t i = 0; i < certificates; i++)
		work_saw(
			work, began, OUTCOME_OK, NULL, FACT_CERTIFICATE, &certificate[i]);
	keyfile_close(&file);
}

static void
look_at_file(void *self)
{
	struct work *work = self;
	struct arena *arena = arena_open();

	read_file(work, run_local(work->partner->asked), arena);
	arena_close(&arena);
	work_done(work);
}

/* The journal may not grow while the others think about what they want. */
static void
begin(struct work *work)
{
	work->state = timer_open(work->loop, 0,
		text_same(work->task->about, clock_task) ? look_at_clock : look_at_file,
		work);
}

static const char *
doing(const struct work *work)
{
	(void)work;
	return NULL;
}

static void
end(struct work *work)
{
	struct timer *timer = work->state;

	timer_close(&timer);
	work->state = NULL;
}

const struct probe host_probe = { "host", wants, begin, doing, end, NULL, false };
