/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be so for any bytes that are taken for a document: no crash, an error that has a place,
 * or a value that is written and read again without change. Shared by the libFuzzer target and the
 * test that replays its corpus. Knows no property by name.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/ocispec.h"

static inline void fuzz_expect(bool is_so)
{
	if (!is_so)
		abort();
}

static inline char *fuzz_encode(struct arena *arena, enum oci_object object, const void *value)
{
	struct strbuf text;
	struct json json;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	oci_encode(object, value, &json, NULL);
	return text.data;
}

/* A pointer of that length has been cut, and points at nothing. */
static inline bool fuzz_is_whole(const char *pointer)
{
	return strlen(pointer) + 1 < OCI_POINTER_SIZE;
}

static inline void fuzz_visit(void *context, const char *pointer, enum oci_row row,
			      const void *field)
{
	struct oci_position position;

	(void)field;
	fuzz_expect(*oci_row_name(row) && *oci_row_object(row));
	if (fuzz_is_whole(pointer))
		fuzz_expect(oci_locate(context, pointer, &position) == 0 && position.length > 0);
}

static inline void fuzz_good(struct arena *arena, enum oci_object object,
			     const struct oci_document *document, const void *value)
{
	struct oci_document written = { "again", fuzz_encode(arena, object, value), 0 };
	struct error err;
	void *again;

	written.length = strlen(written.text);
	fuzz_expect(oci_decode(arena, object, &written, NULL, &again, &err) == 0);
	fuzz_expect(strcmp(fuzz_encode(arena, object, again), written.text) == 0);
	/* Finding reads from the start each time. */
	if (document->length < 2048)
		oci_walk(object, value, fuzz_visit, (void *)document);
}

static inline void fuzz_bad(const struct oci_document *document, const struct error *err, int code)
{
	struct oci_position position;

	fuzz_expect(err->code == -code && (err->code == EINVAL || err->code == E2BIG));
	fuzz_expect(err->line > 0 && err->column > 0 && err->text[0]);
	fuzz_expect(!err->pointer[0] || err->pointer[0] == '/');
	oci_locate(document, err->pointer, &position);
}

static inline void fuzz_document(enum oci_object object, const uint8_t *data, size_t size)
{
	struct oci_document document = { "fuzz", (const char *)data, size };
	struct oci_position position;
	struct oci_strings unknown;
	struct error err = { 0 };
	struct arena arena;
	void *value;
	size_t i;
	int r;

	arena_init(&arena, NULL, 0);
	r = oci_decode(&arena, object, &document, &unknown, &value, &err);
	if (r < 0)
		fuzz_bad(&document, &err, r);
	else
		fuzz_good(&arena, object, &document, value);
	for (i = 0; r == 0 && i < unknown.n && i < 16; i++)
		if (fuzz_is_whole(unknown.v[i]))
			fuzz_expect(oci_locate(&document, unknown.v[i], &position) == 0);
	arena_done(&arena);
}
