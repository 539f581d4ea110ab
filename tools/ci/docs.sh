#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# docs.sh [FILE...]: the commands of the documentation, as one shell script
# docs.sh --block NAME FILE: those of one block, to run them elsewhere
# docs.sh --guest: a script that has those for docs_guest.sh, and runs it
#
# The files are the operator's guide, in the order of its index, scmictl's manual
# page and the README if none are given. What becomes of a block of commands
# (".. code-block:: sh") is said by a reST comment before it:
#
#   .. test: host             runs as root in the host machine, with set -e
#   .. test: refused          likewise, but each of its commands must fail
#   .. test: block NAME       does not run here, but elsewhere by "--block NAME"
#   .. test: skip, REASON     does not run
#
# In the examples of a manual page the comment is ".\" test: host", and a block is
# ".Bd -literal".
# The README is without: the blocks of the sections README_RUNS are run. The name
# of such a block is the section and its number there.
#
# and a literal block after ".. test: output" is what the commands before it
# must have printed. A block of commands without such a comment is an error. A
# devicetree in a block of "dts" after ".. test: dts" must compile, if dtc is here.
#
# What has to happen besides is said in comments that go on, indented, with the
# lines to execute:
#
#   .. test: aside            as "host", but nobody reads it
#   .. test: guest AGENT      commands of tools/testing/selftests/scmi_server/
#                             scmi_agent.c; each must succeed, or end as said
#                             after a colon (": DENIED"). Besides them, "start",
#                             "stop" and "kill": the guest comes and goes
#
#   docs.sh > /tmp/docs-test.sh
#   tools/testing/qemu/vm --uml --host /tmp/docs-test.sh --add .../scmi_agent

set -eu -o pipefail
export LC_ALL=C.UTF-8

cd "$(dirname "$0")/../.."
GUIDE=Documentation/admin-guide/scmi-server
README_RUNS='^A first real guest$'

errors=0 blocks=0 only=''
error() {
	echo "${0##*/}: $file:$at: $*" >&2
	errors=$((errors + 1))
}

# $1 as one word of the shell
quoted() {
	printf "'%s'" "${1//\'/\'\\\'\'}"
}

# show_and_run TEXT: it is shown, then executed.
show_and_run() {
	printf 'docs_show %s\n' "$(quoted "$1")"
	if [ "$mark" = refused ]; then
		printf 'if\n%s\nthen docs_not_refused; fi\n' "$1"
	else
		printf '%s\n' "$1"
	fi
}

# The block of commands that was read. A command has as many lines as it takes
# to be whole.
commands() {
	local line text=''
	printf '\ndocs_begin %s\n' "$(quoted "$file:$at")"
	while IFS= read -r line; do
		text+=$line
		if [ -z "$text" ] || [[ $text == '#'* ]]; then
			text=''
		elif [[ $text != *\\ ]] && bash -n <<< "$text" 2> /dev/null; then
			show_and_run "$text"
			text=''
		else
			text+=$'\n'
		fi
	done <<< "$block"
	[ -z "$text" ] || error "not a whole command: $text"
	echo docs_end
}

# What an agent does, line by line.
agent_commands() {
	local line want
	[[ $1 =~ ^[a-z0-9]+$ ]] || error "\"$1\" is no name for an agent here"
	while IFS= read -r line; do
		want=SUCCESS
		if [[ $line =~ ^(.*):\ *([A-Z_]+)$ ]]; then
			line=${BASH_REMATCH[1]} want=${BASH_REMATCH[2]}
		fi
		[ -z "$line" ] || printf 'docs_guest %s %s %s %s\n' \
			"$1" "$(quoted "$file:$at")" "$(quoted "$line")" "$want"
	done <<< "$block"
}

block_done() {
	# Empty lines at its end belong to what follows.
	while [[ $block == *$'\n' ]]; do
		block=${block%$'\n'}
	done
	if [ -n "$only" ]; then
		if [ "$mark" = "block $only" ]; then
			blocks=$((blocks + 1))
			printf '%s\n' "$block"
		fi
		mark=''
		return
	fi
	case $mark in
	aside)
		printf '\ndocs_begin %s\n%s\ndocs_end\n' "$(quoted "$file:$at")" "$block"
		;;
	guest\ *)
		agent_commands "${mark#guest }"
		;;
	dts)
		if command -v dtc > /dev/null; then
			blocks=$((blocks + 1))
			dtc -q -I dts -O dtb -o /dev/null <(printf '/dts-v1/;\n%s\n' "$block") ||
				error "this does not compile"
		fi
		;;
	host | refused)
		blocks=$((blocks + 1))
		commands
		;;
	block\ *)
		blocks=$((blocks + 1))
		;;
	output)
		printf "docs_want << 'DOCS_OUTPUT'\n%s\nDOCS_OUTPUT\n" "$block"
		;;
	esac
	mark=''
}

# Whether the directive in $1 begins a block that its mark is right for.
marked() {
	case $1,$mark in
	sh,host | sh,refused | sh,skip,* | sh,block\ * | none,output | dts,dts) ;;
	sh,) error "commands without a mark" ;;
	sh,* | *,host | *,refused | *,skip,* | *,block\ *) error "\"$mark\" is no mark for \"$1\"" ;;
	*,output) error "output is in a block of \"none\"" ;;
	*,dts) error "a devicetree is in a block of \"dts\"" ;;
	*) return 1 ;;
	esac
}

# in: '' outside of blocks, head before the first line of one, body in it.
read_file() {
	local line n=0 in='' indent=''
	file=$1 at=0 mark='' block=''
	while IFS= read -r line; do
		n=$((n + 1))
		if [ "$in" = head ] && [[ $line =~ ^([[:space:]]+)[^:[:space:]] ]]; then
			indent=${BASH_REMATCH[1]}
			in=body
		fi
		if [ "$in" = body ]; then
			if [ -z "$line" ] || [[ $line == "$indent"* ]]; then
				block+=${line#"$indent"}$'\n'
				continue
			fi
			block_done
			in=''
		elif [ "$in" = head ] && [[ $line == [^[:space:]]* ]]; then
			error "an empty block"
			in='' mark=''
		fi
		at=$n
		if [[ $line =~ ^[[:space:]]*\.\.\ test:\ ?(.*)$ ]]; then
			[ -z "$mark" ] || error "a mark and no block"
			mark=${BASH_REMATCH[1]}
			[[ $line == ..* ]] || error "marks are not indented"
			case $mark in
			aside | guest\ *) in=head block='' ;;
			esac
		elif [[ $line =~ ^[[:space:]]*\.\.\ code-block::\ *([a-z]*)$ ]]; then
			marked "${BASH_REMATCH[1]}" || continue
			in=head block=''
		elif [[ -n $line && $in != head && -n $mark ]]; then
			error "a mark and no block"
			mark=''
		fi
	done < "$file"
	[ "$in" != body ] || block_done
}

read_man() {
	local line n=0 in='' section=''
	file=$1 at=0 mark='' block=''
	while IFS= read -r line; do
		n=$((n + 1))
		case $in,$line in
		,'.Sh '*) section=${line#.Sh } ;;
		,'.\" test: '*) mark=${line#*test: } ;;
		,'.Bd -literal'*)
			[ "$section" = EXAMPLES ] || [ -n "$mark" ] || continue
			at=$n in=body block=''
			case $mark in
			host | refused | skip,* | block\ *) ;;
			*) error "commands without a mark" ;;
			esac
			;;
		body,.Ed)
			in=''
			block_done
			;;
		body,*) block+=${line//\\e/\\}$'\n' ;;
		esac
	done < "$file"
}

# What is said of make is in its list of targets, too.
read_readme() {
	local line n=0 in='' last='' section='' blocks_in=0 target
	file=$1 at=0 mark='' block=''
	while IFS= read -r line; do
		n=$((n + 1))
		if [[ $line =~ ^---+$ ]]; then
			section='' blocks_in=0
			[[ ! $last =~ $README_RUNS ]] || section=$last
		fi
		if [ -n "$section" ] && [[ $line == '  '* ]]; then
			if [ -z "$in" ]; then
				in=body block='' at=$n blocks_in=$((blocks_in + 1))
			fi
			block+=${line#  }$'\n'
		elif [ -n "$in" ]; then
			in='' mark=${only:+block $section $blocks_in}
			mark=${mark:-host}
			block_done
		fi
		if [[ $line =~ ^\ \ make\ ([a-z-]+)(\ |$) || $line =~ \"make\ ([a-z-]+)\" ]]; then
			target=${BASH_REMATCH[1]:-${BASH_REMATCH[3]}}
			at=$n
			grep -qE "^$target:" Makefile || error "make has no target \"$target\""
		fi
		last=$line
	done < "$file"
}

read_any() {
	case $1 in
	*README) read_readme "$1" ;;
	*.[1-8]) read_man "$1" ;;
	*) read_file "$1" ;;
	esac
}

# The chapters, as the index orders them
chapters() {
	sed -n "/^\\.\\. toctree::/,/^[^ .]/s,^   \\([a-z][a-z-]*\\)\$,$GUIDE/\\1.rst,p" $GUIDE/index.rst
}

if [ "${1-}" = --block ]; then
	only=$2
	read_any "$3"
	if [ "$blocks" != 1 ]; then
		at=1
		error "$blocks blocks \"$only\""
	fi
	[ "$errors" = 0 ]
	exit
fi

# What starts guests
if [ "${1-}" = --guest ]; then
	echo '#!/bin/sh'
	echo 'mkdir /tmp/blocks'
	while IFS='|' read -r name block file; do
		printf 'cat > /tmp/blocks/%s << '\''DOCS_BLOCK'\''\n' "$name"
		"tools/ci/${0##*/}" --block "$block" "$file"
		echo DOCS_BLOCK
	done <<- END
		readme-1|A first real guest 1|README
		readme-2|A first real guest 2|README
		vm|vm|$GUIDE/scmictl.rst
		qemu|qemu|$GUIDE/walkthrough.rst
	END
	echo 'exec sh /add/docs_guest.sh'
	exit
fi

if [ $# = 0 ]; then
	mapfile -t files < <(chapters)
	set -- "${files[@]}" tools/scmi/*.8 README
	for file in "$GUIDE"/*.rst; do
		at=1
		[[ $file = */index.rst || " $* " = *" $file "* ]] || error "not in the index"
	done
fi

cat << 'END'
#!/bin/sh
# Made by tools/ci/docs.sh.
set -e
exec 3>&1
DOCS=/tmp/docs
AGENTS=/sys/kernel/config/scmi_server/agents
# QEMU is not here: what is called so makes a devicetree, or nothing. The real one
# gets the same command lines in docs_guest.sh.
mkdir $DOCS.bin
cat > $DOCS.bin/qemu-system-aarch64 << 'DOCS_QEMU'
#!/bin/sh
for arg; do
	case $arg in
	dumpdtb=*) cp /sys/firmware/fdt "${arg#dumpdtb=}" ;;
	esac
done
DOCS_QEMU
chmod +x $DOCS.bin/qemu-system-aarch64
PATH=/add:$DOCS.bin:$PATH
# Each file begins with nothing configured, and ends so.
docs_file()
{
	docs_at=$1
	echo "## $1"
	cd /
	for module in scmi_server_simhw scmi_server_vdpa vhost_vdpa; do
		modprobe $module
	done
}
docs_file_end()
{
	docs_at="the end of $1"
	if [ "$2" = clear ]; then
		scmictl clear
	fi
	cd /
	[ ! -d $AGENTS ] || [ -z "$(ls $AGENTS)" ]
}
docs_begin() { docs_at=$1; exec > $DOCS; }
docs_end() { exec >&3; cat $DOCS; }
docs_show() { echo "$1" | sed 's/^/# /' >&3; }
docs_not_refused() { echo 'this was not refused' >&2; exit 1; }
docs_want() { cat > $DOCS.want; diff -u $DOCS.want $DOCS; }
docs_guest()
{
	docs_at=$2
	echo "# ($1: $3)"
	case $3 in
	start)
		. /lib/scmi.sh
		rm -f $DOCS.$1.*
		mkfifo $DOCS.$1.in $DOCS.$1.out
		/add/scmi_agent "$(vhost_device $1)" $DOCS.$1.in $DOCS.$1.out &
		echo $! > $DOCS.$1.pid
		docs_until grep -qx running /sys/kernel/config/scmi_server/agents/$1/state
		;;
	stop | kill)
		kill -9 $(cat $DOCS.$1.pid)
		wait $(cat $DOCS.$1.pid) || :
		docs_until docs_no_votes $1
		;;
	*)
		kill -0 $(cat $DOCS.$1.pid)
		echo "$3" > $DOCS.$1.in
		docs_got=$(cat $DOCS.$1.out)
		case $docs_got in
		$4 | $4\ *) ;;
		*) echo "wanted $4, got $docs_got"; exit 1 ;;
		esac
		;;
	esac
}
docs_no_votes()
{
	! grep "^  $1:" /sys/kernel/debug/scmi_server/resources |
		grep -qvE ': (off|none)(, [a-z]+)?( |$)'
}
docs_until() { until "$@"; do sleep 0.05; done; }
docs_exit()
{
	docs_status=$?
	[ $docs_status != 0 ] || return 0
	exec >&3
	cat $DOCS
	echo "FAILED: $docs_at"
	exit $docs_status
}
trap docs_exit EXIT
END
for f; do
	printf '\ndocs_file %s\n' "$(quoted "$f")"
	read_any "$f"
	clear=''
	case $f in
	*README | *.[1-8]) clear=clear ;;
	esac
	printf '\ndocs_file_end %s %s\n' "$(quoted "$f")" "$clear"
done
if [ "$blocks" = 0 ]; then
	file=$* at=1
	error "no block is marked"
fi
[ "$errors" = 0 ]
