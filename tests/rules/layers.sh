#!/bin/sh
# Who may include whom (ARCHITECTURE.md, "Who may know whom"). Prints TAP, a line for
# each folder, and names the line that breaks the rule.
cd "${srcdir:-.}" || exit 99

table='base:base
model:base model
checks:base model checks
file:base model file
report:base model file report
config:base model file config
tui:base model tui
net:base model net
probes:base model net probes
rig:base model net rig'

number=0
echo "1..$(echo "$table" | wc -l)"
echo "$table" | {
	while IFS=: read -r folder allowed; do
		number=$((number + 1))
		pattern=$(echo "$allowed" | tr ' ' '|')
		broken=
		if [ -d "$folder" ]; then
			broken=$(find "$folder" -name '*.[ch]' -exec \
				grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + |
				grep -vE "include[[:space:]]*\"($pattern)/")
		fi
		if [ -z "$broken" ]; then
			echo "ok $number - $folder includes only: $allowed"
		else
			echo "not ok $number - $folder includes only: $allowed"
			echo "$broken" | sed 's/^/# /'
		fi
	done
}
