/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One quick pass over the bytes. It need not know where strings begin: outside of them a backslash
 * or a byte above 127 is refused by the parser anyway.
 */
#include "libocispec/scan.h"

#include <stdbool.h>
#include <string.h>

static bool is_between(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

size_t scan_utf8(const unsigned char *text, size_t length)
{
	unsigned char lead = text[0], low = 0x80, high = 0xbf;
	size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4, i;

	if (size == 1)
		return 1;
	if (!is_between(lead, 0xc2, 0xf4) || size > length)
		return 0;
	/* The second byte tells overlong forms, surrogates and too big numbers (RFC 3629). */
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (!is_between(text[1], low, high))
		return 0;
	for (i = 2; i < size; i++)
		if (!is_between(text[i], 0x80, 0xbf))
			return 0;
	return size;
}

int scan_hex4(const char *text, size_t length)
{
	int value = 0, i;

	if (length < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_between(c, '0', '9'))
			value = value * 16 + c - '0';
		else if (is_between(c | 0x20, 'a', 'f'))
			value = value * 16 + (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

/* The escape at `text`, which is a backslash. Malformed ones are left to the parser. */
static const char *scan_escape(const char *text, size_t length, size_t *ret_size)
{
	int unit, next;

	*ret_size = length < 2 ? length : 2;
	if (length < 2 || text[1] != 'u')
		return NULL;
	unit = scan_hex4(text + 2, length - 2);
	if (unit < 0)
		return NULL;
	*ret_size = 6;
	if (unit == 0)
		return "a string must not contain NUL";
	if (unit < 0xd800 || unit > 0xdfff)
		return NULL;
	next = length < 8 || text[6] != '\\' || text[7] != 'u' ? -1
							       : scan_hex4(text + 8, length - 8);
	if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff)
		return "half of a surrogate pair is not a character";
	*ret_size = 12;
	return NULL;
}

/* A top bit for each byte that is zero, \v, \f, a backslash or above 127, and for some others. */
static uint64_t scan_word(const char *text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t bytes, slashes, feeds;

	memcpy(&bytes, text, sizeof(bytes));
	slashes = bytes ^ (ones * '\\');
	/* 128 and more for what is below \r, and for what is above \n: \v and \f are both. */
	feeds = (ones * (127 + '\r') - bytes) & (bytes + ones * (127 - '\n'));
	return (bytes | (bytes - ones) | (slashes - ones) | feeds) & ones << 7;
}

static bool is_plain(char byte)
{
	return (signed char)byte > 0 && byte != '\\' && byte != '\v' && byte != '\f';
}

/* How many bytes from here need no closer look. 16 at a time. */
static size_t scan_plain(const char *text, size_t length)
{
	size_t at = 0;

	while (at + 16 <= length && !(scan_word(text + at) | scan_word(text + at + 8)))
		at += 16;
	while (at < length && is_plain(text[at]))
		at++;
	return at;
}

const char *scan_bytes(const char *text, size_t length, size_t *ret_offset)
{
	size_t at = scan_plain(text, length), size = 1;

	while (at < length) {
		const char *wrong = NULL;

		if (text[at] == '\0') {
			wrong = "a document must not contain NUL";
		} else if (text[at] == '\v' || text[at] == '\f') {
			wrong = "vertical tab and form feed are no white space";
		} else if (text[at] == '\\') {
			wrong = scan_escape(text + at, length - at, &size);
		} else {
			size = scan_utf8((const unsigned char *)text + at, length - at);
			wrong = size ? NULL : "these bytes are not UTF-8";
		}
		if (wrong) {
			*ret_offset = at;
			return wrong;
		}
		at += size;
		at += scan_plain(text + at, length - at);
	}
	return NULL;
}
