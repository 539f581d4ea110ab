/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device trees in memory: the host's, a VMM's, and those that are made here.
 */
#ifndef SCMICTL_TREE_H
#define SCMICTL_TREE_H

#include <stdbool.h>
#include <stdio.h>

#include "util.h"

/* A cell of @prop, at byte @at, that is to be the phandle of @to */
struct ref {
	int at;
	struct node *to;
};

struct prop {
	char *name;
	u8 *val;
	int len;
	struct ref *refs;
	int nr_refs;
	struct prop *next;
};

struct node {
	char *name;
	char *label;		/* in source */
	char *notes;		/* comments in source, one in each line */
	u32 phandle;
	struct prop *props;
	struct node *parent, *child, *next;
	const void *data;	/* of whoever makes it */
	struct node *merged;	/* what it has become a part of */
};

/* The host's, from /sys/firmware/devicetree/base; read once. NULL: fail() */
struct node *tree_host(void);
/* Of a blob, in a file or here; NULL: fail() */
struct node *tree_load(const char *path);
/* As a blob; NULL: fail() */
void *tree_blob(struct node *root, size_t *size);
/* Everything of @from is added to @to, and replaces what is there. */
void tree_merge(struct node *to, struct node *from);
/* As source; an overlay of "/", or a tree of its own */
void tree_source(struct node *root, bool overlay, FILE *out);

struct node *node_new(struct node *parent, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void node_note(struct node *node, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct node *node_child(const struct node *node, const char *name);
struct node *node_at(struct node *root, const char *path);
char *node_path(const struct node *node);
struct node *node_by_phandle(struct node *root, u32 phandle);
/* Each node after another, children after their parents; NULL at the end */
struct node *node_walk(struct node *root, struct node *at);

struct prop *prop_get(const struct node *node, const char *name);
const char *prop_str(const struct node *node, const char *name);
/* The string at @index of a list, or NULL */
const char *prop_str_at(const struct node *node, const char *name, int index);
u32 prop_cell(const struct prop *prop, int index);
u32 node_cells(const struct node *node, const char *name, u32 none);
struct prop *prop_set(struct node *node, const char *name, const void *val, int len);
void prop_del(struct node *node, const char *name);
void prop_set_str(struct node *node, const char *name, const char *val);
void prop_add_cell(struct prop *prop, u32 cell);
void prop_add_ref(struct prop *prop, struct node *to);
bool prop_is_strings(const struct prop *prop);

#endif
