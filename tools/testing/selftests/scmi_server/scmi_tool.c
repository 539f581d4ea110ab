// SPDX-License-Identifier: GPL-2.0
/*
 * What the shell tests cannot do by themselves.
 *
 *	scmi_tool msg [-l BYTES] PROTO CMD [WORD...]
 *		one message through the client's raw mode; prints the status
 *		and the returned words. -l cuts or pads the payload.
 *	scmi_tool event
 *		waits for a notification; prints its words, header first
 *	scmi_tool name ID
 *		the extended name of a clock
 *	scmi_tool rates ID
 *		the rates of a clock, page by page, or "range LOW HIGH STEP"
 *	scmi_tool sweep ID FILE RATE...
 *		sets each rate; prints those after which the client or FILE,
 *		where the hardware's rate is, reads another
 *	scmi_tool hammer ID
 *		re-rates and gates a clock until SIGTERM; prints how often it
 *		was answered with which status
 *	scmi_tool bench COUNT PROTO CMD [WORD...]
 *		prints the median round trip in nanoseconds
 *	scmi_tool burst COUNT
 *		requests of all four protocols, mixed, to ids 0 and clock 1 of a
 *		device such as trio0; prints the nanoseconds that all took
 *	scmi_tool matrix KIND DIR [VALUE]
 *		each command to a resource with each set of rights: clock and
 *		supply with a value to set, mux with the id of a parent, reset,
 *		power. DIR is where configfs has it. Prints what is answered
 *		otherwise than documented, or does something to the simulated
 *		hardware without a right, or nothing with one
 *	scmi_tool try mkdir|rmdir PATH, try write PATH VALUE
 *		prints OK or the name of the errno
 *	scmi_tool agents make|remove FIRST LAST DEVICE
 *		live agents s<FIRST> to s<LAST>, each with the device, shared;
 *		prints for each the nanoseconds it took to make it, and those of
 *		mkdir of the agent, mkdir of the device, shared, enable and live
 *	scmi_tool ask SOCKET LINE
 *		sends a guest's second UART a line; prints the line that it answers
 *
 * As the first program of a guest it does random work with one clock to gate and
 * one to set, a power domain, a regulator and a reset line, the first of their
 * kinds. It is told on the second UART what to do, and answers each line:
 *
 *	go [SEED]	work at leisure, until the next line
 *	run		work without a pause, until the next line
 *	votes		prints how many messages it has sent, to how many there was
 *			an answer that there should not be, and what it asks for at
 *			the end: gate, clock, its rate, domain, regulator, its
 *			voltage, line asserted; - where it asks for nothing
 *	off		powers off
 *
 * VM_TOKEN in the environment is what the guest's console is known by. SCMI_RAW
 * is the file of the client's raw mode, if it is not that of the first client.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define RAW	"/sys/kernel/debug/scmi/0/raw/message"
#define RAW_EVENTS "/sys/kernel/debug/scmi/0/raw/notification"
#define AGENTS	"/sys/kernel/config/scmi_server/agents"
#define WORDS	64
/* The client itself waits a minute for a virtio server. */
#define TIMEOUT	(70 * 1000)

#define BASE	0x10
#define POWER	0x11
#define CLOCK	0x14
#define RESET	0x16
#define VOLTAGE	0x17
#define DESCRIBE_RATES 4
#define RATE_SET 5
#define RATE_GET 6
#define NAME_GET 8
#define CONFIG_SET 7

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static const char *raw_file(void)
{
	const char *name = getenv("SCMI_RAW");

	return name ? name : RAW;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/*
 * A token must not be one that the client still has in use, so each message
 * has another one; the offset of the file tells replies apart, so each message
 * has a file of its own, too.
 */
static int exchange(unsigned int proto, unsigned int cmd, const uint32_t *words,
		    size_t len, uint32_t *reply)
{
	static unsigned int token = ~0u;
	uint32_t msg[WORDS + 1];
	struct pollfd pfd;
	ssize_t n;
	int fd;

	if (token == ~0u)
		token = now() >> 12;
	token = (token + 1) & 0x3ff;

	fd = open(raw_file(), O_RDWR);
	if (fd < 0)
		die(raw_file());
	msg[0] = htole32(cmd | proto << 10 | token << 18);
	memcpy(&msg[1], words, len);
	if (write(fd, msg, 4 + len) != (ssize_t)(4 + len))
		die("write");

	pfd.fd = fd;
	pfd.events = POLLIN;
	/* A signal must not leave a reply behind for somebody else. */
	do {
		n = poll(&pfd, 1, TIMEOUT);
	} while (n < 0 && errno == EINTR);
	if (n != 1) {
		fprintf(stderr, "no reply\n");
		exit(3);
	}
	n = read(fd, reply, WORDS * 4);
	if (n < 0)
		die("read");
	close(fd);

	if (n < 8 || reply[0] != msg[0]) {
		fprintf(stderr, "bad reply: %zd bytes, header %08x\n", n, le32toh(reply[0]));
		exit(3);
	}

	return n / 4;
}

static size_t parse(int argc, char **argv, uint32_t *words)
{
	int i;

	if (argc > WORDS)
		exit(2);
	for (i = 0; i < argc; i++)
		words[i] = htole32(strtoul(argv[i], NULL, 0));

	return argc * 4;
}

static int cmd_msg(int argc, char **argv)
{
	uint32_t words[WORDS] = {}, reply[WORDS];
	long cut = -1;
	size_t len;
	int n, i;

	if (argc > 2 && !strcmp(argv[0], "-l")) {
		cut = strtol(argv[1], NULL, 0);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2)
		return 2;

	len = parse(argc - 2, argv + 2, words);
	if (cut >= 0 && cut <= (long)sizeof(words))
		len = cut;
	n = exchange(strtoul(argv[0], NULL, 0), strtoul(argv[1], NULL, 0), words, len, reply);
	printf("%d", (int32_t)le32toh(reply[1]));
	for (i = 2; i < n; i++)
		printf(" %08x", le32toh(reply[i]));
	printf("\n");

	return 0;
}

static int cmd_event(int argc, char **argv)
{
	struct pollfd pfd = { .events = POLLIN };
	uint32_t words[WORDS];
	ssize_t n, i;

	(void)argv;
	if (argc)
		return 2;
	pfd.fd = open(RAW_EVENTS, O_RDONLY);
	if (pfd.fd < 0)
		die(RAW_EVENTS);
	if (poll(&pfd, 1, TIMEOUT) != 1) {
		fprintf(stderr, "no notification\n");
		return 3;
	}
	n = read(pfd.fd, words, sizeof(words));
	if (n < 0)
		die("read");
	close(pfd.fd);

	for (i = 0; i < n / 4; i++)
		printf("%s%08x", i ? " " : "", le32toh(words[i]));
	printf("\n");

	return 0;
}

static int clock_command(unsigned int cmd, const uint32_t *words, size_t len, uint32_t *reply)
{
	int n = exchange(CLOCK, cmd, words, len, reply);
	int32_t status = le32toh(reply[1]);

	if (status) {
		printf("error %d\n", status);
		exit(0);
	}

	return n - 2;
}

static int cmd_name(int argc, char **argv)
{
	uint32_t id, reply[WORDS];

	if (argc != 1)
		return 2;
	id = htole32(strtoul(argv[0], NULL, 0));
	if (clock_command(NAME_GET, &id, sizeof(id), reply) != 17) {
		printf("short\n");
		return 1;
	}
	printf("%.64s\n", (char *)&reply[3]);

	return 0;
}

static uint64_t rate_at(const uint32_t *words)
{
	return le32toh(words[0]) | (uint64_t)le32toh(words[1]) << 32;
}

static int cmd_rates(int argc, char **argv)
{
	uint32_t words[2], reply[WORDS], flags, total = 0, at = 0, got, i;
	int n;

	if (argc != 1)
		return 2;
	words[0] = htole32(strtoul(argv[0], NULL, 0));
	do {
		words[1] = htole32(at);
		n = clock_command(DESCRIBE_RATES, words, sizeof(words), reply);
		flags = le32toh(reply[2]);
		got = flags & 0xfff;
		if (n != (int)(1 + 2 * got) || !got) {
			printf("says %u, has %d words\n", got, n);
			return 1;
		}
		if (!at)
			total = got + (flags >> 16);
		if (at + got + (flags >> 16) != total) {
			printf("%u + %u + %u is not %u\n", at, got, flags >> 16, total);
			return 1;
		}
		if (flags & 1 << 12)
			printf("range ");
		for (i = 0; i < got; i++)
			printf("%llu%s", (unsigned long long)rate_at(&reply[3 + 2 * i]),
			       at + i + 1 < total ? " " : "\n");
		at += got;
	} while (at < total);

	return 0;
}

static unsigned long long file_number(const char *path)
{
	unsigned long long val = 0;
	FILE *f = fopen(path, "r");

	if (!f || fscanf(f, "%llu", &val) != 1)
		die(path);
	fclose(f);

	return val;
}

static int cmd_sweep(int argc, char **argv)
{
	uint32_t id, reply[WORDS];
	int i;

	if (argc < 3)
		return 2;
	id = htole32(strtoul(argv[0], NULL, 0));
	for (i = 2; i < argc; i++) {
		unsigned long long hz = strtoull(argv[i], NULL, 0), client, hw;
		uint32_t rate[] = { 0, id, htole32(hz), htole32(hz >> 32) };

		clock_command(RATE_SET, rate, sizeof(rate), reply);
		clock_command(RATE_GET, &id, sizeof(id), reply);
		client = rate_at(&reply[2]);
		hw = file_number(argv[1]);
		if (client != hz || hw != hz)
			printf("%llu: client %llu, hardware %llu\n", hz, client, hw);
	}

	return 0;
}

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static int cmd_hammer(int argc, char **argv)
{
	unsigned long count[16] = {}, other = 0;
	uint32_t id, reply[WORDS];
	unsigned int i;

	if (argc != 1)
		return 2;
	id = htole32(strtoul(argv[0], NULL, 0));
	signal(SIGTERM, on_term);

	for (i = 0; !stop; i++) {
		uint32_t config[] = { id, htole32(i & 1), 0 };
		uint32_t rate[] = { 0, id, htole32(i & 2 ? 600000000 : 1200000000), 0 };
		int32_t status;

		if (i % 3 == 2)
			exchange(CLOCK, RATE_SET, rate, sizeof(rate), reply);
		else
			exchange(CLOCK, CONFIG_SET, config, sizeof(config), reply);
		status = -(int32_t)le32toh(reply[1]);
		if (status >= 0 && status < 16)
			count[status]++;
		else
			other++;
	}

	for (i = 0; i < 16; i++)
		if (count[i])
			printf("%d:%lu ", -(int)i, count[i]);
	printf("other:%lu\n", other);

	return 0;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int cmd_bench(int argc, char **argv)
{
	uint32_t words[WORDS] = {}, reply[WORDS];
	unsigned long count, i;
	uint64_t *ns;
	size_t len;

	if (argc < 3)
		return 2;
	count = strtoul(argv[0], NULL, 0);
	ns = calloc(count, sizeof(*ns));
	if (!ns || !count)
		return 2;
	len = parse(argc - 3, argv + 3, words);

	for (i = 0; i < count; i++) {
		ns[i] = now();
		exchange(strtoul(argv[1], NULL, 0), strtoul(argv[2], NULL, 0), words, len,
			 reply);
		ns[i] = now() - ns[i];
	}
	qsort(ns, count, sizeof(*ns), compare);
	printf("%llu\n", (unsigned long long)ns[count / 2]);
	free(ns);

	return 0;
}

static int cmd_try(int argc, char **argv)
{
	int fd, err = 0;

	if (argc == 2 && !strcmp(argv[0], "mkdir")) {
		err = mkdir(argv[1], 0755);
	} else if (argc == 2 && !strcmp(argv[0], "rmdir")) {
		err = rmdir(argv[1]);
	} else if (argc == 3 && !strcmp(argv[0], "write")) {
		fd = open(argv[1], O_WRONLY);
		err = fd < 0 || write(fd, argv[2], strlen(argv[2])) < 0 ? -1 : 0;
	} else {
		return 2;
	}

	printf("%s\n", err ? strerrorname_np(errno) : "OK");
	return 0;
}

/* Write @value to a file of the agent; %NULL: mkdir, "": rmdir. */
static void agent_do(unsigned long agent, const char *value, const char *path,
		     const char *device)
{
	char full[256];
	int fd, err;

	snprintf(full, sizeof(full), AGENTS "/s%lu%s%s%s", agent,
		 device ? "/devices/" : "", device ? device : "", path);
	if (!value) {
		err = mkdir(full, 0755);
	} else if (!*value) {
		err = rmdir(full);
	} else {
		fd = open(full, O_WRONLY);
		if (fd < 0)
			die(full);
		err = write(fd, value, strlen(value)) < 0;
		close(fd);
	}
	if (err)
		die(full);
}

static int cmd_agents(int argc, char **argv)
{
	unsigned long first, last, agent;
	uint64_t at[6];
	const char *dev;
	int i;

	if (argc != 4 || (strcmp(argv[0], "make") && strcmp(argv[0], "remove")))
		return 2;
	first = strtoul(argv[1], NULL, 0);
	last = strtoul(argv[2], NULL, 0);
	dev = argv[3];

	for (agent = first; agent <= last; agent++) {
		if (!strcmp(argv[0], "remove")) {
			agent_do(agent, "0", "/live", NULL);
			agent_do(agent, "", "", dev);
			agent_do(agent, "", "", NULL);
			continue;
		}
		at[0] = now();
		agent_do(agent, NULL, "", NULL);
		at[1] = now();
		agent_do(agent, NULL, "", dev);
		at[2] = now();
		agent_do(agent, "1", "/shared", dev);
		at[3] = now();
		agent_do(agent, "1", "/enable", dev);
		at[4] = now();
		agent_do(agent, "1", "/live", NULL);
		at[5] = now();
		printf("%llu", (unsigned long long)(at[5] - at[0]));
		for (i = 0; i < 5; i++)
			printf(" %llu", (unsigned long long)(at[i + 1] - at[i]));
		printf("\n");
	}

	return 0;
}

static int cmd_ask(int argc, char **argv)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	char c = 0;
	int fd;

	if (argc != 2 || strlen(argv[0]) >= sizeof(sa.sun_path))
		return 2;
	strcpy(sa.sun_path, argv[0]);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)))
		die(argv[0]);
	dprintf(fd, "%s\n", argv[1]);
	do {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };

		if (poll(&pfd, 1, TIMEOUT) != 1 || read(fd, &c, 1) != 1) {
			fprintf(stderr, "no answer\n");
			return 3;
		}
		putchar(c);
	} while (c != '\n');

	return 0;
}

/* --- rights --------------------------------------------------------------------- */

#define HW_DIR	"/sys/kernel/debug/scmi_simhw"
#define SELF	(-1)	/* in a message: the resource's id */
#define VALUE	(-2)

static const char *const rights_of_clock[] = { "get", "state", "rate", "parent", "notify", NULL };
static const char *const rights_of_reset[] = { "get", "assert", "pulse", NULL };
static const char *const rights_of_supply[] = { "get", "state", "level", NULL };
static const char *const rights_of_power[] = { "get", "state", NULL };

static const struct {
	const char *kind;
	const char *const *rights;
} matrix_kinds[] = {
	{ "clock", rights_of_clock }, { "mux", rights_of_clock }, { "reset", rights_of_reset },
	{ "supply", rights_of_supply }, { "power", rights_of_power },
};

static const struct matrix_row {
	const char *kind, *need;
	unsigned int proto, cmd;
	bool sets;
	size_t n;
	long words[4];
} matrix[] = {
	{ "clock", "get", CLOCK, 0x3, false, 1, { SELF } },
	{ "clock", "get", CLOCK, 0x4, false, 2, { SELF, 0 } },
	{ "clock", "rate", CLOCK, 0x5, true, 4, { 0, SELF, VALUE, 0 } },
	{ "clock", "get", CLOCK, 0x6, false, 1, { SELF } },
	{ "clock", "state", CLOCK, 0x7, true, 3, { SELF, 1, 0 } },
	{ "clock", "get", CLOCK, 0x8, false, 1, { SELF } },
	{ "clock", "get", CLOCK, 0xb, false, 2, { SELF, 0 } },
	{ "clock", "get", CLOCK, 0xf, false, 1, { SELF } },
	{ "clock", "state", CLOCK, 0x7, true, 3, { SELF, 0, 0 } },
	{ "mux", "get", CLOCK, 0x3, false, 1, { SELF } },
	{ "mux", "get", CLOCK, 0xc, false, 2, { SELF, 0 } },
	{ "mux", "parent", CLOCK, 0xd, true, 2, { SELF, VALUE } },
	{ "mux", "get", CLOCK, 0xe, false, 1, { SELF } },
	{ "mux", "state", CLOCK, 0x7, true, 3, { SELF, 1, 0 } },
	{ "mux", "state", CLOCK, 0x7, true, 3, { SELF, 0, 0 } },
	{ "mux", "get", CLOCK, 0xf, false, 1, { SELF } },
	{ "reset", "get", RESET, 0x3, false, 1, { SELF } },
	{ "reset", "assert", RESET, 0x4, true, 3, { SELF, 0, 0 } },
	{ "reset", "assert", RESET, 0x4, true, 3, { SELF, 2, 0 } },
	{ "reset", "pulse", RESET, 0x4, true, 3, { SELF, 1, 0 } },
	{ "reset", "get", RESET, 0x6, false, 1, { SELF } },
	{ "supply", "get", VOLTAGE, 0x3, false, 1, { SELF } },
	{ "supply", "get", VOLTAGE, 0x4, false, 2, { SELF, 0 } },
	{ "supply", "level", VOLTAGE, 0x7, true, 3, { SELF, 0, VALUE } },
	{ "supply", "state", VOLTAGE, 0x5, true, 2, { SELF, 7 } },
	{ "supply", "get", VOLTAGE, 0x6, false, 1, { SELF } },
	{ "supply", "get", VOLTAGE, 0x8, false, 1, { SELF } },
	{ "supply", "get", VOLTAGE, 0x9, false, 1, { SELF } },
	{ "supply", "state", VOLTAGE, 0x5, true, 2, { SELF, 0 } },
	{ "power", "get", POWER, 0x3, false, 1, { SELF } },
	{ "power", "state", POWER, 0x4, true, 3, { 0, SELF, 0 } },
	{ "power", "get", POWER, 0x5, false, 1, { SELF } },
	{ "power", "get", POWER, 0x8, false, 1, { SELF } },
	{ "power", "state", POWER, 0x4, true, 3, { 0, SELF, 0x40000000 } },
};

static size_t file_text(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		die(path);
	while ((n = read(fd, buf + len, size - len)) > 0)
		len += n;
	close(fd);

	return len;
}

/* All that the simulated hardware says of itself. */
static size_t matrix_look(char *buf, size_t size)
{
	static const char *const files[] = {
		HW_DIR "/state", HW_DIR "/resets/state", HW_DIR "/supplies/state",
		HW_DIR "/domains/state",
	};
	size_t len = 0, i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		len += file_text(files[i], buf + len, size - len);

	return len;
}

static void matrix_rights(const char *dir, const char *rights)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/access", dir);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, rights, strlen(rights)) < 0)
		die(path);
	close(fd);
}

static void matrix_try(const struct matrix_row *row, const char *rights, bool has, uint32_t id,
		       uint32_t value)
{
	static char before[1 << 16], after[1 << 16];
	uint32_t words[4], reply[WORDS];
	size_t was, is, i;
	int32_t status;
	bool changed;

	for (i = 0; i < row->n; i++)
		words[i] = htole32(row->words[i] == SELF ? id :
				   row->words[i] == VALUE ? value : (uint32_t)row->words[i]);

	was = matrix_look(before, sizeof(before));
	exchange(row->proto, row->cmd, words, row->n * 4, reply);
	is = matrix_look(after, sizeof(after));
	status = le32toh(reply[1]);
	changed = was != is || memcmp(before, after, was);

	if (status != (has ? 0 : -3))
		printf("%s with \"%s\": %#x %#x: status %d\n", row->kind, rights, row->proto,
		       row->cmd, status);
	if (changed != (has && row->sets))
		printf("%s with \"%s\": %#x %#x: the hardware is %s\n", row->kind, rights,
		       row->proto, row->cmd, changed ? "another" : "the same");
}

static int cmd_matrix(int argc, char **argv)
{
	const char *const *all = NULL;
	unsigned int set, bit, tried = 0;
	char path[256], rights[64];
	uint32_t id, value;
	size_t i;

	if (argc < 2 || argc > 3)
		return 2;
	for (i = 0; i < sizeof(matrix_kinds) / sizeof(matrix_kinds[0]); i++)
		if (!strcmp(matrix_kinds[i].kind, argv[0]))
			all = matrix_kinds[i].rights;
	if (!all)
		return 2;
	value = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	snprintf(path, sizeof(path), "%s/id", argv[1]);
	id = file_number(path);

	for (set = 0; ; set++) {
		strcpy(rights, "");
		for (bit = 0; all[bit]; bit++)
			if (set & 1u << bit)
				strcat(strcat(rights, *rights ? " " : ""), all[bit]);
		if (set >> bit)
			break;
		/* First nobody has anything, so that what there is shows. */
		matrix_rights(argv[1], "none");
		if (set)
			matrix_rights(argv[1], rights);

		for (i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++) {
			if (strcmp(matrix[i].kind, argv[0]))
				continue;
			for (bit = 0; strcmp(all[bit], matrix[i].need); bit++)
				;
			matrix_try(&matrix[i], rights, set & 1u << bit, id, value);
			tried++;
		}
	}
	fprintf(stderr, "# %s: %u sets of rights, %u commands\n", argv[0], set, tried);

	return 0;
}

/* What an agent asks for; -1: nothing */
static struct work {
	unsigned long sent, bad;
	uint32_t agent;
	int gate, clock, domain, supply, asserted;
	long rate, uv;
} work;

static void work_reset_votes(void)
{
	work.gate = 0;
	work.clock = 0;
	work.domain = 0;
	work.supply = 0;
	work.asserted = -1;
	work.rate = -1;
	work.uv = -1;
}

/* What can be refused because of what others ask for. */
static bool work_refused(unsigned int proto, unsigned int cmd, uint32_t b, int32_t status)
{
	/* A rate below the least that another agent needs */
	if (proto == CLOCK && cmd == RATE_SET)
		return status == -3;

	/* A pulse on a line that another agent uses */
	return proto == RESET && b == 1 && status == -8;
}

static int work_say(unsigned int proto, unsigned int cmd, uint32_t a, uint32_t b, uint32_t c,
		    uint32_t d, unsigned int n)
{
	uint32_t words[] = { htole32(a), htole32(b), htole32(c), htole32(d) }, reply[WORDS];
	int32_t status;

	exchange(proto, cmd, words, n * 4, reply);
	status = le32toh(reply[1]);
	work.sent++;
	if (status && !work_refused(proto, cmd, b, status)) {
		work.bad++;
		fprintf(stderr, "work: %#x %#x %u %u %u: %d\n", proto, cmd, a, b, c, status);
	}

	return status;
}

static void work_once(void)
{
	int on = rand() & 1;
	long value;

	switch (rand() % 9) {
	case 0:
		if (!work_say(CLOCK, CONFIG_SET, 0, on, 0, 0, 3))
			work.gate = on;
		break;
	case 1:
		if (!work_say(CLOCK, CONFIG_SET, 1, on, 0, 0, 3))
			work.clock = on;
		break;
	case 2:
	case 3:
		value = 1000000 + rand() % 900000000;
		if (!work_say(CLOCK, RATE_SET, 0, 1, value, 0, 4))
			work.rate = value;
		break;
	case 4:
		if (!work_say(POWER, 4, 0, 0, on ? 0 : 1 << 30, 0, 3))
			work.domain = on;
		break;
	case 5:
		if (!work_say(VOLTAGE, 5, 0, on ? 7 : 0, 0, 0, 2))
			work.supply = on;
		break;
	case 6:
		value = 700000 + rand() % 25 * 25000;
		if (!work_say(VOLTAGE, 7, 0, 0, value, 0, 3))
			work.uv = value;
		break;
	case 7:
		/* assert, deassert, or a pulse, which leaves it deasserted */
		value = rand() % 3;
		if (!work_say(RESET, 4, 0, value == 0 ? 2 : value == 1 ? 0 : 1, 0, 0, 3))
			work.asserted = value == 0;
		break;
	default:
		if (rand() % 8)
			work_say(CLOCK, RATE_GET, 1, 0, 0, 0, 1);
		else if (!work_say(BASE, 0xb, work.agent, 0, 0, 0, 2))
			work_reset_votes();
	}
}

static const char *work_vote(char *buf, long vote)
{
	if (vote < 0)
		return "-";
	sprintf(buf, "%ld", vote);
	return buf;
}

static void work_votes(int tty)
{
	char rate[24], uv[24], asserted[24];

	dprintf(tty, "%lu %lu %d %d %s %d %d %s %s\n", work.sent, work.bad, work.gate, work.clock,
		work_vote(rate, work.rate), work.domain, work.supply, work_vote(uv, work.uv),
		work_vote(asserted, work.asserted));
}

static int work_tty(void)
{
	struct termios t;
	int fd;

	fd = open("/dev/ttyAMA1", O_RDWR | O_NOCTTY);
	if (fd < 0 || tcgetattr(fd, &t))
		die("/dev/ttyAMA1");
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL;
	tcsetattr(fd, TCSANOW, &t);

	return fd;
}

static void work_wait_raw(void)
{
	while (access(RAW, F_OK))
		usleep(10000);
}

/* One byte at a time: lines are short, and seldom. */
static int cmd_work(void)
{
	const char *token = getenv("VM_TOKEN");
	uint32_t words[] = { htole32(~0u) }, reply[WORDS];
	char line[16] = "", ready[80];
	/* How long to wait for the next line, and work then; -1: for ever */
	int pause = -1;
	size_t len = 0;
	int tty, kmsg, n;

	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	tty = work_tty();
	work_wait_raw();
	if (exchange(BASE, 7, words, sizeof(words), reply) < 3)
		return 2;
	work.agent = le32toh(reply[2]);
	work_reset_votes();

	/* Not dprintf(): it wants to seek. */
	kmsg = open("/dev/kmsg", O_WRONLY);
	n = snprintf(ready, sizeof(ready), "<0>%s up\n", token);
	if (kmsg < 0 || write(kmsg, ready, n) != n)
		die("/dev/kmsg");
	for (;;) {
		struct pollfd pfd = { .fd = tty, .events = POLLIN };

		if (!poll(&pfd, 1, pause > 0 ? rand() % pause : pause)) {
			work_once();
			continue;
		}
		if (read(tty, &line[len], 1) != 1)
			die("tty");
		if (line[len] != '\n') {
			len = (len + 1) % (sizeof(line) - 1);
			continue;
		}
		line[len] = 0;
		len = 0;
		pause = !strcmp(line, "run") ? 0 : !strncmp(line, "go", 2) ? 40 : -1;
		if (pause > 0 && line[2])
			srand(atoi(&line[2]));
		if (!strcmp(line, "votes"))
			work_votes(tty);
		else
			dprintf(tty, "%s\n", line);
		if (!strcmp(line, "off")) {
			tcdrain(tty);
			reboot(RB_POWER_OFF);
		}
	}
}

/* Each changes the hardware, and the next round changes it back. */
static int cmd_burst(int argc, char **argv)
{
	static const struct {
		unsigned int proto, cmd;
		size_t n;
		uint32_t words[2][4];
	} mix[] = {
		{ VOLTAGE, 5, 2, { { 0, 7 }, { 0, 0 } } },
		{ POWER, 4, 3, { { 0, 0, 0 }, { 0, 0, 0x40000000 } } },
		{ CLOCK, 7, 3, { { 0, 1, 0 }, { 0, 0, 0 } } },
		{ RESET, 4, 3, { { 0, 0, 0 }, { 0, 2, 0 } } },
		{ VOLTAGE, 7, 3, { { 0, 0, 1000000 }, { 0, 0, 900000 } } },
		{ CLOCK, 5, 4, { { 0, 1, 90000000, 0 }, { 0, 1, 60000000, 0 } } },
		{ VOLTAGE, 8, 1, { { 0 }, { 0 } } },
		{ POWER, 5, 1, { { 0 }, { 0 } } },
		{ CLOCK, 6, 1, { { 1 }, { 1 } } },
		{ RESET, 4, 3, { { 0, 1, 0 }, { 0, 1, 0 } } },
	};
	const unsigned int n = sizeof(mix) / sizeof(mix[0]);
	uint32_t words[WORDS], reply[WORDS];
	unsigned long count, i;
	uint64_t start;
	size_t k;

	if (argc != 1)
		return 2;
	count = strtoul(argv[0], NULL, 0);

	start = now();
	for (i = 0; i < count; i++) {
		for (k = 0; k < mix[i % n].n; k++)
			words[k] = htole32(mix[i % n].words[i / n % 2][k]);
		exchange(mix[i % n].proto, mix[i % n].cmd, words, mix[i % n].n * 4, reply);
		if (reply[1]) {
			fprintf(stderr, "message %lu: status %d\n", i, (int32_t)le32toh(reply[1]));
			return 1;
		}
	}
	printf("%llu\n", (unsigned long long)(now() - start));

	return 0;
}

int main(int argc, char **argv)
{
	int ret = 2;

	if (getpid() == 1)
		return cmd_work();

	if (argc > 1 && !strcmp(argv[1], "msg"))
		ret = cmd_msg(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "event"))
		ret = cmd_event(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "name"))
		ret = cmd_name(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "rates"))
		ret = cmd_rates(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "sweep"))
		ret = cmd_sweep(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "hammer"))
		ret = cmd_hammer(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "bench"))
		ret = cmd_bench(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "burst"))
		ret = cmd_burst(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "matrix"))
		ret = cmd_matrix(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "try"))
		ret = cmd_try(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "agents"))
		ret = cmd_agents(argc - 2, argv + 2);
	else if (argc > 1 && !strcmp(argv[1], "ask"))
		ret = cmd_ask(argc - 2, argv + 2);
	if (ret == 2)
		fprintf(stderr, "usage: see the head of scmi_tool.c\n");

	return ret;
}
