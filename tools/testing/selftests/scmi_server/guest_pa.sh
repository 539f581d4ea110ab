#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# A guest whose memory is private to the VMM: mapped and pinned by physical
# address (use_va=0).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

CONS=/sys/kernel/debug/scmi_consumer/scmi-consumer

is_on()
{
	[ "$(hw gate1 enabled)" = 1 ]
}

is_off()
{
	[ "$(hw gate1 enabled)" = 0 ]
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa use_va=0 || exit 1

echo "KTAP version 1"
agent_create vm1 fe810000.uart || exit 1
# No vote is to go because the time is over.
echo 3600000 > $AGENTS/vm1/hold_ms
check "PA mode: a stock guest probes" guest_start vm1 --pa --clocks 1
check "PA mode: and uses its clock" guest_run vm1 "modprobe scmi_server_consumer && sleep 1 && echo 1 > $CONS/c0/enabled"
check "PA mode: on in the hardware" is_on
guest_monitor vm1 stop > /dev/null
sleep 0.2
check "PA mode: kept in a pause" is_on
guest_monitor vm1 cont > /dev/null
check "PA mode: goes on" guest_run vm1 "cat $CONS/c0/rate"
guest_kill vm1
check "PA mode: SIGKILL: the vote is gone" within 60 is_off
agent_remove vm1
finish
