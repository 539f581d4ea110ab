/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes in, bytes out: what the KUnit suite and the user-space runner share.
 */
#ifndef _SCMID_RUN_H
#define _SCMID_RUN_H

#include "seam.h"

/* Reply room unless a vector says otherwise: what Linux offers on virtio. */
#define VECTOR_ROOM		(8 + 128)

/* What surrounds a reply in its buffer. */
#define VECTOR_FILL		0xa5

/* What a message does to a resource, apart from what it says. */
enum vector_fx_what {
	FX_END,
	FX_STATE,		/* clock: on or off, as told, and twice the calls */
	FX_RATE,
	FX_RATE_CALLS,
	FX_PARENT,
	FX_PARENT_CALLS,
	FX_REFRESHES,
	FX_NOTIFY,		/* clock: the agent is told, and twice the calls */
	FX_POWER,		/* power domain: as FX_STATE */
	FX_LINE,		/* reset: asserted or not, and twice the calls */
	FX_PULSES,
	FX_SUPPLY,		/* regulator: as FX_STATE */
	FX_LEVEL,		/* in 32 bits */
	FX_LEVEL_CALLS,
	FX_LEVEL_REFRESHES,
	FX_ASKED,		/* about agents: the last of it, see FAKE_ASKED() */
	FX_CALLS,		/* of any operation of anything */
	FX_EVENTS,		/* of the guest description; the id is that of the peer */
};

struct vector_fx {
	u8 id;
	u8 what;
	u64 want;
};

#define VECTOR_NR_FX	2

/**
 * struct vector - a command, the reply it must get and its effect
 * @desc: what it is about
 * @req: header and payload as words
 * @rsp: status and return values as words; the header is always the command's
 * @req_len: bytes of @req
 * @rsp_len: bytes of @rsp
 * @cut: not 0: bytes of @req that are sent, header included
 * @room: reply room, header included; 0: %VECTOR_ROOM
 * @peer: who sends it, an &enum seam_peer_nr
 * @fx: what must be true afterwards
 */
struct vector {
	const char *desc;
	const u32 *req, *rsp;
	u16 req_len, rsp_len;
	u16 cut;
	u16 room;
	u8 peer;
	struct vector_fx fx[VECTOR_NR_FX];
};

/**
 * struct vector_seq - vectors that build on each other
 * @desc: what it is about
 * @step: the vectors
 * @nr: how many
 */
struct vector_seq {
	const char *desc;
	const struct vector *step;
	unsigned int nr;
};

/**
 * struct vectors_env - the world the vectors run in
 * @ctx: for the callbacks
 * @seam: what the resources can be seen and changed through
 * @reset: make everything as new
 * @dispatch: execute a command of @msg->peer
 * @alloc: memory of exactly this size, so that tools see an overrun
 * @free: give it back
 * @log: say what is wrong: a text, and bytes if @data
 */
struct vectors_env {
	void *ctx;
	struct seam *seam;
	void (*reset)(struct vectors_env *env);
	void (*dispatch)(struct vectors_env *env, struct scmid_msg *msg);
	void *(*alloc)(struct vectors_env *env, size_t size);
	void (*free)(struct vectors_env *env, void *mem);
	void (*log)(struct vectors_env *env, const char *text, const void *data,
		    size_t len);
};

/* All return the number of failures. */
unsigned int scmid_vectors_run(struct vectors_env *env, const struct vector *v);
unsigned int scmid_vectors_seq(struct vectors_env *env, const struct vector_seq *seq);
unsigned int scmid_vectors_examples(struct vectors_env *env);
unsigned int scmid_vectors_headers(struct vectors_env *env);
unsigned int scmid_vectors_long(struct vectors_env *env);
unsigned int scmid_vectors_rooms(struct vectors_env *env);
unsigned int scmid_vectors_pages(struct vectors_env *env);
unsigned int scmid_vectors_access(struct vectors_env *env);
unsigned int scmid_vectors_told(struct vectors_env *env);
unsigned int scmid_vectors_ids(struct vectors_env *env);
unsigned int scmid_vectors_attributes(struct vectors_env *env);
unsigned int scmid_vectors_status(struct vectors_env *env);
unsigned int scmid_vectors_reasons(struct vectors_env *env);
unsigned int scmid_vectors_notifications(struct vectors_env *env);
unsigned int scmid_vectors_reads(struct vectors_env *env);

const char *scmid_vectors_broken(const struct scmid_msg *msg, const void *sent);
const char *scmid_vectors_unexplained(const struct scmid_msg *msg, bool asked);

#endif /* _SCMID_RUN_H */
