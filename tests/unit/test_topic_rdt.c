/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of resctrl: their names, whose they are, and in which order they are filled. */
#include "parts_test.h"
#include "topic/rdt.h"

#define RDT(members) ",\"intelRdt\":{" members "}"
#define ROOT         "/sys/fs/resctrl"

static void refused(const char *linux_, const char *pointer)
{
	parts_refused(&(struct parts){ .linux_ = linux_ }, pointer);
}

static void test_names_that_no_class_has(void **state)
{
	(void)state;
	refused(RDT("\"closID\":\".\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"..\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"a/b\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"/a\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"a\\nb\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"mon_groups\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"info\""), "/linux/intelRdt/closID");
	refused(RDT("\"closID\":\"tasks\""), "/linux/intelRdt/closID");
}

static void test_lines_that_are_none(void **state)
{
	(void)state;
	refused(RDT("\"schemata\":[\"L3:0=f\",\"\"]"), "/linux/intelRdt/schemata/1");
	refused(RDT("\"schemata\":[\"L3\"]"), "/linux/intelRdt/schemata/0");
	refused(RDT("\"schemata\":[\":0=f\"]"), "/linux/intelRdt/schemata/0");
	refused(RDT("\"schemata\":[\"L3:0=f\\nMB:0=1\"]"), "/linux/intelRdt/schemata/0");
}

static void test_an_id_that_is_a_file_of_resctrl(void **state)
{
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	w.request.id = "mon_data";
	assert_int_equal(parts_plan(&w, &(struct parts){ .linux_ = RDT("") }), -EINVAL);
	assert_string_equal(w.err.pointer, "/linux/intelRdt");
	assert_true(*w.err.hint);
	plan_world_done(&w);
}

static void test_without_resctrl_it_is_an_error(void **state)
{
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_HYBRID);
	assert_int_equal(parts_plan(&w, &(struct parts){ .linux_ = RDT("") }), -ENOTSUP);
	assert_string_equal(w.err.pointer, "/linux/intelRdt");
	plan_world_done(&w);
}

/* The class's directory, and whether what it says is compared (schemata are given), or -1. */
static void assert_group(const char *members, const char *path, enum rdt_how how, int is_compared)
{
	const struct step *step;
	const struct rdt_group *group;
	struct plan_world w;

	parts_planned(&w, &(struct parts){ .linux_ = members });
	step = parts_step(&w, OP_RDT_GROUP);
	group = step->args;
	assert_string_equal(group->path, path);
	assert_int_equal(group->how, how);
	assert_int_equal(step->stage, STAGE_RUNTIME);
	assert_true(step < parts_step(&w, OP_CLONE));
	assert_true(parts_step(&w, OP_RDT_ENTER) > parts_step(&w, OP_CLONE));
	step = parts_step(&w, OP_RDT_SCHEMATA);
	assert_int_equal(step != NULL, is_compared >= 0);
	if (step)
		assert_int_equal(((const struct rdt_schemata *)step->args)->is_compared,
				 is_compared);
	assert_int_equal(plan_refusal(w.plan, &w.err), -ENOTSUP);
	assert_true(strncmp(w.err.pointer, "/linux/intelRdt", strlen("/linux/intelRdt")) == 0);
	plan_world_done(&w);
}

static void test_whose_a_class_is(void **state)
{
	(void)state;
	assert_group(RDT(""), ROOT "/box", RDT_MAKE, -1);
	assert_group(RDT("\"memBwSchema\":\"MB:0=1\""), ROOT "/box", RDT_MAKE, false);
	assert_group(RDT("\"closID\":\"c\""), ROOT "/c", RDT_EXPECT, -1);
	assert_group(RDT("\"closID\":\"c\",\"schemata\":[]"), ROOT "/c", RDT_EXPECT, -1);
	assert_group(RDT("\"closID\":\"c\",\"l3CacheSchema\":\"L3:0=f\""), ROOT "/c", RDT_SHARE,
		     true);
	assert_group(RDT("\"closID\":\"c\",\"schemata\":[\"L2:0=f\"]"), ROOT "/c", RDT_SHARE, true);
	assert_group(RDT("\"closID\":\"/\""), ROOT, RDT_EXPECT, -1);
	assert_group(RDT("\"closID\":\"/\",\"memBwSchema\":\"MB:0=1\""), ROOT, RDT_EXPECT, true);
}

static void test_the_cache_that_has_no_l3(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .linux_ = RDT("\"l3CacheSchema\":\"L3CODE:0=f\"") });
	assert_int_equal(w.plan->n_warnings, 1);
	assert_string_equal(w.plan->warnings[0].pointer, "/linux/intelRdt/l3CacheSchema");
	plan_world_done(&w);
}

/* The operations with their pointers, in the order that the specification gives. */
static void test_the_order(void **state)
{
	static const char all[] = RDT("\"schemata\":[\"L2:0=f\",\"L3:0=e\"],\"closID\":\"c\","
				      "\"enableMonitoring\":true,\"memBwSchema\":\"MB:0=1\","
				      "\"l3CacheSchema\":\"L3:0=f\"");
	static const char *const pointers[] = { "closID",           "l3CacheSchema",
						"memBwSchema",      "schemata",
						"enableMonitoring", "",
						"enableMonitoring" };
	struct plan_world w;
	size_t n = 0;

	(void)state;
	parts_planned(&w, &(struct parts){ .linux_ = all });
	for (size_t i = 0; i < w.plan->n_steps; i++) {
		const struct step *step = &w.plan->steps[i];

		if (strncmp(step->pointer, "/linux/intelRdt", 15) != 0)
			continue;
		assert_true(n < sizeof(pointers) / sizeof(pointers[0]));
		assert_string_equal(step->pointer + 15 + (step->pointer[15] == '/'), pointers[n]);
		if (n == 4 || n == 6)
			assert_string_equal(*(const char *const *)step->args,
					    ROOT "/c/mon_groups/box");
		n++;
	}
	assert_int_equal(n, sizeof(pointers) / sizeof(pointers[0]));
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_that_no_class_has),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_an_id_that_is_a_file_of_resctrl),
		cmocka_unit_test(test_without_resctrl_it_is_an_error),
		cmocka_unit_test(test_whose_a_class_is),
		cmocka_unit_test(test_the_cache_that_has_no_l3),
		cmocka_unit_test(test_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
