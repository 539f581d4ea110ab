#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Two machines that an ivshmem-doorbell device joins: the mailboxes, the memory,
# and over them the server here and the kernel's own SCMI client there. Runs in
# the machine with the server:
#
#   pair --a pair_smoke.sh --a-dts pair_server.dts --b-serve --b-dts pair_client.dts
#
# with the files of this directory added.

HERE=$(dirname "$0")
[ -e "$HERE/ktap.sh" ] || HERE=/add
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh
# shellcheck source=tools/testing/qemu/pair.sh
. /lib/pair.sh

DRV=/sys/bus/pci/drivers/ivshmem-mailbox
PCI=0000:00:01.0
NODE=/sys/firmware/devicetree/base/pcie@10000000/mailbox@1,0
M=$AGENTS/m7
DEV=fe910000.trio0
CON=/sys/kernel/debug/scmi_consumer/consumer

server_up()
{
	modprobe scmi_server_simhw && modprobe scmi_server_mbox && within 20 [ -e "$M" ] &&
		mkdir "$M/devices/$DEV" && echo 1 > "$M/devices/$DEV/enable" && echo 1 > "$M/live"
}

# --- the mailboxes -----------------------------------------------------------

# The message file of mailbox-test on test@1000, whatever its address is.
TEST='echo /sys/kernel/debug/*.test/message'

bound()
{
	[ -e "$DRV/$PCI" ]
}

# says TEXT: the kernel's log
says()
{
	dmesg | grep -qF -e "$1"
}

# send TEXT: from here; b_send TEXT: from there
send()
{
	echo "$1" > "$(eval "$TEST")"
}

b_send()
{
	pair_run "echo '$1' > \$($TEST)"
}

# arrival VECTOR COUNT: a command that succeeds when there were so many interrupts,
# and prints the last message. What there is to read is a dump in hexadecimal. Debug
# kernels do not like how mailbox-test lets itself be read.
arrival()
{
	echo "i=0; while [ \"\$(awk '/$PCI:$1\$/ { print \$2 }' /proc/interrupts)\" != $2 ]; do
		i=\$((i + 1)); [ \$i -lt 100 ] || exit 1; sleep 0.1; done
		[ ! -e $LEAKS ] || exit 0
		dd if=\$($TEST) bs=4096 count=1 2> /dev/null | sed -n '1s/.*  //p'"
}

# arrived TEXT VECTOR COUNT: here; b_arrived TEXT VECTOR COUNT: there
arrived()
{
	_got=$(sh -c "$(arrival "$2" "$3")") && { [ -e "$LEAKS" ] || [ "$_got" = "$1" ]; }
}

b_arrived()
{
	_got=$(pair_run "$(arrival "$2" "$3")") && { [ -e "$LEAKS" ] || [ "$_got" = "$1" ]; }
}

b_load()
{
	pair_run "modprobe ivshmem-mailbox && modprobe mailbox-test && test -e \$($TEST)"
}

# Those that were refused would be tried again and again.
no_more()
{
	for _d in /sys/bus/platform/devices/*.beyond /sys/bus/platform/devices/*.taken; do
		echo none > "$_d/driver_override"
	done
}

ranges()
{
	hexdump -v -e '1/1 "%02x"' "$NODE/ranges" 2> /dev/null
}

mailboxes()
{
	same "before the driver the device tree does not tell where the memory is" "" "$(ranges)"
	check "the driver" modprobe ivshmem-mailbox
	check "it has the device" bound
	check "and is peer 0 with 8 vectors" says "ivshmem-mailbox $PCI: peer 0, 8 vectors"
	_bar=$(awk 'NR == 3 { print substr($1, 3) }' "/sys/bus/pci/devices/$PCI/resource")
	same "the memory is where PCI has put it" "0000000003000000${_bar}00100000" "$(ranges)"
	check "a driver that uses it" modprobe mailbox-test
	check "a vector that is not there is refused" says "no channel <1 8>"
	check "and one that is in use with another peer" says "vector 6 is in use with peer 1"
	no_more
	# The client there starts with the mailboxes, and an area that nobody serves is
	# worth a warning to it.
	check "the server, with an agent on a mailbox" server_up
	check "the other machine, too" b_load
	same "the other is peer 1" 1 "$(pair_run "dmesg | grep -c ': peer 1, 8 vectors'")"

	check "a message from here" send "to the other"
	check "is there" b_arrived "to the other...." 6 1
	check "a message from there" b_send "to this one"
	check "is here" arrived "to this one....." 7 1
}

# --- the driver goes and comes, and so does the other machine ------------------

comings()
{
	check "it cannot be unloaded under the one that uses it" [ "$(
		rmmod ivshmem-mailbox 2> /dev/null; echo $?)" != 0 ]
	echo $PCI > $DRV/unbind
	same "unbound, the device tree is as it was" "" "$(ranges)"
	same "and there is no user of its channels" "" "$(ls -d /sys/kernel/debug/*.test 2> /dev/null)"
	echo $PCI > $DRV/bind
	no_more
	check "bound again, it has its user again" within 10 [ -e "$(eval "$TEST")" ]
	check "a message from there to the new one" b_send "once more"
	check "is here" arrived "once more......." 7 1

	check "a message for a machine that is killed" pair_kill
	check "is sent, and lost" send "nobody"
	check "the other machine again" pair_start
	check "and its driver" b_load
	check "a message from there" b_send "back again"
	check "is here" arrived "back again......" 7 2
	check "a message from here" send "good morning"
	check "is there" b_arrived "good morning...." 6 1
}

# --- the server here, the client there ------------------------------------------

# The client of a kernel that does not know arm,max-rx-timeout-ms gives up after
# 30 ms, and may have to be asked again.
CLIENT="modprobe ivshmem-mailbox; modprobe scmi_server_consumer; i=0
D=/sys/bus/platform/drivers/scmi-driver
while ! test -e $CON/clocks/gate/rate && ! test -e $CON/gate/rate; do
	i=\$((i + 1)); test \$i -lt 60 || exit 1; sleep 0.5
done"

client_up()
{
	pair_run -t 120 "$CLIENT"
}

# there FILE [VALUE]: of the consumer in the other machine
there()
{
	if [ $# = 2 ]; then
		pair_run "echo $2 > $CON/$1"
	else
		pair_run "cat $CON/$1"
	fi
}

scmi()
{
	same "its clocks and its reset have the numbers of the client's device tree" "0 1 0 0" \
		"$(cd "$M/devices/$DEV" && echo "$(cat clock0/id)" "$(cat clock1/id)" \
			"$(cat reset0/id)" "$(cat power0/id)")"
	_off=$(hw gate5 enabled)
	check "the kernel's own client finds all that its device needs" client_up
	same "a client that knows the server" 1 "$(pair_run "dmesg | grep -c 'SCMI Protocol v2.1 '")"
	check "a clock is enabled there" there gate/enabled 1
	same "and here" "0 1" "$_off $(hw gate5 enabled)"
	check "a rate is set there" there syn/rate 123000000
	same "and here" 123000000 "$(hw syn rate)"
	same "as the client sees it" 123000000 "$(there syn/rate)"

	check "the client's machine is killed" pair_kill
	same "nothing tells, and the clock is on" 1 "$(hw gate5 enabled)"
	check "it comes again" pair_start
	check "its client finds the server again" client_up
	same "which has dropped what the one before asked for" 0 "$(hw gate5 enabled)"
	check "a clock is enabled there" there gate/enabled 1
	same "and here" 1 "$(hw gate5 enabled)"
	echo 1 > "$M/reset"
	same "a reset by the operator drops it" 0 "$(hw gate5 enabled)"
}

echo "KTAP version 1"
leaks_forget
mailboxes
comings
scmi
pair_done
leaks_check
[ ! -e "$LEAKS" ] ||
	same "nor by the driver of the mailboxes" "" "$(grep -B12 -A4 ivshmem "$LEAKS")"
finish
