/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.execCPUAffinity: on which processors `exec` runs. For the container's own process it has
 * no effect, so nothing is planned; what cannot be is an error all the same.
 */
#pragma once

#include "base/error.h"
#include "step/planning.h"

int affinity_check(const struct planning *p, struct error *err);
