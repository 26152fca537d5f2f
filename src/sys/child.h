/* SPDX-License-Identifier: Apache-2.0 */
/* Children of this process. Quiet: a negative errno. */
#pragma once

#include <signal.h>
#include <sys/types.h>

/*
 * Waits for the end of a child, whatever signal it sends its parent, and reaps it. Signals do not
 * interrupt. `*ret` says how it ended as waitid(2) does, and is all zeros on an error.
 */
int child_reap(pid_t pid, siginfo_t *ret);
