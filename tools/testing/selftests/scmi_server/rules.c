// SPDX-License-Identifier: GPL-2.0
/*
 * The rules by which agents and host share hardware. See rules.h.
 */

#include <errno.h>
#include <string.h>

#include "rules.h"

#define NO_LIMIT	UINT64_MAX
#define MIN(a, b)	((a) < (b) ? (a) : (b))
#define MAX(a, b)	((a) > (b) ? (a) : (b))

unsigned int kind_proto(enum kind kind)
{
	static const unsigned int proto[KINDS] = { CLOCK, CLOCK, VOLTAGE, RESET, POWER };

	return proto[kind];
}

unsigned int kind_rights(enum kind kind)
{
	static const unsigned int rights[KINDS] = {
		GET | STATE | RATE | PARENT | NOTIFY, GET | STATE | RATE | PARENT | NOTIFY,
		GET | STATE | LEVEL, GET | ASSERT | PULSE, GET | STATE,
	};

	return rights[kind];
}

/* Those of an agent if the operator says nothing. */
unsigned int kind_default(enum kind kind)
{
	return kind_rights(kind) & ~PARENT;
}

/* Rights that only one agent has at a time, unless it is allowed to share. */
#define EXCLUSIVES	(RATE | PARENT | LEVEL | ASSERT | PULSE)

static unsigned int rights(const struct agent *a, enum kind kind)
{
	return a->denied & kind_proto(kind) ? 0 : a->res[kind].access;
}

static bool in_window(const struct res *res, uint64_t value)
{
	return value >= res->min && (!res->max || value <= res->max);
}

static uint64_t top(const struct res *res)
{
	return res->max ? res->max : NO_LIMIT;
}

static uint64_t into(uint64_t value, uint64_t low, uint64_t high)
{
	return MIN(MAX(value, low), high);
}

/* --- votes for "on", and reset lines ---------------------------------------- */

static void settle_on(struct rules *r, enum kind kind)
{
	int i;

	r->hw.on[kind] = r->host_on[kind];
	for (i = 0; i < AGENTS; i++)
		r->hw.on[kind] |= r->agent[i].res[kind].on;
}

static void settle_line(struct rules *r)
{
	enum line line = NONE;
	int i;

	for (i = 0; i < AGENTS; i++)
		line = MAX(line, r->agent[i].res[LINE].line);
	/* Nobody: as at the start. */
	r->hw.on[LINE] = line != DEASSERTED;
}

/* --- the rate ---------------------------------------------------------------- */

static bool holds(const struct res *res)
{
	return res->on || res->want;
}

static bool protects(const struct res *res)
{
	return res->policy == EXCLUSIVE && holds(res);
}

/* The agent that nobody else may change the rate under, or -1. */
static int protector(const struct rules *r)
{
	int i;

	for (i = 0; i < AGENTS; i++)
		if (protects(&r->agent[i].res[SYN]))
			return i;

	return -1;
}

/* What the votes of all allow, but for those of @except. */
static void hz_range(const struct rules *r, int except, uint64_t *low, uint64_t *high)
{
	int i;

	*low = SYN_MIN;
	*high = SYN_MAX;
	for (i = 0; i < AGENTS; i++) {
		const struct res *res = &r->agent[i].res[SYN];

		if (i == except)
			continue;
		if (res->policy == RANGE && holds(res)) {
			*low = MAX(*low, res->min);
			*high = MIN(*high, top(res));
		} else if (res->policy == FLOOR && res->want) {
			*low = MAX(*low, res->want);
			*high = MIN(*high, top(res));
		}
	}
}

/* An agent of whom it matters to others what it asked of the clock. */
static bool has_say(const struct res *res)
{
	switch (res->policy) {
	case RANGE:
		return res->want || (res->on && (res->min || res->max));
	case EXCLUSIVE:
		return holds(res);
	default:
		return res->want;
	}
}

static uint64_t hz_target(const struct rules *r)
{
	const struct res *res;
	int i;

	for (i = 0; i < AGENTS; i++) {
		res = &r->agent[r->latest[i]].res[SYN];
		if (res->want && !res->past && res->policy != FLOOR)
			return res->want;
	}

	return r->hz_base;
}

/*
 * Before an agent does anything about the clock: if none had a say, or the rate
 * is not what came of it, then somebody else chose it, and it counts more than
 * all that agents asked for before.
 */
static void hz_look(struct rules *r)
{
	bool say = false;
	int i;

	for (i = 0; i < AGENTS; i++)
		say |= has_say(&r->agent[i].res[SYN]);
	if (say && r->hw.hz == r->hz_made)
		return;

	r->hz_base = r->hw.hz;
	for (i = 0; i < AGENTS; i++)
		r->agent[i].res[SYN].past = true;
}

/* After it: the rate, or why it cannot be: -EINVAL, -EBUSY. */
static int hz_settle(struct rules *r, int actor)
{
	uint64_t low, high, hz;
	int i, guard = 0;

	hz_range(r, -1, &low, &high);
	if (low > high)
		return -EINVAL;
	for (i = 0; i < AGENTS; i++)
		guard += protects(&r->agent[i].res[SYN]);
	if (guard > 1)
		return -EBUSY;

	hz = into(hz_target(r), low, high);
	if (guard && protector(r) != actor) {
		/* It stays, whatever is asked for, and who cannot have that loses. */
		hz = r->hw.hz;
		if (hz < low || hz > high)
			return -EBUSY;
	}
	r->hw.hz = hz;
	r->hz_made = hz;

	return 0;
}

/*
 * An agent's part in the clock becomes @new; @vote: it asks for a rate. On error
 * all is as it was.
 */
static int hz_change(struct rules *r, int a, const struct res *new, bool vote)
{
	struct res *res = &r->agent[a].res[SYN];
	struct rules old = *r;
	bool past;
	int i, err;

	if (!has_say(res) && !has_say(new)) {
		*res = *new;
		return 0;
	}

	hz_look(r);
	past = res->past;
	*res = *new;
	res->past = past && !vote;
	if (vote) {
		for (i = 0; r->latest[i] != a; i++)
			;
		memmove(&r->latest[1], &r->latest[0], i * sizeof(int));
		r->latest[0] = a;
	}

	err = hz_settle(r, a);
	/* What it asks for is what it gets, or at least that much. */
	if (!err && vote && res->policy != FLOOR && r->hw.hz != res->want)
		err = -EBUSY;
	if (err)
		*r = old;

	return err;
}

static int rate_set(struct rules *r, int a, uint64_t hz)
{
	struct res new = r->agent[a].res[SYN];

	if (!hz || !in_window(&new, hz) || hz < SYN_MIN || hz > SYN_MAX)
		return INVALID;

	new.want = hz;
	return hz_change(r, a, &new, true) ? DENIED : OK;
}

/* The votes are taken back. That others hold the rate does not matter then. */
static void syn_drop(struct rules *r, int a, bool state, bool rate)
{
	struct res new = r->agent[a].res[SYN];

	if (!rate && !(state && new.on))
		return;
	if (state)
		new.on = false;
	if (rate)
		new.want = 0;
	hz_change(r, a, &new, false);
	settle_on(r, SYN);
}

/* --- the voltage -------------------------------------------------------------- */

static bool uv_wanted(const struct rules *r)
{
	int i;

	for (i = 0; i < AGENTS; i++)
		if (r->agent[i].res[SUPPLY].want)
			return true;

	return false;
}

/* At least @least, and what all others need; 0 if that cannot be. */
static uint64_t uv_lowest(const struct rules *r, uint64_t least)
{
	uint64_t high = UV_MAX;
	int i;

	least = MAX(least, UV_MIN);
	if (r->host_uv_max) {
		least = MAX(least, r->host_uv_min);
		high = MIN(high, r->host_uv_max);
	}
	for (i = 0; i < AGENTS; i++) {
		const struct res *res = &r->agent[i].res[SUPPLY];

		if (!res->want)
			continue;
		least = MAX(least, res->want);
		high = MIN(high, top(res));
	}

	return least <= high ? least : 0;
}

static int uv_settle(struct rules *r)
{
	uint64_t uv = uv_lowest(r, 0);

	if (!uv)
		return -EINVAL;
	r->hw.uv = uv;
	r->uv_made = uv;

	return 0;
}

static int level_set(struct rules *r, int a, uint64_t uv)
{
	struct res *res = &r->agent[a].res[SUPPLY];
	struct rules old = *r;

	if (!in_window(res, uv) || uv < UV_MIN || uv > UV_MAX || (uv - UV_MIN) % UV_STEP)
		return INVALID;

	if (!uv_wanted(r))
		r->uv_base = r->hw.uv;
	res->want = uv;
	if (uv_settle(r)) {
		*r = old;
		return DENIED;
	}

	return OK;
}

static void level_drop(struct rules *r, int a)
{
	struct res *res = &r->agent[a].res[SUPPLY];
	bool ours = r->hw.uv == r->uv_made, alone = r->hw.uv == res->want;
	uint64_t uv = 0;

	if (!res->want)
		return;
	res->want = 0;
	/* What somebody else has made of it stays. */
	if (!ours && !alone)
		return;

	/* Unless the host does not want any more what there was before. */
	if (ours && !uv_wanted(r))
		uv = uv_lowest(r, r->uv_base);
	r->hw.uv = uv ? uv : uv_lowest(r, 0);
	r->uv_made = r->hw.uv;
}

/* --- agents -------------------------------------------------------------------- */

/* What an agent did by these rights is undone. */
static void take_back(struct rules *r, int a, enum kind kind, unsigned int lost)
{
	struct res *res = &r->agent[a].res[kind];

	switch (kind) {
	case SYN:
		syn_drop(r, a, lost & STATE, lost & RATE);
		break;
	case LINE:
		if (lost & (ASSERT | PULSE))
			res->line = NONE;
		settle_line(r);
		break;
	case SUPPLY:
		if (lost & LEVEL)
			level_drop(r, a);
		/* fall through */
	default:
		if (lost & STATE)
			res->on = false;
		settle_on(r, kind);
	}
}

static void take_back_all(struct rules *r, int a)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		take_back(r, a, kind, ~0u);
}

/* Whether somebody else has what the agent would gain. */
static bool contended(const struct rules *r, int a, enum kind kind, unsigned int gained)
{
	int i;

	if (!(gained & EXCLUSIVES) || r->agent[a].shared)
		return false;
	for (i = 0; i < AGENTS; i++)
		if (i != a && r->agent[i].enabled && rights(&r->agent[i], kind) & EXCLUSIVES)
			return true;

	return false;
}

static int set_rights(struct rules *r, int a, const struct agent *new)
{
	struct agent *agent = &r->agent[a];
	unsigned int had[KINDS], gained;
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		had[kind] = rights(agent, kind);
		gained = rights(new, kind) & ~had[kind];
		if (agent->enabled && contended(r, a, kind, gained))
			return -EBUSY;
	}

	agent->denied = new->denied;
	for (kind = 0; kind < KINDS; kind++) {
		agent->res[kind].access = new->res[kind].access;
		take_back(r, a, kind, had[kind] & ~rights(agent, kind));
	}

	return 0;
}

static int set_access(struct rules *r, int a, enum kind kind, unsigned int access)
{
	struct agent new = r->agent[a];

	new.res[kind].access = access;
	return set_rights(r, a, &new);
}

static int set_denied(struct rules *r, int a, unsigned int denied)
{
	struct agent new = r->agent[a];

	new.denied = denied;
	return set_rights(r, a, &new);
}

/* A vote outside of the new window becomes the nearest inside that can be had. */
static int adjust_hz(struct rules *r, int a, struct res *new)
{
	uint64_t low = 0, high = NO_LIMIT;
	int guard = protector(r);

	if (new->want && !in_window(new, new->want)) {
		/* A floor is one whatever others need. */
		if (new->policy != FLOOR)
			hz_range(r, a, &low, &high);
		if (new->policy != FLOOR && guard >= 0 && guard != a) {
			low = r->hw.hz;
			high = r->hw.hz;
		}
		low = MAX(low, new->min);
		high = MIN(high, top(new));
		if (low > high)
			return -EINVAL;
		new->want = into(new->want, low, high);
	}

	return hz_change(r, a, new, false);
}

static int adjust_uv(struct rules *r, int a, const struct res *new)
{
	struct res *res = &r->agent[a].res[SUPPLY];
	uint64_t low = MAX(new->min, UV_MIN), high = MIN(top(new), UV_MAX);
	struct rules old = *r;
	int err = 0;

	res->min = new->min;
	res->max = new->max;
	if (!res->want)
		return 0;

	if (!in_window(res, res->want)) {
		/* The lowest or the highest that there is in the window. */
		low += (UV_STEP - (low - UV_MIN) % UV_STEP) % UV_STEP;
		high -= (high - UV_MIN) % UV_STEP;
		res->want = res->want < low ? low : high;
		err = low <= high ? 0 : -EINVAL;
	}
	if (!err)
		err = uv_settle(r);
	if (err)
		*r = old;

	return err;
}

static int set_limits(struct rules *r, int a, enum kind kind, uint64_t min, uint64_t max,
		      enum policy policy)
{
	struct res new = r->agent[a].res[kind];

	if (max && min > max)
		return -EINVAL;
	new.min = min;
	new.max = max;
	new.policy = policy;

	return kind == SYN ? adjust_hz(r, a, &new) : adjust_uv(r, a, &new);
}

static int set_enable(struct rules *r, int a, bool enable)
{
	struct agent *agent = &r->agent[a];
	int kind;

	if (enable == agent->enabled)
		return 0;

	if (!enable) {
		take_back_all(r, a);
		agent->enabled = false;
		return 0;
	}

	for (kind = 0; kind < KINDS; kind++)
		if (contended(r, a, kind, rights(agent, kind)))
			return -EBUSY;
	agent->enabled = true;

	return 0;
}

static int set_live(struct rules *r, int a, bool live)
{
	struct agent *agent = &r->agent[a];

	if (live == agent->live)
		return 0;
	if (live && !agent->enabled)
		return -ENODATA;

	agent->live = live;
	if (!live)
		take_back_all(r, a);

	return 0;
}

/* --- messages -------------------------------------------------------------------- */

/* May the agent do this? The first reason why not. */
static int let_in(const struct agent *a, enum kind kind, unsigned int right)
{
	if (!a->live)
		return DENIED;
	if (!a->enabled)
		return NOT_SUPPORTED;

	return rights(a, kind) & right ? OK : DENIED;
}

static int state_set(struct rules *r, int a, enum kind kind, bool on)
{
	struct res *res = &r->agent[a].res[kind], new = *res;

	if (on == res->on)
		return OK;
	if (kind != SYN) {
		res->on = on;
		settle_on(r, kind);
		return OK;
	}
	new.on = on;
	if (hz_change(r, a, &new, false))
		return DENIED;
	settle_on(r, SYN);

	return OK;
}

static int line_set(struct rules *r, int a, uint64_t what)
{
	struct res *res = &r->agent[a].res[LINE];
	int i;

	if (what == LINE_PULSE)
		for (i = 0; i < AGENTS; i++)
			if (i != a && r->agent[i].res[LINE].line == DEASSERTED)
				return GENERIC;

	/* A pulse ends with the line released. */
	res->line = what == LINE_ASSERT ? ASSERTED : DEASSERTED;
	settle_line(r);

	return OK;
}

static int read_value(const struct rules *r, struct op *op)
{
	op->value = op->kind == SYN ? r->hw.hz : r->hw.uv;

	return OK;
}

static int order(struct rules *r, const struct op *op)
{
	const struct agent *a = &r->agent[op->a];
	int err;

	if (!a->live)
		return DENIED;

	if (op->act == MSG_FORGET) {
		if (!a->trusted && (op->a != op->b || op->value))
			return DENIED;
		take_back_all(r, op->b);
		err = op->value ? set_denied(r, op->b, 0) : 0;
	} else {
		if (!a->trusted)
			return DENIED;
		err = set_denied(r, op->b, op->value ? r->agent[op->b].denied & ~op->mask :
						       r->agent[op->b].denied | op->mask);
	}

	return err ? BUSY : OK;
}

static int message(struct rules *r, struct op *op)
{
	static const unsigned int need[] = {
		[MSG_STATE] = STATE, [MSG_RATE] = RATE, [MSG_LEVEL] = LEVEL,
		[MSG_READ_STATE] = GET, [MSG_READ_VALUE] = GET,
	};
	struct agent *a = &r->agent[op->a];
	unsigned int right;
	int status;

	if (op->act == MSG_PERMIT || op->act == MSG_FORGET)
		return order(r, op);
	if (op->act == MSG_VERSION) {
		if (a->rediscovers)
			take_back_all(r, op->a);
		return OK;
	}

	right = op->act != MSG_RESET ? need[op->act] : op->value == LINE_PULSE ? PULSE : ASSERT;
	status = let_in(a, op->kind, right);
	if (status)
		return status;

	switch (op->act) {
	case MSG_STATE:
		return state_set(r, op->a, op->kind, op->value);
	case MSG_RATE:
		return rate_set(r, op->a, op->value);
	case MSG_LEVEL:
		return level_set(r, op->a, op->value);
	case MSG_RESET:
		return line_set(r, op->a, op->value);
	case MSG_READ_STATE:
		/* Its own vote. */
		op->value = a->res[op->kind].on;
		return OK;
	default:
		return read_value(r, op);
	}
}

/* --- the host ---------------------------------------------------------------------- */

/* It gets the nearest that the votes allow, and is not told. */
static int host_rate(struct rules *r, uint64_t hz)
{
	uint64_t low, high;

	hz_range(r, -1, &low, &high);
	hz = into(hz, low, high);
	if (hz == r->hw.hz)
		return 0;
	if (protector(r) >= 0)
		return -EBUSY;
	r->hw.hz = hz;

	return 0;
}

static int host_uv(struct rules *r, uint64_t min, uint64_t max)
{
	struct rules old = *r;
	uint64_t uv;

	/* The same again is not even looked at. */
	if (r->host_uv_min == min && r->host_uv_max == max)
		return 0;

	r->host_uv_min = min;
	r->host_uv_max = max;
	uv = uv_lowest(r, 0);
	if (!uv) {
		*r = old;
		return -EINVAL;
	}
	r->hw.uv = uv;

	return 0;
}

/**
 * rules_apply() - somebody does something
 * @r: the state of everything; it changes as it should
 * @op: what is done; an answer goes to @value
 *
 * Return: the result that it should have.
 */
int rules_apply(struct rules *r, struct op *op)
{
	struct agent *a = &r->agent[op->a];
	struct res *res = &a->res[op->kind];

	switch (op->act) {
	case CFG_ACCESS:
		return set_access(r, op->a, op->kind, op->mask);
	case CFG_MIN:
		return set_limits(r, op->a, op->kind, op->value, res->max, res->policy);
	case CFG_MAX:
		return set_limits(r, op->a, op->kind, res->min, op->value, res->policy);
	case CFG_POLICY:
		return set_limits(r, op->a, SYN, a->res[SYN].min, a->res[SYN].max, op->value);
	case CFG_DENIED:
		return set_denied(r, op->a, op->mask);
	case CFG_SHARED:
		if (a->shared != op->value && a->enabled)
			return -EBUSY;
		a->shared = op->value;
		return 0;
	case CFG_TRUSTED:
		if (a->trusted != op->value && a->live)
			return -EBUSY;
		a->trusted = op->value;
		return 0;
	case CFG_ENABLE:
		return set_enable(r, op->a, op->value);
	case CFG_LIVE:
		return set_live(r, op->a, op->value);
	case CFG_RESET:
		take_back_all(r, op->a);
		return 0;
	case VMM_KILL:
		a->up = false;
		take_back_all(r, op->a);
		return 0;
	case VMM_START:
		a->up = true;
		return 0;
	case HOST_STATE:
		r->host_on[op->kind] = op->value;
		settle_on(r, op->kind);
		return 0;
	case HOST_RATE:
		return host_rate(r, op->value);
	case HOST_UV:
		return host_uv(r, op->value, op->value2);
	default:
		return message(r, op);
	}
}

/**
 * rules_result() - what comes of votes, however they came about
 * @r: the votes, and all else but @hw. Nobody's policy is EXCLUSIVE: how the rate
 *	got where it is held is history
 */
void rules_result(struct rules *r)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		settle_on(r, kind);
	settle_line(r);
	hz_settle(r, -1);
	r->hw.uv = uv_wanted(r) ? uv_lowest(r, 0) : r->uv_base;
}

/**
 * rules_host_in_the_way() - is it the host that an agent's voltage is refused for?
 * @r: the state of everything
 * @op: what would be done
 */
bool rules_host_in_the_way(const struct rules *r, const struct op *op)
{
	struct rules with = *r, without = *r;
	struct op one = *op, two = *op;

	without.host_uv_min = 0;
	without.host_uv_max = 0;

	return rules_apply(&with, &one) != rules_apply(&without, &two);
}

/* An agent as configfs makes it; not live, nothing enabled. */
void rules_config(struct rules *r, int a)
{
	struct agent *agent = &r->agent[a];
	int kind;

	agent->denied = 0;
	for (kind = 0; kind < KINDS; kind++)
		agent->res[kind] = (struct res) { .access = kind_default(kind) };
}

/* As simhw starts, with no agent. */
void rules_init(struct rules *r)
{
	int i;

	memset(r, 0, sizeof(*r));
	r->hw.on[LINE] = true;
	r->hw.hz = 50000000;
	r->hw.uv = UV_MIN;
	for (i = 0; i < AGENTS; i++) {
		rules_config(r, i);
		r->latest[i] = i;
	}
}
