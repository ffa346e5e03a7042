/* What the elements around the facts carry in a saved report, with their field tables.
 * Times and evidence are still texts here: no kind of field fits them. */
#pragma once

#include "model/run.h"

struct saved_report {
	int version;
	const char *generator, *took;
	int64_t started;
	bool interrupted;
};

struct saved_partner {
	struct domain domain;
	enum role role;
	const char *primary;
	int exit;
	const char *took;
	bool unfinished;
	int64_t started;
	int depth; /* an index in saved_depth_names; 0: as the run */
};

extern const char *const saved_depth_names[];

struct saved_headline {
	int direction;
	struct headline headline;
};

struct saved_cause {
	struct cause cause;
	const char *evidence;
};

struct saved_finding {
	struct finding finding;
	const char *evidence;
};

struct saved_observation {
	struct observation observation;
	const char *at, *took, *kind;
};

extern const struct record report_record, partner_record, headline_record, cause_record,
	finding_record, journal_record, observation_record;
