#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What the server costs a guest: the round trip of CLOCK_RATE_GET from a guest
# of the server, in units of that from a guest of scmi_server_echo, the same
# vDPA device without the server behind it. Runs in the host machine
# (vm --guests).
#
# bench_guest.sh [gate]: with "gate", as an argument or in the environment, a
# figure beyond its limit is a failure. Otherwise they are only printed.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

LIMIT=1.15
ROUNDS=${ROUNDS:-20}
COUNT=${COUNT:-300}
[ "$1" != gate ] || gate=1
[ -z "$gate" ] || echo "KTAP version 1"

die()
{
	echo "Bail out! $*"
	exit 1
}

modprobe scmi_server_simhw || die "no simulated hardware"
modprobe scmi_server_vdpa || die "no server"
modprobe scmi_server_echo || die "no echo device"
agent_create vm1 fe810000.uart || die "no agent"
vdpa dev add name echo mgmtdev scmi_echo || die "no echo device"

for g in vm1 echo; do
	guest_start $g || die "guest $g does not start"
	guest_run $g 'i=0; while ! test -e /sys/kernel/debug/scmi/0/raw/message; do
		i=$((i + 1)); [ $i -lt 500 ] || exit 1; sleep 0.02; done' ||
		die "guest $g has no raw mode"
done
guest_run vm1 '/add/scmi_tool msg 0x14 6 0'
guest_run echo '/add/scmi_tool msg 0x14 6 0'

i=0
while [ "$i" -lt "$ROUNDS" ]; do
	i=$((i + 1))
	a=$(guest_run vm1 "/add/scmi_tool bench $COUNT 0x14 6 0") &&
		b=$(guest_run echo "/add/scmi_tool bench $COUNT 0x14 6 0") &&
		c=$(guest_run echo "/add/scmi_tool bench $COUNT 0x14 6 0") &&
		d=$(guest_run vm1 "/add/scmi_tool bench $COUNT 0x14 6 0") || die "no answer"
	echo "# $a $b $c $d"
done
