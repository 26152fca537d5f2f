/* SPDX-License-Identifier: Apache-2.0 */
/* Lexical work on paths. Must not look at the file system: see sys/inroot.h for what a path really
 * is. */
#include "base/path.h"

#include <string.h>

static bool name_is(const char *name, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

/* Takes back the last name of what has been written; false when it is none that could be. */
static bool path_take_back(const char *out, size_t top, size_t *length)
{
	size_t at = *length;

	while (at > top && out[at - 1] != '/')
		at--;
	if (*length == top || name_is(out + at, *length - at, ".."))
		return false;
	*length = at > top ? at - 1 : at;
	return true;
}

/* What most paths are: absolute, and nothing to be done about them. */
static bool is_clean(const char *path)
{
	if (path[0] != '/')
		return false;
	for (const char *at = path; *at; at++)
		if (at[0] == '/' && (at[1] == '/' || at[1] == '.' || (!at[1] && at != path)))
			return false; /* a name may begin with a dot: that is looked at below */
	return true;
}

const char *path_clean(struct arena *arena, const char *path)
{
	size_t top = path[0] == '/', length = top, count;
	char *out;

	if (is_clean(path))
		return path;
	out = arena_alloc(arena, strlen(path) + 2);
	if (top)
		out[0] = '/';
	for (; *path; path += count) {
		path += strspn(path, "/");
		count = strcspn(path, "/");
		if (count == 0 || name_is(path, count, "."))
			continue;
		if (name_is(path, count, "..") && (path_take_back(out, top, &length) || top))
			continue;
		if (length > top)
			out[length++] = '/';
		memcpy(out + length, path, count);
		length += count;
	}
	if (length == 0)
		out[length++] = '.';
	out[length] = '\0';
	return out;
}

const char *path_absolute(struct arena *arena, const char *base, const char *path)
{
	if (path[0] == '/')
		return path_clean(arena, path);
	return path_clean(arena, arena_printf(arena, "%s/%s", base, path));
}

const char *path_below(const char *path, const char *top)
{
	size_t length = strlen(top);
	bool is_bare = strcmp(top, "/") == 0;

	if (strncmp(path, top, length) != 0)
		return NULL;
	if (is_bare || path[length] == '\0')
		return path + length;
	return path[length] == '/' ? path + length + 1 : NULL;
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
