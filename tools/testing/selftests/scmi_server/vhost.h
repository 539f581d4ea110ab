/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An SCMI agent without a virtual machine: a process is the VMM and the guest's
 * driver in one, on a node /dev/vhost-vdpa-N. When it dies, its channel goes
 * down as that of a VMM that was killed.
 */
#ifndef _SCMI_VHOST_H
#define _SCMI_VHOST_H

#include <stddef.h>
#include <stdint.h>

/* Messages that can be in flight at a time */
#define VS_SLOTS	8
/* Words of a message behind its header, and of a reply behind that */
#define VS_WORDS	63
/* No answer takes that long; a slow machine gets the time it needs. */
#define VS_TIMEOUT_MS	120000

/**
 * struct vs - a channel; closed if all is zero
 * @fd: the node
 * @kick: tells the device of messages
 * @call: the device tells of replies
 * @mem: what it can reach of this process
 * @sent: messages sent, modulo 2^16; the ring's own count
 * @seen: replies seen, likewise
 * @token: of the next message
 * @header: of the message in a slot; a slot is free if its message has none
 */
struct vs {
	int fd;
	int kick;
	int call;
	struct vs_mem *mem;
	uint16_t sent;
	uint16_t seen;
	unsigned int token;
	uint32_t header[VS_SLOTS];
};

/**
 * struct vs_reply - a reply
 * @status: SCMI's status
 * @n: words behind the status
 * @words: these, in the byte order of the machine
 */
struct vs_reply {
	int32_t status;
	size_t n;
	uint32_t words[VS_WORDS];
};

/* All return 0 or more, or a negative errno. */
int vs_open(struct vs *h, const char *path);
void vs_close(struct vs *h);
int vs_send(struct vs *h, unsigned int proto, unsigned int cmd, const uint32_t *words, size_t n);
int vs_receive(struct vs *h, struct vs_reply *reply, int timeout_ms);
int vs_msg(struct vs *h, unsigned int proto, unsigned int cmd, const uint32_t *words, size_t n,
	   struct vs_reply *reply);

#endif /* _SCMI_VHOST_H */
