/* SPDX-License-Identifier: Apache-2.0 */
/* process.oomScoreAdj: how soon the kernel ends the container when memory is short. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* Right behind the clone: later the child's files in procfs are no longer its maker's. */
int oom_plan(struct planning *p, struct error *err);

struct oom_score {
	int32_t adj; /* -1000 to 1000 */
};
int oom_apply(const struct oom_score *args, struct slots *slots, struct error *err);
void oom_describe(const struct oom_score *args, struct describer *d);
