/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SCMI_SERVER_SIMHW_H
#define _SCMI_SERVER_SIMHW_H

#include <linux/types.h>

struct dentry;
struct platform_driver;

/* Defined by the object the build makes of simhw.dtso. */
extern u8 __dtbo_simhw_begin[];
extern u8 __dtbo_simhw_end[];

extern struct dentry *simhw_debugfs;

void simhw_delay(const u32 *latency_us);
int simhw_begin(const u32 *latency_us, const int *fail);
void simhw_debugfs_fail(const char *name, struct dentry *dir, int *fail);

extern struct platform_driver simhw_reset_driver;
extern struct platform_driver simhw_supply_driver;
extern struct platform_driver simhw_power_driver;

void simhw_reset_debugfs_add(void);
void simhw_nodes_debugfs_add(void);

#endif /* _SCMI_SERVER_SIMHW_H */
