#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# A remote processor, told step by step; runs in the server's machine (make
# demo-mbox).

set -e
HERE=/add
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. /add/ktap.sh
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh
# shellcheck source=tools/testing/qemu/pair.sh
. /lib/pair.sh
# shellcheck source=tools/testing/selftests/scmi_server/pair.lib.sh
. /add/pair.lib.sh

CON=$THERE/camera
NODE=/sys/firmware/devicetree/base/scmi-server/agent@1

step()
{
	printf '\n== %s\n' "$*"
}

# say and do
run()
{
	printf '# %s\n' "$*"
	"$@"
}

# put VALUE FILE: the same with a file of the agent
put()
{
	printf '# echo %s > %s\n' "$1" "${2#"$CFS/"}"
	echo "$1" > "$2"
}

# there COMMAND: in the other machine, with its output and its status
remote()
{
	printf 'there# %s\n' "$*"
	pair_run -t 120 "$*"
}

# What the camera's suppliers are at, by their registers
registers()
{
	printf 'vdd %s, %s uV; domain %s; clock %s; clock %s, %s Hz; resets %s %s\n' \
		"$(cat $HW/supplies/vdd-core/enabled)" "$(cat $HW/supplies/vdd-core/uv)" \
		"$(cat $HW/domains/cam/on)" "$(cat $HW/gate4/enabled)" "$(cat $HW/cam/enabled)" \
		"$(cat $HW/cam/rate)" "$(cat $HW/resets/r0/asserted)" "$(cat $HW/resets/r1/asserted)"
}

hardware()
{
	echo "hardware: $(registers)"
}

want()
{
	if [ "$2" != "$3" ]; then
		echo "demo-mbox: FAILED: $1: wanted $2, got $3"
		exit 1
	fi
}

step "Two machines: this one has the hardware, a simulated camera with its suppliers"
run modprobe scmi_server_simhw
hardware
before=$(registers)

step "The other one has none of it. What joins them is a doorbell and shared memory"
run modprobe ivshmem-mailbox
dmesg | sed -n 's/.*\(ivshmem-mailbox 0000.*\)/\1/p'

step "This machine's device tree describes it as an agent, so it is served from the start"
for p in linux,agent-name board/clock-names board/clock0/access; do
	printf '%-20s %s\n' $p "$(tr '\0' ' ' < $NODE/$p)"
done
run modprobe scmi_server_mbox
within 60 grep -qx running $M/state
run cat $M/channel $M/state $M/protocols
want "protocols" "base clock" "$(cat $M/protocols)"

step "An operator may give it more while it is: the camera, but no more than 1.1 V"
run mkdir $M/devices/$CAM
put 1100000 $M/devices/$CAM/supply-vdd/max_uv
put 1 $M/devices/$CAM/enable
run mkdir $M/devices/$TRIO
put 1 $M/devices/$TRIO/enable
echo "protocols: $(cat $M/protocols)"

step "The other machine: a stock kernel with the SCMI client of mainline, on its mailbox transport"
printf 'there# modprobe ivshmem-mailbox scmi_server_consumer\n'
client_up
remote "dmesg | grep -o 'SCMI Protocol.*'"
remote "cd $CON; ls -d bus pixel resets/* supplies/* power | xargs"
want "the hardware: nothing has happened" "$before" "$(registers)"

step "Its driver wakes the camera: supplies, power domain, clocks, and out of reset"
remote "echo 1 > $CON/rpm"
hardware
want "vdd, domain and clocks" "1 1 1 1" "$(cat $HW/supplies/vdd-core/enabled $HW/domains/cam/on \
	$HW/gate4/enabled $HW/cam/enabled | paste -s -d ' ')"
remote "echo 950000 > $CON/supplies/vdd/uv"
hardware
want "vdd" 950000 "$(cat $HW/supplies/vdd-core/uv)"

step "Who holds what"
grep -A1 -E '^(supply "vdd"|power|clock "(bus|pixel)")' /sys/kernel/debug/scmi_server/resources |
	grep -v '^--'

step "The machine crashes. Nothing tells that, so its votes stay ..."
run pair_kill
hardware
want "the domain" 1 "$(cat $HW/domains/cam/on)"

step "... until it comes up again: its client begins with the version of SCMI"
run pair_start
client_up
hardware
want "the hardware" "$before" "$(registers)"

step "Or until the operator says so (with a remoteproc in the device tree, by itself)"
remote "echo 1 > $CON/rpm"
hardware
run pair_kill
put 1 $M/reset
hardware
want "the hardware" "$before" "$(registers)"

step "The server's modules go, and the agent with them"
run rmdir $M/devices/$CAM $M/devices/$TRIO
run rmmod scmi_server_mbox
want "the agent" "" "$(ls $AGENTS)"
run rmmod scmi_server
