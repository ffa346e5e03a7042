/* Any bytes as a certificate. */
#include "net/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct certificate_fact fact = { 0 };
	struct arena *arena = arena_open();

	cert_read_der(arena, bytes, length, &fact);
	arena_close(&arena);
	return 0;
}
