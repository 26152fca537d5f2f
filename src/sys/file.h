/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files: read, written, replaced. Not for paths inside a container's root (sys/inroot.h) or
 * below procfs (sys/procfd.h).
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

/*
 * Reads a regular file into the arena and puts a NUL behind it, which `length` does not count.
 * -EFBIG when it has more than `limit` bytes, -EINVAL when it is no regular file (a fifo does not
 * block).
 */
int file_read(int dir_fd, const char *path, size_t limit, struct arena *arena, char **ret,
	      size_t *ret_length);

/* The same, but -ELOOP when the last name is a symbolic link. */
int file_read_nofollow(int dir_fd, const char *path, size_t limit, struct arena *arena, char **ret,
		       size_t *ret_length);

/* Makes the file with these bytes, in place of one that is there. One that could not be filled is
 * left. */
int file_create(int dir_fd, const char *name, mode_t mode, const char *bytes, size_t length);

/*
 * Replaces the file (a name without a slash, in dir_fd) at once: readers see the old bytes or the
 * new. The new file is made as ".NAME.PID" beside it and is gone again after a failure. The umask
 * counts.
 */
int file_replace(int dir_fd, const char *name, mode_t mode, const char *bytes, size_t length);
