// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer driven from debugfs: reset lines
 *
 * Each gets a directory in "resets", named as in reset-names or by its index.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/property.h>
#include <linux/reset.h>
#include <linux/slab.h>

#include "consumer.h"

/*
 * The framework counts the users of a shared line and complains of those that
 * assert it twice; what it does not do, it still counts.
 */
static int consumer_reset_set(struct consumer_reset *r, bool asserted)
{
	int ret;

	guard(mutex)(&r->lock);
	if (r->shared && r->asserted == asserted)
		return 0;

	ret = asserted ? reset_control_assert(r->rstc) : reset_control_deassert(r->rstc);
	if (!ret || r->shared)
		r->asserted = asserted;

	return ret;
}

static int consumer_asserted_get(void *data, u64 *val)
{
	struct consumer_reset *r = data;

	guard(mutex)(&r->lock);
	*val = r->asserted;

	return 0;
}

static int consumer_asserted_set(void *data, u64 val)
{
	return val > 1 ? -EINVAL : consumer_reset_set(data, val);
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_asserted_fops, consumer_asserted_get,
			 consumer_asserted_set, "%llu\n");

static int consumer_reset_pulse(struct consumer_reset *r)
{
	int ret;

	guard(mutex)(&r->lock);
	ret = reset_control_reset(r->rstc);
	if (!ret)
		r->asserted = false;

	return ret;
}

static int consumer_pulse_set(void *data, u64 val)
{
	return consumer_reset_pulse(data);
}
DEFINE_DEBUGFS_ATTRIBUTE(consumer_pulse_fops, NULL, consumer_pulse_set, "%llu\n");

/**
 * consumer_resets_debugfs_add() - add the files of all reset lines
 * @con: consumer
 *
 * Context: may sleep.
 */
void consumer_resets_debugfs_add(struct consumer *con)
{
	char index[CONSUMER_NAME_LEN];
	struct dentry *all, *dir;
	unsigned int i;

	if (!con->num_resets)
		return;

	all = debugfs_create_dir("resets", con->debugfs);
	for (i = 0; i < con->num_resets; i++) {
		struct consumer_reset *r = &con->resets[i];

		if (!r->rstc)
			continue;
		dir = debugfs_create_dir(consumer_name(con, "reset-names", i, index), all);
		debugfs_create_file_unsafe("asserted", 0644, dir, r,
					   &consumer_asserted_fops);
		/* The framework does not pulse a line that others hold. */
		if (!r->shared)
			debugfs_create_file_unsafe("pulse", 0200, dir, r,
						   &consumer_pulse_fops);
	}
}

/**
 * consumer_resets_get() - get all reset lines
 * @con: consumer
 *
 * One that cannot be had does not hide the others.
 *
 * Context: may sleep. The lines are put when the device is unbound.
 * Return: 0, or a negative error number.
 */
int consumer_resets_get(struct consumer *con)
{
	struct device *dev = con->dev;
	bool shared = device_property_read_bool(dev, "linux,shared-resets");
	int i, ret, num;

	num = of_count_phandle_with_args(dev->of_node, "resets", "#reset-cells");
	if (num <= 0)
		return 0;

	con->resets = devm_kcalloc(dev, num, sizeof(*con->resets), GFP_KERNEL);
	if (!con->resets)
		return -ENOMEM;

	con->num_resets = num;
	for (i = 0; i < num; i++) {
		struct consumer_reset *r = &con->resets[i];
		struct reset_control *rstc;

		rstc = shared ? devm_reset_control_get_shared_by_index(dev, i) :
				devm_reset_control_get_exclusive_by_index(dev, i);
		if (rstc == ERR_PTR(-EPROBE_DEFER))
			return dev_err_probe(dev, -EPROBE_DEFER, "reset line %d\n", i);
		if (IS_ERR(rstc))
			dev_warn(dev, "reset line %d: error %pe\n", i, rstc);
		else
			r->rstc = rstc;

		r->shared = shared;
		r->asserted = true;
		ret = devm_mutex_init(dev, &r->lock);
		if (ret)
			return ret;
	}

	return 0;
}

/*
 * A line that can only be pulsed is told by a first attempt to assert it: the
 * framework takes it for deasserted already.
 */
static int consumer_reset_try(struct consumer_reset *r)
{
	int ret;

	if (r->shared || r->tried)
		return 0;

	ret = consumer_reset_set(r, true);
	if (ret == -ENOTSUPP || ret == -EOPNOTSUPP) {
		r->only_pulse = true;
		ret = 0;
	}
	r->tried = !ret;

	return ret;
}

/**
 * consumer_resets_resume() - release all reset lines, or else pulse them
 * @con: consumer
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_resets_resume(struct consumer *con)
{
	unsigned int i;
	int ret;

	for (i = 0; i < con->num_resets; i++) {
		struct consumer_reset *r = &con->resets[i];

		if (!r->rstc)
			continue;
		ret = consumer_reset_try(r);
		if (!ret)
			ret = r->only_pulse ? consumer_reset_pulse(r) :
					      consumer_reset_set(r, false);
		consumer_count(con, ret);
	}
}

/**
 * consumer_resets_suspend() - assert all reset lines that can be
 * @con: consumer
 *
 * Context: may sleep; called by runtime PM.
 */
void consumer_resets_suspend(struct consumer *con)
{
	unsigned int i;

	for (i = con->num_resets; i--; ) {
		struct consumer_reset *r = &con->resets[i];

		if (r->rstc && !r->only_pulse)
			consumer_count(con, consumer_reset_set(r, true));
	}
}

/**
 * consumer_resets_stop() - take back the votes made by files
 * @con: consumer
 *
 * An exclusive line stays as it is, as with any driver that says no more.
 *
 * Context: may sleep; no file is in use any more.
 */
void consumer_resets_stop(struct consumer *con)
{
	unsigned int i;

	for (i = 0; i < con->num_resets; i++)
		if (con->resets[i].rstc && con->resets[i].shared)
			consumer_reset_set(&con->resets[i], true);
}
