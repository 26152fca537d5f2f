/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths beneath a container's root: by openat2(2) where it can be had, else by the walk. Must not
 * know what the paths are for.
 *
 * Trust: see the header. Nothing here hands a path to the kernel but by openat2 with
 * RESOLVE_IN_ROOT; everything else is a single name in a directory that the walk has reached.
 */
#include "sys/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/resolve.h"
#include "sys/walk.h"

enum { PARENT_MODE = 0755 };

void inroot_use_walk(bool is_wanted)
{
	resolve_use_walk(is_wanted);
}

/* Turns the O_PATH descriptor that the walk has found into one of the flags that are wanted. */
static int inroot_open_found(const struct walk *walk, int *fd, const struct stat *st,
			     unsigned flags)
{
	int opened;

	if (flags & O_DIRECTORY && !S_ISDIR(st->st_mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return fd_take(fd);
	/* A link, or what has become one meanwhile, is -ELOOP here. */
	opened = openat(walk_directory(walk), walk->name, (int)flags | O_NOFOLLOW | O_CLOEXEC);
	return opened < 0 ? -errno : opened;
}

static int inroot_open_by_walk(int root_fd, const char *path, unsigned flags, bool has_no_links)
{
	struct walk walk;
	struct stat st;
	int fd, r;

	walk.rules = (struct walk_rules){ .has_no_links = has_no_links,
					  .keeps_last_link = flags & O_NOFOLLOW };
	fd = walk_path(&walk, root_fd, path, &st);
	r = fd < 0 ? fd : inroot_open_found(&walk, &fd, &st, flags);
	fd_close(fd);
	walk_end(&walk);
	return r;
}

static int inroot_open_how(int root_fd, const char *path, unsigned flags, bool has_no_links)
{
	uint64_t resolve = KERNEL_RESOLVE_IN_ROOT | KERNEL_RESOLVE_NO_MAGICLINKS;
	int fd;

	if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE)
		return -EINVAL;
	if (has_no_links)
		resolve |= KERNEL_RESOLVE_NO_SYMLINKS;
	fd = resolve_open(root_fd, path, flags, resolve);
	return fd == -ENOSYS ? inroot_open_by_walk(root_fd, path, flags, has_no_links) : fd;
}

int inroot_open(int root_fd, const char *path, unsigned flags)
{
	return inroot_open_how(root_fd, path, flags, false);
}

int inroot_open_nolinks(int root_fd, const char *path, unsigned flags)
{
	/* With O_PATH and O_NOFOLLOW openat2 would give the last link itself, even so. */
	return inroot_open_how(root_fd, path, flags & ~(unsigned)O_NOFOLLOW, true);
}

/* Opens what is there by openat2; only when something is missing, the path is walked to make it. */
static int inroot_make(int root_fd, const char *path, const struct walk_rules *rules,
		       struct stat *ret)
{
	uint64_t resolve = KERNEL_RESOLVE_IN_ROOT | KERNEL_RESOLVE_NO_MAGICLINKS;
	fd_auto int fd = resolve_open(root_fd, path, O_PATH, resolve);
	struct walk walk;

	if (fd >= 0)
		return fstat(fd, ret) < 0 ? -errno : fd_take(&fd);
	if (fd != -ENOENT && fd != -ENOSYS)
		return fd;
	walk.rules = *rules;
	fd = walk_path(&walk, root_fd, path, ret);
	walk_end(&walk);
	return fd < 0 ? fd : fd_take(&fd);
}

int inroot_make_dir(int root_fd, const char *path, mode_t mode)
{
	struct walk_rules rules = { .directories = S_IFDIR | mode, .last = S_IFDIR | mode };
	struct stat st;
	fd_auto int fd = inroot_make(root_fd, path, &rules, &st);

	if (fd < 0)
		return fd;
	return S_ISDIR(st.st_mode) ? fd_take(&fd) : -ENOTDIR;
}

int inroot_make_file(int root_fd, const char *path, mode_t mode)
{
	struct walk_rules rules = { .directories = S_IFDIR | PARENT_MODE, .last = S_IFREG | mode };
	struct stat st;
	fd_auto int fd = -EBADF;

	/* Only a directory has a slash behind its name, and the walk would make one. */
	if (*path && path[strlen(path) - 1] == '/')
		return -EISDIR;
	fd = inroot_make(root_fd, path, &rules, &st);
	if (fd < 0)
		return fd;
	return S_ISDIR(st.st_mode) ? -EISDIR : fd_take(&fd);
}

/* Splits the path into what leads to the last name, "/" at least, and that name. */
static int inroot_split(const char *path, char parent[PATH_MAX], char name[INROOT_NAME_SIZE])
{
	size_t end = strlen(path), start;

	if (end == 0)
		return -ENOENT;
	if (end >= PATH_MAX)
		return -ENAMETOOLONG;
	while (end > 0 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/';)
		start--;
	if (end - start >= INROOT_NAME_SIZE)
		return -ENAMETOOLONG;
	memcpy(name, path + start, end - start);
	name[end - start] = '\0';
	if (name[strspn(name, ".")] == '\0' && end - start <= 2)
		return -EINVAL;
	memcpy(parent, path, start);
	parent[start] = '\0';
	if (start == 0)
		memcpy(parent, "/", 2);
	return 0;
}

int inroot_open_parent(int root_fd, const char *path, mode_t mode, char name[INROOT_NAME_SIZE])
{
	char parent[PATH_MAX], last[INROOT_NAME_SIZE];
	int fd, r = inroot_split(path, parent, last);

	if (r < 0)
		return r;
	fd = mode ? inroot_make_dir(root_fd, parent, mode)
		  : inroot_open(root_fd, parent, O_PATH | O_DIRECTORY);
	if (fd >= 0)
		memcpy(name, last, sizeof(last));
	return fd;
}
