/* SPDX-License-Identifier: Apache-2.0 */
/* Processes of a pid namespace; see the header. */
#include "sys/pidns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fd.h"
#include "base/number.h"
#include "sys/kernel.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum { ENTRIES_SIZE = 16 << 10 };

struct search {
	int proc_fd, signal;
	uint64_t inode; /* of the namespace */
};

/*
 * Trust: the process is held by its pidfd before its namespace is looked at, so that the one that
 * was looked at is the one that is signalled. Whoever is in another namespace is left alone, and so
 * is who has ended.
 */
static int signal_if_in(const struct search *search, pid_t pid)
{
	fd_auto int pidfd = sys_pidfd_open(pid);
	uint64_t inode;
	int r;

	if (pidfd < 0)
		return pidfd == -ESRCH || pidfd == -EINVAL ? 0 : pidfd;
	r = procfd_namespace_inode(search->proc_fd, pid, "pid", &inode);
	/* not ours to look at: it is nobody's of a namespace that we have power over */
	if (r == -ENOENT || r == -ESRCH || r == -EACCES || (r == 0 && inode != search->inode))
		return 0;
	if (r == 0)
		r = sys_pidfd_send_signal(pidfd, search->signal);
	return r == -ESRCH ? 0 : r;
}

static int signal_entries(const struct search *search, const char *entries, int length)
{
	int first = 0;

	for (int at = 0; at < length;) {
		const struct kernel_dirent *entry = (const void *)(entries + at);
		uint64_t pid;
		int r = 0;

		if (number_parse_uint(entry->name, INT32_MAX, &pid) == 0 && pid > 0)
			r = signal_if_in(search, (pid_t)pid);
		if (first == 0)
			first = r;
		at += entry->length;
	}
	return first;
}

int pidns_signal_all(int proc_fd, pid_t init, int signal)
{
	_Alignas(struct kernel_dirent) char entries[ENTRIES_SIZE];
	struct search search = { .proc_fd = proc_fd, .signal = signal };
	fd_auto int fd = openat(proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int first = 0, length, r;

	if (fd < 0)
		return -errno;
	r = procfd_namespace_inode(proc_fd, init, "pid", &search.inode);
	if (r < 0)
		return r;
	while ((length = sys_getdents(fd, entries, sizeof(entries))) > 0) {
		r = signal_entries(&search, entries, length);
		if (first == 0)
			first = r;
	}
	return length < 0 ? length : first;
}
