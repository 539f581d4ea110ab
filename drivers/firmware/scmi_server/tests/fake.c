// SPDX-License-Identifier: GPL-2.0
/*
 * Clocks made of memory.
 */

#include <linux/array_size.h>

#include "fake.h"

#define MHZ	1000000ULL

static const u64 fake_uart_hz[] = { 1843200, 24000000, 48000000 };

static const u64 fake_eight_hz[] = {
	100 * MHZ, 200 * MHZ, 300 * MHZ, 400 * MHZ,
	500 * MHZ, 600 * MHZ, 700 * MHZ, 800 * MHZ,
};

static const u64 fake_range_hz[] = { 100 * MHZ, 1000 * MHZ, 50 * MHZ };
static const u64 fake_fixed_hz[] = { 32768 };

static const u64 fake_forty_hz[] = {
	1 * MHZ, 2 * MHZ, 3 * MHZ, 4 * MHZ, 5 * MHZ,
	6 * MHZ, 7 * MHZ, 8 * MHZ, 9 * MHZ, 10 * MHZ,
	11 * MHZ, 12 * MHZ, 13 * MHZ, 14 * MHZ, 15 * MHZ,
	16 * MHZ, 17 * MHZ, 18 * MHZ, 19 * MHZ, 20 * MHZ,
	21 * MHZ, 22 * MHZ, 23 * MHZ, 24 * MHZ, 25 * MHZ,
	26 * MHZ, 27 * MHZ, 28 * MHZ, 29 * MHZ, 30 * MHZ,
	31 * MHZ, 32 * MHZ, 33 * MHZ, 34 * MHZ, 35 * MHZ,
	36 * MHZ, 37 * MHZ, 38 * MHZ, 39 * MHZ, 40 * MHZ,
};

static const u64 fake_fast_hz[] = { 0xffffffffULL, 0x100000000ULL, 6000 * MHZ };

static const u16 fake_parents[] = {
	FAKE_UART, FAKE_EIGHT, FAKE_RANGE, FAKE_FIXED, FAKE_FORTY,
};

#define FAKE_ALL	(SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE | \
			 SCMID_ACCESS_PARENT | SCMID_ACCESS_NOTIFY)
#define FAKE_PARENTS	.parents = fake_parents, .nr_parents = ARRAY_SIZE(fake_parents)

const struct fake_desc scmid_fake_descs[FAKE_ID_END] = {
	[FAKE_UART] = {
		.name = "uart", .access = FAKE_ALL,
		.clk = { .hz = fake_uart_hz, .n = ARRAY_SIZE(fake_uart_hz), .rate = 24 * MHZ },
	},
	[FAKE_LONG] = {
		.name = "display-controller-pixel-clock-number-00",
		.access = FAKE_ALL,
		.clk = { .hz = fake_fixed_hz, .n = ARRAY_SIZE(fake_fixed_hz), .rate = 32768 },
	},
	[FAKE_EIGHT] = {
		.name = "eight", .access = FAKE_ALL,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ },
	},
	[FAKE_RANGE] = {
		.name = "range", .access = FAKE_ALL,
		.clk = { .hz = fake_range_hz, .n = ARRAY_SIZE(fake_range_hz),
			 .range = true, .rate = 500 * MHZ },
	},
	[FAKE_FIXED] = {
		.name = "fixed", .access = FAKE_ALL,
		.clk = { .hz = fake_fixed_hz, .n = ARRAY_SIZE(fake_fixed_hz), .rate = 32768 },
	},
	[FAKE_FORTY] = {
		.name = "forty", .access = FAKE_ALL,
		.clk = { .hz = fake_forty_hz, .n = ARRAY_SIZE(fake_forty_hz), .rate = 40 * MHZ },
	},
	[FAKE_FAST] = {
		.name = "fast", .access = FAKE_ALL,
		.clk = { .hz = fake_fast_hz, .n = ARRAY_SIZE(fake_fast_hz), .rate = 6000 * MHZ },
	},
	[FAKE_MUX] = {
		.name = "mux", .access = FAKE_ALL,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			 .rate = 100 * MHZ, .parent = FAKE_EIGHT },
	},
	[FAKE_MUX_HIDDEN] = {
		.name = "mux-hidden", .access = FAKE_ALL,
		.clk = { .hz = fake_fixed_hz, .n = ARRAY_SIZE(fake_fixed_hz), .rate = 32768 },
	},
	[FAKE_NONE] = {
		.name = "none",
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz),
			 FAKE_PARENTS, .rate = 100 * MHZ },
	},
	[FAKE_GET] = {
		.name = "get", .access = SCMID_ACCESS_GET,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ },
	},
	[FAKE_GET_STATE] = {
		.name = "get-state",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ },
	},
	[FAKE_GET_RATE] = {
		.name = "get-rate",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_RATE,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ },
	},
	[FAKE_STATE] = {
		.name = "state", .access = SCMID_ACCESS_STATE,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ },
	},
	[FAKE_BROKEN] = {
		.name = "broken", .access = FAKE_ALL,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			 .rate = 100 * MHZ, .err = -EREMOTEIO },
	},
	[FAKE_SHARED] = {
		.name = "shared", .access = FAKE_ALL,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 100 * MHZ,
			 .rate_set_err = -EACCES },
	},
	[FAKE_WINDOW] = {
		.name = "fifteen-letters", .access = FAKE_ALL,
		.min = 300 * MHZ, .max = 650 * MHZ,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), .rate = 300 * MHZ },
	},
	[FAKE_MUX_FIXED] = {
		.name = "mux-fixed",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE,
		.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			 .rate = 100 * MHZ, .parent = FAKE_EIGHT },
	},
	[FAKE_NAME16] = {
		.name = "sixteen-letters!", .access = FAKE_ALL,
		.min = 125 * MHZ, .max = 420 * MHZ,
		.clk = { .hz = fake_range_hz, .n = ARRAY_SIZE(fake_range_hz),
			 .range = true, .rate = 200 * MHZ },
	},
};

/* Rate number @i, window or not; steps are few, so no division is needed. */
static bool fake_nth(const struct fake_clk *clk, u32 i, u64 *hz)
{
	if (clk->range) {
		*hz = clk->hz[0] + i * clk->hz[2];
		return *hz <= clk->hz[1];
	}

	if (i >= clk->n)
		return false;

	*hz = clk->hz[i];
	return true;
}

static bool fake_granted(const struct scmid_res *res, u64 hz)
{
	return hz >= res->min && (!res->max || hz <= res->max);
}

static int fake_rate_get(struct scmid_res *res, u64 *hz)
{
	struct fake_clk *clk = res->priv;

	if (clk->err)
		return clk->err;

	*hz = clk->rate;
	return 0;
}

static int fake_rate_set(struct scmid_res *res, u64 want, enum scmid_round round)
{
	struct fake_clk *clk = res->priv;
	u64 hz, below = 0, above = 0;
	u32 i;

	clk->nr_rate_set++;
	if (clk->err)
		return clk->err;
	if (clk->rate_set_err)
		return clk->rate_set_err;

	for (i = 0; fake_nth(clk, i, &hz); i++) {
		if (!fake_granted(res, hz))
			continue;
		if (hz <= want)
			below = hz;
		if (hz >= want && !above)
			above = hz;
	}

	/* No rounding makes sense of a request above the highest rate. */
	if (!above)
		return -EINVAL;

	switch (round) {
	case SCMID_ROUND_UP:
		hz = above;
		break;
	case SCMID_ROUND_NEAREST:
		hz = below && want - below <= above - want ? below : above;
		break;
	default:
		hz = below;
		break;
	}
	if (!hz)
		return -EINVAL;

	clk->rate = hz;
	return 0;
}

static int fake_rates(struct scmid_res *res, bool refresh, struct scmid_rates *rates)
{
	struct fake_clk *clk = res->priv;
	u32 i, first = 0, n = 0;
	u64 hz;

	if (clk->err)
		return clk->err;

	clk->nr_refresh += refresh;
	for (i = 0; fake_nth(clk, i, &hz); i++) {
		if (!fake_granted(res, hz))
			continue;
		if (!n++) {
			first = i;
			clk->window[0] = hz;
		}
		clk->window[1] = hz;
	}

	rates->range = clk->range;
	if (clk->range) {
		clk->window[2] = clk->hz[2];
		rates->hz = clk->window;
		rates->n = ARRAY_SIZE(clk->window);
	} else {
		rates->hz = &clk->hz[first];
		rates->n = n;
	}

	return 0;
}

static int fake_state_set(struct scmid_res *res, bool on)
{
	struct fake_clk *clk = res->priv;

	clk->nr_state_set++;
	if (clk->err)
		return clk->err;

	clk->on = on;
	res->vote = on;
	return 0;
}

static int fake_parents_get(struct scmid_res *res, struct scmid_parents *parents)
{
	struct fake_clk *clk = res->priv;

	if (clk->err)
		return clk->err;
	if (!clk->parents)
		return -EOPNOTSUPP;

	parents->n = clk->nr_parents;
	memcpy(parents->id, clk->parents, clk->nr_parents * sizeof(*clk->parents));
	return 0;
}

static int fake_parent_get(struct scmid_res *res, u32 *id)
{
	struct fake_clk *clk = res->priv;

	if (clk->err)
		return clk->err;
	if (!clk->parents)
		return -EOPNOTSUPP;

	*id = clk->parent;
	return 0;
}

static int fake_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	struct fake_clk *clk = res->priv;
	u32 i;

	clk->nr_parent_set++;
	if (clk->err)
		return clk->err;

	for (i = 0; i < clk->nr_parents; i++) {
		if (clk->parents[i] == parent->id) {
			clk->parent = parent->id;
			return 0;
		}
	}

	return -EINVAL;
}

const struct scmid_clk_ops scmid_fake_clk_ops = {
	.rate_get = fake_rate_get,
	.rate_set = fake_rate_set,
	.rates = fake_rates,
	.state_set = fake_state_set,
	.parents = fake_parents_get,
	.parent_get = fake_parent_get,
	.parent_set = fake_parent_set,
};
