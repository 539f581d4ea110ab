// SPDX-License-Identifier: GPL-2.0
/*
 * The pure core's surroundings as plain arrays.
 */

#include <linux/array_size.h>
#include <linux/container_of.h>
#include <linux/nospec.h>

#include "seam.h"

/* A protocol that is not there yet still has what all of them have. */
static const struct scmid_cmd seam_common_cmds[] = { SCMID_COMMON_CMDS };

#define SEAM_COMMON(_id)					\
	[(_id) - SCMID_PROTO_BASE] = &(const struct scmid_proto) {	\
		.id = (_id),					\
		.version = 0x10000,				\
		.cmds = seam_common_cmds,			\
		.nr_cmds = ARRAY_SIZE(seam_common_cmds),	\
	}

const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS] = {
	[SCMID_PROTO_BASE - SCMID_PROTO_BASE] = &scmid_base,
	[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE] = &scmid_clock,
	SEAM_COMMON(SCMID_PROTO_POWER),
	SEAM_COMMON(SCMID_PROTO_SYSTEM),
	SEAM_COMMON(SCMID_PROTO_PERF),
	SEAM_COMMON(SCMID_PROTO_SENSOR),
	SEAM_COMMON(SCMID_PROTO_RESET),
	SEAM_COMMON(SCMID_PROTO_VOLTAGE),
};

static const struct seam_table *seam_table(struct scmid_peer *peer, u8 proto)
{
	struct seam_peer *sp = container_of(peer, struct seam_peer, peer);

	return &sp->table[proto - SCMID_PROTO_BASE];
}

struct scmid_res *scmid_res_get(struct scmid_peer *peer, u8 proto, u32 id)
{
	const struct seam_table *table = seam_table(peer, proto);

	if (id >= table->nr)
		return NULL;

	return table->res[array_index_nospec(id, table->nr)];
}

struct scmid_res *scmid_res_next(struct scmid_peer *peer, u8 proto, u32 *id)
{
	const struct seam_table *table = seam_table(peer, proto);

	for (; *id < table->nr; (*id)++) {
		if (table->res[*id])
			return table->res[*id];
	}

	return NULL;
}

u32 scmid_res_count(struct scmid_peer *peer, u8 proto)
{
	return seam_table(peer, proto)->nr;
}

static void seam_clock_init(struct seam *seam, u16 id)
{
	const struct fake_desc *desc = &scmid_fake_descs[id];
	struct scmid_res *res = &seam->res[id];

	if (!desc->name)
		return;

	seam->by_id[id] = res;
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
			.protocols = BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE),
		},
		[SEAM_WIDE] = {
			.id = 255, .name = "fifteen-letters", .live = true,
			.protocols = BIT(SCMID_NR_PROTOS) - 1,
		},
		[SEAM_BARE] = {
			.id = 2, .name = "bare", .live = true,
		},
		[SEAM_DOWN] = {
			.id = 3, .name = "down",
			.protocols = BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE),
		},
	};
	struct seam_table *table;
	unsigned int i;

	memset(seam, 0, sizeof(*seam));
	memcpy(seam->platform.vendor, FAKE_VENDOR, sizeof(FAKE_VENDOR));
	memcpy(seam->platform.sub_vendor, FAKE_SUB_VENDOR, sizeof(FAKE_SUB_VENDOR));
	seam->platform.impl_version = FAKE_IMPL_VERSION;

	for (i = 0; i < FAKE_ID_END; i++)
		seam_clock_init(seam, i);

	for (i = 0; i < SEAM_NR_PEERS; i++) {
		seam->peer[i].peer = peers[i];
		seam->peer[i].peer.platform = &seam->platform;
		table = &seam->peer[i].table[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE];
		table->res = seam->by_id;
		table->nr = FAKE_ID_END;
	}
}
