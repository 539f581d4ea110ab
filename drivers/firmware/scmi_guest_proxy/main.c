// SPDX-License-Identifier: GPL-2.0
/*
 * SCMI guest proxy: a guest whose firmware tables know nothing of SCMI gets the
 * nodes from the platform itself, which knows what it granted.
 *
 * The description is read over the virtio-scmi device's own queue of commands,
 * vetted, and laid over the device tree; then the device is the client's.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/sha2.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/kmod.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "proxy.h"

/* Descriptions of which something is no longer in a later one are all kept. */
#define SGP_KEPT_MAX	32

enum sgp_state {
	SGP_WAITING,
	SGP_READING,
	SGP_PRESENT,
	SGP_ABSENT,
	SGP_REFUSED,
	SGP_FAILED,
	SGP_APPLIED,
};

static const char *const sgp_states[] = {
	[SGP_WAITING] = "waiting",
	[SGP_READING] = "reading",
	[SGP_PRESENT] = "present",
	[SGP_ABSENT] = "absent",
	[SGP_REFUSED] = "refused",
	[SGP_FAILED] = "failed",
	[SGP_APPLIED] = "applied",
};

/*
 * All but @state and @refresher is protected by @mutex. Within it drivers are
 * probed, also that which brings a refresher: that has a mutex of its own.
 */
static struct {
	struct mutex mutex;
	struct mutex refresher_mutex;
	enum sgp_state state;
	struct sgp_desc *applied;
	unsigned int nr_kept;
	struct sgp_info info;
	struct sgp_refresher *refresher;
	struct kobject *kobj;
} sgp = {
	.mutex = __MUTEX_INITIALIZER(sgp.mutex),
	.refresher_mutex = __MUTEX_INITIALIZER(sgp.refresher_mutex),
};

/* --- one description ------------------------------------------------------------- */

static void sgp_desc_free(struct sgp_desc *desc)
{
	if (!desc)
		return;
	kvfree(desc->blob);
	kvfree(desc);
}

DEFINE_FREE(sgp_desc, struct sgp_desc *, sgp_desc_free(_T))

static struct sgp_desc *sgp_desc_alloc(void)
{
	struct sgp_desc *desc __free(sgp_desc) = kvzalloc(sizeof(*desc), GFP_KERNEL);

	if (!desc)
		return NULL;
	desc->blob = kvzalloc(SGP_SIZE_MAX, GFP_KERNEL);
	if (!desc->blob)
		return NULL;

	return no_free_ptr(desc);
}

static const char *sgp_why(int err)
{
	switch (err) {
	case -EOPNOTSUPP:
		return "the platform has no guest descriptions";
	case -ENOENT:
		return "the platform has none for this guest";
	case -EACCES:
		return "the platform denies it";
	case -EBUSY:
		return "the device or the description does not come to rest";
	case -ETIMEDOUT:
		return "the platform does not answer";
	case -EPROTO:
		return "the platform's answer makes no sense";
	case -EPROTONOSUPPORT:
		return "the description has another format";
	case -EFBIG:
		return "the description is too large";
	default:
		return NULL;
	}
}

static enum sgp_state sgp_no_description(int err)
{
	const char *why = sgp_why(err);

	if (why)
		pr_info("no guest description: %s\n", why);
	else
		pr_info("no guest description: error %d\n", err);

	return err == -EOPNOTSUPP || err == -ENOENT || err == -EACCES ? SGP_ABSENT : SGP_FAILED;
}

static int sgp_check_hash(const struct sgp_desc *desc, const struct sgp_info *info)
{
	u8 hash[SHA256_DIGEST_SIZE];

	sha256(desc->blob, info->size, hash);

	return memcmp(hash, info->sha256, sizeof(hash)) ? -EBADMSG : 0;
}

/*
 * Parses, vets and applies what was read. A description that is refused changes
 * nothing.
 */
static enum sgp_state sgp_take(struct sgp_desc *desc, const struct sgp_info *info)
{
	char path[SGP_PATH_MAX];
	int err, id;

	if (sgp_check_hash(desc, info)) {
		pr_warn("guest description refused: its hash is another one\n");
		return SGP_REFUSED;
	}
	err = sgp_desc_parse(desc, desc->blob, info->size) ?: sgp_desc_vet(desc, &sgp_tree);
	if (!err && desc->nr_fresh)
		err = sgp_tree_apply(desc, sgp.kobj, &id);
	if (!err)
		return SGP_APPLIED;
	if (err != -EINVAL || !desc->why) {
		pr_warn("guest description not applied: error %d\n", err);
		return SGP_FAILED;
	}
	/* Only nodes that were vetted so far have a path. */
	if (desc->nr_nodes && desc->nodes[desc->where].kind != SGP_FRAME &&
	    sgp_desc_path(desc, desc->where, path) > 0)
		pr_warn("guest description refused: %s: %s\n", path, desc->why);
	else
		pr_warn("guest description refused: %s\n", desc->why);

	return SGP_REFUSED;
}

/* --- when the device appears --------------------------------------------------------- */

static bool sgp_is_described(void)
{
	struct device_node *node __free(device_node) =
		of_find_compatible_node(NULL, NULL, "arm,scmi-virtio");

	return node;
}

static enum sgp_state sgp_read_device(struct device *dev)
{
	struct sgp_desc *desc __free(sgp_desc) = sgp_desc_alloc();
	enum sgp_state state;
	struct sgp_info info;
	int err;

	if (!desc)
		return SGP_FAILED;
	err = sgp_device_read(dev, (void *)desc->blob, &info);
	if (err)
		return sgp_no_description(err);
	/* Nobody can take it back once it is applied: drivers use the nodes. */
	if (!try_module_get(THIS_MODULE))
		return SGP_FAILED;
	state = sgp_take(desc, &info);
	if (state != SGP_APPLIED) {
		module_put(THIS_MODULE);
		return state;
	}
	pr_info("guest description applied: generation %u, %u bytes\n", info.generation,
		info.size);
	sgp.info = info;
	sgp.applied = no_free_ptr(desc);
	sgp.nr_kept = 1;

	return state;
}

static void sgp_start(void)
{
	struct device *dev;
	int err;

	lockdep_assert_held(&sgp.mutex);
	if (sgp.state == SGP_APPLIED)
		return;
	if (sgp_is_described()) {
		if (sgp.state != SGP_PRESENT)
			pr_info("the device tree has an SCMI node: nothing to do\n");
		sgp.state = SGP_PRESENT;
		return;
	}
	dev = sgp_device_find();
	if (!dev) {
		sgp.state = SGP_WAITING;
		return;
	}
	sgp.state = SGP_READING;
	sgp.state = sgp_read_device(dev);
	/* To the client, if it is there; and what it serves can begin. */
	err = device_attach(dev);
	if (err < 0)
		pr_warn("%s: the client did not take it: error %d\n", dev_name(dev), err);
	put_device(dev);
	if (sgp.state != SGP_APPLIED)
		return;
	sgp_tree_populate(sgp.applied);
	/* Old ones do not say for which devices they are. */
	request_module_nowait("scmi_transport_virtio");
	request_module_nowait("scmi_guest_refresh");
}

static void sgp_work_fn(struct work_struct *work)
{
	guard(mutex)(&sgp.mutex);
	sgp_start();
}

static DECLARE_WORK(sgp_work, sgp_work_fn);

static void sgp_appeared(void)
{
	schedule_work(&sgp_work);
}

/* --- later ------------------------------------------------------------------------- */

/**
 * sgp_refresher_add() - there is a way to read again
 * @refresher: the way
 *
 * Context: process.
 * Return: 0, or -EBUSY if there is one already.
 */
int sgp_refresher_add(struct sgp_refresher *refresher)
{
	guard(mutex)(&sgp.refresher_mutex);
	if (sgp.refresher)
		return -EBUSY;
	sgp.refresher = refresher;

	return 0;
}
EXPORT_SYMBOL_GPL(sgp_refresher_add);

/**
 * sgp_refresher_del() - the way is not there any longer
 * @refresher: what was added; it is not used any more when this returns
 *
 * Context: process.
 */
void sgp_refresher_del(struct sgp_refresher *refresher)
{
	guard(mutex)(&sgp.refresher_mutex);
	if (sgp.refresher == refresher)
		sgp.refresher = NULL;
}
EXPORT_SYMBOL_GPL(sgp_refresher_del);

static void sgp_report(const struct sgp_desc *desc, bool applied)
{
	char path[SGP_PATH_MAX];
	u32 removed = sgp_desc_removed(desc, path);

	if (applied)
		pr_info("guest description: %u nodes and properties more\n", desc->nr_fresh);
	if (removed)
		pr_info("guest description: %u nodes and properties less, the first is %s; they stay\n",
			removed, path);
	if (desc->nr_changed)
		pr_info("guest description: %u properties have changed; they stay\n",
			desc->nr_changed);
}

/* What an older one has and this one does not must not be forgotten. */
static int sgp_keep(struct sgp_desc *desc)
{
	char path[SGP_PATH_MAX];

	if (desc->nr_changed || sgp_desc_removed(desc, path)) {
		sgp.nr_kept++;
	} else {
		struct sgp_desc *older = sgp.applied, *next;

		for (; older; older = next) {
			next = (struct sgp_desc *)older->older;
			sgp_desc_free(older);
		}
		desc->older = NULL;
		sgp.nr_kept = 1;
	}
	sgp.applied = desc;

	return 0;
}

static int sgp_fetch_again(struct sgp_desc *desc, struct sgp_info *info)
{
	int err;

	guard(mutex)(&sgp.refresher_mutex);
	if (!sgp.refresher) {
		pr_info("the description cannot be read again: the client has no protocol for it\n");
		return -EOPNOTSUPP;
	}
	err = sgp_fetch(&sgp.refresher->ch, (void *)desc->blob, info);
	if (err)
		sgp_no_description(err);

	return err;
}

static int sgp_read_again(void)
{
	struct sgp_desc *desc __free(sgp_desc) = NULL;
	struct sgp_info info;
	bool more;
	int err;

	if (sgp.nr_kept == SGP_KEPT_MAX)
		return -ENOSPC;
	desc = sgp_desc_alloc();
	if (!desc)
		return -ENOMEM;
	err = sgp_fetch_again(desc, &info);
	if (err)
		return err;
	if (info.generation == sgp.info.generation &&
	    !memcmp(info.sha256, sgp.info.sha256, sizeof(info.sha256)))
		return 0;
	desc->older = sgp.applied;
	if (sgp_take(desc, &info) != SGP_APPLIED)
		return -EINVAL;
	more = desc->nr_fresh;
	sgp_report(desc, more);
	if (more)
		sgp_tree_populate(desc);
	sgp.info = info;

	return sgp_keep(no_free_ptr(desc));
}

static int sgp_refresh(void)
{
	guard(mutex)(&sgp.mutex);
	if (sgp.state == SGP_APPLIED)
		return sgp_read_again();
	sgp_start();

	return 0;
}

static void sgp_changed_fn(struct work_struct *work)
{
	sgp_refresh();
}

static DECLARE_WORK(sgp_changed_work, sgp_changed_fn);

/**
 * sgp_changed() - the platform says that the description is another one
 *
 * Context: any.
 */
void sgp_changed(void)
{
	schedule_work(&sgp_changed_work);
}
EXPORT_SYMBOL_GPL(sgp_changed);

/* --- sysfs -------------------------------------------------------------------------- */

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", sgp_states[READ_ONCE(sgp.state)]);
}

static ssize_t sha256_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&sgp.mutex);
	if (!sgp.applied)
		return sysfs_emit(buf, "\n");

	return sysfs_emit(buf, "%*phN\n", SGP_SHA256_SIZE, sgp.info.sha256);
}

static ssize_t size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&sgp.mutex);

	return sysfs_emit(buf, "%u\n", sgp.applied ? sgp.info.size : 0);
}

static ssize_t generation_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	guard(mutex)(&sgp.mutex);

	return sysfs_emit(buf, "%u\n", sgp.applied ? sgp.info.generation : 0);
}

static ssize_t refresh_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	bool now;
	int err;

	err = kstrtobool(buf, &now);
	if (!err && !now)
		err = -EINVAL;
	if (!err)
		err = sgp_refresh();

	return err ?: count;
}

static struct kobj_attribute sgp_attr_state = __ATTR_RO(state);
static struct kobj_attribute sgp_attr_sha256 = __ATTR_RO(sha256);
static struct kobj_attribute sgp_attr_size = __ATTR_RO(size);
static struct kobj_attribute sgp_attr_generation = __ATTR_RO(generation);
static struct kobj_attribute sgp_attr_refresh = __ATTR_WO(refresh);

static const struct attribute *sgp_attrs[] = {
	&sgp_attr_state.attr,
	&sgp_attr_sha256.attr,
	&sgp_attr_size.attr,
	&sgp_attr_generation.attr,
	&sgp_attr_refresh.attr,
	NULL
};

static int __init sgp_init(void)
{
	int err;

	sgp.kobj = kobject_create_and_add("scmi_guest_proxy", firmware_kobj);
	if (!sgp.kobj)
		return -ENOMEM;
	err = sgp_device_init(sgp_appeared);
	if (err)
		goto err_kobj;
	err = sysfs_create_files(sgp.kobj, sgp_attrs);
	if (err)
		goto err_device;
	/* For one that is there already. */
	sgp_appeared();

	return 0;

err_device:
	sgp_device_exit();
	cancel_work_sync(&sgp_work);
err_kobj:
	kobject_put(sgp.kobj);
	return err;
}
module_init(sgp_init);

/* Not once a description has been applied. */
static void __exit sgp_exit(void)
{
	sgp_device_stop();
	sysfs_remove_files(sgp.kobj, sgp_attrs);
	cancel_work_sync(&sgp_work);
	cancel_work_sync(&sgp_changed_work);
	sgp_device_exit();
	cancel_work_sync(&sgp_work);
	kobject_put(sgp.kobj);
}
module_exit(sgp_exit);

MODULE_DESCRIPTION("SCMI guest proxy: device tree nodes for what the host granted");
MODULE_LICENSE("GPL");
