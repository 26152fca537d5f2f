/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt run: its exit status is the container's. */
#include "cmd/call.h"
#include "container/container.h"

int cmd_run(struct call *call, struct error *err)
{
	struct container_request request;
	int r = call_request(call, &request, err);

	if (r != 0)
		return r;
	return container_run(&request, call->arena, &call->status, err);
}
