/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over the plan; see the header. Safe between clone and exec. */
#include "engine/walk.h"

#include <errno.h>

#include "base/clock.h"
#include "engine/baton.h"
#include "engine/fault.h"
#include "plan/operations.h"

static bool is_mine(const struct walker *w, size_t step)
{
	switch ((enum stage)w->plan->steps[step].stage) {
	case STAGE_RUNTIME:
		return w->actor == ACTOR_RUNTIME;
	case STAGE_ONE:
	case STAGE_TWO:
		return w->actor == ACTOR_CHILD;
	case STAGE_START:
	case STAGE_DELETE:
		break;
	}
	return false;
}

/* From the end: only steps of hooks, which are nobody's here, may come behind the child's exec. */
static bool has_more(const struct walker *w)
{
	for (size_t i = w->plan->n_steps; i-- > w->at;)
		if (is_mine(w, i))
			return true;
	return false;
}

int walk_error(const struct plan *plan, size_t step, struct error *err)
{
	if (err->step == 0) {
		err->step = (uint32_t)step + 1;
		err->steps = (uint32_t)plan->n_steps;
		err->stage = plan->steps[step].stage;
	}
	return error_at(err, "%s", plan->steps[step].pointer);
}

/* One step; w->at is behind it when it is done, even if a fault is injected then. */
static int run_step(struct walker *w, struct error *err)
{
	const struct step *step = &w->plan->steps[w->at];
	const char *name = operation_name((enum operation)step->operation);
	bool is_timed = w->shared && w->shared->is_timed;
	int r;

	w->report->step = (uint32_t)w->at;
	if (step->operation == OP_EXEC)
		w->report->state = ACTOR_EXECUTING;
	if (is_timed)
		w->shared->times[w->at].begin = clock_now();
	r = fault_point(name, err);
	if (r == 0)
		r = operation_is_engines((enum operation)step->operation)
			    ? w->run_engine_step(w, step, err)
			    : operation_apply(step, &w->slots, err);
	if (is_timed)
		w->shared->times[w->at].end = clock_now();
	if (r < 0)
		return walk_error(w->plan, w->at, err);
	w->at++;
	r = fault_point(name, err);
	return r < 0 ? walk_error(w->plan, w->at - 1, err) : 0;
}

size_t walk_next(const struct plan *plan, size_t from)
{
	while (from < plan->n_steps && plan->steps[from].is_meanwhile)
		from++;
	return from;
}

/* Passes the baton, with the descriptors that steps of this turn gave for the other's. */
static int pass(struct walker *w, size_t turn, size_t next)
{
	struct baton baton = { .next = (uint32_t)next };

	for (size_t i = turn; i < w->at; i++) {
		uint8_t slot = w->plan->steps[i].hands_over;

		if (!slot || !is_mine(w, i) || slot_get(&w->slots, slot) < 0)
			continue;
		if (baton.n_fds == BATON_FDS_MAX)
			return -E2BIG; /* the planner must give them out in smaller turns */
		baton.slots[baton.n_fds++] = slot;
	}
	w->has_baton = false;
	return baton_send(slot_get(&w->slots, SLOT_SOCKET), &baton, &w->slots);
}

/* That the other is gone is not this actor's error. */
static int baton_error(int r, struct error *err)
{
	return r < 0 && r != -EPIPE ? error_errno(err, -r, "pass the baton") : r;
}

/* Passes the baton (if this actor has it) and waits until it comes back. */
static int wait_turn(struct walker *w, size_t turn)
{
	struct baton baton;
	int r = w->has_baton ? pass(w, turn, w->at) : 0;

	if (r < 0 || !has_more(w))
		return r;
	r = baton_receive(slot_get(&w->slots, SLOT_SOCKET), &baton, &w->slots);
	if (r < 0)
		return r;
	w->at = baton.next;
	w->has_baton = true;
	return 0;
}

/*
 * In front of a step that is run meanwhile: the other actor is let go first, if it is his turn
 * after it.
 */
static int let_go(struct walker *w, size_t turn)
{
	size_t next = walk_next(w->plan, w->at);

	if (!w->has_baton || next == w->plan->n_steps || is_mine(w, next))
		return 0;
	return pass(w, turn, next);
}

/* After its release the child goes on by itself when the runtime is gone. */
static void go_on_alone(struct walker *w)
{
	while (w->at < w->plan->n_steps && !is_mine(w, w->at))
		w->at++;
	w->has_baton = true;
}

/* One of this actor's steps, or the wait for the next; `turn` is where this turn began. */
static int walk_on(struct walker *w, size_t *turn, struct error *err)
{
	const struct step *step = &w->plan->steps[w->at];
	int r;

	if (is_mine(w, w->at)) {
		r = step->is_meanwhile ? let_go(w, *turn) : 0;
		if (r == 0)
			return run_step(w, err);
	} else if (step->is_meanwhile) {
		w->at++;
		return 0;
	} else {
		r = wait_turn(w, *turn);
		*turn = w->at;
	}
	if (r == -EPIPE && w->is_released) {
		go_on_alone(w);
		return 0;
	}
	return baton_error(r, err);
}

int walk(struct walker *w, struct error *err)
{
	size_t turn = w->at;
	int r = 0;

	while (r == 0 && has_more(w))
		r = walk_on(w, &turn, err);
	/* who is done leaves the rest to the other */
	if (r == 0 && w->has_baton && w->at < w->plan->n_steps && !w->is_released)
		return baton_error(pass(w, turn, walk_next(w->plan, w->at)), err);
	return r;
}
