/* SPDX-License-Identifier: Apache-2.0 */
/* Filling in a struct error. Knows nothing of who prints it, and allocates nothing. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/errno_text.h"

/* The arguments may point into err, so the text is made beside it first. */
static void error_fill(struct error *err, int code, const char *text)
{
	memset(err, 0, sizeof(*err));
	err->code = code;
	memcpy(err->text, text, strnlen(text, sizeof(err->text) - 1));
}

int error_set(struct error *err, int code, const char *format, ...)
{
	char text[ERROR_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	error_fill(err, code, text);
	return -code;
}

int error_errno(struct error *err, int code, const char *format, ...)
{
	char text[ERROR_TEXT_SIZE];
	const char *why = errno_text(code);
	size_t room = sizeof(text) - strlen(why) - 2, length;
	va_list args;

	/* Too long a text must not cost the reason. */
	va_start(args, format);
	vsnprintf(text, room, format, args);
	va_end(args);
	length = strlen(text);
	snprintf(text + length, sizeof(text) - length, ": %s", why);
	error_fill(err, code, text);
	return -code;
}

int error_prefix(struct error *err, const char *format, ...)
{
	char prefix[ERROR_TEXT_SIZE];
	size_t size = sizeof(err->text), length, rest;
	va_list args;

	va_start(args, format);
	vsnprintf(prefix, sizeof(prefix) - 2, format, args);
	va_end(args);
	length = strlen(prefix);
	prefix[length++] = ':';
	prefix[length++] = ' ';
	rest = strnlen(err->text, size - 1 - length);
	memmove(err->text + length, err->text, rest);
	memcpy(err->text, prefix, length);
	err->text[length + rest] = '\0';
	return -err->code;
}

int error_at(struct error *err, const char *format, ...)
{
	va_list args;

	if (err->pointer[0])
		return -err->code;
	va_start(args, format);
	vsnprintf(err->pointer, sizeof(err->pointer), format, args);
	va_end(args);
	return -err->code;
}

int error_hint(struct error *err, const char *format, ...)
{
	va_list args;

	if (err->hint[0])
		return -err->code;
	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return -err->code;
}
