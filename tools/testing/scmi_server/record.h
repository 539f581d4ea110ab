/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer's input: records of a message each. A byte for the peer (low three
 * bits) and for the error that all operations meet (the next three), two for
 * the reply room (low first), one for the length, then the message.
 */
#ifndef _RECORD_H
#define _RECORD_H

#define RECORD_HEAD	4
#define RECORD_PEER	0x07
#define RECORD_ERR	0x38
#define RECORD_ERR_SHIFT	3
#define RECORD_ROOM_MIN	8
#define RECORD_LEN_MIN	4

#endif /* _RECORD_H */
