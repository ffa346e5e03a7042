/* One domain a line, as people and other programs write such lists: with comments, with
 * the byte order mark and the line ends of Windows. */
#include "commands/domains.h"

#include "base/text.h"
#include "file/load.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 * 1024 * 1024, FIRST_ROOM = 64 };

/* --- each once -------------------------------------------------------------------- */

/* FNV-1a. Who chooses the names waits for the answer, too, and gains nothing when they
 * collide. */
static size_t
hash(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return (size_t)hash;
}

/* Where the name is in the table, or where it belongs. */
static const char **
place_of(const struct settings *s, const char *ascii)
{
	size_t i = hash(ascii) % s->known_room;

	while (s->known[i] != NULL && strcmp(s->known[i], ascii) != 0)
		i = (i + 1) % s->known_room;
	return &s->known[i];
}

static void
widen(struct settings *s)
{
	s->known_room = s->known_room ? 4 * s->known_room : FIRST_ROOM;
	s->known = arena_alloc(s->arena, s->known_room * sizeof *s->known);
	for (size_t i = 0; i < s->domains; i++)
		*place_of(s, s->domain[i].ascii) = s->domain[i].ascii;
}

bool
domains_note(struct settings *s, const char *ascii)
{
	const char **place;

	if (2 * s->domains >= s->known_room)
		widen(s);
	place = place_of(s, ascii);
	if (*place != NULL)
		return false;
	*place = ascii;
	return true;
}

/* --- the list ----------------------------------------------------------------------- */

static bool
add_line(struct settings *s, const char *name, int number, char *line)
{
	static const char blank[] = " \t\r";
	char *word = line + strspn(line, blank), *end;
	struct arena *scratch;
	bool good;

	word[strcspn(word, "#")] = '\0';
	for (end = word + strlen(word); end > word && strchr(blank, end[-1]) != NULL;)
		*--end = '\0';
	if (*word == '\0')
		return true;
	scratch = arena_open();
	good = options_add_domain(
		s, arena_printf(scratch, "%s:%d: ", name, number), word);
	arena_close(&scratch);
	return good;
}

static const char *
add_lines(struct settings *s, const char *name, char *bytes, size_t length)
{
	size_t mark = text_starts(bytes, "\xef\xbb\xbf") ? 3 : 0;
	char *line = bytes + mark, *end;

	/* Half of each character of UTF-16, for one, would be a name, too. */
	if (memchr(bytes, '\0', length) != NULL)
		return arena_printf(s->arena, "%s: it is no text in UTF-8", name);
	for (int number = 1; line < bytes + length; number++) {
		end = line + strcspn(line, "\n");
		if (*end != '\0')
			*end++ = '\0';
		if (!add_line(s, name, number, line))
			return "";
		line = end;
	}
	return NULL;
}

const char *
domains_read(struct settings *s, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	size_t length;
	char *bytes = load_file(path, MAX_BYTES, &length), *text;

	if (bytes == NULL)
		return arena_printf(s->arena, "%s: %s", name, strerror(errno));
	if (length > MAX_BYTES) {
		free(bytes);
		return arena_printf(s->arena, "%s: it is larger than %d MiB", name,
			MAX_BYTES / 1024 / 1024);
	}
	text = arena_text(s->arena, bytes, length);
	free(bytes);
	return add_lines(s, name, text, length);
}
