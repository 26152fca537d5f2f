/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a container back: the undo list, from its end. Each entry may be carried out again and
 * again, and does nothing about what is not there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "libocispec/ocispec.h"
#include "step/step.h"

/* "cgroup": the name in records, frozen. */
const char *undo_name(enum undo_operation operation);

/* What the first `n_steps` steps of a plan for that owner have done. Goes on after a failure; the
 * first one is told. */
int undo_plan(const struct plan *plan, const char *owner, size_t n_steps, struct error *err);

/* What a record lists. An operation that this build does not know is an error, before anything is
 * done. */
int undo_record(const struct oci_record *record, struct arena *arena, struct error *err);

/*
 * Whether poststop hooks are on the list. The two functions above pass them over: they come when
 * all is taken back.
 */
bool undo_plan_has_poststop(const struct plan *plan, size_t n_steps);
bool undo_record_has_poststop(const struct oci_record *record);
