// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the rest of the engine's copy, and what its suites share.
 */

#include "own_engine.h"

#include "../protocol/dispatch.c"
#include "../protocol/base.c"
#include "../protocol/clock.c"

#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>

#include "test.h"

#define SCMID_INDEX(p)	(SCMID_PROTO_##p - SCMID_PROTO_BASE)

const struct scmid_proto *const scmid_protos[SCMID_NR_PROTOS] = {
	[SCMID_INDEX(BASE)] = &scmid_base,
	[SCMID_INDEX(CLOCK)] = &scmid_clock,
};

/* The recording backend */

struct mock mock;
static int mock_hw[MOCK_NR_HW];

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

static int mock_enumerate(struct scmid_grant *grant, const struct scmid_backend *backend)
{
	struct device_node *np = grant->dev.of_node;
	int n = of_property_count_strings(np, "mock-names"), i, err;
	const char *name;

	if (mock.fail_enumerate && mock.fail_enumerate != -EPROBE_DEFER)
		return mock.fail_enumerate;

	for (i = 0; i < n; i++) {
		err = of_property_read_string_index(np, "mock-names", i, &name);
		if (!err)
			err = scmid_grant_add(grant, backend, i, name);
		if (err)
			return err;
	}

	return mock.fail_enumerate;
}

static int mock_get(struct scmid_grant_res *r)
{
	lockdep_assert_held(&r->grant->agent->lock);

	if (mock.fail_get && !strcmp(mock.fail_get, r->res.name)) {
		mock_log("!%s", r->res.name);
		return mock.fail_get_err;
	}
	if (r->res.priv)
		mock_count(&mock.misuse, 1);
	r->res.priv = &mock;
	mock_count(&mock.held, 1);
	mock_log("+%s", r->res.name);
	return 0;
}

static void mock_quiesce(struct scmid_grant_res *r)
{
	lockdep_assert_held(&r->grant->agent->run);

	if (!r->res.priv)
		mock_count(&mock.misuse, 1);
	mock_log("~%s", r->res.name);
	if (!r->res.vote)
		return;
	r->res.vote = false;
	mock_count(&mock.votes, -1);
	complete(&mock.quiesced);
}

static void mock_put(struct scmid_grant_res *r)
{
	lockdep_assert_held(&r->grant->agent->lock);

	if (!r->res.priv || r->res.vote)
		mock_count(&mock.misuse, 1);
	r->res.priv = NULL;
	mock_count(&mock.held, -1);
	mock_log("-%s", r->res.name);
}

static const void *mock_hardware(const struct scmid_grant_res *r)
{
	u32 hw;

	if (!r->res.priv ||
	    of_property_read_u32_index(r->grant->dev.of_node, "mock-hw", r->index, &hw)) {
		mock_count(&mock.misuse, 1);
		return NULL;
	}

	return &mock_hw[hw];
}

static int mock_rate_get(struct scmid_res *res, u64 *hz)
{
	*hz = MOCK_HZ;
	return 0;
}

static int mock_rate_set(struct scmid_res *res, u64 hz, enum scmid_round round)
{
	mock_log("%s=%llu", res->name, hz);
	return 0;
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

	if (mock.block) {
		mock.block = false;
		mock_log("wait");
		complete(&mock.entered);
		wait_for_completion(&mock.resume);
	}
	if (mock.fail_state)
		return mock.fail_state;

	res->vote = on;
	mock_log("%u%s", on, res->name);
	mock_count(&mock.votes, on ? 1 : -1);
	return 0;
}

static int mock_parents(struct scmid_res *res, struct scmid_parents *parents)
{
	return -EOPNOTSUPP;
}

static int mock_parent_get(struct scmid_res *res, u32 *id)
{
	return -EOPNOTSUPP;
}

static int mock_parent_set(struct scmid_res *res, struct scmid_res *parent)
{
	return -EOPNOTSUPP;
}

static const struct scmid_clk_ops mock_ops = {
	.rate_get = mock_rate_get,
	.rate_set = mock_rate_set,
	.rates = mock_rates,
	.state_set = mock_state_set,
	.parents = mock_parents,
	.parent_get = mock_parent_get,
	.parent_set = mock_parent_set,
};

struct scmid_backend mock_backend = {
	.name = "mock",
	.property = "mock-names",
	.proto = SCMID_PROTO_CLOCK,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_RATE,
	.access_exclusive = SCMID_ACCESS_RATE,
	.min_attr = "least",
	.max_attr = "most",
	.ops = &mock_ops,
	.enumerate = mock_enumerate,
	.get = mock_get,
	.quiesce = mock_quiesce,
	.put = mock_put,
	.hardware = mock_hardware,
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

	scmid_backend_register(&mock_backend);
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
	/* What init could not start is not there to be stopped. */
	if (!test_started)
		return;
	test_started = false;

	list_del(&mock_backend.node);
	of_overlay_remove(&test_overlay);
	destroy_workqueue(test_wq);
	scmid_core_exit();
	scmid_grant_bus_exit();
}

/* The last thing that happens: whatever the test did, nothing is left. */
static void test_nothing_left(void *context)
{
	struct kunit *test = context;

	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
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

	async->fn(async->arg);
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
 * test_async_end() - until it is through
 * @async: what was begun
 */
void test_async_end(struct test_async *async)
{
	flush_work(&async->work);
	destroy_work_on_stack(&async->work);
}

MODULE_DESCRIPTION("KUnit tests of the SCMI server's engine");
MODULE_LICENSE("GPL");
