/* SPDX-License-Identifier: Apache-2.0 */
/* Resource limits of the container's process. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * Twice: a hard limit that is above the present one is raised while there is privilege for it; the
 * limits themselves are set last of all, since init must still be able to open and to map things
 * until then.
 */
int rlimit_plan(struct planning *p, struct error *err);
void rlimit_plan_last(struct planning *p);

struct rlimit_step {
	const char *name; /* "RLIMIT_NOFILE" */
	uint64_t soft, hard;
	uint32_t resource;
};
int rlimit_raise_apply(const struct rlimit_step *args, struct slots *slots, struct error *err);
void rlimit_raise_describe(const struct rlimit_step *args, struct describer *d);
int rlimit_apply(const struct rlimit_step *args, struct slots *slots, struct error *err);
void rlimit_describe(const struct rlimit_step *args, struct describer *d);
