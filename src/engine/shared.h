/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the actors tell each other without a message: memory that both map, so that where a process
 * was and what went wrong is known even when it was killed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum actor { ACTOR_RUNTIME, ACTOR_CHILD, ACTOR_COUNT };

enum actor_state {
	ACTOR_WALKING,   /* at `step` */
	ACTOR_FAILED,    /* `error` is whole */
	ACTOR_RELEASED,  /* lives on without the runtime, at `step` */
	ACTOR_EXECUTING, /* the next thing that happens is the container's program, or a failure */
};

/* Also what `start` gives to a waiting init in a memfd: the layout is frozen (start_message.h). */
struct actor_report {
	uint32_t state; /* enum actor_state */
	uint32_t step;  /* index into the plan */
	struct error error;
};

struct step_times {
	uint64_t begin, end; /* CLOCK_REALTIME, nanoseconds; 0: not run */
};

struct shared {
	size_t size;
	bool is_timed;
	int32_t second; /* the pid, as the runtime sees it, of the process that took the child's
			   place; written by the kernel before that one runs; 0: none */
	struct actor_report actor[ACTOR_COUNT];
	struct step_times times[]; /* one a step, when is_timed */
};

/* Maps it, all pages present. -errno. */
int shared_make(size_t n_steps, bool is_timed, struct shared **ret);
void shared_free(struct shared *shared);
