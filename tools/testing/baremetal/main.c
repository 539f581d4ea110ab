// SPDX-License-Identifier: GPL-2.0
/*
 * The test: an agent that has the device trio0 of the simulated hardware, over
 * ivshmem, at first polling and then with interrupts. Results are KTAP.
 *
 * Words of the command line:
 *
 *   peer=N vector=N	the platform's peer number, and the vector of its doorbell (0, 0)
 *   reply=N		the vector of ours, if it is another (a pair of one-way channels)
 *   area=N size=N	the channel's area in the shared memory, in bytes (0, 128)
 *   agent=NAME		what the platform has to call us
 *   wait=N		seconds until the platform has to be up (120)
 *   timeout=N		milliseconds that a command may take (20000)
 *   remoteproc		the platform is told of our restarts by a remoteproc driver
 *   keep		end with votes for everything
 */

#include "board.h"
#include "client.h"

#define SYN_MIN		1000000u
#define SYN_MAX		999999999u
#define UV_MIN		700000
#define UV_MAX		1300000
#define UV_STEP		25000

/* Anything that no reply is as long as */
#define WORDS	64

static struct ivshmem device;
static uint32_t peer, vector, reply;
static struct scmi_chan chan;
static const char *pass, *about;
static unsigned int tests, failures;

/* Words 0 to 3 of the reply to the command that is always asked */
static uint32_t vendor[4];

/* What there is, and how it was at first */
static uint32_t gate, syn, line, vdd, pd;
static uint64_t hz_before;
static int32_t uv_before;

/* A failure, too, to those who only count. */
void die(const char *fmt, ...)
{
	va_list args;

	say("not ok %u - goes on\nBail out! ", ++tests);
	va_start(args, fmt);
	say_args(fmt, args);
	va_end(args);
	say("\n");
	power_off();
}

static void test(bool good, const char *name)
{
	tests++;
	failures += !good;
	say("%sok %u - %s: %s: %s\n", good ? "" : "not ", tests, pass, about, name);
}

static void same(const char *name, int64_t want, int64_t got)
{
	test(want == got, name);
	if (want == got)
		return;
	say("# wanted: %ld\n#    got: %ld\n", want, got);
	/* It will not come back: the rest would take forever. */
	if (got == SCMI_NO_ANSWER || got == SCMI_NOT_FREE)
		die("the channel is stuck");
}

/* --- the board's part of the channel -------------------------------------- */

static void ring(void)
{
	ivshmem_ring(&device, peer, vector);
}

static uint32_t interrupts(void)
{
	return msi_count(reply);
}

static void sleep_on_interrupt(uint32_t seen, uint64_t until_us)
{
	msi_sleep(reply, seen, until_us);
}

static const char *argument(const char *name)
{
	const char *args = dt_command_line();
	size_t i;

	while (*args) {
		for (i = 0; name[i] && args[i] == name[i]; i++)
			;
		if (!name[i] && (args[i] == '=' || args[i] == ' ' || !args[i]))
			return args + i + (args[i] == '=');
		while (*args && *args != ' ')
			args++;
		while (*args == ' ')
			args++;
	}

	return NULL;
}

static uint32_t number(const char *name, uint32_t otherwise)
{
	const char *s = argument(name);
	uint32_t base = 10, val = 0, digit;

	if (!s)
		return otherwise;
	if (s[0] == '0' && s[1] == 'x') {
		base = 16;
		s += 2;
	}
	for (; *s && *s != ' '; s++) {
		digit = (uint32_t)(*s <= '9' ? *s - '0' : (*s | 0x20) - 'a' + 10);
		if (digit >= base)
			die("%s is no number", name);
		val = val * base + digit;
	}

	return val;
}

/* --- Base ------------------------------------------------------------------- */

static bool is_agent_name(const uint32_t *words)
{
	const char *want = argument("agent"), *is = (const char *)words;
	unsigned int i;

	for (i = 0; want && want[i] && want[i] != ' '; i++)
		if (i == 15 || is[i] != want[i])
			return false;

	return want ? !is[i] : is[0] != '\0';
}

/* Returns our id. */
static uint32_t base(void)
{
	static const uint8_t wanted[4] = { SCMI_POWER, SCMI_CLOCK, SCMI_RESET, SCMI_VOLTAGE };
	const uint32_t all = ~0u, none = 0, many = 5;
	uint32_t ret[WORDS], protos, version = 0, other;
	const uint8_t *list = (const uint8_t *)(ret + 1);
	bool good;
	int err;

	about = "base";
	err = scmi_version(&chan, SCMI_BASE, &version);
	same("version", 0, err);
	same("it is 2", 2, version >> 16);

	err = scmi_command(&chan, SCMI_BASE, SCMI_ATTRIBUTES, NULL, 0, &protos, 1);
	same("attributes", 0, err);
	same("four protocols", 4, err ? -1 : (int)(protos & 0xff));

	err = scmi_command(&chan, SCMI_BASE, SCMI_BASE_VENDOR, NULL, 0, vendor, 4);
	same("vendor", 0, err);
	((char *)vendor)[15] = '\0';
	test(vendor[0], "the vendor has a name");
	say("# vendor: %s\n", (char *)vendor);
	err = scmi_command(&chan, SCMI_BASE, SCMI_BASE_SUB_VENDOR, NULL, 0, ret, 4);
	same("sub-vendor", 0, err);
	err = scmi_command(&chan, SCMI_BASE, SCMI_BASE_IMPL_VERSION, NULL, 0, ret, 1);
	same("implementation version", 0, err);

	err = scmi_call(&chan, SCMI_BASE, SCMI_BASE_LIST_PROTOCOLS, &none, 1, ret, WORDS);
	same("list of protocols: words", 2, err);
	good = err == 2 && ret[0] == 4;
	for (err = 0; good && err < 4; err++)
		good = list[err] == wanted[err];
	test(good, "power, clock, reset and voltage");
	err = scmi_call(&chan, SCMI_BASE, SCMI_BASE_LIST_PROTOCOLS, &many, 1, ret, WORDS);
	same("list of protocols: beyond its end", SCMI_INVALID_PARAMETERS, err);

	err = scmi_command(&chan, SCMI_BASE, SCMI_BASE_DISCOVER_AGENT, &all, 1, ret, 5);
	same("who am I", 0, err);
	test(!err && ret[0] && is_agent_name(ret + 1), "I have an id and the right name");
	if (err)
		return 0;
	((char *)ret)[19] = '\0';
	say("# agent %u: %s\n", ret[0], (char *)(ret + 1));
	other = ret[0] + 1;
	same("who is another", SCMI_NOT_FOUND,
	     scmi_call(&chan, SCMI_BASE, SCMI_BASE_DISCOVER_AGENT, &other, 1, ret + 1, 5));

	return ret[0];
}

static void common(void)
{
	static const struct {
		uint32_t proto, major;
		const char *name;
	} protos[] = {
		{ SCMI_POWER, 3, "power" },
		{ SCMI_CLOCK, 3, "clock" },
		{ SCMI_RESET, 3, "reset" },
		{ SCMI_VOLTAGE, 2, "voltage" },
	};
	const uint32_t yes = SCMI_DOMAIN_ATTRIBUTES, no = 0x1f, far = 0x103;
	uint32_t version, attr;
	unsigned int i;
	int err;

	for (i = 0; i < sizeof(protos) / sizeof(*protos); i++) {
		about = protos[i].name;
		err = scmi_version(&chan, protos[i].proto, &version);
		same("version", protos[i].major, err ? err : (int)(version >> 16));
		err = scmi_command(&chan, protos[i].proto, SCMI_MESSAGE_ATTRIBUTES, &yes, 1,
				   &attr, 1);
		same("a message that there is", 0, err);
		err = scmi_command(&chan, protos[i].proto, SCMI_MESSAGE_ATTRIBUTES, &no, 1,
				   &attr, 1);
		same("one that there is not", SCMI_NOT_FOUND, err);
		err = scmi_command(&chan, protos[i].proto, SCMI_MESSAGE_ATTRIBUTES, &far, 1,
				   &attr, 1);
		same("nor of 256 more", SCMI_NOT_FOUND, err);
	}
}

/* The ids are the server's affair, the names those of the device's node. */
static void discover(void)
{
	static const struct {
		uint32_t proto;
		const char *name;
		uint32_t *id;
	} all[] = {
		{ SCMI_CLOCK, "gate", &gate },
		{ SCMI_CLOCK, "syn", &syn },
		{ SCMI_RESET, "line", &line },
		{ SCMI_VOLTAGE, "vdd", &vdd },
		{ SCMI_POWER, "pd", &pd },
	};
	unsigned int i;
	uint32_t id;
	int err;

	about = "find";
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		err = scmi_find(&chan, all[i].proto, all[i].name, all[i].id);
		same(all[i].name, 0, err);
		if (err)
			die("there is no \"%s\": is it the device trio0?", all[i].name);
	}
	err = scmi_find(&chan, SCMI_CLOCK, "sy", &id);
	same("half a name is none", SCMI_NOT_FOUND, err);
}

/* --- what there is -------------------------------------------------------------- */

static void same_state(const char *name, int err, bool on, bool want)
{
	same(name, want, err ? err : on);
}

static void same_rate(const char *name, uint64_t want)
{
	uint64_t hz;
	int err;

	err = scmi_clock_rate_get(&chan, syn, &hz);
	same(name, (int64_t)want, err ? err : (int64_t)hz);
}

static void same_level(const char *name, int32_t want)
{
	int32_t uv;
	int err;

	err = scmi_voltage_level_get(&chan, vdd, &uv);
	same(name, want, err ? err : uv);
}

static void clock_switch(uint32_t id)
{
	bool is;
	int err;

	same("on", 0, scmi_clock_set(&chan, id, true));
	same("again, which is the same", 0, scmi_clock_set(&chan, id, true));
	err = scmi_clock_get(&chan, id, &is);
	same_state("it is on", err, is, true);
	same("off", 0, scmi_clock_set(&chan, id, false));
	err = scmi_clock_get(&chan, id, &is);
	same_state("it is off", err, is, false);
}

static void clock(void)
{
	const uint32_t rates[] = { syn, 0 };
	const uint32_t async[] = { 1, syn, 100000000, 0 };
	const uint32_t flags[] = { 0xf0, syn, 100000000, 0 };
	const uint32_t odd[] = { syn, 2, 0 }, before3[] = { syn, 0 };
	uint32_t ret[WORDS];
	uint64_t hz;
	bool on;
	int err;

	about = "gate";
	err = scmi_clock_rate_get(&chan, gate, &hz);
	same("rate", 0, err);
	test(hz, "it has one");
	clock_switch(gate);

	about = "syn";
	err = scmi_call(&chan, SCMI_CLOCK, SCMI_CLOCK_DESCRIBE_RATES, rates, 2, ret, WORDS);
	same("rates", 7, err);
	test(err == 7 && ret[0] == (BIT(12) | 3), "they are a range");
	test(err == 7 && ret[1] == SYN_MIN && !ret[2] && ret[3] == SYN_MAX && !ret[4] &&
	     ret[5] == 1 && !ret[6], "of 1 MHz to 1 GHz");

	same("100 MHz", 0, scmi_clock_rate_set(&chan, syn, 100000000));
	same_rate("it has 100 MHz", 100000000);
	same("an odd rate", 0, scmi_clock_rate_set(&chan, syn, 123456789));
	same_rate("it has it", 123456789);
	clock_switch(syn);
	same_rate("the rate stays", 123456789);
	same("on", 0, scmi_clock_set(&chan, syn, true));
	same("another rate meanwhile", 0, scmi_clock_rate_set(&chan, syn, 7654321));
	same_rate("it has that", 7654321);

	same("no rate at all", SCMI_INVALID_PARAMETERS, scmi_clock_rate_set(&chan, syn, 0));
	same("asynchronously", SCMI_NOT_SUPPORTED,
	     scmi_call(&chan, SCMI_CLOCK, SCMI_CLOCK_RATE_SET, async, 4, ret, WORDS));
	same("reserved flags", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_CLOCK, SCMI_CLOCK_RATE_SET, flags, 4, ret, WORDS));
	same("neither on nor off", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_CLOCK, SCMI_CLOCK_CONFIG_SET, odd, 3, ret, WORDS));
	same("no such clock", SCMI_NOT_FOUND, scmi_clock_rate_set(&chan, 4711, 100000000));
	same("nor beyond 16 bits", SCMI_NOT_FOUND, scmi_clock_rate_set(&chan, syn | BIT(16), 1));
	same_rate("none of them changes anything", 7654321);
	err = scmi_clock_get(&chan, syn, &on);
	same_state("nor the state", err, on, true);

	/* As a client of version 2 would */
	same("off, in the older form", 0,
	     scmi_call(&chan, SCMI_CLOCK, SCMI_CLOCK_CONFIG_SET, before3, 2, ret, WORDS));
	err = scmi_clock_get(&chan, syn, &on);
	same_state("it is off", err, on, false);
}

static void reset(void)
{
	const uint32_t flags[] = { line, 0xf8, 0 }, state[] = { line, 2, 0xff };
	uint32_t ret[WORDS];

	about = "line";
	same("assert", 0, scmi_reset_line(&chan, line, true));
	same("again", 0, scmi_reset_line(&chan, line, true));
	same("deassert", 0, scmi_reset_line(&chan, line, false));
	same("pulse", 0, scmi_reset_pulse(&chan, line));
	same("no such line", SCMI_NOT_FOUND, scmi_reset_line(&chan, 4711, true));
	same("reserved flags", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_RESET, SCMI_RESET_RESET, flags, 3, ret, WORDS));
	same("an unknown state", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_RESET, SCMI_RESET_RESET, state, 3, ret, WORDS));
}

static void voltage(void)
{
	const uint32_t levels[] = { vdd, 0 }, mode[] = { vdd, 3 };
	uint32_t ret[WORDS];
	bool on;
	int err;

	about = "vdd";
	err = scmi_call(&chan, SCMI_VOLTAGE, SCMI_VOLTAGE_DESCRIBE_LEVELS, levels, 2, ret, WORDS);
	same("levels", 4, err);
	test(err == 4 && ret[0] == (BIT(12) | 3) && ret[1] == UV_MIN && ret[2] == UV_MAX &&
	     ret[3] == UV_STEP, "0.7 V to 1.3 V");

	same("0.9 V", 0, scmi_voltage_level_set(&chan, vdd, 900000));
	same_level("it has 0.9 V", 900000);
	same("on", 0, scmi_voltage_set(&chan, vdd, true));
	err = scmi_voltage_get(&chan, vdd, &on);
	same_state("it is on", err, on, true);
	same("1.3 V meanwhile", 0, scmi_voltage_level_set(&chan, vdd, UV_MAX));
	same_level("it has 1.3 V", UV_MAX);

	same("between two levels", SCMI_INVALID_PARAMETERS,
	     scmi_voltage_level_set(&chan, vdd, 900001));
	same("too high", SCMI_INVALID_PARAMETERS,
	     scmi_voltage_level_set(&chan, vdd, UV_MAX + UV_STEP));
	same("below nothing", SCMI_INVALID_PARAMETERS,
	     scmi_voltage_level_set(&chan, vdd, -UV_MIN));
	same("an unknown mode", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_VOLTAGE, SCMI_VOLTAGE_CONFIG_SET, mode, 2, ret, WORDS));
	same("no such supply", SCMI_NOT_FOUND, scmi_voltage_level_set(&chan, 4711, 900000));
	same_level("none of them changes anything", UV_MAX);

	same("off", 0, scmi_voltage_set(&chan, vdd, false));
	err = scmi_voltage_get(&chan, vdd, &on);
	same_state("it is off", err, on, false);
}

static void power(void)
{
	const uint32_t state[] = { 0, pd, 0xff000000 }, async[] = { 1, pd, 0 };
	uint32_t ret[WORDS];
	bool on;
	int err;

	about = "pd";
	same("on", 0, scmi_power_set(&chan, pd, true));
	same("again", 0, scmi_power_set(&chan, pd, true));
	err = scmi_power_get(&chan, pd, &on);
	same_state("it is on", err, on, true);
	same("off", 0, scmi_power_set(&chan, pd, false));
	err = scmi_power_get(&chan, pd, &on);
	same_state("it is off", err, on, false);
	same("an unknown state", SCMI_INVALID_PARAMETERS,
	     scmi_call(&chan, SCMI_POWER, SCMI_POWER_STATE_SET, state, 3, ret, WORDS));
	same("asynchronously", SCMI_NOT_SUPPORTED,
	     scmi_call(&chan, SCMI_POWER, SCMI_POWER_STATE_SET, async, 3, ret, WORDS));
	same("no such domain", SCMI_NOT_FOUND, scmi_power_set(&chan, 4711, true));
}

static void vote_for_everything(void)
{
	about = "votes";
	same("rate", 0, scmi_clock_rate_set(&chan, syn, 200000000));
	same("syn", 0, scmi_clock_set(&chan, syn, true));
	same("gate", 0, scmi_clock_set(&chan, gate, true));
	same("line", 0, scmi_reset_line(&chan, line, true));
	same("level", 0, scmi_voltage_level_set(&chan, vdd, 1000000));
	same("vdd", 0, scmi_voltage_set(&chan, vdd, true));
	same("pd", 0, scmi_power_set(&chan, pd, true));
}

static void no_votes(void)
{
	bool on;
	int err;

	about = "no votes";
	err = scmi_clock_get(&chan, gate, &on);
	same_state("gate", err, on, false);
	err = scmi_clock_get(&chan, syn, &on);
	same_state("syn", err, on, false);
	err = scmi_voltage_get(&chan, vdd, &on);
	same_state("vdd", err, on, false);
	err = scmi_power_get(&chan, pd, &on);
	same_state("pd", err, on, false);
	same_rate("the rate is what it was", hz_before);
	same_level("the level, too", uv_before);
}

/* --- bad input ------------------------------------------------------------------- */

/* What is always answered in the same way */
static int vendor_again(void)
{
	uint32_t ret[4];
	unsigned int i;
	int err;

	err = scmi_command(&chan, SCMI_BASE, SCMI_BASE_VENDOR, NULL, 0, ret, 4);
	((char *)ret)[15] = '\0';
	for (i = 0; !err && i < 4; i++)
		if (ret[i] != vendor[i])
			err = SCMI_BAD_REPLY;

	return err;
}

/* One that is to be refused with @want, and a good one after it */
static void refused(const char *name, uint32_t header, uint32_t length, int want, bool error)
{
	/* A command of Base with no arguments does not look at them. */
	uint32_t junk[WORDS], ret[WORDS], status;
	uint32_t words = (chan.size - SMT_HEAD - 4) / 4;
	unsigned int i;
	int err;

	for (i = 0; i < WORDS; i++)
		junk[i] = 0xa5a5a5a5;
	if (words > WORDS)
		words = WORDS;

	about = name;
	err = scmi_exchange(&chan, header, length, junk, words);
	status = chan.area[SMT_STATUS];
	same("refused", want, err ? err : scmi_reply(&chan, header, ret, WORDS));
	same("the channel's status", error ? SMT_FREE | SMT_ERROR : SMT_FREE, status);
	same("the next one is answered", 0, vendor_again());
	same("the error is forgotten", SMT_FREE, chan.area[SMT_STATUS]);
}

static uint32_t header_of(uint32_t proto, uint32_t cmd)
{
	return scmi_header(proto, cmd, chan.token++);
}

static void bad_input(void)
{
	const uint32_t room = chan.size - SMT_HEAD;
	uint32_t good = header_of(SCMI_BASE, SCMI_BASE_VENDOR), ret[WORDS], i;
	int err;

	refused("length 0", good, 0, SCMI_PROTOCOL_ERROR, true);
	refused("length 3", good, 3, SCMI_PROTOCOL_ERROR, true);
	refused("longer than the area", good, room + 1, SCMI_PROTOCOL_ERROR, true);
	refused("as long as can be", good, ~0u, SCMI_PROTOCOL_ERROR, true);
	refused("negative", good, 0x80000004, SCMI_PROTOCOL_ERROR, true);
	refused("as long as the area", good, room, SCMI_PROTOCOL_ERROR, false);
	refused("length 5", good, 5, SCMI_PROTOCOL_ERROR, false);
	refused("length 7", good, 7, SCMI_PROTOCOL_ERROR, false);
	refused("an argument too many", good, 8, SCMI_PROTOCOL_ERROR, false);
	refused("one too few", header_of(SCMI_BASE, SCMI_BASE_DISCOVER_AGENT), 4,
		SCMI_PROTOCOL_ERROR, false);
	refused("type 1", good | BIT(8), 4, SCMI_PROTOCOL_ERROR, false);
	refused("type 2", good | 2u << 8, 4, SCMI_PROTOCOL_ERROR, false);
	refused("type 3", good | 3u << 8, 4, SCMI_PROTOCOL_ERROR, false);
	refused("type 3, length 3", good | 3u << 8, 3, SCMI_PROTOCOL_ERROR, true);
	refused("protocol 0", header_of(0, SCMI_VERSION), 4, SCMI_NOT_SUPPORTED, false);
	refused("protocol 0x0f", header_of(0x0f, SCMI_VERSION), 4, SCMI_NOT_SUPPORTED, false);
	refused("protocol 0x1f", header_of(0x1f, SCMI_VERSION), 4, SCMI_NOT_SUPPORTED, false);
	refused("protocol 0xff", header_of(0xff, SCMI_VERSION), 4, SCMI_NOT_SUPPORTED, false);
	refused("protocol 0x50, 0x10 but for a bit", header_of(0x50, SCMI_VERSION), 4,
		SCMI_NOT_SUPPORTED, false);
	refused("message 0x1f", header_of(SCMI_BASE, 0x1f), 4, SCMI_NOT_FOUND, false);
	refused("message 0x23, 0x3 but for a bit", header_of(SCMI_BASE, 0x23), 4, SCMI_NOT_FOUND,
		false);
	refused("message 0xff", header_of(SCMI_BASE, 0xff), 4, SCMI_NOT_FOUND, false);
	refused("a clock that there is not", header_of(SCMI_CLOCK, SCMI_CLOCK_RATE_GET), 8,
		SCMI_NOT_FOUND, false);

	/* What is reserved in a header comes back. */
	about = "odd, but good";
	good |= 0xf0000000;
	err = scmi_exchange(&chan, good, 4, NULL, 0);
	same("reserved bits of the header", 4, err ? err : scmi_reply(&chan, good, ret, WORDS));

	/* What is reserved in the area means nothing. */
	chan.area[0] = ~0u;
	chan.area[2] = ~0u;
	chan.area[3] = ~0u;
	same("reserved words of the area", 0, vendor_again());
	chan.area[0] = 0;
	chan.area[2] = 0;
	chan.area[3] = 0;

	/* Doorbells without a command, or more than one for it */
	for (i = 0; i < 64; i++)
		ring();
	same("after doorbells for nothing", 0, vendor_again());
	for (i = 0; i < 16; i++) {
		ring();
		err = vendor_again();
		if (err)
			break;
	}
	same("among doorbells for nothing", 0, err);
}

/* The agent of before died just before it rang: the next one rings for it. */
static void never_rung(void)
{
	chan.area[SMT_FLAGS] = 0;
	chan.area[SMT_LENGTH] = 4;
	chan.area[SMT_HEADER] = header_of(SCMI_BASE, SCMI_BASE_SUB_VENDOR);
	chan.area[SMT_STATUS] = 0;
	same("a command that was left", 0, scmi_start(&chan, chan.timeout_us));
	same("and then a new one", 0, vendor_again());
}

/*
 * The area is taken back although the platform may have it. What it does with it
 * then is our fault; but it may not be stuck.
 */
static void taken_back(void)
{
	bool interrupt = chan.interrupt;
	unsigned int i;
	int err = 0;

	for (i = 0; i < 8; i++) {
		chan.area[SMT_FLAGS] = 0;
		chan.area[SMT_LENGTH] = 4;
		chan.area[SMT_HEADER] = header_of(SCMI_BASE, SCMI_BASE_VENDOR);
		chan.area[SMT_STATUS] = 0;
		ring();
		chan.area[SMT_STATUS] = SMT_FREE;
	}
	/* Its reply may come now, in place of ours, and without an interrupt. */
	chan.interrupt = false;
	for (i = 0; i < 8; i++) {
		err = vendor_again();
		if (!err)
			break;
	}
	same("a command that was taken back", 0, err);
	chan.interrupt = interrupt;
	for (i = 0, err = 0; i < 8 && !err; i++)
		err = vendor_again();
	same("and all is in order again", 0, err);
}

/* --- all of it ---------------------------------------------------------------- */

static void run(const char *name, bool interrupt)
{
	uint32_t interrupts_before = interrupts(), commands_before = chan.commands;
	bool first = !pass;
	uint32_t args[2];

	pass = name;
	chan.interrupt = interrupt;

	/* This begins with the version of Base: another agent than that of before. */
	args[0] = base();
	args[1] = 0;
	if (first) {
		common();
		discover();
		same("rate", 0, scmi_clock_rate_get(&chan, syn, &hz_before));
		same("level", 0, scmi_voltage_level_get(&chan, vdd, &uv_before));
	} else if (argument("remoteproc")) {
		about = "votes";
		/* Only its driver tells one from the other. */
		same("drop the votes of before", 0, scmi_command(&chan, SCMI_BASE,
								 SCMI_BASE_RESET_AGENT, args, 2,
								 NULL, 0));
	}
	no_votes();
	clock();
	reset();
	voltage();
	power();
	bad_input();
	about = "channel";
	same("interrupts", interrupt ? chan.commands - commands_before : 0,
	     interrupts() - interrupts_before);
	never_rung();
	taken_back();

	vote_for_everything();
	if (first || argument("keep"))
		return;
	same("drop all votes", 0, scmi_command(&chan, SCMI_BASE, SCMI_BASE_RESET_AGENT, args, 2,
					       NULL, 0));
	no_votes();
}

static void channel_init(void)
{
	uint32_t area = number("area", 0), size = number("size", 128);

	peer = number("peer", 0);
	vector = number("vector", 0);
	reply = number("reply", vector);
	if (reply >= device.vectors)
		die("the device has %u vectors only", device.vectors);
	if (area % 4 || size % 4 || size < SMT_HEAD + SMT_REPLY + 96 || size > device.size ||
	    area > device.size - size)
		die("no such area: 0x%x bytes at 0x%x of 0x%lx", size, area, device.size);

	chan.area = device.memory + area / 4;
	chan.size = size;
	chan.timeout_us = number("timeout", 20000) * 1000;
	chan.ring = ring;
	chan.now_us = now_us;
	chan.interrupts = interrupts;
	chan.sleep = sleep_on_interrupt;

	say("# peer %u, platform %u, vectors %u and %u, area of 0x%x bytes at 0x%x\n",
	    ivshmem_id(&device), peer, vector, reply, size, area);
	ivshmem_wait(&device, reply);
	if (scmi_start(&chan, number("wait", 120) * 1000000ull))
		die("the platform does not come up");
}

int main(void)
{
	board_init();
	gic_init();
	ivshmem_init(&device);
	say("KTAP version 1\n");
	channel_init();

	run("poll", false);
	run("interrupt", true);

	say("1..%u\n# %u failed\n", tests, failures);
	return 0;
}
