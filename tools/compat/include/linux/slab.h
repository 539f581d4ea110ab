/* SPDX-License-Identifier: GPL-2.0 */
/* Typed allocation, for kernels that do not have it. */
#ifndef _SCMI_SERVER_COMPAT_SLAB_H
#define _SCMI_SERVER_COMPAT_SLAB_H

#include_next <linux/slab.h>

#ifndef kzalloc_obj
#define kzalloc_obj(P, ...)	((typeof(P) *)kzalloc(sizeof(P), GFP_KERNEL))
#endif

#ifndef kzalloc_flex
#define kzalloc_flex(P, FAM, COUNT, ...)					\
	((typeof(P) *)kzalloc(struct_size((typeof(P) *)NULL, FAM, COUNT), GFP_KERNEL))
#endif

#endif /* _SCMI_SERVER_COMPAT_SLAB_H */
