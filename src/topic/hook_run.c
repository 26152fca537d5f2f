/* SPDX-License-Identifier: Apache-2.0 */
/* Runs hooks; see hook.h. Safe between clone and exec: nothing here allocates. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/child.h"
#include "sys/descriptors.h"
#include "sys/interrupt.h"
#include "sys/signals.h"
#include "sys/syscall.h"
#include "topic/hook.h"
#include "topic/hook_text.h"

enum {
	NOT_EXECUTED = 127, /* the exit status of a hook that could not be executed */
	HOOK_UMASK = 022,
	NULL_MAJOR = 1,
	NULL_MINOR = 3,
};

struct piece {
	const char *at;
	size_t left;
};

/* One hook that runs. */
struct running {
	const struct hook *hook;
	int pid, pidfd;
	int state_fd, failure_fd; /* our ends of its pipes; they never block */
	struct piece state[3];    /* what is still to be written to standard input */
	struct timespec deadline; /* of CLOCK_MONOTONIC, when the hook has a timeout */
	struct hook_text text;    /* what comes from standard error */
};

struct ends {
	int state_fd, failure_fd; /* the hook's */
	int text_fd;              /* its own, too, but kept in hook_text */
};

/* --- in the hook's own process --- */

/* It says where it failed by the errno alone: the only thing that goes wrong later is the exec. */
static void give_up(int failure_fd, int code)
{
	if (write(failure_fd, &code, sizeof(code)) < 0)
		sys_exit(NOT_EXECUTED);
	sys_exit(NOT_EXECUTED);
}

/* A name in the container may be anything; then its output is kept with the errors. */
static int open_sink(int otherwise)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(NULL_MAJOR, NULL_MINOR) && fcntl(fd, F_SETFL, O_WRONLY) == 0)
		return fd;
	return otherwise;
}

static int take_descriptors(const struct ends *ends)
{
	const int kept[] = { ends->failure_fd };

	if (dup2(ends->state_fd, STDIN_FILENO) < 0 ||
	    dup2(open_sink(ends->text_fd), STDOUT_FILENO) < 0 ||
	    dup2(ends->text_fd, STDERR_FILENO) < 0)
		return -errno;
	return descriptors_close_others(3, kept, 1);
}

/*
 * Where it begins: in the bundle, in the container's root, or where the container's process will
 * begin.
 */
static int take_directory(const struct hook *hook, int root_fd)
{
	if (hook->kind == HOOK_START_CONTAINER)
		return 0;
	umask(HOOK_UMASK);
	if (hook->kind == HOOK_CREATE_CONTAINER)
		return fchdir(root_fd) < 0 ? -errno : 0;
	return chdir(hook->bundle) < 0 && chdir("/") < 0 ? -errno : 0;
}

/* A session of its own: no terminal of the caller's, and a group that can be killed as a whole. */
static void become(const struct hook *hook, int root_fd, int parent, const struct ends *ends)
{
	int r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || syscall(SYS_getppid) != parent)
		sys_exit(NOT_EXECUTED);
	setsid();
	signals_reset();
	r = take_directory(hook, root_fd);
	if (r == 0)
		r = take_descriptors(ends);
	if (r < 0)
		give_up(ends->failure_fd, -r);
	execve(hook->path, hook->argv, hook->envp);
	give_up(ends->failure_fd, errno);
}

/* --- what it is told --- */

static void write_state(struct running *run)
{
	for (size_t i = 0; i < sizeof(run->state) / sizeof(run->state[0]); i++) {
		struct piece *piece = &run->state[i];

		while (piece->left > 0) {
			ssize_t n = write(run->state_fd, piece->at, piece->left);

			if (n < 0 && errno == EAGAIN)
				return;
			if (n < 0) /* it does not want to know: no failure */
				piece->left = 0;
			piece->at += n < 0 ? 0 : n;
			piece->left -= n < 0 ? 0 : (size_t)n;
		}
	}
	run->state_fd = fd_close(run->state_fd);
}

/* --- its end --- */

/* Milliseconds until the deadline, as poll takes them; 0 when it has passed. */
static int time_left(const struct running *run)
{
	struct timespec now;
	int64_t left;

	if (!run->hook->timeout)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	left = run->deadline.tv_sec - now.tv_sec;
	if (left > INT_MAX / 1000 - 1)
		return INT_MAX;
	left = left * 1000 + (run->deadline.tv_nsec - now.tv_nsec + 999999) / 1000000;
	return left < 0 ? 0 : (int)left;
}

/* Until it has ended. -ETIMEDOUT when it takes too long. */
static int attend(struct running *run)
{
	for (;;) {
		struct pollfd v[3] = {
			{.fd = run->pidfd,         .events = POLLIN },
			{ .fd = run->text.read_fd, .events = POLLIN },
			{ .fd = run->state_fd,     .events = POLLOUT},
		};
		int r = poll(v, 3, time_left(run));

		if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0 && v[1].revents)
			hook_text_read(&run->text);
		if (r > 0 && v[2].revents)
			write_state(run);
		if (r > 0 && v[0].revents)
			return 0;
		/* one that never stops writing is late as well */
		if (time_left(run) == 0)
			return -ETIMEDOUT;
	}
}

/* Its whole group, and itself if it has not got one yet. Reaps it. */
static void end_group(struct running *run, siginfo_t *info)
{
	kill(-run->pid, SIGKILL);
	sys_pidfd_send_signal(run->pidfd, SIGKILL);
	child_reap(run->pid, info);
}

static int judge(struct running *run, const siginfo_t *info, struct error *err)
{
	const char *kind = hook_kind_name((enum hook_kind)run->hook->kind);
	const char *path = run->hook->path, *text, *colon;
	int code;

	if (read(run->failure_fd, &code, sizeof(code)) == sizeof(code))
		return error_errno(err, code, "execute the %s hook %s", kind, path);
	if (info->si_code == CLD_EXITED && info->si_status == 0)
		return 0;
	text = hook_text_line(&run->text);
	colon = *text ? ": " : "";
	if (info->si_code == CLD_EXITED)
		return error_set(err, ECANCELED, "the %s hook %s ended with status %d%s%s", kind,
				 path, info->si_status, colon, text);
	return error_set(err, ECANCELED, "the %s hook %s was killed by signal %d%s%s", kind, path,
			 info->si_status, colon, text);
}

static int judge_late(struct running *run, struct error *err)
{
	const char *text = hook_text_line(&run->text);

	return error_set(err, ETIMEDOUT, "the %s hook %s did not end within %lld s%s%s",
			 hook_kind_name((enum hook_kind)run->hook->kind), run->hook->path,
			 (long long)run->hook->timeout, *text ? ": " : "", text);
}

static int await(struct running *run, struct error *err)
{
	siginfo_t info = { 0 };
	int r = attend(run);

	if (r < 0) {
		end_group(run, &info);
		hook_text_finish(&run->text);
		return r == -ETIMEDOUT
			       ? judge_late(run, err)
			       : error_errno(err, -r, "wait for the hook %s", run->hook->path);
	}
	if (interrupt_signal())
		kill(-run->pid, SIGKILL); /* not reaped yet: the group is its own */
	r = child_reap(run->pid, &info);
	/* what is in the pipe is its own; who else has it open may go on without being heard */
	hook_text_finish(&run->text);
	if (r < 0)
		return error_errno(err, -r, "wait for the hook %s", run->hook->path);
	return judge(run, &info, err);
}

/* --- its beginning --- */

static int open_pipes(struct running *run, struct ends *ends)
{
	int state[2], failure[2], r;

	if (pipe2(state, O_CLOEXEC) < 0)
		return -errno;
	ends->state_fd = state[0];
	run->state_fd = state[1];
	if (pipe2(failure, O_CLOEXEC) < 0)
		return -errno;
	run->failure_fd = failure[0];
	ends->failure_fd = failure[1];
	/* ours alone: how an end blocks is shared with whoever has the same end */
	if (fcntl(run->state_fd, F_SETFL, O_WRONLY | O_NONBLOCK) < 0 ||
	    fcntl(run->failure_fd, F_SETFL, O_RDONLY | O_NONBLOCK) < 0)
		return -errno;
	r = hook_text_open(&run->text);
	ends->text_fd = run->text.hook_fd;
	return r;
}

static int begin(struct running *run, int root_fd, struct ends *ends)
{
	struct kernel_clone_args clone = { .flags = KERNEL_CLONE_PIDFD,
					   .pidfd = (uintptr_t)&run->pidfd,
					   .exit_signal = SIGCHLD };
	int self = (int)syscall(SYS_getpid);
	int r = open_pipes(run, ends);

	if (r < 0)
		return r;
	clock_gettime(CLOCK_MONOTONIC, &run->deadline);
	if (__builtin_add_overflow(run->deadline.tv_sec, run->hook->timeout, &run->deadline.tv_sec))
		run->deadline.tv_sec = INT64_MAX;
	run->pid = sys_clone3(&clone);
	if (run->pid == 0)
		become(run->hook, root_fd, self, ends);
	return run->pid < 0 ? run->pid : 0;
}

static void close_ends(struct ends *ends)
{
	ends->state_fd = fd_close(ends->state_fd);
	ends->failure_fd = fd_close(ends->failure_fd);
}

/* The kernel says no more than "again" of all the limits that there are. */
static int tell_unstarted(const struct hook *hook, int code, struct error *err)
{
	error_errno(err, code, "run the hook %s", hook->path);
	if (code == EAGAIN && hook->is_counted)
		error_hint(err, "the container's limit of processes, /linux/resources/pids/limit, "
				"is likely too low: the hook counts, and the container's first "
				"process does, too");
	return -code;
}

static int run_to_end(struct running *run, int root_fd, struct error *err)
{
	struct ends ends = { -EBADF, -EBADF, -EBADF };
	int watched, r = begin(run, root_fd, &ends);

	close_ends(&ends);
	if (r < 0) {
		r = tell_unstarted(run->hook, -r, err);
	} else {
		watched = interrupt_watch(run->pidfd);
		r = await(run, err);
		interrupt_watch(watched);
	}
	fd_close(run->pidfd);
	fd_close(run->state_fd);
	fd_close(run->failure_fd);
	hook_text_close(&run->text);
	return r;
}

/*
 * Trust: the hook is the configuration's and has its caller's privilege wherever it runs; but what
 * it was given may be read and written by the container from then on. So it has nothing of ours
 * but three descriptors, made for it alone, and what it writes is only ever kept, never waited for.
 */
int hook_run(const struct hook *hook, int root_fd, pid_t pid, struct error *err)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN },
			       standard = { .sa_handler = SIG_DFL };
	struct sigaction pipe_action, child_action;
	struct running run = {
		.hook = hook,
		.pidfd = -EBADF,
		.state_fd = -EBADF,
		.failure_fd = -EBADF,
		.text = {.read_fd = -EBADF, .hook_fd = -EBADF}
	};
	char number[16];
	int r;

	snprintf(number, sizeof(number), "%d", pid);
	run.state[0] = (struct piece){ hook->state, strlen(hook->state) };
	run.state[1] = (struct piece){ number, strlen(number) };
	run.state[2] = (struct piece){ hook->rest, strlen(hook->rest) };
	/* one that closes its standard input early must not end us; its exit status is ours */
	sigaction(SIGPIPE, &ignore, &pipe_action);
	sigaction(SIGCHLD, &standard, &child_action);
	r = run_to_end(&run, root_fd, err);
	sigaction(SIGPIPE, &pipe_action, NULL);
	sigaction(SIGCHLD, &child_action, NULL);
	return r;
}

int hook_apply(const struct hook *args, struct slots *slots, struct error *err)
{
	switch ((enum hook_kind)args->kind) {
	case HOOK_CREATE_CONTAINER:
		return hook_run(args, slot_get(slots, SLOT_ROOT), (pid_t)syscall(SYS_getpid), err);
	case HOOK_START_CONTAINER:
		return hook_run(args, -1, (pid_t)syscall(SYS_getpid), err);
	default:
		return hook_run(args, -1, slot_get(slots, SLOT_PID), err);
	}
}
