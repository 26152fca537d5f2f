/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Namespaces: which are made and which are joined, by whom and in which order. Knows nothing of
 * what is done inside them.
 *
 * A namespace may be joined by who has CAP_SYS_ADMIN in the user namespace that owns it. So the
 * child joins those of the host before it enters a user namespace that is joined, too, and those of
 * that one, and of those below it, after it. With a new user namespace, and for a pid namespace,
 * both of which the clone decides, the runtime itself is in them while it clones: it borrows them.
 * Where it would not find back into its own, the child joins them, and a child of the child's goes
 * on.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

enum { NAMESPACE_TYPES = 8 };

/* Whether any is to be joined, and one of the configuration: it has a path. */
bool namespace_joins(const struct oci_config *config);
bool namespace_is_joined(const struct oci_namespace *ns);

/* linux.namespaces, drawn into the conclusions of `struct planning`. First of all topics. */
int namespace_plan(struct planning *p, struct error *err);

/* One that is joined: the descriptor of the configured path is in the slot. */
struct namespace_entry {
	uint64_t type; /* CLONE_NEW* */
	unsigned slot;
	size_t index; /* in linux.namespaces */
	const char *path;
};

/* The clone. The engine runs it: it makes the other actor. */
struct namespace_clone {
	uint64_t flags; /* CLONE_NEW* */
	const struct namespace_entry *borrowed;
	size_t n_borrowed;
};
void namespace_plan_clone(struct planning *p);
void namespace_clone_describe(const struct namespace_clone *args, struct describer *d);

/* The runtime's own namespaces, in the order of `borrowed`, while it is in others. */
struct namespace_lent {
	int fd[NAMESPACE_TYPES];
	int root_fd, cwd_fd; /* a mount namespace takes these along */
	size_t n;
};

bool namespace_borrows_pid(const struct namespace_clone *args);

/* Enters those that the clone needs; in a failure the runtime is in its own again. */
int namespace_borrow(const struct namespace_clone *args, const struct slots *slots,
		     struct namespace_lent *ret, struct error *err);

/* Back into its own. Also without anything borrowed. */
int namespace_return(const struct namespace_clone *args, struct namespace_lent *lent,
		     struct error *err);

/* Up to the user namespace that is joined, if one is: then the child has its privileges, and not
 * the host's any more. */
void namespace_plan_enter_user(struct planning *p);

/* All others, but the cgroup namespace that is new. In a joined user namespace they are made here.
 */
void namespace_plan_enter(struct planning *p);

/* Whether a child of the child's goes on in its place. */
bool namespace_plan_forks(const struct planning *p);

int namespace_join_apply(const struct namespace_entry *args, struct slots *slots,
			 struct error *err);
void namespace_join_describe(const struct namespace_entry *args, struct describer *d);

/* What the child does next: the cgroup namespace, whose root is where the child is by then. */
struct namespace_unshare {
	uint64_t flags;
};
void namespace_plan_inside(struct planning *p);
int namespace_unshare_apply(const struct namespace_unshare *args, struct slots *slots,
			    struct error *err);
void namespace_unshare_describe(const struct namespace_unshare *args, struct describer *d);

/* What can be done about a namespace that could not be made, as a hint, if something is known. */
void namespace_hint(int code, bool joins_pid, struct error *err);

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
