/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of names, for finding one that is there twice among as many as a hostile document has. A
 * set serves many owners of names. Knows nothing of what they name.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct name_entry {
	const char *text; /* NULL: free */
	size_t length;
	uint64_t hash;
	uint32_t owner;
};

struct name_set {
	struct arena *arena;
	struct name_entry *entries;
	size_t capacity, count; /* the capacity is a power of two */
	uint64_t seed;
};

void name_set_init(struct name_set *set, struct arena *arena);

/* Adds a name of an owner, which is a number of the caller's. False when it is there already. */
bool name_set_add(struct name_set *set, uint32_t owner, const char *text, size_t length);
