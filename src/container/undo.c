/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a container back; see the header. */
#include "container/undo.h"

#include <errno.h>
#include <string.h>

#include "cgroup/remove.h"
#include "container/record.h"
#include "engine/fault.h"

/* Frozen: records of older and newer builds name these. */
static const char names[][12] = { [UNDO_CGROUP] = "cgroup", [UNDO_POSTSTOP] = "poststop" };

enum { N_NAMES = sizeof(names) / sizeof(names[0]) };

const char *undo_name(enum undo_operation operation)
{
	return names[operation];
}

static int undo_one(const struct undo *undo, const char *owner, struct error *err)
{
	const struct cgroup_claim claim = { undo->path, owner, undo->is_made, undo->is_exclusive };
	int r;

	if (undo->operation == UNDO_POSTSTOP)
		return 0; /* the last of all: destroy.h */
	r = fault_point("undo", err);

	if (r < 0)
		return r;
	if (!undo->path)
		return error_set(err, EINVAL, "an entry of the undo list has no path");
	switch ((enum undo_operation)undo->operation) {
	case UNDO_CGROUP:
		r = cgroup_take_back(&claim, err);
		break;
	case UNDO_POSTSTOP:
		break;
	}
	return r < 0 ? r : fault_point("undo", err);
}

int undo_plan(const struct plan *plan, const char *owner, size_t n_steps, struct error *err)
{
	int first = 0;

	for (size_t i = plan->n_undo; i-- > 0;) {
		struct error later = { 0 };
		int r;

		if (plan->undo[i].step >= n_steps)
			continue;
		r = undo_one(&plan->undo[i], owner, first == 0 ? err : &later);
		if (first == 0)
			first = r;
	}
	return first;
}

bool undo_plan_has_poststop(const struct plan *plan, size_t n_steps)
{
	for (size_t i = 0; i < plan->n_undo; i++)
		if (plan->undo[i].operation == UNDO_POSTSTOP && plan->undo[i].step < n_steps)
			return true;
	return false;
}

bool undo_record_has_poststop(const struct oci_record *record)
{
	for (size_t i = 0; i < record->undo.n; i++)
		if (strcmp(record->undo.v[i].op, names[UNDO_POSTSTOP]) == 0)
			return true;
	return false;
}

static int find_operation(const char *name)
{
	for (int i = 0; i < N_NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -ENOENT;
}

/* From the end; goes on after a failure. */
static int undo_entries(const struct oci_record *record, const char *owner, struct error *err)
{
	int first = 0;

	for (size_t i = record->undo.n; i-- > 0;) {
		const struct oci_record_undo *entry = &record->undo.v[i];
		const struct undo undo = { .operation = (uint8_t)find_operation(entry->op),
					   .is_made = entry->made,
					   .is_exclusive = entry->exclusive,
					   .path = entry->path };
		struct error later = { 0 };
		int r = undo_one(&undo, owner, first == 0 ? err : &later);

		if (first == 0)
			first = r;
	}
	return first;
}

int undo_record(const struct oci_record *record, struct arena *arena, struct error *err)
{
	for (size_t i = 0; i < record->undo.n; i++)
		if (find_operation(record->undo.v[i].op) < 0)
			return error_set(
				err, ENOTSUP,
				"the container was made by another version: this one cannot "
				"undo \"%s\"",
				record->undo.v[i].op);
	return undo_entries(record, record_owner(record, arena), err);
}
