/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a value in the text again. The decoder keeps no positions, because hardly anybody asks
 * for one. Knows JSON's grammar only as far as it takes to step over values.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "libocispec/ocispec.h"
#include "libocispec/scan.h"

struct cursor {
	const char *text;
	size_t at, length;
};

/* The next byte; NUL, which no text has here, at the end. */
static char cursor_peek(const struct cursor *cursor)
{
	if (cursor->at >= cursor->length)
		return '\0';
	return cursor->text[cursor->at];
}

static void cursor_skip_blank(struct cursor *cursor)
{
	while (cursor->at < cursor->length && strchr(" \t\r\n", cursor->text[cursor->at]))
		cursor->at++;
}

/* Past that byte, blanks in front of it included; false when another one is there. */
static bool cursor_take(struct cursor *cursor, char wanted)
{
	cursor_skip_blank(cursor);
	if (cursor_peek(cursor) != wanted)
		return false;
	cursor->at++;
	return true;
}

static int cursor_skip_string(struct cursor *cursor)
{
	if (!cursor_take(cursor, '"'))
		return -EINVAL;
	while (cursor->at < cursor->length) {
		char c = cursor->text[cursor->at++];

		if (c == '"')
			return 0;
		if (c == '\\')
			cursor->at++;
	}
	return -EINVAL;
}

/* Brackets need only be counted: that they match is what the decoder sees to. */
static int cursor_skip_brackets(struct cursor *cursor)
{
	unsigned depth = 0;

	do {
		char c = cursor_peek(cursor);

		if (c == '"') {
			if (cursor_skip_string(cursor) < 0)
				return -EINVAL;
			continue;
		}
		if (c == '\0')
			return -EINVAL;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		cursor->at++;
	} while (depth);
	return 0;
}

/* Past a value, at whose first byte the cursor stands. */
static int cursor_skip_value(struct cursor *cursor)
{
	size_t begin = cursor->at;
	char c = cursor_peek(cursor);

	if (c == '"')
		return cursor_skip_string(cursor);
	if (c == '{' || c == '[')
		return cursor_skip_brackets(cursor);
	while (cursor->at < cursor->length && !strchr(" \t\r\n,:[]{}\"", cursor->text[cursor->at]))
		cursor->at++;
	return cursor->at > begin ? 0 : -EINVAL;
}

static size_t put_utf8(unsigned code, char bytes[4])
{
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	bytes[0] = (char)(0xf0 | code >> 18);
	bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* What the escape at the cursor (behind its backslash) stands for; 0 bytes when it is malformed. */
static size_t cursor_take_escape(struct cursor *cursor, char bytes[4])
{
	static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char c = cursor_peek(cursor);
	const char *text = cursor->text + cursor->at + 1;
	size_t left, i;
	int code, low;

	cursor->at++;
	for (i = 0; i < sizeof(letters) - 1; i += 2) {
		if (letters[i] == c) {
			bytes[0] = letters[i + 1];
			return 1;
		}
	}
	left = cursor->at < cursor->length ? cursor->length - cursor->at : 0;
	code = c == 'u' ? scan_hex4(text, left) : -1;
	if (code < 0)
		return 0;
	cursor->at += 4;
	if (code < 0xd800 || code > 0xdbff)
		return put_utf8((unsigned)code, bytes);
	low = left < 10 ? -1 : scan_hex4(text + 6, 4);
	cursor->at += 6;
	return low < 0 ? 0
		       : put_utf8(0x10000U + ((unsigned)(code & 0x3ff) << 10 | (low & 0x3ff)),
				  bytes);
}

/* One part of a JSON pointer, still with its ~0 and ~1. */
struct segment {
	const char *text;
	size_t length;
};

/* Takes that byte from the front of the segment; false when another one, or nothing, is there. */
static bool segment_take(struct segment *segment, char wanted)
{
	size_t size = 1;
	char c;

	if (segment->length == 0)
		return false;
	c = segment->text[0];
	if (c == '~' && segment->length > 1) {
		c = segment->text[1] == '1' ? '/' : '~';
		size = 2;
	}
	segment->text += size;
	segment->length -= size;
	return c == wanted;
}

/* Past a string, which is compared with the segment. 1 when they are the same, 0 when not. */
static int cursor_match(struct cursor *cursor, struct segment segment)
{
	bool is_same = true;

	if (!cursor_take(cursor, '"'))
		return -EINVAL;
	while (cursor->at < cursor->length) {
		char bytes[4] = { cursor->text[cursor->at++] };
		size_t size = 1, i;

		if (bytes[0] == '"')
			return is_same && segment.length == 0;
		if (bytes[0] == '\\')
			size = cursor_take_escape(cursor, bytes);
		if (size == 0)
			return -EINVAL;
		for (i = 0; i < size && is_same; i++)
			is_same = segment_take(&segment, bytes[i]);
	}
	return -EINVAL;
}

/* From an object's bracket to the first byte of the value of that name. */
static int cursor_enter_object(struct cursor *cursor, struct segment segment)
{
	int r;

	cursor->at++;
	cursor_skip_blank(cursor);
	if (cursor_peek(cursor) == '}')
		return -ENOENT;
	do {
		r = cursor_match(cursor, segment);
		if (r < 0)
			return r;
		if (!cursor_take(cursor, ':'))
			return -EINVAL;
		cursor_skip_blank(cursor);
		if (r > 0)
			return 0;
		r = cursor_skip_value(cursor);
		if (r < 0)
			return r;
	} while (cursor_take(cursor, ','));
	return -ENOENT;
}

static int cursor_enter_list(struct cursor *cursor, struct segment segment)
{
	size_t wanted = 0, i;
	int r;

	if (segment.length == 0 || segment.length > 9 ||
	    (segment.text[0] == '0' && segment.length > 1))
		return -ENOENT;
	for (i = 0; i < segment.length; i++) {
		if (segment.text[i] < '0' || segment.text[i] > '9')
			return -ENOENT;
		wanted = wanted * 10 + (size_t)(segment.text[i] - '0');
	}
	cursor->at++;
	cursor_skip_blank(cursor);
	if (cursor_peek(cursor) == ']')
		return -ENOENT;
	for (; wanted; wanted--) {
		r = cursor_skip_value(cursor);
		if (r < 0)
			return r;
		if (!cursor_take(cursor, ','))
			return -ENOENT;
		cursor_skip_blank(cursor);
	}
	return 0;
}

int oci_locate(const struct oci_document *document, const char *pointer, struct oci_position *ret)
{
	struct cursor cursor = { document->text, 0, document->length };
	size_t begin;
	int r;

	cursor_skip_blank(&cursor);
	while (*pointer) {
		struct segment segment = { pointer + 1, strcspn(pointer + 1, "/") };

		if (*pointer != '/')
			return -EINVAL;
		if (cursor_peek(&cursor) == '{')
			r = cursor_enter_object(&cursor, segment);
		else if (cursor_peek(&cursor) == '[')
			r = cursor_enter_list(&cursor, segment);
		else
			r = -ENOENT;
		if (r < 0)
			return r;
		pointer = segment.text + segment.length;
	}
	begin = cursor.at;
	r = cursor_skip_value(&cursor);
	if (r < 0 || cursor.at > cursor.length)
		return -EINVAL;
	oci_position_at(document, begin, ret);
	ret->length = cursor.at - begin;
	return 0;
}

void oci_position_at(const struct oci_document *document, size_t offset, struct oci_position *ret)
{
	struct oci_position position = { .line = 1, .column = 1, .offset = offset };
	size_t i;

	for (i = 0; i < offset && i < document->length; i++) {
		position.column++;
		if (document->text[i] != '\n')
			continue;
		position.line++;
		position.column = 1;
	}
	*ret = position;
}
