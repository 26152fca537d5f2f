/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of files of procfs, with openat2 and without, and with things mounted over them. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/procfd.h"
#include "sys/resolve.h"
#include "unit.h"

static void a_file_is_read_whole(void **state)
{
	fd_auto int proc_fd = procfd_open();
	char text[4096], small[4], path[64];
	int length;

	(void)state;
	assert_true(proc_fd >= 0);
	assert_int_equal(fcntl(proc_fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(procfd_read(proc_fd, "version", small, sizeof(small)), -EFBIG);
	length = procfd_read(proc_fd, "version", text, sizeof(text));
	assert_true(length > 14);
	assert_int_equal(length, strlen(text));
	assert_memory_equal(text, "Linux version ", 14);
	snprintf(path, sizeof(path), "%d/comm", (int)getpid());
	assert_true(procfd_read(proc_fd, path, text, sizeof(text)) > 1);
	assert_memory_equal(text, "test_sys_procfd", 15);
}

static void self_is_expanded(void **state)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int link_fd = -EBADF;
	char text[4096], pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), "%d ", (int)getpid());
	assert_true(procfd_read(proc_fd, "self/stat", text, sizeof(text)) > 0);
	assert_memory_equal(text, pid, strlen(pid));
	assert_true(procfd_read(proc_fd, "thread-self/stat", text, sizeof(text)) > 0);
	assert_memory_equal(text, pid, strlen(pid));
	assert_int_equal(procfd_write(proc_fd, "self/comm", "renamed", 7), 0);
	assert_int_equal(procfd_read(proc_fd, "self/comm", text, sizeof(text)), 8);
	assert_string_equal(text, "renamed\n");
	link_fd = procfd_open_file(proc_fd, "self/ns/mnt", O_PATH | O_NOFOLLOW);
	assert_true(link_fd >= 0);
	assert_true(readlinkat(link_fd, "", text, sizeof(text)) > 5);
	assert_memory_equal(text, "mnt:[", 5);
	assert_int_equal(procfd_write(proc_fd, "self/comm", "test_sys_procfd", 15), 0);
}

static void what_is_no_file_of_procfs_is_refused(void **state)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int other_fd = open("/", O_PATH | O_CLOEXEC);

	(void)state;
	assert_int_equal(procfd_open_file(proc_fd, "self/exe", O_RDONLY), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "self/exe", O_PATH), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "self/exe", O_RDONLY | O_NOFOLLOW), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "self/root/etc", O_RDONLY), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "self/cwd", O_PATH), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "mounts", O_RDONLY), -ELOOP);
	assert_int_equal(procfd_open_file(proc_fd, "none", O_RDONLY), -ENOENT);
	assert_int_equal(procfd_open_file(proc_fd, "none", O_RDWR | O_CREAT), -EINVAL);
	assert_true(procfd_open_file(proc_fd, "../etc/passwd", O_RDONLY) < 0);
	assert_true(procfd_open_file(proc_fd, "/etc/passwd", O_RDONLY) < 0);
	assert_int_equal(procfd_open_file(other_fd, "etc/passwd", O_RDONLY), -EXDEV);
}

/* In namespaces of its own: something else lies over files, and then over all of procfs. */
static int check_covered(void)
{
	fd_auto int proc_fd = -EBADF;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/etc/passwd", "/proc/version", NULL, MS_BIND, NULL) < 0 ||
	    mount("/proc/uptime", "/proc/loadavg", NULL, MS_BIND, NULL) < 0)
		return 77;
	proc_fd = procfd_open();
	if (proc_fd < 0)
		return 1;
	if (procfd_open_file(proc_fd, "version", O_RDONLY) != -EXDEV)
		return 2;
	if (procfd_open_file(proc_fd, "loadavg", O_RDONLY) != -EXDEV)
		return 3;
	if (mount("none", "/proc", "tmpfs", 0, NULL) < 0)
		return 77;
	if (procfd_open() != -ENODEV)
		return 4;
	return procfd_open_file(proc_fd, "uptime", O_RDONLY) < 0 ? 5 : 0;
}

static void what_is_mounted_over_a_file_is_refused(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(check_covered());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int use_openat2(void **state)
{
	(void)state;
	resolve_use_walk(false);
	return 0;
}

static int use_walk(void **state)
{
	(void)state;
	resolve_use_walk(true);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_whole),
		cmocka_unit_test(self_is_expanded),
		cmocka_unit_test(what_is_no_file_of_procfs_is_refused),
		cmocka_unit_test(what_is_mounted_over_a_file_is_refused),
	};
	int failed = cmocka_run_group_tests_name("openat2", tests, use_openat2, NULL);

	return failed + cmocka_run_group_tests_name("walk", tests, use_walk, NULL);
}
