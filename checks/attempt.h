/* What the checks of a connection ask of it again and again. Everything looked at is
 * cited. The session presents no certificate of ours; what is said here of a partner that
 * demands one rests on that. */
#pragma once

#include "checks/check.h"

bool attempt_is_direct(const struct inquiry *q);

/* Where the first stream header is exchanged. */
enum phase attempt_first(const struct inquiry *q);

/* Where the stream can be used: inside TLS, unless the partner does not offer it. */
enum phase attempt_last(struct inquiry *q);

/* The fact of that phase; NULL when it did not come. */
const struct header_fact *attempt_header(struct inquiry *q, enum phase phase);
const struct features_fact *attempt_features(struct inquiry *q, enum phase phase);
const struct error_fact *attempt_error(struct inquiry *q, enum phase phase);

/* Whether the partner ended it inside TLS because we presented no certificate: by a stream
 * error in place of the features, or by an alert. */
bool attempt_demands(struct inquiry *q);

/* Whether the sender's name is an invented one: the user gave none, or calls himself. */
bool attempt_is_stranger(const struct inquiry *q);

/* Whether the error may be meant for the invented name of the run, and not for a real
 * one: it answers the header, and no other server's would need to get it. */
bool attempt_refuses_stranger(struct inquiry *q, const struct error_fact *error);

/* For skipped(), where it does: the session came without a certificate, whether we have one
 * or not. */
const char *attempt_without_certificate(struct inquiry *q);

/* The stream error host-unknown or host-gone came in the phase. */
bool attempt_is_unknown_host(struct inquiry *q, enum phase phase);

/* Why no features of the phase came, for skipped(): the id of the check that tells, or
 * the input that is missing. Never NULL. */
const char *attempt_stop(struct inquiry *q, enum phase phase);

/* The features inside TLS; NULL when there are none: the finding is skipped with the reason
 * then. */
const struct features_fact *attempt_inner_features(struct inquiry *q);

/* RFC 6120, 4.7.5: no version, or one below 1.0, means no features. */
bool header_is_old(const struct header_fact *header);

bool features_have(const struct features_fact *features, const char *mechanism);

/* Two domains as people write them are the same; NULL and "" are none. */
bool is_same_domain(struct inquiry *q, const char *a, const char *b);
bool is_partner(struct inquiry *q, const char *name);

/* --- words ------------------------------------------------------------------------ */

/* "before TLS", "inside TLS". */
const char *say_phase(enum phase phase);

/* What became of something awaited: "awaiting features timed out after 20.0 s". */
const char *say_silence(struct inquiry *q, const struct observation *o);

/* The error with its place and its text. */
const char *say_error(struct inquiry *q, const struct error_fact *error);

/* ": " and the text in quotes; "" for none. */
const char *say_text(struct inquiry *q, const char *text);

/* Each in quotes, with commas between; of a long list only the first. */
const char *say_list(struct inquiry *q, const char *const *text, size_t texts);

/* "12.4 s", "31 ms". */
const char *say_time(struct inquiry *q, int64_t microseconds);

double seconds(int64_t microseconds);
