/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carrying out a plan: the runtime's walk, the clone, the child's walk. Knows processes, not
 * containers: what a container's record is, it is told by its caller.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "engine/walk.h"
#include "step/step.h"

struct engine {
	/* given by the caller */
	const struct plan *plan;
	int proc_fd;    /* sys/procfd.h */
	int listen_fd;  /* for SLOT_LISTEN, -1: none; the caller closes his own after the launch */
	int waiting_fd; /* for SLOT_WAITING, likewise */
	unsigned preserve_fds; /* what the child keeps from 3 on */
	bool is_traced;
	const int *namespace_fds; /* for the slots from plan->namespace_slot on */
	size_t n_namespaces;
	void *context; /* for these functions: */
	int (*prepare_record)(void *context, pid_t pid, int pidfd, struct error *err);
	int (*keep_config)(void *context, struct error *err);
	int (*record_hooks)(void *context, struct error *err);
	int (*record_created)(void *context, struct error *err);
	int (*write_pid_file)(void *context, pid_t pid, struct error *err);

	/* what came of it */
	struct walker walker; /* the runtime's */
	pid_t pid;            /* 0: not made */
	int pidfd;
};

/*
 * Walks until nothing is left for the runtime. On failure the child has been killed and reaped, and
 * engine->walker.at is the step up to which (exclusive) the runtime's own are done; nothing is
 * undone.
 */
int engine_launch(struct engine *engine, struct error *err);

/* Waits until the child executes its program (0), or has failed to (then it is reaped). */
int engine_await_program(struct engine *engine, struct error *err);

/* Waits for the child's end: its exit status, or 128 plus the signal. -errno. */
int engine_wait(struct engine *engine);

/* Kills and reaps the child, if there is one. */
void engine_kill(struct engine *engine);

/* Closes what the plan still holds open: it may be what is missing for taking it back. */
void engine_close(struct engine *engine);

/* Frees what the launch mapped and opened. */
void engine_done(struct engine *engine);
