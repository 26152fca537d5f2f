/* SPDX-License-Identifier: Apache-2.0 */
/* process.scheduler: policy and attributes by which the kernel's scheduler treats the container. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* While the process still has its privileges. */
int scheduler_plan(struct planning *p, struct error *err);

struct scheduler {
	const char *name; /* "SCHED_BATCH" */
	uint32_t policy;  /* the kernel's numbers of both */
	uint64_t flags;
	int32_t nice, priority;
	uint64_t runtime, deadline, period; /* nanoseconds */
	const char *const *flag_names;
	size_t n_flags;
};
int scheduler_apply(const struct scheduler *args, struct slots *slots, struct error *err);
void scheduler_describe(const struct scheduler *args, struct describer *d);
