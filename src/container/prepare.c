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
#include "plan/facts.h"
#include "plan/needs.h"
#include "plan/planner.h"
#include "sys/file.h"

enum { FACTS_SIZE = 1 << 20 };

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

static bool is_joined(const struct oci_namespace *ns)
{
	return ns->path && *ns->path;
}

/* Facts that few configurations ask for. */
static int probe_namespaces(int proc_fd, struct arena *arena, struct prepared *prepared,
			    struct error *err)
{
	const struct oci_linux *os = prepared->config->linux_;
	size_t n = os ? os->namespaces.n : 0, n_joined = 0;
	const char **paths;

	for (size_t i = 0; i < n; i++) {
		const struct oci_namespace *ns = &os->namespaces.v[i];

		n_joined += is_joined(ns);
		if (!is_joined(ns) && ns->type == OCI_NAMESPACE_TYPE_USER)
			host_probe_idmap_helpers(&prepared->facts);
	}
	if (n_joined == 0)
		return 0;
	paths = arena_array(arena, n, sizeof(*paths));
	for (size_t i = 0; i < n; i++)
		paths[i] = is_joined(&os->namespaces.v[i]) ? os->namespaces.v[i].path : NULL;
	return host_probe_namespaces(proc_fd, arena, n, paths, &prepared->facts, err);
}

/* From now on they are who's that was given them. */
const int *prepare_give_namespaces(struct prepared *prepared, struct arena *arena)
{
	struct host_facts *facts = &prepared->facts;
	int *fds = arena_array(arena, facts->n_namespaces, sizeof(*fds));

	for (size_t i = 0; i < facts->n_namespaces; i++) {
		fds[i] = facts->namespaces[i].fd;
		facts->namespaces[i].fd = -1;
	}
	return fds;
}

/* The set of facts, of this host; target: the path of the container's cgroup, or NULL. */
static int probe(int proc_fd, uint64_t set, const char *target, struct arena *arena,
		 struct host_facts *facts, struct error *err)
{
	int r = host_probe(proc_fd, set, facts, err);

	if (r < 0 || !(set & HOST_SET(cgroups)))
		return r;
	r = host_probe_cgroups(proc_fd, arena, &facts->cgroups, err);
	if (r < 0)
		return r;
	facts->known |= HOST_SET(cgroups);
	return target ? host_probe_cgroup_target(arena, target, &facts->cgroups, err) : 0;
}

/* The facts that a file says, of whatever host. */
static int read_facts(const char *path, uint64_t set, struct arena *arena, struct host_facts *ret,
		      struct error *err)
{
	struct oci_document document = { .name = path_name(path) };
	char *text;
	int r = file_read(AT_FDCWD, path, FACTS_SIZE, arena, &text, &document.length);

	if (r < 0)
		return error_errno(err, -r, "read %s", path);
	document.text = text;
	r = facts_read(arena, &document, ret, err);
	if (r == 0)
		r = facts_check_known(ret, set, err);
	if (r < 0 && !*err->document) {
		snprintf(err->document, sizeof(err->document), "%s", document.name);
		error_hint(err, "`oci-rt plan --facts show`, with this bundle and on the host that "
				"is meant, prints all that it needs");
	}
	return r;
}

/* What is at a path is asked of this host, while a plan for another one must not ask it. */
static int check_not_joined(const struct oci_config *config, struct error *err)
{
	const struct oci_linux *os = config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++) {
		if (!is_joined(&os->namespaces.v[i]))
			continue;
		error_set(err, ENOTSUP,
			  "facts from a file say nothing of namespaces that are joined");
		error_hint(err, "plan for this host, without --facts");
		return error_at(err, "/linux/namespaces/%zu/path", i);
	}
	return 0;
}

static int learn_facts(const struct container_request *request, int proc_fd, struct arena *arena,
		       struct prepared *prepared, struct error *err)
{
	uint64_t set = plan_needs(&prepared->request, prepared->config);
	const char *target = NULL;
	int r;

	if (!request->no_cgroup)
		target = cgroup_target_path(arena, prepared->config, request->id);
	if (!request->facts) {
		r = probe(proc_fd, set, target, arena, &prepared->facts, err);
		return r == 0 ? probe_namespaces(proc_fd, arena, prepared, err) : r;
	}
	r = read_facts(request->facts, set, arena, &prepared->facts, err);
	if (r == 0)
		r = check_not_joined(prepared->config, err);
	if (r == 0 && target)
		facts_set_target(arena, &prepared->facts, target);
	return r;
}

int prepare_all_facts(int proc_fd, struct arena *arena, struct host_facts *ret, struct error *err)
{
	return probe(proc_fd, HOST_SET_ALL, NULL, arena, ret, err);
}

int prepare_document(const struct container_request *request, int proc_fd, struct arena *arena,
		     struct container_report *ret_report, struct prepared *prepared,
		     struct error *err)
{
	struct oci_strings unknown = { 0 };
	int r = oci_decode_config(arena, &prepared->document, &unknown, &prepared->config, err);

	if (r < 0)
		return r;
	ret_report->unknown = unknown.v;
	ret_report->n_unknown = unknown.n;
	prepared->request = (struct plan_request){
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
	return learn_facts(request, proc_fd, arena, prepared, err);
}

int prepare_config(const struct container_request *request, int proc_fd, struct arena *arena,
		   struct container_report *ret_report, struct prepared *ret, struct error *err)
{
	int r = read_config(request, arena, ret, err);

	return r == 0 ? prepare_document(request, proc_fd, arena, ret_report, ret, err) : r;
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
