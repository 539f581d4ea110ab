/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SCMI guest proxy: between its sources, and for the module that refreshes.
 */
#ifndef _SCMI_GUEST_PROXY_H
#define _SCMI_GUEST_PROXY_H

#include "description.h"

struct device;
struct kobject;

/**
 * struct sgp_refresher - reads again while the client has the device
 * @ch: the way to the platform through the client
 */
struct sgp_refresher {
	struct sgp_channel ch;
};

int sgp_refresher_add(struct sgp_refresher *refresher);
void sgp_refresher_del(struct sgp_refresher *refresher);
void sgp_changed(void);

struct device *sgp_device_find(void);
int sgp_device_read(struct device *dev, void *blob, struct sgp_info *info);
void sgp_device_stop(void);
int sgp_device_init(void (*appeared)(void));
void sgp_device_exit(void);

extern struct sgp_guest sgp_tree;

int sgp_tree_apply(struct sgp_desc *desc, struct kobject *kobj, int *id);
void sgp_tree_populate(const struct sgp_desc *desc);

#endif /* _SCMI_GUEST_PROXY_H */
