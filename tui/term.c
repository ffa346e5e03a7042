/* The door to ncurses, which has one screen per process. */
#include "tui/term.h"

#include "base/fatal.h"
#include "base/text.h"
#include "tui/rescue.h"

#include <langinfo.h>
#include <limits.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { ESCAPE_MS = 25 }; /* how long Esc waits for the rest of a function key */

/* Without its release ncurses loses a press that the release follows at once. */
#define MOUSE_BUTTONS                                                                    \
	(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED)

struct term {
	struct loop *loop;
	SCREEN *screen;
	bool ascii;
	attr_t attributes[STYLES];
	short pair[STYLES];
	struct watch *input, *resized, *suspended, *resumed, *interrupted;
	void (*pressed)(void *self, const struct press_event *event);
	void (*changed)(void *self);
	void *self;
};

/* --- keys ------------------------------------------------------------------------------------- */

static int
press_of(int key)
{
	static const struct {
		int key, press;
	} table[] = { { KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN },
		{ KEY_LEFT, PRESS_LEFT }, { KEY_RIGHT, PRESS_RIGHT },
		{ KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END },
		{ KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
		{ KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_DC, PRESS_DELETE },
		{ KEY_BTAB, PRESS_BACK_TAB }, { KEY_ENTER, PRESS_ENTER } };

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].key == key)
			return table[i].press;
	return PRESS_OTHER;
}

/* One key may stand for several events, and a release come out before its press. */
static void
read_mouse(struct press_event *event)
{
	MEVENT mouse;

	event->press = PRESS_OTHER;
	while (event->press == PRESS_OTHER && getmouse(&mouse) == OK) {
		event->row = mouse.y;
		event->column = mouse.x;
		if (mouse.bstate & BUTTON1_PRESSED)
			event->press = PRESS_CLICK;
		else if (mouse.bstate & BUTTON4_PRESSED)
			event->press = PRESS_WHEEL_UP;
		else if (mouse.bstate & BUTTON5_PRESSED)
			event->press = PRESS_WHEEL_DOWN;
	}
}

static void
read_character(wint_t c, struct press_event *event)
{
	mbstate_t state = { 0 };
	char bytes[MB_LEN_MAX];
	size_t length = wcrtomb(bytes, (wchar_t)c, &state);

	event->press = c == '\r'                ? PRESS_ENTER
		       : c == 0x7f || c == 0x08 ? PRESS_BACKSPACE
						: (int)c;
	if (length < sizeof event->text)
		memcpy(event->text, bytes, length);
	if (!text_is_clean(event->text))
		event->text[0] = '\0';
}

static bool
read_press(struct press_event *event)
{
	wint_t c;
	int kind = get_wch(&c);

	*event = (struct press_event){ .press = PRESS_NONE };
	if (kind == ERR)
		return false;
	if (kind != KEY_CODE_YES)
		read_character(c, event);
	else if (c == KEY_MOUSE)
		read_mouse(event);
	else
		event->press = press_of((int)c);
	return true;
}

static void
on_input(void *self, unsigned events)
{
	struct term *term = self;
	struct press_event event;
	int waiting = 0;

	(void)events;
	/* Readable, and nothing to read: there is nobody at the other end. */
	if (ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0) {
		watch_set(term->input, 0);
		term->pressed(term->self, &(struct press_event){ .press = PRESS_GONE });
		return;
	}
	while (read_press(&event))
		term->pressed(term->self, &event);
}

/* --- signals of daily life ---------------------------------------------------------------------- */

static void
take_size(struct term *term)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
		size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
	term->changed(term->self);
}

static void
on_resize(void *self, unsigned events)
{
	(void)events;
	take_size(self);
}

static void
on_resume(void *self, unsigned events)
{
	struct term *term = self;

	(void)events;
	reset_prog_mode();
	rescue_resume();
	clearok(curscr, TRUE);
	take_size(term);
}

/* The shell sees us stopped as any program; where nobody could wake us the signal does
 * nothing, and we go on. */
static void
on_suspend(void *self, unsigned events)
{
	struct sigaction former, stop = { .sa_handler = SIG_DFL };

	(void)events;
	endwin();
	rescue_pause();
	sigaction(SIGTSTP, &stop, &former);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &former, NULL);
	on_resume(self, 0);
}

/* Ctrl-C is a key like others here: somebody wants to leave. */
static void
on_interrupt(void *self, unsigned events)
{
	struct term *term = self;

	(void)events;
	term->pressed(term->self, &(struct press_event){ .press = PRESS_GONE });
}

/* --- colours -------------------------------------------------------------------------------------- */

/* Told apart also by those who confuse red and green; and never by colour alone, see
 * canvas.h. -1 is the terminal's own. */
static const struct {
	attr_t mono, attributes;
	short few, many; /* with 8 colours, and with 256 */
} looks[STYLES] = {
	[STYLE_PLAIN] = { A_NORMAL, A_NORMAL, -1, -1 },
	[STYLE_TITLE] = { A_BOLD, A_BOLD, -1, -1 },
	[STYLE_GOOD] = { A_NORMAL, A_NORMAL, COLOR_GREEN, 36 },
	[STYLE_NOTE] = { A_NORMAL, A_NORMAL, COLOR_CYAN, 74 },
	[STYLE_WARNING] = { A_BOLD, A_BOLD, COLOR_YELLOW, 214 },
	[STYLE_BAD] = { A_BOLD, A_BOLD, COLOR_RED, 202 },
	[STYLE_QUIET] = { A_DIM, A_DIM, -1, -1 },
	[STYLE_SELECTED] = { A_REVERSE, A_REVERSE, -1, -1 },
	[STYLE_FOUND] = { A_UNDERLINE, A_REVERSE, COLOR_YELLOW, 214 },
	[STYLE_KEY] = { A_BOLD, A_BOLD, COLOR_CYAN, 74 },
	[STYLE_SENT] = { A_NORMAL, A_NORMAL, COLOR_MAGENTA, 175 },
	[STYLE_RECEIVED] = { A_NORMAL, A_NORMAL, COLOR_CYAN, 74 },
};

static void
choose_colours(struct term *term, bool colour)
{
	bool coloured = colour && has_colors() && start_color() == OK &&
			use_default_colors() == OK;

	for (short i = 0; i < STYLES; i++) {
		short ink = COLORS >= 256 ? looks[i].many : looks[i].few;

		term->attributes[i] = coloured ? looks[i].attributes : looks[i].mono;
		if (coloured && ink >= 0 && init_pair((short)(i + 1), ink, -1) == OK)
			term->pair[i] = (short)(i + 1);
	}
}

/* --- opening and closing ------------------------------------------------------------------------------ */

const char *
term_trouble(void)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO))
		return "standard input is no terminal";
	if (!isatty(STDOUT_FILENO))
		return "standard output is no terminal";
	if (name == NULL || *name == '\0')
		return "the variable TERM does not name a terminal";
	if (strcmp(name, "dumb") == 0)
		return "the terminal is dumb";
	return NULL;
}

static void
set_up(bool mouse)
{
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	set_escdelay(ESCAPE_MS);
	mouseinterval(0);
	mousemask(mouse ? MOUSE_BUTTONS : 0, NULL);
}

static void
watch_all(struct term *term)
{
	term->input = watch_open(term->loop, STDIN_FILENO, LOOP_READ, on_input, term);
	term->resized = watch_signal(term->loop, SIGWINCH, on_resize, term);
	term->suspended = watch_signal(term->loop, SIGTSTP, on_suspend, term);
	term->resumed = watch_signal(term->loop, SIGCONT, on_resume, term);
	term->interrupted = watch_signal(term->loop, SIGINT, on_interrupt, term);
}

static void
close_watches(struct term *term)
{
	watch_close(&term->interrupted);
	watch_close(&term->resumed);
	watch_close(&term->suspended);
	watch_close(&term->resized);
	watch_close(&term->input);
}

static void
promise_ending(void)
{
	static char *const capability[] = { "sgr0", "cnorm", "rmkx", "rmcup" };

	rescue_ending("\033[?1006l\033[?1003l\033[?1002l\033[?1000l"); /* the mouse */
	for (size_t i = 0; i < sizeof capability / sizeof capability[0]; i++) {
		const char *sequence = tigetstr(capability[i]);

		if (sequence != NULL && sequence != (char *)-1)
			rescue_ending(sequence);
	}
}

/* False when the terminal is unknown, or cannot move its cursor. */
static bool
take(struct term *term)
{
	if (!rescue_remember() || (term->screen = newterm(NULL, stdout, stdin)) == NULL)
		return false;
	if (tigetstr("cup") == NULL) {
		endwin();
		rescue_end();
		delscreen(term->screen);
		return false;
	}
	promise_ending();
	rescue_begin();
	return true;
}

struct term *
term_open(struct loop *loop, bool colour,
	void (*pressed)(void *, const struct press_event *), void (*changed)(void *),
	void *self)
{
	struct term *term = calloc(1, sizeof *term);

	if (term == NULL)
		fatal("out of memory");
	term->loop = loop;
	term->pressed = pressed;
	term->changed = changed;
	term->self = self;
	term->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	if (term_trouble() != NULL || !take(term)) {
		free(term);
		return NULL;
	}
	set_up(true);
	choose_colours(term, colour);
	watch_all(term);
	return term;
}

void
term_close(struct term **term)
{
	if (*term == NULL)
		return;
	close_watches(*term);
	mousemask(0, NULL);
	endwin();
	rescue_end();
	delscreen((*term)->screen);
	free(*term);
	*term = NULL;
}

/* --- showing ---------------------------------------------------------------------------------------------- */

int
term_width(const struct term *term)
{
	(void)term;
	return getmaxx(stdscr);
}

int
term_height(const struct term *term)
{
	(void)term;
	return getmaxy(stdscr);
}

bool
term_is_ascii(const struct term *term)
{
	return term->ascii;
}

void
term_mouse(struct term *term, bool on)
{
	(void)term;
	mousemask(on ? MOUSE_BUTTONS : 0, NULL);
}

static void
show_cell(const struct term *term, int row, int column, const struct cell *cell)
{
	unsigned style = cell->style & STYLE_MASK;
	attr_t attributes = term->attributes[style];
	const char *text = cell->text;
	wchar_t wide[CELL_BYTES + 1];
	mbstate_t state = { 0 };
	size_t length = mbsrtowcs(wide, &text, CELL_BYTES, &state);
	cchar_t c;

	if (length == 0 || length == (size_t)-1)
		wcscpy(wide, L"?");
	else
		wide[length < CCHARW_MAX ? length : CCHARW_MAX] = L'\0';
	if (cell->style & STYLE_BOLD)
		attributes |= A_BOLD;
	if (cell->style & STYLE_REVERSE)
		attributes |= A_REVERSE;
	if (cell->style & STYLE_DIM)
		attributes |= A_DIM;
	if (setcchar(&c, wide, attributes, term->pair[style], NULL) == OK)
		mvadd_wch(row, column, &c);
}

void
term_show(struct term *term, const struct canvas *canvas)
{
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);

	erase();
	for (int row = 0; row < rows && row < LINES; row++)
		for (int column = 0; column < columns && column < COLS; column++) {
			const struct cell *cell = canvas_at(canvas, row, column);

			if (cell->width != 0)
				show_cell(term, row, column, cell);
		}
	refresh();
}

void
term_refresh(struct term *term)
{
	clearok(curscr, TRUE);
	term->changed(term->self);
}
