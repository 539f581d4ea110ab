// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the reset lines, on the reset controller framework itself,
 * with controllers that can do what this suite needs.
 */

#include "own_engine.h"

#include "../backend/reset.c"

#include <kunit/platform_device.h>
#include <linux/device.h>
#include <linux/fwnode.h>
#include <linux/panic.h>
#include <linux/reset-controller.h>

#include "test.h"

#define TRST_LINES	3

/* Operations that a controller may lack. */
#define TRST_ASSERT	BIT(0)
#define TRST_DEASSERT	BIT(1)
#define TRST_RESET	BIT(2)
#define TRST_STATUS	BIT(3)
#define TRST_ALL	(TRST_ASSERT | TRST_DEASSERT | TRST_RESET | TRST_STATUS)

/**
 * struct trst - a controller
 * @rcdev: for the framework
 * @asserted: its lines
 * @fail: what every operation returns
 * @log: what was done: "a0" line 0 was asserted, "d0" deasserted, "p0" pulsed
 * @len: bytes in @log
 * @block: the next change of line 0 waits for @resume
 * @entered: it waits now
 * @resume: it may go on
 */
struct trst {
	struct reset_controller_dev rcdev;
	bool asserted[TRST_LINES];
	int fail;
	char log[256];
	size_t len;
	bool block;
	struct completion entered, resume;
};

static bool trst_tainted;

static struct trst *to_trst(struct reset_controller_dev *rcdev)
{
	return container_of(rcdev, struct trst, rcdev);
}

static int trst_do(struct reset_controller_dev *rcdev, unsigned long id, char what)
{
	struct trst *t = to_trst(rcdev);

	if (t->block && !id) {
		t->block = false;
		complete(&t->entered);
		wait_for_completion(&t->resume);
	}
	t->len += scnprintf(t->log + t->len, sizeof(t->log) - t->len, "%s%c%lu",
			    t->len ? " " : "", what, id);
	if (!t->fail)
		t->asserted[id] = what == 'a';

	return t->fail;
}

static int trst_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
	return trst_do(rcdev, id, 'a');
}

static int trst_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
	return trst_do(rcdev, id, 'd');
}

static int trst_reset(struct reset_controller_dev *rcdev, unsigned long id)
{
	return trst_do(rcdev, id, 'p');
}

static int trst_status(struct reset_controller_dev *rcdev, unsigned long id)
{
	return to_trst(rcdev)->asserted[id];
}

#define TRST_OPS(can) {								\
	.assert = (can) & TRST_ASSERT ? trst_assert : NULL,			\
	.deassert = (can) & TRST_DEASSERT ? trst_deassert : NULL,		\
	.reset = (can) & TRST_RESET ? trst_reset : NULL,			\
	.status = (can) & TRST_STATUS ? trst_status : NULL,			\
}

/* By what they can. */
static const struct reset_control_ops trst_ops[TRST_ALL + 1] = {
	TRST_OPS(0), TRST_OPS(1), TRST_OPS(2), TRST_OPS(3), TRST_OPS(4), TRST_OPS(5),
	TRST_OPS(6), TRST_OPS(7), TRST_OPS(8), TRST_OPS(9), TRST_OPS(10), TRST_OPS(11),
	TRST_OPS(12), TRST_OPS(13), TRST_OPS(14), TRST_OPS(15),
};

KUNIT_DEFINE_ACTION_WRAPPER(trst_unregister, reset_controller_unregister,
			    struct reset_controller_dev *);

/* A controller at a node; all of its lines are asserted. */
static struct trst *trst_at(struct kunit *test, const char *node, unsigned int can)
{
	struct trst *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct device_node *np = test_node(test, node);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	init_completion(&t->entered);
	init_completion(&t->resume);
	for (i = 0; i < TRST_LINES; i++)
		t->asserted[i] = true;
	t->rcdev.ops = &trst_ops[can];
	t->rcdev.of_node = np;
	t->rcdev.nr_resets = TRST_LINES;
	KUNIT_ASSERT_EQ(test, reset_controller_register(&t->rcdev), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, trst_unregister, &t->rcdev));

	return t;
}

static struct trst *trst_new(struct kunit *test)
{
	return trst_at(test, "reset-provider", TRST_ALL);
}

static void trst_forget(struct trst *t)
{
	t->log[0] = '\0';
	t->len = 0;
}

/* What was done since the last time. */
#define EXPECT_DONE(test, t, what) do {						\
	KUNIT_EXPECT_STREQ(test, (t)->log, what);				\
	trst_forget(t);								\
} while (0)

#define EXPECT_STATE(test, r, what) do {					\
	char buf[SCMID_SHOW_MAX];						\
										\
	scmid_reset_show_state(r, buf, sizeof(buf));				\
	KUNIT_EXPECT_STREQ(test, buf, what);					\
} while (0)

#define EXPECT_VOTE(test, r, what) do {						\
	char buf[SCMID_SHOW_MAX];						\
										\
	scmid_reset_show_vote(r, buf, sizeof(buf));				\
	KUNIT_EXPECT_STREQ(test, buf, what);					\
} while (0)

/* The grant of a node, enabled with the rights that it has if it is shared. */
static struct scmid_grant *trst_grant(struct kunit *test, const char *name, const char *node)
{
	struct scmid_agent *agent = test_agent(test, name);
	struct scmid_grant *grant = test_grant(test, agent, node);

	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	return grant;
}

/* As the protocol does it. */
static int trst_set(struct scmid_grant_res *r, bool asserted)
{
	guard(mutex)(&r->grant->agent->run);
	r->grant->agent->why = NULL;

	return scmid_reset_line_set(&r->res, asserted);
}

static int trst_pulse(struct scmid_grant_res *r)
{
	guard(mutex)(&r->grant->agent->run);
	r->grant->agent->why = NULL;

	return scmid_reset_pulse(&r->res);
}

static void trst_quiesce(struct scmid_grant_res *r, u16 access)
{
	guard(mutex)(&r->grant->agent->run);
	scmid_reset_quiesce(r, access);
}

static void reset_grant(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_NULL(test, test_res(grant, 1));
	KUNIT_EXPECT_STREQ(test, r->res.name, "one");
	KUNIT_EXPECT_STREQ(test, r->dir, "reset0");
	KUNIT_EXPECT_EQ(test, r->res.proto, SCMID_PROTO_RESET);
	KUNIT_EXPECT_EQ(test, r->res.access,
			SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE);
	KUNIT_EXPECT_STREQ(test, grant->unsupported, "");
	KUNIT_EXPECT_NULL(test, r->res.priv);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_VOTE(test, r, "none");
	EXPECT_STATE(test, r, "asserted");
	t->asserted[0] = false;
	EXPECT_STATE(test, r, "deasserted");
	scmid_grant_disable(grant);
	KUNIT_EXPECT_NULL(test, r->res.priv);
	EXPECT_DONE(test, t, "");
}

static void reset_grant_names(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-also");
	struct scmid_grant *other = trst_grant(test, "vm2", "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0), *next = test_res(grant, 1);

	KUNIT_ASSERT_NOT_NULL(test, next);
	KUNIT_EXPECT_STREQ(test, r->res.name, "reset0");
	KUNIT_EXPECT_STREQ(test, next->res.name, "reset1");

	/* The same line is the same hardware, and others are others. */
	KUNIT_EXPECT_PTR_EQ(test, scmid_reset_hardware(r),
			    scmid_reset_hardware(test_res(other, 0)));
	KUNIT_EXPECT_PTR_EQ(test, r->hw, test_res(other, 0)->hw);
	KUNIT_EXPECT_PTR_NE(test, scmid_reset_hardware(r), scmid_reset_hardware(next));
	KUNIT_EXPECT_EQ(test, trst_set(next, false), 0);
	EXPECT_DONE(test, t, "d1");
}

static void reset_grant_deferred(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "reset-waits");

	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "reset0");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_reset_lines));

	trst_at(test, "reset-late", TRST_ALL);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	test_grant_drop(grant);
}

/* A line that does not exist is the tree's mistake, not a thing to wait for. */
static void reset_grant_bad(struct kunit *test)
{
	struct scmid_grant *grant;
	int err;

	trst_new(test);
	grant = test_grant(test, test_agent(test, "vm1"), "reset-bad");
	err = scmid_grant_enable(grant);
	KUNIT_EXPECT_LT(test, err, 0);
	KUNIT_EXPECT_NE(test, err, -EAGAIN);
	KUNIT_EXPECT_NE(test, err, -EBUSY);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_reset_lines));
}

/* One agent: what it asks for is done, once, and taken back. */
static void reset_votes(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_agent *agent = grant->agent;
	struct scmid_grant_res *r = test_res(grant, 0);

	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_DONE(test, t, "d0");
	EXPECT_VOTE(test, r, "deasserted");
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	EXPECT_DONE(test, t, "a0");
	EXPECT_VOTE(test, r, "asserted");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	EXPECT_DONE(test, t, "p0 p0");
	EXPECT_VOTE(test, r, "deasserted");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_DONE(test, t, "");

	/* By which right it has the vote does not matter, but it has to be one. */
	trst_quiesce(r, SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL);
	EXPECT_DONE(test, t, "");
	trst_quiesce(r, SCMID_ACCESS_PULSE);
	trst_quiesce(r, SCMID_ACCESS_PULSE);
	EXPECT_DONE(test, t, "a0");
	EXPECT_VOTE(test, r, "none");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	trst_quiesce(r, SCMID_ACCESS_ASSERT);
	EXPECT_DONE(test, t, "d0 a0");

	/* However the grant ends. */
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	scmid_grant_disable(grant);
	EXPECT_DONE(test, t, "d0 a0");
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	EXPECT_DONE(test, t, "d0 a0");
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	test_grant_drop(grant);
	EXPECT_DONE(test, t, "p0 a0");
}

/* An agent that never asked for anything leaves no trace. */
static void reset_untouched(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant;

	t->asserted[0] = false;
	grant = trst_grant(test, "vm1", "reset-one");
	trst_quiesce(test_res(grant, 0), SCMID_ACCESS_ALL);
	test_grant_drop(grant);
	EXPECT_DONE(test, t, "");
}

/* What it was at first is what it is again, if that can be told. */
static void reset_initial(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant;
	struct scmid_grant_res *r;

	t->asserted[0] = false;
	grant = trst_grant(test, "vm1", "reset-one");
	r = test_res(grant, 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "a0 d0");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "d0");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "p0");

	/* Somebody has set it meanwhile: what counts is how it was at first. */
	t->asserted[0] = true;
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "a0 d0");

	/* Not how it was when another agent came. */
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	trst_grant(test, "vm2", "reset-also");
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "a0 d0");
}

struct trst_can {
	unsigned int can;
};

static const struct trst_can trst_cans[] = {
	{ 0 }, { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 }, { 7 },
	{ 8 }, { 9 }, { 10 }, { 11 }, { 12 }, { 13 }, { 14 }, { 15 },
};

static void trst_can_desc(const struct trst_can *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s%s%s",
		 p->can & TRST_ASSERT ? "assert " : "", p->can & TRST_DEASSERT ? "deassert " : "",
		 p->can & TRST_RESET ? "reset " : "", p->can & TRST_STATUS ? "status" : "");
}

KUNIT_ARRAY_PARAM(trst_can, trst_cans, trst_can_desc);

/* Whatever a controller lacks, the agent is told, and nothing breaks. */
static void reset_ops(struct kunit *test)
{
	unsigned int can = ((const struct trst_can *)test->param_value)->can;
	struct trst *t = trst_at(test, "reset-provider", can);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0);

	EXPECT_STATE(test, r, can & TRST_STATUS ? "asserted" : "unknown");

	KUNIT_EXPECT_EQ(test, trst_set(r, true), can & TRST_ASSERT ? 0 : -EOPNOTSUPP);
	EXPECT_DONE(test, t, can & TRST_ASSERT ? "a0" : "");
	EXPECT_VOTE(test, r, can & TRST_ASSERT ? "asserted" : "none");

	/* To the framework what cannot be deasserted is so by itself. */
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_DONE(test, t, can & TRST_DEASSERT ? "d0" : "");
	EXPECT_VOTE(test, r, "deasserted");
	if (can & TRST_DEASSERT || !(can & TRST_STATUS))
		EXPECT_STATE(test, r, "deasserted");

	KUNIT_EXPECT_EQ(test, trst_pulse(r), can & TRST_RESET ? 0 : -EOPNOTSUPP);
	EXPECT_DONE(test, t, can & TRST_RESET ? "p0" : "");
	EXPECT_VOTE(test, r, "deasserted");

	/* Not known, or asserted: that is the same in the end. */
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, can & TRST_ASSERT ? "a0" : "");
	EXPECT_VOTE(test, r, "none");
}

/* 0: no vote, or an enum scmid_reset_state. */
static void trst_vote(struct kunit *test, struct scmid_grant_res *r, unsigned int vote)
{
	if (vote)
		KUNIT_EXPECT_EQ(test, trst_set(r, vote == SCMID_RESET_ASSERTED), 0);
	else
		trst_quiesce(r, SCMID_ACCESS_ALL);
}

/* Any vote of one agent after any vote of another. */
static void reset_two_agents(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_grant *other = trst_grant(test, "vm2", "reset-also");
	struct scmid_grant_res *r[] = { test_res(grant, 0), test_res(other, 0) };
	unsigned int votes[2], initial, state, i, k;

	for (initial = SCMID_RESET_ASSERTED; initial <= SCMID_RESET_DEASSERTED; initial++) {
		to_reset(&r[0]->res)->line->initial = initial;
		memset(votes, 0, sizeof(votes));
		t->asserted[0] = initial == SCMID_RESET_ASSERTED;

		/* Every change of either, from every state of both. */
		for (k = 0; k < 9 * 6; k++) {
			votes[0] = k / 6 % 3;
			votes[1] = k / 6 / 3;
			trst_vote(test, r[0], votes[0]);
			trst_vote(test, r[1], votes[1]);
			i = k % 6 / 3;
			votes[i] = k % 3;
			trst_vote(test, r[i], votes[i]);

			state = max(votes[0], votes[1]);
			if (t->asserted[0] != ((state ?: initial) == SCMID_RESET_ASSERTED))
				KUNIT_FAIL(test, "votes %u and %u, at first %u: asserted %d",
					   votes[0], votes[1], initial, t->asserted[0]);
			trst_forget(t);
		}
		trst_vote(test, r[0], 0);
		trst_vote(test, r[1], 0);
	}

	/* What changes nothing is not asked of the hardware. */
	trst_forget(t);
	KUNIT_EXPECT_EQ(test, trst_set(r[0], false), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r[1], true), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r[1], false), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r[0], true), 0);
	EXPECT_DONE(test, t, "d0");
	KUNIT_EXPECT_EQ(test, trst_set(r[1], true), 0);
	EXPECT_DONE(test, t, "a0");
}

/* A pulse is for those whom it does not take by surprise. */
static void reset_pulse_shared(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_grant *other = trst_grant(test, "vm2", "reset-also");
	struct scmid_grant_res *r = test_res(grant, 0), *o = test_res(other, 0);

	KUNIT_EXPECT_EQ(test, trst_set(o, false), 0);
	EXPECT_DONE(test, t, "d0");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), -EUSERS);
	KUNIT_EXPECT_STREQ(test, grant->agent->why, "another agent uses the line");
	EXPECT_VOTE(test, r, "none");
	EXPECT_DONE(test, t, "");
	KUNIT_EXPECT_EQ(test, trst_pulse(o), 0);
	EXPECT_DONE(test, t, "p0");

	/* It is in reset, and the other has nothing against that. */
	KUNIT_EXPECT_EQ(test, trst_set(o, true), 0);
	EXPECT_DONE(test, t, "a0");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	EXPECT_DONE(test, t, "p0");
	KUNIT_EXPECT_EQ(test, trst_pulse(o), -EUSERS);

	/* Now it is deasserted for this one, and asserted for the other. */
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "a0");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	trst_quiesce(o, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "d0");

	/* The one that is left takes nobody by surprise. */
	test_grant_drop(other);
	KUNIT_EXPECT_EQ(test, trst_pulse(r), 0);
	EXPECT_DONE(test, t, "p0");
}

/* What only one may have: asserting and pulsing. */
static void reset_exclusive(struct kunit *test)
{
	struct scmid_grant *mine, *theirs;

	trst_new(test);
	mine = test_granted(test, test_agent(test, "vm1"), "reset-one");
	theirs = test_grant(test, test_agent(test, "vm2"), "reset-also");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(theirs), -EBUSY);
	KUNIT_EXPECT_NULL(test, test_res(theirs, 0)->res.priv);
	test_grant_drop(mine);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(theirs), 0);
}

static void reset_fails(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0);

	t->fail = -EIO;
	KUNIT_EXPECT_EQ(test, trst_set(r, false), -EIO);
	KUNIT_EXPECT_EQ(test, trst_set(r, true), -EIO);
	KUNIT_EXPECT_EQ(test, trst_pulse(r), -EIO);
	EXPECT_VOTE(test, r, "none");
	EXPECT_DONE(test, t, "d0 a0 p0");

	/* The vote before stays. */
	t->fail = 0;
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	t->fail = -EIO;
	KUNIT_EXPECT_EQ(test, trst_set(r, true), -EIO);
	EXPECT_VOTE(test, r, "deasserted");
	EXPECT_DONE(test, t, "d0 a0");

	/* It goes nevertheless, and the line is not taken for what it is not. */
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_VOTE(test, r, "none");
	EXPECT_DONE(test, t, "a0");
	t->fail = 0;
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_DONE(test, t, "d0");
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	t->fail = -EIO;
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_DONE(test, t, "a0");
	t->fail = 0;
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	EXPECT_DONE(test, t, "a0");
}

/* Drivers of the host */

static int trst_host_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver trst_host_driver = {
	.probe = trst_host_probe,
	.driver = { .name = "scmi-kunit-host" },
};

/* Like vfio's. */
static struct platform_driver trst_vfio_driver = {
	.probe = trst_host_probe,
	.driver = { .name = "scmi-kunit-vfio" },
	.driver_managed_dma = true,
};

/* One that asks for the last line of its device. */
static int trst_taker_probe(struct platform_device *pdev)
{
	int n = of_count_phandle_with_args(pdev->dev.of_node, "resets", "#reset-cells");
	struct device_node *np __free(device_node) =
		n > 0 ? of_node_get(pdev->dev.of_node) :
			of_get_child_by_name(pdev->dev.of_node, "child");
	struct reset_control *rstc;

	rstc = of_reset_control_get_exclusive_by_index(np, max(n, 1) - 1);
	if (IS_ERR(rstc))
		return PTR_ERR(rstc);

	platform_set_drvdata(pdev, rstc);
	return reset_control_deassert(rstc);
}

static void trst_taker_remove(struct platform_device *pdev)
{
	reset_control_put(platform_get_drvdata(pdev));
}

static struct platform_driver trst_taker = {
	.probe = trst_taker_probe,
	.remove = trst_taker_remove,
	.driver = { .name = "scmi-kunit-taker" },
};

static struct platform_device *trst_device(struct kunit *test, const char *node,
					   struct platform_driver *driver)
{
	struct platform_device *pdev;

	/* The driver core knows devices that have not come yet, but not this. */
	fwnode_dev_initialized(of_fwnode_handle(test_node(test, "reset-provider")), true);
	pdev = kunit_platform_device_alloc(test, driver->driver.name, PLATFORM_DEVID_AUTO);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	device_set_node(&pdev->dev, of_fwnode_handle(of_node_get(test_node(test, node))));
	KUNIT_ASSERT_EQ(test, kunit_platform_device_add(test, pdev), 0);

	return pdev;
}

static void trst_drive(struct kunit *test, struct platform_driver *driver)
{
	KUNIT_ASSERT_EQ(test, kunit_platform_driver_register(test, driver), 0);
}

/*
 * A driver that may have a handle has one. The framework would warn if it were
 * tried, and of that the last thing of each test takes notice.
 */
static void reset_host_user(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct platform_device *pdev = trst_device(test, "reset-host", &trst_host_driver);
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0);
	struct reset_control *rstc;

	/* Without a driver it is no user. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_STATE(test, r, "asserted");
	scmid_grant_disable(grant);

	trst_drive(test, &trst_host_driver);
	KUNIT_ASSERT_NOT_NULL(test, pdev->dev.driver);
	rstc = of_reset_control_get_shared_by_index(pdev->dev.of_node, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(rstc));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	KUNIT_EXPECT_NULL(test, r->res.priv);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_reset_lines));

	/* The host keeps it as it likes. */
	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	EXPECT_STATE(test, r, "host's");
	KUNIT_EXPECT_EQ(test, reset_control_deassert(rstc), 0);
	EXPECT_DONE(test, t, "d0");
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	EXPECT_VOTE(test, r, "asserted");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_VOTE(test, r, "deasserted");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), -EUSERS);
	KUNIT_EXPECT_STREQ(test, agent->why, "host uses the line");
	EXPECT_VOTE(test, r, "deasserted");
	trst_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_VOTE(test, r, "none");
	EXPECT_DONE(test, t, "");

	KUNIT_EXPECT_EQ(test, reset_control_assert(rstc), 0);
	EXPECT_DONE(test, t, "a0");
	reset_control_put(rstc);
}

/* When the host lets go, the next who comes takes the line, for all. */
static void reset_host_goes(struct kunit *test)
{
	struct platform_device *pdev;
	struct scmid_grant *grant, *other;
	struct scmid_grant_res *r;
	struct trst *t = trst_new(test);

	trst_drive(test, &trst_host_driver);
	pdev = trst_device(test, "reset-host", &trst_host_driver);
	KUNIT_ASSERT_NOT_NULL(test, pdev->dev.driver);
	grant = trst_grant(test, "vm1", "reset-one");
	r = test_res(grant, 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_STATE(test, r, "host's");

	/* Another who shares changes nothing. */
	other = trst_grant(test, "vm2", "reset-also");
	EXPECT_STATE(test, r, "host's");
	test_grant_drop(other);
	EXPECT_DONE(test, t, "");

	device_release_driver(&pdev->dev);
	other = trst_grant(test, "vm3", "reset-also");
	EXPECT_DONE(test, t, "d0");
	EXPECT_STATE(test, r, "deasserted");
	KUNIT_EXPECT_EQ(test, trst_pulse(test_res(other, 0)), -EUSERS);
	test_grant_drop(other);
	EXPECT_DONE(test, t, "");
	test_grant_drop(grant);
	EXPECT_DONE(test, t, "a0");
}

/* A driver knows the nodes below that of its device. */
static void reset_host_child(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	trst_new(test);
	trst_drive(test, &trst_host_driver);
	trst_device(test, "reset-parent", &trst_host_driver);
	agent = test_agent(test, "vm1");
	grant = test_grant(test, agent, "reset-one");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	test_grant_drop(grant);

	/* But what is disabled is nobody's. */
	grant = test_grant(test, agent, "reset-other");
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_STATE(test, test_res(grant, 0), "asserted");
}

/* A device that is there for a guest does not use its lines. */
static void reset_host_vfio(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct platform_device *pdev;
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	agent = test_agent(test, "vm1");
	trst_drive(test, &trst_vfio_driver);
	pdev = trst_device(test, "reset-host", &trst_vfio_driver);
	KUNIT_ASSERT_NOT_NULL(test, pdev->dev.driver);
	grant = test_granted(test, agent, "reset-one");
	EXPECT_STATE(test, test_res(grant, 0), "asserted");
	test_grant_drop(grant);

	/* Not even if it is the one that is granted. */
	grant = test_grant(test, agent, "reset-host");
	KUNIT_EXPECT_PTR_EQ(test, grant->target, &pdev->dev);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	EXPECT_STATE(test, test_res(grant, 1), "asserted");
	KUNIT_EXPECT_EQ(test, trst_pulse(test_res(grant, 1)), 0);
	EXPECT_DONE(test, t, "p0");
}

/* Both have the device: its lines are those of its driver. */
static void reset_host_device(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	trst_drive(test, &trst_host_driver);
	trst_device(test, "reset-host", &trst_host_driver);
	agent = test_agent(test, "vm1");
	grant = test_grant(test, agent, "reset-host");
	KUNIT_EXPECT_NOT_NULL(test, grant->target);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	EXPECT_STATE(test, test_res(grant, 0), "host's");
	EXPECT_STATE(test, test_res(grant, 1), "host's");
	KUNIT_EXPECT_EQ(test, trst_set(test_res(grant, 0), false), 0);
	KUNIT_EXPECT_EQ(test, trst_pulse(test_res(grant, 1)), -EUSERS);
	EXPECT_DONE(test, t, "");
}

/* A driver of the host that comes later takes what it may have asked for. */
static void reset_host_comes(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct platform_device *pdev = trst_device(test, "reset-host", &trst_taker);
	struct scmid_grant *grant = test_granted(test, test_agent(test, "vm1"), "reset-one");
	struct scmid_grant *shared = trst_grant(test, "vm2", "reset-also");
	struct scmid_grant *other = trst_grant(test, "vm3", "reset-other");
	struct scmid_grant_res *r = test_res(shared, 0);

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(grant->agent, true), 0);
	KUNIT_EXPECT_EQ(test, trst_set(test_res(grant, 0), false), 0);
	KUNIT_EXPECT_EQ(test, trst_set(r, true), 0);
	EXPECT_STATE(test, r, "deasserted");
	EXPECT_DONE(test, t, "d0");

	trst_drive(test, &trst_taker);
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_TRUE(test, shared->enabled);
	EXPECT_STATE(test, r, "host's");
	EXPECT_VOTE(test, r, "asserted");
	KUNIT_EXPECT_EQ(test, trst_pulse(r), -EUSERS);
	KUNIT_EXPECT_FALSE(test, t->asserted[0]);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	trst_forget(t);

	/* Its lines are those of its node, and no others. */
	EXPECT_STATE(test, test_res(other, 0), "asserted");
	KUNIT_EXPECT_EQ(test, trst_set(test_res(other, 0), false), 0);
	EXPECT_DONE(test, t, "d2");

	/* When it goes, who comes next has the line as the others want it. */
	device_release_driver(&pdev->dev);
	EXPECT_STATE(test, r, "host's");
	grant->shared = true;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_STATE(test, r, "asserted");
	EXPECT_DONE(test, t, "a0");
	test_grant_drop(shared);
	EXPECT_DONE(test, t, "d0");
}

/* The same for what is below its device. */
static void reset_host_child_comes(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct platform_device *pdev = trst_device(test, "reset-parent", &trst_taker);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one");
	struct scmid_grant *other = test_granted(test, test_agent(test, "vm2"), "reset-other");

	trst_drive(test, &trst_taker);
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);
	EXPECT_STATE(test, test_res(grant, 0), "host's");
	KUNIT_EXPECT_FALSE(test, t->asserted[0]);
	KUNIT_EXPECT_TRUE(test, other->enabled);
	EXPECT_STATE(test, test_res(other, 0), "asserted");
}

/* A handle that nothing gives a hint of is found out by the framework. */
static void reset_host_hidden(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "reset-one");
	struct scmid_grant_res *r = test_res(grant, 0);
	struct reset_control *rstc;

	rstc = of_reset_control_get_exclusive(test_node(test, "reset-also"), NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(rstc));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_reset_lines));
	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	EXPECT_STATE(test, r, "host's");
	KUNIT_EXPECT_EQ(test, trst_set(r, false), 0);
	EXPECT_DONE(test, t, "");
	scmid_grant_disable(grant);

	/* It did not stay in the way of the host, and the host not in its way. */
	reset_control_put(rstc);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_STATE(test, r, "asserted");
	scmid_grant_disable(grant);
	rstc = of_reset_control_get_exclusive(test_node(test, "reset-also"), NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(rstc));
	reset_control_put(rstc);
}

static void trst_async_deassert(void *arg)
{
	trst_set(arg, false);
}

/* A line that is slow holds up those who have it, and nobody else. */
static void reset_slow(struct kunit *test)
{
	struct trst *t = trst_new(test);
	struct scmid_grant *grant = trst_grant(test, "vm1", "reset-one"), *other;
	struct scmid_grant_res *r = test_res(grant, 0);
	struct test_async async;

	t->block = true;
	test_async(&async, trst_async_deassert, r);
	wait_for_completion(&t->entered);

	/* Those who only look are not held up, either. */
	EXPECT_STATE(test, r, "asserted");
	EXPECT_VOTE(test, r, "none");
	other = trst_grant(test, "vm2", "reset-other");
	KUNIT_EXPECT_EQ(test, trst_set(test_res(other, 0), false), 0);
	EXPECT_STATE(test, test_res(other, 0), "deasserted");
	test_grant_drop(other);
	KUNIT_EXPECT_FALSE(test, completion_done(&async.done));

	complete(&t->resume);
	test_async_end(&async);
	EXPECT_VOTE(test, r, "deasserted");
	EXPECT_DONE(test, t, "d2 a2 d0");
}

/* There is nothing left, and nothing that the framework found wrong. */
static void trst_nothing_left(void *context)
{
	struct kunit *test = context;

	/* Links to suppliers keep a stand-in until they are gone. */
	device_link_wait_removal();
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_reset_lines));
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), trst_tainted);
}

static int reset_test_init(struct kunit *test)
{
	int err;

	trst_tainted = test_taint(TAINT_WARN);
	err = test_init(test);

	return err ?: kunit_add_action_or_reset(test, trst_nothing_left, test);
}

static int reset_suite_init(struct kunit_suite *suite)
{
	int err = test_suite_init(suite);

	if (!err)
		scmid_backend_register(&scmid_reset_backend);

	return err;
}

static void reset_suite_exit(struct kunit_suite *suite)
{
	if (scmid_reset_backend.node.next)
		list_del(&scmid_reset_backend.node);
	scmid_reset_backend.node.next = NULL;
	test_suite_exit(suite);
}

static struct kunit_case reset_cases[] = {
	KUNIT_CASE(reset_grant),
	KUNIT_CASE(reset_grant_names),
	KUNIT_CASE(reset_grant_deferred),
	KUNIT_CASE(reset_grant_bad),
	KUNIT_CASE(reset_votes),
	KUNIT_CASE(reset_untouched),
	KUNIT_CASE(reset_initial),
	KUNIT_CASE_PARAM(reset_ops, trst_can_gen_params),
	KUNIT_CASE(reset_two_agents),
	KUNIT_CASE(reset_pulse_shared),
	KUNIT_CASE(reset_exclusive),
	KUNIT_CASE(reset_fails),
	KUNIT_CASE(reset_host_user),
	KUNIT_CASE(reset_host_goes),
	KUNIT_CASE(reset_host_child),
	KUNIT_CASE(reset_host_vfio),
	KUNIT_CASE(reset_host_device),
	KUNIT_CASE(reset_host_comes),
	KUNIT_CASE(reset_host_child_comes),
	KUNIT_CASE(reset_host_hidden),
	KUNIT_CASE(reset_slow),
	{}
};

static struct kunit_suite reset_suite = {
	.name = "scmi_server_reset",
	.suite_init = reset_suite_init,
	.suite_exit = reset_suite_exit,
	.init = reset_test_init,
	.test_cases = reset_cases,
};

kunit_test_suite(reset_suite);
