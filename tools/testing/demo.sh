#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231
#
# The main job, told step by step; runs in the host machine (make demo).

set -e
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

CFS=/sys/kernel/config/scmi_server
HW=/sys/kernel/debug/scmi_simhw
CONS=/sys/kernel/debug/scmi_consumer/scmi-consumer

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

# hardware CLOCK: what the clock's registers say
hardware()
{
	printf 'hardware: %s is %s at %s Hz\n' "$1" \
		"$([ "$(cat $HW/"$1"/enabled)" = 1 ] && echo on || echo off)" \
		"$(cat $HW/"$1"/rate)"
}

want()
{
	if [ "$2" != "$3" ]; then
		echo "demo: FAILED: $1: wanted $2, got $3"
		exit 1
	fi
}

step "A host with hardware: a simulated SoC block, its clocks in the common clk framework"
run modprobe scmi_server_simhw
hardware pll
hardware gate2

step "Grant: agent vm1 gets what the GPU needs, and the USB block's bus clock to gate only"
run modprobe scmi_server_vdpa
run mkdir $CFS/agents/vm1
run mkdir $CFS/agents/vm1/devices/fe820000.gpu
run mkdir $CFS/agents/vm1/devices/fe800000.usb
for c in $CFS/agents/vm1/devices/*/clock*; do
	printf '%-42s id %s  %-5s may: %s\n' "${c#"$CFS/agents/"}" "$(cat "$c/id")" \
		"$(cat "$c/name")" "$(cat "$c/access")"
done
pll=$CFS/agents/vm1/devices/fe820000.gpu/clock0
bus=$CFS/agents/vm1/devices/fe800000.usb/clock1
echo "# echo get state > ${bus#"$CFS/agents/"}/access"
echo get state > $bus/access
echo "# echo 1000000000 > ${pll#"$CFS/agents/"}/rate_max_hz"
echo 1000000000 > $pll/rate_max_hz
echo "# echo 1 > .../fe820000.gpu/enable .../fe800000.usb/enable vm1/live"
echo 1 > $CFS/agents/vm1/devices/fe820000.gpu/enable
echo 1 > $CFS/agents/vm1/devices/fe800000.usb/enable
echo 1 > $CFS/agents/vm1/live
p=$(cat $pll/id)
b=$(cat $bus/id)

step "The guest: a stock kernel under KVM with the mainline arm_scmi client"
run vdpa dev add name vm1 mgmtdev scmi_server
run guest_start vm1 --clocks "$(($(cat $CFS/agents/vm1/devices/*/clock*/id | sort -n | tail -n 1) + 1))"
guest_run vm1 "dmesg | grep 'SCMI Protocol'"
guest_run vm1 "modprobe scmi_server_consumer; until test -e $CONS/c0/rate; do sleep 0.05; done; ls /sys/kernel/debug/clk | xargs"
want "agent's state" running "$(cat $CFS/agents/vm1/state)"

step "The guest re-rates the PLL and switches it on"
echo "guest: echo 960000000 > c$p/rate; echo 1 > c$p/enabled"
guest_run vm1 "echo 960000000 > $CONS/c$p/rate; echo 1 > $CONS/c$p/enabled"
hardware pll
want "rate of the PLL" 960000000 "$(cat $HW/pll/rate)"
want "state of the PLL" 1 "$(cat $HW/pll/enabled)"

step "... and gates the bus clock"
guest_run vm1 "echo 1 > $CONS/c$b/enabled"
hardware gate2
want "state of the bus clock" 1 "$(cat $HW/gate2/enabled)"
guest_run vm1 "echo 0 > $CONS/c$b/enabled"
hardware gate2
want "state of the bus clock" 0 "$(cat $HW/gate2/enabled)"

step "What it may not do is denied: set the bus clock's rate (CLOCK_RATE_SET answers DENIED, -3)"
answer=$(guest_run vm1 "/add/scmi_tool msg 0x14 5 0 $b 24000000 0")
echo "guest: CLOCK_RATE_SET: $answer"
want "answer" -3 "$answer"

step "... and the PLL beyond its limit of 1 GHz (INVALID_PARAMETERS, -2)"
answer=$(guest_run vm1 "/add/scmi_tool msg 0x14 5 0 $p 1200000000 0")
echo "guest: CLOCK_RATE_SET: $answer"
want "answer" -2 "$answer"
hardware pll

step "The VMM is killed: the guest's vote goes with it"
run guest_kill vm1
_within 10 grep -qx 0 $HW/pll/enabled || true
hardware pll
want "state of the PLL" 0 "$(cat $HW/pll/enabled)"
want "agent's state" attached "$(cat $CFS/agents/vm1/state)"

step "The host takes everything back"
run agent_remove vm1
run rmmod scmi_server_vdpa
run rmmod scmi_server
