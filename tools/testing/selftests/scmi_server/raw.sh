#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# scmiraw and the server: messages of every protocol to simulated hardware, what
# comes back, and a replay. What needs no kernel is in tools/scmi/tests/raw.sh.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"

RAW=$HERE/scmiraw
CTL=$HERE/scmictl
CAM=$AGENTS/vm1/devices/fe900000.camera

# says NAME STATUS OUTPUT MESSAGE...: errors, too
says()
{
	_n=$1
	_s=$2
	_t=$3
	shift 3
	_got=$("$RAW" "$@" 2>&1)
	same "$_n" "$_s $_t" "$? $_got"
}

scmi_up()
{
	[ -e /sys/kernel/debug/scmi/0/raw/message ]
}

echo "KTAP version 1"
says "no client" 1 "scmiraw: no SCMI client with raw mode in /sys/kernel/debug/scmi: is debugfs mounted, and the kernel's CONFIG_ARM_SCMI_RAW_MODE_SUPPORT on?" \
	base.protocol_version

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe virtio_vdpa || exit 1
check "an agent" "$CTL" agent add vm1
check "a device" "$CTL" grant vm1 fe900000.camera --clock pixel:id=3
check "live" "$CTL" live vm1 on
check "attached" "$CTL" attach vm1
check "the client is there" within 60 scmi_up

bus=$(cat $CAM/clock0/id)
pixel=$(cat $CAM/clock1/id)
core=$(cat $CAM/reset0/id)
vdd=$(cat $CAM/supply-vdd/id)
dom=$(cat $CAM/power0/id)

says "base: version" 0 "base.protocol_version: SUCCESS version=0x20001" base.protocol_version
says "base: protocols" 0 "base.discover_list_protocols: SUCCESS num=4 protocols=17,20,22,23" \
	base.discover_list_protocols
says "base: who am I" 0 "base.discover_agent: SUCCESS agent=$(cat $AGENTS/vm1/agent_id) name=vm1" \
	base.discover_agent
says "base: another protocol's message" 3 "0x99.0: NOT_SUPPORTED" 0x99.0

says "clock: rate" 0 "clock.rate_set: SUCCESS" clock.rate_set id=$pixel rate=148500000
same "clock: the hardware's" 148500000 "$(hw cam rate)"
says "clock: rate back" 0 "clock.rate_get: SUCCESS rate=148500000" clock.rate_get id=$pixel
says "clock: on" 0 "clock.config_set: SUCCESS" clock.config_set id=$bus state=on
same "clock: the hardware is on" 1 "$(hw gate4 enabled)"
says "clock: state" 0 "clock.config_get: SUCCESS attributes=0 state=on ext_value=0" \
	clock.config_get id=$bus
says "clock: off" 0 "clock.config_set: SUCCESS" clock.config_set id=$bus state=off
same "clock: the hardware is off" 0 "$(hw gate4 enabled)"
same "clock: its name" pixel \
	"$("$RAW" clock.attributes id=$pixel | sed -n 's/.* name=\([^ ]*\) .*/\1/p')"
says "clock: no such" 3 "clock.rate_get: NOT_FOUND" clock.rate_get id=999
says "clock: no such rounding" 3 "clock.rate_set: INVALID_PARAMETERS" \
	clock.rate_set 0x10 $pixel 148500000 0
says "clock: too short" 3 "clock.rate_get: PROTOCOL_ERROR" clock.6
says "power: on" 0 "power.state_set: SUCCESS" power.state_set id=$dom state=on
same "power: the hardware is on" 1 "$(cat $HW/domains/cam/on)"
says "power: state" 0 "power.state_get: SUCCESS state=on" power.state_get id=$dom
says "power: off" 0 "power.state_set: SUCCESS" power.state_set id=$dom state=off
says "reset: deassert" 0 "reset.reset: SUCCESS" reset.reset id=$core how=deassert
same "reset: the hardware's" 0 "$(cat $HW/resets/r0/asserted)"
says "reset: assert" 0 "reset.reset: SUCCESS" reset.reset id=$core how=assert
same "reset: the hardware's, again" 1 "$(cat $HW/resets/r0/asserted)"
says "voltage: level" 0 "voltage.level_set: SUCCESS" voltage.level_set id=$vdd uv=900000
same "voltage: the hardware's" 900000 "$(cat $HW/supplies/vdd-core/uv)"
says "voltage: level back" 0 "voltage.level_get: SUCCESS uv=900000" voltage.level_get id=$vdd
says "voltage: on" 0 "voltage.config_set: SUCCESS" voltage.config_set id=$vdd state=on
says "voltage: state" 0 "voltage.config_get: SUCCESS state=on" voltage.config_get id=$vdd
says "voltage: too little" 3 "voltage.level_set: INVALID_PARAMETERS" \
	voltage.level_set id=$vdd uv=-5

# Every message there is, of every protocol: it is known by both, or both say so.
"$RAW" --list | sed 's/\[[^]]*\]//g; s/=[^ ]*/=0/g' > /tmp/all
while read -r line; do
	# shellcheck disable=SC2086
	"$RAW" -j $line
done < /tmp/all > /tmp/replies 2>&1
same "every message is answered" "$(wc -l < /tmp/all)" "$(grep -c '"status":"[A-Z_]*"' /tmp/replies)"
same "what is answered is understood" "" "$(grep -E '"(rest|short)":' /tmp/replies)"
same "each is of the right length" "" "$(grep PROTOCOL_ERROR /tmp/replies)"

cat > /tmp/mine <<-E
	base.discover_vendor                         -> SUCCESS
	clock.rate_set id=$pixel rate=74250000
	clock.rate_get id=$pixel                     -> SUCCESS rate=74250000
	clock.rate_get id=999                        -> NOT_FOUND
	clock.6                                      -> PROTOCOL_ERROR
	0x99.0                                       -> NOT_SUPPORTED
	bytes 06500000 $(printf '%02x' $pixel)000000 -> bytes 00000000 10f76c04 00000000
E
"$RAW" --file /tmp/mine > /tmp/out 2> /tmp/err
same "a replay" "0 7 " "$? $(wc -l < /tmp/out) $(cat /tmp/err)"
same "a replay: it was done" 74250000 "$(hw cam rate)"
sed -i 's/rate=74250000$/rate=74250001/' /tmp/mine
"$RAW" --file /tmp/mine > /tmp/out 2> /tmp/err
same "a replay of something else" \
	"3 scmiraw: /tmp/mine: 1 of 7 messages were answered otherwise than expected" \
	"$? $(cat /tmp/err)"
echo clock.fly >> /tmp/mine
sed -i 's/rate=74250000$/rate=80000000/' /tmp/mine
"$RAW" --file /tmp/mine > /tmp/out 2> /tmp/err
same "a replay with a mistake" '2 scmiraw: /tmp/mine:8: there is no message "clock.fly"; see scmiraw --list' \
	"$? $(cat /tmp/err)"
same "a replay with a mistake: nothing was sent" 74250000 "$(hw cam rate)"

# --- the manual page: its file, and its commands; check has put them there --------

"$RAW" --file /tmp/file > /tmp/out 2>&1
same "the manual page's file" "0 7" "$? $(wc -l < /tmp/out)"
same "the manual page's file: it was done" 74250000 "$(hw cam rate)"
PATH=$HERE:$PATH sh -e /tmp/examples > /tmp/out 2>&1
same "the manual page's examples" "0 clock.rate_changed: agent=$(cat $AGENTS/vm1/agent_id) id=3 rate=148500000" \
	"$? $(tail -n 1 /tmp/out)"
check "no more of that" "$RAW" clock.rate_notify id=3 enable=0
check "another rate" "$RAW" clock.rate_set id=3 rate=74250000

# --- notifications ---------------------------------------------------------------

case $("$RAW" clock.attributes id=$pixel) in
*" notify=1 "*)
	check "it is to be told" "$RAW" clock.rate_notify id=$pixel
	"$RAW" --listen --count 1 > /tmp/event 2>&1 &
	listener=$!
	check "a rate" "$RAW" clock.rate_set id=$pixel rate=148500000
	wait $listener
	same "it is told" "clock.rate_changed: agent=$(cat $AGENTS/vm1/agent_id) id=$pixel rate=148500000" \
		"$(cat /tmp/event)"
	;;
*)
	fail "the clock cannot tell of its rate"
	;;
esac

check "cut off" "$CTL" live vm1 off
says "cut off: nothing is there" 3 "clock.rate_get: DENIED" clock.rate_get id=$pixel
check "unbind" sh -c 'echo firmware:scmi > /sys/bus/platform/drivers/scmi_virtio_transport/unbind'
check "clear" "$CTL" clear

finish
