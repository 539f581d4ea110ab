// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of what the driver core has a say in: providers and host drivers
 * that come and go, while grants are enabled, disabled and used.
 */

#include "own_engine.h"

#include <linux/platform_device.h>

#include "peer.h"

#define EXPECT_REVOKED(test, grant, is) do {					\
	guard(mutex)(&(grant)->agent->lock);					\
	KUNIT_EXPECT_FALSE(test, (grant)->enabled);				\
	KUNIT_EXPECT_EQ(test, (grant)->revoked, is);				\
} while (0)

#define EXPECT_GRANTED(test, grant) do {					\
	guard(mutex)(&(grant)->agent->lock);					\
	KUNIT_EXPECT_TRUE(test, (grant)->enabled);				\
	KUNIT_EXPECT_FALSE(test, (grant)->revoked);				\
} while (0)

KUNIT_DEFINE_ACTION_WRAPPER(revoke_pdev_unregister, platform_device_unregister,
			    struct platform_device *);
KUNIT_DEFINE_ACTION_WRAPPER(revoke_driver_unregister, platform_driver_unregister,
			    struct platform_driver *);

/* The device of a node: "box" or "crate". */
static struct platform_device *revoke_pdev(struct kunit *test, const char *node)
{
	char name[PLATFORM_NAME_SIZE];
	struct platform_device_info info = {
		.name = name,
		.id = PLATFORM_DEVID_NONE,
		.fwnode = of_fwnode_handle(test_node(test, node)),
	};
	struct platform_device *pdev;

	snprintf(name, sizeof(name), "scmi-kunit-%s", node);
	pdev = platform_device_register_full(&info);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, revoke_pdev_unregister, pdev));

	return pdev;
}

static const struct platform_device_id revoke_ids[] = {
	{ .name = "scmi-kunit-box" },
	{ .name = "scmi-kunit-crate" },
	{ }
};

/* What the driver does when it is unbound. */
static void (*revoke_on_remove)(struct platform_device *pdev);

static void revoke_remove(struct platform_device *pdev)
{
	if (revoke_on_remove)
		revoke_on_remove(pdev);
}

static struct platform_driver revoke_driver = {
	.remove = revoke_remove,
	.id_table = revoke_ids,
	.driver = { .name = "scmi-kunit-provider" },
};

static void revoke_provide(struct kunit *test)
{
	revoke_on_remove = NULL;
	KUNIT_ASSERT_EQ(test, platform_driver_register(&revoke_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, revoke_driver_unregister,
							   &revoke_driver));
}

/* A provider with a driver. */
static struct platform_device *revoke_provider(struct kunit *test, const char *node)
{
	struct platform_device *pdev = revoke_pdev(test, node);

	revoke_provide(test);
	KUNIT_ASSERT_PTR_EQ(test, pdev->dev.driver, &revoke_driver.driver);

	return pdev;
}

static bool revoke_linked(const struct platform_device *pdev)
{
	return !list_empty(&pdev->dev.links.consumers);
}

/* Agent vm1 with "one", which stays, and its peer. */
static struct peer *revoke_peer(struct kunit *test)
{
	return peer_running(test);
}

/* A grant whose provider may go, of the agent of @peer; all of it is on. */
static struct scmid_grant *revoke_granted(struct kunit *test, struct peer *peer,
					  const char *node)
{
	struct scmid_grant *grant = test_granted(test, peer->chan.agent, node);
	struct scmid_grant_res *r;

	list_for_each_entry(r, &grant->res, node)
		KUNIT_ASSERT_EQ(test, peer_switch(peer, r, true), SCMID_SUCCESS);
	mock_forget();

	return grant;
}

struct revoke_case {
	const char *node;
	const char *provider;
	const char *gone;
};

static const struct revoke_case revoke_case_params[] = {
	{ "boxed", "box", "~b -b" },
	{ "railed", "box", "~vdd -vdd" },
	{ "boxed-crated", "box", "~b ~c -b -c" },
	{ "boxed-crated", "crate", "~b ~c -b -c" },
};

static void revoke_case_desc(const struct revoke_case *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, %s", p->node, p->provider);
}

KUNIT_ARRAY_PARAM(revoke_cases, revoke_case_params, revoke_case_desc);

/* When its driver is unbound the agent has lost it; nobody else has lost anything. */
static void revoke_provider_gone(struct kunit *test)
{
	const struct revoke_case *p = test->param_value;
	struct platform_device *pdev = revoke_provider(test, p->provider);
	struct peer *peer = revoke_peer(test);
	struct test_trace *trace = test_trace(test);
	struct scmid_agent *agent = peer->chan.agent;
	struct scmid_grant *grant = revoke_granted(test, peer, p->node);
	struct scmid_grant_res *r = test_res(grant, 0);
	u32 generation = agent->generation, id = r->res.id;
	char traced[64];

	KUNIT_EXPECT_TRUE(test, revoke_linked(pdev));
	device_release_driver(&pdev->dev);
	KUNIT_EXPECT_STREQ(test, mock.log, p->gone);
	EXPECT_REVOKED(test, grant, true);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	KUNIT_EXPECT_GT(test, agent->generation, generation);
	KUNIT_EXPECT_EQ(test, mock.held, 1);
	KUNIT_EXPECT_LT(test, peer_switch(peer, r, true), 0);
	KUNIT_EXPECT_EQ(test, peer_switch(peer, test_res(list_first_entry(&agent->grants,
									  struct scmid_grant,
									  node), 0), true),
			SCMID_SUCCESS);
	snprintf(traced, sizeof(traced), "%s provider gone", dev_name(&grant->dev));
	KUNIT_EXPECT_STREQ(test, trace->revoked.text, traced);

	/* Not before it is back, and it is still known what became of it. */
	mock.fail_get = r->res.name;
	mock.fail_get_err = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	EXPECT_REVOKED(test, grant, true);
	mock.fail_get = NULL;

	/* Then, under the same id, and it can go again. */
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);
	EXPECT_REVOKED(test, grant, true);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_GRANTED(test, grant);
	KUNIT_EXPECT_EQ(test, r->res.id, id);
	KUNIT_EXPECT_EQ(test, peer_switch(peer, r, true), SCMID_SUCCESS);
	device_release_driver(&pdev->dev);
	EXPECT_REVOKED(test, grant, true);
	KUNIT_EXPECT_EQ(test, mock.held, 1);

	/* The operator may have it otherwise. */
	scmid_grant_disable(grant);
	EXPECT_REVOKED(test, grant, false);
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);
	EXPECT_REVOKED(test, grant, false);
	test_trace_forget(&trace->revoked);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	scmid_grant_disable(grant);
	snprintf(traced, sizeof(traced), "%s operator", dev_name(&grant->dev));
	KUNIT_EXPECT_STREQ(test, trace->revoked.text, traced);
}

/* What does not use it does not notice. */
static void revoke_not_enabled(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "boxed");

	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	device_release_driver(&pdev->dev);
	EXPECT_REVOKED(test, grant, false);
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_TRUE(test, revoke_linked(pdev));
	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	device_release_driver(&pdev->dev);
	EXPECT_REVOKED(test, grant, false);
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);

	/* Not even after a failure. */
	mock.fail_get = "b";
	mock.fail_get_err = -EIO;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EIO);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	mock.fail_get = NULL;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
}

/* A provider that nobody can unbind stays, and so does the grant. */
static void revoke_driverless(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_granted(test, agent, "boxed");
	struct platform_device *pdev;

	/* It gets a device later, and a driver after that. */
	pdev = revoke_pdev(test, "box");
	EXPECT_GRANTED(test, grant);
	scmid_grant_disable(grant);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	revoke_provide(test);
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);
	EXPECT_GRANTED(test, grant);
	device_release_driver(&pdev->dev);
	EXPECT_GRANTED(test, grant);
}

/* Two agents, and one that does not use what goes. */
static void revoke_several(struct kunit *test)
{
	struct platform_device *box = revoke_provider(test, "box");
	struct platform_device *crate = revoke_pdev(test, "crate");
	struct scmid_grant *a, *b, *c;

	a = test_granted(test, test_agent(test, "vm1"), "boxed");
	b = test_granted(test, test_agent(test, "vm2"), "boxed-crated");
	c = test_granted(test, test_agent(test, "vm3"), "three");
	device_release_driver(&crate->dev);
	EXPECT_GRANTED(test, a);
	EXPECT_REVOKED(test, b, true);
	EXPECT_GRANTED(test, c);
	KUNIT_ASSERT_EQ(test, device_attach(&crate->dev), 1);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(b), 0);
	device_release_driver(&box->dev);
	EXPECT_REVOKED(test, a, true);
	EXPECT_REVOKED(test, b, true);
	EXPECT_GRANTED(test, c);
	KUNIT_EXPECT_EQ(test, mock.held, 3);
}

/* Gone with the device itself, not only its driver. */
static void revoke_unplugged(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct scmid_grant *grant = test_granted(test, test_agent(test, "vm1"), "boxed");

	kunit_release_action(test, revoke_pdev_unregister, pdev);
	EXPECT_REVOKED(test, grant, true);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_GRANTED(test, grant);
}

static void revoke_async_unbind(void *dev)
{
	device_release_driver(dev);
}

static void revoke_async_enable(void *grant)
{
	scmid_grant_enable(grant);
}

static void revoke_async_disable(void *grant)
{
	scmid_grant_disable(grant);
}

static void revoke_async_drop(void *grant)
{
	test_grant_drop(grant);
}

/* A command that has begun ends before its provider is unbound. */
static void revoke_in_flight(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct peer *peer = revoke_peer(test);
	struct scmid_grant *grant = revoke_granted(test, peer, "boxed");
	struct scmid_grant_res *r = test_res(grant, 0);
	struct test_async async;

	KUNIT_ASSERT_EQ(test, peer_switch(peer, r, false), SCMID_SUCCESS);
	mock_forget();
	peer->n = 0;
	peer->fetched = 0;
	peer_state(peer, r->res.id, 1);
	mock.block = MOCK_STATE;
	scmid_chan_kick(&peer->chan);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);

	test_async(&async, revoke_async_unbind, &pdev->dev);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&async));
	KUNIT_EXPECT_TRUE(test, test_async_sleeps(&async));
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);
	mock_allow();
	test_async_end(&async);
	peer_settle(peer);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait 1b ~b -b");
	EXPECT_DONE(test, &peer->reqs[0], SCMID_SUCCESS);
	EXPECT_REVOKED(test, grant, true);
}

/*
 * The provider goes while the grant is being enabled. Whoever unbinds it has
 * to wait, in peace: a resource may take its time.
 */
static void revoke_while_enabling(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct scmid_grant *grant = test_grant(test, test_agent(test, "vm1"), "boxed");
	struct test_async enable, unbind;

	mock.block = MOCK_GET;
	test_async(&enable, revoke_async_enable, grant);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&unbind, revoke_async_unbind, &pdev->dev);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&unbind));
	KUNIT_EXPECT_TRUE(test, test_async_sleeps(&unbind));
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);

	mock_allow();
	test_async_end(&enable);
	test_async_end(&unbind);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait +b -b");
	EXPECT_REVOKED(test, grant, true);
	KUNIT_EXPECT_NULL(test, pdev->dev.driver);
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
}

static struct completion revoke_leaving, revoke_leave;

static void revoke_slowly(struct platform_device *pdev)
{
	complete(&revoke_leaving);
	wait_for_completion(&revoke_leave);
}

/* It has begun to go: too late, and nothing may remain that refers to it. */
static void revoke_leaves(struct kunit *test)
{
	struct platform_device *box = revoke_provider(test, "box");
	struct platform_device *crate = revoke_pdev(test, "crate");
	struct scmid_grant *grant = test_grant(test, test_agent(test, "vm1"), "boxed-crated");
	struct test_async unbind, enable;

	init_completion(&revoke_leaving);
	init_completion(&revoke_leave);
	revoke_on_remove = revoke_slowly;
	test_async(&unbind, revoke_async_unbind, &crate->dev);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&revoke_leaving, TEST_PATIENCE), 0);

	/* The other one was acquired already: to release it takes some time, too. */
	mock.block = MOCK_PUT;
	test_async(&enable, revoke_async_enable, grant);
	test_async_waits(&enable);
	complete(&revoke_leave);
	test_async_end(&unbind);
	mock_allow();
	test_async_end(&enable);
	revoke_on_remove = NULL;
	EXPECT_REVOKED(test, grant, false);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_FALSE(test, revoke_linked(crate));
	KUNIT_EXPECT_FALSE(test, revoke_linked(box));

	KUNIT_ASSERT_EQ(test, device_attach(&crate->dev), 1);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_TRUE(test, revoke_linked(crate));
}

/* Both the operator and the driver core want it back. */
static void revoke_twice(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct scmid_grant *grant = test_granted(test, test_agent(test, "vm1"), "boxed");
	struct test_async disable, unbind;

	mock_forget();
	mock.block = MOCK_PUT;
	test_async(&unbind, revoke_async_unbind, &pdev->dev);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&disable, revoke_async_disable, grant);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&disable));
	mock_allow();
	test_async_end(&unbind);
	test_async_end(&disable);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait -b");
	EXPECT_REVOKED(test, grant, false);
}

static void revoke_removed(struct kunit *test)
{
	struct platform_device *pdev = revoke_provider(test, "box");
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_granted(test, agent, "boxed");
	struct test_async drop, unbind;

	mock_forget();
	mock.block = MOCK_PUT;
	test_async(&unbind, revoke_async_unbind, &pdev->dev);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&drop, revoke_async_drop, grant);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&drop));
	mock_allow();
	test_async_end(&unbind);
	test_async_end(&drop);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait -b");
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->grants));
	KUNIT_EXPECT_FALSE(test, revoke_linked(pdev));
	device_link_wait_removal();
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), 1);
}

/**
 * struct revoke_storm - what goes on at the same time
 * @pdev: a provider that is unbound and bound
 * @grant: a grant that is enabled and disabled
 * @peer: sends commands
 * @odd: answers that there should not be
 */
struct revoke_storm {
	struct platform_device *pdev;
	struct scmid_grant *grant;
	struct peer *peer;
	int odd;
};

#define REVOKE_ROUNDS	100

static void revoke_storm_provider(void *context)
{
	struct revoke_storm *storm = context;
	unsigned int i;

	for (i = 0; i < REVOKE_ROUNDS; i++) {
		device_release_driver(&storm->pdev->dev);
		if (device_attach(&storm->pdev->dev) != 1)
			storm->odd++;
		cond_resched();
	}
}

static void revoke_storm_operator(void *context)
{
	struct revoke_storm *storm = context;
	unsigned int i;
	int err;

	for (i = 0; i < REVOKE_ROUNDS; i++) {
		err = scmid_grant_enable(storm->grant);
		if (err && err != -EAGAIN)
			storm->odd++;
		cond_resched();
		if (i % 3 == 0)
			scmid_grant_disable(storm->grant);
	}
}

static void revoke_storm_guest(void *context)
{
	struct revoke_storm *storm = context;
	s32 status;
	unsigned int i;

	for (i = 0; i < REVOKE_ROUNDS; i++) {
		status = peer_switch(storm->peer, test_res(storm->grant, 0), i % 2);
		if (status && status != SCMID_NOT_FOUND && status != SCMID_NOT_SUPPORTED)
			storm->odd++;
		cond_resched();
	}
}

static void revoke_storm(struct kunit *test)
{
	static void (*const fns[])(void *) = {
		revoke_storm_provider, revoke_storm_operator, revoke_storm_guest,
		revoke_storm_operator,
	};
	struct revoke_storm *storm = kunit_kzalloc(test, sizeof(*storm), GFP_KERNEL);
	struct test_async async[ARRAY_SIZE(fns)];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, storm);
	mock.quiet = true;
	storm->pdev = revoke_provider(test, "box");
	storm->peer = revoke_peer(test);
	storm->grant = test_grant(test, storm->peer->chan.agent, "boxed");
	for (i = 0; i < ARRAY_SIZE(fns); i++)
		test_async(&async[i], fns[i], storm);
	for (i = 0; i < ARRAY_SIZE(fns); i++)
		test_async_end(&async[i]);

	KUNIT_EXPECT_EQ(test, storm->odd, 0);
	KUNIT_ASSERT_NOT_NULL(test, storm->pdev->dev.driver);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(storm->grant), 0);
	EXPECT_GRANTED(test, storm->grant);
	KUNIT_EXPECT_EQ(test, peer_switch(storm->peer, test_res(storm->grant, 0), true),
			SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.held, 2);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	device_release_driver(&storm->pdev->dev);
	EXPECT_REVOKED(test, storm->grant, true);
	KUNIT_EXPECT_EQ(test, mock.held, 1);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* A driver of the host takes the device that an agent has. */
static void revoke_host_driver(struct kunit *test)
{
	struct platform_device *pdev = revoke_pdev(test, "box");
	struct test_trace *trace = test_trace(test);
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant;
	char traced[64];

	grant = scmid_grant_create(agent, "scmi-kunit-box");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	revoke_provide(test);
	KUNIT_EXPECT_NOT_NULL(test, pdev->dev.driver);
	EXPECT_REVOKED(test, grant, true);
	snprintf(traced, sizeof(traced), "%s host driver", dev_name(&grant->dev));
	KUNIT_EXPECT_STREQ(test, trace->revoked.text, traced);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	EXPECT_REVOKED(test, grant, true);

	/* With leave of the operator both may have it. */
	device_release_driver(&pdev->dev);
	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);
	EXPECT_GRANTED(test, grant);
}

/* The number of a device is the same for all, and no other device has it. */
static void revoke_device_ids(struct kunit *test)
{
	struct scmid_agent *a = test_agent(test, "vm1"), *b = test_agent(test, "vm2");
	struct scmid_grant *one, *three, *also, *single, *other;
	u32 id;

	one = test_grant(test, a, "one");
	three = test_grant(test, a, "three");
	also = test_grant(test, b, "one");
	KUNIT_EXPECT_EQ(test, also->device_id, one->device_id);
	KUNIT_EXPECT_NE(test, three->device_id, one->device_id);

	/* However it is named. */
	revoke_pdev(test, "box");
	other = test_grant(test, a, "box");
	also = scmid_grant_create(b, "scmi-kunit-box");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, also);
	KUNIT_EXPECT_EQ(test, also->device_id, other->device_id);

	/* What is no device of the tree is nobody else's. */
	single = scmid_single_create(a, "it");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, single);
	other = scmid_single_create(b, "it");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_NE(test, single->device_id, other->device_id);
	KUNIT_EXPECT_NE(test, single->device_id, one->device_id);

	/* It stays as long as one has it, and may be another's then. */
	id = one->device_id;
	test_grant_drop(one);
	KUNIT_EXPECT_EQ(test, test_grant(test, a, "one")->device_id, id);
	test_agent_drop(test, a);
	KUNIT_EXPECT_NE(test, test_grant(test, b, "four")->device_id, id);
	test_agent_drop(test, b);
	KUNIT_EXPECT_EQ(test, test_grant(test, test_agent(test, "vm3"), "four")->device_id, 0);
}

static struct kunit_case revoke_cases_all[] = {
	KUNIT_CASE_PARAM(revoke_provider_gone, revoke_cases_gen_params),
	KUNIT_CASE(revoke_not_enabled),
	KUNIT_CASE(revoke_driverless),
	KUNIT_CASE(revoke_several),
	KUNIT_CASE(revoke_unplugged),
	KUNIT_CASE(revoke_in_flight),
	KUNIT_CASE(revoke_while_enabling),
	KUNIT_CASE(revoke_leaves),
	KUNIT_CASE(revoke_twice),
	KUNIT_CASE(revoke_removed),
	KUNIT_CASE(revoke_storm),
	KUNIT_CASE(revoke_host_driver),
	KUNIT_CASE(revoke_device_ids),
	{}
};

static struct kunit_suite revoke_suite = {
	.name = "scmi_server_revoke",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = revoke_cases_all,
};

kunit_test_suite(revoke_suite);
