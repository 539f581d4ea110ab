# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# /lib/scmi.sh in the host machine: guests and agents for host scripts.
# The README tells how to use it. For busybox sh, with or without set -eu.

GUESTS=/run/guests
GUEST_MEM=256
SCMI_CFS=/sys/kernel/config/scmi_server

_complain()
{
	echo "scmi.sh: $*" >&2
}

# _within SECONDS COMMAND...: until the command succeeds, or fail.
_within()
{
	read -r _w_now _ < /proc/uptime
	_w_end=$((${_w_now%.*} + $1 + 1))
	shift
	while ! "$@"; do
		read -r _w_now _ < /proc/uptime
		[ "${_w_now%.*}" -lt "$_w_end" ] || return 1
		sleep 0.05
	done
}

# --- agents ---------------------------------------------------------------

# The devices of simhw, by name. Some of them cannot be granted.
simhw_devices()
{
	for _d in /sys/bus/platform/drivers/scmi-simhw/*/*/subsystem; do
		[ "$(readlink -f "$_d")" = /sys/bus/platform ] || continue
		_d=${_d%/subsystem}
		echo "${_d##*/}"
	done
}

# agent_create NAME [DEVICE...]: with these devices enabled, and live.
agent_create()
{
	_a=$SCMI_CFS/agents/$1
	shift
	mkdir "$_a" || return
	for _d; do
		mkdir "$_a/devices/$_d" &&
			echo 1 > "$_a/devices/$_d/enable" || return
	done
	echo 1 > "$_a/live"
}

agent_remove()
{
	_a=$SCMI_CFS/agents/$1
	if [ -e "/sys/bus/vdpa/devices/$1" ]; then
		vdpa dev del "$1" || return
	fi
	echo 0 > "$_a/live"
	for _d in "$_a"/devices/*/; do
		[ ! -d "$_d" ] || rmdir "$_d" || return
	done
	rmdir "$_a"
}

# vhost_device NAME: the agent's vDPA device, made when there is none, given
# to vhost-vdpa; prints its node.
vhost_device()
{
	_v=/sys/bus/vdpa/devices/$1
	modprobe vhost_vdpa || return
	if [ ! -e "$_v" ]; then
		vdpa dev add name "$1" mgmtdev scmi_server || return
	fi
	if [ "$(readlink "$_v/driver" | sed 's,.*/,,')" != vhost_vdpa ]; then
		echo vhost_vdpa > "$_v/driver_override"
		[ ! -e "$_v/driver" ] || echo "$1" > "$_v/driver/unbind"
		echo "$1" > /sys/bus/vdpa/drivers_probe
	fi
	for _v in "$_v"/vhost-vdpa-*; do
		_v=/dev/${_v##*/}
		if _within 60 test -c "$_v"; then
			echo "$_v"
			return
		fi
	done
	_complain "no vhost-vdpa node for $1"
	return 1
}

# --- guests ---------------------------------------------------------------

# Machine options that shape the device tree.
_guest_machine()
{
	if [ "$3" = pa ]; then
		echo "-machine virt,gic-version=3,accel=kvm -cpu host -m $1 -smp $2"
	else
		# VA mode reaches the guest's memory only where it is shared.
		echo "-machine virt,gic-version=3,accel=kvm,memory-backend=m0" \
			"-object memory-backend-memfd,id=m0,size=${1}M,share=on" \
			"-cpu host -m $1 -smp $2"
	fi
}

# guest_dtb MEM SMP: QEMU's device tree for such a guest; prints its name.
guest_dtb()
{
	_dtb=/run/guest-$1-$2.dtb
	# Somebody may be at it: init is, at the beginning.
	_within 120 mkdir "$_dtb.lock" 2> /dev/null || return
	if [ ! -e "$_dtb" ]; then
		# shellcheck disable=SC2046
		qemu-system-aarch64 $(_guest_machine "$1" "$2" pa) \
			-machine "dumpdtb=$_dtb.tmp" -nodefaults -display none \
			-serial null -serial null > "$_dtb.log" 2>&1 || true
		if [ -s "$_dtb.tmp" ]; then
			# QEMU has 32 places for virtio devices. A guest has one, in
			# the last of them, and needs half a second to look at the
			# others.
			# shellcheck disable=SC2046
			fdtput -r "$_dtb.tmp" $(printf '/virtio_mmio@%x ' \
				$(seq 167772160 512 167787520))
			# QEMU leaves so much room that arm64's limit of 2 MiB is
			# near; dtc leaves none.
			dtc -q -I dtb -O dtb -o "$_dtb.new" "$_dtb.tmp"
			mv "$_dtb.new" "$_dtb"
		else
			cat "$_dtb.log" >&2
		fi
	fi
	rmdir "$_dtb.lock"
	[ -e "$_dtb" ] && echo "$_dtb"
}

# --- the guest's device tree ----------------------------------------------

# _guest_list PREFIX WORD...: <PREFIX WORD>, ...
_guest_list()
{
	_prefix=$1
	shift
	_list=''
	for _w; do
		_list="$_list${_list:+, }<$_prefix$_w>"
	done
	echo "$_list"
}

# _guest_ids DIRECTORY KIND: the ids of KIND0, KIND1, ... there
_guest_ids()
{
	_n=0
	while [ -d "$1/$2$_n" ]; do
		cat "$1/$2$_n/id"
		_n=$((_n + 1))
	done
}

# _guest_suppliers DIRECTORY NODE KIND LABEL PROPERTY NAMES: of a device, those
# of one kind; with the names that the host's device has for them, if any
_guest_suppliers()
{
	_ids=$(_guest_ids "$1" "$3")
	[ -n "$_ids" ] || return 0
	# shellcheck disable=SC2086
	echo "$5 = $(_guest_list "&$4 " $_ids);"
	_f=/sys/firmware/devicetree/base$2/$6
	if [ -e "$_f" ]; then
		echo "$6 = $(tr '\0' '\n' < "$_f" | sed 's/.*/"&"/' | paste -s -d , -);"
	fi
}

# The device in configfs directory $1, as the guest's own.
_guest_dts_device()
{
	_np=$(cat "$1/of_node")
	_unit=${_np##*/}
	echo "$_unit { compatible = \"linux,scmi-test-consumer\";"
	case $_unit in
	*@*) echo "reg = <0x0 0x${_unit#*@} 0x0 0x1000>;" ;;
	esac
	_guest_suppliers "$1" "$_np" clock scmi_clk clocks clock-names
	_guest_suppliers "$1" "$_np" reset scmi_reset resets reset-names
	_guest_suppliers "$1" "$_np" power scmi_pd power-domains power-domain-names
	for _s in "$1"/supply-*/; do
		[ -d "$_s" ] || continue
		_s=${_s%/}
		echo "${_s##*/supply-}-supply = <&scmi_reg$(cat "$_s/id")>;"
	done
	echo "};"
}

# _guest_dts_regulator DIRECTORY MIN MAX: the limits are those of configfs. A
# driver may change the voltage only where there are some, so where configfs has
# none they are as wide as can be; the framework narrows them down.
_guest_dts_regulator()
{
	_id=$(cat "$1/id")
	_min=$(cat "$1/$2")
	_max=$(cat "$1/$3")
	[ "$_min" != 0 ] || _min=1
	[ "$_max" != 0 ] || _max=0x7fffffff
	printf 'scmi_reg%d: regulator@%x { reg = <%d>; regulator-name = "%s";\n' \
		"$_id" "$_id" "$_id" "$(cat "$1/name")"
	echo "regulator-min-microvolt = <$_min>; regulator-max-microvolt = <$_max>; };"
}

_guest_dts_regulators()
{
	echo "regulators { #address-cells = <1>; #size-cells = <0>;"
	for _s in "$1"/devices/*/supply-*/; do
		[ ! -d "$_s" ] || _guest_dts_regulator "$_s" min_uv max_uv
	done
	for _s in "$1"/resources/*/; do
		[ ! -d "$_s" ] || [ "$(cat "$_s/type")" != supply ] ||
			_guest_dts_regulator "$_s" min max
	done
	echo "};"
}

# _guest_dts AGENT PROTOCOLS CLOCKS [DEVICE...]: an overlay with the SCMI node, a
# consumer of the first CLOCKS clocks, and devices of the agent
_guest_dts()
{
	_dir=$SCMI_CFS/agents/$1
	_protocols=$2
	_clks=$3
	shift 3

	echo "/dts-v1/; /plugin/; &{/} { firmware { scmi {"
	echo "compatible = \"arm,scmi-virtio\"; #address-cells = <1>; #size-cells = <0>;"
	for _p in $_protocols; do
		case $_p in
		power) echo "scmi_pd: protocol@11 { reg = <0x11>; #power-domain-cells = <1>; };" ;;
		clock) echo "scmi_clk: protocol@14 { reg = <0x14>; #clock-cells = <1>; };" ;;
		reset) echo "scmi_reset: protocol@16 { reg = <0x16>; #reset-cells = <1>; };" ;;
		guest) echo "protocol@d0 { reg = <0xd0>; };" ;;
		voltage)
			echo "protocol@17 { reg = <0x17>;"
			_guest_dts_regulators "$_dir"
			echo "};" ;;
		esac
	done
	echo "}; };"
	if [ "$_clks" -gt 0 ]; then
		_ids=$(seq 0 $((_clks - 1)))
		echo "scmi-consumer { compatible = \"linux,scmi-test-consumer\";"
		# shellcheck disable=SC2086
		echo "clocks = $(_guest_list "&scmi_clk " $_ids);"
		echo "clock-names = $(echo "$_ids" | sed 's/.*/"c&"/' | paste -s -d , -); };"
	fi
	for _d; do
		_guest_dts_device "$_dir/devices/$_d"
	done
	echo "};"
}

# The devices that are granted to agent $1.
_guest_devices()
{
	for _d in "$SCMI_CFS/agents/$1"/devices/*/; do
		[ ! -d "$_d" ] || [ "$(cat "$_d/enable")" != 1 ] || basename "$_d"
	done
}

# _guest_dtb_add DTB OVERLAY: the labels in one are there for the next.
_guest_dtb_add()
{
	case $2 in
	*.dtbo) cp "$2" "$1.extra" ;;
	*) dtc -q -@ -I dts -O dtb -o "$1.extra" "$2" ;;
	esac && fdtoverlay -i "$1" -o "$1.new" "$1.extra" && mv "$1.new" "$1"
}

# agent_describe NAME [OPTION...]: a guest description for the agent, of what
# guest_start would put into a device tree with --clocks, --device or --devices;
# with --extra FILE, more overlay source for it.
agent_describe()
{
	_name=$1
	shift
	_clks=0 _devices='' _protocols=clock _extra=''
	while [ $# -gt 0 ]; do
		case $1 in
		--clocks) _clks=$2; shift ;;
		--device) _protocols='' _devices="$_devices $2"; shift ;;
		--devices) _protocols='' _devices="$_devices $(_guest_devices "$_name")" ;;
		--extra) _extra=$2; shift ;;
		*)
			_complain "agent_describe: what is $1?"
			return 125
			;;
		esac
		shift
	done
	[ -n "$_protocols" ] || _protocols=$(sed 's/guest//' "$SCMI_CFS/agents/$_name/protocols")
	_protocols="$_protocols guest"
	_blob=/run/describe-$_name
	{
		# shellcheck disable=SC2086
		_guest_dts "$_name" "$_protocols" "$_clks" $_devices &&
			{ [ -z "$_extra" ] || cat "$_extra"; }
	} > "$_blob.dtso" && dtc -q -I dts -O dtb -o "$_blob.dtbo" "$_blob.dtso" &&
		cat "$_blob.dtbo" > "$SCMI_CFS/agents/$_name/guest_overlay" &&
		cmp "$_blob.dtbo" "$SCMI_CFS/agents/$_name/guest_overlay"
}

guest_start()
{
	_name=$1
	shift
	_script='' _mem=$GUEST_MEM _smp=1 _append='' _extra='' _clks=0 _mode=va
	_node='' _protocols=clock _devices='' _initrd='' _given='' _by='' _plain='' _bios=''
	while [ $# -gt 0 ]; do
		case $1 in
		--script) _script=$2; shift ;;
		--mem) _mem=$2; shift ;;
		--smp) _smp=$2; shift ;;
		--append) _append=$2; shift ;;
		--dtb-extra) _extra=$2; shift ;;
		--clocks) _clks=$2; shift ;;
		--device) _protocols='' _devices="$_devices $2"; shift ;;
		--devices) _protocols='' _devices="$_devices $(_guest_devices "$_name")" ;;
		--initrd) _initrd=$2; shift ;;
		--dtb) _given=$2; shift ;;
		--by) _by=$2 _node=none; shift ;;
		--pa) _mode=pa ;;
		--no-scmi) _node=none ;;
		--plain) _plain=1 ;;
		--bios) _plain=1 _bios=$2; shift ;;
		*)
			_complain "guest_start: what is $1?"
			return 125
			;;
		esac
		shift
	done
	_g=$GUESTS/$_name
	if [ -e "$_g" ] && [ ! -e "$_g/ended" ]; then
		_complain "guest $_name is running"
		return 125
	fi
	rm -rf "$_g"
	mkdir -p "$_g/files/etc"

	if [ "$_node" = none ]; then
		_device=
	else
		if [ $_mode = pa ]; then
			modprobe scmi_server_vdpa use_va=0 || return 125
			case $(cat /sys/module/scmi_server_vdpa/parameters/use_va) in
			0 | N) ;;
			*)
				_complain "--pa: scmi_server_vdpa is loaded without use_va=0"
				return 125
				;;
			esac
		fi
		_node=$(vhost_device "$_name") || return 125
		_device="-device vhost-vdpa-device,vhostdev=$_node"
	fi

	if [ -n "$_given" ]; then
		cp "$_given" "$_g/dtb" || return 125
	elif [ -z "$_by" ] && { [ -z "$_plain" ] || [ -n "$_extra" ]; }; then
		_dtb=$(guest_dtb "$_mem" "$_smp") && cp "$_dtb" "$_g/dtb" || return 125
	fi
	if [ -n "$_device" ] && [ -z "$_given$_plain" ]; then
		[ -n "$_protocols" ] || _protocols=$(cat "$SCMI_CFS/agents/$_name/protocols")
		# shellcheck disable=SC2086
		_guest_dts "$_name" "$_protocols" "$_clks" $_devices > "$_g/scmi.dtso" &&
			_guest_dtb_add "$_g/dtb" "$_g/scmi.dtso" || return 125
	fi
	if [ -n "$_extra" ]; then
		_guest_dtb_add "$_g/dtb" "$_extra" || return 125
	fi

	printf 'VM_ROLE=guest\nVM_NAME=%s\nVM_TOKEN=%s\n' "$_name" \
		"$VM_TOKEN-$_name" > "$_g/files/etc/vm.conf"
	if [ -n "$_script" ]; then
		cp "$_script" "$_g/files/guest.sh" || return 125
	fi
	if [ -n "$_initrd" ]; then
		ln -s "$(realpath "$_initrd")" "$_g/initrd"
		_append="VM_TOKEN=$VM_TOKEN-$_name $_append"
	else
		(cd "$_g/files" && find . | cpio -o -H newc 2> /dev/null) > "$_g/files.cpio"
		cat /guest/initrd "$_g/files.cpio" > "$_g/initrd"
	fi

	# Whoever starts QEMU knows about memory that is shared.
	[ -z "$_by" ] || _mode=pa
	{
		_guest_machine "$_mem" "$_smp" $_mode
		echo "$_device"
		[ -n "$_by" ] || [ ! -e "$_g/dtb" ] || echo "-dtb $_g/dtb"
		[ -z "$_bios" ] || echo "-bios $_bios"
	} > "$_g/machine"
	echo "$_by" > "$_g/by"
	echo "console=ttyAMA0 $VM_GUEST_APPEND $_append" > "$_g/append"
	_guest_boot "$_name"
}

# From the files that guest_start has made.
_guest_boot()
{
	_g=$GUESTS/$1
	# The first guest is "guest"; others say who they are.
	_label=guest
	[ "$1" = vm1 ] || _label=guest:$1
	(
		# For memory that PA mode pins.
		ulimit -l unlimited
		{
			# shellcheck disable=SC2046
			$(cat "$_g/by") qemu-system-aarch64 $(cat "$_g/machine") \
				-nodefaults -display none -no-reboot \
				-kernel /guest/Image -initrd "$_g/initrd" \
				-append "$(cat "$_g/append")" \
				-serial stdio \
				-chardev "socket,id=run,path=$_g/run,server=on,wait=off" \
				-serial chardev:run \
				-monitor "unix:$_g/monitor,server=on,wait=off" \
				-qmp "unix:$_g/qmp,server=on,wait=off" \
				-global virtio-mmio.force-legacy=false \
				< /dev/null 2>&1 &
			echo $! > "$_g/pid"
			wait $! 2> /dev/null
			echo $? > "$_g/qemu-status"
		} | vmtool console "$_label" "$VM_TOKEN-$1 " "$_g"
		: > "$_g/ended"
	) > /dev/console 2>&1 < /dev/null &
	# With the monitor there, so is everything else.
	if ! _within 120 test -S "$_g/monitor" -o -e "$_g/ended" || [ -e "$_g/ended" ]; then
		_complain "guest $1 did not start"
		return 125
	fi
}

_guest_there()
{
	[ -d "$GUESTS/$1" ] && return
	_complain "there is no guest $1"
	return 1
}

# guest_again NAME: the same guest once more, after it has ended
guest_again()
{
	_guest_there "$1" || return 125
	if [ ! -e "$GUESTS/$1/ended" ]; then
		_complain "guest $1 is running"
		return 125
	fi
	(cd "$GUESTS/$1" && rm -f ended status up log pid qemu-status run monitor qmp)
	_guest_boot "$1"
}

# guest_wait NAME [SECONDS]: until it has powered off; its script's status.
guest_wait()
{
	_guest_there "$1" || return 125
	_within "${2:-60}" test -e "$GUESTS/$1/ended" || return 124
	[ -e "$GUESTS/$1/status" ] && return "$(cat "$GUESTS/$1/status")"
	_complain "guest $1 ended without a status"
	return 125
}

guest_kill()
{
	_guest_there "$1" || return 125
	[ -e "$GUESTS/$1/ended" ] || kill -KILL "$(cat "$GUESTS/$1/pid")"
	_within 120 test -e "$GUESTS/$1/ended"
}

# guest_monitor NAME COMMAND: to QEMU's monitor; prints its answer.
guest_monitor()
{
	_guest_there "$1" || return 125
	if [ "$2" = system_reset ]; then
		# A guest's own reboot ends QEMU (a panic must not go round
		# for ever), this one must not.
		rm -f "$GUESTS/$1/up"
		vmtool qmp "$GUESTS/$1/qmp" \
			'{"execute":"set-action","arguments":{"reboot":"reset"}}' \
			'{"execute":"system_reset"}' \
			'{"execute":"set-action","arguments":{"reboot":"shutdown"}}'
		return
	fi
	vmtool monitor "$GUESTS/$1/monitor" "$2"
}

# guest_run [-t SECONDS] NAME COMMAND: in the running guest, with its output
# and its status.
guest_run()
{
	_t=60
	if [ "$1" = -t ]; then
		_t=$2
		shift 2
	fi
	_guest_there "$1" || return 125
	# Bytes for a UART that Linux has not opened yet can make it deaf.
	if ! _within "$_t" test -e "$GUESTS/$1/up" -o -e "$GUESTS/$1/ended"; then
		_complain "guest $1 does not come up"
		return 124
	elif [ -e "$GUESTS/$1/ended" ]; then
		_complain "guest $1 has ended"
		return 125
	fi
	vmtool run "$GUESTS/$1/run" "$_t" "$2"
}

# guest_expect NAME REGEX [SECONDS]: until its console has shown such a line.
guest_expect()
{
	_guest_there "$1" || return 125
	_within "${3:-60}" grep -qE -e "$2" "$GUESTS/$1/log" 2> /dev/null || return 124
}

# guest_log NAME: everything its console showed, as a file.
guest_log()
{
	echo "$GUESTS/$1/log"
}

# What "vm --guest SCRIPT" does when the host script is through.
guest_default()
{
	modprobe scmi_server_vdpa && modprobe vhost_vdpa || return
	if [ ! -d $SCMI_CFS/agents/vm1 ]; then
		modprobe scmi_server_simhw || return
		mkdir $SCMI_CFS/agents/vm1 || return
		for _d in $(simhw_devices); do
			# Some are there to be refused.
			_d=$SCMI_CFS/agents/vm1/devices/$_d
			(mkdir "$_d" && echo 1 > "$_d/enable") 2> /dev/null ||
				rmdir "$_d" 2> /dev/null || true
		done
		echo 1 > $SCMI_CFS/agents/vm1/live || return
	fi
	if [ -d $GUESTS/vm1 ] && [ ! -e $GUESTS/vm1/ended ]; then
		return
	fi
	guest_start vm1 --script /guest.sh
}

# shellcheck source=/dev/null
. /etc/vm.conf
