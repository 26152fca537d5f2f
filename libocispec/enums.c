/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of words.h as tables without relocations. Knows none of the properties they are for. */
#include <errno.h>
#include <string.h>

#include "libocispec/table.h"

/* Text in parentheses cannot initialise an array. */
#define WORD_TEXT(name, text) .word_##name = text, /* NOLINT(bugprone-macro-parentheses) */

#define WORD_ARRAY(name, text)  char word_##name[sizeof(text)];
#define WORD_OFFSET(name, text) offsetof(struct word_texts, word_##name),
#define WORD_ARRAYS(list)       OCI_WORDS_##list(WORD_ARRAY)
#define WORD_TEXTS(list)        OCI_WORDS_##list(WORD_TEXT)
#define WORD_OFFSETS(list)      OCI_WORDS_##list(WORD_OFFSET)

struct word_texts {
	OCI_ENUMS(WORD_ARRAYS)
	char end[1]; /* so that each word ends where the next one begins */
};

static const struct word_texts word_texts = { OCI_ENUMS(WORD_TEXTS) };

static const uint16_t word_offsets[] = { OCI_ENUMS(WORD_OFFSETS) offsetof(struct word_texts, end) };

/* How many words each list has, and which word of all is its first. */
#define PLACE(name, text) PLACE_##name,
#define PLACES(list)      enum { OCI_WORDS_##list(PLACE) COUNT_##list };
OCI_ENUMS(PLACES)

#define LIST_RANGE(list) FIRST_##list, LAST_##list = FIRST_##list + COUNT_##list - 1,
#define LIST_FIRST(list) FIRST_##list,
enum { OCI_ENUMS(LIST_RANGE) WORDS };

static const uint16_t list_firsts[] = { OCI_ENUMS(LIST_FIRST) WORDS };

size_t oci_enum_count(enum oci_enum words)
{
	return list_firsts[words + 1] - list_firsts[words];
}

const char *oci_enum_name(enum oci_enum words, int value)
{
	if (value < 0 || (size_t)value >= oci_enum_count(words))
		return "?";
	return (const char *)&word_texts + word_offsets[list_firsts[words] + value];
}

int oci_enum_find(enum oci_enum words, const char *text, size_t length)
{
	const char *texts = (const char *)&word_texts;
	int first = list_firsts[words], count = (int)oci_enum_count(words), i;

	for (i = 0; i < count; i++) {
		unsigned at = word_offsets[first + i];

		if (word_offsets[first + i + 1] - at == length + 1 &&
		    memcmp(texts + at, text, length) == 0)
			return i;
	}
	return -1;
}

int oci_enum_parse(enum oci_enum words, const char *text, int *ret)
{
	int found = oci_enum_find(words, text, strlen(text));

	if (found < 0)
		return -EINVAL;
	*ret = found;
	return 0;
}
