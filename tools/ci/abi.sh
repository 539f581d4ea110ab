#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# abi.sh [TREE]: is every attribute that the sources make described in
# Documentation/ABI, with the access it has, and everything that is described
# there? Prints what is not, and then fails.

set -eu -o pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/../..}"
DIR=drivers/firmware/scmi_server
DOC=Documentation/ABI/testing/configfs-scmi-server
ROOT=/sys/kernel/config/scmi_server

# Where the attributes are, by the prefix of the functions behind them.
declare -A PLACE=(
	[scmid_root_]=$ROOT
	[scmid_agent_]=$ROOT/agents/\<agent\>
	[scmid_grant_]=$ROOT/agents/\<agent\>/devices/\<device\>
	[scmid_res_]=$ROOT/agents/\<agent\>/devices/\<device\>/\<resource\>
)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

attributes() {
	local file kind prefix name mode
	while IFS=: read -r file kind prefix name; do
		case $kind in
		CONFIGFS_ATTR) mode=RW ;;
		CONFIGFS_ATTR_RO) mode=RO ;;
		CONFIGFS_ATTR_WO) mode=WO ;;
		*)
			echo "$file: $kind is not known to abi.sh" >&2
			return 1
			;;
		esac
		if [ -z "${PLACE[$prefix]-}" ]; then
			echo "$file: the directory of $prefix is not known to abi.sh" >&2
			return 1
		fi
		echo "${PLACE[$prefix]}/$name $mode"
	done < <(sed -nE 's/^(CONFIGFS_(BIN_)?ATTR[A-Z_]*)\((\w+), *(\w+).*/:\1:\3:\4/p' \
		$DIR/configfs.c | sed "s,^,$DIR/configfs.c,")
}

# Limits: their names are the backends' choice.
limits() {
	awk -v place="${PLACE[scmid_grant_]}" '
		/^(static )?struct scmid_backend / { inside = 1; kind = "" }
		/^};/ { inside = 0 }
		!inside || !match($0, /"[^"]+"/) { next }
		{ value = substr($0, RSTART + 1, RLENGTH - 2) }
		$1 == ".name" { kind = value }
		$1 == ".min_attr" || $1 == ".max_attr" {
			print place "/" kind "<n>/" value " RW"
		}' $DIR/backend/*.c
}

# What one can mkdir or finds made, and the bus of the stand-ins.
directories() {
	printf '%s -\n' $ROOT $ROOT/agents "${PLACE[scmid_agent_]}" \
		"${PLACE[scmid_agent_]}/devices" "${PLACE[scmid_grant_]}" \
		"${PLACE[scmid_res_]}"
	sed -nE '/^(static )?(const )?struct bus_type .*= \{/,/^\};/ {
		s,KBUILD_MODNAME,"scmi_server",
		s,.*\.name = "(.*)".*,/sys/bus/\1/devices/<agent>:<device> -,p
	}' $DIR/*.c
}

described() {
	awk '
		/^What:/ { what = $2; mode = "-"; first = 1; next }
		/^Description:/ { inside = 1; next }
		inside && first && NF {
			first = 0
			if (match($1, /^\((RO|RW|WO)\)$/))
				mode = substr($1, 2, 2)
			print what, mode
			inside = 0
		}' $DOC
}

{
	attributes
	limits
	directories
} | sort > "$tmp/made"
described | sort > "$tmp/described"

if ! [ "$(grep -cE ' (RO|RW|WO)$' "$tmp/made")" -gt 10 ]; then
	echo "found hardly any attribute in $DIR: has their form changed?"
	exit 1
fi

{
	comm -23 "$tmp/made" "$tmp/described" | sed "s,^,made but not described: ,"
	comm -13 "$tmp/made" "$tmp/described" | sed "s,^,described but not made: ,"
	uniq -d "$tmp/described" | sed "s,^,described twice: ,"
	# Every description is complete.
	awk -v file="$DOC" '
		function complete() {
			if (what != "" && (missing = miss()) != "")
				print file ": " what ": no" missing
		}
		function miss(    m, f) {
			m = ""
			for (f in want)
				if (!(f in have))
					m = m " " f
			return m
		}
		BEGIN {
			want["Date:"]; want["KernelVersion:"]
			want["Contact:"]; want["Description:"]
		}
		/^What:/ { complete(); split("", have); what = $2 }
		/^[A-Z][A-Za-z]*:/ { have[$1] }
		END { complete() }' $DOC
} > "$tmp/findings"
cat "$tmp/findings"
[ ! -s "$tmp/findings" ]
