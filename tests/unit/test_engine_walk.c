/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk: two processes, the same list of steps. The steps are the engine's own, so that the
 * functions of the test run them; each leaves a mark in memory that both processes see.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/baton.h"
#include "engine/fault.h"
#include "engine/walk.h"
#include "unit.h"

enum { MARKS_MAX = 64, SLOT_GIFT = SLOT_FREE, SLOT_SECOND, SLOT_COUNT };

/* What a step of the test does beside leaving its mark. */
enum deed { NOTHING, FAIL, DIE, GIVE, TAKE, RELEASE, SEE_NEXT, SEE_SECOND, SEE_NO_NEXT };

struct marks {
	unsigned n; /* both processes may be at a step */
	bool is_done[MARKS_MAX];
	struct {
		uint32_t step, actor;
		int value;
	} v[MARKS_MAX];
};

struct script {
	const char *actors; /* "rccr": whose steps they are; "R", "C": meanwhile */
	enum deed deeds[MARKS_MAX];
};

struct play {
	struct step steps[MARKS_MAX];
	struct plan plan;
	struct script script;
	struct marks *marks;
	struct walker walker;
	int slots[SLOT_COUNT];
	int sockets[2];
	pid_t child;
};

/* --- the steps --- */

static int give(struct walker *w)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0 || write(fds[1], "!", 1) != 1)
		return -1;
	close(fds[1]);
	slot_set(&w->slots, SLOT_GIFT, fds[0]);
	return 0;
}

static int take(struct walker *w)
{
	char c = 0;
	int fd = slot_get(&w->slots, SLOT_GIFT);

	return fd >= 0 && read(fd, &c, 1) == 1 ? c : -1;
}

/* Whether the other actor comes so far while this step is run. */
static int see(const struct play *play, size_t index, unsigned milliseconds)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned i = 0; i < milliseconds; i++) {
		if (__atomic_load_n(&play->marks->is_done[index], __ATOMIC_ACQUIRE))
			return 1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int deed_do(struct walker *w, size_t index, struct error *err)
{
	const struct play *play = w->context;

	switch (play->script.deeds[index]) {
	case NOTHING:
		return 0;
	case FAIL:
		return error_set(err, EXDEV, "step %zu failed", index);
	case DIE:
		return raise(SIGKILL);
	case GIVE:
		return give(w);
	case TAKE:
		return take(w);
	case RELEASE:
		w->is_released = true;
		return 0;
	case SEE_NEXT:
		return see(play, index + 1, 5000);
	case SEE_SECOND:
		return see(play, index + 2, 5000);
	case SEE_NO_NEXT:
		return see(play, index + 1, 30);
	}
	return 0;
}

static int run_step(struct walker *w, const struct step *step, struct error *err)
{
	const struct play *play = w->context;
	size_t index = (size_t)(step - play->plan.steps);
	unsigned mark = __atomic_fetch_add(&play->marks->n, 1, __ATOMIC_ACQ_REL);
	int r;

	play->marks->v[mark].step = (uint32_t)index;
	play->marks->v[mark].actor = w->actor;
	r = deed_do(w, index, err);
	play->marks->v[mark].value = r;
	if (r >= 0)
		__atomic_store_n(&play->marks->is_done[index], true, __ATOMIC_RELEASE);
	return err->code ? -err->code : 0;
}

/* --- the two processes --- */

static bool is_runtimes(char actor)
{
	return actor == 'r' || actor == 'R';
}

static void begin(struct play *play, const struct script *script)
{
	memset(play, 0, sizeof(*play));
	play->script = *script;
	play->plan.steps = play->steps;
	play->plan.n_steps = strlen(script->actors);
	for (size_t i = 0; i < play->plan.n_steps; i++) {
		play->steps[i].operation = OP_RECORD_CREATED;
		play->steps[i].stage = is_runtimes(script->actors[i]) ? STAGE_RUNTIME : STAGE_TWO;
		play->steps[i].is_meanwhile = script->actors[i] == 'R' || script->actors[i] == 'C';
		play->steps[i].pointer = i % 2 ? "/odd" : "";
		if (script->deeds[i] == GIVE)
			play->steps[i].hands_over = SLOT_GIFT;
	}
	play->marks = mmap(NULL, sizeof(*play->marks), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(play->marks, MAP_FAILED);
	assert_int_equal(baton_pair(play->sockets), 0);
	assert_int_equal(shared_make(play->plan.n_steps, true, &play->walker.shared), 0);
	play->walker.plan = &play->plan;
	play->walker.slots = (struct slots){ play->slots, SLOT_COUNT };
	play->walker.run_engine_step = run_step;
	play->walker.context = play;
	for (unsigned i = 0; i < SLOT_COUNT; i++)
		play->slots[i] = -1;
}

static void become(struct play *play, enum actor actor)
{
	struct walker *w = &play->walker;

	close(play->sockets[1 - actor]);
	slot_set(&w->slots, SLOT_SOCKET, play->sockets[actor]);
	w->actor = actor;
	w->report = &w->shared->actor[actor];
	w->has_baton = is_runtimes(play->script.actors[walk_next(&play->plan, 0)]) ==
		       (actor == ACTOR_RUNTIME);
}

static int child_walk(struct play *play)
{
	struct error err = { 0 };
	int r;

	become(play, ACTOR_CHILD);
	r = walk(&play->walker, &err);
	if (err.code)
		play->walker.report->error = err;
	return r == 0 ? 0 : 1;
}

static int perform(struct play *play, const struct script *script, struct error *err)
{
	begin(play, script);
	play->child = fork();
	assert_true(play->child >= 0);
	if (play->child == 0)
		_exit(child_walk(play));
	become(play, ACTOR_RUNTIME);
	return walk(&play->walker, err);
}

/* The runtime ends; gives how the child does. */
static int finish(struct play *play)
{
	int status;

	if (slot_get(&play->walker.slots, SLOT_GIFT) >= 0)
		close(slot_get(&play->walker.slots, SLOT_GIFT));
	close(slot_get(&play->walker.slots, SLOT_SOCKET));
	assert_int_equal(waitpid(play->child, &status, 0), play->child);
	return status;
}

static void drop(struct play *play)
{
	shared_free(play->walker.shared);
	munmap(play->marks, sizeof(*play->marks));
}

/* Each step once, in order, by its own actor. */
static void assert_marks(const struct play *play, unsigned n)
{
	assert_int_equal(play->marks->n, n);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(play->marks->v[i].step, i);
		assert_int_equal(play->marks->v[i].actor,
				 is_runtimes(play->script.actors[i]) ? ACTOR_RUNTIME : ACTOR_CHILD);
	}
}

/* --- tests --- */

static void check_order(const char *actors)
{
	const struct script script = { .actors = actors };
	struct error err = { 0 };
	struct play play;

	assert_int_equal(perform(&play, &script, &err), 0);
	assert_int_equal(finish(&play), 0);
	assert_marks(&play, (unsigned)strlen(actors));
	drop(&play);
}

static void test_steps_run_in_order(void **state)
{
	(void)state;
	check_order("r");
	check_order("rc");
	check_order("c");
	check_order("cr");
	check_order("rrcc");
	check_order("rcrcrcrcrcrcrcrc");
	check_order("crcrccrrrccc");
	check_order("rcccccccccccccccrc");
}

static void test_each_step_is_timed(void **state)
{
	const struct script script = { .actors = "rccr" };
	struct error err = { 0 };
	uint64_t before = clock_now();
	struct play play;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), 0);
	assert_int_equal(finish(&play), 0);
	for (size_t i = 0; i < play.plan.n_steps; i++) {
		const struct step_times *times = &play.walker.shared->times[i];

		assert_true(times->begin >= before);
		assert_true(times->end >= times->begin);
		before = times->end;
	}
	assert_int_equal(play.walker.shared->actor[ACTOR_CHILD].step, 2);
	assert_int_equal(play.walker.shared->actor[ACTOR_RUNTIME].step, 3);
	drop(&play);
}

static void check_gift(const char *actors, enum deed first, enum deed second, enum deed third)
{
	const struct script script = {
		.actors = actors, .deeds = {first, second, third}
	};
	struct error err = { 0 };
	struct play play;

	assert_int_equal(perform(&play, &script, &err), 0);
	assert_int_equal(finish(&play), 0);
	assert_int_equal(play.marks->v[strlen(actors) - 1].value, '!');
	drop(&play);
}

static void test_descriptors_are_handed_over(void **state)
{
	(void)state;
	check_gift("rc", GIVE, TAKE, NOTHING);
	check_gift("cr", GIVE, TAKE, NOTHING);
	check_gift("rrc", GIVE, NOTHING, TAKE);
	check_gift("crr", GIVE, NOTHING, TAKE);
	/* who gives may go on with it until its turn ends */
	check_gift("rr", GIVE, TAKE, NOTHING);
}

static void test_a_failure_of_the_runtime(void **state)
{
	const struct script script = { .actors = "rcrcr", .deeds = { [2] = FAIL } };
	struct error err = { 0 };
	struct play play;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), -EXDEV);
	assert_int_equal(err.step, 3);
	assert_int_equal(err.steps, 5);
	assert_int_equal(err.stage, STAGE_RUNTIME);
	assert_string_equal(err.pointer, "");
	assert_int_equal(play.walker.at, 2);
	/* the child sees that the runtime is gone, and does not go on */
	assert_int_not_equal(finish(&play), 0);
	assert_marks(&play, 3);
	assert_int_equal(play.walker.shared->actor[ACTOR_CHILD].error.code, 0);
	drop(&play);
}

static void test_a_failure_of_the_child(void **state)
{
	const struct script script = { .actors = "rcrcr", .deeds = { [3] = FAIL } };
	const struct error *told;
	struct error err = { 0 };
	struct play play;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), -EPIPE);
	assert_int_equal(err.code, 0);
	assert_int_not_equal(finish(&play), 0);
	assert_marks(&play, 4);
	told = &play.walker.shared->actor[ACTOR_CHILD].error;
	assert_int_equal(told->code, EXDEV);
	assert_int_equal(told->step, 4);
	assert_int_equal(told->stage, STAGE_TWO);
	assert_string_equal(told->pointer, "/odd");
	drop(&play);
}

static void test_the_child_is_killed(void **state)
{
	const struct script script = { .actors = "rccr", .deeds = { [2] = DIE } };
	struct error err = { 0 };
	struct play play;
	int status;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), -EPIPE);
	assert_int_equal(err.code, 0);
	status = finish(&play);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(play.walker.shared->actor[ACTOR_CHILD].step, 2);
	assert_true(play.walker.shared->times[2].begin > 0);
	assert_int_equal(play.walker.shared->times[2].end, 0);
	drop(&play);
}

/* A runtime that fails after the release takes nothing back: the child skips what was the
 * runtime's. */
static void test_a_released_child_goes_on_alone(void **state)
{
	const struct script script = {
		.actors = "rcrcrc", .deeds = {[1] = RELEASE, [2] = FAIL}
	};
	struct error err = { 0 };
	struct play play;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), -EXDEV);
	assert_int_equal(finish(&play), 0);
	assert_int_equal(play.marks->n, 5);
	assert_int_equal(play.marks->v[3].step, 3);
	assert_int_equal(play.marks->v[4].step, 5);
	assert_int_equal(play.marks->v[4].actor, ACTOR_CHILD);
	drop(&play);
}

/* The runtime's last step is not the plan's: it does not wait for the child's. */
static void test_the_runtime_leaves_when_nothing_is_left_for_it(void **state)
{
	const struct script script = { .actors = "rcrccc" };
	struct error err = { 0 };
	struct play play;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), 0);
	assert_int_equal(finish(&play), 0);
	assert_marks(&play, 6);
	drop(&play);
}

/* --- meanwhile --- */

/* What the step saw; each is run once, and by its own actor. */
static int value_of(const struct play *play, unsigned step)
{
	int value = -1;
	unsigned times = 0;

	for (unsigned i = 0; i < play->marks->n; i++) {
		if (play->marks->v[i].step != step)
			continue;
		times++;
		value = play->marks->v[i].value;
		assert_int_equal(play->marks->v[i].actor, is_runtimes(play->script.actors[step])
								  ? ACTOR_RUNTIME
								  : ACTOR_CHILD);
	}
	assert_int_equal(times, 1);
	return value;
}

/* Each step is run once; "..1." says which one saw the next be done. */
static void check_meanwhile(const struct script *script, const char *seen)
{
	unsigned n = (unsigned)strlen(script->actors);
	struct error err = { 0 };
	struct play play;

	assert_int_equal(perform(&play, script, &err), 0);
	assert_int_equal(finish(&play), 0);
	assert_int_equal(play.marks->n, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(value_of(&play, i), seen[i] == '1');
	drop(&play);
}

static void test_the_other_walks_on_meanwhile(void **state)
{
	(void)state;
	check_meanwhile(&(struct script){ .actors = "rRcr", .deeds = { [1] = SEE_NEXT } }, ".1..");
	check_meanwhile(&(struct script){ .actors = "rcCrc", .deeds = { [2] = SEE_NEXT } },
			"..1..");
	/* the last of a plan's steps: nobody is waited for */
	check_meanwhile(&(struct script){ .actors = "rcrR", .deeds = { 0 } }, "....");
}

/* The other is let go at the first of them, and passes over both. */
static void test_two_in_a_row_are_run_meanwhile(void **state)
{
	(void)state;
	check_meanwhile(&(struct script){ .actors = "rRRcrc", .deeds = { [1] = SEE_SECOND } },
			".1....");
	check_meanwhile(&(struct script){ .actors = "rcCCrc", .deeds = { [2] = SEE_SECOND } },
			"..1...");
}

/* As after the clone: a child that has its turn passes over what the runtime runs meanwhile. */
static void test_who_has_the_turn_passes_over_what_is_run_meanwhile(void **state)
{
	(void)state;
	check_meanwhile(&(struct script){ .actors = "Rcr", .deeds = { [0] = SEE_NEXT } }, "1..");
	check_meanwhile(&(struct script){ .actors = "RRcrc", .deeds = { [1] = SEE_NEXT } },
			".1...");
}

/* Whose turn it is afterwards anyway lets nobody go: the baton's descriptors are still here. */
static void test_who_goes_on_afterwards_keeps_the_baton(void **state)
{
	(void)state;
	check_meanwhile(&(struct script){ .actors = "rRrc", .deeds = { [1] = SEE_NO_NEXT } },
			"....");
	check_meanwhile(&(struct script){ .actors = "rRRrcr", .deeds = { [3] = SEE_NO_NEXT } },
			"......");
}

static void check_gift_meanwhile(const char *actors)
{
	const struct script script = {
		.actors = actors, .deeds = {GIVE, NOTHING, TAKE}
	};
	struct error err = { 0 };
	struct play play;

	assert_int_equal(perform(&play, &script, &err), 0);
	assert_int_equal(finish(&play), 0);
	assert_int_equal(value_of(&play, 2), '!');
	drop(&play);
}

static void test_what_is_given_goes_along_before_a_meanwhile_step(void **state)
{
	(void)state;
	check_gift_meanwhile("rRc");
	check_gift_meanwhile("cCr");
}

static void test_a_failure_meanwhile(void **state)
{
	const struct script script = { .actors = "rRcr", .deeds = { [1] = FAIL } };
	const struct script childs = { .actors = "rcCrc", .deeds = { [2] = FAIL } };
	struct error err = { 0 };
	struct play play;
	int r;

	(void)state;
	assert_int_equal(perform(&play, &script, &err), -EXDEV);
	assert_int_equal(err.step, 2);
	assert_int_equal(err.stage, STAGE_RUNTIME);
	assert_string_equal(err.pointer, "/odd");
	assert_int_equal(play.walker.at, 1);
	finish(&play);
	drop(&play);

	err = (struct error){ 0 };
	/* the runtime may be through with its step before, and sees it then or not */
	r = perform(&play, &childs, &err);
	assert_true(r == 0 || r == -EPIPE);
	assert_int_equal(err.code, 0);
	assert_int_not_equal(finish(&play), 0);
	assert_int_equal(play.walker.shared->actor[ACTOR_CHILD].error.code, EXDEV);
	assert_int_equal(play.walker.shared->actor[ACTOR_CHILD].error.step, 3);
	drop(&play);
}

/* --- errors --- */

/* Each of the first steps gives one; the baton would have to leave some behind. */
static void check_too_many(const char *actors)
{
	const unsigned n_gifts = BATON_FDS_MAX + 1;
	struct script script = { .actors = actors };
	struct error err = { 0 };
	struct play play;

	for (unsigned i = 0; i < n_gifts; i++)
		script.deeds[i] = GIVE;
	assert_int_equal(perform(&play, &script, &err), -E2BIG);
	assert_int_equal(err.code, E2BIG);
	assert_int_not_equal(finish(&play), 0);
	assert_int_equal(play.marks->n, n_gifts);
	drop(&play);
}

static void test_too_many_descriptors_for_a_baton(void **state)
{
	(void)state;
	check_too_many("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrc");
	check_too_many("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrcr");
	check_too_many("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrRcr");
}

static void test_the_innermost_error_keeps_its_step(void **state)
{
	struct step steps[] = {
		{.pointer = "/a", .stage = STAGE_ONE },
                { .pointer = "/b"             }
	};
	const struct plan plan = { .steps = steps, .n_steps = 2 };
	struct error err = { 0 };

	(void)state;
	error_set(&err, EIO, "x");
	assert_int_equal(walk_error(&plan, 0, &err), -EIO);
	walk_error(&plan, 1, &err);
	assert_int_equal(err.step, 1);
	assert_int_equal(err.steps, 2);
	assert_int_equal(err.stage, STAGE_ONE);
	assert_string_equal(err.pointer, "/a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_run_in_order),
		cmocka_unit_test(test_each_step_is_timed),
		cmocka_unit_test(test_descriptors_are_handed_over),
		cmocka_unit_test(test_a_failure_of_the_runtime),
		cmocka_unit_test(test_a_failure_of_the_child),
		cmocka_unit_test(test_the_child_is_killed),
		cmocka_unit_test(test_a_released_child_goes_on_alone),
		cmocka_unit_test(test_the_runtime_leaves_when_nothing_is_left_for_it),
		cmocka_unit_test(test_the_other_walks_on_meanwhile),
		cmocka_unit_test(test_two_in_a_row_are_run_meanwhile),
		cmocka_unit_test(test_who_has_the_turn_passes_over_what_is_run_meanwhile),
		cmocka_unit_test(test_who_goes_on_afterwards_keeps_the_baton),
		cmocka_unit_test(test_what_is_given_goes_along_before_a_meanwhile_step),
		cmocka_unit_test(test_a_failure_meanwhile),
		cmocka_unit_test(test_too_many_descriptors_for_a_baton),
		cmocka_unit_test(test_the_innermost_error_keeps_its_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
