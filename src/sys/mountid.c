/* SPDX-License-Identifier: Apache-2.0 */
/* Which mount a descriptor is of; see the header. */
#include "sys/mountid.h"

#include <fcntl.h>
#include <unistd.h>

#include "sys/kernel.h"

uint64_t mountid_of(int fd)
{
	enum { STATX_MNT_ID_WANTED = 0x1000 };
	struct {
		uint32_t mask;
		uint8_t skipped[140];
		uint64_t mount;
		uint8_t rest[104];
	} stx = { 0 };

	_Static_assert(sizeof(stx) == 256, "the kernel's struct statx");
	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID_WANTED, &stx) < 0)
		return 0;
	return stx.mask & STATX_MNT_ID_WANTED ? stx.mount : 0;
}
