/* SPDX-License-Identifier: Apache-2.0 */
/* Which mount a descriptor is of. Must not know what is done with mounts. */
#pragma once

#include <stdint.h>

/* The number that /proc/PID/mountinfo has for the mount; 0 where statx(2) does not tell [5.8]. */
uint64_t mountid_of(int fd);
