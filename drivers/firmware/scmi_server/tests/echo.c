// SPDX-License-Identifier: GPL-2.0
/*
 * The server without the server: the same vDPA device with the same worker,
 * but every command has the same answer, SUCCESS and zeros. What the server
 * takes longer than this is what it takes to know agents and hardware.
 *
 * "vdpa dev add name NAME mgmtdev scmi_echo". The client of a stock kernel is
 * content with it: a platform with no protocols.
 */

#include <linux/device.h>
#include <linux/workqueue.h>

#include "../scmi_server.h"

/* Header, status and the longest that a client asks of an empty platform: a name. */
#define ECHO_LEN	24U
/* As many as the server's. */
#define ECHO_BATCH	8

static struct workqueue_struct *echo_wq;

static void echo_answer(struct scmid_msg *msg)
{
	msg->rsp_len = min(msg->rsp_room, ECHO_LEN);
	memset(msg->rsp, 0, msg->rsp_len);
	msg->rsp[0] = msg->req[0];
}

static void echo_work(struct work_struct *work)
{
	struct scmid_chan *chan = container_of(work, struct scmid_chan, work);
	struct scmid_req *rq = &chan->rq;
	unsigned int i;
	int got;

	for (i = 0; i < ECHO_BATCH; i++) {
		got = chan->ops->fetch(chan, rq);
		if (got <= 0)
			return;
		if (got == 1)
			echo_answer(&rq->msg);
		chan->ops->complete(chan, rq);
	}

	scmid_chan_kick(chan);
}

/* What the server offers to transports. */

int scmid_chan_attach(struct scmid_chan *chan, const char *agent)
{
	INIT_WORK(&chan->work, echo_work);
	chan->rq.msg.req = chan->rq.req;
	chan->rq.msg.rsp = chan->rq.rsp;

	return 0;
}

void scmid_chan_detach(struct scmid_chan *chan)
{
	disable_work_sync(&chan->work);
}

void scmid_chan_kick(struct scmid_chan *chan)
{
	queue_work(echo_wq, &chan->work);
}

void scmid_chan_start(struct scmid_chan *chan, enum scmid_start how)
{
	scmid_chan_kick(chan);
}

void scmid_chan_stop(struct scmid_chan *chan)
{
	atomic_inc(&chan->epoch);
}

void scmid_chan_gone(struct scmid_chan *chan)
{
	atomic_inc(&chan->epoch);
}

void scmid_chan_flush(struct scmid_chan *chan)
{
	flush_work(&chan->work);
}

/*
 * The transport is the server's own. Only its management device gets another
 * name, and there is something to set up with it.
 */

static struct device *echo_root_register(const char *name)
{
	struct device *root;

	echo_wq = alloc_workqueue("scmi_echo", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!echo_wq)
		return ERR_PTR(-ENOMEM);

	root = root_device_register("scmi_echo");
	if (IS_ERR(root))
		destroy_workqueue(echo_wq);

	return root;
}

static void echo_root_unregister(struct device *root)
{
	root_device_unregister(root);
	destroy_workqueue(echo_wq);
}

#undef pr_fmt
#undef root_device_register
#define root_device_register	echo_root_register
#define root_device_unregister	echo_root_unregister

#include "../transport/vdpa.c"
