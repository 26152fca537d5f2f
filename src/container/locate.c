/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and lines of the configuration; see the header. */
#include "container/locate.h"

#include <stdio.h>
#include <string.h>

#include "container/record.h"
#include "sys/file.h"

int locate_error(const struct oci_document *document, struct error *err)
{
	char pointer[ERROR_POINTER_SIZE];
	struct oci_position position;
	char *slash;

	if (!*err->pointer || err->line || !document->text)
		return -err->code;
	snprintf(pointer, sizeof(pointer), "%s", err->pointer);
	while (oci_locate(document, pointer, &position) < 0) {
		slash = strrchr(pointer, '/');
		if (!slash)
			return -err->code;
		*slash = '\0';
	}
	snprintf(err->document, sizeof(err->document), "%s", document->name);
	err->line = position.line;
	err->column = position.column;
	return -err->code;
}

int locate_error_kept(int dir_fd, struct arena *arena, struct error *err)
{
	struct oci_document document = { .name = CONFIG_NAME };
	char *text;

	if (!*err->pointer || err->line ||
	    file_read(dir_fd, CONFIG_NAME, OCI_DOCUMENT_SIZE, arena, &text, &document.length) < 0)
		return -err->code;
	document.text = text;
	return locate_error(&document, err);
}
