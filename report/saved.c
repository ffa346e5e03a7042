/* The field tables of what stands around the facts, in the order of fedprobe-report(5). */
#include "report/saved.h"

static const char *const version_names[] = { "1", NULL };
static const char *const exit_names[] = { "0", "1", "2", "3", NULL };
static const char *const direction_names[] = { "out", "in", NULL };

static const struct field report_field[] = {
	{ "version", ENUM(saved_report, version, version_names) },
	{ "generator", TEXT(saved_report, generator) },
	{ "started", TIME(saved_report, started) },
	{ "took-ms", TEXT(saved_report, took) },
	{ "interrupted", BOOL(saved_report, interrupted) },
	{ .name = NULL },
};
const struct record report_record = { "report", sizeof(struct saved_report),
	report_field };

/* Here standard is worth saying: the run may be another. */
const char *const saved_depth_names[] = { "", "standard", "quick", "deep", NULL };

static const struct field partner_field[] = {
	{ "domain", TEXT(saved_partner, domain.unicode) },
	{ "ascii", TEXT(saved_partner, domain.ascii) },
	{ "typed", TEXT(saved_partner, domain.typed) },
	{ "role", ENUM(saved_partner, role, role_names) },
	{ "primary", TEXT(saved_partner, primary) },
	{ "exit", ENUM(saved_partner, exit, exit_names) },
	{ "took-ms", TEXT(saved_partner, took) },
	{ "unfinished", BOOL(saved_partner, unfinished) },
	{ "started", TIME(saved_partner, started) },
	{ "depth", ENUM(saved_partner, depth, saved_depth_names) },
	{ .name = NULL },
};
const struct record partner_record = { "partner", sizeof(struct saved_partner),
	partner_field };

static const struct field headline_field[] = {
	{ "direction", ENUM(saved_headline, direction, direction_names) },
	{ "method", ENUM(saved_headline, headline.method, method_names) },
	{ "proof", ENUM(saved_headline, headline.proof, proof_names) },
	{ "tls", TEXT(saved_headline, headline.tls) },
	{ "reason", TEXT(saved_headline, headline.reason) },
	{ .name = NULL },
};
const struct record headline_record = { "headline", sizeof(struct saved_headline),
	headline_field };

static const struct field cause_field[] = {
	{ "id", TEXT(saved_cause, cause.id) },
	{ "owner", ENUM(saved_cause, cause.owner, owner_names) },
	{ "confidence", ENUM(saved_cause, cause.confidence, confidence_names) },
	{ "endpoints", TEXT(saved_cause, cause.endpoints) },
	{ "evidence", TEXT(saved_cause, evidence) },
	{ .name = NULL },
};
const struct record cause_record = { "cause", sizeof(struct saved_cause), cause_field };

static const struct field finding_field[] = {
	{ "check", TEXT(saved_finding, finding.check) },
	{ "status", ENUM(saved_finding, finding.status, status_names) },
	{ "severity", ENUM(saved_finding, finding.severity, severity_names) },
	{ "endpoint", TEXT(saved_finding, finding.endpoint) },
	{ "owner", ENUM(saved_finding, finding.owner, owner_names) },
	{ "because", TEXT(saved_finding, finding.because) },
	{ "cause", TEXT(saved_finding, finding.cause) },
	{ "evidence", TEXT(saved_finding, evidence) },
	{ .name = NULL },
};
const struct record finding_record = { "finding", sizeof(struct saved_finding),
	finding_field };

static const struct field journal_field[] = { { .name = NULL } };
const struct record journal_record = { "journal", 0, journal_field };

static const struct field observation_field[] = {
	{ "number", INT(saved_observation, observation.number) },
	{ "at-ms", TEXT(saved_observation, at) },
	{ "took-ms", TEXT(saved_observation, took) },
	{ "probe", TEXT(saved_observation, observation.probe) },
	{ "kind", TEXT(saved_observation, kind) },
	{ "outcome", ENUM(saved_observation, observation.outcome, outcome_names) },
	{ "endpoint", TEXT(saved_observation, observation.endpoint) },
	{ "detail", TEXT(saved_observation, observation.detail) },
	{ .name = NULL },
};
const struct record observation_record = { "observation",
	sizeof(struct saved_observation), observation_field };
