/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCMICTL_DT_H
#define SCMICTL_DT_H

#include <stdbool.h>

struct node;

/*
 * What the guest of the agent needs in its devicetree: the SCMI node, and with
 * @devices those that it was granted. @mailbox: it is no guest, even if the host's
 * devicetree does not say so. @like: whose cells to use, or NULL.
 */
struct node *dt_make(const char *agent, bool devices, bool mailbox, const struct node *like);
/* The node of the host that describes the agent, or NULL */
struct node *dt_described(const char *agent);

#endif
