// SPDX-License-Identifier: GPL-2.0
/*
 * A message over and over: given to the core, or to nobody.
 */

#include <linux/array_size.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define HDR(proto, msg)	((proto) << 10 | (msg))

/* A word of a pair of commands may differ, so that both have work. */
static const struct bench {
	const char *name;
	u32 words[5];
	u16 len;
	s32 status;
	u32 other;	/* not 0: what word @at is every other time */
	u8 at;
	bool smt;	/* its way through shared memory, without the core */
} benches[] = {
	{ "version", { HDR(0x10, 0x0) }, 4 },
	{ "vendor", { HDR(0x10, 0x3) }, 4 },
	{ "clock_attributes", { HDR(0x14, 0x3) }, 8 },
	{ "rate_get", { HDR(0x14, 0x6) }, 8 },
	{ "rate_set", { HDR(0x14, 0x5), 0, 0, 24000000 }, 20 },
	{ "config_set", { HDR(0x14, 0x7) }, 16, .other = 1, .at = 2 },
	{ "describe_range", { HDR(0x14, 0x4), FAKE_RANGE }, 12 },
	{ "describe_list", { HDR(0x14, 0x4), FAKE_EIGHT }, 12 },
	{ "power_state_set", { HDR(0x11, 0x4) }, 16, .other = 0x40000000, .at = 3 },
	{ "reset_deassert", { HDR(0x16, 0x4) }, 16 },
	{ "reset_pulse", { HDR(0x16, 0x4), 0, 1 }, 16 },
	{ "level_get", { HDR(0x17, 0x8) }, 8 },
	{ "level_set", { HDR(0x17, 0x7), 0, 0, 800000 }, 16 },
	{ "describe_levels", { HDR(0x17, 0x4), 0, 0 }, 12 },
	{ "wrong_length", { HDR(0x14, 0x6) }, 6, SCMID_PROTOCOL_ERROR },
	{ "bad_id", { HDR(0x14, 0x6), 0xffffffff }, 8, SCMID_NOT_FOUND },
	{ "unknown", { HDR(0x14, 0x7f) }, 4, SCMID_NOT_FOUND },
	{ "smt_rate_get", { HDR(0x14, 0x6) }, 8, .smt = true },
};

static const struct bench *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(benches); i++) {
		if (!strcmp(benches[i].name, name))
			return &benches[i];
	}

	return NULL;
}

int main(int argc, char **argv)
{
	static __le32 req[2][5], rsp[(8 + 128) / 4];
	static struct seam seam;
	struct scmid_msg msg = { .rsp = rsp, .rsp_room = sizeof(rsp) };
	const struct bench *bench;
	bench_fn run;
	unsigned long i, n;
	unsigned int kind;

	bench = argc == 4 ? find(argv[1]) : NULL;
	if (!bench) {
		fprintf(stderr, "usage: %s MESSAGE core|empty TIMES\n", argv[0]);
		return 2;
	}
	run = bench_choose(!strcmp(argv[2], "core"), bench->smt);
	n = strtoul(argv[3], NULL, 0);

	scmid_seam_init(&seam);
	for (kind = 0; kind < FAKE_NR_KINDS; kind++) {
		for (i = 0; i < scmid_fake_kinds[kind].nr; i++)
			seam.res[kind][i].ops = bench_ops[kind];
	}
	for (i = 0; i < ARRAY_SIZE(bench->words); i++) {
		req[0][i] = cpu_to_le32(bench->words[i]);
		req[1][i] = req[0][i];
	}
	if (bench->other)
		req[0][bench->at] = cpu_to_le32(bench->other);
	msg.peer = &seam.peer[SEAM_WIDE].peer;
	msg.req_len = bench->len;

	for (i = 0; i < n; i++) {
		msg.req = req[i & 1];
		run(&msg);
	}

	/* What is fast because it fails is no result. */
	if (bench->smt && !strcmp(argv[2], "core") && !bench_smt_answered()) {
		fprintf(stderr, "%s: no reply\n", bench->name);
		return 1;
	}
	if (run == scmid_dispatch && (s32)le32_to_cpu(rsp[1]) != bench->status) {
		fprintf(stderr, "%s: status %d\n", bench->name, (s32)le32_to_cpu(rsp[1]));
		return 1;
	}

	return 0;
}
