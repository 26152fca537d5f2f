/* SPDX-License-Identifier: Apache-2.0 */
/* Which facts a configuration needs; see the header. */
#include "plan/needs.h"

#include <string.h>

#include "sys/selinux.h"
#include "topic/namespace.h"

/* What every container needs: who calls, and what he may; which ids there are to become; who owns
 * its devices; and what its init has to drop. */
static const uint64_t always = HOST_SET(uid) | HOST_SET(permitted) | HOST_SET(is_initial_userns) |
			       HOST_SET(may_set_groups) | HOST_SET(uids) | HOST_SET(gids) |
			       HOST_SET(last_cap);

static bool makes_namespace(const struct oci_config *config, enum oci_namespace_type type)
{
	const struct oci_linux *os = config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++)
		if (os->namespaces.v[i].type == type && !namespace_is_joined(&os->namespaces.v[i]))
			return true;
	return false;
}

static uint64_t for_user_namespace(const struct oci_config *config)
{
	const struct oci_process *process = config->process;
	uint64_t set = 0;

	/* without id mappings, the runtime's own ids are mapped */
	if (makes_namespace(config, OCI_NAMESPACE_TYPE_USER))
		set = HOST_SET(gid) | HOST_SET(newuidmap) | HOST_SET(newgidmap);
	/* who has that group needs no privilege to become it */
	if (process && process->user && process->user->gid)
		set |= HOST_SET(gid);
	return set;
}

static uint64_t for_namespaces(const struct oci_config *config)
{
	uint64_t set = for_user_namespace(config);

	if (namespace_joins(config))
		set |= HOST_SET(namespaces) | HOST_SET(userns);
	if (makes_namespace(config, OCI_NAMESPACE_TYPE_TIME))
		set |= HOST_SET(has_time_namespaces);
	if (config->linux_ && config->linux_->time_offsets.n)
		set |= HOST_SET(monotonic) | HOST_SET(boottime);
	return set;
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

/* Whether a mount is of what is mounted already: with a cgroup namespace cgroups are mounted anew.
 */
static bool has_bind(const struct oci_config *config)
{
	bool binds_cgroups = !makes_namespace(config, OCI_NAMESPACE_TYPE_CGROUP);

	if (binds_cgroups && has_cgroup_mount(config))
		return true;
	for (size_t i = 0; i < config->mounts.n; i++) {
		const struct oci_strings *options = &config->mounts.v[i].options;

		for (size_t j = 0; j < options->n; j++)
			if (strcmp(options->v[j], "bind") == 0 ||
			    strcmp(options->v[j], "rbind") == 0)
				return true;
	}
	return false;
}

/* Whether it has resources, or a memory policy, that not all kernels know. */
static bool asks_for_kernel(const struct oci_config *config)
{
	const struct oci_linux *os = config->linux_;
	const struct oci_resources *resources = os ? os->resources : NULL;

	if (os && os->memory_policy)
		return true;
	if (resources && resources->cpu && (resources->cpu->has_burst || resources->cpu->has_idle))
		return true;
	return resources && resources->memory && resources->memory->has_kernel;
}

static bool is_given(const char *text)
{
	return text && *text;
}

/* Also an option of a mount, "context" and the like, is for SELinux. */
static bool has_label(const struct oci_config *config)
{
	const struct oci_process *process = config->process;

	if (process && (is_given(process->apparmor_profile) || is_given(process->selinux_label)))
		return true;
	for (size_t i = 0; i < config->mounts.n; i++)
		for (size_t k = 0; k < config->mounts.v[i].options.n; k++)
			if (selinux_option_find(config->mounts.v[i].options.v[k]) !=
			    SELINUX_NO_OPTION)
				return true;
	return config->linux_ && is_given(config->linux_->mount_label);
}

static uint64_t filter_needs(const struct oci_config *config)
{
	const struct oci_seccomp *seccomp = config->linux_ ? config->linux_->seccomp : NULL;
	uint64_t set = 0;

	if (!seccomp)
		return 0;
	for (size_t i = 0; i < seccomp->flags.n; i++)
		if (seccomp->flags.v[i] == OCI_SECCOMP_FLAG_WAIT_KILLABLE_RECV)
			set = HOST_SET(kernel_major) | HOST_SET(kernel_minor);
	return set;
}

uint64_t plan_needs(const struct plan_request *request, const struct oci_config *config)
{
	uint64_t set = always;

	if (!request->no_cgroup || has_cgroup_mount(config))
		set |= HOST_SET(cgroups);
	if (has_bind(config))
		set |= HOST_SET(has_mount_setattr);
	set |= for_namespaces(config);
	/* who may copy mounts, and what can be mounted */
	if ((config->linux_ && config->linux_->namespaces.n) || config->mounts.n)
		set |= HOST_SET(owned);
	if (asks_for_kernel(config))
		set |= HOST_SET(kernel_major) | HOST_SET(kernel_minor);
	if (config->process && config->process->capabilities)
		set |= HOST_SET(bounding);
	if (has_label(config))
		set |= HOST_SET(has_apparmor) | HOST_SET(has_selinux);
	if (config->linux_ && config->linux_->intel_rdt)
		set |= HOST_SET(has_resctrl);
	return set | filter_needs(config);
}
