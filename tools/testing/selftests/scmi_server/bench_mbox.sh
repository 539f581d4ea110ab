#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What the mailbox transport costs. Runs in the host machine:
#
#	vm --append mem=1535M --smp 1 --qemu -icount --qemu shift=0,sleep=off ...
#
# First the server's part of a request, from the doorbell to the end of the work
# that it is cause for, when the agent has its area back: in units of the same
# over vDPA, from the kick on. The events of the workqueue tell both.
# Then a doorbell that rings 10,000 times a second without a command: the 99th
# percentile of another agent's round trips, in units of the same when nobody
# hears the doorbell.
#
# bench_mbox.sh [gate]: with "gate", as an argument or in the environment, a
# figure beyond its limit is a failure. Otherwise they are only printed.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/mboxes.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

ROUNDS=3
COUNT=300
STORM_COUNT=5000
STORM_HZ=10000
LIMIT=1.2
LIMIT_STORM=1.5
BENCH=$HERE/scmi_bench
TRACE=/sys/kernel/tracing
WORK=$TRACE/events/workqueue

[ "$1" != gate ] || gate=1

# traced COMMAND...: nanoseconds from the kick to the end of the work, and of the
# work alone; of each the mean of all requests but the slowest tenth
traced()
{
	echo > $TRACE/trace
	echo 1 > $TRACE/tracing_on
	"$@" > /tmp/out || return
	echo 0 > $TRACE/tracing_on
	# TASK-PID [000] d.... 1234.567890: workqueue_queue_work: ...
	grep -F scmid_chan_work $TRACE/trace | awk '
		$5 ~ /queue_work/ { kick = $4 }
		$5 ~ /execute_start/ { start = $4 }
		$5 ~ /execute_end/ && kick {
			print int(($4 - kick) * 1000000 + 0.5), int(($4 - start) * 1000000 + 0.5)
			kick = 0
		}' > /tmp/times
	[ "$(wc -l < /tmp/times)" -ge $COUNT ] || return
	for _f in 1 2; do
		cut -d' ' -f$_f /tmp/times | sort -n | awk '{ v[NR] = $1 }
			END { n = int(NR * 0.9); for (i = 1; i <= n; i++) sum += v[i]
			      printf "%d ", sum * 1000 / n }'
	done
}

# column N NUMBERS...: every second one, from the Nth on
column()
{
	_n=$1
	shift
	printf '%s %s\n' "$@" | cut -d' ' -f"$_n"
}

[ -z "$gate" ] || echo "KTAP version 1"
mbox_load || die "no simulated hardware"
modprobe scmi_server_vdpa || die "no server"
# One clock each that nobody else uses, and with it the same path below.
for a in m0 v0; do
	mkdir $AGENTS/$a || die "no agent"
done
agent_add()
{
	mkdir "$AGENTS/$1/devices/$2" && echo 1 > "$AGENTS/$1/devices/$2/enable" &&
		echo 1 > "$AGENTS/$1/live"
}
agent_add m0 fe810000.uart || die "no grant"
agent_add v0 fe800000.usb || die "no grant"
node_add mailbox m0-server || die "no mailbox"
client_up m0-client || die "no client"
node=$(vhost_device v0) || die "no device"
as m0
[ "$(status 0x14 6 0)" = 0 ] || die "the server does not answer"

echo 4096 > $TRACE/buffer_size_kb
echo mono > $TRACE/trace_clock
for e in workqueue_queue_work workqueue_execute_start workqueue_execute_end; do
	echo 1 > $WORK/$e/enable || die "no events"
done
echo 'workqueue == "scmi_server"' > $WORK/workqueue_queue_work/filter
for what in "CLOCK_RATE_GET 0x14 6 0" "CLOCK_ATTRIBUTES 0x14 3 0" "CLOCK_CONFIG_SET 0x14 7 0 1 0"; do
	# shellcheck disable=SC2086
	set -- $what
	name=$1
	shift
	mbox='' vdpa='' i=0
	while [ $i -lt $ROUNDS ]; do
		mbox="$mbox $(traced "$TOOL" bench $COUNT "$@")" || die "no answer over the mailbox"
		vdpa="$vdpa $(traced "$BENCH" p99 "$node" $COUNT "$@")" || die "no answer over vDPA"
		i=$((i + 1))
	done
	# shellcheck disable=SC2086,SC2046
	{
		steady "$name, mailbox" $(column 1 $mbox)
		steady "$name, vDPA" $(column 1 $vdpa)
		figure "$name over a mailbox, doorbell to FREE" "$(median $(column 1 $mbox))" \
			"$(median $(column 1 $vdpa))" "x vDPA, kick to used" $LIMIT
		echo "# ... of it the work: $(median $(column 2 $mbox)) ns of $(median $(column 1 $mbox)) ns, over vDPA $(median $(column 2 $vdpa)) ns of $(median $(column 1 $vdpa)) ns"
	}
done
for e in workqueue_queue_work workqueue_execute_start workqueue_execute_end; do
	echo 0 > $WORK/$e/enable
done

# --- a doorbell storm -----------------------------------------------------------

modprobe mailbox_test || die "no mailbox_test"
node_add doorbell storm-client || die "no doorbell"
bell=/sys/kernel/debug/simhw-mbox:storm-client/message
[ -e "$bell" ] || die "no file of the doorbell"

# beside_storm: the p99 of v0
beside_storm()
{
	"$BENCH" storm "$bell" $STORM_HZ > /tmp/storm &
	_storm=$!
	sleep 0.1
	"$BENCH" p99 "$node" $STORM_COUNT 0x14 6 0
	kill $_storm
	wait $_storm || return
}

alone='' deaf='' heard='' i=0
while [ $i -lt $ROUNDS ]; do
	alone="$alone $("$BENCH" p99 "$node" $STORM_COUNT 0x14 6 0)" || die "no answer"
	deaf="$deaf $(beside_storm)" || die "no storm"
	node_add storm-server || die "nobody hears the storm"
	rung=$(cat /sys/kernel/debug/simhw-mbox:doorbell/rung0)
	heard="$heard $(beside_storm)" || die "no storm"
	[ "$(cat /sys/kernel/debug/simhw-mbox:doorbell/rung0)" -gt $((rung + 500)) ] ||
		die "the storm was not heard: $(cat /tmp/storm)"
	node_remove storm-server
	i=$((i + 1))
done
# shellcheck disable=SC2086
{
	steady "alone" $alone
	steady "a storm that nobody hears" $deaf
	steady "a storm" $heard
	figure "p99 of an agent beside one whose doorbell rings $STORM_HZ times a second" \
		"$(median $heard)" "$(median $deaf)" "x if nobody hears it" $LIMIT_STORM
	echo "# ... alone: $(median $alone) ns, unheard: $(median $deaf) ns, heard: $(median $heard) ns"
}

node_remove storm-client doorbell m0-client m0-server mailbox
for a in m0 v0; do
	agent_remove $a
done

[ -z "$gate" ] || finish
