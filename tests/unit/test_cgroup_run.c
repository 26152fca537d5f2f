/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroup steps on the kernel's own file systems, in all hierarchies that this host has, below a
 * directory of this test's own. Needs root and a cgroup file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/operations.h"
#include "cgroup/plan.h"
#include "cgroup/remove.h"
#include "sys/cgroupfs.h"
#include "sys/procfd.h"
#include "sys/syscall.h"
#include "unit.h"

#define ATTRIBUTE "trusted.oci-rt"

enum { SLOTS = 64, TOP_SIZE = 64 };

struct world {
	struct arena arena;
	struct host_facts facts;
	struct plan_request request;
	struct oci_linux linux_object;
	struct oci_config config;
	struct plan plan;
	struct planning p;
	struct error err;
	int slot_values[SLOTS];
	struct slots slots;
	char top[TOP_SIZE];        /* "/oci-rt-test-123": a directory above the container's */
	char target[TOP_SIZE + 8]; /* "/oci-rt-test-123/box" */
	int proc_fd;
};

static int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena, NULL, 0);
	snprintf(w->top, sizeof(w->top), "/oci-rt-test-%d", (int)getpid());
	snprintf(w->target, sizeof(w->target), "%s/box", w->top);
	w->request.id = "box";
	w->linux_object.cgroups_path = w->target;
	w->config.linux_ = &w->linux_object;
	w->plan.n_slots = SLOT_FREE;
	memset(w->slot_values, 0xff, sizeof(w->slot_values));
	w->slots = (struct slots){ w->slot_values, SLOTS };
	w->p = (struct planning){ .arena = &w->arena,
				  .request = &w->request,
				  .config = &w->config,
				  .facts = &w->facts,
				  .plan = &w->plan };
	w->proc_fd = procfd_open();
	assert_true(w->proc_fd >= 0);
	assert_int_equal(host_probe(w->proc_fd, HOST_SET_ALL, &w->facts, &w->err), 0);
	assert_int_equal(host_probe_cgroups(w->proc_fd, &w->arena, &w->facts.cgroups, &w->err), 0);
	*state = w;
	return 0;
}

static bool is_anything_left(struct world *w)
{
	bool is_left = false;

	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		const char *path =
			arena_printf(&w->arena, "%s%s", w->facts.cgroups.v[i].mount, w->top);

		is_left = is_left || access(path, F_OK) == 0;
	}
	return is_left;
}

static int take_back_path(struct world *w, const char *path, bool is_made, bool is_exclusive)
{
	const struct cgroup_claim claim = { .path = path,
					    .is_made = is_made,
					    .is_exclusive = is_exclusive };

	return cgroup_take_back(&claim, &w->err);
}

/* Whatever a failed test has left is taken back, and makes the teardown fail. */
static int world_teardown(void **state)
{
	struct world *w = *state;
	bool is_left = is_anything_left(w);

	for (size_t i = 0; i < w->facts.cgroups.n; i++)
		take_back_path(w,
			       arena_printf(&w->arena, "%s%s", w->facts.cgroups.v[i].mount, w->top),
			       true, true);
	for (size_t i = 0; i < SLOTS; i++)
		fd_close(w->slot_values[i]);
	close(w->proc_fd);
	arena_done(&w->arena);
	free(w);
	return is_left ? -1 : 0;
}

static bool can_run(const struct world *w)
{
	return geteuid() == 0 && w->facts.is_initial_userns && w->facts.cgroups.n > 0;
}

/* The target in one hierarchy, with something behind it. */
static const char *path_in(struct world *w, size_t hierarchy, const char *rest)
{
	return arena_printf(&w->arena, "%s%s%s", w->facts.cgroups.v[hierarchy].mount, w->target,
			    rest);
}

static bool is_v2(const struct world *w, size_t hierarchy)
{
	return w->facts.cgroups.v[hierarchy].controllers[0] == '\0';
}

static void plan(struct world *w)
{
	assert_int_equal(host_probe_cgroup_target(&w->arena, w->target, &w->facts.cgroups, &w->err),
			 0);
	if (cgroup_plan(&w->p, &w->err) < 0 || cgroup_plan_enter(&w->p, &w->err) < 0)
		fail_msg("%s", w->err.text);
}

static int run_step(struct world *w, const struct step *step)
{
	switch (step->operation) {
	case OP_CGROUP_MAKE:
		return cgroup_make_apply(step->args, &w->slots, &w->err);
	case OP_CGROUP_WRITE:
		return cgroup_write_apply(step->args, &w->slots, &w->err);
	case OP_CGROUP_DEVICES:
		return cgroup_devices_apply(step->args, &w->slots, &w->err);
	case OP_CGROUP_OPEN:
		return cgroup_open_apply(step->args, &w->slots, &w->err);
	case OP_CGROUP_ENTER:
		return cgroup_enter_apply(step->args, &w->slots, &w->err);
	default:
		return -ENOSYS;
	}
}

static int run_stage(struct world *w, enum stage stage)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->plan.n_steps; i++)
		if (w->plan.steps[i].stage == stage)
			r = run_step(w, &w->plan.steps[i]);
	return r;
}

static void make(struct world *w)
{
	plan(w);
	if (run_stage(w, STAGE_RUNTIME) < 0)
		fail_msg("%s", w->err.text);
}

static void take_back(struct world *w)
{
	for (size_t i = w->plan.n_undo; i > 0; i--) {
		const struct undo *undo = &w->plan.undo[i - 1];

		const struct cgroup_claim claim = { undo->path, w->request.owner, undo->is_made,
						    undo->is_exclusive };

		if (cgroup_take_back(&claim, &w->err) < 0)
			fail_msg("%s", w->err.text);
	}
}

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

static pid_t child_start(struct world *w)
{
	struct kernel_clone_args args = { .exit_signal = SIGCHLD };
	int cgroup = slot_get(&w->slots, SLOT_CGROUP);
	pid_t pid;

	if (cgroup >= 0) {
		args.flags = KERNEL_CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	pid = sys_clone3(&args);
	assert_true(pid >= 0);
	return pid;
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

/* A child that waits in its cgroups until it is killed. */
static pid_t child_wait(struct world *w)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = child_start(w);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (run_stage(w, STAGE_ONE) == 0 && write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void assert_killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

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

static void set_owner(struct world *w, const char *owner)
{
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		const char *path = path_in(w, i, "");

		if (owner)
			assert_int_equal(setxattr(path, ATTRIBUTE, owner, strlen(owner), 0), 0);
		else
			assert_int_equal(removexattr(path, ATTRIBUTE), 0);
	}
}

static void assert_owner(struct world *w, const char *owner)
{
	char value[64] = "";

	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		ssize_t length = getxattr(path_in(w, i, ""), ATTRIBUTE, value, sizeof(value) - 1);

		assert_int_equal(length, owner ? (ssize_t)strlen(owner) : -1);
		if (owner)
			assert_memory_equal(value, owner, strlen(owner));
	}
}

static void test_what_is_marked_as_ours_is_ended(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	assert_owner(w, "box now");
	pid = child_wait(w);
	take_back(w);
	assert_killed(pid);
	assert_false(is_anything_left(w));
}

static void test_what_is_another_containers_is_left_alone(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	/* One that begins as ours does. */
	set_owner(w, "box now, but later");
	pid = child_wait(w);
	take_back(w);
	assert_int_equal(kill(pid, 0), 0);
	assert_owner(w, "box now, but later");
	/* Empty as well: it stays while its owner has not taken it back. */
	kill(pid, SIGKILL);
	assert_killed(pid);
	take_back(w);
	assert_owner(w, "box now, but later");
	w->request.owner = "box now, but later";
	take_back(w);
	assert_false(is_anything_left(w));
}

static void test_what_is_nobodys_is_removed_only_when_empty(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	set_owner(w, NULL);
	pid = child_wait(w);
	take_back(w);
	assert_int_equal(kill(pid, 0), 0);
	assert_owner(w, NULL);
	assert_int_equal(access(path_in(w, 0, ""), F_OK), 0);
	kill(pid, SIGKILL);
	assert_killed(pid);
	take_back(w);
	assert_false(is_anything_left(w));
}

static void test_a_found_directory_is_taken_once(void **state)
{
	struct world *w = *state;
	struct cgroup_make args = { .wanted = "", .needed = "", .is_exclusive = true };
	struct cgroup_claim claim = { .owner = "box now", .is_exclusive = true };

	if (!can_run(w))
		skip();
	args.path = claim.path = path_in(w, 0, "");
	args.mount = w->facts.cgroups.v[0].mount;
	args.is_v2 = is_v2(w, 0);
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	args.is_exclusive = false;
	args.is_found = true;
	args.owner = claim.owner;
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	args.owner = "other now";
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), -EBUSY);
	assert_non_null(strstr(w->err.text, args.path));
	assert_int_equal(cgroup_take_back(&claim, &w->err), 0);
	/* Free again. */
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	claim.owner = "other now";
	claim.is_made = true;
	assert_int_equal(cgroup_take_back(&claim, &w->err), 0);
	assert_int_equal(rmdir(arena_printf(&w->arena, "%s%s", args.mount, w->top)), 0);
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

#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(child_enters_all_hierarchies),
		CASE(what_runs_is_ended_with_what_it_has_made),
		CASE(what_is_frozen_is_ended),
		CASE(state_of_a_used_target),
		CASE(a_signal_to_all),
		CASE(what_is_absent_must_be_made_by_us),
		CASE(a_vanished_directory_above_is_made_again),
		CASE(new_cpusets_can_be_entered),
		CASE(controllers_come_down_from_the_root),
		CASE(a_shared_directory_stays_while_it_is_used),
		CASE(a_found_directory_stays),
		CASE(what_is_marked_as_ours_is_ended),
		CASE(what_is_another_containers_is_left_alone),
		CASE(what_is_nobodys_is_removed_only_when_empty),
		CASE(a_found_directory_is_taken_once),
		CASE(in_use_without_waiting),
		CASE(paths_that_are_never_touched),
		CASE(roots_are_never_touched),
		CASE(what_is_gone_is_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
