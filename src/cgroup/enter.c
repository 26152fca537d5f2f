/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Getting the child into its cgroups: opened by the runtime before the clone, entered by the child
 * first thing after it. A v2 cgroup that was made for it is entered by the clone itself. Through
 * cgroup.procs, which waits for an RCU grace period, only where a v2 cgroup was there before.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/operations.h"

static int open_into(struct slots *slots, unsigned slot, const char *path, int flags,
		     struct error *err)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return error_errno(err, errno, "open %s", path);
	slot_set(slots, slot, fd);
	return 0;
}

/*
 * Trust: the paths were made by this plan and nothing of the container runs yet. The descriptors
 * are close-on-exec, and the child closes those that could move a process as soon as it has used
 * them, before anything of the container's root is seen.
 */
int cgroup_open_apply(const struct cgroup_open *args, struct slots *slots, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < args->n; i++)
		r = open_into(slots, args->slots[i], args->paths[i], O_WRONLY, err);
	if (r == 0 && args->v2_path)
		r = open_into(slots, SLOT_CGROUP, args->v2_path, O_PATH | O_DIRECTORY, err);
	return r;
}

void cgroup_open_describe(const struct cgroup_open *args, struct describer *d)
{
	if (args->n)
		describe_paths(d, "files", args->n, args->paths);
	if (args->v2_path)
		describe_string(d, "directory", args->v2_path);
}

/*
 * Trust: writes to descriptors that the runtime opened before the clone; "0" is the writer itself.
 * Nothing that a container could have changed is looked at.
 */
int cgroup_enter_apply(const struct cgroup_enter *args, struct slots *slots, struct error *err)
{
	for (size_t i = 0; i < args->n; i++) {
		int fd = slot_get(slots, args->slots[i]);

		if (write(fd, "0", 1) != 1)
			return error_errno(err, errno, "enter the cgroup of %s", args->paths[i]);
		fd_close(fd);
		slot_set(slots, args->slots[i], -1);
	}
	return 0;
}

void cgroup_enter_describe(const struct cgroup_enter *args, struct describer *d)
{
	describe_paths(d, "files", args->n, args->paths);
}
