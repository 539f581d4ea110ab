/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_NOSPEC_H
#define _SHIM_LINUX_NOSPEC_H

/* The instructions of the kernel's own: instruction counts must show them. */
static inline unsigned long array_index_mask_nospec(unsigned long index,
						    unsigned long size)
{
	unsigned long mask;

#ifdef __x86_64__
	asm volatile("cmp %1,%2; sbb %0,%0" : "=r"(mask)
		     : "g"(size), "r"(index) : "cc");
#else
	asm volatile("" : "+r"(index));
	mask = ~(long)(index | (size - 1UL - index)) >> (sizeof(long) * 8 - 1);
#endif
	return mask;
}

#define array_index_nospec(index, size)	({				\
	__typeof__(index) _i = (index);					\
									\
	(__typeof__(_i))(_i & array_index_mask_nospec(_i, size));	\
})

#endif /* _SHIM_LINUX_NOSPEC_H */
