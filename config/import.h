/* Exports of the gateway's cmdlets, merged into a configuration: Export-Clixml of
 * Get-CsXmppAllowedPartner, Get-CsXmppGatewayConfiguration, Get-CsExternalAccessPolicy and
 * Get-CsAccessEdgeConfiguration. What is imported replaces what was agreed before with the
 * same partner; what a gateway does not know of stays. */
#pragma once

#include "config/config.h"

/* A file full of what nobody knows would be told object by object. */
enum { IMPORT_MAX_NOTES = 1000 };

/* One per site and one per group of users; Windows itself has fewer groups. */
enum { IMPORT_MAX_ACCESS_POLICIES = 1000 };

/* What could not be carried over. */
struct import_note {
	const char *file;
	int line;
	const char *text; /* clean, without a secret */
};

struct import {
	struct config *config; /* what is being merged into */
	struct import_note *note;
	size_t notes;
	size_t untold;                    /* further notes, beyond IMPORT_MAX_NOTES */
	size_t added, changed, unchanged; /* partners */
	const char *trouble; /* why the last file could not be read: one line */
	struct merge *merge;
};

/* The configuration stays the caller's and must outlive the import. Without `local` in it
 * nothing is taken that is said of our own side. */
struct import *import_open(struct config *config);
void import_close(struct import **import);

/* One export; "-" is standard input. False and the trouble when it cannot be read, and
 * then nothing of it was taken. */
bool import_file(struct import *import, const char *path);
bool import_memory(
	struct import *import, const char *bytes, size_t length, const char *name);

/* Adds a note; for the parts of the import. */
void import_tell(struct import *import, const char *file, int line, const char *format,
	...) __attribute__((format(printf, 4, 5)));
