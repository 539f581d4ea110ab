// SPDX-License-Identifier: GPL-2.0
/*
 * The pure core's surroundings as plain arrays.
 */

#include <linux/build_bug.h>
#include <linux/container_of.h>
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
	[SCMID_PROTO_POWER - SCMID_PROTO_BASE] = &scmid_power,
	[SCMID_PROTO_SYSTEM - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_PERF - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_SENSOR - SCMID_PROTO_BASE] = &seam_common,
	[SCMID_PROTO_RESET - SCMID_PROTO_BASE] = &scmid_reset,
	[SCMID_PROTO_VOLTAGE - SCMID_PROTO_BASE] = &scmid_voltage,
	[SCMID_GUEST_INDEX] = &scmid_guest,
};

static_assert(FAKE_ID_END <= FAKE_NR_IDS);
static_assert(FAKE_PD_END <= FAKE_NR_IDS);
static_assert(FAKE_RST_END <= FAKE_NR_IDS);
static_assert(FAKE_VD_END <= FAKE_NR_IDS);
static_assert(FAKE_NR_IDS <= SEAM_NR_IDS);

/* struct scmid_table with a size, to have it in a struct. */
static_assert(offsetof(struct seam_table, res) == offsetof(struct scmid_table, res));
static_assert(offsetof(struct seam_desc, data) == offsetof(struct scmid_guest_desc, data));

/* A command about agents has got here: note it, and what is the answer? */
static int seam_ask(struct scmid_peer *peer, u64 asked, u32 agent)
{
	struct fake_world *world = container_of(peer, struct seam_peer, peer)->world;

	world->calls++;
	if (world->err)
		return world->err;
	if (agent == FAKE_AGENT_LATER) {
		world->asked = asked;
		return SCMID_LATER;
	}
	if (agent != FAKE_AGENT && agent != peer->id)
		return -ENOENT;

	world->asked = asked;
	return 0;
}

static int seam_device_permissions(struct scmid_peer *peer, u32 agent, u32 device, bool allow)
{
	if (device != FAKE_DEVICE)
		agent = 0;

	return seam_ask(peer, FAKE_ASKED(FAKE_ASKED_DEVICE, allow, 0, agent, device), agent);
}

static int seam_protocol_permissions(struct scmid_peer *peer, u32 agent, u32 device, u32 proto,
				     bool allow)
{
	if (device != FAKE_DEVICE)
		agent = 0;

	return seam_ask(peer, FAKE_ASKED(FAKE_ASKED_PROTO, allow, proto, agent, device), agent);
}

static int seam_reset_agent(struct scmid_peer *peer, u32 agent, bool permissions)
{
	return seam_ask(peer, FAKE_ASKED(FAKE_ASKED_RESET, permissions, 0, agent, 0), agent);
}

static int seam_desc_notify(struct scmid_peer *peer, bool on)
{
	int err = seam_ask(peer, FAKE_ASKED(FAKE_ASKED_DESC, on, 0, peer->id, 0), peer->id);

	if (!err)
		peer->events = on ? BIT(SCMID_GUEST_DESC_CHANGED) : 0;

	return err;
}

static const struct scmid_peer_ops seam_peer_ops = {
	.device_permissions = seam_device_permissions,
	.protocol_permissions = seam_protocol_permissions,
	.reset_agent = seam_reset_agent,
	.desc_notify = seam_desc_notify,
};

static void seam_res_init(struct seam *seam, unsigned int nr, u16 id)
{
	const struct fake_kind *kind = &scmid_fake_kinds[nr];
	const struct fake_desc *desc = &kind->desc[id];
	struct scmid_res *res = &seam->res[nr][id];
	struct fake *fake = &seam->fake[nr][id];

	if (!desc->name)
		return;

	*fake = desc->fake;
	fake->world = &seam->world;
	res->id = id;
	res->access = desc->access;
	res->proto = kind->proto;
	res->min = desc->min;
	res->max = desc->max;
	res->ops = kind->ops;
	res->priv = fake;
	memcpy(res->name, desc->name, strlen(desc->name));
	seam->table[nr].res[id] = res;
}

/**
 * scmid_seam_init() - everything as new
 * @seam: what to set up
 */
void scmid_seam_init(struct seam *seam)
{
#define ALL_PROTOS	(BIT(SCMID_PROTO_END - SCMID_PROTO_BASE) - 1)
#define GUEST_PROTOS	(1 | BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE) | BIT(SCMID_GUEST_INDEX))
	static const struct scmid_peer peers[SEAM_NR_PEERS] = {
		[SEAM_VM1] = {
			.id = 1, .name = "vm1", .live = true,
			.protocols = 1 | BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE),
		},
		[SEAM_WIDE] = {
			.id = 255, .name = "fifteen-letters", .live = true, .p2a = true,
			.protocols = ALL_PROTOS, .ops = &seam_peer_ops,
		},
		[SEAM_BARE] = {
			.id = 2, .name = "bare", .live = true, .trusted = true,
			.protocols = 1,
		},
		[SEAM_DOWN] = {
			.id = 3, .name = "down", .trusted = true, .p2a = true,
			.ops = &seam_peer_ops,
		},
		[SEAM_TRUSTED] = {
			.id = 4, .name = "trusted", .live = true, .trusted = true,
			.p2a = true, .access = SCMID_ACCESS_DESCRIBE,
			.protocols = ALL_PROTOS | BIT(SCMID_GUEST_INDEX), .ops = &seam_peer_ops,
		},
		[SEAM_GUEST] = {
			.id = 5, .name = "guest", .live = true, .p2a = true,
			.access = SCMID_ACCESS_DESCRIBE,
			.protocols = GUEST_PROTOS, .ops = &seam_peer_ops,
		},
		[SEAM_MUTE] = {
			.id = 6, .name = "mute", .live = true, .p2a = true,
			.access = (u16)~SCMID_ACCESS_DESCRIBE,
			.protocols = GUEST_PROTOS, .ops = &seam_peer_ops,
		},
		[SEAM_BLANK] = {
			.id = 7, .name = "blank", .live = true,
			.access = SCMID_ACCESS_DESCRIBE,
			.protocols = GUEST_PROTOS, .ops = &seam_peer_ops,
		},
	};
	unsigned int i, id, nr;
	struct scmid_peer *peer;

	memset(seam, 0, sizeof(*seam));
	memcpy(seam->platform.vendor, FAKE_VENDOR, sizeof(FAKE_VENDOR));
	memcpy(seam->platform.sub_vendor, FAKE_SUB_VENDOR, sizeof(FAKE_SUB_VENDOR));
	seam->platform.impl_version = FAKE_IMPL_VERSION;

	for (nr = 0; nr < FAKE_NR_KINDS; nr++) {
		seam->table[nr].mask = SEAM_NR_IDS - 1;
		for (id = 0; id < scmid_fake_kinds[nr].nr; id++)
			seam_res_init(seam, nr, id);
	}

	seam->desc.generation = SEAM_DESC_GENERATION;
	seam->desc.size = SEAM_DESC_SIZE;
	for (i = 0; i < SCMID_SHA256_SIZE; i++)
		seam->desc.sha256[i] = 0xa0 + i;
	for (i = 0; i < SEAM_DESC_SIZE; i++)
		seam->desc.data[i] = i * 7 + 3;

	for (i = 0; i < SEAM_NR_PEERS; i++) {
		peer = &seam->peer[i].peer;
		*peer = peers[i];
		peer->platform = &seam->platform;
		seam->peer[i].world = &seam->world;
		if (i == SEAM_TRUSTED || i == SEAM_GUEST || i == SEAM_MUTE)
			peer->desc = (void *)&seam->desc;
		for (id = 0; id < SCMID_NR_STD_PROTOS; id++)
			peer->tables[id] = (void *)&seam->none;
		for (nr = 0; nr < FAKE_NR_KINDS; nr++)
			peer->tables[scmid_fake_kinds[nr].proto - SCMID_PROTO_BASE] =
				(void *)&seam->table[nr];
	}
}
