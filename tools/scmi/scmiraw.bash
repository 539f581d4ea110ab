# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of scmiraw(8) for bash: it tells itself which messages there are.

_scmiraw() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} i word msg=''
	local opts="--json --dry-run --instance --timeout --bytes --file --listen --count --decode"

	# The line is split at '=', and a value may have a name.
	case $prev in
	--file)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--root)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--instance | --timeout | --count) return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$opts --list --root --help" -- "$cur")
		return
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--file | --root | --instance | --timeout | --count) i=$((i + 1)) ;;
		-*) ;;
		*.*)
			msg=$word
			break
			;;
		esac
	done
	if [ -z "$msg" ]; then
		word=$(scmiraw --list | cut -d ' ' -f 1)
	else
		# "id=NUMBER" and "[how=pulse|...]"
		word=$(scmiraw --list | sed -n "s/^$msg //p" | tr -d '[]' | tr ' ' '\n' |
			sed 's/=.*/=/')
		compopt -o nospace 2> /dev/null
	fi
	mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}

complete -F _scmiraw scmiraw
