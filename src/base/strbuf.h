/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows: in an arena, or within a fixed buffer where nothing may be allocated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct strbuf {
	char *data; /* always ends in NUL; never NULL after init */
	size_t length, capacity;
	struct arena *arena; /* NULL: fixed buffer */
	bool is_cut;         /* a fixed buffer was too small and its text has been cut */
};

void strbuf_init(struct strbuf *buf, struct arena *arena);
void strbuf_init_fixed(struct strbuf *buf, char *buffer, size_t size);
void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_bytes(struct strbuf *buf, const char *bytes, size_t length);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_add_number(struct strbuf *buf, uint64_t number);
void strbuf_add_format(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
