// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the vDPA transport: a driver that does all that a driver may
 * do to a virtqueue, and what it must not.
 */

#include <linux/module.h>

#include "own_engine.h"

/* The module's own entry points would be this module's. */
#undef pr_fmt
#undef module_init
#undef module_exit
#undef MODULE_DESCRIPTION
#undef MODULE_LICENSE
#undef MODULE_PARM_DESC
#undef module_param
#define module_init(fn)		static const initcall_t __initconst __maybe_unused vq_no_init = fn
#define module_exit(fn)		static const exitcall_t __exitdata __maybe_unused vq_no_exit = fn
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)
#define MODULE_PARM_DESC(name, text)
#define module_param(name, type, perm)
#include "../transport/vdpa.c"

#include <linux/gfp.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/unaligned.h>
#include <linux/virtio_byteorder.h>
#include <linux/virtio_ring.h>

#include "peer.h"

/*
 * The driver's memory: the ring, then a page that is mapped only where all is,
 * then buffers.
 */
#define VQ_ORDER	5
#define VQ_SIZE		(PAGE_SIZE << VQ_ORDER)
#define VQ_RING_SIZE	(4 * PAGE_SIZE)
#define VQ_BUFS		(VQ_RING_SIZE + PAGE_SIZE)
#define VQ_BUFS_SIZE	(VQ_SIZE - VQ_BUFS)

/* Buffers: for each descriptor a request and a reply, and some room. */
#define VQ_NUM		256
#define VQ_REQ(i)	(VQ_BUFS + (i) * 64)
#define VQ_RSP(i)	(VQ_REQ(VQ_NUM) + (i) * 64)
#define VQ_ROOM		VQ_RSP(VQ_NUM)

static_assert(VQ_ROOM + 3 * PAGE_SIZE <= (PAGE_SIZE << VQ_ORDER));

#define VQ_UP	(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |		\
		 VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK)

/**
 * struct vq - a device and its driver
 * @v: the device
 * @mem: the driver's memory
 * @vring: the ring in it
 * @avail: buffers offered
 * @used: buffers seen back
 * @notified: notifications
 */
struct vq {
	struct scmid_vdpa *v;
	u8 *mem;
	struct vring vring;
	u16 avail;
	u16 used;
	atomic_t notified;
};

static u64 vq_addr(const struct vq *vq, size_t at)
{
	return virt_to_phys(vq->mem + at);
}

static void vq_destroy(void *context)
{
	struct vq *vq = context;

	scmid_vdpa_destroy(vq->v);
}

static void vq_free(void *context)
{
	struct vq *vq = context;

	free_pages((unsigned long)vq->mem, VQ_ORDER);
}

static irqreturn_t vq_notified(void *context)
{
	struct vq *vq = context;

	atomic_inc(&vq->notified);
	return IRQ_HANDLED;
}

/* What a driver says before it is up; @index: where the command queue begins. */
static void vq_setup(struct vq *vq, u32 num, u16 index)
{
	struct vdpa_device *vdpa = &vq->v->vdpa;
	struct vdpa_callback cb = { .callback = vq_notified, .private = vq };
	struct vdpa_vq_state state = { .split.avail_index = index };

	memset(vq->mem, 0, VQ_RING_SIZE);
	vring_init(&vq->vring, num, vq->mem, 4);
	vq->avail = index;
	vq->used = index;
	vq->vring.avail->idx = __cpu_to_virtio16(true, index);
	vq->vring.used->idx = __cpu_to_virtio16(true, index);

	scmid_vdpa_ops.set_status(vdpa, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	scmid_vdpa_ops.set_driver_features(vdpa, SCMID_VDPA_FEATURES);
	scmid_vdpa_ops.set_status(vdpa, VQ_UP & ~VIRTIO_CONFIG_S_DRIVER_OK);
	scmid_vdpa_ops.set_vq_num(vdpa, SCMID_VDPA_CMDQ, num);
	scmid_vdpa_ops.set_vq_address(vdpa, SCMID_VDPA_CMDQ, virt_to_phys(vq->vring.desc),
				      virt_to_phys(vq->vring.avail),
				      virt_to_phys(vq->vring.used));
	scmid_vdpa_ops.set_vq_cb(vdpa, SCMID_VDPA_CMDQ, &cb);
	if (index)
		scmid_vdpa_ops.set_vq_state(vdpa, SCMID_VDPA_CMDQ, &state);
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_CMDQ, true);
}

static void vq_kick(struct vq *vq)
{
	scmid_vdpa_ops.kick_vq(&vq->v->vdpa, SCMID_VDPA_CMDQ);
}

static void vq_settle(struct vq *vq)
{
	do
		scmid_chan_flush(&vq->v->chan);
	while (work_busy(&vq->v->chan.work));
}

static void vq_run(struct vq *vq)
{
	vq_kick(vq);
	vq_settle(vq);
}

static void vq_start(struct vq *vq)
{
	scmid_vdpa_ops.set_status(&vq->v->vdpa, VQ_UP);
}

/* The device looks at the ring when its driver is up: let that be over. */
static void vq_up(struct vq *vq)
{
	vq_start(vq);
	vq_settle(vq);
}

static void vq_reset(struct vq *vq)
{
	scmid_vdpa_ops.reset(&vq->v->vdpa);
}

/* Who has the whole memory, and who only what it maps. */
static struct device_driver vq_in_kernel = { .name = "virtio_vdpa" };
static struct device_driver vq_for_vmm = { .name = "vhost_vdpa" };

/* Agent vm1's device, whose driver has said nothing yet. */
static struct vq *vq_new(struct kunit *test)
{
	struct vq *vq = kunit_kzalloc(test, sizeof(*vq), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vq);
	vq->mem = (u8 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, VQ_ORDER);
	KUNIT_ASSERT_NOT_NULL(test, vq->mem);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vq_free, vq));

	test_live(test, "vm1", "one");
	vq->v = scmid_vdpa_create(NULL, "vm1");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vq->v);
	vq->v->vdpa.dev.driver = &vq_in_kernel;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vq_destroy, vq));
	mock_forget();

	return vq;
}

/* The same with a driver that is up. */
static struct vq *vq_num(struct kunit *test, u32 num)
{
	struct vq *vq = vq_new(test);

	vq_setup(vq, num, 0);
	vq_up(vq);

	return vq;
}

/* As a VMM: maps the ring and the buffers, and nothing else. */
static void vq_map(struct kunit *test, struct vq *vq)
{
	struct vhost_iotlb iotlb;
	int err;

	vq->v->vdpa.dev.driver = &vq_for_vmm;

	vhost_iotlb_init(&iotlb, 8, 0);
	err = vhost_iotlb_add_range(&iotlb, vq_addr(vq, 0), vq_addr(vq, VQ_RING_SIZE) - 1,
				    vq_addr(vq, 0), VHOST_MAP_RW);
	if (!err)
		err = vhost_iotlb_add_range(&iotlb, vq_addr(vq, VQ_BUFS),
					    vq_addr(vq, VQ_SIZE) - 1, vq_addr(vq, VQ_BUFS),
					    VHOST_MAP_RW);
	if (!err)
		err = scmid_vdpa_ops.set_map(&vq->v->vdpa, 0, &iotlb);
	vhost_iotlb_reset(&iotlb);
	KUNIT_ASSERT_EQ(test, err, 0);
}

static void vq_desc_at(struct vring_desc *desc, u64 addr, u32 len, u16 flags, u16 next)
{
	desc->addr = __cpu_to_virtio64(true, addr);
	desc->len = __cpu_to_virtio32(true, len);
	desc->flags = __cpu_to_virtio16(true, flags);
	desc->next = __cpu_to_virtio16(true, next);
}

static void vq_desc(struct vq *vq, u16 i, u64 addr, u32 len, u16 flags, u16 next)
{
	vq_desc_at(&vq->vring.desc[i], addr, len, flags, next);
}

static void vq_offer(struct vq *vq, u16 head)
{
	vq->vring.avail->ring[vq->avail % vq->vring.num] = __cpu_to_virtio16(true, head);
	/* The entry before the index that covers it. */
	smp_wmb();
	vq->avail++;
	WRITE_ONCE(vq->vring.avail->idx, __cpu_to_virtio16(true, vq->avail));
}

static u16 vq_used_idx(const struct vq *vq)
{
	return __virtio16_to_cpu(true, READ_ONCE(vq->vring.used->idx));
}

/* The next buffer that came back must be @chain with @bytes in it. */
#define EXPECT_USED(test, vq, chain, bytes) do {					\
	struct vring_used_elem *_elem =						\
		&(vq)->vring.used->ring[(vq)->used % (vq)->vring.num];		\
										\
	KUNIT_EXPECT_NE_MSG(test, vq_used_idx(vq), (vq)->used,			\
			    "head %u did not come back", chain);			\
	KUNIT_EXPECT_EQ(test, __virtio32_to_cpu(true, _elem->id), chain);	\
	KUNIT_EXPECT_EQ(test, __virtio32_to_cpu(true, _elem->len), bytes);	\
	(vq)->used++;								\
} while (0)

#define EXPECT_ALL_BACK(test, vq) do {						\
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), (vq)->avail);			\
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), (vq)->used);			\
} while (0)

/* A command in the request of descriptor @i. */
static size_t vq_put(struct vq *vq, u16 i, u32 hdr, unsigned int words, const u32 *payload)
{
	__le32 *req = (__le32 *)(vq->mem + VQ_REQ(i));
	unsigned int k;

	req[0] = cpu_to_le32(hdr);
	for (k = 0; k < words; k++)
		req[1 + k] = cpu_to_le32(payload[k]);

	return (1 + words) * sizeof(__le32);
}

/* A command at descriptor @i, which takes that and the next one. */
static void vq_chain(struct vq *vq, u16 i, u32 hdr, unsigned int words, const u32 *payload)
{
	vq_desc(vq, i, vq_addr(vq, VQ_REQ(i)), vq_put(vq, i, hdr, words, payload),
		VRING_DESC_F_NEXT, i + 1);
	vq_desc(vq, i + 1, vq_addr(vq, VQ_RSP(i)), 64, VRING_DESC_F_WRITE, 0);
}

static void vq_send(struct vq *vq, u16 i, u32 hdr, unsigned int words, const u32 *payload)
{
	vq_chain(vq, i, hdr, words, payload);
	vq_offer(vq, i);
}

static void vq_send_version(struct vq *vq, u16 i, u32 token)
{
	vq_send(vq, i, TEST_HDR(SCMID_PROTO_BASE, SCMID_VERSION, token), 0, NULL);
}

static void vq_chain_state(struct vq *vq, u16 i, bool on)
{
	u32 payload[] = { 0, on };

	vq_chain(vq, i, TEST_HDR(SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, i), 2, payload);
}

static void vq_send_state(struct vq *vq, u16 i, bool on)
{
	vq_chain_state(vq, i, on);
	vq_offer(vq, i);
}

static u32 vq_rsp(const struct vq *vq, u16 i, unsigned int word)
{
	return le32_to_cpu(((__le32 *)(vq->mem + VQ_RSP(i)))[word]);
}

/* After whatever it was, all is well: a good request gets a good answer. */
static void vq_expect_alive(struct kunit *test, struct vq *vq)
{
	static u32 token;

	EXPECT_ALL_BACK(test, vq);
	token = (token + 1) % 1024;
	vq_send_version(vq, 0, token);
	vq_run(vq);
	EXPECT_USED(test, vq, 0, 12);
	EXPECT_ALL_BACK(test, vq);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 0),
			test_hdr(SCMID_PROTO_BASE, SCMID_VERSION, token));
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 2), SCMID_BASE_VERSION);
}

static void vq_good(struct kunit *test)
{
	struct vq *vq = vq_num(test, 4);
	u32 hdr = TEST_HDR(SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_GET, 0x3a5), id = 0;

	memset(vq->mem + VQ_RSP(2), 0x55, 64);
	vq_send(vq, 2, hdr, 1, &id);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 16);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 2, 0), hdr);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 2, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 2, 2), lower_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 2, 3), upper_32_bits(MOCK_HZ));
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 2, 4), 0x55555555);
	vq_expect_alive(test, vq);
}

static void vq_token(struct kunit *test)
{
	static const u32 tokens[] = { 0, 1, 511, 512, 1023 };
	struct vq *vq = vq_num(test, 2);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tokens); i++) {
		u32 hdr = TEST_HDR(SCMID_PROTO_BASE, SCMID_VERSION, tokens[i]);

		/* Bits that mean nothing are the agent's. */
		hdr |= GENMASK(31, 28);
		vq_send(vq, 0, hdr, 0, NULL);
		vq_run(vq);
		EXPECT_USED(test, vq, 0, 12);
		KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 0), hdr);
		KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 1), SCMID_SUCCESS);
	}
	vq_expect_alive(test, vq);
}

static void vq_many(struct kunit *test)
{
	struct vq *vq = vq_num(test, 64);
	unsigned int i;

	for (i = 0; i < 32; i++)
		vq_send_version(vq, i * 2, i);
	vq_run(vq);
	for (i = 0; i < 32; i++) {
		EXPECT_USED(test, vq, i * 2, 12);
		KUNIT_EXPECT_EQ(test, vq_rsp(vq, i * 2, 0),
				test_hdr(SCMID_PROTO_BASE, SCMID_VERSION, i));
	}
	KUNIT_EXPECT_GT(test, atomic_read(&vq->notified), 0);
	vq_expect_alive(test, vq);
}

/* One byte each; and some of them none at all. */
static void vq_crumbs(struct kunit *test)
{
	struct vq *vq = vq_num(test, 64);
	u32 payload[] = { 0, 1 };
	unsigned int i, d = 0;
	size_t len;

	len = vq_put(vq, 0, TEST_HDR(SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 7), 2, payload);
	memset(vq->mem + VQ_RSP(0), 0x55, 64);
	for (i = 0; i < len; i++, d++) {
		if (i % 5 == 0) {
			vq_desc(vq, d, vq_addr(vq, VQ_REQ(0)), 0, VRING_DESC_F_NEXT, d + 1);
			d++;
		}
		vq_desc(vq, d, vq_addr(vq, VQ_REQ(0)) + i, 1, VRING_DESC_F_NEXT, d + 1);
	}
	for (i = 0; i < 24; i++, d++)
		vq_desc(vq, d, vq_addr(vq, VQ_RSP(0)) + i, 1, VRING_DESC_F_WRITE |
			(i < 23 ? VRING_DESC_F_NEXT : 0), d + 1);
	KUNIT_ASSERT_LE(test, d, 64);
	vq_offer(vq, 0);
	vq_run(vq);

	EXPECT_USED(test, vq, 0, 8);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 0),
			test_hdr(SCMID_PROTO_CLOCK, SCMID_CLOCK_CONFIG_SET, 7));
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 1), SCMID_SUCCESS);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 0, 2), 0x55555555);
	KUNIT_EXPECT_STREQ(test, mock.log, "1a");
	vq_expect_alive(test, vq);
}

static struct vring_desc *vq_table(struct vq *vq)
{
	return (struct vring_desc *)(vq->mem + VQ_ROOM);
}

/* A chain of one descriptor that leads to @n others. */
static void vq_offer_table(struct vq *vq, u32 len)
{
	vq_desc(vq, 5, vq_addr(vq, VQ_ROOM), len, VRING_DESC_F_INDIRECT, 0);
	vq_offer(vq, 5);
}

static void vq_indirect(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	struct vring_desc *table = vq_table(vq);
	u32 hdr = TEST_HDR(SCMID_PROTO_BASE, SCMID_VERSION, 99);

	vq_put(vq, 5, hdr, 0, NULL);
	vq_desc_at(&table[0], vq_addr(vq, VQ_REQ(5)), 3, VRING_DESC_F_NEXT, 2);
	vq_desc_at(&table[2], vq_addr(vq, VQ_REQ(5)) + 3, 1, VRING_DESC_F_NEXT, 1);
	vq_desc_at(&table[1], vq_addr(vq, VQ_RSP(5)), 64, VRING_DESC_F_WRITE, 0);
	vq_offer_table(vq, 3 * sizeof(*table));
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 12);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 5, 0), hdr);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 5, 2), SCMID_BASE_VERSION);
	vq_expect_alive(test, vq);
}

/* Tables that lead nowhere. */
static void vq_indirect_bad(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	struct vring_desc *table = vq_table(vq);

	vq_map(test, vq);
	vq_desc_at(&table[0], vq_addr(vq, VQ_REQ(5)), 4, VRING_DESC_F_NEXT, 1);
	vq_desc_at(&table[1], vq_addr(vq, VQ_RSP(5)), 64, VRING_DESC_F_WRITE, 0);

	/* No table, part of a descriptor, the second is outside. */
	vq_offer_table(vq, 0);
	vq_offer_table(vq, 24);
	vq_offer_table(vq, 16);
	/* A table in a table. */
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 0);
	EXPECT_USED(test, vq, 5, 0);
	EXPECT_USED(test, vq, 5, 0);
	vq_desc_at(&table[0], vq_addr(vq, VQ_ROOM), 32, VRING_DESC_F_INDIRECT, 0);
	vq_offer_table(vq, 32);
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 0);
	/* One that is not mapped, or ends where nothing is. */
	vq_desc(vq, 5, vq_addr(vq, VQ_RING_SIZE), 32, VRING_DESC_F_INDIRECT, 0);
	vq_offer(vq, 5);
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 0);
	vq_expect_alive(test, vq);
}

/*
 * A table need not be there to be long: the descriptor only says so, and the
 * first entry leads back to itself. It must end, and not with a report.
 */
static void vq_indirect_endless(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	struct vring_desc *table = vq_table(vq);

	vq_map(test, vq);
	vq_desc_at(&table[0], vq_addr(vq, VQ_REQ(5)), 4, VRING_DESC_F_NEXT, 0);
	vq_offer_table(vq, U32_MAX & ~15);
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 0);
	vq_desc_at(&table[0], vq_addr(vq, VQ_RSP(5)), 64,
		   VRING_DESC_F_WRITE | VRING_DESC_F_NEXT, 0);
	vq_offer_table(vq, U32_MAX & ~15);
	vq_run(vq);
	EXPECT_USED(test, vq, 5, 0);
	/* Nor is the memory for it kept. */
	KUNIT_EXPECT_LE(test, vq->v->riov.max_num & ~VRINGH_IOV_ALLOCATED,
			SCMID_VDPA_NUM_MAX);
	KUNIT_EXPECT_LE(test, vq->v->wiov.max_num & ~VRINGH_IOV_ALLOCATED,
			SCMID_VDPA_NUM_MAX);
	vq_expect_alive(test, vq);
}

struct vq_lens {
	u32 req;
	u32 rsp;
	u32 used;
	s32 status;
};

static const struct vq_lens vq_lens_params[] = {
	/* Less than a header, less than a status: nothing can be said. */
	{ 0, 64, 0 },
	{ 1, 64, 0 },
	{ 3, 64, 0 },
	{ 4, 0, 0 },
	{ 4, 1, 0 },
	{ 4, 4, 0 },
	{ 4, 7, 0 },
	{ 0, 0, 0 },
	/* The least that makes sense. */
	{ 4, 8, 8, SCMID_COMMS_ERROR },
	{ 4, 11, 8, SCMID_COMMS_ERROR },
	{ 4, 12, 12, SCMID_SUCCESS },
	{ 4, 4096, 12, SCMID_SUCCESS },
	/* Too long for this command, for any, and for us. */
	{ 5, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 8, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 128, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 132, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 133, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 136, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 4096, 64, 8, SCMID_PROTOCOL_ERROR },
	{ 4 + 65536, 64, 8, SCMID_PROTOCOL_ERROR },
};

static void vq_lens_desc(const struct vq_lens *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u bytes, room for %u", p->req, p->rsp);
}

KUNIT_ARRAY_PARAM(vq_lens, vq_lens_params, vq_lens_desc);

static void vq_lens(struct kunit *test)
{
	const struct vq_lens *p = test->param_value;
	struct vq *vq = vq_num(test, 8);
	__le32 *rsp = (__le32 *)(vq->mem + VQ_ROOM);
	u32 hdr = TEST_HDR(SCMID_PROTO_BASE, SCMID_VERSION, 321);

	/* The request may go on into whatever is there: only its head counts. */
	memset(rsp, 0x55, PAGE_SIZE);
	vq_put(vq, 0, hdr, 0, NULL);
	vq_desc(vq, 0, vq_addr(vq, VQ_REQ(0)), p->req, VRING_DESC_F_NEXT, 1);
	vq_desc(vq, 1, vq_addr(vq, VQ_ROOM), p->rsp, VRING_DESC_F_WRITE, 0);
	vq_offer(vq, 0);
	vq_run(vq);
	EXPECT_USED(test, vq, 0, p->used);
	if (p->used) {
		KUNIT_EXPECT_EQ(test, le32_to_cpu(rsp[0]), hdr);
		KUNIT_EXPECT_EQ(test, (s32)le32_to_cpu(rsp[1]), p->status);
	}
	KUNIT_EXPECT_EQ(test, le32_to_cpu(rsp[p->used / 4]), 0x55555555);
	vq_expect_alive(test, vq);
}

/* However much room there is, all of a list can be had, a page at a time. */
static void vq_list(struct kunit *test)
{
	static const u32 rooms[] = { 20, 21, 27, 28, 64, 128, 1000, 1024, 1025, 8192 };
	struct vq *vq = vq_num(test, 8);
	__le32 *rsp = (__le32 *)(vq->mem + VQ_ROOM);
	unsigned int i, k, n, left, at;

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		at = 0;
		do {
			u32 payload[] = { 0, at }, flags;

			memset(rsp, 0x55, 2 * PAGE_SIZE);
			vq_chain(vq, 0, TEST_HDR(SCMID_PROTO_CLOCK, SCMID_CLOCK_DESCRIBE_RATES,
						 i), 2, payload);
			vq_desc(vq, 1, vq_addr(vq, VQ_ROOM), rooms[i], VRING_DESC_F_WRITE, 0);
			vq_offer(vq, 0);
			vq_run(vq);
			flags = le32_to_cpu(rsp[2]);
			n = FIELD_GET(SCMID_LIST_RETURNED, flags);
			left = FIELD_GET(SCMID_LIST_REMAINING, flags);
			EXPECT_USED(test, vq, 0, 12 + n * 8);
			KUNIT_ASSERT_EQ(test, le32_to_cpu(rsp[1]), SCMID_SUCCESS);
			KUNIT_ASSERT_EQ(test, n, min((min_t(u32, rooms[i], SCMID_RSP_MAX) - 12) / 8,
						     MOCK_NR_RATES - at));
			KUNIT_ASSERT_EQ(test, at + n + left, MOCK_NR_RATES);
			for (k = 0; k < n; k++)
				KUNIT_ASSERT_EQ(test, get_unaligned_le64(&rsp[3 + 2 * k]),
						MOCK_RATE(at + k));
			KUNIT_EXPECT_EQ(test, le32_to_cpu(rsp[3 + 2 * n]), 0x55555555);
			at += n;
		} while (left);
		KUNIT_EXPECT_EQ(test, at, MOCK_NR_RATES);
	}
	vq_expect_alive(test, vq);
}

/* Chains that cannot be followed; they come back empty. */

static void vq_expect_refused(struct kunit *test, struct vq *vq, u16 head)
{
	vq_offer(vq, head);
	vq_run(vq);
	EXPECT_USED(test, vq, head, 0);
	KUNIT_EXPECT_EQ(test, mock.calls, 0);
	vq_expect_alive(test, vq);
}

static void vq_loop(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	/* Of one, of three, and of three after a beginning. */
	vq_chain_state(vq, 2, true);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 2);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 3);
	vq_desc(vq, 3, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 4);
	vq_desc(vq, 4, vq_addr(vq, VQ_RSP(2)), 64, VRING_DESC_F_NEXT, 2);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 5, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 2);
	vq_expect_refused(test, vq, 5);
	vq_desc(vq, 5, vq_addr(vq, VQ_RSP(2)), 64, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 5);
	vq_expect_refused(test, vq, 5);
}

static void vq_next_outside(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_chain_state(vq, 2, true);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 8);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, U16_MAX);
	vq_expect_refused(test, vq, 2);
}

static void vq_wrong_order(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_chain_state(vq, 2, true);
	vq_desc(vq, 2, vq_addr(vq, VQ_RSP(2)), 64, VRING_DESC_F_WRITE | VRING_DESC_F_NEXT, 3);
	vq_desc(vq, 3, vq_addr(vq, VQ_REQ(2)), 12, 0, 0);
	vq_expect_refused(test, vq, 2);
}

static void vq_one_way(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_chain_state(vq, 2, true);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, 0, 0);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_WRITE, 0);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 0, 0, 0);
	vq_expect_refused(test, vq, 2);
}

static void vq_unmapped(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	u64 hole = vq_addr(vq, VQ_RING_SIZE);

	vq_map(test, vq);
	vq_expect_alive(test, vq);
	vq_chain_state(vq, 2, true);

	/* The request: none of it is there, the end, the beginning; no address. */
	vq_desc(vq, 2, hole, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, hole - 8, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_BUFS) - 4, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, 0, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, U64_MAX - 3, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_SIZE) - 4, 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);

	/* The reply: that shows when the command has acted. */
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 3);
	vq_desc(vq, 3, hole, 64, VRING_DESC_F_WRITE, 0);
	vq_offer(vq, 2);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	vq_desc(vq, 3, vq_addr(vq, VQ_SIZE) - 4, 64, VRING_DESC_F_WRITE, 0);
	vq_offer(vq, 2);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 0);
	vq_expect_alive(test, vq);
}

/* Memory that the device may only read, or only write. */
static void vq_permissions(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	struct vhost_iotlb iotlb;

	vhost_iotlb_init(&iotlb, 8, 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, 0),
						    vq_addr(vq, VQ_BUFS) - 1, vq_addr(vq, 0),
						    VHOST_MAP_RW), 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, VQ_REQ(0)),
						    vq_addr(vq, VQ_RSP(0)) - 1,
						    vq_addr(vq, VQ_REQ(0)), VHOST_MAP_RO), 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, VQ_RSP(0)),
						    vq_addr(vq, VQ_SIZE) - 1,
						    vq_addr(vq, VQ_RSP(0)), VHOST_MAP_WO), 0);
	KUNIT_ASSERT_EQ(test, scmid_vdpa_ops.set_map(&vq->v->vdpa, 0, &iotlb), 0);
	vhost_iotlb_reset(&iotlb);
	vq_expect_alive(test, vq);

	vq_chain_state(vq, 2, true);
	vq_desc(vq, 2, vq_addr(vq, VQ_RSP(2)), 12, VRING_DESC_F_NEXT, 3);
	vq_expect_refused(test, vq, 2);
	vq_desc(vq, 2, vq_addr(vq, VQ_REQ(2)), 12, VRING_DESC_F_NEXT, 3);
	vq_desc(vq, 3, vq_addr(vq, VQ_REQ(4)), 64, VRING_DESC_F_WRITE, 0);
	memset(vq->mem + VQ_REQ(4), 0x55, 64);
	vq_offer(vq, 2);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(vq->mem + VQ_REQ(4), 0x55, 64));
	vq_expect_alive(test, vq);
}

/* A head that is none: there is nothing to give back. Only a reset helps. */
static void vq_head_outside(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_send_version(vq, 0, 1);
	vq_offer(vq, 8);
	vq_send_state(vq, 2, true);
	vq_run(vq);
	EXPECT_USED(test, vq, 0, 12);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 1);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 1);
	KUNIT_EXPECT_EQ(test, mock.calls, 0);

	vq_reset(vq);
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

/* The ring is not there. */
static void vq_ring_unmapped(struct kunit *test)
{
	struct vq *vq = vq_new(test);

	vq_map(test, vq);
	vq_setup(vq, 8, 0);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, false);
	scmid_vdpa_ops.set_vq_address(&vq->v->vdpa, SCMID_VDPA_CMDQ,
				      virt_to_phys(vq->vring.desc),
				      vq_addr(vq, VQ_RING_SIZE),
				      virt_to_phys(vq->vring.used));
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, true);
	vq_up(vq);
	vq_send_state(vq, 0, true);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
	KUNIT_EXPECT_EQ(test, mock.calls, 0);

	/* The descriptors are not. */
	vq_reset(vq);
	vq_setup(vq, 8, 0);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, false);
	scmid_vdpa_ops.set_vq_address(&vq->v->vdpa, SCMID_VDPA_CMDQ,
				      vq_addr(vq, VQ_RING_SIZE),
				      virt_to_phys(vq->vring.avail),
				      virt_to_phys(vq->vring.used));
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, true);
	vq_up(vq);
	vq_send_state(vq, 0, true);
	vq_run(vq);
	EXPECT_USED(test, vq, 0, 0);
	KUNIT_EXPECT_EQ(test, mock.calls, 0);

	/* There is nowhere to say so. */
	vq_reset(vq);
	vq_setup(vq, 8, 0);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, false);
	scmid_vdpa_ops.set_vq_address(&vq->v->vdpa, SCMID_VDPA_CMDQ,
				      virt_to_phys(vq->vring.desc),
				      virt_to_phys(vq->vring.avail),
				      vq_addr(vq, VQ_RING_SIZE));
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, true);
	vq_up(vq);
	vq_send_version(vq, 0, 0);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);

	vq_reset(vq);
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

static void vq_notify(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, atomic_read(&vq->notified), 1);
	vq->vring.avail->flags = __cpu_to_virtio16(true, VRING_AVAIL_F_NO_INTERRUPT);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, atomic_read(&vq->notified), 1);
	vq->vring.avail->flags = 0;
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, atomic_read(&vq->notified), 2);
}

static void vq_no_callback(struct kunit *test)
{
	struct vdpa_callback cb = {};
	struct vq *vq = vq_num(test, 8);

	scmid_vdpa_ops.set_vq_cb(&vq->v->vdpa, SCMID_VDPA_CMDQ, &cb);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, atomic_read(&vq->notified), 0);
}

static void vq_index_wrap(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	unsigned int i;

	vq_setup(vq, 4, 0xfffd);
	vq_up(vq);
	for (i = 0; i < 8; i++)
		vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 5);
}

/* Setting up */

static void vq_features(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	struct vdpa_device *vdpa = &vq->v->vdpa;
	u8 asked = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		   VIRTIO_CONFIG_S_FEATURES_OK;

	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_device_features(vdpa), SCMID_VDPA_FEATURES);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_device_id(vdpa), VIRTIO_ID_SCMI);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_status(vdpa), 0);

	/* The core tries this first. */
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.set_driver_features(vdpa, 0), 0);
	scmid_vdpa_ops.set_status(vdpa, asked);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_status(vdpa),
			asked & ~VIRTIO_CONFIG_S_FEATURES_OK);

	/* Everything but that one. */
	scmid_vdpa_ops.set_driver_features(vdpa, ~BIT_ULL(VIRTIO_F_VERSION_1));
	scmid_vdpa_ops.set_status(vdpa, asked);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_status(vdpa),
			asked & ~VIRTIO_CONFIG_S_FEATURES_OK);

	/* What is not offered is not taken. */
	scmid_vdpa_ops.set_driver_features(vdpa, U64_MAX);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_driver_features(vdpa), SCMID_VDPA_FEATURES);
	scmid_vdpa_ops.set_status(vdpa, asked);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_status(vdpa), asked);

	vq_reset(vq);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_status(vdpa), 0);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_driver_features(vdpa), 0);
}

static void vq_features_chosen(struct kunit *test)
{
	struct vdpa_dev_set_config config = {
		.mask = BIT_ULL(VDPA_ATTR_DEV_FEATURES),
		.device_features = BIT_ULL(VIRTIO_F_VERSION_1),
	};

	test_live(test, "vm1", "one");
	KUNIT_EXPECT_EQ(test, scmid_vdpa_dev_add(NULL, "vm1", &config), -EOPNOTSUPP);
	KUNIT_EXPECT_NULL(test, test_agent(test, "vm2")->chan);
}

static void vq_create_errors(struct kunit *test)
{
	struct vq *vq;

	KUNIT_EXPECT_PTR_EQ(test, scmid_vdpa_create(NULL, "vm1"), ERR_PTR(-ENOENT));
	test_agent(test, "vm2");
	KUNIT_EXPECT_PTR_EQ(test, scmid_vdpa_create(NULL, "vm2"), ERR_PTR(-ENODEV));
	vq = vq_new(test);
	KUNIT_EXPECT_STREQ(test, vq->v->chan.name, "vdpa:vm1");
	KUNIT_EXPECT_PTR_EQ(test, scmid_vdpa_create(NULL, "vm1"), ERR_PTR(-EBUSY));
}

static void vq_config(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	u8 buf[8];

	memset(buf, 0x55, sizeof(buf));
	scmid_vdpa_ops.get_config(&vq->v->vdpa, 0, buf, 4);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0, 4));
	KUNIT_EXPECT_EQ(test, buf[4], 0x55);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_config_size(&vq->v->vdpa), 4);
}

struct vq_size {
	u32 num;
	bool good;
};

static const struct vq_size vq_size_params[] = {
	{ 1, true }, { 2, true }, { 64, true }, { 256, true },
	{ 0, false }, { 3, false }, { 65536, false }, { U32_MAX, false },
};

static void vq_size_desc(const struct vq_size *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", p->num);
}

KUNIT_ARRAY_PARAM(vq_sizes, vq_size_params, vq_size_desc);

static void vq_size(struct kunit *test)
{
	const struct vq_size *p = test->param_value;
	struct vq *vq = vq_new(test);

	vq_setup(vq, 8, 0);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, false);
	scmid_vdpa_ops.set_vq_num(&vq->v->vdpa, SCMID_VDPA_CMDQ, p->num);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, true);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ),
			p->good);
	vq_up(vq);
	vq_run(vq);
	if (p->good)
		return;

	/* Whatever it was, the next driver can. */
	vq_reset(vq);
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

static void vq_kick_early(struct kunit *test)
{
	struct vq *vq = vq_new(test);

	/* Nothing is there, then the ring, then its driver. */
	vq_run(vq);
	vq_setup(vq, 8, 0);
	vq_send_state(vq, 2, true);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
	KUNIT_EXPECT_EQ(test, mock.calls, 0);

	/* What was offered before is served without another kick. */
	vq_up(vq);
	EXPECT_USED(test, vq, 2, 8);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	vq_expect_alive(test, vq);

	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ, false);
	vq_send_state(vq, 2, false);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_NE(test, vq_used_idx(vq), vq->avail);
}

/* Buffers for events stay with the device. */
static void vq_eventq(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	struct vdpa_device *vdpa = &vq->v->vdpa;
	struct vdpa_vq_state state = {};

	vq_setup(vq, 8, 0);
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_CMDQ, false);
	scmid_vdpa_ops.set_vq_num(vdpa, SCMID_VDPA_EVENTQ, 8);
	scmid_vdpa_ops.set_vq_address(vdpa, SCMID_VDPA_EVENTQ, virt_to_phys(vq->vring.desc),
				      virt_to_phys(vq->vring.avail),
				      virt_to_phys(vq->vring.used));
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_EVENTQ, true);
	KUNIT_EXPECT_TRUE(test, scmid_vdpa_ops.get_vq_ready(vdpa, SCMID_VDPA_EVENTQ));
	vq_up(vq);
	vq_desc(vq, 0, vq_addr(vq, VQ_RSP(0)), 64, VRING_DESC_F_WRITE, 0);
	vq_offer(vq, 0);
	scmid_vdpa_ops.kick_vq(vdpa, SCMID_VDPA_EVENTQ);
	vq_settle(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_vq_state(vdpa, SCMID_VDPA_EVENTQ, &state), 0);
	KUNIT_EXPECT_EQ(test, state.split.avail_index, 0);
}

/* Events */

/* The event queue's ring is behind that of the command queue. */
#define VQ_EV_RING	(2 * PAGE_SIZE)
#define VQ_EV_BUF(i)	(VQ_ROOM + (i) * 256)

/* The event queue, as if it were a device of its own. */
static struct vq *vq_event_queue(struct kunit *test, struct vq *vq, u32 num)
{
	struct vq *ev = kunit_kzalloc(test, sizeof(*ev), GFP_KERNEL);
	struct vdpa_callback cb = { .callback = vq_notified, .private = ev };
	struct vdpa_device *vdpa = &vq->v->vdpa;

	KUNIT_ASSERT_NOT_NULL(test, ev);
	ev->v = vq->v;
	ev->mem = vq->mem;
	vring_init(&ev->vring, num, ev->mem + VQ_EV_RING, 4);
	scmid_vdpa_ops.set_vq_num(vdpa, SCMID_VDPA_EVENTQ, num);
	scmid_vdpa_ops.set_vq_address(vdpa, SCMID_VDPA_EVENTQ, virt_to_phys(ev->vring.desc),
				      virt_to_phys(ev->vring.avail),
				      virt_to_phys(ev->vring.used));
	scmid_vdpa_ops.set_vq_cb(vdpa, SCMID_VDPA_EVENTQ, &cb);
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_EVENTQ, true);

	return ev;
}

static struct scmid_grant_res *vq_res(struct vq *vq)
{
	return test_res(list_first_entry(&vq->v->chan.agent->grants, struct scmid_grant, node), 0);
}

static void vq_ask(struct kunit *test, struct vq *vq, s32 status)
{
	u32 payload[] = { 0, 1 };

	vq_send(vq, 6, TEST_HDR(SCMID_PROTO_CLOCK, SCMID_CLOCK_RATE_NOTIFY, 0), 2, payload);
	vq_run(vq);
	EXPECT_USED(test, vq, 6, 8);
	KUNIT_ASSERT_EQ(test, vq_rsp(vq, 6, 1), status);
}

/* A driver that is up, and has asked to be told. */
static struct vq *vq_listening(struct kunit *test, struct vq **ev)
{
	struct vq *vq = vq_new(test);

	peer_permit(test, vq_res(vq)->grant);
	vq_map(test, vq);
	vq_setup(vq, 8, 0);
	*ev = vq_event_queue(test, vq, 16);
	vq_up(vq);
	vq_ask(test, vq, SCMID_SUCCESS);
	memset(vq->mem + VQ_ROOM, 0x55, VQ_SIZE - VQ_ROOM);

	return vq;
}

static void vq_raise(struct vq *vq, u64 value)
{
	scmid_event_raise(vq_res(vq), SCMID_CLOCK_RATE_CHANGED, value);
	vq_settle(vq);
}

/* A buffer for an event. */
static void vq_event_room(struct vq *ev, u16 i, u32 len)
{
	vq_desc(ev, i, vq_addr(ev, VQ_EV_BUF(i)), len, VRING_DESC_F_WRITE, 0);
	vq_offer(ev, i);
}

static u32 vq_event_word(const struct vq *ev, u16 i, unsigned int word)
{
	return le32_to_cpu(((__le32 *)(ev->mem + VQ_EV_BUF(i)))[word]);
}

#define EXPECT_EVENT(test, ev, i, value) do {					\
	EXPECT_USED(test, ev, i, 20);						\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 0), 0x5300);			\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 1), 0);			\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 2), 0);			\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 3), lower_32_bits(value));	\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 4), upper_32_bits(value));	\
	KUNIT_EXPECT_EQ(test, vq_event_word(ev, i, 5), 0x55555555);		\
} while (0)

static void vq_event_kick(struct vq *ev)
{
	scmid_vdpa_ops.kick_vq(&ev->v->vdpa, SCMID_VDPA_EVENTQ);
	vq_settle(ev);
}

static void vq_event(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	struct vdpa_vq_state state = {};

	/* As Linux has it, and as small as can be. */
	vq_event_room(ev, 3, 136);
	vq_event_room(ev, 1, 20);
	vq_event_kick(ev);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_raise(vq, 0x123456789aULL);
	EXPECT_EVENT(test, ev, 3, 0x123456789aULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&ev->notified), 1);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 1);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_ops.get_vq_state(&vq->v->vdpa, SCMID_VDPA_EVENTQ, &state),
			0);
	KUNIT_EXPECT_EQ(test, state.split.avail_index, 1);
	vq_raise(vq, 5);
	EXPECT_EVENT(test, ev, 1, 5);
	EXPECT_ALL_BACK(test, ev);
	vq_expect_alive(test, vq);
}

/* Without buffers it waits for them, and is the latest then. */
static void vq_event_late(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	vq_raise(vq, 1);
	vq_raise(vq, 2);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	KUNIT_EXPECT_EQ(test, vq->v->chan.agent->event_counts[SCMID_EVENTS_DROPPED], 0);
	vq_event_room(ev, 0, 136);
	vq_event_kick(ev);
	EXPECT_EVENT(test, ev, 0, 2);
	vq_event_room(ev, 1, 136);
	vq_event_kick(ev);
	KUNIT_EXPECT_NE(test, vq_used_idx(ev), ev->avail);
	vq_expect_alive(test, vq);
}

/* In as many pieces as the driver likes. */
static void vq_event_pieces(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	unsigned int i;

	for (i = 0; i < 10; i++)
		vq_desc(ev, i, vq_addr(ev, VQ_EV_BUF(0)) + i * 2, 2, VRING_DESC_F_WRITE |
			(i < 9 ? VRING_DESC_F_NEXT : 0), i + 1);
	vq_offer(ev, 0);
	vq_raise(vq, 7);
	EXPECT_EVENT(test, ev, 0, 7);
	vq_expect_alive(test, vq);
}

/* Buffers that are no good go back as they are, and the next one is taken. */
static void vq_event_bad(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	/* Too small, none at all, to be read, also to be read, leads nowhere, not mapped. */
	vq_event_room(ev, 0, 19);
	vq_event_room(ev, 1, 0);
	vq_desc(ev, 2, vq_addr(ev, VQ_EV_BUF(2)), 64, 0, 0);
	vq_offer(ev, 2);
	vq_desc(ev, 3, vq_addr(ev, VQ_EV_BUF(3)), 4, VRING_DESC_F_NEXT, 4);
	vq_desc(ev, 4, vq_addr(ev, VQ_EV_BUF(4)), 64, VRING_DESC_F_WRITE, 0);
	vq_offer(ev, 3);
	vq_desc(ev, 5, vq_addr(ev, VQ_EV_BUF(5)), 64, VRING_DESC_F_WRITE | VRING_DESC_F_NEXT, 99);
	vq_offer(ev, 5);
	vq_desc(ev, 6, vq_addr(ev, VQ_RING_SIZE), 64, VRING_DESC_F_WRITE, 0);
	vq_offer(ev, 6);
	vq_event_room(ev, 7, 64);
	vq_raise(vq, 9);
	EXPECT_USED(test, ev, 0, 0);
	EXPECT_USED(test, ev, 1, 0);
	EXPECT_USED(test, ev, 2, 0);
	EXPECT_USED(test, ev, 3, 0);
	EXPECT_USED(test, ev, 5, 0);
	EXPECT_USED(test, ev, 6, 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(ev->mem + VQ_EV_BUF(0), 0x55,
					   VQ_EV_BUF(7) - VQ_EV_BUF(0)));
	EXPECT_EVENT(test, ev, 7, 9);
	EXPECT_ALL_BACK(test, ev);
	KUNIT_EXPECT_EQ(test, vq->v->chan.agent->event_counts[SCMID_EVENTS_DROPPED], 0);
	vq_expect_alive(test, vq);
}

/* More of them than are tried at a stretch. */
static void vq_event_many_bad(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	unsigned int i;

	for (i = 0; i < 15; i++)
		vq_event_room(ev, i, 4);
	vq_event_room(ev, 15, 64);
	vq_raise(vq, 9);
	for (i = 0; i < 15; i++)
		EXPECT_USED(test, ev, i, 0);
	EXPECT_EVENT(test, ev, 15, 9);

	/* Only these, and it still waits. */
	for (i = 0; i < SCMID_VDPA_TRIES; i++)
		vq_event_room(ev, i, 4);
	vq_raise(vq, 10);
	for (i = 0; i < SCMID_VDPA_TRIES; i++)
		EXPECT_USED(test, ev, i, 0);
	memset(ev->mem + VQ_EV_BUF(15), 0x55, 256);
	vq_event_room(ev, 15, 64);
	vq_event_kick(ev);
	EXPECT_EVENT(test, ev, 15, 10);
	vq_expect_alive(test, vq);
}

/* An event queue that cannot be read: the event is lost, and nothing else. */
static void vq_event_ring_unmapped(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	vq_event_room(ev, 0, 64);
	scmid_vdpa_map_nothing(vq->v);
	vq_raise(vq, 1);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	KUNIT_EXPECT_EQ(test, vq->v->chan.agent->event_counts[SCMID_EVENTS_DROPPED], 1);
	vq_map(test, vq);
	vq_event_kick(ev);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_raise(vq, 2);
	EXPECT_EVENT(test, ev, 0, 2);
	vq_expect_alive(test, vq);
}

/* A driver that has not asked for the event queue. */
static void vq_event_no_feature(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	u32 id = SCMID_CLOCK_RATE_NOTIFY;

	/* The same goes on, but has another opinion now; or says so. */
	scmid_vdpa_ops.set_status(&vq->v->vdpa, VQ_UP & ~VIRTIO_CONFIG_S_DRIVER_OK);
	scmid_vdpa_ops.set_driver_features(&vq->v->vdpa, SCMID_VDPA_FEATURES &
					   ~BIT_ULL(VIRTIO_SCMI_F_P2A_CHANNELS));
	vq_up(vq);
	vq_event_room(ev, 0, 64);
	vq_raise(vq, 1);
	vq_event_kick(ev);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_ask(test, vq, SCMID_NOT_SUPPORTED);
	vq_send(vq, 6, TEST_HDR(SCMID_PROTO_CLOCK, SCMID_MESSAGE_ATTRIBUTES, 0), 1, &id);
	vq_run(vq);
	EXPECT_USED(test, vq, 6, 8);
	KUNIT_EXPECT_EQ(test, vq_rsp(vq, 6, 1), SCMID_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_expect_alive(test, vq);
}

static void vq_event_suspend(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	vq_event_room(ev, 0, 64);
	scmid_vdpa_ops.suspend(&vq->v->vdpa);
	vq_raise(vq, 1);
	vq_event_kick(ev);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	scmid_vdpa_ops.resume(&vq->v->vdpa);
	vq_settle(vq);
	EXPECT_EVENT(test, ev, 0, 1);
	vq_expect_alive(test, vq);
}

static void vq_event_not_ready(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	vq_event_room(ev, 0, 64);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_EVENTQ, false);
	vq_raise(vq, 1);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	scmid_vdpa_ops.set_vq_ready(&vq->v->vdpa, SCMID_VDPA_EVENTQ, true);
	vq_event_kick(ev);
	EXPECT_EVENT(test, ev, 0, 1);
	vq_expect_alive(test, vq);
}

/* The driver is gone: nothing is written, and the next one has not asked. */
static void vq_event_reset(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);

	vq_raise(vq, 1);
	vq_event_room(ev, 0, 64);
	vq_reset(vq);
	memset(vq->mem, 0x55, VQ_SIZE);
	vq_raise(vq, 2);
	vq_event_kick(ev);
	KUNIT_EXPECT_NULL(test, memchr_inv(vq->mem, 0x55, VQ_SIZE));

	vq_setup(vq, 8, 0);
	ev = vq_event_queue(test, vq, 16);
	vq_event_room(ev, 0, 64);
	vq_up(vq);
	vq_event_kick(ev);
	vq_raise(vq, 3);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_ask(test, vq, SCMID_SUCCESS);
	vq_raise(vq, 4);
	EXPECT_EVENT(test, ev, 0, 4);
	vq_expect_alive(test, vq);
}

/* The event was chosen for the driver before. */
static void vq_event_epoch(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	struct scmid_chan *chan = &vq->v->chan;
	__le32 msg[5] = {};

	vq_event_room(ev, 0, 64);
	chan->event_epoch = atomic_read(&chan->epoch) - 1;
	KUNIT_EXPECT_EQ(test, scmid_vdpa_notify(chan, msg, sizeof(msg)), -EAGAIN);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	scmid_vdpa_ops.set_status(&vq->v->vdpa, VQ_UP & ~VIRTIO_CONFIG_S_DRIVER_OK);
	chan->event_epoch = atomic_read(&chan->epoch);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_notify(chan, msg, sizeof(msg)), -EAGAIN);
	KUNIT_EXPECT_EQ(test, vq_used_idx(ev), 0);
	vq_up(vq);
	chan->event_epoch = atomic_read(&chan->epoch);
	KUNIT_EXPECT_EQ(test, scmid_vdpa_notify(chan, msg, sizeof(msg)), 0);
	EXPECT_USED(test, ev, 0, 20);
}

/* A pause that takes the ring away and brings it back, with an event meanwhile. */
static void vq_event_pause(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	struct vdpa_vq_state at = {};
	struct vdpa_device *vdpa = &vq->v->vdpa;

	vq_event_room(ev, 0, 64);
	vq_raise(vq, 1);
	EXPECT_EVENT(test, ev, 0, 1);
	vq_event_room(ev, 1, 64);
	scmid_vdpa_ops.suspend(vdpa);
	vq_reset(vq);
	vq_raise(vq, 2);

	vq_setup(vq, 8, vq->avail);
	ev = vq_event_queue(test, vq, 16);
	at.split.avail_index = 1;
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_EVENTQ, false);
	scmid_vdpa_ops.set_vq_state(vdpa, SCMID_VDPA_EVENTQ, &at);
	scmid_vdpa_ops.set_vq_ready(vdpa, SCMID_VDPA_EVENTQ, true);
	ev->avail = 1;
	ev->used = 1;
	ev->vring.used->idx = __cpu_to_virtio16(true, 1);
	vq_event_room(ev, 1, 64);
	vq_up(vq);
	EXPECT_EVENT(test, ev, 1, 2);
	vq_expect_alive(test, vq);
}

/* Coming and going */

static u16 vq_state(struct vq *vq)
{
	struct vdpa_vq_state state = {};

	scmid_vdpa_ops.get_vq_state(&vq->v->vdpa, SCMID_VDPA_CMDQ, &state);

	return state.split.avail_index;
}

/* Votes for "a". */
static void vq_vote(struct kunit *test, struct vq *vq)
{
	vq_send_state(vq, 2, true);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 8);
	KUNIT_ASSERT_EQ(test, mock.votes, 1);
	mock_forget();
}

/* A command that waits in the backend. */
static void vq_blocked(struct kunit *test, struct vq *vq)
{
	mock.block = MOCK_STATE;
	vq_send_state(vq, 2, true);
	vq_kick(vq);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&mock.entered, TEST_PATIENCE), 0);
}

/* Does not wait for the command, and the command's answer goes nowhere. */
static void vq_reset_busy(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_blocked(test, vq);
	vq_reset(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait");
	memset(vq->mem, 0x55, VQ_RING_SIZE);
	mock_allow();
	vq_settle(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "wait 1a");
	KUNIT_EXPECT_NULL(test, memchr_inv(vq->mem, 0x55, VQ_RING_SIZE));
	KUNIT_EXPECT_EQ(test, atomic_read(&vq->notified), 0);

	/* The next driver did not ask for that. */
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
}

/* The next driver is up before the last one's command is through. */
static void vq_restart_busy(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_blocked(test, vq);
	vq_reset(vq);
	vq_setup(vq, 8, 0);
	vq_start(vq);
	vq_send_version(vq, 0, 5);
	vq_kick(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
	mock_allow();
	vq_settle(vq);
	EXPECT_USED(test, vq, 0, 12);
	EXPECT_ALL_BACK(test, vq);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	vq_expect_alive(test, vq);
}

/* The same for a driver that only takes its queue back. */
static void vq_status_busy(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_blocked(test, vq);
	scmid_vdpa_ops.set_status(&vq->v->vdpa, VQ_UP & ~VIRTIO_CONFIG_S_DRIVER_OK);
	mock_allow();
	vq_settle(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
}

static void vq_reset_keeps(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_vote(test, vq);
	vq_reset(vq);
	vq_settle(vq);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
	KUNIT_EXPECT_FALSE(test, scmid_vdpa_ops.get_vq_ready(&vq->v->vdpa, SCMID_VDPA_CMDQ));

	/* For as long as the operator says. */
	flush_delayed_work(&vq->v->chan.hold);
	vq_settle(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

/* The VMM closed the device: nobody comes back. */
static void vq_closed(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_vote(test, vq);
	vq_reset(vq);
	scmid_vdpa_ops.reset_map(&vq->v->vdpa, 0);
	vq_settle(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
	KUNIT_EXPECT_FALSE(test, vq->v->passthrough);

	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_vote(test, vq);
	vq_reset(vq);
	scmid_vdpa_ops.unbind_mm(&vq->v->vdpa);
	vq_settle(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "~a");
}

static void vq_clean_map(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_map(test, vq);
	KUNIT_EXPECT_FALSE(test, vq->v->passthrough);
	vq_reset(vq);
	KUNIT_EXPECT_FALSE(test, vq->v->passthrough);
	scmid_vdpa_ops.compat_reset(&vq->v->vdpa, VDPA_RESET_F_CLEAN_MAP);
	KUNIT_EXPECT_FALSE(test, vq->v->passthrough);
	vq->v->vdpa.dev.driver = &vq_in_kernel;
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

/* Pages that were pinned for reading are as good as not mapped. */
static void vq_readonly_pages(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	struct vhost_iotlb iotlb;

	vq->v->vdpa.dev.driver = &vq_for_vmm;
	vq->v->vdpa.use_va = false;
	vhost_iotlb_init(&iotlb, 8, 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, 0),
						    vq_addr(vq, VQ_REQ(2)) - 1,
						    vq_addr(vq, 0), VHOST_MAP_RW), 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, VQ_REQ(2)),
						    vq_addr(vq, VQ_RSP(0)) - 1,
						    vq_addr(vq, VQ_REQ(2)), VHOST_MAP_RO), 0);
	KUNIT_ASSERT_EQ(test, vhost_iotlb_add_range(&iotlb, vq_addr(vq, VQ_RSP(0)),
						    vq_addr(vq, VQ_SIZE) - 1,
						    vq_addr(vq, VQ_RSP(0)), VHOST_MAP_RW), 0);
	KUNIT_ASSERT_EQ(test, scmid_vdpa_ops.set_map(&vq->v->vdpa, 0, &iotlb), 0);
	vhost_iotlb_reset(&iotlb);
	vq_setup(vq, 8, 0);
	vq_up(vq);

	vq_chain_state(vq, 2, true);
	vq_offer(vq, 2);
	vq_run(vq);
	EXPECT_USED(test, vq, 2, 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);
	vq_expect_alive(test, vq);
}

/* A VMM that maps nothing reaches nothing, whoever had the device before. */
static void vq_vmm_maps_nothing(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);

	vq_expect_alive(test, vq);
	vq_reset(vq);
	vq->v->vdpa.dev.driver = &vq_for_vmm;
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_chain_state(vq, 0, true);
	vq_offer(vq, 0);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), 0);
	KUNIT_EXPECT_EQ(test, mock.votes, 0);

	vq_reset(vq);
	vq_map(test, vq);
	vq_setup(vq, 8, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

struct vq_suspend {
	struct vq *vq;
	u16 index;
	u16 used;
};

static void vq_async_suspend(void *arg)
{
	struct vq_suspend *s = arg;

	scmid_vdpa_ops.suspend(&s->vq->v->vdpa);
	s->index = vq_state(s->vq);
	s->used = vq_used_idx(s->vq);
}

static void vq_suspend(struct kunit *test)
{
	struct vq *vq = vq_num(test, 16);
	struct vq_suspend s = { .vq = vq };
	struct test_async async;

	vq_expect_alive(test, vq);
	vq_blocked(test, vq);
	/* These may or may not be served; what is taken is answered. */
	vq_send_version(vq, 4, 4);
	vq_send_version(vq, 6, 6);
	test_async(&async, vq_async_suspend, &s);
	KUNIT_EXPECT_TRUE(test, test_async_waits(&async));
	mock_allow();
	test_async_end(&async);

	KUNIT_EXPECT_GE(test, s.index, 2);
	KUNIT_EXPECT_EQ(test, s.index, s.used);
	vq_run(vq);
	KUNIT_EXPECT_EQ(test, vq_used_idx(vq), s.used);
	KUNIT_EXPECT_EQ(test, vq_state(vq), s.used);

	/* It goes on without a kick. */
	scmid_vdpa_ops.resume(&vq->v->vdpa);
	vq_settle(vq);
	EXPECT_USED(test, vq, 2, 8);
	EXPECT_USED(test, vq, 4, 12);
	EXPECT_USED(test, vq, 6, 12);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, mock.votes, 1);

	/* A reset ends it, too. */
	scmid_vdpa_ops.suspend(&vq->v->vdpa);
	vq_reset(vq);
	vq_setup(vq, 16, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

struct vq_restart {
	const char *desc;
	u16 served;	/* by the one before */
	s16 index;	/* where the next begins; negative: where that ended */
	u8 proto;	/* which it speaks first */
	bool drop;	/* votes of the one before */
};

static const struct vq_restart vq_restart_params[] = {
	{ "same place, clock", 3, -1, SCMID_PROTO_CLOCK, false },
	{ "same place, base", 3, -1, SCMID_PROTO_BASE, false },
	{ "zero, clock", 3, 0, SCMID_PROTO_CLOCK, true },
	{ "zero, base", 3, 0, SCMID_PROTO_BASE, true },
	{ "elsewhere, clock", 3, 2, SCMID_PROTO_CLOCK, true },
	{ "elsewhere, base", 3, 7, SCMID_PROTO_BASE, true },
	{ "zero after zero, clock", 0, 0, SCMID_PROTO_CLOCK, false },
	{ "zero after zero, base", 0, 0, SCMID_PROTO_BASE, true },
};

KUNIT_ARRAY_PARAM_DESC(vq_restarts, vq_restart_params, desc);

static void vq_restart(struct kunit *test)
{
	const struct vq_restart *p = test->param_value;
	struct vq *vq = vq_new(test);
	u32 payload = 0;
	u16 index;

	/* The vote is the last of those commands; an index may come by zero. */
	vq_setup(vq, 8, p->served - 1);
	vq_up(vq);
	vq_vote(test, vq);
	index = vq_state(vq);
	KUNIT_ASSERT_EQ(test, index, p->served);
	vq_reset(vq);
	vq_settle(vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "");

	vq_setup(vq, 8, p->index < 0 ? index : p->index);
	vq_up(vq);
	vq_send(vq, 0, TEST_HDR(p->proto, SCMID_ATTRIBUTES, 1), 0, &payload);
	vq_run(vq);
	EXPECT_USED(test, vq, 0, 12);
	KUNIT_EXPECT_STREQ(test, mock.log, p->drop ? "~a" : "");
	KUNIT_EXPECT_EQ(test, mock.votes, !p->drop);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_EQ(test, mock.votes, !p->drop);
}

/* A pause: the device is stopped where it is, and started there. */
static void vq_pause(struct kunit *test)
{
	struct vq *vq = vq_num(test, 8);
	u16 index, used;

	vq_vote(test, vq);
	scmid_vdpa_ops.suspend(&vq->v->vdpa);
	index = vq_state(vq);
	used = vq_used_idx(vq);
	vq_reset(vq);
	KUNIT_EXPECT_EQ(test, index, used);
	KUNIT_EXPECT_EQ(test, vq_state(vq), 0);

	vq_setup(vq, 8, index);
	vq_up(vq);
	vq_expect_alive(test, vq);
	KUNIT_EXPECT_STREQ(test, mock.log, "");
	KUNIT_EXPECT_EQ(test, mock.votes, 1);
}

/* Anything at all */

struct vq_fuzz {
	struct vq *vq;
	struct rnd_state rnd;
};

static u32 vq_rnd(struct vq_fuzz *f, u32 below)
{
	return prandom_u32_state(&f->rnd) % below;
}

/* An address among the buffers, now and then elsewhere, but not in the ring. */
static u64 vq_fuzz_addr(struct vq_fuzz *f)
{
	switch (vq_rnd(f, 16)) {
	case 0:
		return vq_addr(f->vq, VQ_RING_SIZE) + vq_rnd(f, PAGE_SIZE);
	case 1:
		return vq_addr(f->vq, VQ_SIZE) - vq_rnd(f, 64);
	case 2:
		return 0;
	case 3:
		return U64_MAX - vq_rnd(f, 64);
	default:
		return vq_addr(f->vq, VQ_BUFS) + vq_rnd(f, VQ_BUFS_SIZE - 2048);
	}
}

static u32 vq_fuzz_len(struct vq_fuzz *f)
{
	switch (vq_rnd(f, 8)) {
	case 0:
		return 0;
	case 1:
		return vq_rnd(f, 8);
	case 2:
		return vq_rnd(f, 2048);
	case 3:
		return (1 + vq_rnd(f, 8)) * sizeof(struct vring_desc);
	default:
		return vq_rnd(f, 160);
	}
}

static void vq_fuzz_desc(struct vq_fuzz *f, struct vring_desc *desc, u16 i, u16 num, bool write)
{
	u16 flags = write ? VRING_DESC_F_WRITE : 0;
	u16 next = i + 1;

	if (vq_rnd(f, 4))
		flags |= VRING_DESC_F_NEXT;
	if (!vq_rnd(f, 12))
		flags |= VRING_DESC_F_INDIRECT;
	if (!vq_rnd(f, 16))
		flags ^= VRING_DESC_F_WRITE;
	if (!vq_rnd(f, 12))
		next = vq_rnd(f, num + 2);
	vq_desc_at(desc, vq_fuzz_addr(f), vq_fuzz_len(f), flags, next);
}

/* Tables, commands and noise. */
static void vq_fuzz_bufs(struct vq_fuzz *f)
{
	u8 *bufs = f->vq->mem + VQ_BUFS;
	unsigned int i;
	size_t at;

	prandom_bytes_state(&f->rnd, bufs, VQ_BUFS_SIZE);
	for (i = 0; i < 200; i++) {
		__le32 *req;

		at = vq_rnd(f, VQ_BUFS_SIZE - 256);
		if (vq_rnd(f, 4)) {
			req = (__le32 *)(bufs + at);
			put_unaligned_le32(TEST_HDR(vq_rnd(f, 2) ? SCMID_PROTO_CLOCK :
						    SCMID_PROTO_BASE, vq_rnd(f, 17), i), req);
			put_unaligned_le32(vq_rnd(f, 2), req + 1);
			put_unaligned_le32(vq_rnd(f, 3), req + 2);
		} else {
			struct vring_desc table[8];
			unsigned int k;

			for (k = 0; k < ARRAY_SIZE(table); k++)
				vq_fuzz_desc(f, &table[k], k, ARRAY_SIZE(table), k > 2);
			memcpy(bufs + at, table, sizeof(table));
		}
	}
}

static void vq_fuzz(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	struct vq_fuzz f = { .vq = vq };
	u64 seed = get_random_u64();
	unsigned int num = 32, i, k, n, served = 0;
	u16 heads[8];

	mock.quiet = true;
	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&f.rnd, seed);
	vq_map(test, vq);
	vq_setup(vq, num, 0);
	vq_up(vq);

	for (i = 0; i < 2000; i++) {
		if (i % 50 == 0)
			vq_fuzz_bufs(&f);
		n = 1 + vq_rnd(&f, ARRAY_SIZE(heads));
		for (k = 0; k < num; k++)
			vq_fuzz_desc(&f, &vq->vring.desc[k], k, num, k % 4 > 1);
		for (k = 0; k < n; k++) {
			/* Mostly good ones, in any order, some of them twice. */
			heads[k] = vq_rnd(&f, num);
			vq_offer(vq, heads[k]);
			if (!vq_rnd(&f, 4))
				vq_kick(vq);
		}
		vq_run(vq);

		KUNIT_ASSERT_EQ_MSG(test, vq_used_idx(vq), vq->avail, "iteration %u", i);
		for (k = 0; k < n; k++, vq->used++) {
			struct vring_used_elem *elem = &vq->vring.used->ring[vq->used % num];
			u32 len = __virtio32_to_cpu(true, elem->len);

			KUNIT_ASSERT_EQ_MSG(test, __virtio32_to_cpu(true, elem->id), heads[k],
					    "iteration %u", i);
			KUNIT_ASSERT_LE_MSG(test, len, SCMID_RSP_MAX, "iteration %u", i);
			KUNIT_ASSERT_TRUE_MSG(test, !len || len >= SCMID_RSP_HEAD,
					      "iteration %u", i);
			served += !!len;
		}
	}
	/* Or all of it would have been for nothing. */
	KUNIT_EXPECT_GT(test, served, 100);
	vq_expect_alive(test, vq);
}

/* Any buffers for events. */
static void vq_fuzz_events(struct kunit *test)
{
	struct vq *ev, *vq = vq_listening(test, &ev);
	struct vq_fuzz f = { .vq = ev };
	u64 seed = get_random_u64();
	unsigned int num = 16, i, k, told = 0;
	u32 len;

	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&f.rnd, seed);
	for (i = 0; i < 2000; i++) {
		if (i % 50 == 0)
			vq_fuzz_bufs(&f);
		for (k = 0; k < num; k++)
			vq_fuzz_desc(&f, &ev->vring.desc[k], k, num, vq_rnd(&f, 8));
		for (k = vq_rnd(&f, 4); k && (u16)(ev->avail - ev->used) < num; k--)
			vq_offer(ev, vq_rnd(&f, num));
		if (vq_rnd(&f, 4))
			vq_raise(vq, i);
		else
			vq_event_kick(ev);
		while (ev->used != vq_used_idx(ev)) {
			len = __virtio32_to_cpu(true, ev->vring.used->ring[ev->used % num].len);
			KUNIT_ASSERT_TRUE_MSG(test, !len || len == 20, "iteration %u", i);
			told += !!len;
			ev->used++;
		}
		KUNIT_ASSERT_LE(test, (u16)(ev->avail - ev->used), num);
	}
	/* Or all of it would have been for nothing. */
	KUNIT_EXPECT_GT(test, told, 100);
	KUNIT_EXPECT_GE(test, vq->v->chan.agent->event_counts[SCMID_EVENTS_SENT], told);
	vq_expect_alive(test, vq);
}

/* A driver that comes and goes while its commands are on their way. */
static void vq_fuzz_reset(struct kunit *test)
{
	struct vq *vq = vq_new(test);
	struct vq_fuzz f = { .vq = vq };
	u64 seed = get_random_u64();
	unsigned int i, k;

	mock.quiet = true;
	kunit_info(test, "seed %llu\n", seed);
	prandom_seed_state(&f.rnd, seed);

	for (i = 0; i < 500; i++) {
		u16 index = vq_rnd(&f, 2) ? vq_rnd(&f, U16_MAX) : 0;

		vq_setup(vq, 32, index);
		vq_start(vq);
		for (k = 0; k < 10; k++) {
			vq_send_state(vq, k * 2, k % 2);
			if (vq_rnd(&f, 2))
				vq_kick(vq);
		}
		switch (vq_rnd(&f, 4)) {
		case 0:
			vq_settle(vq);
			break;
		case 1:
			scmid_vdpa_ops.suspend(&vq->v->vdpa);
			KUNIT_ASSERT_EQ(test, vq_state(vq), vq_used_idx(vq));
			break;
		case 2:
			vq_run(vq);
			KUNIT_ASSERT_EQ(test, vq_used_idx(vq), vq->avail);
			break;
		}
		vq_reset(vq);
		/* From now on it is the driver's own again. */
		memset(vq->mem, 0x55, VQ_RING_SIZE);
		if (vq_rnd(&f, 2))
			vq_settle(vq);
		KUNIT_ASSERT_NULL(test, memchr_inv(vq->mem, 0x55, VQ_RING_SIZE));
	}
	vq_settle(vq);
	vq_setup(vq, 32, 0);
	vq_up(vq);
	vq_expect_alive(test, vq);
}

static struct kunit_case vq_cases[] = {
	KUNIT_CASE(vq_good),
	KUNIT_CASE(vq_token),
	KUNIT_CASE(vq_many),
	KUNIT_CASE(vq_crumbs),
	KUNIT_CASE(vq_indirect),
	KUNIT_CASE(vq_indirect_bad),
	KUNIT_CASE_SLOW(vq_indirect_endless),
	KUNIT_CASE_PARAM(vq_lens, vq_lens_gen_params),
	KUNIT_CASE(vq_list),
	KUNIT_CASE(vq_loop),
	KUNIT_CASE(vq_next_outside),
	KUNIT_CASE(vq_wrong_order),
	KUNIT_CASE(vq_one_way),
	KUNIT_CASE(vq_unmapped),
	KUNIT_CASE(vq_permissions),
	KUNIT_CASE(vq_head_outside),
	KUNIT_CASE(vq_ring_unmapped),
	KUNIT_CASE(vq_notify),
	KUNIT_CASE(vq_no_callback),
	KUNIT_CASE(vq_index_wrap),
	KUNIT_CASE(vq_features),
	KUNIT_CASE(vq_features_chosen),
	KUNIT_CASE(vq_create_errors),
	KUNIT_CASE(vq_config),
	KUNIT_CASE_PARAM(vq_size, vq_sizes_gen_params),
	KUNIT_CASE(vq_kick_early),
	KUNIT_CASE(vq_eventq),
	KUNIT_CASE(vq_event),
	KUNIT_CASE(vq_event_late),
	KUNIT_CASE(vq_event_pieces),
	KUNIT_CASE(vq_event_bad),
	KUNIT_CASE(vq_event_many_bad),
	KUNIT_CASE(vq_event_ring_unmapped),
	KUNIT_CASE(vq_event_no_feature),
	KUNIT_CASE(vq_event_suspend),
	KUNIT_CASE(vq_event_not_ready),
	KUNIT_CASE(vq_event_reset),
	KUNIT_CASE(vq_event_epoch),
	KUNIT_CASE(vq_event_pause),
	KUNIT_CASE(vq_reset_busy),
	KUNIT_CASE(vq_restart_busy),
	KUNIT_CASE(vq_status_busy),
	KUNIT_CASE(vq_reset_keeps),
	KUNIT_CASE(vq_closed),
	KUNIT_CASE(vq_clean_map),
	KUNIT_CASE(vq_vmm_maps_nothing),
	KUNIT_CASE(vq_readonly_pages),
	KUNIT_CASE(vq_suspend),
	KUNIT_CASE_PARAM(vq_restart, vq_restarts_gen_params),
	KUNIT_CASE(vq_pause),
	KUNIT_CASE_SLOW(vq_fuzz),
	KUNIT_CASE_SLOW(vq_fuzz_events),
	KUNIT_CASE_SLOW(vq_fuzz_reset),
	{}
};

static struct kunit_suite vq_suite = {
	.name = "scmi_server_vdpa",
	.suite_init = test_suite_init,
	.suite_exit = test_suite_exit,
	.init = test_init,
	.test_cases = vq_cases,
};

kunit_test_suite(vq_suite);
