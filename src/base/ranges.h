/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of numbers as the kernel writes them for processors and memory nodes: "0-3,7". Knows
 * nothing of what is numbered.
 */
#pragma once

struct range {
	unsigned first, last; /* both belong to it */
};

/*
 * The next range of the text, which is advanced behind it. Items are separated by commas and
 * blanks, of which there may be any number (as for the kernel), so a list may be empty. 1 when
 * there was one, 0 at the end, -EINVAL for what is no list (backward ranges included), -ERANGE for
 * a number above `max`. *ret is written when there is one.
 */
int ranges_next(const char **text, unsigned max, struct range *ret);
