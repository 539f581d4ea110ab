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

/* A command of the specification. */
struct rule {
	u8 proto, msg;
	u8 min, max;		/* payload bytes */
	bool offered;
	u8 res;			/* payload word with the clock id, from 1 */
	u8 access;
	u32 values;		/* least return values in bytes */
	u32 good[RULE_WORDS];	/* a payload that succeeds */
};

#define GET	SCMID_ACCESS_GET
#define STATE	SCMID_ACCESS_STATE
#define RATE	SCMID_ACCESS_RATE
#define PARENT	SCMID_ACCESS_PARENT
#define NR_ACCESS	32

static const struct rule rules[] = {
	{ 0x10, 0x00, 0, 0, true, 0, 0, 4 },
	{ 0x10, 0x01, 0, 0, true, 0, 0, 4 },
	{ 0x10, 0x02, 4, 4, true, 0, 0, 4 },
	{ 0x10, 0x03, 0, 0, true, 0, 0, 16 },
	{ 0x10, 0x04, 0, 0, true, 0, 0, 16 },
	{ 0x10, 0x05, 0, 0, true, 0, 0, 4 },
	{ 0x10, 0x06, 4, 4, true, 0, 0, 8 },
	{ 0x10, 0x07, 4, 4, true, 0, 0, 20 },
	{ 0x10, 0x08, 4, 4 },
	{ 0x10, 0x09, 12, 12 },
	{ 0x10, 0x0a, 16, 16 },
	{ 0x10, 0x0b, 8, 8 },
	{ 0x10, 0x10, 4, 4, true, 0, 0, 0, { 0x20001 } },
	{ 0x14, 0x00, 0, 0, true, 0, 0, 4 },
	{ 0x14, 0x01, 0, 0, true, 0, 0, 4 },
	{ 0x14, 0x02, 4, 4, true, 0, 0, 4 },
	{ 0x14, 0x03, 4, 4, true, 1, GET, 24, { FAKE_MUX } },
	{ 0x14, 0x04, 8, 8, true, 1, GET, 12, { FAKE_MUX } },
	{ 0x14, 0x05, 16, 16, true, 2, RATE, 0, { 0, FAKE_MUX, 200000000 } },
	{ 0x14, 0x06, 4, 4, true, 1, GET, 8, { FAKE_MUX } },
	{ 0x14, 0x07, 8, 12, true, 1, STATE, 0, { FAKE_MUX, 1 } },
	{ 0x14, 0x08, 4, 4, true, 1, GET, 68, { FAKE_MUX } },
	{ 0x14, 0x09, 8, 8 },
	{ 0x14, 0x0a, 8, 8 },
	{ 0x14, 0x0b, 8, 8, true, 1, GET, 12, { FAKE_MUX } },
	{ 0x14, 0x0c, 8, 8, true, 1, GET, 8, { FAKE_MUX } },
	{ 0x14, 0x0d, 8, 8, true, 1, PARENT, 0, { FAKE_MUX, FAKE_FORTY } },
	{ 0x14, 0x0e, 4, 4, true, 1, GET, 4, { FAKE_MUX } },
	{ 0x14, 0x0f, 4, 4, true, 1, GET, 4, { FAKE_MUX } },
	{ 0x14, 0x10, 4, 4, true, 0, 0, 0, { 0x30000 } },
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
	u32 len = msg->req_len;
	const char *broken;

	put_words(shot->sent, words, msg->req_len);
	memcpy((void *)msg->req, shot->sent, msg->req_len);
	memset(msg->rsp, VECTOR_FILL, msg->rsp_room);
	msg->peer = &env->seam->peer[peer].peer;
	msg->rsp_len = 0;
	if (shot->claim)
		msg->req_len = shot->claim;
	env->dispatch(env, msg);
	msg->req_len = len;

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

static u64 fx_value(const struct seam *seam, const struct vector_fx *fx)
{
	const struct fake_clk *clk = &seam->clk[fx->id];

	switch (fx->what) {
	case FX_STATE:
		if (seam->res[fx->id].vote != clk->on)
			return ~0ULL;
		return clk->on + 2 * clk->nr_state_set;
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

/* All that a command could have changed of the clocks, folded into a number. */
static u64 seam_state(const struct seam *seam)
{
	const struct fake_clk *clk;
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < FAKE_ID_END; i++) {
		clk = &seam->clk[i];
		sum = sum * 31 + clk->rate;
		sum = sum * 31 + clk->parent;
		sum = sum * 31 + clk->on;
		sum = sum * 31 + seam->res[i].vote;
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
	unsigned int failed;
	struct shot shot;
	u64 before;
	u8 *want;

	if (!shot_begin(env, &shot, len, room))
		return 1;

	before = seam_state(env->seam);
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
	if (proto != 0x10 && (proto != 0x14 || peer == SEAM_BARE))
		return SCMID_NOT_SUPPORTED;
	rule = rule_of(proto, hdr & 0xff);
	if (!rule)
		return SCMID_NOT_FOUND;
	if (payload < rule->min || payload > rule->max || payload % 4)
		return SCMID_PROTOCOL_ERROR;
	if (!rule->offered)
		return SCMID_NOT_SUPPORTED;

	return 1;
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
		failed = sweep_ids(&shot, SEAM_VM1, extra[len % ARRAY_SIZE(extra)], 0);
		shot_end(&shot);
	}

	/* What must not depend on the length is tried with few of them. */
	for (len = 0; len <= 16 && !failed; len += 4) {
		if (!shot_begin(env, &shot, 4 + len, VECTOR_ROOM))
			return 1;
		for (peer = SEAM_BARE; peer < SEAM_NR_PEERS && !failed; peer++)
			failed = sweep_ids(&shot, peer, 0, ~0u);
		if (!failed)
			failed = sweep_ids(&shot, SEAM_VM1, 0, ~0u);
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
			failed = shot_fire(&shot, SEAM_VM1, words);
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
		if (!rules[i].offered)
			continue;
		good_words(&rules[i], words);
		for (room = 8; room <= SCMID_RSP_MAX && !failed; room += room < 160 ? 1 : 96) {
			env->reset(env);
			before = seam_state(env->seam);
			if (!shot_begin(env, &shot, 4 + rules[i].max, room))
				return 1;
			failed = shot_fire(&shot, SEAM_VM1, words);
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

/* MESSAGE_ATTRIBUTES of @rule's command. */
static unsigned int ask_attributes(struct vectors_env *env, const struct rule *rule,
				   s32 want)
{
	u32 words[2] = { header(rule->proto, 2), rule->msg };
	unsigned int failed;
	struct shot shot;

	if (!shot_begin(env, &shot, sizeof(words), VECTOR_ROOM))
		return 1;
	failed = shot_fire(&shot, SEAM_VM1, words);
	if (!failed && shot.status != want)
		failed = shot_wrong(&shot, "attributes and command disagree");
	shot_end(&shot);

	return failed;
}

static unsigned int try_access(struct vectors_env *env, const struct rule *rule, u32 access)
{
	bool denied = rule->access & ~access;
	u32 words[1 + RULE_WORDS];
	unsigned int failed;
	bool parents;
	struct shot shot;
	unsigned int i;
	u64 before;

	env->reset(env);
	for (i = 0; i < FAKE_ID_END; i++)
		env->seam->res[i].access = access;
	/* What it answers is not asked for here. */
	env->seam->clk[FAKE_BROKEN].err = 0;

	if (!shot_begin(env, &shot, 4 + rule->max, VECTOR_ROOM))
		return 1;
	good_words(rule, words);
	before = seam_state(env->seam);
	failed = shot_fire(&shot, SEAM_VM1, words);
	if (!failed && shot.status != (denied ? SCMID_DENIED : SCMID_SUCCESS))
		failed = shot_wrong(&shot, "wrong answer for this access");
	if (!failed && denied && seam_state(env->seam) != before)
		failed = shot_wrong(&shot, "denied, but done");
	shot_end(&shot);
	if (failed)
		return failed;

	failed = ask_attributes(env, rule, denied ? SCMID_NOT_FOUND : SCMID_SUCCESS);
	if (failed || !rule->res)
		return failed;

	/* One clock on which it works is enough, wherever it is in the list. */
	for (i = 0; i < FAKE_ID_END; i++)
		env->seam->res[i].access = i == FAKE_MUX ? access : 0;
	failed = ask_attributes(env, rule, denied ? SCMID_NOT_FOUND : SCMID_SUCCESS);
	if (failed)
		return failed;

	/* Nor is one enough on which it would only be refused. */
	for (i = 0; i < FAKE_ID_END; i++)
		env->seam->res[i].access = i == FAKE_MUX_HIDDEN ? access : 0;
	parents = rule->msg >= 0xc && rule->msg <= 0xe;
	return ask_attributes(env, rule, denied || parents ? SCMID_NOT_FOUND : SCMID_SUCCESS);
}

/**
 * scmid_vectors_access() - every command with every combination of rights
 * @env: the world
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_access(struct vectors_env *env)
{
	unsigned int i;
	u32 access;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		for (access = 0; access < NR_ACCESS && rules[i].offered; access++) {
			if (try_access(env, &rules[i], access))
				return 1;
		}
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
		FAKE_HOLE, FAKE_ID_END, FAKE_ID_END + 1, 0xff, 0x100, 0x107, 0x7fff,
		0x8000, 0xffff, 0x10000, 0x10007, 0x1000000, 0x7fffffff, 0x80000000,
		0x80000007, 0xffff0007, 0xfffffffe, 0xffffffff,
	};
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
		if (!shot_begin(env, &shot, 4 + rules[i].max, VECTOR_ROOM))
			return 1;
		good_words(&rules[i], words);
		for (j = 0; j < ARRAY_SIZE(ids) && !failed; j++) {
			words[rules[i].res] = ids[j];
			failed = shot_fire(&shot, SEAM_VM1, words);
			if (!failed && shot.status != SCMID_NOT_FOUND)
				failed = shot_wrong(&shot, "found what does not exist");
		}
		shot_end(&shot);
	}
	if (!failed && seam_state(env->seam) != before) {
		env->log(env, "not found, but done", NULL, 0);
		failed = 1;
	}

	return failed;
}

/**
 * scmid_vectors_attributes() - MESSAGE_ATTRIBUTES of every id there could be
 * @env: the world; it is reset first
 *
 * Return: 0 if all is right.
 */
unsigned int scmid_vectors_attributes(struct vectors_env *env)
{
	static const u32 high[] = {
		0x100, 0x200, 0x8000, 0x10000, 0x1000000, 0x80000000, 0xffffff00,
	};
	static const u8 protos[] = { 0x10, 0x14 };
	const struct rule *rule;
	unsigned int failed = 0;
	unsigned int i, j;
	struct shot shot;
	u32 words[2];
	s32 want;
	u32 msg;

	env->reset(env);
	if (!shot_begin(env, &shot, sizeof(words), VECTOR_ROOM))
		return 1;

	for (i = 0; i < ARRAY_SIZE(protos) && !failed; i++) {
		words[0] = header(protos[i], 2);
		for (msg = 0; msg < 256 && !failed; msg++) {
			rule = rule_of(protos[i], msg);
			want = rule && rule->offered ? SCMID_SUCCESS : SCMID_NOT_FOUND;
			words[1] = msg;
			failed = shot_fire(&shot, SEAM_VM1, words);
			if (!failed && shot.status != want)
				failed = shot_wrong(&shot, "wrong attributes");
			for (j = 0; j < ARRAY_SIZE(high) && !failed; j++) {
				words[1] = high[j] | msg;
				failed = shot_fire(&shot, SEAM_VM1, words);
				if (!failed && shot.status != SCMID_NOT_FOUND)
					failed = shot_wrong(&shot, "id was cut off");
			}
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
		{ -ETIMEDOUT, -8 }, { 1, -8 }, { -EREMOTEIO, -9 }, { -EPROTO, -10 },
	};
	/* Those that ask the clock first, and have nothing else to say. */
	static const u8 msgs[] = { 0x4, 0x5, 0x6, 0x7, 0xc, 0xd, 0xe };
	u32 words[1 + RULE_WORDS];
	const struct rule *rule;
	unsigned int failed = 0;
	struct shot shot;
	unsigned int i, j;

	/* What a transport refuses by itself */
	if (!shot_begin(env, &shot, 4, 8))
		return 1;
	memset((void *)shot.msg.req, 0x12, 4);
	for (i = 0; i < ARRAY_SIZE(table) && !failed; i++) {
		memset(shot.msg.rsp, VECTOR_FILL, 8);
		scmid_refuse(&shot.msg, table[i].err);
		if (get_word((u8 *)shot.msg.rsp) != 0x12121212 || shot.msg.rsp_len != 8 ||
		    (s32)get_word((u8 *)shot.msg.rsp + 4) != table[i].status)
			failed = shot_wrong(&shot, "refused otherwise");
	}
	shot_end(&shot);

	for (i = 0; i < ARRAY_SIZE(msgs) && !failed; i++) {
		rule = rule_of(0x14, msgs[i]);
		good_words(rule, words);
		for (j = 0; j < ARRAY_SIZE(table) && !failed; j++) {
			env->reset(env);
			env->seam->clk[FAKE_MUX].err = table[j].err;
			if (!shot_begin(env, &shot, 4 + rule->max, VECTOR_ROOM))
				return 1;
			failed = shot_fire(&shot, SEAM_VM1, words);
			if (!failed && shot.status != table[j].status)
				failed = shot_wrong(&shot, "errno became another status");
			shot_end(&shot);
		}
	}

	return failed;
}
