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
	bool is_runtimes = w->plan->steps[step].stage == STAGE_RUNTIME;

	return is_runtimes == (w->actor == ACTOR_RUNTIME);
}

static bool has_more(const struct walker *w)
{
	for (size_t i = w->at; i < w->plan->n_steps; i++)
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

/* The descriptors that steps of this turn gave, for the other's turn. */
static void fill_baton(const struct walker *w, size_t turn, struct baton *baton)
{
	baton->next = (uint32_t)w->at;
	for (size_t i = turn; i < w->at && baton->n_fds < BATON_FDS_MAX; i++) {
		uint8_t slot = w->plan->steps[i].hands_over;

		if (slot && is_mine(w, i) && slot_get(&w->slots, slot) >= 0)
			baton->slots[baton->n_fds++] = slot;
	}
}

/* Passes the baton (if this actor has it) and waits until it comes back. */
static int wait_turn(struct walker *w, size_t turn, struct error *err)
{
	int fd = slot_get(&w->slots, SLOT_SOCKET);
	struct baton baton = { 0 };
	int r = 0;

	if (w->has_baton) {
		fill_baton(w, turn, &baton);
		w->has_baton = false;
		r = baton_send(fd, &baton, &w->slots);
	}
	if (r == 0 && has_more(w))
		r = baton_receive(fd, &baton, &w->slots);
	if (r == -EPIPE)
		return r;
	if (r < 0)
		return error_errno(err, -r, "pass the baton");
	if (has_more(w)) {
		w->at = baton.next;
		w->has_baton = true;
	}
	return 0;
}

/* After its release the child goes on by itself when the runtime is gone. */
static void go_on_alone(struct walker *w)
{
	while (w->at < w->plan->n_steps && !is_mine(w, w->at))
		w->at++;
	w->has_baton = true;
}

int walk(struct walker *w, struct error *err)
{
	size_t turn = w->at;

	while (w->at < w->plan->n_steps) {
		int r;

		if (is_mine(w, w->at)) {
			r = run_step(w, err);
			if (r < 0)
				return r;
			continue;
		}
		r = wait_turn(w, turn, err);
		if (r == -EPIPE && w->is_released)
			go_on_alone(w);
		else if (r < 0)
			return r;
		if (!has_more(w))
			return 0;
		turn = w->at;
	}
	return 0;
}
