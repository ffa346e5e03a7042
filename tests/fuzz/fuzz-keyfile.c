/* Any bytes as a file with certificates and keys. There is no passphrase: how long its
 * opening takes is not ours to shorten. */
#include "net/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct certificate_fact *certificate;
	struct arena *arena = arena_open();
	const char *trouble;
	struct keyfile *file =
		keyfile_read(bytes, length, "edge.pem", NULL, arena, &trouble);
	struct file_fact fact;

	if ((file == NULL) != (trouble != NULL))
		__builtin_trap();
	if (file != NULL) {
		keyfile_fact(file, arena, &fact);
		if (keyfile_certificates(file, arena, &certificate) == 0)
			__builtin_trap();
	}
	keyfile_close(&file);
	arena_close(&arena);
	return 0;
}
