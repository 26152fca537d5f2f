/* SPDX-License-Identifier: Apache-2.0 */
/* The processors of the container are its cgroup's, not those that the caller was bound to. */
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "cgroup/operations.h"

/* As many as any kernel can be built for. */
enum { PROCESSORS = 8192 };

/*
 * Trust: nothing here comes from anybody. The kernel takes the processors of the cgroup out of
 * those that are named.
 */
int cgroup_affinity_apply(const struct cgroup_affinity *args, struct slots *slots,
			  struct error *err)
{
	unsigned char all[PROCESSORS / 8];

	(void)args;
	(void)slots;
	memset(all, 0xff, sizeof(all));
	if (sched_setaffinity(0, sizeof(all), (const cpu_set_t *)(const void *)all) < 0)
		return error_errno(err, errno, "use all processors of the cgroup");
	return 0;
}

void cgroup_affinity_describe(const struct cgroup_affinity *args, struct describer *d)
{
	(void)args;
	describe_string(d, "processors", "all");
}
