// SPDX-License-Identifier: GPL-2.0
/*
 * Agents, what they were granted, and what hardware that is, for Graphviz.
 */

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "needs.h"
#include "scmictl.h"
#include "state.h"
#include "util.h"

static struct json_object *nodes, *edges;

static void add_node(const char *id, const char *kind, const char *label)
{
	struct json_object *obj;
	size_t i;

	for (i = 0; i < json_object_array_length(nodes); i++)
		if (!strcmp(jstr(json_object_array_get_idx(nodes, i), "id"), id))
			return;
	obj = json_object_new_object();
	jset(obj, "id", id);
	jset(obj, "kind", kind);
	jset(obj, "label", label);
	json_object_array_add(nodes, obj);
}

static void add_edge(const char *from, const char *to, const char *label, bool enabled)
{
	struct json_object *obj = json_object_new_object();

	jset(obj, "from", from);
	jset(obj, "to", to);
	jset(obj, "label", label);
	json_object_object_add(obj, "enabled", json_object_new_boolean(enabled));
	json_object_array_add(edges, obj);
}

/* Hardware is what provider and args say; without a devicetree, who has it. */
static void add_hardware(const char *from, const struct kind *kind, const char *name,
			 const char *provider, const char *args, const char *access, bool enabled)
{
	char *id = xfmt("%s %s %s", kind->name, provider, args);
	char *label = xfmt("%s %s\n%s %s", kind->name, name, provider, args);

	add_node(id, kind->name, label);
	add_edge(from, id, access, enabled);
	free(label);
	free(id);
}

/* Rights on it, unless all of its protocol are denied */
static const char *access_of(struct json_object *grant, const struct kind *kind,
			     struct json_object *res)
{
	if (has_word(jstr(grant, "denied"), kind->protocol))
		return "denied";

	return jstr(res, "access") ?: "";
}

static void add_device(const char *agent, struct json_object *grant)
{
	struct node *root = tree_host(), *node = NULL;
	const char *path = jstr(grant, "of_node");
	char *id = xfmt("%s:%s", agent, jstr(grant, "name")), *args, *longer, *provider;
	bool enabled = jint(grant, "enable", 0);
	struct need *needs = NULL, *n;
	unsigned int i;

	add_node(id, "device", jstr(grant, "name"));
	add_edge(agent, id, jint(grant, "shared", 0) ? "shared" : "", enabled);
	if (root && path)
		node = node_at(root, path);
	if (node)
		needs = needs_of(root, node);
	json_object_object_foreach(grant, dir, val) {
		if (!json_object_is_type(val, json_type_object))
			continue;
		for (n = needs; n && strcmp(n->dir, dir); n = n->next)
			;
		args = xstr("");
		for (i = 0; n && i < n->nr_args; i++) {
			longer = xfmt("%s%s%u", args, i ? " " : "", n->args[i]);
			free(args);
			args = longer;
		}
		provider = n && n->provider ? node_path(n->provider) : xfmt("%s/%s", id, dir);
		add_hardware(id, kind_of_dir(dir), jstr(val, "name") ?: dir, provider, args,
			     access_of(grant, kind_of_dir(dir), val), enabled);
		free(provider);
		free(args);
	}
	needs_free(needs);
	free(id);
}

static void add_resource(const char *agent, struct json_object *grant)
{
	const char *type = jstr(grant, "type");
	int i;

	for (i = 0; i < NR_KINDS; i++)
		if (type && !strcmp(type, kinds[i].name))
			add_hardware(agent, &kinds[i], jstr(grant, "name"),
				     jstr(grant, "provider") ?: "", jstr(grant, "args") ?: "",
				     access_of(grant, &kinds[i], grant), jint(grant, "enable", 0));
}

static void quoted(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '\n')
			fputs("\\n", stdout);
		else
			printf("%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
	}
	putchar('"');
}

static void print(void)
{
	static const struct {
		const char *kind, *style;
	} styles[] = {
		{ "agent", "shape=box, style=\"filled,rounded\", fillcolor=lightblue" },
		{ "device", "shape=box" },
		{ "clock", "shape=ellipse" },
		{ "reset", "shape=diamond" },
		{ "supply", "shape=hexagon" },
		{ "power", "shape=house" },
	};
	struct json_object *obj;
	size_t i, j;

	puts("digraph scmi {\n\trankdir=LR;\n\tnode [fontname=\"sans-serif\"];\n"
	     "\tedge [fontname=\"sans-serif\", fontsize=9];");
	for (i = 0; i < json_object_array_length(nodes); i++) {
		obj = json_object_array_get_idx(nodes, i);
		putchar('\t');
		quoted(jstr(obj, "id"));
		fputs(" [label=", stdout);
		quoted(jstr(obj, "label"));
		for (j = 0; j < ARRAY_SIZE(styles); j++)
			if (!strcmp(styles[j].kind, jstr(obj, "kind")))
				printf(", %s", styles[j].style);
		puts("];");
	}
	for (i = 0; i < json_object_array_length(edges); i++) {
		obj = json_object_array_get_idx(edges, i);
		putchar('\t');
		quoted(jstr(obj, "from"));
		fputs(" -> ", stdout);
		quoted(jstr(obj, "to"));
		fputs(" [label=", stdout);
		quoted(jstr(obj, "label"));
		puts(json_object_get_boolean(jget(obj, "enabled")) ? "];" : ", style=dashed];");
	}
	puts("}");
}

int cmd_graph(int argc, char **argv)
{
	struct json_object *state = state_get(true), *agents = jget(state, "agents"), *agent, *out;
	struct json_object *list;
	size_t i, j;
	int err = 0;

	(void)argc;
	(void)argv;
	nodes = json_object_new_array();
	edges = json_object_new_array();
	for (i = 0; i < json_object_array_length(agents); i++) {
		agent = json_object_array_get_idx(agents, i);
		add_node(jstr(agent, "name"), "agent", jstr(agent, "name"));
		list = jget(agent, "devices");
		for (j = 0; j < json_object_array_length(list); j++)
			add_device(jstr(agent, "name"), json_object_array_get_idx(list, j));
		list = jget(agent, "resources");
		for (j = 0; j < json_object_array_length(list); j++)
			add_resource(jstr(agent, "name"), json_object_array_get_idx(list, j));
	}
	failure_clear();
	out = json_object_new_object();
	json_object_object_add(out, "nodes", nodes);
	json_object_object_add(out, "edges", edges);
	if (opt_json)
		err = jprint(out);
	else
		print();
	json_object_put(out);
	json_object_put(state);

	return err;
}
