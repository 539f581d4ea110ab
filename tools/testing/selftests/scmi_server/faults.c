// SPDX-License-Identifier: GPL-2.0
/*
 * What an operation leaves behind when there is no memory for it.
 *
 *	faults [-m] SETUP OPERATION TEARDOWN
 *
 * Each is a list of commands with ';' between them; paths that do not begin with
 * '/' are below the server's directory in configfs:
 *
 *	mkdir PATH, rmdir PATH, write PATH VALUE, read PATH
 *	vdpa-add NAME, vdpa-del NAME	as the tool vdpa does it
 *	open NODE, close		be the VMM of a device of vhost-vdpa
 *	msg PROTO CMD WORD...		a message to it, which is to be a success
 *
 * The operation is done again and again, and each time a later one of its
 * allocations fails, until none does. Then everything that can be seen has to be
 * as before if it failed, and it has to be possible; or else as after a success.
 * With -m it is the kernel's threads whose allocations fail.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vdpa.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vhost.h"

#define CFS		"/sys/kernel/config/scmi_server"
#define DEBUG		"/sys/kernel/debug"
#define FAILSLAB	DEBUG "/failslab/"
#define FAILS_MAX	5000
#define WORDS_MAX	12
/* For what happens behind the back of an operation: seconds until it has to */
#define PATIENCE	30
/* An operation that cannot tell what came of it */
#define UNKNOWN		1

static struct vs vmm = { .fd = -1, .kick = -1, .call = -1 };
static int family = -1;

static void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
	exit(1);
}

/* --- netlink, as far as vdpa needs it --------------------------------------------- */

struct genl {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char attrs[200];
};

static void genl_attr(struct genl *msg, unsigned int type, const char *text)
{
	struct nlattr attr = { .nla_len = NLA_HDRLEN + strlen(text) + 1, .nla_type = type };
	char *at = (char *)msg + msg->nl.nlmsg_len;

	memcpy(at, &attr, sizeof(attr));
	memcpy(at + NLA_HDRLEN, text, strlen(text) + 1);
	msg->nl.nlmsg_len += NLA_ALIGN(attr.nla_len);
}

static struct genl genl_message(int type, int cmd, unsigned int flags)
{
	return (struct genl) {
		.nl = {
			.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | flags,
		},
		.genl = { .cmd = cmd, .version = 1 },
	};
}

static int nl_socket(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("netlink: %s", strerror(errno));

	return fd;
}

static void find_family(void)
{
	struct genl msg = genl_message(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	char buf[8192] __attribute__((aligned(8)));
	struct nlmsghdr *nl = (struct nlmsghdr *)buf;
	struct nlattr *attr;
	int fd = nl_socket();
	ssize_t n;
	char *at;

	genl_attr(&msg, CTRL_ATTR_FAMILY_NAME, VDPA_GENL_NAME);
	if (send(fd, &msg, msg.nl.nlmsg_len, 0) < 0)
		die("netlink: %s", strerror(errno));
	n = recv(fd, buf, sizeof(buf), 0);
	close(fd);
	if (n < (ssize_t)NLMSG_LENGTH(GENL_HDRLEN) || nl->nlmsg_type == NLMSG_ERROR)
		die("netlink: no family vdpa");
	for (at = buf + NLMSG_LENGTH(GENL_HDRLEN); at < buf + n; at += NLA_ALIGN(attr->nla_len)) {
		attr = (struct nlattr *)at;
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			family = *(uint16_t *)(at + NLA_HDRLEN);
	}
}

/* 0, a negative errno, or UNKNOWN if even the answer was lost. */
static int vdpa(int fd, int cmd, const char *name)
{
	struct genl msg = genl_message(family, cmd, NLM_F_ACK);
	struct {
		struct nlmsghdr nl;
		struct nlmsgerr err;
		char more[512];
	} answer;

	if (cmd == VDPA_CMD_DEV_NEW)
		genl_attr(&msg, VDPA_ATTR_MGMTDEV_DEV_NAME, "scmi_server");
	genl_attr(&msg, VDPA_ATTR_DEV_NAME, name);
	if (send(fd, &msg, msg.nl.nlmsg_len, 0) < 0)
		return -errno;
	if (recv(fd, &answer, sizeof(answer), MSG_DONTWAIT) < 0)
		return UNKNOWN;
	if (answer.nl.nlmsg_type != NLMSG_ERROR)
		die("netlink: answer of type %d", answer.nl.nlmsg_type);

	return answer.err.error;
}

/* --- commands ---------------------------------------------------------------------- */

static int write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);

	return err;
}

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	err = n < 0 ? -errno : 0;
	close(fd);

	return err;
}

static int message(char *const *words, unsigned int n)
{
	uint32_t payload[WORDS_MAX];
	struct vs_reply reply;
	unsigned int i;
	int err;

	for (i = 0; i + 3 <= n; i++)
		payload[i] = strtoul(words[i + 3], NULL, 0);
	err = vs_msg(&vmm, strtoul(words[1], NULL, 0), strtoul(words[2], NULL, 0), payload, n - 2,
		     &reply);

	return err ? err : reply.status;
}

/* One command; nothing is allocated here but by the kernel. */
static int command(char *text, int nl_fd)
{
	char *words[WORDS_MAX + 1] = {}, *save, path[512];
	const char *cmd;
	unsigned int n;

	words[0] = strtok_r(text, " ", &save);
	for (n = 1; n < WORDS_MAX && (words[n] = strtok_r(NULL, " ", &save)); n++)
		;
	n--;
	cmd = words[0];
	if (!cmd)
		return 0;
	if (n)
		snprintf(path, sizeof(path), "%s%s", *words[1] == '/' ? "" : CFS "/", words[1]);

	if (!strcmp(cmd, "mkdir"))
		return mkdir(path, 0755) ? -errno : 0;
	if (!strcmp(cmd, "rmdir"))
		return rmdir(path) ? -errno : 0;
	if (!strcmp(cmd, "read"))
		return read_file(path);
	if (!strcmp(cmd, "write") && n > 1) {
		/* The value is all that follows. */
		char value[128] = "";
		unsigned int i;

		for (i = 2; i <= n; i++)
			snprintf(value + strlen(value), sizeof(value) - strlen(value), "%s%s",
				 i > 2 ? " " : "", words[i]);
		return write_file(path, value);
	}
	if (!strcmp(cmd, "vdpa-add"))
		return vdpa(nl_fd, VDPA_CMD_DEV_NEW, words[1]);
	if (!strcmp(cmd, "vdpa-del"))
		return vdpa(nl_fd, VDPA_CMD_DEV_DEL, words[1]);
	if (!strcmp(cmd, "open"))
		return vs_open(&vmm, words[1]);
	if (!strcmp(cmd, "close")) {
		vs_close(&vmm);
		return 0;
	}
	if (!strcmp(cmd, "msg") && n > 1)
		return message(words, n);
	die("what is %s?", cmd);
}

/* All of a list, or up to the first that fails. */
static int commands(const char *list, int nl_fd)
{
	char copy[1024], *save, *one;
	int err = 0;

	if (strlen(list) >= sizeof(copy))
		die("too long");
	strcpy(copy, list);
	for (one = strtok_r(copy, ";", &save); one && !err; one = strtok_r(NULL, ";", &save))
		err = command(one, nl_fd);

	return err;
}

static void prepare(const char *list)
{
	int fd = nl_socket(), err = commands(list, fd);

	close(fd);
	if (err)
		die("\"%s\": %s", list, err < 0 ? strerror(-err) : "no answer");
}

/* --- everything that can be seen ------------------------------------------------------ */

struct text {
	size_t n;
	char buf[256 * 1024];
};

static void text_add(struct text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void text_add(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text->n += vsnprintf(text->buf + text->n, sizeof(text->buf) - text->n, fmt, args);
	va_end(args);
	if (text->n >= sizeof(text->buf))
		die("too much to look at");
}

static void look_at_file(struct text *text, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	text_add(text, "%s:\n", path);
	if (fd < 0) {
		text_add(text, "%s\n", strerror(errno));
		return;
	}
	while ((n = read(fd, text->buf + text->n, sizeof(text->buf) - text->n - 1)) > 0)
		text->n += n;
	if (n < 0)
		text_add(text, "%s\n", strerror(errno));
	text->buf[text->n] = '\0';
	close(fd);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its paragraphs are in no order, but for their lines that is good enough. */
static void look_at_unordered_file(struct text *text, const char *path)
{
	static struct text raw;
	char *lines[512], *save, *line;
	size_t n = 0, i;

	raw.n = 0;
	look_at_file(&raw, path);
	for (line = strtok_r(raw.buf, "\n", &save); line && n < 512;
	     line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	qsort(lines, n, sizeof(lines[0]), compare_lines);
	for (i = 0; i < n; i++)
		text_add(text, "%s\n", lines[i]);
}

static int no_dots(const struct dirent *d)
{
	return *d->d_name != '.';
}

/* Names only, or with all that the files say. */
static void look_at_dir(struct text *text, const char *path, bool files)
{
	struct dirent **entries;
	char sub[PATH_MAX];
	struct stat st;
	int n, i;

	n = scandir(path, &entries, no_dots, alphasort);
	if (n < 0)
		die("%s: %s", path, strerror(errno));
	for (i = 0; i < n; i++) {
		snprintf(sub, sizeof(sub), "%s/%s", path, entries[i]->d_name);
		text_add(text, "%s\n", sub);
		/* That counts up whatever happens. */
		if (files && strcmp(entries[i]->d_name, "generation") && !lstat(sub, &st)) {
			if (S_ISDIR(st.st_mode))
				look_at_dir(text, sub, true);
			else
				look_at_file(text, sub);
		}
		free(entries[i]);
	}
	free(entries);
}

static void look(struct text *text)
{
	text->n = 0;
	look_at_dir(text, CFS, true);
	look_at_unordered_file(text, DEBUG "/scmi_server/resources");
	look_at_file(text, DEBUG "/scmi_simhw/state");
	look_at_file(text, DEBUG "/scmi_simhw/resets/state");
	look_at_file(text, DEBUG "/scmi_simhw/supplies/state");
	look_at_file(text, DEBUG "/scmi_simhw/domains/state");
	look_at_dir(text, "/sys/bus/scmi_server/devices", false);
	look_at_dir(text, "/sys/bus/vdpa/devices", false);
	look_at_dir(text, "/sys/bus/genpd/devices", false);
	look_at_dir(text, "/sys/class/devlink", false);
	look_at_dir(text, "/sys/firmware/devicetree/base", false);
}

/* The first line in which they differ. */
static void show_difference(const struct text *want, const struct text *got)
{
	size_t i = 0, line = 0;

	while (want->buf[i] && want->buf[i] == got->buf[i])
		if (want->buf[i++] == '\n')
			line = i;
	printf("# wanted: %.*s\n", (int)strcspn(want->buf + line, "\n"), want->buf + line);
	printf("#    got: %.*s\n", (int)strcspn(got->buf + line, "\n"), got->buf + line);
}

static struct text before, after, now;

static bool like(const struct text *want)
{
	time_t end = time(NULL) + PATIENCE;

	do {
		look(&now);
		if (!strcmp(now.buf, want->buf))
			return true;
		usleep(1000);
	} while (time(NULL) < end);

	return false;
}

/* --- faults ------------------------------------------------------------------------- */

static int nth_fd;

static void fail_nth(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(nth_fd, text, strlen(text), 0) < 0)
		die("fail-nth: %s", strerror(errno));
}

/* How many allocations are left until one fails; 0: it has. */
static unsigned int fails_left(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		die("fail-nth: %s", strerror(errno));

	return strtoul(text, NULL, 0);
}

static void failslab(const char *file, unsigned int value)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), FAILSLAB "%s", file);
	snprintf(text, sizeof(text), "%u", value);
	if (write_file(path, text))
		die("%s: %s", path, strerror(errno));
}

static unsigned int failslab_times(void)
{
	char text[16] = "";
	FILE *f = fopen(FAILSLAB "times", "r");

	if (!f || !fgets(text, sizeof(text), f))
		die("%stimes: %s", FAILSLAB, strerror(errno));
	fclose(f);

	return strtoul(text, NULL, 0);
}

/* The threads that may execute a message are those that may fail. */
static void mark_workers(bool mark)
{
	char path[64], name[32];
	struct dirent *d;
	DIR *dir = opendir("/proc");
	FILE *f;

	while (dir && (d = readdir(dir))) {
		if (*d->d_name < '1' || *d->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%.16s/comm", d->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (!fgets(name, sizeof(name), f))
			*name = '\0';
		fclose(f);
		snprintf(path, sizeof(path), "/proc/%.16s/make-it-fail", d->d_name);
		if (!strncmp(name, "kworker/u", 9))
			write_file(path, mark ? "1" : "0");
	}
	closedir(dir);
}

static void faults_begin(bool workers, unsigned int n)
{
	if (!workers) {
		fail_nth(n);
		return;
	}
	mark_workers(true);
	/* So many bytes are had before; most objects have some dozen. */
	failslab("space", (n - 1) * 32);
	failslab("times", 1);
	failslab("probability", 100);
}

/* Whether there was a fault. */
static bool faults_end(bool workers)
{
	bool hit;

	if (!workers) {
		hit = !fails_left();
		fail_nth(0);
		return hit;
	}
	failslab("probability", 0);
	hit = !failslab_times();
	mark_workers(false);

	return hit;
}

int main(int argc, char **argv)
{
	const char *setup, *operation, *teardown;
	unsigned int n, failed = 0;
	bool workers = false, hit;
	int err, fd;

	if (argc > 1 && !strcmp(argv[1], "-m")) {
		workers = true;
		argc--;
		argv++;
	}
	if (argc != 4) {
		fprintf(stderr, "usage: see the head of faults.c\n");
		return 2;
	}
	setup = argv[1];
	operation = argv[2];
	teardown = argv[3];
	setvbuf(stdout, NULL, _IOLBF, 0);

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		die("no faults can be injected: %s", strerror(errno));
	failslab("probability", 0);
	failslab("ignore-gfp-wait", 0);
	failslab("verbose", 0);
	failslab("interval", 1);
	failslab("task-filter", 1);
	find_family();

	/* First, how it is meant to be. */
	prepare(setup);
	look(&before);
	prepare(operation);
	look(&after);
	prepare(teardown);

	for (n = 1;; n++) {
		if (n > FAILS_MAX)
			die("fails at allocation %u, and has no end", n);
		prepare(setup);
		if (!like(&before)) {
			show_difference(&before, &now);
			die("allocation %u: something is left of the last time", n);
		}

		fd = nl_socket();
		faults_begin(workers, n);
		err = commands(operation, fd);
		hit = faults_end(workers);
		close(fd);
		if (err && !hit)
			die("allocation %u did not fail, but: %s", n, strerror(abs(err)));
		if (err == UNKNOWN && like(&after))
			err = 0;
		if (!like(err ? &before : &after)) {
			show_difference(err ? &before : &after, &now);
			die("allocation %u failed: it is not as %s (result: %d)", n,
			    err ? "before" : "after success", err);
		}
		failed += !!err;

		if (err)
			prepare(operation);
		if (!like(&after)) {
			show_difference(&after, &now);
			die("allocation %u failed: not possible any more", n);
		}
		prepare(teardown);
		if (!hit)
			break;
	}
	printf("# %u allocations failed, and the operation did for %u of them\n", n - 1, failed);

	return 0;
}
