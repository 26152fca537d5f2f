/* SPDX-License-Identifier: Apache-2.0 */
/* Signals; see the header. */
#include "sys/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LAST_SIGNAL = NSIG - 1, SET_SIZE = LAST_SIGNAL / 8 };

/* The kernel's own form of an action, whatever its fields are here: SIG_DFL, no flags, no mask. */
static const unsigned long standard[16];

/* By the system call, since a libc refuses to touch the signals that it keeps to itself. */
void signals_reset(void)
{
	sigset_t none;

	for (int signal = 1; signal <= LAST_SIGNAL; signal++)
		if (signal != SIGKILL && signal != SIGSTOP)
			syscall(SYS_rt_sigaction, signal, standard, NULL, SET_SIZE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
