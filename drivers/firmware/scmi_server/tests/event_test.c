// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the events: what is sent to whom, in which order, and what
 * becomes of it when the one who asked for it goes.
 */

#include "own_engine.h"

#include "../event.c"

#include "peer.h"

/* Something has happened to resource @i of the peer's first grant. */
static void ev_raise(struct peer *peer, unsigned int i, u64 value)
{
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	scmid_event_raise(test_res(grant, i), SCMID_CLOCK_RATE_CHANGED, value);
}

/* The same, and what it leads to is over. */
static void ev_raise_settle(struct peer *peer, unsigned int i, u64 value)
{
	ev_raise(peer, i, value);
	peer_settle(peer);
}

static unsigned long ev_count(const struct peer *peer, enum scmid_events_count what)
{
	return peer->chan.agent->event_counts[what];
}

#define EXPECT_EVENT(test, peer, i, by, id, value) do {				\
	const struct peer_event *_event = &(peer)->events[i];			\
	u64 _value = value;							\
										\
	KUNIT_EXPECT_GT_MSG(test, (peer)->nr_events, i, "event %u did not come", i); \
	KUNIT_EXPECT_EQ(test, _event->len, 20);					\
	KUNIT_EXPECT_EQ(test, _event->words[0], 0x5300);			\
	KUNIT_EXPECT_EQ(test, _event->words[1], by);				\
	KUNIT_EXPECT_EQ(test, _event->words[2], id);				\
	KUNIT_EXPECT_EQ(test, _event->words[3], lower_32_bits(_value));		\
	KUNIT_EXPECT_EQ(test, _event->words[4], upper_32_bits(_value));		\
} while (0)

static void ev_sent(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct test_trace *trace = test_trace(test);

	/* Nobody asked. */
	ev_raise_settle(peer, 1, 1000);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);

	KUNIT_ASSERT_EQ(test, peer_listen(peer, 1, true), SCMID_SUCCESS);
	ev_raise_settle(peer, 1, 0x123456789aULL);
	ev_raise_settle(peer, 0, 1000);
	ev_raise_settle(peer, 1, 2000);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	EXPECT_EVENT(test, peer, 0, 0, 1, 0x123456789aULL);
	EXPECT_EVENT(test, peer, 1, 0, 1, 2000);
	KUNIT_EXPECT_STREQ(test, trace->notified.text,
			   "vm1 0x14 0x0 1 0 78187493530 0; vm1 0x14 0x0 1 0 2000 0");
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_SENT), 2);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_REPLACED), 0);

	/* One command too many is nothing; the last one counts. */
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 1, true), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 1, false), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 1, false), SCMID_SUCCESS);
	ev_raise_settle(peer, 1, 3000);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 1, true), SCMID_SUCCESS);
	ev_raise_settle(peer, 1, 4000);
	EXPECT_EVENT(test, peer, 2, 0, 1, 4000);
	KUNIT_EXPECT_EQ(test, mock.misuse, 0);
}

/* The peer has no room: what comes meanwhile is kept, the newest of each. */
static void ev_busy(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer_listen(peer, 1, true);
	peer_listen(peer, 2, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 2, 10);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 1);
	ev_raise_settle(peer, 0, 20);
	ev_raise_settle(peer, 2, 30);
	ev_raise_settle(peer, 2, 40);
	ev_raise_settle(peer, 1, 50);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 5);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 0);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_REPLACED), 2);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_DROPPED), 0);

	/* Nobody asks again by himself. */
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 5);

	/* In the order in which they became news. */
	peer->notify_err = 0;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 3);
	EXPECT_EVENT(test, peer, 0, 0, 2, 40);
	EXPECT_EVENT(test, peer, 1, 0, 0, 20);
	EXPECT_EVENT(test, peer, 2, 0, 1, 50);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_SENT), 3);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 3);
}

/* Room for one at a time. */
static void ev_one_room(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);

	peer->notify_err = peer->notify_calls % 2 ? 0 : -EAGAIN;
}

static void ev_one_by_one(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer_listen(peer, 1, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 0, 1);
	ev_raise_settle(peer, 1, 2);
	peer->notify_calls = 0;
	peer->on_notify = ev_one_room;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	EXPECT_EVENT(test, peer, 0, 0, 0, 1);
	EXPECT_EVENT(test, peer, 1, 0, 1, 2);
}

/* It cannot be sent, and that will not change. */
static void ev_failed(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct test_trace *trace = test_trace(test);

	peer_listen(peer, 0, true);
	peer->notify_err = -EMSGSIZE;
	ev_raise_settle(peer, 0, 1);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 1);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_DROPPED), 1);
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_SENT), 0);
	KUNIT_EXPECT_STREQ(test, trace->notified.text, "vm1 0x14 0x0 0 0 1 -90");
	peer->notify_err = 0;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 0);
	ev_raise_settle(peer, 0, 2);
	EXPECT_EVENT(test, peer, 0, 0, 0, 2);
}

static void ev_again(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);

	peer->on_notify = NULL;
	ev_raise(peer, 0, 2);
}

/* Something newer while it is being sent: then that is told, too. */
static void ev_newer(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer->on_notify = ev_again;
	ev_raise_settle(peer, 0, 1);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	EXPECT_EVENT(test, peer, 0, 0, 0, 1);
	/* That came from within the worker. */
	EXPECT_EVENT(test, peer, 1, peer->chan.agent->peer.id, 0, 2);
}

static void ev_forget(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);
	struct scmid_grant *grant = list_first_entry(&chan->agent->grants, struct scmid_grant,
						     node);

	peer->on_notify = NULL;
	scoped_guard(mutex, &chan->agent->run)
		scmid_event_want(test_res(grant, 0), SCMID_CLOCK_RATE_CHANGED, false);
}

/* Nobody wants it any more while it is being sent: the next one still counts. */
static void ev_forgotten(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer_listen(peer, 1, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 0, 1);
	ev_raise_settle(peer, 1, 2);
	peer->notify_err = 0;
	peer->on_notify = ev_forget;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	EXPECT_EVENT(test, peer, 1, 0, 1, 2);
	KUNIT_EXPECT_TRUE(test, list_empty(&peer->chan.agent->events));
}

/* More than are sent at a stretch, with one kick. */
static void ev_batch(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	static const char * const nodes[] = { "four", "twice", "long" };
	struct scmid_agent *agent = peer->chan.agent;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		peer_permit(test, test_granted(test, agent, nodes[i]));
	peer->notify_err = -EAGAIN;
	list_for_each_entry(grant, &agent->grants, node) {
		list_for_each_entry(r, &grant->res, node) {
			KUNIT_ASSERT_EQ(test, peer_listen(peer, r->res.id, true), SCMID_SUCCESS);
			scmid_event_raise(r, SCMID_CLOCK_RATE_CHANGED, 100 + r->res.id);
			n++;
		}
	}
	KUNIT_ASSERT_GT(test, n, SCMID_EVENT_BATCH);
	peer_settle(peer);
	peer->notify_err = 0;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, n);
	for (i = 0; i < n; i++)
		EXPECT_EVENT(test, peer, i, 0, i, 100 + i);
}

/* It is told again and again, as long as there are commands. */
static void ev_storm(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);

	if (peer->completed < PEER_REQS && peer->notify_calls < 100000)
		ev_raise(peer, 0, peer->notify_calls);
}

/* That keeps nobody from being answered. */
static void ev_fair(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	unsigned int i;

	peer_listen(peer, 0, true);
	peer->n = 0;
	peer->fetched = 0;
	peer->completed = 0;
	for (i = 0; i < PEER_REQS; i++)
		peer_rate(peer, 0);
	peer->on_notify = ev_storm;
	ev_raise_settle(peer, 0, 1);
	KUNIT_EXPECT_EQ(test, peer->completed, PEER_REQS);
	/* Some in between, but not one for each that was raised. */
	KUNIT_EXPECT_LT(test, peer->notify_calls, 100000);
	KUNIT_EXPECT_GT(test, peer->nr_events, 1);
}

/* Who asks for it gets the answer first. */
static void ev_after_reply(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	static const u32 listen[] = { 0, 1 }, set[] = { 0, 0, 700, 0 };

	peer_send_args(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_NOTIFY, listen, 2);
	peer_send_args(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET, set, 4);
	peer_run(peer);
	EXPECT_DONE(test, &peer->reqs[1], SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, peer->nr_events, 1);
	/* Itself has done it. */
	EXPECT_EVENT(test, peer, 0, peer->chan.agent->peer.id, 0, 700);
	KUNIT_EXPECT_EQ(test, peer->events[0].completed, 2);
}

/* On whose behalf: a command's, or nobody's. */
static void ev_cause(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three"), *other;

	other = peer_listening(test, "vm2", "four");
	peer_listen(peer, 0, true);
	peer_listen(other, 0, true);
	KUNIT_EXPECT_EQ(test, PEER_CALL(other, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET, 0, 0, 5, 0),
			SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET, 0, 0, 6, 0),
			SCMID_SUCCESS);
	ev_raise_settle(other, 0, 7);
	KUNIT_EXPECT_NE(test, peer->chan.agent->peer.id, other->chan.agent->peer.id);
	EXPECT_EVENT(test, peer, 0, peer->chan.agent->peer.id, 0, 6);
	EXPECT_EVENT(test, other, 0, other->chan.agent->peer.id, 0, 5);
	EXPECT_EVENT(test, other, 1, 0, 0, 7);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	KUNIT_EXPECT_EQ(test, other->nr_events, 2);
}

/* Without a way there are no events, and nothing is said of any. */
static void ev_no_way(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	KUNIT_EXPECT_EQ(test, peer_listen(peer, 0, true), SCMID_NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_MESSAGE_ATTRIBUTES,
					SCMID_CLOCK_RATE_NOTIFY), SCMID_NOT_FOUND);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_ATTRIBUTES, 0);
	KUNIT_EXPECT_EQ(test, peer->reqs[0].val & BIT(31), 0);

	/* The next driver has one. */
	peer_permit(test, list_first_entry(&peer->chan.agent->grants, struct scmid_grant, node));
	scmid_chan_stop(&peer->chan);
	peer->chan.p2a = true;
	peer_up(peer, SCMID_START_NEW);
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_MESSAGE_ATTRIBUTES,
					SCMID_CLOCK_RATE_NOTIFY), SCMID_SUCCESS);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_ATTRIBUTES, 0);
	KUNIT_EXPECT_EQ(test, peer->reqs[0].val & BIT(31), BIT(31));
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
}

/* Ways in which the wish for events ends */

static void ev_go_unsubscribe(struct peer *peer, struct scmid_grant *grant)
{
	peer_listen(peer, 0, false);
}

static void ev_go_access(struct peer *peer, struct scmid_grant *grant)
{
	test_set_access(test_res(grant, 0), SCMID_ACCESS_GET | SCMID_ACCESS_STATE);
}

static void ev_go_denied(struct peer *peer, struct scmid_grant *grant)
{
	test_set_denied(grant, BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE));
}

static void ev_go_disabled(struct peer *peer, struct scmid_grant *grant)
{
	scmid_grant_disable(grant);
}

static void ev_go_cut_off(struct peer *peer, struct scmid_grant *grant)
{
	scmid_agent_set_live(grant->agent, false);
}

static void ev_go_gone(struct peer *peer, struct scmid_grant *grant)
{
	scmid_chan_gone(&peer->chan);
}

static void ev_go_expired(struct peer *peer, struct scmid_grant *grant)
{
	scmid_chan_stop(&peer->chan);
	flush_delayed_work(&peer->chan.hold);
}

static void ev_go_new(struct peer *peer, struct scmid_grant *grant)
{
	scmid_chan_stop(&peer->chan);
	scmid_chan_start(&peer->chan, SCMID_START_NEW);
}

static void ev_go_base(struct peer *peer, struct scmid_grant *grant)
{
	scmid_chan_stop(&peer->chan);
	peer_up(peer, SCMID_START_UNSURE);
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
}

static void ev_go_reset(struct peer *peer, struct scmid_grant *grant)
{
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_BASE_RESET_AGENT, grant->agent->peer.id, 0);
}

static void ev_go_detached(struct peer *peer, struct scmid_grant *grant)
{
	scmid_chan_detach(&peer->chan);
}

struct ev_go {
	const char *desc;
	void (*go)(struct peer *peer, struct scmid_grant *grant);
};

static const struct ev_go ev_go_params[] = {
	{ "asks for no more", ev_go_unsubscribe },
	{ "loses the right", ev_go_access },
	{ "is denied the protocol", ev_go_denied },
	{ "loses the grant", ev_go_disabled },
	{ "is cut off", ev_go_cut_off },
	{ "is gone", ev_go_gone },
	{ "is away for too long", ev_go_expired },
	{ "is another", ev_go_new },
	{ "turns out to be another", ev_go_base },
	{ "is reset", ev_go_reset },
	{ "has no channel any more", ev_go_detached },
};

KUNIT_ARRAY_PARAM_DESC(ev_goes, ev_go_params, desc);

static void ev_go(struct kunit *test)
{
	const struct ev_go *p = test->param_value;
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct scmid_agent *agent = peer->chan.agent;
	struct scmid_grant *grant = list_first_entry(&agent->grants, struct scmid_grant, node);
	struct scmid_grant_res *r = test_res(grant, 0);

	peer_listen(peer, 0, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 0, 1);
	KUNIT_ASSERT_FALSE(test, list_empty(&agent->events));

	p->go(peer, grant);
	if (peer->chan.agent)
		peer_settle(peer);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->events));
	KUNIT_EXPECT_EQ(test, r->res.events, 0);

	/* Neither what waited, nor what comes. */
	peer->notify_err = 0;
	peer->notify_calls = 0;
	scmid_event_raise(r, SCMID_CLOCK_RATE_CHANGED, 2);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->events));
	if (peer->chan.agent) {
		peer_up(peer, SCMID_START_SAME);
		peer_run(peer);
	}
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 0);
	KUNIT_EXPECT_EQ(test, mock.misuse, 0);
}

/* Other rights have nothing to do with it. */
static void ev_stays(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	peer_listen(peer, 0, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 0, 1);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(grant, 0), SCMID_ACCESS_NOTIFY), 0);
	peer->notify_err = 0;
	peer_run(peer);
	EXPECT_EVENT(test, peer, 0, 0, 0, 1);
}

/* A pause: what was missed is told afterwards, if it is the same who asked. */
static void ev_pause(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer_listen(peer, 1, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 1, 1);
	scmid_chan_stop(&peer->chan);
	peer->notify_err = 0;
	peer->notify_calls = 0;
	ev_raise_settle(peer, 0, 2);
	ev_raise_settle(peer, 0, 3);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);

	peer_up(peer, SCMID_START_SAME);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 2);
	EXPECT_EVENT(test, peer, 0, 0, 1, 1);
	EXPECT_EVENT(test, peer, 1, 0, 0, 3);
}

/* Not before it is known who it is. */
static void ev_unsure(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	scmid_chan_stop(&peer->chan);
	ev_raise_settle(peer, 0, 1);
	peer_up(peer, SCMID_START_UNSURE);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_VERSION);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	EXPECT_EVENT(test, peer, 0, 0, 0, 1);
}

static void ev_restart(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);

	peer->on_notify = NULL;
	scmid_chan_stop(chan);
	scmid_chan_start(chan, SCMID_START_NEW);
}

static void ev_resume(struct scmid_chan *chan)
{
	struct peer *peer = container_of(chan, struct peer, chan);

	peer->on_notify = NULL;
	scmid_chan_stop(chan);
	scmid_chan_start(chan, SCMID_START_SAME);
}

/* Another comes, or the same comes back, while it is being sent. */
static void ev_restart_meanwhile(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer->on_notify = ev_resume;
	ev_raise_settle(peer, 0, 1);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	EXPECT_EVENT(test, peer, 0, 0, 0, 1);
	peer->on_notify = ev_restart;
	ev_raise_settle(peer, 0, 2);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&peer->chan.agent->events));
}

static void ev_restarted(struct scmid_chan *chan)
{
	scmid_chan_stop(chan);
	scmid_chan_start(chan, SCMID_START_NEW);
}

static void ev_restarted_unsure(struct scmid_chan *chan)
{
	scmid_chan_stop(chan);
	scmid_chan_start(chan, SCMID_START_UNSURE);
}

/* Another comes while a command is on its way: it is up, but has not asked. */
static void ev_restart_before(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");

	peer_listen(peer, 0, true);
	peer->notify_err = -EAGAIN;
	ev_raise_settle(peer, 0, 1);
	peer->notify_err = 0;
	peer->notify_calls = 0;
	peer_rate(peer, 0)->on_fetch = ev_restarted_unsure;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);
	peer_rate(peer, 0)->on_fetch = ev_restarted;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&peer->chan.agent->events));
}

/*
 * The peer that is up now is only listened to if it is the one who asked; and
 * what is not known of it is not known before it is up.
 */
static void ev_listens(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct scmid_chan *chan = &peer->chan;

	KUNIT_EXPECT_TRUE(test, scmid_chan_listens(chan));
	scmid_chan_stop(chan);
	KUNIT_EXPECT_FALSE(test, scmid_chan_listens(chan));
	peer_up(peer, SCMID_START_UNSURE);
	KUNIT_EXPECT_FALSE(test, scmid_chan_listens(chan));
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	KUNIT_EXPECT_TRUE(test, scmid_chan_listens(chan));
	scmid_chan_gone(chan);
	KUNIT_EXPECT_FALSE(test, scmid_chan_listens(chan));
	peer_settle(peer);
	KUNIT_EXPECT_FALSE(test, scmid_chan_listens(chan));
}

/* Somebody raises what somebody else sends, and a third one takes it away. */

#define EV_ROUNDS	2000

static void ev_async_raise(void *context)
{
	struct scmid_grant *grant = context;
	unsigned int i;

	for (i = 0; i < EV_ROUNDS; i++) {
		scmid_event_raise(test_res(grant, i % 3), SCMID_CLOCK_RATE_CHANGED, i);
		cond_resched();
	}
}

static void ev_async_rights(void *context)
{
	struct scmid_grant *grant = context;
	unsigned int i;

	for (i = 0; i < EV_ROUNDS / 10; i++) {
		test_set_access(test_res(grant, i % 3), SCMID_ACCESS_GET);
		test_set_access(test_res(grant, i % 3), SCMID_ACCESS_GET | SCMID_ACCESS_NOTIFY);
		cond_resched();
	}
}

static void ev_concurrent(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "three");
	struct scmid_agent *agent = peer->chan.agent;
	struct scmid_grant *grant = list_first_entry(&agent->grants, struct scmid_grant, node);
	struct test_async raise, rights;
	unsigned int i;
	s32 status;

	mock.quiet = true;
	test_async(&raise, ev_async_raise, grant);
	test_async(&rights, ev_async_rights, grant);
	for (i = 0; i < EV_ROUNDS / 10; i++) {
		status = peer_listen(peer, i % 3, true);
		if (status != SCMID_SUCCESS)
			KUNIT_EXPECT_EQ(test, status, SCMID_DENIED);
	}
	test_async_end(&raise);
	test_async_end(&rights);
	peer_settle(peer);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->events));
	KUNIT_EXPECT_EQ(test, ev_count(peer, SCMID_EVENTS_SENT), peer->nr_events);

	/* And it still works. */
	peer_listen(peer, 0, false);
	peer_listen(peer, 1, false);
	peer_listen(peer, 2, false);
	KUNIT_EXPECT_EQ(test, peer_listen(peer, 0, true), SCMID_SUCCESS);
	peer->nr_events = 0;
	ev_raise_settle(peer, 0, 5);
	EXPECT_EVENT(test, peer, 0, 0, 0, 5);
	KUNIT_EXPECT_EQ(test, mock.misuse, 0);
}

static struct kunit_case ev_cases[] = {
	KUNIT_CASE(ev_sent),
	KUNIT_CASE(ev_busy),
	KUNIT_CASE(ev_one_by_one),
	KUNIT_CASE(ev_failed),
	KUNIT_CASE(ev_newer),
	KUNIT_CASE(ev_forgotten),
	KUNIT_CASE(ev_batch),
	KUNIT_CASE(ev_fair),
	KUNIT_CASE(ev_after_reply),
	KUNIT_CASE(ev_cause),
	KUNIT_CASE(ev_no_way),
	KUNIT_CASE_PARAM(ev_go, ev_goes_gen_params),
	KUNIT_CASE(ev_stays),
	KUNIT_CASE(ev_pause),
	KUNIT_CASE(ev_unsure),
	KUNIT_CASE(ev_restart_meanwhile),
	KUNIT_CASE(ev_restart_before),
	KUNIT_CASE(ev_listens),
	KUNIT_CASE(ev_concurrent),
	{}
};

static struct kunit_suite ev_suite = {
	.name = "scmi_server_event",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = ev_cases,
};

kunit_test_suite(ev_suite);
