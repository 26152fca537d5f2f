/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container must never be able to write to the file of the runtime, which it can reach through
 * /proc/PID/exe (CVE-2019-5736). So what enters a container is a copy that cannot be written.
 */
#pragma once

#include "base/error.h"

/*
 * Makes sure that this process runs a protected copy of its executable, and executes one if it does
 * not: a read-only mount of it that is attached nowhere and has no descriptor left, or else, where
 * such a mount cannot be made, a sealed copy in memory. Returns 0 in the copy; what fails is an
 * error, never a process without protection. Descriptors without close-on-exec stay open.
 *
 * To be called before anything is done, since the program then begins again. Costs one exec.
 */
int protect_self(char *const argv[], struct error *err);
