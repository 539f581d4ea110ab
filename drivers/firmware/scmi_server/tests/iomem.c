// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that can be mapped as that of a device where a machine has none, which
 * is so in User Mode Linux: for the areas of simhw_mbox.dtsi.
 *
 * A region cannot be taken back, so neither can this module.
 */

#include <linux/ioport.h>
#include <linux/logic_iomem.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define SIMHW_IOMEM_START	0x9ff00000
#define SIMHW_IOMEM_SIZE	SZ_64K

static u64 simhw_iomem[SIMHW_IOMEM_SIZE / sizeof(u64)];

static unsigned long simhw_iomem_read(void *priv, unsigned int offset, int size)
{
	void *at = (void *)simhw_iomem + offset;

	switch (size) {
	case 1:
		return READ_ONCE(*(u8 *)at);
	case 2:
		return READ_ONCE(*(u16 *)at);
	case 4:
		return READ_ONCE(*(u32 *)at);
	default:
		return READ_ONCE(*(u64 *)at);
	}
}

static void simhw_iomem_write(void *priv, unsigned int offset, int size, unsigned long val)
{
	void *at = (void *)simhw_iomem + offset;

	switch (size) {
	case 1:
		WRITE_ONCE(*(u8 *)at, val);
		break;
	case 2:
		WRITE_ONCE(*(u16 *)at, val);
		break;
	case 4:
		WRITE_ONCE(*(u32 *)at, val);
		break;
	default:
		WRITE_ONCE(*(u64 *)at, val);
	}
}

static const struct logic_iomem_ops simhw_iomem_ops = {
	.read = simhw_iomem_read,
	.write = simhw_iomem_write,
};

static long simhw_iomem_map(unsigned long offset, size_t size, const struct logic_iomem_ops **ops,
			    void **priv)
{
	*ops = &simhw_iomem_ops;

	return offset;
}

static const struct logic_iomem_region_ops simhw_iomem_region_ops = {
	.map = simhw_iomem_map,
};

static struct resource simhw_iomem_res = {
	.name = "scmi simhw",
	.start = SIMHW_IOMEM_START,
	.end = SIMHW_IOMEM_START + SIMHW_IOMEM_SIZE - 1,
	.flags = IORESOURCE_MEM,
};

static int __init simhw_iomem_init(void)
{
	return logic_iomem_add_region(&simhw_iomem_res, &simhw_iomem_region_ops);
}
module_init(simhw_iomem_init);

MODULE_DESCRIPTION("Memory of a simulated SoC block to test the SCMI server with");
MODULE_LICENSE("GPL");
