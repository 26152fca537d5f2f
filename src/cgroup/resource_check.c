/* SPDX-License-Identifier: Apache-2.0 */
/* Resources that are wrong on every host: out of the kernel's range, or against each other. Pure.
 */
#include <errno.h>

#include "cgroup/resource_part.h"
#include "cgroup/resource_value.h"

/* The kernel's own bounds, in microseconds; since the beginning, and of v1 and v2 alike. */
enum { PERIOD_MIN = 1000, PERIOD_MAX = 1000000, QUOTA_MIN = 1000, REALTIME_PERIOD = 1000000 };

/* What the kernel counts with; v2 multiplies first and would take the rest of an overflow. */
#define QUOTA_MAX ((INT64_C(1) << 44) - 1)

/* runtime-spec, config-linux.md, Block IO: of all weights. */
enum { WEIGHT_MIN = 10, WEIGHT_MAX = 1000 };

static int check_bandwidth(const struct resource_request *request, const struct oci_cpu *cpu,
			   struct error *err)
{
	if (cpu->has_period && cpu->period &&
	    (cpu->period < PERIOD_MIN || cpu->period > PERIOD_MAX)) {
		error_set(err, EINVAL, "a period has from %d to %d microseconds", PERIOD_MIN,
			  PERIOD_MAX);
		return error_at(err, "%s/cpu/period", request->pointer);
	}
	if (cpu->has_quota && cpu->quota > 0 && cpu->quota < QUOTA_MIN) {
		error_set(err, EINVAL, "a quota has at least %d microseconds", QUOTA_MIN);
		error_hint(err, "-1 is no limit");
		return error_at(err, "%s/cpu/quota", request->pointer);
	}
	if (cpu->has_quota && cpu->quota > QUOTA_MAX) {
		error_set(err, EINVAL, "a quota has at most %lld microseconds",
			  (long long)QUOTA_MAX);
		error_hint(err, "-1 is no limit");
		return error_at(err, "%s/cpu/quota", request->pointer);
	}
	if (cpu->has_quota && cpu->quota > 0 && cpu->burst > (uint64_t)cpu->quota) {
		error_set(err, EINVAL, "a burst is not more than the quota");
		return error_at(err, "%s/cpu/burst", request->pointer);
	}
	return 0;
}

static int check_realtime(const struct resource_request *request, const struct oci_cpu *cpu,
			  struct error *err)
{
	uint64_t period = cpu->has_realtime_period && cpu->realtime_period ? cpu->realtime_period
									   : REALTIME_PERIOD;

	if (!cpu->has_realtime_runtime || cpu->realtime_runtime <= 0 ||
	    (uint64_t)cpu->realtime_runtime <= period)
		return 0;
	error_set(err, EINVAL, "realtime tasks cannot run longer than their period, %llu",
		  (unsigned long long)period);
	return error_at(err, "%s/cpu/realtimeRuntime", request->pointer);
}

static int check_list(const struct resource_request *request, const char *name, const char *list,
		      struct error *err)
{
	if (!list || !*list || cgroup_is_list(list))
		return 0;
	error_set(err, EINVAL, "\"%s\" is no list like \"0-3,7\"", list);
	return error_at(err, "%s/cpu/%s", request->pointer, name);
}

static int check_cpu(const struct resource_request *request, struct error *err)
{
	const struct oci_cpu *cpu = request->resources->cpu;
	int r;

	if (!cpu)
		return 0;
	r = check_bandwidth(request, cpu, err);
	if (r == 0)
		r = check_realtime(request, cpu, err);
	if (r == 0)
		r = check_list(request, "cpus", cpu->cpus, err);
	return r == 0 ? check_list(request, "mems", cpu->mems, err) : r;
}

static int check_memory(const struct resource_request *request, struct error *err)
{
	const struct oci_memory *memory = request->resources->memory;
	bool is_limited = memory && memory->has_limit && memory->limit > 0;

	if (!memory)
		return 0;
	if (memory->has_swap && memory->swap > 0 && !is_limited) {
		error_set(err, EINVAL,
			  "swap counts memory and swap together: it needs a limit of "
			  "memory");
		error_hint(err, "add linux.resources.memory.limit");
		return error_at(err, "%s/memory/swap", request->pointer);
	}
	if (memory->has_swap && memory->swap > 0 && memory->swap < memory->limit) {
		error_set(err, EINVAL,
			  "swap counts memory and swap together: it is not less than "
			  "the limit of memory");
		return error_at(err, "%s/memory/swap", request->pointer);
	}
	if (memory->disable_oom_killer && !is_limited) {
		error_set(err, EINVAL,
			  "without a limit of memory nothing but the OOM killer keeps "
			  "the host going");
		error_hint(err, "add linux.resources.memory.limit");
		return error_at(err, "%s/memory/disableOOMKiller", request->pointer);
	}
	return 0;
}

static bool is_weight(uint16_t weight)
{
	return weight == 0 || (weight >= WEIGHT_MIN && weight <= WEIGHT_MAX);
}

static int weight_refused(struct error *err)
{
	return error_set(err, EINVAL, "a weight is from %d to %d", WEIGHT_MIN, WEIGHT_MAX);
}

static int check_device_weight(const struct resource_request *request, size_t index,
			       struct error *err)
{
	const struct oci_weight_device *device =
		&request->resources->block_io->weight_device.v[index];
	bool is_leaf = is_weight(device->weight);

	if (is_leaf && is_weight(device->leaf_weight))
		return 0;
	weight_refused(err);
	return error_at(err, "%s/blockIO/weightDevice/%zu/%s", request->pointer, index,
			is_leaf ? "leafWeight" : "weight");
}

static int check_block_io(const struct resource_request *request, struct error *err)
{
	const struct oci_block_io *block_io = request->resources->block_io;
	int r = 0;

	if (!block_io)
		return 0;
	if (!is_weight(block_io->weight) || !is_weight(block_io->leaf_weight)) {
		weight_refused(err);
		return error_at(err, "%s/blockIO/%s", request->pointer,
				is_weight(block_io->weight) ? "leafWeight" : "weight");
	}
	for (size_t i = 0; r == 0 && i < block_io->weight_device.n; i++)
		r = check_device_weight(request, i, err);
	return r;
}

int resource_check(const struct resource_request *request, struct error *err)
{
	int r = check_cpu(request, err);

	if (r == 0)
		r = check_memory(request, err);
	return r == 0 ? check_block_io(request, err) : r;
}
