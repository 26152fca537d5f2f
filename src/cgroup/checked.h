/* SPDX-License-Identifier: Apache-2.0 */
/* A cgroup's path from a record, checked. Only cgroup/remove and cgroup/kill use it. */
#pragma once

#include "base/error.h"

/*
 * What version of cgroup file system (enum cgroupfs_version) the path is in: 0 when there is
 * nothing at the path, EINVAL when it must not be touched. The root is recognised by
 * cgroup_check_below.
 */
int cgroup_check(const char *path, struct error *err);

/* The same, and the directory above is of the same file system: so it is not the root. */
int cgroup_check_below(const char *path, struct error *err);
