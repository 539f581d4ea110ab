// SPDX-License-Identifier: GPL-2.0
/*
 * From the bytes of a command to the bytes of its reply.
 *
 * Every check that does not depend on the command's meaning is made here, in
 * the order in which the specification's error codes exclude each other, so
 * no handler can forget one.
 */

#include <linux/nospec.h>

#include "scmid.h"

/**
 * scmid_status() - the SCMI status of an errno
 * @err: 0 or a negative errno
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

/**
 * scmid_refuse() - answer a command with an error
 * @msg: the message; its header must be there
 * @err: negative errno
 *
 * An error reply carries the status and nothing else.
 */
void scmid_refuse(struct scmid_msg *msg, int err)
{
	msg->rsp[0] = msg->req[0];
	msg->rsp[1] = cpu_to_le32(scmid_status(err));
	msg->rsp_len = SCMID_RSP_HEAD;
}

static const struct scmid_cmd *scmid_cmd(const struct scmid_proto *proto, u32 id)
{
	const struct scmid_cmd *cmd;

	if (id >= proto->nr_cmds)
		return NULL;

	cmd = &proto->cmds[array_index_nospec(id, proto->nr_cmds)];
	if (!cmd->handle && !(cmd->flags & SCMID_CMD_KNOWN))
		return NULL;

	return cmd;
}

static int scmid_execute(struct scmid_msg *msg)
{
	const struct scmid_proto *proto;
	struct scmid_res *res = NULL;
	const struct scmid_cmd *cmd;
	u32 hdr, idx, len;

	hdr = le32_to_cpu(msg->req[0]);
	if (FIELD_GET(SCMID_HDR_TYPE, hdr) != SCMID_TYPE_COMMAND)
		return -EPROTO;

	/* Base is always there; the rest is the agent's own view. */
	idx = FIELD_GET(SCMID_HDR_PROTO, hdr) - SCMID_PROTO_BASE;
	if (idx >= SCMID_NR_PROTOS)
		return -EOPNOTSUPP;
	if (!((msg->peer->protocols | 1) & BIT(idx)))
		return -EOPNOTSUPP;
	proto = scmid_protos[array_index_nospec(idx, SCMID_NR_PROTOS)];

	cmd = scmid_cmd(proto, FIELD_GET(SCMID_HDR_MSG, hdr));
	if (!cmd)
		return -ENOENT;

	/* All commands are made of whole words. */
	len = msg->req_len - SCMID_REQ_HEAD;
	if (len < cmd->req_min || len > cmd->req_max || len % sizeof(__le32))
		return -EPROTO;

	if (!cmd->handle)
		return -EOPNOTSUPP;
	if (!msg->peer->live && (idx || !(cmd->flags & SCMID_CMD_ALWAYS)))
		return -EACCES;

	/* Refused before it can have an effect that nobody is told of. */
	if (msg->rsp_room < SCMID_RSP_HEAD + cmd->rsp_min)
		return -ECOMM;

	if (cmd->res) {
		res = scmid_res_get(msg->peer, proto->id,
				    scmid_arg(msg, cmd->res - 1));
		if (!res)
			return -ENOENT;
		if (cmd->access & ~res->access)
			return -EACCES;
	}

	msg->proto = proto;
	return cmd->handle(msg, res);
}

/**
 * scmid_dispatch() - execute a command and make its reply
 * @msg: the message; @rsp, @rsp_len are filled in
 *
 * Context: any that the resources' operations allow; the caller serialises
 * commands of one agent and keeps its resources in place meanwhile.
 */
void scmid_dispatch(struct scmid_msg *msg)
{
	int err;

	msg->rsp[0] = msg->req[0];
	msg->rsp[1] = cpu_to_le32(SCMID_SUCCESS);
	msg->rsp_len = SCMID_RSP_HEAD;

	err = scmid_execute(msg);
	if (err)
		scmid_refuse(msg, err);
}

int scmid_version(struct scmid_msg *msg, struct scmid_res *res)
{
	return scmid_reply_u32(msg, msg->proto->version);
}

/* A resource on which this agent can use the command successfully exists. */
static bool scmid_usable(struct scmid_msg *msg, const struct scmid_cmd *cmd, u32 id)
{
	const struct scmid_proto *proto = msg->proto;
	struct scmid_res *res;
	u32 i = 0;

	if (!cmd->res)
		return true;

	for (; (res = scmid_res_next(msg->peer, proto->id, &i)); i++) {
		if (cmd->access & ~res->access)
			continue;
		if (!proto->usable || proto->usable(res, id))
			return true;
	}

	return false;
}

/*
 * Agents take SUCCESS here as "this command exists for me", so it is said
 * only of what would work.
 */
int scmid_message_attributes(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 id = scmid_arg(msg, 0);
	const struct scmid_cmd *cmd = scmid_cmd(msg->proto, id);

	if (!cmd || !cmd->handle || !scmid_usable(msg, cmd, id))
		return -ENOENT;

	return scmid_reply_u32(msg, 0);
}

/*
 * Older minor versions differ in no format, so nothing has to be remembered;
 * another major version would be another format.
 */
int scmid_negotiate_version(struct scmid_msg *msg, struct scmid_res *res)
{
	u32 own = msg->proto->version;
	u32 want = scmid_arg(msg, 0);

	if (FIELD_GET(SCMID_VERSION_MAJOR, want) != FIELD_GET(SCMID_VERSION_MAJOR, own) ||
	    want > own)
		return -EOPNOTSUPP;

	return 0;
}
