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
}

/* Whether init holds the lock by which it says that it waits for start. */
static bool is_waiting(const struct statedir *dir)
{
	fd_auto int fd = openat(dir->fd, START_WAITING_NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* A pidfd, if that very process is there and has not ended. */
static int open_alive(int proc_fd, const struct oci_identity *recorded)
{
	struct identity identity;
	int fd;

	if (!recorded || recorded->pid <= 0)
		return -EBADF;
	identity = record_identity(recorded);
	fd = identity_open(proc_fd, &identity);
	if (fd >= 0 && identity_is_zombie(proc_fd, identity.pid) != 0)
		return fd_close(fd);
	return fd;
}

static bool is_this_boot(int proc_fd, const struct oci_record *record)
{
	char now[BOOT_ID_SIZE];

	return !record->boot_id || boot_id(proc_fd, now) < 0 || strcmp(now, record->boot_id) == 0;
}

static enum oci_status judge(const struct statedir *dir, int proc_fd, struct status *status)
{
	const struct oci_record *record = status->record;

	if (!record) /* its creator has come no further, or is just about to write one */
		return !dir->is_mine && statedir_is_locked(dir) ? OCI_STATUS_CREATING
								: OCI_STATUS_STOPPED;
	if (!is_this_boot(proc_fd, record))
		return OCI_STATUS_STOPPED;
	if (record->status == OCI_STATUS_CREATING) {
		status->creator_fd = open_alive(proc_fd, record->creator);
		return status->creator_fd >= 0 ? OCI_STATUS_CREATING : OCI_STATUS_STOPPED;
	}
	status->init_fd = open_alive(proc_fd, record->init);
	if (status->init_fd < 0)
		return OCI_STATUS_STOPPED;
	return is_waiting(dir) ? OCI_STATUS_CREATED : OCI_STATUS_RUNNING;
}

int status_get(const struct statedir *dir, int proc_fd, struct arena *arena, struct status *ret,
	       struct error *err)
{
	int r;

	ret->record = NULL;
	ret->init_fd = ret->creator_fd = -EBADF;
	ret->now = OCI_STATUS_STOPPED;
	r = record_read(dir->fd, arena, &ret->record, err);
	if (r < 0 && r != -ENOENT)
		return r;
	ret->now = judge(dir, proc_fd, ret);
	return 0;
}

const char *status_name(enum oci_status status)
{
	return oci_enum_name(OCI_ENUM_status, (int)status);
}
