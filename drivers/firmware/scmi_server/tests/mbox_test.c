// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the mailbox transport: an agent that does all that one can do
 * to an area and a doorbell, and what it must not.
 */

#include <linux/module.h>

#include "own_engine.h"
#include "own_mbox.h"

#undef pr_fmt
#define pr_fmt(fmt) fmt
#include "../transport/smt.c"
#include "../transport/mbox.c"
#include "mbox_loop.c"

#undef mbox_send_message
#undef mbox_client_txdone
#undef platform_device_register_full

#include <linux/delay.h>
#include <linux/reset-controller.h>
#include <linux/vmalloc.h>

#include "../backend/backend.h"
#include "test.h"

/* As in kunit_scmi_server.dtso. */
#define MBT_BASE		0xa0000000U
#define MBT_STRIDE	0x400U
#define MBT_AREAS	16
#define MBT_SIZE		(MBT_AREAS * MBT_STRIDE)
#define MBT_AREA(c)	((c) - 'a')
#define MBT_WORDS	8
#define MBT_SMALLEST	9
#define MBT_AREA_SIZE	0x80U

/* What lies in an area before anybody is there. */
#define MBT_FILL		0x5a

/**
 * struct mbt - what the tests know of the transport
 * @mem: areas
 * @mapped: end of what is mapped of each
 * @misuse: what it must not do
 * @byte_access: accesses of other than words
 * @eager: the agent takes the area as soon as it is free
 * @probed: what the last probe of an agent returned
 * @probes: how many there were
 */
static struct mbt {
	u8 *mem;
	u32 mapped[MBT_AREAS];
	atomic_t misuse;
	atomic_t byte_access;
	bool eager;
	int probed;
	int probes;
} mbt;

/* Areas, as the transport gets at them */

static void mbt_unmap(void *mapped)
{
	*(u32 *)mapped = 0;
}

void __iomem *mbt_ioremap(struct device *dev, resource_size_t at, resource_size_t size)
{
	u32 *mapped, end = (at - MBT_BASE) % MBT_STRIDE + size;

	if (at < MBT_BASE || at + size > MBT_BASE + MBT_SIZE)
		return NULL;

	mapped = &mbt.mapped[(at - MBT_BASE) / MBT_STRIDE];
	if (*mapped || end > MBT_STRIDE)
		atomic_inc(&mbt.misuse);
	*mapped = end;
	if (devm_add_action_or_reset(dev, mbt_unmap, mapped))
		return NULL;

	return (__force void __iomem *)(mbt.mem + (at - MBT_BASE));
}

/* Where it is, or something harmless. */
static void *mbt_at(const void __iomem *p, size_t len)
{
	static u8 nothing[MBT_STRIDE];
	size_t at = (__force u8 *)p - mbt.mem;

	if (at < MBT_SIZE && at % MBT_STRIDE + len <= mbt.mapped[at / MBT_STRIDE] &&
	    !(at % sizeof(u32)))
		return (__force void *)p;

	atomic_inc(&mbt.misuse);
	return nothing;
}

u32 mbt_ioread32(const void __iomem *from)
{
	/* As readl(). */
	return le32_to_cpu(smp_load_acquire((__le32 *)mbt_at(from, sizeof(u32))));
}

void mbt_iowrite32(u32 val, void __iomem *to)
{
	/* As writel(). */
	smp_store_release((__le32 *)mbt_at(to, sizeof(u32)), cpu_to_le32(val));
	if (mbt.eager && ((__force u8 *)to - mbt.mem) % MBT_STRIDE == SCMID_SMT_STATUS)
		memset(mbt_at(to, sizeof(u32)), 0, sizeof(u32));
}

void mbt_read(void *to, const void __iomem *from, size_t len)
{
	atomic_inc(&mbt.byte_access);
	memcpy(to, mbt_at(from, len), len);
}

void mbt_write(void __iomem *to, const void *from, size_t len)
{
	atomic_inc(&mbt.byte_access);
	memcpy(mbt_at(to, len), from, len);
}

void mbt_read32(void *to, const void __iomem *from, size_t words)
{
	memcpy(to, mbt_at(from, words * sizeof(u32)), words * sizeof(u32));
}

void mbt_write32(void __iomem *to, const void *from, size_t words)
{
	memcpy(mbt_at(to, words * sizeof(u32)), from, words * sizeof(u32));
}

/* The mailbox, as the transport uses it */

int mbt_send(struct mbox_chan *chan, void *data)
{
	int ret = mbox_send_message(chan, data);

	/* The framework writes to the log each time that its queue is full. */
	if (ret < 0)
		atomic_inc(&mbt.misuse);

	return ret;
}

void mbt_txdone(struct mbox_chan *chan, int r)
{
	/* Only where nobody else can tell; then the method is neither of these. */
	if (!chan->cl || chan->mbox->txdone_irq)
		atomic_inc(&mbt.misuse);

	mbox_client_txdone(chan, r);
}

/* Devices: none that a driver of the running server would take */

struct platform_device *mbt_register(const struct platform_device_info *info)
{
	struct platform_device_info own = *info;

	own.name = "scmi-kunit-agent";

	return platform_device_register_full(&own);
}

static int mbt_probe(struct platform_device *pdev)
{
	mbt.probed = scmid_mbox_probe(pdev);
	mbt.probes++;

	return mbt.probed;
}

static const struct platform_device_id mbt_agent_ids[] = {
	{ .name = "scmi-kunit-agent" },
	{ }
};

static const struct platform_device_id mbt_server_ids[] = {
	{ .name = "scmi-kunit-server" },
	{ }
};

static struct platform_driver *const mbt_drivers[] = {
	&scmid_mbox_driver, &scmid_mbox_server_driver, &mbox_loop_driver,
};

static unsigned int mbt_registered;

static void mbt_suite_exit(struct kunit_suite *suite)
{
	while (mbt_registered)
		platform_driver_unregister(mbt_drivers[--mbt_registered]);
	vfree(mbt.mem);
	mbt.mem = NULL;
	test_configfs_stop();
	if (IS_ENABLED(CONFIG_RESET_CONTROLLER) && scmid_reset_backend.node.next) {
		list_del(&scmid_reset_backend.node);
		scmid_reset_backend.node.next = NULL;
	}
	test_suite_exit(suite);
}

static int mbt_suite_init(struct kunit_suite *suite)
{
	int err = test_suite_init(suite);

	if (err)
		return err;

	if (IS_ENABLED(CONFIG_RESET_CONTROLLER))
		scmid_backend_register(&scmid_reset_backend);
	err = test_configfs_start();
	if (err)
		return err;

	mbt.mem = vzalloc(MBT_SIZE);
	if (!mbt.mem)
		return -ENOMEM;

	scmid_mbox_driver.driver.name = mbt_agent_ids->name;
	scmid_mbox_driver.id_table = mbt_agent_ids;
	scmid_mbox_driver.probe = mbt_probe;
	scmid_mbox_server_driver.driver.name = mbt_server_ids->name;
	scmid_mbox_server_driver.driver.of_match_table = NULL;
	scmid_mbox_server_driver.id_table = mbt_server_ids;
	for (; mbt_registered < ARRAY_SIZE(mbt_drivers); mbt_registered++) {
		err = platform_driver_register(mbt_drivers[mbt_registered]);
		if (err)
			return err;
	}

	return 0;
}

static void mbt_check(void *context)
{
	struct kunit *test = context;

	KUNIT_EXPECT_EQ(test, atomic_read(&mbt.misuse), 0);
	/* All areas are free again. */
	KUNIT_EXPECT_NULL(test, scmid_mbox_areas.child);
}

static int mbt_init(struct kunit *test)
{
	int err = test_init(test);

	if (err)
		return err;
	atomic_set(&mbt.misuse, 0);
	atomic_set(&mbt.byte_access, 0);
	memset(mbt.mem, MBT_FILL, MBT_SIZE);
	mbt.eager = false;
	mbt.probes = 0;
	mbt.probed = 1;

	return kunit_add_action_or_reset(test, mbt_check, test);
}

KUNIT_DEFINE_ACTION_WRAPPER(mbt_unregister, platform_device_unregister, struct platform_device *);

/* A device of a node in the overlay. */
static struct platform_device *mbt_device(struct kunit *test, const char *name, const char *node)
{
	struct platform_device_info info = {
		.name = name,
		.id = PLATFORM_DEVID_AUTO,
		.fwnode = of_fwnode_handle(test_node(test, node)),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mbt_unregister, pdev));

	return pdev;
}

static void mbt_drop(struct kunit *test, struct platform_device *pdev)
{
	kunit_release_action(test, mbt_unregister, pdev);
}

static struct mbox_loop *mbt_loop(struct kunit *test, const char *node)
{
	struct mbox_loop *loop;

	loop = platform_get_drvdata(mbt_device(test, MBOX_LOOP_NAME, node));
	KUNIT_ASSERT_NOT_NULL(test, loop);

	return loop;
}

static struct platform_device *mbt_server(struct kunit *test, const char *node)
{
	return mbt_device(test, mbt_server_ids->name, node);
}

/**
 * struct mbt_find - which agent's device is looked for
 * @node: name of its node
 * @dev: the device, with a reference
 */
struct mbt_find {
	const char *node;
	struct device *dev;
};

static int mbt_match(struct device *dev, void *context)
{
	struct mbt_find *find = context;

	if (!of_node_name_eq(dev->of_node, find->node))
		return 0;
	find->dev = get_device(dev);
	return 1;
}

KUNIT_DEFINE_ACTION_WRAPPER(mbt_put_device, put_device, struct device *);

static struct device *mbt_agent_device(struct kunit *test, struct platform_device *server,
				       const char *node)
{
	struct mbt_find find = { .node = node };

	device_for_each_child(&server->dev, &find, mbt_match);
	KUNIT_ASSERT_NOT_NULL(test, find.dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mbt_put_device, find.dev));

	return find.dev;
}

static bool mbt_there(const char *name)
{
	struct scmid_agent *agent = scmid_agent_find(name);

	if (agent)
		scmid_agent_put(agent);
	return agent;
}

/* The agent */

/**
 * struct mbt_agent - what runs on the other end
 * @test: the test
 * @chan: the server's end
 * @loop: the mailbox controller
 * @bell: its channel to the server
 * @reply: the server's channel to it
 * @area: the area for commands
 * @token: of the last command
 */
struct mbt_agent {
	struct kunit *test;
	struct scmid_chan *chan;
	struct mbox_loop *loop;
	unsigned int bell, reply;
	u8 *area;
	u32 token;
};

static u32 mbt_get(const struct mbt_agent *m, u32 at)
{
	/* What was written before the area was free is seen when it is. */
	return le32_to_cpu(smp_load_acquire((__le32 *)(m->area + at)));
}

static void mbt_put(struct mbt_agent *m, u32 at, u32 val)
{
	/* A command is complete before its doorbell rings. */
	smp_store_release((__le32 *)(m->area + at), cpu_to_le32(val));
}

static void mbt_ring_on(struct mbt_agent *m, unsigned int chan)
{
	u32 word = 0xdeadbeef;

	mbox_loop_send(&m->loop->mbox.chans[chan], &word);
}

static void mbt_ring(struct mbt_agent *m)
{
	mbt_ring_on(m, m->bell);
}

static u32 mbt_rung(const struct mbt_agent *m)
{
	return READ_ONCE(m->loop->chans[m->reply].sent);
}

static void mbt_deliver(struct mbt_agent *m)
{
	flush_work(&m->loop->work);
}

static void mbt_settle(struct mbt_agent *m)
{
	mbt_deliver(m);
	do
		scmid_chan_flush(m->chan);
	while (work_busy(&m->chan->work));
	mbt_deliver(m);
}

static void mbt_write_raw(struct mbt_agent *m, u32 flags, u32 len, u32 hdr, const u32 *args,
			  unsigned int n)
{
	unsigned int i;

	mbt_put(m, SCMID_SMT_STATUS, 0);
	mbt_put(m, SCMID_SMT_FLAGS, flags);
	mbt_put(m, SCMID_SMT_LENGTH, len);
	mbt_put(m, SCMID_SMT_MSG, hdr);
	for (i = 0; i < n; i++)
		mbt_put(m, SCMID_SMT_MSG + 4 + 4 * i, args[i]);
}

#define MBT_WRITE(m, flags, proto, msg, words...) ({				\
	const u32 _args[] = { words };						\
										\
	mbt_write_raw(m, flags, 4 + sizeof(_args),				\
		     test_hdr(proto, msg, ++(m)->token), _args, ARRAY_SIZE(_args));	\
})

/* The status of the last command, or 1 if it was not answered. */
static s32 mbt_status(struct mbt_agent *m)
{
	u32 token;

	if (!(mbt_get(m, SCMID_SMT_STATUS) & SCMID_SMT_STATUS_FREE))
		return 1;
	token = FIELD_GET(SCMID_HDR_TOKEN, mbt_get(m, SCMID_SMT_MSG));
	KUNIT_EXPECT_EQ(m->test, token, m->token);
	KUNIT_EXPECT_GE(m->test, mbt_get(m, SCMID_SMT_LENGTH), 8);

	return mbt_get(m, SCMID_SMT_MSG + 4);
}

static s32 mbt_answer(struct mbt_agent *m)
{
	mbt_ring(m);
	mbt_settle(m);

	return mbt_status(m);
}

#define MBT_CALL(m, flags, words...) ({						\
	MBT_WRITE(m, flags, words);						\
	mbt_answer(m);								\
})

#define MBT_STATE(m, id, on)							\
	MBT_CALL(m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, id, on)
#define MBT_VERSION(m)	MBT_CALL(m, 0, SCMID_PROTO_BASE, SCMID_VERSION)

static void mbt_agent_set(struct kunit *test, struct mbt_agent *m, const char *name,
			  struct mbox_loop *loop, unsigned int bell, unsigned int reply,
			  unsigned int area)
{
	struct scmid_agent *agent = scmid_agent_find(name);

	KUNIT_ASSERT_NOT_NULL(test, agent);
	*m = (struct mbt_agent){
		.test = test,
		.chan = agent->chan,
		.loop = loop,
		.bell = bell,
		.reply = reply,
		.area = mbt.mem + area * MBT_STRIDE,
	};
	scmid_agent_put(agent);
	KUNIT_ASSERT_NOT_NULL(test, m->chan);
	KUNIT_ASSERT_NOT_NULL(test, m->loop->mbox.chans[m->reply].cl);
	mbt_settle(m);
}

/**
 * struct mbt_m7 - the agent that most tests are about
 * @m: it
 * @server: the server's device
 * @dev: the agent's device there
 */
struct mbt_m7 {
	struct mbt_agent m;
	struct platform_device *server;
	struct device *dev;
};

static struct mbt_m7 *mbt_m7(struct kunit *test, const char *node)
{
	struct mbt_m7 *m7 = kunit_kzalloc(test, sizeof(*m7), GFP_KERNEL);
	struct mbox_loop *loop = mbt_loop(test, "mbox");

	KUNIT_ASSERT_NOT_NULL(test, m7);
	m7->server = mbt_server(test, node);
	KUNIT_ASSERT_EQ(test, mbt.probed, 0);
	m7->dev = mbt_agent_device(test, m7->server, "agent");
	mbt_agent_set(test, &m7->m, "m7", loop, 1, 0, MBT_AREA('a'));

	return m7;
}

/* With "a" and "b", described. */
static struct mbt_agent *mbt_described(struct kunit *test)
{
	return &mbt_m7(test, "mbox-described")->m;
}

/* Shapes */

struct mbt_shape {
	const char *name;
	const char *node;
	unsigned int bell, reply, n;
	char area, p2a;
};

static const struct mbt_shape mbt_shape_params[] = {
	{ "s11", "agent@1", 0, 0, 1, 'a' },
	{ "s21", "agent@2", 2, 4, 2, 'b' },
	{ "s22", "agent@3", 6, 6, 2, 'c', 'd' },
	{ "s32", "agent@4", 10, 12, 3, 'e', 'f' },
	{ "s42", "agent@5", 16, 18, 4, 'g', 'h' },
};

KUNIT_ARRAY_PARAM_DESC(mbt_shapes, mbt_shape_params, name);

static void mbt_shape(struct kunit *test)
{
	const struct mbt_shape *p = test->param_value;
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	unsigned int i, at, rung = 0;
	struct mbt_agent m;
	u8 *p2a;

	test_live(test, p->name, "three");
	mbt_server(test, "mbox-shapes");
	KUNIT_EXPECT_EQ(test, mbt.probes, 5);
	mbt_agent_set(test, &m, p->name, loop, p->bell + 1, p->reply, MBT_AREA(p->area));
	mock_forget();

	/* Whoever writes first in an area finds that it may. */
	for (at = 0; at < SCMID_SMT_MSG; at += 4)
		KUNIT_EXPECT_EQ(test, mbt_get(&m, at), at == SCMID_SMT_STATUS);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_MSG), 0);
	KUNIT_EXPECT_EQ(test, m.area[SCMID_SMT_MSG + 4], MBT_FILL);
	if (p->p2a) {
		p2a = m.area;
		m.area = mbt.mem + MBT_AREA(p->p2a) * MBT_STRIDE;
		for (at = 0; at < SCMID_SMT_MSG; at += 4)
			KUNIT_EXPECT_EQ(test, mbt_get(&m, at), at == SCMID_SMT_STATUS);
		m.area = p2a;
	}

	/* No doorbell unless the agent wants one, and then one. */
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 0);
	KUNIT_EXPECT_EQ(test, MBT_CALL(&m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_LENGTH), 16);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_MSG + 8), lower_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_MSG + 12), upper_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 1);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 1);
	KUNIT_EXPECT_EQ(test, MBT_CALL(&m, 0xffffffff, SCMID_PROTO_CLOCK, 0xff),
			SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 2);
	KUNIT_EXPECT_STREQ(test, mock.log, "1a 0a");

	/* Doorbells about something else do not say that a command is complete. */
	MBT_WRITE(&m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 1, 1);
	for (i = 1; i < p->n; i++)
		mbt_ring_on(&m, p->bell + 2 * i + 1);
	mbt_settle(&m);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_STATUS), 0);
	KUNIT_EXPECT_EQ(test, mbt_answer(&m), SCMID_SUCCESS);
	for (i = 0; i < loop->mbox.num_chans; i += 2)
		rung += loop->chans[i].sent;
	KUNIT_EXPECT_EQ(test, rung, 2);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 1, 0), SCMID_SUCCESS);
}

/* A notification waits until the agent has read the one before. */
static void mbt_notice(struct kunit *test)
{
	const struct mbt_shape *p = test->param_value;
	unsigned int chan = p->bell + 2 * (p->n > 2 ? 2 : 1);
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	const __le32 notice[] = {
		cpu_to_le32(test_hdr(SCMID_PROTO_CLOCK, 0, 0)), cpu_to_le32(7), cpu_to_le32(8),
	};
	struct scmid_mbox *mbox;
	struct mbt_agent m;
	size_t size;

	test_live(test, p->name, "three");
	mbt_server(test, "mbox-shapes");
	mbt_agent_set(test, &m, p->name, loop, chan + 1, chan, MBT_AREA(p->p2a ?: p->area));
	mbox = chan_to_mbox(m.chan);
	KUNIT_EXPECT_EQ(test, m.chan->p2a, !!p->p2a);
	if (!p->p2a)
		return;

	m.chan->event_epoch = atomic_read(&m.chan->epoch);
	KUNIT_EXPECT_EQ(test, scmid_mbox_notify(m.chan, notice, sizeof(notice)), 0);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 1);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_STATUS), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_LENGTH), sizeof(notice));
	KUNIT_EXPECT_MEMEQ(test, m.area + SCMID_SMT_MSG, notice, sizeof(notice));
	/* Only where there is a mailbox for it, the agent is to ring. */
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_FLAGS), p->n == SCMID_MBOX_BELLS);

	KUNIT_EXPECT_EQ(test, scmid_mbox_notify(m.chan, notice, sizeof(notice)), -EAGAIN);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 1);
	/* Otherwise it is looked again, and less and less often. */
	KUNIT_EXPECT_EQ(test, mbox->retry_ms, p->n == SCMID_MBOX_BELLS ? SCMID_MBOX_RETRY_MIN :
			2 * SCMID_MBOX_RETRY_MIN);
	mbt_put(&m, SCMID_SMT_STATUS, SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, scmid_mbox_notify(m.chan, notice, sizeof(notice)), 0);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 2);
	KUNIT_EXPECT_EQ(test, mbox->retry_ms, SCMID_MBOX_RETRY_MIN);

	/* What was for one who has been restarted is not for its successor. */
	scmid_agent_restart(m.chan->agent);
	KUNIT_EXPECT_EQ(test, scmid_mbox_notify(m.chan, notice, sizeof(notice)), -EAGAIN);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), 2);
	m.chan->event_epoch = atomic_read(&m.chan->epoch);
	size = mbox->p2a.smt.size - SCMID_SMT_MSG;
	KUNIT_EXPECT_EQ(test, scmid_mbox_notify(m.chan, notice, size + 4), -EMSGSIZE);
}

/* One that is disabled is none. */
static void mbt_disabled(struct kunit *test)
{
	mbt_loop(test, "mbox");
	mbt_server(test, "mbox-shapes");
	KUNIT_EXPECT_TRUE(test, mbt_there("s11"));
	KUNIT_EXPECT_FALSE(test, mbt_there("s00"));
}

struct mbt_bad {
	const char *node;
	int err;
};

static const struct mbt_bad mbt_bad_params[] = {
	{ "no-name", -EINVAL },
	{ "long-name", -ENAMETOOLONG },
	{ "slash", -EINVAL },
	{ "no-mboxes", -EINVAL },
	{ "no-shmem", -EINVAL },
	{ "shape-12", -EINVAL },
	{ "shape-31", -EINVAL },
	{ "shape-33", -EINVAL },
	{ "shape-52", -EINVAL },
	{ "one-area", -EBUSY },
	{ "small", -EINVAL },
	{ "odd", -EINVAL },
	{ "askew", -EINVAL },
	{ "width", -EINVAL },
	{ "nowhere", -EINVAL },
	{ "other", -EINVAL },
	{ "second-area", -EINVAL },
	{ "second-mbox", -EINVAL },
	{ "twice-mbox", -EBUSY },
	{ "description", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(mbt_bads, mbt_bad_params, node);

static void mbt_bad(struct kunit *test)
{
	const struct mbt_bad *p = test->param_value;
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	unsigned int i;
	char node[40];

	snprintf(node, sizeof(node), "mbox-bad/%s", p->node);
	mbt_device(test, mbt_agent_ids->name, node);
	KUNIT_EXPECT_EQ(test, mbt.probes, 1);
	KUNIT_EXPECT_EQ(test, mbt.probed, p->err);

	/* Nothing is left of it. */
	KUNIT_EXPECT_FALSE(test, mbt_there("bad"));
	KUNIT_EXPECT_NULL(test, scmid_mbox_areas.child);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
	for (i = 0; i < loop->mbox.num_chans; i++)
		KUNIT_EXPECT_NULL(test, loop->mbox.chans[i].cl);
	for (i = 0; i < MBT_AREAS; i++)
		KUNIT_EXPECT_EQ(test, mbt.mapped[i], 0);
}

/* One that is wrong is no reason not to serve others. */
static void mbt_bad_together(struct kunit *test)
{
	mbt_loop(test, "mbox");
	mbt_server(test, "mbox-bad");
	KUNIT_EXPECT_EQ(test, mbt.probes, ARRAY_SIZE(mbt_bad_params));
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
}

/* The one that was first. */
static struct device *mbt_first(struct device *a, struct device *b)
{
	return a->driver ? a : b;
}

static void mbt_overlap(struct kunit *test)
{
	struct platform_device *server;
	struct device *a, *b, *first, *second;

	mbt_loop(test, "mbox");
	server = mbt_server(test, "mbox-overlap");
	KUNIT_EXPECT_EQ(test, mbt.probes, 2);
	KUNIT_EXPECT_EQ(test, mbt.probed, -EBUSY);
	a = mbt_agent_device(test, server, "first");
	b = mbt_agent_device(test, server, "second");
	first = mbt_first(a, b);
	second = first == a ? b : a;
	KUNIT_ASSERT_NOT_NULL(test, first->driver);
	KUNIT_ASSERT_NULL(test, second->driver);
	KUNIT_EXPECT_EQ(test, mbt_there("first"), first == a);
	KUNIT_EXPECT_EQ(test, mbt_there("second"), first == b);

	/* It is free when that is gone. */
	device_release_driver(first);
	KUNIT_EXPECT_TRUE(test, list_empty(&scmid_agents));
	KUNIT_EXPECT_EQ(test, device_attach(second), 1);
	KUNIT_EXPECT_EQ(test, mbt.probed, 0);
	KUNIT_EXPECT_EQ(test, device_attach(first), 0);
	KUNIT_EXPECT_EQ(test, mbt.probed, -EBUSY);
}

/* Kinds of mailboxes and areas */

struct mbt_kind {
	const char *name;
	const char *loop;
	unsigned int area;
};

static const struct mbt_kind mbt_kind_params[] = {
	{ "irq", "mbox-irq", MBT_AREA('a') },
	{ "poll", "mbox-poll", MBT_AREA('b') },
	{ "data", "mbox-data", MBT_AREA('c') },
	{ "words", "mbox", MBT_WORDS },
};

KUNIT_ARRAY_PARAM_DESC(mbt_kinds, mbt_kind_params, name);

/* All that the agents of "mbox-kinds" have mailboxes of; returns the one called so. */
static struct mbox_loop *mbt_loops(struct kunit *test, const char *name)
{
	static const char * const loops[] = { "mbox", "mbox-irq", "mbox-poll", "mbox-data" };
	struct mbox_loop *loop = NULL, *other;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(loops); i++) {
		other = mbt_loop(test, loops[i]);
		if (!strcmp(loops[i], name))
			loop = other;
	}

	return loop;
}

static void mbt_kind(struct kunit *test)
{
	const struct mbt_kind *p = test->param_value;
	struct mbox_loop *loop = mbt_loops(test, p->loop);
	struct mbt_agent m;
	unsigned int i;

	test_live(test, p->name, "three");
	mbt_server(test, "mbox-kinds");
	mbt_agent_set(test, &m, p->name, loop, 1, 0, p->area);

	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, MBT_CALL(&m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET,
					       1, !(i % 2)), SCMID_SUCCESS);
		KUNIT_ASSERT_EQ(test, mbt_rung(&m), i + 1);
	}
	KUNIT_EXPECT_EQ(test, mock.calls, 100);

	/* An odd number of bytes is no command, but what is more a whole one. */
	MBT_WRITE(&m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET);
	mbt_put(&m, SCMID_SMT_LENGTH, 5);
	KUNIT_EXPECT_EQ(test, mbt_answer(&m), SCMID_PROTOCOL_ERROR);
	KUNIT_EXPECT_EQ(test, atomic_read(&mbt.byte_access) == 0, p->area == MBT_WORDS);
}

/* With no room for more than a status, there is none. */
static void mbt_no_room(struct kunit *test)
{
	struct mbox_loop *loop;
	struct mbt_agent m;

	loop = mbt_loops(test, "mbox");
	test_live(test, "smallest", "three");
	mbt_server(test, "mbox-kinds");
	mbt_agent_set(test, &m, "smallest", loop, 3, 2, MBT_SMALLEST);
	mbt.mem[MBT_SMALLEST * MBT_STRIDE + 0x20] = 0xab;

	KUNIT_EXPECT_LT(test, MBT_VERSION(&m), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(&m, SCMID_SMT_LENGTH), 8);
	KUNIT_EXPECT_EQ(test, mbt.mem[MBT_SMALLEST * MBT_STRIDE + 0x20], 0xab);
	KUNIT_EXPECT_EQ(test, mbt.mem[MBT_SMALLEST * MBT_STRIDE + 0x21], MBT_FILL);
}

/* The agent's end does not take doorbells: commands are executed all the same. */
static void mbt_stuck(struct kunit *test)
{
	const struct mbt_kind *p = test->param_value;
	struct mbox_loop *loop = mbt_loops(test, p->loop);
	struct mbt_agent m;
	unsigned int i;

	test_live(test, p->name, "three");
	mbt_server(test, "mbox-kinds");
	mbt_agent_set(test, &m, p->name, loop, 1, 0, p->area);

	loop->held = true;
	for (i = 0; i < 50; i++) {
		MBT_WRITE(&m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 1, !(i % 2));
		/* Its own arrive. */
		mbox_chan_received_data(&loop->mbox.chans[0], NULL);
		mbt_settle(&m);
		KUNIT_ASSERT_EQ(test, mbt_status(&m), SCMID_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, mock.calls, 50);

	/* It goes on, and so do doorbells. */
	loop->held = false;
	queue_work(system_bh_wq, &loop->work);
	mbt_settle(&m);
	for (i = 0; i < 50; i++)
		mbt_deliver(&m);
	i = mbt_rung(&m);
	KUNIT_EXPECT_EQ(test, MBT_CALL(&m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 1), 0);
	KUNIT_EXPECT_EQ(test, mbt_rung(&m), i + 1);
}

/* Doorbells */

static void mbt_spurious(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	for (i = 0; i < 100; i++) {
		mbt_ring(m);
		mbt_deliver(m);
	}
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mock.calls, 1);
	KUNIT_EXPECT_EQ(test, mbt_status(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 0);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, 2);
}

/* A doorbell while a command is executed is not one for the next. */
static void mbt_busy(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);
	const u32 args[] = { 1, 1 };
	unsigned int i;

	mock.block = MOCK_STATE;
	MBT_WRITE(m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_ring(m);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	for (i = 0; i < 10; i++) {
		mbt_ring(m);
		mbt_deliver(m);
	}
	/* What is written now is read by nobody. */
	for (i = 0; i < ARRAY_SIZE(args); i++)
		mbt_put(m, SCMID_SMT_MSG + 4 + 4 * i, args[i]);
	mbt_put(m, SCMID_SMT_FLAGS, 0);
	mbt_put(m, SCMID_SMT_LENGTH, 0xffffffff);
	mock_allow();
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mbt_status(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, 1);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 1);

	/* Only half of it is there: the area was taken, and no more. */
	mbt_put(m, SCMID_SMT_STATUS, 0);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), 0);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, 2);
}

/*
 * An agent that takes the area as soon as it is free, and writes at leisure: the
 * doorbell that rang before does not make a command of what is half written.
 */
static void mbt_half(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);

	mock.block = MOCK_STATE;
	MBT_WRITE(m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_ring(m);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	mbt_ring(m);
	mbt_deliver(m);
	mbt.eager = true;
	mock_allow();
	mbt_settle(m);
	mbt.eager = false;
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_LENGTH), 8);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_MSG + 4), 0);

	/* It is whole now. */
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.calls, 2);
}

static bool mbt_storming;

static void mbt_storm_run(void *context)
{
	struct mbt_agent *m = context;

	while (READ_ONCE(mbt_storming)) {
		mbt_ring(m);
		mbt_deliver(m);
		cond_resched();
	}
}

static void mbt_storm(struct kunit *test)
{
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	struct mbt_agent a, b;
	struct test_async async;
	unsigned int i;
	u32 heard;

	test_live(test, "s11", "one");
	test_live(test, "s22", "three");
	mbt_server(test, "mbox-shapes");
	mbt_agent_set(test, &a, "s11", loop, 1, 0, MBT_AREA('a'));
	mbt_agent_set(test, &b, "s22", loop, 7, 6, MBT_AREA('c'));
	mock.quiet = true;

	mbt_storming = true;
	test_async(&async, mbt_storm_run, &a);
	for (i = 0; i < 200; i++)
		KUNIT_EXPECT_EQ(test, MBT_STATE(&b, 0, !(i % 2)), SCMID_SUCCESS);
	/* There was one all the time. */
	heard = READ_ONCE(loop->chans[1].rung);
	while (READ_ONCE(loop->chans[1].rung) < heard + 100)
		cond_resched();
	WRITE_ONCE(mbt_storming, false);
	test_async_end(&async);
	mbt_settle(&a);
	KUNIT_EXPECT_EQ(test, mock.calls, 200);
	KUNIT_EXPECT_EQ(test, mbt_get(&a, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);

	/* The one that rings gets its commands executed, once each. */
	for (i = 0; i < 100; i++) {
		MBT_WRITE(&a, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, !(i % 2));
		mbt_ring(&a);
		while (!(mbt_get(&a, SCMID_SMT_STATUS) & SCMID_SMT_STATUS_FREE)) {
			mbt_ring(&a);
			cond_resched();
		}
		mbt_settle(&a);
		KUNIT_EXPECT_EQ(test, mbt_status(&a), SCMID_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, mock.calls, 300);
}

/* Commands that are none */

struct mbt_length {
	u32 len;
	s32 status;
	bool malformed;
};

static const struct mbt_length mbt_length_params[] = {
	{ 0, SCMID_PROTOCOL_ERROR, true },
	{ 1, SCMID_PROTOCOL_ERROR, true },
	{ 3, SCMID_PROTOCOL_ERROR, true },
	{ 4, SCMID_PROTOCOL_ERROR, false },
	{ 11, SCMID_PROTOCOL_ERROR, false },
	{ 12, SCMID_SUCCESS, false },
	{ 13, SCMID_PROTOCOL_ERROR, false },
	{ MBT_AREA_SIZE - SCMID_SMT_MSG, SCMID_PROTOCOL_ERROR, false },
	{ MBT_AREA_SIZE - SCMID_SMT_MSG + 1, SCMID_PROTOCOL_ERROR, true },
	{ MBT_AREA_SIZE, SCMID_PROTOCOL_ERROR, true },
	{ 0x7fffffff, SCMID_PROTOCOL_ERROR, true },
	{ 0x80000000, SCMID_PROTOCOL_ERROR, true },
	{ 0xfffffffc, SCMID_PROTOCOL_ERROR, true },
	{ 0xffffffff, SCMID_PROTOCOL_ERROR, true },
};

static void mbt_length_desc(const struct mbt_length *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", p->len);
}

KUNIT_ARRAY_PARAM(mbt_lengths, mbt_length_params, mbt_length_desc);

static void mbt_length(struct kunit *test)
{
	const struct mbt_length *p = test->param_value;
	struct mbt_agent *m = mbt_described(test);

	MBT_WRITE(m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_put(m, SCMID_SMT_LENGTH, p->len);
	KUNIT_EXPECT_EQ(test, mbt_answer(m), p->status);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE |
			(p->malformed ? SCMID_SMT_STATUS_ERROR : 0));
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_LENGTH), 8);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 1);
	KUNIT_EXPECT_EQ(test, m->chan->agent->malformed, p->malformed);
	KUNIT_EXPECT_EQ(test, mock.votes, p->status == SCMID_SUCCESS);

	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 1, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, m->chan->agent->malformed, p->malformed);
}

/* Restarts */

static void mbt_restart(void *context)
{
	scmid_agent_restart(context);
}

static void mbt_reset(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);

	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	mock_forget();
	/* It died when it had taken the area. */
	memset(m->area, 0, MBT_AREA_SIZE);
	scmid_agent_restart(m->chan->agent);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 1, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* A doorbell of before does not make a command of what is half written after. */
static void mbt_reset_rung(struct kunit *test)
{
	struct mbt_m7 *m7 = mbt_m7(test, "mbox-described");
	struct mbt_agent *m = &m7->m;
	struct scmid_mbox *mbox = chan_to_mbox(m->chan);

	WRITE_ONCE(mbox->rung, true);
	scmid_mbox_restart(m->chan);
	KUNIT_EXPECT_FALSE(test, mbox->rung);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
}

/*
 * What was on its way when the agent was restarted: it gives no vote, its reply
 * goes nowhere, and the new agent's command is executed after it.
 */
static void mbt_late(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);
	struct test_async async;

	mock.block = MOCK_STATE;
	MBT_WRITE(m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_ring(m);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&async, mbt_restart, m->chan->agent);
	KUNIT_EXPECT_TRUE(test, test_async_sleeps(&async));
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);

	mbt_put(m, SCMID_SMT_LENGTH, 0x12345678);
	mbt_put(m, SCMID_SMT_MSG + 4, 0x87654321);
	mbt_put(m, SCMID_SMT_STATUS, 0);
	mock_allow();
	test_async_end(&async);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), 0);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_LENGTH), 0x12345678);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_MSG + 4), 0x87654321);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 1, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* The new agent does not wait with its first command. */
static void mbt_late_next(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);
	struct test_async async;

	mock.block = MOCK_STATE;
	MBT_WRITE(m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_ring(m);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&async, mbt_restart, m->chan->agent);
	KUNIT_EXPECT_TRUE(test, test_async_sleeps(&async));
	MBT_WRITE(m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 1, 1);
	mbt_ring(m);
	mbt_deliver(m);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), 0);
	mock_allow();
	test_async_end(&async);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mbt_status(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 0);
	KUNIT_EXPECT_FALSE(test, test_seen(m->chan->agent, 0)->vote);
}

/* Whoever asks for the version of Base has just begun. */
static void mbt_rediscovers(struct kunit *test)
{
	struct mbt_agent *m = mbt_described(test);

	KUNIT_EXPECT_EQ(test, MBT_VERSION(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	mock_forget();
	KUNIT_EXPECT_EQ(test, MBT_CALL(m, 0, SCMID_PROTO_BASE, SCMID_ATTRIBUTES), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, MBT_CALL(m, 0, SCMID_PROTO_CLOCK, SCMID_VERSION), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, MBT_VERSION(m), SCMID_SUCCESS);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a ~b");
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* Remote processors */

#if IS_ENABLED(CONFIG_REMOTEPROC)
static int mbt_rproc_nop(struct rproc *rproc)
{
	return 0;
}

static const struct rproc_ops mbt_rproc_ops = {
	.start = mbt_rproc_nop,
	.stop = mbt_rproc_nop,
	.attach = mbt_rproc_nop,
	.detach = mbt_rproc_nop,
};

static int mbt_rproc_probe(struct platform_device *pdev)
{
	struct rproc *rproc;

	rproc = devm_rproc_alloc(&pdev->dev, dev_name(&pdev->dev), &mbt_rproc_ops, NULL, 0);
	if (!rproc)
		return -ENOMEM;

	rproc->auto_boot = false;
	rproc->has_iommu = false;
	set_bit(RPROC_FEAT_ATTACH_ON_RECOVERY, rproc->features);
	platform_set_drvdata(pdev, rproc);
	return devm_rproc_add(&pdev->dev, rproc);
}

static struct platform_driver mbt_rproc_driver = {
	.driver.name = "scmi-server-kunit-rproc",
	.probe = mbt_rproc_probe,
};

KUNIT_DEFINE_ACTION_WRAPPER(mbt_driver_unregister, platform_driver_unregister,
			    struct platform_driver *);

static struct rproc *mbt_rproc(struct kunit *test)
{
	struct platform_device *pdev;

	KUNIT_ASSERT_EQ(test, platform_driver_register(&mbt_rproc_driver), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mbt_driver_unregister,
							   &mbt_rproc_driver));
	pdev = mbt_device(test, mbt_rproc_driver.driver.name, "mbox-processor");
	KUNIT_ASSERT_NOT_NULL(test, platform_get_drvdata(pdev));

	return platform_get_drvdata(pdev);
}

/* As if somebody else had started it; then the framework takes it over. */
static int mbt_rproc_start(struct rproc *rproc)
{
	scoped_guard(mutex, &rproc->lock)
		rproc->state = RPROC_DETACHED;

	return rproc_boot(rproc);
}

/* Starts and stops with its processor. */
static void mbt_rproc_life(struct kunit *test)
{
	struct rproc *rproc = mbt_rproc(test);
	struct mbt_m7 *m7;
	struct mbt_agent *m;
	unsigned int i;

	test_live(test, "m7", "three");
	m7 = mbt_m7(test, "mbox-processors");
	m = &m7->m;
	m->reply = 2;

	/* It is off: whatever is in the area is not looked at, nor touched. */
	KUNIT_EXPECT_EQ(test, m->area[SCMID_SMT_STATUS], MBT_FILL);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), 1);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), 0);

	for (i = 0; i < 3; i++) {
		/* What the last one left does not count. */
		KUNIT_ASSERT_EQ(test, mbt_rproc_start(rproc), 0);
		mbt_settle(m);
		KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
		KUNIT_EXPECT_EQ(test, mock.votes, 0);

		KUNIT_EXPECT_EQ(test, MBT_VERSION(m), SCMID_SUCCESS);
		KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
		mock_forget();
		/* It is told, and need not guess. */
		KUNIT_EXPECT_EQ(test, MBT_VERSION(m), SCMID_SUCCESS);
		KUNIT_EXPECT_STREQ(test, mock.log, "");

		rproc_shutdown(rproc);
		KUNIT_EXPECT_EQ(test, rproc->state, RPROC_OFFLINE);
		mbt_settle(m);
		KUNIT_EXPECT_EQ(test, mock.votes, 0);
		KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), 1);
		KUNIT_EXPECT_EQ(test, mock.votes, 0);
	}
}

static void mbt_rproc_crash(struct kunit *test)
{
	struct rproc *rproc = mbt_rproc(test);
	struct mbt_agent *m;

	test_live(test, "m7", "three");
	m = &mbt_m7(test, "mbox-processors")->m;
	m->reply = 2;
	KUNIT_ASSERT_EQ(test, mbt_rproc_start(rproc), 0);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	/* It had more to say. */
	MBT_WRITE(m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 1, 1);

	reinit_completion(&mock.quiesced);
	rproc_report_crash(rproc, RPROC_FATAL_ERROR);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.quiesced, TEST_PATIENCE), 0);
	flush_work(&rproc->crash_handler);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, rproc->state, RPROC_ATTACHED);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, mbt_get(m, SCMID_SMT_STATUS), SCMID_SMT_STATUS_FREE);
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 1, 1), SCMID_SUCCESS);
	rproc_shutdown(rproc);
}

/*
 * It runs before the kernel does, and is served: that the framework takes it
 * over is nothing that it knows of.
 */
static void mbt_rproc_attach(struct kunit *test)
{
	struct rproc *rproc = mbt_rproc(test);
	struct mbt_m7 *m7;
	struct mbt_agent *m;

	rproc->state = RPROC_DETACHED;
	test_live(test, "m7", "three");
	m7 = mbt_m7(test, "mbox-processors");
	m = &m7->m;
	m->reply = 2;
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);

	MBT_WRITE(m, 0, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 1, 1);
	KUNIT_ASSERT_EQ(test, mbt_rproc_start(rproc), 0);
	mbt_settle(m);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_EQ(test, mbt_answer(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 2);

	/* Bound again while it is up. */
	device_release_driver(m7->dev);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, device_attach(m7->dev), 1);
	mbt_agent_set(test, m, "m7", m->loop, 1, 2, MBT_AREA('a'));
	KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
	device_release_driver(m7->dev);

	/* Nobody who is gone is told. */
	rproc_shutdown(rproc);
	KUNIT_EXPECT_TRUE(test, list_empty(&rproc->subdevs));
}

/* A processor whose driver is not there yet is waited for. */
static void mbt_rproc_defer(struct kunit *test)
{
	struct platform_device *server;
	struct device *dev;

	mbt_loop(test, "mbox");
	server = mbt_server(test, "mbox-processors");
	wait_for_device_probe();
	KUNIT_EXPECT_EQ(test, mbt.probed, -EPROBE_DEFER);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
	KUNIT_EXPECT_NULL(test, scmid_mbox_areas.child);

	mbt_rproc(test);
	dev = mbt_agent_device(test, server, "agent");
	KUNIT_EXPECT_EQ(test, device_attach(dev), 1);
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
	mbt_drop(test, server);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
}
#endif

/* Resets */

#if IS_ENABLED(CONFIG_RESET_CONTROLLER)
static bool mbt_line;

static int mbt_line_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
	mbt_line = true;
	return 0;
}

static int mbt_line_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
	mbt_line = false;
	return 0;
}

KUNIT_DEFINE_ACTION_WRAPPER(mbt_line_gone, reset_controller_unregister,
			    struct reset_controller_dev *);

static const struct reset_control_ops mbt_line_ops = {
	.assert = mbt_line_assert,
	.deassert = mbt_line_deassert,
};

#define MBT_RESET(m, flags)							\
	MBT_CALL(m, 0, SCMID_PROTO_RESET, SCMID_RESET, 0, flags, 0)

/*
 * The nodes of the agents are above those of the devices, and have a driver:
 * that is no driver of the host for the devices.
 */
static void mbt_consumers(struct kunit *test)
{
	static struct reset_controller_dev rcdev;
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	struct mbt_agent m7, m4;

	rcdev = (struct reset_controller_dev){
		.ops = &mbt_line_ops,
		.owner = THIS_MODULE,
		.of_node = test_node(test, "reset-provider"),
		.nr_resets = 1,
	};
	mbt_line = true;
	KUNIT_ASSERT_EQ(test, reset_controller_register(&rcdev), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mbt_line_gone, &rcdev));

	mbt_server(test, "mbox-consumers");
	mbt_agent_set(test, &m7, "m7", loop, 1, 0, MBT_AREA('a'));
	mbt_agent_set(test, &m4, "m4", loop, 3, 2, MBT_AREA('b'));
	KUNIT_EXPECT_EQ(test, MBT_RESET(&m7, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_FALSE(test, mbt_line);
	KUNIT_EXPECT_EQ(test, MBT_RESET(&m4, 0), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, MBT_RESET(&m7, SCMID_RESET_LINE), SCMID_SUCCESS);
	KUNIT_EXPECT_FALSE(test, mbt_line);
	KUNIT_EXPECT_EQ(test, MBT_RESET(&m4, SCMID_RESET_LINE), SCMID_SUCCESS);
	KUNIT_EXPECT_TRUE(test, mbt_line);
}
#endif

/* Coming and going */

static void mbt_release(void *dev)
{
	device_release_driver(dev);
}

/* It is answered, and then it has nothing more. */
static void mbt_unbind_busy(struct kunit *test)
{
	struct mbt_m7 *m7 = mbt_m7(test, "mbox-described");
	struct mbt_agent *m = &m7->m;
	struct test_async async;

	mock.block = MOCK_STATE;
	MBT_WRITE(m, 1, SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 0, 1);
	mbt_ring(m);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
	test_async(&async, mbt_release, m7->dev);
	KUNIT_EXPECT_TRUE(test, test_async_sleeps(&async));
	mbt_ring(m);
	mbt_deliver(m);
	mock_allow();
	test_async_end(&async);
	KUNIT_EXPECT_EQ(test, mbt_rung(m), 1);
	KUNIT_EXPECT_EQ(test, mbt_status(m), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
}

static void mbt_rebind(struct kunit *test)
{
	struct mbt_m7 *m7 = mbt_m7(test, "mbox-described");
	struct mbt_agent *m = &m7->m;
	unsigned int i;

	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_EQ(test, MBT_STATE(m, 0, 1), SCMID_SUCCESS);
		device_release_driver(m7->dev);
		KUNIT_EXPECT_EQ(test, mock.votes, 0);
		KUNIT_EXPECT_EQ(test, mock.held, 0);
		KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
		/* Nobody listens. */
		mbt_ring(m);
		mbt_deliver(m);
		mock_forget();
		KUNIT_ASSERT_EQ(test, device_attach(m7->dev), 1);
		mbt_agent_set(test, m, "m7", m->loop, 1, 0, MBT_AREA('a'));
	}

	/* All of it at once, without a word. */
	mbt_drop(test, m7->server);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
	mbt_server(test, "mbox-described");
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
}

/* Without rights there is little to say, until an operator gives some. */
static void mbt_not_live(struct kunit *test)
{
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	struct scmid_agent *agent;
	struct scmid_grant *grant;
	struct mbt_agent m;

	mbt_server(test, "mbox-shapes");
	mbt_agent_set(test, &m, "s11", loop, 1, 0, MBT_AREA('a'));
	agent = m.chan->agent;
	KUNIT_EXPECT_FALSE(test, agent->peer.live);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_DENIED);

	grant = test_granted(test, agent, "three");
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, true), 0);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_EQ(test, scmid_agent_set_live(agent, false), 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_DENIED);
	test_grant_drop(grant);
}

static void mbt_namesakes(struct kunit *test)
{
	struct mbox_loop *loop = mbt_loop(test, "mbox");
	struct platform_device *server;
	struct device *a, *b, *first;
	struct mbt_agent m;

	server = mbt_server(test, "mbox-namesakes");
	KUNIT_EXPECT_EQ(test, mbt.probes, 2);
	KUNIT_EXPECT_EQ(test, mbt.probed, -EBUSY);
	a = mbt_agent_device(test, server, "first");
	b = mbt_agent_device(test, server, "second");
	first = mbt_first(a, b);
	KUNIT_ASSERT_NOT_NULL(test, first->driver);
	mbt_agent_set(test, &m, "same", loop, first == a ? 1 : 3, first == a ? 0 : 2,
		      MBT_AREA(first == a ? 'a' : 'b'));
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_DENIED);

	/* The second can be when the first is not. */
	device_release_driver(first);
	KUNIT_EXPECT_FALSE(test, mbt_there("same"));
	KUNIT_EXPECT_EQ(test, device_attach(first == a ? b : a), 1);
	mbt_agent_set(test, &m, "same", loop, first == a ? 3 : 1, first == a ? 2 : 0,
		      MBT_AREA(first == a ? 'b' : 'a'));
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m, 0, 1), SCMID_DENIED);
}

/* An operator's agent gets the channel, and stays when that goes. */
static void mbt_operator(struct kunit *test)
{
	struct scmid_agent *agent = test_live(test, "m7", "three");
	struct mbt_m7 *m7 = mbt_m7(test, "mbox-described");

	KUNIT_EXPECT_PTR_EQ(test, m7->m.chan->agent, agent);
	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 1);
	KUNIT_EXPECT_EQ(test, MBT_STATE(&m7->m, 2, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	device_release_driver(m7->dev);
	KUNIT_EXPECT_EQ(test, to_test_agent(agent)->pins, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
}

/* What it needs is not there yet: nothing is left, and it comes later. */
static void mbt_defer_mbox(struct kunit *test)
{
	struct platform_device *server = mbt_server(test, "mbox-described");
	struct device *dev = mbt_agent_device(test, server, "agent");

	/* The driver core tries again, for the server was bound. */
	wait_for_device_probe();
	KUNIT_EXPECT_NULL(test, dev->driver);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_NULL(test, scmid_mbox_areas.child);

	mbt_loop(test, "mbox");
	KUNIT_EXPECT_EQ(test, device_attach(dev), 1);
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
	mbt_drop(test, server);
}

static void mbt_defer_provider(struct kunit *test)
{
	struct platform_device *server;
	struct device *dev;

	mbt_loop(test, "mbox");
	mock.fail_get = "b";
	mock.fail_get_err = -EPROBE_DEFER;
	server = mbt_server(test, "mbox-described");
	dev = mbt_agent_device(test, server, "agent");
	wait_for_device_probe();
	KUNIT_EXPECT_EQ(test, mbt.probed, -EPROBE_DEFER);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
	KUNIT_EXPECT_EQ(test, mock.held, 0);
	KUNIT_EXPECT_NULL(test, scmid_mbox_areas.child);

	mock.fail_get = NULL;
	KUNIT_EXPECT_EQ(test, device_attach(dev), 1);
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
}

/* The controller goes first. */
static void mbt_mbox_goes(struct kunit *test)
{
	struct platform_device *pdev = mbt_device(test, MBOX_LOOP_NAME, "mbox");
	struct platform_device *server = mbt_server(test, "mbox-described");
	struct device *dev = mbt_agent_device(test, server, "agent");

	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
	device_release_driver(&pdev->dev);
	KUNIT_EXPECT_NULL(test, dev->driver);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
	KUNIT_EXPECT_EQ(test, mock.held, 0);

	/* And when it comes back, so does the agent. */
	KUNIT_EXPECT_EQ(test, device_attach(&pdev->dev), 1);
	wait_for_device_probe();
	KUNIT_EXPECT_TRUE(test, mbt_there("m7"));
	mbt_drop(test, pdev);
	KUNIT_EXPECT_FALSE(test, mbt_there("m7"));
}

static struct kunit_case mbt_cases[] = {
	KUNIT_CASE_PARAM(mbt_shape, mbt_shapes_gen_params),
	KUNIT_CASE_PARAM(mbt_notice, mbt_shapes_gen_params),
	KUNIT_CASE(mbt_disabled),
	KUNIT_CASE_PARAM(mbt_bad, mbt_bads_gen_params),
	KUNIT_CASE(mbt_bad_together),
	KUNIT_CASE(mbt_overlap),
	KUNIT_CASE_PARAM(mbt_kind, mbt_kinds_gen_params),
	KUNIT_CASE(mbt_no_room),
	KUNIT_CASE_PARAM(mbt_stuck, mbt_kinds_gen_params),
	KUNIT_CASE(mbt_spurious),
	KUNIT_CASE(mbt_busy),
	KUNIT_CASE(mbt_half),
	KUNIT_CASE(mbt_storm),
	KUNIT_CASE_PARAM(mbt_length, mbt_lengths_gen_params),
	KUNIT_CASE(mbt_reset),
	KUNIT_CASE(mbt_reset_rung),
	KUNIT_CASE(mbt_late),
	KUNIT_CASE(mbt_late_next),
	KUNIT_CASE(mbt_rediscovers),
#if IS_ENABLED(CONFIG_REMOTEPROC)
	KUNIT_CASE(mbt_rproc_life),
	KUNIT_CASE(mbt_rproc_crash),
	KUNIT_CASE(mbt_rproc_attach),
	KUNIT_CASE(mbt_rproc_defer),
#endif
#if IS_ENABLED(CONFIG_RESET_CONTROLLER)
	KUNIT_CASE(mbt_consumers),
#endif
	KUNIT_CASE(mbt_unbind_busy),
	KUNIT_CASE(mbt_rebind),
	KUNIT_CASE(mbt_not_live),
	KUNIT_CASE(mbt_namesakes),
	KUNIT_CASE(mbt_operator),
	KUNIT_CASE(mbt_defer_mbox),
	KUNIT_CASE(mbt_defer_provider),
	KUNIT_CASE(mbt_mbox_goes),
	{}
};

static struct kunit_suite mbt_suite = {
	.name = "scmi_server_mbox",
	.suite_init = mbt_suite_init,
	.suite_exit = mbt_suite_exit,
	.init = mbt_init,
	.test_cases = mbt_cases,
};

kunit_test_suite(mbt_suite);
