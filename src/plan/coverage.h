/* SPDX-License-Identifier: Apache-2.0 */
/* What of the specification this build does not carry out: planned as steps without a runner. */
#pragma once

#include "step/planning.h"

/* Adds a step `unsupported` for every property of the configuration that is present and not
 * covered. */
void coverage_plan(struct planning *p);

/* Whether the property has no step of its own yet, whatever its value. */
bool coverage_is_later(enum oci_row row);
