# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# Some are for those who source it.
# shellcheck disable=SC2034,SC2086,SC2231
#
# Agents m0, m1 and m2 with the devices trio0, trio1 and trio2, which have the
# same suppliers; a user of the host has them, too. Sourced, after ktap.sh.

# shellcheck source=/dev/null
. /lib/scmi.sh

HOST_USER=/sys/kernel/debug/scmi_consumer/fe940000.host-user

# Another one each time: machines without a clock all have the same time.
random_seed()
{
	od -An -N4 -tu4 /dev/urandom | tr -d ' '
}

# trio_device N: the device of agent mN
trio_device()
{
	echo "fe9$(($1 + 1))0000.trio$1"
}

# trio_up: the agents are live, and all of them share
trio_up()
{
	modprobe scmi_server_simhw && modprobe scmi_server_consumer &&
		modprobe scmi_server_vdpa && modprobe vhost_vdpa || return
	for _i in 0 1 2; do
		_m=$AGENTS/m$_i/devices/$(trio_device $_i)
		mkdir $AGENTS/m$_i && mkdir "$_m" && echo 1 > "$_m/shared" &&
			echo 1 > "$_m/enable" && echo 1 > $AGENTS/m$_i/live || return
	done
}

# hw_state: all the simulated hardware; how often a line was pulsed does not count,
# nor in what order the controllers came
hw_state()
{
	for _s in $HW/state $HW/*/state; do
		case $_s in
		*/resets/*) awk '{ print $1, $2 }' "$_s" | sort ;;
		*) cat "$_s" ;;
		esac
	done
}

# unchanged NAME BEFORE: the hardware, from hw_state
unchanged()
{
	echo "$2" > /tmp/hw-before
	hw_state > /tmp/hw-now
	same "$1" "" "$(diff /tmp/hw-before /tmp/hw-now)"
}

scmi_up()
{
	[ -e /sys/kernel/debug/scmi/0/raw/message ]
}

# raw_device NAME: the agent speaks through the kernel's own client
raw_device()
{
	_d=/sys/bus/vdpa/devices/$1
	modprobe virtio_vdpa && vdpa dev add name "$1" mgmtdev scmi_server || return
	if [ "$(readlink "$_d/driver" | sed 's,.*/,,')" != virtio_vdpa ]; then
		echo virtio_vdpa > "$_d/driver_override"
		[ ! -e "$_d/driver" ] || echo "$1" > "$_d/driver/unbind"
		echo "$1" > /sys/bus/vdpa/drivers_probe
	fi
	# The client's transport of 7.x waits for the device, 6.12's does not.
	within 60 scmi_up
}

# trio_down: as trio_up found it
trio_down()
{
	_t=/sys/bus/platform/drivers/scmi_virtio_transport
	if scmi_up && [ -e $_t/firmware:scmi ]; then
		echo firmware:scmi > $_t/unbind
	fi
	for _i in 0 1 2; do
		[ ! -e /sys/bus/vdpa/devices/m$_i ] || vdpa dev del m$_i || return
		echo 0 > $AGENTS/m$_i/live
		rmdir "$AGENTS/m$_i/devices/$(trio_device $_i)" && rmdir $AGENTS/m$_i || return
	done
}
