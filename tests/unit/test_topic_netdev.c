/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices of the host: their names, where they can go, and when. */
#include "parts_test.h"
#include "sys/kernel.h"
#include "topic/netdev.h"

#define DEVICES(members) ",\"netDevices\":{" members "}"

static void refused(const char *linux_, const char *pointer)
{
	parts_refused(&(struct parts){ .linux_ = linux_ }, pointer);
}

static void test_names_that_no_device_has(void **state)
{
	(void)state;
	refused(DEVICES("\"a/b\":{}"), "/linux/netDevices/a~1b");
	refused(DEVICES("\"a~b:\":{}"), "/linux/netDevices/a~0b:");
	refused(DEVICES("\".\":{}"), "/linux/netDevices/.");
	refused(DEVICES("\"..\":{}"), "/linux/netDevices/..");
	refused(DEVICES("\"a b\":{}"), "/linux/netDevices/a b");
	refused(DEVICES("\"eth%d\":{}"), "/linux/netDevices/eth%d");
	refused(DEVICES("\"lo\":{\"name\":\"eth0\"}"), "/linux/netDevices/lo");
	refused(DEVICES("\"abcdefghijklmnop\":{\"name\":\"a\"}"),
		"/linux/netDevices/abcdefghijklmnop");
}

static void test_names_that_cannot_be_given(void **state)
{
	(void)state;
	refused(DEVICES("\"a\":{\"name\":\"abcdefghijklmnop\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"b/c\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"b\\tc\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"..\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"lo\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"e%d%d\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"e%s\"}"), "/linux/netDevices/a/name");
	refused(DEVICES("\"a\":{\"name\":\"e%\"}"), "/linux/netDevices/a/name");
}

static void test_two_devices_of_one_name(void **state)
{
	struct plan_world w;

	(void)state;
	refused(DEVICES("\"a\":{\"name\":\"x\"},\"b\":{\"name\":\"x\"}"),
		"/linux/netDevices/b/name");
	refused(DEVICES("\"a\":{\"name\":\"b\"},\"b\":{}"), "/linux/netDevices/b");
	/* they change places; and a template finds two names */
	parts_planned(&w, &(struct parts){ .linux_ = DEVICES("\"a\":{\"name\":\"b\"},"
							     "\"b\":{\"name\":\"a\"},"
							     "\"c\":{\"name\":\"e%d\"},"
							     "\"d\":{\"name\":\"e%d\"}") });
	plan_world_done(&w);
}

static void test_a_network_namespace_is_needed(void **state)
{
	const struct parts joined = {
		.namespaces = "{\"type\":\"mount\"},{\"type\":\"network\",\"path\":\"/n\"}",
		.linux_ = DEVICES("\"a\":{}"),
	};
	struct plan_world w;

	(void)state;
	parts_refused(&(struct parts){ .linux_ = DEVICES("\"a\":{}"),
				       .namespaces = "{\"type\":\"mount\"}" },
		      "/linux/netDevices");
	parts_planned(&w, &joined);
	assert_non_null(parts_step(&w, OP_NETWORK_DEVICE));
	plan_world_done(&w);
	/* the runtime's own is none of the container's */
	parts_refused(
		&(struct parts){ .namespaces = joined.namespaces,
				 .linux_ = joined.linux_,
				 .config = ",\"annotations\":{\"test.namespace-1\":\"own\"}" },
		"/linux/netDevices");
}

static void test_who_may_not_move_them(void **state)
{
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	w.facts.permitted &= ~(UINT64_C(1) << KERNEL_CAP_NET_ADMIN);
	assert_int_equal(parts_plan(&w, &(struct parts){ .linux_ = DEVICES("\"a\":{}") }), -EPERM);
	assert_string_equal(w.err.pointer, "/linux/netDevices");
	plan_world_done(&w);
}

static void test_they_are_moved_last(void **state)
{
	const struct step *step;
	const struct netdev *args;
	struct plan_world w;

	(void)state;
	parts_planned(&w, &(struct parts){ .linux_ = DEVICES("\"a~b\":{\"name\":\"\"}") });
	step = parts_step(&w, OP_NETWORK_DEVICE);
	args = step->args;
	assert_int_equal(step->stage, STAGE_RUNTIME);
	assert_string_equal(step->pointer, "/linux/netDevices/a~0b");
	assert_string_equal(args->device, "a~b");
	assert_string_equal(args->name, "a~b");
	assert_true(step > parts_step(&w, OP_FIND_PROGRAM));
	assert_int_equal(step[1].operation, OP_RECORD_CREATED);
	assert_int_equal(plan_refusal(w.plan, &w.err), -ENOTSUP);
	assert_string_equal(w.err.pointer, "/linux/netDevices/a~0b");
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_that_no_device_has),
		cmocka_unit_test(test_names_that_cannot_be_given),
		cmocka_unit_test(test_two_devices_of_one_name),
		cmocka_unit_test(test_a_network_namespace_is_needed),
		cmocka_unit_test(test_who_may_not_move_them),
		cmocka_unit_test(test_they_are_moved_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
