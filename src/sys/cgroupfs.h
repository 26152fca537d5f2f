/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroup file systems as files and directories: reading, writing, and walking over a cgroup and
 * all that is below it. Knows nothing of controllers, containers or who owns what.
 *
 * A container may own what is below its cgroup and change it at any time; names read there are only
 * ever used relative to the directory they were found in, and never followed when they are links.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define CGROUPFS_TOP "/sys/fs/cgroup"

enum cgroupfs_version { CGROUPFS_NONE = 0, CGROUPFS_V1 = 1, CGROUPFS_V2 = 2 };

/* What statfs says of the path: one of the above, or -errno. */
int cgroupfs_version(const char *path);

/*
 * Reads a small file of the directory and ends it with a NUL; gives its length, or -errno: -EFBIG
 * when it does not fit. `directory` is a descriptor or AT_FDCWD with `file` an absolute path.
 */
int cgroupfs_read(int directory, const char *file, char *buffer, size_t size);

/* Writes the text by one write(2); 0 or -errno. */
int cgroupfs_write(int directory, const char *file, const char *text);

/* One text after the other: many paths are made for each container, and printf shows in its time.
 */
char *cgroupfs_join(struct arena *arena, const char *first, const char *second);

/* Whether a list such as "cpu,cpuacct" or "cpu memory pids" has that name. */
bool cgroupfs_list_has(const char *list, char separator, const char *name);

/* The number behind a key in a flat keyed file ("populated 1\nfrozen 0\n"); -1 if it is absent. */
long cgroupfs_keyed(const char *text, const char *key);

/* One cgroup of a walk: name is relative to parent_fd, dir_fd is its directory. */
struct cgroupfs_entry {
	int parent_fd, dir_fd;
	const char *name;
};

/* Called for each cgroup; a result other than 0 ends the walk. */
typedef int (*cgroupfs_visit_fn)(void *context, const struct cgroupfs_entry *entry);

/* Whether an error (positive) says that the cgroup has been removed, at its path or while open. */
bool cgroupfs_is_gone(int code);

/* More than memory lets anybody nest, and far more than a path has: only so that a walk ends. */
enum { CGROUPFS_DEPTH = 1 << 20 };

/*
 * Visits what is below `path` and then `path` itself: a cgroup always after its children. One that
 * vanishes meanwhile is passed over. The visitor's result, or 0, or -errno: -ELOOP when it is
 * deeper than CGROUPFS_DEPTH.
 */
int cgroupfs_walk(const char *path, cgroupfs_visit_fn visit, void *context);

/*
 * Whether a cgroup is frozen, or about to be. `controllers` are its hierarchy's, "" for v2: of v1,
 * only the freezer's own can be. What cannot be read counts as not frozen.
 */
bool cgroupfs_is_frozen(const char *directory, const char *controllers);

/* Whether a v1 cgroup, or one below it, holds a process. What cannot be read counts as populated.
 */
bool cgroupfs_is_populated(const char *path);
