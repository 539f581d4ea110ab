// SPDX-License-Identifier: GPL-2.0
/*
 * A simulated SoC block: reset lines
 *
 * Three controllers, for the three ways in which reset lines can be operated.
 */

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/reset-controller.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "simhw.h"

/**
 * struct simhw_reset_kind - what a controller can do
 * @ops: operations it has
 * @prefix: what names of lines begin with
 * @num: number of lines
 * @asserted: lines that are asserted at the start, as a mask
 */
struct simhw_reset_kind {
	const struct reset_control_ops *ops;
	char prefix;
	unsigned int num;
	u32 asserted;
};

/**
 * struct simhw_line - one reset line
 * @name: its name
 * @debugfs: its directory
 * @asserted: its register; written, like the counters, under simhw_reset_lock
 * @asserts: number of times it was told to be asserted
 * @deasserts: number of times it was told to be deasserted
 * @pulses: number of times it was told to do both by itself
 * @latency_us: how long an operation takes
 * @fail: error number operations fail with, 0 for none
 */
struct simhw_line {
	char name[12];
	struct dentry *debugfs;
	u32 asserted;
	u32 asserts;
	u32 deasserts;
	u32 pulses;
	u32 latency_us;
	int fail;
};

/**
 * struct simhw_reset - one controller
 * @node: place in the list of all
 * @rcdev: handle for the reset framework
 * @num: number of lines
 * @lines: its lines
 */
struct simhw_reset {
	struct list_head node;
	struct reset_controller_dev rcdev;
	unsigned int num;
	struct simhw_line lines[] __counted_by(num);
};

static DEFINE_SPINLOCK(simhw_reset_lock); /* registers and counters of all lines */
static DEFINE_MUTEX(simhw_reset_mutex); /* the list */
static LIST_HEAD(simhw_resets);
static struct dentry *simhw_reset_debugfs;

static struct simhw_line *to_simhw_line(struct reset_controller_dev *rcdev,
					unsigned long id)
{
	return &container_of(rcdev, struct simhw_reset, rcdev)->lines[id];
}

static int simhw_line_write(struct simhw_line *line, u32 asserted, u32 *counter)
{
	int ret = simhw_begin(&line->latency_us, &line->fail);

	if (ret)
		return ret;

	guard(spinlock)(&simhw_reset_lock);
	WRITE_ONCE(line->asserted, asserted);
	(*counter)++;

	return 0;
}

static int simhw_reset_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
	struct simhw_line *line = to_simhw_line(rcdev, id);

	return simhw_line_write(line, 1, &line->asserts);
}

static int simhw_reset_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
	struct simhw_line *line = to_simhw_line(rcdev, id);

	return simhw_line_write(line, 0, &line->deasserts);
}

static int simhw_reset_pulse(struct reset_controller_dev *rcdev, unsigned long id)
{
	struct simhw_line *line = to_simhw_line(rcdev, id);

	return simhw_line_write(line, 0, &line->pulses);
}

static int simhw_reset_status(struct reset_controller_dev *rcdev, unsigned long id)
{
	struct simhw_line *line = to_simhw_line(rcdev, id);

	return simhw_begin(&line->latency_us, &line->fail) ?: READ_ONCE(line->asserted);
}

static const struct reset_control_ops simhw_reset_full_ops = {
	.assert = simhw_reset_assert,
	.deassert = simhw_reset_deassert,
	.reset = simhw_reset_pulse,
	.status = simhw_reset_status,
};

static const struct simhw_reset_kind simhw_reset_full = {
	.ops = &simhw_reset_full_ops,
	.prefix = 'r',
	.num = 8,
	/* Line 4 has been left alone by a boot loader that needed it. */
	.asserted = GENMASK(7, 0) & ~BIT(4),
};

static const struct reset_control_ops simhw_reset_only_pulse_ops = {
	.reset = simhw_reset_pulse,
};

static const struct simhw_reset_kind simhw_reset_only_pulse = {
	.ops = &simhw_reset_only_pulse_ops,
	.prefix = 'p',
	.num = 2,
};

static const struct reset_control_ops simhw_reset_only_level_ops = {
	.assert = simhw_reset_assert,
	.deassert = simhw_reset_deassert,
};

static const struct simhw_reset_kind simhw_reset_only_level = {
	.ops = &simhw_reset_only_level_ops,
	.prefix = 'l',
	.num = 2,
	.asserted = GENMASK(1, 0),
};

static int simhw_reset_state_show(struct seq_file *s, void *unused)
{
	const struct simhw_reset *sr;
	unsigned int i;

	guard(mutex)(&simhw_reset_mutex);
	list_for_each_entry(sr, &simhw_resets, node) {
		for (i = 0; i < sr->num; i++) {
			const struct simhw_line *line = &sr->lines[i];

			seq_printf(s, "%s %u %u\n", line->name,
				   READ_ONCE(line->asserted), READ_ONCE(line->pulses));
		}
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_reset_state);

/**
 * simhw_reset_debugfs_add() - add what the controllers have in common
 *
 * It goes with the directory it is in.
 *
 * Context: may sleep.
 */
void simhw_reset_debugfs_add(void)
{
	simhw_reset_debugfs = debugfs_create_dir("resets", simhw_debugfs);
	debugfs_create_file("state", 0444, simhw_reset_debugfs, NULL,
			    &simhw_reset_state_fops);
}

static void simhw_line_debugfs_add(struct simhw_line *line)
{
	struct dentry *dir = debugfs_create_dir(line->name, simhw_reset_debugfs);

	line->debugfs = dir;
	debugfs_create_u32("asserted", 0444, dir, &line->asserted);
	debugfs_create_u32("asserts", 0444, dir, &line->asserts);
	debugfs_create_u32("deasserts", 0444, dir, &line->deasserts);
	debugfs_create_u32("pulses", 0444, dir, &line->pulses);
	debugfs_create_u32("latency_us", 0644, dir, &line->latency_us);
	simhw_debugfs_fail("fail", dir, &line->fail);
}

static int simhw_reset_probe(struct platform_device *pdev)
{
	const struct simhw_reset_kind *kind = device_get_match_data(&pdev->dev);
	struct device *dev = &pdev->dev;
	struct simhw_reset *sr;
	unsigned int i;
	int ret;

	sr = devm_kzalloc(dev, struct_size(sr, lines, kind->num), GFP_KERNEL);
	if (!sr)
		return -ENOMEM;

	sr->num = kind->num;
	for (i = 0; i < sr->num; i++) {
		struct simhw_line *line = &sr->lines[i];

		snprintf(line->name, sizeof(line->name), "%c%u", kind->prefix, i);
		line->asserted = !!(kind->asserted & BIT(i));
	}

	sr->rcdev.ops = kind->ops;
	sr->rcdev.owner = THIS_MODULE;
	sr->rcdev.dev = dev;
	sr->rcdev.of_node = dev->of_node;
	sr->rcdev.nr_resets = sr->num;
	ret = devm_reset_controller_register(dev, &sr->rcdev);
	if (ret)
		return ret;

	for (i = 0; i < sr->num; i++)
		simhw_line_debugfs_add(&sr->lines[i]);
	scoped_guard(mutex, &simhw_reset_mutex)
		list_add_tail(&sr->node, &simhw_resets);
	platform_set_drvdata(pdev, sr);

	return 0;
}

static void simhw_reset_remove(struct platform_device *pdev)
{
	struct simhw_reset *sr = platform_get_drvdata(pdev);
	unsigned int i;

	scoped_guard(mutex, &simhw_reset_mutex)
		list_del(&sr->node);
	for (i = 0; i < sr->num; i++)
		debugfs_remove_recursive(sr->lines[i].debugfs);
}

static const struct of_device_id simhw_reset_of_match[] = {
	{ .compatible = "linux,scmi-simhw-reset", .data = &simhw_reset_full },
	{ .compatible = "linux,scmi-simhw-reset-pulse", .data = &simhw_reset_only_pulse },
	{ .compatible = "linux,scmi-simhw-reset-level", .data = &simhw_reset_only_level },
	{ }
};

struct platform_driver simhw_reset_driver = {
	.probe = simhw_reset_probe,
	.remove = simhw_reset_remove,
	.driver = {
		.name = "scmi-simhw-reset",
		.of_match_table = simhw_reset_of_match,
	},
};
