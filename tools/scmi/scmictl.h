/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCMICTL_H
#define SCMICTL_H

#include <stdbool.h>

struct json_object;

extern bool opt_json;

/* An option of a verb; given as often as @n says, with @vals if it has @arg */
struct opt {
	const char *name;
	const char *arg;	/* what it is called in --help; NULL: there is none */
	const char *help;
	int n;
	char **vals;
};

/*
 * A verb. @run gets what is left when the options are taken out, at least @min
 * and at most @max arguments, and returns 0 or what fail() or misuse() returned.
 */
struct verb {
	const char *name;
	const char *args;
	const char *help;
	int min, max;
	struct opt *opts;
	int (*run)(int argc, char **argv);
};

/* The last one given, or NULL */
const char *opt_val(const struct opt *opts, const char *name);
bool opt_given(const struct opt *opts, const char *name);
/* What --NAME says, which has to be a number up to @max */
int opt_number(const struct opt *opts, const char *name, long long max, long long *val);
int parse_number(const char *text, long long max, long long *val);

int cmd_agent_add(int argc, char **argv);
int cmd_agent_del(int argc, char **argv);
int cmd_agent_show(int argc, char **argv);
int cmd_agent_list(int argc, char **argv);
int cmd_live(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_grant(int argc, char **argv);
int cmd_change(int argc, char **argv);
int cmd_revoke(int argc, char **argv);
int cmd_save(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_clear(int argc, char **argv);
int cmd_who(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_graph(int argc, char **argv);
int cmd_dt(int argc, char **argv);
int cmd_vm(int argc, char **argv);
int cmd_describe(int argc, char **argv);

extern struct opt agent_add_opts[], grant_opts[], change_opts[], restore_opts[];
extern struct opt top_opts[], trace_opts[], dt_opts[], vm_opts[], describe_opts[];

#endif
