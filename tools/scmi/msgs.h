/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of SCMI by name: what they have, and what they say.
 */
#ifndef SCMICTL_MSGS_H
#define SCMICTL_MSGS_H

#include "util.h"

/* The longest message of any transport that there is, header included */
#define MSG_MAX		128
#define MSG_COMMAND	0
#define MSG_DELAYED	2
#define MSG_EVENT	3

/*
 * A message. Fields are words, separated by spaces, little-endian and 32 bits
 * unless it is said otherwise; the first letters of a field are its name:
 *
 *	id		a number
 *	uv:s		one with a sign
 *	version:x	shown in hexadecimal
 *	rate:64		one of 64 bits
 *	name:16c	a text in so many bytes
 *	uuid:16h	bytes as they are, in hexadecimal; with "*", so many of them
 *	on[0]  +x[4-7]	bits of a word; '+': of the same word as those before
 *	state{on=0}	values that have a name
 *	flags?0		what it is if it is not said; only in @args
 *	rates:64*	as many as there are; "*num": as many as the field num says
 *	ids:8*num	likewise, of 8 bits
 */
struct msg {
	u8 proto, type, id;
	const char *name;
	const char *args;
	const char *reply;	/* behind the status; of a notification, all of it */
};

struct msg_proto {
	u8 id;
	const char *name;
};

const struct msg_proto *msg_proto(unsigned int id);
/* NULL: it is not known */
const struct msg *msg_find(unsigned int proto, unsigned int type, unsigned int id);
const struct msg *msg_by_name(const char *name);
/* Each message after another, NULL at the end */
const struct msg *msg_next(const struct msg *msg);
/* Its name with that of its protocol, as it is given to msg_by_name() */
char *msg_name(unsigned int proto, unsigned int type, unsigned int id);
/* Its fields in short, for people */
char *msg_usage(const struct msg *msg);

/* The word for a status, or a number */
char *msg_status(int status);

/*
 * FIELD=VALUE words, or numbers only, as what stands behind the header; its
 * length, or -1
 */
int msg_encode(const struct msg *msg, char **words, int n, u8 *out, size_t room);
/*
 * What stands behind the header of a reply or notification: fields in the order
 * in which they stand there
 */
struct json_object *msg_decode(const struct msg *msg, const u8 *data, size_t len);
/* As "FIELD=VALUE ..." */
char *msg_text(struct json_object *fields);

u32 get_le32(const u8 *at);
void put_le32(u8 *at, u32 val);
/* Bytes in hexadecimal, with any blanks between them; how many, or -1 */
int parse_hex(const char *text, u8 *out, size_t room);
char *print_hex(const u8 *data, size_t len);

#endif
