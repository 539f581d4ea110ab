/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An SCMI agent on a shared-memory channel, for firmware: no operating system,
 * no memory allocation, one command at a time.
 *
 * The board fills in &struct scmi_chan. Everything else is here.
 */
#ifndef _CLIENT_H
#define _CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIT(n)	(1u << (n))

enum scmi_proto {
	SCMI_BASE	= 0x10,
	SCMI_POWER	= 0x11,
	SCMI_CLOCK	= 0x14,
	SCMI_RESET	= 0x16,
	SCMI_VOLTAGE	= 0x17,
};

/* Commands: those of every protocol, and those of each */
enum scmi_cmd {
	SCMI_VERSION			= 0x0,
	SCMI_ATTRIBUTES			= 0x1,
	SCMI_MESSAGE_ATTRIBUTES		= 0x2,

	SCMI_BASE_VENDOR		= 0x3,
	SCMI_BASE_SUB_VENDOR		= 0x4,
	SCMI_BASE_IMPL_VERSION		= 0x5,
	SCMI_BASE_LIST_PROTOCOLS	= 0x6,
	SCMI_BASE_DISCOVER_AGENT	= 0x7,
	SCMI_BASE_RESET_AGENT		= 0xb,

	SCMI_DOMAIN_ATTRIBUTES		= 0x3,	/* of a clock, a domain, a line: the same */

	SCMI_POWER_STATE_SET		= 0x4,
	SCMI_POWER_STATE_GET		= 0x5,

	SCMI_CLOCK_DESCRIBE_RATES	= 0x4,
	SCMI_CLOCK_RATE_SET		= 0x5,
	SCMI_CLOCK_RATE_GET		= 0x6,
	SCMI_CLOCK_CONFIG_SET		= 0x7,
	SCMI_CLOCK_CONFIG_GET		= 0xb,

	SCMI_RESET_RESET		= 0x4,

	SCMI_VOLTAGE_DESCRIBE_LEVELS	= 0x4,
	SCMI_VOLTAGE_CONFIG_SET		= 0x5,
	SCMI_VOLTAGE_CONFIG_GET		= 0x6,
	SCMI_VOLTAGE_LEVEL_SET		= 0x7,
	SCMI_VOLTAGE_LEVEL_GET		= 0x8,
};

#define SCMI_POWER_ON		0u
#define SCMI_POWER_OFF		BIT(30)
#define SCMI_VOLTAGE_ON		7u
#define SCMI_VOLTAGE_OFF	0u

/*
 * Negative results. The first ones are those of the platform and leave the
 * channel as good as before; the rest is about the channel.
 */
enum scmi_error {
	SCMI_NOT_SUPPORTED	= -1,
	SCMI_INVALID_PARAMETERS	= -2,
	SCMI_DENIED		= -3,
	SCMI_NOT_FOUND		= -4,
	SCMI_OUT_OF_RANGE	= -5,
	SCMI_BUSY		= -6,
	SCMI_COMMS_ERROR	= -7,
	SCMI_GENERIC_ERROR	= -8,
	SCMI_HARDWARE_ERROR	= -9,
	SCMI_PROTOCOL_ERROR	= -10,

	SCMI_NOT_FREE		= -1001,	/* the platform still has the area */
	SCMI_NO_ANSWER		= -1002,	/* nor did it give it back in time */
	SCMI_BAD_REPLY		= -1003,	/* of another command, or of odd length */
	SCMI_TOO_LONG		= -1004,	/* more than the area, or the caller, can take */
};

/* The area, in words of 32 bits */
#define SMT_STATUS	1
#define SMT_FLAGS	4
#define SMT_LENGTH	5
#define SMT_HEADER	6
#define SMT_PAYLOAD	7

#define SMT_FREE	BIT(0)	/* in the status: it is the agent's */
#define SMT_ERROR	BIT(1)
#define SMT_INTERRUPT	BIT(0)	/* in the flags: wanted when it is done */

/* Bytes before the message, and those of a reply's header and status */
#define SMT_HEAD	(SMT_HEADER * 4u)
#define SMT_REPLY	8u

/**
 * struct scmi_chan - a channel to the platform
 * @area: the shared memory, mapped uncached
 * @size: its bytes
 * @interrupt: have the platform say when it is done; else the area is polled
 * @timeout_us: longest time that the platform may take for a command
 * @token: of the next command
 * @commands: how many times the area was handed over
 * @ring: ring the platform's doorbell
 * @now_us: a clock
 * @interrupts: how many there were on this channel; if @interrupt
 * @sleep: sleep until these are not @seen any more, or until a time of @now_us;
 *	likewise
 */
struct scmi_chan {
	volatile uint32_t *area;
	uint32_t size;
	bool interrupt;
	uint32_t timeout_us;
	uint32_t token;
	uint32_t commands;
	void (*ring)(void);
	uint64_t (*now_us)(void);
	uint32_t (*interrupts)(void);
	void (*sleep)(uint32_t seen, uint64_t until_us);
};

/* A header, and what it is made of */
static inline uint32_t scmi_header(uint32_t proto, uint32_t cmd, uint32_t token)
{
	return cmd | proto << 10 | (token & 0x3ff) << 18;
}

int scmi_start(struct scmi_chan *chan, uint64_t wait_us);
bool scmi_free(const struct scmi_chan *chan);
int scmi_exchange(struct scmi_chan *chan, uint32_t header, uint32_t length,
		  const uint32_t *payload, size_t words);
int scmi_reply(const struct scmi_chan *chan, uint32_t header, uint32_t *ret, size_t room);
int scmi_call(struct scmi_chan *chan, uint32_t proto, uint32_t cmd, const uint32_t *args,
	      size_t nargs, uint32_t *ret, size_t room);
int scmi_command(struct scmi_chan *chan, uint32_t proto, uint32_t cmd, const uint32_t *args,
		 size_t nargs, uint32_t *ret, size_t nret);

int scmi_version(struct scmi_chan *chan, uint32_t proto, uint32_t *version);
int scmi_count(struct scmi_chan *chan, uint32_t proto, uint32_t *count);
int scmi_find(struct scmi_chan *chan, uint32_t proto, const char *name, uint32_t *id);

int scmi_clock_set(struct scmi_chan *chan, uint32_t id, bool on);
int scmi_clock_get(struct scmi_chan *chan, uint32_t id, bool *on);
int scmi_clock_rate_set(struct scmi_chan *chan, uint32_t id, uint64_t hz);
int scmi_clock_rate_get(struct scmi_chan *chan, uint32_t id, uint64_t *hz);
int scmi_reset_line(struct scmi_chan *chan, uint32_t id, bool asserted);
int scmi_reset_pulse(struct scmi_chan *chan, uint32_t id);
int scmi_voltage_set(struct scmi_chan *chan, uint32_t id, bool on);
int scmi_voltage_get(struct scmi_chan *chan, uint32_t id, bool *on);
int scmi_voltage_level_set(struct scmi_chan *chan, uint32_t id, int32_t uv);
int scmi_voltage_level_get(struct scmi_chan *chan, uint32_t id, int32_t *uv);
int scmi_power_set(struct scmi_chan *chan, uint32_t id, bool on);
int scmi_power_get(struct scmi_chan *chan, uint32_t id, bool *on);

#endif /* _CLIENT_H */
