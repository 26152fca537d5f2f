/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt state: JSON, indented, without a newline at its end. */
#include "cmd/call.h"
#include "cmd/shown_state.h"
#include "container/container.h"

int cmd_state(struct call *call, struct error *err)
{
	struct container_state state;
	struct strbuf out;
	struct json json;
	const char *root;
	int r = call_root(call, &root, err);

	if (r == 0)
		r = container_get_state(root, call_operand(call, 0), call->arena, &state, err);
	if (r != 0)
		return r;
	strbuf_init(&out, call->arena);
	json_init(&json, &out, "  ");
	shown_state_write(&json, &state, "");
	return call_print(&out, err);
}
