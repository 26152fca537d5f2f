/* SPDX-License-Identifier: Apache-2.0 */
/* The child's side of a launch: from the clone to the container's program. */
#pragma once

#include "engine/walk.h"

/*
 * What the child of the clone runs, on its own copy of the runtime's walker; `sockets` are both
 * ends of the baton's pair, of which [1] is the child's.
 */
void child_main(struct walker *walker, const int sockets[2], unsigned preserve_fds)
	__attribute__((noreturn));
