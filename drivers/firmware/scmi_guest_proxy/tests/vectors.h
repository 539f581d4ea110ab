/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest descriptions of all kinds, and platforms of all kinds: what the KUnit
 * suite, the user-space runner and the fuzzer share.
 */
#ifndef _SCMI_GUEST_PROXY_VECTORS_H
#define _SCMI_GUEST_PROXY_VECTORS_H

#include "own.h"
#include "../description.h"

/**
 * struct sgp_env - where vectors run
 * @alloc: zeroed memory, or %NULL
 * @free: its end
 * @log: says what is wrong with the vector @name
 * @ctx: for these
 */
struct sgp_env {
	void *(*alloc)(struct sgp_env *env, size_t size);
	void (*free)(struct sgp_env *env, void *mem);
	void (*log)(struct sgp_env *env, const char *name, const char *text);
	void *ctx;
};

/* A guest with some nodes; see vectors.c. */
extern struct sgp_guest sgp_fake_guest, sgp_fake_empty;

/* Writes the blob of vector @nr: its bytes, or 0 if there is no such vector. */
u32 sgp_vectors_blob(unsigned int nr, u8 *out, u32 room);
/* Rules that hold for whatever is accepted: what is wrong, or NULL. */
const char *sgp_vectors_rules(struct sgp_env *env, struct sgp_desc *desc,
			      struct sgp_guest *guest, u8 *out, u32 room, u32 *len);

/* All return the number of failures. */
unsigned int sgp_vectors_vetted(struct sgp_env *env);
unsigned int sgp_vectors_truncated(struct sgp_env *env);
unsigned int sgp_vectors_flipped(struct sgp_env *env);
unsigned int sgp_vectors_limits(struct sgp_env *env);
unsigned int sgp_vectors_written(struct sgp_env *env);
unsigned int sgp_vectors_later(struct sgp_env *env);
unsigned int sgp_vectors_read(struct sgp_env *env);
unsigned int sgp_vectors_replies(struct sgp_env *env);

#endif /* _SCMI_GUEST_PROXY_VECTORS_H */
