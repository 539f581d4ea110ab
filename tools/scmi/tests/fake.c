// SPDX-License-Identifier: GPL-2.0
/*
 * A directory that behaves as configfs with the server does, as far as scmictl
 * depends on it: what is made is filled, and what is frozen is refused.
 *
 * With FAKE_FAIL=N the N-th change fails, with FAKE_SIGNAL=N it is interrupted.
 */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libfdt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cfs.h"
#include "fake.h"
#include "needs.h"
#include "util.h"
#include "vdpa.h"

static char *writing[1024];

/* --- changes, and the one that fails ----------------------------------------- */

static bool unlucky(void)
{
	const char *fail_at = getenv("FAKE_FAIL"), *signal_at = getenv("FAKE_SIGNAL");
	static int n;

	n++;
	if (signal_at && n == atoi(signal_at))
		raise(SIGTERM);
	if (!fail_at || n != atoi(fail_at))
		return false;
	errno = EIO;

	return true;
}

static int refuse(int err)
{
	errno = err;

	return -1;
}

/* Relative to the server's directory, or NULL */
static const char *ours(const char *path)
{
	char *base = xfmt("%s" CFS_BASE "/", cfs_root);
	bool is = *cfs_root && starts_with(path, base);
	size_t n = strlen(base);

	free(base);

	return is ? path + n : NULL;
}

static void store(const char *path, mode_t mode, const char *val)
{
	char *full = xfmt("%s" CFS_BASE "/%s", cfs_root, path), *line = xfmt("%s\n", val);
	int fd;

	chmod(full, 0644);
	fd = __real_open(full, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || __real_write(fd, line, strlen(line)) < 0 || close(fd) || chmod(full, mode))
		abort();
	free(line);
	free(full);
}

static void storef(const char *dir, const char *attr, mode_t mode, const char *val)
{
	char *path = xfmt("%s/%s", dir, attr);

	store(path, mode, val);
	free(path);
}

static void store_blob(const char *dir, const void *data, size_t len)
{
	char *full = xfmt("%s" CFS_BASE "/%s/guest_overlay", cfs_root, dir);
	int fd = __real_open(full, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || (len && __real_write(fd, data, len) < 0) || close(fd))
		abort();
	free(full);
}

static void make(const char *dir, const char *sub)
{
	char *full = xfmt("%s" CFS_BASE "/%s/%s", cfs_root, dir, sub);

	if (__real_mkdir(full, 0755))
		abort();
	free(full);
}

static int drop_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;

	return type == FTW_DP ? __real_rmdir(path) : unlink(path);
}

/* --- ids ------------------------------------------------------------------------ */

/* Calls @fn for each resource of the agent, until it returns true. */
static bool each(const char *agent, bool (*fn)(const char *dir, const struct kind *kind, void *arg),
		 void *arg)
{
	char **grants = cfs_list(true, "agents/%s/devices", agent), **g, **subs, **s, *dir, *type;
	bool found = false;
	int k;

	for (g = grants; *g && !found; g++) {
		subs = cfs_list(true, "agents/%s/devices/%s", agent, *g);
		for (s = subs; *s && !found; s++) {
			dir = xfmt("agents/%s/devices/%s/%s", agent, *g, *s);
			found = kind_of_dir(*s) && fn(dir, kind_of_dir(*s), arg);
			free(dir);
		}
		list_free(subs);
	}
	list_free(grants);
	grants = cfs_list(true, "agents/%s/resources", agent);
	for (g = grants; *g && !found; g++) {
		dir = xfmt("agents/%s/resources/%s", agent, *g);
		type = cfs_get("%s/type", dir);
		for (k = 0; type && k < NR_KINDS && !found; k++)
			found = !strcmp(kinds[k].name, type) && fn(dir, &kinds[k], arg);
		free(type);
		free(dir);
	}
	list_free(grants);

	return found;
}

struct wanted {
	const char *not;	/* but not this one */
	const struct kind *kind;
	char id[16];
	char *holder;
};

static bool has_id(const char *dir, const struct kind *kind, void *arg)
{
	struct wanted *w = arg;

	if (kind != w->kind || (w->not && !strcmp(dir, w->not)) || !cfs_is(w->id, "%s/id", dir))
		return false;
	w->holder = xstr(dir);

	return true;
}

static void free_id(const char *agent, const struct kind *kind, const char *dir)
{
	struct wanted w = { .kind = kind, .not = dir };
	int id;

	for (id = 0;; id++) {
		snprintf(w.id, sizeof(w.id), "%d", id);
		if (!each(agent, has_id, &w))
			break;
		free(w.holder);
	}
	storef(dir, "id", 0644, w.id);
}

static const char * const rights[] = {
	[CLOCK] = "get state rate notify", [RESET] = "get assert pulse",
	[SUPPLY] = "get state level", [POWER] = "get state",
};

static void make_resource(const char *agent, const char *dir, const struct kind *kind,
			  const char *name, bool single)
{
	storef(dir, "access", 0644, rights[kind - kinds]);
	storef(dir, "name", 0444, name);
	if (kind->min || single) {
		storef(dir, single ? "min" : kind->min, 0644, "0");
		storef(dir, single ? "max" : kind->max, 0644, "0");
	}
	if (kind->policy || single)
		storef(dir, single ? "policy" : kind->policy, 0644, "range");
	free_id(agent, kind, dir);
}

/* --- directories ----------------------------------------------------------------- */

static void make_agent(const char *dir)
{
	char **names = cfs_list(true, "agents"), **n, id[16];
	int i;

	for (i = 1;; i++) {
		snprintf(id, sizeof(id), "%d", i);
		for (n = names; *n && !cfs_is(id, "agents/%s/agent_id", *n); n++)
			;
		if (!*n)
			break;
	}
	list_free(names);
	storef(dir, "agent_id", 0644, id);
	storef(dir, "trusted", 0644, "0");
	storef(dir, "live", 0644, "0");
	storef(dir, "hold_ms", 0644, "60000");
	storef(dir, "state", 0444, "idle");
	storef(dir, "channel", 0444, "none");
	storef(dir, "generation", 0444, "0");
	storef(dir, "protocols", 0444, "base");
	storef(dir, "reset", 0200, "");
	storef(dir, "access", 0644, "describe");
	store_blob(dir, NULL, 0);
	make(dir, "devices");
	make(dir, "resources");
}

static void make_grant(const char *dir)
{
	storef(dir, "shared", 0644, "0");
	storef(dir, "denied", 0644, "none");
	storef(dir, "enable", 0644, "0");
	storef(dir, "state", 0444, "disabled");
	storef(dir, "device_id", 0444, "0");
}

static void make_device(const char *agent, const char *dir, struct node *node)
{
	struct need *needs = needs_of(tree_host(), node), *n;
	char *path = node_path(node), *sub;

	make_grant(dir);
	storef(dir, "of_node", 0444, path);
	storef(dir, "unsupported", 0444, "");
	for (n = needs; n; n = n->next) {
		if (!n->provider)
			continue;
		make(dir, n->dir);
		sub = xfmt("%s/%s", dir, n->dir);
		make_resource(agent, sub, n->kind, n->name ? n->name : n->dir, false);
		free(sub);
	}
	needs_free(needs);
	free(path);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	const char *rel = ours(path), *what, *name;
	struct node *node = NULL;
	char *agent;

	if (!rel)
		return __real_mkdir(path, mode);
	if (unlucky())
		return -1;
	rel = strchr(rel, '/') + 1;
	agent = xfmt("%.*s", (int)strcspn(rel, "/"), rel);
	what = strchr(rel, '/');
	if (strlen(agent) > 15)
		return refuse(ENAMETOOLONG);
	if (!what) {
		if (__real_mkdir(path, mode))
			return -1;
		make_agent(ours(path));
		free(agent);
		return 0;
	}
	name = strrchr(what, '/') + 1;
	if (starts_with(what, "/devices/")) {
		bool before = failure();

		node = device_node(name);
		if (!node && !before)
			failure_clear();
		if (!node)
			return refuse(ENODEV);
	}
	if (__real_mkdir(path, mode))
		return -1;
	if (node) {
		make_device(agent, ours(path), node);
	} else {
		make_grant(ours(path));
		storef(ours(path), "type", 0644, "");
		storef(ours(path), "provider", 0644, "");
		storef(ours(path), "args", 0644, "");
	}
	free(agent);

	return 0;
}

int __wrap_rmdir(const char *path)
{
	const char *rel = ours(path);
	char **a, **b;
	bool full, attached;

	if (!rel)
		return __real_rmdir(path);
	if (unlucky())
		return -1;
	if (cfs_exists("%s/.described", rel))
		return refuse(EPERM);
	if (!strchr(strchr(rel, '/') + 1, '/')) {
		a = cfs_list(true, "%s/devices", rel);
		b = cfs_list(true, "%s/resources", rel);
		full = *a || *b;
		attached = !cfs_is("none", "%s/channel", rel);
		list_free(a);
		list_free(b);
		if (full)
			return refuse(ENOTEMPTY);
		if (attached)
			return refuse(EBUSY);
	}

	return nftw(path, drop_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- attributes -------------------------------------------------------------------- */

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;
	int fd;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, int);
		va_end(args);
	}
	if (!ours(path) || !(flags & O_WRONLY)) {
		fd = __real_open(path, flags, mode);
		if (fd >= 0 && fd < (int)ARRAY_SIZE(writing)) {
			free(writing[fd]);
			writing[fd] = NULL;
		}
		return fd;
	}
	fd = __real_open(path, flags & ~O_TRUNC, mode);
	if (fd >= 0 && fd < (int)ARRAY_SIZE(writing)) {
		free(writing[fd]);
		writing[fd] = xstr(ours(path));
	}

	return fd;
}

static bool any_live(void)
{
	char **names = cfs_list(true, "agents"), **n;
	bool live = false;

	for (n = names; *n; n++)
		live |= cfs_is("1", "agents/%s/live", *n);
	list_free(names);

	return live;
}

static bool any_enabled(const char *agent)
{
	static const char * const lists[] = { "devices", "resources" };
	bool enabled = false;
	char **names, **n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		names = cfs_list(true, "agents/%s/%s", agent, lists[i]);
		for (n = names; *n; n++)
			enabled |= cfs_is("1", "agents/%s/%s/%s/enable", agent, lists[i], *n);
		list_free(names);
	}

	return enabled;
}

static bool id_taken(const char *agent, const char *id)
{
	char **names = cfs_list(true, "agents"), **n;
	bool taken = false;

	for (n = names; *n; n++)
		taken |= strcmp(*n, agent) && cfs_is(id, "agents/%s/agent_id", *n);
	list_free(names);

	return taken;
}

/* Another agent has the device, and neither is shared with others. */
static bool in_use(const char *agent, const char *grant)
{
	char *node = cfs_get("%s/of_node", grant), **names, **n, **devs, **d;
	bool used = false;

	names = cfs_list(true, "agents");
	for (n = names; *n && node; n++) {
		devs = cfs_list(true, "agents/%s/devices", *n);
		for (d = devs; *d; d++)
			used |= strcmp(*n, agent) &&
				cfs_is("1", "agents/%s/devices/%s/enable", *n, *d) &&
				cfs_is(node, "agents/%s/devices/%s/of_node", *n, *d);
		list_free(devs);
	}
	list_free(names);
	free(node);

	return used && !cfs_is("1", "%s/shared", grant);
}

static int store_agent(const char *agent, const char *attr, const char *val)
{
	char *dir = xfmt("agents/%s", agent);
	bool live = cfs_is("1", "%s/live", dir);
	int err = 0;

	if (!strcmp(attr, "agent_id"))
		err = live ? EBUSY : id_taken(agent, val) ? EEXIST :
		      atoi(val) < 1 || atoi(val) > 255 ? EINVAL : 0;
	else if (!strcmp(attr, "trusted"))
		err = live ? EBUSY : 0;
	else if (!strcmp(attr, "access"))
		err = strcmp(val, "describe") && strcmp(val, "none") ? EINVAL : 0;
	else if (!strcmp(attr, "live"))
		err = *val == '1' && !any_enabled(agent) ? ENODATA : 0;
	if (!err && !strcmp(attr, "live"))
		storef(dir, "state", 0444, *val == '1' ? "live" : "idle");
	free(dir);

	return err;
}

static int store_id(const char *agent, const char *dir, const struct kind *kind, const char *val)
{
	struct wanted w = { .kind = kind, .not = dir };
	int err = 0;

	snprintf(w.id, sizeof(w.id), "%s", val);
	if (each(agent, has_id, &w)) {
		if (cfs_exists("%s/.written", w.holder))
			err = EEXIST;
		else
			free_id(agent, kind, w.holder);
		free(w.holder);
	}
	if (!err)
		storef(dir, ".written", 0644, "");

	return err;
}

static int store_resource(const char *agent, const char *dir, const char *grant,
			  const struct kind *kind, const char *attr, const char *val)
{
	static const char words[] = "get state rate parent notify level assert pulse none";
	bool enabled = cfs_is("1", "%s/enable", grant);
	char *other = NULL, *copy, *word, *save;
	int err = 0;

	if (!strcmp(attr, "id"))
		return enabled || cfs_is("1", "agents/%s/live", agent) ? EBUSY :
		       store_id(agent, dir, kind, val);
	if (!strcmp(attr, "access")) {
		copy = xstr(val);
		for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
			err = has_word(words, word) ? err : EINVAL;
		free(copy);
	} else if (strstr(attr, "min")) {
		other = cfs_get("%s/%s", dir, kind->min && strcmp(attr, "min") ? kind->max : "max");
		err = atoll(other) && atoll(val) > atoll(other) ? EINVAL : 0;
	} else if (strstr(attr, "max")) {
		other = cfs_get("%s/%s", dir, kind->min && strcmp(attr, "max") ? kind->min : "min");
		err = atoll(val) && atoll(val) < atoll(other) ? EINVAL : 0;
	} else if (strstr(attr, "policy")) {
		err = has_word("range shared floor exclusive", val) ? 0 : EINVAL;
	}
	free(other);

	return err;
}

static int store_grant(const char *agent, const char *dir, const char *attr, const char *val)
{
	bool enabled = cfs_is("1", "%s/enable", dir), single = cfs_exists("%s/type", dir);
	char *type = single ? cfs_get("%s/type", dir) : NULL;
	int k, err = 0;

	if (has_word("shared type provider args", attr) && enabled) {
		err = EBUSY;
	} else if (!strcmp(attr, "type")) {
		for (k = 0; k < NR_KINDS && strcmp(kinds[k].name, val); k++)
			;
		err = k == NR_KINDS ? EINVAL : 0;
		if (!err)
			make_resource(agent, dir, &kinds[k], strrchr(dir, '/') + 1, true);
	} else if (!strcmp(attr, "provider")) {
		err = !*val ? EINVAL : *val == '/' && !node_at(tree_host(), val) ? ENODEV : 0;
	} else if (!strcmp(attr, "enable")) {
		if (*val == '1')
			err = single && (!*type || cfs_is("", "%s/provider", dir)) ? EINVAL :
			      in_use(agent, dir) ? EBUSY : 0;
		if (!err)
			storef(dir, "state", 0444, *val == '1' ? "granted" : "disabled");
	} else if (single && !has_word("shared denied args", attr)) {
		for (k = 0; k < NR_KINDS && strcmp(kinds[k].name, type); k++)
			;
		err = k == NR_KINDS ? ENODATA :
		      store_resource(agent, dir, dir, &kinds[k], attr, val);
	}
	free(type);

	return err;
}

/* agents/A/ATTR, agents/A/devices/D/ATTR, agents/A/devices/D/R/ATTR */
static int check(const char *path, const char *val)
{
	char *copy = xstr(path), *part[6], *save, *p, *dir, *sub;
	int n = 0, err = 0;

	for (p = strtok_r(copy, "/", &save); p && n < 6; p = strtok_r(NULL, "/", &save))
		part[n++] = p;
	if (n == 1) {
		err = any_live() ? EBUSY : 0;
	} else if (n == 3) {
		err = store_agent(part[1], part[2], val);
	} else {
		dir = xfmt("agents/%s/%s/%s", part[1], part[2], part[3]);
		sub = xfmt("%s/%s", dir, part[4]);
		err = n == 5 ? store_grant(part[1], dir, part[4], val) :
		      store_resource(part[1], sub, dir, kind_of_dir(part[4]), part[5], val);
		free(sub);
		free(dir);
	}
	free(copy);

	return err;
}

/* Too much is refused at once, and what is no blob is not taken, which nobody is told. */
static ssize_t write_blob(const char *path, const void *buf, size_t len)
{
	char *dir = xfmt("%.*s", (int)(strrchr(path, '/') - path), path);

	if (len > 65536)
		errno = EFBIG;
	else if (len == 1 && *(const char *)buf == '\n')
		store_blob(dir, NULL, 0);
	else if (len >= 40 && fdt_magic(buf) == FDT_MAGIC && fdt_totalsize(buf) == len)
		store_blob(dir, buf, len);
	free(dir);

	return len > 65536 ? -1 : (ssize_t)len;
}

ssize_t __wrap_write(int fd, const void *buf, size_t len)
{
	ssize_t done;
	char *val;
	int err;

	if (fd < 0 || fd >= (int)ARRAY_SIZE(writing) || !writing[fd])
		return __real_write(fd, buf, len);
	if (unlucky()) {
		free(writing[fd]);
		writing[fd] = NULL;
		return refuse(EIO);
	}
	if (ends_with(writing[fd], "/guest_overlay")) {
		done = write_blob(writing[fd], buf, len);
		free(writing[fd]);
		writing[fd] = NULL;
		return done;
	}
	val = xfmt("%.*s", (int)len - 1, (const char *)buf);
	err = check(writing[fd], val);
	if (!err)
		store(writing[fd], 0644, val);
	free(val);
	free(writing[fd]);
	writing[fd] = NULL;

	return err ? refuse(err) : (ssize_t)len;
}

/* --- vDPA ----------------------------------------------------------------------------- */

static int channel(const char *name, const char *channel)
{
	char *dir = xfmt("agents/%s", name);

	storef(dir, "channel", 0444, channel);
	free(dir);

	return 0;
}

int vdpa_add(const char *name)
{
	char *is = xfmt("vdpa:%s", name);
	int err;

	if (cfs_said("vdpa dev add name %s mgmtdev scmi_server", name))
		return 0;
	if (unlucky())
		return fail("cannot attach %s: %s", name, strerror(errno));
	if (!cfs_is("1", "agents/%s/live", name))
		return fail("cannot attach %s: it is not live", name);
	err = channel(name, is);
	free(is);

	return err;
}

int vdpa_del(const char *name)
{
	if (cfs_said("vdpa dev del %s", name))
		return 0;
	if (unlucky())
		return fail("cannot detach %s: %s", name, strerror(errno));

	return channel(name, "none");
}

char *vdpa_node(const char *name)
{
	(void)name;

	return xstr("/dev/vhost-vdpa-7");
}
