/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that end a creation; see the header. */
#include "sys/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "sys/kernel.h"
#include "sys/syscall.h"

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };

/* Written by the handler, or read by it. */
static volatile sig_atomic_t came, watched = -EBADF, spared = -EBADF;
static const uint32_t *volatile spared_word;
static volatile uint32_t spared_value;
static pid_t owner;

static void end_watched(void)
{
	const uint32_t *word = spared_word;

	if (watched < 0)
		return;
	if (watched == spared && word && __atomic_load_n(word, __ATOMIC_ACQUIRE) == spared_value)
		return;
	sys_pidfd_send_signal(watched, SIGKILL);
}

static void on_signal(int signal)
{
	int saved = errno;

	/* process 1 of a pid namespace would ignore what it has no handler for */
	if (syscall(SYS_getpid) != owner)
		sys_exit(128 + signal);
	if (!came)
		came = signal;
	end_watched();
	errno = saved;
}

void interrupt_begin(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART }, before;

	owner = (pid_t)syscall(SYS_getpid);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], &action, &before) == 0 && before.sa_handler == SIG_IGN)
			sigaction(signals[i], &before, NULL);
}

int interrupt_signal(void)
{
	return came;
}

void interrupt_forget(void)
{
	came = 0;
}

int interrupt_watch(int pidfd)
{
	int before = watched;

	watched = pidfd;
	if (came)
		end_watched();
	return before;
}

void interrupt_spare(int pidfd, const uint32_t *word, uint32_t value)
{
	spared = pidfd;
	spared_value = value;
	spared_word = word;
}
