#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# A guest that is given a device with everything that one can need, and nothing
# but devices: what every kernel can be the host of, one without OF_DYNAMIC too.
# What the guest did is looked up in the host's simulated hardware. Runs in the
# host machine (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$AGENTS/vm1
CAM=fe900000.camera
CONS=/sys/kernel/debug/scmi_consumer

# does NAME FILE VALUE HARDWARE WANTED: the guest's driver does it, and it shows
does()
{
	guest_run -t 300 vm1 "echo $3 > $CONS/$CAM/$2"
	same "$1" "0 $5" "$? $(cat $HW/$4)"
}

there()
{
	guest_run -t 300 vm1 "modprobe scmi_server_consumer; i=0
		until test -e $CONS/$CAM/rpm; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1; sleep 0.1; done"
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1

echo "KTAP version 1"
for f in gate4 resets/r0 supplies/vdd-core domains/cam; do
	check "the hardware is there: $f" within 60 test -d $HW/$f
done
check "an agent with the device" agent_create vm1 $CAM
same "protocols: all" "base power clock reset voltage" "$(cat $VM/protocols)"
check "a guest with it" guest_start vm1 --devices
check "its driver finds all that it needs" there
[ $KTAP_FAILED = 0 ] || finish

# The first guest switches off what it has switched on, the second is killed.
for how in off kill; do
	does "clock: on" bus/enabled 1 gate4/enabled 1
	does "clock: rate" pixel/rate 74250000 cam/rate 74250000
	does "reset: deassert" resets/core/asserted 0 resets/r0/asserted 0
	does "reset: pulse" resets/phy/pulse 1 resets/r1/asserted 0
	does "supply: on" supplies/vdd/enabled 1 supplies/vdd-core/enabled 1
	does "supply: level" supplies/vdd/uv 900000 supplies/vdd-core/uv 900000
	does "domain: on" power 1 domains/cam/on 1
	if [ $how = off ]; then
		does "clock: off" bus/enabled 0 gate4/enabled 0
		does "reset: assert" resets/core/asserted 1 resets/r0/asserted 1
		does "supply: off" supplies/vdd/enabled 0 supplies/vdd-core/enabled 0
		does "domain: off" power 0 domains/cam/on 0
		guest_monitor vm1 quit > /dev/null
		guest_wait vm1 120
		check "another guest" guest_again vm1
		check "its driver is there" there
	fi
done
guest_kill vm1
# Levels and rates have no state to go back to.
check "killed: the clock is off" within 60 grep -qx 0 $HW/gate4/enabled
check "killed: the line is asserted" within 60 grep -qx 1 $HW/resets/r0/asserted
check "killed: the supply is off" within 60 grep -qx 0 $HW/supplies/vdd-core/enabled
check "killed: the domain is off" within 60 grep -qx 0 $HW/domains/cam/on
check "the agent goes" agent_remove vm1
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
