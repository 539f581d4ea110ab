// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a series of calls, and of what the agent writes meanwhile: with
 * each access it may write as much as it likes first. Every buffer has exactly
 * the size it claims, so the sanitizers see a byte too many, and the rules of
 * tests/smt_vectors.c hold whatever the agent does.
 */

#include <stdio.h>
#include <stdlib.h>

#include "fuzz_reach.h"
#include "smt_record.h"
#include "smt_vectors.h"

static struct {
	const u8 *data;
	size_t size;
} input;

/* What has come out, over all inputs of this run */
enum {
	NOTHING, TAKEN, MALFORMED, LONG, ANSWERED, RANG, LATE, BUSY, SENT, NO_SIZE, NR_SEEN
};

static const char *const seen_names[NR_SEEN] = {
	"no command", "a command", "a malformed command", "a command that is too long",
	"a reply", "a doorbell", "a reply that nobody waits for", "a busy agent",
	"a message to the agent", "a message that does not fit",
};

static bool seen[NR_SEEN];

static u8 byte(void)
{
	if (!input.size)
		return 0;
	input.size--;

	return *input.data++;
}

static u32 word(void)
{
	u32 val = byte();

	val |= byte() << 8;
	val |= byte() << 16;

	return val | (u32)byte() << 24;
}

static void one_write(struct smt_area *area, u8 how)
{
	u32 room = area->smt.size / 4 - 6, at, val;
	u32 i = how & SMT_WRITE_WORD;

	at = i < 6 ? i * 4 : 0x18 + (i == 6 ? byte() % room * 4 : 0);
	switch (how & SMT_WRITE_VALUE) {
	case SMT_WRITE_SMALL:
		val = byte();
		break;
	case SMT_WRITE_ROOM:
		val = room * 4 + (byte() & 7) - 4;
		break;
	case SMT_WRITE_ALL:
		memset(area->mem, byte(), area->smt.size);
		return;
	default:
		val = word();
	}
	scmid_smt_area_poke(area, at, val);
}

/* As long as its input says that there is more. */
static void peer(struct smt_area *area)
{
	u8 how;

	while (input.size) {
		how = byte();
		if (!(how & SMT_WRITE))
			break;
		one_write(area, how);
	}
}

static void fuzz_fetch(struct smt_area *area)
{
	int got = scmid_smt_area_fetch(area);

	seen[NOTHING] |= !got;
	seen[TAKEN] |= got == 1;
	seen[MALFORMED] |= got == 2;
	seen[LONG] |= got == 1 && area->msg.req_len > SCMID_REQ_MAX;
	if (got == 1)
		area->msg.rsp_len = 8 + byte() * 4 % (area->msg.rsp_room - 7);
}

static void fuzz_complete(struct smt_area *area)
{
	bool taken = area->smt.taken, ring;

	/* As it may be after a late reset. */
	if (!area->msg.rsp)
		area->msg.rsp = area->rsp;
	ring = scmid_smt_area_complete(area);
	seen[ANSWERED] |= taken;
	seen[LATE] |= !taken;
	seen[RANG] |= ring;
}

static void fuzz_send(struct smt_area *area)
{
	u32 len = byte() * 8 + byte() % 8;
	u8 *msg = calloc(1, len + 1);
	int err;

	area->smt.interrupt = len & 1;
	err = scmid_smt_area_send(area, msg, len);
	seen[SENT] |= !err;
	seen[BUSY] |= err == -EAGAIN;
	seen[NO_SIZE] |= err == -EMSGSIZE;
	free(msg);
}

static void *fuzz_alloc(struct vectors_env *env, size_t size)
{
	return malloc(size);
}

static void fuzz_free(struct vectors_env *env, void *mem)
{
	free(mem);
}

static void fuzz_log(struct vectors_env *env, const char *text, const void *data, size_t len)
{
	fprintf(stderr, "%s\n", text);
}

static void fuzz_op(struct smt_area *area)
{
	switch (byte() % SMT_NR_OPS) {
	case SMT_FETCH:
		return fuzz_fetch(area);
	case SMT_COMPLETE:
		return fuzz_complete(area);
	case SMT_SEND:
		return fuzz_send(area);
	case SMT_INIT:
		return scmid_smt_area_init(area);
	case SMT_AGENT:
		return peer(area);
	}
}

/* With FUZZ_REACH, a run ends well only if it has seen everything. */
static void check_reach(void)
{
	fuzz_check_seen(seen, seen_names, NR_SEEN);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (getenv("FUZZ_REACH"))
		atexit(check_reach);

	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct vectors_env env = {
		.alloc = fuzz_alloc,
		.free = fuzz_free,
		.log = fuzz_log,
	};
	struct smt_area area;

	input.data = data;
	input.size = size;
	if (!scmid_smt_area_new(&area, &env, SCMID_SMT_MIN + byte() * 5))
		abort();
	area.peer = peer;
	scmid_smt_area_init(&area);
	while (input.size && !area.failed)
		fuzz_op(&area);

	/* It has done what it could: the reply, and then a good agent. */
	area.peer = NULL;
	scmid_smt_area_complete(&area);
	scmid_smt_area_serve(&area);
	if (area.failed)
		abort();
	scmid_smt_area_free(&area);

	return 0;
}
