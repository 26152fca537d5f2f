/* SPDX-License-Identifier: Apache-2.0 */
/* The id maps of a new user namespace, and becoming its root, or that of one that is joined. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * linux.uidMappings and gidMappings: written right after the clone, by the runtime or, where it may
 * not, by newuidmap and newgidmap.
 */
int idmap_plan(struct planning *p, struct error *err);

/* Whether the container's root is the caller himself, who reaches what the caller reaches. */
bool idmap_root_is_caller(const struct planning *p);

/* The child becomes root of its user namespace, once that has maps. */
void idmap_plan_root(struct planning *p);

/*
 * In front of joining a user namespace, which may not allow it any more: the child leaves its
 * supplementary groups, so that none of the caller's can be kept.
 */
void idmap_plan_clear_groups(struct planning *p);
int idmap_clear_groups_apply(const void *args, struct slots *slots, struct error *err);
void idmap_clear_groups_describe(const void *args, struct describer *d);

struct idmap_write {
	const char *file; /* "uid_map" or "gid_map" */
	const char *text; /* its lines, written with one write */
	size_t length;
};
int idmap_write_apply(const struct idmap_write *args, struct slots *slots, struct error *err);
void idmap_write_describe(const struct idmap_write *args, struct describer *d);

/*
 * A program that may map what the caller may not: newuidmap, newgidmap. It asks for itself which
 * ids are the caller's (subuid(5)).
 */
struct idmap_range {
	uint32_t inside, outside, size;
};
struct idmap_helper {
	const char *program; /* absolute */
	struct idmap_range *maps;
	size_t n;
};
int idmap_helper_apply(const struct idmap_helper *args, struct slots *slots, struct error *err);
void idmap_helper_describe(const struct idmap_helper *args, struct describer *d);

struct idmap_become_root {
	uint32_t uid, gid; /* as seen inside: 0, or the first id that is mapped */
	bool keeps_groups; /* the namespace may not change them */
	/* one that is joined may not change them: those stay that the child had when it joined,
	 * none (OP_CLEAR_GROUPS), or those of a caller without CAP_SETGID, who cannot be rid of
	 * them */
	bool may_keep_groups;
};
int idmap_become_root_apply(const struct idmap_become_root *args, struct slots *slots,
			    struct error *err);
void idmap_become_root_describe(const struct idmap_become_root *args, struct describer *d);
