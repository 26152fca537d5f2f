/* SPDX-License-Identifier: Apache-2.0 */
/* start: tells a waiting init to go on, and listens how it fares; see container.h. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "container/container.h"
#include "container/destroy.h"
#include "container/hooks.h"
#include "container/locate.h"
#include "container/statedir.h"
#include "container/status.h"
#include "engine/fault.h"
#include "engine/start_message.h"
#include "sys/cgroupfs.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum { MEMFD_CLOEXEC = 1 };

struct start {
	int socket_fd, memory_fd;
	struct actor_report *report; /* shared with init */
};

static int make_report(struct start *start, struct error *err)
{
	start->memory_fd = sys_memfd_create("start", MEMFD_CLOEXEC);
	if (start->memory_fd < 0)
		return error_errno(err, -start->memory_fd, "make memory for init's report");
	if (ftruncate(start->memory_fd, sizeof(*start->report)) < 0)
		return error_errno(err, errno, "make memory for init's report");
	start->report = mmap(NULL, sizeof(*start->report), PROT_READ | PROT_WRITE, MAP_SHARED,
			     start->memory_fd, 0);
	if (start->report == MAP_FAILED) {
		start->report = NULL;
		return error_errno(err, errno, "map init's report");
	}
	return 0;
}

static int connect_init(int dir_fd, struct start *start, struct error *err)
{
	struct sockaddr_un address;
	int r = procfd_socket_address(dir_fd, START_SOCKET_NAME, &address);

	start->socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (start->socket_fd < 0)
		return error_errno(err, errno, "connect to the container's init");
	if (r < 0)
		return error_errno(err, -r, "connect to the container's init");
	if (connect(start->socket_fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return error_errno(err, errno, "connect to the container's init");
	return 0;
}

static int send_message(const struct start *start, struct error *err)
{
	struct start_message text = { .magic = START_MAGIC,
				      .version = START_VERSION,
				      .report_size = sizeof(*start->report) };
	struct iovec part = { .iov_base = &text, .iov_len = sizeof(text) };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &start->memory_fd, sizeof(int));
	if (sendmsg(start->socket_fd, &message, MSG_NOSIGNAL) < 0)
		return error_errno(err, errno, "tell the container's init to start");
	return 0;
}

/* Until init hangs up, by executing its program or by ending. */
static int await_answer(const struct start *start, int init_fd, struct error *err)
{
	struct pollfd v[2] = {
		{.fd = start->socket_fd, .events = POLLIN},
                { .fd = init_fd,         .events = POLLIN}
	};
	const struct actor_report *report = start->report;

	while (!v[0].revents && !v[1].revents)
		if (poll(v, 2, -1) < 0 && errno != EINTR)
			return error_errno(err, errno, "wait for the container's init");
	switch (__atomic_load_n(&report->state, __ATOMIC_ACQUIRE)) {
	case ACTOR_EXECUTING:
		return 0;
	case ACTOR_FAILED:
		*err = report->error;
		return err->code ? -err->code : error_set(err, EPROTO, "init failed");
	default:
		return error_set(err, ECHILD, "the container's init ended before its program ran");
	}
}

static void start_done(struct start *start)
{
	if (start->report)
		munmap(start->report, sizeof(*start->report));
	fd_close(start->memory_fd);
	fd_close(start->socket_fd);
}

/* A frozen init would take the connection, and never answer. */
static bool is_frozen(const struct oci_record *record)
{
	for (size_t i = 0; i < record->cgroups.n; i++)
		if (cgroupfs_is_frozen(record->cgroups.v[i].path, record->cgroups.v[i].hierarchy))
			return true;
	return false;
}

static int check_startable(const char *id, const struct status *status, struct error *err)
{
	switch (status->now) {
	case OCI_STATUS_CREATED:
		break;
	case OCI_STATUS_RUNNING:
	case OCI_STATUS_PAUSED:
		return error_set(err, EINVAL,
				 "cannot start container \"%s\": it is running already", id);
	case OCI_STATUS_STOPPED:
		return error_set(err, EINVAL, "cannot start container \"%s\": it has stopped", id);
	default:
		return error_set(err, EINVAL, "cannot start container \"%s\": it is %s", id,
				 status_name(status->now));
	}
	if (is_frozen(status->record))
		return error_set(err, EBUSY, "cannot start container \"%s\": its cgroup is frozen",
				 id);
	if (!status->record->process)
		return error_set(err, EINVAL,
				 "cannot start container \"%s\": its configuration has no process",
				 id);
	return 0;
}

static int talk(const struct statedir *dir, const struct status *status, struct error *err)
{
	struct start start = { .socket_fd = -EBADF, .memory_fd = -EBADF };
	int r = make_report(&start, err);

	if (r == 0)
		r = fault_point("connect to init", err);
	if (r == 0)
		r = connect_init(dir->fd, &start, err);
	if (r == 0)
		r = fault_point("tell init to start", err);
	if (r == 0)
		r = send_message(&start, err);
	if (r == 0)
		r = fault_point("wait for init", err);
	if (r == 0)
		r = await_answer(&start, status->init_fd, err);
	start_done(&start);
	return r;
}

/* The specification's rule for hooks: without them the container is not to be. */
static void end_after_hook(const struct statedir *dir, const struct status *status,
			   struct arena *arena, const struct container_listener *listener,
			   struct error *err)
{
	struct error later = { 0 };

	if (strncmp(err->pointer, "/hooks/", strlen("/hooks/")) != 0)
		return;
	if (destroy(dir, status, arena, listener, &later) < 0)
		error_hint(err, "something is left behind, delete --force takes it back: %s",
			   later.text);
}

static int start_locked(const struct statedir *dir, int proc_fd, struct arena *arena,
			const struct container_listener *listener, struct error *err)
{
	struct status status;
	int r = status_get(dir, proc_fd, arena, &status, err);

	if (r == 0)
		r = check_startable(dir->id, &status, err);
	if (r == 0)
		r = talk(dir, &status, err);
	if (r == 0)
		r = hooks_poststart(dir->fd, status.record, arena, err);
	if (r < 0) {
		locate_error_kept(dir->fd, arena, err);
		end_after_hook(dir, &status, arena, listener, err);
	}
	status_done(&status);
	return r;
}

int container_start(const char *root, const char *id, struct arena *arena,
		    const struct container_listener *listener, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	fd_auto int proc_fd = procfd_open();
	int r;

	fault_init();
	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = container_check_id(id, err);
	if (r == 0)
		r = statedir_open(root, id, &dir, err);
	if (r == 0)
		r = statedir_lock(&dir, err);
	return r == 0 ? start_locked(&dir, proc_fd, arena, listener, err) : r;
}
