/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shared-memory channel of SCMI (SMT), from the platform's end.
 *
 * Pure like the protocols: the area is reached through accessors only, and all
 * of this is also built in user space.
 */
#ifndef _SCMID_SMT_H
#define _SCMID_SMT_H

#include "../protocol/scmid.h"

/* Layout of an area (DEN0056, "Shared memory based transport"), in bytes */
#define SCMID_SMT_STATUS	0x04U
#define SCMID_SMT_FLAGS		0x10U
#define SCMID_SMT_LENGTH	0x14U
#define SCMID_SMT_MSG		0x18U	/* message header; the payload follows */

#define SCMID_SMT_STATUS_FREE	BIT(0)
#define SCMID_SMT_STATUS_ERROR	BIT(1)
#define SCMID_SMT_FLAGS_INTR	BIT(0)

/* The smallest area: there is room for a status. */
#define SCMID_SMT_MIN		(SCMID_SMT_MSG + SCMID_RSP_HEAD)

struct scmid_smt;

/**
 * struct scmid_smt_ops - how an area is reached
 * @get: one aligned little-endian word, as a CPU value. Nothing that comes
 *	after it is read or written before it, as with readl()
 * @put: likewise, to write. All that was written before it is seen before it,
 *	as with writel()
 * @read: bytes as they lie there. @at is a multiple of 4; so is @len, unless
 *	the message ends there
 * @write: likewise, to write; @len is a multiple of 4 if that of the message is
 *
 * Bytes that fill the last word of a message are in the area, too, so that all
 * may be done by whole words.
 */
struct scmid_smt_ops {
	u32 (*get)(const struct scmid_smt *smt, u32 at);
	void (*put)(const struct scmid_smt *smt, u32 at, u32 val);
	void (*read)(const struct scmid_smt *smt, void *to, u32 at, u32 len);
	void (*write)(const struct scmid_smt *smt, u32 at, const void *from, u32 len);
};

/**
 * struct scmid_smt - a channel: one area, from agent to platform (A2P) or from
 *	platform to agent (P2A)
 * @ops: how the area is reached; set by the transport
 * @size: bytes of it, at least %SCMID_SMT_MIN; likewise
 * @taken: A2P: a command was fetched and not completed
 * @interrupt: A2P: the agent wants a doorbell when that is completed. P2A: set
 *	by a transport that wants one from the agent when it has read a message
 * @error: A2P: the command was malformed
 *
 * The transport serialises the calls for one channel.
 */
struct scmid_smt {
	const struct scmid_smt_ops *ops;
	u32 size;
	bool taken;
	bool interrupt;
	bool error;
};

void scmid_smt_init(struct scmid_smt *smt);
int scmid_smt_fetch(struct scmid_smt *smt, struct scmid_msg *msg, __le32 *req);
bool scmid_smt_complete(struct scmid_smt *smt, const struct scmid_msg *msg);
int scmid_smt_send(struct scmid_smt *smt, const void *msg, u32 len);

#endif /* _SCMID_SMT_H */
