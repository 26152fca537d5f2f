/* SPDX-License-Identifier: Apache-2.0 */
/* A plan on paper: as text, a line a step, and as JSON. Nothing of it depends on the host. */
#pragma once

#include "base/json.h"
#include "base/strbuf.h"
#include "step/step.h"

/* A line a step: number, stage, operation, its arguments, the pointer in brackets; then undo,
 * warnings. */
void plan_print_text(const struct plan *plan, struct strbuf *out);

/* {"steps":[{"step":1,"stage":"runtime","operation":...,"args":{...},"pointer":...}],"undo":[],"warnings":[]}
 */
void plan_print_json(const struct plan *plan, struct json *json);
