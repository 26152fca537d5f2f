/* SPDX-License-Identifier: Apache-2.0 */
/* From resources to writes: what its parts share, and their order. Knows no step and no path. */
#include "cgroup/resource.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "cgroup/resource_part.h"
#include "sys/cgroupfs.h"

static const struct host_hierarchy *find_v2(const struct host_cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->n; i++)
		if (resource_is_v2(&cgroups->v[i]))
			return &cgroups->v[i];
	return NULL;
}

const char *resource_controller(const struct host_hierarchy *hierarchy, const char *controller)
{
	return resource_is_v2(hierarchy) && strcmp(controller, "blkio") == 0 ? "io" : controller;
}

const struct host_hierarchy *resource_find(const struct planning *p, const char *controller)
{
	const struct host_cgroups *cgroups = &p->facts->cgroups;
	const struct host_hierarchy *v2 = find_v2(cgroups);

	for (size_t i = 0; i < cgroups->n; i++)
		if (cgroupfs_list_has(cgroups->v[i].controllers, ',', controller))
			return &cgroups->v[i];
	if (v2 &&
	    cgroupfs_list_has(cgroups->v2_controllers, ' ', resource_controller(v2, controller)))
		return v2;
	return NULL;
}

static int controller_missing(const struct planning *p, const struct resource_write *write,
			      struct error *err)
{
	const char *name = write->controller;

	if (p->facts->cgroups.mode == HOST_CGROUP_V2)
		name = resource_controller(find_v2(&p->facts->cgroups), name);
	error_set(err, ENOTSUP, "cgroup controller %s is not available on this host", name);
	if (p->facts->cgroups.mode == HOST_CGROUP_V2 && strncmp(name, "net_", 4) == 0)
		error_hint(err, "cgroup v2 has no such controller");
	return error_at(err, "%s", write->pointer);
}

int resource_add(struct resource_planning *r, const struct resource_write *write, struct error *err)
{
	struct resource_writes *writes = &r->writes;

	if (!write->hierarchy)
		return controller_missing(r->p, write, err);
	if (!*write->file) {
		error_set(err, ENOTSUP, "cgroup v2 has no such limit");
		error_hint(err, "leave it out, or see linux.resources.unified for what there is");
		return error_at(err, "%s", write->pointer);
	}
	writes->v = arena_grow(r->p->arena, writes->v, writes->n, &r->capacity, sizeof(*writes->v));
	writes->v[writes->n] = *write;
	writes->v[writes->n++].controller =
		resource_controller(write->hierarchy, write->controller);
	return 0;
}

const char *resource_pointer(const struct resource_planning *r, const char *format, ...)
{
	struct strbuf pointer;
	char name[96];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	strbuf_init(&pointer, r->p->arena);
	strbuf_add(&pointer, r->request->pointer);
	strbuf_add_char(&pointer, '/');
	strbuf_add(&pointer, name);
	return pointer.data;
}

const char *resource_key_pointer(const struct resource_planning *r, const char *map,
				 const char *key)
{
	return plan_pointer_to(r->p, resource_pointer(r, "%s", map), key);
}

int cgroup_resources_plan(struct planning *p, const struct resource_request *request,
			  struct resource_writes *ret, struct error *err)
{
	struct resource_planning r = { .p = p, .request = request };
	int result = 0;

	if (request->resources) {
		result = resource_check(request, err);
		if (result == 0)
			result = resource_plan_rows(&r, err);
		if (result == 0)
			result = resource_plan_lists(&r, err);
		if (result == 0)
			result = resource_plan_unified(&r, err);
	}
	if (result == 0)
		*ret = r.writes;
	return result;
}
