#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086,SC2012
#
# scmictl and the server: every verb, on the simulated hardware, and what the
# kernel says when it refuses. What needs no kernel is in tools/scmi/tests.

HERE=$(dirname "$0")
. "$HERE/ktap.sh"

CTL=$HERE/scmictl
VM=$AGENTS/vm1
CAMERA=$VM/devices/fe900000.camera
TRANSPORT=/sys/bus/platform/drivers/scmi_virtio_transport

scmi_up()
{
	[ -e /sys/kernel/debug/scmi/0/raw/message ]
}

# The stock client must let go before its device can go.
client()
{
	[ ! -e $TRANSPORT/$1 ] || echo firmware:scmi > $TRANSPORT/$1 2> /dev/null
}

# done_ NAME COMMAND...: it succeeds, and says nothing on stderr
done_()
{
	_n=$1
	shift
	"$CTL" "$@" > /tmp/out 2> /tmp/err
	same "$_n" "0 " "$? $(cat /tmp/err)"
}

# refused NAME STATUS ERROR COMMAND...: with this error, and all as it was
refused()
{
	_n=$1
	_s=$2
	_e=$3
	shift 3
	"$CTL" save > /tmp/before
	"$CTL" "$@" > /tmp/out 2> /tmp/err
	same "$_n" "$_s scmictl: $_e" "$? $(cat /tmp/err)"
	"$CTL" save > /tmp/after
	check "$_n: nothing is left" cmp /tmp/before /tmp/after
}

status()
{
	msg "$@" | cut -d' ' -f1
}

modprobe scmi_server_simhw || exit 1
modprobe scmi_server_vdpa || exit 1
modprobe virtio_vdpa || exit 1
modprobe scmi_server_consumer || exit 1
before=$(cat $HW/state)

echo "KTAP version 1"

# --- needs ------------------------------------------------------------------

done_ "needs" needs fe900000.camera
same "needs: all of it" "/simhw/camera@fe900000
clock0 bus /simhw 21
clock1 pixel /simhw 23
power0 - /simhw-power 1
reset0 core /simhw-reset 0
reset1 phy /simhw-reset 1
supply-vdd vdd /simhw-supply/vdd-core \"vdd-core\", off, $(cat $HW/supplies/vdd-core/uv) uV
supply-vio vio /simhw-supply/vio \"vio\", off, $(cat $HW/supplies/vio/uv) uV
not by SCMI: phys" "$(sed 's/^ *//; s/  */ /g' /tmp/out)"
done_ "needs: by its path" needs /simhw/camera@fe900000
done_ "needs: who else" needs fe910000.trio0
same "needs: who else, and its driver" 4 \
	"$(grep -c 'fe940000.host-user as .*, driver scmi-test-consumer$' /tmp/out)"
check "needs: a domain, by who is in it" grep -q 'power0 .* "shared[_3]*", off$' /tmp/out
mkdir -p $AGENTS/x/devices/fe810000.uart
echo 1 > $AGENTS/x/devices/fe810000.uart/enable
done_ "needs: granted" needs fe810000.uart
check "needs: a clock, by who has it" grep -q 'clock0 .* "gate1", off, 24000000 Hz$' /tmp/out
rmdir $AGENTS/x/devices/fe810000.uart
for d in fe800000.usb fe810000.uart fe820000.gpu fe890000.bulk fe900000.camera fe930000.trio2 \
	fe960000.resets fe970000.supplies fe980000.twopd; do
	"$CTL" needs $d | awk '$1 ~ /^(clock|reset|power|supply-)/ { print $1 }' | sort > /tmp/needs
	mkdir -p $AGENTS/x/devices/$d
	(cd $AGENTS/x/devices/$d && ls -d -- */ | tr -d / | sort) > /tmp/has
	check "needs: $d: as the kernel" cmp /tmp/needs /tmp/has
	rmdir $AGENTS/x/devices/$d
done
rmdir $AGENTS/x

# --- agents and grants --------------------------------------------------------

done_ "agent add" agent add vm1 --id 7 --hold-ms 1234 --trusted
same "agent add: as told" "7 1234 1" "$(cat $VM/agent_id $VM/hold_ms $VM/trusted | xargs)"
refused "agent add: there already" 1 "cannot make agents/vm1: File exists" agent add vm1
refused "agent add: bad name" 1 \
	"cannot make agents/a b: Invalid argument (letters, digits, '.', '_' and '-' only)" agent add "a b"
refused "agent add: id taken" 1 \
	'cannot write "7" to agents/x/agent_id: File exists (another agent has this id)' agent add x --id 7
refused "live: nothing" 1 \
	'cannot write "1" to agents/vm1/live: No data available (no device is granted and enabled)' live vm1 on
done_ "grant" grant vm1 fe900000.camera --clock pixel:min=70M,max=300MHz,access=get+state+rate \
	--clock bus:policy=floor,id=5 --supply vdd:max=1V --reset '*:access=get+pulse' \
	--power power0:access=get --deny reset
same "grant: as told" "70000000 300000000 get state rate floor 5 1000000 get pulse get pulse get reset 1" "$(
	cd $CAMERA && cat clock1/rate_min_hz clock1/rate_max_hz clock1/access clock0/rate_policy \
		clock0/id supply-vdd/max_uv reset0/access reset1/access power0/access denied enable | xargs)"
refused "grant: twice" 1 "cannot make agents/vm1/devices/fe900000.camera: File exists" \
	grant vm1 fe900000.camera
refused "grant: bad right" 1 \
	'cannot write "get fly" to agents/vm1/devices/fe800000.usb/clock0/access: Invalid argument (no such right: "fly")' \
	grant vm1 fe800000.usb --clock ref:access=get+fly
refused "grant: no rate within" 1 \
	'cannot write "1" to agents/vm1/devices/fe800000.usb/clock0/rate_max_hz: Invalid argument (the lower limit would be above the upper)' \
	grant vm1 fe800000.usb --clock ref:min=2,max=1
"$CTL" grant vm1 fe880000.deferred > /dev/null 2> /tmp/err
same "grant: no provider" "1 1" "$? $(grep -c 'Resource temporarily unavailable' /tmp/err)"
check "grant: no provider: nothing is left" [ ! -e $VM/devices/fe880000.deferred ]
done_ "grant: a resource" grant vm1 --resource pll:type=clock,provider=/simhw,args=2,max=1G,policy=shared
same "grant: a resource: as told" "clock /simhw 2 1000000000 shared granted" \
	"$(cd $VM/resources/pll && cat type provider args max policy state | xargs)"
refused "grant: no such clock" 1 "the device has no clock fish" grant vm1 fe800000.usb --clock fish:id=1
done_ "change" change vm1 fe900000.camera --clock pixel:min=80M,max=90M --reset core:access=get --allow
same "change: as told" "80000000 90000000 get none" "$(
	cd $CAMERA && cat clock1/rate_min_hz clock1/rate_max_hz reset0/access denied | xargs)"
done_ "change: up" change vm1 fe900000.camera --clock pixel:min=200M,max=300M
done_ "change: and down" change vm1 fe900000.camera --clock pixel:min=70M,max=150M
refused "change: half of it" 1 \
	'cannot write "fish" to agents/vm1/devices/fe900000.camera/clock1/rate_policy: Invalid argument (one of range, shared, floor, exclusive)' \
	change vm1 fe900000.camera --clock bus:access=get --clock pixel:policy=fish
done_ "change: a resource" change vm1 pll --clock pll:max=800M --deny clock
same "change: a resource: as told" "800000000 clock" \
	"$(cat $VM/resources/pll/max $VM/resources/pll/denied | xargs)"
done_ "change: a resource, back" change vm1 pll --allow
done_ "grant: another resource" grant vm1 --resource gate:type=clock,provider=/simhw,args=5
done_ "live" live vm1 on
refused "change: ids are frozen" 1 \
	'cannot write "9" to agents/vm1/devices/fe900000.camera/clock0/id: Device or resource busy (ids are frozen while the grant is enabled or the agent live)' \
	change vm1 fe900000.camera --clock bus:id=9
"$CTL" agent add vm2
refused "grant: another has it" 1 \
	"cannot write \"1\" to agents/vm2/devices/fe810000.uart/enable: Device or resource busy (vm2:fe810000.uart: clock \"gate1\" is granted to agent vm1 through gate; allow both with 'shared')" \
	grant vm2 fe810000.uart
refused "attach: not live" 1 \
	"cannot attach vm2: No such device; is the module scmi_server_vdpa loaded, and the agent live?" attach vm2
done_ "grant: shared" grant vm2 fe900000.camera --shared
done_ "agent list" agent list
same "agent list: both" "vm1 vm2" "$(awk '{ print $1 }' /tmp/out | xargs)"
done_ "agent show" agent show vm1
same "agent show: limits" 1 "$(grep -c 'clock1 .*within 70000000..150000000, range' /tmp/out)"
done_ "agent show, JSON" -j agent show vm1
same "agent show, JSON: state" 1 "$(grep -c '"state": "live"' /tmp/out)"

# --- the channel, and looking on ------------------------------------------------

done_ "attach" attach vm1
same "attach: a channel" vdpa:vm1 "$(cat $VM/channel)"
done_ "attach: again" attach vm1
client bind
check "the client is there" within 60 scmi_up
clk=$(cat $CAMERA/clock1/id)
"$CTL" trace vm1 --count 2 > /tmp/trace 2> /tmp/err &
trace=$!
check "trace: its buffer" within 60 sh -c 'grep -q 1 /sys/kernel/tracing/instances/scmictl-*/events/scmi_server/scmid_msg/enable'
same "a rate" 0 "$(status 0x14 5 0 $clk 148500000 0)"
wait $trace
same "trace: ends" "0 " "$? $(cat /tmp/err)"
check "trace: decoded" grep -q ' msg clock RATE_SET .*SUCCESS' /tmp/trace
check "trace: nothing is left" sh -c '! ls -d /sys/kernel/tracing/instances/scmictl-* 2> /dev/null'
same "a clock on" 0 "$(status 0x14 7 $clk 1 0)"
done_ "who" who pixel
same "who: all of it" "clock pixel: on, 148500000 Hz
  vm1:fe900000.camera/clock1, id $clk: on, 148500000 Hz, within 70000000..150000000, range
  vm2:fe900000.camera/clock1, id 1, shared: off, range
  because: vm1:fe900000.camera/clock1 asked for it last" "$(cat /tmp/out)"
done_ "who: all" who
done_ "who, JSON" -j who clock:pixel
"$CTL" who fish 2> /tmp/err
same "who: nobody" "1 scmictl: nobody was granted fish" "$? $(cat /tmp/err)"
(
	sleep 0.3
	for _ in 1 2 3 4 5; do status 0x14 6 $clk; done
	status 0x14 6 999
) > /dev/null &
"$CTL" -j top --count 1 --interval 2 > /tmp/out
wait
same "top: how long they took" ordered "$(sed -n 's/.*"p\(50\|90\|99\)_ns": \([0-9]*\).*/\2/p' /tmp/out |
	awk 'NR == 1 && $1 >= 512 { ok++ } NR > 1 && $1 >= last { ok++ } { last = $1 }
		END { print ok == 3 && NR == 3 ? "ordered" : "not" }')"
"$CTL" -j top --count 1 --interval 0.01 > /tmp/idle
same "top: no commands, no times" 0 "$(grep -c _ns /tmp/idle)"
same "top: refusals" 1 "$(grep -c '"refused_per_second": 0\.[45]' /tmp/out)"
done_ "graph" graph
same "graph: one clock, two agents" "2 1" \
	"$(grep -c -- '-> "clock /simhw 23"' /tmp/out) $(grep -c '^	"clock /simhw 23" ' /tmp/out)"

# --- the guest's devicetree -------------------------------------------------------

done_ "dt" dt vm1 --devices
same "dt: ids of configfs" "clocks = <&scmi_clk 5>, <&scmi_clk $clk>;" \
	"$(sed -n 's/^\t\t\(clocks = .*\)/\1/p' /tmp/out)"
same "dt: limits" 1 "$(grep -c 'regulator-max-microvolt = <1000000>;' /tmp/out)"
same "dt: each protocol" "11 14 16 17" \
	"$(sed -n 's/.*protocol@\([0-9]*\) .*/\1/p' /tmp/out | xargs)"
done_ "dt: of the host's own blob" dt vm1 --devices --merge /sys/firmware/fdt --output /tmp/dtb
check "dt: a blob" [ "$(head -c 4 /tmp/dtb | od -An -tx1 | xargs)" = "d0 0d fe ed" ]

# --- save, clear, restore ------------------------------------------------------------

done_ "save" save /tmp/all
client unbind
done_ "detach" detach vm1
same "detach: no channel" none "$(cat $VM/channel)"
done_ "restore: attached again" restore /tmp/all
same "restore: attached" vdpa:vm1 "$(cat $VM/channel)"
client unbind
done_ "clear" clear
same "clear: nothing" "" "$(ls $AGENTS)"
same "clear: no clock is on that was off" "$(echo "$before" | awk '{ print $1, $2 }')" \
	"$(awk '{ print $1, $2 }' $HW/state)"
done_ "restore" restore /tmp/all
"$CTL" save /tmp/again
check "restore: byte by byte" cmp /tmp/all /tmp/again
gen=$(cat $VM/generation)
done_ "restore: again" restore --exact /tmp/all
same "restore: again: nothing was done" "$gen" "$(cat $VM/generation)"
client unbind
sed 's/"get state rate"/"get fly"/' /tmp/all > /tmp/bad
"$CTL" clear
refused "restore: refused in the middle" 1 \
	'cannot write "get fly" to agents/vm1/devices/fe900000.camera/clock1/access: Invalid argument (no such right: "fly")' \
	restore /tmp/bad
sed 's/"version": 1/"version": 2/' /tmp/all > /tmp/newer
refused "restore: newer" 1 "/tmp/newer has version 2, and this knows 1: use a newer scmictl" restore /tmp/newer
mkdir /tmp/full
mount -t tmpfs -o size=4k full /tmp/full
echo old > /tmp/full/save
dd if=/dev/zero of=/tmp/full/fill bs=1k count=64 2> /dev/null
refused "save: full disk" 1 "cannot write /tmp/full/save: No space left on device" save /tmp/full/save
same "save: full disk: the old one stays" "fill old save" \
	"$(ls /tmp/full | head -n 1) $(cat /tmp/full/save) $(ls /tmp/full | tail -n 1)"
umount /tmp/full

# Providers that come late, and who shares what, whatever the order
"$CTL" agent add a
"$CTL" agent add b
"$CTL" grant b fe910000.trio0
"$CTL" grant a fe920000.trio1 --shared
"$CTL" live a on
"$CTL" save /tmp/shared
"$CTL" clear
echo simhw-reset > /sys/bus/platform/drivers/scmi-simhw-reset/unbind
"$CTL" restore /tmp/shared 2> /tmp/err
same "restore: a provider is missing" "1 1 " \
	"$? $(grep -c 'Resource temporarily unavailable' /tmp/err) $(ls $AGENTS)"
(
	sleep 1
	echo simhw-reset > /sys/bus/platform/drivers/scmi-simhw-reset/bind
) &
done_ "restore: waits for it" restore --wait 60 /tmp/shared
wait
same "restore: who shares comes second" "1 1" \
	"$(cat $AGENTS/a/devices/*/enable $AGENTS/b/devices/*/enable | xargs)"

# --- any configuration: the same after clear and restore --------------------------------

# random_commands SEED: what makes one; some of it is refused, which is as well
random_commands()
{
	awk -v seed="$1" '
	function n(max) { return int(rand() * max) }
	function any(list,  w) { return w[1 + n(split(list, w, " "))] }
	BEGIN {
		srand(seed)
		split("fe800000.usb fe820000.gpu fe840000.audio fe900000.camera fe910000.trio0 " \
		      "fe920000.trio1 fe970000.supplies fe980000.twopd !simhw!special@fe8c0000", dev, " ")
		agents = 1 + n(3)
		for (i = 0; i < agents; i++) {
			a = "r" i
			print "agent add " a (n(2) ? " --id " 10 + n(200) : "") (n(3) ? "" : " --trusted")
			for (d = 1; d <= 9; d++) {
				if (n(2))
					continue
				o = n(2) ? " --shared" : ""
				if (!n(3)) o = o " --deny " any("clock power reset voltage")
				if (n(2)) o = o " --clock clock0:max=" 100 + n(900) "M"
				if (n(2)) o = o " --clock clock1:access=" any("get get+state none rate get+parent")
				if (n(2)) o = o " --clock *:policy=" any("shared floor exclusive")
				if (!n(3)) o = o " --clock clock0:id=" 20 + n(50)
				if (!n(3)) o = o " --reset *:access=" any("get assert pulse")
				if (!n(3)) o = o " --supply vdd:max=" 900 + n(300) "mV"
				if (!n(4)) o = o " --no-enable"
				print "grant " a " " dev[d] o
				# Without what was too much
				print "grant " a " " dev[d] " --shared"
			}
			if (n(2)) print "grant " a " --resource pll:type=clock,provider=/simhw,args=" 2 + n(3) ",max=" n(999) "M"
			if (n(2)) print "grant " a " --resource rail:type=supply,provider=" any("v-narrow /simhw-supply/vfix")
			if (n(2)) print "grant " a " --resource line:type=reset,provider=/simhw-reset,args=" n(7)
			if (n(2)) print "grant " a " --resource dom:type=power,provider=/simhw-power,args=" n(6) " --shared"
			if (n(2)) print "live " a " on"
		}
	}'
}

seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
echo "# seed: $seed"
bad=0
sizes=
for i in $(seq "${ROUNDS:-12}"); do
	"$CTL" clear || bad=$((bad + 1))
	random_commands $((seed + i)) | while read -r line; do
		# shellcheck disable=SC2086
		set -f; "$CTL" $line > /dev/null 2>&1
	done
	"$CTL" save /tmp/r1
	sizes="$sizes $(grep -c '"enable": 1' /tmp/r1)"
	"$CTL" clear || bad=$((bad + 1))
	if ! { "$CTL" restore /tmp/r1 && "$CTL" save /tmp/r2 && cmp /tmp/r1 /tmp/r2; }; then
		echo "# configuration $((seed + i))"
		bad=$((bad + 1))
	fi
	# From one that is quite different, while it is there
	if [ -e /tmp/r0 ]; then
		if ! { "$CTL" restore --exact /tmp/r0 && "$CTL" save /tmp/r2 &&
		       cmp /tmp/r0 /tmp/r2; }; then
			echo "# configuration $((seed + i - 1)) after $((seed + i))"
			bad=$((bad + 1))
		fi
	fi
	mv /tmp/r1 /tmp/r0
done
echo "# grants:$sizes"
same "random configurations" 0 $bad

# --- a dry run is a script ---------------------------------------------------------------

"$CTL" clear
done_ "dry run: restore" -n restore /tmp/all
grep -v '^vdpa' /tmp/out > /tmp/script
same "dry run: nothing was done" "" "$(ls $AGENTS)"
check "dry run: the script works" sh -e /tmp/script
sed 's/"attached": 1/"attached": 0/' /tmp/all > /tmp/wanted
"$CTL" save /tmp/again
check "dry run: the script does the same" cmp /tmp/wanted /tmp/again
done_ "revoke" revoke vm1 pll
check "revoke: it is gone" [ ! -e $VM/resources/pll ]
done_ "live off" live vm1 off
same "live off: so it is" 0 "$(cat $VM/live)"
done_ "agent del" agent del vm1
check "agent del: it is gone" [ ! -e $VM ]
"$CTL" clear
rmmod scmi_server_vdpa
"$CTL" agent add vm1
"$CTL" grant vm1 fe810000.uart
"$CTL" live vm1 on
"$CTL" attach vm1 2> /tmp/err
same "attach: no module" 1 "$?"
check "attach: no module: says so" grep -q 'is the module scmi_server_vdpa loaded' /tmp/err
"$CTL" clear
rmmod scmi_server
"$CTL" agent list 2> /tmp/err
same "no server" "1 scmictl: no $CFS: is the module scmi_server loaded, and configfs mounted?" \
	"$? $(cat /tmp/err)"

finish
