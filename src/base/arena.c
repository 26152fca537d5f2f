/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena: takes from the current chunk, and maps a new one when it is used up. Knows nothing of
 * what is kept in it.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* with this header */
	max_align_t memory[];
};

enum { CHUNK_SIZE = 64 * 1024, PAGE_ROUND = 4096 };

static _Noreturn void arena_fail(void)
{
	static const char text[] = "out of memory\n";

	/* Nothing is left to be done about a write that fails. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

void arena_init(struct arena *arena, void *buffer, size_t size)
{
	arena->at = buffer;
	arena->end = size ? arena->at + size : arena->at;
	arena->is_clear = false;
	arena->chunks = NULL;
}

void arena_init_clear(struct arena *arena, void *buffer, size_t size)
{
	arena_init(arena, buffer, size);
	arena->is_clear = true;
}

void arena_done(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct arena_chunk *next = chunk->next;

		munmap(chunk, chunk->size);
		chunk = next;
	}
	arena_init(arena, NULL, 0);
}

/* A new current chunk with room for `size` bytes, at least twice as big as the last one. */
static void arena_add_chunk(struct arena *arena, size_t size)
{
	size_t wanted = arena->chunks ? arena->chunks->size : CHUNK_SIZE / 2;
	struct arena_chunk *chunk;

	if (size > SIZE_MAX / 4 || wanted > SIZE_MAX / 4)
		arena_fail();
	wanted *= 2;
	if (wanted < size + sizeof(*chunk))
		wanted = (size + sizeof(*chunk) + PAGE_ROUND - 1) / PAGE_ROUND * PAGE_ROUND;
	chunk = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED)
		arena_fail();
	chunk->next = arena->chunks;
	chunk->size = wanted;
	arena->chunks = chunk;
	arena->at = (char *)chunk->memory;
	arena->end = (char *)chunk + wanted;
	arena->is_clear = true; /* the kernel sees to that */
}

static void *arena_take(struct arena *arena, size_t size, size_t alignment)
{
	size_t skip = -(uintptr_t)arena->at & (alignment - 1);
	size_t room = (size_t)(arena->end - arena->at);
	char *taken;

	if (!arena->at || skip > room || size > room - skip) {
		arena_add_chunk(arena, size);
		skip = 0;
	}
	taken = arena->at + skip;
	arena->at = taken + size;
	/* nothing is handed out twice */
	if (!arena->is_clear)
		memset(taken, 0, size);
	return taken;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return arena_take(arena, size, alignof(max_align_t));
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		arena_fail();
	return arena_alloc(arena, total);
}

/* Whether `items`, the last thing handed out, could be extended by `more` bytes where it lies. */
static bool arena_extend(struct arena *arena, const char *items, size_t size, size_t more)
{
	if (!items || items + size != arena->at || more > (size_t)(arena->end - arena->at))
		return false;
	if (!arena->is_clear)
		memset(arena->at, 0, more);
	arena->at += more;
	return true;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	size_t had = *capacity, wanted = had ? had * 2 : 8;
	void *moved;

	if (count < had)
		return items;
	if (had > SIZE_MAX / 4 / size)
		arena_fail();
	*capacity = wanted;
	if (arena_extend(arena, items, had * size, (wanted - had) * size))
		return items;
	moved = arena_array(arena, wanted, size);
	if (had)
		memcpy(moved, items, had * size);
	return moved;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy;

	length = strnlen(text, length);
	copy = arena_take(arena, length + 1, 1);
	memcpy(copy, text, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	size_t room = (size_t)(arena->end - arena->at);
	va_list args, again;
	char *text = arena->at;
	int length;

	va_start(args, format);
	va_copy(again, args);
	/* where it would lie: mostly it fits */
	length = vsnprintf(text, room, format, args);
	va_end(args);
	if (length < 0)
		arena_fail();
	if ((size_t)length < room) {
		arena->at += length + 1;
	} else {
		/* from a new chunk: what has been written here is handed out to nobody */
		text = arena_take(arena, (size_t)length + 1, 1);
		vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	return text;
}
