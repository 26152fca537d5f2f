/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what create would do, without doing it; see container.h. */
#include "base/fd.h"
#include "container/container.h"
#include "container/prepare.h"
#include "sys/procfd.h"

/* This build makes containers for root only: what another user is shown is what root would do. */
static void plan_as_root(struct host_facts *facts)
{
	if (facts->uid == 0)
		return;
	facts->uid = facts->gid = 0;
	facts->is_initial_userns = true;
	facts->permitted = facts->bounding;
}

int container_plan(const struct container_request *request, struct arena *arena,
		   const struct plan **ret_plan, struct container_report *ret_report,
		   struct error *err)
{
	struct container_request named = *request;
	struct prepared prepared = { 0 };
	fd_auto int proc_fd = procfd_open();
	int r;

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	if (!named.id)
		named.id = "container";
	r = container_check_id(named.id, err);
	if (r == 0)
		r = prepare_config(&named, proc_fd, arena, ret_report, &prepared, err);
	if (r < 0)
		return r;
	prepared.request.waits_for_start = true;
	plan_as_root(&prepared.facts);
	r = prepare_plan(&prepared, arena, ret_report, err);
	if (r == 0)
		*ret_plan = prepared.plan;
	return r;
}
