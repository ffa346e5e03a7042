# A terminal for tests of the dashboard: tmux, keys that are pressed in it, and waits that
# look at the screen again and again, and give up in the end. Read by the scripts that run in
# it; they print TAP.
if ! command -v tmux >/dev/null; then
	echo '1..0 # SKIP tmux is not installed'
	exit 0
fi
scratch=$(mktemp -d) || exit 1
terminal() {
	env -u TMUX LC_ALL=C.UTF-8 tmux -S "$scratch/tmux" -f /dev/null "$@"
}
leave_terminal() {
	terminal kill-server 2>/dev/null
	rm -rf "$scratch"
}
trap leave_terminal EXIT
number=0
failures=0

told() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
		terminal capture-pane -p 2>/dev/null | sed 's/^/# /'
	fi
}

# Tries a command until it succeeds, for 20 seconds at most.
eventually() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || return 1
		sleep 0.05
	done
}

seen() {
	terminal capture-pane -p | grep -qF -- "$1"
}
unseen() {
	! seen "$1"
}

# shows WORDS TITLE: the words come to the screen.
shows() {
	eventually seen "$1"
	told $? "$2"
}

keys() {
	terminal send-keys "$@"
}

# The prompt is back, on the screen that was there before, with cursor and without mouse.
whole() {
	[ "$(terminal display-message -p \
		'#{alternate_on}#{cursor_flag}#{mouse_any_flag}#{keypad_flag}')" = 0100 ] &&
		seen 'status:'
}

# ends STATUS TITLE: it ends so, and the terminal is as it was.
ends() {
	eventually seen "status: $1" && eventually seen 'same modes' && eventually whole
	told $? "$2"
}

# A shell of 80x24; "after" tells how the last command ended, and whether it left the
# terminal's modes as they were when "before" was set.
cd "$scratch" || exit 1
terminal -u new-session -d -x 80 -y 24 \
	"env PS1='> ' ENV= ASAN_OPTIONS=handle_segv=0 sh -i"
terminal set-option -g default-terminal screen-256color
keys "after() { echo status: \$?; [ \"\$before\" = \"\$(stty -g)\" ] && echo same modes; }" Enter
