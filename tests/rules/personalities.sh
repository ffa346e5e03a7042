#!/bin/sh
# The personalities of the rig: the manual lists each of them with what it teaches and
# what must be found, as the scenario files say. With --print it prints that list, which
# stands between two comments in doc/fedprobe-rig.1. Prints TAP.
set -u
srcdir=${srcdir:-.}

list() {
	for file in "$srcdir"/rig/scenarios/*.scenario; do
		name=${file##*/}
		echo ".It Ic ${name%.scenario}"
		sed -n 's/^teaches *//p' "$file" | sed 's/\\/\\e/g'
		sed -n 's/^expect  */.Dl /p; s/^told  */.Dl told: /p' "$file"
	done
}

if [ "${1-}" = --print ]; then
	list
	exit 0
fi

page=$(sed -n '/^\.\\" personalities,/,/^\.\\" end of personalities/p' \
	"$srcdir/doc/fedprobe-rig.1" | sed '1d; $d')
title="doc/fedprobe-rig.1 lists the personalities that there are"

echo 1..1
if [ "$page" = "$(list)" ]; then
	echo "ok 1 - $title"
	exit 0
fi
echo "not ok 1 - $title"
list | diff /dev/fd/3 - 3<<EOF | head -n 20 | sed 's/^/# /'
$page
EOF
exit 1
