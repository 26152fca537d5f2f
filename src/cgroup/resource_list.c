/* SPDX-License-Identifier: Apache-2.0 */
/* Resources that are lists: devices of block I/O, huge pages, network interfaces, RDMA. Pure. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "cgroup/resource_part.h"
#include "cgroup/resource_value.h"

/* IFNAMSIZ and IB_DEVICE_NAME_MAX, with their NUL */
enum { INTERFACE_SIZE = 16, RDMA_NAME_SIZE = 64 };

/* --- block I/O --- */

struct throttle {
	char name[28];
	char v1_file[36];
	char v2_key[8]; /* in io.max */
	uint16_t offset;
	bool is_of_operations; /* not of bytes: 32 bits */
};

static const struct throttle throttles[] = {
	{"throttleReadBpsDevice",    "blkio.throttle.read_bps_device",   "rbps",
         offsetof(struct oci_block_io, throttle_read_bps_device),   false},
	{ "throttleWriteBpsDevice",  "blkio.throttle.write_bps_device",  "wbps",
         offsetof(struct oci_block_io, throttle_write_bps_device),  false},
	{ "throttleReadIOPSDevice",  "blkio.throttle.read_iops_device",  "riops",
         offsetof(struct oci_block_io, throttle_read_iops_device),  true },
	{ "throttleWriteIOPSDevice", "blkio.throttle.write_iops_device", "wiops",
         offsetof(struct oci_block_io, throttle_write_iops_device), true },
};

static struct resource_write block_write(const struct resource_planning *r)
{
	return (struct resource_write){ .hierarchy = resource_find(r->p, "blkio"),
					.controller = "blkio" };
}

static const char *device_text(struct resource_planning *r, const struct oci_weight_device *device,
			       uint32_t weight)
{
	return arena_printf(r->p->arena, "%" PRId64 ":%" PRId64 " %" PRIu32, device->major,
			    device->minor, weight);
}

static int plan_device_weight(struct resource_planning *r, size_t index, struct error *err)
{
	const struct oci_weight_device *device =
		&r->request->resources->block_io->weight_device.v[index];
	struct resource_write write = block_write(r);
	bool is_v2 = resource_is_v2(write.hierarchy);

	if (device->weight == 0)
		return 0;
	write.file = is_v2 ? "io.bfq.weight" : "blkio.weight_device";
	write.other_file = is_v2 ? "io.weight" : "blkio.bfq.weight_device";
	write.value = device_text(r, device, device->weight);
	if (is_v2)
		write.other_value = device_text(r, device, cgroup_io_weight(device->weight));
	write.pointer = resource_pointer(r, "blockIO/weightDevice/%zu/weight", index);
	return resource_add(r, &write, err);
}

static int plan_leaf_weight(struct resource_planning *r, size_t index, struct error *err)
{
	const struct oci_weight_device *device =
		&r->request->resources->block_io->weight_device.v[index];
	struct resource_write write = block_write(r);

	if (device->leaf_weight == 0)
		return 0;
	write.file = resource_is_v2(write.hierarchy) ? "" : "blkio.leaf_weight_device";
	write.value = device_text(r, device, device->leaf_weight);
	write.pointer = resource_pointer(r, "blockIO/weightDevice/%zu/leafWeight", index);
	return resource_add(r, &write, err);
}

/* v1 would take the low 32 bits of a rate of operations, v2 as much as there is room for. */
static uint64_t used_rate(struct resource_planning *r, const struct throttle *throttle,
			  uint64_t rate, const char *pointer)
{
	if (!throttle->is_of_operations || rate <= UINT32_MAX)
		return rate;
	plan_warn(r->p, pointer,
		  "a rate of %" PRIu64 " operations is out of range: %" PRIu32 " are given", rate,
		  UINT32_MAX);
	return UINT32_MAX;
}

/* A rate of 0 is no limit on v1; v2 has a word for that. */
static int plan_throttle(struct resource_planning *r, const struct throttle *throttle, size_t index,
			 const struct oci_throttle_device *device, struct error *err)
{
	struct resource_write write = block_write(r);
	struct strbuf text;

	write.pointer = resource_pointer(r, "blockIO/%s/%zu", throttle->name, index);
	strbuf_init(&text, r->p->arena);
	strbuf_add_format(&text, "%" PRId64 ":%" PRId64 " ", device->major, device->minor);
	if (resource_is_v2(write.hierarchy))
		strbuf_add_format(&text, "%s=", throttle->v2_key);
	if (resource_is_v2(write.hierarchy) && device->rate == 0)
		strbuf_add(&text, "max");
	else
		strbuf_add_number(&text, used_rate(r, throttle, device->rate, write.pointer));
	write.file = resource_is_v2(write.hierarchy) ? "io.max" : throttle->v1_file;
	write.value = text.data;
	return resource_add(r, &write, err);
}

static int plan_throttles(struct resource_planning *r, const struct throttle *throttle,
			  struct error *err)
{
	const struct oci_throttle_device_list *list =
		(const void *)((const char *)r->request->resources->block_io + throttle->offset);
	int result = 0;

	for (size_t i = 0; result == 0 && i < list->n; i++)
		result = plan_throttle(r, throttle, i, &list->v[i], err);
	return result;
}

static int plan_block_io(struct resource_planning *r, struct error *err)
{
	const struct oci_block_io *block_io = r->request->resources->block_io;
	int result = 0;

	if (!block_io)
		return 0;
	for (size_t i = 0; result == 0 && i < block_io->weight_device.n; i++) {
		result = plan_device_weight(r, i, err);
		if (result == 0)
			result = plan_leaf_weight(r, i, err);
	}
	for (size_t i = 0; result == 0 && i < sizeof(throttles) / sizeof(throttles[0]); i++)
		result = plan_throttles(r, &throttles[i], err);
	return result;
}

/* --- the others --- */

/*
 * What is reserved is limited, where the kernel counts that [5.7], else what is used. The size is
 * a part of a file's name: the decoder has checked that it is digits and a unit.
 */
static int plan_huge_page(struct resource_planning *r, size_t index, struct error *err)
{
	const struct oci_hugepage_limit *limit = &r->request->resources->hugepage_limits.v[index];
	struct resource_write write = { .hierarchy = resource_find(r->p, "hugetlb"),
					.controller = "hugetlb" };
	const char *last = resource_is_v2(write.hierarchy) ? "max" : "limit_in_bytes";

	write.file = arena_printf(r->p->arena, "hugetlb.%s.rsvd.%s", limit->page_size, last);
	write.other_file = arena_printf(r->p->arena, "hugetlb.%s.%s", limit->page_size, last);
	write.value = arena_printf(r->p->arena, "%" PRIu64, limit->limit);
	write.pointer = resource_pointer(r, "hugepageLimits/%zu", index);
	return resource_add(r, &write, err);
}

static bool is_interface(const char *name)
{
	return strlen(name) < INTERFACE_SIZE && !strpbrk(name, "/: \t\n\v\f\r");
}

static int plan_priority(struct resource_planning *r, size_t index, struct error *err)
{
	const struct oci_interface_priority *priority =
		&r->request->resources->network->priorities.v[index];
	struct resource_write write = { .hierarchy = resource_find(r->p, "net_prio"),
					.controller = "net_prio",
					.file = "net_prio.ifpriomap" };

	write.pointer = resource_pointer(r, "network/priorities/%zu", index);
	if (!is_interface(priority->name)) {
		error_set(err, EINVAL, "\"%s\" is no name of a network interface", priority->name);
		return error_at(err, "%s/name", write.pointer);
	}
	write.value = arena_printf(r->p->arena, "%s %" PRIu32, priority->name, priority->priority);
	return resource_add(r, &write, err);
}

static int plan_rdma(struct resource_planning *r, const struct oci_rdma *device, struct error *err)
{
	struct resource_write write = { .hierarchy = resource_find(r->p, "rdma"),
					.controller = "rdma",
					.file = "rdma.max" };
	struct strbuf text;

	write.pointer = resource_key_pointer(r, "rdma", device->key);
	if (strlen(device->key) >= RDMA_NAME_SIZE || strpbrk(device->key, " \t\n\v\f\r/")) {
		error_set(err, EINVAL, "\"%s\" is no name of an RDMA device", device->key);
		return error_at(err, "%s", write.pointer);
	}
	strbuf_init(&text, r->p->arena);
	strbuf_add(&text, device->key);
	if (device->has_hca_handles)
		strbuf_add_format(&text, " hca_handle=%" PRIu32, device->hca_handles);
	if (device->has_hca_objects)
		strbuf_add_format(&text, " hca_object=%" PRIu32, device->hca_objects);
	write.value = text.data;
	return resource_add(r, &write, err);
}

int resource_plan_lists(struct resource_planning *r, struct error *err)
{
	const struct oci_resources *resources = r->request->resources;
	int result = plan_block_io(r, err);

	for (size_t i = 0; result == 0 && i < resources->hugepage_limits.n; i++)
		result = plan_huge_page(r, i, err);
	for (size_t i = 0;
	     result == 0 && resources->network && i < resources->network->priorities.n; i++)
		result = plan_priority(r, i, err);
	for (size_t i = 0; result == 0 && i < resources->rdma.n; i++)
		result = plan_rdma(r, &resources->rdma.v[i], err);
	return result;
}
