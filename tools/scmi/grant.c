// SPDX-License-Identifier: GPL-2.0
/*
 * Grants: devices and single resources, and what may be done with them.
 */

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "needs.h"
#include "scmictl.h"
#include "state.h"
#include "util.h"

#define RIGHTS "NAME:KEY=VAL[,...]"

struct opt grant_opts[] = {
	{ .name = "clock", .arg = RIGHTS, .help = "access, min, max, policy, id of a clock" },
	{ .name = "reset", .arg = RIGHTS, .help = "access, id of a reset" },
	{ .name = "supply", .arg = RIGHTS, .help = "access, min, max, id of a supply" },
	{ .name = "power", .arg = RIGHTS, .help = "access, id of a power domain" },
	{ .name = "deny", .arg = "PROTOCOL", .help = "no rights on what is of this protocol" },
	{ .name = "shared", .help = "others may use, and set, the same" },
	{ .name = "no-enable", .help = "only prepare it" },
	{ .name = "resource", .arg = "LABEL:KEY=VAL[,...]",
	  .help = "no device, but one resource: type, provider, args, and as above" },
	{}
};

struct opt change_opts[] = {
	{ .name = "clock", .arg = RIGHTS, .help = "access, min, max, policy, id of a clock" },
	{ .name = "reset", .arg = RIGHTS, .help = "access, id of a reset" },
	{ .name = "supply", .arg = RIGHTS, .help = "access, min, max, id of a supply" },
	{ .name = "power", .arg = RIGHTS, .help = "access, id of a power domain" },
	{ .name = "deny", .arg = "PROTOCOL", .help = "no rights on what is of this protocol" },
	{ .name = "allow", .help = "the reverse of --deny, for all protocols" },
	{}
};

static bool is_rights(const struct opt *o)
{
	return o->arg && !strcmp(o->arg, RIGHTS);
}

/* --- NAME:KEY=VAL,KEY=VAL ------------------------------------------------- */

/* Hz with k, M, G; uV with mV, V */
static char *amount(const struct kind *kind, const char *val)
{
	static const struct {
		const char *suffix;
		long long by;
	} hz[] = { { "", 1 }, { "Hz", 1 }, { "k", 1000 }, { "kHz", 1000 }, { "M", 1000000 },
		   { "MHz", 1000000 }, { "G", 1000000000 }, { "GHz", 1000000000 } },
	  uv[] = { { "", 1 }, { "uV", 1 }, { "mV", 1000 }, { "V", 1000000 } };
	bool clock = kind == &kinds[CLOCK];
	size_t i, n = clock ? ARRAY_SIZE(hz) : ARRAY_SIZE(uv);
	long long by;
	char *end;
	double d;

	errno = 0;
	d = strtod(val, &end);
	for (i = 0; end != val && i < n; i++) {
		by = clock ? hz[i].by : uv[i].by;
		if (strcmp(end, clock ? hz[i].suffix : uv[i].suffix) || d < 0 || d * by > 1e18)
			continue;
		/* What needs no factor need not go through a double. */
		if (by == 1)
			return xfmt("%llu", strtoull(val, NULL, 0));
		return xfmt("%lld", (long long)(d * by + 0.5));
	}
	misuse("\"%s\" is no %s", val, clock ? "rate" : "voltage");

	return NULL;
}

/* The words of access may be joined by '+', which needs no quotes. */
static char *words(const char *val)
{
	char *s = xstr(val), *p;

	for (p = s; *p; p++)
		if (*p == '+')
			*p = ' ';

	return s;
}

struct settings {
	char *name;	/* of the resource */
	char *min, *max, *access, *policy, *id;
	char *type, *provider, *args;
};

static void settings_free(struct settings *s)
{
	free(s->name);
	free(s->min);
	free(s->max);
	free(s->access);
	free(s->policy);
	free(s->id);
	free(s->type);
	free(s->provider);
	free(s->args);
}

static const struct kind *kind_of_type(const char *type)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (!strcmp(kinds[i].name, type))
			return &kinds[i];
	misuse("there is no type \"%s\": clock, reset, supply or power", type);

	return NULL;
}

static int parse(const char *text, const struct kind *kind, struct settings *s)
{
	const char *colon = strchr(text, ':');
	char *copy, *item, *save, *val, *min = NULL, *max = NULL;
	bool single = !kind;
	int err = 0;

	memset(s, 0, sizeof(*s));
	if (!colon || colon == text || !colon[1])
		return misuse("\"%s\" is not NAME:KEY=VAL[,KEY=VAL...]", text);
	s->name = xfmt("%.*s", (int)(colon - text), text);
	copy = xstr(colon + 1);
	for (item = strtok_r(copy, ",", &save); item && !err; item = strtok_r(NULL, ",", &save)) {
		val = strchr(item, '=');
		if (!val) {
			err = misuse("\"%s\": \"%s\" is not KEY=VAL", text, item);
			break;
		}
		*val++ = '\0';
		if (!strcmp(item, "access"))
			s->access = words(val);
		else if (!strcmp(item, "id"))
			s->id = xstr(val);
		else if (!strcmp(item, "min"))
			min = val;
		else if (!strcmp(item, "max"))
			max = val;
		else if (!strcmp(item, "policy"))
			s->policy = xstr(val);
		else if (single && !strcmp(item, "type"))
			s->type = xstr(val);
		else if (single && !strcmp(item, "provider"))
			s->provider = xstr(val);
		else if (single && !strcmp(item, "args"))
			s->args = words(val);
		else
			err = misuse("\"%s\": what is %s?", text, item);
	}
	if (!err && single && (!s->type || !s->provider))
		err = misuse("\"%s\" needs a type and a provider", text);
	if (!err && single) {
		kind = kind_of_type(s->type);
		err = kind ? 0 : -1;
	}
	if (!err && (min || max) && !kind->min)
		err = misuse("\"%s\": a %s has no limits", text, kind->name);
	if (!err && s->policy && !kind->policy)
		err = misuse("\"%s\": a %s has no policy", text, kind->name);
	if (!err && min) {
		s->min = amount(kind, min);
		err = s->min ? 0 : -1;
	}
	if (!err && max) {
		s->max = amount(kind, max);
		err = s->max ? 0 : -1;
	}
	free(copy);

	return err;
}

static int put(const char *dir, const char *attr, const char *val)
{
	char *path;
	int err;

	if (!val)
		return 0;
	path = xfmt("%s/%s", dir, attr);
	err = cfs_put(path, val);
	free(path);

	return err;
}

static int apply(const char *dir, const struct settings *s, const char *min, const char *max,
		 const char *policy)
{
	if (put(dir, "id", s->id) || put(dir, "access", s->access))
		return -1;
	if ((s->min || s->max) && put_limits(dir, min, s->min, max, s->max))
		return -1;

	return put(dir, policy, s->policy);
}

/* The directories of resources @name of this kind, each of which is tried */
static int each_resource(const char *dir, struct node *node, const struct kind *kind,
			 const struct settings *s)
{
	struct need *needs = node ? needs_of(tree_host(), node) : NULL, *n;
	char **subs = cfs_list(true, "%s", dir), **p, *sub;
	bool all = !strcmp(s->name, "*");
	unsigned int found = 0;
	int err = 0;

	/* As the kernel has it, or in a dry run, as it is going to. */
	for (p = subs; *p && !err; p++) {
		if (kind_of_dir(*p) != kind)
			continue;
		for (n = needs; n && strcmp(n->dir, *p); n = n->next)
			;
		if (!all && strcmp(*p, s->name) && !(n && n->name && !strcmp(n->name, s->name)) &&
		    !cfs_is(s->name, "%s/%s/name", dir, *p))
			continue;
		found++;
		sub = xfmt("%s/%s", dir, *p);
		err = apply(sub, s, kind->min, kind->max, kind->policy);
		free(sub);
	}
	for (n = needs; n && !*subs && !err; n = n->next) {
		if (n->kind != kind ||
		    (!all && strcmp(n->dir, s->name) && (!n->name || strcmp(n->name, s->name))))
			continue;
		found++;
		sub = xfmt("%s/%s", dir, n->dir);
		err = apply(sub, s, kind->min, kind->max, kind->policy);
		free(sub);
	}
	if (!err && !found)
		err = fail("the device has no %s %s", kind->name, s->name);
	list_free(subs);
	needs_free(needs);

	return err;
}

/* Are the options all right, before anything is done? */
static int check(const struct opt *opts)
{
	const struct opt *o;
	struct settings s;
	int err = 0, i;

	for (o = opts; o->name && !err; o++) {
		bool single = !strcmp(o->name, "resource");

		if (!is_rights(o) && !single)
			continue;
		for (i = 0; i < o->n && !err; i++) {
			err = parse(o->vals[i], single ? NULL : kind_of_type(o->name), &s);
			settings_free(&s);
		}
	}

	return err;
}

static int put_all(const char *dir, struct node *node, const struct opt *opts)
{
	const struct opt *o;
	struct settings s;
	int err = 0, i;

	for (o = opts; o->name && !err; o++) {
		if (!is_rights(o))
			continue;
		for (i = 0; i < o->n && !err; i++) {
			const struct kind *kind = kind_of_type(o->name);

			err = parse(o->vals[i], kind, &s) || each_resource(dir, node, kind, &s);
			settings_free(&s);
		}
	}

	return err ? -1 : 0;
}

static int put_denied(const char *dir, const struct opt *opts)
{
	const struct opt *o;
	char *list = NULL, *longer;
	int err, i;

	for (o = opts; strcmp(o->name, "deny"); o++)
		;
	for (i = 0; i < o->n; i++) {
		longer = xfmt("%s%s%s", list ?: "", list ? " " : "", o->vals[i]);
		free(list);
		list = longer;
	}
	err = put(dir, "denied", list);
	free(list);

	return err;
}

static int show_json(const char *agent, const char *grant)
{
	struct json_object *obj;
	int err;

	if (!opt_json || cfs_dry)
		return 0;
	obj = state_grant(agent, grant, true);
	err = jprint(obj);
	json_object_put(obj);

	return err;
}

static int grant_resource(const char *agent, const char *text)
{
	struct settings s;
	char *grant = NULL, *dir = NULL;
	int err;

	err = parse(text, NULL, &s);
	if (!err && strchr(s.name, '/'))
		err = misuse("\"%s\" is no label", s.name);
	if (!err) {
		grant = xfmt("resources/%s", s.name);
		dir = xfmt("agents/%s/%s", agent, grant);
		err = cfs_make(dir);
	}
	if (!err)
		err = put(dir, "type", s.type);
	if (!err)
		err = put(dir, "provider", s.provider);
	if (!err)
		err = put(dir, "args", s.args);
	if (!err)
		err = apply(dir, &s, "min", "max", "policy");
	if (!err)
		err = put_denied(dir, grant_opts);
	if (!err && opt_given(grant_opts, "shared"))
		err = put(dir, "shared", "1");
	if (!err && !opt_given(grant_opts, "no-enable"))
		err = put(dir, "enable", "1");
	settings_free(&s);
	free(dir);
	free(grant);

	return err;
}

static int grant_device(const char *agent, const char *device)
{
	char *name = device_dir(device), *dir = xfmt("agents/%s/devices/%s", agent, name);
	struct node *node = device_node(device);
	int err = node ? cfs_make(dir) : -1;

	/* Whoever has it first need not permit others; who comes second has to. */
	if (!err && opt_given(grant_opts, "shared"))
		err = put(dir, "shared", "1");
	if (!err)
		err = put_denied(dir, grant_opts);
	if (!err)
		err = put_all(dir, node, grant_opts);
	if (!err && !opt_given(grant_opts, "no-enable"))
		err = put(dir, "enable", "1");
	free(dir);
	free(name);

	return err;
}

int cmd_grant(int argc, char **argv)
{
	const struct opt *o;
	char *name, *grant;
	int err = 0, i;

	for (o = grant_opts; strcmp(o->name, "resource"); o++)
		;
	if (argc == 1 && !o->n)
		return misuse("grant what? A device or --resource");
	if (check(grant_opts))
		return -1;
	if (argc == 1)
		for (o = grant_opts; o->name; o++)
			if (is_rights(o) && o->n)
				return misuse("--%s is for a device", o->name);
	if (agent_check(argv[0]))
		return -1;

	cfs_begin();
	if (argc > 1)
		err = grant_device(argv[0], argv[1]);
	for (o = grant_opts; strcmp(o->name, "resource"); o++)
		;
	for (i = 0; i < o->n && !err; i++)
		err = grant_resource(argv[0], o->vals[i]);
	if (err) {
		cfs_rollback();
		return -1;
	}
	cfs_commit();

	if (argc > 1) {
		name = device_dir(argv[1]);
		grant = xfmt("devices/%s", name);
		free(name);
	} else {
		grant = xfmt("resources/%.*s", (int)strcspn(o->vals[0], ":"), o->vals[0]);
	}
	err = show_json(argv[0], grant);
	free(grant);

	return err;
}

/* What the agent has by this name, "devices/X" or "resources/X" */
static char *find(const char *agent, const char *what)
{
	char *name = device_dir(what), *grant = NULL;

	if (!strchr(name, '/') && *name && *name != '.') {
		if (cfs_exists("agents/%s/devices/%s", agent, name))
			grant = xfmt("devices/%s", name);
		else if (cfs_exists("agents/%s/resources/%s", agent, name))
			grant = xfmt("resources/%s", name);
	}
	if (!grant)
		fail("agent %s was not granted %s", agent, what);
	free(name);

	return grant;
}

int cmd_change(int argc, char **argv)
{
	struct node *node = NULL;
	char *grant, *dir, *path;
	int err;

	(void)argc;
	if (opt_given(change_opts, "allow") && opt_given(change_opts, "deny"))
		return misuse("either --allow or --deny");
	if (check(change_opts) || agent_check(argv[0]))
		return -1;
	grant = find(argv[0], argv[1]);
	if (!grant)
		return -1;
	dir = xfmt("agents/%s/%s", argv[0], grant);
	path = cfs_get("%s/of_node", dir);
	if (path && tree_host())
		node = node_at(tree_host(), path);
	failure_clear();

	cfs_begin();
	if (starts_with(grant, "devices/")) {
		err = put_all(dir, node, change_opts);
	} else {
		/* It has only one resource, whose name is its own. */
		char *type = cfs_get("%s/type", dir);
		const struct opt *o;
		struct settings s;
		int i;

		err = 0;
		for (o = change_opts; o->name && !err; o++) {
			if (!is_rights(o))
				continue;
			for (i = 0; i < o->n && !err; i++) {
				err = parse(o->vals[i], kind_of_type(o->name), &s);
				if (!err && (strcmp(o->name, type ?: "") ||
					     (strcmp(s.name, argv[1]) && strcmp(s.name, "*"))))
					err = fail("%s is no %s %s", argv[1], o->name, s.name);
				if (!err)
					err = apply(dir, &s, "min", "max", "policy");
				settings_free(&s);
			}
		}
		free(type);
	}
	if (!err)
		err = opt_given(change_opts, "allow") ? put(dir, "denied", "none") :
		      put_denied(dir, change_opts);
	if (err)
		cfs_rollback();
	else
		cfs_commit();
	if (!err)
		err = show_json(argv[0], grant);
	free(path);
	free(dir);
	free(grant);

	return err;
}

int cmd_revoke(int argc, char **argv)
{
	char *grant, *dir;
	int err;

	(void)argc;
	if (agent_check(argv[0]))
		return -1;
	grant = find(argv[0], argv[1]);
	if (!grant)
		return -1;
	dir = xfmt("agents/%s/%s", argv[0], grant);
	err = cfs_remove(dir);
	free(dir);
	free(grant);

	return err;
}
