/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a document, before anything parses it. Private to this library. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Refuses what the parser would let pass or change: bytes that are not UTF-8 (overlong forms,
 * surrogates and what lies beyond U+10FFFF included), NUL raw or as \u0000, a lone \u surrogate.
 * Returns NULL when all is well; else what is wrong, and the offset where.
 */
const char *scan_bytes(const char *text, size_t length, size_t *ret_offset);

/* The length of the UTF-8 sequence at the start, 0 when it is malformed. `length` is at least 1. */
size_t scan_utf8(const unsigned char *text, size_t length);

/* The number that four hexadecimal digits make; -1 when they are not four. */
int scan_hex4(const char *text, size_t length);
