// SPDX-License-Identifier: GPL-2.0
/*
 * configfs front end: what an operator sees and says.
 *
 * It knows neither frameworks nor transports: backends name their resources
 * and limits, and a channel shows only its name. The ABI is described in
 * Documentation/ABI/testing/configfs-scmi-server.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/configfs.h>
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "engine.h"

#define SCMID_ABI_VERSION	1

struct scmid_cfs_agent {
	struct config_group group;
	struct config_group devices;
	struct config_group resources;
	struct scmid_agent agent;
};

/**
 * struct scmid_cfs_dir - a directory of a grant, or of a resource of one
 * @group: the directory
 * @owner: of a resource: the device's directory, with a reference, for an open
 *	file may outlive both; otherwise %NULL
 * @grant: the grant; with a reference, unless there is an owner that has it
 * @r: the resource; %NULL for a device, and for a single resource, which may
 *	become another one
 */
struct scmid_cfs_dir {
	struct config_group group;
	struct config_item *owner;
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
};

/**
 * struct scmid_cfs_device - a directory below devices/
 * @dir: the directory
 * @nr_res: entries in @res
 * @res: its subdirectories
 */
struct scmid_cfs_device {
	struct scmid_cfs_dir dir;
	unsigned int nr_res;
	struct scmid_cfs_dir res[] __counted_by(nr_res);
};

/* The limits of a resource have names of its backend's choice. */
struct scmid_cfs_backend {
	const struct scmid_backend *backend;
	struct config_item_type type;
	struct configfs_attribute min, max, policy;
	struct configfs_attribute *attrs[7];
	struct list_head node;
};

static LIST_HEAD(scmid_cfs_backends);

static struct scmid_agent *to_agent(struct config_item *item)
{
	return &container_of(to_config_group(item), struct scmid_cfs_agent, group)->agent;
}

static struct scmid_cfs_dir *to_dir(struct config_item *item)
{
	return container_of(to_config_group(item), struct scmid_cfs_dir, group);
}

static struct scmid_grant *to_grant(struct config_item *item)
{
	return to_dir(item)->grant;
}

/* A single resource has one as soon as its type is known. */
static struct scmid_grant_res *to_res(struct config_item *item)
{
	struct scmid_cfs_dir *dir = to_dir(item);

	lockdep_assert_held(&dir->grant->agent->lock);

	return dir->r ?: list_first_entry_or_null(&dir->grant->res, struct scmid_grant_res, node);
}

/* A refused write is answered with an errno; what was wrong goes to the log. */
#define scmid_agent_refuse(agent, attr, fmt, ...)				\
	pr_notice_ratelimited("agents/%s/%s: " fmt "\n",			\
			      (agent)->peer.name, attr, ##__VA_ARGS__)
#define scmid_dir_refuse(item, fmt, ...)					\
	pr_notice_ratelimited("agents/%s/%s/%s%s%s/" fmt "\n",			\
			      to_grant(item)->agent->peer.name,			\
			      to_grant(item)->own ? "resources" : "devices",	\
			      to_grant(item)->name, to_dir(item)->r ? "/" : "",	\
			      to_dir(item)->r ? to_dir(item)->r->dir : "",	\
			      ##__VA_ARGS__)

/* Resources: agents/<agent>/devices/<device>/<resource> */

static ssize_t scmid_res_id_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? sysfs_emit(page, "%u\n", r->res.id) : -ENODATA;
}

static ssize_t scmid_res_id_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_grant_res *r;
	u16 id;
	int err;

	err = kstrtou16(page, 0, &id);
	if (err) {
		scmid_dir_refuse(item, "id: not a number from 0 to %u", U16_MAX - 1);
		return -EINVAL;
	}

	scoped_guard(mutex, &to_grant(item)->agent->lock) {
		r = to_res(item);
		err = r ? scmid_grant_set_id(r, id) : -ENODATA;
	}
	if (err) {
		scmid_dir_refuse(item, "id: %s", err == -EBUSY ?
				 "ids are frozen while the grant is enabled or the agent live" :
				 err == -EINVAL ? "one more than the highest there is" :
				 err == -ENODATA ? "say first of what type it is" :
				 "another resource was given this id");
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_res_, id);

static ssize_t scmid_res_name_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? sysfs_emit(page, "%s\n", r->res.name) : -ENODATA;
}
CONFIGFS_ATTR_RO(scmid_res_, name);

static ssize_t scmid_access_show(char *page, u16 access)
{
	const struct scmid_access_word *w;
	int at = 0;

	for (w = scmid_access_words; w->word; w++)
		if (access & w->bit)
			at += sysfs_emit_at(page, at, "%s%s", at ? " " : "", w->word);

	return at + sysfs_emit_at(page, at, "%s\n", at ? "" : "none");
}

static ssize_t scmid_res_access_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? scmid_access_show(page, r->access) : -ENODATA;
}

/* The next word of a list that may be "none" instead; %NULL at its end. */
static char *scmid_next_word(char **words)
{
	char *word;

	while ((word = strsep(words, " \t\n")))
		if (*word)
			break;

	return word;
}

static int scmid_access_parse(struct config_item *item, const struct scmid_backend *backend,
			      char *words, u16 *access)
{
	unsigned int n = 0;
	bool none = false;
	char *word;
	u16 bit;

	*access = 0;
	while ((word = scmid_next_word(&words))) {
		n++;
		if (!strcmp(word, "none")) {
			none = true;
			continue;
		}
		bit = scmid_access_bit(backend, word);
		if (!bit) {
			scmid_dir_refuse(item, "access: no such right: \"%.16s\"", word);
			return -EINVAL;
		}
		*access |= bit;
	}

	if (!n || (none && n > 1)) {
		scmid_dir_refuse(item, "access: either rights, or \"none\" alone");
		return -EINVAL;
	}

	return 0;
}

static ssize_t scmid_res_access_store(struct config_item *item, const char *page, size_t len)
{
	char *words __free(kfree) = kstrdup(page, GFP_KERNEL);
	struct scmid_grant_res *r;
	u16 access;
	int err;

	if (!words)
		return -ENOMEM;

	guard(mutex)(&to_grant(item)->agent->lock);

	r = to_res(item);
	if (!r) {
		scmid_dir_refuse(item, "access: say first of what type it is");
		return -ENODATA;
	}
	err = scmid_access_parse(item, r->backend, words, &access);
	if (err)
		return err;

	err = scmid_grant_set_access(r, access);
	if (err) {
		scmid_dir_refuse(item, "access: another agent has this right (%pe)",
				 ERR_PTR(err));
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_res_, access);

static int scmid_res_set_limits(struct config_item *item, const char *attr, u64 min, u64 max,
				enum scmid_policy policy)
{
	int err = scmid_grant_set_limits(to_res(item), min, max, policy);

	if (err)
		scmid_dir_refuse(item, "%s: %s (%pe)", attr,
				 max && min > max ? "the lower limit would be above the upper" :
				 "what the agent set cannot be made to fit", ERR_PTR(err));

	return err;
}

static ssize_t scmid_res_limit_store(struct config_item *item, bool is_max, const char *page,
				     size_t len)
{
	struct scmid_grant_res *r;
	const char *attr;
	u64 val;
	int err;

	guard(mutex)(&to_grant(item)->agent->lock);

	r = to_res(item);
	attr = !r ? NULL : is_max ? r->backend->max_attr : r->backend->min_attr;
	if (!attr) {
		scmid_dir_refuse(item, "%s: %s", is_max ? "max" : "min",
				 r ? "what is of this type has no limits" :
				 "say first of what type it is");
		return r ? -EINVAL : -ENODATA;
	}
	if (to_grant(item)->own)
		attr = is_max ? "max" : "min";
	if (kstrtou64(page, 0, &val)) {
		scmid_dir_refuse(item, "%s: not a number", attr);
		return -EINVAL;
	}

	err = scmid_res_set_limits(item, attr, is_max ? r->res.min : val,
				   is_max ? val : r->res.max, r->policy);

	return err ?: len;
}

static ssize_t scmid_res_min_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? sysfs_emit(page, "%llu\n", r->res.min) : -ENODATA;
}

static ssize_t scmid_res_min_store(struct config_item *item, const char *page, size_t len)
{
	return scmid_res_limit_store(item, false, page, len);
}
CONFIGFS_ATTR(scmid_res_, min);

static ssize_t scmid_res_max_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? sysfs_emit(page, "%llu\n", r->res.max) : -ENODATA;
}

static ssize_t scmid_res_max_store(struct config_item *item, const char *page, size_t len)
{
	return scmid_res_limit_store(item, true, page, len);
}
CONFIGFS_ATTR(scmid_res_, max);

static ssize_t scmid_res_policy_show(struct config_item *item, char *page)
{
	struct scmid_grant_res *r;

	guard(mutex)(&to_grant(item)->agent->lock);
	r = to_res(item);

	return r ? sysfs_emit(page, "%s\n", scmid_policy_names[r->policy]) : -ENODATA;
}

static ssize_t scmid_res_policy_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_grant_res *r;
	const char *attr;
	int policy, err;

	guard(mutex)(&to_grant(item)->agent->lock);

	r = to_res(item);
	attr = r && !to_grant(item)->own ? r->backend->policy_attr : "policy";
	if (!r || !r->backend->policy_attr) {
		scmid_dir_refuse(item, "%s: %s", attr, r ? "what is of this type has none" :
				 "say first of what type it is");
		return r ? -EINVAL : -ENODATA;
	}
	policy = __sysfs_match_string(scmid_policy_names, SCMID_NR_POLICIES, page);
	if (policy < 0) {
		scmid_dir_refuse(item, "%s: one of range, shared, floor, exclusive", attr);
		return -EINVAL;
	}

	err = scmid_res_set_limits(item, attr, r->res.min, r->res.max, policy);

	return err ?: len;
}
CONFIGFS_ATTR(scmid_res_, policy);

static void scmid_res_release(struct config_item *item)
{
	config_item_put(to_dir(item)->owner);
}

static struct configfs_item_operations scmid_res_item_ops = {
	.release = scmid_res_release,
};

/* Devices: agents/<agent>/devices/<device> */

static ssize_t scmid_grant_of_node_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%pOF\n", to_grant(item)->dev.of_node);
}
CONFIGFS_ATTR_RO(scmid_grant_, of_node);

static ssize_t scmid_grant_unsupported_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n", to_grant(item)->unsupported);
}
CONFIGFS_ATTR_RO(scmid_grant_, unsupported);

static ssize_t scmid_grant_device_id_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", to_grant(item)->device_id);
}
CONFIGFS_ATTR_RO(scmid_grant_, device_id);

static ssize_t scmid_grant_state_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);

	guard(mutex)(&grant->agent->lock);

	return sysfs_emit(page, "%s\n", grant->enabled ? "granted" :
			  grant->revoked ? "revoked" :
			  grant->deferred ? "deferred" : "disabled");
}
CONFIGFS_ATTR_RO(scmid_grant_, state);

static ssize_t scmid_grant_shared_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%c\n", READ_ONCE(to_grant(item)->shared) ? '1' : '0');
}

static ssize_t scmid_grant_shared_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_grant *grant = to_grant(item);
	bool shared;

	if (kstrtobool(page, &shared)) {
		scmid_dir_refuse(item, "shared: neither 0 nor 1");
		return -EINVAL;
	}

	guard(mutex)(&grant->agent->lock);

	if (shared == grant->shared)
		return len;
	if (grant->enabled) {
		scmid_dir_refuse(item, "shared: frozen while the grant is enabled");
		return -EBUSY;
	}

	WRITE_ONCE(grant->shared, shared);
	return len;
}
CONFIGFS_ATTR(scmid_grant_, shared);

/* The protocols of which the agent is denied what the grant has. */
static ssize_t scmid_grant_denied_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);
	unsigned int i;
	int at = 0;

	guard(mutex)(&grant->agent->lock);

	for (i = 0; i < SCMID_NR_PROTOS; i++)
		if (grant->denied & BIT(i) && scmid_protos[i])
			at += sysfs_emit_at(page, at, "%s%s", at ? " " : "",
					    scmid_protos[i]->name);

	return at + sysfs_emit_at(page, at, "%s\n", at ? "" : "none");
}

static ssize_t scmid_grant_denied_store(struct config_item *item, const char *page, size_t len)
{
	char *copy __free(kfree) = kstrdup(page, GFP_KERNEL), *words = copy, *word;
	struct scmid_grant *grant = to_grant(item);
	unsigned int i, n = 0;
	bool none = false;
	u32 denied = 0;
	int err;

	if (!copy)
		return -ENOMEM;

	for (; (word = scmid_next_word(&words)); n++) {
		if (!strcmp(word, "none")) {
			none = true;
			continue;
		}
		for (i = 1; i < SCMID_NR_STD_PROTOS; i++)
			if (scmid_protos[i] && !strcmp(word, scmid_protos[i]->name))
				break;
		if (i == SCMID_NR_STD_PROTOS) {
			scmid_dir_refuse(item, "denied: no such protocol: \"%.16s\"", word);
			return -EINVAL;
		}
		denied |= BIT(i);
	}
	if (!n || (none && n > 1)) {
		scmid_dir_refuse(item, "denied: either protocols, or \"none\" alone");
		return -EINVAL;
	}

	scoped_guard(mutex, &grant->agent->lock)
		err = scmid_grant_set_denied(grant, denied);
	if (err) {
		scmid_dir_refuse(item, "denied: another agent has such a right (%pe)",
				 ERR_PTR(err));
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_grant_, denied);

static ssize_t scmid_grant_enable_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);

	guard(mutex)(&grant->agent->lock);

	return sysfs_emit(page, "%c\n", grant->enabled ? '1' : '0');
}

static ssize_t scmid_grant_enable_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_grant *grant = to_grant(item);
	bool enable;
	int err;

	if (kstrtobool(page, &enable)) {
		scmid_dir_refuse(item, "enable: neither 0 nor 1");
		return -EINVAL;
	}

	if (!enable) {
		scmid_grant_disable(grant);
		return len;
	}

	err = scmid_grant_enable(grant);
	if (err) {
		scmid_dir_refuse(item, "enable: %s (%pe)",
				 err == -EAGAIN ? "a provider is not there yet" :
				 err == -EBUSY ? "used by somebody else" :
				 "a resource cannot be acquired", ERR_PTR(err));
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_grant_, enable);

static struct configfs_attribute *scmid_grant_attrs[] = {
	&scmid_grant_attr_of_node,
	&scmid_grant_attr_unsupported,
	&scmid_grant_attr_device_id,
	&scmid_grant_attr_state,
	&scmid_grant_attr_shared,
	&scmid_grant_attr_denied,
	&scmid_grant_attr_enable,
	NULL
};

static void scmid_cfs_grant_release(struct config_item *item)
{
	struct scmid_cfs_dir *dir = to_dir(item);

	scmid_grant_put(dir->grant);
	/* The first member of whatever it is. */
	kfree(dir);
}

static struct configfs_item_operations scmid_grant_item_ops = {
	.release = scmid_cfs_grant_release,
};

static const struct config_item_type scmid_grant_type = {
	.ct_item_ops = &scmid_grant_item_ops,
	.ct_attrs = scmid_grant_attrs,
	.ct_owner = THIS_MODULE,
};

static const struct config_item_type *scmid_res_type(const struct scmid_backend *backend)
{
	struct scmid_cfs_backend *cb;

	list_for_each_entry(cb, &scmid_cfs_backends, node)
		if (cb->backend == backend)
			break;

	return &cb->type;
}

/* The directory of a device, with those of its resources. */
static struct scmid_cfs_device *scmid_cfs_device_new(struct scmid_agent *agent, const char *name)
{
	struct scmid_cfs_device *cd;
	struct scmid_cfs_dir *dir;
	struct scmid_grant_res *r;
	struct scmid_grant *grant;

	grant = scmid_grant_create(agent, name);
	if (IS_ERR(grant)) {
		scmid_agent_refuse(agent, "devices", "%s: %s (%pe)", name,
				   grant == ERR_PTR(-ENODEV) ? "no such device with a node" :
				   grant == ERR_PTR(-EEXIST) ? "granted already" :
				   grant == ERR_PTR(-EINVAL) ? "not the canonical path" :
				   "cannot be granted", grant);
		return ERR_CAST(grant);
	}

	cd = kzalloc_flex(*cd, res, list_count_nodes(&grant->res));
	if (!cd) {
		scmid_grant_destroy(grant);
		scmid_grant_put(grant);
		return ERR_PTR(-ENOMEM);
	}

	cd->nr_res = list_count_nodes(&grant->res);
	cd->dir.grant = grant;
	config_group_init_type_name(&cd->dir.group, name, &scmid_grant_type);

	dir = cd->res;
	list_for_each_entry(r, &grant->res, node) {
		config_group_init_type_name(&dir->group, r->dir, scmid_res_type(r->backend));
		dir->owner = config_item_get(&cd->dir.group.cg_item);
		dir->grant = grant;
		dir->r = r;
		configfs_add_default_group(&dir->group, &cd->dir.group);
		dir++;
	}

	return cd;
}

static struct config_group *scmid_devices_make(struct config_group *group, const char *name)
{
	struct scmid_cfs_device *cd;

	cd = scmid_cfs_device_new(to_agent(group->cg_item.ci_parent), name);

	return IS_ERR(cd) ? ERR_CAST(cd) : &cd->dir.group;
}

/* Inside rmdir(2): when it returns, the guest has lost the device. */
static void scmid_devices_drop(struct config_group *group, struct config_item *item)
{
	scmid_grant_destroy(to_grant(item));
	configfs_remove_default_groups(to_config_group(item));
	config_item_put(item);
}

static struct configfs_group_operations scmid_devices_group_ops = {
	.make_group = scmid_devices_make,
	.drop_item = scmid_devices_drop,
};

static const struct config_item_type scmid_devices_type = {
	.ct_group_ops = &scmid_devices_group_ops,
	.ct_owner = THIS_MODULE,
};

/* Single resources: agents/<agent>/resources/<label> */

static int scmid_single_write(struct config_item *item, const char *attr,
			      const struct scmid_backend *backend, const char *provider,
			      const u32 *args, unsigned int nr_args)
{
	struct scmid_grant *grant = to_grant(item);
	int err;

	scoped_guard(mutex, &grant->agent->lock)
		err = scmid_single_set(grant, backend, provider, args, nr_args);
	if (err)
		scmid_dir_refuse(item, "%s: %s (%pe)", attr,
				 err == -EBUSY ? "frozen while the grant is enabled" :
				 err == -ENODEV ? "there is no such node" :
				 "not possible", ERR_PTR(err));

	return err;
}

static ssize_t scmid_single_type_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);

	guard(mutex)(&grant->agent->lock);

	return sysfs_emit(page, "%s\n", grant->own->backend ? grant->own->backend->name : "");
}

static ssize_t scmid_single_type_store(struct config_item *item, const char *page, size_t len)
{
	char *copy __free(kfree) = kstrdup(page, GFP_KERNEL);
	const struct scmid_backend *backend;
	int err;

	if (!copy)
		return -ENOMEM;
	backend = scmid_backend_find(strim(copy));
	if (!backend) {
		scmid_dir_refuse(item, "type: \"%.16s\" is none", strim(copy));
		return -EINVAL;
	}

	err = scmid_single_write(item, "type", backend, NULL, NULL, 0);

	return err ?: len;
}
CONFIGFS_ATTR(scmid_single_, type);

static ssize_t scmid_single_provider_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);

	guard(mutex)(&grant->agent->lock);

	return sysfs_emit(page, "%s\n", grant->own->provider ?: "");
}

static ssize_t scmid_single_provider_store(struct config_item *item, const char *page,
					   size_t len)
{
	char *copy __free(kfree) = kstrdup(page, GFP_KERNEL);
	int err;

	if (!copy)
		return -ENOMEM;
	if (!*strim(copy)) {
		scmid_dir_refuse(item, "provider: a path in the devicetree, or a name");
		return -EINVAL;
	}

	err = scmid_single_write(item, "provider", NULL, strim(copy), NULL, 0);

	return err ?: len;
}
CONFIGFS_ATTR(scmid_single_, provider);

static ssize_t scmid_single_args_show(struct config_item *item, char *page)
{
	struct scmid_grant *grant = to_grant(item);
	unsigned int i;
	int at = 0;

	guard(mutex)(&grant->agent->lock);

	for (i = 0; i < grant->own->nr_args; i++)
		at += sysfs_emit_at(page, at, "%s%u", at ? " " : "", grant->own->args[i]);

	return at + sysfs_emit_at(page, at, "\n");
}

static ssize_t scmid_single_args_store(struct config_item *item, const char *page, size_t len)
{
	char *copy __free(kfree) = kstrdup(page, GFP_KERNEL), *words = copy, *word;
	u32 args[MAX_PHANDLE_ARGS];
	unsigned int n = 0;
	int err;

	if (!copy)
		return -ENOMEM;
	while ((word = scmid_next_word(&words))) {
		if (n == ARRAY_SIZE(args) || kstrtou32(word, 0, &args[n++])) {
			scmid_dir_refuse(item, "args: numbers, at most %zu", ARRAY_SIZE(args));
			return -EINVAL;
		}
	}

	err = scmid_single_write(item, "args", NULL, NULL, args, n);

	return err ?: len;
}
CONFIGFS_ATTR(scmid_single_, args);

static struct configfs_attribute *scmid_single_attrs[] = {
	&scmid_single_attr_type,
	&scmid_single_attr_provider,
	&scmid_single_attr_args,
	&scmid_grant_attr_device_id,
	&scmid_grant_attr_state,
	&scmid_grant_attr_shared,
	&scmid_grant_attr_denied,
	&scmid_grant_attr_enable,
	&scmid_res_attr_id,
	&scmid_res_attr_name,
	&scmid_res_attr_access,
	&scmid_res_attr_min,
	&scmid_res_attr_max,
	&scmid_res_attr_policy,
	NULL
};

static const struct config_item_type scmid_single_type = {
	.ct_item_ops = &scmid_grant_item_ops,
	.ct_attrs = scmid_single_attrs,
	.ct_owner = THIS_MODULE,
};

static struct config_item *scmid_resources_make(struct config_group *group, const char *name)
{
	struct scmid_agent *agent = to_agent(group->cg_item.ci_parent);
	struct scmid_grant *grant;
	struct scmid_cfs_dir *dir;

	grant = scmid_single_create(agent, name);
	if (IS_ERR(grant)) {
		scmid_agent_refuse(agent, "resources", "%.32s: %s (%pe)", name,
				   grant == ERR_PTR(-EEXIST) ? "there is a device of this name" :
				   grant == ERR_PTR(-EINVAL) ? "not a name of at most 31 bytes" :
				   "not possible", grant);
		return ERR_CAST(grant);
	}

	dir = kzalloc_obj(*dir);
	if (!dir) {
		scmid_grant_destroy(grant);
		scmid_grant_put(grant);
		return ERR_PTR(-ENOMEM);
	}

	dir->grant = grant;
	config_group_init_type_name(&dir->group, name, &scmid_single_type);

	return &dir->group.cg_item;
}

static void scmid_resources_drop(struct config_group *group, struct config_item *item)
{
	scmid_grant_destroy(to_grant(item));
	config_item_put(item);
}

static struct configfs_group_operations scmid_resources_group_ops = {
	.make_item = scmid_resources_make,
	.drop_item = scmid_resources_drop,
};

static const struct config_item_type scmid_resources_type = {
	.ct_group_ops = &scmid_resources_group_ops,
	.ct_owner = THIS_MODULE,
};

/* Agents: agents/<agent> */

static ssize_t scmid_agent_agent_id_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_agent(item)->peer.id));
}

static ssize_t scmid_agent_agent_id_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	u8 id;
	int err;

	err = kstrtou8(page, 0, &id) ? -EINVAL : scmid_agent_set_id(agent, id);
	if (err) {
		scmid_agent_refuse(agent, "agent_id", "%s",
				   err == -EBUSY ? "frozen while the agent is live" :
				   err == -EEXIST ? "another agent has this id" :
				   "not a number from 1 to 255");
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_agent_, agent_id);

static ssize_t scmid_agent_live_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%c\n", READ_ONCE(to_agent(item)->peer.live) ? '1' : '0');
}

static ssize_t scmid_agent_live_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	bool live;
	int err;

	err = kstrtobool(page, &live) ? -EINVAL : scmid_agent_set_live(agent, live);
	if (err) {
		scmid_agent_refuse(agent, "live", "%s",
				   err == -ENODATA ? "no device is granted and enabled" :
				   err == -EINVAL ? "neither 0 nor 1" : "out of memory");
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_agent_, live);

static ssize_t scmid_agent_state_show(struct config_item *item, char *page)
{
	struct scmid_agent *agent = to_agent(item);
	const char *state = "idle";

	guard(mutex)(&agent->lock);

	if (agent->chan)
		state = READ_ONCE(agent->chan->running) ? "running" : "attached";
	else if (agent->peer.live)
		state = "live";

	return sysfs_emit(page, "%s\n", state);
}
CONFIGFS_ATTR_RO(scmid_agent_, state);

static ssize_t scmid_agent_channel_show(struct config_item *item, char *page)
{
	struct scmid_agent *agent = to_agent(item);

	guard(mutex)(&agent->lock);

	return sysfs_emit(page, "%s\n", agent->chan ? agent->chan->name : "none");
}
CONFIGFS_ATTR_RO(scmid_agent_, channel);

static ssize_t scmid_agent_generation_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_agent(item)->generation));
}
CONFIGFS_ATTR_RO(scmid_agent_, generation);

static ssize_t scmid_agent_protocols_show(struct config_item *item, char *page)
{
	struct scmid_agent *agent = to_agent(item);
	struct scmid_grant *grant;
	struct scmid_grant_res *r;
	u32 protocols = 1;
	unsigned int i;
	int at = 0;

	guard(mutex)(&agent->lock);

	list_for_each_entry(grant, &agent->grants, node) {
		if (!grant->enabled)
			continue;
		list_for_each_entry(r, &grant->res, node)
			protocols |= BIT(r->res.proto - SCMID_PROTO_BASE);
	}
	if (agent->peer.desc)
		protocols |= BIT(SCMID_GUEST_INDEX);

	for (i = 0; i < SCMID_NR_PROTOS; i++)
		if (protocols & BIT(i))
			at += sysfs_emit_at(page, at, "%s%s", at ? " " : "",
					    scmid_protos[i]->name);

	return at + sysfs_emit_at(page, at, "\n");
}
CONFIGFS_ATTR_RO(scmid_agent_, protocols);

static ssize_t scmid_agent_hold_ms_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_agent(item)->hold_ms));
}

static ssize_t scmid_agent_hold_ms_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	unsigned int ms;

	if (kstrtouint(page, 0, &ms) || ms > INT_MAX) {
		scmid_agent_refuse(agent, "hold_ms", "not a number of milliseconds");
		return -EINVAL;
	}

	WRITE_ONCE(agent->hold_ms, ms);
	return len;
}
CONFIGFS_ATTR(scmid_agent_, hold_ms);

static ssize_t scmid_agent_trusted_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%c\n", READ_ONCE(to_agent(item)->peer.trusted) ? '1' : '0');
}

static ssize_t scmid_agent_trusted_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	bool trusted;
	int err;

	err = kstrtobool(page, &trusted) ? -EINVAL : scmid_agent_set_trusted(agent, trusted);
	if (err) {
		scmid_agent_refuse(agent, "trusted", "%s", err == -EBUSY ?
				   "frozen while the agent is live" : "neither 0 nor 1");
		return err;
	}

	return len;
}
CONFIGFS_ATTR(scmid_agent_, trusted);

static ssize_t scmid_agent_reset_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	bool reset;

	if (kstrtobool(page, &reset) || !reset) {
		scmid_agent_refuse(agent, "reset", "not 1");
		return -EINVAL;
	}

	scmid_agent_restart(agent);
	return len;
}
CONFIGFS_ATTR_WO(scmid_agent_, reset);

/* What the agent may do that is about no resource: one thing so far. */
static ssize_t scmid_agent_access_show(struct config_item *item, char *page)
{
	return scmid_access_show(page, READ_ONCE(to_agent(item)->peer.access));
}

static ssize_t scmid_agent_access_store(struct config_item *item, const char *page, size_t len)
{
	struct scmid_agent *agent = to_agent(item);
	bool describe = sysfs_streq(page, "describe");

	if (!describe && !sysfs_streq(page, "none")) {
		scmid_agent_refuse(agent, "access", "neither \"describe\" nor \"none\"");
		return -EINVAL;
	}

	scmid_guest_set_access(agent, describe ? SCMID_ACCESS_DESCRIBE : 0);
	return len;
}
CONFIGFS_ATTR(scmid_agent_, access);

static ssize_t scmid_agent_guest_overlay_read(struct config_item *item, void *data, size_t size)
{
	return scmid_guest_get(to_agent(item), data, size);
}

/*
 * All at once, when the file is closed, so nobody hears of an errno: who wants to
 * know whether it was taken reads it back.
 */
static ssize_t scmid_agent_guest_overlay_write(struct config_item *item, const void *data,
					       size_t size)
{
	struct scmid_agent *agent = to_agent(item);
	const char *why;
	int err;

	/* Also what is left of a write that was too long: so it is no word for "none". */
	if (!size)
		return 0;
	/* That is what "echo >" writes. */
	if (size == 1 && *(const char *)data == '\n')
		size = 0;
	why = size ? scmid_guest_check(data, size) : NULL;
	if (why) {
		scmid_agent_refuse(agent, "guest_overlay", "%s", why);
		return -EINVAL;
	}

	err = scmid_guest_set(agent, data, size);
	if (err)
		scmid_agent_refuse(agent, "guest_overlay", "out of memory");

	return err ?: size;
}
CONFIGFS_BIN_ATTR(scmid_agent_, guest_overlay, NULL, SCMID_GUEST_MAX);

static struct configfs_attribute *scmid_agent_attrs[] = {
	&scmid_agent_attr_agent_id,
	&scmid_agent_attr_live,
	&scmid_agent_attr_state,
	&scmid_agent_attr_channel,
	&scmid_agent_attr_generation,
	&scmid_agent_attr_protocols,
	&scmid_agent_attr_hold_ms,
	&scmid_agent_attr_trusted,
	&scmid_agent_attr_reset,
	&scmid_agent_attr_access,
	NULL
};

static struct configfs_bin_attribute *scmid_agent_bin_attrs[] = {
	&scmid_agent_attr_guest_overlay,
	NULL
};

static void scmid_cfs_agent_item_release(struct config_item *item)
{
	scmid_agent_put(to_agent(item));
}

static struct configfs_item_operations scmid_agent_item_ops = {
	.release = scmid_cfs_agent_item_release,
};

static const struct config_item_type scmid_agent_type = {
	.ct_item_ops = &scmid_agent_item_ops,
	.ct_attrs = scmid_agent_attrs,
	.ct_bin_attrs = scmid_agent_bin_attrs,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem scmid_subsystem;

static int scmid_cfs_agent_pin(struct scmid_agent *agent)
{
	struct scmid_cfs_agent *ca = container_of(agent, struct scmid_cfs_agent, agent);

	return configfs_depend_item(&scmid_subsystem, &ca->group.cg_item);
}

static void scmid_cfs_agent_unpin(struct scmid_agent *agent)
{
	configfs_undepend_item(&container_of(agent, struct scmid_cfs_agent, agent)->group.cg_item);
}

static void scmid_cfs_agent_release(struct scmid_agent *agent)
{
	kfree(container_of(agent, struct scmid_cfs_agent, agent));
}

static const struct scmid_agent_ops scmid_cfs_agent_ops = {
	.pin = scmid_cfs_agent_pin,
	.unpin = scmid_cfs_agent_unpin,
	.release = scmid_cfs_agent_release,
};

static struct scmid_cfs_agent *scmid_cfs_agent_new(const char *name)
{
	struct scmid_cfs_agent *ca;
	int err;

	ca = kzalloc_obj(*ca);
	if (!ca)
		return ERR_PTR(-ENOMEM);

	err = scmid_agent_init(&ca->agent, name, &scmid_cfs_agent_ops);
	if (err) {
		pr_notice_ratelimited("agents/%.32s: %s\n", name,
				      err == -ENAMETOOLONG ? "a name has at most 15 bytes" :
				      err == -ENOSPC ? "all 255 ids are taken" :
				      err == -EEXIST ? "there is one of this name" :
				      "letters, digits, '.', '_' and '-' only");
		kfree(ca);
		return ERR_PTR(err);
	}

	config_group_init_type_name(&ca->group, name, &scmid_agent_type);
	config_group_init_type_name(&ca->devices, "devices", &scmid_devices_type);
	configfs_add_default_group(&ca->devices, &ca->group);
	config_group_init_type_name(&ca->resources, "resources", &scmid_resources_type);
	configfs_add_default_group(&ca->resources, &ca->group);

	return ca;
}

static struct config_group *scmid_agents_make(struct config_group *group, const char *name)
{
	struct scmid_cfs_agent *ca = scmid_cfs_agent_new(name);

	return IS_ERR(ca) ? ERR_CAST(ca) : &ca->group;
}

static void scmid_agents_drop(struct config_group *group, struct config_item *item)
{
	scmid_agent_remove(to_agent(item));
	config_item_put(item);
}

static struct configfs_group_operations scmid_agents_group_ops = {
	.make_group = scmid_agents_make,
	.drop_item = scmid_agents_drop,
};

static const struct config_item_type scmid_agents_type = {
	.ct_group_ops = &scmid_agents_group_ops,
	.ct_owner = THIS_MODULE,
};

/* The subsystem itself */

static ssize_t scmid_root_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", SCMID_ABI_VERSION);
}
CONFIGFS_ATTR_RO(scmid_root_, version);

static DEFINE_MUTEX(scmid_root_lock);

static ssize_t scmid_root_string_store(const char *attr, char *to, const char *page, size_t len)
{
	size_t n = strcspn(page, "\n"), i;

	if (n >= SCMID_SHORT_NAME) {
		pr_notice_ratelimited("%s: at most 15 bytes\n", attr);
		return -EINVAL;
	}
	for (i = 0; i < n; i++) {
		if (!isascii(page[i]) || !isprint(page[i])) {
			pr_notice_ratelimited("%s: printable ASCII only\n", attr);
			return -EINVAL;
		}
	}

	guard(mutex)(&scmid_root_lock);

	/* Clients choose quirks and drivers by these strings. */
	if (scmid_agents_live()) {
		pr_notice_ratelimited("%s: frozen while an agent is live\n", attr);
		return -EBUSY;
	}

	memset(to, 0, SCMID_SHORT_NAME);
	memcpy(to, page, n);
	return len;
}

static ssize_t scmid_root_vendor_show(struct config_item *item, char *page)
{
	guard(mutex)(&scmid_root_lock);

	return sysfs_emit(page, "%s\n", scmid_platform.vendor);
}

static ssize_t scmid_root_vendor_store(struct config_item *item, const char *page, size_t len)
{
	return scmid_root_string_store("vendor", scmid_platform.vendor, page, len);
}
CONFIGFS_ATTR(scmid_root_, vendor);

static ssize_t scmid_root_sub_vendor_show(struct config_item *item, char *page)
{
	guard(mutex)(&scmid_root_lock);

	return sysfs_emit(page, "%s\n", scmid_platform.sub_vendor);
}

static ssize_t scmid_root_sub_vendor_store(struct config_item *item, const char *page, size_t len)
{
	return scmid_root_string_store("sub_vendor", scmid_platform.sub_vendor, page, len);
}
CONFIGFS_ATTR(scmid_root_, sub_vendor);

static struct configfs_attribute *scmid_root_attrs[] = {
	&scmid_root_attr_version,
	&scmid_root_attr_vendor,
	&scmid_root_attr_sub_vendor,
	NULL
};

static const struct config_item_type scmid_root_type = {
	.ct_attrs = scmid_root_attrs,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem scmid_subsystem = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "scmi_server",
			.ci_type = &scmid_root_type,
		},
	},
	.su_mutex = __MUTEX_INITIALIZER(scmid_subsystem.su_mutex),
};

static struct config_group scmid_agents_group;

/*
 * Agents that the devicetree describes: their directories are made by the
 * kernel, so an operator can change what is in them, but not remove them.
 */

static struct scmid_cfs_agent *to_cfs_agent(struct scmid_agent *agent)
{
	return container_of(agent, struct scmid_cfs_agent, agent);
}

/**
 * scmid_configfs_agent_create() - make an agent that the devicetree describes
 * @name: its name
 *
 * Return: the agent, that nobody sees yet, or an error as of scmid_agent_init()
 * or -ENOMEM.
 */
struct scmid_agent *scmid_configfs_agent_create(const char *name)
{
	struct scmid_cfs_agent *ca = scmid_cfs_agent_new(name);

	if (IS_ERR(ca))
		return ERR_CAST(ca);

	ca->agent.described = true;
	return &ca->agent;
}

/**
 * scmid_configfs_device_create() - grant such an agent a device
 * @agent: the agent, not shown yet
 * @name: as for scmid_grant_create()
 *
 * Return: the grant, which goes with the agent, or an error as of
 * scmid_grant_create().
 */
struct scmid_grant *scmid_configfs_device_create(struct scmid_agent *agent, const char *name)
{
	struct scmid_cfs_device *cd = scmid_cfs_device_new(agent, name);

	if (IS_ERR(cd))
		return ERR_CAST(cd);

	cd->dir.grant->described = true;
	configfs_add_default_group(&cd->dir.group, &to_cfs_agent(agent)->devices);
	return cd->dir.grant;
}

/**
 * scmid_configfs_agent_show() - let the operator see such an agent
 * @agent: the agent
 *
 * Return: 0 or what configfs says.
 */
int scmid_configfs_agent_show(struct scmid_agent *agent)
{
	return configfs_register_group(&scmid_agents_group, &to_cfs_agent(agent)->group);
}

/**
 * scmid_configfs_agent_discard() - the reverse of scmid_configfs_agent_create()
 * @agent: the agent, not shown, with no channel and no other grants
 */
void scmid_configfs_agent_discard(struct scmid_agent *agent)
{
	struct scmid_cfs_agent *ca = to_cfs_agent(agent);
	struct config_group *group;

	list_for_each_entry(group, &ca->devices.default_groups, group_entry) {
		scmid_grant_destroy(to_grant(&group->cg_item));
		configfs_remove_default_groups(group);
	}
	configfs_remove_default_groups(&ca->devices);
	scmid_agent_remove(agent);
	config_item_put(&ca->group.cg_item);
}

/**
 * scmid_configfs_agent_remove() - remove an agent that the devicetree described
 * @agent: the agent, shown
 *
 * Return: false if an operator has granted it more, or it has a channel: then it
 * stays.
 */
bool scmid_configfs_agent_remove(struct scmid_agent *agent)
{
	const struct scmid_grant *grant;

	scoped_guard(mutex, &agent->lock) {
		if (agent->chan || agent->leaving)
			return false;
		list_for_each_entry(grant, &agent->grants, node)
			if (!grant->described)
				return false;
		/* So configfs has nothing below that is not the kernel's, and gets nothing. */
		agent->leaving = true;
	}

	configfs_unregister_group(&to_cfs_agent(agent)->group);
	scmid_configfs_agent_discard(agent);

	return true;
}

static void scmid_cfs_backends_free(void)
{
	struct scmid_cfs_backend *cb, *next;

	list_for_each_entry_safe(cb, next, &scmid_cfs_backends, node) {
		list_del(&cb->node);
		kfree(cb);
	}
}

static int scmid_cfs_backend_add(const struct scmid_backend *backend)
{
	struct scmid_cfs_backend *cb;
	unsigned int n = 0;

	cb = kzalloc_obj(*cb);
	if (!cb)
		return -ENOMEM;

	cb->backend = backend;
	cb->attrs[n++] = &scmid_res_attr_id;
	cb->attrs[n++] = &scmid_res_attr_name;
	cb->attrs[n++] = &scmid_res_attr_access;
	if (backend->min_attr) {
		cb->min = scmid_res_attr_min;
		cb->min.ca_name = backend->min_attr;
		cb->attrs[n++] = &cb->min;
	}
	if (backend->max_attr) {
		cb->max = scmid_res_attr_max;
		cb->max.ca_name = backend->max_attr;
		cb->attrs[n++] = &cb->max;
	}
	if (backend->policy_attr) {
		cb->policy = scmid_res_attr_policy;
		cb->policy.ca_name = backend->policy_attr;
		cb->attrs[n++] = &cb->policy;
	}
	cb->type.ct_item_ops = &scmid_res_item_ops;
	cb->type.ct_attrs = cb->attrs;
	cb->type.ct_owner = THIS_MODULE;
	list_add_tail(&cb->node, &scmid_cfs_backends);

	return 0;
}

/**
 * scmid_configfs_init() - offer the configuration
 *
 * Context: module initialisation, after the backends are registered.
 *
 * Return: 0 or a negative errno.
 */
int scmid_configfs_init(void)
{
	const struct scmid_backend *backend;
	int err;

	list_for_each_entry(backend, &scmid_backends, node) {
		err = scmid_cfs_backend_add(backend);
		if (err)
			goto err_free;
	}

	config_group_init(&scmid_subsystem.su_group);
	config_group_init_type_name(&scmid_agents_group, "agents", &scmid_agents_type);
	configfs_add_default_group(&scmid_agents_group, &scmid_subsystem.su_group);
	err = configfs_register_subsystem(&scmid_subsystem);
	if (err)
		goto err_free;

	return 0;

err_free:
	scmid_cfs_backends_free();
	return err;
}

void scmid_configfs_exit(void)
{
	struct scmid_agent *agent, *next;

	/* What an operator has made keeps the module, so only these are left. */
	list_for_each_entry_safe(agent, next, &scmid_agents, node)
		if (agent->described)
			scmid_configfs_agent_remove(agent);

	configfs_unregister_subsystem(&scmid_subsystem);
	scmid_cfs_backends_free();
}
