// SPDX-License-Identifier: GPL-2.0
/*
 * Resources made of memory.
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
#define FAKE_PD_ALL	(SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_NOTIFY)
#define FAKE_RST_ALL	(SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE | \
			 SCMID_ACCESS_NOTIFY)
#define FAKE_VD_ALL	(SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL)
#define FAKE_HZ(of, now)	.fake.clk = { .hz = fake_##of##_hz,	\
	.n = ARRAY_SIZE(fake_##of##_hz), .rate = (now) }
#define FAKE_PARENTS	.parents = fake_parents, .nr_parents = ARRAY_SIZE(fake_parents)

static const struct fake_desc fake_clks[FAKE_ID_END] = {
	[FAKE_UART] = {
		.name = "uart", .access = FAKE_ALL,
		FAKE_HZ(uart, 24 * MHZ),
	},
	[FAKE_LONG] = {
		.name = "display-controller-pixel-clock-number-00",
		.access = FAKE_ALL,
		FAKE_HZ(fixed, 32768),
	},
	[FAKE_EIGHT] = {
		.name = "eight", .access = FAKE_ALL,
		FAKE_HZ(eight, 100 * MHZ),
	},
	[FAKE_RANGE] = {
		.name = "range", .access = FAKE_ALL,
		.fake.clk = { .hz = fake_range_hz, .n = ARRAY_SIZE(fake_range_hz),
			      .range = true, .rate = 500 * MHZ },
	},
	[FAKE_FIXED] = {
		.name = "fixed", .access = FAKE_ALL,
		FAKE_HZ(fixed, 32768),
	},
	[FAKE_FORTY] = {
		.name = "forty", .access = FAKE_ALL,
		FAKE_HZ(forty, 40 * MHZ),
	},
	[FAKE_FAST] = {
		.name = "fast", .access = FAKE_ALL,
		FAKE_HZ(fast, 6000 * MHZ),
	},
	[FAKE_MUX] = {
		.name = "mux", .access = FAKE_ALL,
		.fake.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			      .rate = 100 * MHZ, .parent = FAKE_EIGHT },
	},
	[FAKE_MUX_HIDDEN] = {
		.name = "mux-hidden", .access = FAKE_ALL,
		FAKE_HZ(fixed, 32768),
	},
	[FAKE_NONE] = {
		.name = "none",
		.fake.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz),
			      FAKE_PARENTS, .rate = 100 * MHZ },
	},
	[FAKE_GET] = {
		.name = "get", .access = SCMID_ACCESS_GET,
		FAKE_HZ(eight, 100 * MHZ),
	},
	[FAKE_GET_STATE] = {
		.name = "get-state",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
		FAKE_HZ(eight, 100 * MHZ),
	},
	[FAKE_GET_RATE] = {
		.name = "get-rate",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_RATE,
		FAKE_HZ(eight, 100 * MHZ),
	},
	[FAKE_STATE] = {
		.name = "state", .access = SCMID_ACCESS_STATE,
		FAKE_HZ(eight, 100 * MHZ),
	},
	[FAKE_BROKEN] = {
		.name = "broken", .access = FAKE_ALL,
		.fake.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			      .rate = 100 * MHZ },
		.fake.err = -EREMOTEIO,
	},
	[FAKE_SHARED] = {
		.name = "shared", .access = FAKE_ALL,
		.fake.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz),
			      .rate = 100 * MHZ, .rate_set_err = -EACCES },
	},
	[FAKE_WINDOW] = {
		.name = "fifteen-letters", .access = FAKE_ALL,
		.min = 300 * MHZ, .max = 650 * MHZ,
		FAKE_HZ(eight, 300 * MHZ),
	},
	[FAKE_MUX_FIXED] = {
		.name = "mux-fixed",
		.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE,
		.fake.clk = { .hz = fake_eight_hz, .n = ARRAY_SIZE(fake_eight_hz), FAKE_PARENTS,
			      .rate = 100 * MHZ, .parent = FAKE_EIGHT },
	},
	[FAKE_NAME16] = {
		.name = "sixteen-letters!", .access = FAKE_ALL,
		.min = 125 * MHZ, .max = 420 * MHZ,
		.fake.clk = { .hz = fake_range_hz, .n = ARRAY_SIZE(fake_range_hz),
			      .range = true, .rate = 200 * MHZ },
	},
};

static const struct fake_desc fake_pds[FAKE_PD_END] = {
	[FAKE_PD_GPU] = { .name = "gpu", .access = FAKE_PD_ALL },
	[FAKE_PD_LONG] = {
		.name = "display-controller-power-domain-number-0", .access = FAKE_PD_ALL,
	},
	[FAKE_PD_GET] = { .name = "get", .access = SCMID_ACCESS_GET },
	[FAKE_PD_STATE] = { .name = "state", .access = SCMID_ACCESS_STATE },
	[FAKE_PD_NONE] = { .name = "none" },
	[FAKE_PD_BROKEN] = {
		.name = "broken", .access = FAKE_PD_ALL, .fake.err = -EREMOTEIO,
	},
	[FAKE_PD_NAME15] = { .name = "fifteen-letters", .access = FAKE_PD_ALL },
	[FAKE_PD_NAME16] = { .name = "sixteen-letters!", .access = FAKE_PD_ALL },
};

static const struct fake_desc fake_rsts[FAKE_RST_END] = {
	[FAKE_RST_UART] = { .name = "uart", .access = FAKE_RST_ALL, .fake.rst.asserted = true },
	[FAKE_RST_LONG] = {
		.name = "display-controller-reset-line-number-000", .access = FAKE_RST_ALL,
	},
	[FAKE_RST_GET] = { .name = "get", .access = SCMID_ACCESS_GET },
	[FAKE_RST_ASSERT] = {
		.name = "assert", .access = SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT,
	},
	[FAKE_RST_PULSE] = {
		.name = "pulse", .access = SCMID_ACCESS_GET | SCMID_ACCESS_PULSE,
	},
	[FAKE_RST_NONE] = { .name = "none" },
	[FAKE_RST_BLIND] = {
		.name = "blind", .access = SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	},
	[FAKE_RST_BROKEN] = {
		.name = "broken", .access = FAKE_RST_ALL, .fake.err = -EREMOTEIO,
	},
	[FAKE_RST_SHARED] = {
		.name = "shared", .access = FAKE_RST_ALL,
		.fake.rst = { .line_err = -EBUSY, .pulse_err = -EIO },
	},
	[FAKE_RST_LEVEL] = {
		.name = "level", .access = FAKE_RST_ALL, .fake.rst.pulse_err = -EOPNOTSUPP,
	},
	[FAKE_RST_SELF] = {
		.name = "self", .access = FAKE_RST_ALL, .fake.rst.line_err = -EOPNOTSUPP,
	},
	[FAKE_RST_NAME16] = { .name = "sixteen-letters!", .access = FAKE_RST_ALL },
};

static const s32 fake_core_uv[] = { 800000, 900000, 1100000 };
static const s32 fake_range_uv[] = { 600000, 1200000, 12500 };
static const s32 fake_fixed_uv[] = { 3300000 };
static const s32 fake_negative_uv[] = { -2000000000, -5000000, -1, 0, 2147483647 };

static const s32 fake_forty_uv[] = {
	1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000,
	11000, 12000, 13000, 14000, 15000, 16000, 17000, 18000, 19000, 20000,
	21000, 22000, 23000, 24000, 25000, 26000, 27000, 28000, 29000, 30000,
	31000, 32000, 33000, 34000, 35000, 36000, 37000, 38000, 39000, 40000,
};

#define FAKE_UV(of, now)	.fake.vd = { .list = fake_##of##_uv,	\
	.n = ARRAY_SIZE(fake_##of##_uv), .uv = (now) }

static const struct fake_desc fake_vds[FAKE_VD_END] = {
	[FAKE_VD_CORE] = { .name = "core", .access = FAKE_VD_ALL, FAKE_UV(core, 900000) },
	[FAKE_VD_LONG] = {
		.name = "display-controller-supply-rail-number-00", .access = FAKE_VD_ALL,
		FAKE_UV(fixed, 3300000),
	},
	[FAKE_VD_FORTY] = { .name = "forty", .access = FAKE_VD_ALL, FAKE_UV(forty, 1000) },
	[FAKE_VD_RANGE] = {
		.name = "range", .access = FAKE_VD_ALL,
		.fake.vd = { .list = fake_range_uv, .n = ARRAY_SIZE(fake_range_uv),
			     .range = true, .uv = 900000 },
	},
	[FAKE_VD_FIXED] = { .name = "fixed", .access = FAKE_VD_ALL, FAKE_UV(fixed, 3300000) },
	[FAKE_VD_NEGATIVE] = {
		.name = "negative", .access = FAKE_VD_ALL, FAKE_UV(negative, -5000000),
	},
	[FAKE_VD_NONE] = { .name = "none", FAKE_UV(core, 900000) },
	[FAKE_VD_GET] = { .name = "get", .access = SCMID_ACCESS_GET, FAKE_UV(core, 900000) },
	[FAKE_VD_STATE] = {
		.name = "state", .access = SCMID_ACCESS_STATE, FAKE_UV(core, 900000),
	},
	[FAKE_VD_LEVEL] = {
		.name = "level", .access = SCMID_ACCESS_LEVEL, FAKE_UV(core, 900000),
	},
	[FAKE_VD_BROKEN] = {
		.name = "broken", .access = FAKE_VD_ALL,
		.fake = { .err = -EREMOTEIO, .vd.uv = 900000 },
	},
	[FAKE_VD_SHARED] = {
		.name = "shared", .access = FAKE_VD_ALL,
		.fake.vd = { .list = fake_core_uv, .n = ARRAY_SIZE(fake_core_uv), .uv = 900000,
			     .level_set_err = -EACCES },
	},
	[FAKE_VD_SWITCH] = { .name = "switch", .access = FAKE_VD_ALL },
	[FAKE_VD_WINDOW] = {
		.name = "fifteen-letters", .access = FAKE_VD_ALL, .min = 2500, .max = 6000,
		FAKE_UV(forty, 4000),
	},
	[FAKE_VD_NAME16] = {
		.name = "sixteen-letters!", .access = FAKE_VD_ALL, FAKE_UV(fixed, 3300000),
	},
};

/* Every operation begins with this. */
static int fake_enter(struct fake *fake)
{
	fake->world->calls++;

	return fake->world->err ? fake->world->err : fake->err;
}

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

static struct fake *to_fake(struct scmid_res *res)
{
	return res->priv;
}

static int fake_rate_get(struct scmid_res *res, u64 *hz)
{
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;

	*hz = to_fake(res)->clk.rate;
	return 0;
}

static int fake_rate_set(struct scmid_res *res, u64 want, enum scmid_round round)
{
	struct fake_clk *clk = &to_fake(res)->clk;
	u64 hz, below = 0, above = 0;
	int err;
	u32 i;

	clk->nr_rate_set++;
	err = fake_enter(res->priv);
	if (err)
		return err;
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
	struct fake_clk *clk = &to_fake(res)->clk;
	u32 i, first = 0, n = 0;
	u64 hz;
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;

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

/* Of all that has a vote: what it switches, and how often that was tried. */
static int fake_vote(struct scmid_res *res, bool on, bool *state, unsigned int *nr)
{
	int err;

	++*nr;
	err = fake_enter(res->priv);
	if (err)
		return err;

	*state = on;
	res->vote = on;
	return 0;
}

static int fake_clk_state_set(struct scmid_res *res, bool on)
{
	struct fake_clk *clk = &to_fake(res)->clk;

	return fake_vote(res, on, &clk->on, &clk->nr_state_set);
}

static int fake_parents_get(struct scmid_res *res, struct scmid_parents *parents)
{
	struct fake_clk *clk = &to_fake(res)->clk;
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;
	if (!clk->parents)
		return -EOPNOTSUPP;

	parents->n = clk->nr_parents;
	memcpy(parents->id, clk->parents, clk->nr_parents * sizeof(*clk->parents));
	return 0;
}

static int fake_parent_get(struct scmid_res *res, u32 *id)
{
	struct fake_clk *clk = &to_fake(res)->clk;
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;
	if (!clk->parents)
		return -EOPNOTSUPP;

	*id = clk->parent;
	return 0;
}

static int fake_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	struct fake_clk *clk = &to_fake(res)->clk;
	int err;
	u32 i;

	clk->nr_parent_set++;
	err = fake_enter(res->priv);
	if (err)
		return err;

	for (i = 0; i < clk->nr_parents; i++) {
		if (clk->parents[i] == parent->id) {
			clk->parent = parent->id;
			return 0;
		}
	}

	return -EINVAL;
}

static int fake_rate_notify(struct scmid_res *res, bool on)
{
	struct fake_clk *clk = &to_fake(res)->clk;
	int err;

	clk->nr_rate_notify++;
	err = fake_enter(res->priv);
	if (err)
		return err;

	res->events = on ? BIT(SCMID_CLOCK_RATE_CHANGED) : 0;
	return 0;
}

static const struct scmid_clk_ops fake_clk_ops = {
	.rate_get = fake_rate_get,
	.rate_set = fake_rate_set,
	.rates = fake_rates,
	.state_set = fake_clk_state_set,
	.parents = fake_parents_get,
	.parent_get = fake_parent_get,
	.parent_set = fake_parent_set,
	.rate_notify = fake_rate_notify,
};

static int fake_pd_state_set(struct scmid_res *res, bool on)
{
	struct fake_pd *pd = &to_fake(res)->pd;

	return fake_vote(res, on, &pd->on, &pd->nr_state_set);
}

static const struct scmid_power_ops fake_pd_ops = {
	.state_set = fake_pd_state_set,
};

static int fake_line_set(struct scmid_res *res, bool asserted)
{
	struct fake_rst *rst = &to_fake(res)->rst;
	int err;

	rst->nr_line_set++;
	err = fake_enter(res->priv);
	if (err)
		return err;
	if (rst->line_err)
		return rst->line_err;

	rst->asserted = asserted;
	return 0;
}

static int fake_pulse(struct scmid_res *res)
{
	struct fake_rst *rst = &to_fake(res)->rst;
	int err;

	rst->nr_pulse++;
	err = fake_enter(res->priv);
	if (err)
		return err;
	if (rst->pulse_err)
		return rst->pulse_err;

	rst->asserted = false;
	return 0;
}

static const struct scmid_reset_ops fake_rst_ops = {
	.line_set = fake_line_set,
	.pulse = fake_pulse,
};

static int fake_vd_state_set(struct scmid_res *res, bool on)
{
	struct fake_vd *vd = &to_fake(res)->vd;

	return fake_vote(res, on, &vd->on, &vd->nr_state_set);
}

/* The part of the list that the resource's window leaves; ranges have none. */
static void fake_vd_levels(const struct scmid_res *res, const struct fake_vd *vd,
			   struct scmid_levels *levels)
{
	const s32 *uv = vd->list, *end = vd->list + vd->n;

	while (uv < end && res->min && *uv < (s64)res->min)
		uv++;
	while (uv < end && res->max && *(end - 1) > (s64)res->max)
		end--;

	levels->uv = uv;
	levels->n = end - uv;
	levels->range = vd->range;
}

static int fake_levels(struct scmid_res *res, bool refresh, struct scmid_levels *levels)
{
	struct fake_vd *vd = &to_fake(res)->vd;
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;
	if (!vd->list)
		return -EOPNOTSUPP;

	vd->nr_refresh += refresh;
	fake_vd_levels(res, vd, levels);
	return 0;
}

static int fake_level_get(struct scmid_res *res, s32 *uv)
{
	struct fake_vd *vd = &to_fake(res)->vd;
	int err;

	err = fake_enter(res->priv);
	if (err)
		return err;
	if (!vd->list)
		return -EOPNOTSUPP;

	*uv = vd->uv;
	return 0;
}

static bool fake_level_exists(const struct scmid_levels *levels, s32 uv)
{
	u32 i;

	if (levels->range)
		return uv >= levels->uv[0] && uv <= levels->uv[1] &&
		       (uv - levels->uv[0]) % levels->uv[2] == 0;

	for (i = 0; i < levels->n; i++) {
		if (levels->uv[i] == uv)
			return true;
	}

	return false;
}

static int fake_level_set(struct scmid_res *res, s32 uv)
{
	struct fake_vd *vd = &to_fake(res)->vd;
	struct scmid_levels levels;
	int err;

	vd->nr_level_set++;
	err = fake_enter(res->priv);
	if (err)
		return err;
	if (!vd->list)
		return -EOPNOTSUPP;
	if (vd->level_set_err)
		return vd->level_set_err;

	fake_vd_levels(res, vd, &levels);
	if (!fake_level_exists(&levels, uv))
		return -EINVAL;

	vd->uv = uv;
	return 0;
}

static const struct scmid_voltage_ops fake_vd_ops = {
	.state_set = fake_vd_state_set,
	.levels = fake_levels,
	.level_get = fake_level_get,
	.level_set = fake_level_set,
};

const struct fake_kind scmid_fake_kinds[FAKE_NR_KINDS] = {
	[FAKE_CLOCK] = {
		SCMID_PROTO_CLOCK, &fake_clk_ops, fake_clks, FAKE_ID_END, FAKE_HOLE,
	},
	[FAKE_POWER] = {
		SCMID_PROTO_POWER, &fake_pd_ops, fake_pds, FAKE_PD_END, FAKE_PD_HOLE,
	},
	[FAKE_RESET] = {
		SCMID_PROTO_RESET, &fake_rst_ops, fake_rsts, FAKE_RST_END, FAKE_RST_HOLE,
	},
	[FAKE_VOLTAGE] = {
		SCMID_PROTO_VOLTAGE, &fake_vd_ops, fake_vds, FAKE_VD_END, FAKE_VD_HOLE,
	},
};
