/* SPDX-License-Identifier: Apache-2.0 */
/* Signals before an exec: nothing of the caller's is kept, of no signal that there is. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/signals.h"
#include "unit.h"

enum { SIGNALS = 64 };

/* The kernel's own form: the action comes first wherever this is built. */
struct action {
	unsigned long handler, rest[15];
};

static long ask(int signal, const struct action *new, struct action *old)
{
	return syscall(SYS_rt_sigaction, signal, new, old, SIGNALS / 8);
}

/* The number of the first signal that is not at its standard, or 0; in a process of its own. */
static int first_kept(void)
{
	const struct action ignore = { .handler = (unsigned long)SIG_IGN };
	struct action now;
	sigset_t all;

	for (int signal = 1; signal <= SIGNALS; signal++)
		if (signal != SIGKILL && signal != SIGSTOP && ask(signal, &ignore, NULL) < 0)
			return signal;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signals_reset();
	sigprocmask(SIG_SETMASK, NULL, &all);
	for (int signal = 1; signal <= SIGNALS; signal++) {
		now.handler = 1;
		if (ask(signal, NULL, &now) < 0 || now.handler != (unsigned long)SIG_DFL ||
		    sigismember(&all, signal) == 1)
			return signal;
	}
	return 0;
}

/* 32, 33 and, with musl, 34 are those that a libc would not touch. */
static void test_every_signal_is_at_its_standard(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(first_kept());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_signal_is_at_its_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
