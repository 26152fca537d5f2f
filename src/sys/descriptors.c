/* SPDX-License-Identifier: Apache-2.0 */
/* Inherited descriptors. Must not know what they are for. */
#include "sys/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/number.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum { FIRST_PASSED = 3, HIGHEST_TRIED = 1 << 20 };

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

int descriptors_open_standard(void)
{
	int fd;

	/* open gives the lowest one that is free, and all below fd are taken. These are to stay. */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (!is_open(fd) &&
		    open("/dev/null", O_RDWR | O_NOCTTY) != fd) /* NOLINT(android-cloexec-open) */
			return -errno;
	return 0;
}

int descriptors_check(unsigned count, unsigned *ret_missing)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		if (!is_open((int)(FIRST_PASSED + i))) {
			*ret_missing = FIRST_PASSED + i;
			return -EBADF;
		}
	}
	return 0;
}

/* Those that procfs lists. Drop when Linux 5.11 is the oldest supported. */
static int hide_listed(unsigned first)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int fd = proc_fd < 0 ? proc_fd
				     : procfd_open_file(proc_fd, "self/fd", O_RDONLY | O_DIRECTORY);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	uint64_t number;

	if (!list)
		return -ENOENT;
	fd_take(&fd);
	while ((entry = readdir(list)))
		if (number_parse_uint(entry->d_name, INT_MAX, &number) == 0 && number >= first)
			fcntl((int)number, F_SETFD, FD_CLOEXEC);
	closedir(list);
	return 0;
}

/* One by one, where there is no procfs either. */
static int hide_each(unsigned first)
{
	struct rlimit limit;
	unsigned fd, end;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	end = limit.rlim_max < HIGHEST_TRIED ? (unsigned)limit.rlim_max : HIGHEST_TRIED;
	for (fd = first; fd < end; fd++)
		if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0 && errno != EBADF)
			return -errno;
	return 0;
}

int descriptors_hide(unsigned first)
{
	if (sys_close_range(first, UINT_MAX, KERNEL_CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	return hide_listed(first) == 0 ? 0 : hide_each(first);
}

/* The lowest kept descriptor that is not below `first`; UINT_MAX when there is none. */
static unsigned next_kept(unsigned first, const int *kept, size_t n_kept)
{
	unsigned next = UINT_MAX;

	for (size_t i = 0; i < n_kept; i++)
		if (kept[i] >= 0 && (unsigned)kept[i] >= first && (unsigned)kept[i] < next)
			next = (unsigned)kept[i];
	return next;
}

int descriptors_close_others(unsigned first, const int *kept, size_t n_kept)
{
	for (;;) {
		unsigned next = next_kept(first, kept, n_kept);
		int r = 0;

		if (next > first)
			r = sys_close_range(first, next == UINT_MAX ? UINT_MAX : next - 1, 0);
		if (r < 0 || next == UINT_MAX)
			return r;
		first = next + 1;
	}
}
