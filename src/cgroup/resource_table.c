/* SPDX-License-Identifier: Apache-2.0 */
/* The table of resources that are single values: one row a property. Pure. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cgroup/resource_part.h"
#include "cgroup/resource_value.h"

/* How a value gets its text; each is one case in row_text. */
enum conversion {
	CONVERT_SHARES,
	CONVERT_PERIOD, /* with the quota one text on v2 */
	CONVERT_QUOTA,
	CONVERT_NUMBER,
	CONVERT_NUMBER_UNLESS_ZERO,
	CONVERT_LIST,
	CONVERT_BYTES, /* -1: as much as there is */
	CONVERT_SWAP,  /* v1 counts memory and swap together, v2 swap alone */
	CONVERT_KERNEL_MEMORY,
	CONVERT_KERNEL_BYTES,
	CONVERT_HIERARCHY,
	CONVERT_TRUE,
	CONVERT_PIDS,
	CONVERT_WEIGHT,
};

enum kind { KIND_U64, KIND_I64, KIND_U32, KIND_U16, KIND_BOOL, KIND_STRING };

struct resource_row {
	char controller[12];           /* on v1 */
	char v1_file[32], v2_file[32]; /* "": there is none */
	char v1_other[20], v2_other[12];
	char name[28];
	uint16_t object;     /* offset of the pointer to the object in struct oci_resources */
	uint16_t value, has; /* offsets in the object */
	uint8_t kind, conversion;
	uint8_t since_major, since_minor; /* the first Linux that has it; 0: all have */
};

#define ROW_OR(member, field, name, kind, controller, v1, v1_other, v2, v2_other, conversion, ...) \
	{                                                                                          \
		controller, v1, v2, v1_other, v2_other, name,                                      \
			offsetof(struct oci_resources, member),                                    \
			offsetof(struct oci_##member, field),                                      \
			offsetof(struct oci_##member, has_##field), KIND_##kind,                   \
			CONVERT_##conversion, __VA_ARGS__                                          \
	}
#define ROW(member, field, name, kind, controller, v1, v2, conversion) \
	ROW_OR(member, field, name, kind, controller, v1, "", v2, "", conversion, 0, 0)
#define CPU(field, name, kind, v1, v2, conversion) \
	ROW(cpu, field, "cpu/" name, kind, "cpu", v1, v2, conversion)
#define CPU_SINCE(field, name, kind, v1, v2, conversion, major, minor) \
	ROW_OR(cpu, field, "cpu/" name, kind, "cpu", v1, "", v2, "", conversion, major, minor)
#define MEMORY(field, name, kind, v1, v2, conversion) \
	ROW(memory, field, "memory/" name, kind, "memory", v1, v2, conversion)

/*
 * In the order of writing. A period changes what a quota may be, and a burst is at most the quota.
 * Idle cgroups take no shares. Memory and swap together are never less than memory.
 */
static const struct resource_row rows[] = {
	CPU(shares, "shares", U64, "cpu.shares", "cpu.weight", SHARES),
	CPU(period, "period", U64, "cpu.cfs_period_us", "cpu.max", PERIOD),
	CPU(quota, "quota", I64, "cpu.cfs_quota_us", "cpu.max", QUOTA),
	CPU_SINCE(burst, "burst", U64, "cpu.cfs_burst_us", "cpu.max.burst", NUMBER, 5, 14),
	CPU(realtime_period, "realtimePeriod", U64, "cpu.rt_period_us", "", NUMBER_UNLESS_ZERO),
	CPU(realtime_runtime, "realtimeRuntime", I64, "cpu.rt_runtime_us", "", NUMBER_UNLESS_ZERO),
	CPU_SINCE(idle, "idle", I64, "cpu.idle", "cpu.idle", NUMBER, 5, 15),
	ROW(cpu, cpus, "cpu/cpus", STRING, "cpuset", "cpuset.cpus", "cpuset.cpus", LIST),
	ROW(cpu, mems, "cpu/mems", STRING, "cpuset", "cpuset.mems", "cpuset.mems", LIST),
	MEMORY(use_hierarchy, "useHierarchy", BOOL, "memory.use_hierarchy", "", HIERARCHY),
	MEMORY(limit, "limit", I64, "memory.limit_in_bytes", "memory.max", BYTES),
	MEMORY(swap, "swap", I64, "memory.memsw.limit_in_bytes", "memory.swap.max", SWAP),
	MEMORY(reservation, "reservation", I64, "memory.soft_limit_in_bytes", "memory.low", BYTES),
	MEMORY(kernel, "kernel", I64, "memory.kmem.limit_in_bytes", "", KERNEL_MEMORY),
	MEMORY(kernel_tcp, "kernelTCP", I64, "memory.kmem.tcp.limit_in_bytes", "", KERNEL_BYTES),
	MEMORY(swappiness, "swappiness", U64, "memory.swappiness", "", NUMBER),
	MEMORY(disable_oom_killer, "disableOOMKiller", BOOL, "memory.oom_control", "", TRUE),
	ROW(pids, limit, "pids/limit", I64, "pids", "pids.max", "pids.max", PIDS),
	ROW_OR(block_io, weight, "blockIO/weight", U16, "blkio", "blkio.weight", "blkio.bfq.weight",
	       "io.bfq.weight", "io.weight", WEIGHT, 0, 0),
	ROW(block_io, leaf_weight, "blockIO/leafWeight", U16, "blkio", "blkio.leaf_weight", "",
	    NUMBER_UNLESS_ZERO),
	ROW(network, class_id, "network/classID", U32, "net_cls", "net_cls.classid", "", NUMBER),
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

enum { SHARES_MIN = 2, SHARES_MAX = 262144 };

/* A row that applies, and its value as a number of either sign, or as text. */
struct row_value {
	const struct resource_row *row;
	const struct oci_resources *resources;
	bool is_v2;
	int64_t number;
	uint64_t positive;
	const char *text;
};

static void read_value(const char *object, struct row_value *value)
{
	const void *at = object + value->row->value;

	switch ((enum kind)value->row->kind) {
	case KIND_U64:
		value->positive = *(const uint64_t *)at;
		break;
	case KIND_I64:
		value->number = *(const int64_t *)at;
		value->positive = value->number > 0 ? (uint64_t)value->number : 0;
		break;
	case KIND_U32:
		value->positive = *(const uint32_t *)at;
		break;
	case KIND_U16:
		value->positive = *(const uint16_t *)at;
		break;
	case KIND_BOOL:
		value->positive = *(const bool *)at;
		break;
	case KIND_STRING:
		value->text = *(const char *const *)at;
		break;
	}
}

static const char *number_text(struct planning *p, uint64_t number)
{
	return arena_printf(p->arena, "%" PRIu64, number);
}

/* -1, or what is as good, and the number else. */
static const char *signed_text(struct planning *p, const struct row_value *value,
			       const char *unlimited)
{
	return value->number < 0 ? unlimited : number_text(p, value->positive);
}

/* The kernel brings what is out of range into it; that is done here, so that the plan shows it. */
static const char *shares_text(struct resource_planning *r, const struct row_value *value)
{
	uint64_t used = value->positive;

	if (used == 0)
		return NULL;
	if (used < SHARES_MIN)
		used = SHARES_MIN;
	if (used > SHARES_MAX)
		used = SHARES_MAX;
	if (used != value->positive)
		plan_warn(r->p, resource_pointer(r, "%s", value->row->name),
			  "%" PRIu64 " cpu shares are out of range: %" PRIu64 " are given",
			  value->positive, used);
	return number_text(r->p, value->is_v2 ? cgroup_cpu_weight(used) : used);
}

static bool has_quota(const struct oci_cpu *cpu)
{
	return cpu->has_quota && cpu->quota != 0;
}

static const char *period_text(struct planning *p, const struct row_value *value)
{
	if (value->positive == 0 || (value->is_v2 && has_quota(value->resources->cpu)))
		return NULL;
	return arena_printf(p->arena, "%s%" PRIu64, value->is_v2 ? "max " : "", value->positive);
}

static const char *quota_text(struct planning *p, const struct row_value *value)
{
	const struct oci_cpu *cpu = value->resources->cpu;
	const char *quota;

	if (value->number == 0)
		return NULL;
	quota = signed_text(p, value, value->is_v2 ? "max" : "-1");
	if (!value->is_v2 || !cpu->has_period || cpu->period == 0)
		return quota;
	return arena_printf(p->arena, "%s %" PRIu64, quota, cpu->period);
}

static const char *bytes_text(struct planning *p, const struct row_value *value)
{
	if (value->number == 0)
		return NULL;
	return signed_text(p, value, value->is_v2 ? "max" : "-1");
}

static const char *swap_text(struct planning *p, const struct row_value *value)
{
	if (value->number <= 0 || !value->is_v2)
		return bytes_text(p, value);
	return number_text(p, value->positive - (uint64_t)value->resources->memory->limit);
}

/* Without a limit is what v2, and v1 since Linux 5.16 (which takes every value and keeps to none),
 * are always. */
static const char *kernel_memory_text(struct planning *p, const struct row_value *value)
{
	if (value->number < 0 && (value->is_v2 || host_has_kernel(p->facts, 5, 16)))
		return NULL;
	return bytes_text(p, value);
}

static const char *weight_text(struct planning *p, const struct row_value *value)
{
	return value->positive ? number_text(p, value->positive) : NULL;
}

/* NULL: the value asks for nothing. */
static const char *row_text(struct resource_planning *r, const struct row_value *value)
{
	struct planning *p = r->p;

	switch ((enum conversion)value->row->conversion) {
	case CONVERT_SHARES:
		return shares_text(r, value);
	case CONVERT_PERIOD:
		return period_text(p, value);
	case CONVERT_QUOTA:
		return quota_text(p, value);
	case CONVERT_NUMBER:
		return number_text(p, value->positive);
	case CONVERT_NUMBER_UNLESS_ZERO:
		if (value->number < 0)
			return arena_printf(p->arena, "%" PRId64, value->number);
		return weight_text(p, value);
	case CONVERT_LIST:
		return value->text && *value->text ? value->text : NULL;
	case CONVERT_BYTES:
		return bytes_text(p, value);
	case CONVERT_SWAP:
		return swap_text(p, value);
	case CONVERT_KERNEL_MEMORY:
		return kernel_memory_text(p, value);
	case CONVERT_KERNEL_BYTES:
		return value->number < 0 && value->is_v2 ? NULL : bytes_text(p, value);
	case CONVERT_HIERARCHY:
		return value->positive && !value->is_v2 ? "1" : NULL;
	case CONVERT_TRUE:
		return value->positive ? "1" : NULL;
	case CONVERT_PIDS:
		return signed_text(p, value, "max");
	case CONVERT_WEIGHT:
		return weight_text(p, value);
	}
	return NULL;
}

/* The second name of the file, and the value that it takes. */
static void add_other(struct resource_planning *r, const struct row_value *value,
		      struct resource_write *write)
{
	const char *other = value->is_v2 ? value->row->v2_other : value->row->v1_other;

	if (!*other)
		return;
	write->other_file = other;
	if (value->is_v2)
		write->other_value = number_text(r->p, cgroup_io_weight((uint32_t)value->positive));
}

static int check_kernel(const struct planning *p, const struct row_value *value,
			const char *pointer, struct error *err)
{
	const struct resource_row *row = value->row;

	if (row->since_major && !host_has_kernel(p->facts, row->since_major, row->since_minor)) {
		error_set(err, ENOTSUP, "%s needs Linux %d.%d",
			  value->is_v2 ? row->v2_file : row->v1_file, row->since_major,
			  row->since_minor);
		return error_at(err, "%s", pointer);
	}
	if (row->conversion != CONVERT_KERNEL_MEMORY || value->is_v2 ||
	    !host_has_kernel(p->facts, 5, 16))
		return 0;
	error_set(err, ENOTSUP, "Linux 5.16 and later limit no kernel memory by itself");
	error_hint(err, "linux.resources.memory.limit counts kernel memory, too");
	return error_at(err, "%s", pointer);
}

/* That cgroups below do not count is what v2 has not, and what v1 is not told. */
static int check_hierarchy(struct resource_planning *r, const struct row_value *value,
			   struct error *err)
{
	const char *pointer;

	if (value->row->conversion != CONVERT_HIERARCHY || value->positive)
		return 0;
	pointer = resource_pointer(r, "%s", value->row->name);
	if (value->is_v2) {
		error_set(err, ENOTSUP, "cgroup v2 always counts the memory of the cgroups below");
		return error_at(err, "%s", pointer);
	}
	plan_warn(r->p, pointer, "the cgroup counts the memory of those below as its parent does");
	return 0;
}

static int plan_row(struct resource_planning *r, struct row_value *value, struct error *err)
{
	const struct resource_row *row = value->row;
	const struct host_hierarchy *h = resource_find(r->p, row->controller);
	struct resource_write write = { .hierarchy = h, .controller = row->controller };
	int result;

	value->is_v2 = resource_is_v2(h);
	result = check_hierarchy(r, value, err);
	if (result < 0)
		return result;
	write.value = row_text(r, value);
	if (!write.value)
		return 0;
	write.file = value->is_v2 ? row->v2_file : row->v1_file;
	write.may_be_absent = row->conversion == CONVERT_SWAP && value->number < 0;
	write.is_late = row->conversion == CONVERT_PIDS;
	write.pointer = resource_pointer(r, "%s", row->name);
	add_other(r, value, &write);
	result = check_kernel(r->p, value, write.pointer, err);
	return result < 0 ? result : resource_add(r, &write, err);
}

/* The object that the row is about, when it has the property. */
static const char *row_object(const struct resource_row *row, const struct oci_resources *resources)
{
	const char *object;

	memcpy(&object, (const char *)resources + row->object, sizeof(object));
	if (!object || !*(const bool *)(object + row->has))
		return NULL;
	return object;
}

int resource_plan_rows(struct resource_planning *r, struct error *err)
{
	const struct oci_resources *resources = r->request->resources;
	int result = 0;

	for (size_t i = 0; result == 0 && i < N_ROWS; i++) {
		struct row_value value = { .row = &rows[i], .resources = resources };
		const char *object = row_object(&rows[i], resources);

		if (!object)
			continue;
		read_value(object, &value);
		result = plan_row(r, &value, err);
	}
	return result;
}
