/* partners.xml: who we are, what was agreed with each partner, and how grave the user
 * takes what a check finds. Format: fedprobe-partners(5); schema: doc/partners.rng. */
#pragma once

#include "model/domain.h"
#include "model/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	/* Room for a hundred thousand partners. */
	CONFIG_MAX_BYTES = 64 * 1024 * 1024,
	/* Of connections or seconds; ports have their own range. */
	CONFIG_MAX_NUMBER = 999999999
};

#define CONFIG_NAMESPACE "urn:fedprobe:config:1"

/* A partner. The domains of its policy are A-labels, and no domain is listed twice in a
 * configuration that was read. */
struct configured {
	struct domain domain;
	struct policy policy;
	int line; /* where it stands; 0: in no file yet */
};

struct config {
	struct arena *arena;     /* of all that is in it */
	const char *file;        /* where it was read; NULL: nowhere */
	struct local *local;     /* NULL: nothing is said of us */
	struct gateway *gateway; /* NULL: nothing is said of it */
	int local_line, gateway_line;
	struct configured *partner; /* in the order of the file */
	size_t partners;
	struct level *level;
	size_t levels;
};

/* An empty one. */
struct config *config_open(void);
void config_close(struct config **config);

/* Reads a file; "-" is standard input. Paths of certificates come out relative to the
 * working directory: those in the file are relative to its folder. NULL and *trouble, one
 * line with its place ("partners.xml:12: ...") in `arena`, when it cannot be read.
 * `nearest` returns NULL for the id of a check, and for another id those that are like it,
 * for the message; with NULL in its place no id is looked at. A command calls
 * partners_read() of commands/partners.h, which knows the checks. */
struct config *config_read(const char *path,
	const char *(*nearest)(struct arena *arena, const char *id), struct arena *arena,
	const char **trouble);

/* The same from memory; `name` is for messages, and for the folder. */
struct config *config_read_memory(const char *bytes, size_t length, const char *name,
	const char *(*nearest)(struct arena *arena, const char *id), struct arena *arena,
	const char **trouble);

/* The file as text. What is read back is the same. False when writing failed; errno. */
bool config_write(FILE *file, const struct config *config);

/* The partner with this primary domain (A-labels), or NULL. It looks at each. */
struct configured *config_find(const struct config *config, const char *ascii);

/* Adds a partner with the defaults; the domain is copied. */
struct configured *config_add(struct config *config, const struct domain *domain);
