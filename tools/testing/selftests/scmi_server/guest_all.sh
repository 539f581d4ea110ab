#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231
#
# One real guest, and everything that a device can need: a stock kernel with its
# own clk-scmi, reset-scmi, scmi-regulator and SCMI power domain drivers, and in
# it the test consumer as the driver of devices that the host has passed on. What
# the guest did is looked up in the host's simulated hardware. Runs in the host
# machine (vm --guests).

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$AGENTS/vm1
DEV=$VM/devices
CAM=fe900000.camera
TRIO=fe910000.trio0
CONS=/sys/kernel/debug/scmi_consumer
HOST=$CONS/fe940000.host-user
SCMI_DEBUG=/sys/kernel/debug/scmi_server
TRACE=/sys/kernel/tracing
PLATFORM=/sys/bus/platform/drivers
# A debug kernel sees in a few cycles what it can see.
CYCLES=1000
[ ! -e $LEAKS ] || CYCLES=50

g()
{
	guest_run -t 300 vm1 "$@"
}

# drive DEVICE FILE VALUE: the guest's driver of the device does it
drive()
{
	# A command's every byte takes its time on the way: be brief.
	g "d $*"
}

# see DEVICE FILE
see()
{
	g "cat $CONS/$1/$2"
}

# does NAME DEVICE FILE VALUE HARDWARE WANTED: it succeeds, and shows there
does()
{
	drive $2 $3 "$4"
	same "$1" "0 $6" "$? $(cat $HW/$5)"
}

# refused NAME DEVICE FILE VALUE HARDWARE: it fails, and nothing shows there
refused()
{
	_was=$(cat $HW/$5)
	drive $2 $3 "$4" > /dev/null 2>&1
	same "$1" "1 $_was" "$? $(cat $HW/$5)"
}

# status PROTO CMD WORD...: what a message of the guest is answered
status()
{
	g "m $*" | cut -d' ' -f1
}

# The whole hardware: registers, no counters
hardware()
{
	grep -v ^bulk $HW/state | cut -d' ' -f1-3
	# In the order in which the controllers have come.
	cut -d' ' -f1,2 $HW/resets/state | sort
	cat $HW/supplies/state $HW/domains/state
}

# unchanged NAME FILE: the hardware is still what it was then
unchanged()
{
	hardware > /tmp/now
	same "$1" "" "$(diff $2 /tmp/now)"
}

# holds THING: what the agent asks of one, as the operator sees it
holds()
{
	grep "^  vm1:$1 " $SCMI_DEBUG/resources | sed "s/^[^:]*:[^:]*: //; s/, within.*//"
}

reason()
{
	grep -o "scmid_refuse: agent=vm1 proto=$1 .*" $TRACE/trace | tail -n 1 |
		sed 's/.* status=//'
}

there()
{
	g "i=0; until test -e $CONS/$1/rpm; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1; sleep 0.1; done"
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe scmi_server_consumer || exit 1
within 60 test -e $HOST/rpm || exit 1

leaks_forget
echo "KTAP version 1"
hardware > /tmp/before

# --- grants -----------------------------------------------------------------

mkdir $VM
# No vote goes because the time is over.
echo 3600000 > $VM/hold_ms
for d in $CAM $TRIO fe960000.resets fe980000.twopd; do
	mkdir $DEV/$d
done
# What a guest may do with a device is said for each thing it has. (Without its
# power domain, a driver would not even probe.)
echo get > $DEV/$TRIO/clock0/access
echo "get state" > $DEV/$TRIO/clock1/access
echo get > $DEV/$TRIO/reset0/access
echo "get state" > $DEV/$TRIO/supply-vdd/access
echo 1100000 > $DEV/$CAM/supply-vdd/max_uv
# What no device refers to.
for r in gate:clock:/simhw:6 line:reset:/simhw-reset:3 slow:power:/simhw-power:5; do
	# shellcheck disable=SC2046
	set -- $(echo $r | tr : ' ')
	mkdir $VM/resources/$1
	echo $2 > $VM/resources/$1/type
	echo $3 > $VM/resources/$1/provider
	echo $4 > $VM/resources/$1/args
done
for d in $DEV/* $VM/resources/*; do
	echo 1 > $d/enable
done
echo 1 > $VM/live
same "what SCMI cannot carry is named" phys "$(cat $DEV/$CAM/unsupported)"
same "protocols: all" "base power clock reset voltage" "$(cat $VM/protocols)"
echo 1 > $TRACE/events/scmi_server/enable

# --- the guest --------------------------------------------------------------

cat > /tmp/extra.dtso << EOT
/dts-v1/;
/plugin/;
&{/} {
	extra {
		compatible = "linux,scmi-test-consumer";
		clocks = <&scmi_clk $(cat $VM/resources/gate/id)>;
		clock-names = "gate";
		resets = <&scmi_reset $(cat $VM/resources/line/id)>;
		reset-names = "line";
		power-domains = <&scmi_pd $(cat $VM/resources/slow/id)>;
	};
};
EOT
check "the guest starts" guest_start vm1 --devices --dtb-extra /tmp/extra.dtso
g "echo 'cd $CONS/\$1; echo \$3 > \$2' > /bin/d; echo 'exec /add/scmi_tool msg \$*' > /bin/m; chmod +x /bin/[dm]"
check "its drivers and consumers probe" g "modprobe scmi_server_consumer"
for d in $CAM $TRIO fe960000.resets fe980000.twopd extra; do
	check "$d is there" there $d
done
[ $KTAP_FAILED = 0 ] || finish
same "$CAM has all four kinds" "bus pixel power core phy vdd vio" \
	"$(g "cd $CONS/$CAM; ls -d bus pixel power resets/* supplies/* | sed s,.*/,, | xargs")"
same "the guest's drivers have nothing to complain about" "" \
	"$(g "dmesg | grep -iE 'scmi.*(fail|error|invalid)|deferred' | head")"
unchanged "probing changes nothing" /tmp/before
same "probing asks for nothing" "" \
	"$(grep -E '^  vm1:.*: (on|.*(asserted|uV|Hz))' $SCMI_DEBUG/resources)"

# --- each operation, in the hardware ----------------------------------------

does "clock: on" $CAM bus/enabled 1 gate4/enabled 1
does "clock: off" $CAM bus/enabled 0 gate4/enabled 0
was=$(hw cam rate)
list=$(g "/add/scmi_tool rates $(cat $DEV/$CAM/clock1/id)")
rate=$(echo $list | cut -d ' ' -f 2)
does "clock: rate" $CAM pixel/rate $rate cam/rate $rate
same "clock: and the guest reads it" $rate "$(see $CAM pixel/rate)"
does "clock: the rate it had" $CAM pixel/rate $was cam/rate $was

does "reset: deassert" $CAM resets/core/asserted 0 resets/r0/asserted 0
does "reset: assert" $CAM resets/core/asserted 1 resets/r0/asserted 1
does "reset: pulse" $CAM resets/phy/pulse 1 resets/r1/pulses 1
same "reset: after it, it is deasserted" 0 "$(cat $HW/resets/r1/asserted)"
does "reset: assert again" $CAM resets/phy/asserted 1 resets/r1/asserted 1
does "reset: one that is only pulsed" fe960000.resets resets/pulse/pulse 1 resets/p0/pulses 1
refused "reset: which cannot be asserted" fe960000.resets resets/pulse/asserted 1 resets/p0/asserted
does "reset: one that has levels only" fe960000.resets resets/level/asserted 0 resets/l0/asserted 0
refused "reset: which cannot be pulsed" fe960000.resets resets/level/pulse 1 resets/l0/pulses
does "reset: back" fe960000.resets resets/level/asserted 1 resets/l0/asserted 1
does "reset: one that was deasserted" fe960000.resets resets/booton/asserted 1 resets/r4/asserted 1
does "reset: back" fe960000.resets resets/booton/asserted 0 resets/r4/asserted 0

does "supply: on" $CAM supplies/vdd/enabled 1 supplies/vdd-core/enabled 1
does "supply: a level of a range" $CAM supplies/vdd/uv 900000 supplies/vdd-core/uv 900000
same "supply: and the guest reads it" 900000 "$(see $CAM supplies/vdd/uv)"
refused "supply: beyond the operator's limit" $CAM supplies/vdd/uv 1150000 supplies/vdd-core/uv
does "supply: up to it" $CAM supplies/vdd/uv 1100000 supplies/vdd-core/uv 1100000
does "supply: off" $CAM supplies/vdd/enabled 0 supplies/vdd-core/enabled 0
does "supply: a level of a list" $CAM supplies/vio/uv 2800000 supplies/vio/uv 2800000
refused "supply: one that is not in it" $CAM supplies/vio/uv 2600000 supplies/vio/uv

does "domain: on" $CAM power 1 domains/cam/on 1
same "domain: and what it is within" 1 "$(cat $HW/domains/soc/on)"
does "domain: off" $CAM power 0 domains/cam/on 0
same "domain: and what it is within" 0 "$(cat $HW/domains/soc/on)"
does "domain: one of several, on" fe980000.twopd domains/gpu/on 1 domains/gpu/on 1
does "domain: one of several, off" fe980000.twopd domains/gpu/on 0 domains/gpu/on 0

does "single clock: on" extra gate/enabled 1 gate2/enabled 1
does "single clock: off" extra gate/enabled 0 gate2/enabled 0
does "single reset: deassert" extra resets/line/asserted 0 resets/r3/asserted 0
does "single reset: assert" extra resets/line/asserted 1 resets/r3/asserted 1
does "single domain: on" extra power 1 domains/slow/on 1
does "single domain: off" extra power 0 domains/slow/on 0

# The hardware fails, and the guest's driver hears of it.
echo 5 > $HW/gate4/fail_enable
refused "clock: the hardware fails" $CAM bus/enabled 1 gate4/enabled
echo 0 > $HW/gate4/fail_enable
echo 5 > $HW/resets/r0/fail
refused "reset: the hardware fails" $CAM resets/core/asserted 0 resets/r0/asserted
echo 0 > $HW/resets/r0/fail
echo 5 > $HW/supplies/vdd-core/fail_enable
refused "supply: the hardware fails" $CAM supplies/vdd/enabled 1 supplies/vdd-core/enabled
echo 0 > $HW/supplies/vdd-core/fail_enable
echo 5 > $HW/domains/cam/fail_on
refused "domain: the hardware fails" $CAM power 1 domains/cam/on
echo 0 > $HW/domains/cam/fail_on
does "clock: and once more it does not" $CAM bus/enabled 1 gate4/enabled 1
does "reset: and once more it does not" $CAM resets/core/asserted 0 resets/r0/asserted 0
does "supply: and once more it does not" $CAM supplies/vdd/enabled 1 supplies/vdd-core/enabled 1
does "domain: and once more it does not" $CAM power 1 domains/cam/on 1

# --- who holds what, and what happened --------------------------------------

same "held: clock" "on, range" "$(holds $CAM/clock0)"
same "held: reset" deasserted "$(holds $CAM/reset0)"
same "held: supply" "on, 1100000 uV" "$(holds $CAM/supply-vdd)"
same "held: domain" on "$(holds $CAM/power0)"
for c in bus/enabled:0:gate4/enabled:0 resets/core/asserted:1:resets/r0/asserted:1 \
		supplies/vdd/enabled:0:supplies/vdd-core/enabled:0 \
		supplies/vdd/uv:800000:supplies/vdd-core/uv:800000 \
		supplies/vio/uv:1800000:supplies/vio/uv:1800000 power:0:domains/cam/on:0; do
	# shellcheck disable=SC2046
	does "back: ${c%%:*}" $CAM $(echo $c | tr : ' ')
done
for p in power clock reset voltage; do
	check "counted: $p" grep -q "^vm1 $p SUCCESS [1-9]" $SCMI_DEBUG/counters
done
check "counted: what the hardware failed to do" grep -q "^vm1 power GENERIC_ERROR [1-9]" $SCMI_DEBUG/counters
for p in "res=power0 name=\"[^\"]*\" vote=\"on\"" "res=supply-vdd .*result=1100000" \
		"res=reset0 .*vote=\"deasserted\"" "res=clock1 .*result=$rate"; do
	check "traced: $p" grep -q "scmid_\(vote\|arbitrate\): agent=vm1 grant=vm1:$CAM $p" $TRACE/trace
done

# --- the host sets, the guest reads -----------------------------------------

rate=$(hw syn rate)
echo 123456789 > $HOST/syn/rate
same "host: the clock's rate" 123456789 "$(see $TRIO syn/rate)"
echo $rate > $HOST/syn/rate
echo 1000000 > $HOST/supplies/vdd/uv
same "host: the supply's voltage" 1000000 "$(see $TRIO supplies/vdd/uv)"
for f in gate/enabled supplies/vdd/enabled power; do
	echo 1 > $HOST/$f
done
same "host: what it switches on reads off for the guest" "00000000 00000000 40000000" \
	"$(g "(m 0x14 11 $(cat $DEV/$TRIO/clock0/id) 0; m 0x17 6 $(cat $DEV/$TRIO/supply-vdd/id); m 0x11 5 $(cat $DEV/$TRIO/power0/id)) | awk '{ print \$(NF == 4 ? 3 : 2) }' | xargs")"
for f in gate/enabled supplies/vdd/enabled power; do
	echo 0 > $HOST/$f
done
echo "700000 1300000" > $HOST/supplies/vdd/uv

# --- permissions ------------------------------------------------------------

# A driver that was told at its start does not even ask.
was=$(cat $HW/gate5/enables)
drive $TRIO gate/enabled 1
same "no right to gate: the guest's driver asks for nothing" "$was" "$(cat $HW/gate5/enables)"
drive $TRIO gate/enabled 0
was=$(cat $HW/syn/rate_changes)
drive $TRIO syn/rate 1234567
same "no right to the rate: nor for this" "$was" "$(cat $HW/syn/rate_changes)"
same "no right to gate: denied" -3 "$(status 0x14 7 "$(cat $DEV/$TRIO/clock0/id)" 1 0)"
same "no right to the rate: denied" -3 "$(status 0x14 5 0 "$(cat $DEV/$TRIO/clock1/id)" 1234567 0)"
refused "no right to assert: refused" $TRIO resets/line/asserted 0 resets/r5/asserted
refused "no right to pulse: refused" $TRIO resets/line/pulse 1 resets/r5/pulses
refused "no right to the level: refused" $TRIO supplies/vdd/uv 1000000 supplies/vshared/uv
echo get > $DEV/$TRIO/power0/access
refused "no right to switch the domain: refused" $TRIO power 1 domains/shared/on
same "refused: the trace says why" '-3 reason="access"' "$(reason 0x11)"
check "refused: counted" grep -q "^vm1 power DENIED [1-9]" $SCMI_DEBUG/counters

# Given while the guest runs, they are good for the next command.
echo "get assert" > $DEV/$TRIO/reset0/access
does "given: assert" $TRIO resets/line/asserted 0 resets/r5/asserted 0
refused "given: but no pulse" $TRIO resets/line/pulse 1 resets/r5/pulses
echo "get state level" > $DEV/$TRIO/supply-vdd/access
does "given: level" $TRIO supplies/vdd/uv 1000000 supplies/vshared/uv 1000000
does "supply: on" $TRIO supplies/vdd/enabled 1 supplies/vshared/enabled 1
echo "get state" > $DEV/$TRIO/power0/access
does "given: domain" $TRIO power 1 domains/shared/on 1
echo "get state rate" > $DEV/$TRIO/clock1/access
same "given: rate" "0 1234567" "$(status 0x14 5 0 "$(cat $DEV/$TRIO/clock1/id)" 1234567 0) $(hw syn rate)"
does "clock: on" $TRIO syn/enabled 1 syn/enabled 1

# Taken while the guest runs, they take with them what was done by them.
echo get > $DEV/$TRIO/reset0/access
same "taken: assert: the line is as it was" 1 "$(cat $HW/resets/r5/asserted)"
echo "get state" > $DEV/$TRIO/supply-vdd/access
same "taken: level: the voltage is as it was, and it is on" "700000 1" \
	"$(cat $HW/supplies/vshared/uv $HW/supplies/vshared/enabled | xargs)"
echo get > $DEV/$TRIO/supply-vdd/access
same "taken: state of the supply: off" 0 "$(cat $HW/supplies/vshared/enabled)"
echo get > $DEV/$TRIO/power0/access
same "taken: state of the domain: off" 0 "$(cat $HW/domains/shared/on)"
echo "get state" > $DEV/$TRIO/clock1/access
same "taken: rate: it is as it was, and it is on" "$rate 1" "$(cat $HW/syn/rate $HW/syn/enabled | xargs)"
echo get > $DEV/$TRIO/clock1/access
same "taken: state of the clock: off" 0 "$(hw syn enabled)"
refused "taken: and refused from now on: assert" $TRIO resets/line/asserted 0 resets/r5/asserted
refused "taken: level" $TRIO supplies/vdd/uv 1200000 supplies/vshared/uv
same "taken: state of the clock" -3 "$(status 0x14 7 "$(cat $DEV/$TRIO/clock1/id)" 1 0)"

# A whole protocol of a device, and back.
for r in clock1 power0 supply-vdd; do
	echo "get state" > $DEV/$TRIO/$r/access
done
for f in supplies/vdd/enabled power syn/enabled; do
	drive $TRIO $f 0
done
does "domain: on again" $TRIO power 1 domains/shared/on 1
echo power > $DEV/$TRIO/denied
same "denied: at once" 0 "$(cat $HW/domains/shared/on)"
does "denied: what is of other protocols is not" $TRIO supplies/vdd/enabled 1 supplies/vshared/enabled 1
echo none > $DEV/$TRIO/denied
for f in supplies/vdd/enabled power; do
	drive $TRIO $f 0
done
unchanged "all is off" /tmp/before

# --- a driver's life, many times --------------------------------------------

count()
{
	(cd $HW && echo $(($(cat $1) - ${2:-0})))
}

for f in gate4/enables gate4/disables supplies/vdd-core/enables supplies/vdd-core/disables \
		domains/cam/ons domains/cam/offs resets/r0/deasserts; do
	echo "$f $(count $f)"
done > /tmp/counts
hardware > /tmp/cycle
same "$CYCLES cycles of runtime PM: no error" "$CYCLES 0" \
	"$(g "cd $CONS/$CAM && echo $CYCLES > cycle && cat cycle")"
unchanged "after them: the hardware is as before" /tmp/cycle
same "each of them reached the hardware" "" "$(while read -r f n; do
	[ "$(count $f $n)" -ge $CYCLES ] || echo "$f: $(count $f $n)"
done < /tmp/counts)"

# --- the host sleeps --------------------------------------------------------

# to_sleep HOW STATE: as far as it goes without sleeping
to_sleep()
{
	echo $1 > /sys/power/pm_test && echo $2 > /sys/power/state
	_s=$?
	echo none > /sys/power/pm_test
	return $_s
}

echo 0 > /sys/module/suspend/parameters/pm_test_delay
does "before: the device is in use" $CAM rpm 1 domains/cam/on 1
hardware > /tmp/awake
held=$(grep "^  vm1:$CAM" $SCMI_DEBUG/resources)
g "/add/scmi_tool hammer $(cat $VM/resources/gate/id) > /tmp/hammer & echo \$! > /tmp/pid"
for how in freezer devices; do
	asked=$(hw gate2 enables)
	check "suspend ($how): goes there and back" to_sleep $how freeze
	check "suspend ($how): the guest goes on" within 60 \
		sh -c "[ \$(cat $HW/gate2/enables) -gt $((asked + 3)) ]"
	# But for the clock that the guest is at.
	same "suspend ($how): nothing is lost" "" \
		"$(hardware | diff /tmp/awake - | grep '^[<>]' | grep -v gate2)"
	same "suspend ($how): nobody lost a vote" "$held" "$(grep "^  vm1:$CAM" $SCMI_DEBUG/resources)"
done
answers=$(g "kill \$(cat /tmp/pid); sleep 0.2; cat /tmp/hammer")
same "suspend: every command was answered" "" "$(echo "$answers" | tr ' ' '\n' | grep -vE '^0:|^-2:|^other:0$')"
differ "suspend: and there were some" "" "$answers"
status 0x14 7 "$(cat $VM/resources/gate/id)" 0 0 > /dev/null
does "after: the device can be let go" $CAM rpm 0 domains/cam/on 0
unchanged "after: the hardware is as before" /tmp/before

# --- a provider goes --------------------------------------------------------

# The host's own consumer would go with it.
rmmod scmi_server_consumer
# shell-like names: driver, device, and a thing of another kind
for p in "scmi-simhw-reset simhw-reset gate4/enables" \
		"scmi-simhw-supply simhw-supply gate4/enables" \
		"scmi-simhw-power simhw-power gate4/enables" \
		"scmi-simhw simhw resets/r0/deasserts"; do
	# shellcheck disable=SC2086
	set -- $p
	g "echo 1000000 > $CONS/$CAM/cycle & echo \$! > /tmp/pid"
	was=$(cat $HW/$3)
	check "$2: the guest is at work" within 60 sh -c "[ \$(cat $HW/$3) -gt $((was + 2)) ]"
	echo $2 > $PLATFORM/$1/unbind
	same "$2 gone: revoked" revoked "$(cat $DEV/$CAM/state)"
	was=$(cat $HW/$3)
	check "$2 gone: the log says so" \
		sh -c "dmesg | tail -n 30 | grep -q 'vm1:$CAM: revoked, for a provider of it goes away'"
	same "$2 gone: enabled again too early" EAGAIN "$(try write $DEV/$CAM/enable 1)"
	# Not found, or if there is nothing of the protocol any more, not supported
	same "$2 gone: the guest is answered, and finds nothing" "" \
		"$(g "(m 0x11 5 0; m 0x14 6 0; m 0x16 3 0; m 0x17 6 0) | grep -vE '^-(1|4)\$'")"
	same "$2 gone: the guest has no effect on the rest of it" "$was" "$(cat $HW/$3)"
	echo $2 > $PLATFORM/$1/bind
	for d in $DEV/* $VM/resources/*; do
		[ "$(cat $d/enable)" = 1 ] || same "$2 back: ${d##*/} is enabled" OK "$(try write $d/enable 1)"
	done
	# What its framework takes for on, the guest switches off first.
	g "kill \$(cat /tmp/pid); echo 2 > $CONS/$CAM/cycle"
	same "$2 back: the guest's driver goes on" "5 0" \
		"$(g "cd $CONS/$CAM && echo 5 > cycle && cat cycle")"
	unchanged "$2 back: the hardware is as before" /tmp/before
done
modprobe scmi_server_consumer

# --- modules and devices while a VMM is there -------------------------------

for m in scmi_server_vdpa scmi_server scmi_server_simhw; do
	check "rmmod $m is refused" sh -c "! rmmod $m 2> /dev/null"
done
does "the device is in use" $CAM rpm 1 domains/cam/on 1
vdpa dev del vm1 &
del=$!
does "vdpa dev del: the guest goes on meanwhile" extra gate/enabled 1 gate2/enabled 1
check "vdpa dev del: waits for the VMM" kill -0 $del
guest_kill vm1
check "the VMM is killed: vdpa dev del ends well" wait $del
same "no channel, no device" "none live" "$(cat $VM/channel $VM/state | xargs)$(ls /sys/bus/vdpa/devices)"
unchanged "the hardware is as before" /tmp/before

for d in $VM/resources/*; do
	rmdir $d
done
agent_remove vm1
unchanged "agent removed: the hardware is as before" /tmp/before
rmmod scmi_server_consumer
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server && rmmod scmi_server_simhw'

finish
