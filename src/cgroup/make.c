/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a cgroup's directory so that it can be used: with its controllers on v2, with processors
 * and memory nodes on the v1 cpuset. Directories between the hierarchy's root and the container's
 * are shared with other containers, whose makers and removers run at the same time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cgroup/operations.h"
#include "cgroup/owner.h"
#include "sys/cgroupfs.h"

/*
 * How often a directory above may vanish between being made and being used; each time, a container
 * that shared it has come and gone.
 */
enum { ATTEMPTS = 64, VALUE_SIZE = 4096 };

/* The directory above a path; false at the hierarchy's root. */
static bool path_above(const struct cgroup_make *args, const char *path, char above[PATH_MAX])
{
	size_t length = (size_t)(strrchr(path, '/') - path);

	if (length < strlen(args->mount) || length >= PATH_MAX)
		return false;
	memcpy(above, path, length);
	above[length] = '\0';
	return true;
}

static int read_file(const char *directory, const char *file, char value[VALUE_SIZE])
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", directory, file);

	if (length >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return cgroupfs_read(AT_FDCWD, path, value, VALUE_SIZE);
}

static int write_file(const char *directory, const char *file, const char *value)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", directory, file);

	if (length >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return cgroupfs_write(AT_FDCWD, path, value);
}

/* Takes the next word of a list; false at its end. */
static bool next_word(const char **list, char *word, size_t size)
{
	size_t length;

	*list += strspn(*list, " ");
	length = strcspn(*list, " ");
	if (length == 0 || length >= size)
		return false;
	memcpy(word, *list, length);
	word[length] = '\0';
	*list += length;
	return true;
}

/* "+cpu +pids": those of the list that the directory does not pass on yet. */
static void missing_controllers(const char *wanted, const char *enabled, struct strbuf *ret)
{
	char word[32];

	while (next_word(&wanted, word, sizeof(word)))
		if (!cgroupfs_list_has(enabled, ' ', word))
			strbuf_add_format(ret, "%s+%s", ret->length ? " " : "", word);
}

static int needed_failed(const struct cgroup_make *args, const char *directory, const char *name,
			 int code, struct error *err)
{
	error_errno(err, code, "controller %s is not available below cgroup %s", name, directory);
	if (code == EBUSY)
		error_hint(err, "a cgroup that holds processes passes on no controllers; choose "
				"another linux.cgroupsPath");
	return error_at(err, "%s", args->needed_by);
}

/* One by one: those that are only wanted may fail, as where processes are in the directory. */
static int enable_each(const struct cgroup_make *args, const char *directory, const char *missing,
		       struct error *err)
{
	char word[32];

	while (next_word(&missing, word, sizeof(word))) {
		int r = write_file(directory, "cgroup.subtree_control", word);

		if (r < 0 && cgroupfs_list_has(args->needed, ' ', word + 1))
			return needed_failed(args, directory, word + 1, -r, err);
	}
	return 0;
}

/*
 * Lets a v2 directory pass its controllers on. What is enabled is read first, because a write waits
 * until all cgroups removed below are gone for good.
 */
static int enable_controllers(const struct cgroup_make *args, const char *directory,
			      struct error *err)
{
	char enabled[VALUE_SIZE], list[VALUE_SIZE], above[PATH_MAX];
	struct strbuf missing;
	int r = read_file(directory, "cgroup.subtree_control", enabled);

	if (r < 0)
		return error_errno(err, -r, "read %s/cgroup.subtree_control", directory);
	strbuf_init_fixed(&missing, list, sizeof(list));
	missing_controllers(args->wanted, enabled, &missing);
	if (missing.length == 0 || write_file(directory, "cgroup.subtree_control", list) == 0)
		return 0;
	/* It can pass on only what it was given. */
	if (path_above(args, directory, above)) {
		r = enable_controllers(args, above, err);
		if (r < 0)
			return r;
	}
	return enable_each(args, directory, list, err);
}

static bool is_empty_value(const char *value)
{
	return value[0] == '\0' || value[0] == '\n';
}

/* What is set already, in a directory that was found, stays. */
static int inherit_value(const struct cgroup_make *args, const char *path, const char *file,
			 struct error *err)
{
	char value[VALUE_SIZE], above[PATH_MAX];
	int r;

	if (!path_above(args, path, above) ||
	    (args->is_found && read_file(path, file, value) >= 0 && !is_empty_value(value)))
		return 0;
	r = read_file(above, file, value);
	/* Somebody has made the directory above and not filled it. */
	if (r >= 0 && is_empty_value(value)) {
		r = inherit_value(args, above, file, err);
		if (r < 0)
			return r;
		r = read_file(above, file, value);
	}
	if (r < 0)
		return error_errno(err, -r, "read %s/%s", above, file);
	r = write_file(path, file, value);
	if (r < 0)
		return error_errno(err, -r, "write %s/%s", path, file);
	return 0;
}

static int inherit_cpuset(const struct cgroup_make *args, const char *path, struct error *err)
{
	int r = inherit_value(args, path, "cpuset.cpus", err);

	return r < 0 ? r : inherit_value(args, path, "cpuset.mems", err);
}

/* Those above the container's own directory have no owner. */
static int claim(const struct cgroup_make *args, const char *path, struct error *err)
{
	int r = args->owner && path == args->path ? cgroup_owner_set(path, args->owner) : 0;

	if (r == -EEXIST) {
		error_set(err, EBUSY, "cgroup %s is another container's already", path);
		return error_hint(err, "choose another linux.cgroupsPath, or remove the cgroup if "
				       "that container is gone");
	}
	return r < 0 ? error_errno(err, -r, "mark cgroup %s", path) : 0;
}

static int make_one(const struct cgroup_make *args, const char *path, struct error *err)
{
	char above[PATH_MAX];
	int r;

	if (args->is_v2 && path_above(args, path, above)) {
		r = enable_controllers(args, above, err);
		if (r < 0)
			return r;
	}
	if (mkdir(path, 0755) < 0)
		return error_errno(err, errno, "make cgroup %s", path);
	r = claim(args, path, err);
	if (r == 0 && args->inherits_cpuset)
		r = inherit_cpuset(args, path, err);
	if (r < 0)
		rmdir(path); /* a step that fails is not undone: it leaves nothing itself */
	return r;
}

/* A directory that others may make and remove as well: one after the other from the top. */
static int make_shared(const struct cgroup_make *args, const char *path, struct error *err)
{
	char above[PATH_MAX];
	size_t top = strlen(args->mount), length = strlen(path);
	int r = 0;

	for (size_t at = top + 1; r == 0 && at <= length; at++) {
		if (path[at] != '/' && path[at] != '\0')
			continue;
		if (at >= sizeof(above))
			return error_set(err, ENAMETOOLONG, "cgroup path %s is too long", path);
		memcpy(above, path, at);
		above[at] = '\0';
		r = make_one(args, above, err);
		if (r == -EEXIST)
			r = 0;
	}
	return r;
}

/* Makes the directory; again with those above it as often as one of them vanishes under it. */
static int make_directory(const struct cgroup_make *args, struct error *err)
{
	char above[PATH_MAX];
	int r = make_one(args, args->path, err);

	for (int i = 0; cgroupfs_is_gone(-r) && i < ATTEMPTS; i++) {
		if (!path_above(args, args->path, above))
			return r;
		r = make_shared(args, above, err);
		if (r == 0)
			r = make_one(args, args->path, err);
	}
	return r;
}

/* Its processes are ended when the container is: there must be none yet. */
static int check_empty(const struct cgroup_make *args, struct error *err)
{
	char value[VALUE_SIZE];
	bool is_populated;

	if (args->is_v2)
		is_populated = read_file(args->path, "cgroup.events", value) < 0 ||
			       cgroupfs_keyed(value, "populated") != 0;
	else
		is_populated = cgroupfs_is_populated(args->path);
	if (is_populated)
		return error_set(err, EBUSY, "cgroup %s is no longer empty, or gone", args->path);
	return 0;
}

/* One that was there must still be as it was, and nobody's. */
static int take_found(const struct cgroup_make *args, struct error *err)
{
	char above[PATH_MAX];
	int r = 0;

	if (args->is_v2 && path_above(args, args->path, above))
		r = enable_controllers(args, above, err);
	if (r == 0)
		r = claim(args, args->path, err);
	if (r < 0)
		return r;
	r = check_empty(args, err);
	if (r == 0 && args->inherits_cpuset)
		r = inherit_cpuset(args, args->path, err);
	if (r < 0 && args->owner)
		cgroup_owner_clear(args->path);
	return r;
}

/*
 * Trust: the path lies below a hierarchy's root that was verified, and has no "..". Directories of
 * a cgroup file system are made by privileged processes only, and a container that could be given
 * one above ours is itself privileged over it. What was absent when it was planned is made by this
 * very mkdir or fails. The undo, which ends the processes in it, may come when the path has become
 * somebody else's: so the directory is marked, and the mark looked at first.
 */
int cgroup_make_apply(const struct cgroup_make *args, struct slots *slots, struct error *err)
{
	struct error failure = { 0 };
	int r;

	(void)slots;
	r = args->is_found ? take_found(args, &failure) : make_directory(args, &failure);
	if (r == 0 || (r == -EEXIST && !args->is_exclusive))
		return 0;
	*err = failure;
	return r;
}

void cgroup_make_describe(const struct cgroup_make *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	if (args->wanted[0])
		describe_string(d, "controllers", args->wanted);
	describe_bool(d, "exclusive", args->is_exclusive);
	describe_bool(d, "found-empty", args->is_found);
	describe_bool(d, "inherits-cpuset", args->inherits_cpuset);
}
