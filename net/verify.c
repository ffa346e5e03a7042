/* No error ends a verification: judging is for the checks, and one fault hides another. */
#include "net/verify.h"

#include "net/cert.h"

enum { MAX_ERRORS = 64 }; /* a chain of CONN_MAX_CHAIN has fewer */

static bool
is_issuer_missing(int code)
{
	return code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
	       code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	       code == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

/* The path from the leaf ends at a certificate whose issuer was neither sent nor is
 * trusted. Whether that issuer is an intermediate or the root of a private authority
 * cannot be known offline; what is sure is its name, and that it was not sent. */
static void
note_missing(struct verifying *seen, X509_STORE_CTX *store)
{
	const STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(store);
	int count = sk_X509_num(path);

	if (count > 0)
		seen->missing = cert_name(seen->arena,
			X509_get_issuer_name(sk_X509_value(path, count - 1)));
}

void
verify_note(struct verifying *seen, X509_STORE_CTX *store)
{
	const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	int code = X509_STORE_CTX_get_error(store);
	struct verify_error *error;

	if (seen->errors == MAX_ERRORS)
		return;
	seen->error =
		arena_grow(seen->arena, seen->error, seen->errors, sizeof *seen->error);
	error = &seen->error[seen->errors++];
	error->depth = X509_STORE_CTX_get_error_depth(store);
	error->code = code;
	error->text = X509_verify_cert_error_string(code);
	if (certificate != NULL)
		error->subject =
			cert_name(seen->arena, X509_get_subject_name(certificate));
	if (is_issuer_missing(code))
		note_missing(seen, store);
}

static bool
was_sent(const STACK_OF(X509) * sent, const X509 *certificate)
{
	for (int i = 0; i < sk_X509_num(sent); i++)
		if (X509_cmp(sk_X509_value(sent, i), certificate) == 0)
			return true;
	return false;
}

/* A trust store may hold intermediates beside the roots. A path through one of them that
 * was not sent is a path that others do not find. */
static void
read_path(const STACK_OF(X509) * path, const STACK_OF(X509) * sent, struct arena *arena,
	struct tls_fact *fact)
{
	int count = path != NULL ? sk_X509_num(path) : 0;

	fact->chain_built = count;
	for (int i = 1; i + 1 < count && fact->missing_intermediate == NULL; i++) {
		const X509 *certificate = sk_X509_value(path, i);

		if (was_sent(sent, certificate))
			continue;
		fact->only_with_intermediate = true;
		fact->missing_intermediate =
			cert_name(arena, X509_get_subject_name(certificate));
	}
}

void
verify_fact(const struct verifying *seen, const STACK_OF(X509) * path,
	const STACK_OF(X509) * sent, struct arena *arena, struct tls_fact *fact)
{
	fact->missing_intermediate = arena_strdup(arena, seen->missing);
	read_path(path, sent, arena, fact);
	fact->trusted = fact->chain_built > 0 && seen->errors == 0;
	fact->verify = arena_copy(arena, seen->error, seen->errors * sizeof *seen->error);
	fact->verifies = seen->errors;
	for (size_t i = 0; i < fact->verifies; i++)
		fact->verify[i].subject = arena_strdup(arena, fact->verify[i].subject);
}
