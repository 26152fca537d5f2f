/* SPDX-License-Identifier: Apache-2.0 */
/* --log, --log-format, --log-level, --debug, and the other global options' values. */
#pragma once

#include "cmd/call.h"

/*
 * Sets call->log and call->is_quiet as the options say, and opens the file. Without a file, JSON
 * and debug entries go to standard error. Checks the values of all global options. What was
 * understood before an error is in force.
 */
int log_options_apply(struct call *call, struct error *err);
