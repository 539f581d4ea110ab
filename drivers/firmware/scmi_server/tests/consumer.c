// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer driven from debugfs
 *
 * On the host it stands for a native user of clocks, reset lines, regulators
 * and power domains, in a guest for an unmodified driver whose resources come
 * from SCMI. Files operate each of them alone or, by runtime PM as drivers do
 * it, all at once.
 *
 * A single power domain is attached by the bus and follows runtime PM. Several
 * do the same, and each has a directory in "domains", named as in
 * power-domain-names or by its index.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "consumer.h"

static struct dentry *consumer_debugfs;

/**
 * consumer_count() - count an error of what runtime PM does
 * @con: consumer
 * @ret: result of a call; an error if it is negative
 *
 * Context: any; the lock of @con is held.
 * Return: whether it was an error.
 */
bool consumer_count(struct consumer *con, int ret)
{
	if (ret >= 0)
		return false;

	con->errors++;
	con->error = con->error ?: ret;

	return true;
}

/**
 * consumer_name() - name of a resource
 * @con: consumer
 * @names: the property with the names
 * @i: index of the resource
 * @buf: where its name goes if it has none, %CONSUMER_NAME_LEN bytes
 *
 * Context: any.
 * Return: the name.
 */
const char *consumer_name(struct consumer *con, const char *names, unsigned int i, char *buf)
{
	const char *name;

	if (!of_property_read_string_index(con->dev->of_node, names, i, &name))
		return name;
	snprintf(buf, CONSUMER_NAME_LEN, "%u", i);

	return buf;
}

/* Power domains, if there are several */

static int consumer_domain_on_get(void *data, u64 *val)
{
	struct consumer_domain *d = data;

	guard(mutex)(&d->lock);
	*val = d->on;

	return 0;
}

static int consumer_domain_on_set(void *data, u64 val)
{
	struct consumer_domain *d = data;
	int ret;

	if (val > 1)
		return -EINVAL;

	guard(mutex)(&d->lock);
	if (d->on == val)
		return 0;

	if (val) {
		ret = pm_runtime_resume_and_get(d->dev);
		if (ret) {
			/* An error is remembered, and would be all there is. */
			pm_runtime_set_suspended(d->dev);
			return ret;
		}
	} else {
		pm_runtime_put_sync_suspend(d->dev);
	}
	d->on = val;

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_domain_on_fops, consumer_domain_on_get,
			 consumer_domain_on_set, "%llu\n");

static void consumer_domains_debugfs_add(struct consumer *con)
{
	char index[CONSUMER_NAME_LEN];
	struct dentry *all, *dir;
	unsigned int i;

	if (!con->num_domains)
		return;

	all = debugfs_create_dir("domains", con->debugfs);
	for (i = 0; i < con->num_domains; i++) {
		struct consumer_domain *d = &con->domains[i];

		if (!d->dev)
			continue;
		dir = debugfs_create_dir(consumer_name(con, "power-domain-names", i, index),
					 all);
		debugfs_create_file_unsafe("on", 0644, dir, d, &consumer_domain_on_fops);
	}
}

static void consumer_domains_put(void *data)
{
	struct consumer *con = data;
	unsigned int i;

	for (i = con->num_domains; i--; ) {
		struct consumer_domain *d = &con->domains[i];

		if (d->link)
			device_link_del(d->link);
		if (d->dev)
			dev_pm_domain_detach(d->dev, true);
	}
}

/* One that cannot be had does not hide the others. */
static int consumer_domains_get(struct consumer *con)
{
	struct device *dev = con->dev;
	int i, ret, num;

	num = of_count_phandle_with_args(dev->of_node, "power-domains", "#power-domain-cells");
	if (num <= 1)
		return 0;

	con->domains = devm_kcalloc(dev, num, sizeof(*con->domains), GFP_KERNEL);
	if (!con->domains)
		return -ENOMEM;

	con->num_domains = num;
	ret = devm_add_action_or_reset(dev, consumer_domains_put, con);
	if (ret)
		return ret;

	for (i = 0; i < num; i++) {
		struct consumer_domain *d = &con->domains[i];
		struct device *virt = dev_pm_domain_attach_by_id(dev, i);

		if (virt == ERR_PTR(-EPROBE_DEFER))
			return dev_err_probe(dev, -EPROBE_DEFER, "power domain %d\n", i);
		if (IS_ERR_OR_NULL(virt)) {
			dev_warn(dev, "power domain %d: error %pe\n", i, virt);
			continue;
		}

		d->dev = virt;
		ret = devm_mutex_init(dev, &d->lock);
		if (ret)
			return ret;

		d->link = device_link_add(dev, virt, DL_FLAG_STATELESS | DL_FLAG_PM_RUNTIME);
		if (!d->link)
			return -EINVAL;
	}

	return 0;
}

static void consumer_domains_stop(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_domains; i++)
		if (con->domains[i].dev)
			consumer_domain_on_set(&con->domains[i], 0);
}

/* Runtime PM: errors are counted; the device is on or off all the same. */

static int consumer_runtime_resume(struct device *dev)
{
	struct consumer *con = dev_get_drvdata(dev);

	if (!con->whole)
		return 0;

	consumer_supplies_resume(con);
	consumer_clks_resume(con);
	consumer_resets_resume(con);
	con->running = true;

	return 0;
}

static void consumer_switch_off(struct consumer *con)
{
	if (!con->running)
		return;

	consumer_resets_suspend(con);
	consumer_clks_suspend(con);
	consumer_supplies_suspend(con);
	con->running = false;
}

static int consumer_runtime_suspend(struct device *dev)
{
	consumer_switch_off(dev_get_drvdata(dev));

	return 0;
}

static const struct dev_pm_ops consumer_pm_ops = {
	RUNTIME_PM_OPS(consumer_runtime_suspend, consumer_runtime_resume, NULL)
};

static int consumer_put(struct consumer *con)
{
	consumer_count(con, pm_runtime_put_sync_suspend(con->dev));

	return con->error;
}

static int consumer_get(struct consumer *con, bool whole)
{
	unsigned int i;
	int ret;

	con->error = 0;
	con->whole = whole;
	ret = pm_runtime_resume_and_get(con->dev);
	con->whole = false;
	if (consumer_count(con, ret)) {
		/* The error is remembered, and would be all there is. */
		for (i = 0; i < con->num_domains; i++)
			if (con->domains[i].dev)
				pm_runtime_set_suspended(con->domains[i].dev);
		pm_runtime_set_suspended(con->dev);
		return ret;
	}

	/* Half a device is none. */
	return con->error ? consumer_put(con) : 0;
}

static int consumer_hold_set(struct consumer *con, enum consumer_hold hold, u64 val)
{
	int ret;

	if (val > 1)
		return -EINVAL;

	guard(mutex)(&con->lock);
	if (con->hold == (val ? hold : CONSUMER_HOLD_NONE))
		return 0;
	if (con->hold != (val ? CONSUMER_HOLD_NONE : hold))
		return -EBUSY;

	if (val) {
		ret = consumer_get(con, hold == CONSUMER_HOLD_RPM);
		if (!ret)
			con->hold = hold;
	} else {
		con->error = 0;
		ret = consumer_put(con);
		con->hold = CONSUMER_HOLD_NONE;
	}

	return ret;
}

static int consumer_power_get(void *data, u64 *val)
{
	struct consumer *con = data;

	guard(mutex)(&con->lock);
	*val = con->hold == CONSUMER_HOLD_POWER;

	return 0;
}

static int consumer_power_set(void *data, u64 val)
{
	return consumer_hold_set(data, CONSUMER_HOLD_POWER, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_power_fops, consumer_power_get, consumer_power_set,
			 "%llu\n");

static int consumer_rpm_get(void *data, u64 *val)
{
	struct consumer *con = data;

	guard(mutex)(&con->lock);
	*val = con->hold == CONSUMER_HOLD_RPM;

	return 0;
}

static int consumer_rpm_set(void *data, u64 val)
{
	return consumer_hold_set(data, CONSUMER_HOLD_RPM, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_rpm_fops, consumer_rpm_get, consumer_rpm_set, "%llu\n");

static int consumer_cycle_show(struct seq_file *s, void *unused)
{
	struct consumer *con = s->private;

	guard(mutex)(&con->lock);
	seq_printf(s, "%u %u\n", con->cycles, con->errors);

	return 0;
}

static int consumer_cycle(struct consumer *con, u32 todo)
{
	if (con->hold != CONSUMER_HOLD_NONE)
		return -EBUSY;

	con->errors = 0;
	for (con->cycles = 0; con->cycles < todo; con->cycles++) {
		if (signal_pending(current))
			return -EINTR;
		if (!consumer_get(con, true))
			consumer_put(con);
		cond_resched();
	}

	return 0;
}

static ssize_t consumer_cycle_write(struct file *file, const char __user *ubuf,
				    size_t count, loff_t *ppos)
{
	struct seq_file *s = file->private_data;
	struct consumer *con = s->private;
	u32 todo;
	int ret;

	ret = kstrtou32_from_user(ubuf, count, 0, &todo);
	if (ret)
		return ret;

	if (mutex_lock_interruptible(&con->lock))
		return -EINTR;
	ret = consumer_cycle(con, todo);
	mutex_unlock(&con->lock);

	return ret ?: count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(consumer_cycle);

/* Driver */

static void consumer_debugfs_add(struct consumer *con)
{
	con->debugfs = debugfs_create_dir(dev_name(con->dev), consumer_debugfs);
	consumer_clks_debugfs_add(con);
	consumer_resets_debugfs_add(con);
	consumer_supplies_debugfs_add(con);
	consumer_domains_debugfs_add(con);
	if (con->dev->pm_domain)
		debugfs_create_file_unsafe("power", 0644, con->debugfs, con,
					   &consumer_power_fops);
	debugfs_create_file_unsafe("rpm", 0644, con->debugfs, con, &consumer_rpm_fops);
	debugfs_create_file("cycle", 0644, con->debugfs, con, &consumer_cycle_fops);
}

static int consumer_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct consumer *con;
	int ret;

	con = devm_kzalloc(dev, sizeof(*con), GFP_KERNEL);
	if (!con)
		return -ENOMEM;

	con->dev = dev;
	platform_set_drvdata(pdev, con);
	ret = devm_mutex_init(dev, &con->lock) ?:
	      consumer_clks_get(con) ?:
	      consumer_resets_get(con) ?:
	      consumer_supplies_get(con) ?:
	      consumer_domains_get(con);
	if (ret)
		return ret;

	pm_runtime_enable(dev);
	consumer_debugfs_add(con);

	return 0;
}

/* Gives back everything, after the last user has left the files. */
static void consumer_remove(struct platform_device *pdev)
{
	struct consumer *con = platform_get_drvdata(pdev);

	debugfs_remove_recursive(con->debugfs);
	if (con->hold != CONSUMER_HOLD_NONE)
		consumer_put(con);
	pm_runtime_disable(con->dev);
	consumer_switch_off(con);

	consumer_domains_stop(con);
	consumer_supplies_stop(con);
	consumer_resets_stop(con);
	consumer_clks_stop(con);
}

static const struct of_device_id consumer_of_match[] = {
	{ .compatible = "linux,scmi-test-consumer" },
	{ }
};
MODULE_DEVICE_TABLE(of, consumer_of_match);

static struct platform_driver consumer_driver = {
	.probe = consumer_probe,
	.remove = consumer_remove,
	.driver = {
		.name = "scmi-test-consumer",
		.of_match_table = consumer_of_match,
		.pm = pm_ptr(&consumer_pm_ops),
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

MODULE_DESCRIPTION("Consumer of clocks and the like to test the SCMI server with");
MODULE_LICENSE("GPL");
