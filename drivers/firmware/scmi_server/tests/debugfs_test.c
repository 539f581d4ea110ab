// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the files in debugfs: what they say.
 */

#include "own_engine.h"

#include "../debugfs.c"

#include "peer.h"

/* What a file shows. */
static const char *dfs_show(struct kunit *test, int (*show)(struct seq_file *s, void *unused))
{
	struct seq_file s = { .size = PAGE_SIZE };

	s.buf = kunit_kzalloc(test, s.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s.buf);
	KUNIT_EXPECT_EQ(test, show(&s, NULL), 0);
	KUNIT_EXPECT_FALSE(test, seq_has_overflowed(&s));
	s.buf[min(s.count, s.size - 1)] = '\0';

	return s.buf;
}

#define EXPECT_SHOWN(test, show, text)						\
	KUNIT_EXPECT_STREQ(test, dfs_show(test, show), text)

static void dfs_counters(struct kunit *test)
{
	struct peer *peer, *other;
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	EXPECT_SHOWN(test, scmid_counters_show, "");
	peer = peer_running(test);
	EXPECT_SHOWN(test, scmid_counters_show, "");
	test_live(test, "vm2", "all");
	other = peer_attached(test, "vm2");
	peer_up(other, SCMID_START_SAME);

	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 1);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 2);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET);
	EXPECT_SHOWN(test, scmid_counters_show,
		     "vm1 base SUCCESS 2\n"
		     "vm1 clock SUCCESS 1\n"
		     "vm1 clock INVALID_PARAMETERS 1\n"
		     "vm1 clock NOT_FOUND 1\n"
		     "vm1 clock PROTOCOL_ERROR 1\n");

	/* What there is not, all of it together. */
	PEER_CALL(other, SCMID_PROTO_POWER, SCMID_VERSION);
	PEER_CALL(other, SCMID_PROTO_SENSOR, SCMID_VERSION);
	PEER_CALL(other, SCMID_PROTO_PERF, SCMID_VERSION);
	PEER_CALL(other, 0x80, SCMID_VERSION);
	PEER_CALL(other, 0xff, SCMID_VERSION);
	PEER_CALL(other, 0, SCMID_VERSION);
	PEER_CALL(other, SCMID_PROTO_BASE - 1, SCMID_VERSION);
	EXPECT_SHOWN(test, scmid_counters_show,
		     "vm1 base SUCCESS 2\n"
		     "vm1 clock SUCCESS 1\n"
		     "vm1 clock INVALID_PARAMETERS 1\n"
		     "vm1 clock NOT_FOUND 1\n"
		     "vm1 clock PROTOCOL_ERROR 1\n"
		     "vm2 power SUCCESS 1\n"
		     "vm2 other NOT_SUPPORTED 6\n");

	/* An agent that is gone is not counted any more. */
	grant = list_first_entry(&other->chan.agent->grants, struct scmid_grant, node);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(grant, 0), 0), 0);
	PEER_CALL(other, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0);
	agent = peer->chan.agent;
	scmid_chan_detach(&peer->chan);
	test_agent_drop(test, agent);
	EXPECT_SHOWN(test, scmid_counters_show,
		     "vm2 power SUCCESS 1\n"
		     "vm2 clock DENIED 1\n"
		     "vm2 other NOT_SUPPORTED 6\n");
}

/* Every status has a name, and what is none has one, too. */
static void dfs_statuses(struct kunit *test)
{
	static const char * const names[] = {
		"SUCCESS", "NOT_SUPPORTED", "INVALID_PARAMETERS", "DENIED", "NOT_FOUND",
		"OUT_OF_RANGE", "BUSY", "COMMS_ERROR", "GENERIC_ERROR", "HARDWARE_ERROR",
		"PROTOCOL_ERROR",
	};
	struct scmid_agent *agent = test_agent(test, "vm1");
	char text[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		agent->counts[4][i] = i + 1;
		snprintf(text, sizeof(text), "vm1 clock %s %u\n", names[i], i + 1);
		EXPECT_SHOWN(test, scmid_counters_show, text);
		agent->counts[4][i] = 0;
	}
	agent->malformed = 3;
	EXPECT_SHOWN(test, scmid_counters_show, "vm1 none malformed 3\n");
	agent->malformed = 0;
	agent->counts[4][i] = ULONG_MAX;
	snprintf(text, sizeof(text), "vm1 clock OTHER %lu\n", ULONG_MAX);
	EXPECT_SHOWN(test, scmid_counters_show, text);
}

/* How many are in which slots, without looking at the clock */
static unsigned int dfs_timed(struct scmid_agent *agent, unsigned int proto)
{
	unsigned int i, n = 0;

	for (i = 0; i < SCMID_NR_TIMES; i++)
		n += agent->times[proto][i];

	return n;
}

static struct file *dfs_latency_open(struct kunit *test)
{
	struct file *file = kunit_kzalloc(test, sizeof(*file), GFP_KERNEL);
	struct inode *inode = kunit_kzalloc(test, sizeof(*inode), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, file);
	KUNIT_ASSERT_NOT_NULL(test, inode);
	KUNIT_ASSERT_EQ(test, scmid_latency_open(inode, file), 0);

	return file;
}

/* While somebody has the file open, and as long as the last one has. */
static void dfs_latency(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct scmid_agent *agent = peer->chan.agent;
	const unsigned int base = 0, clock = SCMID_PROTO_CLOCK - SCMID_PROTO_BASE;
	struct file *file, *other;

	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	KUNIT_EXPECT_EQ(test, dfs_timed(agent, base), 0);
	EXPECT_SHOWN(test, scmid_latency_show, "");

	file = dfs_latency_open(test);
	PEER_CALL(peer, SCMID_PROTO_BASE, SCMID_VERSION);
	other = dfs_latency_open(test);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0);
	scmid_latency_release(NULL, file);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 99);
	PEER_CALL(peer, 0xff, SCMID_VERSION);
	scmid_latency_release(NULL, other);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0);
	KUNIT_EXPECT_EQ(test, dfs_timed(agent, base), 1);
	KUNIT_EXPECT_EQ(test, dfs_timed(agent, clock), 2);
	KUNIT_EXPECT_EQ(test, dfs_timed(agent, SCMID_NR_PROTOS), 1);

	memset(agent->times, 0, sizeof(agent->times));
	agent->times[base][0] = 7;
	agent->times[clock][1] = U32_MAX;
	agent->times[clock][SCMID_NR_TIMES - 2] = 1;
	agent->times[SCMID_NR_PROTOS][SCMID_NR_TIMES - 1] = 2;
	EXPECT_SHOWN(test, scmid_latency_show,
		     "vm1 base 512 7\n"
		     "vm1 clock 768 4294967295\n"
		     "vm1 clock 8589934592 1\n"
		     "vm1 other 18446744073709551615 2\n");
}

static void dfs_events(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	char text[96];

	test_agent(test, "vm2")->event_counts[SCMID_EVENTS_DROPPED] = 7;
	EXPECT_SHOWN(test, scmid_events_show, "vm2 dropped 7\n");
	agent->event_counts[SCMID_EVENTS_SENT] = 1;
	agent->event_counts[SCMID_EVENTS_REPLACED] = 2;
	agent->event_counts[SCMID_EVENTS_DROPPED] = ULONG_MAX;
	snprintf(text, sizeof(text), "vm1 sent 1\nvm1 replaced 2\nvm1 dropped %lu\nvm2 dropped 7\n",
		 ULONG_MAX);
	EXPECT_SHOWN(test, scmid_events_show, text);
}

static void dfs_resources(struct kunit *test)
{
	static const char both[] =
		"mock \"a\": mocked\n"
		"  vm1:" TEST_NAME "one/mock0 id 0: off, range\n"
		"  vm2:" TEST_NAME "same/mock0 id 0 shared: on, 500, within 100..600, floor\n";
	struct scmid_grant *a, *b, *single;
	struct scmid_grant_res *r;
	struct peer *peer;

	EXPECT_SHOWN(test, scmid_resources_show, "");
	a = test_granted(test, test_agent(test, "vm1"), "one");
	EXPECT_SHOWN(test, scmid_resources_show,
		     "mock \"a\": mocked\n"
		     "  vm1:" TEST_NAME "one/mock0 id 0: off, range\n");

	/* The second who holds it, with limits, a policy and votes. */
	b = test_grant(test, test_agent(test, "vm2"), "same");
	b->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(b), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(b->agent, true), 0);
	peer = peer_attached(test, "vm2");
	peer_up(peer, SCMID_START_SAME);
	r = test_res(b, 0);
	KUNIT_ASSERT_EQ(test, peer_switch(peer, r, true), SCMID_SUCCESS);
	PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_SET, 0, 0, 500, 0);
	KUNIT_ASSERT_EQ(test, test_set_limits(r, 100, 600, SCMID_POLICY_FLOOR), 0);
	EXPECT_SHOWN(test, scmid_resources_show, both);
	KUNIT_ASSERT_EQ(test, test_set_limits(r, 100, 0, SCMID_POLICY_SHARED), 0);
	scmid_grant_disable(a);
	EXPECT_SHOWN(test, scmid_resources_show,
		     "mock \"x\": mocked\n"
		     "  vm2:" TEST_NAME "same/mock0 id 0 shared: on, 500, within 100..0, shared\n");
	scmid_grant_disable(b);

	/* Without policies or limits there are none, and a single one has no directory. */
	a = test_granted(test, a->agent, "railed");
	KUNIT_ASSERT_EQ(test, test_set_limits(test_res(a, 0), 0, 2000, SCMID_POLICY_RANGE), 0);
	EXPECT_SHOWN(test, scmid_resources_show,
		     "mocksupply \"vdd\": mocked\n"
		     "  vm1:" TEST_NAME "railed/mocksupply-vdd id 0: off, within 0..2000\n");
	scmid_grant_disable(a);
	single = scmid_single_create(a->agent, "it");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, single);
	scoped_guard(mutex, &single->agent->lock)
		KUNIT_ASSERT_EQ(test, 0, scmid_single_set(single, &mock_power_backend,
							  TEST_PATH "plain", NULL, 0));
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(single), 0);
	EXPECT_SHOWN(test, scmid_resources_show,
		     "mockpower \"it\": mocked\n"
		     "  vm1:it id 0: off\n");
}

/* It is read while all of that changes. */
static void dfs_read(void *context)
{
	struct kunit *test = context;
	struct seq_file s = { .size = 4 * PAGE_SIZE };
	unsigned int i;

	s.buf = kzalloc(s.size, GFP_KERNEL);
	for (i = 0; s.buf && i < 200; i++) {
		s.count = 0;
		scmid_resources_show(&s, NULL);
		scmid_counters_show(&s, NULL);
		cond_resched();
	}
	if (!s.buf)
		kunit_info(test, "no memory\n");
	kfree(s.buf);
}

static void dfs_while_changing(struct kunit *test)
{
	struct peer *peer = peer_running(test);
	struct scmid_grant *grant = test_grant(test, peer->chan.agent, "all");
	struct test_async async;
	unsigned int i;

	mock.quiet = true;
	test_async(&async, dfs_read, test);
	for (i = 0; i < 200; i++) {
		KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
		KUNIT_EXPECT_EQ(test, peer_switch(peer, test_res(grant, i % 2), true), 0);
		scmid_grant_disable(grant);
		cond_resched();
	}
	test_async_end(&async);
}

static struct kunit_case dfs_cases[] = {
	KUNIT_CASE(dfs_counters),
	KUNIT_CASE(dfs_statuses),
	KUNIT_CASE(dfs_latency),
	KUNIT_CASE(dfs_events),
	KUNIT_CASE(dfs_resources),
	KUNIT_CASE(dfs_while_changing),
	{}
};

static struct kunit_suite dfs_suite = {
	.name = "scmi_server_debugfs",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = dfs_cases,
};

kunit_test_suite(dfs_suite);
