/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends a command with SIGKILL at a moment counted from its execve, for tests of what a death at any
 * moment leaves behind: a shell's sleep is longer than a whole create. Must not know the command.
 *
 * killat [--child] MICROSECONDS COMMAND [ARG...]
 *
 * --child ends the command's youngest child instead, and then waits for the command itself.
 *Standard input, output and error are the command's own. One line on standard error says what came
 *of it: killat: killed after 120 us killat: exited 0 after 97 us		(before its time)
 *	killat: child 4711 killed after 120 us, exited 1
 *	killat: no child after 120 us, exited 0
 * Exit status: 0 killed, 3 it had ended before or there was no child, 2 wrong arguments, 127 no
 *execve.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLED = 0, WRONG = 2, TOO_LATE = 3, NO_EXEC = 127 };

static long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

/* The command's execve closes the pipe; a failed one says its errno through it. */
_Noreturn static void command_exec(int pipe_fd, char **words)
{
	execvp(words[0], words);
	int r = errno;

	if (write(pipe_fd, &r, sizeof(r)) < 0)
		_exit(NO_EXEC);
	_exit(NO_EXEC);
}

/* Its pid once it has been executed, or a negative errno. */
static pid_t command_start(char **words)
{
	int fds[2], failure = 0;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid_t pid = fork();

	if (pid == 0)
		command_exec(fds[1], words);
	close(fds[1]);
	if (pid < 0 || read(fds[0], &failure, sizeof(failure)) != 0) {
		close(fds[0]);
		return failure ? -failure : -EAGAIN;
	}
	close(fds[0]);
	return pid;
}

/* Sleeps while it is far away, then looks at the clock: a sleep alone wakes 50 and more us late. */
static void wait_until(long long moment)
{
	long long left = moment - now_us();
	struct timespec ts = { (left - 1000) / 1000000, (left - 1000) % 1000000 * 1000 };

	if (left > 2000)
		nanosleep(&ts, NULL);
	while (now_us() < moment)
		continue;
}

/* The last child of a process, or 0. */
static pid_t child_find(pid_t pid)
{
	char path[64], list[4096];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, list, sizeof(list) - 1);

	if (fd >= 0)
		close(fd);
	while (length > 0 && list[length - 1] == ' ')
		length--;
	if (length <= 0)
		return 0;
	list[length] = '\0';
	char *last = strrchr(list, ' ');

	return (pid_t)strtol(last ? last + 1 : list, NULL, 10);
}

static void status_print(int status, const char *after)
{
	if (WIFSIGNALED(status))
		fprintf(stderr, "signal %d%s", WTERMSIG(status), after);
	else
		fprintf(stderr, "exited %d%s", WEXITSTATUS(status), after);
}

static int command_kill(pid_t pid, long long begin)
{
	siginfo_t info = { 0 };
	char after[64];
	int status;

	/* Ended or not is asked without reaping: the pid stays its own. */
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
	kill(pid, SIGKILL);
	snprintf(after, sizeof(after), " after %lld us\n", now_us() - begin);
	waitpid(pid, &status, 0);
	bool is_killed = info.si_pid == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

	fputs("killat: ", stderr);
	if (is_killed)
		fprintf(stderr, "killed%s", after);
	else
		status_print(status, after);
	return is_killed ? KILLED : TOO_LATE;
}

static int child_kill(pid_t pid, long long begin)
{
	pid_t child = child_find(pid);
	bool is_killed = child > 0 && kill(child, SIGKILL) == 0;
	long long after = now_us() - begin;
	int status;

	waitpid(pid, &status, 0);
	if (is_killed)
		fprintf(stderr, "killat: child %d killed after %lld us, ", (int)child, after);
	else
		fprintf(stderr, "killat: no child after %lld us, ", after);
	status_print(status, "\n");
	return is_killed ? KILLED : TOO_LATE;
}

static int usage(void)
{
	fprintf(stderr, "usage: killat [--child] MICROSECONDS COMMAND [ARG...]\n");
	return WRONG;
}

int main(int argc, char **argv)
{
	bool is_child = argc > 1 && !strcmp(argv[1], "--child");
	char **words = argv + 1 + is_child, *end;

	if (argc < 3 + is_child)
		return usage();
	errno = 0;
	long long moment = strtoll(words[0], &end, 10);

	if (errno || *end || end == words[0] || moment < 0 || moment > 60000000)
		return usage();
	pid_t pid = command_start(words + 1);
	long long begin = now_us();

	if (pid < 0) {
		fprintf(stderr, "killat: %s: %s\n", words[1], strerror(-pid));
		return NO_EXEC;
	}
	wait_until(begin + moment);
	return is_child ? child_kill(pid, begin) : command_kill(pid, begin);
}
