// SPDX-License-Identifier: GPL-2.0
/*
 * Supplies of the regulator framework.
 *
 * Every agent has its own handles, so the framework counts its vote for "on"
 * and minds its range of voltages with everybody else's. What the framework
 * does not do is to put the voltage back when a range goes.
 *
 * Whoever waits for a slow regulator in the framework may hold a lock that is
 * for all regulators. So those who have the same one wait here, in turn.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/bsearch.h>
#include <linux/cleanup.h>
#include <linux/limits.h>
#include <linux/of.h>
#include <linux/ratelimit.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "backend.h"

/**
 * struct scmid_supply - a regulator that agents have
 * @node: in the list of all
 * @holders: list of &struct scmid_regulator
 */
struct scmid_supply {
	struct list_head node;
	struct list_head holders;
};

/**
 * struct scmid_regulator - a supply of an agent; under &scmid_hw.lock
 * @reg: the agent's handle
 * @supply: which regulator it is
 * @node: in its list
 * @enabled: @reg is enabled
 * @stuck: it was not possible to disable @reg
 * @level: another handle, that stands for the agent's voltage; %NULL: none
 * @top: with it, the highest that it may be
 * @refused: the framework refused the last voltage
 * @asked: how often it was asked again then
 * @uv: the voltages that were found last, or lowest, highest and step
 * @n: entries in @uv
 * @range: what @uv is
 */
struct scmid_regulator {
	struct regulator *reg;
	struct scmid_supply *supply;
	struct list_head node;
	bool enabled;
	bool stuck;
	struct regulator *level;
	int top;
	bool refused;
	struct ratelimit_state asked;
	s32 *uv;
	u32 n;
	bool range;
};

static DEFINE_MUTEX(scmid_supply_lock); /* the list, and the lists in it */
static LIST_HEAD(scmid_supplies);

static struct scmid_regulator *to_regulator(const struct scmid_res *res)
{
	return res->priv;
}

static bool scmid_uv_in_window(const struct scmid_res *res, s64 uv)
{
	return uv > 0 && uv >= res->min && (!res->max || uv <= res->max);
}

/* The highest that the operator allows. */
static int scmid_uv_top(const struct scmid_res *res)
{
	return res->max ? min_t(u64, res->max, INT_MAX) : INT_MAX;
}

/* On and off */

static int scmid_regulator_on(struct scmid_regulator *c)
{
	int err = 0;

	if (!c->enabled)
		err = regulator_enable(c->reg);
	if (!err)
		c->enabled = true;

	return err;
}

/*
 * The framework complains of a handle that is disabled once too often, or put
 * too early, and does not tell whether one that it failed to disable counts.
 * If it is still on, it does.
 */
static int scmid_regulator_off(struct scmid_regulator *c)
{
	int err = 0;

	if (c->enabled)
		err = regulator_disable(c->reg);
	if (err) {
		c->stuck = true;
		c->enabled = regulator_is_enabled(c->reg);
	} else if (c->enabled) {
		c->stuck = false;
		c->enabled = false;
	}

	return err;
}

static int scmid_regulator_state_set(struct scmid_res *res, bool on)
{
	struct scmid_regulator *c = to_regulator(res);
	int err;

	guard(mutex)(&to_grant_res(res)->hw->lock);

	err = on ? scmid_regulator_on(c) : scmid_regulator_off(c);
	if (res->vote != c->enabled) {
		res->vote = c->enabled;
		scmid_voted(to_grant_res(res));
	}

	return err;
}

/* Levels */

static int scmid_uv_cmp(const void *a, const void *b)
{
	const s32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Ascending, and each once. */
static u32 scmid_uv_unique(s32 *uv, u32 n)
{
	u32 i, last = 0;

	sort(uv, n, sizeof(*uv), scmid_uv_cmp, NULL);
	for (i = 1; i < n; i++)
		if (uv[i] != uv[last])
			uv[++last] = uv[i];

	return last + 1;
}

static bool scmid_uv_even(const s32 *uv, u32 n)
{
	u32 i;

	for (i = 2; i < n; i++)
		if (uv[i] - uv[i - 1] != uv[1] - uv[0])
			return false;

	return true;
}

static bool scmid_regulator_makes(const struct scmid_regulator *c, int from, int to)
{
	return regulator_is_supported_voltage(c->reg, from, to) > 0;
}

/*
 * The voltages of the framework's list within the window. It also lists those
 * of regulators that nobody may set; such a one "supports" its present voltage.
 *
 * Return: how many, or a negative errno; -ENODATA if there is no list.
 */
static int scmid_regulator_list(const struct scmid_res *res, int now, s32 **list)
{
	const struct scmid_regulator *c = to_regulator(res);
	int count = regulator_count_voltages(c->reg), uv, other = 0, n = 0, i;
	bool any = false;
	s32 *found;

	if (count <= 0)
		return -ENODATA;

	found = kvmalloc_array(count, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;

	for (i = 0; i < count; i++) {
		uv = regulator_list_voltage(c->reg, i);
		if (uv <= 0)
			continue;
		any = true;
		if (uv != now)
			other = uv;
		if (scmid_uv_in_window(res, uv))
			found[n++] = uv;
	}
	if (other && !scmid_regulator_makes(c, other, other))
		n = 0;
	if (!n) {
		kvfree(found);
		return any ? 0 : -ENODATA;
	}

	*list = found;
	return scmid_uv_unique(found, n);
}

/* The lowest or the highest that it makes as well as @uv, which it does make. */
static int scmid_regulator_bound(const struct scmid_regulator *c, int uv, int outside)
{
	int mid;

	while (abs(outside - uv) > 1) {
		mid = uv + (outside - uv) / 2;
		if (scmid_regulator_makes(c, min(uv, mid), max(uv, mid)))
			uv = mid;
		else
			outside = mid;
	}

	return uv;
}

/*
 * One that makes anything within its bounds has no list, and does not tell the
 * bounds, either. But it tells whether a range is within them.
 */
static bool scmid_regulator_bounds(const struct scmid_res *res, int now, int *lowest,
				   int *highest)
{
	const struct scmid_regulator *c = to_regulator(res);
	const u64 start[] = { now > 0 ? now : 0, res->min, res->max };
	unsigned int i;
	int uv;

	for (i = 0; i < ARRAY_SIZE(start); i++) {
		if (!start[i] || start[i] >= INT_MAX)
			continue;
		uv = start[i];
		/* One that cannot be set "makes" what it has, and nothing beside it. */
		if (!scmid_regulator_makes(c, uv, uv) ||
		    (!scmid_regulator_makes(c, uv - 1, uv - 1) &&
		     !scmid_regulator_makes(c, uv + 1, uv + 1)))
			continue;
		*lowest = max_t(u64, scmid_regulator_bound(c, uv, 0),
				min(res->min, INT_MAX));
		*highest = min(scmid_regulator_bound(c, uv, INT_MAX), scmid_uv_top(res));
		return *lowest < *highest;
	}

	return false;
}

/* Find out what the regulator can make; a failure leaves what was known. */
static int scmid_regulator_probe(struct scmid_res *res)
{
	struct scmid_regulator *c = to_regulator(res);
	int now = regulator_get_voltage(c->reg), lowest, highest, n;
	bool range = false;
	s32 *uv = NULL;

	n = scmid_regulator_list(res, now, &uv);
	if (n < 0 && n != -ENODATA)
		return n;

	if (n <= 0) {
		range = n && scmid_regulator_bounds(res, now, &lowest, &highest);
		/* No choice: it makes what it makes now. */
		if (!range && now <= 0)
			return -EOPNOTSUPP;
		uv = kvmalloc_array(3, sizeof(*uv), GFP_KERNEL);
		if (!uv)
			return -ENOMEM;
		uv[0] = range ? lowest : now;
		uv[1] = range ? highest : now;
		uv[2] = 1;
		n = range ? 3 : 1;
	} else if (n > 3 && scmid_uv_even(uv, n)) {
		range = true;
		uv[2] = uv[1] - uv[0];
		uv[1] = uv[n - 1];
		n = 3;
	}

	kvfree(c->uv);
	c->uv = uv;
	c->n = n;
	c->range = range;
	return 0;
}

static void scmid_regulator_forget(struct scmid_regulator *c)
{
	kvfree(c->uv);
	c->uv = NULL;
}

/* A client reads a list from its start, so that is when to look again. */
static int scmid_regulator_levels(struct scmid_res *res, bool refresh,
				  struct scmid_levels *levels)
{
	struct scmid_regulator *c = to_regulator(res);
	int err;

	guard(mutex)(&to_grant_res(res)->hw->lock);

	if (refresh || !c->uv) {
		err = scmid_regulator_probe(res);
		if (err)
			return err;
	}

	levels->uv = c->uv;
	levels->n = c->n;
	levels->range = c->range;
	return 0;
}

static bool scmid_regulator_is_level(const struct scmid_regulator *c, s32 uv)
{
	if (!c->range)
		return bsearch(&uv, c->uv, c->n, sizeof(uv), scmid_uv_cmp);

	return uv >= c->uv[0] && uv <= c->uv[1] && !((uv - c->uv[0]) % c->uv[2]);
}

static int scmid_regulator_level_get(struct scmid_res *res, s32 *uv)
{
	int now;

	scoped_guard(mutex, &to_grant_res(res)->hw->lock)
		now = regulator_get_voltage(to_regulator(res)->reg);
	if (now >= 0)
		*uv = now;

	/* What the framework calls an invalid argument is a regulator that does not tell. */
	return now == -EINVAL ? -EOPNOTSUPP : min(now, 0);
}

/* The voltage, for one that can be 0 if it is not known. */
static u64 scmid_regulator_now(const struct scmid_regulator *c)
{
	return max(regulator_get_voltage(c->reg), 0);
}

/* What cannot be together with what other agents may have, and want. */
static bool scmid_regulator_conflict(const struct scmid_grant_res *r, s32 uv)
{
	const struct scmid_grant_res *other;

	list_for_each_entry(other, &r->hw->votes, voter)
		if (other != r && (uv > to_regulator(&other->res)->top ||
				   other->want > scmid_uv_top(&r->res)))
			return true;

	return false;
}

/*
 * The agent's voltage is a range of the framework: at least this, and at most
 * what the operator allows. On error all is as it was.
 */
static int scmid_regulator_range(struct scmid_grant_res *r, s32 uv)
{
	struct scmid_regulator *c = to_regulator(&r->res);
	struct regulator *level = c->level;
	int top = scmid_uv_top(&r->res), err;
	struct scmid_hw *hw = r->hw;
	u64 before = 0;

	lockdep_assert_held(&hw->lock);

	if (!level) {
		level = regulator_get_optional(&r->grant->dev, r->consumer_id);
		if (IS_ERR(level))
			return PTR_ERR(level);
	}
	if (list_empty(&hw->votes))
		before = scmid_regulator_now(c);

	err = regulator_set_voltage(level, uv, top);
	if (err) {
		if (!c->level)
			regulator_put(level);
		return err;
	}

	if (list_empty(&hw->votes))
		hw->before = before;
	list_move(&r->voter, &hw->votes);
	c->level = level;
	c->top = top;
	WRITE_ONCE(r->want, uv);
	hw->made = scmid_regulator_now(c);
	scmid_arbitrated(r, hw->made);

	return 0;
}

static int scmid_regulator_level_set(struct scmid_res *res, s32 uv)
{
	struct scmid_grant_res *r = to_grant_res(res);
	struct scmid_regulator *c = to_regulator(res);
	int err;

	if (!scmid_uv_in_window(res, uv))
		return -EINVAL;

	guard(mutex)(&r->hw->lock);

	if (!c->uv) {
		err = scmid_regulator_probe(res);
		if (err)
			return err;
	}
	if (!scmid_regulator_is_level(c, uv))
		return -EINVAL;
	if (scmid_regulator_conflict(r, uv))
		return scmid_refused(r, -EACCES, "another agent's range");
	/* The framework logs what it refuses, and an agent may ask all the time. */
	if (c->refused && !__ratelimit(&c->asked))
		return scmid_refused(r, -EACCES, "another consumer's range");

	err = scmid_regulator_range(r, uv);
	c->refused = err == -EINVAL;

	return c->refused ? scmid_refused(r, -EACCES, "another consumer's range") : err;
}

/*
 * The framework has the voltage of a range stay when the range goes. So make
 * it what the others want first, or if there are none, what it was.
 */
static void scmid_regulator_level_drop(struct scmid_grant_res *r)
{
	struct scmid_regulator *c = to_regulator(&r->res);
	u64 now = scmid_regulator_now(c), least = 0;
	struct scmid_hw *hw = r->hw;
	bool ours, alone;
	int err = 0;

	lockdep_assert_held(&hw->lock);

	if (!r->want)
		return;
	/* It was not known; or it is somebody else's by now, but for us no more than that. */
	ours = hw->made && now == hw->made;
	alone = hw->made && now == r->want;
	WRITE_ONCE(r->want, 0);
	list_del_init(&r->voter);

	if (ours || alone) {
		if (ours && list_empty(&hw->votes))
			least = hw->before;
		if (least)
			err = regulator_set_voltage(c->level, least, INT_MAX);
		/* The host does not want any more what there was before, and tells what. */
		if (!least || err == -EINVAL)
			err = regulator_set_voltage(c->level, 0, INT_MAX);
		if (err)
			pr_warn_ratelimited("%s: the voltage of supply \"%s\" cannot be put back: %pe\n",
					    dev_name(&r->grant->dev), r->res.name, ERR_PTR(err));
		hw->made = scmid_regulator_now(c);
	}
	regulator_put(c->level);
	c->level = NULL;
	scmid_arbitrated(r, scmid_regulator_now(c));
}

static const struct scmid_voltage_ops scmid_regulator_backend_ops = {
	.state_set = scmid_regulator_state_set,
	.levels = scmid_regulator_levels,
	.level_get = scmid_regulator_level_get,
	.level_set = scmid_regulator_level_set,
};

/* The backend */

static int scmid_regulator_enumerate(struct scmid_grant *grant,
				     const struct scmid_backend *backend)
{
	const struct device_node *np = grant->dev.of_node;
	const struct property *prop;
	char name[SCMID_LONG_NAME];
	size_t n;
	int err;

	for_each_property_of_node(np, prop) {
		n = strlen(prop->name);
		if (n <= strlen("-supply") || n - strlen("-supply") >= sizeof(name) ||
		    strcmp(prop->name + n - strlen("-supply"), "-supply"))
			continue;
		strscpy(name, prop->name, n - strlen("-supply") + 1);
		err = scmid_grant_add(grant, backend, name, name);
		if (err)
			return err;
	}

	return 0;
}

/* The regulator behind a handle; the only thing it tells is to be the same. */
static int scmid_supply_join(struct scmid_regulator *c)
{
	struct scmid_supply *supply;
	struct scmid_regulator *other;

	guard(mutex)(&scmid_supply_lock);

	list_for_each_entry(supply, &scmid_supplies, node) {
		other = list_first_entry(&supply->holders, struct scmid_regulator, node);
		if (regulator_is_equal(other->reg, c->reg))
			goto found;
	}

	supply = kzalloc_obj(*supply);
	if (!supply)
		return -ENOMEM;
	INIT_LIST_HEAD(&supply->holders);
	list_add(&supply->node, &scmid_supplies);
found:
	list_add_tail(&c->node, &supply->holders);
	c->supply = supply;
	return 0;
}

static void scmid_supply_leave(struct scmid_regulator *c)
{
	guard(mutex)(&scmid_supply_lock);

	list_del(&c->node);
	if (!list_empty(&c->supply->holders))
		return;
	list_del(&c->supply->node);
	kfree(c->supply);
}

/* Without a consumer's node, it is the name that the provider's node gives it. */
static struct device_node *scmid_regulator_provider(const struct scmid_grant_res *r)
{
	struct device_node *np;
	const char *name;

	for_each_node_with_property(np, "regulator-name")
		if (!of_property_read_string(np, "regulator-name", &name) &&
		    !strcmp(name, r->consumer_id))
			return np;

	return NULL;
}

static struct regulator *scmid_regulator_find(struct scmid_grant_res *r)
{
	struct scmid_grant *grant = r->grant;
	struct device_node *np;
	struct regulator *reg;
	char property[64];

	/* Where the node does not say, the framework would guess by the name. */
	if (grant->dev.of_node) {
		snprintf(property, sizeof(property), "%s-supply", r->consumer_id);
		np = of_parse_phandle(grant->dev.of_node, property, 0);
		if (!np)
			return ERR_PTR(-ENODEV);
		of_node_put(np);
	} else {
		/* Or it could not be taken back before its provider goes. */
		np = scmid_regulator_provider(r);
		if (!np) {
			pr_notice_ratelimited("%s: no node has the regulator-name \"%s\"\n",
					      dev_name(&grant->dev), r->consumer_id);
			return ERR_PTR(-ENODEV);
		}
		of_node_put(np);
	}

	reg = regulator_get_optional(&grant->dev, r->consumer_id);
	if (!IS_ERR(reg)) {
		/*
		 * Handles have names, in sysfs and debugfs. Those of voltages come
		 * and go, and are to have the name of this one: with the first of
		 * two it goes from both, without a word to the log.
		 */
		struct regulator *first = reg;

		reg = regulator_get_optional(&grant->dev, r->consumer_id);
		regulator_put(first);
	}
	if (reg == ERR_PTR(-EPERM)) {
		pr_notice_ratelimited("%s: supply \"%s\" is used by a driver of the host that does not share it\n",
				      dev_name(&grant->dev), r->res.name);
		return ERR_PTR(-EBUSY);
	}
	/* What it calls a handle, device and supply, has 63 bytes in some kernels. */
	if (reg == ERR_PTR(-ENOMEM) &&
	    strlen(dev_name(&grant->dev)) + strlen("-") + strlen(r->consumer_id) > 63) {
		pr_notice_ratelimited("%s: the names of grant and supply \"%s\" are too long for this kernel\n",
				      dev_name(&grant->dev), r->consumer_id);
		return ERR_PTR(-ENAMETOOLONG);
	}
	/* Without a node there is nothing else that says it will be there. */
	if (reg == ERR_PTR(-ENODEV) && !grant->dev.of_node)
		return ERR_PTR(-EPROBE_DEFER);

	return reg;
}

static int scmid_regulator_get(struct scmid_grant_res *r)
{
	struct scmid_regulator *c __free(kfree) = kzalloc_obj(*c);
	int err;

	if (!c)
		return -ENOMEM;

	c->reg = scmid_regulator_find(r);
	if (IS_ERR(c->reg))
		return PTR_ERR(c->reg);

	err = scmid_supply_join(c);
	if (err) {
		regulator_put(c->reg);
		return err;
	}

	ratelimit_state_init(&c->asked, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
	/* It is a guest's doing, and no matter for the log. */
	ratelimit_set_flags(&c->asked, RATELIMIT_MSG_ON_RELEASE);
	r->res.priv = no_free_ptr(c);

	return 0;
}

static void scmid_regulator_quiesce(struct scmid_grant_res *r, u16 access)
{
	struct scmid_regulator *c = to_regulator(&r->res);
	int err = 0;

	guard(mutex)(&r->hw->lock);

	if (access & SCMID_ACCESS_STATE) {
		err = scmid_regulator_off(c);
		if (err)
			pr_warn_ratelimited("%s: supply \"%s\" cannot be switched off: %pe\n",
					    dev_name(&r->grant->dev), r->res.name, ERR_PTR(err));
		if (r->res.vote) {
			r->res.vote = false;
			scmid_voted(r);
		}
	}
	if (access & SCMID_ACCESS_LEVEL)
		scmid_regulator_level_drop(r);
}

static void scmid_regulator_put(struct scmid_grant_res *r)
{
	struct scmid_regulator *c = to_regulator(&r->res);

	r->res.priv = NULL;
	scmid_supply_leave(c);

	/* A last try. Rather lose the handle than have the framework find out. */
	scmid_regulator_off(c);
	if (c->stuck)
		get_device(&r->grant->dev);
	else
		regulator_put(c->reg);

	kvfree(c->uv);
	kfree(c);
}

static const void *scmid_regulator_hardware(const struct scmid_grant_res *r)
{
	return to_regulator(&r->res)->supply;
}

/* The window has changed. */
static int scmid_regulator_adjust(struct scmid_grant_res *r)
{
	struct scmid_regulator *c = to_regulator(&r->res);
	s32 uv;
	int err;

	guard(mutex)(&r->hw->lock);

	scmid_regulator_forget(c);
	if (!r->want)
		return 0;

	uv = r->want;
	if (!scmid_uv_in_window(&r->res, uv)) {
		err = scmid_regulator_probe(&r->res);
		if (err)
			return err;
		uv = uv < c->uv[0] ? c->uv[0] : c->uv[c->range ? 1 : c->n - 1];
	}

	if (!scmid_uv_in_window(&r->res, uv))
		err = -EINVAL;
	else if (scmid_regulator_conflict(r, uv))
		err = -EBUSY;
	else
		err = scmid_regulator_range(r, uv);
	if (err)
		scmid_regulator_forget(c);

	return err;
}

static void scmid_regulator_show_vote(struct scmid_grant_res *r, char *buf, size_t size)
{
	u64 uv = READ_ONCE(r->want);
	int n = scnprintf(buf, size, "%s", READ_ONCE(r->res.vote) ? "on" : "off");

	if (uv)
		scnprintf(buf + n, size - n, ", %llu uV", uv);
}

static void scmid_regulator_show_state(struct scmid_grant_res *r, char *buf, size_t size)
{
	struct scmid_regulator *c = to_regulator(&r->res);
	int on = regulator_is_enabled(c->reg), uv = regulator_get_voltage(c->reg);
	int n = scnprintf(buf, size, "%s", on < 0 ? "unknown" : on ? "on" : "off");

	if (uv >= 0)
		scnprintf(buf + n, size - n, ", %d uV", uv);
}

struct scmid_backend scmid_regulator_backend = {
	.name = "supply",
	.property = "-supply",
	.proto = SCMID_PROTO_VOLTAGE,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE | SCMID_ACCESS_LEVEL,
	.access_exclusive = SCMID_ACCESS_LEVEL,
	.min_attr = "min_uv",
	.max_attr = "max_uv",
	.ops = &scmid_regulator_backend_ops,
	.enumerate = scmid_regulator_enumerate,
	.provider = scmid_regulator_provider,
	.get = scmid_regulator_get,
	.quiesce = scmid_regulator_quiesce,
	.put = scmid_regulator_put,
	.hardware = scmid_regulator_hardware,
	.adjust = scmid_regulator_adjust,
	.show_vote = scmid_regulator_show_vote,
	.show_state = scmid_regulator_show_state,
};
