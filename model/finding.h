/* A check's row and a check's verdict. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct inquiry;

/* In the order of gravity. */
enum status {
	STATUS_SKIP,
	STATUS_PASS,
	STATUS_INFO,
	STATUS_WARN,
	STATUS_FAIL,
	STATUS_ERROR
};

enum severity {
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL
};

/* Who must act. */
enum owner { OWNER_PARTNER, OWNER_US, OWNER_CA, OWNER_NETWORK, OWNER_BOTH };

/* What a check is asked about, once for each. */
enum scope { SCOPE_DOMAIN, SCOPE_ENDPOINT, SCOPE_RUN };

enum confidence { CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_CERTAIN };

extern const char *const status_names[];
extern const char *const severity_names[];
extern const char *const owner_names[];
extern const char *const scope_names[];
extern const char *const confidence_names[];

enum { CHECK_AFTER = 4 };

/* Whom a check is asked about; 0 in a row is everybody but a file. */
enum { OF_PARTNERS = 1, OF_OWN = 2, OF_FILES = 4, OF_ALL = 7, OF_CALLERS = 8 };

/* One row of the catalogue. The id is stable for ever. */
struct check {
	const char *id;
	const char
		*title;  /* what it asks, in a few words: "The SRV target is no alias" */
	const char *why; /* the reason for the severity */
	const char *source; /* of which standard */
	const char *remedy; /* to the owner, in the imperative */
	enum scope scope;
	unsigned roles;         /* OF_... bits */
	enum severity severity; /* of its worst verdict */
	enum owner owner;
	bool blocks; /* without it the attempt cannot go on; judged by the best endpoint */
	/* Ids of earlier checks: when one of them failed for the same endpoint or domain (or
	 * was itself skipped), this one is skipped because of it. */
	const char *after[CHECK_AFTER];
	void (*examine)(struct inquiry *q);
};

struct finding {
	const char *check;       /* its id */
	const struct check *row; /* NULL in a saved report with an unknown id */
	const char *endpoint;    /* NULL for the whole domain */
	enum status status;
	enum severity severity; /* INFO unless status is warn, fail or error */
	const char *text;       /* one sentence with the evidence, or NULL */
	const char *remedy;     /* for warn, fail, error */
	enum owner owner;
	const char *because;      /* of a skip: the id of a check, or the missing input */
	const char *cause;        /* id of the cause that explains it, or NULL */
	const unsigned *evidence; /* numbers of observations */
	size_t evidences;
};

/* A root cause that was found. */
struct cause {
	const char *id;
	const char *text;   /* one sentence with the evidence */
	const char *remedy; /* to the owner */
	enum owner owner;
	enum confidence confidence;
	const char
		*endpoints; /* "on ...", when it holds for some endpoints only, or NULL */
	const unsigned *evidence;
	size_t evidences;
};
