/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path beneath a root, walked name by name: what sys/inroot does where openat2(2) cannot be used,
 * and always where something has to be made on the way. Only sys/inroot uses it.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "sys/inroot.h"

enum { WALK_DEPTH = 256, WALK_LINKS = 40, WALK_TEXT_SIZE = 2 * PATH_MAX };

/* What the caller wants. */
struct walk_rules {
	bool has_no_links;    /* every symbolic link is -ELOOP, the last name too */
	bool keeps_last_link; /* a symbolic link as the last name is not followed */
	mode_t directories;   /* of those made on the way, with S_IFDIR; 0: none is made */
	mode_t last;          /* of the last name if nothing is there, with S_IFDIR or S_IFREG; 0 */
};

struct walk {
	struct walk_rules rules;
	unsigned depth, links;
	const char *at;              /* what is left of the path, in text */
	char name[INROOT_NAME_SIZE]; /* the current name, "." for the current directory */
	char text[WALK_TEXT_SIZE]; /* links are put in front of what is left: it lies at the end */
	int fds[WALK_DEPTH]; /* the root, not ours, and the directories down to the current one */
};

/*
 * Walks the path and returns an O_PATH descriptor of what it leads to, which *ret describes, or
 * -errno: -ENOENT also for an empty path, -ENAMETOOLONG for one too long or deeper than WALK_DEPTH
 * directories. Afterwards, the walk has reached walk_directory, which the walk owns, and what was
 * opened is walk->name in it. walk_end must be called whatever came of it.
 */
int walk_path(struct walk *walk, int root_fd, const char *path, struct stat *ret);
int walk_directory(const struct walk *walk);
void walk_end(struct walk *walk);
