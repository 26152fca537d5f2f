/* SPDX-License-Identifier: Apache-2.0 */
/* Planning the device rules of a container's cgroup. */
#pragma once

#include "base/error.h"
#include "step/planning.h"

/* Where the rules go: the container's directory in the hierarchy that has devices. */
struct devices_target {
	const char *path; /* NULL: there is no such hierarchy */
	bool is_v2;
};

/*
 * On v1 the step; on v2, where loading the program takes as long as some mounts, it is left to
 * cgroup_plan_devices. No step where nothing has to be forbidden (v2), or where nothing was asked
 * for nor can be. */
int cgroup_devices_plan(struct planning *p, const struct devices_target *target, struct error *err);
