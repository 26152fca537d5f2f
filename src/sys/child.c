/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for children; see the header. */
#include "sys/child.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

int child_reap(pid_t pid, siginfo_t *ret)
{
	int r;

	memset(ret, 0, sizeof(*ret));
	do
		r = waitid(P_PID, (id_t)pid, ret, WEXITED | __WALL);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}
