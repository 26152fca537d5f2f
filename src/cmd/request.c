/* SPDX-License-Identifier: Apache-2.0 */
/* From the options of create, run and plan to what the container layer takes. */
#include <errno.h>
#include <string.h>

#include "cmd/call.h"
#include "container/container.h"

static bool is_systemd_wanted(const struct options *options)
{
	return options->systemd_cgroup ||
	       (options->cgroup_manager && strcmp(options->cgroup_manager, "systemd") == 0);
}

static int check_built_in(const struct options *options, struct error *err)
{
	if (options->pidfd_socket)
		return error_set(err, ENOTSUP,
				 "--pidfd-socket: sending a pidfd is not part of this build");
	if (is_systemd_wanted(options)) {
		error_set(err, ENOTSUP, "the systemd cgroup driver is not part of this build");
		return error_hint(err, "leave --systemd-cgroup out: cgroups are then made by "
				       "oci-rt itself");
	}
	return 0;
}

static int request_paths(struct call *call, struct container_request *request, struct error *err)
{
	const struct options *options = &call->line.options;
	const char *bundle = options->bundle ? options->bundle : ".";

	if (call_path(call, bundle, &request->bundle, err) < 0)
		return error_prefix(err, "--bundle");
	if (call_path(call, options->config, &request->config, err) < 0)
		return error_prefix(err, "--config");
	if (call_path(call, options->facts, &request->facts, err) < 0)
		return error_prefix(err, "--facts");
	if (call_path(call, options->pid_file, &request->pid_file, err) < 0)
		return error_prefix(err, "--pid-file");
	if (call_path(call, options->console_socket, &request->console_socket, err) < 0)
		return error_prefix(err, "--console-socket");
	if (call_path(call, options->trace, &request->trace_file, err) < 0)
		return error_prefix(err, "--trace");
	return 0;
}

int call_request(struct call *call, struct container_request *ret, struct error *err)
{
	const struct options *options = &call->line.options;
	const char *id = call_operand(call, 0);

	*ret = (struct container_request){
		.id = id,
		.preserve_fds = options->preserve_fds + call->listen_fds,
		.listen_fds = call->listen_fds,
		.no_pivot = options->no_pivot,
		.no_new_keyring = options->no_new_keyring,
		.no_cgroup =
			options->cgroup_manager && strcmp(options->cgroup_manager, "disabled") == 0,
		.systemd_cgroup = is_systemd_wanted(options),
		.detach = options->detach,
		.keep = options->keep,
		.listener = call_listener(call),
	};
	if (request_paths(call, ret, err) < 0)
		return -err->code;
	if (call->line.verb == VERB_PLAN)
		return id ? container_check_id(id, err) : 0;
	if (check_built_in(options, err) < 0 || container_check_id(id, err) < 0)
		return -err->code;
	return call_root(call, &ret->root, err);
}
