/* SPDX-License-Identifier: GPL-2.0 */
/*
 * QEMU's machine "virt" with a GICv2, and an ivshmem-doorbell device in it.
 * Where everything is, is found in the device tree. The MMU stays off.
 */
#ifndef _BOARD_H
#define _BOARD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIT(n)	(1u << (n))

/* board.c: device tree, console, time, power */
const uint32_t *dt_compatible(const char *compatible);
const void *dt_property(const uint32_t *node, const char *name, size_t *len);
uint64_t dt_cells(const void *property, size_t at, unsigned int cells);
const char *dt_command_line(void);

void board_init(void);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_args(const char *fmt, va_list args);
uint64_t now_us(void);
_Noreturn void power_off(void);

/* gic.c: message-signalled interrupts */
#define MSI_MAX	32

void gic_init(void);
uint64_t msi_address(void);
uint32_t msi_data(unsigned int vector);
unsigned int msi_vectors(void);
uint32_t msi_count(unsigned int vector);
void msi_sleep(unsigned int vector, uint32_t seen, uint64_t until_us);

/* pci.c: the device */

/**
 * struct ivshmem - the device
 * @regs: its registers
 * @memory: the shared memory
 * @size: bytes of it
 * @vectors: interrupts that it has
 */
struct ivshmem {
	volatile uint32_t *regs;
	volatile uint32_t *memory;
	uint64_t size;
	unsigned int vectors;
};

void ivshmem_init(struct ivshmem *dev);
void ivshmem_wait(const struct ivshmem *dev, unsigned int vector);
uint32_t ivshmem_id(const struct ivshmem *dev);
void ivshmem_ring(const struct ivshmem *dev, uint32_t peer, uint32_t vector);

/* main.c: it cannot go on */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What start.S calls, and what the compiler takes to be there */
int main(void);
void gic_interrupt(void);
_Noreturn void exception(uint64_t number, uint64_t esr, uint64_t elr, uint64_t far);
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);

static inline uint32_t mmio_read(uint64_t addr)
{
	return *(volatile uint32_t *)addr;
}

static inline void mmio_write(uint64_t addr, uint32_t val)
{
	*(volatile uint32_t *)addr = val;
}

static inline bool text_same(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;

	return *a == *b;
}

#endif /* _BOARD_H */
