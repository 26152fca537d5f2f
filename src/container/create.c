/* SPDX-License-Identifier: Apache-2.0 */
/* create and run: from a request to a container; see container.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "cgroup/remove.h"
#include "container/container.h"
#include "container/foreground.h"
#include "container/prepare.h"
#include "container/record.h"
#include "container/statedir.h"
#include "container/undo.h"
#include "container/wait_files.h"
#include "engine/fault.h"
#include "engine/launch.h"
#include "engine/trace.h"
#include "plan/planner.h"
#include "sys/file.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

enum { CONFIG_MODE = 0600, PID_FILE_MODE = 0644 };

/* One container in the making. */
struct creation {
	const struct container_request *request;
	struct arena *arena;
	struct prepared prepared;
	struct statedir dir;
	struct oci_record record;
	struct oci_identity creator, init;
	struct strbuf created; /* the record as it will be once the container is created */
	struct engine engine;
	struct wait_files files;
	int proc_fd, trace_fd;
	bool has_pid_file; /* written by us */
};

/* --- the record --- */

/* Whether the container gets this cgroup: one that the plan can take back. */
static bool is_made(const struct plan *plan, const char *path)
{
	for (size_t i = 0; path && i < plan->n_undo; i++)
		if (plan->undo[i].operation == UNDO_CGROUP && strcmp(plan->undo[i].path, path) == 0)
			return true;
	return false;
}

static void record_cgroups(struct creation *c)
{
	const struct host_cgroups *cgroups = &c->prepared.facts.cgroups;
	struct oci_record *record = &c->record;

	record->cgroups.v = arena_array(c->arena, cgroups->n, sizeof(*record->cgroups.v));
	record->has_cgroups = true;
	for (size_t i = 0; i < cgroups->n; i++) {
		struct oci_record_cgroup *entry = &record->cgroups.v[record->cgroups.n];

		if (!is_made(c->prepared.plan, cgroups->v[i].target))
			continue;
		entry->hierarchy = cgroups->v[i].controllers;
		entry->path = cgroups->v[i].target;
		entry->has_hierarchy = entry->has_path = true;
		record->cgroups.n++;
	}
}

static bool has_pid_namespace(const struct oci_config *config)
{
	for (size_t i = 0; config->linux_ && i < config->linux_->namespaces.n; i++)
		if (config->linux_->namespaces.v[i].type == OCI_NAMESPACE_TYPE_PID)
			return true;
	return false;
}

/* What the configuration says and later verbs need. */
static void record_config(struct creation *c)
{
	const struct oci_config *config = c->prepared.config;
	struct oci_record *record = &c->record;

	record->oci_version = config->oci_version;
	record->has_oci_version = true;
	record->annotations = config->annotations;
	record->has_annotations = config->has_annotations;
	record->has_pid_namespace = has_pid_namespace(config);
	record->has_has_pid_namespace = true;
	if (config->root) {
		record->rootfs = path_absolute(c->arena, c->request->bundle, config->root->path);
		record->has_rootfs = true;
	}
	if (config->linux_) {
		record->namespaces = config->linux_->namespaces;
		record->has_namespaces = config->linux_->has_namespaces;
		record->resources = config->linux_->resources;
		record->has_resources = config->linux_->has_resources;
	}
	record->process = config->process;
	record->has_process = config->has_process;
	record->hooks = config->hooks;
	record->has_hooks = config->has_hooks;
}

/* The plan must know it already. */
static void record_name(struct creation *c)
{
	char *created = arena_alloc(c->arena, CLOCK_RFC3339_SIZE);

	clock_rfc3339(clock_now(), created);
	c->record.id = c->request->id;
	c->record.created = created;
	c->record.has_id = c->record.has_created = true;
	c->prepared.request.owner = record_owner(&c->record, c->arena);
}

static int record_begin(struct creation *c, struct error *err)
{
	struct oci_record *record = &c->record;
	char *boot = arena_alloc(c->arena, BOOT_ID_SIZE);
	struct identity self;
	int r = identity_of(c->proc_fd, getpid(), -1, &self);

	if (r == 0)
		r = boot_id(c->proc_fd, boot);
	if (r < 0)
		return error_errno(err, -r, "find out about this process");
	record_config(c);
	record_cgroups(c);
	record_set_undo(c->prepared.plan, c->arena, record);
	record_set_identity(&self, &c->creator);
	record->format = RECORD_FORMAT;
	record->status = OCI_STATUS_CREATING;
	record->bundle = c->request->bundle;
	record->uid = c->prepared.facts.uid;
	record->boot_id = boot;
	record->creator = &c->creator;
	record->has_format = record->has_status = record->has_bundle = true;
	record->has_uid = record->has_boot_id = record->has_creator = true;
	return record_write(c->dir.fd, record, c->arena, err);
}

/* --- what the engine asks for on its way --- */

/* While the child makes its mounts: the record as it will be, so that it only has to be written
 * then. */
static int prepare_record(void *context, pid_t pid, int pidfd, struct error *err)
{
	struct creation *c = context;
	struct identity init;
	int r = identity_of(c->proc_fd, pid, pidfd, &init);

	if (r < 0)
		return error_errno(err, -r, "find out about the container's init");
	record_set_identity(&init, &c->init);
	c->record.status = OCI_STATUS_CREATED;
	c->record.pid = pid;
	c->record.init = &c->init;
	c->record.has_pid = c->record.has_init = true;
	record_text(&c->record, c->arena, &c->created);
	return 0;
}

static int keep_config(void *context, struct error *err)
{
	const struct creation *c = context;
	const struct oci_document *document = &c->prepared.document;
	int r = file_create(c->dir.fd, CONFIG_NAME, CONFIG_MODE, document->text, document->length);

	return r < 0 ? error_errno(err, -r, "keep the configuration") : 0;
}

/* The text that prepare_record has made. */
static int record_created(void *context, struct error *err)
{
	struct creation *c = context;

	return record_write_text(c->dir.fd, &c->created, err);
}

static int write_pid_file(void *context, pid_t pid, struct error *err)
{
	struct creation *c = context;
	const char *path = c->request->pid_file;
	const char *name = path_name(path);
	char *directory = arena_strndup(c->arena, path, (size_t)(name - path));
	fd_auto int dir_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char text[16];
	struct strbuf number;
	int r;

	if (dir_fd < 0)
		return error_errno(err, errno, "write the pid file %s", path);
	strbuf_init_fixed(&number, text, sizeof(text));
	strbuf_add_format(&number, "%d", pid);
	r = file_replace(dir_fd, name, PID_FILE_MODE, number.data, number.length);
	if (r < 0)
		return error_errno(err, -r, "write the pid file %s", path);
	c->has_pid_file = true;
	return 0;
}

/* --- creation --- */

static int check_caller(const struct creation *c, struct error *err)
{
	if (c->prepared.facts.uid == 0)
		return 0;
	error_set(err, EPERM, "containers of users other than root are not part of this build");
	return error_hint(err, "call it as root; `oci-rt plan` works for every user");
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
	record_name(c);
	r = prepare_plan(&c->prepared, c->arena, &report, err);
	if (r == 0 && c->request->tell)
		c->request->tell(c->request->tell_context, &report);
	if (r == 0)
		r = plan_refusal(c->prepared.plan, err);
	if (r < 0)
		return prepare_locate(&c->prepared, err);
	return check_caller(c, err);
}

/* Before anything is changed: a trace that cannot be written is no reason to take a container back.
 */
static int open_trace(struct creation *c, struct error *err)
{
	const char *path = c->request->trace_file;

	if (!path)
		return 0;
	c->trace_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, PID_FILE_MODE);
	return c->trace_fd < 0 ? error_errno(err, errno, "open the trace %s", path) : 0;
}

/* The state directory with all that init and later verbs need, before the host is changed. */
static int make_state(struct creation *c, bool waits, struct error *err)
{
	int r = open_trace(c, err);

	if (r == 0)
		r = fault_point("make the state directory", err);
	if (r == 0)
		r = statedir_make(c->request->root, c->request->id, &c->dir, err);
	if (r == 0)
		r = fault_point("write the record", err);
	if (r == 0)
		r = record_begin(c, err);
	if (r == 0)
		r = fault_point("make the start socket", err);
	if (r == 0 && waits)
		r = wait_files_make(c->dir.fd, &c->files, err);
	return r == 0 ? fault_point("launch", err) : r;
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
			error_prefix(err, "out of memory in the container's cgroup");
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
	engine->is_traced = c->request->trace_file != NULL;
	engine->context = c;
	engine->prepare_record = prepare_record;
	engine->keep_config = keep_config;
	engine->record_created = record_created;
	engine->write_pid_file = write_pid_file;
	engine->walker.slots.count = plan->n_slots;
	engine->walker.slots.value = arena_array(c->arena, plan->n_slots, sizeof(int));
	r = engine_launch(engine, err);
	if (r < 0)
		explain_death(c, err);
	return r < 0 ? prepare_locate(&c->prepared, err) : 0;
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
	r = undo_plan(c->prepared.plan, c->prepared.request.owner, c->engine.walker.at, &later);
	if (r == 0)
		r = statedir_remove(&c->dir, &later);
	if (r < 0)
		error_hint(err, "something is left behind, delete --force takes it back: %s",
			   later.text);
}

/* Of a launch that failed as well, as far as it came. What cannot be written is lost. */
static void write_trace(struct creation *c)
{
	struct strbuf text;
	ssize_t written = 1;

	if (c->trace_fd < 0 || !c->engine.walker.shared)
		return;
	strbuf_init(&text, c->arena);
	trace_write(c->prepared.plan, c->engine.walker.shared, &text);
	for (size_t at = 0; at < text.length && written > 0; at += (size_t)written)
		written = write(c->trace_fd, text.data + at, text.length - at);
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
	wait_files_close(&c->files);
	statedir_close(&c->dir);
	c->trace_fd = fd_close(c->trace_fd);
	c->proc_fd = fd_close(c->proc_fd);
}

int container_create(const struct container_request *request, struct arena *arena,
		     struct error *err)
{
	struct creation c;
	int r = begin(&c, request, arena, err);

	if (r == 0)
		r = prepare(&c, true, err);
	if (r == 0)
		r = make_state(&c, true, err);
	if (r == 0)
		r = launch(&c, err);
	write_trace(&c);
	if (r < 0)
		take_back(&c, err);
	end(&c);
	return r;
}

/* --- run --- */

/* After the program: as delete does. Somebody else may have deleted it already. */
static int remove_ended(struct creation *c, struct error *err)
{
	int r = statedir_lock_soon(&c->dir, err);

	if (r == -ENOENT) {
		*err = (struct error){ 0 };
		return 0;
	}
	if (r == 0)
		r = undo_plan(c->prepared.plan, c->prepared.request.owner,
			      c->prepared.plan->n_steps, err);
	return r == 0 ? statedir_remove(&c->dir, err) : r;
}

/* The program runs: nobody is kept from killing or deleting the container any more. */
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

int container_run(const struct container_request *request, struct arena *arena, int *ret_status,
		  struct error *err)
{
	struct creation c;
	int r = begin(&c, request, arena, err);

	*ret_status = 0;
	if (r == 0)
		r = prepare(&c, false, err);
	if (r == 0)
		r = make_state(&c, false, err);
	if (r == 0)
		r = launch(&c, err);
	if (r == 0 && !request->detach)
		foreground_begin();
	if (r == 0)
		r = engine_await_program(&c.engine, err);
	write_trace(&c);
	if (r < 0)
		take_back(&c, err);
	else
		r = run_to_end(&c, ret_status, err);
	end(&c);
	return r;
}
