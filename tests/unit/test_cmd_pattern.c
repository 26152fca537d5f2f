/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions over ids: what they match, and which are refused. */
#include <string.h>

#include "cmd/pattern.h"
#include "unit.h"

struct pattern_case {
	const char *pattern, *text;
	bool matches;
};

static const struct pattern_case cases[] = {
	{"",	      "",          true },
	{ "",             "box",       true },
	{ "o",            "box",       true },
	{ "^o",           "box",       false},
	{ "x$",           "box",       true },
	{ "^box$",        "box",       true },
	{ "^box$",        "boxes",     false},
	{ "b.x",          "box",       true },
	{ "b\\.x",        "box",       false},
	{ "b\\.x",        "b.x",       true },
	{ "bo*x",         "bx",        true },
	{ "bo*x",         "boooox",    true },
	{ "bo+x",         "bx",        false},
	{ "bo+x",         "boox",      true },
	{ "bo?x",         "bx",        true },
	{ "^bo?x",        "boox",      false},
	{ "box|tin",      "my-tin",    true },
	{ "^(box|tin)$",  "tins",      false},
	{ "^(box|tin)+$", "boxtinbox", true },
	{ "^(a*)*$",      "aaaa",      true },
	{ "^(a*)*$",      "aaab",      false},
	{ "^(|a)b$",      "b",         true },
	{ "^web-[0-9]+$", "web-42",    true },
	{ "^web-[0-9]+$", "web-x",     false},
	{ "^[^a-c]$",     "b",         false},
	{ "^[^a-c]$",     "d",         true },
	{ "^[]x]$",       "]",         true },
	{ "^[a-]$",       "-",         true },
	{ "^[-a]$",       "-",         true },
	{ "^[a|b)]$",     "|",         true },
	{ "(^a|b$)",      "xb",        true },
	{ "a^",           "a",         false},
	{ "$a",           "a",         false},
	{ "((((x))))",    "x",         true },
};

static void patterns_match_what_they_say(void **state)
{
	struct pattern pattern;
	struct error err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(pattern_compile(&pattern, cases[i].pattern, &err), 0);
		if (pattern_matches(&pattern, cases[i].text) != cases[i].matches)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
	}
}

static void broken_patterns_are_refused(void **state)
{
	static const char *const wrong[] = {
		"*",  "a**", "+a", "(?a)", "|*",  "^*", "(",   "(a",  ")",
		"a)", "[",   "[a", "[]",   "[^]", "\\", "a{2", "([)", "((a)",
	};
	struct pattern pattern;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		struct error err = { 0 };

		if (pattern_compile(&pattern, wrong[i], &err) >= 0)
			fail_msg("%s was taken", wrong[i]);
		assert_int_not_equal(err.code, 0);
	}
}

/* What makes other matchers take a year, at the greatest length that is allowed. */
static void no_pattern_takes_long(void **state)
{
	char text[PATTERN_LENGTH + 2], letters[512];
	struct pattern pattern;
	struct error err = { 0 };
	size_t i;

	(void)state;
	memset(letters, 'a', sizeof(letters) - 1);
	letters[sizeof(letters) - 1] = '\0';
	for (i = 0; i + 1 < PATTERN_LENGTH; i += 2)
		memcpy(text + i, "a*", 2);
	text[PATTERN_LENGTH - 1] = 'b';
	text[PATTERN_LENGTH] = '\0';
	assert_int_equal(pattern_compile(&pattern, text, &err), 0);
	assert_false(pattern_matches(&pattern, letters));
	strcpy(text + PATTERN_LENGTH, "b");
	assert_true(pattern_compile(&pattern, text, &err) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_what_they_say),
		cmocka_unit_test(broken_patterns_are_refused),
		cmocka_unit_test(no_pattern_takes_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
