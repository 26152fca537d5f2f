/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The making of a plan: what every topic's planner is given, and how it adds to the plan. Pure:
 * nothing here touches the host.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"
#include "step/step.h"
#include "sys/host.h"

/* What the caller's command line adds to the configuration. All paths are absolute and clean. */
struct plan_request {
	const char *id;
	const char *bundle;
	const char *owner;     /* marks what is this container's; NULL: nothing is marked */
	unsigned preserve_fds; /* descriptors from 3 on that the container keeps, LISTEN_FDS
				  included */
	unsigned listen_fds;   /* how many of them are socket-activated */
	bool waits_for_start;  /* create: init waits for `start`; run: it goes straight on */
	bool has_pid_file;
	bool no_new_keyring;
	bool no_pivot;
	bool is_detached; /* the caller comes back while the program runs; not for `plan` */
	const char *console_socket; /* who gets the terminal's other end; NULL: none */
	bool no_cgroup;             /* --cgroup-manager disabled */
};

struct bind_open;
struct caps;
struct hook_state;
struct rlimit_step;
struct network;
struct cgroup_devices;
struct cgroup_late;
struct idmap_become_root;
struct mount_seal;
struct process_parts;
struct sysctl;
struct namespaces;
struct timens;
struct seccomp;
struct lsm_parts;
struct rdt_parts;

enum { KEPT_MAX = 8 };

/* A mount whose descriptor is kept: its place in the tree may be moved by who shares the root. */
struct kept_mount {
	const char *target;
	unsigned slot;
	bool is_final; /* no later mount has to do with it: what is in it can be masked early */
};

struct planning {
	struct arena *arena;
	const struct plan_request *request;
	const struct oci_config *config;
	const struct host_facts *facts;
	struct plan *plan;
	size_t step_capacity, undo_capacity, warning_capacity;

	/* Conclusions that several topics need; namespace_plan draws them first. */
	uint64_t new_namespaces;    /* CLONE_NEW* of the namespaces that are made */
	uint64_t joined_namespaces; /* ... that are joined; the runtime's own do not count */
	uint64_t owned_namespaces;  /* of both, those that the child has privileges over */
	const struct namespaces *namespaces; /* what else namespace_plan came to */
	bool copies_mounts;    /* the runtime may copy mounts; if not, the child opens them */
	bool is_privileged;    /* no user namespace, new or joined: the child keeps the host's
				  privileges */
	bool keeps_groups;     /* the user namespace may not change supplementary groups */
	bool may_keep_groups;  /* ... or may do so: it is joined, and not known */
	bool is_shared;        /* rootfsPropagation is shared: mounts may reach the host */
	bool is_private;       /* ... is private or unbindable: the host's do not come in */
	bool has_cgroup;       /* the container gets a cgroup of its own */
	bool has_create_hooks; /* hooks look at the root before it is entered */
	struct bind_open **bind_opens; /* by entry of `mounts`: opened early; NULL: none is */
	unsigned bind_slot;            /* serves all binds, one after the other; 0: none yet */
	const char *root;              /* the root's absolute path on the host */
	const struct caps *caps;       /* what caps_plan came to, for the two steps that use it */
	struct process_parts *process; /* likewise of process_plan */
	const struct idmap_become_root *root_ids; /* ... of idmap_plan; NULL: no user namespace */
	const struct oci_id_mapping_list *uid_maps, *gid_maps; /* ... of the new user namespace */
	const struct timens *time;         /* ... of the clocks' offsets; NULL: none */
	const struct rlimit_step *rlimits; /* ... of rlimit_plan, for the steps at the end */
	const struct sysctl *sysctls;      /* ... of sysctl_plan, one for each that is configured */
	struct kept_mount kept[KEPT_MAX];  /* by whose descriptors what is in them is found */
	size_t n_kept;
	bool has_remounts;              /* some mount is changed by a later entry */
	const struct mount_seal *seals; /* mounts that become read-only when the root is entered */
	const struct network
		*network; /* ... of the one that the runtime makes; NULL: the clone does */
	const struct cgroup_devices *devices; /* a v2 program that is loaded after the clone */
	const struct cgroup_late *late;       /* limits that are written after it */
	const struct hook_state *hook_state;  /* what all hooks are told; NULL: none yet */
	bool keeps_admin;                     /* the program is left CAP_SYS_ADMIN */
	bool is_filtered_first;               /* its filter comes before its capabilities are set */
	const struct seccomp *seccomp;        /* ... of seccomp_plan; NULL: no filter */
	const struct lsm_parts *lsm;          /* ... of lsm_plan */
	struct rdt_parts *rdt;                /* ... of rdt_plan; NULL: not asked for */
};

/*
 * Adds a step and returns its index. `args` must live in the arena, or be static. The pointer is a
 * format that outlives the plan and takes %s and %zu only: "/mounts/%zu"; "%s", "" for what nothing
 * in the configuration asks for.
 */
size_t plan_add(struct planning *p, enum operation operation, enum stage stage, const void *args,
		const char *pointer, ...) __attribute__((format(printf, 5, 6)));

/*
 * Whether the child has power over the namespace of that type (CLONE_NEW*) that it will be in: it
 * is new, or belongs to the child's user namespace.
 */
bool plan_has_power(const struct planning *p, uint64_t type);

/*
 * For an error about a namespace of that type (CLONE_NEW*) that the container has not of its own:
 * where it is listed with a path to the one that the runtime itself is in, hints at that path.
 */
void plan_hint_own_namespace(const struct planning *p, uint64_t type, struct error *err);

/* The same, and else hints at adding it; `name` is its name there. Returns -err->code. */
int plan_hint_namespace(const struct planning *p, uint64_t type, const char *name,
			struct error *err);

/* Whether the runtime has that capability (KERNEL_CAP_*), in whatever user namespace it is. */
bool plan_may(const struct planning *p, unsigned capability);

/* Whether the container has a new mount namespace: not the runtime's, and not somebody else's. */
bool plan_has_own_mounts(const struct planning *p);

/* A new slot of this plan. */
unsigned plan_new_slot(struct planning *p);

/* Says how the step with that index is taken back. The path must live in the arena. */
void plan_add_undo(struct planning *p, size_t step, const struct undo *undo);

/*
 * Where to do to the child what takes a capability of the first user namespace: by itself while it
 * has the host's privileges; with a new user namespace by the runtime, if that one has it; else by
 * the child again, for as much as goes without.
 */
enum stage plan_privileged_stage(const struct planning *p, unsigned capability);

/* More warnings than that are not kept: the last one says so. */
enum { PLAN_WARNINGS_MAX = 1024 };

/* The pointer of a name in an object: "/linux/sysctl" and "net/x" give "/linux/sysctl/net~1x". */
const char *plan_pointer_to(const struct planning *p, const char *object, const char *name);

/* Something that the specification lets pass with a warning. */
void plan_warn(struct planning *p, const char *pointer, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A property, or a value of it, that this build does not carry out: create will refuse the plan. */
void plan_unsupported(struct planning *p, const char *what, const char *pointer, ...)
	__attribute__((format(printf, 3, 4)));

struct unsupported_args {
	const char *what; /* "terminal: true", or "" when the pointer says it all */
};
