/* SPDX-License-Identifier: Apache-2.0 */
/* kill: signals to a container; see container.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "base/fd.h"
#include "cgroup/owner.h"
#include "cgroup/remove.h"
#include "container/container.h"
#include "container/record.h"
#include "container/statedir.h"
#include "container/status.h"
#include "sys/pidns.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

static bool has_cgroup(const struct oci_record *record)
{
	return record && record->cgroups.n > 0;
}

enum { END_MS = 500 };

/* Every hierarchy that the container is in has the same processes: the last one is v2 where there
 * is one. */
static int signal_cgroup(const struct oci_record *record, int signal, struct error *err)
{
	const char *path = record->cgroups.v[record->cgroups.n - 1].path;

	return signal == SIGKILL ? cgroup_kill(path, err) : cgroup_signal_all(path, signal, err);
}

static int signal_init(const struct status *status, int signal, struct error *err)
{
	int r = sys_pidfd_send_signal(status->init_fd, signal);

	if (r == -ESRCH)
		return error_set(err, ESRCH, "container not running");
	return r < 0 ? error_errno(err, -r, "send signal %d", signal) : 0;
}

/* Without a cgroup it is the pid namespace that tells who belongs to it; its init's end is that of
 * all. */
static int signal_all(const struct status *status, int proc_fd, int signal, struct error *err)
{
	int r;

	if (has_cgroup(status->record))
		return signal_cgroup(status->record, signal, err);
	if (!status->record->has_pid_namespace) {
		error_set(err, ENOTSUP,
			  "the container has neither a cgroup nor a pid namespace of its own: its "
			  "processes cannot be found");
		return error_hint(err, "without --all its init gets the signal");
	}
	if (signal == SIGKILL)
		return signal_init(status, signal, err);
	r = pidns_signal_all(proc_fd, status->record->init->pid, signal);
	return r < 0 ? error_errno(err, -r, "send signal %d to all", signal) : 0;
}

/*
 * Without a pid namespace of its own there may be processes that have outlived the first one. The
 * cgroup may be another container's by now: its mark says.
 */
static int signal_left(const struct oci_record *record, int signal, struct arena *arena,
		       struct error *err)
{
	int same;

	if (!has_cgroup(record) || record->has_pid_namespace)
		return 0;
	same = cgroup_owner_compare(record->cgroups.v[record->cgroups.n - 1].path,
				    record_owner(record, arena));
	return same == CGROUP_OWNER_SAME ? signal_cgroup(record, signal, err) : 0;
}

static int send(const struct status *status, int proc_fd, int signal, bool all, struct arena *arena,
		struct error *err)
{
	/* without a pid namespace of its own, the others would outlive its init */
	bool is_end = signal == SIGKILL && has_cgroup(status->record) &&
		      !status->record->has_pid_namespace;

	switch (status->now) {
	case OCI_STATUS_CREATED:
	case OCI_STATUS_RUNNING:
	case OCI_STATUS_PAUSED:
		return all || is_end ? signal_all(status, proc_fd, signal, err)
				     : signal_init(status, signal, err);
	case OCI_STATUS_STOPPED:
		if (all) /* callers make sure in this way that nothing is left */
			return signal_left(status->record, signal, arena, err);
		return error_set(err, ESRCH, "container not running");
	default:
		return error_set(err, EINVAL, "cannot send a signal: the container is %s",
				 status_name(status->now));
	}
}

/* Callers delete right after the kill, and a process takes a moment to end. */
static void await_end(const struct status *status)
{
	struct pollfd end = { .fd = status->init_fd, .events = POLLIN };

	if (status->init_fd >= 0)
		poll(&end, 1, END_MS);
}

int container_kill(const char *root, const char *id, int signal, bool all, struct arena *arena,
		   struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	fd_auto int proc_fd = procfd_open();
	struct status status;
	int r;

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = container_check_id(id, err);
	if (r == 0)
		r = statedir_open(root, id, &dir, err);
	if (r < 0)
		return r;
	r = status_get(&dir, proc_fd, arena, &status, err);
	if (r == 0)
		r = send(&status, proc_fd, signal, all, arena, err);
	if (r == 0 && signal == SIGKILL)
		await_end(&status);
	status_done(&status);
	return r;
}
