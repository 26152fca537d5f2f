/* SPDX-License-Identifier: Apache-2.0 */
/* linux.personality: what uname(2) says to the program. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

int personality_plan(struct planning *p, struct error *err);

struct personality {
	const char *name; /* "LINUX32" */
	unsigned long persona;
};
int personality_apply(const struct personality *args, struct slots *slots, struct error *err);
void personality_describe(const struct personality *args, struct describer *d);
