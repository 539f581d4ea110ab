// SPDX-License-Identifier: GPL-2.0
/*
 * Agents that the devicetree describes: Documentation/devicetree/bindings/
 * firmware/linux,scmi-server.yaml.
 *
 * They are served before there is a user space, which finds them in configfs.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "engine.h"

/* Properties have the names of configfs, but for what a devicetree has rules for. */
static void scmid_of_property(char *to, size_t size, const char *attr)
{
	size_t n = strlen(attr);

	if (n > 3 && !strcmp(attr + n - 3, "_uv"))
		snprintf(to, size, "%.*s-microvolt", (int)n - 3, attr);
	else
		strscpy(to, attr, size);
	strreplace(to, '_', '-');
}

/* *@value stays as it is if there is no such property. */
static int scmid_of_limit(const struct device_node *np, const char *attr, u64 *value)
{
	char name[32];
	u32 val;
	int err;

	if (!attr)
		return 0;
	scmid_of_property(name, sizeof(name), attr);
	if (!of_property_present(np, name))
		return 0;

	err = of_property_read_u32(np, name, &val);
	if (err) {
		pr_err("%pOF: %s is not a number\n", np, name);
		return -EINVAL;
	}
	*value = val;

	return 0;
}

static int scmid_of_limits(const struct device_node *np, struct scmid_grant_res *r)
{
	enum scmid_policy policy = r->policy;
	u64 min = r->res.min, max = r->res.max;
	const char *word;
	char name[32];
	int err, i;

	err = scmid_of_limit(np, r->backend->min_attr, &min) ?:
	      scmid_of_limit(np, r->backend->max_attr, &max);
	if (err)
		return err;

	if (r->backend->policy_attr) {
		scmid_of_property(name, sizeof(name), r->backend->policy_attr);
		if (!of_property_read_string(np, name, &word)) {
			i = match_string(scmid_policy_names, SCMID_NR_POLICIES, word);
			if (i < 0) {
				pr_err("%pOF: no such policy: \"%s\"\n", np, word);
				return i;
			}
			policy = i;
		}
	}

	err = scmid_grant_set_limits(r, min, max, policy);
	if (err)
		pr_err("%pOF: bad limits (%pe)\n", np, ERR_PTR(err));

	return err;
}

static int scmid_of_access(const struct device_node *np, struct scmid_grant_res *r)
{
	int n = of_property_count_strings(np, "access"), i;
	const char *word;
	u16 access = 0, bit;

	if (!of_property_present(np, "access"))
		return 0;
	if (n < 0) {
		pr_err("%pOF: access is no list of rights\n", np);
		return -EINVAL;
	}

	for (i = 0; i < n; i++) {
		of_property_read_string_index(np, "access", i, &word);
		bit = scmid_access_bit(r->backend, word);
		if (!bit && (n > 1 || strcmp(word, "none"))) {
			pr_err("%pOF: no such right: \"%s\"\n", np, word);
			return -EINVAL;
		}
		access |= bit;
	}

	/* Not enabled yet, so nobody can be in the way. */
	return scmid_grant_set_access(r, access);
}

static int scmid_of_resource(struct scmid_grant *grant, const struct device_node *np)
{
	struct scmid_grant_res *r, *found = NULL;
	u32 id;
	int err;

	guard(mutex)(&grant->agent->lock);

	list_for_each_entry(r, &grant->res, node)
		if (of_node_name_eq(np, r->dir))
			found = r;
	if (!found) {
		pr_err("%pOF: the device has no such resource\n", np);
		return -EINVAL;
	}

	err = scmid_of_access(np, found) ?: scmid_of_limits(np, found);
	if (err || !of_property_present(np, "linux,scmi-id"))
		return err;

	if (of_property_read_u32(np, "linux,scmi-id", &id)) {
		pr_err("%pOF: %s is not a number\n", np, "linux,scmi-id");
		return -EINVAL;
	}
	err = id < U16_MAX ? scmid_grant_set_id(found, id) : -EINVAL;
	if (err) {
		pr_err("%pOF: id %u: %s\n", np, id, err == -EEXIST ?
		       "another resource was given this id" : "more than the highest there is");
		return -EINVAL;
	}

	return 0;
}

/* A child of the agent: a device that it gets. */
static int scmid_of_device(struct scmid_agent *agent, struct device_node *np)
{
	struct device_node *target __free(device_node) = of_parse_phandle(np, "linux,device", 0);
	char *name __free(kfree) = NULL;
	struct scmid_grant *grant;
	int err;

	if (!target && of_property_present(np, "linux,device")) {
		pr_err("%pOF: linux,device leads nowhere\n", np);
		return -EINVAL;
	}

	/* By path, for there may be no device of it, now or ever. */
	name = kasprintf(GFP_KERNEL, "%pOF", target ?: np);
	if (!name)
		return -ENOMEM;
	strreplace(name, '/', '!');

	grant = scmid_configfs_device_create(agent, name);
	if (IS_ERR(grant))
		return PTR_ERR(grant);

	grant->shared = of_property_read_bool(np, "linux,shared");
	for_each_available_child_of_node_scoped(np, child) {
		err = scmid_of_resource(grant, child);
		if (err)
			return err;
	}

	return 0;
}

static int scmid_of_agent(struct scmid_agent *agent, const struct device_node *np)
{
	u32 id;
	int err;

	if (!of_property_read_u32(np, "reg", &id)) {
		err = id <= U8_MAX ? scmid_agent_set_id(agent, id) : -EINVAL;
		if (err == -EEXIST) {
			pr_notice("%pOF: another agent has id %u, so this one has %u\n", np, id,
				  agent->peer.id);
		} else if (err) {
			pr_err("%pOF: id %u is not from 1 to 255\n", np, id);
			return err;
		}
	}
	scmid_agent_set_trusted(agent, of_property_read_bool(np, "linux,trusted"));

	for_each_available_child_of_node_scoped(np, child) {
		err = scmid_of_device(agent, child);
		if (err)
			return err;
	}

	return 0;
}

/* What cannot be had is left to the operator, but what is not there yet is waited for. */
static int scmid_of_enable(struct scmid_agent *agent, const struct device_node *np)
{
	struct scmid_grant *grant;
	bool granted = false;
	int err;

	/* Nobody sees the agent yet, so the list stays as it is. */
	list_for_each_entry(grant, &agent->grants, node) {
		err = scmid_grant_enable(grant);
		if (err == -EAGAIN)
			return -EPROBE_DEFER;
		if (err)
			pr_notice("%pOF: %s is not granted (%pe)\n", np, grant->name,
				  ERR_PTR(err));
		granted |= !err;
	}

	return granted ? scmid_agent_set_live(agent, true) : 0;
}

/**
 * scmid_agent_describe() - make an agent as the devicetree describes it
 * @np: the node
 * @name: the agent's name
 *
 * If it has devices there, they are granted, and the agent is live. If there is
 * an agent of that name, it stays as it is.
 *
 * Context: process, not from a configfs operation.
 *
 * Return: 0; 1 if an operator has made an agent of that name; -EPROBE_DEFER if a
 * provider is missing; -EINVAL if the description is wrong, -EEXIST if it has a
 * device twice, which is told; -ENAMETOOLONG, -ENOSPC, -ENOMEM.
 */
int scmid_agent_describe(struct device_node *np, const char *name)
{
	struct scmid_agent *agent = scmid_agent_find(name);
	int err;

	if (agent) {
		/* One that stayed when it was described before goes in the end. */
		err = !agent->described || READ_ONCE(agent->chan);
		pr_notice("%pOF: there is an agent %s: its configuration counts\n", np, name);
		scmid_agent_put(agent);
		return err;
	}

	agent = scmid_configfs_agent_create(name);
	if (IS_ERR(agent))
		return PTR_ERR(agent);

	err = scmid_of_agent(agent, np) ?: scmid_of_enable(agent, np) ?:
	      scmid_configfs_agent_show(agent);
	if (err)
		scmid_configfs_agent_discard(agent);

	return err;
}
EXPORT_SYMBOL_GPL(scmid_agent_describe);

/**
 * scmid_agent_undescribe() - the reverse of scmid_agent_describe()
 * @name: the agent's name
 *
 * An agent that an operator has granted more stays, without a channel.
 *
 * Context: process, not from a configfs operation.
 */
void scmid_agent_undescribe(const char *name)
{
	struct scmid_agent *agent = scmid_agent_find(name);

	if (!agent)
		return;
	if (agent->described && !scmid_configfs_agent_remove(agent))
		pr_notice("agent %s stays, for it was granted more\n", name);
	scmid_agent_put(agent);
}
EXPORT_SYMBOL_GPL(scmid_agent_undescribe);
