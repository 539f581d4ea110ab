// SPDX-License-Identifier: GPL-2.0
/*
 * Single resources: a clock, reset line, regulator or power domain that no
 * device's node refers to.
 *
 * Frameworks find a consumer's suppliers by its devicetree node, so a resource
 * that is named by its provider gets a node of its own, that refers to it.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/of.h>
#include <linux/slab.h>

#include "engine.h"

/**
 * scmid_single_create() - make a single resource; what it is, is said later
 * @agent: the agent
 * @name: as the operator names it: a name of a devicetree node
 *
 * Return: the grant, or -EINVAL for a bad name, -EEXIST, -ENOSPC, -ENOMEM.
 */
struct scmid_grant *scmid_single_create(struct scmid_agent *agent, const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,._+-";
	struct scmid_grant *grant, *other;
	int err = 0;

	if (strlen(name) >= 32 || name[strspn(name, allowed)])
		return ERR_PTR(-EINVAL);

	grant = scmid_grant_new(agent, name);
	if (IS_ERR(grant))
		return grant;

	grant->own = kzalloc_obj(*grant->own);
	grant->unsupported = kstrdup("", GFP_KERNEL);
	if (!grant->own || !grant->unsupported) {
		err = -ENOMEM;
		goto err_put;
	}

	scoped_guard(mutex, &agent->lock) {
		/* A device of this name is another stand-in of this name. */
		list_for_each_entry(other, &agent->grants, node)
			if (!strcmp(other->name, name))
				err = -EEXIST;
		if (!err)
			err = scmid_grant_register(grant);
	}
	if (!err)
		return grant;

err_put:
	scmid_grant_put(grant);
	return ERR_PTR(err);
}

/* Make the resource anew, as another backend's or under another name. */
static int scmid_single_remake(struct scmid_grant *grant, const struct scmid_backend *backend,
			       const char *provider)
{
	struct scmid_grant_res *old, *r;
	const char *id = NULL;
	int err;

	/* What is no path is a name that the framework itself knows. */
	if (provider && *provider != '/')
		id = provider;
	else if (*backend->property == '-')
		id = grant->name;

	old = list_first_entry_or_null(&grant->res, struct scmid_grant_res, node);
	err = scmid_grant_add(grant, backend, id, grant->name);
	if (err)
		return err;

	r = list_last_entry(&grant->res, struct scmid_grant_res, node);
	r->index = 0;
	r->dir[0] = '\0';
	if (grant->denied & BIT(backend->proto - SCMID_PROTO_BASE))
		r->res.access = 0;
	if (old && old->backend == backend) {
		r->access = old->access;
		r->policy = old->policy;
		r->fixed_id = old->fixed_id;
		r->res.access = old->res.access;
		r->res.min = old->res.min;
		r->res.max = old->res.max;
		r->res.id = old->res.id;
		memcpy(r->res.name, old->res.name, sizeof(r->res.name));
	}

	/* Its id keeps its meaning, unless it is another kind now. */
	if (old)
		list_del_init(&old->node);
	if (!old || old->backend != backend)
		grant->numbered = false;
	err = scmid_agent_renumber(grant->agent);
	if (err) {
		scmid_grant_drop(r);
		if (old)
			list_add(&old->node, &grant->res);
		grant->numbered = true;
	} else if (old) {
		scmid_grant_drop(old);
	}

	return err;
}

/**
 * scmid_single_set() - say what a single resource is
 * @grant: the single resource, not enabled
 * @backend: its kind, or %NULL to leave it
 * @provider: path of the provider's node, or a name that the framework of
 *	@backend knows; %NULL to leave it
 * @args: specifier of the resource at the provider, or %NULL to leave it
 * @nr_args: cells in @args
 *
 * Context: process, with the agent's lock held.
 *
 * Return: 0, -EBUSY while it is enabled, -ENODEV if there is no such node,
 * -ENOSPC, -ENOMEM.
 */
int scmid_single_set(struct scmid_grant *grant, const struct scmid_backend *backend,
		     const char *provider, const u32 *args, unsigned int nr_args)
{
	struct scmid_own_node *own = grant->own;
	char *copy = NULL;
	int err;

	lockdep_assert_held(&grant->agent->lock);

	/* Also while it is revoked, for it may be bound again as it was. */
	if (READ_ONCE(grant->wanted))
		return -EBUSY;

	if (provider) {
		struct device_node *np __free(device_node) =
			*provider == '/' ? of_find_node_by_path(provider) : NULL;

		if (*provider == '/' && !np)
			return -ENODEV;
		copy = kstrdup(provider, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}

	if ((backend && backend != own->backend) || (provider && own->backend)) {
		err = scmid_single_remake(grant, backend ?: own->backend,
					  copy ?: own->provider);
		if (err) {
			kfree(copy);
			return err;
		}
		own->backend = backend ?: own->backend;
	}
	if (copy) {
		kfree(own->provider);
		own->provider = copy;
	}
	if (args) {
		memcpy(own->args, args, nr_args * sizeof(*args));
		own->nr_args = nr_args;
	}

	return 0;
}

#ifdef CONFIG_OF_DYNAMIC
/*
 * A node that sysfs had no memory for is in the tree all the same, and would be
 * put once too often when it is taken out.
 */
static int scmid_single_is_shown(struct device_node *np)
{
#ifdef CONFIG_OF_KOBJ
	if (!np->kobj.state_in_sysfs) {
		of_node_get(np);
		return -ENOMEM;
	}
#endif
	return 0;
}

static int scmid_single_make_node(struct scmid_grant *grant, struct device_node *provider)
{
	struct scmid_own_node *own = grant->own;
	const struct scmid_backend *backend = own->backend;
	u32 cells[MAX_PHANDLE_ARGS + 1];
	char name[32], property[48];
	u32 nr = 0;
	int err;

	if (backend->cells && of_property_read_u32(provider, backend->cells, &nr)) {
		pr_notice("%s: %pOF provides no such thing: it has no %s\n",
			  dev_name(&grant->dev), provider, backend->cells);
		return -EINVAL;
	}
	if (nr != own->nr_args) {
		pr_notice("%s: %pOF takes %u args, not %u\n", dev_name(&grant->dev), provider,
			  nr, own->nr_args);
		return -EINVAL;
	}
	if (!provider->phandle) {
		pr_notice("%s: %pOF has no phandle, so nothing can refer to it\n",
			  dev_name(&grant->dev), provider);
		return -EINVAL;
	}

	cells[0] = provider->phandle;
	memcpy(&cells[1], own->args, sizeof(own->args));
	snprintf(name, sizeof(name), "scmi-resource-%u", grant->device_id);
	snprintf(property, sizeof(property), "%s%s",
		 *backend->property == '-' ? grant->name : "", backend->property);

	of_changeset_init(&own->changes);
	own->np = of_changeset_create_node(&own->changes, of_root, name);
	if (!own->np) {
		err = -ENOMEM;
		goto err_destroy;
	}
	/* It is no device: nobody is to make one of it. */
	of_node_set_flag(own->np, OF_POPULATED);
	err = of_changeset_add_prop_u32_array(&own->changes, own->np, property, cells, nr + 1);
	if (!err)
		err = of_changeset_apply(&own->changes);
	if (err)
		goto err_put;
	err = scmid_single_is_shown(own->np);
	if (err)
		goto err_revert;

	grant->dev.of_node = own->np;
	return 0;

err_revert:
	of_changeset_revert(&own->changes);
err_put:
	of_node_put(own->np);
	own->np = NULL;
err_destroy:
	of_changeset_destroy(&own->changes);
	return err;
}

/**
 * scmid_single_unprepare() - the reverse of scmid_single_prepare()
 * @grant: the single resource, not enabled
 */
void scmid_single_unprepare(struct scmid_grant *grant)
{
	struct scmid_own_node *own = grant->own;

	if (!own->np)
		return;

	grant->dev.of_node = NULL;
	of_changeset_revert(&own->changes);
	of_changeset_destroy(&own->changes);
	of_node_put(own->np);
	own->np = NULL;
}
#else
static int scmid_single_make_node(struct scmid_grant *grant, struct device_node *provider)
{
	pr_notice("%s: this kernel cannot make nodes (OF_DYNAMIC)\n", dev_name(&grant->dev));
	return -EOPNOTSUPP;
}

void scmid_single_unprepare(struct scmid_grant *grant)
{
}
#endif

/**
 * scmid_single_prepare() - make the node of a single resource that needs one
 * @grant: the single resource, not enabled
 *
 * Context: process, with the grant's enable_lock held.
 *
 * Return: 0; -EINVAL unless it is said what it is, and the provider has it;
 * -EOPNOTSUPP if this kernel cannot make nodes; -ENOMEM.
 */
int scmid_single_prepare(struct scmid_grant *grant)
{
	struct device_node *provider __free(device_node) = NULL;
	struct scmid_own_node *own = grant->own;

	/*
	 * What it is does not change while it is wanted. A change of the tree
	 * has devices made, with locks that are outside the agent's.
	 */
	lockdep_assert_held(&grant->enable_lock);
	lockdep_assert_not_held(&grant->agent->lock);

	if (!own->backend || !own->provider) {
		pr_notice("%s: say first of what type it is, and who provides it\n",
			  dev_name(&grant->dev));
		return -EINVAL;
	}
	if (own->np || *own->provider != '/')
		return 0;

	provider = of_find_node_by_path(own->provider);
	if (!provider)
		return -ENODEV;

	return scmid_single_make_node(grant, provider);
}

/**
 * scmid_single_free() - the last of a single resource
 * @grant: the single resource, when it is released
 */
void scmid_single_free(struct scmid_grant *grant)
{
	scmid_single_unprepare(grant);
	kfree(grant->own->provider);
	kfree(grant->own);
}
