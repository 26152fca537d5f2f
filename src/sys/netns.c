/* SPDX-License-Identifier: Apache-2.0 */
/* Network namespaces by descriptor; see the header. */
#include "sys/netns.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/fd.h"

#ifndef SIOCGSKNS
#	define SIOCGSKNS 0x894c
#endif

int netns_current(void)
{
	fd_auto int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int fd;

	if (socket_fd < 0)
		return -errno;
	fd = ioctl(socket_fd, SIOCGSKNS);
	return fd < 0 ? -errno : fd;
}
