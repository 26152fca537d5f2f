/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the arena, and of its end when there is no memory. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "unit.h"

static void assert_zero(const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		assert_int_equal(bytes[i], 0);
}

static void memory_is_zeroed_and_aligned(void **state)
{
	char buffer[301];
	struct arena arena;
	size_t i;

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	arena_init(&arena, buffer + 1, sizeof(buffer) - 1);
	for (i = 1; i < 3000; i++) {
		char *taken = arena_alloc(&arena, i);

		assert_int_equal((uintptr_t)taken % _Alignof(max_align_t), 0);
		assert_zero(taken, i);
		memset(taken, 'y', i);
	}
	assert_non_null(arena.chunks);
	arena_done(&arena);
	assert_null(arena.chunks);
}

static void the_first_buffer_is_used_first(void **state)
{
	char buffer[64];
	struct arena arena;

	(void)state;
	arena_init(&arena, buffer, sizeof(buffer));
	assert_ptr_equal(arena_strdup(&arena, "abc"), buffer);
	assert_ptr_equal(arena_strdup(&arena, "de"), buffer + 4);
	assert_null(arena.chunks);
	assert_string_equal(arena_printf(&arena, "%s-%d", buffer, 7), "abc-7");
	assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(&arena, "ab", 30), "ab");
	(void)arena_alloc(&arena, 64);
	assert_non_null(arena.chunks);
	arena_done(&arena);
}

static void a_buffer_that_is_zero_is_left_as_it_is(void **state)
{
	char buffer[64];
	struct arena arena;
	const char *taken;

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	arena_init_clear(&arena, buffer, sizeof(buffer));
	taken = arena_alloc(&arena, 16);
	assert_int_equal(taken[15], 'x');
	arena_done(&arena);
	arena_init(&arena, buffer, sizeof(buffer));
	taken = arena_alloc(&arena, 16);
	assert_int_equal(taken[15], 0);
	arena_done(&arena);
}

/* A text that does not fit has been begun to be written where it does not. */
static void text_that_does_not_fit_leaves_nothing_behind(void **state)
{
	struct arena arena;
	char *long_text;
	size_t i;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (i = 0; i < 50; i++) {
		long_text = arena_printf(&arena, "%*d", (int)(i * 900 + 1), 7);
		assert_int_equal(strlen(long_text), i * 900 + 1);
		assert_int_equal(long_text[i * 900], '7');
		assert_zero(arena_alloc(&arena, 3000), 3000);
	}
	arena_done(&arena);
}

static void a_big_piece_gets_a_chunk_of_its_size(void **state)
{
	struct arena arena;
	char *big;

	(void)state;
	arena_init(&arena, NULL, 0);
	big = arena_array(&arena, 1000, 5000);
	big[4999999] = 'x';
	assert_int_equal(big[0], 0);
	arena_done(&arena);
}

static void an_array_keeps_its_items_as_it_grows(void **state)
{
	char buffer[256];
	uint32_t *items = NULL;
	size_t capacity = 0, i, j;
	struct arena arena;

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	arena_init(&arena, buffer, sizeof(buffer));
	for (i = 0; i < 1500; i++) {
		items = arena_grow(&arena, items, i, &capacity, sizeof(*items));
		assert_true(capacity > i);
		for (j = i; j < capacity; j++)
			assert_int_equal(items[j], 0);
		items[i] = (uint32_t)i + 1;
		if (i == 3 || i == 1000)
			arena_strdup(&arena, "in between");
	}
	for (i = 0; i < 1500; i++)
		assert_int_equal(items[i], i + 1);
	arena_done(&arena);
}

/* Runs in a child what must end the process; gives its status and what it said. */
static int run_dying(size_t count, size_t size, char *said, size_t said_size)
{
	struct arena arena;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		arena_init(&arena, NULL, 0);
		(void)arena_array(&arena, count, size);
		_exit(0);
	}
	close(fds[1]);
	n = read(fds[0], said, said_size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void no_memory_ends_the_process(void **state)
{
	char said[64];
	int status;

	(void)state;
	status = run_dying(SIZE_MAX / 2, 4, said, sizeof(said));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_string_equal(said, "out of memory\n");
	status = run_dying(1, SIZE_MAX / 8, said, sizeof(said));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	assert_string_equal(said, "out of memory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(the_first_buffer_is_used_first),
		cmocka_unit_test(a_buffer_that_is_zero_is_left_as_it_is),
		cmocka_unit_test(text_that_does_not_fit_leaves_nothing_behind),
		cmocka_unit_test(a_big_piece_gets_a_chunk_of_its_size),
		cmocka_unit_test(an_array_keeps_its_items_as_it_grows),
		cmocka_unit_test(no_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
