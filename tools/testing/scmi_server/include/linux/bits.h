/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BITS_H
#define _SHIM_LINUX_BITS_H

#define BIT(n)		(1UL << (n))
#define GENMASK(h, l)	((~0UL >> (sizeof(long) * 8 - 1 - (h))) & (~0UL << (l)))

#endif /* _SHIM_LINUX_BITS_H */
