/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration may ask for at most: that it is planned, and one more is refused. */
#include <errno.h>

#include "parts_test.h"
#include "plan/bounds.h"

/* `n` times the entry, in which a number stands for the #, with commas. */
static const char *repeat(struct arena *arena, size_t n, const char *entry, const char *head,
			  const char *tail)
{
	size_t before = strcspn(entry, "#");
	struct strbuf text;

	strbuf_init(&text, arena);
	strbuf_add(&text, head);
	for (size_t i = 0; i < n; i++) {
		strbuf_add(&text, i ? "," : "");
		strbuf_add_bytes(&text, entry, before);
		strbuf_add_number(&text, i);
		strbuf_add(&text, entry + before + 1);
	}
	strbuf_add(&text, tail);
	return text.data;
}

static void refused(const struct parts *parts, int code, const char *pointer)
{
	struct plan_world w;
	int r;

	plan_world_init(&w, FACTS_V1);
	r = parts_plan(&w, parts);
	if (r != -code || strcmp(w.err.pointer, pointer) != 0)
		fail_msg("%d \"%s\" at %s, not at %s", r, w.err.text, w.err.pointer, pointer);
	plan_world_done(&w);
}

/* A list of that many is planned; as many as there may be at all, beside the namespaces, too; one
 * more is refused. */
struct list {
	const char *head, *entry, *tail; /* in linux */
	const char *pointer;
};

/* clang-format off */
static const struct list lists[] = {
	{ ",\"sysctl\":{", "\"net.a#\":\"1\"", "}", "/linux/sysctl" },
	{ ",\"maskedPaths\":[", "\"/proc/#\"", "]", "/linux/maskedPaths" },
	{ ",\"readonlyPaths\":[", "\"/proc/#\"", "]", "/linux/readonlyPaths" },
	{ ",\"devices\":[", "{\"type\":\"p\",\"path\":\"/p#\"}", "]", "/linux/devices" },
	{ ",\"netDevices\":{", "\"e#\":{}", "}", "/linux/netDevices" },
	{ ",\"resources\":{\"hugepageLimits\":[", "{\"pageSize\":\"1#MB\",\"limit\":1}", "]}",
	  "/linux/resources/hugepageLimits" },
	{ ",\"resources\":{\"rdma\":{", "\"d#\":{\"hcaHandles\":1}", "}}",
	  "/linux/resources/rdma" },
	{ ",\"resources\":{\"network\":{\"priorities\":[", "{\"name\":\"e#\",\"priority\":1}",
	  "]}}", "/linux/resources/network/priorities" },
	{ ",\"resources\":{\"blockIO\":{\"weightDevice\":[",
	  "{\"major\":8,\"minor\":#,\"weight\":10}", "]}}",
	  "/linux/resources/blockIO/weightDevice" },
	{ ",\"resources\":{\"blockIO\":{\"throttleReadBpsDevice\":[",
	  "{\"major\":8,\"minor\":#,\"rate\":1}", "]}}",
	  "/linux/resources/blockIO/throttleReadBpsDevice" },
	{ ",\"resources\":{\"blockIO\":{\"throttleWriteBpsDevice\":[",
	  "{\"major\":8,\"minor\":#,\"rate\":1}", "]}}",
	  "/linux/resources/blockIO/throttleWriteBpsDevice" },
	{ ",\"resources\":{\"blockIO\":{\"throttleReadIOPSDevice\":[",
	  "{\"major\":8,\"minor\":#,\"rate\":1}", "]}}",
	  "/linux/resources/blockIO/throttleReadIOPSDevice" },
	{ ",\"resources\":{\"blockIO\":{\"throttleWriteIOPSDevice\":[",
	  "{\"major\":8,\"minor\":#,\"rate\":1}", "]}}",
	  "/linux/resources/blockIO/throttleWriteIOPSDevice" },
};
/* clang-format on */

enum { NAMESPACES = 4 }; /* of PARTS_NAMESPACES: they count, too */

static void test_each_list_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		const struct list *l = &lists[i];
		struct parts parts = { 0 };
		struct plan_world w;
		struct arena arena;

		arena_init(&arena, NULL, 0);
		parts.linux_ =
			repeat(&arena, PLAN_ENTRIES_MAX - NAMESPACES, l->entry, l->head, l->tail);
		plan_world_init(&w, FACTS_V1);
		if (parts_plan(&w, &parts) < 0)
			assert_int_not_equal(w.err.code, E2BIG);
		plan_world_done(&w);
		parts.linux_ = repeat(&arena, PLAN_ENTRIES_MAX - NAMESPACES + 1, l->entry, l->head,
				      l->tail);
		refused(&parts, E2BIG, l->pointer);
		arena_done(&arena);
	}
}

static void test_mounts_and_hooks_are_bounded(void **state)
{
	static const char *const kinds[] = { "prestart",       "createRuntime", "createContainer",
					     "startContainer", "poststart",     "poststop" };
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	refused(&(struct parts){ .config = repeat(&arena, PLAN_ENTRIES_MAX + 1,
						  "{\"destination\":\"/#\",\"type\":\"tmpfs\"}",
						  ",\"mounts\":[", "]") },
		E2BIG, "/mounts");
	refused(&(struct parts){ .config = repeat(&arena, PLAN_ENTRIES_MAX / PLAN_CGROUP_MOUNT + 1,
						  "{\"destination\":\"/#\",\"type\":\"cgroup\"}",
						  ",\"mounts\":[", "]") },
		E2BIG, "/mounts");
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *head = arena_printf(&arena, ",\"hooks\":{\"%s\":[", kinds[i]);

		refused(&(struct parts){ .config = repeat(&arena, PLAN_ENTRIES_MAX + 1,
							  "{\"path\":\"/#\"}", head, "]}") },
			E2BIG, arena_printf(&arena, "/hooks/%s", kinds[i]));
	}
	arena_done(&arena);
}

/* Half of what there may be of each, and a little. */
static void test_lists_are_counted_together(void **state)
{
	struct arena arena;
	const char *masks, *both;

	(void)state;
	arena_init(&arena, NULL, 0);
	masks = repeat(&arena, PLAN_ENTRIES_MAX / 2, "\"/proc/#\"", ",\"maskedPaths\":[", "]");
	both = arena_printf(
		&arena, "%s%s", masks,
		repeat(&arena, PLAN_ENTRIES_MAX / 2, "\"/proc/#\"", ",\"readonlyPaths\":[", "]"));
	refused(&(struct parts){ .linux_ = both }, E2BIG, "/linux/readonlyPaths");
	arena_done(&arena);
}

/* A value of n lines; a step for each. */
static const char *unified(struct arena *arena, size_t n)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	strbuf_add(&text, ",\"resources\":{\"unified\":{\"cgroup.max.depth\":\"");
	for (size_t i = 0; i < n; i++)
		strbuf_add(&text, "9\\n");
	strbuf_add(&text, "\"}}");
	return text.data;
}

static void test_lines_of_a_unified_value_are_bounded(void **state)
{
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	parts_planned(&w,
		      &(struct parts){ .linux_ = unified(&arena, PLAN_ENTRIES_MAX - NAMESPACES) });
	assert_true(w.plan->n_steps > PLAN_ENTRIES_MAX - NAMESPACES);
	plan_world_done(&w);
	refused(&(struct parts){ .linux_ = unified(&arena, PLAN_ENTRIES_MAX - NAMESPACES + 1) },
		E2BIG, "/linux/resources/unified");
	arena_done(&arena);
}

/* `n` of a byte between two texts. */
static const char *fill(struct arena *arena, const char *head, char byte, size_t n,
			const char *tail)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	strbuf_add(&text, head);
	for (size_t i = 0; i < n; i++)
		strbuf_add_char(&text, byte);
	strbuf_add(&text, tail);
	return text.data;
}

static void test_lists_of_numbers_are_bounded(void **state)
{
	static const char policy[] =
		",\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"flags\":[],\"nodes\":\"0";
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	parts_planned(&w, &(struct parts){ .linux_ = fill(&arena, policy, ',', PLAN_NUMBERS_MAX - 1,
							  "\"}") });
	plan_world_done(&w);
	refused(&(struct parts){ .linux_ = fill(&arena, policy, ',', PLAN_NUMBERS_MAX, "\"}") },
		E2BIG, "/linux/memoryPolicy/nodes");
	refused(&(struct parts){ .linux_ = fill(&arena, ",\"resources\":{\"cpu\":{\"cpus\":\"0",
						' ', PLAN_NUMBERS_MAX, "\"}}") },
		E2BIG, "/linux/resources/cpu/cpus");
	refused(&(struct parts){ .linux_ = fill(&arena, ",\"resources\":{\"cpu\":{\"mems\":\"0",
						' ', PLAN_NUMBERS_MAX, "\"}}") },
		E2BIG, "/linux/resources/cpu/mems");
	refused(&(struct parts){ .process = fill(&arena, ",\"execCPUAffinity\":{\"initial\":\"0",
						 ',', PLAN_NUMBERS_MAX, "\"}") },
		E2BIG, "/process/execCPUAffinity/initial");
	refused(&(struct parts){ .process = fill(&arena, ",\"execCPUAffinity\":{\"final\":\"0", ',',
						 PLAN_NUMBERS_MAX, "\"}") },
		E2BIG, "/process/execCPUAffinity/final");
	arena_done(&arena);
}

/* The program is "a", whose name comes behind every part of PATH. */
static void test_the_search_for_the_program_is_bounded(void **state)
{
	const size_t rest = PLAN_PATH_MAX - sizeof("PATH=");
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	parts_planned(&w, &(struct parts){
				  .process = fill(&arena, ",\"env\":[\"PATH=", ':', rest, "\"]") });
	plan_world_done(&w);
	refused(&(struct parts){ .process = fill(&arena, ",\"env\":[\"A=1\",\"PATH=", ':', rest + 1,
						 "\"]") },
		E2BIG, "/process/env/1");
	arena_done(&arena);
}

static int plan_program(struct plan_world *w, size_t length)
{
	struct oci_document document;

	plan_world_init(w, FACTS_V2);
	document = test_document(fill(
		&w->arena,
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"linux\":{\"namespaces\":["
		"{\"type\":\"mount\"}]},\"process\":{\"cwd\":\"/\",\"args\":[\"",
		'a', length, "\"]}}"));
	return plan_world_plan(w, &document);
}

static void test_a_programs_name_is_that_of_a_file(void **state)
{
	struct plan_world w;

	(void)state;
	assert_int_equal(plan_program(&w, PLAN_PROGRAM_MAX), 0);
	plan_world_done(&w);
	assert_int_equal(plan_program(&w, PLAN_PROGRAM_MAX + 1), -ENAMETOOLONG);
	assert_string_equal(w.err.pointer, "/process/args/0");
	plan_world_done(&w);
}

static void test_warnings_are_bounded(void **state)
{
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	parts_planned(&w, &(struct parts){ .config = repeat(&arena, PLAN_WARNINGS_MAX + 9,
							    "{\"destination\":\"#\","
							    "\"type\":\"tmpfs\"}",
							    ",\"mounts\":[", "]") });
	assert_int_equal(w.plan->n_warnings, PLAN_WARNINGS_MAX);
	assert_string_equal(w.plan->warnings[PLAN_WARNINGS_MAX - 2].pointer,
			    "/mounts/1022/destination");
	assert_string_equal(w.plan->warnings[PLAN_WARNINGS_MAX - 1].text,
			    "there are more warnings, which are left out");
	plan_world_done(&w);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_list_is_bounded),
		cmocka_unit_test(test_mounts_and_hooks_are_bounded),
		cmocka_unit_test(test_lists_are_counted_together),
		cmocka_unit_test(test_lines_of_a_unified_value_are_bounded),
		cmocka_unit_test(test_lists_of_numbers_are_bounded),
		cmocka_unit_test(test_the_search_for_the_program_is_bounded),
		cmocka_unit_test(test_a_programs_name_is_that_of_a_file),
		cmocka_unit_test(test_warnings_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
