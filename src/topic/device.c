/* SPDX-License-Identifier: Apache-2.0 */
/* Default devices and links; see the header. */
#include "topic/device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

enum { DEV_MODE = 0755, BIND_TARGET_MODE = 0644 };

/* runtime-spec, config-linux.md: Default Devices. ptmx is a link, console belongs to the terminal.
 */
static const struct device default_devices[] = {
	{"/dev/null",     1, 3, 0666},
        { "/dev/zero",    1, 5, 0666},
        { "/dev/full",    1, 7, 0666},
	{ "/dev/random",  1, 8, 0666},
        { "/dev/urandom", 1, 9, 0666},
        { "/dev/tty",     5, 0, 0666},
};

/* runtime-spec, runtime-linux.md: Dev symbolic links; core as every runtime makes it. */
static const struct device_link proc_links[] = {
	{"/dev/fd",      "/proc/self/fd",   false},
        { "/dev/stdin",  "/proc/self/fd/0", false},
	{ "/dev/stdout", "/proc/self/fd/1", false},
        { "/dev/stderr", "/proc/self/fd/2", false},
	{ "/dev/core",   "/proc/kcore",     false},
};

static const struct device_link ptmx_link = { "/dev/ptmx", "pts/ptmx", true };

int device_plan(struct planning *p, const struct device_surroundings *around, struct error *err)
{
	/* mknod is for the first user namespace only */
	bool can_make = p->is_privileged && p->facts->is_initial_userns;
	enum operation operation = can_make ? OP_DEVICE_MAKE : OP_DEVICE_BIND;

	(void)err;
	if (around->is_dev_bound)
		return 0;
	if (!can_make && !(p->new_namespaces & KERNEL_CLONE_NEWNS)) {
		plan_warn(p, "/linux/namespaces",
			  "in a user namespace and without a mount namespace of its own the "
			  "container has the devices that its root has, and no others");
		return 0;
	}
	for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++)
		plan_add(p, operation, STAGE_ONE, &default_devices[i], "%s", "");
	if (around->has_pts)
		plan_add(p, OP_SYMLINK, STAGE_ONE, &ptmx_link, "%s", "");
	for (size_t i = 0; around->has_proc && i < sizeof(proc_links) / sizeof(proc_links[0]); i++)
		plan_add(p, OP_SYMLINK, STAGE_ONE, &proc_links[i], "%s", "");
	return 0;
}

static bool is_device(const struct stat *st, const struct device *device)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(device->major, device->minor);
}

/* The container's /dev; one descriptor serves all that is made in it. */
static int open_dev(struct slots *slots)
{
	int fd = slot_get(slots, SLOT_DEV);

	if (fd >= 0)
		return fd;
	fd = inroot_make_dir(slot_get(slots, SLOT_ROOT), "/dev", DEV_MODE);
	if (fd >= 0)
		slot_set(slots, SLOT_DEV, fd);
	return fd;
}

/*
 * Trust: /dev may be a link or change while we look: the directory is opened once beneath the root,
 * and the node is made in it exclusively. What is there already must be that very device.
 */
int device_make_apply(const struct device *args, struct slots *slots, struct error *err)
{
	const char *name = path_name(args->path);
	int dir_fd = open_dev(slots);
	struct stat st;

	if (dir_fd < 0)
		return error_errno(err, -dir_fd, "make %s: open its directory", args->path);
	if (mknodat(dir_fd, name, S_IFCHR | args->mode, makedev(args->major, args->minor)) == 0)
		return 0;
	if (errno != EEXIST)
		return error_errno(err, errno, "make %s", args->path);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, errno, "look at %s", args->path);
	if (!is_device(&st, args))
		return error_set(err, EEXIST, "make %s: something else is there already",
				 args->path);
	return 0;
}

void device_make_describe(const struct device *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "type", "c");
	describe_int(d, "major", args->major);
	describe_int(d, "minor", args->minor);
	describe_octal(d, "mode", args->mode);
}

/*
 * Trust: the source is the host's node, by a path that the child still resolves on the host; its
 * type and number are checked on the descriptor. The target is opened beneath the root and used by
 * descriptor.
 */
int device_bind_apply(const struct device *args, struct slots *slots, struct error *err)
{
	fd_auto int source_fd = sys_open_tree(AT_FDCWD, args->path,
					      KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC);
	fd_auto int target_fd = -EBADF;
	struct stat st;
	int r;

	if (source_fd < 0)
		return error_errno(err, -source_fd, "bind %s: open the host's", args->path);
	if (fstat(source_fd, &st) < 0)
		return error_errno(err, errno, "bind %s: look at the host's", args->path);
	if (!is_device(&st, args))
		return error_set(err, ENODEV, "bind %s: the host's is another device", args->path);
	target_fd = inroot_make_file(slot_get(slots, SLOT_ROOT), args->path, BIND_TARGET_MODE);
	if (target_fd < 0)
		return error_errno(err, -target_fd, "bind %s: open the target", args->path);
	r = sys_move_mount(source_fd, "", target_fd, "",
			   KERNEL_MOVE_F_EMPTY_PATH | KERNEL_MOVE_T_EMPTY_PATH);
	return r < 0 ? error_errno(err, -r, "bind %s", args->path) : 0;
}

void device_bind_describe(const struct device *args, struct describer *d)
{
	device_make_describe(args, d);
}

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
