/* SPDX-License-Identifier: Apache-2.0 */
/* Closing descriptors. */
#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

int fd_close(int fd)
{
	int saved = errno;

	/* On Linux the descriptor is gone whatever close says; trying again could hit another's. */
	if (fd >= 0)
		close(fd);
	errno = saved;
	return -EBADF;
}

void fd_close_at(int *fd)
{
	*fd = fd_close(*fd);
}
