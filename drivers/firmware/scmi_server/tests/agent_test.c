// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the agents: names, ids, and what going live means.
 */

#include "own_engine.h"

#include "../agent.c"

#include "test.h"

static u32 *agent_next_id(struct scmid_agent *agent)
{
	return &agent->next_id[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE];
}

/* The ids of a grant, as "3 4 5". */
static const char *agent_ids(struct kunit *test, struct scmid_grant *grant)
{
	char *ids = kunit_kzalloc(test, 64, GFP_KERNEL);
	struct scmid_grant_res *r;
	int at = 0;

	KUNIT_ASSERT_NOT_NULL(test, ids);
	list_for_each_entry(r, &grant->res, node)
		at += scnprintf(ids + at, 64 - at, "%s%u", at ? " " : "", r->res.id);

	return ids;
}

#define EXPECT_IDS(test, grant, ids)	KUNIT_EXPECT_STREQ(test, agent_ids(test, grant), ids)

struct agent_name {
	const char *name;
	int err;
};

static const struct agent_name agent_name_params[] = {
	{ "a", 0 },
	{ "-", 0 },
	{ "...", 0 },
	{ ".a", 0 },
	{ "Vm1.a_b-Z9", 0 },
	{ "abcdefghijklmno", 0 },
	{ "pqrstuvwxyzABCD", 0 },
	{ "EFGHIJKLMNOPQRS", 0 },
	{ "TUVWXYZ01234567", 0 },
	{ "89._-", 0 },
	{ "abcdefghijklmnop", -ENAMETOOLONG },
	{ "abcdefghijklmnopabcdefghijklmnop", -ENAMETOOLONG },
	{ "", -EINVAL },
	{ ".", -EINVAL },
	{ "..", -EINVAL },
	{ " ", -EINVAL },
	{ "a b", -EINVAL },
	{ "a/b", -EINVAL },
	{ "a:b", -EINVAL },
	{ "a!b", -EINVAL },
	{ "a\n", -EINVAL },
	{ "\ta", -EINVAL },
	{ "a\x7f", -EINVAL },
	{ "\xc3\xa4", -EINVAL },
	{ "a%s", -EINVAL },
};

static void agent_name_desc(const struct agent_name *name, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu bytes (%*pE)", strlen(name->name),
		 (int)strlen(name->name), name->name);
}

KUNIT_ARRAY_PARAM(agent_names, agent_name_params, agent_name_desc);

static void agent_name(struct kunit *test)
{
	static const char zeros[SCMID_SHORT_NAME];
	const struct agent_name *p = test->param_value;
	struct scmid_agent *agent = NULL;
	size_t len = strlen(p->name);

	KUNIT_ASSERT_EQ(test, test_agent_try(test, p->name, &agent), p->err);
	if (p->err)
		return;

	/* The padding goes to the guest, too. */
	KUNIT_EXPECT_STREQ(test, agent->peer.name, p->name);
	KUNIT_EXPECT_MEMEQ(test, agent->peer.name + len, zeros, SCMID_SHORT_NAME - len);
	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_EQ(test, agent->peer.protocols, 0);
	KUNIT_EXPECT_EQ(test, agent->hold_ms, SCMID_HOLD_MS_DEFAULT);
}

static void agent_name_taken(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1"), *other = NULL;

	KUNIT_EXPECT_EQ(test, test_agent_try(test, "vm1", &other), -EEXIST);
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "vm", &other), 0);
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "vm11", &other), 0);
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "Vm1", &other), 0);
	test_agent_drop(test, agent);
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "vm1", &other), 0);
}

static void agent_find(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1"), *found;

	KUNIT_EXPECT_NULL(test, scmid_agent_find("vm"));
	KUNIT_EXPECT_NULL(test, scmid_agent_find(""));
	found = scmid_agent_find("vm1");
	KUNIT_ASSERT_PTR_EQ(test, found, agent);

	/* Whoever found it may keep it. */
	test_agent_drop(test, agent);
	KUNIT_EXPECT_NULL(test, scmid_agent_find("vm1"));
	KUNIT_EXPECT_EQ(test, mock.agents, 1);
	scmid_agent_put(found);
	KUNIT_EXPECT_EQ(test, mock.agents, 0);
}

static void agent_id_lowest(struct kunit *test)
{
	struct scmid_agent *a = test_agent(test, "a"), *b = test_agent(test, "b");
	struct scmid_agent *c = test_agent(test, "c");

	KUNIT_EXPECT_EQ(test, a->peer.id, 1);
	KUNIT_EXPECT_EQ(test, b->peer.id, 2);
	KUNIT_EXPECT_EQ(test, c->peer.id, 3);
	test_agent_drop(test, b);
	KUNIT_EXPECT_EQ(test, test_agent(test, "d")->peer.id, 2);
	KUNIT_EXPECT_EQ(test, test_agent(test, "e")->peer.id, 4);
	test_agent_drop(test, a);
	KUNIT_EXPECT_EQ(test, test_agent(test, "f")->peer.id, 1);
}

static void agent_id_exhausted(struct kunit *test)
{
	struct scmid_agent *agent, *victim = NULL;
	unsigned int i;
	char name[16];

	for (i = 1; i <= U8_MAX; i++) {
		snprintf(name, sizeof(name), "vm%u", i);
		agent = test_agent(test, name);
		KUNIT_ASSERT_EQ(test, agent->peer.id, i);
		if (i == 77)
			victim = agent;
	}
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "more", &agent), -ENOSPC);
	KUNIT_EXPECT_NULL(test, scmid_agent_find("more"));

	test_agent_drop(test, victim);
	KUNIT_EXPECT_EQ(test, test_agent(test, "more")->peer.id, 77);
	KUNIT_EXPECT_EQ(test, test_agent_try(test, "again", &agent), -ENOSPC);
}

static void agent_set_id(struct kunit *test)
{
	struct scmid_agent *a = test_live(test, "a", "one"), *b = test_agent(test, "b");

	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(b, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(b, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, b->peer.id, 2);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(b, 2), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(b, 255), 0);
	KUNIT_EXPECT_EQ(test, b->peer.id, 255);
	KUNIT_EXPECT_EQ(test, test_agent(test, "c")->peer.id, 2);

	/* Its guest was told. */
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(a, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(a, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(a, 1), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(a, false), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(a, 255), -EEXIST);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_id(a, 7), 0);
	KUNIT_EXPECT_EQ(test, a->peer.id, 7);
}

static void agent_live_needs_grant(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;

	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), -ENODATA);
	grant = test_grant(test, agent, "one");
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), -ENODATA);
	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_FALSE(test, scmid_agents_live());

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_TRUE(test, agent->peer.live);
	KUNIT_EXPECT_TRUE(test, scmid_agents_live());

	/* A latch: what is taken back later does not undo it. */
	scmid_grant_disable(grant);
	KUNIT_EXPECT_TRUE(test, agent->peer.live);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_FALSE(test, scmid_agents_live());
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), -ENODATA);
}

static void agent_live_idempotent(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	u32 generation;

	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, false), 0);
	test_granted(test, agent, "three");
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	generation = agent->generation;
	mock_forget();
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, agent->generation, generation);
	KUNIT_EXPECT_STREQ(test, mock.log, "");

	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a ~b ~c");
	generation = agent->generation;
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, agent->generation, generation);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a ~b ~c");
}

static void agent_generation(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "one");
	u32 seen = agent->generation;

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_GT(test, agent->generation, seen);
	seen = agent->generation;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, agent->generation, seen);

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_GT(test, agent->generation, seen);
	seen = agent->generation;

	scmid_grant_disable(grant);
	KUNIT_EXPECT_GT(test, agent->generation, seen);
	seen = agent->generation;
	scmid_grant_disable(grant);
	KUNIT_EXPECT_EQ(test, agent->generation, seen);

	mock.fail_get = "a";
	mock.fail_get_err = -EIO;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EIO);
	KUNIT_EXPECT_EQ(test, agent->generation, seen);
	mock.fail_get = NULL;

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	seen = agent->generation;
	test_grant_drop(grant);
	KUNIT_EXPECT_GT(test, agent->generation, seen);
}

static void agent_ids_dense(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *three = test_grant(test, agent, "three");
	struct scmid_grant *one = test_grant(test, agent, "one");
	struct scmid_grant *four = test_grant(test, agent, "four");

	EXPECT_IDS(test, three, "0 1 2");
	EXPECT_IDS(test, one, "3");
	EXPECT_IDS(test, four, "4 5 6 7");

	/* Enabled or not is no matter. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(one), 0);
	EXPECT_IDS(test, one, "3");

	test_grant_drop(three);
	EXPECT_IDS(test, one, "0");
	EXPECT_IDS(test, four, "1 2 3 4");
}

static void agent_ids_frozen(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *three = test_granted(test, agent, "three");
	struct scmid_grant *one = test_grant(test, agent, "one");
	struct scmid_grant *four;

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	EXPECT_IDS(test, three, "0 1 2");
	EXPECT_IDS(test, one, "3");

	/* Nothing moves, and what is new comes last. */
	test_grant_drop(three);
	EXPECT_IDS(test, one, "3");
	four = test_grant(test, agent, "four");
	EXPECT_IDS(test, four, "4 5 6 7");
	EXPECT_IDS(test, one, "3");

	/* What was there once never means something else. */
	test_grant_drop(four);
	three = test_grant(test, agent, "three");
	EXPECT_IDS(test, three, "8 9 10");
	test_grant_drop(one);
	EXPECT_IDS(test, three, "8 9 10");
	one = test_grant(test, agent, "one");
	EXPECT_IDS(test, one, "11");

	/* Not even what was granted, but never enabled, before. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(one), 0);
	KUNIT_EXPECT_NULL(test, test_seen(agent, 3));
	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 11),
			    &test_res(one, 0)->res);

	/* With the guest cut off all may be used again. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	EXPECT_IDS(test, three, "0 1 2");
	EXPECT_IDS(test, one, "3");
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 3),
			    &test_res(one, 0)->res);
	KUNIT_EXPECT_NULL(test, test_seen(agent, 11));
}

static void agent_ids_return(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *three = test_granted(test, agent, "three");
	struct scmid_grant *one = test_granted(test, agent, "one");

	/* The same grant under the same ids. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	scmid_grant_disable(three);
	EXPECT_IDS(test, three, "0 1 2");
	KUNIT_EXPECT_NULL(test, test_seen(agent, 0));
	KUNIT_EXPECT_EQ(test, test_count(agent), 4);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(three), 0);
	EXPECT_IDS(test, three, "0 1 2");
	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 2),
			    &test_res(three, 2)->res);
	EXPECT_IDS(test, one, "3");
}

static void agent_ids_fixed(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *three = test_grant(test, agent, "three");
	struct scmid_grant *one = test_granted(test, agent, "one");
	struct scmid_grant *four;

	scoped_guard(mutex, &agent->lock) {
		KUNIT_EXPECT_EQ(test, scmid_grant_set_id(test_res(three, 2), 1), 0);
		KUNIT_EXPECT_EQ(test, scmid_grant_set_id(test_res(three, 0), 40), 0);
	}
	EXPECT_IDS(test, three, "40 0 1");
	EXPECT_IDS(test, one, "2");

	/* From there on, not in the gap: a guest may know of it. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	four = test_grant(test, agent, "four");
	EXPECT_IDS(test, four, "41 42 43 44");

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	EXPECT_IDS(test, three, "40 0 1");
	EXPECT_IDS(test, one, "2");
	EXPECT_IDS(test, four, "3 4 5 6");
}

/*
 * The protocol counts clocks in 16 bits. An agent that is live for years, with
 * devices coming and going, must not get one id twice.
 */
static void agent_ids_exhausted(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	struct scmid_grant *grant;

	*agent_next_id(agent) = U16_MAX - 3;
	grant = test_grant(test, agent, "three");
	EXPECT_IDS(test, grant, "65532 65533 65534");
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, test_count(agent), U16_MAX);

	grant = scmid_grant_create(agent, TEST_NAME "same");
	KUNIT_EXPECT_PTR_EQ(test, grant, ERR_PTR(-ENOSPC));
	grant = scmid_grant_create(agent, TEST_NAME "four");
	KUNIT_EXPECT_PTR_EQ(test, grant, ERR_PTR(-ENOSPC));
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 2);

	/* Refused as a whole: of four only two would have had an id. */
	*agent_next_id(agent) = U16_MAX - 2;
	grant = scmid_grant_create(agent, TEST_NAME "four");
	KUNIT_EXPECT_PTR_EQ(test, grant, ERR_PTR(-ENOSPC));

	/* Once it was off there is room again. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	EXPECT_IDS(test, test_grant(test, agent, "four"), "4 5 6 7");
}

static void agent_view(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1"), *other;
	struct scmid_grant *three = test_granted(test, agent, "three");
	struct scmid_grant *four = test_granted(test, agent, "four");
	u32 base = BIT(0), clock = BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE), id = 0;
	struct scmid_peer *peer = &agent->peer;

	/* Until it is live it sees nothing. */
	KUNIT_EXPECT_EQ(test, test_count(agent), 0);
	KUNIT_EXPECT_NULL(test, test_seen(agent, 0));
	KUNIT_EXPECT_EQ(test, peer->protocols, 0);

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, test_count(agent), 7);
	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 6), &test_res(four, 3)->res);
	KUNIT_EXPECT_NULL(test, test_seen(agent, 7));
	KUNIT_EXPECT_NULL(test, test_seen(agent, 8));
	KUNIT_EXPECT_NULL(test, test_seen(agent, U32_MAX));
	KUNIT_EXPECT_NULL(test, test_seen(agent, 0x10000));
	KUNIT_EXPECT_EQ(test, peer->protocols, base | clock);

	/* Over a gap. */
	scmid_grant_disable(three);
	id = 1;
	KUNIT_EXPECT_PTR_EQ(test, scmid_res_next(peer, SCMID_PROTO_CLOCK, &id),
			    &test_res(four, 0)->res);
	KUNIT_EXPECT_EQ(test, id, 3);
	scmid_grant_disable(four);
	KUNIT_EXPECT_EQ(test, peer->protocols, base);
	KUNIT_EXPECT_EQ(test, test_count(agent), 0);

	/* Others have their own. */
	other = test_live(test, "vm2", "one");
	KUNIT_EXPECT_EQ(test, test_count(other), 1);
	KUNIT_EXPECT_EQ(test, test_count(agent), 0);

	/* Cut off, it sees nothing again. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(four), 0);
	KUNIT_EXPECT_EQ(test, test_count(agent), 7);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, test_count(agent), 0);
	KUNIT_EXPECT_EQ(test, peer->protocols, 0);
	KUNIT_EXPECT_EQ(test, mock.held, 5);
}

/* The view grows with its ids, and what was in it stays. */
static void agent_view_grows(struct kunit *test)
{
	static const u16 ids[] = { 0, 1, 2, 3, 4, 7, 8, 63, 64, 1000, 32767, 32768, 65534 };
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *one = test_granted(test, agent, "one");
	struct scmid_grant *grant = test_grant(test, agent, "four");
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(ids); i++) {
		scoped_guard(mutex, &agent->lock)
			KUNIT_ASSERT_EQ(test, scmid_grant_set_id(test_res(grant, 0), ids[i]), 0);
		KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
		KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
		KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, ids[i]), &test_res(grant, 0)->res);
		KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 0), &test_res(one, 0)->res);
		KUNIT_EXPECT_NULL(test, test_seen(agent, 1 + max_t(u16, ids[i], 4)));
		KUNIT_EXPECT_EQ(test, test_count(agent), max(ids[i] + 1, 5));
		scmid_grant_disable(grant);
		KUNIT_EXPECT_NULL(test, test_seen(agent, ids[i]));
		KUNIT_EXPECT_EQ(test, test_count(agent), 1);
		KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	}
}

static bool agent_is_named(struct scmid_grant_res *r, const void *name)
{
	return !strcmp(r->res.name, name);
}

static void agent_res_find(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "three");
	struct scmid_grant *four = test_granted(test, agent, "four");

	KUNIT_EXPECT_PTR_EQ(test, scmid_res_find(test_res(four, 0), agent_is_named, "b"),
			    test_seen(agent, 1));
	KUNIT_EXPECT_PTR_EQ(test, scmid_res_find(test_res(four, 0), agent_is_named, "g"),
			    &test_res(four, 3)->res);
	KUNIT_EXPECT_NULL(test, scmid_res_find(test_res(four, 0), agent_is_named, "h"));
}

/* A guest is told by what it is offered, so that does not change under it. */
static void agent_trusted(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_granted(test, agent, "one");

	KUNIT_EXPECT_FALSE(test, agent->peer.trusted);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_trusted(agent, true), 0);
	KUNIT_EXPECT_TRUE(test, agent->peer.trusted);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_trusted(agent, true), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_trusted(agent, false), -EBUSY);
	KUNIT_EXPECT_TRUE(test, agent->peer.trusted);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_trusted(agent, false), -EBUSY);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_trusted(agent, false), 0);
	KUNIT_EXPECT_FALSE(test, agent->peer.trusted);
}

/* What it sees of several protocols: ids of each begin at zero. */
static void agent_view_protocols(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *one = test_granted(test, agent, "one");
	struct scmid_grant *all = test_granted(test, agent, "all");
	static const u8 protos[] = {
		SCMID_PROTO_CLOCK, SCMID_PROTO_POWER, SCMID_PROTO_RESET, SCMID_PROTO_VOLTAGE,
	};
	struct scmid_peer *peer = &agent->peer;
	unsigned int i;
	u32 bits = BIT(0);

	EXPECT_IDS(test, one, "0");
	EXPECT_IDS(test, all, "1 0 0 0");
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		bits |= BIT(protos[i] - SCMID_PROTO_BASE);
		KUNIT_EXPECT_PTR_EQ(test, scmid_res_get(peer, protos[i], i ? 0 : 1),
				    &test_res(all, i)->res);
		KUNIT_EXPECT_EQ(test, scmid_res_count(peer, protos[i]), i ? 1 : 2);
	}
	KUNIT_EXPECT_EQ(test, peer->protocols, bits);

	/* They go with the last resource, and what an agent asked goes of all. */
	scmid_grant_disable(all);
	KUNIT_EXPECT_EQ(test, peer->protocols, BIT(0) |
			BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE));
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(all), 0);
	mock_forget();
	scoped_guard(mutex, &agent->run)
		scmid_agent_quiesce(agent);
	KUNIT_EXPECT_EQ(test, strlen(mock.log), strlen("~a ~clk ~pd ~rst ~vdd"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(mock.log, "~a"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(mock.log, "~vdd"));
}

static struct kunit_case agent_cases[] = {
	KUNIT_CASE_PARAM(agent_name, agent_names_gen_params),
	KUNIT_CASE(agent_name_taken),
	KUNIT_CASE(agent_find),
	KUNIT_CASE(agent_id_lowest),
	KUNIT_CASE(agent_id_exhausted),
	KUNIT_CASE(agent_set_id),
	KUNIT_CASE(agent_live_needs_grant),
	KUNIT_CASE(agent_live_idempotent),
	KUNIT_CASE(agent_generation),
	KUNIT_CASE(agent_ids_dense),
	KUNIT_CASE(agent_ids_frozen),
	KUNIT_CASE(agent_ids_return),
	KUNIT_CASE(agent_ids_fixed),
	KUNIT_CASE(agent_ids_exhausted),
	KUNIT_CASE(agent_view),
	KUNIT_CASE(agent_view_grows),
	KUNIT_CASE(agent_res_find),
	KUNIT_CASE(agent_trusted),
	KUNIT_CASE(agent_view_protocols),
	{}
};

static struct kunit_suite agent_suite = {
	.name = "scmi_server_agent",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = agent_cases,
};

kunit_test_suite(agent_suite);
