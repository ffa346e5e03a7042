/* What only this host can tell: whether its clock is kept right, and which certificate lies
 * on its disk for our own domain. It costs no packet. */
#include "probes/probe.h"

#include "base/text.h"
#include "net/keyfile.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

static const char clock_task[] = "clock", file_task[] = "certificate",
		  credential_task[] = "credential";

static void
wants(const struct partner *partner, struct plan *plan)
{
	const struct local *local = run_local(partner->asked);

	if (partner->asked->names_only)
		return;
	wish(plan, &(struct task){ .probe = &host_probe, .about = clock_task });
	if (plan_credentials(plan)->certificate != NULL)
		wish(plan,
			&(struct task){ .probe = &host_probe, .about = credential_task });
	else if (partner->role == ROLE_OWN && local != NULL && local->chain != NULL)
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

static void
saw_certificates_of(
	struct work *work, int64_t began, const struct keyfile *file, struct arena *arena)
{
	const struct certificate_fact *certificate;
	struct file_fact fact;
	size_t certificates = keyfile_certificates(file, arena, &certificate);

	keyfile_fact(file, arena, &fact);
	work_saw(work, began, OUTCOME_OK, NULL, FACT_FILE, &fact);
	for (size_t i = 0; i < certificates; i++)
		work_saw(
			work, began, OUTCOME_OK, NULL, FACT_CERTIFICATE, &certificate[i]);
}

/* A key that only the server may read is no trouble: it is left out. */
static void
read_file(struct work *work, const struct local *local, struct arena *arena)
{
	int64_t began = plan_now(work->plan);
	struct file_fact fact = { .path = local->chain };
	const char *trouble;
	struct keyfile *file = keyfile_open(local->chain, NULL, arena, &trouble);

	if (file == NULL) {
		work_saw(work, began, OUTCOME_NOT_TRIED, trouble, FACT_FILE, &fact);
		return;
	}
	if (local->key != NULL && !text_same(local->key, local->chain))
		(void)keyfile_add_key(file, local->key, NULL, arena, &trouble);
	saw_certificates_of(work, began, file, arena);
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

/* What we present to the partner: what it says of it must be compared with it. */
static void
look_at_credential(void *self)
{
	struct work *work = self;
	struct arena *arena = arena_open();

	saw_certificates_of(
		work, plan_now(work->plan), work->credentials->certificate, arena);
	arena_close(&arena);
	work_done(work);
}

/* The journal may not grow while the others think about what they want. */
static void
begin(struct work *work)
{
	static const struct {
		const char *about;
		void (*look)(void *self);
	} tasks[] = { { clock_task, look_at_clock }, { file_task, look_at_file },
		{ credential_task, look_at_credential } };
	size_t i = 0;

	while (!text_same(work->task->about, tasks[i].about))
		i++;
	work->state = timer_open(work->loop, 0, tasks[i].look, work);
}

static const char *
doing(const struct work *work, int64_t *since)
{
	(void)work, (void)since;
	return NULL;
}

static void
end(struct work *work)
{
	struct timer *timer = work->state;

	timer_close(&timer);
	work->state = NULL;
}

const struct probe host_probe = {
	.name = "host", .wants = wants, .begin = begin, .doing = doing, .end = end
};
