/* SPDX-License-Identifier: Apache-2.0 */
/* Masked and read-only paths; see the header. */
#include "topic/mask.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/names.h"
#include "base/path.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/mountattr.h"
#include "sys/syscall.h"

enum { NULL_MAJOR = 1, NULL_MINOR = 3 };

/* --- planning --- */

/*
 * Who shares the root can rename a directory that something is mounted on, and the mount moves
 * along. So what lies in proc or sysfs is looked up from their own mounts, wherever these are by
 * then.
 */
static struct mask anchor(const struct planning *p, const char *path, bool *ret_is_early)
{
	struct mask mask = { .path = path, .below = path, .base = SLOT_ROOT };
	size_t best = 0;

	*ret_is_early = false;
	for (size_t i = 0; i < p->n_kept; i++) {
		const char *below = path_below(path, p->kept[i].target);
		size_t length = strlen(p->kept[i].target);

		if (!below || !*below || length < best)
			continue;
		best = length;
		mask.below = below;
		mask.base = p->kept[i].slot;
		*ret_is_early = p->kept[i].is_final;
	}
	return mask;
}

static int plan_paths(struct planning *p, bool is_early, enum operation operation,
		      struct error *err)
{
	bool is_mask = operation == OP_MASK, is_its_time;
	const struct oci_strings *paths =
		is_mask ? &p->config->linux_->masked_paths : &p->config->linux_->readonly_paths;
	const char *name = is_mask ? "maskedPaths" : "readonlyPaths";
	struct mask *masks = arena_array(p->arena, paths->n, sizeof(*masks));
	struct name_set seen;
	size_t n = 0;

	name_set_init(&seen, p->arena);
	for (size_t i = 0; i < paths->n; i++) {
		const char *path = paths->v[i];

		if (*path != '/') {
			error_set(err, EINVAL, "\"%s\" is not an absolute path", path);
			return error_at(err, "/linux/%s/%zu", name, i);
		}
		path = path_clean(p->arena, path);
		if (!name_set_add(&seen, 0, path, strlen(path)))
			continue;
		masks[n] = anchor(p, path, &is_its_time);
		if (is_its_time != is_early)
			continue;
		plan_add(p, operation, STAGE_ONE, &masks[n++], "/linux/%s/%zu", name, i);
	}
	return 0;
}

int mask_plan(struct planning *p, bool is_early, struct error *err)
{
	int r;

	if (!p->config->linux_)
		return 0;
	r = plan_paths(p, is_early, OP_READONLY, err);
	return r < 0 ? r : plan_paths(p, is_early, OP_MASK, err);
}

/* --- running --- */

/* Opens what is to be covered. -ENOENT: there is nothing to cover. */
static int open_covered(const struct mask *args, const struct slots *slots)
{
	int fd = inroot_open(slot_get(slots, args->base), args->below, O_PATH);

	return fd == -ENOTDIR ? -ENOENT : fd;
}

/* The host's null device, by a path that the child still resolves on the host, verified. */
static int open_null(struct error *err)
{
	fd_auto int fd = sys_open_tree(AT_FDCWD, "/dev/null",
				       KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return error_errno(err, -fd, "open the host's /dev/null");
	if (fstat(fd, &st) < 0)
		return error_errno(err, errno, "look at the host's /dev/null");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(NULL_MAJOR, NULL_MINOR))
		return error_set(err, ENODEV, "the host's /dev/null is another file");
	return fd_take(&fd);
}

static int make_empty(struct error *err)
{
	fd_auto int fs_fd = sys_fsopen("tmpfs", KERNEL_FSOPEN_CLOEXEC);
	int r = fs_fd;

	if (r >= 0)
		r = sys_fsconfig(fs_fd, KERNEL_FSCONFIG_STRING, "nr_inodes", "2");
	if (r == 0)
		r = sys_fsconfig(fs_fd, KERNEL_FSCONFIG_STRING, "mode", "755");
	if (r == 0)
		r = sys_fsconfig(fs_fd, KERNEL_FSCONFIG_CREATE, NULL, NULL);
	if (r == 0)
		r = sys_fsmount(fs_fd, KERNEL_FSMOUNT_CLOEXEC,
				KERNEL_MOUNT_ATTR_RDONLY | KERNEL_MOUNT_ATTR_NOSUID |
					KERNEL_MOUNT_ATTR_NODEV | KERNEL_MOUNT_ATTR_NOEXEC);
	return r < 0 ? error_errno(err, -r, "make an empty directory") : r;
}

/* One empty file system serves all: the first mask mounts it, the others are copies of that mount.
 */
static int open_empty(struct slots *slots, bool *ret_is_first, struct error *err)
{
	int empty_fd = slot_get(slots, SLOT_EMPTY);
	int fd;

	*ret_is_first = empty_fd < 0;
	if (empty_fd < 0)
		return make_empty(err);
	fd = sys_open_tree(empty_fd, "",
			   KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	return fd < 0 ? error_errno(err, -fd, "copy the empty directory") : fd;
}

/*
 * Trust: the path is a name in a hostile tree: opened once, beneath the mount of proc or sysfs that
 * it lies in (which nobody can take away from under it), or else beneath the root; only its
 * descriptor is looked at and covered. What covers it is the host's own null device (verified) or a
 * file system of ours, never something of the container (CVE-2025-31133).
 */
int mask_apply(const struct mask *args, struct slots *slots, struct error *err)
{
	fd_auto int target_fd = open_covered(args, slots);
	fd_auto int cover_fd = -EBADF;
	bool is_first = false;
	struct stat st;
	int r;

	if (target_fd == -ENOENT)
		return 0;
	if (target_fd < 0)
		return error_errno(err, -target_fd, "mask %s: open it", args->path);
	if (fstat(target_fd, &st) < 0)
		return error_errno(err, errno, "mask %s: look at it", args->path);
	cover_fd = S_ISDIR(st.st_mode) ? open_empty(slots, &is_first, err) : open_null(err);
	if (cover_fd < 0)
		return error_prefix(err, "mask %s", args->path);
	r = sys_move_mount(cover_fd, "", target_fd, "",
			   KERNEL_MOVE_F_EMPTY_PATH | KERNEL_MOVE_T_EMPTY_PATH);
	if (r < 0)
		return error_errno(err, -r, "mask %s", args->path);
	if (is_first)
		slot_set(slots, SLOT_EMPTY, fd_take(&cover_fd));
	return 0;
}

void mask_describe(const struct mask *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/*
 * Trust: as mask_apply. The copy of what is there is read-only, with all below it, before it covers
 * the original (or, on old kernels, at once after: sys/mountattr.h).
 */
int readonly_apply(const struct mask *args, struct slots *slots, struct error *err)
{
	const struct kernel_mount_attr attr = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	fd_auto int target_fd = open_covered(args, slots);
	fd_auto int copy_fd = -EBADF;
	int r;

	if (target_fd == -ENOENT)
		return 0;
	if (target_fd < 0)
		return error_errno(err, -target_fd, "make %s read-only: open it", args->path);
	copy_fd = sys_open_tree(target_fd, "",
				KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC |
					KERNEL_AT_RECURSIVE | AT_EMPTY_PATH);
	r = copy_fd;
	if (r >= 0)
		r = mountattr_attach(copy_fd, target_fd, true, &attr);
	return r < 0 ? error_errno(err, -r, "make %s read-only", args->path) : 0;
}

void readonly_describe(const struct mask *args, struct describer *d)
{
	mask_describe(args, d);
}
