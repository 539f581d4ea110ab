// SPDX-License-Identifier: GPL-2.0
/*
 * Channels: from a transport's kick to an agent's executed command.
 *
 * One work item per channel fetches, executes and completes one command at a
 * time. So commands of an agent are ordered, the guest's own ring is all the
 * queue there is, and nothing is allocated on the way.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include "engine.h"

#define CREATE_TRACE_POINTS
#include <trace/events/scmi_server.h>

/* Commands before others of the host get a turn. */
#define SCMID_BATCH	8

/* Bits of scmid_chan.flags */
enum {
	SCMID_CHAN_DROP,	/* take the votes back before anything else */
	SCMID_CHAN_UNSURE,	/* the next command tells whether to */
	SCMID_CHAN_ATTACHED,
};

/* Somebody wants to know how long commands take: two looks at the clock for each. */
DEFINE_STATIC_KEY_FALSE(scmid_timing);

/* Frozen with user space, so that no command runs into a suspended host. */
static struct workqueue_struct *scmid_wq;

int scmid_core_init(void)
{
	/* In sysfs, for an operator to say on which processors, and how nice. */
	scmid_wq = alloc_workqueue("scmi_server", WQ_UNBOUND | WQ_FREEZABLE | WQ_SYSFS, 0);

	return scmid_wq ? 0 : -ENOMEM;
}

void scmid_core_exit(void)
{
	destroy_workqueue(scmid_wq);
}

/**
 * scmid_backend_register() - offer a framework's resources to agents
 * @backend: the backend
 *
 * Context: module initialisation, before there are agents.
 */
void scmid_backend_register(struct scmid_backend *backend)
{
	list_add_tail(&backend->node, &scmid_backends);
}

static bool scmid_is_base(const struct scmid_req *rq)
{
	return FIELD_GET(SCMID_HDR_PROTO, le32_to_cpu(rq->req[0])) == SCMID_PROTO_BASE;
}

/* The first command of whoever starts, and no use to anybody later. */
static bool scmid_is_first(const struct scmid_req *rq)
{
	return scmid_is_base(rq) &&
	       FIELD_GET(SCMID_HDR_MSG, le32_to_cpu(rq->req[0])) == SCMID_VERSION;
}

static u64 scmid_time(void)
{
	return static_branch_unlikely(&scmid_timing) ? ktime_get_ns() : 0;
}

/* Each power of two has a lower and an upper half. */
static unsigned int scmid_time_slot(u64 ns)
{
	unsigned int order = fls64(ns);

	if (order <= SCMID_TIME_MIN_ORDER)
		return 0;
	if (order > SCMID_TIME_MAX_ORDER)
		return SCMID_NR_TIMES - 1;

	return 2 * (order - SCMID_TIME_MIN_ORDER) - 1 + (ns >> (order - 2) & 1);
}

/**
 * scmid_time_bound() - which durations are counted together
 * @slot: index of &scmid_agent.times
 *
 * Context: any.
 *
 * Return: nanoseconds that they are below, and those of the slot before are not.
 */
u64 scmid_time_bound(unsigned int slot)
{
	u64 lower;

	if (!slot)
		return BIT_ULL(SCMID_TIME_MIN_ORDER);
	if (slot == SCMID_NR_TIMES - 1)
		return U64_MAX;
	lower = BIT_ULL(SCMID_TIME_MIN_ORDER + (slot - 1) / 2);

	return slot % 2 ? lower + lower / 2 : 2 * lower;
}

/*
 * A command that was fetched at @start, unless nobody wanted to know then, was
 * executed, or refused: count and trace it.
 */
static void scmid_chan_account(struct scmid_agent *agent, const struct scmid_msg *msg, u64 start)
{
	u32 hdr = le32_to_cpu(msg->req[0]);
	u32 proto = FIELD_GET(SCMID_HDR_PROTO, hdr), idx = scmid_proto_index(proto);
	s32 status = le32_to_cpu(msg->rsp[1]);
	const char *reason;

	lockdep_assert_held(&agent->run);

	if (idx >= SCMID_NR_PROTOS || !scmid_protos[idx])
		idx = SCMID_NR_PROTOS;
	agent->counts[idx][min(-(u32)status, SCMID_NR_STATUS - 1U)]++;
	if (start)
		agent->times[idx][scmid_time_slot(ktime_get_ns() - start)]++;

	trace_scmid_msg(msg->peer->name, proto, FIELD_GET(SCMID_HDR_MSG, hdr),
			FIELD_GET(SCMID_HDR_TOKEN, hdr), msg->req_len, status);
	if (!status || !trace_scmid_refuse_enabled())
		return;

	reason = agent->why ?: scmid_reason(msg);
	trace_scmid_refuse(msg->peer->name, proto, FIELD_GET(SCMID_HDR_MSG, hdr),
			   FIELD_GET(SCMID_HDR_TOKEN, hdr), status, reason ?: "framework");
}

static void scmid_chan_drop(struct scmid_chan *chan)
{
	lockdep_assert_held(&chan->agent->run);

	if (test_and_clear_bit(SCMID_CHAN_DROP, &chan->flags))
		scmid_agent_quiesce(chan->agent);
}

/*
 * A command that was fetched before the peer stopped must not act after it:
 * its vote could outlive the peer. Both are decided under @run.
 */
static void scmid_chan_execute(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct scmid_agent *agent = chan->agent;
	struct scmid_order order;
	u64 start = scmid_time();
	int err;

	scoped_guard(mutex, &agent->run) {
		if (rq->epoch != atomic_read(&chan->epoch))
			return;
		if (test_and_clear_bit(SCMID_CHAN_UNSURE, &chan->flags) && scmid_is_base(rq))
			set_bit(SCMID_CHAN_DROP, &chan->flags);
		if (chan->rediscovers && scmid_is_first(rq))
			set_bit(SCMID_CHAN_DROP, &chan->flags);
		scmid_chan_drop(chan);
		agent->peer.p2a = READ_ONCE(chan->p2a);
		agent->why = NULL;
		scmid_dispatch(&rq->msg);
		order = agent->order;
		agent->order.what = SCMID_ORDER_NONE;
		if (order.what == SCMID_ORDER_NONE)
			return scmid_chan_account(agent, &rq->msg, start);
	}

	/* About other agents, too, so not with the lock of a command held. */
	err = scmid_agent_order(&order);
	rq->msg.rsp[1] = cpu_to_le32(scmid_status(err));
	guard(mutex)(&agent->run);
	if (err == -ENOENT)
		agent->why = "no such agent or device";
	else if (err == -EBUSY)
		agent->why = "another agent has this right";
	scmid_chan_account(agent, &rq->msg, start);
}

static void scmid_chan_work(struct work_struct *work)
{
	struct scmid_chan *chan = container_of(work, struct scmid_chan, work);
	struct scmid_req *rq = &chan->rq;
	unsigned int i;
	int got;

	if (test_bit(SCMID_CHAN_DROP, &chan->flags)) {
		guard(mutex)(&chan->agent->run);
		scmid_chan_drop(chan);
	}

	for (i = 0; i < SCMID_BATCH; i++) {
		got = chan->ops->fetch(chan, rq);
		if (got <= 0)
			break;
		if (got == 1)
			scmid_chan_execute(chan, rq);
		else
			WRITE_ONCE(chan->agent->malformed, chan->agent->malformed + 1);
		chan->ops->complete(chan, rq);
	}

	/* Events after replies: the one to the command that asked for them comes first. */
	if (scmid_events_send(chan) || i == SCMID_BATCH)
		scmid_chan_kick(chan);
}

static void scmid_chan_hold_expired(struct work_struct *work)
{
	struct scmid_chan *chan = container_of(to_delayed_work(work), struct scmid_chan, hold);

	/* Whatever a driver that is up again votes for comes after this. */
	guard(mutex)(&chan->agent->run);
	if (!READ_ONCE(chan->running))
		scmid_agent_quiesce(chan->agent);
}

/**
 * scmid_chan_attach() - connect a channel to an agent
 * @chan: the channel; @ops and @name are set, the rest is zero
 * @name: the agent's name
 *
 * The agent cannot be removed until scmid_chan_detach().
 *
 * Context: process, not from a configfs operation.
 *
 * Return: 0; -ENOENT if there is no such agent, -ENODEV if it is not live and
 * the channel is not lasting, -EBUSY if it has a channel.
 */
int scmid_chan_attach(struct scmid_chan *chan, const char *name)
{
	struct scmid_agent *agent = scmid_agent_find(name);
	int err = -ENOENT;

	if (!agent) {
		pr_notice_ratelimited("%s: no agent of that name\n", chan->name);
		return err;
	}

	if (agent->ops && agent->ops->pin) {
		err = agent->ops->pin(agent);
		if (err)
			goto err_put;
	}

	scoped_guard(mutex, &agent->lock) {
		if (agent->leaving) {
			err = -ENOENT;
			goto err_unpin;
		}
		if (agent->chan) {
			pr_notice_ratelimited("%s: agent %s has a channel already: %s\n",
					      chan->name, name, agent->chan->name);
			err = -EBUSY;
			goto err_unpin;
		}
		if (!agent->peer.live && !chan->ops->lasting) {
			pr_notice_ratelimited("%s: agent %s is not live\n", chan->name, name);
			err = -ENODEV;
			goto err_unpin;
		}

		INIT_WORK(&chan->work, scmid_chan_work);
		INIT_DELAYED_WORK(&chan->hold, scmid_chan_hold_expired);
		chan->rq.msg.peer = &agent->peer;
		chan->rq.msg.req = chan->rq.req;
		chan->rq.msg.rsp = chan->rq.rsp;
		chan->agent = agent;
		agent->chan = chan;
	}

	/* Last: only now may a kick queue the work. */
	smp_mb__before_atomic();
	set_bit(SCMID_CHAN_ATTACHED, &chan->flags);
	return 0;

err_unpin:
	if (agent->ops && agent->ops->unpin)
		agent->ops->unpin(agent);
err_put:
	scmid_agent_put(agent);
	return err;
}
EXPORT_SYMBOL_GPL(scmid_chan_attach);

/**
 * scmid_chan_detach() - disconnect a channel
 * @chan: the channel; nothing kicks it any more
 *
 * When this returns no operation of the channel is or will be called, and all
 * that the agent held is given back.
 *
 * Context: process; waits for at most one command.
 */
void scmid_chan_detach(struct scmid_chan *chan)
{
	struct scmid_agent *agent = chan->agent;

	clear_bit(SCMID_CHAN_ATTACHED, &chan->flags);
	disable_delayed_work_sync(&chan->hold);
	disable_work_sync(&chan->work);

	scoped_guard(mutex, &agent->lock) {
		guard(mutex)(&agent->run);
		scmid_agent_quiesce(agent);
		agent->chan = NULL;
	}
	chan->agent = NULL;

	if (agent->ops && agent->ops->unpin)
		agent->ops->unpin(agent);
	scmid_agent_put(agent);
}
EXPORT_SYMBOL_GPL(scmid_chan_detach);

/**
 * scmid_chan_kick() - there may be a command
 * @chan: the channel
 *
 * Context: any.
 */
void scmid_chan_kick(struct scmid_chan *chan)
{
	if (test_bit_acquire(SCMID_CHAN_ATTACHED, &chan->flags))
		queue_work(scmid_wq, &chan->work);
}
EXPORT_SYMBOL_GPL(scmid_chan_kick);

/**
 * scmid_chan_start() - the peer's driver is up
 * @chan: the channel
 * @how: what the transport knows of it
 *
 * Votes that a stopped peer left behind are kept for the same driver, and
 * taken back before the first command of another one.
 *
 * Context: any.
 */
void scmid_chan_start(struct scmid_chan *chan, enum scmid_start how)
{
	if (how == SCMID_START_NEW)
		set_bit(SCMID_CHAN_DROP, &chan->flags);
	assign_bit(SCMID_CHAN_UNSURE, &chan->flags, how == SCMID_START_UNSURE);
	/* Who it is before that it is up: see scmid_chan_listens(). */
	smp_store_release(&chan->running, true);
	cancel_delayed_work(&chan->hold);
	scmid_chan_kick(chan);
}
EXPORT_SYMBOL_GPL(scmid_chan_start);

/**
 * scmid_chan_stop() - the peer's driver is down: a pause, a reset or its end
 * @chan: the channel
 *
 * Which of these it is shows later, so votes are held for @hold_ms. Never
 * waits. The transport must call it before it lets commands in again.
 *
 * Context: any.
 */
void scmid_chan_stop(struct scmid_chan *chan)
{
	unsigned long hold = msecs_to_jiffies(READ_ONCE(chan->agent->hold_ms));
	bool was_running;

	was_running = xchg(&chan->running, false);
	atomic_inc(&chan->epoch);
	if (was_running)
		mod_delayed_work(scmid_wq, &chan->hold, hold);
}
EXPORT_SYMBOL_GPL(scmid_chan_stop);

/**
 * scmid_chan_gone() - the peer is gone and does not come back
 * @chan: the channel
 *
 * Its votes are taken back soon, and before any later command. Never waits.
 *
 * Context: any.
 */
void scmid_chan_gone(struct scmid_chan *chan)
{
	xchg(&chan->running, false);
	/* A command that was fetched still counts until then, so the votes go after it. */
	atomic_inc(&chan->epoch);
	set_bit(SCMID_CHAN_DROP, &chan->flags);
	scmid_chan_kick(chan);
}
EXPORT_SYMBOL_GPL(scmid_chan_gone);

/**
 * scmid_chan_flush() - wait until no command is in flight
 * @chan: the channel; the transport lets no new one in
 *
 * Context: process, with no lock that the channel's operations take.
 */
void scmid_chan_flush(struct scmid_chan *chan)
{
	flush_work(&chan->work);
}
EXPORT_SYMBOL_GPL(scmid_chan_flush);

/**
 * scmid_chan_listens() - is the peer that asked for events still there?
 * @chan: the channel; its epoch was read before
 *
 * A peer that stops is not running before the epoch changes, and one that
 * starts is known for what it is before it is running. So if this says yes,
 * and the epoch is still the same when the event is handed over, it goes to
 * whom it is for.
 *
 * Context: any.
 *
 * Return: whether it is up, and known to be the same.
 */
bool scmid_chan_listens(const struct scmid_chan *chan)
{
	/* After the epoch, and before the flags. */
	return smp_load_acquire(&chan->running) && !test_bit(SCMID_CHAN_DROP, &chan->flags) &&
	       !test_bit(SCMID_CHAN_UNSURE, &chan->flags);
}

/**
 * scmid_chan_cause() - on whose behalf does this happen?
 *
 * Context: any.
 *
 * Return: id of the agent whose command is executed by the caller, or for
 * which votes are taken back before one; %SCMID_AGENT_PLATFORM if it is none.
 */
u8 scmid_chan_cause(void)
{
	struct work_struct *work = current_work();

	if (!work || work->func != scmid_chan_work)
		return SCMID_AGENT_PLATFORM;

	return container_of(work, struct scmid_chan, work)->agent->peer.id;
}
