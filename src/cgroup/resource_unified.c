/* SPDX-License-Identifier: Apache-2.0 */
/* Files of cgroup v2 by name: linux.resources.unified. Pure. */
#include <errno.h>
#include <string.h>

#include "cgroup/resource_part.h"
#include "sys/cgroupfs.h"

enum { FILE_NAME_MAX = 255 };

/* They move, end or stop processes, or decide what kind of cgroup it is; they limit nothing. */
static const char no_limits[][24] = { "cgroup.procs",  "cgroup.threads", "cgroup.kill",
				      "cgroup.freeze", "cgroup.type",    "cgroup.subtree_control" };

/* What is wrong with the name of a file; NULL when nothing is. */
static const char *name_fault(const char *name)
{
	if (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "is no name of a file";
	if (strlen(name) > FILE_NAME_MAX)
		return "is too long";
	for (const char *at = name; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return "holds blanks or control characters";
	for (size_t i = 0; i < sizeof(no_limits) / sizeof(no_limits[0]); i++)
		if (strcmp(name, no_limits[i]) == 0)
			return "is no resource: it is the runtime's to write";
	return NULL;
}

/* The v2 tree, always the last one; NULL when there is none. */
static const struct host_hierarchy *find_tree(const struct host_cgroups *cgroups)
{
	const struct host_hierarchy *last = cgroups->n ? &cgroups->v[cgroups->n - 1] : NULL;

	return resource_is_v2(last) ? last : NULL;
}

static int find_file(const struct resource_planning *r, struct resource_write *write,
		     struct error *err)
{
	const struct host_cgroups *cgroups = &r->p->facts->cgroups;

	write->hierarchy = find_tree(cgroups);
	if (!write->hierarchy) {
		error_set(err, ENOTSUP, "this host has no cgroup v2, which %s is a file of",
			  write->file);
		return error_at(err, "%s", write->pointer);
	}
	if (!*write->controller ||
	    cgroupfs_list_has(cgroups->v2_controllers, ' ', write->controller))
		return 0;
	error_set(err, ENOTSUP, "cgroup v2 of this host has no controller %s", write->controller);
	if (cgroups->mode == HOST_CGROUP_HYBRID)
		error_hint(err, "it may be mounted as cgroup v1: use the other properties of "
				"linux.resources");
	return error_at(err, "%s", write->pointer);
}

/* One write a line, as the kernel takes one device at a time. */
static int add_lines(struct resource_planning *r, struct resource_write *write, const char *value,
		     struct error *err)
{
	int result = 0;

	do {
		size_t length = strcspn(value, "\n");

		write->value = arena_strndup(r->p->arena, value, length);
		if (length || !value[length])
			result = resource_add(r, write, err);
		value += length + (value[length] == '\n');
	} while (result == 0 && *value);
	return result;
}

static int plan_file(struct resource_planning *r, const struct oci_pair *pair, struct error *err)
{
	struct resource_write write = { .file = pair->key };
	const char *fault = name_fault(pair->key);
	int result;

	write.pointer = resource_key_pointer(r, "unified", pair->key);
	if (fault) {
		error_set(err, EINVAL, "\"%s\" %s", pair->key, fault);
		return error_at(err, "%s", write.pointer);
	}
	write.controller = arena_strndup(r->p->arena, pair->key, strcspn(pair->key, "."));
	if (strcmp(write.controller, "cgroup") == 0)
		write.controller = "";
	write.is_late = strcmp(pair->key, "pids.max") == 0;
	result = find_file(r, &write, err);
	return result < 0 ? result : add_lines(r, &write, pair->value, err);
}

int resource_plan_unified(struct resource_planning *r, struct error *err)
{
	const struct oci_map *unified = &r->request->resources->unified;
	int result = 0;

	for (size_t i = 0; result == 0 && i < unified->n; i++)
		result = plan_file(r, &unified->v[i], err);
	return result;
}
