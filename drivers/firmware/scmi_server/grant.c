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
#include <linux/idr.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "engine.h"

#include <trace/events/scmi_server.h>

LIST_HEAD(scmid_backends);

const char * const scmid_policy_names[SCMID_NR_POLICIES] = {
	[SCMID_POLICY_RANGE] = "range",
	[SCMID_POLICY_SHARED] = "shared",
	[SCMID_POLICY_FLOOR] = "floor",
	[SCMID_POLICY_EXCLUSIVE] = "exclusive",
};

const struct scmid_access_word scmid_access_words[] = {
	{ "get", SCMID_ACCESS_GET },
	{ "state", SCMID_ACCESS_STATE },
	{ "rate", SCMID_ACCESS_RATE },
	{ "level", SCMID_ACCESS_LEVEL },
	{ "parent", SCMID_ACCESS_PARENT },
	{ "assert", SCMID_ACCESS_ASSERT },
	{ "pulse", SCMID_ACCESS_PULSE },
	{ "notify", SCMID_ACCESS_NOTIFY },
	{ "describe", SCMID_ACCESS_DESCRIBE },
	{ }
};

static const struct bus_type scmid_bus;

/**
 * struct scmid_device - the number of a device, for the permission commands
 * @node: in the list
 * @np: the device
 * @id: its number
 * @users: grants of it
 */
struct scmid_device {
	struct list_head node;
	const struct device_node *np;
	u32 id;
	unsigned int users;
};

static DEFINE_MUTEX(scmid_devices_lock);
static LIST_HEAD(scmid_devices);
static DEFINE_IDA(scmid_device_ids);

static const struct bus_type *const scmid_device_buses[] = {
	&platform_bus_type,
#if IS_ENABLED(CONFIG_ARM_AMBA)
	&amba_bustype,
#endif
};

/* The device of a node, with a reference, or %NULL. */
static struct device *scmid_device_of(const struct device_node *np)
{
	struct device *dev = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scmid_device_buses) && np && !dev; i++)
		dev = bus_find_device_by_of_node(scmid_device_buses[i], np);

	return dev;
}

/* What the operator may name: "fe800000.usb" or "!soc!usb@fe800000". */
static int scmid_grant_resolve(const char *name, struct device **dev,
			       struct device_node **np)
{
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

		*dev = scmid_device_of(node);
		*np = no_free_ptr(node);
		return 0;
	}

	for (i = 0; i < ARRAY_SIZE(scmid_device_buses); i++) {
		*dev = bus_find_device_by_name(scmid_device_buses[i], NULL, name);
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

/* A device has the same number in all agents; what has no device, its own. */
static int scmid_device_id_get(struct scmid_grant *grant)
{
	const struct device_node *np = grant->dev.of_node;
	struct scmid_device *device;
	int id;

	guard(mutex)(&scmid_devices_lock);

	list_for_each_entry(device, &scmid_devices, node) {
		if (!np || device->np != np)
			continue;
		device->users++;
		grant->device_id = device->id;
		return 0;
	}

	device = kzalloc_obj(*device);
	if (!device)
		return -ENOMEM;
	id = ida_alloc(&scmid_device_ids, GFP_KERNEL);
	if (id < 0) {
		kfree(device);
		return id;
	}

	device->np = np;
	device->id = id;
	device->users = 1;
	list_add_tail(&device->node, &scmid_devices);
	grant->device_id = id;

	return 0;
}

static void scmid_device_id_put(struct scmid_grant *grant)
{
	struct scmid_device *device;

	guard(mutex)(&scmid_devices_lock);

	list_for_each_entry(device, &scmid_devices, node) {
		if (device->id != grant->device_id)
			continue;
		if (!--device->users) {
			list_del(&device->node);
			ida_free(&scmid_device_ids, device->id);
			kfree(device);
		}
		return;
	}
}

static void scmid_grant_release(struct device *dev)
{
	struct scmid_grant *grant = container_of(dev, struct scmid_grant, dev);
	struct scmid_grant_res *r, *next;

	list_for_each_entry_safe(r, next, &grant->res, node)
		scmid_grant_drop(r);
	if (grant->own)
		scmid_single_free(grant);
	put_device(grant->target);
	of_node_put(dev->of_node);
	mutex_destroy(&grant->enable_lock);
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
 * @consumer_id: what its framework finds it by, or %NULL if that is its number
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
		    const char *consumer_id, const char *name)
{
	struct scmid_grant_res *r, *other;
	char unique[SCMID_LONG_NAME] = {};
	unsigned int n = 1;

	r = kzalloc_obj(*r);
	if (!r)
		return -ENOMEM;
	if (consumer_id) {
		r->consumer_id = kstrdup(consumer_id, GFP_KERNEL);
		if (!r->consumer_id) {
			kfree(r);
			return -ENOMEM;
		}
	}

	strscpy(unique, name, sizeof(unique));
	if (scmid_grant_name_used(grant, backend->proto, unique))
		snprintf(unique, sizeof(unique), "%.24s@%.34s", name, grant->name);
	while (scmid_grant_name_used(grant, backend->proto, unique))
		snprintf(unique, sizeof(unique), "%.24s.%u@%.28s", name, ++n, grant->name);

	list_for_each_entry(other, &grant->res, node)
		r->index += other->backend == backend;
	if (*backend->property == '-')
		snprintf(r->dir, sizeof(r->dir), "%s-%s", backend->name, consumer_id);
	else
		snprintf(r->dir, sizeof(r->dir), "%s%u", backend->name, r->index);
	r->grant = grant;
	r->backend = backend;
	r->access = backend->access_default;
	r->res.proto = backend->proto;
	r->res.access = backend->access_default;
	r->res.ops = backend->ops;
	strscpy_pad(r->res.name, unique, sizeof(r->res.name));
	INIT_LIST_HEAD(&r->voter);
	INIT_LIST_HEAD(&r->pending.node);
	list_add_tail(&r->node, &grant->res);

	return 0;
}

/**
 * scmid_grant_drop() - the reverse of scmid_grant_add()
 * @r: the resource; nobody refers to it any more
 */
void scmid_grant_drop(struct scmid_grant_res *r)
{
	list_del(&r->node);
	kfree(r->consumer_id);
	kfree(r);
}

/**
 * scmid_backend_find() - find a backend by name
 * @name: its name
 *
 * Return: the backend or %NULL.
 */
const struct scmid_backend *scmid_backend_find(const char *name)
{
	const struct scmid_backend *backend;

	list_for_each_entry(backend, &scmid_backends, node)
		if (!strcmp(backend->name, name))
			return backend;

	return NULL;
}

/**
 * scmid_access_bit() - find a right by its name
 * @backend: whose right
 * @word: its name
 *
 * Return: its SCMID_ACCESS_* bit, or 0 if the backend has no such right.
 */
u16 scmid_access_bit(const struct scmid_backend *backend, const char *word)
{
	const struct scmid_access_word *w;

	for (w = scmid_access_words; w->word; w++)
		if (!strcmp(word, w->word))
			return w->bit & backend->access;

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
		if (*backend->property == '-' ? scmid_ends_with(property, backend->property) :
						!strcmp(backend->property, property))
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
 * scmid_grant_new() - make a grant that has nothing yet
 * @agent: the agent
 * @name: as the operator named it
 *
 * Return: the grant, with a device that is not registered, or -ENOMEM.
 */
struct scmid_grant *scmid_grant_new(struct scmid_agent *agent, const char *name)
{
	struct scmid_grant *grant = kzalloc_obj(*grant);

	if (!grant)
		return ERR_PTR(-ENOMEM);

	kref_get(&agent->ref);
	grant->agent = agent;
	grant->device_id = U32_MAX;
	mutex_init(&grant->enable_lock);
	INIT_LIST_HEAD(&grant->res);
	device_initialize(&grant->dev);
	grant->dev.bus = &scmid_bus;
	grant->dev.release = scmid_grant_release;
	/* Pins and the like of the node are the device's affair. */
	dev_set_of_node_reused(&grant->dev);

	grant->name = kstrdup(name, GFP_KERNEL);
	if (!grant->name || dev_set_name(&grant->dev, "%s:%s", agent->peer.name, name)) {
		put_device(&grant->dev);
		return ERR_PTR(-ENOMEM);
	}

	return grant;
}

/**
 * scmid_grant_register() - enter a grant into its agent
 * @grant: the grant
 *
 * Context: process, with the agent's lock held.
 *
 * Return: 0, or an error; then the caller has to put it.
 */
int scmid_grant_register(struct scmid_grant *grant)
{
	struct scmid_agent *agent = grant->agent;
	int err;

	lockdep_assert_held(&agent->lock);

	if (agent->leaving)
		return -ENODEV;

	err = scmid_device_id_get(grant);
	if (err)
		return err;

	err = device_add(&grant->dev);
	if (err)
		goto err_id;

	list_add_tail(&grant->node, &agent->grants);
	err = scmid_agent_renumber(agent);
	if (!err)
		return 0;

	list_del(&grant->node);
	device_del(&grant->dev);
err_id:
	scmid_device_id_put(grant);
	return err;
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

	grant = scmid_grant_new(agent, name);
	if (IS_ERR(grant)) {
		put_device(target);
		of_node_put(np);
		return grant;
	}

	grant->target = target;
	grant->dev.of_node = np;
	grant->unsupported = scmid_grant_unsupported(np);
	if (!grant->unsupported) {
		err = -ENOMEM;
		goto err_put;
	}

	scoped_guard(mutex, &agent->lock) {
		list_for_each_entry(other, &agent->grants, node) {
			/* A single resource of this name has a stand-in of this name. */
			if (other->dev.of_node == np || !strcmp(other->name, name)) {
				err = -EEXIST;
				goto err_put;
			}
		}

		err = scmid_grant_enumerate(grant);
		if (!err)
			err = scmid_grant_register(grant);
		if (err)
			goto err_put;
	}

	return grant;

err_put:
	put_device(&grant->dev);
	return ERR_PTR(err);
}

/* A driver uses the device itself; vfio's drivers leave it to the guest. */
static bool scmid_device_native(struct device *dev)
{
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

static bool scmid_device_in_use(struct device *dev)
{
	guard(device)(dev);

	return scmid_device_native(dev);
}

/* Who provides a resource; with a reference, or %NULL. */
static struct device_node *scmid_res_provider(const struct scmid_grant_res *r)
{
	const struct scmid_backend *backend = r->backend;
	struct device_node *np = r->grant->dev.of_node;
	struct of_phandle_args args;
	char property[64];

	if (!np)
		return backend->provider ? backend->provider(r) : NULL;
	if (*backend->property == '-') {
		snprintf(property, sizeof(property), "%s%s", r->consumer_id, backend->property);
		return of_parse_phandle(np, property, 0);
	}
	if (!backend->cells ||
	    of_parse_phandle_with_args(np, backend->property, backend->cells, r->index, &args))
		return NULL;

	return args.np;
}

/*
 * The driver core does not expect a consumer that turns up when the supplier's
 * driver is on its way out. Who has the supplier's lock may wait for the
 * stand-in's, so it is not waited for: something is about to change anyway.
 *
 * Return: 1, 0 if @supplier has no driver, -EPROBE_DEFER or -ENOMEM.
 */
static int scmid_device_link(struct device *dev, struct device *supplier)
{
	static DEFINE_MUTEX(trying); /* nobody's fault that another grant is enabled, too */
	int ret = 0;

	guard(mutex)(&trying);

	if (!device_trylock(supplier))
		return -EPROBE_DEFER;
	/* While its consumers are unbound, one by one, its lock is let go. */
	if (supplier->links.status == DL_DEV_UNBINDING)
		ret = -EPROBE_DEFER;
	else if (device_is_bound(supplier))
		ret = device_link_add(dev, supplier, DL_FLAG_AUTOREMOVE_CONSUMER) ? 1 : -ENOMEM;
	device_unlock(supplier);

	return ret;
}

/*
 * See to it that the provider's driver is not unbound while the agent has the
 * resource: the driver core then unbinds the stand-in first, which takes the
 * grant back. A provider without a driver, such as a clock of early boot, stays.
 */
static int scmid_res_link(const struct scmid_grant_res *r)
{
	struct device_node *np __free(device_node) = scmid_res_provider(r);
	struct device *supplier;
	int ret = 0;

	/* A regulator is a child of the node whose driver makes it. */
	for (; np && !ret; np = of_get_next_parent(np)) {
		supplier = get_dev_from_fwnode(of_fwnode_handle(np));
		if (supplier)
			ret = scmid_device_link(&r->grant->dev, supplier);
		put_device(supplier);
	}

	return min(ret, 0);
}

/* It is not published, so there is no vote, either. */
static void scmid_res_put(struct scmid_grant_res *r)
{
	scmid_hw_leave(r);
	r->backend->put(r);
}

static int scmid_res_acquire(struct scmid_grant_res *r)
{
	int err;

	err = scmid_res_link(r);
	if (err)
		return err;
	err = r->backend->get(r);
	if (err)
		return err;
	err = scmid_hw_join(r);
	if (err)
		r->backend->put(r);

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
			r->backend->quiesce(r, SCMID_ACCESS_ALL);
}

static int __scmid_grant_enable(struct scmid_grant *grant)
{
	struct scmid_agent *agent = grant->agent;
	struct scmid_grant_res *r;
	int err;

	list_for_each_entry(r, &grant->res, node) {
		err = scmid_res_acquire(r);
		if (err)
			goto err_put;
	}

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

	return err;
}

static void __scmid_grant_disable(struct scmid_grant *grant)
{
	struct scmid_agent *agent = grant->agent;
	struct scmid_grant_res *r;

	/* Waits for at most one command; after it the agent sees nothing. */
	guard(mutex)(&agent->run);
	scmid_grant_withdraw(grant);
	list_for_each_entry(r, &grant->res, node)
		scmid_res_put(r);
	grant->enabled = false;
	scmid_agent_update(agent);
}

/* The driver core says "bound" for what is granted. */
static int scmid_grant_probe(struct device *dev)
{
	struct scmid_grant *grant = container_of(dev, struct scmid_grant, dev);

	guard(mutex)(&grant->agent->lock);

	grant->error = __scmid_grant_enable(grant);
	grant->deferred = grant->error == -EPROBE_DEFER;
	grant->revoked = grant->revoked && grant->error;

	/* The reason goes to the operator, not to the log. */
	return grant->error ? -ENODEV : 0;
}

static void scmid_grant_remove(struct device *dev)
{
	struct scmid_grant *grant = container_of(dev, struct scmid_grant, dev);
	bool revoked, taken;

	scoped_guard(mutex, &grant->agent->lock) {
		__scmid_grant_disable(grant);
		revoked = READ_ONCE(grant->wanted);
		taken = grant->taken;
		grant->revoked = revoked;
		grant->taken = false;
	}

	trace_scmid_revoke(grant->agent->peer.name, dev_name(dev), !revoked ? "operator" :
			   taken ? "host driver" : "provider gone");
	if (revoked && !taken)
		pr_notice("%s: revoked, for a provider of it goes away\n", dev_name(dev));
}

/* Only the engine binds them. */
static int scmid_grant_match(struct device *dev, const struct device_driver *drv)
{
	return READ_ONCE(container_of(dev, struct scmid_grant, dev)->binding);
}

/* The copy in the test module gets a name of its own. */
static const struct bus_type scmid_bus = {
	.name = KBUILD_MODNAME,
	.match = scmid_grant_match,
	.probe = scmid_grant_probe,
	.remove = scmid_grant_remove,
};

static struct device_driver scmid_grant_driver = {
	.name = KBUILD_MODNAME,
	.bus = &scmid_bus,
	.owner = THIS_MODULE,
	.suppress_bind_attrs = true,
};

/* Whether a driver of the host that is bound to @dev is in the agent's way. */
static bool scmid_grant_excludes(const struct scmid_grant *grant, const struct device *dev)
{
	const struct scmid_grant_res *r;

	if (!grant->enabled)
		return false;
	/* It may have come after the grant was made. */
	if ((grant->target == dev || (dev->of_node && grant->dev.of_node == dev->of_node)) &&
	    !grant->shared)
		return true;

	list_for_each_entry(r, &grant->res, node)
		if (dev->of_node && r->backend->excludes &&
		    r->backend->excludes(r, dev->of_node))
			return true;

	return false;
}

/* A grant to be taken back for a driver of the host; with a reference. */
static struct scmid_grant *scmid_grant_take(const struct device *dev)
{
	struct scmid_agent *agent;
	struct scmid_grant *grant;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node) {
		guard(mutex)(&agent->lock);
		list_for_each_entry(grant, &agent->grants, node) {
			if (!scmid_grant_excludes(grant, dev))
				continue;
			grant->taken = true;
			get_device(&grant->dev);
			return grant;
		}
	}

	return NULL;
}

/*
 * A driver of the host is about to be bound, and takes for granted that the
 * device is its own. Nobody can keep it from that, so it is: before it probes.
 */
static int scmid_grant_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct scmid_grant *grant;
	struct device *dev = data;

	if (event != BUS_NOTIFY_BIND_DRIVER || !scmid_device_native(dev))
		return NOTIFY_DONE;

	while ((grant = scmid_grant_take(dev))) {
		pr_notice("%s: revoked, for driver %s of the host takes %s\n",
			  dev_name(&grant->dev), dev_driver_string(dev), dev_name(dev));
		device_release_driver(&grant->dev);
		scmid_grant_put(grant);
	}

	return NOTIFY_OK;
}

static struct notifier_block scmid_device_notifiers[ARRAY_SIZE(scmid_device_buses)];

int scmid_grant_bus_init(void)
{
	unsigned int i;
	int err;

	err = bus_register(&scmid_bus);
	if (err)
		return err;

	err = driver_register(&scmid_grant_driver);
	if (err) {
		bus_unregister(&scmid_bus);
		return err;
	}

	for (i = 0; i < ARRAY_SIZE(scmid_device_buses); i++) {
		scmid_device_notifiers[i].notifier_call = scmid_grant_notify;
		bus_register_notifier(scmid_device_buses[i], &scmid_device_notifiers[i]);
	}

	return 0;
}

void scmid_grant_bus_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scmid_device_buses); i++)
		bus_unregister_notifier(scmid_device_buses[i], &scmid_device_notifiers[i]);
	driver_unregister(&scmid_grant_driver);
	bus_unregister(&scmid_bus);
	/* What goes with a link lets go of the stand-in later, on a work queue. */
	device_link_wait_removal();
	ida_destroy(&scmid_device_ids);
}

/*
 * Those who unbind a provider meanwhile wait until this is through, but only
 * if the driver core looks for the driver itself.
 */
static int scmid_grant_bind(struct scmid_grant *grant)
{
	int ret;

	WRITE_ONCE(grant->binding, true);
	ret = device_attach(&grant->dev);
	WRITE_ONCE(grant->binding, false);

	if (ret == 1)
		return 0;

	return grant->error ?: ret ?: -ENODEV;
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
	struct device *target __free(put_device) = NULL;
	int err;

	guard(mutex)(&grant->enable_lock);

	if (READ_ONCE(grant->enabled))
		return 0;

	target = get_device(grant->target) ?: scmid_device_of(grant->dev.of_node);
	/* Before any lock of ours: its driver core lock may be outside of them. */
	if (target && !READ_ONCE(grant->shared) && scmid_device_in_use(target)) {
		pr_notice_ratelimited("%s: in use by driver %s of the host; unbind it, or allow both with 'shared'\n",
				      dev_name(&grant->dev), dev_driver_string(target));
		return -EBUSY;
	}

	grant->error = 0;
	scoped_guard(mutex, &grant->agent->lock)
		WRITE_ONCE(grant->wanted, true);
	if (grant->own)
		grant->error = scmid_single_prepare(grant);
	err = grant->error ?: scmid_grant_bind(grant);
	if (!err)
		return 0;

	WRITE_ONCE(grant->wanted, false);
	if (grant->own)
		scmid_single_unprepare(grant);

	return err == -EPROBE_DEFER ? -EAGAIN : err;
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
	guard(mutex)(&grant->enable_lock);

	WRITE_ONCE(grant->wanted, false);
	device_release_driver(&grant->dev);
	if (grant->own)
		scmid_single_unprepare(grant);
	scoped_guard(mutex, &grant->agent->lock)
		grant->revoked = false;
}

/**
 * scmid_grant_destroy() - take a grant back and forget it
 * @grant: the grant; the caller still has its reference
 */
void scmid_grant_destroy(struct scmid_grant *grant)
{
	scmid_grant_disable(grant);
	scoped_guard(mutex, &grant->agent->lock) {
		list_del(&grant->node);
		scmid_agent_renumber(grant->agent);
	}
	device_del(&grant->dev);
	scmid_device_id_put(grant);
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

/* Rights that are lost take with them what the agent did by them. */
static int scmid_res_apply(struct scmid_grant_res *r, u16 access)
{
	u16 lost = r->res.access & ~access;
	int err;

	guard(mutex)(&r->grant->agent->run);

	err = scmid_hw_set_access(r, access);
	if (!err && lost && r->hw)
		r->backend->quiesce(r, lost);

	return err;
}

static u16 scmid_res_access(const struct scmid_grant_res *r, u16 access, u32 denied)
{
	return denied & BIT(r->res.proto - SCMID_PROTO_BASE) ? 0 : access;
}

/**
 * scmid_grant_set_access() - change what the agent may do with a resource
 * @r: the resource
 * @access: SCMID_ACCESS_* bits
 *
 * Acts at once. What the agent holds by a right that it loses is taken back.
 *
 * Context: process, with the agent's lock held; waits for at most one command.
 *
 * Return: 0, or -EBUSY if another agent has a right that only one can have.
 */
int scmid_grant_set_access(struct scmid_grant_res *r, u16 access)
{
	int err;

	lockdep_assert_held(&r->grant->agent->lock);

	err = scmid_res_apply(r, scmid_res_access(r, access, r->grant->denied));
	if (!err)
		r->access = access;

	return err;
}

/**
 * scmid_grant_set_denied() - deny an agent protocols of a grant, and no others
 * @grant: the grant
 * @denied: bit n: protocol %SCMID_PROTO_BASE + n
 *
 * Context: as scmid_grant_set_access().
 *
 * Return: as scmid_grant_set_access(); then nothing has changed.
 */
int scmid_grant_set_denied(struct scmid_grant *grant, u32 denied)
{
	struct scmid_grant_res *r;
	int err;

	lockdep_assert_held(&grant->agent->lock);

	/* First what is allowed again, for only that can fail. */
	list_for_each_entry(r, &grant->res, node) {
		err = scmid_res_apply(r, scmid_res_access(r, r->access, grant->denied & denied));
		if (err)
			goto err_undo;
	}
	list_for_each_entry(r, &grant->res, node)
		scmid_res_apply(r, scmid_res_access(r, r->access, denied));

	grant->denied = denied;
	return 0;

err_undo:
	list_for_each_entry_continue_reverse(r, &grant->res, node)
		scmid_res_apply(r, scmid_res_access(r, r->access, grant->denied));
	return err;
}

/**
 * scmid_grant_set_limits() - change limits and policy of a resource
 * @r: the resource
 * @min: lowest value, 0 = no limit
 * @max: highest value, 0 = no limit
 * @policy: what the agent's value means to others
 *
 * Acts at once on what the agent has voted for.
 *
 * Context: process, with the agent's lock held; waits for at most one command.
 *
 * Return: 0, -EINVAL if @min is above @max, or what the framework says when it
 * cannot make the votes fit; then nothing has changed.
 */
int scmid_grant_set_limits(struct scmid_grant_res *r, u64 min, u64 max,
			   enum scmid_policy policy)
{
	enum scmid_policy old_policy = r->policy;
	u64 old_min = r->res.min, old_max = r->res.max;
	int err = 0;

	lockdep_assert_held(&r->grant->agent->lock);

	if (max && min > max)
		return -EINVAL;

	guard(mutex)(&r->grant->agent->run);

	r->res.min = min;
	r->res.max = max;
	r->policy = policy;
	if (r->hw && r->backend->adjust)
		err = r->backend->adjust(r);
	if (err) {
		r->res.min = old_min;
		r->res.max = old_max;
		r->policy = old_policy;
	}

	return err;
}
