// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the clocks, on the common clk framework itself, with clocks
 * that can do what this suite needs.
 */

#include "own_engine.h"

#include "../backend/clk.c"

#include <kunit/clk.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sort.h>

#include "test.h"

#define TCLK_RATES_MAX	600
/* The framework's own limit. */
#define TCLK_HZ_MAX	((unsigned long)LONG_MAX)

/* How a clock answers a request that it cannot meet. */
enum tclk_round {
	TCLK_DOWN,
	TCLK_UP,
	TCLK_NEAREST,
	TCLK_NR_ROUNDS
};

static const char * const tclk_round_names[] = { "down", "up", "nearest" };

/**
 * struct tclk - a clock
 * @hw: for the framework
 * @init: likewise
 * @name: its name
 * @rates: rates it can make, ascending
 * @n: how many; 0: any from @min to @max that is @min plus a multiple of @step
 * @min: see @n
 * @max: see @n
 * @step: see @n
 * @round: how it rounds
 * @hz: its rate
 * @parent: index of its parent
 * @enabled: it is on
 * @sets: how often its rate was set
 */
struct tclk {
	struct clk_hw hw;
	struct clk_init_data init;
	char name[24];
	u64 rates[TCLK_RATES_MAX];
	unsigned int n;
	u64 min, max, step;
	enum tclk_round round;
	unsigned long hz;
	u8 parent;
	bool enabled;
	unsigned int sets;
};

static struct tclk *to_tclk(struct clk_hw *hw)
{
	return container_of(hw, struct tclk, hw);
}

static u64 tclk_round_range(const struct tclk *t, u64 hz)
{
	u64 below;

	if (hz <= t->min)
		return t->min;
	if (hz >= t->max)
		return t->max;
	below = hz - (hz - t->min) % t->step;
	if (below == hz || t->round == TCLK_DOWN)
		return below;
	if (t->round == TCLK_UP)
		return below + t->step;
	return hz - below <= below + t->step - hz ? below : below + t->step;
}

static u64 tclk_round(const struct tclk *t, u64 hz)
{
	unsigned int i;

	if (!t->n)
		return tclk_round_range(t, hz);

	for (i = 0; i < t->n && t->rates[i] < hz; i++)
		;
	if (i == t->n)
		return t->rates[i - 1];
	if (!i || t->rates[i] == hz || t->round == TCLK_UP)
		return t->rates[i];
	if (t->round == TCLK_DOWN)
		return t->rates[i - 1];
	return hz - t->rates[i - 1] <= t->rates[i] - hz ? t->rates[i - 1] : t->rates[i];
}

static int tclk_determine_rate(struct clk_hw *hw, struct clk_rate_request *req)
{
	req->rate = tclk_round(to_tclk(hw), req->rate);
	return 0;
}

static unsigned long tclk_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	return to_tclk(hw)->hz;
}

static int tclk_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	struct tclk *t = to_tclk(hw);

	t->hz = rate;
	t->sets++;
	return 0;
}

static int tclk_enable(struct clk_hw *hw)
{
	to_tclk(hw)->enabled = true;
	return 0;
}

static void tclk_disable(struct clk_hw *hw)
{
	to_tclk(hw)->enabled = false;
}

static int tclk_is_enabled(struct clk_hw *hw)
{
	return to_tclk(hw)->enabled;
}

static u8 tclk_get_parent(struct clk_hw *hw)
{
	return to_tclk(hw)->parent;
}

static int tclk_set_parent(struct clk_hw *hw, u8 index)
{
	to_tclk(hw)->parent = index;
	return 0;
}

static const struct clk_ops tclk_ops = {
	.determine_rate = tclk_determine_rate,
	.recalc_rate = tclk_recalc_rate,
	.set_rate = tclk_set_rate,
	.enable = tclk_enable,
	.disable = tclk_disable,
	.is_enabled = tclk_is_enabled,
};

static const struct clk_ops tclk_mux_ops = {
	.determine_rate = clk_hw_determine_rate_no_reparent,
	.get_parent = tclk_get_parent,
	.set_parent = tclk_set_parent,
	.enable = tclk_enable,
	.disable = tclk_disable,
	.is_enabled = tclk_is_enabled,
};

/* A clock that makes 100 to 500 Hz, in hundreds. */
static struct tclk *tclk_new(struct kunit *test, const char *name)
{
	struct tclk *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	snprintf(t->name, sizeof(t->name), "scmi-kunit-%s", name);
	t->init.name = t->name;
	t->init.ops = &tclk_ops;
	/* The tests change what it can do behind the framework's back. */
	t->init.flags = CLK_GET_RATE_NOCACHE;
	t->hw.init = &t->init;
	t->min = 100;
	t->max = 500;
	t->step = 100;
	t->hz = 300;

	return t;
}

static void tclk_register(struct kunit *test, struct tclk *t)
{
	KUNIT_ASSERT_EQ(test, clk_hw_register_kunit(test, NULL, &t->hw), 0);
}

static struct tclk *tclk_add(struct kunit *test, const char *name)
{
	struct tclk *t = tclk_new(test, name);

	tclk_register(test, t);

	return t;
}

/* A mux with two parents. */
static struct tclk *tclk_mux(struct kunit *test, struct tclk *left, struct tclk *right)
{
	const struct clk_hw *parents[] = { &left->hw, &right->hw };
	struct tclk *t = tclk_new(test, "mux");

	t->init.ops = &tclk_mux_ops;
	t->init.flags = CLK_SET_RATE_NO_REPARENT;
	t->init.parent_hws = parents;
	t->init.num_parents = ARRAY_SIZE(parents);
	tclk_register(test, t);

	return t;
}

/* The resource of clock @t, as the backend makes it. */
static struct scmid_res *tclk_res(struct kunit *test, struct tclk *t)
{
	struct scmid_res *res = kunit_kzalloc(test, sizeof(*res), GFP_KERNEL);
	struct scmid_clk *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, res);
	KUNIT_ASSERT_NOT_NULL(test, c);
	c->clk = clk_hw_get_clk_kunit(test, &t->hw, "test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c->clk);
	res->priv = c;

	return res;
}

static void tclk_free_rates(void *context)
{
	struct scmid_clk *c = to_clk(context);

	kfree(c->hz);
	c->hz = NULL;
}

static struct scmid_res *tclk_res_rates(struct kunit *test, struct tclk *t)
{
	struct scmid_res *res = tclk_res(test, t);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tclk_free_rates, res));

	return res;
}

/* Rounding */

static int tclk_cmp(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Some rates, of any size and distance. */
static void tclk_random_rates(struct tclk *t, struct rnd_state *rnd, unsigned int n)
{
	unsigned int i, j, bits = 4 + prandom_u32_state(rnd) % 59;
	u64 hz;

	t->n = 0;
	for (i = 0; i < n; i++) {
		hz = prandom_u32_state(rnd);
		hz = (hz << 32 | prandom_u32_state(rnd)) & GENMASK_ULL(bits - 1, 0);
		/* Neighbours now and then. */
		if (i && prandom_u32_state(rnd) % 4 == 0)
			hz = t->rates[i - 1] + 1;
		t->rates[i] = clamp_t(u64, hz, SCMID_CLK_HZ_MIN, TCLK_HZ_MAX);
	}
	sort(t->rates, n, sizeof(t->rates[0]), tclk_cmp, NULL);
	for (i = 1, j = 1; i < n; i++)
		if (t->rates[i] != t->rates[j - 1])
			t->rates[j++] = t->rates[i];
	t->n = j;
	t->hz = t->rates[0];
}

/* What fit should say: by looking at all of them. */
static u64 tclk_model_fit(const struct tclk *t, u64 hz, enum scmid_round round, u64 *tie)
{
	u64 below = 0, above = 0;
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		if (t->rates[i] <= hz)
			below = t->rates[i];
		if (t->rates[i] >= hz && !above)
			above = t->rates[i];
	}

	*tie = 0;
	if (round == SCMID_ROUND_DOWN)
		return below;
	if (round == SCMID_ROUND_UP)
		return above;
	if (!below || !above)
		return below ?: above;
	if (hz - below == above - hz)
		*tie = above;
	return above - hz < hz - below ? above : below;
}

static void tclk_expect_fit(struct kunit *test, const struct tclk *t,
			    const struct scmid_clk *c, u64 hz)
{
	enum scmid_round round;

	if (hz < SCMID_CLK_HZ_MIN || hz > TCLK_HZ_MAX)
		return;

	for (round = SCMID_ROUND_DOWN; round <= SCMID_ROUND_NEAREST; round++) {
		u64 tie, want = tclk_model_fit(t, hz, round, &tie);
		u64 got = scmid_clk_fit(c, hz, round, scmid_clk_top(c));

		if (got != want && (!tie || got != tie))
			KUNIT_FAIL(test, "%llu Hz, round %d: %llu, should be %llu", hz,
				   round, got, want);
	}
}

struct tclk_round_param {
	enum tclk_round round;
};

static const struct tclk_round_param tclk_round_params[] = {
	{ TCLK_DOWN }, { TCLK_UP }, { TCLK_NEAREST },
};

static void tclk_round_desc(const struct tclk_round_param *p, char *desc)
{
	strscpy(desc, tclk_round_names[p->round], KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tclk_rounds, tclk_round_params, tclk_round_desc);

static void clk_fit(struct kunit *test)
{
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_add(test, "fit");
	struct scmid_clk *c = to_clk(tclk_res(test, t));
	u64 seed = get_random_u64();
	struct rnd_state rnd;
	unsigned int i, k;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&rnd, seed);
	t->round = p->round;

	for (k = 0; k < 40; k++) {
		tclk_random_rates(t, &rnd, 1 + prandom_u32_state(&rnd) % 20);
		tclk_expect_fit(test, t, c, SCMID_CLK_HZ_MIN);
		tclk_expect_fit(test, t, c, SCMID_CLK_HZ_MIN + 1);
		tclk_expect_fit(test, t, c, TCLK_HZ_MAX - 1);
		tclk_expect_fit(test, t, c, TCLK_HZ_MAX);
		for (i = 0; i < t->n; i++) {
			u64 hz = t->rates[i], next = i + 1 < t->n ? t->rates[i + 1] : hz * 2;

			tclk_expect_fit(test, t, c, hz - 1);
			tclk_expect_fit(test, t, c, hz);
			tclk_expect_fit(test, t, c, hz + 1);
			tclk_expect_fit(test, t, c, hz / 2 + next / 2);
			tclk_expect_fit(test, t, c, hz / 2 + next / 2 + 1);
			tclk_expect_fit(test, t, c, hz / 4 * 3 + next / 4);
		}
	}
}

/* A window of the operator's, by looking at all the rates. */
static int tclk_model_set(const struct tclk *t, const struct scmid_res *res, u64 hz,
			  enum scmid_round round, u64 *want, u64 *tie)
{
	u64 lowest = 0, highest = 0;
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		if (t->rates[i] >= res->min && !lowest)
			lowest = t->rates[i];
		if (!res->max || t->rates[i] <= res->max)
			highest = t->rates[i];
	}
	/* Not one rate is allowed, or the request is not between two that are. */
	if (!lowest || !highest || lowest > highest || hz < lowest || hz > highest)
		return -EINVAL;

	*want = tclk_model_fit(t, hz, round, tie);
	return 0;
}

static void clk_rate_set(struct kunit *test)
{
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_add(test, "set");
	struct scmid_res *res = tclk_res(test, t);
	u64 seed = get_random_u64();
	struct rnd_state rnd;
	unsigned int i, k;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&rnd, seed);
	t->round = p->round;

	for (k = 0; k < 2000; k++) {
		enum scmid_round round = prandom_u32_state(&rnd) % 3;
		u64 hz, want = 0, tie = 0, before, got;
		int err, ret;

		if (k % 20 == 0)
			tclk_random_rates(t, &rnd, 1 + prandom_u32_state(&rnd) % 12);
		i = prandom_u32_state(&rnd) % t->n;
		res->min = prandom_u32_state(&rnd) % 2 ? t->rates[i] - 1 + k % 3 : 0;
		i = prandom_u32_state(&rnd) % t->n;
		res->max = prandom_u32_state(&rnd) % 2 ? t->rates[i] - 1 + k / 3 % 3 : 0;
		if (res->max && res->min > res->max)
			swap(res->min, res->max);
		i = prandom_u32_state(&rnd) % t->n;
		hz = t->rates[i];
		if (prandom_u32_state(&rnd) % 2)
			hz = hz / 2 + t->rates[prandom_u32_state(&rnd) % t->n] / 2;
		hz = clamp_t(u64, hz - 1 + prandom_u32_state(&rnd) % 3, 1, TCLK_HZ_MAX);

		clk_set_rate(to_clk(res)->clk, t->rates[i]);
		before = t->hz;
		err = tclk_model_set(t, res, hz, round, &want, &tie);
		ret = scmid_clk_rate_set(res, hz, round);
		got = t->hz;
		if (ret != err || (err ? got != before : got != want && (!tie || got != tie)))
			KUNIT_FAIL(test,
				   "%llu Hz of %llu to %llu, round %d: %d, %llu Hz; should be %d, %llu Hz",
				   hz, res->min, res->max, round, ret, got, err, want);
	}
}

static void clk_rate_set_extremes(struct kunit *test)
{
	struct tclk *t = tclk_add(test, "set");
	struct scmid_res *res = tclk_res(test, t);

	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 1, SCMID_ROUND_UP), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 99, SCMID_ROUND_NEAREST), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 501, SCMID_ROUND_DOWN), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, LONG_MAX, SCMID_ROUND_DOWN), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 1ULL << 63, SCMID_ROUND_DOWN), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, U64_MAX, SCMID_ROUND_DOWN), -EINVAL);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 499, SCMID_ROUND_DOWN), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 101, SCMID_ROUND_UP), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 200);
}

/* Somebody else relies on the rate: denied, and not because of the number. */
static void clk_rate_held(struct kunit *test)
{
	struct tclk *t = tclk_add(test, "held");
	struct scmid_res *res = tclk_res(test, t);
	struct clk *other = clk_hw_get_clk_kunit(test, &t->hw, "other");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_ASSERT_EQ(test, clk_rate_exclusive_get(other), 0);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 200, SCMID_ROUND_DOWN), -EACCES);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 400, SCMID_ROUND_NEAREST), -EACCES);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 450, SCMID_ROUND_UP), -EACCES);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 300, SCMID_ROUND_DOWN), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, t->sets, 0);

	/* What the operator forbids is refused for that. */
	res->max = 300;
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 400, SCMID_ROUND_DOWN), -EINVAL);
	res->max = 0;

	clk_rate_exclusive_put(other);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 200, SCMID_ROUND_DOWN), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 200);
}

/* One that has only one rate is asked for another: that is no matter of rights. */
static void clk_rate_fixed(struct kunit *test)
{
	struct tclk *t = tclk_add(test, "fixed");
	struct scmid_res *res = tclk_res(test, t);

	t->min = 300;
	t->max = 300;
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 300, SCMID_ROUND_DOWN), 0);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 200, SCMID_ROUND_UP), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_set(res, 400, SCMID_ROUND_DOWN), -EINVAL);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
}

/* Listing */

static void tclk_expect_rates(struct kunit *test, struct scmid_res *res, bool range,
			      const u64 *hz, u32 n)
{
	struct scmid_rates rates = {};
	u32 i;

	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, true, &rates), 0);
	KUNIT_EXPECT_EQ(test, rates.range, range);
	KUNIT_ASSERT_EQ(test, rates.n, n);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, rates.hz[i], hz[i]);
}

#define EXPECT_LIST(test, res, hz...) do {					\
	u64 want[] = { hz };							\
										\
	tclk_expect_rates(test, res, false, want, ARRAY_SIZE(want));		\
} while (0)

#define EXPECT_RANGE(test, res, lowest, highest, step) do {			\
	u64 want[] = { lowest, highest, step };					\
										\
	tclk_expect_rates(test, res, true, want, ARRAY_SIZE(want));		\
} while (0)

static void tclk_set_rates(struct tclk *t, const u64 *rates, unsigned int n)
{
	memcpy(t->rates, rates, n * sizeof(*rates));
	t->n = n;
	t->hz = rates[0];
}

/* With a window, and without, for each way to round. */
static void clk_list(struct kunit *test)
{
	static const u64 few[] = { 8000, 11025, 12000, 22050, 24000 };
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_new(test, "list");
	struct scmid_res *res;

	t->round = p->round;
	tclk_set_rates(t, few, ARRAY_SIZE(few));
	tclk_register(test, t);
	res = tclk_res_rates(test, t);

	tclk_expect_rates(test, res, false, few, ARRAY_SIZE(few));
	res->min = 8001;
	tclk_expect_rates(test, res, false, few + 1, 4);
	res->max = 22050;
	EXPECT_LIST(test, res, 11025, 12000, 22050);
	res->max = 22049;
	EXPECT_LIST(test, res, 11025, 12000);
	res->min = 11025;
	EXPECT_LIST(test, res, 11025, 12000);
	res->min = 11026;
	EXPECT_LIST(test, res, 12000);
	res->min = 0;
	EXPECT_LIST(test, res, 8000, 11025, 12000);
	res->max = 8000;
	EXPECT_LIST(test, res, 8000);

	/* A window without any: it makes what it makes. */
	KUNIT_ASSERT_EQ(test, clk_set_rate(to_clk(res)->clk, 22050), 0);
	res->min = 12001;
	res->max = 22049;
	EXPECT_LIST(test, res, 22050);
	res->min = 24001;
	res->max = 0;
	EXPECT_LIST(test, res, 22050);
	res->min = U64_MAX;
	EXPECT_LIST(test, res, 22050);
	res->min = 0;
	res->max = 7999;
	EXPECT_LIST(test, res, 22050);
	res->min = 22050;
	res->max = 22050;
	EXPECT_LIST(test, res, 22050);
	res->max = U64_MAX;
	EXPECT_LIST(test, res, 22050, 24000);
}

static void clk_list_small(struct kunit *test)
{
	static const u64 one[] = { 300 }, two[] = { 300, 500 }, even[] = { 300, 500, 700 };
	struct tclk *t = tclk_new(test, "list");
	struct scmid_res *res;

	tclk_set_rates(t, one, 1);
	tclk_register(test, t);
	res = tclk_res_rates(test, t);
	EXPECT_LIST(test, res, 300);

	/* As few as these are a list, even or not. */
	tclk_set_rates(t, two, 2);
	EXPECT_LIST(test, res, 300, 500);
	tclk_set_rates(t, even, 3);
	EXPECT_LIST(test, res, 300, 500, 700);

	/* At the ends of what there is. */
	t->n = 0;
	t->step = 1;
	t->min = SCMID_CLK_HZ_MIN;
	t->max = SCMID_CLK_HZ_MIN + 1;
	EXPECT_LIST(test, res, 1, 2);
	t->min = TCLK_HZ_MAX - 1;
	t->max = TCLK_HZ_MAX;
	EXPECT_LIST(test, res, TCLK_HZ_MAX - 1, TCLK_HZ_MAX);
}

/* Lists of any length, up to where they are no longer made. */
static void clk_list_random(struct kunit *test)
{
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_add(test, "list");
	struct scmid_res *res = tclk_res_rates(test, t);
	u64 seed = get_random_u64();
	struct rnd_state rnd;
	unsigned int k;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&rnd, seed);
	t->round = p->round;

	for (k = 0; k < 20; k++) {
		tclk_random_rates(t, &rnd, 4 + prandom_u32_state(&rnd) % 60);
		if (scmid_clk_even(t->rates, t->n) && t->n > 3)
			continue;
		tclk_expect_rates(test, res, false, t->rates, t->n);
	}
}

static void clk_range(struct kunit *test)
{
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_add(test, "range");
	struct scmid_res *res = tclk_res_rates(test, t);

	t->round = p->round;
	EXPECT_RANGE(test, res, 100, 500, 100);
	res->min = 101;
	EXPECT_RANGE(test, res, 200, 500, 100);
	res->max = 499;
	EXPECT_LIST(test, res, 200, 300, 400);
	res->min = 0;
	EXPECT_RANGE(test, res, 100, 400, 100);
	res->max = 0;

	/* Any rate. */
	t->min = 1000000;
	t->max = 100000000;
	t->step = 1;
	EXPECT_RANGE(test, res, 1000000, 100000000, 1);
	res->min = 1234567;
	res->max = 7654321;
	EXPECT_RANGE(test, res, 1234567, 7654321, 1);
	res->min = 0;
	res->max = 0;

	/* More steps than a list would have. */
	t->min = 25000;
	t->max = 25000 + 25 * 100000;
	t->step = 25;
	EXPECT_RANGE(test, res, 25000, 25000 + 25 * 100000, 25);
	res->min = 30001;
	res->max = 2000024;
	EXPECT_RANGE(test, res, 30025, 2000000, 25);
	res->min = 0;
	res->max = 0;

	/* Everything there is. */
	t->min = SCMID_CLK_HZ_MIN;
	t->max = TCLK_HZ_MAX;
	t->step = 1;
	EXPECT_RANGE(test, res, SCMID_CLK_HZ_MIN, TCLK_HZ_MAX, 1);
}

/* As many as fit, or one more: these tell a list from a range. */
static void clk_many(struct kunit *test)
{
	const struct tclk_round_param *p = test->param_value;
	struct tclk *t = tclk_add(test, "many");
	struct scmid_res *res = tclk_res_rates(test, t);
	unsigned int i;

	t->round = p->round;
	for (i = 0; i < TCLK_RATES_MAX; i++)
		t->rates[i] = 1000 + i * 10 + i * i;

	t->n = SCMID_CLK_RATES_MAX - 1;
	tclk_expect_rates(test, res, false, t->rates, t->n);
	t->n = SCMID_CLK_RATES_MAX;
	tclk_expect_rates(test, res, false, t->rates, t->n);
	t->n = SCMID_CLK_RATES_MAX + 1;
	EXPECT_RANGE(test, res, t->rates[0], t->rates[t->n - 1], 1);
	t->n = TCLK_RATES_MAX;
	EXPECT_RANGE(test, res, t->rates[0], t->rates[t->n - 1], 1);

	/* Even, and the last one is not. */
	for (i = 0; i < TCLK_RATES_MAX; i++)
		t->rates[i] = 1000 + i * 10;
	EXPECT_RANGE(test, res, 1000, 1000 + (TCLK_RATES_MAX - 1) * 10, 10);
	t->n = SCMID_CLK_RATES_MAX;
	EXPECT_RANGE(test, res, 1000, 1000 + (SCMID_CLK_RATES_MAX - 1) * 10, 10);
	t->n = SCMID_CLK_RATES_MAX + 1;
	t->rates[SCMID_CLK_RATES_MAX] = 1000 + (SCMID_CLK_RATES_MAX - 1) * 10 + 5;
	EXPECT_RANGE(test, res, 1000, t->rates[SCMID_CLK_RATES_MAX], 1);
	t->rates[0] = 995;
	t->rates[SCMID_CLK_RATES_MAX] = 1000 + SCMID_CLK_RATES_MAX * 10;
	EXPECT_RANGE(test, res, 995, t->rates[SCMID_CLK_RATES_MAX], 1);
}

static void clk_rates_refresh(struct kunit *test)
{
	struct tclk *t = tclk_add(test, "refresh");
	struct scmid_res *res = tclk_res_rates(test, t);
	struct scmid_rates rates;

	/* The first time there is nothing old. */
	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, false, &rates), 0);
	KUNIT_ASSERT_TRUE(test, rates.range);
	KUNIT_EXPECT_EQ(test, rates.hz[1], 500);

	t->max = 900;
	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, false, &rates), 0);
	KUNIT_EXPECT_EQ(test, rates.hz[1], 500);
	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, true, &rates), 0);
	KUNIT_EXPECT_EQ(test, rates.hz[1], 900);
	t->max = 500;
	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, false, &rates), 0);
	KUNIT_EXPECT_EQ(test, rates.hz[1], 900);
}

/* Whatever is asked of it, a clock that is asked about its rates keeps it. */
static void clk_rates_harmless(struct kunit *test)
{
	struct tclk *t = tclk_add(test, "harmless");
	struct scmid_res *res = tclk_res_rates(test, t);
	struct scmid_rates rates;
	u64 hz;

	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, true, &rates), 0);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_get(res, &hz), 0);
	KUNIT_EXPECT_EQ(test, hz, 300);
}

/* Through a grant, with nodes */

#define TCLK_PROVIDED	3

static struct tclk *clk_provided[TCLK_PROVIDED];

static struct clk_hw *clk_provide(struct of_phandle_args *spec, void *data)
{
	if (!spec->args_count)
		return &clk_provided[0]->hw;
	if (spec->args[0] >= TCLK_PROVIDED || !clk_provided[spec->args[0]])
		return ERR_PTR(-EINVAL);
	return &clk_provided[spec->args[0]]->hw;
}

KUNIT_DEFINE_ACTION_WRAPPER(clk_provider_del, of_clk_del_provider, struct device_node *);

static void clk_provider_add(struct kunit *test, const char *node)
{
	struct device_node *np = test_node(test, node);

	KUNIT_ASSERT_EQ(test, of_clk_add_hw_provider(np, clk_provide, NULL), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, clk_provider_del, np));
}

/* Clocks 0 and 1, and 2, a mux of them. */
static void clk_provider(struct kunit *test)
{
	clk_provided[0] = tclk_add(test, "left");
	clk_provided[1] = tclk_add(test, "right");
	clk_provided[2] = tclk_mux(test, clk_provided[0], clk_provided[1]);
	clk_provider_add(test, "provider");
}

static void clk_grant(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;

	clk_provider(test);
	agent = test_agent(test, "vm1");
	grant = test_grant(test, agent, "clk-one");
	r = test_res(grant, 0);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_STREQ(test, r->res.name, "one");
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_GET | SCMID_ACCESS_STATE |
			SCMID_ACCESS_RATE | SCMID_ACCESS_NOTIFY);
	KUNIT_EXPECT_STREQ(test, grant->unsupported, "");
	KUNIT_EXPECT_NULL(test, r->res.priv);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_PTR_EQ(test, r->backend->hardware(r), &clk_provided[0]->hw);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
	KUNIT_EXPECT_EQ(test, clk_provided[0]->sets, 0);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_NULL(test, r->res.priv);
}

/* Without clock-names it is the clock's own name; without the clock, a number. */
static void clk_grant_names(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;

	grant = test_grant(test, agent, "clk-unnamed");
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "clock0");
	KUNIT_EXPECT_STREQ(test, test_res(grant, 1)->res.name, "clock1");
	test_grant_drop(grant);

	clk_provider(test);
	grant = test_grant(test, agent, "clk-unnamed");
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "scmi-kunit-left");
	KUNIT_EXPECT_STREQ(test, test_res(grant, 1)->res.name, "scmi-kunit-right");
	test_grant_drop(grant);
}

static void clk_grant_deferred(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "clk-late");

	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "late");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);

	clk_provided[0] = tclk_add(test, "late");
	clk_provider_add(test, "late");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	test_grant_drop(grant);
}

/* A clock that does not exist is the tree's mistake, not a thing to wait for. */
static void clk_grant_bad(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;
	int err;

	clk_provider(test);
	grant = test_grant(test, agent, "clk-bad");
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	err = scmid_grant_enable(grant);
	KUNIT_EXPECT_LT(test, err, 0);
	KUNIT_EXPECT_NE(test, err, -EAGAIN);
	KUNIT_EXPECT_NE(test, err, -EBUSY);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);
	test_grant_drop(grant);
}

/* The agent's vote, as the protocol casts it. */
static int clk_vote(struct scmid_grant_res *r, bool on)
{
	guard(mutex)(&r->grant->agent->run);

	return scmid_clk_state_set(&r->res, on);
}

static void clk_enable_vote(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	struct clk *host;

	clk_provider(test);
	agent = test_agent(test, "vm1");
	grant = test_granted(test, agent, "clk-one");
	r = test_res(grant, 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);
	KUNIT_ASSERT_EQ(test, clk_vote(r, false), 0);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);

	/* One vote of several. */
	host = clk_hw_get_clk_kunit(test, &clk_provided[0]->hw, "host");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, clk_prepare_enable(host), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(r, false), 0);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	clk_disable_unprepare(host);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);

	/* Quiescing takes back what there is, and nothing else. */
	KUNIT_ASSERT_EQ(test, clk_prepare_enable(host), 0);
	scmid_clk_quiesce(r);
	scmid_clk_quiesce(r);
	KUNIT_EXPECT_FALSE(test, r->res.vote);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);
	clk_disable_unprepare(host);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);

	/* However the grant ends. */
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
}

static void clk_parents_visible(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_parents parents;
	struct scmid_grant *grant;
	struct scmid_res *mux, *left, *right;
	u32 id;

	clk_provider(test);
	agent = test_agent(test, "vm1");
	grant = test_granted(test, agent, "clk-family");
	mux = &test_res(grant, 0)->res;
	left = &test_res(grant, 1)->res;
	right = &test_res(grant, 2)->res;

	/* Ascending, whatever the order in the tree. */
	scmid_grant_disable(grant);
	scoped_guard(mutex, &agent->lock) {
		KUNIT_ASSERT_EQ(test, scmid_grant_set_id(test_res(grant, 1), 9), 0);
		KUNIT_ASSERT_EQ(test, scmid_grant_set_id(test_res(grant, 2), 3), 0);
	}
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	KUNIT_ASSERT_EQ(test, scmid_clk_parents(mux, &parents), 0);
	KUNIT_ASSERT_EQ(test, parents.n, 2);
	KUNIT_EXPECT_EQ(test, parents.id[0], 3);
	KUNIT_EXPECT_EQ(test, parents.id[1], 9);
	KUNIT_ASSERT_EQ(test, scmid_clk_parent_get(mux, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 9);

	KUNIT_EXPECT_EQ(test, scmid_clk_parent_set(mux, right), 0);
	KUNIT_EXPECT_EQ(test, clk_provided[2]->parent, 1);
	KUNIT_ASSERT_EQ(test, scmid_clk_parent_get(mux, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 3);
	KUNIT_EXPECT_EQ(test, scmid_clk_parent_set(mux, left), 0);
	KUNIT_EXPECT_EQ(test, clk_provided[2]->parent, 0);

	/* Not its own, and not of one that has no choice. */
	KUNIT_EXPECT_EQ(test, scmid_clk_parent_set(mux, mux), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_clk_parents(left, &parents), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, scmid_clk_parent_get(left, &id), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, clk_provided[2]->parent, 0);
	test_grant_drop(grant);
}

static void clk_parents_hidden(struct kunit *test)
{
	struct scmid_agent *agent, *other;
	struct scmid_parents parents;
	struct scmid_grant *orphan, *rest;
	struct scmid_res *mux;
	u32 id;

	clk_provider(test);
	agent = test_agent(test, "vm1");
	orphan = test_granted(test, agent, "clk-orphan");
	mux = &test_res(orphan, 0)->res;
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, scmid_clk_parents(mux, &parents), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, scmid_clk_parent_get(mux, &id), -EOPNOTSUPP);

	/* Another agent's are not its own. */
	other = test_agent(test, "vm2");
	rest = test_grant(test, other, "clk-unnamed");
	rest->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(rest), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(other, true), 0);
	KUNIT_EXPECT_EQ(test, scmid_clk_parents(mux, &parents), -EOPNOTSUPP);
	test_agent_drop(test, other);

	/* With another grant all of them are there, until that is gone. */
	rest = test_granted(test, agent, "clk-unnamed");
	KUNIT_EXPECT_EQ(test, scmid_clk_parents(mux, &parents), 0);
	KUNIT_EXPECT_EQ(test, parents.n, 2);
	scmid_grant_disable(rest);
	KUNIT_EXPECT_EQ(test, scmid_clk_parents(mux, &parents), -EOPNOTSUPP);
	test_grant_drop(rest);
	test_grant_drop(orphan);
}

/* Two agents and one clock: rates are for one of them, being on for both. */
static void clk_two_agents(struct kunit *test)
{
	struct scmid_agent *agent, *other;
	struct scmid_grant *mine, *theirs;

	clk_provider(test);
	agent = test_agent(test, "vm1");
	other = test_agent(test, "vm2");
	mine = test_granted(test, agent, "clk-one");
	theirs = test_grant(test, other, "clk-unnamed");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(theirs), -EBUSY);
	test_res(theirs, 0)->res.access = SCMID_ACCESS_STATE;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(theirs), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(other, true), 0);

	KUNIT_ASSERT_EQ(test, clk_vote(test_res(mine, 0), true), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(test_res(theirs, 0), true), 0);
	test_grant_drop(mine);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);
	test_grant_drop(theirs);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
}

static int clk_test_init(struct kunit *test)
{
	memset(clk_provided, 0, sizeof(clk_provided));

	return test_init(test);
}

static int clk_suite_init(struct kunit_suite *suite)
{
	int err = test_suite_init(suite);

	if (!err)
		scmid_backend_register(&scmid_clk_backend);

	return err;
}

static void clk_suite_exit(struct kunit_suite *suite)
{
	if (scmid_clk_backend.node.next)
		list_del(&scmid_clk_backend.node);
	scmid_clk_backend.node.next = NULL;
	test_suite_exit(suite);
}

static struct kunit_case clk_cases[] = {
	KUNIT_CASE_PARAM(clk_fit, tclk_rounds_gen_params),
	KUNIT_CASE_PARAM(clk_rate_set, tclk_rounds_gen_params),
	KUNIT_CASE(clk_rate_set_extremes),
	KUNIT_CASE(clk_rate_held),
	KUNIT_CASE(clk_rate_fixed),
	KUNIT_CASE_PARAM(clk_list, tclk_rounds_gen_params),
	KUNIT_CASE(clk_list_small),
	KUNIT_CASE_PARAM(clk_list_random, tclk_rounds_gen_params),
	KUNIT_CASE_PARAM(clk_range, tclk_rounds_gen_params),
	KUNIT_CASE_PARAM(clk_many, tclk_rounds_gen_params),
	KUNIT_CASE(clk_rates_refresh),
	KUNIT_CASE(clk_rates_harmless),
	KUNIT_CASE(clk_grant),
	KUNIT_CASE(clk_grant_names),
	KUNIT_CASE(clk_grant_deferred),
	KUNIT_CASE(clk_grant_bad),
	KUNIT_CASE(clk_enable_vote),
	KUNIT_CASE(clk_parents_visible),
	KUNIT_CASE(clk_parents_hidden),
	KUNIT_CASE(clk_two_agents),
	{}
};

static struct kunit_suite clk_suite = {
	.name = "scmi_server_clk",
	.suite_init = clk_suite_init,
	.suite_exit = clk_suite_exit,
	.init = clk_test_init,
	.test_cases = clk_cases,
};

kunit_test_suite(clk_suite);
