# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2034
#
# What the tests with two machines share: the server here, with its agent m7, and
# the stock client there. Sourced after /lib/pair.sh.

M=$AGENTS/m7
CAM=fe900000.camera
TRIO=fe910000.trio0
THERE=/sys/kernel/debug/scmi_consumer

# granted ids, as the client's device tree has them
IDS="1 2 0 1 0 1 0 / 3 4 2 2 1"

# server_up: hardware, mailbox, the agent, which is live as the device tree says,
# and then has the two devices, too
server_up()
{
	modprobe scmi_server_simhw && modprobe ivshmem-mailbox && modprobe scmi_server_mbox &&
		within 60 test -e "$M" && within 60 grep -qx running "$M/state" || return
	mkdir "$M/devices/$CAM" "$M/devices/$TRIO" || return
	echo 1100000 > "$M/devices/$CAM/supply-vdd/max_uv"
	echo 1 > "$M/devices/$TRIO/shared"
	echo 1 > "$M/devices/$CAM/enable" && echo 1 > "$M/devices/$TRIO/enable"
}

# server_ids: those of the agent, in the order of $IDS
server_ids()
{
	(
		cd "$M/devices/$CAM" && cat clock0/id clock1/id reset0/id reset1/id supply-vdd/id \
			supply-vio/id power0/id && echo /
		cd "$M/devices/$TRIO" && cat clock0/id clock1/id reset0/id supply-vdd/id power0/id
	) | paste -s -d ' '
}

# What the client's machine does when it has come up. The client of a kernel that
# does not know arm,max-rx-timeout-ms gives up after 30 ms, and is asked again.
CLIENT_UP="modprobe ivshmem-mailbox; modprobe scmi_server_consumer
for i in \$(seq 120); do
	test -e $THERE/camera/rpm && test -e $THERE/trio0/rpm && exit 0
	sleep 0.5
	for d in /sys/bus/platform/drivers/arm-scmi /sys/bus/platform/drivers/scmi-driver; do
		test \$((i % 20)) != 0 || test -e \$d/firmware:scmi ||
			echo firmware:scmi > \$d/bind
	done 2> /dev/null
done
exit 1"

client_up()
{
	pair_run -t 120 "$CLIENT_UP"
}

# there DEVICE FILE [VALUE]: the client's driver of the device does it, or says
there()
{
	if [ $# = 3 ]; then
		pair_run -t 300 "echo $3 > $THERE/$1/$2"
	else
		pair_run -t 300 "cat $THERE/$1/$2"
	fi
}

# The whole hardware: registers, no counters
hardware()
{
	grep -v ^bulk "$HW/state" | cut -d' ' -f1-3
	# In the order in which the controllers have come.
	cut -d' ' -f1,2 "$HW/resets/state" | sort
	cat "$HW/supplies/state" "$HW/domains/state"
}

# unchanged NAME FILE: the hardware is still what it was then
unchanged()
{
	hardware > /tmp/now
	same "$1" "" "$(diff "$2" /tmp/now)"
}

# as_in FILE: likewise, for _within
as_in()
{
	hardware > /tmp/now
	cmp -s "$1" /tmp/now
}
