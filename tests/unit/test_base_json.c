/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the JSON writer and of the log that is written with it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "unit.h"

static void write_document(struct json *json)
{
	json_begin_object(json, NULL);
	json_string(json, "a", "x/\"y\"");
	json_begin_array(json, "list");
	json_int(json, NULL, INT64_MIN);
	json_uint(json, NULL, UINT64_MAX);
	json_begin_object(json, NULL);
	json_end_object(json);
	json_begin_array(json, NULL);
	json_bool(json, NULL, true);
	json_end_array(json);
	json_end_array(json);
	json_begin_object(json, "none");
	json_end_object(json);
	json_null(json, "n");
	json_bool(json, "f", false);
	json_end_object(json);
}

static void a_document_is_written_on_one_line(void **state)
{
	struct arena arena;
	struct strbuf out;
	struct json json;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&out, &arena);
	json_init(&json, &out, NULL);
	write_document(&json);
	assert_string_equal(
		out.data,
		"{\"a\":\"x/\\\"y\\\"\",\"list\":[-9223372036854775808,18446744073709551615,{},"
		"[true]],\"none\":{},\"n\":null,\"f\":false}");
	arena_done(&arena);
}

static void a_document_is_indented(void **state)
{
	struct arena arena;
	struct strbuf out;
	struct json json;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&out, &arena);
	json_init(&json, &out, "  ");
	write_document(&json);
	assert_string_equal(out.data, "{\n"
				      "  \"a\": \"x/\\\"y\\\"\",\n"
				      "  \"list\": [\n"
				      "    -9223372036854775808,\n"
				      "    18446744073709551615,\n"
				      "    {},\n"
				      "    [\n"
				      "      true\n"
				      "    ]\n"
				      "  ],\n"
				      "  \"none\": {},\n"
				      "  \"n\": null,\n"
				      "  \"f\": false\n"
				      "}");
	arena_done(&arena);
}

#define BAD "\xef\xbf\xbd"

static void strings_are_escaped_and_made_valid(void **state)
{
	/* clang-format off */
	static const char *const cases[][2] = {
		{ "", "" },
		{ "a\\b\"c/", "a\\\\b\\\"c/" },
		{ "\b\f\n\r\t\x01\x1f\x7f", "\\b\\f\\n\\r\\t\\u0001\\u001f\x7f" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf" },
		{ "\xc0\x80", BAD BAD },
		{ "\xe0\x80\x80", BAD BAD BAD },
		{ "\xf0\x80\x80\x80", BAD BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD },
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD },
		{ "\xf8x", BAD "x" },
		{ "x\x80", "x" BAD },
		{ "\xe2\x82", BAD BAD },
		{ "\xe2\x82x", BAD BAD "x" },
		{ "\xc3\"", BAD "\\\"" },
	};
	/* clang-format on */
	struct arena arena;
	size_t i;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (i = 0; i < COUNT(cases); i++) {
		struct strbuf out;

		strbuf_init(&out, &arena);
		json_quote(&out, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(out.data, arena_printf(&arena, "\"%s\"", cases[i][1]));
	}
	arena_done(&arena);
}

static void a_nul_byte_is_escaped(void **state)
{
	char memory[32];
	struct strbuf out;

	(void)state;
	strbuf_init_fixed(&out, memory, sizeof(memory));
	json_quote(&out, "a\0b", 3);
	assert_string_equal(out.data, "\"a\\u0000b\"");
}

struct log_file {
	char path[64], text[4096];
};

static void log_file_read(struct log_file *file)
{
	fd_auto int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, file->text, sizeof(file->text) - 1);
	assert_true(n >= 0);
	file->text[n] = '\0';
}

/* A time has always the same length: what stands around it is compared. */
static void assert_entry(const char *text, const char *before, const char *after)
{
	size_t length = strlen(before);

	assert_memory_equal(text, before, length);
	assert_int_equal(text[length + 4], '-');
	assert_int_equal(text[length + 10], 'T');
	assert_int_equal(text[length + 29], 'Z');
	assert_memory_equal(text + length + 30, after, strlen(after));
}

static void log_entries_are_lines(void **state)
{
	static const char json_before[] =
		"{\"level\":\"error\",\"msg\":\"a \\\"b\\\"\\nc\",\"time\":\"";
	struct log log = { .fd = -EBADF, .format = LOG_FORMAT_JSON, .level = LOG_LEVEL_WARNING };
	struct log_file file = { .path = "/tmp/test-log-XXXXXX" };
	struct stat st;

	(void)state;
	fd_close(mkstemp(file.path));
	assert_int_equal(unlink(file.path), 0);
	log_write(&log, LOG_LEVEL_ERROR, "nowhere");
	assert_int_equal(log_open(&log, file.path), 0);
	assert_int_equal(fstat(log.fd, &st), 0);
	assert_int_equal(st.st_mode & 0600, 0600);
	assert_int_equal(fcntl(log.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	log_write(&log, LOG_LEVEL_DEBUG, "dropped");
	log_write(&log, LOG_LEVEL_ERROR, "a \"b\"\nc");
	log_file_read(&file);
	assert_entry(file.text, json_before, "\"}\n");
	assert_int_equal(strlen(file.text), strlen(json_before) + 30 + 3);
	close(log.fd);

	log.format = LOG_FORMAT_TEXT;
	assert_int_equal(log_open(&log, file.path), 0);
	log_write(&log, LOG_LEVEL_WARNING, "a \"b\"\n\\\x1b\xc3\xa4");
	close(log.fd);
	log_file_read(&file);
	assert_entry(strchr(file.text, '\n') + 1, "time=\"",
		     "\" level=warning msg=\"a \\\"b\\\"\\n\\\\\\x1b\xc3\xa4\"\n");
	unlink(file.path);
	assert_int_equal(log_open(&log, "/nonexistent/log"), -ENOENT);
}

static void closing_keeps_errno_and_forgets_the_descriptor(void **state)
{
	int fd = fcntl(0, F_DUPFD_CLOEXEC, 3), given;

	(void)state;
	assert_true(fd >= 0);
	given = fd_take(&fd);
	assert_int_equal(fd, -EBADF);
	errno = EPIPE;
	fd_close_at(&given);
	assert_int_equal(given, -EBADF);
	fd_close_at(&given);
	assert_int_equal(errno, EPIPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_written_on_one_line),
		cmocka_unit_test(a_document_is_indented),
		cmocka_unit_test(strings_are_escaped_and_made_valid),
		cmocka_unit_test(a_nul_byte_is_escaped),
		cmocka_unit_test(log_entries_are_lines),
		cmocka_unit_test(closing_keeps_errno_and_forgets_the_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
