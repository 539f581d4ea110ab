// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the configuration: what its files take and show. What
 * directories do is for tests in user space.
 */

#include "own_engine.h"

#include "../configfs.c"

#include "test.h"

/**
 * struct cfs - an agent's directory and one device in it
 * @ca: agent "vm1"
 * @cd: a device of it
 */
struct cfs {
	struct scmid_cfs_agent *ca;
	struct scmid_cfs_device *cd;
};

static bool cfs_started;

/**
 * test_configfs_start() - show the copy's configuration, as scmi_server_kunit
 *
 * After test_suite_init().
 *
 * Return: as scmid_configfs_init().
 */
int test_configfs_start(void)
{
	int err;

	strscpy(scmid_subsystem.su_group.cg_item.ci_namebuf, "scmi_server_kunit");
	err = scmid_configfs_init();
	cfs_started = !err;

	return err;
}

/**
 * test_configfs_stop() - the reverse of test_configfs_start()
 */
void test_configfs_stop(void)
{
	if (cfs_started)
		scmid_configfs_exit();
	cfs_started = false;
}

static void cfs_backends_free(void *unused)
{
	scmid_cfs_backends_free();
}

static void cfs_agent_drop(void *context)
{
	struct scmid_cfs_agent *ca = context;

	scmid_agent_set_live(&ca->agent, false);
	configfs_remove_default_groups(&ca->group);
	scmid_agents_drop(&scmid_agents_group, &ca->group.cg_item);
}

static void cfs_device_drop(void *context)
{
	struct scmid_cfs_device *cd = context;

	scmid_devices_drop(NULL, &cd->dir.group.cg_item);
}

static struct scmid_cfs_agent *cfs_agent(struct kunit *test, const char *name)
{
	struct config_group *group = scmid_agents_make(&scmid_agents_group, name);
	struct scmid_cfs_agent *ca;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	ca = container_of(group, struct scmid_cfs_agent, group);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, cfs_agent_drop, ca));

	return ca;
}

/* What mkdir(2) does with a device. */
static struct config_group *cfs_mkdir(struct scmid_cfs_agent *ca, const char *node)
{
	struct config_item *devices = &ca->devices.cg_item;
	struct config_group *group;
	char name[64];

	snprintf(name, sizeof(name), TEST_NAME "%s", node);
	devices->ci_parent = &ca->group.cg_item;
	group = scmid_devices_make(&ca->devices, name);
	devices->ci_parent = NULL;

	return group;
}

static struct scmid_cfs_device *cfs_device(struct kunit *test, struct scmid_cfs_agent *ca,
					   const char *node)
{
	struct config_group *group = cfs_mkdir(ca, node);
	struct scmid_cfs_device *cd;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	cd = container_of(group, struct scmid_cfs_device, dir.group);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, cfs_device_drop, cd));

	return cd;
}

static struct scmid_grant_res *cfs_res(struct config_item *item)
{
	guard(mutex)(&to_grant(item)->agent->lock);

	return to_res(item);
}

/* A page to show something on, that is gone with the test. */
static char *cfs_page(struct kunit *test)
{
	char *page = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);

	return page;
}

#define EXPECT_SHOWN(test, show, item, text) do {				\
	char *_page = cfs_page(test);						\
										\
	KUNIT_EXPECT_EQ(test, show(item, _page), strlen(text));			\
	KUNIT_EXPECT_STREQ(test, _page, text);					\
} while (0)

#define EXPECT_STORED(test, store, item, text)					\
	KUNIT_EXPECT_EQ(test, store(item, text, strlen(text)), strlen(text))

#define EXPECT_REFUSED(test, store, item, text, err)				\
	KUNIT_EXPECT_EQ(test, store(item, text, strlen(text)), err)

static int cfs_init(struct kunit *test)
{
	const struct scmid_backend *backend;
	int err = test_init(test);

	if (err)
		return err;

	list_for_each_entry(backend, &scmid_backends, node) {
		err = scmid_cfs_backend_add(backend);
		if (err)
			return err;
	}

	return kunit_add_action_or_reset(test, cfs_backends_free, NULL);
}

static void cfs_make(struct kunit *test, const char *node)
{
	struct cfs *cfs = kunit_kzalloc(test, sizeof(*cfs), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cfs);
	cfs->ca = cfs_agent(test, "vm1");
	cfs->cd = cfs_device(test, cfs->ca, node);
	test->priv = cfs;
}

static struct config_item *cfs_agent_item(struct kunit *test)
{
	struct cfs *cfs = test->priv;

	return &cfs->ca->group.cg_item;
}

static struct config_item *cfs_grant_item(struct kunit *test)
{
	struct cfs *cfs = test->priv;

	return &cfs->cd->dir.group.cg_item;
}

static struct config_item *cfs_res_item(struct kunit *test, unsigned int i)
{
	struct cfs *cfs = test->priv;

	return &cfs->cd->res[i].group.cg_item;
}

/* What is written to a file, and what the file shows then. */
struct cfs_string {
	const char *text;
	int err;
	const char *shown;
};

static void cfs_string_desc(const struct cfs_string *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'", (int)strlen(p->text), p->text);
}

/* Access */

struct cfs_access {
	const char *text;
	int err;
	u16 access;
};

#define GET	SCMID_ACCESS_GET
#define STATE	SCMID_ACCESS_STATE
#define RATE	SCMID_ACCESS_RATE
#define PARENT	SCMID_ACCESS_PARENT

static const struct cfs_access cfs_access_params[] = {
	{ "none", 0, 0 },
	{ "none\n", 0, 0 },
	{ " none ", 0, 0 },
	{ "get", 0, GET },
	{ "get\n", 0, GET },
	{ "state", 0, STATE },
	{ "rate", 0, RATE },
	{ "get state", 0, GET | STATE },
	{ "state get", 0, GET | STATE },
	{ "get rate\n", 0, GET | RATE },
	{ "rate state", 0, RATE | STATE },
	{ "get state rate", 0, GET | STATE | RATE },
	{ "  get\t state \t", 0, GET | STATE },
	{ "get get", 0, GET },
	{ "parent", 0, PARENT },
	{ "parent get rate state", 0, GET | STATE | RATE | PARENT },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ "   ", -EINVAL },
	{ "none get", -EINVAL },
	{ "get none", -EINVAL },
	{ "none none", -EINVAL },
	{ "Get", -EINVAL },
	{ "gets", -EINVAL },
	{ "ge", -EINVAL },
	{ "get,state", -EINVAL },
	{ "get+state", -EINVAL },
	{ "get state x", -EINVAL },
	{ "x get", -EINVAL },
	{ "1", -EINVAL },
	/* Rights, but not of this kind of resource. */
	{ "level", -EINVAL },
	{ "get notify", -EINVAL },
	{ "rate assert", -EINVAL },
	{ "pulse", -EINVAL },
};

static void cfs_access_desc(const struct cfs_access *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'", (int)strlen(p->text), p->text);
}

KUNIT_ARRAY_PARAM(cfs_accesses, cfs_access_params, cfs_access_desc);

static void cfs_access(struct kunit *test)
{
	const struct cfs_access *p = test->param_value;
	struct scmid_grant_res *r;
	struct config_item *item;
	bool enabled;
	u16 before;

	/* Enabled or not is no matter. */
	cfs_make(test, "three");
	item = cfs_res_item(test, 1);
	r = cfs_res(item);
	before = r->res.access;
	for (enabled = false; ; enabled = true) {
		KUNIT_EXPECT_EQ(test, scmid_res_access_store(item, p->text, strlen(p->text)),
				p->err ?: (ssize_t)strlen(p->text));
		KUNIT_EXPECT_EQ(test, r->res.access, p->err ? before : p->access);
		KUNIT_EXPECT_EQ(test, r->access, p->err ? before : p->access);
		KUNIT_EXPECT_EQ(test, cfs_res(cfs_res_item(test, 0))->res.access, before);
		if (enabled)
			break;
		EXPECT_STORED(test, scmid_res_access_store, item, "get state rate");
		EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	}
}

static void cfs_access_show(struct kunit *test)
{
	struct config_item *item;
	struct scmid_grant_res *r;

	cfs_make(test, "one");
	item = cfs_res_item(test, 0);
	r = cfs_res(item);
	EXPECT_SHOWN(test, scmid_res_access_show, item, "get state rate\n");
	r->access = 0;
	EXPECT_SHOWN(test, scmid_res_access_show, item, "none\n");
	r->access = STATE;
	EXPECT_SHOWN(test, scmid_res_access_show, item, "state\n");
	r->access = U16_MAX;
	EXPECT_SHOWN(test, scmid_res_access_show, item,
		     "get state rate level parent assert pulse notify describe\n");
	r->access = GET | STATE | RATE;

	/* What the operator gave, not what is left of it. */
	EXPECT_STORED(test, scmid_grant_denied_store, cfs_grant_item(test), "clock");
	KUNIT_EXPECT_EQ(test, r->res.access, 0);
	EXPECT_SHOWN(test, scmid_res_access_show, item, "get state rate\n");
}

/* Limits */

struct cfs_limit {
	u64 min, max;
	bool is_max;
	const char *text;
	int err;
	u64 val;
};

static const struct cfs_limit cfs_limit_params[] = {
	{ 0, 0, false, "0", 0, 0 },
	{ 0, 0, false, "100", 0, 100 },
	{ 0, 0, false, "100\n", 0, 100 },
	{ 0, 0, false, "0x10", 0, 16 },
	{ 0, 0, true, "100", 0, 100 },
	{ 0, 0, true, "18446744073709551615", 0, U64_MAX },
	{ 0, 0, false, "18446744073709551615", 0, U64_MAX },
	{ 0, 0, true, "18446744073709551616", -EINVAL },
	{ 0, 0, true, "-1", -EINVAL },
	{ 0, 0, true, "", -EINVAL },
	{ 0, 0, true, "\n", -EINVAL },
	{ 0, 0, true, "x", -EINVAL },
	{ 0, 0, true, "100 Hz", -EINVAL },
	{ 0, 0, true, "1.5", -EINVAL },
	{ 0, 0, true, "100M", -EINVAL },
	/* Zero is no limit, whatever the other one is. */
	{ 50, 100, true, "0", 0, 0 },
	{ 50, 100, false, "0", 0, 0 },
	{ 50, 0, false, "200", 0, 200 },
	{ 0, 100, true, "1", 0, 1 },
	/* One value may be left. */
	{ 50, 100, true, "50", 0, 50 },
	{ 50, 100, false, "100", 0, 100 },
	{ 50, 100, true, "49", -EINVAL },
	{ 50, 100, false, "101", -EINVAL },
	{ 50, 100, false, "50", 0, 50 },
	{ 50, 100, true, "100", 0, 100 },
};

static void cfs_limit_desc(const struct cfs_limit *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%llu to %llu, %s '%*pE'", p->min, p->max,
		 p->is_max ? "most" : "least", (int)strlen(p->text), p->text);
}

KUNIT_ARRAY_PARAM(cfs_limits, cfs_limit_params, cfs_limit_desc);

static void cfs_limit(struct kunit *test)
{
	const struct cfs_limit *p = test->param_value;
	struct config_item *item;
	struct scmid_grant_res *r;
	ssize_t ret;

	cfs_make(test, "one");
	item = cfs_res_item(test, 0);
	r = cfs_res(item);
	r->res.min = p->min;
	r->res.max = p->max;
	if (p->is_max)
		ret = scmid_res_max_store(item, p->text, strlen(p->text));
	else
		ret = scmid_res_min_store(item, p->text, strlen(p->text));

	KUNIT_EXPECT_EQ(test, ret, p->err ?: (ssize_t)strlen(p->text));
	KUNIT_EXPECT_EQ(test, r->res.min, p->err || p->is_max ? p->min : p->val);
	KUNIT_EXPECT_EQ(test, r->res.max, p->err || !p->is_max ? p->max : p->val);
}

static void cfs_limit_show(struct kunit *test)
{
	struct config_item *item;

	cfs_make(test, "one");
	item = cfs_res_item(test, 0);
	EXPECT_SHOWN(test, scmid_res_min_show, item, "0\n");
	EXPECT_SHOWN(test, scmid_res_max_show, item, "0\n");
	cfs_res(item)->res.min = 5;
	cfs_res(item)->res.max = U64_MAX;
	EXPECT_SHOWN(test, scmid_res_min_show, item, "5\n");
	EXPECT_SHOWN(test, scmid_res_max_show, item, "18446744073709551615\n");
}

/* A limit that the votes cannot be made to fit is not taken. */
static void cfs_limit_adjust(struct kunit *test)
{
	struct config_item *item;

	cfs_make(test, "one");
	item = cfs_res_item(test, 0);
	EXPECT_STORED(test, scmid_res_max_store, item, "20");
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	mock_forget();
	EXPECT_STORED(test, scmid_res_min_store, item, "10");
	EXPECT_STORED(test, scmid_res_max_store, item, "30");
	EXPECT_STORED(test, scmid_res_policy_store, item, "floor");
	KUNIT_EXPECT_STREQ(test, mock.log, "|a 10..20 range |a 10..30 range |a 10..30 floor");

	mock.fail_adjust = -EACCES;
	EXPECT_REFUSED(test, scmid_res_min_store, item, "11", -EACCES);
	EXPECT_REFUSED(test, scmid_res_max_store, item, "0", -EACCES);
	EXPECT_REFUSED(test, scmid_res_policy_store, item, "shared", -EACCES);
	EXPECT_SHOWN(test, scmid_res_min_show, item, "10\n");
	EXPECT_SHOWN(test, scmid_res_max_show, item, "30\n");
	EXPECT_SHOWN(test, scmid_res_policy_show, item, "floor\n");

	/* What makes no sense is refused for that. */
	EXPECT_REFUSED(test, scmid_res_min_store, item, "31", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_max_store, item, "9", -EINVAL);
}

struct cfs_policy {
	const char *text;
	int err;
	enum scmid_policy policy;
};

static const struct cfs_policy cfs_policy_params[] = {
	{ "range", 0, SCMID_POLICY_RANGE },
	{ "shared\n", 0, SCMID_POLICY_SHARED },
	{ "floor", 0, SCMID_POLICY_FLOOR },
	{ "exclusive\n", 0, SCMID_POLICY_EXCLUSIVE },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ "Range", -EINVAL },
	{ "rang", -EINVAL },
	{ "ranges", -EINVAL },
	{ "floor shared", -EINVAL },
	{ "0", -EINVAL },
	{ "none", -EINVAL },
};

static void cfs_policy_desc(const struct cfs_policy *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "'%*pE'", (int)strlen(p->text), p->text);
}

KUNIT_ARRAY_PARAM(cfs_policies, cfs_policy_params, cfs_policy_desc);

static void cfs_policy(struct kunit *test)
{
	const struct cfs_policy *p = test->param_value;
	struct config_item *item;

	cfs_make(test, "one");
	item = cfs_res_item(test, 0);
	EXPECT_SHOWN(test, scmid_res_policy_show, item, "range\n");
	EXPECT_STORED(test, scmid_res_policy_store, item, "floor");
	KUNIT_EXPECT_EQ(test, scmid_res_policy_store(item, p->text, strlen(p->text)),
			p->err ?: (ssize_t)strlen(p->text));
	KUNIT_EXPECT_EQ(test, cfs_res(item)->policy, p->err ? SCMID_POLICY_FLOOR : p->policy);
}

static const struct cfs_string cfs_denied_params[] = {
	{ "none", 0, "none\n" },
	{ "none\n", 0, "none\n" },
	{ "clock", 0, "clock\n" },
	{ "reset clock\n", 0, "clock reset\n" },
	{ "  voltage\tpower\t\n", 0, "power voltage\n" },
	{ "power clock reset voltage", 0, "power clock reset voltage\n" },
	{ "clock clock", 0, "clock\n" },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ " \t ", -EINVAL },
	{ "none clock", -EINVAL },
	{ "clock none", -EINVAL },
	{ "none none", -EINVAL },
	{ "clocks", -EINVAL },
	{ "Clock", -EINVAL },
	{ "clock,reset", -EINVAL },
	{ "clock 0x16", -EINVAL },
	/* Nobody can be denied this one. */
	{ "base", -EINVAL },
	{ "clock base", -EINVAL },
};

KUNIT_ARRAY_PARAM(cfs_denials, cfs_denied_params, cfs_string_desc);

static void cfs_denied(struct kunit *test)
{
	const struct cfs_string *p = test->param_value;
	struct config_item *item;

	cfs_make(test, "all");
	item = cfs_grant_item(test);
	EXPECT_SHOWN(test, scmid_grant_denied_show, item, "none\n");
	EXPECT_STORED(test, scmid_grant_denied_store, item, "reset");
	KUNIT_EXPECT_EQ(test, scmid_grant_denied_store(item, p->text, strlen(p->text)),
			p->err ?: (ssize_t)strlen(p->text));
	EXPECT_SHOWN(test, scmid_grant_denied_show, item, p->err ? "reset\n" : p->shown);
}

/* What a guest remembers does not change under it, and saying so again is fine. */
static void cfs_frozen(struct kunit *test)
{
	struct config_item *grant, *res;
	struct scmid_grant_res *r;

	cfs_make(test, "one");
	grant = cfs_grant_item(test);
	res = cfs_res_item(test, 0);
	r = cfs_res(res);
	EXPECT_STORED(test, scmid_res_id_store, res, "2");
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1");

	EXPECT_REFUSED(test, scmid_res_id_store, res, "3", -EBUSY);
	EXPECT_STORED(test, scmid_res_id_store, res, "2");
	EXPECT_REFUSED(test, scmid_grant_shared_store, grant, "1", -EBUSY);
	EXPECT_STORED(test, scmid_grant_shared_store, grant, "0");
	KUNIT_EXPECT_EQ(test, r->res.id, 2);
	KUNIT_EXPECT_FALSE(test, r->grant->shared);

	/* What makes no sense is refused for that. */
	EXPECT_REFUSED(test, scmid_res_id_store, res, "first", -EINVAL);
	EXPECT_REFUSED(test, scmid_grant_shared_store, grant, "both", -EINVAL);

	EXPECT_STORED(test, scmid_grant_enable_store, grant, "0");
	EXPECT_STORED(test, scmid_res_id_store, res, "3");
	EXPECT_STORED(test, scmid_grant_shared_store, grant, "1");
}

static void cfs_res_ids(struct kunit *test)
{
	struct config_item *a, *b;

	cfs_make(test, "three");
	a = cfs_res_item(test, 0);
	b = cfs_res_item(test, 1);
	EXPECT_SHOWN(test, scmid_res_id_show, a, "0\n");
	EXPECT_SHOWN(test, scmid_res_name_show, b, "b\n");
	EXPECT_STORED(test, scmid_res_id_store, a, "0x20\n");
	EXPECT_SHOWN(test, scmid_res_id_show, a, "32\n");
	EXPECT_SHOWN(test, scmid_res_id_show, b, "0\n");
	EXPECT_REFUSED(test, scmid_res_id_store, b, "32", -EEXIST);
	EXPECT_STORED(test, scmid_res_id_store, b, "65534");
	EXPECT_REFUSED(test, scmid_res_id_store, b, "65535", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_id_store, b, "65536", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_id_store, b, "-1", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_id_store, b, "", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_id_store, b, "b", -EINVAL);
	EXPECT_SHOWN(test, scmid_res_id_show, b, "65534\n");
}

static void cfs_grant_files(struct kunit *test)
{
	struct config_item *grant, *again;
	struct cfs *cfs;
	char shown[16];

	cfs_make(test, "three");
	cfs = test->priv;
	grant = cfs_grant_item(test);
	EXPECT_SHOWN(test, scmid_grant_of_node_show, grant, TEST_PATH "three\n");
	EXPECT_SHOWN(test, scmid_grant_unsupported_show, grant, "\n");
	EXPECT_SHOWN(test, scmid_grant_state_show, grant, "disabled\n");
	EXPECT_SHOWN(test, scmid_grant_shared_show, grant, "0\n");
	EXPECT_SHOWN(test, scmid_grant_enable_show, grant, "0\n");
	snprintf(shown, sizeof(shown), "%u\n", to_grant(grant)->device_id);
	EXPECT_SHOWN(test, scmid_grant_device_id_show, grant, shown);

	mock.fail_get = "b";
	mock.fail_get_err = -EPROBE_DEFER;
	EXPECT_REFUSED(test, scmid_grant_enable_store, grant, "1", -EAGAIN);
	EXPECT_SHOWN(test, scmid_grant_state_show, grant, "deferred\n");
	EXPECT_SHOWN(test, scmid_grant_enable_show, grant, "0\n");
	mock.fail_get = NULL;
	EXPECT_REFUSED(test, scmid_grant_enable_store, grant, "2", -EINVAL);
	EXPECT_REFUSED(test, scmid_grant_enable_store, grant, "", -EINVAL);
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1\n");
	EXPECT_SHOWN(test, scmid_grant_state_show, grant, "granted\n");
	EXPECT_SHOWN(test, scmid_grant_enable_show, grant, "1\n");
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1\n");
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "0\n");
	EXPECT_SHOWN(test, scmid_grant_state_show, grant, "disabled\n");

	EXPECT_REFUSED(test, scmid_grant_shared_store, grant, "maybe", -EINVAL);
	EXPECT_STORED(test, scmid_grant_shared_store, grant, "1");
	EXPECT_SHOWN(test, scmid_grant_shared_show, grant, "1\n");

	again = &cfs_device(test, cfs->ca, "suppliers")->dir.group.cg_item;
	EXPECT_SHOWN(test, scmid_grant_unsupported_show, again,
		     "resets vdd-supply clocks enable-gpios pinctrl-0\n");
}

static void cfs_agent_files(struct kunit *test)
{
	struct config_item *agent, *grant;
	struct scmid_chan *chan;
	struct cfs *cfs;

	chan = kunit_kzalloc(test, sizeof(*chan), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, chan);
	strscpy(chan->name, "test:vm1");

	cfs_make(test, "one");
	cfs = test->priv;
	agent = cfs_agent_item(test);
	grant = cfs_grant_item(test);

	EXPECT_SHOWN(test, scmid_agent_agent_id_show, agent, "1\n");
	EXPECT_STORED(test, scmid_agent_agent_id_store, agent, "0xff");
	EXPECT_SHOWN(test, scmid_agent_agent_id_show, agent, "255\n");
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "0", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "256", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "-1", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "a", -EINVAL);
	cfs_agent(test, "vm2");
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "1", -EEXIST);

	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "idle\n");
	EXPECT_SHOWN(test, scmid_agent_live_show, agent, "0\n");
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base\n");
	EXPECT_SHOWN(test, scmid_agent_channel_show, agent, "none\n");
	EXPECT_REFUSED(test, scmid_agent_live_store, agent, "yes please", -ENODATA);
	EXPECT_REFUSED(test, scmid_agent_live_store, agent, "2", -EINVAL);
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1");
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base clock\n");
	EXPECT_STORED(test, scmid_agent_live_store, agent, "1");
	EXPECT_SHOWN(test, scmid_agent_live_show, agent, "1\n");
	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "live\n");
	EXPECT_REFUSED(test, scmid_agent_agent_id_store, agent, "9", -EBUSY);

	cfs->ca->agent.chan = chan;
	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "attached\n");
	EXPECT_SHOWN(test, scmid_agent_channel_show, agent, "test:vm1\n");
	chan->running = true;
	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "running\n");
	EXPECT_STORED(test, scmid_agent_live_store, agent, "0");
	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "running\n");
	cfs->ca->agent.chan = NULL;
	EXPECT_SHOWN(test, scmid_agent_state_show, agent, "idle\n");

	EXPECT_SHOWN(test, scmid_agent_hold_ms_show, agent, "60000\n");
	EXPECT_STORED(test, scmid_agent_hold_ms_store, agent, "0");
	EXPECT_SHOWN(test, scmid_agent_hold_ms_show, agent, "0\n");
	EXPECT_STORED(test, scmid_agent_hold_ms_store, agent, "2147483647");
	EXPECT_REFUSED(test, scmid_agent_hold_ms_store, agent, "2147483648", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_hold_ms_store, agent, "4294967296", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_hold_ms_store, agent, "-1", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_hold_ms_store, agent, "", -EINVAL);
	EXPECT_SHOWN(test, scmid_agent_hold_ms_show, agent, "2147483647\n");
}

/* Who may command is not changed under the guest that was told. */
static void cfs_agent_trusted(struct kunit *test)
{
	struct config_item *agent;

	cfs_make(test, "one");
	agent = cfs_agent_item(test);
	EXPECT_SHOWN(test, scmid_agent_trusted_show, agent, "0\n");
	EXPECT_STORED(test, scmid_agent_trusted_store, agent, "1\n");
	EXPECT_SHOWN(test, scmid_agent_trusted_show, agent, "1\n");
	EXPECT_REFUSED(test, scmid_agent_trusted_store, agent, "2", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_trusted_store, agent, "", -EINVAL);
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	EXPECT_STORED(test, scmid_agent_live_store, agent, "1");
	EXPECT_REFUSED(test, scmid_agent_trusted_store, agent, "0", -EBUSY);
	EXPECT_STORED(test, scmid_agent_trusted_store, agent, "y");
	EXPECT_SHOWN(test, scmid_agent_trusted_show, agent, "1\n");
	EXPECT_STORED(test, scmid_agent_live_store, agent, "0");
	EXPECT_STORED(test, scmid_agent_trusted_store, agent, "0");
	EXPECT_SHOWN(test, scmid_agent_trusted_show, agent, "0\n");
}

static void cfs_agent_reset(struct kunit *test)
{
	struct scmid_grant_res *r;
	struct config_item *agent;

	cfs_make(test, "one");
	agent = cfs_agent_item(test);
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	EXPECT_STORED(test, scmid_agent_live_store, agent, "1");
	r = cfs_res(cfs_res_item(test, 0));
	scoped_guard(mutex, &r->grant->agent->run)
		((const struct scmid_clk_ops *)r->res.ops)->state_set(&r->res, true);
	KUNIT_ASSERT_EQ(test, mock.votes, 1);
	EXPECT_REFUSED(test, scmid_agent_reset_store, agent, "0", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_reset_store, agent, "2", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_reset_store, agent, "", -EINVAL);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	EXPECT_STORED(test, scmid_agent_reset_store, agent, "1\n");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	EXPECT_SHOWN(test, scmid_agent_live_show, agent, "1\n");
}

/* In the order of their ids, each once. */
static void cfs_agent_protocols(struct kunit *test)
{
	struct config_item *agent;
	struct cfs *cfs;

	cfs_make(test, "all");
	cfs = test->priv;
	agent = cfs_agent_item(test);
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base\n");
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base power clock reset voltage\n");
	EXPECT_STORED(test, scmid_grant_enable_store,
		      &cfs_device(test, cfs->ca, "one")->dir.group.cg_item, "1");
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base power clock reset voltage\n");
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "0");
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base clock\n");
}

/* The one right that is no resource's, and no resource has it. */
static void cfs_agent_access(struct kunit *test)
{
	struct config_item *agent;

	cfs_make(test, "one");
	agent = cfs_agent_item(test);
	EXPECT_SHOWN(test, scmid_agent_access_show, agent, "describe\n");
	EXPECT_REFUSED(test, scmid_agent_access_store, agent, "", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_access_store, agent, "get\n", -EINVAL);
	EXPECT_REFUSED(test, scmid_agent_access_store, agent, "describe none", -EINVAL);
	EXPECT_SHOWN(test, scmid_agent_access_show, agent, "describe\n");
	EXPECT_STORED(test, scmid_agent_access_store, agent, "none\n");
	EXPECT_SHOWN(test, scmid_agent_access_show, agent, "none\n");
	EXPECT_STORED(test, scmid_agent_access_store, agent, "none");
	EXPECT_STORED(test, scmid_agent_access_store, agent, "describe\n");
	EXPECT_SHOWN(test, scmid_agent_access_show, agent, "describe\n");
	EXPECT_REFUSED(test, scmid_res_access_store, cfs_res_item(test, 0), "describe", -EINVAL);
}

#define CFS_BLOB	__dtbo_kunit_scmi_server_begin

static void cfs_agent_overlay(struct kunit *test)
{
	size_t size = be32_to_cpup((const __be32 *)CFS_BLOB + 1);
	u8 *read = kunit_kzalloc(test, size, GFP_KERNEL);
	struct config_item *agent;

	KUNIT_ASSERT_NOT_NULL(test, read);
	cfs_make(test, "one");
	agent = cfs_agent_item(test);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, NULL, 0), 0);
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base\n");

	KUNIT_ASSERT_EQ(test, scmid_agent_guest_overlay_write(agent, CFS_BLOB, size), size);
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base guest\n");
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, NULL, 0), size);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, read, size), size);
	KUNIT_EXPECT_MEMEQ(test, read, CFS_BLOB, size);

	/* What is refused changes nothing. */
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_write(agent, CFS_BLOB, size - 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_write(agent, "\n\n", 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_write(agent, " ", 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, NULL, 0), size);

	/* Nothing was written, or too much. */
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_write(agent, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, NULL, 0), size);

	/* An empty line takes it away. */
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_write(agent, "\n", 1), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_guest_overlay_read(agent, NULL, 0), 0);
	EXPECT_SHOWN(test, scmid_agent_protocols_show, agent, "base\n");
}

static void cfs_agent_generation(struct kunit *test)
{
	struct config_item *agent, *grant;
	struct cfs *cfs;
	char shown[16];

	cfs_make(test, "one");
	cfs = test->priv;
	agent = cfs_agent_item(test);
	grant = cfs_grant_item(test);
	EXPECT_SHOWN(test, scmid_agent_generation_show, agent, "0\n");
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1");
	KUNIT_EXPECT_GT(test, cfs->ca->agent.generation, 0);
	snprintf(shown, sizeof(shown), "%u\n", cfs->ca->agent.generation);
	EXPECT_SHOWN(test, scmid_agent_generation_show, agent, shown);
}

static void cfs_mkdir_errors(struct kunit *test)
{
	struct cfs *cfs;

	KUNIT_EXPECT_PTR_EQ(test, (void *)scmid_agents_make(NULL, "not a name"),
			    ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, (void *)scmid_agents_make(NULL, "much-too-long-a-name"),
			    ERR_PTR(-ENAMETOOLONG));
	cfs_make(test, "one");
	cfs = test->priv;
	KUNIT_EXPECT_PTR_EQ(test, (void *)scmid_agents_make(NULL, "vm1"), ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, (void *)cfs_mkdir(cfs->ca, "one"), ERR_PTR(-EEXIST));
	KUNIT_EXPECT_PTR_EQ(test, (void *)cfs_mkdir(cfs->ca, "two"), ERR_PTR(-ENODEV));
	mock.fail_enumerate = -EIO;
	KUNIT_EXPECT_PTR_EQ(test, (void *)cfs_mkdir(cfs->ca, "four"), ERR_PTR(-EIO));
	mock.fail_enumerate = 0;
}

/* A file that is open may outlive its directory, and all of what it shows. */
static void cfs_outlived(struct kunit *test)
{
	struct config_item *grant, *res;
	struct cfs *cfs;

	cfs_make(test, "three");
	cfs = test->priv;
	grant = config_item_get(cfs_grant_item(test));
	res = config_item_get(cfs_res_item(test, 2));
	EXPECT_STORED(test, scmid_grant_enable_store, grant, "1");
	kunit_release_action(test, cfs_device_drop, cfs->cd);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	EXPECT_SHOWN(test, scmid_grant_state_show, grant, "disabled\n");
	EXPECT_SHOWN(test, scmid_res_name_show, res, "c\n");
	config_item_put(grant);
	EXPECT_SHOWN(test, scmid_res_name_show, res, "c\n");
	EXPECT_SHOWN(test, scmid_res_access_show, res, "get state rate\n");
	config_item_put(res);
}

static const struct cfs_string cfs_string_params[] = {
	{ "acme", 0, "acme\n" },
	{ "acme\n", 0, "acme\n" },
	{ "", 0, "\n" },
	{ "\n", 0, "\n" },
	{ "a b~!", 0, "a b~!\n" },
	{ "123456789012345", 0, "123456789012345\n" },
	{ "123456789012345\n", 0, "123456789012345\n" },
	{ "1234567890123456", -EINVAL },
	{ "a\tb", -EINVAL },
	{ "\xc3\xa4", -EINVAL },
	{ "\x7f", -EINVAL },
};

KUNIT_ARRAY_PARAM(cfs_strings, cfs_string_params, cfs_string_desc);

static void cfs_restore_platform(void *context)
{
	scmid_platform = *(struct scmid_platform *)context;
}

static void cfs_platform_saved(struct kunit *test)
{
	struct scmid_platform *saved = kunit_kmalloc(test, sizeof(*saved), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, saved);
	*saved = scmid_platform;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, cfs_restore_platform, saved));
}

static void cfs_string(struct kunit *test)
{
	const struct cfs_string *p = test->param_value;
	const char *shown = p->err ? "before that\n" : p->shown;
	size_t len;

	cfs_platform_saved(test);
	EXPECT_STORED(test, scmid_root_vendor_store, NULL, "before that");
	EXPECT_STORED(test, scmid_root_sub_vendor_store, NULL, "before that");
	KUNIT_EXPECT_EQ(test, scmid_root_vendor_store(NULL, p->text, strlen(p->text)),
			p->err ?: (ssize_t)strlen(p->text));
	KUNIT_EXPECT_EQ(test, scmid_root_sub_vendor_store(NULL, p->text, strlen(p->text)),
			p->err ?: (ssize_t)strlen(p->text));
	EXPECT_SHOWN(test, scmid_root_vendor_show, NULL, shown);
	EXPECT_SHOWN(test, scmid_root_sub_vendor_show, NULL, shown);

	/* What was there before is not between the string and the next one. */
	len = strlen(scmid_platform.vendor);
	KUNIT_EXPECT_NULL(test, memchr_inv(scmid_platform.vendor + len, 0,
					   SCMID_SHORT_NAME - len));
}

static void cfs_string_frozen(struct kunit *test)
{
	cfs_platform_saved(test);
	cfs_make(test, "one");
	EXPECT_STORED(test, scmid_grant_enable_store, cfs_grant_item(test), "1");
	EXPECT_STORED(test, scmid_root_vendor_store, NULL, "acme");
	EXPECT_STORED(test, scmid_agent_live_store, cfs_agent_item(test), "1");
	EXPECT_REFUSED(test, scmid_root_vendor_store, NULL, "other", -EBUSY);
	EXPECT_REFUSED(test, scmid_root_sub_vendor_store, NULL, "other", -EBUSY);
	EXPECT_SHOWN(test, scmid_root_vendor_show, NULL, "acme\n");
	EXPECT_STORED(test, scmid_agent_live_store, cfs_agent_item(test), "0");
	EXPECT_STORED(test, scmid_root_vendor_store, NULL, "other");
	EXPECT_SHOWN(test, scmid_root_version_show, NULL, "1\n");
}

/* Each backend's limits have names of its own. */
static void cfs_attributes(struct kunit *test)
{
	struct scmid_backend bare = { .name = "bare" }, half = { .name = "half" };
	const struct config_item_type *type;
	unsigned int n;

	half.max_attr = "top";
	type = scmid_res_type(&mock_backend);
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[0]->ca_name, "id");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[1]->ca_name, "name");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[2]->ca_name, "access");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[3]->ca_name, "least");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[4]->ca_name, "most");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[5]->ca_name, "mode");
	KUNIT_EXPECT_NULL(test, type->ct_attrs[6]);
	type = scmid_res_type(&mock_supply_backend);
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[3]->ca_name, "lowest");
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[4]->ca_name, "highest");
	KUNIT_EXPECT_NULL(test, type->ct_attrs[5]);
	KUNIT_EXPECT_NULL(test, scmid_res_type(&mock_power_backend)->ct_attrs[3]);

	KUNIT_ASSERT_EQ(test, scmid_cfs_backend_add(&bare), 0);
	KUNIT_ASSERT_EQ(test, scmid_cfs_backend_add(&half), 0);
	type = scmid_res_type(&bare);
	for (n = 0; type->ct_attrs[n]; n++)
		;
	KUNIT_EXPECT_EQ(test, n, 3);
	type = scmid_res_type(&half);
	KUNIT_EXPECT_STREQ(test, type->ct_attrs[3]->ca_name, "top");
	KUNIT_EXPECT_TRUE(test, type->ct_attrs[3]->store == scmid_res_max_store);
	KUNIT_EXPECT_NULL(test, type->ct_attrs[4]);
	KUNIT_EXPECT_STREQ(test, scmid_res_type(&mock_backend)->ct_attrs[3]->ca_name, "least");
}

/* What is below a device has the names of the backends. */
static void cfs_dirs(struct kunit *test)
{
	static const char * const names[] = {
		"mock0", "mockpower0", "mockreset0", "mocksupply-vdd",
	};
	struct cfs *cfs;
	unsigned int i;

	cfs_make(test, "all");
	cfs = test->priv;
	KUNIT_ASSERT_EQ(test, cfs->cd->nr_res, ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_STREQ(test, config_item_name(cfs_res_item(test, i)), names[i]);
}

/* Single resources */

static void cfs_single_drop(void *context)
{
	scmid_resources_drop(NULL, context);
}

static struct config_item *cfs_mksingle(struct scmid_cfs_agent *ca, const char *name)
{
	struct config_item *resources = &ca->resources.cg_item, *item;

	resources->ci_parent = &ca->group.cg_item;
	item = scmid_resources_make(&ca->resources, name);
	resources->ci_parent = NULL;

	return item;
}

static struct config_item *cfs_single(struct kunit *test, struct scmid_cfs_agent *ca,
				      const char *name)
{
	struct config_item *item = cfs_mksingle(ca, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, item);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, cfs_single_drop, item));

	return item;
}

/* Before it is said what it is, there is little to say of it. */
static void cfs_single_blank(struct kunit *test)
{
	struct config_item *item = cfs_single(test, cfs_agent(test, "vm1"), "it");
	char *page = cfs_page(test);

	EXPECT_SHOWN(test, scmid_single_type_show, item, "\n");
	EXPECT_SHOWN(test, scmid_single_provider_show, item, "\n");
	EXPECT_SHOWN(test, scmid_single_args_show, item, "\n");
	EXPECT_SHOWN(test, scmid_grant_state_show, item, "disabled\n");
	EXPECT_SHOWN(test, scmid_grant_denied_show, item, "none\n");
	KUNIT_EXPECT_EQ(test, scmid_res_id_show(item, page), -ENODATA);
	KUNIT_EXPECT_EQ(test, scmid_res_name_show(item, page), -ENODATA);
	KUNIT_EXPECT_EQ(test, scmid_res_access_show(item, page), -ENODATA);
	KUNIT_EXPECT_EQ(test, scmid_res_min_show(item, page), -ENODATA);
	KUNIT_EXPECT_EQ(test, scmid_res_max_show(item, page), -ENODATA);
	KUNIT_EXPECT_EQ(test, scmid_res_policy_show(item, page), -ENODATA);
	EXPECT_REFUSED(test, scmid_res_id_store, item, "1", -ENODATA);
	EXPECT_REFUSED(test, scmid_res_access_store, item, "get", -ENODATA);
	EXPECT_REFUSED(test, scmid_res_min_store, item, "1", -ENODATA);
	EXPECT_REFUSED(test, scmid_res_max_store, item, "1", -ENODATA);
	EXPECT_REFUSED(test, scmid_res_policy_store, item, "range", -ENODATA);
	EXPECT_REFUSED(test, scmid_grant_enable_store, item, "1", -EINVAL);
	EXPECT_STORED(test, scmid_grant_denied_store, item, "clock");
	EXPECT_STORED(test, scmid_grant_enable_store, item, "0");
}

static void cfs_single_files(struct kunit *test)
{
	struct scmid_cfs_agent *ca = cfs_agent(test, "vm1");
	struct config_item *item = cfs_single(test, ca, "it");
	struct scmid_grant *grant = to_grant(item);

	EXPECT_STORED(test, scmid_single_type_store, item, "mock\n");
	EXPECT_SHOWN(test, scmid_single_type_show, item, "mock\n");
	EXPECT_STORED(test, scmid_single_provider_store, item, TEST_PATH "triple\n");
	EXPECT_SHOWN(test, scmid_single_provider_show, item, TEST_PATH "triple\n");
	EXPECT_STORED(test, scmid_single_args_store, item, " 1 0x10\t4294967295\n");
	EXPECT_SHOWN(test, scmid_single_args_show, item, "1 16 4294967295\n");
	EXPECT_SHOWN(test, scmid_res_id_show, item, "0\n");
	EXPECT_SHOWN(test, scmid_res_name_show, item, "it\n");
	EXPECT_SHOWN(test, scmid_res_access_show, item, "get state rate\n");
	EXPECT_STORED(test, scmid_res_access_store, item, "state");
	EXPECT_STORED(test, scmid_res_id_store, item, "7");
	EXPECT_STORED(test, scmid_res_max_store, item, "20");
	EXPECT_STORED(test, scmid_res_min_store, item, "10");
	EXPECT_STORED(test, scmid_res_policy_store, item, "shared");

	EXPECT_STORED(test, scmid_grant_enable_store, item, "1");
	EXPECT_SHOWN(test, scmid_grant_state_show, item, "granted\n");
	KUNIT_EXPECT_STREQ(test, mock.log, "+it");
	EXPECT_REFUSED(test, scmid_single_type_store, item, "mock", -EBUSY);
	EXPECT_REFUSED(test, scmid_single_provider_store, item, TEST_PATH "plain", -EBUSY);
	EXPECT_REFUSED(test, scmid_single_args_store, item, "1 2 3", -EBUSY);
	EXPECT_REFUSED(test, scmid_res_id_store, item, "8", -EBUSY);
	EXPECT_STORED(test, scmid_res_access_store, item, "get state");
	EXPECT_STORED(test, scmid_res_max_store, item, "30");
	EXPECT_STORED(test, scmid_grant_enable_store, item, "0");

	/* Its own again, without what was only of that kind. */
	EXPECT_STORED(test, scmid_single_type_store, item, "mockpower");
	EXPECT_SHOWN(test, scmid_res_access_show, item, "get state\n");
	EXPECT_REFUSED(test, scmid_res_min_store, item, "1", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_max_store, item, "1", -EINVAL);
	EXPECT_REFUSED(test, scmid_res_policy_store, item, "range", -EINVAL);
	EXPECT_SHOWN(test, scmid_res_min_show, item, "0\n");
	EXPECT_SHOWN(test, scmid_res_policy_show, item, "range\n");
	EXPECT_STORED(test, scmid_single_type_store, item, "mocksupply");
	EXPECT_STORED(test, scmid_res_min_store, item, "1");
	EXPECT_REFUSED(test, scmid_res_policy_store, item, "range", -EINVAL);

	EXPECT_REFUSED(test, scmid_single_type_store, item, "clocks", -EINVAL);
	EXPECT_REFUSED(test, scmid_single_type_store, item, "", -EINVAL);
	EXPECT_REFUSED(test, scmid_single_type_store, item, "\n", -EINVAL);
	EXPECT_REFUSED(test, scmid_single_provider_store, item, "", -EINVAL);
	EXPECT_REFUSED(test, scmid_single_provider_store, item, "\t\n", -EINVAL);
	EXPECT_REFUSED(test, scmid_single_provider_store, item, TEST_PATH "nowhere", -ENODEV);
	EXPECT_SHOWN(test, scmid_single_type_show, item, "mocksupply\n");
	EXPECT_SHOWN(test, scmid_single_provider_show, item, TEST_PATH "triple\n");
	KUNIT_EXPECT_EQ(test, list_count_nodes(&grant->res), 1);
}

static const struct cfs_string cfs_args_params[] = {
	{ "", 0, "\n" },
	{ "\n", 0, "\n" },
	{ "0", 0, "0\n" },
	{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", 0,
	  "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n" },
	{ "0xffffffff 010", 0, "4294967295 8\n" },
	{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", -EINVAL },
	{ "4294967296", -EINVAL },
	{ "-1", -EINVAL },
	{ "1,2", -EINVAL },
	{ "1 x", -EINVAL },
	{ "<1 2>", -EINVAL },
};

KUNIT_ARRAY_PARAM(cfs_args, cfs_args_params, cfs_string_desc);

static void cfs_single_args(struct kunit *test)
{
	const struct cfs_string *p = test->param_value;
	struct config_item *item = cfs_single(test, cfs_agent(test, "vm1"), "it");

	EXPECT_STORED(test, scmid_single_args_store, item, "47 11");
	KUNIT_EXPECT_EQ(test, scmid_single_args_store(item, p->text, strlen(p->text)),
			p->err ?: (ssize_t)strlen(p->text));
	EXPECT_SHOWN(test, scmid_single_args_show, item, p->err ? "47 11\n" : p->shown);
}

static void cfs_single_mkdir(struct kunit *test)
{
	struct scmid_cfs_agent *ca = cfs_agent(test, "vm1");
	struct config_item *item = cfs_single(test, ca, "it");

	KUNIT_EXPECT_PTR_EQ(test, cfs_mksingle(ca, "not a name"), ERR_PTR(-EINVAL));
	KUNIT_EXPECT_PTR_EQ(test, cfs_mksingle(ca, "it"), ERR_PTR(-EEXIST));
	cfs_single(test, ca, "it2");
	cfs_single(test, cfs_agent(test, "vm2"), "it");

	/* What is open when the directory goes shows what there was. */
	EXPECT_STORED(test, scmid_single_type_store, item, "mock");
	EXPECT_STORED(test, scmid_single_provider_store, item, TEST_PATH "plain");
	EXPECT_STORED(test, scmid_grant_enable_store, item, "1");
	config_item_get(item);
	kunit_release_action(test, cfs_single_drop, item);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	EXPECT_SHOWN(test, scmid_grant_state_show, item, "disabled\n");
	EXPECT_SHOWN(test, scmid_res_name_show, item, "it\n");
	EXPECT_SHOWN(test, scmid_single_provider_show, item, TEST_PATH "plain\n");
	config_item_put(item);
	cfs_single(test, ca, "it");
}

static struct kunit_case cfs_cases[] = {
	KUNIT_CASE_PARAM(cfs_access, cfs_accesses_gen_params),
	KUNIT_CASE(cfs_access_show),
	KUNIT_CASE_PARAM(cfs_limit, cfs_limits_gen_params),
	KUNIT_CASE(cfs_limit_show),
	KUNIT_CASE(cfs_limit_adjust),
	KUNIT_CASE_PARAM(cfs_policy, cfs_policies_gen_params),
	KUNIT_CASE_PARAM(cfs_denied, cfs_denials_gen_params),
	KUNIT_CASE(cfs_frozen),
	KUNIT_CASE(cfs_res_ids),
	KUNIT_CASE(cfs_grant_files),
	KUNIT_CASE(cfs_agent_files),
	KUNIT_CASE(cfs_agent_trusted),
	KUNIT_CASE(cfs_agent_reset),
	KUNIT_CASE(cfs_agent_protocols),
	KUNIT_CASE(cfs_agent_access),
	KUNIT_CASE(cfs_agent_overlay),
	KUNIT_CASE(cfs_agent_generation),
	KUNIT_CASE(cfs_mkdir_errors),
	KUNIT_CASE(cfs_outlived),
	KUNIT_CASE_PARAM(cfs_string, cfs_strings_gen_params),
	KUNIT_CASE(cfs_string_frozen),
	KUNIT_CASE(cfs_attributes),
	KUNIT_CASE(cfs_dirs),
	KUNIT_CASE(cfs_single_blank),
	KUNIT_CASE(cfs_single_files),
	KUNIT_CASE_PARAM(cfs_single_args, cfs_args_gen_params),
	KUNIT_CASE(cfs_single_mkdir),
	{}
};

static struct kunit_suite cfs_suite = {
	.name = "scmi_server_configfs",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = cfs_init,
	.test_cases = cfs_cases,
};

kunit_test_suite(cfs_suite);
