/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state directory of a container, STATE/ID: made, opened, locked, removed. Always by
 * descriptors; what lies in it is nobody else's business than the runtime's (mode 0700).
 *
 * The directory is the container: it exists as long as the container does, and its lock (flock on
 * the directory itself) belongs to whoever changes it.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

struct statedir {
	int root_fd; /* STATE */
	int fd;      /* STATE/ID */
	const char *id;
	bool is_mine; /* the lock is held through fd: asking who has it would give it away */
};

/* Closes the descriptors, and with them the lock. */
void statedir_close(struct statedir *dir);

#define statedir_auto __attribute__((cleanup(statedir_close)))
#define STATEDIR_NONE                           \
	{                                       \
		.root_fd = -EBADF, .fd = -EBADF \
	}

/* Opens STATE; -ENOENT, with an error, when it does not exist. It must belong to the caller. */
int statedir_open_root(const char *root, int *ret_fd, struct error *err);

/* -EEXIST when the id is taken already: what the caller should hear before anything else. */
int statedir_check_new(const char *root, const char *id, struct error *err);

/* Makes and locks a new one, STATE too if need be; -EEXIST when the id is taken. */
int statedir_make(const char *root, const char *id, struct statedir *ret, struct error *err);

/* Removes what a make that was killed has left under a name that is no id, if anything. */
void statedir_remove_draft(const char *root, const char *id);

/* Opens an existing one; -ENOENT: "container "x" does not exist". */
int statedir_open(const char *root, const char *id, struct statedir *ret, struct error *err);

/*
 * Locks it. -EBUSY when another verb is changing the container; -ENOENT when it has been removed,
 * or replaced by another of that name, meanwhile.
 */
int statedir_lock(struct statedir *dir, struct error *err);

/* Whether somebody holds the lock. */
bool statedir_is_locked(const struct statedir *dir);

/* The same, but waits, for a second at most, while another verb has it. */
int statedir_lock_soon(struct statedir *dir, struct error *err);

/* Lets the lock go, as far as this process is concerned. */
void statedir_unlock(struct statedir *dir);

/* Removes it with all that is in it, the record last. To be called with the lock held. */
int statedir_remove(const struct statedir *dir, struct error *err);
