/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new time namespace and its offsets. The child makes it: after a clone with CLONE_NEWTIME the
 * offsets could not be set any more. Knows nothing of joining one, which is as any other.
 */
#pragma once

#include <stddef.h>

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* linux.timeOffsets: what is wrong with them. After namespace_plan. */
int timens_plan(struct planning *p, struct error *err);

/*
 * The file of the offsets is opened before the child enters a user namespace: from then on it may
 * belong to somebody else. The namespace is made in that user namespace, which is to own it.
 */
void timens_plan_open(struct planning *p);
void timens_plan_make(struct planning *p);

struct timens {
	unsigned slot;       /* of the file; SLOT_NONE: no offsets */
	const char *offsets; /* its lines, written with one write */
	size_t length;
};
int timens_open_apply(const struct timens *args, struct slots *slots, struct error *err);
void timens_open_describe(const struct timens *args, struct describer *d);
int timens_make_apply(const struct timens *args, struct slots *slots, struct error *err);
void timens_make_describe(const struct timens *args, struct describer *d);
