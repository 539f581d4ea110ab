#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# A guest on a plain QEMU command line, told step by step: with QEMU's own device
# tree, and with ACPI and none. Runs in the host machine (make demo-proxy).

set -e
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$SCMI_CFS/agents/vm1
HW=/sys/kernel/debug/scmi_simhw
P=/sys/firmware/scmi_guest_proxy
CONS=/sys/kernel/debug/scmi_consumer/fe810000.uart

step()
{
	printf '\n== %s\n' "$*"
}

run()
{
	printf '# %s\n' "$*"
	"$@"
}

guest()
{
	printf 'guest# %s\n' "$*"
	guest_run -t 300 vm1 "$*"
}

want()
{
	if [ "$2" != "$3" ]; then
		echo "demo-proxy: FAILED: $1: wanted $2, got $3"
		exit 1
	fi
}

hardware()
{
	echo "hardware: clock of the UART $(cat $HW/gate1/enabled), $(cat $HW/gate1/rate) Hz"
}

# In the guest, what a distribution does when it finds the devices
udev="modprobe -q virtio_mmio; modprobe -q scmi-module; modprobe -q clk-scmi; modprobe -q scmi-clk; modprobe -q scmi_transport_virtio"

use_clock()
{
	guest "ls /proc/device-tree/firmware/scmi" 2> /dev/null && exit 1
	guest "modprobe scmi_guest_proxy"
	guest "until grep -vE 'waiting|reading' $P/state; do sleep 0.1; done"
	want "state" applied "$(guest_run vm1 "cat $P/state")"
	guest_run vm1 "$udev"
	guest "dmesg | grep -o 'scmi_guest_proxy: guest.*'"
	guest "modprobe scmi_server_consumer; until test -e $CONS/0/enabled; do sleep 0.1; done"
	guest "echo 1 > $CONS/0/enabled"
	hardware
	want "the clock" 1 "$(cat $HW/gate1/enabled)"
	run guest_kill vm1
	_within 30 grep -qx 0 $HW/gate1/enabled
	hardware
}

step "A host with hardware; its UART goes to a guest"
run modprobe scmi_server_simhw
run modprobe scmi_server_vdpa
run agent_create vm1 fe810000.uart
hardware

step "What the guest shall be told: an overlay with SCMI and the UART"
run agent_describe vm1 --devices
echo "guest_overlay: $(wc -c < "$VM/guest_overlay") bytes"
echo "protocols: $(cat "$VM/protocols")"

step "A guest as anybody starts one: no -dtb"
run guest_start vm1 --plain
echo "qemu-system-aarch64 $(tr '\n' ' ' < /run/guests/vm1/machine)-kernel Image ..."
use_clock

step "Another, by UEFI firmware and ACPI: no device tree at all"
run guest_start vm1 --mem 512 --bios /add/QEMU_EFI.fd
echo "qemu-system-aarch64 $(tr '\n' ' ' < /run/guests/vm1/machine)-kernel Image ..."
guest "ls /sys/firmware /sys/firmware/acpi/tables"
use_clock

step "The host takes everything back"
run agent_remove vm1
run rmmod scmi_server_vdpa
run rmmod scmi_server
