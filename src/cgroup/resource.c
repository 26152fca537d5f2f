/* SPDX-License-Identifier: Apache-2.0 */
/* The table of resources; see the header. Knows no step and no path. */
#include "cgroup/resource.h"

#include <errno.h>
#include <string.h>

#include "sys/cgroupfs.h"

/* How a value gets its text; each is one case in resource_text. */
enum conversion { CONVERT_SHARES };

struct resource_row {
	char controller[12];
	char v1_file[32], v2_file[32];
	char pointer[48];
	uint16_t object;     /* offset of the pointer to the object in struct oci_resources */
	uint16_t value, has; /* offsets in the object */
	uint8_t conversion;
};

#define ROW(member, type, field, name, controller, v1, v2, conversion)                        \
	{                                                                                     \
		controller, v1, v2, "/linux/resources/" name,                                 \
			offsetof(struct oci_resources, member), offsetof(struct type, field), \
			offsetof(struct type, has_##field), conversion                        \
	}

static const struct resource_row rows[] = {
	ROW(cpu, oci_cpu, shares, "cpu/shares", "cpu", "cpu.shares", "cpu.weight", CONVERT_SHARES),
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

enum { SHARES_MIN = 2, SHARES_MAX = 262144, WEIGHT_MAX = 10000 };

/* log2 without the mathematical library: the exponent, then one bit of the fraction a squaring. */
static double log2_of(double x)
{
	double whole = 0, bit = 1, fraction = 0;

	while (x >= 2) {
		x /= 2;
		whole++;
	}
	for (int i = 0; i < 50; i++) {
		x *= x;
		bit /= 2;
		if (x >= 2) {
			x /= 2;
			fraction += bit;
		}
	}
	return whole + fraction;
}

uint32_t cgroup_cpu_weight(uint64_t shares)
{
	static const double log2_10 = 3.3219280948873623, rounding = 1e-12;
	uint32_t low = 1, high = WEIGHT_MAX;
	double l, wanted;

	if (shares <= SHARES_MIN)
		return 1;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2_of((double)shares);
	wanted = ((l * l + 125 * l) / 612 - 7.0 / 34) * log2_10;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (log2_of(middle) + rounding < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The kernel brings what is out of range into it; that is done here, so that the plan shows it. */
static const char *shares_text(struct planning *p, const struct resource_row *row, uint64_t shares,
			       bool is_v2)
{
	uint64_t used = shares;

	if (shares == 0)
		return NULL;
	if (shares < SHARES_MIN)
		used = SHARES_MIN;
	if (shares > SHARES_MAX)
		used = SHARES_MAX;
	if (used != shares)
		plan_warn(p, row->pointer, "%llu cpu shares are out of range: %llu are given",
			  (unsigned long long)shares, (unsigned long long)used);
	if (is_v2)
		used = cgroup_cpu_weight(used);
	return arena_printf(p->arena, "%llu", (unsigned long long)used);
}

/* NULL: the value asks for nothing. */
static const char *resource_text(struct planning *p, const struct resource_row *row,
				 const char *object, bool is_v2)
{
	switch ((enum conversion)row->conversion) {
	case CONVERT_SHARES:
		return shares_text(p, row, *(const uint64_t *)(const void *)(object + row->value),
				   is_v2);
	}
	return NULL;
}

/* v1 if the controller is there, else v2 if it is there; a controller is never in both. */
static const struct host_hierarchy *find_hierarchy(const struct host_cgroups *cgroups,
						   const char *controller)
{
	for (size_t i = 0; i < cgroups->n; i++) {
		const struct host_hierarchy *h = &cgroups->v[i];

		if (h->controllers[0] ? cgroupfs_list_has(h->controllers, ',', controller)
				      : cgroupfs_list_has(cgroups->v2_controllers, ' ', controller))
			return h;
	}
	return NULL;
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

static int plan_row(struct planning *p, const struct resource_row *row, const char *object,
		    struct resource_writes *writes, struct error *err)
{
	const struct host_hierarchy *h = find_hierarchy(&p->facts->cgroups, row->controller);
	bool is_v2 = h && h->controllers[0] == '\0';
	const char *text = resource_text(p, row, object, is_v2);

	if (!text)
		return 0;
	if (!h) {
		error_set(err, ENOTSUP, "cgroup controller %s is not available on this host",
			  row->controller);
		return error_at(err, "%s", row->pointer);
	}
	writes->v[writes->n++] = (struct resource_write){
		.hierarchy = h,
		.controller = row->controller,
		.file = is_v2 ? row->v2_file : row->v1_file,
		.value = text,
		.pointer = row->pointer,
	};
	return 0;
}

int cgroup_resources_plan(struct planning *p, struct resource_writes *ret, struct error *err)
{
	const struct oci_config *config = p->config;
	const struct oci_resources *resources = config->linux_ ? config->linux_->resources : NULL;
	struct resource_writes writes = { 0 };
	int r = 0;

	writes.v = arena_array(p->arena, N_ROWS, sizeof(*writes.v));
	for (size_t i = 0; resources && r == 0 && i < N_ROWS; i++) {
		const char *object = row_object(&rows[i], resources);

		if (object)
			r = plan_row(p, &rows[i], object, &writes, err);
	}
	if (r == 0)
		*ret = writes;
	return r;
}
