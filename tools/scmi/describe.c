// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest is told of the devices that it was given: the overlay that it reads
 * over SCMI, see Documentation/firmware-guide/scmi-guest-description.rst.
 */

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cfs.h"
#include "dt.h"
#include "scmictl.h"
#include "state.h"
#include "tree.h"
#include "util.h"

#define MOST 65536

struct opt describe_opts[] = {
	{ .name = "devices", .help = "also the devices that were granted" },
	{ .name = "target", .arg = "DEVICE=PATH", .help = "it is this node of the guest's" },
	{ .name = "none", .help = "no description any more" },
	{}
};

/* A whole file; more than there may be only says that it is too much */
static void *read_whole(const char *path, size_t *size)
{
	u8 *data = xalloc(MOST + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	for (*size = 0; fd >= 0 && *size <= MOST; *size += n) {
		n = read(fd, data + *size, MOST + 1 - *size);
		if (n <= 0)
			break;
	}
	if (fd < 0 || n < 0) {
		fail("cannot read %s: %s", path, strerror(errno));
		free(data);
		data = NULL;
	}
	if (fd >= 0)
		close(fd);

	return data;
}

/* The options --target; the last one has no device. NULL: misuse() */
static struct dt_target *targets(void)
{
	const struct opt *o;
	struct dt_target *list;
	int i;

	for (o = describe_opts; strcmp(o->name, "target"); o++)
		;
	list = xalloc((o->n + 1) * sizeof(*list));
	for (i = 0; i < o->n; i++) {
		const char *is = strchr(o->vals[i], '=');

		if (!is || is == o->vals[i] || is[1] != '/' || !is[2]) {
			misuse("\"%s\" is not DEVICE=/PATH/OF/NODE", o->vals[i]);
			free(list);
			return NULL;
		}
		list[i].device = xfmt("%.*s", (int)(is - o->vals[i]), o->vals[i]);
		list[i].path = is + 1;
	}

	return list;
}

static void *made_overlay(const char *agent, size_t *size)
{
	bool devices = opt_given(describe_opts, "devices");
	struct dt_target *list = targets(), *t;
	struct node *overlay;
	void *data;

	if (!list)
		return NULL;
	overlay = dt_overlay(agent, devices, list);
	data = overlay ? tree_blob(overlay, size) : NULL;
	for (t = list; t->device; t++)
		free(t->device);
	free(list);

	return data;
}

int cmd_describe(int argc, char **argv)
{
	const char *agent = argv[0], *from = argc > 1 ? argv[1] : NULL;
	bool none = opt_given(describe_opts, "none"), made;
	struct json_object *obj;
	void *data = NULL;
	size_t size = 0;
	char *path;
	int err;

	made = opt_given(describe_opts, "devices") || opt_given(describe_opts, "target");
	if (!!from + none + made > 1)
		return misuse("either a FILE, or --none, or what to make it of");
	if (agent_check(agent))
		return -1;
	if (!none) {
		data = from ? read_whole(from, &size) : made_overlay(agent, &size);
		if (!data)
			return -1;
	}
	path = xfmt("agents/%s/guest_overlay", agent);
	if (!none && !size)
		err = fail("%s is empty", from);
	else if (size > MOST)
		err = fail("%s: more than 64 KiB", from ?: agent);
	else
		err = cfs_put_blob(path, data, size);
	free(path);
	free(data);
	if (!err && opt_json) {
		obj = json_object_new_object();
		jset(obj, "agent", agent);
		json_object_object_add(obj, "size", json_object_new_int64(size));
		err = jprint(obj);
		json_object_put(obj);
	}

	return err;
}
