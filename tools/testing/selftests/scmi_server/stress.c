// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at the same time: agents send what they like, while operators grant
 * and revoke, providers go and come, vDPA devices are deleted and added, the host
 * uses the same hardware, and everything is read and traced.
 *
 *	stress SECONDS SEED
 *
 * Agents m0, m1 and m2 exist, with devices trio0, trio1 and trio2. That nothing
 * hangs is tested here; what is left of it all is for others to see. At the end
 * everything is there again and nothing is granted.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define CFS		"/sys/kernel/config/scmi_server"
#define DEBUG		"/sys/kernel/debug"
#define DRIVERS		"/sys/bus/platform/drivers"
#define EVENTS		"/sys/kernel/tracing"
/* Seconds in which everybody must have done something */
#define PATIENCE	300
/* Seconds of peace for agents, and of none */
#define CALM		3

/**
 * struct worker - a thread
 * @name: what it does
 * @once: does it once
 * @arg: for @once
 * @state: of its random numbers
 * @done: how often
 * @thread: the thread
 */
struct worker {
	const char *name;
	void (*once)(struct worker *w);
	int arg;
	unsigned long long state;
	unsigned long done;
	pthread_t thread;
};

static struct world world;
static bool stop;
/* Nothing is taken from agents altogether */
static bool calm;
/* A VMM has its device closed while this is set; see vdpa_once() */
static bool keep_closed[AGENTS];
static unsigned long statuses[16];

static unsigned int rnd(struct worker *w, unsigned int n)
{
	w->state ^= w->state >> 12;
	w->state ^= w->state << 25;
	w->state ^= w->state >> 27;

	return (w->state * 0x2545f4914f6cdd1dull >> 33) % n;
}

static bool load(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_SEQ_CST);
}

static void store(bool *flag, bool value)
{
	__atomic_store_n(flag, value, __ATOMIC_SEQ_CST);
}

static void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *fmt, ...)
{
	char command[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	if (system(command) < 0)
		die("%s: %s", command, strerror(errno));
}

/* --- agents --------------------------------------------------------------------- */

/* The node of an agent's device changes with the device. */
static const char *node_of(int a)
{
	static char nodes[AGENTS][64];
	char pattern[64];
	glob_t found;
	bool ok;

	snprintf(pattern, sizeof(pattern), "/sys/bus/vdpa/devices/m%d/vhost-vdpa-*", a);
	ok = !glob(pattern, 0, NULL, &found);
	if (ok)
		snprintf(nodes[a], sizeof(nodes[a]), "/dev/%s",
			 strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);

	return ok ? nodes[a] : NULL;
}

static void any_message(struct worker *w, struct op *op)
{
	static const enum kind kinds[] = { GATE, SYN, SUPPLY, DOMAIN };
	unsigned int n = rnd(w, 100);

	*op = (struct op){ .a = w->arg, .b = rnd(w, AGENTS), .kind = kinds[rnd(w, 4)] };
	if (n < 40) {
		op->act = MSG_STATE;
		op->value = rnd(w, 2);
	} else if (n < 55) {
		op->act = MSG_RATE;
		op->kind = SYN;
		op->value = (2 + rnd(w, 39)) * 5000000ull;
	} else if (n < 70) {
		op->act = MSG_LEVEL;
		op->kind = SUPPLY;
		op->value = UV_MIN + rnd(w, 25) * UV_STEP;
	} else if (n < 82) {
		op->act = MSG_RESET;
		op->kind = LINE;
		op->value = rnd(w, 3);
	} else if (n < 88) {
		op->act = MSG_READ_STATE;
	} else if (n < 94) {
		op->act = MSG_READ_VALUE;
		op->kind = rnd(w, 2) ? SYN : SUPPLY;
	} else if (n < 98) {
		op->act = MSG_PERMIT;
		op->mask = rnd(w, 4) ? 1u << rnd(w, 4) : ALL_PROTOS;
		op->value = rnd(w, 8) != 0;
	} else {
		op->act = MSG_FORGET;
		op->value = rnd(w, 2);
	}
}

/* Any command at all, with any words. */
static int any_bytes(struct worker *w, struct vs *chan)
{
	uint32_t words[8], n = rnd(w, 6), i;
	struct vs_reply reply;

	for (i = 0; i < n; i++)
		words[i] = rnd(w, 2) ? rnd(w, 4) : rnd(w, 0x7fffffff);

	return vs_msg(chan, 0x10 + rnd(w, 9), rnd(w, 0x14), words, n, &reply);
}

static void agent_once(struct worker *w)
{
	struct member *m = &world.member[w->arg];
	int status = 0, err = 0;
	struct op op;

	if (load(&keep_closed[w->arg]) || !rnd(w, 300)) {
		vs_close(&m->chan);
		usleep(1000);
		return;
	}
	if (m->chan.fd < 0) {
		m->node = node_of(w->arg);
		if (!m->node || vs_open(&m->chan, m->node)) {
			usleep(1000);
			return;
		}
	}
	if (!rnd(w, 100))
		member_find(m, w->arg);

	if (rnd(w, 10)) {
		any_message(w, &op);
		err = member_try(&world, m, &op, &status);
		__atomic_add_fetch(&statuses[-status & 15], 1, __ATOMIC_RELAXED);
	} else {
		err = any_bytes(w, &m->chan);
	}
	if (err)
		die("agent m%d is not answered: %s", w->arg, strerror(-err));
}

/* --- operators ------------------------------------------------------------------- */

static void any_config(struct worker *w, struct op *op)
{
	unsigned int n = rnd(w, 100);

	*op = (struct op){ .a = rnd(w, AGENTS), .kind = rnd(w, KINDS) };
	if (n < 20) {
		op->act = CFG_ACCESS;
		op->mask = rnd(w, 5) ? kind_default(op->kind) : rnd(w, 256) & kind_rights(op->kind);
	} else if (n < 45) {
		op->act = rnd(w, 2) ? CFG_MIN : CFG_MAX;
		op->kind = rnd(w, 2) ? SYN : SUPPLY;
		if (rnd(w, 2))
			op->value = op->kind == SYN ? (2 + rnd(w, 39)) * 5000000ull :
						      UV_MIN + rnd(w, 25) * UV_STEP;
	} else if (n < 58) {
		op->act = CFG_POLICY;
		op->value = rnd(w, POLICIES);
	} else if (n < 68) {
		op->act = CFG_DENIED;
		op->mask = rnd(w, 8) ? 0 : rnd(w, ALL_PROTOS + 1);
	} else if (n < 82) {
		op->act = CFG_ENABLE;
		op->value = rnd(w, 8) != 0;
	} else if (n < 94) {
		op->act = CFG_LIVE;
		op->value = rnd(w, 10) != 0;
	} else {
		op->act = n < 97 ? CFG_SHARED : CFG_TRUSTED;
		op->value = rnd(w, 3) != 0;
	}
}

static const char *const devices[AGENTS] = {
	"fe910000.trio0", "fe920000.trio1", "fe930000.trio2",
};

/* A single resource, of any kind, made in some of the ways that there are. */
static void any_single(struct worker *w)
{
	static const char *const types[][3] = {
		{ "clock", "/simhw", "24" }, { "reset", "/simhw-reset", "5" },
		{ "supply", "/simhw-supply/vshared", "" }, { "power", "/simhw-power", "3" },
	};
	const char *const *type = types[rnd(w, 4)];
	char path[128];

	snprintf(path, sizeof(path), CFS "/agents/m%u/resources/one%d", rnd(w, AGENTS), w->arg);
	if (mkdir(path, 0755)) {
		write_file(rnd(w, 2) ? "1" : "0", "%s/enable", path);
		if (rnd(w, 2))
			rmdir(path);
		return;
	}
	write_file(type[0], "%s/type", path);
	write_file(type[1], "%s/provider", path);
	write_file(type[2], "%s/args", path);
	write_file("1", "%s/shared", path);
	write_file("1", "%s/enable", path);
}

static void operator_once(struct worker *w)
{
	char path[128];
	struct op op;
	int a;

	switch (load(&calm) ? 2 : rnd(w, 30)) {
	case 0:
		a = rnd(w, AGENTS);
		snprintf(path, sizeof(path), CFS "/agents/m%d/devices/%s", a, devices[a]);
		if (rmdir(path))
			mkdir(path, 0755);
		break;
	case 1:
		any_single(w);
		break;
	default:
		any_config(w, &op);
		if (load(&calm) && (op.act == CFG_ENABLE || op.act == CFG_LIVE))
			op.value = 1;
		world_do(&world, &op);
	}
	/* Agents shall get something done, too. */
	usleep(rnd(w, 2000));
}

/* --- the rest of the world --------------------------------------------------------- */

static const char *const providers[][2] = {
	{ "scmi-simhw-reset", "simhw-reset" }, { "scmi-simhw-supply", "simhw-supply" },
	{ "scmi-simhw-power", "simhw-power" }, { "scmi-simhw", "simhw" },
};

#define NR_PROVIDERS	(sizeof(providers) / sizeof(providers[0]))

/*
 * The driver core knows only until "simhw" has gone once what its children use,
 * so the host's own users of what goes are told by hand.
 */
static void host_users(const char *what)
{
	write_file("fe940000.host-user", DRIVERS "/scmi-test-consumer/%s", what);
	write_file("fe9c0000.hostline", DRIVERS "/scmi-test-consumer/%s", what);
}

static void provider_once(struct worker *w)
{
	const char *const *p = providers[rnd(w, NR_PROVIDERS)];
	int a;

	if (load(&calm)) {
		usleep(1000);
		return;
	}
	host_users("unbind");
	write_file(p[1], DRIVERS "/%s/unbind", p[0]);
	usleep(rnd(w, 20000));
	write_file(p[1], DRIVERS "/%s/bind", p[0]);
	host_users("bind");
	/* What was revoked is granted again on request only. */
	for (a = 0; a < AGENTS; a++)
		write_file("1", "%s", agent_file(a, -1, "enable"));
	usleep(rnd(w, 200000));
}

/* To delete a device waits until its VMM has closed it. */
static void vdpa_once(struct worker *w)
{
	int a = rnd(w, AGENTS);

	if (load(&calm)) {
		usleep(1000);
		return;
	}
	/* Without a warning, for once; and the VMM may open it again meanwhile. */
	store(&keep_closed[a], rnd(w, 4) != 0);
	usleep(rnd(w, 3000));
	store(&keep_closed[a], true);
	run("vdpa dev del m%d > /dev/null 2>&1", a);
	usleep(rnd(w, 20000));
	run("vdpa dev add name m%d mgmtdev scmi_server > /dev/null 2>&1", a);
	store(&keep_closed[a], false);
	usleep(rnd(w, 50000));
}

static void host_once(struct worker *w)
{
	static const enum kind kinds[] = { GATE, SYN, SUPPLY, DOMAIN };
	struct op op = { .kind = kinds[rnd(w, 4)], .value = rnd(w, 2), .act = HOST_STATE };

	if (rnd(w, 3) == 0) {
		op.act = HOST_RATE;
		op.value = (2 + rnd(w, 39)) * 5000000ull;
	} else if (rnd(w, 4) == 0) {
		op.act = HOST_UV;
		op.value = UV_MIN + rnd(w, 12) * UV_STEP;
		op.value2 = UV_MAX;
	}
	world_do(&world, &op);
	usleep(rnd(w, 1000));
}

static void read_all(const char *path, int depth)
{
	char sub[512], buf[4096];
	struct dirent *d;
	struct stat st;
	DIR *dir = opendir(path);
	int fd;

	while (dir && (d = readdir(dir)) && !load(&stop)) {
		/*
		 * To show it, the framework locks all regulators and then unlocks
		 * all; one that was registered meanwhile makes it warn.
		 */
		if (*d->d_name == '.' || !strcmp(d->d_name, "regulator_summary"))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, d->d_name);
		if (lstat(sub, &st))
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (depth)
				read_all(sub, depth - 1);
			continue;
		}
		fd = S_ISREG(st.st_mode) ? open(sub, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
		while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
			;
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

static void reader_once(struct worker *w)
{
	static const char *const places[] = {
		CFS, CFS, DEBUG "/scmi_server", DEBUG "/scmi_simhw/resets",
		DEBUG "/scmi_consumer", "/sys/bus/scmi_server/devices",
		DEBUG "/regulator", DEBUG "/pm_genpd", "/sys/bus/vdpa/devices",
	};

	read_all(places[rnd(w, sizeof(places) / sizeof(places[0]))], 6);
	usleep(rnd(w, 5000));
}

static void tracer_once(struct worker *w)
{
	char buf[4096];
	int fd;

	write_file(rnd(w, 3) ? "1" : "0", EVENTS "/events/scmi_server/enable");
	usleep(rnd(w, 50000));
	fd = open(EVENTS "/trace", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		while (read(fd, buf, sizeof(buf)) > 0 && !load(&stop))
			;
		close(fd);
	}
	write_file("", EVENTS "/trace");
}

/* --- all of them ------------------------------------------------------------------- */

static struct worker workers[] = {
	{ .name = "agent m0", .once = agent_once, .arg = 0 },
	{ .name = "agent m1", .once = agent_once, .arg = 1 },
	{ .name = "agent m2", .once = agent_once, .arg = 2 },
	{ .name = "operator", .once = operator_once, .arg = 0 },
	{ .name = "operator", .once = operator_once, .arg = 1 },
	{ .name = "providers", .once = provider_once },
	{ .name = "vdpa", .once = vdpa_once },
	{ .name = "host", .once = host_once },
	{ .name = "reader", .once = reader_once },
	{ .name = "tracer", .once = tracer_once },
};

#define NR_WORKERS	(sizeof(workers) / sizeof(workers[0]))

static void *work(void *arg)
{
	struct worker *w = arg;

	while (!load(&stop)) {
		w->once(w);
		__atomic_add_fetch(&w->done, 1, __ATOMIC_SEQ_CST);
	}
	/* Somebody may be waiting for that. */
	if (w->once == agent_once)
		vs_close(&world.member[w->arg].chan);

	return NULL;
}

/* The half of the time agents are let alone, with all that they can have. */
static void calm_down(bool down)
{
	int a;

	if (down == load(&calm))
		return;
	store(&calm, down);
	for (a = 0; down && a < AGENTS; a++) {
		write_file("1", "%s", agent_file(a, -1, "enable"));
		write_file("1", "%s", agent_file(a, -2, "live"));
	}
}

/* Nobody may stand still. */
static void watch(time_t end)
{
	unsigned long last[NR_WORKERS] = {}, done;
	time_t since[NR_WORKERS], now;
	unsigned int i;

	for (i = 0; i < NR_WORKERS; i++)
		since[i] = time(NULL);
	while ((now = time(NULL)) < end) {
		usleep(500000);
		calm_down(now / CALM & 1);
		for (i = 0; i < NR_WORKERS; i++) {
			done = __atomic_load_n(&workers[i].done, __ATOMIC_SEQ_CST);
			if (done != last[i])
				since[i] = now;
			else if (now - since[i] > PATIENCE)
				die("%s hangs", workers[i].name);
			last[i] = done;
		}
	}
}

/* Everything is there, and nobody has anything. */
static void clear_up(void)
{
	static const char *const on[] = {
		"gate/enabled", "syn/enabled", "supplies/vdd/enabled", "power",
	};
	char path[128];
	unsigned int i;
	int a;

	write_file("0", EVENTS "/events/scmi_server/enable");
	for (i = 0; i < NR_PROVIDERS; i++)
		write_file(providers[i][1], DRIVERS "/%s/bind", providers[i][0]);
	for (a = 0; a < AGENTS; a++) {
		for (i = 0; i < 2; i++) {
			snprintf(path, sizeof(path), CFS "/agents/m%d/resources/one%u", a, i);
			rmdir(path);
		}
		write_file("0", CFS "/agents/m%d/live", a);
		snprintf(path, sizeof(path), CFS "/agents/m%d/devices/%s", a, devices[a]);
		rmdir(path);
	}
	for (i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		write_file("0", DEBUG "/scmi_consumer/fe940000.host-user/%s", on[i]);
	write_file("700000 1300000", DEBUG "/scmi_consumer/fe940000.host-user/supplies/vdd/uv");
	write_file("50000000", DEBUG "/scmi_consumer/fe940000.host-user/syn/rate");
}

int main(int argc, char **argv)
{
	const char *none[AGENTS] = { "", "", "" };
	unsigned long long seed;
	unsigned int i;
	bool idle = false;

	if (argc != 3) {
		fprintf(stderr, "usage: see the head of stress.c\n");
		return 2;
	}
	seed = strtoull(argv[2], NULL, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	world_init(&world, none);

	for (i = 0; i < NR_WORKERS; i++) {
		workers[i].state = (seed + i) * 0x9e3779b97f4a7c15ull + 1;
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("no thread");
	}
	watch(time(NULL) + strtoul(argv[1], NULL, 0));
	store(&stop, true);
	for (i = 0; i < NR_WORKERS; i++)
		pthread_join(workers[i].thread, NULL);
	clear_up();

	printf("# seed %llu, %s seconds\n", seed, argv[1]);
	for (i = 0; i < NR_WORKERS; i++) {
		printf("# %s: %lu times\n", workers[i].name, workers[i].done);
		idle |= !workers[i].done;
	}
	printf("# answers:");
	for (i = 0; i < 16; i++)
		if (statuses[i])
			printf(" %d: %lu", -(int)i, statuses[i]);
	printf("\n");

	/* Agents that were never heard would test nothing. */
	return idle || !statuses[0] || !statuses[3];
}
