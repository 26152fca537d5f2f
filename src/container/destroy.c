/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a container; see the header. */
#include "container/destroy.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "base/fd.h"
#include "container/hooks.h"
#include "container/undo.h"
#include "engine/fault.h"
#include "sys/identity.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum {
	END_TIMEOUT_MS = 10000, /* how long a killed process may take to end */
	SOON_MS = 50,           /* ... and after which its cgroup may have to be thawed */
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

int destroy_kill(int pidfd, struct error *err)
{
	int r = pidfd < 0 ? 0 : sys_pidfd_send_signal(pidfd, SIGKILL);

	return r < 0 && r != -ESRCH ? error_errno(err, -r, "kill") : 0;
}

int destroy_process(int pidfd, const char *who, struct error *err)
{
	int r = destroy_kill(pidfd, err);

	if (r == 0)
		r = await_end(pidfd, END_TIMEOUT_MS, err);
	if (r == -ETIMEDOUT)
		return error_set(err, ETIMEDOUT, "%s does not end after SIGKILL", who);
	return r < 0 ? error_prefix(err, "%s", who) : 0;
}

bool destroy_init_is_ending(const struct status *status)
{
	fd_auto int proc_fd = procfd_open();

	return proc_fd >= 0 && status->init_fd >= 0 && status->record &&
	       identity_is_ending(proc_fd, status->record->init->pid);
}

static int destroy_init(const struct status *status, struct error *err)
{
	int r = destroy_kill(status->init_fd, err), waited = 0;

	while (r == 0 || (r == -ETIMEDOUT && waited < END_TIMEOUT_MS)) {
		r = await_end(status->init_fd, SOON_MS, err);
		if (r == 0 || (r == -ETIMEDOUT && destroy_init_is_ending(status)))
			return 0;
		waited += SOON_MS;
	}
	if (r == -ETIMEDOUT)
		error_set(err, ETIMEDOUT, "it does not end after SIGKILL");
	return error_prefix(err, "the container's init");
}

int destroy_rest(const struct statedir *dir, const struct oci_record *record, bool has_poststop,
		 struct arena *arena, const struct container_listener *listener, struct error *err)
{
	int r = 0;

	if (has_poststop) {
		r = fault_point("record the deletion", err);
		if (r == 0)
			r = hooks_poststop(dir->fd, record, arena, listener, err);
	}
	if (r == 0)
		r = fault_point("remove the state directory", err);
	if (r == 0)
		r = statedir_remove(dir, err);
	return r == 0 ? fault_point("removed the state directory", err) : r;
}

int destroy(const struct statedir *dir, const struct status *status, struct arena *arena,
	    const struct container_listener *listener, struct error *err)
{
	const struct oci_record *record = status->record;
	int r = fault_point("end the container's init", err);

	if (r == 0)
		r = destroy_kill(status->init_fd, err);
	/* one that is frozen ends when the undo list thaws its cgroup */
	if (r == 0)
		r = await_end(status->init_fd, SOON_MS, err);
	if ((r == 0 || r == -ETIMEDOUT) && record)
		r = undo_record(record, arena, err);
	if (r == 0)
		r = destroy_init(status, err);
	if (r < 0)
		return r;
	return destroy_rest(dir, record, record && undo_record_has_poststop(record), arena,
			    listener, err);
}
