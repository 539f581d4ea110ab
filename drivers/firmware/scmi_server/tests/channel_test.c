// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the channels: what is executed, in which order, and what
 * becomes of the votes of a peer that stops.
 */

/* Its events are the server's own. */
#define NOTRACE

#include <linux/module.h>

#include "own_engine.h"

#undef pr_fmt
#undef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(symbol)
#include "../core.c"

#include "test.h"

#define CHAN_REQS	32

/**
 * struct chan_req - a command that the peer sends, and what it gets
 * @req: the command
 * @words: words in it
 * @malformed: the transport finds that it makes no sense
 * @on_fetch: happens just after the command was fetched
 * @answered: it came back
 * @dropped: to a peer that had stopped meanwhile
 * @status: with this
 * @val: and this
 */
struct chan_req {
	u32 req[4];
	unsigned int words;
	bool malformed;
	void (*on_fetch)(struct scmid_chan *chan);
	bool answered;
	bool dropped;
	s32 status;
	u32 val;
};

/**
 * struct chan_peer - a transport with its peer
 * @chan: the channel
 * @reqs: commands
 * @n: how many there are
 * @fetched: how many were fetched
 * @completed: how many came back
 * @calls: how often a command was asked for
 * @err: what asking for one returns, if not 0
 */
struct chan_peer {
	struct scmid_chan chan;
	struct chan_req reqs[CHAN_REQS];
	unsigned int n, fetched, completed, calls;
	int err;
};

static struct chan_peer *to_peer(struct scmid_chan *chan)
{
	return container_of(chan, struct chan_peer, chan);
}

static int chan_fetch(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct chan_peer *peer = to_peer(chan);
	struct chan_req *req = &peer->reqs[peer->fetched];
	unsigned int i;

	peer->calls++;
	if (peer->err)
		return peer->err;
	if (peer->fetched == peer->n)
		return 0;

	rq->epoch = atomic_read(&chan->epoch);
	rq->cookie = peer->fetched++;
	rq->msg.rsp_len = 0;
	if (req->malformed)
		return 2;

	for (i = 0; i < req->words; i++)
		rq->req[i] = cpu_to_le32(req->req[i]);
	rq->msg.req_len = req->words * sizeof(__le32);
	rq->msg.rsp_room = SCMID_RSP_MAX;
	if (req->on_fetch)
		req->on_fetch(chan);

	return 1;
}

static void chan_complete(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct chan_peer *peer = to_peer(chan);
	struct chan_req *req = &peer->reqs[rq->cookie];

	peer->completed++;
	req->answered = true;
	req->dropped = rq->epoch != atomic_read(&chan->epoch);
	if (rq->msg.rsp_len >= SCMID_RSP_HEAD)
		req->status = (s32)le32_to_cpu(rq->rsp[1]);
	if (rq->msg.rsp_len > SCMID_RSP_HEAD)
		req->val = le32_to_cpu(rq->rsp[2]);
}

static const struct scmid_chan_ops chan_ops = {
	.fetch = chan_fetch,
	.complete = chan_complete,
};

static void chan_cleanup(void *context)
{
	struct chan_peer *peer = context;

	if (peer->chan.agent)
		scmid_chan_detach(&peer->chan);
}

static struct chan_peer *chan_peer(struct kunit *test)
{
	struct chan_peer *peer = kunit_kzalloc(test, sizeof(*peer), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, peer);
	peer->chan.ops = &chan_ops;
	strscpy(peer->chan.name, "test");

	return peer;
}

static struct chan_peer *chan_attached(struct kunit *test, const char *name)
{
	struct chan_peer *peer = chan_peer(test);

	KUNIT_ASSERT_EQ(test, scmid_chan_attach(&peer->chan, name), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, chan_cleanup, peer));

	return peer;
}

/* Until the channel has nothing to do. */
static void chan_settle(struct chan_peer *peer)
{
	do
		scmid_chan_flush(&peer->chan);
	while (work_busy(&peer->chan.work));
}

/* The channel looks for commands when its peer is up: let that be over. */
static void chan_up(struct chan_peer *peer, enum scmid_start how)
{
	scmid_chan_start(&peer->chan, how);
	chan_settle(peer);
}

/* Agent vm1 with one resource, "a", and its peer, that is up. */
static struct chan_peer *chan_running(struct kunit *test)
{
	struct chan_peer *peer;

	test_live(test, "vm1", "one");
	peer = chan_attached(test, "vm1");
	chan_up(peer, SCMID_START_SAME);
	mock_forget();

	return peer;
}

static struct chan_req *chan_send(struct chan_peer *peer, u8 proto, u8 msg)
{
	struct chan_req *req = &peer->reqs[peer->n];

	req->req[0] = TEST_HDR(proto, msg, peer->n);
	req->words = 1;
	peer->n++;

	return req;
}

static struct chan_req *chan_state(struct chan_peer *peer, u32 id, u32 on)
{
	struct chan_req *req = chan_send(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET);

	req->req[1] = id;
	req->req[2] = on;
	req->words = 3;

	return req;
}

static struct chan_req *chan_rate(struct chan_peer *peer, u32 id)
{
	struct chan_req *req = chan_send(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET);

	req->req[1] = id;
	req->words = 2;

	return req;
}

static void chan_run(struct chan_peer *peer)
{
	scmid_chan_kick(&peer->chan);
	chan_settle(peer);
}

/* Votes for "a". */
static void chan_vote(struct kunit *test, struct chan_peer *peer)
{
	struct chan_req *req = chan_state(peer, 0, 1);

	chan_run(peer);
	KUNIT_ASSERT_EQ(test, req->status, SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, mock.votes, 1);
	mock_forget();
}

#define EXPECT_DONE(test, req, state) do {					\
	KUNIT_EXPECT_TRUE(test, (req)->answered);				\
	KUNIT_EXPECT_FALSE(test, (req)->dropped);				\
	KUNIT_EXPECT_EQ(test, (req)->status, state);				\
} while (0)

static void chan_order(struct kunit *test)
{
	struct chan_peer *peer;
	struct chan_req *last;
	unsigned int i;

	test_live(test, "vm1", "three");
	peer = chan_attached(test, "vm1");
	chan_up(peer, SCMID_START_SAME);
	chan_state(peer, 0, 1);
	chan_state(peer, 2, 1);
	chan_state(peer, 0, 0);
	chan_state(peer, 1, 1);
	chan_state(peer, 0, 1);
	last = chan_rate(peer, 2);
	mock_forget();
	chan_run(peer);

	KUNIT_EXPECT_STREQ(test, mock.log, "1a 1c 0a 1b 1a");
	for (i = 0; i < peer->n; i++)
		EXPECT_DONE(test, &peer->reqs[i], SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, last->val, lower_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, mock.votes, 3);
}

/* More than are served at a stretch, with one kick. */
static void chan_batch(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	unsigned int i;

	for (i = 0; i < CHAN_REQS; i++)
		chan_state(peer, 0, !(i % 2));
	chan_run(peer);

	KUNIT_EXPECT_EQ(test, peer->completed, CHAN_REQS);
	for (i = 0; i < CHAN_REQS; i++)
		EXPECT_DONE(test, &peer->reqs[i], SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, CHAN_REQS);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* A whole number of batches, and one more or less. */
static void chan_batch_edge(struct kunit *test)
{
	unsigned int n, i;

	for (n = SCMID_BATCH - 1; n <= SCMID_BATCH * 2 + 1; n++) {
		struct chan_peer *peer = chan_running(test);
		struct scmid_agent *agent = peer->chan.agent;

		for (i = 0; i < n; i++)
			chan_rate(peer, 0);
		chan_run(peer);
		KUNIT_EXPECT_EQ(test, peer->completed, n);
		scmid_chan_detach(&peer->chan);
		test_agent_drop(test, agent);
	}
}

static void chan_malformed(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *before, *bad, *after;

	before = chan_rate(peer, 0);
	bad = chan_state(peer, 0, 1);
	bad->malformed = true;
	bad->status = 1;
	after = chan_rate(peer, 0);
	chan_run(peer);

	EXPECT_DONE(test, before, SCMID_SUCCESS);
	KUNIT_EXPECT_TRUE(test, bad->answered);
	KUNIT_EXPECT_EQ(test, bad->status, 1);
	EXPECT_DONE(test, after, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
}

/* Asking again would not help. */
static void chan_fetch_fails(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *req;
	unsigned int calls;

	chan_settle(peer);
	calls = peer->calls;
	peer->err = -EFAULT;
	req = chan_rate(peer, 0);
	chan_run(peer);
	KUNIT_EXPECT_EQ(test, peer->calls, calls + 1);
	KUNIT_EXPECT_FALSE(test, req->answered);

	peer->err = 0;
	chan_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
}

/* What was on its way when the peer stopped must not act on nobody's behalf. */
static void chan_stop_in_flight(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *req = chan_state(peer, 0, 1);

	req->on_fetch = scmid_chan_stop;
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_TRUE(test, req->dropped);

	chan_up(peer, SCMID_START_SAME);
	req = chan_state(peer, 0, 1);
	chan_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "1a");
}

static void chan_gone_in_flight(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *req;

	chan_vote(test, peer);
	req = chan_state(peer, 0, 0);
	req->on_fetch = scmid_chan_gone;
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_TRUE(test, req->dropped);
}

static void chan_gone(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	scmid_chan_gone(&peer->chan);
	chan_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	/* Once. */
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

static void chan_restart(struct scmid_chan *chan)
{
	scmid_chan_gone(chan);
	scmid_chan_start(chan, SCMID_START_SAME);
}

/* The one that is gone is forgotten before the next one is heard. */
static void chan_gone_before_commands(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *req;

	chan_vote(test, peer);
	req = chan_state(peer, 0, 1);
	req->on_fetch = chan_restart;
	chan_state(peer, 0, 1);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a 1a");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_hold(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	chan_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&peer->chan.hold));

	/* Now, not in a minute. */
	flush_delayed_work(&peer->chan.hold);
	chan_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

static void chan_hold_expires(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	peer->chan.agent->hold_ms = 1;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.quiesced, TEST_PATIENCE), 0);
	chan_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

static void chan_hold_zero(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	peer->chan.agent->hold_ms = 0;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.quiesced, TEST_PATIENCE), 0);
}

/* Stopping again is no reason to wait longer, nor to hold what is gone. */
static void chan_stop_twice(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	u32 epoch = atomic_read(&peer->chan.epoch);
	unsigned long expires;

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	expires = peer->chan.hold.timer.expires;
	peer->chan.agent->hold_ms *= 2;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_EQ(test, peer->chan.hold.timer.expires, expires);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer->chan.epoch), epoch + 2);

	chan_up(peer, SCMID_START_SAME);
	scmid_chan_gone(&peer->chan);
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
	chan_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

struct chan_start {
	const char *desc;
	enum scmid_start how;
	u8 proto;
	bool drop;
};

static const struct chan_start chan_start_params[] = {
	{ "same, clock", SCMID_START_SAME, SCMID_PROTO_CLOCK, false },
	{ "same, base", SCMID_START_SAME, SCMID_PROTO_BASE, false },
	{ "new, clock", SCMID_START_NEW, SCMID_PROTO_CLOCK, true },
	{ "new, base", SCMID_START_NEW, SCMID_PROTO_BASE, true },
	{ "unsure, clock", SCMID_START_UNSURE, SCMID_PROTO_CLOCK, false },
	{ "unsure, base", SCMID_START_UNSURE, SCMID_PROTO_BASE, true },
};

KUNIT_ARRAY_PARAM_DESC(chan_starts, chan_start_params, desc);

static void chan_start(struct kunit *test)
{
	const struct chan_start *p = test->param_value;
	struct chan_peer *peer = chan_running(test);
	unsigned int i;

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	chan_settle(peer);
	chan_up(peer, p->how);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
	KUNIT_EXPECT_TRUE(test, peer->chan.running);
	if (p->how == SCMID_START_UNSURE)
		KUNIT_EXPECT_EQ(test, mock.votes, 1);

	/* The first command tells, and then one that would show the state. */
	chan_send(peer, p->proto, SCMID_VERSION);
	chan_state(peer, 0, 1);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, p->drop ? "~a 1a" : "");

	/* Nothing is left of it: Base is spoken at any time. */
	mock_forget();
	for (i = 0; i < 3; i++)
		chan_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* Sure after all: what was not known then is no matter now. */
static void chan_start_sure(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	chan_up(peer, SCMID_START_UNSURE);
	scmid_chan_stop(&peer->chan);
	chan_up(peer, SCMID_START_SAME);
	chan_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* A timer that is late must not take the votes of a peer that is back. */
static void chan_hold_late(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	chan_up(peer, SCMID_START_SAME);
	scmid_chan_hold_expired(&peer->chan.hold.work);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_detach(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct scmid_agent *agent = peer->chan.agent;
	unsigned int calls;

	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 1);
	KUNIT_EXPECT_PTR_EQ(test, agent->chan, &peer->chan);
	chan_vote(test, peer);
	scmid_chan_detach(&peer->chan);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 0);
	KUNIT_EXPECT_NULL(test, agent->chan);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 2);

	/* A kick that comes late is nothing. */
	calls = peer->calls;
	scmid_chan_kick(&peer->chan);
	scmid_chan_flush(&peer->chan);
	KUNIT_EXPECT_EQ(test, peer->calls, calls);

	/* The agent is free for another. */
	peer = chan_attached(test, "vm1");
	chan_up(peer, SCMID_START_NEW);
	chan_state(peer, 0, 1);
	chan_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_detach_held(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);

	chan_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	scmid_chan_detach(&peer->chan);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
}

static void chan_attach_errors(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct chan_peer *peer = chan_peer(test), *first;

	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm2"), -ENOENT);
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), -ENODEV);
	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 1);

	test_granted(test, agent, "one");
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), -ENODEV);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	to_test_agent(agent)->pin_err = -EPERM;
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), -EPERM);
	to_test_agent(agent)->pin_err = 0;
	KUNIT_EXPECT_NULL(test, peer->chan.agent);
	KUNIT_EXPECT_NULL(test, agent->chan);

	first = chan_attached(test, "vm1");
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, agent->chan, &first->chan);
	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 1);
	/* Its own, its grant's, the channel's. */
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 3);

	/* Busy comes before not live: it has a channel either way. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), -EBUSY);
}

static void chan_cut_off(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct scmid_agent *agent = peer->chan.agent;
	struct chan_req *version, *attributes, *vendor, *clock, *state, *rate;

	chan_vote(test, peer);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	version = chan_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	attributes = chan_send(peer, SCMID_PROTO_BASE, SCMID_ATTRIBUTES);
	vendor = chan_send(peer, SCMID_PROTO_BASE, SCMID_BASE_VENDOR);
	clock = chan_send(peer, SCMID_PROTO_CLOCK, SCMID_VERSION);
	state = chan_state(peer, 0, 1);
	rate = chan_rate(peer, 0);
	chan_run(peer);

	EXPECT_DONE(test, version, SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, version->val, SCMID_BASE_VERSION);
	EXPECT_DONE(test, attributes, SCMID_SUCCESS);
	EXPECT_DONE(test, vendor, SCMID_DENIED);
	EXPECT_DONE(test, clock, SCMID_DENIED);
	EXPECT_DONE(test, state, SCMID_DENIED);
	EXPECT_DONE(test, rate, SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	/* The channel stayed. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	state = chan_state(peer, 0, 1);
	chan_run(peer);
	EXPECT_DONE(test, state, SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_async_disable(void *grant)
{
	scmid_grant_disable(grant);
}

static void chan_async_cut_off(void *agent)
{
	scmid_agent_set_live(agent, false);
}

static void chan_async_detach(void *chan)
{
	scmid_chan_detach(chan);
}

/*
 * Runs @fn while a command of @peer waits in the backend. Returns whether it
 * waited for the command.
 */
static bool chan_meanwhile(struct kunit *test, struct chan_peer *peer,
			   void (*fn)(void *arg), void *arg)
{
	struct test_async async;
	bool waits;

	mock.block = true;
	chan_state(peer, 0, 1);
	/* Not executed if what happens meanwhile is what it shall be. */
	chan_state(peer, 0, 0);
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);

	test_async(&async, fn, arg);
	waits = test_async_waits(&async);
	mock_allow();
	test_async_end(&async);

	return waits;
}

static void chan_revoke(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_disable, grant));
	/* The second command was before or after it, but all of it. */
	if (strcmp(mock.log, "wait 1a 0a ~a -a"))
		KUNIT_EXPECT_STREQ(test, mock.log, "wait 1a ~a -a");
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	mock_forget();
	chan_settle(peer);
	chan_state(peer, 0, 1);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	EXPECT_DONE(test, &peer->reqs[0], SCMID_SUCCESS);
	/* Its last grant, so with it goes the protocol. */
	EXPECT_DONE(test, &peer->reqs[2], SCMID_NOT_SUPPORTED);
}

static void chan_revoke_one(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	test_granted(test, peer->chan.agent, "four");
	mock_forget();
	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_disable, grant));
	chan_settle(peer);
	mock_forget();
	chan_state(peer, 0, 1);
	chan_state(peer, 1, 1);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "1d");
	EXPECT_DONE(test, &peer->reqs[2], SCMID_NOT_FOUND);
	EXPECT_DONE(test, &peer->reqs[3], SCMID_SUCCESS);
}

static void chan_cut_off_meanwhile(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct scmid_agent *agent = peer->chan.agent;

	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_cut_off, agent));
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	chan_settle(peer);
	mock_forget();
	chan_state(peer, 0, 1);
	chan_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	EXPECT_DONE(test, &peer->reqs[2], SCMID_DENIED);
}

static void chan_detach_meanwhile(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	unsigned int calls;

	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_detach, &peer->chan));
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_TRUE(test, peer->reqs[0].answered);
	calls = peer->calls;
	scmid_chan_kick(&peer->chan);
	flush_work(&peer->chan.work);
	KUNIT_EXPECT_EQ(test, peer->calls, calls);
}

static void chan_async_stop(void *chan)
{
	scmid_chan_stop(chan);
}

static void chan_async_gone(void *chan)
{
	scmid_chan_gone(chan);
}

/* These never wait: a transport calls them where it cannot. */
static void chan_stop_meanwhile(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct test_async async;

	mock.block = true;
	chan_state(peer, 0, 1);
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);

	test_async(&async, chan_async_stop, &peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&async.done, TEST_PATIENCE), 0);
	test_async_end(&async);
	test_async(&async, chan_async_gone, &peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&async.done, TEST_PATIENCE), 0);
	test_async_end(&async);

	mock_allow();
	chan_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait 1a ~a");
	KUNIT_EXPECT_TRUE(test, peer->reqs[0].dropped);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* A command that fails leaves no vote. */
static void chan_failure(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test);
	struct chan_req *req = chan_state(peer, 0, 1);

	mock.fail_state = -EREMOTEIO;
	chan_run(peer);
	EXPECT_DONE(test, req, SCMID_HARDWARE_ERROR);
	mock.fail_state = 0;
	mock_forget();
	req = chan_state(peer, 0, 0);
	chan_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
}

/* Two agents: the one that hangs does not keep the other. */
static void chan_independent(struct kunit *test)
{
	struct chan_peer *peer = chan_running(test), *other;

	test_live(test, "vm2", "four");
	other = chan_attached(test, "vm2");
	chan_up(other, SCMID_START_NEW);

	mock.block = true;
	chan_state(peer, 0, 1);
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	chan_state(other, 3, 1);
	chan_run(other);
	EXPECT_DONE(test, &other->reqs[0], SCMID_SUCCESS);
	KUNIT_EXPECT_FALSE(test, peer->reqs[0].answered);
	mock_allow();
	chan_settle(peer);
	EXPECT_DONE(test, &peer->reqs[0], SCMID_SUCCESS);
}

static struct kunit_case chan_cases[] = {
	KUNIT_CASE(chan_order),
	KUNIT_CASE(chan_batch),
	KUNIT_CASE(chan_batch_edge),
	KUNIT_CASE(chan_malformed),
	KUNIT_CASE(chan_fetch_fails),
	KUNIT_CASE(chan_stop_in_flight),
	KUNIT_CASE(chan_gone_in_flight),
	KUNIT_CASE(chan_gone),
	KUNIT_CASE(chan_gone_before_commands),
	KUNIT_CASE(chan_hold),
	KUNIT_CASE(chan_hold_expires),
	KUNIT_CASE(chan_hold_zero),
	KUNIT_CASE(chan_hold_late),
	KUNIT_CASE(chan_stop_twice),
	KUNIT_CASE_PARAM(chan_start, chan_starts_gen_params),
	KUNIT_CASE(chan_start_sure),
	KUNIT_CASE(chan_detach),
	KUNIT_CASE(chan_detach_held),
	KUNIT_CASE(chan_attach_errors),
	KUNIT_CASE(chan_cut_off),
	KUNIT_CASE(chan_revoke),
	KUNIT_CASE(chan_revoke_one),
	KUNIT_CASE(chan_cut_off_meanwhile),
	KUNIT_CASE(chan_detach_meanwhile),
	KUNIT_CASE(chan_stop_meanwhile),
	KUNIT_CASE(chan_failure),
	KUNIT_CASE(chan_independent),
	{}
};

static struct kunit_suite chan_suite = {
	.name = "scmi_server_channel",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = chan_cases,
};

kunit_test_suite(chan_suite);
