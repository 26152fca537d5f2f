/* SPDX-License-Identifier: Apache-2.0 */
/* The runners of mount steps; see the header. Knows nothing of the configuration. */
#include "topic/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/copytree.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/mountattr.h"
#include "sys/syscall.h"
#include "topic/mount_option.h"

enum { TARGET_MODE = 0755, TARGET_FILE_MODE = 0644 };

/*
 * A mount on top of something in procfs could feed the runtime, or a later reader of /proc, false
 * files (CVE-2019-16884): the planner says which few targets may lie there.
 */
static int check_target(int fd, bool may_cover_proc, const char *target, struct error *err)
{
	struct statfs fs;

	if (may_cover_proc)
		return 0;
	if (fstatfs(fd, &fs) < 0)
		return error_errno(err, errno, "look at %s", target);
	if (fs.f_type != KERNEL_PROC_MAGIC)
		return 0;
	return error_set(err, EPERM, "mount on %s: it lies inside of /proc", target);
}

static int open_strict_target(int root_fd, const char *target)
{
	int fd = inroot_open_nolinks(root_fd, target, O_PATH | O_DIRECTORY);

	if (fd != -ENOENT)
		return fd;
	fd = inroot_make_dir(root_fd, target, TARGET_MODE);
	if (fd < 0)
		return fd;
	close(fd);
	return inroot_open_nolinks(root_fd, target, O_PATH | O_DIRECTORY);
}

static int open_target(const struct mount_new *args, const struct slots *slots, struct error *err)
{
	int root_fd = slot_get(slots, SLOT_ROOT);
	int fd = args->is_strict ? open_strict_target(root_fd, args->target)
				 : inroot_make_dir(root_fd, args->target, TARGET_MODE);

	if (fd == -ELOOP && args->is_strict) {
		error_set(err, ELOOP, "mount %s on %s: it must be an ordinary directory",
			  args->type, args->target);
		return error_hint(err, "the root file system has a symbolic link there");
	}
	if (fd < 0)
		return error_errno(err, -fd, "mount %s on %s: open the target", args->type,
				   args->target);
	return fd;
}

/* What the file system itself says of the failure (fsopen(2): messages are read from its
 * descriptor). */
static int mount_error(const struct mount_new *args, int fs_fd, int r, struct error *err)
{
	char message[256];
	ssize_t length = fs_fd < 0 ? -1 : read(fs_fd, message, sizeof(message) - 1);

	error_errno(err, -r, "mount %s on %s", args->type, args->target);
	if (length > 2) {
		message[length] = '\0';
		message[strcspn(message, "\n")] = '\0';
		error_hint(err, "the kernel says: %s", message + 2);
	}
	return r;
}

static int configure(const struct mount_new *args, int fs_fd, int target_fd)
{
	int r = 0;

	if (args->source)
		r = sys_fsconfig(fs_fd, KERNEL_FSCONFIG_STRING, "source", args->source);
	for (size_t i = 0; r == 0 && i < args->n_data; i++) {
		const struct mount_data *data = &args->data[i];

		r = sys_fsconfig(fs_fd, data->value ? KERNEL_FSCONFIG_STRING : KERNEL_FSCONFIG_FLAG,
				 data->key, data->value);
	}
	if (r == 0 && args->takes_mode) {
		char mode[16];
		struct stat st;

		if (fstat(target_fd, &st) < 0)
			return -errno;
		snprintf(mode, sizeof(mode), "%o", (unsigned)st.st_mode & 07777);
		r = sys_fsconfig(fs_fd, KERNEL_FSCONFIG_STRING, "mode", mode);
	}
	return r == 0 ? sys_fsconfig(fs_fd, KERNEL_FSCONFIG_CREATE, NULL, NULL) : r;
}

/* What may only be set once it has been filled. */
static uint64_t late_attributes(const struct mount_new *args)
{
	return args->copies_up ? args->attributes & KERNEL_MOUNT_ATTR_RDONLY : 0;
}

/* A new mount is private. */
static int attach_new(const struct mount_new *args, int mount_fd, int target_fd)
{
	const struct kernel_mount_attr attr = {
		.set = late_attributes(args),
		.propagation = args->propagation == MS_PRIVATE ? 0 : args->propagation,
	};

	return mountattr_attach(mount_fd, target_fd, false, &attr);
}

/*
 * Trust: type, source and data are the configuration's. The target is a name inside a hostile tree:
 * it is resolved once, beneath the root, and only its descriptor is used. The mount has its
 * attributes before it is attached, so there is no moment with weaker ones.
 */
int mount_new_apply(const struct mount_new *args, struct slots *slots, struct error *err)
{
	fd_auto int target_fd = open_target(args, slots, err);
	fd_auto int fs_fd = -EBADF;
	fd_auto int mount_fd = -EBADF;
	int r;

	if (target_fd < 0)
		return target_fd;
	r = check_target(target_fd, args->may_cover_proc, args->target, err);
	if (r < 0)
		return r;
	fs_fd = sys_fsopen(args->type, KERNEL_FSOPEN_CLOEXEC);
	if (fs_fd < 0)
		return mount_error(args, -EBADF, fs_fd, err);
	r = configure(args, fs_fd, target_fd);
	if (r < 0)
		return mount_error(args, fs_fd, r, err);
	mount_fd = sys_fsmount(fs_fd, KERNEL_FSMOUNT_CLOEXEC,
			       (unsigned)(args->attributes & ~late_attributes(args)));
	if (mount_fd < 0)
		return mount_error(args, fs_fd, mount_fd, err);
	r = args->copies_up ? copytree(target_fd, mount_fd) : 0;
	if (r < 0)
		return error_errno(err, -r, "copy what is in %s into the tmpfs that covers it",
				   args->target);
	r = attach_new(args, mount_fd, target_fd);
	if (r < 0)
		return mount_error(args, fs_fd, r, err);
	if (args->keep)
		slot_set(slots, args->keep, fd_take(&mount_fd));
	return 0;
}

static void describe_flags(struct describer *d, const char *key, uint64_t set, uint64_t clear)
{
	const char *names[MOUNT_NAMES_MAX];
	size_t n = mount_flags_names(set, clear, names);

	if (n)
		describe_list(d, key, n, names);
}

static const char *propagation_name(uint32_t propagation)
{
	return mount_option_name(MOUNT_OPTION_PROPAGATION, propagation);
}

void mount_new_describe(const struct mount_new *args, struct describer *d)
{
	describe_string(d, "target", args->target);
	describe_string(d, "type", args->type);
	if (args->source)
		describe_string(d, "source", args->source);
	describe_flags(d, "flags", args->attributes, args->atime_mask);
	if (args->propagation)
		describe_string(d, "propagation", propagation_name(args->propagation));
	for (size_t i = 0; i < args->n_data; i++)
		describe_string(d, args->data[i].key,
				args->data[i].value ? args->data[i].value : "");
	describe_bool(d, "strict", args->is_strict);
	describe_bool(d, "copy-up", args->copies_up);
}

/* --- binds --- */

static int open_source(const struct bind_open *args, const struct slots *slots)
{
	unsigned flags = KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC |
			 (args->is_recursive ? KERNEL_AT_RECURSIVE : 0);
	fd_auto int source_fd = -EBADF;

	if (!args->is_in_root)
		return sys_open_tree(AT_FDCWD, args->source, flags);
	source_fd = inroot_open(slot_get(slots, SLOT_ROOT), args->source, O_PATH);
	if (source_fd < 0)
		return source_fd;
	return sys_open_tree(source_fd, "", flags | AT_EMPTY_PATH);
}

static int set_attributes(const struct bind_open *args, const struct slots *slots, int fd)
{
	struct kernel_mount_attr all = { .set = args->set_all,
					 .clear = args->clear_all,
					 .propagation = args->propagation_all };
	struct kernel_mount_attr one = { .set = args->set,
					 .clear = args->clear,
					 .propagation = args->propagation };
	struct kernel_mount_attr *mapped = args->is_idmapped_all ? &all : &one;
	int r;

	if (args->user_slot) {
		mapped->set |= KERNEL_MOUNT_ATTR_IDMAP;
		mapped->userns_fd = (uint64_t)slot_get(slots, args->user_slot);
	}
	r = mountattr_set(fd, true, &all);
	return r == 0 ? mountattr_set(fd, false, &one) : r;
}

static int attributes_error(int r, const char *what, const char *path, struct error *err)
{
	error_errno(err, -r, "%s %s: set the mount's attributes", what, path);
	if (r == -EPERM)
		error_hint(err, "in a user namespace nosuid, nodev, noexec and ro of the host's "
				"mount cannot be taken off, nor its access-time mode be changed");
	return r;
}

/*
 * Trust: a source on the host is the configuration's word and is resolved as the host sees it. One
 * that lies beneath the container's root is hostile and is resolved there. It is used by descriptor
 * only.
 */
int bind_open_apply(const struct bind_open *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = open_source(args, slots);
	int r;

	if (fd < 0)
		return error_errno(err, -fd, "bind %s: open the source", args->source);
	r = args->is_changed_late ? 0 : set_attributes(args, slots, fd);
	if (r < 0)
		r = attributes_error(r, "bind", args->source, err);
	if (r == -EINVAL && args->user_slot)
		error_hint(err,
			   "its file system may be one that cannot be mounted with mappings of "
			   "ids");
	if (r < 0)
		return r;
	slot_set(slots, args->slot, fd_take(&fd));
	return 0;
}

static void describe_attributes(const struct bind_open *args, struct describer *d)
{
	describe_flags(d, "flags", args->set, args->clear);
	describe_flags(d, "flags-all", args->set_all, args->clear_all);
	if (args->propagation)
		describe_string(d, "propagation", propagation_name(args->propagation));
	if (args->propagation_all)
		describe_string(d, "propagation-all", propagation_name(args->propagation_all));
}

void bind_open_describe(const struct bind_open *args, struct describer *d)
{
	describe_string(d, "source", args->source);
	describe_bool(d, "recursive", args->is_recursive);
	describe_bool(d, "in-root", args->is_in_root);
	describe_bool(d, "idmapped", args->user_slot);
	describe_bool(d, "idmapped-all", args->is_idmapped_all);
	if (!args->is_changed_late)
		describe_attributes(args, d);
}

/*
 * Trust: the source is a descriptor of a detached mount. The target is a name in a hostile tree: it
 * is resolved once beneath the root, made of the source's kind if missing, and used by descriptor.
 */
int bind_attach_apply(const struct bind_attach *args, struct slots *slots, struct error *err)
{
	fd_auto int source_fd = slot_get(slots, args->slot);
	fd_auto int target_fd = -EBADF;
	int root_fd = slot_get(slots, SLOT_ROOT);
	struct stat st;
	int r;

	slot_set(slots, args->slot, -1);
	if (fstat(source_fd, &st) < 0)
		return error_errno(err, errno, "bind on %s: look at the source", args->target);
	target_fd = S_ISDIR(st.st_mode) ? inroot_make_dir(root_fd, args->target, TARGET_MODE)
					: inroot_make_file(root_fd, args->target, TARGET_FILE_MODE);
	if (target_fd < 0)
		return error_errno(err, -target_fd, "bind on %s: open the target", args->target);
	r = check_target(target_fd, args->may_cover_proc, args->target, err);
	if (r < 0)
		return r;
	r = sys_move_mount(source_fd, "", target_fd, "",
			   KERNEL_MOVE_F_EMPTY_PATH | KERNEL_MOVE_T_EMPTY_PATH);
	if (r < 0)
		return error_errno(err, -r, "bind on %s", args->target);
	r = args->late ? set_attributes(args->late, slots, source_fd) : 0;
	if (r < 0)
		return attributes_error(r, "bind on", args->target, err);
	if (args->keep)
		slot_set(slots, args->keep, fd_take(&source_fd));
	return 0;
}

void bind_attach_describe(const struct bind_attach *args, struct describer *d)
{
	describe_string(d, "target", args->target);
	if (args->late)
		describe_attributes(args->late, d);
}

/* --- remounts --- */

/* Trust: a mount of ours, by its descriptor, wherever in a hostile tree it is by now. */
int mount_change_apply(const struct mount_change *args, struct slots *slots, struct error *err)
{
	int r = set_attributes(args->how, slots, slot_get(slots, args->slot));

	return r < 0 ? error_errno(err, -r, "remount %s", args->target) : 0;
}

void mount_change_describe(const struct mount_change *args, struct describer *d)
{
	describe_string(d, "target", args->target);
	describe_attributes(args->how, d);
}
