/* As little of an editor as does: type, rub out, clear, accept, give up. */
#include "tui/prompt.h"

#include <string.h>

static const struct {
	enum action action;
	const char *label;
} prompts[] = {
	{ ACTION_FILTER, "Filter: " },
	{ ACTION_SEARCH, "Search: " },
	{ ACTION_SAVE, "Save as FORMAT:FILE: " },
	{ ACTION_INTERVAL, "Seconds between two rounds: " },
};

bool
prompt_begin(struct view *view, enum action action)
{
	struct prompt *prompt = &view->prompt;

	for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
		if (prompts[i].action != action)
			continue;
		*prompt = (struct prompt){ action, prompts[i].label, "" };
		if (action == ACTION_FILTER)
			strcpy(prompt->words, view->filter);
		return true;
	}
	return false;
}

/* The last character with what combines with it is one thing to rub out only in theory;
 * here it is its bytes. */
static void
rub_out(char *words)
{
	size_t length = strlen(words);

	while (length > 0 && ((unsigned char)words[--length] & 0xc0) == 0x80)
		;
	words[length] = '\0';
}

static void
add(char *words, const struct press_event *event)
{
	if (event->press >= ' ' && event->press < PRESS_UP && event->press != 0x7f &&
		strlen(words) + strlen(event->text) < VIEW_WORDS)
		strcat(words, event->text);
}

enum typed
prompt_press(struct view *view, const struct press_event *event)
{
	char *words = view->prompt.words;

	switch (event->press) {
	case PRESS_ENTER:
		return TYPED_DONE;
	case PRESS_ESCAPE:
		return TYPED_NOTHING;
	case PRESS_BACKSPACE:
		if (*words == '\0')
			return TYPED_NOTHING;
		rub_out(words);
		break;
	case CONTROL('U'):
		*words = '\0';
		break;
	default:
		add(words, event);
	}
	return TYPED_MORE;
}

void
prompt_end(struct view *view)
{
	view->prompt = (struct prompt){ 0 };
}
