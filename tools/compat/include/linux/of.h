/* SPDX-License-Identifier: GPL-2.0 */
/* Overlays, for kernels without: tools/compat/overlay.c. */
#ifndef _SCMI_SERVER_COMPAT_OF_H
#define _SCMI_SERVER_COMPAT_OF_H

#include_next <linux/of.h>

#ifdef COMPAT_NO_OF_OVERLAY
int compat_of_overlay_fdt_apply(const void *overlay_fdt, u32 overlay_fdt_size,
				int *ret_ovcs_id, const struct device_node *base);
#define of_overlay_fdt_apply	compat_of_overlay_fdt_apply
#endif

#endif /* _SCMI_SERVER_COMPAT_OF_H */
