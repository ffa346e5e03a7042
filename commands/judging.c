/* The end of every run. */
#include "commands/judging.h"

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

		if (trouble != NULL) {
			complain("%s", trouble);
			return false;
		}
	}
	return true;
}

void
outputs_abandon(struct settings *s)
{
	for (size_t i = 0; i < s->outputs; i++)
		output_abandon(&s->output[i]);
}

int
outputs_write(struct settings *s, const struct run *run)
{
	struct look look = options_look(s);
	int status = run_exit(run);

	if (s->fail_on_fail && status == 1)
		status = 0;
	for (size_t i = 0; i < s->outputs; i++) {
		const char *trouble = output_write(s->arena, &s->output[i], run, &look);

		if (trouble != NULL) {
			complain("%s", trouble);
			status = 3;
		}
	}
	return status;
}
