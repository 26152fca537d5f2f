/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files. Knows nothing of what is in them. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

/* Reads up to the end; one byte of the capacity, which is at least 2, is kept for the NUL. */
static int file_read_all(int fd, size_t limit, struct arena *arena, size_t capacity, char **ret,
			 size_t *ret_length)
{
	char *bytes = arena_alloc(arena, capacity);
	size_t length = 0;

	for (;;) {
		ssize_t n = read(fd, bytes + length, capacity - 1 - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		length += (size_t)n;
		if (length > limit)
			return -EFBIG;
		if (length == capacity - 1)
			bytes = arena_grow(arena, bytes, capacity, &capacity, 1);
	}
	bytes[length] = '\0';
	*ret = bytes;
	*ret_length = length;
	return 0;
}

struct file_place {
	int dir_fd;
	const char *path;
	int flags;
};

static int file_read_at(const struct file_place *place, size_t limit, struct arena *arena,
			char **ret, size_t *ret_length)
{
	fd_auto int fd = openat(place->dir_fd, place->path,
				O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | place->flags);
	struct stat st;
	size_t size;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((uint64_t)st.st_size > limit)
		return -EFBIG;
	/* Files of the kernel say 0. One byte more than the size: the last read finds the end. */
	size = st.st_size > 0 ? (size_t)st.st_size + 2 : 1024;
	return file_read_all(fd, limit, arena, size, ret, ret_length);
}

int file_read(int dir_fd, const char *path, size_t limit, struct arena *arena, char **ret,
	      size_t *ret_length)
{
	struct file_place place = { dir_fd, path, 0 };

	return file_read_at(&place, limit, arena, ret, ret_length);
}

int file_read_nofollow(int dir_fd, const char *path, size_t limit, struct arena *arena, char **ret,
		       size_t *ret_length)
{
	struct file_place place = { dir_fd, path, O_NOFOLLOW };

	return file_read_at(&place, limit, arena, ret, ret_length);
}

/* All bytes into a file that takes them piece by piece if it must. */
static int file_fill(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

static int file_make(int dir_fd, const char *name, mode_t mode)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir_fd, name, flags, mode);

	/* Left by an earlier process with our pid, which was killed. */
	if (fd < 0 && errno == EEXIST && unlinkat(dir_fd, name, 0) == 0)
		fd = openat(dir_fd, name, flags, mode);
	return fd < 0 ? -errno : fd;
}

int file_create(int dir_fd, const char *name, mode_t mode, const char *bytes, size_t length)
{
	fd_auto int fd = file_make(dir_fd, name, mode);

	return fd < 0 ? fd : file_fill(fd, bytes, length);
}

int file_replace(int dir_fd, const char *name, mode_t mode, const char *bytes, size_t length)
{
	char temporary[NAME_MAX + 1];
	fd_auto int fd = -EBADF;
	int r;

	r = snprintf(temporary, sizeof(temporary), ".%s.%d", name, (int)getpid());
	if (r >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	fd = file_make(dir_fd, temporary, mode);
	if (fd < 0)
		return fd;
	r = file_fill(fd, bytes, length);
	if (r == 0 && renameat(dir_fd, temporary, dir_fd, name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dir_fd, temporary, 0);
	return r;
}
