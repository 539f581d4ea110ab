/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest description: what is read from the platform, and what of it may be
 * laid over the guest's device tree. Pure: also built in user space.
 */
#ifndef _SCMI_GUEST_PROXY_DESCRIPTION_H
#define _SCMI_GUEST_PROXY_DESCRIPTION_H

#include <linux/bits.h>
#include <linux/types.h>

/* The protocol: Documentation/firmware-guide/scmi-guest-description.rst */
#define SGP_PROTOCOL		0xd0
#define SGP_VERSION		0x10000
#define SGP_FORMAT_OVERLAY	1
#define SGP_UUID_SIZE		16
#define SGP_SHA256_SIZE		32

#define SGP_MSG_VERSION			0x0
#define SGP_MSG_ATTRIBUTES		0x1
#define SGP_MSG_DESCRIPTION_ATTRIBUTES	0x3
#define SGP_MSG_DESCRIPTION_READ	0x4
#define SGP_MSG_DESCRIPTION_NOTIFY	0x5
#define SGP_EVENT_CHANGED		0x0

/* Limits. What is within them is walked in a time that is bounded, too. */
#define SGP_SIZE_MAX		65536
#define SGP_NODES_MAX		2048
#define SGP_PROPS_MAX		4096
#define SGP_NODE_PROPS_MAX	64
#define SGP_DEPTH_MAX		12
#define SGP_NAME_MAX		63
#define SGP_PATH_MAX		256
#define SGP_PHANDLES_MAX	4096
#define SGP_CHAIN_MAX		64

/* No node, no property */
#define SGP_NONE		0xffff

/**
 * struct sgp_info - what the platform says of its description
 * @generation: another one means that the description is another one
 * @size: bytes
 * @sha256: their hash
 */
struct sgp_info {
	u32 generation;
	u32 size;
	u8 sha256[SGP_SHA256_SIZE];
};

/**
 * struct sgp_channel - a way to the platform
 * @xfer: sends command @msg with @nr words in @req; the reply's payload after
 *	the status goes to @rsp, up to @room bytes. Returns its length, or an
 *	errno: -EOPNOTSUPP, -ENOENT, -EACCES and -EBUSY for these statuses,
 *	others for all else
 * @room: bytes of a reply's payload that are worth asking for, at most
 *	SGP_ROOM_MAX
 */
struct sgp_channel {
	int (*xfer)(struct sgp_channel *ch, u8 msg, const u32 *req, u32 nr,
		    void *rsp, u32 room);
	u32 room;
};

#define SGP_ROOM_MAX	1016

/**
 * struct sgp_prop - a property in the blob
 * @name: offset of its name
 * @val: offset of its value
 * @len: bytes of its value
 * @fix: the property in __local_fixups__ that says where phandles are, or SGP_NONE
 * @fresh: it is to be added
 */
struct sgp_prop {
	u32 name;
	u32 val;
	u32 len;
	u16 fix;
	bool fresh;
};

/**
 * enum sgp_kind - what a node of the blob is
 * @SGP_FRAME: no node for the guest: fragments, fix-ups, symbols
 * @SGP_TARGET: stands for a node that the guest has: __overlay__, and /firmware
 * @SGP_OWN: a node that the description brings
 */
enum sgp_kind {
	SGP_FRAME,
	SGP_TARGET,
	SGP_OWN,
};

/**
 * struct sgp_node - a node in the blob
 * @name: offset of its name
 * @phandle: 0 if it has none
 * @parent: the node it is in
 * @end: the first node that is not below it: nodes are in the order of the blob
 * @first: its first property
 * @nr_props: and how many there are
 * @depth: 0 is the root
 * @kind: enum sgp_kind
 * @fresh: it is to be added
 * @done: known not to depend on itself
 */
struct sgp_node {
	u32 name;
	u32 phandle;
	u16 parent;
	u16 end;
	u16 first;
	u16 nr_props;
	u8 depth;
	u8 kind;
	bool fresh;
	bool done;
};

struct sgp_desc;

/**
 * struct sgp_guest - what the guest's device tree is asked
 * @exists: is there a node? Names that differ in case only are the same
 * @has_property: has this node, which exists, such a property?
 * @phandle: of this node, which exists; 0 if it has none
 */
struct sgp_guest {
	bool (*exists)(struct sgp_guest *guest, const char *path);
	bool (*has_property)(struct sgp_guest *guest, const char *path, const char *name);
	u32 (*phandle)(struct sgp_guest *guest, const char *path);
};

/**
 * struct sgp_desc - a description, taken apart
 * @blob: the flattened device tree; it must stay
 * @size: its bytes
 * @older: what was applied before, newest first; %NULL if there is nothing
 * @why: what is wrong with it, if something is
 * @where: the node in which
 * @nr_nodes: of @nodes
 * @nr_props: of @props
 * @nr_fresh: nodes and properties that are to be added
 * @nr_changed: properties that were applied with another value
 * @strings: offset of names of properties
 * @strings_size: bytes
 * @scmi: the SCMI node
 * @phandles: the node with each, or SGP_NONE
 * @nodes: in the order of the blob
 * @props: those of a node are together
 */
struct sgp_desc {
	const u8 *blob;
	u32 size;
	const struct sgp_desc *older;
	const char *why;
	u16 where;
	u16 nr_nodes;
	u16 nr_props;
	u16 nr_fresh;
	u16 nr_changed;
	u32 strings;
	u32 strings_size;
	u16 scmi;
	u16 phandles[SGP_PHANDLES_MAX];
	struct sgp_node nodes[SGP_NODES_MAX];
	struct sgp_prop props[SGP_PROPS_MAX];
};

int sgp_status_errno(u32 status);
int sgp_reply_check(const void *reply, u32 len, u32 header);
int sgp_fetch_info(struct sgp_channel *ch, struct sgp_info *info);
int sgp_fetch(struct sgp_channel *ch, void *blob, struct sgp_info *info);

int sgp_desc_parse(struct sgp_desc *desc, const void *blob, u32 size);
int sgp_desc_vet(struct sgp_desc *desc, struct sgp_guest *guest);
int sgp_desc_write(struct sgp_desc *desc, struct sgp_guest *guest, void *out, u32 room);
int sgp_desc_path(const struct sgp_desc *desc, u16 node, char *path);
u16 sgp_desc_find(const struct sgp_desc *desc, const char *path);
u16 sgp_desc_next_top(const struct sgp_desc *desc, u16 node);
u32 sgp_desc_removed(const struct sgp_desc *desc, char *first);

#endif /* _SCMI_GUEST_PROXY_DESCRIPTION_H */
