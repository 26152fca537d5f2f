/* SPDX-License-Identifier: Apache-2.0 */
/* A hash set with open addressing; see the header. The names stay the caller's. */
#include "base/names.h"

#include <string.h>

enum { FIRST_CAPACITY = 64 };

void name_set_init(struct name_set *set, struct arena *arena)
{
	/* Where memory lies differs from run to run, so nobody can prepare names that collide. */
	*set = (struct name_set){ .arena = arena,
				  .seed = (uintptr_t)set * UINT64_C(0x9e3779b97f4a7c15) };
}

/* FNV-1a, and a last mix because only the low bits choose the place. */
static uint64_t name_hash(const struct name_set *set, uint32_t owner, const char *text,
			  size_t length)
{
	uint64_t hash = set->seed ^ owner * UINT64_C(0xff51afd7ed558ccd);
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* Where that name is, or the free entry where it belongs. */
static struct name_entry *name_set_find(struct name_set *set, const struct name_entry *wanted)
{
	size_t at = wanted->hash & (set->capacity - 1);

	for (;; at = (at + 1) & (set->capacity - 1)) {
		struct name_entry *entry = &set->entries[at];

		if (!entry->text)
			return entry;
		if (entry->hash == wanted->hash && entry->owner == wanted->owner &&
		    entry->length == wanted->length &&
		    memcmp(entry->text, wanted->text, wanted->length) == 0)
			return entry;
	}
}

static void name_set_grow(struct name_set *set)
{
	struct name_entry *old = set->entries;
	size_t old_capacity = set->capacity, i;

	set->capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
	set->entries = arena_array(set->arena, set->capacity, sizeof(*old));
	for (i = 0; i < old_capacity; i++)
		if (old[i].text)
			*name_set_find(set, &old[i]) = old[i];
}

bool name_set_add(struct name_set *set, uint32_t owner, const char *text, size_t length)
{
	struct name_entry wanted = { .text = text, .length = length, .owner = owner };
	struct name_entry *entry;

	if (set->count * 2 >= set->capacity)
		name_set_grow(set);
	wanted.hash = name_hash(set, owner, text, length);
	entry = name_set_find(set, &wanted);
	if (entry->text)
		return false;
	*entry = wanted;
	set->count++;
	return true;
}
