#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The folders are the architecture; this checks that they are.
#
#   layering.sh [--objects DIR] [TREE]   check TREE; with DIR, a build of it
#   layering.sh --selftest [TREE]        is each kind of violation noticed?
#
# Prints violations, and fails if there are any. Rings, from the inside:
#
#   0  protocol/        pure: no locks, no allocation, no kernel framework
#      transport/smt.c and smt.h   likewise, beside it: nothing but its header
#   1  agent.c grant.c single.c of.c hw.c core.c event.c guest.c and their headers: the engine
#   2  backend/         one kernel framework each, no transport
#      transport/       one way in each, no framework
#      configfs.c debugfs.c   what the operator sees
#      main.c           puts it all together
#
# Without --objects, ring 0 is compiled as it is for its tests in user space.
# tests/ may look into everything.

set -eu -o pipefail
export LC_ALL=C

SELF=$(cd "$(dirname "$0")" && pwd)/${0##*/}
D=drivers/firmware/scmi_server

# The kernel's headers of frameworks that have backends, or may have one day;
# of ways in; and of what the operator sees.
FRAMEWORK='linux/(clk([-_/].*)?|of_clk|reset([-/].*)?|regulator/.*|pm_(domain|opp|clock)'
FRAMEWORK+='|iio/.*|thermal|devfreq|interconnect.*|phy/.*|hwmon.*|pwm'
FRAMEWORK+='|gpio.*|pinctrl/.*|cpufreq|soc/.*)\.h'
TRANSPORT='(uapi/)?linux/(vdpa|vringh|vhost.*|virtio.*|mailbox.*|eventfd|rpmsg.*)\.h'
FRONT='linux/(configfs|debugfs)\.h'
# For ring 0: types, constants and what compiles to a few instructions.
PURE='linux/(types|errno|bits|bitfield|string|limits|math|build_bug|array_size|nospec|compiler)\.h'

# Words that ring 0 does not know.
IMPURE='EXPORT_SYMBOL(_[A-Z_]+)?|printk(_[a-z_]+)?'
IMPURE+='|pr_(emerg|alert|crit|err|warn|notice|info|debug)[a-z_]*'
IMPURE+='|dev_(err|warn|notice|info|dbg)[a-z_]*|GFP_[A-Z_]+|struct (device|mutex)|spinlock_t'

# Words that no file for mainline knows.
OLD='compat|COMPAT_[A-Z0-9_]+|KERNEL_VERSION|LINUX_VERSION_CODE|linux/version\.h'

# All that ring 0 may ask of others: C's, and the seam of scmid.h.
OBJ_ALLOWED='memcpy|memset|memcmp|strscpy'
OBJ_ALLOWED+='|scmid_res_get|scmid_res_next|scmid_res_count|scmid_protos'
# strscpy() is a macro that calls this.
OBJ_ALLOWED+='|sized_strscpy'
# Not in the sources, but put in by the compiler: stack protector, bounds
# checks of memcpy() and friends, KASAN, KCOV, UBSAN, coverage, tracing, and
# on 32-bit Arm, stack unwinding.
OBJ_ALLOWED+='|__stack_chk_fail|__stack_chk_guard|__fortify_panic|fortify_panic'
OBJ_ALLOWED+='|__(asan|hwasan|sanitizer_cov|ubsan|gcov)_[a-z0-9_]+'
OBJ_ALLOWED+='|llvm_(gcov|gcda)_[a-z0-9_]+|_mcount|__aeabi_unwind_cpp_pr[01]'

violations=0
violation() {
	echo "$*"
	violations=$((violations + 1))
}

# Source $1 without comments. Strings are kept.
code() {
	perl -0777 -pe '
		s{("(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)|/\*(.*?)\*/|//[^\n]*}
		 {defined $1 ? $1 : defined $2 ? " " . ("\n" x ($2 =~ tr/\n//)) : ""}gse' "$1"
}

# Files of ring 0; sources of ring 0.
pure_files() {
	(cd "$D" && printf '%s\n' protocol/*.[ch] transport/smt.[ch])
}

pure_sources() {
	pure_files | grep '\.c$'
}

# What source $1 includes: linux/types.h, or for our own, the path in the tree.
includes() {
	code "$1" | sed -nE 's/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"].*/\1\2/p' |
		while read -r inc; do
			case $inc in
			\<*) echo "${inc#<}" ;;
			*) realpath -ms --relative-to=. "${1%/*}/${inc#?}" ;;
			esac
		done
}

# may_include FILE OWN KERNEL [NOT]: what FILE includes of ours must match OWN,
# what of the kernel KERNEL and not NOT.
may_include() {
	local file=$1 own=$2 kernel=$3 not=${4-} inc
	for inc in $(includes "$file"); do
		case $inc in
		drivers/* | tools/* | include/*)
			[[ $inc =~ ^$D/($own)$ ]] || violation "$file must not include $inc"
			;;
		*)
			if ! [[ $inc =~ ^($kernel)$ ]] ||
				{ [ -n "$not" ] && [[ $inc =~ ^($not)$ ]]; }; then
				violation "$file must not include <$inc>"
			fi
			;;
		esac
	done
}

check_includes() {
	local file name engine='(engine|scmi_server|protocol/scmid)\.h'
	while read -r file; do
		name=${file#"$D"/}
		case $name in
		tests/*) ;;
		protocol/*.[ch])
			may_include "$file" 'protocol/[^/]+\.h' "$PURE"
			;;
		agent.c | grant.c | single.c | of.c | hw.c | core.c | event.c | guest.c | engine.h | scmi_server.h)
			may_include "$file" "$engine" '.*' "$FRAMEWORK|$TRANSPORT|$FRONT"
			;;
		main.c)
			may_include "$file" "$engine|backend/backend\.h" '.*' \
				"$FRAMEWORK|$TRANSPORT|$FRONT"
			;;
		configfs.c | debugfs.c)
			may_include "$file" "$engine" '.*' "$FRAMEWORK|$TRANSPORT"
			;;
		backend/backend.h)
			may_include "$file" 'scmi_server\.h' '.*' "$FRAMEWORK|$TRANSPORT|$FRONT"
			;;
		backend/*.c)
			may_include "$file" 'scmi_server\.h|backend/backend\.h' '.*' \
				"$TRANSPORT|$FRONT"
			;;
		transport/smt.[ch])
			may_include "$file" 'protocol/scmid\.h|transport/smt\.h' "$PURE"
			;;
		transport/*.[ch])
			may_include "$file" 'scmi_server\.h|transport/[^/]+\.h' '.*' \
				"$FRAMEWORK|$FRONT"
			;;
		*) violation "$file belongs to no ring: say in ${SELF##*/} to which" ;;
		esac
	done < <(find $D -name '*.[ch]' ! -name '*.mod.c' | sort)
}

# Ring 0 cannot even be made to do these by a macro.
check_pure() {
	local file hit
	for file in $(pure_files); do
		file=$D/$file
		while read -r hit; do
			violation "$file must not say $hit"
		done < <(code "$file" | grep -oE "\\b($IMPURE)\\b" | sort -u)
	done
}

# Protocols and backends are named where they are, where they are declared, and
# in main.c.
check_names() {
	local names name file home is
	is='^(const )?struct scmid_(proto|backend) (scmid_[a-z0-9_]+) = .*'
	names=$(for file in "$D"/protocol/*.c "$D"/backend/*.c; do
		code "$file" | sed -nE "s,$is,$file \\3,p"
	done)
	if ! grep -q /protocol/ <<< "$names" || ! grep -q /backend/ <<< "$names"; then
		violation "$D: found no protocol or no backend; has their form changed?"
	fi
	while read -r home name; do
		while read -r file; do
			case $file in
			"$home" | "$D"/main.c | "$D"/protocol/scmid.h) continue ;;
			"$D"/backend/backend.h | "$D"/tests/*) continue ;;
			esac
			if code "$file" | grep -qw "$name"; then
				violation "$file must not name $name: only main.c may"
			fi
		done < <(grep -rlw --include='*.[ch]' -- "$name" "$D")
	done <<< "$names"
}

# The sources are as they would be in the kernel's own tree.
check_mainline() {
	local hit for_mainline=(drivers)
	[ ! -d include ] || for_mainline+=(include)
	while read -r hit; do
		violation "no word of older kernels in a file for mainline: $hit"
	done < <(grep -rnoE --include='*.[chS]' --include='*.dts*' --include='Makefile' \
		--include='Kconfig*' --exclude='*.mod.c' "\\b($OLD)\\b" \
		"${for_mainline[@]}" || true)
}

user_space_objects() {
	local file
	mkdir -p "$1/protocol" "$1/transport"
	for file in $(pure_sources); do
		"${CC:-gcc}" -std=gnu11 -O2 -w -fno-stack-protector -c \
			-Itools/testing/scmi_server/include \
			-o "$1/${file%.c}.o" "$D/$file" || return
	done
}

check_objects() {
	check_objects_of "$1" protocol
	check_objects_of "$1" transport
}

# What belongs together may refer to each other.
check_objects_of() {
	local dir=$1 part=$2 file o objs=() own sym
	for file in $(pure_sources | grep "^$part/"); do
		o=$dir/${file%.c}.o
		if [ ! -e "$o" ]; then
			violation "$D/$file was not compiled: no ${o##*/}"
			continue
		fi
		objs+=("$o")
	done
	[ ${#objs[@]} -gt 0 ] || return 0
	own=$("${NM:-nm}" --defined-only -g "${objs[@]}" | awk 'NF == 3 { print $3 }')
	for o in "${objs[@]}"; do
		file=$D/${o#"$dir"/}
		file=${file%.o}.c
		for sym in $("${NM:-nm}" -u "$o" | awk 'NF == 2 { print $2 }'); do
			[[ $sym =~ ^($OBJ_ALLOWED)$ ]] && continue
			grep -qxF -- "$sym" <<< "$own" && continue
			violation "$file must not use $sym"
		done
		if "${NM:-nm}" "$o" | grep -q __export_symbol; then
			violation "$file must not export anything"
		fi
	done
}

check() {
	check_includes
	check_pure
	check_names
	check_mainline
	if [ -n "$objects" ]; then
		check_objects "$objects"
	else
		user_space_objects "$tmp/objects" ||
			violation "ring 0 does not compile in user space"
		check_objects "$tmp/objects"
	fi
	[ "$violations" = 0 ]
}

# plant NAME FILE TEXT MESSAGE: with TEXT at the end of FILE, MESSAGE must come.
plant() {
	printf '%b\n' "$3" >> "$tmp/planted/$D/$2"
	planted+=("$1")
	messages+=("$4")
}

# All that was planted since the last time is looked for in one go.
harvest() {
	local out i rc=0
	out=$("$SELF" "$tmp/planted" 2>&1) || rc=$?
	[ "$rc" = 1 ] || violation "planted violations, but the exit code is $rc"
	for i in "${!planted[@]}"; do
		if grep -qF -- "${messages[i]}" <<< "$out"; then
			echo "noticed: ${planted[i]}"
		else
			violation "not noticed: ${planted[i]} (${messages[i]})"
		fi
	done
	fresh
}

fresh() {
	rm -rf "$tmp/planted"
	cp -r "$tmp/pristine" "$tmp/planted"
	planted=() messages=()
}

selftest() {
	local out f
	mkdir -p "$tmp/pristine/tools/testing/scmi_server"
	cp -r drivers "$tmp/pristine/"
	[ ! -d include ] || cp -r include "$tmp/pristine/"
	cp -r tools/testing/scmi_server/include "$tmp/pristine/tools/testing/scmi_server/"
	find "$tmp/pristine" -name '*.o' -delete

	if ! out=$("$SELF" "$tmp/pristine" 2>&1); then
		violation "the tree itself does not pass: $out"
		return 1
	fi
	fresh

	plant "ring 0 calls something else" protocol/base.c \
		'int planted(void);\nint planted(void) { extern int rand(void); return rand(); }' \
		'must not use rand'
	harvest

	plant "the shared-memory channel calls the protocols" transport/smt.c \
		'void planted(struct scmid_msg *m);\nvoid planted(struct scmid_msg *m) { scmid_dispatch(m); }' \
		'smt.c must not use scmid_dispatch'
	harvest

	plant "ring 0 includes more of the kernel" protocol/clock.c \
		'#include <linux/slab.h>' 'must not include <linux/slab.h>'
	plant "ring 0 header does" protocol/scmid.h \
		'#include <linux/device.h>' 'must not include <linux/device.h>'
	plant "ring 0 includes ring 1" protocol/base.c \
		'#include "../scmi_server.h"' 'protocol/base.c must not include'
	plant "ring 0 exports" protocol/dispatch.c \
		'#define EXPORT_SYMBOL_GPL(x)\nEXPORT_SYMBOL_GPL(scmid_dispatch);' \
		'must not say EXPORT_SYMBOL_GPL'
	plant "ring 0 prints" protocol/base.c \
		'#define p() printk("x")' 'must not say printk'
	plant "the shared-memory channel includes more of the kernel" transport/smt.c \
		'#include <linux/io.h>' 'smt.c must not include <linux/io.h>'
	plant "its header does" transport/smt.h \
		'#include <linux/mailbox_client.h>' \
		'smt.h must not include <linux/mailbox_client.h>'
	plant "it includes ring 1" transport/smt.h \
		'#include "../scmi_server.h"' 'transport/smt.h must not include drivers/'
	plant "it includes more of ring 0" transport/smt.c \
		'#include "../protocol/wire.h"' 'transport/smt.c must not include drivers/'
	plant "it locks" transport/smt.c \
		'#define l spinlock_t' 'transport/smt.c must not say spinlock_t'
	plant "ring 0 prints, shorter" protocol/base.c \
		'#define p() pr_info("x")' 'must not say pr_info'
	plant "ring 0 allocates" protocol/base.c \
		'#define g GFP_ATOMIC' 'must not say GFP_ATOMIC'
	for f in clk clk-provider reset regulator/consumer vdpa vringh mailbox_client \
		configfs debugfs; do
		plant "ring 1 includes $f.h" grant.c \
			"#include <linux/$f.h>" "grant.c must not include <linux/$f.h>"
	done
	for f in agent.c single.c of.c hw.c core.c event.c engine.h scmi_server.h; do
		plant "ring 1: $f does" $f \
			'#include <linux/clk.h>' "$f must not include <linux/clk.h>"
	done
	plant "ring 1 includes a backend" core.c \
		'#include "backend/backend.h"' 'must not include drivers/'
	plant "a backend includes a transport's header" backend/clk.c \
		'#include <linux/vringh.h>' 'clk.c must not include <linux/vringh.h>'
	plant "a backend includes configfs" backend/clk.c \
		'#  include <linux/configfs.h>' 'clk.c must not include <linux/configfs.h>'
	plant "a backend includes the engine" backend/clk.c \
		'#include "../engine.h"' 'clk.c must not include drivers/'
	plant "a transport includes a framework" transport/vdpa.c \
		'#include <linux/clk.h>' 'vdpa.c must not include <linux/clk.h>'
	plant "a transport includes the engine" transport/vdpa.c \
		'#include "../engine.h"' 'vdpa.c must not include drivers/'
	plant "a transport includes ring 0" transport/vdpa.c \
		'#include "../protocol/wire.h"' 'vdpa.c must not include drivers/'
	plant "configfs includes a framework" configfs.c \
		'#include <linux/reset.h>' 'configfs.c must not include <linux/reset.h>'
	plant "configfs includes a transport's header" configfs.c \
		'#include <linux/vdpa.h>' 'configfs.c must not include <linux/vdpa.h>'
	plant "main includes a framework" main.c \
		'#include <linux/clk.h>' 'main.c must not include <linux/clk.h>'
	plant "a protocol is named elsewhere" core.c \
		'const void *planted = &scmid_clock;' 'must not name scmid_clock'
	plant "a backend is named elsewhere" configfs.c \
		'const void *planted = &scmid_clk_backend;' 'must not name scmid_clk_backend'
	plant "a version of the kernel" core.c \
		'#if LINUX_VERSION_CODE < 1\n#endif' 'LINUX_VERSION_CODE'
	plant "a macro of the compat layer" core.c \
		'#ifdef COMPAT_OLD\n#endif' 'COMPAT_OLD'
	plant "its name in a Makefile" Makefile \
		'ccflags-y += -I../../../tools/compat' 'compat'
	plant "a file of no ring" planted.c \
		'' 'planted.c belongs to no ring'
	harvest

	# And what must be possible.
	echo '/* printk, #include <linux/slab.h>, scmid_clk_backend */' \
		>> "$tmp/planted/$D/protocol/base.c"
	echo '#include <linux/clk.h>' >> "$tmp/planted/$D/tests/simhw.c"
	if ! out=$("$SELF" "$tmp/planted" 2>&1); then
		violation "a comment or a test does not pass: $out"
	fi
	[ "$violations" = 0 ]
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

objects='' what=check
while [ $# -gt 0 ]; do
	case $1 in
	--objects)
		objects=$(cd "$2" && pwd)
		shift
		;;
	--selftest) what=selftest ;;
	-*)
		echo "usage: ${0##*/} [--selftest] [--objects DIR] [TREE]" >&2
		exit 2
		;;
	*) break ;;
	esac
	shift
done
cd "${1:-${SELF%/*}/../..}"
$what
