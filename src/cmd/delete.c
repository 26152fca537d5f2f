/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt delete. */
#include "cmd/call.h"
#include "cmd/each.h"
#include "container/container.h"

static int delete_one(const char *root, const struct container_state *state, const void *context,
		      struct error *err)
{
	struct call *call = *(struct call *const *)context;
	const struct container_listener listener = call_listener(call);

	return container_delete(root, state->record->id, call->line.options.force, call->arena,
				&listener, err);
}

int cmd_delete(struct call *call, struct error *err)
{
	const struct container_listener listener = call_listener(call);
	const bool force = call->line.options.force;
	const char *root;
	int r;

	if (call->line.options.regex)
		return each_match(call, delete_one, &call, err);
	r = call_root(call, &root, err);
	return r < 0 ? r
		     : container_delete(root, call_operand(call, 0), force, call->arena, &listener,
					err);
}
