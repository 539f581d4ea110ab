// SPDX-License-Identifier: GPL-2.0
/*
 * A simulated SoC block: regulators
 *
 * Their constraints come from child nodes of the device, as for real ones.
 */

#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/regulator/driver.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "simhw.h"

/**
 * struct simhw_supply_kind - what a regulator can do
 * @desc: what the framework is told
 * @uv: its only voltage, 0 if it can be set or is not known
 * @sel: its selector at the start
 * @on: it is on at the start
 */
struct simhw_supply_kind {
	struct regulator_desc desc;
	u32 uv;
	u32 sel;
	bool on;
};

/**
 * struct simhw_supply - one regulator
 * @kind: what it can do
 * @rdev: handle of the framework
 * @enabled: its switch; written, like @sel and the counters, under simhw_supply_lock
 * @sel: its selector of a voltage
 * @enables: number of times it was switched on
 * @disables: number of times it was switched off
 * @changes: number of times its voltage changed
 * @latency_us: how long an operation takes
 * @fail_enable: error number enable fails with, 0 for none
 * @fail_disable: the same for disable
 * @fail_set: the same for a new voltage
 */
struct simhw_supply {
	const struct simhw_supply_kind *kind;
	struct regulator_dev *rdev;
	u32 enabled;
	u32 sel;
	u32 enables;
	u32 disables;
	u32 changes;
	u32 latency_us;
	int fail_enable;
	int fail_disable;
	int fail_set;
};

static DEFINE_SPINLOCK(simhw_supply_lock); /* registers and counters */

/* The framework also enables what is always on: count what changes a register. */
static int simhw_supply_enable(struct regulator_dev *rdev)
{
	struct simhw_supply *s = rdev_get_drvdata(rdev);
	int ret = simhw_begin(&s->latency_us, &s->fail_enable);

	if (ret)
		return ret;

	guard(spinlock)(&simhw_supply_lock);
	s->enables += !s->enabled;
	WRITE_ONCE(s->enabled, 1);

	return 0;
}

static int simhw_supply_disable(struct regulator_dev *rdev)
{
	struct simhw_supply *s = rdev_get_drvdata(rdev);
	int ret = simhw_begin(&s->latency_us, &s->fail_disable);

	if (ret)
		return ret;

	guard(spinlock)(&simhw_supply_lock);
	s->disables += s->enabled;
	WRITE_ONCE(s->enabled, 0);

	return 0;
}

static int simhw_supply_is_enabled(struct regulator_dev *rdev)
{
	struct simhw_supply *s = rdev_get_drvdata(rdev);

	simhw_delay(&s->latency_us);

	return READ_ONCE(s->enabled);
}

static int simhw_supply_set(struct regulator_dev *rdev, unsigned int sel)
{
	struct simhw_supply *s = rdev_get_drvdata(rdev);
	int ret = simhw_begin(&s->latency_us, &s->fail_set);

	if (ret)
		return ret;

	guard(spinlock)(&simhw_supply_lock);
	s->changes += s->sel != sel;
	WRITE_ONCE(s->sel, sel);

	return 0;
}

static int simhw_supply_get(struct regulator_dev *rdev)
{
	struct simhw_supply *s = rdev_get_drvdata(rdev);

	simhw_delay(&s->latency_us);

	return READ_ONCE(s->sel);
}

static const struct regulator_ops simhw_supply_switch_ops = {
	.enable = simhw_supply_enable,
	.disable = simhw_supply_disable,
	.is_enabled = simhw_supply_is_enabled,
};

static const struct regulator_ops simhw_supply_linear_ops = {
	.enable = simhw_supply_enable,
	.disable = simhw_supply_disable,
	.is_enabled = simhw_supply_is_enabled,
	.list_voltage = regulator_list_voltage_linear,
	.map_voltage = regulator_map_voltage_linear,
	.set_voltage_sel = simhw_supply_set,
	.get_voltage_sel = simhw_supply_get,
};

static const struct regulator_ops simhw_supply_table_ops = {
	.enable = simhw_supply_enable,
	.disable = simhw_supply_disable,
	.is_enabled = simhw_supply_is_enabled,
	.list_voltage = regulator_list_voltage_table,
	.map_voltage = regulator_map_voltage_ascend,
	.set_voltage_sel = simhw_supply_set,
	.get_voltage_sel = simhw_supply_get,
};

/* The distance between neighbours differs on purpose. */
static const unsigned int simhw_vio_table[] = {
	1800000, 2500000, 2800000, 3300000,
};

#define SIMHW_SUPPLY(_name, _owner, _ops, ...)		\
	.desc = {					\
		.name = _name,				\
		.of_match = _name,			\
		.type = REGULATOR_VOLTAGE,		\
		.owner = (_owner),			\
		.ops = &simhw_supply_##_ops,		\
		__VA_ARGS__				\
	}

#define SIMHW_LINEAR(_name, _min, _max, _step, ...)			\
	SIMHW_SUPPLY(_name, THIS_MODULE, linear_ops, .min_uV = (_min),		\
		     .uV_step = (_step),					\
		     .n_voltages = ((_max) - (_min)) / (_step) + 1, __VA_ARGS__)

#define SIMHW_FIXED(_name, _owner, _uv)						\
	SIMHW_SUPPLY(_name, _owner, switch_ops, .fixed_uV = (_uv),		\
		     .n_voltages = 1),						\
	.uv = (_uv)

/*
 * All start at the lowest voltage that their constraints allow. The parent has
 * no owner: its child would hold on to this module for ever.
 */
static const struct simhw_supply_kind simhw_supply_kinds[] = {
	{ SIMHW_LINEAR("vdd-core", 800000, 1200000, 12500) },
	{ SIMHW_SUPPLY("vio", THIS_MODULE, table_ops, .volt_table = simhw_vio_table,
		       .n_voltages = ARRAY_SIZE(simhw_vio_table)) },
	{ SIMHW_FIXED("vfix", THIS_MODULE, 5000000) },
	{ SIMHW_SUPPLY("vsw", THIS_MODULE, switch_ops) },
	{ SIMHW_LINEAR("vshared", 700000, 1300000, 25000) },
	{ SIMHW_LINEAR("vslow", 900000, 1100000, 50000) },
	{ SIMHW_FIXED("valways", THIS_MODULE, 3300000), .on = true },
	{ SIMHW_FIXED("vparent", NULL, 5000000) },
	{ SIMHW_LINEAR("vchild", 1200000, 1500000, 100000, .supply_name = "vin") },
	{ SIMHW_LINEAR("vnarrow", 500000, 1500000, 50000), .sel = 8 },
};

/**
 * struct simhw_supplies - the chip with the regulators
 * @debugfs: its directory
 * @supplies: its regulators
 */
struct simhw_supplies {
	struct dentry *debugfs;
	struct simhw_supply supplies[ARRAY_SIZE(simhw_supply_kinds)];
};

/* What the registers say; 0 where there is none for a voltage */
static u32 simhw_supply_uv(const struct simhw_supply *s)
{
	const struct regulator_ops *ops = s->kind->desc.ops;

	if (!ops->list_voltage)
		return s->kind->uv;

	return ops->list_voltage(s->rdev, READ_ONCE(s->sel));
}

static int simhw_supply_uv_get(void *data, u64 *val)
{
	*val = simhw_supply_uv(data);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_supply_uv_fops, simhw_supply_uv_get, NULL, "%llu\n");

static int simhw_supply_state_show(struct seq_file *s, void *unused)
{
	const struct simhw_supplies *sc = s->private;
	unsigned int i;

	guard(spinlock)(&simhw_supply_lock);
	for (i = 0; i < ARRAY_SIZE(sc->supplies); i++)
		seq_printf(s, "%s %u %u\n", sc->supplies[i].kind->desc.name,
			   sc->supplies[i].enabled, simhw_supply_uv(&sc->supplies[i]));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_supply_state);

static void simhw_supply_debugfs_add(struct simhw_supplies *sc, struct simhw_supply *s)
{
	struct dentry *dir = debugfs_create_dir(s->kind->desc.name, sc->debugfs);

	debugfs_create_u32("enabled", 0444, dir, &s->enabled);
	debugfs_create_file_unsafe("uv", 0444, dir, s, &simhw_supply_uv_fops);
	debugfs_create_u32("enables", 0444, dir, &s->enables);
	debugfs_create_u32("disables", 0444, dir, &s->disables);
	debugfs_create_u32("changes", 0444, dir, &s->changes);
	debugfs_create_u32("latency_us", 0644, dir, &s->latency_us);
	simhw_debugfs_fail("fail_enable", dir, &s->fail_enable);
	simhw_debugfs_fail("fail_disable", dir, &s->fail_disable);
	simhw_debugfs_fail("fail_set", dir, &s->fail_set);
}

static int simhw_supply_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct regulator_config config = { .dev = dev };
	struct simhw_supplies *sc;
	unsigned int i;

	sc = devm_kzalloc(dev, sizeof(*sc), GFP_KERNEL);
	if (!sc)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(sc->supplies); i++) {
		const struct simhw_supply_kind *kind = &simhw_supply_kinds[i];
		struct simhw_supply *s = &sc->supplies[i];

		s->kind = kind;
		s->sel = kind->sel;
		s->enabled = kind->on;
		config.driver_data = s;
		s->rdev = devm_regulator_register(dev, &kind->desc, &config);
		if (IS_ERR(s->rdev))
			return dev_err_probe(dev, PTR_ERR(s->rdev), "regulator %s\n",
					     kind->desc.name);
	}

	sc->debugfs = debugfs_create_dir("supplies", simhw_debugfs);
	for (i = 0; i < ARRAY_SIZE(sc->supplies); i++)
		simhw_supply_debugfs_add(sc, &sc->supplies[i]);
	debugfs_create_file("state", 0444, sc->debugfs, sc, &simhw_supply_state_fops);
	platform_set_drvdata(pdev, sc);

	return 0;
}

static void simhw_supply_remove(struct platform_device *pdev)
{
	struct simhw_supplies *sc = platform_get_drvdata(pdev);

	debugfs_remove_recursive(sc->debugfs);
}

static const struct of_device_id simhw_supply_of_match[] = {
	{ .compatible = "linux,scmi-simhw-supply" },
	{ }
};

struct platform_driver simhw_supply_driver = {
	.probe = simhw_supply_probe,
	.remove = simhw_supply_remove,
	.driver = {
		.name = "scmi-simhw-supply",
		.of_match_table = simhw_supply_of_match,
	},
};
