/* One check asked about one subject, and all that a check may do. It looks at facts only
 * through cite_...(), so that every finding lists what it rests on: without a citation a
 * finding is `skip`, the first citation makes it `pass`, and noted(), warned(), failed()
 * say otherwise; the worst word wins. A check sees no clock, no socket and no other
 * check. */
#pragma once

#include "model/endpoint.h"
#include "model/run.h"

struct inquiry {
	const struct partner *partner;
	const struct check *check;
	const struct endpoint *endpoint; /* NULL unless the scope is the endpoint */
	struct arena *arena;             /* for texts; lives as long as the findings */
	struct finding *finding;         /* the engine's; use the functions below */
};

/* --- facts ------------------------------------------------------------------------ */

/* The last answer to the question that came with checking enabled. NULL when it was not
 * asked. Cites it. */
const struct dns_fact *cite_dns(struct inquiry *q, enum dns_type type, const char *name);

/* The same by the class of the answer; cites what it looked at. */
enum dns_answer cite_answer(struct inquiry *q, enum dns_type type, const char *name);

/* The last observation of the kind at the inquiry's endpoint, as the probe "session" saw
 * it (of a file: "file"); NULL when there is none. The fact is observation->fact. Cites it. */
const struct observation *cite(struct inquiry *q, enum fact_kind kind);

/* The last one of the kind that lies in the phase (header, features, error, xml,
 * foreign, dialback). Cites it. */
const struct observation *cite_phase(
	struct inquiry *q, enum fact_kind kind, enum phase phase);

/* The same as another probe saw it: "verify", "impostor", ... */
const struct observation *cite_by(
	struct inquiry *q, const char *probe, enum fact_kind kind, enum phase phase);

/* The same at another endpoint; for checks of the whole domain. */
const struct observation *cite_at(struct inquiry *q, const struct endpoint *endpoint,
	enum fact_kind kind, enum phase phase);

/* Walks over all observations of the kind, of every probe, at the inquiry's endpoint (at
 * all endpoints when it has none): pass NULL first, then what came back. Cites each. */
const struct observation *cite_next(
	struct inquiry *q, enum fact_kind kind, const struct observation *previous);

/* The certificate of the endpoint's chain at a position (0 is the leaf), or NULL. */
const struct certificate_fact *cite_certificate(struct inquiry *q, int position);
const struct certificate_fact *cite_certificate_at(
	struct inquiry *q, const struct endpoint *endpoint, int position);

/* The endpoints of the partner, best first (model/endpoint.h). */
const struct endpoint *all_endpoints(struct inquiry *q, size_t *count);

/* Cites an observation that was found by other means (model/endpoint.h). */
void also_cite(struct inquiry *q, const struct observation *observation);

/* --- words ------------------------------------------------------------------------ */

#define WORDS __attribute__((format(printf, 2, 3)))

/* The verdict with one sentence that names the evidence. Foreign text in it is clean
 * already; put it in quotes. */
void failed(struct inquiry *q, const char *format, ...) WORDS;
void warned(struct inquiry *q, const char *format, ...) WORDS;
void noted(struct inquiry *q, const char *format, ...) WORDS; /* info */
void passed(struct inquiry *q, const char *format, ...) WORDS;

/* Not run; `because` is the id of a check or the input that is missing. */
void skipped(struct inquiry *q, const char *because);

/* For a verdict that is less (or more) grave than the row's severity; before the verdict. */
void grade(struct inquiry *q, enum severity severity);

/* Somebody else than the row's owner must act. */
void blame(struct inquiry *q, enum owner owner);

/* A better remedy than the row's, now that the evidence is known. */
void remedy(struct inquiry *q, const char *format, ...) WORDS;
