/* SPDX-License-Identifier: Apache-2.0 */
/* --trace: each step's start and duration as trace events, for Perfetto and chrome://tracing. */
#pragma once

#include "base/strbuf.h"
#include "engine/shared.h"
#include "step/step.h"

/* A JSON object with "traceEvents": one complete event ("X") a step that has begun. */
void trace_write(const struct plan *plan, const struct shared *shared, struct strbuf *out);
