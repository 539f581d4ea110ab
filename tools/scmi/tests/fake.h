/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the linker puts in the place of libc's functions, and these.
 */
#ifndef SCMICTL_FAKE_H
#define SCMICTL_FAKE_H

#include <sys/types.h>

int __real_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
int __real_open(const char *path, int flags, ...);
ssize_t __real_write(int fd, const void *buf, size_t len);

int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rmdir(const char *path);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_write(int fd, const void *buf, size_t len);

#endif
