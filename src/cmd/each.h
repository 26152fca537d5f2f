/* SPDX-License-Identifier: Apache-2.0 */
/* What --regex is: a verb for every container whose id has a match. */
#pragma once

#include "cmd/call.h"
#include "container/container.h"

typedef int (*each_fn)(const char *root, const struct container_state *state, const void *context,
		       struct error *err);

/*
 * Calls `fn` for every container whose id matches the first operand. One that fails does not spare
 * the others; the error is that of the first one, with its id in front.
 */
int each_match(struct call *call, each_fn fn, const void *context, struct error *err);
