/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SCMI server: the engine's own header. Transports and backends use
 * "scmi_server.h".
 *
 * Lock order, outermost first:
 *
 *	scmid_agents_lock	the registry of agents
 *	scmid_agent.lock	an agent's configuration
 *	scmid_agent.run		one command, or one change of what commands see
 *	scmid_held_lock		who holds which hardware; leaf
 *
 * Commands take only @run, so an operator may wait for one with @lock held.
 */
#ifndef _SCMID_ENGINE_H
#define _SCMID_ENGINE_H

#include <linux/kref.h>

#include "scmi_server.h"

#define SCMID_HOLD_MS_DEFAULT	60000

/**
 * struct scmid_agent_ops - what the configuration front end does for an agent
 * @pin: keep the agent configured until @unpin; called without locks
 * @unpin: the reverse
 * @release: nobody refers to the agent any more
 */
struct scmid_agent_ops {
	int (*pin)(struct scmid_agent *agent);
	void (*unpin)(struct scmid_agent *agent);
	void (*release)(struct scmid_agent *agent);
};

/**
 * struct scmid_agent - an agent: one guest, one processor
 * @peer: what the protocols know of it; changes under @run
 * @ref: references
 * @node: in the registry
 * @lock: guards @grants, ids, @chan, @live and @hold_ms
 * @run: held for each command, and for changes of @peer; its tables are
 *	written under @lock and @run, and are empty unless the agent is live
 * @next_id: first id that was never used since the agent went live
 * @grants: list of &struct scmid_grant
 * @chan: the channel it speaks on, or %NULL
 * @ops: configuration front end, or %NULL
 * @generation: grows with each grant and each revocation
 * @hold_ms: how long a stopped peer keeps its votes while it may come back
 */
struct scmid_agent {
	struct scmid_peer peer;
	struct kref ref;
	struct list_head node;
	struct mutex lock;
	struct mutex run;
	u32 next_id[SCMID_NR_PROTOS];
	struct list_head grants;
	struct scmid_chan *chan;
	const struct scmid_agent_ops *ops;
	u32 generation;
	unsigned int hold_ms;
};

extern struct mutex scmid_agents_lock;
extern struct scmid_platform scmid_platform;
extern struct list_head scmid_backends;

/* agent.c */
int scmid_agent_init(struct scmid_agent *agent, const char *name,
		     const struct scmid_agent_ops *ops);
void scmid_agent_remove(struct scmid_agent *agent);
void scmid_agent_put(struct scmid_agent *agent);
struct scmid_agent *scmid_agent_find(const char *name);
bool scmid_agents_live(void);
int scmid_agent_set_id(struct scmid_agent *agent, u8 id);
int scmid_agent_set_live(struct scmid_agent *agent, bool live);
int scmid_agent_publish(struct scmid_agent *agent, struct scmid_res *res);
bool scmid_agent_withdraw(struct scmid_agent *agent, struct scmid_res *res);
void scmid_agent_quiesce(struct scmid_agent *agent);
int scmid_agent_renumber(struct scmid_agent *agent);
void scmid_agent_update(struct scmid_agent *agent);

/* grant.c */
struct scmid_grant *scmid_grant_create(struct scmid_agent *agent, const char *name);
void scmid_grant_destroy(struct scmid_grant *grant);
void scmid_grant_put(struct scmid_grant *grant);
int scmid_grant_enable(struct scmid_grant *grant);
void scmid_grant_disable(struct scmid_grant *grant);
int scmid_grant_publish(struct scmid_grant *grant);
void scmid_grant_withdraw(struct scmid_grant *grant);
int scmid_grant_set_id(struct scmid_grant_res *r, u16 id);
int scmid_grant_bus_init(void);
void scmid_grant_bus_exit(void);

/* core.c */
void scmid_backend_register(struct scmid_backend *backend);
int scmid_core_init(void);
void scmid_core_exit(void);

/* configfs.c */
int scmid_configfs_init(void);
void scmid_configfs_exit(void);

#endif /* _SCMID_ENGINE_H */
