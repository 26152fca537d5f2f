/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources of the configuration as values for files of a cgroup. Pure; the table in resource.c has
 * one row for each property.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "step/planning.h"

/* One value, and where it goes. */
struct resource_write {
	const struct host_hierarchy *hierarchy;
	const char *controller; /* "cpu" */
	const char *file;       /* "cpu.weight" */
	const char *value;
	const char *pointer;
};

struct resource_writes {
	size_t n;
	struct resource_write *v;
};

/* What has to be written; an error at the property whose controller the host does not have. */
int cgroup_resources_plan(struct planning *p, struct resource_writes *ret, struct error *err);

/*
 * cpu.shares of v1 [2..262144] as cpu.weight of v2 [1..10000]: 10^((l^2 + 125 l) / 612 - 7 / 34)
 * with l = log2(shares), rounded up, as runc and crun do since 2025; 1024 becomes 100.
 */
uint32_t cgroup_cpu_weight(uint64_t shares);
