/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over the containers that a pattern means. */
#include "cmd/each.h"

#include "cmd/pattern.h"

int each_match(struct call *call, each_fn fn, const void *context, struct error *err)
{
	struct pattern *pattern = arena_new(call->arena, struct pattern);
	struct container_states states;
	const char *root;
	size_t i;
	int r = pattern_compile(pattern, call_operand(call, 0), err);

	if (r == 0)
		r = call_root(call, &root, err);
	if (r == 0)
		r = container_list(root, call->arena, &states, err);
	for (i = 0; r == 0 && i < states.n; i++) {
		const struct container_state *state = &states.v[i];
		struct error failed = { 0 };

		if (!pattern_matches(pattern, state->record->id) ||
		    fn(root, state, context, &failed) >= 0 || err->code)
			continue;
		*err = failed;
		error_prefix(err, "%s", state->record->id);
	}
	return r < 0 ? r : -err->code;
}
