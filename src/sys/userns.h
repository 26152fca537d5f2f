/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user namespace that nobody lives in: what an idmapped mount takes its mapping from. Must not
 * know what it is for.
 */
#pragma once

#include <stddef.h>

struct userns_map {
	const char *text; /* as for /proc/PID/uid_map */
	size_t length;
};

/*
 * A close-on-exec descriptor of a new user namespace with these maps, or -errno. A child of the
 * caller's is in it for as long as that takes; it is reaped. `proc_fd` is of the caller's own
 * procfs (sys/procfd.h). The caller needs CAP_SETUID and CAP_SETGID.
 */
int userns_make(int proc_fd, const struct userns_map *uids, const struct userns_map *gids);
