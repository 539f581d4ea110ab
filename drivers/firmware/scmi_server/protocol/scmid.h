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

/* The longest notification we ever make. */
#define SCMID_EVENT_MAX	(4 + sizeof(struct scmid_ntf_clock_rate))

/* What an agent may do with a resource. The words are those of configfs. */
#define SCMID_ACCESS_GET	BIT(0)
#define SCMID_ACCESS_STATE	BIT(1)
#define SCMID_ACCESS_RATE	BIT(2)
#define SCMID_ACCESS_PARENT	BIT(3)
#define SCMID_ACCESS_NOTIFY	BIT(4)
#define SCMID_ACCESS_LEVEL	BIT(5)
#define SCMID_ACCESS_ASSERT	BIT(6)
#define SCMID_ACCESS_PULSE	BIT(7)
#define SCMID_ACCESS_DESCRIBE	BIT(8)	/* not with a resource: &scmid_peer.access */

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
 * struct scmid_res - one resource of one agent: an id of one protocol
 * @id: SCMI id in this agent's numbering
 * @access: granted SCMID_ACCESS_* bits
 * @proto: protocol the id belongs to
 * @vote: the agent's own vote for "on"; the state it is told. Not used by
 *	resets, which have no state to ask for
 * @events: bit n set: the agent wants to be told of event n of the protocol
 * @min: lowest value the agent may ask for, 0 = no limit (clock: Hz,
 *	voltage: uV)
 * @max: highest value the agent may ask for, 0 = no limit (likewise)
 * @ops: operations of this kind of resource, e.g. struct scmid_clk_ops
 * @priv: for the backend
 * @name: name, zero padded
 */
struct scmid_res {
	u16 id;
	u16 access;
	u8 proto;
	bool vote;
	u8 events;
	u64 min, max;
	const void *ops;
	void *priv;
	char name[SCMID_LONG_NAME];
};

/**
 * struct scmid_table - an agent's resources of one protocol, by id
 * @mask: number of slots, which is a power of two, less one
 * @res: slots; %NULL: there is no such id
 */
struct scmid_table {
	u32 mask;
	struct scmid_res *res[];
};

/**
 * struct scmid_guest_desc - what a guest is told of the devices it has
 * @generation: another one with each change; never 0
 * @size: bytes in @data
 * @sha256: hash of them
 * @data: a devicetree overlay
 */
struct scmid_guest_desc {
	u32 generation;
	u32 size;
	u8 sha256[SCMID_SHA256_SIZE];
	u8 data[];
};

/**
 * struct scmid_event - something that an agent wants to be told of
 * @proto: protocol that speaks of it
 * @id: event id in that protocol
 * @cause: id of the agent that caused it; %SCMID_AGENT_PLATFORM: none did
 * @res: id of the resource, in the numbering of the agent that is told; 0 if it
 *	is about none
 * @value: what the event is about, e.g. the new rate in Hz; of a guest
 *	description the generation, and in the upper half the size
 */
struct scmid_event {
	u8 proto;
	u8 id;
	u8 cause;
	u16 res;
	u64 value;
};

struct scmid_peer;

/* What an operation of &struct scmid_peer_ops may return besides 0 and errnos. */
#define SCMID_LATER	1

/**
 * struct scmid_peer_ops - what an agent may ask for that is about agents
 * @device_permissions: allow agent number @agent the use of device @device,
 *	or take it away
 * @protocol_permissions: likewise, but only of what protocol @proto says of
 *	the device; @proto is the id of a protocol there is, and not Base
 * @reset_agent: drop all that agent number @agent asked for; with
 *	@permissions, undo what the other two did to it as well
 * @desc_notify: tell the agent itself of each new guest description from now on,
 *	or no more, and note it in &scmid_peer.events; called on changes only
 *
 * All are there. That @peer may ask for it has been checked; @agent is 1 to
 * 255, but whether there is such an agent, or such a device, has not.
 *
 * Return: 0, a negative errno, or %SCMID_LATER, but not of @desc_notify: the
 * operation has only noted what to do, because it must not be done under the
 * lock that is held for a command, and the caller of scmid_dispatch() does it
 * afterwards. That caller then puts the final status into the second word of
 * &scmid_msg.rsp: until then the reply says %SCMID_GENERIC_ERROR, and is complete
 * apart from that.
 */
struct scmid_peer_ops {
	int (*device_permissions)(struct scmid_peer *peer, u32 agent, u32 device, bool allow);
	int (*protocol_permissions)(struct scmid_peer *peer, u32 agent, u32 device, u32 proto,
				    bool allow);
	int (*reset_agent)(struct scmid_peer *peer, u32 agent, bool permissions);
	int (*desc_notify)(struct scmid_peer *peer, bool on);
};

/**
 * struct scmid_peer - all that the pure core knows of an agent
 * @platform: the platform it talks to
 * @protocols: bit n set: the protocol with scmid_proto_index() n is answered;
 *	bit 0, Base, is @live
 * @live: not set: only Base version and attributes are answered
 * @trusted: may set permissions, and reset other agents
 * @p2a: there is a way for notifications
 * @id: agent id, 1 to 255
 * @name: agent name, zero padded
 * @ops: what it may ask for about agents; %NULL: nothing, trusted or not
 * @tables: resources of each protocol; there if the protocol is answered and has any
 * @access: SCMID_ACCESS_* bits of what is about no resource
 * @events: bit n set: it wants to be told of event n of the guest description
 * @desc: the guest description, or %NULL
 */
struct scmid_peer {
	const struct scmid_platform *platform;
	u32 protocols;
	bool live;
	bool trusted;
	bool p2a;
	u8 id;
	char name[SCMID_SHORT_NAME];
	const struct scmid_peer_ops *ops;
	struct scmid_table *tables[SCMID_NR_PROTOS];
	u16 access;
	u8 events;
	const struct scmid_guest_desc *desc;
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
 * @proto: protocol being spoken, for handlers that are given no resource
 */
struct scmid_msg {
	struct scmid_peer *peer;
	const __le32 *req;
	__le32 *rsp;
	u32 req_len;
	u32 rsp_room;
	u32 rsp_len;
	const struct scmid_proto *proto;
};

/**
 * struct scmid_cmd - one row of a protocol's table
 * @handle: does the work; %NULL: in the specification, but not offered
 * @req_len: bytes of payload
 * @req_less: bytes fewer that it has in another version
 * @rsp_min: least bytes of return values; refused before it acts otherwise
 * @res: payload word that holds a resource id, counted from 1; 0: none
 * @access: SCMID_ACCESS_* bits it needs on that resource; without one, bits of
 *	&scmid_peer.access, which is for @handle to look at
 * @flags: SCMID_CMD_* bits
 *
 * A row of zeros is a message id that does not exist.
 */
struct scmid_cmd {
	int (*handle)(struct scmid_msg *msg, struct scmid_res *res);
	u16 access;
	u8 req_len;
	u8 req_less;
	u8 rsp_min;
	u8 res;
	u8 flags;
#define SCMID_CMD_KNOWN		BIT(0)
#define SCMID_CMD_ALWAYS	BIT(1)	/* Base: even while the agent is not live */
#define SCMID_CMD_AGENTS	BIT(2)	/* needs &scmid_peer.ops */
#define SCMID_CMD_TRUSTED	BIT(3)	/* of use to trusted agents only */
#define SCMID_CMD_P2A		BIT(4)	/* needs &scmid_peer.p2a */
};

/**
 * struct scmid_proto - a protocol
 * @version: protocol version; grows only when all of it is there
 * @id: protocol id
 * @name: short name, as in the agent's ``protocols`` attribute
 * @cmds: commands, indexed by message id
 * @usable: whether a command works on @res; %NULL: all do
 * @judge: what @cmd's handler says to its arguments and to the agent's rights
 *	before it asks anything of the resource or the surroundings: 0 or a
 *	negative errno. Only to explain a refusal, see scmid_reason(); @res is
 *	what the row says.
 * @notification: write the payload of an event; bytes of it. %NULL: has none
 */
struct scmid_proto {
	u32 version;
	u8 id;
	const char *name;
	const struct scmid_cmd (*cmds)[SCMID_NR_CMDS];
	bool (*usable)(struct scmid_res *res, u32 cmd);
	int (*judge)(const struct scmid_msg *msg, const struct scmid_res *res, u32 cmd);
	u32 (*notification)(const struct scmid_event *event, void *to);
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
 * @state_set: give or take back the agent's enable vote and note it in
 *	&scmid_res.vote; called on changes only
 * @parents: fill in the possible parents; -EOPNOTSUPP if there is no choice
 *	or not all of them are resources of this agent
 * @parent_get: id of the current parent; errors as @parents
 * @parent_set: feed it from @parent; -EINVAL if that is not possible
 * @rate_notify: tell the agent of each new rate from now on, or no more, and
 *	note it in &scmid_res.events; called on changes only
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
	int (*rate_notify)(struct scmid_res *res, bool on);
};

/**
 * struct scmid_power_ops - what a power domain must offer
 * @state_set: give or take back the agent's vote for "on" and note it in
 *	&scmid_res.vote; called on changes only
 *
 * All may sleep. A negative errno becomes the status of scmid_status().
 */
struct scmid_power_ops {
	int (*state_set)(struct scmid_res *res, bool on);
};

/**
 * struct scmid_reset_ops - what a reset must offer
 * @line_set: assert or deassert it; called however it is already
 * @pulse: assert and deassert it, as long as it takes
 *
 * -EOPNOTSUPP if the reset cannot do that. All may sleep. A negative errno
 * becomes the status of scmid_status().
 */
struct scmid_reset_ops {
	int (*line_set)(struct scmid_res *res, bool asserted);
	int (*pulse)(struct scmid_res *res);
};

/**
 * struct scmid_levels - the voltages a regulator can make
 * @uv: ascending list in uV; if @range: lowest, highest and step
 * @n: number of entries in @uv, at least 1; 3 if @range
 * @range: a range instead of a list
 */
struct scmid_levels {
	const s32 *uv;
	u32 n;
	bool range;
};

/**
 * struct scmid_voltage_ops - what a regulator must offer
 * @state_set: give or take back the agent's vote for "on" and note it in
 *	&scmid_res.vote; called on changes only
 * @levels: the voltages it can make within the resource's window; @refresh:
 *	find them out again, otherwise those found last. Valid until the next
 *	call. -EOPNOTSUPP if it has none to tell of.
 * @level_get: current voltage in uV
 * @level_set: set the voltage; -EINVAL if it is none of @levels, -EACCES if
 *	others forbid it. Does not switch it on.
 *
 * All may sleep. A negative errno becomes the status of scmid_status().
 */
struct scmid_voltage_ops {
	int (*state_set)(struct scmid_res *res, bool on);
	int (*levels)(struct scmid_res *res, bool refresh, struct scmid_levels *levels);
	int (*level_get)(struct scmid_res *res, s32 *uv);
	int (*level_set)(struct scmid_res *res, s32 uv);
};

/*
 * The seam: the protocols there are. The rest of what the pure core needs is
 * in &struct scmid_peer; the caller of scmid_dispatch() keeps it in place.
 */
extern const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS];

extern const struct scmid_proto scmid_base;
extern const struct scmid_proto scmid_power;
extern const struct scmid_proto scmid_clock;
extern const struct scmid_proto scmid_reset;
extern const struct scmid_proto scmid_voltage;
extern const struct scmid_proto scmid_guest;

void scmid_dispatch(struct scmid_msg *msg);
const char *scmid_reason(const struct scmid_msg *msg);
u32 scmid_notification(const struct scmid_event *event, __le32 *msg);
s32 scmid_status(int err);

int scmid_version(struct scmid_msg *msg, struct scmid_res *res);
int scmid_message_attributes(struct scmid_msg *msg, struct scmid_res *res);
int scmid_negotiate_version(struct scmid_msg *msg, struct scmid_res *res);
int scmid_name_get(struct scmid_msg *msg, struct scmid_res *res);

/* Where the protocols of vendors are in &scmid_protos. */
#define SCMID_GUEST_INDEX	SCMID_NR_STD_PROTOS

/**
 * scmid_proto_index() - where a protocol is among others
 * @id: any number
 *
 * Return: its index in &scmid_protos; %SCMID_NR_PROTOS: it is the id of none.
 */
static inline u32 scmid_proto_index(u32 id)
{
	if (id == SCMID_PROTO_GUEST)
		return SCMID_GUEST_INDEX;

	return id - SCMID_PROTO_BASE < SCMID_NR_STD_PROTOS ? id - SCMID_PROTO_BASE :
							     SCMID_NR_PROTOS;
}

/**
 * scmid_proto_id() - the reverse of scmid_proto_index()
 * @idx: index in &scmid_protos
 *
 * Return: the id, as it is in headers.
 */
static inline u8 scmid_proto_id(u32 idx)
{
	return idx == SCMID_GUEST_INDEX ? SCMID_PROTO_GUEST : SCMID_PROTO_BASE + idx;
}

/* The rows that every protocol has; its own PROTOCOL_ATTRIBUTES goes between. */
#define SCMID_COMMON_CMDS						\
	[SCMID_VERSION] = {						\
		.handle = scmid_version, .rsp_min = 4,			\
		.flags = SCMID_CMD_ALWAYS,				\
	},								\
	[SCMID_MESSAGE_ATTRIBUTES] = {					\
		.handle = scmid_message_attributes,			\
		.req_len = 4, .rsp_min = 4,				\
	},								\
	[SCMID_NEGOTIATE_VERSION] = {					\
		.handle = scmid_negotiate_version,			\
		.req_len = 4,						\
	}

static inline struct scmid_res *scmid_table_get(const struct scmid_table *table, u32 id)
{
	if (id & ~table->mask)
		return NULL;

	/* Masked, too, so that nothing beyond the table is speculated on. */
	return table->res[id & table->mask];
}

/**
 * scmid_res_get() - the resource behind an id
 * @peer: the agent
 * @proto: a protocol it is offered
 * @id: id, as the agent sent it
 *
 * Return: the resource, or %NULL if there is none.
 */
static inline struct scmid_res *scmid_res_get(const struct scmid_peer *peer, u8 proto, u32 id)
{
	return scmid_table_get(peer->tables[proto - SCMID_PROTO_BASE], id);
}

/**
 * scmid_res_next() - the next resource in the order of ids
 * @peer: the agent
 * @proto: a protocol it is offered
 * @id: lowest id to look at; on return, that of the resource
 *
 * Return: the resource, or %NULL if there is no more.
 */
static inline struct scmid_res *scmid_res_next(const struct scmid_peer *peer, u8 proto,
					       u32 *id)
{
	const struct scmid_table *table = peer->tables[proto - SCMID_PROTO_BASE];

	for (; *id <= table->mask; (*id)++)
		if (table->res[*id])
			return table->res[*id];

	return NULL;
}

/**
 * scmid_res_count() - how many ids an agent has to go through
 * @peer: the agent
 * @proto: a protocol it is offered
 *
 * Return: one more than the highest id, as ids are numbered from zero.
 */
static inline u32 scmid_res_count(const struct scmid_peer *peer, u8 proto)
{
	u32 id, count = 0;

	for (id = 0; scmid_res_next(peer, proto, &id); id++)
		count = id + 1;

	return count;
}

/**
 * scmid_arg() - a word of the payload
 * @msg: the message
 * @i: which; the row's length check made sure that it is there
 *
 * Return: its value.
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

/**
 * scmid_list_page() - what of a list, or of a range, goes into this reply
 * @msg: the message
 * @first: index that was asked for
 * @total: number of values; 3 if @range
 * @range: lowest, highest and step instead of a list
 * @size: bytes of a value
 * @head: the word that comes before the values
 *
 * Return: number of values; -ERANGE if there are none at @first, -ECOMM if
 * three values that only mean something together do not fit.
 */
static inline int scmid_list_page(const struct scmid_msg *msg, u32 first, u32 total,
				  bool range, u32 size, u32 *head)
{
	u32 n, left;

	if (first >= (range ? 1 : total))
		return -ERANGE;

	n = scmid_page(msg, 4, size, total - first);
	left = total - first - n;
	if (range && left)
		return -ECOMM;

	*head = FIELD_PREP(SCMID_LIST_RETURNED, n) |
		FIELD_PREP(SCMID_LIST_REMAINING, left < U16_MAX ? left : U16_MAX) |
		(range ? SCMID_LIST_RANGE : 0);
	return n;
}

/**
 * scmid_short_name() - the name as it is in a resource's attributes
 * @out: where it goes
 * @res: the resource
 *
 * Return: whether there is more of it, for the NAME_GET of the protocol.
 */
static inline bool scmid_short_name(char *out, const struct scmid_res *res)
{
	memcpy(out, res->name, SCMID_SHORT_NAME);
	out[SCMID_SHORT_NAME - 1] = '\0';

	return res->name[SCMID_SHORT_NAME - 1];
}

#endif /* _SCMID_H */
