# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# busybox has these.
# shellcheck disable=SC3045
#
# /lib/pair.sh in the machines of pair: the other machine, for scripts. The
# README tells how to use it. For busybox sh, with or without set -eu.
#
# A question goes out as a kernel message, and the answer comes in by the serial
# port: neither needs a device more.

_PAIR_TTY=/dev/ttyAMA0
# Whole bytes in base64
_PAIR_PART=640

# _pair_ask SECONDS COMMAND [ARGUMENT...]: prints the text of the answer; its
# status, 124 if there is none. One question at a time in the whole machine.
_pair_ask()
{
	_p_time=$1
	shift
	while ! mkdir /run/pair.lock 2> /dev/null; do
		sleep 0.05
	done
	stty -F $_PAIR_TTY -echo
	_p_id=$(($(cat /run/pair.id 2> /dev/null || echo 0) + 1))
	echo $_p_id > /run/pair.id
	read -r _p_now _ < /proc/uptime
	_p_end=$((${_p_now%.*} + _p_time))
	_p_status=124
	echo "<0>$VM_TOKEN ask $_p_id $*" > /dev/kmsg
	while [ "${_p_now%.*}" -le "$_p_end" ]; do
		_p_who='' _p_no='' _p_rc='' _p_text=''
		read -r -t $((_p_end - ${_p_now%.*} + 1)) _p_who _p_no _p_rc _p_text \
			< $_PAIR_TTY || true
		if [ "$_p_who $_p_no" = "$VM_TOKEN $_p_id" ]; then
			_p_status=$_p_rc
			break
		fi
		read -r _p_now _ < /proc/uptime
	done
	rmdir /run/pair.lock
	if [ "$_p_status" = 0 ]; then
		[ -z "$_p_text" ] || printf '%s\n' "$_p_text"
	else
		echo "pair.sh: $*: ${_p_text:-no answer}" >&2
	fi
	return "$_p_status"
}

# pair_kill: SIGKILL to the other machine; returns when it has ended.
pair_kill()
{
	_pair_ask 30 kill
}

# pair_start: the other machine, anew; returns when QEMU runs.
pair_start()
{
	_pair_ask 30 start
}

# pair_stop: the other machine stands still, all of it; pair_cont: goes on.
pair_stop()
{
	_pair_ask 30 stop
}

pair_cont()
{
	_pair_ask 30 cont
}

# pair_end [SECONDS]: until the script of the other machine has ended; its status
pair_end()
{
	_pair_ask "${1:-120}" end 2> /dev/null
}

# pair_post KEY [WORD...]: for the other machine, in the order of posting. Some
# 800 characters.
pair_post()
{
	_pair_ask 60 post "$@"
}

# pair_take KEY [SECONDS]: prints what was posted, waits until there is something
pair_take()
{
	_pair_ask "${2:-120}" take "$1"
}

# pair_serve: runs what the other machine wants, until it says pair_done.
pair_serve()
{
	while _s_cmd=$(pair_take run 86400); do
		[ "$_s_cmd" != "done" ] || return 0
		_s_rc=0
		_s_no=${_s_cmd%% *}
		sh -c "$(echo "${_s_cmd#* }" | base64 -d)" > /tmp/pair.out 2>&1 < /dev/null ||
			_s_rc=$?
		base64 -w $_PAIR_PART /tmp/pair.out | while read -r _s_part; do
			pair_post "out$_s_no" "o$_s_part"
		done
		pair_post "out$_s_no" "x$_s_rc"
	done
	return 1
}

# pair_run [-t SECONDS] COMMAND: in the other machine, where pair_serve runs: its
# output, its status
pair_run()
{
	_r_time=60
	if [ "$1" = -t ]; then
		_r_time=$2
		shift 2
	fi
	# What an earlier one, which was given up, has to say is not for this one.
	_r_no=$(($(cat /run/pair.run 2> /dev/null || echo 0) + 1))
	echo $_r_no > /run/pair.run
	pair_post run "$_r_no $(echo "$1" | base64 | tr -d '\n')" || return
	while :; do
		_r_word=$(pair_take "out$_r_no" "$_r_time") || return
		case $_r_word in
		o*) echo "${_r_word#o}" | base64 -d ;;
		*) return "${_r_word#x}" ;;
		esac
	done
}

pair_done()
{
	pair_post run "done"
}

# shellcheck source=/dev/null
. /etc/vm.conf
