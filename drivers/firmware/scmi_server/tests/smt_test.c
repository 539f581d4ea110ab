// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the shared-memory channel: the agents that user space runs,
 * too, on a copy of its own.
 */

#include <kunit/test.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "smt_vectors.h"

#include "../transport/smt.c"

static void *smt_alloc(struct vectors_env *env, size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static void smt_free(struct vectors_env *env, void *mem)
{
	kfree(mem);
}

static void smt_log(struct vectors_env *env, const char *text, const void *data, size_t len)
{
	struct kunit *test = env->ctx;
	size_t at;

	kunit_err(test, "%s\n", text);
	for (at = 0; at < len; at += 32)
		kunit_err(test, "  %*ph\n", (int)min_t(size_t, len - at, 32), data + at);
}

static int smt_init(struct kunit *test)
{
	struct vectors_env *env = kunit_kzalloc(test, sizeof(*env), GFP_KERNEL);

	if (!env)
		return -ENOMEM;

	env->ctx = test;
	env->alloc = smt_alloc;
	env->free = smt_free;
	env->log = smt_log;
	test->priv = env;

	return 0;
}

static void smt_lengths(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_lengths(test->priv), 0);
}

static void smt_headers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_headers(test->priv), 0);
}

static void smt_replies(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_replies(test->priv), 0);
}

static void smt_bad(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_bad(test->priv), 0);
}

static void smt_changes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_changes(test->priv), 0);
}

static void smt_starts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_init(test->priv), 0);
}

static void smt_sends(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_send(test->priv), 0);
}

static void smt_busy(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_busy(test->priv), 0);
}

static void smt_random(struct kunit *test)
{
	u32 seed = get_random_u32();

	kunit_info(test, "seed %u\n", seed);
	KUNIT_EXPECT_EQ(test, scmid_smt_vectors_random(test->priv, seed), 0);
}

static struct kunit_case smt_cases[] = {
	KUNIT_CASE(smt_lengths),
	KUNIT_CASE(smt_headers),
	KUNIT_CASE(smt_replies),
	KUNIT_CASE(smt_bad),
	KUNIT_CASE(smt_changes),
	KUNIT_CASE(smt_starts),
	KUNIT_CASE(smt_sends),
	KUNIT_CASE(smt_busy),
	KUNIT_CASE(smt_random),
	{}
};

static struct kunit_suite smt_suite = {
	.name = "scmi_server_smt",
	.init = smt_init,
	.test_cases = smt_cases,
};

kunit_test_suite(smt_suite);
