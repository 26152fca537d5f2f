/* SPDX-License-Identifier: Apache-2.0 */
/* What of the specification this build does not carry out: planned as steps without a runner. */
#pragma once

#include "step/planning.h"

/* Adds a step `unsupported` for every property of the configuration that is present and not
 * covered. */
void coverage_plan(struct planning *p);
