/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors: who owns one closes it; one that was given away is -EBADF. */
#pragma once

/* Closes if not negative; keeps errno. Always returns -EBADF, to be assigned. */
int fd_close(int fd);
void fd_close_at(int *fd);

/* A descriptor of this scope, closed at its end:  fd_auto int fd = open(...); */
#define fd_auto __attribute__((cleanup(fd_close_at)))

/* Gives the descriptor away: returns it and leaves -EBADF in its place. */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -9; /* EBADF */
	return taken;
}
