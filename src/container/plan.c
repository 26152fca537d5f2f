/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what create would do, without doing it; see container.h. */
#include <errno.h>
#include <string.h>

#include "base/fd.h"
#include "container/container.h"
#include "container/prepare.h"
#include "plan/facts.h"
#include "plan/planner.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

/* What this build carries out does not depend on who asks. */
static int plan_as_root(struct arena *arena, struct host_facts *facts, struct error *err)
{
	facts->uid = facts->gid = 0;
	facts->is_initial_userns = facts->may_set_groups = true;
	facts->permitted = facts->bounding = UINT64_MAX;
	facts->owned = HOST_OWNABLE;
	return host_probe_ids(-EBADF, arena, facts, err); /* which follow from that */
}

static const char default_id[] = "container";

/* The request as planning takes it; facts from a file need nothing of this host. */
static int prepare(const struct container_request *request, struct arena *arena,
		   struct container_report *ret_report, struct prepared *ret, struct error *err)
{
	struct container_request named = *request;
	fd_auto int proc_fd = request->facts ? -EBADF : procfd_open();
	int r;

	if (!request->facts && proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	if (!named.id)
		named.id = default_id;
	r = container_check_id(named.id, err);
	return r == 0 ? prepare_config(&named, proc_fd, arena, ret_report, ret, err) : r;
}

int container_plan(const struct container_request *request, struct arena *arena,
		   const struct plan **ret_plan, struct container_report *ret_report,
		   struct error *err)
{
	struct prepared prepared = { 0 };
	int r = prepare(request, arena, ret_report, &prepared, err);

	if (r < 0)
		return r;
	prepared.request.waits_for_start = true;
	r = prepare_plan(&prepared, arena, ret_report, err);
	prepare_done(&prepared);
	if (r == 0)
		*ret_plan = prepared.plan;
	return r;
}

int container_get_facts(struct arena *arena, struct host_facts *ret, struct error *err)
{
	fd_auto int proc_fd = procfd_open();

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	return prepare_all_facts(proc_fd, arena, ret, err);
}

int container_show_facts(const struct container_request *request, struct arena *arena,
			 struct json *json, struct error *err)
{
	struct container_report report = { 0 };
	struct prepared prepared = { 0 };
	int r = request ? prepare(request, arena, &report, &prepared, err)
			: container_get_facts(arena, &prepared.facts, err);

	if (r == 0)
		facts_write(arena, &prepared.facts, HOST_SET_ALL, json);
	prepare_done(&prepared);
	return r;
}

static int try_plan(const struct container_request *request, const char *config,
		    struct arena *arena, struct error *err)
{
	struct prepared prepared = {
		.document = {"trial", config, strlen(config)}
	};
	struct container_report report = { 0 };
	fd_auto int proc_fd = procfd_open();
	int r = proc_fd;

	if (r >= 0)
		r = prepare_document(request, proc_fd, arena, &report, &prepared, err);
	if (r < 0)
		return r;
	prepared.request.waits_for_start = true;
	r = plan_as_root(arena, &prepared.facts, err);
	if (r == 0)
		r = prepare_plan(&prepared, arena, &report, err);
	prepare_done(&prepared);
	return r == 0 ? plan_refusal(prepared.plan, err) : r;
}

bool container_would_take(const struct container_request *request, const char *config)
{
	struct error err = { 0 };
	struct arena arena;
	bool is_taken;

	arena_init(&arena, NULL, 0);
	is_taken = try_plan(request, config, &arena, &err) == 0;
	arena_done(&arena);
	return is_taken;
}
