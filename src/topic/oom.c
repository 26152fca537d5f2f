/* SPDX-License-Identifier: Apache-2.0 */
/* The badness of the container's process; see the header. */
#include "topic/oom.h"

#include <errno.h>
#include <stdio.h>

#include "sys/procfd.h"

enum { ADJ_MAX = 1000 }; /* proc(5): from its negative to this */

int oom_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	struct oom_score *args;

	if (!process || !process->has_oom_score_adj)
		return 0; /* not even zero is written: what the caller has is inherited */
	if (process->oom_score_adj < -ADJ_MAX || process->oom_score_adj > ADJ_MAX) {
		error_set(err, EINVAL, "oomScoreAdj %d is not within -%d and %d",
			  process->oom_score_adj, ADJ_MAX, ADJ_MAX);
		return error_at(err, "/process/oomScoreAdj");
	}
	args = arena_new(p->arena, struct oom_score);
	args->adj = process->oom_score_adj;
	plan_add(p, OP_OOM_SCORE, STAGE_RUNTIME, args, "/process/oomScoreAdj");
	return 0;
}

/*
 * Trust: the number of a process that is our own child and not reaped, so nobody else's, in a
 * procfs that is verified to be one. The child waits and is what we are: it has not hidden itself
 * and has no other ids yet, so that without privilege the file is still ours to write. The runtime
 * writes, because the right to lower it is asked for in the first user namespace.
 */
int oom_apply(const struct oom_score *args, struct slots *slots, struct error *err)
{
	char path[40], text[16];
	int r;

	snprintf(path, sizeof(path), "%d/oom_score_adj", slot_get(slots, SLOT_PID));
	r = snprintf(text, sizeof(text), "%d", args->adj);
	r = procfd_write(slot_get(slots, SLOT_PROC), path, text, (size_t)r);
	if (r == 0)
		return 0;
	error_errno(err, -r, "set oom_score_adj to %d", args->adj);
	if (r == -EACCES)
		error_hint(err, "lowering it below what the caller has needs CAP_SYS_RESOURCE");
	return r;
}

void oom_describe(const struct oom_score *args, struct describer *d)
{
	describe_int(d, "adj", args->adj);
}
