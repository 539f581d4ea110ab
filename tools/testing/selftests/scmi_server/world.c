// SPDX-License-Identifier: GPL-2.0
/*
 * The acts of rules.h, done to the kernel. See world.h.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

#define AGENTS_DIR	"/sys/kernel/config/scmi_server/agents"
#define HW_DIR		"/sys/kernel/debug/scmi_simhw"
#define HOST_DIR	"/sys/kernel/debug/scmi_consumer/fe940000.host-user"
#define RAW		"/sys/kernel/debug/scmi/0/raw/message"
/* The client itself waits a minute for a virtio server. */
#define RAW_TIMEOUT	(70 * 1000)

static const char *const devices[AGENTS] = {
	"fe910000.trio0", "fe920000.trio1", "fe930000.trio2",
};

static const char *const dirs[KINDS] = {
	"clock0", "clock1", "supply-vdd", "reset0", "power0",
};

static const char *const hw_on[KINDS] = {
	HW_DIR "/gate5/enabled", HW_DIR "/syn/enabled", HW_DIR "/supplies/vshared/enabled",
	HW_DIR "/resets/r5/asserted", HW_DIR "/domains/shared/on",
};

static const char *const host_on[KINDS] = {
	"gate/enabled", "syn/enabled", "supplies/vdd/enabled", NULL, "power",
};

static const char *const kind_names[KINDS] = {
	"gate", "syn", "supply", "line", "domain",
};

const char *const policy_names[POLICIES] = { "range", "shared", "floor", "exclusive" };

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "# ");
	vfprintf(stderr, fmt, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(2);
}

/* --- files ------------------------------------------------------------------- */

int write_file(const char *value, const char *fmt, ...)
{
	char path[256];
	va_list args;
	int fd, err;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);

	return err;
}

static int write_number(uint64_t value, const char *path)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)value);
	return write_file(buf, "%s", path);
}

/* Files of debugfs are read from their beginning only, so once each time. */
static bool find_number(const char *path, uint64_t *value)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	char buf[24];

	if (fd >= 0) {
		n = read(fd, buf, sizeof(buf) - 1);
		close(fd);
	}
	if (n <= 0)
		return false;
	buf[n] = '\0';
	*value = strtoull(buf, NULL, 0);

	return true;
}

static uint64_t read_number(const char *path)
{
	uint64_t value;

	if (!find_number(path, &value))
		die("%s: %s", path, strerror(errno));

	return value;
}

/* agent_file() - path of a file in configfs; @kind -1: of the device, -2: the agent */
const char *agent_file(int a, int kind, const char *file)
{
	static __thread char path[192];

	if (kind == -2)
		snprintf(path, sizeof(path), AGENTS_DIR "/m%d/%s", a, file);
	else if (kind == -1)
		snprintf(path, sizeof(path), AGENTS_DIR "/m%d/devices/%s/%s", a, devices[a],
			 file);
	else
		snprintf(path, sizeof(path), AGENTS_DIR "/m%d/devices/%s/%s/%s", a, devices[a],
			 dirs[kind], file);

	return path;
}

/* --- messages ---------------------------------------------------------------- */

/*
 * Through the stock client. The offset of the file tells replies apart, so each
 * message has a file of its own.
 */
static int raw_msg(const char *raw, unsigned int proto, unsigned int cmd, const uint32_t *words,
		   size_t n, struct vs_reply *reply)
{
	static unsigned int token;
	uint32_t msg[1 + VS_WORDS], got[2 + VS_WORDS];
	struct pollfd pfd = { .events = POLLIN };
	ssize_t len = -1;
	size_t i;

	token = (token + 1) & 0x3ff;
	msg[0] = htole32(cmd | proto << 10 | token << 18);
	for (i = 0; i < n; i++)
		msg[1 + i] = htole32(words[i]);

	pfd.fd = open(raw, O_RDWR | O_CLOEXEC);
	if (pfd.fd < 0)
		return -errno;
	if (write(pfd.fd, msg, 4 + 4 * n) == (ssize_t)(4 + 4 * n) &&
	    poll(&pfd, 1, RAW_TIMEOUT) == 1)
		len = read(pfd.fd, got, sizeof(got));
	close(pfd.fd);
	if (len < 8 || len % 4 || got[0] != msg[0])
		return -EPROTO;

	reply->status = le32toh(got[1]);
	reply->n = len / 4 - 2;
	for (i = 0; i < reply->n; i++)
		reply->words[i] = le32toh(got[2 + i]);

	return 0;
}

/**
 * struct message - a message to be sent
 * @proto: protocol
 * @cmd: command
 * @n: words behind the header
 * @words: these
 */
struct message {
	unsigned int proto, cmd;
	size_t n;
	uint32_t words[4];
};

#define MESSAGE(_proto, _cmd, ...) ((struct message) {			\
	.proto = (_proto), .cmd = (_cmd), .words = { __VA_ARGS__ },	\
	.n = sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t),	\
})

static struct message permit(const struct member *whom, unsigned int mask, bool allow)
{
	static const struct {
		unsigned int mask, proto;
	} one[] = { { CLOCK, 0x14 }, { VOLTAGE, 0x17 }, { RESET, 0x16 }, { POWER, 0x11 } };
	unsigned int i;

	if (mask == ALL_PROTOS)
		return MESSAGE(0x10, 9, whom->agent_id, whom->device_id, allow);
	for (i = 0; one[i].mask != mask; i++)
		;

	return MESSAGE(0x10, 0xa, whom->agent_id, whom->device_id, one[i].proto, allow);
}

static struct message encode(const struct world *w, const struct member *m, const struct op *op)
{
	static const uint32_t line_flags[] = {
		[LINE_DEASSERT] = 0, [LINE_ASSERT] = 2, [LINE_PULSE] = 1,
	};
	uint32_t id = m->id[op->kind];

	switch (op->act) {
	case MSG_STATE:
		if (op->kind == DOMAIN)
			return MESSAGE(0x11, 4, 0, id, op->value ? 0 : 1u << 30);
		if (op->kind == SUPPLY)
			return MESSAGE(0x17, 5, id, op->value ? 7 : 0);
		return MESSAGE(0x14, 7, id, op->value, 0);
	case MSG_RATE:
		return MESSAGE(0x14, 5, 0, id, op->value, op->value >> 32);
	case MSG_LEVEL:
		return MESSAGE(0x17, 7, id, 0, op->value);
	case MSG_RESET:
		return MESSAGE(0x16, 4, id, line_flags[op->value], 0);
	case MSG_READ_STATE:
		if (op->kind == DOMAIN)
			return MESSAGE(0x11, 5, id);
		if (op->kind == SUPPLY)
			return MESSAGE(0x17, 6, id);
		return MESSAGE(0x14, 0xb, id, 0);
	case MSG_READ_VALUE:
		if (op->kind == SUPPLY)
			return MESSAGE(0x17, 8, id);
		return MESSAGE(0x14, 6, id);
	case MSG_PERMIT:
		return permit(&w->member[op->b], op->mask, op->value);
	case MSG_FORGET:
		return MESSAGE(0x10, 0xb, w->member[op->b].agent_id, op->value);
	case MSG_VERSION:
		return (struct message){ .proto = 0x10 };
	default:
		die("act %d is no message", op->act);
	}
}

static void decode(struct op *op, const struct vs_reply *reply)
{
	if (op->act == MSG_READ_STATE)
		op->value = op->kind == DOMAIN ? !reply->words[0] :
			    op->kind == SUPPLY ? reply->words[0] == 7 : reply->words[1] & 1;
	else if (op->act == MSG_READ_VALUE)
		op->value = op->kind == SUPPLY ? reply->words[0] :
			    reply->words[0] | (uint64_t)reply->words[1] << 32;
}

/**
 * member_try() - an agent sends a message
 * @w: the world
 * @m: the agent
 * @op: which; an answer goes to @value
 * @status: SCMI's status
 *
 * Return: 0, or a negative errno if the channel failed.
 */
int member_try(const struct world *w, struct member *m, struct op *op, int *status)
{
	const struct message msg = encode(w, m, op);
	struct vs_reply reply;
	int err;

	err = m->node ? vs_msg(&m->chan, msg.proto, msg.cmd, msg.words, msg.n, &reply) :
			raw_msg(m->raw, msg.proto, msg.cmd, msg.words, msg.n, &reply);
	if (err)
		return err;

	*status = reply.status;
	if (!reply.status)
		decode(op, &reply);

	return 0;
}

/* member_do() - the same, for those whose channel does not fail; returns the status */
static int member_do(const struct world *w, struct member *m, struct op *op)
{
	int status, err = member_try(w, m, op, &status);

	if (err)
		die("a message of agent %u: %s", m->agent_id, strerror(-err));

	return status;
}

/* member_send() - an agent sends a message, and does not wait */
void member_send(const struct world *w, struct member *m, const struct op *op)
{
	const struct message msg = encode(w, m, op);
	int err = vs_send(&m->chan, msg.proto, msg.cmd, msg.words, msg.n);

	if (err < 0)
		die("message %x/%x of agent %u: %s", msg.proto, msg.cmd, m->agent_id,
		    strerror(-err));
}

/* member_receive() - the status of the first that is not answered */
int member_receive(struct member *m)
{
	struct vs_reply reply;
	int err = vs_receive(&m->chan, &reply, VS_TIMEOUT_MS);

	if (err < 0)
		die("a message of agent %u: %s", m->agent_id, strerror(-err));

	return reply.status;
}

/* --- everything ---------------------------------------------------------------- */

static const struct {
	unsigned int bit;
	const char *word;
} access_words[] = {
	{ GET, "get" }, { STATE, "state" }, { RATE, "rate" }, { LEVEL, "level" },
	{ PARENT, "parent" }, { ASSERT, "assert" }, { PULSE, "pulse" }, { NOTIFY, "notify" },
}, denied_words[] = {
	{ POWER, "power" }, { CLOCK, "clock" }, { RESET, "reset" }, { VOLTAGE, "voltage" },
};

#define WORDS(bits, words, buf) do {					\
	unsigned int _i;						\
									\
	*(buf) = '\0';							\
	for (_i = 0; _i < sizeof(words) / sizeof((words)[0]); _i++)	\
		if ((bits) & (words)[_i].bit)				\
			strcat(strcat(buf, *(buf) ? " " : ""), (words)[_i].word); \
	if (!*(buf))							\
		strcpy(buf, "none");					\
} while (0)

/* access_text() - as configfs has it; @buf has 64 bytes */
void access_text(unsigned int access, char *buf)
{
	WORDS(access, access_words, buf);
}

/* denied_text() - likewise */
void denied_text(unsigned int denied, char *buf)
{
	WORDS(denied, denied_words, buf);
}

static int set_words(const struct op *op)
{
	char buf[64];

	if (op->act == CFG_ACCESS) {
		access_text(op->mask, buf);
		return write_file(buf, "%s", agent_file(op->a, op->kind, "access"));
	}
	denied_text(op->mask, buf);

	return write_file(buf, "%s", agent_file(op->a, -1, "denied"));
}

static int host_uv(uint64_t min, uint64_t max)
{
	char buf[48];

	snprintf(buf, sizeof(buf), "%llu %llu", (unsigned long long)min,
		 (unsigned long long)max);
	return write_file(buf, HOST_DIR "/supplies/vdd/uv");
}

static int host_state(enum kind kind, uint64_t on)
{
	return write_file(on ? "1" : "0", HOST_DIR "/%s", host_on[kind]);
}

/**
 * world_do() - somebody does something
 * @w: the world
 * @op: what; an answer goes to @value
 *
 * Return: its result, as rules_apply() has it.
 */
int world_do(struct world *w, struct op *op)
{
	struct member *m = &w->member[op->a];
	bool syn = op->kind == SYN;

	switch (op->act) {
	case CFG_ACCESS:
	case CFG_DENIED:
		return set_words(op);
	case CFG_MIN:
		return write_number(op->value, agent_file(op->a, op->kind,
							  syn ? "rate_min_hz" : "min_uv"));
	case CFG_MAX:
		return write_number(op->value, agent_file(op->a, op->kind,
							  syn ? "rate_max_hz" : "max_uv"));
	case CFG_POLICY:
		return write_file(policy_names[op->value], "%s",
				  agent_file(op->a, SYN, "rate_policy"));
	case CFG_SHARED:
		return write_number(op->value, agent_file(op->a, -1, "shared"));
	case CFG_ENABLE:
		return write_number(op->value, agent_file(op->a, -1, "enable"));
	case CFG_LIVE:
		return write_number(op->value, agent_file(op->a, -2, "live"));
	case CFG_TRUSTED:
		return write_number(op->value, agent_file(op->a, -2, "trusted"));
	case CFG_RESET:
		return write_number(1, agent_file(op->a, -2, "reset"));
	case VMM_KILL:
		vs_close(&m->chan);
		return 0;
	case VMM_START:
		return vs_open(&m->chan, m->node);
	case HOST_STATE:
		return host_state(op->kind, op->value);
	case HOST_RATE:
		return write_number(op->value, HOST_DIR "/syn/rate");
	case HOST_UV:
		return host_uv(op->value, op->value2);
	default:
		return member_do(w, m, op);
	}
}

/**
 * world_look() - see what the hardware does
 * @hw: where that goes
 */
void world_look(struct hw *hw)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		hw->on[kind] = read_number(hw_on[kind]);
	hw->hz = read_number(HW_DIR "/syn/rate");
	hw->uv = read_number(HW_DIR "/supplies/vshared/uv");
}

/* agent_holds() - whether an agent has any vote, as debugfs says */
bool agent_holds(int a)
{
	FILE *f = fopen("/sys/kernel/debug/scmi_server/resources", "r");
	char line[256], start[8], *vote;
	bool holds = false;

	if (!f)
		die("no list of resources: %s", strerror(errno));
	/* "  m0:DEVICE/RESOURCE id N: off, 5 Hz, ..." or "on", "none", "asserted"... */
	snprintf(start, sizeof(start), "  m%d:", a);
	while (fgets(line, sizeof(line), f)) {
		vote = strstr(line, ": ");
		if (strncmp(line, start, strlen(start)) || !vote)
			continue;
		vote += 2;
		if (!strncmp(vote, "none", 4))
			continue;
		holds |= strncmp(vote, "off", 3) ||
			 (!strncmp(vote, "off, ", 5) && vote[5] >= '0' && vote[5] <= '9');
	}
	fclose(f);

	return holds;
}

/**
 * member_find() - look which ids an agent's resources have
 * @m: the agent
 * @a: its number
 *
 * Return: whether all of them are there.
 */
bool member_find(struct member *m, int a)
{
	uint64_t value;
	int kind;

	if (!find_number(agent_file(a, -2, "agent_id"), &value))
		return false;
	m->agent_id = value;
	if (!find_number(agent_file(a, -1, "device_id"), &value))
		return false;
	m->device_id = value;
	for (kind = 0; kind < KINDS; kind++) {
		if (!find_number(agent_file(a, kind, "id"), &value))
			return false;
		m->id[kind] = value;
	}

	return true;
}

/* The file of a client's raw mode, or %NULL if it is none. */
static const char *client_of(const char *node)
{
	if (!node)
		return NULL;

	return !strcmp(node, "raw") ? RAW : !strncmp(node, "mbox:", 5) ? node + 5 : NULL;
}

/**
 * world_init() - look what there is
 * @w: the world
 * @nodes: nodes of vhost-vdpa; "raw" is for the stock client, "mbox:FILE" for one
 *	with a mailbox and the file of its raw mode; %NULL: nothing yet
 *
 * The agents exist, with their devices and channels.
 */
void world_init(struct world *w, const char *const nodes[AGENTS])
{
	int a;

	memset(w, 0, sizeof(*w));
	for (a = 0; a < AGENTS; a++) {
		struct member *m = &w->member[a];

		m->raw = client_of(nodes[a]);
		if (!m->raw)
			m->node = nodes[a];
		m->chan.fd = -1;
		m->chan.kick = -1;
		m->chan.call = -1;
		if (!member_find(m, a))
			die("agent m%d is not there, or not all that it should have", a);
	}
}

/* --- for people ------------------------------------------------------------------ */

static const char *const act_names[ACTS] = {
	[MSG_STATE] = "state", [MSG_RATE] = "rate", [MSG_LEVEL] = "level",
	[MSG_RESET] = "reset", [MSG_READ_STATE] = "read-state",
	[MSG_READ_VALUE] = "read-value", [MSG_PERMIT] = "permit", [MSG_FORGET] = "forget",
	[MSG_VERSION] = "version", [CFG_RESET] = "reset-agent",
	[CFG_ACCESS] = "set-access", [CFG_MIN] = "set-min", [CFG_MAX] = "set-max",
	[CFG_POLICY] = "set-policy", [CFG_DENIED] = "set-denied", [CFG_SHARED] = "set-shared",
	[CFG_ENABLE] = "enable", [CFG_LIVE] = "live", [CFG_TRUSTED] = "set-trusted",
	[VMM_KILL] = "vmm-kill", [VMM_START] = "vmm-start", [HOST_STATE] = "host-state",
	[HOST_RATE] = "host-rate", [HOST_UV] = "host-uv",
};

const char *act_name(enum act act)
{
	return act_names[act];
}

/* op_print() - one act, in words and without newline */
void op_print(const struct op *op)
{
	char buf[64];

	if (op->act < HOST_STATE)
		printf("m%d ", op->a);
	printf("%s", act_names[op->act]);

	switch (op->act) {
	case MSG_STATE:
	case MSG_READ_STATE:
	case MSG_READ_VALUE:
	case CFG_MIN:
	case CFG_MAX:
	case HOST_STATE:
		printf(" %s", kind_names[op->kind]);
		break;
	case CFG_ACCESS:
		access_text(op->mask, buf);
		printf(" %s \"%s\"", kind_names[op->kind], buf);
		return;
	case CFG_DENIED:
		denied_text(op->mask, buf);
		printf(" \"%s\"", buf);
		return;
	case CFG_POLICY:
		printf(" %s", policy_names[op->value]);
		return;
	case MSG_PERMIT:
		denied_text(op->mask, buf);
		printf(" m%d \"%s\"", op->b, buf);
		break;
	case MSG_FORGET:
		printf(" m%d", op->b);
		break;
	case VMM_KILL:
	case VMM_START:
	case MSG_VERSION:
	case CFG_RESET:
		return;
	default:
		break;
	}
	printf(" %llu", (unsigned long long)op->value);
	if (op->act == HOST_UV)
		printf("..%llu", (unsigned long long)op->value2);
}

/* hw_print() - the hardware, in a line */
void hw_print(const char *who, const struct hw *hw)
{
	int kind;

	printf("# %s:", who);
	for (kind = 0; kind < KINDS; kind++)
		printf(" %s %d", kind_names[kind], hw->on[kind]);
	printf(" %llu Hz %llu uV\n", (unsigned long long)hw->hz, (unsigned long long)hw->uv);
}

bool hw_same(const struct hw *a, const struct hw *b)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		if (a->on[kind] != b->on[kind])
			return false;

	return a->hz == b->hz && a->uv == b->uv;
}
