/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mailbox controller whose channels are joined in pairs.
 */
#ifndef _SCMID_MBOX_LOOP_H
#define _SCMID_MBOX_LOOP_H

#include <linux/mailbox_controller.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct mbox_loop;

/**
 * struct mbox_loop_chan - a channel; what is sent on it, its other end receives
 * @loop: the controller
 * @other: the other end
 * @open: somebody has the channel; under the controller's lock
 * @full: something was sent that the other end has not received; likewise
 * @data: what was sent; likewise
 * @sent: how often something was sent; likewise
 * @rung: how often it was received at the other end; likewise
 * @swallow: so many of the next are lost
 */
struct mbox_loop_chan {
	struct mbox_loop *loop;
	struct mbox_loop_chan *other;
	bool open;
	bool full;
	u32 data;
	u32 sent;
	u32 rung;
	u32 swallow;
};

/**
 * struct mbox_loop - the controller
 * @mbox: for the framework
 * @lock: guards the channels
 * @work: delivers what was sent
 * @carries_data: a word comes with each doorbell
 * @held: nothing is delivered, as by a controller that is stuck
 * @debugfs: its directory
 * @chans: the channels
 */
struct mbox_loop {
	struct mbox_controller mbox;
	spinlock_t lock; /* the channels */
	struct work_struct work;
	bool carries_data;
	bool held;
	struct dentry *debugfs;
	struct mbox_loop_chan chans[];
};

#endif /* _SCMID_MBOX_LOOP_H */
