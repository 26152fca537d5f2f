/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a cgroup's directory is: an extended attribute says it, for a path alone may be another
 * container's by the time it is looked at. A directory made by this runtime that has none was left
 * by a creator that was killed at once, or is of somebody else. Only cgroup/make and cgroup/remove
 * use it; it does not know what an owner's text means.
 */
#pragma once

/*
 * Writes the owner's text: -EEXIST when the directory has an owner, or -errno. A kernel that keeps
 * no such attributes there is no error: then nobody has an owner.
 */
int cgroup_owner_set(const char *path, const char *owner);

enum cgroup_owner {
	CGROUP_OWNER_OTHER, /* or the directory is gone */
	CGROUP_OWNER_NONE,
	CGROUP_OWNER_SAME, /* also where no attributes are kept */
};

/* One of the above, or -errno. */
int cgroup_owner_compare(const char *path, const char *owner);

/* Takes the owner's text away; 0 when there is none, or -errno. */
int cgroup_owner_clear(const char *path);
