#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# abi.sh [TREE]: is what users see described, and is what is described there?
# - every attribute that the sources make, with the access it has, in
#   Documentation/ABI;
# - every error of each attribute, and every reason of a refusal that is traced,
#   in the operator's guide.
# Prints what is not, and then fails.

set -eu -o pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/../..}"
DIR=drivers/firmware/scmi_server
DOC=Documentation/ABI/testing/configfs-scmi-server
DEBUGDOC=Documentation/ABI/testing/debugfs-scmi-server
GUIDE=Documentation/admin-guide/scmi-server
ROOT=/sys/kernel/config/scmi_server
AGENT=$ROOT/agents/\<agent\>
DEVICE=$AGENT/devices/\<device\>
RES=$DEVICE/\<resource\>

# Where the attributes in a list in configfs.c are.
declare -A PLACE=(
	[scmid_root_attrs]=$ROOT
	[scmid_agent_attrs]=$AGENT
	[scmid_agent_bin_attrs]=$AGENT
	[scmid_grant_attrs]=$DEVICE
	[scmid_single_attrs]=$AGENT/resources/\<label\>
	[cb]=$RES
)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# "PREFIXattr_NAME MODE" of each attribute that is defined
defined() {
	local kind prefix name mode
	while IFS=: read -r kind prefix name; do
		case $kind in
		CONFIGFS_ATTR | CONFIGFS_BIN_ATTR) mode=RW ;;
		CONFIGFS_ATTR_RO) mode=RO ;;
		CONFIGFS_ATTR_WO) mode=WO ;;
		*)
			echo "configfs.c: $kind is not known to abi.sh" >&2
			return 1
			;;
		esac
		echo "${prefix}attr_$name $mode"
	done < <(sed -nE 's/^(CONFIGFS_(BIN_)?ATTR[A-Z_]*)\((\w+), *(\w+).*/\1:\3:\4/p' \
		$DIR/configfs.c)
}

# "LIST PREFIXattr_NAME" of each attribute that is in a list. What a backend
# may have under another name is among its limits.
listed() {
	awk '
		/^static struct configfs_(bin_)?attribute \*[a-z_]+\[\] = \{/ {
			list = $4
			sub(/^\*/, "", list)
			sub(/\[\]$/, "", list)
			next
		}
		/^};/ { list = "" }
		list != "" && $1 ~ /^&[a-z_]+_attr_[a-z_]+,$/ {
			print list, substr($1, 2, length($1) - 2)
		}
		/cb->attrs\[n\+\+\] = &[a-z_]+_attr_[a-z_]+;/ {
			name = $NF
			gsub(/[&;]/, "", name)
			print "cb", name
		}' $DIR/configfs.c
}

attributes() {
	local list attr
	while read -r list attr; do
		if [ -z "${PLACE[$list]-}" ]; then
			echo "configfs.c: the directory of $list is not known to abi.sh" >&2
			return 1
		fi
		echo "${PLACE[$list]}/${attr#*_attr_}" \
			"$(awk -v attr="$attr" '$1 == attr { print $2 }' "$tmp/defined")"
	done < "$tmp/listed"
}

# Limits: their names are the backends' choice, and so are the directories.
limits() {
	awk -v place="$DEVICE" '
		/^(static )?struct scmid_backend / { inside = 1; kind = "" }
		/^};/ { inside = 0 }
		!inside || !match($0, /"[^"]+"/) { next }
		{ value = substr($0, RSTART + 1, RLENGTH - 2) }
		$1 == ".name" { kind = value }
		$1 == ".property" { kind = kind (value ~ /^-/ ? "-<name>" : "<n>") }
		$1 == ".min_attr" || $1 == ".max_attr" || $1 == ".policy_attr" {
			print place "/" kind "/" value " RW"
		}' $DIR/backend/*.c
}

# What one can mkdir or finds made, and the bus of the stand-ins.
directories() {
	printf '%s -\n' $ROOT $ROOT/agents "$AGENT" "$AGENT/devices" "$DEVICE" "$RES" \
		"$AGENT/resources" "${PLACE[scmid_single_attrs]}"
	sed -nE '/^(static )?(const )?struct bus_type .*= \{/,/^\};/ {
		s,KBUILD_MODNAME,"scmi_server",
		s,.*\.name = "(.*)".*,/sys/bus/\1/devices/<agent>:<device> -,p
	}' $DIR/*.c
}

debugfs() {
	sed -nE 's,.*debugfs_create_dir\("(\w+)".*,/sys/kernel/debug/\1 -,p
		s,.*debugfs_create_file\("(\w+)"\, 0444.*,/sys/kernel/debug/scmi_server/\1 RO,p' \
		$DIR/debugfs.c
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
		}' $DOC $DEBUGDOC
}

# The reasons of refusals: "FILE|REASON".
reasons() {
	perl -e '
		for my $file (@ARGV) {
			open(my $in, "<", $file) or die "$file: $!";
			my $text = join("", <$in>);
			$text =~ s{/\*.*?\*/}{}gs;
			my $word = qr/[^()"]|"(?:[^"\\]|\\.)*"/;
			my $args = qr/(?:$word|\((?:$word|\([^()]*\))*\))*/;
			while ($text =~ /^(?:static )?const char \*scmid_reason\w*\(.*?^}/gms) {
				my $body = $&;
				print "$file|$1\n" while $body =~ /"([^"]*)"/g;
			}
			my $reasons = qr/scmid_refused|trace_scmid_(?:refuse|revoke)/;
			while ($text =~ /\b$reasons\(($args)\)/g) {
				my $call = $1;
				print "$file|$1\n" while $call =~ /"([^"]*)"/g;
			}
		}' $DIR/*.c $DIR/{protocol,backend,transport}/*.c
}

unexplained() {
	local file reason text
	text=$(tr -s ' \n' ' ' < $GUIDE/observe.rst)
	while IFS='|' read -r file reason; do
		[[ $text == *"\"$reason\""* ]] ||
			echo "$file: reason \"$reason\" is not in $GUIDE/observe.rst"
	done < "$tmp/reasons"
}

# "ATTRIBUTE ERROR" of what $DOC says of each; "mkdir DIR" for a directory. An
# attribute that is "otherwise as" another has its errors, too. All have ENOMEM.
errors() {
	perl -e '
		my (%text, $what);
		while (<>) {
			if (/^What:\s+(\S+)/) {
				my @path = split(m{/}, $1);
				$what = $path[-1] =~ /^</ ? "$path[-2]/$path[-1]" : $path[-1];
			} elsif (/^\t/) {
				s/^\s+|\s+$//g;
				$text{$what} .= "$_ ";
			}
		}
		for my $what (keys %text) {
			my @of = $what;
			for (my $i = 0; $i < @of; $i++) {
				push(@of, split(/ and /, $1))
					while $text{$of[$i]} =~ /Otherwise as ([a-z_ ]+?)(?: of a device)?\./g;
			}
			for my $t (map { $text{$_} } @of) {
				my $how = "";
				while ($t =~ /\b(mkdir|rmdir) (?:disables|fails)|\b(E[A-Z]{3,})\b/g) {
					$how = "$1 " if $1;
					print "$how$what $2\n" if $2 && $2 ne "ENOMEM";
				}
			}
		}' $DOC | sort -u
}

# The same of the table in the guide
errors_explained() {
	perl -e '
		my ($inside, @what, $how);
		while (<>) {
			$inside = 1 if /^Errors of writes/;
			$inside = 0 if /^What an agent is answered/;
			next if !$inside;
			if (/^   \* - (.+)/) {
				my $cell = $1;
				$how = $cell =~ /^((?:mk|rm)dir )/ ? $1 : "";
				@what = $cell =~ /``(.+?)``/g;
			}
			if (/^     - (E[A-Z]{3,})$/) {
				print "$how$_ $1\n" for @what;
			}
		}' $GUIDE/troubleshooting.rst | grep -v '^vdpa ' | sort -u
}

defined > "$tmp/defined"
listed > "$tmp/listed"
reasons | sort -u > "$tmp/reasons"
errors > "$tmp/errors"
errors_explained > "$tmp/explained"
{
	attributes
	limits
	directories
	debugfs
} | sort > "$tmp/made"
described | sort > "$tmp/described"

if ! [ "$(grep -cE ' (RO|RW|WO)$' "$tmp/made")" -gt 10 ]; then
	echo "found hardly any attribute in $DIR: has their form changed?"
	exit 1
fi
if ! [ "$(wc -l < "$tmp/reasons")" -gt 10 ] || ! [ "$(wc -l < "$tmp/errors")" -gt 10 ]; then
	echo "found hardly any reason or error: has their form changed?"
	exit 1
fi

{
	comm -23 "$tmp/made" "$tmp/described" | sed "s,^,made but not described: ,"
	comm -13 "$tmp/made" "$tmp/described" | sed "s,^,described but not made: ,"
	uniq -d "$tmp/described" | sed "s,^,described twice: ,"
	# Every description is complete.
	awk '
		function complete() {
			if (what != "" && (missing = miss()) != "")
				print what ": no" missing
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
		END { complete() }' $DOC $DEBUGDOC
	unexplained
	comm -23 "$tmp/errors" "$tmp/explained" | sed "s,^,not in $GUIDE/troubleshooting.rst: error of ,"
	comm -13 "$tmp/errors" "$tmp/explained" | sed "s,^,not in $DOC: error of ,"
} > "$tmp/findings"
cat "$tmp/findings"
[ ! -s "$tmp/findings" ]
