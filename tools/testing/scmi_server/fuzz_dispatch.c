// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a series of commands; see record.h. Every buffer has exactly
 * the size it claims, so the sanitizers see a byte too many.
 */

#include <linux/array_size.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "seam.h"
#include "run.h"

#define ROOM_RANGE	(SCMID_RSP_MAX - RECORD_ROOM_MIN + 1)
#define LEN_RANGE	(SCMID_REQ_MAX - RECORD_LEN_MIN + 1)

static struct seam seam;

/* What the resources must be like, as far as the replies tell. */
static struct {
	bool vote;
	unsigned int tries;
} model[FAKE_NR_KINDS][FAKE_NR_IDS];

/* Commands that have succeeded, over all inputs of this run */
static bool succeeded[SCMID_NR_PROTOS][SCMID_NR_CMDS];

static void check(bool good, const char *what)
{
	if (good)
		return;

	fprintf(stderr, "%s\n", what);
	abort();
}

static u32 word(const struct scmid_msg *msg, unsigned int i)
{
	return le32_to_cpu(msg->req[i]);
}

/* Commands that vote: the words with id and vote, and what there is to say. */
static const struct vote {
	u32 hdr;
	u8 kind, id, state;
	u32 on, off;
} votes[] = {
	{ 0x11 << 10 | 0x4, FAKE_POWER, 2, 3, 0, 0x40000000 },
	{ 0x14 << 10 | 0x7, FAKE_CLOCK, 1, 2, 1, 0 },
	{ 0x17 << 10 | 0x5, FAKE_VOLTAGE, 1, 2, 7, 0 },
};

static const struct vote *find_vote(u32 hdr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(votes); i++) {
		if (votes[i].hdr == hdr)
			return &votes[i];
	}

	return NULL;
}

/* What the agent was told is what it gets. */
static void follow_vote(const struct vote *vote, const struct scmid_msg *msg, s32 status,
			bool asked)
{
	u32 id, state;
	bool on;

	if (status && !asked)
		return;

	id = word(msg, vote->id);
	state = word(msg, vote->state);
	check(state == vote->on || state == vote->off, "state was accepted");
	check(id < scmid_fake_kinds[vote->kind].nr && scmid_fake_kinds[vote->kind].desc[id].name,
	      "resource was found");
	check(scmid_fake_kinds[vote->kind].desc[id].access & SCMID_ACCESS_STATE,
	      "state was allowed");
	on = state == vote->on;
	check(asked == (model[vote->kind][id].vote != on), "asked for no change");
	model[vote->kind][id].tries += asked;
	if (status)
		return;

	model[vote->kind][id].vote = on;
}

/* RESET: its right depends on how it is done. */
static void follow_reset(const struct scmid_msg *msg, s32 status, bool asked)
{
	u32 id, flags;

	check(status || asked, "reset without an operation");
	if (!asked)
		return;

	id = word(msg, 1);
	flags = word(msg, 2);
	check(id < FAKE_RST_END && scmid_fake_kinds[FAKE_RESET].desc[id].name, "reset was found");
	check(flags <= 3 && !word(msg, 3), "flags were accepted");
	check(scmid_fake_kinds[FAKE_RESET].desc[id].access &
	      (flags & 1 ? SCMID_ACCESS_PULSE : SCMID_ACCESS_ASSERT), "reset was allowed");
}

/* Base: nobody gets at others without being trusted. */
static void follow_agents(const struct scmid_msg *msg, u32 cmd, bool asked)
{
	const struct scmid_peer *peer = msg->peer;

	if (!asked)
		return;

	check(peer->live && peer->ops, "asked about agents");
	if (cmd == 0xb)
		check(peer->trusted || (word(msg, 1) == peer->id && !word(msg, 2)),
		      "another was reset");
	else
		check(peer->trusted, "permissions without trust");
	check(word(msg, 1) && word(msg, 1) <= 255, "no agent was accepted");
	if (cmd == 0xa)
		check(word(msg, 3) > 0x10 && word(msg, 3) <= 0x17, "protocol was accepted");
}

/* The guest description: nobody reads what he may not, or what there is not. */
static void follow_guest(const struct scmid_msg *msg, unsigned int peer, u32 cmd, s32 status,
			 bool asked)
{
	const u8 *data = (const u8 *)&msg->rsp[3];
	u32 n, i;

	check(peer == SEAM_TRUSTED || peer == SEAM_GUEST || peer == SEAM_MUTE ||
	      peer == SEAM_BLANK, "description was offered");
	check(!asked || cmd == 0x5, "asked for no wish");
	if (status || cmd < 0x3 || cmd > 0x5)
		return;
	check(peer != SEAM_MUTE && peer != SEAM_BLANK, "description was read without the right");
	if (cmd == 0x5)
		check(word(msg, 1) <= 1, "wish was accepted");
	if (cmd != 0x4)
		return;

	n = le32_to_cpu(msg->rsp[2]);
	check(word(msg, 1) == SEAM_DESC_GENERATION, "another generation was read");
	check(word(msg, 2) <= SEAM_DESC_SIZE && n <= SEAM_DESC_SIZE - word(msg, 2),
	      "read beyond the end");
	check(msg->rsp_len == 12 + (n + 3) / 4 * 4, "another length than it says");
	for (i = 0; i < n; i++)
		check(data[i] == (u8)((word(msg, 2) + i) * 7 + 3), "other bytes were read");
}

static void follow(const struct scmid_msg *msg, unsigned int peer, bool asked)
{
	s32 status = le32_to_cpu(msg->rsp[1]);
	u32 hdr = word(msg, 0) & 0x3ffff;
	const struct vote *vote = find_vote(hdr);
	bool narrow = peer != SEAM_WIDE && peer != SEAM_TRUSTED;

	if (hdr >> 8 & 3)
		check(status == SCMID_PROTOCOL_ERROR, "type was accepted");
	else if (peer == SEAM_DOWN && (hdr & ~1u) != 0x10 << 10)
		check(status == SCMID_DENIED, "agent was live");
	else if (hdr >> 10 == 0xd0 && status != SCMID_NOT_SUPPORTED)
		follow_guest(msg, peer, hdr & 0xff, status, asked);
	else if (hdr >> 10 < 0x10 || hdr >> 10 > 0x17)
		check(status == SCMID_NOT_SUPPORTED, "protocol was accepted");
	else if (hdr >> 10 != 0x10 && narrow && (peer == SEAM_BARE || hdr >> 10 != 0x14))
		check(status == SCMID_NOT_SUPPORTED, "protocol was offered");
	else if (vote)
		follow_vote(vote, msg, status, asked);
	else if (hdr == (0x16 << 10 | 0x4))
		follow_reset(msg, status, asked);
	else if (hdr >> 10 == 0x10)
		follow_agents(msg, hdr & 0xff, asked);

	if (!status)
		succeeded[scmid_proto_index(hdr >> 10)][hdr & 0xff] = true;
}

static void check_vote(unsigned int kind, unsigned int id, bool on, unsigned int tries)
{
	check(seam.res[kind][id].vote == model[kind][id].vote, "told another state");
	check(on == model[kind][id].vote, "vote and hardware differ");
	check(tries == model[kind][id].tries, "switched more or less often than asked");
}

static void check_clock(unsigned int i)
{
	const struct fake_desc *desc = &scmid_fake_kinds[FAKE_CLOCK].desc[i];
	const struct fake_clk *clk = &seam.fake[FAKE_CLOCK][i].clk;

	check_vote(FAKE_CLOCK, i, clk->on, clk->nr_state_set);
	check(clk->rate == desc->fake.clk.rate || desc->access & SCMID_ACCESS_RATE,
	      "rate changed without the right");
	check(clk->rate >= desc->min && (!desc->max || clk->rate <= desc->max),
	      "rate left its window");
	check(clk->parent == desc->fake.clk.parent || desc->access & SCMID_ACCESS_PARENT,
	      "parent changed without the right");
}

static void check_reset(unsigned int i)
{
	const struct fake_desc *desc = &scmid_fake_kinds[FAKE_RESET].desc[i];
	const struct fake_rst *rst = &seam.fake[FAKE_RESET][i].rst;

	check(!rst->nr_line_set || desc->access & SCMID_ACCESS_ASSERT,
	      "line was set without the right");
	check(!rst->nr_pulse || desc->access & SCMID_ACCESS_PULSE,
	      "line was pulsed without the right");
	check(!seam.res[FAKE_RESET][i].vote, "a reset got a vote");
}

static void check_voltage(unsigned int i)
{
	const struct fake_desc *desc = &scmid_fake_kinds[FAKE_VOLTAGE].desc[i];
	const struct fake_vd *vd = &seam.fake[FAKE_VOLTAGE][i].vd;

	check_vote(FAKE_VOLTAGE, i, vd->on, vd->nr_state_set);
	check(!vd->nr_level_set || desc->access & SCMID_ACCESS_LEVEL,
	      "level was set without the right");
}

static void check_resources(void)
{
	const struct fake_pd *pd;
	unsigned int i;

	for (i = 0; i < SEAM_NR_PEERS; i++)
		check(!seam.peer[i].peer.events || i == SEAM_TRUSTED || i == SEAM_GUEST,
		      "a wish without the right");
	for (i = 0; i < FAKE_ID_END; i++)
		check_clock(i);
	for (i = 0; i < FAKE_PD_END; i++) {
		pd = &seam.fake[FAKE_POWER][i].pd;
		check_vote(FAKE_POWER, i, pd->on, pd->nr_state_set);
	}
	for (i = 0; i < FAKE_RST_END; i++)
		check_reset(i);
	for (i = 0; i < FAKE_VD_END; i++)
		check_voltage(i);
}

static void one(unsigned int peer, int err, u32 room, u32 len, const uint8_t *data)
{
	struct scmid_msg msg = {
		.peer = &seam.peer[peer].peer,
		.req_len = len,
		.rsp_room = room,
	};
	u32 calls = seam.world.calls;
	void *req = malloc(len);
	void *rsp = malloc(room);
	const char *broken;
	bool asked;

	memcpy(req, data, len);
	memset(rsp, VECTOR_FILL, room);
	msg.req = req;
	msg.rsp = rsp;
	seam.world.err = err;
	scmid_dispatch(&msg);
	asked = seam.world.calls != calls;

	broken = scmid_vectors_broken(&msg, data);
	check(!broken, broken);
	broken = scmid_vectors_unexplained(&msg, asked);
	check(!broken, broken);
	follow(&msg, peer, asked);

	free(rsp);
	free(req);
}

/* With FUZZ_REACH, a run ends well only if every command has succeeded in it. */
static void check_reach(void)
{
	const struct scmid_proto *proto;
	unsigned int i, j, missed = 0;

	for (i = 0; i < SCMID_NR_PROTOS; i++) {
		proto = scmid_protos[i];
		/* What has no name is only there to be listed. */
		for (j = 0; proto && proto->name && j < SCMID_NR_CMDS; j++) {
			if (!(*proto->cmds)[j].handle || succeeded[i][j])
				continue;
			fprintf(stderr, "protocol %#x: message %#x never succeeded\n",
				scmid_proto_id(i), j);
			missed++;
		}
	}
	if (missed)
		_Exit(1);
	fprintf(stderr, "every command has succeeded\n");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (getenv("FUZZ_REACH"))
		atexit(check_reach);

	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int errs[] = {
		0, -EIO, -EINVAL, -EACCES, -EBUSY, -ENOENT, -EOPNOTSUPP, SCMID_LATER,
	};
	unsigned int peer;
	u32 room, len;
	int err;

	scmid_seam_init(&seam);
	memset(model, 0, sizeof(model));

	while (size >= RECORD_HEAD + RECORD_LEN_MIN) {
		peer = (data[0] & RECORD_PEER) % SEAM_NR_PEERS;
		err = errs[(data[0] & RECORD_ERR) >> RECORD_ERR_SHIFT];
		room = RECORD_ROOM_MIN + (data[1] | data[2] << 8) % ROOM_RANGE;
		len = RECORD_LEN_MIN + data[3] % LEN_RANGE;
		data += RECORD_HEAD;
		size -= RECORD_HEAD;
		if (len > size)
			len = size;
		one(peer, err, room, len, data);
		data += len;
		size -= len;
	}
	check_resources();

	return 0;
}
