/* SPDX-License-Identifier: Apache-2.0 */
/* The container's root; see the header. */
#include "topic/root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/mountattr.h"
#include "sys/syscall.h"

static const char propagation_pointer[] = "/linux/rootfsPropagation";

static uint32_t propagation_of(enum oci_rootfs_propagation propagation)
{
	switch (propagation) {
	case OCI_ROOTFS_PROPAGATION_SHARED:
	case OCI_ROOTFS_PROPAGATION_RSHARED:
		return MS_SHARED;
	case OCI_ROOTFS_PROPAGATION_SLAVE:
	case OCI_ROOTFS_PROPAGATION_RSLAVE:
		return MS_SLAVE;
	case OCI_ROOTFS_PROPAGATION_UNBINDABLE:
	case OCI_ROOTFS_PROPAGATION_RUNBINDABLE:
		return MS_UNBINDABLE;
	case OCI_ROOTFS_PROPAGATION_PRIVATE:
	case OCI_ROOTFS_PROPAGATION_RPRIVATE:
		break;
	}
	return MS_PRIVATE;
}

/* --- planning --- */

/* What would be done to a mount namespace that is not the container's own; NULL: nothing. */
static const char *first_mount(const struct oci_config *config)
{
	const struct oci_linux *os = config->linux_;

	if (config->mounts.n)
		return "/mounts/0";
	if (config->root->readonly)
		return "/root/readonly";
	if (os && os->masked_paths.n)
		return "/linux/maskedPaths";
	if (os && os->readonly_paths.n)
		return "/linux/readonlyPaths";
	return os && os->has_rootfs_propagation ? propagation_pointer : NULL;
}

static int check_mounts(const struct planning *p, struct error *err)
{
	const char *pointer = plan_has_own_mounts(p) ? NULL : first_mount(p->config);

	if (!pointer)
		return 0;
	error_set(err, EINVAL, "%s needs a mount namespace of the container's own", pointer + 1);
	if (p->joined_namespaces & KERNEL_CLONE_NEWNS)
		error_hint(err, "a mount namespace that is joined is left as it is");
	plan_hint_namespace(p, KERNEL_CLONE_NEWNS, "mount", err); /* unless there is a hint */
	return error_at(err, "%s", pointer);
}

int root_plan_open(struct planning *p, struct error *err)
{
	struct root_open *args = arena_new(p->arena, struct root_open);
	const struct oci_linux *os = p->config->linux_;

	if (!p->root) {
		error_set(err, EINVAL, "there is no root file system");
		return error_at(err, "/root");
	}
	if (os && os->has_rootfs_propagation) {
		uint32_t propagation = propagation_of(os->rootfs_propagation);

		p->is_shared = propagation == MS_SHARED;
		p->is_private = propagation == MS_PRIVATE || propagation == MS_UNBINDABLE;
	}
	args->path = p->root;
	/* in one that is joined the path means something else: it is looked for by who is there */
	if (plan_has_own_mounts(p) && p->copies_mounts)
		plan_add(p, OP_ROOT_OPEN, STAGE_RUNTIME, args, "/root/path");
	else if (!plan_has_own_mounts(p) && !(p->joined_namespaces & KERNEL_CLONE_NEWNS))
		plan_add(p, OP_ROOT_FIND, STAGE_RUNTIME, args, "/root/path");
	return check_mounts(p, err);
}

void root_plan_open_inside(struct planning *p)
{
	struct root_open *args = arena_new(p->arena, struct root_open);

	args->path = p->root;
	if (plan_has_own_mounts(p) && !p->copies_mounts)
		plan_add(p, OP_ROOT_OPEN, STAGE_ONE, args, "/root/path");
}

static const char *propagation_name(enum oci_rootfs_propagation propagation)
{
	return oci_enum_name(OCI_ENUM_rootfs_propagation, (int)propagation);
}

static void plan_propagation(struct planning *p, enum stage stage,
			     enum oci_rootfs_propagation propagation, bool is_recursive,
			     const char *pointer)
{
	struct root_propagation *args = arena_new(p->arena, struct root_propagation);

	args->type = propagation_of(propagation);
	args->name = propagation_name(propagation);
	args->is_recursive = is_recursive;
	plan_add(p, OP_PROPAGATION, stage, args, "%s", pointer);
}

static void plan_find_joined(struct planning *p)
{
	struct root_open *args = arena_new(p->arena, struct root_open);

	args->path = p->root;
	if (p->joined_namespaces & KERNEL_CLONE_NEWNS)
		plan_add(p, OP_ROOT_FIND, STAGE_ONE, args, "/root/path");
}

/*
 * Hooks know the root by its path and may mount something there: then it is what is mounted at that
 * path. Elsewhere "/" is as good, and found without a look at the host's files. What is mounted
 * below a shared mount would be seen on the host and cannot be entered by pivot_root; and chroot
 * needs a root that covers "/".
 */
static const char *attach_path(const struct planning *p)
{
	return p->has_create_hooks && !p->is_shared && !p->request->no_pivot ? p->root : "/";
}

int root_plan_attach(struct planning *p, struct error *err)
{
	/*
	 * Where mounts may reach the host, only "/" itself is cut off: the root will be mounted
	 * over it and pivot_root refuses a shared parent. Where the container is to be private,
	 * what lies below its root must not hear of the host's mounts, either.
	 */
	bool is_private = p->is_shared || p->is_private;
	enum oci_rootfs_propagation cut =
		is_private ? OCI_ROOTFS_PROPAGATION_PRIVATE : OCI_ROOTFS_PROPAGATION_SLAVE;
	struct root_attach *args = arena_new(p->arena, struct root_attach);

	(void)err;
	if (!plan_has_own_mounts(p)) {
		plan_find_joined(p);
		return 0;
	}
	plan_propagation(p, STAGE_ONE, cut, !p->is_shared, is_private ? propagation_pointer : "");
	args->propagation = propagation_of(cut);
	args->name = propagation_name(cut);
	args->path = attach_path(p);
	plan_add(p, OP_ROOT_ATTACH, STAGE_ONE, args, "/root/path");
	return 0;
}

int root_plan_enter(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;

	(void)err;
	if (!plan_has_own_mounts(p)) {
		plan_warn(
			p, "/linux/namespaces",
			"without a mount namespace of its own a container that has CAP_SYS_CHROOT "
			"can leave its root");
		plan_add(p, OP_ROOT_CHANGE, STAGE_ONE, NULL, "/root/path");
	} else if (p->request->no_pivot) {
		plan_warn(p, "/root/path",
			  "without pivot_root the host's files stay within reach of a "
			  "container that has CAP_SYS_CHROOT or CAP_SYS_ADMIN");
		plan_add(p, OP_CHROOT, STAGE_ONE, NULL, "/root/path");
	} else {
		plan_add(p, OP_PIVOT, STAGE_ONE, NULL, "/root/path");
	}
	if (os && os->has_rootfs_propagation)
		plan_propagation(p, STAGE_TWO, os->rootfs_propagation, false, propagation_pointer);
	return 0;
}

/* --- running --- */

/*
 * Trust: the path is the configuration's and is resolved in the host's namespaces or the child's
 * copy of them, before anything of the container exists. What lies below it is hostile and is not
 * looked at here.
 */
int root_open_apply(const struct root_open *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = sys_open_tree(AT_FDCWD, args->path,
				       KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC |
					       KERNEL_AT_RECURSIVE);
	struct stat st;

	if (fd < 0)
		return error_errno(err, -fd, "open the root file system %s", args->path);
	if (fstat(fd, &st) < 0)
		return error_errno(err, errno, "look at the root file system %s", args->path);
	if (!S_ISDIR(st.st_mode))
		return error_errno(err, ENOTDIR, "open the root file system %s", args->path);
	slot_set(slots, SLOT_ROOT, fd_take(&fd));
	return 0;
}

void root_open_describe(const struct root_open *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/* Trust: "/" is the top of the child's own mount namespace, the host's copy or the container's
 * root. */
int root_propagation_apply(const struct root_propagation *args, struct slots *slots,
			   struct error *err)
{
	const struct kernel_mount_attr attr = { .propagation = args->type };
	int r = mountattr_set(MOUNTATTR_TOP, args->is_recursive, &attr);

	(void)slots;
	return r < 0 ? error_errno(err, -r, "make / %s", args->name) : 0;
}

void root_propagation_describe(const struct root_propagation *args, struct describer *d)
{
	describe_string(d, "path", "/");
	describe_string(d, "type", args->name);
	describe_bool(d, "recursive", args->is_recursive);
}

/* Where the root is mounted: on its own path, which must still lead to what the runtime opened by
 * it, or on "/". */
static int open_place(const struct root_attach *args, int root_fd, int *ret_fd, struct error *err)
{
	fd_auto int fd = -EBADF;
	struct stat opened, found;

	*ret_fd = MOUNTATTR_TOP;
	if (!args->path[1])
		return 0;
	fd = open(args->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) /* a parent that only the host's root may enter */
		return 0;
	if (fd < 0)
		return error_errno(err, errno, "open %s", args->path);
	if (fstat(fd, &found) < 0 || fstat(root_fd, &opened) < 0)
		return error_errno(err, errno, "look at the root file system %s", args->path);
	if (found.st_dev != opened.st_dev || found.st_ino != opened.st_ino)
		return error_set(err, ESTALE, "the root file system %s was replaced meanwhile",
				 args->path);
	*ret_fd = fd_take(&fd);
	return 0;
}

/*
 * Trust: both ends are descriptors or "/" of a mount namespace that only this process is in; no
 * name below the root is used, and the root's own path is the configuration's. Absolute paths still
 * start at the host's root, which the root mount covers but does not replace for a process that is
 * in it already.
 */
int root_attach_apply(const struct root_attach *args, struct slots *slots, struct error *err)
{
	const struct kernel_mount_attr attr = { .propagation = args->propagation };
	int root_fd = slot_get(slots, SLOT_ROOT);
	fd_auto int place_fd = -EBADF;
	int r = open_place(args, root_fd, &place_fd, err);

	if (r < 0)
		return r;
	r = mountattr_attach(root_fd, place_fd, true, &attr);
	return r < 0 ? error_errno(err, -r, "mount the root and make it %s", args->name) : 0;
}

void root_attach_describe(const struct root_attach *args, struct describer *d)
{
	describe_string(d, "propagation", args->name);
	if (args->path[1])
		describe_string(d, "path", args->path);
}

/*
 * Trust: the root is entered by its descriptor. The old root lies over the new one at "."
 * afterwards; it is cut from the host's propagation before it is taken off, so that this reaches no
 * other namespace.
 */
int root_pivot_apply(const void *args, struct slots *slots, struct error *err)
{
	const struct kernel_mount_attr slave = { .propagation = MS_SLAVE };
	fd_auto int old_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	(void)args;
	if (old_fd < 0)
		return error_errno(err, errno, "open the old root");
	if (fchdir(slot_get(slots, SLOT_ROOT)) < 0)
		return error_errno(err, errno, "enter the root");
	r = sys_pivot_root(".", ".");
	if (r < 0)
		return error_errno(err, -r, "pivot_root");
	if (fchdir(old_fd) < 0)
		return error_errno(err, errno, "enter the old root");
	r = mountattr_set(old_fd, true, &slave);
	if (r < 0)
		return error_errno(err, -r, "cut the old root from the host");
	if (umount2(".", MNT_DETACH) < 0)
		return error_errno(err, errno, "detach the old root");
	if (chdir("/") < 0)
		return error_errno(err, errno, "enter the root");
	return 0;
}

void root_pivot_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/*
 * For a root that cannot be left behind: the host's initial ramfs.
 *
 * Trust: the root is entered by its descriptor. It already covers "/" of this mount namespace; the
 * old root stays beneath it, cut from the host's propagation.
 */
int root_chroot_apply(const void *args, struct slots *slots, struct error *err)
{
	const struct kernel_mount_attr slave = { .propagation = MS_SLAVE };
	fd_auto int top_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = top_fd < 0 ? -errno : mountattr_set(top_fd, true, &slave);

	(void)args;
	if (r < 0)
		return error_errno(err, -r, "cut the old root from the host");
	if (fchdir(slot_get(slots, SLOT_ROOT)) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return error_errno(err, errno, "enter the root");
	return 0;
}

void root_chroot_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* --- without a mount namespace of its own --- */

/*
 * Trust: the path is the configuration's. In a mount namespace that is joined it is resolved in
 * that one, beneath its root, whatever links are there: it leads nowhere else, nor through procfs.
 */
int root_find_apply(const struct root_open *args, struct slots *slots, struct error *err)
{
	fd_auto int top_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = top_fd;

	if (fd >= 0)
		fd = inroot_open(top_fd, args->path, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return error_errno(err, top_fd < 0 ? errno : -fd, "open the root file system %s",
				   args->path);
	slot_set(slots, SLOT_ROOT, fd);
	return 0;
}

void root_find_describe(const struct root_open *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/* Trust: the root is entered by its descriptor; no mount is changed. */
int root_change_apply(const void *args, struct slots *slots, struct error *err)
{
	(void)args;
	if (fchdir(slot_get(slots, SLOT_ROOT)) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return error_errno(err, errno, "enter the root");
	return 0;
}

void root_change_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}
