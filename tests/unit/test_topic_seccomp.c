/* SPDX-License-Identifier: Apache-2.0 */
/* The filter of system calls: what is refused, what is warned of, and when it is loaded. */
#include "parts_test.h"
#include "sys/kernel.h"
#include "topic/seccomp.h"

#define FILTER(members)     ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\"" members "}"
#define DEFAULT(members)    ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_" members "}"
#define RULES(rules)        ",\"syscalls\":[" rules "]"
#define RULE(name, members) "{\"names\":[" name "],\"action\":\"SCMP_ACT_" members "}"
#define ARG(members)        ",\"args\":[{\"index\":0," members "}]"
#define LISTENER            ",\"listenerPath\":\"/s\""
#define NO_NEW              ",\"noNewPrivileges\":true"
#define ADMIN                                                   \
	",\"capabilities\":{\"permitted\":[\"CAP_SYS_ADMIN\"]," \
	"\"effective\":[\"CAP_SYS_ADMIN\"]}"

static void refused(const char *linux_, const char *pointer)
{
	parts_refused(&(struct parts){ .linux_ = linux_ }, pointer);
}

static void test_error_numbers_only_where_an_action_gives_one(void **state)
{
	(void)state;
	refused(DEFAULT("ALLOW\",\"defaultErrnoRet\":0"), "/linux/seccomp/defaultErrnoRet");
	refused(DEFAULT("KILL\",\"defaultErrnoRet\":1"), "/linux/seccomp/defaultErrnoRet");
	refused(DEFAULT("ERRNO\",\"defaultErrnoRet\":4096"), "/linux/seccomp/defaultErrnoRet");
	refused(DEFAULT("TRACE\",\"defaultErrnoRet\":65536"), "/linux/seccomp/defaultErrnoRet");
	refused(FILTER(RULES(RULE("\"a\"", "ALLOW\"") "," RULE("\"b\"", "LOG\",\"errnoRet\":1"))),
		"/linux/seccomp/syscalls/1/errnoRet");
	refused(FILTER(LISTENER RULES(RULE("\"b\"", "NOTIFY\",\"errnoRet\":1"))),
		"/linux/seccomp/syscalls/0/errnoRet");
	refused(FILTER(RULES(RULE("\"b\"", "ERRNO\",\"errnoRet\":4096"))),
		"/linux/seccomp/syscalls/0/errnoRet");
}

static void test_a_name_that_is_empty(void **state)
{
	(void)state;
	refused(FILTER(RULES(RULE("\"a\",\"\"", "ALLOW\""))), "/linux/seccomp/syscalls/0/names/1");
}

static void test_who_is_asked(void **state)
{
	(void)state;
	refused(DEFAULT("NOTIFY\"" LISTENER), "/linux/seccomp/defaultAction");
	refused(FILTER(RULES(RULE("\"a\"", "NOTIFY\""))), "/linux/seccomp/listenerPath");
	refused(FILTER(",\"listenerPath\":\"\"" RULES(RULE("\"a\"", "NOTIFY\""))),
		"/linux/seccomp/listenerPath");
	refused(FILTER(",\"listenerPath\":\"s\"" RULES(RULE("\"a\"", "NOTIFY\""))),
		"/linux/seccomp/listenerPath");
	refused(FILTER(LISTENER RULES(RULE("\"a\",\"write\"", "NOTIFY\""))),
		"/linux/seccomp/syscalls/0/names/1");
	refused(FILTER(",\"listenerMetadata\":\"m\""), "/linux/seccomp/listenerMetadata");
}

/* What the step of this filter says; the world is left for the caller. */
static const struct seccomp *planned(struct plan_world *w, const char *process, const char *linux_)
{
	const struct step *step;

	parts_planned(w, &(struct parts){ .process = process, .linux_ = linux_ });
	step = parts_step(w, OP_SECCOMP);
	assert_non_null(step);
	assert_int_equal(step->stage, STAGE_TWO);
	assert_string_equal(step->pointer, "/linux/seccomp");
	return step->args;
}

static void test_a_listener_that_nobody_needs_is_ignored(void **state)
{
	const struct seccomp *args;
	struct plan_world w;

	(void)state;
	args = planned(&w, NULL, FILTER(",\"listenerPath\":\"not/absolute\""));
	assert_null(args->listener);
	plan_world_done(&w);
	args = planned(
		&w, NULL,
		FILTER(LISTENER ",\"listenerMetadata\":\"m\"" RULES(RULE("\"a\"", "NOTIFY\""))));
	assert_string_equal(args->listener, "/s");
	assert_string_equal(args->metadata, "m");
	plan_world_done(&w);
}

static void test_rules_and_numbers(void **state)
{
	const struct seccomp *args;
	struct plan_world w;

	(void)state;
	args = planned(
		&w, NULL,
		FILTER(",\"defaultErrnoRet\":4095" RULES(RULE("\"a\",\"b\"", "ALLOW\"") "," RULE(
			"\"c\"", "TRACE\",\"errnoRet\":65535") "," RULE("\"d\"", "ALLOW\""))));
	assert_true(args->has_errno);
	assert_int_equal(args->default_errno, 4095);
	assert_int_equal(args->n_rules, 3);
	assert_int_equal(args->rules[0].action, OCI_SECCOMP_ACTION_ALLOW);
	assert_int_equal(args->rules[0].names.n, 2);
	assert_string_equal(args->rules[0].names.v[1], "b");
	assert_false(args->rules[0].has_errno);
	assert_int_equal(args->rules[1].errno_ret, 65535);
	assert_string_equal(args->rules[2].names.v[0], "d");
	assert_int_equal(w.plan->n_warnings, 0);
	plan_world_done(&w);
	args = planned(&w, NULL, FILTER(""));
	assert_int_equal(args->default_errno, EPERM);
	plan_world_done(&w);
	args = planned(&w, NULL, DEFAULT("LOG\""));
	assert_false(args->has_errno);
	plan_world_done(&w);
}

/* The step's arguments as text, or as JSON; in the world's arena. */
static const char *described(struct plan_world *w, const char *rules, bool is_json)
{
	const char *linux_ = arena_printf(&w->arena, FILTER(LISTENER RULES("%s")), rules);
	const struct step *step;
	struct strbuf text;
	struct json json;

	if (parts_plan(w, &(struct parts){ .linux_ = linux_ }) < 0)
		fail_msg("%s gave \"%s\" at %s", rules, w->err.text, w->err.pointer);
	step = parts_step(w, OP_SECCOMP);
	assert_non_null(step);
	strbuf_init(&text, &w->arena);
	json_init(&json, &text, NULL);
	if (is_json)
		json_begin_object(&json, NULL);
	seccomp_describe(step->args, &(struct describer){ .text = is_json ? NULL : &text,
							  .json = is_json ? &json : NULL });
	if (is_json)
		json_end_object(&json);
	return text.data;
}

static void assert_rules(const char *rules, const char *text)
{
	for (int is_json = 0; is_json < 2; is_json++) {
		struct plan_world w;
		const char *found;

		plan_world_init(&w, FACTS_V2);
		found = described(&w, rules, is_json);
		if (!strstr(found, text))
			fail_msg("%s is not in %s", text, found);
		assert_null(strchr(found, '\n'));
		plan_world_done(&w);
	}
}

#define MASKED(arg, mask, rest)                                                          \
	",\"args\":[{\"index\":" arg ",\"value\":" mask ",\"valueTwo\":" rest ",\"op\":" \
	"\"SCMP_CMP_MASKED_EQ\"}]"
#define ERRNO_99(name, args) RULE(name, "ERRNO\",\"errnoRet\":99" args)

static void test_a_rule_on_paper(void **state)
{
	(void)state;
	assert_rules(ERRNO_99("\"mount\",\"umount2\"", MASKED("2", "7", "1")),
		     "\"SCMP_ACT_ERRNO errno=99 mount,umount2 if arg2&7==1\"");
	assert_rules(RULE("\"a\"", "ERRNO\""), "\"SCMP_ACT_ERRNO errno=1 a\"");
	assert_rules(RULE("\"a\"", "LOG\",\"args\":["
				   "{\"index\":0,\"value\":18446744073709551615,"
				   "\"op\":\"SCMP_CMP_NE\"},"
				   "{\"index\":5,\"value\":2,\"valueTwo\":3,"
				   "\"op\":\"SCMP_CMP_LE\"}]"),
		     "\"SCMP_ACT_LOG a if arg0!=18446744073709551615, arg5<=2 valueTwo=3\"");
	assert_rules(RULE("\"b\"", "ALLOW\"") "," RULE("\"a\"", "ALLOW\""), "SCMP_ACT_ALLOW b\"");
}

/* Each of them differs from the first in one place. */
static void test_no_two_filters_look_the_same(void **state)
{
	static const char *const filters[] = {
		ERRNO_99("\"a\",\"b\"", MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"d\"", MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"b\",\"a\"", MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a,b\"", MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\"", MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b if arg2&7==1\"", "") "," RULE("\"c\"", "LOG\""),
		RULE("\"a\",\"b\"",
		     "ERRNO\",\"errnoRet\":98" MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		RULE("\"a\",\"b\"",
		     "TRACE\",\"errnoRet\":99" MASKED("2", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"", MASKED("3", "7", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"", MASKED("2", "5", "1")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"", MASKED("2", "7", "2")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"",
			 ARG("\"value\":7,\"op\":\"SCMP_CMP_GE\"")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"",
			 ARG("\"value\":7,\"op\":\"SCMP_CMP_GT\"")) "," RULE("\"c\"", "LOG\""),
		ERRNO_99("\"a\",\"b\"", "") "," RULE("\"c\"", "LOG\""),
		RULE("\"c\"", "LOG\"") "," ERRNO_99("\"a\",\"b\"", MASKED("2", "7", "1")),
	};
	const char *found[2][sizeof(filters) / sizeof(*filters)];
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		for (int is_json = 0; is_json < 2; is_json++) {
			found[is_json][i] = described(&w, filters[i], is_json);
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(found[is_json][k], found[is_json][i]);
		}
	plan_world_done(&w);
}

static void assert_warned(const char *linux_, const char *pointer)
{
	struct plan_world w;

	planned(&w, NULL, linux_);
	assert_int_equal(w.plan->n_warnings, *pointer ? 1 : 0);
	if (*pointer)
		assert_string_equal(w.plan->warnings[0].pointer, pointer);
	plan_world_done(&w);
}

static void test_what_is_odd_gets_a_warning(void **state)
{
	(void)state;
	assert_warned(FILTER(",\"architectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_ARM\","
			     "\"SCMP_ARCH_X86\"]"),
		      "/linux/seccomp/architectures/2");
	assert_warned(FILTER(",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\","
			     "\"SECCOMP_FILTER_FLAG_LOG\"]"),
		      "/linux/seccomp/flags/1");
	assert_warned(FILTER(",\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]"),
		      "/linux/seccomp/flags/0");
	assert_warned(FILTER(RULES(RULE("\"a\"", "LOG\"" ARG("\"value\":1,\"valueTwo\":1,"
							     "\"op\":\"SCMP_CMP_EQ\"")))),
		      "/linux/seccomp/syscalls/0/args/0/valueTwo");
	assert_warned(FILTER(RULES(RULE("\"a\"", "LOG\"" ARG("\"value\":6,\"valueTwo\":5,"
							     "\"op\":\"SCMP_CMP_MASKED_EQ\"")))),
		      "/linux/seccomp/syscalls/0/args/0/valueTwo");
	assert_warned(FILTER(RULES(RULE("\"a\"", "LOG\"" ARG("\"value\":6,\"valueTwo\":4,"
							     "\"op\":\"SCMP_CMP_MASKED_EQ\"")))),
		      "");
	assert_warned(FILTER(RULES(RULE("\"a\"", "LOG\"" ARG("\"value\":6,\"valueTwo\":0,"
							     "\"op\":\"SCMP_CMP_NE\"")))),
		      "");
}

static void test_a_flag_that_the_kernel_must_know(void **state)
{
	struct parts parts = {
		.linux_ = FILTER(",\"flags\":[\"SECCOMP_FILTER_FLAG_TSYNC\","
				 "\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]" LISTENER RULES(
					 RULE("\"a\"", "NOTIFY\""))),
	};
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V1); /* Linux 5.15 */
	assert_int_equal(parts_plan(&w, &parts), -ENOTSUP);
	assert_string_equal(w.err.pointer, "/linux/seccomp/flags/1");
	plan_world_done(&w);
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(parts_plan(&w, &parts), 0);
	assert_int_equal(w.plan->n_warnings, 0);
	plan_world_done(&w);
}

/* Where the operation is among the steps. */
static size_t place_of(const struct plan_world *w, enum operation operation)
{
	const struct step *step = parts_step(w, operation);

	assert_non_null(step);
	return (size_t)(step - w->plan->steps);
}

/* The last thing before the program, or before the capabilities, which are then the last. */
static void assert_place(const char *process, const char *namespaces, bool is_before)
{
	struct plan_world w;
	size_t filter;

	parts_planned(&w, &(struct parts){
				  .process = process,
				  .namespaces = namespaces,
				  .linux_ = FILTER(""),
			  });
	filter = place_of(&w, OP_SECCOMP);
	assert_true(filter > place_of(&w, OP_WAIT_START));
	assert_true(filter > place_of(&w, OP_CHECK_CWD));
	assert_true(filter > place_of(&w, OP_USER));
	assert_int_equal(place_of(&w, OP_CAPABILITIES) > filter, is_before);
	assert_int_equal(place_of(&w, OP_EXEC), filter + (is_before ? 2 : 1));
	plan_world_done(&w);
}

static void test_where_the_filter_is_loaded(void **state)
{
	(void)state;
	assert_place(NO_NEW, NULL, false);
	assert_place(NO_NEW ADMIN, NULL, false);
	assert_place(ADMIN, NULL, false);
	assert_place("", NULL, true);
	assert_place(",\"noNewPrivileges\":false", NULL, true);
	assert_place("", PARTS_USER_NAMESPACE, true);
}

static void test_without_a_filter_capabilities_are_set_before_start(void **state)
{
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .process = "" });
	assert_null(parts_step(&w, OP_SECCOMP));
	assert_true(place_of(&w, OP_CAPABILITIES) < place_of(&w, OP_WAIT_START));
	plan_world_done(&w);
}

static void test_who_may_not_load_it(void **state)
{
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	w.facts.permitted &= ~(UINT64_C(1) << KERNEL_CAP_SYS_ADMIN);
	assert_int_equal(parts_plan(&w, &(struct parts){ .linux_ = FILTER(""), .namespaces = "" }),
			 -EPERM);
	assert_string_equal(w.err.pointer, "/linux/seccomp");
	assert_true(*w.err.hint);
	plan_world_done(&w);
}

static void test_a_filter_is_refused_by_its_pointer(void **state)
{
	struct plan_world w;

	(void)state;
	planned(&w, NULL, FILTER(""));
	assert_int_equal(plan_refusal(w.plan, &w.err), -ENOTSUP);
	assert_string_equal(w.err.pointer, "/linux/seccomp");
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_numbers_only_where_an_action_gives_one),
		cmocka_unit_test(test_a_name_that_is_empty),
		cmocka_unit_test(test_who_is_asked),
		cmocka_unit_test(test_a_listener_that_nobody_needs_is_ignored),
		cmocka_unit_test(test_rules_and_numbers),
		cmocka_unit_test(test_a_rule_on_paper),
		cmocka_unit_test(test_no_two_filters_look_the_same),
		cmocka_unit_test(test_what_is_odd_gets_a_warning),
		cmocka_unit_test(test_a_flag_that_the_kernel_must_know),
		cmocka_unit_test(test_where_the_filter_is_loaded),
		cmocka_unit_test(test_without_a_filter_capabilities_are_set_before_start),
		cmocka_unit_test(test_who_may_not_load_it),
		cmocka_unit_test(test_a_filter_is_refused_by_its_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
