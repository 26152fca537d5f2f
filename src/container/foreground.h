/* SPDX-License-Identifier: Apache-2.0 */
/* run in the foreground: the caller's signals are the container's, its end is ours. */
#pragma once

#include "engine/launch.h"

/* Before the launch: holds back the signals that will be passed on. The child sets its own mask. */
void foreground_begin(void);

/* Passes signals on until the container ends: its exit status, or 128 plus the signal. -errno. */
int foreground_wait(struct engine *engine);
