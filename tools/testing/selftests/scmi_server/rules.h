/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What agents, operator and host may do to hardware that they share, and what
 * comes of it: the documentation as a program. It knows no kernel code, and
 * tells for every act its result and the state of the hardware after it.
 */
#ifndef _SCMI_RULES_H
#define _SCMI_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define AGENTS	3

/* What each agent has, and all have the same: device "trioN". */
enum kind { GATE, SYN, SUPPLY, LINE, DOMAIN, KINDS };

/* Protocols, as bits of "denied" */
enum { CLOCK = 1, VOLTAGE = 2, RESET = 4, POWER = 8, ALL_PROTOS = 15 };

/* Rights, as bits of "access" */
enum {
	GET = 1, STATE = 2, RATE = 4, LEVEL = 8, PARENT = 16, ASSERT = 32, PULSE = 64,
	NOTIFY = 128,
};

enum policy { RANGE, SHARED, FLOOR, EXCLUSIVE, POLICIES };

enum line { NONE, ASSERTED, DEASSERTED };

/* SCMI's statuses */
enum {
	OK = 0, NOT_SUPPORTED = -1, INVALID = -2, DENIED = -3, NOT_FOUND = -4, BUSY = -6,
	GENERIC = -8,
};

#define SYN_MIN		1000000ull
#define SYN_MAX		999999999ull
#define UV_MIN		700000
#define UV_MAX		1300000
#define UV_STEP		25000

/**
 * struct res - a resource of an agent
 * @access: rights that the operator gave
 * @min: window: lowest value, 0 = no limit
 * @max: window: highest value, 0 = no limit
 * @policy: what its rate means to others
 * @on: it votes for "on"
 * @want: the value it votes for, 0 = none
 * @past: somebody else has set another rate since
 * @line: its vote, for a reset line
 */
struct res {
	unsigned int access;
	uint64_t min, max;
	enum policy policy;
	bool on;
	uint64_t want;
	bool past;
	enum line line;
};

/**
 * struct agent - an agent and its one grant
 * @up: it has a channel, with a driver
 * @live: it is let in
 * @trusted: it may command permissions
 * @rediscovers: that it asks for the version of Base tells that it was restarted
 * @enabled: the device is granted
 * @shared: as in configfs
 * @denied: protocols
 * @res: its resources
 */
struct agent {
	bool up, live, trusted, rediscovers, enabled, shared;
	unsigned int denied;
	struct res res[KINDS];
};

/**
 * struct hw - the hardware
 * @on: gates, supply and domain; a line that is on is asserted
 * @hz: rate of SYN
 * @uv: voltage of SUPPLY
 */
struct hw {
	bool on[KINDS];
	uint64_t hz, uv;
};

/**
 * struct rules - everything there is
 * @agent: the agents
 * @hw: the hardware
 * @host_on: votes of the host's own user
 * @host_uv_min: what it asks of the supply; 0 = never asked
 * @host_uv_max: see there
 * @latest: the agents, the one that asked for a rate last first
 * @hz_base: rate that nobody of them asked for
 * @hz_made: rate after the last that an agent did to it
 * @uv_base: voltage before the first of them asked for one
 * @uv_made: voltage after the last that an agent did to it
 */
struct rules {
	struct agent agent[AGENTS];
	struct hw hw;
	bool host_on[KINDS];
	uint64_t host_uv_min, host_uv_max;
	int latest[AGENTS];
	uint64_t hz_base, hz_made;
	uint64_t uv_base, uv_made;
};

enum act {
	/* Messages of agent @a; the result is SCMI's status */
	MSG_STATE,	/* @kind, @value: 0 or 1 */
	MSG_RATE,	/* @value */
	MSG_LEVEL,	/* @value */
	MSG_RESET,	/* @value: LINE_* */
	MSG_READ_STATE,	/* @kind; the answer goes to @value */
	MSG_READ_VALUE,	/* @kind; likewise */
	MSG_PERMIT,	/* agent @b, @mask: protocols, @value: allow */
	MSG_FORGET,	/* agent @b, @value: permissions, too */
	MSG_VERSION,	/* of Base */
	/* Files of agent @a; the result is 0 or a negative errno */
	CFG_ACCESS,	/* @kind, @mask */
	CFG_MIN,	/* @kind, @value */
	CFG_MAX,	/* @kind, @value */
	CFG_POLICY,	/* @value */
	CFG_DENIED,	/* @mask */
	CFG_SHARED,	/* @value */
	CFG_ENABLE,	/* @value */
	CFG_LIVE,	/* @value */
	CFG_TRUSTED,	/* @value */
	CFG_RESET,
	/* The VMM of agent @a */
	VMM_KILL,
	VMM_START,
	/* The host's own user; the result is 0 or a negative errno */
	HOST_STATE,	/* @kind, @value */
	HOST_RATE,	/* @value */
	HOST_UV,	/* @value to @value2 */
	ACTS
};

enum { LINE_DEASSERT, LINE_ASSERT, LINE_PULSE };

/**
 * struct op - somebody does something
 * @act: what
 * @a: who, or to whose files
 * @b: to whom
 * @kind: to which resource
 * @mask: see enum act
 * @value: likewise
 * @value2: likewise
 */
struct op {
	enum act act;
	int a, b;
	enum kind kind;
	unsigned int mask;
	uint64_t value, value2;
};

unsigned int kind_proto(enum kind kind);
unsigned int kind_rights(enum kind kind);
unsigned int kind_default(enum kind kind);

void rules_init(struct rules *r);
void rules_config(struct rules *r, int a);
int rules_apply(struct rules *r, struct op *op);
void rules_result(struct rules *r);
bool rules_host_in_the_way(const struct rules *r, const struct op *op);

#endif /* _SCMI_RULES_H */
