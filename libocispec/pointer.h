/* SPDX-License-Identifier: Apache-2.0 */
/* JSON pointers (RFC 6901) being built. */
#pragma once

#include "base/strbuf.h"

/* Appends "/name", with ~ and / escaped. */
void pointer_add_name(struct strbuf *pointer, const char *name, size_t length);

/* Appends "/index". */
void pointer_add_index(struct strbuf *pointer, size_t index);

/* Takes back what was appended since the pointer had that length. */
void pointer_cut(struct strbuf *pointer, size_t length);
