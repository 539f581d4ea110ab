/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCMICTL_VDPA_H
#define SCMICTL_VDPA_H

/* The vDPA device of an agent: it has the agent's name. */
int vdpa_add(const char *name);
int vdpa_del(const char *name);
/* The node below /dev that a VMM opens, made when there is none; or NULL */
char *vdpa_node(const char *name);

#endif
