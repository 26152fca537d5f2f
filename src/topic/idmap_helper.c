/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that map ids for a caller who may not; see idmap.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/strbuf.h"
#include "sys/child.h"
#include "sys/syscall.h"
#include "topic/idmap.h"

enum {
	NUMBER_SIZE = 11,        /* the digits of a 32-bit number, and a NUL */
	WORDS = 1 + 1 + 3 * 340, /* program, pid, mappings */
	SAID_SIZE = 256,
	MAPS_SIZE = 4096,
	STATUS_NOT_RUN = 127,
};

struct command {
	char *argv[WORDS + 1];
	char numbers[WORDS][NUMBER_SIZE];
	size_t n;
};

static void add_number(struct command *command, uint32_t number)
{
	char *text = command->numbers[command->n];

	snprintf(text, NUMBER_SIZE, "%u", number);
	command->argv[command->n++] = text;
}

static void make_command(const struct idmap_helper *args, uint32_t pid, struct command *ret)
{
	ret->argv[0] = (char *)args->program;
	ret->n = 1;
	add_number(ret, pid);
	for (size_t i = 0; i < args->n && ret->n + 3 <= WORDS; i++) {
		add_number(ret, args->maps[i].inside);
		add_number(ret, args->maps[i].outside);
		add_number(ret, args->maps[i].size);
	}
	ret->argv[ret->n] = NULL;
}

/* In the child: no descriptor but the three, and no environment. */
__attribute__((noreturn)) static void become(const struct command *command, int null_fd,
					     int said_fd)
{
	static char *const no_environment[] = { NULL };

	if (dup2(null_fd, 0) >= 0 && dup2(said_fd, 1) >= 0 && dup2(said_fd, 2) >= 0 &&
	    sys_close_range(3, UINT32_MAX, 0) == 0)
		execve(command->argv[0], command->argv, no_environment);
	sys_exit(STATUS_NOT_RUN);
}

/* The first line of what it says; the rest is read, so that it does not have to wait. */
static void listen_to(int fd, char said[SAID_SIZE])
{
	char rest[SAID_SIZE];
	size_t length = 0;
	ssize_t n;

	do {
		bool is_full = length == SAID_SIZE - 1;

		n = is_full ? read(fd, rest, sizeof(rest))
			    : read(fd, said + length, SAID_SIZE - 1 - length);
		if (n > 0 && !is_full)
			length += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	said[length] = '\0';
	said[strcspn(said, "\n")] = '\0';
}

static int await(pid_t pid)
{
	siginfo_t end;
	int r = child_reap(pid, &end);

	if (r < 0)
		return r;
	return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
}

/* The exit status, or -errno. */
static int run(const struct command *command, char said[SAID_SIZE])
{
	struct kernel_clone_args clone = { .exit_signal = SIGCHLD };
	fd_auto int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int pipes[2], pid;

	said[0] = '\0';
	if (null_fd < 0 || pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	pid = sys_clone3(&clone);
	if (pid == 0)
		become(command, null_fd, pipes[1]);
	fd_close(pipes[1]);
	if (pid > 0)
		listen_to(pipes[0], said);
	fd_close(pipes[0]);
	return pid < 0 ? pid : await(pid);
}

/*
 * Trust: the program is one of two at a fixed place, with privileges of its own; it is given
 * numbers only, the pid of a child that cannot be reaped meanwhile, no environment and no
 * descriptor of ours. What it says goes into an error's text.
 */
int idmap_helper_apply(const struct idmap_helper *args, struct slots *slots, struct error *err)
{
	struct command command;
	char said[SAID_SIZE];
	int r;

	make_command(args, (uint32_t)slot_get(slots, SLOT_PID), &command);
	r = run(&command, said);
	if (r == 0)
		return 0;
	if (r < 0)
		return error_errno(err, -r, "run %s", args->program);
	if (r == STATUS_NOT_RUN)
		return error_set(err, ENOEXEC, "%s could not be run", args->program);
	error_set(err, EPERM, "%s failed with status %d%s%s", args->program, r, *said ? ": " : "",
		  said);
	return error_hint(err, "are these ids the caller's in /etc/subuid and /etc/subgid?");
}

void idmap_helper_describe(const struct idmap_helper *args, struct describer *d)
{
	char text[MAPS_SIZE];
	struct strbuf maps;

	strbuf_init_fixed(&maps, text, sizeof(text));
	for (size_t i = 0; i < args->n; i++)
		strbuf_add_format(&maps, "%u %u %u\n", args->maps[i].inside, args->maps[i].outside,
				  args->maps[i].size);
	describe_string(d, "program", args->program);
	describe_string(d, "map", text);
}
