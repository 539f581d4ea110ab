# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# Some are for those who source it; the paths are constants without blanks.
# shellcheck disable=SC2034,SC2086
#
# Mailboxes of the simulated hardware, see simhw_mbox.dtsi: this kernel's own
# clients are the firmware of the remote processors. Sourced, after ktap.sh.
#
# The clients need memory that the kernel does not use itself, at 0x9ff00000: a
# machine with 1536 MiB is started with mem=1535M. In User Mode Linux it is a
# module's.

MAILBOX_DRIVER=/sys/bus/platform/drivers/scmi-server,mbox-loop
SERVER_DRIVER=/sys/bus/platform/drivers/scmi-server-mbox
CLIENT_DRIVER=/sys/bus/platform/drivers/scmi_mailbox_transport

mbox_load()
{
	modprobe scmi_server_simhw || return
	case $(uname -m) in
	x86_64) modprobe scmi_server_iomem || return ;;
	esac
	modprobe scmi_server_mbox_loop && modprobe scmi_server_mbox
}

# node_add NAME...: m7-client and the like become devices
node_add()
{
	for _n; do
		echo "/simhw-mbox/$_n" > $HW/add || return
	done
}

# node_remove NAME...
node_remove()
{
	for _n; do
		echo "/simhw-mbox/$_n" > $HW/remove || return
	done
}

# client_file NAME: the file of that client's raw mode, if it is up
client_file()
{
	for _i in /sys/kernel/debug/scmi/*/instance_name; do
		if [ -e "$_i" ] && [ "$(cat "$_i")" = "$1" ]; then
			echo "${_i%/*}/raw/message"
			return
		fi
	done
	return 1
}

# client_up NAME: it is added, and found its server
client_up()
{
	node_add "$1" && within 60 client_file "$1"
}

# as AGENT: whose messages the next ones are, and its directory is $DEV. From the
# first time on lockdep is off: the client's raw mode is not to its taste.
as()
{
	echo 1 > $HW/lockdep_off
	SCMI_RAW=$(client_file "$1-client")
	export SCMI_RAW
	DEV=$AGENTS/$1/devices
}

# id DEVICE RESOURCE: the SCMI id; the device by the end of its name
id()
{
	cat "$DEV"/*"$1"/"$2"/id
}

# path DEVICE: its directory; by the end of its name, too
path()
{
	echo "$DEV"/*"$1"
}

status()
{
	msg "$@" | cut -d' ' -f1
}
