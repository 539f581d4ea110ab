/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SCMI server: the engine's own header. Transports and backends use
 * "scmi_server.h".
 *
 * Lock order, outermost first:
 *
 *	scmid_grant.enable_lock	one at a time enables or disables a grant
 *	scmid_grant.dev's lock	the driver core's: it is bound while granted
 *	scmid_agents_lock	the registry of agents
 *	scmid_agent.lock	an agent's configuration
 *	scmid_agent.run		one command, or one change of what commands see
 *	scmid_hw_lock		who holds which hardware
 *	scmid_hw.lock		arbitration between those who hold it
 *	locks of frameworks
 *	scmid_agent.event_lock	events that wait; nothing is within it
 *
 * Commands take only @run and &scmid_hw.lock, so an operator may wait for one
 * with @lock held.
 */
#ifndef _SCMID_ENGINE_H
#define _SCMID_ENGINE_H

#include <linux/jump_label.h>
#include <linux/kref.h>
#include <linux/of.h>
#include <linux/sizes.h>

#include "scmi_server.h"

#define SCMID_HOLD_MS_DEFAULT	60000

/* The longest guest description */
#define SCMID_GUEST_MAX		SZ_64K

/* All rights, for &scmid_backend.quiesce */
#define SCMID_ACCESS_ALL	U16_MAX

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
 * struct scmid_order - a permission command on its way
 * @what: what it asks for
 * @agent: id of the agent that it is about
 * @device: number of the device
 * @protocols: bit n: protocol %SCMID_PROTO_BASE + n
 * @allow: allow or deny; for a reset, whether permissions are reset, too
 *
 * It is about another agent's configuration, so it is executed when no command
 * is: see the lock order.
 */
struct scmid_order {
	enum {
		SCMID_ORDER_NONE,
		SCMID_ORDER_PERMIT,
		SCMID_ORDER_RESET,
	} what;
	u32 agent;
	u32 device;
	u32 protocols;
	bool allow;
};

/**
 * struct scmid_own_node - what a single resource is, and the node made for it
 * @backend: its kind; %NULL: not said yet
 * @provider: path of the provider's node, or a name that the backend knows
 * @args: specifier of the resource at the provider
 * @nr_args: cells in @args
 * @changes: how the node came into the tree
 * @np: the node, while there is one
 */
struct scmid_own_node {
	const struct scmid_backend *backend;
	char *provider;
	u32 args[MAX_PHANDLE_ARGS];
	unsigned int nr_args;
	struct of_changeset changes;
	struct device_node *np;
};

/* All protocols about devices, so not Base, which nobody can be denied. */
#define SCMID_ALL_PROTOS	GENMASK(SCMID_NR_STD_PROTOS - 1, 1)

/* What becomes of an agent's events */
enum scmid_events_count {
	SCMID_EVENTS_SENT,
	SCMID_EVENTS_REPLACED,	/* by a newer one of the same resource */
	SCMID_EVENTS_DROPPED,	/* the transport could not take it */
	SCMID_NR_EVENTS_COUNTS
};

/* Statuses that are counted: 0 to -10, and others. */
#define SCMID_NR_STATUS		12

/*
 * Durations that are told apart: below 512 ns, two for each power of two up to
 * 2^33 ns, and all above.
 */
#define SCMID_TIME_MIN_ORDER	9
#define SCMID_TIME_MAX_ORDER	33
#define SCMID_NR_TIMES		(2 * (SCMID_TIME_MAX_ORDER - SCMID_TIME_MIN_ORDER) + 2)

/**
 * struct scmid_agent - an agent: one guest, one processor
 * @peer: what the protocols know of it; changes under @run. @peer.access and
 *	@peer.desc change under @lock, too
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
 * @why: why a backend refused the command that is executed; under @run
 * @order: what the command that is executed wants done after it; likewise
 * @event_lock: guards the next four, &scmid_res.events and &scmid_peer.events. It
 *	is held by nobody who waits, as it is taken with locks of frameworks held
 * @events: events that wait, &scmid_grant_res.pending, oldest first
 * @event_seq: number of the latest event
 * @event_counts: what became of events
 * @guest_pending: the event about the guest description that waits to be sent
 * @guest_generation: of the latest guest description; under @lock
 * @counts: commands by protocol, the last for all others, and by status;
 *	likewise
 * @times: commands by protocol and by how long they took; likewise
 * @malformed: commands that were none; written by the channel's worker
 * @hold_ms: how long a stopped peer keeps its votes while it may come back
 * @described: the devicetree describes it; set before others see it
 * @leaving: it is being removed: it gets no grants and no channel any more;
 *	under @lock
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
	const char *why;
	struct scmid_order order;
	spinlock_t event_lock;
	struct list_head events;
	u64 event_seq;
	unsigned long event_counts[SCMID_NR_EVENTS_COUNTS];
	struct scmid_pending guest_pending;
	u32 guest_generation;
	unsigned long counts[SCMID_NR_PROTOS + 1][SCMID_NR_STATUS];
	u32 times[SCMID_NR_PROTOS + 1][SCMID_NR_TIMES];
	unsigned long malformed;
	unsigned int hold_ms;
	bool described;
	bool leaving;
};

/**
 * struct scmid_access_word - the name of a right, in configfs and devicetree
 * @word: its name
 * @bit: SCMID_ACCESS_* bit
 */
struct scmid_access_word {
	const char *word;
	u16 bit;
};

extern struct mutex scmid_agents_lock;
extern struct scmid_platform scmid_platform;
extern struct list_head scmid_agents;
extern struct list_head scmid_backends;
extern const char * const scmid_policy_names[SCMID_NR_POLICIES];
extern const struct scmid_access_word scmid_access_words[];

/* agent.c */
int scmid_agent_init(struct scmid_agent *agent, const char *name,
		     const struct scmid_agent_ops *ops);
void scmid_agent_remove(struct scmid_agent *agent);
void scmid_agent_put(struct scmid_agent *agent);
struct scmid_agent *scmid_agent_find(const char *name);
bool scmid_agents_live(void);
int scmid_agent_set_id(struct scmid_agent *agent, u8 id);
int scmid_agent_set_live(struct scmid_agent *agent, bool live);
int scmid_agent_set_trusted(struct scmid_agent *agent, bool trusted);
int scmid_agent_order(const struct scmid_order *order);
int scmid_agent_publish(struct scmid_agent *agent, struct scmid_res *res);
bool scmid_agent_withdraw(struct scmid_agent *agent, struct scmid_res *res);
void scmid_agent_quiesce(struct scmid_agent *agent);
void scmid_agent_restart(struct scmid_agent *agent);
int scmid_agent_renumber(struct scmid_agent *agent);
void scmid_agent_update(struct scmid_agent *agent);

/* grant.c */
struct scmid_grant *scmid_grant_new(struct scmid_agent *agent, const char *name);
int scmid_grant_register(struct scmid_grant *grant);
void scmid_grant_drop(struct scmid_grant_res *r);
struct scmid_grant *scmid_grant_create(struct scmid_agent *agent, const char *name);
void scmid_grant_destroy(struct scmid_grant *grant);
void scmid_grant_put(struct scmid_grant *grant);
int scmid_grant_enable(struct scmid_grant *grant);
void scmid_grant_disable(struct scmid_grant *grant);
int scmid_grant_publish(struct scmid_grant *grant);
void scmid_grant_withdraw(struct scmid_grant *grant);
int scmid_grant_set_id(struct scmid_grant_res *r, u16 id);
int scmid_grant_set_denied(struct scmid_grant *grant, u32 denied);
int scmid_grant_set_access(struct scmid_grant_res *r, u16 access);
int scmid_grant_set_limits(struct scmid_grant_res *r, u64 min, u64 max,
			   enum scmid_policy policy);
const struct scmid_backend *scmid_backend_find(const char *name);
u16 scmid_access_bit(const struct scmid_backend *backend, const char *word);
int scmid_grant_bus_init(void);
void scmid_grant_bus_exit(void);

/* single.c */
struct scmid_grant *scmid_single_create(struct scmid_agent *agent, const char *name);
int scmid_single_set(struct scmid_grant *grant, const struct scmid_backend *backend,
		     const char *provider, const u32 *args, unsigned int nr_args);
int scmid_single_prepare(struct scmid_grant *grant);
void scmid_single_unprepare(struct scmid_grant *grant);
void scmid_single_free(struct scmid_grant *grant);

/* hw.c */
int scmid_hw_join(struct scmid_grant_res *r);
void scmid_hw_leave(struct scmid_grant_res *r);
int scmid_hw_set_access(struct scmid_grant_res *r, u16 access);
void scmid_hw_walk(void (*fn)(struct scmid_hw *hw, void *data), void *data);

/* guest.c */
const char *scmid_guest_check(const void *data, size_t size);
int scmid_guest_set(struct scmid_agent *agent, const void *data, size_t size);
ssize_t scmid_guest_get(struct scmid_agent *agent, void *data, size_t size);
void scmid_guest_set_access(struct scmid_agent *agent, u16 access);

/* event.c */
void scmid_events_init(struct scmid_agent *agent);
void scmid_event_want_guest(struct scmid_agent *agent, u8 id, bool on);
void scmid_event_raise_guest(struct scmid_agent *agent, u8 id, u64 value);
bool scmid_events_send(struct scmid_chan *chan);

/* core.c */
DECLARE_STATIC_KEY_FALSE(scmid_timing);
u64 scmid_time_bound(unsigned int slot);
bool scmid_chan_listens(const struct scmid_chan *chan);
u8 scmid_chan_cause(void);
void scmid_backend_register(struct scmid_backend *backend);
int scmid_core_init(void);
void scmid_core_exit(void);

/* configfs.c */
struct scmid_agent *scmid_configfs_agent_create(const char *name);
struct scmid_grant *scmid_configfs_device_create(struct scmid_agent *agent, const char *name);
int scmid_configfs_agent_show(struct scmid_agent *agent);
void scmid_configfs_agent_discard(struct scmid_agent *agent);
bool scmid_configfs_agent_remove(struct scmid_agent *agent);
int scmid_configfs_init(void);
void scmid_configfs_exit(void);

/* debugfs.c */
#ifdef CONFIG_DEBUG_FS
void scmid_debugfs_init(void);
void scmid_debugfs_exit(void);
#else
static inline void scmid_debugfs_init(void) { }
static inline void scmid_debugfs_exit(void) { }
#endif

#endif /* _SCMID_ENGINE_H */
