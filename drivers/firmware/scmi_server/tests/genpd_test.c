// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the power domains, on the generic power domain framework
 * itself, with domains that can do what this suite needs.
 */

#include "own_engine.h"

#include "../backend/genpd.c"

#include <linux/device.h>
#include <linux/panic.h>

#include "test.h"

#define TPD_DOMAINS	3

/**
 * struct tpd - a domain
 * @genpd: for the framework
 * @on: it is on
 * @fail_on: what switching it on returns
 * @fail_off: what switching it off returns
 * @fail_stop: what stopping a device in it returns
 * @switched: how often it was switched
 */
struct tpd {
	struct generic_pm_domain genpd;
	bool on;
	int fail_on, fail_off, fail_stop;
	unsigned int switched;
};

static const char * const tpd_names[TPD_DOMAINS] = {
	"scmi-kunit-a", "scmi-kunit-b", "scmi-kunit-child-of-a",
};

static struct tpd *tpd[TPD_DOMAINS];
static struct generic_pm_domain *tpd_domains[TPD_DOMAINS];
static struct genpd_onecell_data tpd_data;
static bool tpd_tainted;

static struct tpd *to_tpd(struct generic_pm_domain *genpd)
{
	return container_of(genpd, struct tpd, genpd);
}

static int tpd_power_on(struct generic_pm_domain *genpd)
{
	struct tpd *t = to_tpd(genpd);

	t->switched++;
	if (!t->fail_on)
		t->on = true;
	return t->fail_on;
}

static int tpd_power_off(struct generic_pm_domain *genpd)
{
	struct tpd *t = to_tpd(genpd);

	t->switched++;
	if (!t->fail_off)
		t->on = false;
	return t->fail_off;
}

static int tpd_stop(struct device *dev)
{
	return to_tpd(pd_to_genpd(dev->pm_domain))->fail_stop;
}

static void tpd_remove(void *context)
{
	struct generic_pm_domain *genpd = context;

	pm_genpd_remove(genpd);
	kfree(to_tpd(genpd));
}

static void tpd_unlink(void *context)
{
	pm_genpd_remove_subdomain(&tpd[0]->genpd, &tpd[2]->genpd);
}

KUNIT_DEFINE_ACTION_WRAPPER(tpd_del_provider, of_genpd_del_provider, struct device_node *);

/* A domain of its own, two, and one within the first; all off. */
static void tpd_provide(struct kunit *test)
{
	struct device_node *np = test_node(test, "power-provider");
	unsigned int i;

	for (i = 0; i < TPD_DOMAINS; i++) {
		tpd[i] = kzalloc_obj(*tpd[i]);
		KUNIT_ASSERT_NOT_NULL(test, tpd[i]);
		tpd[i]->genpd.name = tpd_names[i];
		tpd[i]->genpd.power_on = tpd_power_on;
		tpd[i]->genpd.power_off = tpd_power_off;
		tpd[i]->genpd.dev_ops.stop = tpd_stop;
		KUNIT_ASSERT_EQ(test, pm_genpd_init(&tpd[i]->genpd, NULL, true), 0);
		KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tpd_remove,
								   &tpd[i]->genpd));
		tpd_domains[i] = &tpd[i]->genpd;
	}
	KUNIT_ASSERT_EQ(test, pm_genpd_add_subdomain(&tpd[0]->genpd, &tpd[2]->genpd), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tpd_unlink, NULL));

	tpd_data.domains = tpd_domains;
	tpd_data.num_domains = TPD_DOMAINS;
	KUNIT_ASSERT_EQ(test, of_genpd_add_provider_onecell(np, &tpd_data), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tpd_del_provider, np));
}

static struct scmid_grant *tpd_grant(struct kunit *test, const char *name, const char *node)
{
	struct scmid_agent *agent = test_agent(test, name);
	struct scmid_grant *grant = test_granted(test, agent, node);

	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	return grant;
}

/* As the protocol does it. */
static int tpd_vote(struct scmid_grant_res *r, bool on)
{
	guard(mutex)(&r->grant->agent->run);

	return scmid_genpd_state_set(&r->res, on);
}

static void tpd_quiesce(struct scmid_grant_res *r, u16 access)
{
	guard(mutex)(&r->grant->agent->run);
	scmid_genpd_quiesce(r, access);
}

#define EXPECT_SHOWN(test, r, vote, state) do {					\
	char buf[SCMID_SHOW_MAX];						\
										\
	scmid_genpd_show_vote(r, buf, sizeof(buf));				\
	KUNIT_EXPECT_STREQ(test, buf, vote);					\
	scmid_genpd_show_state(r, buf, sizeof(buf));				\
	KUNIT_EXPECT_STREQ(test, buf, state);					\
} while (0)

static void genpd_grant(struct kunit *test)
{
	struct scmid_grant *grant, *other;
	struct scmid_grant_res *r;
	unsigned int i;

	tpd_provide(test);
	grant = test_grant(test, test_agent(test, "vm1"), "power-one");
	r = test_res(grant, 0);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_NULL(test, test_res(grant, 1));
	KUNIT_EXPECT_STREQ(test, r->res.name, "one");
	KUNIT_EXPECT_STREQ(test, r->dir, "power0");
	KUNIT_EXPECT_EQ(test, r->res.proto, SCMID_PROTO_POWER);
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_GET | SCMID_ACCESS_STATE);
	KUNIT_EXPECT_STREQ(test, grant->unsupported, "");

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_SHOWN(test, r, "off", "off");

	/* Nothing of a domain is for one agent only. */
	other = tpd_grant(test, "vm2", "power-three");
	KUNIT_EXPECT_STREQ(test, test_res(other, 0)->res.name, "power0");
	KUNIT_EXPECT_STREQ(test, test_res(other, 2)->res.name, "power2");
	KUNIT_EXPECT_PTR_EQ(test, scmid_genpd_hardware(r),
			    scmid_genpd_hardware(test_res(other, 0)));
	KUNIT_EXPECT_PTR_EQ(test, r->hw, test_res(other, 0)->hw);
	KUNIT_EXPECT_PTR_NE(test, r->hw, test_res(other, 1)->hw);

	scmid_grant_disable(grant);
	KUNIT_EXPECT_NULL(test, r->res.priv);
	test_grant_drop(other);
	for (i = 0; i < TPD_DOMAINS; i++)
		KUNIT_EXPECT_EQ(test, tpd[i]->switched, 0);
}

static void genpd_grant_deferred(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "power-one");

	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);

	tpd_provide(test);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	test_grant_drop(grant);

	/* One that never comes, and one that the provider does not have. */
	grant = test_grant(test, agent, "power-waits");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	test_grant_drop(grant);
	grant = test_grant(test, agent, "power-bad");
	KUNIT_EXPECT_LT(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);
	test_grant_drop(grant);
}

/* When the call returns, it is so. */
static void genpd_votes(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;

	tpd_provide(test);
	grant = tpd_grant(test, "vm1", "power-one");
	agent = grant->agent;
	r = test_res(grant, 0);

	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	EXPECT_SHOWN(test, r, "on", "on");
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
	EXPECT_SHOWN(test, r, "off", "off");
	KUNIT_EXPECT_EQ(test, tpd[0]->switched, 2);

	/* Only if it was asked by that right. */
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	tpd_quiesce(r, SCMID_ACCESS_GET | SCMID_ACCESS_LEVEL);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	tpd_quiesce(r, SCMID_ACCESS_STATE);
	tpd_quiesce(r, SCMID_ACCESS_STATE);
	EXPECT_SHOWN(test, r, "off", "off");
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);

	/* However the grant ends. */
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
}

static void genpd_two_agents(struct kunit *test)
{
	struct scmid_grant_res *r, *o;

	tpd_provide(test);
	r = test_res(tpd_grant(test, "vm1", "power-one"), 0);
	o = test_res(tpd_grant(test, "vm2", "power-three"), 0);

	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(o, true), 0);
	KUNIT_EXPECT_EQ(test, tpd[0]->switched, 1);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "on");
	EXPECT_SHOWN(test, o, "on", "on");
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	KUNIT_EXPECT_EQ(test, tpd_vote(o, false), 0);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
	KUNIT_EXPECT_EQ(test, tpd[0]->switched, 2);

	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(o, true), 0);
	test_grant_drop(o->grant);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	test_grant_drop(r->grant);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
}

static void tpd_release(void *context)
{
	struct device *dev = context;

	pm_runtime_disable(dev);
	pm_genpd_remove_device(dev);
	root_device_unregister(dev);
}

/* A device of the host in the same domain. */
static void genpd_host(struct kunit *test)
{
	struct scmid_grant_res *r;
	struct device *host;

	tpd_provide(test);
	host = root_device_register("scmi-kunit-host");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);
	KUNIT_EXPECT_EQ(test, pm_genpd_add_device(&tpd[0]->genpd, host), 0);
	pm_runtime_enable(host);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tpd_release, host));

	r = test_res(tpd_grant(test, "vm1", "power-one"), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, pm_runtime_resume_and_get(host), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "on");
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, pm_runtime_put_sync_suspend(host), 0);
	EXPECT_SHOWN(test, r, "on", "on");
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "off");
	KUNIT_EXPECT_EQ(test, tpd[0]->switched, 2);
}

/* A domain within another. */
static void genpd_nested(struct kunit *test)
{
	struct scmid_grant_res *child, *r;
	struct scmid_grant *grant;

	tpd_provide(test);
	grant = tpd_grant(test, "vm1", "power-three");
	child = test_res(grant, 2);
	r = test_res(tpd_grant(test, "vm2", "power-one"), 0);

	KUNIT_EXPECT_EQ(test, tpd_vote(child, true), 0);
	KUNIT_EXPECT_TRUE(test, tpd[2]->on);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	KUNIT_EXPECT_FALSE(test, tpd[1]->on);
	EXPECT_SHOWN(test, test_res(grant, 0), "off", "on");

	/* The one around it stays on as long as that within. */
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	KUNIT_EXPECT_EQ(test, tpd_vote(child, false), 0);
	KUNIT_EXPECT_FALSE(test, tpd[2]->on);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);

	/* If it cannot be switched on, what is within it cannot, either. */
	tpd[0]->fail_on = -EIO;
	KUNIT_EXPECT_EQ(test, tpd_vote(child, true), -EIO);
	EXPECT_SHOWN(test, child, "off", "off");
	KUNIT_EXPECT_FALSE(test, tpd[2]->on);
	tpd[0]->fail_on = 0;
	KUNIT_EXPECT_EQ(test, tpd_vote(child, true), 0);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
}

/* A failure is told, and is over when its cause is. */
static void genpd_fails(struct kunit *test)
{
	struct scmid_grant_res *r, *o;

	tpd_provide(test);
	r = test_res(tpd_grant(test, "vm1", "power-one"), 0);
	o = test_res(tpd_grant(test, "vm2", "power-three"), 0);

	tpd[0]->fail_on = -EIO;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), -EIO);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), -EIO);
	EXPECT_SHOWN(test, r, "off", "off");
	tpd[0]->fail_on = 0;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	EXPECT_SHOWN(test, r, "on", "on");

	/* The domain is on, but nobody asks for it. */
	tpd[0]->fail_off = -EIO;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "on");
	tpd[0]->fail_off = 0;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "off");

	/* Likewise if the framework does not get that far. */
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	tpd[0]->fail_stop = -EIO;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), -EIO);
	EXPECT_SHOWN(test, r, "off", "on");
	tpd[0]->fail_stop = -EBUSY;
	KUNIT_EXPECT_EQ(test, tpd_vote(o, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(o, false), -EBUSY);
	EXPECT_SHOWN(test, o, "off", "on");
	tpd[0]->fail_stop = 0;
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(r, false), 0);
	EXPECT_SHOWN(test, r, "off", "off");
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);

	/* At the end there is nobody to tell. */
	KUNIT_EXPECT_EQ(test, tpd_vote(r, true), 0);
	tpd[0]->fail_off = -EIO;
	test_grant_drop(r->grant);
	KUNIT_EXPECT_TRUE(test, tpd[0]->on);
	tpd[0]->fail_off = 0;
	KUNIT_EXPECT_EQ(test, tpd_vote(o, true), 0);
	KUNIT_EXPECT_EQ(test, tpd_vote(o, false), 0);
	KUNIT_EXPECT_FALSE(test, tpd[0]->on);
}

/* Nothing that the framework found wrong. */
static void tpd_nothing_wrong(void *context)
{
	struct kunit *test = context;

	/* Links to suppliers keep a stand-in until they are gone. */
	device_link_wait_removal();
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), tpd_tainted);
}

static int genpd_test_init(struct kunit *test)
{
	int err;

	tpd_tainted = test_taint(TAINT_WARN);
	err = test_init(test);

	return err ?: kunit_add_action_or_reset(test, tpd_nothing_wrong, test);
}

static int genpd_suite_init(struct kunit_suite *suite)
{
	int err = test_suite_init(suite);

	if (!err)
		scmid_backend_register(&scmid_genpd_backend);

	return err;
}

static void genpd_suite_exit(struct kunit_suite *suite)
{
	if (scmid_genpd_backend.node.next)
		list_del(&scmid_genpd_backend.node);
	scmid_genpd_backend.node.next = NULL;
	test_suite_exit(suite);
}

static struct kunit_case genpd_cases[] = {
	KUNIT_CASE(genpd_grant),
	KUNIT_CASE(genpd_grant_deferred),
	KUNIT_CASE(genpd_votes),
	KUNIT_CASE(genpd_two_agents),
	KUNIT_CASE(genpd_host),
	KUNIT_CASE(genpd_nested),
	KUNIT_CASE(genpd_fails),
	{}
};

static struct kunit_suite genpd_suite = {
	.name = "scmi_server_genpd",
	.suite_init = genpd_suite_init,
	.suite_exit = genpd_suite_exit,
	.init = genpd_test_init,
	.test_cases = genpd_cases,
};

kunit_test_suite(genpd_suite);
