#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The paths here are constants without blanks.
# shellcheck disable=SC2086
#
# Three agents, the host and an operator do what they like, and the hardware has
# to be as the rules say, after each step: see model.c and rules.c.
#
#	STEPS=steps for each seed	SEED=one seed, in place of some

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/trio.sh"

# An emulated machine is slow.
[ "$(uname -m)" = aarch64 ] || fast=40000
STEPS=${STEPS:-${fast:-10000}}
SEED=${SEED:-1 2 3 $(random_seed)}

echo "KTAP version 1"
leaks_forget
check "three agents" trio_up || exit 1
m0=$(vhost_device m0)
m1=$(vhost_device m1)
check "one of them is the stock client" raw_device m2
before=$(hw_state)

for seed in $SEED; do
	check "$STEPS steps, seed $seed" "$HERE/model" "$STEPS" "$seed" "$m0" "$m1" raw
done

unchanged "the hardware is as it was" "$before"
check "no agent is left" trio_down
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_vdpa && rmmod scmi_server'

finish
