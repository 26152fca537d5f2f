/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what works on text alone: errors, strbuf, numbers, paths, words, times. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/errno_text.h"
#include "base/error.h"
#include "base/number.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/words.h"
#include "unit.h"

static void errno_texts_are_ours(void **state)
{
	(void)state;
	assert_string_equal(errno_text(ENOENT), "no such file or directory");
	assert_string_equal(errno_text(EACCES), "permission denied");
	assert_string_equal(errno_text(EPERM), "operation not permitted");
	assert_string_equal(errno_text(EINVAL), "invalid argument");
	assert_string_equal(errno_text(EHWPOISON), "memory page has hardware error");
	assert_string_equal(errno_text(ENOTSUP), "operation not supported");
	assert_string_equal(errno_text(EWOULDBLOCK), "resource temporarily unavailable");
	assert_string_equal(errno_text(0), "error 0");
	assert_string_equal(errno_text(4095), "error 4095");
	assert_string_equal(errno_text(-3), "error -3");
}

static void every_errno_has_a_text(void **state)
{
	int code;

	(void)state;
	for (code = 1; code <= EHWPOISON; code++) {
		if (!strerrorname_np(code))
			continue;
		assert_int_not_equal(strncmp(errno_text(code), "error ", 6), 0);
		assert_int_equal(strcspn(errno_text(code), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
				 strlen(errno_text(code)));
	}
}

static void an_error_says_what_and_why(void **state)
{
	struct error err = { .step = 3 };

	(void)state;
	assert_int_equal(error_errno(&err, EPERM, "mount %s", "proc"), -EPERM);
	assert_string_equal(err.text, "mount proc: operation not permitted");
	assert_int_equal(err.code, EPERM);
	assert_int_equal(err.step, 0);
	assert_int_equal(error_prefix(&err, "%s", "create"), -EPERM);
	assert_string_equal(err.text, "create: mount proc: operation not permitted");
	assert_int_equal(error_at(&err, "/mounts/%d", 3), -EPERM);
	assert_int_equal(error_at(&err, "/mounts"), -EPERM);
	assert_string_equal(err.pointer, "/mounts/3");
	assert_int_equal(error_hint(&err, "use %s", "this"), -EPERM);
	assert_int_equal(error_hint(&err, "or that"), -EPERM);
	assert_string_equal(err.hint, "use this");
	assert_int_equal(error_set(&err, EINVAL, "again: %s", err.text), -EINVAL);
	assert_string_equal(err.text, "again: create: mount proc: operation not permitted");
	assert_string_equal(err.pointer, "");
}

static void too_long_an_error_is_cut_but_keeps_its_reason(void **state)
{
	static char big[4 * ERROR_TEXT_SIZE];
	struct error err;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	error_errno(&err, ENOENT, "%s", big);
	assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
	assert_non_null(strstr(err.text, "x: no such file or directory"));
	error_prefix(&err, "front");
	assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
	assert_memory_equal(err.text, "front: xxx", 10);
	error_prefix(&err, "%s", big);
	assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
	error_set(&err, ENOENT, "%s", big);
	assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
}

static void a_strbuf_grows_in_its_arena(void **state)
{
	struct arena arena;
	struct strbuf buf;
	size_t i;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&buf, &arena);
	assert_string_equal(buf.data, "");
	for (i = 0; i < 10000; i++) {
		strbuf_add_format(&buf, "%04zu", i);
		strbuf_add_char(&buf, ',');
		if (i % 100 == 0)
			(void)arena_alloc(&arena, 24);
	}
	strbuf_add(&buf, "end");
	assert_int_equal(buf.length, 50003);
	assert_false(buf.is_cut);
	assert_memory_equal(buf.data, "0000,0001,", 10);
	assert_string_equal(buf.data + 50000 - 5, "9999,end");
	strbuf_add_format(&buf, "%*d", 70000, 7);
	assert_int_equal(buf.length, 120003);
	assert_int_equal(buf.data[120002], '7');
	arena_done(&arena);
}

static void a_fixed_strbuf_cuts(void **state)
{
	char memory[8];
	struct strbuf buf;

	(void)state;
	strbuf_init_fixed(&buf, memory, sizeof(memory));
	strbuf_add(&buf, "123");
	strbuf_add_format(&buf, "%d", 4567);
	assert_string_equal(buf.data, "1234567");
	assert_false(buf.is_cut);
	strbuf_add_char(&buf, '8');
	assert_true(buf.is_cut);
	assert_string_equal(buf.data, "1234567");
	strbuf_add_format(&buf, "%d", 9);
	assert_string_equal(buf.data, "1234567");
	strbuf_init_fixed(&buf, memory, sizeof(memory));
	strbuf_add_format(&buf, "%s", "abcdefghij");
	assert_string_equal(buf.data, "abcdefg");
	assert_true(buf.is_cut);
	assert_int_equal(buf.length, 7);
}

static void numbers_are_strict(void **state)
{
	static const char *const bad[] = { "",   " 1",  "1 ", "+1", "0x1",
					   "1a", "--1", "-",  "a",  "99999999999999999999x" };
	uint64_t u = 42;
	int64_t i = 42;
	size_t n;

	(void)state;
	for (n = 0; n < COUNT(bad); n++) {
		assert_int_equal(number_parse_uint(bad[n], UINT64_MAX, &u), -EINVAL);
		assert_int_equal(number_parse_int(bad[n], INT64_MIN, INT64_MAX, &i), -EINVAL);
	}
	assert_int_equal(number_parse_uint("-1", UINT64_MAX, &u), -EINVAL);
	assert_int_equal(number_parse_octal("8", UINT64_MAX, &u), -EINVAL);
	assert_int_equal(number_parse_uint("18446744073709551616", UINT64_MAX, &u), -ERANGE);
	assert_int_equal(number_parse_uint("256", 255, &u), -ERANGE);
	assert_int_equal(number_parse_int("9223372036854775808", INT64_MIN, INT64_MAX, &i),
			 -ERANGE);
	assert_int_equal(number_parse_int("-9223372036854775809", INT64_MIN, INT64_MAX, &i),
			 -ERANGE);
	assert_int_equal(number_parse_int("-1001", -1000, 1000, &i), -ERANGE);
	assert_true(u == 42 && i == 42);
	assert_int_equal(number_parse_uint("18446744073709551615", UINT64_MAX, &u), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(number_parse_octal("1777", 07777, &u), 0);
	assert_true(u == 01777);
	assert_int_equal(number_parse_int("-9223372036854775808", INT64_MIN, INT64_MAX, &i), 0);
	assert_true(i == INT64_MIN);
	assert_int_equal(number_parse_int("-1000", -1000, 1000, &i), 0);
	assert_true(i == -1000);
	assert_int_equal(number_parse_int("007", 0, 7, &i), 0);
	assert_true(i == 7);
}

static void paths_are_cleaned(void **state)
{
	/* clang-format off */
	static const char *const cases[][2] = {
		{ "", "." },
		{ ".", "." },
		{ "/", "/" },
		{ "//", "/" },
		{ "/..", "/" },
		{ "/../../a", "/a" },
		{ "a/..", "." },
		{ "..", ".." },
		{ "../..", "../.." },
		{ "a/../..", ".." },
		{ "../a/..", ".." },
		{ "a//b/./c/", "a/b/c" },
		{ "/a/b/../c/.", "/a/c" },
		{ "/a/..", "/" },
		{ "..a/.b", "..a/.b" },
		{ "/a/b/../../..", "/" },
		{ "./../a", "../a" },
		{ "/.a/..b", "/.a/..b" },
		{ "/a/", "/a" },
		{ "/a/.", "/a" },
	};
	static const char *const clean[] = { "/", "/a", "/a/b.c/d..", "/a/b" };
	/* clang-format on */
	struct arena arena;
	size_t i;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(path_clean(&arena, cases[i][0]), cases[i][1]);
	for (i = 0; i < COUNT(clean); i++)
		assert_ptr_equal(path_clean(&arena, clean[i]), clean[i]);
	assert_string_equal(path_absolute(&arena, "/b", "c/../d"), "/b/d");
	assert_string_equal(path_absolute(&arena, "/b", "../d"), "/d");
	assert_string_equal(path_absolute(&arena, "/b", "/c//d"), "/c/d");
	assert_string_equal(path_absolute(&arena, "/b", ""), "/b");
	arena_done(&arena);
}

static void paths_are_compared_by_names(void **state)
{
	(void)state;
	assert_string_equal(path_below("/a/b", "/a"), "b");
	assert_string_equal(path_below("/a", "/a"), "");
	assert_string_equal(path_below("/a", "/"), "a");
	assert_string_equal(path_below("/", "/"), "");
	assert_null(path_below("/ab", "/a"));
	assert_null(path_below("/b", "/a"));
	assert_null(path_below("/", "/a"));
	assert_string_equal(path_name("/a/b"), "b");
	assert_string_equal(path_name("b"), "b");
	assert_string_equal(path_name("/"), "");
}

static void words_are_found_both_ways(void **state)
{
	static const struct word words[] = {
		{"one",   1},
                { "two",  2},
                { "zwei", 2}
	};

	(void)state;
	assert_int_equal(words_find(words, WORDS_COUNT(words), "zwei")->value, 2);
	assert_null(words_find(words, WORDS_COUNT(words), "Two"));
	assert_null(words_find(words, WORDS_COUNT(words), "tw"));
	assert_string_equal(words_name(words, WORDS_COUNT(words), 2), "two");
	assert_null(words_name(words, WORDS_COUNT(words), 3));
}

static void times_are_rfc3339(void **state)
{
	/* clang-format off */
	static const struct {
		uint64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000006Z" },
		{ 951782399, "2000-02-28T23:59:59.000000006Z" },
		{ 951782400, "2000-02-29T00:00:00.000000006Z" },
		{ 951868800, "2000-03-01T00:00:00.000000006Z" },
		{ 1767322985, "2026-01-02T03:03:05.000000006Z" },
		{ 4107542400, "2100-03-01T00:00:00.000000006Z" },
		{ 4107542399, "2100-02-28T23:59:59.000000006Z" },
		{ 1735689599, "2024-12-31T23:59:59.000000006Z" },
		{ 18446744073, "2554-07-21T23:34:33.000000006Z" },
	};
	/* clang-format on */
	char text[CLOCK_RFC3339_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		clock_rfc3339(cases[i].seconds * 1000000000 + 6, text);
		assert_string_equal(text, cases[i].text);
	}
	assert_true(clock_now() > 1700000000ull * 1000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errno_texts_are_ours),
		cmocka_unit_test(every_errno_has_a_text),
		cmocka_unit_test(an_error_says_what_and_why),
		cmocka_unit_test(too_long_an_error_is_cut_but_keeps_its_reason),
		cmocka_unit_test(a_strbuf_grows_in_its_arena),
		cmocka_unit_test(a_fixed_strbuf_cuts),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(paths_are_cleaned),
		cmocka_unit_test(paths_are_compared_by_names),
		cmocka_unit_test(words_are_found_both_ways),
		cmocka_unit_test(times_are_rfc3339),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
