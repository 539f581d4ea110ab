#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of vm itself, in TAP. Options (--kernel, --verbose...) go to vm.
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

# run STATUS WHAT ARG...: vm must exit so.
run() {
	local want=$1 what=$2 got=0
	shift 2
	"$dir/vm" "${options[@]}" "$@" > "$work/log" 2>&1 < /dev/null || got=$?
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

	# However vm ends, the machine goes, too.
	"$dir/vm" "${options[@]}" "$@" --host "$work/sleep.sh" --no-modules \
		> "$work/log" 2>&1 < /dev/null &
	local vm=$! i machine=''
	for ((i = 0; i < 100; i++)); do
		grep -q '^host|begin' "$work/log" && break
		sleep 0.2
	done
	machine=$(pgrep -P "$vm" -f "linux|qemu" | head -n 1)
	kill -KILL "$vm"
	wait "$vm" 2> /dev/null
	sleep 0.5
	check "$name: a killed vm leaves nothing behind (pid ${machine:-none})" \
		gone "$machine"
}

gone() {
	# Nobody may have waited for it yet.
	[ -n "$1" ] && { [ ! -e "/proc/$1" ] || grep -q '^State:.*zombie' "/proc/$1/status"; }
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
if [ "$(uname -m)" = x86_64 ]; then
	options=()
	machine uml --uml
fi
echo "1..$n"
[ "$failed" = 0 ]
