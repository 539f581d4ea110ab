#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# As model.sh, with agents that speak over mailboxes: m1 and m2; m0 is on vDPA.
#
#	STEPS=steps for each seed	SEED=one seed, in place of some

HERE=$(dirname "$0")
. "$HERE/ktap.sh"
. "$HERE/trio.sh"
. "$HERE/mboxes.sh"

# An emulated machine is slow.
[ "$(uname -m)" = aarch64 ] || fast=20000
STEPS=${STEPS:-${fast:-10000}}
SEED=${SEED:-1 ${fast:+2 3 }$(random_seed)}

echo "KTAP version 1"
leaks_forget
check "mailboxes" mbox_load || exit 1
check "three agents" trio_up || exit 1
node_add mailbox m1-server m2-server
check "two of them have a stock client each" client_up m1-client && client_up m2-client
same "... and these channels" "mbox:m1 mbox:m2" "$(cat $AGENTS/m[12]/channel | xargs)"
m0=$(vhost_device m0)
m1=mbox:$(client_file m1-client)
m2=mbox:$(client_file m2-client)
as m1
before=$(hw_state)

for seed in $SEED; do
	check "$STEPS steps, seed $seed" "$HERE/model" "$STEPS" "$seed" "$m0" "$m1" "$m2"
done

unchanged "the hardware is as it was" "$before"
node_remove m1-client m2-client m1-server m2-server mailbox
check "no agent is left" trio_down
leaks_check
check "modules unload" sh -c 'rmmod scmi_server_mbox && rmmod scmi_server_mbox_loop &&
	rmmod scmi_server_vdpa && rmmod scmi_server'

finish
