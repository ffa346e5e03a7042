#!/bin/sh
# One library, one door: which files may include a foreign header. Prints TAP, a line for
# each library, and names the line that breaks the rule.
cd "${srcdir:-.}" || exit 99

# library: pattern of the header: pattern of the files
table='c-ares:ares[a-z_]*\.h:net/(channel|resolver)\.c
ldns:ldns/:(net/dnsmsg\.c|rig/.*)
libevent:(event2/|event\.h|evutil):base/loop\.c
OpenSSL:openssl/:(net/(bag|cert|conn|extension|handshake|keyfile|pkcs12|present|request|secret|trust|verify)\.[ch]|rig/.*|tests/.*)
libxml2:libxml/:(net/parser\.c|file/reader\.c|tests/.*)
libidn2:idn2\.h:model/domain\.c
libpsl:libpsl\.h:model/domain\.c
ncurses:n?curses(w/.*)?\.h:tui/term\.c
cmocka:cmocka\.h:tests/unit/.*'

number=0
echo "1..$(echo "$table" | wc -l)"
echo "$table" | {
	while IFS=: read -r library header files; do
		number=$((number + 1))
		broken=$(find . -name '*.[ch]' -exec \
			grep -nHE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$header" {} + |
			sed 's,^\./,,' | grep -vE "^$files:")
		if [ -z "$broken" ]; then
			echo "ok $number - the door to $library"
		else
			echo "not ok $number - the door to $library"
			echo "$broken" | sed 's/^/# /'
		fi
	done
}
