/* SPDX-License-Identifier: Apache-2.0 */
/* The hooks that are run by the record: after the program has begun, and after all is taken back.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "container/container.h"
#include "libocispec/ocispec.h"

/* In their order, up to the first that fails. */
int hooks_poststart(const struct oci_record *record, pid_t pid, struct arena *arena,
		    struct error *err);

/* All of them; one that fails is a warning. The listener may be NULL. */
void hooks_poststop(const struct oci_record *record, struct arena *arena,
		    const struct container_listener *listener);
