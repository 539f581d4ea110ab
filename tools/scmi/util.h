/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCMICTL_UTIL_H
#define SCMICTL_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit statuses */
#define EXIT_FAILED	1
#define EXIT_USAGE	2

struct json_object;

/*
 * What went wrong is said once, at the end, by main(): fail() remembers the
 * first thing and returns -1, for its caller to pass on.
 */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Likewise, where the user called us wrongly. */
int misuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *failure(void);
bool misused(void);
void failure_clear(void);

/* These do not fail: without memory the program ends. */
void *xalloc(size_t size);
void *xgrow(void *p, size_t size);
char *xstr(const char *s);
char *xfmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xread(const char *path);

int write_all(int fd, const void *data, size_t size);
/*
 * All of it, and on the disk, or nothing: it gets its name last. A device or a pipe
 * stays what it is.
 */
int write_file(const char *path, const void *data, size_t size, unsigned int mode);

/* Bytes as text and back; NULL if they cannot be those of @text */
char *xbase64(const void *data, size_t size);
void *xunbase64(const char *text, size_t *size);

bool starts_with(const char *s, const char *with);
bool ends_with(const char *s, const char *with);
/* Is @word one of the words in @list, which are separated by spaces? */
bool has_word(const char *list, const char *word);
char *strip(char *s);

/* JSON objects: a member, or NULL, or @none */
struct json_object *jget(struct json_object *obj, const char *key);
const char *jstr(struct json_object *obj, const char *key);
long long jint(struct json_object *obj, const char *key, long long none);
void jset(struct json_object *obj, const char *key, const char *val);
int jprint(struct json_object *obj);

#endif
