// SPDX-License-Identifier: GPL-2.0
/*
 * A mailbox controller whose channels are joined in pairs: what is sent on
 * channel 2n is received on channel 2n + 1, and the other way round.
 *
 *	mailbox {
 *		compatible = "scmi-server,mbox-loop";
 *		#mbox-cells = <1>;
 *		scmi-server,channels = <8>;	// 16 if it does not say
 *		scmi-server,txdone = "irq";	// or "poll", otherwise by the client
 *		scmi-server,data;		// a word comes with a doorbell
 *	};
 *
 * A doorbell that rings before the last one was heard is one with it, or with
 * "poll", has to wait. debugfs counts them for each channel, and can have the
 * next ones lost.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/interrupt.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include "mbox_loop.h"

#ifndef MBOX_LOOP_NAME
#define MBOX_LOOP_NAME	"scmi-server,mbox-loop"
#endif

static unsigned int mbox_loop_index(const struct mbox_loop_chan *c)
{
	return c - c->loop->chans;
}

/* One that was sent on @c is received, with interrupts off as from one. */
static void mbox_loop_deliver(struct mbox_loop_chan *c)
{
	struct mbox_loop *loop = c->loop;
	bool open;
	u32 data;

	scoped_guard(spinlock_irqsave, &loop->lock) {
		if (!c->full)
			return;
		c->full = false;
		data = c->data;
		open = c->other->open;
		if (c->swallow) {
			c->swallow--;
			open = false;
		}
		if (open)
			c->rung++;
	}

	/* Closing waits for this, so the one that is called stays. */
	guard(irqsave)();
	if (open)
		mbox_chan_received_data(&loop->mbox.chans[mbox_loop_index(c->other)],
					loop->carries_data ? &data : NULL);
	if (loop->mbox.txdone_irq && READ_ONCE(c->open))
		mbox_chan_txdone(&loop->mbox.chans[mbox_loop_index(c)], 0);
}

static void mbox_loop_work(struct work_struct *work)
{
	struct mbox_loop *loop = container_of(work, struct mbox_loop, work);
	int i;

	for (i = 0; i < loop->mbox.num_chans && !READ_ONCE(loop->held); i++)
		mbox_loop_deliver(&loop->chans[i]);
}

static int mbox_loop_send(struct mbox_chan *chan, void *data)
{
	struct mbox_loop_chan *c = chan->con_priv;
	struct mbox_loop *loop = c->loop;

	guard(spinlock_irqsave)(&loop->lock);

	/* Who can look may have to. */
	if (c->full && loop->mbox.txdone_poll)
		return -EBUSY;

	c->sent++;
	c->full = true;
	/* Whoever sends has to have one. */
	c->data = loop->carries_data ? *(u32 *)data : 0;
	queue_work(system_bh_wq, &loop->work);

	return 0;
}

static bool mbox_loop_last_done(struct mbox_chan *chan)
{
	struct mbox_loop_chan *c = chan->con_priv;

	return !READ_ONCE(c->full);
}

static void mbox_loop_set_open(struct mbox_chan *chan, bool open)
{
	struct mbox_loop_chan *c = chan->con_priv;

	guard(spinlock_irqsave)(&c->loop->lock);

	c->full = false;
	c->open = open;
}

static int mbox_loop_open(struct mbox_chan *chan)
{
	mbox_loop_set_open(chan, true);

	return 0;
}

static void mbox_loop_close(struct mbox_chan *chan)
{
	struct mbox_loop_chan *c = chan->con_priv;

	mbox_loop_set_open(chan, false);
	flush_work(&c->loop->work);
}

static const struct mbox_chan_ops mbox_loop_ops = {
	.send_data = mbox_loop_send,
	.startup = mbox_loop_open,
	.shutdown = mbox_loop_close,
	.last_tx_done = mbox_loop_last_done,
};

static void mbox_loop_debugfs(struct mbox_loop *loop)
{
	char name[24];
	int i;

	loop->debugfs = debugfs_create_dir(dev_name(loop->mbox.dev), NULL);
	for (i = 0; i < loop->mbox.num_chans; i++) {
		snprintf(name, sizeof(name), "sent%d", i);
		debugfs_create_u32(name, 0444, loop->debugfs, &loop->chans[i].sent);
		snprintf(name, sizeof(name), "rung%d", i);
		debugfs_create_u32(name, 0444, loop->debugfs, &loop->chans[i].rung);
		snprintf(name, sizeof(name), "swallow%d", i);
		debugfs_create_u32(name, 0644, loop->debugfs, &loop->chans[i].swallow);
	}
}

static int mbox_loop_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	const char *txdone = "";
	struct mbox_loop *loop;
	u32 n = 16, i;
	int err;

	of_property_read_u32(dev->of_node, "scmi-server,channels", &n);
	of_property_read_string(dev->of_node, "scmi-server,txdone", &txdone);
	if (!n || n % 2 || n > 1024)
		return dev_err_probe(dev, -EINVAL, "channels come in pairs, 1024 at most\n");

	loop = devm_kzalloc(dev, struct_size(loop, chans, n), GFP_KERNEL);
	if (!loop)
		return -ENOMEM;
	loop->mbox.chans = devm_kcalloc(dev, n, sizeof(*loop->mbox.chans), GFP_KERNEL);
	if (!loop->mbox.chans)
		return -ENOMEM;

	spin_lock_init(&loop->lock);
	INIT_WORK(&loop->work, mbox_loop_work);
	loop->carries_data = of_property_read_bool(dev->of_node, "scmi-server,data");
	for (i = 0; i < n; i++) {
		loop->chans[i].loop = loop;
		loop->chans[i].other = &loop->chans[i ^ 1];
		loop->mbox.chans[i].con_priv = &loop->chans[i];
	}

	loop->mbox.dev = dev;
	loop->mbox.ops = &mbox_loop_ops;
	loop->mbox.num_chans = n;
	loop->mbox.txdone_irq = !strcmp(txdone, "irq");
	loop->mbox.txdone_poll = !strcmp(txdone, "poll");
	loop->mbox.txpoll_period = 1;
	platform_set_drvdata(pdev, loop);
	err = devm_mbox_controller_register(dev, &loop->mbox);
	if (err)
		return err;
	mbox_loop_debugfs(loop);

	return 0;
}

static void mbox_loop_remove(struct platform_device *pdev)
{
	struct mbox_loop *loop = platform_get_drvdata(pdev);

	debugfs_remove_recursive(loop->debugfs);
}

static const struct of_device_id mbox_loop_of_match[] = {
	{ .compatible = MBOX_LOOP_NAME },
	{ }
};
MODULE_DEVICE_TABLE(of, mbox_loop_of_match);

static struct platform_driver mbox_loop_driver = {
	.driver.name = MBOX_LOOP_NAME,
	.driver.of_match_table = mbox_loop_of_match,
	.probe = mbox_loop_probe,
	.remove = mbox_loop_remove,
};
module_platform_driver(mbox_loop_driver);

MODULE_DESCRIPTION("Mailbox controller with channels joined in pairs, for tests");
MODULE_LICENSE("GPL");
