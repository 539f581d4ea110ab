// SPDX-License-Identifier: GPL-2.0
/*
 * A clock consumer driven from debugfs
 *
 * On the host it stands for a native user of the clocks, in a guest for an
 * unmodified driver whose clocks come from SCMI. Each clock of the node gets a
 * directory, named as in clock-names or, without a name, by its index.
 */

#include <linux/cleanup.h>
#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_clk.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/**
 * struct consumer_clk - one clock of a consumer
 * @clk: its handle, NULL if it could not be had
 * @lock: protects what follows
 * @enabled: this consumer votes for "on"
 * @rounded: the last answer to a request to round a rate
 * @cycles: how many cycles the last hammer did
 * @errors: how many of the calls in there failed
 */
struct consumer_clk {
	struct clk *clk;
	struct mutex lock; /* the vote and the results */
	bool enabled;
	long rounded;
	u32 cycles;
	u32 errors;
};

/**
 * struct consumer - a bound device
 * @debugfs: its directory
 * @num_clks: number of clocks
 * @clks: its clocks
 */
struct consumer {
	struct dentry *debugfs;
	unsigned int num_clks;
	struct consumer_clk clks[] __counted_by(num_clks);
};

static struct dentry *consumer_debugfs;

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

static void consumer_debugfs_add(struct device *dev, struct consumer *con,
				 unsigned int i)
{
	struct consumer_clk *c = &con->clks[i];
	struct dentry *dir;
	const char *name;
	char index[12];

	if (of_property_read_string_index(dev->of_node, "clock-names", i, &name)) {
		snprintf(index, sizeof(index), "%u", i);
		name = index;
	}

	dir = debugfs_create_dir(name, con->debugfs);
	debugfs_create_file_unsafe("rate", 0644, dir, c, &consumer_rate_fops);
	debugfs_create_file_unsafe("enabled", 0644, dir, c, &consumer_enabled_fops);
	debugfs_create_file("round", 0644, dir, c, &consumer_round_fops);
	debugfs_create_file("parent", 0644, dir, c, &consumer_parent_fops);
	debugfs_create_file("hammer", 0644, dir, c, &consumer_hammer_fops);
}

/* Gives back everything, after the last user has left the files. */
static void consumer_release(void *data)
{
	struct consumer *con = data;
	unsigned int i;

	debugfs_remove_recursive(con->debugfs);
	for (i = 0; i < con->num_clks; i++) {
		struct consumer_clk *c = &con->clks[i];

		if (c->enabled)
			clk_disable_unprepare(c->clk);
		clk_put(c->clk);
		mutex_destroy(&c->lock);
	}
}

static int consumer_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	unsigned int i, num;
	struct consumer *con;
	int ret;

	num = of_clk_get_parent_count(dev->of_node);
	con = devm_kzalloc(dev, struct_size(con, clks, num), GFP_KERNEL);
	if (!con)
		return -ENOMEM;

	con->num_clks = num;
	for (i = 0; i < num; i++)
		mutex_init(&con->clks[i].lock);
	ret = devm_add_action_or_reset(dev, consumer_release, con);
	if (ret)
		return ret;

	/* A clock that cannot be had must not hide the others. */
	for (i = 0; i < num; i++) {
		struct clk *clk = of_clk_get(dev->of_node, i);

		if (clk == ERR_PTR(-EPROBE_DEFER))
			return dev_err_probe(dev, -EPROBE_DEFER, "clock %u\n", i);
		if (IS_ERR(clk))
			dev_warn(dev, "clock %u: error %pe\n", i, clk);
		else
			con->clks[i].clk = clk;
	}

	con->debugfs = debugfs_create_dir(dev_name(dev), consumer_debugfs);
	for (i = 0; i < num; i++)
		if (con->clks[i].clk)
			consumer_debugfs_add(dev, con, i);

	return 0;
}

static const struct of_device_id consumer_of_match[] = {
	{ .compatible = "linux,scmi-test-consumer" },
	{ }
};
MODULE_DEVICE_TABLE(of, consumer_of_match);

static struct platform_driver consumer_driver = {
	.probe = consumer_probe,
	.driver = {
		.name = "scmi-test-consumer",
		.of_match_table = consumer_of_match,
	},
};

static int __init consumer_init(void)
{
	int ret;

	consumer_debugfs = debugfs_create_dir("scmi_consumer", NULL);
	ret = platform_driver_register(&consumer_driver);
	if (ret)
		debugfs_remove_recursive(consumer_debugfs);

	return ret;
}
module_init(consumer_init);

static void __exit consumer_exit(void)
{
	platform_driver_unregister(&consumer_driver);
	debugfs_remove_recursive(consumer_debugfs);
}
module_exit(consumer_exit);

MODULE_DESCRIPTION("Clock consumer to test the SCMI server with");
MODULE_LICENSE("GPL");
