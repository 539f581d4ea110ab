#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# Everything at the same time, and what is left of it: see stress.c.
#
#	TIME=seconds	SEED=the seed	STEPS=steps of the model afterwards

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/trio.sh"

TIME=${TIME:-60}
SEED=${SEED:-$(random_seed)}
STEPS=${STEPS:-2000}

echo "KTAP version 1"
modprobe scmi_server_simhw
before=$(hw_state)
leaks_forget
check "three agents" trio_up || exit 1
for i in 0 1 2; do
	vhost_device m$i > /dev/null
done

check "$TIME seconds, seed $SEED" "$HERE/stress" "$TIME" "$SEED"
unchanged "the hardware is as it was" "$before"

# No vote is lost, and all works as before: the model tells.
for i in 0 1 2; do
	_d=$AGENTS/m$i/devices/$(trio_device $i)
	mkdir "$_d"
	echo 1 > "$_d/shared"
	echo 1 > "$_d/enable"
	echo 1 > $AGENTS/m$i/live
done
m0=$(vhost_device m0)
m1=$(vhost_device m1)
m2=$(vhost_device m2)
check "$STEPS steps of the model, seed $SEED" "$HERE/model" "$STEPS" "$SEED" "$m0" "$m1" "$m2"

unchanged "the hardware is as it was, still" "$before"
check "no agent is left" trio_down
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'
check "providers unload" sh -c 'rmmod scmi_server_consumer && rmmod scmi_server_simhw'

finish
