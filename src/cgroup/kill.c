/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals to all that runs in a cgroup and below; see remove.h. A pid that was read may be another
 * process's by the time of the signal: so each is pinned by a pidfd first, and signalled only if it
 * is listed still.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/checked.h"
#include "cgroup/remove.h"
#include "sys/cgroupfs.h"
#include "sys/syscall.h"

enum { BATCH = 64, TEXT_SIZE = 4096 };
enum { KILL_SECONDS = 10 };

/* Pids that are read from cgroup.procs piece by piece. */
struct pid_reader {
	int fd;
	size_t at, length;
	char text[TEXT_SIZE];
};

static int reader_byte(struct pid_reader *reader)
{
	if (reader->at == reader->length) {
		ssize_t n = read(reader->fd, reader->text, sizeof(reader->text));

		if (n <= 0)
			return -1;
		reader->length = (size_t)n;
		reader->at = 0;
	}
	return (unsigned char)reader->text[reader->at++];
}

/* The next pid; -1 at the end. One of another pid namespace is 0, and passed over. */
static pid_t reader_next(struct pid_reader *reader)
{
	pid_t pid = 0;
	int c;

	while ((c = reader_byte(reader)) >= 0) {
		if (c >= '0' && c <= '9')
			pid = pid * 10 + (c - '0');
		else if (pid > 0)
			return pid;
	}
	return pid > 0 ? pid : -1;
}

struct batch {
	size_t n;
	pid_t pid[BATCH];
	int pidfd[BATCH];
	bool is_listed[BATCH];
};

/* What has ended, or is the runtime itself, is left out. */
static void batch_add(struct batch *batch, pid_t pid)
{
	int pidfd = pid == getpid() ? -1 : sys_pidfd_open(pid);

	if (pidfd < 0)
		return;
	batch->pid[batch->n] = pid;
	batch->is_listed[batch->n] = false;
	batch->pidfd[batch->n++] = pidfd;
}

static void batch_verify(struct batch *batch, int dir_fd)
{
	struct pid_reader reader = { .fd = openat(dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC) };
	pid_t pid;

	if (reader.fd < 0)
		return;
	while ((pid = reader_next(&reader)) > 0)
		for (size_t i = 0; i < batch->n; i++)
			batch->is_listed[i] = batch->is_listed[i] || batch->pid[i] == pid;
	fd_close(reader.fd);
}

/* Sends the signal, and empties the batch. Gives how many got it. */
static size_t batch_signal(struct batch *batch, int dir_fd, int signal)
{
	size_t sent = 0;

	if (batch->n)
		batch_verify(batch, dir_fd);
	for (size_t i = 0; i < batch->n; i++) {
		if (batch->is_listed[i] && sys_pidfd_send_signal(batch->pidfd[i], signal) == 0)
			sent++;
		fd_close(batch->pidfd[i]);
	}
	batch->n = 0;
	return sent;
}

struct signalling {
	int signal;
	size_t sent;
};

static int visit_signal(void *context, const struct cgroupfs_entry *entry)
{
	struct signalling *signalling = context;
	struct pid_reader reader = { .fd = openat(entry->dir_fd, "cgroup.procs",
						  O_RDONLY | O_CLOEXEC) };
	struct batch batch;
	pid_t pid;

	batch.n = 0;
	if (reader.fd < 0)
		return errno == ENOENT || errno == ENODEV ? 0 : -errno;
	while ((pid = reader_next(&reader)) > 0) {
		batch_add(&batch, pid);
		if (batch.n == BATCH)
			signalling->sent += batch_signal(&batch, entry->dir_fd, signalling->signal);
	}
	signalling->sent += batch_signal(&batch, entry->dir_fd, signalling->signal);
	fd_close(reader.fd);
	return 0;
}

int cgroup_signal_all(const char *path, int signal, struct error *err)
{
	struct signalling signalling = { .signal = signal };
	int r = cgroup_check_below(path, err);

	if (r <= 0)
		return r;
	r = cgroupfs_walk(path, visit_signal, &signalling);
	if (r < 0)
		return error_errno(err, -r, "send signal %d to the processes of cgroup %s", signal,
				   path);
	return 0;
}

static int visit_thaw(void *context, const struct cgroupfs_entry *entry)
{
	(void)context;
	cgroupfs_write(entry->dir_fd, "freezer.state", "THAWED");
	return 0;
}

/*
 * What the v1 freezer holds ends when it is thawed, and that is another hierarchy than most paths
 * are in: the container has the same path there.
 */
static void thaw_v1(const char *path)
{
	const char *below = strchr(path + strlen(CGROUPFS_TOP "/"), '/');
	char freezer[PATH_MAX];

	if (!below || snprintf(freezer, sizeof(freezer), CGROUPFS_TOP "/freezer%s", below) >=
			      (int)sizeof(freezer))
		return;
	if (cgroupfs_version(freezer) == CGROUPFS_V1)
		cgroupfs_walk(freezer, visit_thaw, NULL);
}

static int kill_at_once(const char *path)
{
	fd_auto int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : cgroupfs_write(fd, "cgroup.kill", "1");
}

/* Until none is left: they may fork while they are being killed. */
static int kill_each(const char *path, struct error *err)
{
	struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < KILL_SECONDS * 1000; i++) {
		struct signalling signalling = { .signal = SIGKILL };
		int r = cgroupfs_walk(path, visit_signal, &signalling);

		if (r < 0)
			return error_errno(err, -r, "end the processes of cgroup %s", path);
		if (signalling.sent == 0)
			return 0;
		thaw_v1(path);
		nanosleep(&pause, NULL);
	}
	return error_set(err, EBUSY, "the processes of cgroup %s do not end", path);
}

int cgroup_kill(const char *path, struct error *err)
{
	int version = cgroup_check_below(path, err);

	if (version <= 0)
		return version;
	/* Drop the other way on v2 when Linux 5.14 is the oldest supported. */
	if (version == CGROUPFS_V2 && kill_at_once(path) == 0) {
		thaw_v1(path);
		return 0;
	}
	return kill_each(path, err);
}

uint64_t cgroup_oom_kills(const char *path)
{
	static const char files[][20] = { "memory.events", "memory.oom_control" };
	fd_auto int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char text[1024];

	for (size_t i = 0; fd >= 0 && i < 2; i++) {
		long kills;

		if (cgroupfs_read(fd, files[i], text, sizeof(text)) < 0)
			continue;
		kills = cgroupfs_keyed(text, "oom_kill");
		return kills > 0 ? (uint64_t)kills : 0;
	}
	return 0;
}
