#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# Command lines of the README and of the manual that start guests, to the letter:
# tools/ci/docs.sh --guest has put them into files here. Runs in the host machine
# (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

BLOCKS=/tmp/blocks
VM=$AGENTS/vm1
PATH=/tmp/bin:$HERE:$PATH

# starts NAME BLOCK: its last command is a guest, whose client finds the server.
starts()
{
	: > /tmp/console
	sh -ex $BLOCKS/$2 < /dev/null > /tmp/console 2>&1 &
	block=$!
	check "$1: a guest" within 300 sh -c \
		"grep -q 'SCMI Protocol v2.1' /tmp/console || ! kill -0 $block"
	same "$1: its client finds the server" 1 "$(grep -c 'SCMI Protocol v2.1' /tmp/console)"
	kill -0 $block || tail -n 20 /tmp/console | sed 's/^/# /'
	check "$1: it has a driver" within 60 grep -qx running $VM/state
	check "$1: nothing was refused" sh -c "! grep -q DENIED $DEBUG/counters"
}

# QEMU is what the shell has started last, or what that has become.
ends()
{
	check "$1: it runs until it is ended" kill -0 $block
	for pid in $(pidof qemu-system-aarch64); do
		kill $pid
	done
	wait $block
	check "$1: gone" within 60 grep -qx attached $VM/state
}

DEBUG=/sys/kernel/debug/scmi_server
if [ ! -x $HERE/scmictl ]; then
	echo "1..0 # SKIP no scmictl for this machine"
	exit 0
fi
modprobe scmi_server_simhw || exit 1

echo "KTAP version 1"
mkdir /tmp/docs /tmp/bin /tmp/guest /tmp/guest/etc
# QEMU here is without the ROM of the network card that a machine has by default.
printf '#!/bin/sh\nexec /usr/bin/qemu-system-aarch64 "$@" -nic none\n' > /tmp/bin/qemu-system-aarch64
chmod +x /tmp/bin/qemu-system-aarch64
cd /tmp/docs || exit 1
ln -s /guest/Image Image
printf 'VM_ROLE=guest\nVM_NAME=vm1\nVM_TOKEN=%s\n' "$VM_TOKEN-vm1" > /tmp/guest/etc/vm.conf
(cd /tmp/guest && find . | cpio -o -H newc 2> /dev/null) > /tmp/guest.cpio
cat /guest/initrd /tmp/guest.cpio > initrd

# README: from nothing to a guest, and what can be done meanwhile
starts "README" readme-1
check "README: meanwhile" sh -c "sh -ex $BLOCKS/readme-2 > /tmp/out 2>&1" || sed 's/^/# /' /tmp/out
same "README: the new limit" 200000000 "$(
	grep -A12 '"clock1"' /etc/scmi-server.json | sed -n 's/.*"rate_max_hz": \([0-9]*\).*/\1/p')"
same "README: revoked" "" "$(ls $VM/devices)"
ends "README"
check "granted again" scmictl grant vm1 fe900000.camera

# The manual: the same, and a guest without scmictl
starts "scmictl vm" vm
ends "scmictl vm"
qemu-system-aarch64 -machine virt,gic-version=3,accel=kvm -cpu host -smp 2 -m 1G \
	-display none -machine dumpdtb=base.dtb > /dev/null 2>&1
check "a devicetree" scmictl dt vm1 --merge base.dtb --devices --output guest.dtb
starts "walkthrough" qemu
ends "walkthrough"

check "clear" scmictl clear
same "nothing is left" "" "$(ls $AGENTS)"
finish
