#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# The roles swapped: the client is here, and the server is in the machine there,
# which is killed and comes back. With the device trees of pair_all.sh exchanged:
# PEER is 1 here and 0 there.

HERE=$(dirname "$0")
[ -e "$HERE/ktap.sh" ] || HERE=/add
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/pair.sh
. /lib/pair.sh
# shellcheck source=tools/testing/selftests/scmi_server/pair.lib.sh
. "$HERE/pair.lib.sh"

# server COMMAND: in the machine with the server, with all that is known there
server()
{
	pair_run -t 120 "HERE=/add; . /add/ktap.sh; . /lib/scmi.sh; . /add/pair.lib.sh; $1"
}

# does NAME FILE VALUE HARDWARE WANTED: the camera's driver here, the hardware there
does()
{
	_status=0
	echo $3 > $THERE/camera/$2 || _status=1
	same "$1" "0 $5" "$_status $(pair_run "cat $HW/$4")"
}

echo "KTAP version 1"
check "the server, in the other machine" server server_up || finish
same "it has the ids of the device tree here" "$IDS" "$(server server_ids)"
before=$(server hardware)
check "the client and its consumers probe" sh -c "$CLIENT_UP" || finish
same "probing changes nothing" "$before" "$(server hardware)"
does "clock: on" bus/enabled 1 gate4/enabled 1
does "clock: off" bus/enabled 0 gate4/enabled 0
does "reset: deassert" resets/core/asserted 0 resets/r0/asserted 0
does "reset: assert" resets/core/asserted 1 resets/r0/asserted 1
does "supply: a level" supplies/vdd/uv 900000 supplies/vdd-core/uv 900000
does "supply: back" supplies/vdd/uv 800000 supplies/vdd-core/uv 800000
does "domain: on" power 1 domains/cam/on 1
does "domain: off" power 0 domains/cam/on 0
echo 50 > $THERE/camera/cycle
same "50 cycles of runtime PM: no error" "50 0" "$(cat $THERE/camera/cycle)"
echo 0 > $THERE/camera/rpm
same "after them: the hardware is as before" "$before" "$(server hardware)"

does "in use" rpm 1 domains/cam/on 1
check "the server's machine is killed" pair_kill
# One command: the area is not free for another, about which clients warn.
check "a command is not answered" sh -c "! echo 1 > $THERE/trio0/gate/enabled 2> /dev/null"
check "it comes again" pair_start
check "and serves" server server_up
same "nothing is held there" "$before" "$(server hardware)"
# What it takes for on is off, so it begins anew.
echo 0 > $THERE/camera/rpm 2> /dev/null
does "the client goes on with the new one" rpm 1 domains/cam/on 1
echo 0 > $THERE/camera/rpm
echo 20 > $THERE/camera/cycle
same "20 cycles: no error" "20 0" "$(cat $THERE/camera/cycle)"
pair_done
finish
