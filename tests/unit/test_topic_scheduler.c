/* SPDX-License-Identifier: Apache-2.0 */
/* Scheduler, I/O priority and OOM score: what is refused, by whom it is set, and with what. */
#include "parts_test.h"
#include "sys/kernel.h"
#include "topic/io_priority.h"
#include "topic/oom.h"
#include "topic/scheduler.h"

#define SCHEDULER(members)   ",\"scheduler\":{\"policy\":\"SCHED_" members "}"
#define IO_PRIORITY(members) ",\"ioPriority\":{\"class\":\"IOPRIO_CLASS_" members "}"

static void refused(const char *process, const char *pointer)
{
	parts_refused(&(struct parts){ .process = process }, pointer);
}

static void test_scheduler_values_that_cannot_be(void **state)
{
	(void)state;
	refused(SCHEDULER("ISO\""), "/process/scheduler/policy");
	refused(SCHEDULER("OTHER\",\"nice\":20"), "/process/scheduler/nice");
	refused(SCHEDULER("BATCH\",\"nice\":-21"), "/process/scheduler/nice");
	refused(SCHEDULER("OTHER\",\"priority\":1"), "/process/scheduler/priority");
	refused(SCHEDULER("IDLE\",\"priority\":-1"), "/process/scheduler/priority");
	refused(SCHEDULER("DEADLINE\",\"priority\":1,\"runtime\":5000,\"deadline\":5000"),
		"/process/scheduler/priority");
	refused(SCHEDULER("FIFO\""), "/process/scheduler/priority");
	refused(SCHEDULER("RR\",\"priority\":100"), "/process/scheduler/priority");
	refused(SCHEDULER("FIFO\",\"priority\":-1"), "/process/scheduler/priority");
	refused(SCHEDULER("OTHER\",\"runtime\":1"), "/process/scheduler/runtime");
	refused(SCHEDULER("FIFO\",\"priority\":1,\"deadline\":1"), "/process/scheduler/deadline");
	refused(SCHEDULER("RR\",\"priority\":1,\"period\":1"), "/process/scheduler/period");
}

static void test_times_of_a_deadline_task(void **state)
{
	(void)state;
	refused(SCHEDULER("DEADLINE\""), "/process/scheduler/runtime");
	refused(SCHEDULER("DEADLINE\",\"runtime\":1023,\"deadline\":5000"),
		"/process/scheduler/runtime");
	refused(SCHEDULER("DEADLINE\",\"runtime\":9223372036854775808,"
			  "\"deadline\":9223372036854775809"),
		"/process/scheduler/runtime");
	refused(SCHEDULER("DEADLINE\",\"runtime\":5000"), "/process/scheduler/deadline");
	refused(SCHEDULER("DEADLINE\",\"runtime\":5000,\"deadline\":4999"),
		"/process/scheduler/deadline");
	refused(SCHEDULER("DEADLINE\",\"runtime\":5000,\"deadline\":6000,\"period\":5999"),
		"/process/scheduler/period");
}

static void test_what_the_kernel_gets(void **state)
{
	const struct scheduler *args;
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){
				  .process = SCHEDULER(
					  "DEADLINE\",\"runtime\":1024,\"deadline\":1024,"
					  "\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\","
					  "\"SCHED_FLAG_RECLAIM\",\"SCHED_FLAG_DL_OVERRUN\","
					  "\"SCHED_FLAG_KEEP_POLICY\",\"SCHED_FLAG_KEEP_PARAMS\","
					  "\"SCHED_FLAG_UTIL_CLAMP_MIN\","
					  "\"SCHED_FLAG_UTIL_CLAMP_MAX\"]") });
	args = parts_step(&w, OP_SCHEDULER)->args;
	assert_int_equal(args->policy, 6);
	assert_int_equal(args->flags, 0x7f);
	assert_int_equal(args->runtime, 1024);
	assert_int_equal(args->deadline, 1024);
	assert_int_equal(args->period, 0);
	plan_world_done(&w);
}

static void assert_policy(const char *process, uint32_t policy, int32_t priority)
{
	const struct scheduler *args;
	struct plan_world w;

	parts_planned(&w, &(struct parts){ .process = process });
	args = parts_step(&w, OP_SCHEDULER)->args;
	assert_int_equal(args->policy, policy);
	assert_int_equal(args->priority, priority);
	assert_int_equal(w.plan->n_warnings, 0);
	plan_world_done(&w);
}

static void test_every_policy(void **state)
{
	(void)state;
	assert_policy(SCHEDULER("OTHER\",\"nice\":19"), 0, 0);
	assert_policy(SCHEDULER("FIFO\",\"priority\":1"), 1, 1);
	assert_policy(SCHEDULER("RR\",\"priority\":99"), 2, 99);
	assert_policy(SCHEDULER("BATCH\",\"nice\":-20"), 3, 0);
	assert_policy(SCHEDULER("IDLE\""), 5, 0);
}

static void test_a_nice_value_without_effect_is_a_warning(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = SCHEDULER("IDLE\",\"nice\":3") });
	assert_int_equal(w.plan->n_warnings, 1);
	assert_string_equal(w.plan->warnings[0].pointer, "/process/scheduler/nice");
	plan_world_done(&w);
}

/* The stage that sets scheduler and I/O priority, on a host whose caller has these capabilities. */
static enum stage stage_of(const char *namespaces, uint64_t permitted, bool is_initial)
{
	const struct parts parts = { .process = SCHEDULER("BATCH\"")
					     IO_PRIORITY("BE\",\"priority\":0"),
				     .namespaces = namespaces };
	struct plan_world w;
	enum stage stage;

	plan_world_init(&w, FACTS_V2);
	w.facts.permitted = permitted;
	w.facts.is_initial_userns = is_initial;
	assert_int_equal(parts_plan(&w, &parts), 0);
	stage = parts_step(&w, OP_SCHEDULER)->stage;
	assert_int_equal(parts_step(&w, OP_IO_PRIORITY)->stage, stage);
	plan_world_done(&w);
	return stage;
}

/* A child in a new user namespace has lost the right, and may have another id than the runtime. */
static void test_who_sets_them(void **state)
{
	const uint64_t nice = UINT64_C(1) << KERNEL_CAP_SYS_NICE;

	(void)state;
	assert_int_equal(stage_of(NULL, UINT64_MAX, true), STAGE_TWO);
	assert_int_equal(stage_of(PARTS_USER_NAMESPACE, UINT64_MAX, true), STAGE_RUNTIME);
	assert_int_equal(stage_of(PARTS_USER_NAMESPACE, ~nice, true), STAGE_TWO);
	assert_int_equal(stage_of(PARTS_USER_NAMESPACE, UINT64_MAX, false), STAGE_TWO);
}

static void test_io_priorities(void **state)
{
	const struct io_priority *args;
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = IO_PRIORITY("IDLE\",\"priority\":6") });
	args = parts_step(&w, OP_IO_PRIORITY)->args;
	assert_int_equal(args->class, 3);
	assert_int_equal(args->priority, 6);
	plan_world_done(&w);
	parts_planned(&w, &(struct parts){ .process = IO_PRIORITY("RT\",\"priority\":0") });
	args = parts_step(&w, OP_IO_PRIORITY)->args;
	assert_int_equal(args->class, 1);
	assert_int_equal(args->priority, 0);
	plan_world_done(&w);
}

static void test_oom_scores(void **state)
{
	const struct oom_score *args;
	const struct step *step;
	struct plan_world w;

	(void)state;
	refused(",\"oomScoreAdj\":1001", "/process/oomScoreAdj");
	refused(",\"oomScoreAdj\":-1001", "/process/oomScoreAdj");
	refused(",\"oomScoreAdj\":-2147483648", "/process/oomScoreAdj");
	parts_planned(&w, &(struct parts){ .process = ",\"oomScoreAdj\":-1000" });
	step = parts_step(&w, OP_OOM_SCORE);
	args = step->args;
	assert_int_equal(args->adj, -1000);
	assert_int_equal(step->stage, STAGE_RUNTIME);
	plan_world_done(&w);
}

/* Zero is a value: what is not there is not. */
static void test_what_is_not_configured_is_not_touched(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = ",\"oomScoreAdj\":0" });
	assert_non_null(parts_step(&w, OP_OOM_SCORE));
	plan_world_done(&w);
	parts_planned(&w, &(struct parts){ .process = ",\"oomScoreAdj\":null" });
	assert_null(parts_step(&w, OP_OOM_SCORE));
	assert_null(parts_step(&w, OP_SCHEDULER));
	assert_null(parts_step(&w, OP_IO_PRIORITY));
	assert_null(parts_step(&w, OP_PERSONALITY));
	assert_null(parts_step(&w, OP_MEMORY_POLICY));
	assert_null(parts_step(&w, OP_SYSCTL));
	assert_null(parts_step(&w, OP_TERMINAL));
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scheduler_values_that_cannot_be),
		cmocka_unit_test(test_times_of_a_deadline_task),
		cmocka_unit_test(test_what_the_kernel_gets),
		cmocka_unit_test(test_every_policy),
		cmocka_unit_test(test_a_nice_value_without_effect_is_a_warning),
		cmocka_unit_test(test_who_sets_them),
		cmocka_unit_test(test_io_priorities),
		cmocka_unit_test(test_oom_scores),
		cmocka_unit_test(test_what_is_not_configured_is_not_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
