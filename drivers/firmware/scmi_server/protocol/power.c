// SPDX-License-Identifier: GPL-2.0
/*
 * Power domain protocol, version 3.1.
 *
 * As with clocks, the state an agent is told is its own vote. There are no
 * states but on and off, as there are none in the framework.
 */

#include "scmid.h"

static int scmid_power_proto_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_power_proto *out = scmid_reply(msg, sizeof(*out));

	/* No memory with statistics: its address and length stay zero. */
	memset(out, 0, sizeof(*out));
	out->domains = cpu_to_le32(scmid_res_count(msg->peer, SCMID_PROTO_POWER));

	return 0;
}

static int scmid_power_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_power_attributes *out = scmid_reply(msg, sizeof(*out));
	u32 attr = 0;

	if (res->access & SCMID_ACCESS_STATE)
		attr |= SCMID_POWER_ATTR_SET;
	if (scmid_short_name(out->name, res))
		attr |= SCMID_POWER_ATTR_LONG_NAME;
	out->attributes = cpu_to_le32(attr);

	return 0;
}

static inline int scmid_power_judge_state_set(const struct scmid_msg *msg)
{
	u32 flags = scmid_arg(msg, 0), state = scmid_arg(msg, 2);

	if (flags & SCMID_POWER_RESERVED || state & ~SCMID_POWER_OFF)
		return -EINVAL;
	if (flags & SCMID_POWER_ASYNC)
		return -EOPNOTSUPP;

	return 0;
}

static int scmid_power_state_set(struct scmid_msg *msg, struct scmid_res *res)
{
	const struct scmid_power_ops *ops = res->ops;
	bool on = scmid_arg(msg, 2) == SCMID_POWER_ON;
	int err;

	err = scmid_power_judge_state_set(msg);
	if (err)
		return err;

	/* To repeat a vote is no error and no second vote. */
	if (on == res->vote)
		return 0;

	return ops->state_set(res, on);
}

static int scmid_power_state_get(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, res->vote ? SCMID_POWER_ON : SCMID_POWER_OFF);
}

static int scmid_power_judge(const struct scmid_msg *msg, const struct scmid_res *res,
			     u32 cmd)
{
	return cmd == SCMID_POWER_STATE_SET ? scmid_power_judge_state_set(msg) : 0;
}

static const struct scmid_cmd scmid_power_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_power_proto_attributes,
		.rsp_min = sizeof(struct scmid_rsp_power_proto),
	},
	[SCMID_POWER_ATTRIBUTES] = {
		.handle = scmid_power_attributes, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_power_attributes),
	},
	[SCMID_POWER_STATE_SET] = {
		.handle = scmid_power_state_set, .res = 2,
		.access = SCMID_ACCESS_STATE, .req_len = 12,
	},
	[SCMID_POWER_STATE_GET] = {
		.handle = scmid_power_state_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 4,
	},
	[SCMID_POWER_STATE_NOTIFY] = {
		.req_len = 8, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_POWER_REQ_NOTIFY] = {
		.req_len = 8, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_POWER_NAME_GET] = {
		.handle = scmid_name_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_name),
	},
};

const struct scmid_proto scmid_power = {
	.id = SCMID_PROTO_POWER,
	.version = SCMID_POWER_VERSION,
	.name = "power",
	.cmds = &scmid_power_cmds,
	.judge = scmid_power_judge,
};
