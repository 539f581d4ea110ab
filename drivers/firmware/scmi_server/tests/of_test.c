// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the agents that the devicetree describes, and of their
 * directories in configfs.
 */

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/platform_device.h>

#include "own_engine.h"

#undef pr_fmt
#undef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(symbol)
#include "../of.c"

#include "peer.h"

static int oft_suite_init(struct kunit_suite *suite)
{
	return test_suite_init(suite) ?: test_configfs_start();
}

static void oft_suite_exit(struct kunit_suite *suite)
{
	test_configfs_stop();
	test_suite_exit(suite);
}

static void oft_check(void *context)
{
	struct kunit *test = context;

	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
}

static int oft_init(struct kunit *test)
{
	return test_init(test) ?: kunit_add_action_or_reset(test, oft_check, test);
}

static void oft_undescribe(void *name)
{
	scmid_agent_undescribe(name);
}

static int oft_describe(struct kunit *test, const char *node, const char *name)
{
	int err = scmid_agent_describe(test_node(test, node), name);

	if (!err)
		KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, oft_undescribe,
								   (void *)name));
	return err;
}

/* For its fields; it is there until it is undescribed. */
static struct scmid_agent *oft_find(const char *name)
{
	struct scmid_agent *agent = scmid_agent_find(name);

	if (agent)
		scmid_agent_put(agent);

	return agent;
}

static struct scmid_agent *oft_agent(struct kunit *test, const char *node, const char *name)
{
	struct scmid_agent *agent;

	KUNIT_ASSERT_EQ(test, oft_describe(test, node, name), 0);
	agent = oft_find(name);
	KUNIT_ASSERT_NOT_NULL(test, agent);

	return agent;
}

static struct scmid_grant *oft_grant(struct kunit *test, struct scmid_agent *agent,
				     const char *node)
{
	struct scmid_grant *grant;
	char name[64];

	snprintf(name, sizeof(name), TEST_NAME "%s", node);
	list_for_each_entry(grant, &agent->grants, node)
		if (!strcmp(grant->name, name))
			return grant;

	KUNIT_FAIL_AND_ABORT(test, "no grant of %s", node);
	return NULL;
}

static struct scmid_grant_res *oft_res(struct kunit *test, struct scmid_grant *grant,
				       const char *dir)
{
	struct scmid_grant_res *r;

	list_for_each_entry(r, &grant->res, node)
		if (!strcmp(r->dir, dir))
			return r;

	KUNIT_FAIL_AND_ABORT(test, "no resource %s", dir);
	return NULL;
}

static void oft_full(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-agents/agent@4d", "m7");
	struct scmid_grant *one = oft_grant(test, agent, "of-four");
	struct scmid_grant *own = oft_grant(test, agent, "of-agents!agent@4d!itself");
	struct scmid_grant_res *r;

	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 2);
	KUNIT_EXPECT_TRUE(test, agent->described);
	KUNIT_EXPECT_EQ(test, agent->peer.id, 77);
	KUNIT_EXPECT_TRUE(test, agent->peer.trusted);
	KUNIT_EXPECT_TRUE(test, agent->peer.live);

	KUNIT_EXPECT_TRUE(test, one->described);
	KUNIT_EXPECT_TRUE(test, one->enabled);
	KUNIT_EXPECT_TRUE(test, one->shared);
	KUNIT_EXPECT_TRUE(test, own->described);
	KUNIT_EXPECT_TRUE(test, own->enabled);
	KUNIT_EXPECT_FALSE(test, own->shared);

	r = oft_res(test, one, "mock0");
	KUNIT_EXPECT_EQ(test, r->res.id, 7);
	KUNIT_EXPECT_EQ(test, r->access, SCMID_ACCESS_GET | SCMID_ACCESS_RATE);
	KUNIT_EXPECT_EQ(test, r->res.access, SCMID_ACCESS_GET | SCMID_ACCESS_RATE);
	KUNIT_EXPECT_EQ(test, r->res.min, 100);
	KUNIT_EXPECT_EQ(test, r->res.max, 200);
	KUNIT_EXPECT_EQ(test, r->policy, SCMID_POLICY_FLOOR);
	KUNIT_EXPECT_PTR_EQ(test, test_seen(agent, 7), &r->res);
	r = oft_res(test, one, "mock1");
	KUNIT_EXPECT_EQ(test, r->access, 0);
	KUNIT_EXPECT_EQ(test, r->policy, SCMID_POLICY_RANGE);
	KUNIT_EXPECT_EQ(test, r->res.min, 0);
	KUNIT_EXPECT_EQ(test, r->res.max, 0);
	r = oft_res(test, one, "mock2");
	KUNIT_EXPECT_EQ(test, r->access, mock_backend.access_default);
	r = oft_res(test, one, "mock3");
	KUNIT_EXPECT_EQ(test, r->res.id, 0);
	KUNIT_EXPECT_EQ(test, r->res.max, U32_MAX);
	KUNIT_EXPECT_EQ(test, r->access, mock_backend.access_default);

	r = oft_res(test, own, "mocksupply-vdd");
	KUNIT_EXPECT_EQ(test, r->res.min, 1000);
	r = oft_res(test, own, "mockreset0");
	KUNIT_EXPECT_EQ(test, r->access, mock_reset_backend.access_default);
	KUNIT_EXPECT_EQ(test, mock.held, 6);

	/* And nothing is left of it. */
	kunit_release_action(test, oft_undescribe, "m7");
	KUNIT_EXPECT_NULL(test, oft_find("m7"));
	KUNIT_EXPECT_EQ(test, mock.held, 0);
}

/* What limits are called there. */
static void oft_names(struct kunit *test)
{
	static const char * const names[][2] = {
		{ "rate_min_hz", "rate-min-hz" },
		{ "rate_policy", "rate-policy" },
		{ "level_min_uv", "level-min-microvolt" },
		{ "uv", "uv" },
		{ "_uv", "-uv" },
		{ "a_uv", "a-microvolt" },
		{ "uv_least", "uv-least" },
	};
	unsigned int i;
	char name[32];

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		scmid_of_property(name, sizeof(name), names[i][0]);
		KUNIT_EXPECT_STREQ(test, name, names[i][1]);
	}
}

struct oft_bad {
	const char *node;
	int err;
};

static const struct oft_bad oft_bad_params[] = {
	{ "id-zero@0" }, { "id-large@101" }, { "leads-nowhere" }, { "resource" }, { "right" },
	{ "right-none" }, { "rights" }, { "right-number" }, { "right-nothing" }, { "scmi-id" },
	{ "scmi-id-large" }, { "scmi-id-string" }, { "scmi-ids" }, { "limits" },
	{ "limit-string" }, { "limit-nothing" }, { "policy" }, { "policy-number" },
	{ "twice", -EEXIST },
};

KUNIT_ARRAY_PARAM_DESC(oft_bads, oft_bad_params, node);

static void oft_bad(struct kunit *test)
{
	const struct oft_bad *p = test->param_value;
	char node[40];

	snprintf(node, sizeof(node), "of-bad/%s", p->node);
	KUNIT_EXPECT_EQ(test, oft_describe(test, node, "m7"), p->err ?: -EINVAL);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
	KUNIT_EXPECT_STREQ(test, mock.log, "");

	/* The name is free. */
	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-empty", "m7"), 0);
}

struct oft_name {
	const char *name;
	int err;
};

static const struct oft_name oft_name_params[] = {
	{ "a", 0 },
	{ "fifteen-bytes-x", 0 },
	{ "sixteen-bytes-xx", -ENAMETOOLONG },
	{ "", -EINVAL },
	{ "a b", -EINVAL },
	{ "a/b", -EINVAL },
	{ ".", -EINVAL },
	{ "..", -EINVAL },
	{ "...", 0 },
};

KUNIT_ARRAY_PARAM_DESC(oft_agent_names, oft_name_params, name);

static void oft_agent_name(struct kunit *test)
{
	const struct oft_name *p = test->param_value;

	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-empty", p->name), p->err);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&scmid_agents), !p->err);
}

/* One without anything is there for an operator. */
static void oft_empty(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-empty", "m7");

	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_FALSE(test, agent->peer.trusted);
	KUNIT_EXPECT_EQ(test, agent->peer.id, 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->grants));
}

static void oft_id_taken(struct kunit *test)
{
	struct scmid_agent *other = test_agent(test, "vm1");
	struct scmid_agent *agent;

	KUNIT_ASSERT_EQ(test, scmid_agent_set_id(other, 78), 0);
	agent = oft_agent(test, "of-agents/agent@4e", "m7");
	KUNIT_EXPECT_EQ(test, other->peer.id, 78);
	KUNIT_EXPECT_EQ(test, agent->peer.id, 1);
}

static void oft_operator(struct kunit *test)
{
	struct scmid_agent *agent = test_agent(test, "m7");

	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-agents/agent@4d", "m7"), 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&agent->grants));
	KUNIT_EXPECT_FALSE(test, agent->described);
	KUNIT_EXPECT_EQ(test, agent->peer.id, 1);

	/* It is not ours to remove. */
	scmid_agent_undescribe("m7");
	KUNIT_EXPECT_PTR_EQ(test, oft_find("m7"), agent);
	scmid_agent_undescribe("m8");
}

static void oft_namesake(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-agents/agent@9", "m7");
	struct peer *peer = peer_attached(test, "m7");

	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-agents/agent@4d", "m7"), 1);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 1);
	scmid_chan_detach(&peer->chan);
}

/* A provider is missing. */
static void oft_waits(struct kunit *test)
{
	mock.fail_get = "b";
	mock.fail_get_err = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-waits", "m7"), -EPROBE_DEFER);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
	KUNIT_EXPECT_EQ(test, mock.held, 0);

	mock.fail_get = NULL;
	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-waits", "m7"), 0);
	KUNIT_EXPECT_EQ(test, mock.held, 2);
}

/* What cannot be had, the first or the last, is no reason to do without the rest. */
static void oft_part(struct kunit *test)
{
	static const char * const missing[] = { "a", "b" };
	struct scmid_grant *one, *two;
	struct scmid_agent *agent;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(missing); i++) {
		mock.fail_get = missing[i];
		mock.fail_get_err = -EIO;
		agent = oft_agent(test, "of-waits", "m7");
		one = oft_grant(test, agent, "of-waits!one");
		two = oft_grant(test, agent, "of-waits!two");
		KUNIT_EXPECT_TRUE(test, agent->peer.live);
		KUNIT_EXPECT_EQ(test, one->enabled, i == 1);
		KUNIT_EXPECT_EQ(test, two->enabled, i == 0);

		mock.fail_get = NULL;
		KUNIT_EXPECT_EQ(test, scmid_grant_enable(i ? two : one), 0);
		KUNIT_EXPECT_EQ(test, mock.held, 2);
		KUNIT_EXPECT_EQ(test, test_count(agent), 2);
		kunit_release_action(test, oft_undescribe, "m7");
	}
}

static struct platform_driver oft_driver = {
	.driver.name = "scmi-server-kunit-host",
};

KUNIT_DEFINE_ACTION_WRAPPER(oft_pdev_unregister, platform_device_unregister,
			    struct platform_device *);
KUNIT_DEFINE_ACTION_WRAPPER(oft_driver_unregister, platform_driver_unregister,
			    struct platform_driver *);

static struct platform_device *oft_host(struct kunit *test)
{
	struct platform_device_info info = {
		.name = oft_driver.driver.name,
		.id = PLATFORM_DEVID_NONE,
		.fwnode = of_fwnode_handle(test_node(test, "of-used")),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, oft_pdev_unregister, pdev));

	return pdev;
}

static void oft_drive(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, platform_driver_register(&oft_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, oft_driver_unregister,
							   &oft_driver));
}

/* The host uses the device. */
static void oft_used(struct kunit *test)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	oft_drive(test);
	oft_host(test);
	agent = oft_agent(test, "of-uses", "m7");
	grant = oft_grant(test, agent, "of-used");
	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);

	kunit_release_action(test, oft_driver_unregister, &oft_driver);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
}

/* There is a device later, and then a driver for it. */
static void oft_used_later(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-uses", "m7");
	struct scmid_grant *grant = oft_grant(test, agent, "of-used");

	KUNIT_EXPECT_TRUE(test, grant->enabled);
	KUNIT_EXPECT_NULL(test, grant->target);
	oft_host(test);
	KUNIT_EXPECT_TRUE(test, grant->enabled);
	oft_drive(test);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_TRUE(test, grant->revoked);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), -EBUSY);

	/* Unless the operator has nothing against it. */
	grant->shared = true;
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
	kunit_release_action(test, oft_driver_unregister, &oft_driver);
	oft_drive(test);
	KUNIT_EXPECT_TRUE(test, grant->enabled);
}

/* Another agent has a right that only one can have. */
static void oft_busy(struct kunit *test)
{
	struct scmid_agent *other = test_live(test, "vm1", "four");
	struct scmid_agent *agent = oft_agent(test, "of-agents/agent@9", "m7");
	struct scmid_grant *grant = oft_grant(test, agent, "of-four");

	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_FALSE(test, grant->enabled);
	KUNIT_EXPECT_EQ(test, mock.held, 4);

	test_agent_drop(test, other);
	KUNIT_EXPECT_EQ(test, scmid_grant_enable(grant), 0);
}

/* Its channel: attached before it is live, and once */
static void oft_channel(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-agents/agent@9", "m7");
	struct peer *peer = peer_attached(test, "m7");

	peer_up(peer, SCMID_START_SAME);
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0),
			SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, PEER_CALL(peer, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1),
			SCMID_DENIED);

	/* Not while somebody speaks for it. */
	scmid_agent_undescribe("m7");
	KUNIT_EXPECT_PTR_EQ(test, oft_find("m7"), agent);
	KUNIT_EXPECT_FALSE(test, agent->leaving);
	scmid_chan_detach(&peer->chan);
}

/* Nothing begins with one that is on its way out. */
static void oft_leaving(struct kunit *test)
{
	struct scmid_agent *agent = oft_agent(test, "of-empty", "m7");
	struct peer *peer = peer_new(test);

	scoped_guard(mutex, &agent->lock)
		agent->leaving = true;
	KUNIT_EXPECT_EQ(test, scmid_chan_attach(&peer->chan, "m7"), -ENOENT);
	KUNIT_EXPECT_PTR_EQ(test, scmid_grant_create(agent, TEST_NAME "one"), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_PTR_EQ(test, scmid_single_create(agent, "it"), ERR_PTR(-ENODEV));
	scoped_guard(mutex, &agent->lock)
		agent->leaving = false;
}

/* In configfs: below scmi_server_kunit/agents */

static struct vfsmount *oft_mount;

static void oft_umount(void *type)
{
	kern_unmount(oft_mount);
	module_put(((struct file_system_type *)type)->owner);
}

/* It may be mounted nowhere, or where tests do not see it. */
static void oft_need_configfs(struct kunit *test)
{
	struct file_system_type *type = get_fs_type("configfs");

	KUNIT_ASSERT_NOT_NULL(test, type);
	oft_mount = kern_mount(type);
	if (IS_ERR(oft_mount))
		module_put(type->owner);
	KUNIT_ASSERT_FALSE(test, IS_ERR(oft_mount));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, oft_umount, type));
}

static struct file *oft_open(const char *path, int flags)
{
	struct path root = { .mnt = oft_mount, .dentry = oft_mount->mnt_root };
	char name[128];

	snprintf(name, sizeof(name), "scmi_server_kunit/agents/%s", path);

	return file_open_root(&root, name, flags, 0);
}

/* What an operator does. */
static int oft_mkdir(const char *parent, const char *name)
{
	struct file *file = oft_open(parent, O_RDONLY | O_DIRECTORY), *there;
	struct dentry *dir, *child;
	struct inode *inode;
	char path[128];
	long err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	snprintf(path, sizeof(path), "%s/%s", parent, name);
	there = oft_open(path, O_RDONLY | O_DIRECTORY);
	if (!IS_ERR(there)) {
		filp_close(there, NULL);
		filp_close(file, NULL);
		return -EEXIST;
	}

	dir = file->f_path.dentry;
	inode = d_inode(dir);
	child = d_alloc_name(dir, name);
	if (child) {
		inode_lock_nested(inode, I_MUTEX_PARENT);
		err = IS_DEADDIR(inode) ? -ENOENT :
		      PTR_ERR_OR_ZERO(inode->i_op->lookup(inode, child, 0));
		/* It returns an errno, or in later kernels a pointer that may be one. */
		if (!err)
			err = (long)inode->i_op->mkdir(&nop_mnt_idmap, inode, child, 0755);
		inode_unlock(inode);
		dput(child);
	} else {
		err = -ENOMEM;
	}
	filp_close(file, NULL);

	return err;
}

static int oft_rmdir(const char *path)
{
	struct file *file = oft_open(path, O_RDONLY | O_DIRECTORY);
	struct dentry *child, *parent;
	struct inode *inode;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	child = dget(file->f_path.dentry);
	filp_close(file, NULL);

	parent = dget_parent(child);
	inode = d_inode(parent);
	inode_lock_nested(inode, I_MUTEX_PARENT);
	if (IS_DEADDIR(inode) || IS_DEADDIR(d_inode(child))) {
		err = -ENOENT;
	} else {
		inode_lock(d_inode(child));
		err = inode->i_op->rmdir(inode, child);
		if (!err) {
			shrink_dcache_parent(child);
			d_inode(child)->i_flags |= S_DEAD;
		}
		inode_unlock(d_inode(child));
	}
	if (!err)
		d_drop(child);
	inode_unlock(inode);
	dput(parent);
	dput(child);

	return err;
}

static int oft_read_file(struct file *file, char *text, size_t size)
{
	loff_t pos = 0;
	ssize_t n = kernel_read(file, text, size - 1, &pos);

	if (n < 0)
		return n;
	text[n] = '\0';
	return 0;
}

static int oft_read(const char *path, char *text, size_t size)
{
	struct file *file = oft_open(path, O_RDONLY);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = oft_read_file(file, text, size);
	filp_close(file, NULL);

	return err;
}

static int oft_write_file(struct file *file, const char *text)
{
	loff_t pos = 0;
	ssize_t n = kernel_write(file, text, strlen(text), &pos);

	return n < 0 ? n : 0;
}

static int oft_write(const char *path, const char *text)
{
	struct file *file = oft_open(path, O_WRONLY);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	/* It is the last to let go of the file that writes. */
	err = oft_write_file(file, text);
	filp_close(file, NULL);

	return err;
}

#define EXPECT_READ(test, path, want) do {					\
	char _text[128] = "";							\
										\
	KUNIT_EXPECT_EQ(test, oft_read(path, _text, sizeof(_text)), 0);		\
	KUNIT_EXPECT_STREQ(test, _text, want);					\
} while (0)

#define EXPECT_WRITTEN(test, path, text)					\
	KUNIT_EXPECT_EQ(test, oft_write(path, text), 0)

#define OFT_FOUR	"m7/devices/" TEST_NAME "of-four"
#define OFT_ONE		"m7/devices/" TEST_NAME "one"

static void oft_shown(struct kunit *test)
{
	struct scmid_agent *agent;

	oft_need_configfs(test);
	agent = oft_agent(test, "of-agents/agent@9", "m7");

	EXPECT_READ(test, "m7/agent_id", "9\n");
	EXPECT_READ(test, "m7/live", "1\n");
	EXPECT_READ(test, OFT_FOUR "/enable", "1\n");
	EXPECT_READ(test, OFT_FOUR "/state", "granted\n");
	EXPECT_READ(test, OFT_FOUR "/mock0/access", "get\n");
	EXPECT_READ(test, OFT_FOUR "/mock1/access", "get state rate\n");

	/* It is narrowed, and widened. */
	EXPECT_WRITTEN(test, OFT_FOUR "/mock0/access", "none");
	KUNIT_EXPECT_EQ(test, test_seen(agent, 0)->access, 0);
	EXPECT_WRITTEN(test, OFT_FOUR "/mock0/access", "get state");
	KUNIT_EXPECT_EQ(test, test_seen(agent, 0)->access, SCMID_ACCESS_GET | SCMID_ACCESS_STATE);
	EXPECT_WRITTEN(test, OFT_FOUR "/enable", "0");
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	EXPECT_READ(test, OFT_FOUR "/state", "disabled\n");
	EXPECT_WRITTEN(test, OFT_FOUR "/enable", "1");
	KUNIT_EXPECT_EQ(test, mock.held, 4);
	EXPECT_WRITTEN(test, "m7/live", "0");
	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_EQ(test, oft_write("m7/reset", "0"), -EINVAL);
	EXPECT_WRITTEN(test, "m7/reset", "1");

	/* What is described stays, and so does what belongs to it. */
	KUNIT_EXPECT_EQ(test, oft_rmdir(OFT_FOUR "/mock0"), -EPERM);
	KUNIT_EXPECT_EQ(test, oft_rmdir(OFT_FOUR), -EPERM);
	KUNIT_EXPECT_EQ(test, oft_rmdir("m7/devices"), -EPERM);
	KUNIT_EXPECT_EQ(test, oft_rmdir("m7"), -EPERM);
	KUNIT_EXPECT_EQ(test, oft_mkdir("", "m7"), -EEXIST);
	KUNIT_EXPECT_EQ(test, oft_mkdir("m7/devices", TEST_NAME "of-four"), -EEXIST);

	kunit_release_action(test, oft_undescribe, "m7");
	KUNIT_EXPECT_EQ(test, oft_rmdir("m7"), -ENOENT);
	KUNIT_ASSERT_EQ(test, oft_mkdir("", "m7"), 0);
	KUNIT_EXPECT_FALSE(test, oft_find("m7")->described);
	KUNIT_EXPECT_EQ(test, oft_rmdir("m7"), 0);
}

/* An operator may add, and remove that again. */
static void oft_added(struct kunit *test)
{
	struct scmid_agent *agent;

	oft_need_configfs(test);
	agent = oft_agent(test, "of-agents/agent@9", "m7");
	EXPECT_WRITTEN(test, "m7/live", "0");
	KUNIT_EXPECT_EQ(test, oft_mkdir("m7/devices", TEST_NAME "one"), 0);
	EXPECT_WRITTEN(test, OFT_ONE "/enable", "1");
	EXPECT_WRITTEN(test, "m7/live", "1");
	KUNIT_EXPECT_EQ(test, test_count(agent), 5);
	KUNIT_EXPECT_EQ(test, oft_rmdir(OFT_ONE), 0);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 1);

	/* A single resource counts as well. */
	KUNIT_EXPECT_EQ(test, oft_mkdir("m7/resources", "it"), 0);
	kunit_release_action(test, oft_undescribe, "m7");
	KUNIT_EXPECT_PTR_EQ(test, oft_find("m7"), agent);
	KUNIT_EXPECT_EQ(test, oft_rmdir("m7/resources/it"), 0);
	scmid_agent_undescribe("m7");
	KUNIT_EXPECT_NULL(test, oft_find("m7"));
}

/* With more than was described it stays, as it is, and is found again. */
static void oft_stays(struct kunit *test)
{
	struct scmid_agent *agent;

	oft_need_configfs(test);
	agent = oft_agent(test, "of-agents/agent@9", "m7");
	KUNIT_EXPECT_EQ(test, oft_mkdir("m7/devices", TEST_NAME "one"), 0);
	kunit_release_action(test, oft_undescribe, "m7");
	KUNIT_EXPECT_PTR_EQ(test, oft_find("m7"), agent);
	KUNIT_EXPECT_TRUE(test, agent->peer.live);
	EXPECT_READ(test, OFT_FOUR "/state", "granted\n");
	KUNIT_EXPECT_EQ(test, oft_describe(test, "of-agents/agent@9", "m7"), 0);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&agent->grants), 2);

	KUNIT_EXPECT_EQ(test, oft_rmdir(OFT_ONE), 0);
	kunit_release_action(test, oft_undescribe, "m7");
	KUNIT_EXPECT_NULL(test, oft_find("m7"));
}

/* Files that are open when the agent goes. */
static void oft_open_files(struct kunit *test)
{
	static const char * const paths[] = {
		"m7/live", "m7/agent_id", OFT_FOUR "/enable", OFT_FOUR "/state",
		OFT_FOUR "/mock0/access", OFT_FOUR "/mock0/name",
	};
	struct file *files[ARRAY_SIZE(paths)];
	char text[64];
	unsigned int i;

	oft_need_configfs(test);
	oft_agent(test, "of-agents/agent@9", "m7");
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		files[i] = oft_open(paths[i], i == 3 || i == 5 ? O_RDONLY : O_RDWR);
		KUNIT_EXPECT_NOT_ERR_OR_NULL(test, files[i]);
	}
	kunit_release_action(test, oft_undescribe, "m7");
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		if (IS_ERR_OR_NULL(files[i]))
			continue;
		KUNIT_EXPECT_EQ(test, oft_read_file(files[i], text, sizeof(text)), -ENOENT);
		if (i != 3 && i != 5)
			KUNIT_EXPECT_EQ(test, oft_write_file(files[i], "1"), -ENOENT);
		filp_close(files[i], NULL);
	}
}

/* Somebody looks, and adds, while it comes and goes. */
static void oft_race_run(void *context)
{
	char text[64];
	unsigned int i;

	for (i = 0; i < 300; i++) {
		oft_read("m7/live", text, sizeof(text));
		oft_read(OFT_FOUR "/state", text, sizeof(text));
		oft_write(OFT_FOUR "/mock0/access", "get");
		oft_write("m7/reset", "1");
		if (!(i % 3)) {
			oft_mkdir("m7/devices", TEST_NAME "one");
			oft_rmdir(OFT_ONE);
		}
	}
}

static void oft_race(struct kunit *test)
{
	struct device_node *np = test_node(test, "of-agents/agent@9");
	struct test_async async;
	unsigned int i, described = 0;

	oft_need_configfs(test);
	mock.quiet = true;
	test_async(&async, oft_race_run, NULL);
	for (i = 0; i < 1000 && !completion_done(&async.done); i++) {
		described += !scmid_agent_describe(np, "m7");
		cond_resched();
		scmid_agent_undescribe("m7");
	}
	test_async_end(&async);
	KUNIT_EXPECT_GT(test, described, 0);
	scmid_agent_undescribe("m7");
	KUNIT_EXPECT_NULL(test, oft_find("m7"));
}

static struct kunit_case oft_cases[] = {
	KUNIT_CASE(oft_full),
	KUNIT_CASE(oft_names),
	KUNIT_CASE_PARAM(oft_bad, oft_bads_gen_params),
	KUNIT_CASE_PARAM(oft_agent_name, oft_agent_names_gen_params),
	KUNIT_CASE(oft_empty),
	KUNIT_CASE(oft_id_taken),
	KUNIT_CASE(oft_operator),
	KUNIT_CASE(oft_namesake),
	KUNIT_CASE(oft_waits),
	KUNIT_CASE(oft_part),
	KUNIT_CASE(oft_used),
	KUNIT_CASE(oft_used_later),
	KUNIT_CASE(oft_busy),
	KUNIT_CASE(oft_channel),
	KUNIT_CASE(oft_leaving),
	KUNIT_CASE(oft_shown),
	KUNIT_CASE(oft_added),
	KUNIT_CASE(oft_stays),
	KUNIT_CASE(oft_open_files),
	KUNIT_CASE(oft_race),
	{}
};

static struct kunit_suite oft_suite = {
	.name = "scmi_server_of",
	.suite_init = oft_suite_init,
	.suite_exit = oft_suite_exit,
	.init = oft_init,
	.test_cases = oft_cases,
};

kunit_test_suite(oft_suite);
