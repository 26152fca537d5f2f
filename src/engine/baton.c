/* SPDX-License-Identifier: Apache-2.0 */
/* The baton; see the header. Safe between clone and exec. */
#include "engine/baton.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

union control {
	char bytes[CMSG_SPACE(BATON_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int baton_pair(int ret[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0 ? -errno : 0;
}

static void add_descriptors(struct msghdr *message, union control *control,
			    const struct baton *baton, const struct slots *slots)
{
	int fds[BATON_FDS_MAX];
	struct cmsghdr *header;

	memset(control, 0, sizeof(*control));
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(baton->n_fds * sizeof(int));
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(baton->n_fds * sizeof(int));
	for (uint32_t i = 0; i < baton->n_fds; i++)
		fds[i] = slot_get(slots, baton->slots[i]);
	memcpy(CMSG_DATA(header), fds, baton->n_fds * sizeof(int));
}

int baton_send(int fd, const struct baton *baton, struct slots *slots)
{
	struct iovec part = { .iov_base = (void *)baton, .iov_len = sizeof(*baton) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control;
	ssize_t sent;

	if (baton->n_fds)
		add_descriptors(&message, &control, baton, slots);
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return -errno;
	for (uint32_t i = 0; i < baton->n_fds; i++)
		slot_set(slots, baton->slots[i], fd_close(slot_get(slots, baton->slots[i])));
	return 0;
}

/* Every descriptor that came is put into its slot, or closed. */
static int take_descriptors(struct msghdr *message, const struct baton *baton, struct slots *slots)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int fds[BATON_FDS_MAX];
	size_t n = 0;
	bool is_right;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
		n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(header), n * sizeof(int));
	}
	is_right = n == baton->n_fds && !(message->msg_flags & (MSG_CTRUNC | MSG_TRUNC));
	for (size_t i = 0; i < n; i++) {
		if (is_right && baton->slots[i] < slots->count)
			slot_set(slots, baton->slots[i], fds[i]);
		else
			fd_close(fds[i]);
	}
	return is_right ? 0 : -EPROTO;
}

int baton_receive(int fd, struct baton *ret, struct slots *slots)
{
	struct baton baton = { 0 };
	struct iovec part = { .iov_base = &baton, .iov_len = sizeof(baton) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t got;
	int r;

	do
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (got == 0)
		return -EPIPE;
	r = take_descriptors(&message, &baton, slots);
	if (r < 0 || got != (ssize_t)sizeof(baton))
		return -EPROTO;
	*ret = baton;
	return 0;
}
