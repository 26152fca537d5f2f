/* SPDX-License-Identifier: Apache-2.0 */
/* state and list: containers as they are now; see container.h. No locks, nothing is changed. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "container/container.h"
#include "container/record.h"
#include "container/statedir.h"
#include "container/status.h"
#include "sys/procfd.h"

enum { ID_LENGTH_MAX = 255 };

int container_check_id(const char *id, struct error *err)
{
	size_t length = strlen(id);

	if (length == 0 || length > ID_LENGTH_MAX)
		return error_set(err, EINVAL, "container id: it must have 1 to %d characters",
				 ID_LENGTH_MAX);
	for (size_t i = 0; i < length; i++) {
		char c = id[i];
		bool is_valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || strchr("_+-.", c);

		if (!is_valid)
			return error_set(err, EINVAL,
					 "container id \"%s\": only letters, digits and _ + - . "
					 "are allowed",
					 id);
	}
	if (strcmp(id, ".") == 0 || strcmp(id, "..") == 0)
		return error_set(err, EINVAL, "container id \"%s\" is not allowed", id);
	return 0;
}

/* A container whose record says nothing still has an id. */
static const struct oci_record *bare_record(struct arena *arena, const char *id)
{
	struct oci_record *record = arena_new(arena, struct oci_record);

	record->id = arena_strdup(arena, id);
	record->bundle = "";
	record->oci_version = "1.0.0";
	return record;
}

static int get_state(const struct statedir *dir, int proc_fd, struct arena *arena,
		     struct container_state *ret, struct error *err)
{
	struct status status;
	struct stat st;
	int r = status_get(dir, proc_fd, arena, &status, err);

	ret->record = status.record ? status.record : bare_record(arena, dir->id);
	ret->status = status.now;
	ret->pid = status.init_fd >= 0 ? ret->record->init->pid : 0;
	status_done(&status);
	ret->uid = fstat(dir->fd, &st) == 0 ? st.st_uid : 0;
	return r;
}

int container_get_state(const char *root, const char *id, struct arena *arena,
			struct container_state *ret, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	fd_auto int proc_fd = procfd_open();
	int r;

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = container_check_id(id, err);
	if (r == 0)
		r = statedir_open(root, id, &dir, err);
	return r == 0 ? get_state(&dir, proc_fd, arena, ret, err) : r;
}

/* --- list --- */

static int compare_states(const void *a, const void *b)
{
	const struct container_state *left = a, *right = b;

	return strcmp(left->record->id, right->record->id);
}

/* One that vanishes while we look is not listed. */
static void add_state(const char *root, const char *id, int proc_fd, struct arena *arena,
		      struct container_states *states, size_t *capacity)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	struct error unread = { 0 };

	if (statedir_open(root, id, &dir, &unread) < 0)
		return;
	states->v = arena_grow(arena, states->v, states->n, capacity, sizeof(*states->v));
	get_state(&dir, proc_fd, arena, &states->v[states->n++], &unread);
}

int container_list(const char *root, struct arena *arena, struct container_states *ret,
		   struct error *err)
{
	fd_auto int proc_fd = procfd_open();
	struct container_states states = { 0 };
	struct error no_id = { 0 };
	size_t capacity = 0;
	struct dirent *entry;
	int root_fd = -EBADF;
	DIR *entries;
	int r;

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = statedir_open_root(root, &root_fd, err);
	if (r == -ENOENT) {
		*err = (struct error){ 0 };
		*ret = states;
		return 0;
	}
	if (r < 0)
		return r;
	entries = fdopendir(root_fd);
	if (!entries)
		return error_errno(err, errno, "read the state directory %s", root);
	while ((entry = readdir(entries)))
		if (container_check_id(entry->d_name, &no_id) == 0)
			add_state(root, entry->d_name, proc_fd, arena, &states, &capacity);
	closedir(entries);
	if (states.n)
		qsort(states.v, states.n, sizeof(*states.v), compare_states);
	*ret = states;
	return 0;
}
