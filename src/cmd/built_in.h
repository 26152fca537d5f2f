/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this build carries out, as --version lists it: only what works stands here as on. `features`
 * asks the planner instead.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* As --version lists it. */
struct built_in {
	char name[15];
	bool is_on;
};

extern const struct built_in built_in[]; /* ends in "" */

bool built_in_has(const char *name);
