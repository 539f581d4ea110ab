// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the supplies, on the regulator framework itself, with
 * regulators that can do what this suite needs.
 */

#include "own_engine.h"

#include "../backend/regulator.c"

#include <kunit/device.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/panic.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/regulator/driver.h>
#include <linux/regulator/machine.h>

#include "test.h"

#define TSUP_MAX	40

/**
 * struct tsup - a regulator
 * @desc: for the framework
 * @init: likewise
 * @rdev: likewise
 * @name: its name
 * @list: voltages it lists, by selector; 0 and below: none there
 * @uv: its voltage
 * @on: it is on
 * @fail_enable: what switching it on returns
 * @fail_disable: what switching it off returns
 * @fail_set: what setting its voltage returns
 * @sets: how often its voltage was set
 * @block: the next setting waits for @resume
 * @entered: it waits now
 * @resume: it may go on
 */
struct tsup {
	struct regulator_desc desc;
	struct regulator_init_data init;
	struct regulator_dev *rdev;
	char name[32];
	int list[TSUP_MAX];
	int uv;
	bool on;
	int fail_enable, fail_disable, fail_set;
	unsigned int sets;
	bool block;
	struct completion entered, resume;
};

static struct device *tsup_dev;
static bool tsup_tainted;

static struct tsup *to_tsup(struct regulator_dev *rdev)
{
	return rdev_get_drvdata(rdev);
}

static int tsup_enable(struct regulator_dev *rdev)
{
	struct tsup *t = to_tsup(rdev);

	if (!t->fail_enable)
		t->on = true;
	return t->fail_enable;
}

static int tsup_disable(struct regulator_dev *rdev)
{
	struct tsup *t = to_tsup(rdev);

	if (!t->fail_disable)
		t->on = false;
	return t->fail_disable;
}

static int tsup_is_enabled(struct regulator_dev *rdev)
{
	return to_tsup(rdev)->on;
}

static int tsup_list_voltage(struct regulator_dev *rdev, unsigned int selector)
{
	return to_tsup(rdev)->list[selector];
}

static int tsup_change(struct tsup *t, int uv)
{
	if (t->block) {
		t->block = false;
		complete(&t->entered);
		wait_for_completion(&t->resume);
	}
	t->sets++;
	if (!t->fail_set)
		t->uv = uv;
	return t->fail_set;
}

static int tsup_set_voltage_sel(struct regulator_dev *rdev, unsigned int selector)
{
	return tsup_change(to_tsup(rdev), to_tsup(rdev)->list[selector]);
}

static int tsup_set_voltage(struct regulator_dev *rdev, int min_uv, int max_uv,
			    unsigned int *selector)
{
	return tsup_change(to_tsup(rdev), min_uv);
}

static int tsup_get_voltage(struct regulator_dev *rdev)
{
	return to_tsup(rdev)->uv;
}

static const struct regulator_ops tsup_list_ops = {
	.enable = tsup_enable,
	.disable = tsup_disable,
	.is_enabled = tsup_is_enabled,
	.list_voltage = tsup_list_voltage,
	.set_voltage_sel = tsup_set_voltage_sel,
	.get_voltage = tsup_get_voltage,
};

static const struct regulator_ops tsup_continuous_ops = {
	.enable = tsup_enable,
	.disable = tsup_disable,
	.is_enabled = tsup_is_enabled,
	.set_voltage = tsup_set_voltage,
	.get_voltage = tsup_get_voltage,
};

static const struct regulator_ops tsup_switch_ops = {
	.enable = tsup_enable,
	.disable = tsup_disable,
	.is_enabled = tsup_is_enabled,
};

/* What the board allows; 0: it does not say. */
static void tsup_board(struct tsup *t, int min_uv, int max_uv, unsigned int ops)
{
	t->init.constraints = (struct regulation_constraints) {
		.min_uV = min_uv,
		.max_uV = max_uv,
		.valid_ops_mask = REGULATOR_CHANGE_STATUS | ops,
	};
}

/* One that makes 800 to 1200 mV in steps of 25 mV. */
static struct tsup *tsup_new(struct kunit *test)
{
	struct tsup *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	init_completion(&t->entered);
	init_completion(&t->resume);
	for (i = 0; i < 17; i++)
		t->list[i] = 800000 + 25000 * i;
	t->uv = 900000;
	t->desc.ops = &tsup_list_ops;
	t->desc.type = REGULATOR_VOLTAGE;
	t->desc.n_voltages = 17;
	tsup_board(t, 800000, 1200000, REGULATOR_CHANGE_VOLTAGE);

	return t;
}

KUNIT_DEFINE_ACTION_WRAPPER(tsup_unregister, regulator_unregister, struct regulator_dev *);

static void tsup_register(struct kunit *test, struct tsup *t, const char *node)
{
	struct regulator_config config = {
		.dev = tsup_dev,
		.init_data = &t->init,
		.driver_data = t,
		.of_node = test_node(test, node),
	};

	snprintf(t->name, sizeof(t->name), "scmi-kunit-%s", node);
	t->desc.name = t->name;
	t->rdev = regulator_register(tsup_dev, &t->desc, &config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->rdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tsup_unregister, t->rdev));
}

static struct tsup *tsup_add(struct kunit *test, const char *node)
{
	struct tsup *t = tsup_new(test);

	tsup_register(test, t, node);

	return t;
}

KUNIT_DEFINE_ACTION_WRAPPER(tsup_put, regulator_put, struct regulator *);

/* A handle of the host. */
static struct regulator *tsup_host(struct kunit *test)
{
	struct regulator *host = regulator_get_optional(tsup_dev, "scmi-kunit-supply-core");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, tsup_put, host));

	return host;
}

/* An agent's supply: the first of a node. */
static struct scmid_grant_res *tsup_grant(struct kunit *test, const char *name,
					  const char *node)
{
	struct scmid_agent *agent = test_agent(test, name);
	struct scmid_grant *grant = test_grant(test, agent, node);

	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	return test_res(grant, 0);
}

/* As the protocol does it. */
static int tsup_vote(struct scmid_grant_res *r, bool on)
{
	guard(mutex)(&r->grant->agent->run);

	return scmid_regulator_state_set(&r->res, on);
}

static int tsup_level(struct scmid_grant_res *r, s32 uv)
{
	guard(mutex)(&r->grant->agent->run);
	r->grant->agent->why = NULL;

	return scmid_regulator_level_set(&r->res, uv);
}

static void tsup_quiesce(struct scmid_grant_res *r, u16 access)
{
	guard(mutex)(&r->grant->agent->run);
	scmid_regulator_quiesce(r, access);
}

static int tsup_limits(struct scmid_grant_res *r, u64 min, u64 max)
{
	guard(mutex)(&r->grant->agent->lock);

	return scmid_grant_set_limits(r, min, max, r->policy);
}

#define EXPECT_STATE(test, r, what) do {					\
	char buf[SCMID_SHOW_MAX];						\
										\
	scmid_regulator_show_state(r, buf, sizeof(buf));			\
	KUNIT_EXPECT_STREQ(test, buf, what);					\
} while (0)

#define EXPECT_VOTE(test, r, what) do {						\
	char buf[SCMID_SHOW_MAX];						\
										\
	scmid_regulator_show_vote(r, buf, sizeof(buf));				\
	KUNIT_EXPECT_STREQ(test, buf, what);					\
} while (0)

static void tsup_expect_levels(struct kunit *test, struct scmid_grant_res *r, bool range,
			       const s32 *uv, u32 n)
{
	struct scmid_levels levels = {};
	u32 i;

	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, true, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.range, range);
	KUNIT_ASSERT_EQ(test, levels.n, n);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, levels.uv[i], uv[i]);
}

#define EXPECT_LIST(test, r, levels...) do {					\
	s32 want[] = { levels };						\
										\
	tsup_expect_levels(test, r, false, want, ARRAY_SIZE(want));		\
} while (0)

#define EXPECT_RANGE(test, r, lowest, highest, step) do {			\
	s32 want[] = { lowest, highest, step };					\
										\
	tsup_expect_levels(test, r, true, want, ARRAY_SIZE(want));		\
} while (0)

/* Grants */

static void regulator_grant(struct kunit *test)
{
	struct tsup *core = tsup_add(test, "supply-core"), *io = tsup_add(test, "supply-io");
	struct scmid_agent *agent = test_agent(test, "vm1"), *other;
	struct scmid_grant *grant = test_grant(test, agent, "supply-two"), *also;
	struct scmid_grant_res *r = test_res(grant, 0), *next = test_res(grant, 1);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_NOT_NULL(test, next);
	KUNIT_EXPECT_NULL(test, test_res(grant, 2));
	KUNIT_EXPECT_STREQ(test, r->res.name, "vdd-core");
	KUNIT_EXPECT_STREQ(test, r->dir, "supply-vdd-core");
	KUNIT_EXPECT_STREQ(test, next->res.name, "io");
	KUNIT_EXPECT_STREQ(test, next->dir, "supply-io");
	KUNIT_EXPECT_EQ(test, r->res.proto, SCMID_PROTO_VOLTAGE);
	KUNIT_EXPECT_EQ(test, r->res.access,
			SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL);
	KUNIT_EXPECT_STREQ(test, grant->unsupported, "");

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	EXPECT_VOTE(test, r, "off");
	EXPECT_STATE(test, r, "off, 900000 uV");
	KUNIT_EXPECT_PTR_NE(test, scmid_regulator_hardware(r), scmid_regulator_hardware(next));

	/* The same regulator is the same hardware, whatever its consumers call it. */
	other = test_agent(test, "vm2");
	also = test_grant(test, other, "supply-also");
	KUNIT_EXPECT_STREQ(test, test_res(also, 0)->res.name, "vcc");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(also), -EBUSY);
	also->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(also), 0);
	KUNIT_EXPECT_PTR_EQ(test, scmid_regulator_hardware(r),
			    scmid_regulator_hardware(test_res(also, 0)));

	/* When the first goes, the other is still that. */
	scmid_grant_disable(grant);
	KUNIT_EXPECT_NULL(test, r->res.priv);
	grant->shared = true;
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_PTR_EQ(test, r->hw, test_res(also, 0)->hw);
	KUNIT_EXPECT_FALSE(test, core->on);
	KUNIT_EXPECT_EQ(test, core->sets, 0);
	KUNIT_EXPECT_EQ(test, io->sets, 0);
}

static void regulator_grant_deferred(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "vm1");
	struct scmid_grant *grant = test_grant(test, agent, "supply-waits");

	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "late");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EAGAIN);
	KUNIT_EXPECT_TRUE(test, grant->deferred);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);

	tsup_add(test, "supply-late");
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_FALSE(test, grant->deferred);
	test_grant_drop(grant);
}

/* Nothing is guessed, and nothing is made up. */
static void regulator_grant_bad(struct kunit *test)
{
	struct tsup *t = tsup_new(test);
	struct scmid_grant *grant;

	/* By its name the framework would find it. */
	tsup_register(test, t, "supply-core");
	strscpy(t->name, "vdd");
	grant = test_grant(test, test_agent(test, "vm1"), "supply-bad");
	KUNIT_ASSERT_NOT_NULL(test, test_res(grant, 0));
	KUNIT_EXPECT_STREQ(test, test_res(grant, 0)->res.name, "vdd");
	KUNIT_EXPECT_NULL(test, test_res(grant, 1));
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -ENODEV);
	KUNIT_EXPECT_NULL(test, test_res(grant, 0)->res.priv);
}

/* Without any consumer's node, by the name that the board gives it. */
static void regulator_grant_name(struct kunit *test)
{
	struct scmid_grant_res *r, *named;
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct tsup *io;

	tsup_add(test, "supply-core");
	io = tsup_add(test, "supply-io");
	r = test_res(tsup_grant(test, "vm1", "supply-two")->grant, 1);
	agent = test_agent(test, "vm2");
	grant = scmid_single_create(agent, "rail");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);
	scoped_guard(mutex, &agent->lock) {
		KUNIT_ASSERT_EQ(test, scmid_single_set(grant, &scmid_regulator_backend,
						       "scmi-kunit-supply-io", NULL, 0), 0);
		grant->shared = true;
	}
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	named = test_res(grant, 0);
	KUNIT_ASSERT_NOT_NULL(test, named);
	KUNIT_EXPECT_STREQ(test, named->res.name, "rail");
	KUNIT_EXPECT_PTR_EQ(test, named->hw, r->hw);

	KUNIT_EXPECT_EQ(test, tsup_vote(named, true), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(named, 1000000), 0);
	KUNIT_EXPECT_TRUE(test, io->on);
	KUNIT_EXPECT_EQ(test, io->uv, 1000000);
	scmid_grant_disable(grant);
	KUNIT_EXPECT_FALSE(test, io->on);
	KUNIT_EXPECT_EQ(test, io->uv, 900000);

	/* A name that nothing has. */
	scoped_guard(mutex, &agent->lock)
		KUNIT_EXPECT_EQ(test, scmid_single_set(grant, NULL, "scmi-kunit-no-such",
						       NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -ENODEV);
}

/* Some kernels have no room for it, but say that there is no memory. */
static void regulator_grant_long(struct kunit *test)
{
	struct scmid_grant *grant;
	int err;

	tsup_add(test, "supply-core");
	grant = test_grant(test, test_agent(test, "vm1"),
			   "supply-of-a-device-with-a-rather-long-name");
	err = scmid_grant_enable(grant);
	if (err)
		KUNIT_EXPECT_EQ(test, err, -ENAMETOOLONG);
	KUNIT_EXPECT_EQ(test, !err, !!test_res(grant, 0)->res.priv);
}

/* The host may have it for itself. */
static void regulator_grant_exclusive(struct kunit *test)
{
	struct scmid_grant *grant;
	struct regulator *host;

	tsup_add(test, "supply-core");
	grant = test_grant(test, test_agent(test, "vm1"), "supply-also");
	host = regulator_get_exclusive(tsup_dev, "scmi-kunit-supply-core");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);
	regulator_put(host);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

/* On and off */

static void regulator_votes(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also"), *o;
	struct scmid_agent *agent = r->grant->agent;
	struct regulator *host = tsup_host(test);

	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_EXPECT_TRUE(test, t->on);
	EXPECT_VOTE(test, r, "on");
	EXPECT_STATE(test, r, "on, 900000 uV");
	KUNIT_ASSERT_EQ(test, tsup_vote(r, false), 0);
	KUNIT_EXPECT_FALSE(test, t->on);

	/* One vote of several. */
	o = tsup_grant(test, "vm2", "supply-third");
	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, tsup_vote(o, true), 0);
	KUNIT_ASSERT_EQ(test, regulator_enable(host), 0);
	KUNIT_ASSERT_EQ(test, tsup_vote(r, false), 0);
	KUNIT_EXPECT_TRUE(test, t->on);
	EXPECT_VOTE(test, r, "off");
	EXPECT_STATE(test, r, "on, 900000 uV");
	KUNIT_ASSERT_EQ(test, regulator_disable(host), 0);
	KUNIT_EXPECT_TRUE(test, t->on);
	test_grant_drop(o->grant);
	KUNIT_EXPECT_FALSE(test, t->on);

	/* Only what was asked by the right that goes. */
	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, tsup_level(r, 1000000), 0);
	tsup_quiesce(r, SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT);
	EXPECT_VOTE(test, r, "on, 1000000 uV");
	tsup_quiesce(r, SCMID_ACCESS_LEVEL);
	EXPECT_VOTE(test, r, "on");
	EXPECT_STATE(test, r, "on, 900000 uV");
	KUNIT_ASSERT_EQ(test, tsup_level(r, 1000000), 0);
	tsup_quiesce(r, SCMID_ACCESS_STATE);
	tsup_quiesce(r, SCMID_ACCESS_STATE);
	EXPECT_VOTE(test, r, "off, 1000000 uV");
	EXPECT_STATE(test, r, "off, 1000000 uV");

	/* However the grant ends. */
	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	scmid_grant_disable(r->grant);
	KUNIT_EXPECT_FALSE(test, t->on);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);
	KUNIT_ASSERT_EQ(test, scmid_grant_enable(r->grant), 0);
	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, tsup_level(r, 1100000), 0);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_FALSE(test, t->on);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_ASSERT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_ASSERT_EQ(test, tsup_level(r, 800000), 0);
	test_grant_drop(r->grant);
	KUNIT_EXPECT_FALSE(test, t->on);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);
}

static void regulator_state_fails(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");

	t->fail_enable = -EIO;
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), -EIO);
	EXPECT_VOTE(test, r, "off");
	t->fail_enable = 0;
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);

	/* It is still on, so it is still asked for. */
	t->fail_disable = -EIO;
	KUNIT_EXPECT_EQ(test, tsup_vote(r, false), -EIO);
	EXPECT_VOTE(test, r, "on");
	t->fail_disable = 0;
	KUNIT_EXPECT_EQ(test, tsup_vote(r, false), 0);
	EXPECT_VOTE(test, r, "off");
	KUNIT_EXPECT_FALSE(test, t->on);

	/* The agent that goes leaves it on; the next one has it on, and off. */
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	t->fail_disable = -EIO;
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_VOTE(test, r, "off");
	EXPECT_STATE(test, r, "on, 900000 uV");
	t->fail_disable = 0;
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_EXPECT_EQ(test, tsup_vote(r, false), 0);
	KUNIT_EXPECT_FALSE(test, t->on);

	/* There is a last try at the end. */
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	t->fail_disable = -EIO;
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	t->fail_disable = 0;
	test_grant_drop(r->grant);
	KUNIT_EXPECT_FALSE(test, t->on);
}

/* A handle that cannot be put without a warning of the framework is not put. */
static void regulator_stuck(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	struct scmid_grant *grant = r->grant;
	struct regulator *reg = to_regulator(&r->res)->reg;

	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	t->fail_disable = -EIO;
	get_device(&grant->dev);
	test_grant_drop(grant);
	KUNIT_EXPECT_TRUE(test, t->on);
	KUNIT_EXPECT_EQ(test, t->rdev->use_count, 1);
	KUNIT_EXPECT_EQ(test, t->rdev->open_count, 1);

	/* Now for what nobody does: the handle, and its device. */
	t->fail_disable = 0;
	KUNIT_EXPECT_EQ(test, regulator_disable(reg), 0);
	regulator_put(reg);
	put_device(&grant->dev);
	put_device(&grant->dev);
}

/* Listing */

static void regulator_list_even(struct kunit *test)
{
	struct scmid_grant_res *r;
	struct tsup *t;

	t = tsup_add(test, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_RANGE(test, r, 800000, 1200000, 25000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 900000, 1000000), 0);
	EXPECT_RANGE(test, r, 900000, 1000000, 25000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 899999, 1000001), 0);
	EXPECT_RANGE(test, r, 900000, 1000000, 25000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 900001, 999999), 0);
	EXPECT_LIST(test, r, 925000, 950000, 975000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 850000), 0);
	EXPECT_LIST(test, r, 800000, 825000, 850000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1175000, 0), 0);
	EXPECT_LIST(test, r, 1175000, 1200000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1200000, (u64)INT_MAX + 1), 0);
	EXPECT_LIST(test, r, 1200000);

	/* None of them is allowed: it makes what it makes now. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1000001, 1024999), 0);
	EXPECT_LIST(test, r, 900000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1ULL << 40, 0), 0);
	EXPECT_LIST(test, r, 900000);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
}

/* Holes, errors, duplicates, disorder, and voltages below zero. */
static void regulator_list_uneven(struct kunit *test)
{
	static const int list[] = {
		1000000, 0, 850000, -EINVAL, 1000000, 1150000, 0, 900000, 850000, -500000,
	};
	struct tsup *t = tsup_new(test);
	struct scmid_grant_res *r;

	memcpy(t->list, list, sizeof(list));
	t->desc.n_voltages = ARRAY_SIZE(list);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_LIST(test, r, 850000, 900000, 1000000, 1150000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 850001, 1149999), 0);
	EXPECT_LIST(test, r, 900000, 1000000);
}

/* The board allows less than the regulator can do. */
static void regulator_list_board(struct kunit *test)
{
	struct tsup *t = tsup_new(test);
	struct scmid_grant_res *r;

	tsup_board(t, 900000, 1000000, REGULATOR_CHANGE_VOLTAGE);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_RANGE(test, r, 900000, 1000000, 25000);
}

/* It lists voltages, but it is not to be changed. */
static void regulator_list_unchangeable(struct kunit *test)
{
	struct tsup *t = tsup_new(test);
	struct scmid_grant_res *r;
	s32 uv = 0;

	tsup_board(t, 800000, 1200000, 0);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_LIST(test, r, 900000);
	KUNIT_EXPECT_EQ(test, scmid_regulator_level_get(&r->res, &uv), 0);
	KUNIT_EXPECT_EQ(test, uv, 900000);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 925000), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 900000), 0);
	EXPECT_VOTE(test, r, "off, 900000 uV");
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
}

static void regulator_list_fixed(struct kunit *test)
{
	struct tsup *t = tsup_new(test);
	struct scmid_grant_res *r;
	s32 uv = 0;

	t->desc = (struct regulator_desc) {
		.ops = &tsup_switch_ops,
		.n_voltages = 1,
		.fixed_uV = 3300000,
	};
	tsup_board(t, 0, 0, 0);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_LIST(test, r, 3300000);
	KUNIT_EXPECT_EQ(test, scmid_regulator_level_get(&r->res, &uv), 0);
	KUNIT_EXPECT_EQ(test, uv, 3300000);
	EXPECT_STATE(test, r, "off, 3300000 uV");
	KUNIT_EXPECT_EQ(test, tsup_level(r, 3300000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 3300001), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	EXPECT_STATE(test, r, "on, 3300000 uV");
}

/* Nothing but a switch, and one behind another regulator. */
static void regulator_list_switch(struct kunit *test)
{
	struct tsup *t = tsup_new(test), *parent;
	struct scmid_levels levels;
	struct scmid_grant_res *r;
	struct scmid_grant *grant;
	s32 uv = 0;

	t->desc.ops = &tsup_switch_ops;
	t->desc.n_voltages = 0;
	tsup_board(t, 0, 0, 0);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	KUNIT_EXPECT_EQ(test, scmid_regulator_levels(&r->res, true, &levels), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, scmid_regulator_level_get(&r->res, &uv), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 900000), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	EXPECT_STATE(test, r, "on");
	test_grant_drop(r->grant);
	KUNIT_EXPECT_FALSE(test, t->on);

	parent = tsup_new(test);
	tsup_register(test, parent, "supply-late");
	t = tsup_new(test);
	t->desc.ops = &tsup_switch_ops;
	t->desc.n_voltages = 0;
	t->desc.supply_name = "scmi-kunit-supply-late";
	tsup_board(t, 0, 0, 0);
	tsup_register(test, t, "supply-io");
	grant = tsup_grant(test, "vm2", "supply-two")->grant;
	r = test_res(grant, 1);
	EXPECT_LIST(test, r, 900000);
	KUNIT_EXPECT_EQ(test, tsup_vote(r, true), 0);
	KUNIT_EXPECT_TRUE(test, parent->on);
	test_grant_drop(grant);
	KUNIT_EXPECT_FALSE(test, parent->on);
}

static struct tsup *tsup_continuous(struct kunit *test)
{
	struct tsup *t = tsup_new(test);

	t->desc.ops = &tsup_continuous_ops;
	t->desc.n_voltages = 0;
	t->desc.continuous_voltage_range = true;

	return t;
}

static void regulator_list_continuous(struct kunit *test)
{
	struct tsup *t = tsup_continuous(test);
	struct scmid_grant_res *r;

	tsup_board(t, 812345, 1200000, REGULATOR_CHANGE_VOLTAGE);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_RANGE(test, r, 812345, 1200000, 1);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 900001, 1000001), 0);
	EXPECT_RANGE(test, r, 900001, 1000001, 1);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 912346), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 912346);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 900000), -EINVAL);
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);

	/* At its bounds there is one way to go only. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 0), 0);
	t->uv = 812345;
	EXPECT_RANGE(test, r, 812345, 1200000, 1);
	t->uv = 1200000;
	EXPECT_RANGE(test, r, 812345, 1200000, 1);

	/* It has a voltage that it is not to have: the operator knows better ones. */
	t->uv = 500000;
	EXPECT_LIST(test, r, 500000);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 500001), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 700000, 1000000), 0);
	EXPECT_RANGE(test, r, 812345, 1000000, 1);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 900000, 1300000), 0);
	EXPECT_RANGE(test, r, 900000, 1200000, 1);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1100000, 1100000), 0);
	EXPECT_LIST(test, r, 500000);
}

static void regulator_list_continuous_fixed(struct kunit *test)
{
	struct tsup *t = tsup_continuous(test);
	struct scmid_grant_res *r;

	tsup_board(t, 800000, 1200000, 0);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	EXPECT_LIST(test, r, 900000);
}

static void regulator_list_refresh(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	struct scmid_levels levels;

	/* The first time there is nothing old. */
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), 0);
	KUNIT_ASSERT_TRUE(test, levels.range);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 800000);

	t->list[0] = 0;
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 800000);
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, true, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 825000);
	t->list[0] = 800000;
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 825000);

	/* Another window is another list. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 1100000), 0);
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 800000);
	KUNIT_EXPECT_EQ(test, levels.uv[1], 1100000);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
}

/* Levels */

static void regulator_level(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	s32 uv = 0;

	/* Not one of those described. */
	KUNIT_EXPECT_EQ(test, tsup_level(r, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, -800000), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, S32_MIN), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, S32_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 775000), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 799999), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 825001), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1225000), -EINVAL);
	KUNIT_EXPECT_EQ(test, t->sets, 0);
	KUNIT_EXPECT_PTR_EQ(test, to_regulator(&r->res)->level, NULL);

	KUNIT_EXPECT_EQ(test, tsup_level(r, 1200000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1200000);
	KUNIT_EXPECT_EQ(test, scmid_regulator_level_get(&r->res, &uv), 0);
	KUNIT_EXPECT_EQ(test, uv, 1200000);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 800000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 800000);
	EXPECT_VOTE(test, r, "off, 800000 uV");
	KUNIT_EXPECT_FALSE(test, t->on);

	/* What the operator forbids is refused for that. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 1000000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);

	/* Not even what it makes now, if that is all it tells of. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1000001, 1024999), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 900000), -EINVAL);
}

static void regulator_level_uneven(struct kunit *test)
{
	static const int list[] = { 1000000, 850000, 1150000, 900000 };
	struct tsup *t = tsup_new(test);
	struct scmid_grant_res *r;

	memcpy(t->list, list, sizeof(list));
	t->desc.n_voltages = ARRAY_SIZE(list);
	tsup_register(test, t, "supply-core");
	r = tsup_grant(test, "vm1", "supply-also");
	KUNIT_EXPECT_EQ(test, tsup_level(r, 950000), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 849999), -EINVAL);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1150000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1150000);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 850000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 850000);
}

static void regulator_level_fails(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");

	t->fail_set = -EIO;
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), -EIO);
	EXPECT_VOTE(test, r, "off");
	KUNIT_EXPECT_PTR_EQ(test, to_regulator(&r->res)->level, NULL);
	KUNIT_EXPECT_TRUE(test, list_empty(&r->hw->votes));

	/* The vote before stays. */
	t->fail_set = 0;
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	t->fail_set = -EIO;
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1100000), -EIO);
	EXPECT_VOTE(test, r, "off, 1000000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);

	/* It goes nevertheless. */
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	EXPECT_VOTE(test, r, "off");
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	t->fail_set = 0;
	KUNIT_EXPECT_EQ(test, tsup_level(r, 800000), 0);
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
}

static bool tsup_in_debugfs(const struct tsup *t, const struct scmid_grant_res *r)
{
	struct dentry *dir;
	char name[96];

	snprintf(name, sizeof(name), "%s-%s", dev_name(&r->grant->dev), r->consumer_id);
	dir = debugfs_lookup(name, t->rdev->debugfs);
	dput(dir);

	return dir;
}

/* The handle of a voltage is the one with the name, so there is no other. */
static void regulator_level_name(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	unsigned int i;

	if (!IS_ENABLED(CONFIG_DEBUG_FS))
		kunit_skip(test, "no debugfs");

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_FALSE(test, tsup_in_debugfs(t, r));
		KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
		KUNIT_EXPECT_TRUE(test, tsup_in_debugfs(t, r));
		tsup_quiesce(r, SCMID_ACCESS_ALL);
	}
}

/* Somebody else's voltage is not ours to put back. */
static void regulator_level_others(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	struct regulator *host = tsup_host(test);

	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 1100000, 1200000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1100000);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1050000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1100000);
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 1150000, 1200000), 0);
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 1150000);

	/* But the range is gone. */
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 800000, 1200000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 800000);

	/* One who leaves no range behind. */
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	t->uv = 1150000;
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 1150000);
	t->uv = 800000;

	/* Its least is kept, ours is not. */
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 950000, 1200000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	tsup_quiesce(r, SCMID_ACCESS_ALL);
	KUNIT_EXPECT_EQ(test, t->uv, 950000);
}

static void regulator_level_refused(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also"), *o;
	struct regulator *host = tsup_host(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 800000, 1000000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), -EACCES);
	KUNIT_EXPECT_STREQ(test, r->grant->agent->why, "another consumer's range");
	EXPECT_VOTE(test, r, "off");
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), -EACCES);
	EXPECT_VOTE(test, r, "off, 1000000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 800000, 1200000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1025000);

	/* However often it is asked: it is refused. */
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 800000, 1050000), 0);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, tsup_level(r, 1200000), -EACCES);
	KUNIT_EXPECT_STREQ(test, r->grant->agent->why, "another consumer's range");
	EXPECT_VOTE(test, r, "off, 1025000 uV");
	KUNIT_EXPECT_EQ(test, regulator_set_voltage(host, 800000, 1200000), 0);

	/* Of agents it is known who is in the way of whom. */
	o = tsup_grant(test, "vm2", "supply-third");
	KUNIT_EXPECT_EQ(test, tsup_limits(o, 0, 1000000), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(o, 1000000), -EACCES);
	KUNIT_EXPECT_STREQ(test, o->grant->agent->why, "another agent's range");
	EXPECT_VOTE(test, o, "off");
	tsup_quiesce(r, SCMID_ACCESS_LEVEL);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, tsup_level(o, 950000 + i % 2 * 50000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), -EACCES);
	KUNIT_EXPECT_STREQ(test, r->grant->agent->why, "another agent's range");
	KUNIT_EXPECT_EQ(test, tsup_limits(o, 0, 0), 0);
	EXPECT_VOTE(test, o, "off, 1000000 uV");
	to_regulator(&r->res)->refused = false;
	KUNIT_EXPECT_EQ(test, tsup_level(r, 1025000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1025000);
}

/* The window moves, and the vote with it. */
static void regulator_adjust(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also"), *o;
	struct scmid_levels levels;
	unsigned int sets;

	KUNIT_EXPECT_EQ(test, tsup_level(r, 1000000), 0);
	sets = t->sets;
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 900000, 1100000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 1000000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1010000, 1110000), 0);
	EXPECT_VOTE(test, r, "off, 1025000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 1025000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 990000), 0);
	EXPECT_VOTE(test, r, "off, 975000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 975000);
	KUNIT_EXPECT_GE(test, t->sets, sets + 2);

	/* There is nothing to move to. */
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1000001, 1024999), -EINVAL);
	EXPECT_VOTE(test, r, "off, 975000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 975000);
	KUNIT_EXPECT_EQ(test, r->res.min, 0);
	KUNIT_EXPECT_EQ(test, r->res.max, 990000);
	EXPECT_RANGE(test, r, 800000, 975000, 25000);

	/* It cannot be moved. */
	t->fail_set = -EIO;
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1000000, 0), -EIO);
	EXPECT_VOTE(test, r, "off, 975000 uV");
	KUNIT_EXPECT_EQ(test, r->res.max, 990000);
	t->fail_set = 0;
	KUNIT_ASSERT_EQ(test, scmid_regulator_levels(&r->res, false, &levels), 0);
	KUNIT_EXPECT_EQ(test, levels.uv[0], 800000);
	KUNIT_EXPECT_EQ(test, levels.uv[1], 975000);

	/* Others are in the way. */
	o = tsup_grant(test, "vm2", "supply-third");
	KUNIT_EXPECT_EQ(test, tsup_level(o, 900000), 0);
	KUNIT_EXPECT_EQ(test, t->uv, 975000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 850000), -EBUSY);
	EXPECT_VOTE(test, r, "off, 975000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 975000);
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 0, 925000), 0);
	EXPECT_VOTE(test, r, "off, 925000 uV");
	KUNIT_EXPECT_EQ(test, t->uv, 925000);

	/* The range was moved, too, so it goes with the vote. */
	tsup_quiesce(r, SCMID_ACCESS_LEVEL);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);
	KUNIT_EXPECT_EQ(test, tsup_level(o, 1200000), 0);
	tsup_quiesce(o, SCMID_ACCESS_LEVEL);
	KUNIT_EXPECT_EQ(test, t->uv, 900000);

	/* Without a vote there is nothing to move. */
	sets = t->sets;
	KUNIT_EXPECT_EQ(test, tsup_limits(r, 1000000, 0), 0);
	KUNIT_EXPECT_EQ(test, t->sets, sets);
}

#define TSUP_AGENTS	3

/**
 * struct tsup_model - what the regulator should do
 * @want: the votes
 * @top: the highest that each allows
 * @before: voltage before the first of them
 */
struct tsup_model {
	int want[TSUP_AGENTS];
	int top[TSUP_AGENTS];
	int before;
};

/* The highest vote, or what there was; never less than the host wants. */
static int tsup_model_uv(const struct tsup_model *m, int host)
{
	int uv = 0;
	unsigned int i;

	for (i = 0; i < TSUP_AGENTS; i++)
		uv = max(uv, m->want[i]);

	return max(uv ?: m->before, host);
}

static int tsup_model_err(const struct tsup_model *m, unsigned int who, int uv)
{
	unsigned int i;

	if (m->top[who] && uv > m->top[who])
		return -EINVAL;
	for (i = 0; i < TSUP_AGENTS; i++) {
		if (i == who || !m->want[i])
			continue;
		if ((m->top[i] && uv > m->top[i]) ||
		    (m->top[who] && m->want[i] > m->top[who]))
			return -EACCES;
	}

	return 0;
}

/* Several agents and the host, in any order. */
static void regulator_level_random(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core");
	struct scmid_grant_res *r[TSUP_AGENTS];
	struct regulator *host = tsup_host(test);
	u64 seed = get_random_u64();
	struct tsup_model m;
	struct rnd_state rnd;
	unsigned int round, step, i;
	int least, uv, err, ret;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&rnd, seed);
	tsup_add(test, "supply-io");
	r[0] = tsup_grant(test, "vm1", "supply-also");
	r[1] = tsup_grant(test, "vm2", "supply-third");
	r[2] = tsup_grant(test, "vm3", "supply-two");

	for (round = 0; round < 50; round++) {
		memset(&m, 0, sizeof(m));
		least = 800000 + prandom_u32_state(&rnd) % 5 * 25000;
		KUNIT_ASSERT_EQ(test, regulator_set_voltage(host, least, 1200000), 0);
		/* It may be higher than anybody needs. */
		t->uv = least;
		if (prandom_u32_state(&rnd) % 2)
			t->uv = 900000 + prandom_u32_state(&rnd) % 9 * 25000;
		m.before = t->uv;
		for (i = 0; i < TSUP_AGENTS; i++) {
			m.top[i] = prandom_u32_state(&rnd) % 3 ? 0 :
				   1000000 + prandom_u32_state(&rnd) % 9 * 25000;
			KUNIT_ASSERT_EQ(test, tsup_limits(r[i], 0, m.top[i]), 0);
		}

		for (step = 0; step < 30; step++) {
			i = prandom_u32_state(&rnd) % TSUP_AGENTS;
			if (prandom_u32_state(&rnd) % 3 == 0) {
				tsup_quiesce(r[i], SCMID_ACCESS_ALL);
				m.want[i] = 0;
				ret = 0;
				err = 0;
			} else {
				uv = 800000 + prandom_u32_state(&rnd) % 17 * 25000;
				err = tsup_model_err(&m, i, uv);
				/* Nobody may have less than the host. */
				if (!err && m.top[i] && least > m.top[i])
					err = -EACCES;
				ret = tsup_level(r[i], uv);
				if (!err)
					m.want[i] = uv;
			}
			if (ret != err || t->uv != tsup_model_uv(&m, least))
				KUNIT_FAIL(test,
					   "%d %d %d of %d %d %d, host %d, before %d: %d, %d uV; should be %d, %d uV",
					   m.want[0], m.want[1], m.want[2], m.top[0],
					   m.top[1], m.top[2], least, m.before, ret, t->uv, err,
					   tsup_model_uv(&m, least));
		}
		for (i = 0; i < TSUP_AGENTS; i++)
			tsup_quiesce(r[i], SCMID_ACCESS_ALL);
		KUNIT_EXPECT_EQ(test, t->uv, m.before);
	}
}

static void tsup_async_level(void *arg)
{
	tsup_level(arg, 1000000);
}

static void tsup_async_get(void *arg)
{
	struct scmid_grant_res *r = arg;
	s32 uv;

	guard(mutex)(&r->grant->agent->run);
	scmid_regulator_level_get(&r->res, &uv);
}

/* One that is slow holds up those who have it, and nobody else. */
static void regulator_slow(struct kunit *test)
{
	struct tsup *t = tsup_add(test, "supply-core"), *io = tsup_add(test, "supply-io");
	struct scmid_grant_res *r = tsup_grant(test, "vm1", "supply-also");
	struct scmid_grant_res *o = tsup_grant(test, "vm2", "supply-third");
	struct scmid_grant *grant = tsup_grant(test, "vm3", "supply-two")->grant;
	struct test_async async, other;

	t->block = true;
	test_async(&async, tsup_async_level, r);
	wait_for_completion(&t->entered);
	test_async(&other, tsup_async_get, o);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&other));

	KUNIT_EXPECT_EQ(test, tsup_vote(test_res(grant, 1), true), 0);
	KUNIT_EXPECT_EQ(test, tsup_level(test_res(grant, 1), 1200000), 0);
	KUNIT_EXPECT_EQ(test, io->uv, 1200000);
	EXPECT_STATE(test, test_res(grant, 1), "on, 1200000 uV");
	KUNIT_EXPECT_FALSE(test, completion_done(&async.done));

	complete(&t->resume);
	test_async_end(&async);
	test_async_end(&other);
	EXPECT_VOTE(test, r, "off, 1000000 uV");
}

/* There is nothing left, and nothing that the framework found wrong. */
static void tsup_nothing_left(void *context)
{
	struct kunit *test = context;

	/* Links to suppliers keep a stand-in until they are gone. */
	device_link_wait_removal();
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_supplies));
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_WARN), tsup_tainted);
}

static int regulator_test_init(struct kunit *test)
{
	int err;

	tsup_tainted = test_taint(TAINT_WARN);
	err = test_init(test);
	if (!err)
		err = kunit_add_action_or_reset(test, tsup_nothing_left, test);
	if (err)
		return err;

	tsup_dev = kunit_device_register(test, "pmic");

	return PTR_ERR_OR_ZERO(tsup_dev);
}

static int regulator_suite_init(struct kunit_suite *suite)
{
	int err = test_suite_init(suite);

	if (!err)
		scmid_backend_register(&scmid_regulator_backend);

	return err;
}

static void regulator_suite_exit(struct kunit_suite *suite)
{
	if (scmid_regulator_backend.node.next)
		list_del(&scmid_regulator_backend.node);
	scmid_regulator_backend.node.next = NULL;
	test_suite_exit(suite);
}

static struct kunit_case regulator_cases[] = {
	KUNIT_CASE(regulator_grant),
	KUNIT_CASE(regulator_grant_deferred),
	KUNIT_CASE(regulator_grant_bad),
	KUNIT_CASE(regulator_grant_name),
	KUNIT_CASE(regulator_grant_long),
	KUNIT_CASE(regulator_grant_exclusive),
	KUNIT_CASE(regulator_votes),
	KUNIT_CASE(regulator_state_fails),
	KUNIT_CASE(regulator_stuck),
	KUNIT_CASE(regulator_list_even),
	KUNIT_CASE(regulator_list_uneven),
	KUNIT_CASE(regulator_list_board),
	KUNIT_CASE(regulator_list_unchangeable),
	KUNIT_CASE(regulator_list_fixed),
	KUNIT_CASE(regulator_list_switch),
	KUNIT_CASE(regulator_list_continuous),
	KUNIT_CASE(regulator_list_continuous_fixed),
	KUNIT_CASE(regulator_list_refresh),
	KUNIT_CASE(regulator_level),
	KUNIT_CASE(regulator_level_uneven),
	KUNIT_CASE(regulator_level_fails),
	KUNIT_CASE(regulator_level_name),
	KUNIT_CASE(regulator_level_others),
	KUNIT_CASE(regulator_level_refused),
	KUNIT_CASE(regulator_adjust),
	KUNIT_CASE(regulator_level_random),
	KUNIT_CASE(regulator_slow),
	{}
};

static struct kunit_suite regulator_suite = {
	.name = "scmi_server_regulator",
	.suite_init = regulator_suite_init,
	.suite_exit = regulator_suite_exit,
	.init = regulator_test_init,
	.test_cases = regulator_cases,
};

kunit_test_suite(regulator_suite);
