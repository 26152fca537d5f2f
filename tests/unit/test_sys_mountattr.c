/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of changing mounts, by mount_setattr(2) and without it: both must come to the same. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/mountattr.h"
#include "sys/mounttree.h"
#include "sys/syscall.h"
#include "unit.h"

enum { CHANGEABLE = 1 | 2 | 4 | 8 | 1024 | 2048 | 4096 | 8192 };

static const char base[] = "/tmp";

static bool has_namespace;

/* A mount namespace of our own; all is made in a file system of ours on /tmp. */
static int enter_namespace(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNS) < 0) {
		assert_int_equal(errno, EPERM);
		return 0;
	}
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	has_namespace = true;
	return 0;
}

static void need_root(void)
{
	if (!has_namespace)
		skip();
}

static void mount_tmpfs(const char *path, unsigned long flags)
{
	assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
	assert_int_equal(mount("tmpfs", path, "tmpfs", flags, NULL), 0);
}

/*
 * from: a mount, with two below it, one of them with a blank in its name and with a mount of its
 * own, and one that is covered by another.
 */
static void make_trees(void)
{
	assert_int_equal(mount("tmpfs", base, "tmpfs", 0, NULL), 0);
	mount_tmpfs("/tmp/from", MS_NODEV | MS_STRICTATIME);
	mount_tmpfs("/tmp/from/a b", MS_NOSUID | MS_NOATIME);
	mount_tmpfs("/tmp/from/a b/c", MS_NODIRATIME | MS_RELATIME);
	mount_tmpfs("/tmp/from/covered", 0);
	mount_tmpfs("/tmp/from/covered", MS_NOEXEC);
	mount_tmpfs("/tmp/beside", 0);
	assert_int_equal(mkdir("/tmp/to", 0755), 0);
	fd_close(open("/tmp/file", O_CREAT | O_RDWR | O_CLOEXEC, 0600));
	fd_close(open("/tmp/target", O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

static void remove_trees(void)
{
	assert_int_equal(umount2(base, MNT_DETACH), 0);
}

static int copy_of(const char *path)
{
	int fd = sys_open_tree(AT_FDCWD, path,
			       KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC |
				       KERNEL_AT_RECURSIVE);

	assert_true(fd >= 0);
	return fd;
}

static void attach(const char *from, const char *to, bool is_recursive,
		   const struct kernel_mount_attr *attr)
{
	fd_auto int mount_fd = copy_of(from);
	fd_auto int target_fd = open(to, O_PATH | O_CLOEXEC);

	assert_true(target_fd >= 0);
	assert_int_equal(mountattr_attach(mount_fd, target_fd, is_recursive, attr), 0);
}

static unsigned long flags_of(const char *path)
{
	struct statvfs about;

	assert_int_equal(statvfs(path, &about), 0);
	return about.f_flag & CHANGEABLE;
}

static const char *const places[] = { "/tmp/to", "/tmp/to/a b", "/tmp/to/a b/c", "/tmp/to/covered",
				      "/tmp/beside" };

static void flags_after(bool is_old, bool is_recursive, const struct kernel_mount_attr *attr,
			unsigned long ret[COUNT(places)])
{
	make_trees();
	mountattr_use_mount(is_old);
	assert_true(!is_old || !mountattr_takes_detached());
	attach("/tmp/from", "/tmp/to", is_recursive, attr);
	mountattr_use_mount(false);
	for (size_t i = 0; i < COUNT(places); i++)
		ret[i] = flags_of(places[i]);
	remove_trees();
}

static void both_ways_come_to_the_same(void **state)
{
	static const struct kernel_mount_attr changes[] = {
		{.set = KERNEL_MOUNT_ATTR_RDONLY                                     },
		{ .set = KERNEL_MOUNT_ATTR_NOEXEC | KERNEL_MOUNT_ATTR_NOSUID,
                 .clear = KERNEL_MOUNT_ATTR_NODEV },
		{ .set = KERNEL_MOUNT_ATTR_NOATIME,								   .clear = KERNEL_MOUNT_ATTR__ATIME },
		{ .set = KERNEL_MOUNT_ATTR_STRICTATIME | KERNEL_MOUNT_ATTR_NODIRATIME,
                 .clear = KERNEL_MOUNT_ATTR__ATIME },
		{ .clear = KERNEL_MOUNT_ATTR__ATIME},
	};

	(void)state;
	need_root();
	if (!mountattr_takes_detached())
		skip();
	for (size_t i = 0; i < COUNT(changes) * 2; i++) {
		unsigned long old[COUNT(places)], new[COUNT(places)];

		flags_after(true, i % 2, &changes[i / 2], old);
		flags_after(false, i % 2, &changes[i / 2], new);
		for (size_t k = 0; k < COUNT(places); k++)
			if (old[k] != new[k])
				fail_msg("change %zu, %s: %lx, not %lx", i / 2, places[k], old[k],
					 new[k]);
	}
}

static void all_below_is_read_only_and_nothing_else(void **state)
{
	const struct kernel_mount_attr attr = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	unsigned long flags[COUNT(places)];

	(void)state;
	need_root();
	flags_after(true, true, &attr, flags);
	for (size_t i = 0; i + 1 < COUNT(places); i++)
		assert_int_equal(flags[i] & ST_RDONLY, ST_RDONLY);
	assert_int_equal(flags[COUNT(places) - 1] & ST_RDONLY, 0);
	assert_int_equal(flags[1] & (ST_NOSUID | ST_NOATIME), ST_NOSUID | ST_NOATIME);
	assert_int_equal(flags[3] & ST_NOEXEC, ST_NOEXEC);
}

static void a_file_is_changed_without_touching_the_working_directory(void **state)
{
	const struct kernel_mount_attr attr = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	char before[4096], after[4096];

	(void)state;
	need_root();
	assert_non_null(getcwd(before, sizeof(before)));
	make_trees();
	mountattr_use_mount(true);
	attach("/tmp/file", "/tmp/target", false, &attr);
	mountattr_use_mount(false);
	assert_int_equal(flags_of("/tmp/target") & ST_RDONLY, ST_RDONLY);
	assert_int_equal(flags_of("/tmp/file") & ST_RDONLY, 0);
	remove_trees();
	assert_non_null(getcwd(after, sizeof(after)));
	assert_string_equal(after, before);
}

/* What is detached cannot be changed the old way, and that is no success. */
static void a_detached_mount_is_an_error(void **state)
{
	const struct kernel_mount_attr attr = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	fd_auto int fd = -EBADF;

	(void)state;
	need_root();
	make_trees();
	fd = copy_of("/tmp/from");
	mountattr_use_mount(true);
	assert_int_equal(mountattr_set(fd, false, &attr), -EINVAL);
	mountattr_use_mount(false);
	remove_trees();
}

static int count_one(int fd, const void *context)
{
	(void)fd;
	(void)context;
	return -EXFULL;
}

static void what_the_visitor_says_ends_the_visit(void **state)
{
	fd_auto int fd = -EBADF;

	(void)state;
	need_root();
	make_trees();
	fd = open("/tmp/beside", O_PATH | O_CLOEXEC);
	assert_int_equal(mounttree_each(fd, count_one, NULL), 0);
	fd_close(fd);
	fd = open("/tmp/from", O_PATH | O_CLOEXEC);
	assert_int_equal(mounttree_each(fd, count_one, NULL), -EXFULL);
	remove_trees();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_come_to_the_same),
		cmocka_unit_test(all_below_is_read_only_and_nothing_else),
		cmocka_unit_test(a_file_is_changed_without_touching_the_working_directory),
		cmocka_unit_test(a_detached_mount_is_an_error),
		cmocka_unit_test(what_the_visitor_says_ends_the_visit),
	};

	return cmocka_run_group_tests(tests, enter_namespace, NULL);
}
