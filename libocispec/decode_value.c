/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yajl's callbacks for single values: each checks the value against what the open frame expects and
 * puts it into its place. Knows kinds and limits, but no property by name.
 */
#include <errno.h>
#include <string.h>

#include "libocispec/decode.h"

static int decode_null(void *context)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);

	if (!frame)
		return 0;
	/* In an object null means absent, but nothing can be absent from a list. */
	if (frame->type != FRAME_LIST && frame->type != FRAME_TOP)
		return 1;
	return decode_fail_kind(decoder, decode_place_token(decoder, strlen("null")), "null");
}

static int decode_boolean(void *context, int value)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);
	const char *text = value ? "true" : "false";

	if (!frame)
		return 0;
	if (frame->expects == OCI_KIND_SKIP)
		return 1;
	if (frame->expects != OCI_KIND_BOOL)
		return decode_fail_kind(decoder, decode_place_token(decoder, strlen(text)), text);
	*(bool *)frame_place(decoder, frame) = value;
	return 1;
}

static int decode_fail_range(struct decoder *decoder, const char *text, size_t length)
{
	const struct frame *frame = decode_frame(decoder);
	struct oci_range range = oci_range_of(frame->expects, frame->limit);
	char quoted[DECODE_QUOTE_SIZE];

	/* Its quotes would make a string of it. */
	decode_quote(quoted, text, length);
	quoted[strcspn(quoted + 1, "\"") + 1] = '\0';
	return decode_fail(decoder, decode_place_token(decoder, length), EINVAL,
			   "expected an integer from %lld to %llu, found %s", (long long)range.min,
			   (unsigned long long)range.max, quoted + 1);
}

static void frame_put_number(struct decoder *decoder, struct frame *frame, struct oci_integer value)
{
	uint64_t bits = value.is_negative ? -value.magnitude : value.magnitude;
	enum oci_kind kind = frame->expects;
	void *place = frame_place(decoder, frame);

	switch (kind) {
	case OCI_KIND_U16:
		*(uint16_t *)place = (uint16_t)bits;
		break;
	case OCI_KIND_U32:
		*(uint32_t *)place = (uint32_t)bits;
		break;
	case OCI_KIND_I32:
		*(int32_t *)place = (int32_t)bits;
		break;
	case OCI_KIND_I64:
		*(int64_t *)place = (int64_t)bits;
		break;
	default:
		*(uint64_t *)place = bits;
	}
}

/* Numbers are taken as text: yajl's own conversion overflows. */
static int decode_number(void *context, const char *text, size_t length)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);
	struct oci_integer value;
	int r;

	if (!frame)
		return 0;
	if (frame->expects == OCI_KIND_SKIP)
		return 1;
	if (frame->expects < OCI_KIND_U16 || frame->expects > OCI_KIND_I64)
		return decode_fail_kind(decoder, decode_place_token(decoder, length), "a number");
	r = oci_integer_parse(text, length, &value);
	if (r == -EINVAL)
		return decode_fail_kind(decoder, decode_place_token(decoder, length),
					"a number with a fraction or an exponent");
	if (r < 0 || !oci_range_has(oci_range_of(frame->expects, frame->limit), value))
		return decode_fail_range(decoder, text, length);
	frame_put_number(decoder, frame, value);
	return 1;
}

static int decode_word(struct decoder *decoder, struct frame *frame, const char *text,
		       size_t length)
{
	int value = oci_enum_find(frame->child, text, length);
	struct oci_integer number = { .magnitude = (uint64_t)value };

	if (value < 0 || !oci_range_has(oci_range_of(OCI_KIND_ENUM, frame->limit), number))
		return decode_fail_word(decoder, text, length);
	memcpy(frame_place(decoder, frame), &value, sizeof(value));
	return 1;
}

/* Apart from what is done for every string: a buffer there would cost each of them. */
static int decode_fail_string(struct decoder *decoder, const char *text, size_t length)
{
	const struct frame *frame = decode_frame(decoder);
	char quoted[DECODE_QUOTE_SIZE];

	decode_quote(quoted, text, length);
	if (frame->expects != OCI_KIND_STRING)
		return decode_fail(decoder, decode_place_string(decoder), EINVAL,
				   "expected %s, found the string %s",
				   decode_kind_text(frame->expects), quoted);
	return decode_fail(decoder, decode_place_string(decoder), EINVAL, "expected %s, found %s",
			   oci_limit_check(frame->limit, text, length), quoted);
}

static int decode_string(void *context, const unsigned char *bytes, size_t length)
{
	struct decoder *decoder = context;
	struct frame *frame = frame_begin_value(decoder);
	const char *text = (const char *)bytes;

	if (!frame)
		return 0;
	if (frame->expects == OCI_KIND_SKIP)
		return 1;
	if (frame->expects == OCI_KIND_ENUM)
		return decode_word(decoder, frame, text, length);
	if (frame->expects != OCI_KIND_STRING ||
	    (frame->limit && oci_limit_check(frame->limit, text, length)))
		return decode_fail_string(decoder, text, length);
	oci_pointer_set(frame_place(decoder, frame), decode_keep(decoder, text, length));
	return 1;
}

const yajl_callbacks decode_callbacks = {
	.yajl_null = decode_null,
	.yajl_boolean = decode_boolean,
	.yajl_number = decode_number,
	.yajl_string = decode_string,
	.yajl_start_map = decode_start_object,
	.yajl_map_key = decode_name,
	.yajl_end_map = decode_end_object,
	.yajl_start_array = decode_start_list,
	.yajl_end_array = decode_end_list,
};
