#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# A guest by scmictl alone: it grants the device, makes the devicetree and starts
# QEMU. What the guest did is looked up in the host's simulated hardware. Runs in
# the host machine (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

CTL=$HERE/scmictl
VM=$AGENTS/vm1
CAM=fe900000.camera
CONS=/sys/kernel/debug/scmi_consumer

# ctl NAME ARGUMENT...: it succeeds, and says nothing on stderr
ctl()
{
	_n=$1
	shift
	"$CTL" "$@" > /tmp/out 2> /tmp/err
	same "$_n" "0 " "$? $(cat /tmp/err)"
}

# does NAME FILE VALUE HARDWARE WANTED: the guest's driver does it, and it shows
does()
{
	guest_run -t 300 vm1 "echo $3 > $CONS/$CAM/$2"
	same "$1" "0 $5" "$? $(cat $HW/$4)"
}

# The node is the host's, so no driver takes it by its compatible.
there()
{
	guest_run -t 300 vm1 "modprobe scmi_server_consumer; cd /sys/bus/platform
		echo scmi-test-consumer > devices/$CAM/driver_override; i=0
		until test -e $CONS/$CAM/rpm; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1
			echo $CAM > drivers_probe; sleep 0.1; done"
}

# drives HOW: the guest finds by name what it was given, and it is the right one
drives()
{
	check "$1: its driver finds all that it needs" there
	does "$1: a clock is on" bus/enabled 1 gate4/enabled 1
	does "$1: a rate" pixel/rate 74250000 cam/rate 74250000
	does "$1: a line is deasserted" resets/core/asserted 0 resets/r0/asserted 0
	does "$1: a supply is on" supplies/vdd/enabled 1 supplies/vdd-core/enabled 1
	does "$1: its level" supplies/vdd/uv 900000 supplies/vdd-core/uv 900000
	does "$1: a domain is on" power 1 domains/cam/on 1
	same "$1: who" "clock bus: on" "$("$CTL" who bus | sed -n '1s/,.*//p')"
	guest_monitor vm1 quit > /dev/null
	guest_wait vm1 120
	check "$1: gone: the clock is off" within 120 grep -qx 0 $HW/gate4/enabled
	check "$1: gone: the domain is off" within 120 grep -qx 0 $HW/domains/cam/on
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe vhost_vdpa || exit 1

echo "KTAP version 1"
check "the hardware is there" within 60 test -d $HW/domains/cam
ctl "an agent" agent add vm1 --hold-ms 1000
ctl "a device" grant vm1 $CAM --clock pixel:min=70M,max=300M
ctl "live" live vm1 on

# The steps one by one: the devicetree, the device, QEMU
base=$(guest_dtb $GUEST_MEM 1)
check "QEMU's devicetree" test -s "$base"
ctl "dt" dt vm1 --devices --merge "$base" --output /tmp/merged.dtb
ctl "attach" attach vm1
check "a guest with that devicetree" guest_start vm1 --dtb /tmp/merged.dtb
drives "dt"
ctl "detach" detach vm1

# All in one
check "a guest by scmictl" guest_start vm1 --by "$CTL vm vm1 --"
drives "vm"
same "it stays attached" vdpa:vm1 "$(cat $VM/channel)"

# By the command line that it prints. A machine with two UARTs, as guest_start's
ctl "vm --print" vm vm1 --print --dtb /tmp/vm.dtb -- qemu-system-aarch64 \
	-machine virt,gic-version=3,accel=kvm -cpu host -m $GUEST_MEM \
	-serial null -serial null -nodefaults -display none
sed 's/.* -display none//' /tmp/out > /tmp/added
same "vm --print: what is added" 1 "$(grep -c 'vhost-vdpa-device,vhostdev=/dev/vhost-vdpa-' /tmp/added)"
printf '#!/bin/sh\nexec "$@" %s\n' "$(cat /tmp/added)" > /tmp/by
chmod +x /tmp/by
check "a guest by what was printed" guest_start vm1 --by /tmp/by
drives "printed"
ctl "vm --libvirt" vm vm1 --libvirt --dtb /tmp/vm.dtb -- qemu-system-aarch64 \
	-machine virt,gic-version=3,accel=kvm -cpu host -m $GUEST_MEM -nodefaults
same "vm --libvirt: the device of this agent" 1 \
	"$(grep -c "value='vhost-vdpa-device,vhostdev=$(vhost_device vm1)'" /tmp/out)"

ctl "detach at the end" detach vm1
ctl "clear" clear
same "nothing is left" "" "$(ls $AGENTS)"
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
