/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core's surroundings as plain arrays, filled with the canonical
 * resources: for user space, and for the KUnit suite's own copy of the core.
 */
#ifndef _SCMID_SEAM_H
#define _SCMID_SEAM_H

#include "own_core.h"
#include "fake.h"

/* All of them see the same resources of the protocols they are offered. */
enum seam_peer_nr {
	SEAM_VM1,	/* clock protocol only, nothing about agents, no notifications */
	SEAM_WIDE,	/* every protocol there is, notifications, agent id 255 */
	SEAM_BARE,	/* no protocol besides Base */
	SEAM_DOWN,	/* as SEAM_TRUSTED, but not live */
	SEAM_TRUSTED,	/* as SEAM_WIDE, and trusted, and with a guest description */
	SEAM_GUEST,	/* clocks and a guest description */
	SEAM_MUTE,	/* as SEAM_GUEST, without the right to read it; nor trusted */
	SEAM_BLANK,	/* as SEAM_GUEST, without what to read, and without notifications */
	SEAM_NR_PEERS
};

/* Slots of a table; a power of two. */
#define SEAM_NR_IDS	32

struct seam_table {
	u32 mask;
	struct scmid_res *res[SEAM_NR_IDS];
};

struct seam_peer {
	struct scmid_peer peer;
	struct fake_world *world;
};

/* A guest description whose last word is not whole; byte n of it is 7 * n + 3. */
#define SEAM_DESC_SIZE		301
#define SEAM_DESC_GENERATION	0x01020304

/* struct scmid_guest_desc with a size, likewise. */
struct seam_desc {
	u32 generation;
	u32 size;
	u8 sha256[SCMID_SHA256_SIZE];
	u8 data[SEAM_DESC_SIZE];
};

struct seam {
	struct scmid_platform platform;
	struct fake_world world;
	struct scmid_res res[FAKE_NR_KINDS][FAKE_NR_IDS];
	struct fake fake[FAKE_NR_KINDS][FAKE_NR_IDS];
	struct seam_table table[FAKE_NR_KINDS], none;
	struct seam_desc desc;
	struct seam_peer peer[SEAM_NR_PEERS];
};

void scmid_seam_init(struct seam *seam);

#endif /* _SCMID_SEAM_H */
