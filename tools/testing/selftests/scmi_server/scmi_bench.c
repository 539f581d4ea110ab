// SPDX-License-Identifier: GPL-2.0
/*
 * Times of an agent that is a process, see vhost.h.
 *
 *	scmi_bench p99 NODE COUNT PROTO CMD [WORD...]
 *		sends the message COUNT times, one after the other; prints the
 *		99th percentile of the round trips in nanoseconds
 *	scmi_bench storm FILE HZ
 *		writes a word to the file HZ times a second until SIGTERM; prints how
 *		often
 *	scmi_bench levels NODE ID UV UV
 *		sets the two levels in turn until SIGTERM; prints how often
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vhost.h"

#define VOLTAGE		0x17
#define LEVEL_SET	7

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static int fail(const char *what, int err)
{
	fprintf(stderr, "scmi_bench: %s: %d\n", what, err);
	return 2;
}

static int p99(struct vs *h, int argc, char **argv)
{
	unsigned int proto, cmd, n, i, count;
	struct vs_reply reply;
	uint32_t words[VS_WORDS];
	uint64_t *ns;
	int err;

	if (argc < 3 || argc - 3 > VS_WORDS)
		return fail("p99 NODE COUNT PROTO CMD [WORD...]", 0);
	count = strtoul(argv[0], NULL, 0);
	proto = strtoul(argv[1], NULL, 0);
	cmd = strtoul(argv[2], NULL, 0);
	n = argc - 3;
	for (i = 0; i < n; i++)
		words[i] = strtoul(argv[3 + i], NULL, 0);

	ns = calloc(count, sizeof(*ns));
	if (!count || !ns)
		return fail("COUNT", count);
	for (i = 0; i < count; i++) {
		ns[i] = now();
		err = vs_msg(h, proto, cmd, words, n, &reply);
		if (err < 0 || reply.status)
			return fail("no answer, or a refusal", err < 0 ? err : reply.status);
		ns[i] = now() - ns[i];
	}
	qsort(ns, count, sizeof(*ns), compare);
	printf("%llu\n", (unsigned long long)ns[count - 1 - count / 100]);
	free(ns);

	return 0;
}

static int levels(struct vs *h, int argc, char **argv)
{
	struct vs_reply reply;
	unsigned long sent;
	uint32_t words[3];
	int err;

	if (argc != 3)
		return fail("levels NODE ID UV UV", 0);
	words[0] = strtoul(argv[0], NULL, 0);
	words[1] = 0;
	for (sent = 0; !stop; sent++) {
		words[2] = strtoul(argv[1 + sent % 2], NULL, 0);
		err = vs_msg(h, VOLTAGE, LEVEL_SET, words, 3, &reply);
		if (err < 0 || reply.status)
			return fail("no answer, or a refusal", err < 0 ? err : reply.status);
	}
	printf("%lu\n", sent);

	return 0;
}

/* By the clock, so that what one of them took makes the next no later. */
static int storm(const char *path, unsigned long hz)
{
	const uint32_t word = 0;
	unsigned long sent;
	struct timespec ts;
	int fd;

	fd = open(path, O_WRONLY);
	if (fd < 0 || !hz || hz > 1000000)
		return fail(path, fd);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	for (sent = 0; !stop; sent++) {
		ts.tv_nsec += 1000000000 / hz;
		if (ts.tv_nsec >= 1000000000) {
			ts.tv_nsec -= 1000000000;
			ts.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		if (write(fd, &word, sizeof(word)) != sizeof(word))
			return fail("not written", sent);
	}
	printf("%lu\n", sent);

	return 0;
}

int main(int argc, char **argv)
{
	struct vs h = {};
	int err, ret = 2;

	if (argc < 3)
		return fail("p99 or levels, and a node", 0);
	signal(SIGTERM, on_term);
	if (!strcmp(argv[1], "storm"))
		return argc == 4 ? storm(argv[2], strtoul(argv[3], NULL, 0)) :
				   fail("storm FILE HZ", 0);
	err = vs_open(&h, argv[2]);
	if (err < 0)
		return fail(argv[2], err);

	if (!strcmp(argv[1], "p99"))
		ret = p99(&h, argc - 3, argv + 3);
	else if (!strcmp(argv[1], "levels"))
		ret = levels(&h, argc - 3, argv + 3);
	else
		fail(argv[1], 0);
	vs_close(&h);

	return ret;
}
