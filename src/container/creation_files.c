/* SPDX-License-Identifier: Apache-2.0 */
/* The files about a container in the making: record, configuration, pid file, trace; see
 * creation.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "container/creation.h"
#include "container/record.h"
#include "engine/trace.h"
#include "sys/file.h"

enum { CONFIG_MODE = 0600, PID_FILE_MODE = 0644 };

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

/*
 * Those that the container is in. One that is joined is known by its inode: its path may lead to
 * another by the time of a later verb.
 */
static void record_namespaces(struct creation *c)
{
	const struct oci_namespace_list *list = &c->prepared.config->linux_->namespaces;
	const struct host_facts *facts = &c->prepared.facts;
	struct oci_record *record = &c->record;

	record->namespaces.n = list->n;
	record->namespaces.v = arena_array(c->arena, list->n, sizeof(*record->namespaces.v));
	record->has_namespaces = c->prepared.config->linux_->has_namespaces;
	for (size_t i = 0; i < list->n; i++) {
		struct oci_record_namespace *entry = &record->namespaces.v[i];
		const struct host_namespace *fact = NULL;

		entry->type = list->v[i].type;
		entry->path = list->v[i].path;
		entry->has_type = true;
		entry->has_path = list->v[i].has_path;
		if (list->v[i].path)
			fact = host_find_namespace(facts, list->v[i].path);
		if (fact && fact->inode) {
			entry->inode = fact->inode;
			entry->has_inode = true;
		} else if (entry->type == OCI_NAMESPACE_TYPE_PID) {
			/* its end is the end of all that is in it */
			record->has_pid_namespace = true;
		}
	}
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
	record->has_has_pid_namespace = true;
	if (config->root) {
		record->rootfs = path_absolute(c->arena, c->request->bundle, config->root->path);
		record->has_rootfs = true;
	}
	if (config->linux_) {
		record_namespaces(c);
		record->resources = config->linux_->resources;
		record->has_resources = config->linux_->has_resources;
	}
	record->process = config->process;
	record->has_process = config->has_process;
	record->hooks = config->hooks;
	record->has_hooks = config->has_hooks;
}

/* The plan must know it already. */
void creation_name(struct creation *c)
{
	char *created = arena_alloc(c->arena, CLOCK_RFC3339_SIZE);

	clock_rfc3339(clock_now(), created);
	c->record.id = c->request->id;
	c->record.created = created;
	c->record.has_id = c->record.has_created = true;
	c->prepared.request.owner = record_owner(&c->record, c->arena);
}

int creation_record(struct creation *c, struct error *err)
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
	record_set_undo(c->prepared.plan, false, c->arena, record);
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
int creation_prepare_record(void *context, pid_t pid, int pidfd, struct error *err)
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
	record_set_undo(c->prepared.plan, true, c->arena, &c->record);
	record_text(&c->record, c->arena, &c->created);
	return 0;
}

int creation_keep_config(void *context, struct error *err)
{
	const struct creation *c = context;
	const struct oci_document *document = &c->prepared.document;
	int r = file_create(c->dir.fd, CONFIG_NAME, CONFIG_MODE, document->text, document->length);

	return r < 0 ? error_errno(err, -r, "keep the configuration") : 0;
}

/*
 * Before the first hook: from now on a failure runs the poststop hooks, and who asks for the state
 * is told the pid.
 */
int creation_record_hooks(void *context, struct error *err)
{
	struct creation *c = context;
	struct oci_record record = c->record;

	record.status = OCI_STATUS_CREATING;
	return record_write(c->dir.fd, &record, c->arena, err);
}

/* The text that prepare_record has made. */
int creation_write_created(void *context, struct error *err)
{
	struct creation *c = context;

	return record_write_text(c->dir.fd, &c->created, err);
}

int creation_write_pid_file(void *context, pid_t pid, struct error *err)
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

/* --- the trace --- */

/* Before anything is changed: a trace that cannot be written is no reason to take a container back.
 */
int creation_open_trace(struct creation *c, struct error *err)
{
	const char *path = c->request->trace_file;

	if (!path)
		return 0;
	c->trace_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, PID_FILE_MODE);
	return c->trace_fd < 0 ? error_errno(err, errno, "open the trace %s", path) : 0;
}

/* Of a launch that failed as well, as far as it came. What cannot be written is lost. */
void creation_write_trace(struct creation *c)
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
