// SPDX-License-Identifier: GPL-2.0
/*
 * The machine: its device tree, a console, a clock, and an end.
 */

#include "board.h"

/* --- device tree: QEMU puts it at the start of memory ------------------------ */

#define DT		((const uint32_t *)0x40000000)
#define DT_MAGIC	0xd00dfeed
#define DT_BEGIN_NODE	1
#define DT_END_NODE	2
#define DT_PROP		3
#define DT_NOP		4

static uint32_t dt_word(const void *at)
{
	return __builtin_bswap32(*(const uint32_t *)at);
}

static const char *dt_string(uint32_t at)
{
	return (const char *)DT + dt_word(DT + 3) + at;
}

static const uint32_t *dt_padded(const uint32_t *at, size_t bytes)
{
	return at + (bytes + 3) / 4;
}

static size_t text_len(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;

	return n;
}

/* What follows the token at @at, or NULL at the end. */
static const uint32_t *dt_next(const uint32_t *at)
{
	switch (dt_word(at)) {
	case DT_BEGIN_NODE:
		return dt_padded(at + 1, text_len((const char *)(at + 1)) + 1);
	case DT_PROP:
		return dt_padded(at + 3, dt_word(at + 1));
	case DT_END_NODE:
	case DT_NOP:
		return at + 1;
	default:
		return NULL;
	}
}

static const uint32_t *dt_structure(void)
{
	/* There is no console yet to complain to. */
	if (dt_word(DT) != DT_MAGIC)
		power_off();

	return DT + dt_word(DT + 2) / 4;
}

/* A property of a node, which begins at @node. */
const void *dt_property(const uint32_t *node, const char *name, size_t *len)
{
	const uint32_t *at = dt_next(node);

	for (; at && (dt_word(at) == DT_PROP || dt_word(at) == DT_NOP); at = dt_next(at)) {
		if (dt_word(at) != DT_PROP || !text_same(dt_string(dt_word(at + 2)), name))
			continue;
		if (len)
			*len = dt_word(at + 1);
		return at + 3;
	}

	return NULL;
}

const uint32_t *dt_compatible(const char *compatible)
{
	const uint32_t *at;
	const char *list;
	size_t len, i;

	for (at = dt_structure(); at; at = dt_next(at)) {
		if (dt_word(at) != DT_BEGIN_NODE)
			continue;
		list = dt_property(at, "compatible", &len);
		if (!list)
			continue;
		for (i = 0; i < len; i += text_len(list + i) + 1)
			if (text_same(list + i, compatible))
				return at;
	}

	return NULL;
}

/* A number of some cells, which begins at cell @at. */
uint64_t dt_cells(const void *property, size_t at, unsigned int cells)
{
	uint64_t val = 0;

	for (; cells; cells--)
		val = val << 32 | dt_word((const uint32_t *)property + at++);

	return val;
}

const char *dt_command_line(void)
{
	const uint32_t *at;
	const char *args;

	for (at = dt_structure(); at; at = dt_next(at)) {
		if (dt_word(at) != DT_BEGIN_NODE || !text_same((const char *)(at + 1), "chosen"))
			continue;
		args = dt_property(at, "bootargs", NULL);
		if (args)
			return args;
	}

	return "";
}

/* --- console: a PL011 -------------------------------------------------------- */

#define UART_DR		0x00
#define UART_FR		0x18
#define UART_FR_TXFF	BIT(5)
#define UART_FR_BUSY	BIT(3)

static uint64_t uart;

static void put_char(char c)
{
	while (mmio_read(uart + UART_FR) & UART_FR_TXFF)
		;
	mmio_write(uart + UART_DR, (uint8_t)c);
}

static void put_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			put_char('\r');
		put_char(*s);
	}
}

static void put_number(uint64_t val, unsigned int base)
{
	char buf[21];
	unsigned int i = sizeof(buf) - 1;

	buf[i] = '\0';
	do {
		buf[--i] = "0123456789abcdef"[val % base];
		val /= base;
	} while (val);
	put_text(buf + i);
}

/* %s %d %u %x %ld %lu %lx, and nothing beside */
void say_args(const char *fmt, va_list args)
{
	char one[2] = "";
	bool wide;
	int64_t val;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			one[0] = *fmt;
			put_text(one);
			continue;
		}
		wide = *++fmt == 'l';
		fmt += wide;
		switch (*fmt) {
		case 's':
			put_text(va_arg(args, const char *));
			break;
		case 'd':
			val = wide ? va_arg(args, int64_t) : va_arg(args, int);
			if (val < 0)
				put_char('-');
			put_number(val < 0 ? -(uint64_t)val : (uint64_t)val, 10);
			break;
		case 'u':
		case 'x':
			put_number(wide ? va_arg(args, uint64_t) : va_arg(args, unsigned int),
				   *fmt == 'x' ? 16 : 10);
			break;
		}
	}
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_args(fmt, args);
	va_end(args);
}

void exception(uint64_t number, uint64_t esr, uint64_t elr, uint64_t far)
{
	die("exception %lu at 0x%lx, syndrome 0x%lx, address 0x%lx", number, elr, esr, far);
}

/* --- time and power ---------------------------------------------------------- */

uint64_t now_us(void)
{
	uint64_t ticks, hz;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));

	return ticks / hz * 1000000 + ticks % hz * 1000000 / hz;
}

#define PSCI_SYSTEM_OFF	0x84000008

static bool psci_smc;

void power_off(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_OFF;

	while (uart && mmio_read(uart + UART_FR) & UART_FR_BUSY)
		;
	if (psci_smc)
		__asm__ volatile("smc #0" : "+r"(x0) : : "memory");
	else
		__asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
	for (;;)
		__asm__ volatile("wfi");
}

void board_init(void)
{
	const uint32_t *node = dt_compatible("arm,psci-0.2");
	const char *method = node ? dt_property(node, "method", NULL) : NULL;
	const void *reg;

	psci_smc = method && text_same(method, "smc");
	node = dt_compatible("arm,pl011");
	reg = node ? dt_property(node, "reg", NULL) : NULL;
	if (!reg)
		power_off();
	uart = dt_cells(reg, 0, 2);
}

void *memset(void *to, int c, size_t n)
{
	volatile char *p = to;

	while (n--)
		*p++ = (char)c;

	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	const volatile char *s = from;
	volatile char *p = to;

	while (n--)
		*p++ = *s++;

	return to;
}
