/* SPDX-License-Identifier: Apache-2.0 */
/* The owner of a cgroup's directory; see the header. */
#include "cgroup/owner.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>

/* Frozen: it is on the cgroups of containers that an older build has made. */
static const char attribute[] = "trusted.oci-rt";

enum { OWNER_SIZE = 1024 };

int cgroup_owner_set(const char *path, const char *owner)
{
	if (lsetxattr(path, attribute, owner, strlen(owner), XATTR_CREATE) == 0 || errno == ENOTSUP)
		return 0;
	return -errno;
}

int cgroup_owner_compare(const char *path, const char *owner)
{
	char value[OWNER_SIZE];
	ssize_t length = lgetxattr(path, attribute, value, sizeof(value));

	if (length >= 0)
		return (size_t)length == strlen(owner) && memcmp(value, owner, (size_t)length) == 0
			       ? CGROUP_OWNER_SAME
			       : CGROUP_OWNER_OTHER;
	switch (errno) {
	case ENOTSUP:
		return CGROUP_OWNER_SAME;
	case ENODATA:
		return CGROUP_OWNER_NONE;
	case ENOENT:
	case ENODEV:
	case ERANGE: /* longer than any of ours */
		return CGROUP_OWNER_OTHER;
	default:
		return -errno;
	}
}

int cgroup_owner_clear(const char *path)
{
	if (lremovexattr(path, attribute) == 0 || errno == ENODATA || errno == ENOENT ||
	    errno == ENODEV || errno == ENOTSUP)
		return 0;
	return -errno;
}
