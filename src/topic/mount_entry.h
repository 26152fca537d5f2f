/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry of `mounts` being planned: what mount_plan.c and mount_cgroup.c share. Pure; of no use
 * to anybody else.
 */
#pragma once

#include "base/error.h"
#include "step/planning.h"
#include "topic/mount.h"
#include "topic/mount_option.h"

/* One entry of `mounts`, understood. */
struct entry {
	size_t index;
	const struct oci_mount *mount;
	const char *target; /* clean, absolute as seen inside */
	struct mount_flags flags;
};

enum { SPARE_DATA = 12 };

/* A new file system on `target`, with the entry's flags and room for its options and SPARE_DATA
 * more. */
struct mount_new *mount_entry_new(struct planning *p, const struct entry *e, const char *type,
				  const char *target);
struct mount_data *mount_entry_add_data(struct mount_new *args, const char *key, const char *value);

/* A bind with the entry's flags; its source is to be filled in. Then the two steps that make it. */
struct bind_open *mount_entry_new_bind(struct planning *p, const struct entry *e);
void mount_entry_bind_steps(struct planning *p, struct bind_open *open, const char *target,
			    size_t index);

/* The source, on the host or beneath the root. */
void mount_entry_bind_source(struct planning *p, const struct oci_mount *mount,
			     struct bind_open *args);

/*
 * Whether the child has power over the namespace that a file system of this type shows; only then
 * may it make one.
 */
bool mount_entry_has_power(const struct planning *p, const struct oci_mount *mount);

/* What comes in its place where it may not: the host's own is bound, or it is an error. */
int mount_entry_plan_instead(struct planning *p, const struct entry *e, struct error *err);

/* An option that would be wrong in this user namespace and is no loss; a warning says so. */
bool mount_entry_drops_data(struct planning *p, const struct entry *e, const char *option);

/* Warns of options for a file system, where there is none that could take them. */
void mount_entry_warn_data(struct planning *p, const struct entry *e, const char *what);

/* The index of the last option of that kind, which is there. */
size_t mount_entry_option(const struct entry *e, enum mount_option_kind kind);

/* Whether it has mappings of ids, or asks for them. */
bool mount_entry_is_idmapped(const struct entry *e);
int mount_entry_refuse_idmap(const struct entry *e, const char *what, struct error *err);

/* If so, the step that makes them, and what it means to the bind. */
int mount_entry_plan_idmap(struct planning *p, const struct entry *e, struct bind_open *open,
			   struct error *err);

/* The option "remount". */
int mount_entry_plan_remount(struct planning *p, const struct entry *e, struct error *err);

/* A new tmpfs that must be read-only only when what lies in it is made. */
void mount_entry_seal_late(struct planning *p, const struct entry *e, struct mount_new *args);

/* The type "cgroup". */
int mount_entry_plan_cgroup(struct planning *p, const struct entry *e, struct error *err);
