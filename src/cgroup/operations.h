/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps that make a container's cgroup and put it there: their arguments, runners and
 * descriptions. All paths are below a hierarchy whose mount was verified when the facts were
 * probed, have no "..", and live as long as the plan.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "step/describe.h"
#include "step/step.h"
#include "sys/bpf.h"

/* OP_CGROUP_MAKE: one directory. */
struct cgroup_make {
	const char *path;
	const char *mount;    /* the hierarchy's root: what lies between may have to be made */
	bool is_exclusive;    /* EEXIST is an error */
	bool is_found;        /* it was there when planned: only checked to hold no process still */
	bool inherits_cpuset; /* v1 cpuset: filled from the directory above, or nobody can enter */
	bool is_v2;
	const char *owner;  /* marks the container's own directory; NULL: it is not marked */
	const char *needed; /* v2: controllers that it must have, "cpu pids" */
	const char *wanted; /* v2: those that it gets if the kernel agrees, the needed included */
	const char *needed_by; /* the JSON pointer that asks for the first needed one */
};
int cgroup_make_apply(const struct cgroup_make *args, struct slots *slots, struct error *err);
void cgroup_make_describe(const struct cgroup_make *args, struct describer *d);

/* OP_CGROUP_WRITE: one file of the container's cgroup. */
struct cgroup_write {
	const char *path; /* the file */
	const char *value;
	const char *other_path; /* what the kernel has instead of it; NULL: nothing */
	const char *other_value;
	bool may_be_absent; /* where there is no such file it is so anyway */
};
int cgroup_write_apply(const struct cgroup_write *args, struct slots *slots, struct error *err);
void cgroup_write_describe(const struct cgroup_write *args, struct describer *d);

/* OP_CGROUP_DEVICES: which devices the container may use: a v1 list, or a v2 program. */
struct cgroup_devices {
	const char *path;     /* the cgroup's directory */
	bool is_allowed_else; /* what counts for a device that no rule names */
	size_t n_rules;       /* exceptions from it, "c 1:3 rw" */
	const char *const *rules;
	size_t n_program; /* v2; 0: v1 */
	const struct bpf_instruction *program;
};
int cgroup_devices_apply(const struct cgroup_devices *args, struct slots *slots, struct error *err);
void cgroup_devices_describe(const struct cgroup_devices *args, struct describer *d);

/* OP_CGROUP_DELEGATE: a v2 cgroup, and those of its files that may be given away, get an owner. */
struct cgroup_delegate {
	const char *path;
	uint32_t uid; /* on the host */
};
int cgroup_delegate_apply(const struct cgroup_delegate *args, struct slots *slots,
			  struct error *err);
void cgroup_delegate_describe(const struct cgroup_delegate *args, struct describer *d);

/* OP_CGROUP_OPEN: what is needed to enter, opened with the host's privileges. */
struct cgroup_open {
	size_t n;
	const char *const
		*paths; /* the v1 `tasks` files; cgroup.procs of a v2 cgroup that was there */
	const unsigned *slots; /* where the descriptor of each goes */
	const char *v2_path;   /* goes to SLOT_CGROUP; NULL when there is none */
};
int cgroup_open_apply(const struct cgroup_open *args, struct slots *slots, struct error *err);
void cgroup_open_describe(const struct cgroup_open *args, struct describer *d);

/* OP_CGROUP_ENTER: the child enters its v1 cgroups (CLONE_INTO_CGROUP did the v2 one). */
struct cgroup_enter {
	size_t n;
	const unsigned *slots;    /* closed and emptied */
	const char *const *paths; /* for messages */
};
int cgroup_enter_apply(const struct cgroup_enter *args, struct slots *slots, struct error *err);
void cgroup_enter_describe(const struct cgroup_enter *args, struct describer *d);

/*
 * OP_CGROUP_AFFINITY: the child, in a cgroup with processors of its own, may run on all of them.
 * Where the caller was bound to some (sched_setaffinity(2)), the kernel keeps to those [6.2].
 */
struct cgroup_affinity; /* it has no arguments */
int cgroup_affinity_apply(const struct cgroup_affinity *args, struct slots *slots,
			  struct error *err);
void cgroup_affinity_describe(const struct cgroup_affinity *args, struct describer *d);
