// SPDX-License-Identifier: GPL-2.0
/*
 * Reset domain protocol, version 3.1.
 *
 * To hold a line and to pulse it are two rights: who may pulse a line cannot
 * keep others from what is behind it.
 */

#include "scmid.h"

static int scmid_reset_proto_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, scmid_res_count(msg->peer, SCMID_PROTO_RESET));
}

static bool scmid_reset_usable(struct scmid_res *res, u32 cmd)
{
	if (cmd != SCMID_RESET)
		return true;

	return res->access & (SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE);
}

static int scmid_reset_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_reset_attributes *out = scmid_reply(msg, sizeof(*out));
	u32 attr = 0;

	if (scmid_short_name(out->name, res))
		attr |= SCMID_RESET_ATTR_LONG_NAME;
	out->attributes = cpu_to_le32(attr);
	/* The framework does not tell how long a reset takes. */
	out->latency_us = cpu_to_le32(SCMID_RESET_LATENCY_UNKNOWN);

	return 0;
}

static inline int scmid_reset_judge_reset(const struct scmid_msg *msg,
					  const struct scmid_res *res)
{
	u32 flags = scmid_arg(msg, 1);
	u32 need = flags & SCMID_RESET_AUTONOMOUS ? SCMID_ACCESS_PULSE : SCMID_ACCESS_ASSERT;

	if (need & ~res->access)
		return -EACCES;
	if (flags & SCMID_RESET_RESERVED || scmid_arg(msg, 2) != SCMID_RESET_COLD)
		return -EINVAL;
	if (flags & SCMID_RESET_ASYNC)
		return flags & SCMID_RESET_AUTONOMOUS ? -EOPNOTSUPP : -EINVAL;

	return 0;
}

static int scmid_reset_reset(struct scmid_msg *msg, struct scmid_res *res)
{
	const struct scmid_reset_ops *ops = res->ops;
	u32 flags = scmid_arg(msg, 1);
	int err;

	err = scmid_reset_judge_reset(msg, res);
	if (err)
		return err;

	/* SCMID_RESET_LINE means nothing then. */
	if (flags & SCMID_RESET_AUTONOMOUS)
		return ops->pulse(res);

	return ops->line_set(res, flags & SCMID_RESET_LINE);
}

static int scmid_reset_judge(const struct scmid_msg *msg, const struct scmid_res *res,
			     u32 cmd)
{
	return cmd == SCMID_RESET ? scmid_reset_judge_reset(msg, res) : 0;
}

static const struct scmid_cmd scmid_reset_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_reset_proto_attributes, .rsp_min = 4,
	},
	[SCMID_RESET_ATTRIBUTES] = {
		.handle = scmid_reset_attributes, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_reset_attributes),
	},
	/* Which right it takes depends on its flags: the handler checks. */
	[SCMID_RESET] = {
		.handle = scmid_reset_reset, .res = 1, .req_len = 12,
	},
	[SCMID_RESET_NOTIFY] = {
		.req_len = 8, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_RESET_NAME_GET] = {
		.handle = scmid_name_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_name),
	},
};

const struct scmid_proto scmid_reset = {
	.id = SCMID_PROTO_RESET,
	.version = SCMID_RESET_VERSION,
	.name = "reset",
	.cmds = &scmid_reset_cmds,
	.usable = scmid_reset_usable,
	.judge = scmid_reset_judge,
};
