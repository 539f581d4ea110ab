// SPDX-License-Identifier: GPL-2.0
/*
 * scmiraw - messages to an SCMI platform by name, through the raw mode of this
 * kernel's client.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "msgs.h"
#include "util.h"

#define CLIENTS		"/sys/kernel/debug/scmi"
#define TOKENS		0x400
#define HEADER		4

/* The platform has answered, but not that it has done it, or not as expected. */
#define EXIT_REFUSED	3

static bool json, dry;
static const char *root = "", *instance;
static long long timeout = 10000, count = -1;
static volatile sig_atomic_t interrupted;

/* A message to be sent, and what is expected of its reply */
struct request {
	u8 data[MSG_MAX];
	int len;
	bool whole;		/* with its header, which is not for us to make */
	char *want;		/* or NULL */
	char *text;
	unsigned int line;
};

/* --- the client's files ------------------------------------------------------------ */

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ "instance", required_argument, NULL, 'i' },
	{ "timeout", required_argument, NULL, 't' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "file", required_argument, NULL, 'f' },
	{ "listen", no_argument, NULL, 'l' },
	{ "count", required_argument, NULL, 'c' },
	{ "decode", no_argument, NULL, 'd' },
	{ "list", no_argument, NULL, 'L' },
	{ "root", required_argument, NULL, 'R' },
	{}
};

static int help(void)
{
	puts("Usage: scmiraw [OPTION...] PROTOCOL.MESSAGE [FIELD=VALUE...|WORD...]\n"
	     "       scmiraw --bytes HEX...\n"
	     "       scmiraw --file FILE\n"
	     "       scmiraw --listen | --list [PROTOCOL] | --decode HEX...\n\n"
	     "      --json                          print JSON (-j)\n"
	     "      --dry-run                       print the bytes, and send nothing (-n)\n"
	     "      --instance N                    which client, if there are several\n"
	     "      --timeout MS                    for a reply (default 10000)\n"
	     "      --bytes                         a whole message, with its header\n"
	     "      --file FILE                     replay a file of messages; -: standard input\n"
	     "      --listen                        print notifications\n"
	     "      --count N                       end after so many\n"
	     "      --decode                        print what the bytes of a message say\n"
	     "      --list                          messages, and their fields\n"
	     "      --root DIR                      where /sys is\n"
	     "      --help                          this text (-h)\n\n"
	     "Exit status: 0; 1 if it failed, with one line on standard error; 2 if called\n"
	     "wrongly; 3 if the platform refused, or answered otherwise than the file has it.");

	return 0;
}

/* Which client? There is one, or --instance says it. */
static char *client(const char *file)
{
	char *dir = xfmt("%s" CLIENTS, root), *path, *found = NULL;
	struct dirent *e;
	DIR *d = opendir(dir);
	int n = 0, err = d ? 0 : errno;

	while (d && (e = readdir(d))) {
		path = xfmt("%s/%s/raw/%s", dir, e->d_name, file);
		if (e->d_name[0] != '.' && (!instance || !strcmp(instance, e->d_name)) &&
		    !access(path, F_OK)) {
			n++;
			free(found);
			found = xstr(path);
		}
		free(path);
	}
	if (d)
		closedir(d);
	if (err && err != ENOENT)
		fail("cannot read %s: %s", dir, strerror(err));
	else if (!n && instance)
		fail("there is no SCMI client %s with raw mode", instance);
	else if (!n)
		fail("no SCMI client with raw mode in %s: is debugfs mounted, and the kernel's CONFIG_ARM_SCMI_RAW_MODE_SUPPORT on?",
		     dir);
	else if (n > 1)
		misuse("there are %d SCMI clients: --instance N", n);
	free(dir);
	if (n == 1)
		return found;
	free(found);

	return NULL;
}

/* Waits for something to read; 1 if there is, 0 if the time is up */
static int wait_for(int fd, long long ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct timespec now;
	long long end, left;
	int n;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + ms;
	for (left = ms; ms < 0 || left >= 0;) {
		n = poll(&pfd, 1, ms < 0 ? -1 : (int)left);
		if (n >= 0)
			return n;
		if (errno != EINTR)
			return fail("cannot wait for a message: %s", strerror(errno));
		if (interrupted)
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = end - (now.tv_sec * 1000LL + now.tv_nsec / 1000000);
	}

	return 0;
}

static unsigned int new_token(void)
{
	static unsigned int token = TOKENS;
	struct timespec now;

	/* Not one that somebody may have used a moment ago */
	if (token == TOKENS) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		token = (now.tv_nsec >> 10) % TOKENS;
	}
	token = (token + 1) % TOKENS;

	return token;
}

static unsigned int header_proto(u32 header)
{
	return header >> 10 & 0xff;
}

static unsigned int header_type(u32 header)
{
	return header >> 8 & 3;
}

static unsigned int header_id(u32 header)
{
	return header & 0xff;
}

static unsigned int header_token(u32 header)
{
	return header >> 18 & 0x3ff;
}

/*
 * The reply to @req; its length, or -1. Each message has a file of its own, as the
 * client's files keep a position. There is one queue of replies for all who ask.
 */
static int exchange(struct request *req, u8 *reply, size_t room)
{
	char *path = client("message");
	int fd, n = -1;

	if (!path)
		return -1;
	if (!req->whole)
		put_le32(req->data, get_le32(req->data) | new_token() << 18);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		fail("cannot open %s: %s", path, strerror(errno));
		free(path);
		return -1;
	}
	if (write(fd, req->data, req->len) != req->len) {
		fail("cannot send %s: %s", req->text, strerror(errno));
		goto out;
	}
	do {
		n = wait_for(fd, timeout);
		if (n <= 0) {
			if (!n)
				fail("no reply to %s within %lld ms", req->text, timeout);
			n = -1;
			goto out;
		}
		n = read(fd, reply, room);
		if (n <= 0) {
			fail("cannot read the reply to %s: %s", req->text,
			     n ? strerror(errno) : "it is empty");
			n = -1;
			goto out;
		}
	} while (n < HEADER || header_token(get_le32(reply)) != header_token(get_le32(req->data)));
out:
	close(fd);
	free(path);

	return n;
}

/* --- what a message says ------------------------------------------------------------- */

/* A reply or notification; its status word, or that of a notification, "" */
static char *explain(const u8 *data, size_t len, struct json_object **fields, char **name)
{
	u32 header = get_le32(data);
	unsigned int type = header_type(header), proto = header_proto(header);
	const struct msg *msg;
	bool event = type == MSG_EVENT;
	char *status;
	int code;

	msg = msg_find(proto, event ? MSG_EVENT : MSG_COMMAND, header_id(header));
	*name = msg_name(proto, event ? MSG_EVENT : MSG_COMMAND, header_id(header));
	data += HEADER;
	len -= HEADER;
	if (event) {
		*fields = msg_decode(msg, data, len);
		return xstr("");
	}
	if (len < 4) {
		*fields = msg_decode(NULL, data, len);
		return xstr("no status");
	}
	code = (int)get_le32(data);
	status = msg_status(code);
	/* What is not done says no more. */
	*fields = msg_decode(code ? NULL : msg, data + 4, len - 4);

	return status;
}

static int show(const u8 *data, size_t len)
{
	struct json_object *fields, *obj;
	char *name, *status, *text;
	int err = 0;

	if (len < HEADER)
		return fail("%zu bytes are no message: a header has 4", len);
	status = explain(data, len, &fields, &name);
	if (json) {
		obj = json_object_new_object();
		jset(obj, "message", name);
		if (*status)
			jset(obj, "status", status);
		json_object_object_add(obj, "token",
				       json_object_new_int(header_token(get_le32(data))));
		json_object_object_add(obj, "fields", fields);
		text = print_hex(data, len);
		jset(obj, "bytes", text);
		err = puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN |
							  JSON_C_TO_STRING_NOSLASHESCAPE)) < 0;
		json_object_put(obj);
	} else {
		text = msg_text(fields);
		err = printf("%s:%s%s%s%s\n", name, *status ? " " : "", status, *text ? " " : "",
			     text) < 0;
		json_object_put(fields);
	}
	free(text);
	free(status);
	free(name);

	return err ? fail("cannot write the output: %s", strerror(errno)) : 0;
}

/* --- requests -------------------------------------------------------------------------- */

/* "clock.rate_get", "clock.6" or "0x14.0x6" */
static int parse_message(const char *text, const struct msg **msg, u32 *header)
{
	const char *dot = strchr(text, '.');
	const struct msg *any = NULL;
	unsigned long proto, id;
	char *end;

	*msg = msg_by_name(text);
	if (*msg) {
		*header = (*msg)->id | (u32)(*msg)->proto << 10;
		return 0;
	}
	if (!dot)
		return misuse("\"%s\" is no PROTOCOL.MESSAGE; see scmiraw --list", text);
	proto = strtoul(text, &end, 0);
	if (end != dot || end == text) {
		while ((any = msg_next(any)))
			if (!strncmp(msg_proto(any->proto)->name, text, dot - text) &&
			    !msg_proto(any->proto)->name[dot - text])
				break;
		if (!any)
			return misuse("there is no protocol \"%.*s\"; see scmiraw --list",
				      (int)(dot - text), text);
		proto = any->proto;
	}
	id = strtoul(dot + 1, &end, 0);
	if (!isdigit((unsigned char)dot[1]) || *end || id > 0xff || proto > 0xff)
		return misuse("there is no message \"%s\"; see scmiraw --list", text);
	*msg = msg_find(proto, MSG_COMMAND, id);
	*header = id | proto << 10;

	return 0;
}

static int parse_request(char **words, int n, struct request *req)
{
	const struct msg *msg;
	u32 header = 0;
	int len, i;
	char *all;

	memset(req, 0, sizeof(*req));
	if (!n)
		return misuse("which message? See scmiraw --help");
	if (!strcmp(words[0], "bytes")) {
		req->whole = true;
		for (i = 1; i < n; i++) {
			len = parse_hex(words[i], req->data + req->len, MSG_MAX - req->len);
			if (len < 0)
				return -1;
			req->len += len;
		}
		if (!req->len)
			return misuse("which bytes?");
		all = print_hex(req->data, req->len);
		req->text = xfmt("the bytes %s", all);
		free(all);
		return 0;
	}
	if (parse_message(words[0], &msg, &header))
		return -1;
	/* By its number: it may be any, and too short, too. */
	if (n == 1 && !msg_by_name(words[0]))
		msg = NULL;
	len = msg_encode(msg, words + 1, n - 1, req->data + HEADER, MSG_MAX - HEADER);
	if (len < 0)
		return -1;
	put_le32(req->data, header);
	req->len = HEADER + len;
	req->text = xstr(words[0]);

	return 0;
}

static int show_request(const struct request *req)
{
	char *text = print_hex(req->data, req->len);
	struct json_object *obj;

	if (json) {
		obj = json_object_new_object();
		jset(obj, "bytes", text);
		puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN));
		json_object_put(obj);
	} else {
		puts(text);
	}
	free(text);

	return 0;
}

static int send_one(struct request *req)
{
	u8 reply[4096];
	int n;

	if (dry)
		return show_request(req);
	n = exchange(req, reply, sizeof(reply));
	if (n < 0 || show(reply, n))
		return -1;

	return n >= HEADER + 4 && !get_le32(reply + HEADER) ? 0 : EXIT_REFUSED;
}

/* --- replay ------------------------------------------------------------------------------ */

/* A line's words; "..." is for us to free last */
static int split(char *line, char **words, int max)
{
	char *save, *w;
	int n = 0;

	for (w = strtok_r(line, " \t\r", &save); w && n < max; w = strtok_r(NULL, " \t\r", &save))
		words[n++] = w;

	return n;
}

/* Does "STATUS [FIELD=VALUE...]" or "bytes HEX..." hold of the reply? */
static bool as_wanted(const char *want, const u8 *data, size_t len)
{
	char *copy = xstr(want), *words[64] = {}, *status, *name, *hex, *eq;
	struct json_object *fields, *one;
	int n = split(copy, words, ARRAY_SIZE(words)), i;
	bool is = true;

	if (!strcmp(words[0], "bytes")) {
		u8 bytes[MSG_MAX];
		int at = 0, k;

		for (i = 1; i < n && is; i++) {
			k = parse_hex(words[i], bytes + at, sizeof(bytes) - at);
			is = k >= 0;
			at += is ? k : 0;
		}
		is = is && (size_t)at == len - HEADER && !memcmp(bytes, data + HEADER, at);
		free(copy);
		return is;
	}
	status = explain(data, len, &fields, &name);
	is = !strcmp(status, words[0]);
	for (i = 1; i < n && is; i++) {
		eq = strchr(words[i], '=');
		*eq = '\0';
		one = json_object_new_object();
		json_object_object_add(one, words[i], json_object_get(jget(fields, words[i])));
		hex = msg_text(one);
		*eq = '=';
		is = !strcmp(hex, words[i]);
		free(hex);
		json_object_put(one);
	}
	json_object_put(fields);
	free(status);
	free(name);
	free(copy);

	return is;
}

/* Is it something that as_wanted() can find? */
static int check_want(const char *want)
{
	char *copy = xstr(want), *words[64] = {}, *status;
	int n = split(copy, words, ARRAY_SIZE(words)), i, err = 0, code;
	u8 bytes[MSG_MAX];

	if (!n) {
		err = misuse("what is expected?");
	} else if (strcmp(words[0], "bytes")) {
		for (code = 0; code > -0x20; code--) {
			status = msg_status(code);
			i = strcmp(status, words[0]);
			free(status);
			if (!i)
				break;
		}
		if (code == -0x20)
			err = misuse("there is no status \"%s\"", words[0]);
	}
	for (i = 1; i < n && !err; i++) {
		if (!strcmp(words[0], "bytes"))
			err = parse_hex(words[i], bytes, sizeof(bytes)) < 0 ? -1 : 0;
		else if (!strchr(words[i], '='))
			err = misuse("\"%s\" is no FIELD=VALUE", words[i]);
	}
	free(copy);

	return err;
}

/* All of a file before anything of it is sent */
static int parse_file(const char *name, char *text, struct request **reqs, size_t *nr)
{
	char *line, *save, *arrow, *why, *words[64];
	unsigned int at = 0;
	struct request *req;
	int n, err;

	for (line = text; line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = '\0';
		at++;
		line[strcspn(line, "#")] = '\0';
		line = strip(line);
		if (!*line)
			continue;
		*reqs = xgrow(*reqs, (*nr + 1) * sizeof(**reqs));
		req = &(*reqs)[*nr];
		arrow = strstr(line, "->");
		if (arrow)
			*arrow = '\0';
		n = split(line, words, ARRAY_SIZE(words));
		err = parse_request(words, n, req);
		if (!err && arrow) {
			req->want = xstr(strip(arrow + 2));
			err = check_want(req->want);
		}
		if (err) {
			why = xstr(failure());
			failure_clear();
			misuse("%s:%u: %s", name, at, why);
			free(why);
			return -1;
		}
		req->line = at;
		(*nr)++;
	}

	return 0;
}

static char *read_all(const char *name)
{
	size_t have = 0;
	char *text;
	ssize_t n;

	if (strcmp(name, "-")) {
		text = xread(name);
		if (!text)
			fail("cannot read %s: %s", name, strerror(errno));
		return text;
	}
	text = xalloc(65537);
	while ((n = read(STDIN_FILENO, text + have, 65536)) > 0) {
		have += n;
		text = xgrow(text, have + 65537);
	}
	text[have] = '\0';

	return text;
}

static int replay(const char *name)
{
	char *text = read_all(name);
	struct request *reqs = NULL;
	size_t nr = 0, i, other = 0;
	u8 reply[4096];
	int err, n;

	if (!text)
		return -1;
	err = parse_file(name, text, &reqs, &nr);
	for (i = 0; i < nr && !err && !interrupted; i++) {
		if (dry) {
			err = show_request(&reqs[i]);
			continue;
		}
		n = exchange(&reqs[i], reply, sizeof(reply));
		err = n < 0 ? -1 : show(reply, n);
		if (err || !reqs[i].want || as_wanted(reqs[i].want, reply, n))
			continue;
		other++;
		printf("# %s:%u: expected %s\n", name, reqs[i].line, reqs[i].want);
	}
	for (i = 0; i < nr; i++) {
		free(reqs[i].want);
		free(reqs[i].text);
	}
	free(reqs);
	free(text);
	if (!err && other) {
		fail("%s: %zu of %zu messages were answered otherwise than expected", name, other,
		     nr);
		return EXIT_REFUSED;
	}

	return err;
}

/* --- the rest --------------------------------------------------------------------------- */

static int listen_all(void)
{
	char *path = client("notification");
	u8 data[4096];
	int fd, n, err = 0;

	if (!path)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err = fail("cannot open %s: %s", path, strerror(errno));
	while (!err && count && !interrupted) {
		n = wait_for(fd, -1);
		if (n <= 0) {
			err = n;
			break;
		}
		n = read(fd, data, sizeof(data));
		if (n < 0)
			err = fail("cannot read %s: %s", path, strerror(errno));
		else if (n > 0)
			err = show(data, n);
		if (n > 0 && count > 0)
			count--;
	}
	if (fd >= 0)
		close(fd);
	free(path);

	return err;
}

static int list(const char *proto)
{
	const struct msg *msg = NULL;
	const char *name;
	bool any = false;
	char *text;

	while ((msg = msg_next(msg))) {
		name = msg_proto(msg->proto)->name;
		if (msg->type != MSG_COMMAND || (proto && strcmp(proto, name)))
			continue;
		text = msg_usage(msg);
		puts(text);
		free(text);
		any = true;
	}

	return any ? 0 : misuse("there is no protocol \"%s\"", proto);
}

static int decode(char **words, int n)
{
	u8 data[4096];
	int i, len = 0, more;

	for (i = 0; i < n; i++) {
		more = parse_hex(words[i], data + len, sizeof(data) - len);
		if (more < 0)
			return -1;
		len += more;
	}

	return show(data, len);
}

static int number_opt(const char *name, const char *text, long long max, long long *val)
{
	char *end;

	errno = 0;
	*val = strtoll(text, &end, 0);
	if (errno || end == text || *end || *val < 1 || *val > max)
		return misuse("--%s: \"%s\" is not a number from 1 to %lld", name, text, max);

	return 0;
}

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int run(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	bool bytes = false, listens = false, lists = false, decodes = false;
	const char *file = NULL;
	struct request req;
	int c, err, n;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":jnh", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 'n':
			dry = true;
			break;
		case 'h':
			return help();
		case 'i':
			instance = optarg;
			break;
		case 't':
			if (number_opt("timeout", optarg, 86400000, &timeout))
				return -1;
			break;
		case 'b':
			bytes = true;
			break;
		case 'f':
			file = optarg;
			break;
		case 'l':
			listens = true;
			break;
		case 'c':
			if (number_opt("count", optarg, 1000000000, &count))
				return -1;
			break;
		case 'd':
			decodes = true;
			break;
		case 'L':
			lists = true;
			break;
		case 'R':
			root = optarg;
			break;
		case ':':
			return misuse("%s needs a value", argv[optind - 1]);
		default:
			return misuse("there is no option %s; see scmiraw --help",
				      argv[optind - 1]);
		}
	}
	argc -= optind;
	argv += optind;
	if (!!file + bytes + listens + lists + decodes > 1)
		return misuse("one of --bytes, --file, --listen, --list, --decode");
	if ((file || listens || (lists && argc > 1)) && argc)
		return misuse("what is \"%s\" for?", argv[argc - 1]);

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (file)
		return replay(file);
	if (listens)
		return listen_all();
	if (lists)
		return list(argv[0]);
	if (decodes)
		return decode(argv, argc);
	if (bytes) {
		static char word[] = "bytes";
		char **words = xalloc((argc + 1) * sizeof(*words));

		words[0] = word;
		for (n = 0; n < argc; n++)
			words[n + 1] = argv[n];
		err = parse_request(words, argc + 1, &req);
		free(words);
	} else {
		err = parse_request(argv, argc, &req);
	}
	if (!err)
		err = send_one(&req);
	free(req.text);

	return err;
}

int main(int argc, char **argv)
{
	int err;

	setlinebuf(stdout);
	err = run(argc, argv);
	/* Lines went out one by one, and any of them may have failed. */
	if (err >= 0 && (fflush(stdout) || ferror(stdout)))
		err = fail("cannot write the output: %s", strerror(errno));
	if (failure())
		fprintf(stderr, "scmiraw: %s\n", failure());
	if (err >= 0)
		return err;

	return misused() ? EXIT_USAGE : EXIT_FAILED;
}
