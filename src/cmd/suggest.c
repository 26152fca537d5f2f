/* SPDX-License-Identifier: Apache-2.0 */
/* The distance of Damerau and Levenshtein, on names of options and verbs. Knows neither. */
#include "cmd/suggest.h"

#include <limits.h>
#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned suggest_distance(const char *typed, const char *name)
{
	/* Three rows of the table: the one before the last is for swapped neighbours. */
	unsigned char rows[3][SUGGEST_NAME_SIZE];
	size_t n = strlen(typed), m = strlen(name), i, j;

	if (n >= SUGGEST_NAME_SIZE || m >= SUGGEST_NAME_SIZE)
		return UINT_MAX;
	for (j = 0; j <= m; j++)
		rows[0][j] = (unsigned char)j;
	for (i = 1; i <= n; i++) {
		const unsigned char *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		unsigned char *row = rows[i % 3];

		row[0] = (unsigned char)i;
		for (j = 1; j <= m; j++) {
			unsigned best = above[j - 1] + (typed[i - 1] != name[j - 1]);

			best = least(best, least(above[j], row[j - 1]) + 1u);
			if (i > 1 && j > 1 && typed[i - 1] == name[j - 2] &&
			    typed[i - 2] == name[j - 1])
				best = least(best, before[j - 2] + 1u);
			row[j] = (unsigned char)best;
		}
	}
	return rows[n % 3][m];
}

int suggest_is_close(const char *typed, unsigned distance)
{
	return distance <= strlen(typed) / 3 + 1;
}
