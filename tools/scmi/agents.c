// SPDX-License-Identifier: GPL-2.0
/*
 * Agents and their channels.
 */

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "needs.h"
#include "scmictl.h"
#include "state.h"
#include "util.h"
#include "vdpa.h"

struct opt agent_add_opts[] = {
	{ .name = "id", .arg = "N", .help = "its SCMI agent id, 1 to 255" },
	{ .name = "hold-ms", .arg = "MS", .help = "how long votes outlive its driver" },
	{ .name = "trusted", .help = "it may use the permission commands" },
	{}
};

/* What a change has led to, for -j */
static int show_json(const char *name)
{
	struct json_object *obj;
	int err;

	if (!opt_json || cfs_dry)
		return 0;
	obj = state_agent(name, true);
	err = jprint(obj);
	json_object_put(obj);

	return err;
}

static int put_attr(const char *name, const char *attr, const char *val)
{
	char *path = xfmt("agents/%s/%s", name, attr);
	int err = val ? cfs_put(path, val) : 0;

	free(path);

	return err;
}

int cmd_agent_add(int argc, char **argv)
{
	const struct opt *opts = agent_add_opts;
	char *path = xfmt("agents/%s", argv[0]);
	long long n;
	int err;

	(void)argc;
	if (opt_number(opts, "id", 255, &n) || opt_number(opts, "hold-ms", 0x7fffffff, &n))
		return -1;
	if (strchr(argv[0], '/') || !*argv[0])
		return misuse("%s is no name of an agent", argv[0]);

	cfs_begin();
	err = cfs_make(path);
	if (!err)
		err = put_attr(argv[0], "agent_id", opt_val(opts, "id"));
	if (!err)
		err = put_attr(argv[0], "hold_ms", opt_val(opts, "hold-ms"));
	if (!err && opt_given(opts, "trusted"))
		err = put_attr(argv[0], "trusted", "1");
	if (err)
		cfs_rollback();
	else
		cfs_commit();
	free(path);

	return err ? err : show_json(argv[0]);
}

int cmd_agent_del(int argc, char **argv)
{
	struct json_object *before;
	int err;

	(void)argc;
	if (agent_check(argv[0]))
		return -1;
	if (agent_described(argv[0]))
		return fail("%s cannot be removed: the devicetree describes it", argv[0]);
	before = state_get(false);
	cfs_hold_signals(true);
	err = agent_clear(argv[0]);
	if (err && !cfs_dry)
		state_put(before, false, 0);
	cfs_hold_signals(false);
	json_object_put(before);

	return err;
}

static void show_resource(const char *dir, struct json_object *res)
{
	const struct kind *kind = kind_of_dir(dir);
	const char *min = NULL, *max = NULL, *policy = NULL;

	if (kind && kind->min) {
		min = jstr(res, kind->min);
		max = jstr(res, kind->max);
		policy = kind->policy ? jstr(res, kind->policy) : NULL;
	}
	printf("    %-12s id %-3s %-12s %s", dir, jstr(res, "id") ?: "-", jstr(res, "name") ?: "-",
	       jstr(res, "access") ?: "");
	if ((min && strcmp(min, "0")) || (max && strcmp(max, "0")))
		printf(", within %s..%s", min ?: "0", max ?: "0");
	if (policy)
		printf(", %s", policy);
	putchar('\n');
}

static void show_grant(struct json_object *grant, bool single)
{
	const char *denied = jstr(grant, "denied"), *max;

	printf("  %s: %s%s", jstr(grant, "name"), jstr(grant, "state") ?: "?",
	       jint(grant, "shared", 0) ? ", shared" : "");
	if (denied && strcmp(denied, "none"))
		printf(", denied %s", denied);
	putchar('\n');
	if (single) {
		printf("    %s of %s %s", jstr(grant, "type") ?: "nothing",
		       jstr(grant, "provider") ?: "", jstr(grant, "args") ?: "");
		if (jstr(grant, "id"))
			printf(", id %s, %s", jstr(grant, "id"), jstr(grant, "access") ?: "");
		max = jstr(grant, "max");
		if (jint(grant, "min", 0) || jint(grant, "max", 0))
			printf(", within %s..%s", jstr(grant, "min") ?: "0", max ?: "0");
		putchar('\n');
	} else {
		printf("    %s\n", jstr(grant, "of_node") ?: "");
		json_object_object_foreach(grant, key, val)
			if (json_object_is_type(val, json_type_object))
				show_resource(key, val);
		if (jstr(grant, "unsupported") && *jstr(grant, "unsupported"))
			printf("    not by SCMI: %s\n", jstr(grant, "unsupported"));
	}
}

int cmd_agent_show(int argc, char **argv)
{
	struct json_object *obj, *list;
	size_t i;

	(void)argc;
	if (agent_check(argv[0]))
		return -1;
	if (opt_json)
		return show_json(argv[0]);

	obj = state_agent(argv[0], true);
	printf("%s: agent %s, %s, channel %s%s\n", argv[0], jstr(obj, "agent_id"),
	       jstr(obj, "state"), jstr(obj, "channel"),
	       jint(obj, "trusted", 0) ? ", trusted" : "");
	printf("  protocols: %s\n", jstr(obj, "protocols") ?: "");
	list = jget(obj, "devices");
	for (i = 0; i < json_object_array_length(list); i++)
		show_grant(json_object_array_get_idx(list, i), false);
	list = jget(obj, "resources");
	for (i = 0; i < json_object_array_length(list); i++)
		show_grant(json_object_array_get_idx(list, i), true);
	json_object_put(obj);

	return 0;
}

int cmd_agent_list(int argc, char **argv)
{
	char **names = cfs_list(true, "agents"), **n;
	struct json_object *list = json_object_new_array(), *obj;
	int err = 0;

	(void)argc;
	(void)argv;
	for (n = names; *n; n++) {
		obj = state_agent(*n, true);
		if (!opt_json)
			printf("%-15s  id %-3s  %-8s  %-20s  %s\n", *n, jstr(obj, "agent_id"),
			       jstr(obj, "state"), jstr(obj, "channel"),
			       jstr(obj, "protocols") ?: "");
		json_object_array_add(list, obj);
	}
	if (opt_json)
		err = jprint(list);
	json_object_put(list);
	list_free(names);

	return err;
}

int cmd_live(int argc, char **argv)
{
	bool on = !strcmp(argv[1], "on");

	(void)argc;
	if (!on && strcmp(argv[1], "off"))
		return misuse("live is \"on\" or \"off\", and not \"%s\"", argv[1]);
	if (agent_check(argv[0]) || put_attr(argv[0], "live", on ? "1" : "0"))
		return -1;

	return show_json(argv[0]);
}

int cmd_attach(int argc, char **argv)
{
	(void)argc;
	if (agent_check(argv[0]))
		return -1;
	if (!agent_attached(argv[0]) && vdpa_add(argv[0]))
		return -1;

	return show_json(argv[0]);
}

int cmd_detach(int argc, char **argv)
{
	(void)argc;
	if (agent_check(argv[0]))
		return -1;
	if (agent_attached(argv[0]) && agent_detach(argv[0]))
		return -1;

	return show_json(argv[0]);
}
