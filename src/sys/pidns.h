/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a pid namespace, for containers that have no cgroup to be found by. Must not
 * know what a container is.
 */
#pragma once

#include <sys/types.h>

/*
 * Sends a signal to every process in the pid namespace of `init`, which must not be reaped
 * meanwhile; not to those of namespaces below it. Processes that appear while it looks may be
 * missed. -EACCES or -EPERM if one may not be looked at or signalled: the others have got theirs.
 */
int pidns_signal_all(int proc_fd, pid_t init, int signal);
