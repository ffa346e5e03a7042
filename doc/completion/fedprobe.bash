# Completion of fedprobe's command line. Commands, options, formats and checks are asked of
# the program itself; only the words of options that take one of few are listed here.

# The first words of the lines that are set in by two columns.
_fedprobe_commands()
{
	"$@" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'
}

_fedprobe_options()
{
	"$@" --help 2>/dev/null | sed -n 's/^  \(-.*\)/\1/p' | sed 's/   *.*//' |
		grep -oE -- '(^|[, ])-[-a-z0-9]+' | tr -d ', '
}

# FORMAT:FILE, of which both halves can be completed.
_fedprobe_output()
{
	if [[ $2 == *:* ]]; then
		COMPREPLY=($(compgen -P "${2%%:*}:" -f -- "${2#*:}"))
	else
		COMPREPLY=($(compgen -W "$("$1" check -o list 2>/dev/null |
			sed 's/ .*//') list" -- "$2"))
	fi
}

# The value of option $2, of which $3 is typed; fails for an option without a value.
_fedprobe_value()
{
	local words=

	case $2 in
	-f | --file | --ca-file | --cert | -c | --config | --key | --csr | --passphrase-file | \
		--dialback-secret-file) _filedir ;;
	--into) _filedir xml ;;
	--ca-dir) _filedir -d ;;
	-o | --output) _fedprobe_output "$1" "$3" ;;
	--connect) _known_hosts_real -- "$3" ;;
	--verify) words="required optional none" ;;
	--type) words="federated public-verified public-unverified" ;;
	--tls | --sasl) words="required optional not-supported" ;;
	--dialback) words="yes no" ;;
	--algorithm) words="rsa:2048 rsa:3072 rsa:4096 p256 p384" ;;
	--domain | --subject) _known_hosts_real -- "$3" ;;
	--depth) words="quick standard deep" ;;
	--fail-on) words="warn fail" ;;
	--color) words="auto always never" ;;
	--from | --edge | --address | --port | --tls-port | --resolver | --listen | --listen-tls | --count | --for | --im | --text | --presence | --subscribe | -t | --timeout | --deadline | -j | --jobs | \
		--interval | --rounds) ;;
	*) return 1 ;;
	esac
	[ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$3"))
	return 0
}

_fedprobe_operand()
{
	case $2 in
	check | watch | listen) _known_hosts_real -- "$3" ;;
	replay) _filedir xml ;;
	cert) _filedir ;;
	config) _filedir ;;
	checks) COMPREPLY=($(compgen -W "$("$1" checks 2>/dev/null | sed 's/ .*//')" -- "$3")) ;;
	demo) COMPREPLY=($(compgen -W "$("$1-rig" --list 2>/dev/null | sed 's/ .*//')" -- "$3")) ;;
	esac
}

_fedprobe()
{
	local cur prev words cword split

	_init_completion -s -n : || return
	if ((cword == 1)); then
		COMPREPLY=($(compgen -W "$(_fedprobe_commands "$1") --help --version" -- "$cur"))
	elif _fedprobe_value "$1" "$prev" "$cur"; then
		__ltrim_colon_completions "$cur"
	elif ((cword == 2)) && [[ ${words[1]} == config ]]; then
		COMPREPLY=($(compgen -W "$(_fedprobe_commands "$1" config) --help" -- "$cur"))
	elif [[ $cur == -* && ${words[1]} == config ]]; then
		COMPREPLY=($(compgen -W "$(_fedprobe_options "$1" config "${words[2]}")" -- "$cur"))
	elif [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(_fedprobe_options "$1" "${words[1]}")" -- "$cur"))
	else
		_fedprobe_operand "$1" "${words[1]}" "$cur"
	fi
} && complete -F _fedprobe fedprobe
