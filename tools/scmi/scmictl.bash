# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of scmictl(8) for bash.

# The names in a directory, such as those of agents
_scmictl_names() {
	local d
	for d in "$1"/*/; do
		[ -d "$d" ] || continue
		d=${d%/}
		printf '%s\n' "${d##*/}"
	done
}

# What may stand at word $1 of verb $2, when $3 is the agent
_scmictl_words() {
	local agents=$root/sys/kernel/config/scmi_server/agents
	case $2:$1 in
	agent:*) echo add del show list ;;
	add:*) ;;
	del:0 | show:0 | live:0 | attach:0 | detach:0 | grant:0 | change:0 | revoke:0 | trace:0 | \
		dt:0 | vm:0 | describe:0) _scmictl_names "$agents" ;;
	live:1) echo on off ;;
	describe:1) compgen -f -- "$cur" ;;
	grant:1 | needs:0)
		_scmictl_names "$root/sys/bus/platform/devices"
		_scmictl_names "$root/sys/bus/amba/devices"
		;;
	change:1 | revoke:1)
		_scmictl_names "$agents/$3/devices"
		_scmictl_names "$agents/$3/resources"
		;;
	esac
}

_scmictl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local root='' verb='' agent='' at=0 i word opts
	local limits="--clock --reset --supply --power --deny"

	case $prev in
	--merge | --output | --dtb)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--root)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--deny)
		mapfile -t COMPREPLY < <(compgen -W "power clock reset voltage" -- "$cur")
		return
		;;
	--id | --hold-ms | --clock | --reset | --supply | --power | --resource | --wait | \
		--interval | --count | --target)
		return
		;;
	esac

	# What was said so far: the verb, and how many words behind it
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--) return ;;
		--root)
			i=$((i + 1))
			root=${COMP_WORDS[i]}
			;;
		--id | --hold-ms | --clock | --reset | --supply | --power | --deny | --resource | \
			--wait | --interval | --count | --merge | --output | --dtb | --target)
			i=$((i + 1))
			;;
		-*) ;;
		*)
			if [ -z "$verb" ] || [ "$verb" = agent ]; then
				verb=$word
				at=0
			else
				[ "$at" != 0 ] || agent=$word
				at=$((at + 1))
			fi
			;;
		esac
	done

	case $verb in
	add) opts="--id --hold-ms --trusted" ;;
	grant) opts="$limits --shared --no-enable --resource" ;;
	change) opts="$limits --allow" ;;
	restore) opts="--wait --exact" ;;
	top) opts="--interval --count" ;;
	trace) opts="--count" ;;
	dt) opts="--overlay --merge --devices --mailbox --output" ;;
	describe) opts="--devices --target --none" ;;
	vm) opts="--print --libvirt --dtb --no-devices" ;;
	*) opts= ;;
	esac
	if [[ $cur == -* ]]; then
		opts+=" --json --dry-run --root --help"
		mapfile -t COMPREPLY < <(compgen -W "$opts" -- "$cur")
	elif [ -z "$verb" ]; then
		word="agent grant change revoke live attach detach save restore clear needs who top"
		mapfile -t COMPREPLY < <(compgen -W "$word trace graph dt describe vm" -- "$cur")
	elif [ "$verb" = save ] || [ "$verb" = restore ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	else
		word=$(_scmictl_words "$at" "$verb" "$agent")
		mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
	fi
}

complete -F _scmictl scmictl
