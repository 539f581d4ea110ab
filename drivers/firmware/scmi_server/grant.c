// SPDX-License-Identifier: GPL-2.0
/*
 * Grants: a device of the host and what an agent may do with its suppliers.
 *
 * For every grant there is a stand-in device with the node of the device that
 * is granted. Through it each agent is an ordinary consumer with handles of
 * its own, so the frameworks arbitrate between agents and host, and what an
 * agent held goes when its handles go.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/amba/bus.h>
#include <linux/cleanup.h>
#include <linux/hashtable.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "engine.h"

LIST_HEAD(scmid_backends);

/* Every acquired resource by its hardware, for what only one may have. */
static DEFINE_MUTEX(scmid_held_lock);
static DEFINE_HASHTABLE(scmid_held, 10);

/* The copy in the test module gets a name of its own. */
static const struct bus_type scmid_bus = {
	.name = KBUILD_MODNAME,
};

int scmid_grant_bus_init(void)
{
	return bus_register(&scmid_bus);
}

void scmid_grant_bus_exit(void)
{
	bus_unregister(&scmid_bus);
}

/* What the operator may name: "fe800000.usb" or "!soc!usb@fe800000". */
static int scmid_grant_resolve(const char *name, struct device **dev,
			       struct device_node **np)
{
	static const struct bus_type *const buses[] = {
		&platform_bus_type,
#if IS_ENABLED(CONFIG_ARM_AMBA)
		&amba_bustype,
#endif
	};
	unsigned int i;

	*dev = NULL;
	*np = NULL;

	if (*name == '!') {
		char *path __free(kfree) = kstrdup(name, GFP_KERNEL);
		struct device_node *node __free(device_node) = NULL;
		char *canonical __free(kfree) = NULL;

		if (!path)
			return -ENOMEM;
		strreplace(path, '!', '/');
		node = of_find_node_by_path(path);
		if (!node)
			return -ENODEV;

		/* One spelling only, or one node could be granted twice. */
		canonical = kasprintf(GFP_KERNEL, "%pOF", node);
		if (!canonical)
			return -ENOMEM;
		if (strcmp(path, canonical))
			return -EINVAL;

		for (i = 0; i < ARRAY_SIZE(buses) && !*dev; i++)
			*dev = bus_find_device_by_of_node(buses[i], node);
		*np = no_free_ptr(node);
		return 0;
	}

	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		*dev = bus_find_device_by_name(buses[i], NULL, name);
		if (*dev)
			break;
	}
	if (!*dev)
		return -ENODEV;

	*np = of_node_get((*dev)->of_node);
	if (!*np) {
		put_device(*dev);
		*dev = NULL;
		return -ENODEV;
	}

	return 0;
}

static void scmid_grant_release(struct device *dev)
{
	struct scmid_grant *grant = container_of(dev, struct scmid_grant, dev);
	struct scmid_grant_res *r, *next;

	list_for_each_entry_safe(r, next, &grant->res, node)
		kfree(r);
	put_device(grant->target);
	of_node_put(dev->of_node);
	kfree(grant->unsupported);
	kfree(grant->name);
	scmid_agent_put(grant->agent);
	kfree(grant);
}

/**
 * scmid_grant_put() - drop a reference to a grant
 * @grant: the grant; it is freed with the last one
 */
void scmid_grant_put(struct scmid_grant *grant)
{
	put_device(&grant->dev);
}

/* Another resource of the agent has this name already. */
static bool scmid_grant_name_used(struct scmid_grant *grant, u8 proto, const char *name)
{
	struct scmid_grant_res *r;
	struct scmid_grant *g;

	list_for_each_entry(r, &grant->res, node)
		if (r->res.proto == proto && !strcmp(r->res.name, name))
			return true;
	list_for_each_entry(g, &grant->agent->grants, node)
		list_for_each_entry(r, &g->res, node)
			if (r->res.proto == proto && !strcmp(r->res.name, name))
				return true;

	return false;
}

/**
 * scmid_grant_add() - add a resource to a grant that is being made
 * @grant: the grant
 * @backend: who offers it
 * @index: which one of its kind
 * @name: what the device calls it
 *
 * Clients use names as keys, so a name that the agent has already is made
 * unique with the name of the device.
 *
 * Context: from &scmid_backend.enumerate.
 *
 * Return: 0 or -ENOMEM.
 */
int scmid_grant_add(struct scmid_grant *grant, const struct scmid_backend *backend,
		    unsigned int index, const char *name)
{
	struct scmid_grant_res *r;
	char unique[SCMID_LONG_NAME] = {};
	unsigned int n = 1;

	r = kzalloc_obj(*r);
	if (!r)
		return -ENOMEM;

	strscpy(unique, name, sizeof(unique));
	if (scmid_grant_name_used(grant, backend->proto, unique))
		snprintf(unique, sizeof(unique), "%.24s@%.34s", name, grant->name);
	while (scmid_grant_name_used(grant, backend->proto, unique))
		snprintf(unique, sizeof(unique), "%.24s.%u@%.28s", name, ++n, grant->name);

	r->grant = grant;
	r->backend = backend;
	r->index = index;
	r->res.proto = backend->proto;
	r->res.access = backend->access_default;
	r->res.ops = backend->ops;
	strscpy_pad(r->res.name, unique, sizeof(r->res.name));
	list_add_tail(&r->node, &grant->res);

	return 0;
}

/* The supplier properties of the devicetree that have no SCMI protocol here. */
static const char * const scmid_suppliers[] = {
	"clocks", "resets", "power-domains", "interconnects", "phys", "dmas",
	"iommus", "io-channels", "thermal-sensors", "pwms", "mboxes", "hwlocks",
	"nvmem", "operating-points-v2", "pinctrl-0", "gpios", "backlight",
	"extcon", "msi-parent",
};

static bool scmid_ends_with(const char *str, const char *end)
{
	size_t n = strlen(str), m = strlen(end);

	return n >= m && !strcmp(str + n - m, end);
}

static bool scmid_supplier_carried(const char *property)
{
	const struct scmid_backend *backend;

	list_for_each_entry(backend, &scmid_backends, node)
		if (!strcmp(backend->property, property))
			return true;

	return false;
}

static char *scmid_grant_unsupported(const struct device_node *np)
{
	const struct property *prop;
	char *list = NULL, *longer;
	bool listed;

	for_each_property_of_node(np, prop) {
		listed = scmid_ends_with(prop->name, "-supply") ||
			 scmid_ends_with(prop->name, "-gpios") ||
			 match_string(scmid_suppliers, ARRAY_SIZE(scmid_suppliers),
				      prop->name) >= 0;
		if (!listed || scmid_supplier_carried(prop->name))
			continue;
		longer = kasprintf(GFP_KERNEL, "%s%s%s", list ?: "", list ? " " : "",
				   prop->name);
		kfree(list);
		if (!longer)
			return NULL;
		list = longer;
	}

	return list ?: kstrdup("", GFP_KERNEL);
}

static int scmid_grant_enumerate(struct scmid_grant *grant)
{
	const struct scmid_backend *backend;
	int err;

	list_for_each_entry(backend, &scmid_backends, node) {
		err = backend->enumerate(grant, backend);
		if (err == -EPROBE_DEFER)
			grant->deferred = true;
		else if (err)
			return err;
	}

	return 0;
}

/**
 * scmid_grant_create() - describe a device for an agent; it has no effect yet
 * @agent: the agent
 * @name: name on the platform or AMBA bus, or devicetree path with '!' for '/'
 *
 * Return: the grant, or -ENODEV, -EINVAL for another spelling of a path,
 * -EEXIST if the agent has the device already, -ENOSPC if it was live so long
 * that there are no ids left, -ENOMEM.
 */
struct scmid_grant *scmid_grant_create(struct scmid_agent *agent, const char *name)
{
	struct scmid_grant *grant, *other;
	struct device_node *np;
	struct device *target;
	int err;

	err = scmid_grant_resolve(name, &target, &np);
	if (err)
		return ERR_PTR(err);

	grant = kzalloc_obj(*grant);
	if (!grant) {
		put_device(target);
		of_node_put(np);
		return ERR_PTR(-ENOMEM);
	}

	kref_get(&agent->ref);
	grant->agent = agent;
	grant->target = target;
	INIT_LIST_HEAD(&grant->res);
	device_initialize(&grant->dev);
	grant->dev.bus = &scmid_bus;
	grant->dev.release = scmid_grant_release;
	grant->dev.of_node = np;

	err = dev_set_name(&grant->dev, "%s:%s", agent->peer.name, name);
	grant->name = kstrdup(name, GFP_KERNEL);
	grant->unsupported = scmid_grant_unsupported(np);
	if (err || !grant->name || !grant->unsupported) {
		err = -ENOMEM;
		goto err_put;
	}

	scoped_guard(mutex, &agent->lock) {
		list_for_each_entry(other, &agent->grants, node) {
			if (other->dev.of_node == np) {
				err = -EEXIST;
				goto err_put;
			}
		}

		err = scmid_grant_enumerate(grant);
		if (err)
			goto err_put;

		err = device_add(&grant->dev);
		if (err)
			goto err_put;

		list_add_tail(&grant->node, &agent->grants);
		err = scmid_agent_renumber(agent);
		if (err) {
			list_del(&grant->node);
			device_del(&grant->dev);
			goto err_put;
		}
	}

	return grant;

err_put:
	put_device(&grant->dev);
	return ERR_PTR(err);
}

/* Somebody drives the device natively; vfio's drivers leave it to the guest. */
static bool scmid_device_in_use(struct device *dev)
{
	guard(device)(dev);

	if (!dev->driver)
		return false;
	if (dev->bus == &platform_bus_type)
		return !to_platform_driver(dev->driver)->driver_managed_dma;
#if IS_ENABLED(CONFIG_ARM_AMBA)
	if (dev->bus == &amba_bustype)
		return !container_of_const(dev->driver, struct amba_driver,
					   drv)->driver_managed_dma;
#endif
	return true;
}

/* It is not published, so there is no vote, either. */
static void scmid_res_put(struct scmid_grant_res *r)
{
	scoped_guard(mutex, &scmid_held_lock)
		hash_del(&r->held);
	r->backend->put(r);
}

/* Acquire a resource, unless another agent sets what this one would set. */
static int scmid_res_acquire(struct scmid_grant_res *r)
{
	const struct scmid_backend *backend = r->backend;
	u16 exclusive = r->res.access & backend->access_exclusive;
	struct scmid_grant_res *other;
	const void *hw;
	int err;

	err = backend->get(r);
	if (err)
		return err;
	hw = backend->hardware(r);

	scoped_guard(mutex, &scmid_held_lock) {
		if (exclusive && !r->grant->shared) {
			hash_for_each_possible(scmid_held, other, held, (unsigned long)hw) {
				if (other->backend != backend ||
				    backend->hardware(other) != hw ||
				    other->grant->agent == r->grant->agent ||
				    !(other->res.access & backend->access_exclusive))
					continue;
				pr_notice_ratelimited("%s: %s \"%s\" is granted to agent %s through %s; allow both with 'shared'\n",
						      dev_name(&r->grant->dev), backend->name,
						      r->res.name, other->grant->agent->peer.name,
						      other->grant->name);
				err = -EBUSY;
				break;
			}
		}
		if (!err)
			hash_add(scmid_held, &r->held, (unsigned long)hw);
	}

	if (err)
		backend->put(r);

	return err;
}

/**
 * scmid_grant_publish() - let the agent's commands see the grant
 * @grant: the grant, enabled
 *
 * Context: process, with the agent's @lock and @run held.
 *
 * Return: 0 or -ENOMEM; then nothing of it is seen.
 */
int scmid_grant_publish(struct scmid_grant *grant)
{
	struct scmid_grant_res *r;
	int err;

	list_for_each_entry(r, &grant->res, node) {
		err = scmid_agent_publish(grant->agent, &r->res);
		if (err) {
			scmid_grant_withdraw(grant);
			return err;
		}
	}

	return 0;
}

/**
 * scmid_grant_withdraw() - hide the grant from the agent and drop its votes
 * @grant: the grant
 *
 * Context: process, with the agent's @lock and @run held.
 */
void scmid_grant_withdraw(struct scmid_grant *grant)
{
	struct scmid_grant_res *r;

	list_for_each_entry(r, &grant->res, node)
		if (scmid_agent_withdraw(grant->agent, &r->res))
			r->backend->quiesce(r);
}

static int __scmid_grant_enable(struct scmid_grant *grant)
{
	struct scmid_agent *agent = grant->agent;
	struct scmid_grant_res *r;
	int err;

	if (grant->target && !grant->shared && scmid_device_in_use(grant->target)) {
		pr_notice_ratelimited("%s: in use by driver %s of the host; unbind it, or allow both with 'shared'\n",
				      dev_name(&grant->dev),
				      dev_driver_string(grant->target));
		return -EBUSY;
	}

	list_for_each_entry(r, &grant->res, node) {
		err = scmid_res_acquire(r);
		if (err) {
			grant->deferred = err == -EPROBE_DEFER;
			goto err_put;
		}
	}
	grant->deferred = false;

	scoped_guard(mutex, &agent->run) {
		err = agent->peer.live ? scmid_grant_publish(grant) : 0;
		if (!err) {
			grant->enabled = true;
			scmid_agent_update(agent);
		}
	}
	if (!err)
		return 0;

	/* All were acquired: start behind the last. */
	r = list_entry(&grant->res, struct scmid_grant_res, node);
err_put:
	list_for_each_entry_continue_reverse(r, &grant->res, node)
		scmid_res_put(r);

	return err == -EPROBE_DEFER ? -EAGAIN : err;
}

/**
 * scmid_grant_enable() - acquire a grant's resources and give them to the agent
 * @grant: the grant
 *
 * Context: process.
 *
 * Return: 0; -EBUSY if the host or, for what only one can have, another agent
 * uses it and the grant is not shared; -EAGAIN if a provider is missing; or
 * what the framework says. On error nothing is held.
 */
int scmid_grant_enable(struct scmid_grant *grant)
{
	guard(mutex)(&grant->agent->lock);

	return grant->enabled ? 0 : __scmid_grant_enable(grant);
}

static void __scmid_grant_disable(struct scmid_grant *grant)
{
	struct scmid_agent *agent = grant->agent;
	struct scmid_grant_res *r;

	if (!grant->enabled)
		return;

	/* Waits for at most one command; after it the agent sees nothing. */
	guard(mutex)(&agent->run);
	scmid_grant_withdraw(grant);
	list_for_each_entry(r, &grant->res, node)
		scmid_res_put(r);
	grant->enabled = false;
	scmid_agent_update(agent);
}

/**
 * scmid_grant_disable() - take a grant back now
 * @grant: the grant
 *
 * When this returns the agent has no effect on the hardware any more and its
 * votes are gone. Its ids keep their meaning until the agent is not live.
 *
 * Context: process; waits for at most one command of the agent.
 */
void scmid_grant_disable(struct scmid_grant *grant)
{
	guard(mutex)(&grant->agent->lock);
	__scmid_grant_disable(grant);
}

/**
 * scmid_grant_destroy() - take a grant back and forget it
 * @grant: the grant; the caller still has its reference
 */
void scmid_grant_destroy(struct scmid_grant *grant)
{
	scoped_guard(mutex, &grant->agent->lock) {
		__scmid_grant_disable(grant);
		list_del(&grant->node);
		scmid_agent_renumber(grant->agent);
	}
	device_del(&grant->dev);
}

/**
 * scmid_grant_set_id() - choose a resource's id
 * @r: the resource
 * @id: its id in the agent's numbering
 *
 * Context: process, with the agent's lock held.
 *
 * Return: 0, -EBUSY while the grant is enabled or the agent live, -EINVAL for
 * an id that the protocols cannot count to, -EEXIST if the operator gave the id
 * to another.
 */
int scmid_grant_set_id(struct scmid_grant_res *r, u16 id)
{
	struct scmid_agent *agent = r->grant->agent;
	struct scmid_grant_res *other;
	struct scmid_grant *grant;

	lockdep_assert_held(&agent->lock);

	if (r->res.id == id && r->fixed_id)
		return 0;
	if (id == U16_MAX)
		return -EINVAL;
	if (r->grant->enabled || agent->peer.live)
		return -EBUSY;

	list_for_each_entry(grant, &agent->grants, node)
		list_for_each_entry(other, &grant->res, node)
			if (other != r && other->fixed_id && other->res.id == id &&
			    other->res.proto == r->res.proto)
				return -EEXIST;

	r->res.id = id;
	r->fixed_id = true;
	scmid_agent_renumber(agent);

	return 0;
}
