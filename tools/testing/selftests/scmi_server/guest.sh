#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2231,SC2012,SC2017
#
# Real guests: stock kernels under KVM, with the client of the mainline kernel
# and its clk-scmi driver. Runs in the host machine (vm --guests); what a guest
# did is looked up in the host's simulated hardware.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh

VM=$AGENTS/vm1
DEV=$VM/devices
CONS=/sys/kernel/debug/scmi_consumer/scmi-consumer
# Probing is deferred until the clocks are there.
THERE="i=0; while ! test -e $CONS/c0/rate; do i=\$((i + 1)); [ \$i -lt 600 ] || exit 1; sleep 0.1; done"

g()
{
	guest_run -t 300 "$@"
}

# clk CLOCK FILE [VALUE]: the guest's consumer
clk()
{
	if [ $# = 3 ]; then
		g vm1 "echo $3 > $CONS/c$1/$2"
	else
		g vm1 "cat $CONS/c$1/$2"
	fi
}

id()
{
	cat "$DEV/$1/clock$2/id"
}

# up NAME: the guest's client has found the platform
up()
{
	g "$1" "dmesg | grep -q \"SCMI Protocol v2.1 '.*' Firmware version\""
}

start()
{
	guest_start "$@" && up "$1" &&
		g "$1" "modprobe scmi_server_consumer && $THERE" &&
		# A command's every byte takes its time on the way: be brief.
		g "$1" "echo 'cd $CONS/c\$1; echo \$2 > rate; cat rate' > /bin/r; chmod +x /bin/r"
}

is_on()
{
	[ "$(hw "$1" enabled)" = 1 ]
}

is_off()
{
	[ "$(hw "$1" enabled)" = 0 ]
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe scmi_server_consumer || exit 1

leaks_forget
echo "KTAP version 1"

# --- everything, to one guest ----------------------------------------------

# The host itself holds some clocks, and rates of others.
host=/sys/kernel/debug/scmi_consumer/fe8a0000.host-user
within 60 test -e $host/osc
for c in osc gate0; do
	echo 1 > $host/$c/enabled
done
held=$(awk '$2 == 1 { print $1 }' $HW/state)

mkdir $VM
# So long that no vote goes because the time is over, where that is not asked for.
echo 3600000 > $VM/hold_ms
for d in fe800000.usb fe810000.uart fe820000.gpu fe830000.video fe840000.audio fe850000.shared0; do
	mkdir $DEV/$d
done
for c in $DEV/*/clock*; do
	echo "get state rate parent notify" > "$c/access"
done
# What a guest may not do: gate usb's first clock, re-rate its second.
echo "get rate" > $DEV/fe800000.usb/clock0/access
echo "get state" > $DEV/fe800000.usb/clock1/access
for d in $DEV/*; do
	echo 1 > "$d/enable"
done
echo 1 > $VM/live
n=$(ls -d $DEV/*/clock* | wc -l)
check "a stock guest probes" start vm1 --clocks "$n"
[ $KTAP_FAILED = 0 ] || finish
same "state: running" "running vdpa:vm1" "$(cat $VM/state $VM/channel | xargs)"
same "the guest finds all $n clocks" "$n" "$(g vm1 "ls -d $CONS/c*/ | wc -l")"
same "the guest sees the names" "" "$(for c in $DEV/*/clock*; do
	g vm1 "test -d /sys/kernel/debug/clk/$(cat "$c/name")" || cat "$c/name"
done)"
# Without clk_ignore_unused: late_initcall switches off what looks unused.
check "the guest does not need clk_ignore_unused" \
	sh -c "! grep -q clk_ignore_unused $(guest_log vm1)"
same "what the host holds stays on" "$held" "$(awk '$2 == 1 { print $1 }' $HW/state)"
same "what the host holds reads off for the guest" "0 00000000 00000000 00000000" \
	"$(g vm1 "/add/scmi_tool msg 0x14 11 $(id fe830000.video 1) 0")"

# --- every rate of every clock ---------------------------------------------

# hardware DEVICE N: the simulated clock behind a grant
hardware()
{
	case $1-$2 in
	*.usb-0) echo gate0 ;; *.usb-1) echo gate2 ;;
	*.uart-0) echo gate1 ;;
	*.gpu-0) echo pll ;; *.gpu-1) echo pll_div ;; *.gpu-2) echo table ;;
	*.video-0) echo mux ;; *.video-1) echo osc ;; *.video-2) echo ext32k ;;
	*.video-3) echo pll_div ;;
	*.shared0-0) echo gate3 ;; *.shared0-1) echo pll_div ;;
	*.audio-*) cat "$DEV/$1/clock$2/name" ;;
	esac
}

for c in $DEV/*/clock*; do
	d=$(basename "$(dirname "$c")")
	k=${c##*/clock}
	i=$(cat "$c/id")
	what=$(hardware "$d" "$k")
	list=$(g vm1 "/add/scmi_tool rates $i")
	case $list in
	range*)
		# shellcheck disable=SC2086
		set -- $list
		list="$2 $(($2 + $4)) $(($2 + ($3 - $2) / $4 / 2 * $4)) $(($3 - $4)) $3" ;;
	esac
	case $(cat "$c/access") in
	*rate*) ;;
	*) continue ;;
	esac
	# The client of 6.12 keeps no more rates of a list than its first page.
	top=$(g vm1 "echo 99999999999 > $CONS/c$i/round; cat $CONS/c$i/round")
	usable=
	for r in $list; do
		[ "$r" -gt "$top" ] || usable="$usable $r"
	done
	[ "$(echo "$usable" | wc -w)" -ge 15 ] || usable=$list
	list=$usable
	# A debug kernel has to see each kind of clock, not each rate.
	if [ -e $LEAKS ]; then
		list=$(echo $list | awk '{ for (i = 1; i <= NF; i += NF > 5 ? NF / 5 : 1) print $int(i) }')
	fi
	bad=
	# What others can make depends on it, and a guest asks for that once.
	was=$(hw "$what" rate)
	for r in $list $was; do
		got=$(g vm1 "sh /bin/r $i $r")
		[ "$got" = "$r" ] && [ "$(hw "$what" rate)" = "$r" ] ||
			bad="$bad $r:guest=$got,hardware=$(hw "$what" rate)"
	done
	same "$d clock$k ($what): $(echo "$list" | wc -w) rates" "" "$bad"
done

mux=$(id fe830000.video 0)
for k in 1 2 3; do
	p=$(cat $DEV/fe830000.video/clock$k/name)
	clk "$mux" parent "$p"
	same "mux: fed from $p" "$(hardware fe830000.video $k) $p" "$(hw mux parent) $(clk "$mux" parent)"
done

# --- votes and permissions -------------------------------------------------

uart=$(id fe810000.uart 0)
clk "$uart" enabled 1
check "enable: on in the hardware" is_on gate1
clk "$uart" enabled 0
check "disable: off in the hardware" is_off gate1

usb=$(id fe800000.usb 0)
was=$(hw gate0 enables)
clk "$usb" enabled 1
same "no state right: the guest's driver asks for nothing" "$was" "$(hw gate0 enables)"
same "no state right: asked for all the same, it is denied" -3 "$(g vm1 "/add/scmi_tool msg 0x14 7 $usb 1 0")"
clk "$usb" enabled 0
bus=$(id fe800000.usb 1)
same "no rate right: denied" -3 "$(g vm1 "/add/scmi_tool msg 0x14 5 0 $bus 24000000 0")"
same "permissions: usb" "0 20000000 0 80000000" "$(g vm1 "echo \$(/add/scmi_tool msg 0x14 15 $usb) \$(/add/scmi_tool msg 0x14 15 $bus)")"

# --- revocation under load -------------------------------------------------

g vm1 "/add/scmi_tool hammer $uart > /tmp/hammer & echo \$! > /tmp/pid"
uartdev=$DEV/fe810000.uart
no_effect "enable=0" gate1 8 "echo 0 > $uartdev/enable" "echo 1 > $uartdev/enable"
no_effect "live=0" gate1 4 "echo 0 > $VM/live" "echo 1 > $VM/live"
no_effect "rmdir" gate1 1 "rmdir $uartdev" :
answers=$(g vm1 "kill \$(cat /tmp/pid); sleep 0.2; cat /tmp/hammer")
echo "# answers: $answers"
same "only success, invalid, denied and not found" "" "$(echo "$answers" | tr ' ' '\n' | grep -vE '^(0|-2|-3|-4):|^other:0$')"
differ "the guest was answered" "" "$answers"

# --- pause, reset, death ---------------------------------------------------

gate=$(id fe850000.shared0 0)
clk "$gate" enabled 1
check "before: on" is_on gate3
guest_monitor vm1 stop > /dev/null
sleep 0.3
check "pause: kept" is_on gate3
guest_monitor vm1 cont > /dev/null
check "continued: the guest goes on" clk "$gate" rate
check "continued: still on" is_on gate3
clk "$gate" enabled 0
check "continued: the guest can switch it off" is_off gate3

# A pause in the middle of traffic: no message is lost.
g vm1 "/add/scmi_tool hammer $gate > /tmp/hammer & echo \$! > /tmp/pid"
for _ in 1 2 3 4 5; do
	guest_monitor vm1 stop > /dev/null
	guest_monitor vm1 cont > /dev/null
done
answers=$(g vm1 "kill \$(cat /tmp/pid); sleep 0.2; cat /tmp/hammer")
differ "paused under load: the guest is always answered" "" "$answers"
clk "$gate" enabled 1
clk "$gate" enabled 0

# --- notifications ---------------------------------------------------------

pll=$(id fe820000.gpu 0)
# A driver of the host sets its rate.
host_pll=/sys/kernel/debug/scmi_consumer/fe8b0000.host-user/pll/rate
event()
{
	g vm1 "/add/scmi_tool event"
}

# told RATE: as the notification says it
told()
{
	# shellcheck disable=SC2046,SC2183
	printf '00005300 00000000 %08x %08x %08x\n' "$pll" $(hz "$1")
}

same "notify: asked for" 0 "$(g vm1 "/add/scmi_tool msg 0x14 9 $pll 1")"
echo 720000000 > $host_pll
same "notify: told" "$(told 720000000)" "$(event)"
guest_monitor vm1 stop > /dev/null
echo 744000000 > $host_pll
echo 768000000 > $host_pll
guest_monitor vm1 cont > /dev/null
same "notify: paused, and told the last afterwards" "$(told 768000000)" "$(event)"

clk "$gate" enabled 1
echo 200 > $VM/hold_ms
guest_monitor vm1 stop > /dev/null
check "hold_ms bounds the wait" within 60 is_off gate3
guest_monitor vm1 cont > /dev/null
same "after that the guest reads off" "0 00000000 00000000 00000000" "$(g vm1 "/add/scmi_tool msg 0x14 11 $gate 0")"
echo 3600000 > $VM/hold_ms

g vm1 "/add/scmi_tool msg 0x14 7 $gate 1 0" > /dev/null
check "before a reset: on" is_on gate3
guest_monitor vm1 system_reset > /dev/null
check "reset: the guest comes again" g vm1 "modprobe scmi_server_consumer && $THERE"
check "reset: the vote is gone" is_off gate3
same "reset: the successor starts clean" "0 00000000 00000000 00000000" "$(g vm1 "/add/scmi_tool msg 0x14 11 $gate 0")"
echo 792000000 > $host_pll
same "reset: the successor asks to be told" 0 "$(g vm1 "/add/scmi_tool msg 0x14 9 $pll 1")"
echo 816000000 > $host_pll
same "reset: and was not told before" "$(told 816000000)" "$(event)"

clk "$gate" enabled 1
check "before quit: on" is_on gate3
guest_monitor vm1 quit > /dev/null
check "quit: the vote is gone" within 60 is_off gate3
guest_wait vm1 120

check "a new guest" start vm1 --clocks "$n"
clk "$gate" enabled 1
check "before shutdown: on" is_on gate3
g vm1 "poweroff -f &" > /dev/null 2>&1
guest_wait vm1 120
check "shutdown: the vote is gone" within 60 is_off gate3

# --- two guests, one clock; and a sudden death ------------------------------

mkdir $AGENTS/vm2 $AGENTS/vm2/devices/fe860000.shared1
echo 3600000 > $AGENTS/vm2/hold_ms
for c in $AGENTS/vm2/devices/fe860000.shared1/clock*; do
	echo "get state" > "$c/access"
done
echo 1 > $AGENTS/vm2/devices/fe860000.shared1/enable
echo 1 > $AGENTS/vm2/live
check "a new guest vm1" start vm1 --clocks "$n"
check "and a guest vm2" start vm2 --clocks 2
clk "$gate" enabled 1
check "vm1 on: on" is_on gate3
g vm2 "echo 1 > $CONS/c0/enabled"
check "both on: on" is_on gate3
clk "$gate" enabled 0
check "vm1 off, vm2 on: on" is_on gate3
clk "$gate" enabled 1
guest_kill vm2
within 60 grep -qx attached $AGENTS/vm2/state
check "vm2 killed, vm1 on: on" is_on gate3
same "state of vm2: attached" attached "$(cat $AGENTS/vm2/state)"
guest_kill vm1
check "vm1 killed: off" within 60 is_off gate3
same "what the host holds stays on" "$held" "$(awk '$2 == 1 { print $1 }' $HW/state)"

agent_remove vm1
agent_remove vm2
same "all is as it was" "$held" "$(awk '$2 == 1 { print $1 }' $HW/state)"
for c in osc gate0; do
	echo 0 > $host/$c/enabled
done
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
