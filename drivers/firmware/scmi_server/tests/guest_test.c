// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the guest descriptions: what an operator may write, what a guest
 * gets, and what becomes of both when it changes.
 */

#include "own_engine.h"

#include "../guest.c"

#include "peer.h"

/* The overlay that the suites have anyway is as good as any. */
static size_t gst_blob_size(void)
{
	return scmid_fdt_header(__dtbo_kunit_scmi_server_begin, SCMID_FDT_TOTALSIZE);
}

/* A copy of it, to be damaged. */
static __be32 *gst_blob(struct kunit *test)
{
	size_t size = gst_blob_size();
	__be32 *blob = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, blob);

	return memcpy(blob, __dtbo_kunit_scmi_server_begin, size);
}

static void gst_set(struct kunit *test, struct scmid_agent *agent, const char *text)
{
	KUNIT_ASSERT_EQ(test, scmid_guest_set(agent, text, strlen(text)), 0);
}

/* A command of the agent, with as much of the reply as it wants. */
static s32 gst_call(struct scmid_agent *agent, u8 msg, u32 arg0, u32 arg1, unsigned int n,
		    __le32 *rsp, u32 *len)
{
	__le32 req[] = {
		cpu_to_le32(TEST_HDR(SCMID_PROTO_GUEST, msg, 1)),
		cpu_to_le32(arg0), cpu_to_le32(arg1),
	};
	struct scmid_msg m = {
		.peer = &agent->peer,
		.req = req,
		.rsp = rsp,
		.req_len = SCMID_REQ_HEAD + 4 * n,
		.rsp_room = 128,
	};

	guard(mutex)(&agent->run);
	scmid_dispatch(&m);
	if (len)
		*len = m.rsp_len;

	return le32_to_cpu(rsp[1]);
}

/* All of the description as a guest reads it; its generation, 0 if it has none. */
static u32 gst_read(struct kunit *test, struct scmid_agent *agent, u8 *to, u32 *size)
{
	struct scmid_rsp_guest_desc desc;
	u8 sha[SHA256_DIGEST_SIZE];
	__le32 rsp[128 / 4];
	u32 at, n, len, generation;

	if (gst_call(agent, SCMID_GUEST_DESC_ATTRIBUTES, 0, 0, 0, rsp, &len))
		return 0;
	KUNIT_EXPECT_EQ(test, len, 8 + sizeof(desc));
	memcpy(&desc, &rsp[2], sizeof(desc));
	generation = le32_to_cpu(desc.generation);
	*size = le32_to_cpu(desc.size);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(desc.format), 1);

	for (at = 0; ; at += n) {
		KUNIT_ASSERT_EQ(test, gst_call(agent, SCMID_GUEST_DESC_READ, generation, at, 2,
					       rsp, &len), SCMID_SUCCESS);
		n = le32_to_cpu(rsp[2]);
		KUNIT_ASSERT_EQ(test, len, 12 + ALIGN(n, 4));
		if (!n)
			break;
		KUNIT_ASSERT_LE(test, at + n, *size);
		memcpy(to + at, &rsp[3], n);
	}
	KUNIT_EXPECT_EQ(test, at, *size);
	sha256(to, *size, sha);
	KUNIT_EXPECT_MEMEQ(test, sha, desc.sha256, sizeof(sha));

	return generation;
}

static void gst_served(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	u8 *read = kunit_kzalloc(test, gst_blob_size(), GFP_KERNEL);
	__le32 rsp[128 / 4];
	u32 size;

	KUNIT_ASSERT_NOT_NULL(test, read);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_VERSION, 0, 0, 0, rsp, NULL),
			SCMID_NOT_SUPPORTED);

	KUNIT_ASSERT_EQ(test, scmid_guest_set(agent, __dtbo_kunit_scmi_server_begin,
					      gst_blob_size()), 0);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_VERSION, 0, 0, 0, rsp, NULL), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(rsp[2]), 0x10000);
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 1);
	KUNIT_EXPECT_EQ(test, size, gst_blob_size());
	KUNIT_EXPECT_MEMEQ(test, read, __dtbo_kunit_scmi_server_begin, size);

	/* Another agent has none. */
	KUNIT_EXPECT_EQ(test, gst_call(test_live(test, "vm2", "three"), SCMID_VERSION, 0, 0, 0,
				       rsp, NULL), SCMID_NOT_SUPPORTED);
}

static void gst_hash(struct kunit *test)
{
	static const u8 abc[] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
	};
	struct scmid_agent *agent = test_live(test, "vm1", "one");

	gst_set(test, agent, "abc");
	KUNIT_EXPECT_MEMEQ(test, agent->peer.desc->sha256, abc, sizeof(abc));
}

static void gst_replaced(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	__le32 rsp[128 / 4];
	u32 size, changes;
	u8 read[16];

	gst_set(test, agent, "first");
	changes = agent->generation;
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 1);

	/* The same again is no change. */
	gst_set(test, agent, "first");
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 1);
	KUNIT_EXPECT_EQ(test, agent->generation, changes);

	/* Of the same length, and a beginning of it. */
	gst_set(test, agent, "2nd");
	gst_set(test, agent, "2nd..");
	gst_set(test, agent, "third");
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 4);
	KUNIT_EXPECT_EQ(test, size, 5);
	KUNIT_EXPECT_MEMEQ(test, read, "third", 5);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_GUEST_DESC_READ, 1, 0, 2, rsp, NULL),
			SCMID_BUSY);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_GUEST_DESC_READ, 4, 5, 2, rsp, NULL),
			SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_GUEST_DESC_READ, 4, 6, 2, rsp, NULL),
			SCMID_OUT_OF_RANGE);

	/* Taken away; once more is nothing. */
	KUNIT_EXPECT_EQ(test, scmid_guest_set(agent, NULL, 0), 0);
	changes = agent->generation;
	KUNIT_EXPECT_EQ(test, scmid_guest_set(agent, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, agent->generation, changes);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_GUEST_DESC_READ, 4, 0, 2, rsp, NULL),
			SCMID_NOT_SUPPORTED);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_ATTRIBUTES, 0, 0, 0, rsp, NULL),
			SCMID_NOT_SUPPORTED);

	/* What comes later is not what there was. */
	gst_set(test, agent, "third");
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 5);

	/* No generation is 0. */
	agent->guest_generation = U32_MAX;
	gst_set(test, agent, "around");
	KUNIT_EXPECT_EQ(test, gst_read(test, agent, read, &size), 1);
}

/* Who is cut off does not get it, and has it again when let in. */
static void gst_live(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	__le32 rsp[128 / 4];

	gst_set(test, agent, "first");
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_VERSION, 0, 0, 0, rsp, NULL), SCMID_DENIED);
	gst_set(test, agent, "second");
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_VERSION, 0, 0, 0, rsp, NULL), SCMID_DENIED);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, gst_call(agent, SCMID_VERSION, 0, 0, 0, rsp, NULL), SCMID_SUCCESS);
}

#define GST_CALL(peer, msg, words...) PEER_CALL(peer, SCMID_PROTO_GUEST, msg, words)

#define EXPECT_CHANGED(test, peer, i, generation, size) do {			\
	const struct peer_event *_event = &(peer)->events[i];			\
										\
	KUNIT_EXPECT_GT_MSG(test, (peer)->nr_events, i, "event %u did not come", i); \
	KUNIT_EXPECT_EQ(test, _event->len, 12);					\
	KUNIT_EXPECT_EQ(test, _event->words[0], 0x34300);			\
	KUNIT_EXPECT_EQ(test, _event->words[1], generation);			\
	KUNIT_EXPECT_EQ(test, _event->words[2], size);				\
} while (0)

static void gst_told(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "one");
	struct test_trace *trace = test_trace(test);
	struct scmid_agent *agent = peer->chan.agent;

	/* Nobody asked. */
	gst_set(test, agent, "first");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);

	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 2),
			SCMID_INVALID_PARAMETERS);
	KUNIT_ASSERT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 1), SCMID_SUCCESS);
	gst_set(test, agent, "first");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->notify_calls, 0);

	gst_set(test, agent, "other");
	peer_settle(peer);
	EXPECT_CHANGED(test, peer, 0, 2, 5);
	KUNIT_ASSERT_EQ(test, scmid_guest_set(agent, NULL, 0), 0);
	peer_settle(peer);
	EXPECT_CHANGED(test, peer, 1, 0, 0);

	/* The wish outlives what it was about. */
	gst_set(test, agent, "a new one");
	peer_settle(peer);
	EXPECT_CHANGED(test, peer, 2, 3, 9);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 3);
	KUNIT_EXPECT_STREQ(test, trace->notified.text,
			   "vm1 0xd0 0x0 0 0 21474836482 0; vm1 0xd0 0x0 0 0 0 0; "
			   "vm1 0xd0 0x0 0 0 38654705667 0");

	KUNIT_ASSERT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 0), SCMID_SUCCESS);
	gst_set(test, agent, "and another");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 3);
	KUNIT_EXPECT_EQ(test, mock.misuse, 0);
}

/* The peer has no room: the newest counts. */
static void gst_told_late(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "one");
	struct scmid_agent *agent = peer->chan.agent;

	gst_set(test, agent, "first");
	KUNIT_ASSERT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 1), SCMID_SUCCESS);
	peer->notify_err = -EAGAIN;
	gst_set(test, agent, "second");
	gst_set(test, agent, "third");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 0);
	peer->notify_err = 0;
	peer_run(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	EXPECT_CHANGED(test, peer, 0, 3, 5);
}

enum gst_end {
	GST_ACCESS,
	GST_LIVE,
	GST_RESET,
	GST_GONE,
};

static const struct gst_ends {
	const char *desc;
	enum gst_end end;
} gst_ends[] = {
	{ "right taken", GST_ACCESS },
	{ "cut off", GST_LIVE },
	{ "reset", GST_RESET },
	{ "peer gone", GST_GONE },
};

KUNIT_ARRAY_PARAM_DESC(gst_ends, gst_ends, desc);

/* When the wish goes, what waits goes with it. */
static void gst_forgotten(struct kunit *test)
{
	const struct gst_ends *p = test->param_value;
	struct peer *peer = peer_listening(test, "vm1", "one");
	struct scmid_agent *agent = peer->chan.agent;

	gst_set(test, agent, "first");
	KUNIT_ASSERT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 1), SCMID_SUCCESS);
	peer->notify_err = -EAGAIN;
	gst_set(test, agent, "second");
	peer_settle(peer);

	switch (p->end) {
	case GST_ACCESS:
		scmid_guest_set_access(agent, 0);
		scmid_guest_set_access(agent, SCMID_ACCESS_DESCRIBE);
		break;
	case GST_LIVE:
		KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
		KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
		break;
	case GST_RESET:
		scmid_agent_restart(agent);
		break;
	case GST_GONE:
		scmid_chan_gone(&peer->chan);
		peer_settle(peer);
		peer_up(peer, SCMID_START_NEW);
		break;
	}
	peer->notify_err = 0;
	peer_run(peer);
	gst_set(test, agent, "third");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->events));

	/* Who asks anew is told. */
	KUNIT_ASSERT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 1), SCMID_SUCCESS);
	gst_set(test, agent, "fourth");
	peer_settle(peer);
	KUNIT_EXPECT_EQ(test, peer->nr_events, 1);
	EXPECT_CHANGED(test, peer, 0, 4, 6);
}

static void gst_access(struct kunit *test)
{
	struct peer *peer = peer_listening(test, "vm1", "one");
	struct scmid_agent *agent = peer->chan.agent;
	struct test_trace *trace = test_trace(test);

	gst_set(test, agent, "first");
	scmid_guest_set_access(agent, 0);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_VERSION), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_ATTRIBUTES), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_MESSAGE_ATTRIBUTES, 3), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_ATTRIBUTES), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_READ, 1, 0), SCMID_DENIED);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_NOTIFY, 1), SCMID_DENIED);
	KUNIT_EXPECT_STREQ(test, trace->refused.text,
			   "not announced; access; access; access");
	scmid_guest_set_access(agent, SCMID_ACCESS_DESCRIBE);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_MESSAGE_ATTRIBUTES, 3), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, GST_CALL(peer, SCMID_GUEST_DESC_ATTRIBUTES), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, agent->counts[SCMID_GUEST_INDEX][-SCMID_DENIED], 3);
}

static void gst_get(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	char got[8];

	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, NULL, 0), 0);
	gst_set(test, agent, "first");
	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, NULL, 0), 5);
	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, got, 5), 5);
	KUNIT_EXPECT_MEMEQ(test, got, "first", 5);

	/* It has become longer, shorter, or is gone since it was asked how long it is. */
	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, got, 4), -EAGAIN);
	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, got, 6), -EAGAIN);
	scmid_guest_set(agent, NULL, 0);
	KUNIT_EXPECT_EQ(test, scmid_guest_get(agent, got, 5), -EAGAIN);
}

/* One word of the header, and what is said to it. */
static const struct gst_bad {
	const char *desc;
	unsigned int word;
	u32 value;
	const char *why;
} gst_bads[] = {
	{ "magic", 0, 0xd00dfeee, "not a devicetree blob" },
	{ "no size", 1, 0, "not the whole of a blob, or more than that" },
	{ "all size", 1, U32_MAX, "not the whole of a blob, or more than that" },
	{ "nodes at an odd place", 2, 0x39, "a damaged blob" },
	{ "nodes beyond the end", 2, 0x10000, "a damaged blob" },
	{ "nodes at the end of everything", 2, 0xfffffffc, "a damaged blob" },
	{ "nodes in the header", 2, 4, "a damaged blob" },
	{ "strings beyond the end", 3, 0x10000, "a damaged blob" },
	{ "strings at the end of everything", 3, U32_MAX, "a damaged blob" },
	{ "reservations beyond the end", 4, 0xfffffff8, "a damaged blob" },
	{ "version 16", 5, 16, "not of version 17" },
	{ "for version 18", 6, 18, "not of version 17" },
	{ "too many strings", 8, U32_MAX, "a damaged blob" },
	{ "too many nodes", 9, U32_MAX, "a damaged blob" },
	{ "no nodes", 9, 0, "a damaged blob" },
};

KUNIT_ARRAY_PARAM_DESC(gst_bads, gst_bads, desc);

static void gst_check_header(struct kunit *test)
{
	const struct gst_bad *p = test->param_value;
	__be32 *blob = gst_blob(test);

	KUNIT_ASSERT_NULL(test, scmid_guest_check(blob, gst_blob_size()));
	blob[p->word] = cpu_to_be32(p->value);
	KUNIT_EXPECT_STREQ(test, scmid_guest_check(blob, gst_blob_size()), p->why);
}

/* A part of it, or more, that says it is whole. */
static void gst_check_size(struct kunit *test)
{
	size_t size = gst_blob_size(), cut;
	__be32 *blob = gst_blob(test), *part;

	KUNIT_EXPECT_STREQ(test, scmid_guest_check(blob, 3), "not a devicetree blob");
	KUNIT_EXPECT_STREQ(test, scmid_guest_check(blob, 39), "not a devicetree blob");
	KUNIT_EXPECT_STREQ(test, scmid_guest_check(blob, size - 1),
			   "not the whole of a blob, or more than that");
	for (cut = 40; cut < size; cut += 4 + cut / 64 * 4) {
		/* Memory of this size, so that a byte too many is seen. */
		part = kmemdup(blob, cut, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, part);
		part[SCMID_FDT_TOTALSIZE] = cpu_to_be32(cut);
		KUNIT_EXPECT_STREQ(test, scmid_guest_check(part, cut), "a damaged blob");
		kfree(part);
	}
	KUNIT_EXPECT_STREQ(test, scmid_guest_check(blob, SCMID_GUEST_MAX + 1),
			   "more than 64 KiB");
}

/* A blob of nothing but nodes, each in the one before. */
static const char *gst_check_depth(struct kunit *test, unsigned int depth)
{
	size_t begin = 40 + 16, size = begin + depth * 12 + 4;
	__be32 *blob = kunit_kzalloc(test, size, GFP_KERNEL), *at;
	const u32 header[] = {
		OF_DT_HEADER, size, begin, size, 40, 17, 16, 0, 0, size - begin,
	};
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, blob);
	for (i = 0; i < ARRAY_SIZE(header); i++)
		blob[i] = cpu_to_be32(header[i]);
	at = blob + begin / 4;
	for (i = 0; i < depth; i++) {
		*at++ = cpu_to_be32(SCMID_FDT_BEGIN_NODE);
		*at++ = i ? cpu_to_be32('a' << 24) : 0;
	}
	for (i = 0; i < depth; i++)
		*at++ = cpu_to_be32(SCMID_FDT_END_NODE);
	*at = cpu_to_be32(9);

	return scmid_guest_check(blob, size);
}

static void gst_check_depths(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, gst_check_depth(test, 1));
	KUNIT_EXPECT_NULL(test, gst_check_depth(test, SCMID_GUEST_DEPTH));
	KUNIT_EXPECT_STREQ(test, gst_check_depth(test, SCMID_GUEST_DEPTH + 1),
			   "nodes too deep within others");
	KUNIT_EXPECT_STREQ(test, gst_check_depth(test, 5000), "nodes too deep within others");
}

/* Each byte another one: nothing happens but an answer. */
static void gst_check_bytes(struct kunit *test)
{
	u32 rnd = 1;
	size_t size = gst_blob_size(), i;
	u8 *blob = (u8 *)gst_blob(test), was;

	for (i = 0; i < 400; i++) {
		rnd = rnd * 1664525 + 1013904223;
		/* Mostly in what says what is where. */
		size_t at = i < 40 ? i : (rnd >> 8) % size;

		was = blob[at];
		blob[at] ^= rnd >> 24 | 1;
		scmid_guest_check(blob, size);
		blob[at] = was;
	}
	KUNIT_EXPECT_NULL(test, scmid_guest_check(blob, size));
}

static struct kunit_case gst_cases[] = {
	KUNIT_CASE(gst_served),
	KUNIT_CASE(gst_hash),
	KUNIT_CASE(gst_replaced),
	KUNIT_CASE(gst_live),
	KUNIT_CASE(gst_told),
	KUNIT_CASE(gst_told_late),
	KUNIT_CASE_PARAM(gst_forgotten, gst_ends_gen_params),
	KUNIT_CASE(gst_access),
	KUNIT_CASE(gst_get),
	KUNIT_CASE_PARAM(gst_check_header, gst_bads_gen_params),
	KUNIT_CASE(gst_check_size),
	KUNIT_CASE(gst_check_depths),
	KUNIT_CASE(gst_check_bytes),
	{}
};

static struct kunit_suite gst_suite = {
	.name = "scmi_server_guest",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = gst_cases,
};

kunit_test_suite(gst_suite);
