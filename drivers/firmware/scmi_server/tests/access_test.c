// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of rights that change while a guest runs: by the operator, and
 * by agents that are trusted; and of what is told of those that are refused.
 */

#include "own_engine.h"

#include "peer.h"

/* What the nodes "all" and "all-too" have. */
enum {
	ACC_CLOCK,
	ACC_POWER,
	ACC_RESET,
	ACC_SUPPLY,
	ACC_NR
};

static const char * const acc_names[] = { "clk", "pd", "rst", "vdd" };

#define ACC_PROTO(p)	BIT(SCMID_PROTO_##p - SCMID_PROTO_BASE)

static const u32 acc_protos[] = {
	ACC_PROTO(CLOCK), ACC_PROTO(POWER), ACC_PROTO(RESET), ACC_PROTO(VOLTAGE),
};

/**
 * struct acc_right - a right, and a command that takes it
 * @word: as in configfs
 * @res: the resource that has it
 * @bit: SCMID_ACCESS_* bit
 * @proto: the protocol
 * @cmd: the command
 * @n: words in @args
 * @args: words of it; the resource's id is 0
 * @log: what is done then
 */
struct acc_right {
	const char *word;
	unsigned int res;
	u16 bit;
	u8 proto;
	u8 cmd;
	unsigned int n;
	u32 args[4];
	const char *log;
};

static const struct acc_right acc_right_params[] = {
	{ "get", ACC_CLOCK, SCMID_ACCESS_GET, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET,
	  1, { 0 }, "" },
	{ "state", ACC_CLOCK, SCMID_ACCESS_STATE, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET,
	  2, { 0, 1 }, "1clk" },
	{ "rate", ACC_CLOCK, SCMID_ACCESS_RATE, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET,
	  4, { 0, 0, 500, 0 }, "clk=500" },
	{ "parent", ACC_CLOCK, SCMID_ACCESS_PARENT, SCMID_PROTO_CLOCK, SCMID_CLOCK_PARENT_SET,
	  2, { 0, 0 }, "clk<clk" },
	{ "get", ACC_POWER, SCMID_ACCESS_GET, SCMID_PROTO_POWER, SCMID_POWER_STATE_GET,
	  1, { 0 }, "" },
	{ "state", ACC_POWER, SCMID_ACCESS_STATE, SCMID_PROTO_POWER, SCMID_POWER_STATE_SET,
	  3, { 0, 0, SCMID_POWER_ON }, "1pd" },
	{ "get", ACC_RESET, SCMID_ACCESS_GET, SCMID_PROTO_RESET, SCMID_RESET_ATTRIBUTES,
	  1, { 0 }, "" },
	{ "assert", ACC_RESET, SCMID_ACCESS_ASSERT, SCMID_PROTO_RESET, SCMID_RESET,
	  3, { 0, SCMID_RESET_LINE, 0 }, "rst:1" },
	{ "pulse", ACC_RESET, SCMID_ACCESS_PULSE, SCMID_PROTO_RESET, SCMID_RESET,
	  3, { 0, SCMID_RESET_AUTONOMOUS, 0 }, "rst^" },
	{ "get", ACC_SUPPLY, SCMID_ACCESS_GET, SCMID_PROTO_VOLTAGE, SCMID_VOLTAGE_LEVEL_GET,
	  1, { 0 }, "" },
	{ "state", ACC_SUPPLY, SCMID_ACCESS_STATE, SCMID_PROTO_VOLTAGE, SCMID_VOLTAGE_CONFIG_SET,
	  2, { 0, SCMID_VOLTAGE_ON }, "1vdd" },
	{ "level", ACC_SUPPLY, SCMID_ACCESS_LEVEL, SCMID_PROTO_VOLTAGE, SCMID_VOLTAGE_LEVEL_SET,
	  3, { 0, 0, 1000 }, "vdd=1000" },
};

static void acc_right_desc(const struct acc_right *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s of %s", p->word, acc_names[p->res]);
}

KUNIT_ARRAY_PARAM(acc_rights, acc_right_params, acc_right_desc);

static s32 acc_send(struct peer *peer, const struct acc_right *right)
{
	return peer_call(peer, right->proto, right->cmd, right->args, right->n);
}

/* Agent @name with all rights on @node, and its peer. */
static struct peer *acc_peer(struct kunit *test, const char *name, const char *node,
			     bool trusted)
{
	struct scmid_agent *agent = test_agent(test, name);
	struct scmid_grant *grant = test_grant(test, agent, node);
	struct scmid_grant_res *r;
	struct peer *peer;

	mock.mux = true;
	KUNIT_ASSERT_EQ(test, scmid_agent_set_trusted(agent, trusted), 0);
	grant->shared = true;
	list_for_each_entry(r, &grant->res, node)
		KUNIT_ASSERT_EQ(test, test_set_access(r, r->backend->access), 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	grant->shared = false;
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	peer = peer_attached(test, name);
	peer_up(peer, SCMID_START_SAME);
	mock_forget();

	return peer;
}

static struct scmid_grant *acc_grant(const struct peer *peer)
{
	return list_first_entry(&peer->chan.agent->grants, struct scmid_grant, node);
}

/* What those commands get that have a right, and those that have not. */
static void acc_expect_all(struct kunit *test, struct peer *peer, s32 with, s32 without)
{
	struct scmid_grant *grant = acc_grant(peer);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(acc_right_params); i++) {
		const struct acc_right *right = &acc_right_params[i];
		s32 status = acc_send(peer, right);
		s32 due = test_res(grant, right->res)->res.access & right->bit ? with : without;

		if (status != due)
			KUNIT_FAIL(test, "%s of %s: %d, should be %d", right->word,
				   acc_names[right->res], status, due);
	}
}

/* One right is taken and given again, while the others are used. */
static void acc_right(struct kunit *test)
{
	const struct acc_right *p = test->param_value;
	struct peer *peer = acc_peer(test, "vm1", "all", false);
	struct scmid_grant_res *r = test_res(acc_grant(peer), p->res);
	u16 all = r->backend->access;
	int votes, wants, gone = 0;
	char lost[32];
	unsigned int i;

	acc_expect_all(test, peer, SCMID_SUCCESS, SCMID_DENIED);
	votes = mock.votes;
	wants = mock.wants;
	KUNIT_EXPECT_EQ(test, votes, 3);
	KUNIT_EXPECT_EQ(test, wants, 4);

	/* With it goes what was done by it, and nothing else. */
	mock_forget();
	KUNIT_ASSERT_EQ(test, test_set_access(r, all & ~p->bit), 0);
	snprintf(lost, sizeof(lost), "~%s/%s", acc_names[p->res], p->word);
	KUNIT_EXPECT_STREQ(test, mock.log, lost);
	if (p->bit != SCMID_ACCESS_GET)
		gone = 1;
	KUNIT_EXPECT_EQ(test, mock.votes, votes - (p->bit == SCMID_ACCESS_STATE ? gone : 0));
	KUNIT_EXPECT_EQ(test, mock.wants, wants - (p->bit == SCMID_ACCESS_STATE ? 0 : gone));
	mock_forget();
	KUNIT_EXPECT_EQ(test, acc_send(peer, p), SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	acc_expect_all(test, peer, SCMID_SUCCESS, SCMID_DENIED);

	/* Back at once, without what was done before. */
	mock_forget();
	KUNIT_ASSERT_EQ(test, test_set_access(r, all), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, acc_send(peer, p), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, p->log);

	/* And it alone. */
	for (i = 0; i < ACC_NR; i++)
		KUNIT_ASSERT_EQ(test, test_set_access(test_res(acc_grant(peer), i), 0), 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, mock.wants, 0);
	acc_expect_all(test, peer, SCMID_SUCCESS, SCMID_DENIED);
	KUNIT_ASSERT_EQ(test, test_set_access(r, p->bit), 0);
	mock_forget();
	acc_expect_all(test, peer, SCMID_SUCCESS, SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, mock.log, p->log);
}

/* Rights of what is not enabled are only noted. */
static void acc_not_enabled(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "all");
	struct scmid_grant_res *r = test_res(grant, ACC_CLOCK);

	KUNIT_EXPECT_EQ(test, test_set_access(r, SCMID_ACCESS_GET), 0);
	KUNIT_EXPECT_EQ(test, test_set_denied(grant, ACC_PROTO(RESET)), 0);
	KUNIT_EXPECT_EQ(test, test_set_limits(r, 5, 0, SCMID_POLICY_EXCLUSIVE), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_GET);
	KUNIT_EXPECT_EQ(test, test_res(grant, ACC_RESET)->res.access, 0);
	KUNIT_EXPECT_EQ(test, r->res.min, 5);
}

/* Every set of protocols, in whatever order they come and go. */
static void acc_denied(struct kunit *test)
{
	struct peer *peer = acc_peer(test, "vm1", "all", false);
	struct scmid_grant *grant = acc_grant(peer);
	unsigned int from, to, i;
	u32 denied[2];

	for (from = 0; from < BIT(ACC_NR); from++) {
		for (to = 0; to < BIT(ACC_NR); to++) {
			denied[0] = 0;
			denied[1] = 0;
			for (i = 0; i < ACC_NR; i++) {
				denied[0] |= from & BIT(i) ? acc_protos[i] : 0;
				denied[1] |= to & BIT(i) ? acc_protos[i] : 0;
			}
			KUNIT_ASSERT_EQ(test, test_set_denied(grant, denied[0]), 0);
			acc_expect_all(test, peer, SCMID_SUCCESS, SCMID_DENIED);
			KUNIT_ASSERT_EQ(test, test_set_denied(grant, denied[1]), 0);
			KUNIT_EXPECT_EQ(test, grant->denied, denied[1]);
			for (i = 0; i < ACC_NR; i++) {
				struct scmid_grant_res *r = test_res(grant, i);

				KUNIT_EXPECT_EQ(test, r->access, r->backend->access);
				KUNIT_EXPECT_EQ(test, r->res.access,
						to & BIT(i) ? 0 : r->access);
				if (to & BIT(i))
					KUNIT_EXPECT_FALSE(test, r->res.vote || r->want);
				else if (!(from & BIT(i)) && i != ACC_RESET)
					KUNIT_EXPECT_TRUE(test, r->res.vote);
			}
			mock_forget();
		}
	}
}

/* What is denied and what is given are two things. */
static void acc_denied_access(struct kunit *test)
{
	struct peer *peer = acc_peer(test, "vm1", "all", false);
	struct scmid_grant *grant = acc_grant(peer);
	struct scmid_grant_res *r = test_res(grant, ACC_CLOCK);

	KUNIT_ASSERT_EQ(test, peer_switch(peer, r, true), SCMID_SUCCESS);
	mock_forget();
	KUNIT_ASSERT_EQ(test, test_set_denied(grant, ACC_PROTO(CLOCK)), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "~clk/get/state/rate/parent");
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_STATE), 0);
	KUNIT_EXPECT_EQ(test, r->res.access, 0);
	KUNIT_EXPECT_EQ(test, peer_switch(peer, r, true), SCMID_DENIED);
	mock_forget();
	KUNIT_ASSERT_EQ(test, test_set_denied(grant, ACC_PROTO(VOLTAGE)), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "~vdd/get/state/level");
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_STATE);
	KUNIT_EXPECT_EQ(test, peer_switch(peer, r, true), SCMID_SUCCESS);
}

/* What only one may have, the other gets when the first has lost it. */
static void acc_exclusive(struct kunit *test)
{
	struct peer *a = acc_peer(test, "vm1", "all", false);
	struct peer *b = acc_peer(test, "vm2", "all-too", false);
	struct scmid_grant *mine = acc_grant(a), *theirs = acc_grant(b);
	struct scmid_grant_res *x, *y;
	unsigned int i;
	u16 exclusive;

	for (i = 0; i < ACC_NR; i++)
		KUNIT_ASSERT_EQ(test, test_set_access(test_res(theirs, i), SCMID_ACCESS_GET), 0);

	for (i = 0; i < ACC_NR; i++) {
		x = test_res(mine, i);
		y = test_res(theirs, i);
		exclusive = x->backend->access_exclusive;
		if (!exclusive)
			continue;
		acc_expect_all(test, a, SCMID_SUCCESS, SCMID_DENIED);

		/* Refused as a whole, and nothing is lost by that. */
		mock_forget();
		KUNIT_EXPECT_EQ(test, test_set_access(y, exclusive), -EBUSY);
		KUNIT_EXPECT_EQ(test, y->access, SCMID_ACCESS_GET);
		KUNIT_EXPECT_EQ(test, y->res.access, SCMID_ACCESS_GET);
		KUNIT_EXPECT_STREQ(test, mock.log, "");

		/* Taken from the first, or denied to it. */
		KUNIT_ASSERT_EQ(test, test_set_access(x, x->access & ~exclusive), 0);
		KUNIT_EXPECT_EQ(test, test_set_access(y, exclusive), 0);
		KUNIT_EXPECT_EQ(test, test_set_access(x, x->backend->access), -EBUSY);
		KUNIT_ASSERT_EQ(test, test_set_access(y, SCMID_ACCESS_GET), 0);
		KUNIT_ASSERT_EQ(test, test_set_access(x, x->backend->access), 0);
		KUNIT_ASSERT_EQ(test, test_set_denied(mine, acc_protos[i]), 0);
		KUNIT_EXPECT_EQ(test, test_set_access(y, exclusive), 0);
		KUNIT_EXPECT_EQ(test, test_set_denied(mine, 0), -EBUSY);
		KUNIT_EXPECT_EQ(test, mine->denied, acc_protos[i]);
		KUNIT_EXPECT_EQ(test, x->res.access, 0);

		/* The other way round, it is no use to give what is denied. */
		KUNIT_EXPECT_EQ(test, test_set_access(x, 0), 0);
		KUNIT_EXPECT_EQ(test, test_set_access(x, x->backend->access), 0);
		KUNIT_EXPECT_EQ(test, x->res.access, 0);
		KUNIT_ASSERT_EQ(test, test_set_access(y, SCMID_ACCESS_GET), 0);
		KUNIT_ASSERT_EQ(test, test_set_denied(mine, 0), 0);

		/* Or the operator says so. */
		scmid_grant_disable(theirs);
		theirs->shared = true;
		KUNIT_ASSERT_EQ(test, scmid_grant_enable(theirs), 0);
		KUNIT_EXPECT_EQ(test, test_set_access(y, exclusive), 0);
		KUNIT_ASSERT_EQ(test, test_set_access(y, SCMID_ACCESS_GET), 0);
		theirs->shared = false;
	}
}

/* Of several protocols that are allowed again one is refused: then all are. */
static void acc_denied_undone(struct kunit *test)
{
	struct peer *a = acc_peer(test, "vm1", "all", false);
	struct peer *b = acc_peer(test, "vm2", "all-too", false);
	struct scmid_grant *mine = acc_grant(a), *theirs = acc_grant(b);
	u32 all = ACC_PROTO(CLOCK) | ACC_PROTO(POWER) | ACC_PROTO(RESET) | ACC_PROTO(VOLTAGE);
	unsigned int taken, i;

	for (taken = 0; taken < ACC_NR; taken++) {
		if (!test_res(mine, taken)->backend->access_exclusive)
			continue;
		for (i = 0; i < ACC_NR; i++)
			KUNIT_ASSERT_EQ(test, test_set_access(test_res(theirs, i), 0), 0);
		KUNIT_ASSERT_EQ(test, test_set_denied(mine, all), 0);
		KUNIT_ASSERT_EQ(test, 0,
				test_set_access(test_res(theirs, taken),
						test_res(theirs, taken)->backend->access));

		KUNIT_EXPECT_EQ(test, test_set_denied(mine, 0), -EBUSY);
		KUNIT_EXPECT_EQ(test, mine->denied, all);
		for (i = 0; i < ACC_NR; i++)
			KUNIT_EXPECT_EQ(test, test_res(mine, i)->res.access, 0);
		acc_expect_all(test, a, SCMID_SUCCESS, SCMID_DENIED);

		/* All but that one. */
		KUNIT_EXPECT_EQ(test, test_set_denied(mine, acc_protos[taken]), 0);
		acc_expect_all(test, a, SCMID_SUCCESS, SCMID_DENIED);
		KUNIT_EXPECT_NE(test, test_res(mine, ACC_POWER)->res.access, 0);
	}
}

struct acc_change {
	struct scmid_grant_res *r;
	u16 access;
};

static void acc_async_change(void *context)
{
	struct acc_change *change = context;

	test_set_access(change->r, change->access);
}

/* A change waits for the command that is executed, and no longer. */
static void acc_in_flight(struct kunit *test)
{
	struct peer *peer = acc_peer(test, "vm1", "all", false);
	struct acc_change change = { .r = test_res(acc_grant(peer), ACC_CLOCK) };
	struct test_async async;

	change.access = SCMID_ACCESS_GET;
	peer->n = 0;
	peer->fetched = 0;
	peer_state(peer, 0, 1);
	mock.block = MOCK_STATE;
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&async, acc_async_change, &change);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&async));
	mock_allow();
	test_async_end(&async);
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait 1clk ~clk/state/rate/parent");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* Limits and policy act at once; a failure leaves all as it was. */
static void acc_limits(struct kunit *test)
{
	struct peer *peer = acc_peer(test, "vm1", "all", false);
	struct scmid_grant *grant = acc_grant(peer);
	struct scmid_grant_res *clk = test_res(grant, ACC_CLOCK);
	struct scmid_grant_res *pd = test_res(grant, ACC_POWER);
	enum scmid_policy policy;

	for (policy = 0; policy < SCMID_NR_POLICIES; policy++) {
		mock_forget();
		KUNIT_EXPECT_EQ(test, test_set_limits(clk, policy, 100, policy), 0);
		KUNIT_EXPECT_EQ(test, strncmp(mock.log, "|clk ", 5), 0);
		KUNIT_EXPECT_EQ(test, clk->policy, policy);
		KUNIT_EXPECT_EQ(test, clk->res.min, policy);
		KUNIT_EXPECT_EQ(test, clk->res.max, 100);
	}

	mock_forget();
	KUNIT_EXPECT_EQ(test, test_set_limits(clk, 101, 100, policy), -EINVAL);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	mock.fail_adjust = -EIO;
	KUNIT_EXPECT_EQ(test, test_set_limits(clk, 7, 8, SCMID_POLICY_RANGE), -EIO);
	KUNIT_EXPECT_STREQ(test, mock.log, "|clk 7..8 range");
	KUNIT_EXPECT_EQ(test, clk->policy, SCMID_POLICY_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, clk->res.min, SCMID_POLICY_EXCLUSIVE);
	KUNIT_EXPECT_EQ(test, clk->res.max, 100);

	/* What has no use for them is not asked, nor what is not there. */
	KUNIT_EXPECT_EQ(test, test_set_limits(pd, 1, 2, SCMID_POLICY_RANGE), 0);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_EQ(test, test_set_limits(clk, 7, 8, SCMID_POLICY_RANGE), 0);
	KUNIT_EXPECT_EQ(test, clk->res.min, 7);
}

/* Orders: what an agent that is trusted says of others. */

#define ACC_DEVICE(peer, agent, device, allow)					\
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_BASE_DEVICE_PERMISSIONS, agent, device, allow)
#define ACC_PROTOCOL(peer, agent, device, proto, allow)				\
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_BASE_PROTO_PERMISSIONS, agent, device,	\
		  proto, allow)
#define ACC_RESET_AGENT(peer, agent, flags)					\
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_BASE_RESET_AGENT, agent, flags)

/**
 * struct acc_court - one that commands and one that obeys
 * @king: peer of vm1, which is trusted
 * @peer: peer of vm2, which is not
 * @id: number of vm2
 * @grant: what vm2 has
 * @device: number of that
 */
struct acc_court {
	struct peer *king, *peer;
	u32 id;
	struct scmid_grant *grant;
	u32 device;
};

static struct acc_court acc_court(struct kunit *test)
{
	struct acc_court c = {};

	c.king = acc_peer(test, "vm1", "one", true);
	c.peer = acc_peer(test, "vm2", "all", false);
	c.id = c.peer->chan.agent->peer.id;
	c.grant = acc_grant(c.peer);
	c.device = c.grant->device_id;

	return c;
}

static void acc_order_device(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	u32 all = ACC_PROTO(CLOCK) | ACC_PROTO(POWER) | ACC_PROTO(RESET) | ACC_PROTO(VOLTAGE);

	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
	mock_forget();
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log,
			   "~clk/get/state/rate/parent ~pd/get/state ~rst/get/assert/pulse ~vdd/get/state/level");
	KUNIT_EXPECT_EQ(test, c.grant->denied, all);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, mock.wants, 0);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, peer_switch(c.peer, test_res(c.grant, 0), true), SCMID_DENIED);

	/* Only what it has is denied, so that is what configfs shows. */
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, mock.votes, 3);

	/* Once more makes no difference. */
	mock_forget();
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
}

static void acc_order_protocol(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	unsigned int i;
	u32 proto;

	for (i = 0; i < ACC_NR; i++) {
		proto = SCMID_PROTO_BASE + ilog2(acc_protos[i]);
		acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
		KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, proto, 0),
				SCMID_SUCCESS);
		KUNIT_EXPECT_EQ(test, c.grant->denied, acc_protos[i]);
		KUNIT_EXPECT_EQ(test, test_res(c.grant, i)->res.access, 0);
		acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
		KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, proto, 1),
				SCMID_SUCCESS);
		KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
	}

	/* They add up, and the device as a whole undoes them. */
	for (i = 0; i < ACC_NR; i++)
		ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_BASE + ilog2(acc_protos[i]), 0);
	KUNIT_EXPECT_EQ(test, hweight32(c.grant->denied), ACC_NR);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
}

static void acc_order_not_found(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	struct scmid_grant *one = acc_grant(c.king);
	u32 king = c.king->chan.agent->peer.id;

	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, 9, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, 0, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, 256 + c.id, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, 77, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, U32_MAX, 0), SCMID_NOT_FOUND);
	/* Another agent's. */
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, one->device_id, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, king, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, 9, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, 0, 0), SCMID_NOT_FOUND);

	/* It has nothing of that protocol, or nobody has. */
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, king, one->device_id, SCMID_PROTO_RESET, 0),
			SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_BASE, 0),
			SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_SENSOR, 0),
			SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, 0xff, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, 9, c.device, SCMID_PROTO_CLOCK, 0),
			SCMID_NOT_FOUND);

	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 2), SCMID_INVALID_PARAMETERS);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 2), SCMID_INVALID_PARAMETERS);
	KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
	KUNIT_EXPECT_EQ(test, one->denied, 0);

	/* One that was there and is no more. */
	scmid_chan_detach(&c.peer->chan);
	test_agent_drop(test, c.grant->agent);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 0), SCMID_NOT_FOUND);
}

/* Who is not trusted learns nothing, and has no effect. */
static void acc_order_untrusted(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	u32 king = c.king->chan.agent->peer.id;
	struct scmid_grant *one = acc_grant(c.king);

	KUNIT_ASSERT_EQ(test, peer_switch(c.king, test_res(one, 0), true), SCMID_SUCCESS);
	mock_forget();
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.peer, king, one->device_id, 0), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.peer, c.id, c.device, 0), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.peer, 9, c.device, 2), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.peer, king, one->device_id, SCMID_PROTO_CLOCK, 0),
			SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.peer, c.id, c.device, SCMID_PROTO_BASE, 0),
			SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.peer, king, 0), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.peer, 9, 0), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.peer, c.id, 1), SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, one->denied, 0);
	KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
}

static void acc_order_reset(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	u32 king = c.king->chan.agent->peer.id;
	struct scmid_grant *one = acc_grant(c.king);

	/* Itself, trusted or not: all it asked for, none of its permissions. */
	KUNIT_ASSERT_EQ(test, peer_switch(c.king, test_res(one, 0), true), SCMID_SUCCESS);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
	mock_forget();
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.peer, c.id, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, strlen(mock.log), strlen("~pd ~clk ~rst ~vdd"));
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_EQ(test, mock.wants, 0);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);

	/* Another. */
	ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_RESET, 0);
	mock_forget();
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, strlen(mock.log), strlen("~pd ~clk ~rst ~vdd"));
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_EQ(test, c.grant->denied, ACC_PROTO(RESET));

	/* With permissions, the way to undo what was ordered. */
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, c.grant->denied, 0);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);

	/* The king himself. */
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, king, one->device_id, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, peer_switch(c.king, test_res(one, 0), true), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, king, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, peer_switch(c.king, test_res(one, 0), true), SCMID_SUCCESS);
}

/* Whether its guest is up, or its grant enabled, is no matter. */
static void acc_order_idle(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	struct scmid_agent *agent = c.grant->agent;

	scmid_chan_detach(&c.peer->chan);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_CLOCK, 0),
			SCMID_SUCCESS);
	scmid_grant_disable(c.grant);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_RESET, 0),
			SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_CLOCK, 1),
			SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, c.grant->denied, ACC_PROTO(RESET));
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(c.grant), 0);
	KUNIT_EXPECT_EQ(test, test_res(c.grant, ACC_RESET)->res.access, 0);
	KUNIT_EXPECT_NE(test, test_res(c.grant, ACC_CLOCK)->res.access, 0);

	/* One that was cut off itself orders nothing. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(c.king->chan.agent, false), 0);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, c.grant->denied, ACC_PROTO(RESET));
}

/* A third has it meanwhile: not even a king can give it to both. */
static void acc_order_busy(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	struct peer *third = acc_peer(test, "vm3", "all-too", false);
	struct scmid_grant_res *x = test_res(acc_grant(third), ACC_CLOCK);
	struct test_trace *trace = test_trace(test);

	KUNIT_ASSERT_EQ(test, test_set_access(x, SCMID_ACCESS_GET), 0);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 0), SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(acc_grant(third), ACC_RESET), 0), 0);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(acc_grant(third), ACC_SUPPLY), 0), 0);
	KUNIT_ASSERT_EQ(test, test_set_access(x, SCMID_ACCESS_RATE), 0);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_BUSY);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(c.king, c.id, 1), SCMID_BUSY);
	KUNIT_EXPECT_STREQ(test, trace->refused.text,
			   "another agent has this right; another agent has this right");
	KUNIT_EXPECT_EQ(test, hweight32(c.grant->denied), ACC_NR);
	acc_expect_all(test, c.peer, SCMID_SUCCESS, SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, ACC_PROTOCOL(c.king, c.id, c.device, SCMID_PROTO_POWER, 1),
			SCMID_SUCCESS);
	KUNIT_ASSERT_EQ(test, test_set_access(x, 0), 0);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, c.device, 1), SCMID_SUCCESS);
}

#define ACC_ROUNDS	100

/**
 * struct acc_storm - one of several that do things to each other
 * @peer: who
 * @id: number of the other
 * @device: number of a device of the other
 * @grant: what an operator plays with
 * @odd: answers that there should not be
 */
struct acc_storm {
	struct peer *peer;
	u32 id, device;
	struct scmid_grant *grant;
	int odd;
};

static void acc_storm_king(void *context)
{
	struct acc_storm *s = context;
	unsigned int i;
	s32 status;

	for (i = 0; i < ACC_ROUNDS; i++) {
		if (i % 3 == 0)
			status = ACC_DEVICE(s->peer, s->id, s->device, i % 2);
		else if (i % 3 == 1)
			status = ACC_PROTOCOL(s->peer, s->id, s->device, SCMID_PROTO_CLOCK, i % 2);
		else
			status = ACC_RESET_AGENT(s->peer, s->id, i % 2);
		s->odd += status != SCMID_SUCCESS;
		status = PEER_CALL(s->peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, i % 2);
		s->odd += status != SCMID_SUCCESS && status != SCMID_DENIED &&
			  status != SCMID_NOT_FOUND && status != SCMID_NOT_SUPPORTED;
		cond_resched();
	}
}

static void acc_storm_operator(void *context)
{
	struct acc_storm *s = context;
	unsigned int i;

	for (i = 0; i < ACC_ROUNDS; i++) {
		scmid_grant_disable(s->grant);
		s->odd += test_set_access(test_res(s->grant, 0), i % 4) != 0;
		s->odd += test_set_denied(s->grant, i % 8 * 2) != 0;
		s->odd += scmid_grant_enable(s->grant) != 0;
		cond_resched();
	}
}

/*
 * Two agents that are trusted command each other, and the operator takes away
 * what they talk about. Nobody waits for ever.
 */
static void acc_storm(struct kunit *test)
{
	struct acc_storm *s = kunit_kcalloc(test, 3, sizeof(*s), GFP_KERNEL);
	struct test_async async[3];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	mock.quiet = true;
	s[0].peer = acc_peer(test, "vm1", "three", true);
	s[1].peer = acc_peer(test, "vm2", "four", true);
	for (i = 0; i < 2; i++) {
		s[i].id = s[!i].peer->chan.agent->peer.id;
		s[i].device = acc_grant(s[!i].peer)->device_id;
	}
	s[2].grant = acc_grant(s[1].peer);
	for (i = 0; i < 3; i++)
		test_async(&async[i], i < 2 ? acc_storm_king : acc_storm_operator, &s[i]);
	for (i = 0; i < 3; i++) {
		test_async_end(&async[i]);
		KUNIT_EXPECT_EQ(test, s[i].odd, 0);
	}

	/* And it still works. */
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(s[0].peer, s[0].id, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, s[2].grant->denied, 0);
	KUNIT_EXPECT_EQ(test, ACC_RESET_AGENT(s[1].peer, s[1].id, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* Reasons */

struct acc_reason {
	const char *reason;
	u8 proto;
	u8 cmd;
	unsigned int n;
	u32 args[4];
	s32 status;
	u32 room;
};

static const struct acc_reason acc_reason_params[] = {
	{ "no such protocol", 0x80, 0, 0, {}, SCMID_NOT_SUPPORTED },
	{ "no such protocol", SCMID_PROTO_SENSOR, 0, 0, {}, SCMID_NOT_SUPPORTED },
	{ "not offered", SCMID_PROTO_RESET, 0, 0, {}, SCMID_NOT_SUPPORTED },
	{ "no such message", SCMID_PROTO_CLOCK, 0x1f, 0, {}, SCMID_NOT_FOUND },
	{ "no such message", SCMID_PROTO_CLOCK, 0x80, 0, {}, SCMID_NOT_FOUND },
	{ "not offered", SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_NOTIFY, 2, {}, SCMID_NOT_SUPPORTED },
	{ "length", SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 2, {}, SCMID_PROTOCOL_ERROR },
	{ "length", SCMID_PROTO_BASE, SCMID_BASE_LIST_PROTOCOLS, 0, {}, SCMID_PROTOCOL_ERROR },
	{ "room", SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 1, {}, SCMID_COMMS_ERROR, 12 },
	{ "no such id", SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 1, { 1 }, SCMID_NOT_FOUND },
	{ "no such id", SCMID_PROTO_BASE, SCMID_BASE_DISCOVER_AGENT, 1, { 9 }, SCMID_NOT_FOUND },
	{ "access", SCMID_PROTO_CLOCK, SCMID_CLOCK_PARENT_SET, 2, { 0, 0 }, SCMID_DENIED },
	{ "arguments", SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 2, { 0, 2 },
	  SCMID_INVALID_PARAMETERS },
	{ "not trusted", SCMID_PROTO_BASE, SCMID_BASE_DEVICE_PERMISSIONS, 3, { 1, 0, 0 },
	  SCMID_DENIED },
	{ "version", SCMID_PROTO_CLOCK, SCMID_NEGOTIATE_VERSION, 1, { 0x990000 },
	  SCMID_NOT_SUPPORTED },
	{ "not announced", SCMID_PROTO_CLOCK, SCMID_MESSAGE_ATTRIBUTES, 1, { 0x1f },
	  SCMID_NOT_FOUND },
};

static void acc_reason_desc(const struct acc_reason *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%#x %#x: %s", p->proto, p->cmd, p->reason);
}

KUNIT_ARRAY_PARAM(acc_reasons, acc_reason_params, acc_reason_desc);

/* Each refusal is traced with its reason and counted with its status. */
static void acc_reason(struct kunit *test)
{
	const struct acc_reason *p = test->param_value;
	struct peer *peer = peer_running(test);
	struct test_trace *trace = test_trace(test);
	struct scmid_agent *agent = peer->chan.agent;
	u32 proto = p->proto - SCMID_PROTO_BASE;
	unsigned long *counts;

	if (proto >= SCMID_NR_PROTOS || p->proto == SCMID_PROTO_SENSOR)
		proto = SCMID_NR_PROTOS;
	counts = agent->counts[proto];
	if (p->room)
		peer->room = p->room;
	KUNIT_EXPECT_EQ(test, peer_call(peer, p->proto, p->cmd, p->args, p->n), p->status);
	KUNIT_EXPECT_STREQ(test, trace->refused.text, p->reason);
	KUNIT_EXPECT_EQ(test, counts[-p->status], 1);
	KUNIT_EXPECT_EQ(test, counts[0], 0);

	/* What is not refused has none. */
	peer->room = SCMID_RSP_MAX;
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_VERSION), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, trace->refused.text, p->reason);
	KUNIT_EXPECT_EQ(test, agent->counts[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE][0], 1);
}

static void acc_reasons_else(struct kunit *test)
{
	struct acc_court c = acc_court(test);
	struct test_trace *trace = test_trace(test);
	struct scmid_grant_res *r = test_res(acc_grant(c.king), 0);

	/* Because of others. */
	mock.refuse = "somebody else's rate";
	KUNIT_EXPECT_EQ(test, PEER_CALL(c.king, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET,
					0, 0, 500, 0), SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, trace->refused.text, "somebody else's rate");
	mock.refuse = NULL;

	/* Because of the hardware, and not for what was the matter before. */
	test_trace_forget(&trace->refused);
	mock.fail_state = -EREMOTEIO;
	KUNIT_EXPECT_EQ(test, peer_switch(c.king, r, true), SCMID_HARDWARE_ERROR);
	KUNIT_EXPECT_STREQ(test, trace->refused.text, "framework");
	mock.fail_state = 0;

	test_trace_forget(&trace->refused);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, 9, c.device, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, ACC_DEVICE(c.king, c.id, 77, 0), SCMID_NOT_FOUND);
	KUNIT_EXPECT_STREQ(test, trace->refused.text,
			   "no such agent or device; no such agent or device");

	test_trace_forget(&trace->refused);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(c.king->chan.agent, false), 0);
	KUNIT_EXPECT_EQ(test, peer_switch(c.king, r, true), SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, trace->refused.text, "not live");
}

static struct kunit_case acc_cases[] = {
	KUNIT_CASE_PARAM(acc_right, acc_rights_gen_params),
	KUNIT_CASE(acc_not_enabled),
	KUNIT_CASE(acc_denied),
	KUNIT_CASE(acc_denied_access),
	KUNIT_CASE(acc_exclusive),
	KUNIT_CASE(acc_denied_undone),
	KUNIT_CASE(acc_in_flight),
	KUNIT_CASE(acc_limits),
	KUNIT_CASE(acc_order_device),
	KUNIT_CASE(acc_order_protocol),
	KUNIT_CASE(acc_order_not_found),
	KUNIT_CASE(acc_order_untrusted),
	KUNIT_CASE(acc_order_reset),
	KUNIT_CASE(acc_order_idle),
	KUNIT_CASE(acc_order_busy),
	KUNIT_CASE(acc_storm),
	KUNIT_CASE_PARAM(acc_reason, acc_reasons_gen_params),
	KUNIT_CASE(acc_reasons_else),
	{}
};

static struct kunit_suite acc_suite = {
	.name = "scmi_server_access",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = acc_cases,
};

kunit_test_suite(acc_suite);
