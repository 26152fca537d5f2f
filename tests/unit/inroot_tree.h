/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree in which paths beneath a root are tested: a root full of traps, and beside it what
 * nobody may reach. Every test gets a new one, and may leave no descriptor open.
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/inroot.h"
#include "unit.h"

struct tree {
	char top[64];
	int top_fd, root_fd;
	unsigned open_fds;
};

static const char *const tree_directories[] = { "outside",  "root",       "root/a",
						"root/a/b", "root/a/b/c", "root/swap",
						"root/p",   "root/p/q",   "root/p/q/r" };
static const char *const tree_files[] = { "outside/secret",   "root/file",    "root/a/file",
					  "root/swap/secret", "root/p/inner", "root/hot" };
/* clang-format off */
static const char *const tree_links[][2] = {
	{ "root/to_root", "/" },
	{ "root/absolute", "/a/b" },
	{ "root/slash", "a/b/" },
	{ "root/up", "../../../../.." },
	{ "root/up_outside", "../outside/secret" },
	{ "root/chain", "a/../../../../../../outside/secret" },
	{ "root/mix", "to_root/../up/a" },
	{ "root/loop", "pool" },
	{ "root/pool", "loop" },
	{ "root/self", "self" },
	{ "root/grow", "grow/grow" },
	{ "root/to_file", "file" },
	{ "root/to_file_slash", "file/" },
	{ "root/dangling", "missing/deep" },
	{ "root/dangling_absolute", "/made/by/link" },
	{ "root/dangling_up", "../../made_up" },
	{ "root/a/b/up", "../.." },
	{ "root/a/dot", "." },
	{ "root/swap_link", "../../../../outside" },
	{ "root/a/b/absolute", "/a" },
	{ "root/hot_link", "../outside/secret" },
};
/* clang-format on */

static unsigned count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int tree_setup(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	size_t i;

	assert_non_null(tree);
	*state = tree;
	tree->open_fds = count_fds();
	memcpy(tree->top, "/tmp/test-inroot-XXXXXX", 24);
	assert_non_null(mkdtemp(tree->top));
	tree->top_fd = open(tree->top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < COUNT(tree_directories); i++)
		assert_int_equal(mkdirat(tree->top_fd, tree_directories[i], 0755), 0);
	for (i = 0; i < COUNT(tree_files); i++)
		assert_int_equal(mknodat(tree->top_fd, tree_files[i], S_IFREG | 0644, 0), 0);
	for (i = 0; i < COUNT(tree_links); i++)
		assert_int_equal(symlinkat(tree_links[i][1], tree->top_fd, tree_links[i][0]), 0);
	tree->root_fd = openat(tree->top_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree->root_fd >= 0);
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

static int tree_teardown(void **state)
{
	struct tree *tree = *state;

	close(tree->root_fd);
	close(tree->top_fd);
	assert_int_equal(nftw(tree->top, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(count_fds(), tree->open_fds);
	free(tree);
	return 0;
}

/* The descriptor is, itself, what `path` names below the top, links not followed. Closes it. */
static void assert_is(const struct tree *tree, int fd, const char *path)
{
	struct stat found, wanted;

	assert_int_equal(fstatat(tree->top_fd, path, &wanted, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(fstat(fd, &found), 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	assert_true(found.st_ino == wanted.st_ino && found.st_dev == wanted.st_dev);
}

static int use_openat2(void **state)
{
	(void)state;
	inroot_use_walk(false);
	return 0;
}

static int use_walk(void **state)
{
	(void)state;
	inroot_use_walk(true);
	return 0;
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
