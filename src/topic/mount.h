/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts of the configuration, in their order. Every mount is made detached, gets its
 * attributes, and is moved to a descriptor of its target beneath the root. mount.c runs,
 * mount_plan.c plans; mount_idmap.c and mount_change.c are of what is rare.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/id_map.h"
#include "step/planning.h"

/* Those from one index up to (exclusive) another. */
int mount_plan(struct planning *p, size_t from, size_t to, struct error *err);

/* The first that depends on which network namespace it is made in (sysfs does); their number if
 * none. */
size_t mount_plan_first_networked(const struct planning *p);

/*
 * What is bound, where the child must open it before it is the container's root: that root is
 * somebody else than the caller, and the runtime cannot.
 */
void mount_plan_sources(struct planning *p);

/* Whether the configuration mounts something on exactly this path; `is_bind` (may be NULL) tells
 * how. */
bool mount_plan_covers(const struct planning *p, const char *path, bool *is_bind);

/* Whether one of the mounts from that index on has to do with the path: on it, below it, or around
 * it. */
bool mount_plan_touches(const struct planning *p, size_t from, const char *path);

struct mount_data {
	const char *key;
	const char *value; /* NULL: a flag */
};

/* A new file system. */
struct mount_new {
	const char *type;
	const char *source; /* NULL: none */
	const char *target; /* beneath the root */
	const struct mount_data *data;
	size_t n_data;
	uint64_t attributes, atime_mask; /* KERNEL_MOUNT_ATTR_* */
	uint32_t propagation;            /* MS_*; 0: private, as a new mount is */
	bool is_strict;  /* the target must be a real directory, reached without symbolic links */
	bool takes_mode; /* tmpfs without mode=: it gets the mode of the directory it covers */
	bool copies_up;  /* it begins with what it covers */
	bool may_cover_proc;
	unsigned keep; /* a slot that keeps the mount's descriptor; SLOT_NONE: closed */
};
int mount_new_apply(const struct mount_new *args, struct slots *slots, struct error *err);
void mount_new_describe(const struct mount_new *args, struct describer *d);

/* Links beside each other: other names of hierarchies that hold several controllers. */
struct mount_links {
	unsigned slot;      /* the mount they are made in */
	const char *target; /* where it is, for messages */
	size_t n;
	const char *const *names;
	const char *const *texts;
};
int mount_links_apply(const struct mount_links *args, struct slots *slots, struct error *err);
void mount_links_describe(const struct mount_links *args, struct describer *d);

/* A user namespace that nobody is in, with the ids that a mount maps. */
struct mount_idmap {
	struct id_map_text uids, gids;
	unsigned slot;
};
int mount_idmap_apply(const struct mount_idmap *args, struct slots *slots, struct error *err);
void mount_idmap_describe(const struct mount_idmap *args, struct describer *d);

/* What is bound, opened as a detached copy of the mount that holds it. */
struct bind_open {
	const char *source;
	bool is_in_root; /* the source lies beneath the container's root: it is resolved there */
	bool is_recursive;
	uint64_t set, clear, set_all, clear_all;
	uint32_t propagation, propagation_all;
	bool is_changed_late; /* attributes and propagation are for bind_attach to set */
	unsigned user_slot;   /* the user namespace whose maps it gets; SLOT_NONE: it gets none */
	bool is_idmapped_all; /* ... and all below it */
	unsigned slot;        /* where the detached mount goes */
};
int bind_open_apply(const struct bind_open *args, struct slots *slots, struct error *err);
void bind_open_describe(const struct bind_open *args, struct describer *d);

struct bind_attach {
	const char *target;
	bool may_cover_proc;
	const struct bind_open *late; /* what to set once it is attached; NULL: nothing */
	unsigned slot;
	unsigned keep; /* as in struct mount_new */
};
int bind_attach_apply(const struct bind_attach *args, struct slots *slots, struct error *err);
void bind_attach_describe(const struct bind_attach *args, struct describer *d);

/* Changes a mount that was kept in a slot. */
struct mount_change {
	unsigned slot;
	const char *target;
	const struct bind_open *how; /* its attributes and propagation */
};
int mount_change_apply(const struct mount_change *args, struct slots *slots, struct error *err);
void mount_change_describe(const struct mount_change *args, struct describer *d);

/* Makes one mount read-only, not what is mounted below it: the root, or one that was kept in a
 * slot. */
struct mount_seal {
	unsigned slot;
	const char *target;
	size_t index; /* in `mounts`, if it is one of these */
	const struct mount_seal *next;
};

/* What is read-only when all is made: the root, and mounts that have others in them. */
void mount_plan_seals(struct planning *p);
int mount_seal_apply(const struct mount_seal *args, struct slots *slots, struct error *err);
void mount_seal_describe(const struct mount_seal *args, struct describer *d);
