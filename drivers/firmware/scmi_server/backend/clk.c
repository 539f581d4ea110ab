// SPDX-License-Identifier: GPL-2.0
/*
 * Clocks of the common clk framework.
 *
 * Every agent has its own struct clk. Its enable vote is one prepare_enable
 * of that handle, counted by the framework with everybody else's. What its
 * rate means to others is a range or a protection of that handle; which of
 * several rates is set is decided here:
 *
 * - the latest that an agent asked for, but for those that are a floor;
 * - if there is none, the one that was found before agents asked;
 * - within the ranges of all, of which a floor is one.
 *
 * If somebody else has set another since, that is the one that was found, and
 * what agents asked for before is past.
 */

#include <linux/cleanup.h>
#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/clkdev.h>
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
 * @min: bounds that are due on the agent's behalf
 * @max: likewise
 * @low: what the framework keeps for them: no rate below this
 * @high: no rate above this
 * @rough: @low or @high depends on others
 * @put_off: @min and @max are not kept yet, or others not let go yet
 * @protect: no other rate at all
 * @past: somebody else has set a rate since the agent voted for one
 * @told: the resource whose agent is told of new rates, if @changed is registered
 * @changed: has the framework tell of them
 * @choice: in the list of choices of parents
 * @parent: what the agent chose to feed it, as @hw
 * @parent_was: what fed it before any agent chose, as @hw, or %NULL
 * @nr_parents: entries in @parents
 * @parents: the clocks that can feed it, as @hw; %NULL: not there
 */
struct scmid_clk {
	struct clk *clk;
	const void *hw;
	u64 *hz;
	u32 n;
	bool range;
	unsigned long min, max, low, high;
	bool rough;
	bool put_off;
	bool protect;
	bool past;
	struct scmid_grant_res *told;
	struct notifier_block changed;
	struct list_head choice;
	const void *parent, *parent_was;
	unsigned int nr_parents;
	const void *parents[] __counted_by(nr_parents);
};

/* Clocks whose parents agents chose, the latest choice first. */
static LIST_HEAD(scmid_clk_choices);
static DEFINE_MUTEX(scmid_clk_choices_lock); /* the list */

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

/* What is due on the agent's behalf, as things are. */
static void scmid_clk_due(const struct scmid_grant_res *r, unsigned long *min,
			  unsigned long *max, bool *protect)
{
	bool holds = r->res.vote || r->want;

	*min = 0;
	*max = ULONG_MAX;
	*protect = false;

	switch (r->policy) {
	case SCMID_POLICY_FLOOR:
		if (!r->want)
			break;
		*min = r->want;
		*max = r->res.max ?: ULONG_MAX;
		break;
	case SCMID_POLICY_RANGE:
		if (!holds)
			break;
		*min = r->res.min;
		*max = r->res.max ?: ULONG_MAX;
		break;
	case SCMID_POLICY_EXCLUSIVE:
		*protect = holds;
		break;
	default:
		break;
	}
}

/* Before a range is changed: neither old nor new bounds are in the way. */
static void scmid_clk_widen(struct scmid_clk *c, unsigned long min, unsigned long max)
{
	if (c->low || c->high != ULONG_MAX)
		clk_set_rate_range(c->clk, min(c->low, min), max(c->high, max));
}

/* The range as it was; also, for the framework does not always forget what it refused. */
static void scmid_clk_unwiden(struct scmid_clk *c)
{
	clk_set_rate_range(c->clk, c->low, c->high);
}

/*
 * A bound need not be a rate that the clock can make. The framework has the
 * clock round it, and gives up if the outcome is outside, so it gets the
 * nearest rate inside. Behind the range of another agent none can be found:
 * then it is the bound of that one, until that one goes.
 */
static void scmid_clk_bounds(struct scmid_grant_res *r, unsigned long min, unsigned long max,
			     unsigned long *low, unsigned long *high, bool *rough)
{
	unsigned long floor = 0, ceiling = ULONG_MAX, lowest, top;
	struct scmid_clk *c = to_clk(&r->res);
	struct scmid_grant_res *other;

	*low = min;
	*high = max;
	*rough = false;
	if (!min && max == ULONG_MAX)
		return;

	list_for_each_entry(other, &r->hw->votes, voter) {
		if (other == r)
			continue;
		floor = max(floor, to_clk(&other->res)->low);
		ceiling = min(ceiling, to_clk(&other->res)->high);
	}

	top = scmid_clk_top(c);
	lowest = scmid_clk_round(c, SCMID_CLK_HZ_MIN);
	/* Fixed, or somebody protects it. */
	if (lowest >= top) {
		*rough = true;
		return;
	}

	if (min) {
		*low = scmid_clk_fit(c, max(min, floor), SCMID_ROUND_UP, top) ?: max(min, floor);
		*rough |= floor >= min;
	}
	if (max != ULONG_MAX) {
		*high = scmid_clk_fit(c, min(max, ceiling), SCMID_ROUND_DOWN, top) ?:
			min(max, ceiling);
		*rough |= ceiling <= max;
	}
}

static int scmid_clk_range(struct scmid_grant_res *r, unsigned long min, unsigned long max)
{
	struct scmid_clk *c = to_clk(&r->res);
	unsigned long low, high, rate;
	bool rough;
	int err;

	scmid_clk_widen(c, min, max);
	scmid_clk_bounds(r, min, max, &low, &high, &rough);
	if (low > high) {
		scmid_clk_unwiden(c);
		return rough ? -EBUSY : -ERANGE;
	}

	err = clk_set_rate_range(c->clk, low, high);
	/* One that somebody protects may be outside, which the framework permits. */
	rate = clk_get_rate(c->clk);
	if (!err && (rate < min || rate > max))
		err = -EBUSY;
	if (err) {
		scmid_clk_unwiden(c);
		return err;
	}

	c->min = min;
	c->max = max;
	c->low = low;
	c->high = high;
	c->rough = rough;
	c->put_off = false;

	return 0;
}

/*
 * While an agent protects the rate, the framework may refuse any range of
 * others: it would come back to what it was asked for before. What the range is
 * for is done by the protection; it is tried again after that.
 */
static int scmid_clk_put_off(struct scmid_grant_res *r, unsigned long min, unsigned long max)
{
	struct scmid_clk *c = to_clk(&r->res);
	unsigned long rate = clk_get_rate(c->clk);
	struct scmid_grant_res *other;
	bool protected = false;

	list_for_each_entry(other, &r->hw->votes, voter)
		protected |= other != r && to_clk(&other->res)->protect;
	if (!protected || rate < min || rate > max)
		return -EBUSY;

	c->min = min;
	c->max = max;
	c->rough = true;
	c->put_off = true;

	return 0;
}

/* Before any range changes: those that depend on it are only bounds again. */
static void scmid_clk_roughen(struct scmid_hw *hw)
{
	struct scmid_grant_res *r;
	struct scmid_clk *c;

	list_for_each_entry(r, &hw->votes, voter) {
		c = to_clk(&r->res);
		if (!c->rough || clk_set_rate_range(c->clk, c->min, c->max))
			continue;
		c->low = c->min;
		c->high = c->max;
		c->put_off = false;
	}
}

/* And after it, rates. */
static void scmid_clk_refine(struct scmid_hw *hw)
{
	struct scmid_grant_res *r;
	struct scmid_clk *c;

	list_for_each_entry(r, &hw->votes, voter) {
		c = to_clk(&r->res);
		if (c->rough)
			scmid_clk_range(r, c->min, c->max);
	}
}

/* Make the framework keep what is due, or leave it as it was. */
static int scmid_clk_keep(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);
	struct scmid_grant_res *other;
	unsigned long min, max;
	bool protect;
	int err;

	scmid_clk_due(r, &min, &max, &protect);

	/* Two protections would keep out both. */
	if (protect && !c->protect)
		list_for_each_entry(other, &r->hw->votes, voter)
			if (to_clk(&other->res)->protect)
				return -EBUSY;

	if (min != c->min || max != c->max || c->rough) {
		scmid_clk_roughen(r->hw);
		err = scmid_clk_range(r, min, max);
		if (err == -EBUSY)
			err = scmid_clk_put_off(r, min, max);
		/* Others look there for what may be in their way. */
		if (!err && list_empty(&r->voter))
			list_add(&r->voter, &r->hw->votes);
		scmid_clk_refine(r->hw);
		if (err)
			return err;
	}

	if (protect && !c->protect) {
		err = clk_rate_exclusive_get(c->clk);
		if (err)
			return err;
	} else if (!protect && c->protect) {
		clk_rate_exclusive_put(c->clk);
		scmid_clk_refine(r->hw);
	}
	c->protect = protect;

	return 0;
}

/* Before who protects the rate sets another: ranges of others that were put off. */
static void scmid_clk_reopen(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);
	struct scmid_grant_res *other;
	bool put_off = false;
	unsigned long was;

	list_for_each_entry(other, &r->hw->votes, voter)
		put_off |= to_clk(&other->res)->put_off;
	if (!c->protect || !put_off)
		return;

	was = clk_get_rate(c->clk);
	clk_rate_exclusive_put(c->clk);
	scmid_clk_refine(r->hw);
	clk_set_rate(c->clk, was);
	c->protect = !clk_rate_exclusive_get(c->clk);
}

/* Whether the agent has a say in the rate: it asked for one, or keeps one. */
static bool scmid_clk_says(const struct scmid_grant_res *r)
{
	const struct scmid_clk *c = to_clk(&r->res);

	return r->want || c->protect || c->low || c->high != ULONG_MAX ||
	       c->min || c->max != ULONG_MAX;
}

/* Whether the rate is not what came of the agents' votes. */
static bool scmid_clk_found(const struct scmid_grant_res *r, unsigned long rate)
{
	return list_empty(&r->hw->votes) || rate != r->hw->made;
}

/* Then it counts for more than they do, until the next that is cast. */
static void scmid_clk_before(struct scmid_hw *hw, unsigned long rate)
{
	struct scmid_grant_res *other;

	hw->before = rate;
	list_for_each_entry(other, &hw->votes, voter)
		to_clk(&other->res)->past = true;
}

/* After a vote has changed: who has a say, and what came of it. */
static void scmid_clk_settle(struct scmid_grant_res *r)
{
	struct scmid_grant_res *other, *next;
	struct scmid_hw *hw = r->hw;

	if (list_empty(&r->voter))
		list_add(&r->voter, &hw->votes);
	/* Others, too: what they could not let go may be let go now. */
	list_for_each_entry_safe(other, next, &hw->votes, voter)
		if (!scmid_clk_says(other))
			list_del_init(&other->voter);

	hw->made = clk_get_rate(to_clk(&r->res)->clk);
	scmid_arbitrated(r, hw->made);
}

/* The rate of those who have a say, within the ranges of all; unless one protects it. */
static void scmid_clk_arbitrate(struct scmid_grant_res *r)
{
	unsigned long low = 0, high = ULONG_MAX, rate = 0;
	struct scmid_clk *c = to_clk(&r->res);
	struct scmid_grant_res *other;

	list_for_each_entry(other, &r->hw->votes, voter) {
		low = max(low, to_clk(&other->res)->low);
		high = min(high, to_clk(&other->res)->high);
		if (!rate && other->want && other->policy != SCMID_POLICY_FLOOR &&
		    !to_clk(&other->res)->past)
			rate = other->want;
	}

	/* The framework minds the ranges, too, but comes back to what it was asked for. */
	rate = rate ?: r->hw->before;
	if (rate < low)
		rate = scmid_clk_fit(c, low, SCMID_ROUND_UP, scmid_clk_top(c)) ?: low;
	else if (rate > high)
		rate = scmid_clk_fit(c, high, SCMID_ROUND_DOWN, scmid_clk_top(c)) ?: high;
	clk_set_rate(c->clk, rate);
}

/* A vote was taken back: the rate is that of those who remain. */
static void scmid_clk_drop(struct scmid_grant_res *r)
{
	unsigned long was;

	if (list_empty(&r->voter))
		return;

	was = clk_get_rate(to_clk(&r->res)->clk);
	if (scmid_clk_found(r, was))
		scmid_clk_before(r->hw, was);
	if (scmid_clk_keep(r))
		pr_warn_ratelimited("scmi_server: %s: the range of an agent that is gone remains\n",
				    r->res.name);
	scmid_clk_arbitrate(r);
	scmid_clk_settle(r);
}

/* Why it cannot be @hz: others, or the clock itself. */
static int scmid_clk_impossible(struct scmid_grant_res *r, unsigned long hz, unsigned long top)
{
	struct scmid_grant_res *other;
	struct scmid_clk *c;

	if (!scmid_clk_in_window(&r->res, hz))
		return -EINVAL;

	list_for_each_entry(other, &r->hw->votes, voter) {
		c = to_clk(&other->res);
		if (other != r && (c->protect || hz < c->low || hz > c->high))
			return scmid_refused(r, -EACCES, "another agent's rate");
	}
	if (scmid_clk_held(&r->res, hz, top))
		return scmid_refused(r, -EACCES, "rate held by the host");

	return -EINVAL;
}

/* The agent votes for a rate that the clock can make, or at least for that much. */
static int scmid_clk_vote(struct scmid_grant_res *r, unsigned long hz)
{
	struct scmid_clk *c = to_clk(&r->res);
	unsigned long was = clk_get_rate(c->clk);
	bool found = scmid_clk_found(r, was);
	u64 old = r->want;
	int err = 0;

	r->want = hz;
	if (r->policy != SCMID_POLICY_FLOOR)
		err = clk_set_rate(c->clk, hz);
	if (!err) {
		err = scmid_clk_keep(r);
		if (err)
			clk_set_rate(c->clk, was);
	}
	if (err) {
		r->want = old;
		/* Somebody else holds the rate: what the protocol calls denied. */
		if (err == -EBUSY || err == -EINVAL)
			return scmid_refused(r, -EACCES, "rate held by another");
		return err == -ERANGE ? -EINVAL : err;
	}

	if (found)
		scmid_clk_before(r->hw, was);
	c->past = false;
	/* The latest comes first. */
	list_move(&r->voter, &r->hw->votes);
	/* A floor may have gone down, and the rate with it. */
	if (r->policy == SCMID_POLICY_FLOOR)
		scmid_clk_arbitrate(r);
	scmid_clk_settle(r);

	return 0;
}

static int scmid_clk_rate_set(struct scmid_res *res, u64 hz, enum scmid_round round)
{
	struct scmid_grant_res *r = to_grant_res(res);
	unsigned long rate, lowest, highest, top;
	struct scmid_clk *c = to_clk(res);

	if (hz > LONG_MAX)
		return -EINVAL;

	guard(mutex)(&r->hw->lock);

	scmid_clk_reopen(r);
	rate = scmid_clk_round(c, hz);
	if (rate != hz) {
		/* Rounding is for rates in between, not for those outside. */
		top = scmid_clk_top(c);
		if (r->policy == SCMID_POLICY_FLOOR) {
			/* Others may need more; that is no reason to refuse. */
			if (hz > top)
				return scmid_clk_impossible(r, hz, top);
			rate = hz;
		} else {
			scmid_clk_window(res, top, &lowest, &highest);
			if (hz < lowest || hz > highest)
				return scmid_clk_impossible(r, hz, top);
			rate = scmid_clk_fit(c, hz, round, top);
		}
	}
	if (!rate || !scmid_clk_in_window(res, rate))
		return -EINVAL;

	return scmid_clk_vote(r, rate);
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

/* With the lock of the hardware held. */
static int scmid_clk_state(struct scmid_grant_res *r, bool on)
{
	struct scmid_clk *c = to_clk(&r->res);
	unsigned long was = 0;
	bool found = false;
	int err;

	r->res.vote = on;
	if (!on) {
		clk_disable_unprepare(c->clk);
		scmid_clk_drop(r);
		scmid_voted(r);
		return 0;
	}

	/* Before it runs, its rate is one that the agent's device can take. */
	if (r->want || r->policy != SCMID_POLICY_SHARED) {
		was = clk_get_rate(c->clk);
		found = scmid_clk_found(r, was);
	}
	err = scmid_clk_keep(r);
	if (err) {
		r->res.vote = false;
		return scmid_refused(r, -EACCES, err == -ERANGE ? "no rate in its window" :
				     "rate held by another");
	}
	if (scmid_clk_says(r)) {
		if (found)
			scmid_clk_before(r->hw, was);
		scmid_clk_arbitrate(r);
		scmid_clk_settle(r);
	}

	err = clk_prepare_enable(c->clk);
	if (err) {
		r->res.vote = false;
		scmid_clk_drop(r);
		return err;
	}
	scmid_voted(r);

	return 0;
}

static int scmid_clk_state_set(struct scmid_res *res, bool on)
{
	struct scmid_grant_res *r = to_grant_res(res);

	guard(mutex)(&r->hw->lock);

	return scmid_clk_state(r, on);
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

/* What feeds the clock now, as &scmid_clk.hw. */
static const void *scmid_clk_parent(const struct scmid_clk *c)
{
	struct clk *parent = clk_get_parent(c->clk);

	return parent ? __clk_get_hw(parent) : NULL;
}

/* Feed it from @parent, if that is still there. */
static void scmid_clk_feed(struct scmid_clk *c, const void *parent)
{
	struct clk_hw *hw;
	struct clk *clk;
	unsigned int i;

	for (i = 0; i < c->nr_parents; i++)
		if (parent && c->parents[i] == parent)
			break;
	if (i == c->nr_parents)
		return;

	hw = clk_hw_get_parent_by_index(__clk_get_hw(c->clk), i);
	if (hw != parent)
		return;
	/* Not for longer: the framework does not like handles of what is gone. */
	clk = clk_hw_get_clk(hw, NULL);
	if (IS_ERR(clk))
		return;
	clk_set_parent(c->clk, clk);
	clk_put(clk);
}

static struct scmid_clk *scmid_clk_latest_choice(const void *hw)
{
	struct scmid_clk *c;

	list_for_each_entry(c, &scmid_clk_choices, choice)
		if (c->hw == hw)
			return c;

	return NULL;
}

/* The agent chose a parent, and before that there was another. */
static void scmid_clk_choose(struct scmid_clk *c, const void *was)
{
	struct scmid_clk *latest;

	guard(mutex)(&scmid_clk_choices_lock);

	latest = scmid_clk_latest_choice(c->hw);
	if (list_empty(&c->choice))
		c->parent_was = latest ? latest->parent_was : was;
	list_move(&c->choice, &scmid_clk_choices);
	c->parent = scmid_clk_parent(c);
}

/* The choice of those who remain, unless somebody else has chosen another since. */
static void scmid_clk_unchoose(struct scmid_clk *c)
{
	const void *to = c->parent_was;
	struct scmid_clk *latest;
	bool ours;

	if (list_empty(&c->choice))
		return;

	scoped_guard(mutex, &scmid_clk_choices_lock) {
		ours = scmid_clk_parent(c) == scmid_clk_latest_choice(c->hw)->parent;
		list_del_init(&c->choice);
		latest = scmid_clk_latest_choice(c->hw);
		if (latest)
			to = latest->parent;
	}
	if (ours)
		scmid_clk_feed(c, to);
}

static int scmid_clk_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	struct scmid_grant_res *r = to_grant_res(res);
	struct scmid_clk *c = to_clk(res);
	const void *was;
	int err;

	guard(mutex)(&r->hw->lock);

	if (!clk_has_parent(c->clk, to_clk(parent)->clk))
		return -EINVAL;

	was = scmid_clk_parent(c);
	err = clk_set_parent(c->clk, to_clk(parent)->clk);
	if (err == -EBUSY)
		return scmid_refused(r, -EACCES, "held by another");
	if (err)
		return err;

	scmid_clk_choose(c, was);
	return 0;
}

/*
 * The framework tells of new rates, also of those that another clock gave it,
 * with its lock held. Not of those that a clock takes on by itself.
 */
static int scmid_clk_changed(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct scmid_clk *c = container_of(nb, struct scmid_clk, changed);
	const struct clk_notifier_data *change = data;

	/* When its parent changes, it tells in any case. */
	if (event == POST_RATE_CHANGE && change->new_rate != change->old_rate)
		scmid_event_raise(c->told, SCMID_CLOCK_RATE_CHANGED, change->new_rate);

	return NOTIFY_OK;
}

/*
 * To unregister a notifier keeps the lock of all clocks for quite a while, so
 * that is not something that an agent can have done as often as it likes.
 */
static int scmid_clk_rate_notify(struct scmid_res *res, bool on)
{
	struct scmid_clk *c = to_clk(res);
	int err;

	if (on && !c->told) {
		c->changed.notifier_call = scmid_clk_changed;
		c->told = to_grant_res(res);
		err = clk_notifier_register(c->clk, &c->changed);
		if (err) {
			c->told = NULL;
			return err;
		}
	}
	scmid_event_want(to_grant_res(res), SCMID_CLOCK_RATE_CHANGED, on);

	return 0;
}

static const struct scmid_clk_ops scmid_clk_backend_ops = {
	.rate_get = scmid_clk_rate_get,
	.rate_set = scmid_clk_rate_set,
	.rates = scmid_clk_rates,
	.state_set = scmid_clk_state_set,
	.parents = scmid_clk_parents,
	.parent_get = scmid_clk_parent_get,
	.parent_set = scmid_clk_parent_set,
	.rate_notify = scmid_clk_rate_notify,
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
		ret = scmid_grant_add(grant, backend, NULL, name);
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
	INIT_LIST_HEAD(&c->choice);
	c->nr_parents = n;
	for (i = 0; i < n; i++)
		c->parents[i] = clk_hw_get_parent_by_index(hw, i);

	return c;
}

static int scmid_clk_get(struct scmid_grant_res *r)
{
	struct scmid_clk *c;
	struct clk *clk;

	/* By the name under which clkdev knows it, or as the node says. */
	if (r->consumer_id)
		clk = clk_get_sys(NULL, r->consumer_id);
	else
		clk = of_clk_get(r->grant->dev.of_node, r->index);

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

	c->max = ULONG_MAX;
	c->high = ULONG_MAX;
	r->res.priv = c;
	return 0;
}

static void scmid_clk_quiesce(struct scmid_grant_res *r, u16 access)
{
	struct scmid_clk *c = to_clk(&r->res);

	/* First: what follows is no news for somebody who is gone. */
	if (access & SCMID_ACCESS_NOTIFY && r->res.events)
		scmid_event_want(r, SCMID_CLOCK_RATE_CHANGED, false);

	guard(mutex)(&r->hw->lock);

	/* clk_put() does not do this: what a handle enabled stays enabled. */
	if (access & SCMID_ACCESS_STATE && r->res.vote)
		scmid_clk_state(r, false);
	if (access & SCMID_ACCESS_RATE) {
		r->want = 0;
		scmid_clk_drop(r);
	}
	if (access & SCMID_ACCESS_PARENT)
		scmid_clk_unchoose(c);
}

/* The agent's rate, moved into a new window; 0 if the clock has none there. */
static unsigned long scmid_clk_moved(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);
	unsigned long top, hz = r->want;

	if (!hz || scmid_clk_in_window(&r->res, hz))
		return hz;
	/* A floor is one whatever others need. */
	if (r->policy == SCMID_POLICY_FLOOR)
		return hz < r->res.min ? r->res.min : r->res.max;

	scmid_clk_roughen(r->hw);
	scmid_clk_widen(c, r->res.min, r->res.max ?: ULONG_MAX);
	top = scmid_clk_top(c);
	hz = hz < r->res.min ? scmid_clk_fit(c, r->res.min, SCMID_ROUND_UP, top) :
			       scmid_clk_fit(c, r->res.max, SCMID_ROUND_DOWN, top);
	scmid_clk_unwiden(c);
	scmid_clk_refine(r->hw);

	return scmid_clk_in_window(&r->res, hz) ? hz : 0;
}

/* Limits or policy have changed: what the agent holds is within them at once. */
static int scmid_clk_adjust(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);
	bool listed, found;
	u64 old = r->want;
	unsigned long was;
	int err;

	guard(mutex)(&r->hw->lock);

	if (!r->res.vote && !r->want)
		return 0;

	scmid_clk_reopen(r);
	was = clk_get_rate(c->clk);
	listed = !list_empty(&r->voter);
	found = scmid_clk_found(r, was);
	r->want = scmid_clk_moved(r);
	err = old && !r->want ? -EINVAL : scmid_clk_keep(r);
	if (err) {
		r->want = old;
		clk_set_rate(c->clk, was);
		return err;
	}
	if (!listed && !scmid_clk_says(r))
		return 0;

	if (found)
		scmid_clk_before(r->hw, was);
	scmid_clk_arbitrate(r);
	scmid_clk_settle(r);

	return 0;
}

static void scmid_clk_show_vote(struct scmid_grant_res *r, char *buf, size_t size)
{
	int n = scnprintf(buf, size, "%s", r->res.vote ? "on" : "off");

	if (r->want)
		scnprintf(buf + n, size - n, ", %llu Hz", r->want);
}

static void scmid_clk_show_state(struct scmid_grant_res *r, char *buf, size_t size)
{
	struct clk *clk = to_clk(&r->res)->clk;

	scnprintf(buf, size, "%s, %lu Hz", __clk_is_enabled(clk) ? "on" : "off",
		  clk_get_rate(clk));
}

static void scmid_clk_put(struct scmid_grant_res *r)
{
	struct scmid_clk *c = to_clk(&r->res);

	r->res.priv = NULL;
	if (c->told)
		clk_notifier_unregister(c->clk, &c->changed);
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
	.cells = "#clock-cells",
	.proto = SCMID_PROTO_CLOCK,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE |
		  SCMID_ACCESS_PARENT | SCMID_ACCESS_NOTIFY,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE |
			  SCMID_ACCESS_NOTIFY,
	.access_exclusive = SCMID_ACCESS_RATE | SCMID_ACCESS_PARENT,
	.min_attr = "rate_min_hz",
	.max_attr = "rate_max_hz",
	.policy_attr = "rate_policy",
	.ops = &scmid_clk_backend_ops,
	.enumerate = scmid_clk_enumerate,
	.get = scmid_clk_get,
	.quiesce = scmid_clk_quiesce,
	.put = scmid_clk_put,
	.hardware = scmid_clk_hardware,
	.adjust = scmid_clk_adjust,
	.show_vote = scmid_clk_show_vote,
	.show_state = scmid_clk_show_state,
};
