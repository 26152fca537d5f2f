/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for `start`; see the header. Nothing here allocates. */
#include "engine/waiting.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/start_message.h"
#include "sys/syscall.h"

enum { CLIENTS_MAX = 16 };

struct clients {
	struct pollfd v[1 + CLIENTS_MAX]; /* [0] is the listening socket */
	nfds_t n;
};

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* --- signals --- */

static void end_by_signal(int signal)
{
	sys_exit(128 + signal);
}

static bool is_fatal(int signal)
{
	switch (signal) {
	case SIGKILL: /* never asks */
	case SIGSTOP:
	case SIGTSTP: /* stop and go on, or nothing */
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
	case SIGCHLD:
	case SIGURG:
	case SIGWINCH:
		return false;
	default:
		return true;
	}
}

void waiting_answer_signals(void)
{
	const struct sigaction end = { .sa_handler = end_by_signal };

	if (syscall(SYS_getpid) != 1)
		return;
	for (int signal = 1; signal < NSIG; signal++)
		if (is_fatal(signal))
			sigaction(signal, &end, NULL);
}

/* --- the message --- */

/* The memfd that came along; -EBADF for none. */
static int take_descriptor(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int fd = -EBADF;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static bool is_valid(const struct start_message *message, ssize_t size)
{
	return size >= (ssize_t)sizeof(*message) &&
	       memcmp(message->magic, START_MAGIC, sizeof(message->magic)) == 0 &&
	       message->version >= START_VERSION &&
	       message->report_size >= sizeof(struct actor_report);
}

static struct actor_report *map_report(int fd)
{
	struct stat st;
	void *report;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(struct actor_report))
		return NULL;
	report = mmap(NULL, sizeof(struct actor_report), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return report == MAP_FAILED ? NULL : report;
}

/* What one client has to say: 1 for a start message, 0 when he is to be hung up on. */
static int read_message(int client_fd, struct actor_report **ret)
{
	struct start_message message;
	struct iovec part = { .iov_base = &message, .iov_len = sizeof(message) };
	union control control;
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	ssize_t size = recvmsg(client_fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	fd_auto int memory_fd = size > 0 ? take_descriptor(&header) : -EBADF;

	if (size <= 0 || !is_valid(&message, size))
		return 0;
	*ret = map_report(memory_fd);
	return *ret != NULL;
}

/* --- the clients --- */

/* -errno when it is not the client's fault. */
static int accept_client(struct clients *clients)
{
	int fd = accept4(clients->v[0].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
	if (clients->n == 1 + CLIENTS_MAX) { /* the one who has been silent for longest goes */
		close(clients->v[1].fd);
		memmove(&clients->v[1], &clients->v[2], (CLIENTS_MAX - 1) * sizeof(clients->v[0]));
		clients->n--;
	}
	clients->v[clients->n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	return 0;
}

static void drop_client(struct clients *clients, nfds_t i)
{
	close(clients->v[i].fd);
	clients->n--;
	memmove(&clients->v[i], &clients->v[i + 1], (clients->n - i) * sizeof(clients->v[0]));
}

/* The first client with a start message; the connection is left to end with exec. NULL: none yet.
 */
static struct actor_report *ask_clients(struct clients *clients)
{
	for (nfds_t i = 1; i < clients->n; i++) {
		struct actor_report *report = NULL;

		if (!clients->v[i].revents)
			continue;
		if (read_message(clients->v[i].fd, &report) == 1)
			return report;
		drop_client(clients, i--);
	}
	return NULL;
}

int waiting_for_start(struct walker *w, struct error *err)
{
	struct clients clients = { .n = 1 };
	struct actor_report *report = NULL;
	int r;

	/* the runtime is done; its end of the pair is gone, or will be */
	slot_set(&w->slots, SLOT_SOCKET, fd_close(slot_get(&w->slots, SLOT_SOCKET)));
	clients.v[0] = (struct pollfd){ .fd = slot_get(&w->slots, SLOT_LISTEN), .events = POLLIN };
	while (!report) {
		if (poll(clients.v, clients.n, -1) < 0 && errno != EINTR)
			return error_errno(err, errno, "wait for start");
		r = clients.v[0].revents ? accept_client(&clients) : 0;
		if (r < 0)
			return error_errno(err, -r, "wait for start");
		report = ask_clients(&clients);
	}
	/* no second starter: the name stays, and who connects is refused */
	slot_set(&w->slots, SLOT_LISTEN, fd_close(slot_get(&w->slots, SLOT_LISTEN)));
	report->step = (uint32_t)w->at;
	w->report = report;
	w->shared = NULL; /* its trace has been written */
	return 0;
}
