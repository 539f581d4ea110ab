// SPDX-License-Identifier: GPL-2.0
/*
 * A backend that costs nothing: what is counted is the core. In a file of its
 * own, so that the compiler cannot see through the calls.
 */

#include <linux/array_size.h>

#include "bench.h"

static void bench_empty(struct scmid_msg *msg)
{
}

bench_fn bench_choose(bool core)
{
	return core ? scmid_dispatch : bench_empty;
}

static int bench_rate_get(struct scmid_res *res, u64 *hz)
{
	*hz = 24000000;
	return 0;
}

static int bench_rate_set(struct scmid_res *res, u64 hz, enum scmid_round round)
{
	return 0;
}

static int bench_rates(struct scmid_res *res, bool refresh, struct scmid_rates *rates)
{
	static const u64 list[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const u64 range[] = { 100, 1000, 50 };

	if (res->id == FAKE_RANGE)
		*rates = (struct scmid_rates){ range, ARRAY_SIZE(range), true };
	else
		*rates = (struct scmid_rates){ list, ARRAY_SIZE(list), false };
	return 0;
}

static int bench_state_set(struct scmid_res *res, bool on)
{
	res->vote = on;
	return 0;
}

static int bench_parents(struct scmid_res *res, struct scmid_parents *parents)
{
	parents->n = 1;
	parents->id[0] = 0;
	return 0;
}

static int bench_parent_get(struct scmid_res *res, u32 *id)
{
	*id = 0;
	return 0;
}

static int bench_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	return 0;
}

const struct scmid_clk_ops bench_clk_ops = {
	.rate_get = bench_rate_get,
	.rate_set = bench_rate_set,
	.rates = bench_rates,
	.state_set = bench_state_set,
	.parents = bench_parents,
	.parent_get = bench_parent_get,
	.parent_set = bench_parent_set,
};
