#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231
#
# No memory, at every place of every operation: see faults.c.
#
#	ONLY=a word in the names of those that are run

HERE=$(dirname "$0")
. "$HERE/ktap.sh"

A=agents/f0
D=$A/devices/fe900000.camera
R=$A/resources/one
NODE=/dev/vhost-vdpa-0

# Whatever an operation that went wrong has left is not in the way of others.
clear_all()
{
	[ ! -e /sys/bus/vdpa/devices/f0 ] || vdpa dev del f0
	[ ! -d $CFS/$A ] || echo 0 > $CFS/$A/live
	for _d in $CFS/$A/devices/*/ $CFS/$A/resources/*/; do
		[ ! -d "$_d" ] || rmdir "$_d"
	done
	[ ! -d $CFS/$A ] || rmdir $CFS/$A
}

sweep_with()
{
	case $2 in
	*"${ONLY:-}"*) ;;
	*) return ;;
	esac
	if "$HERE/faults" $1 "$3" "$4" "$5"; then
		pass "$2"
	else
		fail "$2"
		clear_all
	fi
}

# sweep NAME SETUP OPERATION TEARDOWN
sweep()
{
	sweep_with "" "$@"
}

# The same, for what a thread of the kernel does.
sweep_message()
{
	sweep_with -m "$@"
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe vhost_vdpa || exit 1

echo "KTAP version 1"
leaks_forget

# --- what there is ----------------------------------------------------------

agent="mkdir $A;write $A/agent_id 9"
no_agent="rmdir $A"
sweep "mkdir agent" "" "mkdir $A" "$no_agent"
sweep "rmdir agent" "$agent" "rmdir $A" ""
for w in "agent_id 7" "trusted 1" "hold_ms 5"; do
	sweep "agent: ${w% *}" "$agent" "write $A/$w" "$no_agent"
done
sweep "vendor" "" "write vendor acme" "write vendor linux"
sweep "sub_vendor" "" "write sub_vendor roadrunner" "write sub_vendor scmi_server"

device="$agent;mkdir $D"
no_device="rmdir $D;$no_agent"
sweep "mkdir device" "$agent" "mkdir $D" "$no_device"
sweep "mkdir device by path" "$agent" "mkdir $A/devices/!simhw!camera@fe900000" \
	"rmdir $A/devices/!simhw!camera@fe900000;$no_agent"
sweep "rmdir device" "$device" "rmdir $D" "$no_agent"
for w in "shared 1" "denied clock reset" "clock0/id 7" "clock0/access get" \
		"clock1/rate_min_hz 30000000" "clock1/rate_max_hz 300000000" \
		"clock1/rate_policy floor" "supply-vdd/min_uv 900000" \
		"supply-vdd/max_uv 1100000" "reset0/access get pulse" "power0/access none"; do
	sweep "disabled device: ${w%% *}" "$device" "write $D/$w" "$no_device"
done
sweep "enable" "$device" "write $D/enable 1" "$no_device"

on="$device;write $D/enable 1"
# Not the reverse: where the driver core finds no memory for the name of a link
# to be removed, it warns, and that is the end of a machine here.
sweep "live" "$on" "write $A/live 1" "write $A/live 0;$no_device"

live="$on;write $A/live 1"
not_live="write $A/live 0;$no_device"
sweep "not live" "$live" "write $A/live 0" "$no_device"
sweep "enable while live" "$device;mkdir $A/devices/fe910000.trio0;write $D/enable 1;write $A/live 1" \
	"write $A/devices/fe910000.trio0/enable 1" \
	"write $A/live 0;rmdir $A/devices/fe910000.trio0;$no_device"
reads=""
for f in agent_id live state channel generation protocols hold_ms trusted; do
	reads="${reads}read $A/$f;"
done
for f in of_node unsupported device_id state shared denied enable clock0/id clock0/name \
		clock0/access clock1/rate_min_hz clock1/rate_policy supply-vdd/max_uv; do
	reads="${reads}read $D/$f;"
done
sweep "reads" "$live" "${reads}read version;read vendor;read sub_vendor" "$not_live"
sweep "reads of debugfs" "$live" "read /sys/kernel/debug/scmi_server/resources;read /sys/kernel/debug/scmi_server/counters" \
	"$not_live"

# --- single resources -----------------------------------------------------------

single="$agent;mkdir $R"
no_single="rmdir $R;$no_agent"
sweep "mkdir resource" "$agent" "mkdir $R" "$no_single"
sweep "rmdir resource" "$single" "rmdir $R" "$no_agent"
sweep "resource: type" "$single" "write $R/type clock" "$no_single"
sweep "resource: provider" "$single;write $R/type clock" "write $R/provider /simhw" "$no_single"
sweep "resource: args" "$single;write $R/type clock" "write $R/args 23" "$no_single"
# Not one with a provider in the devicetree: where that finds no memory to show a
# property in sysfs, it warns.
sweep "resource: enable" "$single;write $R/type supply;write $R/provider v-narrow" \
	"write $R/enable 1" "$no_single"
set_up="$single;write $R/type clock;write $R/provider /simhw;write $R/args 23"
for w in "min 30000000" "max 300000000" "policy shared" "access get" "denied clock" \
		"shared 1" "id 3"; do
	sweep "resource: ${w% *}" "$set_up" "write $R/$w" "$no_single"
done

# --- a VMM comes and goes ----------------------------------------------------------

sweep "vdpa dev add" "$live" "vdpa-add f0" "vdpa-del f0;$not_live"
vdpa="$live;vdpa-add f0"
no_vdpa="vdpa-del f0;$not_live"
sweep "vdpa dev del" "$vdpa" "vdpa-del f0" "$not_live"
sweep "a VMM attaches" "$vdpa" "open $NODE" "close;$no_vdpa"

vmm="$vdpa;open $NODE"
no_vmm="close;$no_vdpa"

# message NAME WORDS...: each begins with a new VMM
message()
{
	_n=$1
	shift
	sweep_message "message: $_n" "$vmm" "msg $*" "$no_vmm"
}

message "version" 0x10 0
message "protocols" 0x10 6 0
message "rates" 0x14 4 1 0
message "rate" 0x14 5 0 1 148500000 0
message "clock on" 0x14 7 0 1 0
message "levels" 0x17 4 0 0
message "level" 0x17 7 0 0 1000000
message "supply on" 0x17 5 0 7
message "reset" 0x16 4 0 0 0
message "power on" 0x11 4 0 0 0
message "forget" 0x10 0xb 9 0

votes="msg 0x14 7 0 1 0;msg 0x14 5 0 1 148500000 0;msg 0x17 7 0 0 1000000;msg 0x17 5 0 7;msg 0x16 4 0 0 0;msg 0x11 4 0 0 0"
for w in "live 0:live 1" "devices/fe900000.camera/denied clock voltage reset power:devices/fe900000.camera/denied none" \
		"devices/fe900000.camera/clock1/rate_max_hz 100000000:devices/fe900000.camera/clock1/rate_max_hz 0" \
		"devices/fe900000.camera/clock1/rate_policy floor:devices/fe900000.camera/clock1/rate_policy range" \
		"devices/fe900000.camera/supply-vdd/max_uv 900000:devices/fe900000.camera/supply-vdd/max_uv 0"; do
	what=${w%:*}
	sweep "with votes: $what" "$vmm;$votes" "write $A/$what" "write $A/${w#*:};$no_vmm"
done
sweep_message "a VMM with votes goes" "$vmm;$votes" "close" "$no_vdpa"

leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
