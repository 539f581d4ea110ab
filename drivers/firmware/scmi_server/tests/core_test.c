// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the pure core: the vectors that user space runs, too.
 */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "run.h"
#include "vectors.h"

static void core_reset(struct vectors_env *env)
{
	scmid_seam_init(env->seam);
}

static void core_dispatch(struct vectors_env *env, struct scmid_msg *msg)
{
	scmid_dispatch(msg);
}

/* Not the test's memory: that would be given back at its end only. */
static void *core_alloc(struct vectors_env *env, size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static void core_free(struct vectors_env *env, void *mem)
{
	kfree(mem);
}

static void core_log(struct vectors_env *env, const char *text, const void *data,
		     size_t len)
{
	struct kunit *test = env->ctx;
	size_t at;

	kunit_err(test, "%s\n", text);
	for (at = 0; at < len; at += 32)
		kunit_err(test, "  %*ph\n", (int)min_t(size_t, len - at, 32), data + at);
}

static int core_init(struct kunit *test)
{
	struct vectors_env *env;

	env = kunit_kzalloc(test, sizeof(*env), GFP_KERNEL);
	if (!env)
		return -ENOMEM;
	env->seam = kunit_kzalloc(test, sizeof(*env->seam), GFP_KERNEL);
	if (!env->seam)
		return -ENOMEM;

	env->ctx = test;
	env->reset = core_reset;
	env->dispatch = core_dispatch;
	env->alloc = core_alloc;
	env->free = core_free;
	env->log = core_log;
	env->reset(env);
	test->priv = env;

	return 0;
}

KUNIT_ARRAY_PARAM_DESC(core_vectors, vectors, desc);
KUNIT_ARRAY_PARAM_DESC(core_seqs, vector_seqs, desc);

static void core_vector(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_run(test->priv, test->param_value), 0);
}

static void core_seq(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_seq(test->priv, test->param_value), 0);
}

static void core_examples(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_examples(test->priv), 0);
}

static void core_headers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_headers(test->priv), 0);
}

static void core_long(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_long(test->priv), 0);
}

static void core_rooms(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_rooms(test->priv), 0);
}

static void core_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_pages(test->priv), 0);
}

static void core_access(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_access(test->priv), 0);
}

static void core_told(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_told(test->priv), 0);
}

static void core_ids(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_ids(test->priv), 0);
}

static void core_attributes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_attributes(test->priv), 0);
}

static void core_status(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_status(test->priv), 0);
}

static void core_reasons(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_reasons(test->priv), 0);
}

static void core_notifications(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_notifications(test->priv), 0);
}

static void core_reads(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, scmid_vectors_reads(test->priv), 0);
}

static struct kunit_case core_cases[] = {
	KUNIT_CASE_PARAM(core_vector, core_vectors_gen_params),
	KUNIT_CASE_PARAM(core_seq, core_seqs_gen_params),
	KUNIT_CASE(core_examples),
	KUNIT_CASE_SLOW(core_headers),
	KUNIT_CASE(core_long),
	KUNIT_CASE(core_rooms),
	KUNIT_CASE(core_pages),
	KUNIT_CASE(core_access),
	KUNIT_CASE(core_told),
	KUNIT_CASE(core_ids),
	KUNIT_CASE(core_attributes),
	KUNIT_CASE(core_status),
	KUNIT_CASE(core_reasons),
	KUNIT_CASE(core_notifications),
	KUNIT_CASE(core_reads),
	{}
};

static struct kunit_suite core_suite = {
	.name = "scmi_server_core",
	.init = core_init,
	.test_cases = core_cases,
};

kunit_test_suite(core_suite);

MODULE_DESCRIPTION("KUnit tests of the SCMI server's pure core");
MODULE_LICENSE("GPL");
