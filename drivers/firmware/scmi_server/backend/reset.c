// SPDX-License-Identifier: GPL-2.0
/*
 * Reset lines of the reset controller framework.
 *
 * To the framework a line has either one user, who may do everything, or users
 * who share it and may do little, and to mix both is a bug. So there is one
 * handle for each line, whoever has it granted, and the agents' votes are
 * counted here. A line that a driver of the host may have a handle of is left
 * to that driver.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/amba/bus.h>
#include <linux/cleanup.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/reset.h>
#include <linux/slab.h>

#include "backend.h"

enum scmid_reset_state {
	SCMID_RESET_NONE,
	SCMID_RESET_ASSERTED,
	SCMID_RESET_DEASSERTED,
};

/**
 * struct scmid_reset_line - a reset line
 * @node: in the list of all
 * @spec: which one it is
 * @users: entries in @holders, and those about to be; under scmid_reset_lock
 * @rstc: the handle; %NULL: it is the host's. Changes under scmid_reset_lock,
 *	@lock and @look
 * @look: held to look at the line with @rstc
 * @lock: held to change the line with @rstc; guards the rest
 * @holders: list of &struct scmid_rst
 * @initial: state before any agent voted; none: cannot be told
 * @known: @initial was looked at
 * @made: state that the votes have made; none: they have not made any
 */
struct scmid_reset_line {
	struct list_head node;
	struct of_phandle_args spec;
	unsigned int users;
	struct reset_control *rstc;
	struct mutex look; /* see above */
	struct mutex lock; /* see above */
	struct list_head holders;
	enum scmid_reset_state initial;
	bool known;
	enum scmid_reset_state made;
};

/**
 * struct scmid_rst - a reset line of an agent
 * @line: the line
 * @node: in the line's list
 * @vote: what the agent asks for
 */
struct scmid_rst {
	struct scmid_reset_line *line;
	struct list_head node;
	enum scmid_reset_state vote;
};

/**
 * struct scmid_reset_user - who of the host may have a handle of a line
 * @dev: name of the device
 * @driver: name of its driver
 */
struct scmid_reset_user {
	char dev[64];
	char driver[32];
};

static const char * const scmid_reset_votes[] = {
	[SCMID_RESET_NONE] = "none",
	[SCMID_RESET_ASSERTED] = "asserted",
	[SCMID_RESET_DEASSERTED] = "deasserted",
};

static DEFINE_MUTEX(scmid_reset_lock); /* the list, and who is in it */
static LIST_HEAD(scmid_reset_lines);

static struct scmid_rst *to_reset(const struct scmid_res *res)
{
	return res->priv;
}

/* What the framework does not have is an errno that is not for consumers. */
static int scmid_reset_err(int err)
{
	return err == -ENOTSUPP ? -EOPNOTSUPP : err;
}

static enum scmid_reset_state scmid_reset_status(struct reset_control *rstc)
{
	int status = reset_control_status(rstc);

	if (status < 0)
		return SCMID_RESET_NONE;

	return status ? SCMID_RESET_ASSERTED : SCMID_RESET_DEASSERTED;
}

/* Whoever needs the line out of reset gets it. */
static enum scmid_reset_state scmid_reset_result(const struct scmid_reset_line *line,
						 const struct scmid_rst *without)
{
	enum scmid_reset_state result = SCMID_RESET_NONE;
	struct scmid_rst *s;

	list_for_each_entry(s, &line->holders, node)
		if (s != without)
			result = max(result, s->vote);

	return result;
}

/* Make of the line what the votes say; on error it is as it was. */
static int scmid_reset_apply(struct scmid_reset_line *line, enum scmid_reset_state result)
{
	enum scmid_reset_state state = result;
	int err = 0;

	lockdep_assert_held(&line->lock);

	if (!line->rstc || result == line->made)
		return 0;

	/* What cannot be told is off when nobody uses it. */
	if (result == SCMID_RESET_NONE)
		state = line->initial ?: SCMID_RESET_ASSERTED;
	if (state != line->made)
		err = state == SCMID_RESET_ASSERTED ? reset_control_assert(line->rstc) :
						      reset_control_deassert(line->rstc);
	if (!err || result == SCMID_RESET_NONE)
		line->made = result;

	return scmid_reset_err(err);
}

static void scmid_reset_vote(struct scmid_grant_res *r, enum scmid_reset_state vote)
{
	struct scmid_rst *s = to_reset(&r->res);

	if (s->vote == vote)
		return;

	WRITE_ONCE(s->vote, vote);
	scmid_voted(r);
}

static int scmid_reset_line_set(struct scmid_res *res, bool asserted)
{
	enum scmid_reset_state vote = asserted ? SCMID_RESET_ASSERTED : SCMID_RESET_DEASSERTED;
	struct scmid_rst *s = to_reset(res);
	struct scmid_reset_line *line = s->line;
	int err;

	guard(mutex)(&line->lock);

	err = scmid_reset_apply(line, max(vote, scmid_reset_result(line, s)));
	if (!err)
		scmid_reset_vote(to_grant_res(res), vote);

	return err;
}

static int scmid_reset_pulse(struct scmid_res *res)
{
	struct scmid_grant_res *r = to_grant_res(res);
	struct scmid_rst *s = to_reset(res);
	struct scmid_reset_line *line = s->line;
	int err;

	guard(mutex)(&line->lock);

	if (!line->rstc)
		return scmid_refused(r, -EUSERS, "host uses the line");
	if (scmid_reset_result(line, s) == SCMID_RESET_DEASSERTED)
		return scmid_refused(r, -EUSERS, "another agent uses the line");

	err = reset_control_reset(line->rstc);
	if (err)
		return scmid_reset_err(err);

	/* That is how it leaves the line, so the agent wants it so. */
	line->made = SCMID_RESET_DEASSERTED;
	scmid_reset_vote(r, SCMID_RESET_DEASSERTED);

	return 0;
}

static const struct scmid_reset_ops scmid_reset_backend_ops = {
	.line_set = scmid_reset_line_set,
	.pulse = scmid_reset_pulse,
};

/* The provider is not asked: to have a handle just to look is to use the line. */
static int scmid_reset_enumerate(struct scmid_grant *grant,
				 const struct scmid_backend *backend)
{
	struct device_node *np = grant->dev.of_node;
	int n = of_count_phandle_with_args(np, "resets", "#reset-cells"), i, err;
	char fallback[16];
	const char *name;

	for (i = 0; i < n; i++) {
		if (of_property_read_string_index(np, "reset-names", i, &name)) {
			snprintf(fallback, sizeof(fallback), "reset%d", i);
			name = fallback;
		}
		err = scmid_grant_add(grant, backend, NULL, name);
		if (err)
			return err;
	}

	return 0;
}

/* vfio's drivers leave the device, and so its lines, to a guest. */
static bool scmid_reset_driver_native(const struct device *dev, struct device_driver *drv)
{
	if (dev->bus == &platform_bus_type)
		return !to_platform_driver(drv)->driver_managed_dma;
#if IS_ENABLED(CONFIG_ARM_AMBA)
	if (dev->bus == &amba_bustype)
		return !container_of_const(drv, struct amba_driver, drv)->driver_managed_dma;
#endif
	return true;
}

/*
 * Whether a driver of the host is bound, or is being bound. Not under the
 * device's lock: its holder may be waiting for us. A driver that goes leaves
 * its memory to RCU's readers.
 */
static bool scmid_reset_driven(const struct device *dev, struct scmid_reset_user *user)
{
	struct device_driver *drv;

	guard(rcu)();

	drv = READ_ONCE(dev->driver);
	if (!drv || !scmid_reset_driver_native(dev, drv))
		return false;

	strscpy(user->dev, dev_name(dev), sizeof(user->dev));
	strscpy(user->driver, drv->name, sizeof(user->driver));
	return true;
}

/*
 * The device that a node is driven by: its own, or if it has none, that of
 * the node above, whose driver knows what is below it.
 */
static struct device *scmid_reset_device(struct device_node *np, const struct scmid_grant *grant)
{
	struct device_node *up __free(device_node) = of_node_get(np);
	struct device *dev;

	for (; up; up = of_get_next_parent(up)) {
		dev = get_dev_from_fwnode(of_fwnode_handle(up));
		/* Stand-ins, and what only shows in a class, have no drivers. */
		if (dev && dev->bus && dev->bus != grant->dev.bus)
			return dev;
		put_device(dev);
	}

	return NULL;
}

static bool scmid_reset_refers(const struct device_node *np, const struct of_phandle_args *spec)
{
	struct of_phandle_args args;
	bool same;
	int i;

	for (i = 0; !of_parse_phandle_with_args(np, "resets", "#reset-cells", i, &args); i++) {
		same = of_phandle_args_equal(&args, spec);
		of_node_put(args.np);
		if (same)
			return true;
	}

	return false;
}

/*
 * The framework cannot be asked who has a handle, and warns of a wrong guess.
 * So whoever may have one, has one.
 */
static bool scmid_reset_host_user(const struct scmid_grant *grant,
				  const struct of_phandle_args *spec,
				  struct scmid_reset_user *user)
{
	struct device_node *np;
	struct device *dev;
	bool found = grant->target && scmid_reset_driven(grant->target, user);

	if (found)
		return true;

	for_each_node_with_property(np, "resets") {
		if (np == grant->dev.of_node || !of_device_is_available(np) ||
		    !scmid_reset_refers(np, spec))
			continue;
		dev = scmid_reset_device(np, grant);
		found = dev && scmid_reset_driven(dev, user);
		put_device(dev);
		if (found) {
			of_node_put(np);
			break;
		}
	}

	return found;
}

/* Whether the driver of a node's device may have a handle of the line. */
static bool scmid_reset_may_use(const struct scmid_grant *grant, const struct device_node *user,
				const struct of_phandle_args *spec)
{
	struct device_node *np;
	struct device *dev;
	bool found = false;

	for_each_node_with_property(np, "resets") {
		if (!of_device_is_available(np) || !scmid_reset_refers(np, spec))
			continue;
		dev = np == user ? NULL : scmid_reset_device(np, grant);
		found = np == user || (dev && dev->of_node == user);
		put_device(dev);
		if (found) {
			of_node_put(np);
			break;
		}
	}

	return found;
}

/*
 * A driver that comes is given a line that is shared with the host, before it
 * asks for a handle.
 */
static bool scmid_reset_excludes(const struct scmid_grant_res *r, const struct device_node *np)
{
	struct scmid_reset_line *line = to_reset(&r->res)->line;

	if (!scmid_reset_may_use(r->grant, np, &line->spec))
		return false;
	if (!r->grant->shared)
		return true;

	guard(mutex)(&scmid_reset_lock);
	if (!line->rstc)
		return false;
	pr_notice("%s: reset line \"%s\" is left to the driver of %pOF\n",
		  dev_name(&r->grant->dev), r->res.name, np);
	guard(mutex)(&line->lock);
	scoped_guard(mutex, &line->look) {
		reset_control_release(line->rstc);
		reset_control_put(line->rstc);
		line->rstc = NULL;
	}
	line->made = SCMID_RESET_NONE;
	line->known = false;

	return false;
}

/* See to it that the line has a handle, unless it is the host's. */
static int scmid_reset_claim(struct scmid_grant_res *r, struct scmid_reset_line *line)
{
	struct scmid_grant *grant = r->grant;
	struct scmid_reset_user user;
	struct reset_control *rstc;
	int err;

	lockdep_assert_held(&scmid_reset_lock);

	if (scmid_reset_host_user(grant, &line->spec, &user)) {
		if (grant->shared)
			return 0;
		pr_notice_ratelimited("%s: reset line \"%s\" is also used by %s (driver %s); unbind it, or allow both with 'shared'\n",
				      dev_name(&grant->dev), r->res.name, user.dev,
				      user.driver);
		return -EBUSY;
	}
	if (line->rstc)
		return 0;

	rstc = __reset_control_get(&grant->dev, NULL, r->index,
				   RESET_CONTROL_EXCLUSIVE_RELEASED);
	if (IS_ERR(rstc))
		return scmid_reset_err(PTR_ERR(rstc));

	err = reset_control_acquire(rstc);
	if (!err) {
		/* Those who share it with the host till now may look at it. */
		guard(mutex)(&line->lock);
		scoped_guard(mutex, &line->look)
			line->rstc = rstc;
		return 0;
	}

	reset_control_put(rstc);
	if (err != -EBUSY)
		return err;
	if (grant->shared)
		return 0;
	pr_notice_ratelimited("%s: reset line \"%s\" is also used by another driver of the host; allow both with 'shared'\n",
			      dev_name(&grant->dev), r->res.name);
	return err;
}

static struct scmid_reset_line *scmid_reset_line_get(const struct of_phandle_args *spec)
{
	struct scmid_reset_line *line;

	lockdep_assert_held(&scmid_reset_lock);

	list_for_each_entry(line, &scmid_reset_lines, node) {
		if (of_phandle_args_equal(&line->spec, spec)) {
			line->users++;
			return line;
		}
	}

	line = kzalloc_obj(*line);
	if (!line)
		return NULL;

	line->spec = *spec;
	of_node_get(line->spec.np);
	line->users = 1;
	mutex_init(&line->look);
	mutex_init(&line->lock);
	INIT_LIST_HEAD(&line->holders);
	list_add(&line->node, &scmid_reset_lines);

	return line;
}

static void scmid_reset_line_put(struct scmid_reset_line *line)
{
	lockdep_assert_held(&scmid_reset_lock);

	if (--line->users)
		return;

	if (line->rstc) {
		reset_control_release(line->rstc);
		reset_control_put(line->rstc);
	}
	list_del(&line->node);
	of_node_put(line->spec.np);
	mutex_destroy(&line->lock);
	mutex_destroy(&line->look);
	kfree(line);
}

static void scmid_reset_put_back(struct scmid_grant_res *r, struct scmid_reset_line *line)
{
	int err = scmid_reset_apply(line, scmid_reset_result(line, NULL));

	/* What cannot be asserted at all was not, either. */
	if (err && err != -EOPNOTSUPP)
		pr_warn_ratelimited("%s: reset line \"%s\" cannot be put back: %pe\n",
				    dev_name(&r->grant->dev), r->res.name, ERR_PTR(err));
}

static int scmid_reset_get(struct scmid_grant_res *r)
{
	struct scmid_rst *s __free(kfree) = kzalloc_obj(*s);
	struct scmid_reset_line *line;
	struct of_phandle_args spec;
	int err;

	if (!s)
		return -ENOMEM;

	err = of_parse_phandle_with_args(r->grant->dev.of_node, "resets", "#reset-cells",
					 r->index, &spec);
	if (err)
		return err;

	scoped_guard(mutex, &scmid_reset_lock) {
		line = scmid_reset_line_get(&spec);
		err = line ? scmid_reset_claim(r, line) : -ENOMEM;
		if (err && line)
			scmid_reset_line_put(line);
	}
	of_node_put(spec.np);
	if (err)
		return err;

	/* The provider may be slow; that is for those who have this line. */
	guard(mutex)(&line->lock);
	if (line->rstc && !line->known) {
		line->initial = scmid_reset_status(line->rstc);
		line->known = true;
		/* It may have been the host's, and have votes already. */
		scmid_reset_put_back(r, line);
	}
	s->line = line;
	list_add_tail(&s->node, &line->holders);
	r->res.priv = no_free_ptr(s);

	return 0;
}

static void scmid_reset_quiesce(struct scmid_grant_res *r, u16 access)
{
	struct scmid_rst *s = to_reset(&r->res);
	struct scmid_reset_line *line = s->line;

	if (!(access & (SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE)))
		return;

	guard(mutex)(&line->lock);
	if (s->vote == SCMID_RESET_NONE)
		return;
	scmid_reset_vote(r, SCMID_RESET_NONE);
	scmid_reset_put_back(r, line);
}

static void scmid_reset_put(struct scmid_grant_res *r)
{
	struct scmid_rst *s = to_reset(&r->res);
	struct scmid_reset_line *line = s->line;

	r->res.priv = NULL;
	scoped_guard(mutex, &line->lock)
		list_del(&s->node);
	scoped_guard(mutex, &scmid_reset_lock)
		scmid_reset_line_put(line);
	kfree(s);
}

static const void *scmid_reset_hardware(const struct scmid_grant_res *r)
{
	return to_reset(&r->res)->line;
}

static void scmid_reset_show_vote(struct scmid_grant_res *r, char *buf, size_t size)
{
	strscpy(buf, scmid_reset_votes[READ_ONCE(to_reset(&r->res)->vote)], size);
}

/* Not with the line's lock: whoever holds it may be waiting for the hardware. */
static void scmid_reset_show_state(struct scmid_grant_res *r, char *buf, size_t size)
{
	struct scmid_reset_line *line = to_reset(&r->res)->line;
	enum scmid_reset_state state;

	guard(mutex)(&line->look);

	if (!line->rstc) {
		strscpy(buf, "host's", size);
		return;
	}

	state = scmid_reset_status(line->rstc) ?: READ_ONCE(line->made);
	strscpy(buf, state ? scmid_reset_votes[state] : "unknown", size);
}

struct scmid_backend scmid_reset_backend = {
	.name = "reset",
	.property = "resets",
	.cells = "#reset-cells",
	.proto = SCMID_PROTO_RESET,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.access_exclusive = SCMID_ACCESS_ASSERT | SCMID_ACCESS_PULSE,
	.ops = &scmid_reset_backend_ops,
	.enumerate = scmid_reset_enumerate,
	.excludes = scmid_reset_excludes,
	.get = scmid_reset_get,
	.quiesce = scmid_reset_quiesce,
	.put = scmid_reset_put,
	.hardware = scmid_reset_hardware,
	.show_vote = scmid_reset_show_vote,
	.show_state = scmid_reset_show_state,
};
