/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the system calls of commands and of every process that they start, containers included.
 * Must not know what the commands are.
 *
 * syscalls COMMAND... [--then COMMAND... | --settle COMMAND...]...
 *
 * --then runs the next command when the one before has ended, --settle when in addition nothing is
 * left of what it started. Prints the calls, and the processes and threads, of all of them together
 * once the last one has ended and nothing is left. Standard input and output of the commands are
 * /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_SECONDS = 60 };

struct count {
	unsigned long calls, tasks;
	pid_t main_pid;  /* the command that runs now */
	int main_status; /* of the last one that ended */
	bool is_started; /* its execve succeeded: what came before were our own calls */
};

static const int trace_options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
				 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

_Noreturn static void command_exec(char **words)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null_fd, 0);
	dup2(null_fd, 1);
	raise(SIGSTOP); /* until it is traced */
	execvp(words[0], words);
	fprintf(stderr, "syscalls: %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

static int command_start(struct count *count, char **words)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		command_exec(words);
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) < 0)
		return -errno;
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)trace_options) < 0)
		return -errno;
	kill(pid, SIGCONT);
	count->main_pid = pid;
	count->is_started = false;
	count->tasks++;
	return 0;
}

/* The libcs do not agree on the name of the kernel's struct: its first byte says enough. */
static bool is_call_entry(pid_t pid)
{
	unsigned char info[128];
	long r = ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), info);

	return r > 0 && info[0] == PTRACE_SYSCALL_INFO_ENTRY;
}

static void count_start(struct count *count)
{
	count->is_started = true;
	count->calls++;
}

static void count_call(struct count *count, pid_t pid)
{
	if (count->is_started || pid != count->main_pid)
		count->calls += is_call_entry(pid);
}

/* What the stop of a traced process says, and on with it. */
static void stop_handle(struct count *count, pid_t pid, int status)
{
	int signal_number = WSTOPSIG(status), event = status >> 16, deliver = 0;

	if (signal_number == (SIGTRAP | 0x80))
		count_call(count, pid);
	else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
		 event == PTRACE_EVENT_CLONE)
		count->tasks++;
	else if (event == PTRACE_EVENT_EXEC && pid == count->main_pid && !count->is_started)
		count_start(count);
	else if (event == 0)
		deliver = signal_number;
	ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)deliver);
}

/* Until the running command has ended (all == false), or everything has. 0 or a negative errno. */
static int trace(struct count *count, bool all)
{
	int status;
	pid_t pid;

	alarm(COMMAND_SECONDS);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			stop_handle(count, pid, status);
			continue;
		}
		if (pid != count->main_pid)
			continue;
		count->main_pid = 0;
		count->main_status = status;
		if (!all)
			break;
	}
	int r = pid < 0 && errno != ECHILD ? -errno : 0;

	alarm(0);
	return r;
}

static bool is_separator(const char *word)
{
	return !strcmp(word, "--then") || !strcmp(word, "--settle");
}

/* One command and what follows from its separator; 0, or an exit status after a complaint. */
static int command_count(struct count *count, char **words, bool all)
{
	int r = command_start(count, words);

	if (r == 0)
		r = trace(count, all);
	if (r < 0) {
		fprintf(stderr, "syscalls: %s: %s\n", words[0], strerror(-r));
		return 1;
	}
	if (WIFEXITED(count->main_status) && WEXITSTATUS(count->main_status) == 0)
		return 0;
	fprintf(stderr, "syscalls: %s ended with wait status 0x%x\n", words[0], count->main_status);
	return 1;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct count count = { 0 };

	if (argc < 2) {
		fprintf(stderr, "usage: syscalls COMMAND... [--then|--settle COMMAND...]...\n");
		return 2;
	}
	sigaction(SIGALRM, &action, NULL);
	for (char **words = argv + 1; *words;) {
		char **end = words;

		while (*end && !is_separator(*end))
			end++;
		bool is_last = !*end, all = is_last || !strcmp(*end, "--settle");

		*end = NULL;
		if (end == words || command_count(&count, words, all))
			return 1;
		words = is_last ? end : end + 1;
	}
	printf("%lu %lu\n", count.calls, count.tasks);
	return 0;
}
