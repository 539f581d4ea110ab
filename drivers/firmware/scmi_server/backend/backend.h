/* SPDX-License-Identifier: GPL-2.0 */
/* The backends there are, for the composition root. */
#ifndef _SCMID_BACKEND_H
#define _SCMID_BACKEND_H

#include "../scmi_server.h"

extern struct scmid_backend scmid_clk_backend;
extern struct scmid_backend scmid_reset_backend;
extern struct scmid_backend scmid_regulator_backend;
extern struct scmid_backend scmid_genpd_backend;

#endif /* _SCMID_BACKEND_H */
