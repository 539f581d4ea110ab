/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shared-memory channel against agents of all kinds: what the KUnit suite,
 * the user-space runner and the fuzzer share.
 */
#ifndef _SCMID_SMT_VECTORS_H
#define _SCMID_SMT_VECTORS_H

/* Names for the test module's own copy, as in own_core.h. */
#ifdef __KERNEL__
#define scmid_smt_init		scmid_test_smt_init
#define scmid_smt_fetch		scmid_test_smt_fetch
#define scmid_smt_complete	scmid_test_smt_complete
#define scmid_smt_send		scmid_test_smt_send
#endif

#include "run.h"
#include "../transport/smt.h"

/**
 * struct smt_area - an area, who looks after it, and what the last call did
 * @smt: the channel under test
 * @env: for memory and for saying what is wrong
 * @mem: the area: exactly the bytes that it has
 * @nr_read: how often each byte was read by the last call
 * @nr_written: likewise, written
 * @twice: some byte was accessed twice by the last call
 * @put_last: the word that the last call wrote last
 * @accesses: of the last call
 * @flags: what it was told the flags are
 * @length: and the length
 * @status: and the status
 * @told: the message as it was told
 * @told_len: bytes of @told
 * @msg: what it was given and gave
 * @req: the command
 * @rsp: the reply
 * @peer: called before each access; %NULL: the agent does nothing meanwhile
 * @ctx: for @peer
 * @failed: rules that were broken
 */
struct smt_area {
	struct scmid_smt smt;
	struct vectors_env *env;
	u8 *mem;
	u8 *nr_read, *nr_written;
	bool twice;
	u32 put_last;
	u32 accesses;
	u32 flags, length, status;
	u8 told[SCMID_REQ_MAX];
	u32 told_len;
	struct scmid_msg msg;
	__le32 *req, *rsp;
	void (*peer)(struct smt_area *area);
	void *ctx;
	unsigned int failed;
};

bool scmid_smt_area_new(struct smt_area *area, struct vectors_env *env, u32 size);
void scmid_smt_area_free(struct smt_area *area);

/* What the agent does, unseen by the accessors. */
u32 scmid_smt_area_peek(const struct smt_area *area, u32 at);
void scmid_smt_area_poke(struct smt_area *area, u32 at, u32 val);

/* The functions under test; whatever the agent does, their rules are checked. */
void scmid_smt_area_init(struct smt_area *area);
int scmid_smt_area_fetch(struct smt_area *area);
bool scmid_smt_area_complete(struct smt_area *area);
int scmid_smt_area_send(struct smt_area *area, const void *msg, u32 len);

/* A good command is answered. */
void scmid_smt_area_serve(struct smt_area *area);

/* All return the number of failures. */
unsigned int scmid_smt_vectors_lengths(struct vectors_env *env);
unsigned int scmid_smt_vectors_headers(struct vectors_env *env);
unsigned int scmid_smt_vectors_replies(struct vectors_env *env);
unsigned int scmid_smt_vectors_bad(struct vectors_env *env);
unsigned int scmid_smt_vectors_changes(struct vectors_env *env);
unsigned int scmid_smt_vectors_init(struct vectors_env *env);
unsigned int scmid_smt_vectors_send(struct vectors_env *env);
unsigned int scmid_smt_vectors_busy(struct vectors_env *env);
unsigned int scmid_smt_vectors_random(struct vectors_env *env, u32 seed);

#endif /* _SCMID_SMT_VECTORS_H */
