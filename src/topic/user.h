/* SPDX-License-Identifier: Apache-2.0 */
/* The user that the container's process runs as, and who owns its standard streams. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

int user_plan(struct planning *p, struct error *err);

struct user {
	uint32_t uid, gid; /* as seen inside */
	const uint32_t *groups;
	size_t n_groups;
	bool keeps_groups;    /* the user namespace may not change them */
	bool may_keep_groups; /* as in struct idmap_become_root */
	bool is_joined;       /* the user namespace, which may not allow it */
};
int user_apply(const struct user *args, struct slots *slots, struct error *err);
void user_describe(const struct user *args, struct describer *d);
int user_stdio_apply(const struct user *args, struct slots *slots, struct error *err);
void user_stdio_describe(const struct user *args, struct describer *d);
