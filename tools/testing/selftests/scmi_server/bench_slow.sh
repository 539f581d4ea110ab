#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What a slow agent costs another: the 99th percentile of the round trip of
# CLOCK_RATE_GET while another agent sets, all the time, the voltage of a
# regulator that takes 10 ms, in units of the same without it. Both agents are
# processes on vhost-vdpa. Runs in the host machine:
#
#	vm --loopback --smp 1 --qemu -icount --qemu shift=0,sleep=off ...
#
# bench_slow.sh [gate]: with "gate", as an argument or in the environment, a
# figure beyond its limit is a failure. Otherwise it is only printed.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

ROUNDS=5
COUNT=30000
LIMIT=1.5
BENCH=$HERE/scmi_bench

[ "$1" != gate ] || gate=1

[ -z "$gate" ] || echo "KTAP version 1"
modprobe scmi_server_simhw || die "no simulated hardware"
modprobe scmi_server_vdpa || die "no server"
agent_create fast fe810000.uart || die "no agent"
agent_create slow fe950000.slowpoke || die "no agent"
fast_node=$(vhost_device fast) || die "no device"
slow_node=$(vhost_device slow) || die "no device"
echo 10000 > $HW/supplies/vslow/latency_us

alone='' crowd='' i=0
while [ $i -lt $ROUNDS ]; do
	alone="$alone $("$BENCH" p99 "$fast_node" $COUNT 0x14 6 0)" || die "no answer"
	changes=$(cat $HW/supplies/vslow/changes)
	"$BENCH" levels "$slow_node" 0 950000 1050000 > /tmp/slow &
	slow=$!
	within 60 sh -c "[ \"\$(cat $HW/supplies/vslow/changes)\" -gt $changes ]" ||
		die "the slow agent does not begin"
	changes=$(cat $HW/supplies/vslow/changes)
	crowd="$crowd $("$BENCH" p99 "$fast_node" $COUNT 0x14 6 0)" || die "no answer"
	kill $slow
	wait $slow || die "the slow agent was refused"
	[ "$(cat $HW/supplies/vslow/changes)" -gt $((changes + 2)) ] ||
		die "the slow agent did nothing meanwhile"
	i=$((i + 1))
done

# shellcheck disable=SC2086
figure "p99 of an agent beside one that is slow" "$(median $crowd)" "$(median $alone)" \
	"x alone" $LIMIT

echo 0 > $HW/supplies/vslow/latency_us
agent_remove fast
agent_remove slow

[ -z "$gate" ] || finish
