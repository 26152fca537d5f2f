/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities: all five sets, exactly as configured; none where nothing is configured. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* The two steps around the change of user: the bounding set needs privilege, the others come after.
 */
int caps_plan(struct planning *p, struct error *err);
void caps_plan_bound(struct planning *p);
void caps_plan_sets(struct planning *p);

/* Bit n of a set is capability n. */
struct caps {
	uint64_t bounding, effective, permitted, inheritable, ambient;
	uint32_t last; /* the highest capability that the kernel knows */
};
int caps_bound_apply(const struct caps *args, struct slots *slots, struct error *err);
void caps_bound_describe(const struct caps *args, struct describer *d);
int caps_apply(const struct caps *args, struct slots *slots, struct error *err);
void caps_describe(const struct caps *args, struct describer *d);
