// SPDX-License-Identifier: GPL-2.0
/*
 * The ivshmem-doorbell device: nobody has set up the PCI bus, so it is done here
 * for this one device.
 */

#include "board.h"

#define IVSHMEM_ID	0x11101af4u
#define IVSHMEM_REVISION 1		/* of ivshmem-doorbell and -plain */

#define PCI_ID		0x00
#define PCI_COMMAND	0x04
#define PCI_MEMORY	BIT(1)
#define PCI_MASTER	BIT(2)
#define PCI_REVISION	0x08
#define PCI_BAR0	0x10
#define PCI_BAR_64	BIT(2)
#define PCI_BAR_FLAGS	0xfu
#define PCI_CAP		0x34
#define PCI_CAP_MSIX	0x11

#define MSIX_ENABLE	BIT(31)	/* of the word with the capability's id */
#define MSIX_MASK	BIT(30)
#define MSIX_ENTRY	16

#define IVSHMEM_POSITION 2		/* registers, in words */
#define IVSHMEM_DOORBELL 3

/* How long to wait for a vector, and how often to try it */
#define IVSHMEM_WAIT_US	10000000
#define IVSHMEM_RING_US	10000

/* What is left of the window for memory below 4 GiB */
static uint64_t window, window_end;

static uint64_t pci_ecam(void)
{
	const uint32_t *node = dt_compatible("pci-host-ecam-generic");
	const void *reg = node ? dt_property(node, "reg", NULL) : NULL, *ranges;
	size_t len, i;

	if (!reg)
		die("no PCI host");
	ranges = dt_property(node, "ranges", &len);
	for (i = 0; ranges && i + 7 <= len / 4; i += 7) {
		if (dt_cells(ranges, i, 1) >> 24 != 2)
			continue;
		window = dt_cells(ranges, i + 3, 2);
		window_end = window + dt_cells(ranges, i + 5, 2);
		/* Else addresses on the bus were others than ours. */
		if (dt_cells(ranges, i + 1, 2) == window)
			return dt_cells(reg, 0, 2);
	}
	die("the PCI host has no window");
}

/* Give a BAR an address; returns the latter, and its size in @size. */
static uint64_t pci_assign(uint64_t cfg, unsigned int bar, uint64_t *size)
{
	uint64_t at = cfg + PCI_BAR0 + bar * 4, addr;
	uint32_t low = mmio_read(at);
	uint64_t mask;

	mmio_write(at, ~0u);
	mask = mmio_read(at) & ~PCI_BAR_FLAGS;
	if (low & PCI_BAR_64) {
		mmio_write(at + 4, ~0u);
		mask |= (uint64_t)mmio_read(at + 4) << 32;
	} else if (mask) {
		mask |= ~0ull << 32;
	}
	if (!mask)
		die("BAR%u is not there: is it ivshmem-doorbell?", bar);

	*size = -mask;
	addr = (window + *size - 1) & mask;
	if (addr + *size > window_end)
		die("BAR%u does not fit: 0x%lx bytes", bar, *size);
	window = addr + *size;
	mmio_write(at, (uint32_t)addr);
	if (low & PCI_BAR_64)
		mmio_write(at + 4, (uint32_t)(addr >> 32));

	return addr;
}

/* All vectors, each with an interrupt of its own */
static unsigned int pci_msix(uint64_t cfg, const uint64_t *bar)
{
	unsigned int i, n;
	uint32_t cap, at;
	uint64_t table;

	for (at = mmio_read(cfg + PCI_CAP) & 0xfc; at; at = cap >> 8 & 0xfc) {
		cap = mmio_read(cfg + at);
		if ((cap & 0xff) == PCI_CAP_MSIX)
			break;
	}
	if (!at)
		die("the device has no MSI-X: is it ivshmem-doorbell?");

	n = (cap >> 16 & 0x7ff) + 1;
	if (n > msi_vectors())
		n = msi_vectors();
	table = mmio_read(cfg + at + 4);
	if ((table & 7) > 2)
		die("MSI-X table in BAR%lu", table & 7);
	table = bar[table & 7] + (table & ~7ull);
	for (i = 0; i < n; i++) {
		mmio_write(table + i * MSIX_ENTRY, (uint32_t)msi_address());
		mmio_write(table + i * MSIX_ENTRY + 4, (uint32_t)(msi_address() >> 32));
		mmio_write(table + i * MSIX_ENTRY + 8, msi_data(i));
		mmio_write(table + i * MSIX_ENTRY + 12, 0);
	}
	mmio_write(cfg + at, (cap | MSIX_ENABLE) & ~MSIX_MASK);

	return n;
}

void ivshmem_init(struct ivshmem *dev)
{
	uint64_t ecam = pci_ecam(), cfg = 0, bar[3], size;
	unsigned int slot, i;

	for (slot = 0; slot < 32; slot++) {
		cfg = ecam + (slot << 15);
		if (mmio_read(cfg + PCI_ID) == IVSHMEM_ID)
			break;
	}
	if (slot == 32)
		die("no ivshmem device on PCI bus 0");
	if ((mmio_read(cfg + PCI_REVISION) & 0xff) != IVSHMEM_REVISION)
		die("ivshmem of another revision");

	for (i = 0; i < 3; i++)
		bar[i] = pci_assign(cfg, i, &size);
	mmio_write(cfg + PCI_COMMAND, PCI_MEMORY | PCI_MASTER);
	dev->vectors = pci_msix(cfg, bar);
	dev->regs = (volatile uint32_t *)bar[0];
	dev->memory = (volatile uint32_t *)bar[2];
	dev->size = size;
}

/*
 * Until it is told of the others, the device drops what is to ring them, and does
 * not say so. Last of all it is told of its own vectors: as soon as we can ring
 * ourselves, we can ring anybody who is there.
 */
void ivshmem_wait(const struct ivshmem *dev, unsigned int vector)
{
	uint64_t now = now_us(), until = now + IVSHMEM_WAIT_US;
	uint32_t seen = msi_count(vector);

	while (msi_count(vector) == seen) {
		if (now >= until)
			die("vector %u does not work", vector);
		ivshmem_ring(dev, ivshmem_id(dev), vector);
		now = now_us();
		msi_sleep(vector, seen, now + IVSHMEM_RING_US);
	}
	/* What else is on its way */
	do {
		seen = msi_count(vector);
		msi_sleep(vector, seen, now_us() + IVSHMEM_RING_US);
	} while (msi_count(vector) != seen);
}

/* Which peer we are */
uint32_t ivshmem_id(const struct ivshmem *dev)
{
	return dev->regs[IVSHMEM_POSITION];
}

void ivshmem_ring(const struct ivshmem *dev, uint32_t peer, uint32_t vector)
{
	dev->regs[IVSHMEM_DOORBELL] = peer << 16 | vector;
}
