// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of single resources: in which order they may be described, the
 * nodes that are made of that, and what is refused.
 */

#include "own_engine.h"

#include "../single.c"

#include <linux/platform_device.h>

#include "test.h"

static struct scmid_grant *single_make(struct kunit *test, struct scmid_agent *agent,
				       const char *name)
{
	struct scmid_grant *grant = scmid_single_create(agent, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);

	return grant;
}

static int single_set_type(struct scmid_grant *grant, const struct scmid_backend *backend)
{
	guard(mutex)(&grant->agent->lock);

	return scmid_single_set(grant, backend, NULL, NULL, 0);
}

static int single_set_provider(struct scmid_grant *grant, const char *provider)
{
	guard(mutex)(&grant->agent->lock);

	return scmid_single_set(grant, NULL, provider, NULL, 0);
}

static int single_set_args(struct scmid_grant *grant, const u32 *args, unsigned int n)
{
	guard(mutex)(&grant->agent->lock);

	return scmid_single_set(grant, NULL, NULL, args, n);
}

/* What is provided by "plain", which takes no arguments. */
static struct scmid_grant *single_plain(struct kunit *test, struct scmid_agent *agent,
					const char *name, const struct scmid_backend *backend)
{
	struct scmid_grant *grant = single_make(test, agent, name);

	KUNIT_ASSERT_EQ(test, single_set_type(grant, backend), 0);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "plain"), 0);

	return grant;
}

/* Whether there is a node for it in the tree. */
static bool single_has_node(const struct scmid_grant *grant)
{
	struct device_node *np __free(device_node) = NULL;
	char path[32];

	snprintf(path, sizeof(path), "/scmi-resource-%u", grant->device_id);
	np = of_find_node_by_path(path);

	return np;
}

struct single_name {
	const char *name;
	int err;
};

static const struct single_name single_name_params[] = {
	{ "a", 0 },
	{ "cam,core+1.2_x-Y", 0 },
	{ "1234567890123456789012345678901", 0 },
	{ "12345678901234567890123456789012", -EINVAL },
	{ "a b", -EINVAL },
	{ "a/b", -EINVAL },
	{ "a!b", -EINVAL },
	{ "a:b", -EINVAL },
	{ "a@0", -EINVAL },
	{ "a\n", -EINVAL },
	{ "#a", -EINVAL },
	{ "\xc3\xa4", -EINVAL },
	{ "%s", -EINVAL },
};

static void single_name_desc(const struct single_name *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'", (int)strlen(p->name), p->name);
}

KUNIT_ARRAY_PARAM(single_names, single_name_params, single_name_desc);

static void single_name(struct kunit *test)
{
	const struct single_name *p = test->param_value;
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = scmid_single_create(agent, p->name);

	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(grant), p->err);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), !p->err);
	KUNIT_EXPECT_EQ(test, kref_read(&agent->ref), p->err ? 1 : 2);
	if (p->err)
		return;

	KUNIT_EXPECT_STREQ(test, grant->name, p->name);
	KUNIT_EXPECT_TRUE(test, list_empty(&grant->res));

	/* It can be any kind of resource under this name. */
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "plain"), 0);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_supply_backend), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

static void single_name_taken(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct platform_device *pdev;

	single_make(test, agent, "it");
	KUNIT_EXPECT_PTR_EQ(test, scmid_single_create(agent, "it"), ERR_PTR(-EEXIST));
	single_make(test, agent, "it2");
	single_make(test, test_agent(test, "vm2"), "it");

	/* Devices are in the same directory of sysfs, in either order. */
	pdev = platform_device_register_simple("scmi-kunit", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	device_set_node(&pdev->dev, of_fwnode_handle(test_node(test, "one")));
	single_make(test, agent, "scmi-kunit");
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, "scmi-kunit"), ERR_PTR(-EEXIST));
	test_agent_drop(test, agent);
	agent = test_agent(test, "vm1");
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, scmid_grant_create(agent, "scmi-kunit"));
	KUNIT_EXPECT_PTR_EQ(test, scmid_single_create(agent, "scmi-kunit"), ERR_PTR(-EEXIST));
	test_agent_drop(test, agent);
	device_set_node(&pdev->dev, NULL);
	platform_device_unregister(pdev);
}

/* What is said in any order is the same in the end. */
static void single_orders(struct kunit *test)
{
	static const u8 orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static const u32 args[] = { 1, 2, 3 }, others[] = { 7 };
	static const char path[] = TEST_PATH "triple";
	struct scmid_grant *device, *grant;
	unsigned int i, k, again;

	device = test_granted(test, test_agent(test, "vm1"), "referrer");
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		/* Once more after something else was said first. */
		for (again = 0; again < 2; again++) {
			grant = single_make(test, test_agent(test, "vm2"), "it");
			grant->shared = true;
			if (again) {
				single_set_type(grant, &mock_supply_backend);
				single_set_provider(grant, "some-name");
				single_set_args(grant, others, ARRAY_SIZE(others));
			}
			for (k = 0; k < 3; k++) {
				switch (orders[i][k]) {
				case 0:
					KUNIT_EXPECT_EQ(test, 0,
							single_set_type(grant, &mock_backend));
					break;
				case 1:
					KUNIT_EXPECT_EQ(test, 0, single_set_provider(grant, path));
					break;
				case 2:
					KUNIT_EXPECT_EQ(test, 0,
							single_set_args(grant, args, 3));
					break;
				}
			}
			KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
			KUNIT_EXPECT_EQ(test, list_count_nodes(&grant->res), 1);
			KUNIT_EXPECT_PTR_EQ(test, test_res(grant, 0)->hw, test_res(device, 1)->hw);
			KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "it");
			test_agent_drop(test, grant->agent);
		}
	}
}

struct single_wrong {
	const char *desc;
	const struct scmid_backend *backend;
	const char *provider;
	unsigned int nr_args;
	int err;
};

static const struct single_wrong single_wrong_params[] = {
	{ "nothing", NULL, NULL, 0, -EINVAL },
	{ "no type", NULL, TEST_PATH "plain", 0, -EINVAL },
	{ "no provider", &mock_backend, NULL, 0, -EINVAL },
	{ "args only", NULL, NULL, 3, -EINVAL },
	{ "no args", &mock_backend, TEST_PATH "triple", 0, -EINVAL },
	{ "too few", &mock_backend, TEST_PATH "triple", 2, -EINVAL },
	{ "too many", &mock_backend, TEST_PATH "triple", 4, -EINVAL },
	{ "most", &mock_backend, TEST_PATH "triple", MAX_PHANDLE_ARGS, -EINVAL },
	{ "one for none", &mock_backend, TEST_PATH "plain", 1, -EINVAL },
	{ "no provider of such", &mock_backend, TEST_PATH "one", 0, -EINVAL },
	{ "a supply has none", &mock_supply_backend, TEST_PATH "plain", 1, -EINVAL },
	{ "no phandle", &mock_backend, TEST_PATH "unreferred", 0, -EINVAL },
	{ "right", &mock_backend, TEST_PATH "triple", 3, 0 },
	{ "right, none", &mock_reset_backend, TEST_PATH "plain", 0, 0 },
	{ "right, a supply", &mock_supply_backend, TEST_PATH "triple", 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(single_wrongs, single_wrong_params, desc);

static void single_wrong(struct kunit *test)
{
	const struct single_wrong *p = test->param_value;
	static const u32 args[MAX_PHANDLE_ARGS] = { 1, 2, 3, 4 };
	struct scmid_grant *grant = single_make(test, test_agent(test, "vm1"), "it");

	if (p->backend)
		KUNIT_ASSERT_EQ(test, single_set_type(grant, p->backend), 0);
	if (p->provider)
		KUNIT_ASSERT_EQ(test, single_set_provider(grant, p->provider), 0);
	KUNIT_ASSERT_EQ(test, single_set_args(grant, args, p->nr_args), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), p->err);
	KUNIT_EXPECT_EQ(test, grant->enabled, !p->err);
	KUNIT_EXPECT_EQ(test, single_has_node(grant), !p->err);
	KUNIT_EXPECT_EQ(test, mock.held, !p->err);
	if (!p->err)
		return;

	/* It may be said right then. */
	KUNIT_EXPECT_FALSE(test, grant->wanted);
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_backend), 0);
	KUNIT_EXPECT_EQ(test, single_set_provider(grant, TEST_PATH "triple"), 0);
	KUNIT_EXPECT_EQ(test, single_set_args(grant, args, 3), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

static void single_no_such_node(struct kunit *test)
{
	struct scmid_grant *grant = single_plain(test, test_agent(test, "vm1"), "it",
						 &mock_backend);

	KUNIT_EXPECT_EQ(test, single_set_provider(grant, TEST_PATH "nowhere"), -ENODEV);
	KUNIT_EXPECT_EQ(test, single_set_provider(grant, "/nowhere"), -ENODEV);
	KUNIT_EXPECT_STREQ(test, grant->own->provider, TEST_PATH "plain");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

/* It is in the tree while it is enabled, and refers to what was said. */
static void single_node(struct kunit *test)
{
	static const u32 args[] = { 4, 0, U32_MAX };
	struct scmid_grant *grant = single_make(test, test_agent(test, "vm1"), "it");
	struct of_phandle_args spec;
	struct device_node *np;

	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "triple"), 0);
	KUNIT_ASSERT_EQ(test, single_set_args(grant, args, ARRAY_SIZE(args)), 0);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	KUNIT_EXPECT_NULL(test, grant->dev.of_node);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_TRUE(test, single_has_node(grant));
	np = grant->dev.of_node;
	KUNIT_ASSERT_NOT_NULL(test, np);
	KUNIT_EXPECT_TRUE(test, of_node_check_flag(np, OF_POPULATED));
	KUNIT_ASSERT_EQ(test, 0, of_parse_phandle_with_args(np, "mocks", "#mock-cells", 0, &spec));
	KUNIT_EXPECT_PTR_EQ(test, spec.np, test_node(test, "triple"));
	of_node_put(spec.np);
	KUNIT_ASSERT_EQ(test, spec.args_count, ARRAY_SIZE(args));
	KUNIT_EXPECT_MEMEQ(test, spec.args, args, sizeof(args));
	KUNIT_EXPECT_NE(test, 0, of_parse_phandle_with_args(np, "mocks", "#mock-cells", 1, &spec));

	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	KUNIT_EXPECT_NULL(test, grant->dev.of_node);

	/* As often as one likes, and as something else. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	scmid_grant_disable(grant);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_supply_backend), 0);
	KUNIT_ASSERT_EQ(test, single_set_args(grant, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EINVAL);
	KUNIT_ASSERT_EQ(test, single_set_args(grant, args, 0), 0);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	np = of_parse_phandle(grant->dev.of_node, "it-mock-supply", 0);
	KUNIT_EXPECT_PTR_EQ(test, np, test_node(test, "triple"));
	of_node_put(np);

	/* And it goes with the grant. */
	mock_forget();
	test_grant_drop(grant);
	KUNIT_EXPECT_STREQ(test, mock.log, "-it");
	np = of_find_node_by_path("/scmi-resource-0");
	KUNIT_EXPECT_NULL(test, np);
}

/* A failure leaves no node. */
static void single_fails(struct kunit *test)
{
	struct scmid_grant *grant = single_plain(test, test_agent(test, "vm1"), "it",
						 &mock_backend);

	mock.fail_get = "it";
	mock.fail_get_err = -EIO;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EIO);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	mock.fail_get_err = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_power_backend), 0);
	mock.fail_get = NULL;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_TRUE(test, single_has_node(grant));
}

/* What is no path is for the framework to know; there is no node then. */
static void single_by_name(struct kunit *test)
{
	struct scmid_grant *grant = single_make(test, test_agent(test, "vm1"), "it");
	struct scmid_grant_res *r;

	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	r = test_res(grant, 0);
	KUNIT_EXPECT_NULL(test, r->consumer_id);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, "some-clock"), 0);
	r = test_res(grant, 0);
	KUNIT_EXPECT_STREQ(test, r->consumer_id, "some-clock");
	KUNIT_EXPECT_STREQ(test, r->res.name, "it");
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	KUNIT_EXPECT_NULL(test, grant->dev.of_node);
	scmid_grant_disable(grant);

	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "plain"), 0);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->consumer_id);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_TRUE(test, single_has_node(grant));
	scmid_grant_disable(grant);

	/* What has names in the tree has one there, too. */
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_supply_backend), 0);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->consumer_id, "it");
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, "some-supply"), 0);
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->consumer_id, "some-supply");
}

static void single_frozen(struct kunit *test)
{
	struct scmid_grant *grant = single_plain(test, test_agent(test, "vm1"), "it",
						 &mock_backend);
	static const u32 args[] = { 1 };

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_backend), -EBUSY);
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_power_backend), -EBUSY);
	KUNIT_EXPECT_EQ(test, single_set_provider(grant, TEST_PATH "triple"), -EBUSY);
	KUNIT_EXPECT_EQ(test, single_set_provider(grant, TEST_PATH "nowhere"), -EBUSY);
	KUNIT_EXPECT_EQ(test, single_set_args(grant, args, 1), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, grant->own->backend, &mock_backend);
	KUNIT_EXPECT_STREQ(test, grant->own->provider, TEST_PATH "plain");
	KUNIT_EXPECT_EQ(test, grant->own->nr_args, 0);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_power_backend), 0);
	KUNIT_EXPECT_EQ(test, single_set_args(grant, args, 1), 0);
}

/* What the operator said of it is kept as long as it is the same kind. */
static void single_kept(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *one = test_grant(test, agent, "one");
	struct scmid_grant *grant = single_plain(test, agent, "it", &mock_backend);
	struct scmid_grant_res *r = test_res(grant, 0);

	KUNIT_EXPECT_EQ(test, r->res.id, 1);
	KUNIT_ASSERT_EQ(test, test_set_access(r, SCMID_ACCESS_STATE), 0);
	KUNIT_ASSERT_EQ(test, test_set_limits(r, 5, 9, SCMID_POLICY_FLOOR), 0);
	scoped_guard(mutex, &agent->lock)
		KUNIT_ASSERT_EQ(test, scmid_grant_set_id(r, 7), 0);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "triple"), 0);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	r = test_res(grant, 0);
	KUNIT_EXPECT_EQ(test, r->res.id, 7);
	KUNIT_EXPECT_EQ(test, r->access, SCMID_ACCESS_STATE);
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_STATE);
	KUNIT_EXPECT_EQ(test, r->res.min, 5);
	KUNIT_EXPECT_EQ(test, r->res.max, 9);
	KUNIT_EXPECT_EQ(test, r->policy, SCMID_POLICY_FLOOR);

	/* As another kind it begins anew, with ids of that. */
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_reset_backend), 0);
	r = test_res(grant, 0);
	KUNIT_EXPECT_EQ(test, r->res.proto, SCMID_PROTO_RESET);
	KUNIT_EXPECT_EQ(test, r->res.id, 0);
	KUNIT_EXPECT_EQ(test, r->access, mock_reset_backend.access_default);
	KUNIT_EXPECT_EQ(test, r->res.min, 0);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	r = test_res(grant, 0);
	KUNIT_EXPECT_EQ(test, r->res.id, 1);
	KUNIT_EXPECT_EQ(test, r->access, mock_backend.access_default);

	/* A guest knows its id by now. */
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(one), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "plain"), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.id, 1);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_power_backend), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.id, 0);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.id, 2);
}

/* What is denied is so whatever it is made of. */
static void single_denied(struct kunit *test)
{
	struct scmid_grant *grant = single_make(test, test_agent(test, "vm1"), "it");

	KUNIT_ASSERT_EQ(test, 0, test_set_denied(grant, BIT(SCMID_PROTO_CLOCK - SCMID_PROTO_BASE)));
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_power_backend), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.access, mock_power_backend.access_default);
	KUNIT_ASSERT_EQ(test, single_set_type(grant, &mock_backend), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.access, 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->access, mock_backend.access_default);
	KUNIT_ASSERT_EQ(test, single_set_provider(grant, TEST_PATH "plain"), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.access, 0);
	KUNIT_ASSERT_EQ(test, test_set_denied(grant, 0), 0);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.access, mock_backend.access_default);
}

/* Without an id that nobody had there is no such resource, but what there was. */
static void single_ids_exhausted(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "vm1", "one");
	struct scmid_grant *grant = single_plain(test, agent, "it", &mock_power_backend);
	struct scmid_grant *blank = single_make(test, agent, "blank");

	KUNIT_ASSERT_EQ(test, single_set_provider(blank, TEST_PATH "plain"), 0);
	agent->next_id[SCMID_PROTO_CLOCK - SCMID_PROTO_BASE] = U16_MAX;
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_backend), -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, grant->own->backend, &mock_power_backend);
	KUNIT_ASSERT_EQ(test, list_count_nodes(&grant->res), 1);
	KUNIT_EXPECT_PTR_EQ(test, test_res(grant, 0)->backend, &mock_power_backend);
	KUNIT_EXPECT_EQ(test, test_res(grant, 0)->res.id, 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);

	KUNIT_EXPECT_EQ(test, single_set_type(blank, &mock_backend), -ENOSPC);
	KUNIT_EXPECT_NULL(test, blank->own->backend);
	KUNIT_EXPECT_TRUE(test, list_empty(&blank->res));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(blank), -EINVAL);
	KUNIT_EXPECT_EQ(test, single_set_type(blank, &mock_reset_backend), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(blank), 0);
}

KUNIT_DEFINE_ACTION_WRAPPER(single_pdev_unregister, platform_device_unregister,
			    struct platform_device *);
KUNIT_DEFINE_ACTION_WRAPPER(single_driver_unregister, platform_driver_unregister,
			    struct platform_driver *);

static struct platform_driver single_driver = {
	.driver = { .name = "scmi-kunit-plain" },
};

/* The provider of a single resource may go, too. */
static void single_revoked(struct kunit *test)
{
	struct platform_device_info info = {
		.name = "scmi-kunit-plain",
		.id = PLATFORM_DEVID_NONE,
		.fwnode = of_fwnode_handle(test_node(test, "plain")),
	};
	struct platform_device *pdev = platform_device_register_full(&info);
	struct scmid_grant *grant;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, single_pdev_unregister, pdev));
	KUNIT_ASSERT_EQ(test, platform_driver_register(&single_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, single_driver_unregister,
							   &single_driver));

	grant = single_plain(test, test_agent(test, "vm1"), "it", &mock_supply_backend);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	device_release_driver(&pdev->dev);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_TRUE(test, grant->revoked);
	KUNIT_EXPECT_EQ(test, mock.held, 0);

	/* It comes back as it was, unless the operator has done with it. */
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_backend), -EBUSY);
	KUNIT_ASSERT_EQ(test, device_attach(&pdev->dev), 1);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->revoked);
	device_release_driver(&pdev->dev);
	KUNIT_EXPECT_TRUE(test, grant->revoked);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, single_has_node(grant));
	KUNIT_EXPECT_EQ(test, single_set_type(grant, &mock_backend), 0);
}

static struct kunit_case single_cases[] = {
	KUNIT_CASE_PARAM(single_name, single_names_gen_params),
	KUNIT_CASE(single_name_taken),
	KUNIT_CASE(single_orders),
	KUNIT_CASE_PARAM(single_wrong, single_wrongs_gen_params),
	KUNIT_CASE(single_no_such_node),
	KUNIT_CASE(single_node),
	KUNIT_CASE(single_fails),
	KUNIT_CASE(single_by_name),
	KUNIT_CASE(single_frozen),
	KUNIT_CASE(single_kept),
	KUNIT_CASE(single_denied),
	KUNIT_CASE(single_ids_exhausted),
	KUNIT_CASE(single_revoked),
	{}
};

static struct kunit_suite single_suite = {
	.name = "scmi_server_single",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = single_cases,
};

kunit_test_suite(single_suite);
