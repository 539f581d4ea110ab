#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scmiraw without a platform: messages by name, replies, files of messages, and
# every way to call it wrongly. In place of the client's file there is a pipe,
# from which comes back what was sent: its first word is the status.
#
#   raw.sh DIR   which has the program

set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C ASAN_OPTIONS=detect_leaks=0
N=0 FAILED=0

# same NAME WANTED GOT
same() {
	N=$((N + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $N - $1"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $N - $1"
		diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | sed 's/^/# /'
	fi
}

raw() {
	"$bin/scmiraw" --root "$work" "$@"
}

# says NAME STATUS OUTPUT ARGUMENT...: all of it, errors too
says() {
	local name=$1 status=$2 text=$3 rc=0 got
	shift 3
	got=$(raw "$@" 2>&1) || rc=$?
	same "$name" "$status $text" "$rc $got"
}

echo "KTAP version 1"

# --- messages -------------------------------------------------------------------

says "no fields" 0 00400000 -n base.protocol_version
says "bits, and 64 of them" 0 05500000090000000300000000f2052a01000000 \
	-n clock.rate_set id=3 rate=5000000000 async=1 round=nearest
says "defaults" 0 044400000000000001000000"00000040" -n power.state_set state=off id=1
says "a sign" 0 075c0000010000000000000"0fbffffff" -n voltage.level_set id=1 uv=-5
says "names for bits" 0 04580000020000000200000000000000 -n reset.reset id=2 how=assert
says "words" 0 06500000ffffffff02000000 -n clock.rate_get -- -1 2
says "numbers" 0 0564020001000000 -n 0x99.5 1
says "a number instead of a name" 0 06500000 -n clock.6
says "a number, and fields" 0 0650000007000000 -n 0x14.6 id=7
says "bytes" 0 010203 -n --bytes 01 0203
says "JSON" 0 '{"bytes":"00400000"}' -j -n base.protocol_version
bad=0
while read -r name fields; do
	# shellcheck disable=SC2046
	hex=$(raw -n "$name" $(tr -d '[]' <<< "$fields" | sed 's/=[^ ]*/=1/g')) || bad=$((bad + 1))
	[ $((${#hex} % 8)) = 0 ] || bad=$((bad + 1))
	proto=$((0x${hex:2:2} >> 2 | (0x${hex:4:2} & 3) << 6))
	[ "$(raw -n "$(printf '%#x.%d' $proto 0x"${hex:0:2}")")" = "${hex:0:8}" ] ||
		bad=$((bad + 1))
done < <(raw --list)
same "each message with each field" 0 $bad
same "messages of each protocol" "base 13 clock 17 guest 7 power 10 reset 8 voltage 11" \
	"$(raw --list | cut -d . -f 1 | sort | uniq -c | awk '{ print $2, $1 }' | xargs)"
same "those of one" 8 "$(raw --list reset | grep -c '^reset')"

# --- what replies say --------------------------------------------------------------

says "a refusal" 0 "clock.rate_get: NOT_FOUND" --decode 06500000 fcffffff
says "a refusal says no more" 0 "clock.rate_get: DENIED rest=01000000" \
	--decode 06500000 fdffffff 01000000
says "another status" 0 "clock.rate_get: -99" --decode 06500000 9dffffff
says "a list with its length" 0 "base.discover_list_protocols: SUCCESS num=2 protocols=17,20" \
	--decode 06400000 00000000 02000000 11140000
says "a list to the end" 0 \
	"clock.describe_rates: SUCCESS returned=2 range=0 remaining=7 rates=1,4294967296" \
	--decode 04500000 00000000 02000700 0100000000000000 0000000001000000
says "bits and a name" 0 "clock.attributes: SUCCESS enabled=1 restricted=0 parents=0 long_name=0 notify_request=0 notify=1 name=pix enable_latency_us=5" \
	--decode 03500000 00000000 01000080 70697800 00000000 00000000 00000000 05000000
says "a name with anything in it" 0 'base.discover_vendor: SUCCESS vendor="a?b \""' \
	--decode 03400000 00000000 611b6220 22000000 00000000 00000000
says "a name for a value" 0 "power.state_get: SUCCESS state=off" \
	--decode 05440000 00000000 00000040
says "a value without one" 0 "power.state_get: SUCCESS state=5" --decode 05440000 00000000 05000000
says "bytes of a description" 0 "guest.description_read: SUCCESS length=5 data=d00dfeed00" \
	--decode 04400300 00000000 05000000 d00dfeed 00000000
says "fewer than it says" 0 "guest.description_read: SUCCESS length=9 data=d00dfeed" \
	--decode 04400300 00000000 09000000 d00dfeed
says "a sign" 0 "voltage.level_get: SUCCESS uv=-5" --decode 085c0000 00000000 fbffffff
says "too short" 0 "clock.rate_get: SUCCESS rest=0100 short=rate" --decode 06500000 00000000 0100
says "too long" 0 "clock.rate_get: SUCCESS rate=1 rest=02" \
	--decode 06500000 00000000 0100000000000000 02
says "no status" 0 "clock.rate_get: no status rest=00" --decode 06500000 00
says "not known" 0 "0x99.0x5: SUCCESS rest=07000000" --decode 05640200 00000000 07000000
says "a notification" 0 "clock.rate_changed: agent=1 id=2 rate=3" \
	--decode 00530000 01000000 02000000 0300000000000000
says "JSON of a reply" 0 '{"message":"clock.rate_get","status":"SUCCESS","token":5,"fields":{"rate":1},"bytes":"06501400000000000100000000000000"}' \
	-j --decode 06501400 00000000 0100000000000000

# --- wrong calls ---------------------------------------------------------------------

says "no message" 2 "scmiraw: which message? See scmiraw --help"
says "no such message" 2 'scmiraw: there is no message "clock.fly"; see scmiraw --list' clock.fly
says "no such protocol" 2 'scmiraw: there is no protocol "fish"; see scmiraw --list' fish.get
says "no dot" 2 'scmiraw: "fish" is no PROTOCOL.MESSAGE; see scmiraw --list' fish
says "a number too big" 2 'scmiraw: there is no message "0x14.256"; see scmiraw --list' 0x14.256
says "a field is missing" 2 "scmiraw: id is missing: clock.rate_get id=NUMBER" clock.rate_get
says "no such field" 2 'scmiraw: there is no "fish=1" here: clock.rate_get id=NUMBER' \
	clock.rate_get id=1 fish=1
says "a word among fields" 2 'scmiraw: there is no "7" here: clock.rate_get id=NUMBER' \
	clock.rate_get id=1 7
says "no number" 2 'scmiraw: clock.rate_get: id is no number: "x"' clock.rate_get id=x
says "no value" 2 'scmiraw: clock.rate_get: id is no number: ""' clock.rate_get id=
says "too big for its bits" 2 "scmiraw: clock.config_set: state is too big for its field: 4" \
	clock.config_set id=1 state=4
says "too big for a word" 2 "scmiraw: clock.rate_get: id is too big for its field: 4294967296" \
	clock.rate_get id=4294967296
says "too small" 2 "scmiraw: voltage.level_set: uv is too big for its field: -2147483649" \
	voltage.level_set id=1 uv=-2147483649
says "no word" 2 'scmiraw: "x" is neither FIELD=VALUE nor a word of 32 bits' clock.rate_get x
# shellcheck disable=SC2046
says "too many words" 2 "scmiraw: a message has no room for so many words" \
	clock.rate_get $(seq 32)
says "no bytes" 2 "scmiraw: which bytes?" --bytes
says "half a byte" 2 'scmiraw: "0" are no bytes in hexadecimal' --bytes 01 0
says "no option" 2 "scmiraw: there is no option --fish; see scmiraw --help" --fish
says "no value for an option" 2 "scmiraw: --count needs a value" --count
says "no number for an option" 2 'scmiraw: --timeout: "x" is not a number from 1 to 86400000' \
	--timeout x
says "two at once" 2 "scmiraw: one of --bytes, --file, --listen, --list, --decode" \
	--listen --list
says "what for" 2 'scmiraw: what is "x" for?' --listen x
says "list: no such protocol" 2 'scmiraw: there is no protocol "fish"' --list fish
says "decode: too short" 1 "scmiraw: 2 bytes are no message: a header has 4" --decode 0102
says "no file" 1 "scmiraw: cannot read $work/none: No such file or directory" --file "$work/none"

# --- a client ----------------------------------------------------------------------------

dir=$work/sys/kernel/debug/scmi
says "no client" 1 "scmiraw: no SCMI client with raw mode in $dir: is debugfs mounted, and the kernel's CONFIG_ARM_SCMI_RAW_MODE_SUPPORT on?" \
	base.protocol_version
mkdir -p "$dir/0/raw"
says "a client without raw mode" 1 "scmiraw: no SCMI client with raw mode in $dir: is debugfs mounted, and the kernel's CONFIG_ARM_SCMI_RAW_MODE_SUPPORT on?" \
	base.protocol_version
mkfifo "$dir/0/raw/message"
says "a reply" 0 "clock.rate_get: SUCCESS rate=7" clock.rate_get 0 7 0
says "a refusal" 3 "clock.rate_get: NOT_FOUND" clock.rate_get -- -4
says "no reply" 3 "clock.rate_get: no status" clock.6
says "bytes" 0 "0x99.0x5: SUCCESS rest=01" --bytes 05640200 00000000 01
says "--instance" 0 "clock.rate_get: SUCCESS rate=7" --instance 0 clock.rate_get 0 7 0
says "no such instance" 1 "scmiraw: there is no SCMI client 1 with raw mode" --instance 1 base.3
mkdir -p "$dir/1/raw"
mkfifo "$dir/1/raw/message"
says "two clients" 2 "scmiraw: there are 2 SCMI clients: --instance N" base.protocol_version
rm -r "$dir/1"
cat > "$work/file" <<-'E'
	# comment

	clock.rate_get 0 7 0 -> SUCCESS rate=7
	clock.6 0xfffffffc   -> NOT_FOUND	# and another
	clock.rate_get 0 8 0
	bytes 05640200 00000000 01 -> bytes 00000000 01
E
says "a file" 0 "clock.rate_get: SUCCESS rate=7
clock.rate_get: NOT_FOUND
clock.rate_get: SUCCESS rate=8
0x99.0x5: SUCCESS rest=01" --file "$work/file"
same "standard input" 4 "$(raw --file - < "$work/file" | wc -l)"
same "a file: a dry run" 4 "$(raw -n --file "$work/file" | wc -l)"
sed -i 's/rate=7$/rate=9/; s/NOT_FOUND/DENIED/; s/00000000 01$/00000000 02/' "$work/file"
says "a file: not as expected" 3 "clock.rate_get: SUCCESS rate=7
# $work/file:3: expected SUCCESS rate=9
clock.rate_get: NOT_FOUND
# $work/file:4: expected DENIED
clock.rate_get: SUCCESS rate=8
0x99.0x5: SUCCESS rest=01
# $work/file:6: expected bytes 00000000 02
scmiraw: $work/file: 3 of 4 messages were answered otherwise than expected" --file "$work/file"

# wrong LINE ERROR: nothing of a file with such a line is sent
wrong() {
	printf 'clock.rate_get 0 7 0\n%s\n' "$1" > "$work/wrong"
	says "a file with $1" 2 "scmiraw: $work/wrong:2: $2" --file "$work/wrong"
}
wrong "clock.fly" 'there is no message "clock.fly"; see scmiraw --list'
wrong "clock.rate_get id=1 -> FINE" 'there is no status "FINE"'
wrong "clock.rate_get id=1 -> SUCCESS 7" '"7" is no FIELD=VALUE'
wrong "clock.rate_get id=1 ->" "what is expected?"
wrong "bytes 0" '"0" are no bytes in hexadecimal'
wrong "clock.rate_get id=1 -> bytes x" '"x" are no bytes in hexadecimal'

mkfifo "$dir/0/raw/notification"
exec 3<> "$dir/0/raw/notification"
printf '\000\123\000\000\001\000\000\000\002\000\000\000\003\000\000\000\000\000\000\000' >&3
says "listen" 0 "clock.rate_changed: agent=1 id=2 rate=3" --listen --count 1
rm "$dir/0/raw/message"
: > "$dir/0/raw/message"
says "an empty reply" 1 "scmiraw: cannot read the reply to base.3: it is empty" base.3
rm "$dir/0/raw/message"
mkdir "$dir/0/raw/message"
says "what cannot be opened" 1 "scmiraw: cannot open $dir/0/raw/message: Is a directory" base.3
rmdir "$dir/0/raw/message"
ln -s /dev/full "$dir/0/raw/message"
says "what cannot be sent" 1 "scmiraw: cannot send base.3: No space left on device" base.3
rc=0
err=$(raw --list 2>&1 > /dev/full) || rc=$?
same "nowhere to print" "1 scmiraw: cannot write the output: No space left on device" "$rc $err"
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
	chmod 755 "$work" "$work"/sys "$work"/sys/kernel
	chmod 700 "$work/sys/kernel/debug"
	cp "$bin/scmiraw" "$work/scmiraw"
	rc=0
	err=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$work/scmiraw" --root "$work" \
		base.3 2>&1) || rc=$?
	same "no permission" "1 scmiraw: cannot read $dir: Permission denied" "$rc $err"
fi

# --- texts -----------------------------------------------------------------------------------

help=$(raw --help | grep -oE -- '^ +--[a-z-]+' | tr -d ' ' | sort -u)
same "manual page: options" "$help" \
	"$(sed -nE 's/^\.It Fl Fl ([a-z-]+).*/--\1/p' "$here/../scmiraw.8" | sort -u)"
same "completion: options" "$help" \
	"$(grep -oE -- '--[a-z-]+' "$here/../scmiraw.bash" | sort -u)"
comp() {
	(
		# shellcheck disable=SC1091
		. "$here/../scmiraw.bash"
		scmiraw() { raw "$@"; }
		COMP_WORDS=(scmiraw "$@") COMP_CWORD=$# COMPREPLY=()
		_scmiraw
		printf '%s\n' "${COMPREPLY[@]}"
	)
}
same "completion: messages" "reset.reset" "$(comp reset.res)"
same "completion: fields" "id= how= async= state=" "$(comp reset.reset "" | xargs)"
if command -v mandoc > /dev/null; then
	same "mandoc has nothing to say" "" "$(mandoc -T lint -W warning "$here/../scmiraw.8" 2>&1)"
	# The file that the page shows is one.
	sed -n '/-> SUCCESS$/,/^\.Ed/p' "$here/../scmiraw.8" | grep -v '^\.' > "$work/page"
	same "the manual page's file" "7 0" "$(raw -n --file "$work/page" | wc -l) ${PIPESTATUS[0]}"
fi

echo "1..$N"
[ "$FAILED" = 0 ]
