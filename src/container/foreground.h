/* SPDX-License-Identifier: Apache-2.0 */
/* run in the foreground: the caller's signals are the container's, its end is ours. */
#pragma once

#include "engine/launch.h"

/* When the program runs: holds back the signals that will be passed on. */
void foreground_begin(void);

/* Passes signals on until the container ends: its exit status, or 128 plus the signal. -errno. */
int foreground_wait(struct engine *engine);
