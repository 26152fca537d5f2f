/* SPDX-License-Identifier: Apache-2.0 */
/* run in the foreground; see the header. */
#include "container/foreground.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "sys/syscall.h"

void foreground_begin(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

/* Something that the kernel sends for a fault of our own is not the container's. */
static bool is_passed_on(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGPIPE:
		return false;
	default:
		return true;
	}
}

static bool has_ended(const struct engine *engine)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)engine->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid != 0;
}

int foreground_wait(struct engine *engine)
{
	sigset_t all;

	sigfillset(&all);
	while (!has_ended(engine)) {
		int signal = sigwaitinfo(&all, NULL);

		if (signal > 0 && is_passed_on(signal))
			sys_pidfd_send_signal(engine->pidfd, signal);
	}
	return engine_wait(engine);
}
