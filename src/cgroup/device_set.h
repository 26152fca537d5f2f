/* SPDX-License-Identifier: Apache-2.0 */
/* The set of devices that a rule names, whatever it says of them. Only the device rules use it. */
#pragma once

#include <stdbool.h>

#include "cgroup/device_rule.h"

static inline bool device_number_covers(int64_t outer, int64_t inner)
{
	return outer < 0 || outer == inner;
}

static inline bool device_set_covers(const struct device_rule *outer,
				     const struct device_rule *inner)
{
	return outer->type == inner->type && device_number_covers(outer->major, inner->major) &&
	       device_number_covers(outer->minor, inner->minor);
}

static inline bool device_set_overlaps(const struct device_rule *a, const struct device_rule *b)
{
	return a->type == b->type && (a->major < 0 || device_number_covers(b->major, a->major)) &&
	       (a->minor < 0 || device_number_covers(b->minor, a->minor));
}

/* The devices that are in both of two overlapping sets. */
static inline struct device_rule device_set_common(const struct device_rule *a,
						   const struct device_rule *b)
{
	struct device_rule common = *a;

	common.major = a->major < 0 ? b->major : a->major;
	common.minor = a->minor < 0 ? b->minor : a->minor;
	return common;
}
