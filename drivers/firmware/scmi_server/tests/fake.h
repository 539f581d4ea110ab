/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks made of memory, and the set of them that the vectors are written
 * against. Pure, as everything under protocol/.
 */
#ifndef _SCMID_FAKE_H
#define _SCMID_FAKE_H

#include "../protocol/scmid.h"

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
 * @err: errno that every operation returns
 * @rate_set_err: errno that rate_set returns
 * @nr_state_set: calls of state_set
 * @nr_rate_set: calls of rate_set
 * @nr_parent_set: calls of parent_set
 * @nr_refresh: calls of rates that asked for fresh ones
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
	int err;
	int rate_set_err;
	unsigned int nr_state_set;
	unsigned int nr_rate_set;
	unsigned int nr_parent_set;
	unsigned int nr_refresh;
};

/**
 * struct fake_desc - a canonical clock; no name: a hole in the id space
 * @name: name
 * @access: SCMID_ACCESS_* bits
 * @min: lowest rate granted, 0 = no limit
 * @max: highest rate granted, 0 = no limit
 * @clk: how the clock begins
 */
struct fake_desc {
	const char *name;
	u16 access;
	u64 min, max;
	struct fake_clk clk;
};

#define FAKE_VENDOR		"linux"
#define FAKE_SUB_VENDOR		"scmi_server"
#define FAKE_IMPL_VERSION	0x00010203

extern const struct fake_desc scmid_fake_descs[FAKE_ID_END];
extern const struct scmid_clk_ops scmid_fake_clk_ops;

#endif /* _SCMID_FAKE_H */
