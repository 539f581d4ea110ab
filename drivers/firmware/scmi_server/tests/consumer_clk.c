// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer driven from debugfs: clocks
 *
 * Each clock of the node gets a directory, named as in clock-names or, without
 * a name, by its index.
 */

#include <linux/cleanup.h>
#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/mutex.h>
#include <linux/of_clk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "consumer.h"

static int consumer_rate_get(void *data, u64 *val)
{
	struct consumer_clk *c = data;

	*val = clk_get_rate(c->clk);

	return 0;
}

static int consumer_rate_set(void *data, u64 val)
{
	struct consumer_clk *c = data;

	if (val != (unsigned long)val)
		return -ERANGE;

	return clk_set_rate(c->clk, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_rate_fops, consumer_rate_get,
			 consumer_rate_set, "%llu\n");

static int consumer_enabled_get(void *data, u64 *val)
{
	struct consumer_clk *c = data;

	guard(mutex)(&c->lock);
	*val = c->enabled;

	return 0;
}

static int consumer_enabled_set(void *data, u64 val)
{
	struct consumer_clk *c = data;
	int ret;

	if (val > 1)
		return -EINVAL;

	guard(mutex)(&c->lock);
	if (c->enabled == val)
		return 0;

	if (val) {
		ret = clk_prepare_enable(c->clk);
		if (ret)
			return ret;
	} else {
		clk_disable_unprepare(c->clk);
	}
	c->enabled = val;

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_enabled_fops, consumer_enabled_get,
			 consumer_enabled_set, "%llu\n");

/* The answer can be an error number. */
static int consumer_round_show(struct seq_file *s, void *unused)
{
	struct consumer_clk *c = s->private;

	guard(mutex)(&c->lock);
	seq_printf(s, "%ld\n", c->rounded);

	return 0;
}

static ssize_t consumer_round_write(struct file *file, const char __user *ubuf,
				    size_t count, loff_t *ppos)
{
	struct seq_file *s = file->private_data;
	struct consumer_clk *c = s->private;
	unsigned long rate;
	int ret;

	ret = kstrtoul_from_user(ubuf, count, 0, &rate);
	if (ret)
		return ret;

	guard(mutex)(&c->lock);
	c->rounded = clk_round_rate(c->clk, rate);

	return count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(consumer_round);

static int consumer_parent_show(struct seq_file *s, void *unused)
{
	struct consumer_clk *c = s->private;
	struct clk *parent = clk_get_parent(c->clk);

	seq_printf(s, "%s\n", parent ? __clk_get_name(parent) : "-");

	return 0;
}

/* A possible parent, by its name or else by its index. */
static struct clk_hw *consumer_find_parent(struct clk_hw *hw, const char *str)
{
	unsigned int i, num = clk_hw_get_num_parents(hw);

	for (i = 0; i < num; i++) {
		struct clk_hw *parent = clk_hw_get_parent_by_index(hw, i);

		if (parent && !strcmp(clk_hw_get_name(parent), str))
			return parent;
	}

	if (kstrtouint(str, 10, &i) || i >= num)
		return NULL;

	return clk_hw_get_parent_by_index(hw, i);
}

static ssize_t consumer_parent_write(struct file *file, const char __user *ubuf,
				     size_t count, loff_t *ppos)
{
	struct seq_file *s = file->private_data;
	struct consumer_clk *c = s->private;
	struct clk_hw *hw;
	struct clk *parent;
	char buf[64];
	int ret;

	if (count >= sizeof(buf))
		return -EINVAL;
	if (copy_from_user(buf, ubuf, count))
		return -EFAULT;
	buf[count] = '\0';

	hw = consumer_find_parent(__clk_get_hw(c->clk), strim(buf));
	if (!hw)
		return -ENOENT;

	parent = clk_hw_get_clk(hw, "parent");
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	ret = clk_set_parent(c->clk, parent);
	clk_put(parent);

	return ret ?: count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(consumer_parent);

static int consumer_hammer_show(struct seq_file *s, void *unused)
{
	struct consumer_clk *c = s->private;

	guard(mutex)(&c->lock);
	seq_printf(s, "%u %u\n", c->cycles, c->errors);

	return 0;
}

/*
 * Each cycle changes the rate, between the one found and about half of it, and
 * opens and closes the gate. Takes no lock: writers may run side by side.
 */
static ssize_t consumer_hammer_write(struct file *file, const char __user *ubuf,
				     size_t count, loff_t *ppos)
{
	struct seq_file *s = file->private_data;
	struct consumer_clk *c = s->private;
	u32 todo, cycles, errors = 0;
	unsigned long high;
	long low;
	int ret;

	ret = kstrtou32_from_user(ubuf, count, 0, &todo);
	if (ret)
		return ret;

	high = clk_get_rate(c->clk);
	low = clk_round_rate(c->clk, high / 2);
	if (low <= 0)
		low = high;

	for (cycles = 0; cycles < todo; cycles++) {
		if (signal_pending(current)) {
			ret = -EINTR;
			break;
		}

		if (clk_set_rate(c->clk, cycles & 1 ? high : low))
			errors++;
		if (clk_prepare_enable(c->clk))
			errors++;
		else
			clk_disable_unprepare(c->clk);
		cond_resched();
	}

	if (clk_set_rate(c->clk, high))
		errors++;

	guard(mutex)(&c->lock);
	c->cycles = cycles;
	c->errors = errors;

	return ret ?: count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(consumer_hammer);

/**
 * consumer_clks_debugfs_add() - add the files of all clocks
 * @con: consumer
 *
 * Context: may sleep.
 */
void consumer_clks_debugfs_add(struct consumer *con)
{
	char index[CONSUMER_NAME_LEN];
	struct dentry *dir;
	unsigned int i;

	for (i = 0; i < con->num_clks; i++) {
		struct consumer_clk *c = &con->clks[i];

		if (!c->clk)
			continue;
		dir = debugfs_create_dir(consumer_name(con, "clock-names", i, index),
					 con->debugfs);
		debugfs_create_file_unsafe("rate", 0644, dir, c, &consumer_rate_fops);
		debugfs_create_file_unsafe("enabled", 0644, dir, c, &consumer_enabled_fops);
		debugfs_create_file("round", 0644, dir, c, &consumer_round_fops);
		debugfs_create_file("parent", 0644, dir, c, &consumer_parent_fops);
		debugfs_create_file("hammer", 0644, dir, c, &consumer_hammer_fops);
	}
}

static void consumer_clks_put(void *data)
{
	struct consumer *con = data;
	unsigned int i;

	for (i = 0; i < con->num_clks; i++)
		clk_put(con->clks[i].clk);
}

/**
 * consumer_clks_get() - get all clocks
 * @con: consumer
 *
 * One that cannot be had does not hide the others.
 *
 * Context: may sleep. The clocks are put when the device is unbound.
 * Return: 0, or a negative error number.
 */
int consumer_clks_get(struct consumer *con)
{
	struct device *dev = con->dev;
	unsigned int i, num = of_clk_get_parent_count(dev->of_node);
	int ret;

	con->clks = devm_kcalloc(dev, num, sizeof(*con->clks), GFP_KERNEL);
	if (!con->clks)
		return -ENOMEM;

	con->num_clks = num;
	ret = devm_add_action_or_reset(dev, consumer_clks_put, con);
	if (ret)
		return ret;

	for (i = 0; i < num; i++) {
		struct clk *clk = of_clk_get(dev->of_node, i);

		if (clk == ERR_PTR(-EPROBE_DEFER))
			return dev_err_probe(dev, -EPROBE_DEFER, "clock %u\n", i);
		if (IS_ERR(clk))
			dev_warn(dev, "clock %u: error %pe\n", i, clk);
		else
			con->clks[i].clk = clk;

		ret = devm_mutex_init(dev, &con->clks[i].lock);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * consumer_clks_resume() - switch all clocks on
 * @con: consumer
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_clks_resume(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_clks; i++) {
		struct consumer_clk *c = &con->clks[i];

		c->running = !consumer_count(con, clk_prepare_enable(c->clk));
	}
}

/**
 * consumer_clks_suspend() - switch off what consumer_clks_resume() switched on
 * @con: consumer
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_clks_suspend(struct consumer *con)
{
	unsigned int i;

	for (i = con->num_clks; i--; ) {
		struct consumer_clk *c = &con->clks[i];

		if (c->running)
			clk_disable_unprepare(c->clk);
		c->running = false;
	}
}

/**
 * consumer_clks_stop() - take back the votes made by files
 * @con: consumer
 *
 * Context: may sleep; no file is in use any more.
 */
void consumer_clks_stop(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_clks; i++)
		if (con->clks[i].enabled)
			clk_disable_unprepare(con->clks[i].clk);
}
