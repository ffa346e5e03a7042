/* The values of the options of `fedprobe listen`, and the beginning of listening. */
#include "commands/listening.h"

#include "base/fatal.h"
#include "base/text.h"
#include "commands/options.h"
#include "net/random.h"

#include <errno.h>
#include <string.h>

/* What is wrong with "[ADDR:]PORT", or NULL. */
static const char *
read_place(struct arena *arena, const char *value, struct listening_place *place)
{
	const char *colon = strrchr(value, ':');
	const char *digits = colon != NULL ? colon + 1 : value;
	char *address;
	long long port;

	if (!text_number(digits, 1, 65535, &port))
		return arena_printf(
			arena, "\"%s\" is no port; a port is 1 to 65535", digits);
	place->port = (int)port;
	if (colon == NULL)
		return NULL;
	address = arena_text(arena, value, (size_t)(colon - value));
	if (!domain_is_address(address))
		return arena_printf(arena, "\"%s\" is no address", address);
	if (*address == '[')
		address = arena_text(arena, address + 1, strlen(address) - 2);
	place->address = address;
	return NULL;
}

const char *
listening_starttls(struct settings *s, const char *value)
{
	return read_place(s->arena, value, &s->listening.starttls);
}

const char *
listening_direct(struct settings *s, const char *value)
{
	return read_place(s->arena, value, &s->listening.direct);
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
	return local_hosts(run_local(asked), ascii);
}

bool
listening_wanted(const struct listening *listening)
{
	return listening->starttls.port != 0 || listening->direct.port != 0;
}

/* What the command line says, or the file when it says nothing. */
static struct listening
choose_places(const struct settings *s, const struct local *local)
{
	struct listening chosen = s->listening;

	if (listening_wanted(&chosen))
		return chosen;
	chosen.starttls.address = chosen.direct.address = local->listen_address;
	chosen.starttls.port =
		local->listen_port ? local->listen_port : local_port(local);
	chosen.direct.port = local->listen_tls_port;
	return chosen;
}

/* Listens there; *where tells the place. False and one line on stderr when it cannot. */
static bool
open_ear(struct inbound **ear, const struct hosting *hosting,
	const struct listening_place *place, struct arena *arena, const char **where)
{
	const char *address = place->address;

	*ear = inbound_open(hosting, address, place->port);
	if (*ear == NULL) {
		complain("nobody can connect to %s port %d: %s",
			address ? address : "this host,", place->port, strerror(errno));
		return false;
	}
	*where =
		arena_printf(arena, address && strchr(address, ':') ? "[%s]:%d" : "%s:%d",
			address ? address : "*", inbound_port(*ear));
	return true;
}

bool
ears_open(struct ears *ears, const struct settings *s, struct asked *asked,
	const struct hosting *hosting)
{
	const struct listening places = choose_places(s, run_local(asked));
	struct hosting direct = *hosting;

	direct.direct = true;
	*ears = (struct ears){ NULL, NULL };
	if ((places.starttls.port == 0 ||
		    open_ear(&ears->starttls, hosting, &places.starttls, s->arena,
			    &asked->listen)) &&
		(places.direct.port == 0 ||
			open_ear(&ears->direct, &direct, &places.direct, s->arena,
				&asked->listen_tls)))
		return true;
	ears_close(ears);
	return false;
}

void
ears_close(struct ears *ears)
{
	inbound_close(&ears->starttls);
	inbound_close(&ears->direct);
}

void
ears_dismiss(struct ears *ears, const struct partner *partner)
{
	if (ears->starttls != NULL)
		inbound_dismiss(ears->starttls, partner);
	if (ears->direct != NULL)
		inbound_dismiss(ears->direct, partner);
}

bool
ears_doing(const struct ears *ears, const struct partner *partner, struct doing *doing)
{
	return (ears->starttls != NULL &&
		       inbound_doing(ears->starttls, partner, doing)) ||
	       (ears->direct != NULL && inbound_doing(ears->direct, partner, doing));
}

unsigned
ears_turned_away(const struct ears *ears)
{
	return (ears->starttls ? inbound_turned_away(ears->starttls) : 0) +
	       (ears->direct ? inbound_turned_away(ears->direct) : 0);
}

const char *
listening_show(struct arena *arena, const struct asked *asked)
{
	if (asked->listen_tls == NULL)
		return asked->listen;
	if (asked->listen == NULL)
		return arena_printf(arena, "%s with TLS first", asked->listen_tls);
	return arena_printf(
		arena, "%s, and at %s with TLS first", asked->listen, asked->listen_tls);
}

bool
listening_prepare(struct settings *s)
{
	const struct listening places = choose_places(s, run_local(&s->asked));

	if (places.direct.port != 0 && s->credentials.certificate == NULL) {
		complain("who listens for TLS from the first byte needs a certificate "
			 "(--cert)");
		return false;
	}
	if (s->credentials.secret != NULL)
		return true;
	/* It is the owner's of the credentials, as the other is. */
	s->credentials.invented = true;
	s->credentials.secret = strdup(random_hex(s->arena, 32));
	if (s->credentials.secret == NULL)
		fatal("out of memory");
	return true;
}
