/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions over container ids, as far as those need them: c . [abc] [a-z] [^a-z] \.
 * (a|b) a* a+ a? ^ $. A libc's own would cost a tenth of the program's size. Matching takes time
 * proportional to both lengths, whatever the pattern.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { PATTERN_LENGTH = 255, PATTERN_STATES = 2 * PATTERN_LENGTH + 2 };

/* Where the matcher may be; `next` and `other` are numbers of states. */
struct pattern_state {
	const char *atom; /* what one letter must match; in the pattern's text */
	uint16_t kind, next, other;
};

struct pattern {
	struct pattern_state states[PATTERN_STATES];
	unsigned n, start;
};

/* Keeps pointing into `text`. The error says what is wrong with it. */
int pattern_compile(struct pattern *ret, const char *text, struct error *err);

/* Whether any part of the text matches. */
bool pattern_matches(const struct pattern *pattern, const char *text);
