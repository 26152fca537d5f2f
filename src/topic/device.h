/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices, those that every container has and those of linux.devices, and the links in /dev.
 * device_plan.c plans, device.c runs.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * Default devices, made where the child may (mknod), else bound from the host; those of
 * linux.devices, which replace a default one on the same path; then the links. When /dev itself is
 * a bind mount it is somebody else's: nothing is made in it, what is configured must be there. The
 * flags tell what else is mounted.
 */
struct device_surroundings {
	bool is_dev_bound; /* /dev is a bind mount */
	bool has_pts;      /* something is mounted on /dev/pts */
	bool has_proc;     /* ... and on /proc */
};
int device_plan(struct planning *p, const struct device_surroundings *around, struct error *err);

/*
 * device-find: it must be there. device-make: mknod(2); where the kernel says EPERM (a device
 * cgroup without "m"), the host's node is bound instead, as device-bind does from the start. The
 * host's node is the one on the same path; if that is missing or another device, the one that udev
 * keeps by number.
 */
struct device {
	const char *path; /* absolute, clean, as seen inside */
	uint32_t mode;    /* with its S_IFMT */
	uint32_t major, minor;
	uint32_t uid, gid; /* as seen inside; UINT32_MAX: as made */
	const char *other; /* where else the host may have it; NULL: nowhere */
	bool can_bind;     /* where it may not be made, the host's is bound */
};
int device_make_apply(const struct device *args, struct slots *slots, struct error *err);
void device_make_describe(const struct device *args, struct describer *d);
int device_bind_apply(const struct device *args, struct slots *slots, struct error *err);
void device_bind_describe(const struct device *args, struct describer *d);
int device_find_apply(const struct device *args, struct slots *slots, struct error *err);
void device_find_describe(const struct device *args, struct describer *d);

struct device_link {
	char path[16];
	char target[16];
	bool is_forced; /* what is there already is replaced (/dev/ptmx) */
};
int device_link_apply(const struct device_link *args, struct slots *slots, struct error *err);
void device_link_describe(const struct device_link *args, struct describer *d);
