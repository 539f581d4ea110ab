/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration as JSON: what configfs has, and back into it.
 */
#ifndef SCMICTL_STATE_H
#define SCMICTL_STATE_H

#include <stdbool.h>

struct json_object;

/*
 * One agent. @all: also what cannot be written, such as states. Only what can
 * be written is what save keeps.
 */
struct json_object *state_agent(const char *name, bool all);
/* One grant of it, "devices/X" or "resources/X" */
struct json_object *state_grant(const char *agent, const char *grant, bool all);
struct json_object *state_get(bool all);

/* Is this something that state_put() can do? If not: fail() */
int state_check(struct json_object *state, const char *whence);
/*
 * Make it so. @exact: what it does not have goes. Providers that are not there
 * yet are waited for, for @wait seconds. After a failure all is as it was.
 */
int state_put(struct json_object *state, bool exact, long long wait);

/* Fails if there is no such agent. */
int agent_check(const char *name);
/* Take all that it has, and itself. */
int agent_clear(const char *name);
bool agent_attached(const char *name);
/* Does it have a channel that is not for us to remove? Then nor is the agent. */
bool agent_described(const char *name);
int agent_detach(const char *name);
/* Limits in an order in which the lower never exceeds the upper */
int put_limits(const char *dir, const char *min_attr, const char *min, const char *max_attr,
	       const char *max);

#endif
