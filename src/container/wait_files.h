/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a created container waits with: a socket that `start` connects to, and a file whose lock
 * says "created". Both in the state directory, both handed to init.
 */
#pragma once

#include "base/error.h"

struct wait_files {
	int listen_fd;
	int waiting_fd; /* the lock belongs to the open file, which init shares: it ends with init's
			   copy */
};

#define WAIT_FILES_NONE                                   \
	{                                                 \
		.listen_fd = -EBADF, .waiting_fd = -EBADF \
	}

int wait_files_make(int dir_fd, struct wait_files *ret, struct error *err);
void wait_files_close(struct wait_files *files);
