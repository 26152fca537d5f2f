/* SPDX-License-Identifier: Apache-2.0 */
/* Appending to a strbuf. One byte of the capacity is always kept for the NUL. */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 128 };

void strbuf_init(struct strbuf *buf, struct arena *arena)
{
	*buf = (struct strbuf){ .arena = arena, .capacity = FIRST_CAPACITY };
	buf->data = arena_alloc(arena, FIRST_CAPACITY);
}

void strbuf_init_fixed(struct strbuf *buf, char *buffer, size_t size)
{
	*buf = (struct strbuf){ .data = buffer, .capacity = size };
	buffer[0] = '\0';
}

/* How many of `length` more bytes there is room for: all of them, or fewer in a fixed buffer. */
static size_t strbuf_reserve(struct strbuf *buf, size_t length)
{
	size_t room = buf->capacity - buf->length - 1;

	if (length <= room)
		return length;
	if (!buf->arena) {
		buf->is_cut = true;
		return room;
	}
	while (length > buf->capacity - buf->length - 1)
		buf->data = arena_grow(buf->arena, buf->data, buf->capacity, &buf->capacity, 1);
	return length;
}

void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t length)
{
	length = strbuf_reserve(buf, length);
	if (length)
		memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void strbuf_add(struct strbuf *buf, const char *text)
{
	strbuf_add_bytes(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char c)
{
	if (strbuf_reserve(buf, 1) == 0)
		return;
	buf->data[buf->length++] = c;
	buf->data[buf->length] = '\0';
}

void strbuf_add_format(struct strbuf *buf, const char *format, ...)
{
	size_t room = buf->capacity - buf->length, length;
	va_list args, again;
	int wanted;

	va_start(args, format);
	va_copy(again, args);
	wanted = vsnprintf(buf->data + buf->length, room, format, args);
	va_end(args);
	if (wanted < 0) {
		buf->data[buf->length] = '\0';
		wanted = 0;
	}
	length = strbuf_reserve(buf, (size_t)wanted);
	if (length >= room)
		vsnprintf(buf->data + buf->length, length + 1, format, again);
	va_end(again);
	buf->length += length;
}

void strbuf_add_number(struct strbuf *buf, uint64_t number)
{
	char digits[20]; /* of 2^64 */
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	strbuf_add_bytes(buf, digits + at, sizeof(digits) - at);
}
