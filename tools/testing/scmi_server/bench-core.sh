#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Instructions per message: those of N commands less those of N calls of an
# empty function, by N. Counts, not times, so they are the same on every run.
#
# usage: bench-core.sh PROGRAM OUTPUT-DIRECTORY

set -u

prog=$1
out=$2
valgrind=${VALGRIND:-valgrind}
n=100000
failed=0

command -v "$valgrind" > /dev/null || { echo "no $valgrind" >&2; exit 1; }

count() {
	"$valgrind" --tool=callgrind --callgrind-out-file=/dev/null \
		"$prog" "$1" "$2" $n 2> "$out/bench.log" ||
		{ cat "$out/bench.log" >&2; return 1; }
	sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$out/bench.log"
}

printf '%-18s %6s %6s | %6s %6s %6s %6s\n' message core limit \
	TF-A OP-TEE imx-sm hvisor

# Message, limit, and what peers need: TF-A and OP-TEE without a mailbox,
# imx-sm with its, hvisor without virtqueue and ioctl. None of them but imx-sm
# checks rights. smt_rate_get is what the way through shared memory adds. The way through shared memory, smt, is added to a message's. The limits are what is promised, not what is measured.
while read -r name limit tfa optee imx hvisor; do
	core=$(count "$name" core) || exit 1
	empty=$(count "$name" empty) || exit 1
	if [ -z "$core" ] || [ -z "$empty" ]; then
		echo "$name: no count" >&2
		exit 1
	fi
	each=$(((core - empty + n / 2) / n))
	note=
	if [ "$limit" != - ] && [ "$each" -gt "$limit" ]; then
		note=' over the limit'
		failed=1
	fi
	printf '%-18s %6s %6s | %6s %6s %6s %6s%s\n' "$name" "$each" "$limit" \
		"$tfa" "$optee" "$imx" "$hvisor" "$note"
done << END
version           60  58  59 384 235
vendor             - 165 134 422 308
clock_attributes 155 210 155 561 344
rate_get         100  80  89 413 280
rate_set           -  57  62 428 262
config_set        75  66  63 507 253
describe_range     - 110 125 427 236
describe_list      - 219 580   -   -
power_state_set   90   -   -   -   -
reset_deassert   100   -   -   -   -
reset_pulse        -   -   -   -   -
level_get         90   -   -   -   -
level_set          -   -   -   -   -
describe_levels    -   -   -   -   -
wrong_length      45  42  43 393 204
bad_id             -  52  51 394 232
unknown            -  24  23 388 223
smt_rate_get     200   -   -   -   -
END

exit $failed
