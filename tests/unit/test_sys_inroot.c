/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of opening paths beneath a root: all of them with openat2, where the kernel has it, and by
 * the walk; and while somebody changes the names.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "inroot_tree.h"
#include "sys/inroot.h"
#include "unit.h"

struct open_case {
	const char *path;
	unsigned flags;
	int code;           /* 0 or positive errno */
	const char *result; /* from the top */
};

/* clang-format off */
static const struct open_case open_cases[] = {
	{ "", O_PATH, ENOENT, "" },
	{ "/", O_PATH, 0, "root" },
	{ "//", O_RDONLY, 0, "root" },
	{ ".", O_PATH, 0, "root" },
	{ "./", O_PATH | O_DIRECTORY, 0, "root" },
	{ "..", O_PATH, 0, "root" },
	{ "/..", O_PATH | O_NOFOLLOW, 0, "root" },
	{ "../../..", O_RDONLY | O_DIRECTORY, 0, "root" },
	{ "../outside", O_PATH, ENOENT, "" },
	{ "../root", O_PATH, ENOENT, "" },
	{ "a", O_PATH, 0, "root/a" },
	{ "/a", O_RDONLY, 0, "root/a" },
	{ "///a//b///c//", O_PATH, 0, "root/a/b/c" },
	{ "a/b/../b/./c/.", O_PATH, 0, "root/a/b/c" },
	{ "a/b/c/../../../..", O_PATH, 0, "root" },
	{ "a/..", O_PATH, 0, "root" },
	{ "a/../../../a/b", O_PATH, 0, "root/a/b" },
	{ "file", O_PATH, 0, "root/file" },
	{ "file", O_RDWR, 0, "root/file" },
	{ "a/file", O_WRONLY | O_NOFOLLOW, 0, "root/a/file" },
	{ "file", O_PATH | O_DIRECTORY, ENOTDIR, "" },
	{ "file/", O_PATH, ENOTDIR, "" },
	{ "file/.", O_PATH, ENOTDIR, "" },
	{ "file/..", O_PATH, ENOTDIR, "" },
	{ "file/x", O_PATH, ENOTDIR, "" },
	{ "missing", O_PATH, ENOENT, "" },
	{ "missing/..", O_PATH, ENOENT, "" },
	{ "a/missing/x", O_RDONLY, ENOENT, "" },
	{ "a", O_WRONLY, EISDIR, "" },
	{ "file", O_WRONLY | O_CREAT, EINVAL, "" },
	{ "a", O_WRONLY | O_TMPFILE, EINVAL, "" },
	/* links */
	{ "to_root", O_PATH, 0, "root" },
	{ "to_root/a", O_PATH, 0, "root/a" },
	{ "to_root/../outside", O_PATH, ENOENT, "" },
	{ "to_root/to_root/to_root/file", O_RDONLY, 0, "root/file" },
	{ "absolute", O_PATH, 0, "root/a/b" },
	{ "absolute/c", O_PATH, 0, "root/a/b/c" },
	{ "absolute/..", O_PATH, 0, "root/a" },
	{ "a/b/up/absolute/../file", O_PATH, 0, "root/a/file" },
	{ "a/b/absolute", O_PATH, 0, "root/a" },
	{ "a/b/absolute/file", O_RDONLY, 0, "root/a/file" },
	{ "a/b/absolute/../..", O_PATH, 0, "root" },
	{ "slash", O_PATH, 0, "root/a/b" },
	{ "slash", O_PATH | O_NOFOLLOW, 0, "root/slash" },
	{ "slash/c", O_PATH, 0, "root/a/b/c" },
	{ "up", O_PATH, 0, "root" },
	{ "up/outside", O_PATH, ENOENT, "" },
	{ "up/root", O_PATH, ENOENT, "" },
	{ "up_outside", O_RDONLY, ENOENT, "" },
	{ "chain", O_RDONLY, ENOENT, "" },
	{ "mix", O_PATH, 0, "root/a" },
	{ "mix/b/up/mix", O_PATH, 0, "root/a" },
	{ "a/dot/dot/dot/b", O_PATH, 0, "root/a/b" },
	{ "loop", O_PATH, ELOOP, "" },
	{ "loop/x", O_PATH, ELOOP, "" },
	{ "self", O_RDONLY, ELOOP, "" },
	{ "grow", O_PATH, ELOOP, "" },
	{ "loop", O_PATH | O_NOFOLLOW, 0, "root/loop" },
	{ "loop", O_RDONLY | O_NOFOLLOW, ELOOP, "" },
	{ "absolute", O_PATH | O_NOFOLLOW, 0, "root/absolute" },
	{ "absolute", O_RDONLY | O_NOFOLLOW, ELOOP, "" },
	{ "absolute", O_RDONLY | O_NOFOLLOW | O_DIRECTORY, ENOTDIR, "" },
	{ "absolute", O_PATH | O_NOFOLLOW | O_DIRECTORY, ENOTDIR, "" },
	{ "absolute/", O_PATH | O_NOFOLLOW, 0, "root/a/b" },
	{ "absolute/.", O_PATH | O_NOFOLLOW, 0, "root/a/b" },
	{ "to_file", O_RDWR, 0, "root/file" },
	{ "to_file", O_PATH, 0, "root/file" },
	{ "to_file/", O_PATH, ENOTDIR, "" },
	{ "to_file/", O_PATH | O_NOFOLLOW, ENOTDIR, "" },
	{ "to_file_slash", O_PATH, ENOTDIR, "" },
	{ "dangling", O_PATH, ENOENT, "" },
	{ "dangling/", O_PATH, ENOENT, "" },
	{ "dangling", O_PATH | O_NOFOLLOW, 0, "root/dangling" },
};
/* clang-format on */

static void paths_lead_where_a_chroot_would(void **state)
{
	const struct tree *tree = *state;
	size_t i;

	for (i = 0; i < COUNT(open_cases); i++) {
		const struct open_case *c = &open_cases[i];
		int fd = inroot_open(tree->root_fd, c->path, c->flags);

		if (fd != -c->code && (fd < 0 || c->code))
			fail_msg("\"%s\" with %o gives %d", c->path, c->flags, fd);
		if (fd >= 0)
			assert_is(tree, fd, c->result);
	}
}

static void without_links_every_link_is_refused(void **state)
{
	/* clang-format off */
	static const struct open_case cases[] = {
		{ "", O_PATH, ENOENT, "" },
		{ "a/b/../b/c", O_PATH, 0, "root/a/b/c" },
		{ "/file", O_WRONLY, 0, "root/file" },
		{ "../../a", O_PATH, 0, "root/a" },
		{ "absolute", O_PATH, ELOOP, "" },
		{ "absolute", O_PATH | O_NOFOLLOW, ELOOP, "" },
		{ "absolute/", O_PATH, ELOOP, "" },
		{ "absolute/c", O_PATH, ELOOP, "" },
		{ "a/dot/b", O_PATH, ELOOP, "" },
		{ "a/dot/..", O_PATH, ELOOP, "" },
		{ "to_file", O_RDONLY, ELOOP, "" },
		{ "dangling", O_PATH, ELOOP, "" },
		{ "missing", O_PATH, ENOENT, "" },
	};
	/* clang-format on */
	const struct tree *tree = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		int fd = inroot_open_nolinks(tree->root_fd, cases[i].path, cases[i].flags);

		if (fd != -cases[i].code && (fd < 0 || cases[i].code))
			fail_msg("\"%s\" gives %d", cases[i].path, fd);
		if (fd >= 0)
			assert_is(tree, fd, cases[i].result);
	}
}

static void long_names_and_many_links_end_somewhere(void **state)
{
	const struct tree *tree = *state;
	char name[INROOT_NAME_SIZE + 1], target[16], path[PATH_MAX + 2];
	int i;

	memset(name, 'n', sizeof(name));
	name[INROOT_NAME_SIZE] = '\0';
	assert_int_equal(inroot_open(tree->root_fd, name, O_PATH), -ENAMETOOLONG);
	assert_int_equal(inroot_make_dir(tree->root_fd, name, 0755), -ENAMETOOLONG);
	name[INROOT_NAME_SIZE - 1] = '\0';
	assert_int_equal(inroot_open(tree->root_fd, name, O_PATH), -ENOENT);
	snprintf(path, sizeof(path), "root/%s", name);
	assert_is(tree, inroot_make_dir(tree->root_fd, name, 0755), path);
	memset(path, '/', sizeof(path));
	path[PATH_MAX] = '\0';
	assert_int_equal(inroot_open(tree->root_fd, path, O_PATH), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	assert_is(tree, inroot_open(tree->root_fd, path, O_PATH), "root");

	assert_int_equal(symlinkat("/a", tree->root_fd, "l0"), 0);
	for (i = 1; i <= 40; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		assert_int_equal(symlinkat(target, tree->root_fd, name), 0);
	}
	assert_is(tree, inroot_open(tree->root_fd, "l39", O_PATH), "root/a");
	assert_int_equal(inroot_open(tree->root_fd, "l40", O_PATH), -ELOOP);
}

static void magic_links_of_procfs_are_refused(void **state)
{
	static const char *const refused[] = { "proc/self/exe",           "proc/self/cwd/.",
					       "/proc/self/root/",        "proc/self/root/etc",
					       "proc/thread-self/ns/mnt", "proc/self/fd/0" };
	static const char *const plain[] = { "proc/self/stat", "/proc/thread-self/stat",
					     "proc/mounts" };
	fd_auto int host_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < COUNT(refused); i++)
		assert_int_equal(inroot_open(host_fd, refused[i], O_PATH), -ELOOP);
	for (i = 0; i < COUNT(plain); i++) {
		fd = inroot_open(host_fd, plain[i], O_RDONLY);
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(inroot_open_nolinks(host_fd, plain[i], O_RDONLY), -ELOOP);
	}
	fd = inroot_open(host_fd, "proc/self/exe", O_PATH | O_NOFOLLOW);
	assert_true(fd >= 0);
	close(fd);
}

struct racer {
	int root_fd;
	atomic_bool is_over;
};

/* Keeps exchanging a directory and a file with links that lead out, and moving a directory up and
 * down. */
static void *race(void *argument)
{
	struct racer *racer = argument;

	while (!racer->is_over) {
		renameat2(racer->root_fd, "swap", racer->root_fd, "swap_link", RENAME_EXCHANGE);
		renameat2(racer->root_fd, "hot", racer->root_fd, "hot_link", RENAME_EXCHANGE);
		renameat(racer->root_fd, "p/q/r", racer->root_fd, "r");
		renameat(racer->root_fd, "r", racer->root_fd, "p/q/r");
	}
	return NULL;
}

static bool time_is_left(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000 < 300;
}

/* Closes what was opened, unless it is the thing outside. */
static unsigned check_inside(int fd, const struct stat *outside)
{
	struct stat st;

	if (fd < 0)
		return 0;
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	assert_false(st.st_dev == outside->st_dev && st.st_ino == outside->st_ino);
	return 1;
}

static void nobody_gets_out_while_names_change(void **state)
{
	static const char *const paths[] = { "swap/secret",
					     "swap/../swap/secret",
					     "swap_link/secret",
					     "hot",
					     "./hot",
					     "hot_link",
					     "p/q/r/../../../../outside/secret",
					     "p/q/r/../../../swap/secret",
					     "swap/../../outside/secret" };
	const struct tree *tree = *state;
	struct racer racer = { .root_fd = tree->root_fd };
	struct stat secret, outside, st;
	struct timespec start;
	pthread_t thread;
	unsigned opened = 0;
	size_t i;

	assert_int_equal(fstatat(tree->top_fd, "outside/secret", &secret, 0), 0);
	assert_int_equal(fstatat(tree->top_fd, "outside", &outside, 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, race, &racer), 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (time_is_left(&start)) {
		for (i = 0; i < COUNT(paths); i++)
			opened += check_inside(inroot_open(tree->root_fd, paths[i], O_RDONLY),
					       &secret);
		check_inside(inroot_open(tree->root_fd, "p/q/r/../../..", O_PATH), &outside);
		check_inside(inroot_make_dir(tree->root_fd, "swap/escaped/x", 0755), &outside);
		check_inside(inroot_make_file(tree->root_fd, "swap/escaped_file", 0644), &secret);
	}
	racer.is_over = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(opened > 0);
	assert_int_equal(fstatat(tree->top_fd, "outside/escaped", &st, 0), -1);
	assert_int_equal(fstatat(tree->top_fd, "outside/escaped_file", &st, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(paths_lead_where_a_chroot_would),
		TREE_TEST(without_links_every_link_is_refused),
		TREE_TEST(long_names_and_many_links_end_somewhere),
		TREE_TEST(magic_links_of_procfs_are_refused),
		TREE_TEST(nobody_gets_out_while_names_change),
	};
	int failed;

	umask(0);
	failed = cmocka_run_group_tests_name("openat2", tests, use_openat2, NULL);
	return failed + cmocka_run_group_tests_name("walk", tests, use_walk, NULL);
}
