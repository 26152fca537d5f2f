/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this build carries out: the one place that a new feature is entered, for `features` and for
 * --version. Only what works stands here as on.
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

/* Booleans of features.linux: {"cgroup":{"v1":true}}; those of one object stand together. */
struct linux_feature {
	char object[16];
	char key[15];
	bool is_on;
};

extern const struct linux_feature linux_features[]; /* ends in "" */

/* The hooks that are run; ends in "". */
extern const char built_in_hooks[][16];
