// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of the overlay that are on no bus become devices when a test says so,
 * and in the order in which it says so:
 *
 *	echo /simhw-mbox/m7-client > scmi_simhw/add (or remove)
 *
 * The raw mode of a client with a mailbox takes a mutex in the task that writes,
 * and gives it back in a worker. So before it is used, lockdep has to be off:
 *
 *	echo 1 > scmi_simhw/lockdep_off
 */

#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/debug_locks.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#include "simhw.h"

static int simhw_nodes_add(struct device_node *np)
{
	if (of_node_check_flag(np, OF_POPULATED))
		return -EEXIST;

	return of_platform_device_create(np, NULL, NULL) ? 0 : -ENODEV;
}

static int simhw_nodes_remove(struct device_node *np)
{
	struct platform_device *pdev = of_find_device_by_node(np);

	if (!pdev)
		return -ENODEV;
	of_platform_device_destroy(&pdev->dev, NULL);
	platform_device_put(pdev);

	return 0;
}

static const struct simhw_nodes_file {
	const char *name;
	int (*act)(struct device_node *np);
} simhw_nodes_files[] = {
	{ "add", simhw_nodes_add },
	{ "remove", simhw_nodes_remove },
};

static ssize_t simhw_nodes_write(struct file *file, const char __user *buf, size_t len,
				 loff_t *pos)
{
	const struct simhw_nodes_file *f = file->private_data;
	struct device_node *np __free(device_node) = NULL;
	char *path __free(kfree) = NULL;
	int err;

	path = memdup_user_nul(buf, min_t(size_t, len, PATH_MAX));
	if (IS_ERR(path))
		return PTR_ERR(no_free_ptr(path));
	np = of_find_node_by_path(strim(path));
	if (!np)
		return -ENOENT;
	err = f->act(np);

	return err ?: len;
}

static const struct file_operations simhw_nodes_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = simhw_nodes_write,
};

static int simhw_lockdep_off(void *data, u64 val)
{
	__debug_locks_off();

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_lockdep_fops, NULL, simhw_lockdep_off, "%llu\n");

/**
 * simhw_nodes_debugfs_add() - add the files by which nodes become devices
 *
 * They go with the directory.
 *
 * Context: may sleep.
 */
void simhw_nodes_debugfs_add(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(simhw_nodes_files); i++)
		debugfs_create_file(simhw_nodes_files[i].name, 0200, simhw_debugfs,
				    (void *)&simhw_nodes_files[i], &simhw_nodes_fops);
	debugfs_create_file_unsafe("lockdep_off", 0200, simhw_debugfs, NULL, &simhw_lockdep_fops);
}
