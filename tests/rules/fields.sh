#!/bin/sh
# Every member of a struct of facts has its row, in order: what the offsets cannot show
# where a small member would hide in padding (tests/unit/test-fact.c). Prints TAP.
cd "${srcdir:-.}" || exit 99

# "struct member" for each member; a list's count is a member too.
members() {
	sed 's,/\*.*\*/,,; s,/\*.*,,' "$1" | awk '
		/^struct [a-z_]+ \{/ { name = $2; next }
		/^};/ { name = "" }
		name == "" || !/;/ { next }
		{
			n = split($0, part, /[,;]/)
			for (i = 1; i < n; i++) {
				sub(/.*[ *\t]/, "", part[i])
				print name, part[i]
			}
		}'
}

rows() {
	tr '\n' ' ' <"$1" |
		grep -oE '(BOOL|INT|LONG|TIME|TEXT|ENUM|BYTES|TEXTS|RECORDS)\([^)]*\)' |
		sed 's/^\([A-Z]*\)(/\1 /; s/[,)]/ /g' |
		awk '{ print $2, $3 } $1 ~ /^(BYTES|TEXTS|RECORDS)$/ { print $2, $4 }'
}

echo 1..1
broken=$({ members model/fact.h | sed 's/^/header /'; rows model/fact.c | sed 's/^/table /'; } |
	awk '
		{ key = $2 "." $3; order[$1, ++n[$1]] = key }
		END {
			for (i = 1; i <= n["header"] || i <= n["table"]; i++)
				if (order["header", i] != order["table", i]) {
					print order["header", i] " in fact.h is " order["table", i] " in fact.c"
					exit
				}
		}')
if [ -z "$broken" ]; then
	echo "ok 1 - model/fact.c has a row for every member"
else
	echo "not ok 1 - model/fact.c has a row for every member"
	echo "# $broken"
fi
