/* SPDX-License-Identifier: GPL-2.0 */
/* dev_set_dma_coherent(), for kernels in which it is a plain field. */
#ifndef _SCMI_SERVER_COMPAT_DMA_MAP_OPS_H
#define _SCMI_SERVER_COMPAT_DMA_MAP_OPS_H

#include_next <linux/dma-map-ops.h>

#ifdef COMPAT_NO_DEV_SET_DMA_COHERENT
static inline void dev_set_dma_coherent(struct device *dev)
{
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) ||	\
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) ||	\
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
	dev->dma_coherent = true;
#endif
}
#endif

#endif /* _SCMI_SERVER_COMPAT_DMA_MAP_OPS_H */
