/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying out a plan, on the runtime's side; see the header. */
#include "engine/launch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/baton.h"
#include "engine/child.h"
#include "engine/fault.h"
#include "plan/operations.h"
#include "sys/child.h"
#include "sys/interrupt.h"
#include "sys/syscall.h"
#include "topic/namespace.h"

/* --- the child's end --- */

/* Reaps it. Gives how it ended as waitid(2) tells it. */
static int reap(struct engine *engine, siginfo_t *info)
{
	pid_t pid = engine->pid;

	engine->pid = 0;
	return child_reap(pid, info);
}

/* What ends it on a signal, but not the program that it has become. */
static void watch_child(struct engine *engine)
{
	interrupt_spare(engine->pidfd, &engine->walker.shared->actor[ACTOR_CHILD].state,
			ACTOR_EXECUTING);
	interrupt_watch(engine->pidfd);
}

/*
 * The child may have ended and left a child of the runtime's in its place: that is the one meant
 * from now on. 0, or -errno.
 */
static int take_second(struct engine *engine, int pidfd)
{
	int32_t second = __atomic_load_n(&engine->walker.shared->second, __ATOMIC_ACQUIRE);
	siginfo_t info;
	int r;

	if (!second || second == engine->pid)
		return 0;
	r = reap(engine, &info);
	interrupt_watch(-EBADF);
	fd_close(engine->pidfd);
	engine->pid = second;
	/* not reaped yet: its pid is nobody else's */
	engine->pidfd = pidfd >= 0 ? pidfd : sys_pidfd_open(second);
	watch_child(engine);
	return r;
}

void engine_kill(struct engine *engine)
{
	pid_t first = engine->pid;
	int32_t second;
	siginfo_t info;

	if (first <= 0)
		return;
	sys_pidfd_send_signal(engine->pidfd, SIGKILL);
	reap(engine, &info);
	/* now it can leave nobody in its place any more */
	second = __atomic_load_n(&engine->walker.shared->second, __ATOMIC_ACQUIRE);
	if (!second || second == first)
		return;
	kill(second, SIGKILL); /* not reaped: the pid is nobody else's */
	engine->pid = second;
	reap(engine, &info);
}

int engine_wait(struct engine *engine)
{
	siginfo_t info;
	int r = reap(engine, &info);

	if (r < 0)
		return r;
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/* Why the child is gone: its own error, or else what waitid says. Reaps it. */
static int child_error(struct engine *engine, struct error *err)
{
	struct walker *w = &engine->walker;
	const struct actor_report *report = &w->shared->actor[ACTOR_CHILD];
	const char *name = operation_name((enum operation)w->plan->steps[report->step].operation);
	siginfo_t info = { 0 };
	int r = take_second(engine, -EBADF);

	if (r == 0)
		r = reap(engine, &info);
	if (report->state == ACTOR_FAILED) {
		*err = report->error;
		return -err->code;
	}
	if (r < 0)
		return error_errno(err, -r, "wait for the container's init");
	if (info.si_code == CLD_EXITED)
		error_set(err, ECHILD, "the container's init ended with status %d during %s",
			  info.si_status, name);
	else
		error_set(err, ECHILD,
			  "the container's init was killed by signal %d (%s) during %s",
			  info.si_status, strsignal(info.si_status), name);
	return walk_error(w->plan, report->step, err);
}

/* --- the runtime's own steps --- */

/* What is the child's only from now on. */
static void close_childs(struct engine *engine)
{
	struct slots *slots = &engine->walker.slots;
	size_t first = engine->plan->namespace_slot;

	slot_set(slots, SLOT_CGROUP, fd_close(slot_get(slots, SLOT_CGROUP)));
	slot_set(slots, SLOT_ROOT, fd_close(slot_get(slots, SLOT_ROOT)));
	for (size_t i = first; i < first + engine->n_namespaces; i++)
		if (i != engine->plan->kept_slot)
			slot_set(slots, (unsigned)i, fd_close(slot_get(slots, (unsigned)i)));
}

static int clone_into(struct engine *engine, const struct namespace_clone *args,
		      const int sockets[2], struct error *err)
{
	struct walker *w = &engine->walker;
	int cgroup_fd = slot_get(&w->slots, SLOT_CGROUP), pidfd = -1, pid;
	struct kernel_clone_args clone = { .flags = args->flags | KERNEL_CLONE_PIDFD,
					   .pidfd = (uintptr_t)&pidfd,
					   .exit_signal = SIGCHLD };

	if (cgroup_fd >= 0) {
		clone.flags |= KERNEL_CLONE_INTO_CGROUP;
		clone.cgroup = (uint64_t)cgroup_fd;
	}
	pid = sys_clone3(&clone);
	if (pid == 0)
		child_main(w, sockets, engine->preserve_fds);
	close(sockets[1]);
	if (pid < 0) {
		close(sockets[0]);
		error_errno(err, -pid, "clone the container's init");
		namespace_hint(-pid, namespace_borrows_pid(args), err);
		return pid;
	}
	engine->pid = pid;
	engine->pidfd = pidfd;
	watch_child(engine);
	slot_set(&w->slots, SLOT_PID, pid);
	slot_set(&w->slots, SLOT_PIDFD, pidfd);
	slot_set(&w->slots, SLOT_SOCKET, sockets[0]);
	return 0;
}

static int clone_child(struct engine *engine, const struct namespace_clone *args, struct error *err)
{
	struct walker *w = &engine->walker;
	struct namespace_lent lent;
	int sockets[2], r, back;
	size_t next;

	r = baton_pair(sockets);
	if (r < 0)
		return error_errno(err, -r, "make a socket pair");
	r = namespace_borrow(args, &w->slots, &lent, err);
	if (r < 0) {
		close(sockets[0]);
		close(sockets[1]);
		return r;
	}
	r = clone_into(engine, args, sockets, err);
	back = namespace_return(args, &lent, err);
	if (r < 0 || back < 0)
		return r < 0 ? r : back;
	close_childs(engine);
	/* what is the child's and comes next it runs without being told */
	next = walk_next(w->plan, w->at + 1);
	w->has_baton = next < w->plan->n_steps && w->plan->steps[next].stage == STAGE_RUNTIME;
	return 0;
}

/* The pidfd came with the baton from the process that it is of. */
static int adopt(struct engine *engine, struct error *err)
{
	struct slots *slots = &engine->walker.slots;
	int r = take_second(engine, slot_get(slots, SLOT_PIDFD));

	slot_set(slots, SLOT_PID, engine->pid);
	return r < 0 ? error_errno(err, -r, "wait for the process that made the container's init")
		     : 0;
}

static int run_engine_step(struct walker *w, const struct step *step, struct error *err)
{
	struct engine *engine = w->context;

	switch ((enum operation)step->operation) {
	case OP_CLONE:
		return clone_child(engine, step->args, err);
	case OP_ADOPT:
		return adopt(engine, err);
	case OP_PREPARE_RECORD:
		return engine->prepare_record(engine->context, engine->pid, engine->pidfd, err);
	case OP_KEEP_CONFIG:
		return engine->keep_config(engine->context, err);
	case OP_RECORD_HOOKS:
		return engine->record_hooks(engine->context, err);
	case OP_RECORD_CREATED:
		return engine->record_created(engine->context, err);
	case OP_HAND_OVER:
		return 0; /* that it is our turn again is the answer */
	case OP_PID_FILE:
		return engine->write_pid_file(engine->context, engine->pid, err);
	default:
		return error_set(err, ENOSYS, "the runtime does not run %s",
				 operation_name((enum operation)step->operation));
	}
}

/* --- the launch --- */

static int begin(struct engine *engine, struct error *err)
{
	struct walker *w = &engine->walker;
	int r = shared_make(engine->plan->n_steps, engine->is_traced, &w->shared);

	engine->pid = 0;
	engine->pidfd = -EBADF;
	if (r < 0)
		return error_errno(err, -r, "map shared memory");
	signal(SIGCHLD, SIG_DFL); /* a caller that ignores it would take the exit status from us */
	w->plan = engine->plan;
	w->actor = ACTOR_RUNTIME;
	w->report = &w->shared->actor[ACTOR_RUNTIME];
	w->has_baton = true;
	w->at = 0;
	w->run_engine_step = run_engine_step;
	w->context = engine;
	for (size_t i = 0; i < w->slots.count; i++)
		slot_set(&w->slots, (unsigned)i, -1);
	slot_set(&w->slots, SLOT_PROC, engine->proc_fd);
	slot_set(&w->slots, SLOT_LISTEN, engine->listen_fd);
	slot_set(&w->slots, SLOT_WAITING, engine->waiting_fd);
	for (size_t i = 0; i < engine->n_namespaces; i++)
		slot_set(&w->slots, (unsigned)(engine->plan->namespace_slot + i),
			 engine->namespace_fds[i]);
	return 0;
}

int engine_launch(struct engine *engine, struct error *err)
{
	int r = begin(engine, err);

	if (r == 0)
		r = walk(&engine->walker, err);
	if (r == -EPIPE && engine->pid > 0 && err->code == 0)
		return child_error(engine, err);
	if (r < 0)
		engine_kill(engine);
	return r;
}

int engine_await_program(struct engine *engine, struct error *err)
{
	const struct actor_report *report = &engine->walker.shared->actor[ACTOR_CHILD];
	int fd = slot_get(&engine->walker.slots, SLOT_SOCKET);
	struct baton baton;
	int r = baton_receive(fd, &baton, &engine->walker.slots);

	if (r == -EPIPE && report->state == ACTOR_EXECUTING)
		return 0;
	if (r == -EPIPE)
		return child_error(engine, err);
	return error_errno(err, r < 0 ? -r : EPROTO, "wait for the container's program");
}

void engine_close(struct engine *engine)
{
	struct slots *slots = &engine->walker.slots;

	if (!engine->walker.shared) /* never launched: the slots hold nothing yet */
		return;
	for (size_t i = SLOT_FREE; i < slots->count; i++)
		slot_set(slots, (unsigned)i, fd_close(slot_get(slots, (unsigned)i)));
}

void engine_done(struct engine *engine)
{
	struct walker *w = &engine->walker;

	if (!w->shared) /* never launched */
		return;
	slot_set(&w->slots, SLOT_SOCKET, fd_close(slot_get(&w->slots, SLOT_SOCKET)));
	interrupt_watch(-EBADF);
	interrupt_spare(-EBADF, NULL, 0);
	engine->pidfd = fd_close(engine->pidfd);
	shared_free(w->shared);
	w->shared = NULL;
}
