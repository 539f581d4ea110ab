#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231
#
# Two machines, and everything that a device can need: there a stock kernel with
# its own clk-scmi, reset-scmi, scmi-regulator and SCMI power domain drivers on
# the mailbox transport, here the server. What was done there is looked up in
# the simulated hardware. Runs in the server's machine:
#
#   pair --a pair_all.sh --a-dts pair_all_server.dts --b-serve --b-dts pair_all_client.dts
#
# with PEER replaced by 1 and 0.

HERE=$(dirname "$0")
[ -e "$HERE/ktap.sh" ] || HERE=/add
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh
# shellcheck source=tools/testing/qemu/pair.sh
. /lib/pair.sh
# shellcheck source=tools/testing/selftests/scmi_server/pair.lib.sh
. "$HERE/pair.lib.sh"

DEV=$M/devices
SCMI_DEBUG=/sys/kernel/debug/scmi_server
PLATFORM=/sys/bus/platform/drivers
CYCLES=300
[ ! -e $LEAKS ] || CYCLES=30

# does NAME DEVICE FILE VALUE HARDWARE WANTED: it succeeds, and shows there
does()
{
	there $2 $3 "$4" > /dev/null
	same "$1" "0 $6" "$? $(cat $HW/$5)"
}

# refused NAME DEVICE FILE VALUE HARDWARE: it fails, and nothing shows there
refused()
{
	_was=$(cat $HW/$5)
	there $2 $3 "$4" > /dev/null 2>&1
	same "$1" "1 $_was" "$? $(cat $HW/$5)"
}

# answer PROTO CMD WORD...: the status of a message of the client
answer()
{
	pair_run "/add/scmi_tool msg $*" | cut -d ' ' -f 1
}

echo "KTAP version 1"
leaks_forget
check "the server, with an agent on the mailbox" server_up || finish
same "the ids are those of the client's device tree" "$IDS" "$(server_ids)"
same "the agent has the id, and the channel, of the device tree" "1 mbox:m7" \
	"$(cat $M/agent_id $M/channel | paste -s -d ' ')"
BOARD=$DEV/!scmi-server!agent@1!board
same "it was live at once, with what the device tree gives it" "1 granted 0 get" \
	"$(cat $M/live $BOARD/state $BOARD/clock0/id $BOARD/clock0/access | paste -s -d ' ')"
same "the agent is the kernel's: it cannot be removed" EPERM "$(try rmdir $M)"
same "nor what the device tree gives it" EPERM "$(try rmdir $BOARD)"
hardware > /tmp/before
check "the client and its consumers probe" client_up || finish
same "it has nothing to complain about" "" \
	"$(pair_run "dmesg | grep -iE 'scmi.*(fail|error|invalid)|deferred probe' | head")"
same "protocols" "base power clock reset voltage" "$(cat $M/protocols)"
same "all four kinds" "bus pixel power core phy vdd vio" \
	"$(pair_run "cd $THERE/camera; ls -d bus pixel power resets/* supplies/* | sed s,.*/,, | xargs")"
unchanged "probing changes nothing" /tmp/before

# --- each operation, in the hardware ------------------------------------------

does "clock: on" camera bus/enabled 1 gate4/enabled 1
does "clock: off" camera bus/enabled 0 gate4/enabled 0
was=$(hw cam rate)
rate=$(pair_run "/add/scmi_tool rates 2" | cut -d ' ' -f 2)
does "clock: rate" camera pixel/rate $rate cam/rate $rate
same "clock: and the client reads it" $rate "$(there camera pixel/rate)"
does "clock: the rate it had" camera pixel/rate $was cam/rate $was
does "reset: deassert" camera resets/core/asserted 0 resets/r0/asserted 0
does "reset: assert" camera resets/core/asserted 1 resets/r0/asserted 1
does "reset: pulse" camera resets/phy/pulse 1 resets/r1/pulses 1
does "reset: assert again" camera resets/phy/asserted 1 resets/r1/asserted 1
does "supply: on" camera supplies/vdd/enabled 1 supplies/vdd-core/enabled 1
does "supply: a level" camera supplies/vdd/uv 900000 supplies/vdd-core/uv 900000
same "supply: and the client reads it" 900000 "$(there camera supplies/vdd/uv)"
refused "supply: beyond the operator's limit" camera supplies/vdd/uv 1150000 supplies/vdd-core/uv
does "supply: back" camera supplies/vdd/uv 800000 supplies/vdd-core/uv 800000
does "supply: off" camera supplies/vdd/enabled 0 supplies/vdd-core/enabled 0
does "supply: of a list" camera supplies/vio/uv 2800000 supplies/vio/uv 2800000
does "supply: back" camera supplies/vio/uv 1800000 supplies/vio/uv 1800000
does "domain: on" camera power 1 domains/cam/on 1
does "domain: off" camera power 0 domains/cam/on 0
echo 5 > $HW/gate4/fail_enable
refused "clock: the hardware fails" camera bus/enabled 1 gate4/enabled
echo 0 > $HW/gate4/fail_enable
does "clock: and once more it does not" camera bus/enabled 1 gate4/enabled 1
same "held: clock" "on, range" \
	"$(sed -n "s/^  m7:$CAM.clock0 [^:]*: //p" $SCMI_DEBUG/resources)"
does "clock: off" camera bus/enabled 0 gate4/enabled 0
for p in power clock reset voltage; do
	check "counted: $p" grep -q "^m7 $p SUCCESS [1-9]" $SCMI_DEBUG/counters
done
same "nothing was malformed" "" "$(grep malformed $SCMI_DEBUG/counters)"

# --- permissions, while it runs --------------------------------------------------

echo get > $DEV/$TRIO/reset0/access
refused "no right to assert: refused" trio0 resets/line/asserted 0 resets/r5/asserted
echo "get assert" > $DEV/$TRIO/reset0/access
does "given: assert" trio0 resets/line/asserted 0 resets/r5/asserted 0
echo get > $DEV/$TRIO/reset0/access
same "taken: the line is as it was" 1 "$(cat $HW/resets/r5/asserted)"
does "a rate" trio0 syn/rate 123000000 syn/rate 123000000
echo "get state" > $DEV/$TRIO/clock1/access
same "taken: the rate is as it was" 50000000 "$(hw syn rate)"
same "taken: it is denied" -3 "$(answer 0x14 5 0 4 123000000 0)"
echo power > $DEV/$TRIO/denied
refused "denied: the power domain" trio0 power 1 domains/shared/on
echo none > $DEV/$TRIO/denied
does "and allowed" trio0 power 1 domains/shared/on 1
does "and off" trio0 power 0 domains/shared/on 0
unchanged "all is off" /tmp/before
same "what the device tree gives: the rate of the board's clock" "0 016e3600" \
	"$(pair_run "/add/scmi_tool msg 0x14 6 0" | cut -d ' ' -f 1,2)"
echo none > $BOARD/clock0/access
same "the operator may take it" -3 "$(answer 0x14 6 0)"
echo get > $BOARD/clock0/access
same "and give it back" 0 "$(answer 0x14 6 0)"

# --- notifications: on the second channel ----------------------------------------

# told RATE: of the clock "syn", as a notification says it
told()
{
	printf '00005300 00000000 00000004 %08x 00000000\n' $1
}

HOST=/sys/kernel/debug/scmi_consumer/fe940000.host-user
modprobe scmi_server_consumer
check "a driver of the host" within 60 test -e $HOST/syn/rate
echo "get state rate notify" > $DEV/$TRIO/clock1/access
same "notify: asked for" 0 "$(answer 0x14 9 4 1)"
echo 60000000 > $HOST/syn/rate
same "notify: told" "$(told 60000000)" "$(pair_run "/add/scmi_tool event")"
# The memory holds one: those that follow wait until the client has read it.
for r in 70000000 80000000 90000000 50000000; do
	echo $r > $HOST/syn/rate
done
same "notify: of many, the last in any case" "$(told 50000000)" \
	"$(pair_run "while e=\$(/add/scmi_tool event) && [ \"\$e\" != '$(told 50000000)' ]; do :; done; echo \$e")"
same "notify: no more" 0 "$(answer 0x14 9 4 0)"
rmmod scmi_server_consumer
unchanged "all is as before" /tmp/before

# --- a driver's life, many times ---------------------------------------------------

was=$(hw gate4 enables)
same "$CYCLES cycles of runtime PM: no error" "$CYCLES 0" \
	"$(pair_run -t 600 "cd $THERE/camera && echo $CYCLES > cycle && cat cycle")"
check "each of them reached the hardware" [ $(($(hw gate4 enables) - was)) -ge $CYCLES ]
there camera rpm 0
unchanged "after them: the hardware is as before" /tmp/before

# --- a provider goes, and comes back -----------------------------------------------

for p in "scmi-simhw-reset simhw-reset" "scmi-simhw-supply simhw-supply" \
		"scmi-simhw-power simhw-power" "scmi-simhw simhw"; do
	# shellcheck disable=SC2086,SC2231
	set -- $p
	there camera rpm 1
	echo $2 > $PLATFORM/$1/unbind
	same "$2 gone: revoked" revoked "$(cat $DEV/$CAM/state)"
	check "$2 gone: the client is answered" [ "$(answer 0x14 6 1)" -lt 0 ]
	echo $2 > $PLATFORM/$1/bind
	for d in $DEV/*; do
		[ "$(cat $d/enable)" = 1 ] || same "$2 back: ${d##*/} is enabled" OK "$(try write $d/enable 1)"
	done
	# What its framework takes for on, the client switches off first.
	pair_run "echo 0 > $THERE/camera/rpm; echo 2 > $THERE/camera/cycle" > /dev/null 2>&1
	same "$2 back: the client goes on" "3 0" \
		"$(pair_run -t 120 "cd $THERE/camera && echo 3 > cycle && cat cycle")"
	there camera rpm 0
	unchanged "$2 back: the hardware is as before" /tmp/before
done

# --- the channel ---------------------------------------------------------------------

does "in use" camera rpm 1 domains/cam/on 1
dev=$(basename $PLATFORM/scmi-server-agent/scmi-server-agent.*)
echo $dev > $PLATFORM/scmi-server-agent/unbind
unchanged "the channel is gone: so are its votes" /tmp/before
same "the agent stays, for the operator has granted it more" "none live" \
	"$(cat $M/channel $M/state | paste -s -d ' ')"
echo $dev > $PLATFORM/scmi-server-agent/bind
same "bound again it has its channel" mbox:m7 "$(cat $M/channel)"
same "and the client is answered" 0 "$(answer 0x14 6 1)"
pair_run "echo 0 > $THERE/camera/rpm" > /dev/null 2>&1
does "in use again" camera rpm 1 domains/cam/on 1
echo 1 > $M/reset
unchanged "reset by the operator: nothing is held" /tmp/before
same "and the client is answered" 0 "$(answer 0x14 6 1)"

# The client does not know: it lets go of what it takes for on.
there camera rpm 0 > /dev/null 2>&1
does "in use" camera bus/enabled 1 gate4/enabled 1
check "the client's machine is killed" pair_kill
same "nothing tells, so it is on" 1 "$(hw gate4 enabled)"
check "it comes again" pair_start
check "its client finds the server" client_up
unchanged "which has dropped what the one before asked for" /tmp/before
does "and serves the new one" camera rpm 1 domains/cam/on 1
echo 0 > $M/live
unchanged "not live: nothing is held" /tmp/before

pair_done
for d in $CAM $TRIO; do
	rmdir $DEV/$d
done
check "the mailbox's module goes, and the agent with it" \
	sh -c "rmmod scmi_server_mbox && ! test -e $M"
check "the mailboxes' own module goes" rmmod ivshmem-mailbox
leaks_check
check "modules unload" sh -c 'rmmod scmi_server && rmmod scmi_server_simhw'
finish
