/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that write to a cgroup's files and give them away, on files of this test's own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/strbuf.h"
#include "cgroup/operations.h"
#include "unit.h"

enum { PATH_SIZE = 128 };

struct world {
	char folder[PATH_SIZE - 64];
	char there[PATH_SIZE], other[PATH_SIZE], absent[PATH_SIZE];
	struct slots slots;
	struct error err;
};

static void make_file(const char *path)
{
	fd_auto int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
}

static int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	strcpy(w->folder, "/tmp/oci-rt-write-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->there, sizeof(w->there), "%s/cgroup.procs", w->folder);
	snprintf(w->other, sizeof(w->other), "%s/memory.max", w->folder);
	snprintf(w->absent, sizeof(w->absent), "%s/cgroup.nosuch", w->folder);
	make_file(w->there);
	make_file(w->other);
	*state = w;
	return 0;
}

static int world_teardown(void **state)
{
	struct world *w = *state;
	int r;

	unlink(w->there);
	unlink(w->other);
	r = rmdir(w->folder); /* fails if a file was made that was to be absent */
	free(w);
	return r;
}

static void assert_holds(const char *path, const char *wanted)
{
	fd_auto int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[64] = "";

	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	assert_string_equal(text, wanted);
}

static void test_a_value_is_written(void **state)
{
	struct world *w = *state;
	const struct cgroup_write args = {
		.path = w->there, .value = "8:0 1", .other_path = w->other, .other_value = "2"
	};

	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), 0);
	assert_holds(w->there, "8:0 1");
	assert_holds(w->other, "");
}

static void test_the_other_name_is_for_kernels_without_the_first(void **state)
{
	struct world *w = *state;
	const struct cgroup_write args = {
		.path = w->absent, .value = "1", .other_path = w->other, .other_value = "91"
	};

	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), 0);
	assert_holds(w->other, "91");
}

static void test_another_failure_selects_nothing(void **state)
{
	struct world *w = *state;
	const struct cgroup_write args = { .path = w->folder,
					   .value = "1",
					   .other_path = w->other,
					   .other_value = "91",
					   .may_be_absent = true };

	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), -EISDIR);
	assert_holds(w->other, "");
}

static void test_an_error_names_file_and_value(void **state)
{
	struct world *w = *state;
	struct cgroup_write args = { .path = w->absent, .value = "17" };

	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), -ENOENT);
	assert_non_null(strstr(w->err.text, w->absent));
	assert_non_null(strstr(w->err.text, "\"17\""));
	assert_true(w->err.hint[0] != '\0');
	args.path = args.other_path = w->absent;
	args.other_value = "18";
	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), -ENOENT);
	assert_non_null(strstr(w->err.text, "\"18\""));
	args.may_be_absent = true;
	assert_int_equal(cgroup_write_apply(&args, &w->slots, &w->err), 0);
}

static void assert_owner(const char *path, uid_t uid)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_gid, getegid());
}

static void test_what_the_kernel_lists_is_given_away(void **state)
{
	struct world *w = *state;
	const struct cgroup_delegate args = { .path = w->folder, .uid = 12345 };

	if (geteuid() != 0)
		skip();
	assert_int_equal(cgroup_delegate_apply(&args, &w->slots, &w->err), 0);
	assert_owner(w->folder, 12345);
	assert_owner(w->there, 12345);
	assert_owner(w->other, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_value_is_written),
		CASE(the_other_name_is_for_kernels_without_the_first),
		CASE(another_failure_selects_nothing),
		CASE(an_error_names_file_and_value),
		CASE(what_the_kernel_lists_is_given_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
