/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openat2(2) where the kernel has it and lets it be called; what is done without it is the
 * caller's. Only sys/inroot and sys/procfd use it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * A close-on-exec descriptor or -errno. `resolve` are KERNEL_RESOLVE_ flags. -ENOSYS when openat2
 * is missing, forbidden by a seccomp filter or not wanted, or kept from an answer by somebody who
 * renames all the time: then the path must be walked by hand.
 */
int resolve_open(int dir_fd, const char *path, unsigned flags, uint64_t resolve);

/* Whether resolve_open says -ENOSYS always; in either case what was found out is forgotten. */
void resolve_use_walk(bool is_wanted);
