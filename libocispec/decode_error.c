/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling what is wrong with a document and where. Nothing here runs for a good one, so nothing of
 * it need be quick. Knows the decoder's frames, but none of the rules that were broken.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "libocispec/decode.h"
#include "libocispec/pointer.h"

enum { LISTED_WORDS = 12, QUOTED_BYTES = 40 };

struct decode_place decode_place_token(const struct decoder *decoder, size_t length)
{
	/* A number that is all of the document ends only with it. */
	size_t end = decoder->is_at_end ? decoder->document->length
					: yajl_get_bytes_consumed(decoder->parser);

	return (struct decode_place){ end - length, decoder->depth + 1 };
}

/* How many backslashes stand right in front of that byte. */
static size_t count_slashes(const char *text, size_t at)
{
	size_t count = 0;

	while (count < at && text[at - count - 1] == '\\')
		count++;
	return count;
}

struct decode_place decode_place_string(const struct decoder *decoder)
{
	const char *text = decoder->document->text;
	size_t at = yajl_get_bytes_consumed(decoder->parser) - 1;

	/* Back from the closing quote to the first one without a backslash of its own. */
	do
		at--;
	while (at && (text[at] != '"' || count_slashes(text, at) % 2));
	return (struct decode_place){ at, decoder->depth + 1 };
}

struct decode_place decode_place_frame(const struct decoder *decoder)
{
	return (struct decode_place){ decoder->frames[decoder->depth].start, decoder->depth };
}

void decode_pointer(const struct decoder *decoder, unsigned frames, char *buffer)
{
	struct strbuf pointer;
	unsigned i;

	strbuf_init_fixed(&pointer, buffer, OCI_POINTER_SIZE);
	for (i = 1; i < frames && i <= decoder->depth; i++) {
		const struct frame *frame = &decoder->frames[i];

		if (frame->count == 0)
			break;
		if (frame->type == FRAME_LIST || frame->type == FRAME_SKIPPED_LIST)
			pointer_add_index(&pointer, frame->count - 1);
		else if (frame->name)
			pointer_add_name(&pointer, frame->name, frame->name_length);
		else
			pointer_add_name(&pointer, oci_row_name(frame->row),
					 oci_rows[frame->row].length);
	}
}

int decode_fail(struct decoder *decoder, struct decode_place place, int code, const char *format,
		...)
{
	struct error *err = decoder->err;
	struct oci_position position;
	char text[ERROR_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	error_set(err, code, "%s", text);
	decode_pointer(decoder, place.frames, err->pointer);
	oci_position_at(decoder->document, place.offset, &position);
	err->line = position.line;
	err->column = position.column;
	snprintf(err->document, sizeof(err->document), "%s", decoder->document->name);
	return 0;
}

const char *decode_quote(char buffer[DECODE_QUOTE_SIZE], const char *text, size_t length)
{
	struct strbuf quoted;
	size_t shown = length;

	if (length > QUOTED_BYTES) {
		shown = QUOTED_BYTES;
		while (((unsigned char)text[shown] & 0xc0) == 0x80)
			shown--;
	}
	strbuf_init_fixed(&quoted, buffer, DECODE_QUOTE_SIZE - 4);
	json_quote(&quoted, text, shown);
	if (shown < length)
		memcpy(buffer + quoted.length, "...", 4);
	return buffer;
}

const char *decode_kind_text(enum oci_kind kind)
{
	switch (kind) {
	case OCI_KIND_STRING:
	case OCI_KIND_ENUM:
		return "a string";
	case OCI_KIND_BOOL:
		return "true or false";
	case OCI_KIND_U16:
	case OCI_KIND_U32:
	case OCI_KIND_U64:
	case OCI_KIND_I32:
	case OCI_KIND_I64:
		return "an integer";
	case OCI_KIND_LIST:
	case OCI_KIND_STRINGS:
	case OCI_KIND_U32S:
	case OCI_KIND_ENUMS:
		return "an array";
	case OCI_KIND_OBJECT:
	case OCI_KIND_OBJECT_MAP:
	case OCI_KIND_MAP:
		return "an object";
	default:
		return "something else";
	}
}

int decode_fail_kind(struct decoder *decoder, struct decode_place place, const char *found)
{
	return decode_fail(decoder, place, EINVAL, "expected %s, found %s",
			   decode_kind_text(decode_frame(decoder)->expects), found);
}

int decode_fail_word(struct decoder *decoder, const char *text, size_t length)
{
	const struct frame *frame = decode_frame(decoder);
	struct oci_range range = oci_range_of(OCI_KIND_ENUM, frame->limit);
	size_t count = oci_enum_count(frame->child), i;
	char quoted[DECODE_QUOTE_SIZE], words[512];
	struct strbuf list;

	decode_quote(quoted, text, length);
	if (range.max < count)
		count = range.max + 1;
	if (count > LISTED_WORDS)
		return decode_fail(decoder, decode_place_string(decoder), EINVAL,
				   "%s is not one of the %zu words that the specification allows",
				   quoted, count);
	strbuf_init_fixed(&list, words, sizeof(words));
	for (i = 0; i < count; i++) {
		strbuf_add(&list, i == 0 ? "" : i + 1 == count ? " or " : ", ");
		strbuf_add(&list, oci_enum_name(frame->child, (int)i));
	}
	return decode_fail(decoder, decode_place_string(decoder), EINVAL, "expected %s, found %s",
			   words, quoted);
}

/*
 * The pointer names the first property that is missing, or the object where any of several would
 * do; line and column are the object's.
 */
int decode_fail_missing(struct decoder *decoder, uint64_t missing, bool any_will_do)
{
	const struct oci_object_info *object = &oci_objects[decode_frame(decoder)->object];
	enum oci_row first = (enum oci_row)(object->first + (unsigned)__builtin_ctzll(missing));
	char names[256], pointer[OCI_POINTER_SIZE];
	struct strbuf list;
	unsigned i;

	strbuf_init_fixed(&list, names, sizeof(names));
	for (i = 0; i < object->count; i++) {
		if (!(missing >> i & 1))
			continue;
		if (list.length)
			strbuf_add(&list, ", ");
		strbuf_add(&list, oci_row_name(object->first + i));
	}
	decode_fail(decoder, decode_place_frame(decoder), EINVAL,
		    any_will_do ? "at least one of these is required: %s"
				: "required but missing: %s",
		    names);
	if (any_will_do)
		return 0;
	snprintf(pointer, sizeof(pointer), "%s", decoder->err->pointer);
	snprintf(decoder->err->pointer, sizeof(decoder->err->pointer), "%.*s/%s",
		 (int)(sizeof(pointer) - sizeof(names)), pointer, oci_row_name(first));
	return 0;
}

/*
 * The last bracket, comma or colon in front of a byte, NUL when there is none; a quote when a whole
 * value or name stands between it and the byte.
 */
static char structure_before(const char *text, size_t end)
{
	bool is_string = false;
	char last = '\0';
	size_t i;

	for (i = 0; i < end; i++) {
		if (text[i] == '"') {
			is_string = !is_string;
			if (!is_string)
				last = '"';
		} else if (is_string) {
			i += text[i] == '\\';
		} else if (strchr("{}[],:", text[i])) {
			last = text[i];
		} else if (strchr(" \t\r\n", text[i]) && i &&
			   !strchr(" \t\r\n{}[],:", text[i - 1])) {
			last = '"';
		}
	}
	return last;
}

struct decode_place decode_place_cut(struct decoder *decoder, size_t offset)
{
	struct frame *frame = decode_frame(decoder);
	char last = structure_before(decoder->document->text, offset);
	struct decode_place place = { offset, decoder->depth + 1 };

	if (frame->type == FRAME_LIST || frame->type == FRAME_SKIPPED_LIST)
		frame->count += last == ',' || last == '[';
	else if (last == ',' || last == '{')
		place.frames--;
	return place;
}

/* Where the token begins that ends there. */
static size_t token_start(const struct decoder *decoder, size_t end)
{
	static const char word[] =
		"+-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *text = decoder->document->text;
	size_t at = end;

	if (end == 0)
		return 0;
	if (text[end - 1] == '"' && end > 1)
		return decode_place_string(decoder).offset;
	while (at && strchr(word, text[at - 1]))
		at--;
	return at == end ? end - 1 : at;
}

int decode_fail_syntax(struct decoder *decoder)
{
	size_t end = yajl_get_bytes_consumed(decoder->parser);
	unsigned char *said = yajl_get_error(decoder->parser, 0, NULL, 0);
	const char *text = strstr((const char *)said, "error: ");
	size_t offset = end;

	text = text ? text + strlen("error: ") : (const char *)said;
	if (decoder->is_at_end) {
		offset = decoder->document->length;
		text = "it ends too early";
	} else if (!strstr(text, "inside ") && !strstr(text, "comment")) {
		offset = token_start(decoder, end);
	}
	decode_fail(decoder, decode_place_cut(decoder, offset), EINVAL, "malformed JSON: %.*s",
		    (int)strcspn(text, ".\n"), text);
	yajl_free_error(decoder->parser, said);
	return -EINVAL;
}
