#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Host script: the KUnit suites, with their results as KTAP.
#
#   vm --uml --host kunit.sh
#   vm --loopback --append "kunit.enable=1" --host kunit.sh
#
# A kernel without CONFIG_KUNIT_DEFAULT_ENABLED wants the second form.

KUNIT=/sys/kernel/debug/kunit
SUITES="agent grant revoke hw single access channel event guest debugfs clk reset regulator genpd vdpa configfs of mbox"
failed=0

problem()
{
	echo "# $*"
	failed=1
}

# suite NAME: as KUnit calls it
suite()
{
	case $1 in
	guest_proxy) echo scmi_guest_proxy ;;
	*) echo "scmi_server_$1" ;;
	esac
}

# Suites run when their module is loaded, or when they are told to.
ran()
{
	grep -q '^# Totals: pass:[1-9]' "$KUNIT/$1/results" 2> /dev/null
}

# The pure core is the same everywhere, and its suites run under sanitizers in
# user space: on a debug kernel they only take their time.
if [ ! -e /sys/kernel/debug/kmemleak ] &&
   modinfo scmi_server_core_test > /dev/null 2>&1; then
	modprobe scmi_server_core_test || problem "scmi_server_core_test cannot be loaded"
	SUITES="core smt $SUITES"
fi
# Of the guest proxy, which is not for every kernel.
if modinfo scmi_guest_proxy_test > /dev/null 2>&1; then
	modprobe scmi_guest_proxy_test || problem "scmi_guest_proxy_test cannot be loaded"
	SUITES="$SUITES guest_proxy"
fi
modprobe scmi_server_test || problem "scmi_server_test cannot be loaded"

echo "KTAP version 1"
echo "1..$(echo "$SUITES" | wc -w)"
n=0
for s in $SUITES; do
	suite=$(suite "$s")
	n=$((n + 1))
	results=$KUNIT/$suite/results
	ran "$suite" || echo 1 > "$KUNIT/$suite/run"
	if ! ran "$suite"; then
		problem "$suite did not run"
		echo "not ok $n $suite"
		continue
	fi
	sed -E "/^(KTAP version 1|1\.\.1)\$/d; s/^(not )?ok 1 /\1ok $n /" "$results"
	if grep -q '^ *not ok ' "$results" ||
	   ! grep -q "^ok [0-9]* $suite\$" "$results"; then
		problem "$suite failed"
	fi
done

# Nodes that somebody still holds: a reference was lost.
if dmesg | grep 'OF: ERROR: memory leak'; then
	problem "there are nodes that are still held"
fi

# What was tested must also go.
rmmod scmi_server_test || problem "scmi_server_test cannot be unloaded"
exit "$failed"
