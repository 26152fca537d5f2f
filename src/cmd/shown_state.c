/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a state for `state` and `list`, which differ in nothing but the owner's name. */
#include "cmd/shown_state.h"

const char *shown_status(const struct container_state *state)
{
	return oci_enum_name(OCI_ENUM_status, (int)state->status);
}

/* A record that could not be read has nothing but its id. */
static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static void write_annotations(struct json *json, const struct oci_map *annotations)
{
	size_t i;

	if (annotations->n == 0)
		return;
	json_begin_object(json, "annotations");
	for (i = 0; i < annotations->n; i++)
		json_string(json, annotations->v[i].key, annotations->v[i].value);
	json_end_object(json);
}

void shown_state_write(struct json *json, const struct container_state *state, const char *owner)
{
	const struct oci_record *record = state->record;

	json_begin_object(json, NULL);
	json_string(json, "ociVersion", text_or_empty(record->oci_version));
	json_string(json, "id", text_or_empty(record->id));
	json_int(json, "pid", state->pid);
	json_string(json, "status", shown_status(state));
	json_string(json, "bundle", text_or_empty(record->bundle));
	json_string(json, "rootfs", text_or_empty(record->rootfs));
	json_string(json, "created", text_or_empty(record->created));
	write_annotations(json, &record->annotations);
	json_string(json, "owner", owner);
	json_end_object(json);
}
