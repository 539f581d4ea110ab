// SPDX-License-Identifier: GPL-2.0
/*
 * The guest description: read over any channel, taken apart, vetted, and
 * written down again as the overlay that is applied.
 *
 * The kernel's libfdt is not there for modules, so the walk is one of its own,
 * with bounds on everything: who sent the blob is not trusted. What is applied
 * is not that blob but one that is made of what was vetted; nobody has to hope
 * that another parser reads the first one in the same way.
 */

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "description.h"

#define FDT_MAGIC		0xd00dfeed
#define FDT_VERSION		17
#define FDT_COMPAT_VERSION	16
#define FDT_HEADER_SIZE		40
#define FDT_BEGIN_NODE		1
#define FDT_END_NODE		2
#define FDT_PROP		3
#define FDT_NOP			4
#define FDT_END			9

/* Several times BUSY: the description changes as fast as it is read. */
#define TRIES	8

static u32 get_le32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void put_be32(u8 *p, u32 val)
{
	p[0] = val >> 24;
	p[1] = val >> 16;
	p[2] = val >> 8;
	p[3] = val;
}

/* --- what the platform answers ------------------------------------------------ */

/* In its order as bytes. */
static const u8 sgp_uuid[SGP_UUID_SIZE] = {
	0x5c, 0x0d, 0x1f, 0x6e, 0x8a, 0x42, 0x4e, 0x0b,
	0x9b, 0x73, 0x2d, 0xc1, 0xa5, 0x66, 0xe7, 0x30,
};

/**
 * sgp_status_errno() - the errno for a status
 * @status: of a reply
 *
 * Context: any.
 * Return: as in &struct sgp_channel.
 */
int sgp_status_errno(u32 status)
{
	switch ((s32)status) {
	case 0:
		return 0;
	case -1:
		return -EOPNOTSUPP;
	case -3:
		return -EACCES;
	case -4:
		return -ENOENT;
	case -6:
		return -EBUSY;
	default:
		return -EREMOTEIO;
	}
}

/**
 * sgp_reply_check() - is this a reply, and to that command?
 * @reply: header, status and payload
 * @len: bytes that the platform says it has written
 * @header: of the command
 *
 * Context: any.
 * Return: bytes of payload after the status, or a negative errno.
 */
int sgp_reply_check(const void *reply, u32 len, u32 header)
{
	int err;

	if (len < 8 || get_le32(reply) != header)
		return -EPROTO;
	err = sgp_status_errno(get_le32(reply + 4));
	if (err)
		return err;

	return len - 8;
}

/**
 * sgp_fetch_info() - ask for what there is
 * @ch: the way to the platform
 * @info: for the answer
 *
 * Context: that of the channel.
 * Return: 0; -EOPNOTSUPP if the platform does not know the protocol, or means
 * something else by its number; -ENOENT if there is no description; -EACCES if
 * the guest may not have it; another negative errno.
 */
int sgp_fetch_info(struct sgp_channel *ch, struct sgp_info *info)
{
	u8 rsp[SGP_SHA256_SIZE + 12];
	int len;

	len = ch->xfer(ch, SGP_MSG_VERSION, NULL, 0, rsp, 4);
	if (len < 0)
		return len;
	if (len < 4 || get_le32(rsp) >> 16 != SGP_VERSION >> 16)
		return -EOPNOTSUPP;

	len = ch->xfer(ch, SGP_MSG_ATTRIBUTES, NULL, 0, rsp, 4 + SGP_UUID_SIZE);
	if (len < 0)
		return len;
	if (len < 4 + SGP_UUID_SIZE || memcmp(rsp + 4, sgp_uuid, SGP_UUID_SIZE))
		return -EOPNOTSUPP;
	if (!(get_le32(rsp) & BIT(0)))
		return -ENOENT;

	len = ch->xfer(ch, SGP_MSG_DESCRIPTION_ATTRIBUTES, NULL, 0, rsp, sizeof(rsp));
	if (len < 0)
		return len;
	if (len < (int)sizeof(rsp))
		return -EPROTO;
	info->generation = get_le32(rsp);
	info->size = get_le32(rsp + 8);
	memcpy(info->sha256, rsp + 12, SGP_SHA256_SIZE);
	if (!info->generation)
		return -EPROTO;
	if (get_le32(rsp + 4) != SGP_FORMAT_OVERLAY)
		return -EPROTONOSUPPORT;
	if (!info->size)
		return -ENOENT;
	if (info->size > SGP_SIZE_MAX)
		return -EFBIG;

	return 0;
}

static int sgp_read(struct sgp_channel *ch, u8 *blob, const struct sgp_info *info)
{
	u8 rsp[4 + SGP_ROOM_MAX];
	u32 req[2] = { info->generation };
	u32 at = 0, count;
	int len;

	while (at < info->size) {
		req[1] = at;
		len = ch->xfer(ch, SGP_MSG_DESCRIPTION_READ, req, ARRAY_SIZE(req), rsp,
			       4 + ch->room);
		if (len < 0)
			return len;
		if (len < 4)
			return -EPROTO;
		count = get_le32(rsp);
		/* None: it would never end. */
		if (!count || count > (u32)len - 4 || count > info->size - at)
			return -EPROTO;
		memcpy(blob + at, rsp + 4, count);
		at += count;
	}

	return 0;
}

/**
 * sgp_fetch() - read the description
 * @ch: the way to the platform
 * @blob: for the description, SGP_SIZE_MAX bytes
 * @info: for what the platform says of it; the hash has not been compared
 *
 * Begins again when the description changes meanwhile.
 *
 * Context: that of the channel.
 * Return: 0; as for sgp_fetch_info(); -EBUSY if it changes all the time.
 */
int sgp_fetch(struct sgp_channel *ch, void *blob, struct sgp_info *info)
{
	int err = -EBUSY, i;

	if (ch->room > SGP_ROOM_MAX)
		ch->room = SGP_ROOM_MAX;
	for (i = 0; i < TRIES && err == -EBUSY; i++) {
		err = sgp_fetch_info(ch, info);
		if (!err)
			err = sgp_read(ch, blob, info);
	}

	return err;
}

/* --- taking it apart ------------------------------------------------------------ */

static int bad(struct sgp_desc *desc, u16 node, const char *why)
{
	desc->why = why;
	desc->where = node;

	return -EINVAL;
}

static const char *node_name(const struct sgp_desc *desc, u16 node)
{
	return (const char *)desc->blob + desc->nodes[node].name;
}

static const char *prop_name(const struct sgp_desc *desc, u16 prop)
{
	return (const char *)desc->blob + desc->props[prop].name;
}

static const u8 *prop_val(const struct sgp_desc *desc, u16 prop)
{
	return desc->blob + desc->props[prop].val;
}

static bool name_char(char c, bool node)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;

	return c && strchr(node ? ",._+-@" : ",._+-?#", c);
}

/* Its length; 0 if it is none, or has no end before @end. */
static u32 name_len(const struct sgp_desc *desc, u32 at, u32 end, bool node)
{
	u32 i;

	for (i = 0; at + i < end && i <= SGP_NAME_MAX; i++) {
		if (!desc->blob[at + i])
			return i;
		if (!name_char(desc->blob[at + i], node))
			return 0;
	}

	return 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Names of nodes, as the kernel compares them. */
static bool same_name(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}

	return !*a && !*b;
}

static bool name_is(const struct sgp_desc *desc, u16 node, const char *name)
{
	return !strcmp(node_name(desc, node), name);
}

static u16 find_prop(const struct sgp_desc *desc, u16 node, const char *name)
{
	const struct sgp_node *n = &desc->nodes[node];
	u16 i;

	for (i = n->first; i < n->first + n->nr_props; i++) {
		if (!strcmp(prop_name(desc, i), name))
			return i;
	}

	return SGP_NONE;
}

static u16 first_child(const struct sgp_desc *desc, u16 node)
{
	return node + 1 < desc->nodes[node].end ? node + 1 : SGP_NONE;
}

static u16 next_child(const struct sgp_desc *desc, u16 child)
{
	const struct sgp_node *n = &desc->nodes[child];

	return n->end < desc->nodes[n->parent].end ? n->end : SGP_NONE;
}

#define for_each_child(desc, child, node)					\
	for ((child) = first_child(desc, node); (child) != SGP_NONE;		\
	     (child) = next_child(desc, child))

static u16 find_child(const struct sgp_desc *desc, u16 node, const char *name)
{
	u16 child;

	for_each_child(desc, child, node) {
		if (same_name(node_name(desc, child), name))
			return child;
	}

	return SGP_NONE;
}

static int add_node(struct sgp_desc *desc, u16 parent, u32 name)
{
	struct sgp_node *n = &desc->nodes[desc->nr_nodes];

	if (desc->nr_nodes == SGP_NODES_MAX)
		return bad(desc, parent, "too many nodes");
	memset(n, 0, sizeof(*n));
	n->name = name;
	n->parent = parent;
	n->first = desc->nr_props;
	if (desc->nr_nodes)
		n->depth = desc->nodes[parent].depth + 1;
	if (n->depth >= SGP_DEPTH_MAX)
		return bad(desc, parent, "too deep");
	desc->nr_nodes++;

	return 0;
}

static int add_prop(struct sgp_desc *desc, u16 node, u32 name, u32 val, u32 len)
{
	struct sgp_node *n = &desc->nodes[node];
	struct sgp_prop *p = &desc->props[desc->nr_props];

	if (n->nr_props == SGP_NODE_PROPS_MAX || desc->nr_props == SGP_PROPS_MAX)
		return bad(desc, node, "too many properties");
	if (name >= desc->strings_size ||
	    !name_len(desc, desc->strings + name, desc->strings + desc->strings_size, false))
		return bad(desc, node, "bad name of a property");
	name += desc->strings;
	if (find_prop(desc, node, (const char *)desc->blob + name) != SGP_NONE)
		return bad(desc, node, "a property is there twice");
	*p = (struct sgp_prop){ .name = name, .val = val, .len = len, .fix = SGP_NONE };
	n->nr_props++;
	desc->nr_props++;

	return 0;
}

/* Siblings whose names are the same would be one node for the kernel. */
static int check_siblings(struct sgp_desc *desc)
{
	u16 node, a, b;

	for (node = 0; node < desc->nr_nodes; node++) {
		for_each_child(desc, a, node) {
			for (b = next_child(desc, a); b != SGP_NONE; b = next_child(desc, b)) {
				if (same_name(node_name(desc, a), node_name(desc, b)))
					return bad(desc, a, "two nodes have one name");
			}
		}
	}

	return 0;
}

static int parse_struct(struct sgp_desc *desc, u32 at, u32 end)
{
	/* The node that is being read; children end its properties. */
	u16 node = SGP_NONE, child;
	bool props = false;
	u32 token, len;
	int err;

	while (end - at >= 4) {
		token = get_be32(desc->blob + at);
		at += 4;
		switch (token) {
		case FDT_NOP:
			break;
		case FDT_BEGIN_NODE:
			if (node == SGP_NONE) {
				if (desc->nr_nodes || end - at < 4 || desc->blob[at])
					return bad(desc, 0, "bad root");
				len = 0;
			} else {
				len = name_len(desc, at, end, true);
				if (!len)
					return bad(desc, node, "bad name of a node");
			}
			child = desc->nr_nodes;
			err = add_node(desc, node == SGP_NONE ? 0 : node, at);
			if (err)
				return err;
			node = child;
			props = true;
			/* With its end, in whole words; a later one notices too much. */
			len = (len + 4) & ~3U;
			if (len > end - at)
				return bad(desc, node, "truncated");
			at += len;
			break;
		case FDT_END_NODE:
			if (node == SGP_NONE)
				return bad(desc, 0, "a node ends that has not begun");
			desc->nodes[node].end = desc->nr_nodes;
			props = false;
			node = node ? desc->nodes[node].parent : SGP_NONE;
			break;
		case FDT_PROP:
			if (!props)
				return bad(desc, node == SGP_NONE ? 0 : node,
					   "a property in the wrong place");
			if (end - at < 8)
				return bad(desc, node, "truncated");
			len = get_be32(desc->blob + at);
			if (len > end - at - 8)
				return bad(desc, node, "a property is too long");
			err = add_prop(desc, node, get_be32(desc->blob + at + 4), at + 8, len);
			if (err)
				return err;
			len = (len + 3) & ~3U;
			if (len > end - at - 8)
				return bad(desc, node, "truncated");
			at += 8 + len;
			break;
		case FDT_END:
			if (node != SGP_NONE || !desc->nr_nodes || at != end)
				return bad(desc, 0, "it ends in the wrong place");
			return check_siblings(desc);
		default:
			return bad(desc, node == SGP_NONE ? 0 : node, "no device tree");
		}
	}

	return bad(desc, node == SGP_NONE ? 0 : node, "truncated");
}

/**
 * sgp_desc_parse() - take a blob apart
 * @desc: for the parts; @older is kept
 * @blob: a flattened device tree, perhaps; it must stay as long as @desc
 * @size: its bytes
 *
 * Context: any.
 * Return: 0, or -EINVAL, and @desc->why says why.
 */
int sgp_desc_parse(struct sgp_desc *desc, const void *blob, u32 size)
{
	u32 at, len;

	desc->blob = blob;
	desc->size = size;
	desc->why = NULL;
	desc->where = 0;
	desc->nr_nodes = 0;
	desc->nr_props = 0;
	desc->nr_fresh = 0;
	desc->nr_changed = 0;
	desc->scmi = SGP_NONE;
	memset(desc->phandles, 0xff, sizeof(desc->phandles));

	if (size < FDT_HEADER_SIZE || size > SGP_SIZE_MAX ||
	    get_be32(blob) != FDT_MAGIC)
		return bad(desc, 0, "no device tree");
	if (get_be32(blob + 20) != FDT_VERSION)
		return bad(desc, 0, "no device tree of version 17");
	if (get_be32(blob + 4) != size)
		return bad(desc, 0, "another length than it says");

	at = get_be32(blob + 12);
	len = get_be32(blob + 32);
	if (at > size || len > size - at)
		return bad(desc, 0, "its names are outside");
	desc->strings = at;
	desc->strings_size = len;

	at = get_be32(blob + 8);
	len = get_be32(blob + 36);
	if (at > size || len > size - at || at % 4 || len % 4)
		return bad(desc, 0, "its nodes are outside");

	return parse_struct(desc, at, at + len);
}

/* --- paths ------------------------------------------------------------------------ */

static bool is_fragment_overlay(const struct sgp_desc *desc, u16 node)
{
	return desc->nodes[node].depth == 2 && desc->nodes[node].kind == SGP_TARGET;
}

/**
 * sgp_desc_path() - where a node is in the guest
 * @desc: the description, vetted
 * @node: of kind SGP_OWN or SGP_TARGET
 * @path: for the path, SGP_PATH_MAX bytes
 *
 * Context: any.
 * Return: its length, or -ENAMETOOLONG.
 */
int sgp_desc_path(const struct sgp_desc *desc, u16 node, char *path)
{
	u16 up[SGP_DEPTH_MAX], target;
	u32 nr = 0, len, l;
	const char *name;

	while (desc->nodes[node].depth > 2) {
		up[nr++] = node;
		node = desc->nodes[node].parent;
	}
	target = find_prop(desc, desc->nodes[node].parent, "target-path");
	name = target == SGP_NONE ? "/" : (const char *)prop_val(desc, target);
	len = strlen(name);
	if (len >= SGP_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path, name, len);
	if (len == 1)
		len = 0;
	while (nr) {
		name = node_name(desc, up[--nr]);
		l = strlen(name);
		if (len + 1 + l >= SGP_PATH_MAX)
			return -ENAMETOOLONG;
		path[len++] = '/';
		memcpy(path + len, name, l);
		len += l;
	}
	if (!len)
		path[len++] = '/';
	path[len] = '\0';

	return len;
}

/**
 * sgp_desc_find() - the node with a path
 * @desc: a description, vetted
 * @path: in the guest
 *
 * Context: any.
 * Return: the node that the description brings there, or SGP_NONE.
 */
u16 sgp_desc_find(const struct sgp_desc *desc, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char other[SGP_PATH_MAX];
	u16 node;

	for (node = 0; node < desc->nr_nodes; node++) {
		/* Most are told apart by their names. */
		if (desc->nodes[node].kind != SGP_OWN || !same_name(node_name(desc, node), name))
			continue;
		if (sgp_desc_path(desc, node, other) > 0 && same_name(other, path))
			return node;
	}

	return SGP_NONE;
}

/* As it was applied: by the newest that has it. */
static u16 find_older(const struct sgp_desc **older, const char *path)
{
	u16 node;

	for (; *older; *older = (*older)->older) {
		node = sgp_desc_find(*older, path);
		if (node != SGP_NONE)
			return node;
	}

	return SGP_NONE;
}

/* The fragment's node for one that the guest has */
static u16 find_granted(const struct sgp_desc *desc, const char *path)
{
	char other[SGP_PATH_MAX];
	u16 node;

	for (node = 0; node < desc->nr_nodes; node++) {
		if (is_fragment_overlay(desc, node) &&
		    sgp_desc_path(desc, node, other) > 0 && same_name(other, path))
			return node;
	}

	return SGP_NONE;
}

/* --- vetting ------------------------------------------------------------------------ */

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), l = strlen(end);

	return len > l && !strcmp(s + len - l, end);
}

static bool one_of(const char *name, const char *const *list, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!strcmp(name, list[i]))
			return true;
	}

	return false;
}

/* What a granted device may get that the guest has. */
static bool for_granted(const char *name)
{
	static const char *const list[] = {
		"assigned-clock-parents", "assigned-clock-rates", "assigned-clock-rates-u64",
		"assigned-clocks", "clock-names", "clocks", "power-domain-names",
		"power-domains", "reset-names", "resets",
	};

	return one_of(name, list, ARRAY_SIZE(list)) || ends_with(name, "-supply");
}

/*
 * References: a number that stands there without a fix-up would be some node of
 * the guest.
 */
static bool needs_fixup(const char *name)
{
	static const char *const list[] = {
		"assigned-clock-parents", "assigned-clocks", "clocks", "dmas",
		"interconnects", "interrupt-map", "interrupt-parent", "interrupts-extended",
		"io-channels", "iommu-map", "iommus", "mboxes", "memory-region",
		"msi-map", "msi-parent", "nvmem", "nvmem-cells", "operating-points-v2",
		"phys", "power-domains", "pwms", "remote-endpoint", "resets", "shmem",
		"thermal-sensors", "trip",
	};

	return one_of(name, list, ARRAY_SIZE(list)) || ends_with(name, "-supply") ||
	       ends_with(name, "-gpio") || ends_with(name, "-gpios") ||
	       (!strncmp(name, "pinctrl-", 8) && strcmp(name, "pinctrl-names"));
}

static bool is_text(const char *name)
{
	static const char *const list[] = {
		"compatible", "label", "model", "regulator-name", "status",
	};

	return one_of(name, list, ARRAY_SIZE(list)) || ends_with(name, "-names");
}

/* Nodes of a root that tell the kernel of the machine. */
static bool is_reserved(const char *name)
{
	static const char *const list[] = {
		"aliases", "chosen", "cpus", "hypervisor", "memory", "options", "psci",
		"reserved-memory", "rtas",
	};
	u32 i, len;

	if (!strncmp(name, "__", 2))
		return true;
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		len = strlen(list[i]);
		if (!strncmp(name, list[i], len) && (!name[len] || name[len] == '@'))
			return true;
	}

	return false;
}

static bool terminated(const struct sgp_desc *desc, u16 prop)
{
	const struct sgp_prop *p = &desc->props[prop];

	return p->len && !desc->blob[p->val + p->len - 1];
}

/* One string, and nothing behind it. */
static bool is_string(const struct sgp_desc *desc, u16 prop)
{
	return terminated(desc, prop) &&
	       strlen((const char *)prop_val(desc, prop)) + 1 == desc->props[prop].len;
}

static bool is_path(const char *path)
{
	u32 len = 0;

	if (*path++ != '/')
		return false;
	if (!*path)
		return true;
	for (; *path; path++) {
		if (*path == '/') {
			if (!len)
				return false;
			len = 0;
		} else if (!name_char(*path, true) || ++len > SGP_NAME_MAX) {
			return false;
		}
	}

	return len;
}

/* Everything below an own node is its own; all properties are as they must be. */
static int vet_own(struct sgp_desc *desc, u16 top)
{
	struct sgp_node *n;
	const char *name;
	u16 node, i;

	for (node = top; node < desc->nodes[top].end; node++) {
		n = &desc->nodes[node];
		n->kind = SGP_OWN;
		if (!strncmp(node_name(desc, node), "__", 2))
			return bad(desc, node, "a name that is for overlays themselves");
		for (i = n->first; i < n->first + n->nr_props; i++) {
			name = prop_name(desc, i);
			/* Those that the kernel itself reads without looking at their length. */
			if (!strcmp(name, "name") || !strcmp(name, "device_type") ||
			    !strcmp(name, "linux,phandle") || !strcmp(name, "ibm,phandle"))
				return bad(desc, node, "a property that nodes must not have");
			if (is_text(name) && !terminated(desc, i))
				return bad(desc, node, "a text without an end");
			if (strcmp(name, "phandle"))
				continue;
			if (desc->props[i].len != 4)
				return bad(desc, node, "bad phandle");
			n->phandle = get_be32(prop_val(desc, i));
			if (!n->phandle || n->phandle >= SGP_PHANDLES_MAX)
				return bad(desc, node, "bad phandle");
			if (desc->phandles[n->phandle] != SGP_NONE)
				return bad(desc, node, "two nodes have one phandle");
			desc->phandles[n->phandle] = node;
		}
	}

	return 0;
}

static int vet_scmi(struct sgp_desc *desc, u16 node)
{
	u16 prop;

	if (!name_is(desc, node, "scmi"))
		return bad(desc, node, "firmware has more than SCMI");
	if (desc->scmi != SGP_NONE)
		return bad(desc, node, "a second SCMI node");
	prop = find_prop(desc, node, "compatible");
	if (prop == SGP_NONE || !is_string(desc, prop) ||
	    strcmp((const char *)prop_val(desc, prop), "arm,scmi-virtio"))
		return bad(desc, node, "the SCMI node is of another kind");
	desc->scmi = node;

	return 0;
}

/*
 * What is to be in /firmware: the SCMI node. Like every top, it must not be there
 * unless an older description brought it.
 */
static int vet_firmware(struct sgp_desc *desc, u16 firmware)
{
	u16 node;
	int err;

	for_each_child(desc, node, firmware) {
		err = vet_scmi(desc, node);
		if (err)
			return err;
	}

	return 0;
}

static bool known(struct sgp_desc *desc, const char *path)
{
	const struct sgp_desc *older = desc->older;

	return find_older(&older, path) != SGP_NONE;
}

/* Children of a node that the guest has: all are new. */
static int vet_tops(struct sgp_desc *desc, struct sgp_guest *guest, u16 parent)
{
	char path[SGP_PATH_MAX];
	bool there;
	u16 node;
	int err;

	for_each_child(desc, node, parent) {
		if (sgp_desc_path(desc, node, path) < 0)
			return bad(desc, node, "too long a path");
		/* In two fragments for one target */
		if (sgp_desc_find(desc, path) != SGP_NONE)
			return bad(desc, node, "one node in two places");
		there = guest->exists(guest, path) && !known(desc, path);
		if (same_name(path, "/firmware")) {
			if (there) {
				desc->nodes[node].kind = SGP_TARGET;
				if (desc->nodes[node].nr_props)
					return bad(desc, node,
						   "properties for a node that is there");
				err = vet_tops(desc, guest, node);
			} else {
				err = vet_own(desc, node) ?: vet_firmware(desc, node);
			}
		} else if (there) {
			err = bad(desc, node, "the guest has this node");
		} else if (is_reserved(path + 1)) {
			err = bad(desc, node, "no node for a guest");
		} else {
			err = vet_own(desc, node);
			if (!err && !strncmp(path, "/firmware/", 10))
				err = vet_scmi(desc, node);
		}
		if (err)
			return err;
	}

	return 0;
}

/* Properties for a device that the guest has. */
static int vet_granted(struct sgp_desc *desc, struct sgp_guest *guest, u16 node,
		       const char *path)
{
	const struct sgp_node *n = &desc->nodes[node];
	const char *name;
	u16 i;

	if (first_child(desc, node) != SGP_NONE)
		return bad(desc, node, "nodes below one that the guest has");
	if (!guest->exists(guest, path))
		return bad(desc, node, "the guest does not have this node");
	if (known(desc, path))
		return bad(desc, node, "a node of its own as one of the guest's");
	for (i = n->first; i < n->first + n->nr_props; i++) {
		name = prop_name(desc, i);
		if (!for_granted(name))
			return bad(desc, node, "a property that is not for granted devices");
		if (is_text(name) && !terminated(desc, i))
			return bad(desc, node, "a text without an end");
	}

	return 0;
}

static int vet_fragment(struct sgp_desc *desc, struct sgp_guest *guest, u16 fragment)
{
	const struct sgp_node *n = &desc->nodes[fragment];
	u16 overlay = first_child(desc, fragment);
	const char *path;
	bool twice;
	u16 prop;

	prop = find_prop(desc, fragment, "target-path");
	if (prop == SGP_NONE || n->nr_props != 1)
		return bad(desc, fragment, "a fragment without target-path, or with more");
	path = (const char *)prop_val(desc, prop);
	if (!is_string(desc, prop) || !is_path(path) || strlen(path) >= SGP_PATH_MAX)
		return bad(desc, fragment, "bad target-path");
	if (overlay == SGP_NONE || next_child(desc, overlay) != SGP_NONE ||
	    !name_is(desc, overlay, "__overlay__"))
		return bad(desc, fragment, "a fragment without __overlay__, or with more");

	twice = find_granted(desc, path) != SGP_NONE;
	desc->nodes[overlay].kind = SGP_TARGET;
	if (strcmp(path, "/") && strcmp(path, "/firmware"))
		return twice ? bad(desc, overlay, "two fragments for one device") :
			       vet_granted(desc, guest, overlay, path);
	if (desc->nodes[overlay].nr_props)
		return bad(desc, overlay, "properties for a node that is there");
	if (path[1] && !guest->exists(guest, path))
		return bad(desc, overlay, "the guest does not have this node");

	return vet_tops(desc, guest, overlay);
}

static u16 by_phandle(const struct sgp_desc *desc, u32 phandle)
{
	return phandle < SGP_PHANDLES_MAX ? desc->phandles[phandle] : SGP_NONE;
}

/* One property of __local_fixups__: offsets in that of the same name. */
static int vet_fixup(struct sgp_desc *desc, u16 fixups, u16 fix, u16 node)
{
	const struct sgp_prop *p, *f = &desc->props[fix];
	u16 prop = find_prop(desc, node, prop_name(desc, fix));
	u32 i, at;

	if (prop == SGP_NONE || desc->nodes[node].kind == SGP_FRAME)
		return bad(desc, fixups, "a fix-up of nothing");
	p = &desc->props[prop];
	if (!f->len || f->len % 4)
		return bad(desc, fixups, "bad fix-up");
	for (i = 0; i < f->len; i += 4) {
		at = get_be32(prop_val(desc, fix) + i);
		if (p->len < 4 || at > p->len - 4 || at % 4)
			return bad(desc, fixups, "a fix-up outside of its property");
		/* In order, so that none is adjusted twice. */
		if (i && at <= get_be32(prop_val(desc, fix) + i - 4))
			return bad(desc, fixups, "fix-ups are not in order");
		if (by_phandle(desc, get_be32(prop_val(desc, prop) + at)) == SGP_NONE)
			return bad(desc, fixups, "a reference to nothing");
	}
	desc->props[prop].fix = fix;

	return 0;
}

static int vet_fixups(struct sgp_desc *desc, u16 fixups, u16 node)
{
	const struct sgp_node *n = &desc->nodes[fixups];
	u16 i, child, other;
	int err;

	for (i = n->first; i < n->first + n->nr_props; i++) {
		err = vet_fixup(desc, fixups, i, node);
		if (err)
			return err;
	}
	/* As deep as the tree, which is not deep. */
	for_each_child(desc, child, fixups) {
		other = find_child(desc, node, node_name(desc, child));
		if (other == SGP_NONE)
			return bad(desc, child, "a fix-up of nothing");
		err = vet_fixups(desc, child, other);
		if (err)
			return err;
	}

	return 0;
}

/* Does everything that the node refers to come before it? */
static bool suppliers_done(const struct sgp_desc *desc, u16 node)
{
	const struct sgp_node *n = &desc->nodes[node];
	const struct sgp_prop *p, *f;
	u16 i, supplier;
	u32 k;

	if (n->kind == SGP_OWN && desc->nodes[n->parent].kind == SGP_OWN &&
	    !desc->nodes[n->parent].done)
		return false;
	for (i = n->first; i < n->first + n->nr_props; i++) {
		p = &desc->props[i];
		if (p->fix == SGP_NONE)
			continue;
		f = &desc->props[p->fix];
		for (k = 0; k < f->len; k += 4) {
			supplier = by_phandle(desc, get_be32(desc->blob + p->val +
							     get_be32(desc->blob + f->val + k)));
			if (!desc->nodes[supplier].done)
				return false;
		}
	}

	return true;
}

/*
 * Drivers follow references, some until there is none: a circle would never
 * end. A pass for each link of the longest chain.
 */
static int vet_circles(struct sgp_desc *desc)
{
	u16 node, left = 0, pass;
	bool more = true;

	for (pass = 0; more && pass < SGP_CHAIN_MAX; pass++) {
		more = false;
		left = SGP_NONE;
		for (node = 0; node < desc->nr_nodes; node++) {
			if (desc->nodes[node].kind == SGP_FRAME || desc->nodes[node].done)
				continue;
			if (suppliers_done(desc, node)) {
				desc->nodes[node].done = true;
				more = true;
			} else if (left == SGP_NONE) {
				left = node;
			}
		}
	}
	if (left != SGP_NONE)
		return bad(desc, left, "references go in a circle, or have no end");

	return 0;
}

static int vet_references(struct sgp_desc *desc)
{
	const struct sgp_node *n;
	const u8 *fix;
	u16 node, i;

	for (node = 0; node < desc->nr_nodes; node++) {
		n = &desc->nodes[node];
		if (n->kind == SGP_FRAME)
			continue;
		for (i = n->first; i < n->first + n->nr_props; i++) {
			if (!desc->props[i].len || !needs_fixup(prop_name(desc, i)))
				continue;
			fix = desc->props[i].fix == SGP_NONE ? NULL :
			      prop_val(desc, desc->props[i].fix);
			if (!fix || get_be32(fix))
				return bad(desc, node, "a reference to a node of the guest");
		}
	}

	return vet_circles(desc);
}

static int vet_special(struct sgp_desc *desc, u16 node, bool *special)
{
	const struct sgp_node *n = &desc->nodes[node];

	*special = true;
	if (name_is(desc, node, "__local_fixups__") || name_is(desc, node, "__symbols__"))
		return 0;
	if (name_is(desc, node, "__fixups__")) {
		if (n->nr_props || first_child(desc, node) != SGP_NONE)
			return bad(desc, node, "references to labels of the guest");
		return 0;
	}
	*special = false;

	return 0;
}

/* --- what is new --------------------------------------------------------------- */

/* Two references, each in its own description. */
static bool same_supplier(const struct sgp_desc *a, u32 pa, const struct sgp_desc *b, u32 pb)
{
	char one[SGP_PATH_MAX], other[SGP_PATH_MAX];
	u16 na = by_phandle(a, pa), nb = by_phandle(b, pb);

	return na != SGP_NONE && nb != SGP_NONE &&
	       sgp_desc_path(a, na, one) > 0 && sgp_desc_path(b, nb, other) > 0 &&
	       same_name(one, other);
}

/* Phandles are others in another description; what they stand for is compared. */
static bool same_value(const struct sgp_desc *a, u16 pa, const struct sgp_desc *b, u16 pb)
{
	const struct sgp_prop *x = &a->props[pa], *y = &b->props[pb];
	const struct sgp_prop *fx, *fy;
	u32 i, at, k = 0;

	if (!strcmp(prop_name(a, pa), "phandle"))
		return true;
	if (x->len != y->len)
		return false;
	if (x->fix == SGP_NONE || y->fix == SGP_NONE)
		return x->fix == y->fix && !memcmp(a->blob + x->val, b->blob + y->val, x->len);
	fx = &a->props[x->fix];
	fy = &b->props[y->fix];
	if (fx->len != fy->len || memcmp(a->blob + fx->val, b->blob + fy->val, fx->len))
		return false;
	for (i = 0; i < x->len; i += 4) {
		at = k < fx->len ? get_be32(a->blob + fx->val + k) : x->len;
		if (i == at) {
			if (!same_supplier(a, get_be32(a->blob + x->val + i),
					   b, get_be32(b->blob + y->val + i)))
				return false;
			k += 4;
		} else if (memcmp(a->blob + x->val + i, b->blob + y->val + i,
				  x->len - i < 4 ? x->len - i : 4)) {
			return false;
		}
	}

	return true;
}

/*
 * A property of a node that is there already: was it brought by an older
 * description? Those that are nobody's are the guest's, and stay as they are.
 */
static int fresh_prop(struct sgp_desc *desc, struct sgp_guest *guest, u16 node, u16 prop,
		      const char *path)
{
	bool own = desc->nodes[node].kind == SGP_OWN;
	const struct sgp_desc *older;
	u16 other, old;

	for (older = desc->older; older; older = older->older) {
		other = own ? sgp_desc_find(older, path) : find_granted(older, path);
		if (other == SGP_NONE)
			continue;
		old = find_prop(older, other, prop_name(desc, prop));
		if (old == SGP_NONE)
			continue;
		if (!same_value(desc, prop, older, old))
			desc->nr_changed++;
		return 0;
	}
	/* The kernel gives a node its phandle once. */
	if (!strcmp(prop_name(desc, prop), "phandle"))
		return 0;
	if (guest->has_property(guest, path, prop_name(desc, prop)))
		return bad(desc, node, "the guest has this property");
	desc->props[prop].fresh = true;
	desc->nr_fresh++;

	return 0;
}

static int find_fresh(struct sgp_desc *desc, struct sgp_guest *guest)
{
	char path[SGP_PATH_MAX];
	struct sgp_node *n;
	u16 node, i;
	int err;

	for (node = 0; node < desc->nr_nodes; node++) {
		n = &desc->nodes[node];
		if (n->kind == SGP_FRAME)
			continue;
		if (sgp_desc_path(desc, node, path) < 0)
			return bad(desc, node, "too long a path");
		if (n->kind == SGP_OWN && !known(desc, path)) {
			n->fresh = true;
			desc->nr_fresh++;
			continue;
		}
		for (i = n->first; i < n->first + n->nr_props; i++) {
			err = fresh_prop(desc, guest, node, i, path);
			if (err)
				return err;
		}
	}

	return 0;
}

/**
 * sgp_desc_vet() - may this be applied, and what of it is new?
 * @desc: what sgp_desc_parse() made
 * @guest: the guest's device tree
 *
 * Context: that of @guest.
 * Return: 0, or -EINVAL, and @desc->why says why.
 */
int sgp_desc_vet(struct sgp_desc *desc, struct sgp_guest *guest)
{
	bool special;
	u16 node;
	int err;

	for_each_child(desc, node, 0) {
		err = vet_special(desc, node, &special);
		if (!err && !special)
			err = vet_fragment(desc, guest, node);
		if (err)
			return err;
	}
	if (desc->scmi == SGP_NONE)
		return bad(desc, 0, "no SCMI node");
	node = find_child(desc, 0, "__local_fixups__");
	err = node == SGP_NONE ? 0 : vet_fixups(desc, node, 0);
	if (err)
		return err;
	err = vet_references(desc);
	if (err)
		return err;

	return find_fresh(desc, guest);
}

/**
 * sgp_desc_next_top() - the nodes that are new below one that is not
 * @desc: the description, vetted
 * @node: the last one, or 0 to begin
 *
 * Context: any.
 * Return: the next, or SGP_NONE.
 */
u16 sgp_desc_next_top(const struct sgp_desc *desc, u16 node)
{
	for (node++; node < desc->nr_nodes; node++) {
		if (desc->nodes[node].fresh && !desc->nodes[desc->nodes[node].parent].fresh)
			return node;
	}

	return SGP_NONE;
}

/* A node of an older one, own or granted, and its properties */
static u32 removed_of(const struct sgp_desc *desc, const struct sgp_desc *old, u16 node,
		      const char *path)
{
	const struct sgp_node *n = &old->nodes[node];
	u32 count = 0;
	u16 now, i;

	now = n->kind == SGP_OWN ? sgp_desc_find(desc, path) : find_granted(desc, path);
	if (now == SGP_NONE)
		return n->kind == SGP_OWN ? 1 : n->nr_props;
	for (i = n->first; i < n->first + n->nr_props; i++) {
		if (strcmp(prop_name(old, i), "phandle") &&
		    find_prop(desc, now, prop_name(old, i)) == SGP_NONE)
			count++;
	}

	return count;
}

/**
 * sgp_desc_removed() - what was applied and is not in the description any more
 * @desc: the description, vetted
 * @first: for the path of the first such node, SGP_PATH_MAX bytes
 *
 * Context: any.
 * Return: how many nodes and properties.
 */
u32 sgp_desc_removed(const struct sgp_desc *desc, char *first)
{
	const struct sgp_desc *older;
	char path[SGP_PATH_MAX];
	u32 count = 0, n;
	u16 node;

	*first = '\0';
	for (older = desc->older; older; older = older->older) {
		for (node = 0; node < older->nr_nodes; node++) {
			if (older->nodes[node].kind == SGP_FRAME ||
			    sgp_desc_path(older, node, path) < 0)
				continue;
			n = removed_of(desc, older, node, path);
			if (n && !count)
				memcpy(first, path, sizeof(path));
			count += n;
		}
	}

	return count;
}

/* --- writing it down -------------------------------------------------------------- */

/**
 * struct writer - a flattened device tree that grows
 * @out: where to
 * @at: so far
 * @room: at most; @at goes on beyond it, and nothing is written any more
 * @desc: the description
 * @guest: for phandles of nodes that are there
 */
struct writer {
	u8 *out;
	u32 at;
	u32 room;
	struct sgp_desc *desc;
	struct sgp_guest *guest;
};

static void put(struct writer *w, const void *data, u32 len)
{
	u32 pad = -len & 3;

	if (w->at <= w->room && len + pad <= w->room - w->at) {
		if (len)
			memcpy(w->out + w->at, data, len);
		memset(w->out + w->at + len, 0, pad);
	}
	w->at += len + pad;
}

static void put_word(struct writer *w, u32 val)
{
	u8 bytes[4];

	put_be32(bytes, val);
	put(w, bytes, 4);
}

static void begin(struct writer *w, const char *name)
{
	put_word(w, FDT_BEGIN_NODE);
	put(w, name, strlen(name) + 1);
}

static void end(struct writer *w)
{
	put_word(w, FDT_END_NODE);
}

static void put_prop(struct writer *w, u32 name, const void *val, u32 len)
{
	put_word(w, FDT_PROP);
	put_word(w, len);
	put_word(w, name);
	put(w, val, len);
}

/* Names are those of the description; "target-path" comes after them. */
static u32 name_of(const struct writer *w, u16 prop)
{
	return w->desc->props[prop].name - w->desc->strings;
}

/*
 * A reference to a node that is new stays what it is, and has a fix-up. One to a
 * node that is there becomes that node's phandle.
 */
static int put_value(struct writer *w, u16 prop)
{
	const struct sgp_prop *p = &w->desc->props[prop], *f;
	char path[SGP_PATH_MAX];
	u32 at = w->at + 12, k, off, phandle;
	u16 node;

	put_prop(w, name_of(w, prop), w->desc->blob + p->val, p->len);
	if (p->fix == SGP_NONE || w->at > w->room)
		return 0;
	f = &w->desc->props[p->fix];
	for (k = 0; k < f->len; k += 4) {
		off = get_be32(w->desc->blob + f->val + k);
		node = by_phandle(w->desc, get_be32(w->desc->blob + p->val + off));
		if (w->desc->nodes[node].fresh)
			continue;
		if (sgp_desc_path(w->desc, node, path) < 0)
			return bad(w->desc, node, "too long a path");
		phandle = w->guest->phandle(w->guest, path);
		if (!phandle)
			return bad(w->desc, node, "nothing can refer to it any more");
		put_be32(w->out + at + off, phandle);
	}

	return 0;
}

static bool is_written(const struct sgp_desc *desc, u16 node, u16 prop)
{
	return desc->nodes[node].fresh || desc->props[prop].fresh;
}

static int put_props(struct writer *w, u16 node)
{
	const struct sgp_node *n = &w->desc->nodes[node];
	int err;
	u16 i;

	for (i = n->first; i < n->first + n->nr_props; i++) {
		if (!is_written(w->desc, node, i))
			continue;
		err = put_value(w, i);
		if (err)
			return err;
	}

	return 0;
}

/* A new node, and all below it, which is new as well. */
static int put_nodes(struct writer *w, u16 node)
{
	u16 child;
	int err;

	begin(w, node_name(w->desc, node));
	err = put_props(w, node);
	for_each_child(w->desc, child, node) {
		if (!err)
			err = put_nodes(w, child);
	}
	end(w);

	return err;
}

static void put_fixups_of(struct writer *w, u16 node)
{
	const struct sgp_node *n = &w->desc->nodes[node];
	const struct sgp_prop *p, *f;
	u32 k, off, len, at;
	u16 i, to;

	for (i = n->first; i < n->first + n->nr_props; i++) {
		p = &w->desc->props[i];
		if (p->fix == SGP_NONE || !is_written(w->desc, node, i))
			continue;
		f = &w->desc->props[p->fix];
		at = w->at;
		put_prop(w, name_of(w, i), NULL, 0);
		len = 0;
		for (k = 0; k < f->len; k += 4) {
			off = get_be32(w->desc->blob + f->val + k);
			to = by_phandle(w->desc, get_be32(w->desc->blob + p->val + off));
			if (!w->desc->nodes[to].fresh)
				continue;
			put_word(w, off);
			len += 4;
		}
		if (!len)
			w->at = at;
		else if (w->at <= w->room)
			put_be32(w->out + at + 4, len);
	}
}

static void put_fixups(struct writer *w, u16 node)
{
	u16 child;

	begin(w, node_name(w->desc, node));
	put_fixups_of(w, node);
	for_each_child(w->desc, child, node)
		put_fixups(w, child);
	end(w);
}

static void fragment_name(u32 nr, char *name)
{
	static const char digits[] = "0123456789abcdef";

	memcpy(name, "fragment@", 9);
	name[9] = digits[nr >> 12 & 15];
	name[10] = digits[nr >> 8 & 15];
	name[11] = digits[nr >> 4 & 15];
	name[12] = digits[nr & 15];
	name[13] = '\0';
}

static bool has_fresh_props(const struct sgp_desc *desc, u16 node)
{
	const struct sgp_node *n = &desc->nodes[node];
	u16 i;

	for (i = n->first; i < n->first + n->nr_props; i++) {
		if (desc->props[i].fresh)
			return true;
	}

	return false;
}

/*
 * A fragment for each new node below one that is there, and for each node with
 * new properties; or the fix-ups of all of them.
 */
static int put_fragments(struct writer *w, bool fixups)
{
	struct sgp_desc *desc = w->desc;
	char path[SGP_PATH_MAX], name[14];
	u16 node, parent;
	bool top;
	u32 nr = 0;
	int err;

	for (node = 1; node < desc->nr_nodes; node++) {
		parent = desc->nodes[node].parent;
		top = desc->nodes[node].fresh && !desc->nodes[parent].fresh;
		if (!top && !has_fresh_props(desc, node))
			continue;
		fragment_name(nr++, name);
		begin(w, name);
		if (!fixups) {
			if (sgp_desc_path(desc, top ? parent : node, path) < 0)
				return bad(desc, node, "too long a path");
			put_prop(w, desc->strings_size, path, strlen(path) + 1);
		}
		begin(w, "__overlay__");
		if (fixups && top)
			put_fixups(w, node);
		else if (fixups)
			put_fixups_of(w, node);
		err = fixups ? 0 : top ? put_nodes(w, node) : put_props(w, node);
		if (err)
			return err;
		end(w);
		end(w);
	}

	return 0;
}

/**
 * sgp_desc_write() - what is new in a description, as an overlay
 * @desc: the description, vetted
 * @guest: the guest's device tree
 * @out: for the overlay
 * @room: its bytes
 *
 * Context: that of @guest.
 * Return: the overlay's bytes; -EINVAL, and @desc->why says why; -EFBIG.
 */
int sgp_desc_write(struct sgp_desc *desc, struct sgp_guest *guest, void *out, u32 room)
{
	static const char target[] = "target-path";
	struct writer w = { .out = out, .room = room, .desc = desc, .guest = guest };
	/* After the header, an empty list of memory reservations */
	u32 start = FDT_HEADER_SIZE + 16, names;
	int err;

	if (room < start)
		return -EFBIG;
	memset(out, 0, start);
	w.at = start;
	begin(&w, "");
	err = put_fragments(&w, false);
	if (err)
		return err;
	begin(&w, "__local_fixups__");
	put_fragments(&w, true);
	end(&w);
	end(&w);
	put_word(&w, FDT_END);
	names = w.at;
	if (names > room || room - names < desc->strings_size + sizeof(target))
		return -EFBIG;
	memcpy(w.out + names, desc->blob + desc->strings, desc->strings_size);
	memcpy(w.out + names + desc->strings_size, target, sizeof(target));
	w.at = names + desc->strings_size + sizeof(target);

	put_be32(w.out, FDT_MAGIC);
	put_be32(w.out + 4, w.at);
	put_be32(w.out + 8, start);
	put_be32(w.out + 12, names);
	put_be32(w.out + 16, FDT_HEADER_SIZE);
	put_be32(w.out + 20, FDT_VERSION);
	put_be32(w.out + 24, FDT_COMPAT_VERSION);
	put_be32(w.out + 32, desc->strings_size + sizeof(target));
	put_be32(w.out + 36, names - start);

	return w.at;
}
