// SPDX-License-Identifier: GPL-2.0
/*
 * unflatten BLOB ROOT: what a kernel would show of a devicetree below ROOT/sys:
 * the tree, and the devices on the platform bus.
 */

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const void *fdt;
static const char *root;

static void die(const char *what)
{
	fprintf(stderr, "unflatten: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void dir(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		die(path);
}

static void dirs(const char *path)
{
	char copy[1024], *p;

	snprintf(copy, sizeof(copy), "%s", path);
	for (p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		dir(copy);
		*p = '/';
	}
	dir(copy);
}

static void file(const char *path, const void *val, int len)
{
	FILE *f = fopen(path, "w");

	if (!f || (len && fwrite(val, len, 1, f) != 1) || fclose(f))
		die(path);
}

/* As of_device_make_bus_id() for what has an address */
static void device(const char *path, int node)
{
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", NULL);
	const char *name = fdt_get_name(fdt, node, NULL), *at = strchr(name, '@');
	char link[1024], to[1024];

	if (!reg || !at || !fdt_getprop(fdt, node, "compatible", NULL))
		return;
	snprintf(link, sizeof(link), "%s/sys/bus/platform/devices/%s.%.*s", root, at + 1,
		 (int)(at - name), name);
	dirs(link);
	strcat(link, "/of_node");
	snprintf(to, sizeof(to), "../../../../firmware/devicetree/base%s", path);
	if (symlink(to, link))
		die(link);
}

static void node(int at, const char *path)
{
	const struct fdt_property *prop;
	char sub[1024], dst[1200];
	int child, len, p;

	snprintf(dst, sizeof(dst), "%s/sys/firmware/devicetree/base%s", root, path);
	dirs(dst);
	fdt_for_each_property_offset(p, fdt, at) {
		prop = fdt_get_property_by_offset(fdt, p, &len);
		snprintf(dst, sizeof(dst), "%s/sys/firmware/devicetree/base%s/%s", root, path,
			 fdt_string(fdt, fdt32_to_cpu(prop->nameoff)));
		file(dst, prop->data, len);
	}
	device(path, at);
	fdt_for_each_subnode(child, fdt, at) {
		snprintf(sub, sizeof(sub), "%s/%s", path, fdt_get_name(fdt, child, NULL));
		node(child, sub);
	}
}

int main(int argc, char **argv)
{
	static char buf[1 << 20];
	char cfs[1024];
	FILE *f;

	if (argc != 3)
		return 2;
	root = argv[2];
	f = fopen(argv[1], "r");
	if (!f || !fread(buf, 1, sizeof(buf), f) || fdt_check_header(buf))
		die(argv[1]);
	fclose(f);
	fdt = buf;
	node(0, "");

	snprintf(cfs, sizeof(cfs), "%s/sys/kernel/config/scmi_server/agents", root);
	dirs(cfs);
	strcpy(strrchr(cfs, '/'), "/version");
	file(cfs, "1\n", 2);
	if (chmod(cfs, 0444))
		die(cfs);
	strcpy(strrchr(cfs, '/'), "/vendor");
	file(cfs, "linux\n", 6);
	strcpy(strrchr(cfs, '/'), "/sub_vendor");
	file(cfs, "scmi_server\n", 12);

	return 0;
}
