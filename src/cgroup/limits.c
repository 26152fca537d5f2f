/* SPDX-License-Identifier: Apache-2.0 */
/* From values to steps; see the header. Pure. */
#include "cgroup/limits.h"

#include "cgroup/operations.h"
#include "cgroup/plan.h"
#include "sys/cgroupfs.h"

/* A step that is added when our own last clone has been planned. */
struct cgroup_late {
	const struct cgroup_late *next;
	const struct cgroup_write *args;
	const char *pointer;
};

int cgroup_limits_read(struct planning *p, struct resource_writes *ret, struct error *err)
{
	const struct oci_config *config = p->config;
	const struct resource_request request = {
		.resources = config->linux_ ? config->linux_->resources : NULL,
		.pointer = "/linux/resources",
	};

	return cgroup_resources_plan(p, &request, ret, err);
}

static const char *file_path(struct arena *arena, const char *directory, const char *file)
{
	return cgroupfs_join(arena, cgroupfs_join(arena, directory, "/"), file);
}

static const struct cgroup_write *
write_args(struct arena *arena, const struct resource_write *write, const char *directory)
{
	struct cgroup_write *args = arena_new(arena, struct cgroup_write);

	args->path = file_path(arena, directory, write->file);
	args->value = write->value;
	args->may_be_absent = write->may_be_absent;
	if (write->other_file) {
		args->other_path = file_path(arena, directory, write->other_file);
		args->other_value = write->other_value ? write->other_value : write->value;
	}
	return args;
}

static void keep_late(struct planning *p, const struct cgroup_write *args, const char *pointer)
{
	const struct cgroup_late **end = &p->late;
	struct cgroup_late *late = arena_new(p->arena, struct cgroup_late);

	late->args = args;
	late->pointer = pointer;
	late->next = *end;
	*end = late;
}

void cgroup_limits_plan(struct planning *p, const struct resource_writes *writes,
			const char *const *targets)
{
	for (size_t i = 0; i < writes->n; i++) {
		const struct resource_write *write = &writes->v[i];
		const struct cgroup_write *args = write_args(
			p->arena, write, targets[write->hierarchy - p->facts->cgroups.v]);

		if (write->is_late)
			keep_late(p, args, write->pointer);
		else
			plan_add(p, OP_CGROUP_WRITE, STAGE_RUNTIME, args, "%s", write->pointer);
	}
}

/* From the oldest on. */
static void plan_late(struct planning *p, const struct cgroup_late *late)
{
	if (!late)
		return;
	plan_late(p, late->next);
	plan_add(p, OP_CGROUP_WRITE, STAGE_RUNTIME, late->args, "%s", late->pointer);
}

void cgroup_plan_late(struct planning *p)
{
	plan_late(p, p->late);
}
