// SPDX-License-Identifier: GPL-2.0
/*
 * A simulated SoC block: power domains
 */

#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm_domain.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "simhw.h"

/* simhw.dtso has the same values. */
enum simhw_domain_id {
	SIMHW_SOC,
	SIMHW_CAMERA, /* within "soc" */
	SIMHW_GPU,
	SIMHW_SHARED,
	SIMHW_AON,
	SIMHW_SLOW,
	SIMHW_NUM_DOMAINS,
};

static const char * const simhw_domain_names[SIMHW_NUM_DOMAINS] = {
	[SIMHW_SOC] = "soc",
	[SIMHW_CAMERA] = "cam",
	[SIMHW_GPU] = "gpu",
	[SIMHW_SHARED] = "shared",
	[SIMHW_AON] = "aon",
	[SIMHW_SLOW] = "slow",
};

/**
 * struct simhw_domain - one power domain
 * @genpd: handle for the framework, which serializes the writers of the rest
 * @on: its register
 * @ons: number of times it was switched on
 * @offs: number of times it was switched off
 * @latency_us: how long switching takes
 * @fail_on: error number switching on fails with, 0 for none
 * @fail_off: the same for switching off
 */
struct simhw_domain {
	struct generic_pm_domain genpd;
	u32 on;
	u32 ons;
	u32 offs;
	u32 latency_us;
	int fail_on;
	int fail_off;
};

/**
 * struct simhw_power - the power controller
 * @debugfs: its directory
 * @onecell: what its device tree node provides
 * @table: handles of the domains, for @onecell
 * @domains: its domains
 */
struct simhw_power {
	struct dentry *debugfs;
	struct genpd_onecell_data onecell;
	struct generic_pm_domain *table[SIMHW_NUM_DOMAINS];
	struct simhw_domain domains[SIMHW_NUM_DOMAINS];
};

static struct simhw_domain *to_simhw_domain(struct generic_pm_domain *genpd)
{
	return container_of(genpd, struct simhw_domain, genpd);
}

static int simhw_domain_on(struct generic_pm_domain *genpd)
{
	struct simhw_domain *d = to_simhw_domain(genpd);
	int ret = simhw_begin(&d->latency_us, &d->fail_on);

	if (ret)
		return ret;

	WRITE_ONCE(d->on, 1);
	WRITE_ONCE(d->ons, d->ons + 1);

	return 0;
}

static int simhw_domain_off(struct generic_pm_domain *genpd)
{
	struct simhw_domain *d = to_simhw_domain(genpd);
	int ret = simhw_begin(&d->latency_us, &d->fail_off);

	if (ret)
		return ret;

	WRITE_ONCE(d->on, 0);
	WRITE_ONCE(d->offs, d->offs + 1);

	return 0;
}

/* Other frameworks hold on to a provider's module, this one does not. */
static int simhw_domain_attach(struct generic_pm_domain *genpd, struct device *dev)
{
	return try_module_get(THIS_MODULE) ? 0 : -ENODEV;
}

static void simhw_domain_detach(struct generic_pm_domain *genpd, struct device *dev)
{
	module_put(THIS_MODULE);
}

static int simhw_domain_init(struct simhw_domain *d, unsigned int id)
{
	bool always = id == SIMHW_AON;

	d->genpd.name = simhw_domain_names[id];
	/* The host can be its own guest, with domains of the same names. */
	d->genpd.flags = GENPD_FLAG_DEV_NAME_FW | (always ? GENPD_FLAG_ALWAYS_ON : 0);
	d->genpd.power_on = simhw_domain_on;
	d->genpd.power_off = simhw_domain_off;
	d->genpd.attach_dev = simhw_domain_attach;
	d->genpd.detach_dev = simhw_domain_detach;
	d->on = always;

	return pm_genpd_init(&d->genpd, NULL, !always);
}

/* Those within others come later, so they go first. */
static void simhw_power_free(struct device *dev, struct simhw_power *sp)
{
	bool in_use = false;
	unsigned int i;
	int ret;

	for (i = sp->onecell.num_domains; i--; ) {
		ret = pm_genpd_remove(sp->table[i]);
		if (ret) {
			dev_warn(dev, "power domain %s stays: error %pe\n",
				 sp->table[i]->name, ERR_PTR(ret));
			in_use = true;
		}
	}

	/* The framework goes on to use what it has: it stays, with its code. */
	if (in_use)
		__module_get(THIS_MODULE);
	else
		kfree(sp);
}

static int simhw_power_state_show(struct seq_file *s, void *unused)
{
	const struct simhw_power *sp = s->private;
	unsigned int i;

	for (i = 0; i < SIMHW_NUM_DOMAINS; i++)
		seq_printf(s, "%s %u\n", simhw_domain_names[i],
			   READ_ONCE(sp->domains[i].on));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_power_state);

static void simhw_domain_debugfs_add(struct simhw_power *sp, unsigned int id)
{
	struct dentry *dir = debugfs_create_dir(simhw_domain_names[id], sp->debugfs);
	struct simhw_domain *d = &sp->domains[id];

	debugfs_create_u32("on", 0444, dir, &d->on);
	debugfs_create_u32("ons", 0444, dir, &d->ons);
	debugfs_create_u32("offs", 0444, dir, &d->offs);
	debugfs_create_u32("latency_us", 0644, dir, &d->latency_us);
	simhw_debugfs_fail("fail_on", dir, &d->fail_on);
	simhw_debugfs_fail("fail_off", dir, &d->fail_off);
}

static int simhw_power_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct simhw_power *sp;
	unsigned int i;
	int ret;

	/* Not bound to the device: see simhw_power_free(). */
	sp = kzalloc_obj(*sp);
	if (!sp)
		return -ENOMEM;

	sp->onecell.domains = sp->table;
	for (i = 0; i < SIMHW_NUM_DOMAINS; i++) {
		ret = simhw_domain_init(&sp->domains[i], i);
		if (ret)
			goto err_free;
		sp->table[i] = &sp->domains[i].genpd;
		sp->onecell.num_domains++;
	}

	ret = pm_genpd_add_subdomain(sp->table[SIMHW_SOC], sp->table[SIMHW_CAMERA]);
	if (ret)
		goto err_free;

	ret = of_genpd_add_provider_onecell(dev->of_node, &sp->onecell);
	if (ret)
		goto err_free;

	sp->debugfs = debugfs_create_dir("domains", simhw_debugfs);
	for (i = 0; i < SIMHW_NUM_DOMAINS; i++)
		simhw_domain_debugfs_add(sp, i);
	debugfs_create_file("state", 0444, sp->debugfs, sp, &simhw_power_state_fops);
	platform_set_drvdata(pdev, sp);

	return 0;

err_free:
	simhw_power_free(dev, sp);

	return dev_err_probe(dev, ret, "power domains\n");
}

static void simhw_power_remove(struct platform_device *pdev)
{
	struct simhw_power *sp = platform_get_drvdata(pdev);

	debugfs_remove_recursive(sp->debugfs);
	of_genpd_del_provider(pdev->dev.of_node);
	simhw_power_free(&pdev->dev, sp);
}

static const struct of_device_id simhw_power_of_match[] = {
	{ .compatible = "linux,scmi-simhw-power" },
	{ }
};

struct platform_driver simhw_power_driver = {
	.probe = simhw_power_probe,
	.remove = simhw_power_remove,
	.driver = {
		.name = "scmi-simhw-power",
		.of_match_table = simhw_power_of_match,
	},
};
