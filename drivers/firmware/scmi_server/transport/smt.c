// SPDX-License-Identifier: GPL-2.0
/*
 * The shared-memory channel of SCMI (SMT), from the platform's end.
 *
 * The agent can write the area at any time. So each word is read once, what it
 * was then is what counts, and nothing is remembered in the area.
 */

#include "smt.h"

/* What a message, header included, can have of the area: whole words. */
static u32 scmid_smt_room(const struct scmid_smt *smt)
{
	return (smt->size & ~3U) - SCMID_SMT_MSG;
}

static u32 scmid_smt_rsp_room(const struct scmid_smt *smt)
{
	u32 room = scmid_smt_room(smt);

	return room < SCMID_RSP_MAX ? room : SCMID_RSP_MAX;
}

/**
 * scmid_smt_init() - hand the area to the one who writes first
 * @smt: the channel
 *
 * For when the agent starts or starts again: a command that was fetched before
 * is forgotten, and completing it does nothing.
 *
 * Context: any that the accessors allow, and so are all of these.
 */
void scmid_smt_init(struct scmid_smt *smt)
{
	const struct scmid_smt_ops *ops = smt->ops;
	u32 at;

	smt->taken = false;
	smt->error = false;
	/* The header, too: a client that polls would find its own there, and stop. */
	for (at = 0; at <= SCMID_SMT_MSG; at += sizeof(__le32))
		if (at != SCMID_SMT_STATUS)
			ops->put(smt, at, 0);
	ops->put(smt, SCMID_SMT_STATUS, SCMID_SMT_STATUS_FREE);
}

/* Answered here, as nobody could tell what it asks for. */
static int scmid_smt_malformed(struct scmid_smt *smt, struct scmid_msg *msg, __le32 *req)
{
	smt->ops->read(smt, req, SCMID_SMT_MSG, SCMID_REQ_HEAD);
	smt->error = true;

	msg->req_len = SCMID_REQ_HEAD;
	msg->rsp[0] = req[0];
	msg->rsp[1] = cpu_to_le32(SCMID_PROTOCOL_ERROR);
	msg->rsp_len = SCMID_RSP_HEAD;

	return 2;
}

/**
 * scmid_smt_fetch() - take the agent's command (A2P)
 * @smt: the channel
 * @msg: @rsp is memory for a reply; @req, @req_len and @rsp_room are filled in
 * @req: memory of %SCMID_REQ_MAX bytes for the command
 *
 * Only the doorbell tells that a command is complete: an agent takes the area
 * first, and writes the command then. So this is called once for a doorbell,
 * and a doorbell that comes before the command is completed does not count.
 *
 * Return: 0: there is none, or one in flight; 1: there is; 2: there is, but its
 * length cannot be true: then the reply is in @msg already.
 */
int scmid_smt_fetch(struct scmid_smt *smt, struct scmid_msg *msg, __le32 *req)
{
	const struct scmid_smt_ops *ops = smt->ops;
	u32 len;

	if (smt->taken || ops->get(smt, SCMID_SMT_STATUS) & SCMID_SMT_STATUS_FREE)
		return 0;

	smt->taken = true;
	smt->interrupt = ops->get(smt, SCMID_SMT_FLAGS) & SCMID_SMT_FLAGS_INTR;
	len = ops->get(smt, SCMID_SMT_LENGTH);

	msg->req = req;
	msg->rsp_room = scmid_smt_rsp_room(smt);
	if (len < SCMID_REQ_HEAD || len > scmid_smt_room(smt))
		return scmid_smt_malformed(smt, msg, req);

	/* One that is too long is refused later, by a core that saw its header. */
	msg->req_len = len;
	if (len > SCMID_REQ_MAX) {
		msg->req_len = SCMID_REQ_MAX + 1;
		len = SCMID_REQ_MAX;
	}
	ops->read(smt, req, SCMID_SMT_MSG, len);

	return 1;
}

/**
 * scmid_smt_complete() - reply to the command that was fetched (A2P)
 * @smt: the channel
 * @msg: the message; @rsp_len is at most @rsp_room
 *
 * A reply that is too long or too short to be one becomes %SCMID_COMMS_ERROR.
 * Without a command in flight, or if scmid_smt_init() came since, the area is
 * not touched.
 *
 * Return: whether the agent wants a doorbell.
 */
bool scmid_smt_complete(struct scmid_smt *smt, const struct scmid_msg *msg)
{
	__le32 failed = cpu_to_le32(SCMID_COMMS_ERROR);
	const struct scmid_smt_ops *ops = smt->ops;
	u32 len = msg->rsp_len;
	const __le32 *rsp;

	if (!smt->taken)
		return false;

	rsp = &msg->rsp[1];
	if (len < SCMID_RSP_HEAD || len > scmid_smt_rsp_room(smt)) {
		smt->error = true;
		rsp = &failed;
		len = SCMID_RSP_HEAD;
	}

	/* The header stays: agents that poll look for their token there. */
	ops->write(smt, SCMID_SMT_MSG + SCMID_REQ_HEAD, rsp, len - SCMID_REQ_HEAD);
	ops->put(smt, SCMID_SMT_LENGTH, len);
	ops->put(smt, SCMID_SMT_STATUS, smt->error ?
		 SCMID_SMT_STATUS_FREE | SCMID_SMT_STATUS_ERROR : SCMID_SMT_STATUS_FREE);
	smt->taken = false;
	smt->error = false;

	return smt->interrupt;
}

/**
 * scmid_smt_send() - send the agent a message (P2A)
 * @smt: the channel
 * @msg: header and payload
 * @len: bytes of @msg
 *
 * On success, ring the agent's doorbell.
 *
 * Return: 0; -EMSGSIZE if the area is too small for it, or it has no header;
 * -EAGAIN if the agent has not freed the area since the last one.
 */
int scmid_smt_send(struct scmid_smt *smt, const void *msg, u32 len)
{
	const struct scmid_smt_ops *ops = smt->ops;

	if (len < SCMID_REQ_HEAD || len > scmid_smt_room(smt))
		return -EMSGSIZE;
	if (!(ops->get(smt, SCMID_SMT_STATUS) & SCMID_SMT_STATUS_FREE))
		return -EAGAIN;

	ops->put(smt, SCMID_SMT_FLAGS, smt->interrupt ? SCMID_SMT_FLAGS_INTR : 0);
	ops->put(smt, SCMID_SMT_LENGTH, len);
	ops->write(smt, SCMID_SMT_MSG, msg, len);
	ops->put(smt, SCMID_SMT_STATUS, 0);

	return 0;
}
