// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: a GICv2, and its frame v2m, which makes an interrupt of what a
 * PCI device writes to it.
 */

#include "board.h"

#define GICD_CTLR	0x000
#define GICD_ISENABLER	0x100
#define GICD_IPRIORITYR	0x400
#define GICD_ITARGETSR	0x800
#define GICD_ICFGR	0xc00
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10

#define V2M_TYPER	0x08
#define V2M_SETSPI	0x40

#define INTID		0x3ff
#define INTID_NONE	1020
#define TIMER		27	/* the virtual one's */

static uint64_t dist, cpu, v2m;
static unsigned int first, vectors;
static volatile uint32_t count[MSI_MAX];

static void mask(void)
{
	__asm__ volatile("msr daifset, #2" : : : "memory");
}

static void unmask(void)
{
	__asm__ volatile("msr daifclr, #2" : : : "memory");
}

static void timer_set(bool on)
{
	__asm__ volatile("msr cntv_ctl_el0, %0; isb" : : "r"((uint64_t)on) : "memory");
}

void gic_interrupt(void)
{
	uint32_t iar = mmio_read(cpu + GICC_IAR), id = iar & INTID;

	if (id >= INTID_NONE)
		return;
	if (id == TIMER)
		timer_set(false);
	else if (id - first < vectors)
		count[id - first]++;
	mmio_write(cpu + GICC_EOIR, iar);
}

static void gic_enable(unsigned int id, bool edge)
{
	uint64_t cfg = dist + GICD_ICFGR + id / 16 * 4;
	uint64_t target = dist + GICD_ITARGETSR + id / 4 * 4;
	uint32_t bit = 2u << (id % 16 * 2);

	/* The first 32 are the processor's own. */
	if (id >= 32) {
		mmio_write(cfg, edge ? mmio_read(cfg) | bit : mmio_read(cfg) & ~bit);
		mmio_write(target, mmio_read(target) | BIT(id % 4 * 8));
	}
	mmio_write(dist + GICD_ISENABLER + id / 32 * 4, BIT(id % 32));
}

void gic_init(void)
{
	const uint32_t *node = dt_compatible("arm,cortex-a15-gic");
	const void *reg = node ? dt_property(node, "reg", NULL) : NULL;
	uint32_t typer;
	unsigned int i;

	if (!reg)
		die("no GICv2: QEMU wants -M virt,gic-version=2");
	dist = dt_cells(reg, 0, 2);
	cpu = dt_cells(reg, 4, 2);

	node = dt_compatible("arm,gic-v2m-frame");
	reg = node ? dt_property(node, "reg", NULL) : NULL;
	if (!reg)
		die("the GIC has no frame v2m");
	v2m = dt_cells(reg, 0, 2);
	typer = mmio_read(v2m + V2M_TYPER);
	first = typer >> 16 & 0x3ff;
	vectors = typer & 0x3ff;
	if (vectors > MSI_MAX)
		vectors = MSI_MAX;

	for (i = 0; i < vectors; i++)
		gic_enable(first + i, true);
	gic_enable(TIMER, false);
	mmio_write(dist + GICD_CTLR, 1);
	mmio_write(cpu + GICC_PMR, 0xff);
	mmio_write(cpu + GICC_CTLR, 1);
	unmask();
}

uint64_t msi_address(void)
{
	return v2m + V2M_SETSPI;
}

uint32_t msi_data(unsigned int vector)
{
	return first + vector;
}

unsigned int msi_vectors(void)
{
	return vectors;
}

uint32_t msi_count(unsigned int vector)
{
	return count[vector];
}

void msi_sleep(unsigned int vector, uint32_t seen, uint64_t until_us)
{
	uint64_t hz, ticks, now;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	ticks = until_us / 1000000 * hz + until_us % 1000000 * hz / 1000000;
	__asm__ volatile("msr cntv_cval_el0, %0" : : "r"(ticks) : "memory");

	/* An interrupt between the look and the sleep ends it, as it is masked. */
	for (;;) {
		mask();
		now = now_us();
		if (count[vector] != seen || now >= until_us)
			break;
		timer_set(true);
		__asm__ volatile("dsb sy; wfi" : : : "memory");
		unmask();
	}
	timer_set(false);
	unmask();
}
