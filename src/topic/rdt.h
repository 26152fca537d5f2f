/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.intelRdt: cache and memory bandwidth by a group of the file system resctrl. Checked,
 * planned and printed; create refuses it, as there is nothing yet that makes a group.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* Before the clone: the group with its limits, as the cgroup is. */
int rdt_plan(struct planning *p, struct error *err);

/* After it, and before a second fork, which inherits: the child enters. */
void rdt_plan_enter(struct planning *p);

enum rdt_how {
	RDT_MAKE,   /* ours: made, or else an error; removed when the container is deleted */
	RDT_SHARE,  /* made if it is missing, and never removed */
	RDT_EXPECT, /* must be there */
};

/* A directory: of a class of service, or of a monitoring group in one. */
struct rdt_group {
	const char *path;
	enum rdt_how how;
};
void rdt_group_describe(const struct rdt_group *args, struct describer *d);

struct rdt_schemata {
	const char *path;
	struct oci_strings lines; /* written one after the other */
	/* If the group was there already it is left as it is, and must say the same. */
	bool is_compared;
};
void rdt_schemata_describe(const struct rdt_schemata *args, struct describer *d);

struct rdt_enter {
	const char *path; /* its file "tasks" gets the child's pid */
};
void rdt_enter_describe(const struct rdt_enter *args, struct describer *d);
