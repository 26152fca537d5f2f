/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal, its size and its socket; and the processors of exec. */
#include "parts_test.h"
#include "plan/planner.h"
#include "topic/terminal.h"

#define SIZE(height, width) ",\"consoleSize\":{\"height\":" height ",\"width\":" width "}"

/* A create or run with this command line: the pointer of its error, or "". */
static void assert_console(const char *process, bool is_detached, const char *socket,
			   const char *pointer)
{
	const struct parts parts = { .process = process };
	struct plan_world w;
	int r;

	plan_world_init(&w, FACTS_V2);
	w.request.is_detached = is_detached;
	w.request.console_socket = socket;
	r = parts_plan(&w, &parts);
	assert_string_equal(w.err.pointer, pointer);
	assert_int_equal(r < 0, *pointer != '\0');
	assert_int_equal(*w.err.hint != '\0', *pointer != '\0');
	plan_world_done(&w);
}

static void test_who_serves_the_terminal(void **state)
{
	static const char with[] = ",\"terminal\":true", without[] = ",\"terminal\":false";

	(void)state;
	assert_console(with, true, "/s", "");
	assert_console(with, false, NULL, "");
	assert_console(with, true, NULL, "/process/terminal");
	assert_console(with, false, "/s", "/process/terminal");
	assert_console(without, true, NULL, "");
	assert_console(without, true, "/s", "/process/terminal");
	assert_console(without, false, "/s", "/process/terminal");
	assert_console("", true, "/s", "/process/terminal");
}

static void test_sizes(void **state)
{
	const struct terminal *args;
	struct plan_world w;

	(void)state;
	parts_refused(&(struct parts){ .process = ",\"terminal\":true" SIZE("65536", "1") },
		      "/process/consoleSize/height");
	parts_refused(&(struct parts){ .process = ",\"terminal\":true" SIZE("1", "65536") },
		      "/process/consoleSize/width");
	parts_planned(&w, &(struct parts){ .process = ",\"terminal\":true" SIZE("65535", "80") });
	args = parts_step(&w, OP_TERMINAL)->args;
	assert_int_equal(args->rows, 65535);
	assert_int_equal(args->columns, 80);
	plan_world_done(&w);
}

/* "MUST be ignored" */
static void test_without_a_terminal_its_size_is_ignored(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = SIZE("18446744073709551615", "0") });
	assert_null(parts_step(&w, OP_TERMINAL));
	assert_int_equal(plan_refusal(w.plan, &w.err), 0);
	plan_world_done(&w);
}

/* A step of its own operation has no words for it: the pointer must do. */
static void test_a_terminal_is_refused_by_its_pointer(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = ",\"terminal\":true" });
	assert_int_equal(plan_refusal(w.plan, &w.err), -ENOTSUP);
	assert_string_equal(w.err.pointer, "/process/terminal");
	assert_string_equal(w.err.text, "/process/terminal is not carried out by this build");
	plan_world_done(&w);
}

#define AFFINITY(members) ",\"execCPUAffinity\":{" members "}"

static void test_processors_of_exec(void **state)
{
	struct plan_world w;
	size_t n_steps;

	(void)state;
	parts_refused(&(struct parts){ .process = AFFINITY("\"initial\":\"3-1\"") },
		      "/process/execCPUAffinity/initial");
	parts_refused(&(struct parts){ .process = AFFINITY("\"final\":\"0,8192\"") },
		      "/process/execCPUAffinity/final");
	parts_refused(&(struct parts){ .process = AFFINITY("\"initial\":\"0\",\"final\":\"-1\"") },
		      "/process/execCPUAffinity/final");
	parts_planned(&w, &(struct parts){ .process = "" });
	n_steps = w.plan->n_steps;
	plan_world_done(&w);
	/* nothing of it is for the container's first process */
	parts_planned(&w, &(struct parts){ .process = AFFINITY("\"initial\":\"0-1, 3\","
							       "\"final\":\"\"") });
	assert_int_equal(w.plan->n_steps, n_steps);
	assert_int_equal(plan_refusal(w.plan, &w.err), 0);
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_serves_the_terminal),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_without_a_terminal_its_size_is_ignored),
		cmocka_unit_test(test_a_terminal_is_refused_by_its_pointer),
		cmocka_unit_test(test_processors_of_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
