// SPDX-License-Identifier: GPL-2.0
/*
 * vmtool - the lines between a host machine and its guests
 *
 *   vmtool console LABEL TOKEN DIR          filter a guest's console: log, and
 *                                           "TOKEN up" and "TOKEN status" as
 *                                           files, go to DIR
 *   vmtool agent TTY READY                  in a guest: run commands sent to
 *                                           it; READY goes to the kernel's log
 *   vmtool run SOCKET SECONDS COMMAND       in the host: send it one
 *   vmtool monitor SOCKET COMMAND           one QEMU monitor command
 *   vmtool qmp SOCKET COMMAND...            QMP commands, as JSON
 *
 * A UART carries bytes and may lose some, and the guest may reboot, so
 * agent and run speak lines with a number, and run knocks until it is heard:
 *
 *   ?ID              run: are you there? stop what you do
 *   !ID              agent: yes
 *   =ID LEN\nDATA    run: the command
 *   oID LEN\nDATA    agent: some of its output
 *   xID STATUS       agent: it ended
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define EXIT_TIMEOUT	124
#define EXIT_TROUBLE	125
#define LINE_MAX_LEN	4096
#define KNOCK_MS	500

static void fail(const char *what)
{
	fprintf(stderr, "vmtool: %s: %s\n", what, strerror(errno));
	exit(EXIT_TROUBLE);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Returns false when the other end is gone. */
static bool put(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

/* One line, kept together by one write, whatever else goes to this tty. */
static void put_console_line(const char *label, FILE *log, const char *line)
{
	char *out;
	int len;

	/* vm splits at the record separator, even in the middle of a line. */
	len = asprintf(&out, "\036%s|%s\n", label, line);
	if (len < 0)
		exit(EXIT_TROUBLE);
	put(STDOUT_FILENO, out, len);
	free(out);
	fprintf(log, "%s\n", line);
	fflush(log);
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	if (!f)
		fail(path);
	return f;
}

/* What the guest's init has to say; true when it was its last word. */
static bool note(const char *dir, const char *word)
{
	FILE *f;

	if (!strncmp(word, "up", 2)) {
		fclose(open_in(dir, "up", "w"));
		return false;
	}
	/* Nobody reads it before the guest has ended. */
	f = open_in(dir, "status", "w");
	fprintf(f, "%d\n", atoi(word));
	fclose(f);
	return true;
}

static int console(char **arg)
{
	const char *label = arg[0], *token = arg[1];
	char line[LINE_MAX_LEN], *hit;
	bool last = false;
	size_t len = 0;
	FILE *log;
	int c;

	log = open_in(arg[2], "log", "a");
	do {
		c = getchar();
		if (c != EOF && c != '\n' && len < sizeof(line) - 1) {
			/* The separator is ours alone. */
			if (c && c != '\r' && c != '\036')
				line[len++] = c;
			continue;
		}
		line[len] = 0;
		hit = strstr(line, token);
		if (hit)
			last |= note(arg[2], hit + strlen(token));
		else if ((len || c == '\n') &&
			 !(last && strstr(line, "reboot: Power down")))
			put_console_line(label, log, line);
		len = 0;
		if (c != EOF && c != '\n')
			line[len++] = c;
	} while (c != EOF);
	return 0;
}

/* Bytes of the far end, and lines and blocks taken from them. */
struct stream {
	int	fd;
	size_t	len;
	char	buf[65536];
};

/* 1 got something, 0 the deadline passed, -1 the far end is gone. */
static int stream_fill(struct stream *s, long long deadline)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	long long left;
	ssize_t n;

	for (;;) {
		left = deadline - now_ms();
		if (deadline >= 0 && left <= 0)
			return 0;
		n = poll(&p, 1, deadline < 0 ? -1 : (int)left);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n <= 0)
			continue;
		if (s->len == sizeof(s->buf))
			s->len = 0;	/* one endless line: noise */
		n = read(s->fd, s->buf + s->len, sizeof(s->buf) - s->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		s->len += n;
		return 1;
	}
}

static void stream_drop(struct stream *s, size_t n)
{
	memmove(s->buf, s->buf + n, s->len - n);
	s->len -= n;
}

/* As stream_fill(); the line is at most @size - 1 bytes of it. */
static int stream_line(struct stream *s, char *line, size_t size,
		       long long deadline)
{
	char *end;
	size_t n;
	int rc;

	for (;;) {
		end = memchr(s->buf, '\n', s->len);
		if (end)
			break;
		rc = stream_fill(s, deadline);
		if (rc <= 0)
			return rc;
	}
	n = end - s->buf;
	if (n < size) {
		memcpy(line, s->buf, n);
		line[n] = 0;
	} else {
		line[0] = 0;
	}
	stream_drop(s, n + 1);
	return 1;
}

static int stream_block(struct stream *s, char *block, size_t len,
			long long deadline)
{
	size_t n;
	int rc;

	while (len) {
		if (!s->len) {
			rc = stream_fill(s, deadline);
			if (rc <= 0)
				return rc;
		}
		n = s->len < len ? s->len : len;
		memcpy(block, s->buf, n);
		stream_drop(s, n);
		block += n;
		len -= n;
	}
	return 1;
}

static struct stream in;

static void say(int fd, char kind, unsigned long id, long value,
		const char *data)
{
	char head[64];
	int len;

	len = snprintf(head, sizeof(head), "%c%lu %ld\n", kind, id, value);
	put(fd, head, len);
	if (data)
		put(fd, data, value);
}

/* Runs one command; gives up as soon as the host knocks again. */
static void agent_command(unsigned long id, const char *cmd)
{
	struct pollfd p[2];
	char buf[4096];
	int pipefd[2], status = 0;
	bool ended = false;
	ssize_t n;
	pid_t pid;

	if (pipe(pipefd))
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		setsid();
		signal(SIGPIPE, SIG_DFL);
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		dup2(pipefd[1], STDOUT_FILENO);
		dup2(pipefd[1], STDERR_FILENO);
		close(pipefd[0]);
		close(pipefd[1]);
		close(in.fd);
		execl("/bin/sh", "sh", "-c", cmd, NULL);
		_exit(127);
	}
	close(pipefd[1]);
	fcntl(pipefd[0], F_SETFL, O_NONBLOCK);
	p[0] = (struct pollfd){ .fd = pipefd[0], .events = POLLIN };
	p[1] = (struct pollfd){ .fd = in.fd, .events = POLLIN };

	/*
	 * The command's end counts, not the pipe's: what it left running
	 * in the background may hold the pipe open for ever.
	 */
	for (;;) {
		n = read(pipefd[0], buf, sizeof(buf));
		if (n > 0) {
			say(in.fd, 'o', id, n, buf);
			continue;
		}
		if (ended)
			break;
		if (waitpid(pid, &status, WNOHANG) == pid) {
			ended = true;
			continue;
		}
		if (!n)
			p[0].fd = -1;
		poll(p, 2, 20);
		if (p[1].revents & POLLIN) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			close(pipefd[0]);
			return;
		}
	}
	close(pipefd[0]);
	if (WIFSIGNALED(status))
		status = 128 + WTERMSIG(status);
	else
		status = WEXITSTATUS(status);
	say(in.fd, 'x', id, status, NULL);
}

static int agent(char **arg)
{
	char line[128], *cmd;
	unsigned long id, len;
	struct termios t;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	in.fd = open(arg[0], O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (in.fd < 0)
		fail(arg[0]);
	if (!tcgetattr(in.fd, &t)) {
		cfmakeraw(&t);
		t.c_cflag |= CLOCAL;
		tcsetattr(in.fd, TCSANOW, &t);
	}
	fd = open("/dev/kmsg", O_WRONLY);
	if (fd < 0)
		fail("/dev/kmsg");
	/* Not dprintf(): it wants to seek. */
	snprintf(line, sizeof(line), "<0>%s\n", arg[1]);
	put(fd, line, strlen(line));
	close(fd);
	while (stream_line(&in, line, sizeof(line), -1) > 0) {
		if (sscanf(line, "?%lu", &id) == 1) {
			say(in.fd, '!', id, 0, NULL);
		} else if (sscanf(line, "=%lu %lu", &id, &len) == 2 &&
			   len < 1 << 20) {
			cmd = calloc(1, len + 1);
			if (!cmd)
				fail("calloc");
			if (stream_block(&in, cmd, len, now_ms() + 5000) > 0)
				agent_command(id, cmd);
			free(cmd);
		}
	}
	return 0;
}

static int dial(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(sa.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int run(char **arg)
{
	long long deadline = now_ms() + atoll(arg[1]) * 1000, knock;
	unsigned long id = getpid() ^ (unsigned long)time(NULL) << 8, got;
	char line[128], block[65536];
	long value;
	int rc;

	/* QEMU takes one connection at a time: others wait for an answer. */
	in.fd = dial(arg[0]);
	if (in.fd < 0)
		fail(arg[0]);
	do {
		/* Ends the line that an earlier, broken talk left open. */
		dprintf(in.fd, "\n?%lu\n", id);
		knock = now_ms() + KNOCK_MS;
		while ((rc = stream_line(&in, line, sizeof(line), knock)) > 0)
			if (sscanf(line, "!%lu", &got) == 1 && got == id)
				break;
		if (rc < 0)
			goto gone;
		if (!rc && now_ms() >= deadline) {
			fprintf(stderr, "vmtool: the guest does not answer\n");
			return EXIT_TIMEOUT;
		}
	} while (!rc);

	say(in.fd, '=', id, strlen(arg[2]), arg[2]);
	while ((rc = stream_line(&in, line, sizeof(line), deadline)) > 0) {
		if (sscanf(line + 1, "%lu %ld", &got, &value) != 2 || got != id)
			continue;
		if (line[0] == 'x')
			return value;
		if (line[0] != 'o' || value < 0 || value > (long)sizeof(block))
			continue;
		rc = stream_block(&in, block, value, deadline);
		if (rc <= 0)
			break;
		put(STDOUT_FILENO, block, value);
	}
	if (!rc) {
		fprintf(stderr, "vmtool: the command takes too long\n");
		return EXIT_TIMEOUT;
	}
gone:
	fprintf(stderr, "vmtool: the guest is gone\n");
	return EXIT_TROUBLE;
}

/* Reads up to the prompt; what stands there is the answer. */
static bool monitor_prompt(void)
{
	static const char prompt[] = "(qemu) ";
	size_t n = sizeof(prompt) - 1;

	while (in.len < n || memcmp(in.buf + in.len - n, prompt, n))
		if (stream_fill(&in, now_ms() + 10000) <= 0)
			return false;
	in.len -= n;
	return true;
}

static int monitor(char **arg)
{
	bool prompt;
	char *text;

	in.fd = dial(arg[0]);
	if (in.fd < 0)
		fail(arg[0]);
	if (!monitor_prompt()) {
		fprintf(stderr, "vmtool: QEMU does not prompt\n");
		return EXIT_TROUBLE;
	}
	in.len = 0;
	dprintf(in.fd, "%s\n", arg[1]);
	prompt = monitor_prompt();
	/* The first line is the command, echoed key by key. */
	text = memchr(in.buf, '\n', in.len);
	if (text)
		put(STDOUT_FILENO, text + 1, in.len - (text + 1 - in.buf));
	/* Only after "quit" is there no prompt any more. */
	return prompt || !strcmp(arg[1], "quit") ? 0 : EXIT_TROUBLE;
}

static int qmp(char **arg)
{
	static const char hello[] = "{\"execute\":\"qmp_capabilities\"}";
	long long deadline = now_ms() + 10000;
	const char *cmd = hello;
	char line[8192];

	in.fd = dial(*arg);
	if (in.fd < 0)
		fail(*arg);
	while (cmd) {
		dprintf(in.fd, "%s\n", cmd);
		do {
			if (stream_line(&in, line, sizeof(line), deadline) <= 0) {
				fprintf(stderr, "vmtool: no answer to %s\n", cmd);
				return EXIT_TROUBLE;
			}
			if (!strncmp(line, "{\"error\"", 8)) {
				fprintf(stderr, "vmtool: %s\n", line);
				return EXIT_TROUBLE;
			}
			/* The greeting and events come in between. */
		} while (strncmp(line, "{\"return\"", 9));
		cmd = *++arg;
	}
	return 0;
}

static bool enough(int given, int wanted)
{
	return wanted < 0 ? given >= -wanted : given == wanted;
}

int main(int argc, char **argv)
{
	static const struct {
		const char	*name;
		int		args;	/* negative: at least */
		int		(*fn)(char **arg);
	} tools[] = {
		{ "console", 3, console },
		{ "agent", 2, agent },
		{ "run", 3, run },
		{ "monitor", 2, monitor },
		{ "qmp", -2, qmp },
		{ }
	};
	const char *name = argc > 1 ? argv[1] : "";
	size_t i;

	for (i = 0; tools[i].name; i++) {
		if (strcmp(name, tools[i].name))
			continue;
		if (enough(argc - 2, tools[i].args))
			return tools[i].fn(argv + 2);
	}
	fprintf(stderr, "usage: see the top of the source\n");
	return EXIT_TROUBLE;
}
