/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of id mappings; see the header. */
#include "step/id_map.h"

#include <errno.h>

#include "base/strbuf.h"

enum {
	MAP_LINES_MAX = 340, /* user_namespaces(7), since Linux 4.15 */
	MAP_TEXT_MAX = 4095, /* the kernel takes less than a page at once */
};

static int check_mapping(const struct oci_id_mapping *map, const char *pointer, size_t i,
			 struct error *err)
{
	const char *fault = NULL;

	if (map->size == 0)
		fault = "size is 0";
	else if ((uint64_t)map->container_id + map->size > UINT32_MAX)
		fault = "containerID plus size passes the highest id";
	else if ((uint64_t)map->host_id + map->size > UINT32_MAX)
		fault = "hostID plus size passes the highest id";
	if (!fault)
		return 0;
	error_set(err, EINVAL, "id mapping: %s", fault);
	return error_at(err, "%s/%zu", pointer, i);
}

static bool overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
	return a < b ? b - a < a_size : a - b < b_size;
}

/* Against those before it: no id may have two meanings, inside or outside. */
static int check_overlap(const struct oci_id_mapping_list *maps, const char *pointer, size_t i,
			 struct error *err)
{
	const struct oci_id_mapping *map = &maps->v[i];

	for (size_t j = 0; j < i; j++) {
		const struct oci_id_mapping *other = &maps->v[j];
		bool is_inside =
			overlap(map->container_id, map->size, other->container_id, other->size);

		if (!is_inside && !overlap(map->host_id, map->size, other->host_id, other->size))
			continue;
		error_set(err, EINVAL, "id mapping: its %s range overlaps that of mapping %zu",
			  is_inside ? "containerID" : "hostID", j);
		return error_at(err, "%s/%zu", pointer, i);
	}
	return 0;
}

static int check_map(const struct oci_id_mapping_list *maps, const char *pointer, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < maps->n && i < MAP_LINES_MAX; i++) {
		r = check_mapping(&maps->v[i], pointer, i, err);
		if (r == 0)
			r = check_overlap(maps, pointer, i, err);
	}
	return r;
}

int id_map_make_text(struct arena *arena, const struct oci_id_mapping_list *maps,
		     const char *pointer, struct id_map_text *ret, struct error *err)
{
	int r = check_map(maps, pointer, err);
	struct strbuf text;
	size_t n_fit = 0;

	if (r < 0)
		return r;
	strbuf_init(&text, arena);
	for (size_t i = 0; i < maps->n; i++) {
		const struct oci_id_mapping *map = &maps->v[i];

		strbuf_add_format(&text, "%u %u %u\n", map->container_id, map->host_id, map->size);
		if (text.length <= MAP_TEXT_MAX && i < MAP_LINES_MAX)
			n_fit = i + 1;
	}
	if (n_fit == maps->n) {
		*ret = (struct id_map_text){ text.data, text.length };
		return 0;
	}
	error_set(err, E2BIG, "%zu id mappings of %zu bytes: the kernel takes %d of %d bytes",
		  maps->n, text.length, MAP_LINES_MAX, MAP_TEXT_MAX);
	error_hint(err, "the first %zu of them fit", n_fit);
	return error_at(err, "%s", pointer);
}

bool id_map_has(const struct oci_id_mapping_list *maps, uint64_t id)
{
	for (size_t i = 0; i < maps->n; i++)
		if (id >= maps->v[i].container_id && id - maps->v[i].container_id < maps->v[i].size)
			return true;
	return false;
}

/* How many ids from that one on are of one range. */
static uint32_t room_from(const struct host_ids_list *own, uint32_t id)
{
	for (size_t i = 0; i < own->n; i++)
		if (id - own->v[i].first < own->v[i].size)
			return own->v[i].size - (id - own->v[i].first);
	return 0;
}

bool id_map_host_has(const struct host_ids_list *own, uint32_t id)
{
	return room_from(own, id) > 0;
}

enum { HINTED_RANGES = 8 };

int id_map_hint_host(const struct host_ids_list *own, struct error *err)
{
	size_t n = own->n < HINTED_RANGES ? own->n : HINTED_RANGES;
	char text[HINTED_RANGES * sizeof("4294967295 to 4294967295 and ")];
	struct strbuf ranges;

	strbuf_init_fixed(&ranges, text, sizeof(text));
	for (size_t i = 0; i < n; i++) {
		const struct host_ids *ids = &own->v[i];

		strbuf_add_format(&ranges, "%s%u",
				  i == 0            ? ""
				  : i + 1 == own->n ? " and "
						    : ", ",
				  ids->first);
		if (ids->size > 1)
			strbuf_add_format(&ranges, " to %u", ids->first + (ids->size - 1));
	}
	return error_hint(err, "oci-rt itself is in a user namespace that has the ids %s%s",
			  n ? text : "of nobody", n < own->n ? " and others" : "");
}

/* Whether the ids are there, but of more than one range. */
static bool are_spread(const struct host_ids_list *own, uint32_t first, uint32_t size)
{
	uint32_t room = 1;

	for (; size > 0 && room > 0; first += room, size -= room) {
		room = room_from(own, first);
		if (room >= size)
			return true;
	}
	return false;
}

int id_map_check_host(const struct oci_id_mapping_list *maps, const struct host_ids_list *own,
		      size_t *ret_index, struct error *err)
{
	for (size_t i = 0; i < maps->n; i++) {
		const struct oci_id_mapping *map = &maps->v[i];
		uint32_t last = map->host_id + (map->size - 1);

		if (room_from(own, map->host_id) >= map->size)
			continue;
		*ret_index = i;
		error_set(err, EPERM, "id mapping: the ids %u to %u on the host's side are %s",
			  map->host_id, last,
			  are_spread(own, map->host_id, map->size)
				  ? "of several ranges, and a mapping takes one"
				  : "not all mapped in oci-rt's own user namespace");
		return id_map_hint_host(own, err);
	}
	return 0;
}
