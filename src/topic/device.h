/* SPDX-License-Identifier: Apache-2.0 */
/* The devices and links that every container has in /dev. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * Default devices, made where the child may (mknod), else bound from the host; then the links.
 * Nothing when /dev itself is a bind mount: then it is somebody else's. The flags tell what else is
 * mounted.
 */
struct device_surroundings {
	bool is_dev_bound; /* /dev is a bind mount */
	bool has_pts;      /* something is mounted on /dev/pts */
	bool has_proc;     /* ... and on /proc */
};
int device_plan(struct planning *p, const struct device_surroundings *around, struct error *err);

struct device {
	char path[16]; /* beneath the root, "/dev/null" */
	uint32_t major, minor;
	uint32_t mode;
};
int device_make_apply(const struct device *args, struct slots *slots, struct error *err);
void device_make_describe(const struct device *args, struct describer *d);
int device_bind_apply(const struct device *args, struct slots *slots, struct error *err);
void device_bind_describe(const struct device *args, struct describer *d);

struct device_link {
	char path[16];
	char target[16];
	bool is_forced; /* what is there already is replaced (/dev/ptmx) */
};
int device_link_apply(const struct device_link *args, struct slots *slots, struct error *err);
void device_link_describe(const struct device_link *args, struct describer *d);
