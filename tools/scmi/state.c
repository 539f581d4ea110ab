// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration as JSON: what configfs has, and back into it.
 *
 * Attributes are not listed here: what can be read and written is kept. Known
 * are only those that have to be written before or after others.
 */

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cfs.h"
#include "needs.h"
#include "state.h"
#include "util.h"
#include "vdpa.h"

#define VERSION 1

/* --- reading ---------------------------------------------------------------- */

/* Attributes are written in this order, and those that are not here in between. */
static const char * const first[] = { "type", "provider", "args", "agent_id", "id" };
static const char * const last[] = { "enable", "live" };

static int rank(const char *attr)
{
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(first); i++)
		if (!strcmp(attr, first[i]))
			return i;
	for (i = 0; i < (int)ARRAY_SIZE(last); i++)
		if (!strcmp(attr, last[i]))
			return 1000 + i;

	return 500;
}

static int by_rank(const void *a, const void *b)
{
	const char *x = *(char * const *)a, *y = *(char * const *)b;
	int d = rank(x) - rank(y);

	return d ? d : strverscmp(x, y);
}

/* Texts may look like numbers. */
static bool is_number(const char *attr, const char *val)
{
	static const char * const texts[] = { "vendor", "sub_vendor", "name", "provider", "args" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(attr, texts[i]))
			return false;

	return *val && strlen(val) < 19 && strspn(val, "0123456789") == strlen(val);
}

static struct json_object *value(const char *attr, const char *val)
{
	return is_number(attr, val) ? json_object_new_int64(atoll(val)) :
	       json_object_new_string(val);
}

static mode_t mode_of(const char *dir, const char *attr)
{
	char *path = xfmt("%s%s/%s/%s", cfs_root, CFS_BASE, dir, attr);
	struct stat st;
	mode_t mode = stat(path, &st) ? 0 : st.st_mode;

	free(path);

	return mode;
}

/* Attributes that are no text */
static bool is_blob(const char *attr)
{
	return !strcmp(attr, "guest_overlay");
}

static void read_blob(struct json_object *obj, const char *dir, const char *attr)
{
	char *path = xfmt("%s/%s", dir, attr), *text;
	size_t size;
	void *data = cfs_get_blob(path, &size);

	if (data) {
		text = xbase64(data, size);
		jset(obj, attr, text);
		free(text);
	}
	free(data);
	free(path);
}

/* The attributes in a directory, but for the last ones. */
static void read_attrs(struct json_object *obj, const char *dir, bool all)
{
	char **names = cfs_list(false, "%s", dir), **n, *val;
	unsigned int nr = 0;
	mode_t mode;

	for (n = names; *n; n++)
		nr++;
	qsort(names, nr, sizeof(*names), by_rank);
	for (n = names; *n && rank(*n) < 1000; n++) {
		mode = mode_of(dir, *n);
		/* Where the device is tells the reader, and restore, more than its name. */
		if (!(mode & 0400) || (!all && !(mode & 0200) && strcmp(*n, "of_node")))
			continue;
		if (is_blob(*n)) {
			read_blob(obj, dir, *n);
			continue;
		}
		val = cfs_get("%s/%s", dir, *n);
		if (!val)
			continue;
		if (all || *val || strcmp(*n, "type"))
			json_object_object_add(obj, json_object_object_get_ex(obj, *n, NULL) ?
					       "scmi_name" : *n, value(*n, val));
		free(val);
	}
	list_free(names);
}

static void read_last(struct json_object *obj, const char *dir, const char *attr)
{
	char *val = cfs_get("%s/%s", dir, attr);

	if (val)
		json_object_object_add(obj, attr, value(attr, val));
	free(val);
}

struct json_object *state_grant(const char *agent, const char *grant, bool all)
{
	struct json_object *obj = json_object_new_object(), *res;
	char *dir = xfmt("agents/%s/%s", agent, grant), **names, **n, *sub;

	jset(obj, "name", strchr(grant, '/') + 1);
	read_attrs(obj, dir, all);
	names = cfs_list(true, "%s", dir);
	for (n = names; *n; n++) {
		sub = xfmt("%s/%s", dir, *n);
		res = json_object_new_object();
		read_attrs(res, sub, all);
		json_object_object_add(obj, *n, res);
		free(sub);
	}
	list_free(names);
	read_last(obj, dir, "enable");
	free(dir);

	return obj;
}

static struct json_object *grants(const char *agent, const char *what, bool all)
{
	struct json_object *list = json_object_new_array();
	char **names = cfs_list(true, "agents/%s/%s", agent, what), **n, *grant;

	for (n = names; *n; n++) {
		grant = xfmt("%s/%s", what, *n);
		json_object_array_add(list, state_grant(agent, grant, all));
		free(grant);
	}
	list_free(names);

	return list;
}

bool agent_attached(const char *name)
{
	char *channel = cfs_get("agents/%s/channel", name);
	bool is = channel && starts_with(channel, "vdpa:");

	free(channel);

	return is;
}

bool agent_described(const char *name)
{
	char *channel = cfs_get("agents/%s/channel", name);
	bool is = channel && strcmp(channel, "none") && !starts_with(channel, "vdpa:");

	free(channel);

	return is;
}

struct json_object *state_agent(const char *name, bool all)
{
	struct json_object *obj = json_object_new_object();
	char *dir = xfmt("agents/%s", name);

	jset(obj, "name", name);
	read_attrs(obj, dir, all);
	json_object_object_add(obj, "devices", grants(name, "devices", all));
	json_object_object_add(obj, "resources", grants(name, "resources", all));
	read_last(obj, dir, "live");
	json_object_object_add(obj, "attached", json_object_new_int64(agent_attached(name)));
	free(dir);

	return obj;
}

struct json_object *state_get(bool all)
{
	struct json_object *obj = json_object_new_object(), *list = json_object_new_array();
	char **names = cfs_list(true, "agents"), **n;
	struct json_object *root = json_object_new_object();

	json_object_object_add(obj, "version", json_object_new_int64(VERSION));
	read_attrs(root, ".", false);
	json_object_object_foreach(root, key, val)
		json_object_object_add(obj, key, json_object_get(val));
	json_object_put(root);
	for (n = names; *n; n++)
		json_object_array_add(list, state_agent(*n, all));
	list_free(names);
	json_object_object_add(obj, "agents", list);

	return obj;
}

/* --- is it one? --------------------------------------------------------------- */

static bool good_name(const char *name)
{
	return name && *name && *name != '.' && !strchr(name, '/') && !strchr(name, '\n') &&
	       strlen(name) < 256;
}

static bool good_attr(const char *key, struct json_object *val)
{
	enum json_type type = json_object_get_type(val);
	size_t size;
	void *data;
	bool good;

	if (!good_name(key))
		return false;
	if (is_blob(key)) {
		data = type == json_type_string ?
		       xunbase64(json_object_get_string(val), &size) : NULL;
		good = data;
		free(data);
		return good;
	}

	return type == json_type_int ||
	       (type == json_type_string && !strchr(json_object_get_string(val), '\n') &&
		strlen(json_object_get_string(val)) < 4096);
}

static int check_attrs(struct json_object *obj, const char *what)
{
	json_object_object_foreach(obj, key, val)
		if (!json_object_is_type(val, json_type_object) &&
		    !json_object_is_type(val, json_type_array) && !good_attr(key, val))
			return fail("%s: \"%s\" is %s", what, key, is_blob(key) ? "not base64" :
				    "neither a number nor a text");

	return 0;
}

static int check_grants(struct json_object *agent, const char *key, const char *whence)
{
	struct json_object *list = jget(agent, key), *obj;
	char *what;
	int err = 0;
	size_t i, j;

	if (!list)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return fail("%s: \"%s\" of agent %s is no list", whence, key, jstr(agent, "name"));
	for (i = 0; !err && i < json_object_array_length(list); i++) {
		obj = json_object_array_get_idx(list, i);
		if (!json_object_is_type(obj, json_type_object) ||
		    !json_object_is_type(jget(obj, "name"), json_type_string) ||
		    !good_name(jstr(obj, "name")))
			return fail("%s: one of the %s of agent %s has no name", whence, key,
				    jstr(agent, "name"));
		for (j = 0; j < i; j++)
			if (!strcmp(jstr(json_object_array_get_idx(list, j), "name"),
				    jstr(obj, "name")))
				return fail("%s: agent %s has %s twice", whence,
					    jstr(agent, "name"), jstr(obj, "name"));
		what = xfmt("%s: %s of agent %s", whence, jstr(obj, "name"), jstr(agent, "name"));
		err = check_attrs(obj, what);
		json_object_object_foreach(obj, sub, val) {
			if (err)
				break;
			if (json_object_is_type(val, json_type_array) ||
			    (json_object_is_type(val, json_type_object) && !kind_of_dir(sub)))
				err = fail("%s: \"%s\" is no resource", what, sub);
			else if (json_object_is_type(val, json_type_object))
				err = check_attrs(val, what);
		}
		free(what);
	}

	return err;
}

int state_check(struct json_object *state, const char *whence)
{
	struct json_object *version, *agents, *agent;
	size_t i, j;

	version = json_object_is_type(state, json_type_object) ? jget(state, "version") : NULL;
	if (!json_object_is_type(version, json_type_int))
		return fail("%s was not made by save: it has no version", whence);
	if (json_object_get_int64(version) > VERSION)
		return fail("%s has version %s, and this knows %d: use a newer scmictl", whence,
			    json_object_get_string(version), VERSION);
	if (json_object_get_int64(version) < 1)
		return fail("%s has version %s, which there is not", whence,
			    json_object_get_string(version));
	agents = jget(state, "agents");
	if (!json_object_is_type(agents, json_type_array))
		return fail("%s: \"agents\" is no list", whence);
	if (check_attrs(state, whence))
		return -1;
	for (i = 0; i < json_object_array_length(agents); i++) {
		agent = json_object_array_get_idx(agents, i);
		if (!json_object_is_type(agent, json_type_object) ||
		    !json_object_is_type(jget(agent, "name"), json_type_string) ||
		    !good_name(jstr(agent, "name")))
			return fail("%s: an agent has no name", whence);
		for (j = 0; j < i; j++)
			if (!strcmp(jstr(json_object_array_get_idx(agents, j), "name"),
				    jstr(agent, "name")))
				return fail("%s: agent %s is there twice", whence,
					    jstr(agent, "name"));
		if (check_attrs(agent, whence) || check_grants(agent, "devices", whence) ||
		    check_grants(agent, "resources", whence))
			return -1;
	}

	return 0;
}

/* --- writing -------------------------------------------------------------------- */

int agent_check(const char *name)
{
	if (!good_name(name))
		return fail("%s is no name of an agent", name);
	if (!cfs_exists("agents/%s", name))
		return fail("there is no agent %s", name);

	return 0;
}

static int undo_attach(const char *name)
{
	return vdpa_del(name);
}

static int attach(const char *name)
{
	if (vdpa_add(name))
		return -1;
	cfs_done(undo_attach, xstr(name));

	return 0;
}

int agent_detach(const char *name)
{
	return vdpa_del(name);
}

static struct json_object *find(struct json_object *list, const char *name)
{
	size_t i;

	for (i = 0; list && i < json_object_array_length(list); i++)
		if (!strcmp(jstr(json_object_array_get_idx(list, i), "name"), name))
			return json_object_array_get_idx(list, i);

	return NULL;
}

/* Is the single resource another one? What was said of it cannot be unsaid. */
static bool other_resource(struct json_object *now, struct json_object *want)
{
	static const char * const says[] = { "type", "provider", "args" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(says); i++)
		if (strcmp(jstr(now, says[i]) ?: "", jstr(want, says[i]) ?: ""))
			return true;

	return false;
}

/* Those of @now, or all, that are not in @want. */
static int remove_grants(const char *agent, const char *what, struct json_object *now,
			 struct json_object *want)
{
	char **names = cfs_list(true, "agents/%s/%s", agent, what), **n, *path;
	bool said = failure();
	int err = 0;

	for (n = names; *n && !err; n++) {
		if (want && find(want, *n) && find(now, *n) &&
		    !other_resource(find(now, *n), find(want, *n)))
			continue;
		path = xfmt("agents/%s/%s/%s", agent, what, *n);
		err = cfs_remove(path);
		/* What the devicetree describes stays, and can only be changed. */
		if (err && cfs_errno == EPERM && want && find(want, *n)) {
			if (!said)
				failure_clear();
			err = 0;
		}
		free(path);
	}
	list_free(names);

	return err;
}

int agent_clear(const char *name)
{
	char *path = xfmt("agents/%s", name), *live = xfmt("agents/%s/live", name);
	int err = 0;

	if (agent_attached(name))
		err = vdpa_del(name);
	if (!err)
		err = cfs_put(live, "0");
	if (!err)
		err = remove_grants(name, "devices", NULL, NULL);
	if (!err)
		err = remove_grants(name, "resources", NULL, NULL);
	if (!err)
		err = cfs_remove(path);
	free(path);
	free(live);

	return err;
}

static long long number(const char *s)
{
	return s ? strtoll(s, NULL, 0) : 0;
}

int put_limits(const char *dir, const char *min_attr, const char *min, const char *max_attr,
	       const char *max)
{
	char *min_path = xfmt("%s/%s", dir, min_attr), *max_path = xfmt("%s/%s", dir, max_attr);
	char *old = cfs_get("%s", max_path);
	/* Where the upper one goes up, it goes first. */
	bool up = max && (!number(max) || (number(old) && number(max) > number(old)));
	int err = 0;

	if (up)
		err = cfs_put(max_path, max);
	if (!err && min)
		err = cfs_put(min_path, min);
	if (!err && max && !up)
		err = cfs_put(max_path, max);
	free(old);
	free(min_path);
	free(max_path);

	return err;
}

static int put_blob(const char *path, const char *text)
{
	size_t size;
	void *data = xunbase64(text, &size);
	int err = data ? cfs_put_blob(path, data, size) : fail("%s: not base64", path);

	free(data);

	return err;
}

/* In a file that was not written by us there may be some that are not there. */
static int put_attr(const char *dir, const char *attr, struct json_object *val)
{
	char *path = *dir == '.' ? xstr(attr) : xfmt("%s/%s", dir, attr);
	int err = 0;

	if (!val)
		goto out;
	if (!cfs_dry && !cfs_exists("%s", path))
		err = fail("there is no %s", path);
	else if (is_blob(attr))
		err = put_blob(path, json_object_get_string(val));
	else if (cfs_dry || mode_of(dir, attr) & 0200)
		err = cfs_put(path, json_object_get_string(val));
out:
	free(path);

	return err;
}

/* A dry run does not know what can be left out because it is so already. */
static bool unsaid(const char *val, const char *by_default)
{
	return cfs_dry && (!val || !strcmp(val, by_default));
}

static int by_key(const void *a, const void *b)
{
	return by_rank(a, b);
}

/* All attributes but limits and the last ones, in their order, then the limits. */
static int put_attrs(const char *dir, struct json_object *obj)
{
	static const char * const skip[] = { "name", "of_node", "attached" };
	static const char * const limits[][2] = {
		{ "rate_min_hz", "rate_max_hz" }, { "min_uv", "max_uv" }, { "min", "max" },
	};
	const char **keys = xalloc((json_object_object_length(obj) + 1) * sizeof(*keys));
	unsigned int n = 0, i, j;
	int err = 0;

	json_object_object_foreach(obj, key, val) {
		bool skipped = json_object_is_type(val, json_type_object) ||
			       json_object_is_type(val, json_type_array) || rank(key) >= 1000;

		for (i = 0; i < ARRAY_SIZE(skip); i++)
			skipped |= !strcmp(key, skip[i]);
		for (i = 0; i < ARRAY_SIZE(limits); i++)
			skipped |= !strcmp(key, limits[i][0]) || !strcmp(key, limits[i][1]);
		if (!skipped)
			keys[n++] = key;
	}
	qsort(keys, n, sizeof(*keys), by_key);
	for (i = 0; i < n && !err; i++) {
		const char *text = json_object_get_string(jget(obj, keys[i]));

		/* What was never written cannot be written as it reads. */
		if (!*text && (!strcmp(keys[i], "type") || !strcmp(keys[i], "provider") ||
			       !strcmp(keys[i], "args")))
			continue;
		if (ends_with(keys[i], "policy") && unsaid(text, "range"))
			continue;
		if (is_blob(keys[i]) && unsaid(text, ""))
			continue;
		err = put_attr(dir, keys[i], jget(obj, keys[i]));
	}
	for (j = 0; j < ARRAY_SIZE(limits) && !err; j++) {
		const char *min = jstr(obj, limits[j][0]), *max = jstr(obj, limits[j][1]);

		if ((min || max) && !(unsaid(min, "0") && unsaid(max, "0")))
			err = put_limits(dir, limits[j][0], min, limits[j][1], max);
	}
	free(keys);

	return err;
}

/* Of what cannot be changed while it is enabled: is there a difference? */
static bool grant_frozen(struct json_object *now, struct json_object *want)
{
	static const char * const frozen[] = { "type", "provider", "args", "shared" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(frozen); i++)
		if (jget(want, frozen[i]) &&
		    !json_object_equal(jget(now, frozen[i]), jget(want, frozen[i])))
			return true;

	return false;
}

static bool ids_differ(struct json_object *now, struct json_object *want)
{
	if (jget(want, "id") && jget(now, "id") &&
	    !json_object_equal(jget(now, "id"), jget(want, "id")))
		return true;
	json_object_object_foreach(want, key, val)
		if (json_object_is_type(val, json_type_object) && jget(now, key) &&
		    jget(val, "id") &&
		    !json_object_equal(jget(jget(now, key), "id"), jget(val, "id")))
			return true;

	return false;
}

/*
 * Ids can be given anew only when nobody uses them, and then to all: what comes
 * new may want one that another has.
 */
static bool agent_ids_differ(struct json_object *now, struct json_object *want)
{
	static const char * const lists[] = { "devices", "resources" };
	struct json_object *list, *grant, *old;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		list = jget(want, lists[i]);
		for (j = 0; list && j < json_object_array_length(list); j++) {
			grant = json_object_array_get_idx(list, j);
			old = find(jget(now, lists[i]), jstr(grant, "name"));
			if (!old || ids_differ(old, grant) || other_resource(old, grant))
				return true;
		}
	}

	return false;
}

static bool agent_frozen(struct json_object *now, struct json_object *want)
{
	static const char * const frozen[] = { "agent_id", "trusted" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(frozen); i++)
		if (jget(want, frozen[i]) &&
		    !json_object_equal(jget(now, frozen[i]), jget(want, frozen[i])))
			return true;

	return false;
}

/* Is the device still where it was? */
static int check_device(struct json_object *want, const char *dir)
{
	const char *path = jstr(want, "of_node");
	char *now = cfs_get("%s/of_node", dir);
	int err = 0;

	if (path && now && strcmp(path, now))
		err = fail("%s is %s now, and was %s", jstr(want, "name"), now, path);
	free(now);

	return err;
}

/* A grant as it is to be, but not enabled if it was not. */
static int put_grant(const char *agent, const char *what, struct json_object *want,
		     struct json_object *now)
{
	char *dir = xfmt("agents/%s/%s/%s", agent, what, jstr(want, "name")), *sub;
	int err = 0;

	if (now && json_object_equal(now, want))
		goto out;
	if (!now)
		err = cfs_make(dir);
	if (!err && now && (!jint(want, "enable", 0) || grant_frozen(now, want))) {
		sub = xfmt("%s/enable", dir);
		err = cfs_put(sub, "0");
		free(sub);
	}
	if (!err)
		err = check_device(want, dir);
	if (!err)
		err = put_attrs(dir, want);
	json_object_object_foreach(want, key, val) {
		if (err || !json_object_is_type(val, json_type_object))
			continue;
		sub = xfmt("%s/%s", dir, key);
		if (!cfs_dry && !cfs_exists("%s", sub))
			err = fail("%s has no %s any more", jstr(want, "name"), key);
		else
			err = put_attrs(sub, val);
		free(sub);
	}
out:
	free(dir);

	return err;
}

static int put_grants(struct json_object *agent, struct json_object *now, const char *what)
{
	struct json_object *list = jget(agent, what), *want, *old;
	int err = 0;
	size_t i;

	for (i = 0; list && !err && i < json_object_array_length(list); i++) {
		want = json_object_array_get_idx(list, i);
		old = now ? find(jget(now, what), jstr(want, "name")) : NULL;
		/* It may have been removed since. */
		if (old && !cfs_exists("agents/%s/%s/%s", jstr(agent, "name"), what,
				       jstr(want, "name")))
			old = NULL;
		err = put_grant(jstr(agent, "name"), what, want, old);
	}

	return err;
}

/* What is in the way of what comes then: rights, ids, and what is no more */
static int withdraw(struct json_object *want, struct json_object *now)
{
	const char *name = jstr(want, "name");
	bool anew = agent_ids_differ(now, want);
	char *live = xfmt("agents/%s/live", name);
	int err = 0;

	if (agent_attached(name) && !jint(want, "attached", 1))
		err = vdpa_del(name);
	if (!err && (anew || agent_frozen(now, want) || !jint(want, "live", 0)))
		err = cfs_put(live, "0");
	if (!err)
		err = remove_grants(name, "devices", anew ? NULL : jget(now, "devices"),
				    jget(want, "devices"));
	if (!err)
		err = remove_grants(name, "resources", anew ? NULL : jget(now, "resources"),
				    jget(want, "resources"));
	free(live);

	return err;
}

/* An id that another agent of the state still has is made free. */
static int make_way(struct json_object *agents, struct json_object *want)
{
	const char *id = jstr(want, "agent_id"), *name = jstr(want, "name");
	char **names, **n, *path, *live, *spare;
	int err = 0, i;

	if (!id || cfs_is(id, "agents/%s/agent_id", name))
		return 0;
	names = cfs_list(true, "agents");
	for (n = names; *n && !err; n++) {
		if (!strcmp(*n, name) || !find(agents, *n) || !cfs_is(id, "agents/%s/agent_id", *n))
			continue;
		for (i = 255; i; i--) {
			char **m;

			spare = xfmt("%d", i);
			for (m = names; *m && !cfs_is(spare, "agents/%s/agent_id", *m); m++)
				;
			if (!*m)
				break;
			free(spare);
		}
		if (!i)
			break;
		live = xfmt("agents/%s/live", *n);
		path = xfmt("agents/%s/agent_id", *n);
		err = cfs_put(live, "0");
		if (!err)
			err = cfs_put(path, spare);
		free(spare);
		free(path);
		free(live);
	}
	list_free(names);

	return err;
}

static int put_agent(struct json_object *agents, struct json_object *want, struct json_object *now)
{
	const char *name = jstr(want, "name");
	char *dir = xfmt("agents/%s", name);
	int err = 0;

	if (!now)
		err = cfs_make(dir);
	if (!err)
		err = make_way(agents, want);
	if (!err)
		err = put_attrs(dir, want);
	if (!err)
		err = put_grants(want, now, "devices");
	if (!err)
		err = put_grants(want, now, "resources");
	free(dir);

	return err;
}

static int put_enable(const char *path, long long end)
{
	struct timespec nap = { .tv_nsec = 200000000 };
	bool said = failure();
	int err;

	for (;;) {
		err = cfs_put(path, "1");
		if (!err || said || cfs_errno != EAGAIN || time(NULL) >= end || cfs_interrupted())
			return err;
		failure_clear();
		nanosleep(&nap, NULL);
	}
}

/* Who wants something for itself comes first, and who shares it, later. */
static int enable_all(struct json_object *agents, int shared, long long end)
{
	static const char * const lists[] = { "devices", "resources" };
	struct json_object *agent, *list, *grant;
	size_t i, j, k;
	char *path;
	int err = 0;

	for (i = 0; i < json_object_array_length(agents); i++) {
		agent = json_object_array_get_idx(agents, i);
		for (j = 0; j < ARRAY_SIZE(lists); j++) {
			list = jget(agent, lists[j]);
			for (k = 0; list && !err && k < json_object_array_length(list); k++) {
				grant = json_object_array_get_idx(list, k);
				if (!jint(grant, "enable", 0) ||
				    !!jint(grant, "shared", 0) != shared)
					continue;
				path = xfmt("agents/%s/%s/%s/enable", jstr(agent, "name"), lists[j],
					    jstr(grant, "name"));
				err = put_enable(path, end);
				free(path);
			}
		}
	}

	return err;
}

static int go_live(struct json_object *agents)
{
	struct json_object *agent;
	const char *name;
	int err = 0;
	char *path;
	size_t i;

	for (i = 0; !err && i < json_object_array_length(agents); i++) {
		agent = json_object_array_get_idx(agents, i);
		name = jstr(agent, "name");
		path = xfmt("agents/%s/live", name);
		if (jint(agent, "live", 0))
			err = cfs_put(path, "1");
		free(path);
		if (!err && jint(agent, "attached", 0) && !agent_attached(name))
			err = attach(name);
	}

	return err;
}

static int put_root(struct json_object *state)
{
	int err = 0;

	json_object_object_foreach(state, key, val)
		if (!err && strcmp(key, "version") && strcmp(key, "agents"))
			err = put_attr(".", key, val);

	return err;
}

static int make_so(struct json_object *state, struct json_object *now, bool exact, long long end)
{
	struct json_object *agents = jget(state, "agents"), *agent, *old;
	size_t i;

	for (i = 0; i < json_object_array_length(jget(now, "agents")); i++) {
		old = json_object_array_get_idx(jget(now, "agents"), i);
		agent = find(agents, jstr(old, "name"));
		if (agent ? !json_object_equal(agent, old) && withdraw(agent, old) :
		    exact && !agent_described(jstr(old, "name")) &&
		    agent_clear(jstr(old, "name")))
			return -1;
	}
	if (put_root(state))
		return -1;
	for (i = 0; i < json_object_array_length(agents); i++) {
		agent = json_object_array_get_idx(agents, i);
		old = find(jget(now, "agents"), jstr(agent, "name"));
		if ((!old || !json_object_equal(agent, old)) && put_agent(agents, agent, old))
			return -1;
	}
	if (enable_all(agents, 0, end) || enable_all(agents, 1, end))
		return -1;

	return go_live(agents);
}

int state_put(struct json_object *state, bool exact, long long wait)
{
	struct json_object *before = state_get(false), *now;
	int err;

	cfs_hold_signals(true);
	err = make_so(state, before, exact, time(NULL) + wait);
	if (err && !cfs_dry) {
		now = state_get(false);
		if (!json_object_equal(now, before) && make_so(before, now, true, 0))
			fputs("scmictl: not everything could be put back\n", stderr);
		json_object_put(now);
	}
	cfs_hold_signals(false);
	json_object_put(before);

	return err;
}
