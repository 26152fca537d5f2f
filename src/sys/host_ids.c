/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about the ids that the runtime's own user namespace has. Asks the kernel and never
 * changes anything; must not know what the ids are for.
 */
#include <errno.h>
#include <stdlib.h>

#include "sys/host.h"
#include "sys/procfd.h"

enum {
	MAP_LINES = 340, /* user_namespaces(7) */
	MAP_LINE = sizeof("4294967295 4294967295 4294967295"),
};

/* The next line, "inside outside size": gives the rest of the text, or NULL at its end. */
static const char *parse_line(const char *text, struct host_ids *ret)
{
	uint32_t numbers[3];
	char *end;

	for (size_t i = 0; i < 3; i++) {
		numbers[i] = (uint32_t)strtoul(text, &end, 10);
		if (end == text)
			return NULL;
		text = end;
	}
	*ret = (struct host_ids){ .first = numbers[0], .size = numbers[2] };
	return text;
}

static void parse(const char *text, struct arena *arena, struct host_ids_list *ret)
{
	size_t n_lines = 0;

	for (const char *c = text; *c; c++)
		n_lines += *c == '\n';
	ret->v = arena_array(arena, n_lines, sizeof(*ret->v));
	for (ret->n = 0; ret->n < n_lines; ret->n++) {
		text = parse_line(text, &ret->v[ret->n]);
		if (!text)
			return;
	}
}

static int probe(int proc_fd, const char *path, struct arena *arena, struct host_ids_list *ret,
		 struct error *err)
{
	char text[MAP_LINES * MAP_LINE + 1];
	int r = procfd_read(proc_fd, path, text, sizeof(text));

	if (r < 0)
		return error_errno(err, -r, "read /proc/%s", path);
	parse(text, arena, ret);
	return 0;
}

int host_probe_ids(int proc_fd, struct arena *arena, struct host_facts *facts, struct error *err)
{
	int r = 0;

	if (facts->is_initial_userns) {
		parse("0 0 4294967295\n", arena, &facts->uids);
		facts->gids = facts->uids;
	} else {
		r = probe(proc_fd, "self/uid_map", arena, &facts->uids, err);
		if (r == 0)
			r = probe(proc_fd, "self/gid_map", arena, &facts->gids, err);
	}
	if (r == 0)
		facts->known |= HOST_SET(uids) | HOST_SET(gids);
	return r;
}
