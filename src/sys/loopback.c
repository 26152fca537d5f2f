/* SPDX-License-Identifier: Apache-2.0 */
/* Setting the loopback device up. Knows nothing of other devices. */
#include "sys/loopback.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/fd.h"

int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	/* Any socket will do for these calls, and a local one exists on kernels without IPv4 too.
	 */
	fd_auto int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -errno;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}
