// SPDX-License-Identifier: GPL-2.0
/*
 * A backend that costs nothing: what is counted is the core. In a file of its
 * own, so that the compiler cannot see through the calls.
 */

#include <linux/array_size.h>

#include "bench.h"
#include "../transport/smt.h"

static void bench_empty(struct scmid_msg *msg)
{
}

/* The shared-memory channel in plain memory, with an agent that asks for a rate. */
static __le32 bench_area[128 / 4];

static u32 bench_smt_get(const struct scmid_smt *smt, u32 at)
{
	return le32_to_cpu(bench_area[at / 4]);
}

static void bench_smt_put(const struct scmid_smt *smt, u32 at, u32 val)
{
	bench_area[at / 4] = cpu_to_le32(val);
}

static void bench_smt_read(const struct scmid_smt *smt, void *to, u32 at, u32 len)
{
	memcpy(to, &bench_area[at / 4], len);
}

static void bench_smt_write(const struct scmid_smt *smt, u32 at, const void *from, u32 len)
{
	memcpy(&bench_area[at / 4], from, len);
}

static const struct scmid_smt_ops bench_smt_ops = {
	.get = bench_smt_get,
	.put = bench_smt_put,
	.read = bench_smt_read,
	.write = bench_smt_write,
};

static void bench_smt_agent(struct scmid_msg *msg)
{
	static const u32 words[] = { 0, 0, 0, 0, 1, 8, 0x14 << 10 | 6, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		bench_area[i] = cpu_to_le32(words[i]);
}

static void bench_smt(struct scmid_msg *msg)
{
	static struct scmid_smt smt = { .ops = &bench_smt_ops, .size = sizeof(bench_area) };
	static __le32 req[SCMID_REQ_MAX / 4];

	bench_smt_agent(msg);
	if (scmid_smt_fetch(&smt, msg, req) != 1)
		return;
	msg->rsp_len = SCMID_RSP_HEAD + 8;
	scmid_smt_complete(&smt, msg);
}

bool bench_smt_answered(void)
{
	return le32_to_cpu(bench_area[1]) == 1 && le32_to_cpu(bench_area[5]) == SCMID_RSP_HEAD + 8;
}

bench_fn bench_choose(bool core, bool smt)
{
	if (smt)
		return core ? bench_smt : bench_smt_agent;

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

static int bench_rate_notify(struct scmid_res *res, bool on)
{
	res->events = on;
	return 0;
}

static const struct scmid_clk_ops bench_clk_ops = {
	.rate_get = bench_rate_get,
	.rate_set = bench_rate_set,
	.rates = bench_rates,
	.state_set = bench_state_set,
	.parents = bench_parents,
	.parent_get = bench_parent_get,
	.parent_set = bench_parent_set,
	.rate_notify = bench_rate_notify,
};

static const struct scmid_power_ops bench_power_ops = {
	.state_set = bench_state_set,
};

static int bench_line_set(struct scmid_res *res, bool asserted)
{
	return 0;
}

static int bench_pulse(struct scmid_res *res)
{
	return 0;
}

static const struct scmid_reset_ops bench_reset_ops = {
	.line_set = bench_line_set,
	.pulse = bench_pulse,
};

static int bench_levels(struct scmid_res *res, bool refresh, struct scmid_levels *levels)
{
	static const s32 list[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	*levels = (struct scmid_levels){ list, ARRAY_SIZE(list), false };
	return 0;
}

static int bench_level_get(struct scmid_res *res, s32 *uv)
{
	*uv = 900000;
	return 0;
}

static int bench_level_set(struct scmid_res *res, s32 uv)
{
	return 0;
}

static const struct scmid_voltage_ops bench_voltage_ops = {
	.state_set = bench_state_set,
	.levels = bench_levels,
	.level_get = bench_level_get,
	.level_set = bench_level_set,
};

const void *const bench_ops[FAKE_NR_KINDS] = {
	[FAKE_CLOCK] = &bench_clk_ops,
	[FAKE_POWER] = &bench_power_ops,
	[FAKE_RESET] = &bench_reset_ops,
	[FAKE_VOLTAGE] = &bench_voltage_ops,
};
