/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the planner refuses, and how it says so: a configuration that is fine, one value replaced,
 * and the JSON pointer that the error must name.
 */
#include <errno.h>

#include "plan_test.h"

static const char fine[] =
	"{\"ociVersion\":\"1.2.0\","
	"\"root\":{\"path\":\"rootfs\"},"
	"\"hostname\":\"box\",\"domainname\":\"example.org\","
	"\"process\":{\"cwd\":\"/\",\"args\":[\"true\"],\"env\":[\"A=1\",\"B=2\"],"
	"\"user\":{\"uid\":1,\"gid\":2,\"additionalGids\":[3,4]},"
	"\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":1,\"hard\":2},"
	"{\"type\":\"RLIMIT_NOFILE\",\"soft\":1,\"hard\":2}]},"
	"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
	"{\"destination\":\"/data\",\"source\":\"/srv\",\"options\":[\"bind\"]},"
	"{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}],"
	"\"linux\":{\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"uts\"},{\"type\":\"user\"},"
	"{\"type\":\"pid\"}],"
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":10}],"
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":3},"
	"{\"containerID\":3,\"hostID\":5000,\"size\":2}],"
	"\"maskedPaths\":[\"/proc/kcore\",\"/proc/keys\"],"
	"\"readonlyPaths\":[\"/proc/sys\"],"
	"\"cgroupsPath\":\"/a/b\","
	"\"devices\":[{\"type\":\"c\",\"path\":\"/dev/a\",\"major\":1,\"minor\":3},"
	"{\"type\":\"p\",\"path\":\"/dev/b\",\"fileMode\":438,\"uid\":2,\"gid\":2}],"
	"\"resources\":{\"devices\":[{\"allow\":false}]}}}";

struct refusal {
	const char *at, *value; /* this value is replaced by that one */
	int code;
	const char *pointer;
};

#define MOUNT_AND_UTS  "[{\"type\":\"mount\"},{\"type\":\"uts\"}]"
#define MOUNT_AND_USER "[{\"type\":\"mount\"},{\"type\":\"user\"}]"
#define BIND_TO(destination) \
	"{\"destination\":" destination ",\"source\":\"/srv\",\"options\":[\"bind\"]}"
#define LONG_NAME "\"0123456789012345678901234567890123456789012345678901234567890123x\""

/* clang-format off */
static const struct refusal refusals[] = {
	/* the whole */
	{ "/ociVersion", "\"2.0.0\"", EINVAL, "/ociVersion" },
	{ "/ociVersion", "\"\"", EINVAL, "/ociVersion" },
	{ "/ociVersion", "\"0.9\"", EINVAL, "/ociVersion" },
	{ "/ociVersion", "\"10.0.0\"", EINVAL, "/ociVersion" },
	{ "/root", "null", EINVAL, "/root" },
	/* namespaces, names */
	{ "/linux/namespaces/2", "{\"type\":\"mount\"}", EINVAL, "/linux/namespaces/2/type" },
	{ "/linux/namespaces/1/type", "\"user\"", EINVAL, "/linux/namespaces/2/type" },
	{ "/linux/namespaces", MOUNT_AND_USER, EINVAL, "/hostname" },
	{ "/hostname", LONG_NAME, ENAMETOOLONG, "/hostname" },
	{ "/domainname", LONG_NAME, ENAMETOOLONG, "/domainname" },
	/* id mappings */
	{ "/linux/namespaces", MOUNT_AND_UTS, EINVAL, "/linux/uidMappings" },
	{ "/linux/uidMappings", "[]", EINVAL, "/linux/uidMappings" },
	{ "/linux/gidMappings", "[]", EINVAL, "/linux/gidMappings" },
	{ "/linux/uidMappings/0/size", "0", EINVAL, "/linux/uidMappings/0" },
	{ "/linux/uidMappings/0/size", "4294967295", EINVAL, "/linux/uidMappings/0" },
	{ "/linux/uidMappings/0/hostID", "4294967290", EINVAL, "/linux/uidMappings/0" },
	{ "/linux/gidMappings/1/containerID", "4294967294", EINVAL, "/linux/gidMappings/1" },
	/* the user */
	{ "/process/user/uid", "10", EINVAL, "/process/user/uid" },
	{ "/process/user/uid", "4294967295", EINVAL, "/process/user/uid" },
	{ "/process/user/gid", "5", EINVAL, "/process/user/gid" },
	{ "/process/user/gid", "4294967295", EINVAL, "/process/user/gid" },
	{ "/process/user/additionalGids", "[3,4,5]", EINVAL, "/process/user/additionalGids/2" },
	{ "/linux/uidMappings/0/containerID", "2", EINVAL, "/process/user/uid" },
	/* the process */
	{ "/process/cwd", "\"srv\"", EINVAL, "/process/cwd" },
	{ "/process/cwd", "\"\"", EINVAL, "/process/cwd" },
	{ "/process/args", "[]", EINVAL, "/process/args" },
	{ "/process/args", "null", EINVAL, "/process/args" },
	{ "/process/env/1", "\"B\"", EINVAL, "/process/env/1" },
	{ "/process/env/0", "\"=1\"", EINVAL, "/process/env/0" },
	{ "/process/env/0", "\"\"", EINVAL, "/process/env/0" },
	{ "/process/rlimits/0/type", "\"RLIMIT_TASKS\"", EINVAL, "/process/rlimits/0/type" },
	{ "/process/rlimits/0/type", "\"CORE\"", EINVAL, "/process/rlimits/0/type" },
	{ "/process/rlimits/0/type", "\"rlimit_core\"", EINVAL, "/process/rlimits/0/type" },
	{ "/process/rlimits/1/type", "\"RLIMIT_CORE\"", EINVAL, "/process/rlimits/1/type" },
	{ "/process/rlimits/1/soft", "3", EINVAL, "/process/rlimits/1/soft" },
	/* mounts */
	{ "/mounts/0/destination", "\"/\"", EINVAL, "/mounts/0/destination" },
	{ "/mounts/0/destination", "\"/a/..\"", EINVAL, "/mounts/0/destination" },
	{ "/mounts/0/destination", "\".\"", EINVAL, "/mounts/0/destination" },
	{ "/mounts/1", BIND_TO("\"//\""), EINVAL, "/mounts/1/destination" },
	{ "/mounts/0/type", "\"\"", EINVAL, "/mounts/0/type" },
	{ "/mounts/0/type", "null", EINVAL, "/mounts/0/type" },
	{ "/mounts/1/source", "\"\"", EINVAL, "/mounts/1/source" },
	{ "/mounts/1/source", "null", EINVAL, "/mounts/1/source" },
	{ "/mounts/1/options", "[]", EINVAL, "/mounts/1/type" },
	/* masks */
	{ "/linux/maskedPaths/1", "\"proc/keys\"", EINVAL, "/linux/maskedPaths/1" },
	{ "/linux/maskedPaths/0", "\"\"", EINVAL, "/linux/maskedPaths/0" },
	{ "/linux/readonlyPaths/0", "\"./proc\"", EINVAL, "/linux/readonlyPaths/0" },
	/* mappings of a mount, and what is done to mounts that are there */
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}]}", EINVAL, "/mounts/1/gidMappings" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"],\"gidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}]}", EINVAL, "/mounts/1/uidMappings" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":0}],\"gidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}]}", EINVAL, "/mounts/1/uidMappings/0" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}],\"gidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1},{\"containerID\":0,\"hostID\":5,\"size\":1}]}", EINVAL, "/mounts/1/gidMappings/1" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"type\":\"tmpfs\",\"options\":[],\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}],\"gidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":1}]}", EINVAL, "/mounts/1/uidMappings" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"type\":\"tmpfs\",\"options\":[\"nosuid\",\"idmap\"]}", EINVAL, "/mounts/1/options/1" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\",\"tmpcopyup\"]}", EINVAL, "/mounts/1/options/1" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"type\":\"proc\",\"options\":[\"tmpcopyup\"]}", EINVAL, "/mounts/1/options/0" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"remount\",\"ro\"]}", EINVAL, "/mounts/1/destination" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"remount\",\"tmpcopyup\"]}", EINVAL, "/mounts/1/options/1" },
	{ "/mounts/1", "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"remount\",\"idmap\"]}", EINVAL, "/mounts/1/options/1" },
	{ "/mounts/1", "{\"destination\":\"/\",\"source\":\"/x\",\"options\":[\"remount\"]}", EINVAL, "/mounts/1/destination" },
	{ "/mounts/1", "{\"destination\":\"/proc/sys\",\"source\":\"/x\",\"options\":[\"remount\"]}", EPERM, "/mounts/1/destination" },
	{ "/mounts/1", "{\"destination\":\"/sys/fs/cgroup\",\"source\":\"/x\",\"options\":[\"remount\"]}", EINVAL, "/mounts/1/destination" },
	/* devices */
	{ "/linux/devices/0/path", "\"dev/a\"", EINVAL, "/linux/devices/0/path" },
	{ "/linux/devices/0/path", "\"/\"", EINVAL, "/linux/devices/0/path" },
	{ "/linux/devices/0/path", "\"/a/..\"", EINVAL, "/linux/devices/0/path" },
	{ "/linux/devices/0/path", "\"/proc/x\"", EPERM, "/linux/devices/0/path" },
	{ "/linux/devices/0/path", "\"/a/../proc\"", EPERM, "/linux/devices/0/path" },
	{ "/linux/devices/0/path", "\"/dev//b\"", EINVAL, "/linux/devices/1/path" },
	{ "/linux/devices/0/major", "null", EINVAL, "/linux/devices/0/major" },
	{ "/linux/devices/0/minor", "null", EINVAL, "/linux/devices/0/minor" },
	{ "/linux/devices/1/type", "\"u\"", EINVAL, "/linux/devices/1/major" },
	{ "/linux/devices/1/fileMode", "8630", EINVAL, "/linux/devices/1/fileMode" },
	{ "/linux/devices/1/uid", "10", EINVAL, "/linux/devices/1/uid" },
	{ "/linux/devices/1/gid", "5", EINVAL, "/linux/devices/1/gid" },
	{ "/linux/devices/1/uid", "4294967295", EINVAL, "/linux/devices/1/uid" },
	/* cgroups */
	{ "/linux/cgroupsPath", "\"/a/../b\"", EINVAL, "/linux/cgroupsPath" },
	{ "/linux/cgroupsPath", "\"../b\"", EINVAL, "/linux/cgroupsPath" },
	{ "/linux/cgroupsPath", "\"/a//b\"", EINVAL, "/linux/cgroupsPath" },
	{ "/linux/cgroupsPath", "\"/a/./b\"", EINVAL, "/linux/cgroupsPath" },
	{ "/linux/cgroupsPath", "\"/\"", EINVAL, "/linux/cgroupsPath" },
	{ "/linux/cgroupsPath", "\"a\\nb\"", EINVAL, "/linux/cgroupsPath" },
};
/* clang-format on */

/* The text with the value at that pointer replaced. */
static struct oci_document edit(struct arena *arena, const char *text, const char *at,
				const char *value)
{
	struct oci_document document = test_document(text);
	struct oci_position position;
	char *edited;

	if (oci_locate(&document, at, &position) < 0)
		fail_msg("there is no %s to be replaced", at);
	edited = arena_printf(arena, "%.*s%s%s", (int)position.offset, text, value,
			      text + position.offset + position.length);
	return test_document(edited);
}

static int plan_edited(struct plan_world *w, const char *at, const char *value)
{
	struct oci_document document = edit(&w->arena, fine, at, value);

	return plan_world_plan(w, &document);
}

static void check_refusal(const struct refusal *refusal, enum facts_host host)
{
	struct plan_world w;
	int r;

	plan_world_init(&w, host);
	r = plan_edited(&w, refusal->at, refusal->value);
	if (r == 0)
		fail_msg("%s: %s was planned", refusal->at, refusal->value);
	if (r != -refusal->code || w.err.code != refusal->code ||
	    strcmp(w.err.pointer, refusal->pointer) != 0)
		fail_msg("%s: %s gave %d, error %d \"%s\" at %s", refusal->at, refusal->value, r,
			 w.err.code, w.err.text, w.err.pointer);
	assert_true(*w.err.text);
	assert_null(w.plan);
	plan_world_done(&w);
}

static void test_refusals_name_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++)
		for (int host = 0; host < FACTS_COUNT; host++)
			check_refusal(&refusals[i], (enum facts_host)host);
}

static void assert_planned(const char *at, const char *value)
{
	struct plan_world w;

	plan_world_init(&w, FACTS_V2);
	if (plan_edited(&w, at, value) < 0)
		fail_msg("%s: %s gave \"%s\" at %s", at, value, w.err.text, w.err.pointer);
	assert_int_equal(w.err.code, 0);
	assert_int_equal(plan_refusal(w.plan, &w.err), 0);
	assert_int_equal(w.err.code, 0);
	plan_world_done(&w);
}

static void test_values_at_the_edge_are_planned(void **state)
{
	(void)state;
	assert_planned("/ociVersion", "\"1.0.2-dev\"");
	assert_planned("/hostname", "\"\"");
	assert_planned("/hostname",
		       "\"0123456789012345678901234567890123456789012345678901234567890123\"");
	assert_planned("/process/user/uid", "9");
	assert_planned("/process/user/gid", "4");
	assert_planned("/process/env/0", "\"A=\"");
	assert_planned("/process/rlimits/0/soft", "2");
	assert_planned("/linux/uidMappings/0/hostID", "4294967285");
	assert_planned("/linux/cgroupsPath", "\"\"");
	assert_planned("/linux/cgroupsPath", "\"a/..b/c.d\"");
	assert_planned("/linux/maskedPaths", "[]");
	assert_planned("/mounts/1/options", "[\"bind\",\"idmap\"]");
	assert_planned("/mounts/1/options", "[\"rbind\",\"ridmap\"]");
	assert_planned("/mounts/2",
		       "{\"destination\":\"/data/.\",\"options\":[\"remount\",\"ro\"]}");
	assert_planned("/linux/devices/0/major", "4095");
	assert_planned("/linux/devices/0/minor", "1048575");
	assert_planned("/linux/devices/1/fileMode", "4534"); /* with S_IFIFO */
	assert_planned("/linux/devices/1/uid", "9");
	assert_planned("/mounts/0/destination", "\"proc\"");
}

/* As many lines as the kernel takes, and one more. */
static void check_mappings(unsigned n, int code)
{
	struct strbuf maps;
	struct plan_world w;

	plan_world_init(&w, FACTS_V2);
	strbuf_init(&maps, &w.arena);
	for (unsigned i = 0; i < n; i++)
		strbuf_add_format(&maps, "%c{\"containerID\":%u,\"hostID\":%u,\"size\":1}",
				  i ? ',' : '[', i, i);
	strbuf_add_char(&maps, ']');
	assert_int_equal(plan_edited(&w, "/linux/gidMappings", maps.data), -code);
	assert_string_equal(w.err.pointer, code ? "/linux/gidMappings" : "");
	plan_world_done(&w);
}

static void test_more_mappings_than_the_kernel_takes(void **state)
{
	(void)state;
	check_mappings(340, 0);
	check_mappings(341, E2BIG);
}

static void test_no_cgroup_file_system_to_be_mounted(void **state)
{
	struct oci_document document = test_document(fine);
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	w.facts.cgroups = (struct host_cgroups){ .v2_controllers = "" };
	assert_true(plan_world_plan(&w, &document) < 0);
	assert_string_equal(w.err.pointer, "/linux/cgroupsPath");
	plan_world_done(&w);
}

static void test_the_first_step_without_a_runner_is_told(void **state)
{
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_edited(&w, "/process/cwd", "\"/\",\"terminal\":true"), 0);
	assert_true(plan_refusal(w.plan, &w.err) == -ENOTSUP);
	assert_string_equal(w.err.pointer, "/process/terminal");
	assert_non_null(strstr(w.err.text, "terminal"));
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals_name_what_is_wrong),
		cmocka_unit_test(test_values_at_the_edge_are_planned),
		cmocka_unit_test(test_more_mappings_than_the_kernel_takes),
		cmocka_unit_test(test_no_cgroup_file_system_to_be_mounted),
		cmocka_unit_test(test_the_first_step_without_a_runner_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
