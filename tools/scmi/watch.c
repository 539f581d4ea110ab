// SPDX-License-Identifier: GPL-2.0
/*
 * What is going on: who holds what, how much is asked, and what exactly.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cfs.h"
#include "msgs.h"
#include "scmictl.h"
#include "state.h"
#include "util.h"

#define DEBUGFS "/sys/kernel/debug/scmi_server"

static char *debugfs(const char *file)
{
	char *text = sys_get(DEBUGFS "/%s", file);

	if (!text)
		fail("%s%s/%s: %s%s", cfs_root, DEBUGFS, file, strerror(cfs_errno),
		     cfs_errno == ENOENT ? " (is debugfs mounted?)" : "");

	return text;
}

/* --- who -------------------------------------------------------------------- */

/* In "on, 148500000 Hz" or "on, 900000 uV": the number, or -1 */
static long long number_in(const char *text)
{
	const char *comma = strstr(text, ", ");
	long long n;
	char unit[3];

	return comma && sscanf(comma, ", %lld %2s", &n, unit) == 2 &&
	       (!strcmp(unit, "Hz") || !strcmp(unit, "uV")) ? n : -1;
}

/* "  agent:device/resource id N[ shared]: vote[, within A..B][, policy]" */
static struct json_object *holder(char *line)
{
	struct json_object *obj = json_object_new_object();
	char *at = line + 2, *id = strstr(at, " id "), *vote, *within, *p;
	static const char * const policies[] = { "range", "shared", "floor", "exclusive" };
	unsigned long long min, max;
	size_t i, n;

	if (!id || !strchr(at, ':')) {
		json_object_put(obj);
		return NULL;
	}
	*id = '\0';
	p = strchr(at, ':');
	*p++ = '\0';
	jset(obj, "agent", at);
	/* A device's name may have any character, a resource has no '/'. */
	at = strrchr(p, '/');
	if (at)
		*at++ = '\0';
	jset(obj, "grant", p);
	if (at)
		jset(obj, "resource", at);
	id += 4;
	vote = strstr(id, ": ");
	if (!vote)
		return obj;
	*vote = '\0';
	vote += 2;
	json_object_object_add(obj, "id", json_object_new_int64(atoll(id)));
	json_object_object_add(obj, "shared", json_object_new_boolean(!!strstr(id, " shared")));
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		n = strlen(vote);
		if (!ends_with(vote, policies[i]) || n < strlen(policies[i]) + 2 ||
		    vote[n - strlen(policies[i]) - 1] != ' ')
			continue;
		jset(obj, "policy", policies[i]);
		vote[n - strlen(policies[i]) - 2] = '\0';
		break;
	}
	within = strstr(vote, ", within ");
	if (within) {
		*within = '\0';
		if (sscanf(within + 1, " within %llu..%llu", &min, &max) == 2) {
			json_object_object_add(obj, "min", json_object_new_int64(min));
			json_object_object_add(obj, "max", json_object_new_int64(max));
		}
	}
	jset(obj, "vote", vote);

	return obj;
}

static void say(struct json_object *res, const char *why, struct json_object *by)
{
	char *text;

	text = by ? xfmt("%s:%s%s%s %s", jstr(by, "agent"), jstr(by, "grant"),
			 jstr(by, "resource") ? "/" : "", jstr(by, "resource") ?: "", why) :
		xstr(why);
	jset(res, "because", text);
	free(text);
}

/* Why is it as it is? */
static void judge(struct json_object *res)
{
	struct json_object *holders = jget(res, "holders"), *h, *exclusive = NULL, *asked = NULL;
	struct json_object *floor = NULL, *limit = NULL, *on = NULL, *within = NULL;
	bool wanted = false;
	const char *state = jstr(res, "state"), *policy;
	long long is = number_in(state);
	size_t i;

	for (i = 0; i < json_object_array_length(holders); i++) {
		long long wants;

		h = json_object_array_get_idx(holders, i);
		policy = jstr(h, "policy") ?: "";
		wants = number_in(jstr(h, "vote"));
		if (starts_with(jstr(h, "vote"), "on"))
			on = h;
		if (!starts_with(jstr(h, "vote"), "on") && wants < 0)
			continue;
		wanted |= wants >= 0;
		if (jget(h, "min") && strcmp(policy, "shared"))
			within = h;
		if (wants >= 0 && wants == is && !strcmp(policy, "exclusive"))
			exclusive = h;
		else if (wants >= 0 && wants == is && !strcmp(policy, "floor"))
			floor = h;
		else if (wants >= 0 && wants == is)
			asked = h;
		else if (is >= 0 && (jint(h, "min", 0) == is || jint(h, "max", 0) == is))
			limit = h;
	}
	if (exclusive)
		say(res, "asked for it, and has it exclusively", exclusive);
	else if (asked)
		say(res, "asked for it last", asked);
	else if (floor)
		say(res, "needs at least that", floor);
	else if (limit)
		say(res, "has this limit", limit);
	else if (is >= 0 && within)
		say(res, "has limits, and this is within", within);
	else if (is >= 0)
		say(res, wanted ? "no agent asked for exactly this: the host has it so" :
		    "no agent asked for anything: the host has it so", NULL);
	else if (on)
		say(res, "has it on", on);
	else if (!strcmp(state, "on"))
		say(res, "no agent has it on: the host does", NULL);
}

/* "kind "name": state" and its holders */
static struct json_object *resources(char *text)
{
	struct json_object *list = json_object_new_array(), *res = NULL, *h;
	char *line, *save, *open, *close;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == ' ') {
			h = res ? holder(line) : NULL;
			if (h)
				json_object_array_add(jget(res, "holders"), h);
			continue;
		}
		open = strchr(line, '"');
		close = open ? strstr(open + 1, "\": ") : NULL;
		if (!close || open == line)
			continue;
		open[-1] = '\0';
		*close = '\0';
		res = json_object_new_object();
		jset(res, "kind", line);
		jset(res, "name", open + 1);
		jset(res, "state", close + 3);
		json_object_object_add(res, "holders", json_object_new_array());
		json_object_array_add(list, res);
	}

	return list;
}

/* By its name, "kind name" or "kind:name", or that of a holder */
static bool meant(struct json_object *res, const char *what)
{
	struct json_object *holders = jget(res, "holders"), *h;
	size_t n = strlen(jstr(res, "kind")), i;
	bool is;
	char *name;

	if (!strcmp(what, jstr(res, "name")))
		return true;
	if (starts_with(what, jstr(res, "kind")) && (what[n] == ' ' || what[n] == ':') &&
	    !strcmp(what + n + 1, jstr(res, "name")))
		return true;
	for (i = 0; i < json_object_array_length(holders); i++) {
		h = json_object_array_get_idx(holders, i);
		name = xfmt("%s:%s/%s", jstr(h, "agent"), jstr(h, "grant"),
			    jstr(h, "resource") ?: "");
		is = starts_with(name, what) &&
		     (!name[strlen(what)] || name[strlen(what)] == '/');
		free(name);
		if (is || !strcmp(what, jstr(h, "agent")) || !strcmp(what, jstr(h, "grant")))
			return true;
	}

	return false;
}

int cmd_who(int argc, char **argv)
{
	char *text = debugfs("resources");
	struct json_object *all, *list, *res, *h;
	size_t i, j;
	int err = 0;

	if (!text)
		return -1;
	all = resources(text);
	free(text);
	list = json_object_new_array();
	for (i = 0; i < json_object_array_length(all); i++) {
		res = json_object_array_get_idx(all, i);
		if (argc && !meant(res, argv[0]))
			continue;
		judge(res);
		json_object_array_add(list, json_object_get(res));
	}
	if (argc && !json_object_array_length(list)) {
		err = fail("nobody was granted %s", argv[0]);
		goto out;
	}
	if (opt_json) {
		err = jprint(list);
		goto out;
	}
	for (i = 0; i < json_object_array_length(list); i++) {
		res = json_object_array_get_idx(list, i);
		printf("%s %s: %s\n", jstr(res, "kind"), jstr(res, "name"), jstr(res, "state"));
		for (j = 0; j < json_object_array_length(jget(res, "holders")); j++) {
			h = json_object_array_get_idx(jget(res, "holders"), j);
			printf("  %s:%s%s%s, id %s%s: %s", jstr(h, "agent"), jstr(h, "grant"),
			       jstr(h, "resource") ? "/" : "", jstr(h, "resource") ?: "",
			       jstr(h, "id"), jint(h, "shared", 0) ? ", shared" : "",
			       jstr(h, "vote"));
			if (jget(h, "min"))
				printf(", within %s..%s", jstr(h, "min"), jstr(h, "max"));
			if (jstr(h, "policy"))
				printf(", %s", jstr(h, "policy"));
			putchar('\n');
		}
		if (jstr(res, "because"))
			printf("  because: %s\n", jstr(res, "because"));
	}
out:
	json_object_put(list);
	json_object_put(all);

	return err;
}

/* --- top -------------------------------------------------------------------- */

struct opt top_opts[] = {
	{ .name = "interval", .arg = "SECONDS", .help = "between two looks (default 1)" },
	{ .name = "count", .arg = "N", .help = "end after so many looks" },
	{}
};

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
}

/* How many commands took less than @bound nanoseconds, and no less than the last */
struct slot {
	unsigned long long bound;
	u32 n;
};

/* An agent and a protocol */
struct load {
	char *agent, *proto;
	long long all, refused;
	struct slot *slots;
	size_t nr_slots;
	struct load *next;
};

static struct load *load_of(struct load **first, const char *agent, const char *proto)
{
	struct load **end;

	for (end = first; *end; end = &(*end)->next)
		if (!strcmp((*end)->agent, agent) && !strcmp((*end)->proto, proto))
			return *end;
	*end = xalloc(sizeof(**end));
	(*end)->agent = xstr(agent);
	(*end)->proto = xstr(proto);

	return *end;
}

/* A file of debugfs from its beginning, once more; it is kept open. */
static char *again(int fd)
{
	size_t have = 0, size = 0;
	char *text = NULL;
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return xstr("");
	do {
		size += 65536;
		text = xgrow(text, size + 1);
		while (have < size && (n = read(fd, text + have, size - have)) > 0)
			have += n;
	} while (have == size);
	text[have] = '\0';

	return text;
}

/* @latency: a file that may not be there, then nothing was timed */
static struct load *loads(int latency)
{
	char *text = debugfs("counters"), *line, *save, agent[64], proto[64], status[64];
	struct load *first = NULL, *l;
	unsigned long long bound;
	long long n;

	if (!text)
		return NULL;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%63s %63s %63s %lld", agent, proto, status, &n) != 4)
			continue;
		l = load_of(&first, agent, proto);
		l->all += n;
		if (strcmp(status, "SUCCESS"))
			l->refused += n;
	}
	free(text);
	text = latency < 0 ? xstr("") : again(latency);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%63s %63s %llu %lld", agent, proto, &bound, &n) != 4)
			continue;
		l = load_of(&first, agent, proto);
		l->slots = xgrow(l->slots, (l->nr_slots + 1) * sizeof(*l->slots));
		l->slots[l->nr_slots++] = (struct slot){ bound, n };
	}
	free(text);
	/* No agent has asked for anything yet. */
	return first ?: xalloc(sizeof(*first));
}

static void loads_free(struct load *l)
{
	struct load *next;

	for (; l; l = next) {
		next = l->next;
		free(l->agent);
		free(l->proto);
		free(l->slots);
		free(l);
	}
}

static bool same_load(const struct load *a, const struct load *b)
{
	return a->agent && b->agent && !strcmp(a->agent, b->agent) && !strcmp(a->proto, b->proto);
}

/* What has come since: counters begin anew with an agent of the same name. */
static void since(struct load *now, const struct load *before, long long *all, long long *refused)
{
	size_t i, j;

	*all = now->all;
	*refused = now->refused;
	for (; before && !same_load(before, now); before = before->next)
		;
	if (!before || before->all > now->all || before->refused > now->refused)
		return;
	*all -= before->all;
	*refused -= before->refused;
	for (i = 0, j = 0; i < now->nr_slots; i++) {
		while (j < before->nr_slots && before->slots[j].bound < now->slots[i].bound)
			j++;
		if (j < before->nr_slots && before->slots[j].bound == now->slots[i].bound)
			now->slots[i].n -= before->slots[j].n;
	}
}

/* What that many of a hundred commands took at most, in nanoseconds; 0: not known */
static unsigned long long percentile(const struct slot *slots, size_t nr, unsigned int percent)
{
	unsigned long long all = 0, n = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		all += slots[i].n;
	for (i = 0; all && i < nr; i++) {
		n += slots[i].n;
		if (n * 100 >= all * percent)
			return slots[i].bound;
	}

	return 0;
}

static void show_time(unsigned long long ns)
{
	if (!ns)
		printf(" %10s", "-");
	else if (ns >= 1ull << 34)
		printf(" %10s", "> 8.6 s");
	else if (ns < 1000000)
		printf(" %7.1f us", ns / 1e3);
	else if (ns < 1000000000)
		printf(" %7.1f ms", ns / 1e6);
	else
		printf(" %7.1f s ", ns / 1e9);
}

static int show_loads(const struct load *loads, const struct load *before, double seconds)
{
	struct json_object *list = opt_json ? json_object_new_array() : NULL, *obj;
	static const unsigned int percents[] = { 50, 90, 99 };
	unsigned long long times[ARRAY_SIZE(percents)];
	long long all, refused;
	struct load now;
	int err = 0;
	size_t i;

	if (!opt_json)
		printf("%-16s %-10s %12s %10s %12s %10s %10s %10s %10s\n", "AGENT", "PROTOCOL",
		       "COMMANDS/S", "REFUSED/S", "COMMANDS", "REFUSED", "P50", "P90", "P99");
	for (; loads; loads = loads->next) {
		if (!loads->agent)
			continue;
		/* The next look needs what was counted in all. */
		now = *loads;
		now.slots = xalloc((now.nr_slots + 1) * sizeof(*now.slots));
		if (now.nr_slots)
			memcpy(now.slots, loads->slots, now.nr_slots * sizeof(*now.slots));
		since(&now, before, &all, &refused);
		for (i = 0; i < ARRAY_SIZE(percents); i++)
			times[i] = percentile(now.slots, now.nr_slots, percents[i]);
		free(now.slots);
		if (!opt_json) {
			printf("%-16s %-10s %12.1f %10.1f %12lld %10lld", now.agent, now.proto,
			       all / seconds, refused / seconds, now.all, now.refused);
			for (i = 0; i < ARRAY_SIZE(percents); i++)
				show_time(times[i]);
			putchar('\n');
			continue;
		}
		obj = json_object_new_object();
		jset(obj, "agent", now.agent);
		jset(obj, "protocol", now.proto);
		json_object_object_add(obj, "per_second", json_object_new_double(all / seconds));
		json_object_object_add(obj, "refused_per_second",
				       json_object_new_double(refused / seconds));
		json_object_object_add(obj, "commands", json_object_new_int64(now.all));
		json_object_object_add(obj, "refused", json_object_new_int64(now.refused));
		for (i = 0; i < ARRAY_SIZE(percents); i++) {
			char *name = xfmt("p%u_ns", percents[i]);

			if (times[i])
				json_object_object_add(obj, name,
						       json_object_new_uint64(times[i]));
			free(name);
		}
		json_object_array_add(list, obj);
	}
	if (opt_json) {
		err = jprint(list);
		json_object_put(list);
	}

	return err;
}

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int cmd_top(int argc, char **argv)
{
	const char *every = opt_val(top_opts, "interval");
	double interval = 1, start, end;
	struct load *before, *now;
	struct timespec nap;
	long long count = -1;
	char *path, *rest;
	int err = 0, latency;

	(void)argc;
	(void)argv;
	if (every) {
		interval = strtod(every, &rest);
		if (rest == every || *rest || !(interval >= 0.01 && interval <= 86400))
			return misuse("\"%s\" is no number of seconds", every);
	}
	if (opt_number(top_opts, "count", 1000000000, &count))
		return -1;
	/* Commands are timed while this is open. */
	path = xfmt("%s%s/latency", cfs_root, DEBUGFS);
	latency = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	before = loads(latency);
	if (!before)
		return -1;
	start = seconds_now();
	catch_signals();
	nap.tv_sec = interval;
	nap.tv_nsec = (interval - nap.tv_sec) * 1e9;
	while (!err && !interrupted && count--) {
		nanosleep(&nap, NULL);
		now = loads(latency);
		if (!now) {
			err = -1;
			break;
		}
		end = seconds_now();
		if (isatty(STDOUT_FILENO) && !opt_json)
			fputs("\033[H\033[2J", stdout);
		err = show_loads(now, before, end - start);
		if (ferror(stdout))
			break;
		loads_free(before);
		before = now;
		start = end;
	}
	loads_free(before);
	if (latency >= 0)
		close(latency);

	return err;
}

/* --- trace -------------------------------------------------------------------- */

struct opt trace_opts[] = {
	{ .name = "count", .arg = "N", .help = "end after so many lines" },
	{}
};

/* In capitals, as the specification writes it */
static char *cmd_name(unsigned int proto, unsigned int cmd)
{
	const struct msg *msg = msg_find(proto, MSG_COMMAND, cmd);
	char *name, *c;

	/* What all have, also those that are not known */
	if (!msg && (cmd < 3 || cmd == 0x10))
		msg = msg_find(0x10, MSG_COMMAND, cmd);
	name = msg ? xstr(msg->name) : xfmt("%#x", cmd);
	for (c = name; msg && *c; c++)
		*c = toupper((unsigned char)*c);

	return name;
}

/* The value of "key=value" in an event's line, which may be in quotes */
static char *field(const char *line, const char *key)
{
	char *with = xfmt(" %s=", key);
	const char *at = strstr(line, with);
	char *val = NULL;

	if (at) {
		at += strlen(with);
		val = *at == '"' ? xfmt("%.*s", (int)strcspn(at + 1, "\""), at + 1) :
		      xfmt("%.*s", (int)strcspn(at, " "), at);
	}
	free(with);

	return val;
}

static void add_field(struct json_object *obj, const char *line, const char *key)
{
	char *val = field(line, key);

	if (val)
		jset(obj, key, val);
	free(val);
}

static void decode_msg(struct json_object *obj, const char *line)
{
	char *proto = field(line, "proto"), *cmd = field(line, "cmd"), *status;
	unsigned int p = proto ? strtoul(proto, NULL, 0) : 0, c = cmd ? strtoul(cmd, NULL, 0) : 0;
	const struct msg_proto *known = msg_proto(p);
	char *text;

	text = known ? xstr(known->name) : xfmt("%#x", p);
	jset(obj, "protocol", text);
	free(text);
	text = cmd_name(p, c);
	jset(obj, "command", text);
	free(text);
	add_field(obj, line, "token");
	add_field(obj, line, "len");
	status = field(line, "status");
	text = msg_status(status ? atoi(status) : 0);
	jset(obj, "status", text);
	free(text);
	add_field(obj, line, "reason");
	free(status);
	free(cmd);
	free(proto);
}

/* "    task-123  [000] .....  12.345678: scmid_msg: agent=vm1 ..." */
static struct json_object *event(const char *line)
{
	static const char * const votes[] = { "grant", "res", "name", "vote", "policy", "want",
					      "result", "reason" };
	const char *at = strstr(line, ": scmid_"), *time, *name;
	struct json_object *obj;
	char *text;
	size_t i;

	if (!at)
		return NULL;
	for (time = at; time > line && time[-1] != ' '; time--)
		;
	obj = json_object_new_object();
	text = xfmt("%.*s", (int)(at - time), time);
	jset(obj, "time", text);
	free(text);
	name = at + strlen(": scmid_");
	text = xfmt("%.*s", (int)strcspn(name, ":"), name);
	jset(obj, "event", text);
	if (!strcmp(text, "msg") || !strcmp(text, "refuse"))
		decode_msg(obj, name);
	else
		for (i = 0; i < ARRAY_SIZE(votes); i++)
			add_field(obj, name, votes[i]);
	free(text);

	return obj;
}

static int print_event(struct json_object *obj)
{
	const char *sep = " ";

	if (opt_json)
		return puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN)) < 0;
	printf("%s %s", jstr(obj, "time"), jstr(obj, "event"));
	json_object_object_foreach(obj, key, val) {
		if (!strcmp(key, "time") || !strcmp(key, "event"))
			continue;
		if (!strcmp(key, "protocol") || !strcmp(key, "command") || !strcmp(key, "status"))
			printf("%s%s", sep, json_object_get_string(val));
		else
			printf("%s%s=%s", sep, key, json_object_get_string(val));
	}

	return putchar('\n') < 0;
}

static int put_trace(const char *dir, const char *file, const char *val)
{
	char *path = xfmt("%s/%s", dir, file);
	int err = sys_put(path, val);

	free(path);

	return err;
}

static int follow(int fd, long long count)
{
	char buf[65536], *line, *end;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct json_object *obj;
	size_t have = 0;
	ssize_t n;

	while (count && !interrupted) {
		n = read(fd, buf + have, sizeof(buf) - 1 - have);
		if (n < 0 && errno == EAGAIN) {
			poll(&pfd, 1, 200);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail("cannot read the trace: %s", strerror(errno));
		if (!n)
			return 0;
		have += n;
		buf[have] = '\0';
		for (line = buf; count && (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			obj = event(line);
			if (!obj)
				continue;
			if (print_event(obj) || fflush(stdout))
				count = 1;
			json_object_put(obj);
			if (count > 0)
				count--;
		}
		have -= line - buf;
		memmove(buf, line, have);
		if (have == sizeof(buf) - 1)
			have = 0;
	}

	return 0;
}

/* In a buffer of our own, so that nobody else's tracing is disturbed. */
int cmd_trace(int argc, char **argv)
{
	static const char * const roots[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char *dir = NULL, *path, *full, *filter;
	long long count = -1;
	bool denied = false;
	int err = -1, fd;
	size_t i;

	(void)argc;
	if (opt_number(trace_opts, "count", 1000000000, &count) || agent_check(argv[0]))
		return -1;
	for (i = 0; i < ARRAY_SIZE(roots) && !dir; i++) {
		path = xfmt("%s%s/instances", cfs_root, roots[i]);
		if (!access(path, F_OK))
			dir = xfmt("%s/instances/scmictl-%d", roots[i], getpid());
		else if (errno == EACCES)
			denied = true;
		free(path);
	}
	if (!dir && denied)
		return fail("cannot trace: %s", strerror(EACCES));
	if (!dir)
		return fail("the kernel has no tracefs, or it is not mounted at %s%s", cfs_root,
			    roots[0]);
	full = xfmt("%s%s", cfs_root, dir);
	catch_signals();
	if (!cfs_said("mkdir '%s'", full) && mkdir(full, 0700)) {
		err = fail("cannot make %s: %s", full, strerror(errno));
		goto out;
	}
	filter = xfmt("agent == \"%s\"", argv[0]);
	err = put_trace(dir, "events/scmi_server/filter", filter);
	free(filter);
	if (!err)
		err = put_trace(dir, "events/scmi_server/enable", "1");
	if (!err && !cfs_said("cat '%s/trace_pipe'", full)) {
		path = xfmt("%s/trace_pipe", full);
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		err = fd < 0 ? fail("cannot read %s: %s", path, strerror(errno)) :
		      follow(fd, count);
		if (fd >= 0)
			close(fd);
		free(path);
	}
	if (!cfs_said("rmdir '%s'", full))
		rmdir(full);
out:
	free(full);
	free(dir);

	return err;
}
