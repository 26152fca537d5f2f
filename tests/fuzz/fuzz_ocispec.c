/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libFuzzer target: the first byte chooses the document, the rest is its text. What decodes must
 * encode to something that decodes to the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/ocispec.h"

/* libFuzzer gives the name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *encode(struct arena *arena, enum oci_object object, const void *value)
{
	struct strbuf text;
	struct json json;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	oci_encode(object, value, &json, NULL);
	return text.data;
}

static void check_again(struct arena *arena, enum oci_object object, const void *value)
{
	struct oci_document document = { "again", encode(arena, object, value), 0 };
	struct error err;
	void *again;

	document.length = strlen(document.text);
	if (oci_decode(arena, object, &document, NULL, &again, &err) < 0 ||
	    strcmp(encode(arena, object, again), document.text) != 0)
		abort();
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t objects[] = {
		OCI_OBJECT_config,   OCI_OBJECT_process,
		OCI_OBJECT_state,    OCI_OBJECT_record,
		OCI_OBJECT_features, OCI_OBJECT_resources,
		OCI_OBJECT_seccomp,  OCI_OBJECT_container_process_state,
	};
	struct oci_document document = { "fuzz", (const char *)data + 1, size - 1 };
	struct oci_position position;
	struct oci_strings unknown;
	enum oci_object object;
	struct arena arena;
	struct error err;
	void *value;

	if (size == 0)
		return 0;
	object = objects[data[0] % sizeof(objects)];
	arena_init(&arena, NULL, 0);
	if (oci_decode(&arena, object, &document, &unknown, &value, &err) == 0)
		check_again(&arena, object, value);
	else
		oci_locate(&document, err.pointer, &position);
	arena_done(&arena);
	return 0;
}
