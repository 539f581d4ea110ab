// SPDX-License-Identifier: GPL-2.0
/*
 * Runs vectors, and makes up the many messages nobody wants to write down.
 *
 * What is expected of those comes from the table of rules below, written from
 * the specification and not from the tables of the protocols.
 */

#include <linux/array_size.h>

#include "run.h"

#define RULE_WORDS	4

/* Who is offered a command */
enum rule_who {
	NOBODY,
	ALL,
	AGENTS,		/* who may do something about agents */
	TRUSTED,	/* of those, who is trusted */
	LISTENERS,	/* who has a way for notifications */
	READERS,	/* who may read the guest description */
	WATCHERS,	/* of those, who has a way for notifications */
};

/* Whether the command gets as far as an operation */
enum rule_op {
	NO_OP,
	ASKS,		/* but has an answer of its own if that fails */
	DOES,
};

/* A command of the specification, in one of its ways. */
struct rule {
	u8 proto, msg;
	u8 min, max;		/* payload bytes */
	u8 who;
	u8 res;			/* payload word with the resource id, from 1 */
	u16 access;		/* on it; without one, the agent's own */
	u8 op;
	u32 values;		/* least return values in bytes */
	u32 good[RULE_WORDS];	/* a payload that succeeds */
};

#define GET	SCMID_ACCESS_GET
#define STATE	SCMID_ACCESS_STATE
#define RATE	SCMID_ACCESS_RATE
#define PARENT	SCMID_ACCESS_PARENT
#define LEVEL	SCMID_ACCESS_LEVEL
#define NOTIFY	SCMID_ACCESS_NOTIFY
#define ASSERT	SCMID_ACCESS_ASSERT
#define PULSE	SCMID_ACCESS_PULSE
#define DESCRIBE	SCMID_ACCESS_DESCRIBE
#define NR_ACCESS	512

static const struct rule rules[] = {
	{ 0x10, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x10, 0x01, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x10, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x10, 0x03, 0, 0, ALL, 0, 0, NO_OP, 16 },
	{ 0x10, 0x04, 0, 0, ALL, 0, 0, NO_OP, 16 },
	{ 0x10, 0x05, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x10, 0x06, 4, 4, ALL, 0, 0, NO_OP, 8 },
	{ 0x10, 0x07, 4, 4, ALL, 0, 0, NO_OP, 20 },
	{ 0x10, 0x08, 4, 4 },
	{ 0x10, 0x09, 12, 12, TRUSTED, 0, 0, DOES, 0, { FAKE_AGENT, FAKE_DEVICE, 1 } },
	{ 0x10, 0x0a, 16, 16, TRUSTED, 0, 0, DOES, 0, { FAKE_AGENT, FAKE_DEVICE, 0x14 } },
	{ 0x10, 0x0b, 8, 8, AGENTS, 0, 0, DOES, 0, { FAKE_AGENT, 1 } },
	{ 0x10, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x20001 } },
	{ 0x11, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x11, 0x01, 0, 0, ALL, 0, 0, NO_OP, 16 },
	{ 0x11, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x11, 0x03, 4, 4, ALL, 1, GET, NO_OP, 20, { FAKE_PD_GPU } },
	{ 0x11, 0x04, 12, 12, ALL, 2, STATE, DOES, 0, { 0, FAKE_PD_GPU, 0 } },
	{ 0x11, 0x05, 4, 4, ALL, 1, GET, NO_OP, 4, { FAKE_PD_GPU } },
	{ 0x11, 0x06, 8, 8 },
	{ 0x11, 0x07, 8, 8 },
	{ 0x11, 0x08, 4, 4, ALL, 1, GET, NO_OP, 68, { FAKE_PD_GPU } },
	{ 0x11, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x30001 } },
	/* Protocols that are not there yet */
	{ 0x12, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x12, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x12, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x10000 } },
	{ 0x13, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x13, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x13, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x10000 } },
	{ 0x14, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x14, 0x01, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x14, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x14, 0x03, 4, 4, ALL, 1, GET, ASKS, 24, { FAKE_MUX } },
	{ 0x14, 0x04, 8, 8, ALL, 1, GET, DOES, 12, { FAKE_MUX } },
	{ 0x14, 0x05, 16, 16, ALL, 2, RATE, DOES, 0, { 0, FAKE_MUX, 200000000 } },
	{ 0x14, 0x06, 4, 4, ALL, 1, GET, DOES, 8, { FAKE_MUX } },
	{ 0x14, 0x07, 8, 12, ALL, 1, STATE, DOES, 0, { FAKE_MUX, 1 } },
	{ 0x14, 0x08, 4, 4, ALL, 1, GET, NO_OP, 68, { FAKE_MUX } },
	{ 0x14, 0x09, 8, 8, LISTENERS, 1, NOTIFY, DOES, 0, { FAKE_MUX, 1 } },
	{ 0x14, 0x0a, 8, 8 },
	{ 0x14, 0x0b, 8, 8, ALL, 1, GET, NO_OP, 12, { FAKE_MUX } },
	{ 0x14, 0x0c, 8, 8, ALL, 1, GET, DOES, 8, { FAKE_MUX } },
	{ 0x14, 0x0d, 8, 8, ALL, 1, PARENT, DOES, 0, { FAKE_MUX, FAKE_FORTY } },
	{ 0x14, 0x0e, 4, 4, ALL, 1, GET, DOES, 4, { FAKE_MUX } },
	{ 0x14, 0x0f, 4, 4, ALL, 1, GET, NO_OP, 4, { FAKE_MUX } },
	{ 0x14, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x30000 } },
	{ 0x15, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x15, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x15, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x10000 } },
	{ 0x16, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x16, 0x01, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x16, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x16, 0x03, 4, 4, ALL, 1, GET, NO_OP, 24, { FAKE_RST_UART } },
	/* Explicitly, both ways, and autonomously */
	{ 0x16, 0x04, 12, 12, ALL, 1, ASSERT, DOES, 0, { FAKE_RST_UART, 0 } },
	{ 0x16, 0x04, 12, 12, ALL, 1, ASSERT, DOES, 0, { FAKE_RST_UART, 2 } },
	{ 0x16, 0x04, 12, 12, ALL, 1, PULSE, DOES, 0, { FAKE_RST_UART, 1 } },
	{ 0x16, 0x05, 8, 8 },
	{ 0x16, 0x06, 4, 4, ALL, 1, GET, NO_OP, 68, { FAKE_RST_UART } },
	{ 0x16, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x30001 } },
	{ 0x17, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x17, 0x01, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0x17, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0x17, 0x03, 4, 4, ALL, 1, GET, NO_OP, 20, { FAKE_VD_CORE } },
	{ 0x17, 0x04, 8, 8, ALL, 1, GET, DOES, 8, { FAKE_VD_CORE } },
	{ 0x17, 0x05, 8, 8, ALL, 1, STATE, DOES, 0, { FAKE_VD_CORE, 7 } },
	{ 0x17, 0x06, 4, 4, ALL, 1, GET, NO_OP, 4, { FAKE_VD_CORE } },
	{ 0x17, 0x07, 12, 12, ALL, 1, LEVEL, DOES, 0, { FAKE_VD_CORE, 0, 1100000 } },
	{ 0x17, 0x08, 4, 4, ALL, 1, GET, DOES, 4, { FAKE_VD_CORE } },
	{ 0x17, 0x09, 4, 4, ALL, 1, GET, NO_OP, 68, { FAKE_VD_CORE } },
	{ 0x17, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x20001 } },
	{ 0xd0, 0x00, 0, 0, ALL, 0, 0, NO_OP, 4 },
	{ 0xd0, 0x01, 0, 0, ALL, 0, 0, NO_OP, 20 },
	{ 0xd0, 0x02, 4, 4, ALL, 0, 0, NO_OP, 4 },
	{ 0xd0, 0x03, 0, 0, READERS, 0, DESCRIBE, NO_OP, 44 },
	{ 0xd0, 0x04, 8, 8, READERS, 0, DESCRIBE, NO_OP, 8, { SEAM_DESC_GENERATION, 0 } },
	{ 0xd0, 0x05, 4, 4, WATCHERS, 0, DESCRIBE, DOES, 0, { 1 } },
	{ 0xd0, 0x10, 4, 4, ALL, 0, 0, NO_OP, 0, { 0x10000 } },
};

static const struct rule *rule_of(u32 proto, u32 msg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].proto == proto && rules[i].msg == msg)
			return &rules[i];
	}

	return NULL;
}

/* Which kind of resources a protocol is about; FAKE_NR_KINDS: none */
static unsigned int kind_of(u32 proto)
{
	unsigned int nr;

	for (nr = 0; nr < FAKE_NR_KINDS; nr++) {
		if (scmid_fake_kinds[nr].proto == proto)
			break;
	}

	return nr;
}

static bool peer_speaks(unsigned int peer, u32 proto)
{
	switch (peer) {
	case SEAM_VM1:
		return proto == 0x10 || proto == 0x14;
	case SEAM_WIDE:
	case SEAM_TRUSTED:
		return (proto >= 0x10 && proto <= 0x17) ||
		       (proto == 0xd0 && peer == SEAM_TRUSTED);
	case SEAM_GUEST:
	case SEAM_MUTE:
	case SEAM_BLANK:
		return proto == 0x10 || proto == 0x14 || proto == 0xd0;
	default:
		return proto == 0x10;
	}
}

static bool peer_offered(unsigned int peer, const struct rule *rule)
{
	switch (rule->who) {
	case ALL:
		return true;
	case AGENTS:
		return peer != SEAM_VM1 && peer != SEAM_BARE;
	case TRUSTED:
		return peer == SEAM_TRUSTED;
	case LISTENERS:
		return peer != SEAM_VM1 && peer != SEAM_BARE && peer != SEAM_BLANK;
	case READERS:
		return peer != SEAM_MUTE;
	case WATCHERS:
		return peer != SEAM_MUTE && peer != SEAM_BLANK;
	default:
		return false;
	}
}

static u32 header(u32 proto, u32 msg)
{
	return proto << 10 | msg;
}

static void put_words(u8 *to, const u32 *words, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		to[i] = words[i / 4] >> (i % 4 * 8);
}

static u32 get_word(const u8 *from)
{
	return from[0] | from[1] << 8 | from[2] << 16 | (u32)from[3] << 24;
}

/**
 * scmid_vectors_broken() - what is true of every command and its reply
 * @msg: an executed message, whose reply buffer was filled with %VECTOR_FILL
 * @sent: the command as it was before
 *
 * Return: %NULL, or what is not true.
 */
const char *scmid_vectors_broken(const struct scmid_msg *msg, const void *sent)
{
	const u8 *rsp = (const u8 *)msg->rsp;
	s32 status;
	u32 i;

	if (memcmp(msg->req, sent, msg->req_len))
		return "command was written to";
	if (msg->rsp_len < 8 || msg->rsp_len > msg->rsp_room)
		return "reply length is not within its room";
	if (msg->rsp_len % 4)
		return "reply is not made of words";
	if (memcmp(rsp, sent, 4))
		return "reply has another header";

	status = get_word(rsp + 4);
	if (status > 0 || status < -10)
		return "status does not exist";
	if (status && msg->rsp_len != 8)
		return "error has return values";

	for (i = msg->rsp_len; i < msg->rsp_room; i++) {
		if (rsp[i] != VECTOR_FILL)
			return "written beyond the reply";
	}

	return NULL;
}

/**
 * scmid_vectors_unexplained() - what is true of the reason of every refusal
 * @msg: an executed message
 * @asked: whether any operation was called for it
 *
 * What is refused before anybody was asked has a reason, and what others
 * refuse has none here.
 *
 * Return: %NULL, or what is not true.
 */
const char *scmid_vectors_unexplained(const struct scmid_msg *msg, bool asked)
{
	const char *reason = scmid_reason(msg);

	if (!get_word((const u8 *)&msg->rsp[1]))
		return reason ? "success has a reason" : NULL;
	if (!asked)
		return reason ? NULL : "refused without a reason";

	/* To tell what is of use, others are asked. */
	if (reason && (get_word((const u8 *)msg->req) & 0xff) != 2)
		return "refused by others, but with a reason";

	return NULL;
}

/* A command on its way; the buffers have exactly the size they claim. */
struct shot {
	struct vectors_env *env;
	struct scmid_msg msg;
	u8 *sent;
	u32 claim;	/* not 0: length that is claimed */
	s32 status;
};

static void shot_end(struct shot *shot)
{
	struct vectors_env *env = shot->env;

	env->free(env, shot->sent);
	env->free(env, shot->msg.rsp);
	env->free(env, (void *)shot->msg.req);
}

static bool shot_begin(struct vectors_env *env, struct shot *shot, u32 len, u32 room)
{
	memset(shot, 0, sizeof(*shot));
	shot->env = env;
	shot->msg.req = env->alloc(env, len);
	shot->msg.rsp = env->alloc(env, room);
	shot->msg.req_len = len;
	shot->msg.rsp_room = room;
	shot->sent = env->alloc(env, len);
	if (shot->msg.req && shot->msg.rsp && shot->sent)
		return true;

	env->log(env, "no memory", NULL, 0);
	shot_end(shot);
	return false;
}

/* Return: failures. */
static unsigned int shot_fire(struct shot *shot, unsigned int peer, const u32 *words)
{
	struct vectors_env *env = shot->env;
	struct scmid_msg *msg = &shot->msg;
	u32 len = msg->req_len, calls = env->seam->world.calls;
	const char *broken;

	put_words(shot->sent, words, msg->req_len);
	memcpy((void *)msg->req, shot->sent, msg->req_len);
	memset(msg->rsp, VECTOR_FILL, msg->rsp_room);
	msg->peer = &env->seam->peer[peer].peer;
	msg->rsp_len = 0;
	if (shot->claim)
		msg->req_len = shot->claim;
	env->dispatch(env, msg);
	broken = scmid_vectors_unexplained(msg, env->seam->world.calls != calls);
	msg->req_len = len;
	if (!broken)
		broken = scmid_vectors_broken(msg, shot->sent);
	if (broken) {
		env->log(env, broken, NULL, 0);
		env->log(env, "command", shot->sent, msg->req_len);
		return 1;
	}

	shot->status = get_word((const u8 *)msg->rsp + 4);
	return 0;
}

static unsigned int shot_wrong(struct shot *shot, const char *what)
{
	struct vectors_env *env = shot->env;

	env->log(env, what, NULL, 0);
	env->log(env, "command", shot->sent, shot->msg.req_len);
	env->log(env, "reply", shot->msg.rsp, shot->msg.rsp_len);
	return 1;
}

/* On or off, and twice the calls; no such thing if the agent's vote differs. */
static u64 fx_vote(const struct seam *seam, unsigned int kind, u8 id, bool on,
		   unsigned int calls)
{
	return seam->res[kind][id].vote == on ? on + 2 * calls : ~0ULL;
}

static u64 fx_value(const struct seam *seam, const struct vector_fx *fx)
{
	const struct fake_clk *clk = &seam->fake[FAKE_CLOCK][fx->id].clk;
	const struct fake_pd *pd = &seam->fake[FAKE_POWER][fx->id].pd;
	const struct fake_rst *rst = &seam->fake[FAKE_RESET][fx->id].rst;
	const struct fake_vd *vd = &seam->fake[FAKE_VOLTAGE][fx->id].vd;

	switch (fx->what) {
	case FX_STATE:
		return fx_vote(seam, FAKE_CLOCK, fx->id, clk->on, clk->nr_state_set);
	case FX_RATE:
		return clk->rate;
	case FX_RATE_CALLS:
		return clk->nr_rate_set;
	case FX_PARENT:
		return clk->parent;
	case FX_PARENT_CALLS:
		return clk->nr_parent_set;
	case FX_REFRESHES:
		return clk->nr_refresh;
	case FX_NOTIFY:
		return seam->res[FAKE_CLOCK][fx->id].events + 2 * clk->nr_rate_notify;
	case FX_POWER:
		return fx_vote(seam, FAKE_POWER, fx->id, pd->on, pd->nr_state_set);
	case FX_LINE:
		return rst->asserted + 2 * rst->nr_line_set;
	case FX_PULSES:
		return rst->nr_pulse;
	case FX_SUPPLY:
		return fx_vote(seam, FAKE_VOLTAGE, fx->id, vd->on, vd->nr_state_set);
	case FX_LEVEL:
		return (u32)vd->uv;
	case FX_LEVEL_CALLS:
		return vd->nr_level_set;
	case FX_LEVEL_REFRESHES:
		return vd->nr_refresh;
	case FX_ASKED:
		return seam->world.asked;
	case FX_CALLS:
		return seam->world.calls;
	case FX_EVENTS:
		return seam->peer[fx->id].peer.events;
	default:
		return ~0ULL;
	}
}

static bool fx_true(const struct seam *seam, const struct vector *v)
{
	unsigned int i;

	for (i = 0; i < VECTOR_NR_FX && v->fx[i].what != FX_END; i++) {
		if (fx_value(seam, &v->fx[i]) != v->fx[i].want)
			return false;
	}

	return true;
}

/* All that a command could have changed of the resources, as a number. */
static u64 seam_state(const struct seam *seam)
{
	const struct fake *fake;
	unsigned int nr, i;
	u64 sum = 0;

	for (i = 0; i < SEAM_NR_PEERS; i++)
		sum = sum * 31 + seam->peer[i].peer.events;

	for (nr = 0; nr < FAKE_NR_KINDS; nr++) {
		for (i = 0; i < scmid_fake_kinds[nr].nr; i++) {
			fake = &seam->fake[nr][i];
			sum = sum * 31 + seam->res[nr][i].vote;
			sum = sum * 31 + seam->res[nr][i].events;
			switch (nr) {
			case FAKE_CLOCK:
				sum = sum * 31 + fake->clk.rate;
				sum = sum * 31 + fake->clk.parent;
				sum = sum * 31 + fake->clk.on;
				break;
			case FAKE_POWER:
				sum = sum * 31 + fake->pd.on;
				break;
			case FAKE_RESET:
				sum = sum * 31 + fake->rst.asserted;
				break;
			default:
				sum = sum * 31 + (u32)fake->vd.uv;
				sum = sum * 31 + fake->vd.on;
				break;
			}
		}
	}

	return sum;
}

/**
 * scmid_vectors_run() - run one vector on whatever state there is
 * @env: the world
 * @v: the vector
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_run(struct vectors_env *env, const struct vector *v)
{
	u32 room = v->room ? v->room : VECTOR_ROOM;
	u32 len = v->cut ? v->cut : v->req_len;
	u64 before, asked;
	unsigned int failed;
	struct shot shot;
	u8 *want;

	if (!shot_begin(env, &shot, len, room))
		return 1;

	before = seam_state(env->seam);
	asked = env->seam->world.asked;
	failed = shot_fire(&shot, v->peer, v->req);
	if (failed)
		goto out;

	want = env->alloc(env, v->rsp_len);
	if (!want) {
		env->log(env, "no memory", NULL, 0);
		failed = 1;
		goto out;
	}

	put_words(want, v->rsp, v->rsp_len);
	if (shot.msg.rsp_len != 4U + v->rsp_len ||
	    memcmp(&shot.msg.rsp[1], want, v->rsp_len)) {
		failed = shot_wrong(&shot, v->desc);
		env->log(env, "expected after the header", want, v->rsp_len);
	} else if (!fx_true(env->seam, v)) {
		failed = shot_wrong(&shot, v->desc);
		env->log(env, "right reply, but another effect", NULL, 0);
	} else if (shot.status && seam_state(env->seam) != before) {
		failed = shot_wrong(&shot, v->desc);
		env->log(env, "an error, but not without effect", NULL, 0);
	} else if (shot.status && shot.status != SCMID_GENERIC_ERROR &&
		   env->seam->world.asked != asked) {
		/* What is put off is asked for, and no success yet. */
		failed = shot_wrong(&shot, v->desc);
		env->log(env, "an error, but it was asked for", NULL, 0);
	}
	env->free(env, want);
out:
	shot_end(&shot);
	return failed;
}

/**
 * scmid_vectors_seq() - run vectors that build on each other
 * @env: the world; it is reset first
 * @seq: the vectors; the first that fails ends it
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_seq(struct vectors_env *env, const struct vector_seq *seq)
{
	unsigned int i;

	env->reset(env);
	for (i = 0; i < seq->nr; i++) {
		if (scmid_vectors_run(env, &seq->step[i])) {
			env->log(env, seq->desc, NULL, 0);
			return 1;
		}
	}

	return 0;
}

/* Whole messages as they lie in memory, to anchor the byte order of the rest. */
static const struct {
	u8 req[16];
	u8 rsp[20];
	u8 req_len, rsp_len, peer;
} examples[] = {
	{
		{ 0x00, 0x40, 0x00, 0x00 },
		{ 0x00, 0x40, 0x00, 0x00, 0, 0, 0, 0, 0x01, 0x00, 0x02, 0x00 },
		4, 12, SEAM_VM1,
	}, {
		{ 0x06, 0x40, 0x10, 0x00, 0, 0, 0, 0 },
		{ 0x06, 0x40, 0x10, 0x00, 0, 0, 0, 0, 0x07, 0, 0, 0,
		  0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x00 },
		8, 20, SEAM_WIDE,
	}, {
		{ 0x07, 0x50, 0x14, 0x00, 0x03, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0 },
		{ 0x07, 0x50, 0x14, 0x00, 0, 0, 0, 0 },
		16, 8, SEAM_VM1,
	}, {
		{ 0x07, 0x50, 0x14, 0x00, 0x0b, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0 },
		{ 0x07, 0x50, 0x14, 0x00, 0xfd, 0xff, 0xff, 0xff },
		16, 8, SEAM_VM1,
	}, {
		/* Power domain 8 off */
		{ 0x04, 0x44, 0x08, 0x00, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0, 0, 0x40 },
		{ 0x04, 0x44, 0x08, 0x00, 0, 0, 0, 0 },
		16, 8, SEAM_WIDE,
	}, {
		/* Reset 4 autonomously */
		{ 0x04, 0x58, 0x0c, 0x00, 0x04, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0 },
		{ 0x04, 0x58, 0x0c, 0x00, 0, 0, 0, 0 },
		16, 8, SEAM_WIDE,
	}, {
		/* Guest description from byte 297 on: 4 bytes, which are all */
		{ 0x04, 0x40, 0x07, 0x00, 0x04, 0x03, 0x02, 0x01, 0x29, 0x01, 0, 0 },
		{ 0x04, 0x40, 0x07, 0x00, 0, 0, 0, 0, 0x04, 0, 0, 0, 0x22, 0x29, 0x30, 0x37 },
		12, 16, SEAM_GUEST,
	}, {
		/* Level of regulator 5: -5 V */
		{ 0x08, 0x5c, 0x10, 0x00, 0x05, 0, 0, 0 },
		{ 0x08, 0x5c, 0x10, 0x00, 0, 0, 0, 0, 0xc0, 0xb4, 0xb3, 0xff },
		8, 12, SEAM_WIDE,
	},
};

/**
 * scmid_vectors_examples() - messages byte by byte
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_examples(struct vectors_env *env)
{
	u32 words[RULE_WORDS] = {};
	unsigned int failed = 0;
	struct shot shot;
	unsigned int i, j;

	env->reset(env);
	for (i = 0; i < ARRAY_SIZE(examples) && !failed; i++) {
		for (j = 0; j < RULE_WORDS; j++)
			words[j] = get_word(&examples[i].req[j * 4]);
		if (!shot_begin(env, &shot, examples[i].req_len, VECTOR_ROOM))
			return 1;
		failed = shot_fire(&shot, examples[i].peer, words);
		if (!failed && memcmp(shot.sent, examples[i].req, examples[i].req_len))
			failed = shot_wrong(&shot, "not sent as written");
		if (!failed && (shot.msg.rsp_len != examples[i].rsp_len ||
				memcmp(shot.msg.rsp, examples[i].rsp, examples[i].rsp_len)))
			failed = shot_wrong(&shot, "not the reply of the example");
		shot_end(&shot);
	}

	return failed;
}

/*
 * The status of a command as far as header and length determine it; 1 if its
 * payload has a say.
 */
static s32 status_of_header(unsigned int peer, u32 hdr, u32 payload)
{
	u32 proto = hdr >> 10 & 0xff;
	const struct rule *rule;

	if (hdr >> 8 & 3)
		return SCMID_PROTOCOL_ERROR;
	if (peer == SEAM_DOWN && (proto != 0x10 || (hdr & 0xff) > 1))
		return SCMID_DENIED;
	if (!peer_speaks(peer, proto))
		return SCMID_NOT_SUPPORTED;
	rule = rule_of(proto, hdr & 0xff);
	if (!rule)
		return SCMID_NOT_FOUND;
	if (payload < rule->min || payload > rule->max || payload % 4)
		return SCMID_PROTOCOL_ERROR;
	if (peer_offered(peer, rule))
		return 1;

	/* Where anybody is offered it, some are told that it is not for them. */
	if (rule->who == TRUSTED && peer != SEAM_VM1 && peer != SEAM_BARE)
		return SCMID_DENIED;
	if (peer == SEAM_MUTE && (rule->who == READERS || rule->who == WATCHERS))
		return SCMID_DENIED;

	return SCMID_NOT_SUPPORTED;
}

/* Every protocol and message id, with one payload and length. */
static unsigned int sweep_ids(struct shot *shot, unsigned int peer, u32 extra, u32 fill)
{
	u32 payload = shot->msg.req_len - 4;
	u32 words[1 + 10];
	u32 proto, msg, i;
	s32 want;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = fill;

	for (proto = 0; proto < 256; proto++) {
		for (msg = 0; msg < 256; msg++) {
			words[0] = header(proto, msg) | extra;
			if (shot_fire(shot, peer, words))
				return 1;
			want = status_of_header(peer, words[0], payload);
			if (want != 1 && shot->status != want)
				return shot_wrong(shot, "not what its header asks for");
			/* Any payload left is the handler's, and it is all there. */
			if (want == 1 && (shot->status == SCMID_PROTOCOL_ERROR ||
					  shot->status == SCMID_COMMS_ERROR))
				return shot_wrong(shot, "refused, but well formed");
		}
	}

	return 0;
}

/**
 * scmid_vectors_headers() - every message id of every protocol at every length
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_headers(struct vectors_env *env)
{
	/* Token, and the bits above it: echoed, and of no other influence. */
	static const u32 extra[] = { 0, 0x3ffu << 18, 0xf0000000 };
	unsigned int failed = 0, peer;
	struct shot shot;
	u32 len, type;

	env->reset(env);
	for (len = 0; len <= 40 && !failed; len++) {
		if (!shot_begin(env, &shot, 4 + len, VECTOR_ROOM))
			return 1;
		failed = sweep_ids(&shot, SEAM_TRUSTED, extra[len % ARRAY_SIZE(extra)], 0);
		shot_end(&shot);
	}

	/* What must not depend on the length is tried with few of them. */
	for (len = 0; len <= 16 && !failed; len += 4) {
		if (!shot_begin(env, &shot, 4 + len, VECTOR_ROOM))
			return 1;
		for (peer = 0; peer < SEAM_NR_PEERS && !failed; peer++)
			failed = sweep_ids(&shot, peer, 0, ~0u);
		if (!failed)
			failed = sweep_ids(&shot, SEAM_VM1, 0, 0);
		for (type = 1; type < 4 && len < 8 && !failed; type++)
			failed = sweep_ids(&shot, SEAM_VM1, type << 8, 0);
		shot_end(&shot);
	}

	return failed;
}

/* The command of @rule as it succeeds. */
static void good_words(const struct rule *rule, u32 *words)
{
	words[0] = header(rule->proto, rule->msg);
	memcpy(&words[1], rule->good, sizeof(rule->good));
}

/**
 * scmid_vectors_long() - commands of which only the first part was fetched
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_long(struct vectors_env *env)
{
	static const u32 lens[] = {
		SCMID_REQ_MAX + 1, SCMID_REQ_MAX + 4, 256, 257, 260, 264, 268, 272, 276,
		65532, 65535, 65536, 65540, 65544, 65548, 65552, 65556, 0x7fffffff,
		0x80000004, 0xffffffff,
	};
	u32 words[SCMID_REQ_MAX / sizeof(u32)] = {};
	unsigned int failed = 0;
	struct shot shot;
	unsigned int i, j;

	env->reset(env);
	if (!shot_begin(env, &shot, SCMID_REQ_MAX, VECTOR_ROOM))
		return 1;
	for (i = 0; i < ARRAY_SIZE(rules) && !failed; i++) {
		good_words(&rules[i], words);
		for (j = 0; j < ARRAY_SIZE(lens) && !failed; j++) {
			shot.claim = lens[j];
			failed = shot_fire(&shot, SEAM_TRUSTED, words);
			if (!failed && shot.status != SCMID_PROTOCOL_ERROR)
				failed = shot_wrong(&shot, "length was not looked at in full");
		}
	}
	shot_end(&shot);

	return failed;
}

/**
 * scmid_vectors_rooms() - every command with every room for its reply
 * @env: the world
 *
 * A reply that does not fit is refused before the command has an effect.
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_rooms(struct vectors_env *env)
{
	u32 words[1 + RULE_WORDS];
	unsigned int failed = 0;
	struct shot shot;
	unsigned int i;
	u64 before;
	u32 room;
	s32 want;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (!peer_offered(SEAM_TRUSTED, &rules[i]))
			continue;
		good_words(&rules[i], words);
		for (room = 8; room <= SCMID_RSP_MAX && !failed; room += room < 160 ? 1 : 96) {
			env->reset(env);
			before = seam_state(env->seam);
			if (!shot_begin(env, &shot, 4 + rules[i].max, room))
				return 1;
			failed = shot_fire(&shot, SEAM_TRUSTED, words);
			want = room < 8 + rules[i].values ? SCMID_COMMS_ERROR : SCMID_SUCCESS;
			if (!failed && shot.status != want)
				failed = shot_wrong(&shot, "wrong answer for this room");
			if (!failed && want && seam_state(env->seam) != before)
				failed = shot_wrong(&shot, "refused, but done");
			if (!failed && !want && shot.msg.rsp_len < 8 + rules[i].values)
				failed = shot_wrong(&shot, "return values are missing");
			shot_end(&shot);
		}
		if (failed)
			return failed;
	}

	return 0;
}

/* Lists, of which number i, from 1, is i times something in two words or one. */
static const struct list {
	u8 proto, msg, id;
	u8 size;
	u8 first, n;
	u32 times;
} lists[] = {
	{ 0x14, 0x4, FAKE_FORTY, 8, 1, 40, 1000000 },
	{ 0x14, 0x4, FAKE_WINDOW, 8, 3, 4, 100000000 },
	{ 0x17, 0x4, FAKE_VD_FORTY, 4, 1, 40, 1000 },
	{ 0x17, 0x4, FAKE_VD_WINDOW, 4, 3, 4, 1000 },
};

/* A page of @list, that begins with @index. Return: values in it; 0: wrong. */
static u32 list_page(const struct list *list, const struct shot *shot, u32 index)
{
	const u8 *at = (const u8 *)shot->msg.rsp + 8;
	u32 head, n, left, i;

	if (shot->status)
		return 0;
	head = get_word(at);
	n = head & 0xfff;
	left = head >> 16;
	if (!n || head & 0xf000 || index + n + left != list->n)
		return 0;
	/* No more than fits, and no less. */
	if (shot->msg.rsp_len != 12 + n * list->size)
		return 0;
	if (left && shot->msg.rsp_len + list->size <= shot->msg.rsp_room)
		return 0;

	at += 4;
	for (i = 0; i < n; i++, at += list->size) {
		if (get_word(at) != (list->first + index + i) * list->times)
			return 0;
		if (list->size == 8 && get_word(at + 4))
			return 0;
	}

	return n;
}

static unsigned int walk_list(struct vectors_env *env, const struct list *list, u32 room)
{
	u32 words[3] = { header(list->proto, list->msg), list->id };
	bool fits = room >= 12U + list->size;
	unsigned int failed = 0;
	u32 index, n = list->n;
	struct shot shot;

	if (!shot_begin(env, &shot, sizeof(words), room))
		return 1;
	for (index = 0; index < list->n && !failed; index += n) {
		words[2] = index;
		failed = shot_fire(&shot, SEAM_WIDE, words);
		if (failed)
			break;
		if (fits)
			n = list_page(list, &shot, index);
		if (fits ? !n : shot.status != SCMID_COMMS_ERROR)
			failed = shot_wrong(&shot, "wrong page");
	}
	shot_end(&shot);

	return failed;
}

/**
 * scmid_vectors_pages() - every list, in pages of every size
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_pages(struct vectors_env *env)
{
	unsigned int i;
	u32 room;

	env->reset(env);
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		for (room = 8; room <= 384; room++) {
			if (walk_list(env, &lists[i], room))
				return 1;
		}
	}

	return 0;
}

/* A command on its own. Return: failures; *@status is not valid then. */
static unsigned int ask(struct vectors_env *env, unsigned int peer, const u32 *words,
			u32 payload, s32 *status, u32 *value)
{
	unsigned int failed;
	struct shot shot;

	if (!shot_begin(env, &shot, 4 + payload, VECTOR_ROOM))
		return 1;
	failed = shot_fire(&shot, peer, words);
	*status = shot.status;
	if (value)
		*value = shot.status ? 0 : get_word((const u8 *)shot.msg.rsp + 8);
	shot_end(&shot);

	return failed;
}

static unsigned int wrong(struct vectors_env *env, const char *what, const struct rule *rule,
			  u32 access)
{
	u8 about[] = { rule->proto, rule->msg, access, access >> 8 };

	env->log(env, what, NULL, 0);
	env->log(env, "protocol, message, rights", about, sizeof(about));
	return 1;
}

/* All resources of a kind, or with an id only that. */
static void set_access(struct vectors_env *env, unsigned int kind, u32 id, u32 access)
{
	u32 i;

	for (i = 0; i < scmid_fake_kinds[kind].nr; i++)
		env->seam->res[kind][i].access = id == ~0u || i == id ? access : 0;
}

/* MESSAGE_ATTRIBUTES of @rule's command. */
static unsigned int ask_attributes(struct vectors_env *env, const struct rule *rule,
				   bool want, u32 access)
{
	u32 words[2] = { header(rule->proto, 2), rule->msg };
	s32 status;

	if (ask(env, SEAM_TRUSTED, words, 4, &status, NULL))
		return 1;
	if (status != (want ? SCMID_SUCCESS : SCMID_NOT_FOUND))
		return wrong(env, "attributes and command disagree", rule, access);

	return 0;
}

static bool rule_allows(const struct rule *rule, u32 access)
{
	return !(rule->access & ~access);
}

/* One of the ways of the command works. */
static bool rules_allow(const struct rule *rule, u32 access)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].proto == rule->proto && rules[i].msg == rule->msg &&
		    rule_allows(&rules[i], access))
			return true;
	}

	return false;
}

static unsigned int try_access(struct vectors_env *env, const struct rule *rule, u32 access)
{
	bool allowed = rule_allows(rule, access);
	unsigned int kind = kind_of(rule->proto);
	u32 id = rule->good[rule->res - 1];
	u32 words[1 + RULE_WORDS], calls;
	bool any, parents;
	s32 status;
	u64 before;

	env->reset(env);
	set_access(env, kind, id, access);
	good_words(rule, words);
	before = seam_state(env->seam);
	if (ask(env, SEAM_TRUSTED, words, rule->max, &status, NULL))
		return 1;

	calls = env->seam->world.calls;
	if (allowed) {
		if (status)
			return wrong(env, "not done, but allowed", rule, access);
		if (rule->op == NO_OP ? calls : !calls)
			return wrong(env, "did not get to its operation", rule, access);
		if (rule->op == NO_OP && seam_state(env->seam) != before)
			return wrong(env, "has an effect", rule, access);
	} else {
		if (status != SCMID_DENIED)
			return wrong(env, "not allowed, but not denied", rule, access);
		if (calls || seam_state(env->seam) != before)
			return wrong(env, "denied, but done", rule, access);
	}

	/* One resource on which it works is enough, wherever it is in the list. */
	any = rules_allow(rule, access);
	if (ask_attributes(env, rule, any, access))
		return 1;
	set_access(env, kind, ~0u, access);
	if (ask_attributes(env, rule, any, access))
		return 1;
	if (kind != FAKE_CLOCK)
		return 0;

	/* Nor is one enough on which it would only be refused. */
	set_access(env, kind, FAKE_MUX_HIDDEN, access);
	parents = rule->msg >= 0xc && rule->msg <= 0xe;
	return ask_attributes(env, rule, any && !parents, access);
}

/* The same of what is about no resource: the right is the agent's own. */
static unsigned int try_own_access(struct vectors_env *env, const struct rule *rule, u32 access)
{
	bool allowed = rule_allows(rule, access);
	struct scmid_peer *peer;
	u32 words[1 + RULE_WORDS], i;
	s32 status;
	u64 before;

	env->reset(env);
	peer = &env->seam->peer[SEAM_TRUSTED].peer;
	peer->access = access;
	/* What the agent may do with a resource is no right of its own. */
	for (i = 0; i < FAKE_NR_KINDS; i++)
		set_access(env, i, ~0u, DESCRIBE);
	good_words(rule, words);
	before = seam_state(env->seam);
	if (ask(env, SEAM_TRUSTED, words, rule->max, &status, NULL))
		return 1;
	if (status != (allowed ? SCMID_SUCCESS : SCMID_DENIED))
		return wrong(env, "another answer than by its rights", rule, access);
	if (!env->seam->world.calls != !(allowed && rule->op == DOES))
		return wrong(env, "done, or not done, against its rights", rule, access);
	if ((seam_state(env->seam) != before) != (allowed && rule->op == DOES))
		return wrong(env, "another effect than by its rights", rule, access);

	return ask_attributes(env, rule, allowed, access);
}

/* A command with a right that the rules say nothing of is tried by nobody. */
static unsigned int all_have_rules(struct vectors_env *env)
{
	const struct scmid_cmd *cmd;
	struct rule missing = {};
	const struct rule *rule;
	u32 idx, id;

	for (idx = 0; idx < SCMID_NR_PROTOS; idx++) {
		for (id = 0; scmid_protos[idx] && id < SCMID_NR_CMDS; id++) {
			cmd = &(*scmid_protos[idx]->cmds)[id];
			rule = rule_of(scmid_proto_id(idx), id);
			if (!cmd->handle || (!cmd->res && !cmd->access))
				continue;
			missing.proto = scmid_proto_id(idx);
			missing.msg = id;
			if (!rule || !rule->res != !cmd->res || !rule->access ||
			    (cmd->res && kind_of(missing.proto) == FAKE_NR_KINDS))
				return wrong(env, "no rule for a command", &missing, 0);
		}
	}

	return 0;
}

/**
 * scmid_vectors_access() - every command on a resource with every set of rights
 * @env: the world
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_access(struct vectors_env *env)
{
	unsigned int i;
	u32 access;

	if (all_have_rules(env))
		return 1;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		for (access = 0; access < NR_ACCESS && rules[i].access; access++) {
			if (rules[i].res ? try_access(env, &rules[i], access) :
					   try_own_access(env, &rules[i], access))
				return 1;
		}
	}

	return 0;
}

/* Is the command done on @id with these rights on everything, as it is new? */
static unsigned int try_setter(struct vectors_env *env, u32 proto, u32 msg, u32 id, u32 access,
			       bool *done)
{
	const struct rule *rule = rule_of(proto, msg);
	u32 words[1 + RULE_WORDS];
	s32 status;

	env->reset(env);
	set_access(env, kind_of(proto), ~0u, access);
	good_words(rule, words);
	words[rule->res] = id;
	if (ask(env, SEAM_WIDE, words, rule->max, &status, NULL))
		return 1;
	*done = !status;

	return 0;
}

static unsigned int ask_value(struct vectors_env *env, u32 proto, u32 msg, u32 id, u32 *value,
			      bool may)
{
	u32 words[2] = { header(proto, msg), id };
	s32 status;

	if (ask(env, SEAM_WIDE, words, 4, &status, value))
		return 1;
	if (status != (may ? SCMID_SUCCESS : SCMID_DENIED)) {
		env->log(env, "attributes and right to see them disagree", NULL, 0);
		return 1;
	}

	return 0;
}

static unsigned int clock_told(struct vectors_env *env, u32 access)
{
	bool state, rate, parent, notify, may = access & GET, all;
	u32 perm, attr, want;

	if (try_setter(env, 0x14, 0x7, FAKE_MUX, access, &state) ||
	    try_setter(env, 0x14, 0x5, FAKE_MUX, access, &rate) ||
	    try_setter(env, 0x14, 0xd, FAKE_MUX, access, &parent) ||
	    try_setter(env, 0x14, 0x9, FAKE_MUX, access, &notify) ||
	    ask_value(env, 0x14, 0xf, FAKE_MUX, &perm, may) ||
	    ask_value(env, 0x14, 0x3, FAKE_MUX, &attr, may))
		return 1;

	want = (u32)state << 31 | (u32)parent << 30 | (u32)rate << 29;
	all = state && rate && parent;
	if (may && (perm != want || !(attr & 2) != all || attr >> 31 != notify))
		return wrong(env, "permissions are not what is done", rule_of(0x14, 0xf), access);

	/* Without a choice of parents nobody lacks the right to choose. */
	if (try_setter(env, 0x14, 0x7, FAKE_EIGHT, access, &state) ||
	    try_setter(env, 0x14, 0x5, FAKE_EIGHT, access, &rate) ||
	    ask_value(env, 0x14, 0x3, FAKE_EIGHT, &attr, may))
		return 1;
	if (may && !(attr & 2) != (state && rate))
		return wrong(env, "attributes are not what is done", rule_of(0x14, 0x3), access);

	return 0;
}

static unsigned int power_told(struct vectors_env *env, u32 access)
{
	bool state, may = access & GET;
	u32 attr;

	if (try_setter(env, 0x11, 0x4, FAKE_PD_GPU, access, &state) ||
	    ask_value(env, 0x11, 0x3, FAKE_PD_GPU, &attr, may))
		return 1;
	if (may && (attr >> 29 & 1) != state)
		return wrong(env, "attributes are not what is done", rule_of(0x11, 0x3), access);

	return 0;
}

/**
 * scmid_vectors_told() - the rights an agent is told of are those it has
 * @env: the world
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_told(struct vectors_env *env)
{
	u32 access;

	for (access = 0; access < NR_ACCESS; access++) {
		if (clock_told(env, access) || power_told(env, access))
			return 1;
	}

	return 0;
}

/**
 * scmid_vectors_ids() - ids that do not exist, some of which look like others
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_ids(struct vectors_env *env)
{
	static const u32 ids[] = {
		31, 32, 33, 0xff, 0x100, 0x107, 0x7fff,
		0x8000, 0xffff, 0x10000, 0x10007, 0x1000000, 0x7fffffff, 0x80000000,
		0x80000007, 0xffff0007, 0xfffffffe, 0xffffffff,
	};
	const struct fake_kind *kind;
	u32 words[1 + RULE_WORDS];
	unsigned int failed = 0;
	struct shot shot;
	unsigned int i, j;
	u64 before;

	env->reset(env);
	before = seam_state(env->seam);
	for (i = 0; i < ARRAY_SIZE(rules) && !failed; i++) {
		if (!rules[i].res)
			continue;
		kind = &scmid_fake_kinds[kind_of(rules[i].proto)];
		if (!shot_begin(env, &shot, 4 + rules[i].max, VECTOR_ROOM))
			return 1;
		good_words(&rules[i], words);
		for (j = 0; j < ARRAY_SIZE(ids) + 3 && !failed; j++) {
			if (j < ARRAY_SIZE(ids))
				words[rules[i].res] = ids[j];
			else if (j < ARRAY_SIZE(ids) + 2)
				words[rules[i].res] = kind->nr + j - ARRAY_SIZE(ids);
			else
				words[rules[i].res] = kind->hole;
			failed = shot_fire(&shot, SEAM_WIDE, words);
			if (!failed && shot.status != SCMID_NOT_FOUND)
				failed = shot_wrong(&shot, "found what does not exist");
		}
		shot_end(&shot);
	}
	if (!failed && (seam_state(env->seam) != before || env->seam->world.calls)) {
		env->log(env, "not found, but done", NULL, 0);
		failed = 1;
	}

	return failed;
}

/* MESSAGE_ATTRIBUTES of all messages of @proto, as @peer is to be told. */
static unsigned int sweep_attributes(struct shot *shot, unsigned int peer, u32 proto)
{
	static const u32 high[] = {
		0x100, 0x200, 0x8000, 0x10000, 0x1000000, 0x80000000, 0xffffff00,
	};
	const struct rule *rule;
	u32 words[2], msg;
	unsigned int i;
	s32 want;

	words[0] = header(proto, 2);
	for (msg = 0; msg < 256; msg++) {
		rule = rule_of(proto, msg);
		want = rule && peer_offered(peer, rule) ? SCMID_SUCCESS : SCMID_NOT_FOUND;
		words[1] = msg;
		if (shot_fire(shot, peer, words))
			return 1;
		if (shot->status != want)
			return shot_wrong(shot, "wrong attributes");
		for (i = 0; i < ARRAY_SIZE(high); i++) {
			words[1] = high[i] | msg;
			if (shot_fire(shot, peer, words))
				return 1;
			if (shot->status != SCMID_NOT_FOUND)
				return shot_wrong(shot, "id was cut off");
		}
	}

	return 0;
}

/**
 * scmid_vectors_attributes() - MESSAGE_ATTRIBUTES of every id there could be
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_attributes(struct vectors_env *env)
{
	unsigned int failed = 0, peer;
	struct shot shot;
	u32 proto;

	env->reset(env);
	if (!shot_begin(env, &shot, 8, VECTOR_ROOM))
		return 1;

	for (peer = 0; peer < SEAM_NR_PEERS && !failed; peer++) {
		for (proto = 0; proto < 256 && peer != SEAM_DOWN && !failed; proto++) {
			if (peer_speaks(peer, proto))
				failed = sweep_attributes(&shot, peer, proto);
		}
	}

	shot_end(&shot);
	return failed;
}

/**
 * scmid_vectors_status() - what an errno of the surroundings becomes
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_status(struct vectors_env *env)
{
	static const struct {
		int err;
		s32 status;
	} table[] = {
		{ -EOPNOTSUPP, -1 }, { -EINVAL, -2 }, { -EACCES, -3 }, { -EPERM, -3 },
		{ -ENOENT, -4 }, { -ENODEV, -4 }, { -ERANGE, -5 }, { -EBUSY, -6 },
		{ -EAGAIN, -6 }, { -ECOMM, -7 }, { -EIO, -8 }, { -ENOMEM, -8 },
		{ -ETIMEDOUT, -8 }, { SCMID_LATER, -8 }, { -EREMOTEIO, -9 }, { -EPROTO, -10 },
	};
	u32 words[1 + RULE_WORDS];
	unsigned int i, j;
	s32 status;

	if (scmid_status(0)) {
		env->log(env, "success became another status", NULL, 0);
		return 1;
	}

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (scmid_status(table[i].err) != table[i].status) {
			env->log(env, "errno became another status", &table[i].err,
				 sizeof(table[i].err));
			return 1;
		}
	}

	/* And so it does for every command that does something. */
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		good_words(&rules[i], words);
		for (j = 0; j < ARRAY_SIZE(table) && rules[i].op == DOES; j++) {
			env->reset(env);
			env->seam->world.err = table[j].err;
			if (ask(env, SEAM_TRUSTED, words, rules[i].max, &status, NULL))
				return 1;
			if (status != table[j].status)
				return wrong(env, "an operation failed with another status",
					     &rules[i], 0);
		}
	}

	return 0;
}

/* Refusals, in the order in which they exclude each other */
static const struct {
	const char *reason;
	u32 words[1 + RULE_WORDS];
	u8 len, peer;
	u16 room;
} reasons[] = {
	{ "not a command", { 0x10 << 10 | 3 << 8 }, 4, SEAM_DOWN },
	{ "not live", { 0x10 << 10 | 0x3 }, 4, SEAM_DOWN },
	{ "not live", { 0x10 << 10 | 0xff }, 4, SEAM_DOWN },
	{ "not live", { 0x14 << 10 }, 4, SEAM_DOWN },
	{ "not live", { 0xffu << 10 }, 4, SEAM_DOWN },
	{ "length", { 0x10 << 10 }, 8, SEAM_DOWN },
	{ "no such protocol", { 0x7f << 10 }, 4, SEAM_WIDE },
	{ "no such protocol", { 0xf << 10 }, 4, SEAM_WIDE },
	{ "no such protocol", { 0x1a << 10 }, 4, SEAM_WIDE },
	{ "not offered", { 0x11 << 10 }, 4, SEAM_VM1 },
	{ "not offered", { 0x14 << 10 | 0xff }, 4, SEAM_BARE },
	{ "no such message", { 0x14 << 10 | 0xff }, 8, SEAM_VM1 },
	{ "no such message", { 0x14 << 10 | 0x11 }, 8, SEAM_VM1 },
	{ "length", { 0x14 << 10 | 0x9 }, 8, SEAM_VM1 },
	{ "not offered", { 0x14 << 10 | 0xa }, 12, SEAM_VM1, 8 },
	{ "not offered", { 0x14 << 10 | 0x9, FAKE_UART, 1 }, 12, SEAM_VM1 },
	{ "not offered", { 0x14 << 10 | 0x9, FAKE_HOLE, 1 }, 12, SEAM_VM1 },
	{ "not offered", { 0x14 << 10 | 0x9, FAKE_GET, 2 }, 12, SEAM_VM1 },
	{ "no such id", { 0x14 << 10 | 0x9, FAKE_HOLE, 2 }, 12, SEAM_WIDE },
	{ "access", { 0x14 << 10 | 0x9, FAKE_GET, 2 }, 12, SEAM_WIDE },
	{ "arguments", { 0x14 << 10 | 0x9, FAKE_UART, 2 }, 12, SEAM_WIDE },
	{ NULL, { 0x14 << 10 | 0x9, FAKE_BROKEN, 1 }, 12, SEAM_WIDE },
	{ "length", { 0x14 << 10 | 0x6 }, 4, SEAM_VM1, 8 },
	{ "room", { 0x14 << 10 | 0x6, FAKE_HOLE }, 8, SEAM_VM1, 8 },
	{ "no such id", { 0x14 << 10 | 0x6, FAKE_HOLE }, 8, SEAM_VM1 },
	{ "access", { 0x14 << 10 | 0x6, FAKE_NONE }, 8, SEAM_VM1 },
	{ "access", { 0x14 << 10 | 0x5, 0x10, FAKE_GET }, 20, SEAM_VM1 },
	{ "not announced", { 0x14 << 10 | 0x2, 0x9 }, 8, SEAM_VM1 },
	{ "version", { 0x14 << 10 | 0x10, 0x40000 }, 8, SEAM_VM1 },
	{ "arguments", { 0x14 << 10 | 0x5, 0x10, FAKE_UART, 1 }, 20, SEAM_VM1 },
	{ "arguments", { 0x14 << 10 | 0x5, 0, FAKE_UART, 0 }, 20, SEAM_VM1 },
	{ "not offered", { 0x14 << 10 | 0x5, 1, FAKE_UART, 1 }, 20, SEAM_VM1 },
	{ "arguments", { 0x14 << 10 | 0x7, FAKE_UART, 2 }, 16, SEAM_VM1 },
	{ "arguments", { 0x14 << 10 | 0xb, FAKE_UART, 1 }, 12, SEAM_VM1 },
	{ NULL, { 0x14 << 10 | 0x6, FAKE_UART }, 8, SEAM_VM1 },
	{ NULL, { 0x14 << 10 | 0x6, FAKE_BROKEN }, 8, SEAM_VM1 },
	{ NULL, { 0x14 << 10 | 0x4, FAKE_UART, 99 }, 12, SEAM_VM1 },
	{ NULL, { 0x14 << 10 | 0xd, FAKE_MUX, FAKE_HOLE }, 12, SEAM_VM1 },
	{ "arguments", { 0x10 << 10 | 0x6, 99 }, 8, SEAM_VM1 },
	{ "no such id", { 0x10 << 10 | 0x7, 99 }, 8, SEAM_VM1 },
	{ "not offered", { 0x10 << 10 | 0x9, 0, 0, 2 }, 16, SEAM_BARE },
	{ "not trusted", { 0x10 << 10 | 0x9, 0, 0, 2 }, 16, SEAM_WIDE },
	{ "arguments", { 0x10 << 10 | 0x9, 0, 0, 2 }, 16, SEAM_TRUSTED },
	{ "no such id", { 0x10 << 10 | 0x9, 0 }, 16, SEAM_TRUSTED },
	{ NULL, { 0x10 << 10 | 0x9, 99 }, 16, SEAM_TRUSTED },
	{ NULL, { 0x10 << 10 | 0x9, FAKE_AGENT_LATER, FAKE_DEVICE }, 16, SEAM_TRUSTED },
	{ "not trusted", { 0x10 << 10 | 0xa, 1, 0, 0x10, 0 }, 20, SEAM_WIDE },
	{ "no such id", { 0x10 << 10 | 0xa, 1, 0, 0x10, 0 }, 20, SEAM_TRUSTED },
	{ "not trusted", { 0x10 << 10 | 0xb, 255, 1 }, 12, SEAM_WIDE },
	{ "arguments", { 0x10 << 10 | 0xb, 255, 2 }, 12, SEAM_WIDE },
	{ "access", { 0x11 << 10 | 0x4, 2, FAKE_PD_GET }, 16, SEAM_WIDE },
	{ "arguments", { 0x11 << 10 | 0x4, 0, FAKE_PD_GPU, 1 }, 16, SEAM_WIDE },
	{ "not offered", { 0x11 << 10 | 0x4, 1, FAKE_PD_GPU }, 16, SEAM_WIDE },
	{ NULL, { 0x11 << 10 | 0x4, 0, FAKE_PD_BROKEN }, 16, SEAM_WIDE },
	{ "access", { 0x16 << 10 | 0x4, FAKE_RST_PULSE, 0xf8 }, 16, SEAM_WIDE },
	{ "access", { 0x16 << 10 | 0x4, FAKE_RST_ASSERT, 0xf9 }, 16, SEAM_WIDE },
	{ "arguments", { 0x16 << 10 | 0x4, FAKE_RST_PULSE, 0xf9 }, 16, SEAM_WIDE },
	{ "arguments", { 0x16 << 10 | 0x4, FAKE_RST_PULSE, 1, 1 }, 16, SEAM_WIDE },
	{ "not offered", { 0x16 << 10 | 0x4, FAKE_RST_PULSE, 5 }, 16, SEAM_WIDE },
	{ NULL, { 0x16 << 10 | 0x4, FAKE_RST_SHARED, 1 }, 16, SEAM_WIDE },
	{ "arguments", { 0x17 << 10 | 0x5, FAKE_VD_CORE, 1 }, 12, SEAM_WIDE },
	{ "arguments", { 0x17 << 10 | 0x7, FAKE_VD_CORE, 2 }, 16, SEAM_WIDE },
	{ "not offered", { 0x17 << 10 | 0x7, FAKE_VD_CORE, 1 }, 16, SEAM_WIDE },
	{ NULL, { 0x17 << 10 | 0x7, FAKE_VD_CORE, 0, 1 }, 16, SEAM_WIDE },
	{ "not offered", { 0xd0 << 10 }, 4, SEAM_WIDE },
	{ "not offered", { 0xd0 << 10 | 0xff }, 4, SEAM_VM1 },
	{ "not live", { 0xd0 << 10 }, 4, SEAM_DOWN },
	{ "no such message", { 0xd0 << 10 | 0x20 }, 4, SEAM_GUEST },
	{ "no such message", { 0xd0 << 10 | 0x6 }, 4, SEAM_GUEST },
	{ "no such protocol", { 0xd1 << 10 }, 4, SEAM_GUEST },
	{ "no such protocol", { 0x20 << 10 }, 4, SEAM_GUEST },
	{ "length", { 0xd0 << 10 | 0x3 }, 8, SEAM_MUTE },
	{ "room", { 0xd0 << 10 | 0x3 }, 4, SEAM_MUTE, 51 },
	{ "access", { 0xd0 << 10 | 0x3 }, 4, SEAM_MUTE },
	{ "access", { 0xd0 << 10 | 0x4, 0, 0 }, 12, SEAM_MUTE },
	{ "access", { 0xd0 << 10 | 0x5, 2 }, 8, SEAM_MUTE },
	{ "arguments", { 0xd0 << 10 | 0x5, 2 }, 8, SEAM_GUEST },
	{ "not offered", { 0xd0 << 10 | 0x5, 2 }, 8, SEAM_BLANK },
	{ "no such id", { 0xd0 << 10 | 0x3 }, 4, SEAM_BLANK },
	{ "no such id", { 0xd0 << 10 | 0x4, 0, 0 }, 12, SEAM_BLANK },
	{ "generation", { 0xd0 << 10 | 0x4, 1, 0xffffffff }, 12, SEAM_GUEST },
	{ "arguments", { 0xd0 << 10 | 0x4, SEAM_DESC_GENERATION, SEAM_DESC_SIZE + 1 }, 12,
	  SEAM_GUEST },
};

/**
 * scmid_vectors_reasons() - why commands are refused
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_reasons(struct vectors_env *env)
{
	unsigned int failed = 0;
	const char *reason;
	struct shot shot;
	unsigned int i;

	env->reset(env);
	for (i = 0; i < ARRAY_SIZE(reasons) && !failed; i++) {
		if (!shot_begin(env, &shot, reasons[i].len,
				reasons[i].room ? reasons[i].room : VECTOR_ROOM))
			return 1;
		failed = shot_fire(&shot, reasons[i].peer, reasons[i].words);
		reason = scmid_reason(&shot.msg);
		if (!failed && (!reason != !reasons[i].reason ||
				(reason && strcmp(reason, reasons[i].reason)))) {
			failed = shot_wrong(&shot, "another reason");
			env->log(env, reason ? reason : "none", NULL, 0);
		}
		shot_end(&shot);
	}

	return failed;
}

/* Notifications byte by byte */
static const struct {
	struct scmid_event event;
	u8 len;
	u8 bytes[SCMID_EVENT_MAX];
} notifications[] = {
	{
		/* Agent 2 has made clock 3 100 MHz. */
		{ .proto = 0x14, .id = 0, .cause = 2, .res = 3, .value = 100000000 }, 20,
		{ 0x00, 0x53, 0x00, 0x00, 0x02, 0, 0, 0, 0x03, 0, 0, 0,
		  0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0 },
	}, {
		{ .proto = 0x14, .id = 0, .cause = 255, .res = 0xfffe,
		  .value = 0x123456789abcdef0ULL }, 20,
		{ 0x00, 0x53, 0x00, 0x00, 0xff, 0, 0, 0, 0xfe, 0xff, 0, 0,
		  0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12 },
	}, {
		{ .proto = 0x14, .id = 0 }, 20,
		{ 0x00, 0x53, 0x00, 0x00 },
	}, {
		/* Guest description 2 has 61 bytes. */
		{ .proto = 0xd0, .id = 0, .value = 0x3d00000002ULL }, 12,
		{ 0x00, 0x43, 0x03, 0x00, 2, 0, 0, 0, 0x3d, 0, 0, 0 },
	}, {
		/* There is none. */
		{ .proto = 0xd0, .id = 0 }, 12,
		{ 0x00, 0x43, 0x03, 0x00 },
	}, {
		{ .proto = 0xd0, .id = 0, .cause = 9, .res = 7,
		  .value = 0x00010000fffffffeULL }, 12,
		{ 0x00, 0x43, 0x03, 0x00, 0xfe, 0xff, 0xff, 0xff, 0, 0, 1, 0 },
	},
};

/**
 * scmid_vectors_notifications() - what agents are told without asking
 * @env: the world
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_notifications(struct vectors_env *env)
{
	unsigned int i, failed = 0;
	__le32 *msg;
	u32 len;

	for (i = 0; i < ARRAY_SIZE(notifications) && !failed; i++) {
		msg = env->alloc(env, SCMID_EVENT_MAX);
		if (!msg) {
			env->log(env, "no memory", NULL, 0);
			return 1;
		}
		memset(msg, VECTOR_FILL, SCMID_EVENT_MAX);
		len = scmid_notification(&notifications[i].event, msg);
		if (len != notifications[i].len || memcmp(msg, notifications[i].bytes, len)) {
			env->log(env, "not the notification of the example", msg,
				 SCMID_EVENT_MAX);
			failed = 1;
		}
		env->free(env, msg);
	}

	return failed;
}

/* The reply to READ of the guest description: what is there, all that fits. */
static bool read_is_right(const struct shot *shot, u32 offset)
{
	const u8 *at = (const u8 *)shot->msg.rsp + 8;
	u32 n, i, fit = (shot->msg.rsp_room - 12) & ~3u;

	if (shot->status || shot->msg.rsp_len < 12)
		return false;
	n = get_word(at);
	if (n != (SEAM_DESC_SIZE - offset < fit ? SEAM_DESC_SIZE - offset : fit))
		return false;
	if (shot->msg.rsp_len != 12 + (n + 3) / 4 * 4)
		return false;

	at += 4;
	for (i = 0; i < n; i++) {
		if (at[i] != (u8)((offset + i) * 7 + 3))
			return false;
	}
	/* A word that is not whole is filled up. */
	for (; 12 + i < shot->msg.rsp_len; i++) {
		if (at[i])
			return false;
	}

	return true;
}

/**
 * scmid_vectors_reads() - the guest description, from every offset, with every room
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_reads(struct vectors_env *env)
{
	static const u32 beyond[] = {
		SEAM_DESC_SIZE + 1, SEAM_DESC_SIZE + 4, 0xffff, 0x10000, 0x10000 + 8,
		0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff,
	};
	u32 words[3] = { header(0xd0, 0x4), SEAM_DESC_GENERATION };
	unsigned int failed = 0, i;
	struct shot shot;
	u32 room;

	env->reset(env);
	for (room = 8; room <= SCMID_RSP_MAX && !failed; room += room < 340 ? 1 : 171) {
		if (!shot_begin(env, &shot, sizeof(words), room))
			return 1;
		for (words[2] = 0; words[2] <= SEAM_DESC_SIZE && !failed; words[2]++) {
			failed = shot_fire(&shot, SEAM_GUEST, words);
			if (!failed && (room < 16 ? shot.status != SCMID_COMMS_ERROR :
						    !read_is_right(&shot, words[2])))
				failed = shot_wrong(&shot, "wrong piece");
		}
		for (i = 0; i < ARRAY_SIZE(beyond) && room >= 16 && !failed; i++) {
			words[2] = beyond[i];
			failed = shot_fire(&shot, SEAM_GUEST, words);
			if (!failed && shot.status != SCMID_OUT_OF_RANGE)
				failed = shot_wrong(&shot, "read beyond the end");
		}
		shot_end(&shot);
	}

	return failed;
}
