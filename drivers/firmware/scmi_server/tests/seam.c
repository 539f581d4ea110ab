// SPDX-License-Identifier: GPL-2.0
/*
 * The pure core's surroundings as plain arrays.
 */

#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "seam.h"

/* A protocol that is not there yet still has what all of them have. */
static const struct scmid_cmd seam_common_cmds[SCMID_NR_CMDS] = { SCMID_COMMON_CMDS };

static const struct scmid_proto seam_common = {
	.version = 0x10000,
	.cmds = &seam_common_cmds,
};

const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS] = {
	[SCMID_PROTO_BASE - SCMID_PROTO_BASE] = &scmid_base,
	[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE] = &scmid_clock,
	[SCMID_PROTO_POWER - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_SYSTEM - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_PERF - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_SENSOR - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_RESET - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_VOLTAGE - SCMID_PROTO_BASE] = &seam_common,
};

static_assert(FAKE_ID_END <= SEAM_NR_IDS);

/* struct scmid_table with a size, to have it in a struct. */
static_assert(offsetof(struct seam_table, res) == offsetof(struct scmid_table, res));

static void seam_clock_init(struct seam *seam, u16 id)
{
	const struct fake_desc *desc = &scmid_fake_descs[id];
	struct scmid_res *res = &seam->res[id];

	if (!desc->name)
		return;

	seam->clk[id] = desc->clk;
	res->id = id;
	res->access = desc->access;
	res->proto = SCMID_PROTO_CLOCK;
	res->min = desc->min;
	res->max = desc->max;
	res->ops = &scmid_fake_clk_ops;
	res->priv = &seam->clk[id];
	memcpy(res->name, desc->name, strlen(desc->name));
}

/**
 * scmid_seam_init() - everything as new
 * @seam: what to set up
 */
void scmid_seam_init(struct seam *seam)
{
	static const struct scmid_peer peers[SEAM_NR_PEERS] = {
		[SEAM_VM1] = {
			.id = 1, .name = "vm1", .live = true,
			.protocols = 1 | BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE),
		},
		[SEAM_WIDE] = {
			.id = 255, .name = "fifteen-letters", .live = true,
			.protocols = BIT(SCMID_PROTO_END - SCMID_PROTO_BASE) - 1,
		},
		[SEAM_BARE] = {
			.id = 2, .name = "bare", .live = true, .protocols = 1,
		},
		[SEAM_DOWN] = {
			.id = 3, .name = "down",
		},
	};
	unsigned int i, id;

	memset(seam, 0, sizeof(*seam));
	memcpy(seam->platform.vendor, FAKE_VENDOR, sizeof(FAKE_VENDOR));
	memcpy(seam->platform.sub_vendor, FAKE_SUB_VENDOR, sizeof(FAKE_SUB_VENDOR));
	seam->platform.impl_version = FAKE_IMPL_VERSION;

	for (i = 0; i < FAKE_ID_END; i++)
		seam_clock_init(seam, i);

	for (i = 0; i < SEAM_NR_PEERS; i++) {
		seam->peer[i].peer = peers[i];
		seam->peer[i].peer.platform = &seam->platform;
		for (id = 0; id < SCMID_NR_PROTOS; id++)
			seam->peer[i].peer.tables[id] = (void *)&seam->peer[i].none;
		seam->peer[i].peer.tables[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE] =
			(void *)&seam->peer[i].clk;
		seam->peer[i].clk.mask = SEAM_NR_IDS - 1;
		for (id = 0; id < FAKE_ID_END; id++) {
			if (scmid_fake_descs[id].name)
				seam->peer[i].clk.res[id] = &seam->res[id];
		}
	}
}
