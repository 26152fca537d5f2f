/* SPDX-License-Identifier: Apache-2.0 */
/* State directories; see the header. */
#include "container/statedir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "container/record.h"
#include "engine/start_message.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

enum { ROOT_MODE = 0700, ID_MODE = 0700, OTHERS_WRITE = 0022 };
enum { SOON_TRIES = 100, SOON_PAUSE_MS = 10 };
enum { DRAFT_TRIES = 200, DRAFT_PAUSE_MS = 1 };

#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW)

void statedir_close(struct statedir *dir)
{
	dir->fd = fd_close(dir->fd);
	dir->root_fd = fd_close(dir->root_fd);
}

/* Gives the descriptors away, and the lock with them. */
static struct statedir take(struct statedir *dir)
{
	struct statedir taken = *dir;

	*dir = (struct statedir)STATEDIR_NONE;
	return taken;
}

/* --- STATE --- */

static int check_owner(int fd, const char *root, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_errno(err, errno, "look at the state directory %s", root);
	if (st.st_uid != geteuid())
		error_set(err, EPERM, "the state directory %s belongs to user %u", root, st.st_uid);
	else if (st.st_mode & OTHERS_WRITE)
		error_set(err, EPERM, "others may write to the state directory %s", root);
	else
		return 0;
	return error_hint(err, "choose another one with --root");
}

/* The default is root's, and others' only by XDG_RUNTIME_DIR. */
static int no_access(int code, struct error *err)
{
	if (code == EACCES || code == EPERM || code == EROFS)
		error_hint(err, "name a directory of your own with --root, or by XDG_RUNTIME_DIR");
	return -code;
}

int statedir_open_root(const char *root, int *ret_fd, struct error *err)
{
	fd_auto int fd = openat(AT_FDCWD, root, OPEN_FLAGS | O_CLOEXEC);
	int r;

	if (fd < 0)
		return no_access(-error_errno(err, errno, "open the state directory %s", root),
				 err);
	r = check_owner(fd, root, err);
	if (r < 0)
		return r;
	*ret_fd = fd_take(&fd);
	return 0;
}

/*
 * mkdir -p, all 0700: nobody else has business below it. The sticky bit keeps those who tidy
 * XDG_RUNTIME_DIR up from what has not been used for hours (XDG Base Directory Specification).
 */
static int make_path(const char *root, struct error *err)
{
	size_t length = strlen(root);
	char path[PATH_MAX];

	if (length >= sizeof(path))
		return error_errno(err, ENAMETOOLONG, "make the state directory %s", root);
	memcpy(path, root, length + 1);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, ROOT_MODE) < 0 && errno != EEXIST)
			return no_access(
				-error_errno(err, errno, "make %s for the state directory", path),
				err);
		*slash = '/';
	}
	if (mkdir(path, S_ISVTX | ROOT_MODE) < 0 && errno != EEXIST)
		return no_access(-error_errno(err, errno, "make the state directory %s", root),
				 err);
	return 0;
}

static int make_root(const char *root, int *ret_fd, struct error *err)
{
	int r = access(root, F_OK) < 0 ? make_path(root, err) : 0;

	return r < 0 ? r : statedir_open_root(root, ret_fd, err);
}

/* --- STATE/ID --- */

/* A name may be another directory's by now: delete and create came between open and lock. */
static bool is_named(const struct statedir *dir, const char *name)
{
	struct stat named, opened;

	return fstatat(dir->root_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(dir->fd, &opened) == 0 && named.st_dev == opened.st_dev &&
	       named.st_ino == opened.st_ino;
}

static int lost(struct statedir *dir, struct error *err)
{
	statedir_unlock(dir);
	return error_set(err, ENOENT, "container \"%s\" does not exist", dir->id);
}

int statedir_check_new(const char *root, const char *id, struct error *err)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", root, id);

	if (length < (int)sizeof(path) && access(path, F_OK) == 0)
		return error_set(err, EEXIST, "container \"%s\" already exists", id);
	return 0;
}

/* --- its beginning --- */

/*
 * A new directory has a draft's name, which is no id, until it is locked: under its id nobody ever
 * sees one that has no owner yet, nor takes another's for his own. A draft belongs to whoever locks
 * it, and its name is taken away by the owner only; so one whose maker was killed is used by the
 * next, or removed by delete. Of ids that are too long for one more letter some share a draft.
 */
struct draft_name {
	char text[NAME_MAX + 1];
};

static struct draft_name draft_name(const char *id)
{
	struct draft_name name;

	snprintf(name.text, sizeof(name.text), "~%s", id);
	return name;
}

/* -ENOENT when its name has gone. */
static int open_draft(struct statedir *dir, const char *name)
{
	dir->fd = openat(dir->root_fd, name, OPEN_FLAGS | O_CLOEXEC);
	if (dir->fd < 0)
		return -errno;
	if (flock(dir->fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return is_named(dir, name) ? 0 : -ENOENT;
}

/* -ENOENT or -EWOULDBLOCK when somebody else is at it: it is to be tried again. */
static int try_make(struct statedir *dir, const char *name)
{
	int r;

	if (mkdirat(dir->root_fd, name, ID_MODE) < 0 && errno != EEXIST)
		return -errno;
	r = open_draft(dir, name);
	if (r == 0) {
		r = sys_renameat2(dir->root_fd, name, dir->root_fd, dir->id,
				  KERNEL_RENAME_NOREPLACE);
		if (r < 0)
			unlinkat(dir->root_fd, name, AT_REMOVEDIR);
	}
	if (r < 0)
		dir->fd = fd_close(dir->fd);
	return r;
}

/* As long as another has the draft, but no longer than it takes to make or remove one. */
static int make_draft(struct statedir *dir)
{
	const struct timespec pause = { .tv_nsec = DRAFT_PAUSE_MS * 1000000L };
	struct draft_name name = draft_name(dir->id);
	int r = try_make(dir, name.text);

	for (int i = 0; (r == -EWOULDBLOCK || r == -ENOENT) && i < DRAFT_TRIES; i++) {
		if (r == -EWOULDBLOCK)
			nanosleep(&pause, NULL);
		r = try_make(dir, name.text);
	}
	return r == -EWOULDBLOCK || r == -ENOENT ? -EEXIST : r;
}

int statedir_make(const char *root, const char *id, struct statedir *ret, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	int r = make_root(root, &dir.root_fd, err);

	if (r < 0)
		return r;
	dir.id = id;
	r = make_draft(&dir);
	if (r == -EEXIST)
		return error_set(err, EEXIST, "container \"%s\" already exists", id);
	if (r < 0)
		return error_errno(err, -r, "make the state directory %s/%s", root, id);
	dir.is_mine = true;
	*ret = take(&dir);
	return 0;
}

void statedir_remove_draft(const char *root, const char *id)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	struct draft_name name = draft_name(id);
	struct error unread = { 0 };

	if (statedir_open_root(root, &dir.root_fd, &unread) == 0 &&
	    open_draft(&dir, name.text) == 0)
		unlinkat(dir.root_fd, name.text, AT_REMOVEDIR);
}

/* --- one that is there --- */

int statedir_open(const char *root, const char *id, struct statedir *ret, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	int r = statedir_open_root(root, &dir.root_fd, err);

	dir.id = id;
	if (r == 0)
		dir.fd = openat(dir.root_fd, id, OPEN_FLAGS | O_CLOEXEC);
	if (r == -ENOENT || (r == 0 && dir.fd < 0 && errno == ENOENT))
		return error_set(err, ENOENT, "container \"%s\" does not exist", id);
	if (r < 0)
		return r;
	if (dir.fd < 0)
		return error_errno(err, errno, "open the state directory of \"%s\"", id);
	*ret = take(&dir);
	return 0;
}

int statedir_lock(struct statedir *dir, struct error *err)
{
	if (flock(dir->fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return error_set(err, EBUSY,
					 "container \"%s\" is being changed by another command",
					 dir->id);
		return error_errno(err, errno, "lock the state directory of \"%s\"", dir->id);
	}
	dir->is_mine = true;
	return is_named(dir, dir->id) ? 0 : lost(dir, err);
}

bool statedir_is_locked(const struct statedir *dir)
{
	if (flock(dir->fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(dir->fd, LOCK_UN);
	return false;
}

int statedir_lock_soon(struct statedir *dir, struct error *err)
{
	const struct timespec pause = { .tv_nsec = SOON_PAUSE_MS * 1000000L };
	int r = statedir_lock(dir, err);

	for (int i = 0; r == -EBUSY && i < SOON_TRIES; i++) {
		nanosleep(&pause, NULL);
		*err = (struct error){ 0 };
		r = statedir_lock(dir, err);
	}
	return r;
}

void statedir_unlock(struct statedir *dir)
{
	dir->is_mine = false;
	flock(dir->fd, LOCK_UN);
}

/* --- removal --- */

/* What is always there, without reading the directory. */
static int remove_known(int fd)
{
	static const char names[][12] = { CONFIG_NAME, START_SOCKET_NAME, START_WAITING_NAME };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlinkat(fd, names[i], 0) < 0 && errno != ENOENT)
			return -errno;
	return 0;
}

/*
 * Whether nothing but the record is left, as far as one system call tells. Cheaper than reading the
 * directory to its end with memory of libc's.
 */
static bool has_only_record(int fd)
{
	_Alignas(struct kernel_dirent) char buffer[512];
	int length = lseek(fd, 0, SEEK_SET) < 0 ? -1 : sys_getdents(fd, buffer, sizeof(buffer));

	for (int at = 0; at < length;) {
		const struct kernel_dirent *entry = (const void *)(buffer + at);
		const char *name = entry->name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    strcmp(name, RECORD_NAME) != 0)
			return false;
		at += entry->length;
	}
	return length > 0;
}

/* What a runtime that was killed has left besides: temporary files. */
static int remove_entries(int fd)
{
	int copy_fd = openat(fd, ".", OPEN_FLAGS | O_CLOEXEC);
	DIR *entries = copy_fd < 0 ? NULL : fdopendir(copy_fd);
	struct dirent *entry;
	int r = 0;

	if (!entries) {
		r = -errno;
		fd_close(copy_fd);
		return r;
	}
	while (r == 0 && (entry = readdir(entries))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    strcmp(name, RECORD_NAME) == 0)
			continue;
		if (unlinkat(fd, name, 0) < 0 && errno != ENOENT)
			r = -errno;
	}
	closedir(entries);
	return r;
}

/* The record goes last, so that a removal that was broken off can be taken up again. */
static int remove_rest(const struct statedir *dir)
{
	int r = 0;

	if (unlinkat(dir->fd, RECORD_NAME, 0) < 0 && errno != ENOENT)
		r = -errno;
	if (r == 0 && unlinkat(dir->root_fd, dir->id, AT_REMOVEDIR) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

int statedir_remove(const struct statedir *dir, struct error *err)
{
	int r = remove_known(dir->fd);

	if (r == 0 && !has_only_record(dir->fd))
		r = remove_entries(dir->fd);
	if (r == 0)
		r = remove_rest(dir);
	return r < 0 ? error_errno(err, -r, "remove the state directory of \"%s\"", dir->id) : 0;
}
