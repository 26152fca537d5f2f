/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All mounts below one, each by a descriptor: what AT_RECURSIVE is where there is no
 * mount_setattr(2). Must not know what is done with them. Drop when Linux 5.12 is the oldest
 * supported.
 *
 * Trust: the directories that the mounts lie in may be hostile and be renamed meanwhile. A mount is
 * known by its number: what was opened by a path is used only if it is the very mount that
 * mountinfo has there.
 */
#pragma once

enum { MOUNTTREE_MAX = 512 };

typedef int (*mounttree_visit)(int fd, const void *context);

/*
 * Calls `visit` for each mount below the attached mount `top_fd`, not for that one itself, until it
 * returns an error. One that is covered as a whole by another is passed over, and one below a
 * directory that only an owner from outside of the user namespace may enter (/sys/kernel/debug):
 * nobody can reach it who could not as well undo what is done to it. Allocates nothing.
 * -EAGAIN: the tree kept changing. -E2BIG: more than MOUNTTREE_MAX mounts.
 */
int mounttree_each(int top_fd, mounttree_visit visit, const void *context);
