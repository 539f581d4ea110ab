// SPDX-License-Identifier: GPL-2.0
/*
 * Three VMMs that do what they like with hardware they share, and are killed at
 * any moment: what a killed one asked for has to go, and what the others were
 * told that they have has to stay.
 *
 *	kill KILLS SEED NODE...
 *
 * The nodes of vhost-vdpa are those of agents m0, m1 and m2.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

/* Seconds until what does not happen at once must have happened */
#define PATIENCE	120
/* Messages that a VMM has under way at a time, at most */
#define BURST		4
/* A VMM works that long, at most, until one is killed */
#define WORK_US		20000
#define HZ_BASE		50000000

/**
 * struct told - what a VMM was told that it has; written by it, while it runs
 * @res: its votes
 * @hz_from: when it asked for its rate: a count of all events
 * @hz_to: when it was told that it has it
 * @messages: how many were answered
 * @idle: it does nothing until told otherwise
 */
struct told {
	struct res res[KINDS];
	unsigned long hz_from, hz_to;
	unsigned long messages;
	bool idle;
};

/**
 * struct shared - what all processes see
 * @told: one for each VMM
 * @events: counts
 * @pause: be idle
 */
struct shared {
	struct told told[AGENTS];
	unsigned long events;
	bool pause;
};

static struct shared *shared;
static struct world world;
static pid_t pids[AGENTS];
static struct res limits[AGENTS][KINDS];
static unsigned long long state, seed;
static unsigned long kills;

static unsigned int rnd(unsigned int n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;

	return (state * 0x2545f4914f6cdd1dull >> 33) % n;
}

static unsigned long event(void)
{
	return __atomic_add_fetch(&shared->events, 1, __ATOMIC_SEQ_CST);
}

/* --- a VMM ----------------------------------------------------------------------- */

static void any(struct op *op)
{
	static const enum kind kinds[] = { GATE, SYN, SUPPLY, DOMAIN };
	unsigned int n = rnd(100);

	memset(op, 0, sizeof(*op));
	if (n < 50) {
		op->act = MSG_STATE;
		op->kind = kinds[rnd(4)];
		op->value = rnd(2);
	} else if (n < 70) {
		op->act = MSG_RATE;
		op->kind = SYN;
		op->value = (2 + rnd(39)) * 5000000ull;
	} else if (n < 85) {
		op->act = MSG_LEVEL;
		op->kind = SUPPLY;
		op->value = UV_MIN + rnd(25) * UV_STEP;
	} else if (n < 98) {
		op->act = MSG_RESET;
		op->kind = LINE;
		op->value = rnd(3);
	} else {
		op->act = MSG_FORGET;
	}
}

/* The answer was that it is done. */
static void note(struct told *told, const struct op *op, unsigned long from)
{
	struct res *res = &told->res[op->kind];
	int kind;

	switch (op->act) {
	case MSG_STATE:
		res->on = op->value;
		break;
	case MSG_RATE:
		told->hz_from = from;
		told->hz_to = event();
		res->want = op->value;
		break;
	case MSG_LEVEL:
		res->want = op->value;
		break;
	case MSG_RESET:
		res->line = op->value == LINE_ASSERT ? ASSERTED : DEASSERTED;
		break;
	default:
		for (kind = 0; kind < KINDS; kind++)
			told->res[kind] = (struct res){};
	}
}

static void vmm(int a, unsigned long long seed_of_vmm)
{
	struct told *told = &shared->told[a];
	struct member *m = &world.member[a];
	unsigned int i, n, last;
	unsigned long from;
	struct op ops[BURST];
	int err, status;

	state = seed_of_vmm;
	/* The one before may not be wholly gone yet. */
	while ((err = vs_open(&m->chan, m->node)) == -EBUSY)
		usleep(1000);
	if (err)
		die("m%d: %s: %s", a, m->node, strerror(-err));

	for (;;) {
		while (__atomic_load_n(&shared->pause, __ATOMIC_SEQ_CST)) {
			__atomic_store_n(&told->idle, true, __ATOMIC_SEQ_CST);
			usleep(100);
		}
		__atomic_store_n(&told->idle, false, __ATOMIC_SEQ_CST);
		/* Between the look and the word of it a pause may have begun. */
		if (__atomic_load_n(&shared->pause, __ATOMIC_SEQ_CST))
			continue;

		from = event();
		n = 1 + rnd(BURST);
		for (i = 0; i < n; i++) {
			any(&ops[i]);
			ops[i].b = a;
			member_send(&world, m, &ops[i]);
		}
		for (i = 0, last = 0; i < n; i++, last++) {
			status = member_receive(m);
			told->messages++;
			if (!status)
				note(told, &ops[last], from);
		}
	}
}

static void start(int a)
{
	unsigned long long of_vmm = state * 3 + a + 1;

	memset(&shared->told[a], 0, sizeof(shared->told[a]));
	rnd(2);
	pids[a] = fork();
	if (pids[a] < 0)
		die("fork: %s", strerror(errno));
	if (pids[a])
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vmm(a, of_vmm);
}

/* --- who kills them ---------------------------------------------------------------- */

static void configure(int a, const struct op *ops, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct op op = ops[i];
		int err;

		op.a = a;
		err = world_do(&world, &op);
		if (err)
			die("m%d: configfs: %s", a, strerror(-err));
		switch (op.act) {
		case CFG_MIN:
			limits[a][op.kind].min = op.value;
			break;
		case CFG_MAX:
			limits[a][op.kind].max = op.value;
			break;
		default:
			limits[a][SYN].policy = op.value;
		}
	}
}

/* Another window and policy for an agent that has no VMM. */
static void reconfigure(int a)
{
	const struct op ops[] = {
		{ .act = CFG_MIN, .kind = SYN },
		{ .act = CFG_MAX, .kind = SYN,
		  .value = rnd(2) ? 0 : (100 + rnd(21) * 5) * 1000000ull },
		{ .act = CFG_MIN, .kind = SYN,
		  .value = rnd(2) ? 0 : (10 + rnd(19) * 5) * 1000000ull },
		{ .act = CFG_MIN, .kind = SUPPLY },
		{ .act = CFG_MAX, .kind = SUPPLY,
		  .value = rnd(2) ? 0 : UV_MIN + (12 + rnd(12)) * UV_STEP },
		{ .act = CFG_POLICY, .kind = SYN, .value = rnd(EXCLUSIVE) },
	};

	configure(a, ops, sizeof(ops) / sizeof(ops[0]));
}

/* No window, and the policy of the start, whatever a run before has left. */
static void unconfigure(int a)
{
	static const struct op ops[] = {
		{ .act = CFG_MIN, .kind = SYN }, { .act = CFG_MAX, .kind = SYN },
		{ .act = CFG_MIN, .kind = SUPPLY }, { .act = CFG_MAX, .kind = SUPPLY },
		{ .act = CFG_POLICY, .kind = SYN, .value = RANGE },
	};

	configure(a, ops, sizeof(ops) / sizeof(ops[0]));
}

/*
 * What the votes of the VMMs that are left make of the hardware, if @last is the
 * one that asked for a rate last.
 */
static void expect(struct rules *r, int last)
{
	int a, i, kind;

	rules_init(r);
	r->hz_base = HZ_BASE;
	r->uv_base = UV_MIN;
	r->latest[0] = last;
	for (a = 0, i = 1; a < AGENTS; a++) {
		/* One before the other or not: of those behind the last none counts. */
		if (a != last)
			r->latest[i++] = a;
		for (kind = 0; kind < KINDS; kind++) {
			struct res *res = &r->agent[a].res[kind];

			*res = shared->told[a].res[kind];
			res->min = limits[a][kind].min;
			res->max = limits[a][kind].max;
			res->policy = limits[a][kind].policy;
		}
	}
	rules_result(r);
}

/* Whether the VMM can be the last that asked for a rate, as far as that is known. */
static bool may_be_last(int a)
{
	const struct told *told = shared->told;
	int i;

	for (i = 0; i < AGENTS; i++)
		if (i != a && told[i].res[SYN].want && limits[i][SYN].policy != FLOOR &&
		    (!told[a].res[SYN].want || limits[a][SYN].policy == FLOOR ||
		     told[i].hz_from > told[a].hz_to))
			return false;

	return true;
}

static bool hardware_as_told(bool say)
{
	struct rules r;
	struct hw hw;
	int a;

	world_look(&hw);
	for (a = 0; a < AGENTS; a++) {
		if (!may_be_last(a))
			continue;
		expect(&r, a);
		if (hw_same(&hw, &r.hw))
			return true;
		if (say)
			hw_print("wanted", &r.hw);
	}
	if (say)
		hw_print("   got", &hw);

	return false;
}

static bool gone(int a)
{
	char text[16] = "";
	FILE *f = fopen(agent_file(a, -2, "state"), "r");

	if (!f || !fgets(text, sizeof(text), f))
		die("m%d: no state", a);
	fclose(f);

	return strncmp(text, "running", 7);
}

static void give_up(const char *what)
{
	int a, kind;

	printf("# seed %llu, kill %lu: %s\n", seed, kills, what);
	hardware_as_told(true);
	for (a = 0; a < AGENTS; a++) {
		const struct told *told = &shared->told[a];

		printf("# m%d, %lu messages, rate %lu to %lu:", a, told->messages,
		       told->hz_from, told->hz_to);
		for (kind = 0; kind < KINDS; kind++)
			printf(" %d %llu %d,", told->res[kind].on,
			       (unsigned long long)told->res[kind].want, told->res[kind].line);
		printf(" %s %llu..%llu Hz, ..%llu uV\n", policy_names[limits[a][SYN].policy],
		       (unsigned long long)limits[a][SYN].min,
		       (unsigned long long)limits[a][SYN].max,
		       (unsigned long long)limits[a][SUPPLY].max);
	}
	exit(1);
}

#define WAIT_UNTIL(what, condition) do {			\
	time_t _end = time(NULL) + PATIENCE;			\
								\
	while (!(condition)) {					\
		if (time(NULL) > _end)				\
			give_up(what);				\
		usleep(200);					\
	}							\
} while (0)

static void kill_one(int a)
{
	int i, status;

	kill(pids[a], SIGKILL);
	__atomic_store_n(&shared->pause, true, __ATOMIC_SEQ_CST);
	if (waitpid(pids[a], &status, 0) != pids[a] || !WIFSIGNALED(status))
		give_up("a VMM ended by itself");
	pids[a] = 0;
	memset(&shared->told[a], 0, sizeof(shared->told[a]));
	kills++;

	for (i = 0; i < AGENTS; i++)
		if (pids[i])
			WAIT_UNTIL("a VMM hangs",
				   __atomic_load_n(&shared->told[i].idle, __ATOMIC_SEQ_CST));
	WAIT_UNTIL("its agent runs on", gone(a));
	WAIT_UNTIL("the hardware is in another state", hardware_as_told(false));
	/* And it stays so. */
	usleep(1000);
	if (!hardware_as_told(false))
		give_up("the hardware did not stay as it was");
}

int main(int argc, char **argv)
{
	const char *const *nodes = (const char *const *)&argv[3];
	unsigned long wanted, messages = 0;
	int a;

	if (argc != 3 + AGENTS) {
		fprintf(stderr, "usage: see the head of kill.c\n");
		return 2;
	}
	wanted = strtoul(argv[1], NULL, 0);
	seed = strtoull(argv[2], NULL, 0);
	state = seed * 0x9e3779b97f4a7c15ull + 1;
	setvbuf(stdout, NULL, _IOLBF, 0);

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	world_init(&world, nodes);
	for (a = 0; a < AGENTS; a++)
		unconfigure(a);
	for (a = 0; a < AGENTS; a++)
		start(a);

	while (kills < wanted) {
		usleep(rnd(2) ? rnd(WORK_US) : rnd(WORK_US / 20));
		a = rnd(AGENTS);
		messages += shared->told[a].messages;
		kill_one(a);
		reconfigure(a);
		start(a);
		__atomic_store_n(&shared->pause, false, __ATOMIC_SEQ_CST);
	}
	for (a = 0; a < AGENTS; a++) {
		kill_one(a);
		limits[a][SYN] = (struct res){};
	}
	printf("# %lu kills with seed %llu, of VMMs that had %lu messages answered\n", kills, seed,
	       messages);

	return messages < wanted;
}
