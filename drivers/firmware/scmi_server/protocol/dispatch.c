// SPDX-License-Identifier: GPL-2.0
/*
 * From the bytes of a command to the bytes of its reply.
 *
 * Every check that does not depend on the command's meaning is made here, in
 * the order in which the specification's error codes exclude each other, so
 * no handler can forget one.
 */

#include <linux/compiler.h>
#include <linux/nospec.h>

#include "scmid.h"

/**
 * scmid_status() - the SCMI status of an errno
 * @err: 0 or a negative errno; anything else becomes %SCMID_GENERIC_ERROR
 *
 * The inverse of the table by which Linux' client maps a status to an errno
 * (drivers/firmware/arm_scmi/common.h), so an error crosses unchanged.
 *
 * Return: an &enum scmid_status_code.
 */
s32 scmid_status(int err)
{
	switch (err) {
	case 0:
		return SCMID_SUCCESS;
	case -EOPNOTSUPP:
		return SCMID_NOT_SUPPORTED;
	case -EINVAL:
		return SCMID_INVALID_PARAMETERS;
	case -EACCES:
	case -EPERM:
		return SCMID_DENIED;
	case -ENOENT:
	case -ENODEV:
		return SCMID_NOT_FOUND;
	case -ERANGE:
		return SCMID_OUT_OF_RANGE;
	case -EBUSY:
	case -EAGAIN:
		return SCMID_BUSY;
	case -ECOMM:
		return SCMID_COMMS_ERROR;
	case -EREMOTEIO:
		return SCMID_HARDWARE_ERROR;
	case -EPROTO:
		return SCMID_PROTOCOL_ERROR;
	default:
		return SCMID_GENERIC_ERROR;
	}
}

/* An error reply carries the status and nothing else. */
static void scmid_answer(struct scmid_msg *msg, s32 status)
{
	msg->rsp[1] = cpu_to_le32(status);
	msg->rsp_len = SCMID_RSP_HEAD;
}

static bool scmid_wrong_length(const struct scmid_msg *msg, const struct scmid_cmd *cmd)
{
	u32 less = SCMID_REQ_HEAD + cmd->req_len - msg->req_len;

	return less && less != cmd->req_less;
}

/* A protocol outside those of the specification: %SCMID_SUCCESS if there is the command. */
static s32 scmid_vendor_header(const struct scmid_msg *msg, u32 hdr)
{
	if (FIELD_GET(SCMID_HDR_PROTO, hdr) != SCMID_PROTO_GUEST ||
	    !(msg->peer->protocols & BIT(SCMID_GUEST_INDEX)))
		return SCMID_NOT_SUPPORTED;

	return FIELD_GET(SCMID_HDR_MSG, hdr) < SCMID_NR_CMDS ? SCMID_SUCCESS : SCMID_NOT_FOUND;
}

/* A header that is not as most are. */
static s32 scmid_other_header(const struct scmid_msg *msg, u32 hdr)
{
	u32 proto = FIELD_GET(SCMID_HDR_PROTO, hdr) - SCMID_PROTO_BASE;

	if (FIELD_GET(SCMID_HDR_TYPE, hdr) != SCMID_TYPE_COMMAND)
		return SCMID_PROTOCOL_ERROR;
	if (!msg->peer->live)
		return SCMID_DENIED;
	if (proto >= SCMID_NR_STD_PROTOS)
		return scmid_vendor_header(msg, hdr);

	return msg->peer->protocols & BIT(proto) ? SCMID_NOT_FOUND : SCMID_NOT_SUPPORTED;
}

/* A protocol that this agent is not answered, or an agent that was cut off. */
static s32 scmid_closed(const struct scmid_msg *msg, u32 idx, u32 id)
{
	if (msg->peer->live)
		return SCMID_NOT_SUPPORTED;
	if (idx || !((*scmid_protos[0]->cmds)[id].flags & SCMID_CMD_ALWAYS))
		return SCMID_DENIED;

	return SCMID_SUCCESS;
}

/* A row without a handler. */
static s32 scmid_no_handler(const struct scmid_msg *msg, const struct scmid_cmd *cmd)
{
	if (!(cmd->flags & SCMID_CMD_KNOWN))
		return SCMID_NOT_FOUND;
	if (scmid_wrong_length(msg, cmd))
		return SCMID_PROTOCOL_ERROR;

	return SCMID_NOT_SUPPORTED;
}

/* What it speaks of is missing, or is not for it; but first, what is not offered at all. */
static s32 scmid_out_of_reach(const struct scmid_msg *msg, const struct scmid_cmd *cmd, s32 status)
{
	return cmd->flags & SCMID_CMD_P2A && !msg->peer->p2a ? SCMID_NOT_SUPPORTED : status;
}

/*
 * The command of a header that is right so far; @idx is in range, and @id masked
 * to the width of the table, so there is nothing to speculate on.
 */
static __always_inline void scmid_execute(struct scmid_msg *msg, u32 idx, u32 id)
{
	const struct scmid_proto *proto = scmid_protos[idx];
	const struct scmid_cmd *cmd = &(*proto->cmds)[id];
	struct scmid_res *res = NULL;
	int err;

	if (!cmd->handle)
		return scmid_answer(msg, scmid_no_handler(msg, cmd));
	if (scmid_wrong_length(msg, cmd))
		return scmid_answer(msg, SCMID_PROTOCOL_ERROR);

	/* Refused before it can have an effect that nobody is told of. */
	if (msg->rsp_room < SCMID_RSP_HEAD + cmd->rsp_min)
		return scmid_answer(msg, SCMID_COMMS_ERROR);

	if (cmd->res) {
		res = scmid_table_get(msg->peer->tables[idx], le32_to_cpu(msg->req[cmd->res]));
		if (!res)
			return scmid_answer(msg, scmid_out_of_reach(msg, cmd, SCMID_NOT_FOUND));
		if (cmd->access & ~res->access)
			return scmid_answer(msg, scmid_out_of_reach(msg, cmd, SCMID_DENIED));
	} else {
		msg->proto = proto;
	}

	err = cmd->handle(msg, res);
	if (err)
		scmid_answer(msg, scmid_status(err));
}

static noinline void scmid_execute_vendor(struct scmid_msg *msg, u32 hdr)
{
	OPTIMIZER_HIDE_VAR(hdr);
	scmid_execute(msg, SCMID_GUEST_INDEX, FIELD_GET(SCMID_HDR_MSG_INDEX, hdr));
}

/**
 * scmid_dispatch() - execute a command and make its reply
 * @msg: the message; @rsp, @rsp_len are filled in
 *
 * Context: any that the resources' operations allow; the caller serialises
 * commands of one agent and keeps its resources in place meanwhile. If an
 * operation of &struct scmid_peer_ops has put off its work, @rsp holds a bare
 * %SCMID_GENERIC_ERROR, and its second word becomes the caller's; see there.
 */
void scmid_dispatch(struct scmid_msg *msg)
{
	u32 hdr = le32_to_cpu(msg->req[0]), idx, id;
	const struct scmid_peer *peer = msg->peer;
	s32 status;

	msg->rsp[0] = msg->req[0];
	scmid_answer(msg, SCMID_SUCCESS);

	if ((hdr & SCMID_HDR_FIXED) != FIELD_PREP(SCMID_HDR_PROTO, SCMID_PROTO_BASE)) {
		status = scmid_other_header(msg, hdr);
		if (status)
			return scmid_answer(msg, status);
		return scmid_execute_vendor(msg, hdr);
	}

	/* The compiler must not know better than to mask these. */
	OPTIMIZER_HIDE_VAR(hdr);
	idx = FIELD_GET(SCMID_HDR_PROTO_INDEX, hdr);
	id = FIELD_GET(SCMID_HDR_MSG_INDEX, hdr);
	if (!(peer->protocols & BIT(idx))) {
		status = scmid_closed(msg, idx, id);
		if (status)
			return scmid_answer(msg, status);
	}

	scmid_execute(msg, idx, id);
}

/**
 * scmid_version() - PROTOCOL_VERSION of any protocol
 * @msg: the message
 * @res: not used
 *
 * Return: 0.
 */
int scmid_version(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, msg->proto->version);
}

static const struct scmid_cmd *scmid_cmd_get(const struct scmid_proto *proto, u32 id)
{
	return &(*proto->cmds)[array_index_nospec(id, SCMID_NR_CMDS)];
}

/* This agent can use the command successfully, if need be on some resource. */
static bool scmid_usable(struct scmid_msg *msg, const struct scmid_cmd *cmd, u32 id)
{
	const struct scmid_proto *proto = msg->proto;
	struct scmid_res *res;
	u32 i = 0;

	if (cmd->flags & SCMID_CMD_AGENTS && !msg->peer->ops)
		return false;
	if (cmd->flags & SCMID_CMD_TRUSTED && !msg->peer->trusted)
		return false;
	if (cmd->flags & SCMID_CMD_P2A && !msg->peer->p2a)
		return false;
	if (!cmd->res)
		return !(cmd->access & ~msg->peer->access);

	for (; (res = scmid_res_next(msg->peer, proto->id, &i)); i++) {
		if (cmd->access & ~res->access)
			continue;
		if (!proto->usable || proto->usable(res, id))
			return true;
	}

	return false;
}

/**
 * scmid_message_attributes() - PROTOCOL_MESSAGE_ATTRIBUTES of any protocol
 * @msg: the message
 * @res: not used
 *
 * Agents take SUCCESS here as "this command exists for me", so it is said
 * only of what would work.
 *
 * Return: 0 or -ENOENT.
 */
int scmid_message_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 id = scmid_arg(msg, 0);
	const struct scmid_cmd *cmd;

	if (id >= SCMID_NR_CMDS)
		return -ENOENT;
	cmd = scmid_cmd_get(msg->proto, id);
	if (!cmd->handle || !scmid_usable(msg, cmd, id))
		return -ENOENT;

	return scmid_reply_u32(msg, 0);
}

static int scmid_judge_version(const struct scmid_proto *proto, u32 want)
{
	if (FIELD_GET(SCMID_VERSION_MAJOR, want) !=
	    FIELD_GET(SCMID_VERSION_MAJOR, proto->version) || want > proto->version)
		return -EOPNOTSUPP;

	return 0;
}

/**
 * scmid_negotiate_version() - NEGOTIATE_PROTOCOL_VERSION of any protocol
 * @msg: the message
 * @res: not used
 *
 * Older minor versions differ in no format, so nothing has to be remembered;
 * another major version would be another format.
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int scmid_negotiate_version(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_judge_version(msg->proto, scmid_arg(msg, 0));
}

/**
 * scmid_name_get() - the command for the whole name of a resource
 * @msg: the message
 * @res: the resource
 *
 * Return: 0.
 */
int scmid_name_get(struct scmid_msg *msg, struct scmid_res *res)
{
	struct scmid_rsp_name *out = scmid_reply(msg, sizeof(*out));

	out->flags = 0;
	memcpy(out->name, res->name, sizeof(out->name));

	return 0;
}

/* Why a handler refused what the row let pass. */
static const char *scmid_reason_of_handler(const struct scmid_msg *msg,
					   const struct scmid_proto *proto,
					   const struct scmid_res *res, u32 id)
{
	int err = 0;

	if (id == SCMID_MESSAGE_ATTRIBUTES)
		return "not announced";
	if (id == SCMID_NEGOTIATE_VERSION)
		return "version";

	if (proto->judge)
		err = proto->judge(msg, res, id);
	switch (err) {
	case 0:
		return NULL;
	case -EACCES:
		return res ? "access" : "not trusted";
	case -ENOENT:
		return "no such id";
	case -EBUSY:
		return "generation";
	case -EOPNOTSUPP:
		return "not offered";
	default:
		return "arguments";
	}
}

/**
 * scmid_reason() - why a command was refused, for people
 * @msg: an executed message; its agent, and the agent's resources, are still
 *	as they were
 *
 * Found out anew from the message, in the order of scmid_dispatch(), so that
 * nothing has to be noted on the way there.
 *
 * Return: a word or two; %NULL if it was not refused, or not here: the
 * resource's operation failed, or that of &struct scmid_peer_ops.
 */
const char *scmid_reason(const struct scmid_msg *msg)
{
	const struct scmid_peer *peer = msg->peer;
	u32 hdr = le32_to_cpu(msg->req[0]);
	u32 idx = scmid_proto_index(FIELD_GET(SCMID_HDR_PROTO, hdr));
	u32 id = FIELD_GET(SCMID_HDR_MSG, hdr);
	const struct scmid_proto *proto;
	const struct scmid_res *res = NULL;
	const struct scmid_cmd *cmd;

	if (msg->rsp[1] == cpu_to_le32(SCMID_SUCCESS))
		return NULL;
	if (FIELD_GET(SCMID_HDR_TYPE, hdr) != SCMID_TYPE_COMMAND)
		return "not a command";
	if (!peer->live && (idx || id >= SCMID_NR_CMDS ||
			    !(scmid_cmd_get(scmid_protos[0], id)->flags & SCMID_CMD_ALWAYS)))
		return "not live";

	if (idx >= SCMID_NR_PROTOS)
		return "no such protocol";
	idx = array_index_nospec(idx, SCMID_NR_PROTOS);
	proto = scmid_protos[idx];
	if (!proto)
		return "no such protocol";
	if (idx && !(peer->protocols & BIT(idx)))
		return "not offered";

	if (id >= SCMID_NR_CMDS)
		return "no such message";
	cmd = scmid_cmd_get(proto, id);
	if (!cmd->handle && !(cmd->flags & SCMID_CMD_KNOWN))
		return "no such message";
	if (scmid_wrong_length(msg, cmd))
		return "length";
	if (!cmd->handle)
		return "not offered";
	if (msg->rsp_room < SCMID_RSP_HEAD + cmd->rsp_min)
		return "room";
	if (cmd->flags & SCMID_CMD_P2A && !peer->p2a)
		return "not offered";

	if (cmd->res) {
		res = scmid_table_get(peer->tables[idx], le32_to_cpu(msg->req[cmd->res]));
		if (!res)
			return "no such id";
		if (cmd->access & ~res->access)
			return "access";
	} else if (cmd->access & ~peer->access) {
		return "access";
	}

	return scmid_reason_of_handler(msg, proto, res, id);
}

/**
 * scmid_notification() - the message that tells an agent of an event
 * @event: the event
 * @msg: the message; %SCMID_EVENT_MAX bytes
 *
 * Context: any.
 *
 * Return: bytes of @msg in use.
 */
u32 scmid_notification(const struct scmid_event *event, __le32 *msg)
{
	const struct scmid_proto *proto = scmid_protos[scmid_proto_index(event->proto)];

	/* Nobody waits for it, so it has no token. */
	msg[0] = cpu_to_le32(FIELD_PREP(SCMID_HDR_PROTO, event->proto) |
			     FIELD_PREP(SCMID_HDR_TYPE, SCMID_TYPE_NOTIFICATION) |
			     FIELD_PREP(SCMID_HDR_MSG, event->id));

	return sizeof(*msg) + proto->notification(event, &msg[1]);
}
