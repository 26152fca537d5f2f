/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt kill. */
#include <errno.h>

#include "cmd/call.h"
#include "cmd/each.h"
#include "cmd/signal_name.h"
#include "container/container.h"

struct kill_request {
	int signal;
	bool all;
	struct arena *arena;
};

static int kill_one(const char *root, const struct container_state *state, const void *context,
		    struct error *err)
{
	const struct kill_request *request = context;

	/* A pattern means those that can be killed. */
	if (state->status == OCI_STATUS_STOPPED)
		return 0;
	return container_kill(root, state->record->id, request->signal, request->all,
			      request->arena, err);
}

int cmd_kill(struct call *call, struct error *err)
{
	const char *root, *name = call_operand(call, 1);
	struct kill_request request = { .all = call->line.options.all, .arena = call->arena };
	int r;

	if (!name)
		name = "TERM";
	if (signal_parse(name, &request.signal) < 0)
		return error_set(err, EINVAL, "unknown signal \"%s\"", name);
	if (call->line.options.regex)
		return each_match(call, kill_one, &request, err);
	r = call_root(call, &root, err);
	return r < 0 ? r
		     : container_kill(root, call_operand(call, 0), request.signal, request.all,
				      call->arena, err);
}
