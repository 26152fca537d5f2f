/* SPDX-License-Identifier: Apache-2.0 */
/* Plans of a container's cgroup, as text: one line a step, then the undo list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/operations.h"
#include "cgroup/plan.h"
#include "sys/kernel.h"
#include "unit.h"

struct world {
	struct arena arena;
	struct host_facts facts;
	struct plan_request request;
	struct oci_config config;
	struct oci_linux linux_object;
	struct oci_resources resources;
	struct oci_cpu cpu;
	struct oci_pids pids;
	struct oci_process process;
	struct oci_user user;
	struct oci_mount mount;
	struct plan plan;
	struct planning p;
	struct error err;
};

static int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena, NULL, 0);
	w->facts.is_initial_userns = true;
	w->request.id = "box";
	w->config.linux_ = &w->linux_object;
	w->plan.n_slots = SLOT_FREE;
	w->p = (struct planning){
		.arena = &w->arena,
		.request = &w->request,
		.config = &w->config,
		.facts = &w->facts,
		.plan = &w->plan,
	};
	*state = w;
	return 0;
}

static int world_teardown(void **state)
{
	struct world *w = *state;

	arena_done(&w->arena);
	free(w);
	return 0;
}

static void use_v2(struct world *w, const char *controllers)
{
	static struct host_hierarchy v2;

	v2 = (struct host_hierarchy){ .controllers = "", .mount = "/sys/fs/cgroup", .own = "/" };
	w->facts.cgroups = (struct host_cgroups){ HOST_CGROUP_V2, 1, &v2, controllers };
}

/* The v1 hierarchies that matter here; with `is_hybrid` a v2 tree, too. */
static void use_v1(struct world *w, bool is_hybrid)
{
	static struct host_hierarchy v[4];

	v[0] = (struct host_hierarchy){ .controllers = "cpu,cpuacct",
					.mount = "/sys/fs/cgroup/cpu,cpuacct" };
	v[1] = (struct host_hierarchy){ .controllers = "cpuset", .mount = "/sys/fs/cgroup/cpuset" };
	v[2] = (struct host_hierarchy){ .controllers = "devices",
					.mount = "/sys/fs/cgroup/devices" };
	v[3] = (struct host_hierarchy){ .controllers = "", .mount = "/sys/fs/cgroup/unified" };
	w->facts.cgroups = (struct host_cgroups){
		.mode = is_hybrid ? HOST_CGROUP_HYBRID : HOST_CGROUP_V1,
		.n = is_hybrid ? 4 : 3,
		.v = v,
		.v2_controllers = is_hybrid ? "hugetlb" : "",
	};
}

static void use_resources(struct world *w, uint64_t shares)
{
	w->cpu.has_shares = true;
	w->cpu.shares = shares;
	w->resources.cpu = &w->cpu;
	w->linux_object.resources = &w->resources;
}

/* The target's state in one hierarchy. */
static struct host_hierarchy *set_target(struct world *w, size_t index, const char *path,
					 const char *exists_to)
{
	struct host_hierarchy *h = &w->facts.cgroups.v[index];

	h->target = arena_printf(&w->arena, "%s%s", h->mount, path);
	h->exists_to = arena_printf(&w->arena, "%s%s", h->mount, exists_to);
	return h;
}

static void describe(const struct step *step, struct describer *d)
{
	switch (step->operation) {
	case OP_CGROUP_MAKE:
		strbuf_add(d->text, "make");
		cgroup_make_describe(step->args, d);
		break;
	case OP_CGROUP_WRITE:
		strbuf_add(d->text, "write");
		cgroup_write_describe(step->args, d);
		break;
	case OP_CGROUP_DEVICES:
		strbuf_add(d->text, "devices");
		cgroup_devices_describe(step->args, d);
		break;
	case OP_CGROUP_DELEGATE:
		strbuf_add(d->text, "delegate");
		cgroup_delegate_describe(step->args, d);
		break;
	case OP_CGROUP_OPEN:
		strbuf_add(d->text, "open");
		cgroup_open_describe(step->args, d);
		break;
	case OP_CGROUP_ENTER:
		strbuf_add(d->text, "enter");
		cgroup_enter_describe(step->args, d);
		break;
	default:
		fail_msg("operation %d has nothing to do with cgroups", step->operation);
	}
}

static const char *plan_text(struct world *w)
{
	struct strbuf text;
	struct describer d = { .text = &text };

	strbuf_init(&text, &w->arena);
	for (size_t i = 0; i < w->plan.n_steps; i++) {
		describe(&w->plan.steps[i], &d);
		if (w->plan.steps[i].pointer[0])
			strbuf_add_format(&text, " at %s", w->plan.steps[i].pointer);
		strbuf_add_char(&text, '\n');
	}
	for (size_t i = 0; i < w->plan.n_undo; i++)
		strbuf_add_format(&text, "undo %u %s%s%s\n", w->plan.undo[i].step,
				  w->plan.undo[i].path, w->plan.undo[i].is_made ? " made" : "",
				  w->plan.undo[i].is_exclusive ? " exclusive" : "");
	return text.data;
}

#define DEFAULTS                                                                                    \
	"\"c *:* m\" \"b *:* m\" \"c 1:3 rw\" \"c 1:5 rw\" \"c 1:7 rw\" \"c 1:8 rw\" \"c 1:9 rw\" " \
	"\"c 5:0 rw\" \"c 5:1 rw\" \"c 5:2 rw\" \"c 136:* rw\""

static void assert_plan(struct world *w, const char *wanted)
{
	assert_int_equal(cgroup_plan(&w->p, &w->err), 0);
	cgroup_plan_devices(&w->p, STAGE_RUNTIME);
	assert_int_equal(cgroup_plan_enter(&w->p, &w->err), 0);
	cgroup_plan_late(&w->p);
	assert_string_equal(plan_text(w), wanted);
	assert_int_equal(w->err.code, 0);
}

static void assert_error(struct world *w, const char *pointer)
{
	assert_true(cgroup_plan(&w->p, &w->err) < 0);
	assert_true(w->err.code > 0);
	assert_string_equal(w->err.pointer, pointer);
}

static void test_v2_without_anything_asked(void **state)
{
	struct world *w = *state;

	w->config.linux_ = NULL;
	use_v2(w, "cpu memory");
	assert_plan(w, "make path=/sys/fs/cgroup/box controllers=\"cpu memory\" exclusive\n"
		       "open directory=/sys/fs/cgroup/box\n"
		       "devices path=/sys/fs/cgroup/box else=deny allow=[" DEFAULTS "]\n"
		       "undo 0 /sys/fs/cgroup/box made exclusive\n");
}

static void test_v2_with_shares(void **state)
{
	struct world *w = *state;
	struct oci_device_rule all = { .allow = true, .access = "rwm" };

	use_v2(w, "cpu memory");
	use_resources(w, 1024);
	w->resources.devices = (struct oci_device_rule_list){ 1, &all };
	w->linux_object.cgroups_path = "/default/x";
	assert_plan(w, "make path=/sys/fs/cgroup/default controllers=\"cpu memory\" at "
		       "/linux/cgroupsPath\n"
		       "make path=/sys/fs/cgroup/default/x controllers=\"cpu memory\" exclusive at "
		       "/linux/cgroupsPath\n"
		       "write path=/sys/fs/cgroup/default/x/cpu.weight value=100 at "
		       "/linux/resources/cpu/shares\n"
		       "open directory=/sys/fs/cgroup/default/x\n"
		       "undo 0 /sys/fs/cgroup/default made\n"
		       "undo 1 /sys/fs/cgroup/default/x made exclusive\n");
}

static void test_v1(void **state)
{
	struct world *w = *state;
	struct oci_device_rule all = { .allow = true, .access = "rwm" };

	use_v1(w, false);
	use_resources(w, 512);
	w->resources.devices = (struct oci_device_rule_list){ 1, &all };
	w->linux_object.cgroups_path = "x/";
	set_target(w, 2, "/x", "/x");
	assert_plan(w, "make path=/sys/fs/cgroup/cpu,cpuacct/x exclusive at /linux/cgroupsPath\n"
		       "make path=/sys/fs/cgroup/cpuset/x exclusive inherits-cpuset at "
		       "/linux/cgroupsPath\n"
		       "make path=/sys/fs/cgroup/devices/x found-empty at /linux/cgroupsPath\n"
		       "write path=/sys/fs/cgroup/cpu,cpuacct/x/cpu.shares value=512 at "
		       "/linux/resources/cpu/shares\n"
		       "devices path=/sys/fs/cgroup/devices/x else=allow deny=[] at "
		       "/linux/resources/devices\n"
		       "open files=/sys/fs/cgroup/{cpu,cpuacct cpuset devices}/x/tasks\n"
		       "enter files=/sys/fs/cgroup/{cpu,cpuacct cpuset devices}/x/tasks\n"
		       "undo 0 /sys/fs/cgroup/cpu,cpuacct/x made exclusive\n"
		       "undo 1 /sys/fs/cgroup/cpuset/x made exclusive\n"
		       "undo 2 /sys/fs/cgroup/devices/x exclusive\n");
	assert_int_equal(w->plan.n_slots, SLOT_FREE + 3);
}

static void test_hybrid_leaves_v2_controllers_alone(void **state)
{
	struct world *w = *state;

	use_v1(w, true);
	w->linux_object.cgroups_path = "/a/b";
	for (size_t i = 0; i < 4; i++)
		set_target(w, i, "/a/b", "/a");
	assert_plan(
		w,
		"make path=/sys/fs/cgroup/cpu,cpuacct/a/b exclusive at /linux/cgroupsPath\n"
		"make path=/sys/fs/cgroup/cpuset/a/b exclusive inherits-cpuset at "
		"/linux/cgroupsPath\n"
		"make path=/sys/fs/cgroup/devices/a/b exclusive at /linux/cgroupsPath\n"
		"make path=/sys/fs/cgroup/unified/a/b exclusive at /linux/cgroupsPath\n"
		"devices path=/sys/fs/cgroup/devices/a/b else=deny allow=[" DEFAULTS "]\n"
		"open files=/sys/fs/cgroup/{cpu,cpuacct cpuset devices}/a/b/tasks directory=/sys/fs/cgroup/unified/a/b\n"
		"enter files=/sys/fs/cgroup/{cpu,cpuacct cpuset devices}/a/b/tasks\n"
		"undo 0 /sys/fs/cgroup/cpu,cpuacct/a/b made exclusive\n"
		"undo 1 /sys/fs/cgroup/cpuset/a/b made exclusive\n"
		"undo 2 /sys/fs/cgroup/devices/a/b made exclusive\n"
		"undo 3 /sys/fs/cgroup/unified/a/b made exclusive\n");
}

static void test_facts_about_another_target_do_not_count(void **state)
{
	struct world *w = *state;
	struct host_hierarchy *h;

	use_v2(w, "");
	h = set_target(w, 0, "/other", "/other");
	h->is_populated = h->is_frozen = true;
	assert_int_equal(cgroup_plan(&w->p, &w->err), 0);
	assert_int_equal(w->plan.n_undo, 1);
	assert_true(w->plan.undo[0].is_made);
}

static void test_a_used_target_is_refused(void **state)
{
	struct world *w = *state;

	use_v2(w, "");
	w->linux_object.cgroups_path = "/x";
	set_target(w, 0, "/x", "/x")->is_populated = true;
	assert_error(w, "/linux/cgroupsPath");
}

static void test_a_frozen_target_is_refused(void **state)
{
	struct world *w = *state;

	use_v2(w, "");
	w->linux_object.cgroups_path = "/a/x";
	set_target(w, 0, "/a/x", "/a")->is_frozen = true;
	assert_error(w, "/linux/cgroupsPath");
}

static void test_bad_paths(void **state)
{
	static const char *const paths[] = { "/",  "//",   "/a//b",  "/a/../b",
					     "..", "/a/.", "a\nb/c", "/a/b/.." };
	struct world *w = *state;

	use_v2(w, "");
	for (size_t i = 0; i < COUNT(paths); i++) {
		w->linux_object.cgroups_path = paths[i];
		w->err = (struct error){ 0 };
		assert_null(cgroup_target_path(&w->arena, &w->config, "box"));
		assert_error(w, "/linux/cgroupsPath");
	}
	assert_int_equal(w->plan.n_steps, 0);
}

static void test_target_paths(void **state)
{
	struct world *w = *state;

	assert_string_equal(cgroup_target_path(&w->arena, &w->config, "box"), "/box");
	w->linux_object.cgroups_path = "";
	assert_string_equal(cgroup_target_path(&w->arena, &w->config, "box"), "/box");
	w->linux_object.cgroups_path = "a/b";
	assert_string_equal(cgroup_target_path(&w->arena, &w->config, "box"), "/a/b");
	w->linux_object.cgroups_path = "/a/...b";
	assert_string_equal(cgroup_target_path(&w->arena, &w->config, "box"), "/a/...b");
}

static void test_the_number_of_processes_is_limited_last(void **state)
{
	struct world *w = *state;
	struct oci_device_rule all = { .allow = true, .access = "rwm" };
	struct oci_pair unified[] = {
		{"pids.max",          "7"},
                { "cgroup.max.depth", "1"}
	};

	use_v2(w, "cpu pids");
	use_resources(w, 1024);
	w->pids.limit = 0;
	w->pids.has_limit = true;
	w->resources.pids = &w->pids;
	w->resources.unified = (struct oci_map){ 2, unified };
	w->resources.devices = (struct oci_device_rule_list){ 1, &all };
	assert_plan(w, "make path=/sys/fs/cgroup/box controllers=\"cpu pids\" exclusive\n"
		       "write path=/sys/fs/cgroup/box/cpu.weight value=100 at "
		       "/linux/resources/cpu/shares\n"
		       "write path=/sys/fs/cgroup/box/cgroup.max.depth value=1 at "
		       "/linux/resources/unified/cgroup.max.depth\n"
		       "open directory=/sys/fs/cgroup/box\n"
		       "write path=/sys/fs/cgroup/box/pids.max value=0 at "
		       "/linux/resources/pids/limit\n"
		       "write path=/sys/fs/cgroup/box/pids.max value=7 at "
		       "/linux/resources/unified/pids.max\n"
		       "undo 0 /sys/fs/cgroup/box made exclusive\n");
	assert_string_equal(((const struct cgroup_make *)w->plan.steps[0].args)->needed,
			    "cpu pids");
}

static void test_what_unified_asks_for_is_enabled_beside_v1(void **state)
{
	struct world *w = *state;
	struct oci_pair unified[] = {
		{"cgroup.max.depth", "1"},
                { "hugetlb.1GB.max", "0"}
	};
	const struct cgroup_make *make = NULL;

	use_v1(w, true);
	w->linux_object.resources = &w->resources;
	w->resources.unified = (struct oci_map){ 2, unified };
	assert_int_equal(cgroup_plan(&w->p, &w->err), 0);
	for (size_t i = 0; i < w->plan.n_steps; i++)
		if (w->plan.steps[i].operation == OP_CGROUP_MAKE)
			make = w->plan.steps[i].args;
	assert_string_equal(make->needed, "hugetlb");
	assert_string_equal(make->needed_by, "/linux/resources/unified/hugetlb.1GB.max");
}

/* A writable cgroup mount in a cgroup namespace of its own, for user 1000. */
static void use_writable_mount(struct world *w)
{
	use_v2(w, "");
	w->user.uid = 1000;
	w->process.user = &w->user;
	w->config.process = &w->process;
	w->mount.source = "cgroup";
	w->mount.destination = "/sys/fs/cgroup/";
	w->config.mounts = (struct oci_mount_list){ 1, &w->mount };
	w->p.new_namespaces = KERNEL_CLONE_NEWCGROUP;
	w->p.is_privileged = true;
}

/* Who gets the cgroup; 0: nobody. */
static uint32_t delegated_to(struct world *w)
{
	w->plan.n_steps = w->plan.n_undo = 0;
	assert_int_equal(cgroup_plan(&w->p, &w->err), 0);
	for (size_t i = 0; i < w->plan.n_steps; i++) {
		const struct cgroup_delegate *args = w->plan.steps[i].args;

		if (w->plan.steps[i].operation != OP_CGROUP_DELEGATE)
			continue;
		assert_string_equal(args->path, "/sys/fs/cgroup/box");
		assert_string_equal(w->plan.steps[i].pointer, "/mounts/0");
		return args->uid;
	}
	return 0;
}

static void test_a_writable_cgroup_gets_the_user(void **state)
{
	struct world *w = *state;
	struct oci_id_mapping mappings[] = {
		{.container_id = 0,    .host_id = 100000, .size = 10},
		{ .container_id = 999, .host_id = 5,      .size = 2 }
	};

	use_writable_mount(w);
	assert_int_equal(delegated_to(w), 1000);
	w->p.is_privileged = false;
	w->linux_object.uid_mappings = (struct oci_id_mapping_list){ 2, mappings };
	assert_int_equal(delegated_to(w), 6);
	w->user.uid = 0;
	assert_int_equal(delegated_to(w), 100000);
}

static void test_a_cgroup_keeps_its_owner(void **state)
{
	struct world *w = *state;
	const char *options[] = { "nosuid", "ro" };

	use_writable_mount(w);
	w->user.uid = 0;
	assert_int_equal(delegated_to(w), 0);
	w->user.uid = 1000;
	w->p.new_namespaces = 0;
	assert_int_equal(delegated_to(w), 0);
	w->p.new_namespaces = KERNEL_CLONE_NEWCGROUP;
	w->mount.options = (struct oci_strings){ 2, options };
	assert_int_equal(delegated_to(w), 0);
	options[1] = "rw";
	w->mount.source = "other";
	assert_int_equal(delegated_to(w), 0);
	w->mount.source = "cgroup";
	w->mount.destination = "/cgroup";
	assert_int_equal(delegated_to(w), 0);
	w->mount.destination = "/sys/fs/cgroup";
	assert_int_equal(delegated_to(w), 1000);
	use_v1(w, true);
	assert_int_equal(delegated_to(w), 0);
}

static void test_no_cgroup_means_no_step(void **state)
{
	struct world *w = *state;

	use_v1(w, true);
	use_resources(w, 1024);
	w->request.no_cgroup = true;
	assert_plan(w, "");
}

static void test_without_privilege(void **state)
{
	struct world *w = *state;

	use_v2(w, "cpu");
	w->facts.is_initial_userns = false;
	assert_plan(w, "");
	w->linux_object.cgroups_path = "/x";
	assert_error(w, "/linux/cgroupsPath");
}

static void test_without_cgroup_file_system(void **state)
{
	struct world *w = *state;

	assert_plan(w, "");
	use_resources(w, 1024);
	assert_error(w, "/linux/resources");
}

static void test_devices_need_a_hierarchy(void **state)
{
	struct world *w = *state;
	struct oci_device_rule all = { .allow = true, .access = "rwm" };

	use_v1(w, false);
	w->facts.cgroups.n = 2;
	assert_int_equal(cgroup_plan(&w->p, &w->err), 0);
	assert_null(strstr(plan_text(w), "devices "));
	w->linux_object.resources = &w->resources;
	w->resources.devices = (struct oci_device_rule_list){ 1, &all };
	assert_error(w, "/linux/resources/devices");
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(v2_without_anything_asked),
		CASE(v2_with_shares),
		CASE(v1),
		CASE(hybrid_leaves_v2_controllers_alone),
		CASE(facts_about_another_target_do_not_count),
		CASE(a_used_target_is_refused),
		CASE(a_frozen_target_is_refused),
		CASE(bad_paths),
		CASE(target_paths),
		CASE(the_number_of_processes_is_limited_last),
		CASE(what_unified_asks_for_is_enabled_beside_v1),
		CASE(a_writable_cgroup_gets_the_user),
		CASE(a_cgroup_keeps_its_owner),
		CASE(no_cgroup_means_no_step),
		CASE(without_privilege),
		CASE(without_cgroup_file_system),
		CASE(devices_need_a_hierarchy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
