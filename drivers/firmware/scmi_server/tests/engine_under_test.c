// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the rest of the engine's copy, and what its suites share.
 */

#include "own_engine.h"

#include "../protocol/dispatch.c"
#include "../protocol/base.c"
#include "../protocol/power.c"
#include "../protocol/clock.c"
#include "../protocol/reset.c"
#include "../protocol/voltage.c"
#include "../protocol/guest.c"

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "test.h"

#include <trace/events/scmi_server.h>

#define SCMID_INDEX(p)	(SCMID_PROTO_##p - SCMID_PROTO_BASE)

const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS] = {
	[SCMID_INDEX(BASE)] = &scmid_base,
	[SCMID_INDEX(POWER)] = &scmid_power,
	[SCMID_INDEX(CLOCK)] = &scmid_clock,
	[SCMID_INDEX(RESET)] = &scmid_reset,
	[SCMID_INDEX(VOLTAGE)] = &scmid_voltage,
	[SCMID_GUEST_INDEX] = &scmid_guest,
};

/* The recording backends */

struct mock mock;

/* Keys: pieces of hardware with a number, and the one that has a name. */
static int mock_hw[MOCK_NR_HW], mock_named;

/**
 * struct mock_res - an acquired resource
 * @parent: the agent chose what feeds it
 * @line: the agent asserted or released it, or made it pulse
 */
struct mock_res {
	bool parent;
	bool line;
};

static struct mock_res *to_mock(const struct scmid_res *res)
{
	return res->priv;
}

__printf(1, 2)
static void mock_log(const char *fmt, ...)
{
	va_list args;

	guard(spinlock)(&mock.lock);

	if (mock.quiet)
		return;
	if (mock.len)
		mock.len += scnprintf(mock.log + mock.len, sizeof(mock.log) - mock.len, " ");
	va_start(args, fmt);
	mock.len += vscnprintf(mock.log + mock.len, sizeof(mock.log) - mock.len, fmt, args);
	va_end(args);
}

/**
 * mock_forget() - begin a new log
 */
void mock_forget(void)
{
	guard(spinlock)(&mock.lock);
	mock.len = 0;
	mock.log[0] = '\0';
}

/**
 * mock_allow() - let the change of state that waits go on
 */
void mock_allow(void)
{
	complete_all(&mock.resume);
}

static void mock_count(int *count, int by)
{
	guard(spinlock)(&mock.lock);
	*count += by;
}

/* "mocks" goes with "mock-names" and "mock-hw", "mock-powers" with "mock-power-names". */
static void mock_property(char *to, size_t size, const struct scmid_backend *backend,
			  const char *end)
{
	snprintf(to, size, "%.*s-%s", (int)strlen(backend->property) - 1, backend->property,
		 end);
}

static int mock_enumerate_supplies(struct scmid_grant *grant,
				   const struct scmid_backend *backend)
{
	const struct property *prop;
	char name[32];
	size_t n;
	int err;

	for_each_property_of_node(grant->dev.of_node, prop) {
		n = strlen(prop->name) - min(strlen(prop->name), strlen(backend->property));
		if (!n || strcmp(prop->name + n, backend->property))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)n, prop->name);
		err = scmid_grant_add(grant, backend, name, name);
		if (err)
			return err;
	}

	return mock.fail_enumerate;
}

static int mock_enumerate(struct scmid_grant *grant, const struct scmid_backend *backend)
{
	struct device_node *np = grant->dev.of_node;
	char names[32];
	const char *name;
	int n, i, err;

	if (mock.fail_enumerate && mock.fail_enumerate != -EPROBE_DEFER)
		return mock.fail_enumerate;
	if (*backend->property == '-')
		return mock_enumerate_supplies(grant, backend);

	mock_property(names, sizeof(names), backend, "names");
	n = of_property_count_strings(np, names);
	for (i = 0; i < n; i++) {
		err = of_property_read_string_index(np, names, i, &name);
		if (!err)
			err = scmid_grant_add(grant, backend, NULL, name);
		if (err)
			return err;
	}

	return mock.fail_enumerate;
}

/* Here @block makes it wait: until mock_allow(). */
static void mock_wait(enum mock_where where)
{
	if (mock.block != where)
		return;

	mock.block = MOCK_NOWHERE;
	mock_log("wait");
	complete(&mock.entered);
	wait_for_completion(&mock.resume);
}

static int mock_get(struct scmid_grant_res *r)
{
	lockdep_assert_held(&r->grant->agent->lock);

	mock_wait(MOCK_GET);

	if (mock.fail_get && !strcmp(mock.fail_get, r->res.name)) {
		mock_log("!%s", r->res.name);
		return mock.fail_get_err;
	}
	if (r->res.priv)
		mock_count(&mock.misuse, 1);
	r->res.priv = kzalloc_obj(struct mock_res);
	if (!r->res.priv)
		return -ENOMEM;
	mock_count(&mock.held, 1);
	mock_log("+%s", r->res.name);
	return 0;
}

static void mock_want(struct scmid_grant_res *r, u64 want)
{
	mock_count(&mock.wants, !!want - !!r->want);
	r->want = want;
}

static void mock_flag(bool *flag, bool set)
{
	mock_count(&mock.wants, set - *flag);
	*flag = set;
}

/* The words of configfs, shorter. */
static void mock_log_quiesce(const char *name, u16 access)
{
	static const char * const words[] = {
		"get", "state", "rate", "parent", "notify", "level", "assert", "pulse",
	};
	unsigned int i;
	char text[64];
	size_t n = 0;

	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(words) && access != SCMID_ACCESS_ALL; i++)
		if (access & BIT(i))
			n += scnprintf(text + n, sizeof(text) - n, "/%s", words[i]);
	mock_log("~%s%s", name, text);
}

static void mock_quiesce(struct scmid_grant_res *r, u16 access)
{
	struct mock_res *m = to_mock(&r->res);

	lockdep_assert_held(&r->grant->agent->run);

	if (!m || !r->hw) {
		mock_count(&mock.misuse, 1);
		return;
	}
	mock_log_quiesce(r->res.name, access);
	if (access & (SCMID_ACCESS_RATE | SCMID_ACCESS_LEVEL))
		mock_want(r, 0);
	if (access & SCMID_ACCESS_PARENT)
		mock_flag(&m->parent, false);
	if (access & (SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE))
		mock_flag(&m->line, false);
	if (access & SCMID_ACCESS_NOTIFY)
		scmid_event_want(r, SCMID_CLOCK_RATE_CHANGED, false);
	if (!(access & SCMID_ACCESS_STATE) || !r->res.vote)
		return;
	r->res.vote = false;
	mock_count(&mock.votes, -1);
	complete(&mock.quiesced);
}

static void mock_put(struct scmid_grant_res *r)
{
	struct mock_res *m = to_mock(&r->res);

	lockdep_assert_held(&r->grant->agent->lock);

	mock_wait(MOCK_PUT);
	if (!m || r->hw || r->res.vote || r->want || m->parent || m->line ||
	    r->res.events)
		mock_count(&mock.misuse, 1);
	r->res.priv = NULL;
	kfree(m);
	mock_count(&mock.held, -1);
	mock_log("-%s", r->res.name);
}

/* As the tree says, so that two nodes may speak of the same piece. */
static const void *mock_hardware(const struct scmid_grant_res *r)
{
	struct device_node *np = r->grant->dev.of_node;
	struct of_phandle_args args;
	char property[64];
	u32 hw;

	if (!r->res.priv)
		mock_count(&mock.misuse, 1);

	if (!np)
		return &mock_named;
	if (*r->backend->property == '-') {
		snprintf(property, sizeof(property), "%s%s", r->consumer_id,
			 r->backend->property);
		args.np = of_parse_phandle(np, property, 0);
		of_node_put(args.np);
		return args.np ?: (const void *)&mock_named;
	}

	mock_property(property, sizeof(property), r->backend, "hw");
	if (!of_property_read_u32_index(np, property, r->index, &hw) && hw < MOCK_NR_HW)
		return &mock_hw[hw];
	if (!of_parse_phandle_with_args(np, r->backend->property, r->backend->cells, r->index,
					&args)) {
		of_node_put(args.np);
		return (const char *)args.np + (args.args_count ? args.args[0] : 0);
	}

	mock_count(&mock.misuse, 1);
	return NULL;
}

static int mock_adjust(struct scmid_grant_res *r)
{
	lockdep_assert_held(&r->grant->agent->run);

	mock_log("|%s %llu..%llu %s", r->res.name, r->res.min, r->res.max,
		 scmid_policy_names[r->policy]);
	return mock.fail_adjust;
}

static void mock_show_vote(struct scmid_grant_res *r, char *buf, size_t size)
{
	int n = scnprintf(buf, size, "%s", r->res.vote ? "on" : "off");

	if (r->want)
		scnprintf(buf + n, size - n, ", %llu", r->want);
}

static void mock_show_state(struct scmid_grant_res *r, char *buf, size_t size)
{
	scnprintf(buf, size, "mocked");
}

static int mock_rate_get(struct scmid_res *res, u64 *hz)
{
	*hz = MOCK_HZ;
	return 0;
}

/* A value that others may be against. */
static int mock_value_set(struct scmid_res *res, u64 val)
{
	struct scmid_grant_res *r = to_grant_res(res);

	if (mock.refuse)
		return scmid_refused(r, -EACCES, mock.refuse);

	mock_log("%s=%llu", res->name, val);
	mock_want(r, val);
	scmid_arbitrated(r, val);
	return 0;
}

static int mock_rate_set(struct scmid_res *res, u64 hz, enum scmid_round round)
{
	int err = mock_value_set(res, hz);

	if (!err)
		scmid_event_raise(to_grant_res(res), SCMID_CLOCK_RATE_CHANGED, hz);

	return err;
}

static int mock_rates(struct scmid_res *res, bool refresh, struct scmid_rates *rates)
{
	static u64 hz[MOCK_NR_RATES];
	unsigned int i;

	for (i = 0; i < MOCK_NR_RATES; i++)
		hz[i] = MOCK_RATE(i);
	rates->hz = hz;
	rates->n = MOCK_NR_RATES;
	rates->range = false;
	return 0;
}

static int mock_state_set(struct scmid_res *res, bool on)
{
	if (!res->priv || res->vote == on)
		mock_count(&mock.misuse, 1);
	mock_count(&mock.calls, 1);

	mock_wait(MOCK_STATE);
	if (mock.fail_state)
		return mock.fail_state;

	res->vote = on;
	mock_log("%u%s", on, res->name);
	mock_count(&mock.votes, on ? 1 : -1);
	scmid_voted(to_grant_res(res));
	return 0;
}

/* Some clocks are a mux, but not all the time. */
static int mock_parents(struct scmid_res *res, struct scmid_parents *parents)
{
	if (!mock.mux)
		return -EOPNOTSUPP;

	parents->n = 1;
	parents->id[0] = res->id;
	return 0;
}

static int mock_parent_get(struct scmid_res *res, u32 *id)
{
	*id = res->id;
	return mock.mux ? 0 : -EOPNOTSUPP;
}

static int mock_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	mock_log("%s<%s", res->name, parent->name);
	mock_flag(&to_mock(res)->parent, true);
	return 0;
}

static int mock_rate_notify(struct scmid_res *res, bool on)
{
	if (!res->priv || (res->events & BIT(SCMID_CLOCK_RATE_CHANGED)) == on)
		mock_count(&mock.misuse, 1);

	mock_log("%s%s", on ? "?" : "#", res->name);
	scmid_event_want(to_grant_res(res), SCMID_CLOCK_RATE_CHANGED, on);
	return 0;
}

static const struct scmid_clk_ops mock_ops = {
	.rate_get = mock_rate_get,
	.rate_set = mock_rate_set,
	.rates = mock_rates,
	.state_set = mock_state_set,
	.parents = mock_parents,
	.parent_get = mock_parent_get,
	.parent_set = mock_parent_set,
	.rate_notify = mock_rate_notify,
};

static const struct scmid_power_ops mock_power_ops = {
	.state_set = mock_state_set,
};

static int mock_line_set(struct scmid_res *res, bool asserted)
{
	mock_log("%s:%u", res->name, asserted);
	mock_flag(&to_mock(res)->line, true);
	return 0;
}

static int mock_pulse(struct scmid_res *res)
{
	mock_log("%s^", res->name);
	mock_flag(&to_mock(res)->line, true);
	return 0;
}

static const struct scmid_reset_ops mock_reset_ops = {
	.line_set = mock_line_set,
	.pulse = mock_pulse,
};

static int mock_levels(struct scmid_res *res, bool refresh, struct scmid_levels *levels)
{
	static const s32 uv[] = { 1000, 2000 };

	levels->uv = uv;
	levels->n = ARRAY_SIZE(uv);
	levels->range = false;
	return 0;
}

static int mock_level_get(struct scmid_res *res, s32 *uv)
{
	*uv = 1000;
	return 0;
}

static int mock_level_set(struct scmid_res *res, s32 uv)
{
	return mock_value_set(res, uv);
}

static const struct scmid_voltage_ops mock_supply_ops = {
	.state_set = mock_state_set,
	.levels = mock_levels,
	.level_get = mock_level_get,
	.level_set = mock_level_set,
};

#define MOCK_BACKEND								\
	.enumerate = mock_enumerate,						\
	.get = mock_get,							\
	.quiesce = mock_quiesce,						\
	.put = mock_put,							\
	.hardware = mock_hardware,						\
	.show_vote = mock_show_vote,						\
	.show_state = mock_show_state

struct scmid_backend mock_backend = {
	MOCK_BACKEND,
	.name = "mock",
	.property = "mocks",
	.cells = "#mock-cells",
	.proto = SCMID_PROTO_CLOCK,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE |
		  SCMID_ACCESS_PARENT,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE,
	.access_exclusive = SCMID_ACCESS_RATE | SCMID_ACCESS_PARENT,
	.min_attr = "least",
	.max_attr = "most",
	.policy_attr = "mode",
	.ops = &mock_ops,
	.adjust = mock_adjust,
};

struct scmid_backend mock_power_backend = {
	MOCK_BACKEND,
	.name = "mockpower",
	.property = "mock-powers",
	.cells = "#mock-cells",
	.proto = SCMID_PROTO_POWER,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
	.ops = &mock_power_ops,
};

struct scmid_backend mock_reset_backend = {
	MOCK_BACKEND,
	.name = "mockreset",
	.property = "mock-resets",
	.cells = "#mock-cells",
	.proto = SCMID_PROTO_RESET,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.access_exclusive = SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.ops = &mock_reset_ops,
};

struct scmid_backend mock_supply_backend = {
	MOCK_BACKEND,
	.name = "mocksupply",
	.property = "-mock-supply",
	.proto = SCMID_PROTO_VOLTAGE,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL,
	.access_exclusive = SCMID_ACCESS_LEVEL,
	.min_attr = "lowest",
	.max_attr = "highest",
	.ops = &mock_supply_ops,
	.adjust = mock_adjust,
};

static struct scmid_backend *const mock_backends[] = {
	&mock_backend, &mock_power_backend, &mock_reset_backend, &mock_supply_backend,
};

/* Suites */

static struct workqueue_struct *test_wq;
static int test_overlay;
static bool test_started;

/**
 * test_suite_init() - start the engine's copy, with the recording backend
 * @suite: the suite
 *
 * Return: 0 or a negative errno.
 */
int test_suite_init(struct kunit_suite *suite)
{
	unsigned int i;
	int err;

	err = scmid_grant_bus_init();
	if (err)
		return err;

	err = scmid_core_init();
	if (err)
		goto err_bus;

	test_wq = alloc_workqueue("scmi_server_test", WQ_UNBOUND, 0);
	if (!test_wq) {
		err = -ENOMEM;
		goto err_core;
	}

	err = of_overlay_fdt_apply(__dtbo_kunit_scmi_server_begin,
				   __dtbo_kunit_scmi_server_end -
				   __dtbo_kunit_scmi_server_begin, &test_overlay, NULL);
	if (err)
		goto err_overlay;

	for (i = 0; i < ARRAY_SIZE(mock_backends); i++)
		scmid_backend_register(mock_backends[i]);
	test_started = true;
	return 0;

err_overlay:
	if (test_overlay)
		of_overlay_remove(&test_overlay);
	destroy_workqueue(test_wq);
err_core:
	scmid_core_exit();
err_bus:
	scmid_grant_bus_exit();
	return err;
}

/**
 * test_suite_exit() - the reverse of test_suite_init()
 * @suite: the suite
 */
void test_suite_exit(struct kunit_suite *suite)
{
	unsigned int i;

	/* What init could not start is not there to be stopped. */
	if (!test_started)
		return;
	test_started = false;

	for (i = 0; i < ARRAY_SIZE(mock_backends); i++)
		list_del(&mock_backends[i]->node);
	of_overlay_remove(&test_overlay);
	destroy_workqueue(test_wq);
	scmid_core_exit();
	scmid_grant_bus_exit();
}

/* The last thing that happens: whatever the test did, nothing is left. */
static void test_nothing_left(void *context)
{
	struct kunit *test = context;

	/* Links to providers let go of grants on a work queue. */
	device_link_wait_removal();
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, mock.wants, 0);
	KUNIT_EXPECT_EQ(test, mock.misuse, 0);
	KUNIT_EXPECT_EQ(test, mock.agents, 0);
}

/**
 * test_init() - what every test begins with
 * @test: the test
 *
 * Return: 0 or a negative errno.
 */
int test_init(struct kunit *test)
{
	memset(&mock, 0, sizeof(mock));
	spin_lock_init(&mock.lock);
	init_completion(&mock.entered);
	init_completion(&mock.resume);
	init_completion(&mock.quiesced);

	return kunit_add_action_or_reset(test, test_nothing_left, test);
}

/* Agents and grants */

static int test_agent_pin(struct scmid_agent *agent)
{
	struct test_agent *ta = to_test_agent(agent);

	if (ta->pin_err)
		return ta->pin_err;
	ta->pins++;
	return 0;
}

static void test_agent_unpin(struct scmid_agent *agent)
{
	to_test_agent(agent)->pins--;
}

static void test_agent_release(struct scmid_agent *agent)
{
	mock_count(&mock.agents, -1);
	kfree(to_test_agent(agent));
}

static const struct scmid_agent_ops test_agent_ops = {
	.pin = test_agent_pin,
	.unpin = test_agent_unpin,
	.release = test_agent_release,
};

/**
 * test_grant_drop() - destroy a grant and let go of it
 * @grant: the grant
 */
void test_grant_drop(struct scmid_grant *grant)
{
	scmid_grant_destroy(grant);
	scmid_grant_put(grant);
}

static void test_agent_cleanup(void *context)
{
	struct scmid_agent *agent = context;
	struct scmid_grant *grant, *next;

	scmid_agent_set_live(agent, false);
	list_for_each_entry_safe(grant, next, &agent->grants, node)
		test_grant_drop(grant);
	scmid_agent_remove(agent);
	scmid_agent_put(agent);
}

/**
 * test_agent_try() - make an agent that goes away with the test, if it can be
 * @test: the test
 * @name: its name
 * @agent: the agent
 *
 * Return: as scmid_agent_init().
 */
int test_agent_try(struct kunit *test, const char *name, struct scmid_agent **agent)
{
	struct test_agent *ta = kzalloc_obj(*ta);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, ta);
	err = scmid_agent_init(&ta->agent, name, &test_agent_ops);
	if (err) {
		kfree(ta);
		return err;
	}

	mock_count(&mock.agents, 1);
	*agent = &ta->agent;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, test_agent_cleanup, *agent));

	return 0;
}

/**
 * test_agent() - make an agent that goes away with the test
 * @test: the test
 * @name: its name
 *
 * Return: the agent.
 */
struct scmid_agent *test_agent(struct kunit *test, const char *name)
{
	struct scmid_agent *agent = NULL;

	KUNIT_ASSERT_EQ(test, test_agent_try(test, name, &agent), 0);

	return agent;
}

/**
 * test_agent_drop() - make an agent go away now
 * @test: the test
 * @agent: the agent
 */
void test_agent_drop(struct kunit *test, struct scmid_agent *agent)
{
	kunit_release_action(test, test_agent_cleanup, agent);
}

/**
 * test_grant() - make a grant that goes away with the agent
 * @test: the test
 * @agent: the agent
 * @node: name of the node in the overlay
 *
 * Return: the grant.
 */
struct scmid_grant *test_grant(struct kunit *test, struct scmid_agent *agent,
			       const char *node)
{
	struct scmid_grant *grant;
	char name[64];

	snprintf(name, sizeof(name), TEST_NAME "%s", node);
	grant = scmid_grant_create(agent, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, grant);

	return grant;
}

/**
 * test_granted() - the same, and enable it
 * @test: the test
 * @agent: the agent
 * @node: name of the node in the overlay
 *
 * Return: the grant.
 */
struct scmid_grant *test_granted(struct kunit *test, struct scmid_agent *agent,
				 const char *node)
{
	struct scmid_grant *grant = test_grant(test, agent, node);

	KUNIT_ASSERT_EQ(test, scmid_grant_enable(grant), 0);

	return grant;
}

/**
 * test_res() - a resource of a grant
 * @grant: the grant
 * @i: which
 *
 * Return: the resource, or %NULL.
 */
struct scmid_grant_res *test_res(struct scmid_grant *grant, unsigned int i)
{
	struct scmid_grant_res *r;

	list_for_each_entry(r, &grant->res, node)
		if (!i--)
			return r;

	return NULL;
}

/**
 * test_set_access() - what the operator does when he changes rights
 * @r: the resource
 * @access: the rights
 *
 * Return: as scmid_grant_set_access().
 */
int test_set_access(struct scmid_grant_res *r, u16 access)
{
	guard(mutex)(&r->grant->agent->lock);

	return scmid_grant_set_access(r, access);
}

/**
 * test_set_limits() - what the operator does when he changes limits or policy
 * @r: the resource
 * @min: lower limit
 * @max: upper limit
 * @policy: policy
 *
 * Return: as scmid_grant_set_limits().
 */
int test_set_limits(struct scmid_grant_res *r, u64 min, u64 max, enum scmid_policy policy)
{
	guard(mutex)(&r->grant->agent->lock);

	return scmid_grant_set_limits(r, min, max, policy);
}

/**
 * test_set_denied() - what the operator does when he denies protocols
 * @grant: the grant
 * @denied: bit n: protocol SCMID_PROTO_BASE + n
 *
 * Return: as scmid_grant_set_denied().
 */
int test_set_denied(struct scmid_grant *grant, u32 denied)
{
	guard(mutex)(&grant->agent->lock);

	return scmid_grant_set_denied(grant, denied);
}

/**
 * test_live() - an agent that is live with one node
 * @test: the test
 * @name: its name
 * @node: name of the node in the overlay
 *
 * Return: the agent.
 */
struct scmid_agent *test_live(struct kunit *test, const char *name, const char *node)
{
	struct scmid_agent *agent = test_agent(test, name);

	test_granted(test, agent, node);
	KUNIT_ASSERT_EQ(test, scmid_agent_set_live(agent, true), 0);

	return agent;
}

/**
 * test_seen() - the clock that an agent's commands see
 * @agent: the agent
 * @id: its id
 *
 * Return: its resource, or %NULL.
 */
struct scmid_res *test_seen(const struct scmid_agent *agent, u32 id)
{
	const struct scmid_table *table = agent->peer.tables[SCMID_INDEX(CLOCK)];

	return table ? scmid_table_get(table, id) : NULL;
}

/**
 * test_count() - how many ids of clocks an agent has to go through
 * @agent: the agent
 *
 * Return: one more than the highest id.
 */
u32 test_count(const struct scmid_agent *agent)
{
	if (!agent->peer.tables[SCMID_INDEX(CLOCK)])
		return 0;

	return scmid_res_count(&agent->peer, SCMID_PROTO_CLOCK);
}

KUNIT_DEFINE_ACTION_WRAPPER(test_node_put, of_node_put, struct device_node *);

/**
 * test_node() - a node of the overlay, held until the test ends
 * @test: the test
 * @node: its name
 *
 * Return: the node.
 */
struct device_node *test_node(struct kunit *test, const char *node)
{
	struct device_node *np;
	char path[64];

	snprintf(path, sizeof(path), TEST_PATH "%s", node);
	np = of_find_node_by_path(path);
	KUNIT_ASSERT_NOT_NULL(test, np);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, test_node_put, np));

	return np;
}

static void test_async_work(struct work_struct *work)
{
	struct test_async *async = container_of(work, struct test_async, work);

	WRITE_ONCE(async->task, current);
	async->fn(async->arg);
	WRITE_ONCE(async->task, NULL);
	complete_all(&async->done);
}

/**
 * test_async() - do something elsewhere
 * @async: to follow it
 * @fn: what
 * @arg: with this
 */
void test_async(struct test_async *async, void (*fn)(void *arg), void *arg)
{
	INIT_WORK_ONSTACK(&async->work, test_async_work);
	init_completion(&async->done);
	async->task = NULL;
	async->fn = fn;
	async->arg = arg;
	queue_work(test_wq, &async->work);
}

/**
 * test_async_waits() - whether it waits for what it has to wait for
 * @async: what was begun
 *
 * What waits as it should needs no time to show it; what does not is given
 * some to be caught.
 *
 * Return: whether it does.
 */
bool test_async_waits(struct test_async *async)
{
	return !wait_for_completion_timeout(&async->done, HZ / 20);
}

/**
 * test_async_sleeps() - whether it sleeps until it can go on
 * @async: what was begun; it cannot go on
 *
 * Return: whether it does; %false if it goes round and round instead.
 */
bool test_async_sleeps(struct test_async *async)
{
	unsigned int tries, asleep = 0;
	struct task_struct *task;

	for (tries = 0; tries < 200 && asleep < 5; tries++) {
		fsleep(5000);
		task = READ_ONCE(async->task);
		asleep = task && !task_is_running(task) ? asleep + 1 : 0;
	}

	return asleep == 5;
}

/**
 * test_async_end() - until it is through
 * @async: what was begun
 */
void test_async_end(struct test_async *async)
{
	flush_work(&async->work);
	destroy_work_on_stack(&async->work);
}

/* Traces */

__printf(2, 3)
static void test_trace_log(struct test_trace_log *log, const char *fmt, ...)
{
	va_list args;

	guard(spinlock_irqsave)(&log->lock);

	if (log->len)
		log->len += scnprintf(log->text + log->len, sizeof(log->text) - log->len, "; ");
	va_start(args, fmt);
	log->len += vscnprintf(log->text + log->len, sizeof(log->text) - log->len, fmt, args);
	va_end(args);
}

/**
 * test_trace_forget() - begin a new log
 * @log: the log
 */
void test_trace_forget(struct test_trace_log *log)
{
	unsigned long flags;

	spin_lock_irqsave(&log->lock, flags);
	log->len = 0;
	log->text[0] = '\0';
	spin_unlock_irqrestore(&log->lock, flags);
}

static void test_trace_refuse(void *data, const char *agent, u8 proto, u8 cmd, u16 token,
			      s32 status, const char *reason)
{
	test_trace_log(&((struct test_trace *)data)->refused, "%s", reason);
}

static void test_trace_vote(void *data, const char *agent, const char *grant, const char *res,
			    const char *name, const char *vote)
{
	test_trace_log(&((struct test_trace *)data)->voted, "%s %s %s", agent, name, vote);
}

static void test_trace_arbitrate(void *data, const char *agent, const char *grant,
				 const char *res, const char *name, unsigned int policy,
				 u64 want, u64 result)
{
	test_trace_log(&((struct test_trace *)data)->arbitrated, "%s %s %s %llu %llu", agent,
		       name, scmid_policy_names[policy], want, result);
}

static void test_trace_revoke(void *data, const char *agent, const char *grant,
			      const char *reason)
{
	test_trace_log(&((struct test_trace *)data)->revoked, "%s %s", grant, reason);
}

static void test_trace_notify(void *data, const char *agent, u8 proto, u8 event, u16 id,
			      u8 cause, u64 value, int err)
{
	test_trace_log(&((struct test_trace *)data)->notified, "%s %#x %#x %u %u %llu %d", agent,
		       proto, event, id, cause, value, err);
}

static void test_trace_stop(void *trace)
{
	unregister_trace_scmid_notify(test_trace_notify, trace);
	unregister_trace_scmid_refuse(test_trace_refuse, trace);
	unregister_trace_scmid_vote(test_trace_vote, trace);
	unregister_trace_scmid_arbitrate(test_trace_arbitrate, trace);
	unregister_trace_scmid_revoke(test_trace_revoke, trace);
	tracepoint_synchronize_unregister();
}

/**
 * test_trace() - listen to the engine's trace events until the test ends
 * @test: the test; skipped on a kernel without trace points
 *
 * Return: what was heard.
 */
struct test_trace *test_trace(struct kunit *test)
{
	struct test_trace *trace = kunit_kzalloc(test, sizeof(*trace), GFP_KERNEL);
	int err;

	if (!IS_ENABLED(CONFIG_TRACEPOINTS))
		kunit_skip(test, "no trace points");

	KUNIT_ASSERT_NOT_NULL(test, trace);
	spin_lock_init(&trace->refused.lock);
	spin_lock_init(&trace->voted.lock);
	spin_lock_init(&trace->arbitrated.lock);
	spin_lock_init(&trace->revoked.lock);
	spin_lock_init(&trace->notified.lock);

	err = register_trace_scmid_refuse(test_trace_refuse, trace);
	if (!err)
		err = register_trace_scmid_vote(test_trace_vote, trace);
	if (!err)
		err = register_trace_scmid_arbitrate(test_trace_arbitrate, trace);
	if (!err)
		err = register_trace_scmid_revoke(test_trace_revoke, trace);
	if (!err)
		err = register_trace_scmid_notify(test_trace_notify, trace);
	/* Those that were not registered are not there to be taken back. */
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, test_trace_stop, trace));
	KUNIT_ASSERT_EQ(test, err, 0);

	return trace;
}

MODULE_DESCRIPTION("KUnit tests of the SCMI server's engine");
MODULE_LICENSE("GPL");
