// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio-scmi device, for the time that reading takes.
 *
 * The driver matches no device by itself, for a driver that fails leaves the
 * device in a state in which the next one had better reset it first. A device is
 * taken and let go explicitly.
 */

#include <linux/cache.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/wait.h>

#include "proxy.h"

/* The device of a dead platform is given up after the first, of a slow one after both. */
#define SGP_REPLY_TIMEOUT	(5 * HZ)
#define SGP_TIMEOUT		(20 * HZ)

#define SGP_HEADER(msg, token)	((msg) | SGP_PROTOCOL << 10 | (token) << 18)

/* Who has the device otherwise. */
#define SGP_CLIENT		"scmi-virtio"

/**
 * struct sgp_device - the device while it is taken
 * @ch: the way to the platform
 * @vq: its queue of commands
 * @lock: for the queue, @replied and @len
 * @replied: the reply is there
 * @len: its length, as the device says
 * @token: of the last command
 * @deadline: when all must be done
 * @req: the command
 * @rsp: the reply
 */
struct sgp_device {
	struct sgp_channel ch;
	struct virtqueue *vq;
	/* The queue is used in interrupts, too. */
	spinlock_t lock;
	bool replied;
	u32 len;
	u16 token;
	unsigned long deadline;
	/* The device's own, each */
	__le32 req[3] __aligned(ARCH_DMA_MINALIGN);
	u8 rsp[8 + 4 + SGP_ROOM_MAX] __aligned(ARCH_DMA_MINALIGN);
};

static void (*sgp_appeared)(void);
static bool sgp_stopping;
static DECLARE_WAIT_QUEUE_HEAD(sgp_wait);

static void sgp_replied(struct virtqueue *vq)
{
	struct sgp_device *sd = vq->vdev->priv;
	u32 len;

	scoped_guard(spinlock_irqsave, &sd->lock) {
		if (!virtqueue_get_buf(vq, &len))
			return;
		sd->len = len;
		sd->replied = true;
	}
	wake_up(&sgp_wait);
}

static int sgp_send(struct sgp_device *sd, u32 words, u32 room)
{
	struct scatterlist out, in, *sgs[] = { &out, &in };
	int err;

	sg_init_one(&out, sd->req, words * 4);
	sg_init_one(&in, sd->rsp, room);
	guard(spinlock_irqsave)(&sd->lock);
	sd->replied = false;
	err = virtqueue_add_sgs(sd->vq, sgs, 1, 1, sd, GFP_ATOMIC);
	if (!err && !virtqueue_kick(sd->vq))
		err = -EIO;

	return err;
}

static int sgp_device_xfer(struct sgp_channel *ch, u8 msg, const u32 *req, u32 nr,
			   void *rsp, u32 room)
{
	struct sgp_device *sd = container_of(ch, struct sgp_device, ch);
	u32 header, i;
	long left;
	int len;

	if (nr + 1 > ARRAY_SIZE(sd->req) || room + 8 > sizeof(sd->rsp))
		return -EINVAL;
	header = SGP_HEADER(msg, sd->token++ & 0x3ff);
	sd->req[0] = cpu_to_le32(header);
	for (i = 0; i < nr; i++)
		sd->req[1 + i] = cpu_to_le32(req[i]);
	left = sd->deadline - jiffies;
	len = left > 0 ? sgp_send(sd, 1 + nr, 8 + room) : -ETIMEDOUT;
	if (len)
		return len;
	wait_event_timeout(sgp_wait, READ_ONCE(sd->replied) || READ_ONCE(sgp_stopping),
			   min_t(long, left, SGP_REPLY_TIMEOUT));

	scoped_guard(spinlock_irqsave, &sd->lock) {
		/* What comes later would be taken for the next reply. */
		if (!sd->replied) {
			sd->deadline = jiffies;
			return sgp_stopping ? -EINTR : -ETIMEDOUT;
		}
		len = sgp_reply_check(sd->rsp, min_t(u32, sd->len, 8 + room), header);
	}
	if (len > 0)
		memcpy(rsp, sd->rsp + 8, len);

	return len;
}

static int sgp_probe(struct virtio_device *vdev)
{
	struct sgp_device *sd;
	int err;

	sd = kzalloc_obj(*sd);
	if (!sd)
		return -ENOMEM;
	spin_lock_init(&sd->lock);
	sd->ch.xfer = sgp_device_xfer;
	sd->ch.room = SGP_ROOM_MAX;
	sd->deadline = jiffies + SGP_TIMEOUT;
	vdev->priv = sd;
	/* Its first queue; without events, it has no other. */
	sd->vq = virtio_find_single_vq(vdev, sgp_replied, "cmdq");
	if (IS_ERR(sd->vq)) {
		err = PTR_ERR(sd->vq);
		vdev->priv = NULL;
		kfree(sd);
		return err;
	}
	virtio_device_ready(vdev);

	return 0;
}

static void sgp_remove(struct virtio_device *vdev)
{
	struct sgp_device *sd = vdev->priv;

	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	vdev->priv = NULL;
	kfree(sd);
}

static const struct virtio_device_id sgp_no_ids[] = { { 0 } };

static struct virtio_driver sgp_driver = {
	.driver.name = "scmi-guest-proxy",
	.driver.suppress_bind_attrs = true,
	.id_table = sgp_no_ids,
	.probe = sgp_probe,
	.remove = sgp_remove,
};

/* To be loaded when there is such a device. */
static const struct virtio_device_id sgp_ids[] = {
	{ VIRTIO_ID_SCMI, VIRTIO_DEV_ANY_ID },
	{ 0 }
};
MODULE_DEVICE_TABLE(virtio, sgp_ids);

static int sgp_is_scmi(struct device *dev, const void *data)
{
	return dev_to_virtio(dev)->id.device == VIRTIO_ID_SCMI;
}

/**
 * sgp_device_find() - the virtio-scmi device
 *
 * Context: process.
 * Return: the device, with a reference; %NULL if there is none.
 */
struct device *sgp_device_find(void)
{
	return bus_find_device(sgp_driver.driver.bus, NULL, NULL, sgp_is_scmi);
}

static bool sgp_is_client(struct device *dev)
{
	guard(device)(dev);

	return dev->driver && !strcmp(dev->driver->name, SGP_CLIENT);
}

static int sgp_read_taken(struct device *dev, void *blob, struct sgp_info *info)
{
	struct sgp_device *sd;

	/* Nobody takes the device away meanwhile, or removes it. */
	guard(device)(dev);
	if (dev->driver != &sgp_driver.driver)
		return -ENODEV;
	sd = dev_to_virtio(dev)->priv;

	return sgp_fetch(&sd->ch, blob, info);
}

/**
 * sgp_device_read() - take the device, read the description, let the device go
 * @dev: what sgp_device_find() found
 * @blob: for the description, SGP_SIZE_MAX bytes
 * @info: for what the platform says of it
 *
 * Afterwards no driver has the device.
 *
 * Context: process; bounded, some 20 s if the platform hardly answers.
 * Return: 0; as sgp_fetch(); -EBUSY if another driver has the device.
 */
int sgp_device_read(struct device *dev, void *blob, struct sgp_info *info)
{
	int err, tries = 3;

	/* A client that is just being loaded may come in between. */
	do {
		if (sgp_is_client(dev))
			device_release_driver(dev);
		err = device_driver_attach(&sgp_driver.driver, dev);
	} while (err == -EBUSY && --tries);
	if (err)
		return err;
	err = sgp_read_taken(dev, blob, info);
	device_release_driver(dev);

	return err;
}

/**
 * sgp_device_stop() - do not wait any longer
 *
 * Context: process.
 */
void sgp_device_stop(void)
{
	WRITE_ONCE(sgp_stopping, true);
	wake_up_all(&sgp_wait);
}

static int sgp_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == BUS_NOTIFY_ADD_DEVICE && sgp_is_scmi(data, NULL))
		sgp_appeared();

	return NOTIFY_DONE;
}

static struct notifier_block sgp_nb = { .notifier_call = sgp_notify };

/**
 * sgp_device_init() - look for devices
 * @appeared: called for each that comes
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int sgp_device_init(void (*appeared)(void))
{
	int err;

	sgp_appeared = appeared;
	err = register_virtio_driver(&sgp_driver);
	if (err)
		return err;
	err = bus_register_notifier(sgp_driver.driver.bus, &sgp_nb);
	if (err)
		unregister_virtio_driver(&sgp_driver);

	return err;
}

/**
 * sgp_device_exit() - look for devices no more
 *
 * Context: process.
 */
void sgp_device_exit(void)
{
	bus_unregister_notifier(sgp_driver.driver.bus, &sgp_nb);
	unregister_virtio_driver(&sgp_driver);
}
