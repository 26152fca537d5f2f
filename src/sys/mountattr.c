/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes and propagation of mounts; see the header. All but the call itself may be dropped when
 * Linux 5.12 is the oldest supported.
 */
#include "sys/mountattr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/mounttree.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

#define ATTR(name) KERNEL_MOUNT_ATTR_##name

/* The bits of each attribute in its three languages: mount_setattr(2), mount(2), statvfs(3). */
static const struct {
	uint64_t attribute;
	unsigned long flag, shown;
} attributes[] = {
	{ATTR(RDONLY),       MS_RDONLY,     1   },
	{ ATTR(NOSUID),      MS_NOSUID,     2   },
	{ ATTR(NODEV),       MS_NODEV,      4   },
	{ ATTR(NOEXEC),      MS_NOEXEC,     8   },
	{ ATTR(NODIRATIME),  MS_NODIRATIME, 2048},
	{ ATTR(NOSYMFOLLOW), 256,           8192},
};

enum { SHOWN_NOATIME = 1024, SHOWN_RELATIME = 4096 };

static enum { UNKNOWN, ABSENT, PRESENT } call;

void mountattr_use_mount(bool is_wanted)
{
	call = is_wanted ? ABSENT : UNKNOWN;
}

/* The kernel checks the size of the struct first of all: EINVAL is the answer of one that knows. */
bool mountattr_takes_detached(void)
{
	if (call == UNKNOWN) {
		long r = syscall(SYS_mount_setattr, -1, "", 0, NULL, 0);

		call = r < 0 && errno == EINVAL ? PRESENT : ABSENT;
	}
	return call == PRESENT;
}

static const char *path_of(int fd)
{
	return fd == MOUNTATTR_TOP ? "/" : "";
}

static unsigned empty_flag(int fd, unsigned flag)
{
	return fd == MOUNTATTR_TOP ? 0 : flag;
}

/* --- mount(2) --- */

/* For what cannot be entered, by permission or because it is a file. */
static int mount_by_proc(int fd, unsigned long flags)
{
	fd_auto int proc_fd = procfd_open();
	char path[32];

	if (proc_fd < 0)
		return proc_fd;
	snprintf(path, sizeof(path), "self/fd/%d", fd);
	if (fchdir(proc_fd) < 0)
		return -errno;
	return mount(NULL, path, NULL, flags, NULL) < 0 ? -errno : 0;
}

/* mount(2) takes a path. For a directory it is the working directory's own: there may be no procfs.
 */
static int mount_by_descriptor(int fd, unsigned long flags)
{
	fd_auto int cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (cwd_fd < 0)
		return -errno;
	if (fchdir(fd) < 0)
		r = errno == EACCES || errno == ENOTDIR ? mount_by_proc(fd, flags) : -errno;
	else
		r = mount(NULL, ".", NULL, flags, NULL) < 0 ? -errno : 0;
	if (fchdir(cwd_fd) < 0)
		return -errno;
	return r;
}

static unsigned long atime_flag(uint64_t atime)
{
	switch (atime) {
	case ATTR(NOATIME):
		return MS_NOATIME;
	case ATTR(STRICTATIME):
		return MS_STRICTATIME;
	default:
		return MS_RELATIME;
	}
}

static uint64_t shown_atime(unsigned long shown)
{
	if (shown & SHOWN_NOATIME)
		return ATTR(NOATIME);
	return shown & SHOWN_RELATIME ? ATTR(RELATIME) : ATTR(STRICTATIME);
}

/* A remount sets all attributes: what is not to be changed is said again. */
static int remount_one(int fd, const void *context)
{
	const struct kernel_mount_attr *attr = context;
	unsigned long flags = MS_REMOUNT | MS_BIND;
	struct statvfs about;
	uint64_t now;

	if (fstatvfs(fd, &about) < 0)
		return -errno;
	now = shown_atime(about.f_flag);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (about.f_flag & attributes[i].shown)
			now |= attributes[i].attribute;
	now = (now & ~attr->clear) | attr->set;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (now & attributes[i].attribute)
			flags |= attributes[i].flag;
	return mount_by_descriptor(fd, flags | atime_flag(now & ATTR(_ATIME)));
}

static int set_by_mount(int fd, bool is_recursive, const struct kernel_mount_attr *attr)
{
	fd_auto int top_fd = -EBADF;
	int r = 0;

	if ((attr->set | attr->clear) & ATTR(IDMAP))
		return -ENOSYS;
	if (fd == MOUNTATTR_TOP) {
		top_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (top_fd < 0)
			return -errno;
		fd = top_fd;
	}
	if (attr->set || attr->clear) {
		r = remount_one(fd, attr);
		if (r == 0 && is_recursive)
			r = mounttree_each(fd, remount_one, attr);
	}
	if (r == 0 && attr->propagation)
		r = mount_by_descriptor(fd, (unsigned long)attr->propagation |
						    (is_recursive ? MS_REC : 0));
	return r;
}

/* --- both --- */

static bool is_change(const struct kernel_mount_attr *attr)
{
	return attr->set || attr->clear || attr->propagation;
}

/*
 * The newer way; false where the kernel has none, and nothing has happened. Whether it has is asked
 * only after a failure that may mean either.
 */
static bool try_setattr(int fd, bool is_recursive, const struct kernel_mount_attr *attr, int *ret)
{
	if (call == ABSENT)
		return false;
	*ret = sys_mount_setattr(
		fd, path_of(fd),
		empty_flag(fd, AT_EMPTY_PATH) | (is_recursive ? KERNEL_AT_RECURSIVE : 0), attr);
	if (*ret == -ENOSYS || *ret == -EPERM)
		return mountattr_takes_detached();
	call = PRESENT;
	return true;
}

int mountattr_set(int mount_fd, bool is_recursive, const struct kernel_mount_attr *attr)
{
	int r;

	if (!is_change(attr))
		return 0;
	if (try_setattr(mount_fd, is_recursive, attr, &r))
		return r;
	return set_by_mount(mount_fd, is_recursive, attr);
}

int mountattr_attach(int mount_fd, int target_fd, bool is_recursive,
		     const struct kernel_mount_attr *attr)
{
	int r = 0;
	bool is_done = !is_change(attr) || try_setattr(mount_fd, is_recursive, attr, &r);

	if (r == 0)
		r = sys_move_mount(mount_fd, "", target_fd, path_of(target_fd),
				   KERNEL_MOVE_F_EMPTY_PATH |
					   empty_flag(target_fd, KERNEL_MOVE_T_EMPTY_PATH));
	if (r == 0 && !is_done)
		r = set_by_mount(mount_fd, is_recursive, attr);
	return r;
}
