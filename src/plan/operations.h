/* SPDX-License-Identifier: Apache-2.0 */
/* The operations' table at work: a step's name, its description, its run. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "step/describe.h"
#include "step/step.h"

/* "mount-new" */
const char *operation_name(enum operation operation);

/* False for what is planned and printed, but not carried out by this build. */
bool operation_is_runnable(enum operation operation);

/* True for what the engine does itself (the clone, the record, the waiting). */
bool operation_is_engines(enum operation operation);

void operation_describe(const struct step *step, struct describer *d);

/* Runs a step that is not the engine's. */
int operation_apply(const struct step *step, struct slots *slots, struct error *err);

/* "runtime", "stage 1", "stage 2", "start", "delete" */
const char *stage_name(enum stage stage);
