#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scmictl on made-up trees: boards, every verb, changes that fail, random
# configurations, and what --help, the manual page and the completion say.
#
#   run.sh DIR [golden]   DIR has the programs; golden: write what is expected

set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
golden=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C ASAN_OPTIONS=detect_leaks=0
N=0 FAILED=0

pass() {
	N=$((N + 1))
	echo "ok $N - $1"
}

fail() {
	N=$((N + 1))
	FAILED=$((FAILED + 1))
	echo "not ok $N - $1"
}

# same NAME WANTED GOT
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | sed 's/^/# /'
	fi
}

root=
ctl() {
	"$bin/scmictl" --root "$root" "$@"
}

# fresh BOARD: a made-up host
fresh() {
	root=$work/root
	rm -rf "$root"
	mkdir "$root"
	dtc -q -I dts -O dtb -o "$work/board.dtb" "$here/boards/$1.dts" &&
		"$bin/unflatten" "$work/board.dtb" "$root"
}

# refused NAME STATUS WORDS COMMAND...: one line on stderr with these words
refused() {
	local name=$1 status=$2 words=$3 before after rc=0 err
	shift 3
	before=$(ctl save)
	err=$(ctl "$@" 2>&1 > /dev/null) || rc=$?
	after=$(ctl save)
	same "$name: status" "$status" "$rc"
	same "$name: one line" 1 "$(printf '%s\n' "$err" | wc -l)"
	case $err in
	"scmictl: "*$words*) pass "$name: says why" ;;
	*)
		fail "$name: says why"
		echo "# $err"
		;;
	esac
	same "$name: nothing has changed" "$before" "$after"
}

# expect FILE COMMAND...: its output is that of the file, whose first line is ours
expect() {
	local file=$here/boards/$1 name=$1
	shift
	"$@" > "$work/got" 2>&1
	if [ -n "$golden" ]; then
		{ echo "// SPD""X-License-Identifier: GPL-2.0" && cat "$work/got"; } > "$file"
	fi
	same "$name" "$(tail -n +2 "$file")" "$(cat "$work/got")"
}

echo "KTAP version 1"

# --- boards: what devices need, and the guest's devicetree --------------------

board() {
	local b=$1 d
	shift
	fresh "$b"
	ctl agent add vm1
	for d; do
		echo "== $d"
		ctl needs "$d"
		ctl grant vm1 "$d"
	done > "$work/needs" 2>&1
	expect "$b.needs" cat "$work/needs"
	ctl live vm1 on
	expect "$b.guest" ctl dt vm1 --devices
	same "$b: dtc has nothing to say" "" \
		"$(ctl dt vm1 --devices | dtc -I dts -O dtb -o /dev/null - 2>&1)"
	same "$b: nor of the SCMI node alone" "" \
		"$(ctl dt vm1 | dtc -I dts -O dtb -o /dev/null - 2>&1)"
	same "$b: nor of an overlay" "" \
		"$(ctl dt vm1 --overlay --devices | dtc -@ -I dts -O dtb -o "$work/o.dtbo" - 2>&1)"
	dtc -q -I dts -O dtb -@ -o "$work/base.dtb" "$here/boards/virt.dts"
	ctl dt vm1 --devices --merge "$work/base.dtb" --output "$work/merged.dtb"
	same "$b: nor of what is merged" "" \
		"$(dtc -I dtb -O dtb -o /dev/null "$work/merged.dtb" 2>&1)"
	same "$b: the same as by fdtoverlay" "" "$(
		fdtoverlay -i "$work/base.dtb" -o "$work/applied.dtb" "$work/o.dtbo"
		diff <(strip "$work/applied.dtb") <(strip "$work/merged.dtb"))"
}

# strip BLOB: what does not depend on who numbers the phandles
strip() {
	dtc -q -s -I dtb -O dts "$1" | awk '
		/__symbols__|__fixups__|__local_fixups__/ { skip = 1 }
		!skip && !/phandle = / { print }
		skip && /^\t};/ { skip = 0 }' |
		sed -E 's/(clocks|resets|power-domains|-supply) = .*/\1/'
}

board imx8mp 30890000.serial 30b50000.mmc 32e40000.csi 32f10100.usb 38300000.video-codec
board rk3588 fb000000.gpu fdab0000.npu fe1c0000.ethernet
board bcm2711 7e201000.serial 7e801000.csi 7ef00700.hdmi /emmc2bus/mmc@7e340000 7ec00000.gpu
ctl dt vm1 --devices --merge "$work/merged.dtb" --output "$work/twice.dtb"
same "merged twice: the same" "" "$(diff <(dtc -q -I dtb -O dts "$work/merged.dtb") \
	<(dtc -q -I dtb -O dts "$work/twice.dtb"))"
same "what a blob reserves stays" "0x47f00000 0x100000" \
	"$(dtc -q -I dtb -O dts "$work/merged.dtb" |
		sed -nE 's,^/memreserve/\s+0x0*([0-9a-f]+) 0x0*([0-9a-f]+);.*,0x\1 0x\2,p')"

# Numbers behind the phandles are ids, in order and of the right protocol.
fresh imx8mp
ctl agent add vm1
ctl grant vm1 30b50000.mmc --clock per:id=7 --supply vqmmc:access=get+state
ctl grant vm1 32f10100.usb
ctl grant vm1 38100000.usb
ctl live vm1 on
ctl dt vm1 --devices > "$work/dts"
same "ids are those of configfs" \
	"clocks = <&scmi_clk 0>, <&scmi_clk 1>, <&scmi_clk 7>;" \
	"$(sed -n '/mmc@/,/^\t};/s/^\t\t\(clocks.*\)/\1/p' "$work/dts")"
same "assigned rates follow" \
	"assigned-clock-rates = <400000000>; assigned-clocks = <&scmi_clk 7>;" \
	"$(sed -n '/mmc@/,/^\t};/s/^\t\t\(assigned.*\)/\1/p' "$work/dts" | sort | xargs)"
same "no limits without the right to set" 1 \
	"$(grep -c regulator-max-microvolt "$work/dts")"
same "a device in another is there once" 1 "$(grep -c 'usb@38100000 {' "$work/dts")"
same "and has what it was granted" 1 \
	"$(sed -n '/usb@38100000 {/,/};/p' "$work/dts" | grep -c 'clocks = <&scmi_clk')"
ctl agent add bare
same "nothing granted: no protocol" "" "$(ctl dt bare | grep protocol@)"
refused "dt: no blob" 1 "is no devicetree blob" dt vm1 --merge "$here/run.sh"
refused "dt: a blob that is cut off" 1 "is no devicetree blob" dt vm1 --merge \
	<(head -c 100 "$work/base.dtb")
refused "dt: no file" 1 "No such file" dt vm1 --merge "$work/none"
refused "dt: no such directory" 1 "No such file" dt vm1 --output "$work/none/x"

# --- what can be called wrongly ------------------------------------------------

refused "no verb" 2 "what is to be done"
refused "another verb" 2 'no verb "fly"' fly
refused "another agent verb" 2 'no verb "agent fly"' agent fly
refused "another option" 2 "no option --fly" agent list --fly
refused "an option of another verb" 2 "no option --shared" agent add x --shared
refused "too few" 2 "usage: scmictl revoke" revoke vm1
refused "too many" 2 "usage: scmictl agent list" agent list vm1
refused "live: neither" 2 '"on" or "off"' live vm1 maybe
refused "id: no number" 2 "not a number" agent add x --id one
refused "id: too large" 2 "not a number" agent add x --id 256
refused "an option without its value" 2 "needs a" agent add x --id
refused "grant: nothing" 2 "grant what" grant vm1
refused "grant: no colon" 2 "NAME:KEY=VAL" grant vm1 30890000.serial --clock ipg
refused "grant: no key" 2 "what is fly" grant vm1 30890000.serial --clock ipg:fly=1
refused "grant: no rate" 2 "is no rate" grant vm1 30890000.serial --clock ipg:max=fast
refused "grant: reset with limits" 2 "has no limits" grant vm1 30890000.serial --reset x:max=1
refused "grant: a resource needs a type" 2 "needs a type" grant vm1 --resource x:args=1
refused "grant: no such type" 2 "no type" grant vm1 --resource x:type=fish,provider=/a
refused "vm: printed without a file" 2 "--dtb FILE" vm vm1 --print -- qemu
refused "vm: XML as JSON" 2 "prints XML" -j vm vm1 --libvirt --dtb x -- qemu
refused "dt: overlay and merge" 2 "either" dt vm1 --overlay --merge x
refused "change: allow and deny" 2 "either" change vm1 30b50000.mmc --allow --deny clock

# --- what is refused -----------------------------------------------------------

refused "agent add: there already" 1 "File exists" agent add vm1
refused "agent add: long name" 1 "File name too long" agent add abcdefghijklmnop
refused "agent add: id is taken" 1 "File exists" agent add x --id 1
refused "agent del: none such" 1 "there is no agent x" agent del x
refused "agent show: no name" 1 "is no name of an agent" agent show ../..
refused "grant: no agent" 1 "there is no agent x" grant x 30890000.serial
refused "grant: no device" 1 "there is no device 1.none" grant vm1 1.none
refused "grant: no node" 1 "there is no node /none" grant vm1 /none
refused "grant: twice" 1 "File exists" grant vm1 30b50000.mmc
refused "grant: no such clock" 1 "has no clock fish" grant vm1 30890000.serial \
	--clock fish:access=get
refused "grant: no such right" 1 "Invalid argument" grant vm1 30890000.serial \
	--clock ipg:access=fly
refused "grant: crossed limits" 1 "Invalid argument" grant vm1 30890000.serial \
	--clock ipg:min=2M,max=1M
refused "grant: no such provider" 1 "No such device" grant vm1 \
	--resource x:type=clock,provider=/none
ctl agent add vm2
refused "grant: another has it" 1 "Device or resource busy" grant vm2 30b50000.mmc
refused "change: not granted" 1 "was not granted" change vm1 fish --clock a:max=1
refused "change: half of it" 1 "Invalid argument" change vm1 30b50000.mmc \
	--clock ipg:max=100M --clock per:access=fly
refused "revoke: not granted" 1 "was not granted" revoke vm1 fish
refused "revoke: a path" 1 "was not granted" revoke vm1 ../vm1
refused "live: nothing enabled" 1 "No data" live vm2 on
refused "attach: not live" 1 "not live" attach vm2
refused "needs: no device" 1 "there is no device" needs 1.none
refused "who: no debugfs" 1 "is debugfs mounted?" who
refused "trace: no tracefs" 1 "no tracefs" trace vm1
refused "restore: no file" 1 "No such file" restore "$work/none"
echo '{ "version": 2, "agents": [] }' > "$work/newer"
refused "restore: newer" 1 "has version 2" restore "$work/newer"
printf '{ "version": 1,\n "agents": [ }' > "$work/broken"
refused "restore: broken" 1 "is no JSON, in line 2" restore "$work/broken"
for t in '[]' '{}' '{ "version": "1", "agents": [] }' '{ "version": 1 }' \
	'{ "version": 1, "agents": [ {} ] }' '{ "version": 1, "agents": [ { "name": "../x" } ] }' \
	'{ "version": 1, "agents": [ { "name": "a" }, { "name": "a" } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "devices": 1 } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "devices": [ { "x": 1 } ] } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "devices": [ { "name": "b", "x": {} } ] } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "trusted": null } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "no_such": 1 } ] }' \
	'{ "version": 1, "agents": [ { "name": "a", "devices": [ { "name": "x.none" } ] } ] }'; do
	echo "$t" > "$work/bad"
	refused "restore: $t" 1 "" restore "$work/bad"
done
ctl save | sed 's,/soc@0/bus@30800000/mmc@30b50000,/elsewhere,' > "$work/moved"
ctl clear
refused "restore: a device that is elsewhere now" 1 "and was /elsewhere" restore "$work/moved"
refused "save: full" 1 "No space left" save /dev/full
refused "save: no directory" 1 "No such file" save "$work/none/x"
ctl agent add vm1
ctl grant vm1 30b50000.mmc
refused "dt: full" 1 "No space left" dt vm1 --output /dev/full
same "dt: a device stays one" "character special file" "$(stat -c %F /dev/full)"

# No right to anything: each verb that changes something or looks at it
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
	chmod 755 "$work" "$root"
	cp "$bin/scmictl" "$work/scmictl"
	mkdir -p "$root/sys/kernel/debug/scmi_server" "$root/sys/kernel/tracing/instances"
	chmod 700 "$root/sys/kernel/debug" "$root/sys/kernel/tracing"
	ctl agent add z
	ctl save "$work/other"
	chmod 644 "$work/other"
	ctl agent del z
	before=$(ctl save)
	while read -r -a words; do
		rc=0
		err=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$work/scmictl" \
			--root "$root" "${words[@]}" 2>&1 > /dev/null) || rc=$?
		case "$rc $(printf '%s\n' "$err" | wc -l) $err" in
		"1 1 scmictl: "*"Permission denied"*) pass "no permission: ${words[*]}" ;;
		*)
			fail "no permission: ${words[*]}"
			echo "# $rc $err"
			;;
		esac
	done <<-EOF
		agent add x
		agent del vm1
		grant vm1 30890000.serial
		change vm1 30b50000.mmc --deny clock
		revoke vm1 30b50000.mmc
		live vm1 on
		save $work/mine
		restore $work/other
		clear
		who
		top
		trace vm1
		dt vm1 --output $work/mine
	EOF
	same "no permission: nothing has changed" "$before" "$(ctl save)"
	rm -r "$root/sys/kernel/debug" "$root/sys/kernel/tracing"
fi
ctl agent del vm1
chmod 555 "$root/sys"
mv "$root/sys/kernel/config" "$work/config"
ctl agent list > "$work/err" 2>&1
same "no server" "1 scmictl: no $root/sys/kernel/config/scmi_server: is the module \
scmi_server loaded, and configfs mounted?" "$? $(cat "$work/err")"
mv "$work/config" "$root/sys/kernel/config"
chmod 644 "$root/sys/kernel/config/scmi_server/version"
echo 2 > "$root/sys/kernel/config/scmi_server/version"
same "another server" 1 "$(ctl agent list > "$work/err" 2>&1; echo $?)"

# --- a change that fails leaves nothing behind ----------------------------------

# faults NAME COMMAND...: fails at its first change, its second, and so on
faults() {
	local name=$1 n before bad=0
	shift
	before=$(ctl save)
	for ((n = 1; n < 1000; n++)); do
		if FAKE_FAIL=$n ctl "$@" > /dev/null 2> "$work/err"; then
			break
		fi
		if [ "$(wc -l < "$work/err")" != 1 ]; then
			sed 's/^/# /' "$work/err"
			bad=$((bad + 1))
		fi
		if [ "$(ctl save)" != "$before" ]; then
			echo "# change $n:"
			diff <(printf '%s\n' "$before") <(ctl save) | sed 's/^/# /'
			bad=$((bad + 1))
			ctl restore --exact <(printf '%s\n' "$before")
		fi
	done
	same "faults: $name, $((n - 1)) places" 0 "$bad"
	[ "$n" -gt "$min_places" ] || fail "faults: $name: too few places"
}

# signals NAME STATE COMMAND...: interrupted anywhere, it is done, as in file STATE,
# or it is as before
signals() {
	local name=$1 done=$2 n before bad=0 rc=0
	shift 2
	before=$(ctl save)
	for ((n = 1; n < 1000; n++)); do
		rc=0
		FAKE_SIGNAL=$n ctl "$@" > /dev/null 2>&1 || rc=$?
		[ "$rc" != 0 ] || break
		if [ "$rc" != 143 ] || [ "$(ctl save)" != "$(cat "$done")" ]; then
			bad=$((bad + 1))
		fi
		ctl restore --exact <(printf '%s\n' "$before")
	done
	same "signals: $name, $((n - 1)) places" 0 "$bad"
	[ "$n" -gt "$min_places" ] || fail "signals: $name: too few places"
}

fresh rk3588
min_places=3
faults "agent add" agent add vm1 --id 9 --hold-ms 5 --trusted
faults "grant" grant vm1 fb000000.gpu --shared --deny power --clock '*:min=100M,max=500MHz' \
	--clock core:policy=floor,id=9 --supply mali:max=900mV --power power0:access=get
faults "grant of a resource" grant vm1 \
	--resource pll:type=clock,provider=/clock-0,min=1M,max=24M,policy=shared,id=4 --shared
faults "change" change vm1 fb000000.gpu --clock core:min=600M,max=700M --clock '*:access=get' \
	--deny clock --deny voltage
ctl save "$work/one"
ctl clear
ctl agent add vm1 --id 9 --hold-ms 5 --trusted
signals "restore" "$work/one" restore "$work/one"
ctl restore "$work/one"
ctl live vm1 on
ctl attach vm1
ctl agent add vm2
ctl grant vm2 fb000000.gpu --shared
ctl grant vm2 fdab0000.npu
ctl live vm2 on
ctl save "$work/two"
ctl agent del vm1
ctl change vm2 fdab0000.npu --clock npu:max=300M
ctl revoke vm2 fb000000.gpu
ctl grant vm2 fe1c0000.ethernet
ctl agent add vm3 --id 9
faults "restore" restore --exact "$work/two"
same "restore: as the file" "$(cat "$work/two")" "$(ctl save)"
faults "agent del" agent del vm1
ctl restore "$work/two"
faults "clear" clear
same "clear: nothing" 0 "$(ctl -j agent list | grep -c name)"

# --- save and restore --------------------------------------------------------------

seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "# seed: $seed"
RANDOM=$((seed % 32768))
# pick WORD...: one of them in $it. Not in a subshell, which has a RANDOM of its own.
pick() {
	local n=$((RANDOM % $# + 1))
	it=${!n}
}

random_grant() {
	local opts=()
	((RANDOM % 2)) && opts+=(--shared)
	pick clock power reset voltage
	((RANDOM % 2)) && opts+=(--deny "$it")
	((RANDOM % 2)) && opts+=(--clock "clock0:min=${RANDOM}k,max=1G")
	pick get get+state none rate
	((RANDOM % 2)) && opts+=(--clock "clock1:access=$it")
	pick shared floor exclusive
	((RANDOM % 3)) || opts+=(--clock "*:policy=$it")
	((RANDOM % 3)) || opts+=(--clock "clock1:id=$((RANDOM % 100 + 20))")
	((RANDOM % 4)) || opts+=(--no-enable)
	ctl grant "$1" "$2" "${opts[@]}"
}

random_agent() {
	local opts=() d
	((RANDOM % 2)) && opts+=(--id $((RANDOM % 200 + 50)))
	((RANDOM % 3)) || opts+=(--trusted)
	((RANDOM % 3)) || opts+=(--hold-ms $RANDOM)
	ctl agent add "$1" "${opts[@]}" || return
	for d in fb000000.gpu fdab0000.npu fe1c0000.ethernet '!iommu@fdab9000'; do
		((RANDOM % 2)) && random_grant "$1" "$d"
	done
	pick range shared
	((RANDOM % 2)) && ctl grant "$1" --resource \
		"r$RANDOM:type=clock,provider=/clock-0,max=$RANDOM,policy=$it"
	pick vdd_npu_s0 /regulator-vdd-gpu
	((RANDOM % 2)) && ctl grant "$1" --resource "s$RANDOM:type=supply,provider=$it,min=500mV"
	((RANDOM % 2)) && ctl grant "$1" --resource \
		"t$RANDOM:type=reset,provider=/clock-controller@fd7c0000,args=$RANDOM"
	((RANDOM % 2)) && ctl live "$1" on && ((RANDOM % 2)) && ctl attach "$1"
}

# Some of it is refused, which is as well.
random_config() {
	local agents=$((RANDOM % 4 + 1)) i
	for ((i = 0; i < agents; i++)); do
		pick a b vm guest x1
		random_agent "$it$i"
	done
} > /dev/null 2>&1

fresh rk3588
bad=0
for ((round = 0; round < ${ROUNDS:-100}; round++)); do
	random_config
	ctl save "$work/a"
	ctl clear && [ "$(ctl -j agent list | grep -c name)" = 0 ] || bad=$((bad + 1))
	ctl restore "$work/a" || bad=$((bad + 1))
	ctl save "$work/b"
	cmp "$work/a" "$work/b" || bad=$((bad + 1))
	# Once more: nothing is to be done.
	ctl -n restore --exact "$work/a" > "$work/again" || bad=$((bad + 1))
	[ ! -s "$work/again" ] || bad=$((bad + 1))
	# From the last one, and with all that is different
	if [ -e "$work/last" ]; then
		ctl restore --exact "$work/last" || bad=$((bad + 1))
		ctl save "$work/b"
		diff "$work/last" "$work/b" || bad=$((bad + 1))
	fi
	cp "$work/a" "$work/last"
	ctl clear
done
same "$round random configurations: the same after clear and restore" 0 "$bad"
ctl agent add one --id 1
ctl agent add two --id 2
ctl save "$work/a"
ctl clear
ctl agent add one --id 2
ctl agent add two --id 1
same "agents that have each other's id" 0 "$(ctl restore "$work/a"; echo $?)"
same "agents that have each other's id: as the file" "$(cat "$work/a")" "$(ctl save)"
same "what is saved can be read by its owner only" 600 "$(stat -c %a "$work/a")"

# --- what the devicetree describes stays ------------------------------------------------

fresh rk3588
m7=$root/sys/kernel/config/scmi_server/agents/m7
ctl agent add m7
ctl grant m7 '!npu@fdab0000'
ctl live m7 on
touch "$m7/.described" "$m7/devices/!npu@fdab0000/.described"
chmod 644 "$m7/channel"
echo mbox:m7 > "$m7/channel"
ctl save "$work/described"
ctl grant m7 fe1c0000.ethernet
ctl agent add vm1
ctl save "$work/more"
same "described: clear" "scmictl: m7 stays: the devicetree describes it" "$(ctl clear 2>&1)"
same "described: others are gone" m7 "$(ctl agent list | awk '{ print $1 }')"
refused "described: agent del" 1 "the devicetree describes it" agent del m7
ctl revoke m7 fe1c0000.ethernet
refused "described: revoke" 1 "Operation not permitted" revoke m7 '!npu@fdab0000'
ctl change m7 '!npu@fdab0000' --clock npu:max=100M
same "described: restore" 0 "$(ctl restore --exact "$work/described"; echo $?)"
same "described: as the file" "$(cat "$work/described")" "$(ctl save)"
same "described: restore more" 0 "$(ctl restore "$work/more"; echo $?)"
same "described: more" "$(cat "$work/more")" "$(ctl save)"

# --- a processor with a mailbox ------------------------------------------------------

fresh mbox
m7=$root/sys/kernel/config/scmi_server/agents/m7
ctl agent add m7
ctl grant m7 '!soc!can@300000'
ctl grant m7 '!scmi-server!agent@7!core' --shared
ctl live m7 on
expect mbox.guest ctl dt m7 --devices
same "mailbox: dtc has nothing to say" "" \
	"$(ctl dt m7 --devices | dtc -I dts -O dtb -o /dev/null - 2>&1)"
same "mailbox: nor of an overlay" "" \
	"$(ctl dt m7 --devices --overlay | dtc -@ -I dts -O dtb -o /dev/null - 2>&1)"
ctl agent add m8
ctl grant m8 '!scmi-server!agent@7!core' --shared
same "mailbox: by virtio unless it is said" arm,scmi-virtio \
	"$(ctl dt m8 | sed -n 's/.*compatible = "\(.*\)";/\1/p')"
same "mailbox: it is said" "arm,scmi 2" \
	"$(ctl dt m8 --mailbox | sed -n 's/.*compatible = "\(.*\)";/\1/p') $(
	ctl dt m8 --mailbox | grep -cE '/\* (mboxes|shmem): ')"
refused "mailbox: no VMM" 1 "m7 has a mailbox, so it is no guest of QEMU" vm m7 -- true
chmod 644 "$root/sys/kernel/config/scmi_server/agents/m8/channel"
echo mbox:m8 > "$root/sys/kernel/config/scmi_server/agents/m8/channel"
refused "mailbox: no VMM, by its channel" 1 "m8 has a mailbox" vm m8 -- true

# --- a dry run changes nothing, and says all -----------------------------------------

fresh bcm2711
ctl agent add vm1
before=$(ctl save)
ctl -n grant vm1 7e201000.serial --clock uartclk:max=48M --deny clock > "$work/script"
same "dry run: nothing has changed" "$before" "$(ctl save)"
dir=$root/sys/kernel/config/scmi_server/agents/vm1/devices/7e201000.serial
same "dry run: what it would write" "mkdir '$dir'
echo 'clock' > '$dir/denied'
echo '48000000' > '$dir/clock0/rate_max_hz'
echo '1' > '$dir/enable'" "$(cat "$work/script")"
ctl grant vm1 7e201000.serial --clock uartclk:max=48M
ctl live vm1 on

# --- QEMU -------------------------------------------------------------------------------

cat > "$work/qemu" <<-'EOF'
	#!/bin/sh
	# Writes the devicetree that it is asked for, and shows what it was given.
	for a; do
		case $a in
		*dumpdtb=*) exec cp "$FAKE_BASE" "${a##*dumpdtb=}" 2> /dev/null ;;
		esac
	done
	while [ $# -gt 0 ]; do
		[ "$1" != -dtb ] || cp "$2" "$FAKE_GUEST"
		shift
	done
EOF
chmod +x "$work/qemu"
export FAKE_BASE=$work/base.dtb FAKE_GUEST=$work/guest.dtb
run=("$work/qemu" -M virt)
file=(--dtb "$work/x.dtb")
agent=$root/sys/kernel/config/scmi_server/agents/vm1
tail="-dtb $work/x.dtb -global virtio-mmio.force-legacy=false"
tail+=" -device vhost-vdpa-device,vhostdev=/dev/vhost-vdpa-7"
shared="-object memory-backend-memfd,id=scmi-mem,size=1G,share=on"
shared+=" -machine memory-backend=scmi-mem"
same "vm: a dry run" "vdpa dev add name vm1 mgmtdev scmi_server
qemu -M virt -m 1G -machine dumpdtb=base.dtb
scmictl dt vm1 --merge base.dtb --devices --output $work/x.dtb
qemu -M virt -m 1G $shared $tail" \
	"$(ctl -n vm vm1 "${file[@]}" -- qemu -M virt -m 1G)"
same "vm: a dry run changes nothing" none "$(cat "$agent/channel")"
same "vm: what is printed" "$work/qemu -M virt -m 1G $shared $tail" \
	"$(ctl vm vm1 --print "${file[@]}" -- "${run[@]}" -m 1G)"
same "vm: it is attached" vdpa:vm1 "$(cat "$agent/channel")"
same "vm: the devicetree that is kept" 1 \
	"$(dtc -q -I dtb -O dts "$work/x.dtb" | grep -c arm,scmi-virtio)"
same "vm: JSON" 1 "$(ctl -j vm vm1 --print "${file[@]}" -- "${run[@]}" | grep -c force-legacy)"
same "vm: runs it" 0 "$(ctl vm vm1 -- "${run[@]}" > /dev/null 2>&1; echo $?)"
same "vm: with the devicetree" "" "$(diff "$work/guest.dtb" "$work/x.dtb")"
same "vm: memory that is shared already" 0 \
	"$(ctl vm vm1 --print "${file[@]}" -- "${run[@]}" -machine memory-backend=m0 \
		-object memory-backend-memfd,id=m0,size=1G,share=on | grep -c scmi-mem)"
same "vm: the user's own devicetree" 1 \
	"$(ctl vm vm1 --print "${file[@]}" -- "${run[@]}" -dtb "$work/base.dtb" |
		grep -o -- ' -dtb ' | wc -l)"
odd="$work/it's <a> & b.dtb"
{
	echo "<domain>"
	ctl vm vm1 --libvirt --dtb "$odd" -- "${run[@]}" -m 1G
	echo "</domain>"
} > "$work/xml"
same "vm: libvirt: it is XML" "" "$(xmllint --noout "$work/xml" 2>&1)"
# xpath EXPRESSION: of that
xpath() {
	xmllint --xpath "$1" "$work/xml"
}
same "vm: libvirt: its devicetree" "$odd" "$(xpath 'string(/domain/dtb)')"
same "vm: libvirt: the same arguments" \
	"-global virtio-mmio.force-legacy=false -device vhost-vdpa-device,vhostdev=/dev/vhost-vdpa-7" \
	"$(xpath '/domain/*[local-name()="commandline"]/*[local-name()="arg"]/@value' |
		sed 's/^ *value="\(.*\)"$/\1/' | xargs)"
same "vm: libvirt: shared memory" shared "$(xpath 'string(/domain/memoryBacking/access/@mode)')"
ctl detach vm1
refused "vm: no such program" 1 "cannot run" vm vm1 -- "$work/none"
FAKE_BASE=$work/none refused "vm: no devicetree" 1 "gave no devicetree" vm vm1 -- "${run[@]}"
refused "vm: a devicetree that cannot be kept" 1 "No such file" vm vm1 --dtb "$work/none/x" \
	-- "${run[@]}"
same "vm: no files are left" "" \
	"$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'scmictl-*' -newer "$work/qemu")"

# --- what the guest is told by SCMI ----------------------------------------------------

fresh imx8mp
ctl agent add vm1
ctl grant vm1 30b50000.mmc --clock per:id=7
ctl grant vm1 32f10100.usb
ctl live vm1 on
agent=$root/sys/kernel/config/scmi_server/agents/vm1
dtc -q -I dts -O dtb -@ -o "$work/base.dtb" "$here/boards/virt.dts"
# told: the source of what the guest reads, without the fixups at its end
told() {
	dtc -q -I dtb -O dts "$agent/guest_overlay" | sed '/__local_fixups__/,$d'
}
same "describe" 0 "$(ctl describe vm1; echo $?)"
same "describe: one fragment, of the root" "target-path = /;" "$(told | grep target-path | xargs)"
same "describe: the SCMI node" 1 "$(told | grep -c '"arm,scmi-virtio"')"
same "describe: the protocol to ask again" 1 "$(told | grep -c 'protocol@d0 {')"
same "describe: no devices" 0 "$(told | grep -c '@30b50000')"
same "describe: nothing of the root's own" "" \
	"$(told | sed -n '/__overlay__ {/,/{/p' | grep -E 'cells|phandle')"
same "describe: dtc has nothing to say" "" \
	"$(dtc -I dtb -O dtb -o /dev/null "$agent/guest_overlay" 2>&1)"
same "describe: the same again is no change" "" "$(ctl -n describe vm1)"
same "describe: --devices" 0 "$(ctl describe vm1 --devices; echo $?)"
same "describe: the devices" 1 "$(told | grep -c 'mmc@30b50000 {')"
ctl dt vm1 --overlay --devices | dtc -q -@ -I dts -O dtb -o "$work/o.dtbo" -
fdtoverlay -i "$work/base.dtb" -o "$work/1.dtb" "$work/o.dtbo"
fdtoverlay -i "$work/base.dtb" -o "$work/2.dtb" "$agent/guest_overlay"
# resolved BLOB: each reference as the path it leads to
resolved() {
	dtc -q -s -I dtb -O dts "$1" | awk '
		/__symbols__|__fixups__|__local_fixups__/ { skip = 1 }
		!skip { print }
		skip && /^\t};/ { skip = 0 }' | perl -0777 -e '
		$_ = <STDIN>;
		my ($path, %at, @lines) = ("");
		for (split /\n/) {
			$path .= "/$1" if /^\s*(\S+) \{/;
			$at{hex $1} = $path if /\bphandle = <(0x[0-9a-f]+)>/;
			push @lines, $_ unless /\bphandle = /;
			$path =~ s{/[^/]*$}{} if /^\s*\};/;
		}
		for (@lines) {
			s/(0x[0-9a-f]+)/exists $at{hex $1} ? "&$at{hex $1}" : $1/ge
				if /\b(clocks|resets|power-domains|assigned-clocks|\S+-supply) = /;
			s/ (\d|0x[0-9a-f]+|&\S+)(?=[ >])/ X/g
				if /(clocks|resets|power-domains) = / && !/&/;
			print "$_\n";
		}'
}
same "describe: what a guest makes of it: the nodes of dt --overlay, and the protocol's" \
	"protocol@d0 { reg = <0xd0>; };" \
	"$(diff <(resolved "$work/1.dtb") <(resolved "$work/2.dtb") | sed -n 's/^[<>]//p' | xargs)"
same "describe: references lead where they should" 1 \
	"$(resolved "$work/2.dtb" | sed -n '/mmc@30b50000 {/,/};/p' |
		grep -cE '\bclocks = <&.*/firmware/scmi/protocol@14 .*/protocol@14 0x07>')"
same "describe: --target" 0 "$(ctl describe vm1 --target 30b50000.mmc=/intc@8000000 \
	--target 32f10100.usb=/pl011@9000000; echo $?)"
same "describe: where" "/ /intc@8000000 /pl011@9000000" \
	"$(told | sed -n 's/.*target-path = "\(.*\)";/\1/p' | xargs)"
same "describe: what is added there, and no more" "assigned-clock-rates assigned-clocks clock-names \
clocks power-domains target-path vmmc-supply vqmmc-supply" \
	"$(told | sed -n '/fragment@1 {/,$s/^\s*\([a-z-]*\) = .*/\1/p' | sort -u | xargs)"
same "describe: it can be applied" 0 \
	"$(fdtoverlay -i "$work/base.dtb" -o "$work/2.dtb" "$agent/guest_overlay"; echo $?)"
same "describe: and leads where it should" 1 \
	"$(resolved "$work/2.dtb" | sed -n '/intc@8000000 {/,/{/p' |
		grep -cE '\bclocks = <&.*/firmware/scmi/protocol@14 .*/protocol@14 0x07>')"
same "describe: one of both kinds" "/ /pl011@9000000" "$(
	ctl describe vm1 --devices --target /soc@0/bus@30800000/mmc@30b50000=/pl011@9000000
	told | sed -n 's/.*target-path = "\(.*\)";/\1/p' | xargs)"
same "describe: each once" "0 1" \
	"$(told | grep -c 'mmc@30b50000 {') $(told | grep -c 'usb@32f10100 {')"
cp "$agent/guest_overlay" "$work/kept.dtbo"
same "describe: as JSON" "$(stat -c %s "$work/kept.dtbo")" \
	"$(ctl -j describe vm1 "$work/kept.dtbo" | sed -n 's/.*"size": *\([0-9]*\).*/\1/p')"
head -c 70000 /dev/zero > "$work/long"
head -c 50 "$work/kept.dtbo" > "$work/cut"
: > "$work/empty"
refused "describe: no agent" 1 "there is no agent x" describe x
refused "describe: no file" 1 "No such file" describe vm1 "$work/none"
refused "describe: a directory" 1 "Is a directory" describe vm1 "$work"
refused "describe: an empty file" 1 "is empty" describe vm1 "$work/empty"
refused "describe: too long" 1 "more than 64 KiB" describe vm1 "$work/long"
refused "describe: cut off" 1 "Invalid argument" describe vm1 "$work/cut"
refused "describe: no blob" 1 "Invalid argument" describe vm1 "$here/run.sh"
refused "describe: a file and something else" 2 "either" describe vm1 "$work/kept.dtbo" --none
refused "describe: nothing, and devices" 2 "either" describe vm1 --devices --none
refused "describe: no target" 2 "DEVICE=" describe vm1 --target 30b50000.mmc
refused "describe: a target that is no path" 2 "DEVICE=" describe vm1 --target 30b50000.mmc=timer
refused "describe: not granted" 1 "30890000.serial was not granted" describe vm1 \
	--target 30b50000.mmc=/pl011@9000000 --target 30890000.serial=/x
FAKE_FAIL=1 refused "describe: cannot be written" 1 "Input/output error" describe vm1
same "describe: the one that there was" "" "$(cmp "$work/kept.dtbo" "$agent/guest_overlay")"
ctl save "$work/saved"
same "describe: a dry run" "base64 -d > '$agent/guest_overlay'" \
	"$(ctl -n describe vm1 | sed 's/.*| //')"
ctl -n describe vm1 > "$work/script"
sh "$work/script"
same "describe: what it would write" 0 "$(ctl -n describe vm1 | wc -l)"
same "save: all of it" "$(base64 -w0 "$work/kept.dtbo")" \
	"$(sed -n 's/.*"guest_overlay": *"\([^"]*\)".*/\1/p' "$work/saved")"
ctl clear
same "restore: 0" 0 "$(ctl restore "$work/saved"; echo $?)"
same "restore: the same bytes" "" "$(cmp "$work/kept.dtbo" "$agent/guest_overlay")"
same "describe: --none" 0 "$(ctl describe vm1 --none; echo $?)"
same "describe: none" 0 "$(stat -c %s "$agent/guest_overlay")"
same "describe: none, once more" "" "$(ctl -n describe vm1 --none)"
ctl save "$work/bare"
ctl restore "$work/saved"
same "restore: it comes" "" "$(cmp "$work/kept.dtbo" "$agent/guest_overlay")"
ctl restore "$work/bare"
same "restore: it goes" 0 "$(stat -c %s "$agent/guest_overlay")"
ctl describe vm1 --devices
min_places=0
faults "restore of a description" restore "$work/saved"
sed 's/"guest_overlay": *"[^"]*"/"guest_overlay": "!!"/' "$work/saved" > "$work/bad"
refused "restore: not base64" 1 "not base64" restore "$work/bad"
sed 's/"guest_overlay": *"[^"]*"/"guest_overlay": 7/' "$work/saved" > "$work/bad"
refused "restore: a number" 1 "not base64" restore "$work/bad"
sed 's/"guest_overlay": *"[^"]*"/"guest_overlay": "AAAA"/' "$work/saved" > "$work/bad"
refused "restore: base64 of no blob" 1 "Invalid argument" restore "$work/bad"

fresh bcm2711
ctl agent add vm1
ctl grant vm1 7e201000.serial --clock uartclk:max=48M
ctl live vm1 on

# --- debugfs --------------------------------------------------------------------------

debug=$root/sys/kernel/debug/scmi_server
chmod 755 "$root/sys"
mkdir -p "$debug"
cat > "$debug/resources" <<-'EOF'
	clock "pixel": on, 148500000 Hz
	  vm1:fe900000.camera/clock1 id 1: on, 148500000 Hz, within 70000000..300000000, range
	  vm2:pll id 0 shared: on, 100000000 Hz, floor
	clock "bus": off, 24000000 Hz
	  vm1:fe900000.camera/clock0 id 0: off, range
	supply "vdd": on, 900000 uV
	  vm1:fe900000.camera/supply-vdd id 0: on, 800000 uV, within 900000..1000000
	power "cam": on
	  vm1:fe900000.camera/power0 id 0: off
	reset "core": deasserted
	  vm1:fe900000.camera/reset0 id 0: deasserted
EOF
same "who: the last request" "  because: vm1:fe900000.camera/clock1 asked for it last" \
	"$(ctl who pixel | grep because)"
same "who: a limit" "  because: vm1:fe900000.camera/supply-vdd has this limit" \
	"$(ctl who supply:vdd | grep because)"
same "who: nobody" "  because: no agent asked for anything: the host has it so" \
	"$(ctl who bus | grep because)"
same "who: the host" "  because: no agent has it on: the host does" "$(ctl who cam | grep because)"
same "who: by its holder" 1 "$(ctl who vm2:pll | grep -c '^clock')"
same "who: all" 5 "$(ctl who | grep -c '^[a-z]')"
same "who: limits" 1 "$(ctl -j who pixel | grep -c '"max": 300000000')"
refused "who: none such" 1 "nobody was granted fish" who fish
mkdir -p "$debug/../clk" "$debug/../pm_genpd"
cat > "$debug/../clk/clk_summary" <<-'EOF'
	            enable  prepare  protect                                   connection
	   clock     count    count    count   rate ... enable   consumer      id
	----------------------------------------------------------------------------------
	 osc             1  1  0  54000000    0  0  50000  Y  deviceless     no_connection_id
	    plld         2  2  0  3000000000  0  0  50000  Y  7e204000.spi   no_connection_id
	       uart      1  1  0  48000000    0  0  50000  Y  deviceless     of_clk_get_from_provider
	                                                      vm1:7e201000.serial uartclk
	 27MHz-clock     0  0  0  27000000    0  0  50000  Y  deviceless     no_connection_id
EOF
printf '%s\n' "domain                          status          children        performance" \
	"usb              off-0       0" "cam              on          0" \
	"    7e801000.csi     active      0           SW" \
	> "$debug/../pm_genpd/pm_genpd_summary"
same "needs: a clock that an agent has" \
	'clock0 uartclk /soc/cprman@7e101000 19 "uart", on, 48000000 Hz' \
	"$(ctl needs 7e201000.serial | sed -n 's/^ *clock0/clock0/p' | tr -s ' ')"
same "needs: a clock of another device, without a name" \
	'clock1 apb_pclk /soc/cprman@7e101000 20 "plld", on, 3000000000 Hz' \
	"$(ctl needs 7e201000.serial | sed -n 's/^ *clock1/clock1/p' | tr -s ' ')"
same "needs: a clock by its provider's name" \
	'clock3 cec /clk-27M "27MHz-clock", off, 27000000 Hz' \
	"$(ctl needs 7ef00700.hdmi | sed -n 's/^ *clock3/clock3/p' | tr -s ' ')"
same "needs: a domain by who is in it" 'power0 - /soc/power 15 "cam", on' \
	"$(ctl needs 7e801000.csi | sed -n 's/^ *power0/power0/p' | tr -s ' ')"
printf 'vm1 clock SUCCESS 10\nvm1 clock DENIED 2\nvm1 none malformed 1\n' > "$debug/counters"
same "top: sums" "vm1 clock 12 2" \
	"$(ctl top --count 1 --interval 0.01 | awk '/clock/ { print $1, $2, $5, $6 }')"
same "top: JSON" 2 "$(ctl -j top --count 1 --interval 0.01 | grep -c '"agent": "vm1"')"
same "top: nothing was timed" "- -" \
	"$(ctl top --count 1 --interval 0.01 | awk '/clock/ { print $7, $9 }')"

# until_seen SECONDS FILE WORDS
until_seen() {
	local end=$((SECONDS + $1))
	until grep -qF -- "$3" "$2"; do
		[ $SECONDS -lt $end ] || return
		sleep 0.02
	done
}
printf 'vm1 clock 512 3\nvm1 clock 768 2\n' > "$debug/latency"
ctl -j top --interval 0.05 > "$work/top" &
top=$!
until_seen 20 "$work/top" vm1
# In place, as it is kept open: 89 of 512, 10 of 1024, one that never ends
printf 'vm1 clock 512 92\nvm1 clock 768 2\nvm1 clock 1024 10\nvm1 clock 18446744073709551615 1\n' \
	> "$debug/latency"
until_seen 20 "$work/top" p99_ns
kill $top
wait $top 2> /dev/null
same "top: percentiles" "512 1024 1024" \
	"$(sed -n 's/.*"p[0-9]*_ns": \([0-9]*\).*/\1/p' "$work/top" | head -n 3 | xargs)"
rm "$debug/latency"
same "graph: every line is one" "" "$(ctl graph | grep -vE '^(digraph scmi \{|\}|	.*;)$')"
same "graph: an edge of a clock" 1 "$(ctl graph | grep -c -- '-> "clock /soc/cprman@7e101000 19"')"

rc=0
err=$(ctl graph 2>&1 > /dev/full) || rc=$?
same "nowhere to print" "1 scmictl: cannot write the output: No space left on device" "$rc $err"

# --- texts -----------------------------------------------------------------------------

help=$("$bin/scmictl" --help)
opts_help=$(printf '%s\n' "$help" | grep -oE -- '^ +--[a-z-]+' | tr -d ' ' | sort -u)
same "help: of one verb" "--devices --dry-run --help --json --mailbox --merge --output --overlay --root" \
	"$(ctl dt --help | grep -oE -- '^ +--[a-z-]+' | sort | xargs)"
verbs_help=$(printf '%s\n' "$help" | sed -nE 's/^  (agent [a-z]+|[a-z]+)\b.*/\1/p' | sort -u)
man=$here/../scmictl.8
same "manual page: options" "$opts_help" \
	"$(sed -nE 's/^\.(It|Op) Fl Fl ([a-z-]+).*/--\2/p' "$man" | sort -u)"
same "manual page: verbs" "$verbs_help" \
	"$(sed -nE 's/^\.It Cm ((agent )?[a-z]+).*/\1/p' "$man" | sort -u)"
comp=$here/../scmictl.bash
same "completion: options" "$opts_help" "$(grep -oE -- '--[a-z-]+' "$comp" | sort -u)"
# comp WORD...: what the last, which is not ended, may become
comp() {
	(
		# shellcheck disable=SC1090
		. "$comp"
		scmictl() { ctl "$@"; }
		COMP_WORDS=(scmictl "$@") COMP_CWORD=$# COMPREPLY=()
		_scmictl
		printf '%s\n' "${COMPREPLY[@]}"
	)
}
same "completion: verbs" "$(printf '%s\n' "$verbs_help" | sed 's/.* //' | sort -u)" \
	"$({ comp "" | grep -vx agent; comp agent ""; } | sort -u)"
same "completion: agents" vm1 "$(comp --root "$root" live v)"
same "completion: on and off" "on off" "$(comp --root "$root" live vm1 o | xargs)"
same "completion: devices" 7e201000.serial "$(comp --root "$root" grant vm1 7e201)"
same "completion: grants" 7e201000.serial "$(comp --root "$root" revoke vm1 "")"
if command -v mandoc > /dev/null; then
	same "mandoc has nothing to say" "" "$(mandoc -T lint -W warning "$man" 2>&1)"
fi

# --- what is made of it to read ------------------------------------------------------

"$here/../docs" "$bin" "$work/docs" > "$work/said" 2>&1
same "docs: nothing to say" "0 " "$? $(cat "$work/said")"
same "docs: all of them" "graph.dot graph.svg scmictl.8.html scmictl.8.txt scmiraw.8.html scmiraw.8.txt" \
	"$(find "$work/docs" -type f -printf '%f\n' | sort | xargs)"
same "docs: the picture has all agents, and is one" "vm1 vm2" \
	"$(xmllint --noout "$work/docs/graph.svg" && grep -oE '>vm[0-9]<' "$work/docs/graph.svg" |
		tr -d '<>' | sort -u | xargs)"
same "docs: what is shared is there once" 1 \
	"$(grep -c 'label="clock gate' "$work/docs/graph.dot")"
same "docs: what is denied" 1 "$(grep -c 'label="denied"' "$work/docs/graph.dot")"
same "docs: the pages are whole" 2 "$(grep -l '</html>' "$work"/docs/*.html | wc -l)"

# --- what is installed -------------------------------------------------------------------

make -s -C "$here/.." O="$bin/../install" DESTDIR="$work/to" install > "$work/install" 2>&1
same "install" "./lib/systemd/system/scmi-server.service ./sbin/scmictl ./sbin/scmiraw \
./share/bash-completion/completions/scmictl ./share/bash-completion/completions/scmiraw \
./share/man/man8/scmictl.8 ./share/man/man8/scmiraw.8" \
	"$(cd "$work/to/usr" && find . -type f | sort | xargs)"
same "the unit calls what is installed" "/usr/sbin/scmictl" \
	"$(sed -n 's/^Exec[A-Z][a-z]*=\([^ ]*scmictl\).*/\1/p' \
		"$work/to/usr/lib/systemd/system/scmi-server.service" | sort -u)"

echo "1..$N"
[ "$FAILED" = 0 ]
