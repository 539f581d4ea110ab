// SPDX-License-Identifier: GPL-2.0
/*
 * scmictl - give devices of the host to agents of the SCMI server, and look at
 * who has what.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cfs.h"
#include "needs.h"
#include "scmictl.h"
#include "util.h"

#define MANY 1000

bool opt_json;

static struct opt global_opts[] = {
	{ .name = "json", .help = "print JSON (-j)" },
	{ .name = "dry-run", .help = "print what would be done, for a shell (-n)" },
	{ .name = "root", .arg = "DIR", .help = "where /sys, /proc and /dev are" },
	{ .name = "help", .help = "this text (-h)" },
	{}
};

static const struct verb verbs[] = {
	{ "agent add", "NAME", "make an agent", 1, 1, agent_add_opts, cmd_agent_add },
	{ "agent del", "NAME", "take all that an agent has, and remove it", 1, 1, NULL,
	  cmd_agent_del },
	{ "agent show", "NAME", "an agent and its grants", 1, 1, NULL, cmd_agent_show },
	{ "agent list", "", "all agents", 0, 0, NULL, cmd_agent_list },
	{ "grant", "AGENT [DEVICE]", "give a device, or a resource, to an agent", 1, 2, grant_opts,
	  cmd_grant },
	{ "change", "AGENT GRANT", "change rights and limits", 2, 2, change_opts, cmd_change },
	{ "revoke", "AGENT GRANT", "take it back", 2, 2, NULL, cmd_revoke },
	{ "live", "AGENT on|off", "let an agent in, or cut it off", 2, 2, NULL, cmd_live },
	{ "attach", "AGENT", "make the agent's vDPA device", 1, 1, NULL, cmd_attach },
	{ "detach", "AGENT", "remove it; waits until the VMM has closed it", 1, 1, NULL,
	  cmd_detach },
	{ "save", "[FILE]", "write the configuration to a file", 0, 1, NULL, cmd_save },
	{ "restore", "[FILE]", "make it as the file has it", 0, 1, restore_opts, cmd_restore },
	{ "clear", "", "remove all agents", 0, 0, NULL, cmd_clear },
	{ "needs", "DEVICE", "what a device of the host needs", 1, 1, NULL, cmd_needs },
	{ "who", "[RESOURCE]", "who holds what, and whose word counts", 0, 1, NULL, cmd_who },
	{ "top", "", "commands per second, and how long they take", 0, 0, top_opts, cmd_top },
	{ "trace", "AGENT", "an agent's commands as they come", 1, 1, trace_opts, cmd_trace },
	{ "graph", "", "agents, grants and resources, for Graphviz", 0, 0, NULL, cmd_graph },
	{ "dt", "AGENT", "the guest's devicetree", 1, 1, dt_opts, cmd_dt },
	{ "describe", "AGENT [FILE]", "tell the guest by SCMI what it was given", 1, 2,
	  describe_opts, cmd_describe },
	{ "vm", "AGENT -- QEMU [ARG...]", "run QEMU with what the agent needs", 2, MANY, vm_opts,
	  cmd_vm },
};

static void help_opts(const struct opt *opts)
{
	char *left;

	for (; opts && opts->name; opts++) {
		left = xfmt("--%s%s%s", opts->name, opts->arg ? " " : "", opts->arg ?: "");
		printf("      %-31s %s\n", left, opts->help);
		free(left);
	}
}

static int help(void)
{
	char *left;
	size_t i;

	puts("Usage: scmictl [OPTION...] VERB [ARGUMENT...]\n");
	help_opts(global_opts);
	putchar('\n');
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		left = xfmt("%s %s", verbs[i].name, verbs[i].args);
		printf("  %-35s %s\n", left, verbs[i].help);
		help_opts(verbs[i].opts);
		free(left);
	}
	puts("\nExit status: 0; 1 if it failed, with one line on standard error; 2 if called wrongly.");

	return 0;
}

static int help_verb(const struct verb *verb)
{
	printf("Usage: scmictl [OPTION...] %s %s\n\n  %s\n\n", verb->name, verb->args, verb->help);
	help_opts(verb->opts);
	help_opts(global_opts);

	return 0;
}

static const struct opt *find_opt(const struct opt *opts, const char *name)
{
	for (; opts && opts->name; opts++)
		if (!strcmp(opts->name, name))
			return opts;

	return NULL;
}

const char *opt_val(const struct opt *opts, const char *name)
{
	const struct opt *o = find_opt(opts, name);

	return o && o->n ? o->vals[o->n - 1] : NULL;
}

bool opt_given(const struct opt *opts, const char *name)
{
	const struct opt *o = find_opt(opts, name);

	return o && o->n;
}

int parse_number(const char *text, long long max, long long *val)
{
	char *end;

	errno = 0;
	*val = strtoll(text, &end, 0);
	if (errno || end == text || *end || *val < 0 || *val > max)
		return misuse("\"%s\" is not a number from 0 to %lld", text, max);

	return 0;
}

int opt_number(const struct opt *opts, const char *name, long long max, long long *val)
{
	const char *text = opt_val(opts, name);

	return text ? parse_number(text, max, val) : 0;
}

/*
 * Options out of argv, up to "--"; those that a verb does not know are looked
 * for in @more. What is left is moved to the front; its number, or -1.
 */
static int take_opts(int argc, char **argv, struct opt *opts, struct opt *more, bool first_ends)
{
	static const struct {
		char c;
		const char *name;
	} letters[] = { { 'j', "json" }, { 'n', "dry-run" }, { 'h', "help" } };
	const char *name, *val;
	struct opt *o;
	int i, n = 0;
	size_t l;

	for (i = 0; i < argc; i++) {
		char *arg = argv[i], *copy;

		if (!strcmp(arg, "--")) {
			for (i++; i < argc; i++)
				argv[n++] = argv[i];
			break;
		}
		if (arg[0] != '-' || !arg[1]) {
			argv[n++] = arg;
			if (!first_ends)
				continue;
			for (i++; i < argc; i++)
				argv[n++] = argv[i];
			break;
		}
		copy = NULL;
		val = NULL;
		if (arg[1] == '-') {
			copy = xfmt("%.*s", (int)strcspn(arg + 2, "="), arg + 2);
			name = copy;
			val = strchr(arg, '=');
			val = val ? val + 1 : NULL;
		} else {
			name = "";
			for (l = 0; l < ARRAY_SIZE(letters); l++)
				if (arg[1] == letters[l].c && !arg[2])
					name = letters[l].name;
		}
		o = (struct opt *)find_opt(opts, name);
		if (!o)
			o = (struct opt *)find_opt(more, name);
		free(copy);
		if (!o)
			return misuse("there is no option %s here", arg);
		if (o->arg && !val) {
			if (i + 1 == argc)
				return misuse("%s needs a %s", arg, o->arg);
			val = argv[++i];
		} else if (!o->arg && val) {
			return misuse("--%s has no value", o->name);
		}
		o->vals = xgrow(o->vals, (o->n + 1) * sizeof(*o->vals));
		o->vals[o->n++] = (char *)val;
	}

	return n;
}

static const struct verb *find_verb(int *argc, char ***argv)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		const char *two = strchr(verbs[i].name, ' ');

		n = two ? (size_t)(two - verbs[i].name) : strlen(verbs[i].name);
		if (strlen((*argv)[0]) != n || strncmp((*argv)[0], verbs[i].name, n))
			continue;
		if (two && (*argc < 2 || strcmp((*argv)[1], two + 1)))
			continue;
		*argc -= two ? 2 : 1;
		*argv += two ? 2 : 1;
		return &verbs[i];
	}
	misuse("there is no verb \"%s%s%s\"; see scmictl --help", (*argv)[0],
	       !strcmp((*argv)[0], "agent") && *argc > 1 ? " " : "",
	       !strcmp((*argv)[0], "agent") && *argc > 1 ? (*argv)[1] : "");

	return NULL;
}

/* What needs no server: the host's devicetree is enough. */
static bool without_server(const struct verb *verb)
{
	return verb->run == cmd_needs;
}

static int run(int argc, char **argv)
{
	const struct verb *verb;

	argc = take_opts(argc - 1, argv + 1, global_opts, NULL, true);
	argv++;
	if (argc < 0)
		return -1;
	if (opt_given(global_opts, "help"))
		return help();
	if (!argc)
		return misuse("what is to be done? See scmictl --help");
	verb = find_verb(&argc, &argv);
	if (!verb)
		return -1;
	argc = take_opts(argc, argv, verb->opts, global_opts, false);
	if (argc < 0)
		return -1;
	if (opt_given(global_opts, "help"))
		return help_verb(verb);
	if (argc < verb->min || argc > verb->max)
		return misuse("usage: scmictl %s %s", verb->name, verb->args);

	opt_json = opt_given(global_opts, "json");
	cfs_dry = opt_given(global_opts, "dry-run");
	cfs_root = opt_val(global_opts, "root") ?: "";
	if (!without_server(verb) && cfs_check())
		return -1;

	return verb->run(argc, argv);
}

int main(int argc, char **argv)
{
	int err;

	setlinebuf(stdout);
	err = run(argc, argv);
	/* Lines went out one by one, and any of them may have failed. */
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = fail("cannot write the output: %s", strerror(errno));
	if (!err)
		return EXIT_SUCCESS;
	fprintf(stderr, "scmictl: %s\n", failure() ?: "failed");

	return misused() ? EXIT_USAGE : EXIT_FAILED;
}
