/* SPDX-License-Identifier: Apache-2.0 */
/* A created container's init, waiting for `start`. */
#pragma once

#include "base/error.h"
#include "engine/walk.h"

/*
 * Returns 0 when a start message came; from then on the walker's report is the starter's memory. A
 * client that says nothing, or nonsense, does not keep others waiting.
 */
int waiting_for_start(struct walker *walker, struct error *err);
