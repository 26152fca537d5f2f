/* SPDX-License-Identifier: Apache-2.0 */
/* The bounds of a plan; see the header. Pure, and linear in the configuration. */
#include "plan/bounds.h"

#include <errno.h>
#include <string.h>

/* --- entries --- */

struct tally {
	size_t n;
	struct error *err; /* of what was one too many; its code is 0 before that */
};

static void count(struct tally *tally, size_t n, const char *pointer)
{
	if (tally->err->code)
		return;
	tally->n += n;
	if (tally->n <= PLAN_ENTRIES_MAX)
		return;
	error_set(tally->err, E2BIG,
		  "this configuration asks for too much: mounts, hooks, limits and the like may "
		  "have %d entries in all",
		  PLAN_ENTRIES_MAX);
	error_at(tally->err, "%s", pointer);
}

static void count_mounts(struct tally *tally, const struct oci_mount_list *mounts)
{
	size_t n = 0;

	for (size_t i = 0; i < mounts->n; i++) {
		const char *type = mounts->v[i].type;

		n += type && strcmp(type, "cgroup") == 0 ? PLAN_CGROUP_MOUNT : 1;
	}
	count(tally, n, "/mounts");
}

static void count_hooks(struct tally *tally, const struct oci_hooks *hooks)
{
	if (!hooks)
		return;
	count(tally, hooks->prestart.n, "/hooks/prestart");
	count(tally, hooks->create_runtime.n, "/hooks/createRuntime");
	count(tally, hooks->create_container.n, "/hooks/createContainer");
	count(tally, hooks->start_container.n, "/hooks/startContainer");
	count(tally, hooks->poststart.n, "/hooks/poststart");
	count(tally, hooks->poststop.n, "/hooks/poststop");
}

static void count_block_io(struct tally *tally, const struct oci_block_io *io)
{
	if (!io)
		return;
	count(tally, io->weight_device.n, "/linux/resources/blockIO/weightDevice");
	count(tally, io->throttle_read_bps_device.n,
	      "/linux/resources/blockIO/throttleReadBpsDevice");
	count(tally, io->throttle_write_bps_device.n,
	      "/linux/resources/blockIO/throttleWriteBpsDevice");
	count(tally, io->throttle_read_iops_device.n,
	      "/linux/resources/blockIO/throttleReadIOPSDevice");
	count(tally, io->throttle_write_iops_device.n,
	      "/linux/resources/blockIO/throttleWriteIOPSDevice");
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n')) && *++text)
		n++;
	return n;
}

static void count_unified(struct tally *tally, const struct oci_map *unified)
{
	size_t n = 0;

	for (size_t i = 0; i < unified->n; i++)
		n += count_lines(unified->v[i].value);
	count(tally, n, "/linux/resources/unified");
}

static void count_resources(struct tally *tally, const struct oci_resources *resources)
{
	if (!resources)
		return;
	count(tally, resources->devices.n, "/linux/resources/devices");
	count_block_io(tally, resources->block_io);
	count(tally, resources->hugepage_limits.n, "/linux/resources/hugepageLimits");
	if (resources->network)
		count(tally, resources->network->priorities.n,
		      "/linux/resources/network/priorities");
	count(tally, resources->rdma.n, "/linux/resources/rdma");
	count_unified(tally, &resources->unified);
}

static void count_linux(struct tally *tally, const struct oci_linux *os)
{
	if (!os)
		return;
	count(tally, os->namespaces.n, "/linux/namespaces");
	count(tally, os->devices.n, "/linux/devices");
	count(tally, os->net_devices.n, "/linux/netDevices");
	count_resources(tally, os->resources);
	count(tally, os->sysctl.n, "/linux/sysctl");
	count(tally, os->masked_paths.n, "/linux/maskedPaths");
	count(tally, os->readonly_paths.n, "/linux/readonlyPaths");
}

/* --- texts --- */

static int check_numbers(const char *list, const char *pointer, struct error *err)
{
	if (!list || strlen(list) <= PLAN_NUMBERS_MAX)
		return 0;
	error_set(err, E2BIG, "a list of numbers may have %d bytes", PLAN_NUMBERS_MAX);
	return error_at(err, "%s", pointer);
}

static int check_lists(const struct oci_config *config, struct error *err)
{
	const struct oci_linux *os = config->linux_;
	const struct oci_cpu *cpu = os && os->resources ? os->resources->cpu : NULL;
	const struct oci_exec_cpu_affinity *affinity =
		config->process ? config->process->exec_cpu_affinity : NULL;
	int r = 0;

	if (os && os->memory_policy)
		r = check_numbers(os->memory_policy->nodes, "/linux/memoryPolicy/nodes", err);
	if (r == 0 && cpu)
		r = check_numbers(cpu->cpus, "/linux/resources/cpu/cpus", err);
	if (r == 0 && cpu)
		r = check_numbers(cpu->mems, "/linux/resources/cpu/mems", err);
	if (r == 0 && affinity)
		r = check_numbers(affinity->initial, "/process/execCPUAffinity/initial", err);
	if (r == 0 && affinity)
		r = check_numbers(affinity->final, "/process/execCPUAffinity/final", err);
	return r;
}

/* Every part of PATH gets the program's name behind it. */
static int check_search(const struct oci_process *process, struct error *err)
{
	const char *program = process->args.n ? process->args.v[0] : "/";

	if (strchr(program, '/'))
		return 0;
	if (strlen(program) > PLAN_PROGRAM_MAX) {
		error_set(err, ENAMETOOLONG, "a program's name may have %d bytes",
			  PLAN_PROGRAM_MAX);
		return error_at(err, "/process/args/0");
	}
	for (size_t i = 0; i < process->env.n; i++) {
		const char *entry = process->env.v[i];

		if (strncmp(entry, "PATH=", 5) != 0 || strlen(entry) < PLAN_PATH_MAX)
			continue;
		error_set(err, E2BIG, "PATH is longer than %d bytes", PLAN_PATH_MAX);
		return error_at(err, "/process/env/%zu", i);
	}
	return 0;
}

int bounds_check(const struct oci_config *config, struct error *err)
{
	struct error too_many = { 0 };
	struct tally tally = { .err = &too_many };
	int r;

	count_mounts(&tally, &config->mounts);
	count_hooks(&tally, config->hooks);
	if (config->process)
		count(&tally, config->process->rlimits.n, "/process/rlimits");
	count_linux(&tally, config->linux_);
	if (too_many.code) {
		*err = too_many;
		return -too_many.code;
	}
	r = check_lists(config, err);
	return r == 0 && config->process ? check_search(config->process, err) : r;
}
