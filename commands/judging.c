/* The end of every run. */
#include "commands/judging.h"

#include "base/text.h"

/* The second report would silently replace the first. */
static bool
is_taken(const struct settings *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->output[k].file == NULL && s->output[i].file == NULL &&
			text_same(s->output[k].path, s->output[i].path))
			return true;
	return false;
}

bool
outputs_open(struct settings *s)
{
	struct output text;

	if (s->outputs == 0) {
		output_parse(s->arena, "text", &text);
		s->output = arena_grow(s->arena, s->output, s->outputs, sizeof text);
		s->output[s->outputs++] = text;
	}
	for (size_t i = 0; i < s->outputs; i++) {
		const char *trouble = output_open(s->arena, &s->output[i]);

		if (trouble == NULL && is_taken(s, i))
			trouble = arena_printf(s->arena,
				"%s: two reports cannot go to one file",
				s->output[i].path);
		if (trouble != NULL) {
			complain("%s", trouble);
			return false;
		}
	}
	return true;
}

void
outputs_close(struct settings *s)
{
	for (size_t i = 0; i < s->outputs; i++)
		output_close(&s->output[i]);
}

static bool
write_those(struct settings *s, const struct run *run, bool files)
{
	struct look look = options_look(s);
	const char *trouble;
	bool good = true;

	for (size_t i = 0; i < s->outputs; i++) {
		if ((s->output[i].file == NULL) != files)
			continue;
		trouble = output_write(s->arena, &s->output[i], run, &look);
		if (trouble != NULL) {
			complain("%s", trouble);
			good = false;
		}
	}
	return good;
}

/* Files first: when the reader of a pipe has gone, the pipe ends us. */
int
outputs_write(struct settings *s, const struct run *run)
{
	bool good = write_those(s, run, true);
	int status = run_exit(run);

	if (s->fail_on_fail && status == 1)
		status = 0;
	return write_those(s, run, false) && good ? status : 3;
}
