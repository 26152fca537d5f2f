/* SPDX-License-Identifier: Apache-2.0 */
/* Which facts a configuration needs; see the header. */
#include "plan/needs.h"

#include <string.h>

/* What every container needs: who calls, who owns its devices, and what its init has to drop. */
static const uint64_t always = HOST_SET(uid) | HOST_SET(is_initial_userns) | HOST_SET(last_cap);

static bool has_namespace(const struct oci_config *config, enum oci_namespace_type type)
{
	const struct oci_linux *os = config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++)
		if (os->namespaces.v[i].type == type)
			return true;
	return false;
}

static bool has_cgroup_mount(const struct oci_config *config)
{
	for (size_t i = 0; i < config->mounts.n; i++) {
		const char *type = config->mounts.v[i].type;

		if (type && strncmp(type, "cgroup", strlen("cgroup")) == 0)
			return true;
	}
	return false;
}

/* Who carries out what needs a privilege in the first user namespace: plan_privileged_stage. */
static bool asks_for_privilege(const struct oci_process *process)
{
	return process && (process->scheduler || process->io_priority);
}

static bool limits_kernel_memory(const struct oci_config *config)
{
	const struct oci_linux *os = config->linux_;
	const struct oci_memory *memory = os && os->resources ? os->resources->memory : NULL;

	return memory && memory->has_kernel;
}

uint64_t plan_needs(const struct plan_request *request, const struct oci_config *config)
{
	uint64_t set = always;

	if (!request->no_cgroup || has_cgroup_mount(config))
		set |= HOST_SET(cgroups);
	if (config->mounts.n)
		set |= HOST_SET(has_mount_setattr);
	/* without id mappings, the runtime's own ids are mapped */
	if (has_namespace(config, OCI_NAMESPACE_TYPE_USER))
		set |= HOST_SET(gid);
	/* who may make namespaces, join them, and map ids */
	if ((config->linux_ && config->linux_->namespaces.n) || asks_for_privilege(config->process))
		set |= HOST_SET(permitted);
	if (limits_kernel_memory(config))
		set |= HOST_SET(kernel_major) | HOST_SET(kernel_minor);
	if (config->process && config->process->capabilities)
		set |= HOST_SET(permitted) | HOST_SET(bounding);
	return set;
}
