/* SPDX-License-Identifier: Apache-2.0 */
/* Signals; see the header. */
#include "sys/signals.h"

#include <signal.h>
#include <stddef.h>

void signals_reset(void)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
