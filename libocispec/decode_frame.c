/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yajl's callbacks for objects and arrays: frames are opened and closed, names looked up, and
 * places made for values. Knows no property by name.
 */
#include <errno.h>
#include <string.h>

#include "libocispec/decode.h"

struct frame *frame_fail_elements(struct decoder *decoder)
{
	decode_fail(decoder, decode_place_token(decoder, 1), E2BIG,
		    "an array may have %d elements at most", OCI_ELEMENTS);
	return NULL;
}

/* One more element of a list or map; the list's field is updated. */
static void *frame_grow(struct decoder *decoder, struct frame *frame)
{
	struct oci_list list = oci_list_get(frame->at);
	char *element;

	if (list.n == frame->capacity)
		list.v = arena_grow(decoder->arena, list.v, list.n, &frame->capacity, frame->size);
	element = (char *)list.v + list.n++ * frame->size;
	oci_list_set(frame->at, list);
	return element;
}

void *frame_place(struct decoder *decoder, struct frame *frame)
{
	const struct oci_row_info *row;
	void *element;

	if (frame->type == FRAME_OBJECT) {
		row = &oci_rows[frame->row];
		frame->present |= UINT64_C(1) << (frame->row - oci_objects[frame->object].first);
		*((bool *)frame->at + row->has) = true;
		return (char *)frame->at + row->offset;
	}
	element = frame_grow(decoder, frame);
	if (frame->type == FRAME_LIST)
		return element;
	/* Both struct oci_pair and what is in an OBJECT_MAP begin with the name. */
	oci_pointer_set(element, frame->name);
	return frame->type == FRAME_MAP ? (char *)element + offsetof(struct oci_pair, value)
					: element;
}

/* A frame above the open one. NULL and an error when there are too many. */
static struct frame *frame_open(struct decoder *decoder, enum frame_type type, void *at)
{
	struct frame *frame;

	if (decoder->depth == OCI_DEPTH) {
		decode_fail(decoder, decode_place_token(decoder, 1), E2BIG,
			    "more than %d arrays and objects within each other", OCI_DEPTH);
		return NULL;
	}
	frame = &decoder->frames[++decoder->depth];
	*frame = (struct frame){ .type = type,
				 .expects = OCI_KIND_SKIP,
				 .serial = ++decoder->serial,
				 .at = at,
				 .start = yajl_get_bytes_consumed(decoder->parser) - 1 };
	return frame;
}

static bool frame_open_list(struct decoder *decoder, enum frame_type type)
{
	struct frame *parent = decode_frame(decoder), *frame;
	enum oci_kind kind = parent->expects;

	frame = frame_open(decoder, type, frame_place(decoder, parent));
	if (!frame)
		return false;
	frame->kind = kind;
	frame->expects = oci_element_kind(kind);
	frame->child = parent->child;
	frame->size = (uint16_t)oci_element_size(kind, parent->child);
	/* What a list of texts has for a limit is about the list. */
	frame->row = parent->row;
	return true;
}

/* Memory for the object that the open frame expects, with its place pointing at it. */
static void *frame_place_object(struct decoder *decoder, struct frame *frame)
{
	void *object;

	if (frame->type == FRAME_LIST || frame->type == FRAME_OBJECT_MAP)
		return frame_place(decoder, frame);
	object = arena_alloc(decoder->arena, oci_objects[frame->child].size);
	if (frame->type == FRAME_TOP)
		decoder->result = object;
	else
		oci_pointer_set(frame_place(decoder, frame), object);
	return object;
}

static bool frame_open_object(struct decoder *decoder)
{
	struct frame *parent = decode_frame(decoder), *frame;

	frame = frame_open(decoder, FRAME_OBJECT, frame_place_object(decoder, parent));
	if (!frame)
		return false;
	frame->object = parent->child;
	frame->row = oci_objects[frame->object].first;
	return true;
}

int decode_start_object(void *context)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);

	if (!frame)
		return 0;
	switch (frame->expects) {
	case OCI_KIND_SKIP:
		return frame_open(decoder, FRAME_SKIPPED_OBJECT, NULL) != NULL;
	case OCI_KIND_OBJECT:
		return frame_open_object(decoder);
	case OCI_KIND_MAP:
		return frame_open_list(decoder, FRAME_MAP);
	case OCI_KIND_OBJECT_MAP:
		return frame_open_list(decoder, FRAME_OBJECT_MAP);
	default:
		return decode_fail_kind(decoder, decode_place_token(decoder, 1), "an object");
	}
}

int decode_start_list(void *context)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);

	if (!frame)
		return 0;
	switch (frame->expects) {
	case OCI_KIND_SKIP:
		return frame_open(decoder, FRAME_SKIPPED_LIST, NULL) != NULL;
	case OCI_KIND_LIST:
	case OCI_KIND_STRINGS:
	case OCI_KIND_U32S:
	case OCI_KIND_ENUMS:
		return frame_open_list(decoder, FRAME_LIST);
	default:
		return decode_fail_kind(decoder, decode_place_token(decoder, 1), "an array");
	}
}

static void decode_note_unknown(struct decoder *decoder)
{
	char pointer[OCI_POINTER_SIZE];
	struct oci_strings *unknown = decoder->unknown;

	decode_pointer(decoder, decoder->depth + 1, pointer);
	unknown->v = arena_grow(decoder->arena, unknown->v, unknown->n, &decoder->unknown_capacity,
				sizeof(*unknown->v));
	unknown->v[unknown->n++] = arena_strdup(decoder->arena, pointer);
}

static int decode_fail_twice(struct decoder *decoder, const char *text, size_t length)
{
	char quoted[DECODE_QUOTE_SIZE];

	return decode_fail(decoder, decode_place_string(decoder), EINVAL,
			   "the name %s is given twice in this object",
			   decode_quote(quoted, text, length));
}

/* A name of an object with rows. 1 when a row has it, 0 when none has, -1 after an error. */
static int decode_known_name(struct decoder *decoder, struct frame *frame, const char *text,
			     size_t length)
{
	unsigned first = oci_objects[frame->object].first;
	int row = oci_row_find(frame->object, frame->row, text, length);
	uint64_t bit;

	if (row < 0)
		return 0;
	bit = UINT64_C(1) << ((unsigned)row - first);
	frame->row = (uint16_t)row;
	frame->name = NULL;
	frame->expects = oci_rows[row].kind;
	frame->child = oci_rows[row].child;
	frame->limit = oci_rows[row].limit;
	if (frame->seen & bit) {
		decode_fail_twice(decoder, text, length);
		return -1;
	}
	frame->seen |= bit;
	return 1;
}

int decode_name(void *context, const unsigned char *bytes, size_t length)
{
	struct decoder *decoder = context;
	struct frame *frame = decode_frame(decoder);
	const char *text = (const char *)bytes;
	int known;

	frame->count++;
	if (frame->type == FRAME_OBJECT) {
		known = decode_known_name(decoder, frame, text, length);
		if (known)
			return known > 0;
		frame->expects = OCI_KIND_SKIP;
	}
	/* A name with escapes would be gone at the next one. */
	frame->name = decode_keep(decoder, text, length);
	frame->name_length = length;
	if (frame->count > OCI_ELEMENTS)
		return decode_fail(decoder, decode_place_string(decoder), E2BIG,
				   "an object may have %d properties at most", OCI_ELEMENTS);
	if (decoder->names.count == OCI_NAMES)
		return decode_fail(decoder, decode_place_string(decoder), E2BIG,
				   "a document may have %d free names at most", OCI_NAMES);
	if (!name_set_add(&decoder->names, frame->serial, frame->name, length))
		return decode_fail_twice(decoder, text, length);
	if (length == 0 && (frame->type == FRAME_MAP || frame->type == FRAME_OBJECT_MAP))
		return decode_fail(decoder, decode_place_string(decoder), EINVAL,
				   "expected a name that is not empty");
	if (frame->type == FRAME_OBJECT && decoder->unknown && decoder->unknown->n < OCI_UNKNOWN)
		decode_note_unknown(decoder);
	return 1;
}

int decode_end_object(void *context)
{
	struct decoder *decoder = context;
	const struct frame *frame = decode_frame(decoder);
	uint64_t missing, any;

	if (frame->type == FRAME_OBJECT) {
		missing = oci_objects[frame->object].required & ~frame->present;
		any = oci_objects[frame->object].one_of;
		if (missing)
			return decode_fail_missing(decoder, missing, false);
		if (any && !(any & frame->present))
			return decode_fail_missing(decoder, any, true);
	}
	decoder->depth--;
	return 1;
}

int decode_end_list(void *context)
{
	struct decoder *decoder = context;
	const struct frame *frame = decode_frame(decoder);

	if (frame->type == FRAME_LIST && frame->count == 0 &&
	    oci_rows[frame->row].limit == OCI_LIMIT_NON_EMPTY)
		return decode_fail(decoder, decode_place_frame(decoder), EINVAL,
				   "expected an array that is not empty");
	decoder->depth--;
	return 1;
}
