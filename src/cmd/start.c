/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt start. */
#include "cmd/call.h"
#include "container/container.h"

int cmd_start(struct call *call, struct error *err)
{
	const char *root;
	int r = call_root(call, &root, err);

	return r < 0 ? r : container_start(root, call_operand(call, 0), err);
}
