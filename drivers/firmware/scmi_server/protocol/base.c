// SPDX-License-Identifier: GPL-2.0
/*
 * Base protocol, version 2.1.
 *
 * An agent sees the platform and itself, never another agent: who else uses
 * this host is none of a guest's business.
 */

#include <linux/nospec.h>

#include "scmid.h"

static u32 scmid_base_nr_protocols(const struct scmid_peer *peer)
{
	u32 bits, n = 0;

	for (bits = peer->protocols & ~1; bits; bits &= bits - 1)
		n++;

	return n;
}

static int scmid_base_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, FIELD_PREP(SCMID_BASE_ATTR_PROTOS,
					       scmid_base_nr_protocols(msg->peer)) |
				    FIELD_PREP(SCMID_BASE_ATTR_AGENTS, 1));
}

static int scmid_base_string(struct scmid_msg *msg, const char *str)
{
	memcpy(scmid_reply(msg, SCMID_SHORT_NAME), str, SCMID_SHORT_NAME);
	return 0;
}

static int scmid_base_vendor(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_base_string(msg, msg->peer->platform->vendor);
}

static int scmid_base_sub_vendor(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_base_string(msg, msg->peer->platform->sub_vendor);
}

static int scmid_base_impl_version(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, msg->peer->platform->impl_version);
}

static int scmid_base_judge_skip(const struct scmid_peer *peer, u32 skip)
{
	return skip > scmid_base_nr_protocols(peer) ? -EINVAL : 0;
}

static int scmid_base_list_protocols(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 total = scmid_base_nr_protocols(msg->peer);
	u32 skip = scmid_arg(msg, 0);
	u32 words, left, bits, i, n;
	__le32 *out;
	u8 *ids;
	int err;

	err = scmid_base_judge_skip(msg->peer, skip);
	if (err)
		return err;

	left = total - skip;
	words = scmid_page(msg, 4, 4, DIV_ROUND_UP(left, 4));
	n = left < words * 4 ? left : words * 4;

	out = scmid_reply(msg, 4 + words * 4);
	memset(out, 0, 4 + words * 4);
	out[0] = cpu_to_le32(n);
	ids = (u8 *)&out[1];

	bits = msg->peer->protocols & ~1;
	for (i = 0; n; i++, bits >>= 1) {
		if (!(bits & 1))
			continue;
		if (skip) {
			skip--;
			continue;
		}
		*ids++ = scmid_proto_id(i);
		n--;
	}

	return 0;
}

static int scmid_base_judge_discover(const struct scmid_peer *peer, u32 id)
{
	if (id == SCMID_AGENT_CALLER || id == SCMID_AGENT_PLATFORM || id == peer->id)
		return 0;

	return -ENOENT;
}

static int scmid_base_discover_agent(struct scmid_msg *msg, struct scmid_res *res)
{
	static const char platform[SCMID_SHORT_NAME] = "platform";
	const struct scmid_peer *peer = msg->peer;
	struct scmid_rsp_agent *out;
	u32 id = scmid_arg(msg, 0);
	int err;

	err = scmid_base_judge_discover(peer, id);
	if (err)
		return err;
	if (id == SCMID_AGENT_CALLER)
		id = peer->id;

	out = scmid_reply(msg, sizeof(*out));
	out->id = cpu_to_le32(id);
	memcpy(out->name, id == SCMID_AGENT_PLATFORM ? platform : peer->name,
	       sizeof(out->name));

	return 0;
}

/*
 * The commands about agents. Who there is, and which devices, is known to the
 * operations only.
 */

static int scmid_base_judge_agent(u32 id)
{
	return id == SCMID_AGENT_PLATFORM || id > U8_MAX ? -ENOENT : 0;
}

/* Whoever may not ask learns nothing of what there is to ask for. */
static int scmid_base_judge_trust(const struct scmid_peer *peer)
{
	if (!peer->ops)
		return -EOPNOTSUPP;

	return peer->trusted ? 0 : -EACCES;
}

static int scmid_base_judge_device_permissions(const struct scmid_msg *msg)
{
	int err;

	err = scmid_base_judge_trust(msg->peer);
	if (err)
		return err;
	if (scmid_arg(msg, 2) & SCMID_BASE_PERM_RESERVED)
		return -EINVAL;

	return scmid_base_judge_agent(scmid_arg(msg, 0));
}

static int scmid_base_device_permissions(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_peer *peer = msg->peer;
	int err;

	err = scmid_base_judge_device_permissions(msg);
	if (err)
		return err;

	return peer->ops->device_permissions(peer, scmid_arg(msg, 0), scmid_arg(msg, 1),
					     scmid_arg(msg, 2) & SCMID_BASE_PERM_ALLOW);
}

static int scmid_base_judge_proto_permissions(const struct scmid_msg *msg)
{
	u32 id = scmid_arg(msg, 2), idx = id - SCMID_PROTO_BASE;
	int err;

	err = scmid_base_judge_trust(msg->peer);
	if (err)
		return err;
	if (id & ~SCMID_BASE_PERM_PROTO || scmid_arg(msg, 3) & SCMID_BASE_PERM_RESERVED)
		return -EINVAL;

	/* Base is nobody's to take away, and those of vendors are about no device. */
	if (!idx || idx >= SCMID_NR_STD_PROTOS ||
	    !scmid_protos[array_index_nospec(idx, SCMID_NR_STD_PROTOS)])
		return -ENOENT;

	return scmid_base_judge_agent(scmid_arg(msg, 0));
}

static int scmid_base_proto_permissions(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_peer *peer = msg->peer;
	int err;

	err = scmid_base_judge_proto_permissions(msg);
	if (err)
		return err;

	return peer->ops->protocol_permissions(peer, scmid_arg(msg, 0), scmid_arg(msg, 1),
					       scmid_arg(msg, 2),
					       scmid_arg(msg, 3) & SCMID_BASE_PERM_ALLOW);
}

static int scmid_base_judge_reset_agent(const struct scmid_msg *msg)
{
	const struct scmid_peer *peer = msg->peer;
	u32 id = scmid_arg(msg, 0), flags = scmid_arg(msg, 1);

	if (!peer->ops)
		return -EOPNOTSUPP;
	/* Here it is the name of nobody. */
	if (id == SCMID_AGENT_CALLER)
		return -ENOENT;
	if (id != peer->id && !peer->trusted)
		return -EACCES;
	if (flags & SCMID_BASE_RESET_RESERVED)
		return -EINVAL;
	if (flags & SCMID_BASE_RESET_PERMISSIONS && !peer->trusted)
		return -EACCES;

	return scmid_base_judge_agent(id);
}

static int scmid_base_reset_agent(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_peer *peer = msg->peer;
	int err;

	err = scmid_base_judge_reset_agent(msg);
	if (err)
		return err;

	return peer->ops->reset_agent(peer, scmid_arg(msg, 0),
				      scmid_arg(msg, 1) & SCMID_BASE_RESET_PERMISSIONS);
}

static int scmid_base_judge(const struct scmid_msg *msg, const struct scmid_res *res,
			    u32 cmd)
{
	u32 id = scmid_arg(msg, 0);

	switch (cmd) {
	case SCMID_BASE_LIST_PROTOCOLS:
		return scmid_base_judge_skip(msg->peer, id);
	case SCMID_BASE_DISCOVER_AGENT:
		return scmid_base_judge_discover(msg->peer, id);
	case SCMID_BASE_DEVICE_PERMISSIONS:
		return scmid_base_judge_device_permissions(msg);
	case SCMID_BASE_PROTO_PERMISSIONS:
		return scmid_base_judge_proto_permissions(msg);
	case SCMID_BASE_RESET_AGENT:
		return scmid_base_judge_reset_agent(msg);
	default:
		return 0;
	}
}

static const struct scmid_cmd scmid_base_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_base_attributes, .rsp_min = 4,
		.flags = SCMID_CMD_ALWAYS,
	},
	[SCMID_BASE_VENDOR] = {
		.handle = scmid_base_vendor, .rsp_min = SCMID_SHORT_NAME,
	},
	[SCMID_BASE_SUB_VENDOR] = {
		.handle = scmid_base_sub_vendor, .rsp_min = SCMID_SHORT_NAME,
	},
	[SCMID_BASE_IMPL_VERSION] = {
		.handle = scmid_base_impl_version, .rsp_min = 4,
	},
	[SCMID_BASE_LIST_PROTOCOLS] = {
		.handle = scmid_base_list_protocols,
		.req_len = 4, .rsp_min = 8,
	},
	[SCMID_BASE_DISCOVER_AGENT] = {
		.handle = scmid_base_discover_agent,
		.req_len = 4, .rsp_min = sizeof(struct scmid_rsp_agent),
	},
	[SCMID_BASE_NOTIFY_ERRORS] = {
		.req_len = 4, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_BASE_DEVICE_PERMISSIONS] = {
		.handle = scmid_base_device_permissions, .req_len = 12,
		.flags = SCMID_CMD_AGENTS | SCMID_CMD_TRUSTED,
	},
	[SCMID_BASE_PROTO_PERMISSIONS] = {
		.handle = scmid_base_proto_permissions, .req_len = 16,
		.flags = SCMID_CMD_AGENTS | SCMID_CMD_TRUSTED,
	},
	[SCMID_BASE_RESET_AGENT] = {
		.handle = scmid_base_reset_agent, .req_len = 8,
		.flags = SCMID_CMD_AGENTS,
	},
};

const struct scmid_proto scmid_base = {
	.id = SCMID_PROTO_BASE,
	.version = SCMID_BASE_VERSION,
	.name = "base",
	.cmds = &scmid_base_cmds,
	.judge = scmid_base_judge,
};
