/* SPDX-License-Identifier: Apache-2.0 */
/* The id maps of a new user namespace; see the header. */
#include "topic/idmap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/strbuf.h"
#include "sys/kernel.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

enum {
	MAP_LINES_MAX = 340, /* user_namespaces(7), since Linux 4.15 */
	MAP_TEXT_MAX = 4095, /* the kernel takes less than a page at once */
};

static int check_mapping(const struct oci_id_mapping *map, const char *name, size_t i,
			 struct error *err)
{
	const char *fault = NULL;

	if (map->size == 0)
		fault = "size is 0";
	else if ((uint64_t)map->container_id + map->size > UINT32_MAX)
		fault = "containerID plus size passes the highest id";
	else if ((uint64_t)map->host_id + map->size > UINT32_MAX)
		fault = "hostID plus size passes the highest id";
	if (!fault)
		return 0;
	error_set(err, EINVAL, "id mapping: %s", fault);
	return error_at(err, "/linux/%s/%zu", name, i);
}

static int plan_map(struct planning *p, const struct oci_id_mapping_list *maps, const char *name,
		    const char *file, struct error *err)
{
	struct idmap_write *args = arena_new(p->arena, struct idmap_write);
	struct strbuf text;

	strbuf_init(&text, p->arena);
	for (size_t i = 0; i < maps->n; i++) {
		const struct oci_id_mapping *map = &maps->v[i];
		int r = check_mapping(map, name, i, err);

		if (r < 0)
			return r;
		strbuf_add_format(&text, "%u %u %u\n", map->container_id, map->host_id, map->size);
	}
	if (maps->n > MAP_LINES_MAX || text.length > MAP_TEXT_MAX) {
		error_set(err, E2BIG,
			  "%zu id mappings of %zu bytes: the kernel takes %d of %d bytes", maps->n,
			  text.length, MAP_LINES_MAX, MAP_TEXT_MAX);
		return error_at(err, "/linux/%s", name);
	}
	args->file = file;
	args->text = text.data;
	args->length = text.length;
	plan_add(p, OP_IDMAP_WRITE, STAGE_RUNTIME, args, "/linux/%s", name);
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
	struct oci_id_mapping_list *list;

	if (maps->n)
		return maps;
	list = arena_new(p->arena, struct oci_id_mapping_list);
	list->n = 1;
	list->v = arena_new(p->arena, struct oci_id_mapping);
	list->v->host_id = own;
	list->v->size = own ? 1 : UINT32_MAX;
	return list;
}

int idmap_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_id_mapping_list *uids, *gids;
	struct idmap_become_root *root;
	int r;

	if (!os || !(p->new_namespaces & KERNEL_CLONE_NEWUSER)) {
		if (!os || (!os->uid_mappings.n && !os->gid_mappings.n))
			return 0;
		error_set(err, EINVAL, "id mappings need a user namespace");
		error_hint(err, "add {\"type\":\"user\"} to linux.namespaces");
		return error_at(err,
				os->uid_mappings.n ? "/linux/uidMappings" : "/linux/gidMappings");
	}
	if (!os->uid_mappings.n != !os->gid_mappings.n) {
		error_set(err, EINVAL, "uidMappings and gidMappings must be given together");
		return error_at(err,
				os->uid_mappings.n ? "/linux/gidMappings" : "/linux/uidMappings");
	}
	uids = maps_or_own(p, &os->uid_mappings, p->facts->uid);
	gids = maps_or_own(p, &os->gid_mappings, p->facts->gid);
	r = plan_map(p, uids, "uidMappings", "uid_map", err);
	if (r < 0)
		return r;
	r = plan_map(p, gids, "gidMappings", "gid_map", err);
	if (r < 0)
		return r;
	root = arena_new(p->arena, struct idmap_become_root);
	root->uid = first_id(uids);
	root->gid = first_id(gids);
	p->root_ids = root;
	return 0;
}

void idmap_plan_root(struct planning *p)
{
	if (p->root_ids)
		plan_add(p, OP_BECOME_ROOT, STAGE_ONE, p->root_ids, "/linux/uidMappings");
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
int idmap_become_root_apply(const struct idmap_become_root *args, struct slots *slots,
			    struct error *err)
{
	int r = sys_setgroups(0, NULL);

	(void)slots;
	if (r == 0)
		r = sys_setresgid(args->gid);
	if (r == 0)
		r = sys_setresuid(args->uid);
	if (r < 0)
		return error_errno(err, -r, "become root of the user namespace");
	/* a change of ids clears it */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_errno(err, errno, "set the parent-death signal");
	return 0;
}

void idmap_become_root_describe(const struct idmap_become_root *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
	describe_int(d, "gid", args->gid);
}
