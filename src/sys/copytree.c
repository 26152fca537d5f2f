/* SPDX-License-Identifier: Apache-2.0 */
/* Copying a tree by descriptors; see the header. */
#include "sys/copytree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/inroot.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

enum { BATCH_SIZE = 1024, CHUNK_SIZE = 1 << 20, SHOWN_NODEV = 4 };

static int copy_directory(int from_fd, int to_fd, unsigned depth);

/* Owner first: a change of it may take the set-id bits away. Times last. */
static int copy_about(int to_fd, const char *name, const struct stat *st)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };

	if (fchownat(to_fd, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISLNK(st->st_mode) && fchmodat(to_fd, name, st->st_mode & 07777, 0) < 0)
		return -errno;
	return utimensat(to_fd, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

/* What was a file may be something else by now, which opening must not wait for. */
static int copy_file(int from_fd, int to_fd, const char *name, const struct stat *st)
{
	fd_auto int in_fd =
		inroot_open(from_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	fd_auto int out_fd = -EBADF;
	struct stat now;
	ssize_t n;

	if (in_fd < 0)
		return in_fd;
	if (fstat(in_fd, &now) < 0)
		return -errno;
	if (!S_ISREG(now.st_mode) || now.st_ino != st->st_ino || now.st_dev != st->st_dev)
		return -EAGAIN;
	out_fd = openat(to_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out_fd < 0)
		return -errno;
	do
		n = sendfile(out_fd, in_fd, NULL, CHUNK_SIZE);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

static int copy_link(int from_fd, int to_fd, const char *name)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(from_fd, "", target, sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return symlinkat(target, to_fd, name) < 0 ? -errno : 0;
}

static bool has_nodev(int fd)
{
	struct statvfs about;

	return fstatvfs(fd, &about) == 0 && (about.f_flag & SHOWN_NODEV);
}

static int copy_node(int from_fd, int to_fd, const char *name, const struct stat *st)
{
	bool is_device = S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);

	if (is_device && has_nodev(from_fd) && !has_nodev(to_fd))
		return -EPERM;
	return mknodat(to_fd, name, st->st_mode, st->st_rdev) < 0 ? -errno : 0;
}

static int copy_below(int from_fd, int to_fd, const char *name, unsigned depth)
{
	fd_auto int in_fd = inroot_open(from_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	fd_auto int out_fd = -EBADF;

	if (in_fd < 0)
		return in_fd;
	if (mkdirat(to_fd, name, 0700) < 0)
		return -errno;
	out_fd = openat(to_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return out_fd < 0 ? -errno : copy_directory(in_fd, out_fd, depth + 1);
}

static int copy_entry(int from_fd, int to_fd, const char *name, unsigned depth)
{
	fd_auto int fd = inroot_open(from_fd, name, O_PATH | O_NOFOLLOW);
	struct stat st;
	int r;

	if (fd == -ENOENT)
		return 0; /* it was there a moment ago */
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		r = copy_below(from_fd, to_fd, name, depth);
	else if (S_ISREG(st.st_mode))
		r = copy_file(from_fd, to_fd, name, &st);
	else if (S_ISLNK(st.st_mode))
		r = copy_link(fd, to_fd, name);
	else
		r = copy_node(fd, to_fd, name, &st);
	return r < 0 ? r : copy_about(to_fd, name, &st);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int copy_directory(int from_fd, int to_fd, unsigned depth)
{
	_Alignas(struct kernel_dirent) char batch[BATCH_SIZE];
	int length, r = 0;

	if (depth > COPYTREE_DEPTH_MAX)
		return -ENAMETOOLONG;
	while (r == 0 && (length = sys_getdents(from_fd, batch, sizeof(batch))) != 0) {
		if (length < 0)
			return length;
		for (int at = 0; r == 0 && at < length;) {
			const struct kernel_dirent *entry = (const void *)(batch + at);

			at += entry->length;
			if (!is_dots(entry->name))
				r = copy_entry(from_fd, to_fd, entry->name, depth);
		}
	}
	return r;
}

int copytree(int from_fd, int to_fd)
{
	fd_auto int fd = inroot_open(from_fd, "/", O_RDONLY | O_DIRECTORY);

	return fd < 0 ? fd : copy_directory(fd, to_fd, 0);
}
