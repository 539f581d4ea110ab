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

/* A granted device, and the node that the guest has of it already */
struct dt_target {
	char *device;
	const char *path;
};

/*
 * The same as an overlay, as the guest description protocol has it. What was granted
 * as one of @targets, the last of which has no device, is added to the guest's own
 * nodes.
 */
struct node *dt_overlay(const char *agent, bool devices, const struct dt_target *targets);

#endif
