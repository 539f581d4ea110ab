// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the grants: what may be named, who may have what, and that
 * nothing is held after a failure.
 */

#include "own_engine.h"

#include "../engine.h"

/* How many resources can still be published; negative: any number. */
static int grant_room = -1;

static int grant_agent_publish(struct scmid_agent *agent, struct scmid_res *res)
{
	if (!grant_room)
		return -ENOMEM;
	grant_room -= grant_room > 0;

	return scmid_agent_publish(agent, res);
}

#undef pr_fmt
#undef scmid_agent_publish
#define scmid_agent_publish grant_agent_publish
#include "../grant.c"

#include <linux/of_platform.h>

#include "test.h"

struct grant_name {
	const char *name;
	int err;
};

static const struct grant_name grant_name_params[] = {
	{ TEST_NAME "one", 0 },
	{ TEST_NAME "none", 0 },
	{ "!scmi-server-kunit", 0 },
	{ TEST_NAME "on", -ENODEV },
	{ TEST_NAME "onee", -ENODEV },
	{ TEST_NAME "ONE", -ENODEV },
	{ "!one", -ENODEV },
	{ "one", -ENODEV },
	{ "", -ENODEV },
	{ TEST_PATH "one", -ENODEV },
	{ "scmi-server-kunit!one", -ENODEV },
	/* Other spellings of what is there. */
	{ TEST_NAME "one!", -EINVAL },
	{ "!!scmi-server-kunit!one", -EINVAL },
	{ "!scmi-server-kunit!!one", -EINVAL },
	{ TEST_NAME "one:115200", -EINVAL },
};

static void grant_name_desc(const struct grant_name *name, char *desc)
{
	strscpy(desc, *name->name ? name->name : "(empty)", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(grant_names, grant_name_params, grant_name_desc);

static void grant_name(struct kunit *test)
{
	const struct grant_name *p = test->param_value;
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;
	int err;

	grant = scmid_grant_create(agent, p->name);
	err = PTR_ERR_OR_ZERO(grant);
	/* One that is not there is not there, however it is spelled. */
	if (p->err == -EINVAL && err == -ENODEV)
		err = -EINVAL;
	KUNIT_EXPECT_EQ(test, err, p->err);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), !p->err);
	if (err)
		return;

	KUNIT_EXPECT_STREQ(test, grant->name, p->name);
	KUNIT_EXPECT_NOT_NULL(test, grant->dev.of_node);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
}

KUNIT_DEFINE_ACTION_WRAPPER(grant_pdev_unregister, platform_device_unregister,
			    struct platform_device *);

/* A platform device of that name; @node may be %NULL. */
static struct platform_device *grant_pdev(struct kunit *test, const char *name,
					  const char *node)
{
	struct platform_device_info info = {
		.name = name,
		.id = PLATFORM_DEVID_NONE,
		.fwnode = node ? of_fwnode_handle(test_node(test, node)) : NULL,
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, grant_pdev_unregister, pdev));

	return pdev;
}

static void grant_by_device(struct kunit *test)
{
	struct platform_device *pdev = grant_pdev(test, "scmi-kunit", "one");
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;

	grant = scmid_grant_create(agent, "scmi-kunit");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);
	KUNIT_EXPECT_PTR_EQ(test, grant->target, &pdev->dev);
	KUNIT_EXPECT_PTR_EQ(test, grant->dev.of_node, pdev->dev.of_node);
	KUNIT_EXPECT_STREQ(test, dev_name(&grant->dev), "vm1:scmi-kunit");
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "a");

	/* The same one by its path. */
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, TEST_NAME "one"),
			    ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, "scmi-kunit"), ERR_PTR(-EEXIST));
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 1);
	test_grant_drop(grant);

	/* And the other way round. */
	grant = test_grant(test, agent, "one");
	KUNIT_EXPECT_PTR_EQ(test, grant->target, &pdev->dev);
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, "scmi-kunit"), ERR_PTR(-EEXIST));
	test_grant_drop(grant);

	/* Another agent may have it, too. */
	test_grant(test, agent, "one");
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, scmid_grant_create(test_agent(test, "vm2"),
							      "scmi-kunit"));
}

static void grant_without_node(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct platform_device *pdev = grant_pdev(test, "scmi-kunit", NULL);
	unsigned int refs = kref_read(&pdev->dev.kobj.kref);

	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, "scmi-kunit"), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_EQ(test, kref_read(&pdev->dev.kobj.kref), refs);
}

static void grant_references(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct platform_device *pdev = grant_pdev(test, "scmi-kunit", "one");
	unsigned int refs = kref_read(&pdev->dev.kobj.kref);
	struct scmid_grant *grant;

	grant = test_granted(test, agent, "one");
	KUNIT_EXPECT_EQ(test, kref_read(&pdev->dev.kobj.kref), refs + 1);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 2);
	scmid_grant_destroy(grant);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 2);
	scmid_grant_put(grant);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&pdev->dev.kobj.kref), refs);
}

#if IS_ENABLED(CONFIG_ARM_AMBA)
static int grant_amba_bound(struct device *dev, const void *unused)
{
	return dev->driver && dev->of_node;
}

static struct device *grant_amba_device(void)
{
	return bus_find_device(&amba_bustype, NULL, NULL, grant_amba_bound);
}
#else
static struct device *grant_amba_device(void)
{
	return NULL;
}
#endif

/* The host's own UART, on machines that have such a one. */
static void grant_amba(struct kunit *test)
{
	struct device *dev = grant_amba_device();
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	char *path;

	if (!dev)
		kunit_skip(test, "no AMBA device with a driver");
	path = kunit_kzalloc(test, 256, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, path);
	snprintf(path, 256, "%pOF", dev->of_node);
	strreplace(path, '/', '!');
	agent = test_agent(test, "vm1");

	grant = scmid_grant_create(agent, dev_name(dev));
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, path), ERR_PTR(-EEXIST));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);
	KUNIT_EXPECT_PTR_EQ(test, grant->target, dev);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	test_grant_drop(grant);

	grant = scmid_grant_create(agent, path);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);
	KUNIT_EXPECT_PTR_EQ(test, grant->target, dev);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	test_grant_drop(grant);
	put_device(dev);
}

static void grant_enumerate_fails(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");

	mock.fail_enumerate = -EIO;
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, TEST_NAME "one"), ERR_PTR(-EIO));
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 0);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 1);
	mock.fail_enumerate = 0;
	test_grant(test, agent, "one");
}

static void grant_names_unique(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1"), *other;
	struct scmid_grant *twice, *three, *longs;

	twice = test_grant(test, agent, "twice");
	KUNIT_EXPECT_STREQ(test, test_res(twice, 0)->res.name, "a");
	KUNIT_EXPECT_STREQ(test, test_res(twice, 1)->res.name, "a@" TEST_NAME "twice");
	KUNIT_EXPECT_STREQ(test, test_res(twice, 2)->res.name, "a.2@" TEST_NAME "twice");

	/* Of another device of the same agent. */
	three = test_grant(test, agent, "three");
	KUNIT_EXPECT_STREQ(test, test_res(three, 0)->res.name, "a@" TEST_NAME "three");
	KUNIT_EXPECT_STREQ(test, test_res(three, 1)->res.name, "b");

	/* What is cut off could have made the difference. */
	longs = test_grant(test, agent, "long");
	KUNIT_EXPECT_EQ(test, strlen(test_res(longs, 0)->res.name), SCMID_LONG_NAME - 1);
	KUNIT_EXPECT_LT(test, strlen(test_res(longs, 1)->res.name), SCMID_LONG_NAME);
	KUNIT_EXPECT_STRNEQ(test, test_res(longs, 0)->res.name, test_res(longs, 1)->res.name);

	/* Of another agent it is no matter. */
	other = test_agent(test, "vm2");
	KUNIT_EXPECT_STREQ(test, test_res(test_grant(test, other, "three"), 0)->res.name, "a");
}

static void grant_unsupported(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");

	/* In whatever order the tree has them. */
	KUNIT_EXPECT_STREQ(test, test_grant(test, agent, "suppliers")->unsupported,
			   "resets vdd-supply clocks enable-gpios pinctrl-0");
	KUNIT_EXPECT_STREQ(test, test_grant(test, agent, "one")->unsupported, "");
}

static void grant_order(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "three");

	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "+a +b +c");
	KUNIT_EXPECT_TRUE(test, grant->enabled);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "+a +b +c");
	KUNIT_EXPECT_EQ(test, test_count(agent), 0);

	/* No command could have asked for anything. */
	mock_forget();
	scmid_grant_disable(grant);
	KUNIT_EXPECT_STREQ(test, mock.log, "-a -b -c");
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_STREQ(test, mock.log, "-a -b -c");

	/* A grant without resources is one, too. */
	mock_forget();
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(test_grant(test, agent, "none")), 0);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
}

/* All is taken back, and hidden, before anything is released. */
static void grant_order_live(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	struct scmid_grant *grant = test_granted(test, agent, "three");

	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 3),
			    &test_res(grant, 2)->res);
	mock_forget();
	scmid_grant_disable(grant);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a@" TEST_NAME "three ~b ~c -a@" TEST_NAME
			   "three -b -c");
	KUNIT_EXPECT_EQ(test, test_count(agent), 1);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	mock_forget();
	scmid_grant_destroy(grant);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a@" TEST_NAME "three ~b ~c -a@" TEST_NAME
			   "three -b -c");
	KUNIT_EXPECT_EQ(test, test_count(agent), 1);
	scmid_grant_put(grant);
}

struct grant_failure {
	const char *name;
	int err;
	int ret;
	const char *log;
};

static const struct grant_failure grant_failure_params[] = {
	{ "a", -EIO, -EIO, "!a" },
	{ "b", -EIO, -EIO, "+a !b -a" },
	{ "c", -EIO, -EIO, "+a +b !c -b -a" },
	{ "c", -EBUSY, -EBUSY, "+a +b !c -b -a" },
	{ "a", -EPROBE_DEFER, -EAGAIN, "!a" },
	{ "c", -EPROBE_DEFER, -EAGAIN, "+a +b !c -b -a" },
	{ "b", -ENOMEM, -ENOMEM, "+a !b -a" },
};

static void grant_failure_desc(const struct grant_failure *f, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %pe", f->name, ERR_PTR(f->err));
}

KUNIT_ARRAY_PARAM(grant_failures, grant_failure_params, grant_failure_desc);

static void grant_failure(struct kunit *test)
{
	const struct grant_failure *f = test->param_value;
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "three");

	mock.fail_get = f->name;
	mock.fail_get_err = f->err;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), f->ret);
	KUNIT_EXPECT_STREQ(test, mock.log, f->log);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_EQ(test, grant->deferred, f->err == -EPROBE_DEFER);

	/* Once what was wrong is right, it works. */
	mock.fail_get = NULL;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	KUNIT_EXPECT_EQ(test, mock.held, 3);
}

static void grant_deferred(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;

	mock.fail_enumerate = -EPROBE_DEFER;
	grant = test_grant(test, agent, "three");
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&grant->res), 3);

	mock.fail_get = "c";
	mock.fail_get_err = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);

	/* There, but broken. */
	mock.fail_get_err = -EIO;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EIO);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
}

static void grant_room_again(void *unused)
{
	grant_room = -1;
}

/* The agent's view of a grant is whole, or there is none. */
static void grant_publish_fails(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	struct scmid_grant *grant = test_grant(test, agent, "four");
	u32 generation = agent->generation;
	int i;

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, grant_room_again, NULL));
	for (i = 0; i < 4; i++) {
		mock_forget();
		grant_room = i;
		KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -ENOMEM);
		KUNIT_EXPECT_FALSE(test, grant->enabled);
		KUNIT_EXPECT_EQ(test, mock.held, 1);
		KUNIT_EXPECT_EQ(test, test_count(agent), 1);
		KUNIT_EXPECT_EQ(test, agent->generation, generation);
		KUNIT_EXPECT_NOT_NULL(test, strstr(mock.log, "-g -f -e -d"));
	}
	grant_room = -1;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);

	/* The same for an agent as a whole. */
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	for (i = 0; i < 5; i++) {
		grant_room = i;
		KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), -ENOMEM);
		KUNIT_EXPECT_FALSE(test, agent->peer.live);
		KUNIT_EXPECT_EQ(test, test_count(agent), 0);
		KUNIT_EXPECT_EQ(test, mock.held, 5);
	}
	grant_room = -1;
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, test_count(agent), 5);
}

static void grant_exclusive(struct kunit *test)
{
	struct scmid_grant *one = test_granted(test, test_agent(test, "vm1"), "one");
	struct scmid_agent *other = test_agent(test, "vm2");
	struct scmid_grant *same = test_grant(test, other, "same");

	mock_forget();
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(same), -EBUSY);
	KUNIT_EXPECT_STREQ(test, mock.log, "+x -x");
	KUNIT_EXPECT_FALSE(test, same->enabled);

	/* The operator says so. */
	same->shared = true;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(same), 0);
	scmid_grant_disable(same);
	same->shared = false;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(same), -EBUSY);

	/* Or it asks for nothing that only one can have. */
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(same, 0), SCMID_ACCESS_STATE), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(same), 0);
	scmid_grant_disable(same);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(same, 0), SCMID_ACCESS_RATE), 0);

	/* Or the one that has it does not use it. */
	scmid_grant_disable(one);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(one, 0), SCMID_ACCESS_STATE), 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(one), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(same), 0);

	/* And then it is the other one that is refused. */
	scmid_grant_disable(one);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(one, 0), SCMID_ACCESS_RATE), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(one), -EBUSY);
	scmid_grant_disable(same);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(one), 0);
}

static void grant_exclusive_later(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1"), *other = test_agent(test, "vm2");
	struct scmid_grant *three = test_granted(test, agent, "three");
	struct scmid_grant *grant = test_grant(test, other, "three");

	/* The last of three is the one that is taken. */
	scmid_grant_disable(three);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(three, 0), SCMID_ACCESS_GET), 0);
	KUNIT_ASSERT_EQ(test, test_set_access(test_res(three, 1), SCMID_ACCESS_STATE), 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(three), 0);
	mock_forget();
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	KUNIT_EXPECT_STREQ(test, mock.log, "+a +b +c -c -b -a");
	KUNIT_EXPECT_EQ(test, mock.held, 3);

	/* It was free all the time for others. */
	KUNIT_ASSERT_EQ(test, 0, test_set_access(test_res(grant, 2),
						 SCMID_ACCESS_GET | SCMID_ACCESS_STATE));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

/* What an agent has under two names is its own affair. */
static void grant_exclusive_own(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");

	test_granted(test, agent, "one");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(test_grant(test, agent, "same")), 0);
}

static struct platform_driver grant_driver = {
	.driver = { .name = "scmi-kunit" },
};

/* As those of vfio do. */
static struct platform_driver grant_vfio_driver = {
	.driver = { .name = "scmi-kunit" },
	.driver_managed_dma = true,
};

KUNIT_DEFINE_ACTION_WRAPPER(grant_driver_unregister, platform_driver_unregister,
			    struct platform_driver *);

static void grant_native(struct kunit *test)
{
	struct platform_device *pdev = grant_pdev(test, "scmi-kunit", "one");
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "one");

	KUNIT_ASSERT_EQ(test, platform_driver_register(&grant_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, grant_driver_unregister,
							   &grant_driver));
	KUNIT_ASSERT_PTR_EQ(test, pdev->dev.driver, &grant_driver.driver);

	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_FALSE(test, grant->deferred);

	grant->shared = true;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	scmid_grant_disable(grant);
	grant->shared = false;

	kunit_release_action(test, grant_driver_unregister, &grant_driver);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

static void grant_vfio(struct kunit *test)
{
	struct platform_device *pdev = grant_pdev(test, "scmi-kunit", "one");
	struct scmid_agent *agent = test_agent(test, "vm1");

	KUNIT_ASSERT_EQ(test, platform_driver_register(&grant_vfio_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, grant_driver_unregister,
							   &grant_vfio_driver));
	KUNIT_ASSERT_PTR_EQ(test, pdev->dev.driver, &grant_vfio_driver.driver);

	KUNIT_EXPECT_EQ(test, scmid_grant_enable(test_grant(test, agent, "one")), 0);
}

static void grant_set_id(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *three = test_grant(test, agent, "three");
	struct scmid_grant *one = test_grant(test, agent, "one");
	struct scmid_grant_res *a = test_res(three, 0), *b = test_res(three, 1);
	struct scmid_grant_res *x = test_res(one, 0);

	mutex_lock(&agent->lock);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(a, 5), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(a, 5), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(b, 5), -EEXIST);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(x, 5), -EEXIST);
	KUNIT_EXPECT_EQ(test, a->res.id, 5);
	KUNIT_EXPECT_EQ(test, b->res.id, 0);
	KUNIT_EXPECT_EQ(test, x->res.id, 2);

	/* One that nobody chose makes room. */
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(x, 0), 0);
	KUNIT_EXPECT_EQ(test, b->res.id, 1);

	/* The protocol counts clocks in 16 bits, so this one is beyond. */
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(b, U16_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, b->res.id, 1);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(b, U16_MAX - 1), 0);
	KUNIT_EXPECT_EQ(test, b->res.id, U16_MAX - 1);
	mutex_unlock(&agent->lock);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(one), 0);
	mutex_lock(&agent->lock);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(x, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(x, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(a, 6), 0);
	mutex_unlock(&agent->lock);

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	mutex_lock(&agent->lock);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(a, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, scmid_grant_set_id(a, 6), 0);
	mutex_unlock(&agent->lock);
}

static struct kunit_case grant_cases[] = {
	KUNIT_CASE_PARAM(grant_name, grant_names_gen_params),
	KUNIT_CASE(grant_by_device),
	KUNIT_CASE(grant_without_node),
	KUNIT_CASE(grant_references),
	KUNIT_CASE(grant_amba),
	KUNIT_CASE(grant_enumerate_fails),
	KUNIT_CASE(grant_names_unique),
	KUNIT_CASE(grant_unsupported),
	KUNIT_CASE(grant_order),
	KUNIT_CASE(grant_order_live),
	KUNIT_CASE_PARAM(grant_failure, grant_failures_gen_params),
	KUNIT_CASE(grant_deferred),
	KUNIT_CASE(grant_publish_fails),
	KUNIT_CASE(grant_exclusive),
	KUNIT_CASE(grant_exclusive_later),
	KUNIT_CASE(grant_exclusive_own),
	KUNIT_CASE(grant_native),
	KUNIT_CASE(grant_vfio),
	KUNIT_CASE(grant_set_id),
	{}
};

static struct kunit_suite grant_suite = {
	.name = "scmi_server_grant",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = grant_cases,
};

kunit_test_suite(grant_suite);
