// SPDX-License-Identifier: GPL-2.0
/*
 * Mailbox and shared memory for remote processors: the other end of what the
 * client calls "arm,scmi".
 *
 * A devicetree node "linux,scmi-server" has a child for each agent, with the
 * same mboxes and shmem as the agent's own node; see Documentation/devicetree/
 * bindings/firmware/linux,scmi-server.yaml.
 */

#include <linux/cleanup.h>
#include <linux/devm-helpers.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mailbox_client.h>
#include <linux/mailbox_controller.h>
#include <linux/math.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>
#include <linux/remoteproc.h>
#include <linux/workqueue.h>

#include "../scmi_server.h"
#include "smt.h"

/**
 * struct scmid_mbox_area - an area of shared memory
 * @smt: its state
 * @io: where it is mapped
 * @res: where it is; in the tree of all areas
 */
struct scmid_mbox_area {
	struct scmid_smt smt;
	void __iomem *io;
	struct resource res;
};

/* How often it is looked whether the agent has read a notification, in ms */
#define SCMID_MBOX_RETRY_MIN	1
#define SCMID_MBOX_RETRY_MAX	1024

/* The client has at most so many mailboxes. */
#define SCMID_MBOX_BELLS	4

/**
 * struct scmid_mbox_bell - a mailbox: a doorbell in one direction, or in both
 * @cl: for the mailbox framework
 * @chan: its channel
 * @mbox: whose it is
 * @ringing: how many the framework has not said of that they went out
 */
struct scmid_mbox_bell {
	struct mbox_client cl;
	struct mbox_chan *chan;
	struct scmid_mbox *mbox;
	atomic_t ringing;
};

/**
 * struct scmid_mbox - the channel of one agent
 * @dev: the device that was made for its node
 * @name: the agent's name
 * @chan: the agent's way in
 * @lock: guards the areas against a restart of the agent; never held while a
 *	command runs
 * @up: the agent is there; under @lock
 * @rung: the doorbell rang since a command was looked for
 * @a2p: commands and replies
 * @p2a: notifications, if there is a second area
 * @bells: the mailboxes; the agent rings the first
 * @reply: completions ring this one of them: the first as well, unless each
 *	is for one direction
 * @notice: notifications ring this one
 * @retry: the next notification can perhaps be sent
 * @retry_ms: when that is; under @lock
 * @rproc: the agent is what runs on it, or %NULL
 * @subdev: tells when that starts and stops
 */
struct scmid_mbox {
	struct device *dev;
	const char *name;
	struct scmid_chan chan;
	struct mutex lock;
	bool up;
	bool rung;
	struct scmid_mbox_area a2p, p2a;
	struct scmid_mbox_bell bells[SCMID_MBOX_BELLS];
	struct scmid_mbox_bell *reply, *notice;
	struct delayed_work retry;
	unsigned int retry_ms;
	struct rproc *rproc;
	struct rproc_subdev subdev;
};

/* Two agents in one area would read each other's messages. */
static struct resource scmid_mbox_areas = {
	.name = "scmi areas",
	.start = 0,
	.end = RESOURCE_SIZE_MAX,
	.flags = IORESOURCE_MEM,
};

static DEFINE_MUTEX(scmid_mbox_areas_lock);

static struct scmid_mbox *chan_to_mbox(struct scmid_chan *chan)
{
	return container_of(chan, struct scmid_mbox, chan);
}

static void __iomem *scmid_mbox_at(const struct scmid_smt *smt, u32 at)
{
	return container_of(smt, struct scmid_mbox_area, smt)->io + at;
}

/* Access to an area */

static u32 scmid_mbox_get(const struct scmid_smt *smt, u32 at)
{
	return ioread32(scmid_mbox_at(smt, at));
}

static void scmid_mbox_put(const struct scmid_smt *smt, u32 at, u32 val)
{
	iowrite32(val, scmid_mbox_at(smt, at));
}

static void scmid_mbox_read(const struct scmid_smt *smt, void *to, u32 at, u32 len)
{
	memcpy_fromio(to, scmid_mbox_at(smt, at), len);
}

static void scmid_mbox_write(const struct scmid_smt *smt, u32 at, const void *from, u32 len)
{
	memcpy_toio(scmid_mbox_at(smt, at), from, len);
}

static const struct scmid_smt_ops scmid_mbox_smt_ops = {
	.get = scmid_mbox_get,
	.put = scmid_mbox_put,
	.read = scmid_mbox_read,
	.write = scmid_mbox_write,
};

/* The same for memory that takes only whole words; its size is a number of them. */

static void scmid_mbox_read32(const struct scmid_smt *smt, void *to, u32 at, u32 len)
{
	__ioread32_copy(to, scmid_mbox_at(smt, at), DIV_ROUND_UP(len, sizeof(u32)));
}

static void scmid_mbox_write32(const struct scmid_smt *smt, u32 at, const void *from, u32 len)
{
	__iowrite32_copy(scmid_mbox_at(smt, at), from, DIV_ROUND_UP(len, sizeof(u32)));
}

static const struct scmid_smt_ops scmid_mbox_smt_ops32 = {
	.get = scmid_mbox_get,
	.put = scmid_mbox_put,
	.read = scmid_mbox_read32,
	.write = scmid_mbox_write32,
};

/* Channel operations, called from the channel's worker */

static int scmid_mbox_fetch(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct scmid_mbox *m = chan_to_mbox(chan);

	guard(mutex)(&m->lock);

	/* Before it rings, a command may be half written. */
	if (!xchg(&m->rung, false) || !m->up)
		return 0;

	rq->epoch = atomic_read(&chan->epoch);
	return scmid_smt_fetch(&m->a2p.smt, &rq->msg, rq->req);
}

/*
 * What a doorbell carries, if the controller wants anything at all, means
 * nothing.
 */
static void scmid_mbox_ring(struct scmid_mbox *m, struct scmid_mbox_bell *bell)
{
	static u32 nothing[16];
	int ret;

	lockdep_assert_held(&m->lock);

	/* A controller that cannot tell expects to be told; then the next goes out. */
	if (atomic_read(&bell->ringing) && !bell->chan->mbox->txdone_irq)
		mbox_client_txdone(bell->chan, 0);
	/*
	 * It may depend on the agent, so only a few wait. The last goes out
	 * later than now, even if the first is just about to be said to be out.
	 */
	if (atomic_read(&bell->ringing) > 2)
		return;
	atomic_inc(&bell->ringing);
	ret = mbox_send_message(bell->chan, nothing);
	if (ret < 0) {
		atomic_dec(&bell->ringing);
		dev_notice_ratelimited(m->dev, "cannot ring the agent's doorbell (%pe)\n",
				       ERR_PTR(ret));
	}
}

static void scmid_mbox_complete(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct scmid_mbox *m = chan_to_mbox(chan);

	guard(mutex)(&m->lock);

	/* It was restarted meanwhile: the area is its own again. */
	if (rq->epoch != atomic_read(&chan->epoch))
		return;
	/* For the next command it rings when it has the area back. */
	WRITE_ONCE(m->rung, false);
	if (scmid_smt_complete(&m->a2p.smt, &rq->msg))
		scmid_mbox_ring(m, m->reply);
}

/*
 * Only one who has a mailbox of its own for that is asked to ring when it has
 * read one: clients with less take the doorbell, but complain about it.
 */
static int scmid_mbox_notify(struct scmid_chan *chan, const void *msg, u32 len)
{
	struct scmid_mbox *m = chan_to_mbox(chan);
	int err;

	guard(mutex)(&m->lock);

	if (!m->up || chan->event_epoch != atomic_read(&chan->epoch))
		return -EAGAIN;

	err = scmid_smt_send(&m->p2a.smt, msg, len);
	if (err == -EAGAIN && !m->p2a.smt.interrupt) {
		schedule_delayed_work(&m->retry, msecs_to_jiffies(m->retry_ms));
		m->retry_ms = min(m->retry_ms * 2, SCMID_MBOX_RETRY_MAX);
	} else if (!err) {
		m->retry_ms = SCMID_MBOX_RETRY_MIN;
		scmid_mbox_ring(m, m->notice);
	}

	return err;
}

static void scmid_mbox_retry(struct work_struct *work)
{
	scmid_chan_kick(&container_of(to_delayed_work(work), struct scmid_mbox, retry)->chan);
}

/* A new agent: whatever the areas hold is nobody's. */
static void scmid_mbox_up(struct scmid_mbox *m)
{
	lockdep_assert_held(&m->lock);

	WRITE_ONCE(m->rung, false);
	scmid_smt_init(&m->a2p.smt);
	if (m->p2a.io)
		scmid_smt_init(&m->p2a.smt);
	m->up = true;
	scmid_chan_start(&m->chan, SCMID_START_NEW);
}

static void scmid_mbox_down(struct scmid_mbox *m)
{
	lockdep_assert_held(&m->lock);

	m->up = false;
	scmid_chan_gone(&m->chan);
}

static void scmid_mbox_restart(struct scmid_chan *chan)
{
	struct scmid_mbox *m = chan_to_mbox(chan);

	guard(mutex)(&m->lock);

	if (!m->up)
		return;
	scmid_mbox_down(m);
	scmid_mbox_up(m);
}

static const struct scmid_chan_ops scmid_mbox_chan_ops = {
	.fetch = scmid_mbox_fetch,
	.complete = scmid_mbox_complete,
	.notify = scmid_mbox_notify,
	.restart = scmid_mbox_restart,
	.lasting = true,
};

/* Mailbox client */

static struct scmid_mbox_bell *cl_to_bell(struct mbox_client *cl)
{
	return container_of(cl, struct scmid_mbox_bell, cl);
}

/* Context: atomic. */
static void scmid_mbox_rx(struct mbox_client *cl, void *data)
{
	struct scmid_mbox_bell *bell = cl_to_bell(cl);
	struct scmid_mbox *m = bell->mbox;

	if (bell == m->bells) {
		/* Before the worker looks; xchg() is the other half. */
		smp_store_release(&m->rung, true);
	}
	/* Others: a notification was read. */
	scmid_chan_kick(&m->chan);
}

static void scmid_mbox_tx_done(struct mbox_client *cl, void *data, int ret)
{
	atomic_dec(&cl_to_bell(cl)->ringing);
}

static void scmid_mbox_free_channel(void *chan)
{
	mbox_free_channel(chan);
}

static int scmid_mbox_request(struct scmid_mbox *m, int index)
{
	struct scmid_mbox_bell *bell = &m->bells[index];
	struct mbox_chan *chan;
	int err;

	bell->mbox = m;
	bell->cl.dev = m->dev;
	bell->cl.rx_callback = scmid_mbox_rx;
	bell->cl.tx_done = scmid_mbox_tx_done;
	bell->cl.knows_txdone = true;
	chan = mbox_request_channel(&bell->cl, index);
	if (IS_ERR(chan))
		return dev_err_probe(m->dev, PTR_ERR(chan), "cannot have mailbox %d\n", index);
	bell->chan = chan;
	err = devm_add_action_or_reset(m->dev, scmid_mbox_free_channel, chan);
	if (err)
		return err;

	/* The framework frees it when its controller goes, so this has to go first. */
	if (!device_link_add(m->dev, chan->mbox->dev, DL_FLAG_AUTOPROBE_CONSUMER))
		return dev_err_probe(m->dev, -EINVAL, "mailbox %d: no link to its controller\n",
				     index);

	return 0;
}

/*
 * As the client has it: one channel in both directions, or one for each; the
 * same again for events.
 */
static int scmid_mbox_channels(struct scmid_mbox *m, int mboxes, int areas)
{
	int i, err;

	for (i = 0; i < mboxes; i++) {
		err = scmid_mbox_request(m, i);
		if (err)
			return err;
	}
	m->reply = &m->bells[mboxes > areas];
	m->notice = &m->bells[mboxes > areas ? 2 : 1];
	m->p2a.smt.interrupt = mboxes == SCMID_MBOX_BELLS;

	return 0;
}

/* Areas */

static void scmid_mbox_release_area(void *res)
{
	guard(mutex)(&scmid_mbox_areas_lock);
	release_resource(res);
}

static int scmid_mbox_claim_area(struct scmid_mbox *m, struct resource *res)
{
	const struct resource *other;
	int err;

	scoped_guard(mutex, &scmid_mbox_areas_lock) {
		err = request_resource(&scmid_mbox_areas, res);
		if (err) {
			for (other = scmid_mbox_areas.child; other; other = other->sibling)
				if (resource_overlaps(other, res))
					break;
			return dev_err_probe(m->dev, err, "shmem %pR overlaps that of agent %s\n",
					     res, other ? other->name : "?");
		}
	}

	return devm_add_action_or_reset(m->dev, scmid_mbox_release_area, res);
}

static int scmid_mbox_area(struct scmid_mbox *m, struct scmid_mbox_area *area, int index)
{
	struct device_node *np __free(device_node) =
		of_parse_phandle(m->dev->of_node, "shmem", index);
	u32 width = 0;
	int err;

	if (!np || !of_device_is_compatible(np, "arm,scmi-shmem"))
		return dev_err_probe(m->dev, -EINVAL, "shmem %d is no arm,scmi-shmem\n", index);

	err = of_address_to_resource(np, 0, &area->res);
	if (err)
		return dev_err_probe(m->dev, err, "%pOF: no address\n", np);
	if (resource_size(&area->res) < SCMID_SMT_MIN || resource_size(&area->res) > SZ_16M)
		return dev_err_probe(m->dev, -EINVAL, "%pOF: %pR: not %u bytes to 16 MiB\n", np,
				     &area->res, SCMID_SMT_MIN);
	area->smt.size = resource_size(&area->res);
	area->smt.ops = &scmid_mbox_smt_ops;

	of_property_read_u32(np, "reg-io-width", &width);
	if (width == sizeof(u32))
		area->smt.ops = &scmid_mbox_smt_ops32;
	else if (width)
		return dev_err_probe(m->dev, -EINVAL, "%pOF: reg-io-width is 4 or not there\n", np);
	if ((area->res.start | area->smt.size) % sizeof(u32))
		return dev_err_probe(m->dev, -EINVAL, "%pOF: %pR: not whole words\n", np,
				     &area->res);

	area->res.name = m->name;
	err = scmid_mbox_claim_area(m, &area->res);
	if (err)
		return err;

	area->io = devm_ioremap(m->dev, area->res.start, area->smt.size);
	if (!area->io)
		return dev_err_probe(m->dev, -EADDRNOTAVAIL, "%pOF: %pR cannot be mapped\n", np,
				     &area->res);

	return 0;
}

/* The processor that the agent runs on */

static int scmid_mbox_rproc_prepare(struct rproc_subdev *subdev)
{
	struct scmid_mbox *m = container_of(subdev, struct scmid_mbox, subdev);

	guard(mutex)(&m->lock);

	/* One that ran before Linux did, and is attached to only now, goes on. */
	if (!m->up)
		scmid_mbox_up(m);

	return 0;
}

/* It has stopped, or has crashed and was stopped. */
static void scmid_mbox_rproc_unprepare(struct rproc_subdev *subdev)
{
	struct scmid_mbox *m = container_of(subdev, struct scmid_mbox, subdev);

	guard(mutex)(&m->lock);

	scmid_mbox_down(m);
}

static void scmid_mbox_put_rproc(void *data)
{
	struct scmid_mbox *m = data;

	scoped_guard(mutex, &m->rproc->lock)
		rproc_remove_subdev(m->rproc, &m->subdev);
	rproc_put(m->rproc);
}

static int scmid_mbox_watch_rproc(struct scmid_mbox *m)
{
	u32 node;

	if (of_property_read_u32(m->dev->of_node, "remoteproc", &node)) {
		guard(mutex)(&m->lock);
		scmid_mbox_up(m);
		return 0;
	}
	if (!IS_ENABLED(CONFIG_REMOTEPROC))
		return dev_err_probe(m->dev, -EINVAL, "this kernel has no remoteproc\n");

	m->rproc = rproc_get_by_phandle(node);
	if (!m->rproc)
		return dev_err_probe(m->dev, -EPROBE_DEFER, "the remoteproc is not there\n");

	m->subdev.prepare = scmid_mbox_rproc_prepare;
	m->subdev.unprepare = scmid_mbox_rproc_unprepare;
	scoped_guard(mutex, &m->rproc->lock) {
		rproc_add_subdev(m->rproc, &m->subdev);
		guard(mutex)(&m->lock);
		/* From here on it is told. */
		if (m->rproc->state != RPROC_OFFLINE)
			scmid_mbox_up(m);
	}

	return devm_add_action_or_reset(m->dev, scmid_mbox_put_rproc, m);
}

/* Agents */

static void scmid_mbox_undescribe(void *name)
{
	scmid_agent_undescribe(name);
}

static void scmid_mbox_detach(void *chan)
{
	scmid_chan_detach(chan);
}

static int scmid_mbox_attach(struct scmid_mbox *m)
{
	int err;

	err = scmid_agent_describe(m->dev->of_node, m->name);
	if (err < 0)
		return dev_err_probe(m->dev, err, "no agent %s\n", m->name);
	if (!err) {
		err = devm_add_action_or_reset(m->dev, scmid_mbox_undescribe, (void *)m->name);
		if (err)
			return err;
	}

	m->chan.ops = &scmid_mbox_chan_ops;
	m->chan.p2a = m->p2a.io;
	m->chan.rediscovers = !of_property_present(m->dev->of_node, "remoteproc");
	snprintf(m->chan.name, sizeof(m->chan.name), "mbox:%s", m->name);
	err = scmid_chan_attach(&m->chan, m->name);
	if (err)
		return dev_err_probe(m->dev, err, "agent %s cannot have a channel\n", m->name);

	return devm_add_action_or_reset(m->dev, scmid_mbox_detach, &m->chan);
}

static int scmid_mbox_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	int mboxes, areas, err;
	struct scmid_mbox *m;

	m = devm_kzalloc(dev, sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	m->dev = dev;
	m->retry_ms = SCMID_MBOX_RETRY_MIN;
	err = devm_mutex_init(dev, &m->lock) ?:
	      devm_delayed_work_autocancel(dev, &m->retry, scmid_mbox_retry);
	if (err)
		return err;

	if (of_property_read_string(dev->of_node, "linux,agent-name", &m->name))
		return dev_err_probe(dev, -EINVAL, "no linux,agent-name\n");
	mboxes = of_count_phandle_with_args(dev->of_node, "mboxes", "#mbox-cells");
	areas = of_count_phandle_with_args(dev->of_node, "shmem", NULL);
	if (mboxes < 1 || mboxes > 4 || areas < 1 || areas > 2 || mboxes < areas ||
	    mboxes > areas * 2)
		return dev_err_probe(dev, -EINVAL, "not 1 or 2 mboxes for each of 1 or 2 shmem\n");

	err = scmid_mbox_area(m, &m->a2p, 0);
	if (!err && areas > 1)
		err = scmid_mbox_area(m, &m->p2a, 1);
	if (err)
		return err;

	/* Until it is attached, a doorbell is not heard; nor after. */
	return scmid_mbox_channels(m, mboxes, areas) ?: scmid_mbox_attach(m) ?:
	       scmid_mbox_watch_rproc(m);
}

static const struct platform_device_id scmid_mbox_ids[] = {
	{ .name = "scmi-server-agent" },
	{ }
};
MODULE_DEVICE_TABLE(platform, scmid_mbox_ids);

static struct platform_driver scmid_mbox_driver = {
	.driver.name = "scmi-server-agent",
	.probe = scmid_mbox_probe,
	.id_table = scmid_mbox_ids,
	/* What the node's children have is for the agent, not for this driver. */
	.driver_managed_dma = true,
};

/* The node with the agents: a device for each, so each has its mailboxes, and its fate. */

static void scmid_mbox_remove_agent(void *pdev)
{
	platform_device_unregister(pdev);
}

static int scmid_mbox_server_probe(struct platform_device *pdev)
{
	struct platform_device_info info = {
		.parent = &pdev->dev,
		.name = "scmi-server-agent",
		.id = PLATFORM_DEVID_AUTO,
	};
	struct platform_device *agent;
	int err;

	for_each_available_child_of_node_scoped(pdev->dev.of_node, np) {
		info.fwnode = of_fwnode_handle(np);
		agent = platform_device_register_full(&info);
		if (IS_ERR(agent))
			return PTR_ERR(agent);
		err = devm_add_action_or_reset(&pdev->dev, scmid_mbox_remove_agent, agent);
		if (err)
			return err;
	}

	return 0;
}

static const struct of_device_id scmid_mbox_server_of_match[] = {
	{ .compatible = "linux,scmi-server" },
	{ }
};
MODULE_DEVICE_TABLE(of, scmid_mbox_server_of_match);

static struct platform_driver scmid_mbox_server_driver = {
	.driver.name = "scmi-server-mbox",
	.driver.of_match_table = scmid_mbox_server_of_match,
	.probe = scmid_mbox_server_probe,
};

static struct platform_driver * const scmid_mbox_drivers[] = {
	&scmid_mbox_driver,
	&scmid_mbox_server_driver,
};

static int __init scmid_mbox_init(void)
{
	return platform_register_drivers(scmid_mbox_drivers, ARRAY_SIZE(scmid_mbox_drivers));
}
module_init(scmid_mbox_init);

static void __exit scmid_mbox_exit(void)
{
	platform_unregister_drivers(scmid_mbox_drivers, ARRAY_SIZE(scmid_mbox_drivers));
}
module_exit(scmid_mbox_exit);

MODULE_DESCRIPTION("SCMI server: mailbox and shared memory for remote processors");
MODULE_LICENSE("GPL");
