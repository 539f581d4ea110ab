// SPDX-License-Identifier: GPL-2.0
/*
 * Voltage domain protocol, version 2.1.
 *
 * As with clocks, the mode an agent is told is its own vote.
 */

#include "scmid.h"

static const struct scmid_voltage_ops *scmid_voltage_ops(const struct scmid_res *res)
{
	return res->ops;
}

static int scmid_voltage_proto_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, scmid_res_count(msg->peer, SCMID_PROTO_VOLTAGE));
}

static int scmid_voltage_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_voltage_attributes *out = scmid_reply(msg, sizeof(*out));
	u32 attr = 0;

	if (scmid_short_name(out->name, res))
		attr |= SCMID_VOLTAGE_ATTR_LONG_NAME;
	out->attributes = cpu_to_le32(attr);

	return 0;
}

static int scmid_voltage_describe_levels(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 first = scmid_arg(msg, 1);
	struct scmid_levels levels;
	__le32 *out;
	int err, n, i;
	u32 head;

	err = scmid_voltage_ops(res)->levels(res, first == 0, &levels);
	if (err)
		return err;

	n = scmid_list_page(msg, first, levels.n, levels.range, 4, &head);
	if (n < 0)
		return n;

	out = scmid_reply(msg, 4 + n * 4);
	out[0] = cpu_to_le32(head);
	for (i = 0; i < n; i++)
		out[1 + i] = cpu_to_le32((u32)levels.uv[first + i]);

	return 0;
}

static inline int scmid_voltage_judge_config_set(const struct scmid_msg *msg)
{
	u32 config = scmid_arg(msg, 1);

	/* No other mode is known to the framework. */
	return config == SCMID_VOLTAGE_OFF || config == SCMID_VOLTAGE_ON ? 0 : -EINVAL;
}

static int scmid_voltage_config_set(struct scmid_msg *msg, struct scmid_res *res)
{
	bool on = scmid_arg(msg, 1) == SCMID_VOLTAGE_ON;
	int err;

	err = scmid_voltage_judge_config_set(msg);
	if (err)
		return err;

	/* To repeat a vote is no error and no second vote. */
	if (on == res->vote)
		return 0;

	return scmid_voltage_ops(res)->state_set(res, on);
}

static int scmid_voltage_config_get(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, res->vote ? SCMID_VOLTAGE_ON : SCMID_VOLTAGE_OFF);
}

static inline int scmid_voltage_judge_level_set(const struct scmid_msg *msg)
{
	u32 flags = scmid_arg(msg, 1);

	if (flags & SCMID_VOLTAGE_LEVEL_RESERVED)
		return -EINVAL;
	if (flags & SCMID_VOLTAGE_LEVEL_ASYNC)
		return -EOPNOTSUPP;

	return 0;
}

static int scmid_voltage_level_set(struct scmid_msg *msg, struct scmid_res *res)
{
	int err;

	err = scmid_voltage_judge_level_set(msg);
	if (err)
		return err;

	return scmid_voltage_ops(res)->level_set(res, (s32)scmid_arg(msg, 2));
}

static int scmid_voltage_level_get(struct scmid_msg *msg, struct scmid_res *res)
{
	s32 uv;
	int err;

	err = scmid_voltage_ops(res)->level_get(res, &uv);
	if (err)
		return err;

	return scmid_reply_u32(msg, (u32)uv);
}

static int scmid_voltage_judge(const struct scmid_msg *msg, const struct scmid_res *res,
			       u32 cmd)
{
	switch (cmd) {
	case SCMID_VOLTAGE_CONFIG_SET:
		return scmid_voltage_judge_config_set(msg);
	case SCMID_VOLTAGE_LEVEL_SET:
		return scmid_voltage_judge_level_set(msg);
	default:
		return 0;
	}
}

static const struct scmid_cmd scmid_voltage_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_voltage_proto_attributes, .rsp_min = 4,
	},
	[SCMID_VOLTAGE_ATTRIBUTES] = {
		.handle = scmid_voltage_attributes, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_voltage_attributes),
	},
	[SCMID_VOLTAGE_DESCRIBE_LEVELS] = {
		.handle = scmid_voltage_describe_levels, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 8,
		.rsp_min = 8,
	},
	[SCMID_VOLTAGE_CONFIG_SET] = {
		.handle = scmid_voltage_config_set, .res = 1,
		.access = SCMID_ACCESS_STATE, .req_len = 8,
	},
	[SCMID_VOLTAGE_CONFIG_GET] = {
		.handle = scmid_voltage_config_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 4,
	},
	[SCMID_VOLTAGE_LEVEL_SET] = {
		.handle = scmid_voltage_level_set, .res = 1,
		.access = SCMID_ACCESS_LEVEL, .req_len = 12,
	},
	[SCMID_VOLTAGE_LEVEL_GET] = {
		.handle = scmid_voltage_level_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 4,
	},
	[SCMID_VOLTAGE_NAME_GET] = {
		.handle = scmid_name_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_name),
	},
};

const struct scmid_proto scmid_voltage = {
	.id = SCMID_PROTO_VOLTAGE,
	.version = SCMID_VOLTAGE_VERSION,
	.name = "voltage",
	.cmds = &scmid_voltage_cmds,
	.judge = scmid_voltage_judge,
};
