/* SPDX-License-Identifier: Apache-2.0 */
/* The id maps of a new user namespace, and becoming its root. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* linux.uidMappings and gidMappings: written by the runtime right after the clone. */
int idmap_plan(struct planning *p, struct error *err);

/* The child becomes root of the new user namespace, once the maps are written. */
void idmap_plan_root(struct planning *p);

struct idmap_write {
	const char *file; /* "uid_map" or "gid_map" */
	const char *text; /* its lines, written with one write */
	size_t length;
};
int idmap_write_apply(const struct idmap_write *args, struct slots *slots, struct error *err);
void idmap_write_describe(const struct idmap_write *args, struct describer *d);

struct idmap_become_root {
	uint32_t uid, gid; /* as seen inside: 0, or the first id that is mapped */
};
int idmap_become_root_apply(const struct idmap_become_root *args, struct slots *slots,
			    struct error *err);
void idmap_become_root_describe(const struct idmap_become_root *args, struct describer *d);
