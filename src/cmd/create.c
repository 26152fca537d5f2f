/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt create. Says nothing when all is well: its output streams become the container's. */
#include "cmd/call.h"
#include "container/container.h"

int cmd_create(struct call *call, struct error *err)
{
	struct container_request request;
	int r = call_request(call, &request, err);

	if (r != 0)
		return r;
	return container_create(&request, call->arena, err);
}
