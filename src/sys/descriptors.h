/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors that a program was started with: the first thing to be put in order, before
 * anything else is opened.
 */
#pragma once

#include <stddef.h>

/* Opens /dev/null on each of 0 to 2 that is closed, so that no other file can ever be one of them.
 */
int descriptors_open_standard(void);

/*
 * Whether descriptors 3 to 3 + count - 1, which the caller says it passes, are open: 0, or -EBADF
 * with the first that is not in *ret_missing.
 */
int descriptors_check(unsigned count, unsigned *ret_missing);

/* Sets close-on-exec on every descriptor from `first` on: close_range(2) [Linux 5.11]. */
int descriptors_hide(unsigned first);

/*
 * Closes every descriptor from `first` on but those listed (in any order; negative ones do not
 * count). close_range(2) [Linux 5.9]; allocates nothing.
 */
int descriptors_close_others(unsigned first, const int *kept, size_t n_kept);
