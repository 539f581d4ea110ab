#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything about the sources that can be checked without running them.
#
#   lint.sh            all of it
#   lint.sh PATTERN    the checks with a name that matches (extended regex)
#   lint.sh --list     their names
#
# Prints TAP, and what a failed check says as comments. The kernels, compilers
# and tools come from tools/testing/qemu/setup. Works on a copy of the tree.

set -eu -o pipefail
export LC_ALL=C.UTF-8

CI=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/testing/qemu/lib.sh
. "$CI/../testing/qemu/lib.sh"

D=drivers/firmware/scmi_server
CLANG=-19
JOBS=${SCMI_JOBS:-$(nproc)}
only=${1-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree

total=0 failed=0
check() {
	local name=$1 start=$SECONDS log=$work/log-$total rc=0
	shift
	if [ "$only" = --list ]; then
		echo "$name"
		return
	fi
	if [ -n "$only" ] && ! [[ $name =~ $only ]]; then
		return
	fi
	total=$((total + 1))
	# Not as a condition: a check ends where one of its commands fails.
	set +e
	(
		set -e
		cd "$tree"
		"$@"
	) > "$log" 2>&1 < /dev/null
	rc=$?
	set -e
	if [ "$rc" = 0 ]; then
		echo "ok $total - $name # $((SECONDS - start)) s"
	else
		failed=$((failed + 1))
		echo "not ok $total - $name"
		sed 's/^/# /' "$log"
	fi
}

# Succeeds if nothing was found.
nothing() {
	! grep .
}

# grep, for which to find nothing is no failure.
found() {
	grep "$@" || [ $? = 1 ]
}

# Kernels

kernel() {
	local build
	build=$(kernel_dir "$1")
	if [ -z "$build" ]; then
		"$QEMU_DIR/setup" kernel "$1" >&2
		build=$(kernel_dir "$1")
	fi
	[ -n "$build" ] || die "no kernel $1"
	readlink -f "$build"
}

# The headers of the 7.x kernel for clang and arch $1, with the configuration
# of the one that gcc built. There is no kernel behind them, so what is made
# with them is compiled but cannot be linked for good.
clang_headers() {
	local arch=$1 dir log key
	key=$(cat "$CI/arm.config" "$(kernel 7.x)/.config" | sha256sum | cut -c1-12)
	dir=$CACHE/lint/clang$CLANG-$arch-$key
	with_lock "lint-clang-$arch" make_clang_headers "$arch" "$dir" >&2
	echo "$dir"
}

make_clang_headers() {
	local arch=$1 dir=$2 src fragments args
	[ -e "$dir.done" ] && return
	src=$(readlink -f "$(kernel 7.x)/source")
	rm -rf "$dir"
	mkdir -p "$dir"
	args=(-C "$src" "O=$dir" "ARCH=$arch" "LLVM=$CLANG")
	if [ "$arch" = arm64 ]; then
		cp "$(kernel 7.x)/.config" "$dir/.config"
		make "${args[@]}" olddefconfig
	else
		read -ra fragments <<< "$(kernel_fragments 7.x)"
		cat "${fragments[@]}" "$CI/$arch.config" > "$dir/fragment.config"
		KCONFIG_ALLCONFIG=$dir/fragment.config make "${args[@]}" allnoconfig
	fi
	make "${args[@]}" -j"$JOBS" modules_prepare
	touch "$dir.done"
}

# build_in DIR KDIR ARG...: the modules, in a copy of the tree of their own.
build_in() {
	local dir=$work/$1 kdir=$2
	shift 2
	if [ ! -e "$dir" ]; then
		cp -r "$tree" "$dir"
	fi
	make -C "$dir" "KDIR=$kdir" -j"$JOBS" "$@" modules 2>&1
}

# A log without what only says how far make got.
build_errors() {
	grep -vE '^(make.*(Entering|Leaving)|make -C|[[:space:]]+[A-Z][A-Z_]+[ =])' "$1"
}

# Warnings of dtc and modpost are no errors even with W=e.
no_warnings() {
	! grep -E '(warning|WARNING|Warning)[ :(]' "$1"
}

build_gcc() {
	local dir=$1 name=$2 arch=$3 args kdir
	kdir=$(kernel "$name")
	read -ra args <<< "$(kernel_make_args "$arch")"
	build_in "$dir" "$kdir" "${args[@]}" W=1e > "$work/$dir.log" || {
		build_errors "$work/$dir.log"
		return 1
	}
	no_warnings "$work/$dir.log"
}

build_clang() {
	local arch=$1 dir=clang-$1 kdir o
	kdir=$(clang_headers "$arch")
	build_in "$dir" "$kdir" "ARCH=$arch" "LLVM=$CLANG" W=1e KBUILD_MODPOST_WARN=1 \
		> "$work/$dir.log" || {
		build_errors "$work/$dir.log"
		return 1
	}
	# Without Module.symvers every symbol of the kernel is one.
	sed -i -E "/^WARNING: .*Module\\.symvers is missing\\.\$/d
		/^WARNING: modpost: [a-z_-]+\\.ko: symbol '.*' undefined!\$/d
		/^WARNING: modpost: suppressed [0-9]+ unresolved symbol warnings/d" "$work/$dir.log"
	no_warnings "$work/$dir.log"
	# 32 bits: the compiler's own 64-bit division is not in the kernel. The
	# simulated hardware is for 64 bits only.
	for o in "$work/$dir/$D"/scmi_server{,_vdpa}.o; do
		"llvm-nm$CLANG" -u "$o" | sed 's,^,'"${o##*/}"': 64-bit division: ,' |
			found -E '__(aeabi_u?ldivmod|u?(div|mod)di3)$'
	done | nothing
}

dtc_warnings() {
	local log
	for log in "$work"/{gcc-7.x,gcc-6.12}.log; do
		if [ ! -e "$log" ]; then
			echo "the modules were not built"
			return 1
		fi
		if ! grep -q '^ *DTC ' "$log"; then
			echo "${log##*/}: no overlay was compiled"
			return 1
		fi
		found -E '\.dts[oi]?:[0-9].*(Warning|ERROR|Error)|FATAL ERROR' "$log" | nothing
	done
}

# sparse 0.6.4 is older than what it is to read.
sparse_endian() {
	local dir=$1 name=$2 args kdir log=$work/$1-sparse.log checked
	kdir=$(kernel "$name")
	read -ra args <<< "$(kernel_make_args arm64)"
	# 7.x looks whether sparse knows __typeof_unqual__, and does not run it
	# if not. What sparse checks does not depend on the difference.
	build_in "$dir" "$kdir" "${args[@]}" W=1 C=2 CF=-D__CHECK_ENDIAN__ \
		CHECK="sparse -D__typeof_unqual__=__typeof__" > "$log" || {
		build_errors "$log"
		return 1
	}
	checked=$(grep -c '^  CHECK ' "$log" || true)
	if [ "$checked" -lt 10 ]; then
		echo "sparse looked only at $checked files"
		return 1
	fi
	(cd "$work/$dir/$D" && sparse_noise "$log") | nothing
}

# What sparse says of sources in the current directory, but not:
# - "bad constant expression" of macros that make a module's information: it
#   does not know that sizeof of a string with __VA_ARGS__ is constant;
# - "context imbalance" of functions with guard() or scoped_guard(): it does
#   not see what runs at the end of a scope.
sparse_noise() {
	perl -e '
		# A name says not of which module the file is.
		my @dirs = ("", "../../mailbox/ivshmem/", "../scmi_guest_proxy/");
		sub lines {
			for my $dir (defined $_[1] ? $_[1] : @dirs) {
				open(my $f, "<", "$dir$_[0]") or next;
				return <$f>;
			}
			return ();
		}
		while (<>) {
			next unless m{^(\S+):(\d+):\d+: (?:error|warning): (.*)};
			my ($at, $line, $said) = ($1, $2, $3);
			my @src = lines($at);
			next if $said eq "bad constant expression" &&
				grep { ((lines($at, $_))[$line - 1] // "") =~
					/^(MODULE_[A-Z_]+|module_param(_\w+)?)\(/ } @dirs;
			if ($at =~ m{include/linux/spinlock(_api_smp)?\.h$} &&
			    $said =~ /^context imbalance in .(\w+)/) {
				# Where guard() is defined: look at who uses it. Suites
				# have copies of their own.
				my $name = $1 =~ s/^scmid_own_/scmid_/r;
				my $all = join "", map { lines($_) } glob("*.c */*.c");
				next if $all =~ /^\w[^;{}]*\b$name\([^;{}]*\)\n\{(.*?)^\}/ms &&
					$1 =~ /\b(scoped_)?guard\(/;
			}
			if ($said =~ /^context imbalance in /) {
				# The line is the first of the function, or in it.
				my ($i, $body) = ($line - 1, "");
				$i-- while $i > 0 && $src[$i] !~ /^[{}]/;
				$i = $line - 1 if $src[$i] !~ /^{/;
				do { $body .= $src[$i] } while $src[$i++] !~ /^}/ && $i < @src;
				next if $body =~ /\b(scoped_)?guard\(/;
			}
			print;
		}' "$1"
}

# Sources

# Text files of ours with a name that matches $1, NUL after each.
files() {
	found -zE -- "$1" "$work/files"
}

checkpatch() {
	# Not --codespell, which takes ten times as long as all else: the same
	# dictionary has a check of its own here.
	local args=(--root="$ksrc" --terse --show-types) type rc=0
	grep -zvE '^(tools|include/trace)/' "$work/checkpatch" |
		xargs -0 perl "$ksrc/scripts/checkpatch.pl" "${args[@]}" -f || rc=1
	# Events are laid out as those of the kernel.
	grep -zE '^include/trace/' "$work/checkpatch" |
		xargs -0 perl "$ksrc/scripts/checkpatch.pl" "${args[@]}" \
			--ignore PARENTHESIS_ALIGNMENT --ignore OPEN_ENDED_LINE -f || rc=1
	# Programs of user space: names, attributes and volatile are as C and
	# its libraries have them.
	# compat's allocation functions cast, for that is what they are for. Texts
	# for people are not broken up.
	# Nor are there the kernel's ARRAY_SIZE() and fallthrough.
	for type in CAMELCASE VOLATILE PREFER_DEFINED_ATTRIBUTE_MACRO ARRAY_SIZE \
		PREFER_FALLTHROUGH EMBEDDED_FUNCTION_NAME UNNECESSARY_CASTS LONG_LINE_STRING \
		SPLIT_STRING COMPLEX_MACRO STATIC_CONST_CHAR_ARRAY REPEATED_WORD; do
		args+=(--ignore "$type")
	done
	grep -zE '^tools/.*\.[chS]$' "$work/checkpatch" |
		xargs -0 perl "$ksrc/scripts/checkpatch.pl" "${args[@]}" -f || rc=1
	# One test, one line; and states of several things.
	args+=(--ignore LONG_LINE)
	found -zE '^tools/' "$work/checkpatch" | found -zvE '\.[chS]$' |
		xargs -0r perl "$ksrc/scripts/checkpatch.pl" "${args[@]}" -f || rc=1
	return $rc
}

run_checkpatch() {
	local rc=0
	checkpatch > "$work/checkpatch.log" 2>&1 || rc=$?
	grep -vE '^total: ' "$work/checkpatch.log" || true
	return $rc
}

kernel_doc() {
	local tool
	for tool in "$ksrc"/{tools/docs,scripts}/kernel-doc; do
		[ -e "$tool" ] && break
	done
	files '^(drivers|include)/.*\.[ch]$' |
		xargs -0 python3 "$tool" -none -Wall 2>&1 | sort -u | nothing
}

# What others call is described: every structure of these headers, and every
# function that takes something.
kernel_doc_complete() {
	# shellcheck disable=SC2016
	files "^$D/(scmi_server|engine|protocol/scmid)\\.h\$" | xargs -0 perl -e '
		my $d = shift(@ARGV);
		my %doc;
		for my $f (glob("$d/*.[ch] $d/*/*.[ch]")) {
			open(my $in, "<", $f) or die "$f: $!";
			while (<$in>) {
				$doc{$1} = 1 if /^ \* ((?:struct |union |enum )?\w+)(?:\(\))? - \S/;
			}
		}
		for my $f (@ARGV) {
			open(my $in, "<", $f) or die "$f: $!";
			my $text = join("", <$in>);
			$text =~ s{/\*.*?\*/}{}gs;
			$text =~ s{^\s*#.*?(?<!\\)$}{}gms;
			while ($text =~ /^((?:struct|union) \w+) \{/gm) {
				print "$f: no kernel-doc of $1\n" unless $doc{$1};
			}
			$text =~ s/\{(?:[^{}]|\{[^{}]*\})*\}//gs;
			my $args = qr/(?:[^()]|\([^()]*\))*/;
			while ($text =~ /^(?!static)[^;()=]*?(\w+)\(($args)\)\s*;/gm) {
				next if $2 eq "void" || $doc{$1} || $1 =~ /^DECLARE_/;
				print "$f: no kernel-doc of $1()\n";
			}
		}' "$D" | nothing
}

abi() {
	local tool=$ksrc/tools/docs/get_abi.py
	"$tree/tools/ci/abi.sh" "$tree"
	if [ -e "$tool" ]; then
		python3 "$tool" --dir Documentation/ABI validate 2>&1 | nothing
	fi
}

messages() {
	"$tree/tools/ci/messages.sh" "$tree"
}

# As the kernel's own, with its extensions; and what is named is there.
documents() {
	local doc=$work/sphinx f n
	mkdir "$doc"
	cp -r Documentation "$doc/"
	ln -s "$tree/drivers" "$tree/include" "$ksrc/tools" "$doc/"
	printf '%s\n' Index ===== '' '.. toctree::' '   :glob:' '' \
		'   admin-guide/*' '   admin-guide/*/index' '   driver-api/*' \
		'   firmware-guide/*' > "$doc/Documentation/index.rst"
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ksrc/Documentation/sphinx srctree=$doc \
		/usr/bin/python3 -m sphinx -q -b html -C -D extensions=kerneldoc,automarkup \
		-D "kerneldoc_srctree=$doc" -D root_doc=index -D primary_domain=c \
		"$doc/Documentation" "$doc/html" 2>&1 |
		found -v "toctree glob pattern 'firmware-guide\|toctree glob pattern 'admin-guide/\*'" | nothing
	n=$(find "$doc/html" -name '*.html' | wc -l)
	[ "$n" -gt 10 ] || { echo "made $n pages"; return 1; }
	files . | xargs -0 grep -oE 'Documentation/[[:alnum:]_./,-]*[[:alnum:]]' |
		sort -u | while IFS=: read -r f n; do
			[ -e "$n" ] || [ -e "$ksrc/$n" ] || compgen -G "$n*" > /dev/null ||
				echo "$f: there is no $n"
		done | nothing
}

layering() {
	local objects="$work/gcc-7.x/$D"
	if [ ! -e "$objects/protocol/dispatch.o" ]; then
		"$tree/tools/ci/layering.sh" "$tree"
	else
		# The machine's own nm need not know objects of the other.
		NM="llvm-nm$CLANG" "$tree/tools/ci/layering.sh" --objects "$objects" "$tree"
	fi
}

# dt_NAME ARG...: a program of dt-schema
dt() {
	local root=$CACHE/dtschema/root loader tool=$1
	shift
	loader=$(find "$root/usr/lib" -name 'ld-linux-*.so.*' | head -n 1)
	PYTHONDONTWRITEBYTECODE=1 PYTHONHOME=$root/usr "$loader" \
		--library-path "$(dirname "$(find "$root/usr/lib" -name 'libc.so.6')")" \
		"$(find "$root/usr/bin" -name 'python3.*[0-9]' | head -n 1)" \
		"$root/usr/bin/dt-$tool" "$@" 2>&1
}

# Each binding is one by the rules for bindings, and its example by the binding.
bindings() {
	local f n=0 known=$ksrc/Documentation/devicetree/bindings
	mkdir "$work/schema"
	"$QEMU_DIR/setup" dtschema
	while IFS= read -r -d '' f; do
		n=$((n + 1))
		yamllint -s -c "$known/.yamllint" "$f"
		dt doc-validate -u "$known" "$f" | tee "$work/doc" | sed "s,$known/,,"
		[ ! -s "$work/doc" ]
		cp "$f" "$work/schema/"
		dt extract-example "$f" > "$work/example.dts"
		dtc -q -I dts -O dtb -o "$work/example-$n.dtb" "$work/example.dts"
	done < <(files '^Documentation/devicetree/bindings/.*\.yaml$')
	[ "$n" != 0 ]
	dt mk-schema -j "$work/schema" > "$work/schema.json"
	dt validate -s "$work/schema.json" "$work"/example-*.dtb | nothing
}

scripts() {
	files '\.sh$'
	files . | xargs -0 grep -lZE -m1 '^#!.*\b(ba|da|busybox )?sh\b' -- |
		while IFS= read -r -d '' f; do
			# Only where it is the first line, and not found already.
			if [[ $f != *.sh ]] && [[ $(head -n 1 "$f") == '#!'* ]]; then
				printf '%s\0' "$f"
			fi
		done
}

shell_scripts() {
	[ -n "$(scripts | tr '\0' '\n')" ]
	# SC2317: functions that are called by name only.
	scripts | xargs -0 shellcheck -x -P "$tree" -P SCRIPTDIR -e SC2317
}

spelling() {
	files . | xargs -0 codespell -I tools/ci/codespell-ignore
}

# Those without: texts, options of kernels, and the licence itself. The letters
# in brackets here and below are for this file's own sake.
spdx() {
	# shellcheck disable=SC2016
	files . | found -zvE '^COPYING$|(^|/)README[^/]*$|^Documentation/ABI/|\.config$|^tools/packaging/debian/[^r]' |
		xargs -0 awk '
			FNR == 1 { file = FILENAME; at = /^#!/ ? 2 : 1 }
			FNR == at && !/SPD[X]-License-Identifier: \(?GPL-2\.0/ {
				print file ": no licence in its first line"
			}' | nothing
}

words() {
	{
		# shellcheck disable=SC2016
		files . | xargs -0 awk '
			/[ \t]+$/ { print FILENAME ":" FNR ": white space at its end" }
			/\r/ { print FILENAME ":" FNR ": carriage return" }
			/(^|[^A-Za-z])(TO[D]O|FIX[M]E|X[X]X)([^A-Za-z]|$)/ {
				print FILENAME ":" FNR ": " $0
			}'
		files . | while IFS= read -r -d '' f; do
			[ -z "$(tail -c 1 "$f")" ] || echo "$f: no newline at its end"
		done
	} | nothing
}

# From here on

if [ "$only" != --list ]; then
	exec 3>&1
	{
		"$QEMU_DIR/setup" packages demo check
		for k in 7.x 6.12 ${UML_NAME:+$([ "$DEB_HOST" != amd64 ] || echo "$UML_NAME")}; do
			kernel "$k" > /dev/null
		done
	} 2>&1 | sed 's/^/# /'
	ksrc=$(readlink -f "$(kernel 7.x)/source")

	# What git has and what it would take, without what make left behind.
	mkdir "$tree"
	(cd "$TREE" && git ls-files -zco --exclude-standard) | sort -zu |
		while IFS= read -r -d '' f; do
			[ ! -f "$TREE/$f" ] || printf '%s\0' "$f"
		done > "$work/all"
	(cd "$TREE" && rsync -lp --from0 --files-from="$work/all" . "$tree/")
	(cd "$tree" && xargs -0 grep -lIZ '' -- < "$work/all") > "$work/files"
	{
		files '\.([chS]|dtso?|dtsi|mk)$|(^|/)(Makefile|Kconfig)[^/]*$'
		(cd "$tree" && scripts)
	} > "$work/checkpatch"
	echo "TAP version 13"
fi

check "checkpatch" run_checkpatch
check "gcc, arm64, 7.x" build_gcc gcc-7.x 7.x arm64
check "gcc, arm64, 6.12" build_gcc gcc-6.12 6.12 arm64
if [ "$DEB_HOST" = amd64 ]; then
	check "gcc, UML, 7.x" build_gcc gcc-uml "$UML_NAME" um
fi
check "clang, arm64, 7.x" build_clang arm64
check "clang, 32-bit arm, 7.x" build_clang arm
check "sparse, 7.x" sparse_endian gcc-7.x 7.x
check "sparse, 6.12" sparse_endian gcc-6.12 6.12
check "dtc" dtc_warnings
check "layering" layering
check "layering: self-test" "$tree/tools/ci/layering.sh" --selftest "$tree"
check "ABI" abi
check "messages" messages
check "messages: self-test" "$tree/tools/ci/messages.sh" --selftest "$tree"
check "documents" documents
check "bindings" bindings
check "kernel-doc" kernel_doc
check "kernel-doc: complete" kernel_doc_complete
check "shellcheck" shell_scripts
check "codespell" spelling
check "SPDX" spdx
check "words and whitespace" words

if [ "$only" != --list ]; then
	echo "1..$total"
	[ "$failed" = 0 ]
fi
