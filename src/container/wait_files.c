/* SPDX-License-Identifier: Apache-2.0 */
/* What a created container waits with; see the header. */
#include "container/wait_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fd.h"
#include "engine/start_message.h"
#include "sys/procfd.h"

enum { BACKLOG = 16 };

static int make_socket(int dir_fd, struct error *err)
{
	fd_auto int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	int r = procfd_socket_address(dir_fd, START_SOCKET_NAME, &address);

	if (fd < 0)
		return error_errno(err, errno, "make the start socket");
	if (r < 0)
		return error_errno(err, -r, "make the start socket");
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return error_errno(err, errno, "make the start socket");
	return fd_take(&fd);
}

static int make_lock(int dir_fd, struct error *err)
{
	fd_auto int fd =
		openat(dir_fd, START_WAITING_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) < 0)
		return error_errno(err, errno, "make the file that says created");
	return fd_take(&fd);
}

int wait_files_make(int dir_fd, struct wait_files *ret, struct error *err)
{
	struct wait_files files = WAIT_FILES_NONE;

	files.listen_fd = make_socket(dir_fd, err);
	if (files.listen_fd < 0)
		return files.listen_fd;
	files.waiting_fd = make_lock(dir_fd, err);
	if (files.waiting_fd < 0) {
		int r = files.waiting_fd;

		wait_files_close(&files);
		return r;
	}
	*ret = files;
	return 0;
}

void wait_files_close(struct wait_files *files)
{
	files->listen_fd = fd_close(files->listen_fd);
	files->waiting_fd = fd_close(files->waiting_fd);
}
