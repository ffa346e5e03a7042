#include "report/worth.h"

#include "model/endpoint.h"

#include <stdio.h>

/* A reason beside a method is a reservation. */
static const char *
worth(const struct headline *h)
{
	if (h->method == METHOD_UNKNOWN)
		return "unknown";
	if (h->method == METHOD_NONE)
		return "refused";
	return h->reason ? "limited" : "good";
}

void
worth_print(struct page *page, const struct partner *p)
{
	size_t count;
	const struct endpoint *file = endpoints(page->arena, p, &count);
	const char *path = count > 0 ? endpoint_show(page->arena, file->id) : "no file";

	fprintf(page->file, "    %s      server %s      client %s      ",
		page_safe(page, path), worth(&p->in), worth(&p->out));
}
