/* SPDX-License-Identifier: Apache-2.0 */
/* One value into one file of the container's cgroup. */
#include <fcntl.h>

#include "cgroup/operations.h"
#include "sys/cgroupfs.h"

/*
 * Trust: the directory was made, or checked to be empty, by this plan, and nothing of the container
 * runs yet; the file's name is a constant of the table of resources.
 */
int cgroup_write_apply(const struct cgroup_write *args, struct slots *slots, struct error *err)
{
	int r = cgroupfs_write(AT_FDCWD, args->path, args->value);

	(void)slots;
	if (r < 0)
		return error_errno(err, -r, "write \"%s\" to %s", args->value, args->path);
	return 0;
}

void cgroup_write_describe(const struct cgroup_write *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "value", args->value);
}
