/* SPDX-License-Identifier: Apache-2.0 */
/* openat2(2), and whether it can be used. Must not know what a root file system or a procfs is. */
#include "sys/resolve.h"

#include <errno.h>
#include <fcntl.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

enum { RETRIES = 64 };

static bool is_absent;

void resolve_use_walk(bool is_wanted)
{
	is_absent = is_wanted;
}

/*
 * EPERM comes from a seccomp filter or from the file (an immutable one, O_NOATIME on another's).
 * What tells the two apart is a question that no file system refuses.
 */
static bool resolve_is_forbidden(int dir_fd)
{
	struct kernel_open_how how = { .flags = O_PATH | O_CLOEXEC };
	int fd = sys_openat2(dir_fd, ".", &how);

	fd_close(fd);
	return fd == -EPERM;
}

int resolve_open(int dir_fd, const char *path, unsigned flags, uint64_t resolve)
{
	struct kernel_open_how how = { .flags = flags | O_CLOEXEC, .resolve = resolve };
	int fd = -EAGAIN, i;

	if (is_absent)
		return -ENOSYS;
	/* EAGAIN: something, anywhere on the host, was renamed or mounted while ".." was looked at.
	 */
	for (i = 0; i < RETRIES && (fd == -EAGAIN || fd == -EINTR); i++)
		fd = sys_openat2(dir_fd, path, &how);
	if (fd == -EAGAIN)
		return -ENOSYS;
	if (fd == -ENOSYS || (fd == -EPERM && resolve_is_forbidden(dir_fd))) {
		is_absent = true;
		return -ENOSYS;
	}
	return fd;
}
