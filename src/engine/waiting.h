/* SPDX-License-Identifier: Apache-2.0 */
/* A created container's init, waiting for `start`. */
#pragma once

#include "base/error.h"
#include "engine/walk.h"

/*
 * The init of a pid namespace ignores every signal that it has no handler for: from now on one that
 * would end any other process ends it. exec takes the handlers off again.
 */
void waiting_answer_signals(void);

/*
 * Returns 0 when a start message came; from then on the walker's report is the starter's memory. A
 * client that says nothing, or nonsense, does not keep others waiting.
 */
int waiting_for_start(struct walker *walker, struct error *err);
