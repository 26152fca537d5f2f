/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts that exist on paper only: facts for the planner, the same on every machine. Each is called
 * by root with all capabilities. Knows nothing of plans.
 */
#pragma once

#include "base/arena.h"
#include "sys/host.h"
#include "unit.h"

enum facts_host {
	FACTS_V2,     /* Linux 6.1, one v2 tree */
	FACTS_V1,     /* Linux 5.10, v1 alone */
	FACTS_HYBRID, /* Linux 6.18, v1 and beside it a v2 tree that has what v1 left over */
	FACTS_COUNT
};

static const struct host_hierarchy facts_v2[] = {
	{.controllers = "", .mount = "/sys/fs/cgroup", .own = "/"},
};

static const struct host_hierarchy facts_v1[] = {
	{.controllers = "pids",              .mount = "/sys/fs/cgroup/pids",        .own = "/"},
	{ .controllers = "memory",           .mount = "/sys/fs/cgroup/memory",      .own = "/"},
	{ .controllers = "net_cls,net_prio",
         .mount = "/sys/fs/cgroup/net_cls,net_prio",
         .own = "/"									   },
	{ .controllers = "devices",          .mount = "/sys/fs/cgroup/devices",     .own = "/"},
	{ .controllers = "freezer",          .mount = "/sys/fs/cgroup/freezer",     .own = "/"},
	{ .controllers = "cpuset",           .mount = "/sys/fs/cgroup/cpuset",      .own = "/"},
	{ .controllers = "cpu,cpuacct",      .mount = "/sys/fs/cgroup/cpu,cpuacct", .own = "/"},
	{ .controllers = "name=systemd",
         .mount = "/sys/fs/cgroup/systemd",
         .own = "/user.slice/session-1.scope"						 },
};

static const struct host_hierarchy facts_hybrid[] = {
	{.controllers = "name=systemd", .mount = "/sys/fs/cgroup/systemd", .own = "/"    },
	{ .controllers = "devices",     .mount = "/sys/fs/cgroup/devices", .own = "/"    },
	{ .controllers = "memory",      .mount = "/sys/fs/cgroup/memory",  .own = "/user"},
	{ .controllers = "cpuset",      .mount = "/sys/fs/cgroup/cpuset",  .own = "/"    },
	{ .controllers = "cpu",         .mount = "/sys/fs/cgroup/cpu",     .own = "/"    },
	{ .controllers = "",            .mount = "/sys/fs/cgroup/unified", .own = "/"    },
};

static inline const char *facts_name(enum facts_host host)
{
	static const char *const names[] = { "v2", "v1", "hybrid" };

	return names[host];
}

static inline void facts_set_cgroups(struct arena *arena, struct host_facts *facts,
				     const struct host_hierarchy *v, size_t n)
{
	facts->cgroups.n = n;
	facts->cgroups.v = arena_array(arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		facts->cgroups.v[i] = v[i];
}

static inline struct host_facts facts_make(struct arena *arena, enum facts_host host)
{
	static const uint32_t kernels[] = { HOST_KERNEL(6, 1), HOST_KERNEL(5, 10),
					    HOST_KERNEL(6, 18) };
	struct host_facts facts = {
		.kernel = kernels[host],
		.is_initial_userns = true,
		.permitted = (UINT64_C(1) << 41) - 1,
		.bounding = (UINT64_C(1) << 41) - 1,
		.last_cap = 40, /* CAP_CHECKPOINT_RESTORE, since Linux 5.9 */
		.rlimit_nofile_hard = 1048576,
	};

	switch (host) {
	case FACTS_V1:
		facts.cgroups.mode = HOST_CGROUP_V1;
		facts.cgroups.v2_controllers = "";
		facts_set_cgroups(arena, &facts, facts_v1, COUNT(facts_v1));
		break;
	case FACTS_HYBRID:
		facts.cgroups.mode = HOST_CGROUP_HYBRID;
		facts.cgroups.v2_controllers = "hugetlb";
		facts_set_cgroups(arena, &facts, facts_hybrid, COUNT(facts_hybrid));
		break;
	default:
		facts.cgroups.mode = HOST_CGROUP_V2;
		facts.cgroups.v2_controllers = "cpuset cpu io memory hugetlb pids rdma misc";
		facts_set_cgroups(arena, &facts, facts_v2, COUNT(facts_v2));
		break;
	}
	return facts;
}

/* As if the container's cgroup had been looked for, and nothing of it were there. */
static inline void facts_set_target(struct arena *arena, struct host_facts *facts,
				    const char *target)
{
	for (size_t i = 0; i < facts->cgroups.n; i++) {
		struct host_hierarchy *hierarchy = &facts->cgroups.v[i];

		hierarchy->target = arena_printf(arena, "%s%s", hierarchy->mount, target);
		hierarchy->exists_to = hierarchy->mount;
	}
}
