/* The values of the options of `fedprobe listen`, and the beginning of listening. */
#include "commands/listening.h"

#include "base/fatal.h"
#include "base/text.h"
#include "commands/options.h"
#include "net/random.h"

#include <errno.h>
#include <string.h>

const char *
listening_place(struct settings *s, const char *value)
{
	const char *colon = strrchr(value, ':');
	const char *digits = colon != NULL ? colon + 1 : value;
	char *address;
	long long port;

	if (!text_number(digits, 1, 65535, &port))
		return arena_printf(
			s->arena, "\"%s\" is no port; a port is 1 to 65535", digits);
	s->listening.port = (int)port;
	if (colon == NULL)
		return NULL;
	address = arena_text(s->arena, value, (size_t)(colon - value));
	if (!domain_is_address(address))
		return arena_printf(s->arena, "\"%s\" is no address", address);
	if (*address == '[')
		address = arena_text(s->arena, address + 1, strlen(address) - 2);
	s->listening.address = address;
	return NULL;
}

static const char *
number(struct settings *s, const char *value, const char *what, int *result)
{
	long long read;

	if (!text_number(value, 1, 1000000, &read))
		return arena_printf(s->arena,
			"\"%s\" is no number of %s from 1 to 1000000", value, what);
	*result = (int)read;
	return NULL;
}

const char *
listening_count(struct settings *s, const char *value)
{
	return number(s, value, "connections", &s->listening.count);
}

const char *
listening_seconds(struct settings *s, const char *value)
{
	return number(s, value, "seconds", &s->listening.seconds);
}

bool
listening_hosts(const struct asked *asked, const char *ascii)
{
	const struct local *local = run_local(asked);

	if (text_same_name(local->domain, ascii))
		return true;
	for (size_t i = 0; i < local->sip_domains; i++)
		if (text_same_name(local->sip_domain[i], ascii))
			return true;
	return false;
}

struct inbound *
listening_open(
	const struct settings *s, struct asked *asked, const struct hosting *hosting)
{
	const struct local *local = run_local(asked);
	const char *address =
		s->listening.address ? s->listening.address : local->listen_address;
	int port = s->listening.port ? s->listening.port : local->listen_port;
	struct inbound *inbound;

	if (port == 0)
		port = local_port(local);
	inbound = inbound_open(hosting, address, port);
	if (inbound == NULL) {
		complain("nobody can connect to %s port %d: %s",
			address ? address : "this host,", port, strerror(errno));
		return NULL;
	}
	asked->listen = arena_printf(s->arena,
		address && strchr(address, ':') ? "[%s]:%d" : "%s:%d",
		address ? address : "*", inbound_port(inbound));
	return inbound;
}

void
listening_secret(struct settings *s)
{
	if (s->credentials.secret != NULL)
		return;
	s->credentials.invented = true;
	s->credentials.secret = strdup(random_hex(s->arena, 32));
	if (s->credentials.secret == NULL)
		fatal("out of memory");
}
