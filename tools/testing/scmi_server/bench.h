/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_H
#define _BENCH_H

#include "seam.h"

extern const struct scmid_clk_ops bench_clk_ops;

typedef void (*bench_fn)(struct scmid_msg *msg);
bench_fn bench_choose(bool core);

#endif /* _BENCH_H */
