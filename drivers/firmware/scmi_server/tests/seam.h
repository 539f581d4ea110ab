/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core's surroundings as plain arrays, filled with the canonical
 * clocks: for user space, and for the KUnit suite's own copy of the core.
 */
#ifndef _SCMID_SEAM_H
#define _SCMID_SEAM_H

#include "own_core.h"
#include "fake.h"

/* All of them see the same clocks; they differ in what Base tells. */
enum seam_peer_nr {
	SEAM_VM1,	/* clock protocol only */
	SEAM_WIDE,	/* every protocol there is, agent id 255 */
	SEAM_BARE,	/* no protocol besides Base */
	SEAM_DOWN,	/* as SEAM_VM1, but not live */
	SEAM_NR_PEERS
};

/* Slots for clocks; a power of two. */
#define SEAM_NR_IDS	32

struct seam_peer {
	struct scmid_peer peer;
	struct seam_table {
		u32 mask;
		struct scmid_res *res[SEAM_NR_IDS];
	} clk, none;
};

struct seam {
	struct scmid_platform platform;
	struct scmid_res res[FAKE_ID_END];
	struct fake_clk clk[FAKE_ID_END];
	struct seam_peer peer[SEAM_NR_PEERS];
};

void scmid_seam_init(struct seam *seam);

#endif /* _SCMID_SEAM_H */
