#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231,SC2012,SC2181,SC2320
#
# The whole stack in one kernel: configfs, the engine, the clk backend, the
# vDPA device, and the stock client's raw mode on virtio-vdpa. What the client
# is told and what it asks for is compared with the simulated hardware.
#
# Never through clk-scmi here: it would wait for the server with the clock
# framework's lock held, and the server needs that lock.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"

VM=$AGENTS/vm1
DEV=$VM/devices
USB=$DEV/fe800000.usb
GPU=$DEV/fe820000.gpu
VIDEO=$DEV/fe830000.video
AUDIO=$DEV/fe840000.audio

# id DEVICE N: the SCMI id of a clock
id()
{
	cat "$DEV/$1/clock$2/id"
}

status()
{
	msg "$@" | cut -d' ' -f1
}

# state_set ID 0|1
state_set()
{
	status 0x14 7 "$1" "$2" 0
}

# rate_set ID HZ [FLAGS]
rate_set()
{
	# shellcheck disable=SC2046
	status 0x14 5 "${3:-0}" "$1" $(hz "$2")
}

rate_get()
{
	# shellcheck disable=SC2046
	set -- $(msg 0x14 6 "$1")
	if [ "$1" = 0 ]; then rate_of "$2" "$3"; else echo "error $1"; fi
}

config_get()
{
	msg 0x14 0xb "$1" 0
}

rates()
{
	"$TOOL" rates "$1"
}

name()
{
	"$TOOL" name "$1"
}

scmi_up()
{
	[ -e /sys/kernel/debug/scmi/0/raw/message ]
}

attach()
{
	vdpa dev add name vm1 mgmtdev scmi_server || return
	# The client's transport of 7.x waits for the device, 6.12's does not.
	within 60 scmi_up
}

detach()
{
	_t=/sys/bus/platform/drivers/scmi_virtio_transport
	[ ! -e $_t/firmware:scmi ] || echo firmware:scmi > $_t/unbind
	vdpa dev del vm1
}

reattach()
{
	vdpa dev add name vm1 mgmtdev scmi_server
	[ ! -e $_t/bind ] || echo firmware:scmi > $_t/bind 2> /dev/null
	within 60 scmi_up
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe virtio_vdpa || exit 1
before=$(cat $HW/state)

leaks_forget
echo "KTAP version 1"
# --- configfs: what an operator may get wrong ------------------------------

same "mkdir agent: bad character" EINVAL "$(try mkdir "$AGENTS/vm 1")"
same "mkdir agent: 16 bytes" ENAMETOOLONG "$(try mkdir "$AGENTS/abcdefghijklmnop")"
same "mkdir agent" OK "$(try mkdir $VM)"
same "mkdir agent: again" EEXIST "$(try mkdir $VM)"
same "agent_id: lowest free" 1 "$(cat $VM/agent_id)"
same "agent_id: 0" EINVAL "$(try write $VM/agent_id 0)"
same "agent_id: 256" EINVAL "$(try write $VM/agent_id 256)"
same "agent_id: words" EINVAL "$(try write $VM/agent_id one)"
same "state: idle" idle "$(cat $VM/state)"
same "live: nothing granted" ENODATA "$(try write $VM/live 1)"
same "live: bad word" EINVAL "$(try write $VM/live maybe)"
same "live: 0 again is no error" OK "$(try write $VM/live 0)"
same "hold_ms: default" 60000 "$(cat $VM/hold_ms)"
same "hold_ms: bad" EINVAL "$(try write $VM/hold_ms soon)"
same "mkdir device: none such" ENODEV "$(try mkdir $DEV/fe999999.none)"
same "mkdir device: no such node" ENODEV "$(try mkdir "$DEV/!simhw!none")"
same "mkdir device: not canonical" EINVAL "$(try mkdir "$DEV/!simhw!usb@fe800000:x")"
same "mkdir device" OK "$(try mkdir $USB)"
same "mkdir device: again by its path" EEXIST "$(try mkdir "$DEV/!simhw!usb@fe800000")"
same "of_node" /simhw/usb@fe800000 "$(cat $USB/of_node)"
same "state: disabled" disabled "$(cat $USB/state)"
same "unsupported: nothing" "" "$(cat $USB/unsupported)"
same "clocks of the device" "clock0 clock1" "$(cd $USB && echo clock*)"
same "name: from clock-names" "ref bus" "$(cat $USB/clock0/name $USB/clock1/name | xargs)"
same "access: default" "get state rate notify" "$(cat $USB/clock0/access)"
same "access: unknown word" EINVAL "$(try write $USB/clock0/access "get fly")"
check "access: the log says what was wrong" \
	sh -c 'dmesg | grep -qF "agents/vm1/devices/fe800000.usb/clock0/access: no such right: \"fly\""'
same "access: none with others" EINVAL "$(try write $USB/clock0/access "none get")"
same "access: nothing" EINVAL "$(try write $USB/clock0/access " ")"
same "access: unchanged by refused writes" "get state rate notify" "$(cat $USB/clock0/access)"
same "limits: not a number" EINVAL "$(try write $USB/clock0/rate_min_hz fast)"
same "limits: any base" OK "$(try write $USB/clock0/rate_max_hz 0x100)"
same "limits: shown decimal" 256 "$(cat $USB/clock0/rate_max_hz)"
same "limits: crossed" EINVAL "$(try write $USB/clock0/rate_min_hz 257)"
same "limits: none" OK "$(try write $USB/clock0/rate_max_hz 0)"
same "id: too large" EINVAL "$(try write $USB/clock0/id 65536)"
same "id: ours to choose" OK "$(try write $USB/clock0/id 5)"
same "id: taken" EEXIST "$(try write $USB/clock1/id 5)"
same "id: back" OK "$(try write $USB/clock0/id 0)"
same "enable: bad word" EINVAL "$(try write $USB/enable 2)"
same "enable" OK "$(try write $USB/enable 1)"
same "enable: again is no error" OK "$(try write $USB/enable 1)"
same "state: granted" granted "$(cat $USB/state)"
same "access: also while enabled" OK "$(try write $USB/clock0/access get)"
same "access: shown at once" get "$(cat $USB/clock0/access)"
same "limits: also while enabled" OK "$(try write $USB/clock0/rate_max_hz 48000000)"
same "limits: back" OK "$(try write $USB/clock0/rate_max_hz 0)"
same "rate_policy: default" range "$(cat $USB/clock0/rate_policy)"
same "rate_policy: no such" EINVAL "$(try write $USB/clock0/rate_policy mine)"
for p in shared floor exclusive range; do
	same "rate_policy: $p" "OK $p" "$(try write $USB/clock0/rate_policy $p) $(cat $USB/clock0/rate_policy)"
done
same "denied: nothing" none "$(cat $USB/denied)"
same "denied: no such protocol" EINVAL "$(try write $USB/denied "clock fish")"
same "denied: Base cannot be" EINVAL "$(try write $USB/denied base)"
same "denied: none with others" EINVAL "$(try write $USB/denied "none clock")"
same "trusted: default" 0 "$(cat $VM/trusted)"
same "trusted: bad word" EINVAL "$(try write $VM/trusted perhaps)"
same "id: frozen while enabled" EBUSY "$(try write $USB/clock0/id 7)"
same "shared: frozen while enabled" EBUSY "$(try write $USB/shared 1)"
same "access: back" OK "$(try write $USB/clock0/access "get state rate notify")"
same "rmdir: a device's clock" EPERM "$(try rmdir $USB/clock0)"
same "rmdir: agent with devices" ENOTEMPTY "$(try rmdir $VM)"
same "mkdir device: provider missing" OK "$(try mkdir $DEV/fe880000.deferred)"
same "state: deferred" deferred "$(cat $DEV/fe880000.deferred/state)"
same "enable: provider missing" EAGAIN "$(try write $DEV/fe880000.deferred/enable 1)"
same "rmdir: deferred device" OK "$(try rmdir $DEV/fe880000.deferred)"
same "mkdir device: bad clock specifier" OK "$(try mkdir $DEV/fe8e0000.badid)"
same "enable: bad clock specifier" EINVAL "$(try write $DEV/fe8e0000.badid/enable 1)"
same "rmdir: bad clock specifier" OK "$(try rmdir $DEV/fe8e0000.badid)"
same "mkdir device: nothing where the clock should be" OK "$(try mkdir $DEV/fe8f0000.hole)"
same "enable: nothing where the clock should be" ENOENT "$(try write $DEV/fe8f0000.hole/enable 1)"
same "rmdir: nothing where the clock should be" OK "$(try rmdir $DEV/fe8f0000.hole)"
same "mkdir device: no clocks" OK "$(try mkdir $DEV/fe870000.noclk)"
same "enable: no clocks" OK "$(try write $DEV/fe870000.noclk/enable 1)"
same "rmdir: no clocks" OK "$(try rmdir $DEV/fe870000.noclk)"
modprobe scmi_server_consumer
host=$(cd /sys/bus/platform/devices && echo *.host-user | cut -d' ' -f1)
within 60 test -e "/sys/bus/platform/devices/$host/driver"
same "mkdir: device that the host drives" OK "$(try mkdir "$DEV/$host")"
same "enable: device that the host drives" EBUSY "$(try write "$DEV/$host/enable" 1)"
same "shared" OK "$(try write "$DEV/$host/shared" 1)"
same "enable: shared with the host" OK "$(try write "$DEV/$host/enable" 1)"
same "rmdir: while enabled" OK "$(try rmdir "$DEV/$host")"
rmmod scmi_server_consumer

# The other way round: the host's drivers come later, and get what they need.
mkdir "$DEV/$host" $DEV/fe9d0000.guestline
same "enable: device that the host does not drive yet" "OK OK" \
	"$(try write "$DEV/$host/enable" 1) $(try write $DEV/fe9d0000.guestline/enable 1)"
modprobe scmi_server_consumer
check "a driver of the host comes: it gets the device" \
	within 60 test -e "/sys/bus/platform/devices/$host/driver"
check "... and the reset line of another" \
	within 60 test -e /sys/bus/platform/devices/fe9c0000.hostline/driver
same "... and the grants are revoked" "revoked revoked" \
	"$(cat "$DEV/$host/state" $DEV/fe9d0000.guestline/state | xargs)"
check "... which the log says" sh -c 'dmesg | grep -q "guestline: revoked, for driver .* of the host takes fe9c0000.hostline"'
same "... and they are not granted again" "EBUSY EBUSY" \
	"$(try write "$DEV/$host/enable" 1) $(try write $DEV/fe9d0000.guestline/enable 1)"
rmmod scmi_server_consumer
same "... before the driver is gone" "OK OK" \
	"$(try write "$DEV/$host/enable" 1) $(try write $DEV/fe9d0000.guestline/enable 1)"
rmdir "$DEV/$host" $DEV/fe9d0000.guestline

mkdir $GPU $VIDEO $AUDIO
same "names are unique" "" "$(cat $DEV/*/clock*/name | sort | uniq -d)"
same "ids are dense" "" "$(cat $DEV/*/clock*/id | sort -n | awk '$1 != NR - 1')"
echo "get state rate parent" > $VIDEO/clock0/access
for d in $GPU $VIDEO $AUDIO; do
	echo 1 > "$d/enable"
done

# Another agent that sets the same clock
mkdir $AGENTS/vm2 $AGENTS/vm2/devices/fe820000.gpu
same "agent_id: next" 2 "$(cat $AGENTS/vm2/agent_id)"
same "agent_id: taken" EEXIST "$(try write $AGENTS/vm2/agent_id 1)"
same "enable: another agent sets the clock" EBUSY "$(try write $AGENTS/vm2/devices/fe820000.gpu/enable 1)"
for c in $AGENTS/vm2/devices/fe820000.gpu/clock*; do
	echo "get state" > "$c/access"
done
same "enable: gating is shared" OK "$(try write $AGENTS/vm2/devices/fe820000.gpu/enable 1)"
echo 0 > $AGENTS/vm2/devices/fe820000.gpu/enable

same "vdpa dev add: agent not live" 1 "$(vdpa dev add name vm1 mgmtdev scmi_server > /dev/null 2>&1; [ $? = 0 ] || echo 1)"
generation=$(cat $VM/generation)
same "live" OK "$(try write $VM/live 1)"
same "state: live" live "$(cat $VM/state)"
differ "generation grows" "$generation" "$(cat $VM/generation)"
same "protocols" "base clock" "$(cat $VM/protocols)"
same "agent_id: frozen while live" EBUSY "$(try write $VM/agent_id 9)"
same "trusted: frozen while live" EBUSY "$(try write $VM/trusted 1)"
same "vendor: frozen while live" EBUSY "$(try write $CFS/vendor acme)"
same "vdpa dev add: no such agent" 1 "$(vdpa dev add name nobody mgmtdev scmi_server > /dev/null 2>&1; [ $? = 0 ] || echo 1)"

# --- the client ------------------------------------------------------------

check "the stock client probes" attach
same "state: running" running "$(cat $VM/state)"
same "channel" vdpa:vm1 "$(cat $VM/channel)"
same "rmdir: attached agent" EBUSY "$(try rmdir $VM)"
same "vdpa dev add: has a channel" 1 "$(vdpa dev add name vm1 mgmtdev scmi_server > /dev/null 2>&1; [ $? = 0 ] || echo 1)"
check "rmmod is refused while a driver is up" sh -c '! rmmod scmi_server_vdpa 2> /dev/null'

TRACE=/sys/kernel/tracing
[ ! -e $TRACE/events/scmi_server ] || echo 1 > $TRACE/events/scmi_server/enable
same "base: version" "0 00020001" "$(msg 0x10 0)"
if [ -e $TRACE/events/scmi_server ]; then
	echo 0 > $TRACE/events/scmi_server/enable
	check "the trace has it" grep -q "scmid_msg: agent=vm1 proto=0x10 cmd=0x0 token=[0-9]* len=4 status=0" $TRACE/trace
fi
same "base: attributes" "0 00000101" "$(msg 0x10 1)"
same "base: protocols" "0 00000001 00000014" "$(msg 0x10 6 0)"
same "base: agent 0 is the platform" "0 00000000 74616c70 6d726f66 00000000 00000000" "$(msg 0x10 7 0)"
same "base: who am I" "0 00000001 00316d76 00000000 00000000 00000000" "$(msg 0x10 7 0xffffffff)"
same "base: other agents are not seen" -4 "$(msg 0x10 7 2)"
same "clock: version" "0 00030000" "$(msg 0x14 0)"
n=$(ls -d $DEV/*/clock* | wc -l)
same "clock: number of clocks" "0 $(printf %08x "$n")" "$(msg 0x14 1)"
same "power protocol is not there" -1 "$(msg 0x11 0)"
same "unknown message" -4 "$(msg 0x14 0x55)"
same "notifications of rates are announced" "0 00000000" "$(msg 0x14 2 9)"
same "notifications of requests are not announced" -4 "$(msg 0x14 2 0xa)"
same "payload too short" -10 "$(msg -l 2 0x14 6 0)"
same "payload too long" -10 "$(msg -l 8 0x14 6 0)"
same "payload of 100 bytes" -10 "$(msg -l 100 0x14 6 0)"
same "id out of range" -4 "$(msg 0x14 6 0xffffffff)"
same "id does not wrap" -4 "$(msg 0x14 6 65536)"

for d in fe800000.usb fe820000.gpu fe830000.video fe840000.audio; do
	for c in "$DEV/$d"/clock*; do
		i=$(cat "$c/id")
		same "$d ${c##*/}: name" "$(cat "$c/name")" "$(name "$i")"
	done
done

# --- rates -----------------------------------------------------------------

pll=$(id fe820000.gpu 0)
core=$(id fe820000.gpu 1)
mem=$(id fe820000.gpu 2)
same "pll: range" "range 600000000 1200000000 24000000" "$(rates "$pll")"
same "pll: every rate" "" "$("$TOOL" sweep "$pll" $HW/pll/rate $(seq 600000000 24000000 1200000000))"
same "pll: in between" "0 888000000 888000000" "$(rate_set "$pll" 900000000) $(hw pll rate) $(rate_get "$pll")"
same "pll: round down" "0 1176000000" "$(rate_set "$pll" 1199999999) $(hw pll rate)"
same "pll: round up" "0 1200000000" "$(rate_set "$pll" 1176000001 4) $(hw pll rate)"
same "pll: round to nearest" "0 624000000" "$(rate_set "$pll" 632000000 8) $(hw pll rate)"
same "pll: below the lowest" -2 "$(rate_set "$pll" 599999999)"
same "pll: above the highest" -2 "$(rate_set "$pll" 1200000001)"
same "pll: reserved flags" -2 "$(rate_set "$pll" 600000000 0x10)"
same "pll: asynchronous" -1 "$(rate_set "$pll" 600000000 1)"
same "pll: zero" -2 "$(rate_set "$pll" 0)"
same "pll: unchanged by refused requests" 624000000 "$(hw pll rate)"
rate_set "$pll" 1200000000 > /dev/null

list=$(rates "$mem")
differ "mem: a list" "range" "${list%% *}"
# shellcheck disable=SC2086
same "mem: every rate" "" "$("$TOOL" sweep "$mem" $HW/table/rate $list)"

same "core: divides the pll" "1200000000" "$(rates "$core" | tr ' ' '\n' | tail -n 1)"
rate_set "$pll" 600000000 > /dev/null
same "core: its rates follow the pll" "600000000" "$(rates "$core" | tr ' ' '\n' | tail -n 1)"

for c in $AUDIO/clock*; do
	i=$(cat "$c/id")
	what=$(cat "$c/name")
	list=$(rates "$i")
	case $list in
	error*)
		fail "$what: describe: $list"
		continue ;;
	range*)
		# shellcheck disable=SC2086
		set -- $list
		list="$2 $(($2 + $4)) $(($3 - $4)) $3" ;;
	esac
	# shellcheck disable=SC2086
	same "$what: every rate it describes can be set ($(echo "$list" | wc -w))" "" \
		"$("$TOOL" sweep "$i" $HW/"$what"/rate $list)"
done

# A clock that chooses its parent by the rate, and refuses what is below all.
mkdir $DEV/fe8c0000.special
echo 1 > $DEV/fe8c0000.special/enable
auto=$(id fe8c0000.special 1)
same "automux" automux "$(name "$auto")"
list=$(rates "$auto")
same "automux: from the slowest parent" 32768 "${list%% *}"
# shellcheck disable=SC2086
same "automux: every rate" "" "$("$TOOL" sweep "$auto" $HW/automux/rate $list)"
rmdir $DEV/fe8c0000.special

# --- votes -----------------------------------------------------------------

ref=$(id fe800000.usb 0)
same "ref: off at first" "0 00000000 00000000 00000000" "$(config_get "$ref")"
same "ref: on" 0 "$(state_set "$ref" 1)"
same "ref: hardware on" 1 "$(hw gate0 enabled)"
same "ref: on again is one vote" "0 1" "$(state_set "$ref" 1) $(hw gate0 enables)"
same "ref: reads on" "0 00000000 00000001 00000000" "$(config_get "$ref")"
same "ref: off" 0 "$(state_set "$ref" 0)"
same "ref: hardware off" 0 "$(hw gate0 enabled)"
same "ref: off again" "0 0" "$(state_set "$ref" 0) $(hw gate0 enabled)"
same "ref: reserved state" -2 "$(state_set "$ref" 2)"
same "ref: unchanged state" -2 "$(state_set "$ref" 3)"
same "ref: eight bytes are enough" 0 "$(status 0x14 7 "$ref" 1)"
state_set "$ref" 0 > /dev/null
echo 5 > $HW/gate0/fail_enable
same "ref: the hardware refuses" -8 "$(state_set "$ref" 1)"
echo 0 > $HW/gate0/fail_enable
same "ref: no vote came of it" "0 00000000 00000000 00000000" "$(config_get "$ref")"

# --- parents ---------------------------------------------------------------

mux=$(id fe830000.video 0)
parents=$(for k in 1 2 3; do id fe830000.video $k; done | sort -n | xargs printf ' %08x')
same "mux: possible parents" "0 00000003$parents" "$(msg 0x14 0xc "$mux" 0)"
for k in 1 2 3; do
	p=$(id fe830000.video $k)
	same "mux: parent $k" "0 0 $(printf %08x "$p")" "$(status 0x14 0xd "$mux" "$p") $(msg 0x14 0xe "$mux")"
	case $k in 1) want=osc ;; 2) want=ext32k ;; 3) want=pll_div ;; esac
	same "mux: hardware selects $want" $want "$(hw mux parent)"
done
same "mux: no parent of it" -2 "$(status 0x14 0xd "$mux" "$ref")"
same "mux: no such clock" -4 "$(status 0x14 0xd "$mux" 999)"
same "gate: no choice of parents" -1 "$(status 0x14 0xc "$ref" 0)"
same "mux: past the last parent" -5 "$(status 0x14 0xc "$mux" 3)"

# --- permissions: each right off in turn -----------------------------------

# denied ID: the commands that are refused
denied()
{
	_d=
	[ "$(status 0x14 3 "$1")" != -3 ] || _d="$_d attributes"
	[ "$(status 0x14 4 "$1" 0)" != -3 ] || _d="$_d describe"
	[ "$(rate_set "$1" 600000000)" != -3 ] || _d="$_d rate_set"
	[ "$(status 0x14 6 "$1")" != -3 ] || _d="$_d rate_get"
	[ "$(state_set "$1" 0)" != -3 ] || _d="$_d config_set"
	[ "$(status 0x14 0xb "$1" 0)" != -3 ] || _d="$_d config_get"
	[ "$(status 0x14 0xd "$1" 0)" != -3 ] || _d="$_d parent_set"
	echo "${_d# }"
}

regrant()
{
	echo 0 > $GPU/enable
	echo "$1" > $GPU/clock0/access
	echo 1 > $GPU/enable
}

regrant "get state rate parent notify"
same "all rights" "" "$(denied "$pll")"
same "all rights: permissions" "0 e0000000" "$(msg 0x14 0xf "$pll")"
regrant "state rate parent"
same "without get" "attributes describe rate_get config_get" "$(denied "$pll")"
regrant "get rate parent"
same "without state" "config_set" "$(denied "$pll")"
same "without state: permissions" "0 60000000" "$(msg 0x14 0xf "$pll")"
regrant "get state parent"
same "without rate" "rate_set" "$(denied "$pll")"
same "without rate: permissions" "0 c0000000" "$(msg 0x14 0xf "$pll")"
regrant "get state rate"
same "without parent" "parent_set" "$(denied "$pll")"
same "without parent: permissions" "0 a0000000" "$(msg 0x14 0xf "$pll")"
regrant "none"
same "without any" "attributes describe rate_set rate_get config_set config_get parent_set" "$(denied "$pll")"
regrant "get state rate notify"
same "ids survive a new grant" "$pll" "$(id fe820000.gpu 0)"

echo 0 > $GPU/enable
echo 700000000 > $GPU/clock0/rate_min_hz
echo 1000000000 > $GPU/clock0/rate_max_hz
echo 1 > $GPU/enable
same "window: what is described" "range 720000000 984000000 24000000" "$(rates "$pll")"
same "window: below" -2 "$(rate_set "$pll" 696000000)"
same "window: above" -2 "$(rate_set "$pll" 1008000000)"
same "window: rounding stays inside" -2 "$(rate_set "$pll" 700000001)"
same "window: inside" "0 960000000" "$(rate_set "$pll" 960000000) $(hw pll rate)"

# --- revocation ------------------------------------------------------------

state_set "$ref" 1 > /dev/null
same "revoke: before" 1 "$(hw gate0 enabled)"
echo 0 > $USB/enable
same "revoke: the vote is gone" 0 "$(hw gate0 enabled)"
same "revoke: the id is unknown" -4 "$(state_set "$ref" 1)"
same "revoke: no effect" 0 "$(hw gate0 enabled)"
mkdir $DEV/fe810000.uart
echo 1 > $DEV/fe810000.uart/enable
differ "revoke: its id is not given to another" "$ref" "$(id fe810000.uart 0)"
same "a clock without clock-names has the provider's name" gate1 "$(cat $DEV/fe810000.uart/clock0/name)"
same "added while live: works" 0 "$(state_set "$(id fe810000.uart 0)" 1)"
rmdir $DEV/fe810000.uart
same "rmdir: the vote is gone" 0 "$(hw gate1 enabled)"
echo 1 > $USB/enable
same "granted again: same id" "$ref" "$(id fe800000.usb 0)"
same "granted again: works" "0 1" "$(state_set "$ref" 1) $(hw gate0 enabled)"

same "live=0" OK "$(try write $VM/live 0)"
same "live=0: votes are gone" 0 "$(hw gate0 enabled)"
same "live=0: denied" -3 "$(state_set "$ref" 1)"
same "live=0: base version is answered" "0 00020001" "$(msg 0x10 0)"
same "live=0: base vendor is denied" -3 "$(msg 0x10 3)"
same "live=1 again" OK "$(try write $VM/live 1)"
same "live=1 again: works" "0 1" "$(state_set "$ref" 1) $(hw gate0 enabled)"
state_set "$ref" 0 > /dev/null

# --- revocation under load -------------------------------------------------

"$TOOL" hammer "$ref" > /tmp/hammer &
hammer=$!
no_effect "enable=0" gate0 10 "echo 0 > $USB/enable" "echo 1 > $USB/enable"
no_effect "live=0" gate0 10 "echo 0 > $VM/live" "echo 1 > $VM/live"
again()
{
	echo 0 > $VM/live
	mkdir $USB
	echo "$ref" > $USB/clock0/id
	echo 1 > $USB/enable
	echo 1 > $VM/live
}
no_effect "rmdir" gate0 10 "rmdir $USB" again
kill $hammer
wait $hammer
same "the client was always answered" 0 "$?"
echo "# answers: $(cat /tmp/hammer)"
same "only success, denied and not found" "" "$(tr ' ' '\n' < /tmp/hammer | grep -vE '^(0|-2|-3|-4):|^other:0$')"

# --- rights, limits and policies while the client runs ----------------------

pll=$(id fe820000.gpu 0)
echo 0 > $GPU/clock0/rate_max_hz
echo 0 > $GPU/clock0/rate_min_hz
before_pll=$(hw pll rate)
same "live: on and re-rated" "0 0" "$(state_set "$pll" 1) $(rate_set "$pll" 960000000)"
same "live: limits act on the rate" "OK 888000000" "$(try write $GPU/clock0/rate_max_hz 888000000) $(hw pll rate)"
same "live: and on the next request" -2 "$(rate_set "$pll" 912000000)"
same "live: rate right taken, its vote, too" "OK -3 $before_pll 1" \
	"$(try write $GPU/clock0/access "get state") $(rate_set "$pll" 720000000) $(hw pll rate) $(hw pll enabled)"
same "live: what the client is told" "0 80000000" "$(msg 0x14 0xf "$pll")"
same "live: state right taken, its vote, too" "OK -3 0" \
	"$(try write $GPU/clock0/access "get rate") $(state_set "$pll" 0) $(hw pll enabled)"
echo 0 > $GPU/clock0/rate_max_hz
echo "get state rate" > $GPU/clock0/access
state_set "$pll" 1 > /dev/null
same "live: denied" "OK clock -3 0" "$(try write $GPU/denied clock) $(cat $GPU/denied) $(status 0x14 6 "$pll") $(hw pll enabled)"
same "live: allowed again, without the vote" "OK none 0 0" \
	"$(try write $GPU/denied none) $(cat $GPU/denied) $(status 0x14 6 "$pll") $(hw pll enabled)"
state_set "$pll" 1 > /dev/null
rate_set "$pll" 960000000 > /dev/null
same "reset of oneself" "0 0 $before_pll" "$(status 0x10 0xb 1 0) $(hw pll enabled) $(hw pll rate)"
same "reset of oneself, and permissions: not trusted" -3 "$(status 0x10 0xb 1 1)"
same "reset of another: not trusted" -3 "$(status 0x10 0xb 2 0)"
gpu_id=$(cat $GPU/device_id)
same "device permissions: not trusted" -3 "$(status 0x10 9 1 "$gpu_id" 0)"
same "device permissions: not announced" -4 "$(msg 0x10 2 9)"
same "resetting is announced" "0 00000000" "$(msg 0x10 2 0xb)"

# --- resets, supplies and power domains --------------------------------------

CAMERA=$DEV/fe900000.camera
mkdir $CAMERA
same "a device with all four" "clock0 clock1 power0 reset0 reset1 supply-vdd supply-vio" \
	"$(cd $CAMERA && ls -d ./*/ | tr -d ./ | xargs)"
same "what SCMI cannot carry" yes "$([ -n "$(cat $CAMERA/unsupported)" ] && echo yes)"
same "enable" OK "$(try write $CAMERA/enable 1)"
same "protocols" "base power clock reset voltage" "$(cat $VM/protocols)"
same "versions" "0 00030001 0 00030001 0 00020001" "$(msg 0x11 0) $(msg 0x16 0) $(msg 0x17 0)"

# res KIND: the SCMI id of a resource of the camera
res()
{
	cat "$CAMERA/$1/id"
}

# simhw FILE: e.g. resets/r0/asserted
simhw()
{
	cat $HW/"$1"
}

core=$(res reset0)
same "reset: asserted at first" 1 "$(simhw resets/r0/asserted)"
same "reset: deassert" "0 0" "$(status 0x16 4 "$core" 0 0) $(simhw resets/r0/asserted)"
same "reset: assert" "0 1" "$(status 0x16 4 "$core" 2 0) $(simhw resets/r0/asserted)"
pulses=$(simhw resets/r0/pulses)
same "reset: autonomous" "0 0 $((pulses + 1))" \
	"$(status 0x16 4 "$core" 1 0) $(simhw resets/r0/asserted) $(simhw resets/r0/pulses)"
same "reset: asynchronous" -1 "$(status 0x16 4 "$core" 5 0)"
same "reset: reserved flags" -2 "$(status 0x16 4 "$core" 0xf8 0)"
same "reset: architectural state 255" -2 "$(status 0x16 4 "$core" 0 255)"
same "reset: no such line" -4 "$(status 0x16 4 99 0 0)"
same "reset: without assert" "OK -3 0" "$(try write $CAMERA/reset0/access "get pulse") $(status 0x16 4 "$core" 2 0) $(status 0x16 4 "$core" 1 0)"
same "reset: without any, as it was" "OK 1" "$(try write $CAMERA/reset0/access get) $(simhw resets/r0/asserted)"
echo "get assert pulse" > $CAMERA/reset0/access

vdd=$(res supply-vdd)
uv=$(simhw supplies/vdd-core/uv)
same "supply: on" "0 1" "$(status 0x17 5 "$vdd" 7) $(simhw supplies/vdd-core/enabled)"
same "supply: reads on" "0 00000007" "$(msg 0x17 6 "$vdd")"
same "supply: level" "0 1000000 0 $(printf %08x 1000000)" \
	"$(status 0x17 7 "$vdd" 0 1000000) $(simhw supplies/vdd-core/uv) $(msg 0x17 8 "$vdd")"
same "supply: no such level" -2 "$(status 0x17 7 "$vdd" 0 1000001)"
same "supply: too high" -2 "$(status 0x17 7 "$vdd" 0 2000000)"
same "supply: negative" -2 "$(status 0x17 7 "$vdd" 0 0xffffffff)"
same "supply: no such mode" -2 "$(status 0x17 5 "$vdd" 1)"
same "supply: window acts at once" "OK 900000 -2" \
	"$(try write $CAMERA/supply-vdd/max_uv 900000) $(simhw supplies/vdd-core/uv) $(status 0x17 7 "$vdd" 0 1000000)"
same "supply: a list" "0 00000004 001b7740 002625a0 002ab980 00325aa0" "$(msg 0x17 4 "$(res supply-vio)" 0)"
same "supply: past its end" -5 "$(status 0x17 4 "$(res supply-vio)" 4)"

pd=$(res power0)
same "power: reads off" "0 40000000" "$(msg 0x11 5 "$pd")"
same "power: on, and what it is in" "0 1 1" "$(status 0x11 4 0 "$pd" 0) $(simhw domains/cam/on) $(simhw domains/soc/on)"
same "power: reads on" "0 00000000" "$(msg 0x11 5 "$pd")"
same "power: off when answered" "0 0 0" "$(status 0x11 4 0 "$pd" 0x40000000) $(simhw domains/cam/on) $(simhw domains/soc/on)"
same "power: no such state" -2 "$(status 0x11 4 0 "$pd" 0xff000000)"
same "power: asynchronous" -1 "$(status 0x11 4 1 "$pd" 0)"
echo 5 > $HW/domains/cam/fail_on
differ "power: the hardware refuses" 0 "$(status 0x11 4 0 "$pd" 0)"
same "power: and nothing came of it" "0 40000000 0" "$(msg 0x11 5 "$pd") $(simhw domains/cam/on)"
echo 0 > $HW/domains/cam/fail_on
same "power: on again" "0 1" "$(status 0x11 4 0 "$pd" 0) $(simhw domains/cam/on)"

D=/sys/kernel/debug/scmi_server
status 0x16 4 "$core" 0 0 > /dev/null
same "debugfs: who holds the line" "vm1:fe900000.camera/reset0 id $core: deasserted" \
	"$(grep -A1 '^reset "core"' $D/resources | tail -n 1 | sed 's/^ *//')"
check "debugfs: refusals are counted" grep -q "^vm1 voltage INVALID_PARAMETERS [1-9]" $D/counters

# --- a provider goes away ------------------------------------------------------

# provider DEVICE bind|unbind
provider()
{
	echo "$1" > /sys/bus/platform/drivers/scmi-"${1%-pulse}"/"$2"
}

for p in simhw-reset simhw-power simhw-supply; do
	status 0x14 7 "$(res clock0)" 1 0 > /dev/null
	status 0x11 4 0 "$pd" 0 > /dev/null
	status 0x16 4 "$core" 0 0 > /dev/null
	same "$p: before" "1 0 1" "$(hw gate4 enabled) $(simhw resets/r0/asserted) $(simhw domains/cam/on)"
	provider $p unbind
	same "$p gone: revoked" "revoked 0" "$(cat $CAMERA/state) $(cat $CAMERA/enable)"
	same "$p gone: votes at the others, too" 0 "$(hw gate4 enabled)"
	differ "$p gone: the id is unknown" 0 "$(status 0x14 7 "$(res clock0)" 1 0)"
	same "$p gone: other grants go on" 0 "$(state_set "$ref" 0)"
	same "$p gone: not again yet" EAGAIN "$(try write $CAMERA/enable 1)"
	provider $p bind
	same "$p back: granted on request" "OK granted" "$(try write $CAMERA/enable 1) $(cat $CAMERA/state)"
done
check "the log says why" sh -c 'dmesg | grep -q "vm1:fe900000.camera: revoked"'
status 0x17 5 "$vdd" 7 > /dev/null
rmdir $CAMERA
same "rmdir: all is as it was" "0 $uv 1 0 0" \
	"$(simhw supplies/vdd-core/enabled) $(simhw supplies/vdd-core/uv) $(simhw resets/r0/asserted) $(simhw domains/cam/on) $(hw gate4 enabled)"

# --- single resources ----------------------------------------------------------

RES=$VM/resources
same "resource: bad name" EINVAL "$(try mkdir "$RES/a b")"
same "resource: mkdir" OK "$(try mkdir $RES/cpu_pll)"
same "resource: nothing said" EINVAL "$(try write $RES/cpu_pll/enable 1)"
same "resource: no such type" EINVAL "$(try write $RES/cpu_pll/type fish)"
same "resource: no such node" ENODEV "$(try write $RES/cpu_pll/provider /nowhere)"
same "resource: clock 2 of /simhw" "OK OK OK" \
	"$(try write $RES/cpu_pll/type clock) $(try write $RES/cpu_pll/provider /simhw) $(try write $RES/cpu_pll/args 2)"
same "resource: enable, without 'shared'" "OK granted" "$(try write $RES/cpu_pll/enable 1) $(cat $RES/cpu_pll/state)"
same "resource: frozen" "EBUSY EBUSY EBUSY" \
	"$(try write $RES/cpu_pll/type reset) $(try write $RES/cpu_pll/provider /simhw) $(try write $RES/cpu_pll/args 3)"
same "resource: it is the pll" "0 1" "$(state_set "$(cat $RES/cpu_pll/id)" 1) $(hw pll enabled)"
same "resource: its name" cpu_pll "$(name "$(cat $RES/cpu_pll/id)")"
same "resource: rmdir" "OK 0" "$(try rmdir $RES/cpu_pll) $(hw pll enabled)"
mkdir $RES/line $RES/rail $RES/named $RES/dom
for r in "line reset /simhw-reset 3" "rail supply /simhw-supply/vshared" "named supply v-narrow" "dom power /simhw-power 2"; do
	# shellcheck disable=SC2086
	set -- $r
	same "resource $1: $2 of $3" "OK OK OK OK" "$(try write $RES/$1/type $2) $(try write $RES/$1/provider "$3") $(try write $RES/$1/args "$4 ") $(try write $RES/$1/enable 1)"
done
same "resource line: deassert" "0 0" "$(status 0x16 4 "$(cat $RES/line/id)" 0 0) $(simhw resets/r3/asserted)"
same "resource rail: on" "0 1" "$(status 0x17 5 "$(cat $RES/rail/id)" 7) $(simhw supplies/vshared/enabled)"
same "resource named: on" "0 1" "$(status 0x17 5 "$(cat $RES/named/id)" 7) $(simhw supplies/vnarrow/enabled)"
same "resource dom: on" "0 1" "$(status 0x11 4 0 "$(cat $RES/dom/id)" 0) $(simhw domains/gpu/on)"
provider simhw-supply unbind
same "provider gone: those of it" "granted revoked revoked granted" \
	"$(cat $RES/line/state $RES/rail/state $RES/named/state $RES/dom/state | xargs)"
provider simhw-supply bind
same "provider back" "OK OK" "$(try write $RES/rail/enable 1) $(try write $RES/named/enable 1)"
same "resource: too many args" EINVAL "$(echo 0 > $RES/line/enable; echo 3 4 > $RES/line/args; try write $RES/line/enable 1)"
rmdir $RES/*
same "resources: all is as it was" "1 0 0 0" \
	"$(simhw resets/r3/asserted) $(simhw supplies/vshared/enabled) $(simhw supplies/vnarrow/enabled) $(simhw domains/gpu/on)"

# --- notifications ---------------------------------------------------------

# host RATE: a driver of the host sets the rate of the pll
host()
{
	echo "$1" > /sys/kernel/debug/scmi_consumer/fe8b0000.host-user/pll/rate
}

# told AGENT CLOCK RATE: as the notification says it
told()
{
	# shellcheck disable=SC2046,SC2183
	printf '00005300 %08x %08x %08x %08x\n' "$1" "$2" $(hz "$3")
}

event()
{
	"$TOOL" event
}

modprobe scmi_server_consumer
check "notify: a driver of the host" within 60 test -e /sys/kernel/debug/scmi_consumer/fe8b0000.host-user/pll
pll=$(id fe820000.gpu 0)
core=$(id fe820000.gpu 1)
host 600000000
same "notify: without the right" -3 "$(status 0x14 9 "$pll" 1)"
same "notify: nor is it offered" 0 "$(msg 0x14 3 "$pll" | cut -c3)"
echo "get state rate notify" > $GPU/clock0/access
same "notify: offered with it" 8 "$(msg 0x14 3 "$pll" | cut -c3)"
same "notify: reserved bits" -2 "$(status 0x14 9 "$pll" 3)"
same "notify: on" 0 "$(status 0x14 9 "$pll" 1)"
host 720000000
same "notify: the host set it" "$(told 0 "$pll" 720000000)" "$(event)"
same "notify: the client itself" "0 $(told 1 "$pll" 960000000)" "$(rate_set "$pll" 960000000) $(event)"
same "notify: of what it feeds, too" 0 "$(status 0x14 9 "$core" 1)"
host 1200000000
same "notify: both" "$( (told 0 "$pll" 1200000000; told 0 "$core" "$(hw pll_div rate)") | sort)" \
	"$( (event; event) | sort)"
same "notify: that one off" 0 "$(status 0x14 9 "$core" 0)"
host 744000000
same "notify: only the other" "$(told 0 "$pll" 744000000)" "$(event)"
echo "get state rate" > $GPU/clock0/access
host 768000000
echo "get state rate notify" > $GPU/clock0/access
host 792000000
same "notify: with the right goes the wish" 0 "$(status 0x14 9 "$pll" 1)"
host 816000000
same "notify: what was missed is not told" "$(told 0 "$pll" 816000000)" "$(event)"
same "notify: votes taken back, before the next" 0 "$(status 0x10 0xb 1 0)"
host 840000000
same "notify: nor after a reset" 0 "$(status 0x14 9 "$pll" 1)"
host 864000000
same "notify: but then" "$(told 0 "$pll" 864000000)" "$(event)"
i=0
while [ $i -lt 100 ]; do
	host $((i % 2 ? 600000000 : 624000000))
	i=$((i + 1))
done
host 888000000
_e=
while [ "$_e" != "$(told 0 "$pll" 888000000)" ]; do
	_e=$(event) || break
done
same "notify: of a hundred, the last in any case" "$(told 0 "$pll" 888000000)" "$_e"
check "debugfs: notifications are counted" grep -q "^vm1 sent [1-9]" $D/events

# --- what a guest is told of its devices -----------------------------------

OVERLAY=$VM/guest_overlay

be32()
{
	for _b in 24 16 8 0; do
		# shellcheck disable=SC2059
		printf "\\$(printf %03o $(($1 >> _b & 255)))"
	done
}

# blob TEXT: an overlay with no more than a fragment for this path
blob()
{
	_len=$((${#1} + 1))
	_pad=$(((_len + 3) / 4 * 4))
	_struct=$((48 + _pad))
	for _w in 0xd00dfeed $((56 + _struct + 12)) 56 $((56 + _struct)) 40 17 16 0 12 $_struct \
		0 0 0 0 1 0 1; do
		be32 $_w
	done
	printf 'fragment@0\0\0'
	be32 3
	be32 $_len
	be32 0
	printf %s "$1"
	head -c $((_pad - _len + 1)) /dev/zero
	for _w in 2 2 9; do
		be32 $_w
	done
	printf 'target-path\0'
}

# words to what they are byte by byte, in hex
bytes()
{
	echo "$*" | tr -d ' ' | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/g'
}

# desc_read GENERATION [OFFSET]: all of it from there on, in /tmp/desc. The client's
# raw mode has no room for the longest replies, so it is better short.
desc_read()
{
	_at=${2:-0}
	: > /tmp/desc
	while :; do
		# shellcheck disable=SC2046
		set -- "$1" $(msg 0xd0 4 "$1" $_at)
		[ "$2" = 0 ] || return 1
		_n=$((0x$3))
		[ $_n != 0 ] || return 0
		_g=$1
		shift 3
		# shellcheck disable=SC2059
		printf "$(bytes "$@" | sed 's/../\\x&/g')" | head -c $_n >> /tmp/desc
		_at=$((_at + _n))
		set -- "$_g"
	done
}

desc_event()
{
	printf '00034300 %08x %08x\n' "$1" "$2"
}

blob / > /tmp/root.dtbo
blob "/$(head -c 3000 /dev/zero | tr '\0' x)" > /tmp/long.dtbo
size=$(stat -c %s /tmp/root.dtbo)
same "description: none" "-1 -1" "$(status 0xd0 0) $(status 0xd0 1)"
same "description: none is not offered" "base clock" "$(cat $VM/protocols)"
same "description: nothing to read" 0 "$(head -c 9 $OVERLAY | wc -c)"
cat /tmp/root.dtbo > $OVERLAY
check "description: read back" cmp /tmp/root.dtbo $OVERLAY
same "description: offered" "base clock guest" "$(cat $VM/protocols)"
same "description: version" "0 00010000" "$(msg 0xd0 0)"
same "description: attributes" "0 00000001 6e1f0d5c 0b4e428a c12d739b 30e766a5" "$(msg 0xd0 1)"
same "description: is listed" "0 00000002 0000d014" "$(msg 0x10 6 0)"
# shellcheck disable=SC2046
set -- $(msg 0xd0 3)
gen=$((0x$2))
same "description: what it is" "0 1 $size" "$1 $((0x$3)) $((0x$4))"
shift 4
same "description: its hash" "$(sha256sum < /tmp/root.dtbo | cut -d' ' -f1)" "$(bytes "$@")"
check "description: read" desc_read $gen
check "description: all of it" cmp /tmp/root.dtbo /tmp/desc
same "description: notify on" 0 "$(status 0xd0 5 1)"
cat /tmp/long.dtbo > $OVERLAY
same "description: changed" "$(desc_event $((gen + 1)) "$(stat -c %s /tmp/long.dtbo)")" "$(event)"
same "description: the old one" -6 "$(status 0xd0 4 $gen 0)"
tail -c 99 /tmp/long.dtbo > /tmp/tail
check "description: read its end" desc_read $((gen + 1)) $(($(stat -c %s /tmp/long.dtbo) - 99))
check "description: as it was written" cmp /tmp/tail /tmp/desc
same "description: beyond its end" -5 "$(status 0xd0 4 $((gen + 1)) 99999)"
cat /tmp/long.dtbo > $OVERLAY
same "description: the same again is no change" $((gen + 1)) "$((0x$(msg 0xd0 3 | cut -d' ' -f2)))"
for bad in "printf x" "head -c 40 /tmp/root.dtbo" "cat /tmp/root.dtbo /tmp/root.dtbo" \
	"head -c $size /dev/zero"; do
	$bad > $OVERLAY
	check "description: $bad: is not taken" cmp /tmp/long.dtbo $OVERLAY
done
check "description: why" sh -c "dmesg | grep -q 'agents/vm1/guest_overlay: not a devicetree blob'"
check "description: too much" sh -c "! dd if=/dev/zero of=$OVERLAY bs=65537 count=1 2> /dev/null"
check "description: the same as before" cmp /tmp/long.dtbo $OVERLAY
same "description: access" describe "$(cat $VM/access)"
same "description: access: bad" EINVAL "$(try write $VM/access get)"
echo none > $VM/access
same "description: without the right" "0 -3 -3 -3 -4" "$(status 0xd0 1) $(status 0xd0 3) \
$(status 0xd0 4 $((gen + 1)) 0) $(status 0xd0 5 1) $(status 0xd0 2 4)"
cat /tmp/root.dtbo > $OVERLAY
echo describe > $VM/access
same "description: with the right goes the wish" 0 "$(status 0xd0 5 1)"
echo > $OVERLAY
same "description: taken away" "$(desc_event 0 0)" "$(event)"
same "description: as if there never was one" "-1 base clock" \
	"$(status 0xd0 3) $(cat $VM/protocols)"
check "description: counted" grep -q '^vm1 guest DENIED 3$' $D/counters

# --- the channel goes and comes --------------------------------------------

ref=$(id fe800000.usb 0)
state_set "$ref" 1 > /dev/null
same "before the device goes" 1 "$(hw gate0 enabled)"
detach
same "vdpa dev del: votes are gone" 0 "$(hw gate0 enabled)"
same "vdpa dev del: state" "live none" "$(cat $VM/state $VM/channel | xargs)"
check "the device comes again" reattach
same "the client starts clean" "0 00000000 00000000 00000000" "$(config_get "$ref")"
host 912000000
same "it has asked for no notification" 0 "$(status 0x14 9 "$pll" 1)"
host 936000000
same "now it has" "$(told 0 "$pll" 936000000)" "$(event)"
rmmod scmi_server_consumer

# --- as it was -------------------------------------------------------------

detach
echo 0 > $VM/live
rmdir $DEV/*
same "rmdir: agent" OK "$(try rmdir $VM)"
rmdir $AGENTS/vm2/devices/*
rmdir $AGENTS/vm2
same "vendor: free again" OK "$(try write $CFS/vendor acme)"
same "vendor: too long" EINVAL "$(try write $CFS/vendor 0123456789abcdef)"
same "vendor" acme "$(cat $CFS/vendor)"
same "no clock is on that was off" "$(echo "$before" | awk '{ print $1, $2 }')" \
	"$(awk '{ print $1, $2 }' $HW/state)"
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'
check "modules load again" modprobe scmi_server_vdpa
check "and unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server && rmmod scmi_server_simhw'

finish
