/* SPDX-License-Identifier: Apache-2.0 */
/* A plan on paper: as text, a line a step, and as JSON. Nothing of it depends on the host. */
#pragma once

#include "base/json.h"
#include "base/strbuf.h"
#include "libocispec/ocispec.h"
#include "step/step.h"

/* A line a step: number, stage, operation, its arguments, the pointer in brackets; then undo,
 * warnings, and the properties of the configuration that are not known. */
void plan_print_text(const struct plan *plan, const struct oci_strings *unknown,
		     struct strbuf *out);

/* {"steps":[{"step":1,"stage":"runtime","operation":...,"args":{...},"pointer":...}],"undo":[],"warnings":[],
 * "unknown":["/process/Args"]} */
void plan_print_json(const struct plan *plan, const struct oci_strings *unknown, struct json *json);
