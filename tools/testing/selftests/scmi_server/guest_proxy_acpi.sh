#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The guest proxy in a guest that was booted with ACPI by UEFI firmware, and has no
# device tree at all: a driver of its kernel drives the host's clocks. Runs in the
# host machine (vm --guests), with the firmware in /add; STOCK=1: the guest's kernel
# is a distributor's, and so is the driver.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$AGENTS/vm1
P=/sys/firmware/scmi_guest_proxy
CONS=/sys/kernel/debug/scmi_consumer/scmi-consumer

g()
{
	guest_run -t 400 vm1 "$@"
}

g_within()
{
	g "i=0; while ! { $1; }; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1; sleep 0.1; done"
}

is()
{
	[ "$(hw "$1" "$2")" = "$3" ]
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
echo "KTAP version 1"

mkdir "$VM"
echo 3600000 > "$VM/hold_ms"
for d in fe810000.uart fe820000.gpu; do
	mkdir "$VM/devices/$d"
done
for c in "$VM"/devices/*/clock*; do
	echo "get state rate parent notify" > "$c/access"
done
for d in "$VM"/devices/*; do
	echo 1 > "$d/enable"
done
echo 1 > "$VM/live"
gate=$(cat "$VM/devices/fe810000.uart/clock0/id")
pll=$(cat "$VM/devices/fe820000.gpu/clock0/id")

# An SRAM that the machine does not have: its driver enables its clock, and the
# kernel sets the rate of another one first.
cat > /tmp/sram.dtso <<S
	&{/} { sram@b000000 { compatible = "mmio-sram"; reg = <0 0xb000000 0 0x1000>;
		#address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xb000000 0x1000>;
		clocks = <&scmi_clk $gate>;
		assigned-clocks = <&scmi_clk $pll>; assigned-clock-rates = <720000000>; }; };
S
check "described" agent_describe vm1 --clocks 2 --extra /tmp/sram.dtso
was=$(hw pll rate)
differ "the rate is another one so far" 720000000 "$was"
check "a guest without a device tree" guest_start vm1 --mem 512 --bios "$HERE/QEMU_EFI.fd"
g "uname -rv" | sed 's/^/# /'
check "it has ACPI" g "test -d /sys/firmware/acpi/tables"
check "it has no device tree" g "! ls /sys/firmware/devicetree/base /proc/device-tree 2> /dev/null"
# It asks for these when the devices appear, of whom an empty machine has none.
check "the device is there" g "modprobe -q virtio_mmio; grep -q 0x0020 /sys/bus/virtio/devices/*/device"
check "the proxy is loaded" g "modprobe scmi_guest_proxy"
check "and applies the description" g_within "grep -q applied $P/state"
same "hash" "$(sha256sum < "$VM/guest_overlay" | cut -d' ' -f1)" "$(g "cat $P/sha256")"
check "the client has its device" \
	g_within "modprobe -q scmi-module; modprobe scmi_transport_virtio; test -e /sys/bus/virtio/drivers/scmi-virtio/virtio0"
check "the client finds the platform" g_within "dmesg | grep -q 'SCMI Protocol v2.1'"
check "there are nodes" g "test -d $P/devicetree/firmware/scmi/protocol@14"
check "the proxy cannot go" g "! rmmod scmi_guest_proxy 2> /dev/null"
g "modprobe -q clk-scmi; modprobe -q scmi-clk; modprobe scmi_guest_refresh"

if [ -n "$STOCK" ]; then
	check "the kernel's own driver is bound" \
		g_within "test -e /sys/bus/platform/drivers/sram/b000000.sram"
	check "its clock is on, in the hardware" is gate1 enabled 1
	check "the other has its rate, in the hardware" is pll rate 720000000
	check "unbound" g "echo b000000.sram > /sys/bus/platform/drivers/sram/unbind"
	check "its clock is off" is gate1 enabled 0
	check "bound again" g "echo b000000.sram > /sys/bus/platform/drivers/sram/bind"
	check "its clock is on" is gate1 enabled 1
else
	check "a driver gets its clocks" g "modprobe scmi_server_consumer"
	check "and is bound" g_within "test -e $CONS/c0/rate"
	g "echo 1 > $CONS/c$gate/enabled"
	check "it enables one: on in the hardware" is gate1 enabled 1
	g "echo 720000000 > $CONS/c$pll/rate"
	check "it sets a rate: in the hardware" is pll rate 720000000
fi

before=$(g "cat $P/generation")
check "described anew" agent_describe vm1 --clocks 2
check "the guest is told" g_within "[ \$(cat $P/generation) != $before ]"
check "what is gone is reported" g "dmesg | grep -q 'less, the first is /sram@b000000'"
guest_kill vm1
check "the clock is off again" within 60 is gate1 enabled 0
agent_remove vm1
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'
finish
