/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions of single values; see the header. */
#include "cgroup/resource_value.h"

#include <stddef.h>
#include <string.h>

enum { SHARES_MIN = 2, SHARES_MAX = 262144, WEIGHT_MAX = 10000 };

/* log2 without the mathematical library: the exponent, then one bit of the fraction a squaring. */
static double log2_of(double x)
{
	double whole = 0, bit = 1, fraction = 0;

	while (x >= 2) {
		x /= 2;
		whole++;
	}
	for (int i = 0; i < 50; i++) {
		x *= x;
		bit /= 2;
		if (x >= 2) {
			x /= 2;
			fraction += bit;
		}
	}
	return whole + fraction;
}

uint32_t cgroup_cpu_weight(uint64_t shares)
{
	static const double log2_10 = 3.3219280948873623, rounding = 1e-12;
	uint32_t low = 1, high = WEIGHT_MAX;
	double l, wanted;

	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2_of((double)shares);
	wanted = ((l * l + 125 * l) / 612 - 7.0 / 34) * log2_10;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (log2_of(middle) + rounding < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t cgroup_io_weight(uint32_t weight)
{
	return 1 + (weight - 10) * 9999 / 990;
}

/* Takes a number off the text. */
static bool take_number(const char **text, uint64_t *ret)
{
	size_t length = strspn(*text, "0123456789");
	uint64_t number = 0;

	if (length == 0 || length > 9)
		return false;
	for (size_t i = 0; i < length; i++)
		number = number * 10 + (uint64_t)((*text)[i] - '0');
	*text += length;
	*ret = number;
	return true;
}

static void skip_blanks(const char **text)
{
	*text += strspn(*text, " \t\n");
}

/* "3" or "0-3". */
static bool take_range(const char **text)
{
	uint64_t first, last;

	if (!take_number(text, &first))
		return false;
	if (**text != '-')
		return true;
	++*text;
	return take_number(text, &last) && last >= first;
}

bool cgroup_is_list(const char *text)
{
	do {
		skip_blanks(&text);
		if (!take_range(&text))
			return false;
		skip_blanks(&text);
	} while (*text++ == ',');
	return text[-1] == '\0';
}
