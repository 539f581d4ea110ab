/* SPDX-License-Identifier: GPL-2.0 */
/* What struct device is looked at through, for kernels that do not have it. */
#ifndef _SCMI_SERVER_COMPAT_DEVICE_H
#define _SCMI_SERVER_COMPAT_DEVICE_H

#include_next <linux/device.h>
#include <linux/fwnode.h>

#ifdef COMPAT_NO_DEV_SET_OF_NODE_REUSED
static inline void dev_set_of_node_reused(struct device *dev)
{
	dev->of_node_reused = true;
}
#endif

#ifdef COMPAT_NO_GET_DEV_FROM_FWNODE
static inline struct device *get_dev_from_fwnode(struct fwnode_handle *fwnode)
{
	return get_device(fwnode->dev);
}
#endif

#endif /* _SCMI_SERVER_COMPAT_DEVICE_H */
