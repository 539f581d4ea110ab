// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the description again while the client has the device: as a protocol of
 * the client's, which keeps several users of one queue apart.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/scmi_protocol.h>
#include <linux/slab.h>

#include "../arm_scmi/protocols.h"
#include "../arm_scmi/notify.h"

#include "proxy.h"

/* Header and status are not counted; the client's messages are short. */
#define SGP_CLIENT_ROOM	96

/* A platform whose operator calls it something else */
static char *vendor = "linux";
module_param(vendor, charp, 0444);
MODULE_PARM_DESC(vendor, "what the platform's vendor calls itself (default: linux)");

/**
 * struct sgp_notify - DESCRIPTION_CHANGED as it comes
 * @generation: of the description; 0 if there is none any more
 * @size: its bytes
 */
struct sgp_notify {
	__le32 generation;
	__le32 size;
};

/**
 * struct sgp_report - the event for those who asked to be told
 * @timestamp: when it came
 * @generation: of the description
 */
struct sgp_report {
	ktime_t timestamp;
	u32 generation;
};

/**
 * struct sgp_ops - what the protocol does for its driver
 * @xfer: as in &struct sgp_channel
 */
struct sgp_ops {
	int (*xfer)(const struct scmi_protocol_handle *ph, u8 msg, const u32 *req, u32 nr,
		    void *rsp, u32 room);
};

static int sgp_proto_xfer(const struct scmi_protocol_handle *ph, u8 msg, const u32 *req,
			  u32 nr, void *rsp, u32 room)
{
	struct scmi_xfer *t;
	__le32 *words;
	int len;
	u32 i;

	len = ph->xops->xfer_get_init(ph, msg, nr * sizeof(u32), room, &t);
	if (len)
		return len;
	words = t->tx.buf;
	for (i = 0; i < nr; i++)
		words[i] = cpu_to_le32(req[i]);
	len = ph->xops->do_xfer(ph, t);
	if (!len) {
		len = min_t(size_t, t->rx.len, room);
		memcpy(rsp, t->rx.buf, len);
	}
	ph->xops->xfer_put(ph, t);

	return len;
}

static const struct sgp_ops sgp_ops = { .xfer = sgp_proto_xfer };

static int sgp_num_sources(const struct scmi_protocol_handle *ph)
{
	return 1;
}

static int sgp_notify_enable(const struct scmi_protocol_handle *ph, u8 evt_id, u32 src_id,
			     bool enable)
{
	u32 req = enable;
	int len;

	len = sgp_proto_xfer(ph, SGP_MSG_DESCRIPTION_NOTIFY, &req, 1, NULL, 0);

	return len < 0 ? len : 0;
}

static void *sgp_fill_report(const struct scmi_protocol_handle *ph, u8 evt_id,
			     ktime_t timestamp, const void *payld, size_t payld_sz,
			     void *report, u32 *src_id)
{
	const struct sgp_notify *p = payld;
	struct sgp_report *r = report;

	if (evt_id != SGP_EVENT_CHANGED || payld_sz != sizeof(*p))
		return NULL;
	r->timestamp = timestamp;
	r->generation = le32_to_cpu(p->generation);
	*src_id = 0;

	return r;
}

static const struct scmi_event sgp_events[] = {
	{
		.id = SGP_EVENT_CHANGED,
		.max_payld_sz = sizeof(struct sgp_notify),
		.max_report_sz = sizeof(struct sgp_report),
	},
};

static const struct scmi_event_ops sgp_event_ops = {
	.get_num_sources = sgp_num_sources,
	.set_notify_enabled = sgp_notify_enable,
	.fill_custom_report = sgp_fill_report,
};

static const struct scmi_protocol_events sgp_protocol_events = {
	.queue_sz = SCMI_PROTO_QUEUE_SZ,
	.ops = &sgp_event_ops,
	.evts = sgp_events,
	.num_events = ARRAY_SIZE(sgp_events),
	.num_sources = 1,
};

static int sgp_proto_init(const struct scmi_protocol_handle *ph)
{
	return 0;
}

static struct scmi_protocol sgp_protocol = {
	.id = SGP_PROTOCOL,
	.owner = THIS_MODULE,
	.instance_init = sgp_proto_init,
	.ops = &sgp_ops,
	.events = &sgp_protocol_events,
	.supported_version = SGP_VERSION,
};

/**
 * struct sgp_client - the protocol of one instance of the client
 * @refresher: what the proxy knows
 * @ph: the protocol
 * @ops: what it does
 * @nb: for events
 */
struct sgp_client {
	struct sgp_refresher refresher;
	struct scmi_protocol_handle *ph;
	const struct sgp_ops *ops;
	struct notifier_block nb;
};

static int sgp_client_xfer(struct sgp_channel *ch, u8 msg, const u32 *req, u32 nr,
			   void *rsp, u32 room)
{
	struct sgp_client *client = container_of(ch, struct sgp_client, refresher.ch);

	return client->ops->xfer(client->ph, msg, req, nr, rsp, room);
}

static int sgp_client_event(struct notifier_block *nb, unsigned long event, void *data)
{
	sgp_changed();

	return NOTIFY_OK;
}

static int sgp_client_probe(struct scmi_device *sdev)
{
	const struct scmi_handle *handle = sdev->handle;
	struct sgp_client *client;
	int err;

	if (!handle)
		return -ENODEV;
	client = devm_kzalloc(&sdev->dev, sizeof(*client), GFP_KERNEL);
	if (!client)
		return -ENOMEM;
	client->ops = handle->devm_protocol_get(sdev, SGP_PROTOCOL, &client->ph);
	if (IS_ERR(client->ops))
		return PTR_ERR(client->ops);
	client->refresher.ch.xfer = sgp_client_xfer;
	client->refresher.ch.room = SGP_CLIENT_ROOM;
	err = sgp_refresher_add(&client->refresher);
	if (err)
		return err;
	dev_set_drvdata(&sdev->dev, client);
	/* Without events somebody has to ask. */
	client->nb.notifier_call = sgp_client_event;
	err = handle->notify_ops->devm_event_notifier_register(sdev, SGP_PROTOCOL,
							       SGP_EVENT_CHANGED, NULL,
							       &client->nb);
	if (err)
		dev_info(&sdev->dev, "not told of changes: error %d\n", err);

	return 0;
}

static void sgp_client_remove(struct scmi_device *sdev)
{
	struct sgp_client *client = dev_get_drvdata(&sdev->dev);

	sgp_refresher_del(&client->refresher);
}

static const struct scmi_device_id sgp_client_ids[] = {
	{ SGP_PROTOCOL, "guest-description" },
	{ }
};
MODULE_DEVICE_TABLE(scmi, sgp_client_ids);

static struct scmi_driver sgp_client_driver = {
	.name = "scmi-guest-refresh",
	.probe = sgp_client_probe,
	.remove = sgp_client_remove,
	.id_table = sgp_client_ids,
};

static int __init sgp_refresh_init(void)
{
	int err;

	sgp_protocol.vendor_id = vendor;
	err = scmi_protocol_register(&sgp_protocol);
	if (err)
		return err;
	err = scmi_register(&sgp_client_driver);
	if (err)
		scmi_protocol_unregister(&sgp_protocol);

	return err;
}
module_init(sgp_refresh_init);

static void __exit sgp_refresh_exit(void)
{
	scmi_unregister(&sgp_client_driver);
	scmi_protocol_unregister(&sgp_protocol);
}
module_exit(sgp_refresh_exit);

MODULE_DESCRIPTION("SCMI guest proxy: descriptions that change");
MODULE_LICENSE("GPL");
