// SPDX-License-Identifier: GPL-2.0
/*
 * An SCMI agent on a shared-memory channel: what firmware of a remote processor
 * needs of it.
 */

#include "client.h"

/* Words of a name */
#define SCMI_NAME_WORDS	4

/* How often to knock at a platform that is not up yet */
#define SCMI_RING_US	100000

/*
 * The area is the platform's memory, too. What was written is there before the
 * area is handed over or the doorbell rung, and nothing of it is read before it
 * was handed back.
 */
static void barrier_before(void)
{
#ifdef __aarch64__
	__asm__ volatile("dsb st" : : : "memory");
#else
	__sync_synchronize();
#endif
}

static void barrier_after(void)
{
#ifdef __aarch64__
	__asm__ volatile("dmb ld" : : : "memory");
#else
	__sync_synchronize();
#endif
}

/**
 * scmi_free() - whether the area is ours
 * @chan: the channel
 *
 * It is not before the platform is up, nor after a command that it never
 * finished.
 *
 * Return: whether it is.
 */
bool scmi_free(const struct scmi_chan *chan)
{
	bool is_free = chan->area[SMT_STATUS] & SMT_FREE;

	barrier_after();
	return is_free;
}

/**
 * scmi_start() - wait for the platform
 * @chan: the channel
 * @wait_us: how long at most
 *
 * An agent that was here before may have stopped between taking the area and
 * ringing the doorbell, which the platform cannot know: so it is rung for that
 * one. Where there is none, it means nothing.
 *
 * Return: 0 or %SCMI_NOT_FREE.
 */
int scmi_start(struct scmi_chan *chan, uint64_t wait_us)
{
	uint64_t now = chan->now_us(), until = now + wait_us, ring = now;

	while (!scmi_free(chan)) {
		now = chan->now_us();
		if (now >= until)
			return SCMI_NOT_FREE;
		if (now < ring)
			continue;
		chan->ring();
		ring = now + SCMI_RING_US;
	}

	return 0;
}

static bool scmi_wait(struct scmi_chan *chan, uint32_t seen)
{
	uint64_t until = chan->now_us() + chan->timeout_us;

	for (;;) {
		if (chan->interrupt) {
			chan->sleep(seen, until);
			if (chan->interrupts() == seen)
				return false;
			/* It may be a late one of an earlier command. */
			seen = chan->interrupts();
		}
		if (scmi_free(chan))
			return true;
		if (chan->now_us() >= until)
			return false;
	}
}

/**
 * scmi_exchange() - have the platform read the area and write it
 * @chan: the channel
 * @header: header of the message
 * @length: length to tell, in bytes, header included
 * @payload: what follows the header
 * @words: words of it
 *
 * What it wrote is for scmi_reply() to judge.
 *
 * Return: 0 or a negative &enum scmi_error.
 */
int scmi_exchange(struct scmi_chan *chan, uint32_t header, uint32_t length,
		  const uint32_t *payload, size_t words)
{
	uint32_t seen = 0;
	size_t i;

	if (SMT_HEAD + 4 + words * 4 > chan->size)
		return SCMI_TOO_LONG;
	if (!scmi_free(chan))
		return SCMI_NOT_FREE;

	/*
	 * The platform may look at any time, for a doorbell that rang before: the
	 * area is handed over last.
	 */
	chan->area[SMT_FLAGS] = chan->interrupt ? SMT_INTERRUPT : 0;
	chan->area[SMT_LENGTH] = length;
	chan->area[SMT_HEADER] = header;
	for (i = 0; i < words; i++)
		chan->area[SMT_PAYLOAD + i] = payload[i];
	barrier_before();
	chan->area[SMT_STATUS] = 0;
	barrier_before();

	if (chan->interrupt)
		seen = chan->interrupts();
	chan->commands++;
	chan->ring();

	return scmi_wait(chan, seen) ? 0 : SCMI_NO_ANSWER;
}

/**
 * scmi_reply() - what the platform answered
 * @chan: the channel
 * @header: header of the command
 * @ret: gets the words after the status
 * @room: words that it can take
 *
 * Return: how many there are, or a negative &enum scmi_error.
 */
int scmi_reply(const struct scmi_chan *chan, uint32_t header, uint32_t *ret, size_t room)
{
	uint32_t length = chan->area[SMT_LENGTH];
	int32_t status = (int32_t)chan->area[SMT_PAYLOAD];
	size_t words, i;

	if (chan->area[SMT_HEADER] != header)
		return SCMI_BAD_REPLY;
	if (length < SMT_REPLY || length > chan->size - SMT_HEAD || length % 4)
		return SCMI_BAD_REPLY;

	/* An error comes alone. */
	words = (length - SMT_REPLY) / 4;
	if (status)
		return words || status > 0 ? SCMI_BAD_REPLY : status;
	if (words > room)
		return SCMI_TOO_LONG;

	for (i = 0; i < words; i++)
		ret[i] = chan->area[SMT_PAYLOAD + 1 + i];

	return (int)words;
}

/**
 * scmi_call() - a command with a reply of any length
 * @chan: the channel
 * @proto: the protocol
 * @cmd: the command
 * @args: its arguments
 * @nargs: words of them
 * @ret: gets what it returns
 * @room: words that it can take
 *
 * Return: words of @ret, or a negative &enum scmi_error.
 */
int scmi_call(struct scmi_chan *chan, uint32_t proto, uint32_t cmd, const uint32_t *args,
	      size_t nargs, uint32_t *ret, size_t room)
{
	uint32_t header = scmi_header(proto, cmd, chan->token++);
	int err;

	err = scmi_exchange(chan, header, 4 + (uint32_t)nargs * 4, args, nargs);
	if (err)
		return err;

	return scmi_reply(chan, header, ret, room);
}

/**
 * scmi_command() - a command with a reply of known length
 * @chan: the channel
 * @proto: the protocol
 * @cmd: the command
 * @args: its arguments
 * @nargs: words of them
 * @ret: gets what it returns
 * @nret: words of it
 *
 * Return: 0 or a negative &enum scmi_error.
 */
int scmi_command(struct scmi_chan *chan, uint32_t proto, uint32_t cmd, const uint32_t *args,
		 size_t nargs, uint32_t *ret, size_t nret)
{
	int words = scmi_call(chan, proto, cmd, args, nargs, ret, nret);

	if (words < 0)
		return words;

	return (size_t)words == nret ? 0 : SCMI_BAD_REPLY;
}

/**
 * scmi_version() - which version of a protocol the platform speaks
 * @chan: the channel
 * @proto: the protocol. To ask this of Base is how an agent begins
 * @version: gets major version << 16 | minor version
 *
 * Return: 0 or a negative &enum scmi_error.
 */
int scmi_version(struct scmi_chan *chan, uint32_t proto, uint32_t *version)
{
	return scmi_command(chan, proto, SCMI_VERSION, NULL, 0, version, 1);
}

/**
 * scmi_count() - how many clocks, lines or domains there are
 * @chan: the channel
 * @proto: the protocol, and not Base
 * @count: gets the number; ids are less than it
 *
 * Return: 0 or a negative &enum scmi_error.
 */
int scmi_count(struct scmi_chan *chan, uint32_t proto, uint32_t *count)
{
	uint32_t ret[4];
	int err;

	/* With power domains, the other words are about statistics. */
	err = scmi_command(chan, proto, SCMI_ATTRIBUTES, NULL, 0, ret,
			   proto == SCMI_POWER ? 4 : 1);
	*count = err ? 0 : ret[0] & 0xffff;

	return err;
}

static bool scmi_same(const uint32_t *words, const char *name)
{
	const char *is = (const char *)words;
	size_t i;

	for (i = 0; i < SCMI_NAME_WORDS * 4; i++) {
		if (is[i] != name[i])
			return false;
		if (!name[i])
			return true;
	}

	return false;
}

/**
 * scmi_find() - find a clock, line or domain
 * @chan: the channel
 * @proto: the protocol, and not Base
 * @name: what it is called; at most 15 characters
 * @id: gets its id
 *
 * Return: 0 or a negative &enum scmi_error.
 */
int scmi_find(struct scmi_chan *chan, uint32_t proto, const char *name, uint32_t *id)
{
	/* The name of a line comes after its latency, that of others before. */
	unsigned int at = proto == SCMI_RESET ? 2 : 1;
	uint32_t ret[2 + SCMI_NAME_WORDS], count, i;
	int words;

	words = scmi_count(chan, proto, &count);
	if (words)
		return words;

	for (i = 0; i < count; i++) {
		words = scmi_call(chan, proto, SCMI_DOMAIN_ATTRIBUTES, &i, 1, ret, 6);
		/* There may be holes. */
		if (words == SCMI_NOT_FOUND || words == SCMI_DENIED)
			continue;
		if (words < 0)
			return words;
		if ((unsigned int)words < at + SCMI_NAME_WORDS)
			return SCMI_BAD_REPLY;
		if (scmi_same(ret + at, name)) {
			*id = i;
			return 0;
		}
	}

	return SCMI_NOT_FOUND;
}

/*
 * What there is to be said to each kind of thing. All of them return 0 or a
 * negative enum scmi_error; with one, what they were to get is 0 or false.
 */

int scmi_clock_set(struct scmi_chan *chan, uint32_t id, bool on)
{
	const uint32_t args[] = { id, on, 0 };

	return scmi_command(chan, SCMI_CLOCK, SCMI_CLOCK_CONFIG_SET, args, 3, NULL, 0);
}

int scmi_clock_get(struct scmi_chan *chan, uint32_t id, bool *on)
{
	const uint32_t args[] = { id, 0 };
	uint32_t ret[3];
	int err;

	err = scmi_command(chan, SCMI_CLOCK, SCMI_CLOCK_CONFIG_GET, args, 2, ret, 3);
	*on = !err && ret[1] & 1;

	return err;
}

/* Rounded down, if the clock cannot make it */
int scmi_clock_rate_set(struct scmi_chan *chan, uint32_t id, uint64_t hz)
{
	const uint32_t args[] = { 0, id, (uint32_t)hz, (uint32_t)(hz >> 32) };

	return scmi_command(chan, SCMI_CLOCK, SCMI_CLOCK_RATE_SET, args, 4, NULL, 0);
}

int scmi_clock_rate_get(struct scmi_chan *chan, uint32_t id, uint64_t *hz)
{
	uint32_t ret[2];
	int err;

	err = scmi_command(chan, SCMI_CLOCK, SCMI_CLOCK_RATE_GET, &id, 1, ret, 2);
	*hz = err ? 0 : ret[0] | (uint64_t)ret[1] << 32;

	return err;
}

int scmi_reset_line(struct scmi_chan *chan, uint32_t id, bool asserted)
{
	const uint32_t args[] = { id, asserted ? 2 : 0, 0 };

	return scmi_command(chan, SCMI_RESET, SCMI_RESET_RESET, args, 3, NULL, 0);
}

int scmi_reset_pulse(struct scmi_chan *chan, uint32_t id)
{
	const uint32_t args[] = { id, 1, 0 };

	return scmi_command(chan, SCMI_RESET, SCMI_RESET_RESET, args, 3, NULL, 0);
}

int scmi_voltage_set(struct scmi_chan *chan, uint32_t id, bool on)
{
	const uint32_t args[] = { id, on ? SCMI_VOLTAGE_ON : SCMI_VOLTAGE_OFF };

	return scmi_command(chan, SCMI_VOLTAGE, SCMI_VOLTAGE_CONFIG_SET, args, 2, NULL, 0);
}

int scmi_voltage_get(struct scmi_chan *chan, uint32_t id, bool *on)
{
	uint32_t mode;
	int err;

	err = scmi_command(chan, SCMI_VOLTAGE, SCMI_VOLTAGE_CONFIG_GET, &id, 1, &mode, 1);
	*on = !err && mode == SCMI_VOLTAGE_ON;

	return err;
}

int scmi_voltage_level_set(struct scmi_chan *chan, uint32_t id, int32_t uv)
{
	const uint32_t args[] = { id, 0, (uint32_t)uv };

	return scmi_command(chan, SCMI_VOLTAGE, SCMI_VOLTAGE_LEVEL_SET, args, 3, NULL, 0);
}

int scmi_voltage_level_get(struct scmi_chan *chan, uint32_t id, int32_t *uv)
{
	uint32_t level;
	int err;

	err = scmi_command(chan, SCMI_VOLTAGE, SCMI_VOLTAGE_LEVEL_GET, &id, 1, &level, 1);
	*uv = err ? 0 : (int32_t)level;

	return err;
}

int scmi_power_set(struct scmi_chan *chan, uint32_t id, bool on)
{
	const uint32_t args[] = { 0, id, on ? SCMI_POWER_ON : SCMI_POWER_OFF };

	return scmi_command(chan, SCMI_POWER, SCMI_POWER_STATE_SET, args, 3, NULL, 0);
}

int scmi_power_get(struct scmi_chan *chan, uint32_t id, bool *on)
{
	uint32_t state;
	int err;

	err = scmi_command(chan, SCMI_POWER, SCMI_POWER_STATE_GET, &id, 1, &state, 1);
	*on = !err && state == SCMI_POWER_ON;

	return err;
}
