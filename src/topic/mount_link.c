/* SPDX-License-Identifier: Apache-2.0 */
/* The runner of the links beside the cgroup hierarchies; see mount.h. */
#include <errno.h>
#include <unistd.h>

#include "topic/mount.h"

/*
 * Trust: the file system was made for this and is empty but for the mounts of this plan; it is
 * reached through its own descriptor. Names and texts come from the kernel's list of hierarchies.
 */
int mount_links_apply(const struct mount_links *args, struct slots *slots, struct error *err)
{
	int directory = slot_get(slots, args->slot);

	for (size_t i = 0; i < args->n; i++)
		if (symlinkat(args->texts[i], directory, args->names[i]) < 0)
			return error_errno(err, errno, "link %s/%s", args->target, args->names[i]);
	return 0;
}

void mount_links_describe(const struct mount_links *args, struct describer *d)
{
	describe_string(d, "path", args->target);
	describe_list(d, "names", args->n, args->names);
	describe_list(d, "targets", args->n, args->texts);
}
