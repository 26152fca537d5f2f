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

/*
 * A new network namespace takes longer to make than half of the mounts. Where the child keeps the
 * host's privileges the runtime makes it while the child mounts what needs no network; sysfs does.
 */
void namespace_plan_network_make(struct planning *p);

/* In front of the first mount that shows it: the runtime gives it, the child enters it. Needs
 * p->network. */
void namespace_plan_network_give(struct planning *p);
void namespace_plan_network_enter(struct planning *p);

struct network {
	unsigned slot; /* its descriptor */
};
int network_make_apply(const struct network *args, struct slots *slots, struct error *err);
void network_make_describe(const struct network *args, struct describer *d);
int network_give_apply(const struct network *args, struct slots *slots, struct error *err);
void network_give_describe(const struct network *args, struct describer *d);
int network_enter_apply(const struct network *args, struct slots *slots, struct error *err);
void network_enter_describe(const struct network *args, struct describer *d);

int namespace_loopback_apply(const void *args, struct slots *slots, struct error *err);
void namespace_loopback_describe(const void *args, struct describer *d);
