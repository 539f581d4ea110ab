// SPDX-License-Identifier: GPL-2.0
/*
 * Agents: who may speak, under which id, with which resources.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "engine.h"

DEFINE_MUTEX(scmid_agents_lock);
LIST_HEAD(scmid_agents);

struct scmid_platform scmid_platform = {
	.vendor = "linux",
	.sub_vendor = "scmi_server",
	.impl_version = 0x00010000,
};

/* Every id is worth a look-up by its agent, so tables are small and flat. */
static struct scmid_table *scmid_table_grow(struct scmid_table *old, u16 id)
{
	size_t n = roundup_pow_of_two(id + 1);
	struct scmid_table *table;

	if (old && id <= old->mask)
		return old;

	table = kvzalloc(struct_size(table, res, n), GFP_KERNEL);
	if (!table)
		return NULL;

	table->mask = n - 1;
	if (old)
		memcpy(table->res, old->res, flex_array_size(old, res, old->mask + 1));
	kvfree(old);

	return table;
}

/**
 * scmid_agent_publish() - let an agent's commands see a resource
 * @agent: the agent
 * @res: the resource
 *
 * Context: process, with @lock and @run held.
 *
 * Return: 0 or -ENOMEM.
 */
int scmid_agent_publish(struct scmid_agent *agent, struct scmid_res *res)
{
	struct scmid_table **slot = &agent->peer.tables[res->proto - SCMID_PROTO_BASE];
	struct scmid_table *table;

	lockdep_assert_held(&agent->lock);
	lockdep_assert_held(&agent->run);

	table = scmid_table_grow(*slot, res->id);
	if (!table)
		return -ENOMEM;

	*slot = table;
	table->res[res->id] = res;
	return 0;
}

/**
 * scmid_agent_withdraw() - hide a resource from an agent's commands
 * @agent: the agent
 * @res: the resource
 *
 * Context: process, with @lock and @run held.
 *
 * Return: whether it was published.
 */
bool scmid_agent_withdraw(struct scmid_agent *agent, struct scmid_res *res)
{
	struct scmid_table *table = agent->peer.tables[res->proto - SCMID_PROTO_BASE];

	lockdep_assert_held(&agent->lock);
	lockdep_assert_held(&agent->run);

	if (!table || scmid_table_get(table, res->id) != res)
		return false;

	table->res[res->id] = NULL;
	return true;
}

/**
 * scmid_res_find() - find a resource of the same agent and protocol
 * @r: a resource of the agent
 * @match: whether this is the one
 * @key: for @match
 *
 * An agent may have the same hardware through several grants; that of @r comes
 * first.
 *
 * Context: from an operation of @r, which keeps the result in place.
 *
 * Return: the resource, or %NULL.
 */
struct scmid_res *scmid_res_find(struct scmid_grant_res *r,
				 bool (*match)(struct scmid_grant_res *r, const void *key),
				 const void *key)
{
	struct scmid_peer *peer = &r->grant->agent->peer;
	struct scmid_res *res, *found = NULL;
	struct scmid_grant_res *other;
	u32 id;

	for (id = 0; (res = scmid_res_next(peer, r->res.proto, &id)); id++) {
		other = to_grant_res(res);
		if (!match(other, key))
			continue;
		if (other->grant == r->grant)
			return res;
		found = found ?: res;
	}

	return found;
}

static struct scmid_agent *scmid_agent_lookup(const char *name)
{
	struct scmid_agent *agent;

	lockdep_assert_held(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node)
		if (!strcmp(agent->peer.name, name))
			return agent;

	return NULL;
}

static bool scmid_agent_id_used(u8 id)
{
	struct scmid_agent *agent;

	lockdep_assert_held(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node)
		if (agent->peer.id == id)
			return true;

	return false;
}

static struct scmid_agent *peer_to_agent(struct scmid_peer *peer)
{
	return container_of(peer, struct scmid_agent, peer);
}

static int scmid_agent_permit(struct scmid_peer *peer, u32 agent, u32 device, u32 protocols,
			      bool allow)
{
	peer_to_agent(peer)->order = (struct scmid_order) {
		.what = SCMID_ORDER_PERMIT,
		.agent = agent,
		.device = device,
		.protocols = protocols,
		.allow = allow,
	};

	return SCMID_LATER;
}

static int scmid_agent_device_permissions(struct scmid_peer *peer, u32 agent, u32 device,
					  bool allow)
{
	return scmid_agent_permit(peer, agent, device, SCMID_ALL_PROTOS, allow);
}

static int scmid_agent_protocol_permissions(struct scmid_peer *peer, u32 agent, u32 device,
					    u32 proto, bool allow)
{
	return scmid_agent_permit(peer, agent, device, BIT(proto - SCMID_PROTO_BASE), allow);
}

static int scmid_agent_reset(struct scmid_peer *peer, u32 agent, bool permissions)
{
	peer_to_agent(peer)->order = (struct scmid_order) {
		.what = SCMID_ORDER_RESET,
		.agent = agent,
		.allow = permissions,
	};

	return SCMID_LATER;
}

static int scmid_agent_desc_notify(struct scmid_peer *peer, bool on)
{
	scmid_event_want_guest(peer_to_agent(peer), SCMID_GUEST_DESC_CHANGED, on);

	return 0;
}

static const struct scmid_peer_ops scmid_agent_peer_ops = {
	.device_permissions = scmid_agent_device_permissions,
	.protocol_permissions = scmid_agent_protocol_permissions,
	.reset_agent = scmid_agent_reset,
	.desc_notify = scmid_agent_desc_notify,
};

/**
 * scmid_agent_init() - set up an agent and enter it into the registry
 * @agent: zeroed memory
 * @name: its name; at most 15 bytes of letters, digits, '.', '_' and '-'
 * @ops: the configuration front end, or %NULL
 *
 * The agent gets the lowest free id, is not live and has no grants.
 *
 * Return: 0, -ENAMETOOLONG, -EINVAL for a bad name, -EEXIST, or -ENOSPC when
 * all 255 ids are taken. On error nothing has to be undone.
 */
int scmid_agent_init(struct scmid_agent *agent, const char *name,
		     const struct scmid_agent_ops *ops)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	unsigned int id;

	if (strlen(name) >= sizeof(agent->peer.name))
		return -ENAMETOOLONG;
	/* For "." and ".." no directory can be made. */
	if (!name[strspn(name, ".")] && strlen(name) < 3)
		return -EINVAL;
	if (name[strspn(name, allowed)])
		return -EINVAL;

	guard(mutex)(&scmid_agents_lock);

	if (scmid_agent_lookup(name))
		return -EEXIST;

	for (id = 1; scmid_agent_id_used(id); id++)
		if (id == U8_MAX)
			return -ENOSPC;

	strscpy_pad(agent->peer.name, name, sizeof(agent->peer.name));
	agent->peer.platform = &scmid_platform;
	agent->peer.ops = &scmid_agent_peer_ops;
	agent->peer.id = id;
	agent->peer.access = SCMID_ACCESS_DESCRIBE;
	agent->ops = ops;
	agent->hold_ms = SCMID_HOLD_MS_DEFAULT;
	kref_init(&agent->ref);
	mutex_init(&agent->lock);
	mutex_init(&agent->run);
	INIT_LIST_HEAD(&agent->grants);
	scmid_events_init(agent);
	list_add_tail(&agent->node, &scmid_agents);

	return 0;
}

static void scmid_agent_release(struct kref *ref)
{
	struct scmid_agent *agent = container_of(ref, struct scmid_agent, ref);
	unsigned int i;

	WARN_ON_ONCE(!list_empty(&agent->grants));
	WARN_ON_ONCE(agent->chan);
	for (i = 0; i < ARRAY_SIZE(agent->peer.tables); i++)
		kvfree(agent->peer.tables[i]);
	kvfree(agent->peer.desc);
	mutex_destroy(&agent->run);
	mutex_destroy(&agent->lock);
	if (agent->ops)
		agent->ops->release(agent);
}

/**
 * scmid_agent_put() - drop a reference to an agent
 * @agent: the agent; the front end frees it with the last one
 */
void scmid_agent_put(struct scmid_agent *agent)
{
	kref_put(&agent->ref, scmid_agent_release);
}

/**
 * scmid_agent_find() - find an agent by name
 * @name: its name
 *
 * Return: the agent with a reference for the caller, or %NULL.
 */
struct scmid_agent *scmid_agent_find(const char *name)
{
	struct scmid_agent *agent;

	guard(mutex)(&scmid_agents_lock);

	agent = scmid_agent_lookup(name);
	if (agent)
		kref_get(&agent->ref);

	return agent;
}

/* Whether any agent is live, for what may not change under a guest. */
bool scmid_agents_live(void)
{
	struct scmid_agent *agent;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node)
		if (READ_ONCE(agent->peer.live))
			return true;

	return false;
}

/**
 * scmid_agent_remove() - take an agent out of the registry
 * @agent: the agent; its grants are gone and it has no channel
 *
 * The caller still has its reference.
 */
void scmid_agent_remove(struct scmid_agent *agent)
{
	guard(mutex)(&scmid_agents_lock);
	list_del(&agent->node);
}

/**
 * scmid_agent_set_id() - change an agent's id
 * @agent: the agent
 * @id: 1 to 255
 *
 * Return: 0, -EINVAL, -EBUSY while it is live, -EEXIST if another has it.
 */
int scmid_agent_set_id(struct scmid_agent *agent, u8 id)
{
	guard(mutex)(&scmid_agents_lock);
	guard(mutex)(&agent->lock);

	if (id == agent->peer.id)
		return 0;
	if (!id)
		return -EINVAL;
	if (agent->peer.live)
		return -EBUSY;
	if (scmid_agent_id_used(id))
		return -EEXIST;

	agent->peer.id = id;
	return 0;
}

/**
 * scmid_agent_set_trusted() - let an agent command permissions of others
 * @agent: the agent
 * @trusted: whether it may
 *
 * Return: 0, or -EBUSY while it is live.
 */
int scmid_agent_set_trusted(struct scmid_agent *agent, bool trusted)
{
	guard(mutex)(&agent->lock);

	if (trusted == agent->peer.trusted)
		return 0;
	if (agent->peer.live)
		return -EBUSY;

	WRITE_ONCE(agent->peer.trusted, trusted);
	return 0;
}

static struct scmid_agent *scmid_agent_find_id(u32 id)
{
	struct scmid_agent *agent;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node) {
		if (agent->peer.id == id) {
			kref_get(&agent->ref);
			return agent;
		}
	}

	return NULL;
}

static struct scmid_grant *scmid_agent_device(struct scmid_agent *agent, u32 device)
{
	struct scmid_grant *grant;

	list_for_each_entry(grant, &agent->grants, node)
		if (grant->device_id == device)
			return grant;

	return NULL;
}

/* Permissions are those that configfs shows as "denied". */
static int scmid_agent_obey(struct scmid_agent *agent, const struct scmid_order *order)
{
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	u32 carried = 0;
	int err = 0;

	guard(mutex)(&agent->lock);

	if (order->what == SCMID_ORDER_RESET) {
		scoped_guard(mutex, &agent->run)
			scmid_agent_quiesce(agent);
		list_for_each_entry(grant, &agent->grants, node)
			if (order->allow)
				err = scmid_grant_set_denied(grant, 0) ?: err;
		return err;
	}

	grant = scmid_agent_device(agent, order->device);
	if (!grant)
		return -ENOENT;
	list_for_each_entry(r, &grant->res, node)
		carried |= BIT(r->res.proto - SCMID_PROTO_BASE);
	if (order->protocols != SCMID_ALL_PROTOS && !(carried & order->protocols))
		return -ENOENT;

	return scmid_grant_set_denied(grant, order->allow ?
				      grant->denied & ~order->protocols :
				      grant->denied | (carried & order->protocols));
}

/**
 * scmid_agent_order() - execute a permission command
 * @order: the command
 *
 * Context: process, with no lock held, for it may be about any agent.
 *
 * Return: 0; -ENOENT if there is no such agent, or it has no such device, or
 * the device nothing of that protocol; -EBUSY if another agent has taken a
 * right meanwhile that only one can have.
 */
int scmid_agent_order(const struct scmid_order *order)
{
	struct scmid_agent *agent = scmid_agent_find_id(order->agent);
	int err;

	if (!agent)
		return -ENOENT;

	err = scmid_agent_obey(agent, order);
	scmid_agent_put(agent);

	return err;
}

/**
 * scmid_agent_quiesce() - take back everything an agent asked of the host
 * @agent: the agent
 *
 * Context: process, with @run held.
 */
void scmid_agent_quiesce(struct scmid_agent *agent)
{
	const struct scmid_backend *backend;
	struct scmid_grant_res *r;
	struct scmid_res *res;
	u32 id;

	lockdep_assert_held(&agent->run);

	scmid_event_want_guest(agent, SCMID_GUEST_DESC_CHANGED, false);
	list_for_each_entry(backend, &scmid_backends, node) {
		if (!agent->peer.tables[backend->proto - SCMID_PROTO_BASE])
			continue;
		for (id = 0; (res = scmid_res_next(&agent->peer, backend->proto, &id)); id++) {
			r = to_grant_res(res);
			if (r->backend == backend)
				backend->quiesce(r, SCMID_ACCESS_ALL);
		}
	}
}

/**
 * scmid_agent_restart() - as if the agent's peer had just been restarted
 * @agent: the agent
 *
 * All that it asked for is taken back, and its channel begins anew. A command
 * that is under way has no effect any more if the channel can begin anew.
 *
 * Context: process; waits for at most one command.
 */
void scmid_agent_restart(struct scmid_agent *agent)
{
	guard(mutex)(&agent->lock);

	if (agent->chan && agent->chan->ops->restart)
		agent->chan->ops->restart(agent->chan);

	guard(mutex)(&agent->run);
	scmid_agent_quiesce(agent);
}

/**
 * scmid_agent_update() - make the agent's list of protocols true again
 * @agent: the agent
 *
 * Context: process, with @lock and @run held.
 */
void scmid_agent_update(struct scmid_agent *agent)
{
	u32 protocols = 0, id;
	unsigned int i;

	lockdep_assert_held(&agent->lock);
	lockdep_assert_held(&agent->run);

	for (i = 0; i < ARRAY_SIZE(agent->peer.tables); i++) {
		id = 0;
		if (agent->peer.tables[i] &&
		    scmid_res_next(&agent->peer, SCMID_PROTO_BASE + i, &id))
			protocols |= BIT(i);
	}
	/* Base: there for whom the agent is let in. */
	if (agent->peer.live)
		protocols |= BIT(0);
	if (agent->peer.live && agent->peer.desc)
		protocols |= BIT(SCMID_GUEST_INDEX);

	agent->peer.protocols = protocols;
	agent->generation++;
}

/* From here on, new ids come after all that exist. */
static void scmid_agent_freeze_ids(struct scmid_agent *agent)
{
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	u32 *next;

	list_for_each_entry(grant, &agent->grants, node) {
		list_for_each_entry(r, &grant->res, node) {
			next = &agent->next_id[r->res.proto - SCMID_PROTO_BASE];
			*next = max(*next, r->res.id + 1U);
		}
	}
}

/**
 * scmid_agent_set_live() - let an agent in, or cut it off
 * @agent: the agent
 * @live: in or off
 *
 * Going live freezes ids. An agent that is cut off loses its votes and is
 * answered DENIED from when this returns; its channel stays.
 *
 * Context: process; waits for at most one command of this agent.
 *
 * Return: 0, -ENODATA when nothing is granted, or -ENOMEM.
 */
int scmid_agent_set_live(struct scmid_agent *agent, bool live)
{
	struct scmid_grant *grant;
	bool granted = false;
	int err = 0;

	guard(mutex)(&agent->lock);

	if (agent->peer.live == live)
		return 0;

	list_for_each_entry(grant, &agent->grants, node)
		granted |= grant->enabled;
	if (live && !granted)
		return -ENODATA;

	guard(mutex)(&agent->run);

	if (live) {
		list_for_each_entry(grant, &agent->grants, node)
			if (grant->enabled && !err)
				err = scmid_grant_publish(grant);
	}
	if (!live || err) {
		list_for_each_entry(grant, &agent->grants, node)
			scmid_grant_withdraw(grant);
		scmid_event_want_guest(agent, SCMID_GUEST_DESC_CHANGED, false);
		live = false;
	}

	WRITE_ONCE(agent->peer.live, live);
	scmid_agent_update(agent);
	if (live) {
		scmid_agent_freeze_ids(agent);
	} else {
		/* No guest remembers ids any more: all may be used again. */
		scmid_agent_renumber(agent);
	}

	return err;
}

static bool scmid_agent_id_fixed(struct scmid_agent *agent, u8 proto, u16 id)
{
	struct scmid_grant *grant;
	struct scmid_grant_res *r;

	list_for_each_entry(grant, &agent->grants, node)
		list_for_each_entry(r, &grant->res, node)
			if (r->fixed_id && r->res.proto == proto && r->res.id == id)
				return true;

	return false;
}

/**
 * scmid_agent_renumber() - give out ids in the order of the grants
 * @agent: the agent
 *
 * While the agent is live nothing moves: an id keeps its meaning, and what is
 * added comes after all that the guest may have seen. Otherwise ids are dense,
 * but for those that the operator chose.
 *
 * Context: process, with @lock held.
 *
 * Return: 0, or -ENOSPC if a grant that was just added found no ids.
 */
int scmid_agent_renumber(struct scmid_agent *agent)
{
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	u32 *next;

	lockdep_assert_held(&agent->lock);

	if (!agent->peer.live)
		memset(agent->next_id, 0, sizeof(agent->next_id));

	list_for_each_entry(grant, &agent->grants, node) {
		list_for_each_entry(r, &grant->res, node) {
			next = &agent->next_id[r->res.proto - SCMID_PROTO_BASE];
			if (r->fixed_id || (agent->peer.live && grant->numbered))
				continue;
			while (scmid_agent_id_fixed(agent, r->res.proto, *next))
				(*next)++;
			/* Their number has 16 bits, so the last id is one less. */
			if (*next >= U16_MAX)
				return -ENOSPC;
			r->res.id = (*next)++;
		}
		grant->numbered = true;
	}

	return 0;
}
