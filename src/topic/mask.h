/* SPDX-License-Identifier: Apache-2.0 */
/* Masked and read-only paths: parts of /proc and /sys that a container must not read or write. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/*
 * Twice: early, for what lies in mounts that are final (struct kept_mount), while there is
 * something to wait for; then all the rest.
 */
int mask_plan(struct planning *p, bool is_early, struct error *err);

struct mask {
	const char *path;  /* beneath the root */
	const char *below; /* what is left of it below `base` */
	unsigned base;     /* a slot: the mount of proc or sysfs that it lies in, or SLOT_ROOT */
};

/* A path that does not exist needs no mask; every other failure is an error, never a skipped mask.
 */
int mask_apply(const struct mask *args, struct slots *slots, struct error *err);
void mask_describe(const struct mask *args, struct describer *d);
int readonly_apply(const struct mask *args, struct slots *slots, struct error *err);
void readonly_describe(const struct mask *args, struct describer *d);
