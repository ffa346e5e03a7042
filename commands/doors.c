/* Opened once for a run: trust store and resolver. */
#include "commands/doors.h"

#include "commands/options.h"

bool
doors_open(struct probing *probing, const struct asked *asked,
	const struct credentials *credentials)
{
	const char *trouble;

	probing->credentials = *credentials;
	if (!asked->names_only)
		probing->tls = tls_context_open(asked->ca_file, asked->ca_dir, &trouble);
	if (probing->tls == NULL && !asked->names_only) {
		complain("the trust store cannot be used: %s", trouble);
		return false;
	}
	probing->resolver = resolver_open(probing->loop, asked->resolver,
		asked->resolvers, asked->timeout * 1000, &trouble);
	if (probing->resolver == NULL)
		complain("the resolver cannot be used: %s", trouble);
	return probing->resolver != NULL;
}

void
doors_close(struct probing *probing)
{
	resolver_close(&probing->resolver);
	tls_context_close(&probing->tls);
}
