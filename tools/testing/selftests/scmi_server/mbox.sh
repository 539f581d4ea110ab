#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# Some functions are called through within and check only.
# shellcheck disable=SC2086,SC2010,SC2011,SC2012,SC2317
#
# Agents that the devicetree describes, over mailboxes: the server and the stock
# clients of two processors in one kernel. What they are told and ask for is
# compared with the simulated hardware, see simhw_mbox.dtsi and mboxes.sh.
#
# Never through clk-scmi here: it would wait for the server with the clock
# framework's lock held, and the server needs that lock.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/trio.sh"
. "$HERE/mboxes.sh"

M7=$AGENTS/m7
DSP=$AGENTS/dsp

# state_set DEVICE CLOCK 0|1
state_set()
{
	status 0x14 7 "$(id "$1" "$2")" "$3" 0
}

# rate_set DEVICE CLOCK HZ
rate_set()
{
	# shellcheck disable=SC2046
	status 0x14 5 0 "$(id "$1" "$2")" $(hz "$3")
}

# votes AGENT: what debugfs says that it holds
votes()
{
	sed -n "s/^  $1:\([^ ]*\) id [0-9]*: /\1 /p" /sys/kernel/debug/scmi_server/resources |
		grep -vE ' (none|off)(, [^0-9].*)?$'
}

# The directories are there before the channels are.
board_up()
{
	[ "$(cat $M7/state $DSP/state | xargs)" = "running running" ]
}

# rung CHANNEL: how often somebody rang there
rung()
{
	cat "/sys/kernel/debug/simhw-mbox:mailbox/sent$1"
}

no_agents()
{
	[ -z "$(ls $AGENTS)" ]
}

echo "KTAP version 1"
leaks_forget
check "modules load" mbox_load || exit 1
before=$(hw_state)

# --- before there is a user space that would configure anything ----------------

node_add board-server
same "without a mailbox there is nothing" "" "$(ls $AGENTS)"
node_add mailbox
check "with it there are the agents" within 60 board_up
same "they are live, and have a channel" "running running mbox:m7 mbox:dsp" \
	"$(cat $M7/state $DSP/state $M7/channel $DSP/channel | xargs)"
same "their ids" "7 9" "$(cat $M7/agent_id $DSP/agent_id | xargs)"
same "who is trusted" "0 1" "$(cat $M7/trusted $DSP/trusted | xargs)"
check "client m7 finds its server" client_up m7-client
check "client dsp finds its server" client_up dsp-client

as m7
same "what m7 has" "!simhw!camera@fe900000 !simhw!shared1@fe860000 !simhw!usb@fe800000 !simhw-mbox!board-server!agent@7!core" \
	"$(ls $DEV | sort | xargs)"
same "all of it is granted" granted "$(cat $DEV/*/state | sort -u)"
same "rights of usb" "get state|get state rate notify" \
	"$(cat "$(path usb@fe800000)"/clock0/access)|$(cat "$(path usb@fe800000)"/clock1/access)"
same "limits of core" "600000000 912000000 20" \
	"$(cat "$(path core)"/clock0/rate_min_hz "$(path core)"/clock0/rate_max_hz "$(path core)"/clock0/id | xargs)"
same "names come from clock-names" "core table" "$(cat "$(path core)"/clock?/name | xargs)"
same "an operator's device would have another name" "EEXIST EEXIST" \
	"$(try mkdir $DEV/fe800000.usb) $(try mkdir "$DEV/!simhw!usb@fe800000")"

# --- every protocol -------------------------------------------------------------

same "base: version" "0 00020001" "$(msg 0x10 0)"
same "base: attributes" "0 00000104" "$(msg 0x10 1)"
same "base: protocols" "0 00000004 17161411" "$(msg 0x10 6 0)"
same "base: who am I" "0 00000007 0000376d 00000000 00000000 00000000" "$(msg 0x10 7 0xffffffff)"
same "base: other agents are not seen" -4 "$(msg 0x10 7 9)"
same "clock: version" "0 00030000" "$(msg 0x14 0)"
same "clock: number, one past the highest id" "0 00000015" "$(msg 0x14 1)"
same "no such protocol" -1 "$(msg 0x13 0)"
same "no such message" -4 "$(msg 0x14 0x55)"
same "payload too short" -10 "$(msg -l 2 0x14 6 0)"
same "payload too long" -10 "$(msg -l 8 0x14 6 0)"
same "payload of 100 bytes" -10 "$(msg -l 100 0x14 6 0)"
for c in "$DEV"/*/clock*; do
	same "name of clock $(cat "$c/id")" "$(cat "$c/name")" "$("$TOOL" name "$(cat "$c/id")")"
done

same "core: what its limits leave" "range 600000000 912000000 24000000" "$("$TOOL" rates 20)"
same "core: every rate" "" "$("$TOOL" sweep 20 $HW/pll/rate $(seq 600000000 24000000 912000000))"
same "core: above" -2 "$(rate_set core clock0 936000000)"
table=$("$TOOL" rates "$(id core clock1)")
differ "table: a list" "range" "${table%% *}"
same "table: every rate, page by page" "" \
	"$("$TOOL" sweep "$(id core clock1)" $HW/table/rate $table)"
same "usb: on" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "usb: off" "0 0" "$(state_set usb@fe800000 clock0 0) $(hw gate0 enabled)"
same "usb: the right to a rate was not described" -3 "$(rate_set usb@fe800000 clock0 24000000)"

core=$(id camera@fe900000 reset0) vdd=$(id camera@fe900000 supply-vdd) pd=$(id camera@fe900000 power0)
same "reset: deassert" "0 0" "$(status 0x16 4 "$core" 0 0) $(hw resets/r0 asserted)"
same "reset: assert" "0 1" "$(status 0x16 4 "$core" 2 0) $(hw resets/r0 asserted)"
pulses=$(hw resets/r0 pulses)
same "reset: pulse" "0 $((pulses + 1))" "$(status 0x16 4 "$core" 1 0) $(hw resets/r0 pulses)"
same "supply: on" "0 1" "$(status 0x17 5 "$vdd" 7) $(hw supplies/vdd-core enabled)"
same "supply: level" "0 1000000" "$(status 0x17 7 "$vdd" 0 1000000) $(hw supplies/vdd-core uv)"
same "supply: reads" "0 000f4240" "$(msg 0x17 8 "$vdd")"
same "power: on" "0 1" "$(status 0x11 4 0 "$pd" 0) $(hw domains/cam on)"
same "power: reads on" "0 00000000" "$(msg 0x11 5 "$pd")"
differ "votes are seen" "" "$(votes m7)"
same "reset of oneself" "0 " "$(status 0x10 0xb 7 0) $(votes m7)"
unchanged "... and all is as it was" "$before"

# --- an operator narrows and widens ----------------------------------------------

USB=$(path usb@fe800000)
state_set usb@fe800000 clock0 1 > /dev/null
same "narrower: at once, and the vote goes" "OK 0 -3" \
	"$(try write "$USB/clock0/access" get) $(hw gate0 enabled) $(state_set usb@fe800000 clock0 1)"
same "wider than described" "OK 0 0" \
	"$(try write "$USB/clock0/access" "get state rate") $(state_set usb@fe800000 clock0 1) $(rate_set usb@fe800000 clock0 "$(hw gate0 rate)")"
same "enable=0: the vote goes" "OK 0 -4" \
	"$(try write "$USB/enable" 0) $(hw gate0 enabled) $(state_set usb@fe800000 clock0 1)"
same "enable=1" "OK 0 1" "$(try write "$USB/enable" 1) $(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "denied" "OK -3 0" "$(try write "$USB/denied" clock) $(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "allowed" "OK 0 1" "$(try write "$USB/denied" none) $(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "live=0" "OK 0 -3 0 00020001" \
	"$(try write $M7/live 0) $(hw gate0 enabled) $(state_set usb@fe800000 clock0 1) $(msg 0x10 0)"
same "live=1" "OK 0 1" "$(try write $M7/live 1) $(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "what is described stays" "EPERM EPERM EPERM" \
	"$(try rmdir "$USB") $(try rmdir $M7) $(try rmdir "$USB/clock0")"
same "more is given" "OK OK" "$(try mkdir $DEV/fe8c0000.special) $(try write $DEV/fe8c0000.special/enable 1)"
same "... works" "0 1" "$(state_set special clock1 1) $(hw automux enabled)"
same "... and is taken away" "OK 0" "$(try rmdir $DEV/fe8c0000.special) $(hw automux enabled)"
mkdir $M7/resources/line
echo reset > $M7/resources/line/type
echo /simhw-reset > $M7/resources/line/provider
echo 3 > $M7/resources/line/args
same "a single resource" "OK 0 0" \
	"$(try write $M7/resources/line/enable 1) $(status 0x16 4 "$(cat $M7/resources/line/id)" 0 0) $(hw resets/r3 asserted)"
same "... is taken away" "OK 1" "$(try rmdir $M7/resources/line) $(hw resets/r3 asserted)"

# --- each command, with each set of rights ------------------------------------------

CAMERA=$(path camera@fe900000)
mkdir $DEV/fe830000.video
echo 1 > $DEV/fe830000.video/shared
echo 1 > $DEV/fe830000.video/enable
same "rights: a clock" "" "$("$TOOL" matrix clock "$CAMERA/clock1" 120000000)"
same "rights: a mux" "" \
	"$("$TOOL" matrix mux $DEV/fe830000.video/clock0 "$(id fe830000.video clock2)")"
same "rights: a reset line" "" "$("$TOOL" matrix reset "$CAMERA/reset0")"
same "rights: a supply" "" "$("$TOOL" matrix supply "$CAMERA/supply-vdd" 1000000)"
same "rights: a power domain" "" "$("$TOOL" matrix power "$CAMERA/power0")"
rmdir $DEV/fe830000.video
echo "get state rate notify" > "$CAMERA/clock1/access"
echo 1 > $M7/reset
unchanged "rights: nothing is left" "$before"

# --- restarts ------------------------------------------------------------------

same "before" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "the version of Base: it was restarted" "0 00020001 0" "$(msg 0x10 0) $(hw gate0 enabled)"
same "... and asks again" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "... other questions of Base are not the first" "0 00000104 1" "$(msg 0x10 1) $(hw gate0 enabled)"
same "configfs: reset" "OK 0" "$(try write $M7/reset 1) $(hw gate0 enabled)"
same "... and the processor goes on" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "reset: 1 and nothing else" "EINVAL EINVAL 1" \
	"$(try write $M7/reset 0) $(try write $M7/reset 2) $(hw gate0 enabled)"
for how in "the node goes and comes" "the driver goes and comes"; do
	same "$how: before" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
	case $how in
	*node*) node_remove m7-client && client_up m7-client ;;
	*) echo simhw-mbox:m7-client > $CLIENT_DRIVER/unbind &&
		echo simhw-mbox:m7-client > $CLIENT_DRIVER/bind && within 60 client_file m7-client ;;
	esac > /dev/null
	as m7
	same "$how: votes of before are gone" "0 0 00000000 00000000 00000000" \
		"$(hw gate0 enabled) $(msg 0x14 0xb "$(id usb@fe800000 clock0)" 0)"
	same "$how: it asks again" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
done

# --- two agents -------------------------------------------------------------------

as dsp
same "dsp: who am I" "0 00000009 00707364 00000000 00000000 00000000" "$(msg 0x10 7 0xffffffff)"
same "dsp: what it has" "0 00000003" "$(msg 0x14 1)"
same "a gate of both: dsp" "0 1" "$(state_set shared0@fe850000 clock0 1) $(hw gate3 enabled)"
as m7
same "a gate of both: m7" "0 1" "$(state_set shared1@fe860000 clock0 1) $(hw gate3 enabled)"
same "... m7 is restarted" "OK 1" "$(try write $M7/reset 1) $(hw gate3 enabled)"
state_set usb@fe800000 clock0 1 > /dev/null
as dsp
same "... dsp lets go" "0 0" "$(state_set shared0@fe850000 clock0 0) $(hw gate3 enabled)"
usb=$(cat "$USB/device_id")
same "dsp is trusted: takes usb from m7" "0 0" "$(status 0x10 9 7 "$usb" 0) $(hw gate0 enabled)"
same "... which configfs shows" clock "$(cat "$USB/denied")"
as m7
same "... and m7 feels" -3 "$(state_set usb@fe800000 clock0 1)"
same "m7 is not trusted" -3 "$(status 0x10 9 9 1 0)"
as dsp
same "... and gives it back" "0 none" "$(status 0x10 9 7 "$usb" 1) $(cat "$USB/denied")"
same "dsp resets m7" 0 "$(status 0x10 0xb 7 0)"

# Both at the same time, and each is always answered: but for the command in which
# a processor is restarted, and that one does not wait for an answer.
as m7
"$TOOL" hammer "$(id usb@fe800000 clock1)" > /tmp/hammer-m7 &
one=$!
as dsp
"$TOOL" hammer "$(id uart@fe810000 clock0)" > /tmp/hammer-dsp &
two=$!
sleep 2
no_effect "live=0" gate2 10 "echo 0 > $M7/live" "echo 1 > $M7/live"
kill $one
wait $one
same "m7 was always answered" 0 $?
for _ in $(seq 50); do
	echo 1 > $M7/reset
	sleep 0.01
done
kill $two
wait $two
same "dsp was always answered" 0 $?
echo "# m7: $(cat /tmp/hammer-m7), dsp: $(cat /tmp/hammer-dsp)"
echo 1 > $M7/reset
echo 1 > $DSP/reset

# --- the server goes and comes ----------------------------------------------------

as m7
state_set usb@fe800000 clock0 1 > /dev/null
echo simhw-mbox:board-server > $SERVER_DRIVER/unbind
same "no server: no votes" 0 "$(hw gate0 enabled)"
check "no server: no agents" no_agents
echo simhw-mbox:board-server > $SERVER_DRIVER/bind
check "the server is back" within 60 board_up
same "... and answers a client that saw nothing of it" "0 1" \
	"$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "... as it was described" "get state" "$(cat "$USB/clock0/access")"
same "an operator gives more" "OK OK" "$(try mkdir $DEV/fe8c0000.special) $(try write $DEV/fe8c0000.special/enable 1)"
echo simhw-mbox:board-server > $SERVER_DRIVER/unbind
same "the server goes, this agent stays" "m7 none 0" "$(ls $AGENTS | xargs) $(cat $M7/channel) $(hw gate0 enabled)"
echo simhw-mbox:board-server > $SERVER_DRIVER/bind
within 60 board_up
same "... and has its channel again" "mbox:m7 0 1" \
	"$(cat $M7/channel) $(state_set special clock1 1) $(hw automux enabled)"
rmdir $DEV/fe8c0000.special
for _ in $(seq 10); do
	echo simhw-mbox:board-server > $SERVER_DRIVER/unbind
	echo simhw-mbox:board-server > $SERVER_DRIVER/bind
done
same "again and again" "0 1" "$(within 60 board_up; state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
same "... the other agent, too" 0 "$(as dsp; state_set uart@fe810000 clock0 1)"

# A doorbell gets lost, and with it the command. Who sent it stays for as long as
# the client waits, for its task has a mutex of the client; but it is stopped, or
# it would read the answer to the next one.
echo 1 > /sys/kernel/debug/simhw-mbox:mailbox/swallow0
"$TOOL" msg 0x14 6 "$(id usb@fe800000 clock0)" > /tmp/lost &
lost=$!
check "a doorbell gets lost" within 60 grep -qx 0 /sys/kernel/debug/simhw-mbox:mailbox/swallow0
sleep 0.2
kill -STOP $lost
same "... a lost command has no answer" "" "$(cat /tmp/lost)"
same "reset: the area is free again" "OK 0" "$(try write $M7/reset 1) $(state_set usb@fe800000 clock0 1)"
kill -KILL $lost
wait $lost 2> /dev/null

# The mailbox itself goes, and all that have channels of it.
node_remove m7-client dsp-client
echo simhw-mbox:mailbox > $MAILBOX_DRIVER/unbind
check "no mailbox: no agents" no_agents
same "no mailbox: no votes" 0 "$(hw gate0 enabled)"
echo simhw-mbox:mailbox > $MAILBOX_DRIVER/bind
check "the mailbox is back, and so are the agents" within 60 board_up
check "... and a client finds its own" client_up m7-client
as m7
same "... and works" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"

# --- what is wrong --------------------------------------------------------------

node_add thief-server
check "an area that is taken" sh -c 'dmesg | grep -q "overlaps that of agent m7"'
same "... is no agent" "" "$(ls $AGENTS | grep thief)"
same "... and takes nothing" "0 1" "$(state_set usb@fe800000 clock0 1) $(hw gate0 enabled)"
node_remove m7-client board-server
unchanged "the board is gone, and all is as it was" "$before"
node_remove thief-server
node_add thief-server
same "now the area is free" thief "$(ls $AGENTS)"
node_add board-server
same "... and now the others cannot have it" "dsp thief" "$(ls $AGENTS | xargs)"
node_remove thief-server board-server

# --- all shapes that a channel can have ------------------------------------------

node_add shapes-server
same "all shapes" "s21 s32 s42 w4" "$(ls $AGENTS | xargs)"
for a in s21 s32 s42 w4; do
	case $a in
	s21) what="two mailboxes, one area" bell=7 reply=9 ;;
	s32) what="three mailboxes, two areas" bell=11 reply=13 ;;
	s42) what="four mailboxes, two areas" bell=17 reply=19 ;;
	w4) what="memory that takes whole words, no more than a client wants" bell=25 reply=25 ;;
	esac
	check "$what: the client finds its server" client_up $a-client
	as $a
	same "$what: its name" "$(cat $AGENTS/$a/agent_id)" "$(printf %d 0x"$(msg 0x10 7 0xffffffff | cut -d' ' -f2)")"
	c=$(path core)/clock0
	same "$what: works" "0 1" "$(state_set core clock0 1) $(hw "$(cat "$c/name")" enabled)"
	other=$(rung $bell) right=$(rung $reply)
	same "$what: the longest reply" "$(cat "$c/name")" "$("$TOOL" name 0)"
	[ $bell = $reply ] || same "$what: one doorbell for it, and the right one" \
		"$other $((right + 1))" "$(rung $bell) $(rung $reply)"
	list=$("$TOOL" rates 0)
	same "$what: rates, page by page" "" "$("$TOOL" sweep 0 "$HW/$(cat "$c/name")/rate" $list)"
	same "$what: bad input, then good" "-10 -10 -4 0" \
		"$(status 0x14 6) $(status -l 100 0x14 6 0) $(status 0x14 6 9) $(status 0x14 6 0)"
	node_remove $a-client
done
node_remove shapes-server
check "no agents are left" no_agents

# --- an operator's agent of that name ----------------------------------------------

mkdir $AGENTS/m0
node_add m0-server
same "the channel is there, the agent not yet live" "running mbox:m0 0" \
	"$(cat $AGENTS/m0/state $AGENTS/m0/channel $AGENTS/m0/live | xargs)"
same "rmdir: not while it has a channel" EBUSY "$(try rmdir $AGENTS/m0)"
mkdir $AGENTS/m0/devices/fe810000.uart
echo 1 > $AGENTS/m0/devices/fe810000.uart/enable
echo 1 > $AGENTS/m0/live
check "the client finds its server" client_up m0-client
as m0
same "... and works" "0 1" "$(state_set uart clock0 1) $(hw gate1 enabled)"
node_remove m0-server
same "the server goes, the agent stays" "m0 none 0" "$(ls $AGENTS) $(cat $AGENTS/m0/channel) $(hw gate1 enabled)"
node_add m0-server
same "the server comes" "mbox:m0 0 1" "$(cat $AGENTS/m0/channel) $(state_set uart clock0 1) $(hw gate1 enabled)"
node_remove m0-client m0-server
echo 0 > $AGENTS/m0/live
rmdir $AGENTS/m0/devices/fe810000.uart $AGENTS/m0

# --- as it was -------------------------------------------------------------------

node_remove mailbox
unchanged "all is as it was" "$before"
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_mbox && rmmod scmi_server_mbox_loop && rmmod scmi_server && rmmod scmi_server_simhw'
check "and load again" mbox_load
check "and unload" sh -c 'rmmod scmi_server_mbox && rmmod scmi_server_mbox_loop && rmmod scmi_server && rmmod scmi_server_simhw'

finish
