// SPDX-License-Identifier: GPL-2.0
/*
 * Overlays for kernels without CONFIG_OF_OVERLAY, as far as the guest proxy needs
 * them: what it applies has only nodes and properties that were not there, targets
 * by path, and its own phandles.
 *
 * Without CONFIG_OF_DYNAMIC nobody else changes the tree, and no node ever goes.
 * Readers hold a lock that is not to be had here, but a new node is complete when
 * one store makes it visible.
 */

#include <linux/cleanup.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/slab.h>

static DEFINE_MUTEX(overlay_mutex);

static phandle overlay_max_phandle(void)
{
	struct device_node *np = NULL;
	phandle max = 0;

	while ((np = of_find_all_nodes(np)))
		if (np->phandle != 0xffffffff && np->phandle > max)
			max = np->phandle;

	return max;
}

static void overlay_adjust_phandles(struct device_node *np, phandle delta)
{
	struct device_node *child;
	struct property *prop;

	if (np->phandle)
		np->phandle += delta;
	for_each_property_of_node(np, prop)
		if (!strcmp(prop->name, "phandle") && prop->length >= 4)
			be32_add_cpu(prop->value, delta);
	for_each_child_of_node(np, child)
		overlay_adjust_phandles(child, delta);
}

static int overlay_adjust_property(struct device_node *np, const struct property *fix,
				   phandle delta)
{
	struct property *prop = of_find_property(np, fix->name, NULL);
	int i;

	if (!prop)
		return -EINVAL;
	for (i = 0; i + 4 <= fix->length; i += 4) {
		u32 at = be32_to_cpup(fix->value + i);

		if (prop->length < 4 || at > prop->length - 4)
			return -EINVAL;
		be32_add_cpu(prop->value + at, delta);
	}

	return 0;
}

static int overlay_adjust_references(struct device_node *np, struct device_node *fixups,
				     phandle delta)
{
	struct device_node *child, *fix;
	struct property *prop;
	int err;

	for_each_property_of_node(fixups, prop) {
		/* Every unflattened node has one. */
		if (!strcmp(prop->name, "name"))
			continue;
		err = overlay_adjust_property(np, prop, delta);
		if (err)
			return err;
	}
	for_each_child_of_node(fixups, fix) {
		for_each_child_of_node(np, child)
			if (!of_node_cmp(child->full_name, fix->full_name))
				break;
		if (!child)
			return -EINVAL;
		err = overlay_adjust_references(child, fix, delta);
		if (err)
			return err;
	}

	return 0;
}

static struct device_node *overlay_target(struct device_node *fragment)
{
	const char *path;

	if (of_property_read_string(fragment, "target-path", &path))
		return NULL;

	return of_find_node_by_path(path);
}

/* Can all of it be linked? */
static int overlay_check(struct device_node *fragment)
{
	struct device_node *target = overlay_target(fragment), *child, *other;
	struct device_node *overlay = of_get_child_by_name(fragment, "__overlay__");
	struct property *prop;

	if (!target || !overlay)
		return -EINVAL;
	for_each_child_of_node(overlay, child)
		for_each_child_of_node(target, other)
			if (!of_node_cmp(child->full_name, other->full_name))
				return -EEXIST;
	for_each_property_of_node(overlay, prop)
		if (strcmp(prop->name, "name") && of_find_property(target, prop->name, NULL))
			return -EEXIST;

	return 0;
}

/* For the links of devices to their nodes; a tree works without. */
static void overlay_show(struct device_node *np)
{
	struct device_node *child;

	if (!np->parent->kobj.state_in_sysfs ||
	    kobject_add(&np->kobj, &np->parent->kobj, "%s", kbasename(np->full_name)))
		return;
	for_each_child_of_node(np, child)
		overlay_show(child);
}

static int overlay_link_properties(struct device_node *target, struct device_node *overlay)
{
	struct property *prop, *next;
	int err;

	for (prop = overlay->properties; prop; prop = next) {
		next = prop->next;
		if (!strcmp(prop->name, "name"))
			continue;
		prop->next = NULL;
		err = of_add_property(target, prop);
		if (err)
			return err;
	}

	return 0;
}

static int overlay_link(struct device_node *fragment)
{
	struct device_node *target = overlay_target(fragment), *child, *next;
	struct device_node *overlay = of_get_child_by_name(fragment, "__overlay__");

	for (child = overlay->child; child; child = next) {
		next = child->sibling;
		child->parent = target;
		child->sibling = target->child;
		/* With all that is in it. */
		smp_store_release(&target->child, child);
		overlay_show(child);
	}

	return overlay_link_properties(target, overlay);
}

static int overlay_apply(struct device_node *root)
{
	struct device_node *fragment, *fixups = of_get_child_by_name(root, "__local_fixups__");
	phandle delta = overlay_max_phandle() + 1;
	int err;

	overlay_adjust_phandles(root, delta);
	err = fixups ? overlay_adjust_references(root, fixups, delta) : 0;
	for_each_child_of_node(root, fragment)
		if (!err && fragment != fixups)
			err = overlay_check(fragment);
	/* From here on nothing is taken back; it would be of no use to anybody. */
	for_each_child_of_node(root, fragment)
		if (!err && fragment != fixups)
			err = overlay_link(fragment);

	return err;
}

int compat_of_overlay_fdt_apply(const void *overlay_fdt, u32 overlay_fdt_size,
				int *ret_ovcs_id, const struct device_node *base);

/**
 * compat_of_overlay_fdt_apply() - of_overlay_fdt_apply() of kernels without
 * @overlay_fdt: the overlay
 * @overlay_fdt_size: its bytes
 * @ret_ovcs_id: 0 afterwards: it cannot be removed
 * @base: %NULL
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int compat_of_overlay_fdt_apply(const void *overlay_fdt, u32 overlay_fdt_size,
				int *ret_ovcs_id, const struct device_node *base)
{
	struct device_node *root = NULL;
	void *fdt, *mem;
	int err;

	*ret_ovcs_id = 0;
	if (base)
		return -EINVAL;
	/* Names and values stay in it. */
	fdt = kmemdup(overlay_fdt, overlay_fdt_size, GFP_KERNEL);
	if (!fdt)
		return -ENOMEM;
	guard(mutex)(&overlay_mutex);
	mem = of_fdt_unflatten_tree(fdt, NULL, &root);
	err = mem ? overlay_apply(root) : -EINVAL;
	/* Part of it may be in use. */
	if (err == -EINVAL || err == -EEXIST) {
		kfree(mem);
		kfree(fdt);
	}

	return err;
}
EXPORT_SYMBOL_GPL(compat_of_overlay_fdt_apply);

MODULE_DESCRIPTION("Device tree overlays for kernels without");
MODULE_LICENSE("GPL");
