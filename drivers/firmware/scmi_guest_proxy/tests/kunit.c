// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the guest proxy's descriptions: the vectors that user space runs,
 * too, on a copy of its own.
 */

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "vectors.h"

#include "../description.c"

static void *sgp_test_alloc(struct sgp_env *env, size_t size)
{
	return kvzalloc(size, GFP_KERNEL);
}

static void sgp_test_free(struct sgp_env *env, void *mem)
{
	kvfree(mem);
}

static void sgp_test_log(struct sgp_env *env, const char *name, const char *text)
{
	kunit_err((struct kunit *)env->ctx, "%s: %s\n", name, text);
}

static int sgp_test_init(struct kunit *test)
{
	struct sgp_env *env = kunit_kzalloc(test, sizeof(*env), GFP_KERNEL);

	if (!env)
		return -ENOMEM;

	env->ctx = test;
	env->alloc = sgp_test_alloc;
	env->free = sgp_test_free;
	env->log = sgp_test_log;
	test->priv = env;

	return 0;
}

static void vetted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_vetted(test->priv), 0);
}

static void truncated(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_truncated(test->priv), 0);
}

static void flipped(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_flipped(test->priv), 0);
}

static void limits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_limits(test->priv), 0);
}

static void written(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_written(test->priv), 0);
}

static void later(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_later(test->priv), 0);
}

static void platforms(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_read(test->priv), 0);
}

static void replies(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sgp_vectors_replies(test->priv), 0);
}

static struct kunit_case sgp_cases[] = {
	KUNIT_CASE(vetted),
	KUNIT_CASE(truncated),
	KUNIT_CASE(flipped),
	KUNIT_CASE(limits),
	KUNIT_CASE(written),
	KUNIT_CASE(later),
	KUNIT_CASE(platforms),
	KUNIT_CASE(replies),
	{}
};

static struct kunit_suite sgp_suite = {
	.name = "scmi_guest_proxy",
	.init = sgp_test_init,
	.test_cases = sgp_cases,
};

kunit_test_suite(sgp_suite);

MODULE_DESCRIPTION("SCMI guest proxy: KUnit tests");
MODULE_LICENSE("GPL");
