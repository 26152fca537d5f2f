/* SPDX-License-Identifier: Apache-2.0 */
/* delete: carries out the undo list of a container's record; see container.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "base/fd.h"
#include "container/container.h"
#include "container/record.h"
#include "container/statedir.h"
#include "container/status.h"
#include "container/undo.h"
#include "engine/fault.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum {
	END_TIMEOUT_MS = 10000, /* how long a killed process may take to end */
	SOON_MS = 50,           /* ... and after which its cgroup may have to be thawed */
	LOCK_PAUSE_MS = 10,     /* between two tries for the lock ... */
	LOCK_TRIES = 1000,      /* ... when a creator was killed, or has not got its record yet */
};

/* Waits for the end of a process, which need not be a child of ours. -ETIMEDOUT without an error.
 */
static int await_end(int pidfd, int timeout_ms, struct error *err)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	int r;

	if (pidfd < 0)
		return 0;
	do
		r = poll(&end, 1, timeout_ms);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return -ETIMEDOUT;
	return r < 0 ? error_errno(err, errno, "wait for the end of process") : 0;
}

static int send_kill(int pidfd, struct error *err)
{
	int r = pidfd < 0 ? 0 : sys_pidfd_send_signal(pidfd, SIGKILL);

	return r < 0 && r != -ESRCH ? error_errno(err, -r, "kill") : 0;
}

static int end_process(int pidfd, const char *who, struct error *err)
{
	int r = send_kill(pidfd, err);

	if (r == 0)
		r = await_end(pidfd, END_TIMEOUT_MS, err);
	if (r == -ETIMEDOUT)
		return error_set(err, ETIMEDOUT, "%s does not end after SIGKILL", who);
	return r < 0 ? error_prefix(err, "%s", who) : 0;
}

/*
 * Who holds the lock is ended: the creator of a container that is being made; or a `start`, by the
 * end of the init that it waits for (which may be stopped, and never answer).
 */
static int end_holder(const struct statedir *dir, int proc_fd, struct error *err)
{
	struct arena arena;
	struct status status;
	struct error unread = { 0 };
	int r;

	arena_init(&arena, NULL, 0);
	/* a record that cannot be read names no creator */
	r = status_get(dir, proc_fd, &arena, &status, &unread);
	r = r < 0 ? 0 : end_process(status.creator_fd, "the creator of the container", err);
	if (r == 0)
		r = send_kill(status.init_fd, err);
	status_done(&status);
	arena_done(&arena);
	return r;
}

static int lock(struct statedir *dir, int proc_fd, bool force, struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };
	int r = statedir_lock(dir, err);

	for (int i = 0; r == -EBUSY && force && i < LOCK_TRIES; i++) {
		*err = (struct error){ 0 };
		r = end_holder(dir, proc_fd, err);
		if (r < 0)
			return r;
		r = statedir_lock(dir, err);
		if (r == -EBUSY)
			nanosleep(&pause, NULL);
	}
	return r;
}

static int check_deletable(const char *id, const struct status *status, bool force,
			   struct error *err)
{
	if (force || status->now == OCI_STATUS_STOPPED || status->now == OCI_STATUS_CREATED)
		return 0;
	error_set(err, EBUSY, "cannot delete container \"%s\": it is %s", id,
		  status_name(status->now));
	return error_hint(err, "stop it first, or use --force");
}

static int take_back(const struct statedir *dir, const struct status *status, struct error *err)
{
	int r = fault_point("end the container's init", err);

	if (r == 0)
		r = send_kill(status->init_fd, err);
	/* one that is frozen ends when the undo list thaws its cgroup */
	if (r == 0)
		r = await_end(status->init_fd, SOON_MS, err);
	if ((r == 0 || r == -ETIMEDOUT) && status->record)
		r = undo_record(status->record, err);
	if (r == 0)
		r = end_process(status->init_fd, "the container's init", err);
	if (r == 0)
		r = fault_point("remove the state directory", err);
	if (r == 0)
		r = statedir_remove(dir, err);
	return r == 0 ? fault_point("removed the state directory", err) : r;
}

static int delete_locked(const struct statedir *dir, int proc_fd, bool force, struct error *err)
{
	struct status status;
	struct arena arena;
	int r;

	arena_init(&arena, NULL, 0);
	r = status_get(dir, proc_fd, &arena, &status, err);
	if (r < 0)
		error_hint(err,
			   "without its record nothing can be taken back: see for yourself what is "
			   "left of it, then remove its state directory");
	if (r == 0)
		r = check_deletable(dir->id, &status, force, err);
	if (r == 0)
		r = take_back(dir, &status, err);
	status_done(&status);
	arena_done(&arena);
	return r;
}

int container_delete(const char *root, const char *id, bool force, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	fd_auto int proc_fd = procfd_open();
	int r;

	fault_init();
	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = container_check_id(id, err);
	if (r < 0)
		return r;
	r = statedir_open(root, id, &dir, err);
	if (r == 0)
		r = lock(&dir, proc_fd, force, err);
	if (r == -ENOENT && force) {
		*err = (struct error){ 0 };
		return 0;
	}
	return r == 0 ? delete_locked(&dir, proc_fd, force, err) : r;
}
