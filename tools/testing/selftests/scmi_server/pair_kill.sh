#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# The client's machine is killed again and again, at any moment of its life, and
# comes back: while it boots, while its client probes, while its drivers work.
# What it asked for has to go, either because the operator says so, or because
# its successor begins; what the host asks for meanwhile has to stay. Runs in
# the server's machine, with the device trees of pair_all.sh and --b-may-warn: one
# that is killed between taking the area and ringing leaves it taken, which the
# next client is surprised at.
#
# KILLS and SEED in the environment: how many, and of which sequence. The machines
# run as fast as they do, so a seed does not bring back the moments.

HERE=$(dirname "$0")
[ -e "$HERE/ktap.sh" ] || HERE=/add
# shellcheck source=tools/testing/selftests/scmi_server/ktap.sh
. "$HERE/ktap.sh"
# shellcheck source=tools/testing/qemu/machine.sh
. /lib/scmi.sh
# shellcheck source=tools/testing/qemu/pair.sh
. /lib/pair.sh
# shellcheck source=tools/testing/selftests/scmi_server/pair.lib.sh
. "$HERE/pair.lib.sh"

# One hundred, on both kernels together
case $(uname -r) in
6.*) : "${KILLS:=40}" ;;
*) : "${KILLS:=60}" ;;
esac
: "${SEED:=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}"
HOST=/sys/kernel/debug/scmi_consumer/fe940000.host-user

# draw N: R is one of 0 to N - 1
rand=$SEED
draw()
{
	rand=$(((rand * 1103515245 + 12345) & 0x7fffffff))
	R=$(((rand >> 8) % $1))
}

# nap MILLISECONDS
nap()
{
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# What the client's machine is at, until it is killed: all its drivers at once.
WORK="cd $THERE
(while :; do echo 20 > camera/cycle; done) > /dev/null 2>&1 &
(while :; do
	for r in 60 70 80 90; do
		echo \${r}000000 > trio0/syn/rate; echo 1 > trio0/syn/enabled
		echo 0 > trio0/resets/line/asserted; echo 1 > trio0/power
		echo 1 > trio0/supplies/vdd/enabled; echo 9\${r}000 > trio0/supplies/vdd/uv
		echo 1 > trio0/resets/line/asserted; echo 0 > trio0/power
	done
done) > /dev/null 2>&1 &"

# What the host wants changes, and the hardware has to be what it wants.
host_wants()
{
	draw 2
	echo $R > $HOST/gate/enabled
	draw 2
	echo $R > $HOST/power
	hardware > /tmp/wanted
}

echo "KTAP version 1"
echo "# SEED=$SEED KILLS=$KILLS"
leaks_forget
modprobe scmi_server_consumer
check "the server, with an agent on the mailbox" server_up || finish
check "a user of the same on the host" within 60 test -e $HOST/rpm
# Nothing of the client's is undone later than asked for.
echo 3600000 > $M/hold_ms
check "the client and its consumers probe" client_up || finish
hardware > /tmp/before

n=0 busy=0
while [ $n -lt $KILLS ]; do
	case $((n % 5)) in
	0) when=boot ;;
	1) when=probe ;;
	*) when=work ;;
	esac
	# The one before is up, has asked for nothing, and is what is killed.
	host_wants
	case $when in
	work)
		pair_run "$WORK" > /dev/null
		draw 700
		nap $R
		;;
	probe | boot)
		pair_kill
		pair_start || finish
		if [ $when = boot ]; then
			draw 2500
			nap $R
		else
			# It sends this, and the machine is killed in the middle.
			pair_post run "$(echo "$CLIENT_UP" | base64 | tr -d '\n')"
			draw 2000
			nap $R
		fi
		;;
	esac
	check "kill $n: $when" pair_kill || break
	as_in /tmp/wanted || busy=$((busy + 1))
	if [ $((n % 2)) = 0 ]; then
		echo 1 > $M/reset
		unchanged "kill $n: reset by the operator" /tmp/wanted
		pair_start
		client_up || finish
	else
		pair_start
		check "kill $n: it comes again" client_up || finish
	fi
	unchanged "kill $n: what remains is the host's" /tmp/wanted
	n=$((n + 1))
done

echo "# $busy times there was something to undo"
check "the client had work, mostly" [ $busy -ge $((KILLS / 3)) ]
echo 0 > $HOST/gate/enabled
echo 0 > $HOST/power
unchanged "at the end all is as it was" /tmp/before
pair_done
for d in $CAM $TRIO; do
	rmdir $M/devices/$d
done
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_mbox && rmmod scmi_server'
finish
