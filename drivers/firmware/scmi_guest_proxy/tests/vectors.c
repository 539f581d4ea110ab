// SPDX-License-Identifier: GPL-2.0
/*
 * Guest descriptions of all kinds, and platforms of all kinds.
 *
 * Blobs are put together here token by token, so that they can be as wrong as
 * no compiler would make them.
 */

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "vectors.h"

#define NODES	4096
#define NAMES	2048

/* --- a blob ------------------------------------------------------------------ */

struct blob {
	u8 *out;
	u32 at;
	u32 room;
	char names[NAMES];
	u32 nr_names;
	bool full;
};

static void put_be32(u8 *p, u32 val)
{
	p[0] = val >> 24;
	p[1] = val >> 16;
	p[2] = val >> 8;
	p[3] = val;
}

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void word(struct blob *b, u32 val)
{
	if (b->room - b->at < 4) {
		b->full = true;
		return;
	}
	put_be32(b->out + b->at, val);
	b->at += 4;
}

static void bytes(struct blob *b, const void *data, u32 len)
{
	u32 padded = (len + 3) & ~3U;

	if (b->room - b->at < padded) {
		b->full = true;
		return;
	}
	memset(b->out + b->at, 0, padded);
	if (len)
		memcpy(b->out + b->at, data, len);
	b->at += padded;
}

static void node(struct blob *b, const char *name)
{
	word(b, 1);
	bytes(b, name, strlen(name) + 1);
}

static void end(struct blob *b)
{
	word(b, 2);
}

static u32 name_at(struct blob *b, const char *name)
{
	u32 at = 0, len = strlen(name) + 1;

	while (at < b->nr_names && strcmp(b->names + at, name))
		at += strlen(b->names + at) + 1;
	if (at == b->nr_names) {
		if (NAMES - at < len) {
			b->full = true;
			return 0;
		}
		memcpy(b->names + at, name, len);
		b->nr_names += len;
	}

	return at;
}

static void data(struct blob *b, const char *name, const void *val, u32 len)
{
	word(b, 3);
	word(b, len);
	word(b, name_at(b, name));
	bytes(b, val, len);
}

static void text(struct blob *b, const char *name, const char *val)
{
	data(b, name, val, strlen(val) + 1);
}

static void cell(struct blob *b, const char *name, u32 val)
{
	u8 raw[4];

	put_be32(raw, val);
	data(b, name, raw, 4);
}

static void cells(struct blob *b, const char *name, u32 one, u32 two)
{
	u8 raw[8];

	put_be32(raw, one);
	put_be32(raw + 4, two);
	data(b, name, raw, 8);
}

static void start(struct blob *b, u8 *out, u32 room)
{
	b->out = out;
	b->room = room;
	b->nr_names = 0;
	b->full = false;
	memset(out, 0, 56);
	b->at = 56;
	node(b, "");
}

static u32 finish(struct blob *b)
{
	u32 names;

	end(b);
	word(b, 9);
	names = b->at;
	bytes(b, b->names, b->nr_names);
	if (b->full)
		return 0;
	put_be32(b->out, 0xd00dfeed);
	put_be32(b->out + 4, b->at);
	put_be32(b->out + 8, 56);
	put_be32(b->out + 12, names);
	put_be32(b->out + 16, 40);
	put_be32(b->out + 20, 17);
	put_be32(b->out + 24, 16);
	put_be32(b->out + 32, b->nr_names);
	put_be32(b->out + 36, names - 56);

	return b->at;
}

/* --- guests ------------------------------------------------------------------ */

static bool listed(const char *const *list, const char *path)
{
	for (; *list; list++) {
		if (!strcmp(*list, path))
			return true;
	}

	return false;
}

/* A guest with a device tree: phandles are what the path is long. */
static const char *const tree_nodes[] = {
	"/", "/chosen", "/cpus", "/memory@40000000", "/soc", "/soc/uart@9000000", "/firmware",
	NULL
};

static bool tree_exists(struct sgp_guest *guest, const char *path)
{
	return listed(tree_nodes, path);
}

static bool tree_has_property(struct sgp_guest *guest, const char *path, const char *name)
{
	return !strcmp(path, "/soc/uart@9000000") && !strcmp(name, "resets");
}

static u32 tree_phandle(struct sgp_guest *guest, const char *path)
{
	return strlen(path);
}

struct sgp_guest sgp_fake_guest = {
	.exists = tree_exists,
	.has_property = tree_has_property,
	.phandle = tree_phandle,
};

/* One without; later it has what was applied, which nobody needs to know. */
static bool empty_exists(struct sgp_guest *guest, const char *path)
{
	return !strcmp(path, "/");
}

static bool empty_has_property(struct sgp_guest *guest, const char *path, const char *name)
{
	return false;
}

static u32 empty_phandle(struct sgp_guest *guest, const char *path)
{
	return strcmp(path, "/firmware/scmi/protocol@14") ? 0 : 77;
}

struct sgp_guest sgp_fake_empty = {
	.exists = empty_exists,
	.has_property = empty_has_property,
	.phandle = empty_phandle,
};

/* --- descriptions ------------------------------------------------------------- */

/* What is different from a good one; where it would be hidden, more of it is. */
enum twist {
	GOOD,
	GRANTED,
	SYMBOLS,
	FIXUPS_EMPTY,
	REGULATORS,
	NOPS,
	MIXED_CASE_TOP,
	NO_SCMI,
	TWO_SCMI,
	OTHER_SCMI,
	OTHER_FIRMWARE,
	FIXUPS,
	TARGET,
	TARGET_RELATIVE,
	TARGET_NOWHERE,
	TARGET_TWICE,
	TOP_TWICE,
	TWO_ROOTS,
	TARGET_UNENDED,
	NO_OVERLAY,
	TWO_OVERLAYS,
	ROOT_PROPERTY,
	CHOSEN,
	CHOSEN_LOUD,
	MEMORY,
	ALIASES,
	TAKEN,
	TAKEN_LOUD,
	GRANTED_REG,
	GRANTED_STATUS,
	GRANTED_CHILD,
	GRANTED_TAKEN,
	PHANDLE_TWICE,
	PHANDLE_NULL,
	PHANDLE_SHORT,
	PHANDLE_LARGE,
	CIRCLE,
	CIRCLE_SELF,
	CIRCLE_PARENT,
	CIRCLE_TWO,
	REFERENCE_RAW,
	REFERENCE_GRANTED_RAW,
	REFERENCE_NOWHERE,
	INTERRUPT_PARENT,
	FIXUP_OUTSIDE,
	FIXUP_ODD,
	FIXUP_TWICE,
	FIXUP_HUGE,
	FIXUP_NO_PROPERTY,
	FIXUP_NO_NODE,
	FIXUP_SHORT,
	NAME,
	DEVICE_TYPE,
	COMPATIBLE_UNENDED,
	STATUS_EMPTY,
	NODE_TWICE,
	NODE_TWICE_LOUD,
	NODE_SLASH,
	NODE_UNDERSCORES,
	PROPERTY_TWICE,
	PROPERTY_NAME,
	PROPERTY_LATE,
	EMPTY,
};

static const struct vector {
	const char *name;
	enum twist twist;
	/* Of why it is refused on a guest without a device tree; and on one with */
	const char *why, *tree;
} vectors[] = {
	{ "SCMI and a device", GOOD, NULL, NULL },
	{ "a clock for a device of the guest", GRANTED, "does not have this node", NULL },
	{ "symbols are left out", SYMBOLS, NULL, NULL },
	{ "no references to labels", FIXUPS_EMPTY, NULL, NULL },
	{ "regulators", REGULATORS, NULL, NULL },
	{ "words that mean nothing", NOPS, NULL, NULL },
	{ "a name with capitals", MIXED_CASE_TOP, NULL, NULL },
	{ "no SCMI node", NO_SCMI, "no SCMI node", "no SCMI node" },
	{ "two SCMI nodes", TWO_SCMI, "more than SCMI", "more than SCMI" },
	{ "SCMI of another kind", OTHER_SCMI, "of another kind", "of another kind" },
	{ "other firmware", OTHER_FIRMWARE, "more than SCMI", "more than SCMI" },
	{ "references to labels of the guest", FIXUPS, "to labels", "to labels" },
	{ "a target by phandle", TARGET, "without target-path", "without target-path" },
	{ "a target by alias", TARGET_RELATIVE, "bad target-path", "bad target-path" },
	{ "a target that is not there", TARGET_NOWHERE, "not have this", "not have this" },
	{ "one device twice", TARGET_TWICE, "not have this node", "two fragments" },
	{ "one node in two fragments", TOP_TWICE, "two places", "two places" },
	{ "two fragments for the root", TWO_ROOTS, NULL, NULL },
	{ "a target without an end", TARGET_UNENDED, "bad target-path", "bad target-path" },
	{ "no __overlay__", NO_OVERLAY, "without __overlay__", "without __overlay__" },
	{ "two __overlay__", TWO_OVERLAYS, "without __overlay__", "without __overlay__" },
	{ "a property for the root", ROOT_PROPERTY, "that is there", "that is there" },
	{ "a command line", CHOSEN, "no node for a guest", "has this node" },
	{ "a command line, loud", CHOSEN_LOUD, NULL, NULL },
	{ "memory", MEMORY, "no node for a guest", "no node for a guest" },
	{ "aliases", ALIASES, "no node for a guest", "no node for a guest" },
	{ "a node of the guest", TAKEN, NULL, "has this node" },
	{ "registers for a granted device", GRANTED_REG, "not have", "not for granted" },
	{ "a granted device switched off", GRANTED_STATUS, "not have", "not for granted" },
	{ "a node below a granted device", GRANTED_CHILD, "nodes below", "nodes below" },
	{ "another reset for a device", GRANTED_TAKEN, "not have", "has this property" },
	{ "a phandle twice", PHANDLE_TWICE, "one phandle", "one phandle" },
	{ "phandle 0", PHANDLE_NULL, "bad phandle", "bad phandle" },
	{ "a short phandle", PHANDLE_SHORT, "bad phandle", "bad phandle" },
	{ "a large phandle", PHANDLE_LARGE, "bad phandle", "bad phandle" },
	{ "two nodes refer to each other", CIRCLE, "circle", "circle" },
	{ "a node refers to itself", CIRCLE_SELF, "circle", "circle" },
	{ "a node refers to what is in it", CIRCLE_PARENT, "circle", "circle" },
	{ "a circle beside what is good", CIRCLE_TWO, "circle", "circle" },
	{ "a clock without a fix-up", REFERENCE_RAW, "a node of the guest", "a node of the guest" },
	{ "the same for a granted device", REFERENCE_GRANTED_RAW, "not have", "of the guest" },
	{ "a clock of nothing", REFERENCE_NOWHERE, "to nothing", "to nothing" },
	{ "an interrupt parent", INTERRUPT_PARENT, "a node of the guest", "a node of the guest" },
	{ "a fix-up behind its property", FIXUP_OUTSIDE, "outside", "outside" },
	{ "a fix-up at an odd place", FIXUP_ODD, "outside", "outside" },
	{ "a fix-up twice", FIXUP_TWICE, "not in order", "not in order" },
	{ "a fix-up far away", FIXUP_HUGE, "outside", "outside" },
	{ "a fix-up of no property", FIXUP_NO_PROPERTY, "of nothing", "of nothing" },
	{ "a fix-up of no node", FIXUP_NO_NODE, "of nothing", "of nothing" },
	{ "a fix-up of three bytes", FIXUP_SHORT, "bad fix-up", "bad fix-up" },
	{ "a property name", NAME, "must not have", "must not have" },
	{ "a device type", DEVICE_TYPE, "must not have", "must not have" },
	{ "compatible without an end", COMPATIBLE_UNENDED, "without an end", "without an end" },
	{ "an empty status", STATUS_EMPTY, "without an end", "without an end" },
	{ "a node twice", NODE_TWICE, "have one name", "have one name" },
	{ "a node twice, loud", NODE_TWICE_LOUD, "have one name", "have one name" },
	{ "a node with a slash", NODE_SLASH, "bad name", "bad name" },
	{ "an overlay's own name", NODE_UNDERSCORES, "for overlays", "for overlays" },
	{ "a property twice", PROPERTY_TWICE, "there twice", "there twice" },
	{ "a property with a blank", PROPERTY_NAME, "bad name", "bad name" },
	{ "a property after a node", PROPERTY_LATE, "wrong place", "wrong place" },
	{ "nothing", EMPTY, "no SCMI node", "no SCMI node" },
};

static void build_scmi(struct blob *b, enum twist t)
{
	node(b, "scmi");
	text(b, "compatible", t == OTHER_SCMI ? "arm,scmi-smc" : "arm,scmi-virtio");
	cell(b, "#address-cells", 1);
	cell(b, "#size-cells", 0);
	if (t == NAME)
		data(b, "name", "scmi", 4);
	if (t == DEVICE_TYPE)
		text(b, "device_type", "memory");
	if (t == PROPERTY_TWICE)
		cell(b, "#size-cells", 0);
	if (t == PROPERTY_NAME)
		cell(b, "size cells", 0);
	node(b, "protocol@14");
	cell(b, "reg", 0x14);
	cell(b, "#clock-cells", 1);
	cell(b, "phandle", t == PHANDLE_NULL ? 0 : t == PHANDLE_LARGE ? 0xffffffff : 1);
	if (t == CIRCLE_SELF)
		cell(b, "power-domains", 1);
	if (t == CIRCLE)
		cell(b, "power-domains", 2);
	end(b);
	if (t == PROPERTY_LATE)
		cell(b, "reg", 0);
	if (t == PHANDLE_SHORT || t == PHANDLE_TWICE) {
		node(b, "protocol@11");
		data(b, "phandle", "\0\0\0\1", t == PHANDLE_SHORT ? 2 : 4);
		end(b);
	}
	if (t == REGULATORS) {
		node(b, "protocol@17");
		cell(b, "reg", 0x17);
		node(b, "regulators");
		node(b, "regulator@0");
		cell(b, "phandle", 3);
		end(b);
		node(b, "regulator@1");
		cell(b, "vin-supply", 3);
		end(b);
		end(b);
		end(b);
	}
	if (t == NODE_SLASH) {
		node(b, "a/b");
		end(b);
	}
	if (t == NODE_UNDERSCORES) {
		node(b, "__overlay__");
		end(b);
	}
	if (t == NODE_TWICE || t == NODE_TWICE_LOUD) {
		node(b, t == NODE_TWICE ? "protocol@14" : "PROTOCOL@14");
		end(b);
	}
	end(b);
}

static void build_device(struct blob *b, enum twist t)
{
	node(b, t == MIXED_CASE_TOP ? "Camera@fe900000" : "camera@fe900000");
	if (t == COMPATIBLE_UNENDED)
		data(b, "compatible", "acme,camera", 11);
	else
		text(b, "compatible", "acme,camera");
	if (t == STATUS_EMPTY)
		data(b, "status", "", 0);
	text(b, "clock-names", "core");
	cells(b, "clocks", t == REFERENCE_NOWHERE ? 9 : 1, 0);
	if (t == INTERRUPT_PARENT)
		cell(b, "interrupt-parent", 1);
	if (t == CIRCLE || t == CIRCLE_PARENT)
		cell(b, "phandle", 2);
	if (t == CIRCLE_PARENT) {
		cell(b, "iommus", 3);
		node(b, "port");
		cell(b, "phandle", 3);
		end(b);
	}
	end(b);
	if (t != CIRCLE_TWO)
		return;
	node(b, "a");
	cell(b, "phandle", 4);
	cell(b, "vin-supply", 5);
	end(b);
	node(b, "b");
	cell(b, "phandle", 5);
	cell(b, "vin-supply", 4);
	end(b);
}

static void build_extra(struct blob *b, enum twist t)
{
	static const struct {
		enum twist twist;
		const char *name;
	} extra[] = {
		{ CHOSEN, "chosen" }, { CHOSEN_LOUD, "Chosen-too" },
		{ MEMORY, "memory@80000000" }, { ALIASES, "aliases" }, { TAKEN, "soc" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(extra); i++) {
		if (extra[i].twist != t)
			continue;
		node(b, extra[i].name);
		text(b, "bootargs", "init=/bin/sh");
		end(b);
	}
}

static void build_tops(struct blob *b, enum twist t)
{
	u32 i;

	node(b, "__overlay__");
	if (t == ROOT_PROPERTY)
		text(b, "compatible", "acme,board");
	node(b, "firmware");
	if (t == OTHER_FIRMWARE) {
		node(b, "optee");
		text(b, "compatible", "linaro,optee-tz");
		end(b);
	}
	if (t != NO_SCMI)
		build_scmi(b, t);
	if (t == TWO_SCMI) {
		node(b, "scmi-2");
		end(b);
	}
	end(b);
	for (i = 0; t == NOPS && i < 3; i++)
		word(b, 4);
	build_device(b, t);
	build_extra(b, t);
	end(b);
	if (t == TWO_OVERLAYS) {
		node(b, "__overlay_2__");
		end(b);
	}
}

static bool is_granted(enum twist t)
{
	return t == GRANTED || t == TARGET_NOWHERE || t == TARGET_RELATIVE ||
	       t == GRANTED_REG || t == GRANTED_STATUS || t == GRANTED_CHILD ||
	       t == GRANTED_TAKEN || t == REFERENCE_GRANTED_RAW || t == TARGET_UNENDED ||
	       t == TARGET_TWICE;
}

static void build_granted(struct blob *b, enum twist t)
{
	static const char uart[] = "/soc/uart@9000000";

	node(b, "fragment@1");
	if (t == TARGET_UNENDED)
		data(b, "target-path", uart, strlen(uart));
	else
		text(b, "target-path", t == TARGET_NOWHERE ? "/soc/uart@0" :
		     t == TARGET_RELATIVE ? "serial0" : uart);
	node(b, "__overlay__");
	cells(b, "clocks", 1, 1);
	if (t == GRANTED_REG)
		cells(b, "reg", 0, 0);
	if (t == GRANTED_STATUS)
		text(b, "status", "disabled");
	if (t == GRANTED_TAKEN)
		cells(b, "resets", 1, 1);
	if (t == GRANTED_CHILD) {
		node(b, "bluetooth");
		end(b);
	}
	end(b);
	end(b);
}

static void build_fixups_scmi(struct blob *b, enum twist t)
{
	node(b, "firmware");
	node(b, "scmi");
	if (t == CIRCLE_SELF || t == CIRCLE) {
		node(b, "protocol@14");
		cell(b, "power-domains", 0);
		end(b);
	}
	if (t == FIXUP_NO_NODE) {
		node(b, "protocol@15");
		cell(b, "power-domains", 0);
		end(b);
	}
	if (t == REGULATORS) {
		node(b, "protocol@17");
		node(b, "regulators");
		node(b, "regulator@1");
		cell(b, "vin-supply", 0);
		end(b);
		end(b);
		end(b);
	}
	end(b);
	end(b);
}

static void build_fixups(struct blob *b, enum twist t)
{
	node(b, "__local_fixups__");
	node(b, "fragment@0");
	node(b, "__overlay__");
	build_fixups_scmi(b, t);
	node(b, t == MIXED_CASE_TOP ? "Camera@fe900000" : "camera@fe900000");
	if (t == FIXUP_TWICE)
		cells(b, "clocks", 0, 0);
	else if (t == FIXUP_SHORT)
		data(b, "clocks", "\0\0\0", 3);
	else if (t != REFERENCE_RAW)
		cell(b, "clocks", t == FIXUP_OUTSIDE ? 8 : t == FIXUP_ODD ? 5 :
		     t == FIXUP_HUGE ? 0xfffffffc : 0);
	if (t == FIXUP_NO_PROPERTY)
		cell(b, "resets", 0);
	if (t == CIRCLE_PARENT)
		cell(b, "iommus", 0);
	end(b);
	if (t == CIRCLE_TWO) {
		node(b, "a");
		cell(b, "vin-supply", 0);
		end(b);
		node(b, "b");
		cell(b, "vin-supply", 0);
		end(b);
	}
	end(b);
	end(b);
	if (is_granted(t) && t != REFERENCE_GRANTED_RAW) {
		node(b, "fragment@1");
		node(b, "__overlay__");
		cell(b, "clocks", 0);
		if (t == GRANTED_TAKEN)
			cell(b, "resets", 0);
		end(b);
		end(b);
	}
	end(b);
}

static u32 build(struct blob *b, enum twist t, u8 *out, u32 room)
{
	start(b, out, room);
	if (t == EMPTY)
		return finish(b);
	if (t == SYMBOLS) {
		node(b, "__symbols__");
		text(b, "scmi_clk", "/fragment@0/__overlay__/firmware/scmi/protocol@14");
		end(b);
	}
	if (t == FIXUPS_EMPTY || t == FIXUPS) {
		node(b, "__fixups__");
		if (t == FIXUPS)
			text(b, "gic", "/fragment@0/__overlay__/camera@fe900000:clocks:0");
		end(b);
	}
	node(b, "fragment@0");
	if (t == TARGET)
		cell(b, "target", 1);
	text(b, "target-path", "/");
	if (t != NO_OVERLAY)
		build_tops(b, t);
	end(b);
	if (is_granted(t))
		build_granted(b, t);
	if (t == TARGET_TWICE) {
		node(b, "fragment@2");
		text(b, "target-path", "/soc/uart@9000000");
		node(b, "__overlay__");
		end(b);
		end(b);
	}
	if (t == TOP_TWICE || t == TWO_ROOTS) {
		node(b, "fragment@1");
		text(b, "target-path", "/");
		node(b, "__overlay__");
		node(b, t == TOP_TWICE ? "camera@fe900000" : "camera@fe910000");
		end(b);
		end(b);
		end(b);
	}
	build_fixups(b, t);

	return finish(b);
}

/**
 * sgp_vectors_blob() - a vector's blob
 * @nr: which
 * @out: for it
 * @room: its bytes
 *
 * Return: the blob's bytes, or 0.
 */
u32 sgp_vectors_blob(unsigned int nr, u8 *out, u32 room)
{
	/* Too much for a stack */
	static struct blob b;

	return nr < ARRAY_SIZE(vectors) ? build(&b, vectors[nr].twist, out, room) : 0;
}

/* --- what is tried with them ---------------------------------------------------- */

/* All that a vector needs: too much for a stack */
struct bench {
	struct sgp_desc desc, other;
	struct blob blob;
	u8 in[NODES], in2[NODES];
	u8 out[2 * NODES], out2[2 * NODES];
};

static struct bench *bench_new(struct sgp_env *env)
{
	struct bench *bench = env->alloc(env, sizeof(*bench));

	if (!bench)
		env->log(env, "", "no memory");

	return bench;
}

static int vet(struct sgp_desc *desc, struct sgp_guest *guest, const u8 *in, u32 len)
{
	int err = sgp_desc_parse(desc, in, len);

	return err ? err : sgp_desc_vet(desc, guest);
}

/**
 * sgp_vectors_rules() - what holds for all that is accepted
 * @env: for memory
 * @desc: what was accepted
 * @guest: by which
 * @out: for the overlay
 * @room: its bytes
 * @len: for the overlay's length, 0 if it was not made
 *
 * What is written is an overlay that is accepted as well, and brings the same.
 *
 * Return: what is wrong, or %NULL.
 */
const char *sgp_vectors_rules(struct sgp_env *env, struct sgp_desc *desc,
			      struct sgp_guest *guest, u8 *out, u32 room, u32 *len)
{
	const char *wrong = NULL;
	struct sgp_desc *again;
	char path[SGP_PATH_MAX];
	u16 top = 0;
	int n;

	*len = 0;
	n = sgp_desc_write(desc, guest, out, room);
	if (n == -EFBIG || n == -EINVAL)
		return NULL;
	if (n < 0)
		return "it cannot be written";
	if (n > (int)SGP_SIZE_MAX)
		return NULL;
	*len = n;
	again = env->alloc(env, sizeof(*again));
	if (!again)
		return "no memory";
	if (vet(again, guest, out, n))
		wrong = again->why;
	else if (again->nr_fresh != desc->nr_fresh)
		wrong = "something was lost, or came in between";
	while (!wrong && (top = sgp_desc_next_top(desc, top)) != SGP_NONE) {
		if (sgp_desc_path(desc, top, path) < 0)
			wrong = "a top without a path";
		else if (guest->exists(guest, path))
			wrong = "a top that the guest has";
		else if (sgp_desc_find(again, path) == SGP_NONE)
			wrong = "a top was lost";
	}
	env->free(env, again);

	return wrong;
}

static unsigned int fail(struct sgp_env *env, const char *name, const char *what)
{
	env->log(env, name, what);

	return 1;
}

static unsigned int vetted_by(struct sgp_env *env, struct bench *bench, const struct vector *v,
			      struct sgp_guest *guest, const char *why)
{
	struct sgp_desc *desc = &bench->desc;
	const char *wrong;
	u32 len;
	int err;

	len = build(&bench->blob, v->twist, bench->in, sizeof(bench->in));
	if (!len)
		return fail(env, v->name, "no room");
	desc->older = NULL;
	err = vet(desc, guest, bench->in, len);
	if (!why)
		wrong = err ? desc->why : NULL;
	else if (!err)
		wrong = "it was accepted";
	else
		wrong = strstr(desc->why, why) ? NULL : desc->why;
	if (!wrong && !err)
		wrong = sgp_vectors_rules(env, desc, guest, bench->out, sizeof(bench->out), &len);

	return wrong ? fail(env, v->name, wrong) : 0;
}

/**
 * sgp_vectors_vetted() - good ones are accepted, bad ones refused for the right reason
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_vetted(struct sgp_env *env)
{
	struct bench *bench = bench_new(env);
	unsigned int i, failed = 0;

	if (!bench)
		return 1;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		failed += vetted_by(env, bench, &vectors[i], &sgp_fake_empty, vectors[i].why);
		failed += vetted_by(env, bench, &vectors[i], &sgp_fake_guest, vectors[i].tree);
	}
	env->free(env, bench);

	return failed;
}

/**
 * sgp_vectors_truncated() - none of what is left of a good one is accepted
 * @env: where
 *
 * Each in memory of exactly its length.
 *
 * Return: failures.
 */
unsigned int sgp_vectors_truncated(struct sgp_env *env)
{
	struct bench *bench = bench_new(env);
	unsigned int failed = 0;
	u32 len, cut;
	u8 *part;

	if (!bench)
		return 1;
	build(&bench->blob, GOOD, bench->in, sizeof(bench->in));
	/* To where its names end. */
	len = get_be32(bench->in + 12) + get_be32(bench->in + 32);
	for (cut = 0; cut < len && !failed; cut++) {
		part = env->alloc(env, cut ? cut : 1);
		if (!part) {
			failed += fail(env, "truncated", "no memory");
			break;
		}
		memcpy(part, bench->in, cut);
		if (!vet(&bench->desc, &sgp_fake_empty, part, cut))
			failed += fail(env, "truncated", "it was accepted");
		/* Now it says that it is so short. */
		if (cut >= 8)
			put_be32(part + 4, cut);
		if (!vet(&bench->desc, &sgp_fake_empty, part, cut))
			failed += fail(env, "truncated and true", "it was accepted");
		env->free(env, part);
	}
	env->free(env, bench);

	return failed;
}

/**
 * sgp_vectors_flipped() - with any bit the other way it is refused, or still good
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_flipped(struct sgp_env *env)
{
	struct bench *bench = bench_new(env);
	unsigned int failed = 0, accepted = 0;
	const char *wrong;
	u32 len, bit, n;

	if (!bench)
		return 1;
	len = build(&bench->blob, REGULATORS, bench->in, sizeof(bench->in));
	for (bit = 0; bit < len * 8 && !failed; bit++) {
		bench->in[bit / 8] ^= 1 << bit % 8;
		if (!vet(&bench->desc, &sgp_fake_guest, bench->in, len)) {
			accepted++;
			wrong = sgp_vectors_rules(env, &bench->desc, &sgp_fake_guest,
						  bench->out, sizeof(bench->out), &n);
			if (wrong)
				failed += fail(env, "flipped", wrong);
		}
		bench->in[bit / 8] ^= 1 << bit % 8;
	}
	/* Most bits of names and values make no difference to what is allowed. */
	if (!accepted || accepted == len * 8)
		failed += fail(env, "flipped", "all are the same");
	env->free(env, bench);

	return failed;
}

enum limit { DEPTH, NODES_MANY, PROPS_MANY, NAME_LONG, CHAIN, SIZE, NR_LIMITS };

static const struct {
	const char *name;
	/* As many are accepted, and one more is not */
	u32 most;
	const char *why;
} limits[NR_LIMITS] = {
	/* Two are the fragment's, and three levels lead to the device's nodes. */
	[DEPTH] = { "depth", SGP_DEPTH_MAX - 4, "too deep" },
	[NODES_MANY] = { "nodes", SGP_NODES_MAX - 8, "too many nodes" },
	[PROPS_MANY] = { "properties", SGP_NODE_PROPS_MAX, "too many properties" },
	[NAME_LONG] = { "a name's length", SGP_NAME_MAX, "bad name" },
	[CHAIN] = { "links of a chain", SGP_CHAIN_MAX, "circle" },
	[SIZE] = { "bytes", SGP_SIZE_MAX, "no device tree" },
};

/* "x" and four digits */
static char *numbered(char *name, u32 nr)
{
	u32 i;

	name[0] = 'x';
	for (i = 0; i < 4; i++, nr /= 10)
		name[4 - i] = '0' + nr % 10;
	name[5] = '\0';

	return name;
}

static void build_many(struct blob *b, enum limit what, u32 count)
{
	char name[128];
	u32 i;

	switch (what) {
	case DEPTH:
		for (i = 0; i < count; i++)
			node(b, "deep");
		for (i = 0; i < count; i++)
			end(b);
		break;
	case NODES_MANY:
		for (i = 0; i < count; i++) {
			node(b, numbered(name, i));
			end(b);
		}
		break;
	case PROPS_MANY:
		node(b, "props");
		for (i = 0; i < count; i++)
			data(b, numbered(name, i), NULL, 0);
		end(b);
		break;
	case NAME_LONG:
		memset(name, 'n', sizeof(name));
		name[count] = '\0';
		node(b, name);
		end(b);
		break;
	case CHAIN:
		/* Each needs the next one: a pass for each. */
		for (i = 0; i < count; i++) {
			node(b, numbered(name, i));
			cell(b, "phandle", 10 + i);
			if (i + 1 < count)
				cell(b, "vin-supply", 11 + i);
			end(b);
		}
		break;
	default:
		break;
	}
}

/* A good one, and in the same overlay a node with much of something */
static u32 build_limit(struct blob *b, enum limit what, u32 count, u8 *out, u32 room)
{
	char name[8];
	u32 i, len;

	start(b, out, room);
	node(b, "fragment@0");
	text(b, "target-path", "/");
	node(b, "__overlay__");
	node(b, "firmware");
	build_scmi(b, GOOD);
	end(b);
	node(b, "much");
	build_many(b, what, count);
	end(b);
	end(b);
	end(b);
	node(b, "__local_fixups__");
	if (what == CHAIN) {
		node(b, "fragment@0");
		node(b, "__overlay__");
		node(b, "much");
		for (i = 0; i + 1 < count; i++) {
			node(b, numbered(name, i));
			cell(b, "vin-supply", 0);
			end(b);
		}
		end(b);
		end(b);
		end(b);
	}
	end(b);
	len = finish(b);
	if (what == SIZE && len) {
		/* Room at the end, as compilers leave it. */
		memset(out + len, 0, count - len);
		put_be32(out + 4, count);
		len = count;
	}

	return len;
}

/**
 * sgp_vectors_limits() - as much as is allowed is accepted, and no more
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_limits(struct sgp_env *env)
{
	const u32 room = SGP_SIZE_MAX + 4096;
	struct bench *bench = bench_new(env);
	u8 *in = env->alloc(env, room);
	unsigned int i, failed = 0;
	u32 len;

	for (i = 0; bench && in && i < NR_LIMITS; i++) {
		len = build_limit(&bench->blob, i, limits[i].most, in, room);
		if (!len || vet(&bench->desc, &sgp_fake_guest, in, len))
			failed += fail(env, limits[i].name, len ? bench->desc.why : "no room");
		len = build_limit(&bench->blob, i, limits[i].most + 1, in, room);
		if (!len || !vet(&bench->desc, &sgp_fake_guest, in, len))
			failed += fail(env, limits[i].name, len ? "one more" : "no room");
		else if (!strstr(bench->desc.why, limits[i].why))
			failed += fail(env, limits[i].name, bench->desc.why);
	}
	if (!bench || !in)
		failed++;
	env->free(env, in);
	env->free(env, bench);

	return failed;
}

static bool contains(const u8 *mem, u32 len, const char *what)
{
	u32 n = strlen(what), i;

	for (i = 0; i + n <= len; i++) {
		if (!memcmp(mem + i, what, n))
			return true;
	}

	return false;
}

/**
 * sgp_vectors_written() - what is written has what is new, and nothing else
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_written(struct sgp_env *env)
{
	struct bench *bench = bench_new(env);
	unsigned int failed = 0;
	u32 len;
	int n;

	if (!bench)
		return 1;
	len = build(&bench->blob, SYMBOLS, bench->in, sizeof(bench->in));
	if (vet(&bench->desc, &sgp_fake_empty, bench->in, len))
		failed += fail(env, "written", bench->desc.why);
	n = sgp_desc_write(&bench->desc, &sgp_fake_empty, bench->out, sizeof(bench->out));
	if (n < 0 || !contains(bench->out, n, "camera@fe900000") ||
	    !contains(bench->out, n, "acme,camera"))
		failed += fail(env, "written", "the device is not there");
	if (n < 0 || contains(bench->out, n, "__symbols__"))
		failed += fail(env, "written", "symbols are there");
	/* With less room than that it says so, and writes no byte too many. */
	for (len = 0; n > 0 && len < (u32)n && !failed; len++) {
		memset(bench->out2, 0x5a, sizeof(bench->out2));
		if (sgp_desc_write(&bench->desc, &sgp_fake_empty, bench->out2, len) != -EFBIG)
			failed += fail(env, "written", "without room");
		if (bench->out2[len] != 0x5a)
			failed += fail(env, "written", "beyond its room");
	}
	env->free(env, bench);

	return failed;
}

/* --- later descriptions --------------------------------------------------------- */

enum later { SAME, MORE, LESS, CHANGED, OTHER_PHANDLES, MORE_PROPERTY, NO_HANDLE, NR_LATER };

static const struct {
	const char *name;
	u16 fresh, changed;
	u32 removed;
} laters[NR_LATER] = {
	[SAME] = { "the same", 0, 0, 0 },
	[MORE] = { "another device", 1, 0, 0 },
	[LESS] = { "no device", 0, 0, 1 },
	[CHANGED] = { "another clock", 0, 1, 0 },
	[OTHER_PHANDLES] = { "other phandles", 0, 0, 0 },
	[MORE_PROPERTY] = { "another property", 1, 0, 0 },
	[NO_HANDLE] = { "a reference to what has no phandle", 1, 0, 0 },
};

static u32 build_later(struct blob *b, enum later l, u8 *out, u32 room)
{
	u32 clk = l == OTHER_PHANDLES ? 5 : 1;

	start(b, out, room);
	node(b, "fragment@0");
	text(b, "target-path", "/");
	node(b, "__overlay__");
	if (l != LESS) {
		node(b, "camera@fe900000");
		cells(b, "clocks", clk, l == CHANGED ? 7 : 0);
		if (l == MORE_PROPERTY)
			cells(b, "assigned-clocks", clk, 0);
		end(b);
	}
	if (l == MORE || l == NO_HANDLE) {
		node(b, "radio");
		cells(b, "clocks", l == NO_HANDLE ? 6 : clk, 3);
		end(b);
	}
	node(b, "firmware");
	node(b, "scmi");
	text(b, "compatible", "arm,scmi-virtio");
	node(b, "protocol@14");
	cell(b, "phandle", clk);
	end(b);
	if (l == NO_HANDLE || l == SAME) {
		node(b, "protocol@15");
		if (l == NO_HANDLE)
			cell(b, "phandle", 6);
		end(b);
	}
	end(b);
	end(b);
	end(b);
	end(b);
	node(b, "__local_fixups__");
	node(b, "fragment@0");
	node(b, "__overlay__");
	if (l != LESS) {
		node(b, "camera@fe900000");
		cell(b, "clocks", 0);
		if (l == MORE_PROPERTY)
			cell(b, "assigned-clocks", 0);
		end(b);
	}
	if (l == MORE || l == NO_HANDLE) {
		node(b, "radio");
		cell(b, "clocks", 0);
		end(b);
	}
	end(b);
	end(b);
	end(b);

	return finish(b);
}

static const char *later(struct bench *bench, enum later l)
{
	/* What is there from the first one; only there is protocol@15. */
	u32 len = build_later(&bench->blob, l == NO_HANDLE || l == SAME ? SAME : OTHER_PHANDLES,
			      bench->in, sizeof(bench->in));
	char path[SGP_PATH_MAX];
	u16 prop, radio;
	int n;

	bench->other.older = NULL;
	if (vet(&bench->other, &sgp_fake_empty, bench->in, len))
		return bench->other.why;
	len = build_later(&bench->blob, l, bench->in2, sizeof(bench->in2));
	bench->desc.older = &bench->other;
	if (vet(&bench->desc, &sgp_fake_empty, bench->in2, len))
		return bench->desc.why;
	if (bench->desc.nr_fresh != laters[l].fresh)
		return "not so much is new";
	if (bench->desc.nr_changed != laters[l].changed)
		return "not so much has changed";
	if (sgp_desc_removed(&bench->desc, path) != laters[l].removed)
		return "not so much is gone";
	if (l == LESS && strcmp(path, "/camera@fe900000"))
		return "another one is gone";

	n = sgp_desc_write(&bench->desc, &sgp_fake_empty, bench->out, sizeof(bench->out));
	if (l == NO_HANDLE)
		return n == -EINVAL && strstr(bench->desc.why, "nothing can refer") ? NULL :
		       "it refers to nothing";
	if (n < 0)
		return "it cannot be written";
	if (contains(bench->out, n, "arm,scmi-virtio"))
		return "what is there was written again";
	if (l != MORE)
		return NULL;
	/* As the guest's kernel numbers it; it must not be adjusted any more. */
	if (sgp_desc_parse(&bench->other, bench->out, n))
		return "no device tree was written";
	for (radio = 0; radio < bench->other.nr_nodes; radio++) {
		if (!strcmp((char *)bench->out + bench->other.nodes[radio].name, "radio"))
			break;
	}
	if (radio == bench->other.nr_nodes)
		return "the device is not there";
	prop = bench->other.nodes[radio].first;
	if (get_be32(bench->out + bench->other.props[prop].val) != 77 ||
	    get_be32(bench->out + bench->other.props[prop].val + 4) != 3)
		return "it does not refer to what is there";
	for (radio++; radio < bench->other.nr_nodes; radio++) {
		if (!strcmp((char *)bench->out + bench->other.nodes[radio].name, "radio") &&
		    bench->other.nodes[radio].nr_props)
			return "a reference to what is there has a fix-up";
	}

	return NULL;
}

/**
 * sgp_vectors_later() - what a later description adds, changes and leaves out
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_later(struct sgp_env *env)
{
	struct bench *bench = bench_new(env);
	unsigned int i, failed = 0;
	const char *wrong;

	if (!bench)
		return 1;
	for (i = 0; i < NR_LATER; i++) {
		wrong = later(bench, i);
		if (wrong)
			failed += fail(env, laters[i].name, wrong);
	}
	env->free(env, bench);

	return failed;
}

/* --- platforms --------------------------------------------------------------------- */

struct platform {
	struct sgp_channel ch;
	enum {
		HONEST, STRANGER, OTHER_UUID, OTHER_VERSION, NONE, NONE_LATE, DENIES,
		CHANGES_ONCE, CHANGES_ALWAYS, NO_GENERATION, OTHER_FORMAT, NO_SIZE, TOO_LARGE,
		READS_NOTHING, READS_TOO_MUCH, READS_A_LIE, SHORT_REPLY, SILENT, ONE_BYTE,
		NR_PLATFORMS
	} kind;
	u32 size;
	u32 commands;
	u32 generation;
};

static const struct {
	const char *name;
	int err;
} platforms[NR_PLATFORMS] = {
	[HONEST] = { "honest", 0 },
	[STRANGER] = { "does not know the protocol", -EOPNOTSUPP },
	[OTHER_UUID] = { "means something else by its number", -EOPNOTSUPP },
	[OTHER_VERSION] = { "has another version", -EOPNOTSUPP },
	[NONE] = { "has no description", -ENOENT },
	[NONE_LATE] = { "has none any more", -ENOENT },
	[DENIES] = { "denies it", -EACCES },
	[CHANGES_ONCE] = { "changes it once", 0 },
	[CHANGES_ALWAYS] = { "changes it all the time", -EBUSY },
	[NO_GENERATION] = { "has generation 0", -EPROTO },
	[OTHER_FORMAT] = { "has another format", -EPROTONOSUPPORT },
	[NO_SIZE] = { "has an empty one", -ENOENT },
	[TOO_LARGE] = { "has one that is too large", -EFBIG },
	[READS_NOTHING] = { "gives nothing", -EPROTO },
	[READS_TOO_MUCH] = { "gives more than there is", -EPROTO },
	[READS_A_LIE] = { "says that it gave more", -EPROTO },
	[SHORT_REPLY] = { "answers in three bytes", -EPROTO },
	[SILENT] = { "does not answer", -ETIMEDOUT },
	[ONE_BYTE] = { "gives byte by byte", 0 },
};

static const u8 uuid[] = {
	0x5c, 0x0d, 0x1f, 0x6e, 0x8a, 0x42, 0x4e, 0x0b,
	0x9b, 0x73, 0x2d, 0xc1, 0xa5, 0x66, 0xe7, 0x30,
};

static u8 pattern(u32 at)
{
	return at * 7 + (at >> 8);
}

static void put_le32(u8 *p, u32 val)
{
	p[0] = val;
	p[1] = val >> 8;
	p[2] = val >> 16;
	p[3] = val >> 24;
}

static int platform_read(struct platform *p, const u32 *req, u8 *rsp, u32 room)
{
	u32 count, i;

	if (p->kind == CHANGES_ALWAYS ||
	    (p->kind == CHANGES_ONCE && p->generation == 1 && req[1])) {
		p->generation++;
		return -EBUSY;
	}
	if (req[0] != p->generation)
		return -EBUSY;
	count = p->size - req[1] < room - 4 ? p->size - req[1] : room - 4;
	if (p->kind == ONE_BYTE)
		count = 1;
	if (p->kind == READS_NOTHING)
		count = 0;
	for (i = 0; i < count; i++)
		rsp[4 + i] = pattern(req[1] + i);
	put_le32(rsp, p->kind == READS_A_LIE ? count + 1 : count);
	/* All of it, although only some is left. */
	if (p->kind == READS_TOO_MUCH)
		put_le32(rsp, count = room - 4);

	return 4 + count;
}

static int platform_xfer(struct sgp_channel *ch, u8 msg, const u32 *req, u32 nr, void *to, u32 room)
{
	struct platform *p = (struct platform *)((char *)ch - offsetof(struct platform, ch));
	u8 *rsp = to;

	p->commands++;
	if (p->kind == STRANGER)
		return -EOPNOTSUPP;
	if (p->kind == SILENT)
		return -ETIMEDOUT;
	switch (msg) {
	case 0:
		put_le32(rsp, p->kind == OTHER_VERSION ? 0x20000 : 0x10000);
		return 4;
	case 1:
		put_le32(rsp, p->kind != NONE);
		memcpy(rsp + 4, uuid, sizeof(uuid));
		if (p->kind == OTHER_UUID)
			rsp[19] ^= 1;
		return 20;
	case 3:
		if (p->kind == NONE_LATE)
			return -ENOENT;
		if (p->kind == DENIES)
			return -EACCES;
		put_le32(rsp, p->kind == NO_GENERATION ? 0 : p->generation);
		put_le32(rsp + 4, p->kind == OTHER_FORMAT ? 2 : 1);
		put_le32(rsp + 8, p->kind == NO_SIZE ? 0 : p->kind == TOO_LARGE ? 65537 : p->size);
		memset(rsp + 12, 0xcc, 32);
		return p->kind == SHORT_REPLY ? 3 : 44;
	case 4:
		return platform_read(p, req, rsp, room);
	}

	return -EOPNOTSUPP;
}

static const char *read_from(struct platform *p, u8 *blob)
{
	struct sgp_info info;
	u32 i;
	int err;

	err = sgp_fetch(&p->ch, blob, &info);
	if (err != platforms[p->kind].err)
		return err ? "another error" : "it was read";
	/* One that does not know the protocol is asked once, and no more. */
	if (err == -EOPNOTSUPP && p->commands > 2)
		return "asked too often";
	if (p->commands > 100 && p->kind != ONE_BYTE)
		return "it does not end";
	if (err)
		return NULL;
	if (info.size != p->size || info.generation != p->generation)
		return "it says something else";
	for (i = 0; i < 32; i++) {
		if (info.sha256[i] != 0xcc)
			return "another hash";
	}
	for (i = 0; i < p->size; i++) {
		if (blob[i] != pattern(i))
			return "other bytes";
	}

	return NULL;
}

/**
 * sgp_vectors_read() - platforms of all kinds
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_read(struct sgp_env *env)
{
	static const u32 rooms[] = { 1, 100, SGP_ROOM_MAX, 100000 };
	/* Nothing that is beyond it, whatever the platform says. */
	const u32 size = 3001;
	unsigned int failed = 0, i, k;
	const char *wrong;
	u8 *blob;

	for (i = 0; i < NR_PLATFORMS; i++) {
		for (k = 0; k < ARRAY_SIZE(rooms); k++) {
			struct platform p = { .kind = i, .size = size, .generation = 1 };

			/* Byte by byte, it takes so many. */
			if (rooms[k] == 1 && i != HONEST)
				continue;
			if (rooms[k] == 1)
				p.size = 50;
			p.ch.xfer = platform_xfer;
			p.ch.room = rooms[k];
			blob = env->alloc(env, p.size);
			wrong = blob ? read_from(&p, blob) : "no memory";
			if (wrong)
				failed += fail(env, platforms[i].name, wrong);
			env->free(env, blob);
		}
	}

	return failed;
}

/**
 * sgp_vectors_replies() - headers and statuses of replies
 * @env: where
 *
 * Return: failures.
 */
unsigned int sgp_vectors_replies(struct sgp_env *env)
{
	static const struct {
		u32 header, status, len;
		int want;
	} replies[] = {
		{ 0x34001, 0, 8, 0 }, { 0x34001, 0, 12, 4 }, { 0x34001, 0, 7, -EPROTO },
		{ 0x34001, 0, 0, -EPROTO }, { 0x34000, 0, 12, -EPROTO },
		{ 0x74001, 0, 12, -EPROTO }, { 0x34101, 0, 12, -EPROTO },
		{ 0x34001, -1, 8, -EOPNOTSUPP }, { 0x34001, -3, 8, -EACCES },
		{ 0x34001, -4, 8, -ENOENT }, { 0x34001, -6, 8, -EBUSY },
		{ 0x34001, -2, 12, -EREMOTEIO }, { 0x34001, 1, 12, -EREMOTEIO },
	};
	unsigned int i, failed = 0;
	u8 reply[12] = { };

	for (i = 0; i < ARRAY_SIZE(replies); i++) {
		put_le32(reply, replies[i].header);
		put_le32(reply + 4, replies[i].status);
		if (sgp_reply_check(reply, replies[i].len, 0x34001) != replies[i].want)
			failed += fail(env, "reply", "another result");
	}

	return failed;
}
