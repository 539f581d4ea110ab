// SPDX-License-Identifier: GPL-2.0
/*
 * Events: from what a backend notices to the agents that want to know.
 *
 * A resource, and the guest description, has room for one event that waits to be
 * sent. A newer one takes its place: what is told is late then, but not old. So
 * nothing is allocated, nothing runs over, and an agent that does not listen costs
 * nobody anything.
 */

#include <linux/cleanup.h>

#include "engine.h"

#include <trace/events/scmi_server.h>

/* Events that are sent before others of the host get a turn. */
#define SCMID_EVENT_BATCH	8

/**
 * scmid_events_init() - set up an agent's events
 * @agent: the agent
 */
void scmid_events_init(struct scmid_agent *agent)
{
	spin_lock_init(&agent->event_lock);
	INIT_LIST_HEAD(&agent->events);
	INIT_LIST_HEAD(&agent->guest_pending.node);
}

static void scmid_event_note(u8 *events, struct scmid_pending *pending, u8 id, bool on)
{
	if (on) {
		*events |= BIT(id);
		return;
	}
	*events &= ~BIT(id);
	if (!list_empty(&pending->node) && pending->event.id == id)
		list_del_init(&pending->node);
}

static void scmid_event_add(struct scmid_agent *agent, struct scmid_pending *pending,
			    const struct scmid_event *event)
{
	lockdep_assert_held(&agent->event_lock);

	if (list_empty(&pending->node))
		list_add_tail(&pending->node, &agent->events);
	else
		agent->event_counts[SCMID_EVENTS_REPLACED]++;
	pending->seq = ++agent->event_seq;
	pending->event = *event;
	/* Who wants events has a channel, and has it until it wants none. */
	if (agent->chan)
		scmid_chan_kick(agent->chan);
}

/**
 * scmid_event_want() - an agent wants to be told of an event, or no more
 * @r: the resource
 * @id: event id of its protocol
 * @on: whether it does
 *
 * What waits to be sent is forgotten with the wish for it.
 *
 * Context: process, with the agent's run held: an operation of the resource,
 * or when its backend takes back what the agent asked for.
 */
void scmid_event_want(struct scmid_grant_res *r, u8 id, bool on)
{
	guard(spinlock_irqsave)(&r->grant->agent->event_lock);

	scmid_event_note(&r->res.events, &r->pending, id, on);
}

/**
 * scmid_event_want_guest() - likewise, of an event about the guest description
 * @agent: the agent
 * @id: event id of the protocol
 * @on: whether it does
 *
 * Context: process, with the agent's run held.
 */
void scmid_event_want_guest(struct scmid_agent *agent, u8 id, bool on)
{
	lockdep_assert_held(&agent->run);
	guard(spinlock_irqsave)(&agent->event_lock);

	scmid_event_note(&agent->peer.events, &agent->guest_pending, id, on);
}

/**
 * scmid_event_raise() - something has happened that an agent may want to know
 * @r: the resource
 * @id: event id of its protocol
 * @value: what the event is about
 *
 * If the agent does not want it, nothing happens.
 *
 * Context: any; the resource has been acquired and not been released.
 */
void scmid_event_raise(struct scmid_grant_res *r, u8 id, u64 value)
{
	struct scmid_agent *agent = r->grant->agent;

	guard(spinlock_irqsave)(&agent->event_lock);

	if (!(r->res.events & BIT(id)))
		return;

	scmid_event_add(agent, &r->pending, &(struct scmid_event) {
		.proto = r->res.proto,
		.id = id,
		.cause = scmid_chan_cause(),
		.res = r->res.id,
		.value = value,
	});
}

/**
 * scmid_event_raise_guest() - the guest description has changed
 * @agent: the agent
 * @id: event id of the protocol
 * @value: see &scmid_event.value
 *
 * If the agent does not want to know, nothing happens.
 *
 * Context: process, with the agent's lock held.
 */
void scmid_event_raise_guest(struct scmid_agent *agent, u8 id, u64 value)
{
	lockdep_assert_held(&agent->lock);
	guard(spinlock_irqsave)(&agent->event_lock);

	if (!(agent->peer.events & BIT(id)))
		return;

	scmid_event_add(agent, &agent->guest_pending, &(struct scmid_event) {
		.proto = SCMID_PROTO_GUEST,
		.id = id,
		.cause = SCMID_AGENT_PLATFORM,
		.value = value,
	});
}

/*
 * The next event for the peer that is up now. The epoch comes first: if the
 * peer stops after that, the transport finds out.
 */
static bool scmid_event_next(struct scmid_chan *chan, struct scmid_pending *next)
{
	struct scmid_agent *agent = chan->agent;
	struct scmid_pending *first;

	if (list_empty_careful(&agent->events))
		return false;

	chan->event_epoch = atomic_read_acquire(&chan->epoch);
	if (!scmid_chan_listens(chan))
		return false;

	guard(spinlock_irqsave)(&agent->event_lock);

	first = list_first_entry_or_null(&agent->events, struct scmid_pending, node);
	if (!first)
		return false;
	*next = *first;

	return true;
}

/* It is told, or never will be; unless there is something newer to tell. */
static void scmid_event_done(struct scmid_agent *agent, const struct scmid_pending *done, int err)
{
	struct scmid_pending *first;

	guard(spinlock_irqsave)(&agent->event_lock);

	first = list_first_entry_or_null(&agent->events, struct scmid_pending, node);
	if (first && first->seq == done->seq)
		list_del_init(&first->node);
	agent->event_counts[err ? SCMID_EVENTS_DROPPED : SCMID_EVENTS_SENT]++;
}

/**
 * scmid_events_send() - send the events that wait
 * @chan: the channel; no command is in flight
 *
 * Context: the channel's worker, with no lock held.
 *
 * Return: whether there may be more, after others had a turn.
 */
bool scmid_events_send(struct scmid_chan *chan)
{
	struct scmid_agent *agent = chan->agent;
	struct scmid_pending next;
	unsigned int i;
	int err;

	if (!chan->ops->notify)
		return false;

	for (i = 0; i < SCMID_EVENT_BATCH; i++) {
		if (!scmid_event_next(chan, &next))
			return false;

		err = chan->ops->notify(chan, chan->event,
					scmid_notification(&next.event, chan->event));
		if (err == -EAGAIN)
			return false;
		scmid_event_done(agent, &next, err);
		trace_scmid_notify(agent->peer.name, next.event.proto, next.event.id,
				   next.event.res, next.event.cause, next.event.value, err);
	}

	return true;
}
