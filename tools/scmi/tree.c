// SPDX-License-Identifier: GPL-2.0
/*
 * Device trees in memory, and to and from directories, blobs and source.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cfs.h"
#include "tree.h"
#include "util.h"

#define HOST "/sys/firmware/devicetree/base"

/* --- nodes and properties ------------------------------------------------- */

static struct node *add_node(struct node *parent, char *name)
{
	struct node *node = xalloc(sizeof(*node)), **p;

	node->name = name;
	node->parent = parent;
	if (parent) {
		for (p = &parent->child; *p; p = &(*p)->next)
			;
		*p = node;
	}

	return node;
}

struct node *node_new(struct node *parent, const char *fmt, ...)
{
	va_list args;
	char *name;

	va_start(args, fmt);
	if (vasprintf(&name, fmt, args) < 0)
		abort();
	va_end(args);

	return add_node(parent, name);
}

void node_note(struct node *node, const char *fmt, ...)
{
	char *text, *notes;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	notes = xfmt("%s%s\n", node->notes ? node->notes : "", text);
	free(text);
	free(node->notes);
	node->notes = notes;
}

struct node *node_child(const struct node *node, const char *name)
{
	struct node *c;

	for (c = node->child; c; c = c->next)
		if (!strcmp(c->name, name))
			return c;

	return NULL;
}

struct node *node_at(struct node *root, const char *path)
{
	struct node *node = root;
	char name[256];
	size_t n;

	while (node && *path) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (!n)
			break;
		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		node = node_child(node, name);
		path += n;
	}

	return node;
}

char *node_path(const struct node *node)
{
	char *parent, *path;

	if (!node->parent)
		return xstr("/");
	parent = node_path(node->parent);
	path = xfmt("%s/%s", parent[1] ? parent : "", node->name);
	free(parent);

	return path;
}

struct node *node_walk(struct node *root, struct node *at)
{
	if (!at)
		return root;
	if (at->child)
		return at->child;
	while (at != root && !at->next)
		at = at->parent;

	return at == root ? NULL : at->next;
}

struct node *node_by_phandle(struct node *root, u32 phandle)
{
	struct node *node = NULL;

	while (phandle && (node = node_walk(root, node)))
		if (node->phandle == phandle)
			break;

	return node;
}

struct prop *prop_get(const struct node *node, const char *name)
{
	struct prop *prop;

	for (prop = node->props; prop; prop = prop->next)
		if (!strcmp(prop->name, name))
			return prop;

	return NULL;
}

struct prop *prop_set(struct node *node, const char *name, const void *val, int len)
{
	struct prop *prop = prop_get(node, name), **p;

	if (!prop) {
		prop = xalloc(sizeof(*prop));
		prop->name = xstr(name);
		for (p = &node->props; *p; p = &(*p)->next)
			;
		*p = prop;
	}
	free(prop->val);
	free(prop->refs);
	prop->refs = NULL;
	prop->nr_refs = 0;
	prop->len = len;
	/* There is always a NUL behind it. */
	prop->val = xalloc(len + 1);
	if (len)
		memcpy(prop->val, val, len);

	return prop;
}

void prop_del(struct node *node, const char *name)
{
	struct prop **p = &node->props, *prop;

	while ((prop = *p)) {
		if (strcmp(prop->name, name)) {
			p = &prop->next;
			continue;
		}
		*p = prop->next;
		free(prop->refs);
		free(prop->name);
		free(prop->val);
		free(prop);
	}
}

void prop_set_str(struct node *node, const char *name, const char *val)
{
	prop_set(node, name, val, strlen(val) + 1);
}

void prop_add_cell(struct prop *prop, u32 cell)
{
	u32 be = cpu_to_fdt32(cell);

	prop->val = xgrow(prop->val, prop->len + sizeof(be) + 1);
	memcpy(prop->val + prop->len, &be, sizeof(be));
	prop->len += sizeof(be);
	prop->val[prop->len] = '\0';
}

void prop_add_ref(struct prop *prop, struct node *to)
{
	prop->refs = xgrow(prop->refs, (prop->nr_refs + 1) * sizeof(*prop->refs));
	prop->refs[prop->nr_refs].at = prop->len;
	prop->refs[prop->nr_refs++].to = to;
	prop_add_cell(prop, 0);
}

u32 prop_cell(const struct prop *prop, int index)
{
	fdt32_t be;

	if (!prop || (index + 1) * (int)sizeof(be) > prop->len)
		return 0;
	memcpy(&be, prop->val + index * sizeof(be), sizeof(be));

	return fdt32_to_cpu(be);
}

u32 node_cells(const struct node *node, const char *name, u32 none)
{
	struct prop *prop = prop_get(node, name);

	return prop && prop->len == 4 ? prop_cell(prop, 0) : none;
}

const char *prop_str(const struct node *node, const char *name)
{
	return prop_str_at(node, name, 0);
}

const char *prop_str_at(const struct node *node, const char *name, int index)
{
	struct prop *prop = prop_get(node, name);
	int at = 0;

	for (; prop && at < prop->len; index--) {
		if (!index)
			return (const char *)prop->val + at;
		at += strlen((const char *)prop->val + at) + 1;
	}

	return NULL;
}

bool prop_is_strings(const struct prop *prop)
{
	bool empty = true;
	int i;

	if (prop->nr_refs || !prop->len || prop->val[prop->len - 1])
		return false;
	for (i = 0; i < prop->len; i++) {
		if (prop->val[i] ? !isprint(prop->val[i]) : empty)
			return false;
		empty = !prop->val[i];
	}

	return true;
}

static void find_phandle(struct node *node)
{
	struct prop *prop = prop_get(node, "phandle");

	if (!prop)
		prop = prop_get(node, "linux,phandle");
	node->phandle = prop_cell(prop, 0);
}

/* --- from directories ------------------------------------------------------- */

static void *bytes(int dir, const char *name, int *len)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC), size = 256, n = 0;
	char *val = xalloc(size);

	*len = 0;
	while (fd >= 0 && (n = read(fd, val + *len, size - *len)) > 0) {
		*len += n;
		if (*len == size)
			val = xgrow(val, size *= 2);
	}
	if (fd >= 0)
		close(fd);

	return val;
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

/* What has to be as on the host has an order that does not change. */
static int read_dir(int at, const char *name, struct node *node)
{
	int dir = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n, i, len;
	struct dirent **entries;
	struct stat st;
	void *val;

	n = dir < 0 ? -1 : scandirat(dir, ".", &entries, NULL, compare);
	if (n < 0)
		return -1;
	for (i = 0; i < n; i++) {
		name = entries[i]->d_name;
		if (*name == '.' || fstatat(dir, name, &st, 0))
			continue;
		if (S_ISDIR(st.st_mode)) {
			read_dir(dir, name, add_node(node, xstr(name)));
		} else if (strcmp(name, "name")) {
			val = bytes(dir, name, &len);
			prop_set(node, name, val, len);
			free(val);
		}
	}
	for (i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	close(dir);
	find_phandle(node);

	return 0;
}

struct node *tree_host(void)
{
	static struct node *root;
	char *path;

	if (root)
		return root;
	path = xfmt("%s" HOST, cfs_root);
	root = add_node(NULL, xstr(""));
	if (read_dir(AT_FDCWD, path, root)) {
		fail("cannot read the host's devicetree, %s: %s", path, strerror(errno));
		root = NULL;
	}
	free(path);

	return root;
}

/* --- from and to blobs -------------------------------------------------------- */

/* Kept from the blob that was loaded: what it reserves */
struct reserved {
	struct node root;
	int nr;
	u64 (*mem)[2];
};

static int read_blob(const void *fdt, int offset, struct node *node)
{
	const struct fdt_property *prop;
	const char *name;
	int at, len;

	fdt_for_each_property_offset(at, fdt, offset) {
		prop = fdt_get_property_by_offset(fdt, at, &len);
		name = prop ? fdt_string(fdt, fdt32_to_cpu(prop->nameoff)) : NULL;
		if (!name)
			return -1;
		prop_set(node, name, prop->data, len);
	}
	if (at != -FDT_ERR_NOTFOUND)
		return -1;
	find_phandle(node);
	fdt_for_each_subnode(at, fdt, offset) {
		name = fdt_get_name(fdt, at, NULL);
		if (!name || read_blob(fdt, at, add_node(node, xstr(name))))
			return -1;
	}

	return at == -FDT_ERR_NOTFOUND ? 0 : -1;
}

struct node *tree_load(const char *path)
{
	struct reserved *res;
	int len, i, err;
	void *fdt;

	if (access(path, R_OK)) {
		fail("cannot read %s: %s", path, strerror(errno));
		return NULL;
	}
	fdt = bytes(AT_FDCWD, path, &len);
	err = len < (int)sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED : fdt_check_header(fdt);
	if (!err && (int)fdt_totalsize(fdt) > len)
		err = -FDT_ERR_TRUNCATED;
	if (err) {
		fail("%s is no devicetree blob: %s", path, fdt_strerror(err));
		free(fdt);
		return NULL;
	}

	res = xalloc(sizeof(*res));
	res->root.name = xstr("");
	res->nr = fdt_num_mem_rsv(fdt);
	res->mem = xalloc(res->nr > 0 ? res->nr * sizeof(*res->mem) : 0);
	for (i = 0; i < res->nr; i++)
		fdt_get_mem_rsv(fdt, i, &res->mem[i][0], &res->mem[i][1]);
	res->root.data = res;
	if (read_blob(fdt, 0, &res->root)) {
		fail("%s is broken", path);
		free(fdt);
		return NULL;
	}
	free(fdt);

	return &res->root;
}

static void resolve(struct node *root)
{
	struct node *node = NULL;
	struct prop *prop;
	u32 last = 0;
	fdt32_t be;
	int i;

	while ((node = node_walk(root, node)))
		if (node->phandle > last)
			last = node->phandle;
	while ((node = node_walk(root, node))) {
		for (prop = node->props; prop; prop = prop->next) {
			for (i = 0; i < prop->nr_refs; i++) {
				struct node *to = prop->refs[i].to;

				while (to->merged)
					to = to->merged;
				if (!to->phandle) {
					to->phandle = ++last;
					be = cpu_to_fdt32(last);
					prop_set(to, "phandle", &be, sizeof(be));
				}
				be = cpu_to_fdt32(to->phandle);
				memcpy(prop->val + prop->refs[i].at, &be, sizeof(be));
			}
		}
	}
}

static int write_node(void *fdt, const struct node *node)
{
	const struct prop *prop;
	const struct node *c;
	int err;

	err = fdt_begin_node(fdt, node->name);
	for (prop = node->props; !err && prop; prop = prop->next)
		err = fdt_property(fdt, prop->name, prop->val, prop->len);
	for (c = node->child; !err && c; c = c->next)
		err = write_node(fdt, c);

	return err ? err : fdt_end_node(fdt);
}

static int write_blob(void *fdt, size_t size, const struct node *root)
{
	const struct reserved *res = root->data;
	int err, i;

	err = fdt_create(fdt, size);
	for (i = 0; !err && res && i < res->nr; i++)
		err = fdt_add_reservemap_entry(fdt, res->mem[i][0], res->mem[i][1]);
	if (!err)
		err = fdt_finish_reservemap(fdt);
	if (!err)
		err = write_node(fdt, root);

	return err ? err : fdt_finish(fdt);
}

void *tree_blob(struct node *root, size_t *size)
{
	size_t room = 65536;
	void *fdt = NULL;
	int err;

	resolve(root);
	do {
		room *= 2;
		fdt = xgrow(fdt, room);
		err = write_blob(fdt, room, root);
	} while (err == -FDT_ERR_NOSPACE);
	if (err) {
		fail("cannot make the devicetree: %s", fdt_strerror(err));
		free(fdt);
		return NULL;
	}
	*size = fdt_totalsize(fdt);

	return fdt;
}

void tree_merge(struct node *to, struct node *from)
{
	struct node *c, *next, *there;
	struct prop *prop, *p;

	for (prop = from->props; prop; prop = prop->next) {
		p = prop_set(to, prop->name, prop->val, prop->len);
		p->refs = prop->refs;
		p->nr_refs = prop->nr_refs;
		prop->refs = NULL;
		prop->nr_refs = 0;
	}
	for (c = from->child; c; c = next) {
		next = c->next;
		there = node_child(to, c->name);
		if (there) {
			tree_merge(there, c);
			c->merged = there;
			continue;
		}
		c->next = NULL;
		c->parent = to;
		if (!to->child) {
			to->child = c;
			continue;
		}
		for (there = to->child; there->next; there = there->next)
			;
		there->next = c;
	}
	from->child = NULL;
}

/* --- to source ------------------------------------------------------------------ */

static void indent(FILE *out, int depth)
{
	while (depth--)
		fputc('\t', out);
}

/* Numbers that people count in */
static bool is_decimal(const char *name)
{
	return *name == '#' || ends_with(name, "-microvolt") || ends_with(name, "-rates") ||
	       ends_with(name, "-frequency");
}

static void source_value(const struct prop *prop, FILE *out)
{
	const char *s = (const char *)prop->val;
	int at, r = 0;

	if (prop_is_strings(prop)) {
		for (at = 0; at < prop->len; at += strlen(s + at) + 1) {
			fprintf(out, "%s\"", at ? ", " : "");
			for (const char *c = s + at; *c; c++)
				fprintf(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
			fputc('"', out);
		}
		return;
	}
	if (prop->len % 4) {
		fputc('[', out);
		for (at = 0; at < prop->len; at++)
			fprintf(out, "%s%02x", at ? " " : "", prop->val[at]);
		fputc(']', out);
		return;
	}
	for (at = 0; at < prop->len; at += 4) {
		bool ref = r < prop->nr_refs && prop->refs[r].at == at;

		if (!at)
			fputc('<', out);
		else
			fputs(ref ? ">, <" : " ", out);
		if (ref)
			fprintf(out, "&%s", prop->refs[r++].to->label);
		else if (prop->nr_refs || is_decimal(prop->name))
			fprintf(out, "%u", prop_cell(prop, at / 4));
		else
			fprintf(out, "0x%x", prop_cell(prop, at / 4));
	}
	fputc('>', out);
}

static void source_notes(const char *notes, int depth, FILE *out)
{
	size_t n;

	for (; notes && *notes; notes += n + 1) {
		n = strcspn(notes, "\n");
		indent(out, depth);
		fprintf(out, "/* %.*s */\n", (int)n, notes);
	}
}

static void source_body(const struct node *node, int depth, FILE *out)
{
	const struct prop *prop;
	const struct node *c;
	bool gap;

	source_notes(node->notes, depth, out);
	for (prop = node->props; prop; prop = prop->next) {
		indent(out, depth);
		fputs(prop->name, out);
		if (prop->len) {
			fputs(" = ", out);
			source_value(prop, out);
		}
		fputs(";\n", out);
	}
	gap = node->notes || node->props;
	for (c = node->child; c; c = c->next) {
		if (gap)
			fputc('\n', out);
		gap = true;
		indent(out, depth);
		if (c->label)
			fprintf(out, "%s: ", c->label);
		fprintf(out, "%s {\n", c->name);
		source_body(c, depth + 1, out);
		indent(out, depth);
		fputs("};\n", out);
	}
}

void tree_source(struct node *root, bool overlay, FILE *out)
{
	fprintf(out, "/dts-v1/;\n%s\n%s {\n", overlay ? "/plugin/;\n" : "",
		overlay ? "&{/}" : "/");
	source_body(root, 1, out);
	fputs("};\n", out);
}
