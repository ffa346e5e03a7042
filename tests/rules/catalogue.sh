#!/bin/sh
# The catalogue of checks: doc/CHECKS.md is what the program prints, no id stands twice,
# every check has a case in which it passes and one in which it does not, and every case
# belongs to a check. Prints TAP.
set -u
fedprobe=${FEDPROBE:-${top_builddir:-.}/fedprobe}
srcdir=${srcdir:-.}
ids=$("$fedprobe" checks | awk '{ print $1 }')
number=0
failures=0

told() {
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		failures=$((failures + 1))
		echo "not ok $number - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

has() {
	for case in "$srcdir/tests/cases/$1"/$2*.xml; do
		[ -e "$case" ] && return 0
	done
	return 1
}

told "doc/CHECKS.md is what fedprobe checks --markdown prints" \
	"$("$fedprobe" checks --markdown | diff - "$srcdir/doc/CHECKS.md" | head -n 20)"
told "no id stands twice" "$(echo "$ids" | sort | uniq -d)"
told "there are at least 50 checks" "$([ "$(echo "$ids" | wc -l)" -ge 50 ] || echo fewer)"
told "every check has a case in which it passes" "$(for id in $ids; do
	has "$id" pass || has "$id" info || echo "$id"
done)"
told "every check has a case in which it does not" "$(for id in $ids; do
	has "$id" fail || has "$id" warn || { has "$id" info && has "$id" pass; } || echo "$id"
done)"
told "every case belongs to a check" "$(for folder in "$srcdir"/tests/cases/*/; do
	id=$(basename "$folder")
	echo "$ids" | grep -qxF "$id" || echo "$id"
done)"
told "every check in the checklist is one" "$(grep -oE '"(own|cert|dns|reach|policy)\.[a-z.-]+"' \
	"$srcdir/report/checklist.c" | tr -d '"' | sort -u | while read -r id; do
	echo "$ids" | grep -qxF "$id" || echo "$id"
done)"
told "every check names its source, reason and remedy" "$(for id in $ids; do
	"$fedprobe" checks "$id" | grep -E '^  (Why|Remedy|Source) +(\(null\))?$' &&
		echo "$id"
done)"

echo "1..$number"
[ $failures = 0 ]
