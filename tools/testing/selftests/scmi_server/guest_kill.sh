#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2046,SC2086
#
# Three guests that share hardware of all four kinds work at random, and one
# after the other their VMM is killed: while it starts, while the guest boots,
# probes, works or powers off. After each kill the hardware must be what the
# others ask for. Runs in the host machine (vm --guests).
#
# KILLS and SEED in the environment: how many, and of which sequence. The guests
# run as fast as they do, so a seed brings back the requests and the victims,
# not the moments.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

GUEST_NAMES="vm1 vm2 vm3"
HARDWARE="gate5/enabled syn/enabled syn/rate domains/shared/on
	supplies/vshared/enabled supplies/vshared/uv resets/r5/asserted"
# As it is when nobody wants anything, in this order.
RATE=50000000
UV=700000
IDLE="0 0 $RATE 0 0 $UV 1"

: "${KILLS:=40}"
: "${SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"

# draw N: R is one of 0 to N - 1
rand=$SEED
draw()
{
	rand=$(((rand * 1103515245 + 12345) & 0x7fffffff))
	R=$(((rand >> 8) % $1))
}

# nap MILLISECONDS
nap()
{
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

hardware()
{
	(cd $HW && cat $HARDWARE) | xargs
}

is()
{
	[ "$(hardware)" = "$1" ]
}

# A guest that has nothing but the program that does the work.
make_initrd()
{
	mkdir -p /tmp/initrd/dev /tmp/initrd/sys
	cp "$TOOL" /tmp/initrd/init
	mknod /tmp/initrd/dev/console c 5 1
	(cd /tmp/initrd && find . | cpio -o -H newc 2> /dev/null) > /tmp/initrd.cpio
}

make_agent()
{
	mkdir $AGENTS/$1 $AGENTS/$1/devices/$2
	# No vote goes because the time is over.
	echo 3600000 > $AGENTS/$1/hold_ms
	echo 1 > $AGENTS/$1/devices/$2/shared
	echo $3 > $AGENTS/$1/devices/$2/clock1/rate_policy
	echo 1 > $AGENTS/$1/devices/$2/enable
	echo 1 > $AGENTS/$1/live
}

ask()
{
	"$TOOL" ask $GUESTS/$1/run "$2"
}

# What a guest is doing: "boot" until it is told to work.
stage()
{
	eval "echo \$stage_$1"
}

# Those that have come up begin to work.
set_to_work()
{
	for vm in $GUEST_NAMES; do
		if [ "$(stage $vm)" = boot ] && [ -e $GUESTS/$vm/up ]; then
			draw 100000
			ask $vm "go $R" > /dev/null && eval "stage_$vm=work sent_$vm=0"
		fi
	done
}

# find_victim STAGE: one of the guests in this stage, if there is one, and while
# another one works
find_victim()
{
	victim='' others=0
	draw 3
	for vm in $(echo $GUEST_NAMES $GUEST_NAMES | cut -d ' ' -f $((R + 1))-$((R + 3))); do
		if [ -z "$victim" ] && [ "$(stage $vm)" = $1 ]; then
			victim=$vm
		elif [ "$(stage $vm)" = work ]; then
			others=1
		fi
	done
	[ -n "$victim" ] && [ $others = 1 ]
}

# The ones that work stop, and say what they ask for: what the hardware has to
# be goes to WANTED. The first one sets the rate, the others' is the least.
collect()
{
	gate=0 clock=0 base=$RATE floor=0 domain=0 supply=0 uv=0 asserted=1
	for vm in $GUEST_NAMES; do
		[ "$(stage $vm)" = work ] || continue
		set -- $(ask $vm votes)
		if [ $# != 9 ] || [ $2 != 0 ]; then
			echo "# $vm: sent, bad, votes: $*"
			return 1
		fi
		eval "messages=\$((messages + $1 - sent_$vm)) sent_$vm=$1"
		gate=$((gate | $3))
		clock=$((clock | $4))
		if [ $5 != - ] && [ $vm = vm1 ]; then
			base=$5
		elif [ $5 != - ] && [ $5 -gt $floor ]; then
			floor=$5
		fi
		domain=$((domain | $6))
		supply=$((supply | $7))
		[ $8 = - ] || [ $8 -le $uv ] || uv=$8
		[ $9 != 0 ] || asserted=0
	done
	[ $base -ge $floor ] || base=$floor
	[ $uv != 0 ] || uv=$UV
	WANTED="$gate $clock $base $domain $supply $uv $asserted"
}

resume()
{
	for vm in $GUEST_NAMES; do
		[ "$(stage $vm)" != work ] || ask $vm go > /dev/null
	done
}

again()
{
	rm $GUESTS/$1/pid
	guest_again $1 2> /dev/null &
	eval "stage_$1=boot"
}

# kill_one WHEN: a guest at that time of its life
kill_one()
{
	when=$1
	case $when in
	boot | probe) from=boot ;;
	*) from=work ;;
	esac
	until find_victim $from; do
		# None boots when all are up.
		case "$stage_vm1$stage_vm2$stage_vm3" in
		*boot*) sleep 0.2 ;;
		*) when=work from=work ;;
		esac
		set_to_work
	done
	case $when in
	boot) draw $BOOT_MS ;;
	probe)
		_within 60 grep -qx running $AGENTS/$victim/state
		draw 300 ;;
	work)
		ask $victim run > /dev/null
		draw 400 ;;
	off)
		ask $victim off > /dev/null
		draw 400 ;;
	esac
	nap $R
	_within 60 test -s $GUESTS/$victim/pid || return
	[ -e $GUESTS/$victim/ended ] || kill -KILL "$(cat $GUESTS/$victim/pid)" 2> /dev/null
	# How far it had come
	life=$(cat $AGENTS/$victim/state)
	[ $from = work ] || [ ! -e $GUESTS/$victim/up ] || life=up
	eval "stage_$victim=dead"
	_within 60 test -e $GUESTS/$victim/ended
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
leaks_forget
echo "KTAP version 1"
echo "# SEED=$SEED KILLS=$KILLS"
same "at the start" "$IDLE" "$(hardware)"
make_initrd
make_agent vm1 fe910000.trio0 range
make_agent vm2 fe920000.trio1 floor
make_agent vm3 fe930000.trio2 floor
stage_vm1=boot stage_vm2=boot stage_vm3=boot
for vm in $GUEST_NAMES; do
	guest_start $vm --devices --mem 64 --initrd /tmp/initrd.cpio --append regulator_ignore_unused ||
		exit 1
	# How long a boot takes here, from when QEMU is there
	[ $vm != vm3 ] || read -r began _ < /proc/uptime
done
check "a guest comes up" _within 120 test -e $GUESTS/vm3/up || exit 1
read -r now _ < /proc/uptime
BOOT_MS=$(awk "BEGIN { print int(($now - $began) * 1000) + 500 }")

n=0 messages=0 busy=0
while [ $n -lt $KILLS ]; do
	case $((n % 10)) in
	0 | 4 | 7) kill_one boot ;;
	2) kill_one probe ;;
	5) kill_one off ;;
	*) kill_one work ;;
	esac
	n=$((n + 1))
	what="kill $n: $victim, $when ($life)"
	if ! collect || ! _within 60 is "$WANTED"; then
		same "$what" "$WANTED" "$(hardware)"
		break
	fi
	pass "$what"
	[ "$WANTED" = "$IDLE" ] || busy=$((busy + 1))
	again $victim
	resume
	set_to_work
done

echo "# $messages messages of those that stayed; $busy times they asked for something"
check "the guests had work" [ $messages -ge $((KILLS * 5)) ]
check "and others asked for something, mostly" [ $busy -ge $((KILLS / 2)) ]
for vm in $GUEST_NAMES; do
	guest_kill $vm
done
check "all killed: as at the start" _within 60 is "$IDLE"
for vm in $GUEST_NAMES; do
	agent_remove $vm
done
same "agents removed: as at the start" "$IDLE" "$(hardware)"
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'
finish
