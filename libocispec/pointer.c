/* SPDX-License-Identifier: Apache-2.0 */
/* Building JSON pointers. Knows neither documents nor rows. */
#include "libocispec/pointer.h"

#include <string.h>

void pointer_add_name(struct strbuf *pointer, const char *name, size_t length)
{
	size_t i;

	strbuf_add_char(pointer, '/');
	for (i = 0; i < length; i++) {
		if (name[i] == '~')
			strbuf_add(pointer, "~0");
		else if (name[i] == '/')
			strbuf_add(pointer, "~1");
		else
			strbuf_add_char(pointer, name[i]);
	}
}

void pointer_add_index(struct strbuf *pointer, size_t index)
{
	strbuf_add_format(pointer, "/%zu", index);
}

void pointer_cut(struct strbuf *pointer, size_t length)
{
	if (length >= pointer->length)
		return;
	pointer->length = length;
	pointer->data[length] = '\0';
}
