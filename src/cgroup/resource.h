/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources of the configuration as values for files of a cgroup. Pure, and without an idea of
 * where the cgroup is or whether it is new: resource_table.c has one row for each property that
 * is a single value, resource_list.c those that are lists, resource_unified.c files by name,
 * resource_check.c what contradicts what.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "libocispec/ocispec.h"
#include "step/planning.h"

/* What is asked for. The resources are the whole: properties are checked against each other. */
struct resource_request {
	const struct oci_resources *resources;
	const char *pointer; /* where they are in their document: "/linux/resources" */
};

/* One value, and where it goes. */
struct resource_write {
	const struct host_hierarchy *hierarchy;
	const char *controller; /* "cpu"; "" for what every v2 cgroup has */
	const char *file;       /* "cpu.weight" */
	const char *value;
	const char *other_file;  /* written instead where the kernel has no such file; or NULL */
	const char *other_value; /* NULL: the same value */
	bool may_be_absent;      /* without the file it is so anyway */
	bool is_late;            /* would be in the way of our own clone */
	const char *pointer;
};

struct resource_writes {
	size_t n;
	struct resource_write *v;
};

/*
 * What has to be written, in an order that suits a cgroup without limits; zero values that mean
 * "not set" give nothing. An error, with its pointer, at what contradicts itself and at what this
 * host's controllers cannot do. Devices are not looked at.
 */
int cgroup_resources_plan(struct planning *p, const struct resource_request *request,
			  struct resource_writes *ret, struct error *err);
