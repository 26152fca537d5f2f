/* SPDX-License-Identifier: Apache-2.0 */
/* create and run: from a request to a container; see container.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/remove.h"
#include "container/container.h"
#include "container/creation.h"
#include "container/destroy.h"
#include "container/foreground.h"
#include "container/hooks.h"
#include "container/prepare.h"
#include "container/record.h"
#include "container/statedir.h"
#include "container/undo.h"
#include "container/wait_files.h"
#include "engine/fault.h"
#include "engine/launch.h"
#include "plan/planner.h"
#include "sys/interrupt.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

/* How often the plan is made again for want of a cgroup that is free: each time, another container
 * of this id has come and gone. */
enum { PLANNINGS = 4 };

/* --- creation --- */

/*
 * Nobody has locked the id yet. So what is in the container's cgroup may be another one of this id,
 * that was begun after the first look: then the id is taken, or it is free again.
 */
static int make_plan(struct creation *c, struct container_report *report, struct error *err)
{
	int r = prepare_plan(&c->prepared, c->arena, report, err);

	for (int i = 0; r == -EBUSY && prepare_found_cgroup(&c->prepared) && i < PLANNINGS; i++) {
		*err = (struct error){ 0 };
		r = statedir_check_new(c->request->root, c->request->id, err);
		if (r == 0)
			r = prepare_plan_again(c->request, &c->prepared, c->arena, report, err);
	}
	return r;
}

/* All that can be found wrong before anything is changed. */
static int prepare(struct creation *c, bool waits, struct error *err)
{
	struct container_report report = { 0 };
	int r = container_check_id(c->request->id, err);

	if (r == 0)
		r = statedir_check_new(c->request->root, c->request->id, err);
	if (r == 0)
		r = prepare_config(c->request, c->proc_fd, c->arena, &report, &c->prepared, err);
	if (r < 0)
		return r;
	c->prepared.request.waits_for_start = waits;
	c->prepared.request.is_detached = waits || c->request->detach;
	creation_name(c);
	r = make_plan(c, &report, err);
	if (r == 0 && c->request->listener.tell)
		c->request->listener.tell(c->request->listener.context, &report);
	if (r == 0)
		r = plan_refusal(c->prepared.plan, err);
	return r < 0 ? prepare_locate(&c->prepared, err) : 0;
}

/*
 * The id is locked. A cgroup that was found when it was not may have been that of a container which
 * has gone since, and the cgroup with it.
 */
static int renew_plan(struct creation *c, struct error *err)
{
	struct container_report told = { 0 };

	if (!prepare_found_cgroup(&c->prepared))
		return 0;
	return prepare_plan_again(c->request, &c->prepared, c->arena, &told, err);
}

/* The state directory with all that init and later verbs need, before the host is changed. */
static int make_state(struct creation *c, bool waits, struct error *err)
{
	int r = creation_open_trace(c, err);

	if (r == 0)
		r = fault_point("make the state directory", err);
	if (r == 0)
		r = statedir_make(c->request->root, c->request->id, &c->dir, err);
	if (r == 0)
		r = renew_plan(c, err);
	if (r == 0)
		r = fault_point("write the record", err);
	if (r == 0)
		r = creation_record(c, err);
	if (r == 0)
		r = fault_point("make the start socket", err);
	if (r == 0 && waits)
		r = wait_files_make(c->dir.fd, &c->files, err);
	return r == 0 ? fault_point("launch", err) : r;
}

static bool has_memory_limit(const struct oci_config *config)
{
	const struct oci_resources *resources = config->linux_ ? config->linux_->resources : NULL;

	return resources && resources->memory && resources->memory->limit > 0;
}

/* The step that it died in asked for no memory: the limit is what is to be looked at. */
static void explain_memory(const struct creation *c, struct error *err)
{
	error_prefix(err, "killed for memory, which the container's cgroup has too little of");
	if (!has_memory_limit(c->prepared.config))
		return;
	err->pointer[0] = '\0';
	error_at(err, "/linux/resources/memory/limit");
	error_hint(err, "raise the limit: to set a container up takes some hundred KiB");
}

/*
 * "killed by signal 9" is not the whole truth when the kernel did it: for want of memory, or
 * because the clone led from a cgroup in which cgroup.kill was once written into one where it was
 * not.
 */
static void explain_death(const struct creation *c, struct error *err)
{
	const struct actor_report *child;

	for (size_t i = 0; err->code == ECHILD && i < c->record.cgroups.n; i++)
		if (cgroup_oom_kills(c->record.cgroups.v[i].path)) {
			explain_memory(c, err);
			return;
		}
	child = &c->engine.walker.shared->actor[ACTOR_CHILD];
	if (err->code == ECHILD && child->step == 0)
		error_hint(
			err,
			"was cgroup.kill ever written in the cgroup that oci-rt runs in? Some "
			"kernels then kill what is cloned into another: run it from a new cgroup");
}

static int launch(struct creation *c, struct error *err)
{
	struct engine *engine = &c->engine;
	const struct plan *plan = c->prepared.plan;
	int r;

	engine->plan = plan;
	engine->proc_fd = c->proc_fd;
	engine->listen_fd = c->files.listen_fd;
	engine->waiting_fd = c->files.waiting_fd;
	engine->preserve_fds = c->request->preserve_fds;
	engine->n_namespaces = c->prepared.n_namespaces;
	engine->namespace_fds = prepare_give_namespaces(&c->prepared, c->arena);
	engine->is_traced = c->request->trace_file != NULL;
	engine->context = c;
	engine->prepare_record = creation_prepare_record;
	engine->keep_config = creation_keep_config;
	engine->record_hooks = creation_record_hooks;
	engine->record_created = creation_write_created;
	engine->write_pid_file = creation_write_pid_file;
	engine->walker.slots.count = plan->n_slots;
	engine->walker.slots.value = arena_array(c->arena, plan->n_slots, sizeof(int));
	r = engine_launch(engine, err);
	if (r < 0)
		explain_death(c, err);
	return r < 0 ? prepare_locate(&c->prepared, err) : 0;
}

/* The steps before that one have been done. The lock is held. */
static int destroy_made(struct creation *c, size_t n_steps, struct error *err)
{
	const struct plan *plan = c->prepared.plan;
	int r = undo_plan(plan, c->prepared.request.owner, n_steps, err);

	if (r < 0)
		return r;
	return destroy_rest(&c->dir, &c->record, undo_plan_has_poststop(plan, n_steps), c->arena,
			    &c->request->listener, err);
}

/* After a failure: as if nothing had been tried. What goes wrong now is added to the error. */
static void take_back(struct creation *c, struct error *err)
{
	struct error later = { 0 };
	int r;

	if (c->dir.fd < 0)
		return;
	engine_kill(&c->engine);
	engine_close(&c->engine);
	if (c->has_pid_file)
		unlink(c->request->pid_file);
	r = destroy_made(c, c->engine.walker.at, &later);
	if (r < 0)
		error_hint(err, "something is left behind, delete --force takes it back: %s",
			   later.text);
}

static int begin(struct creation *c, const struct container_request *request, struct arena *arena,
		 struct error *err)
{
	memset(c, 0, sizeof(*c));
	c->request = request;
	c->arena = arena;
	c->dir = (struct statedir)STATEDIR_NONE;
	c->files = (struct wait_files)WAIT_FILES_NONE;
	c->trace_fd = -EBADF;
	c->proc_fd = procfd_open();
	fault_init();
	if (c->proc_fd < 0)
		return error_errno(err, -c->proc_fd, "open the host's procfs");
	return 0;
}

static void end(struct creation *c)
{
	engine_done(&c->engine);
	prepare_done(&c->prepared);
	wait_files_close(&c->files);
	statedir_close(&c->dir);
	c->trace_fd = fd_close(c->trace_fd);
	c->proc_fd = fd_close(c->proc_fd);
}

/* What became of a creation that a signal came into: it failed by that, whatever was being done. */
static int judge_interrupt(struct creation *c, int r, const char *status, struct error *err)
{
	int signal = interrupt_signal();
	struct error where = *err;

	interrupt_forget();
	if (!signal)
		return r;
	*err = (struct error){ 0 };
	error_set(err, EINTR, "signal %d (%s) came before the container was %s", signal,
		  strsignal(signal), status);
	if (r == 0)
		return -EINTR;
	err->step = where.step;
	err->steps = where.steps;
	err->stage = where.stage;
	error_at(err, "%s", where.pointer);
	return prepare_locate(&c->prepared, err);
}

/* From the first change on. */
static int make_created(struct creation *c, struct error *err)
{
	int r;

	interrupt_begin();
	r = make_state(c, true, err);
	if (r == 0)
		r = launch(c, err);
	return judge_interrupt(c, r, "created", err);
}

int container_create(const struct container_request *request, struct arena *arena,
		     struct error *err)
{
	struct creation c;
	int r = begin(&c, request, arena, err);

	if (r == 0)
		r = prepare(&c, true, err);
	if (r == 0)
		r = make_created(&c, err);
	creation_write_trace(&c);
	if (r < 0)
		take_back(&c, err);
	end(&c);
	return r;
}

/* --- run --- */

/* The program runs: from now on it gets the signals, also the one that came just before. */
static void give_signals(struct creation *c)
{
	foreground_begin();
	if (interrupt_signal())
		sys_pidfd_send_signal(c->engine.pidfd, interrupt_signal());
	interrupt_forget();
}

/* After the program: as delete does. Somebody else may have deleted it already. */
static int remove_ended(struct creation *c, struct error *err)
{
	int r = statedir_lock_soon(&c->dir, err);

	if (r == -ENOENT) {
		*err = (struct error){ 0 };
		return 0;
	}
	return r == 0 ? destroy_made(c, c->prepared.plan->n_steps, err) : r;
}

/* The program runs: nobody is kept from killing or deleting the container any more. */
static int await_program(struct creation *c, struct error *err)
{
	int r = engine_await_program(&c->engine, err);

	if (r == 0)
		return 0;
	explain_death(c, err);
	return prepare_locate(&c->prepared, err);
}

static int run_to_end(struct creation *c, int *ret_status, struct error *err)
{
	int r;

	statedir_unlock(&c->dir);
	if (c->request->detach)
		return 0;
	r = foreground_wait(&c->engine);
	if (r < 0)
		return error_errno(err, -r, "wait for the container");
	*ret_status = r;
	return c->request->keep ? 0 : remove_ended(c, err);
}

/* From the first change on. */
static int make_running(struct creation *c, struct error *err)
{
	int r;

	interrupt_begin();
	r = make_state(c, false, err);
	if (r == 0)
		r = launch(c, err);
	if (r == 0)
		r = await_program(c, err);
	if (r == 0 && !c->request->detach)
		give_signals(c);
	if (r == 0)
		r = hooks_poststart(c->dir.fd, &c->record, c->arena, err);
	if (r < 0)
		r = prepare_locate(&c->prepared, err);
	return judge_interrupt(c, r, "running", err);
}

int container_run(const struct container_request *request, struct arena *arena, int *ret_status,
		  struct error *err)
{
	struct creation c;
	int r = begin(&c, request, arena, err);

	*ret_status = 0;
	if (r == 0)
		r = prepare(&c, false, err);
	if (r == 0)
		r = make_running(&c, err);
	creation_write_trace(&c);
	if (r < 0)
		take_back(&c, err);
	else
		r = run_to_end(&c, ret_status, err);
	end(&c);
	return r;
}
