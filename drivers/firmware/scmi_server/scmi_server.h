/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SCMI server: what its transports and framework backends are written
 * against. See Documentation/driver-api/scmi-server.rst.
 */
#ifndef _SCMI_SERVER_H
#define _SCMI_SERVER_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "protocol/scmid.h"

struct device_node;
struct module;
struct scmid_agent;
struct scmid_backend;
struct scmid_chan;
struct scmid_own_node;

/**
 * struct scmid_grant - a device of the host, granted to one agent
 * @dev: the agent's stand-in for the device: @dev.of_node is the device's
 *	own node, so that every framework's ordinary consumer functions find
 *	the device's suppliers and give the agent handles of its own. It is
 *	bound to the engine's driver while the grant is enabled, so the driver
 *	core takes the grant back before a supplier goes
 * @target: the device itself, or %NULL if only its node was named
 * @agent: whose it is
 * @node: in the agent's list
 * @res: the resources, &struct scmid_grant_res
 * @name: as the operator named it
 * @unsupported: supplier properties of the node that SCMI cannot carry
 * @own: for a single resource that no device refers to: the node that was
 *	made for it; @dev.of_node then
 * @device_id: number of the device for the permission commands of Base; the
 *	same for all agents that have it
 * @denied: bit n set: the agent is denied what the grant has of protocol
 *	%SCMID_PROTO_BASE + n; guarded by the agent's lock
 * @enable_lock: one at a time enables or disables it; outside all other locks
 * @wanted: the operator wants it enabled; under @enable_lock
 * @binding: it is being bound, for only then the driver is one for it; likewise
 * @error: why it could not be bound; likewise
 * @enabled: granted now; guarded by the agent's lock
 * @revoked: a provider went away while it was, or a driver of the host came;
 *	guarded likewise
 * @taken: for a driver of the host; guarded likewise
 * @deferred: a provider was missing when last looked; guarded likewise
 * @shared: the operator permits that others hold the device, or that other
 *	agents may set the same things; guarded likewise
 * @described: the devicetree says that the agent has it
 * @numbered: its resources have their ids; guarded likewise
 */
struct scmid_grant {
	struct device dev;
	struct device *target;
	struct scmid_agent *agent;
	struct list_head node;
	struct list_head res;
	const char *name;
	char *unsupported;
	struct scmid_own_node *own;
	u32 device_id;
	u32 denied;
	struct mutex enable_lock;
	int error;
	bool binding;
	bool wanted;
	bool enabled;
	bool revoked;
	bool taken;
	bool deferred;
	bool shared;
	bool described;
	bool numbered;
};

/**
 * enum scmid_policy - what an agent's rate means to others
 * @SCMID_POLICY_RANGE: it is set within the agent's window, and while the
 *	agent holds the clock nobody gets it out of that window
 * @SCMID_POLICY_SHARED: it is set, and so is that of whoever comes next
 * @SCMID_POLICY_FLOOR: it is the least rate there has to be
 * @SCMID_POLICY_EXCLUSIVE: while the agent holds the clock nobody else sets it
 */
enum scmid_policy {
	SCMID_POLICY_RANGE,
	SCMID_POLICY_SHARED,
	SCMID_POLICY_FLOOR,
	SCMID_POLICY_EXCLUSIVE,
	/* private: */
	SCMID_NR_POLICIES,
};

/**
 * struct scmid_hw - a piece of hardware that agents have acquired
 * @backend: the framework it belongs to
 * @key: its identity, from &scmid_backend.hardware
 * @node: in the engine's table
 * @holders: resources that stand for it, &scmid_grant_res.held
 * @lock: for the backend: held while it arbitrates between agents
 * @votes: for the backend, under @lock: resources with a say in its value,
 *	&scmid_grant_res.voter, the latest first
 * @before: likewise: its value before the first of them
 * @made: likewise: its value after the last arbitration. If it has another
 *	now, somebody else set it, and it is not ours to put back
 */
struct scmid_hw {
	const struct scmid_backend *backend;
	const void *key;
	struct hlist_node node;
	struct list_head holders;
	struct mutex lock;
	struct list_head votes;
	u64 before;
	u64 made;
};

/**
 * struct scmid_pending - an event that waits to be sent to an agent
 * @node: in &struct scmid_agent.events, or empty
 * @event: the event
 * @seq: grows with each event of the agent, so that none is taken for another
 */
struct scmid_pending {
	struct list_head node;
	struct scmid_event event;
	u64 seq;
};

/**
 * struct scmid_grant_res - one resource of a grant
 * @res: what the protocol sees of it; published to it while the grant is
 *	enabled
 * @grant: the grant it belongs to
 * @backend: the framework it comes from
 * @index: which one of its kind the device has
 * @dir: name of its directory in configfs
 * @consumer_id: what the device calls it, for frameworks that find by name
 * @access: rights that the operator gave; those in @res are without the denied
 * @policy: what its rate means to others
 * @want: the value it votes for (Hz, uV), 0 = none; under @hw.lock
 * @fixed_id: the operator chose the id
 * @node: in the grant's list
 * @hw: the hardware, while it is acquired
 * @held: in the list of @hw
 * @voter: in the list of votes of @hw; for the backend
 * @pending: the event of it that waits to be sent; for the core
 */
struct scmid_grant_res {
	struct scmid_res res;
	struct scmid_grant *grant;
	const struct scmid_backend *backend;
	unsigned int index;
	char dir[SCMID_LONG_NAME];
	const char *consumer_id;
	u16 access;
	enum scmid_policy policy;
	u64 want;
	bool fixed_id;
	struct list_head node;
	struct scmid_hw *hw;
	struct list_head held;
	struct list_head voter;
	struct scmid_pending pending;
};

static inline struct scmid_grant_res *to_grant_res(struct scmid_res *res)
{
	return container_of(res, struct scmid_grant_res, res);
}

/* The longest text of &scmid_backend.show_vote and @show_state */
#define SCMID_SHOW_MAX	64

/**
 * struct scmid_backend - what a framework of the kernel offers to agents
 * @name: configfs directory of a resource is this and its index, or if the
 *	device names its suppliers in properties, this, "-" and the name
 * @property: supplier property of the device tree that it carries; one that
 *	begins with '-' is the end of the property's name
 * @cells: provider property with the number of cells of a specifier, or %NULL
 * @proto: protocol that speaks of its resources
 * @access: SCMID_ACCESS_* bits that mean something for it
 * @access_default: those given when the operator says nothing
 * @access_exclusive: those that only one agent can have at a time
 * @min_attr: configfs attribute for &scmid_res.min, or %NULL
 * @max_attr: configfs attribute for &scmid_res.max, or %NULL
 * @policy_attr: configfs attribute for &scmid_grant_res.policy, or %NULL
 * @ops: operations its resources offer to the protocol
 * @enumerate: add the resources of a device with scmid_grant_add();
 *	-EPROBE_DEFER: added, but a provider is not there yet
 * @provider: the provider's node, with a reference, of a resource that is found
 *	by name alone; %NULL: there is none, or it cannot be told
 * @excludes: whether a driver of the host that is bound to the device of a node
 *	cannot be beside the agent; %NULL: the framework arbitrates between both.
 *	False if the grant is shared: then the hardware is left to the driver
 * @get: acquire a resource for the agent
 * @quiesce: take back what the agent asked of it by the given rights,
 *	SCMID_ACCESS_* bits
 * @put: release it; nothing is held any more
 * @hardware: identity of the piece of hardware behind an acquired resource
 * @adjust: limits or policy of an acquired resource have changed: make the
 *	agent's votes fit. On error the votes stay, and the engine puts limits
 *	and policy back. %NULL: votes have nothing to do with them
 * @show_vote: print what the agent asks of an acquired resource; no newline
 * @show_state: print the state of the hardware behind it; no newline
 * @node: for the core
 *
 * All are called in process context: @quiesce and @adjust with no command of
 * the agent in flight (the agent's run held), @show_vote and @show_state with
 * &scmid_grant_res.hw in place, the others with the agent's lock held. @put
 * comes after @quiesce with all rights. Between @get and @put the providers'
 * drivers stay bound.
 */
struct scmid_backend {
	const char *name;
	const char *property;
	const char *cells;
	u8 proto;
	u16 access;
	u16 access_default;
	u16 access_exclusive;
	const char *min_attr;
	const char *max_attr;
	const char *policy_attr;
	const void *ops;
	int (*enumerate)(struct scmid_grant *grant, const struct scmid_backend *backend);
	struct device_node *(*provider)(const struct scmid_grant_res *r);
	bool (*excludes)(const struct scmid_grant_res *r, const struct device_node *np);
	int (*get)(struct scmid_grant_res *r);
	void (*quiesce)(struct scmid_grant_res *r, u16 access);
	void (*put)(struct scmid_grant_res *r);
	const void *(*hardware)(const struct scmid_grant_res *r);
	int (*adjust)(struct scmid_grant_res *r);
	void (*show_vote)(struct scmid_grant_res *r, char *buf, size_t size);
	void (*show_state)(struct scmid_grant_res *r, char *buf, size_t size);
	struct list_head node;
};

int scmid_grant_add(struct scmid_grant *grant, const struct scmid_backend *backend,
		    const char *consumer_id, const char *name);
struct scmid_res *scmid_res_find(struct scmid_grant_res *r,
				 bool (*match)(struct scmid_grant_res *r, const void *key),
				 const void *key);
void scmid_voted(struct scmid_grant_res *r);
void scmid_arbitrated(struct scmid_grant_res *r, u64 result);
int scmid_refused(struct scmid_grant_res *r, int err, const char *why);
void scmid_event_want(struct scmid_grant_res *r, u8 id, bool on);
void scmid_event_raise(struct scmid_grant_res *r, u8 id, u64 value);

/**
 * struct scmid_req - a command on its way, as the transport and the core see it
 * @msg: for the protocol
 * @epoch: the channel's epoch when it was fetched
 * @cookie: for the transport
 * @req: the request
 * @rsp: the reply
 */
struct scmid_req {
	struct scmid_msg msg;
	u32 epoch;
	u32 cookie;
	__le32 req[SCMID_REQ_MAX / sizeof(__le32)];
	__le32 rsp[SCMID_RSP_MAX / sizeof(__le32)];
};

/**
 * struct scmid_chan_ops - what a transport offers
 * @fetch: copy the next command into @rq; set msg.req_len and msg.rsp_room,
 *	and @epoch of the channel under the lock that the transport's reset
 *	takes. Return 1; 0 if there is none; 2 if the command was malformed
 *	and the reply is in @rq already; a negative errno if the peer is in no
 *	state to be served.
 * @notify: hand over a notification of @len bytes, a multiple of 4. Return 0;
 *	-EAGAIN if that is not possible now, also when the channel's epoch is
 *	not &scmid_chan.event_epoch any more: it is tried again after the next
 *	kick, with something newer perhaps; another errno to have it dropped.
 *	%NULL: there is no way for notifications. Called as the other two, but
 *	never between them
 * @complete: hand over the reply of @rq, unless the channel's epoch changed
 * @restart: the operator has restarted the peer: begin anew. Optional; called
 *	with the agent's lock held
 * @lasting: the channel is the agent's only one ever, so it may be attached
 *	before the agent is live
 *
 * @fetch and @complete are called from the channel's worker with no lock held.
 * All may sleep.
 */
struct scmid_chan_ops {
	int (*fetch)(struct scmid_chan *chan, struct scmid_req *rq);
	int (*notify)(struct scmid_chan *chan, const void *msg, u32 len);
	void (*complete)(struct scmid_chan *chan, struct scmid_req *rq);
	void (*restart)(struct scmid_chan *chan);
	bool lasting;
};

/* What a transport knows of a peer that (re)starts. */
enum scmid_start {
	SCMID_START_NEW,	/* a driver that holds nothing */
	SCMID_START_SAME,	/* the driver that was stopped goes on */
	SCMID_START_UNSURE,	/* a new driver begins with Base, an old one does not */
};

/**
 * struct scmid_chan - a way in for one agent; embedded by the transport
 * @ops: set by the transport before scmid_chan_attach()
 * @name: shown to the operator, e.g. "vdpa:vm1"; likewise
 * @p2a: the peer takes notifications; set by the transport before
 *	scmid_chan_start()
 * @agent: who speaks on it, from scmid_chan_attach() to scmid_chan_detach()
 * @epoch: grows whenever the peer stops; replies of an earlier one are void
 * @running: the peer's driver is up
 * @rediscovers: nothing else tells that the peer was restarted: it is when it
 *	asks for the version of Base. Set by the transport before it is attached
 * @flags: for the core
 * @work: for the core
 * @hold: for the core
 * @event: the one notification that is being sent
 * @event_epoch: @epoch when that was chosen
 * @rq: the one command in flight
 */
struct scmid_chan {
	const struct scmid_chan_ops *ops;
	char name[32];
	bool p2a;
	struct scmid_agent *agent;
	atomic_t epoch;
	bool running;
	bool rediscovers;
	unsigned long flags;
	struct work_struct work;
	struct delayed_work hold;
	__le32 event[SCMID_EVENT_MAX / sizeof(__le32)];
	int event_epoch;
	struct scmid_req rq;
};

int scmid_agent_describe(struct device_node *np, const char *name);
void scmid_agent_undescribe(const char *name);

int scmid_chan_attach(struct scmid_chan *chan, const char *agent);
void scmid_chan_detach(struct scmid_chan *chan);
void scmid_chan_kick(struct scmid_chan *chan);
void scmid_chan_start(struct scmid_chan *chan, enum scmid_start how);
void scmid_chan_stop(struct scmid_chan *chan);
void scmid_chan_gone(struct scmid_chan *chan);
void scmid_chan_flush(struct scmid_chan *chan);

#endif /* _SCMI_SERVER_H */
