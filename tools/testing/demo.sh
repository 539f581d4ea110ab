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
VM=$CFS/agents/vm1
CAM=$VM/devices/fe900000.camera
HW=/sys/kernel/debug/scmi_simhw
DRIVER=/sys/kernel/debug/scmi_consumer/fe900000.camera
TRACE=/sys/kernel/tracing

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

# guest COMMAND: in the guest, with its output and its status
guest()
{
	printf 'guest# %s\n' "$*"
	guest_run vm1 "$*"
}

on_off()
{
	case $1 in 0) echo off ;; *) echo on ;; esac
}

# What the camera's suppliers are at, by their registers
registers()
{
	printf '%s %s, %s uV; %s %s, %s uV; domain %s; clock %s; clock %s, %s Hz; resets %s %s\n' \
		vdd "$(on_off "$(cat $HW/supplies/vdd-core/enabled)")" "$(cat $HW/supplies/vdd-core/uv)" \
		vio "$(on_off "$(cat $HW/supplies/vio/enabled)")" "$(cat $HW/supplies/vio/uv)" \
		"$(on_off "$(cat $HW/domains/cam/on)")" "$(on_off "$(cat $HW/gate4/enabled)")" \
		"$(on_off "$(cat $HW/cam/enabled)")" "$(cat $HW/cam/rate)" \
		"$(cat $HW/resets/r0/asserted)" "$(cat $HW/resets/r1/asserted)"
}

hardware()
{
	echo "hardware: $(registers)"
}

as_before()
{
	[ "$(registers)" = "$before" ]
}

want()
{
	if [ "$2" != "$3" ]; then
		echo "demo: FAILED: $1: wanted $2, got $3"
		exit 1
	fi
}

step "A host with hardware: a simulated camera, with its regulators, power domain, clocks and resets"
run modprobe scmi_server_simhw
hardware
before=$(registers)

step "The camera goes to a guest, and with it goes what it needs: one mkdir"
run modprobe scmi_server_vdpa
run mkdir $VM
run mkdir $CAM
for r in $CAM/clock* $CAM/reset* $CAM/power* $CAM/supply*; do
	printf '%-12s id %s  %-7s may: %s\n' "${r##*/}" "$(cat "$r/id")" "$(cat "$r/name")" \
		"$(cat "$r/access")"
done
echo "what SCMI has no protocol for: $(cat $CAM/unsupported)"
want "what has no protocol" phys "$(cat $CAM/unsupported)"

step "It may have no more than 1.1 V, and goes live"
put 1100000 $CAM/supply-vdd/max_uv
put 1 $CAM/enable
put 1 $VM/live
echo "protocols: $(cat $VM/protocols)"
[ ! -e $TRACE/events/scmi_server ] || echo 1 > $TRACE/events/scmi_server/scmid_refuse/enable
hardware
want "the hardware: nothing has happened" "$before" "$(registers)"

step "The guest: a stock kernel under KVM with the drivers of the mainline kernel"
run vdpa dev add name vm1 mgmtdev scmi_server
run guest_start vm1 --devices
guest "modprobe scmi_server_consumer; until test -e $DRIVER/rpm; do sleep 0.1; done"
guest "dmesg | grep -o 'SCMI Protocol.*'"
guest "cd $DRIVER; ls -d bus pixel resets/* supplies/* power | xargs"
want "state of the agent" running "$(cat $VM/state)"

step "The guest's driver wakes the camera: supplies, power domain, clocks, and out of reset"
guest "echo 1 > $DRIVER/rpm"
hardware
want "the camera, awake" "vdd on, 800000 uV; vio on, 1800000 uV; domain on; clock on; clock on, 24000000 Hz; resets 0 0" \
	"$(registers)"

step "... and sets it up"
rate=$(guest_run vm1 "/add/scmi_tool rates $(cat $CAM/clock1/id)" | cut -d ' ' -f 3)
guest "cd $DRIVER; echo $rate > pixel/rate; echo 950000 > supplies/vdd/uv"
hardware
want "the pixel clock" $rate "$(cat $HW/cam/rate)"
want "vdd" 950000 "$(cat $HW/supplies/vdd-core/uv)"

step "Who holds what"
run cat /sys/kernel/debug/scmi_server/resources

step "What it may not have is refused: more than 1.1 V"
# The driver itself would not ask: it was told of the limit.
answer=$(guest_run vm1 "/add/scmi_tool msg 0x17 7 $(cat $CAM/supply-vdd/id) 0 1200000")
echo "guest: VOLTAGE_LEVEL_SET to 1200000 uV: $answer (INVALID_PARAMETERS)"
want "answer" -2 "$answer"

step "While the guest runs it loses the right to set the pixel clock: at once, and with what it did by it"
put "get state" $CAM/clock1/access
hardware
want "the pixel clock, as it was before" 24000000 "$(cat $HW/cam/rate)"
answer=$(guest_run vm1 "/add/scmi_tool msg 0x14 5 0 $(cat $CAM/clock1/id) $rate 0")
echo "guest: CLOCK_RATE_SET to $rate Hz: $answer (DENIED)"
want "answer" -3 "$answer"
if [ -e $TRACE/events/scmi_server ]; then
	why=$(grep -o 'scmid_refuse: .*status=-3.*' $TRACE/trace | tail -n 1)
	echo "trace: $why"
	want "the reason" access "$(echo "$why" | sed 's/.*reason="\(.*\)"/\1/')"
fi
put "get state rate" $CAM/clock1/access
guest "cd $DRIVER; cat pixel/rate; echo $rate > pixel/rate; cat pixel/rate"
want "the pixel clock" $rate "$(cat $HW/cam/rate)"

step "The guest's driver lets the camera sleep, and wakes it: 20 times, number of errors last"
guest "cd $DRIVER; echo 0 > rpm; echo 20 > cycle; cat cycle; echo 1 > rpm"
hardware

step "The VMM is killed in the middle of it: all is as before the guest"
run guest_kill vm1
_within 30 as_before || true
hardware
want "the hardware" "$before" "$(registers)"
want "state of the agent" attached "$(cat $VM/state)"

step "The host takes everything back"
run agent_remove vm1
run rmmod scmi_server_vdpa
run rmmod scmi_server
