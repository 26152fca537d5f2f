/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of making things beneath a root, with openat2 and without. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "inroot_tree.h"
#include "sys/inroot.h"
#include "unit.h"

static void directories_are_made_on_the_way(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path, *result;
	} cases[] = {
		{ "/", "root" },
		{ "a/b/c", "root/a/b/c" },
		{ "absolute", "root/a/b" },
		{ "new", "root/new" },
		{ "/new/x/y/", "root/new/x/y" },
		{ "n1/../n2/./n3", "root/n2/n3" },
		{ "../../n4", "root/n4" },
		{ "absolute/n5/n6", "root/a/b/n5/n6" },
		{ "up/n7", "root/n7" },
		{ "dangling", "root/missing/deep" },
		{ "dangling_absolute/below", "root/made/by/link/below" },
		{ "a/b/up/dangling_up", "root/made_up" },
		{ "chain/x", "root/outside/secret/x" },
	};
	/* clang-format on */
	const struct tree *tree = *state;
	struct stat st;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = inroot_make_dir(tree->root_fd, cases[i].path, 0750);

		if (fd < 0)
			fail_msg("\"%s\" gives %d", cases[i].path, fd);
		assert_is(tree, fd, cases[i].result);
	}
	assert_int_equal(fstatat(tree->root_fd, "new/x", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0750);
	assert_int_equal(fstatat(tree->top_fd, "made_up", &st, 0), -1);
	assert_int_equal(fstatat(tree->top_fd, "outside/secret", &st, 0), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void what_is_in_the_way_stays(void **state)
{
	const struct tree *tree = *state;
	struct stat st;

	assert_int_equal(inroot_make_dir(tree->root_fd, "", 0755), -ENOENT);
	assert_int_equal(inroot_make_dir(tree->root_fd, "file", 0755), -ENOTDIR);
	assert_int_equal(inroot_make_dir(tree->root_fd, "to_file", 0755), -ENOTDIR);
	assert_int_equal(inroot_make_dir(tree->root_fd, "file/x", 0755), -ENOTDIR);
	assert_int_equal(inroot_make_dir(tree->root_fd, "new/../file/x", 0755), -ENOTDIR);
	assert_int_equal(inroot_make_dir(tree->root_fd, "loop/x", 0755), -ELOOP);
	assert_int_equal(inroot_make_file(tree->root_fd, "", 0644), -ENOENT);
	assert_int_equal(inroot_make_file(tree->root_fd, "/", 0644), -EISDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "a", 0644), -EISDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "absolute", 0644), -EISDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "newfile/", 0644), -EISDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "a/..", 0644), -EISDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "file/x", 0644), -ENOTDIR);
	assert_int_equal(inroot_make_file(tree->root_fd, "self", 0644), -ELOOP);
	assert_int_equal(fstatat(tree->root_fd, "newfile", &st, 0), -1);
}

static void a_directory_inherits_the_group_bit(void **state)
{
	const struct tree *tree = *state;
	struct stat st;

	assert_int_equal(fchmodat(tree->root_fd, "a", 02755, 0), 0);
	fd_close(inroot_make_dir(tree->root_fd, "a/one/two", 0755));
	assert_int_equal(fstatat(tree->root_fd, "a/one/two", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 02755);
}

static void a_path_too_deep_to_walk_is_an_error(void **state)
{
	const struct tree *tree = *state;
	char path[3 * 200 + 1] = "";
	size_t i;

	for (i = 0; i < 200; i++)
		memcpy(path + 2 * i, "d/", 3);
	assert_is(tree, inroot_open(tree->root_fd, "/", O_PATH), "root");
	fd_close(inroot_make_dir(tree->root_fd, path, 0755));
	for (i = 200; i < 300; i++)
		memcpy(path + 2 * i, "d/", 3);
	assert_int_equal(inroot_make_dir(tree->root_fd, path, 0755), -ENAMETOOLONG);
}

static void files_are_made_or_found(void **state)
{
	const struct tree *tree = *state;
	struct stat st;

	assert_is(tree, inroot_make_file(tree->root_fd, "file", 0600), "root/file");
	assert_is(tree, inroot_make_file(tree->root_fd, "to_file", 0600), "root/file");
	assert_is(tree, inroot_make_file(tree->root_fd, "f1", 0640), "root/f1");
	assert_is(tree, inroot_make_file(tree->root_fd, "/d1/d2/f2", 0640), "root/d1/d2/f2");
	assert_is(tree, inroot_make_file(tree->root_fd, "dangling", 0640), "root/missing/deep");
	assert_is(tree, inroot_make_file(tree->root_fd, "chain", 0640), "root/outside/secret");
	assert_int_equal(mkfifoat(tree->root_fd, "fifo", 0600), 0);
	assert_is(tree, inroot_make_file(tree->root_fd, "fifo", 0640), "root/fifo");
	assert_int_equal(fstatat(tree->root_fd, "f1", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(fstatat(tree->root_fd, "d1", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
}

static void a_parent_comes_with_the_last_name(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path;
		mode_t mode;
		int code;
		const char *parent, *name;
	} cases[] = {
		{ "x", 0, 0, "root", "x" },
		{ "/x", 0, 0, "root", "x" },
		{ "a/b/x", 0, 0, "root/a/b", "x" },
		{ "a/b//x//", 0, 0, "root/a/b", "x" },
		{ "absolute/loop", 0, 0, "root/a/b", "loop" },
		{ "../../absolute", 0, 0, "root", "absolute" },
		{ "a/...", 0, 0, "root/a", "..." },
		{ "none/x", 0, ENOENT, "", "" },
		{ "none/there/x", 0755, 0, "root/none/there", "x" },
		{ "dangling/x", 0755, 0, "root/missing/deep", "x" },
		{ "file/x", 0, ENOTDIR, "", "" },
		{ "file/x", 0755, ENOTDIR, "", "" },
		{ "", 0, ENOENT, "", "" },
		{ "/", 0755, EINVAL, "", "" },
		{ "a/.", 0, EINVAL, "", "" },
		{ "a/../", 0, EINVAL, "", "" },
	};
	/* clang-format on */
	const struct tree *tree = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		char name[INROOT_NAME_SIZE] = "untouched";
		int fd = inroot_open_parent(tree->root_fd, cases[i].path, cases[i].mode, name);

		if (fd != -cases[i].code && (fd < 0 || cases[i].code))
			fail_msg("\"%s\" gives %d", cases[i].path, fd);
		assert_string_equal(name, fd < 0 ? "untouched" : cases[i].name);
		if (fd >= 0)
			assert_is(tree, fd, cases[i].parent);
	}
}

enum { MAKERS_DIRECTORIES = 300 };

/* Makes the same directories as another does at the same time; says whether all went well. */
static void *make_many(void *argument)
{
	const struct tree *tree = argument;
	bool is_good = true;
	char path[32];
	int i, fd;

	for (i = 0; i < MAKERS_DIRECTORIES; i++) {
		snprintf(path, sizeof(path), "m/%d/x", i);
		fd = inroot_make_dir(tree->root_fd, path, 0755);
		is_good = is_good && fd >= 0;
		fd_close(fd);
		snprintf(path, sizeof(path), "m/%d/f", i);
		fd = inroot_make_file(tree->root_fd, path, 0644);
		is_good = is_good && fd >= 0;
		fd_close(fd);
	}
	return is_good ? argument : NULL;
}

static void two_can_make_the_same_at_once(void **state)
{
	pthread_t threads[2];
	void *good;
	size_t i;

	for (i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_many, *state), 0);
	for (i = 0; i < COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &good), 0);
		assert_non_null(good);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(directories_are_made_on_the_way),
		TREE_TEST(what_is_in_the_way_stays),
		TREE_TEST(a_directory_inherits_the_group_bit),
		TREE_TEST(a_path_too_deep_to_walk_is_an_error),
		TREE_TEST(files_are_made_or_found),
		TREE_TEST(a_parent_comes_with_the_last_name),
		TREE_TEST(two_can_make_the_same_at_once),
	};
	int failed;

	umask(0);
	failed = cmocka_run_group_tests_name("openat2", tests, use_openat2, NULL);
	return failed + cmocka_run_group_tests_name("walk", tests, use_walk, NULL);
}
