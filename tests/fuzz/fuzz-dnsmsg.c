/* Any bytes as the answer to either of two questions. */
#include "net/dnsmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct dns_fact srv = { .name = "_xmpp-server._tcp.example.com",
		.type = DNS_SRV };
	struct dns_fact a = { .name = "xmpp.example.com", .type = DNS_A };
	struct arena *arena = arena_open();
	const char *detail;

	dnsmsg_read(arena, bytes, length, &srv, &detail);
	dnsmsg_read(arena, bytes, length, &a, &detail);
	arena_close(&arena);
	return 0;
}
