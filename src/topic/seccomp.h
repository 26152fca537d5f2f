/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.seccomp: the filter of system calls that the container's program runs under. Checked,
 * planned and printed; create refuses it, as there is nothing yet that compiles and loads it.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * What is checked first, and where the filter goes: behind caps_plan. Without noNewPrivileges the
 * kernel takes a filter only from who has CAP_SYS_ADMIN; if the program is not left it, the
 * capabilities are set after the filter (p->is_filtered_first). The change of user before it has
 * left them permitted, and not effective.
 */
int seccomp_plan(struct planning *p, struct error *err);

/*
 * After `start` and its hooks: nothing waits, and no hook runs, under the container's own filter.
 * All that init still does behind this step the filter must let pass.
 */
void seccomp_plan_filter(struct planning *p);

struct seccomp {
	const char *default_action; /* "SCMP_ACT_ERRNO" */
	uint32_t default_errno;     /* of an action that gives one */
	bool has_errno;
	struct oci_strings architectures; /* beside the host's own */
	struct oci_strings flags;
	struct oci_strings rules; /* an action and for how many names: "SCMP_ACT_ALLOW 312" */
	const char *listener;     /* the socket that gets the descriptor; NULL: nobody is asked */
	const char *metadata;     /* what it is told along with it; NULL: nothing */
};
void seccomp_describe(const struct seccomp *args, struct describer *d);
