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

/* How many names there are in all. */
static size_t count_controllers(const struct host_cgroups *cgroups)
{
	size_t n = cgroups->n;

	for (size_t i = 0; i < cgroups->n; i++)
		for (const char *at = cgroups->v[i].controllers; *at; at++)
			n += *at == ',';
	return n;
}

/* "cpu" and "cpuacct" for what is mounted as "cpu,cpuacct"; not a name that a directory has. */
static void add_links(struct arena *arena, const struct host_hierarchy *hierarchy,
		      struct mount_links *links, const char **names, const char **texts)
{
	const char *at = hierarchy->controllers, *mount = path_name(hierarchy->mount);

	if (!strchr(at, ','))
		return;
	while (*at) {
		size_t length = strcspn(at, ",");

		names[links->n] = arena_strndup(arena, at, length);
		texts[links->n] = mount;
		links->n += strcmp(names[links->n], mount) != 0;
		at += length;
		at += *at == ',';
	}
}

/* Other names of the hierarchies, as programs expect them; NULL when none has any. */
static struct mount_links *plan_links(struct planning *p, const struct entry *e)
{
	const struct host_cgroups *cgroups = &p->facts->cgroups;
	size_t n = count_controllers(cgroups);
	struct mount_links *links = arena_new(p->arena, struct mount_links);
	const char **names = arena_array(p->arena, n, sizeof(*names));
	const char **texts = arena_array(p->arena, n, sizeof(*texts));

	links->target = e->target;
	links->names = names;
	links->texts = texts;
	for (size_t i = 0; i < cgroups->n; i++)
		add_links(p->arena, &cgroups->v[i], links, names, texts);
	return links->n ? links : NULL;
}

/* v1 and hybrid: a tmpfs with one directory a hierarchy, made read-only last. */
static void plan_hierarchies(struct planning *p, const struct entry *e)
{
	const struct host_cgroups *cgroups = &p->facts->cgroups;
	struct mount_new *base = mount_entry_new(p, e, "tmpfs", e->target);
	struct mount_links *links = plan_links(p, e);
	bool is_readonly = base->attributes & KERNEL_MOUNT_ATTR_RDONLY;

	base->source = "tmpfs";
	mount_entry_add_data(base, "mode", "755");
	base->attributes &= ~(uint64_t)KERNEL_MOUNT_ATTR_RDONLY;
	if (is_readonly || links)
		base->keep = plan_new_slot(p);
	plan_add(p, OP_MOUNT_NEW, STAGE_ONE, base, "/mounts/%zu", e->index);
	for (size_t i = 0; i < cgroups->n; i++)
		plan_hierarchy(
			p, e, &cgroups->v[i],
			arena_printf(p->arena, "%s/%s", e->target, path_name(cgroups->v[i].mount)));
	if (links) {
		links->slot = base->keep;
		plan_add(p, OP_CGROUP_LINKS, STAGE_ONE, links, "/mounts/%zu", e->index);
	}
	if (is_readonly) {
		struct mount_seal *seal = arena_new(p->arena, struct mount_seal);

		seal->slot = base->keep;
		seal->target = e->target;
		plan_add(p, OP_MOUNT_READONLY, STAGE_ONE, seal, "/mounts/%zu", e->index);
	}
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
	if (cgroups->mode == HOST_CGROUP_V2)
		plan_hierarchy(p, e, &cgroups->v[cgroups->n - 1], e->target);
	else
		plan_hierarchies(p, e);
	return 0;
}
