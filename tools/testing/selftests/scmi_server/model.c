// SPDX-License-Identifier: GPL-2.0
/*
 * Random acts of agents, operator and host, done to the kernel and to the rules
 * that it should follow: after each, results and hardware must be the same.
 *
 *	model STEPS SEED NODE...
 *
 * The nodes of vhost-vdpa are those of agents m0, m1 and m2; "raw" is for one
 * that speaks through the stock client, "mbox:FILE" for one that does so over a
 * mailbox, with the file of its raw mode. The exit status is 0 if all was as it
 * should be; if not, it prints the last acts.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define ROUND_MIN	200
#define ROUND_MAX	1500
#define HISTORY		24
/* Steps between looks at all that an agent's files say */
#define LOOK_EVERY	40
/* For what does not happen at once: seconds until it must have happened */
#define PATIENCE	60
/* An agent that was refused because of the host may ask that often in 5 s. */
#define PATIENCE_OF_HOST 8

struct past {
	unsigned long step;
	struct op op;
	int result;
};

static struct world world;
static struct rules rules;
static struct past history[HISTORY];
static unsigned long step, seen[ACTS][16], other[ACTS];
static unsigned long long seed, state;
static bool refused[AGENTS];
static unsigned int asked[AGENTS];

static unsigned int rnd(unsigned int n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;

	return (state * 0x2545f4914f6cdd1dull >> 33) % n;
}

/* --- what to do next ----------------------------------------------------------- */

/* From few, so that they meet. */
static uint64_t any_hz(void)
{
	return (2 + rnd(39)) * 5000000ull + (rnd(20) ? 0 : 1);
}

static uint64_t any_uv(void)
{
	return UV_MIN + rnd((UV_MAX - UV_MIN) / UV_STEP + 1) * UV_STEP + (rnd(25) ? 0 : 1);
}

static uint64_t clamp(uint64_t value, uint64_t min, uint64_t max)
{
	return value < min ? min : max && value > max ? max : value;
}

static unsigned int any_access(enum kind kind)
{
	unsigned int all = kind_rights(kind);

	switch (rnd(10)) {
	case 0:
		return 0;
	case 1:
		return rnd(256) & all;
	case 2:
	case 3:
		return all & ~(1u << rnd(8));
	default:
		return kind_default(kind);
	}
}

static enum kind kind_on(void)
{
	static const enum kind kinds[] = { GATE, SYN, SYN, SUPPLY, DOMAIN };

	return kinds[rnd(5)];
}

static void any_message(struct op *op)
{
	const struct res *res = rules.agent[op->a].res;
	unsigned int n = rnd(102);

	if (n < 34) {
		op->act = MSG_STATE;
		op->kind = kind_on();
		op->value = rnd(2);
	} else if (n < 56) {
		op->act = MSG_RATE;
		op->kind = SYN;
		op->value = rnd(6) ? clamp(any_hz(), res[SYN].min, res[SYN].max) : any_hz();
		if (!rnd(20))
			op->value = rnd(2) ? rules.hw.hz : 0;
	} else if (n < 68) {
		op->act = MSG_LEVEL;
		op->kind = SUPPLY;
		op->value = rnd(6) ? clamp(any_uv(), res[SUPPLY].min, res[SUPPLY].max) : any_uv();
	} else if (n < 80) {
		op->act = MSG_RESET;
		op->kind = LINE;
		op->value = rnd(3);
	} else if (n < 85) {
		op->act = MSG_READ_STATE;
		op->kind = kind_on();
	} else if (n < 89) {
		op->act = MSG_READ_VALUE;
		op->kind = rnd(2) ? SYN : SUPPLY;
	} else if (n < 95) {
		op->act = MSG_PERMIT;
		op->b = rnd(AGENTS);
		op->mask = rnd(5) ? 1u << rnd(4) : ALL_PROTOS;
		op->value = rnd(3) != 0;
	} else if (n >= 100) {
		op->act = MSG_VERSION;
	} else {
		op->act = MSG_FORGET;
		op->b = rnd(3) ? op->a : (int)rnd(AGENTS);
		op->value = rnd(2);
	}
}

static void any_config(struct op *op)
{
	unsigned int n = rnd(103);

	if (n < 20) {
		op->act = CFG_ACCESS;
		op->kind = rnd(KINDS);
		op->mask = any_access(op->kind);
	} else if (n < 50) {
		op->act = rnd(2) ? CFG_MIN : CFG_MAX;
		op->kind = rnd(3) ? SYN : SUPPLY;
		if (rnd(5) > 1)
			op->value = op->kind == SYN ? any_hz() : any_uv();
	} else if (n < 68) {
		op->act = CFG_POLICY;
		op->kind = SYN;
		op->value = rnd(POLICIES);
	} else if (n < 76) {
		op->act = CFG_DENIED;
		op->mask = rnd(3) ? 0 : rnd(ALL_PROTOS + 1);
	} else if (n < 86) {
		op->act = CFG_ENABLE;
		op->value = rnd(5) != 0;
	} else if (n < 96) {
		op->act = CFG_LIVE;
		op->value = rnd(5) != 0;
	} else if (n >= 100) {
		op->act = CFG_RESET;
	} else {
		op->act = n < 98 ? CFG_SHARED : CFG_TRUSTED;
		op->value = rnd(2);
	}
}

static void any_host(struct op *op)
{
	unsigned int n = rnd(100);

	if (n < 50) {
		op->act = HOST_STATE;
		op->kind = kind_on();
		op->value = rnd(2);
	} else if (n < 80) {
		op->act = HOST_RATE;
		op->value = any_hz();
	} else {
		op->act = HOST_UV;
		op->value = UV_MIN + rnd(21) * UV_STEP;
		op->value2 = rnd(8) ? UV_MAX : op->value + rnd(4) * UV_STEP;
	}
}

static void any(struct op *op)
{
	const struct member *m;
	unsigned int n = rnd(100);

	memset(op, 0, sizeof(*op));
	op->a = rnd(AGENTS);
	m = &world.member[op->a];

	if (n < 2 && m->node)
		op->act = rules.agent[op->a].up ? VMM_KILL : VMM_START;
	else if (n < 20)
		any_config(op);
	else if (n < 32)
		any_host(op);
	else if (!rules.agent[op->a].up)
		op->act = VMM_START;
	else
		any_message(op);
}

/*
 * The framework of the regulators logs what it refuses, so it is spared most of
 * that, and an agent that the host stands in the way of is made to wait.
 */
static bool tedious(const struct op *op)
{
	if (op->act != MSG_LEVEL && op->act != HOST_UV &&
	    ((op->act != CFG_MIN && op->act != CFG_MAX) || op->kind != SUPPLY))
		return false;
	if (!rules_host_in_the_way(&rules, op))
		return false;

	return asked[op->a] >= PATIENCE_OF_HOST || rnd(10);
}

/* --- do it, and look -------------------------------------------------------------- */

static void res_print(const struct res *res)
{
	printf(" %s %llu in %llu..%llu", res->on ? "on" : "off", (unsigned long long)res->want,
	       (unsigned long long)res->min, (unsigned long long)res->max);
}

/* What the rules have come to. */
static void rules_print(void)
{
	int a;

	for (a = 0; a < AGENTS; a++) {
		const struct agent *agent = &rules.agent[rules.latest[a]];
		const struct res *syn = &agent->res[SYN];

		printf("# m%d:%s%s%s syn", rules.latest[a], agent->enabled ? "" : " disabled",
		       agent->live ? "" : " not live", agent->shared ? " shared" : "");
		res_print(syn);
		printf(" %s%s, supply", policy_names[syn->policy], syn->past ? " past" : "");
		res_print(&agent->res[SUPPLY]);
		printf("\n");
	}
	printf("# syn: base %llu made %llu; supply: base %llu made %llu, host %llu..%llu\n",
	       (unsigned long long)rules.hz_base, (unsigned long long)rules.hz_made,
	       (unsigned long long)rules.uv_base, (unsigned long long)rules.uv_made,
	       (unsigned long long)rules.host_uv_min, (unsigned long long)rules.host_uv_max);
}

/* What the server says, where it may differ. */
static void resources_print(void)
{
	FILE *f = fopen("/sys/kernel/debug/scmi_server/resources", "r");
	char line[256];
	bool ours = false;

	while (f && fgets(line, sizeof(line), f)) {
		if (*line != ' ')
			ours = strstr(line, "\"syn\"") || strstr(line, "\"vdd\"");
		if (ours)
			printf("# %s", line);
	}
	if (f)
		fclose(f);
}

static void failed(const char *what)
{
	unsigned long i;
	struct hw hw;

	world_look(&hw);
	printf("# seed %llu, step %lu: %s\n", seed, step, what);
	hw_print("wanted", &rules.hw);
	hw_print("   got", &hw);
	rules_print();
	resources_print();
	for (i = 0; i < HISTORY; i++) {
		const struct past *p = &history[(step + 1 + i) % HISTORY];

		if (!p->step)
			continue;
		printf("# %lu ", p->step);
		op_print(&p->op);
		printf(" -> %d\n", p->result);
	}
	exit(1);
}

static void same_text(const char *want, const char *file)
{
	char what[400], got[64] = "";
	FILE *f = fopen(file, "r");

	if (!f)
		die("%s: %s", file, strerror(errno));
	if (!fgets(got, sizeof(got), f))
		got[0] = '\0';
	fclose(f);
	got[strcspn(got, "\n")] = '\0';
	if (!strcmp(want, got))
		return;
	snprintf(what, sizeof(what), "%s says \"%s\", not \"%s\"", file, got, want);
	failed(what);
}

static void same_number(uint64_t want, const char *file)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)want);
	same_text(text, file);
}

/* What configfs says of an agent. */
static void look_at_files(int a)
{
	const struct agent *agent = &rules.agent[a];
	char text[64];
	int kind;

	denied_text(agent->denied, text);
	same_text(text, agent_file(a, -1, "denied"));
	same_number(agent->enabled, agent_file(a, -1, "enable"));
	same_number(agent->shared, agent_file(a, -1, "shared"));
	same_number(agent->live, agent_file(a, -2, "live"));
	same_number(agent->trusted, agent_file(a, -2, "trusted"));
	same_text(agent->enabled ? "granted" : "disabled", agent_file(a, -1, "state"));
	same_text(agent->up ? "running" : "attached", agent_file(a, -2, "state"));
	for (kind = 0; kind < KINDS; kind++) {
		access_text(agent->res[kind].access, text);
		same_text(text, agent_file(a, kind, "access"));
	}
	same_number(agent->res[SYN].min, agent_file(a, SYN, "rate_min_hz"));
	same_number(agent->res[SYN].max, agent_file(a, SYN, "rate_max_hz"));
	same_text(policy_names[agent->res[SYN].policy], agent_file(a, SYN, "rate_policy"));
	same_number(agent->res[SUPPLY].min, agent_file(a, SUPPLY, "min_uv"));
	same_number(agent->res[SUPPLY].max, agent_file(a, SUPPLY, "max_uv"));
}

static bool holds_nothing(int a)
{
	return !agent_holds(a);
}

static bool hardware_as_it_should_be(int unused)
{
	struct hw hw;

	(void)unused;
	world_look(&hw);

	return hw_same(&hw, &rules.hw);
}

static bool patient(bool (*condition)(int), int a)
{
	time_t end = time(NULL) + PATIENCE;

	while (!condition(a)) {
		if (time(NULL) > end)
			return false;
		usleep(500);
	}

	return true;
}

static void look_at_hardware(void)
{
	if (!hardware_as_it_should_be(0))
		failed("the hardware is in another state");
}

static void count(const struct op *op, int result)
{
	unsigned int n = -result;

	if (n < 16)
		seen[op->act][n]++;
	else
		other[op->act]++;

	if (op->act == CFG_ENABLE || op->act == MSG_LEVEL) {
		asked[op->a] += op->act == MSG_LEVEL && refused[op->a];
		if (!result)
			refused[op->a] = false;
		if (op->act == CFG_ENABLE)
			asked[op->a] = 0;
	}
}

static void act(const struct op *op)
{
	struct op want = *op, got = *op;
	bool host = op->act == MSG_LEVEL && rules_host_in_the_way(&rules, op);
	int wanted, result;
	char what[100];

	step++;
	wanted = rules_apply(&rules, &want);
	result = world_do(&world, &got);
	history[step % HISTORY] = (struct past){ step, *op, result };
	refused[op->a] |= host;

	/* That it cannot be is what counts; for whom, the frameworks tell or not. */
	if (wanted == -EBUSY && result == -EINVAL && op->act >= CFG_MIN && op->act <= CFG_POLICY)
		wanted = result;
	if (wanted == -EINVAL && result == -EBUSY && op->act >= CFG_MIN && op->act <= CFG_POLICY)
		wanted = result;
	/*
	 * The framework may keep the range of who has left for as long as another
	 * protects the rate, and then finds that the host asks for what there is.
	 */
	if (wanted == -EBUSY && !result && op->act == HOST_RATE)
		wanted = result;
	if (wanted != result) {
		snprintf(what, sizeof(what), "the result is %d, not %d", result, wanted);
		failed(what);
	}
	if (want.value != got.value) {
		snprintf(what, sizeof(what), "the answer is %llu, not %llu",
			 (unsigned long long)got.value, (unsigned long long)want.value);
		failed(what);
	}
	/* A channel is cleaned up behind the back of who closes it. */
	if (op->act == VMM_KILL && !patient(holds_nothing, op->a))
		failed("it still has votes");
	look_at_hardware();
	count(op, result);
}

#define ACT(...) do {					\
	const struct op _op = { __VA_ARGS__ };		\
							\
	act(&_op);					\
} while (0)

/* Nobody has anything, and everything is as an operator finds it. */
static void all_down(void)
{
	int a, kind;

	for (a = 0; a < AGENTS; a++) {
		ACT(.act = CFG_LIVE, .a = a, .value = 0);
		ACT(.act = CFG_ENABLE, .a = a, .value = 0);
		ACT(.act = CFG_DENIED, .a = a, .mask = 0);
		ACT(.act = CFG_POLICY, .a = a, .kind = SYN, .value = RANGE);
		for (kind = 0; kind < KINDS; kind++)
			ACT(.act = CFG_ACCESS, .a = a, .kind = kind, .mask = kind_default(kind));
		for (kind = SYN; kind <= SUPPLY; kind++) {
			ACT(.act = CFG_MIN, .a = a, .kind = kind, .value = 0);
			ACT(.act = CFG_MAX, .a = a, .kind = kind, .value = 0);
		}
	}
}

/* Who shares and who is trusted can change only now. */
static void new_round(void)
{
	unsigned int share = rnd(3);
	int a;

	all_down();
	for (a = 0; a < AGENTS; a++) {
		ACT(.act = CFG_SHARED, .a = a, .value = share < 2 ? share : rnd(2));
		ACT(.act = CFG_TRUSTED, .a = a, .value = rnd(2));
		ACT(.act = CFG_ENABLE, .a = a, .value = 1);
		ACT(.act = CFG_LIVE, .a = a, .value = 1);
	}
}

static void as_it_was(void)
{
	static const enum kind kinds[] = { GATE, SYN, SUPPLY, DOMAIN };
	unsigned int i;

	all_down();
	for (i = 0; i < 4; i++)
		ACT(.act = HOST_STATE, .kind = kinds[i], .value = 0);
	/* The framework does nothing about a range that it was told last. */
	ACT(.act = HOST_UV, .value = UV_MIN, .value2 = UV_MIN);
	ACT(.act = HOST_UV, .value = UV_MIN, .value2 = UV_MAX);
	ACT(.act = HOST_RATE, .value = 50000000);
}

/*
 * Whatever state a run that failed has left, this is the one to begin with; what
 * is refused on the way there will show then.
 */
static void begin(const char *const *nodes)
{
	static const struct op host[] = {
		{ .act = HOST_STATE, .kind = GATE }, { .act = HOST_STATE, .kind = SYN },
		{ .act = HOST_STATE, .kind = SUPPLY }, { .act = HOST_STATE, .kind = DOMAIN },
		{ .act = HOST_RATE, .value = 50000000 },
		{ .act = HOST_UV, .value = UV_MIN, .value2 = UV_MIN },
		{ .act = HOST_UV, .value = UV_MIN, .value2 = UV_MAX },
	};
	struct op op;
	unsigned int i;
	int a;

	for (a = 0; a < AGENTS; a++) {
		for (i = CFG_ENABLE; i <= CFG_TRUSTED; i++) {
			op = (struct op){ .act = i, .a = a };
			world_do(&world, &op);
		}
		op = (struct op){ .act = CFG_SHARED, .a = a };
		world_do(&world, &op);
	}
	for (i = 0; i < sizeof(host) / sizeof(host[0]); i++) {
		op = host[i];
		world_do(&world, &op);
	}

	rules_init(&rules);
	rules.host_uv_min = UV_MIN;
	rules.host_uv_max = UV_MAX;
	for (a = 0; a < AGENTS; a++) {
		rules.agent[a].up = !world.member[a].node;
		rules.agent[a].rediscovers = !strncmp(nodes[a], "mbox:", 5);
	}
	if (!patient(hardware_as_it_should_be, 0))
		failed("that is how it was found");
	all_down();
}

/* --- was anything tested? ------------------------------------------------------- */

/* What has to have happened, in any run of some length. */
static const struct {
	enum act act;
	int result;
} must[] = {
	{ MSG_STATE, OK }, { MSG_STATE, DENIED }, { MSG_STATE, NOT_SUPPORTED },
	{ MSG_RATE, OK }, { MSG_RATE, DENIED }, { MSG_RATE, INVALID },
	{ MSG_LEVEL, OK }, { MSG_LEVEL, DENIED }, { MSG_LEVEL, INVALID },
	{ MSG_RESET, OK }, { MSG_RESET, DENIED }, { MSG_RESET, GENERIC },
	{ MSG_READ_STATE, OK }, { MSG_READ_VALUE, OK },
	{ MSG_PERMIT, OK }, { MSG_PERMIT, DENIED }, { MSG_FORGET, OK }, { MSG_FORGET, DENIED },
	{ MSG_VERSION, OK }, { CFG_RESET, 0 },
	{ CFG_ACCESS, 0 }, { CFG_MIN, 0 }, { CFG_MAX, 0 }, { CFG_POLICY, 0 },
	{ CFG_DENIED, 0 }, { CFG_ENABLE, 0 }, { CFG_LIVE, 0 },
	{ VMM_KILL, 0 }, { VMM_START, 0 }, { HOST_STATE, 0 }, { HOST_RATE, 0 }, { HOST_UV, 0 },
};

#define ENOUGH	20000

static int summary(void)
{
	unsigned int i;
	int n, bad = 0;

	for (i = 0; i < ACTS; i++) {
		printf("# %s:", act_name(i));
		for (n = 0; n < 16; n++)
			if (seen[i][n])
				printf(" %d: %lu", -n, seen[i][n]);
		if (other[i])
			printf(" other: %lu", other[i]);
		printf("\n");
	}
	for (i = 0; i < sizeof(must) / sizeof(must[0]); i++) {
		if (step < ENOUGH || seen[must[i].act][-must[i].result])
			continue;
		printf("# never: %s with result %d\n", act_name(must[i].act), must[i].result);
		bad = 1;
	}

	return bad;
}

int main(int argc, char **argv)
{
	const char *nodes[AGENTS];
	unsigned long steps, left = 0;
	struct op op;
	int a;

	if (argc != 3 + AGENTS) {
		fprintf(stderr, "usage: see the head of model.c\n");
		return 2;
	}
	steps = strtoul(argv[1], NULL, 0);
	seed = strtoull(argv[2], NULL, 0);
	state = seed * 0x9e3779b97f4a7c15ull + 1;
	for (a = 0; a < AGENTS; a++)
		nodes[a] = argv[3 + a];
	setvbuf(stdout, NULL, _IOLBF, 0);

	world_init(&world, nodes);
	begin(nodes);

	while (step < steps) {
		if (!left--) {
			new_round();
			left = ROUND_MIN + rnd(ROUND_MAX - ROUND_MIN);
		}
		any(&op);
		if (tedious(&op))
			continue;
		act(&op);
		if (!rnd(LOOK_EVERY))
			look_at_files(rnd(AGENTS));
	}
	as_it_was();
	for (a = 0; a < AGENTS; a++) {
		look_at_files(a);
		if (world.member[a].node && rules.agent[a].up)
			ACT(.act = VMM_KILL, .a = a);
	}

	printf("# %lu steps with seed %llu\n", step, seed);
	return summary();
}
