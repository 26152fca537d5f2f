/* SPDX-License-Identifier: Apache-2.0 */
/* Resource limits of the container's process. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

int rlimit_plan(struct planning *p, struct error *err);

struct rlimit_step {
	const char *name; /* "RLIMIT_NOFILE" */
	uint64_t soft, hard;
	uint32_t resource;
};
int rlimit_apply(const struct rlimit_step *args, struct slots *slots, struct error *err);
void rlimit_describe(const struct rlimit_step *args, struct describer *d);
