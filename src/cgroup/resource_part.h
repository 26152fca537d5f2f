/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the planning of resources share; of no use to anybody else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cgroup/resource.h"

struct resource_planning {
	struct planning *p;
	const struct resource_request *request;
	struct resource_writes writes;
	size_t capacity;
};

static inline bool resource_is_v2(const struct host_hierarchy *hierarchy)
{
	return hierarchy && hierarchy->controllers[0] == '\0';
}

/* Where a controller is; NULL when this host has none. `controller` is its name on v1. */
const struct host_hierarchy *resource_find(const struct planning *p, const char *controller);

/* The controller's name in that hierarchy: "blkio" is "io" on v2. */
const char *resource_controller(const struct host_hierarchy *hierarchy, const char *controller);

/* Adds the value, or says what the host lacks: the controller, or `file`, when that is "". */
int resource_add(struct resource_planning *r, const struct resource_write *write,
		 struct error *err);

/* The pointer of what is asked for, "/linux/resources/" and this. */
const char *resource_pointer(const struct resource_planning *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with a map's key at its end, in which "~" and "/" are escaped. */
const char *resource_key_pointer(const struct resource_planning *r, const char *map,
				 const char *key);

/* resource_check.c: what is wrong on every host. */
int resource_check(const struct resource_request *request, struct error *err);

/* resource_table.c */
int resource_plan_rows(struct resource_planning *r, struct error *err);

/* resource_list.c */
int resource_plan_lists(struct resource_planning *r, struct error *err);

/* resource_unified.c */
int resource_plan_unified(struct resource_planning *r, struct error *err);
