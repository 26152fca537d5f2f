/* SPDX-License-Identifier: Apache-2.0 */
/* What the actors leave behind for others: shared memory, the trace file, injected faults. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

#include "engine/fault.h"
#include "engine/shared.h"
#include "engine/trace.h"
#include "topic/hostname.h"
#include "unit.h"

/* --- shared memory --- */

static void test_memory_is_shared_with_a_child(void **state)
{
	struct shared *shared = NULL;
	pid_t child;

	(void)state;
	assert_int_equal(shared_make(3, true, &shared), 0);
	assert_true(shared->is_timed);
	assert_int_equal(shared->actor[ACTOR_CHILD].state, ACTOR_WALKING);
	assert_int_equal(shared->times[2].end, 0);
	child = fork();
	if (child == 0) {
		error_set(&shared->actor[ACTOR_CHILD].error, EIO, "from the child");
		shared->times[2].end = 9;
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_string_equal(shared->actor[ACTOR_CHILD].error.text, "from the child");
	assert_int_equal(shared->times[2].end, 9);
	shared_free(shared);
}

static void test_memory_without_times(void **state)
{
	struct shared *shared = NULL;

	(void)state;
	assert_int_equal(shared_make(1000000, false, &shared), 0);
	assert_false(shared->is_timed);
	assert_int_equal(shared->size, sizeof(*shared));
	shared_free(shared);
	shared_free(NULL);
}

/* --- the trace --- */

static const struct hostname name = { .name = "a \"b\"\n" };

static const struct step steps[] = {
	{.operation = OP_HOSTNAME, .stage = STAGE_ONE, .args = &name,                      .pointer = "/hostname" },
	{ .operation = OP_RECORD_CREATED,                       .stage = STAGE_RUNTIME,           .pointer = ""},
	{ .operation = OP_RELEASE,                       .stage = STAGE_TWO,                  .pointer = ""            },
};

static const struct plan plan = { .steps = (struct step *)steps, .n_steps = COUNT(steps) };

static yajl_val find(yajl_val object, const char *key, yajl_type type)
{
	const char *path[] = { key, NULL };
	yajl_val value = yajl_tree_get(object, path, type);

	if (!value)
		fail_msg("no %s", key);
	return value;
}

static yajl_val trace(struct arena *arena, const struct shared *shared)
{
	struct strbuf text;
	char failure[256];
	yajl_val tree;

	strbuf_init(&text, arena);
	trace_write(&plan, shared, &text);
	assert_int_equal(text.data[text.length - 1], '\n');
	tree = yajl_tree_parse(text.data, failure, sizeof(failure));
	if (!tree)
		fail_msg("%s", failure);
	return tree;
}

static void check_event(yajl_val event, const char *operation, const char *time,
			const char *duration)
{
	assert_string_equal(YAJL_GET_STRING(find(event, "name", yajl_t_string)), operation);
	assert_string_equal(YAJL_GET_STRING(find(event, "ph", yajl_t_string)), "X");
	assert_string_equal(YAJL_GET_NUMBER(find(event, "ts", yajl_t_number)), time);
	assert_string_equal(YAJL_GET_NUMBER(find(event, "dur", yajl_t_number)), duration);
	find(event, "pid", yajl_t_number);
	find(event, "tid", yajl_t_number);
	find(event, "args", yajl_t_object);
}

/* Steps that have not begun are left out; one that has not ended has no duration. */
static void test_events_of_a_trace(void **state)
{
	struct shared *shared;
	struct arena arena;
	yajl_val tree, events;

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_int_equal(shared_make(COUNT(steps), true, &shared), 0);
	shared->times[0] = (struct step_times){ 1700000000123456789u, 1700000000123458790u };
	shared->times[2] = (struct step_times){ 5, 0 };
	tree = trace(&arena, shared);
	events = find(tree, "traceEvents", yajl_t_array);
	assert_int_equal(YAJL_GET_ARRAY(events)->len, 2);
	check_event(YAJL_GET_ARRAY(events)->values[0], "hostname", "1700000000123456.789", "2.001");
	check_event(YAJL_GET_ARRAY(events)->values[1], "release", "0.005", "0.000");
	yajl_tree_free(tree);
	shared_free(shared);
	arena_done(&arena);
}

static void test_a_trace_of_nothing(void **state)
{
	struct shared *shared;
	struct arena arena;
	yajl_val tree;

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_int_equal(shared_make(COUNT(steps), false, &shared), 0);
	tree = trace(&arena, shared);
	assert_int_equal(YAJL_GET_ARRAY(find(tree, "traceEvents", yajl_t_array))->len, 0);
	yajl_tree_free(tree);
	shared_free(shared);
	arena_done(&arena);
}

/* --- faults --- */

#ifdef FAULT_INJECTION

/* In a child: which point of five fails, or 0; a kill ends it. */
static int pass_points(const char *fault, enum actor actor)
{
	struct error err = { 0 };

	setenv("OCI_RT_FAULT", fault, 1);
	fault_init();
	fault_become(actor);
	for (int i = 1; i <= 5; i++)
		if (fault_point("here", &err) < 0)
			return err.code == EIO && strstr(err.text, "here") ? i : 99;
	return 0;
}

static int run_points(const char *fault, enum actor actor)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(pass_points(fault, actor));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_faults_hit_their_actor_at_their_point(void **state)
{
	(void)state;
	assert_int_equal(run_points("runtime:fail:1", ACTOR_RUNTIME), 1);
	assert_int_equal(run_points("runtime:fail:5", ACTOR_RUNTIME), 5);
	assert_int_equal(run_points("runtime:fail:6", ACTOR_RUNTIME), 0);
	assert_int_equal(run_points("runtime:fail:1", ACTOR_CHILD), 0);
	assert_int_equal(run_points("child:fail:3", ACTOR_CHILD), 3);
	assert_int_equal(run_points("child:kill:2", ACTOR_CHILD), -SIGKILL);
	assert_int_equal(run_points("child:kill:2", ACTOR_RUNTIME), 0);
	assert_int_equal(run_points("nobody:fail:1", ACTOR_RUNTIME), 0);
	assert_int_equal(run_points("runtime:fail:0", ACTOR_RUNTIME), 0);
	assert_int_equal(run_points("runtime:fail:x", ACTOR_RUNTIME), 0);
	assert_int_equal(run_points("", ACTOR_RUNTIME), 0);
}

static bool was_hit(const char *fault)
{
	char path[] = "/tmp/unit-fault-XXXXXX", text[8] = { 0 };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	setenv("OCI_RT_FAULT_HIT", path, 1);
	run_points(fault, ACTOR_RUNTIME);
	unsetenv("OCI_RT_FAULT_HIT");
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	unlink(path);
	return strncmp(text, "hit", 3) == 0;
}

static void test_a_sweep_learns_where_it_ends(void **state)
{
	(void)state;
	assert_true(was_hit("runtime:kill:5"));
	assert_true(was_hit("runtime:fail:1"));
	assert_false(was_hit("runtime:fail:6"));
}

#else

static void test_faults_hit_their_actor_at_their_point(void **state)
{
	struct error err = { 0 };

	(void)state;
	setenv("OCI_RT_FAULT", "runtime:kill:1", 1);
	fault_init();
	fault_become(ACTOR_RUNTIME);
	assert_int_equal(fault_point("here", &err), 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_shared_with_a_child),
		cmocka_unit_test(test_memory_without_times),
		cmocka_unit_test(test_events_of_a_trace),
		cmocka_unit_test(test_a_trace_of_nothing),
		cmocka_unit_test(test_faults_hit_their_actor_at_their_point),
#ifdef FAULT_INJECTION
		cmocka_unit_test(test_a_sweep_learns_where_it_ends),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
