/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer. Knows nothing of what is written; reading is libocispec's. */
#include "base/json.h"

#include <string.h>

void json_init(struct json *json, struct strbuf *out, const char *indent)
{
	*json = (struct json){ .out = out, .indent = indent };
}

static void json_newline(struct json *json)
{
	unsigned i;

	if (!json->indent)
		return;
	strbuf_add_char(json->out, '\n');
	for (i = 0; i < json->depth; i++)
		strbuf_add(json->out, json->indent);
}

/* All that stands in front of a value: comma, line break, key. */
static void json_begin_value(struct json *json, const char *key)
{
	if (json->needs_comma)
		strbuf_add_char(json->out, ',');
	if (json->depth)
		json_newline(json);
	if (key) {
		json_quote(json->out, key, strlen(key));
		strbuf_add(json->out, json->indent ? ": " : ":");
	}
	json->needs_comma = true;
}

static void json_begin(struct json *json, const char *key, char bracket)
{
	json_begin_value(json, key);
	strbuf_add_char(json->out, bracket);
	json->depth++;
	json->needs_comma = false;
}

static void json_end(struct json *json, char bracket)
{
	json->depth--;
	if (json->needs_comma)
		json_newline(json);
	strbuf_add_char(json->out, bracket);
	json->needs_comma = json->depth > 0;
}

void json_begin_object(struct json *json, const char *key)
{
	json_begin(json, key, '{');
}

void json_end_object(struct json *json)
{
	json_end(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
	json_begin(json, key, '[');
}

void json_end_array(struct json *json)
{
	json_end(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
	json_begin_value(json, key);
	json_quote(json->out, value, strlen(value));
}

void json_int(struct json *json, const char *key, int64_t value)
{
	json_begin_value(json, key);
	if (value < 0)
		strbuf_add_char(json->out, '-');
	strbuf_add_number(json->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	json_begin_value(json, key);
	strbuf_add_number(json->out, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	json_begin_value(json, key);
	strbuf_add(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	json_begin_value(json, key);
	strbuf_add(json->out, "null");
}

/*
 * The length of the UTF-8 sequence at the start of `bytes`, 0 when there is none: overlong forms,
 * surrogates and what lies beyond U+10FFFF are none (RFC 3629).
 */
static size_t utf8_length(const unsigned char *bytes, size_t length)
{
	unsigned char lead = bytes[0], low = 0x80, high = 0xbf;
	size_t wanted, i;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	wanted = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (wanted > length)
		return 0;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (bytes[1] < low || bytes[1] > high)
		return 0;
	for (i = 2; i < wanted; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return wanted;
}

static bool json_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void json_escape(struct strbuf *out, unsigned char c)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	size_t i;

	for (i = 0; i < sizeof(letters) - 1; i += 2) {
		if ((unsigned char)letters[i] == c) {
			strbuf_add_char(out, '\\');
			strbuf_add_char(out, letters[i + 1]);
			return;
		}
	}
	strbuf_add_format(out, "\\u%04x", c);
}

void json_quote(struct strbuf *out, const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes, *end = at + length;

	strbuf_add_char(out, '"');
	while (at < end) {
		size_t count = 0;

		while (at + count < end && json_is_plain(at[count]))
			count++;
		strbuf_add_bytes(out, (const char *)at, count);
		at += count;
		if (at == end)
			break;
		count = utf8_length(at, (size_t)(end - at));
		if (count > 1)
			strbuf_add_bytes(out, (const char *)at, count);
		else if (count)
			json_escape(out, *at);
		else
			strbuf_add(out, "\xef\xbf\xbd"); /* U+FFFD */
		at += count ? count : 1;
	}
	strbuf_add_char(out, '"');
}

void json_raw(struct json *json, const char *key, const char *text)
{
	json_begin_value(json, key);
	strbuf_add(json->out, text);
}
