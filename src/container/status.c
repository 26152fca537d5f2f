/* SPDX-License-Identifier: Apache-2.0 */
/* A container's state; see the header. */
#include "container/status.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "container/record.h"
#include "engine/start_message.h"
#include "sys/identity.h"

void status_done(struct status *status)
{
	status->init_fd = fd_close(status->init_fd);
	status->creator_fd = fd_close(status->creator_fd);
	status->runner_fd = fd_close(status->runner_fd);
}

/* Whether init holds the lock by which it says that it waits for start. */
static bool is_waiting(const struct statedir *dir)
{
	fd_auto int fd = openat(dir->fd, START_WAITING_NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* A pidfd, if that very process is there and has not ended; -EBADF when not; an error if that is
 * not known. */
static int open_alive(int proc_fd, const struct oci_identity *recorded, struct error *err)
{
	struct identity identity;
	int fd, ended;

	if (!recorded || recorded->pid <= 0)
		return -EBADF;
	identity = record_identity(recorded);
	fd = identity_open(proc_fd, &identity);
	if (fd == -ESRCH)
		return -EBADF;
	if (fd < 0)
		return error_errno(err, -fd, "look for process %d", identity.pid);
	ended = identity_has_ended(fd);
	if (ended == 0)
		return fd;
	fd_close(fd);
	if (ended > 0)
		return -EBADF;
	return error_errno(err, -ended, "look at process %d", identity.pid);
}

static bool is_this_boot(int proc_fd, const struct oci_record *record)
{
	char now[BOOT_ID_SIZE];

	return !record->boot_id || boot_id(proc_fd, now) < 0 || strcmp(now, record->boot_id) == 0;
}

static int judge(const struct statedir *dir, int proc_fd, struct status *status, struct error *err)
{
	const struct oci_record *record = status->record;
	int fd;

	status->now = OCI_STATUS_STOPPED;
	if (!record) { /* its creator has come no further, or is just about to write one */
		if (!dir->is_mine && statedir_is_locked(dir))
			status->now = OCI_STATUS_CREATING;
		return 0;
	}
	if (!is_this_boot(proc_fd, record))
		return 0;
	status->runner_fd = open_alive(proc_fd, record->runner, err);
	if (record->status == OCI_STATUS_DELETING || err->code)
		return -err->code;
	fd = open_alive(proc_fd,
			record->status == OCI_STATUS_CREATING ? record->creator : record->init,
			err);
	if (fd < 0)
		return err->code ? fd : 0;
	if (record->status == OCI_STATUS_CREATING) {
		status->creator_fd = fd;
		status->now = OCI_STATUS_CREATING;
	} else {
		status->init_fd = fd;
		status->now = is_waiting(dir) ? OCI_STATUS_CREATED : OCI_STATUS_RUNNING;
	}
	return 0;
}

int status_get(const struct statedir *dir, int proc_fd, struct arena *arena, struct status *ret,
	       struct error *err)
{
	int r;

	ret->record = NULL;
	ret->init_fd = ret->creator_fd = ret->runner_fd = -EBADF;
	ret->now = OCI_STATUS_STOPPED;
	r = record_read(dir->fd, arena, &ret->record, err);
	if (r < 0 && r != -ENOENT)
		return r;
	return judge(dir, proc_fd, ret, err);
}

const char *status_name(enum oci_status status)
{
	return oci_enum_name(OCI_ENUM_status, (int)status);
}
