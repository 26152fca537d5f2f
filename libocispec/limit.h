/* SPDX-License-Identifier: Apache-2.0 */
/* What values must satisfy: the ranges of kinds, and the limits named in the rows. Private. */
#pragma once

#include "libocispec/table.h"

/* An integer of JSON: what was written, less than any C type could lose. */
struct oci_integer {
	bool is_negative;
	uint64_t magnitude;
};

/* Both ends count. */
struct oci_range {
	int64_t min;
	uint64_t max;
};

/*
 * Reads digits with an optional minus. -EINVAL for a fraction or an exponent, -ERANGE for what 64
 * bits cannot hold.
 */
int oci_integer_parse(const char *text, size_t length, struct oci_integer *ret);

/* What a property of that kind and limit may be. Of meaning for numbers and enums. */
struct oci_range oci_range_of(enum oci_kind kind, enum oci_limit limit);

bool oci_range_has(struct oci_range range, struct oci_integer value);

/* NULL when the text satisfies the limit, else what was expected: "a list of CPUs like ...". */
const char *oci_limit_check(enum oci_limit limit, const char *text, size_t length);
