/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of `spec` change in the default configuration. */
#pragma once

#include "cmd/call.h"
#include "libocispec/ocispec.h"

int spec_change(struct call *call, struct oci_config *config, struct error *err);
