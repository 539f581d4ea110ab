// SPDX-License-Identifier: GPL-2.0
/*
 * doorbell - joins QEMU machines by ivshmem-doorbell devices
 *
 *   doorbell [--size BYTES] [--vectors N] --socket PATH [--socket PATH...]
 *
 * Makes the memory that the machines share, and tells each of them how to ring
 * the others: the server of QEMU's ivshmem protocol. Each peer has a socket of
 * its own, and the peer of the nth socket has the number n, from 0: it may end,
 * or be killed, and come back any number of times, and stays the same peer. What
 * is in the memory stays, too. A line "ready" says that the sockets are there.
 *
 * So the eventfds of all peers are there from the start, and each peer is told
 * of all of them when it comes, and of nothing later. QEMU (7.2 at least) has
 * freed what it knew of a peer that it was told has gone, and writes there when
 * that peer comes back.
 *
 *   qemu-system-aarch64 ... -chardev socket,path=PATH,id=peer
 *	-device ivshmem-doorbell,chardev=peer,vectors=N
 *
 * The protocol: messages of eight bytes, a little-endian number, some with a
 * file descriptor. To a new peer:
 *
 *   0               the version of the protocol
 *   its number
 *   -1, memory      the memory, as a file to map
 *   peer, eventfd   for each other peer, vector by vector
 *   its own number, eventfd   for each of its own vectors
 *
 * No peer sends anything.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_PEERS	16
#define MAX_VECTORS	64
#define NO_FD		(-1)

#define MSG_VERSION	0
#define MSG_MEMORY	(-1)

struct peer {
	int	listener;
	int	conn;
	int	event[MAX_VECTORS];
};

static struct peer peers[MAX_PEERS];
static int num_peers, num_vectors = 8;
static int memory;

static void fail(const char *what)
{
	fprintf(stderr, "doorbell: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A peer that does not take what it is sent is gone. */
static bool tell(struct peer *p, int64_t number, int fd)
{
	uint64_t word = htole64(number);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { };
	struct iovec data = { .iov_base = &word, .iov_len = sizeof(word) };
	struct msghdr msg = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t n;

	if (fd != NO_FD) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	do {
		n = sendmsg(p->conn, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n == sizeof(word);
}

static bool tell_vectors(struct peer *p, struct peer *of)
{
	for (int v = 0; v < num_vectors; v++)
		if (!tell(p, of - peers, of->event[v]))
			return false;
	return true;
}

static void leave(struct peer *p)
{
	close(p->conn);
	p->conn = NO_FD;
}

/* What rang while nobody was there is not for the one who comes. */
static void forget_rings(struct peer *p)
{
	uint64_t rings;

	for (int v = 0; v < num_vectors; v++)
		while (read(p->event[v], &rings, sizeof(rings)) > 0)
			;
}

static void join(struct peer *p)
{
	int conn = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	bool ok;

	if (conn < 0) {
		if (errno == EINTR || errno == ECONNABORTED)
			return;
		fail("accept");
	}
	/* Its machine was killed and started again before this was looked at. */
	if (p->conn != NO_FD)
		leave(p);
	p->conn = conn;
	forget_rings(p);
	ok = tell(p, MSG_VERSION, NO_FD) && tell(p, p - peers, NO_FD) &&
	     tell(p, MSG_MEMORY, memory);
	for (int i = 0; ok && i < num_peers; i++)
		if (&peers[i] != p)
			ok = tell_vectors(p, &peers[i]);
	if (!ok || !tell_vectors(p, p))
		leave(p);
}

static void add_peer(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct peer *p = &peers[num_peers];

	if (num_peers == MAX_PEERS || strlen(path) >= sizeof(sa.sun_path)) {
		errno = num_peers == MAX_PEERS ? EMFILE : ENAMETOOLONG;
		fail(path);
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	p->conn = NO_FD;
	p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->listener < 0 || (unlink(path) && errno != ENOENT) ||
	    bind(p->listener, (struct sockaddr *)&sa, sizeof(sa)) || listen(p->listener, 4))
		fail(path);
	num_peers++;
}

/* A peer has nothing to say: what there is to read is its end. */
static bool has_gone(struct peer *p)
{
	char buf[64];
	ssize_t n = recv(p->conn, buf, sizeof(buf), MSG_DONTWAIT);

	return !n || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void serve(void)
{
	struct pollfd fds[2 * MAX_PEERS];

	for (;;) {
		for (int i = 0; i < num_peers; i++) {
			fds[2 * i] = (struct pollfd){ .fd = peers[i].conn, .events = POLLIN };
			fds[2 * i + 1] = (struct pollfd){ .fd = peers[i].listener,
							  .events = POLLIN };
		}
		if (poll(fds, 2 * num_peers, -1) < 0) {
			if (errno == EINTR)
				continue;
			fail("poll");
		}
		for (int i = 0; i < num_peers; i++) {
			if (fds[2 * i].revents && has_gone(&peers[i]))
				leave(&peers[i]);
			if (fds[2 * i + 1].revents)
				join(&peers[i]);
		}
	}
}

static long number(const char *opt, const char *text, long max)
{
	char *end;
	long val = strtol(text, &end, 0);

	if (end == text || *end || val < 1 || val > max) {
		fprintf(stderr, "doorbell: --%s is 1 to %ld\n", opt, max);
		exit(2);
	}
	return val;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 'm' },
		{ "vectors", required_argument, NULL, 'v' },
		{ "socket", required_argument, NULL, 's' },
		{ }
	};
	long size = 1 << 20;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (opt == 'm')
			size = number("size", optarg, 1L << 30);
		else if (opt == 'v')
			num_vectors = number("vectors", optarg, MAX_VECTORS);
		else if (opt == 's')
			add_peer(optarg);
		else
			return 2;
	}
	for (int i = 0; i < num_peers; i++) {
		for (int v = 0; v < num_vectors; v++) {
			peers[i].event[v] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
			if (peers[i].event[v] < 0)
				fail("eventfd");
		}
	}
	if (!num_peers || optind != argc) {
		fprintf(stderr, "usage: see the top of the source\n");
		return 2;
	}
	/* It becomes a PCI device's memory. */
	if (size & (size - 1) || size < 4096) {
		fprintf(stderr, "doorbell: --size is a power of two, at least 4096\n");
		return 2;
	}
	memory = memfd_create("ivshmem", MFD_CLOEXEC);
	if (memory < 0 || ftruncate(memory, size))
		fail("memory");
	puts("ready");
	fflush(stdout);
	serve();
}
