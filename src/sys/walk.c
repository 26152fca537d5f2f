/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk beneath a root.
 *
 * Trust: the tree is hostile and may change at any moment. The walk cannot leave it, because the
 * kernel is only ever given a single name, with O_NOFOLLOW, and never "..": a symbolic link is read
 * through its own descriptor and its text is walked like the rest of the path, and ".." goes back
 * to the descriptor of the directory that the walk came from, wherever that one has been moved.
 */
#include "sys/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/kernel.h"

enum {
	PROC_ROOT_INODE = 1,
	MOUNT_IS_NOSYMFOLLOW = 0x2000, /* in what statfs gives [5.10] */
	MAKE_TRIES = 16,
};

static void walk_up(struct walk *walk, unsigned depth)
{
	while (walk->depth > depth)
		fd_close(walk->fds[walk->depth--]);
}

void walk_end(struct walk *walk)
{
	walk_up(walk, 0);
}

int walk_directory(const struct walk *walk)
{
	return walk->fds[walk->depth];
}

/* Opens the current name, a symbolic link itself too, and says what it is. */
static int walk_look(const struct walk *walk, struct stat *ret)
{
	fd_auto int fd = openat(walk_directory(walk), walk->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, ret) < 0)
		return -errno;
	return fd_take(&fd);
}

/*
 * openat2 refuses magic links, and so must we, or the answer would depend on the kernel. They jump
 * only when the kernel follows them, which it never does here, so a wrong guess would not be
 * dangerous. The links that procfs has in its root ("self", "mounts", "net") are plain text; all
 * that matter of those below are magic, and the few plain ones below are refused as well.
 */
static int walk_check_link(const struct walk *walk, int link_fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(link_fd, &fs) < 0)
		return -errno;
	if ((unsigned long)fs.f_flags & MOUNT_IS_NOSYMFOLLOW)
		return -ELOOP;
	if (fs.f_type != KERNEL_PROC_MAGIC)
		return 0;
	if (fstatfs(walk_directory(walk), &fs) < 0 || fstat(walk_directory(walk), &st) < 0)
		return -errno;
	return fs.f_type == KERNEL_PROC_MAGIC && st.st_ino == PROC_ROOT_INODE ? 0 : -ELOOP;
}

/* Puts the text of the symbolic link in place of the current name. */
static int walk_follow(struct walk *walk, int link_fd)
{
	char target[PATH_MAX];
	ssize_t length;
	int r;

	if (walk->rules.has_no_links || walk->links++ >= WALK_LINKS)
		return -ELOOP;
	r = walk_check_link(walk, link_fd);
	if (r < 0)
		return r;
	length = readlinkat(link_fd, "", target, sizeof(target));
	if (length < 0)
		return -errno;
	if (length == 0)
		return -ENOENT;
	if (length >= PATH_MAX || length > walk->at - walk->text)
		return -ENAMETOOLONG;
	/* What is left is empty or begins with the slash that followed the link's name. */
	walk->at -= length;
	memcpy(walk->text + (walk->at - walk->text), target, (size_t)length);
	if (target[0] == '/')
		walk_up(walk, 0);
	return 0;
}

static int walk_make(const struct walk *walk, mode_t mode)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, r;

	if (S_ISDIR(mode))
		return mkdirat(walk_directory(walk), walk->name, mode & 07777) < 0 ? -errno : 0;
	r = openat(walk_directory(walk), walk->name, flags, mode & 07777);
	if (r < 0)
		return -errno;
	fd_close(r);
	return 0;
}

/* As walk_look, but when nothing has that name it is made, unless the mode is 0. */
static int walk_look_or_make(const struct walk *walk, mode_t mode, struct stat *ret)
{
	int fd = walk_look(walk, ret), i, r;

	/*
	 * Somebody may make it first, or remove it before we look again. What we find then is
	 * treated like anything found on the way: it need not be what we made.
	 */
	for (i = 0; i < MAKE_TRIES && fd == -ENOENT && mode; i++) {
		r = walk_make(walk, mode);
		if (r < 0 && r != -EEXIST)
			return r;
		fd = walk_look(walk, ret);
	}
	return fd;
}

/* Goes through a name that has something behind it: a directory, or a link to one. */
static int walk_enter(struct walk *walk)
{
	struct stat st = { 0 };
	fd_auto int fd = walk_look_or_make(walk, walk->rules.directories, &st);

	if (fd < 0)
		return fd;
	if (S_ISLNK(st.st_mode))
		return walk_follow(walk, fd);
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (walk->depth + 1 == WALK_DEPTH)
		return -ENAMETOOLONG;
	walk->fds[++walk->depth] = fd_take(&fd);
	return 0;
}

/* Takes the next name off the path: 1, or 0 when there is none. */
static int walk_next(struct walk *walk)
{
	size_t length;

	walk->at += strspn(walk->at, "/");
	length = strcspn(walk->at, "/");
	if (length >= sizeof(walk->name))
		return -ENAMETOOLONG;
	memcpy(walk->name, walk->at, length);
	walk->name[length] = '\0';
	walk->at += length;
	return length > 0;
}

/*
 * Walks up to the last name, which is one without a slash behind it: the current name then, not
 * looked at yet. That is "." when the path is the directory that has been reached.
 */
static int walk_parents(struct walk *walk)
{
	int r;

	while ((r = walk_next(walk)) > 0) {
		if (strcmp(walk->name, ".") == 0)
			continue;
		if (strcmp(walk->name, "..") == 0) {
			walk_up(walk, walk->depth ? walk->depth - 1 : 0);
			continue;
		}
		if (!*walk->at)
			return 0;
		r = walk_enter(walk);
		if (r < 0)
			return r;
	}
	memcpy(walk->name, ".", 2);
	return r;
}

static int walk_begin(struct walk *walk, int root_fd, const char *path)
{
	size_t length = strlen(path);

	walk->depth = 0;
	walk->links = 0;
	walk->fds[0] = root_fd;
	if (length == 0)
		return -ENOENT;
	if (length >= PATH_MAX)
		return -ENAMETOOLONG;
	walk->at = memcpy(walk->text + WALK_TEXT_SIZE - length - 1, path, length + 1);
	return 0;
}

int walk_path(struct walk *walk, int root_fd, const char *path, struct stat *ret)
{
	int r = walk_begin(walk, root_fd, path);

	while (r == 0) {
		fd_auto int fd = -EBADF;

		r = walk_parents(walk);
		if (r < 0)
			break;
		fd = walk_look_or_make(walk, walk->rules.last, ret);
		if (fd < 0 || !S_ISLNK(ret->st_mode) || walk->rules.keeps_last_link)
			return fd < 0 ? fd : fd_take(&fd);
		r = walk_follow(walk, fd);
	}
	return r;
}
