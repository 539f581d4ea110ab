// SPDX-License-Identifier: GPL-2.0
/*
 * An SCMI agent on vhost-vdpa. See vhost.h.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vhost.h"

#define NUM		(2 * VS_SLOTS)
#define IOVA		0x10000
#define P2A_CHANNELS	0

/* A chain is a request and a reply: descriptors 2n and 2n + 1 are of slot n. */
struct vs_ring {
	struct vring_desc desc[NUM];
	struct {
		uint16_t flags, idx, ring[NUM], event;
	} avail __attribute__((aligned(2)));
	struct {
		uint16_t flags, idx;
		struct vring_used_elem ring[NUM];
		uint16_t event;
	} used __attribute__((aligned(4)));
};

struct vs_mem {
	struct vs_ring ring[2];
	uint32_t req[VS_SLOTS][1 + VS_WORDS];
	uint32_t rsp[VS_SLOTS][2 + VS_WORDS];
};

static uint64_t iova(const struct vs *h, const void *p)
{
	return IOVA + ((const char *)p - (const char *)h->mem);
}

static size_t mem_size(void)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (sizeof(struct vs_mem) + page - 1) / page * page;
}

/* The device reaches shared memory only. */
static int mem_make(struct vs *h)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = {
			.iova = IOVA, .size = mem_size(),
			.perm = VHOST_ACCESS_RW, .type = VHOST_IOTLB_UPDATE,
		},
	};
	uint64_t features = 1ull << VHOST_BACKEND_F_IOTLB_MSG_V2;
	int fd = memfd_create("scmi", MFD_CLOEXEC);
	void *mem;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, mem_size())) {
		close(fd);
		return -errno;
	}
	mem = mmap(NULL, mem_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (mem == MAP_FAILED)
		return -errno;
	h->mem = mem;

	msg.iotlb.uaddr = (uintptr_t)mem;
	if (ioctl(h->fd, VHOST_SET_BACKEND_FEATURES, &features) ||
	    write(h->fd, &msg, sizeof(msg)) != sizeof(msg))
		return -errno;

	return 0;
}

static int queue_make(struct vs *h, unsigned int q)
{
	struct vhost_vring_state num = { q, NUM }, base = { q, 0 }, enable = { q, 1 };
	struct vs_ring *ring = &h->mem->ring[q];
	struct vhost_vring_addr addr = {
		.index = q,
		.desc_user_addr = iova(h, ring->desc),
		.avail_user_addr = iova(h, &ring->avail),
		.used_user_addr = iova(h, &ring->used),
	};
	struct vhost_vring_file kick = { q, h->kick }, call = { q, h->call };

	/* Nothing is sent on the second queue, and it is not told of buffers. */
	if (ioctl(h->fd, VHOST_SET_VRING_NUM, &num) ||
	    ioctl(h->fd, VHOST_SET_VRING_BASE, &base) ||
	    ioctl(h->fd, VHOST_SET_VRING_ADDR, &addr) ||
	    (!q && ioctl(h->fd, VHOST_SET_VRING_KICK, &kick)) ||
	    (!q && ioctl(h->fd, VHOST_SET_VRING_CALL, &call)) ||
	    ioctl(h->fd, VHOST_VDPA_SET_VRING_ENABLE, &enable))
		return -errno;

	return 0;
}

static int status_set(struct vs *h, uint8_t status)
{
	uint8_t got;

	if (ioctl(h->fd, VHOST_VDPA_SET_STATUS, &status) ||
	    ioctl(h->fd, VHOST_VDPA_GET_STATUS, &got))
		return -errno;

	return got == status ? 0 : -EPROTO;
}

static int driver_up(struct vs *h)
{
	uint64_t features = 1ull << VIRTIO_F_VERSION_1 | 1ull << VIRTIO_F_ACCESS_PLATFORM |
			    1ull << P2A_CHANNELS;
	uint8_t status = 0;
	int err;

	/* A reset takes what is mapped with it. */
	err = status_set(h, status);
	if (!err)
		err = mem_make(h);
	if (!err)
		err = status_set(h, status |= VIRTIO_CONFIG_S_ACKNOWLEDGE);
	if (!err)
		err = status_set(h, status |= VIRTIO_CONFIG_S_DRIVER);
	if (!err && ioctl(h->fd, VHOST_SET_FEATURES, &features))
		err = -errno;
	if (!err)
		err = status_set(h, status |= VIRTIO_CONFIG_S_FEATURES_OK);
	if (!err)
		err = queue_make(h, 0);
	if (!err)
		err = queue_make(h, 1);
	if (!err)
		err = status_set(h, status | VIRTIO_CONFIG_S_DRIVER_OK);

	return err;
}

/**
 * vs_open() - be the VMM of a device, with its driver up
 * @h: the channel
 * @path: node of vhost-vdpa
 *
 * Return: 0 or a negative errno; -EBUSY if there is a VMM already.
 */
int vs_open(struct vs *h, const char *path)
{
	int err;

	memset(h, 0, sizeof(*h));
	h->kick = -1;
	h->call = -1;
	h->fd = open(path, O_RDWR | O_CLOEXEC);
	if (h->fd < 0) {
		err = -errno;
		goto err_close;
	}
	h->kick = eventfd(0, EFD_CLOEXEC);
	h->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (h->kick < 0 || h->call < 0 || ioctl(h->fd, VHOST_SET_OWNER, NULL)) {
		err = -errno;
		goto err_close;
	}

	err = driver_up(h);
	if (!err)
		return 0;

err_close:
	vs_close(h);
	return err;
}

/**
 * vs_close() - be gone
 * @h: the channel
 */
void vs_close(struct vs *h)
{
	if (h->fd >= 0)
		close(h->fd);
	if (h->kick >= 0)
		close(h->kick);
	if (h->call >= 0)
		close(h->call);
	if (h->mem)
		munmap(h->mem, mem_size());
	memset(h, 0, sizeof(*h));
	h->fd = -1;
	h->kick = -1;
	h->call = -1;
}

/**
 * vs_send() - send a message, and do not wait
 * @h: the channel
 * @proto: protocol
 * @cmd: command
 * @words: what follows the header
 * @n: how many
 *
 * Return: the slot it is in, -EAGAIN if there is none, or a negative errno.
 */
int vs_send(struct vs *h, unsigned int proto, unsigned int cmd, const uint32_t *words, size_t n)
{
	struct vs_ring *ring = &h->mem->ring[0];
	uint64_t one = 1;
	unsigned int slot;
	size_t i;

	for (slot = 0; slot < VS_SLOTS && h->header[slot]; slot++)
		;
	if (slot == VS_SLOTS)
		return -EAGAIN;
	if (n > VS_WORDS)
		return -EINVAL;

	h->header[slot] = cmd | proto << 10 | (h->token++ & 0x3ff) << 18;
	h->mem->req[slot][0] = htole32(h->header[slot]);
	for (i = 0; i < n; i++)
		h->mem->req[slot][1 + i] = htole32(words[i]);
	memset(h->mem->rsp[slot], 0xff, sizeof(h->mem->rsp[slot]));

	ring->desc[2 * slot] = (struct vring_desc) {
		.addr = htole64(iova(h, h->mem->req[slot])),
		.len = htole32(4 + 4 * n),
		.flags = htole16(VRING_DESC_F_NEXT),
		.next = htole16(2 * slot + 1),
	};
	ring->desc[2 * slot + 1] = (struct vring_desc) {
		.addr = htole64(iova(h, h->mem->rsp[slot])),
		.len = htole32(sizeof(h->mem->rsp[slot])),
		.flags = htole16(VRING_DESC_F_WRITE),
	};
	ring->avail.ring[h->sent % NUM] = htole16(2 * slot);
	h->sent++;
	__atomic_store_n(&ring->avail.idx, htole16(h->sent), __ATOMIC_RELEASE);

	if (write(h->kick, &one, sizeof(one)) != sizeof(one))
		return -errno;

	return slot;
}

/* What came back in a slot, which is free then. */
static int take(struct vs *h, const struct vring_used_elem *used, struct vs_reply *reply)
{
	uint32_t id = le32toh(used->id), len = le32toh(used->len), header;
	unsigned int slot = id / 2;
	size_t i;

	if (id % 2 || slot >= VS_SLOTS || !h->header[slot])
		return -EPROTO;
	header = h->header[slot];
	h->header[slot] = 0;
	if (len < 8 || len % 4 || len > sizeof(h->mem->rsp[slot]) ||
	    le32toh(h->mem->rsp[slot][0]) != header)
		return -EPROTO;

	reply->status = le32toh(h->mem->rsp[slot][1]);
	reply->n = len / 4 - 2;
	for (i = 0; i < reply->n; i++)
		reply->words[i] = le32toh(h->mem->rsp[slot][2 + i]);

	return slot;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

/**
 * vs_receive() - wait for a reply
 * @h: the channel
 * @reply: where it goes
 * @timeout_ms: how long to wait
 *
 * Return: the slot of the message; -ETIMEDOUT; -EINTR; -EPROTO if the device
 * broke the protocol.
 */
int vs_receive(struct vs *h, struct vs_reply *reply, int timeout_ms)
{
	struct vs_ring *ring = &h->mem->ring[0];
	struct pollfd pfd = { .fd = h->call, .events = POLLIN };
	int64_t end = now_ms() + timeout_ms, left;
	uint64_t calls;

	while (le16toh(__atomic_load_n(&ring->used.idx, __ATOMIC_ACQUIRE)) == h->seen) {
		left = end - now_ms();
		if (left < 0)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, left) < 0)
			return -errno;
		if (pfd.revents && read(h->call, &calls, sizeof(calls)) < 0 && errno != EAGAIN)
			return -errno;
	}

	return take(h, &ring->used.ring[h->seen++ % NUM], reply);
}

/**
 * vs_msg() - send a message and wait for its reply
 * @h: the channel; nothing else is in flight
 * @proto: protocol
 * @cmd: command
 * @words: what follows the header
 * @n: how many
 * @reply: where the reply goes
 *
 * Return: SCMI's status is in @reply, and this is 0; or a negative errno.
 */
int vs_msg(struct vs *h, unsigned int proto, unsigned int cmd, const uint32_t *words, size_t n,
	   struct vs_reply *reply)
{
	int slot = vs_send(h, proto, cmd, words, n), got;

	if (slot < 0)
		return slot;
	do {
		got = vs_receive(h, reply, VS_TIMEOUT_MS);
	} while (got == -EINTR);
	if (got < 0)
		return got;

	return got == slot ? 0 : -EPROTO;
}
