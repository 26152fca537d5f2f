/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's root: opened as a detached mount before the clone, mounted over "/" of the
 * child's mount namespace (absolute paths of the child go on naming the host until the pivot),
 * entered last.
 *
 * A mount namespace that others are in as well (the runtime's own, or one that is joined) is left
 * as it is: nothing is mounted in it, and the root is a directory there, entered by chroot.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* root.path is opened by the runtime, before the clone. */
int root_plan_open(struct planning *p, struct error *err);

/* The same by the child, in a mount namespace of its own, where the runtime may not copy mounts. */
void root_plan_open_inside(struct planning *p);

/* The child cuts the propagation of its copy of the host's mounts, and mounts the root. */
int root_plan_attach(struct planning *p, struct error *err);

/* The pivot, or chroot with --no-pivot, and the propagation of the root itself. */
int root_plan_enter(struct planning *p, struct error *err);

struct root_open {
	const char *path; /* absolute, on the host */
};
int root_open_apply(const struct root_open *args, struct slots *slots, struct error *err);
void root_open_describe(const struct root_open *args, struct describer *d);

int root_find_apply(const struct root_open *args, struct slots *slots, struct error *err);
void root_find_describe(const struct root_open *args, struct describer *d);

struct root_propagation {
	uint32_t type;    /* MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE */
	const char *name; /* of the type */
	bool is_recursive;
};
int root_propagation_apply(const struct root_propagation *args, struct slots *slots,
			   struct error *err);
void root_propagation_describe(const struct root_propagation *args, struct describer *d);

struct root_attach {
	uint32_t propagation; /* of the root and all below it, before it is attached: MS_* */
	const char *name;     /* of the propagation */
	const char *path;     /* where; where the child may not go, "/" in its place */
};
int root_attach_apply(const struct root_attach *args, struct slots *slots, struct error *err);
void root_attach_describe(const struct root_attach *args, struct describer *d);

int root_pivot_apply(const void *args, struct slots *slots, struct error *err);
void root_pivot_describe(const void *args, struct describer *d);
int root_chroot_apply(const void *args, struct slots *slots, struct error *err);
void root_chroot_describe(const void *args, struct describer *d);
int root_change_apply(const void *args, struct slots *slots, struct error *err);
void root_change_describe(const void *args, struct describer *d);
