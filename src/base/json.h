/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON writer on a strbuf. Keys are NULL inside arrays and at the top. Strings are taken as
 * UTF-8; control characters, quote and backslash are escaped, a slash is not; bytes that are not
 * valid UTF-8 are written as U+FFFD.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct json {
	struct strbuf *out;
	const char *indent; /* what one level is indented by, "\t"; NULL: all on one line */
	unsigned depth;
	bool needs_comma;
};

void json_init(struct json *json, struct strbuf *out, const char *indent);
void json_begin_object(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *key);
void json_end_array(struct json *json);
void json_string(struct json *json, const char *key, const char *value);
void json_int(struct json *json, const char *key, int64_t value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* A value that is JSON already. */
void json_raw(struct json *json, const char *key, const char *text);

/* Appends `length` bytes as a JSON string, with its quotes. */
void json_quote(struct strbuf *out, const char *bytes, size_t length);
