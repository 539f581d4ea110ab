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

struct module;
struct scmid_agent;
struct scmid_backend;
struct scmid_chan;

/**
 * struct scmid_grant - a device of the host, granted to one agent
 * @dev: the agent's stand-in for the device: @dev.of_node is the device's
 *	own node, so that every framework's ordinary consumer functions find
 *	the device's suppliers and give the agent handles of its own
 * @target: the device itself, or %NULL if only its node was named
 * @agent: whose it is
 * @node: in the agent's list
 * @res: the resources, &struct scmid_grant_res
 * @name: as the operator named it
 * @unsupported: supplier properties of the node that SCMI cannot carry
 * @enabled: granted now; guarded by the agent's lock
 * @deferred: a provider was missing when last looked; guarded likewise
 * @shared: the operator permits that others hold the device, or that other
 *	agents may set the same things; guarded likewise
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
	bool enabled;
	bool deferred;
	bool shared;
	bool numbered;
};

/**
 * struct scmid_grant_res - one resource of a grant
 * @res: what the protocol sees of it; published to it while the grant is
 *	enabled
 * @grant: the grant it belongs to
 * @backend: the framework it comes from
 * @index: which one of its kind the device has
 * @fixed_id: the operator chose the id
 * @node: in the grant's list
 * @held: by hardware, while it is acquired
 */
struct scmid_grant_res {
	struct scmid_res res;
	struct scmid_grant *grant;
	const struct scmid_backend *backend;
	unsigned int index;
	bool fixed_id;
	struct list_head node;
	struct hlist_node held;
};

static inline struct scmid_grant_res *to_grant_res(struct scmid_res *res)
{
	return container_of(res, struct scmid_grant_res, res);
}

/**
 * struct scmid_backend - what a framework of the kernel offers to agents
 * @name: configfs directory of a resource is this and its index
 * @property: supplier property of the device tree that it carries
 * @proto: protocol that speaks of its resources
 * @access: SCMID_ACCESS_* bits that mean something for it
 * @access_default: those given when the operator says nothing
 * @access_exclusive: those that only one agent can have at a time
 * @min_attr: configfs attribute for &scmid_res.min, or %NULL
 * @max_attr: configfs attribute for &scmid_res.max, or %NULL
 * @ops: operations its resources offer to the protocol
 * @enumerate: add the resources of a device with scmid_grant_add();
 *	-EPROBE_DEFER: added, but a provider is not there yet
 * @get: acquire a resource for the agent
 * @quiesce: take back everything the agent asked of it
 * @put: release it; nothing is held any more
 * @hardware: identity of the piece of hardware behind an acquired resource
 * @node: for the core
 *
 * All are called in process context: @quiesce with no command of the agent in
 * flight, the others with the agent's lock held. @put comes after @quiesce.
 */
struct scmid_backend {
	const char *name;
	const char *property;
	u8 proto;
	u16 access;
	u16 access_default;
	u16 access_exclusive;
	const char *min_attr;
	const char *max_attr;
	const void *ops;
	int (*enumerate)(struct scmid_grant *grant, const struct scmid_backend *backend);
	int (*get)(struct scmid_grant_res *r);
	void (*quiesce)(struct scmid_grant_res *r);
	void (*put)(struct scmid_grant_res *r);
	const void *(*hardware)(const struct scmid_grant_res *r);
	struct list_head node;
};

int scmid_grant_add(struct scmid_grant *grant, const struct scmid_backend *backend,
		    unsigned int index, const char *name);
struct scmid_res *scmid_res_find(struct scmid_grant_res *r,
				 bool (*match)(struct scmid_grant_res *r, const void *key),
				 const void *key);

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
 * @complete: hand over the reply of @rq, unless the channel's epoch changed
 *
 * Both are called from the channel's worker with no lock held, and may sleep.
 */
struct scmid_chan_ops {
	int (*fetch)(struct scmid_chan *chan, struct scmid_req *rq);
	void (*complete)(struct scmid_chan *chan, struct scmid_req *rq);
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
 * @agent: who speaks on it, from scmid_chan_attach() to scmid_chan_detach()
 * @epoch: grows whenever the peer stops; replies of an earlier one are void
 * @running: the peer's driver is up
 * @flags: for the core
 * @work: for the core
 * @hold: for the core
 * @rq: the one command in flight
 */
struct scmid_chan {
	const struct scmid_chan_ops *ops;
	char name[32];
	struct scmid_agent *agent;
	atomic_t epoch;
	bool running;
	unsigned long flags;
	struct work_struct work;
	struct delayed_work hold;
	struct scmid_req rq;
};

int scmid_chan_attach(struct scmid_chan *chan, const char *agent);
void scmid_chan_detach(struct scmid_chan *chan);
void scmid_chan_kick(struct scmid_chan *chan);
void scmid_chan_start(struct scmid_chan *chan, enum scmid_start how);
void scmid_chan_stop(struct scmid_chan *chan);
void scmid_chan_gone(struct scmid_chan *chan);
void scmid_chan_flush(struct scmid_chan *chan);

#endif /* _SCMI_SERVER_H */
