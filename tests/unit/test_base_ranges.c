/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of numbers, as the kernel writes and reads them. */
#include <errno.h>
#include <stdio.h>

#include "base/ranges.h"
#include "unit.h"

/* "0-3 7-7", or the error behind what was read before it. */
static void assert_ranges(const char *text, const char *wanted)
{
	char found[128] = "";
	struct range range;
	size_t length = 0;
	int r;

	while ((r = ranges_next(&text, 1023, &range)) > 0)
		length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%u-%u",
					   length ? " " : "", range.first, range.last);
	if (r == -EINVAL)
		snprintf(found + length, sizeof(found) - length, "!");
	else if (r == -ERANGE)
		snprintf(found + length, sizeof(found) - length, "^");
	else
		assert_string_equal(text, "");
	assert_string_equal(found, wanted);
}

static void test_lists(void **state)
{
	(void)state;
	assert_ranges("", "");
	assert_ranges("0", "0-0");
	assert_ranges("0-3,7", "0-3 7-7");
	assert_ranges("1023", "1023-1023");
	assert_ranges("3,1-2,3", "3-3 1-2 3-3");
	assert_ranges("5-5", "5-5");
	assert_ranges("007", "7-7");
}

static void test_any_number_of_separators(void **state)
{
	(void)state;
	assert_ranges(" 1 , 2 ", "1-1 2-2");
	assert_ranges(",,1,,2,", "1-1 2-2");
	assert_ranges("1 2", "1-1 2-2");
	assert_ranges(" , ", "");
	assert_ranges("1-2\n", "1-2");
}

static void test_what_is_no_list(void **state)
{
	(void)state;
	assert_ranges("1,a", "1-1!");
	assert_ranges("-1", "!");
	assert_ranges("1-", "!");
	assert_ranges("1 -2", "1-1!");
	assert_ranges("1- 2", "!");
	assert_ranges("1--2", "!");
	assert_ranges("1-2-3", "!");
	assert_ranges("3-2", "!");
	assert_ranges("0x1", "!");
	assert_ranges("+1", "!");
	assert_ranges("1.5", "!");
	assert_ranges("0-3:1/2", "!");
	assert_ranges("all", "!");
}

static void test_what_is_too_big(void **state)
{
	(void)state;
	assert_ranges("1024", "^");
	assert_ranges("0,0-1024", "0-0^");
	assert_ranges("99999999999999999999999999", "^");
	assert_ranges("4294967296", "^");
	assert_ranges("18446744073709551616", "^");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_any_number_of_separators),
		cmocka_unit_test(test_what_is_no_list),
		cmocka_unit_test(test_what_is_too_big),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
