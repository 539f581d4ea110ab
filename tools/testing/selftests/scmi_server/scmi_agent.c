// SPDX-License-Identifier: GPL-2.0
/*
 * An agent that does what it is told: a guest without a virtual machine.
 *
 *	scmi_agent NODE IN OUT
 *		speaks on NODE, which is /dev/vhost-vdpa-N. Reads commands from the
 *		fifo IN, one in a line, and for each writes a line to the fifo OUT:
 *		the status by name, and the words of the reply. Then it waits for
 *		the next who opens IN.
 *
 *	clock ID on|off|get|rate HZ|parent ID
 *	supply ID on|off|get|level UV
 *	reset ID assert|deassert|pulse
 *	power ID on|off|get
 *	drop AGENT [permissions]		reset its configuration
 *	allow|deny AGENT DEVICE [PROTOCOL]	as a trusted agent
 *	msg PROTOCOL COMMAND [WORD...]
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vhost.h"

#define BASE		0x10
#define POWER		0x11
#define CLOCK		0x14
#define RESET		0x16
#define VOLTAGE		0x17

#define MAX_ARGS	(VS_WORDS + 3)

/* What a word of the command is in a message: a value, or in which word. */
#define ID		(-1)	/* the second word of the command */
#define ARG		(-2)	/* what follows the verb */
#define ARG_HIGH	(-3)	/* its upper half */

static const struct verb {
	const char *kind, *verb;
	int args;
	unsigned int proto, cmd;
	size_t n;
	long words[4];
} verbs[] = {
	{ "clock", "on", 0, CLOCK, 0x7, 3, { ID, 1, 0 } },
	{ "clock", "off", 0, CLOCK, 0x7, 3, { ID, 0, 0 } },
	{ "clock", "get", 0, CLOCK, 0xb, 2, { ID, 0 } },
	{ "clock", "rate", 1, CLOCK, 0x5, 4, { 0, ID, ARG, ARG_HIGH } },
	{ "clock", "parent", 1, CLOCK, 0xd, 2, { ID, ARG } },
	{ "supply", "on", 0, VOLTAGE, 0x5, 2, { ID, 7 } },
	{ "supply", "off", 0, VOLTAGE, 0x5, 2, { ID, 0 } },
	{ "supply", "get", 0, VOLTAGE, 0x8, 1, { ID } },
	{ "supply", "level", 1, VOLTAGE, 0x7, 3, { ID, 0, ARG } },
	{ "reset", "assert", 0, RESET, 0x4, 3, { ID, 2, 0 } },
	{ "reset", "deassert", 0, RESET, 0x4, 3, { ID, 0, 0 } },
	{ "reset", "pulse", 0, RESET, 0x4, 3, { ID, 1, 0 } },
	{ "power", "on", 0, POWER, 0x4, 3, { 0, ID, 0 } },
	{ "power", "off", 0, POWER, 0x4, 3, { 0, ID, 0x40000000 } },
	{ "power", "get", 0, POWER, 0x5, 1, { ID } },
};

static const char * const statuses[] = {
	"SUCCESS", "NOT_SUPPORTED", "INVALID_PARAMETERS", "DENIED", "NOT_FOUND",
	"OUT_OF_RANGE", "BUSY", "COMMS_ERROR", "GENERIC_ERROR", "HARDWARE_ERROR",
	"PROTOCOL_ERROR",
};

static const struct {
	const char *name;
	unsigned int id;
} protocols[] = {
	{ "power", POWER }, { "clock", CLOCK }, { "reset", RESET }, { "voltage", VOLTAGE },
};

static const char *status_name(int status)
{
	if (status > 0 || status <= -(int)(sizeof(statuses) / sizeof(*statuses)))
		return "OTHER";

	return statuses[-status];
}

static unsigned int number(const char *s)
{
	return strtoull(s, NULL, 0);
}

static unsigned int protocol(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (!strcmp(s, protocols[i].name))
			return protocols[i].id;

	return number(s);
}

/* What there is one of. */
static int special(struct vs *h, int n, char **arg, struct vs_reply *reply)
{
	uint32_t words[VS_WORDS] = {};
	int i, allow;

	if (n >= 3 && n - 3 <= VS_WORDS && !strcmp(arg[0], "msg")) {
		for (i = 3; i < n; i++)
			words[i - 3] = number(arg[i]);
		return vs_msg(h, protocol(arg[1]), number(arg[2]), words, n - 3, reply);
	}
	if ((n == 2 || n == 3) && !strcmp(arg[0], "drop")) {
		words[0] = number(arg[1]);
		words[1] = n == 3;
		return vs_msg(h, BASE, 0xb, words, 2, reply);
	}

	allow = !strcmp(arg[0], "allow");
	if ((n != 3 && n != 4) || (!allow && strcmp(arg[0], "deny")))
		return -EINVAL;
	words[0] = number(arg[1]);
	words[1] = number(arg[2]);
	if (n == 3) {
		words[2] = allow;
		return vs_msg(h, BASE, 0x9, words, 3, reply);
	}
	words[2] = protocol(arg[3]);
	words[3] = allow;

	return vs_msg(h, BASE, 0xa, words, 4, reply);
}

static int execute(struct vs *h, int n, char **arg, struct vs_reply *reply)
{
	uint32_t words[VS_WORDS];
	const struct verb *v;
	size_t i, w;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		v = &verbs[i];
		if (n != 3 + v->args || strcmp(arg[0], v->kind) || strcmp(arg[2], v->verb))
			continue;
		for (w = 0; w < v->n; w++)
			words[w] = v->words[w] == ID ? number(arg[1]) :
				   v->words[w] == ARG ? number(arg[3]) :
				   v->words[w] == ARG_HIGH ? strtoull(arg[3], NULL, 0) >> 32 :
				   (uint32_t)v->words[w];
		return vs_msg(h, v->proto, v->cmd, words, v->n, reply);
	}

	return special(h, n, arg, reply);
}

static void answer(struct vs *h, char *line, FILE *out)
{
	struct vs_reply reply;
	char *arg[MAX_ARGS];
	int n = 0, err;
	size_t i;

	for (arg[n] = strtok(line, "\n "); arg[n] && n < MAX_ARGS - 1; )
		arg[++n] = strtok(NULL, "\n ");
	if (!n)
		return;

	err = execute(h, n, arg, &reply);
	if (err) {
		fprintf(out, "%s\n", err == -EINVAL ? "no such command" : strerror(-err));
		return;
	}
	fputs(status_name(reply.status), out);
	for (i = 0; i < reply.n; i++)
		fprintf(out, " %#x", reply.words[i]);
	fputc('\n', out);
}

int main(int argc, char **argv)
{
	char line[1024], *replies;
	FILE *in, *out;
	struct vs h;
	size_t size;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: scmi_agent NODE IN OUT\n");
		return 2;
	}
	err = vs_open(&h, argv[1]);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 1;
	}

	for (;;) {
		/* Whoever wrote all of it reads all of the answers. */
		in = fopen(argv[2], "r");
		out = open_memstream(&replies, &size);
		if (!in || !out) {
			perror(argv[2]);
			return 1;
		}
		while (fgets(line, sizeof(line), in))
			answer(&h, line, out);
		fclose(in);
		fclose(out);

		out = fopen(argv[3], "w");
		if (!out) {
			perror(argv[3]);
			return 1;
		}
		fwrite(replies, size, 1, out);
		fclose(out);
		free(replies);
	}
}
