// SPDX-License-Identifier: GPL-2.0
/*
 * SCMI server: the host kernel as the SCMI platform of guests and remote
 * processors.
 *
 * This is the only place that names protocols and backends.
 */

#include <linux/module.h>

#include "backend/backend.h"
#include "engine.h"

#define SCMID_INDEX(p)	(SCMID_PROTO_##p - SCMID_PROTO_BASE)

const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS] = {
	[SCMID_INDEX(BASE)] = &scmid_base,
	[SCMID_INDEX(POWER)] = &scmid_power,
	[SCMID_INDEX(CLOCK)] = &scmid_clock,
	[SCMID_INDEX(RESET)] = &scmid_reset,
	[SCMID_INDEX(VOLTAGE)] = &scmid_voltage,
	[SCMID_GUEST_INDEX] = &scmid_guest,
};

/* In the order in which a device that is given up is shut down. */
static struct scmid_backend *const scmid_all_backends[] = {
#ifdef CONFIG_RESET_CONTROLLER
	&scmid_reset_backend,
#endif
	&scmid_clk_backend,
#ifdef CONFIG_PM_GENERIC_DOMAINS
	&scmid_genpd_backend,
#endif
#ifdef CONFIG_REGULATOR
	&scmid_regulator_backend,
#endif
};

static int __init scmid_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(scmid_all_backends); i++)
		scmid_backend_register(scmid_all_backends[i]);

	err = scmid_grant_bus_init();
	if (err)
		return err;

	err = scmid_core_init();
	if (err)
		goto err_bus;

	err = scmid_configfs_init();
	if (err)
		goto err_core;

	scmid_debugfs_init();
	return 0;

err_core:
	scmid_core_exit();
err_bus:
	scmid_grant_bus_exit();
	return err;
}
module_init(scmid_init);

static void __exit scmid_exit(void)
{
	scmid_debugfs_exit();
	scmid_configfs_exit();
	scmid_core_exit();
	scmid_grant_bus_exit();
}
module_exit(scmid_exit);

MODULE_DESCRIPTION("SCMI server: the host as the SCMI platform of guests and remote processors");
MODULE_LICENSE("GPL");
