/* The door to ldns. The sections are walked record by record, not by ldns_wire2pkt(): so a
 * truncated answer gives what it holds, and nothing is kept of what we do not look at. */
#include "net/dnsmsg.h"

#include "base/fatal.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8914, section 2 */
enum { OPTION_EDE = 15 };

static const struct {
	enum dns_type type;
	ldns_rr_type number;
	size_t fields; /* of the RDATA, at least */
} known[] = {
	{ DNS_A, LDNS_RR_TYPE_A, 1 }, { DNS_AAAA, LDNS_RR_TYPE_AAAA, 1 },
	{ DNS_CNAME, LDNS_RR_TYPE_CNAME, 1 }, { DNS_DNAME, LDNS_RR_TYPE_DNAME, 1 },
	{ DNS_SOA, LDNS_RR_TYPE_SOA, 7 }, { DNS_SRV, LDNS_RR_TYPE_SRV, 4 },
	{ DNS_TLSA, LDNS_RR_TYPE_TLSA, 4 },
	{ DNS_CAA, LDNS_RR_TYPE_CAA, 2 }, /* ldns leaves out an empty value */
};

enum { KNOWN = sizeof known / sizeof known[0] };

/* --- the question ----------------------------------------------------------------- */

static ldns_rr_type
number_of(enum dns_type type)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].type == type)
			return known[i].number;
	return LDNS_RR_TYPE_NULL;
}

static ldns_pkt *
make_question(ldns_rdf *name, enum dns_type type, bool checking_disabled)
{
	uint16_t flags = LDNS_RD | LDNS_AD;
	ldns_pkt *packet;

	if (checking_disabled)
		flags |= LDNS_CD;
	packet = ldns_pkt_query_new(name, number_of(type), LDNS_RR_CLASS_IN, flags);
	if (packet == NULL)
		fatal("out of memory");
	ldns_pkt_set_edns_udp_size(packet, DNSMSG_SIZE);
	ldns_pkt_set_edns_do(packet, true);
	return packet;
}

uint8_t *
dnsmsg_question(struct arena *arena, const char *name, enum dns_type type,
	bool checking_disabled, size_t *length)
{
	ldns_rdf *owner = name[0] == '\0' ? NULL : ldns_dname_new_frm_str(name);
	ldns_pkt *packet;
	uint8_t *wire = NULL, *copy;

	if (owner == NULL)
		return NULL;
	packet = make_question(owner, type, checking_disabled);
	if (ldns_pkt2wire(&wire, packet, length) != LDNS_STATUS_OK)
		fatal("cannot make a DNS question for \"%s\"", name);
	copy = arena_copy(arena, wire, *length);
	free(wire);
	ldns_pkt_free(packet);
	return copy;
}

/* --- records ---------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	const uint8_t *message;
	size_t length, at;
	struct dns_fact *fact;
	unsigned rcode;
};

static const char *
read_name(struct arena *arena, const ldns_rdf *name)
{
	char *text = ldns_rdf2str(name);
	char *lower;
	size_t length;

	if (text == NULL)
		return NULL;
	lower = text_lower(arena, text);
	free(text);
	length = strlen(lower);
	if (length > 1 && lower[length - 1] == '.')
		lower[length - 1] = '\0';
	return lower;
}

/* RFC 2181, 8: a TTL with the top bit set means zero. */
static int
read_ttl(uint32_t ttl)
{
	return ttl > INT32_MAX ? 0 : (int)ttl;
}

/* What stands behind the third or fourth tab of "owner TTL class type RDATA"; ldns escapes
 * the tabs of the owner. NULL when ldns does not understand the RDATA. */
static const char *
read_data(struct arena *arena, const ldns_rr *rr, bool with_type)
{
	char *line = ldns_rr2str_fmt(ldns_output_format_nocomments, rr);
	const char *at = line;
	char *data;

	for (int tabs = with_type ? 3 : 4; tabs > 0 && at != NULL; tabs--)
		if ((at = strchr(at, '\t')) != NULL)
			at++;
	data = arena_strdup(arena, at);
	free(line);
	if (data == NULL)
		return NULL;
	if (text_ends(data, "\n"))
		data[strlen(data) - 1] = '\0';
	if (with_type && (line = strchr(data, '\t')) != NULL)
		*line = ' ';
	return data;
}

static const char *
read_address(struct arena *arena, int family, const ldns_rdf *rdf)
{
	char text[INET6_ADDRSTRLEN];

	return arena_strdup(
		arena, inet_ntop(family, ldns_rdf_data(rdf), text, sizeof text));
}

/* RFC 8659, 4.1: the flags, the tag behind its length, the value without one. */
static void
read_property(struct arena *arena, const ldns_rr *rr, struct dns_record *record)
{
	const ldns_rdf *tag = ldns_rr_rdf(rr, 1), *value = ldns_rr_rdf(rr, 2);
	size_t length = ldns_rdf_size(tag);

	record->critical = ldns_rdf2native_int8(ldns_rr_rdf(rr, 0)) & 0x80;
	record->tag = text_clean(
		arena, (const char *)ldns_rdf_data(tag) + 1, length > 0 ? length - 1 : 0);
	record->value = value == NULL
				? ""
				: text_clean(arena, (const char *)ldns_rdf_data(value),
					  ldns_rdf_size(value));
}

static void
read_fields(struct arena *arena, const ldns_rr *rr, struct dns_record *record)
{
	const ldns_rdf *first = ldns_rr_rdf(rr, 0);

	switch (record->type) {
	case DNS_A:
		record->address = read_address(arena, AF_INET, first);
		break;
	case DNS_AAAA:
		record->address = read_address(arena, AF_INET6, first);
		break;
	case DNS_CNAME:
	case DNS_DNAME:
		record->target = read_name(arena, first);
		break;
	case DNS_SRV:
		record->priority = ldns_rdf2native_int16(first);
		record->weight = ldns_rdf2native_int16(ldns_rr_rdf(rr, 1));
		record->port = ldns_rdf2native_int16(ldns_rr_rdf(rr, 2));
		record->target = read_name(arena, ldns_rr_rdf(rr, 3));
		break;
	case DNS_CAA:
		read_property(arena, rr, record);
		break;
	default:
		break;
	}
}

/* False when the RDATA is too short for the type; ldns lets that pass. */
static bool
read_record(struct arena *arena, const ldns_rr *rr, struct dns_record *record)
{
	record->owner = read_name(arena, ldns_rr_owner(rr));
	record->ttl = read_ttl(ldns_rr_ttl(rr));
	record->type = DNS_OTHER;
	if (ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN)
		for (size_t i = 0; i < KNOWN; i++)
			if (known[i].number == ldns_rr_get_type(rr)) {
				if (ldns_rr_rd_count(rr) < known[i].fields)
					return false;
				record->type = known[i].type;
			}
	read_fields(arena, rr, record);
	record->data = read_data(arena, rr, record->type == DNS_OTHER);
	return true;
}

/* --- sections --------------------------------------------------------------------- */

/* RFC 4034, 3.1.5: seconds since 1970 in 32 bits, good until 2106. */
static bool
take_signature(struct dns_fact *fact, const ldns_rr *rr)
{
	const ldns_rdf *inception = ldns_rr_rrsig_inception(rr);
	const ldns_rdf *expiration = ldns_rr_rrsig_expiration(rr);
	int64_t begins, expires;

	if (inception == NULL || expiration == NULL)
		return false;
	begins = ldns_rdf2native_int32(inception);
	if (begins > fact->signature_begins)
		fact->signature_begins = begins;
	expires = ldns_rdf2native_int32(expiration);
	if (fact->signature_expires == 0 || expires < fact->signature_expires)
		fact->signature_expires = expires;
	return true;
}

static bool
take_answer(struct reader *reader, const ldns_rr *rr)
{
	struct dns_fact *fact = reader->fact;

	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG)
		return take_signature(fact, rr);
	if (fact->records == DNSMSG_MAX_RECORDS)
		return true;
	fact->record = arena_grow(
		reader->arena, fact->record, fact->records, sizeof *fact->record);
	if (!read_record(reader->arena, rr, &fact->record[fact->records]))
		return false;
	fact->records++;
	return true;
}

/* RFC 2308, 5: a negative answer lives for the lesser of the SOA's TTL and its MINIMUM. */
static bool
take_authority(struct reader *reader, const ldns_rr *rr)
{
	struct dns_fact *fact = reader->fact;
	int minimum, ttl;

	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA || fact->zone != NULL)
		return true;
	if (ldns_rr_rd_count(rr) != 7)
		return false;
	fact->zone = read_name(reader->arena, ldns_rr_owner(rr));
	minimum = read_ttl(ldns_rdf2native_int32(ldns_rr_rdf(rr, 6)));
	ttl = read_ttl(ldns_rr_ttl(rr));
	fact->negative_ttl = minimum < ttl ? minimum : ttl;
	return true;
}

/* RFC 8914, section 2: a code and a text in UTF-8, which some end with a NUL. */
static void
take_error(struct reader *reader, const uint8_t *option, size_t length)
{
	struct dns_fact *fact = reader->fact;
	struct dns_error *error;

	if (length < 2 || fact->errors == DNSMSG_MAX_ERRORS)
		return;
	fact->error =
		arena_grow(reader->arena, fact->error, fact->errors, sizeof *fact->error);
	error = &fact->error[fact->errors++];
	error->code = ldns_read_uint16(option);
	while (length > 2 && option[length - 1] == '\0')
		length--;
	if (length > 2)
		error->text =
			text_clean(reader->arena, (const char *)option + 2, length - 2);
}

/* RFC 6891, 6.1.2 and 6.1.3. ldns has a list of options only since 1.8.2, and we look for
 * one of them. */
static bool
take_additional(struct reader *reader, const ldns_rr *rr)
{
	const ldns_rdf *options;
	const uint8_t *at;
	size_t left, size;

	if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_OPT)
		return true;
	reader->rcode |= ldns_rr_ttl(rr) >> 24 << 4;
	if ((options = ldns_rr_rdf(rr, 0)) == NULL)
		return true;
	at = ldns_rdf_data(options);
	for (left = ldns_rdf_size(options); left >= 4; at += 4 + size, left -= 4 + size) {
		if ((size = ldns_read_uint16(at + 2)) > left - 4)
			return false;
		if (ldns_read_uint16(at) == OPTION_EDE)
			take_error(reader, at + 4, size);
	}
	return left == 0;
}

static bool
read_section(struct reader *reader, ldns_pkt_section section, unsigned count,
	bool (*take)(struct reader *, const ldns_rr *))
{
	bool good = true;

	for (unsigned i = 0; i < count && good; i++) {
		ldns_rr *rr;

		if (ldns_wire2rr(&rr, reader->message, reader->length, &reader->at,
			    section) != LDNS_STATUS_OK)
			return false;
		good = take(reader, rr);
		ldns_rr_free(rr);
	}
	return good;
}

/* --- the answer ------------------------------------------------------------------- */

static enum dns_rcode
read_rcode(unsigned rcode)
{
	static const enum dns_rcode name[] = { RCODE_NOERROR, RCODE_FORMERR,
		RCODE_SERVFAIL, RCODE_NXDOMAIN, RCODE_NOTIMP, RCODE_REFUSED };

	return rcode < sizeof name / sizeof name[0] ? name[rcode] : RCODE_OTHER;
}

/* RFC 5452, 9.1: an answer repeats the question. */
static bool
take_question(struct reader *reader, const ldns_rr *rr)
{
	ldns_rdf *name = ldns_dname_new_frm_str(reader->fact->name);
	bool same = name != NULL && ldns_dname_compare(name, ldns_rr_owner(rr)) == 0 &&
		    ldns_rr_get_type(rr) == number_of(reader->fact->type) &&
		    ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN;

	ldns_rdf_deep_free(name);
	return same;
}

static void
read_header(struct reader *reader)
{
	struct dns_fact *fact = reader->fact;

	reader->rcode = LDNS_RCODE_WIRE(reader->message);
	reader->at = LDNS_HEADER_SIZE;
	fact->truncated = LDNS_TC_WIRE(reader->message);
	fact->authoritative = LDNS_AA_WIRE(reader->message);
	fact->authenticated = LDNS_AD_WIRE(reader->message);
}

static bool
read_records(struct reader *reader)
{
	const uint8_t *m = reader->message;

	return read_section(reader, LDNS_SECTION_ANSWER, LDNS_ANCOUNT(m), take_answer) &&
	       read_section(
		       reader, LDNS_SECTION_AUTHORITY, LDNS_NSCOUNT(m), take_authority) &&
	       read_section(
		       reader, LDNS_SECTION_ADDITIONAL, LDNS_ARCOUNT(m), take_additional);
}

/* NULL when all is well, or what is wrong with the message. */
static const char *
read_message(struct reader *reader)
{
	const uint8_t *m = reader->message;

	if (reader->length < LDNS_HEADER_SIZE)
		return "the answer is shorter than the header of a DNS message";
	if (!LDNS_QR_WIRE(m) || LDNS_OPCODE_WIRE(m) != LDNS_PACKET_QUERY)
		return "the DNS message is not an answer";
	read_header(reader);
	if (LDNS_QDCOUNT(m) != 1 ||
		!read_section(reader, LDNS_SECTION_QUESTION, 1, take_question))
		return "the DNS message answers another question";
	if (!read_records(reader) && !reader->fact->truncated)
		return "the DNS message is malformed";
	reader->fact->rcode = read_rcode(reader->rcode);
	return NULL;
}

enum outcome
dnsmsg_read(struct arena *arena, const uint8_t *message, size_t length,
	struct dns_fact *fact, const char **detail)
{
	struct dns_fact good = *fact;
	struct reader reader = {
		.arena = arena, .message = message, .length = length, .fact = &good
	};

	fact->size = good.size = (int)length;
	*detail = read_message(&reader);
	if (*detail != NULL)
		return OUTCOME_BAD_PEER;
	*fact = good;
	return OUTCOME_OK;
}
