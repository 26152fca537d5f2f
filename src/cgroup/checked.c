/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a path from a record is a cgroup that may be ended; see the header. */
#include "cgroup/checked.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "sys/cgroupfs.h"

static int refuse(const char *path, const char *why, struct error *err)
{
	return error_set(err, EINVAL, "\"%s\" %s", path, why);
}

/* Below the top, and every name a plain one. */
static bool is_plain(const char *path)
{
	const char *top = CGROUPFS_TOP "/";

	if (strlen(path) >= PATH_MAX || strncmp(path, top, strlen(top)) != 0)
		return false;
	for (path += strlen(top);; path++) {
		size_t length = strcspn(path, "/");

		if (length == 0 || (length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += length;
		if (*path == '\0')
			return true;
	}
}

int cgroup_check(const char *path, struct error *err)
{
	int version;

	if (!is_plain(path))
		return refuse(path, "is not a path below " CGROUPFS_TOP, err);
	version = cgroupfs_version(path);
	if (version == -ENOENT || version == -ENODEV)
		return 0;
	if (version < 0)
		return error_errno(err, -version, "look at cgroup %s", path);
	return version == CGROUPFS_NONE ? refuse(path, "is not in a cgroup file system", err)
					: version;
}

/* lstat: a symbolic link (/sys/fs/cgroup/cpu) is no cgroup, whatever it leads to. */
static int check_above(const char *path, struct error *err)
{
	char above[PATH_MAX];
	struct stat here, there;

	memcpy(above, path, strlen(path) + 1);
	*strrchr(above, '/') = '\0';
	if (lstat(path, &here) < 0)
		return errno == ENOENT || errno == ENODEV
			       ? 0
			       : error_errno(err, errno, "look at cgroup %s", path);
	if (stat(above, &there) < 0)
		return error_errno(err, errno, "look at cgroup %s", above);
	if (!S_ISDIR(here.st_mode) || here.st_dev != there.st_dev)
		return refuse(path, "is the root of a cgroup file system, or no directory", err);
	return 1;
}

int cgroup_check_below(const char *path, struct error *err)
{
	int version = cgroup_check(path, err), r;

	if (version <= 0)
		return version;
	r = check_above(path, err);
	return r <= 0 ? r : version;
}
