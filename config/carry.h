/* The properties of an exported object, carried over into a struct of ours. */
#pragma once

#include "config/clixml.h"
#include "config/cmdlet.h"
#include "config/import.h"

/* The reading of one file. */
struct walk {
	struct import *import;
	const char *file;
	struct arena *arena; /* of the file */
	bool *taken;         /* by the number of the object */
	struct configured *incoming;
	size_t incomings;
};

struct target {
	struct walk *walk;
	const struct cmdlet *cmdlet;
	const char *name; /* for people: "partner fabrikam.com" */
	void *to;         /* the struct, by the cmdlet's record */
};

/* What cannot be carried over is told. */
void carry_properties(const struct target *target, const struct clixml_object *object);
