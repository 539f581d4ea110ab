// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer driven from debugfs: regulators
 *
 * Each property "NAME-supply" of the node gets a directory NAME in "supplies".
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/regulator/consumer.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "consumer.h"

static int consumer_on_get(void *data, u64 *val)
{
	struct consumer_supply *s = data;

	guard(mutex)(&s->lock);
	*val = s->enabled;

	return 0;
}

static int consumer_on_set(void *data, u64 val)
{
	struct consumer_supply *s = data;
	int ret;

	if (val > 1)
		return -EINVAL;

	guard(mutex)(&s->lock);
	if (s->enabled == val)
		return 0;

	ret = val ? regulator_enable(s->reg) : regulator_disable(s->reg);
	if (!ret)
		s->enabled = val;

	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_on_fops, consumer_on_get, consumer_on_set, "%llu\n");

static int consumer_uv_show(struct seq_file *s, void *unused)
{
	struct consumer_supply *supply = s->private;
	int uv = regulator_get_voltage(supply->reg);

	if (uv < 0)
		return uv;
	seq_printf(s, "%d\n", uv);

	return 0;
}

/* One voltage, or the lowest and the highest that will do. */
static ssize_t consumer_uv_write(struct file *file, const char __user *ubuf,
				 size_t count, loff_t *ppos)
{
	struct seq_file *s = file->private_data;
	struct consumer_supply *supply = s->private;
	int num, min, max, ret;
	char buf[32];

	if (count >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, ubuf, count))
		return -EFAULT;
	buf[count] = '\0';

	num = sscanf(buf, "%d %d", &min, &max);
	if (num < 1)
		return -EINVAL;

	ret = regulator_set_voltage(supply->reg, min, num == 1 ? min : max);

	return ret ?: count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(consumer_uv);

/**
 * consumer_supplies_debugfs_add() - add the files of all regulators
 * @con: consumer
 *
 * Context: may sleep.
 */
void consumer_supplies_debugfs_add(struct consumer *con)
{
	struct dentry *all, *dir;
	unsigned int i;

	if (!con->num_supplies)
		return;

	all = debugfs_create_dir("supplies", con->debugfs);
	for (i = 0; i < con->num_supplies; i++) {
		struct consumer_supply *s = &con->supplies[i];

		dir = debugfs_create_dir(s->name, all);
		debugfs_create_file_unsafe("enabled", 0644, dir, s, &consumer_on_fops);
		debugfs_create_file("uv", 0644, dir, s, &consumer_uv_fops);
	}
}

/* "NAME-supply": how long NAME is, or 0 */
static size_t consumer_supply_len(const struct property *prop)
{
	size_t len = strlen(prop->name), end = strlen("-supply");

	if (len <= end || strcmp(prop->name + len - end, "-supply"))
		return 0;

	return len - end;
}

static int consumer_supply_get(struct consumer *con, const char *prop, size_t len)
{
	struct consumer_supply *s = &con->supplies[con->num_supplies];
	struct regulator *reg;

	if (len >= sizeof(s->name))
		return -ENAMETOOLONG;
	memcpy(s->name, prop, len);
	s->name[len] = '\0';

	reg = devm_regulator_get_optional(con->dev, s->name);
	if (reg == ERR_PTR(-EPROBE_DEFER))
		return dev_err_probe(con->dev, -EPROBE_DEFER, "supply %s\n", s->name);
	if (IS_ERR(reg)) {
		dev_warn(con->dev, "supply %s: error %pe\n", s->name, reg);
		return 0;
	}
	s->reg = reg;
	con->num_supplies++;

	return devm_mutex_init(con->dev, &s->lock);
}

/**
 * consumer_supplies_get() - get all regulators
 * @con: consumer
 *
 * One that cannot be had does not hide the others.
 *
 * Context: may sleep. The regulators are put when the device is unbound.
 * Return: 0, or a negative error number.
 */
int consumer_supplies_get(struct consumer *con)
{
	struct device *dev = con->dev;
	const struct property *prop;
	unsigned int num = 0;
	int ret;

	for_each_property_of_node(dev->of_node, prop)
		if (consumer_supply_len(prop))
			num++;

	con->supplies = devm_kcalloc(dev, num, sizeof(*con->supplies), GFP_KERNEL);
	if (!con->supplies)
		return -ENOMEM;

	for_each_property_of_node(dev->of_node, prop) {
		size_t len = consumer_supply_len(prop);

		ret = len ? consumer_supply_get(con, prop->name, len) : 0;
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * consumer_supplies_resume() - switch all regulators on
 * @con: consumer
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_supplies_resume(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_supplies; i++) {
		struct consumer_supply *s = &con->supplies[i];

		if (!s->running)
			s->running = !consumer_count(con, regulator_enable(s->reg));
	}
}

/**
 * consumer_supplies_suspend() - switch off what consumer_supplies_resume() switched on
 * @con: consumer
 *
 * The framework does not count a failed attempt: the vote is still there.
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_supplies_suspend(struct consumer *con)
{
	unsigned int i;

	for (i = con->num_supplies; i--; ) {
		struct consumer_supply *s = &con->supplies[i];

		if (s->running)
			s->running = consumer_count(con, regulator_disable(s->reg));
	}
}

/**
 * consumer_supplies_stop() - take back the votes made by files
 * @con: consumer
 *
 * Context: may sleep; no file is in use any more.
 */
void consumer_supplies_stop(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_supplies; i++)
		consumer_on_set(&con->supplies[i], 0);
}
