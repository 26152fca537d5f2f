/* SPDX-License-Identifier: Apache-2.0 */
/* Hooks by the record; see the header. */
#include "container/hooks.h"

#include "engine/fault.h"
#include "topic/hook.h"

static int run(const struct oci_record *record, enum hook_kind kind, size_t i, pid_t pid,
	       struct arena *arena, struct error *err)
{
	const struct oci_hook_list list = hook_list(record->hooks, kind);
	const struct oci_state state = { .oci_version = record->oci_version,
					 .has_oci_version = true,
					 .id = record->id,
					 .has_id = true,
					 .bundle = record->bundle,
					 .has_bundle = true,
					 .annotations = record->annotations,
					 .has_annotations = record->has_annotations };
	struct hook hook;
	const char *point = kind == HOOK_POSTSTOP ? "poststop hook" : "poststart hook";
	int r = fault_point(point, err);

	if (r == 0) {
		hook_make(arena, kind, &list.v[i], &state, &hook);
		r = hook_run(&hook, -1, pid, err);
	}
	if (r == 0)
		r = fault_point(point, err);
	return r < 0 ? error_at(err, "/hooks/%s/%zu", hook_kind_name(kind), i) : 0;
}

int hooks_poststart(const struct oci_record *record, pid_t pid, struct arena *arena,
		    struct error *err)
{
	size_t n = hook_list(record->hooks, HOOK_POSTSTART).n;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = run(record, HOOK_POSTSTART, i, pid, arena, err);
	return r;
}

static void tell(const struct container_listener *listener, const struct error *err)
{
	const struct warning warning = { .pointer = err->pointer, .text = err->text };
	const struct container_report report = { .warnings = &warning, .n_warnings = 1 };

	if (listener && listener->tell)
		listener->tell(listener->context, &report);
}

void hooks_poststop(const struct oci_record *record, struct arena *arena,
		    const struct container_listener *listener)
{
	size_t n = hook_list(record->hooks, HOOK_POSTSTOP).n;

	for (size_t i = 0; i < n; i++) {
		struct error err = { 0 };

		if (run(record, HOOK_POSTSTOP, i, 0, arena, &err) < 0)
			tell(listener, &err);
	}
}
