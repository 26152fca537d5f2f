/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.terminal: a pseudo terminal as standard streams and /dev/console. Planned and printed;
 * create refuses it, as there is nothing yet that runs it.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

int terminal_plan(struct planning *p, struct error *err);

struct terminal {
	const char *socket; /* who gets the master; NULL: the runtime itself, in the foreground */
	uint16_t rows, columns; /* 0, 0: whatever the kernel begins with */
};
void terminal_describe(const struct terminal *args, struct describer *d);
