/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_LIMITS_H
#define _SHIM_LINUX_LIMITS_H

/* The C library's own limits.h includes the exported one. */
#include_next <linux/limits.h>

#define U8_MAX	((u8)~0U)
#define U16_MAX	((u16)~0U)
#define U32_MAX	((u32)~0U)

#endif /* _SHIM_LINUX_LIMITS_H */
