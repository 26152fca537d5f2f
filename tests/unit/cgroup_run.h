/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the cgroup steps share: a directory of the test's own in all hierarchies that
 * this host has, steps that are run there, and a child that enters. Needs root and a cgroup file
 * system; the tests that use it skip themselves without.
 */
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/operations.h"
#include "cgroup/plan.h"
#include "cgroup/remove.h"
#include "sys/cgroupfs.h"
#include "sys/procfd.h"
#include "sys/syscall.h"
#include "unit.h"

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

static inline int world_setup(void **state)
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

static inline bool is_anything_left(struct world *w)
{
	bool is_left = false;

	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		const char *path =
			arena_printf(&w->arena, "%s%s", w->facts.cgroups.v[i].mount, w->top);

		is_left = is_left || access(path, F_OK) == 0;
	}
	return is_left;
}

static inline int take_back_path(struct world *w, const char *path, bool is_made, bool is_exclusive)
{
	const struct cgroup_claim claim = { .path = path,
					    .is_made = is_made,
					    .is_exclusive = is_exclusive };

	return cgroup_take_back(&claim, &w->err);
}

/* Whatever a failed test has left is taken back, and makes the teardown fail. */
static inline int world_teardown(void **state)
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

static inline bool can_run(const struct world *w)
{
	return geteuid() == 0 && w->facts.is_initial_userns && w->facts.cgroups.n > 0;
}

/* The target in one hierarchy, with something behind it. */
static inline const char *path_in(struct world *w, size_t hierarchy, const char *rest)
{
	return arena_printf(&w->arena, "%s%s%s", w->facts.cgroups.v[hierarchy].mount, w->target,
			    rest);
}

static inline bool is_v2(const struct world *w, size_t hierarchy)
{
	return w->facts.cgroups.v[hierarchy].controllers[0] == '\0';
}

static inline void plan(struct world *w)
{
	assert_int_equal(host_probe_cgroup_target(&w->arena, w->target, &w->facts.cgroups, &w->err),
			 0);
	if (cgroup_plan(&w->p, &w->err) < 0 || cgroup_plan_enter(&w->p, &w->err) < 0)
		fail_msg("%s", w->err.text);
}

static inline int run_step(struct world *w, const struct step *step)
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

static inline int run_stage(struct world *w, enum stage stage)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->plan.n_steps; i++)
		if (w->plan.steps[i].stage == stage)
			r = run_step(w, &w->plan.steps[i]);
	return r;
}

static inline void make(struct world *w)
{
	plan(w);
	if (run_stage(w, STAGE_RUNTIME) < 0)
		fail_msg("%s", w->err.text);
}

static inline void take_back(struct world *w)
{
	for (size_t i = w->plan.n_undo; i > 0; i--) {
		const struct undo *undo = &w->plan.undo[i - 1];

		const struct cgroup_claim claim = { undo->path, w->request.owner, undo->is_made,
						    undo->is_exclusive };

		if (cgroup_take_back(&claim, &w->err) < 0)
			fail_msg("%s", w->err.text);
	}
}

static inline pid_t child_start(struct world *w)
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

/* A child that waits in its cgroups until it is killed. */
static inline pid_t child_wait(struct world *w)
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

static inline void assert_killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, world_setup, world_teardown)
