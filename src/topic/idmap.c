/* SPDX-License-Identifier: Apache-2.0 */
/* The id maps of a new user namespace; see the header. */
#include "topic/idmap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "step/id_map.h"
#include "sys/kernel.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

/* What asks for the map: without one in the configuration it is the user namespace. */
static const char *map_pointer(struct planning *p, const struct oci_id_mapping_list *maps,
			       const char *name)
{
	const struct oci_linux *os = p->config->linux_;

	if (maps->n)
		return arena_printf(p->arena, "/linux/%s", name);
	for (size_t i = 0; i < os->namespaces.n; i++)
		if (os->namespaces.v[i].type == OCI_NAMESPACE_TYPE_USER)
			return arena_printf(p->arena, "/linux/namespaces/%zu", i);
	return "/linux/namespaces";
}

/* One of the two maps, and who may write it. */
struct map {
	const struct oci_id_mapping_list *list;
	const struct host_ids_list *host; /* the ids that there are to be mapped */
	bool is_given;                    /* and not made up */
	const char *pointer, *file;       /* "/linux/uidMappings", "uid_map" */
	int capability;
	uint32_t own;
	const char *helper; /* "": none was found */
	const char *helper_name;
};

/* user_namespaces(7): with the capability, or a single line for the caller's own id. */
static bool may_write(const struct planning *p, const struct map *map)
{
	const struct oci_id_mapping *v = map->list->v;

	if (plan_may(p, map->capability))
		return true;
	return map->list->n == 1 && v->size == 1 && v->host_id == map->own;
}

static int plan_helper(struct planning *p, const struct map *map, struct error *err)
{
	struct idmap_helper *args = arena_new(p->arena, struct idmap_helper);

	if (!*map->helper) {
		error_set(err, EPERM, "these ids may be mapped by %s only, and it is not installed",
			  map->helper_name);
		error_hint(err, "the package is called uidmap or shadow-utils");
		return error_at(err, "%s", map->pointer);
	}
	args->program = map->helper;
	args->maps = arena_array(p->arena, map->list->n, sizeof(*args->maps));
	args->n = map->list->n;
	for (size_t i = 0; i < map->list->n; i++)
		args->maps[i] =
			(struct idmap_range){ map->list->v[i].container_id, map->list->v[i].host_id,
					      map->list->v[i].size };
	plan_add(p, OP_IDMAP_HELPER, STAGE_RUNTIME, args, "%s", map->pointer);
	return 0;
}

static void plan_write(struct planning *p, const char *file, const char *text, size_t length,
		       const char *pointer)
{
	struct idmap_write *args = arena_new(p->arena, struct idmap_write);

	args->file = file;
	args->text = text;
	args->length = length;
	plan_add(p, OP_IDMAP_WRITE, STAGE_RUNTIME, args, "%s", pointer);
}

/* An error about the host's side of a mapping; one that was made up is not in the configuration. */
static int refuse_host(const struct map *map, size_t i, struct error *err)
{
	if (map->is_given)
		return error_at(err, "%s/%zu/hostID", map->pointer, i);
	return error_at(err, "%s", map->pointer);
}

/* Whoever writes the map, the kernel takes no ids that the runtime's user namespace has not. */
static int check_host(const struct map *map, struct error *err)
{
	size_t i;

	if (id_map_check_host(map->list, map->host, &i, err) == 0)
		return 0;
	return refuse_host(map, i, err);
}

/*
 * user_namespaces(7): who was given id 0 of a user namespace could give capabilities to files
 * there. Since Linux 5.12, and in what is distributed of 5.10. A map that newuidmap writes is that
 * one's business.
 */
static int check_root(const struct planning *p, const struct map *map, struct error *err)
{
	const struct oci_id_mapping_list *list = map->list;
	size_t i = 0;

	if (map->capability != KERNEL_CAP_SETUID || plan_may(p, KERNEL_CAP_SETFCAP))
		return 0;
	while (i < list->n && list->v[i].host_id != 0)
		i++;
	if (i == list->n)
		return 0;
	error_set(err, EPERM,
		  "id mapping: user 0 of oci-rt's own user namespace is mapped with CAP_SETFCAP "
		  "only, which oci-rt does not have");
	error_hint(err, "give oci-rt that capability, or map other users in linux.uidMappings");
	return refuse_host(map, i, err);
}

static int plan_map(struct planning *p, const struct map *map, struct error *err)
{
	struct id_map_text text;
	int r = id_map_make_text(p->arena, map->list, map->pointer, &text, err);

	if (r == 0)
		r = check_host(map, err);
	if (r < 0)
		return r;
	if (!may_write(p, map))
		return plan_helper(p, map, err);
	if (check_root(p, map, err) < 0)
		return -err->code;
	/* user_namespaces(7): without the capability, groups must not be given up before */
	if (map->capability == KERNEL_CAP_SETGID && !plan_may(p, KERNEL_CAP_SETGID)) {
		p->keeps_groups = true;
		plan_write(p, "setgroups", "deny", strlen("deny"), map->pointer);
	}
	plan_write(p, map->file, text.data, text.length, map->pointer);
	return 0;
}

/* 0 if it is mapped, else the first id inside that is. */
static uint32_t first_id(const struct oci_id_mapping_list *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->v[i].container_id == 0)
			return 0;
	return maps->v[0].container_id;
}

/* A user namespace without maps gets the caller's own ids, one to one: as crun does for root. */
static const struct oci_id_mapping_list *
maps_or_own(struct planning *p, const struct oci_id_mapping_list *maps, uint32_t own)
{
	bool is_all = own == 0 && p->facts->is_initial_userns;
	struct oci_id_mapping_list *list;

	if (maps->n)
		return maps;
	list = arena_new(p->arena, struct oci_id_mapping_list);
	list->n = 1;
	list->v = arena_new(p->arena, struct oci_id_mapping);
	list->v->host_id = own;
	list->v->size = is_all ? UINT32_MAX : 1;
	return list;
}

static const char *given_maps(const struct oci_linux *os)
{
	return os->uid_mappings.n ? "/linux/uidMappings" : "/linux/gidMappings";
}

static int check_maps(const struct planning *p, const struct oci_linux *os, struct error *err)
{
	bool has_uids = os->uid_mappings.n > 0, has_gids = os->gid_mappings.n > 0;

	if ((has_uids || has_gids) && (p->joined_namespaces & KERNEL_CLONE_NEWUSER)) {
		error_set(err, EINVAL,
			  "a user namespace that is joined has its id mappings already");
		error_hint(err, "leave out linux.uidMappings and linux.gidMappings, or the path");
		return error_at(err, "%s", given_maps(os));
	}
	if ((has_uids || has_gids) && !(p->new_namespaces & KERNEL_CLONE_NEWUSER)) {
		error_set(err, EINVAL, "id mappings need a user namespace");
		plan_hint_namespace(p, KERNEL_CLONE_NEWUSER, "user", err);
		return error_at(err, "%s", given_maps(os));
	}
	if (has_uids == has_gids)
		return 0;
	error_set(err, EINVAL, "uidMappings and gidMappings must be given together");
	return error_at(err, has_uids ? "/linux/gidMappings" : "/linux/uidMappings");
}

static int plan_maps(struct planning *p, const struct oci_linux *os, struct error *err)
{
	struct idmap_become_root *root = arena_new(p->arena, struct idmap_become_root);
	const struct map uids = {
		.list = maps_or_own(p, &os->uid_mappings, p->facts->uid),
		.host = &p->facts->uids,
		.is_given = os->uid_mappings.n > 0,
		.file = "uid_map",
		.pointer = map_pointer(p, &os->uid_mappings, "uidMappings"),
		.capability = KERNEL_CAP_SETUID,
		.own = p->facts->uid,
		.helper = p->facts->newuidmap,
		.helper_name = "newuidmap",
	};
	const struct map gids = {
		.list = maps_or_own(p, &os->gid_mappings, p->facts->gid),
		.host = &p->facts->gids,
		.is_given = os->gid_mappings.n > 0,
		.file = "gid_map",
		.pointer = map_pointer(p, &os->gid_mappings, "gidMappings"),
		.capability = KERNEL_CAP_SETGID,
		.own = p->facts->gid,
		.helper = p->facts->newgidmap,
		.helper_name = "newgidmap",
	};
	int r = plan_map(p, &uids, err);

	if (r == 0)
		r = plan_map(p, &gids, err);
	p->uid_maps = uids.list;
	p->gid_maps = gids.list;
	root->uid = first_id(uids.list);
	root->gid = first_id(gids.list);
	p->keeps_groups |= !p->facts->may_set_groups;
	root->keeps_groups = p->keeps_groups;
	p->root_ids = root;
	return r;
}

int idmap_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	struct idmap_become_root *root;
	int r;

	if (!os)
		return 0;
	r = check_maps(p, os, err);
	if (r < 0)
		return r;
	if (p->is_privileged) {
		p->keeps_groups = !p->facts->may_set_groups;
		return 0;
	}
	if (p->new_namespaces & KERNEL_CLONE_NEWUSER)
		return plan_maps(p, os, err);
	/* what is mapped in one that is joined is not known; hardly ever is root not */
	root = arena_new(p->arena, struct idmap_become_root);
	/* what a namespace forbids, those that are made in it forbid as well */
	p->keeps_groups = root->keeps_groups = !p->facts->may_set_groups;
	p->may_keep_groups = root->may_keep_groups = true;
	p->root_ids = root;
	return 0;
}

static bool maps_to(const struct oci_id_mapping_list *maps, uint32_t inside, uint32_t outside)
{
	for (size_t i = 0; i < maps->n; i++)
		if (inside - maps->v[i].container_id < maps->v[i].size)
			return maps->v[i].host_id + (inside - maps->v[i].container_id) == outside;
	return maps->n == 0; /* the caller's own */
}

bool idmap_root_is_caller(const struct planning *p)
{
	const struct oci_linux *os = p->config->linux_;

	if (!(p->new_namespaces & KERNEL_CLONE_NEWUSER))
		return true;
	return maps_to(&os->uid_mappings, p->root_ids->uid, p->facts->uid) &&
	       maps_to(&os->gid_mappings, p->root_ids->gid, p->facts->gid);
}

void idmap_plan_clear_groups(struct planning *p)
{
	if ((p->joined_namespaces & KERNEL_CLONE_NEWUSER) && p->facts->may_set_groups &&
	    plan_may(p, KERNEL_CAP_SETGID))
		plan_add(p, OP_CLEAR_GROUPS, STAGE_ONE, NULL, "/linux/namespaces");
}

void idmap_plan_root(struct planning *p)
{
	if (p->root_ids)
		plan_add(p, OP_BECOME_ROOT, STAGE_ONE, p->root_ids, "%s",
			 map_pointer(p, &p->config->linux_->uid_mappings, "uidMappings"));
}

/* Trust: the file is the child's own in the verified /proc of the host; the child cannot replace
 * it. */
int idmap_write_apply(const struct idmap_write *args, struct slots *slots, struct error *err)
{
	char path[64];
	int r;

	snprintf(path, sizeof(path), "%d/%s", slot_get(slots, SLOT_PID), args->file);
	r = procfd_write(slot_get(slots, SLOT_PROC), path, args->text, args->length);
	if (r < 0) {
		error_errno(err, -r, "write %s of the user namespace", args->file);
		if (r == -EINVAL)
			error_hint(err, "do two mappings overlap?");
	}
	return r;
}

void idmap_write_describe(const struct idmap_write *args, struct describer *d)
{
	describe_string(d, "file", args->file);
	describe_string(d, "map", args->text);
}

/* Trust: only the credentials of this process change. */
int idmap_clear_groups_apply(const void *args, struct slots *slots, struct error *err)
{
	int r = sys_setgroups(0, NULL);

	(void)args;
	(void)slots;
	return r < 0 ? error_errno(err, -r, "leave the supplementary groups") : 0;
}

void idmap_clear_groups_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* Trust: only the credentials of this process change. */
int idmap_become_root_apply(const struct idmap_become_root *args, struct slots *slots,
			    struct error *err)
{
	int r = args->keeps_groups ? 0 : sys_setgroups(0, NULL);

	(void)slots;
	if (r == -EPERM && args->may_keep_groups)
		r = 0;
	if (r == 0)
		r = sys_setresgid(args->gid);
	if (r == 0)
		r = sys_setresuid(args->uid);
	if (r < 0)
		error_errno(err, -r, "become root of the user namespace");
	if (r == -EINVAL)
		error_hint(err, "user %u and group %u are not mapped in it", args->uid, args->gid);
	if (r < 0)
		return r;
	/* a change of ids clears it */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_errno(err, errno, "set the parent-death signal");
	return 0;
}

void idmap_become_root_describe(const struct idmap_become_root *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
	describe_int(d, "gid", args->gid);
	describe_bool(d, "keeps-groups", args->keeps_groups);
	describe_bool(d, "keeps-groups-if-denied", args->may_keep_groups);
}
