#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The machine with the server, beside one that client.elf runs in. See run.

HERE=/add
# shellcheck source=/dev/null
. /lib/pair.sh
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/selftests/scmi_server/trio.sh
. "$HERE/trio.sh"

M=$AGENTS/m7

server_up()
{
	modprobe scmi_server_simhw && modprobe ivshmem-mailbox && modprobe scmi_server_mbox &&
		within 20 [ -e "$M" ] && mkdir "$M/devices/$(trio_device 0)" &&
		echo 1 > "$M/devices/$(trio_device 0)/enable" && echo 1 > "$M/live"
}

# Clients that do not come to their end: some are followed by a reset, of the others
# the next one is to clean up, and the area.
kills()
{
	_bad=0
	for _k in $(seq "$1"); do
		pair_start || return
		sleep "0.$(($(random_seed) % 36 + 10))"
		pair_kill || return
		[ $((_k % 2)) = 0 ] || continue
		echo 1 > "$M/reset"
		[ "$(hw_state)" = "$before" ] || _bad=$((_bad + 1))
	done
	[ "$_bad" = 0 ]
}

kills=$(sed -n 's/.*\<kills=\([0-9]*\).*/\1/p' /proc/cmdline)

echo "KTAP version 1"
leaks_forget
check "an agent with a mailbox, and a device" server_up
[ "$KTAP_FAILED" = 0 ] || finish
before=$(hw_state)

[ -z "$kills" ] || check "$kills clients are killed, and the hardware follows" kills "$kills"

# Each of them ends with votes for everything.
for how in first second; do
	check "the $how client starts" pair_start
	check "the $how client ends well" pair_end
	differ "the $how client leaves its votes" "$before" "$(hw_state)"
	same "the $how client's rate" 200000000 "$(cat $HW/syn/rate)"
done
echo 1 > "$M/reset"
unchanged "after a reset of the agent the hardware is as it was" "$before"

leaks_check
finish
