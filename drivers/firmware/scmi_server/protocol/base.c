// SPDX-License-Identifier: GPL-2.0
/*
 * Base protocol, version 2.1.
 *
 * An agent sees the platform and itself, never another agent: who else uses
 * this host is none of a guest's business.
 */

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

static int scmid_base_list_protocols(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 total = scmid_base_nr_protocols(msg->peer);
	u32 skip = scmid_arg(msg, 0);
	u32 words, left, bits, i, n;
	__le32 *out;
	u8 *ids;

	if (skip > total)
		return -EINVAL;

	left = total - skip;
	words = scmid_page(msg, 4, 4, DIV_ROUND_UP(left, 4));
	n = left < words * 4 ? left : words * 4;

	out = scmid_reply(msg, 4 + words * 4);
	memset(out, 0, 4 + words * 4);
	out[0] = cpu_to_le32(n);
	ids = (u8 *)&out[1];

	bits = msg->peer->protocols & ~1;
	for (i = SCMID_PROTO_BASE; n; i++, bits >>= 1) {
		if (!(bits & 1))
			continue;
		if (skip) {
			skip--;
			continue;
		}
		*ids++ = i;
		n--;
	}

	return 0;
}

static int scmid_base_discover_agent(struct scmid_msg *msg, struct scmid_res *res)
{
	static const char platform[SCMID_SHORT_NAME] = "platform";
	const struct scmid_peer *peer = msg->peer;
	struct scmid_rsp_agent *out;
	u32 id = scmid_arg(msg, 0);

	if (id == SCMID_AGENT_CALLER)
		id = peer->id;
	if (id != SCMID_AGENT_PLATFORM && id != peer->id)
		return -ENOENT;

	out = scmid_reply(msg, sizeof(*out));
	out->id = cpu_to_le32(id);
	memcpy(out->name, id == SCMID_AGENT_PLATFORM ? platform : peer->name,
	       sizeof(out->name));

	return 0;
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
		.req_len = 12, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_BASE_PROTO_PERMISSIONS] = {
		.req_len = 16, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_BASE_RESET_AGENT] = {
		.req_len = 8, .flags = SCMID_CMD_KNOWN,
	},
};

const struct scmid_proto scmid_base = {
	.id = SCMID_PROTO_BASE,
	.version = SCMID_BASE_VERSION,
	.name = "base",
	.cmds = &scmid_base_cmds,
};
