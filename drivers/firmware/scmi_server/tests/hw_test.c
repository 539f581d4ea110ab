// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the hardware: who holds it, and what only one may have of it.
 */

#include "own_engine.h"

#include "../hw.c"

#include "test.h"

/* The nodes "all" and "all-too" have one resource of each of these. */
enum {
	HW_CLOCK,
	HW_POWER,
	HW_RESET,
	HW_SUPPLY,
	HW_NR
};

static int hw_set_access(struct scmid_grant_res *r, u16 access)
{
	guard(mutex)(&r->grant->agent->lock);
	guard(mutex)(&r->grant->agent->run);

	return scmid_hw_set_access(r, access);
}

static unsigned int hw_holders(const struct scmid_hw *hw)
{
	return list_count_nodes((struct list_head *)&hw->holders);
}

static void hw_same(struct kunit *test)
{
	struct scmid_grant *a, *b, *other;
	unsigned int i;

	a = test_granted(test, test_agent(test, "vm1"), "all");
	b = test_grant(test, test_agent(test, "vm2"), "all-too");
	other = test_granted(test, test_agent(test, "vm3"), "three");
	b->shared = true;
	for (i = 0; i < HW_NR; i++) {
		KUNIT_ASSERT_NOT_NULL(test, test_res(a, i)->hw);
		KUNIT_EXPECT_NULL(test, test_res(b, i)->hw);
		KUNIT_EXPECT_EQ(test, hw_holders(test_res(a, i)->hw), 1);
	}

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(b), 0);
	for (i = 0; i < HW_NR; i++) {
		KUNIT_EXPECT_PTR_EQ(test, test_res(b, i)->hw, test_res(a, i)->hw);
		KUNIT_EXPECT_EQ(test, hw_holders(test_res(a, i)->hw), 2);
		KUNIT_EXPECT_PTR_EQ(test, test_res(a, i)->hw->backend, test_res(a, i)->backend);
		KUNIT_EXPECT_TRUE(test, list_empty(&test_res(a, i)->hw->votes));
	}

	/* Of other kinds, or not the same, or not there. */
	KUNIT_EXPECT_PTR_NE(test, test_res(a, HW_CLOCK)->hw, test_res(a, HW_RESET)->hw);
	KUNIT_EXPECT_PTR_NE(test, test_res(other, 0)->hw, test_res(other, 1)->hw);
	scmid_grant_disable(a);
	for (i = 0; i < HW_NR; i++) {
		KUNIT_EXPECT_NULL(test, test_res(a, i)->hw);
		KUNIT_EXPECT_EQ(test, hw_holders(test_res(b, i)->hw), 1);
	}
}

/* Of one agent, too: under two names it is still one piece. */
static void hw_same_agent(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *one = test_granted(test, agent, "one");
	struct scmid_grant *same = test_granted(test, agent, "same");

	KUNIT_EXPECT_PTR_EQ(test, test_res(same, 0)->hw, test_res(one, 0)->hw);
	KUNIT_EXPECT_EQ(test, hw_holders(test_res(one, 0)->hw), 2);
}

/* From each set of rights to each other, while somebody else has @theirs. */
static void hw_expect_claims(struct kunit *test, struct scmid_grant_res *r, u16 theirs)
{
	u16 all = r->backend->access, exclusive = r->backend->access_exclusive;
	unsigned int before, now;
	bool refused;
	int err;

	for (before = 0; before <= all; before++) {
		for (now = 0; now <= all; now++) {
			if ((before | now) & ~all)
				continue;
			WRITE_ONCE(r->res.access, before);
			/* Only what is new is in anybody's way. */
			refused = !r->grant->shared && now & ~before & exclusive &&
				  theirs & exclusive;
			err = hw_set_access(r, now);
			if (err != (refused ? -EBUSY : 0) ||
			    r->res.access != (refused ? before : now))
				KUNIT_FAIL(test, "%s, %#x to %#x against %#x: %d", r->res.name,
					   before, now, theirs, err);
		}
	}
}

/*
 * Every right of the one against every right of the other: those that only
 * one can have are in each other's way.
 */
static void hw_exclusive(struct kunit *test)
{
	struct scmid_grant *a, *b;
	struct scmid_grant_res *r;
	unsigned int i, theirs;

	a = test_granted(test, test_agent(test, "vm1"), "all");
	b = test_grant(test, test_agent(test, "vm2"), "all-too");
	b->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(b), 0);

	for (i = 0; i < HW_NR; i++) {
		r = test_res(a, i);
		for (theirs = 0; theirs <= r->backend->access; theirs++) {
			if (theirs & ~r->backend->access)
				continue;
			WRITE_ONCE(r->res.access, theirs);
			b->shared = false;
			hw_expect_claims(test, test_res(b, i), theirs);
			b->shared = true;
			hw_expect_claims(test, test_res(b, i), theirs);
		}
		WRITE_ONCE(r->res.access, r->access);
		WRITE_ONCE(test_res(b, i)->res.access, test_res(b, i)->access);
	}
}

/* One that has none of it is not asked, and may join without leave. */
static void hw_join_access(struct kunit *test)
{
	struct scmid_grant *a, *b;
	unsigned int i;

	a = test_granted(test, test_agent(test, "vm1"), "all");
	b = test_grant(test, test_agent(test, "vm2"), "all-too");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(b), -EBUSY);
	for (i = 0; i < HW_NR; i++)
		KUNIT_ASSERT_EQ(test, 0,
				test_set_access(test_res(b, i), SCMID_ACCESS_GET |
						(test_res(b, i)->backend->access &
						 SCMID_ACCESS_STATE)));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(b), 0);
	scmid_grant_disable(b);

	/* Each of those that are exclusive is enough to be refused. */
	for (i = 0; i < HW_NR; i++) {
		if (!test_res(b, i)->backend->access_exclusive)
			continue;
		KUNIT_ASSERT_EQ(test, 0,
				test_set_access(test_res(b, i),
						test_res(b, i)->backend->access_exclusive));
		mock_forget();
		KUNIT_EXPECT_EQ(test, scmid_grant_enable(b), -EBUSY);
		KUNIT_EXPECT_FALSE(test, b->enabled);
		KUNIT_EXPECT_EQ(test, hw_holders(test_res(a, 0)->hw), 1);
		KUNIT_EXPECT_EQ(test, mock.held, HW_NR);
		KUNIT_ASSERT_EQ(test, 0, test_set_access(test_res(b, i), SCMID_ACCESS_GET));
	}
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(b), 0);
}

/**
 * struct hw_seen - what a walk came by
 * @n: pieces of hardware
 * @holders: holders of all of them
 * @unlocked: those that it did not hold the lock of
 */
struct hw_seen {
	unsigned int n, holders, unlocked;
};

static void hw_see(struct scmid_hw *hw, void *data)
{
	struct hw_seen *seen = data;

	seen->n++;
	seen->holders += hw_holders(hw);
	seen->unlocked += !mutex_is_locked(&hw->lock);
}

static struct hw_seen hw_walk(void)
{
	struct hw_seen seen = {};

	scmid_hw_walk(hw_see, &seen);
	return seen;
}

static void hw_walked(struct kunit *test)
{
	struct scmid_grant *a, *b;
	struct hw_seen seen = hw_walk();

	KUNIT_EXPECT_EQ(test, seen.n, 0);
	a = test_granted(test, test_agent(test, "vm1"), "all");
	b = test_grant(test, test_agent(test, "vm2"), "all-too");
	b->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(b), 0);
	test_granted(test, test_agent(test, "vm3"), "three");
	seen = hw_walk();
	KUNIT_EXPECT_EQ(test, seen.n, HW_NR + 3);
	KUNIT_EXPECT_EQ(test, seen.holders, 2 * HW_NR + 3);
	KUNIT_EXPECT_EQ(test, seen.unlocked, 0);

	scmid_grant_disable(a);
	seen = hw_walk();
	KUNIT_EXPECT_EQ(test, seen.n, HW_NR + 3);
	KUNIT_EXPECT_EQ(test, seen.holders, HW_NR + 3);
	scmid_grant_disable(b);
	seen = hw_walk();
	KUNIT_EXPECT_EQ(test, seen.n, 3);
}

/* What backends tell goes to those who listen. */
static void hw_traced(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant_res *r = test_res(test_granted(test, agent, "three"), 1);
	struct test_trace *trace = test_trace(test);

	scmid_voted(r);
	r->res.vote = true;
	r->want = 7;
	scmid_voted(r);
	KUNIT_EXPECT_STREQ(test, trace->voted.text, "vm1 b off; vm1 b on, 7");

	r->policy = SCMID_POLICY_FLOOR;
	scmid_arbitrated(r, 9);
	r->policy = SCMID_POLICY_EXCLUSIVE;
	r->want = 0;
	scmid_arbitrated(r, U64_MAX);
	KUNIT_EXPECT_STREQ(test, trace->arbitrated.text,
			   "vm1 b floor 7 9; vm1 b exclusive 0 18446744073709551615");
	r->res.vote = false;

	KUNIT_EXPECT_NULL(test, agent->why);
	KUNIT_EXPECT_EQ(test, scmid_refused(r, -EACCES, "because"), -EACCES);
	KUNIT_EXPECT_STREQ(test, agent->why, "because");
}

static struct kunit_case hw_cases[] = {
	KUNIT_CASE(hw_same),
	KUNIT_CASE(hw_same_agent),
	KUNIT_CASE(hw_exclusive),
	KUNIT_CASE(hw_join_access),
	KUNIT_CASE(hw_walked),
	KUNIT_CASE(hw_traced),
	{}
};

static struct kunit_suite hw_suite = {
	.name = "scmi_server_hw",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = hw_cases,
};

kunit_test_suite(hw_suite);
