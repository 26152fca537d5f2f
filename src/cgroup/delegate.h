/* SPDX-License-Identifier: Apache-2.0 */
/* Giving a v2 cgroup to the user of the container's process. Only cgroup/plan uses it. */
#pragma once

#include "base/error.h"
#include "step/planning.h"

/*
 * runtime-spec, config-linux.md, Cgroup ownership: the step, if a writable cgroup file system is
 * mounted in a cgroup namespace of the container's own, and the user is not the host's root, who
 * owns it already.
 */
void cgroup_delegate_plan(struct planning *p, const char *directory);
