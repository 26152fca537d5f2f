/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts that show other ids than their file system has; see mount.h. */
#include <errno.h>
#include <string.h>

#include "step/id_map.h"
#include "sys/kernel.h"
#include "sys/userns.h"
#include "topic/mount_entry.h"

/* --- planning --- */

static bool has_own_maps(const struct oci_mount *mount)
{
	return mount->uid_mappings.n || mount->gid_mappings.n;
}

bool mount_entry_is_idmapped(const struct entry *e)
{
	return e->flags.is_idmapped || e->flags.is_idmapped_all || has_own_maps(e->mount);
}

/* What asks for it: the mappings, or the option. */
static int refuse(const struct entry *e, struct error *err)
{
	if (has_own_maps(e->mount))
		return error_at(err, "/mounts/%zu/%s", e->index,
				e->mount->uid_mappings.n ? "uidMappings" : "gidMappings");
	return error_at(err, "/mounts/%zu/options/%zu", e->index,
			mount_entry_option(e, MOUNT_OPTION_IDMAP));
}

int mount_entry_refuse_idmap(const struct entry *e, const char *what, struct error *err)
{
	error_set(err, EINVAL, "%s cannot be given mappings of ids: a bind mount can", what);
	return refuse(e, err);
}

/* A user namespace is made for the mappings, and the runtime's own is the one above it. */
static int check_ids(const struct planning *p, const struct entry *e, struct error *err)
{
	size_t i;

	if (id_map_check_host(&e->mount->uid_mappings, &p->facts->uids, &i, err) < 0)
		return error_at(err, "/mounts/%zu/uidMappings/%zu/hostID", e->index, i);
	if (id_map_check_host(&e->mount->gid_mappings, &p->facts->gids, &i, err) < 0)
		return error_at(err, "/mounts/%zu/gidMappings/%zu/hostID", e->index, i);
	return 0;
}

/*
 * mount_setattr(2): the kernel lets those map a mount that have CAP_SYS_ADMIN where its file system
 * was mounted, which for what is bound is the host.
 */
static int check_host(const struct planning *p, const struct entry *e, const struct bind_open *open,
		      struct error *err)
{
	if (!p->facts->has_mount_setattr) {
		error_set(err, ENOSYS, "a mount with mappings of its own needs Linux 5.12");
		return refuse(e, err);
	}
	if (!plan_may(p, KERNEL_CAP_SYS_ADMIN) || !plan_may(p, KERNEL_CAP_SETUID) ||
	    !plan_may(p, KERNEL_CAP_SETGID)) {
		error_set(err, EPERM,
			  "a mount with mappings of its own needs CAP_SYS_ADMIN, "
			  "CAP_SETUID and CAP_SETGID");
		return refuse(e, err);
	}
	if (!p->is_privileged && open->is_in_root) {
		error_set(err, EPERM,
			  "what lies in the container's own root cannot be given "
			  "mappings of ids in a user namespace");
		return refuse(e, err);
	}
	return 0;
}

static int check_maps(const struct planning *p, const struct entry *e, struct error *err)
{
	const struct oci_mount *mount = e->mount;
	bool has_uids = mount->uid_mappings.n > 0, has_gids = mount->gid_mappings.n > 0;

	if (has_uids != has_gids) {
		error_set(err, EINVAL, "uidMappings and gidMappings must be given together");
		return error_at(err, "/mounts/%zu/%s", e->index,
				has_uids ? "gidMappings" : "uidMappings");
	}
	if (has_uids || !p->is_privileged)
		return 0;
	error_set(err, EINVAL, "there are no mappings for the ids of this mount");
	error_hint(err, "give it uidMappings and gidMappings, or the container a user namespace");
	return refuse(e, err);
}

/* The slot of the user namespace that is joined. */
static unsigned joined_slot(const struct planning *p)
{
	const struct oci_namespace_list *list = &p->config->linux_->namespaces;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].type == OCI_NAMESPACE_TYPE_USER)
			return (unsigned)(p->plan->namespace_slot + i);
	return SLOT_NONE;
}

/* Many mounts of a container have the same mappings: one user namespace serves them all. */
static unsigned find_made(const struct planning *p, const struct mount_idmap *wanted)
{
	for (size_t i = 0; i < p->plan->n_steps; i++) {
		const struct mount_idmap *made = p->plan->steps[i].args;

		if (p->plan->steps[i].operation == OP_MOUNT_IDMAP &&
		    strcmp(made->uids.data, wanted->uids.data) == 0 &&
		    strcmp(made->gids.data, wanted->gids.data) == 0)
			return made->slot;
	}
	return SLOT_NONE;
}

/* The mount's own mappings, or those of the container's new user namespace. */
static int plan_maps(struct planning *p, const struct entry *e, unsigned *ret_slot,
		     struct error *err)
{
	bool has_own = has_own_maps(e->mount);
	const char *prefix = has_own ? arena_printf(p->arena, "/mounts/%zu", e->index) : "/linux";
	struct mount_idmap *args = arena_new(p->arena, struct mount_idmap);
	size_t step;
	int r;

	r = id_map_make_text(p->arena, has_own ? &e->mount->uid_mappings : p->uid_maps,
			     arena_printf(p->arena, "%s/uidMappings", prefix), &args->uids, err);
	if (r == 0)
		r = id_map_make_text(p->arena, has_own ? &e->mount->gid_mappings : p->gid_maps,
				     arena_printf(p->arena, "%s/gidMappings", prefix), &args->gids,
				     err);
	if (r < 0)
		return r;
	*ret_slot = find_made(p, args);
	if (*ret_slot)
		return 0;
	args->slot = plan_new_slot(p);
	step = plan_add(p, OP_MOUNT_IDMAP, STAGE_RUNTIME, args, "/mounts/%zu", e->index);
	/* who opens the bind needs it: that is the child, but in a user namespace */
	if (p->is_privileged)
		p->plan->steps[step].hands_over = (uint8_t)args->slot;
	*ret_slot = args->slot;
	return 0;
}

int mount_entry_plan_idmap(struct planning *p, const struct entry *e, struct bind_open *open,
			   struct error *err)
{
	int r;

	if (!mount_entry_is_idmapped(e))
		return 0;
	r = check_maps(p, e, err);
	if (r < 0)
		return r;
	open->is_idmapped_all = e->flags.is_idmapped_all;
	if (has_own_maps(e->mount) || (p->new_namespaces & KERNEL_CLONE_NEWUSER)) {
		r = plan_maps(p, e, &open->user_slot, err);
	} else {
		open->user_slot = joined_slot(p);
		p->plan->kept_slot = open->user_slot;
	}
	/* last: what is wrong on every host is told on every host */
	if (r == 0)
		r = check_host(p, e, open, err);
	return r == 0 ? check_ids(p, e, err) : r;
}

/* --- running --- */

/* Trust: the maps are the configuration's; nothing of the container's takes part. */
int mount_idmap_apply(const struct mount_idmap *args, struct slots *slots, struct error *err)
{
	const struct userns_map uids = { args->uids.data, args->uids.length };
	const struct userns_map gids = { args->gids.data, args->gids.length };
	int fd = userns_make(slot_get(slots, SLOT_PROC), &uids, &gids);

	if (fd < 0)
		return error_errno(err, -fd, "make a user namespace with the mount's mappings");
	slot_set(slots, args->slot, fd);
	return 0;
}

void mount_idmap_describe(const struct mount_idmap *args, struct describer *d)
{
	describe_string(d, "uid_map", args->uids.data);
	describe_string(d, "gid_map", args->gids.data);
}
