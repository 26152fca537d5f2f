/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hooks: programs of the configuration that are run at points of a container's life, with its state
 * on standard input. hook.c plans, hook_run.c runs. Knows nothing of what a hook is for.
 *
 * Sources: runtime-spec, "POSIX-platform Hooks" and "Lifecycle".
 */
#pragma once

#include <sys/types.h>

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

enum hook_kind {
	HOOK_PRESTART,
	HOOK_CREATE_RUNTIME,
	HOOK_CREATE_CONTAINER,
	HOOK_START_CONTAINER,
	HOOK_POSTSTART,
	HOOK_POSTSTOP,
	HOOK_KINDS,
};

/* "prestart": as the configuration names it. */
const char *hook_kind_name(enum hook_kind kind);

/* The hooks of a kind; empty for a configuration without any. */
struct oci_hook_list hook_list(const struct oci_hooks *hooks, enum hook_kind kind);

/*
 * Checks all hooks, once it is known which namespaces are joined. An error names the path that is
 * not absolute, the environment's entry that is not of the form NAME=value, or a createContainer
 * hook that would run in reach of others.
 */
int hook_plan(struct planning *p, struct error *err);

/* Behind all mounts, before the root is entered: the record, then the hooks of create. */
void hook_plan_create(struct planning *p);

/* Behind `start`, before everything that is done last. */
void hook_plan_start(struct planning *p);

/*
 * At the end: what `start` and `delete` run by the record. poststop hooks are taken up by the undo
 * list at the step `created`, if hook_plan_create has not done so.
 */
void hook_plan_later(struct planning *p, size_t created);

/* Whether a hook of create may look for the root at its own path. */
bool hook_has_create(const struct oci_config *config);

struct hook {
	uint8_t kind; /* enum hook_kind */
	const char *path;
	char *const *argv;
	char *const *envp;
	int64_t timeout;    /* seconds; 0: none */
	const char *status; /* of the container, at this point */
	const char *state;  /* JSON up to where the pid stands ... */
	const char *rest;   /* ... and behind it */
	const char *bundle;
	/* it counts as one of the container's processes, whose number the configuration limits */
	bool is_counted;
};

/*
 * The text of a container's state. All its hooks share one: annotations may be megabytes, and hooks
 * thousands.
 */
struct hook_state {
	const char *begin[HOOK_KINDS]; /* up to where the pid stands, with the kind's status */
	const char *rest;
	const char *bundle;
};

/* `state` needs version, id, bundle and annotations; the status is set by the kind of a hook. */
void hook_state_make(struct arena *arena, const struct oci_state *state, struct hook_state *ret);

/* Of one hook of the configuration or of a record, everything in the arena, `given` or `state`. */
void hook_make(struct arena *arena, enum hook_kind kind, const struct oci_hook *given,
	       const struct hook_state *state, struct hook *ret);

/*
 * Runs it to its end. `pid` is the container's init as the hook sees it; `root_fd` is where a
 * createContainer hook begins, -1 for the others. What fails is an error with the end of the hook's
 * standard error in it. Allocates nothing.
 */
int hook_run(const struct hook *hook, int root_fd, pid_t pid, struct error *err);

int hook_apply(const struct hook *args, struct slots *slots, struct error *err);
void hook_describe(const struct hook *args, struct describer *d);
