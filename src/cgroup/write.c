/* SPDX-License-Identifier: Apache-2.0 */
/* One value into one file of the container's cgroup. */
#include <errno.h>
#include <fcntl.h>

#include "cgroup/operations.h"
#include "sys/cgroupfs.h"

/* What a user can do about it; NULL when nothing is known. */
static const char *advice(int code)
{
	switch (code) {
	case ENOENT:
	case EOPNOTSUPP:
		return "this kernel has no such limit, or nothing that it could limit";
	case EINVAL:
	case ERANGE:
		return "the kernel does not take this value: see the limits of the cgroups above";
	case ENODEV:
	case ENXIO:
		return "there is no such device on this host";
	case EBUSY:
		return "more than that is in use";
	case EACCES:
	case EPERM:
		return "this file is not for writing, or not for this user";
	default:
		return NULL;
	}
}

/*
 * Trust: the directory was made, or checked to be empty, by this plan, and nothing of the container
 * runs there but our own code; the file's name is a constant of the table of resources, or was
 * checked to be a plain name. Files of a cgroup are the kernel's: nobody can put a link there.
 */
int cgroup_write_apply(const struct cgroup_write *args, struct slots *slots, struct error *err)
{
	const char *path = args->path, *value = args->value, *hint;
	int r = cgroupfs_write(AT_FDCWD, path, value);

	(void)slots;
	if (r == -ENOENT && args->other_path) {
		path = args->other_path;
		value = args->other_value;
		r = cgroupfs_write(AT_FDCWD, path, value);
	}
	if (r == 0 || (r == -ENOENT && args->may_be_absent))
		return 0;
	error_errno(err, -r, "write \"%s\" to %s", value, path);
	hint = advice(-r);
	return hint ? error_hint(err, "%s", hint) : r;
}

void cgroup_write_describe(const struct cgroup_write *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "value", args->value);
	if (args->other_path) {
		describe_string(d, "or-path", args->other_path);
		describe_string(d, "or-value", args->other_value);
	}
	describe_bool(d, "may-be-absent", args->may_be_absent);
}
