/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that write what resource.h has come to. Only cgroup/plan uses it. */
#pragma once

#include "cgroup/resource.h"
#include "step/planning.h"

/* The configuration's resources. */
int cgroup_limits_read(struct planning *p, struct resource_writes *ret, struct error *err);

/*
 * The steps, but for the late ones, which cgroup_plan_late adds. `targets` are the container's
 * directories in the order of the hierarchies.
 */
void cgroup_limits_plan(struct planning *p, const struct resource_writes *writes,
			const char *const *targets);
