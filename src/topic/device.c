/* SPDX-License-Identifier: Apache-2.0 */
/* The runners of devices and links; see the header. Knows nothing of the configuration. */
#include "topic/device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

enum { DIRECTORY_MODE = 0755, BIND_TARGET_MODE = 0644 };

static bool is_device(const struct stat *st, const struct device *device)
{
	if (((st->st_mode ^ device->mode) & S_IFMT) != 0)
		return false;
	return S_ISFIFO(st->st_mode) || st->st_rdev == makedev(device->major, device->minor);
}

/* The container's /dev; one descriptor serves all that is made in it. */
static int open_dev(struct slots *slots)
{
	int fd = slot_get(slots, SLOT_DEV);

	if (fd >= 0)
		return fd;
	fd = inroot_make_dir(slot_get(slots, SLOT_ROOT), "/dev", DIRECTORY_MODE);
	if (fd >= 0)
		slot_set(slots, SLOT_DEV, fd);
	return fd;
}

/*
 * The directory of a clean path, made if missing, and the last name. The descriptor is the slot's
 * for /dev itself; any other is left in *ret_own_fd for the caller to close.
 */
static int open_directory(const char *path, struct slots *slots, int *ret_own_fd,
			  char name[INROOT_NAME_SIZE])
{
	const char *below = path_below(path, "/dev");
	int fd;

	if (below && *below && !strchr(below, '/') && strlen(below) < INROOT_NAME_SIZE) {
		memcpy(name, below, strlen(below) + 1);
		return open_dev(slots);
	}
	fd = inroot_open_parent(slot_get(slots, SLOT_ROOT), path, DIRECTORY_MODE, name);
	*ret_own_fd = fd;
	return fd;
}

/* --- bound from the host --- */

/* -ENODEV when the path leads to anything but that device. */
static int open_host_node(const char *path, const struct device *device)
{
	fd_auto int fd =
		sys_open_tree(AT_FDCWD, path, KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return is_device(&st, device) ? fd_take(&fd) : -ENODEV;
}

static int open_source(const struct device *args)
{
	int fd = open_host_node(args->path, args), other_fd;

	if (!args->other || (fd != -ENOENT && fd != -ENOTDIR && fd != -ENODEV))
		return fd;
	other_fd = open_host_node(args->other, args);
	return other_fd == -ENOENT || other_fd == -ENOTDIR ? fd : other_fd;
}

/* Its files look empty, and a link of the root may lead there: none of them is covered. */
static bool is_in_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 || fs.f_type == KERNEL_PROC_MAGIC;
}

/* What is bound on: the device, if it is there, or an empty file. -EEXIST for anything else. */
static int open_bind_target(const struct device *args, struct slots *slots)
{
	char name[INROOT_NAME_SIZE];
	fd_auto int own_fd = -EBADF;
	fd_auto int fd = -EBADF;
	int dir_fd = open_directory(args->path, slots, &own_fd, name);
	struct stat st;

	if (dir_fd < 0)
		return dir_fd;
	fd = inroot_open(dir_fd, name, O_PATH | O_NOFOLLOW);
	if (fd == -ENOENT)
		fd = inroot_make_file(dir_fd, name, BIND_TARGET_MODE);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!is_device(&st, args) && !(S_ISREG(st.st_mode) && st.st_size == 0))
		return -EEXIST;
	return is_in_proc(fd) ? -EPERM : fd_take(&fd);
}

/*
 * Trust: the source is the host's node, by a path that the child still resolves on the host; its
 * type and number are checked on the descriptor. The target is a name in a hostile tree: its
 * directory is opened once beneath the root, the name is not followed if it is a link, and what was
 * opened is looked at and mounted on by descriptor.
 */
int device_bind_apply(const struct device *args, struct slots *slots, struct error *err)
{
	fd_auto int source_fd = open_source(args);
	fd_auto int target_fd = -EBADF;
	int r;

	if (source_fd == -ENODEV)
		return error_set(err, ENODEV, "bind %s: the host's is another device", args->path);
	if (source_fd < 0)
		return error_errno(err, -source_fd, "bind %s: open the host's", args->path);
	target_fd = open_bind_target(args, slots);
	if (target_fd == -EEXIST)
		return error_set(err, EEXIST, "bind %s: something else is there already",
				 args->path);
	if (target_fd < 0)
		return error_errno(err, -target_fd, "bind %s: open the target", args->path);
	r = sys_move_mount(source_fd, "", target_fd, "",
			   KERNEL_MOVE_F_EMPTY_PATH | KERNEL_MOVE_T_EMPTY_PATH);
	return r < 0 ? error_errno(err, -r, "bind %s", args->path) : 0;
}

/* --- made --- */

/*
 * The owner of what was just made. The name may have been given to another file since: the
 * descriptor's must be that device still, and have no second name somewhere.
 */
static int set_owner(int dir_fd, const char *name, const struct device *args)
{
	fd_auto int fd = -EBADF;
	struct stat st;

	if (args->uid == UINT32_MAX && args->gid == UINT32_MAX)
		return 0;
	fd = inroot_open(dir_fd, name, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!is_device(&st, args) || st.st_nlink != 1)
		return -EEXIST;
	return fchownat(fd, "", args->uid, args->gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* One that is there already may be the host's own: it keeps its mode and its owner. */
static int accept_existing(int dir_fd, const char *name, const struct device *args,
			   struct error *err)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, errno, "look at %s", args->path);
	if (!is_device(&st, args))
		return error_set(err, EEXIST, "make %s: something else is there already",
				 args->path);
	return 0;
}

/*
 * Trust: every directory on the path may be a link or change while we look: the last one is opened
 * once beneath the root, and the node is made in it exclusively. What is there already must be that
 * very device. Nothing is given an owner but by a descriptor that was looked at.
 */
int device_make_apply(const struct device *args, struct slots *slots, struct error *err)
{
	char name[INROOT_NAME_SIZE];
	fd_auto int own_fd = -EBADF;
	int dir_fd = open_directory(args->path, slots, &own_fd, name);
	int r;

	if (dir_fd < 0)
		return error_errno(err, -dir_fd, "make %s: open its directory", args->path);
	r = mknodat(dir_fd, name, args->mode, makedev(args->major, args->minor)) < 0 ? -errno : 0;
	if (r == -EEXIST)
		return accept_existing(dir_fd, name, args, err);
	if (r == -EPERM && args->can_bind)
		return device_bind_apply(args, slots, err);
	if (r < 0)
		return error_errno(err, -r, "make %s", args->path);
	r = set_owner(dir_fd, name, args);
	return r < 0 ? error_errno(err, -r, "set the owner of %s", args->path) : 0;
}

/* --- found --- */

/* Trust: the name is in a hostile tree; it is looked for beneath the root, and nothing is done with
 * what is there but to look at it. */
int device_find_apply(const struct device *args, struct slots *slots, struct error *err)
{
	char name[INROOT_NAME_SIZE];
	fd_auto int dir_fd = inroot_open_parent(slot_get(slots, SLOT_ROOT), args->path, 0, name);
	struct stat st;
	int r = dir_fd;

	if (r >= 0)
		r = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
	if (r < 0) {
		error_errno(err, -r, "find %s", args->path);
		return error_hint(err, "it lies in what is bound from the host, where nothing is "
				       "made");
	}
	if (!is_device(&st, args))
		return error_set(err, EEXIST, "find %s: something else is there", args->path);
	return 0;
}

/* --- on paper --- */

static void describe_device(const struct device *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "type", S_ISBLK(args->mode) ? "b" : S_ISFIFO(args->mode) ? "p" : "c");
	if (S_ISFIFO(args->mode))
		return;
	describe_int(d, "major", args->major);
	describe_int(d, "minor", args->minor);
}

void device_make_describe(const struct device *args, struct describer *d)
{
	describe_device(args, d);
	describe_octal(d, "mode", args->mode & ~(uint32_t)S_IFMT);
	if (args->uid != UINT32_MAX)
		describe_uint(d, "uid", args->uid);
	if (args->gid != UINT32_MAX)
		describe_uint(d, "gid", args->gid);
	if (args->can_bind)
		describe_string(d, "else", "bind");
}

void device_bind_describe(const struct device *args, struct describer *d)
{
	describe_device(args, d);
	if (args->other)
		describe_string(d, "else", args->other);
}

void device_find_describe(const struct device *args, struct describer *d)
{
	describe_device(args, d);
}

/* --- links --- */

/* Trust: as device_make_apply; the link's text is a constant and nothing follows it here. */
int device_link_apply(const struct device_link *args, struct slots *slots, struct error *err)
{
	const char *name = path_name(args->path);
	int dir_fd = open_dev(slots);

	if (dir_fd < 0)
		return error_errno(err, -dir_fd, "link %s: open its directory", args->path);
	if (symlinkat(args->target, dir_fd, name) == 0)
		return 0;
	if (errno == EEXIST && !args->is_forced)
		return 0; /* the image's own, or of another container with the same root */
	if (errno == EEXIST && unlinkat(dir_fd, name, 0) == 0 &&
	    symlinkat(args->target, dir_fd, name) == 0)
		return 0;
	return error_errno(err, errno, "link %s", args->path);
}

void device_link_describe(const struct device_link *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "target", args->target);
}
