/* SPDX-License-Identifier: Apache-2.0 */
/* Memory policy and personality: what is refused, and what the kernel gets. */
#include "parts_test.h"
#include "topic/memory_policy.h"
#include "topic/personality.h"

#define POLICY(members) ",\"memoryPolicy\":{\"mode\":\"MPOL_" members "}"

static void refused(const char *linux_, const char *pointer)
{
	parts_refused(&(struct parts){ .linux_ = linux_ }, pointer);
}

static void test_nodes_that_cannot_be(void **state)
{
	(void)state;
	refused(POLICY("BIND\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("BIND\",\"nodes\":\"\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("INTERLEAVE\",\"nodes\":\" , \""), "/linux/memoryPolicy/nodes");
	refused(POLICY("WEIGHTED_INTERLEAVE\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("PREFERRED_MANY\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("DEFAULT\",\"nodes\":\"0\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("LOCAL\",\"nodes\":\"0-1\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("BIND\",\"nodes\":\"1-0\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("BIND\",\"nodes\":\"0-1024\""), "/linux/memoryPolicy/nodes");
	refused(POLICY("BIND\",\"nodes\":\"0;1\""), "/linux/memoryPolicy/nodes");
}

static void test_flags_that_cannot_be(void **state)
{
	(void)state;
	refused(POLICY("BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_STATIC_NODES\","
		       "\"MPOL_F_RELATIVE_NODES\"]"),
		"/linux/memoryPolicy/flags");
	refused(POLICY("PREFERRED\",\"flags\":[\"MPOL_F_STATIC_NODES\"]"),
		"/linux/memoryPolicy/flags");
	refused(POLICY("DEFAULT\",\"flags\":[\"MPOL_F_RELATIVE_NODES\"]"),
		"/linux/memoryPolicy/flags");
	refused(POLICY("INTERLEAVE\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_NUMA_BALANCING\"]"),
		"/linux/memoryPolicy/flags");
	refused(POLICY("DEFAULT\",\"flags\":[\"MPOL_F_NUMA_BALANCING\"]"),
		"/linux/memoryPolicy/flags");
}

static const struct memory_policy *planned(struct plan_world *w, const char *linux_)
{
	plan_world_init(w, FACTS_V2);
	w->facts.kernel_major = 6;
	w->facts.kernel_minor = 9; /* the first that knows all modes */
	if (parts_plan(w, &(struct parts){ .linux_ = linux_ }) < 0)
		fail_msg("%s gave \"%s\" at %s", linux_, w->err.text, w->err.pointer);
	return parts_step(w, OP_MEMORY_POLICY)->args;
}

static void assert_mode(const char *linux_, int mode, size_t n_nodes)
{
	struct plan_world w;
	const struct memory_policy *args = planned(&w, linux_);

	assert_int_equal(args->mode, mode);
	assert_int_equal(args->n_nodes, n_nodes);
	plan_world_done(&w);
}

static void test_every_mode(void **state)
{
	(void)state;
	assert_mode(POLICY("DEFAULT\",\"nodes\":\"\""), 0, 0);
	assert_mode(POLICY("PREFERRED\",\"nodes\":\"1\""), 1, 1);
	assert_mode(POLICY("PREFERRED\""), 1, 0);
	assert_mode(POLICY("BIND\",\"nodes\":\"0-2,1\""), 2, 3);
	assert_mode(POLICY("INTERLEAVE\",\"nodes\":\"0,2\""), 3, 2);
	assert_mode(POLICY("LOCAL\""), 4, 0);
	assert_mode(POLICY("PREFERRED_MANY\",\"nodes\":\"0-1\""), 5, 2);
	assert_mode(POLICY("WEIGHTED_INTERLEAVE\",\"nodes\":\"0-1\""), 6, 2);
}

/* What a plan for that kernel comes to. */
static void since(const char *linux_, uint32_t major, uint32_t minor)
{
	const struct parts parts = { .linux_ = linux_ };

	for (uint32_t older = 0; older < 2; older++) {
		struct plan_world w;

		plan_world_init(&w, FACTS_V2);
		w.facts.kernel_major = major;
		w.facts.kernel_minor = minor - older;
		assert_int_equal(parts_plan(&w, &parts), older ? -ENOTSUP : 0);
		if (older)
			assert_string_equal(w.err.pointer, "/linux/memoryPolicy/mode");
		plan_world_done(&w);
	}
}

static void test_modes_of_newer_kernels(void **state)
{
	(void)state;
	since(POLICY("PREFERRED_MANY\",\"nodes\":\"0\""), 5, 15);
	since(POLICY("WEIGHTED_INTERLEAVE\",\"nodes\":\"0\""), 6, 9);
}

static void test_flags_go_with_the_mode(void **state)
{
	(void)state;
	assert_mode(POLICY("BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_STATIC_NODES\","
			   "\"MPOL_F_NUMA_BALANCING\"]"),
		    2 | 0x8000 | 0x2000, 1);
	assert_mode(POLICY("INTERLEAVE\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_RELATIVE_NODES\"]"),
		    3 | 0x4000, 1);
}

static void test_a_bit_for_each_node(void **state)
{
	struct plan_world w;
	const struct memory_policy *args =
		planned(&w, POLICY("BIND\",\"nodes\":\"0,2-3,62-65,1023\""));
	const uint8_t *bytes = (const uint8_t *)args->nodes;

	(void)state;
	assert_int_equal(sizeof(args->nodes), 128);
	assert_int_equal(args->n_nodes, 8);
	/* on a machine that stores the low byte first, as all that are tested do */
	assert_int_equal(bytes[0], 0x0d);
	assert_int_equal(bytes[7], 0xc0);
	assert_int_equal(bytes[8], 0x03);
	assert_int_equal(bytes[127], 0x80);
	plan_world_done(&w);
}

static void test_personalities(void **state)
{
	const struct personality *args;
	struct plan_world w;

	(void)state;
	refused(",\"personality\":{\"domain\":\"LINUX\",\"flags\":[\"ADDR_NO_RANDOMIZE\"]}",
		"/linux/personality/flags/0");
	parts_planned(&w, &(struct parts){ .linux_ = ",\"personality\":{\"domain\":\"LINUX32\","
						     "\"flags\":[]}" });
	args = parts_step(&w, OP_PERSONALITY)->args;
	assert_int_equal(args->persona, 8);
	plan_world_done(&w);
	parts_planned(&w, &(struct parts){ .linux_ = ",\"personality\":{\"domain\":\"LINUX\"}" });
	args = parts_step(&w, OP_PERSONALITY)->args;
	assert_int_equal(args->persona, 0);
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes_that_cannot_be),
		cmocka_unit_test(test_flags_that_cannot_be),
		cmocka_unit_test(test_every_mode),
		cmocka_unit_test(test_modes_of_newer_kernels),
		cmocka_unit_test(test_flags_go_with_the_mode),
		cmocka_unit_test(test_a_bit_for_each_node),
		cmocka_unit_test(test_personalities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
