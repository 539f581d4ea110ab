#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What many agents cost each other: 64 of them with 64 clocks each, beside the
# one that the host's own client is. Runs in the host machine:
#
#	vm --loopback --smp 1 --qemu -icount --qemu shift=0,sleep=off ...
#
# With -icount the machine's clock counts instructions, and what else runs on
# the machine below does not matter. Without it the ratios are noise.
#
# bench_scale.sh [gate]: with "gate", as an argument or in the environment, a
# figure beyond its limit is a failure. Otherwise they are only printed.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

ROUNDS=3
COUNT=500
AGENTS_N=64
DEVICE=fe890000.bulk
VM=$AGENTS/vm1
LIMIT_CONFIGURE=1.5
LIMIT_ROUND_TRIP=1.1

[ "$1" != gate ] || gate=1

# KiB that the kernel has allocated for itself. What is free says less: pages
# that a CPU keeps for its next allocation are not counted there.
kernel_memory()
{
	sync
	[ ! -e /proc/sys/vm/drop_caches ] || echo 3 > /proc/sys/vm/drop_caches
	awk '/^(Slab|VmallocUsed|PageTables|Percpu):/ { kib += $2 } END { print kib }' /proc/meminfo
}

rate_get()
{
	"$TOOL" bench $COUNT 0x14 6 63
}

# make FIRST LAST: agents, with the time of each appended to $1
make()
{
	"$TOOL" agents make "$1" "$2" $DEVICE >> /tmp/made || die "agents cannot be made"
}

# first_column: of the lines on standard input
first_column()
{
	cut -d' ' -f1
}

[ -z "$gate" ] || echo "KTAP version 1"
modprobe scmi_server_simhw || die "no simulated hardware"
modprobe scmi_server_vdpa || die "no server"
modprobe virtio_vdpa || die "no virtio_vdpa"
mkdir $VM $VM/devices/$DEVICE || die "no agent"
echo 1 > $VM/devices/$DEVICE/shared
echo 1 > $VM/devices/$DEVICE/enable
echo 1 > $VM/live
vdpa dev add name vm1 mgmtdev scmi_server || die "no device"
within 60 test -e /sys/kernel/debug/scmi/0/raw/message || die "no raw mode"
case $(msg 0x14 6 63) in
"0 00000000 "* | [!0]*) die "the server does not answer" ;;
esac
# The devices of the others have no driver: there is one client only.
echo 0 > /sys/bus/vdpa/drivers_autoprobe

# All but the first round find what they free and allocate in the caches of
# the allocator: a round more to begin with, that is not counted.
first='' last='' alone='' crowd='' memory='' i=0
while [ $i -le $ROUNDS ]; do
	rm -f /tmp/made
	a=$(rate_get) || die "no answer"

	# Half of the agents fill the gaps in slabs; the others show what one takes.
	make 1 $((AGENTS_N / 2))
	m=$(kernel_memory)
	make $((AGENTS_N / 2 + 1)) $AGENTS_N
	m=$((($(kernel_memory) - m) / (AGENTS_N / 2)))

	n=0
	while [ $n -lt $AGENTS_N ]; do
		n=$((n + 1))
		vdpa dev add name s$n mgmtdev scmi_server || die "no device s$n"
	done
	c=$(rate_get) || die "no answer"
	while [ $n -gt 0 ]; do
		vdpa dev del s$n || die "device s$n stays"
		n=$((n - 1))
	done
	"$TOOL" agents remove 1 $AGENTS_N $DEVICE || die "agents cannot be removed"

	# Four at either end, as one may have had a tick in it.
	if [ $i -gt 0 ]; then
		# shellcheck disable=SC2046
		first="$first $(median $(head -n 4 /tmp/made | first_column))"
		# shellcheck disable=SC2046
		last="$last $(median $(tail -n 4 /tmp/made | first_column))"
		alone="$alone $a" crowd="$crowd $c" memory="$memory $m"
	fi
	i=$((i + 1))
done

# shellcheck disable=SC2086
{
	steady "first agents" $first
	steady "last agents" $last
	steady "alone" $alone
	steady "with $AGENTS_N others" $crowd
	figure "configuring the last of $AGENTS_N agents" "$(median $last)" "$(median $first)" \
		"x the first" $LIMIT_CONFIGURE
	figure "round trip with $AGENTS_N other agents" "$(median $crowd)" "$(median $alone)" \
		"x alone" $LIMIT_ROUND_TRIP
	echo "# figure: kernel memory of an idle agent with 64 clocks: $(median $memory) KiB"
}

[ -z "$gate" ] || finish
