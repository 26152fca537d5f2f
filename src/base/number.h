/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict numbers: the whole text must be one (no blank, no leading plus, no empty text), within
 * range. Errors: -EINVAL for what is no number, -ERANGE for one out of range. *ret is written on
 * success only.
 */
#pragma once

#include <stdint.h>

int number_parse_uint(const char *text, uint64_t max, uint64_t *ret);
int number_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret);

/* Octal digits only, as in mode=1777. */
int number_parse_octal(const char *text, uint64_t max, uint64_t *ret);
