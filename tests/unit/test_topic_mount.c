/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan's text does not show of its mounts: slots, propagation, what may be covered. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "plan_test.h"
#include "sys/kernel.h"
#include "topic/mount.h"

enum { MANY = 300 };

#define NAMESPACES_ROOT "{\"type\":\"mount\"}"
#define NAMESPACES_USER "{\"type\":\"mount\"},{\"type\":\"user\"}"

static int plan_on_host(struct plan_world *w, const char *namespaces, const char *mounts)
{
	struct oci_document document;

	document = test_document(arena_printf(&w->arena,
					      "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},"
					      "\"mounts\":[%s],\"linux\":{\"namespaces\":[%s]}}",
					      mounts, namespaces));
	return plan_world_plan(w, &document);
}

static int try_mounts(struct plan_world *w, const char *namespaces, const char *mounts)
{
	plan_world_init(w, FACTS_HYBRID);
	return plan_on_host(w, namespaces, mounts);
}

static void try_on(struct plan_world *w, bool has_mount_setattr, const char *namespaces,
		   const char *mounts)
{
	plan_world_init(w, FACTS_HYBRID);
	w->facts.has_mount_setattr = has_mount_setattr;
	if (plan_on_host(w, namespaces, mounts) < 0)
		fail_msg("%s at %s", w->err.text, w->err.pointer);
}

static void plan_mounts(struct plan_world *w, const char *namespaces, const char *mounts)
{
	if (try_mounts(w, namespaces, mounts) < 0)
		fail_msg("%s at %s", w->err.text, w->err.pointer);
}

/* The n-th step of that operation, or NULL. */
static const struct step *find(const struct plan *plan, enum operation operation, size_t n)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].operation == operation && n-- == 0)
			return &plan->steps[i];
	return NULL;
}

static const void *args_of(const struct plan *plan, enum operation operation, size_t n)
{
	const struct step *step = find(plan, operation, n);

	if (!step)
		fail_msg("there is no %zu. step %d", n, operation);
	return step->args;
}

static const char *many_binds(struct arena *arena)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (int i = 0; i < MANY; i++)
		strbuf_add_format(&text,
				  "%s{\"destination\":\"/d%d\",\"source\":\"/s\","
				  "\"options\":[\"bind\"]}",
				  i ? "," : "", i);
	return text.data;
}

/* What the runtime opens goes, by its slot, to the child that attaches it next. */
static void test_the_runtimes_binds_are_handed_over(void **state)
{
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	plan_mounts(&w, NAMESPACES_USER, many_binds(&arena));
	for (size_t i = 0; i < MANY; i++) {
		const struct step *step = find(w.plan, OP_BIND_OPEN, i);
		const struct bind_open *open = step->args;
		const struct bind_attach *attach = args_of(w.plan, OP_BIND_ATTACH, i);

		assert_int_equal(step->stage, STAGE_RUNTIME);
		assert_int_equal(step->hands_over, open->slot);
		assert_int_equal(attach->slot, open->slot);
		assert_true(open->slot >= SLOT_FREE && open->slot < w.plan->n_slots);
		assert_int_equal(step[1].operation, OP_BIND_ATTACH);
	}
	plan_world_done(&w);
	arena_done(&arena);
}

/* Linux before 5.12 changes no mount that is not attached. */
static void test_a_bind_is_changed_where_it_can_be(void **state)
{
	static const char bind[] = "{\"destination\":\"/d\",\"source\":\"/s\","
				   "\"options\":[\"bind\",\"ro\"]}";
	struct plan_world w;

	(void)state;
	for (int has = 0; has < 2; has++) {
		const struct bind_open *open;
		const struct bind_attach *attach;

		try_on(&w, has, NAMESPACES_ROOT, bind);
		open = args_of(w.plan, OP_BIND_OPEN, 0);
		attach = args_of(w.plan, OP_BIND_ATTACH, 0);
		assert_int_equal(open->set, KERNEL_MOUNT_ATTR_RDONLY);
		assert_int_equal(open->is_changed_late, !has);
		assert_ptr_equal(attach->late, has ? NULL : open);
		assert_non_null(
			strstr(plan_world_text(&w), has ? "bind-open source=/s flags=[ro]"
							: "bind-attach target=/d flags=[ro]"));
		plan_world_done(&w);
	}
}

static void test_the_childs_own_binds_are_not(void **state)
{
	struct plan_world w;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	plan_mounts(&w, NAMESPACES_ROOT, many_binds(&arena));
	for (size_t i = 0; i < MANY; i++) {
		const struct step *step = find(w.plan, OP_BIND_OPEN, i);
		const struct bind_open *open = step->args;

		assert_int_equal(step->stage, STAGE_ONE);
		assert_int_equal(step->hands_over, SLOT_NONE);
		assert_true(open->slot >= SLOT_FREE && open->slot < w.plan->n_slots);
	}
	plan_world_done(&w);
	arena_done(&arena);
}

/*
 * A mount that the runtime opens is a peer of the host's. Whatever is asked for the topmost, those
 * below it must not stay that: what root of the user namespace mounts there would reach the host.
 */
static void test_nothing_below_stays_a_peer_of_the_host(void **state)
{
	static const char *const options[] = {
		"", ",\"private\"", ",\"slave\"", ",\"unbindable\"", ",\"rprivate\"", ",\"rslave\""
	};
	char mounts[256];
	struct plan_world w;

	(void)state;
	for (size_t i = 0; i < COUNT(options); i++) {
		const struct bind_open *open;

		snprintf(mounts, sizeof(mounts),
			 "{\"destination\":\"/d\",\"source\":\"/s\",\"options\":[\"rbind\"%s]}",
			 options[i]);
		plan_mounts(&w, NAMESPACES_USER, mounts);
		open = args_of(w.plan, OP_BIND_OPEN, 0);
		if (open->propagation_all != MS_SLAVE && open->propagation_all != MS_PRIVATE)
			fail_msg("rbind%s leaves peers", options[i]);
		plan_world_done(&w);
	}
}

/* Which of them a runner lets lie on a procfs that it meets there. */
static void test_which_mounts_may_cover_procfs(void **state)
{
	struct plan_world w;

	(void)state;
	plan_mounts(&w, NAMESPACES_ROOT,
		    "{\"destination\":\"/proc\",\"type\":\"proc\"},"
		    "{\"destination\":\"/proc//uptime\",\"source\":\"/s\",\"options\":[\"bind\"]},"
		    "{\"destination\":\"/procfs\",\"source\":\"/s\",\"options\":[\"bind\"]},"
		    "{\"destination\":\"/procfs\",\"type\":\"tmpfs\"}");
	assert_true(((const struct mount_new *)args_of(w.plan, OP_MOUNT_NEW, 0))->may_cover_proc);
	assert_false(((const struct mount_new *)args_of(w.plan, OP_MOUNT_NEW, 1))->may_cover_proc);
	assert_true(
		((const struct bind_attach *)args_of(w.plan, OP_BIND_ATTACH, 0))->may_cover_proc);
	assert_false(
		((const struct bind_attach *)args_of(w.plan, OP_BIND_ATTACH, 1))->may_cover_proc);
	plan_world_done(&w);
}

static void test_others_inside_of_proc_are_refused(void **state)
{
	static const char *const mounts[] = {
		"{\"destination\":\"/proc/sys\",\"type\":\"tmpfs\"}",
		"{\"destination\":\"/proc//sys/kernel/\",\"type\":\"tmpfs\"}",
		"{\"destination\":\"/x/../proc/self\",\"source\":\"/s\",\"options\":[\"bind\"]}",
		"{\"destination\":\"proc/uptime/x\",\"source\":\"/s\",\"options\":[\"rbind\"]}",
	};
	struct plan_world w;

	(void)state;
	for (size_t i = 0; i < COUNT(mounts); i++) {
		assert_int_equal(try_mounts(&w, NAMESPACES_ROOT, mounts[i]), -EPERM);
		assert_string_equal(w.err.pointer, "/mounts/0/destination");
		plan_world_done(&w);
	}
}

static const struct mount_new *plan_new(struct plan_world *w, const char *mount)
{
	plan_mounts(w, NAMESPACES_ROOT, mount);
	return args_of(w->plan, OP_MOUNT_NEW, 0);
}

static void test_a_tmpfs_takes_the_mode_of_what_it_covers(void **state)
{
	struct plan_world w;

	(void)state;
	assert_true(plan_new(&w, "{\"destination\":\"/t\",\"type\":\"tmpfs\"}")->takes_mode);
	plan_world_done(&w);
	assert_false(plan_new(&w, "{\"destination\":\"/t\",\"type\":\"tmpfs\","
				  "\"options\":[\"size=1m\",\"mode=700\"]}")
			     ->takes_mode);
	plan_world_done(&w);
	assert_false(plan_new(&w, "{\"destination\":\"/t\",\"type\":\"ext4\"}")->takes_mode);
	plan_world_done(&w);
}

static void test_propagation_of_new_mounts(void **state)
{
	struct plan_world w;

	(void)state;
	assert_int_equal(plan_new(&w, "{\"destination\":\"/t\",\"type\":\"tmpfs\","
				      "\"options\":[\"slave\"]}")
				 ->propagation,
			 MS_SLAVE);
	plan_world_done(&w);
	assert_int_equal(plan_new(&w, "{\"destination\":\"/t\",\"type\":\"tmpfs\","
				      "\"options\":[\"rshared\",\"ro\"]}")
				 ->propagation,
			 MS_SHARED);
	plan_world_done(&w);
}

/* The read-only directory of hierarchies is kept until they are in it. */
static void test_the_directory_of_hierarchies_is_sealed_last(void **state)
{
	const struct mount_new *base;
	const struct mount_seal *seal;
	struct plan_world w;

	(void)state;
	base = plan_new(&w, "{\"destination\":\"/c\",\"type\":\"cgroup\",\"options\":[\"ro\"]}");
	seal = args_of(w.plan, OP_MOUNT_READONLY, 0);
	assert_true(base->keep >= SLOT_FREE && base->keep < w.plan->n_slots);
	assert_int_equal(seal->slot, base->keep);
	assert_int_equal(base->attributes & KERNEL_MOUNT_ATTR_RDONLY, 0);
	assert_true(find(w.plan, OP_MOUNT_READONLY, 0) > find(w.plan, OP_BIND_ATTACH, 5));
	plan_world_done(&w);
	base = plan_new(&w, "{\"destination\":\"/c\",\"type\":\"cgroup\"}");
	assert_int_equal(base->keep, SLOT_NONE);
	assert_null(find(w.plan, OP_MOUNT_READONLY, 0));
	plan_world_done(&w);
}

/* An access time for one mount and another for all: a new file system has one mount. */
static void test_access_times_are_one_value(void **state)
{
	const struct mount_new *args;
	struct plan_world w;

	(void)state;
	args = plan_new(&w, "{\"destination\":\"/t\",\"type\":\"tmpfs\","
			    "\"options\":[\"noatime\",\"rstrictatime\"]}");
	assert_true((args->attributes & KERNEL_MOUNT_ATTR__ATIME) == KERNEL_MOUNT_ATTR_NOATIME ||
		    (args->attributes & KERNEL_MOUNT_ATTR__ATIME) == KERNEL_MOUNT_ATTR_STRICTATIME);
	plan_world_done(&w);
}

/* Under every name that the kernel knows a hierarchy by; none where each has one only. */
static void test_co_mounted_hierarchies_are_linked(void **state)
{
	static const char mount[] = "{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\","
				    "\"source\":\"cgroup\",\"options\":[\"ro\"]}";
	struct host_hierarchy *cpu;
	struct plan_world w;
	const struct mount_links *links;
	struct oci_document document;

	(void)state;
	plan_mounts(&w, NAMESPACES_ROOT, mount);
	assert_null(find(w.plan, OP_CGROUP_LINKS, 0));
	plan_world_done(&w);
	plan_world_init(&w, FACTS_HYBRID);
	cpu = &w.facts.cgroups.v[8];
	assert_string_equal(cpu->controllers, "cpu");
	cpu->controllers = "cpu,rdma";
	document = test_document(arena_printf(&w.arena,
					      "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},"
					      "\"mounts\":[%s],\"linux\":{\"namespaces\":[%s]}}",
					      mount, NAMESPACES_ROOT));
	assert_int_equal(plan_world_plan(&w, &document), 0);
	links = args_of(w.plan, OP_CGROUP_LINKS, 0);
	/* it is mounted as "cpu": only the other name is missing */
	assert_int_equal(links->n, 1);
	assert_string_equal(links->names[0], "rdma");
	assert_string_equal(links->texts[0], "cpu");
	assert_true(links->slot >= SLOT_FREE);
	assert_int_equal(((const struct mount_seal *)args_of(w.plan, OP_MOUNT_READONLY, 0))->slot,
			 links->slot);
	plan_world_done(&w);
}

static void test_links_are_made_in_the_mount(void **state)
{
	const char *const names[] = { "cpu", "cpuacct" }, *const texts[] = { "both", "both" };
	char folder[] = "/tmp/oci-rt-links-XXXXXX", text[16] = "";
	int value[SLOT_FREE + 1];
	struct slots slots = { value, COUNT(value) };
	const struct mount_links args = { SLOT_FREE, "/t", 2, names, texts };
	struct error err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	value[SLOT_FREE] = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(mount_links_apply(&args, &slots, &err), 0);
	assert_int_equal(readlinkat(value[SLOT_FREE], "cpuacct", text, sizeof(text)), 4);
	assert_string_equal(text, "both");
	assert_int_equal(mount_links_apply(&args, &slots, &err), -EEXIST);
	assert_non_null(strstr(err.text, "/t/cpu"));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(unlinkat(value[SLOT_FREE], names[i], 0), 0);
	assert_int_equal(rmdir(folder), 0);
	close(value[SLOT_FREE]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_runtimes_binds_are_handed_over),
		cmocka_unit_test(test_the_childs_own_binds_are_not),
		cmocka_unit_test(test_a_bind_is_changed_where_it_can_be),
		cmocka_unit_test(test_nothing_below_stays_a_peer_of_the_host),
		cmocka_unit_test(test_which_mounts_may_cover_procfs),
		cmocka_unit_test(test_others_inside_of_proc_are_refused),
		cmocka_unit_test(test_a_tmpfs_takes_the_mode_of_what_it_covers),
		cmocka_unit_test(test_propagation_of_new_mounts),
		cmocka_unit_test(test_the_directory_of_hierarchies_is_sealed_last),
		cmocka_unit_test(test_access_times_are_one_value),
		cmocka_unit_test(test_co_mounted_hierarchies_are_linked),
		cmocka_unit_test(test_links_are_made_in_the_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
