/* SPDX-License-Identifier: Apache-2.0 */
/* From a bundle to a plan; see the header. */
#include "container/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "cgroup/plan.h"
#include "container/record.h"
#include "plan/planner.h"
#include "sys/file.h"

static int read_config(const struct container_request *request, struct arena *arena,
		       struct prepared *ret, struct error *err)
{
	const char *path = request->config;
	char *text;
	int r;

	if (!path)
		path = arena_printf(arena, "%s/" CONFIG_NAME, request->bundle);
	r = file_read(AT_FDCWD, path, OCI_DOCUMENT_SIZE, arena, &text, &ret->document.length);
	if (r < 0) {
		error_errno(err, -r, "read %s", path);
		if (r == -ENOENT)
			error_hint(err,
				   "is --bundle right? `oci-rt spec` writes a configuration to "
				   "begin with");
		return r;
	}
	ret->document.name = path_name(path);
	ret->document.text = text;
	return 0;
}

static int probe(const struct container_request *request, int proc_fd, struct arena *arena,
		 struct prepared *prepared, struct error *err)
{
	struct host_facts *facts = &prepared->facts;
	const char *target = cgroup_target_path(arena, prepared->config, request->id);
	int r = host_probe(proc_fd, facts, err);

	if (r == 0)
		r = host_probe_cgroups(proc_fd, arena, &facts->cgroups, err);
	if (r < 0 || !target || request->no_cgroup)
		return r;
	return host_probe_cgroup_target(arena, target, &facts->cgroups, err);
}

int prepare_config(const struct container_request *request, int proc_fd, struct arena *arena,
		   struct container_report *ret_report, struct prepared *ret, struct error *err)
{
	struct oci_strings unknown = { 0 };
	int r = read_config(request, arena, ret, err);

	if (r == 0)
		r = oci_decode_config(arena, &ret->document, &unknown, &ret->config, err);
	if (r < 0)
		return r;
	ret_report->unknown = unknown.v;
	ret_report->n_unknown = unknown.n;
	ret->request = (struct plan_request){
		.id = request->id,
		.bundle = request->bundle,
		.preserve_fds = request->preserve_fds,
		.listen_fds = request->listen_fds,
		.has_pid_file = request->pid_file != NULL,
		.no_new_keyring = request->no_new_keyring,
		.no_pivot = request->no_pivot,
		.no_cgroup = request->no_cgroup,
		.console_socket = request->console_socket,
	};
	return probe(request, proc_fd, arena, ret, err);
}

int prepare_plan(struct prepared *prepared, struct arena *arena, struct container_report *report,
		 struct error *err)
{
	int r = plan_make(arena, &prepared->request, prepared->config, &prepared->facts,
			  &prepared->plan, err);

	if (r < 0)
		return prepare_locate(prepared, err);
	report->warnings = prepared->plan->warnings;
	report->n_warnings = prepared->plan->n_warnings;
	return 0;
}

/* What is not there itself is located by the nearest thing around it. */
int prepare_locate(const struct prepared *prepared, struct error *err)
{
	char pointer[ERROR_POINTER_SIZE];
	struct oci_position position;
	char *slash;

	if (!*err->pointer || err->line || !prepared->document.text)
		return -err->code;
	snprintf(pointer, sizeof(pointer), "%s", err->pointer);
	while (oci_locate(&prepared->document, pointer, &position) < 0) {
		slash = strrchr(pointer, '/');
		if (!slash)
			return -err->code;
		*slash = '\0';
	}
	snprintf(err->document, sizeof(err->document), "%s", prepared->document.name);
	err->line = position.line;
	err->column = position.column;
	return -err->code;
}
