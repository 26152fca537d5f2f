/* SPDX-License-Identifier: Apache-2.0 */
/* Making a cgroup, writing to it and entering it, on the kernel's own file systems. */
#include <errno.h>

#include "cgroup_run.h"

/* What the child finds in its cgroups: an exit status that says what was wrong. */
static int child_check(struct world *w)
{
	char own[32768], line[TOP_SIZE + 16];
	size_t found = 0;
	int fd;

	if (run_stage(w, STAGE_ONE) < 0)
		return 1;
	if (procfd_read(w->proc_fd, "self/cgroup", own, sizeof(own)) < 0)
		return 2;
	snprintf(line, sizeof(line), ":%s\n", w->target);
	for (const char *at = own; (at = strstr(at, line)); at++)
		found++;
	if (found != w->facts.cgroups.n)
		return 3;
	/* /dev/kmsg, 1:11, is not among the devices of a container. */
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 4;
	fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	return fd >= 0 || (errno != EPERM && errno != ENOENT) ? 5 : 0;
}

static void test_child_enters_all_hierarchies(void **state)
{
	struct world *w = *state;
	pid_t pid;
	int status;

	if (!can_run(w))
		skip();
	make(w);
	pid = child_start(w);
	if (pid == 0)
		_exit(child_check(w));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	take_back(w);
	assert_false(is_anything_left(w));
}

static void test_state_of_a_used_target(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	make(w);
	assert_int_equal(host_probe_cgroup_target(&w->arena, w->target, &w->facts.cgroups, &w->err),
			 0);
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		assert_string_equal(w->facts.cgroups.v[i].exists_to, path_in(w, i, ""));
		assert_false(w->facts.cgroups.v[i].is_populated);
	}
	pid = child_wait(w);
	assert_int_equal(host_probe_cgroup_target(&w->arena, w->target, &w->facts.cgroups, &w->err),
			 0);
	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		assert_true(w->facts.cgroups.v[i].is_populated);
	assert_true(cgroup_plan(&w->p, &w->err) < 0);
	take_back(w);
	assert_killed(pid);
}

static void test_what_is_absent_must_be_made_by_us(void **state)
{
	struct world *w = *state;

	if (!can_run(w))
		skip();
	plan(w);
	assert_int_equal(run_step(w, &w->plan.steps[0]), 0);
	assert_int_equal(mkdir(path_in(w, 0, ""), 0755), 0);
	assert_int_equal(run_step(w, &w->plan.steps[1]), -EEXIST);
	assert_non_null(strstr(w->err.text, path_in(w, 0, "")));
	take_back(w);
}

static void test_a_vanished_directory_above_is_made_again(void **state)
{
	struct world *w = *state;

	if (!can_run(w))
		skip();
	plan(w);
	for (size_t i = 0; i < w->plan.n_steps; i++) {
		const struct step *step = &w->plan.steps[i];
		const struct cgroup_make *args = step->args;

		if (step->operation != OP_CGROUP_MAKE)
			break;
		assert_int_equal(run_step(w, step), 0);
		if (!args->is_exclusive)
			assert_int_equal(rmdir(args->path), 0);
	}
	take_back(w);
}

static void test_new_cpusets_can_be_entered(void **state)
{
	struct world *w = *state;
	char value[256];

	if (!can_run(w))
		skip();
	make(w);
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		if (!cgroupfs_list_has(w->facts.cgroups.v[i].controllers, ',', "cpuset"))
			continue;
		assert_true(cgroupfs_read(AT_FDCWD, path_in(w, i, "/cpuset.cpus"), value,
					  sizeof(value)) > 1);
		assert_true(cgroupfs_read(AT_FDCWD, path_in(w, i, "/cpuset.mems"), value,
					  sizeof(value)) > 1);
	}
	take_back(w);
}

static void test_controllers_come_down_from_the_root(void **state)
{
	struct world *w = *state;
	char value[1024];

	if (!can_run(w))
		skip();
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		const char *mount = w->facts.cgroups.v[i].mount;
		struct cgroup_make args = { .mount = mount, .is_v2 = true, .needed_by = "/x" };

		/* Only what the host has handed on already, so that nothing of it is changed. */
		if (!is_v2(w, i) ||
		    cgroupfs_read(AT_FDCWD,
				  arena_printf(&w->arena, "%s/cgroup.subtree_control", mount),
				  value, sizeof(value)) <= 1)
			continue;
		value[strcspn(value, "\n")] = '\0';
		args.wanted = args.needed = arena_strdup(&w->arena, value);
		args.path = path_in(w, i, "");
		assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
		assert_true(cgroupfs_read(AT_FDCWD, path_in(w, i, "/cgroup.controllers"), value,
					  sizeof(value)) > 0);
		value[strcspn(value, "\n")] = '\0';
		assert_string_equal(value, args.needed);
		args.path = path_in(w, i, "/inner");
		args.wanted = args.needed = "nonsense";
		assert_true(cgroup_make_apply(&args, &w->slots, &w->err) < 0);
		assert_string_equal(w->err.pointer, "/x");
		assert_int_equal(cgroup_remove(path_in(w, i, ""), false, &w->err), 0);
		assert_int_equal(rmdir(arena_printf(&w->arena, "%s%s", mount, w->top)), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(child_enters_all_hierarchies),
		CASE(state_of_a_used_target),
		CASE(what_is_absent_must_be_made_by_us),
		CASE(a_vanished_directory_above_is_made_again),
		CASE(new_cpusets_can_be_entered),
		CASE(controllers_come_down_from_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
