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

#include "peer.h"

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

/**
 * struct tclk_agent - an agent that has one clock
 * @agent: the agent
 * @grant: the clock's grant
 * @r: the clock
 */
struct tclk_agent {
	struct scmid_agent agent;
	struct scmid_grant grant;
	struct scmid_grant_res r;
};

static void tclk_agent_free(void *context)
{
	struct scmid_grant_res *r = context;

	scmid_clk_quiesce(r, SCMID_ACCESS_ALL);
	scmid_hw_leave(r);
	scmid_clk_put(r);
}

/* Gives clock @t to one more agent, as the engine does. */
static struct scmid_grant_res *tclk_agent(struct kunit *test, struct tclk *t, const char *name)
{
	struct tclk_agent *ta = kunit_kzalloc(test, sizeof(*ta), GFP_KERNEL);
	struct scmid_grant_res *r;
	struct clk *clk;

	KUNIT_ASSERT_NOT_NULL(test, ta);
	strscpy(ta->agent.peer.name, name);
	ta->grant.agent = &ta->agent;
	ta->grant.dev.init_name = name;
	ta->grant.shared = true;
	r = &ta->r;
	r->grant = &ta->grant;
	r->backend = &scmid_clk_backend;
	r->access = scmid_clk_backend.access;
	r->res.access = r->access;
	strscpy(r->dir, "clock0");
	strscpy(r->res.name, t->name);

	clk = clk_hw_get_clk(&t->hw, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clk);
	r->res.priv = scmid_clk_new(clk);
	KUNIT_ASSERT_NOT_NULL(test, r->res.priv);
	to_clk(&r->res)->max = ULONG_MAX;
	to_clk(&r->res)->high = ULONG_MAX;
	KUNIT_ASSERT_EQ(test, scmid_hw_join(r), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tclk_agent_free, r));

	return r;
}

/* The same where it is the only one, and no matter who. */
static struct scmid_res *tclk_res(struct kunit *test, struct tclk *t)
{
	return &tclk_agent(test, t, "test")->res;
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

		scmid_clk_quiesce(to_grant_res(res), SCMID_ACCESS_ALL);
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
	res = tclk_res(test, t);

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
	res = tclk_res(test, t);
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
	struct scmid_res *res = tclk_res(test, t);
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
	struct scmid_res *res = tclk_res(test, t);

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
	struct scmid_res *res = tclk_res(test, t);
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
	struct scmid_res *res = tclk_res(test, t);
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
	struct scmid_res *res = tclk_res(test, t);
	struct scmid_rates rates;
	u64 hz;

	KUNIT_ASSERT_EQ(test, scmid_clk_rates(res, true, &rates), 0);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, scmid_clk_rate_get(res, &hz), 0);
	KUNIT_EXPECT_EQ(test, hz, 300);
}

/* Arbitration */

/* What there is of a clock: hundreds, from 100 to 1000 Hz. */
#define ARB_STEP	100
#define ARB_TOP		1000

struct arb_param {
	enum tclk_round round;
	bool cached;
};

static const struct arb_param arb_params[] = {
	{ TCLK_DOWN, false }, { TCLK_UP, false }, { TCLK_NEAREST, false },
	{ TCLK_DOWN, true }, { TCLK_UP, true }, { TCLK_NEAREST, true },
};

static void arb_desc(const struct arb_param *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s", tclk_round_names[p->round],
		 p->cached ? ", cached" : "");
}

KUNIT_ARRAY_PARAM(arbs, arb_params, arb_desc);

static struct tclk *arb_clk(struct kunit *test)
{
	const struct arb_param *p = test->param_value;
	struct tclk *t = tclk_new(test, "arb");

	t->min = ARB_STEP;
	t->max = ARB_TOP;
	t->step = ARB_STEP;
	t->hz = 900;
	if (p) {
		t->round = p->round;
		t->init.flags = p->cached ? 0 : CLK_GET_RATE_NOCACHE;
	}
	tclk_register(test, t);

	return t;
}

static struct clk *arb_host(struct kunit *test, struct tclk *t)
{
	struct clk *host = clk_hw_get_clk_kunit(test, &t->hw, "host");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);

	return host;
}

static struct scmid_grant_res *arb_agent(struct kunit *test, struct tclk *t, const char *name,
					 enum scmid_policy policy, u64 min, u64 max)
{
	struct scmid_grant_res *r = tclk_agent(test, t, name);

	r->policy = policy;
	r->res.min = min;
	r->res.max = max;

	return r;
}

static int arb_set(struct scmid_grant_res *r, u64 hz)
{
	return scmid_clk_rate_set(&r->res, hz, SCMID_ROUND_DOWN);
}

/* On changes only, as the protocol does. */
static int arb_switch(struct scmid_grant_res *r, bool on)
{
	return r->res.vote == on ? 0 : scmid_clk_state_set(&r->res, on);
}

/* As the engine does. */
static int arb_limits(struct scmid_grant_res *r, enum scmid_policy policy, u64 min, u64 max)
{
	enum scmid_policy old_policy = r->policy;
	u64 old_min = r->res.min, old_max = r->res.max;
	int err;

	r->policy = policy;
	r->res.min = min;
	r->res.max = max;
	err = scmid_clk_adjust(r);
	if (err) {
		r->policy = old_policy;
		r->res.min = old_min;
		r->res.max = old_max;
	}

	return err;
}

static void arb_leave(struct scmid_grant_res *r)
{
	scmid_clk_quiesce(r, SCMID_ACCESS_ALL);
}

/* Its window is everybody's, while the agent has a vote for "on" or a rate. */
static void clk_range_held(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 250, 650);

	/* Not by itself. */
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 800), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);

	/* With a vote for "on" the rate is one that its device can take. */
	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 400), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);

	/* And with a rate. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 500), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, false), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, arb_set(a, 240), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(a, 651), -EINVAL);
	KUNIT_EXPECT_EQ(test, t->hz, 300);

	/* Free again. */
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 100);
}

/* The rate was in the way of the window, and is put back. */
static void clk_range_restored(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 250, 650);

	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, arb_switch(a, false), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 900);

	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, false), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 900);

	/* Without a rate nothing has changed. */
	a->res.max = 950;
	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
}

/* Two windows leave what is in both, or the second is refused. */
static void clk_range_two(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 250, 650);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_RANGE, 450, 850);
	struct scmid_grant_res *c = arb_agent(test, t, "c", SCMID_POLICY_RANGE, 700, 0);

	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 500), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, arb_set(a, 400), -EACCES);
	KUNIT_EXPECT_STREQ(test, a->grant->agent->why, "another agent's rate");
	KUNIT_EXPECT_EQ(test, arb_set(a, 200), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(b, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(a, 600), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);

	/* There is none that is good for all three. */
	KUNIT_EXPECT_EQ(test, arb_switch(c, true), -EACCES);
	KUNIT_EXPECT_FALSE(test, c->res.vote);
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, arb_set(c, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, arb_switch(c, true), 0);
	KUNIT_EXPECT_TRUE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
	arb_leave(c);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
}

static void clk_shared(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_SHARED, 200, 600);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_SHARED, 0, 0);

	/* The window is for what the agent asks, and for nobody else. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 700), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(a, 600), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 100);

	/* The latest, and then the one before, and at last what the host set. */
	KUNIT_EXPECT_EQ(test, arb_set(b, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(a, 400), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 500), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 100);
}

static void clk_floor(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_FLOOR, 0, 850);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_FLOOR, 200, 0);

	KUNIT_ASSERT_EQ(test, clk_set_rate(host, 300), 0);

	/* At least that much, and no more than it may. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 420), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 600), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);

	/* The highest of them; what is enough already changes nothing. */
	KUNIT_EXPECT_EQ(test, arb_set(b, 550), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, arb_set(b, 750), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	KUNIT_EXPECT_EQ(test, arb_set(b, 810), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(b, 199), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(a, 851), -EINVAL);
	/* In the window, but nothing that the clock can make. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 810), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(b, 1001), -EACCES);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, arb_set(b, 1001), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_set(b, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);
	arb_leave(b);
	KUNIT_EXPECT_NE(test, t->hz, 1000);
}

/* Floors do not make the rate of those who set one, they only lift it. */
static void clk_floor_lifts(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 0, 0);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_FLOOR, 0, 0);

	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 520), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, arb_set(a, 400), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(a, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	KUNIT_EXPECT_EQ(test, arb_set(b, 350), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	KUNIT_EXPECT_EQ(test, arb_set(a, 400), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_EXPECT_EQ(test, arb_set(b, 800), 0);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_EXPECT_EQ(test, arb_set(b, 100), 0);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
}

static void clk_exclusive(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_EXCLUSIVE, 0, 0);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_EXCLUSIVE, 0, 0);
	struct scmid_grant_res *c = arb_agent(test, t, "c", SCMID_POLICY_SHARED, 0, 0);
	struct scmid_grant_res *d = arb_agent(test, t, "d", SCMID_POLICY_RANGE, 0, 800);
	struct scmid_grant_res *e = arb_agent(test, t, "e", SCMID_POLICY_FLOOR, 0, 0);

	KUNIT_EXPECT_EQ(test, arb_set(a, 500), 0);
	KUNIT_EXPECT_EQ(test, arb_set(a, 600), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);

	/* Nobody sets another, but to be on is for all. */
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 700), -EBUSY);
	KUNIT_EXPECT_EQ(test, arb_set(b, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(b, 600), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_switch(b, true), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(c, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(d, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(e, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, arb_switch(c, true), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(d, true), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(e, true), 0);
	KUNIT_EXPECT_EQ(test, arb_set(e, 450), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, arb_set(a, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	/* What others hold binds it, too. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 900), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), -EACCES);
	KUNIT_EXPECT_EQ(test, t->hz, 700);

	/* A vote for "on" holds it as a rate does. */
	arb_leave(d);
	arb_leave(e);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
	KUNIT_EXPECT_EQ(test, arb_switch(b, true), 0);
	KUNIT_EXPECT_EQ(test, arb_set(c, 700), -EACCES);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 700), -EBUSY);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
	KUNIT_EXPECT_EQ(test, arb_switch(b, false), 0);
	KUNIT_EXPECT_EQ(test, arb_set(c, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	arb_leave(c);
	KUNIT_EXPECT_EQ(test, t->hz, 100);
}

/* Whoever sets a rate last has it, and if that was the host it stays. */
static void clk_host_changed(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_SHARED, 0, 0);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_RANGE, 200, 800);

	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 400), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 600), 0);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 600);

	/* What was asked before is past, and what is asked after it is not. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 400), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 500), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 700), 0);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 500);
	KUNIT_EXPECT_EQ(test, arb_set(b, 700), 0);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 400), 0);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 300);

	/* To be switched is no reason to come back to it, either. */
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 600), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(b, true), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, false), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
}

/* The host wanted less than a window allowed. Then the window goes: votes remain. */
static void clk_host_clamped(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 300, 500);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_SHARED, 0, 0);

	KUNIT_EXPECT_EQ(test, arb_set(a, 400), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, arb_set(b, 300), 0);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
}

static void clk_adjusted(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 0, 0);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_RANGE, 0, 0);

	/* No vote, nothing to move. */
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 250, 450), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 900);

	/* Into the window, and on with it wherever it goes. */
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 350, 450), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 650, 850), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 150, 350), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 900), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, a->want, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 800), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);

	/* Into none: as it was. */
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 410, 490), -EINVAL);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 1001, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, a->want, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);

	/* Not against another. */
	b->res.max = 500;
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(b, true), 0);
	KUNIT_EXPECT_LT(test, arb_limits(a, SCMID_POLICY_RANGE, 600, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, a->want, 300);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 400, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	arb_leave(b);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);
}

static void clk_adjusted_policy(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_SHARED, 0, 700);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_EXCLUSIVE, 0, 0);

	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 900), 0);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 0, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 700);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 100);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_FLOOR, 0, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_EXCLUSIVE, 0, 700), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), -EBUSY);
	KUNIT_EXPECT_EQ(test, arb_set(b, 100), -EACCES);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_SHARED, 0, 700), 0);
	KUNIT_EXPECT_EQ(test, arb_set(b, 800), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);

	/* Somebody else has it to himself now. */
	KUNIT_EXPECT_LT(test, arb_limits(a, SCMID_POLICY_EXCLUSIVE, 0, 700), 0);
	KUNIT_EXPECT_LT(test, arb_limits(a, SCMID_POLICY_RANGE, 0, 700), 0);
	KUNIT_EXPECT_EQ(test, a->policy, SCMID_POLICY_SHARED);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_FLOOR, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	arb_leave(b);
	KUNIT_EXPECT_GE(test, t->hz, 300);
	KUNIT_EXPECT_EQ(test, arb_set(b, 200), -EACCES);
	arb_leave(a);
}

/* Rates and being on are two things, and either may be taken back. */
static void clk_rights(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 200, 800);
	struct clk *host = arb_host(test, t);

	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	KUNIT_EXPECT_EQ(test, arb_switch(a, true), 0);
	scmid_clk_quiesce(a, SCMID_ACCESS_GET | SCMID_ACCESS_PARENT | SCMID_ACCESS_NOTIFY);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_TRUE(test, t->enabled);

	/* It is still on, so still in the window. */
	scmid_clk_quiesce(a, SCMID_ACCESS_RATE);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	KUNIT_EXPECT_TRUE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 200);
	KUNIT_EXPECT_EQ(test, arb_set(a, 300), 0);
	scmid_clk_quiesce(a, SCMID_ACCESS_STATE);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 800);
	scmid_clk_quiesce(a, SCMID_ACCESS_RATE);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 1000), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 1000);
}

static int arb_veto(struct notifier_block *nb, unsigned long event, void *data)
{
	return event == PRE_RATE_CHANGE ? NOTIFY_BAD : NOTIFY_OK;
}

struct arb_notifier {
	struct clk *clk;
	struct notifier_block nb;
};

static void arb_notifier_drop(void *context)
{
	struct arb_notifier *n = context;

	clk_notifier_unregister(n->clk, &n->nb);
}

/* A driver of the host that is against any change. */
static void clk_vetoed(struct kunit *test)
{
	struct arb_notifier *n = kunit_kzalloc(test, sizeof(*n), GFP_KERNEL);
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 0, 0);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_RANGE, 0, 800);

	KUNIT_ASSERT_NOT_NULL(test, n);
	KUNIT_ASSERT_EQ(test, arb_set(a, 600), 0);
	n->clk = arb_host(test, t);
	n->nb.notifier_call = arb_veto;
	KUNIT_ASSERT_EQ(test, clk_notifier_register(n->clk, &n->nb), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, arb_notifier_drop, n));

	KUNIT_EXPECT_EQ(test, arb_set(a, 500), -EACCES);
	KUNIT_EXPECT_EQ(test, a->want, 600);
	KUNIT_EXPECT_EQ(test, arb_set(b, 500), -EACCES);
	KUNIT_EXPECT_EQ(test, b->want, 0);
	KUNIT_EXPECT_EQ(test, arb_limits(a, SCMID_POLICY_RANGE, 700, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, a->res.min, 0);
	KUNIT_EXPECT_EQ(test, a->want, 600);
	KUNIT_EXPECT_EQ(test, arb_switch(b, true), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 600);
	KUNIT_EXPECT_EQ(test, t->sets, 1);
	arb_leave(b);
	kunit_release_action(test, arb_notifier_drop, n);
	arb_leave(a);
	KUNIT_EXPECT_EQ(test, t->hz, 900);
}

static void clk_shown(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_RANGE, 0, 0);
	struct clk *host = arb_host(test, t);
	char text[SCMID_SHOW_MAX];

	scmid_clk_show_vote(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "off");
	scmid_clk_show_state(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "off, 900 Hz");

	KUNIT_ASSERT_EQ(test, arb_set(a, 300), 0);
	scmid_clk_show_vote(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "off, 300 Hz");
	KUNIT_ASSERT_EQ(test, arb_switch(a, true), 0);
	scmid_clk_show_vote(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "on, 300 Hz");
	scmid_clk_quiesce(a, SCMID_ACCESS_RATE);
	scmid_clk_show_vote(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "on");
	KUNIT_ASSERT_EQ(test, arb_switch(a, false), 0);

	/* What there is, not what the agent asks. */
	KUNIT_ASSERT_EQ(test, clk_prepare_enable(host), 0);
	KUNIT_ASSERT_EQ(test, clk_set_rate(host, 1000), 0);
	scmid_clk_show_state(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "on, 1000 Hz");
	scmid_clk_show_vote(a, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "off");
	clk_disable_unprepare(host);
}

/* Whoever listens is told who asked for what, and what came of it. */
static void clk_traced(struct kunit *test)
{
	struct tclk *t = arb_clk(test);
	struct scmid_grant_res *a = arb_agent(test, t, "a", SCMID_POLICY_SHARED, 0, 500);
	struct scmid_grant_res *b = arb_agent(test, t, "b", SCMID_POLICY_FLOOR, 0, 0);
	struct test_trace *trace = test_trace(test);

	KUNIT_ASSERT_EQ(test, arb_set(a, 300), 0);
	KUNIT_ASSERT_EQ(test, arb_switch(a, true), 0);
	KUNIT_ASSERT_EQ(test, arb_set(b, 620), 0);
	KUNIT_EXPECT_STREQ(test, trace->arbitrated.text,
			   "a scmi-kunit-arb shared 300 300; a scmi-kunit-arb shared 300 300; b scmi-kunit-arb floor 620 700");
	KUNIT_EXPECT_STREQ(test, trace->voted.text, "a scmi-kunit-arb on, 300 Hz");

	test_trace_forget(&trace->arbitrated);
	test_trace_forget(&trace->voted);
	KUNIT_ASSERT_EQ(test, arb_switch(a, false), 0);
	arb_leave(b);
	arb_leave(a);
	KUNIT_EXPECT_STREQ(test, trace->arbitrated.text,
			   "a scmi-kunit-arb shared 300 700; b scmi-kunit-arb floor 0 300; a scmi-kunit-arb shared 0 900");
	KUNIT_EXPECT_STREQ(test, trace->voted.text, "a scmi-kunit-arb off, 300 Hz");
}

/*
 * The rules once more, the other way round: not from what happens, but from
 * what is there. All rates that it speaks of are ones that the clock can make.
 */

#define ARB_AGENTS	3

/* Neither right nor wrong: not to be tried. */
#define ARB_EITHER	1

/**
 * struct arb_model_agent - what an agent asks
 * @policy: its policy
 * @min: its window
 * @max: its window
 * @on: it voted for "on"
 * @want: the rate it voted for, or 0
 * @voted: when
 * @past: the host has set another since
 */
struct arb_model_agent {
	enum scmid_policy policy;
	u64 min, max;
	bool on;
	u64 want;
	unsigned int voted;
	bool past;
};

/**
 * struct arb_model - what agents ask, and the rate that is due
 * @agents: the agents
 * @rate: the rate
 * @before: the rate that somebody else set
 * @made: the rate that was due last
 * @now: to tell the latest
 */
struct arb_model {
	struct arb_model_agent agents[ARB_AGENTS];
	u64 rate, before, made;
	unsigned int now;
};

static u64 arb_up(u64 hz)
{
	return max_t(u64, roundup(hz, ARB_STEP), ARB_STEP);
}

static u64 arb_down(u64 hz)
{
	return min_t(u64, rounddown(hz, ARB_STEP), ARB_TOP);
}

/* What an agent as it is leaves to others. */
static void arb_model_range(const struct arb_model_agent *a, u64 *low, u64 *high)
{
	*low = ARB_STEP;
	*high = ARB_TOP;
	if (a->policy == SCMID_POLICY_FLOOR && a->want)
		*low = arb_up(a->want);
	else if (a->policy == SCMID_POLICY_RANGE && (a->on || a->want))
		*low = arb_up(a->min);
	else
		return;
	if (a->max)
		*high = arb_down(a->max);
}

static bool arb_model_holds(const struct arb_model_agent *a)
{
	return a->policy == SCMID_POLICY_EXCLUSIVE && (a->on || a->want);
}

static bool arb_model_says(const struct arb_model_agent *a)
{
	if (a->want || arb_model_holds(a))
		return true;

	return a->policy == SCMID_POLICY_RANGE && a->on && (a->min || a->max);
}

/* The range that all of them leave, but for @except; false: it is held by one. */
static bool arb_model_ranges(const struct arb_model *m, const struct arb_model_agent *except,
			     u64 *low, u64 *high)
{
	const struct arb_model_agent *a;
	bool held = false;
	u64 l, h;

	*low = ARB_STEP;
	*high = ARB_TOP;
	for (a = m->agents; a < m->agents + ARB_AGENTS; a++) {
		if (a == except)
			continue;
		arb_model_range(a, &l, &h);
		*low = max(*low, l);
		*high = min(*high, h);
		held |= arb_model_holds(a);
	}

	return !held;
}

static bool arb_model_anyone(const struct arb_model *m)
{
	unsigned int i;

	for (i = 0; i < ARB_AGENTS; i++)
		if (arb_model_says(&m->agents[i]))
			return true;

	return false;
}

/* The rate that is due, but for ranges. */
static u64 arb_model_target(const struct arb_model *m)
{
	const struct arb_model_agent *a, *latest = NULL;

	for (a = m->agents; a < m->agents + ARB_AGENTS; a++)
		if (a->want && !a->past && a->policy != SCMID_POLICY_FLOOR &&
		    (!latest || a->voted > latest->voted))
			latest = a;

	return latest ? latest->want : m->before;
}

/* Agent @a becomes what @next is, if that can be. */
static int arb_model_change(struct arb_model *m, struct arb_model_agent *a,
			    const struct arb_model_agent *next, bool vote)
{
	struct arb_model old = *m;
	unsigned int i;
	u64 low, high;
	bool open;

	if (!arb_model_says(a) && !arb_model_says(next)) {
		*a = *next;
		return 0;
	}

	/* Whatever somebody else set counts more than what was asked before. */
	if (!arb_model_anyone(m) || m->rate != m->made) {
		m->before = m->rate;
		for (i = 0; i < ARB_AGENTS; i++)
			m->agents[i].past = true;
	}
	i = a->past;
	*a = *next;
	a->past = i && !vote;
	if (vote)
		a->voted = ++m->now;

	open = arb_model_ranges(m, a, &low, &high);
	arb_model_ranges(m, NULL, &low, &high);
	if (low > high || (!open && arb_model_holds(a)))
		goto refused;
	if (open)
		m->rate = clamp(arb_model_target(m), low, high);
	else if (m->rate < low || m->rate > high)
		goto refused;
	if (vote && a->policy != SCMID_POLICY_FLOOR && m->rate != a->want)
		goto refused;

	m->made = m->rate;
	return 0;

refused:
	*m = old;
	return -EACCES;
}

static int arb_model_set(struct arb_model *m, struct arb_model_agent *a, u64 hz)
{
	struct arb_model_agent next = *a;

	if (hz < a->min || (a->max && hz > a->max))
		return -EINVAL;
	/* A floor that nothing in the window is above, whatever others want. */
	if (a->policy == SCMID_POLICY_FLOOR && a->max && arb_up(hz) > arb_down(a->max))
		return -EINVAL;

	next.want = hz;
	return arb_model_change(m, a, &next, true);
}

static int arb_model_switch(struct arb_model *m, struct arb_model_agent *a, bool on)
{
	struct arb_model_agent next = *a;

	next.on = on;
	return arb_model_change(m, a, &next, false);
}

static void arb_model_quiesce(struct arb_model *m, struct arb_model_agent *a, u16 access)
{
	struct arb_model_agent next = *a;

	if (access & SCMID_ACCESS_STATE && a->on)
		arb_model_switch(m, a, false);
	if (access & SCMID_ACCESS_RATE) {
		next = *a;
		next.want = 0;
		arb_model_change(m, a, &next, false);
	}
}

static int arb_model_host(struct arb_model *m, u64 hz)
{
	u64 low, high;
	bool open = arb_model_ranges(m, NULL, &low, &high);

	hz = clamp(hz, low, high);
	if (hz == m->rate)
		return 0;
	if (!open)
		return -EBUSY;
	m->rate = hz;
	return 0;
}

static int arb_model_limits(struct arb_model *m, struct arb_model_agent *a,
			    enum scmid_policy policy, u64 min, u64 max)
{
	struct arb_model_agent next = *a;
	u64 low, high;

	next.policy = policy;
	next.min = min;
	next.max = max;
	/* To the nearest that there is; a floor need not be one. */
	if (a->want && a->want < min)
		next.want = policy == SCMID_POLICY_FLOOR ? min : arb_up(min);
	else if (a->want && max && a->want > max)
		next.want = policy == SCMID_POLICY_FLOOR ? max : arb_down(max);
	if (a->want && (!next.want || next.want < min || (max && next.want > max) ||
			next.want > ARB_TOP))
		return -EINVAL;
	/* One that is no rate is rounded as the clock likes once it is no floor any more. */
	if (next.want != a->want && next.want % ARB_STEP)
		return ARB_EITHER;
	/* If others leave that: otherwise it may be refused, or not. */
	arb_model_ranges(m, a, &low, &high);
	if (next.want != a->want && policy != SCMID_POLICY_FLOOR &&
	    (next.want < low || next.want > high))
		return ARB_EITHER;

	return arb_model_change(m, a, &next, false);
}

/* In every order in which three agents can come and go, with every policy. */
static const u8 arb_orders[][ARB_AGENTS] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

static void clk_permuted(struct kunit *test)
{
	static const struct { u64 min, max, hz; } asks[ARB_AGENTS] = {
		{ 150, 850, 400 }, { 300, 950, 600 }, { 0, 700, 500 },
	};
	struct scmid_grant_res *r[ARB_AGENTS];
	struct tclk *t = arb_clk(test);
	unsigned int policies, in, out, i, k, n;
	struct arb_model m;
	int err;

	for (i = 0; i < ARB_AGENTS; i++)
		r[i] = arb_agent(test, t, &"abc"[i], SCMID_POLICY_RANGE, 0, 0);

	for (n = 0; n < 64 * ARRAY_SIZE(arb_orders) * ARRAY_SIZE(arb_orders); n++) {
		policies = n / ARRAY_SIZE(arb_orders) / ARRAY_SIZE(arb_orders);
		in = n / ARRAY_SIZE(arb_orders) % ARRAY_SIZE(arb_orders);
		out = n % ARRAY_SIZE(arb_orders);
		m = (struct arb_model) { .rate = t->hz };
		KUNIT_ASSERT_EQ(test, t->hz, 900);

		for (i = 0; i < ARB_AGENTS; i++) {
			k = arb_orders[in][i];
			m.agents[k].policy = policies >> k * 2 & 3;
			m.agents[k].min = asks[k].min;
			m.agents[k].max = asks[k].max;
			r[k]->policy = m.agents[k].policy;
			r[k]->res.min = asks[k].min;
			r[k]->res.max = asks[k].max;
		}
		for (i = 0; i < ARB_AGENTS; i++) {
			k = arb_orders[in][i];
			err = arb_model_set(&m, &m.agents[k], asks[k].hz);
			if (arb_set(r[k], asks[k].hz) != err || t->hz != m.rate)
				goto fail;
			err = arb_model_switch(&m, &m.agents[k], true);
			if (arb_switch(r[k], true) != err || t->hz != m.rate)
				goto fail;
		}
		for (i = 0; i < ARB_AGENTS; i++) {
			k = arb_orders[out][i];
			arb_model_quiesce(&m, &m.agents[k], SCMID_ACCESS_ALL);
			arb_leave(r[k]);
			if (t->hz != m.rate)
				goto fail;
		}
		if (t->hz != 900 || t->enabled)
			goto fail;
		continue;
fail:
		KUNIT_FAIL(test, "policies %#x, in %u, out %u, agent %u: %lu Hz, should be %llu",
			   policies, in, out, k, t->hz, m.rate);
		for (i = 0; i < ARB_AGENTS; i++)
			arb_leave(r[i]);
		KUNIT_ASSERT_EQ(test, clk_set_rate(to_clk(&r[0]->res)->clk, 900), 0);
	}
}

/* Anything, at any time. */
static void clk_random(struct kunit *test)
{
	static const char * const ops[] = {
		"on", "off", "rate", "rate", "rate", "lose state", "lose rate", "leave", "host",
		"limits",
	};
	struct scmid_grant_res *r[ARB_AGENTS];
	struct tclk *t = arb_clk(test);
	struct clk *host = arb_host(test, t);
	u64 seed = get_random_u64();
	struct rnd_state rnd;
	struct arb_model m;
	unsigned int i, k, op;
	u64 x, min, max, low, high;
	int err, ret;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&rnd, seed);
	m = (struct arb_model) { .rate = t->hz };
	for (i = 0; i < ARB_AGENTS; i++)
		r[i] = arb_agent(test, t, &"abc"[i], SCMID_POLICY_RANGE, 0, 0);

	for (i = 0; i < 5000; i++) {
		k = prandom_u32_state(&rnd) % ARB_AGENTS;
		op = prandom_u32_state(&rnd) % ARRAY_SIZE(ops);
		/* How a clock rounds on its own is none of these rules. */
		x = ARB_STEP + prandom_u32_state(&rnd) % (ARB_TOP / ARB_STEP) * ARB_STEP;
		min = prandom_u32_state(&rnd) % 2 ? prandom_u32_state(&rnd) % 700 : 0;
		max = prandom_u32_state(&rnd) % 2 ? 300 + prandom_u32_state(&rnd) % 800 : 0;
		err = 0;
		ret = 0;

		switch (op) {
		case 0:
		case 1:
			if (m.agents[k].on == !op)
				continue;
			err = arb_model_switch(&m, &m.agents[k], !op);
			ret = arb_switch(r[k], !op);
			break;
		case 2:
		case 3:
		case 4:
			err = arb_model_set(&m, &m.agents[k], x);
			ret = arb_set(r[k], x);
			break;
		case 5:
			arb_model_quiesce(&m, &m.agents[k], SCMID_ACCESS_STATE);
			scmid_clk_quiesce(r[k], SCMID_ACCESS_STATE);
			break;
		case 6:
			arb_model_quiesce(&m, &m.agents[k], SCMID_ACCESS_RATE);
			scmid_clk_quiesce(r[k], SCMID_ACCESS_RATE);
			break;
		case 7:
			arb_model_quiesce(&m, &m.agents[k], SCMID_ACCESS_ALL);
			arb_leave(r[k]);
			break;
		case 8:
			/* The framework may come back to what it refused. */
			arb_model_ranges(&m, NULL, &low, &high);
			x = clamp(x, low, high);
			err = arb_model_host(&m, x);
			ret = clk_set_rate(host, x);
			break;
		case 9:
			/* While one protects it, others' bounds cannot be rates. */
			if (!arb_model_ranges(&m, NULL, &low, &high))
				continue;
			if (max && min > max)
				swap(min, max);
			op = prandom_u32_state(&rnd) % 4;
			err = arb_model_limits(&m, &m.agents[k], op, min, max);
			if (err == ARB_EITHER)
				continue;
			ret = arb_limits(r[k], op, min, max);
			/* Refused is refused. */
			err = err ? -1 : 0;
			ret = ret ? -1 : 0;
			op = 9;
			break;
		}

		if (ret == err && t->hz == m.rate && r[k]->res.vote == m.agents[k].on &&
		    r[k]->want == m.agents[k].want)
			continue;
		KUNIT_FAIL(test,
			   "step %u, %s of %u, x %llu, %llu to %llu, policy %u: %d, %lu Hz, want %llu; should be %d, %llu Hz, want %llu",
			   i, ops[op], k, x, r[k]->res.min, r[k]->res.max, r[k]->policy, ret,
			   t->hz, r[k]->want, err, m.rate, m.agents[k].want);
		return;
	}

	for (i = 0; i < ARB_AGENTS; i++) {
		arb_model_quiesce(&m, &m.agents[i], SCMID_ACCESS_ALL);
		arb_leave(r[i]);
		KUNIT_EXPECT_EQ(test, t->hz, m.rate);
	}
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_EXPECT_TRUE(test, list_empty(&r[0]->hw->votes));
}

/* Parents, as rates: the latest choice, then the one before, and at last the first. */
static void clk_parent_restored(struct kunit *test)
{
	struct tclk *left = tclk_add(test, "left"), *right = tclk_add(test, "right");
	struct tclk *mux = tclk_mux(test, left, right);
	struct scmid_grant_res *r[ARB_AGENTS], *parents[2];
	unsigned int i, k, n, choices, in, out, due;
	unsigned int voted[ARB_AGENTS];

	parents[0] = tclk_agent(test, left, "left");
	parents[1] = tclk_agent(test, right, "right");
	for (i = 0; i < ARB_AGENTS; i++)
		r[i] = tclk_agent(test, mux, &"abc"[i]);

	for (n = 0; n < 8 * ARRAY_SIZE(arb_orders) * ARRAY_SIZE(arb_orders); n++) {
		choices = n / ARRAY_SIZE(arb_orders) / ARRAY_SIZE(arb_orders);
		in = n / ARRAY_SIZE(arb_orders) % ARRAY_SIZE(arb_orders);
		out = n % ARRAY_SIZE(arb_orders);

		for (i = 0; i < ARB_AGENTS; i++) {
			k = arb_orders[in][i];
			voted[k] = i + 1;
			KUNIT_EXPECT_EQ(test, 0,
					scmid_clk_parent_set(&r[k]->res,
							     &parents[choices >> k & 1]->res));
			KUNIT_EXPECT_EQ(test, mux->parent, choices >> k & 1);
		}
		for (i = 0; i < ARB_AGENTS; i++) {
			scmid_clk_quiesce(r[arb_orders[out][i]], SCMID_ACCESS_PARENT);
			voted[arb_orders[out][i]] = 0;
			for (due = 0, k = 0; k < ARB_AGENTS; k++)
				if (voted[k] > voted[due])
					due = k;
			due = voted[due] ? choices >> due & 1 : 0;
			if (mux->parent != due)
				KUNIT_FAIL(test, "choices %u, in %u, out %u, after %u: %u",
					   choices, in, out, i, mux->parent);
		}
	}
}

/* What the host chose since is left alone. */
static void clk_parent_host(struct kunit *test)
{
	struct tclk *left = tclk_add(test, "left"), *right = tclk_add(test, "right");
	struct tclk *mux = tclk_mux(test, left, right);
	struct scmid_grant_res *a = tclk_agent(test, mux, "a"), *b = tclk_agent(test, mux, "b");
	struct scmid_res *to_left = &tclk_agent(test, left, "left")->res;
	struct scmid_res *to_right = &tclk_agent(test, right, "right")->res;
	struct clk *host = arb_host(test, mux);

	KUNIT_ASSERT_EQ(test, scmid_clk_parent_set(&a->res, to_right), 0);
	KUNIT_ASSERT_EQ(test, scmid_clk_parent_set(&b->res, to_left), 0);
	KUNIT_ASSERT_EQ(test, clk_set_parent(host, to_clk(to_right)->clk), 0);
	scmid_clk_quiesce(b, SCMID_ACCESS_PARENT);
	KUNIT_EXPECT_EQ(test, mux->parent, 1);
	scmid_clk_quiesce(a, SCMID_ACCESS_STATE | SCMID_ACCESS_RATE | SCMID_ACCESS_GET);
	KUNIT_EXPECT_EQ(test, mux->parent, 1);
	KUNIT_ASSERT_EQ(test, clk_set_parent(host, to_clk(to_left)->clk), 0);
	scmid_clk_quiesce(a, SCMID_ACCESS_PARENT);
	KUNIT_EXPECT_EQ(test, mux->parent, 0);

	/* The host's is what there was before, then. */
	KUNIT_ASSERT_EQ(test, clk_set_parent(host, to_clk(to_right)->clk), 0);
	KUNIT_ASSERT_EQ(test, scmid_clk_parent_set(&a->res, to_left), 0);
	scmid_clk_quiesce(a, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, mux->parent, 1);
}

/* The parent that there was is no more, and must not be touched. */
static void clk_parent_gone(struct kunit *test)
{
	static const char * const names[] = { "scmi-kunit-left", "scmi-kunit-right" };
	struct tclk *left = tclk_new(test, "left"), *right = tclk_add(test, "right");
	struct tclk *mux = tclk_new(test, "mux");
	struct scmid_grant_res *a;

	KUNIT_ASSERT_EQ(test, clk_hw_register(NULL, &left->hw), 0);
	mux->init.ops = &tclk_mux_ops;
	mux->init.parent_names = names;
	mux->init.num_parents = ARRAY_SIZE(names);
	tclk_register(test, mux);
	a = tclk_agent(test, mux, "a");
	KUNIT_EXPECT_EQ(test, 0,
			scmid_clk_parent_set(&a->res, &tclk_agent(test, right, "right")->res));
	clk_hw_unregister(&left->hw);
	memset(&left->hw, 0x6b, sizeof(left->hw));
	scmid_clk_quiesce(a, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, mux->parent, 1);
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
	scmid_clk_quiesce(r, SCMID_ACCESS_ALL);
	scmid_clk_quiesce(r, SCMID_ACCESS_ALL);
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

/* Single resources: a clock by its provider, or by the name that clkdev has. */

static int clk_single_set(struct scmid_grant *grant, const char *provider, const u32 *args,
			  unsigned int n)
{
	guard(mutex)(&grant->agent->lock);

	return scmid_single_set(grant, &scmid_clk_backend, provider, args, n);
}

KUNIT_DEFINE_ACTION_WRAPPER(clk_lookup_drop, clkdev_drop, struct clk_lookup *);

static void clk_single(struct kunit *test)
{
	static const u32 one = 1, none = 99;
	struct scmid_grant *grant;
	struct clk_lookup *lookup;

	clk_provider(test);
	grant = scmid_single_create(test_agent(test, "vm1"), "it");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);

	KUNIT_ASSERT_EQ(test, clk_single_set(grant, TEST_PATH "provider", &one, 1), 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_PTR_EQ(test, scmid_clk_hardware(test_res(grant, 0)), &clk_provided[1]->hw);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "it");
	scmid_grant_disable(grant);

	/* One that there is not, and a provider that there is not yet. */
	KUNIT_ASSERT_EQ(test, clk_single_set(grant, NULL, &none, 1), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EINVAL);
	KUNIT_ASSERT_EQ(test, clk_single_set(grant, TEST_PATH "late", &one, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);

	KUNIT_ASSERT_EQ(test, clk_single_set(grant, "scmi-kunit-con", NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -ENOENT);
	lookup = clkdev_hw_create(&clk_provided[0]->hw, "scmi-kunit-con", NULL);
	KUNIT_ASSERT_NOT_NULL(test, lookup);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, clk_lookup_drop, lookup));
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_PTR_EQ(test, scmid_clk_hardware(test_res(grant, 0)), &clk_provided[0]->hw);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(grant->agent, true), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(test_res(grant, 0), true), 0);
	KUNIT_EXPECT_TRUE(test, clk_provided[0]->enabled);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, clk_provided[0]->enabled);
}

/* What the engine takes back while the grant is enabled, on a real clock. */
static void clk_rights_lost(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	struct tclk *t;

	clk_provider(test);
	t = clk_provided[0];
	agent = test_agent(test, "vm1");
	grant = test_granted(test, agent, "clk-one");
	r = test_res(grant, 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, clk_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, arb_set(r, 500), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 500);

	KUNIT_ASSERT_EQ(test, test_set_limits(r, 150, 450, SCMID_POLICY_RANGE), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_EXPECT_EQ(test, test_set_limits(r, 410, 490, SCMID_POLICY_RANGE), -EINVAL);
	KUNIT_EXPECT_EQ(test, r->res.max, 450);
	KUNIT_EXPECT_EQ(test, t->hz, 400);
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_STATE), 0);
	KUNIT_EXPECT_EQ(test, t->hz, 300);
	KUNIT_EXPECT_TRUE(test, t->enabled);
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_RATE), 0);
	KUNIT_EXPECT_FALSE(test, t->enabled);
	KUNIT_ASSERT_EQ(test, arb_set(r, 200), 0);
	KUNIT_ASSERT_EQ(test, 0, test_set_denied(grant, BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE)));
	KUNIT_EXPECT_EQ(test, t->hz, 300);
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
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(theirs, 0), SCMID_ACCESS_STATE), 0);
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

/* Notifications */

/* An agent that has @node, and listens. */
static struct peer *clk_listener(struct kunit *test, const char *name, const char *node)
{
	struct scmid_agent *agent = test_agent(test, name);
	struct scmid_grant *grant = test_grant(test, agent, node);
	struct peer *peer;

	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	peer = peer_attached(test, name);
	peer->chan.p2a = true;
	peer_up(peer, SCMID_START_SAME);

	return peer;
}

/* These events have come since the last time, and no others. */
static void clk_expect_told(struct kunit *test, struct peer *peer, unsigned int n,
			    u32 by, const u32 (*told)[2])
{
	unsigned int i, k;

	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, n);
	for (i = 0; i < n; i++) {
		/* In any order. */
		for (k = 0; k < peer->nr_events; k++)
			if (peer->events[k].words[2] == told[i][0])
				break;
		KUNIT_EXPECT_LT_MSG(test, k, peer->nr_events, "clock %u", told[i][0]);
		if (k == peer->nr_events)
			continue;
		KUNIT_EXPECT_EQ(test, peer->events[k].words[0], 0x5300);
		KUNIT_EXPECT_EQ(test, peer->events[k].words[1], by);
		KUNIT_EXPECT_EQ(test, peer->events[k].words[3], told[i][1]);
		KUNIT_EXPECT_EQ(test, peer->events[k].words[4], 0);
	}
	peer->nr_events = 0;
}

static s32 clk_ask_rate(struct peer *peer, u32 id, u32 hz)
{
	return PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET, 0, id, hz, 0);
}

#define EXPECT_TOLD(test, peer, by, ...) do {					\
	static const u32 _told[][2] = { __VA_ARGS__ };				\
										\
	clk_expect_told(test, peer, ARRAY_SIZE(_told), by, _told);		\
} while (0)
#define EXPECT_NOT_TOLD(test, peer)	clk_expect_told(test, peer, 0, 0, NULL)

/* Agents' ids: 1, 2. Mux 0 of vm1 is fed by 1, left, or by 2, right. */
static void clk_told(struct kunit *test)
{
	struct clk *left, *right, *mux;
	struct peer *peer, *other;

	clk_provider(test);
	peer = clk_listener(test, "vm1", "clk-family");
	other = clk_listener(test, "vm2", "clk-one");
	left = arb_host(test, clk_provided[0]);
	right = arb_host(test, clk_provided[1]);
	mux = arb_host(test, clk_provided[2]);
	KUNIT_EXPECT_EQ(test, clk_set_rate(left, 400), 0);
	EXPECT_NOT_TOLD(test, peer);
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 1, true), SCMID_SUCCESS);
	EXPECT_NOT_TOLD(test, peer);

	/* The host: a clock and what it feeds; what is no change, and the one not asked for. */
	KUNIT_EXPECT_EQ(test, clk_set_rate(left, 500), 0);
	EXPECT_TOLD(test, peer, 0, { 1, 500 }, { 0, 500 });
	KUNIT_EXPECT_EQ(test, clk_set_rate(left, 500), 0);
	EXPECT_NOT_TOLD(test, peer);
	KUNIT_EXPECT_EQ(test, clk_set_rate(right, 200), 0);
	EXPECT_NOT_TOLD(test, peer);
	EXPECT_NOT_TOLD(test, other);

	/* Another parent. */
	KUNIT_EXPECT_EQ(test, clk_set_parent(mux, right), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 200 });
	KUNIT_EXPECT_EQ(test, clk_set_rate(right, 500), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 500 });
	KUNIT_EXPECT_EQ(test, clk_set_parent(mux, left), 0);
	EXPECT_NOT_TOLD(test, peer);

	/* Agents: itself, and each other. */
	KUNIT_ASSERT_EQ(test, peer_listen(other, 0, true), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, clk_ask_rate(peer, 1, 200), SCMID_SUCCESS);
	EXPECT_TOLD(test, peer, 1, { 1, 200 }, { 0, 200 });
	EXPECT_TOLD(test, other, 1, { 0, 200 });
	KUNIT_EXPECT_EQ(test, clk_ask_rate(other, 0, 300), SCMID_SUCCESS);
	EXPECT_TOLD(test, peer, 2, { 1, 300 }, { 0, 300 });
	EXPECT_TOLD(test, other, 2, { 0, 300 });

	/* One that is gone leaves the rate to the other, and is told no more. */
	scmid_chan_gone(&other->chan);
	peer_settle(other);
	EXPECT_TOLD(test, peer, 2, { 1, 200 }, { 0, 200 });
	EXPECT_NOT_TOLD(test, other);

	KUNIT_ASSERT_EQ(test, peer_listen(peer, 1, false), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, clk_set_rate(left, 100), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 100 });
	EXPECT_NOT_TOLD(test, other);
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 1, true), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, clk_set_rate(left, 200), 0);
	EXPECT_TOLD(test, peer, 0, { 1, 200 }, { 0, 200 });
}

/* What does not happen is no event. */
static void clk_told_vetoed(struct kunit *test)
{
	struct arb_notifier *n = kunit_kzalloc(test, sizeof(*n), GFP_KERNEL);
	struct peer *peer;
	struct clk *host;

	KUNIT_ASSERT_NOT_NULL(test, n);
	clk_provider(test);
	peer = clk_listener(test, "vm1", "clk-one");
	host = arb_host(test, clk_provided[0]);
	n->clk = host;
	n->nb.notifier_call = arb_veto;
	KUNIT_ASSERT_EQ(test, clk_notifier_register(n->clk, &n->nb), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, arb_notifier_drop, n));
	/* The framework asks the latest first, and nobody after one who is against it. */
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);

	KUNIT_EXPECT_LT(test, clk_set_rate(host, 500), 0);
	KUNIT_EXPECT_EQ(test, clk_ask_rate(peer, 0, 400), SCMID_DENIED);
	EXPECT_NOT_TOLD(test, peer);
	kunit_release_action(test, arb_notifier_drop, n);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 500), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 500 });
}

/* However it ends, it ends; and begins anew if it is asked for. */
static void clk_told_ends(struct kunit *test)
{
	struct scmid_grant *grant;
	struct scmid_agent *agent;
	struct scmid_grant_res *r;
	struct peer *peer;
	struct clk *host;

	clk_provider(test);
	peer = clk_listener(test, "vm1", "clk-one");
	agent = peer->chan.agent;
	grant = list_first_entry(&agent->grants, struct scmid_grant, node);
	r = test_res(grant, 0);
	host = arb_host(test, clk_provided[0]);

	/* The right, and others that do not matter. */
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_NOTIFY), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 100 });
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_RATE | SCMID_ACCESS_GET), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 200), 0);
	EXPECT_NOT_TOLD(test, peer);
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 0, true), SCMID_DENIED);
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_NOTIFY | SCMID_ACCESS_RATE), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 100), 0);
	EXPECT_NOT_TOLD(test, peer);

	/* What is taken back when it loses all is no news any more. */
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, clk_ask_rate(peer, 0, 500), SCMID_SUCCESS);
	EXPECT_TOLD(test, peer, 1, { 0, 500 });
	scmid_grant_disable(grant);
	KUNIT_EXPECT_EQ(test, clk_provided[0]->hz, 100);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 200), 0);
	EXPECT_NOT_TOLD(test, peer);

	/* Once, not twice. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 300), 0);
	EXPECT_NOT_TOLD(test, peer);
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	memset(agent->event_counts, 0, sizeof(agent->event_counts));
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 200), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 200 });
	KUNIT_EXPECT_EQ(test, agent->event_counts[SCMID_EVENTS_REPLACED], 0);

	scmid_chan_gone(&peer->chan);
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 500), 0);
	peer_up(peer, SCMID_START_NEW);
	EXPECT_NOT_TOLD(test, peer);
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 400), 0);
	EXPECT_TOLD(test, peer, 0, { 0, 400 });
	scmid_chan_detach(&peer->chan);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 500), 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->events));
	test_grant_drop(grant);
	KUNIT_EXPECT_EQ(test, clk_set_rate(host, 300), 0);
}

/* The host is quicker than the agent listens. */
static void clk_told_last(struct kunit *test)
{
	struct peer *peer;
	struct clk *host;
	unsigned int i;

	clk_provider(test);
	peer = clk_listener(test, "vm1", "clk-one");
	KUNIT_ASSERT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	host = arb_host(test, clk_provided[0]);
	peer->notify_err = -EAGAIN;
	for (i = 0; i < 1000; i++)
		clk_set_rate(host, i % 2 ? 200 : 400);
	clk_set_rate(host, 500);
	peer_settle(peer);
	peer->notify_err = 0;
	peer_run(peer);
	EXPECT_TOLD(test, peer, 0, { 0, 500 });
	KUNIT_EXPECT_EQ(test, peer->chan.agent->event_counts[SCMID_EVENTS_REPLACED], 1000);
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
	KUNIT_CASE_PARAM(clk_range_held, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_range_restored, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_range_two, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_shared, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_floor, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_floor_lifts, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_exclusive, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_host_changed, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_host_clamped, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_adjusted, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_adjusted_policy, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_rights, arbs_gen_params),
	KUNIT_CASE(clk_vetoed),
	KUNIT_CASE(clk_shown),
	KUNIT_CASE(clk_traced),
	KUNIT_CASE_PARAM(clk_permuted, arbs_gen_params),
	KUNIT_CASE_PARAM(clk_random, arbs_gen_params),
	KUNIT_CASE(clk_parent_restored),
	KUNIT_CASE(clk_parent_host),
	KUNIT_CASE(clk_parent_gone),
	KUNIT_CASE(clk_grant),
	KUNIT_CASE(clk_grant_names),
	KUNIT_CASE(clk_grant_deferred),
	KUNIT_CASE(clk_grant_bad),
	KUNIT_CASE(clk_enable_vote),
	KUNIT_CASE(clk_parents_visible),
	KUNIT_CASE(clk_parents_hidden),
	KUNIT_CASE(clk_single),
	KUNIT_CASE(clk_rights_lost),
	KUNIT_CASE(clk_two_agents),
	KUNIT_CASE(clk_told),
	KUNIT_CASE(clk_told_vetoed),
	KUNIT_CASE(clk_told_ends),
	KUNIT_CASE(clk_told_last),
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
