/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which facts the planning of a configuration looks at: these are probed, and no others. Knows the
 * configuration, and not how a fact is found out.
 */
#pragma once

#include <stdint.h>

#include "libocispec/ocispec.h"
#include "step/planning.h"

/*
 * A set of facts (HOST_SET in sys/host.h): with any values of the others the plan is the same. The
 * golden plans are made with the others falsified, so that one that is forgotten here is found.
 */
uint64_t plan_needs(const struct plan_request *request, const struct oci_config *config);
