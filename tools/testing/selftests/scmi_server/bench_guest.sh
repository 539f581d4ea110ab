#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What the server costs a guest: the round trip of CLOCK_RATE_GET, and a burst of
# requests to all four frameworks, from guests of the server, in units of the
# same from a guest of scmi_server_echo, which is the same vDPA device without
# the server behind it.
# Runs in the host machine:
#
#	vm --guests --smp 1 --qemu -icount --qemu shift=0,sleep=off ...
#
# With -icount the machine's clock counts instructions, and what else runs on
# the machine below does not matter. Without it the figure is noise.
#
# bench_guest.sh [gate]: with "gate", as an argument or in the environment, a
# figure beyond its limit is a failure. Otherwise it is only printed.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

ROUNDS=10
COUNT=300
LIMIT=1.15
LIMIT_BURST=1.25

[ "$1" != gate ] || gate=1

# rate_get NAME: the median of COUNT round trips from this guest
rate_get()
{
	guest_run "$1" "/add/scmi_tool bench $COUNT 0x14 6 0"
}

[ -z "$gate" ] || echo "KTAP version 1"
modprobe scmi_server_simhw || die "no simulated hardware"
modprobe scmi_server_vdpa || die "no server"
modprobe scmi_server_echo || die "no echo device"
agent_create vm1 fe810000.uart || die "no agent"
agent_create mix fe910000.trio0 || die "no agent"
vdpa dev add name echo mgmtdev scmi_echo || die "no echo device"

for g in vm1 echo mix; do
	guest_start $g || die "guest $g did not start"
	# shellcheck disable=SC2016
	guest_run $g 'i=0; while ! test -e /sys/kernel/debug/scmi/0/raw/message; do
		i=$((i + 1)); [ $i -lt 500 ] || exit 1; sleep 0.02; done' ||
		die "guest $g has no raw mode"
done
# Success, and a rate that only the server knows.
case $(guest_run vm1 '/add/scmi_tool msg 0x14 6 0') in
"0 00000000 "* | [!0]*) die "the server does not answer" ;;
esac
case $(guest_run echo '/add/scmi_tool msg 0x14 6 0') in
"0 00000000 00000000"*) ;;
*) die "the echo device does not answer" ;;
esac

# Both guests are there all the time and take turns. An interrupt or a timer
# in a round trip is an outlier that a median does not see, and which work the
# tick falls on differs from round to round: the median of the rounds again.
# The minimum would be as steady, but is the path that is taken least.
server='' echo='' i=0
while [ $i -lt $ROUNDS ]; do
	server="$server $(rate_get vm1)" || die "no answer from the server"
	echo="$echo $(rate_get echo)" || die "no answer from the echo device"
	i=$((i + 1))
done
# shellcheck disable=SC2086
{
	steady server $server
	steady echo $echo
	figure "CLOCK_RATE_GET from a guest" "$(median $server)" "$(median $echo)" "x echo" $LIMIT
}

# A burst of requests that change the hardware, of all four frameworks.
mix='' echo='' i=0
while [ $i -lt $ROUNDS ]; do
	mix="$mix $(guest_run mix "/add/scmi_tool burst 1000")" || die "no answer from the server"
	echo="$echo $(guest_run echo "/add/scmi_tool burst 1000")" || die "no answer from the echo device"
	i=$((i + 1))
done
# shellcheck disable=SC2086
{
	steady mix $mix
	steady echo $echo
	figure "a burst of 1,000 mixed requests from a guest" "$(median $mix)" "$(median $echo)" \
		"x echo" $LIMIT_BURST
}

guest_kill vm1
guest_kill mix
guest_kill echo
agent_remove vm1
agent_remove mix
vdpa dev del echo
rmmod scmi_server_echo || die "the echo device does not unload"

[ -z "$gate" ] || finish
