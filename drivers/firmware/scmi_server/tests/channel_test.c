// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the channels: what is executed, in which order, and what
 * becomes of the votes of a peer that stops.
 */

#include <linux/module.h>

#include "own_engine.h"

#undef pr_fmt
#undef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(symbol)
#include "../core.c"

#include "peer.h"

static void chan_order(struct kunit *test)
{
	struct peer *peer;
	struct peer_req *last;
	unsigned int i;

	test_live(test, "vm1", "three");
	peer = peer_attached(test, "vm1");
	peer_up(peer, SCMID_START_SAME);
	peer_state(peer, 0, 1);
	peer_state(peer, 2, 1);
	peer_state(peer, 0, 0);
	peer_state(peer, 1, 1);
	peer_state(peer, 0, 1);
	last = peer_rate(peer, 2);
	mock_forget();
	peer_run(peer);

	KUNIT_EXPECT_STREQ(test, mock.log, "1a 1c 0a 1b 1a");
	for (i = 0; i < peer->n; i++)
		EXPECT_DONE(test, &peer->reqs[i], SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, last->val, lower_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, mock.votes, 3);
}

/* More than are served at a stretch, with one kick. */
static void chan_batch(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	unsigned int i;

	for (i = 0; i < PEER_REQS; i++)
		peer_state(peer, 0, !(i % 2));
	peer_run(peer);

	KUNIT_EXPECT_EQ(test, peer->completed, PEER_REQS);
	for (i = 0; i < PEER_REQS; i++)
		EXPECT_DONE(test, &peer->reqs[i], SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, PEER_REQS);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* A whole number of batches, and one more or less. */
static void chan_batch_edge(struct kunit *test)
{
	unsigned int n, i;

	for (n = SCMID_BATCH - 1; n <= SCMID_BATCH * 2 + 1; n++) {
		struct peer *peer = peer_running(test);
		struct scmid_agent *agent = peer->chan.agent;

		for (i = 0; i < n; i++)
			peer_rate(peer, 0);
		peer_run(peer);
		KUNIT_EXPECT_EQ(test, peer->completed, n);
		scmid_chan_detach(&peer->chan);
		test_agent_drop(test, agent);
	}
}

static void chan_malformed(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *before, *bad, *after;

	before = peer_rate(peer, 0);
	bad = peer_state(peer, 0, 1);
	bad->malformed = true;
	bad->status = 1;
	after = peer_rate(peer, 0);
	peer_run(peer);

	EXPECT_DONE(test, before, SCMID_SUCCESS);
	KUNIT_EXPECT_TRUE(test, bad->answered);
	KUNIT_EXPECT_EQ(test, bad->status, 1);
	EXPECT_DONE(test, after, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, peer->chan.agent->malformed, 1);
}

/* Asking again would not help. */
static void chan_fetch_fails(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *req;
	unsigned int calls;

	peer_settle(peer);
	calls = peer->calls;
	peer->err = -EFAULT;
	req = peer_rate(peer, 0);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->calls, calls + 1);
	KUNIT_EXPECT_FALSE(test, req->answered);

	peer->err = 0;
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
}

/* What was on its way when the peer stopped must not act on nobody's behalf. */
static void chan_stop_in_flight(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *req = peer_state(peer, 0, 1);

	req->on_fetch = scmid_chan_stop;
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_TRUE(test, req->dropped);

	peer_up(peer, SCMID_START_SAME);
	req = peer_state(peer, 0, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "1a");
}

static void chan_gone_in_flight(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *req;

	peer_vote(test, peer);
	req = peer_state(peer, 0, 0);
	req->on_fetch = scmid_chan_gone;
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_TRUE(test, req->dropped);
}

static void chan_gone(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	scmid_chan_gone(&peer->chan);
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	/* Once. */
	peer_run(peer);
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
	struct peer *peer = peer_running(test);
	struct peer_req *req;

	peer_vote(test, peer);
	req = peer_state(peer, 0, 1);
	req->on_fetch = chan_restart;
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a 1a");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_hold(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&peer->chan.hold));

	/* Now, not in a minute. */
	flush_delayed_work(&peer->chan.hold);
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

static void chan_hold_expires(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	peer->chan.agent->hold_ms = 1;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.quiesced, TEST_PATIENCE), 0);
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

static void chan_hold_zero(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	peer->chan.agent->hold_ms = 0;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.quiesced, TEST_PATIENCE), 0);
}

/* Stopping again is no reason to wait longer, nor to hold what is gone. */
static void chan_stop_twice(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	u32 epoch = atomic_read(&peer->chan.epoch);
	unsigned long expires;

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	expires = peer->chan.hold.timer.expires;
	peer->chan.agent->hold_ms *= 2;
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_EQ(test, peer->chan.hold.timer.expires, expires);
	KUNIT_EXPECT_EQ(test, atomic_read(&peer->chan.epoch), epoch + 2);

	peer_up(peer, SCMID_START_SAME);
	scmid_chan_gone(&peer->chan);
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
	peer_settle(peer);
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
	struct peer *peer = peer_running(test);
	unsigned int i;

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	peer_settle(peer);
	peer_up(peer, p->how);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
	KUNIT_EXPECT_TRUE(test, peer->chan.running);
	if (p->how == SCMID_START_UNSURE)
		KUNIT_EXPECT_EQ(test, mock.votes, 1);

	/* The first command tells, and then one that would show the state. */
	peer_send(peer, p->proto, SCMID_VERSION);
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, p->drop ? "~a 1a" : "");

	/* Nothing is left of it: Base is spoken at any time. */
	mock_forget();
	for (i = 0; i < 3; i++)
		peer_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* Sure after all: what was not known then is no matter now. */
static void chan_start_sure(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	peer_up(peer, SCMID_START_UNSURE);
	scmid_chan_stop(&peer->chan);
	peer_up(peer, SCMID_START_SAME);
	peer_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* A timer that is late must not take the votes of a peer that is back. */
static void chan_hold_late(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	peer_up(peer, SCMID_START_SAME);
	scmid_chan_hold_expired(&peer->chan.hold.work);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_detach(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct scmid_agent *agent = peer->chan.agent;
	unsigned int calls;

	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 1);
	KUNIT_EXPECT_PTR_EQ(test, agent->chan, &peer->chan);
	peer_vote(test, peer);
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
	peer = peer_attached(test, "vm1");
	peer_up(peer, SCMID_START_NEW);
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

static void chan_detach_held(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	scmid_chan_stop(&peer->chan);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	scmid_chan_detach(&peer->chan);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&peer->chan.hold));
}

static void chan_attach_errors(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct peer *peer = peer_new(test), *first;

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

	first = peer_attached(test, "vm1");
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
	struct peer *peer = peer_running(test);
	struct scmid_agent *agent = peer->chan.agent;
	struct peer_req *version, *attributes, *vendor, *clock, *state, *rate;

	peer_vote(test, peer);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	version = peer_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	attributes = peer_send(peer, SCMID_PROTO_BASE, SCMID_ATTRIBUTES);
	vendor = peer_send(peer, SCMID_PROTO_BASE, SCMID_BASE_VENDOR);
	clock = peer_send(peer, SCMID_PROTO_CLOCK, SCMID_VERSION);
	state = peer_state(peer, 0, 1);
	rate = peer_rate(peer, 0);
	peer_run(peer);

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
	state = peer_state(peer, 0, 1);
	peer_run(peer);
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
static bool chan_meanwhile(struct kunit *test, struct peer *peer,
			   void (*fn)(void *arg), void *arg)
{
	struct test_async async;
	bool waits;

	mock.block = MOCK_STATE;
	peer_state(peer, 0, 1);
	/* Not executed if what happens meanwhile is what it shall be. */
	peer_state(peer, 0, 0);
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
	struct peer *peer = peer_running(test);
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_disable, grant));
	/* The second command was before or after it, but all of it. */
	if (strcmp(mock.log, "wait 1a 0a ~a -a"))
		KUNIT_EXPECT_STREQ(test, mock.log, "wait 1a ~a -a");
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	mock_forget();
	peer_settle(peer);
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	EXPECT_DONE(test, &peer->reqs[0], SCMID_SUCCESS);
	/* Its last grant, so with it goes the protocol. */
	EXPECT_DONE(test, &peer->reqs[2], SCMID_NOT_SUPPORTED);
}

static void chan_revoke_one(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct scmid_grant *grant = list_first_entry(&peer->chan.agent->grants,
						     struct scmid_grant, node);

	test_granted(test, peer->chan.agent, "four");
	mock_forget();
	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_disable, grant));
	peer_settle(peer);
	mock_forget();
	peer_state(peer, 0, 1);
	peer_state(peer, 1, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "1d");
	EXPECT_DONE(test, &peer->reqs[2], SCMID_NOT_FOUND);
	EXPECT_DONE(test, &peer->reqs[3], SCMID_SUCCESS);
}

static void chan_cut_off_meanwhile(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct scmid_agent *agent = peer->chan.agent;

	KUNIT_EXPECT_TRUE(test, chan_meanwhile(test, peer, chan_async_cut_off, agent));
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	peer_settle(peer);
	mock_forget();
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	EXPECT_DONE(test, &peer->reqs[2], SCMID_DENIED);
}

static void chan_detach_meanwhile(struct kunit *test)
{
	struct peer *peer = peer_running(test);
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
	struct peer *peer = peer_running(test);
	struct test_async async;

	mock.block = MOCK_STATE;
	peer_state(peer, 0, 1);
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);

	test_async(&async, chan_async_stop, &peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&async.done, TEST_PATIENCE), 0);
	test_async_end(&async);
	test_async(&async, chan_async_gone, &peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&async.done, TEST_PATIENCE), 0);
	test_async_end(&async);

	mock_allow();
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait 1a ~a");
	KUNIT_EXPECT_TRUE(test, peer->reqs[0].dropped);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* A command that fails leaves no vote. */
static void chan_failure(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *req = peer_state(peer, 0, 1);

	mock.fail_state = -EREMOTEIO;
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_HARDWARE_ERROR);
	mock.fail_state = 0;
	mock_forget();
	req = peer_state(peer, 0, 0);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
}

/* Two agents: the one that hangs does not keep the other. */
static void chan_independent(struct kunit *test)
{
	struct peer *peer = peer_running(test), *other;

	test_live(test, "vm2", "four");
	other = peer_attached(test, "vm2");
	peer_up(other, SCMID_START_NEW);

	mock.block = MOCK_STATE;
	peer_state(peer, 0, 1);
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	peer_state(other, 3, 1);
	peer_run(other);
	EXPECT_DONE(test, &other->reqs[0], SCMID_SUCCESS);
	KUNIT_EXPECT_FALSE(test, peer->reqs[0].answered);
	mock_allow();
	peer_settle(peer);
	EXPECT_DONE(test, &peer->reqs[0], SCMID_SUCCESS);
}

static unsigned int chan_restarts;

static void chan_op_restart(struct scmid_chan *chan)
{
	lockdep_assert_held(&chan->agent->lock);

	chan_restarts++;
	scmid_chan_gone(chan);
	scmid_chan_start(chan, SCMID_START_NEW);
}

static void chan_op_restart_now(struct scmid_chan *chan)
{
	scmid_agent_restart(chan->agent);
}

/* A peer of a transport that can begin anew. */
static struct peer *chan_lasting_peer(struct kunit *test)
{
	static struct scmid_chan_ops ops;
	struct peer *peer = peer_new(test);

	chan_restarts = 0;
	ops = *peer->chan.ops;
	ops.restart = chan_op_restart;
	ops.lasting = true;
	peer->chan.ops = &ops;

	return peer;
}

/* It need not wait for an operator. */
static void chan_lasting(struct kunit *test)
{
	struct peer *peer = chan_lasting_peer(test);
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct peer_req *req;

	KUNIT_ASSERT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), 0);
	peer_up(peer, SCMID_START_SAME);
	req = peer_state(peer, 0, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_DENIED);

	test_granted(test, agent, "one");
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	req = peer_state(peer, 0, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	scmid_chan_detach(&peer->chan);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* The operator restarts the peer: what was on its way does nothing any more. */
static void chan_agent_restart(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "three");
	struct peer *peer = chan_lasting_peer(test);
	struct peer_req *req;

	scmid_agent_restart(agent);
	KUNIT_EXPECT_EQ(test, chan_restarts, 0);
	KUNIT_ASSERT_EQ(test, scmid_chan_attach(&peer->chan, "vm1"), 0);
	peer_up(peer, SCMID_START_SAME);
	req = peer_state(peer, 0, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	scmid_agent_restart(agent);
	KUNIT_EXPECT_EQ(test, chan_restarts, 1);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	peer_settle(peer);

	req = peer_state(peer, 1, 1);
	req->on_fetch = chan_op_restart_now;
	peer_run(peer);
	KUNIT_EXPECT_TRUE(test, req->dropped);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	req = peer_state(peer, 1, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	scmid_chan_detach(&peer->chan);
}

/* A transport that cannot begin anew: the votes go, and the peer goes on. */
static void chan_agent_restart_only(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct peer_req *req;

	peer_vote(test, peer);
	scmid_agent_restart(peer->chan.agent);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	req = peer_state(peer, 0, 1);
	peer_run(peer);
	EXPECT_DONE(test, req, SCMID_SUCCESS);
}

static void chan_rediscovers(struct kunit *test)
{
	struct peer *peer = peer_running(test);

	peer_vote(test, peer);
	peer_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);

	/* Only by its first command. */
	peer->chan.rediscovers = true;
	peer_send(peer, SCMID_PROTO_BASE, SCMID_ATTRIBUTES);
	peer_send(peer, SCMID_PROTO_CLOCK, SCMID_VERSION);
	peer_rate(peer, 0);
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	peer_send(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	peer_state(peer, 0, 1);
	peer_run(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a 1a");
}

/* Every duration has a slot, no wider than half of what it begins with. */
static void chan_times(struct kunit *test)
{
	unsigned int i;
	u64 bound, lower;

	KUNIT_EXPECT_EQ(test, scmid_time_slot(0), 0);
	for (i = 0; i < SCMID_NR_TIMES - 1; i++) {
		bound = scmid_time_bound(i);
		KUNIT_EXPECT_EQ(test, scmid_time_slot(bound - 1), i);
		KUNIT_EXPECT_EQ(test, scmid_time_slot(bound), i + 1);
		if (!i)
			continue;
		lower = scmid_time_bound(i - 1);
		KUNIT_EXPECT_GT(test, bound, lower);
		KUNIT_EXPECT_LE(test, bound - lower, lower / 2);
	}
	KUNIT_EXPECT_EQ(test, scmid_time_bound(i), U64_MAX);
	KUNIT_EXPECT_EQ(test, scmid_time_slot(U64_MAX), i);
}

static struct kunit_case chan_cases[] = {
	KUNIT_CASE(chan_times),
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
	KUNIT_CASE(chan_lasting),
	KUNIT_CASE(chan_agent_restart),
	KUNIT_CASE(chan_agent_restart_only),
	KUNIT_CASE(chan_rediscovers),
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
