/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SCMI_SERVER_SIMHW_H
#define _SCMI_SERVER_SIMHW_H

#include <linux/types.h>

/* Defined by the object the build makes of simhw.dtso. */
extern u8 __dtbo_simhw_begin[];
extern u8 __dtbo_simhw_end[];

#endif /* _SCMI_SERVER_SIMHW_H */
