/* SPDX-License-Identifier: Apache-2.0 */
/* Ending what runs in a cgroup and removing it, and what is never touched. */
#include <errno.h>

#include "cgroup_run.h"

static void test_what_runs_is_ended_with_what_it_has_made(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	make(w);
	pid = child_wait(w);
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		assert_int_equal(mkdir(path_in(w, i, "/inner"), 0755), 0);
		assert_int_equal(mkdir(path_in(w, i, "/inner/most"), 0755), 0);
	}
	take_back(w);
	assert_killed(pid);
	assert_false(is_anything_left(w));
}

/* In the hierarchy that can freeze; false if there is none. */
static bool freeze(struct world *w)
{
	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		if (cgroupfs_write(AT_FDCWD, path_in(w, i, "/freezer.state"), "FROZEN") == 0 ||
		    cgroupfs_write(AT_FDCWD, path_in(w, i, "/cgroup.freeze"), "1") == 0)
			return true;
	return false;
}

static bool is_frozen_fact(struct world *w)
{
	bool is_frozen = false;

	assert_int_equal(host_probe_cgroup_target(&w->arena, w->target, &w->facts.cgroups, &w->err),
			 0);
	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		is_frozen = is_frozen || w->facts.cgroups.v[i].is_frozen;
	return is_frozen;
}

static void test_what_is_frozen_is_ended(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	make(w);
	pid = child_wait(w);
	assert_false(is_frozen_fact(w));
	if (freeze(w)) {
		while (!is_frozen_fact(w))
			usleep(1000);
	}
	take_back(w);
	assert_killed(pid);
	assert_false(is_anything_left(w));
}

static void test_a_signal_to_all(void **state)
{
	struct world *w = *state;
	pid_t pid;
	int status;

	if (!can_run(w))
		skip();
	make(w);
	pid = child_wait(w);
	assert_int_equal(cgroup_signal_all(path_in(w, 0, ""), SIGTERM, &w->err), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(cgroup_oom_kills(path_in(w, 0, "")), 0);
	take_back(w);
}

static void test_a_shared_directory_stays_while_it_is_used(void **state)
{
	struct world *w = *state;
	const char *above;

	if (!can_run(w))
		skip();
	above = arena_printf(&w->arena, "%s%s", w->facts.cgroups.v[0].mount, w->top);
	assert_int_equal(mkdir(above, 0755), 0);
	assert_int_equal(mkdir(path_in(w, 0, ""), 0755), 0);
	assert_int_equal(take_back_path(w, above, true, false), 0);
	assert_int_equal(access(path_in(w, 0, ""), F_OK), 0);
	assert_int_equal(cgroup_remove(path_in(w, 0, ""), true, &w->err), 0);
	assert_int_equal(take_back_path(w, above, true, false), 0);
	assert_int_equal(take_back_path(w, above, true, false), 0);
	assert_false(is_anything_left(w));
}

static void test_a_found_directory_stays(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		struct cgroup_make args = { .path = path_in(w, i, ""),
					    .mount = w->facts.cgroups.v[i].mount,
					    .wanted = "",
					    .needed = "",
					    .is_exclusive = true,
					    .is_v2 = is_v2(w, i) };

		args.inherits_cpuset =
			cgroupfs_list_has(w->facts.cgroups.v[i].controllers, ',', "cpuset");
		assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	}
	make(w);
	pid = child_wait(w);
	assert_int_equal(mkdir(path_in(w, 0, "/inner"), 0755), 0);
	take_back(w);
	assert_killed(pid);
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		assert_int_equal(cgroup_remove(path_in(w, i, ""), false, &w->err), 0);
		assert_int_equal(
			rmdir(arena_printf(&w->arena, "%s%s", w->facts.cgroups.v[i].mount, w->top)),
			0);
	}
}

static void test_in_use_without_waiting(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	make(w);
	pid = child_wait(w);
	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		assert_int_equal(cgroup_remove(path_in(w, i, ""), false, &w->err), -EBUSY);
	take_back(w);
	assert_killed(pid);
}

static void test_paths_that_are_never_touched(void **state)
{
	static const char *const paths[] = {
		"",
		"/",
		"/tmp",
		"/sys/fs/cgroup",
		"/sys/fs/cgroup/",
		"/sys/fs/cgroup/../cgroup/x",
		"/sys/fs/cgroup/cpu/..",
		"/sys/fs/cgroup//x",
		"sys/fs/cgroup/x",
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(paths); i++) {
		assert_int_equal(cgroup_kill(paths[i], &w->err), -EINVAL);
		assert_int_equal(cgroup_remove(paths[i], true, &w->err), -EINVAL);
		assert_int_equal(cgroup_remove_below(paths[i], true, &w->err), -EINVAL);
		assert_int_equal(cgroup_signal_all(paths[i], 0, &w->err), -EINVAL);
		assert_int_equal(take_back_path(w, paths[i], true, true), -EINVAL);
	}
}

/* Signal 0 only: this asks whether anything would be done to a root. */
static void test_roots_are_never_touched(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		assert_int_equal(cgroup_signal_all(w->facts.cgroups.v[i].mount, 0, &w->err),
				 -EINVAL);
}

static void test_what_is_gone_is_success(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		assert_int_equal(cgroup_kill(path_in(w, i, ""), &w->err), 0);
		assert_int_equal(take_back_path(w, path_in(w, i, ""), true, true), 0);
		assert_int_equal(take_back_path(w, path_in(w, i, ""), false, true), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_runs_is_ended_with_what_it_has_made),
		CASE(what_is_frozen_is_ended),
		CASE(a_signal_to_all),
		CASE(a_shared_directory_stays_while_it_is_used),
		CASE(a_found_directory_stays),
		CASE(in_use_without_waiting),
		CASE(paths_that_are_never_touched),
		CASE(roots_are_never_touched),
		CASE(what_is_gone_is_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
