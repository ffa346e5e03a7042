/* CliXML: what Export-Clixml of PowerShell writes of objects. It is read into a tree as it
 * stands there; what the objects mean is not known here. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* A partner takes about 6 KiB of UTF-16 and 20 values, so that there is room for ten
 * thousand partners, which is more than any gateway was made for. */
enum { CLIXML_MAX_BYTES = 64 * 1024 * 1024, CLIXML_MAX_VALUES = 500000 };

/* Export-Clixml itself goes two objects deep unless it is told otherwise, and no class
 * derives from that many. */
enum { CLIXML_MAX_DEPTH = 32, CLIXML_MAX_TYPES = 64 };

/* A member of an object, or an element of a list. All texts are clean. */
struct clixml_value {
	const char *name; /* NULL of an element */
	const char *tag;  /* "S", "B", "U32" ...; "Nil" is nothing; "Obj" is an object */
	const char *text; /* of an object: see there */
	const struct clixml_object *object; /* NULL when it is none */
	int line;
};

/* The name of a class. An object that comes from a remote session or from Select-Object
 * says so in front of the name space, and a decorated one behind a '#'. */
struct clixml_type {
	const char *full; /* "Deserialized.A.B.XmppAllowedPartner#Decorated" */
	const char *bare; /* "XmppAllowedPartner" */
};

struct clixml_object {
	size_t number;                  /* from 0, in the order of the file */
	const struct clixml_type *type; /* the most derived one first */
	size_t types;
	const char *text; /* what ToString() says, or its plain value; NULL for neither */
	struct clixml_value *member; /* its properties and what was added to them */
	size_t members;
	bool is_list;
	struct clixml_value *element; /* of a list; keys and values of a dictionary */
	size_t elements;
	int line;
};

/* A reference may lead to an enclosing object: who walks along the objects marks them by
 * their number. */
struct clixml {
	struct clixml_value *value;
	size_t values;
	size_t objects;
};

/* UTF-8, or UTF-16 with a byte order mark. NULL and *trouble, one line with its place, when
 * it is no CliXML or beyond the limits; all in the arena. */
const struct clixml *clixml_read(const char *bytes, size_t length, const char *name,
	struct arena *arena, const char **trouble);

/* The first member of this name, or NULL. */
const struct clixml_value *clixml_member(
	const struct clixml_object *object, const char *name);

/* Whether it is of this class or one derived from it, by the bare name. */
bool clixml_is(const struct clixml_object *object, const char *type);
