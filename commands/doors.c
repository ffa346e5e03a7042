/* Opened once for a run: trust store and resolver. */
#include "commands/doors.h"

#include "commands/options.h"

#include <stdint.h>
#include <sys/resource.h>

size_t
doors_widen(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (setrlimit(RLIMIT_NOFILE,
		    &(struct rlimit){ limit.rlim_max, limit.rlim_max }) == 0)
		limit.rlim_cur = limit.rlim_max;
	return limit.rlim_cur < SIZE_MAX ? (size_t)limit.rlim_cur : SIZE_MAX;
}

bool
doors_open(struct probing *probing, const struct asked *asked,
	const struct credentials *credentials)
{
	const char *trouble;

	doors_widen();
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
