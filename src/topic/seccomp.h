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

/* What an argument is compared with: with SCMP_CMP_MASKED_EQ `value` is the mask, and what is left
 * must be `value_two`, which means nothing to the others. */
struct seccomp_arg {
	uint32_t index;
	enum oci_seccomp_operator op;
	uint64_t value, value_two;
};

struct seccomp_rule {
	struct oci_strings names;
	enum oci_seccomp_action action;
	uint32_t errno_ret; /* of an action that gives one; else 0 */
	bool has_errno;
	size_t n_args;
	const struct seccomp_arg *args;
};

struct seccomp {
	const char *default_action; /* "SCMP_ACT_ERRNO" */
	uint32_t default_errno;     /* of an action that gives one */
	bool has_errno;
	struct oci_strings architectures; /* beside the host's own */
	struct oci_strings flags;
	size_t n_rules;
	const struct seccomp_rule *rules; /* in the configuration's order */
	const char *listener; /* the socket that gets the descriptor; NULL: nobody is asked */
	const char *metadata; /* what it is told along with it; NULL: nothing */
};
void seccomp_describe(const struct seccomp *args, struct describer *d);
