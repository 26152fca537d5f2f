/* SPDX-License-Identifier: Apache-2.0 */
/* The child's side of a launch; see the header. Nothing here allocates or uses the libc's idea of a
 * pid. */
#include "engine/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/fault.h"
#include "engine/waiting.h"
#include "plan/operations.h"
#include "sys/descriptors.h"
#include "sys/syscall.h"
#include "topic/namespace.h"

enum { SLOTS_KEPT_MAX = 128 };

/* Everything of the runtime's that no slot names: its lock and its log above all. */
static int close_foreign(struct walker *w, unsigned preserve_fds, struct error *err)
{
	int kept[SLOTS_KEPT_MAX];
	size_t n = 0;
	int r;

	for (size_t i = 0; i < w->slots.count; i++) {
		int fd = slot_get(&w->slots, (unsigned)i);

		if (fd < 0)
			continue;
		if (n == SLOTS_KEPT_MAX)
			return error_set(err, E2BIG, "too many descriptors to hand on");
		kept[n++] = fd;
	}
	r = descriptors_close_others(3 + preserve_fds, kept, n);
	return r < 0 ? error_errno(err, -r, "close the runtime's descriptors") : 0;
}

static bool is_waited_for(const struct plan *plan)
{
	for (size_t i = plan->n_steps; i-- > 0;)
		if (plan->steps[i].operation == OP_WAIT_START)
			return true;
	return false;
}

/* The container lives on without the runtime. */
static int release(struct walker *w, struct error *err)
{
	if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0)
		return error_errno(err, errno, "clear the parent-death signal");
	/* before the caller of create is told that there is a container to send signals to */
	if (is_waited_for(w->plan))
		waiting_answer_signals();
	w->is_released = true;
	w->report->state = ACTOR_RELEASED;
	return 0;
}

/*
 * A child of this child goes on in its place: who is in a pid namespace is decided at its birth. It
 * is a child of the runtime's, which is told its pid by the kernel before it runs.
 */
static int become_second(struct walker *w, const struct namespace_clone *args, struct error *err)
{
	struct kernel_clone_args clone = {
		.flags = args->flags | KERNEL_CLONE_PARENT | KERNEL_CLONE_PARENT_TID,
		.parent_tid = (uintptr_t)&w->shared->second,
	};
	int pid = sys_clone3(&clone), pidfd;

	if (pid > 0)
		sys_exit(0);
	if (pid < 0) {
		error_errno(err, -pid, "clone the container's init");
		namespace_hint(-pid, true, err);
		return pid;
	}
	/* not inherited */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_errno(err, errno, "set the parent-death signal");
	pidfd = sys_pidfd_open((pid_t)syscall(SYS_getpid));
	if (pidfd < 0)
		return error_errno(err, -pidfd, "open the container's init");
	slot_set(&w->slots, SLOT_PIDFD, pidfd);
	return 0;
}

static int run_engine_step(struct walker *w, const struct step *step, struct error *err)
{
	switch ((enum operation)step->operation) {
	case OP_FORK:
		return become_second(w, step->args, err);
	case OP_RELEASE:
		return release(w, err);
	case OP_WAIT_START:
		return waiting_for_start(w, err);
	default:
		return error_set(err, ENOSYS, "the child does not run %s",
				 operation_name((enum operation)step->operation));
	}
}

static int begin(struct walker *w, const int sockets[2], unsigned preserve_fds, struct error *err)
{
	size_t next;

	/* slots whose values mean nothing here; the numbers may be reused */
	slot_set(&w->slots, SLOT_PROC, -1);
	slot_set(&w->slots, SLOT_CGROUP, -1);
	slot_set(&w->slots, SLOT_SOCKET, sockets[1]);
	w->actor = ACTOR_CHILD;
	w->report = &w->shared->actor[ACTOR_CHILD];
	w->report->step = (uint32_t)w->at;
	w->run_engine_step = run_engine_step;
	w->at++;
	next = walk_next(w->plan, w->at);
	w->has_baton = next < w->plan->n_steps && w->plan->steps[next].stage != STAGE_RUNTIME;
	umask(0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_errno(err, errno, "set the parent-death signal");
	return close_foreign(w, preserve_fds, err);
}

void child_main(struct walker *w, const int sockets[2], unsigned preserve_fds)
{
	struct error err = { 0 };
	int r;

	fault_become(ACTOR_CHILD);
	r = begin(w, sockets, preserve_fds, &err);
	if (r == 0)
		r = walk(w, &err);
	/* reached only when something failed, or when the runtime is gone */
	if (r < 0 && err.code != 0) {
		w->report->error = err;
		__atomic_store_n(&w->report->state, ACTOR_FAILED, __ATOMIC_RELEASE);
	}
	sys_exit(1);
}
