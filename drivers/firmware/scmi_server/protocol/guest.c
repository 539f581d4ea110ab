// SPDX-License-Identifier: GPL-2.0
/*
 * Guest description protocol, version 1.0: a vendor's, specified in
 * Documentation/firmware-guide/scmi-guest-description.rst.
 *
 * What the agent is to know of the devices it was given, as a devicetree overlay
 * that it reads piece by piece. Nothing here looks into it.
 */

#include "scmid.h"

static int scmid_guest_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	static const u8 uuid[] = SCMID_GUEST_UUID;
	struct scmid_rsp_guest_proto *out = scmid_reply(msg, sizeof(*out));

	out->attributes = cpu_to_le32(msg->peer->desc ? SCMID_GUEST_ATTR_DESC : 0);
	memcpy(out->uuid, uuid, sizeof(out->uuid));

	return 0;
}

/* It is about no resource, so the right is the agent's own. */
static int scmid_guest_judge_desc(const struct scmid_peer *peer)
{
	if (!(peer->access & SCMID_ACCESS_DESCRIBE))
		return -EACCES;

	return peer->desc ? 0 : -ENOENT;
}

static int scmid_guest_desc_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	const struct scmid_guest_desc *desc = msg->peer->desc;
	struct scmid_rsp_guest_desc *out;
	int err;

	err = scmid_guest_judge_desc(msg->peer);
	if (err)
		return err;

	out = scmid_reply(msg, sizeof(*out));
	out->generation = cpu_to_le32(desc->generation);
	out->format = cpu_to_le32(SCMID_GUEST_FORMAT_OVERLAY);
	out->size = cpu_to_le32(desc->size);
	memcpy(out->sha256, desc->sha256, sizeof(out->sha256));

	return 0;
}

static int scmid_guest_judge_desc_read(const struct scmid_msg *msg)
{
	const struct scmid_guest_desc *desc = msg->peer->desc;
	int err;

	err = scmid_guest_judge_desc(msg->peer);
	if (err)
		return err;
	/* What was read before does not go together with this any more. */
	if (scmid_arg(msg, 0) != desc->generation)
		return -EBUSY;

	return scmid_arg(msg, 1) > desc->size ? -ERANGE : 0;
}

static int scmid_guest_desc_read(struct scmid_msg *msg, struct scmid_res *res)
{
	const struct scmid_guest_desc *desc = msg->peer->desc;
	u32 offset = scmid_arg(msg, 1), left, words, n;
	__le32 *out;
	int err;

	err = scmid_guest_judge_desc_read(msg);
	if (err)
		return err;

	left = desc->size - offset;
	words = scmid_page(msg, 4, 4, DIV_ROUND_UP(left, 4));
	n = left < words * 4 ? left : words * 4;

	out = scmid_reply(msg, 4 + words * 4);
	/* Replies are made of words: what of the last one is not used is 0. */
	out[words] = 0;
	out[0] = cpu_to_le32(n);
	memcpy(&out[1], desc->data + offset, n);

	return 0;
}

static int scmid_guest_judge_desc_notify(const struct scmid_msg *msg)
{
	const struct scmid_peer *peer = msg->peer;

	if (!peer->p2a || !peer->ops)
		return -EOPNOTSUPP;
	if (!(peer->access & SCMID_ACCESS_DESCRIBE))
		return -EACCES;

	return scmid_arg(msg, 0) & SCMID_NOTIFY_RESERVED ? -EINVAL : 0;
}

static int scmid_guest_desc_notify(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_peer *peer = msg->peer;
	bool was = peer->events & BIT(SCMID_GUEST_DESC_CHANGED), on;
	int err;

	err = scmid_guest_judge_desc_notify(msg);
	if (err)
		return err;

	on = scmid_arg(msg, 0) & SCMID_NOTIFY_ENABLE;
	if (on == was)
		return 0;

	return peer->ops->desc_notify(peer, on);
}

/* All events are about a change. */
static u32 scmid_guest_notification(const struct scmid_event *event, void *to)
{
	struct scmid_ntf_guest_desc *out = to;

	out->generation = cpu_to_le32((u32)event->value);
	out->size = cpu_to_le32((u32)(event->value >> 32));

	return sizeof(*out);
}

static int scmid_guest_judge(const struct scmid_msg *msg, const struct scmid_res *res, u32 cmd)
{
	switch (cmd) {
	case SCMID_GUEST_DESC_ATTRIBUTES:
		return scmid_guest_judge_desc(msg->peer);
	case SCMID_GUEST_DESC_READ:
		return scmid_guest_judge_desc_read(msg);
	case SCMID_GUEST_DESC_NOTIFY:
		return scmid_guest_judge_desc_notify(msg);
	default:
		return 0;
	}
}

static const struct scmid_cmd scmid_guest_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_guest_attributes,
		.rsp_min = sizeof(struct scmid_rsp_guest_proto),
	},
	[SCMID_GUEST_DESC_ATTRIBUTES] = {
		.handle = scmid_guest_desc_attributes,
		.access = SCMID_ACCESS_DESCRIBE,
		.rsp_min = sizeof(struct scmid_rsp_guest_desc),
	},
	[SCMID_GUEST_DESC_READ] = {
		.handle = scmid_guest_desc_read,
		.access = SCMID_ACCESS_DESCRIBE, .req_len = 8,
		/* Or who reads on would not get any further. */
		.rsp_min = 8,
	},
	[SCMID_GUEST_DESC_NOTIFY] = {
		.handle = scmid_guest_desc_notify,
		.access = SCMID_ACCESS_DESCRIBE, .req_len = 4,
		.flags = SCMID_CMD_AGENTS | SCMID_CMD_P2A,
	},
};

const struct scmid_proto scmid_guest = {
	.id = SCMID_PROTO_GUEST,
	.version = SCMID_GUEST_VERSION,
	.name = "guest",
	.cmds = &scmid_guest_cmds,
	.judge = scmid_guest_judge,
	.notification = scmid_guest_notification,
};
