/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The texts of errno values: a table of our own, in lower case, the same with every libc (Docker
 * and Podman look for "no such file or directory", "permission denied", "operation not permitted").
 */
#pragma once

/* The text of a positive errno; "error N" in a static buffer for one that the table lacks. */
const char *errno_text(int code);
