# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
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
	"$UML_NAME") echo "$CONFIGS/uml.config" ;;
	*) echo "$CONFIGS/arm64.config" ;;
	esac
}

# The series whose newest package kernel $1 is built from.
kernel_series() {
	case $1 in
	6.12 | 6.12-debug) echo 6.12 ;;
	7.x | 7.x-debug | "$UML_NAME") echo 7.x ;;
	*) die "unknown kernel $1 (known: 6.12 6.12-debug 7.x 7.x-debug uml)" ;;
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
