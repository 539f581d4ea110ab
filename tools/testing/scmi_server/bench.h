/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_H
#define _BENCH_H

#include "seam.h"

extern const struct scmid_clk_ops bench_clk_ops;
void bench_empty(struct scmid_msg *msg);

#endif /* _BENCH_H */
