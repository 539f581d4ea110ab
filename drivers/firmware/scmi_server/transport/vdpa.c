// SPDX-License-Identifier: GPL-2.0
/*
 * virtio-scmi for guests: a vDPA parent on vringh.
 *
 * "vdpa dev add name vm1 mgmtdev scmi_server" makes the device of agent vm1.
 * vhost-vdpa gives it to a virtual machine, virtio-vdpa to this kernel itself.
 */

#define pr_fmt(fmt) "scmi_server_vdpa: " fmt

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/vdpa.h>
#include <linux/vhost_iotlb.h>
#include <linux/vringh.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_scmi.h>

#include "../scmi_server.h"

static bool use_va = true;
module_param(use_va, bool, 0444);
MODULE_PARM_DESC(use_va, "Map guest memory by the VMM's virtual addresses; it must be shared memory (default: 1). 0: by pinned pages; only for a trusted VMM");

#define SCMID_VDPA_FEATURES	(BIT_ULL(VIRTIO_F_VERSION_1) |		\
				 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |	\
				 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |	\
				 BIT_ULL(VIRTIO_SCMI_F_P2A_CHANNELS))

/* QEMU's virtio-mmio takes 1024 whatever the device says. */
#define SCMID_VDPA_NUM_MAX	1024

/* Pinned guest memory is mapped by page in the worst case. */
#define SCMID_VDPA_MAPS_MAX	262144

/* Buffers in a row that are no good for an event before something else is done. */
#define SCMID_VDPA_TRIES	8

/* There is no configuration space, but vhost-vdpa cannot read nothing. */
#define SCMID_VDPA_CONFIG_SIZE	4

enum {
	SCMID_VDPA_CMDQ,
	SCMID_VDPA_EVENTQ,
	SCMID_VDPA_NVQS
};

/**
 * struct scmid_vdpa_vq - a virtqueue
 * @vring: the ring
 * @desc: address of the descriptors
 * @driver: address of the available ring
 * @device: address of the used ring
 * @num: size
 * @ready: enabled by the driver; read without lock by a kick
 * @stopped_at: index of the ring when the driver last went down
 * @cb: tell the driver
 */
struct scmid_vdpa_vq {
	struct vringh vring;
	u64 desc, driver, device;
	u32 num;
	bool ready;
	u16 stopped_at;
	struct vdpa_callback cb;
};

/**
 * struct scmid_vdpa - the device of one agent
 * @vdpa: the vDPA device
 * @chan: the agent's way in
 * @lock: guards everything below but @iommu; never held while a command runs,
 *	so a reset does not wait for one. It is held while the VMM's memory is
 *	accessed, which may fault
 * @vq: cmdq and eventq
 * @riov: readable part of the chain in flight
 * @wiov: writable part of the chain in flight
 * @features: negotiated features
 * @status: virtio status
 * @suspended: no new command is taken
 * @pinned: a driver is up, so this module stays
 * @mm: whose addresses @iommu maps to, or %NULL for physical ones
 * @iommu_lock: guards @iommu
 * @iommu: the driver's addresses
 * @passthrough: @iommu maps everything to itself, for this kernel's own driver
 */
struct scmid_vdpa {
	struct vdpa_device vdpa;
	struct scmid_chan chan;
	struct mutex lock;
	struct scmid_vdpa_vq vq[SCMID_VDPA_NVQS];
	struct vringh_kiov riov, wiov;
	u64 features;
	u8 status;
	bool suspended;
	bool pinned;
	struct mm_struct *mm;
	spinlock_t iommu_lock;
	struct vhost_iotlb iommu;
	bool passthrough;
};

static struct scmid_vdpa *to_scmid_vdpa(struct vdpa_device *vdpa)
{
	return container_of(vdpa, struct scmid_vdpa, vdpa);
}

static struct scmid_vdpa *chan_to_vdpa(struct scmid_chan *chan)
{
	return container_of(chan, struct scmid_vdpa, chan);
}

/* Channel operations, called from the channel's worker */

/* The rings and buffers are in the VMM's address space. */
static bool scmid_vdpa_enter_mm(struct scmid_vdpa *v)
{
	lockdep_assert_held(&v->lock);

	if (!v->mm)
		return true;
	if (!mmget_not_zero(v->mm))
		return false;
	kthread_use_mm(v->mm);
	return true;
}

static void scmid_vdpa_leave_mm(struct scmid_vdpa *v)
{
	struct mm_struct *mm = v->mm;

	if (!mm)
		return;
	kthread_unuse_mm(mm);
	/* The last one to go must not tear the VMM down in here. */
	mmput_async(mm);
}

/*
 * The length of an indirect table is the driver's word, and its chain may lead
 * back to itself: such a one ends when no more memory is had for it. That is
 * no reason for a report, and not kept.
 */
static void scmid_vdpa_trim(struct vringh_kiov *iov)
{
	if ((iov->max_num & ~VRINGH_IOV_ALLOCATED) > SCMID_VDPA_NUM_MAX)
		vringh_kiov_cleanup(iov);
}

/*
 * A chain that cannot be followed or has no room for an answer goes back
 * empty; the ring goes on.
 */
static int scmid_vdpa_fetch_one(struct scmid_vdpa *v, struct scmid_req *rq)
{
	struct vringh *vring = &v->vq[SCMID_VDPA_CMDQ].vring;
	size_t len, room;
	u16 head = U16_MAX;
	int ret;

	scmid_vdpa_trim(&v->riov);
	scmid_vdpa_trim(&v->wiov);
	ret = vringh_getdesc_iotlb(vring, &v->riov, &v->wiov, &head,
				   GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!ret)
		return 0;
	if (ret < 0 && head == U16_MAX) {
		dev_notice_ratelimited(&v->vdpa.dev, "cannot read the ring (%pe)%s\n",
				       ERR_PTR(ret), v->mm ?
				       "; is the VMM's memory shared (memfd, share=on)?" : "");
		return ret;
	}

	rq->cookie = head;
	rq->msg.rsp_len = 0;
	if (ret < 0)
		return 2;

	len = vringh_kiov_length(&v->riov);
	room = vringh_kiov_length(&v->wiov);
	if (len < SCMID_REQ_HEAD || room < SCMID_RSP_HEAD)
		return 2;

	/* Copied once, and parsed from the copy only. */
	rq->msg.req_len = min_t(size_t, len, SCMID_REQ_MAX + 1);
	rq->msg.rsp_room = min_t(size_t, room, SCMID_RSP_MAX);
	len = min_t(size_t, len, SCMID_REQ_MAX);
	if (vringh_iov_pull_iotlb(vring, &v->riov, rq->req, len) != len)
		return 2;

	return 1;
}

static int scmid_vdpa_fetch(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct scmid_vdpa *v = chan_to_vdpa(chan);
	int ret;

	guard(mutex)(&v->lock);

	if (!(v->status & VIRTIO_CONFIG_S_DRIVER_OK) || v->suspended ||
	    !v->vq[SCMID_VDPA_CMDQ].ready)
		return 0;
	if (!scmid_vdpa_enter_mm(v))
		return 0;

	rq->epoch = atomic_read(&chan->epoch);
	ret = scmid_vdpa_fetch_one(v, rq);
	scmid_vdpa_leave_mm(v);

	return ret;
}

/* A chain is the driver's again, with @len bytes written to it. */
static void scmid_vdpa_hand_back(struct scmid_vdpa_vq *vq, u16 head, u32 len)
{
	vringh_complete_iotlb(&vq->vring, head, len);
	/* The used entry before the notification that announces it. */
	smp_wmb();
	if (vringh_need_notify_iotlb(&vq->vring) > 0) {
		local_bh_disable();
		vringh_notify(&vq->vring);
		local_bh_enable();
	}
}

static void scmid_vdpa_complete(struct scmid_chan *chan, struct scmid_req *rq)
{
	struct scmid_vdpa *v = chan_to_vdpa(chan);
	struct scmid_vdpa_vq *vq = &v->vq[SCMID_VDPA_CMDQ];
	size_t len = rq->msg.rsp_len;

	guard(mutex)(&v->lock);

	/* The driver went down meanwhile: the buffer is its own again. */
	if (rq->epoch != atomic_read(&chan->epoch) || !vq->ready)
		return;
	if (!scmid_vdpa_enter_mm(v))
		return;

	if (len && vringh_iov_push_iotlb(&vq->vring, &v->wiov, rq->rsp, len) != len)
		len = 0;
	scmid_vdpa_hand_back(vq, rq->cookie, len);

	scmid_vdpa_leave_mm(v);
}

/*
 * A buffer that cannot be followed, is too small, or is there to be read goes
 * back empty, and the next one is tried.
 */
static int scmid_vdpa_notify_one(struct scmid_vdpa *v, const void *msg, u32 len)
{
	struct scmid_vdpa_vq *vq = &v->vq[SCMID_VDPA_EVENTQ];
	unsigned int i;
	u16 head;
	int ret;

	for (i = 0; i < SCMID_VDPA_TRIES; i++) {
		scmid_vdpa_trim(&v->riov);
		scmid_vdpa_trim(&v->wiov);
		head = U16_MAX;
		ret = vringh_getdesc_iotlb(&vq->vring, &v->riov, &v->wiov, &head,
					   GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
		if (!ret)
			return -EAGAIN;
		if (ret < 0 && head == U16_MAX)
			return ret;

		if (ret > 0 && !vringh_kiov_length(&v->riov) &&
		    vringh_kiov_length(&v->wiov) >= len &&
		    vringh_iov_push_iotlb(&vq->vring, &v->wiov, msg, len) == len) {
			scmid_vdpa_hand_back(vq, head, len);
			return 0;
		}
		scmid_vdpa_hand_back(vq, head, 0);
	}

	/* There may be more of that kind; others get a turn in between. */
	scmid_chan_kick(&v->chan);
	return -EAGAIN;
}

static int scmid_vdpa_notify(struct scmid_chan *chan, const void *msg, u32 len)
{
	struct scmid_vdpa *v = chan_to_vdpa(chan);
	int ret;

	guard(mutex)(&v->lock);

	/* As long as it is not up, or not the one that the event is for. */
	if (!(v->status & VIRTIO_CONFIG_S_DRIVER_OK) || v->suspended ||
	    !(v->features & BIT_ULL(VIRTIO_SCMI_F_P2A_CHANNELS)) ||
	    !v->vq[SCMID_VDPA_EVENTQ].ready ||
	    chan->event_epoch != atomic_read(&chan->epoch))
		return -EAGAIN;
	if (!scmid_vdpa_enter_mm(v))
		return -EAGAIN;

	ret = scmid_vdpa_notify_one(v, msg, len);
	scmid_vdpa_leave_mm(v);

	return ret;
}

static const struct scmid_chan_ops scmid_vdpa_chan_ops = {
	.fetch = scmid_vdpa_fetch,
	.complete = scmid_vdpa_complete,
	.notify = scmid_vdpa_notify,
};

/* vDPA operations */

static void scmid_vdpa_vring_notify(struct vringh *vring)
{
	struct scmid_vdpa_vq *vq = container_of(vring, struct scmid_vdpa_vq, vring);

	if (vq->cb.callback)
		vq->cb.callback(vq->cb.private);
}

static int scmid_vdpa_set_vq_address(struct vdpa_device *vdpa, u16 idx, u64 desc,
				     u64 driver, u64 device)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	guard(mutex)(&v->lock);

	v->vq[idx].desc = desc;
	v->vq[idx].driver = driver;
	v->vq[idx].device = device;

	return 0;
}

static void scmid_vdpa_set_vq_num(struct vdpa_device *vdpa, u16 idx, u32 num)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	guard(mutex)(&v->lock);
	v->vq[idx].num = num;
}

/* Context: atomic; vhost calls it from the eventfd's wakeup. */
static void scmid_vdpa_kick_vq(struct vdpa_device *vdpa, u16 idx)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	/* A command, or a buffer for an event that waits for one. */
	if (READ_ONCE(v->vq[idx].ready))
		scmid_chan_kick(&v->chan);
}

static void scmid_vdpa_set_vq_cb(struct vdpa_device *vdpa, u16 idx,
				 struct vdpa_callback *cb)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);
	struct scmid_vdpa_vq *vq = &v->vq[idx];

	guard(mutex)(&v->lock);

	vq->cb = *cb;
	/*
	 * vhost-vdpa sets it when the driver is up already: a command that was
	 * left in the ring by a pause may be answered by then, and nobody was
	 * told. One interrupt too many does no harm.
	 */
	if (cb->callback && v->status & VIRTIO_CONFIG_S_DRIVER_OK) {
		local_bh_disable();
		cb->callback(cb->private);
		local_bh_enable();
	}
}

/* What is not mapped cannot be reached. */
static void scmid_vdpa_map_nothing(struct scmid_vdpa *v)
{
	guard(spinlock)(&v->iommu_lock);

	vhost_iotlb_reset(&v->iommu);
	v->passthrough = false;
}

/*
 * This kernel's own driver uses the addresses of the DMA interface, and maps
 * nothing here. A VMM does, and must not reach anything else: it could skip
 * the mapping, and the owner, and put its rings anywhere in the host.
 */
static int scmid_vdpa_map_for_driver(struct scmid_vdpa *v)
{
	const struct device_driver *driver = READ_ONCE(v->vdpa.dev.driver);
	bool in_kernel = driver && !strcmp(driver->name, "virtio_vdpa");
	int err = 0;

	if (in_kernel == v->passthrough)
		return 0;

	scmid_vdpa_map_nothing(v);
	if (!in_kernel)
		return 0;

	guard(spinlock)(&v->iommu_lock);
	err = vhost_iotlb_add_range(&v->iommu, 0, ULONG_MAX, 0, VHOST_MAP_RW);
	v->passthrough = !err;

	return err;
}

/* The ring as the driver described it, at the index where it was left. */
static int scmid_vdpa_init_vring(struct scmid_vdpa *v, struct scmid_vdpa_vq *vq)
{
	struct vring_avail *avail = (struct vring_avail *)(uintptr_t)vq->driver;
	struct vring_desc *desc = (struct vring_desc *)(uintptr_t)vq->desc;
	struct vring_used *used = (struct vring_used *)(uintptr_t)vq->device;
	u16 at = vq->vring.last_avail_idx;
	int err;

	lockdep_assert_held(&v->lock);

	err = scmid_vdpa_map_for_driver(v);
	if (err)
		return err;

	if (v->mm)
		err = vringh_init_iotlb_va(&vq->vring, v->features, vq->num, true,
					   desc, avail, used);
	else
		err = vringh_init_iotlb(&vq->vring, v->features, vq->num, true,
					desc, avail, used);
	if (err)
		return err;

	/* Nothing is in flight when a queue starts. */
	vq->vring.last_avail_idx = at;
	vq->vring.last_used_idx = at;
	vq->vring.notify = scmid_vdpa_vring_notify;

	return 0;
}

static void scmid_vdpa_set_vq_ready(struct vdpa_device *vdpa, u16 idx, bool ready)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);
	struct scmid_vdpa_vq *vq = &v->vq[idx];

	guard(mutex)(&v->lock);

	/* A VMM may enable all queues, also one that the driver does not use. */
	if (ready && !vq->num)
		return;

	if (ready && !vq->ready && scmid_vdpa_init_vring(v, vq)) {
		dev_notice_ratelimited(&vdpa->dev, "queue %u: bad size %u\n", idx, vq->num);
		return;
	}
	WRITE_ONCE(vq->ready, ready);
}

static bool scmid_vdpa_get_vq_ready(struct vdpa_device *vdpa, u16 idx)
{
	return READ_ONCE(to_scmid_vdpa(vdpa)->vq[idx].ready);
}

static int scmid_vdpa_set_vq_state(struct vdpa_device *vdpa, u16 idx,
				   const struct vdpa_vq_state *state)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	guard(mutex)(&v->lock);
	v->vq[idx].vring.last_avail_idx = state->split.avail_index;

	return 0;
}

static int scmid_vdpa_get_vq_state(struct vdpa_device *vdpa, u16 idx,
				   struct vdpa_vq_state *state)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	guard(mutex)(&v->lock);
	state->split.avail_index = v->vq[idx].vring.last_avail_idx;

	return 0;
}

static u32 scmid_vdpa_get_vq_align(struct vdpa_device *vdpa)
{
	return PAGE_SIZE;
}

static u64 scmid_vdpa_get_device_features(struct vdpa_device *vdpa)
{
	return SCMID_VDPA_FEATURES;
}

static int scmid_vdpa_set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	/* What is missing is refused at FEATURES_OK: the core tries 0 first. */
	guard(mutex)(&v->lock);
	v->features = features & SCMID_VDPA_FEATURES;

	return 0;
}

static u64 scmid_vdpa_get_driver_features(struct vdpa_device *vdpa)
{
	return READ_ONCE(to_scmid_vdpa(vdpa)->features);
}

static void scmid_vdpa_set_config_cb(struct vdpa_device *vdpa, struct vdpa_callback *cb)
{
	/* The configuration never changes. */
}

static u16 scmid_vdpa_get_vq_num_max(struct vdpa_device *vdpa)
{
	return SCMID_VDPA_NUM_MAX;
}

static u32 scmid_vdpa_get_device_id(struct vdpa_device *vdpa)
{
	return VIRTIO_ID_SCMI;
}

static u32 scmid_vdpa_get_vendor_id(struct vdpa_device *vdpa)
{
	return 0;
}

static u8 scmid_vdpa_get_status(struct vdpa_device *vdpa)
{
	return READ_ONCE(to_scmid_vdpa(vdpa)->status);
}

/*
 * A pause and a reset of the virtual machine begin alike. What follows tells:
 * queues that go on where they stopped belong to the same driver, queues that
 * begin at zero to a new one. Where both are the same nothing can be said.
 */
static enum scmid_start scmid_vdpa_who_starts(const struct scmid_vdpa *v)
{
	bool same = true, zero = true, was_zero = true;
	unsigned int i;

	for (i = 0; i < SCMID_VDPA_NVQS; i++) {
		u16 at = v->vq[i].vring.last_avail_idx;

		same &= at == v->vq[i].stopped_at;
		zero &= !at;
		was_zero &= !v->vq[i].stopped_at;
	}

	if (zero)
		return was_zero ? SCMID_START_UNSURE : SCMID_START_NEW;

	return same ? SCMID_START_SAME : SCMID_START_NEW;
}

/*
 * Removing the device waits until the VMM has closed it. With a driver up,
 * unloading is refused rather than left hanging.
 */
static void scmid_vdpa_pin(struct scmid_vdpa *v, bool pin)
{
	if (pin == v->pinned)
		return;
	v->pinned = pin;
	if (pin)
		__module_get(THIS_MODULE);
	else
		module_put(THIS_MODULE);
}

static void scmid_vdpa_driver_down(struct scmid_vdpa *v)
{
	unsigned int i;

	lockdep_assert_held(&v->lock);

	if (!(v->status & VIRTIO_CONFIG_S_DRIVER_OK))
		return;
	for (i = 0; i < SCMID_VDPA_NVQS; i++)
		v->vq[i].stopped_at = v->vq[i].vring.last_avail_idx;
	scmid_chan_stop(&v->chan);
}

static void scmid_vdpa_set_status(struct vdpa_device *vdpa, u8 status)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);
	bool was_up, up;

	guard(mutex)(&v->lock);

	if (status & VIRTIO_CONFIG_S_FEATURES_OK &&
	    !(v->features & BIT_ULL(VIRTIO_F_VERSION_1))) {
		dev_notice_ratelimited(&vdpa->dev, "the driver does not offer VERSION_1\n");
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	}

	was_up = v->status & VIRTIO_CONFIG_S_DRIVER_OK;
	up = status & VIRTIO_CONFIG_S_DRIVER_OK;
	if (was_up && !up)
		scmid_vdpa_driver_down(v);
	WRITE_ONCE(v->status, status);
	if (!was_up && up) {
		WRITE_ONCE(v->chan.p2a, v->features & BIT_ULL(VIRTIO_SCMI_F_P2A_CHANNELS));
		scmid_chan_start(&v->chan, scmid_vdpa_who_starts(v));
	}
	scmid_vdpa_pin(v, status & VIRTIO_CONFIG_S_DRIVER);
}

static int scmid_vdpa_compat_reset(struct vdpa_device *vdpa, u32 flags)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);
	unsigned int i;

	guard(mutex)(&v->lock);

	scmid_vdpa_driver_down(v);
	for (i = 0; i < SCMID_VDPA_NVQS; i++) {
		struct scmid_vdpa_vq *vq = &v->vq[i];

		WRITE_ONCE(vq->ready, false);
		vq->cb = (struct vdpa_callback){};
		vq->desc = 0;
		vq->driver = 0;
		vq->device = 0;
		vq->vring.last_avail_idx = 0;
		vq->vring.last_used_idx = 0;
	}
	v->features = 0;
	WRITE_ONCE(v->status, 0);
	v->suspended = false;
	scmid_vdpa_pin(v, false);

	if (flags & VDPA_RESET_F_CLEAN_MAP)
		scmid_vdpa_map_nothing(v);

	return 0;
}

static int scmid_vdpa_reset(struct vdpa_device *vdpa)
{
	return scmid_vdpa_compat_reset(vdpa, 0);
}

/*
 * After this the state of the queues may be read and carried elsewhere, so
 * what was taken from them is answered first.
 */
static int scmid_vdpa_suspend(struct vdpa_device *vdpa)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	scoped_guard(mutex, &v->lock)
		v->suspended = true;
	scmid_chan_flush(&v->chan);

	return 0;
}

static int scmid_vdpa_resume(struct vdpa_device *vdpa)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	scoped_guard(mutex, &v->lock)
		v->suspended = false;
	scmid_chan_kick(&v->chan);

	return 0;
}

static size_t scmid_vdpa_get_config_size(struct vdpa_device *vdpa)
{
	return SCMID_VDPA_CONFIG_SIZE;
}

static void scmid_vdpa_get_config(struct vdpa_device *vdpa, unsigned int offset,
				  void *buf, unsigned int len)
{
	memset(buf, 0, len);
}

static void scmid_vdpa_set_config(struct vdpa_device *vdpa, unsigned int offset,
				  const void *buf, unsigned int len)
{
}

static int scmid_vdpa_set_map(struct vdpa_device *vdpa, unsigned int asid,
			      struct vhost_iotlb *iotlb)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);
	struct vhost_iotlb_map *map;
	int err;

	guard(spinlock)(&v->iommu_lock);

	vhost_iotlb_reset(&v->iommu);
	v->passthrough = false;

	for (map = vhost_iotlb_itree_first(iotlb, 0, U64_MAX); map;
	     map = vhost_iotlb_itree_next(map, 0, U64_MAX)) {
		/*
		 * vringh writes used->idx where it may only read. By virtual
		 * address that faults; a page that was pinned for reading must
		 * not be reached at all.
		 */
		if (!vdpa->use_va && !(map->perm & VHOST_MAP_WO))
			continue;
		err = vhost_iotlb_add_range(&v->iommu, map->start, map->last, map->addr,
					    map->perm);
		if (err) {
			vhost_iotlb_reset(&v->iommu);
			return err;
		}
	}

	return 0;
}

/* vhost-vdpa calls it only when the VMM closes the device. */
static int scmid_vdpa_reset_map(struct vdpa_device *vdpa, unsigned int asid)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	scmid_vdpa_map_nothing(v);
	scmid_chan_gone(&v->chan);

	return 0;
}

static int scmid_vdpa_bind_mm(struct vdpa_device *vdpa, struct mm_struct *mm)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	guard(mutex)(&v->lock);
	v->mm = mm;

	return 0;
}

static void scmid_vdpa_unbind_mm(struct vdpa_device *vdpa)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	scoped_guard(mutex, &v->lock)
		v->mm = NULL;
	scmid_chan_gone(&v->chan);
}

static void scmid_vdpa_free(struct vdpa_device *vdpa)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	vringh_kiov_cleanup(&v->riov);
	vringh_kiov_cleanup(&v->wiov);
	vhost_iotlb_reset(&v->iommu);
	mutex_destroy(&v->lock);
}

static const struct vdpa_config_ops scmid_vdpa_ops = {
	.set_vq_address = scmid_vdpa_set_vq_address,
	.set_vq_num = scmid_vdpa_set_vq_num,
	.kick_vq = scmid_vdpa_kick_vq,
	.set_vq_cb = scmid_vdpa_set_vq_cb,
	.set_vq_ready = scmid_vdpa_set_vq_ready,
	.get_vq_ready = scmid_vdpa_get_vq_ready,
	.set_vq_state = scmid_vdpa_set_vq_state,
	.get_vq_state = scmid_vdpa_get_vq_state,
	.get_vq_align = scmid_vdpa_get_vq_align,
	.get_device_features = scmid_vdpa_get_device_features,
	.set_driver_features = scmid_vdpa_set_driver_features,
	.get_driver_features = scmid_vdpa_get_driver_features,
	.set_config_cb = scmid_vdpa_set_config_cb,
	.get_vq_num_max = scmid_vdpa_get_vq_num_max,
	.get_device_id = scmid_vdpa_get_device_id,
	.get_vendor_id = scmid_vdpa_get_vendor_id,
	.get_status = scmid_vdpa_get_status,
	.set_status = scmid_vdpa_set_status,
	.reset = scmid_vdpa_reset,
	.compat_reset = scmid_vdpa_compat_reset,
	.suspend = scmid_vdpa_suspend,
	.resume = scmid_vdpa_resume,
	.get_config_size = scmid_vdpa_get_config_size,
	.get_config = scmid_vdpa_get_config,
	.set_config = scmid_vdpa_set_config,
	.set_map = scmid_vdpa_set_map,
	.reset_map = scmid_vdpa_reset_map,
	.bind_mm = scmid_vdpa_bind_mm,
	.unbind_mm = scmid_vdpa_unbind_mm,
	.free = scmid_vdpa_free,
};

/* Management: vdpa dev add, vdpa dev del */

static struct device *scmid_vdpa_root;

/* The device of agent @name, attached to it but not yet registered. */
static struct scmid_vdpa *scmid_vdpa_create(struct vdpa_mgmt_dev *mdev, const char *name)
{
	struct scmid_vdpa *v;
	struct device *dev;
	unsigned int i;
	int err;

	v = vdpa_alloc_device(struct scmid_vdpa, vdpa, NULL, &scmid_vdpa_ops, NULL,
			      1, 1, name, use_va);
	if (IS_ERR(v))
		return v;

	mutex_init(&v->lock);
	spin_lock_init(&v->iommu_lock);
	vringh_kiov_init(&v->riov, NULL, 0);
	vringh_kiov_init(&v->wiov, NULL, 0);
	vhost_iotlb_init(&v->iommu, SCMID_VDPA_MAPS_MAX, 0);
	for (i = 0; i < SCMID_VDPA_NVQS; i++)
		vringh_set_iotlb(&v->vq[i].vring, &v->iommu, &v->iommu_lock);

	/* The worker reads the rings through the cache. */
	dev = &v->vdpa.dev;
	dev->dma_mask = &dev->coherent_dma_mask;
	dev_set_dma_coherent(dev);
	err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (err)
		goto err_put;
	v->vdpa.vmap.dma_dev = dev;
	v->vdpa.mdev = mdev;

	v->chan.ops = &scmid_vdpa_chan_ops;
	snprintf(v->chan.name, sizeof(v->chan.name), "vdpa:%s", name);
	err = scmid_chan_attach(&v->chan, name);
	if (err)
		goto err_put;

	return v;

err_put:
	put_device(dev);
	return ERR_PTR(err);
}

static void scmid_vdpa_destroy(struct scmid_vdpa *v)
{
	scmid_chan_detach(&v->chan);
	scoped_guard(mutex, &v->lock)
		scmid_vdpa_pin(v, false);
	put_device(&v->vdpa.dev);
}

static int scmid_vdpa_dev_add(struct vdpa_mgmt_dev *mdev, const char *name,
			      const struct vdpa_dev_set_config *config)
{
	struct scmid_vdpa *v;
	int err;

	if (config->mask & BIT_ULL(VDPA_ATTR_DEV_FEATURES) &&
	    config->device_features != SCMID_VDPA_FEATURES) {
		pr_notice_ratelimited("%s: the features cannot be chosen\n", name);
		return -EOPNOTSUPP;
	}

	v = scmid_vdpa_create(mdev, name);
	if (IS_ERR(v))
		return PTR_ERR(v);

	err = _vdpa_register_device(&v->vdpa, SCMID_VDPA_NVQS);
	if (err)
		scmid_vdpa_destroy(v);

	return err;
}

static void scmid_vdpa_dev_del(struct vdpa_mgmt_dev *mdev, struct vdpa_device *vdpa)
{
	struct scmid_vdpa *v = to_scmid_vdpa(vdpa);

	get_device(&vdpa->dev);
	/* Waits until nobody has it open, so no operation is called after. */
	_vdpa_unregister_device(vdpa);
	scmid_vdpa_destroy(v);
}

static const struct vdpa_mgmtdev_ops scmid_vdpa_mgmtdev_ops = {
	.dev_add = scmid_vdpa_dev_add,
	.dev_del = scmid_vdpa_dev_del,
};

static struct virtio_device_id scmid_vdpa_ids[] = {
	{ VIRTIO_ID_SCMI, VIRTIO_DEV_ANY_ID },
	{ 0 }
};

static struct vdpa_mgmt_dev scmid_vdpa_mgmtdev = {
	.ops = &scmid_vdpa_mgmtdev_ops,
	.id_table = scmid_vdpa_ids,
	.supported_features = SCMID_VDPA_FEATURES,
	.max_supported_vqs = SCMID_VDPA_NVQS,
};

static int __init scmid_vdpa_init(void)
{
	int err;

	scmid_vdpa_root = root_device_register("scmi_server");
	if (IS_ERR(scmid_vdpa_root))
		return PTR_ERR(scmid_vdpa_root);

	scmid_vdpa_mgmtdev.device = scmid_vdpa_root;
	err = vdpa_mgmtdev_register(&scmid_vdpa_mgmtdev);
	if (err)
		root_device_unregister(scmid_vdpa_root);

	return err;
}
module_init(scmid_vdpa_init);

static void __exit scmid_vdpa_exit(void)
{
	vdpa_mgmtdev_unregister(&scmid_vdpa_mgmtdev);
	root_device_unregister(scmid_vdpa_root);
}
module_exit(scmid_vdpa_exit);

MODULE_DESCRIPTION("SCMI server: virtio-scmi devices for guests over vDPA");
MODULE_LICENSE("GPL");
