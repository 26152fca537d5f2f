/* SPDX-License-Identifier: Apache-2.0 */
/* All mounts below one; see the header. */
#include "sys/mounttree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/mountid.h"
#include "sys/procfd.h"
#include "sys/resolve.h"

enum {
	LINE_SIZE = 2 * PATH_MAX,
	ATTEMPTS = 16,
	NOBODY = 65534, /* shown for an owner without an id in this user namespace */
};

/* One line of mountinfo; the path is in the reader's memory. */
struct line {
	uint64_t id, parent;
	char *path;
};

struct reader {
	int fd;
	size_t start, end;
	char text[LINE_SIZE];
};

struct tree {
	size_t n;
	uint64_t id[MOUNTTREE_MAX], parent[MOUNTTREE_MAX];
	char top_path[PATH_MAX];
};

/* --- mountinfo --- */

/* "\040" is a blank: proc(5) */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /path options...": the fields that matter are 1, 2 and 5. */
static int parse(char *text, struct line *ret)
{
	char *end;

	ret->id = strtoull(text, &end, 10);
	ret->parent = strtoull(end, &end, 10);
	for (int blanks = 0; blanks < 2 && end; blanks++)
		end = strchr(end + 1, ' ');
	if (!end)
		return -EIO;
	ret->path = end + 1;
	end = strchr(ret->path, ' ');
	if (!end)
		return -EIO;
	*end = '\0';
	unescape(ret->path);
	return 1;
}

/* 1 and a line, 0 at the end, or -errno. */
static int read_line(struct reader *r, struct line *ret)
{
	for (;;) {
		char *line = r->text + r->start;
		char *newline = memchr(line, '\n', r->end - r->start);
		ssize_t n;

		if (newline) {
			*newline = '\0';
			r->start = (size_t)(newline + 1 - r->text);
			return parse(line, ret);
		}
		memmove(r->text, line, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
		if (r->end == sizeof(r->text))
			return -E2BIG;
		n = read(r->fd, r->text + r->end, sizeof(r->text) - r->end);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r->end += (size_t)n;
	}
}

static int rewind_to_start(struct reader *r)
{
	r->start = r->end = 0;
	return lseek(r->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* --- which mounts are in the tree --- */

static ptrdiff_t find(const struct tree *tree, uint64_t id)
{
	for (size_t i = 0; i < tree->n; i++)
		if (tree->id[i] == id)
			return (ptrdiff_t)i;
	return -1;
}

/* The first one must be the top, whose line gives the path that the others' begin with. */
static int take_line(struct tree *tree, const struct line *line)
{
	if (line->id == tree->id[0]) {
		if (strlen(line->path) >= sizeof(tree->top_path))
			return -ENAMETOOLONG;
		memcpy(tree->top_path, line->path, strlen(line->path) + 1);
		return 0;
	}
	if (find(tree, line->parent) < 0 || find(tree, line->id) >= 0)
		return 0;
	if (tree->n == MOUNTTREE_MAX)
		return -E2BIG;
	tree->id[tree->n] = line->id;
	tree->parent[tree->n++] = line->parent;
	return 0;
}

/* Nothing says that a parent's line comes before those of its children: until nothing is new. */
static int collect(struct reader *reader, uint64_t top, struct tree *tree)
{
	size_t before;

	tree->n = 1;
	tree->id[0] = top;
	tree->parent[0] = 0;
	tree->top_path[0] = '\0';
	do {
		struct line line = { 0 };
		int r = rewind_to_start(reader);

		before = tree->n;
		while (r == 0 && (r = read_line(reader, &line)) == 1)
			r = take_line(tree, &line);
		if (r < 0)
			return r;
	} while (tree->n != before);
	return tree->top_path[0] ? 0 : -EINVAL;
}

/* --- opening them --- */

/* Whether `id` is where it is because it lies on `below`, or on what does. */
static bool lies_on(const struct tree *tree, uint64_t id, uint64_t below)
{
	ptrdiff_t at = find(tree, id);

	while (at > 0) {
		if (tree->parent[at] == below)
			return true;
		at = find(tree, tree->parent[at]);
	}
	return false;
}

static const char *relative(const struct tree *tree, const char *path)
{
	size_t length = strlen(tree->top_path);

	if (strcmp(tree->top_path, "/") == 0)
		length = 0;
	if (strncmp(path, tree->top_path, length) != 0 || (path[length] && path[length] != '/'))
		return NULL;
	path += length;
	while (*path == '/')
		path++;
	return *path ? path : ".";
}

static int open_below(int top_fd, const char *path)
{
	return resolve_open(top_fd, path, O_PATH | O_NOFOLLOW,
			    KERNEL_RESOLVE_BENEATH | KERNEL_RESOLVE_NO_MAGICLINKS |
				    KERNEL_RESOLVE_NO_SYMLINKS);
}

/*
 * Of a path on which permission was denied: whether the directory that denies it is its owner's
 * only, and the owner nobody of this user namespace.
 */
static bool is_closed(int top_fd, const char *path)
{
	fd_auto int fd = -EACCES;
	char above[PATH_MAX];
	struct stat st;

	if (snprintf(above, sizeof(above), "./%s", path) >= (int)sizeof(above))
		return false;
	while (fd == -EACCES && strrchr(above, '/')) {
		*strrchr(above, '/') = '\0';
		fd = open_below(top_fd, above);
	}
	return fd >= 0 && fstat(fd, &st) == 0 && !(st.st_mode & 077) && st.st_uid == NOBODY;
}

/* A descriptor of the line's mount; -ENOENT: nobody can get there; -EAGAIN: not found there. */
static int open_line(const struct tree *tree, int top_fd, const struct line *line)
{
	const char *path = relative(tree, line->path);
	fd_auto int fd = -EBADF;
	uint64_t found;

	if (!path)
		return -EAGAIN;
	fd = open_below(top_fd, path);
	if (fd == -EACCES && is_closed(top_fd, path))
		return -ENOENT;
	if (fd < 0)
		return fd == -ENOENT || fd == -ELOOP || fd == -ENOTDIR ? -EAGAIN : fd;
	found = mountid_of(fd);
	if (found == line->id)
		return fd_take(&fd);
	return lies_on(tree, found, line->id) ? -ENOENT : -EAGAIN;
}

static int visit_all(struct reader *reader, const struct tree *tree, int top_fd,
		     mounttree_visit visit, const void *context)
{
	struct line line = { 0 };
	size_t seen = 1;
	int r = rewind_to_start(reader);

	while (r == 0 && (r = read_line(reader, &line)) == 1) {
		fd_auto int fd = -EBADF;

		r = 0;
		if (find(tree, line.id) <= 0)
			continue;
		seen++;
		fd = open_line(tree, top_fd, &line);
		if (fd >= 0)
			r = visit(fd, context);
		else if (fd != -ENOENT)
			r = fd;
	}
	if (r < 0)
		return r;
	return seen == tree->n ? 0 : -EAGAIN;
}

int mounttree_each(int top_fd, mounttree_visit visit, const void *context)
{
	uint64_t top = mountid_of(top_fd);
	fd_auto int proc_fd = procfd_open();
	struct reader reader = { .fd = -EBADF };
	fd_auto int info_fd = -EBADF;
	struct tree tree;
	int r = -EAGAIN;

	if (!top)
		return -ENOSYS;
	if (proc_fd < 0)
		return proc_fd;
	info_fd = procfd_open_file(proc_fd, "self/mountinfo", O_RDONLY);
	if (info_fd < 0)
		return info_fd;
	reader.fd = info_fd;
	for (int i = 0; i < ATTEMPTS && r == -EAGAIN; i++) {
		r = collect(&reader, top, &tree);
		if (r == 0)
			r = visit_all(&reader, &tree, top_fd, visit, context);
	}
	return r;
}
