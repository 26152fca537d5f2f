/* SPDX-License-Identifier: Apache-2.0 */
/* Steps: how they are added to a plan, described, and printed; the table of operations. */
#include <errno.h>
#include <yajl/yajl_tree.h>

#include "plan/operations.h"
#include "plan_test.h"
#include "step/describe.h"

/* --- adding --- */

struct making {
	struct arena arena;
	struct plan plan;
	struct planning p;
};

static int making_setup(void **state)
{
	struct making *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	arena_init(&m->arena, NULL, 0);
	m->plan.n_slots = SLOT_FREE;
	m->p = (struct planning){ .arena = &m->arena, .plan = &m->plan };
	*state = m;
	return 0;
}

static int making_teardown(void **state)
{
	struct making *m = *state;

	arena_done(&m->arena);
	free(m);
	return 0;
}

static void test_steps_keep_their_order(void **state)
{
	struct making *m = *state;

	for (size_t i = 0; i < 100; i++)
		assert_int_equal(plan_add(&m->p, OP_HIDE, STAGE_ONE, &m->plan, "/mounts/%zu", i),
				 i);
	assert_int_equal(m->plan.n_steps, 100);
	assert_string_equal(m->plan.steps[0].pointer, "/mounts/0");
	assert_string_equal(m->plan.steps[99].pointer, "/mounts/99");
	assert_int_equal(m->plan.steps[50].operation, OP_HIDE);
	assert_int_equal(m->plan.steps[50].stage, STAGE_ONE);
	assert_int_equal(m->plan.steps[50].hands_over, SLOT_NONE);
	assert_ptr_equal(m->plan.steps[50].args, &m->plan);
}

/* The plan keeps all of it, an error what it has room for. */
static void test_a_pointer_may_be_empty_or_long(void **state)
{
	struct making *m = *state;
	struct error err = { 0 };
	char name[1000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	plan_add(&m->p, OP_HIDE, STAGE_ONE, NULL, "%s", "");
	plan_unsupported(&m->p, "magic", "/%s/%zu", name, (size_t)7);
	assert_string_equal(m->plan.steps[0].pointer, "");
	assert_int_equal(strlen(m->plan.steps[1].pointer), strlen(name) + strlen("//7"));
	assert_int_equal(plan_refusal(&m->plan, &err), -ENOTSUP);
	assert_int_equal(strlen(err.pointer), ERROR_POINTER_SIZE - 1);
}

static void test_slots_are_given_out_once(void **state)
{
	struct making *m = *state;

	assert_int_equal(plan_new_slot(&m->p), SLOT_FREE);
	assert_int_equal(plan_new_slot(&m->p), SLOT_FREE + 1);
	assert_int_equal(m->plan.n_slots, SLOT_FREE + 2);
}

static void test_undo_and_warnings(void **state)
{
	struct making *m = *state;
	char pointer[] = "/a";

	plan_add_undo(&m->p, 7, &(struct undo){ .path = "/x", .is_made = true });
	plan_add_undo(&m->p, 9, &(struct undo){ .path = "/y", .is_exclusive = true });
	assert_int_equal(m->plan.n_undo, 2);
	assert_int_equal(m->plan.undo[0].step, 7);
	assert_true(m->plan.undo[0].is_made && !m->plan.undo[0].is_exclusive);
	assert_string_equal(m->plan.undo[1].path, "/y");
	plan_warn(&m->p, pointer, "%d of %s", 3, "four");
	pointer[1] = 'b';
	assert_string_equal(m->plan.warnings[0].pointer, "/a");
	assert_string_equal(m->plan.warnings[0].text, "3 of four");
}

static void test_unsupported_steps(void **state)
{
	struct making *m = *state;
	struct error err = { 0 };

	plan_add(&m->p, OP_HIDE, STAGE_ONE, NULL, "%s", "");
	assert_int_equal(plan_refusal(&m->plan, &err), 0);
	plan_unsupported(&m->p, "magic", "/linux/%s/%zu", "magic", (size_t)4);
	plan_unsupported(&m->p, "", "/other");
	assert_int_equal(m->plan.steps[1].operation, OP_UNSUPPORTED);
	assert_string_equal(m->plan.steps[1].pointer, "/linux/magic/4");
	assert_int_equal(plan_refusal(&m->plan, &err), -ENOTSUP);
	assert_string_equal(err.pointer, "/linux/magic/4");
	assert_non_null(strstr(err.text, "magic"));
}

/* --- describing --- */

static void describe_all(struct describer *d)
{
	static const char *const list[] = { "one", "a b", "" };

	describe_string(d, "plain", "/a=b");
	describe_string(d, "blank", "a b");
	describe_string(d, "empty", "");
	describe_string(d, "odd", "\"\n\\");
	describe_int(d, "int", -5);
	describe_octal(d, "octal", 0755);
	describe_bool(d, "yes", true);
	describe_bool(d, "no", false);
	describe_list(d, "list", 3, list);
	describe_list(d, "none", 0, NULL);
}

static void assert_paths(size_t n, const char *const *paths, const char *expected)
{
	struct arena arena;
	struct strbuf text;
	struct describer d = { .text = &text };

	arena_init(&arena, NULL, 0);
	strbuf_init(&text, &arena);
	describe_paths(&d, "p", n, paths);
	assert_string_equal(text.data, expected);
	arena_done(&arena);
}

static void test_paths_say_once_what_they_have_in_common(void **state)
{
	(void)state;
	assert_paths(2, (const char *[]){ "/a/b/c/t", "/a/d/c/t" }, " p=/a/{b d}/c/t");
	assert_paths(2, (const char *[]){ "/a/bx/t", "/a/by/z/t" }, " p=/a/{bx by/z}/t");
	assert_paths(2, (const char *[]){ "/t/t", "/t/t/t" }, " p=[/t/t /t/t/t]");
	assert_paths(2, (const char *[]){ "/a/t", "/a/u" }, " p=[/a/t /a/u]");
	assert_paths(2, (const char *[]){ "/a b/c/t", "/a b/d/t" },
		     " p=[\"/a b/c/t\" \"/a b/d/t\"]");
	assert_paths(1, (const char *[]){ "/a/b/t" }, " p=[/a/b/t]");
	assert_paths(0, NULL, " p=[]");
}

static void test_description_as_text(void **state)
{
	struct making *m = *state;
	struct strbuf text;
	struct describer d = { .text = &text };

	strbuf_init(&text, &m->arena);
	describe_all(&d);
	assert_string_equal(text.data,
			    " plain=/a=b blank=\"a b\" empty=\"\" odd=\"\\\"\\n\\\\\" int=-5"
			    " octal=0755 yes list=[one \"a b\" \"\"] none=[]");
}

static void test_description_as_json(void **state)
{
	struct making *m = *state;
	struct strbuf text;
	struct json json;
	struct describer d = { .json = &json };

	strbuf_init(&text, &m->arena);
	json_init(&json, &text, NULL);
	json_begin_object(&json, NULL);
	describe_all(&d);
	json_end_object(&json);
	assert_string_equal(
		text.data,
		"{\"plain\":\"/a=b\",\"blank\":\"a b\",\"empty\":\"\","
		"\"odd\":\"\\\"\\n\\\\\",\"int\":-5,\"octal\":\"0755\","
		"\"yes\":true,\"no\":false,\"list\":[\"one\",\"a b\",\"\"],\"none\":[]}");
}

/* Bytes above 0x7f are text, not control characters, whatever the sign of char. */
static void test_other_languages_are_not_quoted(void **state)
{
	struct making *m = *state;
	struct strbuf text;
	struct describer d = { .text = &text };

	strbuf_init(&text, &m->arena);
	describe_string(&d, "name", "gr\xc3\xbc\xc3\x9f");
	assert_string_equal(text.data, " name=gr\xc3\xbc\xc3\x9f");
}

/* --- the table --- */

static void test_operations_have_names_of_their_own(void **state)
{
	(void)state;
	for (int i = 0; i < OP_COUNT; i++) {
		const char *name = operation_name((enum operation)i);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		assert_true(*name);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name, operation_name((enum operation)j));
		/* the engine's own are carried out by definition */
		if (operation_is_engines((enum operation)i))
			assert_true(operation_is_runnable((enum operation)i));
	}
	assert_false(operation_is_runnable(OP_UNSUPPORTED));
	assert_string_equal(operation_name(OP_COUNT), "?");
}

static void test_what_has_no_runner_is_an_error(void **state)
{
	static const struct unsupported_args args = { .what = "" };
	const struct step step = { .operation = OP_UNSUPPORTED, .args = &args, .pointer = "" };
	struct slots slots = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(operation_apply(&step, &slots, &err), -ENOSYS);
	assert_int_equal(err.code, ENOSYS);
}

/* --- printing --- */

static yajl_val member(yajl_val object, const char *name, yajl_type type)
{
	const char *path[] = { name, NULL };
	yajl_val value = yajl_tree_get(object, path, type);

	if (!value)
		fail_msg("no %s", name);
	return value;
}

static void check_json_step(const struct plan *plan, size_t i, yajl_val step)
{
	const struct step *wanted = &plan->steps[i];

	assert_int_equal(YAJL_GET_INTEGER(member(step, "step", yajl_t_number)), i + 1);
	assert_string_equal(YAJL_GET_STRING(member(step, "operation", yajl_t_string)),
			    operation_name((enum operation)wanted->operation));
	assert_string_equal(YAJL_GET_STRING(member(step, "stage", yajl_t_string)),
			    stage_name((enum stage)wanted->stage));
	member(step, "args", yajl_t_object);
	if (*wanted->pointer)
		assert_string_equal(YAJL_GET_STRING(member(step, "pointer", yajl_t_string)),
				    wanted->pointer);
}

/* Read by another parser, member by member. */
static void check_json(struct arena *arena, const struct plan *plan)
{
	struct strbuf text;
	struct json json;
	char failure[256];
	yajl_val tree, steps;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	plan_print_json(plan, &(struct oci_strings){ 0 }, &json);
	tree = yajl_tree_parse(text.data, failure, sizeof(failure));
	if (!tree)
		fail_msg("%s", failure);
	steps = member(tree, "steps", yajl_t_array);
	assert_int_equal(YAJL_GET_ARRAY(steps)->len, plan->n_steps);
	for (size_t i = 0; i < plan->n_steps; i++)
		check_json_step(plan, i, YAJL_GET_ARRAY(steps)->values[i]);
	assert_int_equal(YAJL_GET_ARRAY(member(tree, "undo", yajl_t_array))->len, plan->n_undo);
	assert_int_equal(YAJL_GET_ARRAY(member(tree, "warnings", yajl_t_array))->len,
			 plan->n_warnings);
	yajl_tree_free(tree);
}

static void check_sample(struct arena *arena, const char *path, enum oci_object object)
{
	struct oci_document document = test_load(arena, path);
	struct plan_world w;

	if (object != OCI_OBJECT_config)
		return;
	plan_world_init(&w, FACTS_HYBRID);
	if (plan_world_plan(&w, &document) == 0)
		check_json(&w.arena, w.plan);
	plan_world_done(&w);
}

static void test_plans_as_json(void **state)
{
	struct making *m = *state;

	assert_true(test_each_file(test_samples(&m->arena), check_sample) > 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, making_setup, making_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_steps_keep_their_order),
		TEST(test_a_pointer_may_be_empty_or_long),
		TEST(test_slots_are_given_out_once),
		TEST(test_undo_and_warnings),
		TEST(test_unsupported_steps),
		TEST(test_paths_say_once_what_they_have_in_common),
		TEST(test_description_as_text),
		TEST(test_description_as_json),
		TEST(test_other_languages_are_not_quoted),
		TEST(test_operations_have_names_of_their_own),
		TEST(test_what_has_no_runner_is_an_error),
		TEST(test_plans_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
