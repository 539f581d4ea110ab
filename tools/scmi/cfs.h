/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The server's configfs tree, and other files of the kernel.
 *
 * Paths are relative to /sys/kernel/config/scmi_server, and in sys_*()
 * absolute; both are below --root. What fails has called fail().
 */
#ifndef SCMICTL_CFS_H
#define SCMICTL_CFS_H

#include <stdbool.h>
#include <stddef.h>

#define CFS_BASE "/sys/kernel/config/scmi_server"

extern bool cfs_dry;		/* print what would be done */
extern const char *cfs_root;	/* "" or a directory */
extern int cfs_errno;		/* of what failed last */

/* Is there a server, and a version of it that we know? */
int cfs_check(void);

/* The text of a file; NULL when it is not there, or says that it has none. */
char *cfs_get(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool cfs_is(const char *val, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool cfs_exists(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *sys_get(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The name that a symbolic link ends in */
char *sys_link(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int sys_put(const char *path, const char *val);

/* Names in a directory, sorted, the last one NULL. */
char **cfs_list(bool dirs, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char **sys_list(bool dirs, const char *path);
void list_free(char **list);

/*
 * Changes. What is changed between cfs_begin() and cfs_commit() is undone by
 * cfs_rollback().
 */
int cfs_put(const char *path, const char *val);
int cfs_make(const char *path);
/*
 * Of a binary attribute: what is in it, and something else, or with size 0 nothing.
 * Not to be undone, and if it is refused, it is as it was.
 */
void *cfs_get_blob(const char *path, size_t *size);
int cfs_put_blob(const char *path, const void *data, size_t size);
/* This one cannot be undone. */
int cfs_remove(const char *path);
void cfs_begin(void);
/* What is begun is not to be interrupted. */
void cfs_hold_signals(bool hold);
bool cfs_interrupted(void);
void cfs_commit(void);
void cfs_rollback(void);
/* What else has to be undone: @undo, which owns @arg */
void cfs_done(int (*undo)(const char *arg), char *arg);
/* In a dry run, @cmd instead of what cannot be said by files; false otherwise */
bool cfs_said(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
