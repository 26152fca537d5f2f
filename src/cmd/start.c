/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt start. */
#include "cmd/call.h"
#include "container/container.h"

int cmd_start(struct call *call, struct error *err)
{
	const struct container_listener listener = call_listener(call);
	const char *root;
	int r = call_root(call, &root, err);

	return r < 0 ? r
		     : container_start(root, call_operand(call, 0), call->arena, &listener, err);
}
