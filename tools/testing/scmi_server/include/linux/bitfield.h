/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BITFIELD_H
#define _SHIM_LINUX_BITFIELD_H

#include <endian.h>

#define FIELD_GET(mask, val)	(((val) & (mask)) >> __builtin_ctzl(mask))
#define FIELD_PREP(mask, val)	(((val) * (1UL << __builtin_ctzl(mask))) & (mask))

/* In the kernel, too, byte orders come along with the bit fields. */
#define cpu_to_le32(x)		htole32(x)
#define le32_to_cpu(x)		le32toh(x)

#endif /* _SHIM_LINUX_BITFIELD_H */
