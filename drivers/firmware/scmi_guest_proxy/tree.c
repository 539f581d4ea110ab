// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's device tree: what is there, and what is laid over it.
 */

#include <linux/cleanup.h>
#include <linux/kobject.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "proxy.h"

/* Paths of fragments and names of properties come twice. */
#define SGP_OVERLAY_MAX	(4 * SGP_SIZE_MAX)

/* With a reference; as overlays compare names. */
static struct device_node *sgp_find(const char *path)
{
	struct device_node *node = of_node_get(of_root), *child;
	size_t len;

	while (node && *path) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (!len)
			break;
		for_each_child_of_node(node, child) {
			const char *name = kbasename(child->full_name);

			if (strlen(name) == len && !strncasecmp(name, path, len))
				break;
		}
		of_node_put(node);
		node = child;
		path += len;
	}

	return node;
}

static bool sgp_tree_exists(struct sgp_guest *guest, const char *path)
{
	struct device_node *node __free(device_node) = sgp_find(path);

	return node;
}

static bool sgp_tree_has_property(struct sgp_guest *guest, const char *path, const char *name)
{
	struct device_node *node __free(device_node) = sgp_find(path);

	return node && of_find_property(node, name, NULL);
}

static u32 sgp_tree_phandle(struct sgp_guest *guest, const char *path)
{
	struct device_node *node __free(device_node) = sgp_find(path);

	return node ? node->phandle : 0;
}

struct sgp_guest sgp_tree = {
	.exists = sgp_tree_exists,
	.has_property = sgp_tree_has_property,
	.phandle = sgp_tree_phandle,
};

/* An empty tree as blob: the root, with two cells for addresses and sizes. */
static const struct {
	__be32 header[10];
	__be32 reserved[4];
	__be32 nodes[12];
	char names[28];
} sgp_empty_root __aligned(8) = {
	.header = {
		cpu_to_be32(0xd00dfeed), cpu_to_be32(40 + 16 + 48 + 28),
		cpu_to_be32(40 + 16), cpu_to_be32(40 + 16 + 48), cpu_to_be32(40),
		cpu_to_be32(17), cpu_to_be32(16), 0, cpu_to_be32(28), cpu_to_be32(48),
	},
	.nodes = {
		cpu_to_be32(1), 0,
		cpu_to_be32(3), cpu_to_be32(4), cpu_to_be32(0), cpu_to_be32(2),
		cpu_to_be32(3), cpu_to_be32(4), cpu_to_be32(15), cpu_to_be32(2),
		cpu_to_be32(2), cpu_to_be32(9),
	},
	.names = "#address-cells\0#size-cells",
};

/*
 * A guest that was booted with ACPI has no root at all on arm64. Nobody looks for
 * one before it is there, and with nodes below it, it stays for ever. With
 * OF_DYNAMIC they are to be seen in sysfs, for which it must be there itself.
 */
static struct device_node *sgp_root;

static int sgp_tree_root(struct kobject *kobj)
{
	int err;

	if (of_root)
		return 0;
	if (!sgp_root) {
		if (!of_fdt_unflatten_tree((const unsigned long *)&sgp_empty_root, NULL,
					   &sgp_root))
			return -ENOMEM;
		of_node_clear_flag(sgp_root, OF_DETACHED);
	}
	err = kobject_add(&sgp_root->kobj, kobj, "devicetree");
	if (err)
		return err;
	/* With all that is in it. */
	smp_store_release(&of_root, sgp_root);

	return 0;
}

/* As if it had not been there; who has found it meanwhile finds nothing in it. */
static void sgp_tree_unroot(void)
{
	if (!sgp_root || of_root != sgp_root || sgp_root->child)
		return;
	of_root = NULL;
	kobject_del(&sgp_root->kobj);
}

/**
 * sgp_tree_apply() - lay over the tree what is new
 * @desc: a description, vetted
 * @kobj: where a root is shown if there was none
 * @id: for the overlay's number
 *
 * Context: process.
 * Return: 0; -EINVAL, and @desc->why says why; another negative errno. On failure
 * the tree is as it was.
 */
int sgp_tree_apply(struct sgp_desc *desc, struct kobject *kobj, int *id)
{
	void *out __free(kvfree) = kvmalloc(SGP_OVERLAY_MAX, GFP_KERNEL);
	int len, err;

	if (!out)
		return -ENOMEM;
	len = sgp_desc_write(desc, &sgp_tree, out, SGP_OVERLAY_MAX);
	if (len < 0)
		return len;
	err = sgp_tree_root(kobj);
	if (err)
		return err;
	*id = 0;
	err = of_overlay_fdt_apply(out, len, id, NULL);
	/* It may have been applied in part. */
	if (err && *id)
		of_overlay_remove(id);
	if (err)
		sgp_tree_unroot();

	return err;
}

/**
 * sgp_tree_populate() - make devices for nodes that are new
 * @desc: a description that has been applied
 *
 * Where the parent is a bus that the kernel has populated it has made them already.
 *
 * Context: process.
 */
void sgp_tree_populate(const struct sgp_desc *desc)
{
	char path[SGP_PATH_MAX];
	u16 top = 0;

	while ((top = sgp_desc_next_top(desc, top)) != SGP_NONE) {
		if (sgp_desc_path(desc, top, path) < 0)
			continue;

		struct device_node *node __free(device_node) = sgp_find(path);

		if (!node)
			continue;
		if (!strcmp(path, "/firmware"))
			of_platform_populate(node, NULL, NULL, NULL);
		else if ((!strchr(path + 1, '/') || !strncmp(path, "/firmware/", 10)) &&
			 of_property_present(node, "compatible"))
			of_platform_device_create(node, NULL, NULL);
	}
}
