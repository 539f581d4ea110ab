#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# VMMs are killed at any moment: see kill.c.
#
#	KILLS=how many for each seed	SEED=one seed, in place of some

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/trio.sh"

KILLS=${KILLS:-200}
SEED=${SEED:-1 $(random_seed)}

echo "KTAP version 1"
leaks_forget
check "three agents" trio_up || exit 1
before=$(hw_state)
m0=$(vhost_device m0)
m1=$(vhost_device m1)
m2=$(vhost_device m2)

for seed in $SEED; do
	check "$KILLS kills, seed $seed" "$HERE/kill" "$KILLS" "$seed" "$m0" "$m1" "$m2"
done

unchanged "the hardware is as it was" "$before"
check "no agent is left" trio_down
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
