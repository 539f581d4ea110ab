// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware: which agents hold it, and what only one of them may have.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/hashtable.h>
#include <linux/slab.h>

#include "engine.h"

#include <trace/events/scmi_server.h>

/* Also guards the rights in &scmid_res.access of what is acquired. */
static DEFINE_MUTEX(scmid_hw_lock);
static DEFINE_HASHTABLE(scmid_hws, 10);

static struct scmid_hw *scmid_hw_find(const struct scmid_backend *backend, const void *key)
{
	struct scmid_hw *hw;

	hash_for_each_possible(scmid_hws, hw, node, (unsigned long)key)
		if (hw->backend == backend && hw->key == key)
			return hw;

	return NULL;
}

/* Whether another agent sets what this one would set. */
static int scmid_hw_claim(struct scmid_grant_res *r, struct scmid_hw *hw, u16 access)
{
	u16 exclusive = r->backend->access_exclusive;
	struct scmid_grant_res *other;

	if (!(access & exclusive) || r->grant->shared)
		return 0;

	list_for_each_entry(other, &hw->holders, held) {
		if (other->grant->agent == r->grant->agent ||
		    !(other->res.access & exclusive))
			continue;
		pr_notice_ratelimited("%s: %s \"%s\" is granted to agent %s through %s; allow both with 'shared'\n",
				      dev_name(&r->grant->dev), r->backend->name, r->res.name,
				      other->grant->agent->peer.name, other->grant->name);
		return -EBUSY;
	}

	return 0;
}

/**
 * scmid_hw_join() - a resource was acquired: note who holds its hardware
 * @r: the resource
 *
 * Context: process, with the agent's lock held.
 *
 * Return: 0; -EBUSY if another agent has a right that only one can have, and
 * this grant is not shared; -ENOMEM.
 */
int scmid_hw_join(struct scmid_grant_res *r)
{
	const void *key = r->backend->hardware(r);
	struct scmid_hw *hw;
	int err;

	guard(mutex)(&scmid_hw_lock);

	hw = scmid_hw_find(r->backend, key);
	if (hw) {
		err = scmid_hw_claim(r, hw, r->res.access);
		if (err)
			return err;
	} else {
		hw = kzalloc_obj(*hw);
		if (!hw)
			return -ENOMEM;
		hw->backend = r->backend;
		hw->key = key;
		mutex_init(&hw->lock);
		INIT_LIST_HEAD(&hw->holders);
		INIT_LIST_HEAD(&hw->votes);
		hash_add(scmid_hws, &hw->node, (unsigned long)key);
	}

	list_add_tail(&r->held, &hw->holders);
	INIT_LIST_HEAD(&r->voter);
	r->want = 0;
	r->hw = hw;

	return 0;
}

/**
 * scmid_hw_leave() - the reverse of scmid_hw_join()
 * @r: the resource; it has no vote any more
 *
 * Context: process, with the agent's lock held.
 */
void scmid_hw_leave(struct scmid_grant_res *r)
{
	struct scmid_hw *hw = r->hw;

	guard(mutex)(&scmid_hw_lock);

	/* What the backend could not let go of goes with the handle. */
	scoped_guard(mutex, &hw->lock)
		list_del_init(&r->voter);
	r->hw = NULL;
	list_del(&r->held);
	if (!list_empty(&hw->holders))
		return;

	hash_del(&hw->node);
	mutex_destroy(&hw->lock);
	kfree(hw);
}

/**
 * scmid_hw_set_access() - change what an agent may do with a resource
 * @r: the resource
 * @access: its rights from now on
 *
 * Context: process, with the agent's @lock and @run held.
 *
 * Return: 0; -EBUSY as scmid_hw_join(), and nothing has changed.
 */
int scmid_hw_set_access(struct scmid_grant_res *r, u16 access)
{
	int err;

	guard(mutex)(&scmid_hw_lock);

	/* Only what is new can be in the way of others. */
	err = r->hw ? scmid_hw_claim(r, r->hw, access & ~r->res.access) : 0;
	if (!err)
		WRITE_ONCE(r->res.access, access);

	return err;
}

/**
 * scmid_hw_walk() - look at all hardware that is held
 * @fn: called for each, with &scmid_hw.lock held and all holders in place
 * @data: for @fn
 *
 * Context: process.
 */
void scmid_hw_walk(void (*fn)(struct scmid_hw *hw, void *data), void *data)
{
	struct scmid_hw *hw;
	int bucket;

	guard(mutex)(&scmid_hw_lock);

	hash_for_each(scmid_hws, bucket, hw, node) {
		guard(mutex)(&hw->lock);
		fn(hw, data);
	}
}

/**
 * scmid_voted() - an agent's vote has changed
 * @r: the resource
 *
 * Context: from an operation of @r or from &scmid_backend.quiesce.
 */
void scmid_voted(struct scmid_grant_res *r)
{
	char vote[SCMID_SHOW_MAX];

	if (!trace_scmid_vote_enabled())
		return;

	r->backend->show_vote(r, vote, sizeof(vote));
	trace_scmid_vote(r->grant->agent->peer.name, dev_name(&r->grant->dev), r->dir,
			 r->res.name, vote);
}

/**
 * scmid_arbitrated() - a value that agents vote for has been set
 * @r: the resource whose vote was made or dropped
 * @result: the value of the hardware now
 *
 * Context: as scmid_voted(), with &scmid_hw.lock held.
 */
void scmid_arbitrated(struct scmid_grant_res *r, u64 result)
{
	trace_scmid_arbitrate(r->grant->agent->peer.name, dev_name(&r->grant->dev), r->dir,
			      r->res.name, r->policy, r->want, result);
}

/**
 * scmid_refused() - a backend refuses a command because of others
 * @r: the resource
 * @err: negative errno
 * @why: the reason, for the trace; a constant string
 *
 * Context: from an operation of @r.
 *
 * Return: @err.
 */
int scmid_refused(struct scmid_grant_res *r, int err, const char *why)
{
	r->grant->agent->why = why;

	return err;
}
