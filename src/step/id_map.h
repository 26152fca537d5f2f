/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of id mappings, those of a user namespace and those of a mount: what they must not be, and
 * the text that the kernel takes. Pure; must not know what they are for.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"
#include "sys/host.h"

struct id_map_text {
	const char *data; /* in the arena */
	size_t length;
};

/*
 * Checks a list and makes its text. The pointer is the list's ("/linux/uidMappings"), to name it or
 * one of its mappings in an error: an empty range, one that passes the highest id, two that overlap
 * on either side (-EINVAL), more than the kernel takes in one write (-E2BIG).
 */
int id_map_make_text(struct arena *arena, const struct oci_id_mapping_list *maps,
		     const char *pointer, struct id_map_text *ret, struct error *err);

/* Whether one of the mappings has that id of the container's side. No mapping has none. */
bool id_map_has(const struct oci_id_mapping_list *maps, uint64_t id);

/* Whether the runtime's own user namespace has that id: `own` are its uids or gids. */
bool id_map_host_has(const struct host_ids_list *own, uint32_t id);

/*
 * The ids of a mapping on the host's side must be such that the runtime's own user namespace has,
 * and of one line of its map: else -EPERM, with a hint, and the mapping's index.
 */
int id_map_check_host(const struct oci_id_mapping_list *maps, const struct host_ids_list *own,
		      size_t *ret_index, struct error *err);

/* Hints at the ids that there are. Returns -err->code. */
int id_map_hint_host(const struct host_ids_list *own, struct error *err);
