/* SPDX-License-Identifier: Apache-2.0 */
/* The hooks that are run by the record: after the program has begun, and after all is taken back.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "container/container.h"
#include "libocispec/ocispec.h"

/*
 * In their order, up to the first that fails. While they run the record names this process as their
 * runner, for `delete --force` to end. To be called with the lock held, as the other.
 */
int hooks_poststart(int dir_fd, const struct oci_record *record, struct arena *arena,
		    struct error *err);

/*
 * All of them from record->poststop_next on; one that fails is a warning. The listener may be NULL.
 * The record is `deleting` from now on, and names this process and the hook that it is at.
 */
int hooks_poststop(int dir_fd, const struct oci_record *record, struct arena *arena,
		   const struct container_listener *listener, struct error *err);

/* Not again the hook before `next`, which was ended with its runner: with a warning. */
void hooks_pass_over(struct oci_record *record, uint32_t next,
		     const struct container_listener *listener);
