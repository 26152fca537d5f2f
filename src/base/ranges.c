/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of numbers; see the header. */
#include "base/ranges.h"

#include <errno.h>
#include <string.h>

static const char separators[] = ", \t\n", digits[] = "0123456789";

static int read_number(const char **text, unsigned max, unsigned *ret)
{
	size_t length = strspn(*text, digits);
	unsigned long number = 0;

	if (length == 0)
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		number = number * 10 + (unsigned long)((*text)[i] - '0');
		if (number > max)
			return -ERANGE;
	}
	*text += length;
	*ret = (unsigned)number;
	return 0;
}

int ranges_next(const char **text, unsigned max, struct range *ret)
{
	const char *at = *text + strspn(*text, separators);
	struct range range = { 0 };
	int r;

	if (!*at) {
		*text = at;
		return 0;
	}
	r = read_number(&at, max, &range.first);
	range.last = range.first;
	if (r == 0 && *at == '-') {
		at++;
		r = read_number(&at, max, &range.last);
	}
	if (r < 0)
		return r;
	if (range.last < range.first || (*at && !strchr(separators, *at)))
		return -EINVAL;
	*text = at;
	*ret = range;
	return 1;
}
