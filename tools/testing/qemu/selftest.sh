#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of vm and pair, in TAP. Options (--kernel, --verbose...) go to both.
# On x86-64 UML is tested, too.

set -u
dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One vm gets killed, and cannot clean up.
export TMPDIR=$work
n=0
failed=0
options=("$@")

ok() {
	n=$((n + 1))
	echo "ok $n - $1"
}

not_ok() {
	n=$((n + 1))
	failed=$((failed + 1))
	echo "not ok $n - $1"
	sed 's/^/# /' "$work/log"
}

check() {
	local what=$1
	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what"
	fi
}

# run STATUS WHAT ARG...: vm, or what is in $tool, must exit so.
tool=vm
run() {
	local want=$1 what=$2 got=0
	shift 2
	"$dir/$tool" "${options[@]}" "$@" > "$work/log" 2>&1 < /dev/null || got=$?
	check "$what: exit status $want, got $got" [ "$got" = "$want" ]
}

has() {
	check "output has: $1" grep -qE -e "$1" "$work/log"
}

script() {
	cat > "$work/$1"
}

script host.sh << 'E'
echo "word from the host"
printf 'no end of line'
echo >&2 "on stderr"
cat /add/data /add/tree/deep
exit 3
E
script true.sh << 'E'
true
E
script crash.sh << 'E'
if [ -e /proc/sysrq-trigger ]; then
	echo c > /proc/sysrq-trigger
else
	# UML has none. It is the words that count.
	echo "<0>Kernel panic - not really" > /dev/kmsg
fi
sleep 1
E
script sleep.sh << 'E'
echo "begin"
sleep 1000
E
script guest.sh << 'E'
echo "word from the guest: $(cat /add/data)"
exit 4
E
script control.sh << 'E'
. /lib/scmi.sh
set -eu
guest_start vm1 --no-scmi
guest_start vm2 --no-scmi --mem 128 --script /add/guest.sh
[ "$(guest_run vm1 'echo "run $((6 * 7))"')" = "run 42" ] || exit 10
rc=0
guest_run vm1 'exit 6' || rc=$?
[ $rc = 6 ] || exit 11
rc=0
guest_run -t 1 vm1 'sleep 100' || rc=$?
[ $rc = 124 ] || exit 12
rc=0
guest_wait vm2 || rc=$?
[ $rc = 4 ] || exit 13
guest_monitor vm1 stop
guest_monitor vm1 'info status' | grep -q paused || exit 14
guest_monitor vm1 cont
guest_run vm1 'touch /tmp/before'
guest_monitor vm1 system_reset
guest_run vm1 '[ ! -e /tmp/before ]' || exit 15
guest_run vm1 'echo "<3>a word to the log" > /dev/kmsg'
guest_expect vm1 'a word to the log' || exit 16
guest_kill vm1
rc=0
guest_wait vm1 || rc=$?
[ $rc = 125 ] || exit 17
E
script both.sh << 'E'
. /lib/pair.sh
set -eu
[ "$(pair_run 'echo "run $((6 * 7))"')" = "run 42" ] || exit 10
rc=0
pair_run 'exit 6' || rc=$?
[ $rc = 6 ] || exit 11
[ "$(pair_run 'seq 1 1000')" = "$(seq 1 1000)" ] || exit 12
pair_stop
rc=0
pair_run -t 1 'echo late' || rc=$?
[ $rc = 124 ] || exit 13
pair_cont
[ "$(pair_run 'touch /tmp/before; echo on time')" = "on time" ] || exit 14
pair_kill
rc=0
pair_take nothing || rc=$?
[ $rc = 125 ] || exit 15
pair_start
rc=0
pair_start || rc=$?
[ $rc = 125 ] || exit 16
pair_run '[ ! -e /tmp/before ]' || exit 17
modprobe ivshmem-mailbox
peer='dmesg | grep -o "ivshmem-mailbox.*peer ." | sed "s/.*: //"'
echo "$(eval "$peer"), $(pair_run "modprobe ivshmem-mailbox; $peer")"
pair_run '. /lib/pair.sh; pair_post back "word one"; pair_post back two'
[ "$(pair_take back) $(pair_take back)" = "word one two" ] || exit 18
pair_done
pair_end || exit 19
E
echo "data 1" > "$work/data"
mkdir "$work/tree"
echo "data 2" > "$work/tree/deep"

# Everything but guests, in either kind of machine.
machine() {
	local name=$1
	shift
	run 3 "$name: a script's status" "$@" --host "$work/host.sh" --no-modules \
		--add "$work/data" "$work/tree"
	has '^host\|word from the host$'
	has '^host\|no end of lineon stderr$'
	has '^host\|data 1$'
	has '^host\|data 2$'
	run 99 "$name: a crash" "$@" --host "$work/crash.sh" --no-modules --timeout 60
	has '^vm: KERNEL REPORT.*host\|.*Kernel panic'
	run 124 "$name: a time-out" "$@" --host "$work/sleep.sh" --no-modules --timeout 10
	has '^host\|begin$'
	has '^vm: TIMEOUT'
	run 0 "$name: the modules" "$@" --host "$work/true.sh"

	killed "$name" --host "$work/sleep.sh" "$@"
}

# killed NAME ARG...: with a script that says "begin". However vm or pair ends, its
# machines go, too.
killed() {
	local name=$1 pid i machines
	shift
	"$dir/$tool" "${options[@]}" "$@" --no-modules > "$work/log" 2>&1 < /dev/null &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		grep -q '|begin' "$work/log" && break
		sleep 0.2
	done
	mapfile -t machines < <(pgrep -P "$pid" -f "linux|qemu-system|doorbell")
	kill -KILL "$pid"
	wait "$pid" 2> /dev/null
	sleep 0.5
	check "$name: a killed $tool leaves nothing behind (pid ${machines[*]:-none})" \
		gone "${machines[@]}"
}

gone() {
	local pid
	[ $# -gt 0 ] || return
	for pid; do
		# Nobody may have waited for it yet.
		[ ! -e "/proc/$pid" ] || grep -q '^State:.*zombie' "/proc/$pid/status" || return
	done
}

echo "TAP version 13"
machine qemu --loopback
run 0 "guests under control" --guests --host "$work/control.sh" --no-modules \
	--add "$work/data" "$work/guest.sh"
has '^guest:vm2\|word from the guest: data 1$'
run 4 "vm1 with its SCMI device" --guest "$work/guest.sh" --add "$work/data"
has '^guest\|word from the guest: data 1$'
run 3 "a host script that fails is the end" --host "$work/host.sh" \
	--guest "$work/guest.sh" --add "$work/data" "$work/tree"
check "no guest then" grep -qv '^guest' "$work/log"
run 99 "a crash in a guest" --guest "$work/crash.sh"
has '^vm: KERNEL REPORT.*guest\|.*Kernel panic'
tool=pair
run 3 "pair: the status of A" --no-modules --a "$work/host.sh" --b "$work/true.sh" \
	--add "$work/data" "$work/tree"
has '^a\|data 1$'
run 4 "pair: the status of B" --no-modules --a "$work/true.sh" --b "$work/guest.sh" \
	--add "$work/data"
has '^b\|word from the guest: data 1$'
run 99 "pair: a crash of B" --no-modules --a "$work/sleep.sh" --b "$work/crash.sh" --timeout 90
has '^pair: KERNEL REPORT.*b\|.*Kernel panic'
run 124 "pair: a time-out" --no-modules --a "$work/sleep.sh" --b "$work/true.sh" --timeout 15
run 0 "pair: one machine controls the other" --a "$work/both.sh" --b-serve
has '^a\|peer 0, peer 1$'
run 125 "pair: a device tree that does not compile" --no-modules --a "$work/true.sh" \
	--a-dts "$work/data"
killed "pair" --a "$work/sleep.sh" --b "$work/sleep.sh"
tool=vm
if [ "$(uname -m)" = x86_64 ]; then
	options=()
	machine uml --uml
fi
echo "1..$n"
[ "$failed" = 0 ]
