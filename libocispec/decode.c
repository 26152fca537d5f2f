/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding a document: what is done before and after yajl has read it. The values are
 * decode_value.c's, objects and arrays decode_frame.c's. Knows no property by name.
 */
#include "libocispec/decode.h"

#include <errno.h>
#include <string.h>

#include "libocispec/scan.h"

/* yajl's memory comes from the arena, too; a size in front of each piece is what realloc needs. */
struct piece {
	size_t size;
	_Alignas(max_align_t) char memory[];
};

static void *piece_alloc(void *context, size_t size)
{
	struct piece *piece = arena_alloc(context, sizeof(*piece) + size);

	piece->size = size;
	return piece->memory;
}

static void piece_free(void *context, void *memory)
{
	/* The arena frees all at once. */
	(void)context;
	(void)memory;
}

static void *piece_realloc(void *context, void *memory, size_t size)
{
	void *moved = piece_alloc(context, size);
	const struct piece *old;

	if (!memory)
		return moved;
	old = (const struct piece *)((char *)memory - offsetof(struct piece, memory));
	return memcpy(moved, memory, old->size < size ? old->size : size);
}

static int decode_check_length(struct decoder *decoder)
{
	struct decode_place place = { 0 };

	if (decoder->document->length <= OCI_DOCUMENT_SIZE)
		return 0;
	decode_fail(decoder, place, E2BIG, "the document is longer than %d bytes",
		    OCI_DOCUMENT_SIZE);
	return -E2BIG;
}

/*
 * Parses up to what yajl would let pass (`wrong` at decoder->length, NULL when there is none), so
 * that the error's pointer is known and an earlier error comes first.
 */
static int decode_parse(struct decoder *decoder, const char *wrong)
{
	const char *text = decoder->document->text;
	yajl_status status =
		yajl_parse(decoder->parser, (const unsigned char *)text, decoder->length);

	if (status == yajl_status_ok && wrong) {
		decode_fail(decoder, decode_place_cut(decoder, decoder->length), EINVAL,
			    "malformed JSON: %s", wrong);
		return -EINVAL;
	}
	decoder->is_at_end = status == yajl_status_ok;
	if (decoder->is_at_end)
		status = yajl_complete_parse(decoder->parser);
	if (status == yajl_status_client_canceled)
		return -decoder->err->code;
	if (status != yajl_status_ok)
		return decode_fail_syntax(decoder);
	return 0;
}

static void decode_begin(struct decoder *decoder, enum oci_object object)
{
	const struct oci_document *document = decoder->document;

	name_set_init(&decoder->names, decoder->arena);
	decoder->frames[0] =
		(struct frame){ .type = FRAME_TOP, .expects = OCI_KIND_OBJECT, .child = object };
	decoder->copy = arena_alloc(decoder->arena, document->length + 1);
	if (document->length)
		memcpy(decoder->copy, document->text, document->length);
}

int oci_decode(struct arena *arena, enum oci_object object, const struct oci_document *document,
	       struct oci_strings *ret_unknown, void **ret, struct error *err)
{
	yajl_alloc_funcs memory = { piece_alloc, piece_realloc, piece_free, arena };
	struct oci_strings unknown = { 0 };
	struct decoder decoder;
	const char *wrong;
	int r;

	/* The frames are initialised as they are opened. */
	decoder.arena = arena;
	decoder.document = document;
	decoder.text = (uintptr_t)document->text;
	decoder.length = document->length;
	decoder.serial = 0;
	decoder.depth = 0;
	decoder.is_at_end = false;
	decoder.result = NULL;
	decoder.unknown = ret_unknown ? &unknown : NULL;
	decoder.unknown_capacity = 0;
	decoder.err = err;
	r = decode_check_length(&decoder);
	if (r < 0)
		return r;
	wrong = scan_bytes(document->text, document->length, &decoder.length);
	decode_begin(&decoder, object);
	decoder.parser = yajl_alloc(&decode_callbacks, &memory, &decoder);
	/* The bytes have been checked, more strictly. */
	yajl_config(decoder.parser, yajl_dont_validate_strings, 1);
	r = decode_parse(&decoder, wrong);
	if (r < 0)
		return r;
	if (ret_unknown)
		*ret_unknown = unknown;
	*ret = decoder.result;
	return 0;
}
