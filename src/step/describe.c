/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions of steps by key and value; see the header. */
#include "step/describe.h"

#include <string.h>

/* Neither empty nor with blanks, quotes or control characters. */
static bool is_plain(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == 0x7f)
			return false;
	return *value;
}

/* A value that is not plain is quoted, so that a line can be read back. */
static void text_value(struct strbuf *out, const char *value)
{
	if (is_plain(value))
		strbuf_add(out, value);
	else
		json_quote(out, value, strlen(value));
}

static void text_key(struct strbuf *out, const char *key)
{
	strbuf_add_char(out, ' ');
	strbuf_add(out, key);
	strbuf_add_char(out, '=');
}

void describe_string(struct describer *d, const char *key, const char *value)
{
	if (d->json) {
		json_string(d->json, key, value);
		return;
	}
	text_key(d->text, key);
	text_value(d->text, value);
}

void describe_int(struct describer *d, const char *key, int64_t value)
{
	if (d->json) {
		json_int(d->json, key, value);
		return;
	}
	text_key(d->text, key);
	strbuf_add_format(d->text, "%lld", (long long)value);
}

void describe_uint(struct describer *d, const char *key, uint64_t value)
{
	if (d->json) {
		json_uint(d->json, key, value);
		return;
	}
	text_key(d->text, key);
	strbuf_add_format(d->text, "%llu", (unsigned long long)value);
}

void describe_octal(struct describer *d, const char *key, uint32_t value)
{
	char text[16];
	struct strbuf octal;

	strbuf_init_fixed(&octal, text, sizeof(text));
	strbuf_add_format(&octal, "0%o", value);
	describe_string(d, key, text);
}

void describe_bool(struct describer *d, const char *key, bool value)
{
	if (d->json) {
		json_bool(d->json, key, value);
	} else if (value) {
		strbuf_add_char(d->text, ' ');
		strbuf_add(d->text, key);
	}
}

void describe_list(struct describer *d, const char *key, size_t n, const char *const *v)
{
	if (d->json) {
		json_begin_array(d->json, key);
		for (size_t i = 0; i < n; i++)
			json_string(d->json, NULL, v[i]);
		json_end_array(d->json);
		return;
	}
	text_key(d->text, key);
	strbuf_add_char(d->text, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_add_char(d->text, ' ');
		text_value(d->text, v[i]);
	}
	strbuf_add_char(d->text, ']');
}

/* How many bytes all begin with, up to a slash and with it. */
static size_t common_head(size_t n, const char *const *v)
{
	size_t head = 0;

	for (size_t at = 0;; at++) {
		for (size_t i = 0; i < n; i++)
			if (!v[i][at] || v[i][at] != v[0][at])
				return head;
		if (v[0][at] == '/')
			head = at + 1;
	}
}

/* ... and end with behind that head, from a slash on. */
static size_t common_tail(size_t n, const char *const *v, size_t head)
{
	size_t length = strlen(v[0]), tail = 0;

	for (size_t back = 1; head + back <= length; back++) {
		char here = v[0][length - back];

		for (size_t i = 1; i < n; i++) {
			size_t other = strlen(v[i]);

			if (head + back > other || v[i][other - back] != here)
				return tail;
		}
		if (here == '/')
			tail = back;
	}
	return tail;
}

void describe_paths(struct describer *d, const char *key, size_t n, const char *const *v)
{
	size_t head = 0, tail = 0;

	if (!d->json && n > 1) {
		head = common_head(n, v);
		tail = common_tail(n, v, head);
	}
	for (size_t i = 0; i < n; i++)
		if (!is_plain(v[i]))
			tail = 0;
	if (tail == 0) {
		describe_list(d, key, n, v);
		return;
	}
	text_key(d->text, key);
	strbuf_add_format(d->text, "%.*s{", (int)head, v[0]);
	for (size_t i = 0; i < n; i++)
		strbuf_add_format(d->text, "%s%.*s", i ? " " : "",
				  (int)(strlen(v[i]) - head - tail), v[i] + head);
	strbuf_add_format(d->text, "}%s", v[0] + strlen(v[0]) - tail);
}
