/* SPDX-License-Identifier: Apache-2.0 */
/* linux.memoryPolicy: from which memory nodes the container is served. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"
#include "sys/kernel.h"

/* When the process is in its cgroup, whose cpuset says which nodes there are. */
int memory_policy_plan(struct planning *p, struct error *err);

enum { MEMORY_POLICY_WORDS = KERNEL_NODES_MAX / (8 * sizeof(unsigned long)) };

struct memory_policy {
	const char *name; /* "MPOL_BIND" */
	const char *list; /* the nodes as they were given */
	int mode;         /* with its flags, as the kernel takes them */
	const char *const *flag_names;
	size_t n_flags, n_nodes;
	unsigned long nodes[MEMORY_POLICY_WORDS];
};
int memory_policy_apply(const struct memory_policy *args, struct slots *slots, struct error *err);
void memory_policy_describe(const struct memory_policy *args, struct describer *d);
