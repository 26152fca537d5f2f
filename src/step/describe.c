/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions of steps by key and value; see the header. */
#include "step/describe.h"

#include <string.h>

/* A value that holds a blank or a control character is quoted, so that a line can be read back. */
static void text_value(struct strbuf *out, const char *value)
{
	bool is_plain = *value != '\0';

	for (const char *c = value; *c; c++)
		is_plain = is_plain && (unsigned char)*c > ' ' && *c != '"' && *c != 0x7f;
	if (is_plain)
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
