/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit suites of the engine share: framework backends that write
 * down what is asked of them, agents that clean up after themselves, and the
 * nodes of kunit_scmi_server.dtso.
 */
#ifndef _SCMID_TEST_H
#define _SCMID_TEST_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/spinlock.h>

#include "../engine.h"

/* Defined by the object the build makes of kunit_scmi_server.dtso. */
extern u8 __dtbo_kunit_scmi_server_begin[];
extern u8 __dtbo_kunit_scmi_server_end[];

#define TEST_PATH	"/scmi-server-kunit/"
#define TEST_NAME	"!scmi-server-kunit!"

/* Nobody waits that long, unless something is broken. */
#define TEST_PATIENCE	(20 * HZ)

/* Where a backend may have to wait. */
enum mock_where {
	MOCK_NOWHERE,
	MOCK_GET,	/* when a resource is acquired */
	MOCK_PUT,	/* when it is released */
	MOCK_STATE,	/* when it is switched on or off */
};

/**
 * struct mock - state of the recording backends
 * @lock: guards @log and the counters
 * @log: what was called: "+a" acquired, "!a" refused, "~a" quiesced, "~a/rate"
 *	only what it did by this right, "-a" released, "1a" and "0a" switched
 *	on and off, "a=5" set to 5, "a<b" fed from b, "a:1" and "a:0" asserted
 *	and released, "a^" made to pulse, "|a 1..5 range" adjusted to this,
 *	"?a" and "#a" to be told of, and no more
 * @len: bytes in @log
 * @quiet: keep no log
 * @held: resources acquired
 * @votes: resources switched on
 * @wants: values, parents and lines that agents set
 * @misuse: calls that the contract of &struct scmid_backend forbids
 * @calls: state changes asked for
 * @agents: agents that were not released yet
 * @fail_get: resource that cannot be acquired, or %NULL
 * @fail_get_err: why
 * @fail_enumerate: what enumerate returns; only -EPROBE_DEFER adds anything
 * @fail_state: what a change of state returns
 * @fail_adjust: what adjusting returns
 * @refuse: others are against any value, with this reason; or %NULL
 * @mux: clocks have parents
 * @block: the next time it comes there it waits for @resume
 * @entered: it waits now
 * @resume: it may go on
 * @quiesced: a vote was taken back
 */
struct mock {
	spinlock_t lock; /* the log and the counters */
	char log[2048];
	size_t len;
	bool quiet;
	int held;
	int votes;
	int wants;
	int misuse;
	int calls;
	int agents;
	const char *fail_get;
	int fail_get_err;
	int fail_enumerate;
	int fail_state;
	int fail_adjust;
	const char *refuse;
	bool mux;
	enum mock_where block;
	struct completion entered, resume, quiesced;
};

#define MOCK_NR_HW	32
#define MOCK_NR_RATES	300
/* The rates it lists, and the rate it always has. */
#define MOCK_RATE(i)	(1000 + (u64)(i) * (i))
#define MOCK_HZ		0x123456789aULL

extern struct mock mock;
extern struct scmid_backend mock_backend;
extern struct scmid_backend mock_power_backend;
extern struct scmid_backend mock_reset_backend;
extern struct scmid_backend mock_supply_backend;

void mock_forget(void);
void mock_allow(void);

int test_suite_init(struct kunit_suite *suite);
void test_suite_exit(struct kunit_suite *suite);
int test_init(struct kunit *test);
int test_configfs_start(void);
void test_configfs_stop(void);

/**
 * struct test_agent - an agent of the tests
 * @agent: the agent
 * @pin_err: what pinning it returns
 * @pins: how often it is pinned
 */
struct test_agent {
	struct scmid_agent agent;
	int pin_err;
	int pins;
};

static inline struct test_agent *to_test_agent(struct scmid_agent *agent)
{
	return container_of(agent, struct test_agent, agent);
}

int test_agent_try(struct kunit *test, const char *name, struct scmid_agent **agent);
struct scmid_agent *test_agent(struct kunit *test, const char *name);
void test_agent_drop(struct kunit *test, struct scmid_agent *agent);
struct scmid_grant *test_grant(struct kunit *test, struct scmid_agent *agent,
			       const char *node);
struct scmid_grant *test_granted(struct kunit *test, struct scmid_agent *agent,
				 const char *node);
void test_grant_drop(struct scmid_grant *grant);
struct scmid_grant_res *test_res(struct scmid_grant *grant, unsigned int i);
int test_set_access(struct scmid_grant_res *r, u16 access);
int test_set_limits(struct scmid_grant_res *r, u64 min, u64 max, enum scmid_policy policy);
int test_set_denied(struct scmid_grant *grant, u32 denied);
struct scmid_agent *test_live(struct kunit *test, const char *name, const char *node);
struct device_node *test_node(struct kunit *test, const char *node);

/* What the agent's commands see: a clock, and how many ids there are. */
struct scmid_res *test_seen(const struct scmid_agent *agent, u32 id);
u32 test_count(const struct scmid_agent *agent);

/**
 * struct test_async - something that may have to wait for a command
 * @work: runs it
 * @done: it is through
 * @fn: what it is
 * @arg: for @fn
 * @task: who runs it now
 */
struct test_async {
	struct work_struct work;
	struct completion done;
	void (*fn)(void *arg);
	void *arg;
	struct task_struct *task;
};

void test_async(struct test_async *async, void (*fn)(void *arg), void *arg);
bool test_async_waits(struct test_async *async);
bool test_async_sleeps(struct test_async *async);
void test_async_end(struct test_async *async);

/**
 * struct test_trace_log - trace events of one kind
 * @lock: guards the rest; events come from anywhere
 * @text: what they said, with "; " in between
 * @len: bytes in @text
 */
struct test_trace_log {
	spinlock_t lock; /* the log */
	char text[512];
	size_t len;
};

/**
 * struct test_trace - what was traced
 * @refused: reasons of refused commands
 * @voted: agent, resource and vote
 * @arbitrated: agent, resource, policy, value that was asked for, value there is
 * @revoked: grant and reason
 * @notified: agent, protocol, event, resource, cause, value, error
 */
struct test_trace {
	struct test_trace_log refused, voted, arbitrated, revoked, notified;
};

struct test_trace *test_trace(struct kunit *test);
void test_trace_forget(struct test_trace_log *log);

#define TEST_HDR(proto, msg, token)					\
	(FIELD_PREP(SCMID_HDR_PROTO, proto) | FIELD_PREP(SCMID_HDR_MSG, msg) |	\
	 FIELD_PREP(SCMID_HDR_TOKEN, token))

/* The same where a long macro would be an argument of another. */
static inline u32 test_hdr(u32 proto, u32 msg, u32 token)
{
	return TEST_HDR(proto, msg, token);
}

#endif /* _SCMID_TEST_H */
