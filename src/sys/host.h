/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the planner must know about this host: plain data, probed here and nowhere else, and only
 * when the configuration needs it. A test writes the struct by hand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define HOST_KERNEL(major, minor) ((uint32_t)(major) << 16 | (minor))

enum host_cgroup_mode {
	HOST_CGROUP_NONE,   /* nothing at /sys/fs/cgroup that is a cgroup file system */
	HOST_CGROUP_V1,     /* one hierarchy a controller or a set of them */
	HOST_CGROUP_HYBRID, /* v1, and a v2 tree at /sys/fs/cgroup/unified */
	HOST_CGROUP_V2,     /* one v2 tree at /sys/fs/cgroup */
};

/* One mounted hierarchy, and what is known of the container's cgroup in it. */
struct host_hierarchy {
	const char *
		controllers; /* as in /proc/self/cgroup: "cpu,cpuacct", "name=systemd"; "" for v2 */
	const char *mount;   /* where it is mounted: "/sys/fs/cgroup/cpu" */
	const char *own;     /* the runtime's own cgroup in it, relative to its root: "/" */

	/* The target: filled by host_probe_cgroup_target for one absolute path. */
	const char *target;    /* the directory, "/sys/fs/cgroup/cpu/default/x"; NULL: not probed */
	const char *exists_to; /* the deepest directory of it that is there already, a prefix of
				  target */
	bool is_populated;     /* it exists and holds processes, its own or below it */
	bool is_frozen;
};

struct host_cgroups {
	enum host_cgroup_mode mode;
	size_t n;
	struct host_hierarchy *v;   /* in the order of /proc/self/cgroup; v2 last */
	const char *v2_controllers; /* cgroup.controllers of the v2 root, blank separated */
};

struct host_facts {
	uint32_t kernel; /* HOST_KERNEL(6, 1) */
	uint32_t uid, gid;
	bool is_initial_userns; /* the runtime's user namespace maps every id to itself */
	uint64_t permitted;     /* the runtime's permitted capabilities, bit n is capability n */
	uint64_t bounding;
	uint32_t last_cap;
	struct host_cgroups cgroups;
	uint64_t rlimit_nofile_hard;
};

/* All but the cgroups. `proc_fd` is from procfd_open. */
int host_probe(int proc_fd, struct host_facts *ret, struct error *err);

/* The layout: which hierarchies there are. Strings go to the arena. */
int host_probe_cgroups(int proc_fd, struct arena *arena, struct host_cgroups *ret,
		       struct error *err);

/*
 * The state of the directory that `path` (absolute: below each hierarchy's root) names in each
 * hierarchy: how much of it exists, whether it is populated or frozen.
 */
int host_probe_cgroup_target(struct arena *arena, const char *path, struct host_cgroups *cgroups,
			     struct error *err);
