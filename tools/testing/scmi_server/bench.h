/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_H
#define _BENCH_H

#include "seam.h"

/* What the operations of each kind of resource are replaced by */
extern const void *const bench_ops[FAKE_NR_KINDS];

typedef void (*bench_fn)(struct scmid_msg *msg);
bench_fn bench_choose(bool core, bool smt);
bool bench_smt_answered(void);

#endif /* _BENCH_H */
