// SPDX-License-Identifier: GPL-2.0
/*
 * Clock protocol, version 3.0.
 *
 * What an agent is told of a clock's state is its own vote: a guest that
 * never enabled a clock reads it as off and so has no reason to switch off,
 * at the end of its boot, what others use.
 */

#include "scmid.h"

static const struct scmid_clk_ops *scmid_clk_ops(const struct scmid_res *res)
{
	return res->ops;
}

static int scmid_clock_proto_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	/* No asynchronous rate changes: bits 23:16 stay zero. */
	return scmid_reply_u32(msg, scmid_res_count(msg->peer, SCMID_PROTO_CLOCK));
}

static bool scmid_clock_has_parents(struct scmid_res *res)
{
	u32 id;

	return !scmid_clk_ops(res)->parent_get(res, &id);
}

static bool scmid_clock_usable(struct scmid_res *res, u32 cmd)
{
	switch (cmd) {
	case SCMID_CLOCK_POSSIBLE_PARENTS:
	case SCMID_CLOCK_PARENT_SET:
	case SCMID_CLOCK_PARENT_GET:
		return scmid_clock_has_parents(res);
	default:
		return true;
	}
}

static int scmid_clock_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_clock_attributes *out = scmid_reply(msg, sizeof(*out));
	u32 need = SCMID_ACCESS_STATE | SCMID_ACCESS_RATE;
	u32 attr = res->vote ? SCMID_CLOCK_ATTR_ENABLED : 0;

	if (scmid_clock_has_parents(res)) {
		attr |= SCMID_CLOCK_ATTR_PARENTS;
		need |= SCMID_ACCESS_PARENT;
	}
	if (need & ~res->access)
		attr |= SCMID_CLOCK_ATTR_RESTRICTED;
	if (scmid_short_name(out->name, res))
		attr |= SCMID_CLOCK_ATTR_LONG_NAME;
	if (msg->peer->p2a && res->access & SCMID_ACCESS_NOTIFY)
		attr |= SCMID_CLOCK_ATTR_RATE_NOTIFY;

	out->attributes = cpu_to_le32(attr);
	/* Unknown: a clock of the framework may sleep, and takes its time. */
	out->enable_latency_us = 0;

	return 0;
}

static void scmid_put_u64(__le32 *out, u64 val)
{
	out[0] = cpu_to_le32((u32)val);
	out[1] = cpu_to_le32((u32)(val >> 32));
}

static int scmid_clock_describe_rates(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 first = scmid_arg(msg, 1);
	struct scmid_rates rates;
	__le32 *out;
	int err, n, i;
	u32 head;

	err = scmid_clk_ops(res)->rates(res, first == 0, &rates);
	if (err)
		return err;

	n = scmid_list_page(msg, first, rates.n, rates.range, 8, &head);
	if (n < 0)
		return n;

	out = scmid_reply(msg, 4 + n * 8);
	out[0] = cpu_to_le32(head);
	for (i = 0; i < n; i++)
		scmid_put_u64(&out[1 + i * 2], rates.hz[first + i]);

	return 0;
}

static inline u64 scmid_clock_rate_arg(const struct scmid_msg *msg)
{
	return scmid_arg(msg, 2) | (u64)scmid_arg(msg, 3) << 32;
}

static inline int scmid_clock_judge_rate_set(const struct scmid_msg *msg)
{
	u32 flags = scmid_arg(msg, 0);

	if (flags & SCMID_CLOCK_RATE_RESERVED || !scmid_clock_rate_arg(msg))
		return -EINVAL;
	if (flags & SCMID_CLOCK_RATE_ASYNC)
		return -EOPNOTSUPP;

	return 0;
}

static int scmid_clock_rate_set(struct scmid_msg *msg, struct scmid_res *res)
{
	enum scmid_round round = SCMID_ROUND_DOWN;
	u32 flags = scmid_arg(msg, 0);
	int err;

	err = scmid_clock_judge_rate_set(msg);
	if (err)
		return err;

	if (flags & SCMID_CLOCK_RATE_ROUND_NEAREST)
		round = SCMID_ROUND_NEAREST;
	else if (flags & SCMID_CLOCK_RATE_ROUND_UP)
		round = SCMID_ROUND_UP;

	return scmid_clk_ops(res)->rate_set(res, scmid_clock_rate_arg(msg), round);
}

static int scmid_clock_rate_get(struct scmid_msg *msg, struct scmid_res *res)
{
	u64 hz;
	int err;

	err = scmid_clk_ops(res)->rate_get(res, &hz);
	if (err)
		return err;

	scmid_put_u64(scmid_reply(msg, 8), hz);
	return 0;
}

static inline int scmid_clock_judge_config_set(const struct scmid_msg *msg)
{
	/*
	 * Any other bit is reserved, asks for an extended configuration that
	 * no clock here announces, or asks for no change at all.
	 */
	return scmid_arg(msg, 1) > SCMID_CLOCK_CONFIG_ON ? -EINVAL : 0;
}

static int scmid_clock_config_set(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 state = scmid_arg(msg, 1);
	int err;

	err = scmid_clock_judge_config_set(msg);
	if (err)
		return err;

	/* A vote is one bit: to repeat it is no error and no second vote. */
	if (state == res->vote)
		return 0;

	return scmid_clk_ops(res)->state_set(res, state & SCMID_CLOCK_CONFIG_ON);
}

static inline int scmid_clock_judge_rate_notify(const struct scmid_msg *msg)
{
	if (!msg->peer->p2a)
		return -EOPNOTSUPP;

	return scmid_arg(msg, 1) & SCMID_NOTIFY_RESERVED ? -EINVAL : 0;
}

static int scmid_clock_rate_notify(struct scmid_msg *msg, struct scmid_res *res)
{
	bool was = res->events & BIT(SCMID_CLOCK_RATE_CHANGED), on;
	int err;

	err = scmid_clock_judge_rate_notify(msg);
	if (err)
		return err;

	on = scmid_arg(msg, 1) & SCMID_NOTIFY_ENABLE;
	if (on == was)
		return 0;

	return scmid_clk_ops(res)->rate_notify(res, on);
}

/* All events are about a rate. */
static u32 scmid_clock_notification(const struct scmid_event *event, void *to)
{
	struct scmid_ntf_clock_rate *out = to;

	out->agent = cpu_to_le32(event->cause);
	out->clock = cpu_to_le32(event->res);
	scmid_put_u64(out->rate, event->value);

	return sizeof(*out);
}

static inline int scmid_clock_judge_config_get(const struct scmid_msg *msg)
{
	/* An extended configuration type that is not there, or reserved bits */
	return scmid_arg(msg, 1) ? -EINVAL : 0;
}

static int scmid_clock_config_get(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_clock_config *out;
	int err;

	err = scmid_clock_judge_config_get(msg);
	if (err)
		return err;

	out = scmid_reply(msg, sizeof(*out));
	out->attributes = 0;
	out->config = cpu_to_le32(res->vote);
	out->ext_value = 0;

	return 0;
}

static int scmid_clock_possible_parents(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 first = scmid_arg(msg, 1);
	struct scmid_parents parents;
	u32 i, n, left;
	__le32 *out;
	int err;

	err = scmid_clk_ops(res)->parents(res, &parents);
	if (err)
		return err;
	if (first >= parents.n)
		return -ERANGE;

	n = scmid_page(msg, 4, 4, parents.n - first);
	left = parents.n - first - n;
	out = scmid_reply(msg, 4 + n * 4);
	out[0] = cpu_to_le32(FIELD_PREP(SCMID_CLOCK_PARENTS_RETURNED, n) |
			     FIELD_PREP(SCMID_CLOCK_PARENTS_REMAINING, left));
	for (i = 0; i < n; i++)
		out[1 + i] = cpu_to_le32(parents.id[first + i]);

	return 0;
}

static int scmid_clock_parent_set(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_res *parent;
	u32 id;
	int err;

	/* No choice of parents comes before what is chosen. */
	err = scmid_clk_ops(res)->parent_get(res, &id);
	if (err)
		return err;

	parent = scmid_res_get(msg->peer, SCMID_PROTO_CLOCK, scmid_arg(msg, 1));
	if (!parent)
		return -ENOENT;

	return scmid_clk_ops(res)->parent_set(res, parent);
}

static int scmid_clock_parent_get(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 id;
	int err;

	err = scmid_clk_ops(res)->parent_get(res, &id);
	if (err)
		return err;

	return scmid_reply_u32(msg, id);
}

static int scmid_clock_permissions(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 perm = 0;

	if (res->access & SCMID_ACCESS_STATE)
		perm |= SCMID_CLOCK_PERM_STATE;
	if (res->access & SCMID_ACCESS_PARENT)
		perm |= SCMID_CLOCK_PERM_PARENT;
	if (res->access & SCMID_ACCESS_RATE)
		perm |= SCMID_CLOCK_PERM_RATE;

	return scmid_reply_u32(msg, perm);
}

static int scmid_clock_judge(const struct scmid_msg *msg, const struct scmid_res *res,
			     u32 cmd)
{
	switch (cmd) {
	case SCMID_CLOCK_RATE_SET:
		return scmid_clock_judge_rate_set(msg);
	case SCMID_CLOCK_CONFIG_SET:
		return scmid_clock_judge_config_set(msg);
	case SCMID_CLOCK_RATE_NOTIFY:
		return scmid_clock_judge_rate_notify(msg);
	case SCMID_CLOCK_CONFIG_GET:
		return scmid_clock_judge_config_get(msg);
	default:
		return 0;
	}
}

static const struct scmid_cmd scmid_clock_cmds[SCMID_NR_CMDS] = {
	SCMID_COMMON_CMDS,
	[SCMID_ATTRIBUTES] = {
		.handle = scmid_clock_proto_attributes, .rsp_min = 4,
	},
	[SCMID_CLOCK_ATTRIBUTES] = {
		.handle = scmid_clock_attributes, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_clock_attributes),
	},
	[SCMID_CLOCK_DESCRIBE_RATES] = {
		.handle = scmid_clock_describe_rates, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 8,
		.rsp_min = 12,
	},
	[SCMID_CLOCK_RATE_SET] = {
		.handle = scmid_clock_rate_set, .res = 2,
		.access = SCMID_ACCESS_RATE, .req_len = 16,
	},
	[SCMID_CLOCK_RATE_GET] = {
		.handle = scmid_clock_rate_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 8,
	},
	/* Eight bytes before version 3.0; agents may still send those. */
	[SCMID_CLOCK_CONFIG_SET] = {
		.handle = scmid_clock_config_set, .res = 1,
		.access = SCMID_ACCESS_STATE, .req_len = 12, .req_less = 4,
	},
	[SCMID_CLOCK_NAME_GET] = {
		.handle = scmid_name_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = sizeof(struct scmid_rsp_name),
	},
	[SCMID_CLOCK_RATE_NOTIFY] = {
		.handle = scmid_clock_rate_notify, .res = 1,
		.access = SCMID_ACCESS_NOTIFY, .req_len = 8,
		.flags = SCMID_CMD_P2A,
	},
	/* Nothing tells of requests of the host's drivers: only of what came of them. */
	[SCMID_CLOCK_RATE_REQ_NOTIFY] = {
		.req_len = 8, .flags = SCMID_CMD_KNOWN,
	},
	[SCMID_CLOCK_CONFIG_GET] = {
		.handle = scmid_clock_config_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 8,
		.rsp_min = sizeof(struct scmid_rsp_clock_config),
	},
	[SCMID_CLOCK_POSSIBLE_PARENTS] = {
		.handle = scmid_clock_possible_parents, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 8,
		.rsp_min = 8,
	},
	[SCMID_CLOCK_PARENT_SET] = {
		.handle = scmid_clock_parent_set, .res = 1,
		.access = SCMID_ACCESS_PARENT, .req_len = 8,
	},
	[SCMID_CLOCK_PARENT_GET] = {
		.handle = scmid_clock_parent_get, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 4,
	},
	[SCMID_CLOCK_PERMISSIONS] = {
		.handle = scmid_clock_permissions, .res = 1,
		.access = SCMID_ACCESS_GET, .req_len = 4,
		.rsp_min = 4,
	},
};

const struct scmid_proto scmid_clock = {
	.id = SCMID_PROTO_CLOCK,
	.version = SCMID_CLOCK_VERSION,
	.name = "clock",
	.cmds = &scmid_clock_cmds,
	.usable = scmid_clock_usable,
	.judge = scmid_clock_judge,
	.notification = scmid_clock_notification,
};
