// SPDX-License-Identifier: GPL-2.0
/*
 * What every part of scmictl uses: errors, memory, strings, JSON.
 */

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

static char *message;
static bool usage;

static void remember(const char *fmt, va_list args)
{
	if (!message && vasprintf(&message, fmt, args) < 0)
		abort();
}

int fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	remember(fmt, args);
	va_end(args);

	return -1;
}

int misuse(const char *fmt, ...)
{
	va_list args;

	if (!message)
		usage = true;
	va_start(args, fmt);
	remember(fmt, args);
	va_end(args);

	return -1;
}

const char *failure(void)
{
	return message;
}

bool misused(void)
{
	return usage;
}

void failure_clear(void)
{
	free(message);
	message = NULL;
	usage = false;
}

static void *checked(void *p)
{
	if (!p) {
		fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
		exit(EXIT_FAILED);
	}

	return p;
}

void *xalloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *xgrow(void *p, size_t size)
{
	return checked(realloc(p, size ? size : 1));
}

char *xstr(const char *s)
{
	return checked(strdup(s));
}

char *xfmt(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	if (vasprintf(&s, fmt, args) < 0)
		s = NULL;
	va_end(args);

	return checked(s);
}

/* A whole file, however long, as a string; NULL with errno. */
char *xread(const char *path)
{
	size_t size = 4096, len = 0;
	char *s = xalloc(size + 1);
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		free(s);
		return NULL;
	}
	while ((n = read(fd, s + len, size - len)) > 0) {
		len += n;
		if (len == size) {
			size *= 2;
			s = xgrow(s, size + 1);
		}
	}
	if (n < 0) {
		int err = errno;

		close(fd);
		free(s);
		errno = err;
		return NULL;
	}
	close(fd);
	s[len] = '\0';

	return s;
}

int write_all(int fd, const void *data, size_t size)
{
	const char *at = data;
	ssize_t n;

	while (size) {
		n = write(fd, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		size -= n;
	}

	return 0;
}

int write_file(const char *path, const void *data, size_t size, unsigned int mode)
{
	char *tmp = xfmt("%s.XXXXXX", path);
	bool special = false;
	struct stat st;
	int fd, err = 0;

	if (!stat(path, &st))
		special = !S_ISREG(st.st_mode);
	fd = special ? open(path, O_WRONLY | O_CLOEXEC) : mkstemp(tmp);
	if (fd < 0) {
		err = errno;
		free(tmp);
		return fail("cannot write %s: %s", path, strerror(err));
	}
	if (write_all(fd, data, size) || (!special && (fchmod(fd, mode) || fsync(fd))))
		err = errno;
	if (close(fd) && !err)
		err = errno;
	if (!err && !special && rename(tmp, path))
		err = errno;
	if (err && !special)
		unlink(tmp);
	free(tmp);

	return err ? fail("cannot write %s: %s", path, strerror(err)) : 0;
}

char *xbase64(const void *data, size_t size)
{
	size_t room = (size + 2) / 3 * 4 + 1;
	char *text = xalloc(room);

	if (b64_ntop(data, size, text, room) < 0)
		abort();

	return text;
}

void *xunbase64(const char *text, size_t *size)
{
	size_t room = strlen(text) / 4 * 3 + 4;
	void *data = xalloc(room);
	int n = b64_pton(text, data, room);

	if (n < 0) {
		free(data);
		return NULL;
	}
	*size = n;

	return data;
}

bool starts_with(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

bool ends_with(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && !strcmp(s + n - m, with);
}

bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word), m;

	for (; list && *list; list += m) {
		list += strspn(list, " ");
		m = strcspn(list, " ");
		if (m == n && !strncmp(list, word, n))
			return true;
	}

	return false;
}

char *strip(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \t\n", s[n - 1]))
		s[--n] = '\0';

	return s + strspn(s, " \t\n");
}

struct json_object *jget(struct json_object *obj, const char *key)
{
	struct json_object *val;

	return json_object_object_get_ex(obj, key, &val) ? val : NULL;
}

const char *jstr(struct json_object *obj, const char *key)
{
	struct json_object *val = jget(obj, key);

	return val ? json_object_get_string(val) : NULL;
}

long long jint(struct json_object *obj, const char *key, long long none)
{
	struct json_object *val = jget(obj, key);

	return val ? json_object_get_int64(val) : none;
}

void jset(struct json_object *obj, const char *key, const char *val)
{
	json_object_object_add(obj, key, val ? json_object_new_string(val) : NULL);
}

int jprint(struct json_object *obj)
{
	if (puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PRETTY |
						JSON_C_TO_STRING_SPACED |
						JSON_C_TO_STRING_NOSLASHESCAPE)) < 0)
		return fail("cannot write the output: %s", strerror(errno));

	return 0;
}
