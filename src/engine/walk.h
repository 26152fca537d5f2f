/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk of one actor over the plan: it runs the steps of its own stages in order, and passes the
 * baton where the other's begin.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/shared.h"
#include "step/step.h"

struct walker;

/* Runs a step that is the engine's own. */
typedef int (*engine_step_fn)(struct walker *walker, const struct step *step, struct error *err);

struct walker {
	const struct plan *plan;
	struct slots slots;
	struct shared *shared;
	struct actor_report *report; /* where this actor tells how far it got */
	enum actor actor;
	bool has_baton;
	bool is_released; /* the child goes on when the runtime is gone */
	size_t at;        /* the step that is run, or comes next */
	engine_step_fn run_engine_step;
	void *context; /* for run_engine_step */
};

/*
 * Walks on from walker->at. 0 when no step of this actor is left. -EPIPE without touching err when
 * the other actor is gone; any other failure is in err, with step and pointer.
 */
int walk(struct walker *walker, struct error *err);

/* The first step from there on that is not run meanwhile: whose it is has the turn. */
size_t walk_next(const struct plan *plan, size_t from);

/* Adds to an error which step failed, and what asked for it. Returns -err->code. */
int walk_error(const struct plan *plan, size_t step, struct error *err);
