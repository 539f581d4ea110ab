/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCMICTL_NEEDS_H
#define SCMICTL_NEEDS_H

#include <stdbool.h>

#include "tree.h"

struct json_object;

/* Kinds of resources, as in configfs */
struct kind {
	const char *name;	/* also that of its directories */
	const char *prop;	/* of the consumer's node */
	const char *names;
	const char *cells;	/* of the provider's node */
	const char *protocol;
	unsigned int id;	/* of the protocol */
	/* attributes of a device's resource; NULL: there is none */
	const char *min, *max, *policy;
};

enum { CLOCK, RESET, SUPPLY, POWER, NR_KINDS };

extern const struct kind kinds[NR_KINDS];
const struct kind *kind_of_dir(const char *dir);

#define MAX_ARGS 16

/* Something that a device needs */
struct need {
	const struct kind *kind;
	char *dir;		/* in configfs */
	const char *name;	/* in the device's node, or NULL */
	struct node *provider;	/* NULL: a hole */
	u32 args[MAX_ARGS];
	unsigned int nr_args;
	struct need *next;
};

/* What a node refers to, in the order of its properties. NULL: nothing */
struct need *needs_of(struct node *root, struct node *node);
void needs_free(struct need *needs);
bool need_same(const struct need *a, const struct need *b);
/* Does the property refer to suppliers that SCMI knows nothing of? */
bool prop_is_supplier(const char *name);
bool prop_is_need(const char *name);

/* The node of a device: a name on a bus, or a path with '/' or '!' */
struct node *device_node(const char *device);
/* Its name in configfs */
char *device_dir(const char *device);

struct json_object *needs_json(const char *device);
int cmd_needs(int argc, char **argv);

#endif
