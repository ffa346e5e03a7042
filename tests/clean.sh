# Read by tests whose subject is what a hostile partner can make us write.

# unclean FILE...: bytes that act instead of being seen: C0 but tabs and line ends, DEL,
# C1, marks of direction, zero widths, line separators, tags, noncharacters; and what is
# not UTF-8.
unclean() {
	LC_ALL=C grep -HanP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f\xad]|\xd8\x9c' "$@"
	LC_ALL=C grep -HanP '\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]' "$@"
	LC_ALL=C grep -HanP '\xef\xb7[\x90-\xaf]|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb\xbe\xbf]' "$@"
	LC_ALL=C grep -HanP '\xf3\xa0[\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]\xbf[\xbe\xbf]' "$@"
	for file; do
		iconv -f UTF-8 -t UTF-8 "$file" 2>&1 >/dev/null | sed "s|^|$file: |"
	done
}
