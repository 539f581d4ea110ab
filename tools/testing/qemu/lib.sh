# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# What setup and vm share: where things are kept and what they are called.
# Sourced by bash scripts that have set -eu -o pipefail.

QEMU_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TREE=$(cd "$QEMU_DIR/../../.." && pwd)
CONFIGS=$QEMU_DIR/configs
CACHE=${SCMI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/scmi_server}
# A user's PATH on Debian lacks the places of depmod and vdpa.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# Left over from other work with kernels, these would change what is built.
unset KCONFIG_ALLCONFIG APT_CONFIG MAKEFLAGS MFLAGS ARCH CROSS_COMPILE KBUILD_OUTPUT

DEB_HOST=$(dpkg --print-architecture)
UML_NAME=uml

die() {
	echo "${0##*/}: $*" >&2
	exit 125
}

# with_lock NAME COMMAND...: two runs must not make the same thing at once.
# To be called where a failure ends the script, or it goes unseen.
with_lock() {
	local lock=$CACHE/locks/$1 fd
	shift
	mkdir -p "$CACHE/locks"
	exec {fd}> "$lock"
	if ! flock -n "$fd"; then
		echo "${0##*/}: waiting for another run (${lock##*/})" >&2
		flock "$fd"
	fi
	# The lock must not live on in what the command leaves running.
	"$@" {fd}>&-
	exec {fd}>&-
}

# The option fragments of kernel $1, those laid over others last.
kernel_fragments() {
	case $1 in
	*-debug) echo "$CONFIGS/arm64.config $CONFIGS/debug.config" ;;
	*-guest) echo "$CONFIGS/arm64.config $CONFIGS/guest.config" ;;
	"$UML_NAME") echo "$CONFIGS/uml.config" ;;
	*) echo "$CONFIGS/arm64.config" ;;
	esac
}

# The series whose newest package kernel $1 is built from.
kernel_series() {
	case $1 in
	6.12 | 6.12-debug | 6.12-guest) echo 6.12 ;;
	7.x | 7.x-debug | 7.x-guest | "$UML_NAME") echo 7.x ;;
	*) die "unknown kernel $1 (known: 6.12 7.x, -debug and -guest of these, uml)" ;;
	esac
}

# Kernel $1 from the source package named in $2 (PACKAGE_VERSION).
kernel_key() {
	local hash fragments
	read -ra fragments <<< "$(kernel_fragments "$1")"
	hash=$(cat "${fragments[@]}" | sha256sum | cut -c1-12)
	# ':' and '~' have a meaning to make and to the shell.
	echo "$1-${2//[:~]/.}-$hash"
}

# The source package that setup settled on for series $1, if it ever ran.
recorded_source() {
	cat "$CACHE/source-$1" 2> /dev/null || true
}

# The finished build directory of kernel $1, or nothing.
kernel_dir() {
	local source dir
	source=$(recorded_source "$(kernel_series "$1")")
	[ -n "$source" ] || return 0
	dir=$CACHE/kernels/$(kernel_key "$1" "$source")
	[ -e "$dir.done" ] && echo "$dir"
	return 0
}

# ARCH and compiler words for make; $1 is arm64 or um.
kernel_make_args() {
	if [ "$1" = arm64 ] && [ "$(uname -m)" != aarch64 ]; then
		echo ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-
	else
		echo "ARCH=$1"
	fi
}

# A static compiler for programs that run in machines of arch $1.
machine_cc() {
	if [ "$1" = arm64 ] && [ "$(uname -m)" != aarch64 ]; then
		echo aarch64-linux-gnu-gcc
	else
		echo gcc
	fi
}

# The archives a machine's initramfs is put together from. A name changes
# when the recipe does, so an old cache is not mistaken for a new one.
IMAGE_RECIPE=1
image_current() {
	local f
	for f in "$@"; do
		[ -e "$CACHE/image/$f-$IMAGE_RECIPE.cpio" ] || return 1
	done
}

# A Debian with these packages, and the kernel that setup settled on for it. The
# libraries are for what is built for the machine that the kernel is for.
DEBIAN_PACKAGES="build-essential,debhelper,device-tree-compiler,dh-dkms,dkms,lintian,linux-source"
DEBIAN_PACKAGES+=",libfdt-dev:arm64,libjson-c-dev:arm64,libnl-genl-3-dev:arm64,pkgconf:arm64"
[ "$DEB_HOST" = arm64 ] || DEBIAN_PACKAGES+=",crossbuild-essential-arm64"
debian_dir() {
	echo "$CACHE/debian/$(cat "$CACHE/debian-kernel")-$(echo "$DEB_HOST $DEBIAN_PACKAGES" |
		sha256sum | cut -c1-12)"
}

# Libraries of the arm64 machines, where they are not this machine's own.
SYSROOT_PACKAGES="libc6-dev linux-libc-dev libjson-c-dev libfdt-dev libnl-3-dev libnl-genl-3-dev"
sysroot_dir() {
	echo "$CACHE/sysroot-$(echo "$SYSROOT_PACKAGES" | sha256sum | cut -c1-12)"
}

# Debian's cloud kernel of the same version, and UEFI firmware
cloud_dir() {
	echo "$CACHE/debian/cloud-$(cat "$CACHE/debian-kernel")"
}

# --- what machines are made of: for vm and pair -------------------------------
#
# Variables of theirs that are used here: arch, of the machine (arm64 or um);
# modules, empty if those of this tree are not to be built; add, an array of
# files for /add.

# kernel_build NAME_OR_PATH: its build directory in $build, made if need be.
kernel_build() {
	if [ -d "$1" ]; then
		build=$(realpath "$1")
		[ -e "$build/include/config/kernel.release" ] ||
			die "$1 is not the build directory of a kernel"
		return
	fi
	build=$(kernel_dir "$1")
	if [ -z "$build" ]; then
		"$QEMU_DIR/setup" kernel "$1" >&2 || die "no kernel $1"
		build=$(kernel_dir "$1")
	fi
	[ -n "$build" ] || die "no kernel $1"
}

# build_modules BUILD DEST: modules of the kernel in BUILD and of this tree,
# as modprobe wants them, in DEST.
build_modules() {
	local build=$1 dest=$2 dir log release m args key
	release=$(cat "$build/include/config/kernel.release")
	dest=$dest/lib/modules/$release
	mkdir -p "$dest/extra"
	# Two checkouts must not share a directory of objects.
	# shellcheck disable=SC2153
	key=$(basename "$build")-$(echo "$TREE $build" | sha256sum | cut -c1-8)
	dir=$CACHE/modules/$key
	if [ -n "$modules" ] && [ ! -e "$build/modules.packaged" ]; then
		mkdir -p "$CACHE/modules" "$CACHE/logs"
		log=$CACHE/logs/modules-$key.log
		read -ra args <<< "$(kernel_make_args "$arch")"
		with_lock "modules-$key" compile_modules "$build" "$dir" "$log" "$dest"
	fi
	while read -r m; do
		m=${m%.o}
		m=${m%.ko}.ko
		mkdir -p "$dest/kernel/${m%/*}"
		cp -L "$build/$m" "$dest/kernel/$m"
	done < "$build/modules.order"
	cp -L "$build"/modules.{builtin,builtin.modinfo,order} "$dest/"
	# PA mode maps a guest's memory page by page. 6.12 knows no limit.
	if modinfo -p "$build/drivers/vhost/vhost_vdpa.ko" | grep -q ^max_iotlb_entries; then
		echo "options vhost_vdpa max_iotlb_entries=262144" \
			> "${dest%/lib/modules/*}/etc/modprobe.d/scmi.conf"
	fi
	depmod -b "${dest%/lib/modules/*}" -F "$build/System.map" "$release"
}

compile_modules() {
	local build=$1 dir=$2 log=$3 dest=$4 from m
	mkdir -p "$dir/tools"
	[ -e "$TREE/Makefile" ] || die "no Makefile in $TREE"
	from=("$TREE"/{Makefile,Kconfig,drivers,include})
	# Times are not copied: make shall see what changed since it ran here.
	# Build products on either side are left alone.
	rsync -rlp --checksum --delete --exclude='*.o' --exclude='*.ko' \
		--exclude='*.mod' --exclude='*.dtbo' --exclude='*.dtbo.S' --exclude='*.mod.c' --exclude='.*.cmd' \
		--exclude='*.a' --exclude=Module.symvers --exclude=modules.order \
		--exclude=/tools "${from[@]}" "$dir/"
	if [ -d "$TREE/tools/compat" ]; then
		rsync -rlp --checksum --delete "$TREE/tools/compat" "$dir/tools/"
	fi
	if ! make -C "$dir" "KDIR=$build" "${args[@]}" -j"$(nproc)" modules \
		> "$log" 2>&1 < /dev/null; then
		cat "$log" >&2
		die "the modules do not build for $build"
	fi
	# A warning is worth seeing, even if the run goes well.
	grep -E '(warning|WARNING): ' "$log" >&2 || true
	# What make no longer makes must not be loaded.
	while read -r m; do
		m=${m%.o}
		cp "${m%.ko}.ko" "$dest/extra/"
	done < <(listed_modules "$dir")
}

# Names of the modules that make has just made in a copy of the tree.
listed_modules() {
	local d
	for d in drivers/firmware/scmi_server drivers/firmware/scmi_guest_proxy \
			drivers/mailbox/ivshmem .overlay .scmi; do
		if [ -e "$1/$d/modules.order" ]; then
			sed "s,.*$d/,,; s,^,$1/$d/," "$1/$d/modules.order"
		elif [ -e "$1/$d" ]; then
			find "$1/$d" -name '*.ko'
		fi
	done
}

# machine_tree DEST: what every machine has beside its base.
machine_tree() {
	local dest=$1 f
	mkdir -p "$dest"/{bin,lib,etc/modprobe.d,add}
	cp "$QEMU_DIR/init" "$dest/init"
	chmod 755 "$dest/init"
	cp "$(vmtool)" "$dest/bin/vmtool"
	for f in "${add[@]}"; do
		cp -rL "$f" "$dest/add/"
	done
}

# The helper for machines of this architecture, built once per source.
vmtool() {
	local cc out
	cc=$(machine_cc "$arch")
	out=$CACHE/vmtool/$arch-$(sha256sum < "$QEMU_DIR/vmtool.c" | cut -c1-12)
	if [ ! -e "$out" ]; then
		mkdir -p "$CACHE/vmtool"
		"$cc" -O2 -static -o "$out.$$" "$QEMU_DIR/vmtool.c"
		mv "$out.$$" "$out"
	fi
	echo "$out"
}

archive() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet -o -H newc -R 0:0) > "$2"
}

base() {
	echo "$CACHE/image/$1-$IMAGE_RECIPE.cpio"
}

# --- what their consoles say ---------------------------------------------------

# The time stamp tells the kernel's word from a script's.
stamp='\[ *[0-9]+\.[0-9]{6}\](\[ *[TC][0-9]+\])? '
is_report="$stamp(BUG:|WARNING:|Kernel panic|Oops|Internal error:|Unable to handle kernel"
is_report+="|-+\[ cut here|INFO: (task|possible|trying)|KASAN:|UBSAN:|ODEBUG:"
is_report+="|list_(add|del) corruption|refcount_t:|kmemleak: [0-9]+ new)"
