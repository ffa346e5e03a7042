/* The rig's door to ldns: a list of records, searched by walking it, since a world has a
 * few hundred. Faults are found by the name that is asked for. */
#include "rig/zone.h"

#include "base/fatal.h"
#include "base/text.h"

#include <ctype.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_ALIASES = 8,
	TTL = 60,
	UDP_PLAIN = 512, /* RFC 1035, 4.2.1 */
	UDP_MOST = 4096,
	EDNS_SIZE = 1232,
};

struct name_fault {
	ldns_rdf *name;
	bool below; /* and all names below it */
	unsigned faults;
	long delay_ms;
	struct bytes text; /* of an extended error */
};

struct zone {
	ldns_rr_list *records;
	struct name_fault *fault;
	size_t faults;
	struct arena *arena;
};

struct zone *
zone_open(void)
{
	struct zone *zone = calloc(1, sizeof *zone);

	if (zone == NULL || (zone->records = ldns_rr_list_new()) == NULL)
		fatal("out of memory");
	zone->arena = arena_open();
	zone_begin(zone, "");
	return zone;
}

void
zone_close(struct zone **zone)
{
	if (*zone == NULL)
		return;
	for (size_t i = 0; i < (*zone)->faults; i++)
		ldns_rdf_deep_free((*zone)->fault[i].name);
	ldns_rr_list_deep_free((*zone)->records);
	arena_close(&(*zone)->arena);
	free(*zone);
	*zone = NULL;
}

const char *
zone_add(struct zone *zone, const char *text, const char *origin)
{
	ldns_rdf *above = ldns_dname_new_frm_str(origin);
	ldns_rr *record;
	ldns_status status;

	if (above == NULL)
		return "the domain is not a name";
	status = ldns_rr_new_frm_str(&record, text, TTL, above, NULL);
	ldns_rdf_deep_free(above);
	if (status != LDNS_STATUS_OK)
		return ldns_get_errorstr_by_id(status);
	if (!ldns_rr_list_push_rr(zone->records, record))
		fatal("out of memory");
	return NULL;
}

void
zone_begin(struct zone *zone, const char *domain)
{
	const char *text = arena_printf(zone->arena,
		"%s. SOA ns.%s%shostmaster.%s%s1 3600 600 86400 60", domain, domain,
		*domain ? ". " : " ", domain, *domain ? ". " : " ");

	if (zone_add(zone, text, ".") != NULL)
		fatal("cannot make a zone for %s", domain);
}

const char *
zone_add_fault(struct zone *zone, const struct fault_line *fault, const char *domain)
{
	bool below = text_same(fault->name, "*");
	bool apex = below || text_same(fault->name, "@");
	const char *name =
		apex ? domain : arena_printf(zone->arena, "%s.%s", fault->name, domain);
	ldns_rdf *rdf = ldns_dname_new_frm_str(name);

	if (rdf == NULL)
		return "the name of the fault is not a name";
	zone->fault =
		arena_grow(zone->arena, zone->fault, zone->faults, sizeof *zone->fault);
	zone->fault[zone->faults++] = (struct name_fault){ rdf, below, fault->faults,
		fault->delay_ms, fault->text };
	return NULL;
}

/* Whether it is the name above, or below it. In wire format no length of a label is the
 * code of a letter. ldns takes memory for each label, and a zone may be long. */
static bool
is_within(const ldns_rdf *name, const ldns_rdf *above)
{
	const uint8_t *at = ldns_rdf_data(name), *top = ldns_rdf_data(above);
	size_t left = ldns_rdf_size(name), size = ldns_rdf_size(above);

	for (; left > size; left -= 1u + *at, at += 1u + *at)
		;
	for (size_t i = 0; i < left && left == size; i++)
		if (tolower(at[i]) != tolower(top[i]))
			return false;
	return left == size;
}

static bool
is_name(const ldns_rdf *name, const ldns_rdf *other)
{
	return ldns_rdf_size(name) == ldns_rdf_size(other) && is_within(name, other);
}

/* All that is wrong with a name. */
static struct name_fault
find_faults(const struct zone *zone, const ldns_rdf *name)
{
	struct name_fault all = { 0 };

	for (size_t i = 0; i < zone->faults; i++) {
		const struct name_fault *f = &zone->fault[i];

		if (!is_name(name, f->name) && !(f->below && is_within(name, f->name)))
			continue;
		all.faults |= f->faults;
		if (f->delay_ms > all.delay_ms)
			all.delay_ms = f->delay_ms;
		if (f->text.byte != NULL)
			all.text = f->text;
	}
	return all;
}

/* Copies the records of a name and type into the answer; returns the last, or NULL. */
static const ldns_rr *
push_records(const struct zone *zone, ldns_pkt *answer, const ldns_rdf *name,
	ldns_rr_type type)
{
	const ldns_rr *found = NULL;

	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(zone->records, i);

		if (ldns_rr_get_type(rr) != type || !is_name(ldns_rr_owner(rr), name))
			continue;
		ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, ldns_rr_clone(rr));
		found = rr;
	}
	return found;
}

/* A name is there when it or anything below it has a record (RFC 4592, 2.2.2). */
static bool
name_exists(const struct zone *zone, const ldns_rdf *name)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		const ldns_rdf *owner = ldns_rr_owner(ldns_rr_list_rr(zone->records, i));

		if (is_within(owner, name))
			return true;
	}
	return false;
}

/* RFC 2308, section 3: the SOA of the closest zone. */
static void
push_authority(const struct zone *zone, ldns_pkt *answer, const ldns_rdf *name)
{
	const ldns_rr *closest = NULL;

	for (size_t i = 0; i < ldns_rr_list_rr_count(zone->records); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(zone->records, i);
		const ldns_rdf *owner = ldns_rr_owner(rr);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && is_within(name, owner) &&
			(closest == NULL || is_within(owner, ldns_rr_owner(closest))))
			closest = rr;
	}
	if (closest != NULL)
		ldns_pkt_push_rr(answer, LDNS_SECTION_AUTHORITY, ldns_rr_clone(closest));
}

/* Follows aliases as a resolver does; one that leads too far is a SERVFAIL. */
static void
look_up(const struct zone *zone, ldns_pkt *answer, const ldns_rdf *name,
	ldns_rr_type type)
{
	for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
		const ldns_rr *alias;

		if (push_records(zone, answer, name, type) != NULL)
			return;
		alias = push_records(zone, answer, name, LDNS_RR_TYPE_CNAME);
		if (alias == NULL) {
			if (!name_exists(zone, name))
				ldns_pkt_set_rcode(answer, LDNS_RCODE_NXDOMAIN);
			push_authority(zone, answer, name);
			return;
		}
		name = ldns_rr_rdf(alias, 0);
	}
	ldns_rr_list_deep_free(ldns_pkt_answer(answer));
	ldns_pkt_set_answer(answer, ldns_rr_list_new());
	ldns_pkt_set_ancount(answer, 0);
	ldns_pkt_set_rcode(answer, LDNS_RCODE_SERVFAIL);
}

/* The header and the question, without any answer. */
static ldns_pkt *
begin_answer(const ldns_pkt *query, const ldns_rr *question)
{
	ldns_pkt *answer = ldns_pkt_new();

	if (answer == NULL)
		fatal("out of memory");
	ldns_pkt_set_id(answer, ldns_pkt_id(query));
	ldns_pkt_set_qr(answer, true);
	ldns_pkt_set_rd(answer, ldns_pkt_rd(query));
	ldns_pkt_set_ra(answer, true);
	ldns_pkt_set_cd(answer, ldns_pkt_cd(query));
	ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION, ldns_rr_clone(question));
	if (ldns_pkt_edns(query)) {
		ldns_pkt_set_edns_udp_size(answer, EDNS_SIZE);
		ldns_pkt_set_edns_do(answer, ldns_pkt_edns_do(query));
	}
	return answer;
}

/* RFC 8914, section 2: a code and a text. */
static void
explain(struct arena *arena, ldns_pkt *answer, uint16_t code, struct bytes text)
{
	uint8_t *option = arena_alloc(arena, 2 + text.length);
	ldns_edns_option_list *options;
	ldns_edns_option *made;

	if (!ldns_pkt_edns(answer))
		return;
	ldns_write_uint16(option, code);
	if (text.length > 0)
		memcpy(option + 2, text.byte, text.length);
	options = ldns_edns_option_list_new();
	made = ldns_edns_new_from_data(LDNS_EDNS_EDE, 2 + text.length, option);
	if (options == NULL || made == NULL || !ldns_edns_option_list_push(options, made))
		fatal("out of memory");
	ldns_pkt_set_edns_option_list(answer, options);
}

/* Two aliases that lead to each other, which a resolver would never hand on. */
static void
push_loop(ldns_pkt *answer, const ldns_rdf *name)
{
	ldns_rdf *other = ldns_rdf_clone(name);
	const ldns_rdf *from[] = { name, other }, *to[] = { other, name };

	/* The first letter of the first label. */
	ldns_rdf_data(other)[1] = 'z';
	for (int i = 0; i < 2; i++) {
		ldns_rr *alias = ldns_rr_new_frm_type(LDNS_RR_TYPE_CNAME);

		ldns_rr_set_owner(alias, ldns_rdf_clone(from[i]));
		ldns_rr_set_ttl(alias, TTL);
		ldns_rdf_deep_free(ldns_rr_set_rdf(alias, ldns_rdf_clone(to[i]), 0));
		ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, alias);
	}
	ldns_rdf_deep_free(other);
}

/* Gives all records of the answer another owner. */
static void
misplace(ldns_pkt *answer)
{
	for (size_t i = 0; i < ldns_pkt_ancount(answer); i++) {
		ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_answer(answer), i);

		ldns_rdf_deep_free(ldns_rr_owner(rr));
		ldns_rr_set_owner(rr, ldns_dname_new_frm_str("another.owner.example."));
	}
}

static ldns_pkt_rcode
refusal(const ldns_pkt *query, unsigned faults)
{
	if ((faults & FAULT_SERVFAIL) || ((faults & FAULT_BOGUS) && !ldns_pkt_cd(query)))
		return LDNS_RCODE_SERVFAIL;
	return faults & FAULT_REFUSED ? LDNS_RCODE_REFUSED : LDNS_RCODE_NOERROR;
}

static void
fill_answer(const struct zone *zone, struct arena *arena, ldns_pkt *answer,
	const ldns_pkt *query, const ldns_rr *question, const struct name_fault *fault)
{
	const ldns_rdf *name = ldns_rr_owner(question);
	unsigned faults = fault->faults;
	ldns_pkt_rcode rcode = refusal(query, faults);

	if (rcode != LDNS_RCODE_NOERROR) {
		ldns_pkt_set_rcode(answer, (uint8_t)rcode);
		if ((faults & FAULT_BOGUS) || fault->text.byte != NULL)
			explain(arena, answer,
				faults & FAULT_BOGUS ? LDNS_EDE_DNSSEC_BOGUS
						     : LDNS_EDE_OTHER,
				fault->text);
		return;
	}
	if (faults & FAULT_LOOP)
		push_loop(answer, name);
	else
		look_up(zone, answer, name, ldns_rr_get_type(question));
	if (faults & FAULT_MISPLACED)
		misplace(answer);
	/* RFC 6840, 5.8: AD only for those who show that they know it. */
	ldns_pkt_set_ad(answer, (faults & FAULT_AUTHENTIC) &&
					(ldns_pkt_ad(query) || ldns_pkt_edns_do(query)));
}

/* As much as the client can take, or nothing but TC (RFC 2181, section 9). */
static void
encode(struct arena *arena, ldns_pkt *answer, size_t most, struct reply *reply)
{
	uint8_t *wire = NULL;
	size_t length = 0;

	if (ldns_pkt2wire(&wire, answer, &length) != LDNS_STATUS_OK)
		fatal("cannot write a DNS message");
	if (length > most) {
		LDNS_FREE(wire);
		ldns_pkt_set_tc(answer, true);
		for (ldns_pkt_section s = LDNS_SECTION_ANSWER;
			s <= LDNS_SECTION_ADDITIONAL; s++)
			ldns_pkt_set_section_count(answer, s, 0);
		ldns_rr_list_deep_free(ldns_pkt_answer(answer));
		ldns_rr_list_deep_free(ldns_pkt_authority(answer));
		ldns_pkt_set_answer(answer, ldns_rr_list_new());
		ldns_pkt_set_authority(answer, ldns_rr_list_new());
		if (ldns_pkt2wire(&wire, answer, &length) != LDNS_STATUS_OK)
			fatal("cannot write a DNS message");
	}
	reply->bytes = arena_copy(arena, wire, length);
	reply->length = length;
	LDNS_FREE(wire);
}

/* A question and an answer whose name points to itself (RFC 1035, 4.1.4). */
static void
garbage(struct arena *arena, uint16_t id, struct reply *reply)
{
	uint8_t message[] = { (uint8_t)(id >> 8), (uint8_t)id, 0x81, 0x80, 0, 1, 0, 1, 0,
		0, 0, 0, 0xc0, 12, 0, 33, 0, 1, 0xc0, 18, 0, 33, 0, 1, 0xff };

	reply->bytes = arena_copy(arena, message, sizeof message);
	reply->length = sizeof message;
}

static size_t
largest(const ldns_pkt *query, bool tcp, unsigned faults)
{
	size_t edns = ldns_pkt_edns(query) ? ldns_pkt_edns_udp_size(query) : 0;

	if (tcp)
		return UINT16_MAX;
	if (faults & (FAULT_NO_TCP | FAULT_SILENT_TCP))
		return 0;
	return edns < UDP_PLAIN ? UDP_PLAIN : edns < UDP_MOST ? edns : UDP_MOST;
}

static void
answer_query(const struct zone *zone, struct arena *arena, const ldns_pkt *query,
	bool tcp, struct reply *reply)
{
	ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0), *other = NULL;
	struct name_fault fault = find_faults(zone, ldns_rr_owner(question));
	unsigned faults = fault.faults;
	ldns_pkt *answer;

	reply->delay_ms = fault.delay_ms;
	if ((faults & FAULT_SILENT) || (tcp && (faults & FAULT_SILENT_TCP)))
		return;
	if (tcp && (faults & FAULT_NO_TCP)) {
		reply->hang_up = true;
		return;
	}
	if (faults & FAULT_GARBAGE) {
		garbage(arena, ldns_pkt_id(query), reply);
		return;
	}
	if (faults & FAULT_LYING) {
		other = ldns_rr_clone(question);
		ldns_rdf_deep_free(ldns_rr_owner(other));
		ldns_rr_set_owner(
			other, ldns_dname_new_frm_str("another.question.example."));
	}
	answer = begin_answer(query, other ? other : question);
	fill_answer(zone, arena, answer, query, other ? other : question, &fault);
	encode(arena, answer, largest(query, tcp, faults), reply);
	ldns_pkt_free(answer);
	ldns_rr_free(other);
}

void
zone_answer(const struct zone *zone, struct arena *arena, const uint8_t *question,
	size_t length, bool tcp, struct reply *reply)
{
	ldns_pkt *query = NULL;

	*reply = (struct reply){ 0 };
	if (ldns_wire2pkt(&query, question, length) == LDNS_STATUS_OK &&
		!ldns_pkt_qr(query) && ldns_pkt_get_opcode(query) == LDNS_PACKET_QUERY &&
		ldns_rr_list_rr_count(ldns_pkt_question(query)) == 1)
		answer_query(zone, arena, query, tcp, reply);
	ldns_pkt_free(query);
}
