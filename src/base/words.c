/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in a list of words. */
#include "base/words.h"

#include <string.h>

const struct word *words_find(const struct word *words, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

const char *words_name(const struct word *words, size_t count, uint32_t value)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (words[i].value == value)
			return words[i].name;
	return NULL;
}
