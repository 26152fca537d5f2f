/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.netDevices: devices of the host that are moved into the container's network namespace.
 * Checked, planned and printed; create refuses them, as there is nothing yet that moves them.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * The last thing that is done before the container is recorded as created: a device can be brought
 * back from a namespace only while that is there, and the kernel destroys a virtual one with it.
 * After an error that comes later the runtime moves back, by their old names, those that it has
 * moved; once the container is created they stay with the namespace, as the specification wants it,
 * and nothing of them is on the undo list.
 */
int netdev_plan(struct planning *p, struct error *err);

struct netdev {
	const char *device; /* its name on the host */
	const char *name;   /* in the container; "eth%d": the first number that is free there */
};
void netdev_describe(const struct netdev *args, struct describer *d);
