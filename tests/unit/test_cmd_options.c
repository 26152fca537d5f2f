/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: every way to write an option, what is refused, and the tables themselves. */
#include <string.h>

#include "cmd/options.h"
#include "cmd/signal_name.h"
#include "cmd/suggest.h"
#include "unit.h"

#define ARGS(...) ((const char *const[]){ "oci-rt", __VA_ARGS__, NULL })

static char memory[65536];
static struct arena arena;
static struct error err;

/* The parser takes what main gets, and changes nothing of it. */
static int parse(const char *const argv[], struct command_line *ret)
{
	arena_init(&arena, memory, sizeof(memory));
	memset(&err, 0, sizeof(err));
	return options_parse(&arena, (char *const *)argv, ret, &err);
}

static void options_take_many_forms(void **state)
{
	const char *const *const lines[] = {
		ARGS("create", "--bundle", "/b", "box"), ARGS("create", "--bundle=/b", "box"),
		ARGS("create", "-bundle", "/b", "box"),  ARGS("create", "-bundle=/b", "box"),
		ARGS("create", "-b", "/b", "box"),       ARGS("create", "-b=/b", "box"),
		ARGS("create", "box", "--bundle", "/b"), ARGS("create", "-b", "/b", "--", "box"),
	};
	struct command_line line;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		assert_int_equal(parse(lines[i], &line), 0);
		assert_int_equal(line.verb, VERB_CREATE);
		assert_string_equal(line.options.bundle, "/b");
		assert_int_equal(line.n_operands, 1);
		assert_string_equal(line.operands[0], "box");
		assert_int_equal(options_check_operands(&line, &err), 0);
	}
}

static void a_flag_takes_true_or_false(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(parse(ARGS("delete", "-f", "x"), &line), 0);
	assert_true(line.options.force);
	assert_int_equal(parse(ARGS("delete", "--force", "--force=false", "x"), &line), 0);
	assert_false(line.options.force);
	assert_int_equal(parse(ARGS("spec"), &line), 0);
	assert_true(line.options.read_only);
	assert_int_equal(parse(ARGS("spec", "--read-only=0"), &line), 0);
	assert_false(line.options.read_only);
	assert_true(parse(ARGS("delete", "--force=yes", "x"), &line) < 0);
}

static void a_name_may_mean_another_thing_for_a_verb(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(parse(ARGS("--rootless", "auto", "spec", "--rootless", "-f", "x"), &line),
			 0);
	assert_string_equal(line.options.rootless, "auto");
	assert_true(line.options.is_rootless);
	assert_string_equal(line.options.file, "x");
	assert_int_equal(parse(ARGS("list", "-f", "json", "--root", "/r"), &line), 0);
	assert_string_equal(line.options.format, "json");
	assert_string_equal(line.options.root, "/r");
}

static void two_dashes_end_the_options(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(
		parse(ARGS("spec", "--env", "A=1", "-e=B=2", "--", "sh", "-c", "--"), &line), 0);
	assert_int_equal(line.options.env.n, 2);
	assert_string_equal(line.options.env.v[1], "B=2");
	assert_int_equal(line.n_before_dashes, 0);
	assert_int_equal(line.n_operands, 3);
	assert_string_equal(line.operands[2], "--");
	assert_null(line.operands[3]);
}

static void help_is_a_verb_and_an_option(void **state)
{
	struct command_line line;

	(void)state;
	assert_int_equal(parse(ARGS("help", "kill"), &line), 0);
	assert_true(line.options.help);
	assert_int_equal(line.verb, VERB_KILL);
	assert_int_equal(parse(ARGS("help"), &line), 0);
	assert_int_equal(line.verb, VERB_GLOBAL);
	assert_int_equal(parse(ARGS("--help", "kill"), &line), 0);
	assert_int_equal(line.verb, VERB_KILL);
}

static void mistakes_are_refused(void **state)
{
	const char *const *const lines[] = {
		ARGS("nosuchverb"),
		ARGS("--bundle", "x", "create"),
		ARGS("create", "--bundle"),
		ARGS("create", "-bx"),
		ARGS("create", "--preserve-fds", "-1"),
		ARGS("create", "--preserve-fds=1x"),
		ARGS("create", "--preserve-fds=99999999"),
		ARGS("start", "--bundle", "x"),
		ARGS("help", "nosuchverb"),
		ARGS("state", "--=", "x"),
	};
	struct command_line line;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		assert_true(parse(lines[i], &line) < 0);
		assert_true(err.text[0] != '\0');
	}
	assert_int_equal(parse(ARGS("start"), &line), 0);
	assert_true(options_check_operands(&line, &err) < 0);
	assert_int_equal(parse(ARGS("start", "a", "b"), &line), 0);
	assert_true(options_check_operands(&line, &err) < 0);
}

static void the_closest_name_is_suggested(void **state)
{
	struct command_line line;

	(void)state;
	assert_true(parse(ARGS("create", "--bundel", "x"), &line) < 0);
	assert_non_null(strstr(err.hint, "--bundle"));
	assert_true(parse(ARGS("craete"), &line) < 0);
	assert_non_null(strstr(err.hint, "create"));
	assert_true(parse(ARGS("create", "--quite-another-thing-altogether-of-great-length"),
			  &line) < 0);
	assert_null(strstr(err.hint, "did you mean"));
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("ab", "ba"), 1);
}

/* No verb may have two options of one name or letter, and every text must end within its field. */
static void the_tables_are_consistent(void **state)
{
	size_t count, i, k;
	const struct option_row *rows = options_rows(&count);

	(void)state;
	for (i = 0; i < count; i++) {
		assert_true(strnlen(rows[i].name, sizeof(rows[i].name)) < sizeof(rows[i].name));
		assert_true(strnlen(rows[i].value, sizeof(rows[i].value)) < sizeof(rows[i].value));
		assert_true(strnlen(rows[i].help, sizeof(rows[i].help)) < sizeof(rows[i].help));
		assert_int_equal(rows[i].kind == OPTION_FLAG, rows[i].value[0] == '\0');
		for (k = 0; k < i; k++) {
			if (!(rows[i].verbs & rows[k].verbs))
				continue;
			assert_string_not_equal(rows[i].name, rows[k].name);
			assert_true(!rows[i].letter || rows[i].letter != rows[k].letter);
		}
	}
}

static void signals_have_names_and_numbers(void **state)
{
	static const struct {
		const char *text;
		int number;
	} cases[] = {
		{"TERM",        15},
                { "SIGTERM",    15},
                { "sigterm",    15},
                { "Term",       15},
		{ "15",         15},
                { "0",          0 },
                { "KILL",       9 },
                { "RTMIN",      34},
		{ "SIGRTMIN+3", 37},
                { "rtmax-1",    63},
                { "RTMAX",      64},
                { "RTMIN+30",   64},
		{ "",           -1},
                { "SIG",        -1},
                { "SIGSIGTERM", -1},
                { "65",         -1},
		{ "-9",         -1},
                { "9x",         -1},
                { "TERM+1",     -1},
                { "RTMIN-1",    -1},
		{ "RTMIN+",     -1},
                { "RTMIN+31",   -1},
                { "RTMAX+1",    -1},
                { "RTMIN+ 1",   -1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		int number = -1;

		if (signal_parse(cases[i].text, &number) < 0)
			assert_int_equal(number, -1);
		if (number != cases[i].number)
			fail_msg("%s is %d", cases[i].text, number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_take_many_forms),
		cmocka_unit_test(a_flag_takes_true_or_false),
		cmocka_unit_test(a_name_may_mean_another_thing_for_a_verb),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(help_is_a_verb_and_an_option),
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(the_closest_name_is_suggested),
		cmocka_unit_test(the_tables_are_consistent),
		cmocka_unit_test(signals_have_names_and_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
