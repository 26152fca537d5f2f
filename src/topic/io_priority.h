/* SPDX-License-Identifier: Apache-2.0 */
/* process.ioPriority: the class and level by which an I/O scheduler serves the container. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* While the process still has its privileges. */
void io_priority_plan(struct planning *p);

struct io_priority {
	const char *name; /* "IOPRIO_CLASS_BE" */
	int class;
	int priority; /* 0, the first served, to 7 */
};
int io_priority_apply(const struct io_priority *args, struct slots *slots, struct error *err);
void io_priority_describe(const struct io_priority *args, struct describer *d);
