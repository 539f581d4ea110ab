// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a series of commands; see record.h. Every buffer has exactly
 * the size it claims, so the sanitizers see a byte too many.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "seam.h"
#include "run.h"

#define ROOM_RANGE	(SCMID_RSP_MAX - RECORD_ROOM_MIN + 1)
#define LEN_RANGE	(SCMID_REQ_MAX - RECORD_LEN_MIN + 1)

static struct seam seam;

/* What the clocks must be like, as far as the replies tell. */
static struct {
	bool vote;
	unsigned int changes;
	unsigned int failures;
} model[FAKE_ID_END];

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

/* CLOCK_CONFIG_SET: what the agent was told is what it gets. */
static void follow_state(const struct scmid_msg *msg, s32 status)
{
	u32 id, state;

	if (status && status != SCMID_HARDWARE_ERROR)
		return;

	id = word(msg, 1);
	state = word(msg, 2);
	check(state <= 1, "state was accepted");
	check(id < FAKE_ID_END && scmid_fake_descs[id].name, "clock was found");
	if (status) {
		model[id].failures++;
		return;
	}

	check(scmid_fake_descs[id].access & SCMID_ACCESS_STATE, "state was allowed");
	model[id].changes += model[id].vote != state;
	model[id].vote = state;
}

static void follow(const struct scmid_msg *msg, unsigned int peer)
{
	s32 status = le32_to_cpu(msg->rsp[1]);
	u32 hdr = word(msg, 0) & 0x3ffff;

	if (hdr >> 8 & 3)
		check(status == SCMID_PROTOCOL_ERROR, "type was accepted");
	else if (peer == SEAM_DOWN && (hdr & ~1u) != 0x10 << 10)
		check(status == SCMID_DENIED, "agent was live");
	else if (hdr >> 10 < 0x10 || hdr >> 10 > 0x17)
		check(status == SCMID_NOT_SUPPORTED, "protocol was accepted");
	else if (hdr >> 10 != 0x10 && peer == SEAM_BARE)
		check(status == SCMID_NOT_SUPPORTED, "protocol was offered");
	else if (hdr == (0x14 << 10 | 0x7))
		follow_state(msg, status);
}

static void check_clocks(void)
{
	const struct fake_desc *desc;
	const struct scmid_res *res;
	const struct fake_clk *clk;
	unsigned int i;

	for (i = 0; i < FAKE_ID_END; i++) {
		desc = &scmid_fake_descs[i];
		res = &seam.res[i];
		clk = &seam.clk[i];
		check(res->vote == model[i].vote, "told another state");
		check(clk->on == model[i].vote, "vote and clock differ");
		check(clk->nr_state_set == model[i].changes + model[i].failures,
		      "switched more or less often than asked");
		check(clk->rate == desc->clk.rate || desc->access & SCMID_ACCESS_RATE,
		      "rate changed without the right");
		check(clk->rate >= desc->min && (!desc->max || clk->rate <= desc->max),
		      "rate left its window");
		check(clk->parent == desc->clk.parent || desc->access & SCMID_ACCESS_PARENT,
		      "parent changed without the right");
	}
}

static void one(unsigned int peer, u32 room, u32 len, const uint8_t *data)
{
	struct scmid_msg msg = {
		.peer = &seam.peer[peer].peer,
		.req_len = len,
		.rsp_room = room,
	};
	void *req = malloc(len);
	void *rsp = malloc(room);
	const char *broken;

	memcpy(req, data, len);
	memset(rsp, VECTOR_FILL, room);
	msg.req = req;
	msg.rsp = rsp;
	scmid_dispatch(&msg);

	broken = scmid_vectors_broken(&msg, data);
	check(!broken, broken);
	follow(&msg, peer);

	free(rsp);
	free(req);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int peer;
	u32 room, len;

	scmid_seam_init(&seam);
	memset(model, 0, sizeof(model));

	while (size >= RECORD_HEAD + RECORD_LEN_MIN) {
		peer = data[0] % SEAM_NR_PEERS;
		room = RECORD_ROOM_MIN + (data[1] | data[2] << 8) % ROOM_RANGE;
		len = RECORD_LEN_MIN + data[3] % LEN_RANGE;
		data += RECORD_HEAD;
		size -= RECORD_HEAD;
		if (len > size)
			len = size;
		one(peer, room, len, data);
		data += len;
		size -= len;
	}
	check_clocks();

	return 0;
}
