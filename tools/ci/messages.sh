#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# messages.sh [TREE]: does the operator's guide explain each line that the modules
# can print, and no other? And does scmictl say what the guide explains of it?
# messages.sh --list [TREE]: those lines; what varies is <>.
# messages.sh --selftest [TREE]: does it notice?
#
# In the section "Messages" of the guide each message is a term of its own,
# literal and in one line, with <what> varies in brackets:
#
#   ``<agent>:<device>: in use by driver <driver> of the host; ...``
#       Cause and cure.
#
# One term may have several that are explained alike. If what varies is a text that
# a function returns, the explanation quotes each.

set -eu -o pipefail
export LC_ALL=C.UTF-8

if [ "${1-}" = --selftest ]; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	cp -r "${2:-$(dirname "$0")/../..}"/{drivers,Documentation,tools} "$tmp/"
	code=$tmp/drivers/firmware/scmi_server
	guide=$tmp/Documentation/admin-guide/scmi-server/troubleshooting.rst
	failed=0
	# notices FILE EDIT: the edit, which has an effect, is not as it should be.
	notices() {
		cp "$1" "$tmp/before"
		sed -i "$2" "$1"
		if cmp -s "$1" "$tmp/before" || "$0" "$tmp" > /dev/null; then
			echo "not noticed: $2"
			failed=1
		fi
		cp "$tmp/before" "$1"
	}
	"$0" "$tmp"
	# The literals are of the guide.
	# shellcheck disable=SC2016
	{
		notices "$code/transport/vdpa.c" 's/bad size/bad length/'
		notices "$code/configfs.c" 's/"not 1"/"not one"/'
		notices "$code/configfs.c" 's/? "one more than/? "more than/'
		notices "$code/of.c" '/no such policy/s/pr_err(/pr_err(message, /'
		notices "$guide" 's/^``no interrupts``/``no interrupt``/'
		notices "$guide" '/^``no interrupts``/{n;s/.*/    ./;n;d}'
		notices "$guide" 's/^``no interrupts``/&\n    Once.\n\n&/'
		notices "$tmp/tools/scmi/guest.c" 's/gave no devicetree/gave nothing/'
	}
	exit $failed
fi

list=
if [ "${1-}" = --list ]; then
	list=1
	shift
fi
cd "${1:-$(dirname "$0")/../..}"

# The dollar signs are of Perl.
# shellcheck disable=SC2016
find drivers -name '*.c' ! -path '*/tests/*' -print0 | sort -z | LIST=$list xargs -0 perl -e '
	use strict;
	use warnings;

	my $guide = "Documentation/admin-guide/scmi-server/troubleshooting.rst";
	my $log = qr/(?:pr|dev)_(?:emerg|alert|crit|err|warn|notice|info)\w*|scmid_\w+_refuse/;
	my $conversion = qr/%[-+ #0-9.*]*(?:[hlzjt]*[diuxXcs]|p(?:OF[nfpPFcC]*|[eRrSsM])?)/;
	# What may stand for one: <device>, or <agent>:<device>, or one that is meant
	my $any = "(?:<[^<>]+>(?::<[^<>]+>)?|[^\\s<>:;]+)";
	my (%said, %text, %returns, $bad);

	sub complain { print "@_\n"; $bad = 1; }

	# The arguments of the call that begins behind the bracket at $at.
	sub arguments {
		my ($text, $at) = @_;
		my ($depth, @args) = (0, "");
		for (pos($$text) = $at; $$text =~ /\G("(?:[^"\\]|\\.)*"|.)/gs;) {
			my $c = $1;
			if ($c =~ /^[(\[{]$/) { $depth++; }
			if ($c =~ /^[)\]}]$/) { return @args if !$depth--; }
			if ($c eq "," && !$depth) { push(@args, ""); next; }
			$args[-1] .= $c;
		}
		die "a call without an end";
	}

	# The literals of an argument; adjacent ones are one.
	sub literals {
		my ($arg) = @_;
		$arg =~ s/"\s+"//g;
		my @found = $arg =~ /"((?:[^"\\]|\\.)*)"/g;
		for (@found) { s/\\n//g; s/\\(.)/$1/g; }
		return @found;
	}

	# What an argument can be: one of its texts; one of those that the function
	# returns which it comes from, marked; or anything, <>.
	sub ways {
		my ($arg, $text) = @_;	# a copy: the caller is in the midst of its own
		if ($arg =~ /^\s*(\w+)\s*$/) {
			my ($var, @found) = $1;
			while ($text =~ /\b$var = ([^;]*);/g) {
				my $from = $1;
				push(@found, @{$returns{$_} // []}) for $from =~ /(\w+)\(/g;
			}
			return map { "\0$_\0" } @found if @found;
		}
		my @texts = grep { $_ ne "?" } literals($arg);
		$arg =~ s/"(?:[^"\\]|\\.)*"/""/g;
		push(@texts, "<>") if !@texts || $arg =~ /\?\s*[^\s"?]+\s*:/;
		return @texts;
	}

	for my $file (@ARGV) {
		open(my $in, "<", $file) or die "$file: $!";
		my $text = join("", <$in>);
		$text =~ s{/\*.*?\*/}{}gs;
		# A macro is looked at where it is used.
		$text =~ s{^[ \t]*#[ \t]*define(?:.*\\\n)*.*$}{}gm;
		$text{$file} = $text;
		while ($text =~ /^(?:static )?const char \*(\w+)\([^;{]*\)\n\{(.*?)^\}/gms) {
			my ($name, $body) = ($1, $2);
			push(@{$returns{$name}}, literals($1)) while $body =~ /\breturn ([^;]*);/g;
		}
	}

	for my $file (@ARGV) {
		my $text = $text{$file};
		while ($text =~ /\b($log)\s*\(/g) {
			my ($name, $at) = ($1, pos($text));
			my @args = arguments(\$text, $at);
			pos($text) = $at;
			my $skip = $name eq "dev_err_probe" || $name eq "scmid_agent_refuse" ? 2 :
				   $name =~ /^pr_/ ? 0 : 1;
			my @format = literals($args[$skip] // "");
			if (@format != 1) {
				complain("$file: the format of a $name() is not a text: @args");
				next;
			}
			# Where it is about, as the macros of configfs.c say it
			my @variants = $name eq "scmid_dir_refuse" ? ".../" :
				       $name eq "scmid_agent_refuse" ?
				       join("", "agents/<>/", literals($args[1]), ": ") : "";
			my @rest = @args[$skip + 1 .. $#args];
			for my $part (split(/($conversion)/, $format[0])) {
				my @ways = $part;
				if ($part =~ /^$conversion$/) {
					@ways = ways(shift(@rest) // "", $text);
				}
				@variants = map { my $v = $_; map { $v . $_ } @ways } @variants;
			}
			# Which is there without being said, where pr_fmt() says it.
			s/^scmi_server: // for @variants;
			for (@variants) {
				my $reason = s/\0(.+?)\0/<>/ ? $1 : "";
				$said{$_}{$file}{$reason} = 1;
			}
		}
	}
	if ($ENV{LIST}) {
		for my $message (sort keys %said) {
			for (sort map { keys %$_ } values %{$said{$message}}) {
				print "$message" . ($_ && " (\"$_\")") . "\n";
			}
		}
		exit;
	}
	complain("found hardly any message: has their form changed?") if keys %said < 50;

	# Terms of the section, and whether something is said of them
	my (%term, $inside, @open, $last);
	$last = "";
	open(my $in, "<", $guide) or die "$guide: $!";
	while (my $line = <$in>) {
		chomp($line);
		$inside = $last eq "Messages" if $line =~ /^=+$/ && length($line) == length($last);
		if ($inside && $line =~ /^``.*``$/) {
			@open = $line =~ /``(.+?)``/g;
		} elsif ($inside && $line =~ /^ {4}\S/) {
			for (@open) {
				complain("$guide: \"$_\" is there twice") if $term{$_} && $last =~ /^``/;
				$term{$_} .= $line =~ s/^ +/ /r;
			}
		} else {
			@open = ();
		}
		$last = $line;
	}

	my %meant;
	for my $message (sort keys %said) {
		my $re = join($any, map { quotemeta } split(/<>/, $message, -1));
		my @found = grep { /^$re$/ } keys %term;
		$meant{$_} = 1 for @found;
		complain("not in $guide: \"$message\" of " .
			 join(", ", sort keys %{$said{$message}})) if !@found;
		# What a function returns is quoted in the explanation.
		for my $reason (map { keys %$_ } values %{$said{$message}}) {
			complain("$guide: \"$message\" does not explain \"$reason\"")
				if @found && $reason && !grep { $term{$_} =~ /"\Q$reason\E"/ } @found;
		}
	}
	for (sort keys %term) {
		complain("$guide: nothing prints \"$_\"") if !$meant{$_};
		complain("$guide: \"$_\" is not explained") if $term{$_} !~ /\w/;
	}

	# scmictl: what is explained is what it says. Not all needs to be explained.
	my $ctl = "Documentation/admin-guide/scmi-server/scmictl.rst";
	my @tool;
	for my $file (glob("tools/scmi/*.c")) {
		open(my $in, "<", $file) or die "$file: $!";
		my $text = join("", <$in>);
		while ($text =~ /\b(?:fail|misuse|refused)\(/g) {
			my $at = pos($text);
			my ($format) = map { literals($_) } arguments(\$text, $at);
			pos($text) = $at;
			my @parts = split(/$conversion/, $format // "", -1);
			push(@tool, join(".+", map { quotemeta } @parts)) if "@parts" =~ /\w{2}/;
		}
	}
	$inside = 0;
	open($in, "<", $ctl) or die "$ctl: $!";
	while (my $line = <$in>) {
		$inside = 1 if $line =~ /^What it says when it fails/;
		next if !$inside || $line !~ /^``(.*)``$/;
		my $said = $1;
		complain("$ctl: scmictl does not say \"$said\"") if !grep { $said =~ /^$_$/ } @tool;
	}
	exit($bad ? 1 : 0);'
