/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning a container's cgroup. In every hierarchy it lies at the same path: the configuration's
 * cgroupsPath, below the hierarchy's root whether it is absolute or relative, or "/ID" without one.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"
#include "step/planning.h"

/*
 * That path, absolute and clean: what host_probe_cgroup_target is to be asked about. NULL when
 * cgroupsPath is unusable (cgroup_plan says why).
 */
const char *cgroup_target_path(struct arena *arena, const struct oci_config *config,
			       const char *id);

/*
 * The steps before the clone: directories, limits, device rules, and what is needed to enter. A
 * hierarchy whose target was not probed counts as empty below its root.
 */
int cgroup_plan(struct planning *p, struct error *err);

/* The steps right after the clone. cgroup_plan comes first. */
int cgroup_plan_enter(struct planning *p, struct error *err);

/*
 * The v2 device program, which whoever has time loads while the other walks on: until it is
 * attached only our own code runs in the cgroup. The stage is the child's only where the child is
 * in a mount namespace of our making, with the runtime's privileges: it looks the cgroup up there.
 */
void cgroup_plan_devices(struct planning *p, enum stage stage);

/*
 * Limits that would be in the way of our own clones and of hooks (pids.max): after the last of
 * them, and before the user's program.
 */
void cgroup_plan_late(struct planning *p);
