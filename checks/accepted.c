/* What the scan of --depth deep found at an endpoint: a server that chooses well may still
 * let an attacker, or an old partner, talk it into worse (RFC 9325, 3 and 4). */
#include "checks/accepted.h"

#include "base/text.h"
#include "checks/attempt.h"
#include "model/scan.h"

#include <string.h>

/* The scan of the endpoint, with its facts cited; false when there was none. */
static bool
read_scan(struct inquiry *q, struct scan *scan)
{
	const struct observation *o = NULL;

	scan_read(q->arena, q->partner->journal, q->endpoint->id, scan);
	while ((o = cite_next(q, FACT_HELLO, o)) != NULL)
		;
	if (scan->hellos == 0)
		skipped(q, q->partner->asked->depth != DEPTH_DEEP ? "--depth deep"
			   : cite(q, FACT_TLS) == NULL ? attempt_stop(q, PHASE_TLS)
						       : "a scan of this endpoint");
	return scan->hellos > 0;
}

/* The oldest version that it accepts; TLS_VERSIONS when none was found. */
static enum tls_version
oldest(const struct scan *scan)
{
	for (enum tls_version v = TLS_VERSIONS; v > TLS_1_3; v--)
		if (scan->version[v - 1].accepted)
			return v - 1;
	return TLS_VERSIONS;
}

static bool
is_current(const struct scan *scan)
{
	return scan->version[TLS_1_3].accepted || scan->version[TLS_1_2].accepted;
}

/* RFC 8996, 4 and 5; RFC 9325, 3.1.1. */
void
accepted_version(struct inquiry *q)
{
	struct scan scan;
	enum tls_version version;

	if (!read_scan(q, &scan))
		return;
	version = oldest(&scan);
	if (version == TLS_VERSIONS) {
		skipped(q, "a version that we know of");
	} else if (version <= TLS_1_2 && !scan_is_whole(&scan)) {
		skipped(q, "a scan that was not cut short");
	} else if (version <= TLS_1_2) {
		passed(q, "%s is the oldest version that it accepts (%u connections)",
			tls_version_titles[version], scan.hellos);
	} else if (is_current(&scan)) {
		warned(q, "%s is still accepted (%u connections)",
			tls_version_titles[version], scan.hellos);
	} else {
		grade(q, SEVERITY_HIGH);
		failed(q, "nothing newer than %s is accepted (%u connections)",
			tls_version_titles[scan.version[TLS_1_1].accepted ? TLS_1_1
									  : TLS_1_0],
			scan.hellos);
	}
}

/* RFC 9325, 4.1: no forward secrecy, finite-field Diffie-Hellman, or a broken cipher. */
static bool
is_weak(const char *suite)
{
	return !suite_is_of(suite, TLS_1_3) &&
	       (!suite_is_ecdhe(suite) || strstr(suite, "_3DES_") ||
		       strstr(suite, "_RC4_"));
}

void
accepted_weak(struct inquiry *q)
{
	const char **weak = NULL;
	size_t weaks = 0;
	struct scan scan;

	if (!read_scan(q, &scan))
		return;
	for (enum tls_version v = TLS_1_2; v < TLS_VERSIONS; v++)
		for (size_t i = 0; i < scan.version[v].suites; i++)
			if (is_weak(scan.version[v].suite[i])) {
				weak = arena_grow(q->arena, weak, weaks, sizeof *weak);
				weak[weaks++] = scan.version[v].suite[i];
			}
	if (weaks > 0)
		warned(q, "accepted: %s", say_list(q, weak, weaks));
	else if (!scan_is_whole(&scan))
		skipped(q, "a scan that was not cut short");
}

/* RFC 9325, 4.5. */
void
accepted_prime(struct inquiry *q)
{
	struct scan scan;
	int bits = 0;

	if (!read_scan(q, &scan))
		return;
	for (enum tls_version v = TLS_1_2; v < TLS_VERSIONS; v++)
		if (scan.version[v].prime_bits != 0 &&
			(bits == 0 || scan.version[v].prime_bits < bits))
			bits = scan.version[v].prime_bits;
	if (bits == 0)
		skipped(q, "a key exchange with integers (DHE)");
	else if (bits < 2048)
		failed(q, "the prime of the key exchange has %d bits", bits);
	else
		passed(q, "the prime of the key exchange has %d bits", bits);
}
