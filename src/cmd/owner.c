/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's /etc/passwd, for `list`. One that is too long to be one is not read. Never for a file
 * of a container.
 */
#include "cmd/owner.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/number.h"
#include "sys/file.h"

enum { PASSWD_LIMIT = 1 << 20 };

/* name:password:uid:... */
static bool line_is_of(const char *line, size_t length, uint32_t uid)
{
	const char *end = line + length, *at = memchr(line, ':', length);
	char text[16];
	uint64_t found;
	size_t count;

	at = at ? memchr(at + 1, ':', (size_t)(end - at - 1)) : NULL;
	if (!at++)
		return false;
	for (count = 0; at + count < end && at[count] != ':' && count < sizeof(text) - 1; count++)
		text[count] = at[count];
	text[count] = '\0';
	return number_parse_uint(text, UINT32_MAX, &found) == 0 && found == uid;
}

const char *owner_name(struct owners *owners, uint32_t uid)
{
	const char *line;
	size_t length;
	char *text;

	if (!owners->passwd &&
	    file_read(AT_FDCWD, "/etc/passwd", PASSWD_LIMIT, owners->arena, &text, &length) == 0)
		owners->passwd = text;
	if (!owners->passwd)
		owners->passwd = "";
	for (line = owners->passwd; *line; line += length + (line[length] != '\0')) {
		length = strcspn(line, "\n");
		if (line_is_of(line, length, uid))
			return arena_strndup(owners->arena, line, strcspn(line, ":"));
	}
	return arena_printf(owners->arena, "#%u", uid);
}
