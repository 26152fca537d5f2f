/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a configuration may ask for. libocispec bounds the document; this bounds the plan that
 * is made of it, so that no document costs seconds or hundreds of megabytes before it is refused.
 * All are far beyond what any engine asks for.
 */
#pragma once

#include "base/error.h"
#include "libocispec/ocispec.h"

enum {
	/* entries of lists and maps that become steps of their own, all lists together; a value of
	   linux.resources.unified counts for each of its lines, a mount of all cgroups as
	   PLAN_CGROUP_MOUNT entries */
	PLAN_ENTRIES_MAX = 16384,
	PLAN_CGROUP_MOUNT = 32,
	/* bytes of a list of processors or memory nodes */
	PLAN_NUMBERS_MAX = 65536,
	/* bytes of the PATH that the program is looked for in: the kernel's own limit, with pages
	   of 4 KiB, for an entry of the environment */
	PLAN_PATH_MAX = 131072,
	/* bytes of the program's name that is looked for there: a file's */
	PLAN_PROGRAM_MAX = 255,
};

/* E2BIG, or ENAMETOOLONG for the program's name, with the pointer of what is too much. */
int bounds_check(const struct oci_config *config, struct error *err);
