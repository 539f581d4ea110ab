// SPDX-License-Identifier: GPL-2.0
/*
 * Agents of all kinds on the shared-memory channel, and an area that sees what
 * is done to it.
 *
 * Offsets and bits are those of the specification, in numbers, and what must
 * come out is not asked of the code under test.
 */

#include <linux/array_size.h>
#include <linux/container_of.h>

#include "smt_vectors.h"

#define STATUS	0x04
#define FLAGS	0x10
#define LENGTH	0x14
#define MSG	0x18
#define PAYLOAD	0x1c

#define FREE	1
#define ERROR	2

#define COMMS_ERROR	0xfffffff9
#define PROTOCOL_ERROR	0xfffffff6

/* What an area is filled with before anybody comes, and other memory, too. */
#define FILL	0xa5

/* The longest command that is taken, and the longest reply. */
#define REQ_MAX	132
#define RSP_MAX	1024

/* Areas: the smallest, odd ones, the client's default, and those at limits. */
static const u32 sizes[] = {
	0x20, 0x21, 0x22, 0x23, 0x24, 0x27,
	0x18 + 104, 0x18 + 4 + 104, 0x18 + REQ_MAX - 1, 0x18 + REQ_MAX, 0x18 + REQ_MAX + 1,
	0x18 + REQ_MAX + 4, 255, 0x18 + RSP_MAX - 4, 0x18 + RSP_MAX - 1, 0x18 + RSP_MAX,
	0x18 + RSP_MAX + 1, 0x18 + RSP_MAX + 4, 4095, 4096,
};

/* The area's end is cut off if it is no whole word. */
static u32 room_of(const struct smt_area *area)
{
	return area->smt.size / 4 * 4 - 0x18;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

static void expect(struct smt_area *area, bool good, const char *what)
{
	if (good)
		return;
	/* The first one tells; what comes after may follow from it. */
	if (!area->failed)
		area->env->log(area->env, what, area->mem, least(area->smt.size, 0x40));
	area->failed++;
}

static u32 load(const void *from)
{
	__le32 word;

	memcpy(&word, from, sizeof(word));

	return le32_to_cpu(word);
}

static void store(void *to, u32 val)
{
	__le32 word = cpu_to_le32(val);

	memcpy(to, &word, sizeof(word));
}

static bool filled(const void *mem, u8 byte, u32 len)
{
	const u8 *bytes = mem;

	return !len || (bytes[0] == byte && !memcmp(bytes, bytes + 1, len - 1));
}

/* Bytes that are different everywhere and each time. */
static u8 pattern(u32 salt, u32 i)
{
	return (salt * 31 + i * 7 + (i >> 5)) & 0xff;
}

/**
 * scmid_smt_area_peek() - what the agent sees
 * @area: the area
 * @at: a word of it
 *
 * Return: the word.
 */
u32 scmid_smt_area_peek(const struct smt_area *area, u32 at)
{
	return load(area->mem + at);
}

/**
 * scmid_smt_area_poke() - what the agent writes
 * @area: the area
 * @at: a word of it
 * @val: what it shall be
 */
void scmid_smt_area_poke(struct smt_area *area, u32 at, u32 val)
{
	store(area->mem + at, val);
}

/* The accessors */

static struct smt_area *to_area(const struct scmid_smt *smt)
{
	return container_of(smt, struct smt_area, smt);
}

static bool allowed(struct smt_area *area, u32 at, u32 len)
{
	bool inside = !(at % 4) && len && at < area->smt.size && len <= area->smt.size - at;

	expect(area, inside, "an access out of the area, or not aligned");
	/* As for accessors that know nothing but words. */
	if (inside)
		expect(area, at + (len + 3) / 4 * 4 <= area->smt.size, "a word out of the area");

	return inside;
}

static void accessed(struct smt_area *area)
{
	area->accesses++;
	if (area->peer)
		area->peer(area);
}

static void count(struct smt_area *area, u8 *nr, u32 at, u32 len)
{
	u32 i;

	for (i = at; i < at + len; i++)
		area->twice = nr[i]++ || area->twice;
}

static u32 area_get(const struct scmid_smt *smt, u32 at)
{
	struct smt_area *area = to_area(smt);
	u32 val;

	accessed(area);
	if (!allowed(area, at, 4))
		return 0;
	count(area, area->nr_read, at, 4);
	val = scmid_smt_area_peek(area, at);
	if (at == STATUS)
		area->status = val;
	if (at == FLAGS)
		area->flags = val;
	if (at == LENGTH)
		area->length = val;

	return val;
}

static void area_put(const struct scmid_smt *smt, u32 at, u32 val)
{
	struct smt_area *area = to_area(smt);

	accessed(area);
	if (!allowed(area, at, 4))
		return;
	count(area, area->nr_written, at, 4);
	area->put_last = at;
	scmid_smt_area_poke(area, at, val);
}

static void area_read(const struct scmid_smt *smt, void *to, u32 at, u32 len)
{
	struct smt_area *area = to_area(smt);

	accessed(area);
	if (!allowed(area, at, len))
		return;
	count(area, area->nr_read, at, len);
	memcpy(to, area->mem + at, len);
	expect(area, at == MSG && len <= sizeof(area->told), "read something else");
	area->told_len = least(len, sizeof(area->told));
	memcpy(area->told, to, area->told_len);
}

static void area_write(const struct scmid_smt *smt, u32 at, const void *from, u32 len)
{
	struct smt_area *area = to_area(smt);

	accessed(area);
	if (!allowed(area, at, len))
		return;
	count(area, area->nr_written, at, len);
	area->put_last = at;
	memcpy(area->mem + at, from, len);
}

static const struct scmid_smt_ops area_ops = {
	.get = area_get,
	.put = area_put,
	.read = area_read,
	.write = area_write,
};

/**
 * scmid_smt_area_new() - an area, as memory is when nobody was there yet
 * @area: the area
 * @env: for memory and for saying what is wrong
 * @size: its bytes
 *
 * Return: whether there was memory for it.
 */
bool scmid_smt_area_new(struct smt_area *area, struct vectors_env *env, u32 size)
{
	memset(area, 0, sizeof(*area));
	area->env = env;
	area->smt.ops = &area_ops;
	area->smt.size = size;
	area->mem = env->alloc(env, size);
	area->nr_read = env->alloc(env, size);
	area->nr_written = env->alloc(env, size);
	area->req = env->alloc(env, REQ_MAX);
	area->rsp = env->alloc(env, RSP_MAX);
	if (!area->mem || !area->nr_read || !area->nr_written || !area->req || !area->rsp) {
		env->log(env, "no memory", NULL, 0);
		scmid_smt_area_free(area);
		return false;
	}
	memset(area->mem, FILL, size);

	return true;
}

/**
 * scmid_smt_area_free() - give its memory back
 * @area: the area
 */
void scmid_smt_area_free(struct smt_area *area)
{
	struct vectors_env *env = area->env;

	env->free(env, area->mem);
	env->free(env, area->nr_read);
	env->free(env, area->nr_written);
	env->free(env, area->req);
	env->free(env, area->rsp);
}

static void begin(struct smt_area *area)
{
	memset(area->nr_read, 0, area->smt.size);
	memset(area->nr_written, 0, area->smt.size);
	area->accesses = 0;
	area->put_last = 0;
	area->told_len = 0;
	area->twice = false;
}

/* All of the area but @len bytes from @at: untouched. */
static bool untouched_but(const u8 *nr, u32 size, u32 at, u32 len)
{
	return filled(nr, 0, at) && filled(nr + at + len, 0, size - at - len);
}

static bool untouched(const u8 *nr, u32 size)
{
	return filled(nr, 0, size);
}

/**
 * scmid_smt_area_init() - the agent (re)starts
 * @area: the area
 */
void scmid_smt_area_init(struct smt_area *area)
{
	u32 size = area->smt.size;

	begin(area);
	scmid_smt_init(&area->smt);
	expect(area, untouched(area->nr_read, size), "init reads");
	expect(area, area->put_last == STATUS, "init does not write the status last");
	expect(area, filled(area->nr_written, 1, 0x1c), "init does not write all words");
	expect(area, untouched(area->nr_written + 0x1c, size - 0x1c), "init writes a message");
	expect(area, !area->smt.taken && !area->smt.error, "init forgets nothing");
	if (area->peer)
		return;
	expect(area, filled(area->mem, 0, 4) && filled(area->mem + 8, 0, 0x14),
	       "init leaves something");
	expect(area, scmid_smt_area_peek(area, STATUS) == FREE, "init does not free");
}

static void check_fetched(struct smt_area *area, int got)
{
	const struct scmid_msg *msg = &area->msg;
	u32 len = area->length, room = room_of(area);

	expect(area, msg->req == area->req && msg->rsp == area->rsp, "fetch: other memory");
	expect(area, msg->rsp_room == least(room, RSP_MAX), "fetch: another room");
	expect(area, !memcmp(area->req, area->told, area->told_len), "fetch: not what is there");
	expect(area, filled((u8 *)area->req + area->told_len, FILL, REQ_MAX - area->told_len),
	       "fetch: more than was read");
	expect(area, area->smt.taken, "fetch: not taken");
	expect(area, area->smt.interrupt == (area->flags & 1), "fetch: another wish");
	if (len < 4 || len > room) {
		expect(area, got == 2, "fetch: took a bad length");
		expect(area, area->told_len == 4 && msg->req_len == 4, "fetch: no header");
		expect(area, msg->rsp_len == 8 && !memcmp(area->rsp, area->told, 4) &&
		       load(&area->rsp[1]) == PROTOCOL_ERROR, "fetch: no error");
		expect(area, filled(area->rsp + 2, FILL, RSP_MAX - 8), "fetch: values with it");
		return;
	}
	expect(area, got == 1, "fetch: refused a good length");
	expect(area, area->told_len == least(len, REQ_MAX), "fetch: another length");
	expect(area, msg->req_len == least(len, REQ_MAX + 1), "fetch: tells another length");
	expect(area, filled(area->rsp, FILL, RSP_MAX), "fetch: replied");
}

/**
 * scmid_smt_area_fetch() - the doorbell was rung
 * @area: the area
 *
 * Return: as scmid_smt_fetch().
 */
int scmid_smt_area_fetch(struct smt_area *area)
{
	bool taken = area->smt.taken;
	u32 size = area->smt.size;
	struct scmid_msg before;
	int got;

	begin(area);
	/* What is at work is in the same memory. */
	if (!taken) {
		memset(area->req, FILL, REQ_MAX);
		memset(area->rsp, FILL, RSP_MAX);
		memset(&area->msg, FILL, sizeof(area->msg));
		area->msg.rsp = area->rsp;
	}
	before = area->msg;
	got = scmid_smt_fetch(&area->smt, &area->msg, area->req);

	expect(area, untouched(area->nr_written, size), "fetch writes");
	expect(area, !area->twice, "fetch reads something twice");
	if (!got)
		expect(area, !memcmp(&before, &area->msg, sizeof(before)),
		       "fetch: nothing, and tells of it");
	if (taken) {
		expect(area, !got, "fetch: a second command");
		expect(area, !area->accesses && area->smt.taken, "fetch: the agent's turn came");
	} else if (area->status & FREE) {
		expect(area, !got && !area->smt.taken, "fetch: a command that is none");
		expect(area, untouched_but(area->nr_read, size, STATUS, 4), "fetch: read more");
	} else {
		check_fetched(area, got);
	}

	return got;
}

/**
 * scmid_smt_area_complete() - give the reply in @area->msg
 * @area: the area
 *
 * Return: as scmid_smt_complete().
 */
bool scmid_smt_area_complete(struct smt_area *area)
{
	u32 len = area->msg.rsp_len, size = area->smt.size;
	bool taken = area->smt.taken, wants = area->smt.interrupt;
	bool error = area->smt.error, ring;
	__le32 want[RSP_MAX / 4];

	memcpy(want, area->rsp, RSP_MAX);
	if (len < 8 || len > least(room_of(area), RSP_MAX)) {
		want[1] = cpu_to_le32(COMMS_ERROR);
		len = 8;
		error = true;
	}

	begin(area);
	ring = scmid_smt_complete(&area->smt, &area->msg);
	if (!taken) {
		expect(area, !area->accesses, "complete: touched an area of the agent");
		expect(area, !ring, "complete: rings for nothing");
		return ring;
	}

	expect(area, ring == wants, "complete: not as the agent wishes");
	expect(area, !area->smt.taken && !area->smt.error, "complete: not over");
	expect(area, untouched(area->nr_read, size), "complete reads");
	expect(area, area->put_last == STATUS, "complete does not write the status last");
	expect(area, filled(area->nr_written + STATUS, 1, 4) &&
	       filled(area->nr_written + LENGTH, 1, 4) &&
	       filled(area->nr_written + PAYLOAD, 1, len - 4), "complete: something is missing");
	expect(area, filled(area->nr_written, 0, 4) &&
	       filled(area->nr_written + 8, 0, LENGTH - 8) &&
	       filled(area->nr_written + MSG, 0, 4) &&
	       filled(area->nr_written + MSG + len, 0, size - MSG - len),
	       "complete writes something else");
	expect(area, scmid_smt_area_peek(area, STATUS) == (error ? FREE | ERROR : FREE),
	       "complete: another status");
	if (area->peer)
		return ring;
	expect(area, scmid_smt_area_peek(area, LENGTH) == len, "complete: another length");
	expect(area, !memcmp(area->mem + PAYLOAD, &want[1], len - 4), "complete: another reply");

	return ring;
}

/**
 * scmid_smt_area_send() - send the agent a message
 * @area: the area
 * @msg: the message
 * @len: its bytes
 *
 * Return: as scmid_smt_send().
 */
int scmid_smt_area_send(struct smt_area *area, const void *msg, u32 len)
{
	u32 size = area->smt.size;
	int err;

	begin(area);
	err = scmid_smt_send(&area->smt, msg, len);

	expect(area, untouched_but(area->nr_read, size, STATUS, 4), "send reads more");
	if (len < 4 || len > room_of(area))
		expect(area, err == -EMSGSIZE, "send: took a bad length");
	else if (!(area->status & FREE))
		expect(area, err == -EAGAIN, "send: to a busy agent");
	else
		expect(area, !err, "send: not to a free agent");
	if (err) {
		expect(area, untouched(area->nr_written, size), "send: failed, but wrote");
		return err;
	}

	expect(area, filled(area->nr_read + STATUS, 1, 4), "send reads not once");
	expect(area, area->put_last == STATUS, "send does not write the status last");
	expect(area, filled(area->nr_written + STATUS, 1, 4) &&
	       filled(area->nr_written + FLAGS, 1, 8 + len), "send: something is missing");
	expect(area, filled(area->nr_written, 0, 4) &&
	       filled(area->nr_written + 8, 0, 8) &&
	       filled(area->nr_written + MSG + len, 0, size - MSG - len),
	       "send writes something else");
	expect(area, !scmid_smt_area_peek(area, STATUS), "send: another status");
	if (area->peer)
		return err;
	expect(area, scmid_smt_area_peek(area, FLAGS) == area->smt.interrupt, "send: other flags");
	expect(area, scmid_smt_area_peek(area, LENGTH) == len, "send: another length");
	expect(area, !memcmp(area->mem + MSG, msg, len), "send: another message");

	return err;
}

/* Agents */

/* As Linux does it: first the area, then what is in it. */
static void command(struct smt_area *area, u32 hdr, u32 len, u32 flags)
{
	u32 i, end = least(len, area->smt.size - MSG);

	scmid_smt_area_poke(area, STATUS, 0);
	scmid_smt_area_poke(area, FLAGS, flags);
	scmid_smt_area_poke(area, LENGTH, len);
	scmid_smt_area_poke(area, MSG, hdr);
	for (i = 4; i < end; i++)
		area->mem[MSG + i] = pattern(hdr, i);
}

static bool is_command(const struct smt_area *area, u32 hdr, u32 len)
{
	const u8 *req = (const u8 *)area->req;
	u32 i;

	if (area->msg.req_len != least(len, REQ_MAX + 1) || load(req) != hdr)
		return false;
	for (i = 4; i < least(len, REQ_MAX); i++)
		if (req[i] != pattern(hdr, i))
			return false;

	return true;
}

/* What a core would do, with a reply of any length. */
static void answer(struct smt_area *area, u32 len)
{
	u32 i;

	area->rsp[0] = area->req[0];
	for (i = 4; i < least(len, RSP_MAX); i++)
		((u8 *)area->rsp)[i] = pattern(~load(area->req), i);
	area->msg.rsp_len = len;
}

static bool is_answer(const struct smt_area *area, u32 hdr, u32 len)
{
	u32 i;

	if (scmid_smt_area_peek(area, STATUS) != FREE ||
	    scmid_smt_area_peek(area, LENGTH) != len ||
	    scmid_smt_area_peek(area, MSG) != hdr)
		return false;
	for (i = 4; i < len; i++)
		if (area->mem[MSG + i] != pattern(~hdr, i))
			return false;

	return true;
}

/* A command from the agent's first word to the reply in its area. */
static void exchange(struct smt_area *area, u32 hdr, u32 req, u32 rsp, u32 flags)
{
	u32 end = MSG + (req > rsp ? req : rsp);
	bool ring;

	memset(area->mem + MSG, FILL, area->smt.size - MSG);
	command(area, hdr, req, flags);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	expect(area, is_command(area, hdr, req), "another command was taken");
	answer(area, rsp);
	ring = scmid_smt_area_complete(area);
	expect(area, ring == (flags & 1), "the doorbell is not what the agent wants");
	expect(area, is_answer(area, hdr, rsp), "another reply was given");
	expect(area, scmid_smt_area_peek(area, FLAGS) == flags, "flags were changed");
	expect(area, filled(area->mem, 0, 4) && filled(area->mem + 8, 0, 8),
	       "reserved words were changed");
	expect(area, filled(area->mem + end, FILL, area->smt.size - end),
	       "written beyond the reply");
}

/* A good command, from short to long and with all that need not be looked at. */
static const struct good {
	u32 hdr, req, rsp, flags;
} goods[] = {
	{ 0x10 << 10, 4, 8, 0 },
	{ 0x3ff << 18 | 0x14 << 10 | 6, 8, 8, 1 },
	{ 0xffffffff, 5, 8, 0xffffffff },
	{ 0x155 << 18 | 0x300 | 0x14 << 10, REQ_MAX, RSP_MAX, 0xfffffffe },
	{ 0, RSP_MAX * 8, 12, 1 },
};

static void good(struct smt_area *area, const struct good *g)
{
	u32 room = room_of(area);

	exchange(area, g->hdr, least(g->req, room), least(g->rsp, room), g->flags);
}

/**
 * scmid_smt_area_serve() - a new agent comes and must be answered
 * @area: the area
 */
void scmid_smt_area_serve(struct smt_area *area)
{
	unsigned int i;

	scmid_smt_area_init(area);
	for (i = 0; i < ARRAY_SIZE(goods); i++)
		good(area, &goods[i]);
}

/* Runs @fn with an agent that has just started, in areas of all sizes. */
static unsigned int in_all(struct vectors_env *env, void (*fn)(struct smt_area *area))
{
	unsigned int i, failed = 0;
	struct smt_area area;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (!scmid_smt_area_new(&area, env, sizes[i]))
			return failed + 1;
		scmid_smt_area_init(&area);
		fn(&area);
		if (area.failed)
			env->log(env, "in an area of this size (little-endian):", &sizes[i], 4);
		failed += area.failed;
		scmid_smt_area_free(&area);
	}

	return failed;
}

static void one_length(struct smt_area *area, u32 len)
{
	u32 room = room_of(area), hdr = 0x14 << 10 | 6 | (len & 0x3ff) << 18;

	if (len >= 4 && len <= room)
		return exchange(area, hdr, len, 8, len & 1);

	command(area, hdr, len, len & 1);
	expect(area, scmid_smt_area_fetch(area) == 2, "a bad length was taken");
	expect(area, scmid_smt_area_complete(area) == (len & 1), "no doorbell for an error");
	expect(area, scmid_smt_area_peek(area, STATUS) == (FREE | ERROR), "no error");
	expect(area, scmid_smt_area_peek(area, LENGTH) == 8, "an error is eight bytes");
	expect(area, scmid_smt_area_peek(area, MSG) == hdr, "the header was changed");
	expect(area, scmid_smt_area_peek(area, PAYLOAD) == PROTOCOL_ERROR, "another error");
	/* The next one must not inherit it. */
	good(area, &goods[len % ARRAY_SIZE(goods)]);
}

static void all_lengths(struct smt_area *area)
{
	u32 room = room_of(area), i;

	for (i = 0; i <= least(room + 12, 300); i++)
		one_length(area, i);
	for (i = RSP_MAX - 4; i < RSP_MAX + 8; i++)
		one_length(area, i);
	for (i = 0; i < 12; i++) {
		one_length(area, room - 4 + i);
		one_length(area, area->smt.size + i);
		one_length(area, 0xffffffff - i);
		one_length(area, 0xffffffff - 0x18 - 4 + i);
		one_length(area, 0x80000000 + i);
		one_length(area, 0x7fffffff - i);
	}
	for (i = 13; i < 32; i++)
		one_length(area, (1U << i) + 4);
}

/**
 * scmid_smt_vectors_lengths() - commands of all lengths, true or not
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_lengths(struct vectors_env *env)
{
	return in_all(env, all_lengths);
}

static void all_headers(struct smt_area *area)
{
	u32 i;

	for (i = 0; i < 32; i++) {
		exchange(area, 1U << i, 4, 8, 0);
		exchange(area, ~(1U << i), 8, 8, 1);
	}
	for (i = 0; i < 1024; i++)
		exchange(area, i << 18 | 0x10 << 10, 4, 8, i);
	/* None of these is for this layer to refuse. */
	for (i = 0; i < 4; i++)
		exchange(area, i << 28 | i << 8 | 0xff << 10, 4, 8, i << 30 | i);
}

/**
 * scmid_smt_vectors_headers() - headers and flags are not judged
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_headers(struct vectors_env *env)
{
	return in_all(env, all_headers);
}

static void one_reply(struct smt_area *area, u32 len, u32 flags)
{
	u32 room = least(room_of(area), RSP_MAX), hdr = 0x14 << 10 | len << 18;

	if (len >= 8 && len <= room)
		return exchange(area, hdr, 4, len, flags);

	command(area, hdr, 8, flags);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	answer(area, len);
	expect(area, scmid_smt_area_complete(area) == (flags & 1), "another doorbell");
	expect(area, scmid_smt_area_peek(area, STATUS) == (FREE | ERROR), "no error");
	expect(area, scmid_smt_area_peek(area, LENGTH) == 8, "an error is eight bytes");
	expect(area, scmid_smt_area_peek(area, MSG) == hdr, "the header was changed");
	expect(area, scmid_smt_area_peek(area, PAYLOAD) == COMMS_ERROR, "another error");
	good(area, &goods[1]);
}

static void all_replies(struct smt_area *area)
{
	u32 room = room_of(area), i;

	for (i = 0; i <= 64; i++)
		one_reply(area, i, i);
	for (i = 0; i < 12; i++) {
		one_reply(area, room - 4 + i, 1);
		one_reply(area, RSP_MAX - 4 + i, 0);
		one_reply(area, 0xffffffff - i, 1);
	}
}

/**
 * scmid_smt_vectors_replies() - replies of all lengths stay in the area
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_replies(struct vectors_env *env)
{
	return in_all(env, all_replies);
}

/* Bad agents. Each begins with a free area that is the agent's. */

static void bad_length(struct smt_area *area, u32 len)
{
	command(area, 0x5a5a5a5a, len, 1);
	expect(area, scmid_smt_area_fetch(area) == 2, "a bad length was taken");
	expect(area, scmid_smt_area_complete(area), "no doorbell for an error");
	expect(area, scmid_smt_area_peek(area, STATUS) == (FREE | ERROR), "no error");
}

static void bad_too_long(struct smt_area *area, u32 more)
{
	bad_length(area, room_of(area) + more);
}

static void bad_longer_than_area(struct smt_area *area, u32 more)
{
	bad_length(area, area->smt.size + more);
}

/* Nothing was sent, and this is what the status says. */
static void bad_doorbell(struct smt_area *area, u32 status)
{
	u32 i;

	scmid_smt_area_poke(area, FLAGS, 1);
	scmid_smt_area_poke(area, STATUS, status);
	for (i = 0; i < 5; i++) {
		expect(area, !scmid_smt_area_fetch(area), "a doorbell is no command");
		expect(area, !scmid_smt_area_complete(area), "and has no reply");
	}
	expect(area, scmid_smt_area_peek(area, STATUS) == status, "a doorbell was answered");
}

/* A message of the last one's bytes, if any. */
static void bad_filled(struct smt_area *area, u32 byte)
{
	int got;

	memset(area->mem, byte, area->smt.size);
	got = scmid_smt_area_fetch(area);
	expect(area, got == (byte & FREE ? 0 : 2), "bytes without sense have some");
	expect(area, scmid_smt_area_complete(area) == false, "no doorbell was asked for");
	memset(area->mem, 0, 4);
	memset(area->mem + 8, 0, 8);
}

/* The status, or another word, changes while the command is worked on. */
static void bad_word(struct smt_area *area, u32 at, u32 val)
{
	command(area, 0x14 << 10, 8, 1);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	scmid_smt_area_poke(area, at, val);
	expect(area, !scmid_smt_area_fetch(area), "a doorbell at work is no command");
	/* It was overwritten by the reply of this, so here is what was asked. */
	expect(area, area->smt.taken, "not at work any more");
	answer(area, 8);
	area->msg.rsp_len = 8;
	expect(area, scmid_smt_area_complete(area), "the doorbell it asked for");
	expect(area, scmid_smt_area_peek(area, STATUS) == FREE, "not free");
	if (at < 0x10 && at != STATUS)
		scmid_smt_area_poke(area, at, 0);
}

static void bad_status_at_work(struct smt_area *area, u32 val)
{
	bad_word(area, STATUS, val);
}

static void bad_length_at_work(struct smt_area *area, u32 val)
{
	bad_word(area, LENGTH, val);
	expect(area, scmid_smt_area_peek(area, LENGTH) == 8, "another length");
}

static void bad_reserved_at_work(struct smt_area *area, u32 at)
{
	bad_word(area, at, 0xffffffff);
}

static void bad_header_at_work(struct smt_area *area, u32 val)
{
	bad_word(area, MSG, val);
	expect(area, scmid_smt_area_peek(area, MSG) == val, "the agent's own header is its own");
}

/* What counts is what it wanted when the command was taken. */
static void bad_flags(struct smt_area *area, u32 first)
{
	command(area, 0x14 << 10, 4, first);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	scmid_smt_area_poke(area, FLAGS, ~first);
	answer(area, 8);
	expect(area, scmid_smt_area_complete(area) == (first & 1), "flags were read again");
}

/* The next command, or a bad one, without waiting for this one's reply. */
static void bad_haste(struct smt_area *area, u32 len)
{
	command(area, 1 << 18 | 0x14 << 10, 4, 0);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	command(area, 2 << 18 | 0x14 << 10, len, 1);
	expect(area, !scmid_smt_area_fetch(area), "two at a time");
	expect(area, !scmid_smt_area_fetch(area), "two at a time, later");
	answer(area, 8);
	expect(area, !scmid_smt_area_complete(area), "the second one's wish");
	expect(area, scmid_smt_area_peek(area, STATUS) == FREE, "not free");
	expect(area, !scmid_smt_area_fetch(area), "a lost command is lost");
}

static void bad_all_at_work(struct smt_area *area, u32 byte)
{
	command(area, 0x14 << 10, 4, 1);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	memset(area->mem, byte, area->smt.size);
	answer(area, room_of(area) < RSP_MAX ? room_of(area) : RSP_MAX);
	expect(area, scmid_smt_area_complete(area), "the doorbell it asked for");
	memset(area->mem, 0, 4);
	memset(area->mem + 8, 0, 8);
}

/* The transport completes what was never fetched, or twice. */
static void bad_completes(struct smt_area *area, u32 before)
{
	u32 i;

	if (before)
		good(area, &goods[1]);
	for (i = 0; i < 3; i++) {
		area->msg.rsp_len = 8;
		expect(area, !scmid_smt_area_complete(area), "a reply to nobody");
	}
	/* A command that came meanwhile is not answered by that. */
	command(area, 7 << 18 | 0x10 << 10, 4, 1);
	expect(area, !scmid_smt_area_complete(area), "a reply to the unread");
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	answer(area, 8);
	expect(area, scmid_smt_area_complete(area), "the doorbell it asked for");
}

/* The agent starts again while @what is at work: 0 a good, 1 a bad command. */
static void bad_restart(struct smt_area *area, u32 what)
{
	struct scmid_msg late;

	command(area, 3 << 18 | 0x14 << 10, what ? 0 : 8, 1);
	expect(area, scmid_smt_area_fetch(area) == (what ? 2 : 1), "not as it should");
	answer(area, 8);
	late = area->msg;
	scmid_smt_area_init(area);
	expect(area, !scmid_smt_area_complete(area), "a reply to the dead");
	expect(area, scmid_smt_area_peek(area, STATUS) == FREE, "not the new agent's");

	/* Still later: the new agent has sent something. */
	command(area, 4 << 18 | 0x10 << 10, 4, 0);
	area->msg = late;
	expect(area, !scmid_smt_area_complete(area), "a reply of the dead");
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	expect(area, is_command(area, 4 << 18 | 0x10 << 10, 4), "another command");
	answer(area, 8);
	expect(area, !scmid_smt_area_complete(area), "no doorbell was asked for");
	expect(area, is_answer(area, 4 << 18 | 0x10 << 10, 8), "another reply");
}

static void bad_reply(struct smt_area *area, u32 len)
{
	command(area, 5 << 18 | 0x14 << 10, 8, 1);
	expect(area, scmid_smt_area_fetch(area) == 1, "a good command was not taken");
	answer(area, len);
	expect(area, scmid_smt_area_complete(area), "the doorbell it asked for");
	expect(area, scmid_smt_area_peek(area, STATUS) == (FREE | ERROR), "no error");
}

static const struct bad {
	void (*fn)(struct smt_area *area, u32 arg);
	u32 arg;
} bads[] = {
	{ bad_length, 0 }, { bad_length, 1 }, { bad_length, 2 }, { bad_length, 3 },
	{ bad_length, 0x7fffffff }, { bad_length, 0x80000000 }, { bad_length, 0x80000004 },
	{ bad_length, 0xffffffe7 }, { bad_length, 0xffffffe8 }, { bad_length, 0xfffffffc },
	{ bad_length, 0xffffffff },
	{ bad_too_long, 1 }, { bad_too_long, 2 }, { bad_too_long, 3 }, { bad_too_long, 4 },
	{ bad_too_long, 0x10000 },
	{ bad_longer_than_area, 0 }, { bad_longer_than_area, 1 }, { bad_longer_than_area, 4 },
	{ bad_doorbell, FREE }, { bad_doorbell, FREE | ERROR }, { bad_doorbell, 0xffffffff },
	{ bad_filled, 0 }, { bad_filled, 0xff }, { bad_filled, 0xfe },
	{ bad_status_at_work, FREE }, { bad_status_at_work, FREE | ERROR },
	{ bad_status_at_work, 0xffffffff }, { bad_status_at_work, 0xfffffffe },
	{ bad_length_at_work, 0 }, { bad_length_at_work, 0xffffffff },
	{ bad_reserved_at_work, 0 }, { bad_reserved_at_work, 8 }, { bad_reserved_at_work, 12 },
	{ bad_header_at_work, 0 }, { bad_header_at_work, 0xffffffff },
	{ bad_flags, 0 }, { bad_flags, 1 }, { bad_flags, 0xfffffffe },
	{ bad_haste, 4 }, { bad_haste, 0 }, { bad_haste, 0xffffffff },
	{ bad_all_at_work, 0 }, { bad_all_at_work, 0xff }, { bad_all_at_work, 0xfe },
	{ bad_completes, 0 }, { bad_completes, 1 },
	{ bad_restart, 0 }, { bad_restart, 1 },
	{ bad_reply, 0 }, { bad_reply, 4 }, { bad_reply, 7 }, { bad_reply, RSP_MAX + 1 },
	{ bad_reply, 0xffffffff },
};

/* Each, once or twice in a row, and then each of the good. */
static void all_bad(struct smt_area *area)
{
	unsigned int i, j, n;

	for (i = 0; i < ARRAY_SIZE(bads); i++) {
		for (j = 0; j < ARRAY_SIZE(goods); j++) {
			for (n = 0; n <= j % 2; n++)
				bads[i].fn(area, bads[i].arg);
			good(area, &goods[j]);
			good(area, &goods[(i + j) % ARRAY_SIZE(goods)]);
			if (!area->failed)
				continue;
			area->env->log(area->env, "after a bad agent of this number:", &i, 4);
			return;
		}
	}
}

/**
 * scmid_smt_vectors_bad() - after all that is bad, all that is good works
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_bad(struct vectors_env *env)
{
	return in_all(env, all_bad);
}

/* An agent that writes one word at one moment of a call. */
struct change {
	u32 when, at, val;
};

static void change_peer(struct smt_area *area)
{
	const struct change *change = area->ctx;

	if (area->accesses == change->when)
		scmid_smt_area_poke(area, change->at, change->val);
}

/* What comes in between counts wholly or not at all; see check_fetched(). */
static void one_change(struct smt_area *area, struct change *change, bool at_fetch)
{
	int got;

	command(area, 6 << 18 | 0x14 << 10, 8, 1);
	area->ctx = change;
	area->peer = at_fetch ? change_peer : NULL;
	got = scmid_smt_area_fetch(area);
	area->peer = at_fetch ? NULL : change_peer;
	if (got == 1)
		answer(area, 8);
	expect(area, scmid_smt_area_complete(area) == (got && area->flags & 1), "another wish");
	area->peer = NULL;
	if (got)
		expect(area, scmid_smt_area_peek(area, STATUS) & FREE, "not free");
	expect(area, !area->smt.taken, "not over");
	memset(area->mem, 0, 4);
	memset(area->mem + 8, 0, 8);
	good(area, &goods[2]);
}

static void all_changes(struct smt_area *area)
{
	u32 room = room_of(area);
	const u32 ats[] = { 0, STATUS, 8, 12, FLAGS, LENGTH, MSG, PAYLOAD, MSG + room - 4 };
	const u32 vals[] = { 0, 1, 2, 3, 4, 8, room, room + 1, 0xffffffff };
	struct change change;
	unsigned int i, j;

	for (change.when = 1; change.when <= 6; change.when++) {
		for (i = 0; i < ARRAY_SIZE(ats); i++) {
			for (j = 0; j < ARRAY_SIZE(vals); j++) {
				change.at = ats[i];
				change.val = vals[j];
				one_change(area, &change, true);
				one_change(area, &change, false);
			}
		}
	}
}

/**
 * scmid_smt_vectors_changes() - each word changes at each moment
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_changes(struct vectors_env *env)
{
	return in_all(env, all_changes);
}

static void all_init(struct smt_area *area)
{
	static const u8 fills[] = { 0, 0xff, FILL, 1, 0xfe };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		memset(area->mem, fills[i], area->smt.size);
		scmid_smt_area_init(area);
		expect(area, filled(area->mem + MSG + 4, fills[i], area->smt.size - MSG - 4),
		       "the message was changed");
		expect(area, !scmid_smt_area_fetch(area), "a command of before");
		scmid_smt_area_serve(area);
		/* Again, as nobody knows whether there was a first time. */
		scmid_smt_area_init(area);
		scmid_smt_area_init(area);
	}
}

/**
 * scmid_smt_vectors_init() - an agent starts, whatever was there
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_init(struct vectors_env *env)
{
	return in_all(env, all_init);
}

static void notification(u8 *msg, u32 salt)
{
	u32 i;

	for (i = 0; i < RSP_MAX; i++)
		msg[i] = pattern(salt, i);
}

/* As Linux does it: read, then free. */
static void listen(struct smt_area *area, const u8 *msg, u32 len, u32 flags)
{
	expect(area, !scmid_smt_area_peek(area, STATUS), "nothing came");
	expect(area, scmid_smt_area_peek(area, LENGTH) == len, "another length came");
	expect(area, scmid_smt_area_peek(area, FLAGS) == flags, "other flags came");
	expect(area, !memcmp(area->mem + MSG, msg, len), "another message came");
	scmid_smt_area_poke(area, STATUS, FREE);
}

/* The longest that can be, which no reply is. */
static void send_longest(struct smt_area *area)
{
	struct vectors_env *env = area->env;
	u32 room = room_of(area), i;
	u8 *msg = env->alloc(env, room + 1);

	if (!msg)
		return expect(area, false, "no memory");

	for (i = 0; i <= room; i++)
		msg[i] = pattern(room, i);
	area->smt.interrupt = false;
	expect(area, scmid_smt_area_send(area, msg, room + 1) == -EMSGSIZE, "is too long");
	expect(area, !scmid_smt_area_send(area, msg, room), "was not sent");
	listen(area, msg, room, 0);
	env->free(env, msg);
}

static void all_sends(struct smt_area *area)
{
	u32 room = room_of(area), len;
	u8 msg[RSP_MAX];

	for (len = 0; len <= least(room + 8, RSP_MAX); len++) {
		area->smt.interrupt = len & 1;
		notification(msg, len);
		if (len >= 4 && len <= room) {
			expect(area, !scmid_smt_area_send(area, msg, len), "was not sent");
			listen(area, msg, len, len & 1);
		} else {
			expect(area, scmid_smt_area_send(area, msg, len) == -EMSGSIZE,
			       "too long, or no header");
			expect(area, scmid_smt_area_peek(area, STATUS) == FREE, "but was sent");
		}
	}
	for (len = 0; len < 40; len++)
		expect(area, scmid_smt_area_send(area, msg, 0xffffffff - len) == -EMSGSIZE,
		       "no message is that long");
	send_longest(area);
	/* The wish is not forgotten when the agent starts again. */
	area->smt.interrupt = true;
	scmid_smt_area_init(area);
	expect(area, !scmid_smt_area_send(area, msg, 8), "was not sent");
	listen(area, msg, 8, 1);
}

/**
 * scmid_smt_vectors_send() - messages of all lengths to an agent that reads
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_send(struct vectors_env *env)
{
	return in_all(env, all_sends);
}

static void never_freed(struct smt_area *area)
{
	static const u32 busy[] = { 0, ERROR, 0xfffffffe, 0x80000000 };
	static const u32 free[] = { FREE, FREE | ERROR, 0xffffffff, 0x80000001 };
	unsigned int i, j;
	u8 msg[RSP_MAX];

	notification(msg, 1);
	expect(area, !scmid_smt_area_send(area, msg, 8), "was not sent");
	for (i = 0; i < ARRAY_SIZE(busy); i++) {
		notification(msg, 2 + i);
		scmid_smt_area_poke(area, STATUS, busy[i]);
		for (j = 0; j < 10; j++)
			expect(area, scmid_smt_area_send(area, msg, 8) == -EAGAIN, "was sent");
		expect(area, scmid_smt_area_send(area, msg, 3) == -EMSGSIZE, "a better reason");
		expect(area, scmid_smt_area_peek(area, STATUS) == busy[i], "status was changed");
	}
	for (i = 0; i < ARRAY_SIZE(free); i++) {
		notification(msg, 8 + i);
		memset(area->mem, FILL, area->smt.size);
		memset(area->mem, 0, 4);
		memset(area->mem + 8, 0, 8);
		scmid_smt_area_poke(area, STATUS, free[i]);
		expect(area, !scmid_smt_area_send(area, msg, 8), "freed, but not sent");
		expect(area, scmid_smt_area_send(area, msg, 8) == -EAGAIN, "was not read yet");
		listen(area, msg, 8, 0);
	}
	/* A new agent need not free what the old one did not read. */
	expect(area, !scmid_smt_area_send(area, msg, 4), "was not sent");
	scmid_smt_area_init(area);
	expect(area, !scmid_smt_area_send(area, msg, 8), "was not sent to a new agent");
	listen(area, msg, 8, 0);
}

/**
 * scmid_smt_vectors_busy() - messages to an agent that does not always read
 * @env: the world
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_busy(struct vectors_env *env)
{
	return in_all(env, never_freed);
}

/*
 * Any agent and any transport, in any order, against a model: what the area and
 * the results must be, from the rules alone.
 */
struct model {
	u8 *mem;
	u32 seed;
	bool taken, ring, error;
	u32 hdr;
};

static u32 next(struct model *m)
{
	m->seed = m->seed * 1664525 + 1013904223;

	return m->seed >> 8;
}

static void write_both(struct smt_area *area, struct model *m, u32 at, u32 val)
{
	scmid_smt_area_poke(area, at, val);
	store(m->mem + at, val);
}

/* A word of the agent's, and what it may think is a good value. */
static void random_word(struct smt_area *area, struct model *m)
{
	static const u32 ats[] = { STATUS, STATUS, FLAGS, LENGTH, LENGTH, MSG, 0, 8, 12 };
	u32 room = room_of(area), at, val;

	at = next(m) % 16;
	at = at < ARRAY_SIZE(ats) ? ats[at] : MSG + next(m) % (room / 4) * 4;
	switch (next(m) % 4) {
	case 0:
		val = next(m) % 4;
		break;
	case 1:
		val = next(m) % (room + 8);
		break;
	default:
		val = next(m) << (next(m) % 16);
	}
	write_both(area, m, at, val);
}

static void random_command(struct smt_area *area, struct model *m)
{
	u32 room = room_of(area);
	u32 len = 4 + next(m) % (room - 3), hdr = next(m) << 8 | next(m) % 256;

	if (next(m) % 4 == 0)
		len = least(len, 20);
	command(area, hdr, len, next(m) % 4);
	memcpy(m->mem, area->mem, area->smt.size);
}

static void random_fetch(struct smt_area *area, struct model *m)
{
	u32 len = load(m->mem + LENGTH), room = room_of(area);
	int got = scmid_smt_area_fetch(area);

	if (m->taken || load(m->mem + STATUS) % 2)
		return expect(area, !got, "model: there is no command");

	m->taken = true;
	m->ring = load(m->mem + FLAGS) % 2;
	m->hdr = load(m->mem + MSG);
	m->error = len < 4 || len > room;
	expect(area, got == (m->error ? 2 : 1), "model: another verdict");
	if (got == 1) {
		expect(area, !memcmp(area->req, m->mem + MSG, least(len, REQ_MAX)),
		       "model: another command");
		expect(area, area->msg.req_len == least(len, REQ_MAX + 1),
		       "model: another length");
	}
}

static void random_complete(struct smt_area *area, struct model *m)
{
	u32 len = 8 + next(m) % (least(room_of(area), RSP_MAX) - 7), i;
	bool ring;

	if (m->taken && m->error) {
		len = 8;
	} else {
		if (next(m) % 8 == 0)
			len = next(m) % 2 ? RSP_MAX + 1 + next(m) : next(m) % 8;
		area->req[0] = cpu_to_le32(m->hdr);
		answer(area, len);
	}
	ring = scmid_smt_area_complete(area);
	if (!m->taken)
		return expect(area, !ring, "model: there is nothing to reply to");

	expect(area, ring == m->ring, "model: another doorbell");
	if (m->error) {
		store(m->mem + PAYLOAD, PROTOCOL_ERROR);
	} else if (len < 8 || len > RSP_MAX) {
		m->error = true;
		len = 8;
		store(m->mem + PAYLOAD, COMMS_ERROR);
	} else {
		for (i = 4; i < len; i++)
			m->mem[MSG + i] = pattern(~m->hdr, i);
	}
	store(m->mem + LENGTH, len);
	store(m->mem + STATUS, m->error ? 3 : 1);
	m->taken = false;
}

static void random_send(struct smt_area *area, struct model *m)
{
	u32 room = room_of(area), len = next(m) % (least(room, RSP_MAX - 8) + 8);
	bool wish = area->smt.interrupt;
	u8 msg[RSP_MAX];
	int err;

	notification(msg, next(m));
	err = scmid_smt_area_send(area, msg, len);
	if (len < 4 || len > room)
		return expect(area, err == -EMSGSIZE, "model: too long, or no header");
	if (load(m->mem + STATUS) % 2 == 0)
		return expect(area, err == -EAGAIN, "model: not read yet");

	expect(area, !err, "model: was not sent");
	store(m->mem + FLAGS, wish);
	store(m->mem + LENGTH, len);
	memcpy(m->mem + MSG, msg, len);
	store(m->mem + STATUS, 0);
}

static void random_init(struct smt_area *area, struct model *m)
{
	scmid_smt_area_init(area);
	memset(m->mem, 0, 0x1c);
	store(m->mem + STATUS, 1);
	m->taken = false;
	m->error = false;
}

static void random_op(struct smt_area *area, struct model *m)
{
	switch (next(m) % 16) {
	case 0 ... 3:
		return random_word(area, m);
	case 4 ... 6:
		return random_command(area, m);
	case 7 ... 10:
		return random_fetch(area, m);
	case 11 ... 13:
		return random_complete(area, m);
	case 14:
		return random_send(area, m);
	default:
		return random_init(area, m);
	}
}

/**
 * scmid_smt_vectors_random() - any agent, any transport
 * @env: the world
 * @seed: the same does the same
 *
 * Return: number of failures.
 */
unsigned int scmid_smt_vectors_random(struct vectors_env *env, u32 seed)
{
	/* For small stacks: what it calls has a whole message there. */
	static struct smt_area area;
	struct model m = { .seed = seed };
	unsigned int i, j, failed = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && !failed; i++) {
		if (!scmid_smt_area_new(&area, env, sizes[i]))
			return 1;
		m.mem = env->alloc(env, sizes[i]);
		if (!m.mem) {
			scmid_smt_area_free(&area);
			return 1;
		}
		memcpy(m.mem, area.mem, sizes[i]);
		random_init(&area, &m);
		for (j = 0; j < 1000 && !area.failed; j++) {
			random_op(&area, &m);
			expect(&area, !memcmp(area.mem, m.mem, sizes[i]), "model: another area");
		}
		scmid_smt_area_serve(&area);
		failed = area.failed;
		env->free(env, m.mem);
		scmid_smt_area_free(&area);
	}

	return failed;
}
