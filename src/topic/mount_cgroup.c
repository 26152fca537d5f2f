/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts of the type "cgroup": what that means depends on the host's layout. Pure. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "sys/kernel.h"
#include "topic/mount_entry.h"

/* "cpu,cpuacct" or "name=systemd", as data of a v1 mount. */
static void add_controllers(struct planning *p, struct mount_new *args, const char *controllers)
{
	if (strncmp(controllers, "name=", 5) == 0) {
		mount_entry_add_data(args, "none", NULL);
		mount_entry_add_data(args, "name", controllers + 5);
		return;
	}
	while (*controllers && args->n_data < SPARE_DATA) {
		size_t length = strcspn(controllers, ",");

		mount_entry_add_data(args, arena_strndup(p->arena, controllers, length), NULL);
		controllers += length;
		controllers += *controllers == ',';
	}
}

/* Where the container stays when it gets no cgroup of its own. */
static const char *own_cgroup(struct planning *p, const struct host_hierarchy *hierarchy)
{
	return path_clean(p->arena,
			  arena_printf(p->arena, "%s/%s", hierarchy->mount, hierarchy->own));
}

/* One hierarchy at `target`: its own file system where the cgroup namespace is new, else our part
 * of it. */
static void plan_hierarchy(struct planning *p, const struct entry *e,
			   const struct host_hierarchy *hierarchy, const char *target)
{
	bool is_v2 = !*hierarchy->controllers;

	if (p->new_namespaces & KERNEL_CLONE_NEWCGROUP) {
		struct mount_new *args =
			mount_entry_new(p, e, is_v2 ? "cgroup2" : "cgroup", target);

		args->source = "cgroup";
		args->is_strict = true;
		if (!is_v2)
			add_controllers(p, args, hierarchy->controllers);
		plan_add(p, OP_MOUNT_NEW, STAGE_ONE, args, "/mounts/%zu", e->index);
	} else {
		struct bind_open *args = mount_entry_new_bind(p, e);

		args->source = p->has_cgroup ? hierarchy->target : own_cgroup(p, hierarchy);
		args->is_recursive = true;
		mount_entry_bind_steps(p, args, target, e->index);
	}
}

/* v1 and hybrid: a tmpfs with one directory a hierarchy, made read-only last. */
static void plan_hierarchies(struct planning *p, const struct entry *e)
{
	const struct host_cgroups *cgroups = &p->facts->cgroups;
	struct mount_new *base = mount_entry_new(p, e, "tmpfs", e->target);

	base->source = "tmpfs";
	mount_entry_add_data(base, "mode", "755");
	if (base->attributes & KERNEL_MOUNT_ATTR_RDONLY) {
		base->attributes &= ~(uint64_t)KERNEL_MOUNT_ATTR_RDONLY;
		base->keep = plan_new_slot(p);
	}
	plan_add(p, OP_MOUNT_NEW, STAGE_ONE, base, "/mounts/%zu", e->index);
	for (size_t i = 0; i < cgroups->n; i++)
		plan_hierarchy(
			p, e, &cgroups->v[i],
			arena_printf(p->arena, "%s/%s", e->target, path_name(cgroups->v[i].mount)));
	if (base->keep) {
		struct mount_seal *seal = arena_new(p->arena, struct mount_seal);

		seal->slot = base->keep;
		seal->target = e->target;
		plan_add(p, OP_MOUNT_READONLY, STAGE_ONE, seal, "/mounts/%zu", e->index);
	}
}

/* runtime-spec, config-linux.md, Cgroup ownership: writable, on v2, in a cgroup namespace of its
 * own. */
static bool is_delegated(const struct planning *p, const struct entry *e)
{
	return p->facts->cgroups.mode == HOST_CGROUP_V2 && !p->is_privileged &&
	       (p->new_namespaces & KERNEL_CLONE_NEWCGROUP) &&
	       !((e->flags.set | e->flags.set_all) & KERNEL_MOUNT_ATTR_RDONLY);
}

int mount_entry_plan_cgroup(struct planning *p, const struct entry *e, struct error *err)
{
	const struct host_cgroups *cgroups = &p->facts->cgroups;

	if (cgroups->mode == HOST_CGROUP_NONE) {
		error_set(err, ENODEV, "mount cgroup on %s: the host has no cgroup file system",
			  e->target);
		return error_at(err, "/mounts/%zu", e->index);
	}
	mount_entry_warn_data(p, e, "the type cgroup");
	if (is_delegated(p, e))
		plan_unsupported(p, "a cgroup that belongs to the user namespace", "/mounts/%zu",
				 e->index);
	if (cgroups->mode == HOST_CGROUP_V2)
		plan_hierarchy(p, e, &cgroups->v[cgroups->n - 1], e->target);
	else
		plan_hierarchies(p, e);
	return 0;
}
