# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# Some are for those who source it.
# shellcheck disable=SC2034,SC2015
#
# KTAP for the tests of this directory; sourced.

CFS=/sys/kernel/config/scmi_server
AGENTS=$CFS/agents
HW=/sys/kernel/debug/scmi_simhw
HERE=${HERE:-/add}
TOOL=$HERE/scmi_tool
KTAP_N=0
KTAP_FAILED=0

pass()
{
	KTAP_N=$((KTAP_N + 1))
	echo "ok $KTAP_N - $1"
}

fail()
{
	KTAP_N=$((KTAP_N + 1))
	KTAP_FAILED=$((KTAP_FAILED + 1))
	echo "not ok $KTAP_N - $1"
}

# check NAME COMMAND...: the command succeeds
check()
{
	_n=$1
	shift
	if "$@"; then
		pass "$_n"
	else
		fail "$_n"
		return 1
	fi
}

# same NAME WANTED GOT
same()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		echo "# wanted: $2"
		echo "#    got: $3"
	fi
}

# differ NAME UNWANTED GOT
differ()
{
	if [ "$2" != "$3" ]; then
		pass "$1"
	else
		fail "$1"
		echo "# got: $3"
	fi
}

# within SECONDS COMMAND...: it succeeds before long
within()
{
	_end=$(($(date +%s) + $1))
	shift
	while ! "$@" > /dev/null 2>&1; do
		[ "$(date +%s)" -lt "$_end" ] || return 1
		sleep 0.02
	done
}

LEAKS=/sys/kernel/debug/kmemleak

# What the kernel lost before the test is none of ours.
leaks_forget()
{
	[ ! -e $LEAKS ] || echo clear > $LEAKS
}

# leaks_check: while the modules are loaded, so that they can be named. An object
# has to be some seconds old, and seen in two scans.
leaks_check()
{
	[ -e $LEAKS ] || return 0
	sleep 6
	echo scan > $LEAKS
	echo scan > $LEAKS
	same "no memory is lost" "" "$(grep -B12 -A4 'scmi' $LEAKS)"
}

finish()
{
	echo "1..$KTAP_N"
	[ "$KTAP_FAILED" = 0 ]
	exit
}

msg()
{
	"$TOOL" msg "$@"
}

try()
{
	"$TOOL" try "$@"
}

# hw CLOCK FILE: what the simulated hardware says
hw()
{
	cat "$HW/$1/$2"
}

# no_effect NAME CLOCK TIMES REVOKE GRANT: a client hammers the clock all the time
no_effect()
{
	_bad=0
	for _ in $(seq "$3"); do
		sleep 0.03
		eval "$4"
		_a=$(hw "$2" enabled)$(hw "$2" enables)
		sleep 0.03
		_b=$(hw "$2" enabled)$(hw "$2" enables)
		[ "$_a" = "$_b" ] && [ "$(hw "$2" enabled)" = 0 ] || _bad=$((_bad + 1))
		eval "$5"
	done
	same "$1 under load: no effect after it returns" 0 $_bad
}

# hz RATE: as two words of a message
hz()
{
	echo "$(($1 & 0xffffffff)) $(($1 >> 32))"
}

# rate_of WORD WORD: a rate from two words of a reply
rate_of()
{
	echo $((0x$2 << 32 | 0x$1))
}

# --- figures: ratios that are printed, and with $gate judged -----------------

gate=${gate:-}

die()
{
	echo "Bail out! $*"
	exit 1
}

# median NUMBER...
median()
{
	printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# figure NAME NUMERATOR DENOMINATOR UNIT LIMIT
figure()
{
	echo "# figure: $1: $(awk "BEGIN { printf \"%.2f\", $2 / $3 }") $4 (limit $5)"
	[ -z "$gate" ] || check "$1: at most $5 $4" awk "BEGIN { exit !($2 <= $3 * $5) }"
}

# steady NAME NUMBER...: they are all within a quarter, or it is mentioned.
steady()
{
	_name=$1
	shift
	printf '%s\n' "$@" | sort -n | awk -v name="$_name" 'NR == 1 { min = $1 } { max = $1 }
		END { if (max > min * 1.25)
			print "# " name ": rounds differ by a factor of", max / min ", is there no -icount?" }'
}
