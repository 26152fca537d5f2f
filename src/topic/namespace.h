/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces: which are made, by the clone or after it. Knows nothing of what is done inside them.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* linux.namespaces, drawn into p->new_namespaces. First of all topics. */
int namespace_plan(struct planning *p, struct error *err);

/* The clone. The engine runs it: it makes the other actor. */
struct namespace_clone {
	uint64_t flags; /* CLONE_NEW* */
};
void namespace_plan_clone(struct planning *p);
void namespace_clone_describe(const struct namespace_clone *args, struct describer *d);

/* What the child does next: the cgroup namespace, whose root is where the child is by then. */
struct namespace_unshare {
	uint64_t flags;
};
void namespace_plan_inside(struct planning *p);
int namespace_unshare_apply(const struct namespace_unshare *args, struct slots *slots,
			    struct error *err);
void namespace_unshare_describe(const struct namespace_unshare *args, struct describer *d);

int namespace_loopback_apply(const void *args, struct slots *slots, struct error *err);
void namespace_loopback_describe(const void *args, struct describer *d);
