// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's devicetree: the SCMI node, and the host's nodes of devices, with
 * SCMI where the host's providers are.
 */

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "dt.h"
#include "needs.h"
#include "state.h"
#include "tree.h"
#include "util.h"

/* A property that refers to a node of the same device */
struct within {
	struct node *node;
	const char *name;
	const struct node *to;		/* on the host */
	struct within *next;
};

struct made {
	struct json_object *agent;
	struct node *root;
	struct node *protos[NR_KINDS];
	struct node *regulators;
	struct node **supplies;		/* by their id, nr_supplies of them */
	unsigned int nr_supplies;
	u32 cells[2];		/* of addresses and of sizes, below the root */
	const char *whose;	/* address space and interrupts */
	struct within *within;
};

static void set_cell(struct node *node, const char *name, u32 cell)
{
	prop_add_cell(prop_set(node, name, NULL, 0), cell);
}

/* --- addresses ------------------------------------------------------------------- */

static bool get_number(const struct prop *prop, int *at, u32 cells, u64 *val)
{
	*val = 0;
	if (cells > 2 || *at + (int)cells > prop->len / 4)
		return false;
	while (cells--)
		*val = *val << 32 | prop_cell(prop, (*at)++);

	return true;
}

/* From the bus that @bus is, to what its parent sees, and so on */
static bool translate(const struct node *bus, u64 *addr)
{
	const struct prop *ranges;
	u32 ac, pac, sc;
	u64 from, to, size;
	int at = 0;

	if (!bus->parent)
		return true;
	ranges = prop_get(bus, "ranges");
	if (!ranges)
		return false;
	ac = node_cells(bus, "#address-cells", 2);
	sc = node_cells(bus, "#size-cells", 1);
	pac = node_cells(bus->parent, "#address-cells", 2);
	if (!ranges->len)
		return translate(bus->parent, addr);
	while (at < ranges->len / 4) {
		if (!get_number(ranges, &at, ac, &from) || !get_number(ranges, &at, pac, &to) ||
		    !get_number(ranges, &at, sc, &size))
			return false;
		if (*addr < from || *addr - from >= size)
			continue;
		*addr = *addr - from + to;
		return translate(bus->parent, addr);
	}

	return false;
}

static void add_number(struct prop *prop, u32 cells, u64 val)
{
	if (cells > 1)
		prop_add_cell(prop, val >> 32);
	if (cells)
		prop_add_cell(prop, val);
}

/* The device's addresses, as the processor sees them */
static bool make_reg(struct made *made, struct node *to, const struct node *host,
		     u64 *first)
{
	u32 ac = node_cells(host->parent, "#address-cells", 2);
	u32 sc = node_cells(host->parent, "#size-cells", 1);
	const struct prop *reg = prop_get(host, "reg");
	struct prop *prop = NULL;
	u64 addr, size;
	int at = 0;

	if (!reg || !sc || reg->len < (int)(ac + sc) * 4)
		return false;
	while (at < reg->len / 4) {
		if (!get_number(reg, &at, ac, &addr) || !get_number(reg, &at, sc, &size) ||
		    !translate(host->parent, &addr)) {
			prop_del(to, "reg");
			return false;
		}
		if (!prop) {
			prop = prop_set(to, "reg", NULL, 0);
			*first = addr;
		}
		add_number(prop, made->cells[0], addr);
		add_number(prop, made->cells[1], size);
	}

	return true;
}

/* Windows of the devices that are below it: the host's are of the host's bus. */
static void make_ranges(struct made *made, struct node *to, const struct node *host)
{
	u32 ac = node_cells(host, "#address-cells", 2);
	u32 sc = node_cells(host, "#size-cells", 1);
	struct prop *ranges = prop_set(to, "ranges", NULL, 0);
	const struct prop *reg;
	const struct node *c;
	u64 addr, size, from;
	int at;

	for (c = host->child; c; c = c->next) {
		reg = prop_get(c, "reg");
		for (at = 0; reg && at < reg->len / 4;) {
			if (!get_number(reg, &at, ac, &from) || !get_number(reg, &at, sc, &size))
				break;
			addr = from;
			if (!translate(host, &addr))
				break;
			add_number(ranges, ac, from);
			add_number(ranges, made->cells[0], addr);
			add_number(ranges, sc, size);
		}
	}
}

/* --- the SCMI node ----------------------------------------------------------- */

/* Something that the agent has: calls @fn for each that is enabled */
static void each_resource(struct made *made,
			  void (*fn)(struct made *made, const struct kind *kind,
				     struct json_object *res, struct json_object *grant))
{
	struct json_object *list = jget(made->agent, "devices"), *grant;
	size_t i;
	int k;

	for (i = 0; i < json_object_array_length(list); i++) {
		grant = json_object_array_get_idx(list, i);
		if (!jint(grant, "enable", 0))
			continue;
		json_object_object_foreach(grant, dir, val)
			if (json_object_is_type(val, json_type_object) && kind_of_dir(dir))
				fn(made, kind_of_dir(dir), val, grant);
	}
	list = jget(made->agent, "resources");
	for (i = 0; i < json_object_array_length(list); i++) {
		grant = json_object_array_get_idx(list, i);
		for (k = 0; jint(grant, "enable", 0) && k < NR_KINDS; k++)
			if (!strcmp(kinds[k].name, jstr(grant, "type") ?: ""))
				fn(made, &kinds[k], grant, grant);
	}
}

static void add_proto(struct made *made, const struct kind *kind, struct json_object *res,
		      struct json_object *grant)
{
	(void)res;
	(void)grant;
	made->protos[kind - kinds] = made->root;
}

/* Limits of the host's regulator, or of the operator, whichever are narrower */
static void limits(struct node *node, struct json_object *res, struct json_object *grant)
{
	long long min = jint(res, "min_uv", jint(res, "min", 0));
	long long max = jint(res, "max_uv", jint(res, "max", 0));
	const char *path = jstr(grant, "of_node"), *provider = jstr(res, "provider");
	struct node *host = tree_host(), *at = NULL;
	struct need *needs = NULL, *n;

	if (host && path) {
		at = node_at(host, path);
		needs = at ? needs_of(host, at) : NULL;
		at = NULL;
		for (n = needs; n; n = n->next)
			if (n->kind == &kinds[SUPPLY] && jget(grant, n->dir) == res)
				at = n->provider;
		needs_free(needs);
	} else if (host && provider && *provider == '/') {
		at = node_at(host, provider);
	}
	if (at) {
		long long lo = node_cells(at, "regulator-min-microvolt", 0);
		long long hi = node_cells(at, "regulator-max-microvolt", 0);

		min = lo > min ? lo : min;
		max = hi && (!max || hi < max) ? hi : max;
	}
	/* Where nobody sets limits, they are as wide as can be. */
	set_cell(node, "regulator-min-microvolt", min ? min : 1);
	set_cell(node, "regulator-max-microvolt", max ? max : 0x7fffffff);
}

static void add_supply(struct made *made, const struct kind *kind, struct json_object *res,
		       struct json_object *grant)
{
	unsigned int id = jint(res, "id", 0), n;
	struct node *node;

	if (kind != &kinds[SUPPLY])
		return;
	node = node_new(NULL, "regulator@%x", id);
	node->label = xfmt("scmi_reg%u", id);
	set_cell(node, "reg", id);
	/* That of a single resource may be its label. */
	prop_set_str(node, "regulator-name", jstr(res, "scmi_name") ?: jstr(res, "name"));
	/* Linux only sets voltages where there are limits. */
	if (has_word(jstr(res, "access"), "level"))
		limits(node, res, grant);
	if (id >= made->nr_supplies) {
		made->supplies = xgrow(made->supplies, (id + 1) * sizeof(*made->supplies));
		for (n = made->nr_supplies; n <= id; n++)
			made->supplies[n] = NULL;
		made->nr_supplies = id + 1;
	}
	made->supplies[id] = node;
}

static void add_child(struct node *parent, struct node *node)
{
	struct node **p;

	for (p = &parent->child; *p; p = &(*p)->next)
		;
	*p = node;
	node->parent = parent;
}

static bool compatible_with(const struct node *node, const char *what)
{
	const char *is;
	int i;

	for (i = 0; (is = prop_str_at(node, "compatible", i)); i++)
		if (!strcmp(is, what))
			return true;

	return false;
}

/* Is it a child of a node that describes agents? Then it describes one. */
static bool describes(const struct node *node)
{
	return node->parent && compatible_with(node->parent, "linux,scmi-server") &&
	       prop_str(node, "linux,agent-name");
}

struct node *dt_described(const char *agent)
{
	struct node *root = tree_host(), *node = NULL;

	while (root && (node = node_walk(root, node)))
		if (describes(node) && !strcmp(prop_str(node, "linux,agent-name"), agent))
			break;
	/* A host without a devicetree describes nobody. */
	failure_clear();

	return root ? node : NULL;
}

/* The areas, where the host has them */
static void make_shmem(struct made *made, struct node *scmi, const struct node *agent)
{
	const struct prop *areas = prop_get(agent, "shmem"), *width;
	struct prop *refs = NULL;
	struct node *host, *to;
	u64 addr = 0;
	int i;

	for (i = 0; areas && i < areas->len / 4; i++) {
		host = node_by_phandle(tree_host(), prop_cell(areas, i));
		if (!host || !host->parent)
			continue;
		to = node_new(made->root, "scmi-shmem");
		if (!make_reg(made, to, host, &addr)) {
			node_note(to, "reg: not an address of the host's processor");
		} else {
			free(to->name);
			to->name = xfmt("scmi-shmem@%llx", (unsigned long long)addr);
			node_note(to, "reg: as the host has it; say where this processor does");
		}
		to->label = xfmt("scmi_shmem%d", i);
		prop_set_str(to, "compatible", "arm,scmi-shmem");
		width = prop_get(host, "reg-io-width");
		if (width)
			prop_set(to, width->name, width->val, width->len);
		if (!refs)
			refs = prop_set(scmi, "shmem", NULL, 0);
		prop_add_ref(refs, to);
	}
	if (!refs)
		node_note(scmi, "shmem: one area of memory, arm,scmi-shmem, or two: with events");
}

/* Doorbells are of the processor's own controller, which nobody here knows. */
static void make_mailbox(struct made *made, struct node *scmi, const struct node *agent)
{
	const struct prop *boxes = agent ? prop_get(agent, "mboxes") : NULL, *names;
	struct node *provider;
	unsigned int n = 0, at = 0, i;
	char *path, *args, *more;
	u32 cells;

	prop_set_str(scmi, "compatible", "arm,scmi");
	if (!boxes)
		node_note(scmi, "mboxes: of this processor; see arm,scmi.yaml");
	while (boxes && at < (unsigned int)boxes->len / 4) {
		provider = node_by_phandle(tree_host(), prop_cell(boxes, at++));
		cells = provider ? node_cells(provider, "#mbox-cells", 0) : 0;
		path = provider ? node_path(provider) : xstr("?");
		args = xstr("");
		for (i = 0; i < cells && at < (unsigned int)boxes->len / 4; i++) {
			more = xfmt("%s %u", args, prop_cell(boxes, at++));
			free(args);
			args = more;
		}
		node_note(scmi, "mboxes, number %u: the other end of the host's %s%s", n++, path,
			  args);
		free(args);
		free(path);
	}
	names = agent ? prop_get(agent, "mbox-names") : NULL;
	if (names)
		prop_set(scmi, names->name, names->val, names->len);
	if (agent)
		make_shmem(made, scmi, agent);
	else
		node_note(scmi, "shmem: one area of memory, arm,scmi-shmem, or two: with events");
}

static void make_scmi(struct made *made, const char *agent, bool mailbox)
{
	static const char * const labels[] = {
		[CLOCK] = "scmi_clk", [RESET] = "scmi_reset", [POWER] = "scmi_power",
	};
	struct node *scmi, *node, *described = dt_described(agent);
	unsigned int i, id;

	scmi = node_new(node_new(made->root, "firmware"), "scmi");
	if (described || mailbox) {
		made->whose = "the processor";
		make_mailbox(made, scmi, described);
	} else {
		made->whose = "the VMM";
		prop_set_str(scmi, "compatible", "arm,scmi-virtio");
	}
	set_cell(scmi, "#address-cells", 1);
	set_cell(scmi, "#size-cells", 0);

	each_resource(made, add_proto);
	for (id = 0x11; id <= 0x17; id++) {
		for (i = 0; i < NR_KINDS && kinds[i].id != id; i++)
			;
		if (i == NR_KINDS || !made->protos[i])
			continue;
		node = node_new(scmi, "protocol@%x", id);
		made->protos[i] = node;
		set_cell(node, "reg", id);
		if (kinds[i].cells) {
			node->label = xstr(labels[i]);
			set_cell(node, kinds[i].cells, 1);
		}
	}
	if (!made->protos[SUPPLY])
		return;
	made->regulators = node_new(made->protos[SUPPLY], "regulators");
	set_cell(made->regulators, "#address-cells", 1);
	set_cell(made->regulators, "#size-cells", 0);
	each_resource(made, add_supply);
	for (i = 0; i < made->nr_supplies; i++)
		if (made->supplies[i])
			add_child(made->regulators, made->supplies[i]);
}

/* --- devices ---------------------------------------------------------------------- */

/* What is said of a device besides its suppliers, and means nothing in a guest. */
static bool prop_is_hosts(const char *name)
{
	static const char * const hosts[] = {
		"phandle", "linux,phandle", "status", "interrupt-parent", "interrupt-names",
		"phy-names", "dma-names", "pinctrl-names", "io-channel-names", "mbox-names",
		"interconnect-names", "nvmem-cell-names", "pwm-names", "iommu-names",
		"dma-coherent", "memory-region-names", "access-controller-names", "bootph-all",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hosts); i++)
		if (!strcmp(name, hosts[i]))
			return true;

	return starts_with(name, "bootph-");
}

/* Those that point elsewhere by no rule: to registers of another device */
static bool points_elsewhere(const struct prop *prop)
{
	const char *comma = strchr(prop->name, ','), *compatible;
	struct node *to;
	int i;

	if (!comma || prop->len < 4 || prop->len % 4 || prop_is_strings(prop))
		return false;
	to = node_by_phandle(tree_host(), prop_cell(prop, 0));
	if (!to)
		return false;
	if (starts_with(to->name, comma + 1))
		return true;
	for (i = 0; (compatible = prop_str_at(to, "compatible", i)); i++)
		if (!strcmp(compatible, "syscon"))
			return true;

	return false;
}

static struct json_object *grant_of(struct made *made, const struct node *host)
{
	struct json_object *list = jget(made->agent, "devices"), *grant = NULL;
	char *path = node_path(host);
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		grant = json_object_array_get_idx(list, i);
		if (jint(grant, "enable", 0) && !strcmp(jstr(grant, "of_node") ?: "", path))
			break;
		grant = NULL;
	}
	free(path);

	return grant;
}

static void add_target(struct made *made, struct prop *prop, const struct kind *kind,
		       unsigned int id)
{
	if (kind == &kinds[SUPPLY]) {
		if (id < made->nr_supplies && made->supplies[id])
			prop_add_ref(prop, made->supplies[id]);
		return;
	}
	prop_add_ref(prop, made->protos[kind - kinds]);
	prop_add_cell(prop, id);
}

/* One property with suppliers: all of them by SCMI, or none */
static void make_need(struct made *made, struct node *to, const struct prop *prop,
		      struct json_object *grant, struct need *needs)
{
	char *dir = ends_with(prop->name, "-supply") ?
		    xfmt("supply-%.*s", (int)strlen(prop->name) - 7, prop->name) : NULL;
	struct need *n;
	bool all = grant;

	for (n = needs; n && all; n = n->next)
		if (!strcmp(dir ?: n->kind->prop, dir ? n->dir : prop->name) && n->provider &&
		    !jget(grant, n->dir))
			all = false;
	if (all) {
		struct prop *new = prop_set(to, prop->name, NULL, 0);

		for (n = needs; n; n = n->next) {
			if (strcmp(dir ?: n->kind->prop, dir ? n->dir : prop->name))
				continue;
			if (n->provider)
				add_target(made, new, n->kind, jint(jget(grant, n->dir), "id", 0));
			else
				prop_add_cell(new, 0);
		}
	} else {
		node_note(to, "%s: not granted", prop->name);
	}
	free(dir);
}

/* Whatever of the agent's is the same clock, anywhere */
static long long clock_id(struct made *made, const struct need *want)
{
	struct json_object *list = jget(made->agent, "devices"), *grant;
	struct need *needs, *n;
	struct node *node;
	long long id = -1;
	size_t i;

	for (i = 0; i < json_object_array_length(list) && id < 0; i++) {
		grant = json_object_array_get_idx(list, i);
		if (!jint(grant, "enable", 0))
			continue;
		node = node_at(tree_host(), jstr(grant, "of_node"));
		needs = node ? needs_of(tree_host(), node) : NULL;
		for (n = needs; n && id < 0; n = n->next)
			if (need_same(n, want) && jget(grant, n->dir) &&
			    has_word(jstr(jget(grant, n->dir), "access"), "rate"))
				id = jint(jget(grant, n->dir), "id", -1);
		needs_free(needs);
	}

	return id;
}

/*
 * "assigned-clocks" with rates: those clocks that the agent may set. Parents are
 * of the host: they are left as the host has them.
 */
static void make_assigned(struct made *made, struct node *to, const struct node *host)
{
	struct prop *clocks = prop_get(host, "assigned-clocks");
	struct prop *new_clocks = NULL, *new_rates = NULL;
	struct prop *rates = prop_get(host, "assigned-clock-rates");
	struct need want = { .kind = &kinds[CLOCK] };
	unsigned int n, at = 0, i, index, left = 0;
	long long id;

	n = clocks->len / 4;
	for (index = 0; at < n; index++) {
		want.provider = node_by_phandle(tree_host(), prop_cell(clocks, at++));
		want.nr_args = want.provider ? node_cells(want.provider, "#clock-cells", 0) : 0;
		if (want.nr_args > MAX_ARGS || want.nr_args > n - at)
			break;
		for (i = 0; i < want.nr_args; i++)
			want.args[i] = prop_cell(clocks, at++);
		if (!rates || !prop_cell(rates, index))
			continue;
		id = want.provider ? clock_id(made, &want) : -1;
		if (id < 0) {
			left++;
			continue;
		}
		if (!new_clocks) {
			new_clocks = prop_set(to, "assigned-clocks", NULL, 0);
			new_rates = prop_set(to, "assigned-clock-rates", NULL, 0);
		}
		add_target(made, new_clocks, &kinds[CLOCK], id);
		prop_add_cell(new_rates, prop_cell(rates, index));
	}
	if (left)
		node_note(to, "assigned-clocks: %u are not granted, or not to be set", left);
	if (prop_get(host, "assigned-clock-parents"))
		node_note(to, "assigned-clock-parents: those of the host stay");
}

/* One reference, and to the device itself or to what is below it? */
static bool keep_within(struct made *made, struct node *to, const struct prop *prop,
			const struct node *device)
{
	const struct node *target, *up;
	struct within *w;

	if (prop->len != 4)
		return false;
	target = node_by_phandle(tree_host(), prop_cell(prop, 0));
	for (up = target; up && up != device; up = up->parent)
		;
	if (!up)
		return false;
	w = xalloc(sizeof(*w));
	w->node = to;
	w->name = prop->name;
	w->to = target;
	w->next = made->within;
	made->within = w;

	return true;
}

static void refer_within(struct made *made, struct node *device)
{
	static unsigned int labels;
	struct node *node;
	struct within *w;

	while ((w = made->within)) {
		made->within = w->next;
		for (node = NULL; (node = node_walk(device, node)) && node->data != w->to;)
			;
		if (node && !node->label)
			node->label = xfmt("within%u", labels++);
		if (node)
			prop_add_ref(prop_set(w->node, w->name, NULL, 0), node);
		free(w);
	}
}

static void copy_node(struct made *made, struct node *to, const struct node *host,
		      const struct node *device)
{
	struct json_object *grant = grant_of(made, host);
	struct need *needs = needs_of(tree_host(), (struct node *)host);
	const struct prop *prop;
	const struct node *c;
	bool top = host == device;
	/* Nothing but what the agent gets, and how it may use it */
	bool is_grant = host->parent && describes(host->parent);
	size_t k;

	to->data = host;
	for (prop = host->props; prop; prop = prop->next) {
		if (is_grant && starts_with(prop->name, "linux,"))
			continue;
		if (prop_is_hosts(prop->name) || !strcmp(prop->name, "assigned-clock-rates") ||
		    !strcmp(prop->name, "assigned-clock-parents"))
			continue;
		if (!strcmp(prop->name, "assigned-clocks")) {
			make_assigned(made, to, host);
		} else if (!strcmp(prop->name, "interrupts") ||
			   !strcmp(prop->name, "interrupts-extended")) {
			node_note(to, "%s: as %s has them", prop->name, made->whose);
		} else if (prop_is_need(prop->name)) {
			make_need(made, to, prop, grant, needs);
		} else if (prop_is_supplier(prop->name)) {
			if (!keep_within(made, to, prop, device))
				node_note(to, "%s: not by SCMI", prop->name);
		} else if (points_elsewhere(prop)) {
			node_note(to, "%s: of another device of the host", prop->name);
		} else if (!strcmp(prop->name, "dma-ranges")) {
			node_note(to, "dma-ranges: as %s has them", made->whose);
		} else if (top && (!strcmp(prop->name, "reg") || !strcmp(prop->name, "ranges"))) {
			if (prop->name[1] == 'a')
				make_ranges(made, to, host);
		} else {
			prop_set(to, prop->name, prop->val, prop->len);
		}
	}
	/* Names without what they name */
	for (k = 0; k < NR_KINDS; k++)
		if (kinds[k].names && !prop_get(to, kinds[k].prop))
			prop_del(to, kinds[k].names);
	needs_free(needs);
	for (c = is_grant ? NULL : host->child; c; c = c->next)
		copy_node(made, node_new(to, "%s", c->name), c, device);
}

static bool below_another(struct made *made, const struct node *host)
{
	for (host = host->parent; host; host = host->parent)
		if (grant_of(made, host))
			return true;

	return false;
}

static int make_device(struct made *made, const char *path)
{
	struct node *host = node_at(tree_host(), path), *to;
	u64 addr = 0;
	char *name;

	if (!host || !host->parent)
		return fail("there is no node %s in the host's devicetree", path);
	/* It is there already, within the other one. */
	if (below_another(made, host))
		return 0;
	to = node_new(made->root, "%s", host->name);
	if (make_reg(made, to, host, &addr))
		name = xfmt("%.*s@%llx", (int)strcspn(host->name, "@"), host->name,
			    (unsigned long long)addr);
	else
		name = xfmt("%.*s", (int)strcspn(host->name, "@"), host->name);
	if (prop_get(host, "reg") && !prop_get(to, "reg"))
		node_note(to, "reg: not an address of the processor");
	free(to->name);
	to->name = name;
	copy_node(made, to, host, host);
	refer_within(made, to);

	return 0;
}

/* Without devices: dt_make() and dt_overlay() add them. */
static void make_begin(struct made *made, const char *agent, bool mailbox,
		       const struct node *like)
{
	made->agent = state_agent(agent, true);
	made->cells[0] = like ? node_cells(like, "#address-cells", 2) : 2;
	made->cells[1] = like ? node_cells(like, "#size-cells", 1) : 2;
	made->root = node_new(NULL, "%s", "");
	set_cell(made->root, "#address-cells", made->cells[0]);
	set_cell(made->root, "#size-cells", made->cells[1]);
	make_scmi(made, agent, mailbox);
}

static struct node *make_end(struct made *made, int err)
{
	/* Without a host's devicetree the limits are those of configfs. */
	if (!err)
		failure_clear();
	free(made->supplies);
	json_object_put(made->agent);

	return err ? NULL : made->root;
}

struct node *dt_make(const char *agent, bool devices, bool mailbox, const struct node *like)
{
	struct made made = {};
	struct json_object *list, *grant;
	size_t i;
	int err = 0;

	make_begin(&made, agent, mailbox, like);
	list = jget(made.agent, "devices");
	for (i = 0; devices && !err && i < json_object_array_length(list); i++) {
		grant = json_object_array_get_idx(list, i);
		if (jint(grant, "enable", 0))
			err = tree_host() ? make_device(&made, jstr(grant, "of_node") ?: "") : -1;
	}

	return make_end(&made, err);
}

/* --- as an overlay ------------------------------------------------------------------ */

static struct node *add_fragment(struct node *overlay, const char *target)
{
	struct node *c, *fragment;
	unsigned int n = 0;

	for (c = overlay->child; c; c = c->next)
		n++;
	fragment = node_new(overlay, "fragment@%u", n);
	prop_set_str(fragment, "target-path", target);

	return node_new(fragment, "__overlay__");
}

/* What may be added to a node that the guest has */
static bool prop_is_added(const char *name)
{
	static const char * const added[] = {
		"clocks", "clock-names", "assigned-clocks", "assigned-clock-rates",
		"assigned-clock-parents", "resets", "reset-names", "power-domains",
		"power-domain-names",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(added); i++)
		if (!strcmp(name, added[i]))
			return true;

	return ends_with(name, "-supply");
}

/* The device in a fragment of its own, of which only this is left */
static int make_target(struct made *made, struct node *overlay, const char *host,
		       const char *path)
{
	struct node *to = add_fragment(overlay, path), *device, **p;
	struct prop *prop, *next;

	if (make_device(made, host))
		return -1;
	for (p = &made->root->child; *p && (*p)->data != node_at(tree_host(), host);)
		p = &(*p)->next;
	device = *p;
	if (!device)
		return fail("%s is within another device that was granted", host);
	*p = device->next;
	for (prop = device->props; prop; prop = next) {
		next = prop->next;
		if (!prop_is_added(prop->name))
			continue;
		prop_del(to, prop->name);
		prop->next = to->props;
		to->props = prop;
	}
	if (!to->props)
		return fail("%s has nothing that could be added to %s", host, path);

	return 0;
}

/* Where in the overlay there are phandles, for whoever gives other numbers to them */
static void add_fixups(struct node *overlay)
{
	struct node *fixups = node_new(NULL, "__local_fixups__"), *node = NULL, *at;
	const struct prop *prop;
	struct prop *offsets;
	char *path, *part, *save;
	int i;

	while ((node = node_walk(overlay, node))) {
		for (prop = node->props; prop; prop = prop->next) {
			if (!prop->nr_refs)
				continue;
			path = node_path(node);
			at = fixups;
			for (part = strtok_r(path, "/", &save); part;
			     part = strtok_r(NULL, "/", &save))
				at = node_child(at, part) ?: node_new(at, "%s", part);
			free(path);
			offsets = prop_set(at, prop->name, NULL, 0);
			for (i = 0; i < prop->nr_refs; i++)
				prop_add_cell(offsets, prop->refs[i].at);
		}
	}
	if (fixups->child)
		add_child(overlay, fixups);
}

static const struct dt_target *target_of(const struct dt_target *targets, struct json_object *grant)
{
	for (; targets->device; targets++)
		if (!strcmp(targets->device, jstr(grant, "name") ?: "") ||
		    !strcmp(targets->device, jstr(grant, "of_node") ?: ""))
			return targets;

	return NULL;
}

struct node *dt_overlay(const char *agent, bool devices, const struct dt_target *targets)
{
	struct node *overlay = node_new(NULL, "%s", ""), *to = add_fragment(overlay, "/"), *c;
	struct json_object *list, *grant;
	const struct dt_target *t;
	struct made made = {};
	int err = 0;
	size_t i;

	make_begin(&made, agent, false, NULL);
	/* By this the guest can ask again, through its own driver. */
	c = node_new(node_at(made.root, "/firmware/scmi"), "protocol@d0");
	set_cell(c, "reg", 0xd0);

	list = jget(made.agent, "devices");
	for (i = 0; !err && i < json_object_array_length(list); i++) {
		grant = json_object_array_get_idx(list, i);
		t = target_of(targets, grant);
		if (!jint(grant, "enable", 0) || (!t && !devices))
			continue;
		if (!tree_host())
			err = -1;
		else if (t)
			err = make_target(&made, overlay, jstr(grant, "of_node") ?: "", t->path);
		else
			err = make_device(&made, jstr(grant, "of_node") ?: "");
	}
	for (t = targets; !err && t->device; t++) {
		bool granted = false;

		for (i = 0; i < json_object_array_length(list); i++) {
			grant = json_object_array_get_idx(list, i);
			granted |= target_of(t, grant) == t && jint(grant, "enable", 0);
		}
		if (!granted)
			err = fail("%s was not granted, or is not enabled", t->device);
	}

	for (c = made.root->child; c; c = c->next)
		c->parent = to;
	to->child = made.root->child;
	made.root->child = NULL;
	add_fixups(overlay);

	return make_end(&made, err) ? overlay : NULL;
}
