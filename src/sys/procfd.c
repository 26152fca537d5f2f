/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of procfs. Knows nothing of what they mean.
 *
 * Trust: the process may live in a mount namespace in which a file below the mount point has been
 * replaced by something else. What is opened must be procfs, in the very mount that proc_fd is of.
 */
#include "sys/procfd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/mountid.h"
#include "sys/resolve.h"

enum { PROC_ROOT_INODE = 1, NAME_SIZE = 64, PROC_PATH_SIZE = 512 };

int procfd_open(void)
{
	fd_auto int fd = openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (fs.f_type != KERNEL_PROC_MAGIC || st.st_ino != PROC_ROOT_INODE)
		return -ENODEV;
	return fd_take(&fd);
}

/* Where something lies: the file system, and the mount where statx(2) tells it [5.8], else 0. */
struct place {
	bool is_proc, is_link;
	dev_t device;
	uint64_t mount;
};

static int procfd_place(int fd, struct place *ret)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return -errno;
	*ret = (struct place){ .is_proc = fs.f_type == KERNEL_PROC_MAGIC,
			       .is_link = S_ISLNK(st.st_mode),
			       .device = st.st_dev,
			       .mount = mountid_of(fd) };
	return 0;
}

/* What openat2 would have refused. */
static int procfd_check(int proc_fd, int fd, bool may_be_link)
{
	struct place root, found = { 0 };
	int r = procfd_place(proc_fd, &root);

	if (r == 0)
		r = procfd_place(fd, &found);
	if (r < 0)
		return r;
	if (!found.is_proc || found.device != root.device || found.mount != root.mount)
		return -EXDEV;
	return found.is_link && !may_be_link ? -ELOOP : 0;
}

/* Without openat2: name by name, each checked. Drop when Linux 5.6 is the oldest supported. */
static int procfd_walk(int proc_fd, const char *path, int flags)
{
	fd_auto int dir_fd = -EBADF;
	char name[NAME_SIZE];

	for (;;) {
		size_t length = strcspn(path, "/");
		bool is_last = path[length] == '\0';
		int from_fd = dir_fd < 0 ? proc_fd : dir_fd, fd, r;

		if (length >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, path, length);
		name[length] = '\0';
		/* Nobody asks for such names; what they would do need not be known. */
		if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return -EINVAL;
		fd = openat(from_fd, name, (is_last ? flags : O_PATH) | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		fd_close(dir_fd);
		dir_fd = fd;
		r = procfd_check(proc_fd, fd, is_last && flags & O_NOFOLLOW);
		if (r < 0 || is_last)
			return r < 0 ? r : fd_take(&dir_fd);
		path += length + 1;
	}
}

static int procfd_open_name(int proc_fd, const char *path, int flags)
{
	int fd = resolve_open(proc_fd, path, (unsigned)flags,
			      KERNEL_RESOLVE_BENEATH | KERNEL_RESOLVE_NO_XDEV |
				      KERNEL_RESOLVE_NO_MAGICLINKS | KERNEL_RESOLVE_NO_SYMLINKS);

	return fd == -ENOSYS ? procfd_walk(proc_fd, path, flags) : fd;
}

/* Puts what the link `name` at the beginning of the path says in place of it. */
static int procfd_expand(int proc_fd, const char *name, const char *rest, char ret[PROC_PATH_SIZE])
{
	fd_auto int fd = procfd_open_name(proc_fd, name, O_PATH | O_NOFOLLOW);
	char target[NAME_SIZE];
	ssize_t length;

	if (fd < 0)
		return fd;
	length = readlinkat(fd, "", target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	/* "123" or "123/task/124"; anything else is no such link. */
	if (strspn(target, "0123456789/task") != (size_t)length || target[0] == '/')
		return -ELOOP;
	if (snprintf(ret, PROC_PATH_SIZE, "%s%s", target, rest) >= PROC_PATH_SIZE)
		return -ENAMETOOLONG;
	return 0;
}

int procfd_open_file(int proc_fd, const char *path, int flags)
{
	static const char links[][12] = { "self", "thread-self" };
	char expanded[PROC_PATH_SIZE];
	size_t length = strcspn(path, "/"), i;
	fd_auto int fd = -EBADF;
	struct statfs fs;
	int r;

	if (flags & O_CREAT)
		return -EINVAL;
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (strlen(links[i]) != length || strncmp(path, links[i], length) != 0)
			continue;
		r = procfd_expand(proc_fd, links[i], path + length, expanded);
		if (r < 0)
			return r;
		path = expanded;
		break;
	}
	fd = procfd_open_name(proc_fd, path, flags);
	if (fd < 0)
		return fd;
	if (fstatfs(fd, &fs) < 0)
		return -errno;
	return fs.f_type == KERNEL_PROC_MAGIC ? fd_take(&fd) : -EXDEV;
}

/*
 * The links in these two directories are followed: the directory is one of a procfs that nothing
 * lies over, so what they lead to is the kernel's word.
 */
static int procfd_follow(int proc_fd, const char *directory, const char *name, int flags)
{
	fd_auto int dir_fd = procfd_open_file(proc_fd, directory, O_PATH | O_DIRECTORY);
	int fd;

	if (dir_fd < 0)
		return dir_fd;
	fd = openat(dir_fd, name, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int procfd_open_namespace(int proc_fd, const char *name)
{
	return procfd_follow(proc_fd, "self/ns", name, O_RDONLY);
}

int procfd_open_namespace_of(int proc_fd, pid_t pid, const char *name)
{
	char directory[24];

	snprintf(directory, sizeof(directory), "%d/ns", (int)pid);
	return procfd_follow(proc_fd, directory, name, O_RDONLY);
}

int procfd_namespace_inode(int proc_fd, pid_t pid, const char *name, uint64_t *ret)
{
	char path[NAME_SIZE];
	fd_auto int dir_fd = -EBADF;
	struct stat st;

	snprintf(path, sizeof(path), "%d/ns", pid);
	dir_fd = procfd_open_file(proc_fd, path, O_PATH | O_DIRECTORY);
	if (dir_fd < 0)
		return dir_fd;
	if (fstatat(dir_fd, name, &st, 0) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int procfd_reopen(int proc_fd, int fd, int flags)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", fd);
	return procfd_follow(proc_fd, "self/fd", name, flags);
}

int procfd_read(int proc_fd, const char *path, char *buffer, size_t size)
{
	fd_auto int fd = procfd_open_file(proc_fd, path, O_RDONLY);
	size_t length = 0;

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = read(fd, buffer + length, size - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		length += (size_t)n;
		if (length == size)
			return -EFBIG;
	}
	buffer[length] = '\0';
	return (int)length;
}

int procfd_write(int proc_fd, const char *path, const char *text, size_t length)
{
	fd_auto int fd = procfd_open_file(proc_fd, path, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = write(fd, text, length);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}

int procfd_socket_address(int dir_fd, const char *name, struct sockaddr_un *ret)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s",
			      dir_fd, name);

	if (length < 0 || (size_t)length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	*ret = address;
	return 0;
}
