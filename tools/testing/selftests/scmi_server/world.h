/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rules.h is about, for real: agents "m0" to "m2" with the devices trio0 to
 * trio2 of the simulated hardware, and the host's own user of the same suppliers.
 */
#ifndef _SCMI_WORLD_H
#define _SCMI_WORLD_H

#include "rules.h"
#include "vhost.h"

/**
 * struct member - an agent
 * @node: node of vhost-vdpa; %NULL: it speaks through a stock client
 * @raw: the file of that client's raw mode, or %NULL
 * @chan: its channel
 * @id: SCMI ids of its resources
 * @agent_id: SCMI id of itself
 * @device_id: number of its device
 */
struct member {
	const char *node;
	const char *raw;
	struct vs chan;
	uint32_t id[KINDS];
	uint32_t agent_id;
	uint32_t device_id;
};

/**
 * struct world - all of it
 * @member: the agents
 */
struct world {
	struct member member[AGENTS];
};

void world_init(struct world *w, const char *const nodes[AGENTS]);
int world_do(struct world *w, struct op *op);
void world_look(struct hw *hw);

bool member_find(struct member *m, int a);
bool agent_holds(int a);

/* Messages of one agent, which are answered in their order */
int member_try(const struct world *w, struct member *m, struct op *op, int *status);
void member_send(const struct world *w, struct member *m, const struct op *op);
int member_receive(struct member *m);

int write_file(const char *value, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *agent_file(int a, int kind, const char *file);
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void access_text(unsigned int access, char *buf);
void denied_text(unsigned int denied, char *buf);
extern const char *const policy_names[POLICIES];
const char *act_name(enum act act);
void op_print(const struct op *op);
void hw_print(const char *who, const struct hw *hw);
bool hw_same(const struct hw *a, const struct hw *b);

#endif /* _SCMI_WORLD_H */
