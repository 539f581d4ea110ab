// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and writes of configfs, which say what failed, where, and why.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cfs.h"
#include "util.h"

bool cfs_dry;
const char *cfs_root = "";
int cfs_errno;

/* --- paths ---------------------------------------------------------------- */

#define PATH_OF(base)						\
	({							\
		va_list _args;					\
		char *_rel, *_path;				\
								\
		va_start(_args, fmt);				\
		if (vasprintf(&_rel, fmt, _args) < 0)		\
			abort();				\
		va_end(_args);					\
		_path = xfmt("%s" base "%s", cfs_root, _rel);	\
		free(_rel);					\
		_path;						\
	})

static char *get(char *path)
{
	char *s = xread(path), *text;

	cfs_errno = s ? 0 : errno;
	free(path);
	if (!s)
		return NULL;
	/* Not the blanks that a value may end in. */
	text = xfmt("%.*s", (int)strcspn(s, "\n"), s);
	if (s[strcspn(s, "\n")] && s[strcspn(s, "\n") + 1]) {
		free(text);
		return s;
	}
	free(s);

	return text;
}

char *cfs_get(const char *fmt, ...)
{
	return get(PATH_OF(CFS_BASE "/"));
}

char *sys_get(const char *fmt, ...)
{
	return get(PATH_OF(""));
}

char *sys_link(const char *fmt, ...)
{
	char *path = PATH_OF(""), to[PATH_MAX];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	free(path);
	if (n < 0)
		return NULL;
	to[n] = '\0';

	return xstr(to);
}

bool cfs_is(const char *val, const char *fmt, ...)
{
	char *s = get(PATH_OF(CFS_BASE "/"));
	bool is = s && !strcmp(s, val);

	free(s);

	return is;
}

bool cfs_exists(const char *fmt, ...)
{
	char *path = PATH_OF(CFS_BASE "/");
	bool is = !access(path, F_OK);

	free(path);

	return is;
}

int cfs_check(void)
{
	char *version = cfs_get("version");
	int err = 0;

	if (!version && cfs_errno == ENOENT)
		return fail("no %s%s: is the module scmi_server loaded, and configfs mounted?",
			    cfs_root, CFS_BASE);
	else if (!version)
		return fail("%s%s/version: %s", cfs_root, CFS_BASE, strerror(cfs_errno));
	if (strcmp(version, "1"))
		err = fail("the server's interface has version %s, and this knows 1", version);
	free(version);

	return err;
}

static int compare(const void *a, const void *b)
{
	return strverscmp(*(char * const *)a, *(char * const *)b);
}

static char **list(char *path, bool dirs)
{
	char **names = xalloc(sizeof(*names));
	unsigned int n = 0;
	struct dirent *e;
	struct stat st;
	DIR *dir;

	dir = opendir(path);
	cfs_errno = errno;
	free(path);
	if (!dir)
		return names;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.' || fstatat(dirfd(dir), e->d_name, &st, 0))
			continue;
		if (S_ISDIR(st.st_mode) != dirs)
			continue;
		names = xgrow(names, (n + 2) * sizeof(*names));
		names[n++] = xstr(e->d_name);
		names[n] = NULL;
	}
	closedir(dir);
	qsort(names, n, sizeof(*names), compare);

	return names;
}

char **cfs_list(bool dirs, const char *fmt, ...)
{
	return list(PATH_OF(CFS_BASE "/"), dirs);
}

char **sys_list(bool dirs, const char *path)
{
	return list(xfmt("%s%s", cfs_root, path), dirs);
}

void list_free(char **names)
{
	char **p;

	for (p = names; *p; p++)
		free(*p);
	free(names);
}

/* --- what the kernel says -------------------------------------------------- */

static int kmsg_open(void)
{
	char *path = xfmt("%s/dev/kmsg", cfs_root);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	free(path);

	return fd;
}

/*
 * A record is "level,seq,time,flags;text", and one read() gives one. The error at
 * its end, "(-EINVAL)" or "(-22)" by the kernel's configuration, is said by us.
 */
static char *kmsg_text(char *record)
{
	static const char us[] = "scmi_server: ";
	char *text = strchr(record, ';'), *error;

	text = text ? text + 1 : record;
	text[strcspn(text, "\n")] = '\0';
	/* Those of a device have its name and its driver's before the text. */
	text = strstr(text, us);
	error = text ? strrchr(text, '(') : NULL;
	if (error && error > text && starts_with(error, "(-") && ends_with(error, ")"))
		error[-1] = '\0';

	return text ? text + strlen(us) : NULL;
}

/*
 * Why was it refused? The first line is the most telling; the one about the
 * file itself, which says what we know, only counts if there is no other.
 */
static char *kmsg_why(int fd, const char *path)
{
	char record[8192], *why = NULL, *text;
	ssize_t n;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = '\0';
		text = kmsg_text(record);
		if (!text)
			continue;
		if (starts_with(text, path) && text[strlen(path)] == ':') {
			if (!why)
				why = xstr(text + strlen(path) + 2);
			continue;
		}
		free(why);
		why = xstr(text);
		break;
	}
	close(fd);

	return why;
}

static int refused(int kmsg, int err, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static int refused(int kmsg, int err, const char *path, const char *fmt, ...)
{
	char *why = kmsg_why(kmsg, path), *what;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&what, fmt, args) < 0)
		abort();
	va_end(args);
	fail("%s: %s%s%s%s", what, strerror(err), why ? " (" : "", why ? why : "", why ? ")" : "");
	free(what);
	free(why);
	cfs_errno = err;

	return -1;
}

/* --- the journal ----------------------------------------------------------- */

struct undo {
	int (*fn)(const char *arg);	/* or: */
	char *path;
	char *val;	/* to be written again; without one, the directory goes */
	struct undo *next;
};

static struct undo *journal;
static bool recording;

static struct undo *record(void)
{
	struct undo *u;

	if (!recording)
		return NULL;
	u = xalloc(sizeof(*u));
	u->next = journal;
	journal = u;

	return u;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

void cfs_hold_signals(bool hold)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

bool cfs_interrupted(void)
{
	sigset_t set;
	size_t i;

	sigpending(&set);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigismember(&set, signals[i]))
			return true;

	return false;
}

void cfs_begin(void)
{
	recording = true;
	cfs_hold_signals(true);
}

void cfs_commit(void)
{
	struct undo *u;

	recording = false;
	while ((u = journal)) {
		journal = u->next;
		free(u->path);
		free(u->val);
		free(u);
	}
	cfs_hold_signals(false);
}

void cfs_done(int (*undo)(const char *arg), char *arg)
{
	struct undo *u = cfs_dry ? NULL : record();

	if (u) {
		u->fn = undo;
		u->path = arg;
	} else {
		free(arg);
	}
}

/* The first failure has been remembered, and what fails here is not said. */
void cfs_rollback(void)
{
	struct undo *u;

	recording = false;
	for (u = journal; u; u = u->next) {
		if (u->fn)
			u->fn(u->path);
		else if (u->val)
			cfs_put(u->path, u->val);
		else
			cfs_remove(u->path);
	}
	cfs_commit();
}

/* --- changes ----------------------------------------------------------------- */

static void quoted(const char *s)
{
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	}
	putchar('\'');
}

bool cfs_said(const char *fmt, ...)
{
	va_list args;

	if (!cfs_dry)
		return false;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');

	return true;
}

/* As one write(), for an attribute is stored as a whole. */
static int put(const char *path, const char *val)
{
	char *line = xfmt("%s\n", val);
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC), err = 0;

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	free(line);

	return err;
}

int cfs_put(const char *path, const char *val)
{
	char *full = xfmt("%s%s/%s", cfs_root, CFS_BASE, path), *old = cfs_get("%s", path);
	int err = 0, kmsg;
	struct undo *u;

	if (old && !strcmp(old, val))
		goto out;
	if (cfs_dry) {
		fputs("echo ", stdout);
		quoted(val);
		fputs(" > ", stdout);
		quoted(full);
		putchar('\n');
		goto out;
	}

	kmsg = kmsg_open();
	err = put(full, val);
	if (err) {
		err = refused(kmsg, err, path, "cannot write \"%s\" to %s", val, path);
		goto out;
	}
	if (kmsg >= 0)
		close(kmsg);
	u = old ? record() : NULL;
	if (u) {
		u->path = xstr(path);
		u->val = old;
		old = NULL;
	}
out:
	free(old);
	free(full);

	return err;
}

/* What a binary attribute may have at most */
#define BLOB_MAX 65536

void *cfs_get_blob(const char *path, size_t *size)
{
	char *full = xfmt("%s%s/%s", cfs_root, CFS_BASE, path);
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	u8 *data = xalloc(BLOB_MAX);
	ssize_t n = -1;

	for (*size = 0; fd >= 0 && *size < BLOB_MAX; *size += n) {
		n = read(fd, data + *size, BLOB_MAX - *size);
		if (n <= 0)
			break;
	}
	cfs_errno = n < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	free(full);
	if (n >= 0)
		return data;
	free(data);

	return NULL;
}

/* What is written is stored, and looked at, when the file is closed. */
static int put_blob(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, size ? data : "\n", size ? size : 1) < 0)
		err = errno;
	if (fd >= 0)
		close(fd);

	return err;
}

static bool blob_is(const char *path, const void *data, size_t size)
{
	size_t has;
	void *now = cfs_get_blob(path, &has);
	bool is = now && has == size && (!size || !memcmp(now, data, size));

	free(now);

	return is;
}

int cfs_put_blob(const char *path, const void *data, size_t size)
{
	char *full = xfmt("%s%s/%s", cfs_root, CFS_BASE, path), *text;
	int err = 0, kmsg;

	if (blob_is(path, data, size))
		goto out;
	if (cfs_dry) {
		text = xbase64(data, size);
		printf(size ? "echo %s | base64 -d > " : "echo%s > ", text);
		quoted(full);
		putchar('\n');
		free(text);
		goto out;
	}

	kmsg = kmsg_open();
	err = put_blob(full, data, size);
	/* Nobody is told what becomes of it then, so it is read back. */
	if (!err && !blob_is(path, data, size))
		err = EINVAL;
	if (err)
		err = refused(kmsg, err, path, "cannot write %zu bytes to %s", size, path);
	else if (kmsg >= 0)
		close(kmsg);
out:
	free(full);

	return err;
}

/* A file elsewhere, with nothing to undo. */
int sys_put(const char *path, const char *val)
{
	char *full = xfmt("%s%s", cfs_root, path);
	int err = 0;

	if (cfs_dry) {
		fputs("echo ", stdout);
		quoted(val);
		fputs(" > ", stdout);
		quoted(full);
		putchar('\n');
	} else {
		err = put(full, val);
	}
	free(full);
	if (!err)
		return 0;
	cfs_errno = err;

	return fail("cannot write \"%s\" to %s: %s", val, path, strerror(err));
}

static int directory(const char *path, bool make)
{
	char *full = xfmt("%s%s/%s", cfs_root, CFS_BASE, path);
	int err = 0, kmsg;
	struct undo *u;

	if (cfs_dry) {
		printf("%s ", make ? "mkdir" : "rmdir");
		quoted(full);
		putchar('\n');
		goto out;
	}

	kmsg = kmsg_open();
	if (make ? mkdir(full, 0755) : rmdir(full)) {
		err = refused(kmsg, errno, path, "cannot %s %s", make ? "make" : "remove", path);
		goto out;
	}
	if (kmsg >= 0)
		close(kmsg);
	u = make ? record() : NULL;
	if (u)
		u->path = xstr(path);
out:
	free(full);

	return err;
}

int cfs_make(const char *path)
{
	return directory(path, true);
}

int cfs_remove(const char *path)
{
	return directory(path, false);
}
