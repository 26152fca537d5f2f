/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.sysctl: kernel parameters, of which only those are the container's that belong to a
 * namespace of its own.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* Checks them all, and plans those of all namespaces that the child is in by then. */
int sysctl_plan(struct planning *p, struct error *err);

/* Those of a network namespace that the runtime makes meanwhile, once the child has entered it. */
void sysctl_plan_networked(struct planning *p);

struct sysctl {
	const char *path;  /* below /proc: "sys/net/ipv4/ip_forward" */
	const char *value; /* not empty */
	const char *pointer;
};
int sysctl_apply(const struct sysctl *args, struct slots *slots, struct error *err);
void sysctl_describe(const struct sysctl *args, struct describer *d);
