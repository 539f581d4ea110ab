// SPDX-License-Identifier: GPL-2.0
/*
 * What devices of the host need, by the host's devicetree, and what the host
 * says of it.
 */

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "needs.h"
#include "scmictl.h"
#include "util.h"

const struct kind kinds[NR_KINDS] = {
	[CLOCK] = {
		"clock", "clocks", "clock-names", "#clock-cells", "clock", 0x14,
		"rate_min_hz", "rate_max_hz", "rate_policy"
	},
	[RESET] = {
		"reset", "resets", "reset-names", "#reset-cells", "reset", 0x16,
	},
	[SUPPLY] = {
		"supply", "-supply", NULL, NULL, "voltage", 0x17,
		"min_uv", "max_uv"
	},
	[POWER] = {
		"power", "power-domains", "power-domain-names", "#power-domain-cells",
		"power", 0x11,
	},
};

const struct kind *kind_of_dir(const char *dir)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (starts_with(dir, kinds[i].name) &&
		    (i == SUPPLY ? dir[6] == '-' && dir[7] :
		     isdigit((unsigned char)dir[strlen(kinds[i].name)])))
			return &kinds[i];

	return NULL;
}

/* As the kernel's list of properties that name suppliers. */
static const char * const suppliers[] = {
	"access-controllers", "assigned-clock-parents", "assigned-clocks", "backlight",
	"cooling-device", "ddc", "ddc-i2c-bus", "dmas", "extcon", "firmware", "gpio", "gpios",
	"hwlocks", "interconnects", "interrupts-extended", "io-backends", "io-channels",
	"iommu-map", "iommus", "leds", "mboxes", "memory-region", "mmc-pwrseq", "msi-map",
	"msi-parent", "nvmem", "nvmem-cells", "operating-points-v2", "panel",
	"performance-domains", "phy-handle", "phys", "post-init-providers", "power-supplies",
	"pses", "pwms", "remote-endpoint", "remoteproc", "required-opps", "sound-dai", "syscon",
	"thermal-sensors", "wakeup-parent",
};

bool prop_is_need(const char *name)
{
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (i == SUPPLY ? ends_with(name, "-supply") : !strcmp(name, kinds[i].prop))
			return true;

	return false;
}

bool prop_is_supplier(const char *name)
{
	unsigned int i;

	if (ends_with(name, "-gpios") || ends_with(name, "-gpio"))
		return true;
	if (starts_with(name, "pinctrl-") && isdigit((unsigned char)name[8]))
		return true;
	for (i = 0; i < ARRAY_SIZE(suppliers); i++)
		if (!strcmp(name, suppliers[i]))
			return true;

	return false;
}

bool need_same(const struct need *a, const struct need *b)
{
	return a->kind == b->kind && a->provider && a->provider == b->provider &&
	       a->nr_args == b->nr_args &&
	       !memcmp(a->args, b->args, a->nr_args * sizeof(*a->args));
}

static struct need *add_need(struct need ***end, const struct kind *kind, char *dir)
{
	struct need *need = xalloc(sizeof(*need));

	need->kind = kind;
	need->dir = dir;
	**end = need;
	*end = &need->next;

	return need;
}

/* One property with phandles and what follows them. */
static void add_list(struct need ***end, struct node *root, struct node *node, int k)
{
	const struct kind *kind = &kinds[k];
	struct prop *prop = prop_get(node, kind->prop);
	unsigned int i, n = prop ? prop->len / 4 : 0, at = 0, index;
	struct need *need;

	for (index = 0; at < n; index++) {
		need = add_need(end, kind, xfmt("%s%u", kind->name, index));
		need->name = prop_str_at(node, kind->names, index);
		need->provider = node_by_phandle(root, prop_cell(prop, at++));
		if (!need->provider)
			continue;
		need->nr_args = node_cells(need->provider, kind->cells, 0);
		if (need->nr_args > MAX_ARGS || need->nr_args > n - at)
			break;
		for (i = 0; i < need->nr_args; i++)
			need->args[i] = prop_cell(prop, at++);
	}
}

struct need *needs_of(struct node *root, struct node *node)
{
	struct need *needs = NULL, **end = &needs, *need;
	struct prop *prop;

	add_list(&end, root, node, CLOCK);
	add_list(&end, root, node, POWER);
	add_list(&end, root, node, RESET);
	for (prop = node->props; prop; prop = prop->next) {
		if (!ends_with(prop->name, "-supply") || prop->len != 4)
			continue;
		need = add_need(&end, &kinds[SUPPLY],
				xfmt("supply-%.*s", (int)strlen(prop->name) - 7, prop->name));
		need->name = need->dir + 7;
		need->provider = node_by_phandle(root, prop_cell(prop, 0));
	}

	return needs;
}

void needs_free(struct need *needs)
{
	struct need *next;

	for (; needs; needs = next) {
		next = needs->next;
		free(needs->dir);
		free(needs);
	}
}

/* --- devices ------------------------------------------------------------------ */

static const char * const buses[] = { "platform", "amba" };
#define BASE "/firmware/devicetree/base"

/* Path of the node of a device on a bus, or NULL */
static char *bus_node(const char *bus, const char *name)
{
	char *link = sys_link("/sys/bus/%s/devices/%s/of_node", bus, name), *path = NULL;
	const char *at = link ? strstr(link, BASE) : NULL;

	if (at)
		path = xstr(at[strlen(BASE)] ? at + strlen(BASE) : "/");
	free(link);

	return path;
}

struct node *device_node(const char *device)
{
	struct node *root = tree_host(), *node = NULL;
	char *path = NULL, *p;
	unsigned int i;

	if (!root)
		return NULL;
	if (*device == '/' || *device == '!') {
		path = xstr(device);
		for (p = path; *p; p++)
			if (*p == '!')
				*p = '/';
		node = node_at(root, path);
		if (!node)
			fail("there is no node %s in the host's devicetree", path);
		free(path);
		return node;
	}
	for (i = 0; !path && i < ARRAY_SIZE(buses); i++)
		path = bus_node(buses[i], device);
	if (path)
		node = node_at(root, path);
	if (!node)
		fail("there is no device %s with a devicetree node on the platform or AMBA bus",
		     device);
	free(path);

	return node;
}

char *device_dir(const char *device)
{
	char *dir = xstr(device), *p;

	if (*dir == '/')
		for (p = dir; *p; p++)
			if (*p == '/')
				*p = '!';

	return dir;
}

/* A device of the host with a node: who it is, and its driver, if it has one */
struct user {
	char *path, *name, *driver;
	struct user *next;
};

static struct user *users(void)
{
	static struct user *all, **end = &all;
	char **names, **n, *driver;
	struct user *u;
	unsigned int i;

	for (i = 0; !all && i < ARRAY_SIZE(buses); i++) {
		char *dir = xfmt("/sys/bus/%s/devices", buses[i]);

		names = sys_list(true, dir);
		for (n = names; *n; n++) {
			char *path = bus_node(buses[i], *n);

			if (!path)
				continue;
			u = xalloc(sizeof(*u));
			u->path = path;
			u->name = xstr(*n);
			driver = sys_link("%s/%s/driver", dir, *n);
			u->driver = driver ? xstr(strrchr(driver, '/') + 1) : NULL;
			free(driver);
			*end = u;
			end = &u->next;
		}
		list_free(names);
		free(dir);
	}

	return all;
}

/* Who needs the same as @need; but not @self, unless that is NULL */
static struct json_object *users_json(const struct need *need, const struct node *self)
{
	struct json_object *list = json_object_new_array(), *obj;
	struct need *theirs, *n;
	struct node *node, *root = tree_host();
	struct user *u;

	for (u = users(); u; u = u->next) {
		node = node_at(root, u->path);
		if (!node || node == self)
			continue;
		theirs = needs_of(root, node);
		for (n = theirs; n; n = n->next) {
			if (!need_same(n, need))
				continue;
			obj = json_object_new_object();
			jset(obj, "device", u->name);
			jset(obj, "of_node", u->path);
			jset(obj, "resource", n->dir);
			if (n->name)
				jset(obj, "as", n->name);
			if (u->driver)
				jset(obj, "driver", u->driver);
			json_object_array_add(list, obj);
			break;
		}
		needs_free(theirs);
	}

	return list;
}

/* --- what the frameworks say ----------------------------------------------------- */

static char *summary(const char *file)
{
	return sys_get("/sys/kernel/debug/%s", file);
}

/* Of a device, or of the stand-in of one that an agent was granted */
static bool is_device(const char *consumer, const char *device)
{
	size_t n = strlen(consumer), m = strlen(device);

	return ends_with(consumer, device) && (n == m || consumer[n - m - 1] == ':');
}

/* Does the device have no other clock? */
static bool only_clock(const char *path)
{
	struct node *node = node_at(tree_host(), path);
	struct need *needs = node ? needs_of(tree_host(), node) : NULL, *n;
	unsigned int clocks = 0;

	for (n = needs; n; n = n->next)
		clocks += n->kind == &kinds[CLOCK];
	needs_free(needs);

	return clocks == 1;
}

/*
 * Is it one of these devices, which has the clock by this name? Without a name
 * there may be the node's, and only one clock can be told from others.
 */
static bool has_clock(struct json_object *by, const char *consumer, const char *id)
{
	struct json_object *u;
	const char *path;
	size_t i;

	for (i = 0; i < json_object_array_length(by); i++) {
		u = json_object_array_get_idx(by, i);
		path = jstr(u, "of_node");
		if (strcmp(id, "no_connection_id") ?
		    is_device(consumer, jstr(u, "device")) && !strcmp(id, jstr(u, "as") ?: "") :
		    (is_device(consumer, jstr(u, "device")) ||
		     !strcmp(consumer, strrchr(path, '/') + 1)) && only_clock(path))
			return true;
	}

	return false;
}

/*
 * The clock @name, or that of one of the devices @by, in clk_summary: a line has
 * "name enabled prepared protected rate ...", and its end, or one of those that
 * follow, "consumer id".
 */
static char *find_clock(char *text, const char *name, struct json_object *by, long long *rate,
			int *on)
{
	char *line, *save, *w, *words, *last[2], *found = NULL, clock[128] = "";
	int prepared, protect, state = 0, n;
	long long hz = 0;

	for (line = strtok_r(text, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save)) {
		char next[128];
		long long next_hz;
		int next_on;

		if (sscanf(line, " %127s %d %d %d %lld", next, &next_on, &prepared, &protect,
			   &next_hz) == 5) {
			strcpy(clock, next);
			state = next_on;
			hz = next_hz;
		}
		last[0] = "";
		last[1] = "";
		n = 0;
		for (w = strtok_r(line, " ", &words); w; w = strtok_r(NULL, " ", &words), n++) {
			last[0] = last[1];
			last[1] = w;
		}
		if (*clock && (name ? !strcmp(clock, name) : has_clock(by, last[0], last[1])))
			found = xstr(clock);
	}
	*rate = hz;
	*on = state;

	return found;
}

static void clock_state(struct json_object *obj, const struct need *need, struct json_object *by)
{
	struct prop *indices = prop_get(need->provider, "clock-indices");
	const char *name = NULL;
	char *text, *found;
	long long rate;
	int on, i;

	/* Which of the provider's names it is can be told of these only. */
	if (indices && need->nr_args == 1) {
		for (i = 0; i < indices->len / 4; i++)
			if (prop_cell(indices, i) == need->args[0])
				name = prop_str_at(need->provider, "clock-output-names", i);
	} else if (need->nr_args <= 1) {
		name = prop_str_at(need->provider, "clock-output-names",
				   need->nr_args ? need->args[0] : 0);
	}
	if (!name && !need->nr_args)
		name = need->provider->name;
	text = summary("clk/clk_summary");
	found = text ? find_clock(text, name, by, &rate, &on) : NULL;
	if (name || found)
		jset(obj, "host_name", name ?: found);
	if (found) {
		jset(obj, "state", on ? "on" : "off");
		json_object_object_add(obj, "rate_hz", json_object_new_int64(rate));
	} else if (prop_get(need->provider, "clock-frequency")) {
		rate = node_cells(need->provider, "clock-frequency", 0);
		json_object_object_add(obj, "rate_hz", json_object_new_int64(rate));
	}
	free(found);
	free(text);
}

#define REGULATORS "/sys/class/regulator"

static void supply_state(struct json_object *obj, const struct need *need)
{
	const char *name = prop_str(need->provider, "regulator-name");
	char *path = node_path(need->provider), *node, *val;
	char **dirs = sys_list(true, REGULATORS), **d;
	bool found = false;

	if (!name)
		name = need->provider->name;
	jset(obj, "host_name", name);
	for (d = dirs; *d && !found; d++) {
		node = sys_link(REGULATORS "/%s/of_node", *d);
		val = node ? NULL : sys_get(REGULATORS "/%s/name", *d);
		found = node ? ends_with(node, path) && strstr(node, BASE) &&
			       !strcmp(strstr(node, BASE) + strlen(BASE), path) :
			val && !strcmp(val, name);
		free(node);
		free(val);
		if (!found)
			continue;
		val = sys_get(REGULATORS "/%s/state", *d);
		if (val)
			jset(obj, "state", !strcmp(val, "enabled") ? "on" :
			     !strcmp(val, "disabled") ? "off" : val);
		free(val);
		val = sys_get(REGULATORS "/%s/microvolts", *d);
		if (val)
			json_object_object_add(obj, "uv", json_object_new_int64(atoll(val)));
		free(val);
	}
	list_free(dirs);
	free(path);
}

/* Those with several have a stand-in for each, "genpd:<index>:device". */
static bool has_domain(struct json_object *by, const char *consumer)
{
	struct json_object *u;
	char *stand_in;
	bool is;
	size_t i;

	for (i = 0; i < json_object_array_length(by); i++) {
		u = json_object_array_get_idx(by, i);
		stand_in = xfmt("genpd:%s:%s", jstr(u, "resource") + strlen("power"),
				jstr(u, "device"));
		is = starts_with(consumer, "genpd:") ? !strcmp(consumer, stand_in) :
		     is_device(consumer, jstr(u, "device"));
		free(stand_in);
		if (is)
			return true;
	}

	return false;
}

/* A domain is found by a device that is in it. */
static void power_state(struct json_object *obj, struct json_object *by)
{
	char *text = summary("pm_genpd/pm_genpd_summary"), *line, *save, *dev, *at;
	char domain[64] = "", state[32] = "";
	bool found = false;

	for (line = text ? strtok_r(text, "\n", &save) : NULL; line && !found;
	     line = strtok_r(NULL, "\n", &save)) {
		dev = line + strspn(line, " \t");
		if (line == dev) {
			if (sscanf(line, "%63s %31s", domain, state) != 2)
				*domain = '\0';
			continue;
		}
		/* Its name, or its path, which is what older kernels have. */
		dev[strcspn(dev, " ")] = '\0';
		at = strrchr(dev, '/');
		found = *domain && has_domain(by, at ? at + 1 : dev);
	}
	if (found) {
		jset(obj, "host_name", domain);
		jset(obj, "state", starts_with(state, "on") ? "on" : "off");
	}
	free(text);
}

static struct json_object *need_json(const struct need *need, const struct node *self)
{
	struct json_object *obj = json_object_new_object(), *list;
	unsigned int i;
	char *path;

	jset(obj, "resource", need->dir);
	if (need->name)
		jset(obj, "name", need->name);
	if (!need->provider) {
		jset(obj, "provider", NULL);
		return obj;
	}
	path = node_path(need->provider);
	jset(obj, "provider", path);
	free(path);
	list = json_object_new_array();
	for (i = 0; i < need->nr_args; i++)
		json_object_array_add(list, json_object_new_int64(need->args[i]));
	json_object_object_add(obj, "args", list);

	list = users_json(need, NULL);
	if (need->kind == &kinds[CLOCK])
		clock_state(obj, need, list);
	else if (need->kind == &kinds[SUPPLY])
		supply_state(obj, need);
	else if (need->kind == &kinds[POWER])
		power_state(obj, list);
	json_object_put(list);
	json_object_object_add(obj, "users", users_json(need, self));

	return obj;
}

struct json_object *needs_json(const char *device)
{
	struct node *node = device_node(device), *root = tree_host();
	struct json_object *obj, *list;
	struct need *needs, *n;
	struct prop *prop;
	struct user *u;
	char *path;

	if (!node)
		return NULL;
	obj = json_object_new_object();
	jset(obj, "device", device);
	path = node_path(node);
	jset(obj, "of_node", path);
	for (u = users(); u; u = u->next)
		if (!strcmp(u->path, path) && u->driver)
			jset(obj, "driver", u->driver);
	free(path);

	list = json_object_new_array();
	needs = needs_of(root, node);
	for (n = needs; n; n = n->next)
		json_object_array_add(list, need_json(n, node));
	needs_free(needs);
	json_object_object_add(obj, "needs", list);

	list = json_object_new_array();
	for (prop = node->props; prop; prop = prop->next)
		if (prop_is_supplier(prop->name))
			json_object_array_add(list, json_object_new_string(prop->name));
	json_object_object_add(obj, "unsupported", list);

	return obj;
}

static void print_need(struct json_object *need)
{
	struct json_object *users = jget(need, "users"), *args = jget(need, "args"), *u;
	size_t i;

	printf("  %-12s %-12s ", jstr(need, "resource"), jstr(need, "name") ?: "-");
	if (!jstr(need, "provider")) {
		puts("nothing");
		return;
	}
	fputs(jstr(need, "provider"), stdout);
	for (i = 0; i < json_object_array_length(args); i++)
		printf(" %s", json_object_get_string(json_object_array_get_idx(args, i)));
	if (jstr(need, "host_name"))
		printf(" \"%s\"", jstr(need, "host_name"));
	if (jstr(need, "state"))
		printf(", %s", jstr(need, "state"));
	if (jget(need, "rate_hz"))
		printf(", %lld Hz", jint(need, "rate_hz", 0));
	if (jget(need, "uv"))
		printf(", %lld uV", jint(need, "uv", 0));
	putchar('\n');
	for (i = 0; i < json_object_array_length(users); i++) {
		u = json_object_array_get_idx(users, i);
		printf("    also of %s%s%s%s%s\n", jstr(u, "device"),
		       jstr(u, "as") ? " as " : "", jstr(u, "as") ?: "",
		       jstr(u, "driver") ? ", driver " : ", without a driver",
		       jstr(u, "driver") ?: "");
	}
}

int cmd_needs(int argc, char **argv)
{
	struct json_object *obj, *list;
	size_t i;
	int err = 0;

	(void)argc;
	obj = needs_json(argv[0]);
	if (!obj)
		return -1;
	if (opt_json) {
		err = jprint(obj);
		goto out;
	}

	printf("%s%s%s\n", jstr(obj, "of_node"), jstr(obj, "driver") ? ", driver " : "",
	       jstr(obj, "driver") ?: "");
	list = jget(obj, "needs");
	for (i = 0; i < json_object_array_length(list); i++)
		print_need(json_object_array_get_idx(list, i));
	if (!i)
		puts("  nothing that SCMI can carry");
	list = jget(obj, "unsupported");
	if (json_object_array_length(list))
		fputs("  not by SCMI:", stdout);
	for (i = 0; i < json_object_array_length(list); i++)
		printf(" %s", json_object_get_string(json_object_array_get_idx(list, i)));
	if (i)
		putchar('\n');
out:
	json_object_put(obj);

	return err;
}
