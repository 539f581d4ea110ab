// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: a transport with its peer.
 */

#include "own_engine.h"

#include "peer.h"

static struct peer *to_peer(struct scmid_chan *chan)
{
	return container_of(chan, struct peer, chan);
}

static int peer_fetch(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct peer *peer = to_peer(chan);
	struct peer_req *req = &peer->reqs[peer->fetched];
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
	rq->msg.rsp_room = peer->room;
	if (req->on_fetch)
		req->on_fetch(chan);

	return 1;
}

static void peer_complete(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct peer *peer = to_peer(chan);
	struct peer_req *req = &peer->reqs[rq->cookie];

	peer->completed++;
	req->answered = true;
	req->dropped = rq->epoch != atomic_read(&chan->epoch);
	if (rq->msg.rsp_len >= SCMID_RSP_HEAD)
		req->status = (s32)le32_to_cpu(rq->rsp[1]);
	if (rq->msg.rsp_len > SCMID_RSP_HEAD)
		req->val = le32_to_cpu(rq->rsp[2]);
}

/* As a transport does: not to another than the one it is for. */
static int peer_notify(struct scmid_chan *chan, const void *msg, u32 len)
{
	struct peer *peer = to_peer(chan);
	const __le32 *words = msg;
	struct peer_event *event;
	unsigned int i;

	peer->notify_calls++;
	if (peer->on_notify)
		peer->on_notify(chan);
	if (chan->event_epoch != atomic_read(&chan->epoch))
		return -EAGAIN;
	if (peer->notify_err)
		return peer->notify_err;

	event = &peer->events[peer->nr_events++ % PEER_EVENTS];
	event->len = len;
	event->completed = peer->completed;
	for (i = 0; i < ARRAY_SIZE(event->words); i++)
		event->words[i] = i * sizeof(*words) < len ? le32_to_cpu(words[i]) : 0;

	return 0;
}

static const struct scmid_chan_ops peer_chan_ops = {
	.fetch = peer_fetch,
	.complete = peer_complete,
	.notify = peer_notify,
};

static void peer_cleanup(void *context)
{
	struct peer *peer = context;

	if (peer->chan.agent)
		scmid_chan_detach(&peer->chan);
}

/**
 * peer_new() - make a peer
 * @test: the test
 *
 * Return: the peer; nobody listens to it yet.
 */
struct peer *peer_new(struct kunit *test)
{
	struct peer *peer = kunit_kzalloc(test, sizeof(*peer), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, peer);
	peer->chan.ops = &peer_chan_ops;
	peer->room = SCMID_RSP_MAX;
	strscpy(peer->chan.name, "test");

	return peer;
}

/**
 * peer_attached() - make the peer of an agent
 * @test: the test
 * @name: the agent's name
 *
 * Return: the peer.
 */
struct peer *peer_attached(struct kunit *test, const char *name)
{
	struct peer *peer = peer_new(test);

	KUNIT_ASSERT_EQ(test, scmid_chan_attach(&peer->chan, name), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, peer_cleanup, peer));

	return peer;
}

/**
 * peer_settle() - until the channel has nothing to do
 * @peer: the peer
 */
void peer_settle(struct peer *peer)
{
	do
		scmid_chan_flush(&peer->chan);
	while (work_busy(&peer->chan.work));
}

/**
 * peer_up() - the peer's driver comes up
 * @peer: the peer
 * @how: what is known of it
 *
 * The channel looks for commands then: that is over on return.
 */
void peer_up(struct peer *peer, enum scmid_start how)
{
	scmid_chan_start(&peer->chan, how);
	peer_settle(peer);
}

/**
 * peer_running() - agent vm1 with one resource, "a", and its peer, that is up
 * @test: the test
 *
 * Return: the peer.
 */
struct peer *peer_running(struct kunit *test)
{
	struct peer *peer;

	test_live(test, "vm1", "one");
	peer = peer_attached(test, "vm1");
	peer_up(peer, SCMID_START_SAME);
	mock_forget();

	return peer;
}

/**
 * peer_send_args() - have a command ready
 * @peer: the peer
 * @proto: protocol
 * @msg: command
 * @args: its words
 * @n: how many
 *
 * Return: the command.
 */
struct peer_req *peer_send_args(struct peer *peer, u8 proto, u8 msg, const u32 *args,
				unsigned int n)
{
	struct peer_req *req = &peer->reqs[peer->n];

	memset(req, 0, sizeof(*req));
	req->req[0] = TEST_HDR(proto, msg, peer->n);
	memcpy(&req->req[1], args, n * sizeof(*args));
	req->words = n + 1;
	peer->n++;

	return req;
}

/**
 * peer_send() - have a command without arguments ready
 * @peer: the peer
 * @proto: protocol
 * @msg: command
 *
 * Return: the command.
 */
struct peer_req *peer_send(struct peer *peer, u8 proto, u8 msg)
{
	return peer_send_args(peer, proto, msg, NULL, 0);
}

/**
 * peer_state() - have a command ready that switches a clock on or off
 * @peer: the peer
 * @id: the clock
 * @on: on or off
 *
 * Return: the command.
 */
struct peer_req *peer_state(struct peer *peer, u32 id, u32 on)
{
	const u32 args[] = { id, on };

	return peer_send_args(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, args,
			      ARRAY_SIZE(args));
}

/**
 * peer_rate() - have a command ready that asks for the rate of a clock
 * @peer: the peer
 * @id: the clock
 *
 * Return: the command.
 */
struct peer_req *peer_rate(struct peer *peer, u32 id)
{
	return peer_send_args(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, &id, 1);
}

/**
 * peer_run() - have the commands executed
 * @peer: the peer
 */
void peer_run(struct peer *peer)
{
	scmid_chan_kick(&peer->chan);
	peer_settle(peer);
}

/**
 * peer_vote() - vote for "a" of peer_running()
 * @test: the test
 * @peer: the peer
 */
void peer_vote(struct kunit *test, struct peer *peer)
{
	struct peer_req *req = peer_state(peer, 0, 1);

	peer_run(peer);
	KUNIT_ASSERT_EQ(test, req->status, SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, mock.votes, 1);
	mock_forget();
}

/**
 * peer_call() - have one command executed, any number of times
 * @peer: the peer; nothing is on its way
 * @proto: protocol
 * @msg: command
 * @args: its words
 * @n: how many
 *
 * Return: its status; 1, which is none, if it was not answered.
 */
s32 peer_call(struct peer *peer, u8 proto, u8 msg, const u32 *args, unsigned int n)
{
	struct peer_req *req;

	peer->n = 0;
	peer->fetched = 0;
	req = peer_send_args(peer, proto, msg, args, n);
	peer_run(peer);

	return req->answered ? req->status : 1;
}

/**
 * peer_switch() - switch a resource on or off, whatever it is
 * @peer: the peer; nothing is on its way
 * @r: the resource, of its agent
 * @on: on or off
 *
 * Return: as peer_call().
 */
s32 peer_switch(struct peer *peer, const struct scmid_grant_res *r, bool on)
{
	switch (r->res.proto) {
	case SCMID_PROTO_CLOCK:
		return PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, r->res.id, on);
	case SCMID_PROTO_POWER:
		return PEER_CALL(peer, SCMID_PROTO_POWER, SCMID_POWER_STATE_SET, 0, r->res.id,
				 on ? SCMID_POWER_ON : SCMID_POWER_OFF);
	case SCMID_PROTO_VOLTAGE:
		return PEER_CALL(peer, SCMID_PROTO_VOLTAGE, SCMID_VOLTAGE_CONFIG_SET, r->res.id,
				 on ? SCMID_VOLTAGE_ON : SCMID_VOLTAGE_OFF);
	default:
		return 1;
	}
}

/**
 * peer_permit() - let an agent ask to be told of what happens
 * @test: the test
 * @grant: to resources of this
 */
void peer_permit(struct kunit *test, struct scmid_grant *grant)
{
	struct scmid_grant_res *r;

	list_for_each_entry(r, &grant->res, node)
		KUNIT_ASSERT_EQ(test, test_set_access(r, r->access | SCMID_ACCESS_NOTIFY), 0);
}

/**
 * peer_listening() - an agent with its peer, that is up and takes notifications
 * @test: the test
 * @name: the agent's name
 * @node: what it is granted
 *
 * Return: the peer.
 */
struct peer *peer_listening(struct kunit *test, const char *name, const char *node)
{
	struct scmid_agent *agent = test_live(test, name, node);
	struct scmid_grant *grant;
	struct peer *peer;

	list_for_each_entry(grant, &agent->grants, node)
		peer_permit(test, grant);
	peer = peer_attached(test, name);
	peer->chan.p2a = true;
	peer_up(peer, SCMID_START_SAME);
	mock_forget();

	return peer;
}

/**
 * peer_listen() - ask to be told of new rates of a clock
 * @peer: the peer; nothing is on its way
 * @id: the clock
 * @on: from now on, or no more
 *
 * Return: as peer_call().
 */
s32 peer_listen(struct peer *peer, u32 id, bool on)
{
	return PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_NOTIFY, id, on);
}
