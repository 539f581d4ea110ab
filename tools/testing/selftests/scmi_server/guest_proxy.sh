#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The guest proxy in real guests, on a plain QEMU command line: what the host says
# is granted is there, and drives the host's hardware; and whatever is wrong with
# the description, the guest is as it was. Runs in the host machine (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$AGENTS/vm1
P=/sys/firmware/scmi_guest_proxy
CONS=/sys/kernel/debug/scmi_consumer

g()
{
	guest_run -t 300 vm1 "$@"
}

# A minute for it, in the guest
g_within()
{
	g "i=0; while ! { $1; }; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1; sleep 0.1; done"
}

is_on()
{
	[ "$(hw "$1" enabled)" = 1 ]
}

is_off()
{
	[ "$(hw "$1" enabled)" = 0 ]
}

# said TEXT: by the proxy, in the guest
said()
{
	g "dmesg | grep -q \"scmi_guest_proxy: .*$1\""
}

# Where the kernel itself has the client, a driver has the device already.
proxy()
{
	g "modprobe scmi_guest_proxy" && g_within "! grep -qE 'waiting|reading' $P/state" &&
		# An empty machine has nobody who loads what is asked for.
		g "modprobe -q scmi-module; modprobe -q clk-scmi; modprobe -q scmi-clk; modprobe scmi_transport_virtio;
			modprobe scmi_guest_refresh; true"
}

# proxy_clk FILE [VALUE]: the first clock of the guest's consumer
clk()
{
	if [ $# = 2 ]; then
		g "echo $2 > $CONS/scmi-consumer/c2/$1"
	else
		g "cat $CONS/scmi-consumer/c2/$1"
	fi
}

describe()
{
	agent_describe vm1 "$@"
}

generation()
{
	g "cat $P/generation"
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
echo "KTAP version 1"

mkdir "$VM"
echo 3600000 > "$VM/hold_ms"
for d in fe800000.usb fe810000.uart; do
	mkdir "$VM/devices/$d"
done
for c in "$VM"/devices/*/clock*; do
	echo "get state rate parent notify" > "$c/access"
done
for d in "$VM"/devices/*; do
	echo 1 > "$d/enable"
done
echo 1 > "$VM/live"
same "the third clock is the UART's" 2 "$(cat "$VM/devices/fe810000.uart/clock0/id")"

# --- a host that has nothing to say --------------------------------------------

check "a plain guest" guest_start vm1 --plain
driver=$(g "readlink /sys/bus/virtio/devices/virtio0/driver")
nodes=$(g "find /proc/device-tree/ -type d | wc -l")
check "no description: the proxy is loaded" proxy
same "no description: state" absent "$(g "cat $P/state")"
check "no description: one line" said "no guest description: the platform has no guest descriptions"
if [ -n "$driver" ]; then
	same "no description: the client has its device back" "$driver" \
		"$(g "readlink /sys/bus/virtio/devices/virtio0/driver")"
fi
same "no description: no node more" "$nodes" "$(g "find /proc/device-tree/ -type d | wc -l")"
check "no description: the proxy goes" g "rmmod scmi_guest_refresh; rmmod scmi_guest_proxy"

# --- bad ones -------------------------------------------------------------------

# bad NAME WHY SOURCE: a description with something bad in it
bad()
{
	echo "$3" > /tmp/bad.dtso
	check "$1: the host takes it" describe --clocks 3 --extra /tmp/bad.dtso
	check "$1: the proxy is loaded" proxy
	same "$1: refused" refused "$(g "cat $P/state")"
	check "$1: one line says why" said "refused: .*$2"
	same "$1: no node more" "$nodes" "$(g "find /proc/device-tree/ -type d | wc -l")"
	check "$1: the proxy goes" g "rmmod scmi_guest_refresh; rmmod scmi_guest_proxy"
}

bad "a node of the guest" "the guest has this node" \
	'&{/} { chosen { bootargs = "init=/bin/sh"; }; };'
bad "a property of the guest's device" "not for granted devices" \
	'&{/pl011@9000000} { status = "disabled"; };'
bad "a circle" "in a circle" \
	'&{/} { a: a { vin-supply = <&b>; }; b: b { vin-supply = <&a>; }; };'

# --- a good one ---------------------------------------------------------------

check "described" describe --clocks 3

echo none > "$VM/access"
check "denied: the proxy is loaded" proxy
same "denied: state" absent "$(g "cat $P/state")"
check "denied: one line" said "no guest description: the platform denies it"
same "denied: no node more" "$nodes" "$(g "find /proc/device-tree/ -type d | wc -l")"
check "denied: the proxy goes" g "rmmod scmi_guest_refresh; rmmod scmi_guest_proxy"
echo describe > "$VM/access"

check "the proxy is loaded" proxy
same "state" applied "$(g "cat $P/state")"
same "size" "$(wc -c < "$VM/guest_overlay")" "$(g "cat $P/size")"
same "hash" "$(sha256sum < "$VM/guest_overlay" | cut -d' ' -f1)" "$(g "cat $P/sha256")"
check "the client finds the platform" g_within "dmesg | grep -q 'SCMI Protocol v2.1'"
check "a driver of the guest gets its clocks" g "modprobe scmi_server_consumer"
check "and is bound" g_within "test -e $CONS/scmi-consumer/c2/rate"
clk enabled 1
check "it enables one: on in the hardware" is_on gate1
clk enabled 0
check "it disables it: off in the hardware" is_off gate1
check "the proxy cannot go" g "! rmmod scmi_guest_proxy 2> /dev/null"
check "nor does it matter" g "test -e $P/state"

# --- late grants --------------------------------------------------------------

before=$(generation)
check "nothing new: refresh" g "echo 1 > $P/refresh"
same "nothing new: the same" "$before" "$(generation)"
# A second device; its clocks are there already.
cat > /tmp/more.dtso <<-'S'
	&{/} { late { compatible = "linux,scmi-test-consumer";
		clocks = <&scmi_clk 0>; clock-names = "c0"; }; };
S
check "more: described" describe --clocks 3 --extra /tmp/more.dtso
check "more: the event is enough" g_within "[ \$(cat $P/generation) != $before ]"
check "more: the device is there" g_within "test -e $CONS/late/c0/rate"
g "echo 1 > $CONS/late/c0/enabled"
check "more: on in the hardware" is_on gate0
g "echo 0 > $CONS/late/c0/enabled"
check "more: one line" said "nodes and properties more"
check "less: described" describe --clocks 3
check "less: refresh" g "echo 1 > $P/refresh"
check "less: one line" said "less, the first is /late"
check "less: the node stays" g "test -d /proc/device-tree/late -o -d $P/devicetree/late"
check "bad: described" describe --clocks 3 --extra /tmp/bad.dtso
check "bad: refresh is refused" g "! echo 1 > $P/refresh"
check "bad: the clock is still there" clk rate
guest_kill vm1

# --- a guest that has a node ------------------------------------------------------

check "described" describe --clocks 3
check "a guest with an SCMI node" guest_start vm1 --clocks 3
check "the proxy is loaded" proxy
same "state: it was there" present "$(g "cat $P/state")"
check "one line" said "the device tree has an SCMI node: nothing to do"
check "the client finds the platform" g_within "dmesg | grep -q 'SCMI Protocol v2.1'"
check "a driver gets its clocks" g "modprobe scmi_server_consumer"
check "and is bound" g_within "test -e $CONS/scmi-consumer/c2/rate"
check "the proxy goes" g "rmmod scmi_guest_refresh; rmmod scmi_guest_proxy"
guest_kill vm1

agent_remove vm1

# --- a platform that answers everything alike ---------------------------------------

modprobe scmi_server_echo && vdpa dev add name echo mgmtdev scmi_echo
check "a guest of another platform" guest_start echo --plain
check "another platform: the proxy is loaded" guest_run -t 300 echo "modprobe scmi_guest_proxy;
	while grep -qE 'waiting|reading' $P/state; do sleep 0.1; done"
same "another platform: state" absent "$(guest_run echo "cat $P/state")"
check "another platform: no node" guest_run echo "! test -e /proc/device-tree/firmware"
check "another platform: the proxy goes" guest_run echo "rmmod scmi_guest_proxy"
guest_kill echo
vdpa dev del echo
check "its module unloads" rmmod scmi_server_echo
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'
finish
