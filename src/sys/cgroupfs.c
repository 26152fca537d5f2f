/* SPDX-License-Identifier: Apache-2.0 */
/* The cgroup file systems as files and directories; see the header. */
#include "sys/cgroupfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/kernel.h"

enum { STATE_SIZE = 256 }; /* of the files that say whether it is frozen */

int cgroupfs_version(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return -errno;
	if (fs.f_type == KERNEL_CGROUP2_MAGIC)
		return CGROUPFS_V2;
	return fs.f_type == KERNEL_CGROUP_MAGIC ? CGROUPFS_V1 : CGROUPFS_NONE;
}

int cgroupfs_read(int directory, const char *file, char *buffer, size_t size)
{
	fd_auto int fd = openat(directory, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t length = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		do
			n = read(fd, buffer + length, size - length);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return -errno;
		length += (size_t)n;
		if (length == size)
			return -EFBIG;
	} while (n > 0);
	buffer[length] = '\0';
	return (int)length;
}

int cgroupfs_write(int directory, const char *file, const char *text)
{
	fd_auto int fd = openat(directory, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t length = strlen(text);
	ssize_t n;

	if (fd < 0)
		return -errno;
	do
		n = write(fd, text, length);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}

char *cgroupfs_join(struct arena *arena, const char *first, const char *second)
{
	char *joined = arena_alloc(arena, strlen(first) + strlen(second) + 1);

	stpcpy(stpcpy(joined, first), second);
	return joined;
}

bool cgroupfs_list_has(const char *list, char separator, const char *name)
{
	size_t length = strlen(name);

	while (*list) {
		size_t n = 0;

		while (list[n] && list[n] != separator && list[n] != '\n')
			n++;
		if (n == length && memcmp(list, name, n) == 0)
			return true;
		list += n + (list[n] != '\0');
	}
	return false;
}

long cgroupfs_keyed(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == ' ')
			return strtol(line + length + 1, NULL, 10);
	}
	return -1;
}

static bool is_gone(int code)
{
	return code == ENOENT || code == ENODEV;
}

static int walk_at(int parent_fd, const char *name, unsigned depth, cgroupfs_visit_fn visit,
		   void *context);

static int walk_children(DIR *dir, unsigned depth, cgroupfs_visit_fn visit, void *context)
{
	const struct dirent *child;
	int r = 0;

	if (depth == CGROUPFS_DEPTH)
		return -ELOOP;
	while (r == 0 && (child = readdir(dir))) {
		if (child->d_type != DT_DIR || strcmp(child->d_name, ".") == 0 ||
		    strcmp(child->d_name, "..") == 0)
			continue;
		r = walk_at(dirfd(dir), child->d_name, depth + 1, visit, context);
	}
	return r;
}

static int walk_at(int parent_fd, const char *name, unsigned depth, cgroupfs_visit_fn visit,
		   void *context)
{
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir;
	int r;

	if (fd < 0)
		return is_gone(errno) ? 0 : -errno;
	dir = fdopendir(fd);
	if (!dir) {
		fd_close(fd);
		return -ENOMEM;
	}
	r = walk_children(dir, depth, visit, context);
	if (r == 0)
		r = visit(context, &(struct cgroupfs_entry){ parent_fd, fd, name });
	closedir(dir);
	return r;
}

int cgroupfs_walk(const char *path, cgroupfs_visit_fn visit, void *context)
{
	return walk_at(AT_FDCWD, path, 0, visit, context);
}

static int visit_populated(void *context, const struct cgroupfs_entry *entry)
{
	fd_auto int fd = openat(entry->dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char byte;
	ssize_t n;

	(void)context;
	if (fd < 0)
		return is_gone(errno) ? 0 : 1;
	n = read(fd, &byte, 1);
	if (n < 0)
		return is_gone(errno) ? 0 : 1;
	return n > 0;
}

bool cgroupfs_is_populated(const char *path)
{
	return cgroupfs_walk(path, visit_populated, NULL) != 0;
}

static bool read_below(const char *directory, const char *file, char text[STATE_SIZE])
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", directory, file);

	return length < (int)sizeof(path) && cgroupfs_read(AT_FDCWD, path, text, STATE_SIZE) > 0;
}

bool cgroupfs_is_frozen(const char *directory, const char *controllers)
{
	char text[STATE_SIZE] = "";

	if (*controllers)
		return cgroupfs_list_has(controllers, ',', "freezer") &&
		       read_below(directory, "freezer.state", text) &&
		       strcmp(text, "THAWED\n") != 0;
	if (read_below(directory, "cgroup.events", text) && cgroupfs_keyed(text, "frozen") > 0)
		return true;
	return read_below(directory, "cgroup.freeze", text) && text[0] == '1';
}
