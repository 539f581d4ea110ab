/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The input of the shared-memory channel's fuzzer: a byte for the area's size,
 * then calls, a byte each and what follows from it. At each access that a call
 * makes comes a byte for what the agent writes first, as long as bit 7 is set.
 */
#ifndef _SMT_RECORD_H
#define _SMT_RECORD_H

enum smt_record_op {
	SMT_FETCH,
	SMT_COMPLETE,
	SMT_SEND,	/* bytes by 8, and the rest */
	SMT_INIT,
	SMT_AGENT,	/* nothing but the agent, as if there were an access */
	SMT_NR_OPS
};

#define SMT_WRITE	0x80	/* it writes; and where: a word of the header, */
#define SMT_WRITE_WORD	0x07	/* 6: as the next byte says, 7: the message header */
#define SMT_WRITE_VALUE	0x30
#define SMT_WRITE_SMALL	0x00	/* the next byte */
#define SMT_WRITE_ROOM	0x10	/* about the longest message there can be */
#define SMT_WRITE_ALL	0x20	/* this byte everywhere */
#define SMT_WRITE_ANY	0x30	/* four bytes */

#endif /* _SMT_RECORD_H */
