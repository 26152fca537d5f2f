/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the configuration an error's pointer leads. Knows nothing of what failed. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"

/*
 * Adds name, line and column of what the error's pointer names, or else of the nearest thing around
 * it; nothing if they are there already, or the document has no text. Returns -err->code.
 */
int locate_error(const struct oci_document *document, struct error *err);

/*
 * The same by the configuration that a container's state directory keeps; nothing if it cannot be
 * read.
 */
int locate_error_kept(int dir_fd, struct arena *arena, struct error *err);
