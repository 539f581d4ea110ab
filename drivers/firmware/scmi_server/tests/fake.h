/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resources made of memory, and the set of them that the vectors are written
 * against. Pure, as everything under protocol/.
 */
#ifndef _SCMID_FAKE_H
#define _SCMID_FAKE_H

#include "../protocol/scmid.h"

enum fake_kind_nr {
	FAKE_CLOCK,
	FAKE_POWER,
	FAKE_RESET,
	FAKE_VOLTAGE,
	FAKE_NR_KINDS
};

/* Ids of the canonical clocks; FAKE_HOLE does not exist. */
enum fake_id {
	FAKE_UART,		/* all rights, short name, three rates */
	FAKE_LONG,		/* 40 character name */
	FAKE_EIGHT,		/* list of 8 rates */
	FAKE_RANGE,		/* range with step */
	FAKE_FIXED,		/* one rate */
	FAKE_FORTY,		/* list of 40 rates */
	FAKE_FAST,		/* above 32 bits */
	FAKE_MUX,		/* five parents */
	FAKE_MUX_HIDDEN,	/* parents that the agent does not all see */
	FAKE_HOLE,
	FAKE_NONE,		/* no right at all */
	FAKE_GET,
	FAKE_GET_STATE,
	FAKE_GET_RATE,
	FAKE_STATE,		/* may be switched, not looked at */
	FAKE_BROKEN,		/* fails with -EREMOTEIO */
	FAKE_SHARED,		/* others forbid rate changes */
	FAKE_WINDOW,		/* 8 rates, of which a window grants 4 */
	FAKE_MUX_FIXED,		/* parents, but no right to choose */
	FAKE_NAME16,		/* shortest name that is a long one */
	FAKE_ID_END
};

/* Power domains */
enum fake_pd_id {
	FAKE_PD_GPU,		/* all rights, short name */
	FAKE_PD_LONG,		/* 40 character name */
	FAKE_PD_GET,		/* may be looked at, not switched */
	FAKE_PD_STATE,		/* may be switched, not looked at */
	FAKE_PD_HOLE,
	FAKE_PD_NONE,		/* no right at all */
	FAKE_PD_BROKEN,		/* fails with -EREMOTEIO */
	FAKE_PD_NAME15,		/* longest name that is a short one */
	FAKE_PD_NAME16,		/* shortest name that is a long one */
	FAKE_PD_END
};

/* Resets */
enum fake_rst_id {
	FAKE_RST_UART,		/* all rights, short name */
	FAKE_RST_LONG,		/* 40 character name */
	FAKE_RST_GET,		/* may be looked at only */
	FAKE_RST_ASSERT,	/* may be held, not pulsed */
	FAKE_RST_PULSE,		/* may be pulsed, not held */
	FAKE_RST_HOLE,
	FAKE_RST_NONE,		/* no right at all */
	FAKE_RST_BLIND,		/* may be held and pulsed, not looked at */
	FAKE_RST_BROKEN,	/* fails with -EREMOTEIO */
	FAKE_RST_SHARED,	/* others use it */
	FAKE_RST_LEVEL,		/* cannot be pulsed */
	FAKE_RST_SELF,		/* can only be pulsed */
	FAKE_RST_NAME16,	/* shortest name that is a long one */
	FAKE_RST_END
};

/* Regulators */
enum fake_vd_id {
	FAKE_VD_CORE,		/* all rights, short name, three levels */
	FAKE_VD_LONG,		/* 40 character name */
	FAKE_VD_FORTY,		/* list of 40 levels */
	FAKE_VD_RANGE,		/* range with step */
	FAKE_VD_FIXED,		/* one level */
	FAKE_VD_NEGATIVE,	/* below and above 0 */
	FAKE_VD_HOLE,
	FAKE_VD_NONE,		/* no right at all */
	FAKE_VD_GET,		/* may be looked at only */
	FAKE_VD_STATE,		/* may be switched only */
	FAKE_VD_LEVEL,		/* may be set only */
	FAKE_VD_BROKEN,		/* fails with -EREMOTEIO */
	FAKE_VD_SHARED,		/* others forbid other levels */
	FAKE_VD_SWITCH,		/* has no level */
	FAKE_VD_WINDOW,		/* 40 levels, of which a window grants 4 */
	FAKE_VD_NAME16,		/* shortest name that is a long one */
	FAKE_VD_END
};

/* None of these has more */
#define FAKE_NR_IDS		20U

/* Agents and devices that the commands about agents find */
#define FAKE_AGENT		9
#define FAKE_AGENT_LATER	10	/* what is asked of it is put off */
#define FAKE_DEVICE		0x80000001U

/* Commands about agents, as they are noted */
enum fake_asked {
	FAKE_ASKED_NOTHING,
	FAKE_ASKED_DEVICE,
	FAKE_ASKED_PROTO,
	FAKE_ASKED_RESET,
	FAKE_ASKED_DESC,
};

/**
 * struct fake_world - what all operations have in common
 * @calls: how many there were
 * @err: errno that each of them returns, 0 = as its resource says
 * @asked: the last command about agents, see FAKE_ASKED()
 */
struct fake_world {
	u32 calls;
	int err;
	u64 asked;
};

/* Which command, its flag, and protocol, agent and device; 0 if it has none */
#define FAKE_ASKED(what, flag, proto, agent, device)			\
	((u64)(what) << 60 | (u64)(flag) << 56 | (u64)(proto) << 48 |	\
	 (u64)(agent) << 32 | (device))

/**
 * struct fake_clk - a clock
 * @rate: current rate in Hz
 * @hz: ascending list; if @range: lowest, highest, step
 * @n: number of entries in @hz
 * @range: a range instead of a list
 * @window: what is left of a range within the resource's window
 * @parents: ids of possible parents; %NULL: no choice
 * @nr_parents: number of @parents
 * @parent: current parent
 * @on: prepared and enabled
 * @rate_set_err: errno that rate_set returns
 * @nr_state_set: calls of state_set
 * @nr_rate_set: calls of rate_set
 * @nr_parent_set: calls of parent_set
 * @nr_refresh: calls of rates that asked for fresh ones
 * @nr_rate_notify: calls of rate_notify
 */
struct fake_clk {
	u64 rate;
	const u64 *hz;
	u32 n;
	bool range;
	u64 window[3];
	const u16 *parents;
	u32 nr_parents;
	u32 parent;
	bool on;
	int rate_set_err;
	unsigned int nr_state_set;
	unsigned int nr_rate_set;
	unsigned int nr_parent_set;
	unsigned int nr_refresh;
	unsigned int nr_rate_notify;
};

/**
 * struct fake_pd - a power domain
 * @on: powered
 * @nr_state_set: calls of state_set
 */
struct fake_pd {
	bool on;
	unsigned int nr_state_set;
};

/**
 * struct fake_rst - a reset
 * @asserted: whether it is
 * @line_err: errno that line_set returns
 * @pulse_err: errno that pulse returns
 * @nr_line_set: calls of line_set
 * @nr_pulse: calls of pulse
 */
struct fake_rst {
	bool asserted;
	int line_err;
	int pulse_err;
	unsigned int nr_line_set;
	unsigned int nr_pulse;
};

/**
 * struct fake_vd - a regulator
 * @uv: current voltage in uV
 * @list: ascending list; if @range: lowest, highest, step; %NULL: no levels
 * @n: number of entries in @list
 * @range: a range instead of a list
 * @on: enabled
 * @level_set_err: errno that level_set returns
 * @nr_state_set: calls of state_set
 * @nr_level_set: calls of level_set
 * @nr_refresh: calls of levels that asked for fresh ones
 */
struct fake_vd {
	s32 uv;
	const s32 *list;
	u32 n;
	bool range;
	bool on;
	int level_set_err;
	unsigned int nr_state_set;
	unsigned int nr_level_set;
	unsigned int nr_refresh;
};

/**
 * struct fake - a resource
 * @world: what it has in common with others
 * @err: errno that every operation returns
 * @clk: if it is a clock
 * @pd: if it is a power domain
 * @rst: if it is a reset
 * @vd: if it is a regulator
 */
struct fake {
	struct fake_world *world;
	int err;
	union {
		struct fake_clk clk;
		struct fake_pd pd;
		struct fake_rst rst;
		struct fake_vd vd;
	};
};

/**
 * struct fake_desc - a canonical resource; no name: a hole in the id space
 * @name: name
 * @access: SCMID_ACCESS_* bits
 * @min: lowest value granted, 0 = no limit
 * @max: highest value granted, 0 = no limit
 * @fake: how it begins
 */
struct fake_desc {
	const char *name;
	u16 access;
	u64 min, max;
	struct fake fake;
};

/**
 * struct fake_kind - the canonical resources of a protocol
 * @proto: the protocol
 * @ops: their operations
 * @desc: one for each id
 * @nr: number of ids
 * @hole: the id that does not exist
 */
struct fake_kind {
	u8 proto;
	const void *ops;
	const struct fake_desc *desc;
	u32 nr;
	u32 hole;
};

#define FAKE_VENDOR		"linux"
#define FAKE_SUB_VENDOR		"scmi_server"
#define FAKE_IMPL_VERSION	0x00010203

extern const struct fake_kind scmid_fake_kinds[FAKE_NR_KINDS];

#endif /* _SCMID_FAKE_H */
