/* SPDX-License-Identifier: Apache-2.0 */
/* A hook's standard error: what is kept of it, and what becomes of those who go on writing. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "topic/hook_text.h"
#include "unit.h"

static struct hook_text new_text(void)
{
	return (struct hook_text){ .read_fd = -EBADF, .hook_fd = -EBADF };
}

/* `count` times the word, and then the end, in pieces of that many bytes. */
static const char *line_of(struct hook_text *text, const char *word, size_t count, const char *end)
{
	*text = new_text();
	for (size_t i = 0; i < count; i++)
		hook_text_add(text, word, strlen(word));
	hook_text_add(text, end, strlen(end));
	return hook_text_line(text);
}

static void test_what_is_short_is_whole_and_one_line(void **state)
{
	struct hook_text text;

	(void)state;
	assert_string_equal(line_of(&text, "", 0, ""), "");
	assert_string_equal(line_of(&text, "one\n", 2, "two\n\n"), "one one two");
	assert_string_equal(line_of(&text, "\n", 5000, ""), "");
	assert_int_equal(strlen(line_of(&text, "x", HOOK_TEXT_SIZE, "\n")), HOOK_TEXT_SIZE);
	assert_int_equal(line_of(&text, "x", HOOK_TEXT_SIZE, "")[0], 'x');
}

/* For all lengths around the sizes of the buffer. */
static void assert_cut(const char *word, const char *beginning)
{
	struct hook_text text;

	for (size_t length = 1020; length < 6000; length += length % 7 + 1) {
		const char *line = line_of(&text, word, length / strlen(word) + 8, "end\n");

		if (strncmp(line, beginning, strlen(beginning)) != 0)
			fail_msg("%zu: %.40s", length, line);
		assert_true(strlen(line) <= HOOK_TEXT_SIZE);
		assert_true(strlen(line) > HOOK_TEXT_SIZE - 128);
		assert_string_equal(line + strlen(line) - 3, "end");
	}
}

static void test_a_cut_is_seen_and_within_no_word(void **state)
{
	struct hook_text text;

	(void)state;
	assert_cut("word ", "... word word ");
	assert_cut("a line\n", "... ");
	assert_cut("x", "...xxxx");
	assert_cut("\xc3\xa4", "...\xc3\xa4");
	/* what was there is known to be more, however little is left */
	line_of(&text, "x", 3000, "");
	text.length = 2;
	assert_string_equal(hook_text_line(&text), "...xx");
}

static void test_who_writes_later_is_neither_killed_nor_kept_waiting(void **state)
{
	struct hook_text text = new_text();
	char block[4096] = "";
	ssize_t n;
	int late_fd;

	(void)state;
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(hook_text_open(&text), 0);
	assert_int_equal(fcntl(text.hook_fd, F_GETFL) & O_NONBLOCK, 0);
	late_fd = dup(text.hook_fd);
	assert_int_equal(write(late_fd, "said", 4), 4);
	hook_text_finish(&text);
	assert_string_equal(hook_text_line(&text), "said");
	hook_text_close(&text);
	do {
		n = write(late_fd, block, sizeof(block));
	} while (n > 0);
	assert_int_equal(errno, EAGAIN);
	close(late_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_short_is_whole_and_one_line),
		cmocka_unit_test(test_a_cut_is_seen_and_within_no_word),
		cmocka_unit_test(test_who_writes_later_is_neither_killed_nor_kept_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
