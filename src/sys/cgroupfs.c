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
#include "base/strbuf.h"
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

bool cgroupfs_is_gone(int code)
{
	return code == ENOENT || code == ENODEV;
}

/*
 * A walk over a tree of any depth, with few descriptors: the names that are still to be visited are
 * kept, and the directory above is found again by "..". Each level's names lie behind an empty one;
 * the last name of the level above is that of the directory itself.
 */
struct walk {
	cgroupfs_visit_fn visit;
	void *context;
	int fd; /* the directory whose children are the last names; AT_FDCWD at first */
	unsigned depth;
	struct arena arena;
	struct strbuf names; /* each with its NUL */
};

static void names_push(struct walk *walk, const char *name)
{
	strbuf_add_bytes(&walk->names, name, strlen(name) + 1);
}

static const char *names_last(const struct walk *walk)
{
	size_t at = walk->names.length - 1;

	while (at > 0 && walk->names.data[at - 1] != '\0')
		at--;
	return walk->names.data + at;
}

static void names_pop(struct walk *walk)
{
	walk->names.length = (size_t)(names_last(walk) - walk->names.data);
}

/* Puts the names of the directory's children onto the others. */
static int push_children(struct walk *walk, int fd)
{
	const struct dirent *child;
	int list_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	names_push(walk, "");
	if (list_fd < 0)
		return cgroupfs_is_gone(errno) ? 0 : -errno;
	dir = fdopendir(list_fd);
	if (!dir) {
		fd_close(list_fd);
		return -ENOMEM;
	}
	while ((child = readdir(dir)))
		if (child->d_type == DT_DIR && strcmp(child->d_name, ".") != 0 &&
		    strcmp(child->d_name, "..") != 0)
			names_push(walk, child->d_name);
	closedir(dir);
	return 0;
}

static void walk_to(struct walk *walk, int fd)
{
	if (walk->fd >= 0)
		fd_close(walk->fd);
	walk->fd = fd;
}

/* Into the last name's directory. */
static int walk_down(struct walk *walk)
{
	int fd =
		openat(walk->fd, names_last(walk), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		int code = errno;

		names_pop(walk);
		return cgroupfs_is_gone(code) ? 0 : -code;
	}
	walk_to(walk, fd);
	return ++walk->depth > CGROUPFS_DEPTH ? -ELOOP : push_children(walk, fd);
}

/* All children have been visited: now the directory itself, from the one above. */
static int walk_up(struct walk *walk)
{
	int above = AT_FDCWD, r;

	names_pop(walk);
	if (--walk->depth > 0)
		above = openat(walk->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above < 0 && above != AT_FDCWD)
		return -errno;
	r = walk->visit(walk->context,
			&(struct cgroupfs_entry){ above, walk->fd, names_last(walk) });
	names_pop(walk);
	walk_to(walk, above);
	return r;
}

int cgroupfs_walk(const char *path, cgroupfs_visit_fn visit, void *context)
{
	struct walk walk = { .visit = visit, .context = context, .fd = AT_FDCWD };
	int r = 0;

	arena_init(&walk.arena, NULL, 0);
	strbuf_init(&walk.names, &walk.arena);
	names_push(&walk, path);
	while (r == 0 && walk.names.length > 0)
		r = *names_last(&walk) ? walk_down(&walk) : walk_up(&walk);
	walk_to(&walk, AT_FDCWD);
	arena_done(&walk.arena);
	return r;
}

static int visit_populated(void *context, const struct cgroupfs_entry *entry)
{
	fd_auto int fd = openat(entry->dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char byte;
	ssize_t n;

	(void)context;
	if (fd < 0)
		return cgroupfs_is_gone(errno) ? 0 : 1;
	n = read(fd, &byte, 1);
	if (n < 0)
		return cgroupfs_is_gone(errno) ? 0 : 1;
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
