/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that lives as long as the document or the plan it belongs to and is freed at once.
 *
 * Allocation never fails from the caller's point of view: a process that cannot get memory says
 * "out of memory" on standard error and exits with status 1. That is safe because arenas are only
 * used before the host is changed; nothing allocates between clone and exec.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	char *at, *end;             /* what is left of the current chunk */
	bool is_clear;              /* it is zero already */
	struct arena_chunk *chunks; /* newest first; not the first buffer, which is the caller's */
};

/* Starts with a buffer of the caller's (may be NULL, 0); more comes from the system in big chunks.
 */
void arena_init(struct arena *arena, void *buffer, size_t size);

/* The same with a buffer that is known to be zero, as a static one is that is used for the first
 * time: it is not cleared again. */
void arena_init_clear(struct arena *arena, void *buffer, size_t size);

/* Frees all chunks. The arena may be initialised again. */
void arena_done(struct arena *arena);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));

/* Room for `count` elements of `size` bytes, zeroed; an overflow counts as out of memory. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Makes room for one more element in an array that doubles as it grows: *capacity is what `items`
 * has room for, `count` what it holds. Returns the array, moved or not; the room that is new is
 * zeroed.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* One struct, zeroed. */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
