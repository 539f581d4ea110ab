// SPDX-License-Identifier: GPL-2.0
/*
 * Clocks of the common clk framework.
 *
 * Every agent has its own struct clk. Its enable vote is one prepare_enable
 * of that handle, counted by the framework with everybody else's.
 */

#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/limits.h>
#include <linux/of.h>
#include <linux/slab.h>

#include "backend.h"

/*
 * The framework cannot list rates; it can only round. A clock with more rates
 * than this is described as a range.
 */
#define SCMID_CLK_RATES_MAX	512
/* Places at which a range is checked to step evenly. */
#define SCMID_CLK_SAMPLES	16

#define SCMID_CLK_HZ_MIN	1UL

/**
 * struct scmid_clk - a clock of an agent
 * @clk: the agent's own handle
 * @hw: which clock it is. Never followed: the provider may be gone
 * @hz: the rates that were found last, or lowest, highest and step
 * @n: entries in @hz
 * @range: what @hz is
 * @nr_parents: entries in @parents
 * @parents: the clocks that can feed it, as @hw; %NULL: not there
 */
struct scmid_clk {
	struct clk *clk;
	const void *hw;
	u64 *hz;
	u32 n;
	bool range;
	unsigned int nr_parents;
	const void *parents[] __counted_by(nr_parents);
};

static struct scmid_clk *to_clk(const struct scmid_res *res)
{
	return res->priv;
}

/* The rate the clock would make of @hz; 0 if it cannot say. */
static unsigned long scmid_clk_round(const struct scmid_clk *c, unsigned long hz)
{
	long rate = clk_round_rate(c->clk, hz);

	return rate > 0 ? rate : 0;
}

/*
 * How a clock rounds is its own affair, but all do it monotonically. So the
 * highest rate below @hz is what it makes of the highest request for which it
 * makes less than @hz: one question for a clock that rounds down, a search for
 * others.
 */
static unsigned long scmid_clk_below(const struct scmid_clk *c, unsigned long hz)
{
	unsigned long step, hi = hz, lo, mid;

	for (step = 1; step < hz; step = step < hz / 2 ? step * 2 : hz - 1) {
		lo = hz - step;
		if (scmid_clk_round(c, lo) < hz)
			break;
		hi = lo;
		if (lo == SCMID_CLK_HZ_MIN)
			return 0;
	}
	if (step >= hz)
		return 0;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (scmid_clk_round(c, mid) < hz)
			lo = mid;
		else
			hi = mid;
	}

	return scmid_clk_round(c, lo);
}

/* The mirror image: the lowest rate above @hz and up to @top, or 0. */
static unsigned long scmid_clk_above(const struct scmid_clk *c, unsigned long hz,
				     unsigned long top)
{
	unsigned long room, step, lo = hz, hi, mid;

	if (hz >= top)
		return 0;

	room = top - hz;
	for (step = 1; step <= room; step = step <= room / 2 ? step * 2 : room) {
		hi = hz + step;
		if (scmid_clk_round(c, hi) > hz)
			break;
		lo = hi;
		if (step == room)
			return 0;
	}
	if (step > room)
		return 0;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (scmid_clk_round(c, mid) > hz)
			hi = mid;
		else
			lo = mid;
	}

	return scmid_clk_round(c, hi);
}

/*
 * The highest rate. Every driver has an answer to ULONG_MAX, which is what
 * consumers ask for; some compute it in 32 bits, and then get it wrong.
 */
static unsigned long scmid_clk_top(const struct scmid_clk *c)
{
	return max(scmid_clk_round(c, ULONG_MAX), scmid_clk_round(c, UINT_MAX));
}

/* The rate for a request that is rounded as the agent asked; 0 if none. */
static unsigned long scmid_clk_fit(const struct scmid_clk *c, unsigned long hz,
				   enum scmid_round round, unsigned long top)
{
	unsigned long rate = scmid_clk_round(c, hz), other;

	if (rate == hz)
		return rate;
	/* Some refuse what is below their lowest rate. */
	if (!rate)
		return round == SCMID_ROUND_UP ? scmid_clk_above(c, hz, top) : 0;

	switch (round) {
	case SCMID_ROUND_DOWN:
		return rate < hz ? rate : scmid_clk_below(c, hz);
	case SCMID_ROUND_UP:
		return rate > hz ? rate : scmid_clk_above(c, hz, top);
	case SCMID_ROUND_NEAREST:
		break;
	}

	other = rate < hz ? scmid_clk_above(c, hz, top) : scmid_clk_below(c, hz);
	if (!other)
		return rate;

	return abs_diff(other, hz) < abs_diff(rate, hz) ? other : rate;
}

/* Lowest and highest rate within what the operator allows; 0 if none. */
static void scmid_clk_window(const struct scmid_res *res, unsigned long top,
			     unsigned long *lowest, unsigned long *highest)
{
	const struct scmid_clk *c = to_clk(res);

	*lowest = scmid_clk_fit(c, max(res->min, SCMID_CLK_HZ_MIN), SCMID_ROUND_UP, top);
	*highest = top;
	if (res->max && res->max < top)
		*highest = scmid_clk_fit(c, res->max, SCMID_ROUND_DOWN, top);
}

static bool scmid_clk_in_window(const struct scmid_res *res, unsigned long hz)
{
	return hz >= res->min && (!res->max || hz <= res->max);
}

static int scmid_clk_rate_get(struct scmid_res *res, u64 *hz)
{
	*hz = clk_get_rate(to_clk(res)->clk);
	return 0;
}

/*
 * While somebody else holds the rate, the framework's answer to every question
 * is that rate, as if there were no other. Only an attempt tells.
 */
static bool scmid_clk_held(const struct scmid_res *res, unsigned long hz, unsigned long top)
{
	struct clk *clk = to_clk(res)->clk;
	int err;

	if (scmid_clk_round(to_clk(res), SCMID_CLK_HZ_MIN) != top ||
	    !scmid_clk_in_window(res, hz))
		return false;

	err = clk_set_rate(clk, hz);
	/* It was let go just now, and the clock rounded as it likes to. */
	if (!err && !scmid_clk_in_window(res, clk_get_rate(clk)))
		clk_set_rate(clk, top);

	return err == -EBUSY;
}

static int scmid_clk_rate_set(struct scmid_res *res, u64 hz, enum scmid_round round)
{
	unsigned long rate, lowest, highest, top;
	struct scmid_clk *c = to_clk(res);
	int err;

	if (hz > LONG_MAX)
		return -EINVAL;

	rate = scmid_clk_round(c, hz);
	if (rate != hz) {
		/* Rounding is for rates in between, not for those outside. */
		top = scmid_clk_top(c);
		scmid_clk_window(res, top, &lowest, &highest);
		if (hz < lowest || hz > highest)
			return scmid_clk_held(res, hz, top) ? -EACCES : -EINVAL;
		rate = scmid_clk_fit(c, hz, round, top);
	}
	if (!rate || !scmid_clk_in_window(res, rate))
		return -EINVAL;

	err = clk_set_rate(c->clk, rate);

	/* Somebody else holds the rate: what the protocol calls denied. */
	return err == -EBUSY ? -EACCES : err;
}

static int scmid_clk_list_add(u64 **hz, u32 *n, u32 *room, u64 rate)
{
	u64 *more;

	if (*n == *room) {
		*room = *room ? *room * 2 : 8;
		more = krealloc_array(*hz, *room, sizeof(**hz), GFP_KERNEL);
		if (!more)
			return -ENOMEM;
		*hz = more;
	}
	(*hz)[(*n)++] = rate;

	return 0;
}

static bool scmid_clk_even(const u64 *hz, u32 n)
{
	u32 i;

	for (i = 2; i < n; i++)
		if (hz[i] - hz[i - 1] != hz[1] - hz[0])
			return false;

	return true;
}

/* Whether rates step evenly all the way; asked at some places only. */
static bool scmid_clk_steps(const struct scmid_clk *c, unsigned long lowest,
			    unsigned long highest, unsigned long step)
{
	unsigned long steps = (highest - lowest) / step, rate;
	unsigned int i;

	if ((highest - lowest) % step)
		return false;

	for (i = 0; i < SCMID_CLK_SAMPLES; i++) {
		rate = lowest + steps / SCMID_CLK_SAMPLES * i * step;
		if (scmid_clk_round(c, rate) != rate ||
		    scmid_clk_fit(c, rate + step - 1, SCMID_ROUND_DOWN, highest) != rate)
			return false;
	}

	return true;
}

/* Find out what the clock can make; a failure leaves what was known. */
static int scmid_clk_probe(struct scmid_res *res)
{
	unsigned long lowest, highest, rate;
	struct scmid_clk *c = to_clk(res);
	u32 n = 0, room = 0, i;
	bool range = false, more, up;
	u64 *hz = NULL;
	int err = 0;

	scmid_clk_window(res, scmid_clk_top(c), &lowest, &highest);
	if (!lowest || !highest || lowest >= highest ||
	    !scmid_clk_in_window(res, lowest) || !scmid_clk_in_window(res, highest)) {
		/* No choice: it makes what it makes now. */
		lowest = lowest && lowest == highest ? lowest : clk_get_rate(c->clk);
		highest = lowest;
	}

	/* Go the way in which the clock answers with one question per rate. */
	up = scmid_clk_round(c, lowest + 1) > lowest;
	rate = up ? lowest : highest;
	for (;;) {
		err = scmid_clk_list_add(&hz, &n, &room, rate);
		if (err)
			goto err_free;
		if (rate == (up ? highest : lowest) || n == SCMID_CLK_RATES_MAX)
			break;
		rate = up ? scmid_clk_above(c, rate, highest) : scmid_clk_below(c, rate);
		/* Not monotonic after all, or changed meanwhile: stay in bounds. */
		if (up ? rate <= hz[n - 1] || rate > highest :
			 !rate || rate >= hz[n - 1] || rate < lowest)
			rate = up ? highest : lowest;
	}

	more = rate != (up ? highest : lowest);
	if (!up)
		for (i = 0; i < n / 2; i++)
			swap(hz[i], hz[n - 1 - i]);

	if (more) {
		u64 step = hz[1] - hz[0];

		/* Uneven and too many: any request is good, and is rounded. */
		if (!scmid_clk_even(hz, n) || !scmid_clk_steps(c, lowest, highest, step))
			step = 1;
		hz[0] = lowest;
		hz[1] = highest;
		hz[2] = step;
		range = true;
	} else if (n > 3 && scmid_clk_even(hz, n)) {
		hz[2] = hz[1] - hz[0];
		hz[1] = highest;
		range = true;
	}

	kfree(c->hz);
	c->hz = hz;
	c->n = range ? 3 : n;
	c->range = range;
	return 0;

err_free:
	kfree(hz);
	return err;
}

/*
 * What a clock can make may change with its parents. A client reads a list
 * from its start, so that is when to look again: all its pages are of one list.
 */
static int scmid_clk_rates(struct scmid_res *res, bool refresh, struct scmid_rates *rates)
{
	struct scmid_clk *c = to_clk(res);
	int err;

	if (refresh || !c->hz) {
		err = scmid_clk_probe(res);
		if (err)
			return err;
	}

	rates->hz = c->hz;
	rates->n = c->n;
	rates->range = c->range;
	return 0;
}

static int scmid_clk_state_set(struct scmid_res *res, bool on)
{
	struct scmid_clk *c = to_clk(res);
	int err = 0;

	if (on)
		err = clk_prepare_enable(c->clk);
	else
		clk_disable_unprepare(c->clk);
	if (!err)
		res->vote = on;

	return err;
}

static bool scmid_clk_is_hw(struct scmid_grant_res *r, const void *hw)
{
	return to_clk(&r->res)->hw == hw;
}

static bool scmid_clk_is_clk(struct scmid_grant_res *r, const void *clk)
{
	return clk_is_match(to_clk(&r->res)->clk, clk);
}

/*
 * An agent can only be told of parents that it can name. With one of them
 * missing there is no truthful list, so there is none.
 */
static int scmid_clk_parents(struct scmid_res *res, struct scmid_parents *parents)
{
	const struct scmid_clk *c = to_clk(res);
	struct scmid_res *parent;
	unsigned int i, j;

	if (c->nr_parents < 2 || c->nr_parents > SCMID_PARENTS_MAX)
		return -EOPNOTSUPP;

	for (i = 0; i < c->nr_parents; i++) {
		parent = c->parents[i] ? scmid_res_find(to_grant_res(res), scmid_clk_is_hw,
							c->parents[i]) : NULL;
		if (!parent)
			return -EOPNOTSUPP;
		for (j = i; j && parents->id[j - 1] > parent->id; j--)
			parents->id[j] = parents->id[j - 1];
		parents->id[j] = parent->id;
	}

	parents->n = c->nr_parents;
	return 0;
}

static int scmid_clk_parent_get(struct scmid_res *res, u32 *id)
{
	struct scmid_clk *c = to_clk(res);
	struct scmid_parents parents;
	struct scmid_res *parent;
	struct clk *clk;
	int err;

	err = scmid_clk_parents(res, &parents);
	if (err)
		return err;

	clk = clk_get_parent(c->clk);
	parent = clk ? scmid_res_find(to_grant_res(res), scmid_clk_is_clk, clk) : NULL;
	/* An orphan has possible parents, but none now. */
	*id = parent ? parent->id : parents.id[0];

	return 0;
}

static int scmid_clk_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	struct clk *clk = to_clk(res)->clk, *to = to_clk(parent)->clk;
	int err;

	if (!clk_has_parent(clk, to))
		return -EINVAL;

	err = clk_set_parent(clk, to);

	return err == -EBUSY ? -EACCES : err;
}

static const struct scmid_clk_ops scmid_clk_backend_ops = {
	.rate_get = scmid_clk_rate_get,
	.rate_set = scmid_clk_rate_set,
	.rates = scmid_clk_rates,
	.state_set = scmid_clk_state_set,
	.parents = scmid_clk_parents,
	.parent_get = scmid_clk_parent_get,
	.parent_set = scmid_clk_parent_set,
};

static int scmid_clk_enumerate(struct scmid_grant *grant,
			       const struct scmid_backend *backend)
{
	struct device_node *np = grant->dev.of_node;
	int n = of_clk_get_parent_count(np), i, err = 0, ret;
	char fallback[16];
	const char *name;
	struct clk *clk;

	for (i = 0; i < n; i++) {
		clk = of_clk_get(np, i);
		if (PTR_ERR_OR_ZERO(clk) == -EPROBE_DEFER)
			err = -EPROBE_DEFER;

		if (of_property_read_string_index(np, "clock-names", i, &name)) {
			snprintf(fallback, sizeof(fallback), "clock%d", i);
			name = IS_ERR_OR_NULL(clk) ? fallback : __clk_get_name(clk);
		}
		ret = scmid_grant_add(grant, backend, i, name);
		if (!IS_ERR(clk))
			clk_put(clk);
		if (ret)
			return ret;
	}

	return err;
}

/* The clock hardware is looked at here only, while its provider is there. */
static struct scmid_clk *scmid_clk_new(struct clk *clk)
{
	struct clk_hw *hw = __clk_get_hw(clk);
	unsigned int n = clk_hw_get_num_parents(hw), i;
	struct scmid_clk *c;

	c = kzalloc_flex(*c, parents, n);
	if (!c)
		return NULL;

	c->clk = clk;
	c->hw = hw;
	c->nr_parents = n;
	for (i = 0; i < n; i++)
		c->parents[i] = clk_hw_get_parent_by_index(hw, i);

	return c;
}

static int scmid_clk_get(struct scmid_grant_res *r)
{
	struct clk *clk = of_clk_get(r->grant->dev.of_node, r->index);
	struct scmid_clk *c;

	if (IS_ERR(clk))
		return PTR_ERR(clk);
	/* A hole in the provider's ids: the framework makes a dummy of it. */
	if (!clk)
		return -ENOENT;

	c = scmid_clk_new(clk);
	if (!c) {
		clk_put(clk);
		return -ENOMEM;
	}

	r->res.priv = c;
	return 0;
}

static void scmid_clk_quiesce(struct scmid_grant_res *r)
{
	if (!r->res.vote)
		return;

	/* clk_put() does not do this: what a handle enabled stays enabled. */
	scmid_clk_state_set(&r->res, false);
}

static void scmid_clk_put(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);

	r->res.priv = NULL;
	clk_put(c->clk);
	kfree(c->hz);
	kfree(c);
}

static const void *scmid_clk_hardware(const struct scmid_grant_res *r)
{
	return to_clk(&r->res)->hw;
}

struct scmid_backend scmid_clk_backend = {
	.name = "clock",
	.property = "clocks",
	.proto = SCMID_PROTO_CLOCK,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE |
		  SCMID_ACCESS_PARENT | SCMID_ACCESS_NOTIFY,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE |
			  SCMID_ACCESS_NOTIFY,
	.access_exclusive = SCMID_ACCESS_RATE | SCMID_ACCESS_PARENT,
	.min_attr = "rate_min_hz",
	.max_attr = "rate_max_hz",
	.ops = &scmid_clk_backend_ops,
	.enumerate = scmid_clk_enumerate,
	.get = scmid_clk_get,
	.quiesce = scmid_clk_quiesce,
	.put = scmid_clk_put,
	.hardware = scmid_clk_hardware,
};
