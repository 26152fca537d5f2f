/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in text, by hand: strtoul and its kin take blanks, signs and what follows. */
#include "base/number.h"

#include <errno.h>
#include <stdbool.h>

/* All digits are looked at before the range is judged: what is no number is never out of range. */
static int number_parse(const char *text, unsigned base, uint64_t max, uint64_t *ret)
{
	bool is_over = false;
	uint64_t value = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned digit = (unsigned)(unsigned char)*text - '0';

		if (digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			is_over = true;
	}
	if (is_over || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int number_parse_uint(const char *text, uint64_t max, uint64_t *ret)
{
	return number_parse(text, 10, max, ret);
}

int number_parse_octal(const char *text, uint64_t max, uint64_t *ret)
{
	return number_parse(text, 8, max, ret);
}

int number_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	bool is_negative = text[0] == '-';
	uint64_t magnitude;
	int64_t value;
	int r;

	r = number_parse(text + is_negative, 10, (uint64_t)INT64_MAX + is_negative, &magnitude);
	if (r < 0)
		return r;
	value = (int64_t)(is_negative ? -magnitude : magnitude);
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}
