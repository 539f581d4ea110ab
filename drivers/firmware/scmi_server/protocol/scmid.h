/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core of the SCMI server: what it is given and what it asks for.
 *
 * Nothing under protocol/ takes a lock, allocates, sleeps by itself or knows
 * a kernel framework; it is also built in user space for vectors, fuzzing and
 * instruction counts.
 */
#ifndef _SCMID_H
#define _SCMID_H

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/string.h>
#include <linux/types.h>

#include "wire.h"

/* The longest command we accept, and the longest reply we ever make. */
#define SCMID_REQ_MAX	(SCMID_REQ_HEAD + 128)
#define SCMID_RSP_MAX	1024

/* What an agent may do with a resource. The words are those of configfs. */
#define SCMID_ACCESS_GET	BIT(0)
#define SCMID_ACCESS_STATE	BIT(1)
#define SCMID_ACCESS_RATE	BIT(2)
#define SCMID_ACCESS_PARENT	BIT(3)
#define SCMID_ACCESS_NOTIFY	BIT(4)

/**
 * struct scmid_platform - what Base tells of the platform
 * @vendor: vendor, zero padded
 * @sub_vendor: sub-vendor, zero padded
 * @impl_version: implementation version, grows with each release
 */
struct scmid_platform {
	char vendor[SCMID_SHORT_NAME];
	char sub_vendor[SCMID_SHORT_NAME];
	u32 impl_version;
};

/**
 * struct scmid_peer - all that the pure core knows of an agent
 * @platform: the platform it talks to
 * @protocols: bit n set: protocol %SCMID_PROTO_BASE + n is offered (n > 0)
 * @live: not set: only Base version and attributes are answered
 * @id: agent id, 1 to 255
 * @name: agent name, zero padded
 */
struct scmid_peer {
	const struct scmid_platform *platform;
	u32 protocols;
	bool live;
	u8 id;
	char name[SCMID_SHORT_NAME];
};

/**
 * struct scmid_res - one resource of one agent: an id of one protocol
 * @id: SCMI id in this agent's numbering
 * @access: granted SCMID_ACCESS_* bits
 * @proto: protocol the id belongs to
 * @vote: the agent's own vote for "on"; the state it is told
 * @min: lowest value the agent may ask for, 0 = no limit (clock: Hz)
 * @max: highest value the agent may ask for, 0 = no limit (clock: Hz)
 * @ops: operations of this kind of resource, e.g. struct scmid_clk_ops
 * @priv: for the backend
 * @name: name, zero padded
 */
struct scmid_res {
	u16 id;
	u16 access;
	u8 proto;
	bool vote;
	u64 min, max;
	const void *ops;
	void *priv;
	char name[SCMID_LONG_NAME];
};

/**
 * struct scmid_msg - one command and its reply
 * @peer: the agent that sent it
 * @req: header and payload; a private copy, never memory the agent can write
 * @rsp: header, status and return values
 * @req_len: bytes sent, at least %SCMID_REQ_HEAD; above %SCMID_REQ_MAX only the
 *	first %SCMID_REQ_MAX are in @req, which is refused
 * @rsp_room: bytes of @rsp the agent can take, %SCMID_RSP_HEAD to
 *	%SCMID_RSP_MAX
 * @rsp_len: bytes of @rsp in use, header and status included
 * @proto: protocol being spoken, for the handlers common to all
 */
struct scmid_msg {
	struct scmid_peer *peer;
	const __le32 *req;
	__le32 *rsp;
	u16 req_len;
	u16 rsp_room;
	u16 rsp_len;
	const struct scmid_proto *proto;
};

/**
 * struct scmid_cmd - one row of a protocol's table
 * @handle: does the work; %NULL: in the specification, but not offered
 * @req_min: shortest payload in bytes
 * @req_max: longest payload in bytes
 * @rsp_min: least bytes of return values; refused before it acts otherwise
 * @res: payload word that holds a resource id, counted from 1; 0: none
 * @access: SCMID_ACCESS_* bits it needs on that resource
 * @flags: SCMID_CMD_* bits
 *
 * A row of zeros is a message id that does not exist.
 */
struct scmid_cmd {
	int (*handle)(struct scmid_msg *msg, struct scmid_res *res);
	u8 req_min, req_max;
	u8 rsp_min;
	u8 res;
	u8 access;
	u8 flags;
#define SCMID_CMD_KNOWN		BIT(0)
#define SCMID_CMD_ALWAYS	BIT(1)	/* Base: even while the agent is not live */
};

/**
 * struct scmid_proto - a protocol
 * @version: protocol version; grows only when all of it is there
 * @nr_cmds: rows in @cmds
 * @id: protocol id
 * @name: short name, as in the agent's ``protocols`` attribute
 * @cmds: commands, indexed by message id
 * @usable: whether a command works on @res; %NULL: all do
 */
struct scmid_proto {
	u32 version;
	u8 nr_cmds;
	u8 id;
	const char *name;
	const struct scmid_cmd *cmds;
	bool (*usable)(struct scmid_res *res, u32 cmd);
};

/* How a rate that the clock cannot make is rounded. */
enum scmid_round {
	SCMID_ROUND_DOWN,
	SCMID_ROUND_UP,
	SCMID_ROUND_NEAREST,
};

/**
 * struct scmid_rates - the rates a clock can make
 * @hz: ascending list; if @range: lowest, highest and step
 * @n: number of entries in @hz, at least 1
 * @range: a range instead of a list
 */
struct scmid_rates {
	const u64 *hz;
	u32 n;
	bool range;
};

#define SCMID_PARENTS_MAX	255

/**
 * struct scmid_parents - the clocks a clock can be fed from
 * @n: number of parents
 * @id: their ids in the same agent's numbering, ascending
 */
struct scmid_parents {
	u32 n;
	u16 id[SCMID_PARENTS_MAX];
};

/**
 * struct scmid_clk_ops - what a clock must offer
 * @rate_get: current rate in Hz
 * @rate_set: set the rate, rounded as asked, within the resource's window;
 *	-EINVAL if no such rate can be made, -EACCES if others forbid it
 * @rates: the rates it can make within the window; @refresh: find them out
 *	again, otherwise those found last. Valid until the next call.
 * @state_set: give or take back the agent's enable vote; called on changes
 *	only
 * @parents: fill in the possible parents; -EOPNOTSUPP if there is no choice
 *	or not all of them are resources of this agent
 * @parent_get: id of the current parent; errors as @parents
 * @parent_set: feed it from @parent; -EINVAL if that is not possible
 *
 * All may sleep. A negative errno becomes the status of scmid_status().
 */
struct scmid_clk_ops {
	int (*rate_get)(struct scmid_res *res, u64 *hz);
	int (*rate_set)(struct scmid_res *res, u64 hz, enum scmid_round round);
	int (*rates)(struct scmid_res *res, bool refresh, struct scmid_rates *rates);
	int (*state_set)(struct scmid_res *res, bool on);
	int (*parents)(struct scmid_res *res, struct scmid_parents *parents);
	int (*parent_get)(struct scmid_res *res, u32 *id);
	int (*parent_set)(struct scmid_res *res, struct scmid_res *parent);
};

/*
 * The seam: all that the pure core asks of its surroundings. The caller of
 * scmid_dispatch() keeps what these return in place until it returns.
 */
extern const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS];
struct scmid_res *scmid_res_get(struct scmid_peer *peer, u8 proto, u32 id);
struct scmid_res *scmid_res_next(struct scmid_peer *peer, u8 proto, u32 *id);
u32 scmid_res_count(struct scmid_peer *peer, u8 proto);

extern const struct scmid_proto scmid_base;
extern const struct scmid_proto scmid_clock;

void scmid_dispatch(struct scmid_msg *msg);
void scmid_refuse(struct scmid_msg *msg, int err);
s32 scmid_status(int err);

int scmid_version(struct scmid_msg *msg, struct scmid_res *res);
int scmid_message_attributes(struct scmid_msg *msg, struct scmid_res *res);
int scmid_negotiate_version(struct scmid_msg *msg, struct scmid_res *res);

/* The rows that every protocol has; its own PROTOCOL_ATTRIBUTES goes between. */
#define SCMID_COMMON_CMDS						\
	[SCMID_VERSION] = {						\
		.handle = scmid_version, .rsp_min = 4,			\
		.flags = SCMID_CMD_ALWAYS,				\
	},								\
	[SCMID_MESSAGE_ATTRIBUTES] = {					\
		.handle = scmid_message_attributes,			\
		.req_min = 4, .req_max = 4, .rsp_min = 4,		\
	},								\
	[SCMID_NEGOTIATE_VERSION] = {					\
		.handle = scmid_negotiate_version,			\
		.req_min = 4, .req_max = 4,				\
	}

/**
 * scmid_arg() - a word of the payload
 * @msg: the message
 * @i: which; the row's length check made sure that it is there
 */
static inline u32 scmid_arg(const struct scmid_msg *msg, unsigned int i)
{
	return le32_to_cpu(msg->req[1 + i]);
}

/**
 * scmid_reply() - claim room for return values
 * @msg: the message
 * @len: bytes; the row's rsp_min or the caller made sure that they fit
 *
 * Return: where the return values go.
 */
static inline void *scmid_reply(struct scmid_msg *msg, unsigned int len)
{
	msg->rsp_len = SCMID_RSP_HEAD + len;
	return &msg->rsp[2];
}

static inline int scmid_reply_u32(struct scmid_msg *msg, u32 val)
{
	*(__le32 *)scmid_reply(msg, sizeof(__le32)) = cpu_to_le32(val);
	return 0;
}

/**
 * scmid_page() - how many elements of a list go into this reply
 * @msg: the message
 * @head: bytes of return values before the elements
 * @size: bytes of one element
 * @left: elements that are left
 *
 * Return: the smaller of @left and what fits.
 */
static inline u32 scmid_page(const struct scmid_msg *msg, u32 head, u32 size,
			     u32 left)
{
	u32 fit = (msg->rsp_room - SCMID_RSP_HEAD - head) / size;

	return left < fit ? left : fit;
}

#endif /* _SCMID_H */
