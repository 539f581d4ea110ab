// SPDX-License-Identifier: GPL-2.0
/*
 * A simulated SoC block: clocks on the real common clk framework
 *
 * The clocks live in a register file in RAM. debugfs shows what those
 * registers say, which is not always what the clk framework believes, counts
 * what was done to them, and injects latency and errors. So do simhw_reset.c,
 * simhw_supply.c and simhw_power.c for theirs.
 *
 * The device tree nodes come from the overlay in simhw.dtso, which is built
 * into the module; unless the machine's own tree has them. Without OF_OVERLAY
 * it must.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/clk-provider.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "simhw.h"

/* simhw.dtso has the same values. */
enum simhw_id {
	SIMHW_OSC,
	SIMHW_EXT32K,
	SIMHW_PLL,
	SIMHW_PLL_DIV,
	SIMHW_GATE0,
	SIMHW_GATE1,
	SIMHW_GATE2,
	SIMHW_GATE3,
	SIMHW_TABLE,
	SIMHW_UP,
	SIMHW_NEAREST,
	SIMHW_CONT,
	SIMHW_MUX,
	SIMHW_AUTOMUX,
	SIMHW_PLL2,
	SIMHW_PASS,
	SIMHW_CRIT,
	SIMHW_LIST,
	SIMHW_BIG,
	SIMHW_OFFSET,
	SIMHW_BOOTON,
	SIMHW_GATE4,
	SIMHW_GATE5,
	SIMHW_CAM,
	SIMHW_SYN,
	SIMHW_NUM_SINGLE,
	SIMHW_HOLE = 98,
	SIMHW_BULK0 = 100,
	SIMHW_NUM_IDS = 164,
};

#define SIMHW_NUM_BULK		(SIMHW_NUM_IDS - SIMHW_BULK0)
#define SIMHW_NUM_CLKS		(SIMHW_NUM_SINGLE + SIMHW_NUM_BULK)
#define SIMHW_MAX_PARENTS	3

#define SIMHW_PLL_MIN_MULT	25
#define SIMHW_PLL_MAX_MULT	50
#define SIMHW_DIV_WIDTH		3

enum simhw_kind {
	SIMHW_KIND_FIXED,	/* no registers at all */
	SIMHW_KIND_GATE,
	SIMHW_KIND_MUX,		/* a new rate never changes the parent */
	SIMHW_KIND_AUTOMUX,	/* a new rate may change the parent */
	SIMHW_KIND_DIV,
	SIMHW_KIND_PLL,
	SIMHW_KIND_SYNTH,	/* makes its rate by itself, in Hz */
};

enum simhw_round {
	SIMHW_ROUND_DOWN,
	SIMHW_ROUND_UP,
	SIMHW_ROUND_NEAREST,
};

/**
 * struct simhw_desc - what a clock can do
 * @name: name of the clock, here and in debugfs
 * @kind: kind of the clock
 * @num_parents: number of parents
 * @parents: ids of the parents
 * @flags: flags for the clk framework
 * @boot_on: the hardware starts with the gate open
 * @rate: rate at the start (fixed and synth)
 * @rates: rates the synth can make, in ascending order
 * @num_rates: number of @rates; 0 means any between @min and @max
 * @min: lowest rate of a synth without @rates
 * @max: highest rate of a synth without @rates
 * @round: how the synth answers a request in between
 */
struct simhw_desc {
	const char *name;
	enum simhw_kind kind;
	unsigned int num_parents;
	u8 parents[SIMHW_MAX_PARENTS];
	unsigned long flags;
	bool boot_on;
	u64 rate;
	const u64 *rates;
	unsigned int num_rates;
	u64 min;
	u64 max;
	enum simhw_round round;
};

/**
 * struct simhw_regs - registers of one clock
 * @rate: rate of a synth
 * @mult: multiplier of a PLL
 * @div: field of a divider, see simhw_div_table
 * @mux: selected parent
 * @enable: the gate is open
 */
struct simhw_regs {
	u64 rate;
	u32 mult;
	u32 div;
	u8 mux;
	bool enable;
};

/**
 * struct simhw_clk - one simulated clock
 * @hw: handle for the clk framework
 * @sh: block this clock belongs to
 * @desc: what it can do
 * @name: its name
 * @debugfs: its directory
 * @regs: its registers; written, like the counters, under the lock of @sh
 * @enables: number of times the gate was opened
 * @disables: number of times the gate was closed
 * @rate_changes: number of times a divider, multiplier or rate changed
 * @parent_changes: number of times the mux changed
 * @latency_us: how long prepare, set_rate and set_parent sleep
 * @fail_enable: error number enable fails with, 0 for none
 * @fail_set_rate: the same for set_rate
 * @fail_set_parent: the same for set_parent
 * @fail_round: the same for determine_rate
 */
struct simhw_clk {
	struct clk_hw hw;
	struct simhw *sh;
	const struct simhw_desc *desc;
	char name[12];
	struct dentry *debugfs;
	struct simhw_regs regs;
	u32 enables;
	u32 disables;
	u32 rate_changes;
	u32 parent_changes;
	u32 latency_us;
	int fail_enable;
	int fail_set_rate;
	int fail_set_parent;
	int fail_round;
};

/**
 * struct simhw - the simulated block
 * @lock: protects the registers and counters of all the clocks
 * @state: the file with all of it
 * @by_id: clocks by their id, NULL where there is none
 * @clks: the clocks, parents before their children
 */
struct simhw {
	spinlock_t lock; /* registers and counters */
	struct dentry *state;
	struct simhw_clk *by_id[SIMHW_NUM_IDS];
	struct simhw_clk clks[SIMHW_NUM_CLKS];
};

static const struct clk_div_table simhw_div_table[] = {
	{ .val = 0, .div = 1 },
	{ .val = 1, .div = 2 },
	{ .val = 2, .div = 4 },
	{ .val = 3, .div = 8 },
	{ .val = 4, .div = 16 },
	{ }
};

/* The distance between neighbours differs on purpose. */
static const u64 simhw_table_rates[] = {
	100000000, 133333333, 200000000, 266666667,
	333000000, 400000000, 533333333, 800000000,
};

static const u64 simhw_up_rates[] = {
	1000000, 2500000, 10000000, 48000000,
};

static const u64 simhw_nearest_rates[] = {
	8000000, 11289600, 12288000, 22579200, 24576000,
};

static const u64 simhw_big_rates[] = {
	2500000000ULL, 5000000000ULL, 6000000000ULL,
};

static const u64 simhw_offset_rates[] = {
	10000000, 20000000, 30000000,
};

static const u64 simhw_crit_rates[] = {
	100000000,
};

static const u64 simhw_cam_rates[] = {
	24000000, 74250000, 148500000, 297000000, 594000000,
};

/* Filled at load time: more rates than fit in one SCMI message. */
static u64 simhw_list_rates[100];

static const struct simhw_desc simhw_descs[SIMHW_NUM_SINGLE] = {
	[SIMHW_OSC] = {
		.name = "osc",
		.kind = SIMHW_KIND_FIXED,
		.rate = 24000000,
	},
	[SIMHW_EXT32K] = {
		.name = "ext32k",
		.kind = SIMHW_KIND_FIXED,
		.rate = 32768,
	},
	[SIMHW_PLL] = {
		.name = "pll",
		.kind = SIMHW_KIND_PLL,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_PLL_DIV] = {
		.name = "pll_div",
		.kind = SIMHW_KIND_DIV,
		.num_parents = 1,
		.parents = { SIMHW_PLL },
	},
	[SIMHW_GATE0] = {
		.name = "gate0",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_GATE1] = {
		.name = "gate1",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_GATE2] = {
		.name = "gate2",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_PLL_DIV },
	},
	[SIMHW_GATE3] = {
		.name = "gate3",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_PLL_DIV },
	},
	[SIMHW_TABLE] = {
		.name = "table",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 200000000,
		.rates = simhw_table_rates,
		.num_rates = ARRAY_SIZE(simhw_table_rates),
		.round = SIMHW_ROUND_DOWN,
	},
	[SIMHW_UP] = {
		.name = "up",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 1000000,
		.rates = simhw_up_rates,
		.num_rates = ARRAY_SIZE(simhw_up_rates),
		.round = SIMHW_ROUND_UP,
	},
	[SIMHW_NEAREST] = {
		.name = "nearest",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 12288000,
		.rates = simhw_nearest_rates,
		.num_rates = ARRAY_SIZE(simhw_nearest_rates),
		.round = SIMHW_ROUND_NEAREST,
	},
	[SIMHW_CONT] = {
		.name = "cont",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 48000000,
		.min = 1000000,
		.max = 100000000,
	},
	[SIMHW_MUX] = {
		.name = "mux",
		.kind = SIMHW_KIND_MUX,
		.num_parents = 3,
		.parents = { SIMHW_OSC, SIMHW_EXT32K, SIMHW_PLL_DIV },
		.flags = CLK_SET_RATE_NO_REPARENT,
	},
	[SIMHW_AUTOMUX] = {
		.name = "automux",
		.kind = SIMHW_KIND_AUTOMUX,
		.num_parents = 2,
		.parents = { SIMHW_OSC, SIMHW_EXT32K },
	},
	[SIMHW_PLL2] = {
		.name = "pll2",
		.kind = SIMHW_KIND_PLL,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_PASS] = {
		.name = "pass",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_PLL2 },
		.flags = CLK_SET_RATE_PARENT,
	},
	[SIMHW_CRIT] = {
		/*
		 * The clk framework never drops its own vote. Without a parent
		 * it is the only one that is complained about at unload.
		 */
		.name = "crit",
		.kind = SIMHW_KIND_SYNTH,
		.flags = CLK_IS_CRITICAL,
		.rate = 100000000,
		.rates = simhw_crit_rates,
		.num_rates = ARRAY_SIZE(simhw_crit_rates),
	},
	[SIMHW_LIST] = {
		.name = "list",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 10000000,
		.rates = simhw_list_rates,
		.num_rates = ARRAY_SIZE(simhw_list_rates),
		.round = SIMHW_ROUND_DOWN,
	},
	[SIMHW_BIG] = {
		.name = "big",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 5000000000ULL,
		.rates = simhw_big_rates,
		.num_rates = ARRAY_SIZE(simhw_big_rates),
		.round = SIMHW_ROUND_DOWN,
	},
	[SIMHW_OFFSET] = {
		/* Must be off while its rate changes: -EBUSY otherwise. */
		.name = "offset",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.flags = CLK_SET_RATE_GATE,
		.rate = 10000000,
		.rates = simhw_offset_rates,
		.num_rates = ARRAY_SIZE(simhw_offset_rates),
		.round = SIMHW_ROUND_DOWN,
	},
	[SIMHW_BOOTON] = {
		.name = "booton",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.boot_on = true,
	},
	[SIMHW_GATE4] = {
		.name = "gate4",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_GATE5] = {
		.name = "gate5",
		.kind = SIMHW_KIND_GATE,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
	},
	[SIMHW_CAM] = {
		.name = "cam",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 24000000,
		.rates = simhw_cam_rates,
		.num_rates = ARRAY_SIZE(simhw_cam_rates),
		.round = SIMHW_ROUND_DOWN,
	},
	[SIMHW_SYN] = {
		.name = "syn",
		.kind = SIMHW_KIND_SYNTH,
		.num_parents = 1,
		.parents = { SIMHW_OSC },
		.rate = 50000000,
		.min = 1000000,
		.max = 999999999,
	},
};

static const struct simhw_desc simhw_bulk_desc = {
	.name = "bulk",
	.kind = SIMHW_KIND_DIV,
	.num_parents = 1,
	.parents = { SIMHW_OSC },
};

static struct simhw_clk *to_simhw_clk(struct clk_hw *hw)
{
	return container_of(hw, struct simhw_clk, hw);
}

/**
 * simhw_delay() - what an access to simulated hardware starts with
 * @latency_us: how long it takes
 *
 * Context: may sleep.
 */
void simhw_delay(const u32 *latency_us)
{
	u32 us = READ_ONCE(*latency_us);

	if (us)
		fsleep(us);
}

/**
 * simhw_begin() - the same for an access that can fail
 * @latency_us: how long it takes
 * @fail: error number it fails with, 0 for none
 *
 * Context: may sleep.
 * Return: 0, or the error it fails with, as a negative number.
 */
int simhw_begin(const u32 *latency_us, const int *fail)
{
	int err = READ_ONCE(*fail);

	simhw_delay(latency_us);

	return -err;
}

/* What the registers say, without asking the clk framework */

static struct simhw_clk *simhw_reg_parent(const struct simhw_clk *c)
{
	if (!c->desc->num_parents)
		return NULL;
	return c->sh->by_id[c->desc->parents[READ_ONCE(c->regs.mux)]];
}

static u64 simhw_reg_rate(const struct simhw_clk *c)
{
	u32 num = 1, den = 1;
	u64 rate = 0;

	/* No path has two dividers: dividing last rounds as the divider does. */
	for (; c; c = simhw_reg_parent(c)) {
		switch (c->desc->kind) {
		case SIMHW_KIND_FIXED:
		case SIMHW_KIND_SYNTH:
			rate = c->regs.rate;
			break;
		case SIMHW_KIND_DIV:
			den *= simhw_div_table[c->regs.div].div;
			break;
		case SIMHW_KIND_PLL:
			num *= c->regs.mult;
			break;
		default:
			break;
		}
		if (rate)
			break;
	}

	return DIV_ROUND_UP_ULL(rate * num, den);
}

static bool simhw_reg_enabled(const struct simhw_clk *c)
{
	return c->desc->kind == SIMHW_KIND_FIXED || READ_ONCE(c->regs.enable);
}

static const char *simhw_reg_parent_name(const struct simhw_clk *c)
{
	const struct simhw_clk *parent = simhw_reg_parent(c);

	return parent ? parent->name : "-";
}

/* Gate, in all kinds but the fixed one */

static int simhw_prepare(struct clk_hw *hw)
{
	simhw_delay(&to_simhw_clk(hw)->latency_us);

	return 0;
}

static int simhw_enable(struct clk_hw *hw)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = READ_ONCE(c->fail_enable);
	unsigned long flags;

	if (err)
		return -err;

	spin_lock_irqsave(&c->sh->lock, flags);
	WRITE_ONCE(c->regs.enable, true);
	c->enables++;
	spin_unlock_irqrestore(&c->sh->lock, flags);

	return 0;
}

static void simhw_disable(struct clk_hw *hw)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	unsigned long flags;

	spin_lock_irqsave(&c->sh->lock, flags);
	WRITE_ONCE(c->regs.enable, false);
	c->disables++;
	spin_unlock_irqrestore(&c->sh->lock, flags);
}

static int simhw_is_enabled(struct clk_hw *hw)
{
	struct simhw_clk *c = to_simhw_clk(hw);

	return READ_ONCE(c->regs.enable);
}

/* Rate */

/*
 * The clk framework also calls set_rate when only a parent's rate changed, so
 * count what really changes a register. It serializes these calls: the callers
 * need no lock to read back the registers they leave alone.
 */
static void simhw_write_rate(struct simhw_clk *c, u64 rate, u32 mult, u32 div)
{
	unsigned long flags;

	spin_lock_irqsave(&c->sh->lock, flags);
	if (c->regs.rate != rate || c->regs.mult != mult || c->regs.div != div) {
		WRITE_ONCE(c->regs.rate, rate);
		WRITE_ONCE(c->regs.mult, mult);
		WRITE_ONCE(c->regs.div, div);
		c->rate_changes++;
	}
	spin_unlock_irqrestore(&c->sh->lock, flags);
}

static unsigned long simhw_own_recalc_rate(struct clk_hw *hw,
					   unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);

	return READ_ONCE(c->regs.rate);
}

static u64 simhw_round(const struct simhw_desc *desc, u64 rate)
{
	const u64 *rates = desc->rates;
	unsigned int i;

	if (!desc->num_rates)
		return clamp(rate, desc->min, desc->max);

	/* Out of range is the nearest end, whichever way the clock rounds. */
	for (i = 0; i < desc->num_rates && rates[i] < rate; i++)
		;
	if (i == desc->num_rates)
		return rates[i - 1];
	if (!i || rates[i] == rate)
		return rates[i];

	switch (desc->round) {
	case SIMHW_ROUND_UP:
		return rates[i];
	case SIMHW_ROUND_NEAREST:
		return rates[i] - rate < rate - rates[i - 1] ? rates[i] : rates[i - 1];
	default:
		return rates[i - 1];
	}
}

static int simhw_synth_determine_rate(struct clk_hw *hw,
				      struct clk_rate_request *req)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = READ_ONCE(c->fail_round);

	if (err)
		return -err;

	req->rate = simhw_round(c->desc, req->rate);

	return 0;
}

static int simhw_synth_set_rate(struct clk_hw *hw, unsigned long rate,
				unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = simhw_begin(&c->latency_us, &c->fail_set_rate);

	if (err)
		return err;

	simhw_write_rate(c, rate, c->regs.mult, c->regs.div);

	return 0;
}

static unsigned long simhw_pll_recalc_rate(struct clk_hw *hw,
					   unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);

	return parent_rate * READ_ONCE(c->regs.mult);
}

static u32 simhw_pll_mult(unsigned long rate, unsigned long parent_rate)
{
	return clamp(rate / parent_rate, SIMHW_PLL_MIN_MULT, SIMHW_PLL_MAX_MULT);
}

static int simhw_pll_determine_rate(struct clk_hw *hw,
				    struct clk_rate_request *req)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = READ_ONCE(c->fail_round);

	if (err)
		return -err;
	if (!req->best_parent_rate)
		return -EINVAL;

	req->rate = req->best_parent_rate *
		    simhw_pll_mult(req->rate, req->best_parent_rate);

	return 0;
}

static int simhw_pll_set_rate(struct clk_hw *hw, unsigned long rate,
			      unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = simhw_begin(&c->latency_us, &c->fail_set_rate);

	if (err)
		return err;
	if (!parent_rate)
		return -EINVAL;

	simhw_write_rate(c, c->regs.rate, simhw_pll_mult(rate, parent_rate),
			 c->regs.div);

	return 0;
}

static unsigned long simhw_div_recalc_rate(struct clk_hw *hw,
					   unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);

	return divider_recalc_rate(hw, parent_rate, READ_ONCE(c->regs.div),
				   simhw_div_table, 0, SIMHW_DIV_WIDTH);
}

static int simhw_div_determine_rate(struct clk_hw *hw,
				    struct clk_rate_request *req)
{
	int err = READ_ONCE(to_simhw_clk(hw)->fail_round);

	if (err)
		return -err;

	return divider_determine_rate(hw, req, simhw_div_table,
				      SIMHW_DIV_WIDTH, 0);
}

static int simhw_div_set_rate(struct clk_hw *hw, unsigned long rate,
			      unsigned long parent_rate)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = simhw_begin(&c->latency_us, &c->fail_set_rate);
	int val;

	if (err)
		return err;

	val = divider_get_val(rate, parent_rate, simhw_div_table,
			      SIMHW_DIV_WIDTH, 0);
	if (val < 0)
		return val;

	simhw_write_rate(c, c->regs.rate, c->regs.mult, val);

	return 0;
}

/* Parent */

static u8 simhw_get_parent(struct clk_hw *hw)
{
	struct simhw_clk *c = to_simhw_clk(hw);

	return READ_ONCE(c->regs.mux);
}

static int simhw_set_parent(struct clk_hw *hw, u8 index)
{
	struct simhw_clk *c = to_simhw_clk(hw);
	int err = simhw_begin(&c->latency_us, &c->fail_set_parent);
	unsigned long flags;

	if (err)
		return err;

	spin_lock_irqsave(&c->sh->lock, flags);
	if (c->regs.mux != index) {
		WRITE_ONCE(c->regs.mux, index);
		c->parent_changes++;
	}
	spin_unlock_irqrestore(&c->sh->lock, flags);

	return 0;
}

static const struct clk_ops simhw_ops[] = {
	[SIMHW_KIND_FIXED] = {
		.recalc_rate = simhw_own_recalc_rate,
	},
	[SIMHW_KIND_GATE] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
	},
	[SIMHW_KIND_MUX] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
		.determine_rate = clk_hw_determine_rate_no_reparent,
		.get_parent = simhw_get_parent,
		.set_parent = simhw_set_parent,
	},
	[SIMHW_KIND_AUTOMUX] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
		.determine_rate = __clk_mux_determine_rate,
		.get_parent = simhw_get_parent,
		.set_parent = simhw_set_parent,
	},
	[SIMHW_KIND_DIV] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
		.recalc_rate = simhw_div_recalc_rate,
		.determine_rate = simhw_div_determine_rate,
		.set_rate = simhw_div_set_rate,
	},
	[SIMHW_KIND_PLL] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
		.recalc_rate = simhw_pll_recalc_rate,
		.determine_rate = simhw_pll_determine_rate,
		.set_rate = simhw_pll_set_rate,
	},
	[SIMHW_KIND_SYNTH] = {
		.prepare = simhw_prepare,
		.enable = simhw_enable,
		.disable = simhw_disable,
		.is_enabled = simhw_is_enabled,
		.recalc_rate = simhw_own_recalc_rate,
		.determine_rate = simhw_synth_determine_rate,
		.set_rate = simhw_synth_set_rate,
	},
};

/* debugfs */

static int simhw_enabled_get(void *data, u64 *val)
{
	struct simhw_clk *c = data;

	*val = simhw_reg_enabled(c);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_enabled_fops, simhw_enabled_get, NULL, "%llu\n");

static int simhw_rate_get(void *data, u64 *val)
{
	struct simhw_clk *c = data;
	unsigned long flags;

	spin_lock_irqsave(&c->sh->lock, flags);
	*val = simhw_reg_rate(c);
	spin_unlock_irqrestore(&c->sh->lock, flags);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(simhw_rate_fops, simhw_rate_get, NULL, "%llu\n");

static int simhw_errno_get(void *data, u64 *val)
{
	*val = READ_ONCE(*(int *)data);

	return 0;
}

/* Takes 5 as well as -5 for -EIO. */
static int simhw_errno_set(void *data, u64 val)
{
	s64 err = (s64)val;

	if (err < -MAX_ERRNO || err > MAX_ERRNO)
		return -ERANGE;
	WRITE_ONCE(*(int *)data, abs(err));

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(simhw_errno_fops, simhw_errno_get,
				simhw_errno_set, "%lld\n");

/**
 * simhw_debugfs_fail() - add a file for the error number of an operation
 * @name: name of the file
 * @dir: directory it is in
 * @fail: the error number
 *
 * Context: may sleep.
 */
void simhw_debugfs_fail(const char *name, struct dentry *dir, int *fail)
{
	debugfs_create_file_unsafe(name, 0644, dir, fail, &simhw_errno_fops);
}

static int simhw_parent_show(struct seq_file *s, void *unused)
{
	struct simhw_clk *c = s->private;

	seq_printf(s, "%s\n", simhw_reg_parent_name(c));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_parent);

static int simhw_state_show(struct seq_file *s, void *unused)
{
	struct simhw *sh = s->private;
	unsigned long flags;
	int i;

	/* One lock for all of it: the lines belong to the same instant. */
	spin_lock_irqsave(&sh->lock, flags);
	for (i = 0; i < SIMHW_NUM_CLKS; i++) {
		const struct simhw_clk *c = &sh->clks[i];

		seq_printf(s, "%s %d %llu %s\n", c->name, simhw_reg_enabled(c),
			   simhw_reg_rate(c), simhw_reg_parent_name(c));
	}
	spin_unlock_irqrestore(&sh->lock, flags);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(simhw_state);

static void simhw_debugfs_add(struct simhw_clk *c)
{
	struct dentry *dir = debugfs_create_dir(c->name, simhw_debugfs);

	c->debugfs = dir;
	debugfs_create_file_unsafe("enabled", 0444, dir, c, &simhw_enabled_fops);
	debugfs_create_file_unsafe("rate", 0444, dir, c, &simhw_rate_fops);
	debugfs_create_file("parent", 0444, dir, c, &simhw_parent_fops);
	debugfs_create_u32("enables", 0444, dir, &c->enables);
	debugfs_create_u32("disables", 0444, dir, &c->disables);
	debugfs_create_u32("rate_changes", 0444, dir, &c->rate_changes);
	debugfs_create_u32("parent_changes", 0444, dir, &c->parent_changes);
	debugfs_create_u32("latency_us", 0644, dir, &c->latency_us);
	simhw_debugfs_fail("fail_enable", dir, &c->fail_enable);
	simhw_debugfs_fail("fail_set_rate", dir, &c->fail_set_rate);
	simhw_debugfs_fail("fail_set_parent", dir, &c->fail_set_parent);
	simhw_debugfs_fail("fail_round", dir, &c->fail_round);
}

static void simhw_debugfs_remove(void *data)
{
	struct simhw *sh = data;
	int i;

	debugfs_remove(sh->state);
	for (i = 0; i < SIMHW_NUM_CLKS; i++)
		debugfs_remove_recursive(sh->clks[i].debugfs);
}

/* Driver */

static struct clk_hw *simhw_get(struct of_phandle_args *spec, void *data)
{
	struct simhw *sh = data;
	u32 id = spec->args[0];

	/* As some providers do where their numbers have a gap. */
	if (id == SIMHW_HOLE)
		return NULL;
	if (id >= SIMHW_NUM_IDS || !sh->by_id[id])
		return ERR_PTR(-EINVAL);

	return &sh->by_id[id]->hw;
}

static int simhw_register(struct device *dev, struct simhw *sh,
			  struct simhw_clk *c)
{
	const struct clk_hw *parents[SIMHW_MAX_PARENTS];
	struct clk_init_data init = {
		.name = c->name,
		.ops = &simhw_ops[c->desc->kind],
		.parent_hws = parents,
		.num_parents = c->desc->num_parents,
		.flags = c->desc->flags,
	};
	unsigned int i;

	for (i = 0; i < c->desc->num_parents; i++)
		parents[i] = &sh->by_id[c->desc->parents[i]]->hw;
	c->hw.init = &init;

	return devm_clk_hw_register(dev, &c->hw);
}

static void simhw_init_clk(struct simhw *sh, unsigned int i)
{
	struct simhw_clk *c = &sh->clks[i];

	c->sh = sh;
	c->regs.mult = SIMHW_PLL_MIN_MULT;
	if (i < SIMHW_NUM_SINGLE) {
		c->desc = &simhw_descs[i];
		strscpy(c->name, c->desc->name);
		c->regs.rate = c->desc->rate;
		c->regs.enable = c->desc->boot_on;
		sh->by_id[i] = c;
	} else {
		i -= SIMHW_NUM_SINGLE;
		c->desc = &simhw_bulk_desc;
		snprintf(c->name, sizeof(c->name), "bulk%u", i);
		c->regs.div = i % (ARRAY_SIZE(simhw_div_table) - 1);
		sh->by_id[SIMHW_BULK0 + i] = c;
	}
}

static int simhw_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct simhw *sh;
	int i, ret;

	sh = devm_kzalloc(dev, sizeof(*sh), GFP_KERNEL);
	if (!sh)
		return -ENOMEM;

	spin_lock_init(&sh->lock);
	for (i = 0; i < SIMHW_NUM_CLKS; i++)
		simhw_init_clk(sh, i);

	for (i = 0; i < SIMHW_NUM_CLKS; i++) {
		ret = simhw_register(dev, sh, &sh->clks[i]);
		if (ret)
			return dev_err_probe(dev, ret, "clock %s\n",
					     sh->clks[i].name);
	}

	ret = devm_of_clk_add_hw_provider(dev, simhw_get, sh);
	if (ret)
		return ret;

	ret = devm_add_action_or_reset(dev, simhw_debugfs_remove, sh);
	if (ret)
		return ret;

	for (i = 0; i < SIMHW_NUM_CLKS; i++)
		simhw_debugfs_add(&sh->clks[i]);
	sh->state = debugfs_create_file("state", 0444, simhw_debugfs, sh,
					&simhw_state_fops);

	return devm_of_platform_populate(dev);
}

static const struct of_device_id simhw_of_match[] = {
	{ .compatible = "linux,scmi-simhw" },
	{ }
};
MODULE_DEVICE_TABLE(of, simhw_of_match);

static struct platform_driver simhw_driver = {
	.probe = simhw_probe,
	.driver = {
		.name = "scmi-simhw",
		.of_match_table = simhw_of_match,
	},
};

/* The children of the last one consume what the others provide. */
static struct platform_driver * const simhw_drivers[] = {
	&simhw_reset_driver,
	&simhw_supply_driver,
	&simhw_power_driver,
	&simhw_driver,
};

struct dentry *simhw_debugfs;
static int simhw_ovcs_id;

static int simhw_nodes_apply(void)
{
	struct device_node *np __free(device_node) = of_find_node_by_path("/simhw");
	int ret;

	if (np)
		return 0;
	if (!IS_ENABLED(CONFIG_OF_OVERLAY)) {
		pr_err("no node /simhw in the device tree, and no OF_OVERLAY to add it\n");
		return -ENODEV;
	}

	ret = of_overlay_fdt_apply(__dtbo_simhw_begin, __dtbo_simhw_end - __dtbo_simhw_begin,
				   &simhw_ovcs_id, NULL);
	/* A failed overlay can be half applied; an id says so. */
	if (ret && simhw_ovcs_id)
		of_overlay_remove(&simhw_ovcs_id);

	return ret;
}

static int __init simhw_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(simhw_list_rates); i++)
		simhw_list_rates[i] = 10000000 + i * 500000 + i * i * 100;

	simhw_debugfs = debugfs_create_dir("scmi_simhw", NULL);
	simhw_reset_debugfs_add();
	simhw_nodes_debugfs_add();

	ret = platform_register_drivers(simhw_drivers, ARRAY_SIZE(simhw_drivers));
	if (ret)
		goto err_debugfs;

	ret = simhw_nodes_apply();
	if (ret)
		goto err_drivers;

	return 0;

err_drivers:
	platform_unregister_drivers(simhw_drivers, ARRAY_SIZE(simhw_drivers));
err_debugfs:
	debugfs_remove_recursive(simhw_debugfs);

	return ret;
}
module_init(simhw_init);

static void __exit simhw_exit(void)
{
	/* The hardware and the children go first, then their nodes. */
	platform_unregister_drivers(simhw_drivers, ARRAY_SIZE(simhw_drivers));
	if (simhw_ovcs_id)
		of_overlay_remove(&simhw_ovcs_id);
	debugfs_remove_recursive(simhw_debugfs);
}
module_exit(simhw_exit);

MODULE_DESCRIPTION("Simulated SoC block to test the SCMI server with");
MODULE_LICENSE("GPL");
