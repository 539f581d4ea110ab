#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What the guest proxy costs a guest at boot, in the guest's own time: from when the
# proxy is loaded to when the client has found the platform, beside the client alone
# with its node in the device tree. Runs in the host machine (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

# stamp TEXT: when the guest's kernel said this first, in microseconds
stamp()
{
	guest_run -t 300 vm1 "dmesg | grep -m1 '$1'" | tr -d '[]' | awk '{ printf "%d\n", $1 * 1000000 }'
}

ready()
{
	guest_run -t 300 vm1 "until dmesg | grep -q 'SCMI Protocol v2.1'; do sleep 0.1; done"
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
agent_create vm1 fe800000.usb fe810000.uart || exit 1
agent_describe vm1 --clocks 3 || exit 1

guest_start vm1 --clocks 3 && ready || exit 1
alone=$(($(stamp 'SCMI Protocol v2.1') - $(stamp 'Using scmi')))
guest_kill vm1

guest_start vm1 --plain || exit 1
# shellcheck disable=SC2016
guest_run -t 300 vm1 'm=$(find /lib/modules -name scmi_guest_proxy.ko);
	echo "bench: begin" > /dev/kmsg; insmod $m' && ready || exit 1
proxy=$(($(stamp 'SCMI Protocol v2.1') - $(stamp 'bench: begin')))
# All before the client begins is the proxy's: at boot the client alone waits for
# others, and would look slower than it is.
extra=$((($(stamp 'Using scmi') - $(stamp 'bench: begin')) / 1000))
guest_kill vm1

echo "# figure: the client alone $((alone / 1000)) ms, with the proxy $((proxy / 1000)) ms, of which $extra ms are the proxy's, at most 50"
[ "$extra" -le 50 ]
