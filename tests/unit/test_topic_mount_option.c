/* SPDX-License-Identifier: Apache-2.0 */
/* Mount options: the table, what lists of them come to, and the names that are printed. */
#include <string.h>
#include <sys/mount.h>

#include "sys/kernel.h"
#include "topic/mount_option.h"
#include "unit.h"

#define ATTR(name) KERNEL_MOUNT_ATTR_##name

enum { OPTIONS_MAX = 12 };

static struct mount_flags parse(struct arena *arena, const char *const *options)
{
	struct mount_flags flags;
	size_t n = 0;

	while (n < OPTIONS_MAX && options[n])
		n++;
	mount_flags_parse(arena, n, options, &flags);
	return flags;
}

/* --- the table --- */

static void test_table_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < mount_options_count; i++)
		assert_true(strcmp(mount_options[i - 1].name, mount_options[i].name) < 0);
}

static void test_each_option_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < mount_options_count; i++)
		assert_ptr_equal(mount_option_find(mount_options[i].name), &mount_options[i]);
	assert_null(mount_option_find(""));
	assert_null(mount_option_find("a"));
	assert_null(mount_option_find("zz"));
	assert_null(mount_option_find("RO"));
	assert_null(mount_option_find("ro "));
	assert_null(mount_option_find("mode=755"));
}

/* runtime-spec 1.3, config.md: the options that a runtime must and should know. */
static void test_options_of_the_specification_are_known(void **state)
{
	static const char *const names[] = {
		"async",          "atime",        "bind",         "defaults",      "dev",
		"diratime",       "dirsync",      "exec",         "iversion",      "lazytime",
		"loud",           "noatime",      "nodev",        "nodiratime",    "noexec",
		"noiversion",     "nolazytime",   "norelatime",   "nostrictatime", "nosuid",
		"private",        "rbind",        "relatime",     "remount",       "ro",
		"rprivate",       "rshared",      "rslave",       "runbindable",   "rw",
		"shared",         "silent",       "slave",        "strictatime",   "suid",
		"sync",           "unbindable",   "mand",         "nomand",        "tmpcopyup",
		"nosymfollow",    "symfollow",    "ratime",       "rdev",          "rdiratime",
		"rexec",          "rnoatime",     "rnodiratime",  "rnoexec",       "rnorelatime",
		"rnostrictatime", "rnosuid",      "rnosymfollow", "rro",           "rrw",
		"rrelatime",      "rstrictatime", "rsuid",        "rsymfollow",    "rnodev",
		"idmap",          "ridmap",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		if (!mount_option_find(names[i]))
			fail_msg("%s is not known", names[i]);
}

static void test_names_of_propagation(void **state)
{
	(void)state;
	assert_string_equal(mount_option_name(MOUNT_OPTION_PROPAGATION, MS_SLAVE), "slave");
	assert_string_equal(mount_option_name(MOUNT_OPTION_PROPAGATION_ALL, MS_SLAVE), "rslave");
	assert_string_equal(mount_option_name(MOUNT_OPTION_PROPAGATION, 12345), "?");
}

/* --- parsing --- */

struct parsed {
	const char *options[OPTIONS_MAX];
	uint64_t set, clear, set_all, clear_all;
	uint32_t propagation, propagation_all;
	bool is_bind, is_recursive_bind;
};

/* clang-format off */
static const struct parsed cases[] = {
	{ .options = { NULL } },
	{ .options = { "defaults", "loud", "silent", "nomand", "noiversion" } },
	{ .options = { "ro", "nosuid", "nodev" }, .set = ATTR(RDONLY) | ATTR(NOSUID) | ATTR(NODEV) },
	/* a later one takes back an earlier one */
	{ .options = { "ro", "rw" }, .clear = ATTR(RDONLY) },
	{ .options = { "rw", "ro" }, .set = ATTR(RDONLY) },
	{ .options = { "noexec", "exec", "noexec" }, .set = ATTR(NOEXEC) },
	{ .options = { "suid", "nosymfollow" }, .set = ATTR(NOSYMFOLLOW), .clear = ATTR(NOSUID) },
	{ .options = { "nodiratime", "diratime" }, .clear = ATTR(NODIRATIME) },
	/* access times are one value: its mask is cleared, whichever is set */
	{ .options = { "noatime" }, .set = ATTR(NOATIME), .clear = ATTR(_ATIME) },
	{ .options = { "noatime", "strictatime" }, .set = ATTR(STRICTATIME), .clear = ATTR(_ATIME) },
	{ .options = { "strictatime", "relatime" }, .clear = ATTR(_ATIME) },
	{ .options = { "noatime", "atime" }, .clear = ATTR(_ATIME) },
	{ .options = { "noatime", "nodiratime" },
	  .set = ATTR(NOATIME) | ATTR(NODIRATIME),
	  .clear = ATTR(_ATIME) },
	/* the recursive variants are kept apart */
	{ .options = { "rro", "rw" }, .clear = ATTR(RDONLY), .set_all = ATTR(RDONLY) },
	/* the later one wins on the top, too */
	{ .options = { "rw", "rro" }, .set_all = ATTR(RDONLY) },
	{ .options = { "ro", "rrw" }, .clear_all = ATTR(RDONLY) },
	{ .options = { "rro", "rrw" }, .clear_all = ATTR(RDONLY) },
	{ .options = { "rnosuid", "rnodev", "rdev" },
	  .set_all = ATTR(NOSUID),
	  .clear_all = ATTR(NODEV) },
	{ .options = { "rnoatime", "relatime" },
	  .clear = ATTR(_ATIME),
	  .set_all = ATTR(NOATIME),
	  .clear_all = ATTR(_ATIME) },
	/* propagation, binds */
	{ .options = { "private", "shared" }, .propagation = MS_SHARED },
	{ .options = { "slave", "rprivate" },
	  .propagation = MS_SLAVE,
	  .propagation_all = MS_PRIVATE },
	{ .options = { "runbindable" }, .propagation_all = MS_UNBINDABLE },
	{ .options = { "bind" }, .is_bind = true },
	{ .options = { "rbind", "bind" }, .is_bind = true, .is_recursive_bind = true },
};
/* clang-format on */

static void test_lists_of_options(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct parsed *wanted = &cases[i];
		struct mount_flags flags = parse(&arena, wanted->options);

		assert_int_equal(flags.set, wanted->set);
		assert_int_equal(flags.clear, wanted->clear);
		assert_int_equal(flags.set_all, wanted->set_all);
		assert_int_equal(flags.clear_all, wanted->clear_all);
		assert_int_equal(flags.propagation, wanted->propagation);
		assert_int_equal(flags.propagation_all, wanted->propagation_all);
		assert_int_equal(flags.is_bind, wanted->is_bind);
		assert_int_equal(flags.is_recursive_bind, wanted->is_recursive_bind);
		assert_int_equal(flags.n_data, 0);
		assert_false(flags.is_remount || flags.is_idmapped || flags.copies_up);
	}
	arena_done(&arena);
}

/* No set may hold both of two access times: the kernel refuses that. */
static void test_any_two_access_times(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < mount_options_count; i++)
		for (size_t j = 0; j < mount_options_count; j++) {
			const char *two[] = { mount_options[i].name, mount_options[j].name, NULL };
			struct mount_flags flags = parse(&arena, two);

			assert_int_not_equal(flags.set & ATTR(_ATIME), ATTR(_ATIME));
			assert_true((flags.set & ATTR(_ATIME)) <= ATTR(STRICTATIME));
			assert_true((flags.set_all & ATTR(_ATIME)) <= ATTR(STRICTATIME));
			assert_int_equal(flags.set & flags.clear & ~(uint64_t)ATTR(_ATIME), 0);
		}
	arena_done(&arena);
}

static void test_data_passes_in_its_order(void **state)
{
	static const char *const options[] = { "size=1m", "ro", "sync",        "mode=755",  "",
					       "dirsync", "x",  "defaults,ro", "nosuid=no", NULL };
	static const char *const data[] = { "size=1m", "sync",        "mode=755", "dirsync",
					    "x",       "defaults,ro", "nosuid=no" };
	struct arena arena;
	struct mount_flags flags;

	(void)state;
	arena_init(&arena, NULL, 0);
	flags = parse(&arena, options);
	assert_int_equal(flags.n_data, COUNT(data));
	for (size_t i = 0; i < COUNT(data); i++)
		assert_string_equal(flags.data[i], data[i]);
	assert_int_equal(flags.set, ATTR(RDONLY));
	arena_done(&arena);
}

/* No file system takes "iversion" by this name, and ext4 by the other; "noiversion" asks nothing.
 */
static void test_iversion_has_the_name_that_file_systems_know(void **state)
{
	static const char *const options[] = { "noiversion", "iversion", "i_version", NULL };
	struct arena arena;
	struct mount_flags flags;

	(void)state;
	arena_init(&arena, NULL, 0);
	flags = parse(&arena, options);
	assert_int_equal(flags.n_data, 2);
	assert_string_equal(flags.data[0], "i_version");
	assert_string_equal(flags.data[1], "i_version");
	arena_done(&arena);
}

static void test_options_that_are_neither_flags_nor_data(void **state)
{
	static const char *const options[] = { "remount", "tmpcopyup", "ridmap", "idmap", NULL };
	struct arena arena;
	struct mount_flags flags;

	(void)state;
	arena_init(&arena, NULL, 0);
	flags = parse(&arena, options);
	assert_true(flags.copies_up && flags.is_remount);
	assert_true(flags.is_idmapped && flags.is_idmapped_all);
	assert_int_equal(flags.n_data, 0);
	arena_done(&arena);
}

/* --- printing --- */

static void assert_names(uint64_t set, uint64_t clear, const char *wanted)
{
	const char *names[MOUNT_NAMES_MAX];
	size_t n = mount_flags_names(set, clear, names);
	char text[256] = "";

	for (size_t i = 0; i < n; i++) {
		strcat(text, i ? " " : "");
		strcat(text, names[i]);
	}
	assert_string_equal(text, wanted);
}

static void test_names_for_printing(void **state)
{
	(void)state;
	assert_names(0, 0, "");
	assert_names(ATTR(RDONLY), 0, "ro");
	assert_names(0, ATTR(RDONLY), "rw");
	assert_names(ATTR(RDONLY), ATTR(RDONLY), "ro");
	assert_names(ATTR(NOSUID) | ATTR(NODEV) | ATTR(NOEXEC), ATTR(RDONLY),
		     "nodev noexec nosuid rw");
	assert_names(0, ATTR(_ATIME), "relatime");
	assert_names(ATTR(NOATIME), ATTR(_ATIME), "noatime");
	assert_names(ATTR(STRICTATIME) | ATTR(NODIRATIME), ATTR(_ATIME), "nodiratime strictatime");
	assert_names(ATTR(NOSYMFOLLOW), 0, "nosymfollow");
}

/* What is printed comes to the same again. */
static void test_names_can_be_read_back(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mount_flags flags = parse(&arena, cases[i].options), again;
		const char *names[MOUNT_NAMES_MAX];
		size_t n = mount_flags_names(flags.set, flags.clear, names);

		mount_flags_parse(&arena, n, names, &again);
		assert_int_equal(again.set, flags.set);
		assert_int_equal(again.clear, flags.clear);
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_sorted),
		cmocka_unit_test(test_each_option_is_found),
		cmocka_unit_test(test_options_of_the_specification_are_known),
		cmocka_unit_test(test_names_of_propagation),
		cmocka_unit_test(test_lists_of_options),
		cmocka_unit_test(test_any_two_access_times),
		cmocka_unit_test(test_data_passes_in_its_order),
		cmocka_unit_test(test_iversion_has_the_name_that_file_systems_know),
		cmocka_unit_test(test_options_that_are_neither_flags_nor_data),
		cmocka_unit_test(test_names_for_printing),
		cmocka_unit_test(test_names_can_be_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
