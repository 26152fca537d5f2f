/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths inside a container's root file system. This is the only place that opens them.
 *
 * Trust: everything beneath the root is hostile and may change while it is looked at. A path is
 * resolved as if the process were chrooted to root_fd: symbolic links, absolute ones too, and ".."
 * stay inside, magic links of procfs are not followed. What comes back is a descriptor, and only
 * the descriptor may be used from then on, never the path again.
 *
 * All functions take any descriptor of a directory as root_fd (O_PATH is enough) and a path with or
 * without a leading slash. They return a close-on-exec descriptor that the caller owns, or -errno:
 * -ENOENT also for an empty path, -ELOOP for more than 40 symbolic links and for magic links,
 * -ENAMETOOLONG for a path or a name that is too long.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

enum { INROOT_NAME_SIZE = 256 };

/*
 * Opens what is there. `flags` are those of open(2) without O_CREAT and O_TMPFILE (-EINVAL). As
 * there, O_PATH | O_NOFOLLOW opens a last name that is a symbolic link itself, unless a slash
 * follows it.
 */
int inroot_open(int root_fd, const char *path, unsigned flags);

/*
 * The same, but -ELOOP when any name on the way, the last one too, is a symbolic link. For targets
 * in /proc and /sys, where a link would put a mount or a write elsewhere (CVE-2019-19921).
 */
int inroot_open_nolinks(int root_fd, const char *path, unsigned flags);

/*
 * Makes the directory and all that is missing on the way, as mkdir -p does, and opens it with
 * O_PATH. A dangling symbolic link on the way is resolved beneath the root and its target is made.
 * The caller has set the umask to 0; nothing is changed after mkdirat(2), so that a set-group-id
 * bit is inherited. -ENOTDIR when something else is in the way.
 */
int inroot_make_dir(int root_fd, const char *path, mode_t mode);

/*
 * Opens with O_PATH what is there, whatever it is but a directory (-EISDIR), or makes an empty
 * regular file of that mode, and missing directories on the way with mode 0755. Umask as above.
 */
int inroot_make_file(int root_fd, const char *path, mode_t mode);

/*
 * Opens the directory that holds the path's last name with O_PATH and gives the name, for
 * mknodat(2), symlinkat(2), unlinkat(2). The name itself is not looked at; slashes behind it are
 * dropped. A mode other than 0 makes missing directories with it. -EINVAL when the last name is
 * none ("/", ".", "..").
 */
int inroot_open_parent(int root_fd, const char *path, mode_t mode, char name[INROOT_NAME_SIZE]);

/*
 * Whether paths are walked name by name even where the kernel has openat2(2) (and whatever was
 * found out about it is forgotten). For tests and for hosts where openat2 misbehaves.
 */
void inroot_use_walk(bool is_wanted);
