/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel parameters: whose they are, by which names, and when they are written. */
#include "parts_test.h"
#include "topic/sysctl.h"

static const char *as_sysctl(char *text, size_t size, const char *key, const char *value)
{
	snprintf(text, size, ",\"sysctl\":{\"%s\":\"%s\"}", key, value);
	return text;
}

static void refused(const char *key, const char *pointer)
{
	char text[512];

	parts_refused(&(struct parts){ .linux_ = as_sysctl(text, sizeof(text), key, "1") },
		      pointer);
}

/* In that container, the key is written to this file. */
static void planned(const struct parts *in, const char *key, const char *path)
{
	struct parts parts = *in;
	const struct sysctl *args;
	struct plan_world w;
	char text[512];

	parts.linux_ = as_sysctl(text, sizeof(text), key, "7");
	parts_planned(&w, &parts);
	args = parts_step(&w, OP_SYSCTL)->args;
	assert_string_equal(args->path, path);
	assert_string_equal(args->value, "7");
	assert_int_equal(parts_step(&w, OP_SYSCTL)->stage, STAGE_ONE);
	plan_world_done(&w);
}

static void test_what_belongs_to_a_namespace(void **state)
{
	static const char ipc[][24] = { "auto_msgmni", "msg_next_id", "msgmax",
					"msgmnb",      "msgmni",      "sem",
					"sem_next_id", "shm_next_id", "shm_rmid_forced",
					"shmall",      "shmmax",      "shmmni" };
	const struct parts parts = { 0 };
	char key[64], path[64];

	(void)state;
	for (size_t i = 0; i < COUNT(ipc); i++) {
		snprintf(key, sizeof(key), "kernel.%s", ipc[i]);
		snprintf(path, sizeof(path), "sys/kernel/%s", ipc[i]);
		planned(&parts, key, path);
	}
	planned(&parts, "fs.mqueue.msg_max", "sys/fs/mqueue/msg_max");
	planned(&parts, "net.core.somaxconn", "sys/net/core/somaxconn");
	planned(&parts, "kernel.domainname", "sys/kernel/domainname");
	planned(&(struct parts){ .namespaces = PARTS_USER_NAMESPACE }, "user.max_uts_namespaces",
		"sys/user/max_uts_namespaces");
}

static void test_spellings_of_a_name(void **state)
{
	const struct parts parts = { 0 };

	(void)state;
	planned(&parts, "net/ipv4/ip_forward", "sys/net/ipv4/ip_forward");
	planned(&parts, "net.ipv4.conf.eth0/1.rp_filter", "sys/net/ipv4/conf/eth0.1/rp_filter");
	planned(&parts, "net/ipv4/conf/eth0.1/rp_filter", "sys/net/ipv4/conf/eth0.1/rp_filter");
	planned(&parts, "net/ipv4/conf/.../rp_filter", "sys/net/ipv4/conf/.../rp_filter");
}

static void test_what_is_the_hosts(void **state)
{
	(void)state;
	refused("kernel.core_pattern", "/linux/sysctl/kernel.core_pattern");
	refused("vm.swappiness", "/linux/sysctl/vm.swappiness");
	refused("kernel.msgmaxx", "/linux/sysctl/kernel.msgmaxx");
	refused("kernel.msgmax.a", "/linux/sysctl/kernel.msgmax.a");
	refused("kernel.msg", "/linux/sysctl/kernel.msg");
	refused("fs.mqueue", "/linux/sysctl/fs.mqueue");
	refused("nets.a", "/linux/sysctl/nets.a");
	refused("KERNEL.MSGMAX", "/linux/sysctl/KERNEL.MSGMAX");
}

static void test_what_is_no_name(void **state)
{
	(void)state;
	refused("net", "/linux/sysctl/net");
	refused("/net/a", "/linux/sysctl/~1net~1a");
	refused("net/", "/linux/sysctl/net~1");
	refused("net//a", "/linux/sysctl/net~1~1a");
	refused("net/../kernel/core_pattern", "/linux/sysctl/net~1..~1kernel~1core_pattern");
	refused("net.//.kernel.a", "/linux/sysctl/net.~1~1.kernel.a");
	refused("net/./a", "/linux/sysctl/net~1.~1a");
	refused("net/..", "/linux/sysctl/net~1..");
	refused("net.a b", "/linux/sysctl/net.a b");
	refused("net.a\\n", "/linux/sysctl/net.a\n");
}

static void test_the_namespace_must_be_the_containers(void **state)
{
	static const struct {
		const char *linux_, *namespaces, *pointer;
	} cases[] = {
		{",\"sysctl\":{\"net.a\":\"1\"}",                    "{\"type\":\"mount\"},{\"type\":\"ipc\"}",
                 "/linux/sysctl/net.a"												    },
		{ ",\"sysctl\":{\"kernel.sem\":\"1\"}",
                 "{\"type\":\"mount\"},{\"type\":\"network\"}",                                                 "/linux/sysctl/kernel.sem"},
		{ ",\"sysctl\":{\"fs.mqueue.a\":\"1\"}",             "{\"type\":\"mount\"}",
                 "/linux/sysctl/fs.mqueue.a"											      },
		{ ",\"sysctl\":{\"kernel.domainname\":\"a\"}",       "{\"type\":\"mount\"}",
                 "/linux/sysctl/kernel.domainname"											},
		{ ",\"sysctl\":{\"user.max_net_namespaces\":\"1\"}", NULL,
                 "/linux/sysctl/user.max_net_namespaces"										  },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		parts_refused(&(struct parts){ .linux_ = cases[i].linux_,
					       .namespaces = cases[i].namespaces },
			      cases[i].pointer);
}

static void test_what_has_a_property_of_its_own(void **state)
{
	const struct parts same = { .config = ",\"domainname\":\"7\"" };

	(void)state;
	refused("kernel.hostname", "/linux/sysctl/kernel.hostname");
	parts_refused(&(struct parts){ .config = ",\"domainname\":\"a\"",
				       .linux_ = ",\"sysctl\":{\"kernel/domainname\":\"b\"}" },
		      "/linux/sysctl/kernel~1domainname");
	planned(&same, "kernel.domainname", "sys/kernel/domainname");
}

static void test_values_and_repetitions(void **state)
{
	(void)state;
	parts_refused(&(struct parts){ .linux_ = ",\"sysctl\":{\"net.a\":\"\"}" },
		      "/linux/sysctl/net.a");
	parts_refused(&(struct parts){ .linux_ = ",\"sysctl\":{\"net.a\":\"1\",\"net.b\":\"2\","
						 "\"net/a\":\"1\"}" },
		      "/linux/sysctl/net~1a");
}

static void test_what_the_kernel_would_cut_is_refused(void **state)
{
	static const char pointer[] = "/linux/sysctl/kernel.domainname";
	struct plan_world w;
	struct arena arena;
	char name[66] = { 0 }, text[128];
	struct parts parts = { .linux_ = text };

	(void)state;
	memset(name, 'a', 65);
	parts_refused(&(struct parts){ .linux_ = as_sysctl(text, sizeof(text), "kernel.domainname",
							   name) },
		      pointer);
	name[64] = '\0';
	as_sysctl(text, sizeof(text), "kernel.domainname", name);
	parts_planned(&w, &parts);
	plan_world_done(&w);
	as_sysctl(text, sizeof(text), "kernel.domainname", "a\\nb");
	parts_refused(&parts, pointer);
	as_sysctl(text, sizeof(text), "kernel.domainname", "a\\n");
	parts_planned(&w, &parts);
	plan_world_done(&w);
	arena_init(&arena, NULL, 0);
	parts.linux_ = arena_printf(&arena, ",\"sysctl\":{\"net.a\":\"%4094d\"}", 1);
	parts_planned(&w, &parts);
	plan_world_done(&w);
	parts.linux_ = arena_printf(&arena, ",\"sysctl\":{\"net.a\":\"%4095d\"}", 1);
	parts_refused(&parts, "/linux/sysctl/net.a");
	arena_done(&arena);
}

static size_t step_number(const struct plan *plan, enum operation operation, const char *pointer)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].operation == operation &&
		    (!pointer || strcmp(plan->steps[i].pointer, pointer) == 0))
			return i;
	fail_msg("there is no such step %d", operation);
	return 0;
}

/* /proc/sys/net shows its reader's network: before that is the container's, it is the host's. */
static void test_the_network_is_entered_first(void **state)
{
	const struct parts parts = {
		.linux_ = ",\"sysctl\":{\"net.a\":\"1\",\"kernel.sem\":\"1\"}",
	};
	struct plan_world w;
	size_t entered, net, ipc, root;

	(void)state;
	parts_planned(&w, &parts);
	entered = step_number(w.plan, OP_NETWORK_ENTER, NULL);
	net = step_number(w.plan, OP_SYSCTL, "/linux/sysctl/net.a");
	ipc = step_number(w.plan, OP_SYSCTL, "/linux/sysctl/kernel.sem");
	root = step_number(w.plan, OP_PIVOT, NULL);
	assert_true(entered < net && ipc < entered && net < root);
	plan_world_done(&w);
}

/* The clone makes it then. */
static void test_a_network_of_a_user_namespace_is_there_at_once(void **state)
{
	const struct parts parts = {
		.namespaces = "{\"type\":\"network\"}," PARTS_USER_NAMESPACE,
		.linux_ = ",\"sysctl\":{\"net.a\":\"1\"}",
	};
	struct plan_world w;

	(void)state;
	parts_planned(&w, &parts);
	assert_null(parts_step(&w, OP_NETWORK_ENTER));
	assert_non_null(parts_step(&w, OP_SYSCTL));
	assert_true(step_number(w.plan, OP_SYSCTL, NULL) >
		    step_number(w.plan, OP_BECOME_ROOT, NULL));
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_belongs_to_a_namespace),
		cmocka_unit_test(test_spellings_of_a_name),
		cmocka_unit_test(test_what_is_the_hosts),
		cmocka_unit_test(test_what_is_no_name),
		cmocka_unit_test(test_the_namespace_must_be_the_containers),
		cmocka_unit_test(test_what_has_a_property_of_its_own),
		cmocka_unit_test(test_values_and_repetitions),
		cmocka_unit_test(test_what_the_kernel_would_cut_is_refused),
		cmocka_unit_test(test_the_network_is_entered_first),
		cmocka_unit_test(test_a_network_of_a_user_namespace_is_there_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
