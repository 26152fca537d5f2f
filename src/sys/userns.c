/* SPDX-License-Identifier: Apache-2.0 */
/* User namespaces by descriptor; see the header. */
#include "sys/userns.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/child.h"
#include "sys/kernel.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

/* In the child: until the parent closes its end, by will or by dying. */
__attribute__((noreturn)) static void stay(const int pipes[2])
{
	char byte;

	close(pipes[1]);
	while (read(pipes[0], &byte, 1) < 0 && errno == EINTR)
		;
	sys_exit(0);
}

static int write_map(int proc_fd, pid_t pid, const char *file, const struct userns_map *map)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/%s", (int)pid, file);
	return procfd_write(proc_fd, path, map->text, map->length);
}

int userns_make(int proc_fd, const struct userns_map *uids, const struct userns_map *gids)
{
	struct kernel_clone_args clone = { .flags = KERNEL_CLONE_NEWUSER, .exit_signal = SIGCHLD };
	siginfo_t end;
	int pipes[2], pid, r;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	pid = sys_clone3(&clone);
	if (pid == 0)
		stay(pipes);
	close(pipes[0]);
	r = pid < 0 ? pid : write_map(proc_fd, pid, "uid_map", uids);
	if (r == 0)
		r = write_map(proc_fd, pid, "gid_map", gids);
	if (r == 0)
		r = procfd_open_namespace_of(proc_fd, pid, "user");
	close(pipes[1]);
	if (pid > 0)
		child_reap(pid, &end);
	return r;
}
