/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes and propagation of mounts: mount_setattr(2), and before it [5.12] mount(2), which
 * takes only what is attached to the process's own mount namespace. Which of the two it is makes no
 * difference to what is so in the end. Must not know where a mount comes from.
 *
 * Trust: mounts are given by descriptor and never looked for by name. The process is alone in its
 * working directory and its mount namespace: between attaching and changing, nobody looks.
 */
#pragma once

#include <stdbool.h>

#include "sys/kernel.h"

/* Whether a mount can be changed before it is attached: the kernel has mount_setattr(2), and may be
 * asked. */
bool mountattr_takes_detached(void);

/* In place of a descriptor: what is mounted at "/", which costs no opening. */
enum { MOUNTATTR_TOP = -100 }; /* AT_FDCWD */

/* For tests: the older way even where the kernel has the newer one. */
void mountattr_use_mount(bool is_wanted);

/*
 * Changes an attached mount, or a detached one where mountattr_takes_detached, and with
 * `is_recursive` all below it. No change is no error. Nothing is taken back after an error.
 * In the mount namespace that has the host's /proc, unless it is the propagation alone that is
 * changed, or a directory's mount alone.
 */
int mountattr_set(int mount_fd, bool is_recursive, const struct kernel_mount_attr *attr);

/* Changes a detached mount and moves it to the target; the other way round where it must be. */
int mountattr_attach(int mount_fd, int target_fd, bool is_recursive,
		     const struct kernel_mount_attr *attr);
