/* SPDX-License-Identifier: Apache-2.0 */
/* From a bundle to a plan; see the header. */
#include "container/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/path.h"
#include "cgroup/plan.h"
#include "container/locate.h"
#include "container/record.h"
#include "plan/facts.h"
#include "plan/needs.h"
#include "plan/planner.h"
#include "sys/file.h"
#include "topic/namespace.h"

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

/* What the paths of the configuration lead to; the descriptors stay open. */
static void probe_namespaces(int proc_fd, struct arena *arena, struct prepared *prepared)
{
	const struct oci_namespace_list *list = &prepared->config->linux_->namespaces;
	const char **paths = arena_array(arena, list->n, sizeof(*paths));

	/* a relative one is wrong whatever it leads to */
	for (size_t i = 0; i < list->n; i++)
		if (namespace_is_joined(&list->v[i]) && list->v[i].path[0] == '/')
			paths[i] = list->v[i].path;
	prepared->namespace_fds = arena_array(arena, list->n, sizeof(*prepared->namespace_fds));
	prepared->n_namespaces = list->n;
	host_probe_namespaces(proc_fd, arena, list->n, paths, prepared->namespace_fds,
			      &prepared->facts);
}

const int *prepare_give_namespaces(struct prepared *prepared, struct arena *arena)
{
	int *fds = arena_array(arena, prepared->n_namespaces, sizeof(*fds));

	for (size_t i = 0; i < prepared->n_namespaces; i++) {
		fds[i] = prepared->namespace_fds[i];
		prepared->namespace_fds[i] = -1;
	}
	return fds;
}

void prepare_done(struct prepared *prepared)
{
	for (size_t i = 0; i < prepared->n_namespaces; i++)
		prepared->namespace_fds[i] = fd_close(prepared->namespace_fds[i]);
	prepared->n_namespaces = 0;
}

/* The set of facts, of this host; target: the path of the container's cgroup, or NULL. */
static int probe(int proc_fd, uint64_t set, const char *target, struct arena *arena,
		 struct host_facts *facts, struct error *err)
{
	int r = host_probe(proc_fd, set, facts, err);

	if (r == 0 && set & (HOST_SET(uids) | HOST_SET(gids)))
		r = host_probe_ids(proc_fd, arena, facts, err);
	if (r < 0 || !(set & HOST_SET(cgroups)))
		return r;
	r = host_probe_cgroups(proc_fd, arena, &facts->cgroups, err);
	if (r < 0)
		return r;
	facts->known |= HOST_SET(cgroups);
	return target ? host_probe_cgroup_target(arena, target, &facts->cgroups, err) : 0;
}

/* The facts that a file says, of whatever host. */
static int read_facts(const char *path, uint64_t set, const struct oci_config *config,
		      struct arena *arena, struct host_facts *ret, struct error *err)
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
	if (r == 0)
		r = facts_check_namespaces(ret, config, err);
	if (r < 0 && !*err->document) {
		snprintf(err->document, sizeof(err->document), "%s", document.name);
		error_hint(err, "`oci-rt plan --facts show`, with this bundle and on the host that "
				"is meant, prints all that it needs");
	}
	return r;
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
		if (r == 0 && set & HOST_SET(namespaces))
			probe_namespaces(proc_fd, arena, prepared);
		return r;
	}
	r = read_facts(request->facts, set, prepared->config, arena, &prepared->facts, err);
	if (r == 0 && target)
		facts_set_target(arena, &prepared->facts, target);
	return r;
}

int prepare_all_facts(int proc_fd, struct arena *arena, struct host_facts *ret, struct error *err)
{
	return probe(proc_fd, HOST_SET_ALL & ~HOST_SET(namespaces), NULL, arena, ret, err);
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

bool prepare_found_cgroup(const struct prepared *prepared)
{
	const struct host_cgroups *cgroups = &prepared->facts.cgroups;

	for (size_t i = 0; i < cgroups->n; i++) {
		const struct host_hierarchy *h = &cgroups->v[i];

		if (h->target && h->exists_to && strcmp(h->exists_to, h->target) == 0)
			return true;
	}
	return false;
}

int prepare_plan_again(const struct container_request *request, struct prepared *prepared,
		       struct arena *arena, struct container_report *report, struct error *err)
{
	const char *target = cgroup_target_path(arena, prepared->config, request->id);
	int r = 0;

	if (target && !request->facts)
		r = host_probe_cgroup_target(arena, target, &prepared->facts.cgroups, err);
	return r == 0 ? prepare_plan(prepared, arena, report, err) : r;
}

int prepare_locate(const struct prepared *prepared, struct error *err)
{
	return locate_error(&prepared->document, err);
}
