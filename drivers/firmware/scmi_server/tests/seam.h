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
	SEAM_TRUSTED,	/* as SEAM_WIDE, and trusted */
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

struct seam {
	struct scmid_platform platform;
	struct fake_world world;
	struct scmid_res res[FAKE_NR_KINDS][FAKE_NR_IDS];
	struct fake fake[FAKE_NR_KINDS][FAKE_NR_IDS];
	struct seam_table table[FAKE_NR_KINDS], none;
	struct seam_peer peer[SEAM_NR_PEERS];
};

void scmid_seam_init(struct seam *seam);

#endif /* _SCMID_SEAM_H */
