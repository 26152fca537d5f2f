/* SPDX-License-Identifier: Apache-2.0 */
/* Who a process is, from its pidfd and what procfs says about it. */
#include "sys/identity.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/fd.h"
#include "base/number.h"
#include "sys/kernel.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum { STAT_SIZE = 2048 };

/* The numbers of a stat line's fields in proc(5). */
enum { FIELD_STATE = 3, FIELD_FLAGS = 9, FIELD_THREADS = 20, FIELD_START_TIME = 22 };

/* The second field is a name that may hold blanks and parentheses; no field after it can. */
static int field_parse(const char *line, int wanted, uint64_t *ret)
{
	char copy[STAT_SIZE], *field, *rest = NULL;
	const char *at = strrchr(line, ')');
	int number = FIELD_STATE;

	if (!at || snprintf(copy, sizeof(copy), "%s", at + 1) >= (int)sizeof(copy))
		return -EBADMSG;
	for (field = strtok_r(copy, " ", &rest); field; field = strtok_r(NULL, " ", &rest))
		if (number++ == wanted)
			return number_parse_uint(field, UINT64_MAX, ret);
	return -EBADMSG;
}

static int stat_read(int proc_fd, pid_t pid, char ret[STAT_SIZE])
{
	char path[32];
	int r;

	if (pid <= 0)
		return -ESRCH;
	snprintf(path, sizeof(path), "%d/stat", (int)pid);
	r = procfd_read(proc_fd, path, ret, STAT_SIZE);
	return r == -ENOENT ? -ESRCH : r;
}

static int start_time_read(int proc_fd, pid_t pid, uint64_t *ret)
{
	char line[STAT_SIZE];
	int r = stat_read(proc_fd, pid, line);

	return r < 0 ? r : field_parse(line, FIELD_START_TIME, ret);
}

bool identity_is_ending(int proc_fd, pid_t pid)
{
	char line[STAT_SIZE];
	uint64_t flags, threads;

	/* one thread of several may have ended alone, the first one even */
	return stat_read(proc_fd, pid, line) >= 0 && field_parse(line, FIELD_FLAGS, &flags) == 0 &&
	       field_parse(line, FIELD_THREADS, &threads) == 0 && (flags & KERNEL_PF_EXITING) &&
	       threads == 1;
}

/* Before there was a pidfs, all pidfds had one inode. */
static int identity_inode(int pidfd, uint64_t *ret)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(pidfd, &fs) < 0 || fstat(pidfd, &st) < 0)
		return -errno;
	*ret = fs.f_type == KERNEL_PIDFS_MAGIC ? st.st_ino : 0;
	return 0;
}

int identity_of(int proc_fd, pid_t pid, int pidfd, struct identity *ret)
{
	struct identity identity = { .pid = pid };
	int r = start_time_read(proc_fd, pid, &identity.start_time);

	if (r < 0)
		return r;
	if (pidfd >= 0) {
		r = identity_inode(pidfd, &identity.pidfd_inode);
		/* Still there: what was read cannot have been another process that got its pid. */
		if (r == 0 && sys_pidfd_send_signal(pidfd, 0) == -ESRCH)
			r = -ESRCH;
	}
	if (r == 0)
		*ret = identity;
	return r;
}

/* By the start time, which a time namespace shifts and procfs has to be read for. */
static int identity_check_start(int proc_fd, const struct identity *identity, int pidfd)
{
	struct identity now = { 0 };
	int r = identity_of(proc_fd, identity->pid, pidfd, &now);

	if (r < 0)
		return r;
	return now.start_time == identity->start_time ? 0 : -ESRCH;
}

/* By the inode where there is one: no other process of this boot ever has it. */
static int identity_check(int proc_fd, const struct identity *identity, int pidfd)
{
	uint64_t inode = 0;
	int r = identity->pidfd_inode ? identity_inode(pidfd, &inode) : 0;

	if (r < 0)
		return r;
	if (!inode)
		return identity_check_start(proc_fd, identity, pidfd);
	return inode == identity->pidfd_inode ? 0 : -ESRCH;
}

int identity_open(int proc_fd, const struct identity *identity)
{
	fd_auto int pidfd = -EBADF;
	int r;

	if (identity->pid <= 0)
		return -ESRCH;
	pidfd = sys_pidfd_open(identity->pid);
	/* EINVAL and ENOENT (since 6.15): the pid is that of a thread, so it has been recycled. */
	if (pidfd < 0)
		return pidfd == -EINVAL || pidfd == -ENOENT ? -ESRCH : pidfd;
	r = identity_check(proc_fd, identity, pidfd);
	return r < 0 ? r : fd_take(&pidfd);
}

int identity_has_ended(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	int r;

	do
		r = poll(&end, 1, 0);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

int boot_id(int proc_fd, char ret[BOOT_ID_SIZE])
{
	char text[BOOT_ID_SIZE + 2];
	int r = procfd_read(proc_fd, "sys/kernel/random/boot_id", text, sizeof(text));

	if (r < 0)
		return r;
	if (r < BOOT_ID_SIZE - 1)
		return -EBADMSG;
	memcpy(ret, text, BOOT_ID_SIZE - 1);
	ret[BOOT_ID_SIZE - 1] = '\0';
	return 0;
}
