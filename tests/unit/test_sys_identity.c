/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of who a process is. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/identity.h"
#include "sys/procfd.h"
#include "sys/syscall.h"
#include "unit.h"

/* A child that waits, and how to end it. */
static pid_t child_start(const char *name)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (name)
			prctl(PR_SET_NAME, name);
		for (;;)
			pause();
	}
	return pid;
}

/* As identity_has_ended, of a pid; -ESRCH when it is gone. */
static int has_ended(pid_t pid)
{
	int pidfd = sys_pidfd_open(pid), r;

	if (pidfd < 0)
		return pidfd;
	r = identity_has_ended(pidfd);
	close(pidfd);
	return r;
}

/* Ends it and leaves a zombie. */
static void child_kill(pid_t pid)
{
	siginfo_t info;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void a_process_is_found_again(void **state)
{
	fd_auto int proc_fd = procfd_open();
	pid_t pid = child_start(NULL);
	fd_auto int pidfd = sys_pidfd_open(pid);
	fd_auto int found_fd = -EBADF;
	struct identity identity, again;
	struct pollfd ended;

	(void)state;
	assert_int_equal(identity_of(proc_fd, pid, pidfd, &identity), 0);
	assert_int_equal(identity.pid, pid);
	assert_true(identity.start_time > 0);
	assert_int_equal(identity_of(proc_fd, pid, -1, &again), 0);
	assert_true(again.start_time == identity.start_time && again.pidfd_inode == 0);
	found_fd = identity_open(proc_fd, &identity);
	assert_true(found_fd >= 0);
	assert_int_equal(fcntl(found_fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	ended = (struct pollfd){ .fd = found_fd, .events = POLLIN };
	assert_int_equal(poll(&ended, 1, 0), 0);
	child_kill(pid);
	assert_int_equal(poll(&ended, 1, 1000), 1);
	waitpid(pid, NULL, 0);
}

static void another_process_with_its_pid_is_not_it(void **state)
{
	fd_auto int proc_fd = procfd_open();
	struct identity self, other;
	fd_auto int pidfd = sys_pidfd_open(getpid());

	(void)state;
	assert_int_equal(identity_of(proc_fd, getpid(), pidfd, &self), 0);
	other = self;
	other.pidfd_inode = 0;
	other.start_time++;
	assert_int_equal(identity_open(proc_fd, &other), -ESRCH);
	if (self.pidfd_inode) {
		other = self;
		other.pidfd_inode++;
		assert_int_equal(identity_open(proc_fd, &other), -ESRCH);
	}
	other.pid = 0;
	assert_int_equal(identity_open(proc_fd, &other), -ESRCH);
	other.pid = -1;
	assert_int_equal(identity_open(proc_fd, &other), -ESRCH);
}

/* Whoever reads may be in another time namespace than who wrote: the inode is enough. */
static void the_start_time_is_for_those_without_an_inode(void **state)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int pidfd = sys_pidfd_open(getpid());
	struct identity self;
	int found_fd;

	(void)state;
	assert_int_equal(identity_of(proc_fd, getpid(), pidfd, &self), 0);
	if (!self.pidfd_inode)
		skip();
	self.start_time += 1000;
	found_fd = identity_open(-1, &self);
	assert_true(found_fd >= 0);
	fd_close(found_fd);
}

static void the_dead_are_zombies_and_then_gone(void **state)
{
	fd_auto int proc_fd = procfd_open();
	pid_t pid = child_start(NULL);
	fd_auto int pidfd = sys_pidfd_open(pid);
	fd_auto int found_fd = -EBADF;
	struct identity identity, unchanged = { .pid = 7 };

	(void)state;
	assert_int_equal(identity_of(proc_fd, pid, pidfd, &identity), 0);
	assert_int_equal(has_ended(pid), 0);
	child_kill(pid);
	assert_int_equal(has_ended(pid), 1);
	found_fd = identity_open(proc_fd, &identity);
	assert_true(found_fd >= 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(has_ended(pid), -ESRCH);
	assert_int_equal(identity_open(proc_fd, &identity), -ESRCH);
	assert_int_equal(identity_of(proc_fd, pid, pidfd, &unchanged), -ESRCH);
	assert_int_equal(identity_of(proc_fd, 0, -1, &unchanged), -ESRCH);
	assert_int_equal(unchanged.pid, 7);
}

static void a_name_cannot_lie_about_the_start(void **state)
{
	fd_auto int proc_fd = procfd_open();
	pid_t pid = child_start(") Z 1 2 (x) R");
	struct identity identity, self;
	char name[32] = "";
	int i;

	(void)state;
	for (i = 0; i < 1000 && name[0] != ')'; i++) {
		char path[32];

		snprintf(path, sizeof(path), "%d/comm", (int)pid);
		assert_true(procfd_read(proc_fd, path, name, sizeof(name)) > 0);
		usleep(1000);
	}
	assert_string_equal(name, ") Z 1 2 (x) R\n");
	assert_int_equal(has_ended(pid), 0);
	assert_int_equal(identity_of(proc_fd, pid, -1, &identity), 0);
	assert_int_equal(identity_of(proc_fd, getpid(), -1, &self), 0);
	assert_true(identity.start_time >= self.start_time);
	assert_true(identity.start_time < self.start_time + 360000);
	child_kill(pid);
	waitpid(pid, NULL, 0);
}

static void *thread_pause(void *argument)
{
	while (pause() < 0)
		continue;
	return argument;
}

/* Its first thread ends, another goes on. */
static _Noreturn void run_without_first_thread(void)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_create(&thread, NULL, thread_pause, NULL);
	syscall(SYS_exit, 0);
	_exit(1);
}

static void a_process_without_its_first_thread_runs(void **state)
{
	fd_auto int proc_fd = procfd_open();
	char path[32], text[2048] = "";
	pid_t pid = fork();
	int i;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		run_without_first_thread();
	snprintf(path, sizeof(path), "%d/stat", (int)pid);
	for (i = 0; i < 2000 && !strstr(text, ") Z "); i++) {
		assert_true(procfd_read(proc_fd, path, text, sizeof(text)) > 0);
		usleep(1000);
	}
	assert_non_null(strstr(text, ") Z "));
	assert_int_equal(has_ended(pid), 0);
	child_kill(pid);
	assert_int_equal(has_ended(pid), 1);
	waitpid(pid, NULL, 0);
}

static void a_boot_has_an_id(void **state)
{
	fd_auto int proc_fd = procfd_open();
	char id[BOOT_ID_SIZE], again[BOOT_ID_SIZE];

	(void)state;
	assert_int_equal(boot_id(proc_fd, id), 0);
	assert_int_equal(boot_id(proc_fd, again), 0);
	assert_int_equal(strlen(id), 36);
	assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
	assert_string_equal(id, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_found_again),
		cmocka_unit_test(another_process_with_its_pid_is_not_it),
		cmocka_unit_test(the_start_time_is_for_those_without_an_inode),
		cmocka_unit_test(the_dead_are_zombies_and_then_gone),
		cmocka_unit_test(a_name_cannot_lie_about_the_start),
		cmocka_unit_test(a_process_without_its_first_thread_runs),
		cmocka_unit_test(a_boot_has_an_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
