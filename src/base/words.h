/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of words with a value: each list exists once and serves parsing, printing, `features` and
 * the documentation. The names lie in the table itself, so that a list needs no relocation at
 * start.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct word {
	char name[28];
	uint32_t value;
};

#define WORDS_COUNT(words) (sizeof(words) / sizeof((words)[0]))

/* The entry of that name, or NULL. Case counts. */
const struct word *words_find(const struct word *words, size_t count, const char *name);

/* The name of the first entry with that value, or NULL. */
const char *words_name(const struct word *words, size_t count, uint32_t value);
